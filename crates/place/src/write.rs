//! A zone as GeoJSON (RFC 7946).

use serde_json::{Value, json};

use crate::point::{Point, UNITS_PER_DEGREE};
use crate::zone::{Zone, doubled_lattice_area};

/// The zone as a GeoJSON geometry: a `Polygon`, or a `MultiPolygon` if it has several parts or
/// none. Each hole stands with the smallest outer ring around it; outer rings run
/// counter-clockwise, holes clockwise.
///
/// Coordinates are exact: reading them back gives the same lattice points.
#[must_use]
pub fn write_zone(zone: &Zone) -> Value {
    let rings = zone.rings();
    let areas: Vec<i128> = rings.iter().map(|ring| doubled_lattice_area(ring)).collect();
    let mut polygons: Vec<Vec<usize>> = Vec::new();
    let mut polygon_of = vec![None; rings.len()];
    for (ring, _) in areas.iter().enumerate().filter(|(_, area)| **area > 0) {
        polygon_of[ring] = Some(polygons.len());
        polygons.push(vec![ring]);
    }
    for (hole, around) in zone.containing_rings().into_iter().enumerate() {
        let outer =
            around.into_iter().filter(|ring| areas[*ring] > 0).min_by_key(|ring| areas[*ring]);
        if areas[hole] < 0
            && let Some(polygon) = outer.and_then(|ring| polygon_of[ring])
        {
            polygons[polygon].push(hole);
        }
    }
    let mut written: Vec<Value> = polygons
        .iter()
        .map(|polygon| polygon.iter().map(|ring| write_ring(&rings[*ring])).collect())
        .collect();
    if written.len() == 1 {
        json!({ "type": "Polygon", "coordinates": written.remove(0) })
    } else {
        json!({ "type": "MultiPolygon", "coordinates": written })
    }
}

/// A ring with its first vertex repeated at the end.
fn write_ring(ring: &[Point]) -> Value {
    ring.iter().chain(ring.first()).map(write_position).collect()
}

/// The nearest binary fraction prints as the shortest decimal, which for seven decimals is the
/// decimal itself.
fn write_position(point: &Point) -> Value {
    let degrees = |units: i32| f64::from(units) / f64::from(UNITS_PER_DEGREE);
    json!([degrees(point.lon_e7), degrees(point.lat_e7)])
}
