//! Witnesses asked over HTTP: publication never waits for one, and a second history finds none.

use crate::world::World;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

const NOW: &str = "2030-01-07T00:00:00Z";

/// A witness that answers until it is dropped.
struct Serving(Child, String);

impl Serving {
    fn of(world: &World, folder: &str) -> Serving {
        let mut child = Command::new(env!("CARGO_BIN_EXE_servanda"))
            .args(["witness", "serve", folder, "--stop-after", "60"])
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
    let cases = include_str!("../../cases/articles.md");
    let text = cases.split_once("````file talks/agreement.md\n").unwrap().1;
    world.write("talks/agreement.md", text.split_once("\n````").unwrap().0);
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
    world.write("report.txt", "Talks go on\n\nThe foreign minister of Northland said nothing.\n");
    world.ok(&["add", "record", "report.txt", "--published", "2030-01-07", "--now", NOW]);
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
    world.copy("record", "other");
    world.copy("record.keys", "other.keys");
    for name in ["log.key", "log-mldsa44.key", "office.key"] {
        use std::os::unix::fs::PermissionsExt as _;
        let path = world.path("other.keys").join(name);
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
    world.copy("record", "older");
    for (record, words) in [("record", "said nothing"), ("other", "said a great deal")] {
        let text = format!("Talks go on\n\nThe foreign minister of Northland {words}.\n");
        world.write("report.txt", text);
        world.ok(&["add", record, "report.txt", "--published", "2030-01-07", "--now", NOW]);
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
