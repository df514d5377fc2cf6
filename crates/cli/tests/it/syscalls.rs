//! The real program, refused or killed by the real system at one call after another (strace), and
//! killed under load. After each: a whole check, nothing lost that was acknowledged, and the record
//! goes on.
//!
//! `SYSCALLS` is how many points are tried, spread over all that there are, `KILLS` how often a
//! program that writes is killed: `make long` tries them all. Without strace the first is passed
//! over, unless `STRACE=must`.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "how much is tried is asked in the environment, and what was found is told"
)]

use crate::world::World;
use servanda_store::{Keys, Record, StoreError, verify};
use servanda_tlog::Hash;
use std::collections::BTreeMap;
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::process::{Command, Stdio};

const NOW: &str = "2030-01-07T00:00:00Z";
/// The calls that change what is on a disk, or that may be refused on the way there.
const CALLS: &str = "openat,write,fsync,fdatasync,syncfs,rename,mkdir,unlink,rmdir,flock";
const FAULTS: [&str; 3] = ["error=EIO", "error=ENOSPC", "signal=KILL"];

fn number(name: &str, otherwise: usize) -> usize {
    std::env::var(name).map_or(otherwise, |text| text.parse().unwrap())
}

/// A record, its keys, a text to be added, and a witness's answer.
fn world() -> World {
    let world = World::new();
    world.write_talks("talks/agreement.md");
    world.write_talks("report.txt");
    world.ok(&["init", "record", "--agreement", "talks", "--now", NOW]);
    world.ok(&["witness", "make", "witness", "--name", "delegation.example/witness"]);
    world.ok(&["witness", "watch", "witness", "--of", "record"]);
    world.ok(&["cosign", "record", "--request", "0", "--out", "request"]);
    world.ok(&["witness", "answer", "witness", "request", "--out", "answer", "--now", NOW]);
    let named = world.ok(&["witness", "show", "witness"]).out;
    let lines: Vec<&str> = named.lines().filter(|line| line.starts_with("witness ")).collect();
    // One of the two keys is enough.
    let key = lines[0];
    let name = key.split(' ').nth(1).unwrap();
    world.write("policy", format!("{key}\nquorum {name}\n"));
    world
}

const APPEND: [&str; 11] = [
    "act",
    "record",
    "signature",
    "--by",
    "N",
    "--from",
    "2030-01-04",
    "--reference",
    "in the hall",
    "--now",
    NOW,
];

/// What a program does with the record.
fn works() -> [(&'static str, Vec<&'static str>); 4] {
    [
        ("append", APPEND.to_vec()),
        ("import", vec!["add", "record", "report.txt", "--published", "2030-01-07", "--now", NOW]),
        ("publish", vec!["cosign", "record", "--answer", "answer", "--policy", "policy"]),
        ("start", vec!["init", "new", "--agreement", "talks", "--now", NOW]),
    ]
}

/// The program under strace, with one more argument to it.
fn traced(world: &World, inject: &str, args: &[&str]) -> std::process::Output {
    Command::new("strace")
        .args(["-f", "-qq", "-o", "trace", "-e", &format!("trace={CALLS}")])
        .args((!inject.is_empty()).then(|| format!("--inject={inject}")))
        .arg(env!("CARGO_BIN_EXE_servanda"))
        .args(args)
        .current_dir(world.path("."))
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// All the calls of a work, each as `name:when=number`, from where it first touches the record on.
fn points(world: &World, args: &[&str]) -> Vec<String> {
    let ended = traced(world, "", args);
    assert!(ended.status.success(), "{args:?}: {}", String::from_utf8_lossy(&ended.stderr));
    let trace = String::from_utf8(world.read("trace")).unwrap();
    let (mut counts, mut points) = (BTreeMap::new(), Vec::new());
    let mut ours = false;
    for line in trace.lines() {
        let call = line.split_once(' ').map_or(line, |(_, call)| call.trim_start());
        let Some((name, rest)) = call.split_once('(') else { continue };
        if !CALLS.split(',').any(|known| known == name) {
            continue;
        }
        let count = counts.entry(name.to_owned()).or_insert(0);
        *count += 1;
        // What the loader of programs opens says nothing about us.
        ours |= rest.contains("record") || rest.contains("talks");
        if ours {
            points.push(format!("{name}:when={count}"));
        }
    }
    points
}

/// What was acknowledged, and each checkpoint that could be read.
#[derive(Default)]
struct Seen {
    acknowledged: Vec<Vec<u8>>,
    checkpoints: BTreeMap<u64, Hash>,
}

impl Seen {
    /// Whether the record holds all that was acknowledged, and is the log that was shown.
    fn look(&mut self, world: &World, what: &str) -> Record {
        let dir = world.path("record");
        let report = verify(&dir, None);
        assert!(report.ok(), "{what}: {:#?}", report.faults);
        let record = Record::open(&dir).unwrap();
        let known = *self.checkpoints.entry(record.size()).or_insert(record.root());
        assert_eq!(known, record.root(), "{what}");
        for (size, root) in self.checkpoints.range(..=record.size()) {
            assert_eq!(record.root_at(*size).unwrap(), *root, "{what}: another log at {size}");
        }
        for (index, note) in self.acknowledged.iter().enumerate().take(record.size() as usize) {
            assert_eq!(record.note_bytes(index as u64).unwrap(), *note, "{what}");
        }
        record
    }

    /// After all that was committed is in its place.
    fn take_up(&mut self, world: &World, what: &str) {
        self.look(world, what);
        let keys = Keys::read(&world.path("record.keys")).unwrap();
        // Who was killed may hold the lock for another moment.
        let pause = std::time::Duration::from_millis(10);
        let mut taken = Record::recover(world.path("record"), &keys);
        for _ in 0..500 {
            if !matches!(taken, Err(StoreError::Busy { .. })) {
                break;
            }
            std::thread::sleep(pause);
            taken = Record::recover(world.path("record"), &keys);
        }
        taken.unwrap_or_else(|error| panic!("{what}: {error}"));
        let record = self.look(world, what);
        let sure = self.acknowledged.len() as u64;
        assert!(record.size() >= sure, "{what}: {} of {sure} are left", record.size());
        self.remember(&record);
    }

    fn remember(&mut self, record: &Record) {
        let notes = (0..record.size()).map(|index| record.note_bytes(index).unwrap().to_vec());
        self.acknowledged = notes.collect();
    }
}

#[test]
fn refused_or_killed_at_any_call_of_the_system_nothing_acknowledged_is_lost() {
    if Command::new("strace").arg("-V").output().is_err() {
        assert_ne!(std::env::var("STRACE").as_deref(), Ok("must"), "strace is not here");
        println!("strace is not here: passed over");
        return;
    }
    let original = world();
    let copy = || {
        let world = World::new();
        for name in ["record", "record.keys", "talks", "witness"] {
            world.copy_of(&original, name);
        }
        for name in ["report.txt", "answer", "policy"] {
            world.write(name, original.read(name));
        }
        world
    };
    let mut all = Vec::new();
    for (name, args) in works() {
        for point in points(&copy(), &args) {
            all.extend(FAULTS.map(|fault| (name, args.clone(), point.clone(), fault)));
        }
    }
    let most = number("SYSCALLS", 24);
    let every = all.len().div_ceil(most).max(1);
    let mut tried = BTreeMap::new();
    let mut failed = 0;
    for (name, args, point, fault) in all.iter().step_by(every) {
        let world = copy();
        let what = format!("{name}, {fault} at {point}");
        let mut seen = Seen::default();
        seen.remember(&Record::open(world.path("record")).unwrap());
        let (call, when) = point.split_once(':').unwrap();
        let ended = traced(&world, &format!("{call}:{fault}:{when}"), args);
        let killed = ended.status.signal().is_some();
        assert!(killed || matches!(ended.status.code(), Some(0..=2)), "{what}: {:?}", ended.status);
        failed += usize::from(!ended.status.success());
        if *name == "start" {
            // Its making was interrupted: there is a record whole, or none.
            if ended.status.success() {
                assert!(verify(world.path("new"), None).ok(), "{what}");
            } else if let Ok(record) = Record::open(world.path("new")) {
                assert_eq!(record.size(), 2, "{what}");
                let keys = Keys::read(&world.path("new.keys")).unwrap();
                Record::recover(world.path("new"), &keys).unwrap();
                assert!(verify(world.path("new"), None).ok(), "{what}");
            }
        }
        let before = seen.acknowledged.len();
        seen.take_up(&world, &what);
        if ended.status.success() && matches!(*name, "append" | "import") {
            assert!(seen.acknowledged.len() > before, "{what}: it said that it was done");
        }
        // It goes on.
        world.ok(&APPEND);
        let last = seen.acknowledged.len();
        seen.take_up(&world, &what);
        assert_eq!(seen.acknowledged.len(), last + 1, "{what}");
        *tried.entry(*name).or_insert(0) += 1;
    }
    println!(
        "{} points of {}: {tried:?}; {failed} ended in an error or a signal",
        { tried.values().sum::<i32>() },
        all.len()
    );
}

#[test]
fn killed_under_load_again_and_again_nothing_acknowledged_is_lost() {
    let world = world();
    let mut seen = Seen::default();
    let kills = number("KILLS", 6);
    let (mut killed, mut done) = (0, 0);
    for n in 0..kills {
        // A shell that writes on and on, and says after each that it is done.
        let script = "while \"$0\" \"$@\" >/dev/null 2>&1; do echo; done";
        let mut writer = Command::new("sh")
            .args(["-c", script, env!("CARGO_BIN_EXE_servanda")])
            .args(APPEND)
            .current_dir(world.path("."))
            .stdout(Stdio::piped())
            .stdin(Stdio::null())
            .process_group(0)
            .spawn()
            .unwrap();
        let pause = std::time::Duration::from_millis(80 + (n as u64 * 7919) % 421);
        std::thread::sleep(pause);
        let group = format!("-{}", writer.id());
        assert!(Command::new("kill").args(["-KILL", "--", &group]).status().unwrap().success());
        let mut said = String::new();
        std::io::Read::read_to_string(writer.stdout.as_mut().unwrap(), &mut said).unwrap();
        writer.wait().unwrap();
        let sure = seen.acknowledged.len().max(2) + said.len();
        seen.take_up(&world, &format!("kill {n}"));
        let found = seen.acknowledged.len();
        assert!(found >= sure, "kill {n}: {found} entries, {sure} were acknowledged");
        (killed, done) = (killed + 1, done + said.len());
    }
    println!("{killed} kills, {done} appends acknowledged between them, none lost");
}
