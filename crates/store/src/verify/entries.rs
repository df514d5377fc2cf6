//! Checks entries in their order: signature, form, author's chain, time, what they cite.

use std::collections::BTreeMap;

use servanda_entry::limits::ENTRY_BYTES_MAX;
use servanda_entry::{Anchor, Body, Cite, Entry};
use servanda_seal::Slots;
use servanda_time::Instant;
use servanda_tlog::{BundleId, Checkpoint, Hash, Note, Tree, leaf_hash};

use super::Report;
use crate::blob::blobs_of;
use crate::constitution::Founding;
use crate::record::FOUNDING_KIND;
use crate::register::Register;
use crate::writer::open_state;

/// A file that an entry names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Named {
    /// Its size as the entry states it.
    pub(super) bytes: u64,
    /// The first entry that names it.
    pub(super) by: u64,
}

/// What is carried from one entry to the next.
pub(super) struct Entries<'f> {
    origin: &'f str,
    founding: Option<&'f Founding>,
    /// Which keys hold, after the entries so far.
    register: Option<Register>,
    /// Number of entries and leaf of the last one, by author.
    chains: BTreeMap<String, (u64, Hash)>,
    /// Why the act at hand is not signed by those who must.
    refused: Option<String>,
    /// Some entry could not be read, so an author's chain may begin anywhere after it.
    lost: bool,
    last: Option<Instant>,
    cites: Vec<(Cite, u64, BundleId)>,
    pub(super) blobs: BTreeMap<Hash, Named>,
    /// What is sealed, held and erased.
    pub(super) slots: Slots,
    /// Some entry could not be read, so its files are not known.
    pub(super) incomplete: bool,
}

impl<'f> Entries<'f> {
    pub(super) fn new(origin: &'f str, founding: Option<&'f Founding>) -> Entries<'f> {
        Entries {
            origin,
            founding,
            register: founding.map(Register::of),
            chains: BTreeMap::new(),
            refused: None,
            lost: false,
            last: None,
            cites: Vec::new(),
            blobs: BTreeMap::new(),
            slots: Slots::new(),
            incomplete: false,
        }
    }

    /// Which keys hold after the last entry, unless some entry could not be read.
    pub(super) fn register(&self) -> Option<&Register> {
        self.register.as_ref().filter(|_| !self.incomplete)
    }

    /// A checkpoint of the journal after so many entries, which the key that holds then has signed.
    pub(super) fn open_state(&self, bytes: &[u8], size: u64) -> Result<Checkpoint, String> {
        let register = self.register.as_ref().ok_or("no key is known to check it with")?;
        open_state(register, bytes, size)
    }

    /// An entry is missing, so chains go on from nothing that is known.
    pub(super) fn lose_track(&mut self) {
        self.chains.clear();
        self.lost = true;
        self.incomplete = true;
    }

    pub(super) fn check(
        &mut self,
        place: &BundleId,
        index: u64,
        bytes: &[u8],
        report: &mut Report,
    ) {
        let before = report.faults.len();
        let mut fault = |what: String| report.fault(place, Some(index), what);
        let (entry, note) = match self.open(index, bytes) {
            Ok(opened) => opened,
            Err(what) => {
                fault(what);
                return self.lose_track();
            }
        };
        if let Some(what) = self.refused.take() {
            fault(what);
        }
        if (entry.body.kind() == FOUNDING_KIND) != (index == 0) {
            fault("the first entry must be the constitution, and no other may".into());
        }
        if let Some(founding) = self.founding.filter(|f| f.agreement != entry.agreement) {
            fault(format!(
                "it is of the agreement {:?}, the record of {:?}",
                entry.agreement, founding.agreement
            ));
        }
        if let Some(what) = self.check_chain(&entry) {
            fault(what);
        }
        if let Some(last) = self.last.filter(|last| *last > entry.at) {
            fault(format!("its time {} is before {last}, the one before it", entry.at));
        }
        if entry.cite.size > index {
            fault(format!("it cites {} entries, but stands at {index}", entry.cite.size));
        } else {
            self.cites.push((entry.cite, index, *place));
        }
        if let Some(seen) = entry.body.seen().filter(|seen| seen.size <= index) {
            self.cites.push((seen, index, *place));
        }
        if let Body::Anchor(Anchor { of, .. }) = entry.body {
            if of.size == 0 || of.size > index {
                fault(format!("it anchors {} entries, but stands at {index}", of.size));
            } else {
                self.cites.push((of, index, *place));
            }
        }
        let (leaf, signatures) = (leaf_hash(bytes), note.signatures());
        if let Err(what) = self.slots.take(index, leaf, &entry, signatures, self.origin) {
            fault(what.to_string());
        }
        for blob in blobs_of(&entry.class, &entry.body) {
            let named = Named { bytes: blob.bytes, by: index };
            let first = *self.blobs.entry(blob.sha256).or_insert(named);
            if first.bytes != named.bytes {
                fault(format!(
                    "it names the file {} with {} bytes, entry {} with {}",
                    blob.sha256.to_hex(),
                    named.bytes,
                    first.by,
                    first.bytes
                ));
            }
        }
        self.last = self.last.max(Some(entry.at));
        let next = entry.seq.saturating_add(1);
        self.chains.insert(entry.by, (next, leaf_hash(bytes)));
        if let Body::ForcedStart(start) = &entry.body {
            report.notice(format!(
                "entry {index}: written on without having heard enough mirrors, as its operator \
                 says: {}",
                start.reason
            ));
        }
        if report.faults.len() == before {
            report.checked.entries += 1;
        }
    }

    /// The entry, when its author has signed it and its form is right.
    fn open(&mut self, index: u64, bytes: &[u8]) -> Result<(Entry, Note), String> {
        let note = Note::parse(bytes, ENTRY_BYTES_MAX).map_err(|error| error.to_string())?;
        let entry =
            Entry::from_text(note.text(), self.origin).map_err(|error| error.to_string())?;
        // Without a constitution nobody's signature can be checked; that is a fault of its own.
        if let Some(register) = &mut self.register {
            // A change of keys holds for the entry that brings it.
            if let Err(fault) = register.take(index, &entry, &note) {
                self.refused = Some(fault.to_string());
            }
            let offices = register.offices_at(index);
            let signers = note.verify(&offices).map_err(|error| error.to_string())?;
            if !signers.iter().any(|signer| signer.name() == entry.by) {
                return Err(format!("{:?}, its author, has not signed it", entry.by));
            }
        }
        Ok((entry, note))
    }

    fn check_chain(&self, entry: &Entry) -> Option<String> {
        match self.chains.get(&entry.by) {
            None if self.lost => None,
            None if (entry.seq, entry.prev) == (0, None) => None,
            None => Some(format!(
                "it is the first of {:?} here, but not as it was written (seq {}): earlier ones \
                 were taken away",
                entry.by, entry.seq
            )),
            Some((next, _)) if *next != entry.seq => Some(format!(
                "it is number {} of {:?}, but {next} must follow: entries were taken away or \
                 added",
                entry.seq, entry.by
            )),
            Some((_, last)) if Some(*last) != entry.prev => {
                Some(format!("it does not follow the entry that {:?} wrote before", entry.by))
            }
            Some(_) => None,
        }
    }

    /// What an entry cites must be an earlier state of this very log.
    pub(super) fn check_cites(&mut self, leaves: &[Hash], report: &mut Report) {
        self.cites.sort_by_key(|(cite, index, _)| (cite.size, *index));
        let mut tree = Tree::new();
        let mut rest = leaves.iter();
        let mut root = tree.root();
        for (cite, index, place) in &self.cites {
            while tree.size() < cite.size {
                let Some(leaf) = rest.next() else { return };
                tree.push(*leaf);
                if tree.size() == cite.size {
                    root = tree.root();
                }
            }
            if cite.root != root {
                let what =
                    format!("with {} entries the log never had the root it cites", cite.size);
                report.fault(place, Some(*index), what);
            }
        }
    }
}
