//! Entries from JSON Lines that leave out what doesn't matter to a case.

#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of several tests; one that stops has failed"
)]

use serde_json::{Value, json};
use servanda_entry::{
    Assessment, Body, Cite, Class, Correction, Entry, Judgement, Ref, Review, Statements,
};
use servanda_terms::{Agreement, SourceText, load};
use servanda_time::Instant;
use servanda_tlog::Hash;
use std::collections::BTreeMap;

/// The agreement of a text.
pub(crate) fn agreement(text: &str) -> Agreement {
    let (agreement, found) = load(&SourceText::new("agreement.md", text), &BTreeMap::new());
    agreement.unwrap_or_else(|| panic!("{found:?}"))
}

/// An entry with a body.
pub(crate) fn entry(body: Body) -> Entry {
    Entry {
        agreement: "valley-talks".into(),
        by: "desk".into(),
        seq: 0,
        prev: None,
        cite: Cite { root: Hash::from_hex(&"0".repeat(64)).unwrap(), size: 0 },
        at: Instant::EPOCH,
        class: Class::Public,
        body,
    }
}

/// A line `{"text": …}` begins an entry of a text, and the lines after it are its rows;
/// `{"review": …, "of": "e1.0"}` and `{"retract": "e1"}` are entries of their own.
pub(crate) fn entries(lines: &str) -> Vec<(u64, Entry)> {
    let mut bodies: Vec<Body> = Vec::new();
    for line in lines.lines().filter(|line| !line.trim().is_empty()) {
        let mut line: Value = serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"));
        if let Some(name) = line.get("text").cloned() {
            let mut body = json!({"name": name, "rows": []});
            merge(&mut body, &line);
            body.as_object_mut().unwrap().remove("text");
            bodies.push(Body::Statement(serde_json::from_value::<Statements>(body).unwrap()));
        } else if let Some(result) = line.get("review").cloned() {
            let result: Review = serde_json::from_value(result).unwrap();
            let amended = line.get("amended").map(|amended| Box::new(row(amended, 0)));
            bodies.push(Body::Assessment(Assessment {
                of: vec![reference(&line["of"])],
                outcome: Judgement::Review { amended, result },
                reason: "read again".into(),
                role: "reviewer".into(),
                standard: "the words".into(),
            }));
        } else if let Some(of) = line.get("retract") {
            bodies.push(Body::Correction(Correction {
                by: None,
                of: reference(of),
                reason: "taken in by mistake".into(),
                role: "desk".into(),
            }));
        } else {
            let Some(Body::Statement(body)) = bodies.last_mut() else {
                panic!("a row before its text: {line}")
            };
            let at = body.rows.len() as u64;
            body.rows.push(row(line.take(), at));
        }
    }
    (0_u64..).zip(bodies.into_iter().map(entry)).collect()
}

fn row(line: impl std::borrow::Borrow<Value>, at: u64) -> servanda_entry::Statement {
    let (start, end) = (at * 300, at * 300 + 200);
    let mut row = json!({
        "act": "state", "kind": "indirect", "start": start, "end": end, "start_char": start,
        "end_char": end, "line": 0, "rule": "by-hand", "speaker": "OUTLET",
    });
    merge(&mut row, line.borrow());
    serde_json::from_value(row).unwrap_or_else(|e| panic!("{e}: {}", line.borrow()))
}

fn merge(into: &mut Value, from: &Value) {
    for (key, value) in from.as_object().unwrap() {
        into[key] = value.clone();
    }
}

fn reference(of: &Value) -> Ref {
    let of = of.as_str().unwrap().trim_start_matches('e');
    let (entry, row) = match of.split_once('.') {
        Some((entry, row)) => (entry, Some(row.parse().unwrap())),
        None => (of, None),
    };
    let id = Hash::from_hex(&"0".repeat(64)).unwrap();
    Ref { entry: entry.parse().unwrap(), id, row }
}
