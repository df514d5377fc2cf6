//! However observations are dealt out, no incident is torn apart, and the whole ones are the same.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that stops has failed")]

use proptest::prelude::*;
use servanda_entry::{Disc, InZone, Observation, Place};
use servanda_incidents::{Decision, Report, Spot, group};
use servanda_place::Point;
use servanda_replay::{Row, Split, split};
use servanda_tlog::Hash;
use std::collections::BTreeSet;

/// The start and length in seconds, where, and the source.
type Seen = (i64, i64, Option<(i32, u64)>, usize);

const SOURCES: [&str; 3] = ["patrol", "sensors", "list"];

fn row(n: u64, (from_s, length_s, at, source): &Seen) -> Row {
    let at = at.map(|(east, radius_m)| match radius_m {
        // A zone instead of a disc.
        0 => Place::Zone(InZone { zone: if east < 0 { "bridge" } else { "mill" }.into() }),
        _ => Place::Disc(Disc {
            lat_e7: 480_000_000,
            lon_e7: 370_000_000 + east * 134,
            radius_mm: radius_m * 1000,
        }),
    });
    let text = r#"{"from_ms":0,"kind":"explosion","line":0,"to_ms":0}"#;
    let mut value: Observation = serde_json::from_str(text).unwrap();
    value.at = at;
    value.key = Some(n.to_string());
    value.from_ms = from_s * 1000;
    value.to_ms = (from_s + length_s) * 1000;
    Row::new(n, Some(0), SOURCES[*source], value)
}

fn incidents(rows: &[Row], decisions: &[Decision]) -> BTreeSet<Vec<Hash>> {
    let reports: Vec<Report<'_>> = rows
        .iter()
        .map(|row| Report {
            id: row.id,
            kind: &row.value.kind,
            when: row.value.interval(),
            at: match &row.value.at {
                Some(Place::Disc(disc)) => {
                    let point = Point { lon_e7: disc.lon_e7, lat_e7: disc.lat_e7 };
                    Some(Spot::Disc(point, disc.radius_mm))
                }
                Some(Place::Zone(at)) => Some(Spot::Zone(&at.zone)),
                None => None,
            },
            source: &row.source,
            lists_events: row.source == "list",
            origins: &[],
        })
        .collect();
    let ids = |members: Vec<usize>| members.into_iter().map(|n| rows[n].id).collect();
    group(&reports, decisions).into_iter().map(|incident| ids(incident.members.to_vec())).collect()
}

/// Deals rows out as an export does.
fn deal(rows: &[Row], borders: &[i64], tied: &BTreeSet<Hash>) -> Vec<Split> {
    let parts = (0..=borders.len()).map(|part| {
        let from = part.checked_sub(1).map(|before| borders[before]);
        let until = borders.get(part).copied();
        let begins = |row: &&Row| {
            let start = row.value.from_ms;
            from.is_none_or(|from| start >= from) && until.is_none_or(|until| start < until)
        };
        let reaches = |row: &&Row| {
            from.is_some_and(|from| row.value.from_ms < from && row.value.to_ms > from)
        };
        let own = rows.iter().filter(begins).cloned().collect();
        let halo: Vec<Row> = rows.iter().filter(reaches).cloned().collect();
        split(own, &halo, until, tied)
    });
    parts.collect()
}

fn seen() -> impl Strategy<Value = Seen> {
    let at = prop::option::weighted(0.9, (-4_000_i32..4_000, prop_oneof![Just(0), 1_u64..900]));
    (0_i64..2_000, prop_oneof![4 => 1_i64..60, 1 => 60_i64..900], at, 0_usize..3)
}

proptest! {
    #[test]
    fn no_incident_is_torn_apart(
        seen in prop::collection::vec(seen(), 1..80),
        mut borders in prop::collection::vec(0_i64..2_000_000, 0..6),
        merged in prop::collection::vec(any::<prop::sample::Index>(), 0..4),
    ) {
        borders.sort_unstable();
        borders.dedup();
        let rows: Vec<Row> = (0..).zip(&seen).map(|(n, seen)| row(n, seen)).collect();
        let tied: BTreeSet<Hash> = merged.iter().map(|at| at.get(&rows).id).collect();
        let decisions = [Decision::Merge(tied.iter().copied().collect())];
        let whole = incidents(&rows, &decisions);
        let (mut open, mut found, mut closed) = (Vec::new(), BTreeSet::new(), 0);
        for part in deal(&rows, &borders, &tied) {
            closed += part.closed.len();
            found.extend(incidents(&part.closed, &decisions));
            open.extend(part.open);
        }
        prop_assert_eq!(closed + open.len(), rows.len());
        open.sort_unstable_by_key(Row::order);
        found.extend(incidents(&open, &decisions));
        prop_assert_eq!(found, whole);
        // One part decides all by itself.
        if borders.is_empty() && tied.is_empty() {
            prop_assert!(open.is_empty());
        }
    }
}

#[test]
fn what_ends_where_a_part_ends_is_closed() {
    let rows = [
        row(0, &(0, 10, Some((0, 300)), 0)),
        row(1, &(10, 10, Some((0, 300)), 0)),
        row(2, &(15, 10, Some((100, 300)), 1)),
        row(3, &(15, 10, Some((9_000, 300)), 1)),
    ];
    let parts = deal(&rows, &[10_000, 20_000], &BTreeSet::new());
    let counts: Vec<_> = parts.iter().map(|part| (part.closed.len(), part.open.len())).collect();
    // The first ends at the border; the last two reach over the next, and take one along.
    assert_eq!(counts, [(1, 0), (0, 3), (0, 0)]);
}
