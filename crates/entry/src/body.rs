//! The bodies of entries, by kind.
//!
//! Field names carry their units: `_ms` milliseconds since 1970-01-01T00:00:00Z, `_e7` degrees
//! times 10^7, `_mm` millimetres. Intervals are half-open. What a source doesn't say is absent.
//!
//! Fields stand in the order of the alphabet, so that rows are written in canonical order without
//! being sorted (see [`crate::canonical::sorted_to_bytes`]).

mod acts;
mod confidential;
mod handling;
mod keeping;
mod keys;
mod people;

use crate::{Attrs, Statements};
use serde::{Deserialize, Serialize};
use servanda_time::{Instant, Interval};
use servanda_tlog::Hash;
use std::collections::BTreeMap;

pub use acts::{Act, ActKind, ActResult, Votes};
pub use confidential::{Destruction, Disclosure, Erasure, Hold, RefusedOrder, Slot};
pub use handling::{CheckItem, CheckResult, CureState, Handling, SourceGrade, Step};
pub use keeping::{Anchor, ForcedStart};
pub use keys::{KeyAct, KeyChange, NewLog, OperatorRule, Signatory};
pub use people::{
    Assessment, Attribution, Finding, Judgement, Outcome, Reply, Review, Verification,
};

/// The kind of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Who may write: entry 0, and nothing else.
    Constitution,
    /// The text of the agreement and its zones.
    Agreement,
    /// A file that was added, with what its reader made of it.
    Document,
    /// A register of sites.
    Register,
    /// What a source saw, heard, measured or said.
    Observation,
    /// What a source watched, and when.
    Coverage,
    /// A party's own count or allegation.
    Claim,
    /// Attributed speech about a point.
    Statement,
    /// A signature, vote, deposit, notice, suspension.
    Act,
    /// A person's verification, attribution, merge or split.
    Assessment,
    /// A person's finding on a provision.
    Finding,
    /// A party's answer.
    Reply,
    /// A retraction or replacement of an earlier entry or row.
    Correction,
    /// Another key, another operator, a key revoked, old hashes renewed.
    KeyAct,
    /// A sealed part was given to somebody.
    Disclosure,
    /// What is sealed must be kept: it may be evidence.
    Hold,
    /// An order that sealed parts be erased.
    Erasure,
    /// A custodian's word that they are.
    Destruction,
    /// An order that was given and not carried out.
    RefusedOrder,
    /// What was done at the desk with what came in.
    Handling,
    /// The operator went on without asking enough mirrors.
    ForcedStart,
    /// What somebody outside says of a state of the record.
    Anchor,
}

/// A body, by kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// See [`Kind::Constitution`].
    Constitution(Constitution),
    /// See [`Kind::Agreement`].
    Agreement(AgreementText),
    /// See [`Kind::Document`].
    Document(Document),
    /// See [`Kind::Register`].
    Register(Sites),
    /// See [`Kind::Observation`].
    Observation(Observations),
    /// See [`Kind::Coverage`].
    Coverage(Coverage),
    /// See [`Kind::Claim`].
    Claim(Claims),
    /// See [`Kind::Statement`].
    Statement(Statements),
    /// See [`Kind::Act`].
    Act(Act),
    /// See [`Kind::Assessment`].
    Assessment(Assessment),
    /// See [`Kind::Finding`].
    Finding(Finding),
    /// See [`Kind::Reply`].
    Reply(Reply),
    /// See [`Kind::Correction`].
    Correction(Correction),
    /// See [`Kind::KeyAct`].
    KeyAct(KeyAct),
    /// See [`Kind::Disclosure`].
    Disclosure(Disclosure),
    /// See [`Kind::Hold`].
    Hold(Hold),
    /// See [`Kind::Erasure`].
    Erasure(Erasure),
    /// See [`Kind::Destruction`].
    Destruction(Destruction),
    /// See [`Kind::RefusedOrder`].
    RefusedOrder(RefusedOrder),
    /// See [`Kind::Handling`].
    Handling(Handling),
    /// See [`Kind::ForcedStart`].
    ForcedStart(ForcedStart),
    /// See [`Kind::Anchor`].
    Anchor(Anchor),
}

macro_rules! bodies {
    ($($kind:ident),*) => {
        impl Body {
            /// The kind.
            #[must_use]
            pub fn kind(&self) -> Kind {
                match self { $(Body::$kind(_) => Kind::$kind,)* }
            }

            /// The body as JSON.
            #[must_use]
            pub fn to_value(&self) -> serde_json::Value {
                // None of the bodies holds what JSON can't: no map with other keys than text.
                match self {
                    $(Body::$kind(body) => serde_json::to_value(body).unwrap_or_default(),)*
                }
            }

            pub(crate) fn from_str(kind: Kind, text: &str) -> serde_json::Result<Body> {
                match kind { $(Kind::$kind => serde_json::from_str(text).map(Body::$kind),)* }
            }
        }
    };
}
bodies!(
    Constitution,
    Agreement,
    Document,
    Register,
    Observation,
    Coverage,
    Claim,
    Statement,
    Act,
    Assessment,
    Finding,
    Reply,
    Correction,
    KeyAct,
    Disclosure,
    Hold,
    Erasure,
    Destruction,
    RefusedOrder,
    Handling,
    ForcedStart,
    Anchor
);

/// Who may write in this record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Constitution {
    /// The log's key, as a verifier key of the signed-note form.
    pub log: String,
    /// The log's ML-DSA-44 key, as a verifier key of the tlog-cosignature form. Absent: its
    /// checkpoints are signed with Ed25519 alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log_mldsa44: Option<String>,
    /// Who may order that sealed parts be erased. Absent: nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erasers: Option<Erasers>,
    /// The offices that may sign entries.
    pub offices: Vec<Office>,
    /// Who together may change the log's keys or its operator; absent: nobody, ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operator_by: Option<OperatorRule>,
    /// The parties and guarantors, with the keys that sign in their names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub signatories: Vec<Signatory>,
}

/// Those of whom so many together may order that sealed parts be erased, or that a hold ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Erasers {
    /// Their verifier keys.
    pub keys: Vec<String>,
    /// How many of them must sign.
    pub threshold: u32,
}

/// An office and its key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Office {
    /// Verifier key of the signed-note form; its name is the author's name in entries.
    pub key: String,
    /// What the office does, in words.
    pub role: String,
}

/// A file kept beside the tree.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Blob {
    /// Its size.
    pub bytes: u64,
    /// Its name as it was given, below the folder it came from.
    pub name: String,
    /// SHA-256 of its bytes.
    #[serde(with = "hex_hash")]
    pub sha256: Hash,
}

/// The agreement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgreementText {
    /// The text first, then the zones and mappings that it names.
    pub files: Vec<Blob>,
    /// Its identifier.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its version.
    pub version: String,
}

/// A file that was added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// The file as it came.
    pub file: Blob,
    /// The reader that read it.
    pub format: String,
    /// The rows that could not be read, with the reasons; absent when there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quarantine: Option<Blob>,
    /// What became of its rows.
    pub rows: RowCount,
    /// The source in the agreement, or the register, that it belongs to.
    pub source: String,
}

/// What became of a file's rows: accepted + duplicate + rejected is all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RowCount {
    /// New in the record.
    pub accepted: u64,
    /// Already in the record, to the letter.
    pub duplicate: u64,
    /// In quarantine.
    pub rejected: u64,
}

/// Rows of a register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sites {
    /// The file.
    #[serde(with = "hex_hash")]
    pub document: Hash,
    /// The register in the agreement.
    pub register: String,
    /// The sites.
    pub rows: Vec<Site>,
}

/// One site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Site {
    /// Where it is.
    pub at: Place,
    /// Whatever else the register says.
    #[serde(default, skip_serializing_if = "Attrs::is_empty")]
    pub attrs: Attrs,
    /// The register's own number or name for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Line in the file, from 1.
    pub line: u32,
    /// What people call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// Rows of one source and file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Observations {
    /// The file; absent when a person noted it.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "hex_hash_option")]
    pub document: Option<Hash>,
    /// The observations.
    pub rows: Vec<Observation>,
    /// The source in the agreement.
    pub source: String,
}

/// What a source saw, heard, measured or said, at a time and place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Observation {
    /// Where; absent when the source doesn't say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Place>,
    /// Whatever else the source says.
    #[serde(default, skip_serializing_if = "Attrs::is_empty")]
    pub attrs: Attrs,
    /// How many; absent: one, of its kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<Count>,
    /// Earliest time at which it can have happened.
    pub from_ms: i64,
    /// The source's own number for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// What was observed: `fire`, `alarm`, `explosion`, `clash`, `report`, …
    pub kind: String,
    /// Line in the file, from 1; 0 when there is no file.
    pub line: u32,
    /// Where the source itself has it from, when it is not the source's own eye.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub origins: Vec<String>,
    /// Actors as the source writes them: each inner list is one side.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sides: Vec<Vec<String>>,
    /// End of the interval in which it happened, excluded.
    pub to_ms: i64,
}

/// Where something is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Place {
    /// A disc round a point: the event's centre is not further away than the radius.
    Disc(Disc),
    /// Somewhere in a zone of the agreement.
    Zone(InZone),
}

/// A disc round a point on the lattice of 10^-7 degree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Disc {
    /// Latitude north, degrees × 10^7.
    pub lat_e7: i32,
    /// Longitude east, degrees × 10^7.
    pub lon_e7: i32,
    /// Stated uncertainty; 0 when the source states none.
    pub radius_mm: u64,
}

/// A zone of the agreement, by name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InZone {
    /// Its id.
    pub zone: String,
}

/// A count with its bounds and its unit.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Count {
    /// The source's best figure; absent when it gives bounds only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub best: Option<u64>,
    /// At most so many; absent when the source sets no bound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high: Option<u64>,
    /// At least so many.
    pub low: u64,
    /// What is counted: `death`, `explosion`, `violation`, …
    pub unit: String,
}

/// What a source watched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Coverage {
    /// How it is known.
    pub basis: Basis,
    /// The file it was derived from or stated in.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "hex_hash_option")]
    pub document: Option<Hash>,
    /// The watches.
    pub rows: Vec<CoverageRow>,
    /// The source in the agreement.
    pub source: String,
}

/// How coverage is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// The source itself, or its operator, states it.
    Stated,
    /// Worked out from the observations: where there is one, there was a watch.
    Derived,
}

/// One span of watching.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CoverageRow {
    /// The instrument, the light, ….
    #[serde(default, skip_serializing_if = "Attrs::is_empty")]
    pub attrs: Attrs,
    /// Start.
    pub from_ms: i64,
    /// Line in the file, from 1; 0 when it was derived.
    pub line: u32,
    /// End, excluded.
    pub to_ms: i64,
    /// How well.
    pub watch: Watch,
    /// The zone that was watched; absent: wherever the source looks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
}

/// How well a source watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Watch {
    /// All of it, all the time: what happened there then would have been seen.
    Complete,
    /// It looked; what it missed is unknown.
    Partial,
    /// It was there but could not see: an outage, jamming, a denial.
    Blind,
}

/// A party's own counts or allegations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claims {
    /// The file.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "hex_hash_option")]
    pub document: Option<Hash>,
    /// The claims.
    pub rows: Vec<Claim>,
    /// The source in the agreement.
    pub source: String,
}

/// One claim. It stays a claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// Where it was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Against whom, as written; absent when against nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub against: Option<String>,
    /// Who claims, as written.
    pub by: String,
    /// How many; absent when no number is claimed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<Count>,
    /// Since when; absent when the claim doesn't say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_ms: Option<i64>,
    /// Line or position in the file, from 1; 0 when there is no file.
    pub line: u32,
    /// The count's parts, as written.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parts: BTreeMap<String, u64>,
    /// How good that place is, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quality: Option<String>,
    /// Up to when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_ms: Option<i64>,
    /// What is claimed.
    pub what: String,
}

/// One thing in the record that another entry is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ref {
    /// Index of the entry.
    pub entry: u64,
    /// Its [content id](crate::content), so that the reference holds whatever the order.
    #[serde(with = "hex_hash")]
    pub id: Hash,
    /// Row in it, from 0; absent when the whole entry is meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row: Option<u32>,
}

/// A correction. The old entry stays readable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Correction {
    /// The source (or register) and the new row, of the same kind; absent: the old one is
    /// retracted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<(String, Replacement)>,
    /// What is corrected.
    pub of: Ref,
    /// Why.
    pub reason: String,
    /// The role of who corrects, or the source itself.
    pub role: String,
}

/// What takes the place of a corrected row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind", content = "row", deny_unknown_fields)]
pub enum Replacement {
    /// An observation.
    Observation(Observation),
    /// A claim.
    Claim(Claim),
    /// A site.
    Site(Site),
    /// A span of watching.
    Coverage(CoverageRow),
}

/// The interval between two counts of milliseconds; none when it ends before it starts.
pub(crate) fn interval(from_ms: i64, to_ms: i64) -> Option<Interval> {
    Interval::new(Instant::from_ms(from_ms).ok()?, Instant::from_ms(to_ms).ok()?)
}

macro_rules! with_interval {
    ($($row:ty),*) => { $(impl $row {
        /// The time as an interval. An entry is refused when it has none, so a row that was read
        /// from the record always has one; elsewhere the empty interval at the start stands in.
        #[must_use]
        pub fn interval(&self) -> Interval {
            let start = Instant::from_ms(self.from_ms).unwrap_or(Instant::EPOCH);
            interval(self.from_ms, self.to_ms).unwrap_or(Interval { from: start, to: start })
        }
    })* };
}
with_interval!(Observation, CoverageRow, Finding);

impl Count {
    /// Exactly so many.
    #[must_use]
    pub fn exactly(n: u64, unit: &str) -> Count {
        Count { unit: unit.into(), best: Some(n), low: n, high: Some(n) }
    }
}

/// A hash as 64 hexadecimal digits.
pub(crate) mod hex_hash {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};
    use servanda_tlog::Hash;

    pub(crate) fn serialize<S: Serializer>(hash: &Hash, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&hash.to_hex())
    }

    pub(crate) fn deserialize<'a, D: Deserializer<'a>>(from: D) -> Result<Hash, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(from)?;
        Hash::from_hex(&text).map_err(|error| D::Error::custom(error.to_string()))
    }
}

/// A hash as 64 hexadecimal digits, or nothing.
pub(crate) mod hex_hash_option {
    use serde::{Deserializer, Serializer};
    use servanda_tlog::Hash;

    #[expect(clippy::ref_option, reason = "serde asks for this signature")]
    pub(crate) fn serialize<S: Serializer>(hash: &Option<Hash>, to: S) -> Result<S::Ok, S::Error> {
        match hash {
            Some(hash) => super::hex_hash::serialize(hash, to),
            None => to.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'a, D: Deserializer<'a>>(from: D) -> Result<Option<Hash>, D::Error> {
        super::hex_hash::deserialize(from).map(Some)
    }
}
