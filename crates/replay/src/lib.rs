//! A record replayed under several texts in parts, so that many machines can share the work and
//! the answer is the same to the last byte.
//!
//! ```text
//! export   observations → parts by time (GeoParquet), and all else that the record holds
//! map      one part × all texts → a partial: counts, and what the part can't decide alone
//! reduce   all partials → the answer
//! ```
//!
//! # Why the parts make no difference
//!
//! What a provision makes of an observation depends on the texts, on what is not an observation
//! (acts, findings, sites; every part has them all), and on the incident that it belongs to. Two
//! observations can be one incident only if their times share an instant, so all the observations
//! with which one hangs together, directly or through others, are a *component* that no other
//! observation changes. A part is weighed without the components that reach over its borders
//! ([`split`]): these it hands on, and the reduce step weighs them together. Then each component is
//! weighed whole, and once, by [`servanda_comply::evaluate`] itself; sums and sorted lists of whole
//! components are the same however they are dealt out.
//!
//! The parts carry their neighbours' observations that reach into them (`halo`), so a part knows
//! its borders without asking the others.

mod answer;
mod forms;
mod part;
mod row;
mod split;
mod tally;

pub use answer::{Beyond, ReadingReplayed, Replayed, ShiftReplayed, TextReplayed, answer};
pub use forms::{
    Common, Export, Form, Job, Named, OpenRow, PartName, Partial, RecordName, TextFiles,
};
pub use part::{Part, PartWriter};
pub use row::{Order, Row};
pub use split::{Split, split};
pub use tally::{Begin, Day, Lying, Only, Scene, ShiftTally, Tally, Text, TextTally, WeighedTally};

/// Why a replay can't go on.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// A part is not what this crate writes.
    #[error("the part can't be read: {0}; export the record again")]
    Part(String),
    /// Something else is not in its form.
    #[error("{what}: {why}")]
    Form {
        /// What was read.
        what: &'static str,
        /// What is wrong with it, and what to do.
        why: String,
    },
    /// A text that parts can't be weighed under.
    #[error("{0}")]
    Text(String),
}
