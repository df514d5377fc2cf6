//! Distances, bearings and destinations on the sphere of mean radius.

use crate::edge::{Edge, Vantage};
use crate::point::{LAT_MAX_E7, LON_MAX_E7, Point};

/// Mean radius of the Earth in metres (IUGG; WGS 84 gives 6 371 008.8 m).
pub const EARTH_RADIUS_M: f64 = 6_371_008.8;

/// Radians in one lattice unit.
pub(crate) const RADIANS_PER_UNIT: f64 = std::f64::consts::PI / LON_MAX_E7 as f64;

/// Great-circle distance in metres on the sphere of radius [`EARTH_RADIUS_M`], by the haversine
/// formula (Sinnott 1984).
///
/// Exact to about a millimetre for near points; within a few metres of the antipode only to
/// metres. The sphere differs from the WGS 84 ellipsoid by up to 0.56 %. Symmetric, and the same
/// on every machine.
#[must_use]
pub fn great_circle_m(a: Point, b: Point) -> f64 {
    let (low, high) = if a <= b { (a, b) } else { (b, a) };
    metres(Vantage::new(low).haversine_to_point(high))
}

/// Metres for a haversine (the square of the sine of half the angle).
pub(crate) fn metres(haversine: f64) -> f64 {
    2.0 * EARTH_RADIUS_M * libm::asin(libm::sqrt(haversine.clamp(0.0, 1.0)))
}

/// The haversine of a distance in metres; 1 from half the circumference on.
pub(crate) fn haversine_of(metres: f64) -> f64 {
    let half_angle = metres / (2.0 * EARTH_RADIUS_M);
    if half_angle >= std::f64::consts::FRAC_PI_2 {
        return 1.0;
    }
    let sine = libm::sin(half_angle);
    sine * sine
}

/// Initial bearing of the great circle from `a` to `b`, in degrees clockwise from north, from 0 up
/// to but not including 360; 0 for equal points.
#[must_use]
pub fn bearing(a: Point, b: Point) -> f64 {
    let (lat_a, lat_b) = (latitude(a), latitude(b));
    let turn = (f64::from(b.lon_e7) - f64::from(a.lon_e7)) * RADIANS_PER_UNIT;
    let east = libm::sin(turn) * libm::cos(lat_b);
    let north =
        libm::cos(lat_a) * libm::sin(lat_b) - libm::sin(lat_a) * libm::cos(lat_b) * libm::cos(turn);
    let degrees = libm::atan2(east, north).to_degrees();
    let positive = if degrees < 0.0 { degrees + 360.0 } else { degrees };
    if positive >= 360.0 { 0.0 } else { positive }
}

/// The point `metres` from `start` along the great circle that sets out at `bearing_deg`
/// (degrees clockwise from north), rounded to the lattice.
///
/// A bearing or a distance that is not finite leaves `start` where it is.
#[must_use]
pub fn destination(start: Point, bearing_deg: f64, metres: f64) -> Point {
    if !bearing_deg.is_finite() || !metres.is_finite() {
        return start;
    }
    let angle = metres / EARTH_RADIUS_M;
    let heading = libm::fmod(bearing_deg, 360.0).to_radians();
    let lat = latitude(start);
    let sine =
        libm::sin(lat) * libm::cos(angle) + libm::cos(lat) * libm::sin(angle) * libm::cos(heading);
    let end_lat = libm::asin(sine.clamp(-1.0, 1.0));
    let turn = libm::atan2(
        libm::sin(heading) * libm::sin(angle) * libm::cos(lat),
        libm::cos(angle) - libm::sin(lat) * sine,
    );
    let lon_units = libm::rint(f64::from(start.lon_e7) + turn / RADIANS_PER_UNIT) as i64;
    let lat_units = libm::rint(end_lat / RADIANS_PER_UNIT) as i64;
    let half = i64::from(LON_MAX_E7);
    let lon = if (-half..=half).contains(&lon_units) {
        lon_units
    } else {
        (lon_units + half).rem_euclid(2 * half) - half
    };
    let limit = i64::from(LAT_MAX_E7);
    Point { lon_e7: lon as i32, lat_e7: lat_units.clamp(-limit, limit) as i32 }
}

/// Length in metres of a line, edge by edge along great circles.
#[must_use]
pub fn line_length_m(points: &[Point]) -> f64 {
    points.windows(2).map(|pair| great_circle_m(pair[0], pair[1])).sum()
}

/// Distance in metres from a point to the nearest point of a line whose edges are straight in
/// longitude and latitude; infinite if the line has no points. As precise as
/// [`crate::Zone::border_distance_m`].
#[must_use]
pub fn line_distance_m(points: &[Point], from: Point) -> f64 {
    let vantage = Vantage::new(from);
    let nearest = match points {
        [] => return f64::INFINITY,
        [only] => vantage.haversine_to_point(*only),
        _ => points
            .windows(2)
            .map(|pair| vantage.haversine_to(&Edge::new(pair[0], pair[1])))
            .fold(f64::INFINITY, f64::min),
    };
    metres(nearest)
}

pub(crate) fn latitude(point: Point) -> f64 {
    f64::from(point.lat_e7) * RADIANS_PER_UNIT
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Any point of the world.
    pub(crate) fn anywhere() -> impl Strategy<Value = Point> {
        (-LON_MAX_E7..=LON_MAX_E7, -LAT_MAX_E7..=LAT_MAX_E7)
            .prop_map(|(lon_e7, lat_e7)| Point { lon_e7, lat_e7 })
    }

    fn at(lon: &str, lat: &str) -> Point {
        Point::parse(lon, lat).unwrap()
    }

    #[test]
    fn known_distances() {
        let degree = EARTH_RADIUS_M.to_radians();
        for (a, b, expected) in [
            (at("0", "0"), at("0", "1"), degree),
            (at("0", "0"), at("1", "0"), degree),
            (at("0", "60"), at("180", "60"), 60.0 * degree),
            (at("0", "90"), at("123", "90"), 0.0),
            (at("0", "0"), at("180", "0"), 180.0 * degree),
            (at("179.5", "0"), at("-179.5", "0"), degree),
            (at("37", "48"), at("37", "48.0000001"), degree * 1e-7),
        ] {
            assert!((great_circle_m(a, b) - expected).abs() < 1e-3, "{a} to {b}");
        }
    }

    #[test]
    fn bearings_of_the_compass() {
        let here = at("37", "48");
        for (there, expected) in [
            (at("37", "49"), 0.0),
            (at("37", "47"), 180.0),
            (here, 0.0),
            (at("37.001", "48"), 90.0),
        ] {
            assert!((bearing(here, there) - expected).abs() < 0.001, "to {there}");
        }
        assert!((bearing(here, at("36.999", "48")) - 270.0).abs() < 0.001);
    }

    #[test]
    fn hostile_numbers_leave_the_start() {
        let here = at("37", "48");
        for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert_eq!(destination(here, value, 1.0), here);
            assert_eq!(destination(here, 1.0, value), here);
        }
        let _ = destination(here, f64::MAX, f64::MAX);
    }

    #[test]
    fn a_line_is_as_near_as_its_nearest_point() {
        let line = [at("37", "48"), at("37", "49"), at("38", "49")];
        assert_eq!(line_distance_m(&[], line[0]), f64::INFINITY);
        assert_eq!(line_distance_m(&line[..1], line[1]), great_circle_m(line[0], line[1]));
        assert_eq!(line_distance_m(&line, at("37", "48.5")), 0.0);
        let beside = line_distance_m(&line, at("36.9", "48.5"));
        assert!((beside - great_circle_m(at("36.9", "48.5"), at("37", "48.5"))).abs() < 1.0);
    }

    proptest! {
        #[test]
        fn distance_is_symmetric_and_bounded(a in anywhere(), b in anywhere()) {
            prop_assert_eq!(great_circle_m(a, b).to_bits(), great_circle_m(b, a).to_bits());
            prop_assert!((0.0..=20_015_115.0).contains(&great_circle_m(a, b)));
            prop_assert_eq!(great_circle_m(a, a), 0.0);
        }

        #[test]
        fn a_destination_is_as_far_as_asked(
            start in anywhere(), heading in 0.0..360.0, far in 0.0..10_000_000.0,
        ) {
            let end = destination(start, heading, far);
            prop_assert!(Point::new(end.lon_e7, end.lat_e7).is_ok());
            prop_assert!((great_circle_m(start, end) - far).abs() < 0.05);
        }

        #[test]
        fn bearing_undoes_destination(
            lon in -1_700_000_000..1_700_000_000, lat in -700_000_000..700_000_000,
            heading in 0.0..360.0, far in 1_000.0..1_000_000.0,
        ) {
            let start = Point::new(lon, lat).unwrap();
            let back = bearing(start, destination(start, heading, far));
            let off = (back - heading).abs();
            prop_assert!(off.min(360.0 - off) < 0.01, "{back} for {heading}");
        }
    }
}
