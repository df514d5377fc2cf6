//! What may be committed: entries that were checked against the record as it stands.

use std::collections::{BTreeMap, BTreeSet};

use servanda_entry::limits::ENTRY_BYTES_MAX;
use servanda_entry::{Anchor, Body, Cite, Class, Entry, Instrument, Writing};
use servanda_seal::Slots;
use servanda_time::Instant;
use servanda_tlog::{Hash, Note, Signature, TREE_SIZE_MAX, VerifierKey, leaf_hash, sha256};

use super::edge::refused;
use super::{Chains, Writer};
use crate::blob::{blobs_of, measure};
use crate::erased::concern_slots;
use crate::error::StoreError;
use crate::keys::Keys;
use crate::layout::BLOB_BYTES_MAX;
use crate::record::FOUNDING_KIND;
use crate::register::Register;

/// So many entries are worth a thread.
const NOTES_EACH_MIN: usize = 64;

/// Entries that may follow the record as it was when they were checked, and the files that they
/// name and it lacks.
#[derive(Debug, Default)]
pub struct Admitted {
    /// Entries in the log before them.
    pub(super) base: u64,
    pub(super) notes: Vec<Vec<u8>>,
    pub(super) leaves: Vec<Hash>,
    pub(super) blobs: BTreeMap<Hash, Vec<u8>>,
    /// What is sealed, held and erased once they are in, where they touch it.
    pub(super) slots: Option<Slots>,
    /// The keys that hold once they are in, where that changes.
    pub(super) register: Option<Register>,
    /// What they make of the times and chains.
    pub(super) last_at: Option<Instant>,
    pub(super) chains: Chains,
}

impl Admitted {
    /// The entries, as they will be stored.
    #[must_use]
    pub fn notes(&self) -> &[Vec<u8>] {
        &self.notes
    }
}

impl Writer<'_> {
    /// Makes entries of bodies, signed by the office.
    ///
    /// # Errors
    /// [`StoreError::Refused`], [`StoreError::TimeGoesBack`], [`StoreError::Damaged`],
    /// [`StoreError::Poisoned`].
    pub fn sign(
        &mut self,
        at: Instant,
        bodies: Vec<Body>,
        blobs: Vec<Vec<u8>>,
    ) -> Result<Admitted, StoreError> {
        self.sign_with(at, bodies.into_iter().map(Writing::from).collect(), &[], blobs)
    }

    /// As [`Writer::sign`], of any class; `signatures` are those of several hands, of the one act
    /// that the writings then are.
    pub(crate) fn sign_with(
        &mut self,
        at: Instant,
        writings: Vec<Writing>,
        signatures: &[Signature],
        blobs: Vec<Vec<u8>>,
    ) -> Result<Admitted, StoreError> {
        self.refuse_poisoned()?;
        let mut admitted = self.nothing_yet();
        let keys = self.keys;
        let is_act = |writing: &Writing| Instrument::is_kind(writing.body.kind());
        if writings.iter().any(is_act) || !signatures.is_empty() {
            let root_at = |size| self.cited(size);
            let bodies: Vec<Body> = writings.iter().map(|writing| writing.body.clone()).collect();
            let after = self.register.after(admitted.base, at, &bodies, signatures, root_at)?;
            admitted.register = Some(after);
        }
        let register = admitted.register.as_ref().unwrap_or(&self.register);
        self.founding.check_keys(register, keys, self.storage.place())?;
        if let Some(last) = self.edge.last_at().filter(|last| at < *last) {
            return Err(StoreError::TimeGoesBack { at, last });
        }
        let named = writings.iter().map(|writing| (&writing.class, &writing.body));
        admitted.blobs = self.check_blobs(&named.collect::<Vec<_>>(), blobs)?;
        let mut slots = match concern_slots(&writings) {
            true => Some(self.known_slots()?),
            false => None,
        };
        let by = keys.office.name();
        let (mut seq, mut prev) = self.chain_of(by)?;
        let cite = Cite { size: admitted.base, root: self.edge.root() };
        for (place, Writing { class, body }) in writings.into_iter().enumerate() {
            self.check_kind(place, &body, admitted.base)?;
            let entry = Entry {
                agreement: self.founding.agreement.clone(),
                by: by.to_owned(),
                seq,
                prev,
                cite,
                at,
                class,
                body,
            };
            let note = signed(&entry, &self.founding.origin, keys, signatures)
                .map_err(|why| refused(place, why))?;
            let leaf = leaf_hash(&note);
            if let Some(slots) = &mut slots {
                let index = admitted.base + place as u64;
                (slots.take(index, leaf, &entry, signatures, &self.founding.origin))
                    .map_err(|fault| StoreError::Sealed { place, fault })?;
            }
            (seq, prev) = (seq + 1, Some(leaf));
            admitted.leaves.push(leaf);
            admitted.notes.push(note);
        }
        admitted.slots = slots;
        admitted.last_at = Some(at);
        admitted.chains.insert(by.to_owned(), (seq, prev));
        Ok(admitted)
    }

    /// Checks entries that were signed elsewhere: the form, the author's signature and chain, what
    /// is cited, the time, the files. They may follow one another.
    ///
    /// # Errors
    /// [`StoreError::Refused`] naming the first that can't be taken and why;
    /// [`StoreError::Poisoned`].
    pub fn check(
        &mut self,
        notes: Vec<Vec<u8>>,
        blobs: Vec<Vec<u8>>,
    ) -> Result<Admitted, StoreError> {
        self.refuse_poisoned()?;
        let mut admitted = self.nothing_yet();
        let mut writings = Vec::with_capacity(notes.len());
        let (mut last, mut cited) = (self.edge.last_at(), None);
        let offices = self.register.offices_at(admitted.base);
        let opened = open_all(&notes, &self.founding.origin, &offices);
        for (place, (note, opened)) in notes.iter().zip(opened).enumerate() {
            let index = admitted.base + place as u64;
            let entry = opened
                .and_then(|opened| self.take_foreign(index, opened, &mut admitted.register))
                .map_err(|why| refused(place, why))?;
            self.check_kind(place, &entry.body, admitted.base)?;
            if let Some(last) = last.filter(|last| entry.at < *last) {
                return Err(StoreError::TimeGoesBack { at: entry.at, last });
            }
            last = Some(entry.at);
            let (seq, prev) = match admitted.chains.get(&entry.by) {
                Some(known) => *known,
                None => self.chain_of(&entry.by)?,
            };
            if (entry.seq, entry.prev) != (seq, prev) {
                let why = format!(
                    "it is number {} of {:?}, and number {seq} must follow, after the entry that \
                     it names as the one before",
                    entry.seq, entry.by
                );
                return Err(refused(place, why));
            }
            if cited != Some(entry.cite) && self.cited(entry.cite.size) != Some(entry.cite.root) {
                let why = format!(
                    "the log never had the root that it cites for {} entries",
                    entry.cite.size
                );
                return Err(refused(place, why));
            }
            cited = Some(entry.cite);
            let leaf = leaf_hash(note);
            admitted.chains.insert(entry.by, (seq + 1, Some(leaf)));
            admitted.leaves.push(leaf);
            writings.push(Writing { class: entry.class, body: entry.body });
        }
        if concern_slots(&writings) {
            let why = "what is sealed, and what names files, is entered by the office".into();
            return Err(refused(0, why));
        }
        admitted.blobs = self.check_blobs(&[], blobs)?;
        (admitted.notes, admitted.last_at) = (notes, last);
        Ok(admitted)
    }

    fn nothing_yet(&self) -> Admitted {
        Admitted { base: self.size(), ..Admitted::default() }
    }

    fn check_kind(&self, place: usize, body: &Body, base: u64) -> Result<(), StoreError> {
        if base + place as u64 >= TREE_SIZE_MAX {
            let why = format!("a record has at most {TREE_SIZE_MAX} entries");
            return Err(refused(place, why));
        }
        let is_first = base == 0 && place == 0;
        if (body.kind() == FOUNDING_KIND) != is_first {
            let why = "only the first entry of a record is a constitution".into();
            return Err(refused(place, why));
        }
        if let Body::Anchor(Anchor { of, .. }) = body
            && (of.size == 0 || self.cited(of.size) != Some(of.root))
        {
            return Err(refused(place, "this record never had the state that it anchors".into()));
        }
        Ok(())
    }

    /// What only the entries before it can tell of one that others wrote. An act may change the
    /// register of keys; then those of before do not say who may sign.
    fn take_foreign(
        &self,
        index: u64,
        opened: Opened,
        register: &mut Option<Register>,
    ) -> Result<Entry, String> {
        let Opened { note, entry, is_signed } = opened;
        if entry.agreement != self.founding.agreement {
            return Err(format!("it is of the agreement {:?}", entry.agreement));
        }
        if Instrument::is_kind(entry.body.kind()) {
            let register = register.get_or_insert_with(|| self.register.clone());
            register.take(index, &entry, &note).map_err(|fault| fault.to_string())?;
        }
        let is_signed = match register {
            Some(register) => is_signed_by(&note, &entry, &register.offices_at(index)),
            None => is_signed,
        };
        match is_signed? {
            true => Ok(entry),
            false => Err(format!("{:?}, its author, has not signed it", entry.by)),
        }
    }

    /// What is sealed, held and erased in the record so far.
    fn known_slots(&self) -> Result<Slots, StoreError> {
        match &self.slots {
            Some(slots) => Ok(slots.clone()),
            None => self.edge.slots(self.storage.as_ref(), &self.founding),
        }
    }

    /// How many entries the author wrote, and the leaf of the last.
    fn chain_of(&self, author: &str) -> Result<(u64, Option<Hash>), StoreError> {
        self.edge.chain_of(self.storage.as_ref(), &self.founding, author)
    }

    /// The root that the log had with so many entries.
    fn cited(&self, size: u64) -> Option<Hash> {
        self.edge.root_at(self.storage.as_ref(), size)
    }

    /// Every file given is named, every file named is given or stored; gives those to be written.
    fn check_blobs(
        &self,
        named_in: &[(&Class, &Body)],
        blobs: Vec<Vec<u8>>,
    ) -> Result<BTreeMap<Hash, Vec<u8>>, StoreError> {
        let mut given = by_hash(blobs)?;
        let mut named = BTreeSet::new();
        let mut stored = BTreeSet::new();
        for (place, (class, body)) in named_in.iter().enumerate() {
            for blob in blobs_of(class, body) {
                let hash = blob.sha256;
                named.insert(hash);
                let measured = measure(self.storage.as_ref(), hash).ok();
                let measured = measured.filter(|(is, _)| *is == hash);
                let bytes = match (measured, given.get(&hash)) {
                    (Some((_, bytes)), _) => {
                        stored.insert(hash);
                        bytes
                    }
                    (None, Some(given)) => given.len() as u64,
                    (None, None) => {
                        let why = format!(
                            "the file {:?} that it names is neither given nor in the record",
                            blob.name
                        );
                        return Err(refused(place, why));
                    }
                };
                if bytes != blob.bytes {
                    let why = format!(
                        "the file {:?} has {bytes} bytes, not {} as the entry says",
                        blob.name, blob.bytes
                    );
                    return Err(refused(place, why));
                }
            }
        }
        if let Some(hash) = given.keys().find(|hash| !named.contains(*hash)) {
            return Err(StoreError::Refused {
                what: format!("the file with SHA-256 {}", hash.to_hex()),
                why: "no entry names it; name it in a body of this append, or leave it out".into(),
            });
        }
        given.retain(|hash, _| !stored.contains(hash));
        Ok(given)
    }
}

/// An entry that others wrote, and whether its author has signed it.
struct Opened {
    note: Note,
    entry: Entry,
    is_signed: Result<bool, String>,
}

/// Opens entries, on all cores: what there is to check of each by itself takes most of the time.
fn open_all(
    notes: &[Vec<u8>],
    origin: &str,
    offices: &[VerifierKey],
) -> Vec<Result<Opened, String>> {
    let open = |notes: &[Vec<u8>]| -> Vec<Result<Opened, String>> {
        notes.iter().map(|note| open_one(note, origin, offices)).collect()
    };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let each = notes.len().div_ceil(cores).max(NOTES_EACH_MIN);
    std::thread::scope(|scope| {
        let parts: Vec<_> = notes.chunks(each).collect();
        let Some((last, others)) = parts.split_last() else { return Vec::new() };
        let others: Vec<_> = others.iter().map(|part| scope.spawn(|| open(part))).collect();
        let last = open(last);
        let failed = |_| vec![Err("it could not be checked".to_owned())];
        let others = others.into_iter().flat_map(|other| other.join().unwrap_or_else(failed));
        others.chain(last).collect()
    })
}

fn open_one(note: &[u8], origin: &str, offices: &[VerifierKey]) -> Result<Opened, String> {
    let note = Note::parse(note, ENTRY_BYTES_MAX).map_err(|error| error.to_string())?;
    let entry = Entry::from_text(note.text(), origin).map_err(|error| error.to_string())?;
    let is_signed = is_signed_by(&note, &entry, offices);
    Ok(Opened { note, entry, is_signed })
}

/// Whether the author has signed it, who must be one of the offices.
fn is_signed_by(note: &Note, entry: &Entry, offices: &[VerifierKey]) -> Result<bool, String> {
    let signers = note.verify(offices).map_err(|error| error.to_string())?;
    Ok(signers.iter().any(|signer| signer.name() == entry.by))
}

/// The signed bytes of an entry that every reader will accept.
fn signed(
    entry: &Entry,
    origin: &str,
    keys: &Keys,
    others: &[Signature],
) -> Result<Vec<u8>, String> {
    let text = entry.text(origin).map_err(|error| error.to_string())?;
    // The text is canonical as it was written just now; that it says the same is what can fail.
    let again = Entry::from_admitted_text(&text, origin).map_err(|error| error.to_string())?;
    if again != *entry {
        return Err("it does not read back as it was given".into());
    }
    let mut note = Note::new(&text).map_err(|error| error.to_string())?;
    note.sign(&keys.office).map_err(|error| error.to_string())?;
    for other in others {
        note.add_signature(other.clone()).map_err(|error| error.to_string())?;
    }
    let note = note.to_bytes().map_err(|error| error.to_string())?;
    Note::parse(&note, ENTRY_BYTES_MAX).map_err(|error| error.to_string())?;
    Ok(note)
}

fn by_hash(blobs: Vec<Vec<u8>>) -> Result<BTreeMap<Hash, Vec<u8>>, StoreError> {
    let mut by_hash = BTreeMap::new();
    for bytes in blobs {
        if bytes.len() as u64 > BLOB_BYTES_MAX {
            return Err(StoreError::Refused {
                what: format!("a file of {} bytes", bytes.len()),
                why: format!("at most {BLOB_BYTES_MAX} are allowed; split it"),
            });
        }
        by_hash.insert(sha256(&bytes), bytes);
    }
    Ok(by_hash)
}
