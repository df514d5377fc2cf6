use servanda_time::{Instant, Interval};

/// All of time. An interval that ends at [`Instant::MAX`] has no end.
pub const ALWAYS: Interval = Interval { from: Instant::MIN, to: Instant::MAX };

/// A value at every instant, which changes at finitely many: a step function.
///
/// Two neighbouring runs never have the same value, so two step functions that say the same are
/// equal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Steps<T> {
    first: T,
    changes: Vec<(Instant, T)>,
}

impl<T: Copy + Eq> Steps<T> {
    /// The same value always.
    #[must_use]
    pub fn always(value: T) -> Steps<T> {
        Steps { first: value, changes: Vec::new() }
    }

    /// The value at an instant.
    #[must_use]
    pub fn at(&self, at: Instant) -> T {
        self.value(self.index(at))
    }

    /// The instants at which the value changes, each with the value from then on, in order.
    #[must_use]
    pub fn changes(&self) -> &[(Instant, T)] {
        &self.changes
    }

    /// The longest intervals in which the value is the same, in order, from the first instant to
    /// the last.
    pub fn runs(&self) -> impl Iterator<Item = (Interval, T)> {
        (0..=self.changes.len()).map(|index| self.run(index))
    }

    /// The runs that share an instant with an interval, cut at its ends.
    pub fn runs_in(&self, within: Interval) -> impl Iterator<Item = (Interval, T)> {
        (self.index(within.from)..=self.changes.len())
            .map(|index| self.run(index))
            .take_while(move |(run, _)| run.from < within.to)
            .filter_map(move |(run, value)| Some((run.intersect(&within)?, value)))
    }

    /// Gives the function other values within an interval: pieces in order, each from an instant
    /// on, the first from the start of the interval. Without pieces nothing happens.
    pub fn splice(&mut self, within: Interval, pieces: &[(Instant, T)]) {
        if pieces.is_empty() || within.from >= within.to {
            return;
        }
        let after = (within.to < Instant::MAX).then(|| (within.to, self.at(within.to)));
        let low = self.changes.partition_point(|(at, _)| *at < within.from);
        let high = match after {
            Some((to, _)) => self.changes.partition_point(|(at, _)| *at <= to),
            None => self.changes.len(),
        };
        let mut last = None;
        if within.from > Instant::MIN {
            last = Some(self.value(low));
        }
        let mut spliced = Vec::with_capacity(pieces.len() + 1);
        for &(at, value) in pieces.iter().chain(after.as_ref()) {
            match last {
                None => self.first = value,
                Some(last) if last == value => {}
                Some(_) => spliced.push((at, value)),
            }
            last = Some(value);
        }
        self.changes.splice(low..high, spliced);
    }

    /// Gives the function one value within an interval.
    pub fn paint(&mut self, within: Interval, value: T) {
        self.splice(within, &[(within.from, value)]);
    }

    /// What follows from the values within an interval, as pieces without equal neighbours.
    pub(crate) fn mapped<U: Copy + Eq>(
        &self,
        within: Interval,
        says: impl Fn(T) -> U,
    ) -> Vec<(Instant, U)> {
        let low = self.index(within.from);
        let mut last = says(self.value(low));
        let mut pieces = vec![(within.from, last)];
        for &(at, value) in &self.changes[low..] {
            if at >= within.to {
                break;
            }
            let value = says(value);
            if value != last {
                pieces.push((at, value));
                last = value;
            }
        }
        pieces
    }

    /// The number of the run that holds an instant.
    pub(crate) fn index(&self, at: Instant) -> usize {
        self.changes.partition_point(|(from, _)| *from <= at)
    }

    /// The value of the run of that number.
    pub(crate) fn value(&self, index: usize) -> T {
        match index.checked_sub(1) {
            None => self.first,
            Some(before) => self.changes[before].1,
        }
    }

    /// The run of that number and its value.
    pub(crate) fn run(&self, index: usize) -> (Interval, T) {
        let from = index.checked_sub(1).map_or(Instant::MIN, |before| self.changes[before].0);
        let to = self.changes.get(index).map_or(Instant::MAX, |(at, _)| *at);
        (Interval { from, to }, self.value(index))
    }
}

/// Where two step functions differ, with the value of each: two readings of one term, or one
/// before and after an entry. In order; neighbours differ in a value or do not touch.
#[must_use]
pub fn differences<T: Copy + Eq>(a: &Steps<T>, b: &Steps<T>) -> Vec<(Interval, T, T)> {
    let pieces: Vec<_> = b.runs().map(|(run, value)| (run.from, value)).collect();
    changed(a, ALWAYS, &pieces)
}

/// Where the pieces differ from what stands there, with the old and the new value.
pub(crate) fn changed<T: Copy + Eq>(
    old: &Steps<T>,
    within: Interval,
    pieces: &[(Instant, T)],
) -> Vec<(Interval, T, T)> {
    let mut found: Vec<(Interval, T, T)> = Vec::new();
    for (n, &(from, is)) in pieces.iter().enumerate() {
        let to = pieces.get(n + 1).map_or(within.to, |(next, _)| *next);
        for (when, was) in old.runs_in(Interval { from, to }) {
            if was == is {
                continue;
            }
            match found.last_mut() {
                Some(last) if last.0.to == when.from && (last.1, last.2) == (was, is) => {
                    last.0.to = when.to;
                }
                _ => found.push((when, was, is)),
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(ms: i64) -> Instant {
        Instant::from_ms(ms).unwrap()
    }

    fn span(from: i64, to: i64) -> Interval {
        Interval { from: at(from), to: at(to) }
    }

    #[test]
    fn runs_tile_all_of_time() {
        let mut steps = Steps::always('a');
        steps.paint(span(10, 20), 'b');
        steps.paint(span(20, 30), 'b');
        steps.paint(span(12, 14), 'a');
        let runs: Vec<_> = steps.runs().map(|(run, value)| (run.to, value)).collect();
        assert_eq!(
            runs,
            [(at(10), 'a'), (at(12), 'b'), (at(14), 'a'), (at(30), 'b'), (Instant::MAX, 'a')]
        );
        assert_eq!(steps.runs_in(span(13, 13)).count(), 0);
        steps.paint(ALWAYS, 'a');
        assert_eq!(steps, Steps::always('a'));
        steps.paint(Interval { from: Instant::MIN, to: at(5) }, 'c');
        assert_eq!((steps.at(Instant::MIN), steps.at(at(5))), ('c', 'a'));
    }

    #[test]
    fn a_splice_of_nothing_or_into_nothing_changes_nothing() {
        let mut steps = Steps::always('a');
        steps.paint(span(10, 20), 'b');
        let before = steps.clone();
        steps.paint(span(15, 15), 'c');
        steps.splice(span(5, 15), &[]);
        assert_eq!(steps, before);
    }

    #[test]
    fn two_readings_differ_where_they_differ() {
        let (mut a, mut b) = (Steps::always(0), Steps::always(0));
        a.paint(span(10, 20), 1);
        b.paint(span(15, 20), 1);
        assert_eq!(differences(&a, &b), [(span(10, 15), 1, 0)]);
        assert_eq!(differences(&a, &a), []);
    }

    proptest! {
        #[test]
        fn painting_changes_what_is_inside_and_nothing_else(
            strokes in prop::collection::vec((0_i64..40, 0_i64..20, 0_u8..3), 0..12),
        ) {
            let mut steps = Steps::always(0_u8);
            let mut slow = [0_u8; 70];
            for (from, length, value) in strokes {
                let before = steps.clone();
                steps.paint(span(from, from + length), value);
                slow[from as usize..(from + length) as usize].fill(value);
                for (n, value) in slow.iter().enumerate() {
                    prop_assert_eq!(steps.at(at(n as i64)), *value);
                }
                let runs: Vec<_> = steps.runs().collect();
                prop_assert!(runs.windows(2).all(|w| w[0].1 != w[1].1 && w[0].0.to == w[1].0.from));
                for (when, was, is) in differences(&before, &steps) {
                    prop_assert_eq!((before.at(when.from), steps.at(when.from)), (was, is));
                    prop_assert!(was != is && span(from, from + length).covers(&when));
                }
            }
        }
    }
}
