//! What the rows of a mapped table show to have been watched.

use crate::mapping::{CoverageExtent, CoverageRule};
use servanda_entry::{Attrs, CoverageRow, Observation, Place};
use servanda_time::{Interval, merge};
use std::collections::{BTreeMap, BTreeSet};

/// How many spans of one zone are kept apart before those that touch are made one.
const SPANS_APART_MAX: usize = 4096;

/// Collects the watches as rows are read; the order of the rows doesn't matter.
pub(crate) struct Watched {
    rule: CoverageRule,
    /// From the first start to the last end of all rows.
    whole: Option<Interval>,
    zones: BTreeMap<Option<String>, Spans>,
}

#[derive(Default)]
struct Spans {
    merged: BTreeSet<Interval>,
    tidy_at: usize,
}

/// Where and when one row was seen.
pub(crate) struct Seen {
    zone: Option<String>,
    interval: Interval,
}

impl Seen {
    pub(crate) fn of(row: &Observation) -> Seen {
        let zone = match &row.at {
            Some(Place::Zone(zone)) => Some(zone.zone.clone()),
            _ => None,
        };
        Seen { zone, interval: row.interval() }
    }
}

impl Watched {
    pub(crate) fn new(rule: CoverageRule) -> Watched {
        Watched { rule, whole: None, zones: BTreeMap::new() }
    }

    pub(crate) fn add(&mut self, seen: Seen) {
        let Seen { zone, interval } = seen;
        self.whole = Some(match self.whole {
            None => interval,
            Some(whole) => {
                Interval { from: whole.from.min(interval.from), to: whole.to.max(interval.to) }
            }
        });
        let spans = self.zones.entry(zone).or_default();
        if self.rule.extent == CoverageExtent::Rows {
            spans.add(interval);
        }
    }

    /// The watches, by zone and time. Spans that touch are one.
    pub(crate) fn rows(self) -> Vec<CoverageRow> {
        let mut rows = Vec::new();
        for (zone, spans) in self.zones {
            let list = match self.rule.extent {
                CoverageExtent::RegionsWithRows => self.whole.into_iter().collect(),
                CoverageExtent::Rows => merge(spans.merged.into_iter().collect(), 0),
            };
            rows.extend(list.into_iter().map(|span| CoverageRow {
                from_ms: span.from.ms(),
                to_ms: span.to.ms(),
                zone: zone.clone(),
                watch: self.rule.watch,
                attrs: Attrs::new(),
                line: 0,
            }));
        }
        rows
    }
}

impl Spans {
    fn add(&mut self, span: Interval) {
        self.merged.insert(span);
        if self.merged.len() > self.tidy_at.max(SPANS_APART_MAX) {
            let spans: Vec<Interval> = self.merged.iter().copied().collect();
            self.merged = merge(spans, 0).into_iter().collect();
            // Tidy again when it has doubled, so that the work stays near linear.
            self.tidy_at = self.merged.len() * 2;
        }
    }
}
