//! A hash grid over the lattice, wide enough that two discs that touch lie in neighbouring cells.

use crate::mixed::Mixed;
use servanda_place::Point;

/// Metres in a degree of latitude, on the sphere.
const DEGREE_M: f64 = 111_195.080_233_532_9;
const DEGREE_E7: f64 = 10_000_000.0;
const LON_ALL_E7: i64 = 3_600_000_000;

/// A cell, by its row and column.
pub(crate) type Cell = (i64, i64);

/// How the ground is cut into cells.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lattice {
    lat_cell_e7: i64,
    lon_cells: i64,
}

impl Lattice {
    /// For discs whose radii add up to `reach_m` at most, at latitudes up to `lat_max_e7` from
    /// the equator.
    pub(crate) fn new(reach_m: f64, lat_max_e7: i32) -> Lattice {
        // A little wider than needed: rounding must never separate two that touch.
        let reach_m = (reach_m * 1.01 + 1.0).max(100.0);
        let shrink = libm::cos(f64::from(lat_max_e7) / DEGREE_E7 * core::f64::consts::PI / 180.0);
        let lat_cell_e7 = libm::ceil(reach_m / DEGREE_M * DEGREE_E7) as i64;
        let lon_cell_e7 = libm::ceil(lat_cell_e7 as f64 / shrink.max(0.001)) as i64;
        Lattice {
            lat_cell_e7: lat_cell_e7.max(1),
            lon_cells: (LON_ALL_E7 / lon_cell_e7.max(1)).max(1),
        }
    }

    pub(crate) fn cell(self, at: Point) -> Cell {
        let lon = i64::from(at.lon_e7) + LON_ALL_E7 / 2;
        let column = lon * self.lon_cells / LON_ALL_E7;
        (i64::from(at.lat_e7).div_euclid(self.lat_cell_e7), column.rem_euclid(self.lon_cells))
    }

    /// The cell of a point and those beside it, each once.
    pub(crate) fn around(self, at: Point) -> impl Iterator<Item = Cell> {
        let (row, column) = self.cell(at);
        // Where there are fewer than three columns, the next one is one that was named before.
        let columns = self.lon_cells.min(3);
        let columns = (0..columns).map(move |d| (column + d - 1).rem_euclid(self.lon_cells));
        (row - 1..=row + 1).flat_map(move |row| columns.clone().map(move |column| (row, column)))
    }
}

/// Groups by the cell of their first member.
pub(crate) struct Grid {
    lattice: Lattice,
    cells: Mixed<Cell, Vec<usize>>,
}

impl Grid {
    pub(crate) fn new(lattice: Lattice) -> Grid {
        Grid { lattice, cells: Mixed::default() }
    }

    pub(crate) fn insert(&mut self, at: Point, group: usize) {
        self.cells.entry(self.lattice.cell(at)).or_default().push(group);
    }

    /// Calls `visit` for each group near the point; groups for which it returns false are over
    /// and leave the grid.
    pub(crate) fn near(&mut self, at: Point, mut visit: impl FnMut(usize) -> bool) {
        for cell in self.lattice.around(at) {
            if let Some(groups) = self.cells.get_mut(&cell) {
                groups.retain(|&group| visit(group));
            }
        }
    }
}
