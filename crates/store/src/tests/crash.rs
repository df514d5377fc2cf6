//! The power fails, the system refuses, the disk is full: at any call of a record's life.
//!
//! `CRASHES` is how many lives are lived, `CRASHES_SEED` where they begin: `make long` lives ten
//! thousand and more.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "how much is tried is asked in the environment, and what was found is told"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use super::kit::*;
use super::power::{Draw, Machine, Site, Trouble};
use crate::layout::CHECKPOINT;
use crate::record::read_head;
use crate::storage::{Local, Storage};
use crate::{Keys, Record, StoreError, Writer, verify_in};
use servanda_entry::Body;
use servanda_tlog::{CHECKPOINT_BYTES_MAX, Checkpoint, Hash, Note};

const ROOT: &str = "/record";
/// How often a life is interrupted.
const TROUBLES: u64 = 4;
/// Programs that work one after the other before a trouble is given up; it comes after at most 300
/// calls, and each of them makes several.
const WORK_MAX: usize = 150;

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |text| text.parse().unwrap())
}

/// ML-DSA-44 is left out: it makes no difference to what is on the disk, and takes time.
fn light_keys() -> Keys {
    Keys { log_mldsa44: None, ..keys() }
}

macro_rules! must {
    ($holds:expr, $($why:tt)*) => { if !$holds { return Err(format!($($why)*)); } };
}

/// What the world outside knows of a record.
#[derive(Default)]
struct World {
    /// Entries that were acknowledged.
    acknowledged: Vec<Vec<u8>>,
    /// Entries of an append that ended in an error: they may be there, all or none.
    in_doubt: Vec<Vec<u8>>,
    /// Each checkpoint that anybody could read.
    seen: BTreeMap<u64, Hash>,
}

impl World {
    fn look(&mut self, storage: &dyn Storage) -> Result<(), String> {
        let Ok(bytes) = storage.read(CHECKPOINT, CHECKPOINT_BYTES_MAX as u64) else {
            return Ok(());
        };
        let note = Note::parse(&bytes, CHECKPOINT_BYTES_MAX).map_err(|e| e.to_string())?;
        let checkpoint: Checkpoint = note.text().parse().map_err(|_| "a torn checkpoint")?;
        let known = *self.seen.entry(checkpoint.size()).or_insert(checkpoint.root());
        must!(known == checkpoint.root(), "two checkpoints of {}", checkpoint.size());
        Ok(())
    }

    /// What is found, by a reader and then by who takes the record up again, must be what was
    /// acknowledged, with nothing lost and nothing added.
    fn compare(&mut self, storage: &Arc<dyn Storage>) -> Result<(), String> {
        let sound = || {
            let report = verify_in(storage.as_ref(), None);
            if report.ok() { Ok(()) } else { Err(format!("{:?}", report.faults)) }
        };
        let all = [self.acknowledged.clone(), self.in_doubt.clone()].concat();
        if read_head(storage.as_ref()).is_ok() {
            sound()?;
            let found = notes(&open(storage)?);
            must!(all.starts_with(&found), "a reader finds what nobody was told of");
        }
        match Record::recover_in(storage.clone(), &light_keys()) {
            // Its making was interrupted.
            Err(StoreError::NoRecord { .. }) if self.acknowledged.is_empty() => return Ok(()),
            recovered => recovered.map_err(|error| format!("it can't be taken up: {error}"))?,
        };
        if read_head(storage.as_ref()).is_err() && self.acknowledged.is_empty() {
            return Ok(());
        }
        sound()?;
        let record = open(storage)?;
        let (found, sure) = (notes(&record), self.acknowledged.len());
        must!(found.len() >= sure, "{} of {sure} acknowledged entries are left", found.len());
        must!(found[..sure] == self.acknowledged, "an acknowledged entry is another");
        must!(found.len() == sure || found == all, "part of an append is there");
        self.acknowledged = found;
        self.in_doubt.clear();
        for (size, root) in &self.seen {
            must!(
                record.root_at(*size).ok() == Some(*root),
                "not the log that was shown at {size}"
            );
        }
        Ok(())
    }
}

fn open(storage: &Arc<dyn Storage>) -> Result<Record, String> {
    Record::open_in(storage.clone()).map_err(|error| format!("it can't be opened: {error}"))
}

fn notes(record: &Record) -> Vec<Vec<u8>> {
    (0..record.size()).map(|index| record.note_bytes(index).unwrap().to_vec()).collect()
}

/// Bodies of an append, and their files.
fn batch(draw: &mut Draw, n: u32) -> (Vec<Body>, Vec<Vec<u8>>) {
    let (mut bodies, mut blobs) = (Vec::new(), Vec::new());
    if draw.below(60) == 0 {
        // Over the end of a tile.
        return ((0..260).map(seen).collect(), blobs);
    }
    if draw.below(40) == 0 {
        // More files than are waited for one by one.
        blobs = (0..40).map(|k| vec![k, n as u8]).collect();
        return (blobs.iter().map(|file| document(file)).collect(), blobs);
    }
    for k in 0..=draw.below(3) as u32 {
        if draw.below(4) == 0 {
            let file = vec![k as u8 + 1; 1 + draw.below(1_500) as usize];
            bodies.push(document(&file));
            blobs.push(file);
        } else {
            bodies.push(seen(n + k));
        }
    }
    (bodies, blobs)
}

/// One life of a record, its troubles drawn from a seed; `Err` when a promise was broken.
fn live(seed: u64, skipped: Option<Site>, sites: &mut BTreeSet<Site>) -> Result<(), String> {
    let mut draw = Draw::new(seed);
    let machine = Machine::new(Path::new(ROOT), seed ^ 0x5555, skipped);
    let storage: Arc<dyn Storage> = Arc::new(Local::on(Arc::new(machine.clone()), ROOT));
    let keys = light_keys();
    let mut world = World::default();
    let mut begun = false;
    for _ in 0..TROUBLES {
        let trouble = [Trouble::Power, Trouble::Power, Trouble::Error, Trouble::Full];
        let what = trouble[draw.below(4) as usize];
        let after = [60, 60, 300][draw.below(3) as usize];
        machine.plan(Some((1 + draw.below(after), what)));
        if !begun {
            begun = begin_life(&storage, &keys, &mut world);
        }
        let mut worked = begun;
        // An error that harms nothing, such as of a folder that stays behind empty, stops nobody:
        // then no more trouble comes, and one would work for ever.
        for _ in 0..WORK_MAX {
            if !worked {
                break;
            }
            worked = work(&storage, &keys, &mut draw, &mut world)?;
        }
        world.look(storage.as_ref())?;
        if draw.below(3) == 0 {
            // Whoever takes it up again does not come to an end either.
            machine.power_on_if_dark();
            machine.plan(Some((1 + draw.below(20), what)));
            let _ = Record::recover_in(storage.clone(), &light_keys());
            world.look(storage.as_ref())?;
        }
        // The system may go on although a program ended, and fail only later.
        if machine.is_dark() || draw.below(2) == 0 {
            machine.power_on();
        }
        machine.plan(None);
        world.look(storage.as_ref())?;
        world.compare(&storage)?;
        if !begun && world.acknowledged.is_empty() && draw.below(2) == 0 {
            // An operator empties the folder and begins again.
            return Ok(());
        }
        begun |= !world.acknowledged.is_empty();
    }
    machine.plan(None);
    if begun {
        let mut writer = Writer::open(storage.clone(), &keys).map_err(|e| e.to_string())?;
        let admitted = writer.sign(at(99), vec![seen(99)], vec![]).map_err(|e| e.to_string())?;
        world.acknowledged.extend(admitted.notes().to_vec());
        writer.commit(admitted).map_err(|e| e.to_string())?;
        writer.settle().map_err(|e| e.to_string())?;
        machine.power_on();
        world.compare(&storage)?;
        // That files were removed need not have come to the disk. What came back is named, and
        // harms nothing; the next append removes it.
        let came_back = |said: &&String| {
            said.starts_with("journal: not") || said.ends_with("the next append removes it")
        };
        let report = verify_in(storage.as_ref(), None);
        let mut others = report.notices.iter().filter(|said| !came_back(said));
        must!(others.next().is_none(), "{:?}", report.notices);
        let mut writer = Writer::open(storage.clone(), &keys).map_err(|e| e.to_string())?;
        writer.append(at(99), vec![seen(98)], vec![]).map_err(|e| e.to_string())?;
        writer.settle().map_err(|e| e.to_string())?;
        drop(writer);
        let report = verify_in(storage.as_ref(), None);
        must!(report.notices.is_empty(), "after the next append: {:?}", report.notices);
    }
    sites.extend(machine.sites());
    Ok(())
}

fn begin_life(storage: &Arc<dyn Storage>, keys: &Keys, world: &mut World) -> bool {
    if !storage.list("").files.is_empty() {
        return false;
    }
    let (first, blobs) = (vec![agreement(b"text")], vec![b"text".to_vec()]);
    match Record::init_in(storage.clone(), ORIGIN, keys, at(0), "truce", first, blobs) {
        Ok(record) => {
            world.acknowledged.extend(notes(&record));
            true
        }
        Err(_) => {
            // What would have been there is the same whenever it is made.
            let dir = tempfile::tempdir().unwrap();
            let (first, blobs) = (vec![agreement(b"text")], vec![b"text".to_vec()]);
            let made =
                Record::init(dir.path().join("r"), ORIGIN, keys, at(0), "truce", first, blobs);
            world.in_doubt = notes(&made.unwrap());
            false
        }
    }
}

/// A program that opens the record, appends a little and ends; false when it ended in an error.
fn work(
    storage: &Arc<dyn Storage>,
    keys: &Keys,
    draw: &mut Draw,
    world: &mut World,
) -> Result<bool, String> {
    let Ok(mut writer) = Writer::open(storage.clone(), keys) else { return Ok(false) };
    for _ in 0..1 + draw.below(4) {
        let (bodies, blobs) = batch(draw, world.acknowledged.len() as u32);
        let admitted = writer.sign(at(1), bodies, blobs).map_err(|error| error.to_string())?;
        let notes = admitted.notes().to_vec();
        match writer.commit(admitted) {
            Ok(_) => world.acknowledged.extend(notes),
            Err(_) => {
                world.in_doubt = notes;
                must!(writer.settle().is_err(), "it goes on after an error of the system");
                let more = vec![seen(0)];
                must!(writer.sign(at(1), more, vec![]).is_err(), "it signs after an error");
                return Ok(false);
            }
        }
        if draw.below(3) == 0 && writer.settle().is_err() {
            return Ok(false);
        }
        world.look(storage.as_ref())?;
    }
    // Some programs end without a word.
    Ok(draw.below(3) == 0 || writer.settle().is_ok())
}

#[test]
fn whatever_goes_wrong_nothing_acknowledged_is_lost_and_no_two_histories_are_signed() {
    let (count, seed) = (number("CRASHES", 150), number("CRASHES_SEED", 1));
    let mut sites = BTreeSet::new();
    for n in 0..count {
        let n = (seed << 32) + n;
        live(n, None, &mut sites).unwrap_or_else(|why| panic!("life {n}: {why}"));
    }
    println!("{count} lives from seed {seed}: every promise kept; waits for the disk: {sites:?}");
}

#[test]
fn without_any_one_of_the_waits_for_the_disk_a_promise_is_broken() {
    let mut sites = BTreeSet::new();
    for n in 0..12 {
        live(n, None, &mut sites).unwrap_or_else(|why| panic!("life {n}: {why}"));
    }
    assert!(sites.len() >= 6, "{sites:?}");
    let most = number("CRASHES_UNSYNCED", 400);
    for site in sites {
        let broken = (0..most)
            .find_map(|n| live(n, Some(site), &mut BTreeSet::new()).err().map(|why| (n, why)));
        let Some((n, why)) = broken else { panic!("without {site:?} nothing is lost") };
        println!("without {site:?}: life {n}: {why}");
    }
}
