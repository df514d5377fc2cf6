//! Whatever is changed in a record is found, and the place is named.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::sync::Arc;

use super::kit::*;
use crate::{Local, Record, Report};

fn names(report: &Report, path: &str) -> bool {
    report.faults.iter().any(|fault| fault.path == path)
}

/// Flips one bit, checks that it is found, and flips it back.
fn flip(dir: &Path, path: &str, at: usize) {
    let file = dir.join(path);
    let sound = fs::read(&file).unwrap();
    let mut bytes = sound.clone();
    bytes[at] ^= 1 << (at % 8);
    fs::write(&file, &bytes).unwrap();
    for report in [check(dir), crate::verify(dir, None)] {
        assert!(names(&report, path), "{path} at {at}: {report:#?}");
    }
    let current = path != "tile/entries/000.p/2";
    if path == "checkpoint" || path.starts_with("tile/entries") && current {
        assert!(Record::open(dir).is_err(), "{path} at {at}");
    }
    fs::write(&file, sound).unwrap();
}

#[test]
fn every_byte_of_a_small_record_is_guarded() {
    let (_temp, dir) = place();
    small(&dir);
    for path in files(&dir) {
        for at in 0..fs::read(dir.join(&path)).unwrap().len() {
            flip(&dir, &path, at);
        }
    }
    assert!(check(&dir).ok());
}

#[test]
fn bytes_of_every_file_of_a_larger_record_are_guarded() {
    let (_temp, dir) = place();
    large(&dir);
    for path in files(&dir) {
        let length = fs::read(dir.join(&path)).unwrap().len();
        for at in [0, length / 3, length - 1] {
            flip(&dir, &path, at);
        }
    }
    assert!(check(&dir).ok());
}

#[test]
fn the_entry_that_was_changed_is_named_and_no_other() {
    let (_temp, dir) = place();
    let record = large(&dir);
    let note = record.note_bytes(270).unwrap();
    let file = dir.join("tile/entries/001.p/44");
    let mut bytes = fs::read(&file).unwrap();
    let start = bytes.windows(note.len()).position(|part| part == &*note).unwrap();
    bytes[start + note.len() / 2] ^= 1;
    fs::write(&file, bytes).unwrap();
    let report = check(&dir);
    let [fault] = report.faults.as_slice() else { unreachable!("{report:#?}") };
    assert_eq!((fault.path.as_str(), fault.entry), ("tile/entries/001.p/44", Some(270)));
    assert_eq!(report.checked.entries, 299);
    let error = Record::open(&dir).unwrap_err().to_string();
    assert!(error.contains("001.p/44, entry 270"), "{error}");
}

#[test]
fn opened_by_its_tiles_a_record_is_the_same_and_what_was_changed_is_refused() {
    let (_temp, dir) = place();
    let whole = large(&dir);
    let size = whole.size();
    let open = || Record::open_by_tiles(Arc::new(Local::new(&dir)), &[], size);
    let notes: Vec<Vec<u8>> = (0..size).map(|n| whole.note_bytes(n).unwrap().into()).collect();
    let opened = open().unwrap();
    assert_eq!((opened.size(), opened.root()), (size, whole.root()));
    assert_eq!((opened.checkpoint(), opened.log_key()), (whole.checkpoint(), whole.log_key()));
    assert_eq!(opened.root_at(200).unwrap(), whole.root_at(200).unwrap());
    for path in files(&dir) {
        let file = dir.join(&path);
        let sound = fs::read(&file).unwrap();
        for at in [0, sound.len() / 3, sound.len() - 1] {
            let mut bytes = sound.clone();
            bytes[at] ^= 1 << (at % 8);
            fs::write(&file, &bytes).unwrap();
            match open() {
                Ok(record) => {
                    let read = (0..size).map(|n| record.note_bytes(n));
                    let kept = read.zip(&notes).filter(|(read, note)| match read {
                        Ok(read) => **read == ***note,
                        Err(_) => false,
                    });
                    let (kept, inside) = (kept.count() as u64, path.starts_with("tile/entries/"));
                    assert!(kept == size || inside && kept < size, "{path} at {at}: {kept}");
                    assert_ne!(path, "checkpoint");
                }
                Err(error) => assert!(error.to_string().contains(&path), "{path}: {error}"),
            }
        }
        fs::write(&file, sound).unwrap();
    }
}

#[test]
fn an_entry_that_was_changed_after_the_record_was_opened_is_refused() {
    let (_temp, dir) = place();
    large(&dir);
    let record = Record::open(&dir).unwrap();
    let file = dir.join("tile/entries/000");
    let sound = fs::read(&file).unwrap();
    let mut changed = sound.clone();
    let note = record.note_bytes(100).unwrap().into_owned();
    let start = sound.windows(note.len()).position(|part| part == note).unwrap();
    changed[start + 40] ^= 1;
    let record = Record::open(&dir).unwrap();
    fs::write(&file, changed).unwrap();
    assert!(record.note_bytes(99).is_ok());
    let error = record.entry(100).unwrap_err().to_string();
    assert!(error.contains("entry 100") && error.contains("when the record was opened"), "{error}");
    // What is in no full bundle was kept.
    fs::remove_file(dir.join("tile/entries/001.p/44")).unwrap();
    assert!(record.entry(270).is_ok());
    fs::write(&file, sound).unwrap();
    assert!(Record::open(&dir).is_err());
}

#[test]
fn files_cut_short_lengthened_or_taken_away_are_named() {
    let (_temp, dir) = place();
    small(&dir);
    for path in files(&dir) {
        let file = dir.join(&path);
        let sound = fs::read(&file).unwrap();
        let half = &sound[..sound.len() / 2];
        for bytes in [b"", half, &sound[..sound.len() - 1], &[&sound[..], b"\n"].concat()] {
            fs::write(&file, bytes).unwrap();
            assert!(names(&check(&dir), &path), "{path} of {}", bytes.len());
        }
        fs::remove_file(&file).unwrap();
        let report = check(&dir);
        // Those of an earlier size are not missed: nobody can tell of which sizes there were any.
        let earlier = path.ends_with(".p/2");
        assert_eq!(report.ok(), earlier, "{path}: {report:#?}");
        let named = names(&report, &path) || path == "checkpoint" || earlier;
        assert!(named, "{path}: {report:#?}");
        fs::write(&file, sound).unwrap();
    }
    assert!(check(&dir).ok());
}

#[test]
fn what_does_not_belong_there_is_named() {
    let (_temp, dir) = place();
    small(&dir);
    let stray = crate::layout::blob_path(servanda_tlog::sha256(b"stray"));
    for path in
        ["log.key", "tile/0/x000/000", "tile/entries/000.bak", "blob/x", "notes.txt", &stray]
    {
        let file = dir.join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, b"stray").unwrap();
        assert!(names(&check(&dir), path), "{path}: {:#?}", check(&dir));
        fs::remove_file(file).unwrap();
    }
    fs::create_dir(dir.join("index")).unwrap();
    assert!(names(&check(&dir), "index"));
    fs::remove_dir(dir.join("index")).unwrap();
    assert!(check(&dir).ok());
}

#[test]
fn symbolic_links_are_refused_even_when_they_lead_to_the_right_bytes() {
    let (temp, dir) = place();
    small(&dir);
    let outside = temp.path().join("outside");
    for path in ["checkpoint", "tile/0/000.p/5", "tile", "blob"] {
        fs::rename(dir.join(path), &outside).unwrap();
        symlink(&outside, dir.join(path)).unwrap();
        assert!(names(&check(&dir), path), "{path}");
        fs::remove_file(dir.join(path)).unwrap();
        fs::rename(&outside, dir.join(path)).unwrap();
    }
    assert!(check(&dir).ok());
}

#[test]
fn entries_that_changed_places_are_named() {
    let (_temp, dir) = place();
    let record = small(&dir);
    let notes: Vec<_> = (0..5).map(|index| record.note_bytes(index).unwrap()).collect();
    let mut notes: Vec<&[u8]> = notes.iter().map(|note| &**note).collect();
    notes.swap(3, 4);
    let swapped = servanda_tlog::encode_bundle(&notes).unwrap();
    fs::write(dir.join("tile/entries/000.p/5"), swapped).unwrap();
    let report = check(&dir);
    let named: Vec<_> = report.faults.iter().map(|fault| fault.entry).collect();
    assert_eq!(named, [Some(3), Some(4)], "{report:#?}");
    assert!(Record::open(&dir).is_err());
}

#[test]
fn an_old_checkpoint_beside_new_entries_is_an_earlier_record() {
    let (_temp, dir) = place();
    let before = begin(&dir);
    let (_temp2, old) = place();
    copy(&dir, &old);
    Record::open(&dir).unwrap().append(&keys(), at(1), vec![seen(1)], vec![]).unwrap();
    fs::copy(old.join("checkpoint"), dir.join("checkpoint")).unwrap();
    // All that the old checkpoint needs is still there; what came after is told.
    let report = check(&dir);
    assert!(report.ok() && report.size == before.size(), "{report:#?}");
    let [tile, bundle] = report.notices.as_slice() else { unreachable!("{report:#?}") };
    assert!(tile.starts_with("tile/0/000.p/3: beyond"), "{tile}");
    assert!(bundle.starts_with("tile/entries/000.p/3: beyond"), "{bundle}");
    assert_eq!(Record::open(&dir).unwrap().root(), before.root());
}

#[test]
fn a_checkpoint_that_claims_a_huge_size_is_refused_at_once() {
    let (_temp, dir) = place();
    small(&dir);
    let root = servanda_tlog::sha256(b"");
    let huge = servanda_tlog::Checkpoint::new(ORIGIN, u64::MAX, root).unwrap();
    fs::write(dir.join("checkpoint"), signed(&huge)).unwrap();
    assert!(!check(&dir).ok());
    assert!(Record::open(&dir).is_err());
}
