//! Anchors: what outside authorities stamped, kept as it came, and what it is worth.

use crate::witness::grow;
use crate::world::World;
use std::process::Command;

const NOW: &str = "2030-01-07T00:00:00Z";
/// A reply of a throw-away authority; its time is in 2026.
const REPLY: &[u8] = include_bytes!("../../../tlog/src/anchor/reply.tsr");

/// A record of three entries; a mirror holds the first two.
fn world() -> World {
    let world = World::new();
    world.write_talks("talks/agreement.md");
    world.ok(&["init", "record", "--agreement", "talks", "--now", NOW]);
    let made = world.ok(&["mirror", "make", "mirror", "--name", "south.example/m"]);
    let line = made.out.lines().find(|line| line.contains("/ed25519 ")).unwrap();
    let key = line.split(' ').nth(2).unwrap();
    world
        .write("policy", format!("witness South {key}\ngroup mirrors any South\nquorum mirrors\n"));
    world.ok(&["mirror", "watch", "mirror", "--of", "record"]);
    world.ok(&["mirror", "pull", "mirror", "record", "--now", NOW, "--out", "lines"]);
    world.ok(&["cosign", "record", "--policy", "policy", "--answer", "lines"]);
    grow(&world, "record", "said nothing");
    world
}

/// The hash that a request asks to be stamped.
fn requested(world: &World, size: &str) -> [u8; 32] {
    let run = world.ok(&["anchor", "request", "record", "--size", size, "--out", "query"]);
    let request = world.read("query");
    let hash: [u8; 32] = request[24..56].try_into().unwrap();
    let digits: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(run.out.trim(), format!("of {size} entries: {digits}"));
    hash
}

/// The reply with another hash in it: in form a reply, and signed by nobody.
fn forged(hash: [u8; 32]) -> Vec<u8> {
    let mut reply = REPLY.to_vec();
    // The second string of 32 bytes within is the message imprint.
    let at = reply.windows(4).position(|four| four == [0x05, 0x00, 0x04, 0x20]).unwrap() + 4;
    reply[at..at + 32].copy_from_slice(&hash);
    reply
}

fn add(world: &World, reply: &str, authority: &str) -> String {
    world.ok(&["anchor", "add", "record", reply, "--authority", authority, "--now", NOW]).out
}

fn verify(world: &World, more: &[&str]) -> String {
    let asked = ["verify", "record", "--policy", "policy", "--at", NOW];
    world.ok(&[&asked[..], more].concat()).out
}

#[test]
fn two_authorities_that_the_reader_checked_make_r4_of_what_mirrors_hold() {
    let world = world();
    world.write("one.tsr", forged(requested(&world, "1")));
    world.write("two.tsr", forged(requested(&world, "3")));
    let added = add(&world, "one.tsr", "Northland stamps");
    assert!(added.starts_with("entered as e3: of 1 entries, stamped at 2026-"), "{added}");
    assert!(added.contains("by the reply's own word"), "{added}");
    // A reply of a state that was then, while the record went on.
    assert!(add(&world, "two.tsr", "Southland stamps").contains("e4: of 3 entries"));
    let stored = world.ok(&["anchor", "list", "record"]).out;
    assert!(stored.contains("e3: 1 entries, stamped at") && stored.contains("(Northland stamps)"));
    let path = stored.split("-in ").nth(1).unwrap().split(' ').next().unwrap();
    assert_eq!(world.read(path), world.read("one.tsr"), "kept as it came");
    assert_eq!(stored.matches("who signed it is not checked here").count(), 2, "{stored}");
    world.ok(&["verify", "record"]);
    // What nobody checked counts for nothing, and one authority is not two.
    assert!(!verify(&world, &[]).contains("R4"));
    assert!(!verify(&world, &["--anchored", "e3"]).contains("R4"));
    let both = ["--anchored", "e3", "--anchored", "e4"];
    let told = verify(&world, &both);
    assert!(told.contains("R4     entry 0: held by the mirrors, and stamped by"), "{told}");
    assert!(told.contains("R3     entry 1: held by the mirrors\n"), "{told}");
    // Before they were stamped they were not.
    let before = ["verify", "record", "--policy", "policy", "--at", "2025-01-07T00:00:00Z"];
    assert!(!world.ok(&[&before[..], &both].concat()).out.contains("R4"));
    add(&world, "two.tsr", "Northland stamps");
    let told = verify(&world, &["--anchored", "e4", "--anchored", "e5"]);
    assert!(told.contains("R4     entries 0 to 1"), "{told}");
    let same = verify(&world, &["--anchored", "e3", "--anchored", "e5"]);
    assert!(!same.contains("R4"), "one authority twice is one: {same}");
}

#[test]
fn what_is_no_stamp_of_this_record_is_not_entered_and_does_not_count() {
    let world = world();
    let refused = |reply: &[u8], more: &[&str]| {
        world.write("reply", reply);
        let add = ["anchor", "add", "record", "reply", "--authority", "Northland", "--now", NOW];
        world.refused(&[&add[..], more].concat())
    };
    assert!(refused(REPLY, &[]).contains("it stamps another hash than this record's"));
    assert!(refused(b"no reply", &[]).contains("this is no reply of RFC 3161"));
    let rejected = [0x30, 0x05, 0x30, 0x03, 0x02, 0x01, 0x02];
    assert!(refused(&rejected, &[]).contains("has granted no time stamp"));
    let other = ["--media", "application/x-proof", "--size", "9"];
    assert!(refused(b"proof", &other).contains("there is no size 9"));
    assert!(refused(REPLY, &["--media", "application/timestamp-reply"]).contains("leave it out"));
    // Another proof is kept, and no more.
    let add = ["anchor", "add", "record", "reply", "--authority", "Northland", "--now", NOW];
    let kept = world.ok(&[&add[..], &["--media", "application/x-proof"]].concat()).out;
    assert!(kept.contains("e3: of 3 entries, kept, and not read"), "{kept}");
    let listed = world.ok(&["anchor", "list", "record"]).out;
    assert!(listed.contains("kept as application/x-proof, and not read"), "{listed}");
    let asked = ["verify", "record", "--policy", "policy", "--anchored"];
    assert!(world.refused(&[&asked[..], &["e3"]].concat()).contains("and not read"));
    assert!(world.refused(&[&asked[..], &["e1"]].concat()).contains("e1 is no anchor"));
    assert!(world.refused(&[&asked[..], &["12"]].concat()).contains("is no entry"));
    world.ok(&["verify", "record"]);
}

#[test]
fn openssl_makes_a_reply_to_our_request_and_checks_it_as_we_say() {
    let openssl = |world: &World, args: &[&str]| {
        let mut command = Command::new("openssl");
        command.args(args).current_dir(world.path(".")).output().ok()
    };
    let world = world();
    if openssl(&world, &["version"]).is_none() {
        println!("left out: there is no openssl on this machine");
        return;
    }
    let good = |args: &[&str]| {
        let run = openssl(&world, args).unwrap();
        assert!(run.status.success(), "{args:?}: {}", String::from_utf8_lossy(&run.stderr));
    };
    world.write(
        "authority.cnf",
        "[req]\ndistinguished_name = name\nx509_extensions = stamps\nprompt = no\n\
         [name]\nCN = Time stamps of Northland\n\
         [stamps]\nextendedKeyUsage = critical,timeStamping\n\
         [tsa]\nserial = serial\nsigner_digest = sha256\ndefault_policy = 1.2.3.4\n\
         digests = sha256\n",
    );
    world.write("serial", "01\n");
    let key = ["-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "authority.pem"];
    good(&[&["req", "-x509", "-config", "authority.cnf"][..], &key].concat());
    requested(&world, "3");
    let ask = ["-config", "authority.cnf", "-section", "tsa", "-queryfile", "query"];
    let by = ["-signer", "authority.pem", "-inkey", "key.pem", "-out", "reply.tsr"];
    good(&[&["ts", "-reply"][..], &ask, &by].concat());
    let run = world.ok(&["anchor", "add", "record", "reply.tsr", "--authority", "N", "--now", NOW]);
    let told = run.err.lines().find_map(|line| line.split_once("openssl ")).unwrap().1;
    let mut told: Vec<&str> = told.split(' ').collect();
    assert_eq!(told.pop(), Some("AUTHORITY.pem"));
    told.push("authority.pem");
    good(&told);
    // A reply that somebody changed is one in form: who checks it is told.
    world.write("forged.tsr", forged(requested(&world, "2")));
    let changed = ["anchor", "add", "record", "forged.tsr", "--authority", "N", "--now", NOW];
    let run = world.ok(&changed);
    let told = run.err.lines().find_map(|line| line.split_once("openssl ")).unwrap().1;
    let told = told.replace("AUTHORITY.pem", "authority.pem");
    let run = openssl(&world, &told.split(' ').collect::<Vec<_>>()).unwrap();
    assert!(!run.status.success());
}
