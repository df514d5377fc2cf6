//! Edges sorted into bands of latitude, so that a ray meets few of them.

use crate::edge::Edge;

/// Most bands, whatever the number of edges.
const BANDS_MAX: usize = 1 << 16;

/// Entries allowed per edge: a shape of long steep edges gets fewer bands instead of more memory.
const ENTRIES_PER_EDGE: u64 = 8;

/// Edges by band of latitude, each with something that its owner wants to know about it.
///
/// Level edges are left out: no ray along a parallel counts them.
#[derive(Debug, Clone)]
pub(crate) struct Bands<T> {
    south: i64,
    north: i64,
    shift: u32,
    /// For each band, where its entries start; one more at the end.
    starts: Vec<u32>,
    entries: Vec<(Edge, T)>,
}

impl<T: Copy> Bands<T> {
    pub(crate) fn new(edges: impl IntoIterator<Item = (Edge, T)>) -> Bands<T> {
        let steep: Vec<(Edge, T)> =
            edges.into_iter().filter(|(edge, _)| edge.y1 != edge.y2).collect();
        let south = steep.iter().map(|(edge, _)| i64::from(edge.y1)).min().unwrap_or(0);
        let north = steep.iter().map(|(edge, _)| i64::from(edge.y2)).max().unwrap_or(0);
        let bands_max = steep.len().clamp(1, BANDS_MAX) as i64;
        let budget = ENTRIES_PER_EDGE * steep.len() as u64;
        let entries_at = |shift: u32| -> u64 {
            steep
                .iter()
                .map(|(edge, _)| {
                    let height = i64::from(edge.y2) - i64::from(edge.y1);
                    (height >> shift) as u64 + 2
                })
                .sum()
        };
        let mut shift = 0;
        while shift < 32 && ((north - south) >> shift >= bands_max || entries_at(shift) > budget) {
            shift += 1;
        }
        let mut bands = Bands { south, north, shift, starts: Vec::new(), entries: Vec::new() };
        bands.fill(&steep);
        bands
    }

    /// A counting sort of the edges by band; within a band they keep their order.
    fn fill(&mut self, steep: &[(Edge, T)]) {
        let count = ((self.north - self.south) >> self.shift) as usize + 1;
        let mut starts = vec![0_u32; count + 1];
        for (edge, _) in steep {
            for band in self.span(edge) {
                starts[band + 1] += 1;
            }
        }
        for band in 0..count {
            starts[band + 1] += starts[band];
        }
        let Some(&first) = steep.first() else {
            self.starts = starts;
            return;
        };
        let mut next = starts.clone();
        self.entries = vec![first; starts[count] as usize];
        for entry in steep {
            for band in self.span(&entry.0) {
                self.entries[next[band] as usize] = *entry;
                next[band] += 1;
            }
        }
        self.starts = starts;
    }

    fn span(&self, edge: &Edge) -> std::ops::RangeInclusive<usize> {
        let band = |y: i64| ((y - self.south) >> self.shift) as usize;
        // The upper end does not count, so a band that only touches it needs no entry.
        band(i64::from(edge.y1))..=band(i64::from(edge.y2) - 1)
    }

    /// All edges that a ray at height `y` can count, and some others.
    pub(crate) fn at(&self, y: i64) -> &[(Edge, T)] {
        if y < self.south || y >= self.north {
            return &[];
        }
        let band = ((y - self.south) >> self.shift) as usize;
        &self.entries[self.starts[band] as usize..self.starts[band + 1] as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::point::Point;
    use proptest::prelude::*;

    fn edges(ends: &[(i32, i32, i32, i32)]) -> Vec<(Edge, usize)> {
        let edge = |&(x1, y1, x2, y2): &(i32, i32, i32, i32)| {
            Edge::new(Point { lon_e7: x1, lat_e7: y1 }, Point { lon_e7: x2, lat_e7: y2 })
        };
        ends.iter().map(edge).enumerate().map(|(number, edge)| (edge, number)).collect()
    }

    #[test]
    fn no_edges_no_entries() {
        let bands = Bands::<()>::new([]);
        assert!(bands.at(0).is_empty());
        assert!(bands.at(i64::MAX).is_empty());
    }

    #[test]
    fn long_steep_edges_do_not_multiply() {
        let zigzag: Vec<_> = (0..10_000).map(|x| (x, -900_000_000, x + 1, 900_000_000)).collect();
        let bands = Bands::new(edges(&zigzag));
        assert!(bands.entries.len() <= 10_000 * ENTRIES_PER_EDGE as usize);
    }

    fn ends() -> impl Strategy<Value = (i32, i32, i32, i32)> {
        (-50..50_i32, -50..50_i32, -50..50_i32, -50..50_i32)
    }

    /// The numbers of those edges that cross a height.
    fn crossing(edges: &[(Edge, usize)], y: i32) -> Vec<usize> {
        let crosses = |(edge, _): &&(Edge, usize)| edge.y1 <= y && y < edge.y2;
        edges.iter().filter(crosses).map(|(_, number)| *number).collect()
    }

    proptest! {
        #[test]
        fn a_band_holds_every_edge_at_its_height(
            ends in prop::collection::vec(ends(), 0..60),
            y in -60..60_i32,
        ) {
            let all = edges(&ends);
            let bands = Bands::new(all.clone());
            prop_assert_eq!(crossing(bands.at(i64::from(y)), y), crossing(&all, y));
        }
    }
}
