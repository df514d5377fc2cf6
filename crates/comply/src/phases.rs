//! Before, during and after: the spans that are compared.

use crate::answer::Phase;
use servanda_terms::{Baseline, Reading};
use servanda_time::{Instant, Interval, Zone};

/// The phases of a reading, cut to what the data span and to the agreement's baseline.
///
/// Without a start there is nothing to compare. A term without an end has no phase after it.
pub(crate) fn phases(
    reading: &Reading,
    baseline: &Baseline,
    zone: &Zone,
    data: Interval,
    at: Instant,
) -> Vec<(Phase, Interval)> {
    let Some(from) = reading.from else { return Vec::new() };
    let back = |amount| {
        // Civil spans have no inverse, so the start is found as the instant that the span leads on
        // from; a baseline in months or years is taken in whole days of 24 hours instead.
        let days = approximate_ms(amount);
        from.plus_ms(-days)
    };
    let before = baseline.before.map_or(data.from.min(from), back);
    let closed =
        reading.until.or_else(|| baseline.during.and_then(|amount| from.plus(amount, zone).ok()));
    let mut phases =
        vec![(Phase::Before, before, from), (Phase::During, from, closed.unwrap_or(at.max(from)))];
    if let Some(until) = reading.until {
        let after = baseline
            .after
            .and_then(|amount| until.plus(amount, zone).ok())
            .unwrap_or(data.to.max(until));
        phases.push((Phase::After, until, after));
    }
    // What lies after the instant asked about is not asked about.
    let cut = |(phase, from, to): (Phase, Instant, Instant)| {
        let span = Interval::new(from, to.min(at))?;
        (span.ms() > 0).then_some((phase, span))
    };
    phases.into_iter().filter_map(cut).collect()
}

fn approximate_ms(amount: servanda_time::Amount) -> i64 {
    use servanda_time::Unit;
    amount.elapsed_ms().unwrap_or_else(|| {
        let days = if amount.unit == Unit::Year { 365 } else { 30 };
        i64::from(amount.count) * days * 86_400_000
    })
}

/// The phase in which an interval surely lies; none when it may lie in two or in none.
pub(crate) fn phase_of(phases: &[(Phase, Interval)], when: Interval) -> Option<Phase> {
    phases.iter().find(|(_, phase)| phase.covers(&when)).map(|(phase, _)| *phase)
}
