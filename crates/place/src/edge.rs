//! One border edge: on which side of it a point lies, and how far away it is.

use crate::distance::{RADIANS_PER_UNIT, latitude};
use crate::point::{LON_MAX_E7, Point};

/// Lattice units all the way round.
const FULL_TURN: i64 = 2 * LON_MAX_E7 as i64;

/// An edge that is straight in longitude and latitude, its lower end first.
///
/// The order of the ends makes an edge that two zones share the same edge for both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Edge {
    pub(crate) x1: i32,
    pub(crate) y1: i32,
    pub(crate) x2: i32,
    pub(crate) y2: i32,
}

impl Edge {
    pub(crate) fn new(a: Point, b: Point) -> Edge {
        let (low, high) =
            if (a.lat_e7, a.lon_e7) <= (b.lat_e7, b.lon_e7) { (a, b) } else { (b, a) };
        Edge { x1: low.lon_e7, y1: low.lat_e7, x2: high.lon_e7, y2: high.lat_e7 }
    }

    pub(crate) fn west(&self) -> i32 {
        self.x1.min(self.x2)
    }

    pub(crate) fn east(&self) -> i32 {
        self.x1.max(self.x2)
    }

    /// The edge's longitude at a height between its ends, rounded west. It must not be level.
    pub(crate) fn longitude_at(&self, y: i64) -> i64 {
        let (x1, y1) = (i64::from(self.x1), i64::from(self.y1));
        // The product is below 1.8e9 times 1.8e9.
        x1 + ((i64::from(self.x2) - x1) * (y - y1)).div_euclid(i64::from(self.y2) - y1)
    }

    /// The least and the greatest longitude between two heights that the edge comes near, rounded
    /// outwards to at most one unit beyond.
    pub(crate) fn longitudes_between(&self, foot: i64, top: i64) -> (i64, i64) {
        let (y1, y2) = (i64::from(self.y1), i64::from(self.y2));
        let (west, east) = (i64::from(self.west()), i64::from(self.east()));
        if y1 == y2 {
            return (west, east);
        }
        let at = |y: i64| self.longitude_at(y.clamp(y1, y2));
        let (a, b) = (at(foot), at(top));
        (a.min(b), (a.max(b) + 1).min(east))
    }

    /// Whether a ray westward from the point meets this edge: `y1 <= y < y2`, and the edge at
    /// height `y` is at `x` or west of it.
    ///
    /// No branch, and no check for what cannot happen: zones refuse edges over 180 degrees, so
    /// the edge's own differences are at most 1.8e9, those to a point at most 4e9, and the
    /// products fit.
    #[inline]
    pub(crate) fn counts(&self, x: i32, y: i32) -> bool {
        let gap = |from: i32, to: i32| i64::from(to).wrapping_sub(i64::from(from));
        let run = gap(self.x1, self.x2).wrapping_mul(gap(self.y1, y));
        let rise = gap(self.y1, self.y2).wrapping_mul(gap(self.x1, x));
        (self.y1 <= y) & (y < self.y2) & (run <= rise)
    }

    /// As [`Edge::counts`], for a point given in half units, so that the middle of an edge can be
    /// asked about exactly.
    pub(crate) fn counts_doubled(&self, x: i64, y: i64) -> bool {
        let (x1, y1) = (2 * i128::from(self.x1), 2 * i128::from(self.y1));
        let (x2, y2) = (2 * i128::from(self.x2), 2 * i128::from(self.y2));
        let (x, y) = (i128::from(x), i128::from(y));
        y1 <= y && y < y2 && (x2 - x1) * (y - y1) <= (y2 - y1) * (x - x1)
    }
}

/// A point from which distances are measured.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Vantage {
    x: i64,
    y: i64,
    latitude: f64,
    pub(crate) cos_latitude: f64,
    /// By way of the cosine: good to 1e-8, for what only has to be about right.
    sin_latitude: f64,
}

impl Vantage {
    pub(crate) fn new(point: Point) -> Vantage {
        let latitude = latitude(point);
        // At a pole the rounded cosine may fall below zero.
        let cos_latitude = libm::cos(latitude).max(0.0);
        let sin_latitude = libm::sqrt(1.0 - cos_latitude * cos_latitude).copysign(latitude);
        Vantage {
            x: i64::from(point.lon_e7),
            y: i64::from(point.lat_e7),
            latitude,
            cos_latitude,
            sin_latitude,
        }
    }

    pub(crate) fn haversine_to_point(&self, to: Point) -> f64 {
        let east = i64::from(to.lon_e7) - self.x;
        let north = i64::from(to.lat_e7) - self.y;
        self.haversine(east as f64, north as f64)
    }

    /// Haversine to the point that lies so many units east and north of here.
    fn haversine(&self, east: f64, north: f64) -> f64 {
        let up = libm::sin(north * RADIANS_PER_UNIT * 0.5);
        let along = libm::sin(east * RADIANS_PER_UNIT * 0.5);
        let cos_there = libm::cos(self.latitude + north * RADIANS_PER_UNIT).max(0.0);
        up * up + self.cos_latitude * cos_there * along * along
    }

    /// Haversine to the nearest point of an edge.
    ///
    /// The nearest point is found in the plane of longitude and latitude scaled at this latitude;
    /// the distance to it is then measured on the sphere. Within 30 km and below 80 degrees the
    /// plane misplaces it by so little that the distance is right to 0.05 %.
    pub(crate) fn haversine_to(&self, edge: &Edge) -> f64 {
        let (east, north) = self.nearest(edge);
        self.haversine(east, north)
    }

    /// [`Vantage::haversine_to`] from latitudes below 75 degrees and longitudes below 178, without
    /// sines: right to a part in ten thousand up to 30 km, and beyond that no less than for 30 km.
    ///
    /// For x up to 0.01, sin² x is x² less at most x⁴ / 3; the cosine at the other latitude is
    /// taken from the one here by its series, whose next term is below 0.02³ / 6.
    pub(crate) fn about_haversine_to(&self, edge: &Edge) -> f64 {
        // As in `nearest`, on this side of the meridian of 180 degrees.
        let (x, y) = (self.x as f64, self.y as f64);
        let (from_east, from_north) = (f64::from(edge.x1) - x, f64::from(edge.y1) - y);
        let east = f64::from(edge.x2) - f64::from(edge.x1);
        let north = f64::from(edge.y2) - f64::from(edge.y1);
        let scale = self.cos_latitude * self.cos_latitude;
        let length_squared = (scale * east * east + north * north).max(f64::MIN_POSITIVE);
        let share = -(scale * from_east * east + from_north * north) / length_squared;
        let share = share.clamp(0.0, 1.0);
        let along = (from_east + share * east) * RADIANS_PER_UNIT;
        let up = (from_north + share * north) * RADIANS_PER_UNIT;
        if up.abs() > 0.02 || along.abs() > 0.1 {
            return f64::INFINITY;
        }
        let cos_there = self.cos_latitude * (1.0 - 0.5 * up * up) - self.sin_latitude * up;
        0.25 * (up * up + self.cos_latitude * cos_there * along * along)
    }

    /// The steps east and north to the nearest point of an edge, in lattice units.
    fn nearest(&self, edge: &Edge) -> (f64, f64) {
        let x1 = i64::from(edge.x1) - self.nearest_turn(i64::from(edge.x1) + i64::from(edge.x2));
        let (from_east, from_north) = ((x1 - self.x) as f64, (i64::from(edge.y1) - self.y) as f64);
        let east = (i64::from(edge.x2) - i64::from(edge.x1)) as f64;
        let north = (i64::from(edge.y2) - i64::from(edge.y1)) as f64;
        let scale = self.cos_latitude * self.cos_latitude;
        let length_squared = scale * east * east + north * north;
        let share = if length_squared > 0.0 {
            (-(scale * from_east * east + from_north * north) / length_squared).clamp(0.0, 1.0)
        } else {
            0.0
        };
        (from_east + share * east, from_north + share * north)
    }

    /// The whole turn to take off so that an edge comes to the near side of the world; the edge is
    /// given by the sum of its ends' longitudes.
    fn nearest_turn(&self, ends: i64) -> i64 {
        let off = ends - 2 * self.x;
        if off > FULL_TURN {
            FULL_TURN
        } else if off < -FULL_TURN {
            -FULL_TURN
        } else {
            0
        }
    }

    /// About a haversine that no point of the box is nearer than, where
    /// [`Vantage::about_haversine_to`] is right.
    pub(crate) fn about_least_haversine(
        &self,
        (west, east): (i32, i32),
        (south, north): (i32, i32),
        cos_min: f64,
    ) -> f64 {
        let gap = |least: i32, at: i64, most: i32| {
            (i64::from(least) - at).max(at - i64::from(most)).max(0) as f64 * RADIANS_PER_UNIT
        };
        let (along, up) = (gap(west, self.x, east), gap(south, self.y, north));
        0.25 * (up * up + self.cos_latitude * cos_min * along * along)
    }

    /// A haversine that no point of the box is nearer than. `cos_min` is the least cosine of the
    /// latitudes in the box.
    ///
    /// Sines are bounded from below by x − x³/6, and the result is lowered by 1e-5, far more than
    /// any rounding in [`Vantage::haversine_to`].
    pub(crate) fn least_haversine(
        &self,
        (west, east): (i32, i32),
        (south, north): (i32, i32),
        cos_min: f64,
    ) -> f64 {
        let gap = |x: i64| (i64::from(west) - x).max(x - i64::from(east)).max(0);
        let across = gap(self.x).min(gap(self.x - FULL_TURN)).min(gap(self.x + FULL_TURN));
        let up = (i64::from(south) - self.y).max(self.y - i64::from(north)).max(0);
        let sine = |units: i64| {
            let half = units as f64 * (RADIANS_PER_UNIT * 0.5);
            (half - half * half * half / 6.0).max(0.0)
        };
        let (up, across) = (sine(up), sine(across));
        (up * up + self.cos_latitude * cos_min * across * across) * (1.0 - 1e-5)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::distance::tests::anywhere;
    use crate::distance::{great_circle_m, metres};
    use proptest::prelude::*;

    #[test]
    fn an_edge_counts_its_lower_end_only() {
        let edge = Edge::new(Point { lon_e7: 0, lat_e7: 0 }, Point { lon_e7: 10, lat_e7: 10 });
        assert!(edge.counts(0, 0));
        assert!(edge.counts(5, 5));
        assert!(edge.counts(100, 9));
        assert!(!edge.counts(4, 5));
        assert!(!edge.counts(100, 10));
        assert!(!edge.counts(100, -1));
    }

    #[test]
    fn the_longest_edges_do_not_overflow() {
        let low = Point { lon_e7: -900_000_000, lat_e7: -900_000_000 };
        let high = Point { lon_e7: 900_000_000, lat_e7: 900_000_000 };
        let edge = Edge::new(low, high);
        assert!(edge.counts(1, 0) && edge.counts(0, 0) && !edge.counts(-1, 0));
        assert!(edge.counts(i32::MAX, 0) && !edge.counts(i32::MIN, 0));
    }

    proptest! {
        #[test]
        fn doubled_points_count_alike(
            a in anywhere(), b in anywhere(), x in -900_000_000..900_000_000, y in any::<i16>(),
        ) {
            let half = |point: Point| Point { lon_e7: point.lon_e7 / 2, ..point };
            let edge = Edge::new(half(a), half(b));
            let y = edge.y1.saturating_add(i32::from(y));
            let doubled = edge.counts_doubled(2 * i64::from(x), 2 * i64::from(y));
            prop_assert_eq!(edge.counts(x, y), doubled);
        }

        #[test]
        fn no_edge_is_nearer_than_its_box(
            from in anywhere(), a in anywhere(), east in -200_000_000..200_000_000_i32,
            north in -200_000_000..200_000_000_i32,
        ) {
            let b = Point {
                lon_e7: (a.lon_e7 + east).clamp(-LON_MAX_E7, LON_MAX_E7),
                lat_e7: (a.lat_e7 + north).clamp(-900_000_000, 900_000_000),
            };
            let (edge, vantage) = (Edge::new(a, b), Vantage::new(from));
            let cos_min = libm::cos(latitude(a)).min(libm::cos(latitude(b))).max(0.0);
            let bound =
                vantage.least_haversine((edge.west(), edge.east()), (edge.y1, edge.y2), cos_min);
            prop_assert!(bound <= vantage.haversine_to(&edge));
        }

        /// Against a search along the edge, in ever smaller steps.
        #[test]
        fn within_thirty_km_the_distance_is_right(
            lat in -790_000_000..790_000_000_i32, north in -2_000_000..2_000_000_i32,
            east in -2_000_000..2_000_000_i32, run in -9_000_000..9_000_000_i32,
            rise in -9_000_000..9_000_000_i32,
        ) {
            let from = Point { lon_e7: 370_000_000, lat_e7: lat };
            let a = Point { lon_e7: from.lon_e7 + east, lat_e7: lat + north };
            let b = Point {
                lon_e7: a.lon_e7 + run, lat_e7: (a.lat_e7 + rise).clamp(-799_000_000, 799_000_000),
            };
            let edge = Edge::new(a, b);
            let found = metres(Vantage::new(from).haversine_to(&edge));
            prop_assume!(found > 100.0 && found < 30_000.0);
            let away = |share: f64| {
                let between = |a: i32, b: i32| (f64::from(a) + share * f64::from(b - a)) as i32;
                great_circle_m(from, Point {
                    lon_e7: between(edge.x1, edge.x2), lat_e7: between(edge.y1, edge.y2),
                })
            };
            let (mut middle, mut width) = (0.5, 0.5);
            for _ in 0..4 {
                middle = (-50..=50)
                    .map(|step| (middle + width * f64::from(step) / 50.0).clamp(0.0, 1.0))
                    .min_by(|a, b| away(*a).total_cmp(&away(*b)))
                    .unwrap();
                width /= 25.0;
            }
            let nearest = away(middle);
            prop_assert!((found - nearest).abs() <= nearest * 5e-4 + 0.1, "{found} {nearest}");
        }
    }

    #[test]
    fn the_near_side_is_across_the_meridian_of_180() {
        let from = Point { lon_e7: 1_799_000_000, lat_e7: 0 };
        let edge = Edge::new(
            Point { lon_e7: -1_799_000_000, lat_e7: -1_000_000 },
            Point { lon_e7: -1_799_000_000, lat_e7: 1_000_000 },
        );
        let distance = metres(Vantage::new(from).haversine_to(&edge));
        assert!((distance - 0.2_f64.to_radians() * crate::EARTH_RADIUS_M).abs() < 0.1);
    }
}
