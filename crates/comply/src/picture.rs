//! What a map and a timeline of an answer show, as data: shapes and marks, no drawing.

use crate::answer::Phase;
use servanda_place::{Point, Zone};
use servanda_time::{Instant, Interval};

/// Everything that the figures of one answer are drawn from.
#[derive(Debug, Clone, Default)]
pub struct Picture {
    /// The zones that provisions name.
    pub zones: Vec<ZoneShape>,
    /// Control sites and protected sites.
    pub sites: Vec<SiteMark>,
    /// Observations with a place, in order of time; the map samples when there are too many.
    pub marks: Vec<Mark>,
    /// The windows of the provisions' readings.
    pub windows: Vec<Window>,
    /// One lane a source and instrument.
    pub lanes: Vec<Lane>,
    /// What the timeline spans: all data and all closed windows.
    pub span: Option<Interval>,
}

/// A zone with its name.
#[derive(Debug, Clone)]
pub struct ZoneShape {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// When it is valid, in words; empty: always.
    pub valid: String,
    /// Its extent.
    pub area: Zone,
}

/// A site.
#[derive(Debug, Clone)]
pub struct SiteMark {
    /// The register.
    pub register: String,
    /// Its name or number, if any.
    pub name: String,
    /// Where it is.
    pub at: Point,
    /// Radius within which observations count as its own, or its perimeter, in metres.
    pub radius_m: u32,
    /// Whether the provisions protect it; otherwise it is a control.
    pub protected: bool,
}

/// What became of an observation in the count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// Wholly in the zone.
    Inside,
    /// On its border: its disc lies on both sides.
    Straddling,
    /// Outside.
    Outside,
    /// At a control site: left out of the count, and proof of an open view.
    Control,
    /// Taken out by an exception.
    Excepted,
}

/// An observation on the map.
#[derive(Debug, Clone)]
pub struct Mark {
    /// Where.
    pub at: Point,
    /// Stated uncertainty in millimetres.
    pub radius_mm: u64,
    /// When.
    pub when: Interval,
    /// Its phase; absent when it lies in two or none.
    pub phase: Option<Phase>,
    /// The stratum, such as `night`; may be empty.
    pub stratum: String,
    /// What was observed.
    pub what: String,
    /// The source.
    pub source: String,
    /// What became of it.
    pub standing: Standing,
    /// The observation, cited.
    pub cite: String,
}

/// When a reading binds.
#[derive(Debug, Clone)]
pub struct Window {
    /// The provision.
    pub provision: String,
    /// The reading.
    pub reading: String,
    /// Start; absent: open.
    pub from: Option<Instant>,
    /// End, excluded; absent: open.
    pub until: Option<Instant>,
}

/// A lane of the timeline.
#[derive(Debug, Clone)]
pub struct Lane {
    /// The source's id.
    pub source: String,
    /// What stands before the lane, such as the satellite's name.
    pub label: String,
    /// The watches in order of time, also those that saw nothing in the zone.
    pub bars: Vec<Bar>,
}

/// One watch: a pass, a day, an hour.
#[derive(Debug, Clone)]
pub struct Bar {
    /// When.
    pub when: Interval,
    /// The stratum, such as `night`; may be empty.
    pub stratum: String,
    /// Observations counted in the zone.
    pub counted: u64,
    /// Observations at control sites.
    pub control: u64,
    /// All observations of the watch, anywhere.
    pub all: u64,
}
