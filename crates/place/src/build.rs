//! Zones made from a centre and a radius, or from other zones.

use crate::distance::EARTH_RADIUS_M;
use crate::distance::{RADIANS_PER_UNIT, destination};
use crate::error::PlaceError;
use crate::overlay::{self, Rule};
use crate::point::{LAT_MAX_E7, LON_MAX_E7, Point};
use crate::zone::Zone;

/// Vertices of a circle, and of a full turn in the ends and bends of a buffer.
///
/// The vertices lie on the circle, so the polygon falls short of it by at most 1 − cos(π/128), or
/// 0.031 % of the radius (3.1 m at 10 km).
pub const CIRCLE_VERTICES: usize = 128;

/// Greatest radius of a circle and greatest distance of a buffer, in metres.
pub const RADIUS_MAX_M: f64 = 1_000_000.0;

/// Least radius and distance, in metres: below it the lattice shows.
const RADIUS_MIN_M: f64 = 1.0;

/// The disc of `radius_m` metres around a point, as a polygon of [`CIRCLE_VERTICES`] vertices.
///
/// # Errors
/// A radius that is not from 1 m to 1 000 km, and a disc that reaches over a pole or the meridian
/// of 180 degrees.
pub fn circle(centre: Point, radius_m: f64) -> Result<Zone, PlaceError> {
    check_measure("the radius in metres", radius_m)?;
    check_room("a circle", centre, radius_m)?;
    let ring = (0..CIRCLE_VERTICES).map(|step| on_circle(centre, 0.0, step, radius_m)).collect();
    Ok(Zone::from_clean(vec![ring]))
}

/// The point on a circle so many steps counter-clockwise from a bearing in degrees.
pub(crate) fn on_circle(centre: Point, bearing_deg: f64, step: usize, radius_m: f64) -> Point {
    let turned = bearing_deg - step as f64 * (360.0 / CIRCLE_VERTICES as f64);
    destination(centre, turned, radius_m)
}

pub(crate) fn check_measure(what: &'static str, metres: f64) -> Result<(), PlaceError> {
    if (RADIUS_MIN_M..=RADIUS_MAX_M).contains(&metres) {
        return Ok(());
    }
    Err(PlaceError::Measure {
        what,
        value: metres.to_string(),
        expected: format!("a number from {RADIUS_MIN_M} to {RADIUS_MAX_M}"),
    })
}

/// Checks that a disc stays clear of the poles and of the meridian of 180 degrees.
pub(crate) fn check_room(
    what: &'static str,
    centre: Point,
    radius_m: f64,
) -> Result<(), PlaceError> {
    let units = radius_m / EARTH_RADIUS_M / RADIANS_PER_UNIT;
    let farthest_lat = f64::from(centre.lat_e7.unsigned_abs()) + units;
    let cosine = libm::cos(farthest_lat * RADIANS_PER_UNIT);
    // The cosine at the far latitude is the least, so the width is not underestimated.
    let fits = farthest_lat < f64::from(LAT_MAX_E7)
        && f64::from(centre.lon_e7.unsigned_abs()) + units / cosine <= f64::from(LON_MAX_E7);
    if fits {
        return Ok(());
    }
    Err(PlaceError::OverTheEdge { what, around: centre.to_string() })
}

/// What is in either zone. Borders that cross are rounded to the lattice where they do.
#[must_use]
pub fn union(a: &Zone, b: &Zone) -> Zone {
    overlay::combine(a, b, Rule::Union)
}

/// What is in the first zone and not in the second.
#[must_use]
pub fn minus(a: &Zone, b: &Zone) -> Zone {
    overlay::combine(a, b, Rule::Minus)
}

/// What is in both zones.
#[must_use]
pub fn intersect(a: &Zone, b: &Zone) -> Zone {
    overlay::combine(a, b, Rule::Intersect)
}
