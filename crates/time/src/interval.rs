use crate::{Instant, Zone};
use std::fmt;

/// A half-open interval of time, `[from, to)`. An empty one (`from == to`) holds no instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Interval {
    /// The first instant inside.
    pub from: Instant,
    /// The first instant after; never before `from`.
    pub to: Instant,
}

impl Interval {
    /// From the one to the other; none when the end lies before the start.
    #[must_use]
    pub fn new(from: Instant, to: Instant) -> Option<Interval> {
        (from <= to).then_some(Interval { from, to })
    }

    /// Whether the instant lies inside.
    #[must_use]
    pub fn contains(&self, instant: Instant) -> bool {
        self.from <= instant && instant < self.to
    }

    /// Whether all of the other lies inside.
    #[must_use]
    pub fn covers(&self, other: &Interval) -> bool {
        self.from <= other.from && other.to <= self.to
    }

    /// Whether the two share an instant.
    #[must_use]
    pub fn overlaps(&self, other: &Interval) -> bool {
        self.from < other.to && other.from < self.to
    }

    /// From the earlier start to the later end: both, and what lies between them.
    #[must_use]
    pub fn hull(self, other: Interval) -> Interval {
        Interval { from: self.from.min(other.from), to: self.to.max(other.to) }
    }

    /// What the two share; none when that is nothing.
    #[must_use]
    pub fn intersect(&self, other: &Interval) -> Option<Interval> {
        let shared = Interval { from: self.from.max(other.from), to: self.to.min(other.to) };
        (shared.from < shared.to).then_some(shared)
    }

    /// The length in milliseconds.
    #[must_use]
    pub fn ms(&self) -> i64 {
        self.to.ms() - self.from.ms()
    }

    /// Both ends on the wall clock there, the date once where it is the same day.
    #[must_use]
    pub fn civil(&self, zone: &Zone) -> String {
        format!("{} to {}", self.from.civil(zone), self.to.civil(zone))
    }
}

impl fmt::Display for Interval {
    /// ISO 8601: `from/to`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.from, self.to)
    }
}

/// The union of the intervals as the fewest intervals, in order; those less than `gap_ms` apart
/// become one. With a gap of 0, intervals that touch become one.
#[must_use]
pub fn merge(mut intervals: Vec<Interval>, gap_ms: i64) -> Vec<Interval> {
    intervals.sort_unstable();
    let mut merged: Vec<Interval> = Vec::with_capacity(intervals.len());
    for interval in intervals {
        match merged.last_mut() {
            Some(last)
                if interval.from <= last.to || interval.from.ms() - last.to.ms() < gap_ms =>
            {
                last.to = last.to.max(interval.to);
            }
            _ => merged.push(interval),
        }
    }
    merged
}

/// What of the first intervals lies in none of the second: both in order and without overlap, as
/// [`merge`] gives them.
#[must_use]
pub fn subtract(from: &[Interval], what: &[Interval]) -> Vec<Interval> {
    let mut left = Vec::new();
    let mut first = 0;
    for interval in from {
        let mut start = interval.from;
        while first < what.len() && what[first].to <= interval.from {
            first += 1;
        }
        for hole in what[first..].iter().take_while(|hole| hole.from < interval.to) {
            if start < hole.from {
                left.push(Interval { from: start, to: hole.from });
            }
            start = start.max(hole.to);
        }
        if start < interval.to {
            left.push(Interval { from: start, to: interval.to });
        }
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(from: i64, to: i64) -> Interval {
        Interval { from: Instant::from_ms(from).unwrap(), to: Instant::from_ms(to).unwrap() }
    }

    #[test]
    fn a_hull_holds_both_and_what_lies_between() {
        assert_eq!(at(0, 10).hull(at(20, 30)), at(0, 30));
        assert_eq!(at(0, 30).hull(at(10, 20)), at(0, 30));
    }

    #[test]
    fn touching_intervals_share_nothing() {
        assert!(!at(0, 10).overlaps(&at(10, 20)));
        assert_eq!(at(0, 10).intersect(&at(10, 20)), None);
        assert_eq!(at(0, 11).intersect(&at(10, 20)), Some(at(10, 11)));
    }

    #[test]
    fn merging_bridges_gaps_shorter_than_asked() {
        assert_eq!(merge(vec![at(20, 30), at(0, 10)], 10), vec![at(0, 10), at(20, 30)]);
        assert_eq!(merge(vec![at(20, 30), at(0, 10)], 11), vec![at(0, 30)]);
        assert_eq!(merge(vec![at(0, 10), at(10, 30)], 0), vec![at(0, 30)]);
    }

    #[test]
    fn subtracting_leaves_what_no_hole_holds() {
        let left = subtract(&[at(0, 10), at(20, 30)], &[at(2, 4), at(8, 22), at(30, 40)]);
        assert_eq!(left, vec![at(0, 2), at(4, 8), at(22, 30)]);
        assert_eq!(subtract(&[at(0, 10)], &[at(0, 10)]), vec![]);
        assert_eq!(subtract(&[at(0, 10), at(12, 20)], &[at(5, 15)]), vec![at(0, 5), at(15, 20)]);
    }

    proptest! {
        #[test]
        fn merging_keeps_every_instant_and_any_order(
            list in prop::collection::vec((0_i64..500, 1_i64..50), 0..20),
            probe in 0_i64..600,
        ) {
            let list: Vec<_> = list.into_iter().map(|(a, n)| at(a, a + n)).collect();
            let mut reversed = list.clone();
            reversed.reverse();
            let merged = merge(list.clone(), 0);
            prop_assert_eq!(&merged, &merge(reversed, 0));
            let probe = Instant::from_ms(probe).unwrap();
            prop_assert_eq!(
                merged.iter().any(|i| i.contains(probe)),
                list.iter().any(|i| i.contains(probe))
            );
        }
    }
}
