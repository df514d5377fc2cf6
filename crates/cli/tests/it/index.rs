//! The index beside a record: an answer is the same with it, without it, and whatever was done to
//! it.

use crate::truce::{EVENTS, founded};
use crate::world::{World, list, tree};
use std::fmt::Write as _;
use std::fs;

/// A little more than the rows of one part.
const ROWS: usize = 4_300;

fn events(rows: impl Iterator<Item = usize>, deaths: usize) -> String {
    let mut table = EVENTS.to_string();
    for n in rows {
        let (day, far) = (1 + n % 9, n % 400);
        writeln!(
            table,
            "{n},NORTHLAND,SOUTHLAND,1,45.{far:03},10.01,2026-06-{day:02},2026-06-{day:02},\
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
    let made = tree(&index);
    assert_eq!(made.len(), 1, "{:?}", made.keys());
    // Beside the record also where its name ends in a slash.
    fs::remove_dir_all(&index).unwrap();
    world.ok(&["status", "record/"]);
    assert_eq!(tree(&index), made);
    world.ok(&["verify", "record"]);

    // Without one it is made again, to the byte.
    fs::remove_dir_all(&index).unwrap();
    assert_eq!(answers(&world, &sizes), first);
    assert_eq!(tree(&index), made);

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
