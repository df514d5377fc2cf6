//! A writer asks those who hold copies before it writes.

use crate::witness::{Serving, grow};
use crate::world::{World, tree};
use std::os::unix::fs::PermissionsExt as _;

const NOW: &str = "2030-01-07T00:00:00Z";
const ADD: [&str; 8] =
    ["add", "record", "report.txt", "--published", "2030-01-07", "--now", NOW, "--no-copy"];

/// A record of two entries with two mirrors that hold it and answer, both of whom are asked.
fn mirrored() -> (World, [Serving; 2]) {
    let world = World::new();
    world.write_talks("talks/agreement.md");
    world.ok(&["init", "record", "--agreement", "talks", "--now", NOW]);
    let mut lines = String::new();
    let serving = ["one", "two"].map(|name| {
        let made = world.ok(&["mirror", "make", name, "--name", &format!("{name}.example/m")]);
        world.ok(&["mirror", "watch", name, "--of", "record"]);
        let serving = Serving::start(&world, &["mirror", "serve", name]);
        let line = made.out.lines().find(|line| line.contains("/ed25519 ")).unwrap();
        let key = line.split(' ').nth(2).unwrap();
        lines += &format!("witness {name} {key} {}\n", serving.1);
        serving
    });
    world.write("policy", format!("{lines}group mirrors all one two\nquorum mirrors\n"));
    push(&world, &serving);
    world.write("record.keys/mirrors", world.read("policy"));
    (world, serving)
}

fn push(world: &World, serving: &[Serving; 2]) {
    let [one, two] = serving;
    let run = world
        .ok(&["cosign", "record", "--policy", "policy", "--mirror", &one.1, "--mirror", &two.1]);
    assert!(run.out.contains("cosigned by 2 of 2"), "{}{}", run.out, run.err);
}

/// The record and its keys, as a machine that is set back to a snapshot has them.
pub(crate) fn put_back(world: &World, from: &str, to: &str) {
    for ending in ["", ".keys"] {
        let _ = std::fs::remove_dir_all(world.path(&format!("{to}{ending}")));
        world.copy(&format!("{from}{ending}"), &format!("{to}{ending}"));
    }
    for file in std::fs::read_dir(world.path(&format!("{to}.keys"))).unwrap() {
        let path = file.unwrap().path();
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
}

#[test]
fn a_machine_that_was_set_back_is_stopped_by_one_mirror_whatever_it_is_told() {
    let (world, serving) = mirrored();
    put_back(&world, "record", "snapshot");
    grow(&world, "record", "said nothing");
    push(&world, &serving);
    put_back(&world, "snapshot", "record");
    let before = tree(&world.path("record"));
    let refused = world.refused(&ADD);
    assert!(refused.contains("its log has signed 3: this copy was put back"), "{refused}");
    // One of the two is enough, and a reason is no reason.
    let [one, two] = serving;
    drop(one);
    let refused = world.refused(&[&ADD[..], &["--without-mirrors", "it is urgent"]].concat());
    assert!(refused.contains("its log has signed 3"), "{refused}");
    let note = ["note", "record", "--source", "patrol", "--what", "shot", "--from", NOW];
    assert!(world.refused(&note).contains("its log has signed 3"));
    let serve = ["serve", "record", "--stop-after", "1"];
    assert!(world.refused(&serve).contains("its log has signed 3"));
    assert_eq!(tree(&world.path("record")), before);
    // Nobody else would have known: the file `signed` was set back with the keys.
    std::fs::remove_file(world.path("record.keys/mirrors")).unwrap();
    drop(two);
    world.ok(&ADD);
}

#[test]
fn another_history_is_not_written_to() {
    let (world, serving) = mirrored();
    put_back(&world, "record", "snapshot");
    grow(&world, "record", "said nothing");
    push(&world, &serving);
    std::fs::remove_file(world.path("snapshot.keys/mirrors")).unwrap();
    grow(&world, "snapshot", "said a great deal");
    grow(&world, "snapshot", "said it again");
    put_back(&world, "snapshot", "record");
    world.write("record.keys/mirrors", world.read("policy"));
    let refused = world.refused(&[&ADD[..], &["--without-mirrors", "it is urgent"]].concat());
    assert!(refused.contains("another history"), "{refused}");
}

#[test]
fn too_few_mirrors_stop_a_writer_and_a_forced_start_is_told_by_the_record() {
    let (world, [one, two]) = mirrored();
    grow(&world, "record", "said nothing");
    drop(two);
    let refused = world.refused(&ADD);
    assert!(refused.contains("too few were reached"), "{refused}");
    assert!(refused.contains("absent: two") && refused.contains("--without-mirrors"), "{refused}");
    drop(one);
    let reason = "the line is down\u{1b}[31m";
    world.write("report.txt", "Talks\n\nThe foreign minister of Northland said no.\n");
    world.ok(&[&ADD[..], &["--without-mirrors", reason]].concat());
    let verified = world.ok(&["verify", "record"]);
    let told = "entry 3: written on without having heard enough mirrors, as its operator says: the \
                line is down";
    assert!(verified.err.contains(told) && !verified.err.contains('\u{1b}'), "{}", verified.err);
    let exported = world.ok(&["export", "record", "--as", "entries-jsonl"]).out;
    let entries: Vec<serde_json::Value> = (exported.lines())
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["entry"].clone())
        .collect();
    let kind = |entry: &serde_json::Value| entry["kind"].as_str().unwrap_or_default().to_owned();
    assert_eq!(kind(&entries[3]), "forced-start", "{}", entries[3]);
    assert_eq!(entries[3]["body"]["absent"], serde_json::json!(["one", "two"]));
    assert_eq!(entries[3]["body"]["reason"], reason);
    assert_eq!(kind(&entries[4]), "statement", "what was written follows it");
    let explained = world.ok(&["explain", "record", "e3"]).out;
    assert!(explained.contains("forced-start") && explained.contains("the line is down"));
    assert!(!explained.contains('\u{1b}'), "{explained}");
}

#[test]
fn mirrors_that_were_heard_leave_no_trace_and_a_file_that_names_nobody_is_refused() {
    let (world, _serving) = mirrored();
    world.write("report.txt", "Talks\n\nThe foreign minister of Northland said no.\n");
    world.ok(&[&ADD[..], &["--without-mirrors", "in case"]].concat());
    let exported = world.ok(&["export", "record", "--as", "entries-jsonl"]).out;
    assert!(!exported.contains("forced-start"));
    let refused = |policy: &str| {
        world.write("record.keys/mirrors", policy);
        world.refused(&ADD)
    };
    assert!(refused("").contains("record.keys/mirrors: can't be used: line 1 of the policy"));
    assert!(refused("quorum none\n").contains("record.keys/mirrors: no line has an address"));
    let policy = String::from_utf8(world.read("policy")).unwrap();
    assert!(refused(&policy.replace("http://", "ftp://")).contains("too few were reached"));
    // Whom to ask goes along with the keys.
    world.write("record.keys/mirrors", &policy);
    world.ok(&["key", "new", "new.keys", "--office-beside", "record.keys"]);
    assert_eq!(world.read("new.keys/mirrors"), policy.as_bytes());
    std::fs::remove_file(world.path("record.keys/mirrors")).unwrap();
    let refused = world.refused(&[&ADD[..], &["--without-mirrors", "why not"]].concat());
    assert!(refused.contains("so nobody is asked"), "{refused}");
}
