//! The acts and key acts of a record, found among its entries.

use memchr::memmem;
use servanda_entry::limits::ENTRY_BYTES_MAX;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use servanda_entry::{
    Body, Cite, Entry, Erasers, Instrument, KeyAct, KeyChange, Kind, OperatorRule, Signatory,
    Writing,
};
use servanda_seal::{Approvers, SealFault};
use servanda_time::Instant;
use servanda_tlog::{CHECKPOINT_BYTES_MAX, Hash, Note, Signature, VerifierKey};

use crate::bundle::Bundle;
use crate::constitution::constitution_of;
use crate::error::StoreError;
use crate::keys::Keys;
use crate::record::Record;
use crate::register::{Flagged, Holder, Register};
use crate::storage::{Local, Storage};

/// What an entry says whose kind is one that several hands sign. Inside a text the quotation marks
/// would be escaped, so nothing that a source says looks like it.
const MARKS: [&str; 2] = ["\"kind\":\"act\"", "\"kind\":\"key-act\""];

/// Whether there may be an act or a key act among these bytes, of an entry or of a bundle: a look
/// that costs little. What it lets through is read in full.
pub(crate) fn may_hold_act(bytes: &[u8]) -> bool {
    MARKS.iter().any(|mark| memmem::find(bytes, mark.as_bytes()).is_some())
}

/// An act or key act among the entries, opened without a check of its author.
pub(crate) fn open_act(bytes: &[u8], origin: &str) -> Option<(Entry, Note)> {
    if !may_hold_act(bytes) {
        return None;
    }
    let note = Note::parse(bytes, ENTRY_BYTES_MAX).ok()?;
    let entry = Entry::from_admitted_text(note.text(), origin).ok()?;
    Instrument::is_kind(entry.body.kind()).then_some((entry, note))
}

/// The register of keys after the entries of one more bundle, whose first is number `first`; or the
/// entry that is at fault, and why.
pub(crate) fn read(
    mut register: Register,
    first: u64,
    bundle: &Bundle,
) -> Result<Register, (u64, String)> {
    for (index, bytes) in (first..).zip(bundle.entries()) {
        take_act(&mut register, index, bytes).map_err(|what| (index, what))?;
    }
    Ok(register)
}

/// Takes an entry into the register, when it is an act.
pub(crate) fn take_act(register: &mut Register, index: u64, note: &[u8]) -> Result<(), String> {
    match open_act(note, register.origin()) {
        Some((entry, note)) => {
            register.take(index, &entry, &note).map_err(|fault| fault.to_string())
        }
        None => Ok(()),
    }
}

/// What a constitution lays down beside the log and the office.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parties {
    /// The parties and guarantors with their root keys.
    pub signatories: Vec<Signatory>,
    /// Who of them together may change the operator; none: nobody, ever.
    pub operator_by: Option<OperatorRule>,
    /// Who may order that sealed parts be erased; none: nobody, ever.
    pub erasers: Option<Erasers>,
}

impl Record {
    /// As [`Record::init`], with a constitution that names parties and guarantors.
    ///
    /// # Errors
    /// As [`Record::init`]; [`StoreError::Keys`] when what is laid down can't be used.
    #[expect(clippy::too_many_arguments, reason = "init's own, and the parties")]
    pub fn init_with(
        dir: impl AsRef<Path>,
        origin: &str,
        keys: &Keys,
        parties: Parties,
        at: Instant,
        agreement: &str,
        first: Vec<Body>,
        blobs: Vec<Vec<u8>>,
    ) -> Result<Record, StoreError> {
        let storage = Arc::new(Local::new(dir.as_ref()));
        Record::init_with_in(storage, origin, keys, parties, at, agreement, first, blobs)
    }

    /// Makes a record in a place that is empty; otherwise as [`Record::init_with`].
    ///
    /// # Errors
    /// As [`Record::init_with`].
    #[expect(clippy::too_many_arguments, reason = "init's own, and the parties")]
    pub fn init_with_in(
        storage: Arc<dyn Storage>,
        origin: &str,
        keys: &Keys,
        parties: Parties,
        at: Instant,
        agreement: &str,
        first: Vec<Body>,
        blobs: Vec<Vec<u8>>,
    ) -> Result<Record, StoreError> {
        if let Some(erasers) = &parties.erasers {
            refuse_ed25519_erasers(erasers, storage.place())?;
        }
        let mut constitution = constitution_of(keys);
        constitution.signatories = parties.signatories;
        constitution.operator_by = parties.operator_by;
        constitution.erasers = parties.erasers;
        Record::init_as(storage, origin, keys, constitution, at, agreement, first, blobs)
    }

    /// Drafts a key act on this state of the record: its number, what its signatories see, and of a
    /// change of the log's keys the handover.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when it is about a key that nobody holds or held.
    pub fn draft_key_act(
        &self,
        mut change: KeyChange,
        reason: &str,
    ) -> Result<Instrument, StoreError> {
        let refused = |why: String| StoreError::Refused { what: "the act".into(), why };
        let register = self.register();
        let holder = register.holder_of(&change).map_err(|fault| refused(fault.to_string()))?;
        if let KeyChange::RotateLog { log } | KeyChange::Operator { log, .. } = &mut change {
            log.handover = self.log_lines()?;
        }
        let number = register.next_number(&holder);
        let act = KeyAct { change, number, reason: reason.to_owned(), seen: self.state() };
        Ok(Instrument { agreement: self.agreement().to_owned(), body: Body::KeyAct(act) })
    }

    /// The entries that a revocation flags: acts that the key signed, and what an office wrote with
    /// it.
    ///
    /// # Errors
    /// As [`Record::entry`].
    pub fn flagged_entries(&self, flagged: &Flagged) -> Result<Vec<u64>, StoreError> {
        let mut found: BTreeSet<u64> = flagged.acts.iter().copied().collect();
        if let Holder::Office(name) = &flagged.holder {
            for item in self.entries(flagged.entries.clone()) {
                let (index, entry) = item?;
                let key = flagged.key.parse::<VerifierKey>().ok();
                if entry.by != *name {
                    continue;
                }
                let note = Note::parse(&self.note_bytes(index)?, ENTRY_BYTES_MAX).ok();
                let is_by = |note: Note| key.is_some_and(|key| note.verify(&[key]).is_ok());
                if note.is_some_and(is_by) {
                    found.insert(index);
                }
            }
        }
        Ok(found.into_iter().collect())
    }

    /// The state of the record, as an entry or an act cites it.
    #[must_use]
    pub fn state(&self) -> Cite {
        Cite { size: self.size(), root: self.root() }
    }

    /// The log's own signature lines under its checkpoint.
    fn log_lines(&self) -> Result<Vec<String>, StoreError> {
        let note = Note::parse(self.checkpoint(), CHECKPOINT_BYTES_MAX)
            .map_err(|error| StoreError::damaged(self.dir(), None, error))?;
        let keys = self.log_keys();
        let ids = [Some(keys.ed25519().id()), keys.mldsa44().map(|key| key.id())];
        let is_logs =
            |one: &&Signature| one.name() == self.origin() && ids.contains(&Some(one.id()));
        Ok(note.signatures().iter().filter(is_logs).map(ToString::to_string).collect())
    }

    /// Appends one act with the signatures of several hands ([`Instrument`]): a key act, or a
    /// legal act. `keys` are those that hold once it is in.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when it is not signed by those who must, is not the next, or cites a
    /// state that this record never had; and as [`Record::append`].
    pub fn append_act(
        &mut self,
        keys: &Keys,
        at: Instant,
        act: Body,
        signatures: &[Signature],
        blobs: Vec<Vec<u8>>,
    ) -> Result<u64, StoreError> {
        let mut blobs = blobs;
        blobs.extend(self.check_renewal(&act)?);
        self.append_signed(keys, at, vec![Writing::from(act)], signatures, blobs)
            .map(|range| range.start)
    }

    /// Whether an act could be entered with these signatures; gives the parties in whose names
    /// enough have signed.
    ///
    /// # Errors
    /// As [`Record::append_act`].
    pub fn would_enter(
        &self,
        at: Instant,
        act: &Body,
        signatures: &[Signature],
    ) -> Result<Vec<String>, StoreError> {
        self.check_renewal(act)?;
        let bodies = std::slice::from_ref(act);
        let root_at = |size| self.root_at(size).ok();
        let register = self.register.after(self.size(), at, bodies, signatures, root_at)?;
        let entered = register.acts().iter().find(|act| act.entry == self.size());
        Ok(entered.map(|act| act.parties.clone()).unwrap_or_default())
    }
}

/// Records of before name erasers whose orders Ed25519 alone protects; no new one does.
fn refuse_ed25519_erasers(erasers: &Erasers, place: &Path) -> Result<(), StoreError> {
    let refused = |what: String| StoreError::Keys { path: place.to_owned(), what };
    let unusable = |fault: SealFault| format!("those who may order an erasure: {}", fault.what);
    match Approvers::read(erasers).map_err(|fault| refused(unusable(fault)))?.sign_twice() {
        true => Ok(()),
        false => Err(refused(
            "the keys of those who may order an erasure sign with Ed25519 alone; have each make \
             one that signs with ML-DSA-44 too: servanda erase key"
                .into(),
        )),
    }
}

impl Register {
    /// The register once these bodies are entries too, the first of them at `index`; `root_at` is
    /// the root that the record had with so many entries.
    pub(crate) fn after(
        &self,
        index: u64,
        at: Instant,
        bodies: &[Body],
        signatures: &[Signature],
        root_at: impl Fn(u64) -> Option<Hash>,
    ) -> Result<Register, StoreError> {
        let refused = |why: String| StoreError::Refused { what: "the act".into(), why };
        let mut register = self.clone();
        let changes = |body: &Body| body.kind() == Kind::KeyAct;
        if bodies.len() > 1 && (bodies.iter().any(changes) || !signatures.is_empty()) {
            return Err(refused("it must be entered on its own".into()));
        }
        for (index, body) in (index..).zip(bodies) {
            if body
                .seen()
                .is_some_and(|seen| seen.size == 0 || root_at(seen.size) != Some(seen.root))
            {
                let why = "it was drafted on another record or history: this one never had the \
                           state that it cites";
                return Err(refused(why.into()));
            }
            register
                .take_signed(index, at.ms(), body, signatures)
                .map_err(|fault| refused(fault.to_string()))?;
        }
        Ok(register)
    }
}
