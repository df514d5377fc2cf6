//! Laws of zones: exact sides, shared borders, and the prepared zone's answers.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

use proptest::prelude::*;
use servanda_place::{
    Bounds, PlaceError, Point, PreparedZone, Side, Whereabouts, Zone, great_circle_m,
};

fn point(lon_e7: i32, lat_e7: i32) -> Point {
    Point::new(lon_e7, lat_e7).unwrap()
}

fn at(lon: &str, lat: &str) -> Point {
    Point::parse(lon, lat).unwrap()
}

fn ring(corners: &[(i32, i32)]) -> Vec<Point> {
    corners.iter().map(|&(x, y)| point(x, y)).collect()
}

fn rectangle(west: i32, south: i32, east: i32, north: i32) -> Vec<Point> {
    ring(&[(west, south), (east, south), (east, north), (west, north)])
}

fn zone(rings: &[Vec<Point>]) -> Zone {
    Zone::from_rings(rings).unwrap()
}

#[test]
fn a_hole_is_a_hole_however_it_is_wound() {
    let outer = rectangle(0, 0, 100, 100);
    let hole = rectangle(40, 40, 60, 60);
    for reverse_outer in [false, true] {
        for reverse_hole in [false, true] {
            let (mut outer, mut hole) = (outer.clone(), hole.clone());
            if reverse_outer {
                outer.reverse();
            }
            if reverse_hole {
                hole.reverse();
            }
            for rings in [[outer.clone(), hole.clone()], [hole, outer]] {
                let zone = zone(&rings);
                let prepared = PreparedZone::new(&zone);
                for (x, y, inside) in
                    [(50, 50, false), (40, 40, false), (39, 50, true), (60, 60, true)]
                {
                    assert_eq!(zone.contains(point(x, y)), inside, "{x} {y}");
                    assert_eq!(prepared.contains(point(x, y)), inside, "{x} {y}");
                }
            }
        }
    }
}

#[test]
fn points_level_with_vertices_are_not_counted_twice() {
    let diamond = zone(&[ring(&[(0, -100), (100, 0), (0, 100), (-100, 0)])]);
    let prepared = PreparedZone::new(&diamond);
    for (x, y, inside) in [
        (0, 0, true),
        (-200, 0, false),
        (200, 0, false),
        (-200, 100, false),
        (200, 100, false),
        (-200, -100, false),
        (-100, 0, true),
        (100, 0, false),
        (99, 0, true),
        (0, 100, false),
    ] {
        assert_eq!(diamond.contains(point(x, y)), inside, "{x} {y}");
        assert_eq!(prepared.contains(point(x, y)), inside, "{x} {y}");
    }
}

#[test]
fn an_empty_zone_holds_nothing() {
    let empty = Zone::from_rings(&[]).unwrap();
    let prepared = PreparedZone::new(&empty);
    let here = point(0, 0);
    let nowhere = Whereabouts { centre_inside: false, border_within: false };
    assert!(empty.is_empty() && !empty.contains(here) && !prepared.contains(here));
    assert_eq!(empty.border_distance_m(here), f64::INFINITY);
    assert_eq!(prepared.border_distance_m(here), f64::INFINITY);
    assert_eq!(empty.locate(here, u64::MAX), nowhere);
    assert_eq!(prepared.locate(here, u64::MAX), nowhere);
    assert_eq!((empty.bbox(), empty.area_km2(), empty.vertex_count()), (None, 0.0, 0));
    assert!(!empty.overlaps(&empty));
}

#[test]
fn a_disc_is_inside_outside_or_straddles() {
    let square = zone(&[rectangle(0, 0, 10_000_000, 10_000_000)]);
    let prepared = PreparedZone::new(&square);
    // 0.5 degrees is about 55.6 km; 0.01 degrees about 1.1 km.
    for (lon, lat, radius_mm, side) in [
        ("0.5", "0.5", 0, Side::Inside),
        ("0.5", "0.5", 50_000_000, Side::Inside),
        ("0.5", "0.5", 56_000_000, Side::Straddling),
        ("1.01", "0.5", 1_000_000, Side::Outside),
        ("1.01", "0.5", 1_113_000, Side::Straddling),
        ("1", "0.5", 0, Side::Straddling),
        ("0.5", "0.9999999", 0, Side::Straddling),
        ("0.5", "0.999999", 0, Side::Inside),
        ("90", "0", u64::MAX, Side::Straddling),
    ] {
        assert_eq!(square.locate(at(lon, lat), radius_mm).side(), side, "{lon} {lat} {radius_mm}");
        assert_eq!(
            prepared.locate(at(lon, lat), radius_mm).side(),
            side,
            "{lon} {lat} {radius_mm}"
        );
    }
}

#[test]
fn a_border_across_the_meridian_of_180_is_near() {
    let west_side = zone(&[rectangle(-1_799_000_000, -10_000_000, -1_700_000_000, 10_000_000)]);
    let from = at("179.95", "0");
    let expected = great_circle_m(from, at("-179.9", "0"));
    assert!((west_side.border_distance_m(from) - expected).abs() < 0.01);
    let prepared = PreparedZone::new(&west_side);
    assert_eq!(prepared.border_distance_m(from), west_side.border_distance_m(from));
    assert!(prepared.locate(from, 17_000_000).border_within);
}

#[test]
fn areas_are_those_of_the_sphere() {
    let degree = zone(&[rectangle(0, 0, 10_000_000, 10_000_000)]);
    let radius: f64 = servanda_place::EARTH_RADIUS_M / 1000.0;
    let expected = radius * radius * 1_f64.to_radians() * 1_f64.to_radians().sin_for_test();
    assert!((degree.area_km2() - expected).abs() < 1e-6, "{}", degree.area_km2());
    let hemisphere = zone(&[rectangle(-900_000_000, -900_000_000, 900_000_000, 900_000_000)]);
    let half = 2.0 * std::f64::consts::PI * radius * radius;
    assert!((hemisphere.area_km2() - half).abs() < 1e-3);
    let holed = zone(&[
        rectangle(0, 0, 10_000_000, 10_000_000),
        rectangle(2_000_000, 2_000_000, 8_000_000, 8_000_000),
    ]);
    let hole = zone(&[rectangle(2_000_000, 2_000_000, 8_000_000, 8_000_000)]);
    assert!((holed.area_km2() + hole.area_km2() - degree.area_km2()).abs() < 1e-6);
}

/// The sine by its series, so that the test uses neither the platform's nor the crate's.
trait SineForTest {
    fn sin_for_test(self) -> f64;
}

impl SineForTest for f64 {
    fn sin_for_test(self) -> f64 {
        self - self.powi(3) / 6.0 + self.powi(5) / 120.0 - self.powi(7) / 5040.0
    }
}

#[test]
fn touching_is_not_overlapping() {
    let a = zone(&[rectangle(0, 0, 100, 100)]);
    for (other, expected) in [
        (rectangle(100, 0, 200, 100), false),
        (rectangle(100, 100, 200, 200), false),
        (rectangle(300, 0, 400, 100), false),
        (rectangle(99, 0, 200, 100), true),
        (rectangle(20, 20, 30, 30), true),
        (rectangle(0, 0, 100, 100), true),
        (rectangle(-10, 40, 110, 60), true),
    ] {
        let other = zone(&[other]);
        assert_eq!(a.overlaps(&other), expected, "{other:?}");
        assert_eq!(other.overlaps(&a), expected, "{other:?}");
    }
    let holed = zone(&[rectangle(0, 0, 100, 100), rectangle(10, 10, 90, 90)]);
    assert!(!holed.overlaps(&zone(&[rectangle(10, 10, 90, 90)])));
    assert!(!holed.overlaps(&zone(&[rectangle(20, 20, 30, 30)])));
}

#[test]
fn bad_rings_are_refused_with_their_place() {
    let message = |rings: &[Vec<Point>]| Zone::from_rings(rings).unwrap_err().to_string();
    assert!(message(&[ring(&[(0, 0), (1, 1)])]).starts_with("ring 1: the ring has no area"));
    assert!(message(&[vec![]]).starts_with("ring 1: the ring has no area"));
    assert!(message(&[ring(&[(0, 0), (5, 5), (9, 9), (0, 0)])]).contains("no area"));
    assert!(
        message(&[ring(&[(0, 0), (10, 10), (10, 0), (0, 10)])])
            .contains("crosses the edge from ring 1, vertex")
    );
    let long = message(&[ring(&[(-1_790_000_000, 0), (1_790_000_000, 0), (0, 10)])]);
    assert!(long.starts_with("ring 1, vertex 1") && long.contains("180"), "{long}");
    let square = rectangle(0, 0, 10, 10);
    assert!(message(&[square.clone(), square.clone()]).contains("no area"));
    assert!(message(&[square, rectangle(5, 0, 15, 10)]).contains("overlap"));
    let outside = Point { lon_e7: i32::MAX, lat_e7: 0 };
    let error = Zone::from_rings(&[vec![outside; 4]]).unwrap_err();
    assert!(matches!(error, PlaceError::Coordinate { .. }));
}

#[test]
fn spikes_and_repeats_are_dropped() {
    let plain = zone(&[rectangle(0, 0, 100, 100)]);
    let blemished = zone(&[ring(&[
        (50, 0),
        (50, -40),
        (50, 0),
        (100, 0),
        (100, 0),
        (100, 100),
        (150, 100),
        (100, 100),
        (0, 100),
        (0, 0),
        (0, 0),
    ])]);
    assert_eq!(blemished.bbox(), plain.bbox());
    assert_eq!(blemished.area_km2(), plain.area_km2());
    let bounds = Bounds { west_e7: 0, south_e7: 0, east_e7: 100, north_e7: 100 };
    assert_eq!(plain.bbox(), Some(bounds));
}

/// A ring around a centre whose corners lie at growing angles, so that it never crosses itself.
fn star(centre: (i32, i32), reaches: &[i32]) -> Vec<Point> {
    let count = reaches.len();
    reaches
        .iter()
        .enumerate()
        .map(|(number, reach)| {
            // A walk around the square of side 8, eight steps to a side.
            let step = (number * 64 / count) as i32;
            let (side, along) = (step / 16, step % 16 - 8);
            let (x, y) = match side {
                0 => (along, -8),
                1 => (8, along),
                2 => (-along, 8),
                _ => (-8, -along),
            };
            point(centre.0 + x * reach, centre.1 + y * reach)
        })
        .collect()
}

fn star_zone() -> impl Strategy<Value = Zone> {
    let centre = (-1_670_000_000..1_670_000_000_i32, -700_000_000..700_000_000_i32);
    (centre, 1_i32..2_000_000, prop::collection::vec(1_i32..9, 4..60)).prop_map(
        |(centre, scale, reaches)| {
            let reaches: Vec<i32> = reaches.iter().map(|reach| reach * scale).collect();
            Zone::from_rings(&[star(centre, &reaches)]).unwrap()
        },
    )
}

/// Steps east and north, in units of 10^-7 degree.
fn step() -> impl Strategy<Value = (i32, i32)> {
    (-20_000_000..20_000_000_i32, -20_000_000..20_000_000_i32)
}

/// Points that are hard to place: at vertices, level with them, and one step off.
fn hard_points(zone: &Zone) -> Vec<Point> {
    let vertices: Vec<Point> = zone.rings().iter().flatten().copied().collect();
    let mut points = Vec::new();
    for (number, vertex) in vertices.iter().enumerate() {
        let other = vertices[(number * 7 + 3) % vertices.len()];
        for (x, y) in [(vertex.lon_e7, vertex.lat_e7), (other.lon_e7, vertex.lat_e7)] {
            for (dx, dy) in [(0, 0), (1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, -1)] {
                points.push(Point { lon_e7: x + dx, lat_e7: y + dy });
            }
        }
        let middle = |a: i32, b: i32| ((i64::from(a) + i64::from(b)) / 2) as i32;
        points.push(Point {
            lon_e7: middle(vertex.lon_e7, other.lon_e7),
            lat_e7: middle(vertex.lat_e7, other.lat_e7),
        });
    }
    points
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn prepared_answers_are_the_plain_ones(
        zone in star_zone(), radius_mm in prop_oneof![0_u64..100_000, 0_u64..40_000_000_000],
        offsets in prop::collection::vec(step(), 20),
    ) {
        let prepared = PreparedZone::new(&zone);
        let first = zone.rings()[0][0];
        let near = offsets.iter().map(|(x, y)| Point {
            lon_e7: (first.lon_e7 + x).clamp(-1_800_000_000, 1_800_000_000),
            lat_e7: (first.lat_e7 + y).clamp(-900_000_000, 900_000_000),
        });
        for point in near.chain(hard_points(&zone)) {
            prop_assert_eq!(prepared.contains(point), zone.contains(point), "{}", point);
            let (quick, plain) = (prepared.border_distance_m(point), zone.border_distance_m(point));
            prop_assert_eq!(quick.to_bits(), plain.to_bits(), "{} {} {}", point, quick, plain);
            // The radius at which the answer turns, one step to each side, and any other.
            let turning = ((plain - 0.02) / 1.001 * 1000.0).max(0.0) as u64;
            for radius in [turning.saturating_sub(1), turning, turning + 1, radius_mm] {
                prop_assert_eq!(prepared.locate(point, radius), zone.locate(point, radius));
            }
        }
    }

    #[test]
    fn two_zones_share_out_the_points_of_their_border(
        heights in prop::collection::vec(-50..50_i32, 2..12), x in -60..700_i32, y in -70..70_i32,
        split in any::<prop::sample::Index>(),
    ) {
        // One border between a southern and a northern zone; the northern has an extra vertex.
        let border: Vec<(i32, i32)> =
            heights.iter().enumerate().map(|(step, height)| (step as i32 * 60, *height)).collect();
        let east = border[border.len() - 1].0;
        let mut south = border.clone();
        south.extend([(east, -60), (0, -60)]);
        let mut north = border.clone();
        let at = split.index(border.len() - 1);
        let (a, b) = (border[at], border[at + 1]);
        if (a.1 + b.1) % 2 == 0 {
            north.insert(at + 1, ((a.0 + b.0) / 2, (a.1 + b.1) / 2));
        }
        north.extend([(east, 60), (0, 60)]);
        let (south, north) = (zone(&[ring(&south)]), zone(&[ring(&north)]));
        let place = point(x, y);
        let inside = (0..east).contains(&x) && (-60..60).contains(&y);
        let count = u8::from(south.contains(place)) + u8::from(north.contains(place));
        prop_assert_eq!(count, u8::from(inside), "{} {}", x, y);
        let (south, north) = (PreparedZone::new(&south), PreparedZone::new(&north));
        let count = u8::from(south.contains(place)) + u8::from(north.contains(place));
        prop_assert_eq!(count, u8::from(inside), "{} {}", x, y);
    }

    #[test]
    fn rings_make_a_sound_zone_or_an_error(
        rings in prop::collection::vec(
            prop::collection::vec((0..9_i32, 0..9_i32), 0..8), 0..4),
    ) {
        let rings: Vec<Vec<Point>> = rings.iter().map(|corners| ring(corners)).collect();
        if let Ok(zone) = Zone::from_rings(&rings) {
            // Even-odd over the rings as given, by a second count with plain rays.
            for x in 0..9 {
                for y in 0..9 {
                    let crossings = rings.iter().flat_map(|ring| {
                        (0..ring.len()).map(|n| (ring[n], ring[(n + 1) % ring.len()]))
                    }).filter(|(a, b)| {
                        let (low, high) = if a.lat_e7 < b.lat_e7 { (a, b) } else { (b, a) };
                        let meets = low.lat_e7 <= y && y < high.lat_e7;
                        meets && (high.lon_e7 - low.lon_e7) * (y - low.lat_e7)
                            <= (high.lat_e7 - low.lat_e7) * (x - low.lon_e7)
                    }).count();
                    prop_assert_eq!(zone.contains(point(x, y)), crossings % 2 == 1);
                }
            }
            let whole: i64 = zone.rings().iter().map(|ring| {
                (0..ring.len()).map(|n| {
                    let (a, b) = (ring[n], ring[(n + 1) % ring.len()]);
                    let product = |lon_e7, lat_e7| i64::from(lon_e7) * i64::from(lat_e7);
                    product(a.lon_e7, b.lat_e7) - product(b.lon_e7, a.lat_e7)
                }).sum::<i64>()
            }).sum();
            prop_assert!(zone.is_empty() || whole > 0);
        }
    }
}
