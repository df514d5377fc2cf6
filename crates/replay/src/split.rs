use crate::row::Row;
use servanda_entry::Place;
use servanda_place::{Point, great_circle_m};
use servanda_tlog::Hash;
use std::collections::{BTreeMap, BTreeSet};

/// Added to every reach, so that rounding never separates two that touch.
const SLACK_M: f64 = 1.0;

/// The rows of a part, in two lists. Both are in the order of the record.
#[derive(Debug, Default)]
pub struct Split {
    /// Those that hang together with nothing outside of the part.
    pub closed: Vec<Row>,
    /// Those that may.
    pub open: Vec<Row>,
}

/// Splits the rows of a part. `halo`: rows that begin before the part does and reach into it.
/// `until_ms`: where the part ends; none: it is the last. `tied`: rows that people joined to
/// others, wherever those are.
///
/// Two rows hang together when they are of one kind, their times share an instant, and their places
/// do. That is said of more pairs than `servanda_incidents::group` joins, and never of fewer, so
/// that no incident has rows of both lists.
#[must_use]
pub fn split(
    mut rows: Vec<Row>,
    halo: &[Row],
    until_ms: Option<i64>,
    tied: &BTreeSet<Hash>,
) -> Split {
    rows.sort_unstable_by_key(Row::order);
    let index = ByKind::new(&rows);
    let mut open = vec![false; rows.len()];
    let mut next: Vec<usize> = Vec::new();
    for (n, row) in rows.iter().enumerate() {
        let reaches = until_ms.is_some_and(|until| row.value.to_ms > until);
        if reaches || tied.contains(&row.id) {
            open[n] = true;
            next.push(n);
        }
    }
    let spread = |row: &Row, open: &mut Vec<bool>, next: &mut Vec<usize>| {
        index.touching(&rows, row, |n| {
            if !open[n] {
                open[n] = true;
                next.push(n);
            }
        });
    };
    for row in halo {
        spread(row, &mut open, &mut next);
    }
    while let Some(n) = next.pop() {
        spread(&rows[n], &mut open, &mut next);
    }
    let mut split = Split::default();
    for (row, open) in rows.into_iter().zip(open) {
        if open { &mut split.open } else { &mut split.closed }.push(row);
    }
    split
}

/// The rows of each kind in the order of their start.
struct ByKind<'a> {
    starts: BTreeMap<&'a str, Starts>,
}

#[derive(Default)]
struct Starts {
    /// Start and row.
    rows: Vec<(i64, usize)>,
    /// The latest end among these and all before.
    ends: Vec<i64>,
}

impl ByKind<'_> {
    fn new(rows: &[Row]) -> ByKind<'_> {
        let mut starts: BTreeMap<&str, Starts> = BTreeMap::new();
        for (n, row) in rows.iter().enumerate() {
            starts.entry(&row.value.kind).or_default().rows.push((row.value.from_ms, n));
        }
        for list in starts.values_mut() {
            list.rows.sort_unstable();
            let mut latest = i64::MIN;
            let ends = list.rows.iter().map(|&(_, n)| {
                latest = latest.max(rows[n].value.to_ms);
                latest
            });
            list.ends = ends.collect();
        }
        ByKind { starts }
    }

    /// Each row that hangs together with this one.
    fn touching(&self, rows: &[Row], row: &Row, mut each: impl FnMut(usize)) {
        let Some(list) = self.starts.get(row.value.kind.as_str()) else { return };
        let until = list.rows.partition_point(|&(from, _)| from < row.value.to_ms);
        for at in (0..until).rev() {
            // Nothing before this one lasts until the row begins.
            if list.ends[at] <= row.value.from_ms {
                break;
            }
            let (_, n) = list.rows[at];
            if rows[n].value.to_ms > row.value.from_ms && meet(row, &rows[n]) {
                each(n);
            }
        }
    }
}

fn meet(a: &Row, b: &Row) -> bool {
    match (&a.value.at, &b.value.at) {
        (Some(Place::Disc(a)), Some(Place::Disc(b))) => {
            let [p, q] = [a, b].map(|disc| Point { lon_e7: disc.lon_e7, lat_e7: disc.lat_e7 });
            let reach_m = (a.radius_mm.saturating_add(b.radius_mm)) as f64 / 1000.0;
            great_circle_m(p, q) <= reach_m + SLACK_M
        }
        (Some(Place::Zone(a)), Some(Place::Zone(b))) => a.zone == b.zone,
        _ => false,
    }
}
