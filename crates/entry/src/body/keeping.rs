//! What the operator enters about how the record is kept.

use serde::{Deserialize, Serialize};

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
