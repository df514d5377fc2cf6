//! The golden dates of `data/clocks.py`, each shown by a clock of a small agreement.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests stand outside of test functions"
)]

use serde_json::Value;
use servanda_comply::answer::{Clock, ClockKind};
use servanda_comply::{Ask, History, evaluate};
use servanda_terms::{SourceText, load};
use servanda_time::Instant;
use std::collections::BTreeMap;

/// The terms whose clock shows a row: its start is the event `entry into force`, by date.
fn terms(row: &Value) -> (String, String, ClockKind) {
    let text = |key: &str| row[key].as_str().unwrap_or_default();
    let (span, start) = (text("span"), text("start"));
    let force = format!("[force]\nfrom = \"{start}\"\n");
    let oblige = |key: &str| format!("[oblige.lists]\nwho = \"NORTH\"\nwhat = \"lists\"\n{key}\n");
    match text("kind") {
        "due" => {
            let due = oblige(&format!("due = \"{span} after entry into force\""));
            (force, due, ClockKind::Deadline)
        }
        "before" => {
            let due = oblige(&format!("due = \"{span} before entry into force\""));
            (force, due, ClockKind::Deadline)
        }
        "every" => (force, oblige(&format!("every = \"{span}\"")), ClockKind::Recurring),
        "term" => (format!("{force}term = \"{span}\"\n"), oblige(""), ClockKind::Term),
        "notice" => {
            let term = text("term");
            let extension =
                format!("extension = {{ by = \"mutual\", for = \"1 year\", notice = \"{span}\" }}");
            (format!("{force}term = \"{term}\"\n{extension}\n"), oblige(""), ClockKind::Notice)
        }
        "window" => {
            let quiet = format!(
                "[prohibit.fire]\nwho = \"NORTH\"\nacts = [\"shot\"]\n[condition.quiet]\n\
                 holds = \"prohibit.fire\"\nfor = \"{span}\"\nwatched = \"not needed\"\n"
            );
            (force, quiet, ClockKind::Window)
        }
        other => panic!("no clock for {other}"),
    }
}

fn clocks(row: &Value, at: Instant) -> Vec<Clock> {
    let (force, terms, kind) = terms(row);
    let zone = row["zone"].as_str().unwrap();
    let text = format!(
        "+++\nid = \"dates\"\ntitle = \"Dates\"\nversion = \"1\"\ntimezone = \"{zone}\"\n\
         [party.NORTH]\nname = \"Northland\"\n{force}+++\n## 1. Dates\n```toml term\n{terms}```\n"
    );
    let (agreement, found) = load(&SourceText::new("agreement.md", text), &BTreeMap::new());
    let agreement = agreement.unwrap_or_else(|| panic!("{row}: {found:?}"));
    let ask = Ask { at: Some(at), ..Ask::default() };
    let clocks = evaluate(&agreement, &History::default(), &ask).answer.clocks;
    clocks.into_iter().filter(|clock| clock.kind == kind).collect()
}

#[test]
fn clocks_show_the_dates_that_another_program_gives() {
    let rows: Vec<Value> = serde_json::from_str(include_str!("clocks.json")).unwrap();
    assert!(rows.len() >= 60, "{} rows", rows.len());
    for row in &rows {
        let parse = |key: &str| Instant::parse(row[key].as_str().unwrap(), None).unwrap();
        let (start, end) = (parse("start"), parse("end"));
        // A period is shown while it runs; all else from the start on.
        let at = match row["kind"].as_str() {
            Some("every") => end.plus_ms(-1),
            _ => start,
        };
        let shown = clocks(row, at);
        let dues: Vec<_> = shown.iter().map(|clock| clock.due.as_deref()).collect();
        assert_eq!(dues, [row["end"].as_str()], "{row}");
    }
}
