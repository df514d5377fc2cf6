//! Observations of one event grouped into incidents.
//!
//! Two observations *can be one event* when they are of the same kind, their stated times share
//! an instant, their stated places overlap, and they are not two rows of a source that lists
//! events. An incident is a group in which **every pair** can be one event, so that no chain of
//! neighbours grows longer than the stated uncertainties allow. Observations are taken in one
//! canonical order (time, then content id), each joining the nearest group that can hold it: the
//! result is a function of the set, whatever the order of arrival.
//!
//! What people decide comes after: a merge makes several groups one, a split makes each of its
//! observations an incident of its own, in the order in which they were decided. Leaving a
//! decision out (because it was retracted) gives back what was.
//!
//! The scored form (agglomeration of pair likelihoods) can take the place of [`group`] behind the
//! same interface.

mod grid;
mod group;
mod passes;
mod score;

pub use group::{Decision, Incident, Report, Spot, group};
pub use passes::{Sighting, passes, passes_of};
pub use score::{
    Arrival, CLASSES_MAX, Change, Class, Evidence, Flaw, Fused, Fusion, KINDS_MAX, Lost, Merge,
    Rate, Revision, RunnerUp, Scoring, Terms, WHOLE_PPM,
};
