//! What moves an agreement: signatures, votes, deposits, notices.

use serde::{Deserialize, Serialize};
use servanda_time::Instant;

use super::Count;

/// A legal act that moves the agreement or a provision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Act {
    /// What was done.
    pub act: ActKind,
    /// How much was given, handed over or declared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Count>,
    /// The party or body that did it, as written.
    pub by: String,
    /// The event of the agreement that happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<String>,
    /// When it takes effect.
    pub from_ms: i64,
    /// The provisions it concerns; empty: all of the agreement.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub provisions: Vec<String>,
    /// The instrument, or a reference to it.
    pub reference: String,
    /// How it came out: of a vote, a determination, or a stand on a point.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<ActResult>,
    /// The state of the record that those saw who signed it together; absent where the office
    /// alone signs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<Box<crate::Cite>>,
    /// The stage or step of the provision, by its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<String>,
    /// When its effect ends; absent: never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_ms: Option<i64>,
    /// The votes cast.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub votes: Option<Votes>,
}

/// The votes cast.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Votes {
    /// Against.
    pub against: u64,
    /// For.
    pub r#for: u64,
}

/// How an act came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ActResult {
    /// A vote: consent was given.
    Adopted,
    /// A vote: consent was refused.
    NotAdopted,
    /// A determination: the test is met.
    Met,
    /// A determination: it is not.
    NotMet,
    /// A position: the point is accepted as drafted.
    Accepts,
    /// A position: it is rejected.
    Rejects,
    /// A position: it is reserved.
    Reserves,
    /// A position: something else is proposed.
    Proposes,
}

/// What an act does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ActKind {
    /// Signs the agreement.
    Signature,
    /// A body votes on its consent.
    Vote,
    /// Deposits the instrument of consent.
    Deposit,
    /// Takes a stand on a point.
    Position,
    /// Does what an obligation, a stage or a step of a response asks for, as it is reported.
    Performance,
    /// Declares a number, such as its armed forces.
    Declaration,
    /// The decider finds whether a guarantee's trigger, or one of its tests, is met.
    Determination,
    /// Extends the agreement or a guarantee.
    Extension,
    /// Withdraws from the agreement.
    Withdrawal,
    /// Something happened that terms count from.
    Event,
    /// Brings it into force.
    EntryIntoForce,
    /// Suspends it for a span.
    Suspension,
    /// Ends it.
    Termination,
    /// Gives notice of something.
    Notice,
}

impl Act {
    /// An act on all of the agreement, with nothing but what every act says.
    #[must_use]
    pub fn new(act: ActKind, by: &str, from: Instant, reference: &str) -> Act {
        Act {
            act,
            amount: None,
            by: by.into(),
            event: None,
            from_ms: from.ms(),
            provisions: Vec::new(),
            reference: reference.into(),
            result: None,
            seen: None,
            stage: None,
            to_ms: None,
            votes: None,
        }
    }
}
