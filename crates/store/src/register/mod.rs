//! Which keys hold when: the constitution, then each key act in its order. Pure.
//!
//! A key act at entry *i* takes effect with that entry: the office that it brings may sign entry
//! *i* itself, and the checkpoint that first covers entry *i* is signed with the log's keys that it
//! brings. What a register has taken in was signed by those who must; what it refuses is no part
//! of a record.

mod authority;
mod declared;
mod flags;

use std::collections::{BTreeMap, BTreeSet};

use servanda_entry::{Body, Entry, Instrument, KeyAct, KeyChange};
use servanda_tlog::{ActKey, Hash, LogKeys, Note, Signature, VerifierKey, sha3_256};
use thiserror::Error;

use crate::constitution::Founding;

pub(crate) use declared::{Declared, Rule};
pub use flags::{Flagged, Witnessed};

/// The hash of a renewal: SHA3-256 (FIPS 202).
pub const RENEWAL_ALGORITHM: &str = "sha3-256";

/// Why a key act is no part of the record.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum KeyFault {
    /// It names keys or sizes that can't be used.
    #[error("the key act can't be used: {0}")]
    Form(String),
    /// It is not the next about its holder, or was entered before.
    #[error("the key act does not follow: {0}")]
    Order(String),
    /// The constitution lays down nobody who could do that.
    #[error("{0}; what a constitution does not lay down can't be done later: found a new record")]
    Undeclared(String),
    /// Too few of those have signed who must, or not well.
    #[error("not signed by those who must: {0}")]
    Signature(String),
}

/// Who holds a key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Holder {
    /// The log: its operator.
    Log,
    /// An office, by its name.
    Office(String),
    /// A party or guarantor, by its identifier.
    Party(String),
}

impl std::fmt::Display for Holder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Holder::Log => f.write_str("the log"),
            Holder::Office(name) => write!(f, "the office {name}"),
            Holder::Party(id) => f.write_str(id),
        }
    }
}

/// A key, or the two keys of a log, as they are held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    /// Of the log.
    Log(LogKeys),
    /// Of an office.
    Office(VerifierKey),
    /// Of a party or guarantor.
    Party(ActKey),
}

impl Key {
    /// The key as it is written; of the log that for Ed25519.
    #[must_use]
    pub fn written(&self) -> String {
        match self {
            Key::Log(keys) => keys.ed25519().to_string(),
            Key::Office(key) => key.to_string(),
            Key::Party(key) => key.to_string(),
        }
    }

    fn is_written(&self, text: &str) -> bool {
        match self {
            Key::Log(keys) => keys.contains(text),
            other => other.written() == text,
        }
    }

    /// The key with which it takes part in an act.
    fn act_key(&self) -> Option<ActKey> {
        match self {
            Key::Log(keys) => ActKey::of(keys.ed25519(), keys.mldsa44()).ok(),
            Key::Office(key) => ActKey::of(key, None).ok(),
            Key::Party(key) => Some(key.clone()),
        }
    }
}

/// A key and the time for which it is held, in entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// By whom.
    pub holder: Holder,
    /// The key.
    pub key: Key,
    /// The entry that brought it; 0 is the constitution.
    pub since: u64,
    /// The entry that put another in its place, or took it away.
    pub until: Option<u64>,
    /// That it was known to others.
    pub revoked: Option<Revocation>,
}

/// A revocation of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Revocation {
    /// The entry that says so.
    pub entry: u64,
    /// Since when, as it says.
    pub compromised_since_ms: i64,
}

/// An act that several hands signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedAct {
    /// The entry.
    pub entry: u64,
    /// Written keys that signed, in the order of their names.
    pub keys: Vec<String>,
    /// Parties and guarantors in whose names enough have signed.
    pub parties: Vec<String>,
    /// The key act, where it is one.
    pub key_act: Option<KeyAct>,
}

/// A party or guarantor, as the constitution or its last rotation has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// Its identifier.
    pub id: String,
    /// What it is to the agreement.
    pub role: String,
    /// How many of its keys must sign.
    pub threshold: u32,
}

/// The register of keys, as of a number of entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Register {
    origin: String,
    agreement: String,
    held: Vec<Held>,
    parties: Vec<Party>,
    rule: Option<Rule>,
    numbers: BTreeMap<Holder, u64>,
    acts: Vec<SignedAct>,
    entered: BTreeSet<Hash>,
}

impl Register {
    /// The keys that the constitution names.
    pub(crate) fn of(founding: &Founding) -> Register {
        let held = |holder, key| Held { holder, key, since: 0, until: None, revoked: None };
        let mut all = vec![held(Holder::Log, Key::Log(founding.log.clone()))];
        for key in &founding.offices {
            all.push(held(Holder::Office(key.name().to_owned()), Key::Office(key.clone())));
        }
        let mut parties = Vec::new();
        for party in &founding.declared.parties {
            parties.push(Party {
                id: party.id.clone(),
                role: party.role.clone(),
                threshold: party.threshold,
            });
            let keys = party.keys.iter().cloned();
            all.extend(keys.map(|key| held(Holder::Party(party.id.clone()), Key::Party(key))));
        }
        Register {
            origin: founding.origin.clone(),
            agreement: founding.agreement.clone(),
            held: all,
            parties,
            rule: founding.declared.rule.clone(),
            numbers: BTreeMap::new(),
            acts: Vec::new(),
            entered: BTreeSet::new(),
        }
    }

    /// Takes in the next entry. Only acts and key acts change anything.
    ///
    /// That the record had the state that an act cites is not checked here.
    ///
    /// # Errors
    /// [`KeyFault`]; the register is then what it was.
    pub fn take(&mut self, index: u64, entry: &Entry, note: &Note) -> Result<(), KeyFault> {
        self.take_signed(index, entry.at.ms(), &entry.body, note.signatures())
    }

    /// As [`Register::take`], of what is to be entered.
    pub(crate) fn take_signed(
        &mut self,
        index: u64,
        at_ms: i64,
        body: &Body,
        signatures: &[Signature],
    ) -> Result<(), KeyFault> {
        if !Instrument::is_kind(body.kind()) {
            return Ok(());
        }
        let seen = body.seen();
        let instrument = Instrument { agreement: self.agreement.clone(), body: body.clone() };
        let text = instrument.text(&self.origin).map_err(|e| KeyFault::Form(e.to_string()))?;
        if seen.is_some_and(|seen| seen.size > index || seen.size == 0) {
            return Err(KeyFault::Order("it cites a state that was not yet there".into()));
        }
        let (keys, parties) = match body {
            Body::KeyAct(act) => self.change(index, at_ms, act, &text, signatures)?,
            _ => {
                let signed = authority::signed_by(&text, signatures, &self.candidates(&[]))?;
                let none = BTreeSet::new();
                let parties =
                    self.parties.iter().filter(|party| self.is_met(party, &signed, &none));
                let parties = parties.map(|party| party.id.clone()).collect();
                (signed, parties)
            }
        };
        if keys.is_empty() {
            return Ok(());
        }
        if seen.is_none() {
            return Err(KeyFault::Form("it does not say which state its signatories saw".into()));
        }
        if !self.entered.insert(sha3_256(text.as_bytes())) {
            return Err(KeyFault::Order("what was signed was entered before".into()));
        }
        let keys = keys.iter().map(ToString::to_string).collect();
        let key_act = match body {
            Body::KeyAct(act) => Some(act.clone()),
            _ => None,
        };
        self.acts.push(SignedAct { entry: index, keys, parties, key_act });
        Ok(())
    }

    /// Name of the record.
    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }

    /// The keys with which the checkpoint of so many entries must be signed.
    #[must_use]
    pub fn log_at(&self, size: u64) -> Option<&LogKeys> {
        let logs = self.held.iter().rev().filter_map(|held| match &held.key {
            Key::Log(keys) => Some((held.since, keys)),
            _ => None,
        });
        logs.into_iter().find(|(since, _)| *since < size.max(1)).map(|(_, keys)| keys)
    }

    /// All keys of the log, those of now and those of before.
    pub fn logs(&self) -> impl Iterator<Item = &LogKeys> {
        self.held.iter().filter_map(|held| match &held.key {
            Key::Log(keys) => Some(keys),
            _ => None,
        })
    }

    /// Checks the signatures of a legal act, of which this is the instrument, by the keys that
    /// parties held when it was entered.
    ///
    /// # Errors
    /// [`KeyFault::Signature`] when one in a party's name is not its own.
    pub(crate) fn check_signatures_at(
        &self,
        index: u64,
        instrument: &str,
        note: &Note,
    ) -> Result<(), KeyFault> {
        let then = self
            .held
            .iter()
            .filter(|held| held.since <= index && held.until.is_none_or(|until| index <= until));
        let keys: Vec<ActKey> = then.filter_map(|held| held.key.act_key()).collect();
        authority::signed_by(instrument, note.signatures(), &keys).map(drop)
    }

    /// Whether this is, or was, a key of the log.
    #[must_use]
    pub fn is_log_key(&self, written: &str) -> bool {
        self.held.iter().any(|held| held.holder == Holder::Log && held.key.is_written(written))
    }

    /// The keys of the offices that may sign entry `index`.
    #[must_use]
    pub fn offices_at(&self, index: u64) -> Vec<VerifierKey> {
        let held = self
            .held
            .iter()
            .filter(|held| held.since <= index && held.until.is_none_or(|until| index <= until));
        held.filter_map(|held| match &held.key {
            Key::Office(key) => Some(key.clone()),
            _ => None,
        })
        .collect()
    }

    /// All keys, held now or before, in the order in which they came.
    #[must_use]
    pub fn keys(&self) -> &[Held] {
        &self.held
    }

    /// The parties and guarantors.
    #[must_use]
    pub fn parties(&self) -> &[Party] {
        &self.parties
    }

    /// Who together may change the operator: how many of whom.
    #[must_use]
    pub fn operator_by(&self) -> Option<(u32, &[String])> {
        self.rule.as_ref().map(|rule| (rule.threshold, rule.of.as_slice()))
    }

    /// The acts that several hands signed, and all key acts, in their order.
    #[must_use]
    pub fn acts(&self) -> &[SignedAct] {
        &self.acts
    }

    /// The entries that are key acts.
    pub fn key_acts(&self) -> impl Iterator<Item = u64> {
        self.acts.iter().filter(|act| act.key_act.is_some()).map(|act| act.entry)
    }

    /// The renewals, each with its entry.
    pub fn renewals(&self) -> impl Iterator<Item = (u64, &KeyAct)> {
        self.acts.iter().filter_map(|act| {
            let key_act = act.key_act.as_ref()?;
            matches!(key_act.change, KeyChange::Renewal { .. }).then_some((act.entry, key_act))
        })
    }

    /// Whether there was any change of keys.
    #[must_use]
    pub fn has_changed(&self) -> bool {
        !self.numbers.is_empty()
    }

    /// The number that the next key act about this holder must have.
    #[must_use]
    pub fn next_number(&self, holder: &Holder) -> u64 {
        self.numbers.get(holder).copied().unwrap_or(0) + 1
    }

    /// Whom a key act is about.
    ///
    /// # Errors
    /// [`KeyFault::Form`] when it is about a key that can't be used, or that nobody holds or held.
    pub fn holder_of(&self, change: &KeyChange) -> Result<Holder, KeyFault> {
        Ok(match change {
            KeyChange::RotateParty { party, .. } => Holder::Party(party.clone()),
            KeyChange::RotateOffice { key } => {
                let key = key.parse::<VerifierKey>();
                let key = key.map_err(|error| KeyFault::Form(format!("the new key: {error}")))?;
                Holder::Office(key.name().to_owned())
            }
            KeyChange::RotateLog { .. }
            | KeyChange::Operator { .. }
            | KeyChange::Renewal { .. } => Holder::Log,
            KeyChange::Revoke { key, .. } => {
                let held = self.held.iter().find(|held| held.key.is_written(key));
                let unknown = || KeyFault::Form("nobody holds or held this key here".into());
                held.ok_or_else(unknown)?.holder.clone()
            }
        })
    }
}
