//! What is written is read back, now and as of then.

use std::fs;
use std::sync::Arc;

use super::kit::*;
use crate::{Local, Record, StoreError, Writer, batch_rows};
use servanda_entry::limits::{ROWS_BYTES_MAX, TEXT_BYTES_MAX};
use servanda_entry::{Body, Kind};
use servanda_tlog::{BundleId, Checkpoint, Note, leaf_hash, sha256, tiles_for, verify_inclusion};

#[test]
fn a_record_is_made_opened_and_verified() {
    let (_temp, dir) = place();
    let made = small(&dir);
    let opened = Record::open(&dir).unwrap();
    assert_eq!((opened.origin(), opened.agreement()), (ORIGIN, "truce"));
    assert_eq!((opened.size(), opened.root()), (5, made.root()));
    assert_eq!(opened.log_key_id(), keys().log.verifier_key().id());
    assert_eq!(opened.checkpoint(), made.checkpoint());
    let kinds: Vec<Kind> = opened.entries(0..99).map(|item| item.unwrap().1.body.kind()).collect();
    use Kind::{Agreement, Constitution, Observation};
    assert_eq!(kinds, [Constitution, Agreement, Kind::Document, Observation, Observation]);
    assert_eq!(opened.blob(&sha256(b"1;2\n")).unwrap(), b"1;2\n");
    let report = check(&dir);
    assert!(report.ok(), "{report:#?}");
    assert_eq!((report.notices.len(), report.key_confirmed), (0, true));
    assert_eq!((report.size, report.root), (5, opened.root()));
    let checked = report.checked;
    assert_eq!((checked.entries, checked.bundles, checked.tiles, checked.blobs), (5, 1, 1, 2));
}

#[test]
fn the_layout_is_that_of_the_standard_and_nothing_else() {
    let (_temp, dir) = place();
    large(&dir);
    let mut expected: Vec<String> = tiles_for(300).map(|tile| tile.to_string()).collect();
    expected.extend([(0, 256), (1, 44)].map(|(n, w)| BundleId::new(n, w).unwrap().to_string()));
    expected.push("checkpoint".into());
    let digits = sha256(b"# A truce\n").to_hex();
    expected.push(format!("blob/{}/{digits}", &digits[..2]));
    expected.sort();
    assert_eq!(files(&dir), expected);
    assert!(check(&dir).ok());
}

#[test]
fn an_append_goes_on_from_an_opened_record() {
    let (_temp, dir) = place();
    let whole = large(&dir);
    let (_temp2, other) = place();
    begin(&other);
    // In pieces that end before, on and after the end of a tile.
    for range in [0..253, 253..254, 254..255, 255..298] {
        let mut record = Record::open(&other).unwrap();
        let before = record.size();
        let added = record.append(&keys(), at(1), range.map(seen).collect(), vec![]).unwrap();
        assert_eq!(added, before..record.size());
        assert!(check(&other).ok(), "{:#?}", check(&other));
        assert!(check(&other).notices.is_empty());
    }
    let pieces = Record::open(&other).unwrap();
    assert_eq!(pieces.size(), whole.size());
    // Only what the entries cite differs.
    assert_eq!(pieces.entry(299).unwrap().body, whole.entry(299).unwrap().body);
    assert_eq!(pieces.entry(299).unwrap().cite.size, 257);
    assert_eq!(pieces.entry(299).unwrap().cite.root, pieces.root_at(257).unwrap());
}

#[test]
fn as_of_then_is_the_record_of_then() {
    let (_temp, dir) = place();
    let full = small(&dir);
    let (_temp2, other) = place();
    let then = begin(&other);
    assert_eq!(full.root_at(2).unwrap(), then.root());
    assert_eq!(full.root_at(5).unwrap(), full.root());
    assert!(matches!(full.root_at(6), Err(StoreError::OutOfRange { asked: 6, .. })));
    for size in 1..=5 {
        for index in 0..size {
            let leaf = leaf_hash(&full.note_bytes(index).unwrap());
            assert_eq!(full.leaf(index).unwrap(), leaf);
            let proof = full.inclusion_proof(index, size).unwrap();
            let root = full.root_at(size).unwrap();
            verify_inclusion(&proof, index, size, leaf, root).unwrap();
        }
    }
    assert!(full.inclusion_proof(5, 5).is_err() && full.inclusion_proof(0, 6).is_err());
    assert!(full.leaf(5).is_err() && full.note_bytes(u64::MAX).is_err() && full.entry(5).is_err());
    assert_eq!(full.entries(7..u64::MAX).count(), 0);
}

#[test]
fn each_author_s_entries_follow_each_other() {
    let (_temp, dir) = place();
    let record = small(&dir);
    for item in record.entries(0..5) {
        let (index, entry) = item.unwrap();
        let before = index.checked_sub(1).map(|before| record.leaf(before).unwrap());
        assert_eq!((entry.seq, entry.prev), (index, before));
        assert_eq!(entry.by, "example.org/truce/office");
    }
}

#[test]
fn time_does_not_go_back() {
    let (_temp, dir) = place();
    let mut record = small(&dir);
    let error = record.append(&keys(), at(59), vec![seen(3)], vec![]).unwrap_err();
    assert!(matches!(error, StoreError::TimeGoesBack { .. }), "{error}");
    assert_eq!(record.append(&keys(), at(60), vec![seen(3)], vec![]).unwrap(), 5..6);
    assert!(check(&dir).ok());
}

#[test]
fn what_can_not_be_read_back_is_refused_and_nothing_is_written() {
    let (_temp, dir) = place();
    let mut record = small(&dir);
    let before = files(&dir);
    let other = crate::Keys::generate(ORIGIN, [1; 32], [101; 32], [3; 32]).unwrap();
    let elsewhere =
        crate::Keys::generate("example.org/other", [1; 32], [101; 32], [2; 32]).unwrap();
    let mut late = row(1);
    late.to_ms = -1;
    let mut lies = document(b"1;2\n");
    if let Body::Document(document) = &mut lies {
        document.file.bytes = 5;
    }
    let founding = record.entry(0).unwrap().body;
    let many = observed((0..500).map(row).collect());
    for (keys, body, blobs) in [
        (&keys(), many, vec![]),
        (&keys(), observed(vec![late]), vec![]),
        (&keys(), document(b"not given"), vec![]),
        (&keys(), lies, vec![]),
        (&keys(), seen(3), vec![b"not named".to_vec()]),
        (&keys(), founding, vec![]),
        (&other, seen(3), vec![]),
        (&elsewhere, seen(3), vec![]),
    ] {
        let what = format!("{body:.80?}");
        let bodies = vec![seen(9), body];
        let error = record.append(keys, at(99), bodies, blobs).unwrap_err();
        assert!(
            matches!(error, StoreError::Refused { .. } | StoreError::Keys { .. }),
            "{what}: {error}"
        );
    }
    assert_eq!(files(&dir), before);
    assert_eq!(record.append(&keys(), at(99), vec![], vec![]).unwrap(), 5..5);
    // A file that the record holds already need not be given again.
    assert_eq!(record.append(&keys(), at(99), vec![document(b"1;2\n")], vec![]).unwrap(), 5..6);
    assert!(check(&dir).ok());
}

#[test]
fn only_an_empty_place_becomes_a_record() {
    let (temp, dir) = place();
    begin(&dir);
    let again = Record::init(&dir, ORIGIN, &keys(), at(0), "truce", vec![], vec![]);
    assert!(matches!(again, Err(StoreError::NotEmpty { .. })));
    let other = temp.path().join("other");
    let wrong = Record::init(&other, "example.org/x", &keys(), at(0), "truce", vec![], vec![]);
    assert!(matches!(wrong, Err(StoreError::Keys { .. })));
    fs::create_dir(&other).unwrap();
    assert!(matches!(Record::open(&other), Err(StoreError::NoRecord { .. })));
    let bare = Record::init(&other, ORIGIN, &keys(), at(0), "truce", vec![], vec![]).unwrap();
    assert_eq!(bare.size(), 1);
    assert!(check(&other).ok());
}

#[test]
fn two_do_not_write_at_once_and_none_overwrites_another() {
    let (_temp, dir) = place();
    let mut first = small(&dir);
    let mut second = Record::open(&dir).unwrap();
    let held = fs::File::open(&dir).unwrap();
    held.try_lock().unwrap();
    let busy = first.append(&keys(), at(99), vec![seen(3)], vec![]);
    assert!(matches!(busy, Err(StoreError::Busy { .. })));
    drop(held);
    first.append(&keys(), at(99), vec![seen(3)], vec![]).unwrap();
    let stale = second.append(&keys(), at(99), vec![seen(4)], vec![]);
    assert!(matches!(stale, Err(StoreError::Stale { .. })));
    second = Record::open(&dir).unwrap();
    second.append(&keys(), at(99), vec![seen(4)], vec![]).unwrap();
    assert_eq!(Record::open(&dir).unwrap().size(), 7);
}

#[test]
fn rows_are_split_so_that_every_entry_is_within_its_limit() {
    let rows: Vec<_> = (0..1_000).map(row).collect();
    let bodies = batch_rows(rows.clone(), observed).unwrap();
    assert!(bodies.len() > 1);
    let mut again = Vec::new();
    for body in &bodies {
        let Body::Observation(observations) = body else { unreachable!() };
        again.extend(observations.rows.clone());
    }
    assert_eq!(again, rows);
    let (_temp, dir) = place();
    let mut record = begin(&dir);
    record.append(&keys(), at(1), bodies, vec![]).unwrap();
    for index in 2..record.size() - 1 {
        let bytes = record.note_bytes(index).unwrap().len();
        assert!((ROWS_BYTES_MAX * 9 / 10..TEXT_BYTES_MAX).contains(&bytes), "{bytes}");
    }
    let mut huge = row(1);
    huge.origins = vec!["x".repeat(ROWS_BYTES_MAX)];
    let error = batch_rows(vec![row(0), huge], observed).unwrap_err().to_string();
    assert!(error.contains("row 2"), "{error}");
    assert_eq!(batch_rows(vec![], observed).unwrap(), []);
}

#[test]
fn another_s_key_is_told_and_another_s_signature_noted() {
    let (_temp, dir) = place();
    let record = small(&dir);
    let unknown = crate::verify(&dir, None);
    assert!(unknown.ok() && !unknown.key_confirmed);
    assert_eq!(unknown.key, Some(vkey()));
    let other = crate::Keys::generate(ORIGIN, [9; 32], [109; 32], [8; 32]).unwrap();
    let expected = other.log.verifier_key().to_string();
    let report = crate::verify(&dir, Some(expected.as_str()));
    assert!(!report.ok() && !report.key_confirmed);
    assert!(report.faults[0].what.contains("expected"), "{report:#?}");
    assert!(!crate::verify(&dir, Some("no key")).ok());

    let checkpoint = Checkpoint::new(ORIGIN, record.size(), record.root()).unwrap();
    let mut note = Note::parse(&signed(&checkpoint), 100_000).unwrap();
    note.sign(&other.log).unwrap();
    fs::write(dir.join("checkpoint"), note.to_bytes().unwrap()).unwrap();
    let report = check(&dir);
    assert!(report.ok() && report.notices[0].contains("not checked"), "{report:#?}");
}

#[test]
fn readers_are_not_disturbed_by_a_writer() {
    let (_temp, dir) = place();
    let mut record = begin(&dir);
    let written = std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for n in 0..25 {
                let bytes = format!("file {n}").into_bytes();
                let bodies = vec![document(&bytes), seen(n)];
                record.append(&keys(), at(1), bodies, vec![bytes]).unwrap();
            }
            record.size()
        });
        let mut last = 0;
        while !writer.is_finished() {
            let report = check(&dir);
            assert!(report.ok(), "{report:#?}");
            let size = Record::open(&dir).unwrap().size();
            assert!(report.size >= last && size >= report.size);
            last = size;
        }
        writer.join().unwrap()
    });
    assert_eq!((written, check(&dir).size), (52, 52));
}

#[test]
fn entries_that_were_signed_elsewhere_are_checked_one_by_one() {
    let (_temp, dir) = place();
    begin(&dir);
    let keys = keys();
    let mut writer = Writer::open(Arc::new(Local::new(&dir)), &keys).unwrap();
    let bodies = (0..200).map(seen).collect();
    let notes = writer.sign(at(5), bodies, vec![]).unwrap().notes().to_vec();
    let mut bad = |change: &dyn Fn(&mut Vec<Vec<u8>>)| {
        let mut changed = notes.clone();
        change(&mut changed);
        writer.check(changed, vec![]).unwrap_err().to_string()
    };
    let flip =
        |at: usize| move |notes: &mut Vec<Vec<u8>>| *notes[at].iter_mut().nth_back(9).unwrap() ^= 1;
    for place in [0, 63, 64, 150, 199] {
        let said = bad(&flip(place));
        assert!(said.starts_with(&format!("body {} of", place + 1)), "{said}");
    }
    assert!(bad(&|notes| notes.swap(70, 71)).starts_with("body 71 of"));
    assert!(bad(&|notes| drop(notes.remove(0))).starts_with("body 1 of"));
    assert!(bad(&|notes| notes.insert(100, notes[99].clone())).starts_with("body 101 of"));
    let admitted = writer.check(notes, vec![]).unwrap();
    assert_eq!(writer.commit(admitted).unwrap(), 2..202);
    writer.settle().unwrap();
    drop(writer);
    assert!(check(&dir).ok());
}
