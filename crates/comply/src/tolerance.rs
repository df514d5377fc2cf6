//! How much a term bears before it counts as broken: a count in a rolling window.

use servanda_terms::{Provision, Tolerance};
use servanda_time::{Instant, Interval, Zone};
use std::collections::BTreeSet;

/// Which possible violations a term bears, of those in a line: the others stand in some window in
/// which more than the tolerance began. Times in doubt count as near each other as they can be, so
/// that doubt never hides a breach.
///
/// Only incidents can be counted. A tolerance in another unit bears nothing here, and the answer
/// says so.
pub(crate) fn borne(
    provision: &Provision,
    candidates: &[(Interval, usize)],
    zone: &Zone,
) -> BTreeSet<usize> {
    let Some(tolerance) = counted(provision) else { return BTreeSet::new() };
    let most = usize::try_from(tolerance.at_most).unwrap_or(usize::MAX);
    let mut all = candidates.to_vec();
    if all.len() <= most {
        return all.into_iter().map(|(_, n)| n).collect();
    }
    let Some(per) = tolerance.per else { return BTreeSet::new() };
    // In the order of the latest time at which each can have begun; a window that opens there
    // reaches everything that can have begun before it closes.
    all.sort_by_key(|(when, n)| (when.to, *n));
    let mut starts: Vec<Instant> = all.iter().map(|(when, _)| when.from).collect();
    starts.sort_unstable();
    // Up to where the windows reach that hold too many.
    let mut reach = Instant::MIN;
    let mut borne = BTreeSet::new();
    for (first, (when, n)) in all.iter().enumerate() {
        let opens = when.to.plus_ms(-1).max(when.from);
        let closes = opens.plus(per, zone).unwrap_or(Instant::MAX);
        // Those before it in order began before the window opens.
        let inside = starts.partition_point(|start| *start < closes) - first;
        if inside > most {
            reach = reach.max(closes);
        }
        if when.from >= reach {
            borne.insert(*n);
        }
    }
    borne
}

/// The tolerance, where it is one that can be counted here.
#[must_use]
pub fn counted(provision: &Provision) -> Option<&Tolerance> {
    provision.tolerance_count.as_ref().filter(|tolerance| tolerance.unit == "incident")
}

#[cfg(test)]
mod tests {
    use super::*;
    use servanda_terms::{SourceText, load};
    use std::collections::BTreeMap;

    fn provision(tolerance: &str) -> Provision {
        let text = format!(
            "+++\nid = 'x'\ntitle = 'X'\nversion = '1'\ntimezone = 'UTC'\n[party.N]\nname = 'N'\n\
             +++\n## 1. Fire\n```toml term\n[prohibit.fire]\nwho = 'N'\nacts = ['shot']\n\
             tolerance = {tolerance}\n```\n"
        );
        let agreement = load(&SourceText::new("a.md", text), &BTreeMap::new()).0.unwrap();
        agreement.provisions[0].clone()
    }

    /// Hours from and to, and the numbers that are borne.
    fn check(tolerance: &str, hours: &[(i64, i64)], expected: &[usize]) {
        let hour = |h: i64| Instant::from_ms(h * 3_600_000).unwrap();
        let candidates: Vec<(Interval, usize)> = hours
            .iter()
            .enumerate()
            .map(|(n, (from, to))| (Interval { from: hour(*from), to: hour(*to) }, n))
            .collect();
        let found = borne(&provision(tolerance), &candidates, &Zone::utc());
        assert_eq!(found.into_iter().collect::<Vec<_>>(), expected, "{tolerance} {hours:?}");
    }

    #[test]
    fn what_a_window_holds_too_many_of_is_not_borne() {
        const TWO: &str = "{ at_most = 2, unit = 'incident', per = '24 hours' }";
        check(TWO, &[(0, 1), (10, 11)], &[0, 1]);
        check(TWO, &[(0, 1), (10, 11), (20, 21)], &[]);
        check(TWO, &[(0, 1), (10, 11), (50, 51)], &[0, 1, 2]);
        check(TWO, &[(0, 1), (10, 11), (20, 21), (100, 101)], &[3]);
        // In doubt: it may have begun near the others.
        check(TWO, &[(0, 1), (10, 11), (12, 90)], &[]);
        check(TWO, &[(0, 90), (60, 61), (70, 71)], &[]);
        // Just out of reach: begun at the latest at 1, and not before 25.
        check(TWO, &[(0, 1), (10, 11), (25, 26)], &[0, 1, 2]);
        // What a window of a day ends with is not in it.
        check(TWO, &[(0, 0), (10, 10), (24, 24)], &[0, 1, 2]);
        check("{ at_most = 2, unit = 'incident' }", &[(0, 1), (500, 501)], &[0, 1]);
        check("{ at_most = 2, unit = 'incident' }", &[(0, 1), (9, 10), (500, 501)], &[]);
        check("{ at_most = 2, unit = 'round', per = '24 hours' }", &[(0, 1)], &[]);
        check("'a few'", &[(0, 1)], &[]);
    }
}
