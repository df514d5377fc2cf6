//! Sets of zones, each kept once and known by a number.

use crate::error::PlaceError;
use std::collections::BTreeMap;

/// Most members of all sets together.
const MEMBERS_MAX: usize = 1 << 24;

/// Sets of zone numbers; number 0 is the empty set.
#[derive(Debug, Clone)]
pub(crate) struct Sets {
    members: Vec<u32>,
    /// Where each set's members start; one more at the end.
    starts: Vec<u32>,
}

impl Sets {
    /// The zones of a set in order; none for a number that no set has.
    pub(crate) fn members(&self, set: u32) -> &[u32] {
        let start = |number: usize| self.starts.get(number).map(|&start| start as usize);
        match (start(set as usize), start(set as usize + 1)) {
            (Some(from), Some(to)) => &self.members[from..to],
            _ => &[],
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.starts.len() - 1
    }
}

/// Sets while they are being collected.
#[derive(Debug)]
pub(crate) struct SetBuilder {
    sets: Sets,
    numbers: BTreeMap<Vec<u32>, u32>,
    /// The set that a set becomes when one zone is put in or taken out.
    flipped: BTreeMap<(u32, u32), u32>,
}

impl SetBuilder {
    pub(crate) fn new() -> SetBuilder {
        SetBuilder {
            sets: Sets { members: Vec::new(), starts: vec![0, 0] },
            numbers: BTreeMap::from([(Vec::new(), 0)]),
            flipped: BTreeMap::new(),
        }
    }

    /// The set with one zone more, or less if the zone was in it.
    pub(crate) fn flip(&mut self, set: u32, zone: u32) -> Result<u32, PlaceError> {
        if let Some(&known) = self.flipped.get(&(set, zone)) {
            return Ok(known);
        }
        let mut members = self.sets.members(set).to_vec();
        match members.binary_search(&zone) {
            Ok(at) => drop(members.remove(at)),
            Err(at) => members.insert(at, zone),
        }
        let other = match self.numbers.get(&members) {
            Some(&known) => known,
            None => self.add(members)?,
        };
        self.flipped.insert((set, zone), other);
        self.flipped.insert((other, zone), set);
        Ok(other)
    }

    fn add(&mut self, members: Vec<u32>) -> Result<u32, PlaceError> {
        let number = self.sets.len() as u32;
        self.sets.members.extend_from_slice(&members);
        if self.sets.members.len() > MEMBERS_MAX {
            return Err(PlaceError::Limit {
                what: "members of the sets of zones that overlap",
                limit: MEMBERS_MAX,
                help: "lay fewer zones over the same ground in one layer",
            });
        }
        self.sets.starts.push(self.sets.members.len() as u32);
        self.numbers.insert(members, number);
        Ok(number)
    }

    pub(crate) fn finish(mut self) -> Sets {
        self.sets.members.shrink_to_fit();
        self.sets.starts.shrink_to_fit();
        self.sets
    }
}
