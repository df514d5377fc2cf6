//! Witnesses asked over HTTP: publication never waits for one, and a second history finds none.

use crate::start::put_back;
use crate::world::{World, tree};
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

const NOW: &str = "2030-01-07T00:00:00Z";

/// A witness that answers until it is dropped.
pub(crate) struct Serving(Child, pub(crate) String);

impl Serving {
    fn of(world: &World, folder: &str) -> Serving {
        Serving::start(world, &["witness", "serve", folder])
    }

    pub(crate) fn start(world: &World, args: &[&str]) -> Serving {
        let mut child = Command::new(env!("CARGO_BIN_EXE_servanda"))
            .args(args)
            .args(["--stop-after", "60"])
            .current_dir(world.path("."))
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut said).unwrap();
        let address = said.trim().rsplit(' ').next().unwrap().to_owned();
        assert!(address.starts_with("http://127.0.0.1:"), "{said}");
        Serving(child, address)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A record with three witnesses, of which two are enough.
fn world() -> World {
    let world = World::new();
    world.write_talks("talks/agreement.md");
    world.ok(&["init", "record", "--agreement", "talks", "--now", NOW]);
    let mut policy = String::new();
    let mut names = Vec::new();
    for name in ["north", "south", "guarantor"] {
        let shown = world.ok(&["witness", "make", name, "--name", &format!("{name}.example/w")]);
        let line = shown.out.lines().find(|line| line.contains("/mldsa44 ")).unwrap().to_owned();
        names.push(line.split(' ').nth(1).unwrap().to_owned());
        policy += &format!("{line}\n");
        world.ok(&["witness", "watch", name, "--of", "record"]);
    }
    world.write("policy", format!("{policy}group enough 2 {}\nquorum enough\n", names.join(" ")));
    world
}

#[test]
fn two_of_three_are_enough_and_who_is_absent_is_named() {
    let world = world();
    let north = Serving::of(&world, "north");
    let ask = |addresses: &[&str]| {
        let flags = addresses.iter().flat_map(|at| ["--witness", at]);
        let args: Vec<&str> =
            ["cosign", "record", "--policy", "policy"].into_iter().chain(flags).collect();
        world.ok(&args)
    };
    let run = ask(&[&north.1, "http://127.0.0.1:9"]);
    assert!(run.out.contains("cosigned by 1 of 3, quorum enough not met"), "{}", run.out);
    assert!(run.out.contains("absent: south.example/w/mldsa44, guarantor.example/w/mldsa44"));
    assert!(run.err.contains("no connection"), "{}", run.err);
    let south = Serving::of(&world, "south");
    let run = ask(&[&south.1]);
    assert!(run.out.contains("cosigned by 2 of 3, quorum enough met"), "{}", run.out);
    // The record grows; what was cosigned belongs to the old size, and is asked for again.
    grow(&world, "record", "said nothing");
    assert!(ask(&[]).out.contains("cosigned by 0 of 3"));
    let run = ask(&[&north.1, &south.1]);
    assert!(
        run.out.contains("3 entries: example.org/ferry") || run.out.contains("quorum enough met")
    );
    assert!(run.out.contains("cosigned by 2 of 3, quorum enough met"), "{}", run.out);
    world.ok(&["verify", "record"]);
}

#[test]
fn a_second_history_finds_no_witness() {
    let world = world();
    twin(&world, "other");
    world.copy("record", "older");
    for (record, words) in [("record", "said nothing"), ("other", "said a great deal")] {
        grow(&world, record, words);
    }
    let north = Serving::of(&world, "north");
    let ask =
        |record: &str| world.ok(&["cosign", record, "--policy", "policy", "--witness", &north.1]);
    assert!(ask("record").out.contains("cosigned by 1 of 3"));
    let run = ask("other");
    assert!(run.out.contains("cosigned by 0 of 3"), "{}", run.out);
    assert!(run.err.contains("refused (422): inconsistent"), "{}", run.err);
    // An older copy of the record itself is told that the witness has seen more.
    let run = ask("older");
    assert!(run.err.contains("it knows a longer record than this"), "{}", run.err);
}

/// A mirror of the record, which has pulled it once.
fn mirrored() -> World {
    let world = world();
    world.ok(&["mirror", "make", "mirror", "--name", "south.example/mirror"]);
    world.ok(&["mirror", "watch", "mirror", "--of", "record"]);
    let run = world.ok(&["mirror", "pull", "mirror", "record", "--now", NOW, "--out", "lines"]);
    assert!(
        run.out.contains("record.local/ferry: checked and cosigned, 0 → 2 entries"),
        "{}",
        run.out
    );
    world
}

pub(crate) fn grow(world: &World, record: &str, words: &str) {
    let text = format!("Talks go on\n\nThe foreign minister of Northland {words}.\n");
    world.write("report.txt", text);
    world.ok(&["add", record, "report.txt", "--published", "2030-01-07", "--now", NOW]);
}

/// Copies a record with its keys, as their owner would.
fn twin(world: &World, to: &str) {
    put_back(world, "record", to);
}

/// The mirror's copy of the record.
fn copy_in(world: &World) -> String {
    let logs = std::fs::read_dir(world.path("mirror/log")).unwrap();
    let name = logs.map(|log| log.unwrap().file_name().into_string().unwrap()).next().unwrap();
    format!("mirror/log/{name}/record")
}

#[test]
fn a_mirror_holds_all_of_it_and_the_record_goes_on_from_there_when_the_operator_is_lost() {
    let world = mirrored();
    let copy = copy_in(&world);
    grow(&world, "record", "said nothing");
    let run = world.ok(&["mirror", "pull", "mirror", "record", "--now", NOW]);
    assert!(run.out.contains("2 → 3 entries"), "{}", run.out);
    let (ours, theirs) = (tree(&world.path(&copy)), tree(&world.path("record")));
    let names = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&ours), names(&theirs));
    let other: Vec<&String> = ours.keys().filter(|name| ours[*name] != theirs[*name]).collect();
    assert_eq!(other, ["checkpoint"], "it has the mirror's signatures too");
    world.ok(&["mirror", "pull", "mirror", "record", "--now", NOW]);
    std::fs::remove_dir_all(world.path("record")).unwrap();
    world.copy(&copy, "record");
    world.ok(&["verify", "record"]);
    grow(&world, "record", "said it again");
    let run = world.ok(&["mirror", "pull", "mirror", "record", "--now", NOW]);
    assert!(run.out.contains("3 → 4 entries"), "{}", run.out);
}

#[test]
fn a_mirror_takes_no_damaged_no_shorter_and_no_other_history() {
    let world = mirrored();
    let copy = copy_in(&world);
    world.copy("record", "short");
    twin(&world, "other");
    grow(&world, "record", "said nothing");
    grow(&world, "other", "said a great deal");
    world.ok(&["mirror", "pull", "mirror", "record", "--now", NOW]);
    let before = tree(&world.path(&copy));
    let refused = |from: &str| {
        let run = world.run(&["mirror", "pull", "mirror", from, "--now", NOW]);
        assert!(run.code == Some(1) || run.code == Some(2), "{from}: {}", run.err);
        assert_eq!(tree(&world.path(&copy)), before, "{from}");
        run.err
    };
    assert!(refused("short").contains("old-is-larger"));
    let said = refused("other");
    assert!(said.contains("inconsistent") && said.contains("kept as log/"), "{said}");
    let kept = said.split("kept as ").nth(1).unwrap().split(['.', '\n']).next().unwrap().to_owned();
    let proof =
        std::fs::read(world.path("mirror").join(kept.split_whitespace().collect::<String>()));
    assert_eq!(proof.unwrap(), world.read("other/checkpoint"), "signed by the log: a proof");
    // Bytes that rot under hashes that stay: a witness would not see it.
    for (name, bytes) in tree(&world.path("record")) {
        if name.starts_with("blob/") {
            let mut bytes = bytes;
            bytes[0] ^= 1;
            world.copy("record", "rotten");
            world.write(&format!("rotten/{name}"), &bytes);
            let kept = tree(&world.path(&copy));
            let run = world.run(&["mirror", "pull", "mirror", "rotten", "--now", NOW]);
            // What the mirror holds already it doesn't take from elsewhere.
            assert!(run.code == Some(0) || run.err.contains(&name), "{}", run.err);
            let now = tree(&world.path(&copy));
            assert_eq!(now.get(&name), kept.get(&name));
        }
    }
    world.ok(&["verify", &copy]);
    // A mirror that has nothing yet takes none of it.
    world.ok(&["mirror", "make", "fresh", "--name", "north.example/mirror"]);
    world.ok(&["mirror", "watch", "fresh", "--of", "record"]);
    let run = world.run(&["mirror", "pull", "fresh", "rotten", "--now", NOW]);
    assert!(run.code == Some(2) && run.err.contains("blob/"), "{}", run.err);
}

#[test]
fn a_pull_that_was_interrupted_is_put_in_order() {
    let world = mirrored();
    let copy = copy_in(&world);
    let folder = copy.trim_end_matches("/record");
    std::fs::rename(world.path(&copy), world.path(&format!("{folder}/before"))).unwrap();
    world.write(&format!("{folder}/coming/checkpoint"), "half");
    let shown = world.ok(&["mirror", "show", "mirror"]);
    assert!(
        shown.out.contains("# mirrors record.local/ferry: 2 entries cosigned"),
        "{}",
        shown.out
    );
    assert!(!world.path(&format!("{folder}/coming")).exists());
    assert!(!world.path(&format!("{folder}/before")).exists());
    world.ok(&["verify", &copy]);
}

#[test]
fn the_copies_can_be_read_over_http_and_nothing_beside_them() {
    let world = mirrored();
    let copy = copy_in(&world);
    let digest = copy.split('/').nth(2).unwrap().to_owned();
    let serving = Serving::start(&world, &["mirror", "serve", "mirror"]);
    let get = |path: &str| {
        let at = serving.1.trim_start_matches("http://").to_owned();
        let mut stream = TcpStream::connect(&at).unwrap();
        let head = format!("GET {path} HTTP/1.1\r\nHost: {at}\r\nConnection: close\r\n\r\n");
        stream.write_all(head.as_bytes()).unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
        let is_ok = bytes.starts_with(b"HTTP/1.1 200 ");
        is_ok.then(|| bytes[end + 4..].to_vec())
    };
    for (name, bytes) in tree(&world.path(&copy)) {
        assert_eq!(get(&format!("/{digest}/{name}")).as_ref(), Some(&bytes), "{name}");
    }
    for path in [
        format!("/{digest}/../keys"),
        format!("/{digest}/..%2Fkeys"),
        format!("/{digest}/%2e%2e/%2e%2e/%2e%2e/ed25519.key"),
        format!("/{digest}/blob/../../keys"),
        format!("/{digest}/"),
        "/ed25519.key".to_owned(),
        format!("/{}/checkpoint", "0".repeat(64)),
    ] {
        assert_eq!(get(&path), None, "{path}");
    }
}

#[test]
fn a_record_that_was_put_back_is_told_so_before_it_writes() {
    let world = world();
    world.copy("record", "backup");
    let north = Serving::of(&world, "north");
    let south = Serving::of(&world, "south");
    let ask = |record: &str, more: &[&str]| {
        let run = world.run(&[&["standing", record, "--policy", "policy"], more].concat());
        (run.code, run.out)
    };
    let both = ["--ask", &north.1, "--ask", &south.1];
    let (code, told) = ask("record", &both);
    assert!(code == Some(1) && told.contains("too few were reached"), "{told}");
    grow(&world, "record", "said nothing");
    for at in [&north.1, &south.1] {
        world.ok(&["cosign", "record", "--policy", "policy", "--witness", at]);
    }
    let (code, told) = ask("record", &both);
    assert!(code == Some(0) && told.contains("3 entries, and nobody of a quorum knows more"));
    assert_eq!(ask("record", &["--ask", &north.1]).0, Some(1));
    // One who holds more is enough to stop a writer.
    for more in [&both[..2], &["--checkpoint", "record/checkpoint"]] {
        let (code, told) = ask("backup", more);
        assert!(code == Some(1) && told.contains("its log has signed 3"), "{told}");
    }
    twin(&world, "other");
    grow(&world, "other", "said a great deal");
    grow(&world, "record", "said it");
    let (code, told) = ask("record", &["--checkpoint", "other/checkpoint"]);
    assert!(code == Some(1) && told.contains("another history"), "{told}");
}

#[test]
fn a_record_is_pushed_to_mirrors_over_http() {
    let world = world();
    let mut policy = String::from_utf8(world.read("policy")).unwrap();
    for name in ["one", "two"] {
        let made = world.ok(&["mirror", "make", name, "--name", &format!("{name}.example/m")]);
        let line = made.out.lines().find(|line| line.contains("/ed25519 ")).unwrap();
        policy = format!("witness {name} {}\n{policy}", line.split(' ').nth(2).unwrap());
        world.ok(&["mirror", "watch", name, "--of", "record"]);
    }
    world
        .write("policy", policy.replace("group enough", "group mirrors all one two\ngroup enough"));
    let (one, two) = (
        Serving::start(&world, &["mirror", "serve", "one"]),
        Serving::start(&world, &["mirror", "serve", "two"]),
    );
    let push = || {
        let mirrors = ["--mirror", &one.1, "--mirror", &two.1, "--mirror", "http://127.0.0.1:9"];
        let run = world.ok(&[&["cosign", "record", "--policy", "policy"][..], &mirrors].concat());
        assert!(run.out.contains("cosigned by 2 of 5"), "{}{}", run.out, run.err);
        assert!(run.err.contains("no connection"), "{}", run.err);
    };
    push();
    grow(&world, "record", "said nothing");
    push();
    push();
    twin(&world, "other");
    grow(&world, "record", "said nothing new");
    grow(&world, "other", "said a great deal");
    push();
    let run = world
        .ok(&["cosign", "other", "--policy", "policy", "--mirror", &one.1, "--mirror", &two.1]);
    assert!(run.err.contains("refused (422)") && run.out.contains("cosigned by 0"), "{}", run.err);
    drop((one, two));
    for name in ["one", "two"] {
        let logs = std::fs::read_dir(world.path(&format!("{name}/log"))).unwrap();
        let log = logs.map(|log| log.unwrap().path()).next().unwrap();
        let copy = log.join("record");
        world.ok(&["verify", copy.to_str().unwrap()]);
        let names = |root: &std::path::Path| tree(root).into_keys().collect::<Vec<_>>();
        let ours: Vec<_> = names(&world.path("record"));
        assert!(names(&copy).iter().all(|name| ours.contains(name)), "nothing else is there");
    }
}

/// The commands of a guide, each run as it stands there; what needs an address outside is left out.
fn follow(world: &World, guide: &str, who: &str) {
    let commands = guide.split("```console\n").skip(1).flat_map(|block| {
        let block = block.split("```").next().unwrap();
        block.lines().filter_map(|line| line.strip_prefix("$ servanda "))
    });
    let mut run = 0;
    for command in commands.filter(|command| !command.contains("https://")) {
        if command.contains("--policy policy") {
            let lines = world.ok(&[who, "show", who]).out;
            let lines: String = lines.lines().map(|line| format!("{line}\n")).collect();
            world.write("policy", format!("{lines}quorum none\n"));
        }
        if command.ends_with(" copy") {
            world.copy(&copy_in(world), "copy");
        }
        let mut words: Vec<&str> = command.split(' ').collect();
        if words.get(1) == Some(&"serve") {
            words.truncate(3);
            words.extend(["--listen", "127.0.0.1:0", "--stop-after", "0"]);
        }
        world.ok(&words);
        run += 1;
    }
    assert!(run > 5, "{run}");
}

#[test]
fn a_person_can_follow_the_guides() {
    for (guide, who) in [
        (include_str!("../../../../docs/guides/witness.md"), "witness"),
        (include_str!("../../../../docs/guides/mirror.md"), "mirror"),
    ] {
        follow(&world(), guide, who);
    }
}
