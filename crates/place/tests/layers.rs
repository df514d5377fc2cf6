//! Zones laid over each other: the same answers as zone by zone, and as a count of our own.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

#[path = "layers/ground.rs"]
mod ground;

use ground::{Draw, Ground};
use proptest::prelude::*;
use servanda_place::{
    BorderLayer, DatedZones, Disc, DiscLayer, Located, PlaceError, Point, Side, Zone, ZoneLayer,
};

/// So many discs that all lists are made.
const MANY: usize = 1_000_000;

/// Which zones a point is in by a count of our own, in 128 bits, over the rings as they are.
fn counted(zones: &[Zone], point: Point) -> Vec<u32> {
    let (x, y) = (i128::from(point.lon_e7), i128::from(point.lat_e7));
    let inside = |zone: &&(u32, &Zone)| {
        let mut odd = false;
        for ring in zone.1.rings() {
            for (a, b) in ring.iter().zip(ring.iter().cycle().skip(1)) {
                let (low, high) = if a.lat_e7 <= b.lat_e7 { (a, b) } else { (b, a) };
                let (x1, y1) = (i128::from(low.lon_e7), i128::from(low.lat_e7));
                let (x2, y2) = (i128::from(high.lon_e7), i128::from(high.lat_e7));
                odd ^= y1 <= y && y < y2 && (x2 - x1) * (y - y1) <= (x - x1) * (y2 - y1);
            }
        }
        odd
    };
    let all: Vec<(u32, &Zone)> = (0..).zip(zones).collect();
    all.iter().filter(inside).map(|(number, _)| *number).collect()
}

/// Each disc's zones, in the order of the discs.
fn located(layer: &DiscLayer, discs: &[Disc]) -> Vec<Vec<Located>> {
    let mut all = vec![Vec::new(); discs.len()];
    layer.locate_all(discs, |at, found| all[at] = found.to_vec());
    all
}

/// What [`Zone::locate`] says of each zone, without those that the disc does not touch.
fn plain(zones: &[Zone], (point, radius_mm): Disc) -> Vec<Located> {
    let whereabouts = zones.iter().map(|zone| zone.locate(point, radius_mm));
    (0..).zip(whereabouts).filter(|(_, lies)| lies.centre_inside || lies.border_within).collect()
}

fn at(lon: &str, lat: &str) -> Point {
    Point::parse(lon, lat).unwrap()
}

fn rectangle(west: i32, south: i32, east: i32, north: i32) -> Vec<Point> {
    let corners = [(west, south), (east, south), (east, north), (west, north)];
    corners.map(|(lon_e7, lat_e7)| Point::new(lon_e7, lat_e7).unwrap()).to_vec()
}

fn zone(rings: &[Vec<Point>]) -> Zone {
    Zone::from_rings(rings).unwrap()
}

#[test]
fn no_point_of_a_whole_country_is_misplaced() {
    let ground = Ground::new(1);
    let layer = ZoneLayer::new(&ground.zones).unwrap();
    let points = ground.hard_points(1_500);
    let sets = layer.find_all(&points);
    for (point, set) in points.iter().zip(sets) {
        assert_eq!(layer.zones(set), counted(&ground.zones, *point), "{point}");
        assert_eq!(layer.find(*point), set, "{point}");
    }
}

#[test]
fn discs_lie_as_zone_by_zone() {
    let ground = Ground::new(2);
    let zones: Vec<&Zone> = ground.zones.iter().collect();
    let (layer, searched) = (DiscLayer::new(&zones, MANY), BorderLayer::searched(&zones));
    let mut draw = Draw::new(3);
    let points = ground.hard_points(40);
    let discs: Vec<Disc> = points.iter().map(|point| (*point, draw.radius_mm())).collect();
    for (disc, found) in discs.iter().zip(located(&layer, &discs)) {
        assert_eq!(found, plain(&ground.zones, *disc), "{disc:?}");
        assert_eq!(found, layer.locate(*disc), "{disc:?}");
        let borders = found.iter().filter(|(_, lies)| lies.border_within).map(|(zone, _)| *zone);
        assert_eq!(searched.reached(disc.0, disc.1), borders.collect::<Vec<_>>(), "{disc:?}");
    }
}

/// A disc reaches a border as far away as its radius, a thousandth of it, and two centimetres.
#[test]
fn the_margin_is_the_stated_one() {
    let square = zone(&[rectangle(0, 0, 9_000_000, 9_000_000)]);
    let layer = DiscLayer::new(&[&square], MANY);
    for x in [-1, -5_000, -300_000, -2_000_000, 40, 77_777, 2_000_000] {
        let point = Point { lon_e7: x, lat_e7: 4_000_000 };
        let turning = (square.border_distance_m(point) - 0.02) / 1.001 * 1000.0;
        let reaches = |millimetres: f64| {
            let radius_mm = millimetres.max(0.0) as u64;
            layer.locate((point, radius_mm)).first().is_some_and(|(_, lies)| lies.border_within)
        };
        assert!(reaches(turning.ceil() + 1.0), "{x}");
        assert!(turning < 1.0 || !reaches(turning.floor() - 1.0), "{x}");
    }
}

#[test]
fn neighbours_share_out_the_ground() {
    let ground = Ground::new(4);
    let layer = ZoneLayer::new(&ground.zones[..ground.tiles]).unwrap();
    let mut draw = Draw::new(5);
    let shared = ground.zones[..ground.tiles].iter().flat_map(|zone| zone.rings()).flatten();
    let beside = shared.step_by(7).flat_map(|vertex| {
        [-1, 0, 1].map(|step| Point { lon_e7: vertex.lon_e7 + step, ..*vertex })
    });
    for point in beside.chain((0..20_000).map(|_| draw.point(&ground.frame))) {
        let inside = i32::from(ground.frame.holds(point));
        assert_eq!(layer.zones_at(point).len() as i32, inside, "{point}");
    }
}

/// Any other figure on some machine would be another answer there.
#[test]
fn answers_are_these_to_the_last_bit() {
    let ground = Ground::new(6);
    let layer = DiscLayer::new(&ground.zones.iter().collect::<Vec<_>>(), MANY);
    let mut draw = Draw::new(7);
    let places: Vec<Disc> =
        (0..30_000).map(|_| (draw.point(&ground.frame), draw.radius_mm())).collect();
    let mut sums = [0_u64; 2];
    for (number, found) in (1_u64..).zip(located(&layer, &places)) {
        for (zone, lies) in found {
            let pair = number.wrapping_mul(u64::from(zone) + 1);
            sums[0] = sums[0].wrapping_add(pair * u64::from(lies.centre_inside));
            sums[1] = sums[1].wrapping_add(pair * u64::from(lies.border_within));
        }
    }
    assert_eq!(sums, [5_629_285_654, 11_789_221_197]);
}

/// An interval tree of another engine takes such a hole for ground.
#[test]
fn a_hole_wound_like_its_shell_is_a_hole() {
    let (shell, hole) =
        (rectangle(0, 0, 90_000, 90_000), rectangle(30_000, 30_000, 60_000, 60_000));
    let holed = zone(&[shell, hole]);
    let layer = ZoneLayer::new([&holed]).unwrap();
    for (x, y, inside) in [
        (45_000, 45_000, false),
        (30_000, 30_000, false),
        (29_999, 45_000, true),
        (60_000, 60_000, true),
    ] {
        assert_eq!(layer.zones_at(Point { lon_e7: x, lat_e7: y }).len() == 1, inside, "{x} {y}");
    }
}

/// Another engine finds points inside that only lie level with a vertex.
#[test]
fn level_with_a_vertex_is_not_inside() {
    let corners = [(0, -90_000), (90_000, 0), (0, 90_000), (-90_000, 0)];
    let diamond = zone(&[corners.map(|(x, y)| Point { lon_e7: x, lat_e7: y }).to_vec()]);
    let layer = ZoneLayer::new([&diamond]).unwrap();
    for (x, y, inside) in [
        (-100_000, 0, false),
        (100_000, 0, false),
        (-1, 90_000, false),
        (0, 90_000, false),
        (1, -90_000, false),
        (-90_000, 0, true),
        (90_000, 0, false),
        (0, -90_000, false),
    ] {
        let here = Point { lon_e7: x, lat_e7: y };
        assert_eq!(layer.zones_at(here).len() == 1, inside, "{x} {y}");
        assert_eq!(diamond.contains(here), inside, "{x} {y}");
    }
}

/// Engines differ silently in whether a border is in, out, or half. Here a point on the border of
/// two is in one of them, a corner of four is in one, and the outer border in or out by its side.
#[test]
fn a_border_is_of_one_zone() {
    let quarters = [(0, 0), (1, 0), (0, 1), (1, 1)]
        .map(|(x, y)| zone(&[rectangle(x * 90, y * 90, x * 90 + 90, y * 90 + 90)]));
    let layer = ZoneLayer::new(&quarters).unwrap();
    let mut counts = [0; 3];
    for x in 0..=180 {
        for y in 0..=180 {
            counts[layer.zones_at(Point { lon_e7: x, lat_e7: y }).len()] += 1;
        }
    }
    assert_eq!(counts, [361, 180 * 180, 0]);
    assert_eq!(layer.zones_at(Point { lon_e7: 90, lat_e7: 90 }), [3]);
}

/// Places given as a settlement's coincide. Another engine drops such points.
#[test]
fn points_that_coincide_are_all_answered() {
    let square = zone(&[rectangle(0, 0, 90_000, 90_000)]);
    let layer = DiscLayer::new(&[&square], MANY);
    let discs = vec![(Point { lon_e7: 5, lat_e7: 5 }, 1_000); 70_000];
    let (mut seen, mut order) = (vec![0; discs.len()], Vec::new());
    layer.locate_all(&discs, |at, found| {
        assert_eq!(found, plain(std::slice::from_ref(&square), discs[at]));
        seen[at] += 1;
        order.push(at);
    });
    assert!(seen.iter().all(|count| *count == 1));
}

#[test]
fn a_layer_without_zones_holds_nothing() {
    let none: [&Zone; 0] = [];
    let empty = Zone::from_rings(&[]).unwrap();
    for zones in [&none[..], &[&empty, &empty]] {
        let layer = DiscLayer::new(zones, MANY);
        assert!(layer.locate((at("0", "0"), u64::MAX)).is_empty());
        let points = ZoneLayer::new(zones.iter().copied()).unwrap();
        assert!(points.zones_at(at("180", "90")).is_empty());
        assert_eq!((points.set_count(), points.zones(7)), (1, &[][..]));
        assert!(points.find_all(&[]).is_empty());
    }
}

/// The whole world, and its halves: the meridian of 180 degrees and the poles are edges of it.
#[test]
fn the_edges_of_the_world_are_those_of_its_zones() {
    let (lon, lat) = (1_800_000_000, 900_000_000);
    let half = |west: i32, east: i32| zone(&[rectangle(west, -lat, east, lat)]);
    let halves = [half(-lon, 0), half(0, lon)];
    let layer = DiscLayer::new(&[&halves[0], &halves[1]], MANY);
    let mut discs = Vec::new();
    for x in [-lon, -lon + 1, -1, 0, 1, lon - 1, lon] {
        for y in [-lat, -lat + 1, 0, lat - 1, lat] {
            discs.extend([0, 1_000_000, u64::MAX].map(|r| (Point { lon_e7: x, lat_e7: y }, r)));
        }
    }
    for (disc, found) in discs.iter().zip(located(&layer, &discs)) {
        assert_eq!(found, plain(&halves, *disc), "{disc:?}");
    }
    // Points that no lattice has are outside, and no mistake is made of their wrapping round.
    for far in [i32::MIN, i32::MAX] {
        for point in [Point { lon_e7: far, lat_e7: 0 }, Point { lon_e7: 0, lat_e7: far }] {
            let points = ZoneLayer::new(&halves).unwrap();
            assert_eq!(points.zones_at(point), counted(&halves, point), "{point:?}");
        }
    }
}

/// A zone given in two parts that meet at the meridian of 180 degrees.
#[test]
fn a_border_beyond_the_meridian_of_180_is_near() {
    let parts = [
        rectangle(1_790_000_000, -10_000_000, 1_800_000_000, 10_000_000),
        rectangle(-1_800_000_000, -10_000_000, -1_790_000_000, 10_000_000),
    ];
    let split = zone(&parts);
    let layer = DiscLayer::new(&[&split], MANY);
    for (lon, radius_mm) in
        [("179.99", 3_000_000), ("-179.99", 3_000_000), ("178.99", 3_000_000), ("-178.9", 1)]
    {
        let disc = (at(lon, "0"), radius_mm);
        assert_eq!(layer.locate(disc), plain(std::slice::from_ref(&split), disc), "{lon}");
    }
}

/// Many zones that meet in one place, and many borders almost on each other.
#[test]
fn crowded_ground_is_told_apart() {
    let fans: Vec<Zone> = (0..40)
        .map(|n| {
            zone(&[vec![
                Point { lon_e7: 100, lat_e7: 100 },
                Point { lon_e7: 300_000 + n, lat_e7: 200 + n * 7_000 },
                Point { lon_e7: -200_000 + n * 9_000, lat_e7: 400_000 },
            ]])
        })
        .collect();
    let layer = ZoneLayer::new(&fans).unwrap();
    let mut draw = Draw::new(8);
    let frame = ground::frame(-200_100, 0, 300_200, 400_100);
    let near = (0..2_000).map(|_| Point {
        lon_e7: 100 + draw.below(60) as i32 - 30,
        lat_e7: 100 + draw.below(60) as i32 - 30,
    });
    let points: Vec<Point> = near.collect();
    let points = points.into_iter().chain((0..20_000).map(|_| draw.point(&frame)));
    for point in points {
        assert_eq!(layer.zones_at(point), counted(&fans, point), "{point}");
    }
}

#[test]
fn too_crowded_ground_is_refused_by_name() {
    let squares: Vec<Zone> =
        (0..65).map(|n| zone(&[rectangle(n, n, 90_000 - n, 90_000 - n)])).collect();
    assert!(ZoneLayer::new(&squares[..64]).is_ok());
    let error = ZoneLayer::new(&squares).unwrap_err();
    assert!(matches!(error, PlaceError::Limit { limit: 64, .. }), "{error}");
    // Discs are answered all the same, zone by zone.
    let layer = DiscLayer::new(&squares.iter().collect::<Vec<_>>(), MANY);
    for x in 0..80 {
        let disc = (Point { lon_e7: x, lat_e7: 40_000 }, 100);
        assert_eq!(layer.locate(disc), plain(&squares, disc), "{x}");
    }
    assert_eq!(
        error.to_string(),
        "zones with a border in one cell: more than 64; lay fewer zones over the same ground in \
         one layer"
    );
}

/// A fine comb from pole to pole, and zones strewn over the world: memory stays in proportion.
#[test]
fn hostile_shapes_do_not_take_all_memory() {
    let teeth = 20_000;
    let mut comb: Vec<Point> = (0..teeth)
        .map(|n| Point {
            lon_e7: n * 40_000 - 400_000_000,
            lat_e7: [-1, 1][n as usize % 2] * 890_000_000,
        })
        .collect();
    comb.extend(
        [(400_000_000, 895_000_000), (-400_000_000, 895_000_000)]
            .map(|(x, y)| Point { lon_e7: x, lat_e7: y }),
    );
    let comb = zone(&[comb]);
    let layer = ZoneLayer::new([&comb]).unwrap();
    assert!(layer.bytes() < 64 << 20, "{}", layer.bytes());
    assert!(BorderLayer::new(&[&comb]).bytes() < 64 << 20);
    let mut draw = Draw::new(9);
    let world = ground::frame(-410_000_000, -900_000_000, 410_000_000, 900_000_000);
    for _ in 0..300 {
        let point = draw.point(&world);
        assert_eq!(layer.zones_at(point).len() == 1, comb.contains(point), "{point}");
    }
    let strewn: Vec<Zone> = (0..2_000)
        .map(|_| {
            let Point { lon_e7: x, lat_e7: y } = draw.point(&world);
            let (x, y) = (x.clamp(-400_000_000, 400_000_000), y.clamp(-800_000_000, 800_000_000));
            zone(&[rectangle(x, y, x + 3, y + 2)])
        })
        .collect();
    let layer = ZoneLayer::new(&strewn).unwrap();
    assert!(layer.bytes() < 64 << 20, "{}", layer.bytes());
    assert!(BorderLayer::new(&strewn.iter().collect::<Vec<_>>()).bytes() < 64 << 20);
    for one in &strewn {
        let corner = one.rings()[0][0];
        assert_eq!(layer.zones_at(corner), counted(&strewn, corner), "{corner}");
    }
}

#[test]
fn versions_that_agree_decide_and_others_leave_a_doubt() {
    let square = |west: i32| zone(&[rectangle(west, 0, west + 1_000_000, 1_000_000)]);
    let (fixed, early, late) = (square(0), square(5_000_000), square(5_500_000));
    let mut zones = DatedZones::new(&[&fixed], MANY);
    zones.add(200..300, &[&late]).unwrap();
    zones.add(100..200, &[&early]).unwrap();
    let disc = |x: i32| (Point { lon_e7: x, lat_e7: 500_000 }, 10_000);
    let (in_early, in_both, in_late) = (disc(5_200_000), disc(5_700_000), disc(6_200_000));
    let (inside, doubt) = (vec![(1, Side::Inside)], vec![(1, Side::Straddling)]);
    for (disc, when, expected) in [
        (in_early, 150..160, inside.clone()),
        (in_early, 250..260, vec![]),
        (in_early, 199..200, inside.clone()),
        (in_early, 199..201, doubt.clone()),
        (in_both, 199..201, inside.clone()),
        (in_both, 100..300, inside.clone()),
        (in_both, 100..301, doubt.clone()),
        (in_both, 99..101, doubt.clone()),
        (in_both, 200..200, inside.clone()),
        (in_both, 300..300, vec![]),
        (in_both, 0..50, vec![]),
        (in_late, 150..150, vec![]),
        (in_late, i64::MIN..i64::MAX, doubt.clone()),
        (disc(6_600_000), 150..250, vec![]),
        (disc(6_000_000), 150..160, doubt.clone()),
        (disc(6_000_000), 150..250, doubt),
        (disc(500_000), 0..1_000, vec![(0, Side::Inside)]),
    ] {
        assert_eq!(zones.locate(disc, when.clone()), expected, "{disc:?} {when:?}");
    }
    for bad in [150..160, 0..101, 250..400, 100..300, 400..400, 120..200] {
        assert!(zones.add(bad.clone(), &[&early]).is_err(), "{bad:?}");
    }
    assert!(zones.add(300..400, &[&early]).is_ok());
    assert!(zones.add(0..100, &[]).is_ok());
}

fn star() -> impl Strategy<Value = Zone> {
    let corners = prop::collection::vec(1_000..400_000_i32, 3..24);
    (corners, -300_000..300_000_i32, -300_000..300_000_i32)
        .prop_map(|(reaches, x, y)| zone(&[ground::star(x, y, &reaches)]))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn a_layer_answers_as_its_zones(zones in prop::collection::vec(star(), 1..14), seed: u64) {
        let layer = ZoneLayer::new(&zones).unwrap();
        let mut draw = Draw::new(seed);
        let mut points = ground::beside(&zones, &mut draw, 30);
        let frame = ground::frame(-800_000, -800_000, 800_000, 800_000);
        points.extend((0..200).map(|_| draw.point(&frame)));
        for (point, set) in points.iter().zip(layer.find_all(&points)) {
            prop_assert_eq!(layer.zones(set), counted(&zones, *point), "{}", point);
        }
    }

    /// At the very radius at which the answer turns, and one millimetre to each side.
    #[test]
    fn discs_turn_where_those_of_a_zone_turn(
        zones in prop::collection::vec(star(), 1..6), seed: u64, north in -80..80_i32,
    ) {
        let moved = |ring: &Vec<Point>| -> Vec<Point> {
            let up = |point: &Point| Point { lat_e7: point.lat_e7 + north * 10_000_000, ..*point };
            ring.iter().map(up).collect()
        };
        let zones: Vec<Zone> = zones
            .iter()
            .map(|one| zone(&one.rings().iter().map(moved).collect::<Vec<_>>()))
            .collect();
        let layer = DiscLayer::new(&zones.iter().collect::<Vec<_>>(), MANY);
        let mut draw = Draw::new(seed);
        let centre = north * 10_000_000;
        let frame = ground::frame(-900_000, centre - 900_000, 900_000, centre + 900_000);
        let mut discs = Vec::new();
        for _ in 0..40 {
            let point = draw.point(&frame);
            let away = zones[draw.below(zones.len() as u64) as usize].border_distance_m(point);
            let turning = ((away - 0.02) / 1.001 * 1000.0).max(0.0) as u64;
            let radii = [turning.saturating_sub(1), turning, turning + 1, draw.radius_mm()];
            discs.extend(radii.map(|radius_mm| (point, radius_mm)));
        }
        for (disc, found) in discs.iter().zip(located(&layer, &discs)) {
            prop_assert_eq!(found, plain(&zones, *disc), "{:?}", disc);
        }
    }
}
