//! The operations room from the command line: accounts, and opening it.

use crate::world::World;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const NOW: &str = "2030-01-07T00:00:00Z";

fn world() -> World {
    let world = World::new();
    let cases = include_str!("../../cases/articles.md");
    let text = cases.split_once("````file talks/agreement.md\n").unwrap().1;
    world.write("talks/agreement.md", text.split_once("\n````").unwrap().0);
    world.ok(&["init", "record", "--agreement", "talks", "--now", NOW]);
    world
}

#[test]
fn accounts_are_opened_listed_and_closed() {
    let world = world();
    let person = |args: &[&str]| {
        let all: Vec<&str> = ["room", "person"].iter().chain(args).copied().collect();
        world.run(&all)
    };
    let run = person(&["add", "record", "vera", "--role", "verifier", "--role", "legal"]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    let password = run.out.trim().rsplit(' ').next().unwrap();
    assert_eq!(password.len(), 23, "{}", run.out);
    person(&["add", "record", "lior", "--role", "liaison", "--party", "N"]);
    let listed = person(&["list", "record"]).out;
    assert_eq!(listed, "lior: liaison of N\nvera: verifier, legal\n");
    person(&["close", "record", "vera"]);
    assert!(person(&["list", "record"]).out.contains("vera: verifier, legal (closed)"));
    for (args, reason) in [
        (&["add", "record", "ann", "--role", "god"][..], "there is no role \"god\""),
        (&["add", "record", "ann", "--role", "liaison", "--party", "X"], "no party \"X\""),
        (&["add", "record", "ann", "--role", "liaison"], "say which"),
        (&["add", "record", "vera", "--role", "legal"], "never given twice"),
        (&["add", "record", "Ann", "--role", "legal"], "login name"),
        (&["close", "record", "nobody"], "no open account"),
        (
            &["add", "record", "ann", "--role", "legal", "--room-dir", "record/room"],
            "in the record",
        ),
    ] {
        let run = person(args);
        assert_eq!(run.code, Some(2), "{args:?}");
        assert!(run.err.contains(reason), "{args:?}: {}", run.err);
    }
    // None of it is in the record.
    world.ok(&["verify", "record"]);
}

#[test]
fn the_room_opens_says_where_and_stops_by_itself() {
    let world = world();
    let mut add = Command::new(env!("CARGO_BIN_EXE_servanda"))
        .args(["room", "person", "add", "record", "vera", "--role", "verifier", "--password-stdin"])
        .current_dir(world.path("."))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    add.stdin.take().unwrap().write_all(b"a few plain words\n").unwrap();
    let added = add.wait_with_output().unwrap();
    assert!(added.status.success() && added.stdout.is_empty());
    let mut child = Command::new(env!("CARGO_BIN_EXE_servanda"))
        .args(["serve", "record", "--address", "127.0.0.1:0", "--stop-after", "5"])
        .current_dir(world.path("."))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut said).unwrap();
    let at = said.trim().rsplit("http://").next().unwrap().to_owned();
    assert!(said.starts_with("the room is open at http://127.0.0.1:"), "{said}");
    let body = "name=vera&password=a+few+plain+words";
    let request = format!(
        "POST /login HTTP/1.1\r\nHost: {at}\r\nOrigin: http://{at}\r\nConnection: close\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(&at).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 303 "), "{answer}");
    assert!(child.wait().unwrap().success());
}

#[test]
fn other_machines_are_let_in_only_when_it_is_said() {
    let world = world();
    let run = world.run(&["serve", "record", "--metrics", "0.0.0.0:0", "--stop-after", "0"]);
    assert_eq!(run.code, Some(2));
    assert!(run.err.contains("give a port alone"), "{}", run.err);
    let run = world.run(&["serve", "record", "--metrics", "0", "--stop-after", "0"]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    assert!(run.err.contains("figures for the operator: http://127.0.0.1:"), "{}", run.err);
    let args = ["serve", "record", "--address", "0.0.0.0:0", "--stop-after", "0"];
    let run = world.run(&args);
    assert_eq!(run.code, Some(2));
    assert!(run.err.contains("--expose") && run.err.contains("TLS"), "{}", run.err);
    let exposed: Vec<&str> = args.iter().copied().chain(["--expose"]).collect();
    let run = world.run(&exposed);
    assert_eq!(run.code, Some(0));
    assert!(run.err.contains("warning: without TLS"), "{}", run.err);
    let origin = ["--origin", "https://room.example.org"];
    let behind: Vec<&str> = exposed.iter().copied().chain(origin).collect();
    assert!(!world.run(&behind).err.contains("warning"));
    let run = world.run(&["serve", "record", "--origin", "room.example.org"]);
    assert!(run.err.contains("an origin begins with https://"), "{}", run.err);
}

/// The demonstration's room, open; and its address.
fn demo_room(world: &World, more: &[&str]) -> (Child, String, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_servanda"))
        .args(["demo", "--room"])
        .args(more)
        .current_dir(world.path("."))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = String::new();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    while !said.contains("the room is open at http://") {
        assert_ne!(out.read_line(&mut said).unwrap(), 0, "the room wasn't opened:\n{said}");
    }
    let at = said.trim().rsplit("http://").next().unwrap().to_owned();
    (child, said, at)
}

/// A browser that waits for what is new, on a connection that stays open.
fn follow(at: &str) -> TcpStream {
    let mut stream = TcpStream::connect(at).unwrap();
    let request = format!("GET /events HTTP/1.1\r\nHost: {at}\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut beginning = String::new();
    let mut lines = BufReader::new(stream.try_clone().unwrap());
    while !beginning.contains("event: size") {
        assert_ne!(lines.read_line(&mut beginning).unwrap(), 0, "{beginning}");
    }
    stream
}

#[test]
#[allow(clippy::disallowed_methods, reason = "how long it takes to end is what is tested")]
fn the_demonstrations_room_has_an_account_of_each_role_and_ends_while_browsers_follow_it() {
    let world = World::new();
    let (mut child, said, at) = demo_room(&world, &["--stop-after", "4"]);
    for name in ["observer", "verifier-2", "legal-2", "liaison-2", "guarantor", "administrator"] {
        assert!(said.contains(name), "{name}\n{said}");
    }
    assert!(said.contains("password: only a demonstration (published"), "{said}");
    let following = follow(&at);
    assert!(child.wait().unwrap().success());
    drop(following);

    // Anew, on the same record; and it is interrupted.
    let (mut child, again, at) = demo_room(&world, &["--stop-after", "120"]);
    let same = |text: &str| text.lines().take(3).collect::<Vec<_>>().join("\n");
    assert_eq!(same(&said), same(&again));
    let following = follow(&at);
    let began = Instant::now();
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    assert!(child.wait().unwrap().success());
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    drop(following);
    world.ok(&["verify", "servanda-demo/easter-truce-2026/record"]);
    // Without a room nothing of it stays.
    world.ok(&["demo"]);
    for ending in [".keys", ".room", ".custody"] {
        let left = world.path(&format!("servanda-demo/easter-truce-2026/record{ending}"));
        assert!(!left.exists(), "{ending}");
    }
}

#[test]
fn the_demonstrations_room_is_for_this_machine_alone() {
    let world = World::new();
    let run = world.run(&["demo", "--room", "--address", "0.0.0.0:0", "--stop-after", "0"]);
    assert_eq!(run.code, Some(2));
    assert!(run.err.contains("password is published"), "{}", run.err);
    assert!(!world.path("servanda-demo").exists());
    assert_eq!(world.run(&["demo", "--stop-after", "1"]).code, Some(2), "only with --room");
}
