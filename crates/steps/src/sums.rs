//! How much counts at each instant: a step function that is added to, in chunks.

use servanda_time::{Instant, Interval};

/// Most changes of a chunk.
const CHUNK: usize = 64;

/// The sum of weighed intervals at every instant.
///
/// As in [`Steps`](crate::Steps), neighbouring runs differ. The changes lie in chunks, each of
/// which knows its least and greatest sum and what is to be added to all of its sums. So to add
/// throughout a long interval touches each chunk once, and to ask where the sum passes a number
/// looks only into chunks that it passes it in.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sums {
    first: i128,
    /// None of them empty.
    chunks: Vec<Chunk>,
}

#[derive(Debug, Clone)]
struct Chunk {
    /// The first instant of its changes: to look for a chunk touches none of them.
    begins: Instant,
    /// To be added to each sum below, and to both bounds.
    more: i128,
    low: i128,
    high: i128,
    /// Instants in order, each with the sum from it on.
    changes: Vec<(Instant, i128)>,
}

impl Chunk {
    fn of(changes: Vec<(Instant, i128)>) -> Chunk {
        let begins = changes.first().map_or(Instant::MAX, |(at, _)| *at);
        let mut chunk = Chunk { begins, more: 0, low: 0, high: 0, changes };
        chunk.bound();
        chunk
    }

    /// Finds the bounds anew.
    fn bound(&mut self) {
        let (low, high) =
            self.changes.iter().fold((i128::MAX, i128::MIN), |(low, high), change| {
                (low.min(change.1), high.max(change.1))
            });
        (self.low, self.high) = (low, high);
    }

    fn last(&self) -> i128 {
        self.changes.last().map_or(0, |(_, sum)| sum + self.more)
    }
}

/// Where a sum jumps, in order: up where an interval starts, and down where it ends.
struct Jumps<'a> {
    /// The next, [`Instant::MAX`]: none.
    at: Instant,
    starts: &'a [(Interval, i128)],
    ends: std::iter::Peekable<std::vec::IntoIter<(Instant, i128)>>,
}

impl Jumps<'_> {
    /// Of intervals in the order of their starts.
    fn of(weighed: &[(Interval, i128)]) -> Jumps<'_> {
        let ends = weighed.iter().filter(|(when, _)| when.to < Instant::MAX);
        let mut ends: Vec<_> = ends.map(|(when, weight)| (when.to, -weight)).collect();
        // Most rules give all their intervals one length, so that this is the same order.
        ends.sort_by_key(|(at, _)| *at);
        let mut jumps =
            Jumps { at: Instant::MIN, starts: weighed, ends: ends.into_iter().peekable() };
        jumps.look();
        jumps
    }

    fn look(&mut self) {
        let start = self.starts.first().map_or(Instant::MAX, |(when, _)| when.from);
        self.at = self.ends.peek().map_or(start, |(end, _)| start.min(*end));
    }

    /// By how much the sum jumps at an instant at or before the next jump.
    fn take(&mut self, at: Instant) -> i128 {
        let mut jump = 0;
        if at < self.at {
            return jump;
        }
        while let Some(((when, weight), rest)) = self.starts.split_first()
            && when.from == at
        {
            jump += weight;
            self.starts = rest;
        }
        while let Some((_, weight)) = self.ends.next_if(|(end, _)| *end == at) {
            jump += weight;
        }
        self.look();
        jump
    }
}

/// Chunks that are made of changes in order.
struct Made {
    chunks: Vec<Chunk>,
    /// Of the chunk that is not full yet.
    changes: Vec<(Instant, i128)>,
    /// The sum after the last change.
    last: i128,
    /// How many chunks stood when the last one was kept.
    kept: usize,
}

impl Made {
    fn after(sum: i128, chunks: usize) -> Made {
        Made { chunks: Vec::with_capacity(chunks), changes: Vec::new(), last: sum, kept: 0 }
    }

    /// The sum from an instant on, which is none where it stays.
    fn push(&mut self, at: Instant, sum: i128) {
        if sum == self.last {
            return;
        }
        self.last = sum;
        if self.changes.is_empty() {
            self.changes.reserve_exact(CHUNK);
        }
        self.changes.push((at, sum));
        if self.changes.len() == CHUNK {
            self.chunks.push(Chunk::of(std::mem::take(&mut self.changes)));
        }
    }

    /// A chunk as it stood, with so much more.
    fn keep(&mut self, mut chunk: Chunk, more: i128) {
        self.close();
        chunk.more += more;
        self.last = chunk.last();
        self.chunks.push(chunk);
        self.kept = self.chunks.len();
    }

    /// Ends the chunk that is not full; what is small shares with the one before.
    fn close(&mut self) {
        if self.changes.is_empty() {
            return;
        }
        let mut changes = std::mem::take(&mut self.changes);
        if changes.len() < CHUNK / 4
            && self.chunks.len() > self.kept
            && let Some(full) = self.chunks.last_mut()
        {
            let half = full.changes.split_off(CHUNK / 2);
            full.bound();
            changes.splice(0..0, half);
        }
        self.chunks.push(Chunk::of(changes));
    }
}

/// Weighed intervals in the order of their starts.
pub(crate) fn in_order(mut weighed: Vec<(Interval, i128)>) -> Vec<(Interval, i128)> {
    weighed.sort_by_key(|(when, _)| when.from);
    weighed
}

/// A chunk, and a change in it; the change may be one beyond its last.
type At = (usize, usize);

impl Sums {
    /// The sum of the weights of all intervals that hold the instant.
    pub(crate) fn of(weighed: impl Iterator<Item = (Interval, i128)>) -> Sums {
        let mut sums = Sums::default();
        sums.add_all(in_order(weighed.collect()));
        sums
    }

    /// The sum at an instant.
    pub(crate) fn at(&self, at: Instant) -> i128 {
        let number = self.chunks.partition_point(|chunk| chunk.begins <= at);
        let Some(chunk) = number.checked_sub(1).and_then(|number| self.chunks.get(number)) else {
            return self.first;
        };
        let index = chunk.changes.partition_point(|(from, _)| *from <= at);
        index.checked_sub(1).map_or(self.first, |index| chunk.changes[index].1 + chunk.more)
    }

    /// What follows from the sums within an interval, as pieces without equal neighbours. `says`
    /// must be monotone: what is said of two sums alike is said of all between them.
    pub(crate) fn mapped<U: Copy + Eq>(
        &self,
        within: Interval,
        says: impl Fn(i128) -> U,
    ) -> Vec<(Instant, U)> {
        let mut last = says(self.at(within.from));
        let mut pieces = vec![(within.from, last)];
        let first = self.chunks.partition_point(|chunk| chunk.begins <= within.from);
        for chunk in &self.chunks[first.saturating_sub(1)..] {
            if chunk.begins >= within.to {
                break;
            }
            let lowest = says(chunk.low + chunk.more);
            if lowest == last && says(chunk.high + chunk.more) == last {
                continue;
            }
            for &(at, sum) in &chunk.changes {
                if at <= within.from {
                    continue;
                }
                if at >= within.to {
                    break;
                }
                let value = says(sum + chunk.more);
                if value != last {
                    pieces.push((at, value));
                    last = value;
                }
            }
        }
        pieces
    }

    /// Adds weights throughout their intervals, the intervals in the order of their starts: one by
    /// one, or in one pass over all that they reach where that is less.
    pub(crate) fn add_all(&mut self, mut weighed: Vec<(Interval, i128)>) {
        debug_assert!(weighed.is_sorted_by_key(|(when, _)| when.from), "by their starts");
        weighed.retain(|(when, _)| when.from < when.to);
        let Some((Interval { from, .. }, _)) = weighed.first() else { return };
        let last = |(when, _): &(Interval, i128)| match when.to {
            Instant::MAX => when.from,
            to => to,
        };
        let last = weighed.iter().map(last).max().unwrap_or(*from);
        let number = |at: Instant| self.chunks.partition_point(|chunk| chunk.begins <= at);
        let (low, high) = (number(*from).saturating_sub(1), number(last));
        // In one pass, a chunk in which nothing changes costs little beside one that is made anew.
        if weighed.len() * 8 < high - low {
            weighed.into_iter().for_each(|(when, weight)| self.add(when, weight));
        } else {
            self.merge(low, high, &weighed);
        }
    }

    /// Adds what starts and ends between two chunks. Those of them in which something starts or
    /// ends are made anew; in the others, all sums rise alike.
    fn merge(&mut self, low: usize, high: usize, weighed: &[(Interval, i128)]) {
        let mut jumps = Jumps::of(weighed);
        let mut added = jumps.take(Instant::MIN);
        self.first += added;
        let before = match low.checked_sub(1) {
            None => self.first,
            Some(before) => self.chunks[before].last(),
        };
        let mut made = Made::after(before, high - low + weighed.len() / (CHUNK / 2));
        // The sum without what is added.
        let mut sum = before - added;
        for number in low..high {
            let end = match number + 1 {
                next if next < high => self.chunks[next].begins,
                _ => Instant::MAX,
            };
            let chunk = std::mem::replace(&mut self.chunks[number], Chunk::of(Vec::new()));
            if jumps.at >= end {
                sum = chunk.last();
                made.keep(chunk, added);
                continue;
            }
            for &(at, was) in &chunk.changes {
                while jumps.at < at {
                    let at = jumps.at;
                    added += jumps.take(at);
                    made.push(at, sum + added);
                }
                added += jumps.take(at);
                sum = was + chunk.more;
                made.push(at, sum + added);
            }
            while jumps.at < end {
                let at = jumps.at;
                added += jumps.take(at);
                made.push(at, sum + added);
            }
        }
        while jumps.at < Instant::MAX {
            let at = jumps.at;
            added += jumps.take(at);
            made.push(at, sum + added);
        }
        made.close();
        let after = low + made.chunks.len();
        self.chunks.splice(low..high, made.chunks);
        // What holds without end goes on.
        if added != 0 {
            self.chunks[after..].iter_mut().for_each(|chunk| chunk.more += added);
        }
        self.join((after, 0));
    }

    /// Adds a weight throughout an interval, in place.
    fn add(&mut self, when: Interval, weight: i128) {
        let Interval { from, to } = when;
        if to < Instant::MAX {
            self.cut(to);
        }
        match from {
            Instant::MIN => self.first += weight,
            from => self.cut(from),
        }
        let low = self.find(from);
        let high = if to < Instant::MAX { self.find(to) } else { (self.chunks.len(), 0) };
        for number in low.0..self.chunks.len().min(high.0 + 1) {
            let chunk = &mut self.chunks[number];
            let first = if number == low.0 { low.1 } else { 0 };
            let end = if number == high.0 { high.1 } else { chunk.changes.len() };
            if first == 0 && end == chunk.changes.len() {
                chunk.more += weight;
            } else if first < end {
                chunk.changes[first..end].iter_mut().for_each(|(_, sum)| *sum += weight);
                chunk.bound();
            }
        }
        // Inside, neighbours differ as before. The later end goes first, so that `low` stays right.
        self.join(high);
        self.join(low);
    }

    /// Where the first change is that is at an instant or after it.
    fn find(&self, at: Instant) -> At {
        let number = self.chunks.partition_point(|chunk| chunk.begins <= at);
        let Some(chunk) = number.checked_sub(1).and_then(|number| self.chunks.get(number)) else {
            return (0, 0);
        };
        match chunk.changes.partition_point(|(from, _)| *from < at) {
            index if index == chunk.changes.len() => (number, 0),
            index => (number - 1, index),
        }
    }

    /// Makes a run start at an instant.
    fn cut(&mut self, at: Instant) {
        let number = self.chunks.partition_point(|chunk| chunk.begins <= at);
        if self.chunks.is_empty() {
            self.chunks.push(Chunk::of(vec![(at, self.first)]));
            return;
        }
        let chunk = &mut self.chunks[number.saturating_sub(1)];
        let index = chunk.changes.partition_point(|(from, _)| *from < at);
        if chunk.changes.get(index).is_some_and(|(from, _)| *from == at) {
            return;
        }
        let sum = match index.checked_sub(1) {
            None => self.first - chunk.more,
            Some(before) => chunk.changes[before].1,
        };
        (chunk.low, chunk.high) = (chunk.low.min(sum), chunk.high.max(sum));
        chunk.changes.insert(index, (at, sum));
        chunk.begins = chunk.begins.min(at);
        if chunk.changes.len() > CHUNK {
            // What comes in order leaves full chunks behind.
            let middle = if index == CHUNK { CHUNK } else { CHUNK / 2 };
            let mut upper = Chunk::of(chunk.changes.split_off(middle));
            upper.more = chunk.more;
            chunk.bound();
            self.chunks.insert(number.max(1), upper);
        }
    }

    /// Takes out a change that changes nothing.
    fn join(&mut self, (number, index): At) {
        let Some(chunk) = self.chunks.get(number) else { return };
        let Some((_, sum)) = chunk.changes.get(index) else { return };
        let before = match (number, index) {
            (0, 0) => self.first,
            (_, 0) => self.chunks[number - 1].last(),
            _ => chunk.changes[index - 1].1 + chunk.more,
        };
        if before == sum + chunk.more {
            let chunk = &mut self.chunks[number];
            chunk.changes.remove(index);
            match chunk.changes.first() {
                Some((at, _)) => chunk.begins = *at,
                None => {
                    self.chunks.remove(number);
                }
            }
        }
    }

    /// The instants within an interval at which the sum changes.
    pub(crate) fn changes_in(&self, within: Interval) -> impl Iterator<Item = Instant> {
        let first = self.chunks.partition_point(|chunk| chunk.begins <= within.from);
        self.chunks[first.saturating_sub(1)..]
            .iter()
            .flat_map(|chunk| chunk.changes.iter().map(|(at, _)| *at))
            .skip_while(move |at| *at < within.from)
            .take_while(move |at| *at < within.to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ALWAYS;
    use proptest::prelude::*;

    fn at(ms: i64) -> Instant {
        Instant::from_ms(ms).unwrap()
    }

    /// An interval; now and then from ever, or without end.
    fn when((from, length): (i64, i64)) -> Interval {
        Interval {
            from: if from < 20 { Instant::MIN } else { at(from) },
            to: if length > 280 { Instant::MAX } else { at(from + length) },
        }
    }

    fn listed(sums: &Sums) -> Vec<(Instant, i128)> {
        sums.changes_in(ALWAYS).map(|from| (from, sums.at(from))).collect()
    }

    fn weights() -> impl Strategy<Value = Vec<((i64, i64), i64)>> {
        prop::collection::vec(((0_i64..2_000, 1_i64..300), -3_i64..4), 0..400)
    }

    proptest! {
        #[test]
        fn a_sum_is_the_same_at_once_in_parts_and_one_by_one(
            list in weights(),
            parts in 1_usize..50,
            from in 0_i64..2_000,
            length in 0_i64..2_000,
        ) {
            let weighed: Vec<_> = list.iter().map(|&(w, n)| (when(w), i128::from(n))).collect();
            let (mut alone, mut in_parts) = (Sums::default(), Sums::default());
            weighed.iter().for_each(|&(when, weight)| alone.add(when, weight));
            weighed.chunks(parts).for_each(|part| in_parts.add_all(in_order(part.to_vec())));
            let at_once = Sums::of(weighed.iter().copied());
            let mut slow = Vec::new();
            for ms in 0..2_400 {
                let sum = |ms| -> i128 {
                    weighed.iter().filter(|(w, _)| w.contains(at(ms))).map(|(_, w)| w).sum()
                };
                if sum(ms) != sum(ms - 1) {
                    slow.push((at(ms), sum(ms)));
                }
            }
            for sums in [&alone, &in_parts, &at_once] {
                prop_assert_eq!(&listed(sums), &slow);
                prop_assert!(sums.chunks.iter().all(|c| (1..=CHUNK).contains(&c.changes.len())));
                // Where it passes a number, the bounds of the chunks hide nothing.
                let within = Interval { from: at(from), to: at(from + length + 1) };
                for n in -2..4 {
                    let pieces = sums.mapped(within, |sum| sum > n);
                    let mut wanted = vec![(within.from, sums.at(within.from) > n)];
                    for &(at, sum) in slow.iter().filter(|(at, _)| within.contains(*at)) {
                        if wanted.last().is_some_and(|(_, value)| *value != (sum > n)) {
                            wanted.push((at, sum > n));
                        }
                    }
                    prop_assert_eq!(pieces, wanted);
                }
            }
            // What is taken back leaves nothing behind.
            let back: Vec<_> = weighed.iter().map(|&(when, weight)| (when, -weight)).collect();
            in_parts.add_all(in_order(back.clone()));
            back.into_iter().for_each(|(when, weight)| alone.add(when, weight));
            prop_assert!(in_parts.chunks.is_empty() && alone.chunks.is_empty());
            prop_assert_eq!((in_parts.first, alone.first), (0, 0));
        }
    }
}
