//! The `coordinates` member of a GeoJSON geometry, read from its text digit by digit.
//!
//! The text is known to be one sound JSON value; what is checked here is that it has the shape
//! that the geometry's type asks for, and that positions are in range.

use crate::error::{PlaceError, ShapeFault, ShapePlace};
use crate::geojson::{Source, Text};
use crate::point::Point;

/// A list of positions: a line, a ring as given, or the members of a MultiPoint.
pub(crate) type Positions = Vec<Point>;

/// Reads one `coordinates` value.
pub(crate) struct Coordinates<'a> {
    source: &'a Source<'a>,
    /// Place of the value in the file.
    text: Text<'a>,
    /// Bytes read so far.
    next: usize,
    /// Vertices that the file may still have.
    vertices_left: &'a mut usize,
    /// Where in the geometry the reader is.
    at: ShapePlace,
}

impl<'a> Coordinates<'a> {
    pub(crate) fn new(
        source: &'a Source<'a>,
        text: Text<'a>,
        at: ShapePlace,
        vertices_left: &'a mut usize,
    ) -> Coordinates<'a> {
        Coordinates { source, text, next: 0, vertices_left, at }
    }

    /// A single position, as a Point has it.
    pub(crate) fn position(&mut self) -> Result<Point, PlaceError> {
        self.at.vertex = None;
        self.read_position()
    }

    /// Positions, as a LineString or a MultiPoint has them.
    pub(crate) fn positions(&mut self) -> Result<Positions, PlaceError> {
        let mut points = Vec::new();
        self.open("an array of positions")?;
        while self.more()? {
            self.at.vertex = Some(points.len() + 1);
            points.push(self.read_position()?);
        }
        self.at.vertex = None;
        if points.is_empty() {
            return Err(PlaceError::shape(self.at.clone(), ShapeFault::NoPositions));
        }
        points.shrink_to_fit();
        Ok(points)
    }

    /// Rings or lines, as a Polygon or a MultiLineString has them; numbered as such.
    pub(crate) fn lists(&mut self, number: Numbered) -> Result<Vec<Positions>, PlaceError> {
        let mut lists = Vec::new();
        self.open("an array of arrays of positions")?;
        while self.more()? {
            *self.number(number) = Some(lists.len() + 1);
            lists.push(self.positions()?);
        }
        *self.number(number) = None;
        if lists.is_empty() {
            return Err(PlaceError::shape(self.at.clone(), ShapeFault::NoPositions));
        }
        Ok(lists)
    }

    /// Polygons, as a MultiPolygon has them.
    pub(crate) fn polygons(&mut self) -> Result<Vec<Vec<Positions>>, PlaceError> {
        let mut polygons = Vec::new();
        self.open("an array of polygons")?;
        while self.more()? {
            self.at.part = Some(polygons.len() + 1);
            polygons.push(self.lists(Numbered::Ring)?);
        }
        self.at.part = None;
        if polygons.is_empty() {
            return Err(PlaceError::shape(self.at.clone(), ShapeFault::NoPositions));
        }
        Ok(polygons)
    }

    fn number(&mut self, number: Numbered) -> &mut Option<usize> {
        match number {
            Numbered::Ring => &mut self.at.ring,
            Numbered::Part => &mut self.at.part,
        }
    }

    /// `[longitude, latitude]`; further numbers, such as a height, are passed over.
    fn read_position(&mut self) -> Result<Point, PlaceError> {
        *self.vertices_left = self.vertices_left.checked_sub(1).ok_or(PlaceError::Limit {
            what: "vertices of the file",
            limit: self.source.limits.vertices,
            help: "simplify the shapes or split the file",
        })?;
        self.open("a position: an array of longitude and latitude")?;
        let mut pair = [""; 2];
        for part in &mut pair {
            if !self.more()? {
                return Err(self.fault("a position needs a longitude and a latitude"));
            }
            *part = self.read_number()?;
        }
        while self.more()? {
            self.read_number()?;
        }
        Point::parse(pair[0], pair[1]).map_err(|error| match error {
            PlaceError::Coordinate { axis, text, fault } => {
                PlaceError::shape(self.at.clone(), ShapeFault::Coordinate { axis, text, fault })
            }
            other => other,
        })
    }

    fn read_number(&mut self) -> Result<&'a str, PlaceError> {
        let rest = &self.text.json[self.next..];
        let length = rest
            .bytes()
            .take_while(|byte| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E'))
            .count();
        if length == 0 || !rest.starts_with(|first: char| first == '-' || first.is_ascii_digit()) {
            return Err(self.expected("a number"));
        }
        self.next += length;
        Ok(&rest[..length])
    }

    /// Steps into an array.
    fn open(&mut self, wanted: &str) -> Result<(), PlaceError> {
        self.skip_blanks();
        if self.peek() != Some(b'[') {
            return Err(self.expected(wanted));
        }
        self.next += 1;
        Ok(())
    }

    /// Whether the array has another element, which is then next; otherwise steps out.
    fn more(&mut self) -> Result<bool, PlaceError> {
        self.skip_blanks();
        match self.peek() {
            Some(b']') => {
                self.next += 1;
                Ok(false)
            }
            Some(b',') => {
                self.next += 1;
                self.skip_blanks();
                Ok(true)
            }
            Some(_) => Ok(true),
            None => Err(self.expected("the end of the array")),
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.json.as_bytes().get(self.next).copied()
    }

    fn skip_blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.next += 1;
        }
    }

    fn expected(&self, wanted: &str) -> PlaceError {
        let found = match self.peek() {
            Some(b'"') => "a text",
            Some(b'{') => "an object",
            Some(b'[') => "an array",
            Some(b']') => "the end of an array",
            Some(b'n') => "null",
            Some(b't' | b'f') => "true or false",
            Some(_) => "a number",
            None => "the end",
        };
        self.fault(&format!("{}: expected {wanted}, found {found}", self.at))
    }

    fn fault(&self, what: &str) -> PlaceError {
        self.source.fault(self.text.offset + self.next, what)
    }
}

/// How a list of lists of positions is counted in messages.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Numbered {
    /// Rings of a polygon.
    Ring,
    /// Lines of a MultiLineString.
    Part,
}
