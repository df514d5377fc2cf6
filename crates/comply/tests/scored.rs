//! Where an agreement states a model, observations are joined by it, and it is told why.
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers stand outside of test functions")]

mod kit;

use kit::history;
use servanda_comply::{Ask, CiteBy, Evaluation, JoinedBy, evaluate, joined};
use servanda_entry::{Attrs, Body, Disc, Observation, Observations, Place};
use servanda_terms::{Agreement, SourceText, load};
use servanda_time::Instant;
use std::collections::BTreeMap;

const TEXT: &str = r#"+++
id       = "valley"
title    = "A valley that is watched"
version  = "1"
timezone = "UTC"
[source.sensor]
shows = ["explosion"]
[source.patrol]
shows = ["explosion", "shelling"]
"#;

const MODEL: &str = r#"[scoring]
version = "2030-01"
kinds   = ["explosion", "shelling", "flight"]
rate    = 50000
alike   = [{ kinds = ["explosion", "shelling"] }]
classes = [
  { name = "sensors", sources = ["sensor"], right = 80, near = 18 },
  { name = "people", sources = ["patrol"], right = 85, near = 10 },
]
"#;

fn agreement(text: &str) -> Agreement {
    let (agreement, found) = load(&SourceText::new("agreement.md", text), &BTreeMap::new());
    agreement.unwrap_or_else(|| panic!("{found:?}"))
}

/// A row of a source: its kind, metres east of a point, and minutes after an hour.
fn row(source: &str, kind: &str, east_m: i32, minutes: i64) -> Body {
    let from_ms = Instant::parse("2030-01-01T12:00:00Z", None).unwrap().ms() + minutes * 60_000;
    let (lon_e7, lat_e7) = (100_000_000 + east_m * 140, 500_000_000);
    let row = Observation {
        at: Some(Place::Disc(Disc { lat_e7, lon_e7, radius_mm: 500_000 })),
        attrs: Attrs::new(),
        count: None,
        from_ms,
        key: None,
        kind: kind.into(),
        line: 0,
        origins: vec![],
        sides: vec![],
        to_ms: from_ms + 600_000,
    };
    Body::Observation(Observations { source: source.into(), document: None, rows: vec![row] })
}

/// The incidents of three rows: two of one event under two names, and one of another, near it.
fn asked(text: &str) -> (Evaluation, Vec<Option<Vec<JoinedBy>>>) {
    let agreement = agreement(text);
    let history = history(
        "valley",
        &[
            row("sensor", "explosion", 0, 0),
            row("patrol", "shelling", 300, 5),
            row("patrol", "flight", 900, 20),
        ],
    );
    let evaluation = evaluate(&agreement, &history, &Ask::default());
    let why = |(_, members): (&str, &[usize])| joined(&agreement, &history, members, CiteBy::Entry);
    let told = evaluation.incidents.iter().map(why).collect();
    (evaluation, told)
}

#[test]
fn without_a_model_two_names_are_two_incidents() {
    let (evaluation, told) = asked(&format!("{TEXT}+++\n"));
    assert_eq!(evaluation.incidents.len(), 3);
    assert!(told.iter().all(Option::is_none));
}

#[test]
fn by_a_model_two_names_that_are_alike_can_be_one_and_it_is_told_why() {
    let (evaluation, told) = asked(&format!("{TEXT}{MODEL}+++\n"));
    let sizes: Vec<usize> = evaluation.incidents.iter().map(|(_, members)| members.len()).collect();
    assert_eq!(sizes, [2, 1]);
    let [Some(pair), Some(alone)] = told.as_slice() else { panic!("{told:?}") };
    let [pair] = pair.as_slice() else { panic!("{pair:?}") };
    assert_eq!((pair.model.as_str(), pair.threshold.as_str()), ("2030-01", "0.00"));
    let [merge] = pair.merges.as_slice() else { panic!("{pair:?}") };
    assert!(!merge.score.starts_with('-') && merge.score.contains('.'), "{merge:?}");
    let part = |text: &str| text.parse::<f64>().unwrap();
    let sum = part(&merge.place) + part(&merge.time) + part(&merge.kind) + part(&merge.rate);
    assert!((sum - part(&merge.score)).abs() < 0.03, "{merge:?}");
    let other = pair.runner_up.as_ref().unwrap();
    assert_eq!(other.observations, alone[0].observations);
    assert!(other.scored.score.starts_with('-') && other.lost.starts_with("they lie"), "{other:?}");
    assert!(alone[0].merges.is_empty() && alone[0].runner_up.is_some());
}
