//! The import gate: GeoJSON (RFC 7946) to checked features.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::{self, DeserializeSeed, Deserializer, SeqAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::coordinates::{Coordinates, Numbered};
use crate::error::{PlaceError, ShapeFault, ShapePlace, quote};
use crate::gate::{clean_line, clean_polygons};
use crate::point::Point;
use crate::zone::Zone;

/// How much a file may hold. Exceeding a limit is an error, found before memory is taken for what
/// exceeds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImportLimits {
    /// Bytes of the file.
    pub bytes: usize,
    /// Positions of all geometries together.
    pub vertices: usize,
    /// Features.
    pub features: usize,
    /// Arrays and objects within each other in a feature's properties.
    pub nesting_depth: usize,
    /// Memory, in bytes and by a rough estimate, for the properties of all features.
    pub property_bytes: usize,
}

impl Default for ImportLimits {
    /// 64 MiB, 2 000 000 vertices, 100 000 features, 32 levels, 128 MiB of properties.
    fn default() -> Self {
        ImportLimits {
            bytes: 64 << 20,
            vertices: 2_000_000,
            features: 100_000,
            nesting_depth: 32,
            property_bytes: 128 << 20,
        }
    }
}

/// A feature that has passed the gate.
#[derive(Debug, Clone, PartialEq)]
pub struct Feature {
    /// The member `id`, or else the property `id`; a number as its text.
    pub id: Option<String>,
    /// The properties as given; empty if there are none.
    pub properties: Map<String, Value>,
    /// The geometry.
    pub geometry: Geometry,
    /// What was repaired or is odd, in words.
    pub notes: Vec<String>,
}

/// A geometry on the lattice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Geometry {
    /// A Polygon or MultiPolygon.
    Zone(Zone),
    /// A LineString.
    Line(Vec<Point>),
    /// A MultiLineString.
    Lines(Vec<Vec<Point>>),
    /// A Point.
    Point(Point),
    /// A MultiPoint.
    Points(Vec<Point>),
}

/// Reads a FeatureCollection, a Feature or a geometry, and checks every shape in it.
///
/// Coordinates are read as decimals and rounded half to even to the lattice; heights are passed
/// over. Repeated vertices in a row and spikes are taken out, with a note. Rings may be wound
/// either way.
///
/// # Errors
/// The first fault, with its place: bytes that are not UTF-8 or not JSON, members of the wrong
/// type, a coordinate out of range, a ring that is not closed, has no area, or crosses itself or
/// another, a hole outside its outer ring, polygons that overlap, an edge over 180 degrees, a
/// coordinate system other than longitude and latitude, or a limit exceeded.
///
/// ```
/// use servanda_place::{Geometry, ImportLimits, read_features};
/// let json = br#"{"type": "Point", "coordinates": [37.5, 48.25]}"#;
/// let features = read_features(json, &ImportLimits::default()).unwrap();
/// assert!(matches!(features[0].geometry, Geometry::Point(_)));
/// ```
pub fn read_features(bytes: &[u8], limits: &ImportLimits) -> Result<Vec<Feature>, PlaceError> {
    if bytes.len() > limits.bytes {
        return Err(PlaceError::Limit {
            what: "bytes of the file",
            limit: limits.bytes,
            help: "simplify the shapes or split the file",
        });
    }
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let offset = error.valid_up_to();
            let (line, column) = line_and_column(bytes, offset);
            let what = "the file is not UTF-8 here; save it as UTF-8".to_owned();
            return Err(PlaceError::Json { line, column, offset, what });
        }
    };
    let source = Source { text, limits };
    let mark = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let whole = Text { json: &text[mark..], offset: mark };
    let object: Members = source.parse(whole)?;
    let mut reader = Reader {
        source: &source,
        vertices_left: limits.vertices,
        property_bytes_left: limits.property_bytes,
        ids: BTreeMap::new(),
    };
    reader.check_system(&object)?;
    match object.kind.as_deref() {
        Some("FeatureCollection") => {
            let list = object.features.ok_or_else(|| {
                source.fault(whole.offset, "the FeatureCollection has no member \"features\"")
            })?;
            let items = source.elements(source.text_of(list))?;
            items
                .into_iter()
                .enumerate()
                .map(|(number, item)| reader.feature(source.text_of(item), number + 1))
                .collect()
        }
        Some("Feature") => Ok(vec![reader.feature(whole, 1)?]),
        Some(_) => {
            let at = ShapePlace::default();
            let (geometry, notes) = reader.geometry(whole, &at)?;
            Ok(vec![Feature { id: None, properties: Map::new(), geometry, notes }])
        }
        None => Err(source.fault(
            whole.offset,
            "the object has no member \"type\"; expected a FeatureCollection, a Feature or a \
             geometry",
        )),
    }
}

/// A part of the file and where it begins.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Text<'a> {
    pub(crate) json: &'a str,
    pub(crate) offset: usize,
}

/// The whole file.
pub(crate) struct Source<'a> {
    text: &'a str,
    pub(crate) limits: &'a ImportLimits,
}

/// The members of a GeoJSON object that matter here. Others are passed over.
#[derive(Deserialize)]
struct Members<'a> {
    #[serde(borrow, rename = "type")]
    kind: Option<Cow<'a, str>>,
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    #[serde(borrow)]
    properties: Option<&'a RawValue>,
    #[serde(borrow)]
    geometry: Option<&'a RawValue>,
    #[serde(borrow)]
    coordinates: Option<&'a RawValue>,
    #[serde(borrow)]
    features: Option<&'a RawValue>,
    #[serde(borrow)]
    crs: Option<&'a RawValue>,
}

impl<'a> Source<'a> {
    /// The place of a value that was borrowed from the file.
    fn text_of(&self, raw: &'a RawValue) -> Text<'a> {
        let json = raw.get();
        Text { json, offset: json.as_ptr() as usize - self.text.as_ptr() as usize }
    }

    fn parse<T: Deserialize<'a>>(&self, text: Text<'a>) -> Result<T, PlaceError> {
        serde_json::from_str(text.json).map_err(|error| self.json_fault(text, &error))
    }

    /// The elements of an array, not yet read.
    fn elements(&self, text: Text<'a>) -> Result<Vec<&'a RawValue>, PlaceError> {
        let limit = self.limits.features;
        let mut json = serde_json::Deserializer::from_str(text.json);
        let items = FeatureList { limit }
            .deserialize(&mut json)
            .map_err(|error| self.json_fault(text, &error))?;
        items.ok_or(PlaceError::Limit {
            what: "features of the file",
            limit,
            help: "split the file",
        })
    }

    /// An error at a place of the file.
    pub(crate) fn fault(&self, offset: usize, what: &str) -> PlaceError {
        let (line, column) = line_and_column(self.text.as_bytes(), offset);
        PlaceError::Json { line, column, offset, what: what.to_owned() }
    }

    /// An error of the JSON reader, its place counted from the start of the file.
    fn json_fault(&self, text: Text<'_>, error: &serde_json::Error) -> PlaceError {
        let line_start = match error.line() {
            0 | 1 => 0,
            line => text.json.match_indices('\n').nth(line - 2).map_or(0, |(at, _)| at + 1),
        };
        let inside = (line_start + error.column().saturating_sub(1)).min(text.json.len());
        let message = error.to_string();
        let what = message.split(" at line ").next().unwrap_or_default();
        let rest = &self.text.as_bytes()[text.offset + inside..];
        let near = |word: &str| rest.starts_with(word.as_bytes());
        let what = if error.is_eof() {
            format!("the JSON ends too soon ({what}); the file may be cut off")
        } else if near("NaN") || near("Infinity") || near("-Infinity") {
            "NaN and infinities are not JSON numbers; give decimal degrees".to_owned()
        } else {
            what.to_owned()
        };
        self.fault(text.offset + inside, &what)
    }
}

/// Line and column (in bytes), both from 1.
fn line_and_column(bytes: &[u8], offset: usize) -> (usize, usize) {
    let before = &bytes[..offset.min(bytes.len())];
    let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
    let column = before.iter().rev().take_while(|byte| **byte != b'\n').count() + 1;
    (line, column)
}

/// Reads an array without its elements, up to a limit; nothing if there are more.
struct FeatureList {
    limit: usize,
}

impl<'de> DeserializeSeed<'de> for FeatureList {
    type Value = Option<Vec<&'de RawValue>>;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Self::Value, D::Error> {
        json.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for FeatureList {
    type Value = Option<Vec<&'de RawValue>>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an array of features")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        let mut over = false;
        while !over && let Some(item) = list.next_element::<&RawValue>()? {
            over = items.len() == self.limit;
            items.push(item);
        }
        if over {
            while list.next_element::<de::IgnoredAny>()?.is_some() {}
        }
        Ok((!over).then_some(items))
    }
}

/// What is counted over all features of a file.
struct Reader<'a> {
    source: &'a Source<'a>,
    vertices_left: usize,
    property_bytes_left: usize,
    /// The feature that first had each id.
    ids: BTreeMap<String, usize>,
}

impl<'a> Reader<'a> {
    fn feature(&mut self, text: Text<'a>, number: usize) -> Result<Feature, PlaceError> {
        let members: Members = self.source.parse(text)?;
        if members.kind.as_deref() != Some("Feature") {
            let what = format!("feature {number}: expected an object of type \"Feature\"");
            return Err(self.source.fault(text.offset, &what));
        }
        self.check_system(&members)?;
        let properties = match members.properties {
            Some(raw) => self.properties(self.source.text_of(raw))?,
            None => Map::new(),
        };
        let id = match members.id {
            Some(raw) => Some(self.id(self.source.text_of(raw))?),
            None => properties.get("id").and_then(id_text),
        };
        let at = ShapePlace { feature: Some(number), id: id.clone(), ..ShapePlace::default() };
        let Some(raw) = members.geometry else {
            return Err(PlaceError::shape(at, ShapeFault::NoGeometry));
        };
        let (geometry, mut notes) = self.geometry(self.source.text_of(raw), &at)?;
        if let Some(id) = &id {
            let first = *self.ids.entry(id.clone()).or_insert(number);
            if first != number {
                notes.push(format!("feature {number} has the same id as feature {first}"));
            }
        }
        Ok(Feature { id, properties, geometry, notes })
    }

    fn id(&self, text: Text<'a>) -> Result<String, PlaceError> {
        let expected = "a feature's id is a text or a number";
        if text.json.starts_with(['[', '{']) {
            return Err(self.source.fault(text.offset, expected));
        }
        id_text(&self.source.parse::<Value>(text)?)
            .ok_or_else(|| self.source.fault(text.offset, expected))
    }

    fn properties(&mut self, text: Text<'a>) -> Result<Map<String, Value>, PlaceError> {
        let (weight, depth) = weigh(text.json);
        if depth > self.source.limits.nesting_depth {
            return Err(PlaceError::Limit {
                what: "levels of nesting in properties",
                limit: self.source.limits.nesting_depth,
                help: "flatten the properties",
            });
        }
        self.property_bytes_left =
            self.property_bytes_left.checked_sub(weight).ok_or(PlaceError::Limit {
                what: "bytes of memory for properties",
                limit: self.source.limits.property_bytes,
                help: "leave out properties that are not needed",
            })?;
        self.source.parse(text)
    }

    /// Refuses a `crs` member (of the format before RFC 7946) that names another system.
    fn check_system(&self, members: &Members<'a>) -> Result<(), PlaceError> {
        let Some(raw) = members.crs else {
            return Ok(());
        };
        let name = raw.get();
        let known = ["CRS84", "EPSG::4326", "EPSG:4326"].iter().any(|system| name.contains(system));
        if known {
            return Ok(());
        }
        let fault = ShapeFault::OtherSystem { name: quote(name) };
        Err(PlaceError::shape(ShapePlace::default(), fault))
    }

    fn geometry(
        &mut self,
        text: Text<'a>,
        at: &ShapePlace,
    ) -> Result<(Geometry, Vec<String>), PlaceError> {
        let members: Members = self.source.parse(text)?;
        self.check_system(&members)?;
        let Some(kind) = members.kind else {
            return Err(self.source.fault(text.offset, "the geometry has no member \"type\""));
        };
        let kinds =
            ["Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon"];
        if !kinds.contains(&kind.as_ref()) {
            return Err(PlaceError::shape(at.clone(), ShapeFault::Kind { kind: quote(&kind) }));
        }
        let Some(raw) = members.coordinates else {
            return Err(PlaceError::shape(at.clone(), ShapeFault::NoPositions));
        };
        let mut coordinates = Coordinates::new(
            self.source,
            self.source.text_of(raw),
            at.clone(),
            &mut self.vertices_left,
        );
        let mut notes = Vec::new();
        let geometry = match kind.as_ref() {
            "Point" => Geometry::Point(coordinates.position()?),
            "MultiPoint" => Geometry::Points(coordinates.positions()?),
            "LineString" => Geometry::Line(clean_line(coordinates.positions()?, at, &mut notes)?),
            "MultiLineString" => {
                let mut lines = Vec::new();
                for (number, line) in coordinates.lists(Numbered::Part)?.into_iter().enumerate() {
                    let at = ShapePlace { part: Some(number + 1), ..at.clone() };
                    lines.push(clean_line(line, &at, &mut notes)?);
                }
                Geometry::Lines(lines)
            }
            "Polygon" => {
                let rings = coordinates.lists(Numbered::Ring)?;
                Geometry::Zone(clean_polygons(&[rings], at, &mut notes)?)
            }
            _ => Geometry::Zone(clean_polygons(&coordinates.polygons()?, at, &mut notes)?),
        };
        Ok((geometry, notes))
    }
}

fn id_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A rough and generous estimate of the memory that a JSON value takes, and its depth.
fn weigh(json: &str) -> (usize, usize) {
    const OBJECT_BYTES: usize = 700;
    const ELEMENT_BYTES: usize = 64;
    let (mut weight, mut depth, mut deepest) = (json.len(), 0_usize, 0);
    let mut bytes = json.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'{' | b'[' => {
                depth += 1;
                deepest = deepest.max(depth);
                weight += if byte == b'{' { OBJECT_BYTES } else { ELEMENT_BYTES };
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            b',' => weight += ELEMENT_BYTES,
            b'"' => {
                while let Some(byte) = bytes.next() {
                    match byte {
                        b'"' => break,
                        b'\\' => {
                            bytes.next();
                        }
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
    (weight, deepest)
}
