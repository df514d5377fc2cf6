//! What goes out for those who keep data, and what comes in as others packed it; a letterbox shows
//! what was not taken in.

use crate::world::{World, tree};
use serde_json::Value;
use std::io::Write as _;
use std::process::Command;

const NOW: &str = "2030-01-07T00:00:00Z";
const LATER: &str = "2030-01-09T05:00:00Z";

fn world() -> World {
    let world = World::new();
    world.write_talks("talks/agreement.md");
    world.ok(&["init", "record", "--agreement", "talks", "--now", NOW]);
    world
}

#[test]
fn an_archive_is_kept_to_the_last_byte_and_nothing_in_it_is_read() {
    let world = world();
    // No archive at all, and one that would lead out of any folder: it's all the same.
    let hostile = b"PK\x03\x04\x00\xff../../etc/passwd\x00,\"\n=cmd()\r\n".to_vec();
    world.write("in/pack.wacz", &hostile);
    let add = |more: &[&str]| {
        let args = ["add", "record", "in/pack.wacz", "--as", "archive", "--now", NOW];
        world.ok(&[&args[..], more].concat())
    };
    let first: Value = serde_json::from_str(&add(&["--format", "json"]).out).unwrap();
    let file = &first["files"][0];
    assert_eq!((&file["file"], &file["entries"]), (&"pack.wacz".into(), &1.into()));
    let digest = file["sha256"].as_str().unwrap();
    assert_eq!(world.read(&format!("record/blob/{}/{digest}", &digest[..2])), hostile);
    let before = tree(&world.path("record"));
    assert!(add(&[]).out.contains("the record has these bytes"));
    assert_eq!(tree(&world.path("record")), before, "twice is once");
    world.ok(&["verify", "record"]);
    world.write("in/empty.zip", b"");
    world.refused(&["add", "record", "in/empty.zip", "--as", "archive", "--now", NOW]);
    let args = ["add", "record", "in/pack.wacz", "--as", "archive", "--source", "nobody"];
    assert!(world.refused(&args).contains("no source or register"));
}

#[test]
fn a_record_goes_out_as_a_crate_that_others_read_and_as_lines() {
    let world = world();
    world.write("day.zip", b"PK bytes of others");
    world.ok(&["add", "record", "day.zip", "--as", "archive", "--now", LATER]);
    world.ok(&["export", "record", "--as", "ro-crate", "--out", "crate"]);
    world.ok(&["verify", "crate/record"]);
    let crate_: Value =
        serde_json::from_slice(&world.read("crate/ro-crate-metadata.json")).unwrap();
    let graph = crate_["@graph"].as_array().unwrap();
    let of = |id: &str| graph.iter().find(|entity| entity["@id"] == id).unwrap();
    // What RO-Crate 1.1 requires of the descriptor and of the root.
    assert_eq!(crate_["@context"], "https://w3id.org/ro/crate/1.1/context");
    let descriptor = of("ro-crate-metadata.json");
    assert_eq!(descriptor["@type"], "CreativeWork");
    assert_eq!(descriptor["conformsTo"]["@id"], "https://w3id.org/ro/crate/1.1");
    assert_eq!(descriptor["about"]["@id"], "./");
    let root = of("./");
    assert_eq!((&root["@type"], &root["datePublished"]), (&"Dataset".into(), &LATER.into()));
    assert!(["name", "description"].iter().all(|name| root[*name].is_string()));
    assert!(graph.iter().any(|entity| entity["@id"] == root["license"]["@id"]));
    // Every file is there with its size and hash, and is part of it.
    let files = tree(&world.path("crate"));
    let parts = root["hasPart"].as_array().unwrap();
    assert_eq!(parts.len() + 1, files.len());
    for part in parts {
        let entity = of(part["@id"].as_str().unwrap());
        let bytes = &files[part["@id"].as_str().unwrap()];
        assert_eq!(entity["contentSize"], bytes.len().to_string());
        let hash = servanda_tlog::sha256(bytes).to_hex();
        assert_eq!((&entity["@type"], &entity["sha256"]), (&"File".into(), &hash.into()));
    }
    assert!(graph.iter().any(|entity| entity["name"] == "day.zip"), "by the name that it had");
    assert!(
        world
            .refused(&["export", "record", "--as", "ro-crate", "--out", "crate"])
            .contains("not empty")
    );
    world.refused(&["export", "record", "--as", "ro-crate"]);
    // The reference library of others reads it, where it is installed.
    let script = "import sys\nfrom rocrate.rocrate import ROCrate\nc = ROCrate(sys.argv[1])\n\
                  print(c.name, len(c.data_entities), c.root_dataset.get('datePublished'))\n";
    let run = Command::new("python3").args(["-c", script]).arg(world.path("crate")).output();
    match run {
        Ok(done) if done.status.success() => {
            let said = String::from_utf8(done.stdout).unwrap();
            let count = parts.len().to_string();
            assert!(said.contains("Record of ") && said.contains(&count), "{said}");
            assert!(said.contains("2030-01-09"), "{said}");
        }
        other => {
            let error = other.map(|done| String::from_utf8_lossy(&done.stderr).into_owned());
            let is_missing = error.as_ref().map_or(true, |text| text.contains("No module named"));
            assert!(is_missing, "{error:?}");
            let said = b"SKIPPED: python3, or its package rocrate, is missing here\n";
            std::io::stderr().write_all(said).unwrap();
        }
    }
    let lines = world.ok(&["export", "record", "--as", "entries-jsonl"]).out;
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 3);
    assert_eq!((&lines[2]["index"], &lines[2]["entry"]["kind"]), (&2.into(), &"document".into()));
    let note = format!(
        "peace-record/entry/v1\nrecord.local/ferry\n{}\n\n{}\n",
        lines[2]["entry"],
        lines[2]["signatures"][0].as_str().unwrap()
    );
    let leaf = servanda_tlog::leaf_hash(note.as_bytes()).to_hex();
    assert_eq!(lines[2]["leaf"], leaf, "a line gives back the bytes that were signed");
}

#[test]
fn a_letterbox_shows_what_was_handed_in_and_not_taken_in() {
    let world = world();
    let author = servanda_tlog::Signer::from_seed("party.example/desk", [9; 32]).unwrap();
    let text = "a complaint\nrecord.local/ferry\nThe list was not handed over.\n";
    world.write("note", servanda_tlog::sign(text, &[&author]).unwrap());
    world.ok(&["mirror", "make", "mirror", "--name", "south.example/mirror"]);
    let put = ["letterbox", "put", "mirror", "note", "--out", "receipt", "--now", NOW];
    assert!(world.no(&put).err.contains("not mirrored here"));
    world.ok(&["mirror", "watch", "mirror", "--of", "record"]);
    let run = world.ok(&put);
    assert!(run.out.contains("handed in for record.local/ferry at 2030-01-07T00:00:00Z"));
    let shown = world.ok(&["letterbox", "show", "mirror"]).out;
    let keys: Vec<&str> = shown.lines().filter_map(|line| line.strip_prefix("key ")).collect();
    assert!(keys.len() == 2 && shown.contains("for record.local/ferry"), "{shown}");
    let by_receipt = [
        "letterbox",
        "check",
        "record",
        "--receipt",
        "receipt",
        "--key",
        keys[0],
        "--key",
        keys[1],
        "--now",
        LATER,
    ];
    let of_mirror = ["letterbox", "check", "record", "--of", "mirror", "--now", LATER];
    for check in [&by_receipt[..], &of_mirror[..]] {
        let told = world.no(check).out;
        assert!(told.contains("withheld since 2030-01-07T00:00:00Z (2 days, 5 hours)"), "{told}");
        assert!(told.contains("1 handed in for record.local/ferry, 1 not in its 2 entries"));
    }
    let mut strange = by_receipt;
    let other = servanda_tlog::Signer::from_seed("other.example", [3; 32]).unwrap();
    let other = other.verifier_key().to_string();
    strange[6] = &other;
    assert!(world.refused(&strange[..7]).contains("has not logged it"));
    // The operator takes it in after all.
    world.ok(&["add", "record", "note", "--as", "archive", "--now", LATER]);
    for check in [&by_receipt[..], &of_mirror[..]] {
        let told = world.ok(check).out;
        assert!(told.contains("in the record, entry 2:"), "{told}");
    }
}
