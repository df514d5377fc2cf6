//! What is only counted leaves no trace: an answer is the same to the byte, at every size.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests stand outside of test functions"
)]

mod kit;

use proptest::prelude::*;
use servanda_comply::{Ask, Cite, History, Observed, Sifted, Tally, evaluate, sieve};
use servanda_entry::{
    Assessment, Attrs, Body, Claim, Claims, Correction, Count, Disc, Entry, Finding, InZone,
    Judgement, Kind, Observation, Observations, Outcome, Place, Ref, Replacement, Verification,
    content,
};
use servanda_terms::{Agreement, SourceText, load};
use servanda_time::Instant;
use std::collections::BTreeMap;
use std::sync::Arc;

const SOURCES: [&str; 4] = ["patrol", "press", "radio", "list"];
const PLACES: [&str; 4] =
    ["where = 'valley'\n", "where = 'hills'\n", "where = ['valley', 'hills']\n", ""];
const KINDS: [&str; 2] = ["explosion", "shot"];

/// A truce whose terms look at these places, and where a list is of events or not.
fn agreement(places: &str, rows: &str) -> Agreement {
    let text = format!(
        "+++\nid = 'quiet'\ntitle = 'Quiet'\nversion = '1'\ntimezone = 'UTC'\n\
         [party.N]\nname = 'N'\n[party.S]\nname = 'S'\n\
         [zone.valley]\ncircle = {{ lon = 10.0, lat = 50.0, radius_m = 10000 }}\n\
         [zone.hills]\ncircle = {{ lon = 10.3, lat = 50.0, radius_m = 5000 }}\n\
         [source.patrol]\nshows = ['explosion']\nlag = '1 hour'\n\
         [source.press]\nshows = ['shot']\nlag = '1 hour'\n\
         [source.radio]\nshows = ['shot']\n\
         [source.list]\nshows = ['explosion']\nrows = '{rows}'\n\
         [source.claims]\nshows = ['claim']\n+++\n## 1. Quiet\n```toml term\n\
         [except.drill]\nacts = ['explosion']\nwhere = 'hills'\n\
         [prohibit.fire]\nwho = ['N', 'S']\nacts = ['explosion']\n{places}\
         from = '1970-01-01T06:00Z'\nuntil = '1970-01-01T12:00Z'\nexcept = ['drill']\n\
         shown_by = ['patrol', 'list']\n\
         [prohibit.shots]\nwho = 'N'\nacts = ['shot']\nwhere = 'hills'\n\
         from = '1970-01-01T18:00Z'\nshown_by = ['patrol', 'press']\n```\n"
    );
    let (agreement, found) = load(&SourceText::new("agreement.md", text), &BTreeMap::new());
    agreement.unwrap_or_else(|| panic!("{found:?}"))
}

/// An observation: hour, minutes, kilometres east of the middle, radius in metres, kind, source,
/// and how its place is told.
type Row = (i64, i64, i32, u64, usize, usize, u8);

#[derive(Debug, Clone)]
enum Said {
    Seen(Vec<Row>),
    /// Of which observation; with another in its place, or none.
    Corrected(usize, Option<Row>),
    /// Of which two, and what.
    Judged(usize, usize, u8),
    Found(usize, bool),
    Claimed,
}

fn row((hour, minutes, east_km, radius_m, kind, _, told): Row) -> Observation {
    let disc = Disc {
        lat_e7: 500_000_000,
        lon_e7: 100_000_000 + east_km * 140_000,
        radius_mm: radius_m * 1000,
    };
    Observation {
        at: match told {
            0 => None,
            1 => Some(Place::Zone(InZone { zone: "hills".into() })),
            _ => Some(Place::Disc(disc)),
        },
        attrs: Attrs::new(),
        count: (told == 2).then(|| Count::exactly(2, "shot")),
        from_ms: hour * 3_600_000,
        key: None,
        kind: KINDS[kind].into(),
        line: 0,
        origins: if told == 3 { vec!["office".into(), "hospital".into()] } else { vec![] },
        sides: if told == 4 { vec![vec!["N".into()], vec!["X".into()]] } else { vec![] },
        to_ms: hour * 3_600_000 + minutes * 60_000,
    }
}

fn rows() -> impl Strategy<Value = Row> {
    // Few places and times, so that many meet; most of them are far from every zone.
    let east = prop_oneof![Just(0), Just(9), Just(20), Just(25), Just(60), Just(61), 100..140];
    (0_i64..24, 1_i64..90, east, 0_u64..2_500, 0_usize..2, 0_usize..4, 0_u8..12)
}

fn said() -> impl Strategy<Value = Said> {
    prop_oneof![
        6 => prop::collection::vec(rows(), 1..4).prop_map(Said::Seen),
        1 => (any::<usize>(), prop::option::of(rows())).prop_map(|(n, by)| Said::Corrected(n, by)),
        1 => (any::<usize>(), any::<usize>(), 0_u8..3).prop_map(|(a, b, o)| Said::Judged(a, b, o)),
        1 => (any::<usize>(), any::<bool>()).prop_map(|(n, is)| Said::Found(n, is)),
        1 => Just(Said::Claimed),
    ]
}

/// The entries' bodies; each refers to observations before it; a claim, where there are none.
fn bodies(said: &[Said]) -> Vec<Body> {
    let mut seen: Vec<(Ref, String)> = Vec::new();
    let mut bodies = Vec::new();
    for (entry, said) in (1_u64..).zip(said) {
        let pick = |n: usize| seen.get(n % seen.len().max(1)).cloned();
        let body = match said {
            Said::Seen(rows) => {
                // An entry is of one source.
                let source = SOURCES[rows[0].5];
                let rows: Vec<Observation> = rows.iter().copied().map(row).collect();
                for (row, n) in rows.iter().zip(0_u32..) {
                    let id = content::row_id(Kind::Observation, source, row);
                    seen.push((Ref { entry, row: Some(n), id }, source.into()));
                }
                Body::Observation(Observations { source: source.into(), document: None, rows })
            }
            Said::Corrected(n, by) => {
                let Some((of, source)) = pick(*n) else {
                    bodies.push(claimed());
                    continue;
                };
                let by = by.map(|by| (source, Replacement::Observation(row(by))));
                if let Some((source, Replacement::Observation(row))) = &by {
                    let id = content::row_id(Kind::Observation, source, row);
                    seen.push((Ref { entry, row: None, id }, source.clone()));
                }
                Body::Correction(Correction {
                    by,
                    of,
                    reason: "wrong".into(),
                    role: "keeps the record".into(),
                })
            }
            Said::Judged(a, b, outcome) => {
                let (Some((a, _)), Some((b, _))) = (pick(*a), pick(*b)) else {
                    bodies.push(claimed());
                    continue;
                };
                Body::Assessment(Assessment {
                    of: vec![a, b],
                    outcome: match outcome {
                        0 => Judgement::Merge,
                        1 => Judgement::Split,
                        _ => Judgement::Verification { result: Verification::Refuted },
                    },
                    reason: "looked".into(),
                    role: "head of verification".into(),
                    standard: "reasonable grounds".into(),
                })
            }
            Said::Found(n, is) => Body::Finding(Finding {
                from_ms: 7_200_000,
                of: pick(*n).map(|(of, _)| of).into_iter().collect(),
                outcome: if *is { Outcome::Violation } else { Outcome::NoViolation },
                party: is.then(|| "N".into()),
                provision: "prohibit.fire".into(),
                reading: None,
                reason: "seen".into(),
                role: "head of verification".into(),
                severity: None,
                standard: "reasonable grounds".into(),
                to_ms: 36_000_000,
                zone: None,
            }),
            Said::Claimed => claimed(),
        };
        bodies.push(body);
    }
    bodies
}

fn claimed() -> Body {
    let row = Claim {
        address: None,
        against: Some("N".into()),
        by: "S".into(),
        count: Some(Count::exactly(3, "as claimed")),
        from_ms: Some(7_200_000),
        line: 0,
        parts: BTreeMap::new(),
        quality: None,
        to_ms: Some(9_000_000),
        what: "breaches".into(),
    };
    Body::Claim(Claims { source: "claims".into(), document: None, rows: vec![row] })
}

/// Entries told apart for a text.
fn sift(agreement: &Agreement, entries: &[(u64, Entry)]) -> Sifted {
    let (mut observed, mut others) = (Observed::default(), Vec::new());
    for (index, entry) in entries {
        let Body::Observation(body) = &entry.body else {
            others.push((*index, entry.body.clone()));
            continue;
        };
        for (row, n) in body.rows.iter().zip(0_u32..) {
            let id = content::row_id(Kind::Observation, &body.source, row);
            observed.push(Cite { entry: *index, row: Some(n), id }, &body.source, row);
        }
    }
    sieve(agreement, observed, &others, |_| Instant::MAX).unwrap()
}

/// What the first so many entries hold, with as few observations as the answer needs.
fn sieved(sifted: &Sifted, entries: &[(u64, Entry)]) -> (History, usize) {
    let end = entries.last().map_or(0, |(index, _)| index + 1);
    let mut counted = Tally::of(Arc::clone(&sifted.figures));
    let mut left_out = 0;
    for (n, told) in sifted.told.iter().enumerate() {
        let seen = sifted.observed.at(n);
        match told {
            _ if seen.cite().entry >= end => {}
            None => {}
            Some(told) => {
                counted.count(seen, *told);
                left_out += 1;
            }
        }
    }
    // By way of bytes, as they lie beside a record.
    let bytes = sifted.needed(0..sifted.told.len()).to_bytes();
    let needed = Observed::from_bytes(&bytes).unwrap();
    let columns: Result<Observed, ()> = Ok(needed.filtered(|seen| seen.cite().entry < end));
    let others = entries.iter().filter(|(_, entry)| !is_seen(&entry.body)).cloned();
    let mut history = History::gather_beside([columns], others).unwrap();
    history.counted = counted.into();
    (history, left_out)
}

fn is_seen(body: &Body) -> bool {
    matches!(body, Body::Observation(_))
}

/// The answer's bytes, and whether the history had all that it needs.
fn answer(
    agreement: &Agreement,
    history: &History,
    (hour, without): (i64, bool),
) -> (String, bool) {
    let at = Instant::from_ms(hour * 3_600_000).ok();
    let without = without.then(|| "drill".to_string()).into_iter().collect();
    let asked = Ask { at, without, bare: true, ..Ask::default() };
    let evaluation = evaluate(agreement, history, &asked);
    (serde_json::to_string(&evaluation.answer).unwrap(), evaluation.is_enough)
}

proptest! {
    #[test]
    fn an_answer_needs_no_more_than_what_the_sieve_keeps(
        said in prop::collection::vec(said(), 1..30),
        places in 0_usize..4,
        events in any::<bool>(),
        without in any::<bool>(),
        hour in prop_oneof![0_i64..26, 26_i64..40],
        size in any::<usize>(),
    ) {
        let agreement = agreement(PLACES[places], if events { "events" } else { "reports" });
        let bodies = bodies(&said);
        let entries = kit::entries("quiet", &bodies);
        let sifted = sift(&agreement, &entries);
        for size in [size % entries.len() + 1, entries.len()] {
            let whole = kit::history("quiet", &bodies[..size]);
            let (history, _) = sieved(&sifted, &entries[..size]);
            let (needed, is_enough) = answer(&agreement, &history, (hour, without));
            // Late in the day it always is.
            prop_assert!(is_enough || hour < 26);
            if is_enough {
                prop_assert_eq!(needed, answer(&agreement, &whole, (hour, without)).0);
            }
        }
    }
}

#[test]
fn what_lies_far_from_every_term_is_counted() {
    let agreement = agreement(PLACES[0], "reports");
    let far = |n: i64| (n % 24, 30, 60 + (n as i32 % 7) * 10, 500, 0, 0, 9);
    let near = (8, 30, 0, 500, 0, 0, 9);
    let said: Vec<Said> = (0..40).map(far).chain([near]).map(|row| Said::Seen(vec![row])).collect();
    let entries = kit::entries("quiet", &bodies(&said));
    let sifted = sift(&agreement, &entries);
    let (history, left_out) = sieved(&sifted, &entries);
    assert_eq!((history.observations.len(), left_out), (1, 40));
}

#[test]
fn what_lies_before_and_after_every_window_is_counted_for_the_figures_alone() {
    let agreement = agreement(PLACES[0], "reports");
    // In the valley: before, while and after fire is forbidden, by a source of that term alone.
    let hours = [1, 4, 7, 9, 13, 15, 20];
    let rows = hours.map(|hour| (hour, 30, i32::from(hour > 14) * 10, 900, 0, 3, 9));
    let said: Vec<Said> = rows.into_iter().map(|row| Said::Seen(vec![row])).collect();
    let bodies = bodies(&said);
    let entries = kit::entries("quiet", &bodies);
    let sifted = sift(&agreement, &entries);
    let (history, left_out) = sieved(&sifted, &entries);
    assert_eq!((history.observations.len(), left_out), (2, 5));
    let whole = kit::history("quiet", &bodies);
    let (needed, is_enough) = answer(&agreement, &history, (30, false));
    assert!(is_enough && needed.contains("\"rows\":1,\"straddling\":2"), "{needed}");
    assert_eq!(needed, answer(&agreement, &whole, (30, false)).0);
    // Asked about noon, what comes after it must be at hand.
    assert!(!answer(&agreement, &history, (12, false)).1);
}
