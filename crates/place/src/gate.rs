//! The checks that every line passes, and every ring before it becomes part of a zone.

use crate::error::{PlaceError, ShapeFault, ShapePlace};
use crate::point::Point;
use crate::sweep::{self, SweepFault};
use crate::zone::{Zone, doubled_lattice_area, is_long, long_edge};

/// What a ring bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// The outside of a part of the zone.
    Outer,
    /// A hole in it.
    Hole,
}

/// A ring without blemishes, and what was taken out of it.
#[derive(Debug)]
pub(crate) struct CleanRing {
    /// The vertices, the first not repeated at the end.
    pub(crate) ring: Vec<Point>,
    /// How many vertices repeated the one before.
    pub(crate) repeated: usize,
    /// How many vertices were the tips or feet of spikes.
    pub(crate) spikes: usize,
}

/// Takes repeated vertices and spikes out of a ring, and checks its edges and that it has an area.
pub(crate) fn clean_ring(ring: &[Point], at: &ShapePlace) -> Result<CleanRing, PlaceError> {
    let open = match ring {
        [first, middle @ .., last] if first == last && !middle.is_empty() => {
            &ring[..ring.len() - 1]
        }
        _ => ring,
    };
    for (number, point) in open.iter().enumerate() {
        if is_long(*point, open[(number + 1) % open.len()]) {
            return Err(long_edge(ShapePlace {
                vertex: Some(number + 1),
                point: Some(*point),
                ..at.clone()
            }));
        }
    }
    let mut distinct: Vec<Point> = open.to_vec();
    distinct.dedup();
    while distinct.len() > 1 && distinct.first() == distinct.last() {
        distinct.pop();
    }
    let repeated = open.len() - distinct.len();
    let count = distinct.len();
    let ring = without_spikes(distinct);
    // Vertices on one line are all spikes, so a ring without area has by now come to nothing.
    if ring.len() < 3 {
        return Err(PlaceError::shape(at.clone(), ShapeFault::NoArea));
    }
    Ok(CleanRing { spikes: count - ring.len(), ring, repeated })
}

/// Takes out every vertex at which the ring turns back along the way it came.
fn without_spikes(ring: Vec<Point>) -> Vec<Point> {
    let mut kept: Vec<Point> = Vec::with_capacity(ring.len());
    for point in ring {
        push(&mut kept, point);
    }
    // The seam: the ends meet each other as well.
    let mut start = 0;
    while kept.len() - start > 2 {
        let (first, second) = (kept[start], kept[start + 1]);
        let (last, before) = (kept[kept.len() - 1], kept[kept.len() - 2]);
        if last == first || turns_back(before, last, first) {
            kept.pop();
        } else if turns_back(last, first, second) {
            start += 1;
        } else {
            break;
        }
    }
    kept.split_off(start)
}

fn push(kept: &mut Vec<Point>, point: Point) {
    loop {
        match kept.as_slice() {
            [.., last] if *last == point => return,
            [.., before, last] if turns_back(*before, *last, point) => {
                kept.pop();
            }
            _ => break,
        }
    }
    kept.push(point);
}

/// Whether the way from `a` to `b` and on to `c` turns right back.
fn turns_back(a: Point, b: Point, c: Point) -> bool {
    let difference = |from: Point, to: Point| {
        let x = i128::from(to.lon_e7) - i128::from(from.lon_e7);
        let y = i128::from(to.lat_e7) - i128::from(from.lat_e7);
        (x, y)
    };
    let ((x1, y1), (x2, y2)) = (difference(a, b), difference(b, c));
    x1 * y2 == x2 * y1 && x1 * x2 + y1 * y2 < 0
}

/// Turns a ring so that it runs counter-clockwise if outer, clockwise if a hole.
pub(crate) fn wind(ring: &mut [Point], role: Role) {
    let counter_clockwise = doubled_lattice_area(ring) > 0;
    if counter_clockwise != (role == Role::Outer) {
        ring.reverse();
    }
}

/// A ring as it was given, to say where a fault lies.
#[derive(Debug)]
pub(crate) struct Given<'a> {
    /// The place of the ring.
    pub(crate) at: ShapePlace,
    /// Its vertices before they were cleaned and wound.
    pub(crate) vertices: &'a [Point],
}

impl Given<'_> {
    /// The place of an edge: its first vertex in the order given.
    fn edge(&self, (a, b): (Point, Point)) -> ShapePlace {
        let number = |end: Point| self.vertices.iter().position(|vertex| *vertex == end);
        let vertex = number(a).into_iter().chain(number(b)).min();
        ShapePlace {
            vertex: vertex.map(|number| number + 1),
            point: vertex.map(|number| self.vertices[number]),
            ..self.at.clone()
        }
    }
}

/// Checks that wound rings together bound a zone: no edges cross, no ground is covered twice, no
/// hole lies outside, and some area is left.
pub(crate) fn check_rings(rings: &[Vec<Point>], given: &[Given<'_>]) -> Result<(), PlaceError> {
    let mut edges = Vec::with_capacity(rings.iter().map(Vec::len).sum());
    let mut firsts = Vec::with_capacity(rings.len());
    for ring in rings {
        firsts.push(edges.len());
        let next = ring.iter().skip(1).chain(ring.first());
        edges.extend(ring.iter().copied().zip(next.copied()));
    }
    let place = |edge: usize| {
        let ring = firsts.partition_point(|first| *first <= edge).saturating_sub(1);
        match (given.get(ring), edges.get(edge)) {
            (Some(given), Some(ends)) => given.edge(*ends),
            _ => ShapePlace::default(),
        }
    };
    sweep::check_rings(&edges).map_err(|fault| match fault {
        SweepFault::Crossing(a, b) => {
            PlaceError::shape(place(a), ShapeFault::Crossing { other: place(b) })
        }
        SweepFault::Overlap(edge) => PlaceError::shape(place(edge), ShapeFault::Overlap),
        SweepFault::TooManyTouches => PlaceError::shape(place(0), ShapeFault::TooManyTouches),
    })?;
    let area: i128 = rings.iter().map(|ring| doubled_lattice_area(ring)).sum();
    if area <= 0 && !rings.is_empty() {
        return Err(PlaceError::shape(place(0), ShapeFault::NoArea));
    }
    Ok(())
}

/// Takes repeated points out of a line, with a note, and checks its edges and that it has a length.
pub(crate) fn clean_line(
    mut line: Vec<Point>,
    at: &ShapePlace,
    notes: &mut Vec<String>,
) -> Result<Vec<Point>, PlaceError> {
    if let Some(number) = line.windows(2).position(|pair| is_long(pair[0], pair[1])) {
        return Err(long_edge(ShapePlace {
            vertex: Some(number + 1),
            point: Some(line[number]),
            ..at.clone()
        }));
    }
    let given = line.len();
    line.dedup();
    if line.len() < 2 {
        return Err(PlaceError::shape(at.clone(), ShapeFault::NoLength));
    }
    if line.len() < given {
        notes.push(format!("{at}: removed {}", count(given - line.len(), "repeated vertex")));
    }
    Ok(line)
}

/// Checks the polygons of one feature, each an outer ring and its holes, and makes them one zone.
pub(crate) fn clean_polygons(
    polygons: &[Vec<Vec<Point>>],
    at: &ShapePlace,
    notes: &mut Vec<String>,
) -> Result<Zone, PlaceError> {
    let mut rings = Vec::new();
    let mut given = Vec::new();
    for (part, polygon) in polygons.iter().enumerate() {
        for (number, positions) in polygon.iter().enumerate() {
            let at = ShapePlace {
                part: (polygons.len() > 1).then_some(part + 1),
                ring: Some(number + 1),
                ..at.clone()
            };
            if positions.first() != positions.last() {
                return Err(PlaceError::shape(at, ShapeFault::Unclosed));
            }
            let clean = clean_ring(positions, &at)?;
            for (removed, what) in
                [(clean.repeated, "repeated vertex"), (clean.spikes, "vertex of spikes")]
            {
                if removed > 0 {
                    notes.push(format!("{at}: removed {}", count(removed, what)));
                }
            }
            let mut ring = clean.ring;
            wind(&mut ring, if number == 0 { Role::Outer } else { Role::Hole });
            rings.push(ring);
            given.push(Given { at, vertices: positions });
        }
    }
    check_rings(&rings, &given)?;
    Ok(Zone::from_clean(rings))
}

/// A number with its noun, which begins with the word that takes the plural ("vertex").
fn count(number: usize, noun: &str) -> String {
    if number == 1 {
        format!("1 {noun}")
    } else {
        format!("{number} {}", noun.replace("vertex", "vertices"))
    }
}
