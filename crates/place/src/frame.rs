//! The grid of a layer: coarse cells, each of 8 × 8 fine ones.

use crate::edge::Edge;
use crate::error::PlaceError;
use crate::point::Point;

/// A coarse cell has two to this power fine cells along each side.
pub(crate) const SPLIT_BITS: u32 = 3;

/// Fine cells are at least two to this power lattice units wide and high (182 m).
const FINE_BITS_MIN: u32 = 14;

/// ... and at most so many: beyond, points outside the frame could be taken for points in it.
const FINE_BITS_MAX: u32 = 25;

/// Coarse cells per edge, so that a small layer is made quickly ...
const CELLS_PER_EDGE: usize = 16;

/// ... but this many are always allowed ...
const CELLS_MIN: usize = 1 << 10;

/// ... and never more than this many.
const CELLS_MAX: usize = 1 << 22;

/// Fine cells that all edges together may pass through: so many for each edge ...
const PASSES_PER_EDGE: u64 = 8;

/// ... and this many in all. Long edges get a coarser grid instead of more memory ...
const PASSES_FREE: u64 = 1 << 18;

/// ... until the grid is as coarse as may be: then no fewer than this many.
const PASSES_LAST: u64 = 1 << 22;

/// Where the cells of a layer lie. All cells are squares of lattice units.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Frame {
    pub(crate) west: i32,
    pub(crate) south: i32,
    /// The logarithm of a fine cell's side.
    pub(crate) fine_bits: u32,
    /// Coarse columns and rows.
    pub(crate) columns: u32,
    pub(crate) rows: u32,
}

impl Frame {
    /// The finest grid around the edges that keeps within the limits; one cell if there are none.
    pub(crate) fn around(edges: &[Edge]) -> Result<Frame, PlaceError> {
        let least = |of: fn(&Edge) -> i32| edges.iter().map(of).min().unwrap_or(0);
        let most = |of: fn(&Edge) -> i32| edges.iter().map(of).max().unwrap_or(0);
        let (west, south) = (least(Edge::west), least(|edge| edge.y1));
        let width = i64::from(most(Edge::east)) - i64::from(west);
        let height = i64::from(most(|edge| edge.y2)) - i64::from(south);
        let cells_max = (edges.len() * CELLS_PER_EDGE).clamp(CELLS_MIN, CELLS_MAX);
        let mut passes_max = edges.len() as u64 * PASSES_PER_EDGE + PASSES_FREE;
        for fine_bits in FINE_BITS_MIN..=FINE_BITS_MAX {
            if fine_bits == FINE_BITS_MAX {
                passes_max = passes_max.max(PASSES_LAST);
            }
            let coarse_bits = fine_bits + SPLIT_BITS;
            let count = |length: i64| (length >> coarse_bits) as usize + 1;
            if count(width) * count(height) <= cells_max && passes(edges, fine_bits) <= passes_max {
                let (columns, rows) = (count(width) as u32, count(height) as u32);
                return Ok(Frame { west, south, fine_bits, columns, rows });
            }
        }
        Err(PlaceError::Limit {
            what: "cells that the borders pass through",
            limit: passes_max as usize,
            help: "lay fewer or simpler zones in one layer",
        })
    }

    pub(crate) fn coarse_bits(&self) -> u32 {
        self.fine_bits + SPLIT_BITS
    }

    pub(crate) fn coarse_cells(&self) -> usize {
        self.columns as usize * self.rows as usize
    }

    pub(crate) fn fine_columns(&self) -> usize {
        (self.columns as usize) << SPLIT_BITS
    }

    /// The least latitude in a row of fine cells.
    pub(crate) fn foot(&self, row: usize) -> i32 {
        (i64::from(self.south) + ((row as i64) << self.fine_bits)) as i32
    }

    /// The least longitude in a column of fine cells.
    pub(crate) fn side(&self, column: usize) -> i32 {
        (i64::from(self.west) + ((column as i64) << self.fine_bits)) as i32
    }

    /// Steps east and north of the frame's corner. West and south of it the steps wrap round to
    /// more than any column or row has.
    #[inline]
    pub(crate) fn steps(&self, point: Point) -> (u32, u32) {
        let steps = |from: i32, to: i32| to.wrapping_sub(from) as u32;
        (steps(self.west, point.lon_e7), steps(self.south, point.lat_e7))
    }

    /// The number of a point's coarse cell; outside the frame, one more than the last.
    #[inline]
    pub(crate) fn coarse(&self, (east, north): (u32, u32)) -> u32 {
        let (column, row) = (east >> self.coarse_bits(), north >> self.coarse_bits());
        let cell = row.wrapping_mul(self.columns).wrapping_add(column);
        let within = (column < self.columns) & (row < self.rows);
        if within { cell } else { self.columns.wrapping_mul(self.rows) }
    }

    /// The place of a point's fine cell within its coarse one, row by row from the south-west.
    #[inline]
    pub(crate) fn fine(&self, (east, north): (u32, u32)) -> u32 {
        let part = |steps: u32| (steps >> self.fine_bits) & ((1 << SPLIT_BITS) - 1);
        (part(north) << SPLIT_BITS) + part(east)
    }
}

/// Fine cells that the edges pass through, about.
fn passes(edges: &[Edge], fine_bits: u32) -> u64 {
    let cells = |from: i32, to: i32| ((i64::from(to) - i64::from(from)) >> fine_bits) as u64;
    edges.iter().map(|edge| 1 + cells(edge.west(), edge.east()) + cells(edge.y1, edge.y2)).sum()
}
