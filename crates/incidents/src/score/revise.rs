//! Incidents as they stand, and what became of them.

use super::fusion::Solved;
use crate::mixed::Mixed;
use servanda_tlog::Hash;
use std::collections::{BTreeMap, BTreeSet};

const NONE: u32 = u32::MAX;

/// What became of an incident when observations came or went.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Revision {
    /// The incident: the least content id among its members; of one that is withdrawn, the id that
    /// it had.
    pub id: Hash,
    /// What happened.
    pub change: Change,
    /// The incidents as they stood before from which its members come, by their ids.
    pub from: Vec<Hash>,
}

/// How an incident came to be as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// None of its members belonged to one.
    New,
    /// Its members come from several.
    Merged,
    /// It is one of several that one fell into.
    Split,
    /// It gained or lost members, or another threshold.
    Amended,
    /// None of its members are left.
    Withdrawn,
}

/// An incident as it stands.
#[derive(Debug, Clone)]
pub(super) struct Standing {
    pub(super) id: Hash,
    /// Slots, in canonical order.
    pub(super) members: Vec<u32>,
    /// Above 0 where too much hung together.
    pub(super) threshold: i32,
}

/// All incidents.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    standing: Vec<Option<Standing>>,
    free: Vec<u32>,
    /// By slot, its incident.
    of: Vec<u32>,
    /// Incidents that lost members since the last settling.
    lost: BTreeSet<u32>,
    /// By incident, the ids that it took the place of.
    supersedes: BTreeMap<Hash, BTreeSet<Hash>>,
}

impl Ledger {
    pub(super) fn make_room(&mut self) {
        self.of.push(NONE);
    }

    /// An observation is withdrawn.
    pub(super) fn lose(&mut self, slot: u32) {
        let incident = std::mem::replace(&mut self.of[slot as usize], NONE);
        if incident != NONE {
            self.lost.insert(incident);
        }
    }

    pub(super) fn of(&self, slot: u32) -> Option<&Standing> {
        self.standing.get(self.of[slot as usize] as usize)?.as_ref()
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Standing> {
        self.standing.iter().flatten()
    }

    pub(super) fn supersedes(&self, id: Hash) -> impl Iterator<Item = Hash> {
        self.supersedes.get(&id).into_iter().flatten().copied()
    }

    /// Puts newly solved groups in the place of what stood.
    pub(super) fn revise(
        &mut self,
        solved: Vec<Solved>,
        ids: &[Hash],
        slot_of: &Mixed<Hash, u32>,
    ) -> Vec<Revision> {
        let mut retired = std::mem::take(&mut self.lost);
        let mut changed: Vec<(Solved, Vec<u32>)> = Vec::new();
        for (members, threshold) in solved {
            let mut from: Vec<u32> = members.iter().map(|&slot| self.of[slot as usize]).collect();
            from.sort_unstable();
            from.dedup();
            from.retain(|&incident| incident != NONE);
            let same = |at: &u32| {
                let stood = self.standing[*at as usize].as_ref();
                stood.is_some_and(|s| s.members == members && s.threshold == threshold)
            };
            if matches!(from.as_slice(), [only] if same(only)) {
                continue;
            }
            retired.extend(&from);
            changed.push(((members, threshold), from));
        }
        // In how many of the new each of the old lives on.
        let mut heirs: BTreeMap<u32, u32> = retired.iter().map(|&old| (old, 0)).collect();
        for old in changed.iter().flat_map(|(_, from)| from) {
            *heirs.entry(*old).or_default() += 1;
        }
        let name = |ledger: &Ledger, old: u32| {
            ledger.standing[old as usize].as_ref().map(|stood| stood.id)
        };
        let mut revisions = Vec::with_capacity(changed.len());
        for (&old, _) in heirs.iter().filter(|(_, heirs)| **heirs == 0) {
            if let Some(id) = name(self, old) {
                revisions.push(Revision { id, change: Change::Withdrawn, from: vec![id] });
            }
        }
        for ((members, _), from) in &changed {
            let change = match from.as_slice() {
                [] => Change::New,
                [old] if heirs[old] > 1 => Change::Split,
                [_] => Change::Amended,
                _ => Change::Merged,
            };
            let mut from: Vec<Hash> = from.iter().filter_map(|&old| name(self, old)).collect();
            from.sort_unstable();
            revisions.push(Revision { id: ids[members[0] as usize], change, from });
        }
        for old in retired {
            self.standing[old as usize] = None;
            self.free.push(old);
        }
        for ((members, threshold), _) in changed {
            let at = self.free.pop().unwrap_or_else(|| {
                self.standing.push(None);
                self.standing.len() as u32 - 1
            });
            members.iter().for_each(|&slot| self.of[slot as usize] = at);
            let id = ids[members[0] as usize];
            self.standing[at as usize] = Some(Standing { id, members, threshold });
        }
        self.chain(&revisions, ids, slot_of);
        revisions.sort_unstable();
        revisions
    }

    /// Notes which ids took the place of which.
    fn chain(&mut self, revisions: &[Revision], ids: &[Hash], slot_of: &Mixed<Hash, u32>) {
        let stands = |ledger: &Ledger, id: Hash| {
            let slot = slot_of.get(&id).filter(|slot| ids[**slot as usize] == id);
            slot.and_then(|&slot| ledger.of(slot)).is_some_and(|stood| stood.id == id)
        };
        let mut chains = Vec::new();
        for revision in revisions.iter().filter(|revision| !revision.from.is_empty()) {
            let mut chain: BTreeSet<Hash> = revision.from.iter().copied().collect();
            chain.extend(revision.from.iter().flat_map(|&old| self.supersedes(old)));
            chain.retain(|&id| !stands(self, id));
            chains.push((revision.id, chain));
        }
        for old in revisions.iter().flat_map(|revision| &revision.from) {
            self.supersedes.remove(old);
        }
        for (id, chain) in chains {
            if !chain.is_empty() && stands(self, id) {
                self.supersedes.insert(id, chain);
            }
        }
    }
}
