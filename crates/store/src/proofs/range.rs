//! All entries from one to another, taken in pack by pack.

use std::collections::{BTreeMap, BTreeSet};

use servanda_tlog::{Hash, RangeFile, RangeRoot, Tree, decode_bundle, leaf_hash};

use super::acts::{Acts, Suspect};
use super::code::{Code, Refusal};
use super::contents::{PACK_ENTRIES, RANGE_PROOF, pack_name};
use super::envelope::{Envelope, digests};
use super::sealed::{Withheld, check_order};
use crate::constitution::Founding;
use crate::register::Register;

/// What is gathered from entries, in a range and on their own.
pub(super) struct Seen<'s> {
    /// The files that they name.
    pub(super) named: &'s mut BTreeSet<Hash>,
    /// Those that a revoked key signed.
    pub(super) suspect: &'s mut Suspect,
    /// What they withhold.
    pub(super) withheld: &'s mut Withheld,
}

/// What is carried from one entry of a range to the next.
pub(super) struct Range<'f> {
    file: RangeFile,
    founding: &'f Founding,
    acts: &'f Acts,
    root: RangeRoot,
    next: u64,
    /// Number of entries and leaf of the last one, by author.
    chains: BTreeMap<String, (u64, Hash)>,
    last_ms: Option<i64>,
    /// What entries cite, and which entry first; only of a range from the first entry on can it
    /// be checked.
    cites: BTreeMap<(u64, Hash), u64>,
    leaves: Vec<Hash>,
}

impl<'f> Range<'f> {
    pub(super) fn new(
        proof: &[u8],
        size: u64,
        founding: &'f Founding,
        acts: &'f Acts,
    ) -> Result<Range<'f>, Refusal> {
        let malformed = || Refusal::at(Code::RangeForm, RANGE_PROOF);
        let file = RangeFile::parse(proof).ok_or_else(malformed)?;
        let root = RangeRoot::new(file.start, file.end, size).map_err(|_| malformed())?;
        let next = file.start;
        Ok(Range {
            file,
            founding,
            acts,
            root,
            next,
            chains: BTreeMap::new(),
            last_ms: None,
            cites: BTreeMap::new(),
            leaves: Vec::new(),
        })
    }

    pub(super) fn bounds(&self) -> (u64, u64) {
        (self.file.start, self.file.end)
    }

    /// How many packs there are.
    pub(super) fn packs(&self) -> u64 {
        (self.file.end - self.file.start).div_ceil(PACK_ENTRIES)
    }

    /// Takes the pack in, which must be the next.
    pub(super) fn take(
        &mut self,
        place: u64,
        bytes: &[u8],
        seen: &mut Seen<'_>,
    ) -> Result<(), Refusal> {
        let name = pack_name(place);
        let count = (self.file.end - self.next).min(PACK_ENTRIES) as usize;
        let entries =
            decode_bundle(bytes, count).map_err(|_| Refusal::at(Code::RangeEntries, &name))?;
        for entry in entries {
            let index = self.next;
            self.take_entry(index, entry, seen)
                .map_err(|code| Refusal::entry(code, &name, index))?;
            seen.named.extend(digests(entry));
            self.next += 1;
        }
        Ok(())
    }

    fn take_entry(&mut self, index: u64, bytes: &[u8], seen: &mut Seen<'_>) -> Result<(), Code> {
        let entry = Envelope::open(bytes, &self.founding.origin)?;
        check_entry(&entry, index, self.founding, &self.acts.register)?;
        self.acts.note_revoked(index, &entry, seen.suspect);
        let state = self.acts.check_act(index, &entry, bytes, &self.founding.origin)?;
        check_order(&entry, self.founding)?;
        let follows = match self.chains.get(&entry.by) {
            Some((next, last)) => (*next, Some(*last)) == (entry.seq, entry.prev),
            None => self.file.start > 0 || (entry.seq, entry.prev) == (0, None),
        };
        if !follows {
            return Err(Code::EntryChain);
        }
        if self.last_ms.is_some_and(|last| last > entry.at_ms) {
            return Err(Code::EntryTime);
        }
        seen.withheld.take_order(&entry);
        let leaf = leaf_hash(bytes);
        self.last_ms = Some(entry.at_ms);
        self.chains.insert(entry.by, (entry.seq.saturating_add(1), leaf));
        if self.file.start == 0 {
            self.cites.entry((entry.cite_size, entry.cite_root)).or_insert(index);
            if let Some(state) = state {
                self.cites.entry(state).or_insert(index);
            }
            self.leaves.push(leaf);
        }
        self.root.push(leaf);
        Ok(())
    }

    /// All packs were taken in: are these the entries that the record has there?
    pub(super) fn finish(self, expected: Hash) -> Result<(), Refusal> {
        self.root
            .verify(&self.file.proof, expected)
            .map_err(|_| Refusal::at(Code::RangeRoot, RANGE_PROOF))?;
        let mut tree = Tree::new();
        let mut rest = self.leaves.iter();
        for ((size, root), index) in self.cites {
            while tree.size() < size {
                let Some(leaf) = rest.next() else { break };
                tree.push(*leaf);
            }
            if tree.size() != size || tree.root() != root {
                let name = pack_name(index / PACK_ENTRIES);
                return Err(Refusal::entry(Code::EntryCite, &name, index));
            }
        }
        Ok(())
    }
}

/// What is asked of each entry, alone or in a range.
pub(super) fn check_entry(
    entry: &Envelope,
    index: u64,
    founding: &Founding,
    register: &Register,
) -> Result<(), Code> {
    if entry.is_constitution != (index == 0) {
        return Err(Code::EntryKind);
    }
    if entry.agreement != founding.agreement {
        return Err(Code::EntryAgreement);
    }
    if entry.cite_size > index {
        return Err(Code::EntryCite);
    }
    if !entry.is_signed(&register.offices_at(index)) {
        return Err(Code::EntrySignature);
    }
    Ok(())
}
