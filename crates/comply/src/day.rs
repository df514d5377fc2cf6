//! The figures of one period, as a daily report prints them: each count with its unit, its bounds
//! and what was watched.

use crate::ask::Ask;
use crate::exposure::passes_of;
use crate::history::History;
use crate::scene::{Lies, Scene};
use servanda_entry::Watch;
use servanda_terms::{Agreement, Source};
use servanda_time::Interval;
use std::collections::{BTreeMap, BTreeSet};

/// What one source gives for one zone in one period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayCount {
    /// The source's id.
    pub source: String,
    /// The zone's id; none: wherever the source looks.
    pub zone: Option<String>,
    /// What is counted.
    pub unit: String,
    /// Surely in the zone and the period, by the low bounds.
    pub low: u64,
    /// Possibly, by the high bounds; none when a row sets no bound.
    pub high: Option<u64>,
    /// Milliseconds watched, by coverage entries.
    pub watched_ms: i64,
    /// Passes, for a source that watches in passes.
    pub passes: Option<u64>,
}

/// The counts of a period, for each source that a provision names and each zone of that
/// provision, and the observations that may lie in the period, in order of time (indexes into
/// [`History::observations`]).
#[must_use]
pub fn day(
    agreement: &Agreement,
    history: &History,
    ask: &Ask,
    period: Interval,
) -> (Vec<DayCount>, Vec<usize>) {
    let scene = Scene::new(agreement, history, ask);
    let mut counts = Vec::new();
    for source in &agreement.sources {
        let provisions = agreement.provisions.iter().filter(|p| p.shown_by.contains(&source.id));
        let zones: BTreeSet<Option<&str>> = provisions
            .flat_map(|provision| &provision.readings)
            .flat_map(|reading| match reading.places.as_slice() {
                [] => vec![None],
                places => places.iter().map(|zone| Some(zone.as_str())).collect(),
            })
            .collect();
        for zone in zones {
            counts.extend(count(&scene, source, zone, period));
        }
    }
    let mut seen: Vec<usize> = (0..history.observations.len())
        .filter(|&n| history.observations.at(n).interval().overlaps(&period))
        .collect();
    seen.sort_unstable_by_key(|&n| {
        let seen = history.observations.at(n);
        (seen.interval(), seen.id())
    });
    (counts, seen)
}

/// One row a unit; a source without a row in the period has one row of its usual unit, so that
/// what was watched without anything seen is said too.
fn count(
    scene: &Scene<'_>,
    source: &Source,
    zone: Option<&str>,
    period: Interval,
) -> Vec<DayCount> {
    let places: Vec<String> = zone.iter().map(ToString::to_string).collect();
    let mut units: BTreeMap<String, (u64, Option<u64>)> = BTreeMap::new();
    for (n, seen) in scene.history.observations.iter().enumerate() {
        if !seen.of(&source.id) || !seen.interval().overlaps(&period) {
            continue;
        }
        let lies = scene.lies(n, &places);
        if !lies.possible() {
            continue;
        }
        let sure = lies == Lies::Inside && period.covers(&seen.interval());
        let (unit, low, high) = match seen.count() {
            Some(count) => (count.unit.clone(), count.low, count.high),
            None => (seen.kind().to_string(), 1, Some(1)),
        };
        let sum = units.entry(unit).or_insert((0, Some(0)));
        sum.0 = sum.0.saturating_add(if sure { low } else { 0 });
        sum.1 = sum.1.zip(high).and_then(|(all, more)| all.checked_add(more));
    }
    if units.is_empty() {
        units.insert(usual_unit(source), (0, Some(0)));
    }
    let watched = scene.history.coverage.iter().filter(|held| held.of(&source.id));
    let here = |held: &&crate::Held<servanda_entry::CoverageRow>| match (zone, &held.value.zone) {
        (Some(zone), Some(watched)) => zone == watched,
        _ => true,
    };
    let spans = |blind: bool| {
        let rows = watched.clone().filter(here);
        let rows = rows.filter(|held| (held.value.watch == Watch::Blind) == blind);
        let inside = rows.filter_map(|held| held.value.interval().intersect(&period));
        servanda_time::merge(inside.collect(), 0)
    };
    let seeing = servanda_time::subtract(&spans(false), &spans(true));
    let watched_ms = seeing.iter().map(Interval::ms).sum();
    let passes = source.passes.as_ref().map(|rule| {
        let passes = passes_of(scene, source, rule);
        passes.iter().filter(|pass| pass.when.overlaps(&period)).count() as u64
    });
    units
        .into_iter()
        .map(|(unit, (low, high))| DayCount {
            source: source.id.clone(),
            zone: zone.map(Into::into),
            unit,
            low,
            high,
            watched_ms,
            passes,
        })
        .collect()
}

fn usual_unit(source: &Source) -> String {
    match source.measure.as_str() {
        "start" | "end" | "incident" => {
            source.shows.first().cloned().unwrap_or_else(|| "row".to_string())
        }
        unit => unit.to_string(),
    }
}
