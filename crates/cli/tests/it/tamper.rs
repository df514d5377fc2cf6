//! `verify`: whoever changes anything in a record is found out.

use crate::truce::{WRITE, founded};
use crate::world::{World, list, text, tree};
use serde_json::json;

const RECORD: &str = "servanda-demo/easter-truce-2026/record";

fn demo() -> World {
    let world = World::new();
    world.ok(&["demo", "--quiet"]);
    world
}

/// What `verify` must print of the path that was touched.
fn names(world: &World, path: &str) {
    let run = world.no(&["verify", RECORD]);
    assert!(run.out.contains(path), "{path} is not named:\n{}", run.out);
    assert!(run.out.contains("FAILED"), "{path}:\n{}", run.out);
    let report = world.no(&["verify", RECORD, "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&report.out).unwrap();
    assert_eq!(report["ok"], json!(false));
    assert!(list(&report, "faults").iter().any(|fault| text(fault, "path").contains(path)));
}

/// Whether the record as it is now is read from this file: a partial tile of an earlier size is
/// kept for those who hold an earlier checkpoint, and a copy may do without it.
fn current(world: &World, path: &str) -> bool {
    let size = world.json(&["verify", RECORD, "--format", "json"])["size"].clone();
    match path.rsplit_once(".p/") {
        Some((_, width)) => size.as_u64().is_some_and(|size| width == (size % 256).to_string()),
        None => true,
    }
}

#[test]
fn one_byte_changed_in_any_file_is_found_and_the_file_named() {
    let world = demo();
    let files = tree(&world.path(RECORD));
    assert!(files.len() >= 8, "{:?}", files.keys());
    for (path, bytes) in &files {
        for offset in [0, bytes.len() / 3, bytes.len() / 2, bytes.len() - 1] {
            for bit in [0x01, 0x20] {
                let mut changed = bytes.clone();
                changed[offset] ^= bit;
                world.write(&format!("{RECORD}/{path}"), changed);
                let run = world.no(&["verify", RECORD]);
                assert!(run.out.contains(path.as_str()), "{path} at {offset}:\n{}", run.out);
            }
        }
        world.write(&format!("{RECORD}/{path}"), bytes);
    }
    world.ok(&["verify", RECORD]);
}

#[test]
fn a_file_that_is_missing_cut_off_longer_or_swapped_is_named() {
    let world = demo();
    let files = tree(&world.path(RECORD));
    let other = files.values().next_back().unwrap().clone();
    for (path, bytes) in &files {
        let name = format!("{RECORD}/{path}");
        let needed = current(&world, path);
        std::fs::remove_file(world.path(&name)).unwrap();
        // Without its head a folder is no record at all.
        if path == "checkpoint" {
            assert_eq!(world.run(&["verify", RECORD]).code, Some(1));
        } else if !needed {
            world.ok(&["verify", RECORD]);
        } else {
            names(&world, path);
        }
        for spoilt in [&bytes[..bytes.len() / 2], &[&bytes[..], b"\n"].concat(), b""] {
            world.write(&name, spoilt);
            names(&world, path);
        }
        if *bytes != other {
            world.write(&name, &other);
            names(&world, path);
        }
        world.write(&name, bytes);
    }
    world.ok(&["verify", RECORD]);
}

#[test]
fn a_file_too_many_is_named() {
    let world = demo();
    // A folder that can't be part of a record is named, and not looked into.
    for path in ["notes.txt", "blob/00/secret", "log.key", "tile/0/x001/y"] {
        world.write(&format!("{RECORD}/{path}"), "extra");
        names(&world, path);
        std::fs::remove_file(world.path(&format!("{RECORD}/{path}"))).unwrap();
        let _ = std::fs::remove_dir(world.path(&format!("{RECORD}/blob/00")));
        let _ = std::fs::remove_dir(world.path(&format!("{RECORD}/tile/0/x001")));
    }
    world.ok(&["verify", RECORD]);
    // What may be left of an append that was cut short is no part of the record, and is told.
    world.write(&format!("{RECORD}/tile/1/000"), "extra");
    let run = world.ok(&["verify", RECORD]);
    assert!(run.err.contains("tile/1/000"), "{}", run.err);
}

#[test]
fn only_the_right_key_confirms() {
    let world = demo();
    let unconfirmed = world.ok(&["verify", RECORD]);
    assert!(unconfirmed.out.contains("not confirmed"), "{}", unconfirmed.out);
    let report = world.json(&["verify", RECORD, "--format", "json"]);
    assert_eq!(report["key_confirmed"], json!(false));
    let key = text(&report, "key").to_string();

    let confirmed = world.ok(&["verify", RECORD, "--key", &key]);
    assert!(confirmed.out.contains("signed by the key you named"), "{}", confirmed.out);
    let report = world.json(&["verify", RECORD, "--key", &key, "--format", "json"]);
    assert_eq!((&report["key_confirmed"], &report["ok"]), (&json!(true), &json!(true)));

    let other = founded().json(&["verify", "record", "--format", "json"]);
    let other = text(&other, "key");
    assert_ne!(other, key);
    let run = world.no(&["verify", RECORD, "--key", other]);
    assert!(run.out.contains("FAILED"), "{}", run.out);
    // The same name with another key is another key.
    let mut forged = key.clone();
    let last = if forged.ends_with('A') { "B" } else { "A" };
    forged.replace_range(forged.len() - 1.., last);
    assert_ne!(world.run(&["verify", RECORD, "--key", &forged]).code, Some(0));
    for nonsense in ["", "key", "a+b+c"] {
        assert_ne!(world.run(&["verify", RECORD, "--key", nonsense]).code, Some(0), "{nonsense:?}");
    }
}

#[test]
fn a_record_whose_entries_were_changed_is_neither_asked_nor_written() {
    let world = demo();
    let files = tree(&world.path(RECORD));
    let changed: Vec<&String> = files.keys().filter(|path| !path.starts_with("blob/")).collect();
    let changed: Vec<&String> = changed.into_iter().filter(|path| current(&world, path)).collect();
    for path in changed.into_iter().filter(|path| !path.starts_with("tile/0")) {
        let mut bytes = files[path].clone();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        world.write(&format!("{RECORD}/{path}"), &bytes);
        for args in [&["status", RECORD][..], &["findings", RECORD], &["explain", RECORD, "e1"]] {
            world.refused(args);
        }
        world.write(&format!("{RECORD}/{path}"), &files[path]);
    }
}

#[test]
fn a_blob_that_the_answer_needs_must_be_the_one_that_was_signed() {
    let world = founded();
    let agreement = servanda_tlog::sha256(&world.read("river-truce/agreement.md")).to_hex();
    let path = format!("record/blob/{}/{agreement}", &agreement[..2]);
    let text = String::from_utf8(world.read(&path)).unwrap();
    world.write(&path, text.replace("2026-06-08", "2026-06-02"));
    let why = world.refused(&["status", "record"]);
    assert!(why.contains(&agreement), "{why}");
}

#[test]
fn the_keys_of_another_record_write_nothing() {
    let (world, other) = (founded(), founded());
    for file in ["log.key", "office.key"] {
        let bytes = other.read(&format!("keys/{file}"));
        std::fs::create_dir_all(world.path("others")).unwrap();
        let path = world.path(&format!("others/{file}"));
        std::fs::write(&path, bytes).unwrap();
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
    let before = tree(&world.path("record"));
    let note = ["note", "record", "--source", "patrol", "--what", "shot", "--zone", "river"];
    let write = ["--from", "2026-06-02T09:00Z", "--key-dir", "others", "--now", WRITE[3]];
    world.refused(&[&note[..], &write].concat());
    world.refused(&[&note[..], &["--from", "2026-06-02T09:00Z", "--key-dir", "nowhere"]].concat());
    assert_eq!(before, tree(&world.path("record")));
}

#[test]
fn secrets_lie_beside_the_record_and_only_their_owner_reads_them() {
    use std::os::unix::fs::PermissionsExt as _;
    let world = founded();
    for file in ["keys/log.key", "keys/office.key"] {
        let mode = std::fs::metadata(world.path(file)).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{file}");
        let key = world.read(file);
        // PRIVATE+KEY+name+id+secret, and the secret may have a plus sign of its own.
        let secret = std::str::from_utf8(&key).unwrap().trim().splitn(5, '+').last().unwrap();
        assert!(secret.len() > 40, "{file}");
        for (name, bytes) in tree(&world.path("record")) {
            let inside = String::from_utf8_lossy(&bytes).contains(secret);
            assert!(!inside, "{name} holds the secret of {file}");
        }
    }
    let inside = ["init", "new", "--agreement", "river-truce", "--key-dir", "record/keys"];
    world.refused(&inside);
    world.ok(&["verify", "record"]);
}
