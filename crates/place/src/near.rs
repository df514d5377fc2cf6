//! Many zones at once: which of their borders the disc of an uncertain place reaches.

use crate::boxes::BoxTree;
use crate::distance::{EARTH_RADIUS_M, RADIANS_PER_UNIT, great_circle_m, haversine_of, metres};
use crate::edge::{Edge, Vantage};
use crate::point::{LON_MAX_E7, Point, UNITS_PER_DEGREE};
use crate::reach::{Reach, reach_m};
use crate::zone::{Bounds, Zone};

/// Discs up to this reach (metres) are answered from the lists of the cells.
const LISTED_M: f64 = 5_000.0;

/// Up to these latitudes and longitudes: beyond, the plane is too crooked, and the other end of the
/// world is near.
const LAT_LISTED_E7: i32 = 75 * UNITS_PER_DEGREE;
const LON_LISTED_E7: i32 = LON_MAX_E7 - 2 * UNITS_PER_DEGREE;

/// Sides of cells, as powers of two lattice units: from 1.5 km to 12 km.
const BITS: std::ops::RangeInclusive<u32> = 17..=20;

/// Most cells ...
const CELLS_MAX: usize = 1 << 22;

/// ... most rows of cells that all edges together come near ...
const RUNS_MAX: u64 = 1 << 23;

/// ... and most pairs of a cell and a zone.
const PAIRS_MAX: usize = 1 << 21;

/// Most blocks of edges that are listed for a cell and a zone; with more, all are searched.
const BLOCKS_MAX: usize = 48;

/// Discs that are put in order of their cells together.
const TOGETHER: usize = 1 << 17;

/// In place of a cell, for discs that the lists do not tell of.
const UNLISTED: u32 = u32::MAX;

/// What a border distance may be wrong by, twice over: a share, and metres.
const SLACK: (f64, f64) = (0.001, 0.2);

/// Borders of zones laid over each other, for many discs. Zones are known by their place in the
/// list, and a disc reaches a border exactly if [`Zone::locate`] says so.
///
/// For each cell of some 1.5 km the zones are listed whose border is within 5 km, with the least
/// and the most that it can be away from anywhere in the cell: most discs are decided by that
/// alone. What lies farther, larger discs, and the far north and south are searched zone by zone.
#[derive(Debug, Clone)]
pub struct BorderLayer {
    trees: Vec<BoxTree>,
    lists: Option<Lists>,
}

impl BorderLayer {
    /// Lays the borders of zones over each other, in time about proportional to the ground within
    /// 5 km of each. Where that would be too much, cells are larger, or there are none.
    #[must_use]
    pub fn new(zones: &[&Zone]) -> BorderLayer {
        let BorderLayer { trees, .. } = BorderLayer::searched(zones);
        BorderLayer { lists: Lists::new(&trees), trees }
    }

    /// As [`BorderLayer::new`] without the lists: quickly made, and slower for many discs.
    #[must_use]
    pub fn searched(zones: &[&Zone]) -> BorderLayer {
        let trees = zones.iter().map(|zone| BoxTree::new(zone.edges().collect())).collect();
        BorderLayer { trees, lists: None }
    }

    /// The zones whose border the disc of `radius_mm` millimetres around a point reaches, in order.
    #[must_use]
    pub fn reached(&self, point: Point, radius_mm: u64) -> Vec<u32> {
        let mut found = Vec::new();
        let cell = self.lists.as_ref().and_then(|lists| lists.cell(point, radius_mm));
        self.reach_from(cell, point, radius_mm, &mut found);
        found
    }

    /// Asks about many discs, each a point and a radius in millimetres, and hands each one's place
    /// in the list with the zones whose border it reaches, in order, to the caller. Discs near each
    /// other are asked about together, so they come in another order than they were given in.
    pub fn reached_all(&self, discs: &[(Point, u64)], mut each: impl FnMut(usize, &[u32])) {
        let mut found = Vec::new();
        let mut order: Vec<(u32, u32)> = Vec::with_capacity(discs.len().min(TOGETHER));
        for (chunk, discs) in discs.chunks(TOGETHER).enumerate() {
            order.clear();
            order.extend(discs.iter().zip(0..).map(|((point, radius_mm), at)| {
                let cell = self.lists.as_ref().and_then(|lists| lists.cell(*point, *radius_mm));
                (cell.unwrap_or(UNLISTED), at)
            }));
            order.sort_unstable();
            for &(cell, at) in &order {
                let (point, radius_mm) = discs[at as usize];
                let cell = (cell != UNLISTED).then_some(cell);
                self.reach_from(cell, point, radius_mm, &mut found);
                each(chunk * TOGETHER + at as usize, &found);
            }
        }
    }

    fn reach_from(&self, cell: Option<u32>, point: Point, radius_mm: u64, found: &mut Vec<u32>) {
        found.clear();
        let (Some(lists), Some(cell)) = (&self.lists, cell) else {
            let (from, reach) = (Vantage::new(point), Reach::new(radius_mm));
            let all = self.trees.iter().zip(0_u32..);
            found.extend(all.filter(|(tree, _)| tree.within(&from, &reach)).map(|(_, zone)| zone));
            return;
        };
        let metres = reach_m(radius_mm);
        let mut ready = None;
        for one in lists.of(cell).iter().take_while(|one| f64::from(one.least_m) <= metres) {
            let reached = f64::from(one.most_m) < metres || {
                let (from, reach) =
                    ready.get_or_insert_with(|| (Vantage::new(point), Reach::new(radius_mm)));
                let tree = &self.trees[one.zone as usize];
                match lists.blocks_of(one) {
                    [] => tree.within(from, reach),
                    blocks => tree.blocks_within(blocks, from, reach),
                }
            };
            if reached {
                found.push(one.zone);
            }
        }
        found.sort_unstable();
    }

    /// Memory of the lists, in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.lists.as_ref().map_or(0, |lists| {
            size_of_val(&lists.starts[..])
                + size_of_val(&lists.near[..])
                + size_of_val(&lists.blocks[..])
        })
    }
}

/// A zone whose border is near a cell.
#[derive(Debug, Clone, Copy, Default)]
struct Near {
    /// How near and how far the border is from anywhere in the cell, rounded outwards.
    least_m: f32,
    most_m: f32,
    zone: u32,
    /// Where the blocks of edges that matter are listed; their number is the first of them.
    blocks: u32,
}

/// For each cell the zones near it, nearest first.
#[derive(Debug, Clone)]
struct Lists {
    west: i64,
    south: i64,
    /// Lattice units east and north that what is listed is away at most.
    reach: (i64, i64),
    bits: u32,
    columns: i64,
    rows: i64,
    starts: Vec<u32>,
    near: Vec<Near>,
    blocks: Vec<u32>,
}

impl Lists {
    /// The lists with the smallest cells that keep within the limits.
    fn new(trees: &[BoxTree]) -> Option<Lists> {
        let all = trees.iter().flat_map(BoxTree::edges);
        let ends = all.flat_map(|edge| {
            let at = |lon_e7, lat_e7| Point { lon_e7, lat_e7 };
            [at(edge.x1, edge.y1), at(edge.x2, edge.y2)]
        });
        let ends: Vec<Point> = ends.collect();
        let bounds = Bounds::around(&ends)?;
        BITS.into_iter().find_map(|bits| {
            let mut lists = Lists::empty(&bounds, bits)?;
            lists.fill(trees).then_some(lists)
        })
    }

    /// The cells around a box and what is near it, or nothing if there would be too many.
    fn empty(bounds: &Bounds, bits: u32) -> Option<Lists> {
        let reach = reach_units(bounds);
        let cut = |least: i32, most: i32, reach: i64, limit: i32| {
            let limit = i64::from(limit);
            let from = (i64::from(least) - reach).clamp(-limit, limit);
            (from, (i64::from(most) + reach).clamp(-limit, limit))
        };
        let (west, east) = cut(bounds.west_e7, bounds.east_e7, reach.0, LON_LISTED_E7);
        let (south, north) = cut(bounds.south_e7, bounds.north_e7, reach.1, LAT_LISTED_E7);
        let (columns, rows) = (((east - west) >> bits) + 1, ((north - south) >> bits) + 1);
        let cells = (columns * rows) as usize;
        let (starts, near, blocks) = (vec![0; cells.min(CELLS_MAX) + 1], Vec::new(), Vec::new());
        (cells <= CELLS_MAX).then_some(Lists {
            west,
            south,
            reach,
            bits,
            columns,
            rows,
            starts,
            near,
            blocks,
        })
    }

    /// The cell of a point, or nothing if the lists do not tell of the disc; outside of all cells
    /// nothing is near, which is one more than the last.
    fn cell(&self, point: Point, radius_mm: u64) -> Option<u32> {
        let told = reach_m(radius_mm) <= LISTED_M
            && point.lat_e7.unsigned_abs() <= LAT_LISTED_E7.unsigned_abs()
            && point.lon_e7.unsigned_abs() <= LON_LISTED_E7.unsigned_abs();
        let column = (i64::from(point.lon_e7) - self.west) >> self.bits;
        let row = (i64::from(point.lat_e7) - self.south) >> self.bits;
        let within = (0..self.columns).contains(&column) && (0..self.rows).contains(&row);
        let (columns, rows) = (self.columns, self.rows);
        told.then_some(if within { row * columns + column } else { columns * rows } as u32)
    }

    /// The zones near a cell.
    fn of(&self, cell: u32) -> &[Near] {
        let start = |cell: usize| self.starts.get(cell).map_or(self.near.len(), |at| *at as usize);
        &self.near[start(cell as usize)..start(cell as usize + 1)]
    }

    fn blocks_of(&self, one: &Near) -> &[u32] {
        let rest = &self.blocks[one.blocks as usize..];
        rest.split_first().map_or(&[], |(count, rest)| &rest[..*count as usize])
    }

    /// Fills the lists, or gives up where they would be too long.
    fn fill(&mut self, trees: &[BoxTree]) -> bool {
        let mut pairs: Vec<(u32, Near)> = Vec::new();
        let runs = |tree: &BoxTree| -> u64 {
            tree.edges().map(|edge| self.rows_near(edge).count() as u64).sum()
        };
        if trees.iter().map(runs).sum::<u64>() > RUNS_MAX {
            return false;
        }
        for (tree, zone) in trees.iter().zip(0_u32..) {
            for (row, columns) in self.cells_near(tree) {
                if pairs.len() + columns.clone().count() > PAIRS_MAX {
                    return false;
                }
                for column in columns {
                    if let Some(near) = self.measure(tree, zone, (column, row)) {
                        pairs.push(((row * self.columns + column) as u32, near));
                    }
                }
            }
        }
        pairs.sort_unstable_by(|(cell_a, a), (cell_b, b)| {
            cell_a.cmp(cell_b).then(a.least_m.total_cmp(&b.least_m)).then(a.zone.cmp(&b.zone))
        });
        for (cell, _) in &pairs {
            self.starts[*cell as usize + 1] += 1;
        }
        for cell in 1..self.starts.len() {
            self.starts[cell] += self.starts[cell - 1];
        }
        self.near = pairs.into_iter().map(|(_, near)| near).collect();
        self.blocks.shrink_to_fit();
        true
    }

    /// The rows that are within reach of an edge.
    fn rows_near(&self, edge: &Edge) -> std::ops::Range<i64> {
        let reach = self.reach.1;
        let row = |y: i64| (y - self.south) >> self.bits;
        let (first, last) = (row(i64::from(edge.y1) - reach), row(i64::from(edge.y2) + reach));
        first.clamp(0, self.rows)..(last + 1).clamp(0, self.rows)
    }

    /// The cells that may be within reach of a border: in each row, runs of columns.
    fn cells_near(&self, tree: &BoxTree) -> Vec<(i64, std::ops::Range<i64>)> {
        let (east_reach, north_reach) = self.reach;
        let mut runs: Vec<(i64, i64, i64)> = Vec::new();
        for edge in tree.edges() {
            for row in self.rows_near(edge) {
                let foot = self.south + (row << self.bits) - north_reach;
                let top = self.south + ((row + 1) << self.bits) + north_reach;
                let (low, high) = edge.longitudes_between(foot, top);
                let column = |x: i64| (x - self.west) >> self.bits;
                let first = column(low - east_reach).clamp(0, self.columns);
                runs.push((row, first, (column(high + east_reach) + 1).clamp(0, self.columns)));
            }
        }
        runs.sort_unstable();
        let mut merged: Vec<(i64, std::ops::Range<i64>)> = Vec::new();
        for (row, first, end) in runs {
            match merged.last_mut() {
                Some((other, run)) if *other == row && first <= run.end => {
                    run.end = run.end.max(end)
                }
                _ => merged.push((row, first..end)),
            }
        }
        merged
    }

    /// How far a border is from a cell, and which of its blocks can matter there.
    fn measure(&mut self, tree: &BoxTree, zone: u32, cell: (i64, i64)) -> Option<Near> {
        let (centre, across) = self.centre(cell);
        let from = Vantage::new(centre);
        let limit = |metres: f64| haversine_of(metres * (1.0 + SLACK.0) + SLACK.1);
        let most = limit(LISTED_M + across);
        let found = tree.nearest(&from, most, 0.0);
        if found >= most {
            return None;
        }
        let away = metres(found);
        let least_m = away * (1.0 - SLACK.0) - SLACK.1 - across;
        let most_m = (away + across) * (1.0 + SLACK.0) + SLACK.1;
        let start = self.blocks.len();
        self.blocks.push(0);
        tree.blocks(&from, limit(most_m.min(LISTED_M) + across), &mut self.blocks);
        match self.blocks.len() - start - 1 {
            0..=BLOCKS_MAX => self.blocks[start] = (self.blocks.len() - start - 1) as u32,
            _ => self.blocks.truncate(start + 1),
        }
        tree.sort_blocks(&mut self.blocks[start + 1..], &from);
        Some(Near { least_m: least_m as f32, most_m: most_m as f32, zone, blocks: start as u32 })
    }

    /// A cell's middle, and how far from it the cell's corners are at most, in metres.
    fn centre(&self, (column, row): (i64, i64)) -> (Point, f64) {
        let at = |column: i64, row: i64, more: i64| Point {
            lon_e7: (self.west + (column << self.bits) + more) as i32,
            lat_e7: (self.south + (row << self.bits) + more) as i32,
        };
        let centre = at(column, row, 1 << (self.bits - 1));
        let corners = [(0, 0), (1, 0), (0, 1), (1, 1)]
            .map(|(east, north)| great_circle_m(centre, at(column + east, row + north, 0)));
        let across = corners.into_iter().fold(0.0, f64::max);
        (centre, across * (1.0 + SLACK.0))
    }
}

/// Lattice units east and north that what is listed is away at most, at any latitude in a box or
/// near it.
fn reach_units(bounds: &Bounds) -> (i64, i64) {
    let units = LISTED_M * (1.0 + 2.0 * SLACK.0) / EARTH_RADIUS_M / RADIANS_PER_UNIT;
    let farthest = bounds.north_e7.unsigned_abs().max(bounds.south_e7.unsigned_abs());
    let farthest = farthest.min(LAT_LISTED_E7.unsigned_abs()) + UNITS_PER_DEGREE.unsigned_abs();
    let cosine = libm::cos(f64::from(farthest) * RADIANS_PER_UNIT);
    ((units / cosine) as i64 + 1, units as i64 + 1)
}
