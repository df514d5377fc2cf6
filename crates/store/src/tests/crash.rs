//! The power fails, or the system refuses, before any step of an append.

use std::fs;
use std::io;
use std::path::Path;

use super::kit::*;
use crate::disk::Step;
use crate::layout::UNFINISHED;
use crate::{Record, StoreError};
use servanda_entry::Body;

/// An append that fills a bundle, adds two blobs and two levels of tiles.
fn batch() -> (Vec<Body>, Vec<Vec<u8>>) {
    let bodies = vec![document(b"one"), seen(1000), document(b"two"), seen(1001)];
    (bodies, vec![b"one".to_vec(), b"two".to_vec()])
}

/// A record of 254 entries, so that the batch goes over the end of a tile.
fn almost_full(dir: &Path) -> Record {
    let mut record = begin(dir);
    record.append(&keys(), at(1), (0..252).map(seen).collect(), vec![]).unwrap();
    record
}

/// The record is whole, of the old or the new size, and goes on.
fn whole(dir: &Path, what: &str) -> u64 {
    let report = check(dir);
    assert!(report.ok(), "{what}: {report:#?}");
    let mut record = Record::open(dir).unwrap();
    let size = record.size();
    assert_eq!(size, report.size, "{what}");
    // Another batch than the one that was interrupted, so that nothing of it may stay.
    let bodies = vec![document(b"three")];
    record.append(&keys(), at(9), bodies, vec![b"three".to_vec()]).unwrap();
    let after = check(dir);
    assert!(after.ok() && after.notices.is_empty(), "{what}: {after:#?}");
    assert!(!dir.join(UNFINISHED).exists());
    size
}

#[test]
fn after_a_crash_before_any_step_the_record_is_old_or_new() {
    let (temp, dir) = place();
    let mut record = almost_full(&dir);
    let mut states = Vec::new();
    let (bodies, blobs) = batch();
    let mut snapshot = |step: Step, path: &Path| {
        let state = temp.path().join(format!("state{}", states.len()));
        copy(&dir, &state);
        states.push((state, format!("{step:?} {}", path.display())));
        Ok(())
    };
    record.append_watched(&keys(), at(2), bodies, blobs, &mut snapshot).unwrap();
    assert!(states.len() > 30, "{}", states.len());
    let mut sizes = Vec::new();
    for (state, what) in &states {
        // The file that was being written may also be torn.
        if let Ok(bytes) = fs::read(state.join(UNFINISHED)) {
            fs::write(state.join(UNFINISHED), &bytes[..bytes.len() / 2]).unwrap();
        }
        sizes.push(whole(state, what));
    }
    assert!(sizes.is_sorted());
    let commits = sizes.iter().filter(|size| **size == 258).count();
    assert!(commits > 0 && sizes.first() == Some(&254));
    assert!(sizes.iter().all(|size| [254, 258].contains(size)), "{sizes:?}");
    assert_eq!(whole(&dir, "to the end"), 258);
}

#[test]
fn when_the_system_refuses_any_step_the_record_is_whole_and_this_one_poisoned() {
    let (temp, original) = place();
    almost_full(&original);
    for refused in 0.. {
        let dir = temp.path().join(format!("try{refused}"));
        copy(&original, &dir);
        let mut record = Record::open(&dir).unwrap();
        let (bodies, blobs) = batch();
        let mut count = 0;
        let mut last = None;
        let mut refuse = |step: Step, _: &Path| {
            count += 1;
            if count == refused + 1 {
                last = Some(step);
                return Err(io::Error::other("no"));
            }
            Ok(())
        };
        let outcome = record.append_watched(&keys(), at(2), bodies, blobs, &mut refuse);
        let Some(step) = last else {
            assert!(refused > 30, "{refused}");
            break;
        };
        let what = format!("step {refused}, {step:?}");
        match outcome {
            Err(error) => {
                assert!(matches!(error, StoreError::Io { .. }), "{what}: {error}");
                assert_eq!(record.size(), 254);
                let again = record.append(&keys(), at(2), vec![seen(1)], vec![]);
                assert!(matches!(again, Err(StoreError::Poisoned { .. })), "{what}");
                whole(&dir, &what);
            }
            // Only the clearing away after the commit may fail without consequence.
            Ok(_) => {
                assert!(matches!(step, Step::Remove | Step::SyncDirectory), "{what}");
                assert_eq!(whole(&dir, &what), 258);
            }
        }
        fs::remove_dir_all(dir).unwrap();
    }
}

#[test]
fn every_phase_is_on_the_disk_before_the_next() {
    let (_temp, dir) = place();
    let mut record = almost_full(&dir);
    let (bodies, blobs) = batch();
    let mut steps = Vec::new();
    let mut note = |step: Step, path: &Path| {
        steps.push((step, path.strip_prefix(&dir).unwrap().to_owned()));
        Ok(())
    };
    record.append_watched(&keys(), at(2), bodies, blobs, &mut note).unwrap();
    let phase = |path: &Path| match path.to_str().unwrap() {
        "checkpoint" => 3,
        path if path.starts_with("tile/entries") => 0,
        path if path.starts_with("blob") => 1,
        _ => 2,
    };
    let mut unsynced = Vec::new();
    let mut reached = 0;
    for (place, (step, path)) in steps.iter().enumerate() {
        if let Step::SyncDirectory = step {
            unsynced.retain(|other| other != path);
        }
        if !matches!(step, Step::Rename | Step::MakeDirectory) {
            continue;
        }
        if let Step::Rename = step {
            assert_eq!(steps[place - 1].0, Step::Sync, "before the rename of {path:?}");
        }
        let now = phase(path);
        assert!(now >= reached);
        if now > reached {
            assert_eq!(unsynced, Vec::<&Path>::new(), "before {path:?}");
        }
        reached = now;
        unsynced.push(path.parent().unwrap());
    }
    assert_eq!((reached, unsynced.len()), (3, 0));
}

#[test]
fn no_partial_tile_goes_before_the_full_one_is_committed() {
    let (_temp, dir) = place();
    let mut record = almost_full(&dir);
    let (bodies, blobs) = batch();
    // The checkpoint has its name, and then the name is on the disk.
    let (mut renamed, mut committed) = (false, false);
    let mut gone = Vec::new();
    let mut watch = |step: Step, path: &Path| {
        let path = path.strip_prefix(&dir).unwrap();
        match step {
            Step::Rename => renamed = path == Path::new("checkpoint"),
            Step::SyncDirectory => committed |= renamed && path == Path::new(""),
            Step::Remove => {
                assert!(committed && dir.join("tile/0/000").exists(), "{path:?}");
                gone.push(path.to_str().unwrap().to_owned());
            }
            _ => {}
        }
        Ok(())
    };
    record.append_watched(&keys(), at(2), bodies, blobs, &mut watch).unwrap();
    let of_then = ["tile/0/000.p/2", "tile/0/000.p/254"];
    let entries = ["tile/entries/000.p/2", "tile/entries/000.p/254"];
    assert_eq!(gone, [of_then, entries].concat());
}

#[test]
fn a_record_whose_making_was_interrupted_is_none() {
    let (temp, dir) = place();
    let mut states = Vec::new();
    let mut snapshot = |_: Step, _: &Path| {
        let state = temp.path().join(format!("state{}", states.len()));
        copy(&dir, &state);
        states.push(state);
        Ok(())
    };
    let (first, blobs) = (vec![agreement(b"text")], vec![b"text".to_vec()]);
    Record::init_watched(&dir, ORIGIN, &keys(), at(0), "truce", first, blobs, &mut snapshot)
        .unwrap();
    let mut made = 0;
    for state in &states {
        match Record::open(state) {
            Ok(record) => {
                assert_eq!(record.size(), 2);
                assert!(check(state).ok());
                made += 1;
            }
            Err(error) => {
                assert!(matches!(error, StoreError::NoRecord { .. }), "{error}");
                assert!(!check(state).ok());
            }
        }
    }
    assert!(made > 0 && made < states.len());
}

#[test]
fn leftovers_that_name_files_of_the_record_do_not_take_them_away() {
    let (_temp, dir) = place();
    let mut record = small(&dir);
    // Interrupted after the entries: they name a file that the record holds, and a new one.
    let bodies = vec![document(b"1;2\n"), document(b"new")];
    let mut stop = |step: Step, path: &Path| match step {
        Step::Rename if path.ends_with("checkpoint") => Err(io::Error::other("no")),
        _ => Ok(()),
    };
    let blobs = vec![b"new".to_vec()];
    record.append_watched(&keys(), at(99), bodies, blobs, &mut stop).unwrap_err();
    let report = check(&dir);
    assert!(report.ok(), "{report:#?}");
    assert!(report.notices.len() >= 4, "{report:#?}");
    let mut record = Record::open(&dir).unwrap();
    // The leftover file can't stand in for one that is not given.
    let missing = record.append(&keys(), at(99), vec![document(b"new")], vec![]);
    assert!(matches!(missing, Err(StoreError::Refused { .. })));
    record.append(&keys(), at(99), vec![seen(7)], vec![]).unwrap();
    let report = check(&dir);
    assert!(report.ok() && report.notices.is_empty(), "{report:#?}");
    assert_eq!(record.blob(&servanda_tlog::sha256(b"1;2\n")).unwrap(), b"1;2\n");
    assert!(record.blob(&servanda_tlog::sha256(b"new")).is_err());
}
