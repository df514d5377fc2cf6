//! Entry 0: whose keys sign.

use servanda_entry::limits::ENTRY_BYTES_MAX;
use servanda_entry::{Body, Constitution, Entry, Office};
use servanda_seal::Approvers;
use servanda_tlog::{CosignerKey, LogKeys, Note, VerifierKey};

use crate::keys::Keys;

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
    }
}

impl Founding {
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
        constitution
            .erasers
            .as_ref()
            .map(Approvers::read)
            .transpose()
            .map_err(|fault| format!("those who may order an erasure: {}", fault.what))?;
        Ok(Founding { origin: origin.to_owned(), agreement: agreement.to_owned(), log, offices })
    }
}
