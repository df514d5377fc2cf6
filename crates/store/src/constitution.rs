//! Entry 0: whose keys sign.

use std::path::Path;

use servanda_entry::limits::ENTRY_BYTES_MAX;
use servanda_entry::{Body, Constitution, Entry, Office};
use servanda_seal::Approvers;
use servanda_tlog::{
    CHECKPOINT_BYTES_MAX, Checkpoint, CheckpointError, CosignerKey, LogKeys, Note, VerifierKey,
    bundles_between,
};

use crate::bundle::Bundle;
use crate::error::StoreError;
use crate::keys::Keys;
use crate::layout::{CHECKPOINT, JOURNAL};
use crate::pending::Pending;
use crate::register::{Declared, Register};
use crate::storage::Storage;

/// What the office that keeps the record does.
const OFFICE_ROLE: &str = "keeps the record";

/// What entry 0 lays down, with its keys read.
#[derive(Debug, Clone)]
pub(crate) struct Founding {
    /// The record's name, as entry 0 states it.
    pub(crate) origin: String,
    pub(crate) agreement: String,
    pub(crate) log: LogKeys,
    pub(crate) offices: Vec<VerifierKey>,
    /// The parties and guarantors, in records that name them.
    pub(crate) declared: Declared,
    /// Who may order that sealed parts be erased, in records that say so.
    pub(crate) erasers: Option<Approvers>,
}

/// The constitution of a record with one office.
pub(crate) fn constitution_of(keys: &Keys) -> Constitution {
    Constitution {
        erasers: None,
        log: keys.log.verifier_key().to_string(),
        log_mldsa44: keys.log_mldsa44.as_ref().map(|cosigner| cosigner.key().to_string()),
        offices: vec![Office {
            key: keys.office.verifier_key().to_string(),
            role: OFFICE_ROLE.into(),
        }],
        operator_by: None,
        signatories: Vec::new(),
    }
}

impl Founding {
    /// Reads entry 0 of a record of which nothing is published: from the journal.
    pub(crate) fn pending(
        storage: &dyn Storage,
        pending: &Pending,
    ) -> Result<Founding, StoreError> {
        let first = pending.batches.first().filter(|first| first.base == 0);
        let Some(note) = first.and_then(|first| first.entries.first()) else {
            return Err(StoreError::NoRecord { path: storage.place().to_owned() });
        };
        let journal = storage.place().join(JOURNAL);
        Founding::read(note).map_err(|what| StoreError::damaged(journal, Some(0), what))
    }

    /// Reads entry 0 of a record whose published checkpoint this is.
    pub(crate) fn published(
        storage: &dyn Storage,
        published: &[u8],
    ) -> Result<Founding, StoreError> {
        let bad_head =
            |what: String| StoreError::damaged(storage.place().join(CHECKPOINT), None, what);
        let claimed = claimed(published).map_err(bad_head)?;
        let first = bundles_between(0, claimed.size()).next().ok_or_else(|| {
            bad_head("the record has no entries, not even its constitution".into())
        })?;
        let path = storage.place().join(first.to_string());
        let bundle = Bundle::read(storage, first)?;
        let founding = Founding::read(bundle.get(0).unwrap_or_default())
            .map_err(|what| StoreError::damaged(&path, Some(0), what))?;
        Ok(founding)
    }

    /// Whether the keys are those that hold, by a register of this record, which lies in `place`.
    pub(crate) fn check_keys(
        &self,
        register: &Register,
        keys: &Keys,
        place: &Path,
    ) -> Result<(), StoreError> {
        let (log, office) = (keys.log.verifier_key(), keys.office.verifier_key());
        let refused = |what: String| Err(StoreError::Keys { path: place.to_owned(), what });
        let named = register.log_at(u64::MAX).unwrap_or(&self.log);
        if log != named.ed25519() {
            return refused(format!(
                "the log's key given is {} ({}), but this record is signed with {} ({}); give the \
                 keys of this record",
                log.name(),
                log.id(),
                named.ed25519().name(),
                named.ed25519().id()
            ));
        }
        if keys.log_mldsa44.as_ref().map(|given| given.key()) != named.mldsa44() {
            return refused(match named.mldsa44() {
                Some(key) => format!(
                    "the log's ML-DSA-44 key ({}) is missing or another; give the keys of this \
                     record",
                    key.id()
                ),
                None => "this record has no ML-DSA-44 key; give the keys of this record".into(),
            });
        }
        if !register.offices_at(u64::MAX).contains(office) {
            return refused(format!(
                "the office's key given, {} ({}), is not in the record's constitution, or no \
                 longer holds; give the keys of this record",
                office.name(),
                office.id()
            ));
        }
        Ok(())
    }

    /// Reads entry 0, which one of the offices that it names must have signed.
    pub(crate) fn read(note: &[u8]) -> Result<Founding, String> {
        let note = Note::parse(note, ENTRY_BYTES_MAX).map_err(|error| error.to_string())?;
        let origin = note.text().lines().nth(1).unwrap_or_default();
        let entry = Entry::from_admitted_text(note.text(), origin).map_err(|e| e.to_string())?;
        let Body::Constitution(constitution) = &entry.body else {
            return Err("the first entry must be the constitution, but is not".into());
        };
        let founding = Founding::of(&entry.agreement, constitution, origin)?;
        note.verify(&founding.offices).map_err(|error| error.to_string())?;
        Ok(founding)
    }

    /// Reads the keys of a constitution.
    pub(crate) fn of(
        agreement: &str,
        constitution: &Constitution,
        origin: &str,
    ) -> Result<Founding, String> {
        let unusable = |error| format!("the constitution names a key that can't be used: {error}");
        let read = |key: &str| key.parse::<VerifierKey>().map_err(unusable);
        let log = read(&constitution.log)?;
        if log.name() != origin {
            return Err(format!(
                "the log's key is named {:?}, not {origin:?} as the record is",
                log.name()
            ));
        }
        let mldsa44 = constitution.log_mldsa44.as_deref().map(str::parse::<CosignerKey>);
        let log = LogKeys::new(log, mldsa44.transpose().map_err(unusable)?).map_err(unusable)?;
        let mut offices: Vec<VerifierKey> = Vec::new();
        for office in &constitution.offices {
            let key = read(&office.key)?;
            // An author is known by the name alone.
            if offices.iter().any(|other| other.name() == key.name()) {
                return Err(format!("two offices have the name {:?}", key.name()));
            }
            offices.push(key);
        }
        if offices.is_empty() {
            return Err("the constitution names no office, so nobody may write".into());
        }
        let erasers = (constitution.erasers.as_ref())
            .map(Approvers::read)
            .transpose()
            .map_err(|fault| format!("those who may order an erasure: {}", fault.what))?;
        let declared = Declared::read(constitution)?;
        let (origin, agreement) = (origin.to_owned(), agreement.to_owned());
        Ok(Founding { origin, agreement, log, offices, declared, erasers })
    }
}

/// What a checkpoint states, its signatures not checked.
pub(crate) fn claimed(bytes: &[u8]) -> Result<Checkpoint, String> {
    Note::parse(bytes, CHECKPOINT_BYTES_MAX)
        .map_err(|error| error.to_string())?
        .text()
        .parse()
        .map_err(|error: CheckpointError| error.to_string())
}
