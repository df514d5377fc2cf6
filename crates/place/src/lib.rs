//! Points, zones and distances on one integer lattice.
//!
//! Every coordinate is a whole number of 1e-7 degree (about 1.1 cm), so that "inside" is decided
//! with integers and is the same on every machine. Distances are metres on the sphere of mean
//! radius, computed with `libm`, and only ever decide how near a border is, never which side.
//!
//! - [`Point`] is a place; [`Zone`] is an area with holes; [`PreparedZone`] answers the same
//!   questions as a zone, quickly and with the same answers.
//! - An edge of a zone is straight in longitude and latitude, as RFC 7946 §3.1.1 says.
//! - A border belongs to exactly one of the two zones that share it (the half-open rule of
//!   [`Zone::contains`]).
//! - [`read_features`] is the gate by which GeoJSON comes in; [`write_zone`] is how it goes out.
//! - [`circle`], [`buffer_line`], [`union`], [`minus`] and [`intersect`] make zones from others.
//! - [`SiteIndex`] finds the sites near a point.
//!
//! Nothing here reads a clock, a file or the environment, and no input makes it panic.

mod bands;
mod boxes;
mod buffer;
mod build;
mod coordinates;
mod decimal;
mod distance;
mod edge;
mod error;
mod gate;
mod geojson;
mod index;
mod overlay;
mod point;
mod prepared;
mod sides;
mod sweep;
mod write;
mod zone;

pub use buffer::{BufferSide, buffer_line};
pub use build::{CIRCLE_VERTICES, RADIUS_MAX_M, circle, intersect, minus, union};
pub use distance::{
    EARTH_RADIUS_M, bearing, destination, great_circle_m, line_distance_m, line_length_m,
};
pub use error::{Axis, CoordinateFault, PlaceError, ShapeFault, ShapePlace};
pub use geojson::{Feature, Geometry, ImportLimits, read_features};
pub use index::SiteIndex;
pub use point::{LAT_MAX_E7, LON_MAX_E7, Point, UNITS_PER_DEGREE};
pub use prepared::PreparedZone;
pub use write::write_zone;
pub use zone::{Bounds, Side, Whereabouts, Zone};
