//! Counts of a source that watches all the time, before, during and after, by day.

use crate::answer::{Comparison, LeftOut, Phase};
use crate::exposure::data_span;
use crate::phases::phases;
use crate::publish;
use crate::scene::{Lies, Scene, matches};
use crate::words::{per_day, ratio};
use servanda_entry::Observation;
use servanda_terms::{Provision, Reading, Source};
use servanda_time::Interval;
use std::collections::{BTreeMap, BTreeSet};

const EXAMPLES_MAX: usize = 20;

/// The measure of a source whose rows are counted by when they start: their length is a duration,
/// not a doubt about the time.
const STARTS: &str = "start";

#[derive(Default)]
struct Sum {
    rows: u64,
    straddling: u64,
    best: u64,
    low: u64,
    high: u64,
    unbounded: bool,
}

/// The comparison of one source under one reading, and what it leaves out.
pub(crate) fn comparison(
    scene: &Scene<'_>,
    provision: &Provision,
    reading: &Reading,
    source: &Source,
) -> (Vec<Comparison>, Vec<LeftOut>) {
    let Some(data) = data_span(scene, &source.id) else { return (vec![], vec![]) };
    let agreement = scene.agreement;
    let phases = phases(reading, &agreement.baseline, &agreement.timezone, data, scene.at);
    let mut sums: BTreeMap<(bool, String, Phase), Sum> = BTreeMap::new();
    let mut left: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (n, seen) in scene.history.observations.iter().enumerate() {
        if seen.source != source.id || scene.source_of[n].is_none() {
            continue;
        }
        let row = &seen.value;
        let counted = if source.measure == STARTS {
            Interval { from: row.interval().from, to: row.interval().from }
        } else {
            row.interval()
        };
        let near: Vec<_> = phases.iter().filter(|(_, phase)| touches(*phase, counted)).collect();
        if near.is_empty() {
            continue;
        }
        let reason = left_out(source, row);
        let lies = crate::possible::lies(scene, n, reading);
        if !lies.possible() {
            if lies == Lies::Nowhere {
                left.entry("the source doesn't say where".into()).or_default().push(n);
            }
            continue;
        }
        if let Some(reason) = reason {
            left.entry(reason).or_default().push(n);
            continue;
        }
        let surely = lies == Lies::Inside || source.measure == STARTS;
        for (excepted, group) in groups(scene, provision, reading, n) {
            for (phase, span) in &near {
                let sum = sums.entry((excepted, group.clone(), *phase)).or_default();
                if surely && inside(*span, counted) {
                    sum.add(source, row);
                } else {
                    sum.straddling += 1;
                }
            }
        }
    }
    let keys: BTreeSet<(bool, String)> = sums.keys().map(|(e, g, _)| (*e, g.clone())).collect();
    let mut rows = Vec::new();
    for (excepted, group) in keys {
        for (phase, span) in &phases {
            let sum = sums.remove(&(excepted, group.clone(), *phase)).unwrap_or_default();
            rows.push(sum.publish(provision, reading, source, (excepted, &group), (*phase, *span)));
        }
    }
    (rows, left.into_iter().map(|(why, rows)| publish_left(scene, source, why, rows)).collect())
}

fn touches(phase: Interval, counted: Interval) -> bool {
    if counted.from == counted.to { phase.contains(counted.from) } else { phase.overlaps(&counted) }
}

fn inside(phase: Interval, counted: Interval) -> bool {
    if counted.from == counted.to { phase.contains(counted.from) } else { phase.covers(&counted) }
}

fn left_out(source: &Source, row: &Observation) -> Option<String> {
    if let Some(longest) = source.longest
        && let Some(longest_ms) = longest.elapsed_ms()
        && row.interval().ms() > longest_ms
    {
        return Some(format!("lasts longer than {longest}"));
    }
    let missed = source
        .compare_only
        .iter()
        .find(|wanted| !matches(&row.attrs, std::slice::from_ref(wanted)))?;
    Some(format!("{} is not {}", missed.0, missed.1.join(" or ")))
}

/// The groups that a row is counted in: between the parties, excepted by name, or others.
fn groups(
    scene: &Scene<'_>,
    provision: &Provision,
    reading: &Reading,
    n: usize,
) -> Vec<(bool, String)> {
    let excepted: Vec<(bool, String)> = scene
        .exceptions(provision)
        .into_iter()
        .filter(|except| scene.excepted_by(n, except))
        .map(|except| (true, format!("excepted: {}", except.name)))
        .collect();
    if !excepted.is_empty() {
        return excepted;
    }
    let sides = scene.named_parties(n);
    if sides.len() < 2 {
        return vec![(false, "all".into())];
    }
    let bound = |side: &BTreeSet<&str>| side.iter().any(|id| reading.who.iter().any(|w| w == id));
    if sides.iter().all(bound) && sides[0] != sides[1] {
        vec![(false, "between the parties".into())]
    } else {
        vec![(true, "others: not between parties that are bound".into())]
    }
}

impl Sum {
    fn add(&mut self, source: &Source, row: &Observation) {
        self.rows += 1;
        match row.count.as_ref().filter(|count| count.unit == source.measure) {
            Some(count) => {
                self.best += count.best.unwrap_or(count.low);
                self.low += count.low;
                match count.high {
                    Some(high) => self.high += high,
                    None => self.unbounded = true,
                }
            }
            None => {
                self.best += 1;
                self.low += 1;
                self.high += 1;
            }
        }
    }

    fn publish(
        self,
        provision: &Provision,
        reading: &Reading,
        source: &Source,
        (excepted, group): (bool, &str),
        (phase, span): (Phase, Interval),
    ) -> Comparison {
        let high = (!self.unbounded).then_some(self.high);
        let unit = match source.measure.as_str() {
            STARTS => format!("{} start", source.shows.first().map_or("row", String::as_str)),
            measure => measure.to_string(),
        };
        Comparison {
            provision: provision.id.clone(),
            reading: reading.id.clone(),
            source: source.id.clone(),
            unit,
            group: group.to_string(),
            excepted,
            phase,
            from: span.from.to_string(),
            to: span.to.to_string(),
            days: ratio(i128::from(span.ms()), 86_400_000, 2).unwrap_or_default(),
            rows: self.rows,
            straddling: self.straddling,
            best: self.best,
            low: self.low,
            high,
            per_day: per_day(self.best, span).unwrap_or_else(|| "0.0".into()),
            per_day_low: per_day(self.low, span).unwrap_or_else(|| "0.0".into()),
            per_day_high: high.and_then(|high| per_day(high, span)),
        }
    }
}

fn publish_left(scene: &Scene<'_>, source: &Source, reason: String, rows: Vec<usize>) -> LeftOut {
    let mut first = rows.clone();
    first.sort_unstable_by_key(|&n| {
        let seen = &scene.history.observations[n];
        (seen.value.interval(), seen.cite.id)
    });
    first.truncate(EXAMPLES_MAX);
    let seen = |n: &usize| &scene.history.observations[*n];
    LeftOut {
        source: source.id.clone(),
        reason,
        rows: rows.len() as u64,
        examples: first
            .iter()
            .map(|n| {
                let row = &seen(n).value;
                format!("{}, {}", row.interval(), publish::place(scene, row.at.as_ref()))
            })
            .collect(),
        cites: first.iter().map(|n| scene.print(&seen(n).cite)).collect(),
    }
}
