//! Partial tiles stay until their full one is there, for who holds a checkpoint of then.

use std::fs;
use std::path::Path;

use super::kit::*;
use crate::{Record, Report};
use servanda_tlog::{HASH_BYTES, encode_bundle};

/// A record of one entry, then of each size in turn; `then` looks at it every time.
fn grow(dir: &Path, sizes: &[u64], mut then: impl FnMut(u64)) -> Record {
    let mut record = Record::init(dir, ORIGIN, &keys(), at(0), "truce", vec![], vec![]).unwrap();
    then(1);
    for size in sizes {
        let bodies = (record.size()..*size).map(|n| seen(n as u32)).collect();
        record.append(&keys(), at(1), bodies, vec![]).unwrap();
        then(*size);
    }
    record
}

/// What lies below `tile`, without that word.
fn tiles(dir: &Path) -> Vec<String> {
    let tiles = files(dir).into_iter();
    tiles.filter_map(|path| path.strip_prefix("tile/").map(str::to_owned)).collect()
}

fn accused(report: &Report) -> Vec<&str> {
    report.faults.iter().map(|fault| fault.path.as_str()).collect()
}

/// Changes one byte while `then` looks.
fn with_a_flip(dir: &Path, path: &str, at: usize, then: impl FnOnce(&Report)) {
    let file = dir.join(path);
    let sound = fs::read(&file).unwrap();
    let mut bytes = sound.clone();
    bytes[at] ^= 1;
    fs::write(&file, &bytes).unwrap();
    then(&check(dir));
    fs::write(&file, sound).unwrap();
}

/// Puts the partial tile and bundle of the first entries there, as an append has left them once.
fn put_partials(dir: &Path, record: &Record, width: usize) -> [String; 2] {
    let paths = ["0", "entries"].map(|level| format!("tile/{level}/000.p/{width}"));
    let first = 0..width as u64;
    let hashes: Vec<u8> = first.clone().flat_map(|index| record.leaf(index).unwrap().0).collect();
    let notes: Vec<_> = first.map(|index| record.note_bytes(index).unwrap()).collect();
    let notes: Vec<&[u8]> = notes.iter().map(|note| &**note).collect();
    for (path, bytes) in paths.iter().zip([hashes, encode_bundle(&notes).unwrap()]) {
        let file = dir.join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, bytes).unwrap();
    }
    paths
}

#[test]
fn the_files_of_each_size_are_those_that_the_standard_asks_for() {
    let (_temp, dir) = place();
    let mut found = Vec::new();
    grow(&dir, &[2, 5, 255, 256, 257, 512], |size| {
        let report = check(&dir);
        assert!(report.ok() && report.notices.is_empty(), "{size}: {report:#?}");
        assert_eq!(Record::open(&dir).unwrap().size(), size);
        found.push((size, tiles(&dir).join(" ")));
    });
    let full = "0/000 1/000.p/1 entries/000";
    let expected = [
        (1, "0/000.p/1 entries/000.p/1"),
        (2, "0/000.p/1 0/000.p/2 entries/000.p/1 entries/000.p/2"),
        (5, "0/000.p/1 0/000.p/2 0/000.p/5 entries/000.p/1 entries/000.p/2 entries/000.p/5"),
        (
            255,
            "0/000.p/1 0/000.p/2 0/000.p/255 0/000.p/5 \
             entries/000.p/1 entries/000.p/2 entries/000.p/255 entries/000.p/5",
        ),
        (256, full),
        (257, "0/000 0/001.p/1 1/000.p/1 entries/000 entries/001.p/1"),
        (512, "0/000 0/001 1/000.p/1 1/000.p/2 entries/000 entries/001"),
    ];
    assert_eq!(found, expected.map(|(size, paths)| (size, paths.to_owned())));
}

#[test]
fn every_byte_of_an_earlier_partial_tile_is_guarded() {
    let (_temp, dir) = place();
    let record = grow(&dir, &[2, 3, 5], |_| {});
    for path in ["tile/0/000.p/1", "tile/0/000.p/3", "tile/entries/000.p/1"] {
        for at in 0..fs::read(dir.join(path)).unwrap().len() {
            with_a_flip(&dir, path, at, |report| assert_eq!(accused(report), [path], "{at}"));
        }
    }
    // In a bundle the entry is named.
    let (path, before) = ("tile/entries/000.p/3", record.note_bytes(0).unwrap().len() + 2);
    with_a_flip(&dir, path, before + 40, |report| {
        let [fault] = report.faults.as_slice() else { unreachable!("{report:#?}") };
        assert_eq!((fault.path.as_str(), fault.entry), (path, Some(1)));
        // Who reads the record as it is now doesn't need it.
        assert_eq!(Record::open(&dir).unwrap().size(), 5);
    });
    // Of a higher level, too.
    let (_temp2, dir) = place();
    grow(&dir, &[256, 512], |_| {});
    for at in 0..HASH_BYTES {
        let path = "tile/1/000.p/1";
        with_a_flip(&dir, path, at, |report| assert_eq!(accused(report), [path], "{at}"));
    }
    assert!(check(&dir).ok());
}

#[test]
fn an_earlier_partial_tile_cut_short_lengthened_or_of_another_width_is_named() {
    let (_temp, dir) = place();
    grow(&dir, &[2, 5], |_| {});
    for (narrow, wide) in
        [("tile/0/000.p/1", "tile/0/000.p/2"), ("tile/entries/000.p/1", "tile/entries/000.p/2")]
    {
        let [one, two] = [narrow, wide].map(|path| fs::read(dir.join(path)).unwrap());
        for bytes in [&two[..two.len() - 1], &[&two[..], b"\n"].concat(), &one, b""] {
            fs::write(dir.join(wide), bytes).unwrap();
            assert_eq!(accused(&check(&dir)), [wide], "{}", bytes.len());
        }
        fs::write(dir.join(wide), &two).unwrap();
        fs::write(dir.join(narrow), &two).unwrap();
        assert_eq!(accused(&check(&dir)), [narrow]);
        fs::write(dir.join(narrow), &one).unwrap();
    }
    assert!(check(&dir).ok());
}

#[test]
fn damage_to_the_files_of_now_does_not_accuse_those_of_then() {
    let (_temp, dir) = place();
    grow(&dir, &[2, 3, 5], |_| {});
    let lengths = ["tile/0/000.p/5", "tile/entries/000.p/5"]
        .map(|path| (path, fs::read(dir.join(path)).unwrap().len()));
    for (path, length) in lengths {
        // Beyond the constitution, which others need too.
        for at in [length * 2 / 3, length * 5 / 6, length - 1] {
            with_a_flip(&dir, path, at, |report| assert_eq!(accused(report), [path], "{at}"));
        }
    }
    let (path, _) = lengths[1];
    fs::remove_file(dir.join(path)).unwrap();
    assert_eq!(accused(&check(&dir)), [path]);
    // Even then those of an earlier size are checked.
    let earlier = "tile/entries/000.p/3";
    let last = fs::read(dir.join(earlier)).unwrap().len() - 1;
    with_a_flip(&dir, earlier, last, |report| assert_eq!(accused(report), [path, earlier]));
}

#[test]
fn any_narrower_width_with_the_right_bytes_is_accepted() {
    let (_temp, dir) = place();
    let record = grow(&dir, &[2, 5], |_| {});
    let counted = check(&dir).checked;
    for width in [3, 4] {
        put_partials(&dir, &record, width);
    }
    let report = check(&dir);
    assert!(report.ok() && report.notices.is_empty(), "{report:#?}");
    assert_eq!(report.checked, counted);
}

#[test]
fn a_partial_tile_beside_its_full_one_is_told_guarded_and_removed() {
    let (_temp, dir) = place();
    let mut record = grow(&dir, &[258], |_| {});
    let sound = tiles(&dir);
    let paths = put_partials(&dir, &record, 7);
    let report = check(&dir);
    assert!(report.ok(), "{report:#?}");
    assert_eq!(
        report.notices,
        paths
            .clone()
            .map(|path| { format!("{path}: its full one is there; the next append removes it") })
    );
    for path in &paths {
        with_a_flip(&dir, path, 40, |report| assert_eq!(accused(report), [path]));
    }
    // Even an append of nothing clears away.
    record.append(&keys(), at(1), vec![], vec![]).unwrap();
    assert_eq!(tiles(&dir), sound);
}

#[test]
fn a_partial_tile_whose_full_one_was_lost_is_kept() {
    let (_temp, dir) = place();
    let mut record = grow(&dir, &[258], |_| {});
    let [tile, bundle] = put_partials(&dir, &record, 7);
    let lost = fs::read(dir.join("tile/0/000")).unwrap();
    fs::remove_file(dir.join("tile/0/000")).unwrap();
    record.append(&keys(), at(1), vec![seen(1)], vec![]).unwrap();
    assert!(dir.join(&tile).exists() && !dir.join(bundle).exists());
    assert_eq!(accused(&check(&dir)), ["tile/0/000"]);
    fs::write(dir.join("tile/0/000"), lost).unwrap();
    record.append(&keys(), at(1), vec![seen(2)], vec![]).unwrap();
    assert!(!dir.join(&tile).exists() && check(&dir).ok());
}

#[test]
fn a_leftover_of_an_interrupted_append_never_becomes_an_earlier_partial_tile() {
    let (_temp, dir) = place();
    let mut record = grow(&dir, &[2], |_| {});
    // It was to be the third entry, with a width that the next append goes beyond.
    let (_temp2, other) = place();
    copy(&dir, &other);
    let mut another = Record::open(&other).unwrap();
    another.append(&keys(), at(9), vec![seen(99)], vec![]).unwrap();
    for path in ["tile/0/000.p/3", "tile/entries/000.p/3"] {
        fs::copy(other.join(path), dir.join(path)).unwrap();
    }
    record.append(&keys(), at(1), (0..4).map(seen).collect(), vec![]).unwrap();
    assert!(!dir.join("tile/0/000.p/3").exists());
    let report = check(&dir);
    assert!(report.ok() && report.notices.is_empty(), "{report:#?}");
}
