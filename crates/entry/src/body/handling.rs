//! What people do at the desk with what came in, from the first look to the last.

use serde::{Deserialize, Serialize};
use servanda_tlog::Hash;

use super::{Assessment, Finding, Ref};

/// One step in the handling of a case: who took it on, what was checked, what waits for a second
/// person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Handling {
    /// What is handled: rows of observations, or for an answer to a proposal, the proposal.
    pub of: Vec<Ref>,
    /// A pseudonym of the person: within a case it tells persons apart, and from case to case it
    /// follows nobody. Absent: one person alone keeps the record.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "super::hex_hash_option")]
    pub person: Option<Hash>,
    /// Why, where it needs saying.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The role in which it was done.
    pub role: String,
    /// What was done.
    pub step: Step,
}

/// What was done with a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "type", deny_unknown_fields)]
pub enum Step {
    /// The person takes it on.
    Taken,
    /// Somebody is to take it on.
    Assigned {
        /// Their pseudonym in this case.
        #[serde(with = "super::hex_hash")]
        to: Hash,
    },
    /// The person gives it back.
    Released,
    /// The person asks others for help with it.
    HelpWanted,
    /// One point of the checklist was looked at.
    Checked {
        /// The point.
        item: CheckItem,
        /// What came out.
        result: CheckResult,
    },
    /// Source and information were graded, each by itself, on the Admiralty scale (STANAG 2511).
    Graded {
        /// How likely it is to be so: 1 confirmed by others to 5 improbable; 6 can't be judged.
        information: u8,
        /// How reliable the source is: A completely to E not; F can't be judged.
        source: SourceGrade,
    },
    /// What is named was compared, and is not one event.
    Distinct,
    /// An attribution is proposed. It waits for a second person.
    ProposedAttribution {
        /// It, with nothing in its `of`: what it is of is what the step is of.
        assessment: Assessment,
    },
    /// A finding is proposed. It waits for a second person.
    ProposedFinding {
        /// It, with nothing in its `of`: what it rests on is what the step is of.
        finding: Finding,
    },
    /// A second person agrees to a proposal.
    Agreed,
    /// A second person doesn't agree to it, or the first takes it back.
    Declined,
    /// A party was asked to reply.
    Asked {
        /// The party, by its id.
        party: String,
        /// The end of the time that it has.
        until_ms: i64,
    },
    /// How far what was found is mended.
    Cure {
        /// How far.
        state: CureState,
    },
    /// It is on the public page from here on.
    Published,
}

/// A point of the checklist of a verification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CheckItem {
    /// Is the source who it says, and could it know?
    Source,
    /// Was it there?
    Place,
    /// Was it then?
    Time,
    /// Is it reported already?
    Duplicate,
    /// Does a source of another origin say so?
    Corroboration,
    /// Was it watched there and then, and what would the watch have shown?
    Coverage,
}

impl CheckItem {
    /// All, in the order in which they are gone through.
    pub const ALL: [CheckItem; 6] = [
        CheckItem::Source,
        CheckItem::Place,
        CheckItem::Time,
        CheckItem::Duplicate,
        CheckItem::Corroboration,
        CheckItem::Coverage,
    ];
}

/// What came out of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CheckResult {
    /// It holds.
    Holds,
    /// There is doubt.
    Doubtful,
    /// It doesn't hold.
    Fails,
    /// It can't be checked.
    NotPossible,
}

/// How reliable a source is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum SourceGrade {
    /// Completely reliable.
    A,
    /// Usually reliable.
    B,
    /// Fairly reliable.
    C,
    /// Not usually reliable.
    D,
    /// Unreliable.
    E,
    /// It can't be judged.
    F,
}

/// How far what was found is mended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CureState {
    /// It goes on.
    Open,
    /// Its effect is less.
    Mitigated,
    /// It is no more.
    Removed,
}

impl Handling {
    /// That in which the person's pseudonym is theirs: the least content id of what the step is of.
    #[must_use]
    pub fn context(&self) -> Hash {
        self.of.iter().map(|of| of.id).min().unwrap_or_else(|| servanda_tlog::sha256(&[]))
    }

    /// Checks what the types don't.
    pub(crate) fn check(&self) -> Result<(), String> {
        if self.of.is_empty() {
            return Err("a step is of something: name what it handles".into());
        }
        match &self.step {
            Step::Graded { information, .. } if !(1..=6).contains(information) => {
                Err(format!("the grade of an information is 1 to 6, not {information}"))
            }
            Step::ProposedAttribution { assessment } if !assessment.of.is_empty() => {
                Err(NESTED.into())
            }
            Step::ProposedFinding { finding } if !finding.of.is_empty() => Err(NESTED.into()),
            Step::Agreed | Step::Declined if self.of.len() != 1 => {
                Err("name the one proposal that is answered".into())
            }
            Step::Declined | Step::Cure { .. } | Step::Distinct if self.reason.is_none() => {
                Err("this step needs a reason: say why".into())
            }
            _ => Ok(()),
        }
    }
}

const NESTED: &str = "what a proposal is of stands in the step, and nowhere else";
