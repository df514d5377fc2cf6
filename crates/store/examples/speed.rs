//! How fast a record is written, taken up again, proved and checked, beside the bare disk.
//!
//! `speed FOLDER [ENTRIES]`: FOLDER must be new. Prints one line of JSON for each figure.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a program that measures: it reads the clock, prints, and stops when anything fails"
)]

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use serde_json::json;
use servanda_entry::{Body, Observation, Observations};
use servanda_store::{Keys, Local, Record, Storage, Writer, verify};
use servanda_tlog::{TileNodes, prove_inclusion, verify_inclusion};

const ORIGIN: &str = "bench.example/record";
/// Two bundles full: what is held in memory grows through each.
const SAMPLES: usize = 512;
const BATCH: usize = 256;
const BULK: usize = 4096;

/// An entry of about 500 bytes with its signature.
fn body(n: u64) -> Body {
    let row = Observation {
        kind: "fire".into(),
        from_ms: n as i64,
        to_ms: n as i64 + 1,
        at: None,
        count: None,
        origins: vec![],
        sides: vec![],
        key: None,
        attrs: Default::default(),
        line: (n % 1_000_000) as u32,
    };
    Body::Observation(Observations { source: "s".into(), document: None, rows: vec![row] })
}

fn now() -> servanda_time::Instant {
    servanda_time::Instant::from_ms(1_900_000_000_000).unwrap()
}

fn percentile(times: &mut [f64], part: f64) -> f64 {
    times.sort_by(f64::total_cmp);
    times[((times.len() - 1) as f64 * part) as usize]
}

fn tell(what: &str, value: serde_json::Value) {
    println!("{}", json!({ "what": what, "value": value }));
    std::io::stdout().flush().unwrap();
}

fn milliseconds(times: &mut [f64]) -> serde_json::Value {
    let (half, most) = (percentile(times, 0.5), percentile(times, 0.99));
    json!({ "p50_ms": half * 1e3, "p99_ms": most * 1e3 })
}

/// What this takes, in seconds.
fn timed(what: impl FnOnce()) -> f64 {
    let begun = Instant::now();
    what();
    begun.elapsed().as_secs_f64()
}

fn peak_memory_mb() -> f64 {
    let mut status = String::new();
    File::open("/proc/self/status").unwrap().read_to_string(&mut status).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() / 1024.0
}

fn main() {
    let mut args = std::env::args().skip(1);
    let folder = std::path::PathBuf::from(args.next().unwrap());
    let entries: usize = args.next().map_or(1_000_000, |text| text.parse().unwrap());
    let phase = args.next().unwrap_or_default();
    let keys = Keys::generate(ORIGIN, [1; 32], [2; 32], [3; 32]).unwrap();
    let large = folder.join("large");
    if phase == "resume" {
        return resume(&large, &keys, entries);
    }
    fs::create_dir(&folder).unwrap();
    singles(&folder, &keys);
    batches(&folder, &keys);
    import(&large, &keys, entries);
}

/// One entry at a time, each durable before the next, and 500 bytes at the end of a file. The disk
/// is slower in one minute than in the next: the two are measured in turns, each as often the
/// first.
fn singles(folder: &Path, keys: &Keys) {
    let dir = folder.join("small");
    drop(Record::init(&dir, ORIGIN, keys, now(), "bench", vec![], vec![]).unwrap());
    let mut writer = Writer::open(Arc::new(Local::new(&dir)), keys).unwrap();
    let mut file = File::create_new(folder.join("bare")).unwrap();
    let mut append_bare = || {
        file.write_all(&[7; 500]).unwrap();
        file.sync_data().unwrap();
    };
    let first = writer.sign(now(), vec![body(0)], vec![]).unwrap();
    tell("bytes of an entry", json!(first.notes()[0].len()));
    writer.commit(first).unwrap();
    append_bare();
    let (mut bare, mut appends) = (Vec::new(), Vec::new());
    for n in 0..SAMPLES {
        let next = writer.sign(now(), vec![body(n as u64)], vec![]).unwrap();
        if n % 2 == 0 {
            bare.push(timed(&mut append_bare));
        }
        appends.push(timed(|| _ = writer.commit(next).unwrap()));
        if n % 2 == 1 {
            bare.push(timed(&mut append_bare));
        }
    }
    let ratio = percentile(&mut appends, 0.5) / percentile(&mut bare, 0.5);
    tell("500 bytes and fdatasync", milliseconds(&mut bare));
    tell("one entry, durable", milliseconds(&mut appends));
    tell("one entry against the disk, p50", json!(ratio));
}

fn batches(folder: &Path, keys: &Keys) {
    let dir = folder.join("batches");
    drop(Record::init(&dir, ORIGIN, keys, now(), "bench", vec![], vec![]).unwrap());
    let mut writer = Writer::open(Arc::new(Local::new(&dir)), keys).unwrap();
    let (mut spent, rounds) = (0.0, 80);
    for round in 0..rounds {
        let bodies = (0..BATCH).map(|n| body((round * BATCH + n) as u64)).collect();
        let admitted = writer.sign(now(), bodies, vec![]).unwrap();
        let begun = Instant::now();
        writer.commit(admitted).unwrap();
        spent += begun.elapsed().as_secs_f64();
    }
    let begun = Instant::now();
    writer.settle().unwrap();
    spent += begun.elapsed().as_secs_f64();
    tell("batches of 256, entries/s", json!((rounds * BATCH) as f64 / spent));
}

/// Many entries in batches of 4,096: signing, checking as if others had signed them, and writing
/// (hashing, journal, tiles, syncs) are told apart. The last batch stays in the journal.
fn import(dir: &Path, keys: &Keys, entries: usize) {
    drop(Record::init(dir, ORIGIN, keys, now(), "bench", vec![], vec![]).unwrap());
    let storage: Arc<dyn Storage> = Arc::new(Local::new(dir));
    let mut writer = Writer::open(storage.clone(), keys).unwrap();
    let (mut signing, mut checking, mut writing) = (0.0, 0.0, 0.0);
    let mut done = 0;
    while done < entries {
        let count = BULK.min(entries - done);
        let begun = Instant::now();
        let bodies = (0..count).map(|n| body((done + n) as u64)).collect();
        let signed = writer.sign(now(), bodies, vec![]).unwrap();
        signing += begun.elapsed().as_secs_f64();
        let begun = Instant::now();
        let checked = writer.check(signed.notes().to_vec(), vec![]).unwrap();
        checking += begun.elapsed().as_secs_f64();
        let begun = Instant::now();
        writer.commit(checked).unwrap();
        writing += begun.elapsed().as_secs_f64();
        done += count;
    }
    let unsettled = entries % 100_000;
    let begun = Instant::now();
    if unsettled == 0 {
        writer.settle().unwrap();
    }
    writing += begun.elapsed().as_secs_f64();
    let whole = signing + checking + writing;
    tell("import: entries", json!(entries));
    tell("import: signing, s", json!(signing));
    tell("import: checking what others signed, s", json!(checking));
    tell("import: hashing, journal, tiles, syncs, s", json!(writing));
    tell("import: all of it, s", json!(whole));
    tell("import: peak memory of the writer, MB", json!(peak_memory_mb()));
    // The power fails after these: they are in the journal alone.
    for round in 0..24 {
        let bodies = (0..BULK / 2).map(|n| body((round * BULK + n) as u64)).collect();
        writer.append(now(), bodies, vec![]).unwrap();
    }
    std::mem::forget(writer);
}

/// In a process of its own: after the crash, and from cold tiles.
fn resume(dir: &Path, keys: &Keys, entries: usize) {
    let begun = Instant::now();
    let writer = Writer::open(Arc::new(Local::new(dir)), keys).unwrap();
    tell("restart after a crash, s", json!(begun.elapsed().as_secs_f64()));
    tell("entries that the restart put in their places", json!(writer.recovered()));
    let size = writer.size();
    drop(writer);
    let storage = Local::new(dir);
    let mut times = Vec::new();
    let mut place = 7_u64;
    for _ in 0..1_000 {
        place =
            place.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let index = place % entries as u64;
        let begun = Instant::now();
        // Every proof reads its tiles anew.
        let tiles = TileNodes::new(size, |id| storage.read(&id.to_string(), 8_192).ok());
        let proof = prove_inclusion(&tiles, index, size).unwrap();
        times.push(begun.elapsed().as_secs_f64());
        let bundle_index = index / 256;
        let width = (size - bundle_index * 256).min(256) as u16;
        let tile = servanda_tlog::TileId::new(0, bundle_index, width).unwrap();
        let hashes = storage.read(&tile.to_string(), 8_192).unwrap();
        let leaf = servanda_tlog::tile_hashes(tile, &hashes).unwrap()[(index % 256) as usize];
        verify_inclusion(&proof, index, size, leaf, tiles.root().unwrap()).unwrap();
    }
    tell("a proof from cold tiles", milliseconds(&mut times));
    let begun = Instant::now();
    let report = verify(dir, None);
    assert!(report.ok(), "{:?}", report.faults);
    let rate = size as f64 / begun.elapsed().as_secs_f64();
    tell("whole check, entries/s on one core", json!(rate));
    tell("peak memory of the check, MB", json!(peak_memory_mb()));
}
