//! What can be wrong with a place, said so that its author can put it right.

use std::fmt;

use crate::point::Point;

/// Characters of an offending text that a message repeats.
const QUOTE_CHARS: usize = 40;

/// Which coordinate of a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Axis {
    /// East-west, −180 to 180 degrees.
    Longitude,
    /// North-south, −90 to 90 degrees.
    Latitude,
}

impl fmt::Display for Axis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Axis::Longitude => "longitude",
            Axis::Latitude => "latitude",
        })
    }
}

/// What is wrong with one coordinate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CoordinateFault {
    /// No text at all.
    #[error("is empty; give decimal degrees, such as 37.5")]
    Empty,
    /// NaN or an infinity.
    #[error("is not a finite number; give decimal degrees, such as 37.5")]
    NotFinite,
    /// A comma where the decimal point belongs.
    #[error("has a comma; write the decimal point as \".\"")]
    Comma,
    /// Something else that is not a decimal number.
    #[error("is not a decimal number; give decimal degrees, such as 37.5")]
    NotDecimal,
    /// Beyond ±180 degrees of longitude.
    #[error("is outside -180 to 180 degrees")]
    LongitudeRange,
    /// Beyond ±90 degrees of latitude.
    #[error("is outside -90 to 90 degrees")]
    LatitudeRange,
    /// Beyond ±90 degrees of latitude, in a pair that would be in range the other way round.
    #[error(
        "is outside -90 to 90 degrees; longitude and latitude look swapped (GeoJSON puts \
         longitude first)"
    )]
    Swapped,
}

/// Where in a file a fault lies. Numbers count from 1; a part that does not apply is absent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ShapePlace {
    /// Number of the feature in the file.
    pub feature: Option<usize>,
    /// The feature's own id.
    pub id: Option<String>,
    /// Number of the polygon in a MultiPolygon, or of the line in a MultiLineString.
    pub part: Option<usize>,
    /// Number of the ring in its polygon; ring 1 is the outer ring.
    pub ring: Option<usize>,
    /// Number of the vertex in its ring or line, as the file has it.
    pub vertex: Option<usize>,
    /// The vertex itself.
    pub point: Option<Point>,
}

impl fmt::Display for ShapePlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        match (self.feature, &self.id) {
            (Some(number), Some(id)) => parts.push(format!("feature {number} (id {})", quote(id))),
            (Some(number), None) => parts.push(format!("feature {number}")),
            (None, Some(id)) => parts.push(format!("feature {}", quote(id))),
            (None, None) => {}
        }
        for (name, number) in [("part", self.part), ("ring", self.ring), ("vertex", self.vertex)] {
            if let Some(number) = number {
                parts.push(format!("{name} {number}"));
            }
        }
        if parts.is_empty() {
            parts.push("geometry".to_owned());
        }
        f.write_str(&parts.join(", "))?;
        match self.point {
            Some(point) => write!(f, " ({point})"),
            None => Ok(()),
        }
    }
}

/// What is wrong with a ring, a polygon or a line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ShapeFault {
    /// A coordinate that is no coordinate.
    #[error("{axis} {text} {fault}")]
    Coordinate {
        /// Which of the two.
        axis: Axis,
        /// The text as given, quoted and shortened.
        text: String,
        /// What is wrong with it.
        fault: CoordinateFault,
    },
    /// The last vertex of a ring is not its first.
    #[error(
        "the ring is not closed; repeat its first vertex as its last (RFC 7946, section 3.1.6)"
    )]
    Unclosed,
    /// Fewer than three distinct vertices, or all on one line.
    #[error("the ring has no area; it needs at least 3 vertices that are not on one line")]
    NoArea,
    /// A line with fewer than two distinct vertices.
    #[error("the line has no length; it needs at least 2 distinct vertices")]
    NoLength,
    /// A geometry with no positions.
    #[error("there are no positions; give at least one")]
    NoPositions,
    /// An edge longer than 180 degrees of longitude.
    #[error(
        "the edge from here is longer than 180 degrees of longitude; split the shape at the \
         meridian of 180 degrees (RFC 7946, section 3.1.9)"
    )]
    LongEdge,
    /// Two edges cross.
    #[error("the edge from here crosses the edge from {other}; put the vertices in order")]
    Crossing {
        /// The other edge's vertex.
        other: ShapePlace,
    },
    /// A ring that overlaps another or winds over itself.
    #[error(
        "rings overlap along the edge from here: a ring passes over itself, or a hole is not \
         inside its outer ring, or two rings cover the same ground; separate or merge them"
    )]
    Overlap,
    /// A line that crosses itself when it is drawn straight on beyond its ends.
    #[error(
        "the line has no clear left and right: drawn straight on beyond its ends, it crosses \
         itself; end it with an edge that leads away from the line"
    )]
    EndsTurnBack,
    /// So many touching rings that checking them would take too long.
    #[error("rings touch each other too often to be checked; simplify the shape")]
    TooManyTouches,
    /// A feature without a geometry.
    #[error("there is no geometry; give one, or leave the feature out")]
    NoGeometry,
    /// A kind of geometry that is not read.
    #[error(
        "geometry type {kind} is not read; give a Polygon, MultiPolygon, LineString, \
         MultiLineString, Point or MultiPoint"
    )]
    Kind {
        /// The type as given, quoted.
        kind: String,
    },
    /// A coordinate reference system other than longitude and latitude on WGS 84.
    #[error(
        "the file names another coordinate system, {name}; convert it to longitude and latitude \
         on WGS 84 (RFC 7946, section 4)"
    )]
    OtherSystem {
        /// The system's name as given, quoted.
        name: String,
    },
}

/// Why a place could not be read or made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlaceError {
    /// One coordinate of a point is wrong.
    #[error("{axis} {text} {fault}")]
    Coordinate {
        /// Which of the two.
        axis: Axis,
        /// The text as given, quoted and shortened.
        text: String,
        /// What is wrong with it.
        fault: CoordinateFault,
    },
    /// A ring, polygon or line is wrong.
    #[error("{at}: {fault}")]
    Shape {
        /// Where.
        at: Box<ShapePlace>,
        /// What.
        fault: Box<ShapeFault>,
    },
    /// The bytes are not the GeoJSON that was expected.
    #[error("line {line}, column {column} (byte {offset}): {what}")]
    Json {
        /// Line, from 1.
        line: usize,
        /// Column in bytes, from 1.
        column: usize,
        /// Offset in bytes, from 0.
        offset: usize,
        /// What was found and what was expected.
        what: String,
    },
    /// A limit of [`crate::ImportLimits`] or of the zone builders is exceeded.
    #[error("{what}: more than {limit}; {help}")]
    Limit {
        /// What was counted.
        what: &'static str,
        /// The limit.
        limit: usize,
        /// What to do.
        help: &'static str,
    },
    /// A measure given to a zone builder is out of its range.
    #[error("{what} is {value}; give {expected}")]
    Measure {
        /// Which measure.
        what: &'static str,
        /// Its value as given.
        value: String,
        /// The range that it may have.
        expected: String,
    },
    /// A zone that would reach over a pole or the meridian of 180 degrees.
    #[error(
        "{what} around {around} would reach over a pole or the meridian of 180 degrees; make it \
         smaller"
    )]
    OverTheEdge {
        /// What was being made.
        what: &'static str,
        /// The place, for reading.
        around: String,
    },
}

impl PlaceError {
    pub(crate) fn shape(at: ShapePlace, fault: ShapeFault) -> Self {
        PlaceError::Shape { at: Box::new(at), fault: Box::new(fault) }
    }
}

/// A text in quotes, on one line and shortened, for a message.
pub(crate) fn quote(text: &str) -> String {
    let mut short: String = text.chars().take(QUOTE_CHARS).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    format!("{short:?}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_names_only_what_applies() {
        let at = ShapePlace {
            feature: Some(3),
            id: Some("front".into()),
            ring: Some(2),
            vertex: Some(17),
            ..ShapePlace::default()
        };
        assert_eq!(at.to_string(), "feature 3 (id \"front\"), ring 2, vertex 17");
        assert_eq!(ShapePlace::default().to_string(), "geometry");
    }

    #[test]
    fn a_quote_is_short_and_on_one_line() {
        assert_eq!(quote("a\nb"), "\"a\\nb\"");
        assert_eq!(quote(&"ж".repeat(1000)).chars().count(), QUOTE_CHARS + 3);
    }
}
