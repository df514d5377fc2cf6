//! A sorted list in chunks: what comes in order is put at the end, what comes late moves one chunk.

/// What has a place among its like.
pub(crate) trait Placed {
    /// By what it is sorted; no two in a list have the same.
    type Place: Ord + Copy;

    /// Its place.
    fn place(&self) -> Self::Place;
}

/// Most items of a chunk.
const CHUNK: usize = 128;

/// Items of a chunk that what comes in order fills. Where a tenth comes late, most chunks have
/// room for theirs, and are not split into two that stay half empty.
const FILLED: usize = 112;

/// Items in the order of their places. An item costs a push when it comes in order, and otherwise
/// a search and the moving of half a chunk.
#[derive(Debug, Clone)]
pub(crate) struct Sorted<T> {
    /// None of them empty.
    chunks: Vec<Vec<T>>,
}

impl<T> Default for Sorted<T> {
    fn default() -> Sorted<T> {
        Sorted { chunks: Vec::new() }
    }
}

/// A chunk, and an index in it. Where all places are before what is looked for: the number of
/// chunks.
type At = (usize, usize);

impl<T: Placed> Sorted<T> {
    /// These items in order; of those with one place, one.
    pub(crate) fn of(mut items: Vec<T>) -> Sorted<T> {
        items.sort_by_key(Placed::place);
        let mut sorted = Sorted::default();
        items.into_iter().for_each(|item| {
            sorted.insert(item);
        });
        sorted
    }

    /// Puts an item in; false, and nothing is changed, where its place is taken.
    pub(crate) fn insert(&mut self, item: T) -> bool {
        let place = item.place();
        let comes_last = |last: &T| last.place() < place;
        if self.chunks.last().and_then(|chunk| chunk.last()).is_none_or(comes_last) {
            match self.chunks.last_mut() {
                Some(chunk) if chunk.len() < FILLED => chunk.push(item),
                _ => {
                    let mut chunk = Vec::with_capacity(FILLED);
                    chunk.push(item);
                    self.chunks.push(chunk);
                }
            }
            return true;
        }
        let (mut number, mut index) = self.from(place);
        if self.chunks[number][index].place() == place {
            return false;
        }
        if self.chunks[number].len() == CHUNK {
            let mut upper = Vec::with_capacity(CHUNK);
            upper.extend(self.chunks[number].drain(CHUNK / 2..));
            self.chunks.insert(number + 1, upper);
            if index > CHUNK / 2 {
                (number, index) = (number + 1, index - CHUNK / 2);
            }
        }
        let chunk = &mut self.chunks[number];
        if chunk.len() == chunk.capacity() {
            chunk.reserve_exact(CHUNK - chunk.len());
        }
        chunk.insert(index, item);
        true
    }

    /// Takes the item of a place out.
    pub(crate) fn remove(&mut self, place: T::Place) -> Option<T> {
        let (number, index) = self.from(place);
        let chunk = self.chunks.get_mut(number).filter(|chunk| chunk[index].place() == place)?;
        let item = chunk.remove(index);
        if chunk.is_empty() {
            self.chunks.remove(number);
        }
        Some(item)
    }

    /// All, in order.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.chunks.iter().flatten()
    }

    /// Those from a place on, and before another.
    pub(crate) fn range(
        &self,
        from: T::Place,
        to: T::Place,
    ) -> impl DoubleEndedIterator<Item = &T> {
        self.between(self.from(from), self.from(to.max(from)))
    }

    /// Those from a place on.
    pub(crate) fn range_from(&self, from: T::Place) -> impl DoubleEndedIterator<Item = &T> {
        self.between(self.from(from), (self.chunks.len(), 0))
    }

    fn between(&self, low: At, high: At) -> impl DoubleEndedIterator<Item = &T> {
        let chunks = &self.chunks[low.0..self.chunks.len().min(high.0 + 1)];
        chunks.iter().enumerate().flat_map(move |(n, chunk)| {
            let first = if n == 0 { low.1 } else { 0 };
            let end = if low.0 + n == high.0 { high.1 } else { chunk.len() };
            &chunk[first..end]
        })
    }

    /// The last before a place, and the first that is there or after it.
    pub(crate) fn around(&self, place: T::Place) -> (Option<&T>, Option<&T>) {
        let (number, index) = self.from(place);
        let before = match (number, index) {
            (0, 0) => None,
            (_, 0) => self.chunks[number - 1].last(),
            _ => self.chunks[number].get(index - 1),
        };
        (before, self.chunks.get(number).and_then(|chunk| chunk.get(index)))
    }

    /// Where the first lies that is at a place or after it.
    fn from(&self, place: T::Place) -> At {
        let before = |item: &T| item.place() < place;
        let lies_before = |chunk: &Vec<T>| chunk.last().is_some_and(before);
        // Most of what comes late is not very late: the steps back from the end double.
        let (mut high, mut step) = (self.chunks.len(), 1);
        while step <= high && !lies_before(&self.chunks[high - step]) {
            high -= step;
            step *= 2;
        }
        let low = high.saturating_sub(step);
        let number = low + self.chunks[low..high].partition_point(lies_before);
        (number, self.chunks.get(number).map_or(0, |chunk| chunk.partition_point(before)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    impl Placed for (u16, u8) {
        type Place = u16;

        fn place(&self) -> u16 {
            self.0
        }
    }

    proptest! {
        #[test]
        fn it_is_a_map_in_order(
            steps in prop::collection::vec((0_u16..900, any::<bool>()), 0..1500),
            (from, to) in (0_u16..900, 0_u16..900),
        ) {
            let (mut sorted, mut plain) = (Sorted::default(), BTreeMap::new());
            for (n, &(place, comes)) in steps.iter().enumerate() {
                // First in order, so that chunks fill; then as drawn.
                let place = if n < 600 { n as u16 } else { place };
                if n < 600 || comes {
                    let is_new = !plain.contains_key(&place);
                    prop_assert_eq!(sorted.insert((place, n as u8)), is_new);
                    plain.entry(place).or_insert(n as u8);
                } else {
                    let gone = sorted.remove(place).map(|(_, item)| item);
                    prop_assert_eq!(gone, plain.remove(&place));
                }
            }
            let all: Vec<(u16, u8)> = plain.iter().map(|(k, v)| (*k, *v)).collect();
            prop_assert_eq!(sorted.iter().copied().collect::<Vec<_>>(), all);
            let part: Vec<(u16, u8)> = sorted.range(from, to).copied().collect();
            let slow: Vec<(u16, u8)> =
                plain.range(from..to.max(from)).map(|(k, v)| (*k, *v)).collect();
            prop_assert_eq!(&part, &slow);
            let mut back: Vec<(u16, u8)> = sorted.range(from, to).rev().copied().collect();
            back.reverse();
            prop_assert_eq!(part, back);
            let (before, after) = sorted.around(from);
            let place = |(place, _): (&u16, &u8)| *place;
            prop_assert_eq!(before.map(|item| item.0), plain.range(..from).next_back().map(place));
            prop_assert_eq!(after.map(|item| item.0), plain.range(from..).next().map(place));
        }
    }
}
