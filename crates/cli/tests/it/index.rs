//! The index beside a record: an answer is the same with it, without it, and whatever was done to
//! it.

use crate::truce::{EVENTS, founded};
use crate::world::{World, list, tree};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

/// A little more than the rows of one part.
const ROWS: usize = 4_300;

fn events(rows: impl Iterator<Item = usize>, deaths: usize) -> String {
    let mut table = EVENTS.to_string();
    for n in rows {
        // Three of four lie where no term looks.
        let (day, degree, far) = (1 + n % 9, 45 + n % 4, n % 400);
        writeln!(
            table,
            "{n},NORTHLAND,SOUTHLAND,1,{degree}.{far:03},10.01,2026-06-{day:02},2026-06-{day:02},\
             {deaths},{deaths},{deaths}"
        )
        .unwrap();
    }
    table
}

/// The answers at four sizes: the last, inside the part, at its end, and short of it.
fn answers(world: &World, sizes: &[u64]) -> Vec<String> {
    let asked = |size: &u64| {
        let size = size.to_string();
        world.ok(&["status", "record", "--format", "json", "--as-of", &size]).out
    };
    sizes.iter().map(asked).collect()
}

/// The files of the index whose names end so.
fn files(world: &World, ending: &str) -> BTreeMap<String, Vec<u8>> {
    let mut files = tree(&world.path("record.index"));
    files.retain(|name, _| name.ends_with(ending));
    files
}

#[test]
fn what_is_only_counted_leaves_no_trace_in_an_answer() {
    let world = founded();
    world.add("events.csv", events(0..ROWS, 2));
    world.note_explosion("2026-06-03T10:00:00Z");
    world.add("again.csv", events((0..ROWS).step_by(300), 5));
    world.add("more.csv", events(ROWS..2 * ROWS, 1));
    let size = world.head().0;
    let sizes: Vec<u64> = [3, 5, size / 4, size / 3, size / 2, size * 3 / 5].into();
    // Each without anything beside the record.
    let alone = |size: &u64| {
        let _ = fs::remove_dir_all(world.path("record.index"));
        answers(&world, &[*size]).remove(0)
    };
    let at_three = |size: u64| {
        let (size, at) = (size.to_string(), "2026-06-03T00:00:00Z");
        world.ok(&["status", "record", "--format", "json", "--as-of", &size, "--at", at]).out
    };
    let whole: Vec<String> = sizes.iter().map(alone).collect();
    fs::remove_dir_all(world.path("record.index")).unwrap();
    let whole_at_three = at_three(sizes[4]);
    let made = files(&world, ".sieved");
    assert_eq!(made.len(), 1);
    assert_eq!(answers(&world, &sizes), whole);
    assert_eq!(files(&world, ".sieved"), made, "it serves all of them");
    // Asked about an instant before some of what is counted for the figures alone.
    assert_eq!(at_three(sizes[4]), whole_at_three);
    // It keeps less than half of the observations.
    let (name, bytes) = made.into_iter().next().unwrap();
    let columns: usize = files(&world, ".columns").values().map(Vec::len).sum();
    assert!(bytes.len() * 2 < columns, "{} of {columns}", bytes.len());

    // In words too, and whatever was done to it.
    let path = world.path("record.index").join(name);
    let end = bytes.iter().position(|&byte| byte == b'\n').unwrap();
    let asked = size / 2;
    for (at, length) in [(9, 0), (end - 9, 0), (end + 90, 0), (bytes.len() - 9, 0), (0, end + 700)]
    {
        let mut damaged = bytes.clone();
        damaged[at] ^= 1;
        damaged.truncate(if length == 0 { bytes.len() } else { length });
        fs::write(&path, damaged).unwrap();
        assert_eq!(answers(&world, &[asked]), whole[4..5], "{at} {length}");
    }
    // Without the parts that it was made beside.
    fs::write(&path, &bytes).unwrap();
    for name in files(&world, ".columns").keys() {
        fs::remove_file(world.path("record.index").join(name)).unwrap();
    }
    assert_eq!(answers(&world, &[asked]), whole[4..5]);
}

#[test]
fn an_answer_is_the_same_with_an_index_without_and_with_a_damaged_one() {
    let world = founded();
    let count = world.add("events.csv", events(0..ROWS, 2));
    assert_eq!(count["accepted"], ROWS);
    world.note_explosion("2026-06-03T10:00:00Z");
    let size = world.head().0;
    // Rows of the part that are published again: what it holds no longer stands.
    let count = world.add("again.csv", events((0..ROWS).step_by(300), 5));
    assert_eq!(count["corrected"], ROWS.div_ceil(300));
    let sizes = [world.head().0, size, size - 40, size / 2];

    let first = answers(&world, &sizes);
    let whole: serde_json::Value = serde_json::from_str(&first[0]).unwrap();
    let rows = list(&whole, "sources").iter().filter_map(|source| source["rows"].as_u64());
    assert_eq!(rows.sum::<u64>(), ROWS as u64 + 1);
    let index = world.path("record.index");
    let parts = || files(&world, ".columns");
    let made = parts();
    assert_eq!(made.len(), 1, "{:?}", made.keys());
    // Beside the record also where its name ends in a slash.
    fs::remove_dir_all(&index).unwrap();
    world.ok(&["status", "record/"]);
    assert_eq!(parts(), made);
    world.ok(&["verify", "record"]);

    // Without one it is made again, to the byte.
    fs::remove_dir_all(&index).unwrap();
    assert_eq!(answers(&world, &sizes), first);
    assert_eq!(parts(), made);

    // With a damaged one: in its head, among what it says of other entries, in its columns, cut.
    let (name, bytes) = made.iter().next().unwrap();
    let path = index.join(name);
    let head = bytes.iter().position(|&byte| byte == b'\n').unwrap();
    let others = bytes.windows(8).position(|w| w == b"\"others\"").unwrap() + 10;
    for (at, length) in [(3, 0), (others, 0), (head + 900, 0), (bytes.len() - 9, 0), (0, 500)] {
        let mut damaged = bytes.clone();
        damaged[at] ^= 1;
        damaged.truncate(if length == 0 { bytes.len() } else { length });
        fs::write(&path, damaged).unwrap();
        assert_eq!(answers(&world, &sizes[..1]), first[..1], "{at} {length}");
    }

    // Where it can't be written.
    fs::remove_dir_all(&index).unwrap();
    world.write("record.index", "in the way");
    assert_eq!(answers(&world, &sizes[..1]), first[..1]);
    fs::remove_file(&index).unwrap();

    // Of another record, which has the same rows.
    world.copy("record", "first");
    fs::remove_dir_all(world.path("record")).unwrap();
    let again = founded();
    again.add("events.csv", events(0..ROWS, 3));
    again.status(&[]);
    world.copy_of(&again, "record.index");
    fs::rename(world.path("first"), world.path("record")).unwrap();
    assert_eq!(answers(&world, &sizes[..1]), first[..1]);
}
