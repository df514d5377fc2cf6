//! Who can be near: hash grids over place, one for each class of radius, with lanes in order of
//! time.
//!
//! The cells of a class are as wide as two of that class can lie apart at most, so what can match
//! lies in three by three cells. An observation stands in the grid of its own class and of each
//! coarser one: a vague report finds the sure ones near it without visiting all their small cells.

use super::scorer::{EARTH_M, HALVES_MS, RADII_M, Scorer, UNIT_M, Weighed, eastward_e7};
use crate::mixed::Mixed;

const CLASSES: usize = RADII_M.len();
const TIMES: usize = HALVES_MS.len();
const QUARTER_E7: i64 = 900_000_000;
const TURN_E7: i64 = 3_600_000_000;
/// Entries of a run of a lane, at most.
const RUN_MAX: usize = 256;

/// What a scan needs to pass over most candidates without looking them up.
#[derive(Debug, Clone, Copy)]
struct Entry {
    at_ms: f64,
    lon_e7: i32,
    lat_e7: i32,
    slot: u32,
}

/// The entries of one class of radius and time in a cell, in order of time, in short runs, so that
/// putting one in between moves few.
#[derive(Debug)]
struct Lane {
    radius_class: u8,
    time_class: u8,
    /// The time of the last entry.
    last_ms: f64,
    runs: Vec<Vec<Entry>>,
}

impl Lane {
    /// The run in which an entry of that time stands or would stand.
    fn run_of(&self, at_ms: f64) -> usize {
        self.runs.partition_point(|run| run[0].at_ms <= at_ms).saturating_sub(1)
    }

    fn put(&mut self, entry: Entry) {
        self.last_ms = self.last_ms.max(entry.at_ms);
        let of = self.run_of(entry.at_ms);
        let Some(run) = self.runs.get_mut(of) else {
            self.runs.push(vec![entry]);
            return;
        };
        let place = run.partition_point(|other| other.at_ms <= entry.at_ms);
        if run.len() < RUN_MAX {
            run.insert(place, entry);
        } else if place == RUN_MAX {
            self.runs.insert(of + 1, vec![entry]);
        } else {
            let mut rest = run.split_off(RUN_MAX / 2);
            match place.checked_sub(RUN_MAX / 2) {
                Some(place) => rest.insert(place, entry),
                None => run.insert(place, entry),
            }
            self.runs.insert(of + 1, rest);
        }
    }

    fn take(&mut self, at_ms: f64, slot: u32) {
        // Equal times may have spread over several runs.
        for of in (0..=self.run_of(at_ms)).rev() {
            let Some(run) = self.runs.get_mut(of) else { return };
            if let Some(place) = run.iter().position(|entry| entry.slot == slot) {
                run.remove(place);
                if run.is_empty() {
                    self.runs.remove(of);
                }
                let last = self.runs.last().and_then(|run| run.last());
                self.last_ms = last.map_or(f64::NEG_INFINITY, |entry| entry.at_ms);
                return;
            }
            if run[0].at_ms < at_ms {
                return;
            }
        }
    }

    /// The entries between two times. It searches from the end, where most is asked for.
    #[inline]
    fn between(&self, from_ms: f64, to_ms: f64, mut visit: impl FnMut(&Entry)) {
        let mut runs = &self.runs[..];
        if runs.last().is_some_and(|run| run[0].at_ms > to_ms) {
            runs = &runs[..runs.partition_point(|run| run[0].at_ms <= to_ms)];
        }
        for run in runs.iter().rev() {
            let mut end = run.len();
            if run[end - 1].at_ms > to_ms {
                end = run.partition_point(|entry| entry.at_ms <= to_ms);
            }
            for entry in run[..end].iter().rev() {
                if entry.at_ms < from_ms {
                    return;
                }
                visit(entry);
            }
        }
    }
}

/// The grid of one class of radius.
#[derive(Debug)]
struct Grid {
    /// Filled only once something of the class has come.
    used: bool,
    cell_m: f64,
    row_e7: i64,
    /// By row from the south, how many columns it has.
    columns: Vec<u32>,
    cells: Mixed<u64, Vec<Lane>>,
}

impl Grid {
    fn new(cell_m: f64) -> Grid {
        let row_e7 = libm::ceil(cell_m / UNIT_M) as i64;
        let rows = 2 * QUARTER_E7 / row_e7 + 1;
        let columns = |row: i64| {
            // At its edge nearer to the pole, so that no column is narrower than a cell.
            let south = row * row_e7 - QUARTER_E7;
            let edge = south.abs().max((south + row_e7).abs()).min(QUARTER_E7);
            let cos = libm::cos(edge as f64 * UNIT_M / EARTH_M).max(0.0);
            ((TURN_E7 / row_e7) as f64 * cos).max(1.0) as u32
        };
        Grid {
            used: false,
            cell_m,
            row_e7,
            columns: (0..rows).map(columns).collect(),
            cells: Mixed::default(),
        }
    }

    fn row(&self, lat_e7: i64) -> usize {
        let row = (lat_e7 + QUARTER_E7).clamp(0, 2 * QUARTER_E7) / self.row_e7;
        (row as usize).min(self.columns.len() - 1)
    }

    fn column(&self, row: usize, lon_e7: i64) -> i64 {
        (lon_e7 + TURN_E7 / 2).rem_euclid(TURN_E7) * i64::from(self.columns[row]) / TURN_E7
    }

    fn cell(&self, seen: &Weighed) -> u64 {
        let row = self.row(i64::from(seen.lat_e7));
        key(row, self.column(row, i64::from(seen.lon_e7)))
    }

    /// The cells within so many metres of an observation.
    #[inline]
    fn near(&self, seen: &Weighed, reach_m: f64, mut visit: impl FnMut(&[Lane])) {
        let north = (reach_m / UNIT_M) as i64 + 1;
        let lat = i64::from(seen.lat_e7);
        // Nearer to the pole, longitudes shrink more.
        let shrunk = seen.cos - reach_m / EARTH_M;
        let east = if shrunk > 0.001 {
            ((reach_m / (UNIT_M * shrunk)) as i64 + 1).min(TURN_E7 / 2)
        } else {
            TURN_E7 / 2
        };
        let lon = i64::from(seen.lon_e7);
        for row in self.row(lat - north)..=self.row(lat + north) {
            let columns = i64::from(self.columns[row]);
            // Less than a column short of all round, first and last would be one.
            let first = self.column(row, lon - east);
            let count = if 2 * east + TURN_E7 / columns >= TURN_E7 {
                columns
            } else {
                (self.column(row, lon + east) - first).rem_euclid(columns) + 1
            };
            for step in 0..count {
                if let Some(lanes) = self.cells.get(&key(row, (first + step) % columns)) {
                    visit(lanes);
                }
            }
        }
    }
}

fn key(row: usize, column: i64) -> u64 {
    ((row as u64) << 32) | column as u64
}

/// All grids.
#[derive(Debug)]
pub(super) struct Index {
    grids: Vec<Grid>,
    /// By class, the least and the largest variance.
    place_vars: [(f64, f64); CLASSES],
    time_vars: [(f64, f64); TIMES],
    /// How many there are of each class of radius and time.
    counts: [[u32; TIMES]; CLASSES],
}

/// How far an observation reaches into a class, in metres (squared) and milliseconds; nothing: not
/// at all.
#[derive(Clone, Copy, Default)]
struct Reach {
    squared_m: f64,
    /// The least shrinking of longitudes between it and what it reaches.
    cos: f64,
    ms: f64,
}

impl Index {
    pub(super) fn new(scorer: &Scorer) -> Index {
        let least = |of: &[f64], n: usize| if n == 0 { 0.0 } else { of[n - 1] };
        let place_vars = core::array::from_fn(|n| {
            (scorer.place_var(least(&RADII_M, n)), scorer.place_var(RADII_M[n]))
        });
        let time_vars = core::array::from_fn(|n| {
            (scorer.time_var(least(&HALVES_MS, n)), scorer.time_var(HALVES_MS[n]))
        });
        let cell_m = |(_, most): &(f64, f64)| (scorer.gate * 2.0 * most).sqrt() * 1.02 + 1.0;
        let grids = place_vars.iter().map(|vars| Grid::new(cell_m(vars))).collect();
        Index { grids, place_vars, time_vars, counts: [[0; TIMES]; CLASSES] }
    }

    /// The longest that two can lie apart in time and be one, in milliseconds.
    pub(super) fn longest_ms(scorer: &Scorer) -> f64 {
        (scorer.gate * 2.0 * scorer.time_var(HALVES_MS[TIMES - 1])).sqrt()
    }

    /// The cell of place and time by which crowds are told: of its own class, and as long as two of
    /// its class of time can lie apart.
    pub(super) fn bin(&self, scorer: &Scorer, seen: &Weighed) -> (u64, i64) {
        let (radius, time) = (usize::from(seen.radius_class), usize::from(seen.time_class));
        let long_ms = (scorer.gate * 2.0 * self.time_vars[time].1).sqrt();
        let classes = ((radius * TIMES + time) as u64) << 56;
        let turn = libm::floor(seen.at_ms / long_ms) as i64;
        (classes | self.grids[radius].cell(seen), turn)
    }

    /// Whether the grid of a class has not been used yet, so that it must be opened first.
    pub(super) fn is_closed(&self, radius_class: u8) -> bool {
        !self.grids[usize::from(radius_class)].used
    }

    /// Opens the grid of a class with those that are in already.
    pub(super) fn open<'a>(
        &mut self,
        radius_class: u8,
        inside: impl Iterator<Item = (u32, &'a Weighed)>,
    ) {
        let grid = &mut self.grids[usize::from(radius_class)];
        grid.used = true;
        for (slot, other) in inside.filter(|(_, other)| other.radius_class < radius_class) {
            put(grid, slot, other);
        }
    }

    /// Puts an observation in.
    pub(super) fn put(&mut self, slot: u32, seen: &Weighed) {
        let own = usize::from(seen.radius_class);
        for grid in self.grids[own..].iter_mut().filter(|grid| grid.used) {
            put(grid, slot, seen);
        }
        self.counts[own][usize::from(seen.time_class)] += 1;
    }

    pub(super) fn take(&mut self, slot: u32, seen: &Weighed) {
        let own = usize::from(seen.radius_class);
        for grid in self.grids[own..].iter_mut().filter(|grid| grid.used) {
            let cell = grid.cell(seen);
            let Some(lanes) = grid.cells.get_mut(&cell) else { continue };
            if let Some(n) = lanes.iter().position(|lane| lane.is_of(seen)) {
                lanes[n].take(seen.at_ms, slot);
                if lanes[n].runs.is_empty() {
                    lanes.swap_remove(n);
                }
            }
            if lanes.is_empty() {
                grid.cells.remove(&cell);
            }
        }
        self.counts[own][usize::from(seen.time_class)] -= 1;
    }

    /// Calls `visit` for each that may score more than the threshold with an observation.
    #[inline]
    pub(super) fn near(
        &self,
        scorer: &Scorer,
        seen: &Weighed,
        threshold: i32,
        mut visit: impl FnMut(u32),
    ) {
        let own = usize::from(seen.radius_class);
        let mut reaches = [[Reach::default(); TIMES]; CLASSES];
        for (class, counts) in self.counts.iter().enumerate() {
            for (time, _) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
                let (places, times) = (self.place_vars[class], self.time_vars[time]);
                let sigmas = scorer.reach(seen, places.0, times.0, threshold);
                if sigmas > 0.0 {
                    let squared_m = sigmas * (seen.place_var + places.1) * 1.01 + 1.0;
                    reaches[class][time] = Reach {
                        cos: (seen.cos - 0.5 * squared_m.sqrt() / EARTH_M).max(0.0),
                        squared_m,
                        ms: (sigmas * (seen.time_var + times.1)).sqrt() + 1.0,
                    };
                }
            }
        }
        for (n, grid) in self.grids.iter().enumerate().skip(own).filter(|(_, grid)| grid.used) {
            // In its own grid it meets the surer ones too; in a coarser one only those of its
            // class.
            let classes = if n == own { 0..=n } else { n..=n };
            let met = reaches[classes.clone()].iter().flatten();
            let squared_m = met.map(|reach| reach.squared_m).fold(0.0, f64::max);
            if squared_m == 0.0 {
                continue;
            }
            grid.near(seen, squared_m.sqrt().min(grid.cell_m), |lanes| {
                for lane in lanes.iter().filter(|l| classes.contains(&usize::from(l.radius_class)))
                {
                    let reach =
                        reaches[usize::from(lane.radius_class)][usize::from(lane.time_class)];
                    if reach.squared_m > 0.0 {
                        scan(lane, seen, reach, &mut visit);
                    }
                }
            });
        }
    }
}

impl Lane {
    fn is_of(&self, seen: &Weighed) -> bool {
        (self.radius_class, self.time_class) == (seen.radius_class, seen.time_class)
    }
}

fn put(grid: &mut Grid, slot: u32, seen: &Weighed) {
    let Weighed { at_ms, lon_e7, lat_e7, .. } = *seen;
    let lanes = grid.cells.entry(grid.cell(seen)).or_default();
    let n = lanes.iter().position(|lane| lane.is_of(seen)).unwrap_or_else(|| {
        let Weighed { radius_class, time_class, .. } = *seen;
        lanes.push(Lane { radius_class, time_class, last_ms: f64::NEG_INFINITY, runs: Vec::new() });
        lanes.len() - 1
    });
    lanes[n].put(Entry { at_ms, lon_e7, lat_e7, slot });
}

/// The entries of a lane that lie within the reach, by bounds that need no look at the rest of
/// them.
#[inline]
fn scan(lane: &Lane, seen: &Weighed, reach: Reach, visit: &mut impl FnMut(u32)) {
    let (square, long) = (1.0 / reach.squared_m, 1.0 / (reach.ms * reach.ms));
    let from_ms = seen.at_ms - reach.ms;
    if lane.last_ms < from_ms {
        return;
    }
    lane.between(from_ms, seen.at_ms + reach.ms, |entry| {
        let late = entry.at_ms - seen.at_ms;
        let east = eastward_e7(seen.lon_e7, entry.lon_e7) * UNIT_M * reach.cos;
        let north = (i64::from(entry.lat_e7) - i64::from(seen.lat_e7)) as f64 * UNIT_M;
        if (east * east + north * north) * square + late * late * long <= 1.01 {
            visit(entry.slot);
        }
    });
}
