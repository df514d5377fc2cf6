//! Passes worked out from the observations themselves.
//!
//! An instrument that passes over a region leaves its detections minutes apart and then nothing
//! for hours. So the observations of one instrument that follow each other in less than `gap` are
//! one pass, and each pass is a span of watching: where something was seen, something looked. A
//! pass that saw nothing leaves no trace, so the passes are a lower bound, and what they missed is
//! unknown ([`Watch::Partial`]).

use servanda_entry::{Attrs, CoverageRow, Watch};
use servanda_time::Interval;
use std::collections::BTreeSet;

/// One observation, as far as passes are concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sighting<'a> {
    /// The instrument, such as a satellite.
    pub instrument: &'a str,
    /// When it saw.
    pub interval: Interval,
    /// The part into which figures are split, such as `night`.
    pub stratum: Option<&'a str>,
}

/// The passes, by instrument and time, whatever the order of the sightings.
///
/// A row holds `{by: instrument}` and, where there are strata, `{strata: value}`; a pass with
/// several values gives a row for each, with the same interval. The interval runs from the first
/// sighting's start to the last end. Two sightings whose starts are `gap_ms` or more apart are of
/// two passes.
#[must_use]
pub fn passes<'a>(
    sightings: impl IntoIterator<Item = Sighting<'a>>,
    by: &str,
    strata: &str,
    gap_ms: i64,
) -> Vec<CoverageRow> {
    let mut sorted: Vec<Sighting<'a>> = sightings.into_iter().collect();
    sorted.sort_unstable();
    let follows = |a: &Sighting<'_>, b: &Sighting<'_>| {
        a.instrument == b.instrument && b.interval.from.ms() - a.interval.from.ms() < gap_ms
    };
    let mut rows = Vec::new();
    for pass in sorted.chunk_by(follows) {
        let (Some(first), Some(to)) = (pass.first(), pass.iter().map(|s| s.interval.to).max())
        else {
            continue;
        };
        let values: BTreeSet<Option<&str>> = pass.iter().map(|s| s.stratum).collect();
        for value in values {
            let mut attrs = Attrs::from([(by.to_string(), first.instrument.to_string())]);
            attrs.extend(value.map(|value| (strata.to_string(), value.to_string())));
            rows.push(CoverageRow {
                from_ms: first.interval.from.ms(),
                to_ms: to.ms(),
                zone: None,
                watch: Watch::Partial,
                attrs,
                line: 0,
            });
        }
    }
    rows
}

/// The passes of observations, each its time and attributes, that name their instrument in the
/// attribute `by`, split by the attribute `strata` where one is given. Observations that name no
/// instrument are left out.
#[must_use]
pub fn passes_of<'a>(
    observations: impl IntoIterator<Item = (Interval, &'a Attrs)>,
    by: &str,
    strata: Option<&str>,
    gap_ms: i64,
) -> Vec<CoverageRow> {
    let sightings = observations.into_iter().filter_map(|(interval, attrs)| {
        Some(Sighting {
            instrument: attrs.get(by)?,
            interval,
            stratum: strata.and_then(|name| attrs.get(name)).map(String::as_str),
        })
    });
    passes(sightings, by, strata.unwrap_or(""), gap_ms)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use servanda_time::Instant;

    fn sighting<'a>(instrument: &'a str, minute: i64, light: Option<&'a str>) -> Sighting<'a> {
        let from = Instant::from_ms(minute * 60_000).unwrap();
        Sighting {
            instrument,
            interval: Interval { from, to: from.plus_ms(60_000) },
            stratum: light,
        }
    }

    fn shown(rows: &[CoverageRow]) -> Vec<String> {
        let minutes = |ms| ms / 60_000;
        rows.iter()
            .map(|row| {
                let attrs: Vec<&str> = row.attrs.values().map(String::as_str).collect();
                format!("{}-{} {}", minutes(row.from_ms), minutes(row.to_ms), attrs.join(" "))
            })
            .collect()
    }

    #[test]
    fn detections_near_each_other_are_one_pass() {
        let list = [
            sighting("B", 5, None),
            sighting("A", 0, None),
            sighting("A", 29, None),
            sighting("A", 59, None),
        ];
        let rows = passes(list, "satellite", "", 30 * 60_000);
        assert_eq!(shown(&rows), ["0-30 A", "59-60 A", "5-6 B"]);
    }

    #[test]
    fn a_pass_in_the_twilight_counts_in_both_lights() {
        let list = [sighting("A", 1, Some("night")), sighting("A", 0, Some("day"))];
        let rows = passes(list, "satellite", "light", 30 * 60_000);
        assert_eq!(shown(&rows), ["0-2 day A", "0-2 night A"]);
    }

    proptest! {
        #[test]
        fn each_sighting_lies_in_a_pass_and_order_is_nothing(
            list in prop::collection::vec((0_usize..3, 0_i64..500), 0..40),
            gap in 1_i64..60,
        ) {
            let names = ["A", "B", "C"];
            let list: Vec<_> =
                list.into_iter().map(|(i, minute)| sighting(names[i], minute, None)).collect();
            let rows = passes(list.clone(), "by", "", gap * 60_000);
            prop_assert_eq!(&rows, &passes(list.iter().rev().copied(), "by", "", gap * 60_000));
            for sighting in &list {
                let by = |row: &CoverageRow| row.attrs.get("by").unwrap() == sighting.instrument;
                let over = |row: &CoverageRow| row.interval().covers(&sighting.interval);
                prop_assert!(rows.iter().any(|row| by(row) && over(row)));
            }
        }
    }
}
