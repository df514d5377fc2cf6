//! The ground within a distance of a line, on both sides or on one.

use crate::build::{
    CIRCLE_VERTICES, check_measure, check_room, intersect, minus, on_circle, union,
};
use crate::distance::{great_circle_m, latitude};
use crate::error::{PlaceError, ShapeFault, ShapePlace};
use crate::overlay;
use crate::point::Point;
use crate::sides::left_region;
use crate::sweep::{self, SweepFault};
use crate::zone::{Zone, is_long};

/// Which side of a line, as one goes from its first point to its last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BufferSide {
    /// The left-hand side.
    Left,
    /// The right-hand side.
    Right,
    /// Both sides, with round ends.
    Both,
}

/// Longest piece of a line (metres) that is widened as one; longer edges are divided, so that the
/// border of the buffer follows the edge where both are straight in longitude and latitude.
const PIECE_MAX_M: f64 = 10_000.0;

/// Most pieces of a line.
const PIECES_MAX: usize = 50_000;

/// Pieces that are covered in one go; groups are then joined in pairs.
const GROUP: usize = 8;

/// The ground within `distance_m` metres of a line.
///
/// Bends and ends are round, with [`CIRCLE_VERTICES`] vertices to the turn: the border falls short
/// of the distance by at most 0.031 %. A one-sided buffer is the part of the two-sided one that
/// lies on that side of the line, where the line is thought to go straight on (in longitude and
/// latitude) beyond both ends; so left and right share no ground, and together they are both. A
/// line whose last point is its first has an inside and an outside instead.
///
/// # Errors
/// A line without length; an edge over 180 degrees; a distance that is not from 1 m to 1 000 km;
/// a line too long or too fine; a buffer that reaches over a pole or the meridian of 180 degrees;
/// for one side, a line that crosses itself, as it is or drawn on beyond its ends.
pub fn buffer_line(
    points: &[Point],
    side: BufferSide,
    distance_m: f64,
) -> Result<Zone, PlaceError> {
    check_measure("the distance in metres", distance_m)?;
    let line = check_line(points, side)?;
    for point in &line {
        check_room("a buffer", *point, distance_m)?;
    }
    let capsules = divide(&line)?
        .windows(2)
        .map(|pair| capsule(pair[0], pair[1], distance_m))
        .collect::<Vec<_>>();
    let both = join(capsules.chunks(GROUP).map(overlay::cover).collect());
    Ok(match side {
        BufferSide::Both => both,
        BufferSide::Left => intersect(&both, &left_region(&line, &both)?),
        BufferSide::Right => minus(&both, &left_region(&line, &both)?),
    })
}

/// The line without repeated points, checked.
fn check_line(points: &[Point], side: BufferSide) -> Result<Vec<Point>, PlaceError> {
    for point in points {
        Point::new(point.lon_e7, point.lat_e7)?;
    }
    let at = |vertex: usize| ShapePlace {
        vertex: Some(vertex + 1),
        point: points.get(vertex).copied(),
        ..ShapePlace::default()
    };
    if let Some(vertex) = points.windows(2).position(|pair| is_long(pair[0], pair[1])) {
        return Err(PlaceError::shape(at(vertex), ShapeFault::LongEdge));
    }
    if side != BufferSide::Both {
        let edges: Vec<(Point, Point)> = points.windows(2).map(|pair| (pair[0], pair[1])).collect();
        sweep::check_line(&edges).map_err(|fault| match fault {
            SweepFault::Crossing(a, b) => {
                PlaceError::shape(at(a), ShapeFault::Crossing { other: at(b) })
            }
            SweepFault::Overlap(edge) => PlaceError::shape(at(edge), ShapeFault::Overlap),
            SweepFault::TooManyTouches => PlaceError::shape(at(0), ShapeFault::TooManyTouches),
        })?;
    }
    let mut line = points.to_vec();
    line.dedup();
    if line.len() < 2 {
        return Err(PlaceError::shape(ShapePlace::default(), ShapeFault::NoLength));
    }
    Ok(line)
}

/// The line with points added so that no piece is longer than [`PIECE_MAX_M`].
fn divide(line: &[Point]) -> Result<Vec<Point>, PlaceError> {
    let mut fine = vec![line[0]];
    for pair in line.windows(2) {
        let (a, b) = (pair[0], pair[1]);
        let parts = libm::ceil(great_circle_m(a, b) / PIECE_MAX_M).max(1.0) as i64;
        for part in 1..=parts {
            let between = |a: i32, b: i32| {
                (i64::from(a) + (i64::from(b) - i64::from(a)) * part / parts) as i32
            };
            fine.push(Point {
                lon_e7: between(a.lon_e7, b.lon_e7),
                lat_e7: between(a.lat_e7, b.lat_e7),
            });
        }
        if fine.len() > PIECES_MAX {
            return Err(PlaceError::Limit {
                what: "pieces of a buffered line",
                limit: PIECES_MAX,
                help: "simplify the line or buffer its parts one by one",
            });
        }
    }
    Ok(fine)
}

/// The ground within a distance of one short straight piece, counter-clockwise.
fn capsule(a: Point, b: Point, distance_m: f64) -> Vec<Point> {
    let right = direction_deg(a, b) + 90.0;
    let half = 0..=CIRCLE_VERTICES / 2;
    let far = half.clone().map(|step| on_circle(b, right, step, distance_m));
    let near = half.map(|step| on_circle(a, right + 180.0, step, distance_m));
    far.chain(near).collect()
}

/// Direction of an edge that is straight in longitude and latitude, at its middle, in degrees
/// clockwise from north.
fn direction_deg(a: Point, b: Point) -> f64 {
    let scale = libm::cos((latitude(a) + latitude(b)) * 0.5);
    let east = (f64::from(b.lon_e7) - f64::from(a.lon_e7)) * scale;
    let north = f64::from(b.lat_e7) - f64::from(a.lat_e7);
    libm::atan2(east, north).to_degrees()
}

/// Joins zones in pairs, neighbours first, so that what is joined stays small.
fn join(mut zones: Vec<Zone>) -> Zone {
    while zones.len() > 1 {
        zones = zones
            .chunks(2)
            .map(|pair| match pair {
                [a, b] => union(a, b),
                rest => rest.first().cloned().unwrap_or_default(),
            })
            .collect();
    }
    zones.pop().unwrap_or_default()
}
