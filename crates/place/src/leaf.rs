//! The cells through which borders pass: which edges to count, and what the count means.

use crate::cover::SPLIT;
use crate::edge::Edge;
use crate::error::PlaceError;
use crate::orders::{Steps, masks_met};
use crate::sets::SetBuilder;
use std::collections::BTreeMap;

/// Set, beside [`SPLIT`], in an entry that is the number of a wide leaf.
pub(crate) const WIDE: u32 = 1 << 30;

/// Most groups of zones in a narrow leaf: its table has an answer for each way to be in and out.
const NARROW_GROUPS_MAX: usize = 4;

/// Most zones with a border in one fine cell.
const ZONES_MAX: usize = u64::BITS as usize;

/// The borders in one fine cell.
#[derive(Debug)]
pub(crate) struct CellBorders {
    foot: i32,
    top: i32,
    zones: Vec<u32>,
    /// Each edge, and a bit for each of the zones whose border it is.
    edges: Vec<(Edge, u64)>,
}

impl CellBorders {
    /// No borders yet, in a cell between two heights.
    pub(crate) fn new(foot: i32, top: i32) -> CellBorders {
        CellBorders { foot, top, zones: Vec::new(), edges: Vec::new() }
    }

    /// A part of the border of some zones.
    pub(crate) fn add(&mut self, edge: Edge, zones: &[u32]) -> Result<(), PlaceError> {
        let mut mask = 0;
        for zone in zones {
            let known = self.zones.iter().position(|other| other == zone);
            let bit = known.unwrap_or(self.zones.len());
            if bit == ZONES_MAX {
                return Err(PlaceError::Limit {
                    what: "zones with a border in one cell",
                    limit: ZONES_MAX,
                    help: "lay fewer zones over the same ground in one layer",
                });
            }
            if known.is_none() {
                self.zones.push(*zone);
            }
            mask ^= 1 << bit;
        }
        self.edges.push((edge, mask));
        Ok(())
    }

    /// Zones that no edge tells apart become one bit: their borders are the same here.
    fn group(&mut self) -> Vec<Vec<u32>> {
        let mut groups = vec![u64::MAX >> (ZONES_MAX - self.zones.len())];
        for (_, mask) in &self.edges {
            for at in 0..groups.len() {
                let (on, off) = (groups[at] & mask, groups[at] & !mask);
                if on != 0 && off != 0 {
                    groups[at] = on;
                    groups.push(off);
                }
            }
        }
        for (_, mask) in &mut self.edges {
            let bits = groups.iter().enumerate();
            *mask = bits.fold(0, |all, (bit, group)| all | u64::from(group & *mask != 0) << bit);
        }
        let zones_of = |group: u64| {
            let members = self.zones.iter().enumerate();
            members.filter(move |(bit, _)| group >> bit & 1 == 1).map(|(_, zone)| *zone).collect()
        };
        groups.into_iter().map(zones_of).collect()
    }
}

/// Where a leaf's edges and answers start. The edges end where the next leaf's start.
#[derive(Debug, Clone, Copy, Default)]
struct Leaf {
    edges: u32,
    answers: u32,
}

/// An edge, and the bits that turn over when a ray meets it.
#[derive(Debug, Clone, Copy)]
struct Marked<M> {
    edge: Edge,
    mask: M,
}

/// All leaves. The answer to a point is the one for the bits that the edges in the leaf turn over.
#[derive(Debug, Clone, Default)]
pub(crate) struct Leaves {
    narrow: Vec<Leaf>,
    narrow_edges: Vec<Marked<u32>>,
    /// Set numbers by bits. Leaves with the same zones in and at hand share a table.
    tables: Vec<u32>,
    wide: Vec<Leaf>,
    wide_edges: Vec<Marked<u64>>,
    /// The bits that may come about, in order, with their set numbers.
    wide_answers: Vec<(u64, u32)>,
    /// For building: the tables by what is in them, and the work done on wide leaves.
    known: BTreeMap<(u32, Vec<Vec<u32>>), u32>,
    steps: Steps,
}

impl Leaves {
    /// A new leaf, as an entry of a cell. The base is the set west of the cell, at its foot.
    pub(crate) fn add(
        &mut self,
        base: u32,
        mut cell: CellBorders,
        sets: &mut SetBuilder,
    ) -> Result<u32, PlaceError> {
        let groups = cell.group();
        let mut flip_all = |mask: u64| {
            let chosen = groups.iter().enumerate().filter(|(bit, _)| mask >> bit & 1 == 1);
            chosen.flat_map(|(_, zones)| zones).try_fold(base, |set, zone| sets.flip(set, *zone))
        };
        if groups.len() > NARROW_GROUPS_MAX {
            let leaf = Leaf {
                edges: self.wide_edges.len() as u32,
                answers: self.wide_answers.len() as u32,
            };
            for mask in masks_met(&cell.edges, (cell.foot, cell.top), &mut self.steps)? {
                self.wide_answers.push((mask, flip_all(mask)?));
            }
            let edges = cell.edges.into_iter();
            self.wide_edges.extend(edges.map(|(edge, mask)| Marked { edge, mask }));
            self.wide.push(leaf);
            return Ok(SPLIT | WIDE | (self.wide.len() - 1) as u32);
        }
        let same = (base, groups.clone());
        let answers = match self.known.get(&same) {
            Some(&table) => table,
            None => {
                let table = self.tables.len() as u32;
                for mask in 0..1 << groups.len() {
                    self.tables.push(flip_all(mask)?);
                }
                self.known.insert(same, table);
                table
            }
        };
        self.narrow.push(Leaf { edges: self.narrow_edges.len() as u32, answers });
        let edges = cell.edges.into_iter();
        self.narrow_edges.extend(edges.map(|(edge, mask)| Marked { edge, mask: mask as u32 }));
        Ok(SPLIT | (self.narrow.len() - 1) as u32)
    }

    /// Ends the building.
    pub(crate) fn finish(&mut self) {
        let end =
            |edges: usize, answers: usize| Leaf { edges: edges as u32, answers: answers as u32 };
        self.narrow.push(end(self.narrow_edges.len(), self.tables.len()));
        self.wide.push(end(self.wide_edges.len(), self.wide_answers.len()));
        self.known = BTreeMap::new();
        self.narrow_edges.shrink_to_fit();
        self.narrow.shrink_to_fit();
    }

    /// Brings what the answer of a leaf will need nearer to the processor; gives something of it,
    /// so that the reading is not left out.
    #[inline]
    pub(crate) fn touch(&self, entry: u32) -> i32 {
        if entry & WIDE != 0 {
            return 0;
        }
        let leaf = self.narrow.get((entry & !SPLIT) as usize).copied().unwrap_or_default();
        self.narrow_edges.get(leaf.edges as usize).map_or(0, |marked| marked.edge.x1)
    }

    /// The set number of a point in a leaf.
    #[inline]
    pub(crate) fn find(&self, entry: u32, x: i32, y: i32) -> u32 {
        if entry & WIDE != 0 {
            return self.find_wide((entry & !(SPLIT | WIDE)) as usize, x, y);
        }
        let number = (entry & !SPLIT) as usize;
        let (leaf, next) = (self.narrow[number], self.narrow[number + 1]);
        let edges = &self.narrow_edges[leaf.edges as usize..next.edges as usize];
        let mask = edges.iter().fold(0, |mask, marked| {
            mask ^ (marked.mask & u32::from(marked.edge.counts(x, y)).wrapping_neg())
        });
        self.tables[(leaf.answers + mask) as usize]
    }

    fn find_wide(&self, number: usize, x: i32, y: i32) -> u32 {
        let (leaf, next) = (self.wide[number], self.wide[number + 1]);
        let edges = &self.wide_edges[leaf.edges as usize..next.edges as usize];
        let mask = edges.iter().fold(0, |mask, marked| {
            mask ^ (marked.mask & u64::from(marked.edge.counts(x, y)).wrapping_neg())
        });
        let answers = &self.wide_answers[leaf.answers as usize..next.answers as usize];
        let at = answers.partition_point(|(other, _)| *other < mask);
        answers.get(at).map_or(0, |(_, set)| *set)
    }

    /// Memory that the leaves take, in bytes.
    pub(crate) fn bytes(&self) -> usize {
        size_of_val(&self.narrow[..])
            + size_of_val(&self.narrow_edges[..])
            + size_of_val(&self.tables[..])
            + size_of_val(&self.wide[..])
            + size_of_val(&self.wide_edges[..])
            + size_of_val(&self.wide_answers[..])
    }
}
