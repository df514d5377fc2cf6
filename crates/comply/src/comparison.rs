//! Counts of a source that watches all the time, before, during and after, by day.

use crate::answer::{Comparison, LeftOut, Phase};
use crate::observed::Seen;
use crate::phases::phases;
use crate::publish;
use crate::scene::{Lies, Scene, Taken, matches};
use crate::words::{per_day, ratio};
use serde::{Deserialize, Serialize};
use servanda_entry::{CoverageRow, Watch};
use servanda_terms::{Baseline, Exception, Provision, Reading, Source};
use servanda_time::{Instant, Interval, merge, subtract};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

const EXAMPLES_MAX: usize = 20;

/// The measure of a source whose rows are counted by when they start: their length is a duration,
/// not a doubt about the time.
const STARTS: &str = "start";

/// The measure of a source whose rows are counted by when they end: reports of what came before.
const ENDS: &str = "end";

/// The group of everything that would count if no exception stood.
pub(crate) const WITHOUT_EXCEPTIONS: &str = "as if no exception stood";

/// What an observation comes to in a row of the figures, by itself: see [`outlying`].
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Figure {
    source: String,
    provision: String,
    reading: String,
    phase: Phase,
    excepted: bool,
    group: String,
    unit: String,
    /// Whether it surely belongs there.
    surely: bool,
    /// Best, at least, at most.
    counts: (u64, u64, Option<u64>),
}

/// What an observation comes to that lies wholly before or after every window of the terms that its
/// source is to show, and that nothing but these figures tells of; none where more may.
///
/// It holds wherever the windows are the same, and the instant asked about is after it.
pub(crate) fn outlying(scene: &Scene<'_>, n: usize) -> Option<Vec<Figure>> {
    let row = scene.history.observations.at(n);
    let when = row.interval();
    let shows = |provision: &&Provision| provision.shown_by.iter().any(|id| row.of(id));
    let source = scene.agreement.source(row.source())?;
    let Baseline { before, after, .. } = &scene.agreement.baseline;
    if when.ms() == 0 || !row.has_place() || source.passes.is_some() {
        return None;
    }
    let phase_in = |reading: &Reading| {
        let from = reading.from?;
        match reading.until {
            _ if when.to <= from => before.is_none().then_some(Phase::Before),
            Some(until) if from <= until && when.from >= until => {
                after.is_none().then_some(Phase::After)
            }
            _ => None,
        }
    };
    for provision in scene.agreement.provisions.iter().filter(shows) {
        let taken = |except: &&Exception| scene.taken_by(n, except) != Taken::No;
        let is_out = |reading: &Reading| reading.sites.is_none() && phase_in(reading).is_some();
        if !provision.readings.iter().all(is_out) || scene.exceptions(provision).iter().any(taken) {
            return None;
        }
    }
    let first = scene.agreement.provisions.iter().find(shows)?;
    let mut figures = Vec::new();
    for reading in &first.readings {
        let lies = crate::possible::lies(scene, n, reading);
        if !lies.possible() {
            continue;
        }
        if left_out(source, row).is_some() {
            return None;
        }
        for (excepted, group) in groups(scene, first, reading, n) {
            figures.push(Figure {
                source: source.id.clone(),
                provision: first.id.clone(),
                reading: reading.id.clone(),
                phase: phase_in(reading)?,
                excepted,
                group: group.into(),
                unit: unit(source, row).into(),
                surely: lies == Lies::Inside,
                counts: counted(source, row),
            });
        }
    }
    Some(figures)
}

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
    type Whose<'a> = (bool, Cow<'a, str>, Cow<'a, str>);
    let mut sums: BTreeMap<Whose<'_>, BTreeMap<Phase, Sum>> = BTreeMap::new();
    let mut left: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (n, seen) in scene.history.observations.iter().enumerate() {
        if !seen.of(&source.id) {
            continue;
        }
        let row = seen;
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
            let unit = unit(source, row);
            let by_phase = sums.entry((excepted, group, unit)).or_default();
            for (phase, span) in &near {
                let surely = surely && inside(*span, counted);
                by_phase.entry(*phase).or_default().take(surely, self::counted(source, row), 1);
            }
        }
    }
    for (figure, times) in scene.history.counted.figures() {
        let Figure { excepted, group, unit, phase, .. } = figure;
        let of = (&figure.source, &figure.provision, &figure.reading);
        if of == (&source.id, &provision.id, &reading.id) {
            let by_phase = sums.entry((*excepted, group.into(), unit.into())).or_default();
            by_phase.entry(*phase).or_default().take(figure.surely, figure.counts, times);
        }
    }
    let watched = watched(scene, source, reading);
    let mut rows = Vec::new();
    for ((excepted, group, unit), mut by_phase) in sums {
        for (phase, span) in &phases {
            let sum = by_phase.remove(phase).unwrap_or_default();
            let within = observed_ms(&watched, *span);
            let whose = (excepted, &*group, &*unit);
            rows.push(sum.publish(provision, reading, source, whose, (*phase, *span, within)));
        }
    }
    (rows, left.into_iter().map(|(why, rows)| publish_left(scene, source, why, rows)).collect())
}

fn instant(at: Instant) -> Interval {
    Interval { from: at, to: at }
}

/// When the source watched the reading's places, by its coverage entries.
fn watched(scene: &Scene<'_>, source: &Source, reading: &Reading) -> Vec<Interval> {
    let here = |row: &CoverageRow| match &row.zone {
        None => true,
        Some(zone) => {
            reading.places.is_empty()
                || reading.places.iter().any(|place| place == zone || scene.meet(place, zone))
        }
    };
    let rows = scene.history.coverage.iter().filter(|held| held.of(&source.id));
    let (blind, seeing): (Vec<_>, Vec<_>) = rows
        .map(|held| &held.value)
        .filter(|row| here(row))
        .partition(|row| row.watch == Watch::Blind);
    let spans = |rows: Vec<&CoverageRow>| merge(rows.iter().map(|r| r.interval()).collect(), 0);
    subtract(&spans(seeing), &spans(blind))
}

/// What is counted: starts or reports, each one, or what each row counts in its own unit.
fn unit<'a>(source: &'a Source, row: Seen<'a>) -> Cow<'a, str> {
    let shows = source.shows.first().map_or("row", String::as_str);
    match source.measure.as_str() {
        STARTS => format!("{shows} start").into(),
        ENDS => shows.into(),
        _ => row.count().map_or(row.kind(), |count| &count.unit).into(),
    }
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

fn left_out(source: &Source, row: Seen<'_>) -> Option<String> {
    if let Some(longest) = source.longest
        && let Some(longest_ms) = longest.elapsed_ms()
        && row.interval().ms() > longest_ms
    {
        return Some(format!("lasts longer than {longest}"));
    }
    let missed = source
        .compare_only
        .iter()
        .find(|wanted| !matches(row.attrs(), std::slice::from_ref(wanted)))?;
    Some(format!("{} is not {}", missed.0, missed.1.join(" or ")))
}

/// The groups that a row is counted in: between the parties, excepted by name, or others.
fn groups(
    scene: &Scene<'_>,
    provision: &Provision,
    reading: &Reading,
    n: usize,
) -> Vec<(bool, Cow<'static, str>)> {
    let taking = scene.exceptions(provision).into_iter().filter(|e| scene.excepted_by(n, e));
    let (struck, standing): (Vec<&Exception>, Vec<&Exception>) =
        taking.partition(|except| scene.ask.without.contains(&except.id));
    if let (Some(except), true) = (struck.first(), standing.is_empty()) {
        return vec![
            (false, format!("no longer excepted: {}", except.name).into()),
            (true, WITHOUT_EXCEPTIONS.into()),
        ];
    }
    let name = |except: &Exception| format!("excepted: {}", except.name).into();
    let mut excepted: Vec<(bool, Cow<'static, str>)> =
        standing.into_iter().map(|except| (true, name(except))).collect();
    // What the figure would be if no exception stood, each row once.
    let whole = (true, WITHOUT_EXCEPTIONS.into());
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
    let mut groups = vec![(false, group.into())];
    if !provision.except.is_empty() {
        groups.push(whole);
    }
    groups
}

impl Sum {
    /// A row that may belong here or not raises the high bound, and nothing else.
    fn may_add(&mut self, counts: (u64, u64, Option<u64>), times: u64) {
        self.straddling += times;
        match counts.2.map(|high| high.saturating_mul(times)) {
            Some(high) => self.straddling_high = self.straddling_high.saturating_add(high),
            None => self.unbounded = true,
        }
    }

    fn add(&mut self, (best, low, high): (u64, u64, Option<u64>), times: u64) {
        self.rows += times;
        self.best = self.best.saturating_add(best.saturating_mul(times));
        self.low = self.low.saturating_add(low.saturating_mul(times));
        match high.map(|high| high.saturating_mul(times)) {
            Some(high) => self.high = self.high.saturating_add(high),
            None => self.unbounded = true,
        }
    }

    /// Takes in so many rows that count the same.
    fn take(&mut self, surely: bool, counts: (u64, u64, Option<u64>), times: u64) {
        match surely {
            true => self.add(counts, times),
            false => self.may_add(counts, times),
        }
    }

    fn publish(
        self,
        provision: &Provision,
        reading: &Reading,
        source: &Source,
        (excepted, group, unit): (bool, &str, &str),
        (phase, span, observed_ms): (Phase, Interval, i64),
    ) -> Comparison {
        // A sliver of the phase says nothing of the phase: no rate from less than a tenth.
        let enough = observed_ms.saturating_mul(10) >= span.ms();
        let per_day = |count: u64| if enough { per_day(count, observed_ms) } else { None };
        let high = self.high.checked_add(self.straddling_high).filter(|_| !self.unbounded);
        Comparison {
            provision: provision.id.clone(),
            reading: reading.id.clone(),
            source: source.id.clone(),
            unit: unit.to_string(),
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

/// What a row counts: best, at least, at most.
fn counted(source: &Source, row: Seen<'_>) -> (u64, u64, Option<u64>) {
    match row.count() {
        Some(count) if ![STARTS, ENDS].contains(&source.measure.as_str()) => {
            (count.best.unwrap_or(count.low), count.low, count.high)
        }
        _ => (1, 1, Some(1)),
    }
}

fn days(ms: i64) -> String {
    ratio(i128::from(ms), 86_400_000, 2).unwrap_or_default()
}

fn publish_left(scene: &Scene<'_>, source: &Source, reason: String, rows: Vec<usize>) -> LeftOut {
    let mut first = rows.clone();
    first.sort_unstable_by_key(|&n| {
        let seen = scene.history.observations.at(n);
        (seen.interval(), seen.id())
    });
    first.truncate(EXAMPLES_MAX);
    let seen = |n: &usize| scene.history.observations.at(*n);
    LeftOut {
        source: source.id.clone(),
        reason,
        rows: rows.len() as u64,
        examples: first
            .iter()
            .map(|n| {
                let row = seen(n);
                let place = publish::place(scene.agreement, row.place().as_ref());
                format!("{}, {place}", row.interval())
            })
            .collect(),
        cites: first.iter().map(|n| scene.print(&seen(n).cite())).collect(),
    }
}
