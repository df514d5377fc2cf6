//! Rows as readers make them.

use crate::Statement;
use crate::body::{Act, Claim, CoverageRow, Observation, Site};
use serde::{Deserialize, Serialize};

/// One row as a reader made it, before it is an entry.
///
/// As JSON Lines, `{"kind": "observation", "row": {...}}`, this is also the form in which other
/// programs hand in rows of their own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind", content = "row", deny_unknown_fields)]
pub enum Draft {
    /// An observation.
    Observation(Observation),
    /// A span of watching.
    Coverage(CoverageRow),
    /// A claim.
    Claim(Claim),
    /// A site of a register.
    Site(Site),
    /// A statement.
    Statement(Box<Statement>),
    /// An act.
    Act(Act),
}
