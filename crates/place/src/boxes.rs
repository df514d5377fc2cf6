//! A tree of boxes over border edges, for finding the nearest edge quickly.

use crate::distance::RADIANS_PER_UNIT;
use crate::edge::{Edge, Vantage};
use crate::reach::Reach;

/// Edges in a leaf, and boxes in a box.
const FAN: usize = 8;

/// A box around some edges.
#[derive(Debug, Clone, Copy)]
struct EdgeBox {
    west: i32,
    east: i32,
    south: i32,
    north: i32,
    /// The least cosine of the latitudes in the box.
    cos_min: f64,
}

impl EdgeBox {
    const EMPTY: EdgeBox =
        EdgeBox { west: i32::MAX, east: i32::MIN, south: i32::MAX, north: i32::MIN, cos_min: 1.0 };

    fn join(self, other: EdgeBox) -> EdgeBox {
        EdgeBox {
            west: self.west.min(other.west),
            east: self.east.max(other.east),
            south: self.south.min(other.south),
            north: self.north.max(other.north),
            cos_min: self.cos_min.min(other.cos_min),
        }
    }

    fn around(edges: &[Edge]) -> EdgeBox {
        let mut all = edges.iter().fold(EdgeBox::EMPTY, |all, edge| {
            all.join(EdgeBox {
                west: edge.west(),
                east: edge.east(),
                south: edge.y1,
                north: edge.y2,
                cos_min: 1.0,
            })
        });
        let farthest = all.south.unsigned_abs().max(all.north.unsigned_abs());
        all.cos_min = libm::cos(f64::from(farthest) * RADIANS_PER_UNIT).max(0.0);
        all
    }

    /// As [`EdgeBox::least_haversine`] without sines, as right as [`Vantage::about_haversine_to`].
    fn about_least_haversine(&self, from: &Vantage) -> f64 {
        from.about_least_haversine((self.west, self.east), (self.south, self.north), self.cos_min)
    }

    fn least_haversine(&self, from: &Vantage) -> f64 {
        from.least_haversine((self.west, self.east), (self.south, self.north), self.cos_min)
    }
}

/// Border edges in ring order under levels of boxes, each over [`FAN`] of the level below.
#[derive(Debug, Clone)]
pub(crate) struct BoxTree {
    edges: Vec<Edge>,
    /// The first level is over the edges; the last has one box, or none if there are no edges.
    levels: Vec<Vec<EdgeBox>>,
}

impl BoxTree {
    pub(crate) fn new(edges: Vec<Edge>) -> BoxTree {
        let mut level: Vec<EdgeBox> = edges.chunks(FAN).map(EdgeBox::around).collect();
        let mut levels = Vec::new();
        while level.len() > 1 {
            let above = level
                .chunks(FAN)
                .map(|boxes| boxes.iter().copied().fold(EdgeBox::EMPTY, EdgeBox::join))
                .collect();
            levels.push(std::mem::replace(&mut level, above));
        }
        levels.push(level);
        BoxTree { edges, levels }
    }

    pub(crate) fn edges(&self) -> impl Iterator<Item = &Edge> {
        self.edges.iter()
    }

    /// Puts blocks that may be nearer to a point before others.
    pub(crate) fn sort_blocks(&self, blocks: &mut [u32], from: &Vantage) {
        let least = |block: u32| self.levels[0][block as usize].least_haversine(from);
        blocks.sort_by(|a, b| least(*a).total_cmp(&least(*b)).then(a.cmp(b)));
    }

    /// Whether any edge is within reach of a point.
    pub(crate) fn within(&self, from: &Vantage, reach: &Reach) -> bool {
        if self.edges.is_empty() {
            return false;
        }
        reach.covers(self.nearest(from, reach.below, reach.enough))
    }

    /// Blocks of [`FAN`] edges that may have one with a haversine below a limit, in order.
    pub(crate) fn blocks(&self, from: &Vantage, limit: f64, found: &mut Vec<u32>) {
        let mut open: Vec<(usize, usize)> = vec![(self.levels.len() - 1, 0)];
        while let Some((level, number)) = open.pop() {
            let near = |one: &EdgeBox| one.least_haversine(from) < limit;
            match self.levels[level].get(number).is_some_and(near) {
                false => {}
                true if level == 0 => found.push(number as u32),
                true => open.extend((0..FAN).rev().map(|at| (level - 1, number * FAN + at))),
            }
        }
    }

    /// Whether any edge of some blocks is within reach of a point, which must be where
    /// [`Vantage::about_haversine_to`] is right.
    pub(crate) fn blocks_within(&self, blocks: &[u32], from: &Vantage, reach: &Reach) -> bool {
        let mut doubtful = f64::INFINITY;
        for &block in blocks {
            let first = block as usize * FAN;
            let edge_box = &self.levels[0][block as usize];
            if edge_box.about_least_haversine(from) >= reach.perhaps {
                continue;
            }
            for edge in &self.edges[first..(first + FAN).min(self.edges.len())] {
                let about = from.about_haversine_to(edge);
                if about < reach.surely {
                    return true;
                }
                if about < reach.perhaps {
                    doubtful = doubtful.min(from.haversine_to(edge));
                }
            }
        }
        reach.covers(doubtful)
    }

    /// The least haversine from a point to any edge, if it is less than `below`; otherwise `below`.
    /// The search may end early once it has one of at most `enough`.
    pub(crate) fn nearest(&self, from: &Vantage, below: f64, enough: f64) -> f64 {
        let top = self.levels.len() - 1;
        let mut search = Search { tree: self, from, best: below, enough };
        if self.levels[top].first().is_some_and(|all| all.least_haversine(from) < below) {
            search.visit(top, 0);
        }
        search.best
    }
}

struct Search<'a> {
    tree: &'a BoxTree,
    from: &'a Vantage,
    best: f64,
    enough: f64,
}

impl Search<'_> {
    /// Visits the box `number` of a level; the depth is the logarithm of the number of edges.
    fn visit(&mut self, level: usize, number: usize) {
        let first = number * FAN;
        if level == 0 {
            let cos_min = self.tree.levels[0][number].cos_min;
            for edge in self.tree.edges.iter().skip(first).take(FAN) {
                let (x, y) = ((edge.west(), edge.east()), (edge.y1, edge.y2));
                if self.from.least_haversine(x, y, cos_min) < self.best {
                    self.best = self.best.min(self.from.haversine_to(edge));
                }
            }
            return;
        }
        let below = &self.tree.levels[level - 1];
        let mut order = [(f64::INFINITY, usize::MAX); FAN];
        let mut count = 0;
        for (number, edge_box) in below.iter().enumerate().skip(first).take(FAN) {
            order[count] = (edge_box.least_haversine(self.from), number);
            count += 1;
        }
        order[..count].sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        for &(least, number) in &order[..count] {
            if least >= self.best || self.best <= self.enough {
                return;
            }
            self.visit(level - 1, number);
        }
    }
}
