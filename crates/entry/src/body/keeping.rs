//! What the operator enters about how the record is kept.

use serde::{Deserialize, Serialize};

use super::Blob;
use crate::envelope::Cite;

/// The operator went on although too few of the record's mirrors and witnesses were reached to say
/// that this copy is the newest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ForcedStart {
    /// Those of whom nothing was had, by their names in the operator's policy.
    pub absent: Vec<String>,
    /// Why it could not wait.
    pub reason: String,
}

/// What somebody outside says of a state of the record: a time stamp, as it came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Anchor {
    /// Who, as the operator calls it.
    pub authority: String,
    /// What kind of proof it is.
    pub media: String,
    /// The state.
    pub of: Cite,
    /// The proof.
    pub proof: Blob,
}
