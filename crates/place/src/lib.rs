//! Points, zones and distances on one integer lattice.
//!
//! Every coordinate is a whole number of 1e-7 degree (about 1.1 cm), so that "inside" is decided
//! with integers and is the same on every machine. Distances are metres on the sphere of mean
//! radius, computed with `libm`, and only ever decide how near a border is, never which side.
//!
//! - [`Point`] is a place; [`Zone`] is an area with holes; [`PreparedZone`] answers the same
//!   questions as a zone, quickly and with the same answers.
//! - [`ZoneLayer`], [`BorderLayer`] and [`DiscLayer`] answer the same questions for many zones and
//!   many places at once, [`DatedZones`] for zones that change with time.
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
mod cover;
mod dated;
mod decimal;
mod discs;
mod distance;
mod edge;
mod error;
mod frame;
mod gate;
mod geojson;
mod index;
mod layer;
mod leaf;
mod near;
mod orders;
mod overlay;
mod point;
mod prepared;
mod reach;
mod sets;
mod sides;
mod sweep;
mod write;
mod zone;

pub use buffer::{BufferSide, buffer_line};
pub use build::{CIRCLE_VERTICES, RADIUS_MAX_M, circle, intersect, minus, union};
pub use dated::{DatedDisc, DatedZones};
pub use discs::{Disc, DiscLayer, Located};
pub use distance::{
    EARTH_RADIUS_M, bearing, destination, great_circle_m, line_distance_m, line_length_m,
};
pub use error::{Axis, CoordinateFault, PlaceError, ShapeFault, ShapePlace};
pub use geojson::{Feature, Geometry, ImportLimits, read_features};
pub use index::SiteIndex;
pub use layer::ZoneLayer;
pub use near::BorderLayer;
pub use point::{LAT_MAX_E7, LON_MAX_E7, Point, UNITS_PER_DEGREE};
pub use prepared::PreparedZone;
pub use write::write_zone;
pub use zone::{Bounds, Side, Whereabouts, Zone};
