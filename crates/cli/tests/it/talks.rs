//! Published texts as received: kept apart from the record, opened beside its statements.

use crate::world::{World, agreement, list, text, tree};
use servanda_tlog::sha256;
use std::os::unix::fs::PermissionsExt as _;

const REPORT: &str = "Talks go on\n\nNORTHPORT, Jan 5 - The foreign minister of Northland said on \
                      Monday that the guarantees would run for 15 years.\n";
const NOW: [&str; 2] = ["--now", "2030-01-07T00:00:00Z"];
const MORE: &str =
    "More\n\nThe foreign minister of Northland now demanded guarantees for 40 years.\n";

/// The invented talks of `cases/articles.md`, without a text.
fn talks() -> World {
    let world = World::new();
    world.write_talks("talks/agreement.md");
    world.ok(&[&["init", "record", "--agreement", "talks"][..], &NOW].concat());
    world.write("report.txt", REPORT);
    world
}

fn add(world: &World, file: &str, more: &[&str]) {
    world.ok(&[&["add", "record", file][..], &NOW, more].concat());
}

fn page(world: &World, more: &[&str]) -> String {
    world.ok(&[&["positions", "record", "--format", "html"][..], more].concat()).out
}

const LED: &str = "The foreign minister of Northland said on Monday that </span><mark>the \
                   guarantees would run for 15 years</mark>";

#[test]
fn texts_are_kept_beside_the_record_and_open_its_words_in_their_sentence() {
    let world = talks();
    add(&world, "report.txt", &["--published", "2030-01-07"]);
    let kept = world.path("record.texts").join(sha256(REPORT.as_bytes()).to_hex());
    assert_eq!(std::fs::read(&kept).unwrap(), REPORT.as_bytes());
    let mode = |path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&kept), mode(&world.path("record.texts"))), (0o600, 0o700));
    assert!(page(&world, &[]).contains(LED));
    let told = world.ok(&["explain", "record", "e2.0"]).out;
    assert!(told.contains("Monday that [the guarantees would\nrun for 15 years]."), "{told}");
    // Nothing of the sentence but the words is in the record.
    let holds = |bytes: &[u8], words: &str| String::from_utf8_lossy(bytes).contains(words);
    let record = tree(&world.path("record"));
    assert!(record.values().any(|bytes| holds(bytes, "guarantees would run")));
    assert!(!record.values().any(|bytes| holds(bytes, "said on Monday that")));
    world.ok(&["verify", "record"]);
}

#[test]
fn a_text_that_is_not_the_one_that_was_read_opens_nothing() {
    let world = talks();
    add(&world, "report.txt", &["--published", "2030-01-07"]);
    let kept = format!("record.texts/{}", sha256(REPORT.as_bytes()).to_hex());
    world.write(&kept, REPORT.replace("15 years", "95 years"));
    let html = page(&world, &[]);
    assert!(!html.contains("said on Monday that") && !html.contains("95 years"));
    assert!(html.contains("<mark>the guarantees would run for 15 years</mark>"));
    // Taken in once more, it is put right.
    add(&world, "report.txt", &[]);
    assert!(page(&world, &[]).contains(LED));
}

#[test]
fn no_copy_is_kept_where_none_is_wanted() {
    let world = talks();
    add(&world, "report.txt", &["--published", "2030-01-07", "--no-copy"]);
    assert!(!world.path("record.texts").exists());
    assert!(page(&world, &[]).contains("--texts FOLDER"));
    add(&world, "report.txt", &["--texts", "elsewhere"]);
    assert!(!world.path("record.texts").exists());
    assert!(page(&world, &["--texts", "elsewhere"]).contains(LED));
}

#[test]
fn each_view_gives_the_same_page_into_a_file() {
    let world = talks();
    add(&world, "report.txt", &["--published", "2030-01-07"]);
    let html = page(&world, &[]);
    for command in ["contradictions", "timeline", "percent-agreed"] {
        world.ok(&[command, "record", "--format", "html", "--out", "page.html"]);
        assert_eq!(String::from_utf8(world.read("page.html")).unwrap(), html.trim_end());
    }
}

#[test]
fn the_answer_draws_on_reports_and_counts_none_of_them() {
    let world = talks();
    let plain = world.json(&["status", "record", "--format", "json", "--at", "2030-01-07"]);
    add(&world, "report.txt", &["--published", "2030-01-07"]);
    world.write("more.txt", MORE);
    world.ok(&[
        "add",
        "record",
        "more.txt",
        "--published",
        "2030-01-10",
        "--now",
        "2030-01-20T00:00:00Z",
    ]);
    let at = |at: &str| world.json(&["status", "record", "--format", "json", "--at", at]);
    let reported =
        |answer: &serde_json::Value| list(&answer["life"]["points"]["list"][0], "reported").clone();
    let now = at("2030-01-20");
    let told = reported(&now);
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!((text(&told[0], "party"), text(&told[0], "act")), ("N", "demand"));
    assert_eq!((text(&told[0], "on"), text(&told[0], "basis")), ("2030-01-10", "published"));
    // Before the second text was published, the first was the latest.
    let before = reported(&at("2030-01-08"));
    assert_eq!((text(&before[0], "act"), text(&before[0], "on")), ("state", "2030-01-07"));
    for key in ["total", "agreed", "open", "unknown", "percent_low", "percent_high", "rule"] {
        let points = |answer: &serde_json::Value| answer["life"]["points"][key].clone();
        assert_eq!(points(&plain), points(&now), "{key}");
    }
    world.write("answer.json", serde_json::to_string(&now).unwrap());
    assert!(world.ok(&["status", "record"]).out.contains("The points in published reports"));
    let saved = world.ok(&["status", "record", "--format", "json", "--at", "2030-01-20"]).out;
    world.write("answer.json", saved);
    world.ok(&["recompute", "record", "answer.json"]);
}

#[test]
fn the_real_draft_is_filled_by_its_parties_words() {
    let world = World::new();
    let draft = agreement("framework-2025-12");
    let init = ["init", "record", "--agreement", draft.to_str().unwrap()];
    world.ok(&[&init[..], &NOW].concat());
    // Words of our own about the real draft: what the agreement names is found in them.
    let file = std::fs::read_to_string(draft.join("agreement.md")).unwrap();
    let party = file.split("[party.").nth(2).unwrap();
    let name = party.split('"').nth(1).unwrap();
    world.write(
        "a.txt",
        format!("A title of four words\n\n{name} demanded security guarantees for 50 years.\n"),
    );
    add(&world, "a.txt", &["--published", "2025-12-29"]);
    let answer = world.json(&["status", "record", "--format", "json"]);
    let points = list(&answer["life"]["points"], "list");
    let drawn = points.iter().filter(|point| !point["reported"].is_null()).count();
    assert!(drawn >= 1, "{points:?}");
}
