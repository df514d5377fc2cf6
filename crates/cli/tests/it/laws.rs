//! The laws, as properties, through the engine and the store themselves.

use proptest::prelude::*;
use servanda_comply::{Ask, History, State, evaluate};
use servanda_entry::{
    Basis, Body, Claim, Claims, Count, Coverage, CoverageRow, Disc, InZone, Observation,
    Observations, Place, Watch,
};
use servanda_store::{Keys, Record};
use servanda_terms::{Agreement, SourceText, load};
use servanda_time::Instant;
use std::collections::BTreeMap;

const AGREEMENT: &str = r#"+++
id       = "truce"
title    = "A truce"
version  = "1"
timezone = "UTC"
[party.N]
name = "NORTHLAND"
[party.S]
name = "SOUTHLAND"
[zone.river]
circle = { lon = 10.0, lat = 45.0, radius_m = 10000 }
[zone.hills]
circle = { lon = 12.0, lat = 46.0, radius_m = 5000 }
[source.patrol]
shows = ["shot"]
[source.camera]
shows = ["fire"]
+++

# A truce

## 1. Fire

```toml term
[prohibit.fire]
who      = ["N", "S"]
acts     = ["shot"]
where    = ["river", "hills"]
from     = "2026-06-01T00:00Z"
until    = "2026-06-08T00:00Z"
shown_by = ["patrol", "camera"]
```
"#;

/// So many cases, unless PROPTEST_CASES asks for more; failures are not written down.
fn config(cases: u32) -> ProptestConfig {
    let asked = ProptestConfig::default();
    let cases = if std::env::var_os("PROPTEST_CASES").is_some() { asked.cases } else { cases };
    ProptestConfig { cases, failure_persistence: None, ..asked }
}

/// 2026-05-30T00:00:00Z, two days before the truce begins.
const START_MS: i64 = 1_780_099_200_000;
const HOUR_MS: i64 = 3_600_000;
/// To the second day after its end.
const HOURS: i64 = 11 * 24;

fn agreement() -> Agreement {
    load(&SourceText::new("agreement.md", AGREEMENT), &BTreeMap::new()).0.unwrap()
}

fn span() -> impl Strategy<Value = (i64, i64)> {
    (0..HOURS, 1..48_i64).prop_map(|(from, hours)| {
        let from_ms = START_MS + from * HOUR_MS;
        (from_ms, from_ms + hours * HOUR_MS)
    })
}

fn source() -> impl Strategy<Value = String> {
    prop_oneof![Just("patrol".to_string()), Just("camera".to_string())]
}

fn zone() -> impl Strategy<Value = String> {
    prop_oneof![Just("river".to_string()), Just("hills".to_string())]
}

fn place() -> impl Strategy<Value = Option<Place>> {
    let disc = (449_000_000..451_000_000, 99_000_000..101_000_000, 0..20_000_000_u64);
    prop_oneof![
        Just(None),
        zone().prop_map(|zone| Some(Place::Zone(InZone { zone }))),
        disc.prop_map(|(lat_e7, lon_e7, radius_mm)| {
            Some(Place::Disc(Disc { lat_e7, lon_e7, radius_mm }))
        }),
    ]
}

fn side() -> impl Strategy<Value = Vec<String>> {
    prop_oneof![Just(vec!["NORTHLAND".to_string()]), Just(vec!["someone else".to_string()])]
}

fn observation() -> impl Strategy<Value = Body> {
    let kind = prop_oneof![Just("shot"), Just("fire"), Just("rumour")];
    let row = (kind, span(), place(), prop::collection::vec(side(), 0..3), any::<u16>());
    (source(), row).prop_map(|(source, (kind, (from_ms, to_ms), at, sides, n))| {
        let row = Observation {
            kind: kind.into(),
            from_ms,
            to_ms,
            at,
            count: None,
            origins: vec![],
            sides,
            key: None,
            attrs: [("n".to_string(), n.to_string())].into(),
            line: 0,
        };
        Body::Observation(Observations { source, document: None, rows: vec![row] })
    })
}

fn claim() -> impl Strategy<Value = Body> {
    (span(), prop::option::of(0..9_u64)).prop_map(|((from_ms, to_ms), count)| {
        let row = Claim {
            by: "SOUTHLAND".into(),
            against: Some("NORTHLAND".into()),
            what: "shots".into(),
            from_ms: Some(from_ms),
            to_ms: Some(to_ms),
            count: count.map(|n| Count::exactly(n, "shot")),
            parts: BTreeMap::new(),
            address: None,
            quality: None,
            line: 0,
        };
        Body::Claim(Claims { source: "patrol".into(), document: None, rows: vec![row] })
    })
}

fn coverage() -> impl Strategy<Value = Body> {
    let watch = prop_oneof![Just(Watch::Complete), Just(Watch::Partial), Just(Watch::Blind)];
    (source(), span(), prop::option::of(zone()), watch).prop_map(
        |(source, (from_ms, to_ms), zone, watch)| {
            let row =
                CoverageRow { from_ms, to_ms, zone, watch, attrs: Default::default(), line: 0 };
            Body::Coverage(Coverage {
                source,
                document: None,
                basis: Basis::Stated,
                rows: vec![row],
            })
        },
    )
}

/// Everything that files and notes can bring; nothing that a person judged.
fn brought() -> impl Strategy<Value = Vec<Body>> {
    prop::collection::vec(prop_oneof![3 => observation(), 2 => coverage(), 1 => claim()], 0..12)
}

fn at(seconds: i64) -> Instant {
    Instant::from_ms(START_MS + 30 * 24 * HOUR_MS + seconds * 1000).unwrap()
}

/// What a record with these bodies holds, without one on a disk.
fn history(bodies: &[Body]) -> History {
    let entry = |(index, body): (u64, &Body)| {
        let entry = servanda_entry::Entry {
            agreement: "truce".into(),
            by: "example.org/truce/office".into(),
            seq: index,
            prev: None,
            cite: servanda_entry::Cite { size: 0, root: servanda_tlog::empty_root() },
            at: at(0),
            class: servanda_entry::Class::Public,
            body: body.clone(),
        };
        (index, entry)
    };
    History::gather((0..).zip(bodies).map(entry))
}

/// Every state of every line, with the span in which it holds.
fn states(bodies: &[Body]) -> Vec<(Option<String>, Option<String>, State)> {
    let answer = evaluate(&agreement(), &history(bodies), &Ask::default()).answer;
    let lines = answer.provisions.iter().flat_map(|provision| &provision.lines);
    let runs = lines.flat_map(|line| &line.runs);
    runs.map(|run| (run.from.clone(), run.to.clone(), run.state)).collect()
}

proptest! {
    #![proptest_config(config(64))]

    /// Law 1: software alone never finds a violation, nor that a term was kept.
    #[test]
    fn no_file_and_no_note_makes_a_violation(bodies in brought()) {
        for (from, to, state) in states(&bodies) {
            prop_assert!(!matches!(state, State::Violated | State::Kept), "{from:?} to {to:?}");
        }
    }

    /// Law 2: where nothing watched and nothing was seen, the answer is "not observed".
    #[test]
    fn without_coverage_nothing_is_observed(claims in prop::collection::vec(claim(), 0..6)) {
        for (from, to, state) in states(&claims) {
            let in_force = from.is_some() && to.is_some();
            prop_assert!(!in_force || state == State::NotObserved, "{from:?} to {to:?}: {state:?}");
        }
    }

    /// Law 4: the order in which entries came in changes nothing that is said.
    #[test]
    fn the_order_of_entries_is_nothing(bodies in brought().prop_shuffle(), turn in 0..12_usize) {
        let ask = Ask { cite: servanda_comply::CiteBy::Content, ..Ask::default() };
        let answer = |bodies: &[Body]| {
            let answer = evaluate(&agreement(), &history(bodies), &ask).answer;
            serde_json::to_string_pretty(&answer).unwrap()
        };
        let mut other = bodies.clone();
        other.rotate_left(turn.min(bodies.len()));
        let first = answer(&bodies);
        for _ in 0..2 {
            let again = answer(&other);
            let differs = first.lines().zip(again.lines()).find(|(a, b)| a != b);
            prop_assert!(first == again, "{differs:?}");
            other.reverse();
        }
    }
}

proptest! {
    #![proptest_config(config(8))]

    /// Law 3: nothing is edited. What was appended keeps its leaf and its bytes, and the record
    /// has the root of then for the size of then.
    #[test]
    fn what_is_in_the_record_never_changes(batches in prop::collection::vec(brought(), 1..5)) {
        let folder = tempfile::tempdir().unwrap();
        let origin = "example.org/truce";
        let keys = Keys::generate(origin, [1; 32], [101; 32], [2; 32]).unwrap();
        let dir = folder.path().join("record");
        let mut record =
            Record::init(&dir, origin, &keys, at(0), "truce", vec![], vec![]).unwrap();
        let mut then = Vec::new();
        for (n, batch) in (1..).zip(batches) {
            then.push((record.size(), record.root()));
            let before: Vec<Vec<u8>> =
                (0..record.size()).map(|n| record.note_bytes(n).unwrap().to_vec()).collect();
            record.append(&keys, at(n), batch, vec![]).unwrap();
            let again = Record::open(&dir).unwrap();
            for (n, bytes) in (0..).zip(&before) {
                prop_assert_eq!(again.note_bytes(n).unwrap(), &bytes[..]);
                prop_assert_eq!(again.leaf(n).unwrap(), servanda_tlog::leaf_hash(bytes));
            }
            for (size, root) in &then {
                prop_assert_eq!(again.root_at(*size).unwrap(), *root);
            }
        }
        prop_assert!(servanda_store::verify(&dir, None).ok());
    }
}
