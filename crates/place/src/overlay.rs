//! The one module that speaks with the overlay engine.
//!
//! Coordinates go in as they are (the engine works on 64-bit integers); where edges cross, the
//! crossing is rounded to the lattice, so a border may move by about one unit (1.1 cm) there.

use i_overlay::core::fill_rule::FillRule;
use i_overlay::core::overlay::{IntOverlayOptions, Overlay};
use i_overlay::core::overlay_rule::OverlayRule;
use i_overlay::core::relate::PredicateOverlay;
use i_overlay::core::solver::Solver;
use i_overlay::i_float::int::point::IntPoint;

use crate::error::ShapePlace;
use crate::gate::{self, Role};
use crate::point::{LAT_MAX_E7, LON_MAX_E7, Point};
use crate::zone::{Zone, is_long};

/// How two zones are put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rule {
    /// What is in either.
    Union,
    /// What is in the first and not in the second.
    Minus,
    /// What is in both.
    Intersect,
}

type Contour = Vec<IntPoint<i64>>;

/// The zone made of two others.
pub(crate) fn combine(a: &Zone, b: &Zone, rule: Rule) -> Zone {
    let rule = match rule {
        Rule::Union => OverlayRule::Union,
        Rule::Minus => OverlayRule::Difference,
        Rule::Intersect => OverlayRule::Intersect,
    };
    let (subject, clip) = (contours(a.rings()), contours(b.rings()));
    let mut overlay =
        Overlay::from_subj_and_clip_custom(&subject, &clip, options(), Solver::default());
    zone_of(overlay.overlay(rule, FillRule::EvenOdd))
}

/// The zone covered by at least one of some rings that all run counter-clockwise.
pub(crate) fn cover(rings: &[Vec<Point>]) -> Zone {
    let subject = contours(rings);
    let mut overlay = Overlay::from_subj_custom(&subject, options(), Solver::default());
    zone_of(overlay.overlay(OverlayRule::Subject, FillRule::NonZero))
}

/// Whether two areas, each by the even-odd rule, have an area in common.
pub(crate) fn interiors_meet(a: &[Vec<Point>], b: &[Vec<Point>]) -> bool {
    let mut overlay = PredicateOverlay::from_subj_and_clip(&contours(a), &contours(b));
    overlay.fill_rule = FillRule::EvenOdd;
    overlay.interiors_intersect()
}

fn options() -> IntOverlayOptions<u128> {
    IntOverlayOptions { ogc: true, ..IntOverlayOptions::default() }
}

fn to_engine(point: &Point) -> IntPoint<i64> {
    IntPoint::new(i64::from(point.lon_e7), i64::from(point.lat_e7))
}

fn contours(rings: &[Vec<Point>]) -> Vec<Contour> {
    rings.iter().map(|ring| ring.iter().map(to_engine).collect()).collect()
}

/// Shapes (an outer ring, then its holes) as a zone in its one canonical form: each ring begins
/// at its least vertex, and rings are in order of their vertices.
fn zone_of(shapes: Vec<Vec<Contour>>) -> Zone {
    let mut rings = Vec::new();
    for shape in shapes {
        for (number, contour) in shape.iter().enumerate() {
            let role = if number == 0 { Role::Outer } else { Role::Hole };
            let points: Vec<Point> = contour.iter().map(to_lattice).collect();
            let whole = without_long_edges(&points);
            // A ring that is left without area bounds nothing.
            let Ok(clean) = gate::clean_ring(&whole, &ShapePlace::default()) else {
                continue;
            };
            let mut ring = clean.ring;
            gate::wind(&mut ring, role);
            let least = ring.iter().enumerate().min_by_key(|(_, point)| **point);
            let first = least.map_or(0, |(number, _)| number);
            ring.rotate_left(first);
            rings.push(ring);
        }
    }
    rings.sort_unstable();
    Zone::from_clean(rings)
}

fn to_lattice(point: &IntPoint<i64>) -> Point {
    let fit = |value: i64, limit: i32| value.clamp(-i64::from(limit), i64::from(limit)) as i32;
    Point { lon_e7: fit(point.x, LON_MAX_E7), lat_e7: fit(point.y, LAT_MAX_E7) }
}

/// Halves edges over 180 degrees, which arise when zones are joined around the world.
fn without_long_edges(ring: &[Point]) -> Vec<Point> {
    let mut whole = Vec::with_capacity(ring.len());
    let next = ring.iter().skip(1).chain(ring.first());
    for (a, b) in ring.iter().zip(next) {
        whole.push(*a);
        if is_long(*a, *b) {
            let middle = |a: i32, b: i32| ((i64::from(a) + i64::from(b)) / 2) as i32;
            whole.push(Point {
                lon_e7: middle(a.lon_e7, b.lon_e7),
                lat_e7: middle(a.lat_e7, b.lat_e7),
            });
        }
    }
    whole
}
