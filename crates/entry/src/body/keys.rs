//! Whose keys sign, and how that changes: what the constitution lays down of parties, and key acts.

use serde::{Deserialize, Serialize};
use servanda_tlog::Hash;

use super::{Blob, Office};
use crate::Cite;

/// A party or a guarantor, with the keys that sign in its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signatory {
    /// Its identifier, as the agreement has it.
    pub id: String,
    /// Its root keys, each in the hands of somebody else: act keys, as they are written.
    pub keys: Vec<String>,
    /// `party`, `guarantor`, or what else it is to the agreement.
    pub role: String,
    /// How many of them must sign.
    pub threshold: u32,
}

/// Who together may put other keys, or another operator, in the place of the log's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OperatorRule {
    /// Identifiers of signatories.
    pub of: Vec<String>,
    /// How many of these must sign, each by its own threshold.
    pub threshold: u32,
}

/// An act that changes whose keys sign, or renews what they have signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyAct {
    /// What changes.
    pub change: KeyChange,
    /// The how-manieth key act about the same holder, from 1: so none is entered twice, and none
    /// is left out unnoticed.
    pub number: u64,
    /// Why.
    pub reason: String,
    /// The state of the record that its signatories saw.
    pub seen: Cite,
}

/// What a key act changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "type", deny_unknown_fields)]
pub enum KeyChange {
    /// A party or guarantor has other root keys from now on.
    RotateParty {
        /// All its keys, new and kept.
        keys: Vec<String>,
        /// Its identifier.
        party: String,
        /// How many of them must sign.
        threshold: u32,
    },
    /// An office signs with another key from now on.
    RotateOffice {
        /// The new verifier key, under the name of the old.
        key: String,
    },
    /// The log signs with other keys from now on; its operator stays.
    RotateLog {
        /// The new keys.
        log: NewLog,
    },
    /// Another operator keeps the record from now on, in the same tree.
    Operator {
        /// The new keys.
        log: NewLog,
        /// The offices that may write from now on, instead of all before.
        offices: Vec<Office>,
    },
    /// A key is known to others since a time: what it signed counts as signed by its holder only
    /// as far as witnesses saw it before.
    Revoke {
        /// Since when, by what its holder knows.
        compromised_since_ms: i64,
        /// The key, as it is written.
        key: String,
    },
    /// All entries and files so far, hashed again with another algorithm.
    Renewal {
        /// The algorithm: `sha3-256`.
        algorithm: String,
        /// The list of all files with their new hashes.
        manifest: Blob,
        /// The root over entries and files, in hexadecimal digits.
        #[serde(with = "super::hex_hash")]
        root: Hash,
    },
}

/// The keys of a log that takes the place of another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewLog {
    /// The old log's signature lines under its last checkpoint, that of `seen`: so that who knows
    /// only the old key can follow.
    pub handover: Vec<String>,
    /// Verifier key of the signed-note form, named like the record.
    pub key: String,
    /// Verifier key of the tlog-cosignature form, named so too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_mldsa44: Option<String>,
}
