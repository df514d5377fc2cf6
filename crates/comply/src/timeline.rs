use servanda_time::Interval;

/// Things with an interval each, found by when they are: in order of their start, so that a look
/// passes over those that begin too late or, by the longest, too early.
pub(crate) struct Timeline<T> {
    items: Vec<(Interval, T)>,
    longest_ms: i64,
}

impl<T> Default for Timeline<T> {
    fn default() -> Self {
        Timeline { items: Vec::new(), longest_ms: 0 }
    }
}

impl<T> FromIterator<(Interval, T)> for Timeline<T> {
    fn from_iter<I: IntoIterator<Item = (Interval, T)>>(items: I) -> Self {
        let mut items: Vec<(Interval, T)> = items.into_iter().collect();
        // Stable, so that equal intervals stay in the order in which they came.
        items.sort_by_key(|(when, _)| *when);
        let longest_ms = items.iter().map(|(when, _)| when.ms()).max().unwrap_or(0);
        Timeline { items, longest_ms }
    }
}

impl<T> Timeline<T> {
    /// Those that share an instant with the segment, in order of their start.
    pub(crate) fn overlapping(&self, segment: Interval) -> impl Iterator<Item = &T> {
        let earliest = segment.from.plus_ms(-self.longest_ms);
        let start = self.items.partition_point(|(when, _)| when.from < earliest);
        self.items[start..]
            .iter()
            .take_while(move |(when, _)| when.from < segment.to)
            .filter(move |(when, _)| when.overlaps(&segment))
            .map(|(_, item)| item)
    }

    /// All intervals, in order of their start.
    pub(crate) fn intervals(&self) -> impl Iterator<Item = Interval> {
        self.items.iter().map(|(when, _)| *when)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use servanda_time::Instant;

    proptest! {
        #[test]
        fn finds_what_a_look_at_everything_finds(
            items in prop::collection::vec((0_i64..300, 1_i64..80), 0..40),
            from in 0_i64..320,
            length in 1_i64..40,
        ) {
            let at = |ms| Instant::from_ms(ms).unwrap();
            let items: Vec<(Interval, usize)> = items
                .into_iter()
                .enumerate()
                .map(|(n, (from, length))| (Interval { from: at(from), to: at(from + length) }, n))
                .collect();
            let segment = Interval { from: at(from), to: at(from + length) };
            let timeline: Timeline<usize> = items.iter().copied().collect();
            let mut found: Vec<usize> = timeline.overlapping(segment).copied().collect();
            found.sort_unstable();
            let all = items.iter().filter(|(when, _)| when.overlaps(&segment)).map(|(_, n)| *n);
            prop_assert_eq!(found, all.collect::<Vec<_>>());
        }
    }
}
