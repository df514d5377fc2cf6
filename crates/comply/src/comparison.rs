//! Counts of a source that watches all the time, before, during and after, by day.

use crate::answer::{Comparison, LeftOut, Phase};
use crate::phases::phases;
use crate::publish;
use crate::scene::{Lies, Scene, matches};
use crate::words::{per_day, ratio};
use servanda_entry::{CoverageRow, Observation, Watch};
use servanda_terms::{Exception, Provision, Reading, Source};
use servanda_time::{Instant, Interval, merge, subtract};
use std::collections::{BTreeMap, BTreeSet};

const EXAMPLES_MAX: usize = 20;

/// The measure of a source whose rows are counted by when they start: their length is a duration,
/// not a doubt about the time.
const STARTS: &str = "start";

/// The measure of a source whose rows are counted by when they end: reports of what came before.
const ENDS: &str = "end";

/// The group of everything that would count if no exception stood.
pub(crate) const WITHOUT_EXCEPTIONS: &str = "as if no exception stood";

#[derive(Default)]
struct Sum {
    rows: u64,
    straddling: u64,
    /// What the straddling rows would add to the high bound.
    straddling_high: u64,
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
    let Some(data) = scene.data_span(&source.id) else { return (vec![], vec![]) };
    let agreement = scene.agreement;
    let phases = phases(reading, &agreement.baseline, &agreement.timezone, data, scene.at);
    let mut sums: BTreeMap<(bool, String, Phase), Sum> = BTreeMap::new();
    let mut left: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (n, seen) in scene.history.observations.iter().enumerate() {
        if !seen.of(&source.id) || scene.source_of[n].is_none() {
            continue;
        }
        let row = &seen.value;
        let counted = match source.measure.as_str() {
            STARTS => instant(row.interval().from),
            ENDS => instant(row.interval().to.plus_ms(-1)),
            _ => row.interval(),
        };
        let reason = left_out(source, row);
        // What is left out is listed wherever it reaches into a phase.
        let reach = if reason.is_some() { row.interval() } else { counted };
        let near: Vec<_> = phases.iter().filter(|(_, phase)| touches(*phase, reach)).collect();
        if near.is_empty() {
            continue;
        }
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
        let surely = lies == Lies::Inside;
        for (excepted, group) in groups(scene, provision, reading, n) {
            for (phase, span) in &near {
                let sum = sums.entry((excepted, group.clone(), *phase)).or_default();
                if surely && inside(*span, counted) {
                    sum.add(source, row);
                } else {
                    sum.may_add(source, row);
                }
            }
        }
    }
    let watched = watched(scene, source);
    let keys: BTreeSet<(bool, String)> = sums.keys().map(|(e, g, _)| (*e, g.clone())).collect();
    let mut rows = Vec::new();
    for (excepted, group) in keys {
        for (phase, span) in &phases {
            let sum = sums.remove(&(excepted, group.clone(), *phase)).unwrap_or_default();
            let within = observed_ms(&watched, *span);
            let group = (excepted, group.as_str());
            rows.push(sum.publish(provision, reading, source, group, (*phase, *span, within)));
        }
    }
    (rows, left.into_iter().map(|(why, rows)| publish_left(scene, source, why, rows)).collect())
}

fn instant(at: Instant) -> Interval {
    Interval { from: at, to: at }
}

/// When the source watched anywhere, by its coverage entries.
fn watched(scene: &Scene<'_>, source: &Source) -> Vec<Interval> {
    let rows = scene.history.coverage.iter().filter(|held| held.of(&source.id));
    let (blind, seeing): (Vec<_>, Vec<_>) =
        rows.map(|held| &held.value).partition(|row| row.watch == Watch::Blind);
    let spans = |rows: Vec<&CoverageRow>| merge(rows.iter().map(|r| r.interval()).collect(), 0);
    subtract(&spans(seeing), &spans(blind))
}

/// How many milliseconds of a phase the intervals cover.
fn observed_ms(watched: &[Interval], phase: Interval) -> i64 {
    watched.iter().filter_map(|span| span.intersect(&phase)).map(|span| span.ms()).sum()
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
    let taking = scene.exceptions(provision).into_iter().filter(|e| scene.excepted_by(n, e));
    let (struck, standing): (Vec<&Exception>, Vec<&Exception>) =
        taking.partition(|except| scene.ask.without.contains(&except.id));
    if let (Some(except), true) = (struck.first(), standing.is_empty()) {
        return vec![
            (false, format!("no longer excepted: {}", except.name)),
            (true, WITHOUT_EXCEPTIONS.to_string()),
        ];
    }
    let mut excepted: Vec<(bool, String)> =
        standing.into_iter().map(|except| (true, format!("excepted: {}", except.name))).collect();
    // What the figure would be if no exception stood, each row once.
    let whole = (true, WITHOUT_EXCEPTIONS.to_string());
    if !excepted.is_empty() {
        excepted.push(whole);
        return excepted;
    }
    let sides = scene.named_parties(n);
    let bound = |side: &BTreeSet<&str>| side.iter().any(|id| reading.who.iter().any(|w| w == id));
    let group = if sides.len() < 2 {
        "all"
    } else if sides.iter().all(bound) && sides[0] != sides[1] {
        "between the parties"
    } else {
        return vec![(true, "others: not between parties that are bound".into())];
    };
    let mut groups = vec![(false, group.to_string())];
    if !provision.except.is_empty() {
        groups.push(whole);
    }
    groups
}

impl Sum {
    /// A row that may belong here or not raises the high bound, and nothing else.
    fn may_add(&mut self, source: &Source, row: &Observation) {
        self.straddling += 1;
        match row.count.as_ref().filter(|count| count.unit == source.measure) {
            Some(count) => match count.high {
                Some(high) => self.straddling_high += high,
                None => self.unbounded = true,
            },
            None => self.straddling_high += 1,
        }
    }

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
        (phase, span, observed_ms): (Phase, Interval, i64),
    ) -> Comparison {
        let per_day = |count: u64| per_day(count, observed_ms);
        let high = (!self.unbounded).then_some(self.high + self.straddling_high);
        let unit = match source.measure.as_str() {
            STARTS => format!("{} start", source.shows.first().map_or("row", String::as_str)),
            ENDS => source.shows.first().map_or("row", String::as_str).to_string(),
            // Observations, not incidents: several may be one event.
            "incident" => source.shows.first().map_or("row", String::as_str).to_string(),
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
            days: days(span.ms()),
            observed_days: days(observed_ms),
            rows: self.rows,
            straddling: self.straddling,
            best: self.best,
            low: self.low,
            high,
            per_day: per_day(self.best),
            per_day_low: per_day(self.low),
            per_day_high: high.and_then(per_day),
        }
    }
}

fn days(ms: i64) -> String {
    ratio(i128::from(ms), 86_400_000, 2).unwrap_or_default()
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
                format!("{}, {}", row.interval(), publish::place(scene.agreement, row.at.as_ref()))
            })
            .collect(),
        cites: first.iter().map(|n| scene.print(&seen(n).cite)).collect(),
    }
}
