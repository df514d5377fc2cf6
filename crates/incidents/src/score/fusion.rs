use super::index::Index;
use super::revise::{Ledger, Revision};
use super::scorer::{Cluster, Scorer, Weighed};
use super::scoring::{Flaw, Scoring};
use super::solve::{Edge, solve};
use crate::group::Report;
use crate::mixed::Mixed;
use crate::unite::{root, unite};
use servanda_time::Instant;
use servanda_tlog::Hash;
use std::collections::BTreeMap;

const NONE: u32 = u32::MAX;
/// Pairs that are kept for each member of a component; beyond, they are worked out when needed.
const KEPT_PAIRS: usize = 64;
/// The side of a block of the ground in which pairs are looked for at a time: half a degree.
const BLOCK_E7: i32 = 5_000_000;
/// How often a threshold is raised at most; what still hangs together then stands alone.
const RAISES_MAX: u32 = 1_000;

/// What became of an observation that was put in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrival {
    /// It takes part from the next settling on.
    Taken,
    /// It is there already.
    Known,
    /// The model says nothing of its kind, source or place.
    NotScored,
    /// It is of a time that is sealed; [`Fusion::insert_late`] reopens it.
    Late,
}

/// Observations joined to incidents by score, kept up to date as they come and go.
///
/// What it holds after [`settle`](Fusion::settle) is a function of the set of observations and the
/// model alone, to the last bit: whatever the order of arrival, however often it was settled, and
/// whatever was withdrawn in between.
#[derive(Debug)]
pub struct Fusion {
    pub(super) scorer: Scorer,
    pub(super) index: Index,
    component_max: usize,
    raise: i32,
    crowd_max: u32,
    slot_of: Mixed<Hash, u32>,
    pub(super) ids: Vec<Hash>,
    pub(super) seen: Vec<Weighed>,
    state: Vec<State>,
    /// By slot, the component that it is of: the slot of one of its members.
    component: Vec<u32>,
    parts: Vec<Part>,
    bins: Mixed<(u64, i64), Bin>,
    listers: BTreeMap<String, u32>,
    /// Slots that come into the index at the next settling.
    pending: Vec<u32>,
    /// Slots whose components are solved at the next settling.
    touched: Vec<u32>,
    /// Components that lost a member.
    torn: Vec<u32>,
    /// Bins whose crowd may have come or gone.
    shifted: Vec<(u64, i64)>,
    /// Slots that are free after the next settling.
    leaving: Vec<u32>,
    free: Vec<u32>,
    pub(super) ledger: Ledger,
    /// By slot, its place in what is being solved.
    place: Vec<u32>,
    sealed_ms: f64,
    /// The longest that two can lie apart in time.
    longest_ms: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Not there.
    Gone,
    /// Not in the index yet.
    Pending,
    /// In the index.
    Placed,
    /// One of a crowd: not scored.
    Crowded,
}

/// What hangs together by pairs above the threshold.
#[derive(Debug, Default)]
struct Part {
    /// Empty: the slot alone.
    members: Vec<u32>,
    pairs: Vec<Edge>,
    /// There were too many pairs to keep.
    spilled: bool,
}

/// A cell of place and time.
#[derive(Debug, Default)]
struct Bin {
    count: u32,
    crowded: bool,
    /// Those that are not scored; some may have left.
    held: Vec<u32>,
}

/// Members in canonical order, and the threshold under which they were solved.
pub(super) type Solved = (Vec<u32>, i32);

impl Fusion {
    /// With no observations.
    ///
    /// # Errors
    /// When the model can't be used.
    pub fn new(scoring: &Scoring) -> Result<Fusion, Flaw> {
        let scorer = Scorer::new(scoring)?;
        Ok(Fusion {
            index: Index::new(&scorer),
            longest_ms: Index::longest_ms(&scorer),
            scorer,
            component_max: scoring.component_max as usize,
            raise: i32::try_from(scoring.raise_unats).unwrap_or(i32::MAX),
            crowd_max: scoring.crowd_max,
            slot_of: Mixed::default(),
            ids: Vec::new(),
            seen: Vec::new(),
            state: Vec::new(),
            component: Vec::new(),
            parts: Vec::new(),
            bins: Mixed::default(),
            listers: BTreeMap::new(),
            pending: Vec::new(),
            touched: Vec::new(),
            torn: Vec::new(),
            shifted: Vec::new(),
            leaving: Vec::new(),
            free: Vec::new(),
            ledger: Ledger::default(),
            place: Vec::new(),
            sealed_ms: f64::NEG_INFINITY,
        })
    }

    /// Puts an observation in, unless its time is sealed.
    pub fn insert(&mut self, report: &Report<'_>) -> Arrival {
        self.admit(report, false)
    }

    /// Puts an observation in, even where that reopens what is sealed.
    pub fn insert_late(&mut self, report: &Report<'_>) -> Arrival {
        self.admit(report, true)
    }

    fn admit(&mut self, report: &Report<'_>, late: bool) -> Arrival {
        let lister = match report.lists_events {
            false => 0,
            true => match self.listers.get(report.source) {
                Some(&number) => number,
                None => {
                    let number = self.listers.len() as u32 + 1;
                    self.listers.insert(report.source.to_owned(), number);
                    number
                }
            },
        };
        let Some(seen) = self.scorer.weigh(report, lister) else { return Arrival::NotScored };
        if !late && seen.at_ms < self.sealed_ms {
            return Arrival::Late;
        }
        if self.slot_of.contains_key(&report.id) {
            return Arrival::Known;
        }
        let slot = self.slot(report.id, seen);
        self.slot_of.insert(report.id, slot);
        let key = self.index.bin(&self.scorer, &seen);
        let bin = self.bins.entry(key).or_default();
        bin.count += 1;
        if bin.crowded {
            bin.held.push(slot);
            self.state[slot as usize] = State::Crowded;
            self.touched.push(slot);
        } else {
            if bin.count == self.crowd_max.saturating_add(1) {
                self.shifted.push(key);
            }
            self.pending.push(slot);
        }
        Arrival::Taken
    }

    fn slot(&mut self, id: Hash, seen: Weighed) -> u32 {
        if let Some(slot) = self.free.pop() {
            let n = slot as usize;
            (self.ids[n], self.seen[n], self.state[n]) = (id, seen, State::Pending);
            self.component[n] = slot;
            return slot;
        }
        let slot = self.ids.len() as u32;
        self.ids.push(id);
        self.seen.push(seen);
        self.state.push(State::Pending);
        self.component.push(slot);
        self.parts.push(Part::default());
        self.place.push(NONE);
        self.ledger.make_room();
        slot
    }

    /// Takes an observation out, as if it had never come; false when it isn't there or when its
    /// time is sealed.
    pub fn withdraw(&mut self, id: Hash) -> bool {
        let sealed =
            |fusion: &Fusion, slot: u32| fusion.seen[slot as usize].at_ms < fusion.sealed_ms;
        match self.slot_of.get(&id) {
            Some(&slot) if !sealed(self, slot) => self.withdraw_late(id),
            _ => false,
        }
    }

    /// Takes an observation out, even where that reopens what is sealed; false when it isn't there.
    pub fn withdraw_late(&mut self, id: Hash) -> bool {
        let Some(slot) = self.slot_of.remove(&id) else { return false };
        let key = self.index.bin(&self.scorer, &self.seen[slot as usize]);
        self.lift(slot);
        self.state[slot as usize] = State::Gone;
        self.ledger.lose(slot);
        self.leaving.push(slot);
        let Some(bin) = self.bins.get_mut(&key) else { return true };
        bin.count -= 1;
        if bin.held.len() > 64 + 2 * bin.count as usize {
            let state = &self.state;
            bin.held.retain(|&held| state[held as usize] == State::Crowded);
        }
        if bin.crowded {
            self.shifted.push(key);
        } else if bin.count == 0 {
            self.bins.remove(&key);
        }
        true
    }

    /// Takes a slot out of the index and its component.
    fn lift(&mut self, slot: u32) {
        if self.state[slot as usize] == State::Placed {
            self.index.take(slot, &self.seen[slot as usize]);
            self.torn.push(self.component[slot as usize]);
        }
    }

    /// Works out anew what was touched, and says what became of the incidents, in the order of
    /// their ids.
    pub fn settle(&mut self) -> Vec<Revision> {
        self.tell_crowds();
        self.mend();
        self.find_pairs();
        let mut parts: Vec<u32> = std::mem::take(&mut self.touched)
            .into_iter()
            .filter(|&slot| self.state[slot as usize] != State::Gone)
            .map(|slot| self.component[slot as usize])
            .collect();
        parts.sort_unstable();
        parts.dedup();
        let mut solved = Vec::with_capacity(parts.len());
        for part in parts {
            self.solve_part(part, &mut solved);
        }
        for &slot in &self.leaving {
            self.component[slot as usize] = NONE;
        }
        let revisions = self.ledger.revise(solved, &self.ids, &self.slot_of);
        self.free.append(&mut self.leaving);
        revisions
    }

    /// Where a bin holds too many, none of it is scored; where a crowd has gone, all are.
    fn tell_crowds(&mut self) {
        let mut shifted = std::mem::take(&mut self.shifted);
        shifted.sort_unstable();
        shifted.dedup();
        let mut more = false;
        for &key in &shifted {
            let Some(bin) = self.bins.get_mut(&key) else { continue };
            let is_crowd = bin.count > self.crowd_max;
            if is_crowd == bin.crowded {
                continue;
            }
            bin.crowded = is_crowd;
            more |= is_crowd;
            let mut freed = match is_crowd {
                true => continue,
                false => std::mem::take(&mut bin.held),
            };
            let empty = bin.count == 0;
            freed.sort_unstable();
            freed.dedup();
            for slot in freed {
                let n = slot as usize;
                let here = self.index.bin(&self.scorer, &self.seen[n]) == key;
                if here && self.state[n] == State::Crowded {
                    self.state[n] = State::Pending;
                    self.pending.push(slot);
                }
            }
            if empty {
                self.bins.remove(&key);
            }
        }
        if !more {
            return;
        }
        for slot in 0..self.ids.len() as u32 {
            let n = slot as usize;
            if !matches!(self.state[n], State::Pending | State::Placed) {
                continue;
            }
            let key = self.index.bin(&self.scorer, &self.seen[n]);
            if self.bins.get(&key).is_some_and(|bin| bin.crowded) {
                self.lift(slot);
                self.state[n] = State::Crowded;
                self.touched.push(slot);
                if let Some(bin) = self.bins.get_mut(&key) {
                    bin.held.push(slot);
                }
            }
        }
    }

    /// Components that lost members are put together anew from the pairs that are left.
    fn mend(&mut self) {
        let mut torn = std::mem::take(&mut self.torn);
        torn.sort_unstable();
        torn.dedup();
        for at in torn {
            let Part { members, pairs, spilled } = std::mem::take(&mut self.parts[at as usize]);
            for &slot in &members {
                self.component[slot as usize] = slot;
                if self.state[slot as usize] != State::Placed {
                    continue;
                }
                self.touched.push(slot);
                if spilled {
                    self.index.take(slot, &self.seen[slot as usize]);
                    self.state[slot as usize] = State::Pending;
                    self.pending.push(slot);
                }
            }
            for (a, b, score) in pairs {
                let placed = |slot: u32| self.state[slot as usize] == State::Placed;
                if placed(a) && placed(b) {
                    self.link(a, b, score);
                }
            }
        }
    }

    /// Puts what is pending into the index, each beside those before it.
    fn find_pairs(&mut self) {
        let mut pending = std::mem::take(&mut self.pending);
        pending.retain(|&slot| self.state[slot as usize] == State::Pending);
        // Block by block, so that what is near in place is near in memory too; in each by time, so
        // that what is looked for lies at the ends. The result doesn't depend on it.
        let key = |slot: u32| {
            let seen = &self.seen[slot as usize];
            let block = (seen.lat_e7.div_euclid(BLOCK_E7), seen.lon_e7.div_euclid(BLOCK_E7));
            (block, seen.at_ms as i64, slot)
        };
        let mut keyed: Vec<_> = pending.into_iter().map(key).collect();
        keyed.sort_unstable();
        keyed.dedup();
        let mut found = Vec::new();
        for (_, _, slot) in keyed {
            let n = slot as usize;
            let seen = self.seen[n];
            if self.index.is_closed(seen.radius_class) {
                let inside = (0..).zip(&self.seen).zip(&self.state);
                let inside = inside.filter(|(_, state)| **state == State::Placed);
                self.index.open(seen.radius_class, inside.map(|(slot, _)| slot));
            }
            let (scorer, others) = (&self.scorer, &self.seen);
            self.index.near(scorer, &seen, 0, |other| {
                match scorer.pair(&seen, &others[other as usize]) {
                    Some(score) if score > 0 => found.push((other, score)),
                    _ => {}
                }
            });
            self.index.put(slot, &seen);
            self.state[n] = State::Placed;
            self.touched.push(slot);
            for (other, score) in found.drain(..) {
                self.link(slot, other, score);
            }
        }
    }

    /// Makes one component of those of two, the smaller into the larger.
    fn link(&mut self, a: u32, b: u32, score: i32) {
        let (x, y) = (self.component[a as usize], self.component[b as usize]);
        let size = |parts: &[Part], at: u32| parts[at as usize].members.len();
        let (large, small) = match size(&self.parts, x) >= size(&self.parts, y) {
            true => (x, y),
            false => (y, x),
        };
        if large != small {
            let Part { mut members, mut pairs, spilled } =
                std::mem::take(&mut self.parts[small as usize]);
            if members.is_empty() {
                members.push(small);
            }
            members.iter().for_each(|&slot| self.component[slot as usize] = large);
            let part = &mut self.parts[large as usize];
            if part.members.is_empty() {
                part.members.push(large);
            }
            part.members.append(&mut members);
            part.pairs.append(&mut pairs);
            part.spilled |= spilled;
        }
        let part = &mut self.parts[large as usize];
        if !part.spilled {
            part.pairs.push((a, b, score));
            part.spilled = part.pairs.len() > KEPT_PAIRS * part.members.len().max(32);
        }
        if part.spilled {
            part.pairs = Vec::new();
        }
    }

    fn solve_part(&mut self, at: u32, solved: &mut Vec<Solved>) {
        let mut members = std::mem::take(&mut self.parts[at as usize].members);
        if members.is_empty() {
            solved.push((vec![at], 0));
            return;
        }
        members.sort_unstable_by(|&a, &b| self.ids[a as usize].cmp(&self.ids[b as usize]));
        if members.len() <= self.component_max {
            self.solve_members(at, &members, 0, solved);
        } else {
            self.solve_raised(at, &members, solved);
        }
        self.parts[at as usize].members = members;
    }

    /// Raises the threshold step by step until each piece is small enough.
    fn solve_raised(&mut self, at: u32, members: &[u32], solved: &mut Vec<Solved>) {
        let mut left = vec![(members.to_vec(), self.raise, 1)];
        while let Some((members, threshold, raises)) = left.pop() {
            if raises > RAISES_MAX {
                solved.extend(members.into_iter().map(|slot| (vec![slot], threshold)));
                continue;
            }
            let mut into: Vec<u32> = (0..members.len() as u32).collect();
            let mut least = i32::MAX;
            self.each_pair(at, &members, threshold, |a, b, score| {
                unite(&mut into, a, b);
                least = least.min(score);
            });
            // A step that takes no pair away changes nothing.
            let steps = (i64::from(least) - i64::from(threshold)).div_euclid(i64::from(self.raise));
            let next = i64::from(threshold) + i64::from(self.raise) * steps.max(1);
            let next = i32::try_from(next).unwrap_or(i32::MAX);
            let mut pieces: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
            for (n, &slot) in (0..).zip(&members) {
                pieces.entry(root(&mut into, n)).or_default().push(slot);
            }
            for piece in pieces.into_values() {
                if piece.len() <= self.component_max {
                    self.solve_members(at, &piece, threshold, solved);
                } else {
                    left.push((piece, next, raises + 1));
                }
            }
        }
    }

    fn solve_members(
        &mut self,
        at: u32,
        members: &[u32],
        threshold: i32,
        solved: &mut Vec<Solved>,
    ) {
        if let (&[a, b], [_]) = (members, self.parts[at as usize].pairs.as_slice()) {
            // A pair by itself scores above the threshold, or it would not be one.
            solved.push((vec![a, b], threshold));
            return;
        }
        let (into, _) = self.join(at, members, threshold, |_, _, _, _| {});
        let mut groups: Vec<(u32, u32)> = into.into_iter().zip(members.iter().copied()).collect();
        // Stable: within a group, members stay in canonical order.
        groups.sort_by_key(|&(group, _)| group);
        let groups = groups.chunk_by(|a, b| a.0 == b.0);
        solved.extend(groups.map(|g| (g.iter().map(|&(_, slot)| slot).collect(), threshold)));
    }

    /// Solves members of a component, given in canonical order.
    pub(super) fn join(
        &mut self,
        at: u32,
        members: &[u32],
        threshold: i32,
        merged: impl FnMut(&[Cluster], u32, u32, i32),
    ) -> (Vec<u32>, Vec<Cluster>) {
        let mut pairs = Vec::new();
        self.each_pair(at, members, threshold, |a, b, score| {
            pairs.push((a.min(b), a.max(b), score));
        });
        pairs.sort_unstable();
        let seen: Vec<Weighed> = members.iter().map(|&slot| self.seen[slot as usize]).collect();
        solve(&self.scorer, &seen, &pairs, threshold, merged)
    }

    /// Each pair above the threshold among members of a component, by their places in the list.
    fn each_pair(
        &mut self,
        at: u32,
        members: &[u32],
        threshold: i32,
        mut visit: impl FnMut(u32, u32, i32),
    ) {
        for (n, &slot) in (0..).zip(members) {
            self.place[slot as usize] = n;
        }
        let place = |slot: u32| self.place[slot as usize];
        let part = &self.parts[at as usize];
        if part.spilled {
            for &slot in members {
                let seen = &self.seen[slot as usize];
                let here = place(slot);
                self.index.near(&self.scorer, seen, threshold, |other| {
                    let there = place(other);
                    if there == NONE || there <= here {
                        return;
                    }
                    match self.scorer.pair(seen, &self.seen[other as usize]) {
                        Some(score) if score > threshold => visit(here, there, score),
                        _ => {}
                    }
                });
            }
        } else {
            for &(a, b, score) in &part.pairs {
                let (a, b) = (place(a), place(b));
                if score > threshold && a != NONE && b != NONE {
                    visit(a, b, score);
                }
            }
        }
        members.iter().for_each(|&slot| self.place[slot as usize] = NONE);
    }

    /// The component of a slot.
    pub(super) fn component_of(&self, slot: u32) -> u32 {
        self.component[slot as usize]
    }

    /// The slot of an observation that is there.
    pub(super) fn slot_of(&self, id: Hash) -> Option<u32> {
        self.slot_of.get(&id).copied()
    }

    pub(super) fn is_crowded(&self, slot: u32) -> bool {
        self.state[slot as usize] == State::Crowded
    }

    /// Seals what lies before an instant: observations of that time are refused from now on, but
    /// for those that are put in as late. It never moves back.
    pub fn seal(&mut self, before: Instant) {
        self.sealed_ms = self.sealed_ms.max(before.ms() as f64);
    }

    /// Whether an observation's incident can't change any more without a late one: all that hangs
    /// together with it lies further before the seal than two of one event can lie apart.
    #[must_use]
    pub fn is_sealed(&self, id: Hash) -> bool {
        let Some(slot) = self.slot_of(id) else { return false };
        let alone = [slot];
        let part = &self.parts[self.component[slot as usize] as usize];
        let members = if part.members.is_empty() { &alone[..] } else { &part.members[..] };
        let last = members.iter().map(|&slot| self.seen[slot as usize].at_ms);
        last.fold(f64::NEG_INFINITY, f64::max) + self.longest_ms < self.sealed_ms
    }
}
