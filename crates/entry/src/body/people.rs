//! What people judge and find, and what a party replies.

use serde::{Deserialize, Serialize};

use super::{Blob, Ref};
use crate::Statement;

/// A person's judgement on what happened, or on which observations are one event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assessment {
    /// What is assessed.
    pub of: Vec<Ref>,
    /// The judgement.
    pub outcome: Judgement,
    /// Why.
    pub reason: String,
    /// The role of who made it.
    pub role: String,
    /// The standard of proof that was applied.
    pub standard: String,
}

/// What an assessment says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "type", deny_unknown_fields)]
pub enum Judgement {
    /// Did it happen?
    Verification {
        /// The answer.
        result: Verification,
    },
    /// By whom?
    Attribution {
        /// The answer.
        result: Attribution,
        /// The party named, by its id; absent with `not-attributed`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        party: Option<String>,
    },
    /// These are one event.
    Merge,
    /// These are not one event: each is its own.
    Split,
    /// Was it said, by whom it is given, and so?
    Review {
        /// The statement as it should read; only where it is amended.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        amended: Option<Box<Statement>>,
        /// The answer.
        result: Review,
    },
}

/// Was it said, by whom it is given, and so?
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Review {
    /// It was.
    Confirmed,
    /// It reads otherwise.
    Amended,
    /// It was not: it counts no more.
    Rejected,
}

/// Did it happen?
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verification {
    /// It did.
    Confirmed,
    /// Some of it did.
    Partly,
    /// It did not.
    Refuted,
    /// Nobody could tell; the reason says why.
    CouldNotVerify,
}

/// By whom?
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Attribution {
    /// Attributed to the party.
    Attributed,
    /// Probably the party.
    Probable,
    /// The parties contradict each other.
    Contested,
    /// Not attributed to anybody.
    NotAttributed,
}

/// A person's finding: does it break the provision?
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// Start of the span it covers.
    pub from_ms: i64,
    /// What it rests on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub of: Vec<Ref>,
    /// The outcome.
    pub outcome: Outcome,
    /// The party; absent: none is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party: Option<String>,
    /// The provision.
    pub provision: String,
    /// The reading; absent: all readings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reading: Option<String>,
    /// Why.
    pub reason: String,
    /// The role of who made it.
    pub role: String,
    /// How grave it is, in the agreement's own word; absent: not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<String>,
    /// The standard of proof that was applied.
    pub standard: String,
    /// End of that span, excluded.
    pub to_ms: i64,
    /// The zone; absent: all of the provision's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
}

/// The outcome of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// The provision was broken.
    Violation,
    /// It was not.
    NoViolation,
    /// The evidence doesn't decide.
    Undetermined,
    /// Nothing could have shown it.
    NotObservable,
}

/// A party's answer to an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reply {
    /// The party, by its id.
    pub party: String,
    /// Its words.
    pub text: Blob,
    /// What it answers.
    pub to: Ref,
}
