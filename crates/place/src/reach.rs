//! How far the disc of an uncertain place reaches.

use crate::distance::{haversine_of, metres};

/// What the disc of an uncertain place has to exceed to be clear of a border: the radius is
/// enlarged by a tenth of a percent ...
const FACTOR: f64 = 1.001;

/// ... and by two centimetres, so that no rounding can turn a doubt into an answer.
const EXTRA_M: f64 = 0.02;

/// From this reach on (metres) the haversine is too flat to search by.
const SEARCHABLE_M: f64 = 10_000_000.0;

/// How far the disc of an uncertainty reaches, in metres, with the allowance for rounding.
pub(crate) fn reach_m(radius_mm: u64) -> f64 {
    radius_mm as f64 / 1000.0 * FACTOR + EXTRA_M
}

/// A reach, ready to be compared with haversines.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reach {
    metres: f64,
    /// What is not below this is surely out of reach.
    pub(crate) below: f64,
    /// What is not above this is surely within.
    pub(crate) enough: f64,
    /// An approximate haversine below this is surely within ...
    pub(crate) surely: f64,
    /// ... and one not below this is surely out of reach.
    pub(crate) perhaps: f64,
}

impl Reach {
    pub(crate) fn new(radius_mm: u64) -> Reach {
        let reach = reach_m(radius_mm);
        if reach >= SEARCHABLE_M {
            let (all, none) = (f64::INFINITY, 0.0);
            return Reach { metres: reach, below: all, enough: none, surely: none, perhaps: all };
        }
        // A little more than the limit to search in, a little less to be satisfied with, and the
        // same comparison as the plain zone makes for what lies between.
        let limit = haversine_of(reach);
        let around = |share: f64| (limit * (1.0 + share), limit * (1.0 - share));
        let ((below, enough), (perhaps, surely)) = (around(1e-6), around(5e-4));
        Reach { metres: reach, below, enough, surely, perhaps }
    }

    /// Whether the border is within reach, if this is the haversine of its nearest point.
    pub(crate) fn covers(&self, haversine: f64) -> bool {
        haversine < self.below && metres(haversine) <= self.metres
    }
}
