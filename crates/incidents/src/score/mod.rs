//! The scored form: how likely observations are of one event, by a model that is stated.

mod evidence;
mod fusion;
mod grouped;
mod index;
mod revise;
mod scorer;
mod scoring;
mod solve;

pub use evidence::{Evidence, Fused, Lost, Merge, RunnerUp};
pub use fusion::{Arrival, Fusion};
pub use grouped::group_scored;
pub use revise::{Change, Revision};
pub use scorer::Terms;
pub use scoring::{CLASSES_MAX, Class, Flaw, KINDS_MAX, Rate, Scoring, WHOLE_PPM};
