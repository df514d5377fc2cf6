//! Counts of a source that watches in passes: each beside the number of passes and beside what
//! its control sites showed.

use crate::answer::{Exposure, Phase};
use crate::phases::{phase_of, phases};
use crate::scene::Scene;
use crate::words::ratio;
use servanda_terms::{Passes, Provision, Reading, Source};
use servanda_time::{Interval, merge};
use std::collections::{BTreeMap, BTreeSet};

/// A pass: one instrument, one span.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Pass {
    pub(crate) when: Interval,
    pub(crate) instrument: String,
    pub(crate) stratum: String,
}

/// The passes of a source: worked out from its observations, whatever files they came in, and
/// those that its coverage entries state. Spans of one instrument and stratum that share an
/// instant are one pass.
pub(crate) fn passes_of(scene: &Scene<'_>, source: &Source, rule: &Passes) -> Vec<Pass> {
    let seen = scene.history.observations.iter().filter(|seen| seen.of(&source.id));
    let gap_ms = rule.gap.elapsed_ms().unwrap_or(0);
    let seen = seen.map(|seen| (seen.interval(), seen.attrs()));
    let derived = servanda_incidents::passes_of(seen, &rule.by, source.strata.as_deref(), gap_ms);
    let stated = scene.history.coverage.iter().filter(|held| held.of(&source.id));
    let mut spans: BTreeMap<(String, String), Vec<Interval>> = BTreeMap::new();
    for row in derived.iter().chain(stated.map(|held| &held.value)) {
        let attr = |name: &str| row.attrs.get(name).cloned().unwrap_or_default();
        let stratum = source.strata.as_deref().map(attr).unwrap_or_default();
        spans.entry((attr(&rule.by), stratum)).or_default().push(row.interval());
    }
    let mut passes: Vec<Pass> = spans
        .into_iter()
        .flat_map(|((instrument, stratum), spans)| {
            merge(spans, 0).into_iter().map(move |when| Pass {
                when,
                instrument: instrument.clone(),
                stratum: stratum.clone(),
            })
        })
        .collect();
    passes.sort_unstable();
    passes
}

/// The exposure of one source under one reading: a row a phase and stratum.
pub(crate) fn exposure<'a>(
    scene: &Scene<'a>,
    provision: &Provision,
    reading: &Reading,
    source: &'a Source,
    rule: &Passes,
) -> Vec<Exposure> {
    let Some(data) = scene.data_span(&source.id) else { return Vec::new() };
    let agreement = scene.agreement;
    let phases = phases(reading, &agreement.baseline, &agreement.timezone, data, scene.at);
    let passes = passes_of(scene, source, rule);
    let mut strata: BTreeSet<String> = passes.iter().map(|pass| pass.stratum.clone()).collect();
    let seen =
        || scene.history.observations.iter().enumerate().filter(|(_, seen)| seen.of(&source.id));
    let stratum_of = |n: usize| {
        let attrs = &scene.history.observations.at(n).attrs();
        source.strata.as_ref().and_then(|name| attrs.get(name)).cloned().unwrap_or_default()
    };
    strata.extend(seen().map(|(n, _)| stratum_of(n)));
    let mut rows: BTreeMap<(Phase, String), Exposure> = BTreeMap::new();
    for (phase, when) in &phases {
        for stratum in &strata {
            let passes = passes
                .iter()
                .filter(|pass| pass.stratum == *stratum && pass.when.overlaps(when))
                .count();
            rows.insert(
                (*phase, stratum.clone()),
                Exposure {
                    provision: provision.id.clone(),
                    reading: reading.id.clone(),
                    phase: *phase,
                    light: stratum.clone(),
                    from: when.from.to_string(),
                    to: when.to.to_string(),
                    source: source.id.clone(),
                    passes: passes as u64,
                    detections: 0,
                    certain: 0,
                    straddling: 0,
                    straddling_outside: 0,
                    industrial: 0,
                    industrial_in_zone: 0,
                    per_pass: None,
                },
            );
        }
    }
    let exceptions = scene.exceptions(provision);
    for (n, seen) in seen() {
        let Some(phase) = phase_of(&phases, seen.interval()) else { continue };
        let Some(row) = rows.get_mut(&(phase, stratum_of(n))) else { continue };
        let lies = scene.lies(n, &reading.places);
        let control = source
            .control
            .as_ref()
            .is_some_and(|c| scene.near_site(n, &c.register, &[], c.within_m));
        if control {
            row.industrial += 1;
            row.industrial_in_zone += u64::from(lies.centre_inside());
        } else if exceptions
            .iter()
            .any(|except| !scene.ask.without.contains(&except.id) && scene.excepted_by(n, except))
        {
            // Counted under its exception, not here.
        } else if lies.centre_inside() {
            row.detections += 1;
            if lies == crate::scene::Lies::Inside {
                row.certain += 1;
            } else {
                row.straddling += 1;
            }
        } else if lies.possible() {
            row.straddling_outside += 1;
        }
    }
    let mut rows: Vec<Exposure> = rows.into_values().collect();
    for row in &mut rows {
        row.per_pass = ratio(i128::from(row.detections), i128::from(row.passes), 2);
    }
    rows
}
