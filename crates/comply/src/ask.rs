//! What is asked of the engine.

use crate::answer::{CiteBy, RecordPoint};
use servanda_time::Instant;

/// Version of the rules: it changes with every change that can change an answer.
pub const ENGINE_VERSION: &str = "2";

/// What is asked.
#[derive(Debug, Clone, Default)]
pub struct Ask {
    /// The instant of the world asked about; none: when the last entry was received.
    pub at: Option<Instant>,
    /// How entries are cited.
    pub cite: CiteBy,
    /// Exceptions to leave out of account.
    pub without: Vec<String>,
    /// The record at the size asked about; none: not named in the answer.
    pub record: Option<RecordPoint>,
    /// Whether nothing but the answer is wanted: not which observations its incidents are made of.
    pub bare: bool,
    /// Whether a map or a timeline of it will be drawn.
    pub drawn: bool,
    /// SHA-256 of the agreement's text, in hexadecimal digits.
    pub text: String,
}
