//! A record in a store of objects, from the outside: the real program against a server that really
//! keeps them.

use crate::objects::Server;
use crate::truce::{NOW, write_agreement};
use crate::world::{World, list, text};
use servanda_store::{Storage as _, StoreError};
use std::collections::BTreeSet;
use std::process::Stdio;
use std::time::Duration;

const RECORD: &str = "s3://records/north/truce";
const PREFIX: &str = "north/truce";
const SECRET: &str = "known-to-everybody";
const KEYS: [&str; 2] = ["--key-dir", "keys"];

/// A server that honours conditions, and a world that knows it.
fn served() -> (Server, World) {
    let server = Server::start();
    let probe = server.objects("probe");
    let mut overtaken = probe.write().unwrap();
    let _holder = probe.write().unwrap();
    let told = overtaken.push_frame(0, &[1; 200]);
    assert!(
        matches!(told, Err(StoreError::Stale { .. })),
        "the server ignores conditions: {told:?}"
    );
    let mut world = World::new();
    write_agreement(&world);
    world.set("AWS_ENDPOINT_URL", &server.bucket("").endpoint);
    world.set("AWS_ACCESS_KEY_ID", "writer-of-tests");
    world.set("AWS_SECRET_ACCESS_KEY", SECRET);
    (server, world)
}

/// The same, with a record.
fn founded() -> (Server, World) {
    let (server, world) = served();
    let agreement = ["--agreement", "river-truce/agreement.md", "--now", NOW];
    world.ok(&[&["init", RECORD][..], &agreement, &KEYS].concat());
    (server, world)
}

fn note(observer: &str) -> Vec<String> {
    let said = format!("observer={observer}");
    let args = ["note", RECORD, "--source", "patrol", "--what", "explosion", "--from"];
    let rest = ["2026-06-05T08:00:00Z", "--attr", &said, "--now", NOW];
    [&args[..], &rest, &KEYS].concat().into_iter().map(str::to_owned).collect()
}

fn noted(world: &World, observer: &str) {
    let args = note(observer);
    world.ok(&args.iter().map(String::as_str).collect::<Vec<_>>());
}

#[test]
fn a_record_in_a_bucket_is_kept_like_one_in_a_folder() {
    let (server, world) = founded();
    noted(&world, "team four");
    let rows = "date,what\n2026-06-05,explosion\n";
    world.write("kept.csv", rows);
    let add = ["add", RECORD, "kept.csv", "--as", "archive", "--source", "patrol", "--now", NOW];
    world.ok(&[&add[..], &KEYS].concat());
    let why = ["--text", "reply.txt", "--party", "N", "--now", NOW];
    world.write("reply.txt", "the words of a party");
    world.ok(&[&["reply", RECORD, "e2"][..], &why, &KEYS].concat());

    let verified = world.json(&["verify", RECORD, "--format", "json"]);
    assert_eq!((verified["ok"].as_bool(), verified["size"].as_u64()), (Some(true), Some(5)));
    let key = text(&verified, "key").to_owned();
    world.ok(&["verify", RECORD, "--key", &key]);
    world.ok(&["prove", RECORD, "--all", "--out", "all.zip"]);
    world.ok(&["verify", "all.zip", "--key", &key]);
    let bundle = world.json(&["verify", "all.zip", "--format", "json"]);
    assert_eq!(bundle["blobs"]["missing"], 0);
    world.ok(&["export", RECORD, "--as", "ro-crate", "--out", "crate"]);
    world.ok(&["verify", "crate/record", "--key", &key]);

    // To a folder and back: the same record, and the same answers.
    world.ok(&["copy", RECORD, "folder", "--key", &key]);
    let back = "s3://records/back";
    world.ok(&["copy", "folder", back, "--key", &key]);
    for ask in [&["status"][..], &["findings"], &["clocks"], &["export", "--as", "jsonl"]] {
        let of = |place| world.ok(&[&ask[..1], &[place], &ask[1..]].concat()).out;
        assert_eq!(of(RECORD), of("folder"), "{ask:?}");
        assert_eq!(of(RECORD), of(back), "{ask:?}");
    }
    assert!(world.refused(&["copy", "folder", back]).contains("empty"));
    assert!(world.refused(&["copy", "nowhere", "s3://records/new"]).contains("nowhere"));

    // A changed byte is found, and a copy of it is none.
    let tile = server.kept(PREFIX).join("tile/entries/000.p/5");
    let mut bytes = std::fs::read(&tile).unwrap();
    bytes[700] ^= 1;
    std::fs::write(&tile, bytes).unwrap();
    world.no(&["verify", RECORD]);
    assert!(world.no(&["copy", RECORD, "s3://records/worse"]).out.contains("FAILED"));
    assert!(world.refused(&["status", RECORD]).contains("s3://records"));
}

#[test]
fn what_is_missing_is_said_and_no_secret() {
    let (_server, mut world) = founded();
    let note = ["note", RECORD, "--source", "patrol", "--what", "explosion", "--now", NOW];
    let note = [&note[..], &["--from", "2026-06-05T08:00:00Z"]].concat();
    assert!(world.refused(&note).contains("--key-dir"));
    let sealed = [&note[..], &["--attr", "observer=x", "--seal", "observer"], &KEYS].concat();
    assert!(world.refused(&sealed).contains("--custody"));
    world.ok(&[&sealed[..], &["--custody", "custody"]].concat());
    world.ok(&["open-sealed", RECORD, "e2", "--custody", "custody"]);
    let agreement = ["--agreement", "river-truce/agreement.md", "--now", NOW];
    let again = [&["init", RECORD][..], &agreement, &["--key-dir", "other"]].concat();
    assert!(world.refused(&again).contains("not empty"));
    assert!(!world.path("other").exists());
    assert!(world.refused(&["serve", RECORD]).contains("servanda copy"));
    assert!(world.refused(&["status", "s3://records/nothing"]).contains("s3://records/nothing"));
    assert!(world.refused(&["status", "s3://no_such/truce"]).contains("s3://no_such"));
    assert!(world.refused(&["status", "s3://records/../x"]).contains("no name of a bucket"));
    world.set("AWS_SECRET_ACCESS_KEY", "another-secret");
    let said = world.refused(&["status", RECORD]);
    assert!(said.contains(RECORD) && !said.contains("another-secret"), "{said}");
    let said = world.no(&["verify", RECORD]).out;
    assert!(!said.contains("another-secret") && !said.contains("writer-of-tests"), "{said}");
    world.set("AWS_SECRET_ACCESS_KEY", "");
    assert!(world.refused(&["status", RECORD]).contains("AWS_SECRET_ACCESS_KEY"));
    world.set("AWS_SECRET_ACCESS_KEY", SECRET);
    world.set("AWS_ENDPOINT_URL", "http://store.example");
    assert!(world.refused(&["status", RECORD]).contains("https"));
}

/// The commands of the guide, each run as it stands there.
#[test]
fn a_person_can_follow_the_guide() {
    let (_server, world) = served();
    let guide = include_str!("../../../../docs/guides/bucket.md");
    let blocks = guide.split("```console\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    let mut commands = 0;
    for line in blocks.flat_map(str::lines) {
        let words = crate::cases::words(line.strip_prefix("$ servanda ").unwrap());
        world.ok(&words.iter().map(String::as_str).collect::<Vec<_>>());
        commands += 1;
    }
    assert_eq!(commands, 7);
    world.ok(&["verify", "s3://records/copy"]);
}

/// Two programs write at once, again and again, and one of them is killed in between: whatever one
/// of them was told is in the record, once, and the record is whole.
#[test]
fn two_writers_race_and_one_is_killed() {
    let (_server, world) = founded();
    let (mut told, mut refused, mut killed) = (BTreeSet::new(), 0, 0);
    for round in 0_u64..24 {
        let names = [format!("a{round}"), format!("b{round}")];
        let mut children = names.clone().map(|name| {
            let args = note(&name);
            let mut command = world.program(&args.iter().map(String::as_str).collect::<Vec<_>>());
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
        });
        if round % 2 == 1 {
            std::thread::sleep(Duration::from_millis(round * 4));
            let _ = children[0].kill();
        }
        for (child, name) in children.into_iter().zip(names) {
            let ended = child.wait_with_output().unwrap();
            let error = String::from_utf8(ended.stderr).unwrap();
            assert!(!error.contains("panicked"), "{error}");
            match ended.status.code() {
                Some(0) => assert!(told.insert(name)),
                Some(2) => {
                    assert!(error.contains("open it again"), "{error}");
                    refused += 1;
                }
                None => killed += 1,
                other => panic!("{other:?}: {error}"),
            }
        }
        world.ok(&["verify", RECORD]);
    }
    // Who comes last puts in its place what a killed one had committed.
    noted(&world, "last");
    told.insert("last".into());
    let verified = world.json(&["verify", RECORD, "--format", "json"]);
    assert_eq!(list(&verified, "notices").len(), 0, "{verified}");
    let rows = world.ok(&["export", RECORD, "--as", "jsonl"]).out;
    let seen: Vec<String> = rows
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .filter_map(|row| Some(row["attributes"]["observer"].as_str()?.to_owned()))
        .collect();
    let once: BTreeSet<String> = seen.iter().cloned().collect();
    assert_eq!(once.len(), seen.len(), "{seen:?}");
    assert!(told.is_subset(&once), "{told:?} {once:?}");
    // One that was killed or overtaken may have committed what it could not say any more.
    assert!(once.len() <= told.len() + killed + refused, "{told:?} {once:?}");
    assert!(told.len() > 12 && refused > 0 && killed > 0, "{} {refused} {killed}", told.len());
}
