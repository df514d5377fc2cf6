//! Laws of the difference of two texts.

// Helpers of tests fail the test that calls them.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use servanda_terms::diff::{Difference, Direction, Fate, Item};
use servanda_terms::{Agreement, SourceText, diff, load};
use std::collections::BTreeMap;

const FRONT: &str = r#"+++
id = "pause"
title = "A pause"
version = "1"
timezone = "UTC"
[party.NORTH]
name = "Northland"
[party.SOUTH]
name = "Southland"
[party.WEST]
name = "Westland"
role = "guarantor"
[zone.valley]
circle = { lon = 10.0, lat = 20.0, radius_m = 10000 }
[zone.hills]
circle = { lon = 11.0, lat = 20.0, radius_m = 10000 }
[source.patrol]
shows = ["explosion", "shot"]
[source.radar]
shows = ["shot"]
+++
# A pause
## 1. All
```toml term
"#;

fn read(terms: &str) -> Agreement {
    let source = SourceText::new("a.md", format!("{FRONT}{terms}```\n"));
    let (agreement, diagnostics) = load(&source, &BTreeMap::new());
    let shown = servanda_diag::render_terminal(&diagnostics, &source, false);
    agreement.unwrap_or_else(|| unreachable!("{terms}\n{shown}"))
}

/// A key with values that differ.
type Key = (&'static str, &'static [&'static str]);

/// The keys of a few kinds.
const KINDS: &[(&str, &[Key])] = &[
    (
        "prohibit",
        &[
            ("who", &["\"NORTH\"", "[\"NORTH\", \"SOUTH\"]", "\"SOUTH\""]),
            ("acts", &["\"shot\"", "[\"shot\", \"explosion\"]", "\"explosion\""]),
            ("where", &["\"valley\"", "[\"valley\", \"hills\"]", "\"hills\""]),
            ("from", &["\"2030-01-01\"", "\"2030-01-05\"", "\"3 days after signature\""]),
            ("until", &["\"2031-01-01\"", "\"2031-02-01\"", "\"end\""]),
            ("shown_by", &["\"patrol\"", "[\"patrol\", \"radar\"]"]),
            ("tolerance", &["\"none\"", "\"some\""]),
            ("number", &["\"1\"", "\"2\""]),
            ("remedy", &["\"a\"", "\"b\""]),
        ],
    ),
    (
        "limit",
        &[
            ("who", &["\"NORTH\"", "\"SOUTH\""]),
            ("measure", &["\"forces\"", "\"tanks\""]),
            ("at_most", &["1", "2", "3"]),
            ("unit", &["\"person\"", "\"tank\""]),
            ("due", &["\"90 days after signature\"", "\"1 year after signature\""]),
        ],
    ),
    (
        "guarantee",
        &[
            ("by", &["\"WEST\"", "[\"WEST\", \"SOUTH\"]"]),
            ("to", &["\"NORTH\"", "[\"NORTH\", \"SOUTH\"]"]),
            ("term", &["\"15 years\"", "\"50 years\"", "\"180 months\""]),
            ("from", &["\"entry into force\"", "\"signature\""]),
            ("standard", &["\"a\"", "\"b\""]),
        ],
    ),
    (
        "condition",
        &[
            ("for", &["\"60 days\"", "\"8 weeks\"", "\"2 months\""]),
            ("holds", &["\"prohibit.t0\""]),
            ("watched", &["\"partly\"", "\"completely\"", "\"not needed\""]),
            ("broken_by", &["\"grave\"", "[\"grave\", \"light\"]"]),
        ],
    ),
];

/// A term: which kind, and for each key which of its values.
type Term = (usize, Vec<usize>);

fn written(terms: &[Term]) -> String {
    let mut text = String::from("[prohibit.t0]\nacts = \"shot\"\nwho = \"WEST\"\n");
    for (n, (kind, values)) in terms.iter().enumerate() {
        let (word, keys) = KINDS[*kind];
        text += &format!("[{word}.t{}]\n", n + 1);
        for ((key, known), value) in keys.iter().zip(values) {
            text += &format!("{key} = {}\n", known[value % known.len()]);
        }
    }
    text
}

fn terms() -> impl Strategy<Value = Vec<Term>> {
    let term = (0..KINDS.len(), prop::collection::vec(0_usize..6, 9));
    prop::collection::vec(term, 1..6)
}

fn turned(direction: Direction) -> Direction {
    match direction {
        Direction::Tightened => Direction::Loosened,
        Direction::Loosened => Direction::Tightened,
        Direction::Longer => Direction::Shorter,
        Direction::Shorter => Direction::Longer,
        other => other,
    }
}

/// What is compared of a difference, in an order of its own.
fn plain(difference: &Difference, is_turned: bool) -> Vec<String> {
    let way = |direction| if is_turned { turned(direction) } else { direction };
    let pair = |old: &Option<String>, new: &Option<String>| match is_turned {
        true => format!("{new:?} {old:?}"),
        false => format!("{old:?} {new:?}"),
    };
    let mut lines = Vec::new();
    for item in difference.items.iter().chain(&difference.unknown) {
        let fate = match (item.fate, is_turned) {
            (Fate::Added, true) => Fate::Removed,
            (Fate::Removed, true) => Fate::Added,
            (fate, _) => fate,
        };
        let name = format!("{} {}", item.class.word(), pair(&item.old, &item.new));
        lines.push(format!("{name} {} {}", fate.word(), way(item.direction).word()));
        lines.extend(item.changes.iter().map(|change| {
            let (values, way) = (pair(&change.old, &change.new), way(change.direction).word());
            format!("{name} {} {values} {way}", change.matter)
        }));
    }
    lines.sort_unstable();
    lines
}

fn changed(difference: &Difference) -> Vec<(&Item, &str)> {
    let items = difference.items.iter();
    items
        .flat_map(|item| item.changes.iter().map(move |change| (item, change.matter.as_str())))
        .collect()
}

proptest! {
    #[test]
    fn a_text_does_not_differ_from_itself(terms in terms()) {
        let agreement = read(&written(&terms));
        prop_assert!(diff(&agreement, &agreement).is_empty());
    }

    #[test]
    fn turned_round_it_says_the_opposite(old in terms(), new in terms()) {
        let (old, new) = (read(&written(&old)), read(&written(&new)));
        prop_assert_eq!(plain(&diff(&old, &new), true), plain(&diff(&new, &old), false));
    }

    #[test]
    fn a_change_of_one_parameter_is_one_change(
        terms in terms(),
        which in any::<prop::sample::Index>(),
        key in any::<prop::sample::Index>(),
    ) {
        let old = read(&written(&terms));
        let mut other = terms.clone();
        let n = which.index(terms.len());
        let keys = KINDS[terms[n].0].1;
        let key = key.index(keys.len());
        let values = keys[key].1.len();
        other[n].1[key] = (other[n].1[key] % values + 1) % values;
        let new = read(&written(&other));
        let difference = diff(&old, &new);
        let expected: Vec<&str> = if values > 1 { vec![keys[key].0] } else { vec![] };
        let found = changed(&difference);
        prop_assert_eq!(found.iter().map(|(_, matter)| *matter).collect::<Vec<_>>(), expected);
        let term = format!(".t{}", n + 1);
        prop_assert!(found.iter().all(|(item, _)| item.id().ends_with(&term)));
        prop_assert_eq!(difference.items.len(), found.len());
    }

    #[test]
    fn the_order_of_terms_changes_nothing(terms in terms()) {
        let text = written(&terms);
        let mut blocks: Vec<&str> = text.split_inclusive('\n').collect();
        let mut tables: Vec<String> = Vec::new();
        for line in blocks.drain(..) {
            match tables.last_mut() {
                Some(last) if !line.starts_with('[') => last.push_str(line),
                _ => tables.push(line.to_owned()),
            }
        }
        tables.reverse();
        prop_assert!(diff(&read(&text), &read(&tables.concat())).is_empty());
    }
}

/// Ten thousand terms that are all renamed, and alike enough that each could be any other.
#[test]
fn many_terms_without_a_partner_take_no_long_time() {
    // A table has 5,000 entries at most, so the rest stands in a second block.
    let many = |name: &str, act: &str| {
        let term = |n: usize| {
            let block = if n == 5_000 { "```\n```toml term\n" } else { "" };
            format!(
                "{block}[prohibit.{name}{n}]\nwho = \"NORTH\"\nacts = [\"{act}{n}\"]\n\
                 where = \"valley\"\n"
            )
        };
        (0..10_000).map(term).collect::<String>()
    };
    let (old, new) = (read(&many("a", "x")), read(&many("b", "y")));
    #[expect(clippy::disallowed_methods, reason = "a test may look at the clock")]
    let start = std::time::Instant::now();
    let difference = diff(&old, &new);
    let took = start.elapsed();
    assert_eq!(difference.limits.len(), 1, "{:?}", difference.limits);
    assert_eq!(difference.items.len(), 20_000);
    assert!(took.as_secs() < 10, "{took:?}");
}

/// One term with thousands of stages, in sixteen readings.
#[test]
fn long_lists_in_many_readings_take_no_long_time() {
    let stages = |day: u32| {
        let stage = |n: u32| format!("{{ name = \"s{n}\", amount = {} }}", n + day);
        (0..1_000).map(stage).collect::<Vec<_>>().join(", ")
    };
    let text = |day: u32| {
        let reading = |n: u32| {
            format!("{{ reading = \"r{n}\", stages = [{}] }}", stages(if n < 8 { 0 } else { day }))
        };
        let readings: Vec<String> = (0..16).map(reading).collect();
        let readings = readings.join(",\n");
        format!("[oblige.x]\nwho = \"NORTH\"\nwhat = \"y\"\ndisputed = [{readings}]\n")
    };
    let difference = diff(&read(&text(0)), &read(&text(1)));
    assert_eq!(difference.items[0].changes.len(), 8 * 1_000);
}
