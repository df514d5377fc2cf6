//! Which parts of a record are sealed, held and erased: read entry by entry.

use memchr::memmem;
use servanda_entry::{Body, Class, Entry, Slot};
use servanda_tlog::{Hash, Signature};
use std::collections::{BTreeMap, BTreeSet};

use crate::order::{Approvals, Approvers, Order};
use crate::{SealCode, SealFault};

/// Why an entry is not in order: what is wrong is a [`SealFault`].
pub type SlotFault = SealFault;

/// An entry that withholds something.
#[derive(Debug, Clone)]
struct State {
    leaf: Hash,
    parts: BTreeSet<Hash>,
    /// The holds that are on it.
    held: BTreeSet<u64>,
}

/// What is sealed in a record, from its first entry up to some entry.
#[derive(Debug, Clone, Default)]
pub struct Slots {
    approvers: Option<Approvers>,
    sealed: BTreeMap<u64, State>,
    orders: BTreeMap<u64, Hash>,
    /// Holds that began: their leaf, and the entry that each is on.
    holds: BTreeMap<u64, (Hash, u64)>,
    /// Ciphertexts, each with the one entry that names it.
    ciphertexts: BTreeMap<Hash, u64>,
    /// Other files that entries name.
    named: BTreeSet<Hash>,
    /// What is erased, and by which order.
    erased: BTreeMap<Hash, u64>,
}

impl Slots {
    /// Of a record without entries.
    #[must_use]
    pub fn new() -> Slots {
        Slots::default()
    }

    /// The order that erased a part, if one did.
    #[must_use]
    pub fn erased_by(&self, part: Hash) -> Option<u64> {
        self.erased.get(&part).copied()
    }

    /// All that is erased, each with its order.
    pub fn erased(&self) -> impl Iterator<Item = (Hash, u64)> {
        self.erased.iter().map(|(part, order)| (*part, *order))
    }

    /// The ciphertexts that are erased, each with its order: no file of that hash may be there.
    pub fn erased_files(&self) -> impl Iterator<Item = (Hash, u64)> {
        self.erased().filter(|(part, _)| self.ciphertexts.contains_key(part))
    }

    /// The first of the holds that are on an entry.
    #[must_use]
    pub fn held_by(&self, entry: u64) -> Option<u64> {
        self.sealed.get(&entry)?.held.first().copied()
    }

    /// The entry that a hold is on, and the leaf of the hold itself.
    #[must_use]
    pub fn hold(&self, index: u64) -> Option<(Hash, u64)> {
        self.holds.get(&index).copied()
    }

    /// Who may order an erasure; none where nobody may.
    #[must_use]
    pub fn approvers(&self) -> Option<&Approvers> {
        self.approvers.as_ref()
    }

    /// The parts of an entry that are not erased.
    pub fn standing(&self, entry: u64) -> impl Iterator<Item = Hash> {
        let parts = self.sealed.get(&entry).into_iter().flat_map(|state| &state.parts);
        parts.copied().filter(|part| !self.erased.contains_key(part))
    }

    /// Takes the next entry in, whose leaf hash this is, with the signatures under it. What is
    /// wrong with it has no effect.
    ///
    /// # Errors
    /// When it names, holds, discloses or erases what it can't.
    pub fn take(
        &mut self,
        index: u64,
        leaf: Hash,
        entry: &Entry,
        signatures: &[Signature],
        origin: &str,
    ) -> Result<(), SlotFault> {
        let approved = |lines| Approvals { lines, signatures };
        self.take_files(index, &entry.class, &entry.body)?;
        if let Class::Restricted(sealed) = &entry.class {
            let state = State { leaf, parts: sealed.digests().collect(), held: BTreeSet::new() };
            self.sealed.insert(index, state);
        }
        match &entry.body {
            Body::Constitution(body) if index == 0 => {
                self.approvers = body.erasers.as_ref().map(Approvers::read).transpose()?;
            }
            Body::Disclosure(body) => self.check_parts(body.of, &body.what)?,
            Body::Hold(body) if body.lifts => {
                // The order names one hold, so it can't be used again against a later one.
                let (_, on) = self
                    .hold(body.of.entry)
                    .filter(|(leaf, _)| *leaf == body.of.leaf)
                    .ok_or_else(|| {
                        let what = format!("entry {} is no hold", body.of.entry);
                        SealFault::new(SealCode::Entry, what)
                    })?;
                self.check_order(&Order::from(body), origin, approved(&body.approvals))?;
                if let Some(state) = self.sealed.get_mut(&on) {
                    state.held.remove(&body.of.entry);
                }
            }
            Body::Hold(body) => {
                self.state(body.of)?;
                self.holds.insert(index, (leaf, body.of.entry));
                if let Some(state) = self.sealed.get_mut(&body.of.entry) {
                    state.held.insert(index);
                }
            }
            Body::Erasure(body) => {
                self.check_parts(body.of, &body.what)?;
                self.check_order(&Order::from(body), origin, approved(&body.approvals))?;
                if let Some(hold) = self.held_by(body.of.entry) {
                    let what =
                        format!("entry {hold} holds it as evidence: have the hold lifted first");
                    return Err(SealFault::new(SealCode::Held, what));
                }
                self.erased.extend(body.what.iter().map(|part| (*part, index)));
                self.orders.insert(index, leaf);
            }
            Body::Destruction(body) if self.orders.get(&body.of.entry) != Some(&body.of.leaf) => {
                let what = format!("entry {} is no order of erasure", body.of.entry);
                return Err(SealFault::new(SealCode::Entry, what));
            }
            _ => {}
        }
        Ok(())
    }

    /// No entry may name what was erased, or a sealed file of another: to name it would be to plant
    /// it again, or to have it erased with the other.
    fn take_files(&mut self, index: u64, class: &Class, body: &Body) -> Result<(), SlotFault> {
        let files: BTreeSet<Hash> = class.attachments().iter().map(|file| file.ct).collect();
        let bodies: BTreeSet<Hash> = body.files().iter().map(|file| file.sha256).collect();
        for hash in files.union(&bodies) {
            if let Some(order) = self.erased.get(hash) {
                let what = format!("names the file {} that entry {order} erased", hash.to_hex());
                return Err(SealFault::new(SealCode::Erased, what));
            }
            if let Some(other) = self.ciphertexts.get(hash) {
                let what = format!("names the sealed file {} of entry {other}", hash.to_hex());
                return Err(SealFault::new(SealCode::Named, what));
            }
            if files.contains(hash) && self.named.contains(hash) {
                let what = format!("seals the file {} that is named in clear", hash.to_hex());
                return Err(SealFault::new(SealCode::Named, what));
            }
        }
        self.named.extend(bodies.difference(&files));
        self.ciphertexts.extend(files.into_iter().map(|hash| (hash, index)));
        Ok(())
    }

    fn state(&self, of: Slot) -> Result<&State, SlotFault> {
        self.sealed.get(&of.entry).filter(|state| state.leaf == of.leaf).ok_or_else(|| {
            let what = format!("entry {} is not the one meant, or withholds nothing", of.entry);
            SealFault::new(SealCode::Entry, what)
        })
    }

    fn check_parts(&self, of: Slot, what: &[Hash]) -> Result<(), SlotFault> {
        let state = self.state(of)?;
        for part in what {
            if !state.parts.contains(part) {
                let what = format!("entry {} has no part {}", of.entry, part.to_hex());
                return Err(SealFault::new(SealCode::Entry, what));
            }
            if let Some(order) = self.erased.get(part) {
                let what = format!("{} was erased by entry {order}", part.to_hex());
                return Err(SealFault::new(SealCode::Erased, what));
            }
        }
        Ok(())
    }

    fn check_order(
        &self,
        order: &Order,
        origin: &str,
        approvals: Approvals<'_>,
    ) -> Result<(), SlotFault> {
        let approvers = self.approvers.as_ref().ok_or_else(|| {
            let what = "this record's constitution names nobody who may order it";
            SealFault::new(SealCode::Threshold, what)
        })?;
        approvers.check(order, origin, approvals)
    }
}

/// Whether the stored bytes of an entry may concern [`Slots`] at all: it names files, or seals,
/// holds or erases something, or says who may. Of a long record most need not be read again. Inside
/// a text the quotes would be escaped, so no text looks like a sign.
#[must_use]
pub fn may_concern(index: u64, note: &[u8]) -> bool {
    const SIGNS: [&[u8]; 6] = [
        b"\"sha256\":\"",
        b"\"sd\":[",
        b"\"att\":[",
        b"\"kind\":\"hold\"",
        b"\"kind\":\"erasure\"",
        b"\"kind\":\"destruction\"",
    ];
    index == 0 || SIGNS.iter().any(|sign| memmem::find(note, sign).is_some())
}
