//! Zones made from circles, lines and other zones.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

use proptest::prelude::*;
use servanda_place::{
    BufferSide, PlaceError, Point, Side, Zone, buffer_line, circle, destination, great_circle_m,
    intersect, line_distance_m, line_length_m, minus, read_features, union, write_zone,
};
use servanda_place::{Geometry, ImportLimits};

fn at(lon: &str, lat: &str) -> Point {
    Point::parse(lon, lat).unwrap()
}

fn rectangle(west: i32, south: i32, east: i32, north: i32) -> Zone {
    let corner = |x, y| Point::new(x, y).unwrap();
    Zone::from_rings(&[vec![
        corner(west, south),
        corner(east, south),
        corner(east, north),
        corner(west, north),
    ]])
    .unwrap()
}

/// Writes a zone and reads it back through the gate.
fn through_the_gate(zone: &Zone) -> Zone {
    let json = serde_json::to_vec(&write_zone(zone)).unwrap();
    match read_features(&json, &ImportLimits::default()).unwrap().remove(0).geometry {
        Geometry::Zone(zone) => zone,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_circle_is_round() {
    let centre = at("37", "48");
    let zone = circle(centre, 10_000.0).unwrap();
    for heading in 0..360 {
        let heading = f64::from(heading);
        assert!(zone.contains(destination(centre, heading, 9_996.0)));
        assert!(!zone.contains(destination(centre, heading, 10_001.0)));
    }
    let disc = std::f64::consts::PI * 100.0;
    assert!((zone.area_km2() - disc).abs() < disc * 5e-4);
    assert_eq!(through_the_gate(&zone).rings(), zone.rings());
}

#[test]
fn impossible_circles_are_refused() {
    let here = at("37", "48");
    for radius in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e9] {
        assert!(matches!(circle(here, radius), Err(PlaceError::Measure { .. })), "{radius}");
    }
    for (lon, lat) in [("179.99", "0"), ("-180", "48"), ("0", "89.99"), ("12", "-90")] {
        let error = circle(at(lon, lat), 10_000.0).unwrap_err();
        assert!(matches!(error, PlaceError::OverTheEdge { .. }), "{lon} {lat}");
    }
    assert!(circle(Point { lon_e7: i32::MIN, lat_e7: i32::MIN }, 10.0).is_err());
}

#[test]
fn zones_add_and_subtract() {
    let (a, b) = (rectangle(0, 0, 100, 100), rectangle(50, 0, 150, 100));
    assert_eq!(union(&a, &b), rectangle(0, 0, 150, 100));
    assert_eq!(intersect(&a, &b), rectangle(50, 0, 100, 100));
    assert_eq!(minus(&a, &b), rectangle(0, 0, 50, 100));
    assert!(minus(&a, &a).is_empty());
    let empty = Zone::default();
    assert_eq!(union(&a, &empty), a);
    assert!(intersect(&a, &empty).is_empty());
    let holed = minus(&a, &rectangle(40, 40, 60, 60));
    assert_eq!(holed.rings().len(), 2);
    assert!(!holed.contains(Point::new(50, 50).unwrap()));
    let around = union(&rectangle(-1_800_000_000, 0, 0, 10), &rectangle(0, 0, 1_800_000_000, 10));
    assert!(around.contains(Point::new(0, 5).unwrap()));
    assert_eq!(through_the_gate(&around).vertex_count(), around.vertex_count());
}

#[test]
fn holes_are_written_with_their_own_outer_ring() {
    let island = union(
        &minus(&rectangle(0, 0, 100, 100), &rectangle(10, 10, 90, 90)),
        &minus(&rectangle(20, 20, 80, 80), &rectangle(30, 30, 40, 40)),
    );
    let json = write_zone(&island);
    assert_eq!(json["type"], "MultiPolygon");
    let polygons = json["coordinates"].as_array().unwrap();
    assert_eq!(
        polygons.iter().map(|rings| rings.as_array().unwrap().len()).collect::<Vec<_>>(),
        [2, 2]
    );
    let back = through_the_gate(&island);
    assert_eq!(back.area_km2(), island.area_km2());
    let exact = write_zone(&rectangle(370_000_000, 481_234_567, 375_000_001, 490_000_000));
    assert_eq!(
        exact.to_string(),
        "{\"coordinates\":[[[37.0,48.1234567],[37.5000001,48.1234567],[37.5000001,49.0],\
         [37.0,49.0],[37.0,48.1234567]]],\"type\":\"Polygon\"}"
    );
    assert_eq!(
        write_zone(&Zone::default()).to_string(),
        "{\"coordinates\":[],\"type\":\"MultiPolygon\"}"
    );
}

#[test]
fn a_straight_line_has_two_sides() {
    let line = [at("37", "48"), at("37", "49")];
    let distance = 15_000.0;
    let [left, right, both] = [BufferSide::Left, BufferSide::Right, BufferSide::Both]
        .map(|side| buffer_line(&line, side, distance).unwrap());
    assert!(left.contains(at("36.9", "48.5")) && !left.contains(at("37.1", "48.5")));
    assert!(right.contains(at("37.1", "48.5")) && !right.contains(at("36.9", "48.5")));
    assert!(!left.overlaps(&right));
    let length = line_length_m(&line) / 1000.0;
    let expected = length * 30.0 + std::f64::consts::PI * 225.0;
    assert!((both.area_km2() - expected).abs() < expected * 1e-3, "{}", both.area_km2());
    assert!((left.area_km2() + right.area_km2() - both.area_km2()).abs() < 0.01);
    assert!((left.area_km2() - right.area_km2()).abs() < expected * 1e-3);
}

#[test]
fn a_closed_line_has_an_inside() {
    let line = [at("37", "48"), at("38", "48"), at("38", "49"), at("37", "49"), at("37", "48")];
    let left = buffer_line(&line, BufferSide::Left, 5_000.0).unwrap();
    let right = buffer_line(&line, BufferSide::Right, 5_000.0).unwrap();
    assert!(left.contains(at("37.01", "48.01")) && !left.contains(at("37.5", "48.5")));
    assert!(right.contains(at("36.99", "47.99")) && !right.contains(at("37.01", "48.01")));
    assert!(!left.overlaps(&right));
    let back: Vec<Point> = line.iter().rev().copied().collect();
    let mirrored = [BufferSide::Right, BufferSide::Left]
        .map(|side| buffer_line(&back, side, 5_000.0).unwrap().area_km2());
    assert!((mirrored[0] - left.area_km2()).abs() < 1e-3);
    assert!((mirrored[1] - right.area_km2()).abs() < 1e-3);
}

#[test]
fn bad_lines_are_refused() {
    let (a, b) = (at("37", "48"), at("38", "49"));
    for points in [&[][..], &[a], &[a, a, a]] {
        let error = buffer_line(points, BufferSide::Both, 100.0).unwrap_err();
        assert!(error.to_string().contains("no length"), "{error}");
    }
    let crossing = [a, b, at("38", "48"), at("37", "49")];
    let error = buffer_line(&crossing, BufferSide::Left, 100.0).unwrap_err();
    assert!(error.to_string().contains("crosses the edge from vertex 3"), "{error}");
    assert!(buffer_line(&crossing, BufferSide::Both, 100.0).is_ok());
    let hook = [a, b, at("38.2", "48.9"), at("38.1", "48.85")];
    let error = buffer_line(&hook, BufferSide::Right, 100.0).unwrap_err();
    assert!(error.to_string().contains("leads away"), "{error}");
    assert!(buffer_line(&[a, b], BufferSide::Both, f64::NAN).is_err());
    assert!(buffer_line(&[at("-179", "0"), at("179", "0")], BufferSide::Both, 100.0).is_err());
    let edge = buffer_line(&[at("179", "0"), at("180", "0")], BufferSide::Both, 100.0);
    assert!(matches!(edge, Err(PlaceError::OverTheEdge { .. })));
}

/// A line that goes east with bends up to sharp reversals of its north-south direction.
fn front() -> impl Strategy<Value = Vec<Point>> {
    prop::collection::vec(-500_000..500_000_i32, 2..12).prop_map(|steps| {
        let mut lat = 480_000_000;
        steps
            .iter()
            .enumerate()
            .map(|(number, step)| {
                lat += step;
                Point::new(370_000_000 + number as i32 * 150_000, lat).unwrap()
            })
            .collect()
    })
}

/// Steps east and north, in units of 10^-7 degree.
fn step() -> impl Strategy<Value = (i32, i32)> {
    (-5_000_000..5_000_000_i32, -5_000_000..5_000_000_i32)
}

/// Steps east and north to the centre of a disc, and its radius in metres.
fn disc() -> impl Strategy<Value = (i32, i32, f64)> {
    (0..3_000_000_i32, 0..3_000_000_i32, 1_000.0..20_000.0_f64)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_buffer_is_what_is_within_the_distance(
        line in front(), distance in 500.0..20_000.0,
        offsets in prop::collection::vec(step(), 40),
    ) {
        let both = buffer_line(&line, BufferSide::Both, distance).unwrap();
        let left = buffer_line(&line, BufferSide::Left, distance).unwrap();
        let right = buffer_line(&line, BufferSide::Right, distance).unwrap();
        for zone in [&both, &left, &right] {
            prop_assert_eq!(through_the_gate(zone).vertex_count(), zone.vertex_count());
        }
        let (sum, whole) = (left.area_km2() + right.area_km2(), both.area_km2());
        prop_assert!((sum - whole).abs() < 0.001 * whole);
        for (x, y) in offsets {
            let place = Point::new(line[0].lon_e7 + x, line[0].lat_e7 + y).unwrap();
            let away = line_distance_m(&line, place);
            if away < distance * 0.998 {
                prop_assert!(both.contains(place));
            } else if away > distance * 1.002 {
                prop_assert!(!both.contains(place));
            }
            // Clear of the line and the cuts, a point of the buffer is on one side.
            let sides = u8::from(left.contains(place)) + u8::from(right.contains(place));
            let clear = both.border_distance_m(place) > 1.0 && away > 1.0;
            if clear && both.contains(place) {
                prop_assert_eq!(sides, 1);
            } else if clear {
                prop_assert_eq!(sides, 0);
            }
            // North of a line that goes east is left: straight above it, within its length.
            let above = line.windows(2).find(|pair| {
                (pair[0].lon_e7..=pair[1].lon_e7).contains(&place.lon_e7)
            }).map(|pair| {
                let share = f64::from(place.lon_e7 - pair[0].lon_e7)
                    / f64::from(pair[1].lon_e7 - pair[0].lon_e7);
                f64::from(pair[0].lat_e7) + share * f64::from(pair[1].lat_e7 - pair[0].lat_e7)
            });
            if let Some(lat) = above && clear && both.contains(place) {
                let north = f64::from(place.lat_e7) > lat;
                prop_assert_eq!(left.contains(place), north, "{} {}", place, away);
            }
        }
    }

    #[test]
    fn made_zones_pass_the_gate_and_keep_their_points(
        centres in prop::collection::vec(disc(), 1..6),
        places in prop::collection::vec((-2_000_000..5_000_000_i32, -2_000_000..5_000_000_i32), 30),
    ) {
        let discs: Vec<(Point, f64, Zone)> = centres.iter().map(|(x, y, radius)| {
            let centre = Point::new(370_000_000 + x, 480_000_000 + y).unwrap();
            (centre, *radius, circle(centre, *radius).unwrap())
        }).collect();
        let all = discs.iter().fold(Zone::default(), |all, (_, _, disc)| union(&all, disc));
        let rest = minus(&all, &discs[0].2);
        let common = intersect(&all, &discs[0].2);
        for zone in [&all, &rest, &common] {
            if !zone.is_empty() {
                prop_assert!((through_the_gate(zone).area_km2() - zone.area_km2()).abs() < 1e-9);
                let again = Zone::from_rings(zone.rings()).unwrap();
                prop_assert!((again.area_km2() - zone.area_km2()).abs() < 1e-9);
            }
        }
        prop_assert!((rest.area_km2() + common.area_km2() - all.area_km2()).abs() < 1e-3);
        for (x, y) in places {
            let place = Point::new(370_000_000 + x, 480_000_000 + y).unwrap();
            // Away from every border the zones say what the discs say.
            if discs.iter().all(|(_, _, disc)| disc.locate(place, 100).side() != Side::Straddling) {
                let inside = |(centre, radius, _): &(Point, f64, Zone)| {
                    great_circle_m(*centre, place) < *radius
                };
                let near = discs.iter().any(|(centre, radius, _)| {
                    (great_circle_m(*centre, place) - radius).abs() < radius * 1e-3
                });
                if !near {
                    let (first, any) = (inside(&discs[0]), discs.iter().any(inside));
                    prop_assert_eq!(all.contains(place), any);
                    prop_assert_eq!(rest.contains(place), !first && any);
                    prop_assert_eq!(common.contains(place), first);
                }
            }
        }
    }

    /// On so coarse a scale every crossing is moved by rounding.
    #[test]
    fn what_is_made_of_tiny_zones_is_sound(
        triangles in prop::collection::vec(
            ((0..40_i32, 0..40_i32), (0..40_i32, 0..40_i32), (0..40_i32, 0..40_i32)), 2..7),
    ) {
        let zones = triangles.iter().filter_map(|(a, b, c)| {
            let corner = |(x, y): &(i32, i32)| Point::new(*x, *y).unwrap();
            Zone::from_rings(&[vec![corner(a), corner(b), corner(c)]]).ok()
        });
        let mut all = Zone::default();
        for (number, zone) in zones.enumerate() {
            all = match number % 3 {
                2 => minus(&all, &zone),
                _ => union(&all, &zone),
            };
            let again = Zone::from_rings(all.rings());
            prop_assert!(again.is_ok(), "{:?} {:?}", all, again);
        }
    }

    #[test]
    fn the_order_of_a_union_does_not_matter(
        a in (0..900_i32, 0..900_i32, 1..500_i32, 1..500_i32),
        b in (0..900_i32, 0..900_i32, 1..500_i32, 1..500_i32),
    ) {
        let make = |(x, y, width, height)| rectangle(x, y, x + width, y + height);
        let (a, b) = (make(a), make(b));
        prop_assert_eq!(union(&a, &b), union(&b, &a));
        prop_assert_eq!(intersect(&a, &b), intersect(&b, &a));
        prop_assert_eq!(a.overlaps(&b), !intersect(&a, &b).is_empty());
    }
}
