//! What must hold of any register: order, copies and origins.

#![allow(clippy::unwrap_used, reason = "helpers stand outside of test functions")]

mod given;

use proptest::prelude::*;
use serde_json::Value;
use servanda_entry::Entry;
use servanda_positions::{
    Filter, Names, Register, contradictions, percent_agreed, positions, timeline,
};
use std::fmt::Write;

const AGREEMENT: &str = include_str!("../cases/agreement.md");

/// All views as one JSON value.
fn views(entries: Vec<(u64, Entry)>) -> Value {
    let register = Register::gather(entries);
    let names = Names::of(&given::agreement(AGREEMENT));
    let filter = Filter::default();
    serde_json::json!({
        "positions": positions(&register, names.clone(), &filter),
        "contradictions": contradictions(&register, names.clone()),
        "timeline": timeline(&register, names.clone()),
        "percent": percent_agreed(&register, names),
    })
}

/// Without where entries stand, which is all that another order of arrival may change.
fn without_place(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for name in ["cite", "cites", "against", "entry"] {
                fields.remove(name);
            }
            fields.values_mut().for_each(without_place);
        }
        Value::Array(items) => items.iter_mut().for_each(without_place),
        _ => {}
    }
}

const QUOTES: [&str; 8] = [
    "a guarantee for YEARS years",
    "the peace plan is YEARS percent agreed",
    "the former president of Southmark met the president of Northland in Ford Town on March 5",
    "turning Low Meadow into a free trade zone",
    "Lakeland's proposal for a free trade zone in High Meadow",
    "Northland secured a river pledge from Lakeland",
    "after the meeting with the president of Southmark the envoy of Lakeland spoke with Northland",
    "no troops leave the valley",
];
const SPEAKERS: [(&str, &str); 3] = [
    ("the president of Northland", "NORTH"),
    ("the president of Southmark", "SOUTH"),
    ("the envoy of Lakeland", "LAKE"),
];
const ACTS: [&str; 5] = ["state", "want", "reject", "accept", "propose"];
const TOPICS: [&str; 4] = ["guarantee", "point.valley", "exchange of prisoners", "weather"];

/// A text: its rows by number of quotation, speaker, act, topic and amount; its day, and the wire
/// that it credits.
type Sketch = (Vec<(usize, usize, usize, usize, u64)>, u8, Option<u8>);

fn sketch() -> impl Strategy<Value = Sketch> {
    let row = (0..QUOTES.len(), 0..SPEAKERS.len(), 0..ACTS.len(), 0..TOPICS.len(), 1_u64..60);
    (prop::collection::vec(row, 1..6), 1_u8..28, prop::option::of(0_u8..3))
}

fn lines(number: usize, (rows, day, wire): &Sketch) -> String {
    let mut lines = String::new();
    let credits = wire.map(|wire| format!("\"Wire {wire}\"")).unwrap_or_default();
    let hashes: Vec<String> =
        (0..20).map(|n| format!("\"{:016x}\"", number as u64 * 1000 + n)).collect();
    writeln!(
        lines,
        "{{\"text\":\"t{number}\",\"outlet\":\"Outlet {number}\",\"published\":\"2030-03-{day:02}\",\
         \"credits\":[{credits}],\"sample\":{{\"limit\":\"ffffffffffffffff\",\"hashes\":[{}]}}}}",
        hashes.join(",")
    )
    .unwrap();
    for (quote, speaker, act, topic, amount) in rows {
        let quote = QUOTES[*quote].replace("YEARS", &amount.to_string());
        let unit = if quote.contains("percent") { "percent" } else { "year" };
        let values = if quote.contains(&amount.to_string()) {
            format!(
                "{{\"unit\":\"{unit}\",\"min_milli\":{0},\"max_milli\":{0},\"text\":\"{amount}\"}}",
                amount * 1000
            )
        } else if quote.contains("March 5") {
            "{\"unit\":\"date\",\"date\":\"2030-03-05\",\"text\":\"March 5\"}".to_owned()
        } else {
            String::new()
        };
        let (speaker, party) = SPEAKERS[*speaker];
        writeln!(
            lines,
            "{{\"speaker\":\"{speaker}\",\"party\":\"{party}\",\"act\":\"{}\",\"topics\":[\"{}\"],\
             \"quote\":\"{quote}\",\"values\":[{values}]}}",
            ACTS[*act], TOPICS[*topic]
        )
        .unwrap();
    }
    lines
}

fn entries(sketches: &[Sketch]) -> Vec<(u64, Entry)> {
    let all = sketches.iter().enumerate().map(|(number, one)| lines(number, one));
    given::entries(&all.collect::<String>())
}

/// Origins in all cells, rows, sides, events and shares, in their order.
fn counts(value: &Value, into: &mut Vec<u64>) {
    match value {
        Value::Object(fields) => {
            into.extend(fields.get("origins").and_then(Value::as_u64));
            fields.values().for_each(|value| counts(value, into));
        }
        Value::Array(items) => items.iter().for_each(|value| counts(value, into)),
        _ => {}
    }
}

fn config() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_order_in_which_entries_are_read_makes_no_difference(
        sketches in prop::collection::vec(sketch(), 1..6),
        by in 0_usize..6,
    ) {
        let mut other = entries(&sketches);
        other.reverse();
        let by = by % other.len();
        other.rotate_left(by);
        prop_assert_eq!(views(entries(&sketches)), views(other));
    }

    #[test]
    fn the_order_of_arrival_changes_only_where_entries_stand(
        sketches in prop::collection::vec(sketch(), 1..6),
    ) {
        let mut other = entries(&sketches);
        other.reverse();
        let other = (0..).zip(other.into_iter().map(|(_, entry)| entry)).collect();
        let (mut one, mut other) = (views(entries(&sketches)), views(other));
        without_place(&mut one);
        without_place(&mut other);
        prop_assert_eq!(one, other);
    }

    #[test]
    fn a_copy_of_a_text_changes_no_count(
        sketches in prop::collection::vec(sketch(), 1..5),
        which in 0_usize..5,
    ) {
        let which = which % sketches.len();
        let text: String =
            sketches.iter().enumerate().map(|(number, one)| lines(number, one)).collect();
        // The same words and sample under another name, without the credit.
        let (first, rest) = lines(which, &sketches[which])
            .split_once('\n')
            .map(|(first, rest)| (first.to_owned(), rest.to_owned()))
            .unwrap();
        let mut copied: Value = serde_json::from_str(&first).unwrap();
        copied["text"] = "zcopy".into();
        copied["outlet"] = "Zebra".into();
        copied["credits"] = Value::Array(Vec::new());
        let copy = format!("{text}{copied}\n{rest}");
        let count = |lines: &str| {
            let mut found = Vec::new();
            counts(&views(given::entries(lines)), &mut found);
            found
        };
        prop_assert_eq!(count(&text), count(&copy));
    }
}

fn origins(lines: &str) -> usize {
    let register = Register::gather(given::entries(lines));
    let names = Names::of(&given::agreement(AGREEMENT));
    let view = positions(&register, names, &Filter::default());
    view.rows.iter().find(|row| row.id == "point.valley").unwrap().parties[0].origins
}

#[test]
fn two_that_copy_one_wire_are_one_origin_and_a_third_makes_two() {
    let row = r#"{"speaker":"the president of Northland","party":"NORTH","act":"reject",
        "quote":"no troops leave the valley","topics":["valley"]}"#
        .replace('\n', " ");
    let text = |name: &str, credits: &str| {
        format!("{{\"text\":\"{name}\",\"outlet\":\"{name}\",\"credits\":[{credits}]}}\n{row}\n")
    };
    let two = text("a", "\"Wire\"") + &text("b", "\"Wire\"");
    assert_eq!(origins(&two), 1);
    assert_eq!(origins(&(two + &text("c", ""))), 2);
}
