//! What is withheld: sealed, opened, disclosed, held, erased; and never seen where it must not be.

use crate::truce::{NOW, WRITE, write_agreement};
use crate::world::{World, list, tree};
use aho_corasick::AhoCorasick;
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// A world with a record of the truce in which two of two may order an erasure.
fn founded() -> World {
    let world = World::new();
    write_agreement(&world);
    let key = |name: &str| {
        let file = format!("{name}.key");
        let named = format!("{name}.example/justice");
        world.ok(&["erase", "key", &file, "--name", &named]).out.trim().to_owned()
    };
    let (north, south) = (key("north"), key("south"));
    let agreement = ["--agreement", "river-truce/agreement.md", "--key-dir", "keys", "--now", NOW];
    let erasers = ["--eraser", &north, "--eraser", &south];
    world.ok(&[&["init", "record"][..], &agreement, &erasers].concat());
    world
}

const NOTE: [&str; 8] = [
    "note",
    "record",
    "--source",
    "patrol",
    "--what",
    "explosion",
    "--from",
    "2026-06-05T08:00:00Z",
];

/// A note of which place and observer are withheld; gives its entry.
fn note(world: &World, observer: &str) -> String {
    let said = format!("observer={observer}");
    let place = ["--lat", "45.0123457", "--lon", "10.0765432", "--zone", "river"];
    let sealed = ["--attr", &said, "--seal", "place,observer", "--class", "mission"];
    let run = world.write_run(&[&NOTE[..], &place, &sealed].concat());
    let entry = run.out.split_whitespace().nth(2).unwrap();
    entry.split('.').next().unwrap().to_owned()
}

fn entered(out: &str) -> String {
    out.lines().last().unwrap().split("as ").nth(1).unwrap().split(';').next().unwrap().to_owned()
}

/// An order, signed by these; gives how entering it ended.
fn ordered(world: &World, entry: &str, more: &[&str], by: &[&str]) -> crate::world::Run {
    let args = ["erase", "order", "record", entry, "--out", "order"];
    let why = ["--authority", "the data office", "--ground", "its time is over"];
    world.ok(&[&args[..], &why, more].concat());
    for name in by {
        world.ok(&["erase", "sign", "order", "--key", &format!("{name}.key")]);
    }
    world.run(&[&["erase", "enter", "record", "order"], &WRITE[..]].concat())
}

#[test]
fn a_note_is_sealed_opened_disclosed_held_and_erased() {
    let world = founded();
    let entry = note(&world, "team four of the hill");
    world.ok(&["verify", "record"]);
    let shown = world.ok(&["explain", "record", &entry, "--format", "json"]).out;
    assert!(!shown.contains("team four") && shown.contains("river"), "{shown}");
    let opened = world.ok(&["open-sealed", "record", &entry]).out;
    assert!(opened.contains("team four of the hill") && opened.contains("450123457"), "{opened}");
    // A member of the class opens what was wrapped for it.
    let member = servanda_custody::Reader::generate();
    world.write("record.custody/recipients/mission", format!("{}\n", member.to_public()));
    world.write("member.key", format!("{}\n", member.to_secret()));
    let other = note(&world, "team nine of the ford");
    let mut wrapped = std::fs::read_dir(world.path("record.custody/wrapped")).unwrap();
    let wrapped = wrapped.next().unwrap().unwrap().path();
    let wrapped = wrapped.to_str().unwrap();
    let by_member = ["--opening", wrapped, "--identity", "member.key"];
    let opened = world.ok(&[&["open-sealed", "record", &other][..], &by_member].concat()).out;
    assert!(opened.contains("team nine of the ford"), "{opened}");
    // It is of that entry and of no other.
    let said = world.refused(&[&["open-sealed", "record", &entry][..], &by_member].concat());
    assert!(said.contains("seal-field") && !said.contains("team nine"), "{said}");
    // Without the custodian's store nobody opens it.
    world.refused(&["open-sealed", "record", &entry, "--custody", "elsewhere"]);

    let to = ["--to", "the court", "--ground", "case 12", "--out", "shown.zip"];
    let disclosed = [&["disclose", "record", &entry, "--field", "observer"][..], &to, &WRITE];
    world.ok(&disclosed.concat());
    let verdict = world.json(&["verify", "shown.zip", "--format", "json"]);
    assert_eq!(verdict["disclosed"][0]["fields"][0], "/rows/0/attrs/observer");
    let told = world.ok(&["verify", "shown.zip"]).out;
    assert!(told.contains("team four of the hill") && !told.contains("450123457"), "{told}");
    let mut forged = world.read("shown.zip");
    let at = forged.windows(9).rposition(|nine| nine == b"team four").unwrap();
    forged[at + 5] ^= 1;
    world.write("forged.zip", forged);
    world.no(&["verify", "forged.zip"]);
    let unknown = ["disclose", "record", &entry, "--field", "informant"];
    let said = world.refused(&[&unknown[..], &to, &WRITE].concat());
    assert!(said.contains("place, observer"), "{said}");

    let why = ["--authority", "the court", "--ground", "case 12"];
    let run = world.ok(&[&["hold", "record", &entry][..], &why, &WRITE].concat());
    let hold = entered(&run.out);
    let run = ordered(&world, &entry, &[], &["north"]);
    assert!(run.code == Some(1) && run.out.contains("order-threshold"), "{}", run.out);
    let run = ordered(&world, &entry, &[], &["north", "south"]);
    assert!(run.code == Some(1) && run.out.contains("order-held"), "{}", run.out);
    let run = ordered(&world, &hold, &["--lift-hold"], &["north", "south"]);
    assert_eq!(run.code, Some(0), "{}", run.out);
    let run = ordered(&world, &entry, &[], &["north", "south"]);
    assert_eq!(run.code, Some(0), "{}", run.out);
    let order = entered(&run.out);
    let carried = ["erase", "carry-out", "record", &order, "--custodian", "the registry"];
    world.ok(&[&carried[..], &WRITE].concat());
    let said = world.refused(&["open-sealed", "record", &entry]);
    assert!(said.contains("erased by entry"), "{said}");
    assert!(world.refused(&disclosed.concat()).contains("erased"));
    world.ok(&["verify", "record"]);
    let listed = world.json(&["open-sealed", "record", "--format", "json"]);
    assert_eq!(list(&listed, "sealed")[0]["erased_by"].as_array().unwrap().len(), 1);
    // What was given to the court stays with the court.
    world.ok(&["verify", "shown.zip"]);
}

#[test]
fn a_mirror_drops_what_was_erased() {
    let world = founded();
    world.write("witness.txt", "the words of a witness");
    let sealed = ["--source", "patrol", "--class", "parties"];
    let run = world.write_run(&[&["add", "record", "witness.txt"][..], &sealed].concat());
    let entry = entered(&run.out);
    world.ok(&["mirror", "make", "mirror", "--name", "north.example/mirror"]);
    world.ok(&["mirror", "watch", "mirror", "--of", "record"]);
    let pull = ["mirror", "pull", "mirror", "record", "--now", NOW];
    world.ok(&pull);
    let opened = world.json(&["open-sealed", "record", &entry, "--format", "json"]);
    let ct = opened["files"][0]["ct"].as_str().unwrap().to_owned();
    let holds = |world: &World| tree(&world.path("mirror")).keys().any(|name| name.ends_with(&ct));
    assert!(holds(&world));
    world.copy("record", "old");
    let run = ordered(&world, &entry, &[], &["north", "south"]);
    assert_eq!(run.code, Some(0), "{}", run.out);
    // A backup put the ciphertext back: it is handed on to nobody.
    let name = format!("blob/{}/{ct}", &ct[..2]);
    world.write(&format!("record/{name}"), world.read(&format!("old/{name}")));
    world.ok(&pull);
    assert!(!holds(&world));
    let said = world.no(&["verify", "record"]).out;
    assert!(said.contains("erased by entry"), "{said}");
    world.ok(&["prove", "record", "--all", "--out", "all.zip"]);
    let verdict = world.json(&["verify", "all.zip", "--format", "json"]);
    assert_eq!(verdict["blobs"]["missing"], 1);
    world.ok(&["verify", "all.zip", "--unpack", "again"]);
    world.ok(&["verify", "again"]);
    assert!(!tree(&world.path("again")).keys().any(|name| name.ends_with(&ct)));
    // The next thing that touches what is sealed removes it, and so does carrying the order out.
    let order = entered(&run.out);
    let carried = ["erase", "carry-out", "record", &order, "--custodian", "the registry"];
    world.ok(&[&carried[..], &WRITE].concat());
    world.ok(&["verify", "record"]);
}

#[test]
fn a_secret_need_not_stand_on_a_command_line() {
    let world = founded();
    world.write("attrs", "observer=team four\n\nmeans=heard = twice\n");
    let args = ["--attrs", "attrs", "--seal", "observer"];
    world.write_run(&[&NOTE[..], &args].concat());
    let shown = world.ok(&["explain", "record", "e2.0"]).out;
    assert!(shown.contains("heard = twice") && !shown.contains("team four"), "{shown}");
    assert!(world.ok(&["open-sealed", "record", "e2"]).out.contains("team four"));
    // What makes no sense is not repeated.
    world.write("attrs", "team four\n");
    let said = world.refused(&[&NOTE[..], &args, &WRITE].concat());
    assert!(said.contains("NAME=VALUE") && !said.contains("team four"), "{said}");
}

#[test]
fn what_can_t_be_sealed_is_refused_and_nothing_is_left() {
    let world = founded();
    for (more, why) in [
        (&["--seal", "place"][..], "doesn't say"),
        (&["--attr", "a=bcdef", "--attr", "d=abcdefg", "--seal", "a"], "in clear"),
        (&["--class", "mission"], "--seal"),
        (&["--attr", "a=bcdef", "--seal", "a", "--class", "public"], "no class"),
        (&["--lat", "45", "--lon", "10", "--zone", "river"], "--seal place"),
        (&["--lat", "45", "--lon", "10", "--zone", "nowhere", "--seal", "place"], "nowhere"),
        (&["--lat", "46", "--lon", "12", "--zone", "river", "--seal", "place"], "not surely in"),
    ] {
        let said = world.refused(&[&NOTE[..], more, &WRITE].concat());
        assert!(said.contains(why), "{more:?}: {said}");
    }
    world.write("a.txt", "words");
    let add = ["add", "record", "a.txt", "--class", "mission"];
    assert!(world.refused(&[&add[..], &WRITE].concat()).contains("--source"));
    let other = [&add[..], &["--source", "nobody"], &WRITE].concat();
    assert!(world.refused(&other).contains("no source"));
    assert_eq!(world.head_size(), 2);
    assert!(!world.path("record.custody").exists());
}

impl World {
    fn head_size(&self) -> u64 {
        self.json(&["verify", "record", "--format", "json"])["size"].as_u64().unwrap()
    }
}

/// Draws words, the same ones each time.
struct Words(u64);

impl Words {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        self.0 >> 33
    }

    /// Letters that stand nowhere else; some with what other forms write otherwise.
    fn word(&mut self) -> String {
        let letters = b"bcdfghjkmnpqrstvwxz23456789";
        let draw = |words: &mut Words, n| {
            (0..n).map(|_| letters[words.next() as usize % letters.len()] as char).collect()
        };
        let (start, end): (String, String) = (draw(self, 7), draw(self, 7));
        match self.next() % 4 {
            0 => format!("{start} \"{end}\""),
            1 => format!("{start}<é>&{end}"),
            2 => format!("{start}\\{end}"),
            _ => start + &end,
        }
    }

    /// A number of degrees, as it is given and as a whole number.
    fn degrees(&mut self, whole: u64) -> [String; 2] {
        let rest = 1_000_000 + self.next() % 4_000_000;
        [format!("{whole}.0{rest}"), format!("{whole}0{rest}")]
    }
}

/// Each form in which a secret could stand in what is written.
fn forms(secret: &str) -> BTreeSet<Vec<u8>> {
    let bytes = secret.as_bytes();
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let percent: String = bytes.iter().fold(String::new(), |mut text, byte| {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                text.push(*byte as char);
            }
            other => write!(text, "%{other:02X}").unwrap(),
        }
        text
    });
    let json = serde_json::to_string(secret).unwrap();
    let json = json[1..json.len() - 1].to_owned();
    let ascii: String = json.chars().fold(String::new(), |mut text, c| {
        if c.is_ascii() {
            text.push(c);
        } else {
            write!(text, "\\u{:04x}", u32::from(c)).unwrap();
        }
        text
    });
    let html = |quote: &str| {
        let text = secret.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        text.replace('"', quote)
    };
    let mut forms: BTreeSet<Vec<u8>> = [
        secret.to_owned(),
        secret.to_uppercase(),
        hex.to_uppercase(),
        hex,
        percent.to_lowercase(),
        percent,
        json.replace('\\', "\\\\").replace('"', "\\\""),
        json,
        ascii,
        html("&quot;"),
        html("&#34;"),
        html("\""),
        secret.replace('"', "\"\""),
    ]
    .map(String::into_bytes)
    .into();
    // Wherever in a longer text it begins, these characters of its base64 are the same.
    for before in 0..3 {
        let padded = [&vec![0; before][..], bytes].concat();
        let start = (before * 8).div_ceil(6);
        let end = padded.len() * 8 / 6;
        for engine in [&BASE64_STANDARD, &BASE64_URL_SAFE] {
            forms.insert(engine.encode(&padded)[start..end].into());
        }
    }
    forms
}

/// Looks for secrets in all that a public reader can get.
struct Scan {
    finder: AhoCorasick,
    /// Of each pattern: which secret it is of.
    of: Vec<usize>,
    bytes: usize,
    places: usize,
}

impl Scan {
    fn new(secrets: &[String]) -> Scan {
        let (mut patterns, mut of) = (Vec::new(), Vec::new());
        for (place, secret) in secrets.iter().enumerate() {
            for form in forms(secret) {
                patterns.push(form);
                of.push(place);
            }
        }
        Scan { finder: AhoCorasick::new(patterns).unwrap(), of, bytes: 0, places: 0 }
    }

    /// The secret that stands there first, if any does.
    fn find(&mut self, bytes: &[u8]) -> Option<usize> {
        self.bytes += bytes.len();
        self.places += 1;
        self.finder.find(bytes).map(|found| self.of[found.pattern().as_usize()])
    }
}

/// The secrets, and the entries that withhold them.
fn enter_secrets(world: &World) -> (Vec<String>, Vec<(String, Vec<u8>)>) {
    let mut words = Words(20_260_605);
    let mut secrets = Vec::new();
    let mut printed = Vec::new();
    let mut run = |args: &[&str]| {
        let run = world.write_run(args);
        let said = [run.out.as_str(), &run.err].concat();
        printed.push((args[..2].join(" "), said.into_bytes()));
        run.out
    };
    for n in 0..40 {
        let (lat, lon) = (words.degrees(45), words.degrees(10));
        let (side, told): (String, Vec<String>) =
            (words.word(), (0..26).map(|_| words.word()).collect());
        let minute = format!("2026-06-05T08:{n:02}:00Z");
        let mut args: Vec<String> = NOTE[..7].iter().map(|word| (*word).to_owned()).collect();
        let named = ["--lat", &lat[0], "--lon", &lon[0], "--zone", "river", "--side", &side];
        args.push(minute);
        args.extend(named.map(str::to_owned));
        args.extend(["--seal", "place,side", "--class", "mission"].map(str::to_owned));
        for (k, value) in told.iter().enumerate() {
            args.extend(["--attr".into(), format!("n{k}={value}")]);
            args.extend(["--seal".into(), format!("n{k}")]);
        }
        run(&args.iter().map(String::as_str).collect::<Vec<_>>());
        secrets.extend(told.into_iter().chain([side]).chain(lat).chain(lon));
    }
    for _ in 0..12 {
        let (name, inside): (String, Vec<String>) =
            (words.word().replace(['\\', '/'], "_"), (0..4).map(|_| words.word()).collect());
        world.write(&name, inside.join("\n"));
        run(&["add", "record", &name, "--source", "patrol", "--class", "parties"]);
        secrets.extend(inside.into_iter().chain([name]));
    }
    let grounds = ["--role", "head of verification", "--standard", "reasonable grounds"];
    for entry in 2..8 {
        let (who, row) = (words.word(), format!("e{entry}.0"));
        let outcome = ["--outcome", "confirmed", "--reason", "seen twice", "--decided-by", &who];
        let verify = ["assess", "record", "verify", &row];
        run(&[&verify[..], &grounds, &outcome].concat());
        secrets.push(who);
        let who = words.word();
        let outcome = ["--outcome", "undetermined", "--reason", "too far", "--decided-by", &who];
        let find = ["assess", "record", "find", &row, "--provision", "prohibit.fire"];
        let found = run(&[&find[..], &grounds, &outcome].concat());
        secrets.push(who);
        let found = entered(&found);
        let reply = words.word();
        world.write("reply.txt", &reply);
        let party = ["--party", "N", "--text", "reply.txt", "--class", "guarantors"];
        run(&[&["reply", "record", &found][..], &party].concat());
        secrets.push(reply);
    }
    (secrets, printed)
}

/// What a public reader of a record can have printed or written.
fn public(world: &World) -> Vec<(String, Vec<u8>)> {
    let mut all: Vec<(String, Vec<u8>)> = Vec::new();
    // A command that is refused shows nothing, so it would hide what it leaks.
    let mut run = |must: bool, args: &[&str]| {
        let run = world.run(args);
        assert!(!must || run.code == Some(0), "{args:?}: {}", run.err);
        all.push((args.join(" "), [run.out, run.err].concat().into_bytes()));
    };
    for format in ["text", "json"] {
        for command in ["status", "findings", "clocks", "verify", "open-sealed", "positions"] {
            run(true, &[command, "record", "--format", format]);
        }
        for command in ["contradictions", "timeline", "percent-agreed"] {
            run(true, &[command, "record", "--format", format]);
        }
        run(true, &["status", "record", "--format", format, "--cite", "content"]);
        let other = ["--agreement", "river-truce/agreement.md"];
        run(true, &[&["what-if", "record"][..], &other, &["--format", format]].concat());
        for id in ["prohibit.fire", "e2", "e2.0", "e42", "e54", "e55", "e60", "e65"] {
            run(true, &["explain", "record", id, "--format", format]);
        }
    }
    for form in ["csv", "geojson", "jsonl", "statements-jsonl"] {
        run(true, &["export", "record", "--as", form]);
    }
    run(true, &["report", "record", "--out", "page.html"]);
    run(true, &["report", "record", "--day", "2026-06-05"]);
    run(true, &["report", "record", "--day", "2026-06-05", "--out", "day.html"]);
    run(true, &["positions", "record", "--format", "html"]);
    run(true, &["prove", "record", "--all", "--out", "all.zip"]);
    run(true, &["prove", "record", "--entry", "3", "--out", "one.zip"]);
    run(true, &["prove", "record", "--range", "3..20", "--out", "range.zip"]);
    for bundle in ["all.zip", "one.zip", "range.zip"] {
        run(true, &["verify", bundle]);
        run(true, &["verify", bundle, "--format", "json"]);
    }
    run(true, &["verify", "all.zip", "--unpack", "unpacked"]);
    // What is refused says why, and no more.
    let why = ["--to", "a court", "--ground", "a case", "--out", "no.zip"];
    for wrong in ["nothing", "/rows/0/attrs/n99", "n1x"] {
        run(false, &[&["disclose", "record", "e2", "--field", wrong][..], &why, &WRITE].concat());
    }
    run(false, &["open-sealed", "record", "e2", "--custody", "nowhere"]);
    run(false, &["open-sealed", "record", "e1"]);
    run(false, &["explain", "record", "e999"]);
    run(true, &["mirror", "make", "mirror", "--name", "north.example/mirror"]);
    run(true, &["mirror", "watch", "mirror", "--of", "record"]);
    run(true, &["mirror", "pull", "mirror", "record", "--now", NOW]);
    for folder in ["record", "mirror", "unpacked"] {
        let files = tree(&world.path(folder));
        all.extend(files.into_iter().map(|(name, bytes)| (format!("{folder}/{name}"), bytes)));
    }
    for file in ["page.html", "day.html", "all.zip", "one.zip", "range.zip"] {
        all.push((file.to_owned(), world.read(file)));
    }
    all
}

#[test]
fn no_secret_is_in_anything_that_is_public() {
    let world = founded();
    let (secrets, printed) = enter_secrets(&world);
    assert!(secrets.len() >= 1_000, "{}", secrets.len());
    let mut scan = Scan::new(&secrets);
    let mut all = printed;
    all.extend(public(&world));
    let mut leaks = String::new();
    for (name, bytes) in &all {
        if let Some(secret) = scan.find(bytes) {
            writeln!(leaks, "{name}: secret {secret} {:?}", secrets[secret]).unwrap();
        }
    }
    assert!(leaks.is_empty(), "{leaks}");
    assert!(scan.places > 100 && scan.bytes > 1_000_000, "{} in {}", scan.bytes, scan.places);
    // What is withheld is there: its owner opens it.
    let custody: Vec<Vec<u8>> = tree(&world.path("record.custody")).into_values().collect();
    let found: BTreeSet<usize> = custody.iter().filter_map(|bytes| scan.find(bytes)).collect();
    assert!(found.len() > 50, "{}", found.len());
    let opened = world.ok(&["open-sealed", "record", "e2", "--format", "json"]).out;
    assert!(scan.find(opened.as_bytes()).is_some());

    // The scan bites: one secret in clear in a public note, and in each form anywhere.
    let planted = format!("told={}", secrets[7]);
    world.write_run(&[&NOTE[..], &["--zone", "river", "--attr", &planted]].concat());
    for args in [&["export", "record", "--as", "jsonl"][..], &["explain", "record", "e72.0"]] {
        let run = world.run(args);
        assert_eq!(scan.find(run.out.as_bytes()), Some(7), "{args:?}: {}", run.out);
    }
    assert!(tree(&world.path("record")).values().any(|bytes| scan.find(bytes) == Some(7)));
    for form in forms(&secrets[7]) {
        let text = [b"before ".as_slice(), &form, b" after"].concat();
        assert_eq!(scan.find(&text), Some(7), "{}", String::from_utf8_lossy(&form));
    }
    for before in 0..7 {
        let text = format!("{}{}and more", "x".repeat(before), secrets[7]);
        assert_eq!(scan.find(BASE64_STANDARD.encode(text).as_bytes()), Some(7), "{before}");
    }
}

/// The commands of the guide, each run as it stands there; what it prints where that stands there.
#[test]
fn a_person_can_follow_the_guide() {
    let world = World::new();
    write_agreement(&world);
    world.write("witness.txt", "the words of a witness");
    world.write("reply.txt", "the words of a party");
    let guide = include_str!("../../../../docs/guides/confidential.md");
    let mut keys: Vec<(String, String)> = Vec::new();
    let mut commands = 0;
    for block in guide.split("```console\n").skip(1) {
        let mut lines = block.split("```").next().unwrap().lines().peekable();
        while let Some(line) = lines.next() {
            let command = keys
                .iter()
                .fold(line.to_owned(), |line, (written, key)| line.replace(written.as_str(), key));
            let words = crate::cases::words(command.strip_prefix("$ servanda ").unwrap());
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let run = world.run(&words);
            let expected: Vec<&str> =
                std::iter::from_fn(|| lines.next_if(|line| !line.starts_with("$ "))).collect();
            if expected.is_empty() {
                assert_eq!(run.code, Some(0), "{line}\n{}{}", run.out, run.err);
            } else {
                assert_eq!(run.out.lines().next(), Some(expected[0]), "{line}");
            }
            if words.starts_with(&["erase", "key"]) {
                keys.push((format!("{}+…", words[4]), run.out.trim().to_owned()));
            }
            commands += 1;
        }
    }
    assert!(commands > 20, "{commands}");
    let verified = world.run(&["verify", "record"]);
    assert!(verified.err.contains("erased by entry 11"), "{}", verified.err);
}
