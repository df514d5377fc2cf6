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
//! # The scored form
//!
//! Where a model is stated ([`Scoring`]), [`Fusion`] and [`group_scored`] join by likelihood. A
//! pair's score is the logarithm of how much better one event explains both than two do: normal
//! densities of the difference in place and in time under the stated uncertainties, times how
//! likely the two kinds name one true kind by what each class of sources confuses, over the rate at
//! which events are reported there anyway. Pairs above 0 hang together; each component is solved by
//! itself, best merge first, on the statistics of what is merged already, until no merge scores
//! above 0. Where more hang together than the model allows, the threshold inside is raised until
//! they fall apart, and the incident says so.
//!
//! Logarithms and cosines are `libm`'s, scores are compared as whole millionths of a nat and ties
//! go to the least content id, so that the incidents are a function of the set and the model, to
//! the last bit.

mod apart;
mod grid;
mod group;
mod mixed;
mod passes;
mod score;
mod unite;

pub use apart::{Added, added, components};
pub use group::{Decision, Incident, Members, Report, Spot, group, group_loosely};
pub use passes::{Sighting, passes, passes_of};
pub use score::{
    Arrival, CLASSES_MAX, Change, Class, Evidence, Flaw, Fused, Fusion, KINDS_MAX, Lost, Merge,
    Rate, Revision, RunnerUp, Scoring, Terms, WHOLE_PPM, group_scored,
};
