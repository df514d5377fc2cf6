//! A place on the lattice of 1e-7 degree.

use std::fmt;

use crate::decimal::parse_e7;
use crate::error::{Axis, CoordinateFault, PlaceError, quote};

/// Lattice units in a degree.
pub const UNITS_PER_DEGREE: i32 = 10_000_000;

/// Greatest longitude, in lattice units.
pub const LON_MAX_E7: i32 = 180 * UNITS_PER_DEGREE;

/// Greatest latitude, in lattice units.
pub const LAT_MAX_E7: i32 = 90 * UNITS_PER_DEGREE;

/// A place: longitude and latitude on WGS 84 in whole units of 1e-7 degree.
///
/// The order is by longitude, then by latitude.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Point {
    /// Longitude in units of 1e-7 degree, east positive.
    pub lon_e7: i32,
    /// Latitude in units of 1e-7 degree, north positive.
    pub lat_e7: i32,
}

impl Point {
    /// A point from lattice units.
    ///
    /// # Errors
    /// A longitude beyond ±180 degrees or a latitude beyond ±90 degrees.
    pub fn new(lon_e7: i32, lat_e7: i32) -> Result<Point, PlaceError> {
        Point::from_units(i64::from(lon_e7), i64::from(lat_e7), || {
            (decimal_text(lon_e7), decimal_text(lat_e7))
        })
    }

    /// A point from decimal degrees in text, rounded half to even to the lattice.
    ///
    /// The text is read as a decimal, never as a binary fraction. An exponent and surrounding
    /// blanks are allowed.
    ///
    /// # Errors
    /// Text that is not a finite decimal number, or is out of range. The error names the
    /// coordinate, and says so if the two look swapped.
    ///
    /// ```
    /// use servanda_place::Point;
    /// let point = Point::parse("37.5", "48.1234567").unwrap();
    /// assert_eq!((point.lon_e7, point.lat_e7), (375_000_000, 481_234_567));
    /// let error = Point::parse("181", "48").unwrap_err();
    /// assert!(error.to_string().starts_with("longitude \"181\""));
    /// ```
    pub fn parse(lon: &str, lat: &str) -> Result<Point, PlaceError> {
        let read = |axis, text: &str| {
            parse_e7(text).map_err(|fault| PlaceError::Coordinate {
                axis,
                text: quote(text),
                fault,
            })
        };
        let lon_units = read(Axis::Longitude, lon)?;
        let lat_units = read(Axis::Latitude, lat)?;
        Point::from_units(lon_units, lat_units, || (lon.to_owned(), lat.to_owned()))
    }

    fn from_units(
        lon: i64,
        lat: i64,
        texts: impl FnOnce() -> (String, String),
    ) -> Result<Point, PlaceError> {
        let lon_fits = lon.abs() <= i64::from(LON_MAX_E7);
        let lat_fits = lat.abs() <= i64::from(LAT_MAX_E7);
        if lon_fits && lat_fits {
            return Ok(Point { lon_e7: lon as i32, lat_e7: lat as i32 });
        }
        let (lon_text, lat_text) = texts();
        Err(if lon_fits {
            let swapped = lon.abs() <= i64::from(LAT_MAX_E7) && lat.abs() <= i64::from(LON_MAX_E7);
            PlaceError::Coordinate {
                axis: Axis::Latitude,
                text: quote(&lat_text),
                fault: if swapped {
                    CoordinateFault::Swapped
                } else {
                    CoordinateFault::LatitudeRange
                },
            }
        } else {
            PlaceError::Coordinate {
                axis: Axis::Longitude,
                text: quote(&lon_text),
                fault: CoordinateFault::LongitudeRange,
            }
        })
    }

    /// The longitude as an exact decimal number of degrees, without needless zeros.
    #[must_use]
    pub fn lon_text(&self) -> String {
        decimal_text(self.lon_e7)
    }

    /// The latitude as an exact decimal number of degrees, without needless zeros.
    #[must_use]
    pub fn lat_text(&self) -> String {
        decimal_text(self.lat_e7)
    }
}

impl fmt::Display for Point {
    /// Latitude, then longitude, with letters so that the order cannot be mistaken.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = |units: i32| {
            let (whole, rest) =
                (units.unsigned_abs() / 10_000_000, units.unsigned_abs() % 10_000_000);
            format!("{whole}.{rest:07}")
        };
        let north = if self.lat_e7 < 0 { 'S' } else { 'N' };
        let east = if self.lon_e7 < 0 { 'W' } else { 'E' };
        write!(f, "{} {north} {} {east}", part(self.lat_e7), part(self.lon_e7))
    }
}

fn decimal_text(units: i32) -> String {
    let sign = if units < 0 { "-" } else { "" };
    let (whole, rest) = (units.unsigned_abs() / 10_000_000, units.unsigned_abs() % 10_000_000);
    if rest == 0 {
        return format!("{sign}{whole}");
    }
    let digits = format!("{rest:07}");
    format!("{sign}{whole}.{}", digits.trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_edges_of_the_world_are_in_range() {
        for (lon, lat) in [("180", "90"), ("-180", "-90"), ("0", "0"), ("180.00000005", "0")] {
            assert!(Point::parse(lon, lat).is_ok(), "{lon} {lat}");
        }
    }

    #[test]
    fn errors_name_the_coordinate_and_the_fault() {
        for (lon, lat, message) in [
            ("181", "48", "longitude \"181\" is outside -180 to 180 degrees"),
            (
                "37",
                "90.0000001",
                "latitude \"90.0000001\" is outside -90 to 90 degrees; longitude and latitude look swapped (GeoJSON puts longitude first)",
            ),
            ("137", "90.0000001", "latitude \"90.0000001\" is outside -90 to 90 degrees"),
            (
                "NaN",
                "48",
                "longitude \"NaN\" is not a finite number; give decimal degrees, such as 37.5",
            ),
            ("37", "", "latitude \"\" is empty; give decimal degrees, such as 37.5"),
            ("37", "48,5", "latitude \"48,5\" has a comma; write the decimal point as \".\""),
        ] {
            assert_eq!(Point::parse(lon, lat).unwrap_err().to_string(), message);
        }
        assert_eq!(
            Point::new(1_810_000_000, 0).unwrap_err().to_string(),
            "longitude \"181\" is outside -180 to 180 degrees"
        );
        assert!(Point::new(i32::MIN, i32::MIN).is_err());
    }

    #[test]
    fn shows_the_letters() {
        let point = Point::new(-375_000_000, 480_000_001).unwrap();
        assert_eq!(point.to_string(), "48.0000001 N 37.5000000 W");
        assert_eq!(Point::new(1, -1).unwrap().to_string(), "0.0000001 S 0.0000001 E");
    }

    proptest! {
        #[test]
        fn text_round_trips(lon in -LON_MAX_E7..=LON_MAX_E7, lat in -LAT_MAX_E7..=LAT_MAX_E7) {
            let point = Point::new(lon, lat).unwrap();
            prop_assert_eq!(Point::parse(&point.lon_text(), &point.lat_text()).unwrap(), point);
        }
    }
}
