//! The desk's queue: incidents with what people did about each, worked out from the record.
//!
//! A *case* is an incident at the desk: its observations, and the steps, judgements, findings and
//! replies that are about any of them. Nothing of it is kept anywhere but in the record, so that
//! the queue as of any point is what it was then. A case follows its observations: when incidents
//! are merged or split, so are their cases.
//!
//! What a step may follow on, [`follows`] says: a finding and an attribution to a party stand when
//! a second person has agreed to the proposal of a first.

mod case;
mod duplicates;
mod gather;
mod rules;

pub use case::{Asked, Case, Check, Doing, Found, Grade, Line, Proposal, Proposed, Stage};
pub use duplicates::{Candidate, Likeness, candidates};
pub use gather::Cases;
pub use rules::{Refused, follows};
