//! Which set of zones each cell of a layer lies in, and the leaves where borders pass.
//!
//! Made row by row. Within a row of fine cells, an edge that does not meet a cell is wholly west or
//! east of it, at every height that they share. So what a ray westward from the cell meets outside
//! of it depends on the height alone: it is a set of zones at the row's foot, and the heights at
//! which a zone comes in or goes out, which is where a chain of edges left the row behind. Nothing
//! is clipped and nothing rounded.

use crate::edge::Edge;
use crate::error::PlaceError;
use crate::frame::{Frame, SPLIT_BITS};
use crate::leaf::{CellBorders, Leaves};
use crate::sets::{SetBuilder, Sets};

/// Set in a coarse entry that is the number of a block of fine cells, and in a fine entry that is
/// the number of a leaf. Other entries are numbers of sets.
pub(crate) const SPLIT: u32 = 1 << 31;

/// Most edges of one layer.
const EDGES_MAX: usize = 1 << 22;

/// Fine cells in a block.
const BLOCK: usize = 1 << (2 * SPLIT_BITS);

/// The cells of a layer.
#[derive(Debug, Clone)]
pub(crate) struct Cover {
    pub(crate) frame: Frame,
    /// An entry for each coarse cell; the last is that of everywhere else.
    pub(crate) coarse: Vec<u32>,
    /// Blocks of fine entries.
    pub(crate) fine: Vec<u32>,
    pub(crate) leaves: Leaves,
    pub(crate) sets: Sets,
}

impl Cover {
    /// The cover of zones given as the edges of their borders.
    pub(crate) fn new(edges: Vec<(Edge, u32)>) -> Result<Cover, PlaceError> {
        let borders = Borders::new(edges)?;
        let frame = Frame::around(&borders.edges)?;
        let mut builder = Builder {
            spans: Spans::new(&frame, &borders.edges),
            borders,
            sets: SetBuilder::new(),
            cover: Cover {
                frame,
                coarse: Vec::with_capacity(frame.coarse_cells() + 1),
                fine: Vec::new(),
                leaves: Leaves::default(),
                sets: SetBuilder::new().finish(),
            },
        };
        builder.sweep()?;
        let mut cover = builder.cover;
        cover.coarse.push(0);
        cover.fine.shrink_to_fit();
        cover.leaves.finish();
        cover.sets = builder.sets.finish();
        Ok(cover)
    }
}

/// Edges, each once, with the zones on whose border it is. Level edges are left out: no ray counts
/// them.
#[derive(Debug)]
struct Borders {
    edges: Vec<Edge>,
    zones: Vec<u32>,
    /// Where each edge's zones start; one more at the end.
    starts: Vec<u32>,
}

impl Borders {
    fn new(mut pairs: Vec<(Edge, u32)>) -> Result<Borders, PlaceError> {
        if pairs.len() > EDGES_MAX {
            return Err(PlaceError::Limit {
                what: "edges of the zones of a layer",
                limit: EDGES_MAX,
                help: "lay fewer or simpler zones in one layer",
            });
        }
        pairs.retain(|(edge, _)| edge.y1 != edge.y2);
        pairs.sort_unstable();
        let mut borders = Borders { edges: Vec::new(), zones: Vec::new(), starts: Vec::new() };
        for same in pairs.chunk_by(|a, b| a.0 == b.0) {
            borders.edges.push(same[0].0);
            borders.starts.push(borders.zones.len() as u32);
            borders.zones.extend(same.iter().map(|(_, zone)| zone));
        }
        borders.starts.push(borders.zones.len() as u32);
        Ok(borders)
    }

    fn zones(&self, edge: u32) -> &[u32] {
        let at = edge as usize;
        &self.zones[self.starts[at] as usize..self.starts[at + 1] as usize]
    }
}

/// The columns of one row of fine cells that an edge may meet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Span {
    first: u32,
    last: u32,
    edge: u32,
}

/// The spans of every row, one row after another.
#[derive(Debug)]
struct Spans {
    spans: Vec<Span>,
    starts: Vec<u32>,
}

impl Spans {
    /// A counting sort of the edges by row.
    fn new(frame: &Frame, edges: &[Edge]) -> Spans {
        let rows = (frame.rows as usize) << SPLIT_BITS;
        let row = |y: i32| (i64::from(y) - i64::from(frame.south)) as usize >> frame.fine_bits;
        let mut starts = vec![0_u32; rows + 1];
        for edge in edges {
            // The upper end does not count.
            (row(edge.y1)..=row(edge.y2 - 1)).for_each(|row| starts[row + 1] += 1);
        }
        for row in 0..rows {
            starts[row + 1] += starts[row];
        }
        let mut next = starts.clone();
        let mut spans = vec![Span::default(); starts[rows] as usize];
        for (number, edge) in edges.iter().enumerate() {
            for row in row(edge.y1)..=row(edge.y2 - 1) {
                spans[next[row] as usize] = span(frame, number as u32, edge, row);
                next[row] += 1;
            }
        }
        for row in 0..rows {
            spans[starts[row] as usize..starts[row + 1] as usize].sort_unstable();
        }
        Spans { spans, starts }
    }

    fn of(&self, row: usize) -> std::ops::Range<usize> {
        self.starts[row] as usize..self.starts[row + 1] as usize
    }
}

/// The columns in which an edge may be within a row.
fn span(frame: &Frame, number: u32, edge: &Edge, row: usize) -> Span {
    let foot = i64::from(frame.foot(row));
    let (low, high) = edge.longitudes_between(foot, foot + (1 << frame.fine_bits));
    let column = |x: i64| ((x - i64::from(frame.west)) >> frame.fine_bits) as u32;
    Span { first: column(low), last: column(high), edge: number }
}

struct Builder {
    borders: Borders,
    spans: Spans,
    sets: SetBuilder,
    cover: Cover,
}

impl Builder {
    /// All coarse cells: those whose fine cells are all in one set become that set's.
    fn sweep(&mut self) -> Result<(), PlaceError> {
        let (frame, side) = (self.cover.frame, 1 << SPLIT_BITS);
        let width = frame.fine_columns();
        let mut cells = vec![0_u32; width * side];
        for row in 0..frame.rows as usize {
            for (part, line) in cells.chunks_exact_mut(width).enumerate() {
                self.sweep_row(row * side + part, line)?;
            }
            for column in 0..frame.columns as usize {
                let lines = cells.chunks_exact(width).map(|line| &line[column * side..][..side]);
                let first = cells[column * side];
                if first < SPLIT && lines.clone().flatten().all(|entry| *entry == first) {
                    self.cover.coarse.push(first);
                } else {
                    let block = self.cover.fine.len() / BLOCK;
                    self.cover.coarse.push(SPLIT | block as u32);
                    lines.for_each(|line| self.cover.fine.extend_from_slice(line));
                }
            }
        }
        Ok(())
    }

    /// One row of fine cells, from the west: a leaf wherever an edge may be or a height matters.
    fn sweep_row(&mut self, row: usize, line: &mut [u32]) -> Result<(), PlaceError> {
        let frame = self.cover.frame;
        let foot = frame.foot(row);
        let top = foot + (1 << frame.fine_bits);
        let (mut base, mut active, mut turns) = (0, Vec::<Span>::new(), Vec::<(i32, u32)>::new());
        let mut waiting = self.spans.of(row);
        let mut column = 0;
        while column < line.len() {
            let past = |span: &Span| (span.last as usize) < column;
            for gone in active.extract_if(.., |span| past(span)) {
                let edge = self.borders.edges[gone.edge as usize];
                for &zone in self.borders.zones(gone.edge) {
                    for height in [edge.y1, edge.y2] {
                        if height <= foot {
                            base = self.sets.flip(base, zone)?;
                        } else if height < top {
                            turn(&mut turns, (height, zone));
                        }
                    }
                }
            }
            while let Some(span) = self.spans.spans[waiting.clone()].first()
                && span.first as usize <= column
            {
                active.push(*span);
                waiting.start += 1;
            }
            if active.is_empty() && turns.is_empty() {
                let next = self.spans.spans[waiting.clone()].first();
                let until = next.map_or(line.len(), |span| span.first as usize);
                line[column..until].fill(base);
                column = until;
                continue;
            }
            let west = frame.side(column);
            let mut cell = CellBorders::new(foot, top);
            for span in &active {
                let edge = self.borders.edges[span.edge as usize];
                cell.add(edge, self.borders.zones(span.edge))?;
            }
            for &(height, zone) in &turns {
                // A border along the cell's western side, from that height on.
                cell.add(Edge { x1: west, y1: height, x2: west, y2: top }, &[zone])?;
            }
            line[column] = self.cover.leaves.add(base, cell, &mut self.sets)?;
            column += 1;
        }
        Ok(())
    }
}

/// Puts a height at which a zone comes in or goes out among the others; twice is not at all.
fn turn(turns: &mut Vec<(i32, u32)>, new: (i32, u32)) {
    match turns.binary_search(&new) {
        Ok(at) => drop(turns.remove(at)),
        Err(at) => turns.insert(at, new),
    }
}
