//! A zone made ready for many questions, with exactly the answers of the plain zone.

use crate::bands::Bands;
use crate::boxes::BoxTree;
use crate::distance::metres;
use crate::edge::{Edge, Vantage};
use crate::point::Point;
use crate::reach::Reach;
use crate::zone::{Bounds, Whereabouts, Zone};

/// Most cells along one side of the grid.
const CELLS_PER_SIDE_MAX: i64 = 512;

/// Cells that the grid aims at for each edge.
const CELLS_PER_EDGE: usize = 8;

/// Rows that all edges together may pass through, per edge: long steep edges get a coarser grid.
const ROWS_PER_EDGE: u64 = 16;

/// A zone with an index over its edges. Answers are the same, bit for bit, as those of [`Zone`].
///
/// ```
/// use servanda_place::{Point, PreparedZone, Zone};
/// let corner = |lon, lat| Point::parse(lon, lat).unwrap();
/// let square = vec![corner("0", "0"), corner("1", "0"), corner("1", "1"), corner("0", "1")];
/// let zone = PreparedZone::new(&Zone::from_rings(&[square]).unwrap());
/// assert!(zone.contains(corner("0.5", "0.5")));
/// assert!(!zone.contains(corner("1", "0.5")));
/// ```
#[derive(Debug, Clone)]
pub struct PreparedZone {
    bounds: Option<Bounds>,
    grid: Grid,
    bands: Bands<()>,
    boxes: BoxTree,
}

impl PreparedZone {
    /// Builds the index, in time about proportional to the number of vertices.
    #[must_use]
    pub fn new(zone: &Zone) -> PreparedZone {
        let edges: Vec<Edge> = zone.edges().collect();
        let bands = Bands::new(edges.iter().map(|edge| (*edge, ())));
        let bounds = zone.bbox();
        let grid = bounds.map_or_else(Grid::empty, |bounds| Grid::new(&bounds, &edges, &bands));
        PreparedZone { bounds, grid, bands, boxes: BoxTree::new(edges) }
    }

    /// As [`Zone::contains`].
    #[must_use]
    pub fn contains(&self, point: Point) -> bool {
        if !self.bounds.is_some_and(|bounds| bounds.holds(point)) {
            return false;
        }
        match self.grid.cell(point) {
            Cell::Inside => true,
            Cell::Outside => false,
            Cell::Border => is_odd(&self.bands, point),
        }
    }

    /// As [`Zone::border_distance_m`].
    #[must_use]
    pub fn border_distance_m(&self, point: Point) -> f64 {
        if self.bounds.is_none() {
            return f64::INFINITY;
        }
        metres(self.boxes.nearest(&Vantage::new(point), f64::INFINITY, 0.0))
    }

    /// As [`Zone::locate`].
    #[must_use]
    pub fn locate(&self, point: Point, radius_mm: u64) -> Whereabouts {
        Whereabouts {
            centre_inside: self.contains(point),
            border_within: self.boxes.within(&Vantage::new(point), &Reach::new(radius_mm)),
        }
    }
}

fn is_odd(bands: &Bands<()>, point: Point) -> bool {
    let (x, y) = (point.lon_e7, point.lat_e7);
    bands.at(i64::from(y)).iter().filter(|(edge, ())| edge.counts(x, y)).count() % 2 == 1
}

/// What is known of all lattice points in a cell of the grid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cell {
    Outside,
    Inside,
    /// An edge may pass through the cell.
    Border,
}

/// A coarse grid over the zone's box. A cell that no edge touches lies wholly on one side.
#[derive(Debug, Clone)]
struct Grid {
    west: i64,
    south: i64,
    shift_x: u32,
    shift_y: u32,
    columns: usize,
    cells: Vec<Cell>,
}

impl Grid {
    fn empty() -> Grid {
        Grid { west: 0, south: 0, shift_x: 0, shift_y: 0, columns: 0, cells: Vec::new() }
    }

    fn new(bounds: &Bounds, edges: &[Edge], bands: &Bands<()>) -> Grid {
        let width = i64::from(bounds.east_e7) - i64::from(bounds.west_e7);
        let height = i64::from(bounds.north_e7) - i64::from(bounds.south_e7);
        let wanted = libm::sqrt((edges.len() * CELLS_PER_EDGE) as f64) as i64;
        let side = wanted.clamp(1, CELLS_PER_SIDE_MAX);
        let mut shift_x = 0;
        while width >> shift_x >= side {
            shift_x += 1;
        }
        let mut shift_y = 0;
        let rows_at = |shift: u32| -> u64 {
            edges
                .iter()
                .map(|edge| ((i64::from(edge.y2) - i64::from(edge.y1)) >> shift) as u64 + 1)
                .sum()
        };
        while height >> shift_y >= side
            || (shift_y < 32 && rows_at(shift_y) > ROWS_PER_EDGE * edges.len() as u64)
        {
            shift_y += 1;
        }
        let columns = (width >> shift_x) as usize + 1;
        let rows = (height >> shift_y) as usize + 1;
        let mut grid = Grid {
            west: i64::from(bounds.west_e7),
            south: i64::from(bounds.south_e7),
            shift_x,
            shift_y,
            columns,
            cells: vec![Cell::Outside; columns * rows],
        };
        for edge in edges {
            grid.mark(edge);
        }
        grid.fill(bands);
        grid
    }

    /// Marks every cell that an edge may touch: in each row the columns between the edge's least
    /// and greatest longitude there, rounded outwards.
    fn mark(&mut self, edge: &Edge) {
        let row_of = |y: i32| (i64::from(y) - self.south) >> self.shift_y;
        for row in row_of(edge.y1)..=row_of(edge.y2) {
            let foot = self.south + (row << self.shift_y);
            let (low, high) = edge.longitudes_between(foot, foot + (1 << self.shift_y));
            let first = ((low - self.west) >> self.shift_x) as usize;
            let last = ((high - self.west) >> self.shift_x) as usize;
            let start = row as usize * self.columns;
            self.cells[start + first..=start + last].fill(Cell::Border);
        }
    }

    /// Decides each run of untouched cells in a row by one of its points.
    fn fill(&mut self, bands: &Bands<()>) {
        let (columns, west, south) = (self.columns, self.west, self.south);
        for (row, cells) in self.cells.chunks_mut(columns).enumerate() {
            let lat_e7 = (south + ((row as i64) << self.shift_y)) as i32;
            let mut known = None;
            for (column, cell) in cells.iter_mut().enumerate() {
                if *cell == Cell::Border {
                    known = None;
                    continue;
                }
                *cell = *known.get_or_insert_with(|| {
                    let lon_e7 = (west + ((column as i64) << self.shift_x)) as i32;
                    if is_odd(bands, Point { lon_e7, lat_e7 }) {
                        Cell::Inside
                    } else {
                        Cell::Outside
                    }
                });
            }
        }
    }

    /// The cell of a point in the zone's box.
    fn cell(&self, point: Point) -> Cell {
        let column = ((i64::from(point.lon_e7) - self.west) >> self.shift_x) as usize;
        let row = ((i64::from(point.lat_e7) - self.south) >> self.shift_y) as usize;
        self.cells.get(row * self.columns + column).copied().unwrap_or(Cell::Border)
    }
}
