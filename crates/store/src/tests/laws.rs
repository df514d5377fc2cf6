//! Laws, tried on random histories and random damage.

use std::collections::BTreeSet;
use std::fs;

use super::kit::*;
use crate::Record;
use proptest::prelude::*;
use servanda_tlog::{bundles_between, tiles_for};

/// One append: how many observations, and files by their only byte.
type Step = (usize, Vec<u8>);

/// One change to one file.
#[derive(Debug, Clone)]
enum Damage {
    Byte(u8),
    Cut,
    Insert(u8),
    Swap,
}

fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        any::<u8>().prop_map(Damage::Byte),
        Just(Damage::Cut),
        any::<u8>().prop_map(Damage::Insert),
        Just(Damage::Swap),
    ]
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = (0..90_usize, prop::collection::vec(0..6_u8, 0..3));
    prop::collection::vec(step, 1..6)
}

/// The tiles and bundles that a log must have once it signed checkpoints of these sizes, and no
/// others: those of each size, but no partial one whose full one is there.
fn tiles_after(sizes: impl Iterator<Item = u64>) -> BTreeSet<String> {
    let paths = |size| {
        let tiles = tiles_for(size).map(|tile| tile.to_string());
        tiles.chain(bundles_between(0, size).map(|bundle| bundle.to_string()))
    };
    let all: BTreeSet<String> = sizes.flat_map(paths).collect();
    let stays =
        |path: &&String| !path.split_once(".p/").is_some_and(|(full, _)| all.contains(full));
    all.iter().filter(stays).cloned().collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn a_record_holds_what_was_appended_in_order(steps in steps()) {
        let (_temp, dir) = place();
        let mut record = begin(&dir);
        let mut bodies: Vec<_> = record.entries(0..2).map(|item| item.unwrap().1.body).collect();
        let mut roots = vec![(2, record.root())];
        for (count, bytes) in steps {
            let mut batch: Vec<_> = bytes.iter().map(|byte| document(&[*byte])).collect();
            batch.extend((0..count).map(|n| seen(n as u32)));
            let blobs = bytes.iter().map(|byte| vec![*byte]).collect();
            record.append(&keys(), at(1), batch.clone(), blobs).unwrap();
            bodies.extend(batch);
            roots.push((record.size(), record.root()));
            let report = check(&dir);
            prop_assert!(report.ok() && report.notices.is_empty(), "{:#?}", report);
            let tiles = files(&dir).into_iter().filter(|path| path.starts_with("tile/"));
            prop_assert_eq!(
                tiles.collect::<BTreeSet<_>>(),
                tiles_after(roots.iter().map(|(size, _)| *size))
            );
        }
        let record = Record::open(&dir).unwrap();
        let read: Vec<_> = record.entries(0..u64::MAX).map(|item| item.unwrap().1.body).collect();
        prop_assert_eq!(read, bodies);
        for (size, root) in roots {
            prop_assert_eq!(record.root_at(size).unwrap(), root);
        }
    }

    #[test]
    fn no_damage_panics_or_passes(
        damages in prop::collection::vec((any::<u16>(), any::<u32>(), damage()), 40),
    ) {
        let (_temp, dir) = place();
        small(&dir);
        let paths = files(&dir);
        for (which, place, damage) in damages {
            let path = &paths[usize::from(which) % paths.len()];
            let sound = fs::read(dir.join(path)).unwrap();
            let at = place as usize % sound.len();
            let mut bytes = sound.clone();
            match damage {
                Damage::Byte(byte) => bytes[at] = byte,
                Damage::Cut => bytes.truncate(at),
                Damage::Insert(byte) => bytes.insert(at, byte),
                Damage::Swap => bytes.rotate_left(at),
            }
            fs::write(dir.join(path), &bytes).unwrap();
            let report = check(&dir);
            prop_assert_eq!(report.ok(), bytes == sound, "{} {:#?}", path, report);
            let _ = Record::open(&dir);
            fs::write(dir.join(path), sound).unwrap();
        }
        prop_assert!(check(&dir).ok());
    }
}
