//! Boxes and shapes on the lattice, and whether they meet: exact, in whole units of 10⁻⁷ degree.

use servanda_place::{Bounds, Point, Zone};

/// Where a feature is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shape<'v> {
    Nowhere,
    Point(Point),
    Area(&'v Zone),
}

impl Shape<'_> {
    /// Whether it meets one of some boxes; none when it is nowhere.
    pub(super) fn meets(&self, boxes: &[Bounds]) -> Option<bool> {
        match self {
            Shape::Nowhere => None,
            Shape::Point(point) => Some(boxes.iter().any(|one| holds(one, *point))),
            Shape::Area(zone) => Some(boxes.iter().any(|one| zone_meets(zone, one))),
        }
    }

    /// The box round it.
    pub(super) fn bounds(&self) -> Option<Bounds> {
        match self {
            Shape::Nowhere => None,
            Shape::Point(point) => Some(alone(*point)),
            Shape::Area(zone) => zone.bbox(),
        }
    }

    /// As a geometry of GeoJSON, each coordinate the exact decimal that the lattice means.
    pub(super) fn write(&self, out: &mut String) {
        match self {
            Shape::Nowhere => out.push_str("null"),
            Shape::Point(point) => {
                out.push_str("{\"type\":\"Point\",\"coordinates\":[");
                out.push_str(&point.lon_text());
                out.push(',');
                out.push_str(&point.lat_text());
                out.push_str("]}");
            }
            Shape::Area(zone) => out.push_str(&servanda_place::write_zone(zone).to_string()),
        }
    }
}

/// The box round a point alone.
pub(super) fn alone(point: Point) -> Bounds {
    let (west_e7, south_e7) = (point.lon_e7, point.lat_e7);
    Bounds { west_e7, south_e7, east_e7: west_e7, north_e7: south_e7 }
}

/// The smallest box round both.
pub(super) fn around(a: Bounds, b: Bounds) -> Bounds {
    Bounds {
        west_e7: a.west_e7.min(b.west_e7),
        south_e7: a.south_e7.min(b.south_e7),
        east_e7: a.east_e7.max(b.east_e7),
        north_e7: a.north_e7.max(b.north_e7),
    }
}

/// The boxes between two corners: two, where the west is east of the east, across 180 degrees.
pub(super) fn boxes(
    west: &str,
    south: &str,
    east: &str,
    north: &str,
) -> Result<Vec<Bounds>, String> {
    let low = Point::parse(west, south).map_err(|error| error.to_string())?;
    let high = Point::parse(east, north).map_err(|error| error.to_string())?;
    if low.lat_e7 > high.lat_e7 {
        return Err(format!("the box's south {south} lies north of its north {north}"));
    }
    let part =
        |west_e7, east_e7| Bounds { west_e7, south_e7: low.lat_e7, east_e7, north_e7: high.lat_e7 };
    Ok(if low.lon_e7 <= high.lon_e7 {
        vec![part(low.lon_e7, high.lon_e7)]
    } else {
        vec![part(low.lon_e7, 1_800_000_000), part(-1_800_000_000, high.lon_e7)]
    })
}

fn holds(one: &Bounds, point: Point) -> bool {
    (one.west_e7..=one.east_e7).contains(&point.lon_e7)
        && (one.south_e7..=one.north_e7).contains(&point.lat_e7)
}

fn zone_meets(zone: &Zone, one: &Bounds) -> bool {
    let corner = Point { lon_e7: one.west_e7, lat_e7: one.south_e7 };
    let edges = |ring: &[Point]| {
        let next = ring.iter().skip(1).chain(ring.first());
        ring.iter().zip(next).any(|(a, b)| edge_meets(*a, *b, one))
    };
    // Where no edge touches the box, it lies in the zone whole or not at all.
    zone.rings().iter().any(|ring| edges(ring)) || zone.contains(corner)
}

/// Whether an edge touches a box: no side of the box, and not the edge's own line, parts them.
fn edge_meets(a: Point, b: Point, one: &Bounds) -> bool {
    let apart = a.lon_e7.max(b.lon_e7) < one.west_e7
        || a.lon_e7.min(b.lon_e7) > one.east_e7
        || a.lat_e7.max(b.lat_e7) < one.south_e7
        || a.lat_e7.min(b.lat_e7) > one.north_e7;
    if apart {
        return false;
    }
    let wide = i128::from;
    let (dx, dy) = (wide(b.lon_e7) - wide(a.lon_e7), wide(b.lat_e7) - wide(a.lat_e7));
    let side = |lon: i32, lat: i32| {
        (dx * (wide(lat) - wide(a.lat_e7)) - dy * (wide(lon) - wide(a.lon_e7))).signum()
    };
    let sides = [
        side(one.west_e7, one.south_e7),
        side(one.west_e7, one.north_e7),
        side(one.east_e7, one.south_e7),
        side(one.east_e7, one.north_e7),
    ];
    !(sides.iter().all(|one| *one > 0) || sides.iter().all(|one| *one < 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(corners: &[(i32, i32)]) -> Zone {
        let unit = |n: i32| n * 10_000_000;
        let ring =
            corners.iter().map(|(lon, lat)| Point { lon_e7: unit(*lon), lat_e7: unit(*lat) });
        Zone::from_rings(&[ring.collect()]).unwrap()
    }

    #[test]
    fn a_box_meets_a_zone_where_they_share_a_point() {
        let zone = zone(&[(0, 0), (10, 0), (0, 10)]);
        let meets = |w: &str, s: &str, e: &str, n: &str| {
            Shape::Area(&zone).meets(&boxes(w, s, e, n).unwrap()).unwrap()
        };
        assert!(meets("-1", "-1", "20", "20"), "the zone is in the box");
        assert!(meets("1", "1", "2", "2"), "the box is in the zone");
        assert!(meets("-1", "4", "20", "5"), "they cross");
        assert!(meets("-5", "-5", "0", "0"), "a corner touches");
        assert!(meets("5", "5", "9", "9"), "a corner touches the long side");
        assert!(!meets("5.0000001", "5", "9", "9"), "by one unit it doesn't");
        assert!(!meets("11", "0", "12", "1"));
        assert!(!meets("-2", "-2", "-1", "20"));
        let across = boxes("170", "-1", "-170", "1").unwrap();
        assert_eq!(across.len(), 2);
        let at = |lon: i32| Shape::Point(Point { lon_e7: lon * 10_000_000, lat_e7: 0 });
        assert_eq!(at(175).meets(&across), Some(true));
        assert_eq!(at(-175).meets(&across), Some(true));
        assert_eq!(at(0).meets(&across), Some(false));
        assert_eq!(Shape::Nowhere.meets(&across), None);
        for (w, s, e, n) in [("1", "2", "3", "1"), ("181", "0", "182", "1"), ("a", "0", "1", "1")] {
            assert!(boxes(w, s, e, n).is_err(), "{w} {s} {e} {n}");
        }
    }

    #[test]
    fn coordinates_are_the_lattices_own_decimals() {
        let mut text = String::new();
        Shape::Point(Point { lon_e7: 375_000_001, lat_e7: -481_234_567 }).write(&mut text);
        assert_eq!(text, r#"{"type":"Point","coordinates":[37.5000001,-48.1234567]}"#);
    }
}
