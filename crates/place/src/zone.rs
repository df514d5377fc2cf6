//! An area of any shape: inside or outside in exact integers, and how far its border is.

use crate::bands::Bands;
use crate::distance::{EARTH_RADIUS_M, RADIANS_PER_UNIT, latitude, metres};
use crate::edge::{Edge, Vantage};
use crate::error::{PlaceError, ShapeFault, ShapePlace};
use crate::gate::{self, Given, Role};
use crate::overlay;
use crate::point::{LON_MAX_E7, Point};
use crate::reach::reach_m;

/// The box around a zone, in lattice units; all four are inside the box.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Least longitude.
    pub west_e7: i32,
    /// Least latitude.
    pub south_e7: i32,
    /// Greatest longitude.
    pub east_e7: i32,
    /// Greatest latitude.
    pub north_e7: i32,
}

impl Bounds {
    /// The box around some points; nothing if there are none.
    pub(crate) fn around<'a>(points: impl IntoIterator<Item = &'a Point>) -> Option<Bounds> {
        points.into_iter().fold(None, |all: Option<Bounds>, point| {
            let (lon, lat) = (point.lon_e7, point.lat_e7);
            Some(match all {
                None => Bounds { west_e7: lon, south_e7: lat, east_e7: lon, north_e7: lat },
                Some(all) => Bounds {
                    west_e7: all.west_e7.min(lon),
                    south_e7: all.south_e7.min(lat),
                    east_e7: all.east_e7.max(lon),
                    north_e7: all.north_e7.max(lat),
                },
            })
        })
    }

    pub(crate) fn holds(&self, point: Point) -> bool {
        (self.west_e7..=self.east_e7).contains(&point.lon_e7)
            && (self.south_e7..=self.north_e7).contains(&point.lat_e7)
    }

    fn meets(&self, other: &Bounds) -> bool {
        self.west_e7 <= other.east_e7
            && other.west_e7 <= self.east_e7
            && self.south_e7 <= other.north_e7
            && other.south_e7 <= self.north_e7
    }
}

/// Where an uncertain place lies with regard to a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// All of it is inside.
    Inside,
    /// All of it is outside.
    Outside,
    /// The border runs through it: whether it is inside is not determined.
    Straddling,
}

/// What is known about a disc (a point and the radius of its uncertainty) and a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Whereabouts {
    /// The centre is in the zone.
    pub centre_inside: bool,
    /// The disc reaches the zone's border.
    pub border_within: bool,
}

impl Whereabouts {
    /// Inside or outside where that is beyond doubt, straddling otherwise.
    #[must_use]
    pub fn side(&self) -> Side {
        match (self.border_within, self.centre_inside) {
            (true, _) => Side::Straddling,
            (false, true) => Side::Inside,
            (false, false) => Side::Outside,
        }
    }
}

/// An area bounded by rings of lattice points; may have several parts and holes, or be empty.
///
/// No two edges cross. Outer rings run counter-clockwise and holes clockwise, and a ring's first
/// vertex is not repeated at its end. The meridian of 180 degrees is an edge of the world: a zone
/// that goes across it has to be split there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Zone {
    rings: Vec<Vec<Point>>,
}

impl Zone {
    /// A zone from rings by the even-odd rule: a ring inside another is a hole, one inside a hole
    /// is an island, in any order and wound in any direction. A repeated last vertex, repeated
    /// vertices in a row and spikes are dropped.
    ///
    /// # Errors
    /// A point out of range, a ring without area, an edge over 180 degrees, and edges or rings
    /// that cross. The error counts rings and vertices from 1.
    pub fn from_rings(rings: &[Vec<Point>]) -> Result<Zone, PlaceError> {
        let mut clean = Vec::with_capacity(rings.len());
        for (number, ring) in rings.iter().enumerate() {
            let at = ShapePlace { ring: Some(number + 1), ..ShapePlace::default() };
            for point in ring {
                Point::new(point.lon_e7, point.lat_e7)?;
            }
            clean.push(gate::clean_ring(ring, &at)?.ring);
        }
        let depths = containing_rings(&clean);
        let roles =
            depths.iter().map(|outer| if outer.len() % 2 == 0 { Role::Outer } else { Role::Hole });
        for (ring, role) in clean.iter_mut().zip(roles) {
            gate::wind(ring, role);
        }
        let given: Vec<Given> = rings
            .iter()
            .enumerate()
            .map(|(number, vertices)| Given {
                at: ShapePlace { ring: Some(number + 1), ..ShapePlace::default() },
                vertices,
            })
            .collect();
        gate::check_rings(&clean, &given)?;
        Ok(Zone { rings: clean })
    }

    /// A zone from rings that are known to keep the laws of a zone.
    pub(crate) fn from_clean(rings: Vec<Vec<Point>>) -> Zone {
        Zone { rings }
    }

    /// The rings, without a repeated last vertex.
    #[must_use]
    pub fn rings(&self) -> &[Vec<Point>] {
        &self.rings
    }

    /// Whether the zone has no area at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rings.is_empty()
    }

    /// Number of vertices of all rings.
    #[must_use]
    pub fn vertex_count(&self) -> usize {
        self.rings.iter().map(Vec::len).sum()
    }

    /// The box around the zone; nothing if it is empty.
    #[must_use]
    pub fn bbox(&self) -> Option<Bounds> {
        Bounds::around(self.rings.iter().flatten())
    }

    pub(crate) fn edges(&self) -> impl Iterator<Item = Edge> {
        self.rings.iter().flat_map(|ring| ring_edges(ring))
    }

    /// Whether the point is in the zone, decided with integers.
    ///
    /// Even-odd with the half-open rule: an edge counts if `y1 <= y < y2` and it is at or west of
    /// the point. A point on a border that two zones share is in exactly one of them.
    ///
    /// Takes time proportional to the number of vertices; see [`crate::PreparedZone`].
    #[must_use]
    pub fn contains(&self, point: Point) -> bool {
        self.edges().filter(|edge| edge.counts(point.lon_e7, point.lat_e7)).count() % 2 == 1
    }

    /// Distance in metres from a point to the nearest point of the border, on the sphere; infinite
    /// for an empty zone.
    ///
    /// Right to 0.05 % up to 30 km and below 80 degrees of latitude. A border on the other side
    /// of the meridian of 180 degrees is near.
    #[must_use]
    pub fn border_distance_m(&self, point: Point) -> f64 {
        let vantage = Vantage::new(point);
        let least =
            self.edges().map(|edge| vantage.haversine_to(&edge)).fold(f64::INFINITY, f64::min);
        if self.is_empty() { f64::INFINITY } else { metres(least) }
    }

    /// Where the disc of `radius_mm` millimetres around a point lies.
    ///
    /// The disc reaches the border if the border's distance is at most 1.001 times the radius and
    /// 2 cm: rounding only ever moves an answer towards [`Side::Straddling`].
    #[must_use]
    pub fn locate(&self, point: Point, radius_mm: u64) -> Whereabouts {
        Whereabouts {
            centre_inside: self.contains(point),
            border_within: self.border_distance_m(point) <= reach_m(radius_mm),
        }
    }

    /// Area in square kilometres on the sphere of mean radius, with edges straight in longitude
    /// and latitude.
    ///
    /// Within 0.6 % of the area on the WGS 84 ellipsoid.
    #[must_use]
    pub fn area_km2(&self) -> f64 {
        let radius_km = EARTH_RADIUS_M / 1000.0;
        let sum: f64 = self.rings.iter().map(|ring| ring_area(ring)).sum();
        (sum * radius_km * radius_km).max(0.0)
    }

    /// Whether the two zones have area in common; touching borders do not count.
    #[must_use]
    pub fn overlaps(&self, other: &Zone) -> bool {
        match (self.bbox(), other.bbox()) {
            (Some(own), Some(others)) if own.meets(&others) => {
                overlay::interiors_meet(&self.rings, &other.rings)
            }
            _ => false,
        }
    }

    /// For each ring the numbers of the rings around it.
    pub(crate) fn containing_rings(&self) -> Vec<Vec<usize>> {
        containing_rings(&self.rings)
    }
}

pub(crate) fn ring_edges(ring: &[Point]) -> impl Iterator<Item = Edge> {
    let next = ring.iter().skip(1).chain(ring.first());
    ring.iter().zip(next).map(|(a, b)| Edge::new(*a, *b))
}

/// Twice the area of a ring in the plane of lattice units, positive if it runs counter-clockwise.
pub(crate) fn doubled_lattice_area(ring: &[Point]) -> i128 {
    let Some(&origin) = ring.first() else {
        return 0;
    };
    let offset = |point: &Point| {
        let x = i128::from(point.lon_e7) - i128::from(origin.lon_e7);
        let y = i128::from(point.lat_e7) - i128::from(origin.lat_e7);
        (x, y)
    };
    ring.windows(2)
        .map(|pair| {
            let ((x1, y1), (x2, y2)) = (offset(&pair[0]), offset(&pair[1]));
            x1 * y2 - x2 * y1
        })
        .sum()
}

/// Area of a ring on the unit sphere, positive if it runs counter-clockwise.
///
/// The integral of the sine of latitude over longitude, which for an edge straight in both has a
/// closed form; latitudes are taken against the ring's first, so that little cancels.
fn ring_area(ring: &[Point]) -> f64 {
    let Some(&first) = ring.first() else {
        return 0.0;
    };
    let level = libm::sin(latitude(first));
    let next = ring.iter().skip(1).chain(ring.first());
    ring.iter()
        .zip(next)
        .map(|(a, b)| {
            let east = (f64::from(b.lon_e7) - f64::from(a.lon_e7)) * RADIANS_PER_UNIT;
            let half = (f64::from(b.lat_e7) - f64::from(a.lat_e7)) * RADIANS_PER_UNIT * 0.5;
            let middle = (latitude(*a) + latitude(*b)) * 0.5;
            let mean = if half == 0.0 { 1.0 } else { libm::sin(half) / half };
            -east * (libm::sin(middle) * mean - level)
        })
        .sum()
}

/// For each ring the numbers of the rings around it, if rings do not cross.
///
/// Asked at the middle of an edge that has the ring's own area to its east: by the half-open rule
/// that is a place inside the ring and on no border. Of two rings that hold each other's place
/// the larger is the outer one.
fn containing_rings(rings: &[Vec<Point>]) -> Vec<Vec<usize>> {
    let bands = Bands::new(
        rings
            .iter()
            .enumerate()
            .flat_map(|(ring, points)| ring_edges(points).map(move |e| (e, ring))),
    );
    let areas: Vec<i128> = rings.iter().map(|ring| doubled_lattice_area(ring).abs()).collect();
    rings
        .iter()
        .enumerate()
        .map(|(ring, points)| {
            let Some((x, y)) = place_inside(points) else {
                return Vec::new();
            };
            let mut met: Vec<usize> = bands
                .at(y.div_euclid(2))
                .iter()
                .filter(|(edge, _)| edge.counts_doubled(x, y))
                .map(|(_, owner)| *owner)
                .collect();
            met.sort_unstable();
            met.chunk_by(|a, b| a == b)
                .filter(|same| same.len() % 2 == 1)
                .map(|same| same[0])
                .filter(|&outer| (areas[outer], outer) > (areas[ring], ring))
                .collect()
        })
        .collect()
}

/// The middle, in half units, of an edge with the ring's area to its east.
fn place_inside(ring: &[Point]) -> Option<(i64, i64)> {
    let counter_clockwise = doubled_lattice_area(ring) > 0;
    let next = ring.iter().skip(1).chain(ring.first());
    ring.iter()
        .zip(next)
        .find(|(a, b)| if counter_clockwise { a.lat_e7 > b.lat_e7 } else { a.lat_e7 < b.lat_e7 })
        .map(|(a, b)| {
            let sum = |a: i32, b: i32| i64::from(a) + i64::from(b);
            (sum(a.lon_e7, b.lon_e7), sum(a.lat_e7, b.lat_e7))
        })
}

/// Whether the edge between two points is longer than 180 degrees of longitude.
pub(crate) fn is_long(a: Point, b: Point) -> bool {
    (i64::from(a.lon_e7) - i64::from(b.lon_e7)).abs() > i64::from(LON_MAX_E7)
}

/// The error for an edge over 180 degrees.
pub(crate) fn long_edge(at: ShapePlace) -> PlaceError {
    PlaceError::shape(at, ShapeFault::LongEdge)
}
