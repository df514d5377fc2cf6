//! The order in which things arrive changes nothing, and the past stays as it was.

use crate::truce::{DETECTIONS, EVENTS, LOG, NOW, WRITE, founded};
use crate::world::{World, agreement};
use servanda_desk::{AgreementFiles, Desk, Question, found};
use servanda_entry::Body;
use servanda_store::{Keys, Record};
use servanda_time::Instant;

/// A small generator of numbers that look random (Numerical Recipes), so that a seed always
/// shuffles alike.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % n
    }

    /// Fisher and Yates.
    fn shuffle<T>(&mut self, list: &mut [T]) {
        for n in (1..list.len()).rev() {
            list.swap(n, self.below(n + 1));
        }
    }
}

/// The rows of a table in another order; the header stays.
fn shuffled_rows(table: &[u8], dice: &mut Dice) -> Vec<u8> {
    let text = std::str::from_utf8(table).unwrap();
    let (header, rows) = text.split_once('\n').unwrap();
    let mut rows: Vec<&str> = rows.lines().collect();
    dice.shuffle(&mut rows);
    format!("{header}\n{}\n", rows.join("\n")).into_bytes()
}

/// A record of a real agreement whose files were added in this order, each a command of its own;
/// gives its answer, cited by content.
fn answer_of(name: &str, files: &[(String, Vec<u8>)]) -> String {
    let world = World::new();
    let text = agreement(name);
    world.ok(&[&["init", "record", "--agreement", text.to_str().unwrap()], &WRITE[..]].concat());
    for (file, bytes) in files {
        world.write(file, bytes);
        world.ok(&[&["add", "record", file], &WRITE[..]].concat());
    }
    world.ok(&["status", "record", "--cite", "content", "--format", "json"]).out
}

/// Byte for byte; only the first line that differs is shown.
#[track_caller]
fn same_text(a: &str, b: &str, what: &str) {
    let line = a.lines().zip(b.lines()).enumerate().find(|(_, (a, b))| a != b);
    assert!(a == b, "{what}: {line:?}");
}

/// Shuffles the files of an agreement, and the rows of its tables, once for each seed.
fn order_is_nothing(name: &str, seeds: std::ops::Range<u64>) {
    let source = AgreementFiles::read(&agreement(name)).unwrap();
    let read = |file: &String| (file.clone(), std::fs::read(agreement(name).join(file)).unwrap());
    let mut files: Vec<(String, Vec<u8>)> = source.data.iter().map(read).collect();
    let first = answer_of(name, &files);
    for seed in seeds {
        let mut dice = Dice(seed);
        dice.shuffle(&mut files);
        for (_, bytes) in files.iter_mut().filter(|(file, _)| file.ends_with(".csv")) {
            *bytes = shuffled_rows(bytes, &mut dice);
        }
        let again = answer_of(name, &files);
        same_text(&first, &again, &format!("seed {seed}"));
    }
}

#[test]
fn rows_and_files_in_any_order_give_the_same_bytes_for_satellites() {
    order_is_nothing("easter-truce-2026", 1..5);
}

#[test]
fn rows_and_files_in_any_order_give_the_same_bytes_for_alarms_and_news() {
    order_is_nothing("easter-truce-2025", 5..7);
}

#[test]
fn rows_and_files_in_any_order_give_the_same_bytes_for_lethal_events() {
    order_is_nothing("syria-cessation-2016-02", 7..9);
}

/// Detections of three passes, a row a minute.
fn detections(minutes: &[u32]) -> String {
    let mut table = DETECTIONS.to_string();
    for minute in minutes {
        let (hour, minute) = (minute / 60, minute % 60);
        table += &format!("45.01,10.0{minute:02},0.4,0.4,2026-06-02,{hour:02}{minute:02},A,n,N\n");
    }
    table
}

#[test]
fn files_that_overlap_give_the_same_answer_in_either_order() {
    let (early, late) = (detections(&[10, 12, 14, 16, 18]), detections(&[14, 16, 18, 20, 22]));
    let answers: Vec<String> = [[&early, &late], [&late, &early]]
        .iter()
        .map(|files| {
            let world = founded();
            world.add("a.csv", files[0]);
            world.add("b.csv", files[1]);
            world.ok(&["status", "record", "--cite", "content", "--format", "json"]).out
        })
        .collect();
    same_text(&answers[0], &answers[1], "the later file first");
}

#[test]
fn claims_in_the_same_words_give_the_same_answer_in_either_order() {
    let claim = |from: &str, to: &str| {
        format!(
            r#"{{"kind":"claim","row":{{"by":"SOUTHLAND","against":"NORTHLAND","what":"shots","from_ms":{from},"to_ms":{to},"line":0}}}}"#
        )
    };
    // 1 to 3 June, 2 to 4 June.
    let claims = [claim("1780272000000", "1780444800000"), claim("1780358400000", "1780531200000")];
    let answers: Vec<String> = [[0, 1], [1, 0]]
        .iter()
        .map(|order| {
            let world = founded();
            world.add(
                "log.csv",
                format!("{LOG}2026-06-01T00:00Z,2026-06-08T00:00Z,bridge,partial\n"),
            );
            let lines = order.map(|n: usize| claims[n].clone()).join("\n");
            let added =
                world.add_with("claims.jsonl", lines, &["--source", "claims", "--as", "jsonl"]);
            assert_eq!(added["accepted"], serde_json::json!(2), "{added}");
            world.ok(&["status", "record", "--cite", "content", "--format", "json"]).out
        })
        .collect();
    same_text(&answers[0], &answers[1], "the later claim first");
}

/// Everything that a record can be asked, at a point of it.
fn everything(world: &World, record: &str, as_of: &[&str]) -> Vec<String> {
    let asked: [&[&str]; 6] = [
        &["status", record, "--format", "json"],
        &["status", record],
        &["findings", record, "--format", "json"],
        &["explain", record, "prohibit.fire", "--format", "json"],
        &["export", record, "--as", "csv"],
        &["export", record, "--as", "jsonl"],
    ];
    asked.iter().map(|args| world.ok(&[args, as_of].concat()).out).collect()
}

#[test]
fn a_record_cut_off_answers_as_the_whole_did_then() {
    let world = founded();
    let mut sizes = Vec::new();
    let mut keep = |world: &World| {
        let size = world.head().0;
        world.copy("record", &format!("then-{size}"));
        sizes.push(size);
    };
    keep(&world);
    world.add("log.csv", format!("{LOG}2026-06-01T06:00Z,2026-06-03T18:00Z,bridge,complete\n"));
    keep(&world);
    let row = world.note_explosion("2026-06-02T09:12Z");
    keep(&world);
    let why = ["--role", "head", "--standard", "balance", "--reason", "crater"];
    let verify = ["assess", "record", "verify", &row, "--outcome", "confirmed"];
    world.write_run(&[&verify[..], &why].concat());
    keep(&world);
    let find = ["assess", "record", "find", &row, "--provision", "prohibit.fire"];
    let found = world.write_run(&[&find[..], &["--outcome", "violation"], &why].concat());
    let finding = found.out.trim().strip_prefix("entered as ").unwrap().to_string();
    keep(&world);
    let retract = ["assess", "record", "retract", &finding, "--role", "head", "--reason", "error"];
    world.write_run(&retract);
    keep(&world);
    world.add("events.csv", format!("{EVENTS}1,N,S,1,45.01,10.01,2026-06-04,2026-06-04,3,2,5\n"));
    for size in sizes {
        let then = everything(&world, &format!("then-{size}"), &[]);
        let now = everything(&world, "record", &["--as-of", &size.to_string()]);
        for (then, now) in then.iter().zip(&now) {
            same_text(then, now, &format!("as of {size} entries"));
        }
    }
}

#[test]
fn a_record_of_any_first_entries_answers_as_of_then() {
    let world = founded();
    world.add("log.csv", format!("{LOG}2026-06-01T06:00Z,2026-06-03T18:00Z,bridge,partial\n"));
    world.add("heat.csv", detections(&[10, 12, 14, 60, 62, 200]));
    world.add("events.csv", format!("{EVENTS}1,N,S,1,45.01,10.01,2026-06-04,2026-06-04,3,2,5\n"));
    let row = world.note_explosion("2026-06-02T09:12Z");
    let retract = ["assess", "record", "retract", &row, "--role", "head", "--reason", "error"];
    world.write_run(&retract);

    let whole = Record::open(world.path("record")).unwrap();
    let at = Instant::parse(NOW, None).unwrap();
    let files = AgreementFiles::read(&world.path("river-truce")).unwrap();
    let (text, blobs) = found(&files, &files.agreement().unwrap());
    let by_content = Question { cite: servanda_comply::CiteBy::Content, ..Question::default() };
    for size in 2..=whole.size() {
        let bodies: Vec<Body> = whole.entries(2..size).map(|entry| entry.unwrap().1.body).collect();
        let dir = world.path(&format!("first-{size}"));
        let (origin, agreement) = (whole.origin(), whole.agreement());
        let first = vec![text.clone()];
        // The keys of the test have signed the whole record: here they are those of another copy.
        let keys = Keys { home: None, ..Keys::read(&world.path("keys")).unwrap() };
        let mut cut =
            Record::init(&dir, origin, &keys, at, agreement, first, blobs.clone()).unwrap();
        // Files are not part of an answer; all of them may lie beside the entries.
        let beside = |name: &str| std::fs::read(world.path(name)).unwrap();
        let named = ["log.csv", "heat.csv", "events.csv"].map(beside).to_vec();
        let wanted = |bytes: &Vec<u8>| {
            let hash = servanda_tlog::sha256(bytes);
            bodies.iter().any(|body| matches!(body, Body::Document(d) if d.file.sha256 == hash))
        };
        let named = named.into_iter().filter(wanted).collect();
        cut.append(&keys, at, bodies, named).unwrap();
        let then = Desk::of(cut, None).unwrap().ask(&by_content).unwrap().answer;
        let size = size.to_string();
        let as_of = ["status", "record", "--as-of", &size, "--cite", "content", "--format", "json"];
        let now = world.ok(&as_of).out;
        let then = serde_json::to_string_pretty(&then).unwrap() + "\n";
        same_text(&then, &now, &format!("as of {size} entries"));
    }
}

#[test]
fn as_of_a_time_is_as_of_what_had_come_in_by_then() {
    let world = World::new();
    crate::truce::write_agreement(&world);
    let keys = ["--key-dir", "keys", "--now"];
    let on = |day: &str, args: &[&str]| {
        let now = format!("2026-06-{day}T12:00:00Z");
        world.ok(&[args, &keys, &[now.as_str()]].concat());
    };
    on("10", &["init", "record", "--agreement", "river-truce"]);
    let note = ["note", "record", "--source", "patrol", "--what", "shot", "--zone", "river"];
    on("11", &[&note[..], &["--from", "2026-06-02T09:00Z"]].concat());
    let size = world.head().0.to_string();
    on("12", &[&note[..], &["--from", "2026-06-03T09:00Z"]].concat());
    let status =
        |more: &[&str]| world.ok(&[&["status", "record", "--format", "json"], more].concat()).out;
    assert_eq!(status(&["--as-of", "2026-06-11T12:00:00Z"]), status(&["--as-of", &size]));
    assert_eq!(status(&["--as-of", "2026-06-12T11:59:59Z"]), status(&["--as-of", &size]));
    assert_eq!(status(&["--as-of", "2026-06-12T12:00:00Z"]), status(&[]));
    let why = world.refused(&["status", "record", "--as-of", "2026-06-09T12:00:00Z"]);
    assert!(why.contains("2026-06-09"), "{why}");
    let why = world.refused(&["status", "record", "--as-of", "100"]);
    assert!(why.contains("100"), "{why}");
    // What comes in can't have come in before what is there.
    let early = ["--key-dir", "keys", "--now", "2026-06-11T12:00:00Z"];
    world.refused(&[&note[..], &["--from", "2026-06-03T10:00Z"], &early].concat());
}
