//! The ground on the left of a line.

use crate::error::{PlaceError, ShapeFault, ShapePlace};
use crate::point::Point;
use crate::sweep;
use crate::zone::{Bounds, Zone, doubled_lattice_area};

/// How far outside a zone, in lattice units, the frame around it stands.
const MARGIN: i32 = 1_000;

/// A side of the frame, counter-clockwise from the south.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FrameSide {
    South,
    East,
    North,
    West,
}

impl FrameSide {
    fn next(self) -> FrameSide {
        match self {
            FrameSide::South => FrameSide::East,
            FrameSide::East => FrameSide::North,
            FrameSide::North => FrameSide::West,
            FrameSide::West => FrameSide::South,
        }
    }
}

/// A region that holds all of a zone that is left of a line: bounded by the line, drawn straight on
/// at both ends as far as a frame around the zone, and by the frame. The line lies in the zone.
///
/// A closed line that runs counter-clockwise has its inside on the left; of one that runs
/// clockwise the region is the frame without the inside.
pub(crate) fn left_region(line: &[Point], zone: &Zone) -> Result<Zone, PlaceError> {
    let Some(around) = zone.bbox() else { return Ok(Zone::default()) };
    let frame = Bounds {
        west_e7: around.west_e7 - MARGIN,
        south_e7: around.south_e7 - MARGIN,
        east_e7: around.east_e7 + MARGIN,
        north_e7: around.north_e7 + MARGIN,
    };
    let (first, last) = (line[0], line[line.len() - 1]);
    if first == last {
        let ring = line[1..].to_vec();
        let outer: Vec<Point> = corners(&frame).into();
        let clockwise = doubled_lattice_area(&ring) < 0;
        return Ok(Zone::from_clean(if clockwise { vec![outer, ring] } else { vec![ring] }));
    }
    let (start, start_side) = leave(&frame, line[1], first);
    let (end, end_side) = leave(&frame, line[line.len() - 2], last);
    let mut ring = vec![start];
    ring.extend_from_slice(line);
    ring.push(end);
    let edges: Vec<(Point, Point)> = ring.windows(2).map(|pair| (pair[0], pair[1])).collect();
    if sweep::check_line(&edges).is_err() {
        let at = ShapePlace { point: Some(last), ..ShapePlace::default() };
        return Err(PlaceError::shape(at, ShapeFault::EndsTurnBack));
    }
    let mut side = end_side;
    let mut ahead = side == start_side && is_ahead(side, end, start);
    while !ahead {
        ring.push(corner_after(&frame, side));
        side = side.next();
        ahead = side == start_side;
    }
    Ok(Zone::from_clean(vec![ring]))
}

/// Where the way from `before` to `end`, drawn straight on, meets the frame.
fn leave(frame: &Bounds, before: Point, end: Point) -> (Point, FrameSide) {
    let east = f64::from(end.lon_e7) - f64::from(before.lon_e7);
    let north = f64::from(end.lat_e7) - f64::from(before.lat_e7);
    let steps = |gap: f64, speed: f64| if speed > 0.0 { gap / speed } else { f64::INFINITY };
    let gap = |from: i32, to: i32| f64::from(to) - f64::from(from);
    let (across, across_side) = if east > 0.0 {
        (steps(gap(end.lon_e7, frame.east_e7), east), FrameSide::East)
    } else {
        (steps(gap(frame.west_e7, end.lon_e7), -east), FrameSide::West)
    };
    let (up, up_side) = if north > 0.0 {
        (steps(gap(end.lat_e7, frame.north_e7), north), FrameSide::North)
    } else {
        (steps(gap(frame.south_e7, end.lat_e7), -north), FrameSide::South)
    };
    let (time, side) = if across <= up { (across, across_side) } else { (up, up_side) };
    let lon = libm::rint(f64::from(end.lon_e7) + time * east) as i32;
    let lat = libm::rint(f64::from(end.lat_e7) + time * north) as i32;
    let lon_e7 = match side {
        FrameSide::East => frame.east_e7,
        FrameSide::West => frame.west_e7,
        FrameSide::North | FrameSide::South => lon.clamp(frame.west_e7, frame.east_e7),
    };
    let lat_e7 = match side {
        FrameSide::North => frame.north_e7,
        FrameSide::South => frame.south_e7,
        FrameSide::East | FrameSide::West => lat.clamp(frame.south_e7, frame.north_e7),
    };
    (Point { lon_e7, lat_e7 }, side)
}

/// The corners of the frame, counter-clockwise from the south-west.
fn corners(frame: &Bounds) -> [Point; 4] {
    let corner = |lon_e7, lat_e7| Point { lon_e7, lat_e7 };
    [
        corner(frame.west_e7, frame.south_e7),
        corner(frame.east_e7, frame.south_e7),
        corner(frame.east_e7, frame.north_e7),
        corner(frame.west_e7, frame.north_e7),
    ]
}

/// The corner at the end of a side, counter-clockwise.
fn corner_after(frame: &Bounds, side: FrameSide) -> Point {
    let [south_west, south_east, north_east, north_west] = corners(frame);
    match side {
        FrameSide::South => south_east,
        FrameSide::East => north_east,
        FrameSide::North => north_west,
        FrameSide::West => south_west,
    }
}

/// Whether `b` comes after `a` on a side of the frame, counter-clockwise.
fn is_ahead(side: FrameSide, a: Point, b: Point) -> bool {
    match side {
        FrameSide::South => b.lon_e7 > a.lon_e7,
        FrameSide::East => b.lat_e7 > a.lat_e7,
        FrameSide::North => b.lon_e7 < a.lon_e7,
        FrameSide::West => b.lat_e7 < a.lat_e7,
    }
}
