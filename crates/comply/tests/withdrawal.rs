//! Who is out of an agreement breaks nothing by what is seen afterwards.
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers stand outside of test functions")]

mod kit;

use kit::history;
use servanda_comply::{Ask, Evaluation, State, evaluate};
use servanda_entry::{Act, ActKind, Attrs, Body, Disc, Observation, Observations, Place};
use servanda_terms::{SourceText, load};
use servanda_time::Instant;
use std::collections::BTreeMap;

const TEXT: &str = r#"+++
id       = "leave"
title    = "A pact that each may leave"
version  = "1"
timezone = "UTC"
[party.NORTH]
name = "Northland"
[party.SOUTH]
name = "Southland"
[party.EAST]
name = "Eastland"
[zone.valley]
circle = { lon = 10.0, lat = 50.0, radius_m = 10000 }
[source.patrol]
shows = ["explosion"]
[force]
signed_by  = ["NORTH", "SOUTH", "EAST"]
from       = "2030-01-01"
withdrawal = "1 month"
+++
## 1. All
```toml term
[prohibit.fire]
who      = ["NORTH", "SOUTH"]
acts     = ["explosion"]
where    = "valley"
shown_by = ["patrol"]
```
"#;

fn day(text: &str) -> Instant {
    Instant::parse(&format!("{text}T12:00:00Z"), None).unwrap()
}

fn act(kind: ActKind, by: &str, on: &str) -> Body {
    Body::Act(Act::new(kind, by, day(on), "letter"))
}

/// An explosion in the valley, by these, where it is known.
fn seen(on: &str, by: &[&str]) -> Body {
    let row = Observation {
        at: Some(Place::Disc(Disc {
            lat_e7: 500_000_000,
            lon_e7: 100_000_000,
            radius_mm: 100_000,
        })),
        attrs: Attrs::new(),
        count: None,
        from_ms: day(on).ms(),
        key: None,
        kind: "explosion".into(),
        line: 0,
        origins: vec![],
        sides: by.iter().map(|side| vec![(*side).to_string()]).collect(),
        to_ms: day(on).ms() + 60_000,
    };
    let rows = vec![row];
    Body::Observation(Observations { source: "patrol".into(), document: None, rows })
}

fn asked(bodies: &[Body], on: &str) -> Evaluation {
    let (agreement, found) = load(&SourceText::new("agreement.md", TEXT), &BTreeMap::new());
    let agreement = agreement.unwrap_or_else(|| panic!("{found:?}"));
    let signed = ["NORTH", "SOUTH", "EAST"].map(|by| act(ActKind::Signature, by, "2030-01-01"));
    let history = history("leave", signed.iter().chain(bodies));
    evaluate(&agreement, &history, &Ask { at: Some(day(on)), ..Ask::default() })
}

/// The state of a party's line on an instant, and until when it is bound.
fn line(of: &Evaluation, party: &str) -> (State, Option<String>) {
    let fire = &of.answer.provisions[0];
    let line = fire.lines.iter().find(|line| line.party.as_deref() == Some(party)).unwrap();
    (line.state, line.until.clone())
}

#[test]
fn what_is_seen_after_a_party_is_out_is_no_possible_violation_of_it() {
    let left = act(ActKind::Withdrawal, "NORTH", "2030-02-01");
    for (on, by, possible) in [
        ("2030-02-20", vec!["NORTH"], true),
        ("2030-03-02", vec!["NORTH"], false),
        ("2030-03-02", vec!["NORTH", "SOUTH"], true),
        ("2030-03-02", vec![], true),
    ] {
        let found = asked(&[left.clone(), seen(on, &by)], "2030-04-01");
        assert_eq!(!found.possible.is_empty(), possible, "{by:?} on {on}");
    }
    let both = [left, act(ActKind::Withdrawal, "SOUTH", "2030-02-01"), seen("2030-03-02", &[])];
    assert!(asked(&both, "2030-04-01").possible.is_empty(), "everybody who was bound is out");
}

#[test]
fn a_party_that_is_out_is_bound_no_longer_and_the_others_are() {
    let left = act(ActKind::Withdrawal, "NORTH", "2030-02-01");
    let found = asked(&[left, seen("2030-03-02", &["SOUTH"])], "2030-04-01");
    assert_eq!(line(&found, "NORTH").1.as_deref(), Some("2030-03-01T12:00:00Z"));
    assert_eq!(line(&found, "SOUTH"), (State::Alleged, None));
}
