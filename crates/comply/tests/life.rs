//! Each file in `cases/` is an agreement, what happens to it, and what its life then looks like.
//!
//! The agreement comes first. A block ```` ```history ```` adds entries to the record, one a line
//! and numbered from 1:
//!
//! ```text
//! 2030-01-02 signature by NORTH
//! 2030-01-03..2030-02-01 watch patrol partial
//! 2030-01-09..2030-01-10 violation of prohibit.fire by NORTH severity serious
//! 2030-01-12 retract 3
//! 2030-01-13..2030-01-20 watch patrol complete of bridge
//! 2030-01-14 declaration by NORTH on limit.forces amount 700..900 of person best 800
//! ```
//!
//! A block ```` ```at TIME ```` shows what an answer at that time says of the agreement's life, as
//! far as it differs from the block before; a block ```` ```why PROVISION TIME ```` shows why a
//! provision then stands where it stands.
//! A block ```` ```observed TIME ```` shows what an answer says of what was observed, and a block
//! ```` ```day DATE ```` the figures of a day. A block ```` ```what-if TIME ```` shows what would
//! be otherwise under the agreement with one thing replaced by another, as the block
//! ```` ```draft ```` before it says, a line `OLD => NEW` each.
//! `UPDATE_EXPECT=1 cargo test -p servanda-comply --test life` writes what is said now.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests stand outside of test functions"
)]

#[path = "life/observed.rs"]
mod observed;

use serde_json::Value;
use servanda_comply::{Ask, History, evaluate, why};
use servanda_entry::{
    Act, ActKind, Attrs, Basis, Body, Cite, Class, Correction, Coverage, CoverageRow, Entry,
    Finding, Kind, Outcome, Ref, Votes, Watch, content,
};
use servanda_terms::{Agreement, SourceText, load};
use servanda_time::Instant;
use servanda_tlog::sha256;
use std::collections::BTreeMap;
use std::fmt::Write as _;

#[test]
fn the_life_of_each_case_is_as_it_is_told() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/cases");
    let mut paths: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        let text = std::fs::read_to_string(&path).unwrap();
        let told = tell(&text);
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            std::fs::write(&path, told).unwrap();
            continue;
        }
        for (n, (expected, found)) in (1..).zip(text.lines().zip(told.lines())) {
            assert_eq!(expected, found, "{}:{n}", path.display());
        }
        assert_eq!(text, told, "{}", path.display());
    }
}

/// A case with each block as it should be.
fn tell(case: &str) -> String {
    let (agreement, rest) = case.split_once("\n```history\n").unwrap();
    let (loaded, found) = load(&SourceText::new("case.md", agreement), &BTreeMap::new());
    let terms = loaded.unwrap_or_else(|| panic!("{found:?}"));
    let mut told = format!("{agreement}\n```history\n");
    let mut entries: Vec<(u64, Entry)> = Vec::new();
    let mut block = vec!["```history"];
    let (mut known, mut draft) = (Vec::new(), Vec::new());
    for line in rest.lines() {
        match block.as_slice() {
            [] if line.starts_with("```") => block = line.split(' ').collect(),
            ["```history"] if line != "```" => {
                let index = entries.len() as u64 + 1;
                entries.push((index, entry(line, &entries)));
            }
            ["```draft"] if line == "```" => {}
            ["```draft"] => {
                let (old, new) = line.split_once(" => ").unwrap();
                draft.push((old.to_owned(), new.to_owned()));
            }
            ["```observed", at @ ..] if line == "```" => {
                told += &observed::figures(&terms, &entries, &at.join(" "));
            }
            ["```day", from] if line == "```" => {
                told += &observed::of_day(&terms, &entries, from);
            }
            ["```what-if", at] if line == "```" => {
                told += &observed::what_if((&terms, agreement), &draft, &entries, at);
                draft.clear();
            }
            ["```at", at] if line == "```" => told += &life(&terms, &entries, at, &mut known),
            ["```why", id, at] if line == "```" => told += &reasons(&terms, &entries, id, at),
            _ => {}
        }
        let is_told = !matches!(block.as_slice(), [] | ["```history" | "```draft"]);
        if !is_told || line.starts_with("```") {
            told += line;
            told.push('\n');
        }
        if line == "```" {
            block.clear();
        }
    }
    told
}

/// What an answer says of the agreement's life: item by item, without those that the block before
/// it had too.
fn life(terms: &Agreement, entries: &[(u64, Entry)], at: &str, known: &mut Vec<String>) -> String {
    let history = History::gather(entries.iter().cloned());
    let answer = evaluate(terms, &history, &Ask { at: Some(instant(at)), ..Ask::default() }).answer;
    let mut items = Vec::new();
    if let Value::Object(fields) = serde_json::to_value(&answer.life).unwrap() {
        fields.iter().for_each(|(name, value)| add(&mut items, name, value));
    }
    add(&mut items, "clock", &serde_json::to_value(&answer.clocks).unwrap());
    add(&mut items, "guarantee", &serde_json::to_value(&answer.guarantees).unwrap());
    for provision in &answer.provisions {
        let mut lines = serde_json::to_value(&provision.lines).unwrap();
        if terms.provision(&provision.id).unwrap().kind.is_observed() {
            // What was observed is no part of its life: only its dates are.
            let lines = lines.as_array_mut().unwrap().iter_mut();
            lines.for_each(|line| drop(line.as_object_mut().unwrap().remove("runs")));
        }
        add(&mut items, &provision.id, &lines);
    }
    let told = items.iter().filter(|item| !known.contains(item)).cloned().collect();
    *known = items;
    told
}

/// Adds an item, or each of a list.
fn add(items: &mut Vec<String>, name: &str, value: &Value) {
    let mut item = String::new();
    match value {
        Value::Array(parts) if parts.iter().any(Value::is_object) => {
            parts.iter().for_each(|part| add(items, name, part));
        }
        _ => show(&mut item, 0, name, value),
    }
    items.push(item);
}

fn reasons(terms: &Agreement, entries: &[(u64, Entry)], id: &str, at: &str) -> String {
    let history = History::gather(entries.iter().cloned());
    let mut told = String::new();
    let why = why(terms, &history, entries, instant(at), id);
    show(&mut told, 0, "why", &serde_json::to_value(why).unwrap());
    told
}

/// The fields that say what an item is, and those that are left out as they say nothing new.
const FIRST: [&str; 9] =
    ["provision", "party", "what", "says", "word", "reading", "state", "status", "is"];
const LEFT_OUT: [&str; 5] = ["rule", "kind", "settled", "zone", "article"];

/// A value as indented lines: fields that are short stand on one, and none that is empty.
fn show(told: &mut String, depth: usize, name: &str, value: &Value) {
    let indent = "  ".repeat(depth);
    match value {
        Value::Array(parts) if parts.is_empty() => {}
        Value::Array(parts) if depth > 0 && parts.iter().any(Value::is_object) => {
            parts.iter().for_each(|part| show(told, depth, name, part));
        }
        Value::Object(fields) if !fields.contains_key("code") => {
            let nested = |value: &Value| match value {
                Value::Array(parts) => parts.iter().any(Value::is_object),
                other => other.is_object(),
            };
            let mut short: Vec<(usize, String)> = Vec::new();
            for (key, value) in fields {
                let words = plain(value);
                if !nested(value) && !words.is_empty() && !LEFT_OUT.contains(&key.as_str()) {
                    let first = FIRST.iter().position(|first| first == key);
                    let named = if first.is_some() { words } else { format!("{key}: {words}") };
                    short.push((first.unwrap_or(FIRST.len()), named));
                }
            }
            short.sort_by_key(|(first, _)| *first);
            let short: Vec<String> = short.into_iter().map(|(_, words)| words).collect();
            writeln!(told, "{indent}{name}: {}", short.join(" | ")).unwrap();
            for (key, value) in fields.iter().filter(|(_, value)| nested(value)) {
                show(told, depth + 1, key, value);
            }
        }
        other if plain(other).is_empty() => {}
        other => writeln!(told, "{indent}{name}: {}", plain(other)).unwrap(),
    }
}

/// A value in words; midnights without their zeros, reasons with what they rest on.
fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.replace("T00:00:00Z", ""),
        Value::Array(parts) => parts.iter().map(plain).collect::<Vec<_>>().join("; "),
        Value::Object(reason) => {
            let said = |name: &str| reason.get(name).map(plain).unwrap_or_default();
            let (count, cites) = (said("count"), said("cites"));
            let cites = if cites.is_empty() { cites } else { format!(" [{count}: {cites}]") };
            format!("({}) {}{cites}", said("code"), said("text"))
        }
        other => other.to_string(),
    }
}

fn instant(text: &str) -> Instant {
    let whole = if text.contains('T') { text.to_owned() } else { format!("{text}T00:00:00Z") };
    Instant::parse(&whole, None).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// The entry of a line.
fn entry(line: &str, before: &[(u64, Entry)]) -> Entry {
    let (when, what) = line.split_once(' ').unwrap();
    let (from, to) = match when.split_once("..") {
        Some((from, to)) => (instant(from), Some(instant(to))),
        None => (instant(when), None),
    };
    let (kind, words) = what.split_once(' ').unwrap_or((what, ""));
    Entry {
        agreement: "case".into(),
        by: "example.org/office".into(),
        seq: before.len() as u64,
        prev: None,
        cite: Cite { root: sha256(b""), size: 0 },
        at: from,
        class: Class::Public,
        body: body(kind, words, (from, to), before),
    }
}

fn body(
    kind: &str,
    words: &str,
    (from, to): (Instant, Option<Instant>),
    before: &[(u64, Entry)],
) -> Body {
    let words: Vec<&str> = words.split_whitespace().collect();
    let said = |name: &str| {
        let at = words.iter().position(|word| *word == name)?;
        words.get(at + 1).map(|word| word.replace('_', " "))
    };
    let from_ms = from.ms();
    match kind {
        "watch" => {
            let watch: Watch = named(words[1]);
            let to_ms = to.unwrap().ms();
            let zone = said("of");
            let row = CoverageRow { attrs: Attrs::new(), from_ms, line: 0, to_ms, watch, zone };
            let (source, basis) = (words[0].into(), Basis::Stated);
            Body::Coverage(Coverage { source, document: None, basis, rows: vec![row] })
        }
        "violation" | "no-violation" | "undetermined" => Body::Finding(Finding {
            from_ms,
            of: said("on").iter().map(|n| refer(n, before)).collect(),
            outcome: named::<Outcome>(kind),
            party: said("by"),
            provision: said("of").unwrap(),
            reading: said("reading"),
            reason: "seen".into(),
            role: "head".into(),
            severity: said("severity"),
            standard: "reasonable grounds".into(),
            to_ms: to.unwrap().ms(),
            zone: said("in"),
        }),
        "seen" => observed::seen(&words, said, (from, to)),
        "claim" => observed::claim(said, (from, to)),
        "site" => observed::site(&words),
        "retract" => {
            let (by, role) = (None, "head".into());
            let of = refer(words[0], before);
            Body::Correction(Correction { by, of, reason: "a quarry".into(), role })
        }
        _ => {
            let votes = said("votes").map(|votes| {
                let (r#for, against) = votes.split_once(':').unwrap();
                Votes { against: against.parse().unwrap(), r#for: r#for.parse().unwrap() }
            });
            let by = said("by").unwrap_or_else(|| "the office".into());
            let amount = said("amount").map(|bounds| {
                observed::count(&bounds, said("best").as_deref(), &said("of").unwrap())
            });
            Body::Act(Act {
                amount,
                event: said("event"),
                provisions: said("on").into_iter().collect(),
                result: said("result").map(|result| named(&result)),
                stage: said("stage"),
                to_ms: to.map(Instant::ms),
                votes,
                ..Act::new(named::<ActKind>(kind), &by, from, "note 1")
            })
        }
    }
}

/// An entry, or the one row that it has.
fn refer(number: &str, before: &[(u64, Entry)]) -> Ref {
    let entry: u64 = number.parse().unwrap();
    let body = &before[entry as usize - 1].1.body;
    match body {
        Body::Observation(seen) => {
            let id = content::row_id(Kind::Observation, &seen.source, &seen.rows[0]);
            Ref { entry, id, row: Some(0) }
        }
        _ => Ref { entry, id: content::body_id(body), row: None },
    }
}

/// What a word of a form stands for.
fn named<T: serde::de::DeserializeOwned>(word: &str) -> T {
    serde_json::from_value(Value::String(word.into())).unwrap_or_else(|e| panic!("{word}: {e}"))
}
