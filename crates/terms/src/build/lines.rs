//! Lines on the ground, and the points of the text.

use super::shapes::{Shapes, bad_shape};
use super::zones::shape_needed;
use crate::findings::Findings;
use crate::model::Line;
use crate::parse::fields::Fields;
use crate::parse::tree::{Value, Word};
use servanda_place::Point;
use servanda_text::Span;

pub(super) fn build(fields: &mut Fields, shapes: &mut Shapes) -> Vec<Line> {
    let mut lines = Vec::new();
    for (id, table, span) in fields.named("line") {
        let what = format!("`line.{}`", id.text);
        let mut fields = Fields::new(table, what, span, fields.findings());
        let file = fields.text("file");
        let feature = fields.text("id");
        let points = points(&mut fields);
        let text = fields.plain("text");
        let points = match (file, feature, points) {
            (Some(file), Some(feature), None) => shapes.line(&file, &feature, fields.findings()),
            // What is wrong with too few of them was said.
            (None, None, Some(points)) => (points.len() > 1).then_some(points),
            // Agreements name lines that nobody drew; a duty may still be tied to one.
            (None, None, None) if !text.trim().is_empty() => Some(Vec::new()),
            _ => {
                shape_needed(&mut fields, span, "`file` and `id`, or `points`, or `text` alone");
                None
            }
        };
        fields.finish();
        if let Some(points) = points {
            lines.push(Line { id: id.text, points, text, span });
        }
    }
    lines
}

/// The key `points`: a list of pairs, longitude first.
fn points(fields: &mut Fields) -> Option<Vec<Point>> {
    let entry = fields.entry("points")?;
    let mut points = Vec::new();
    let pairs = match &entry.node.value {
        Value::List(pairs) if pairs.len() >= 2 => pairs.as_slice(),
        _ => {
            fields.wrong("points", &entry.node, "a list of two or more [lon, lat]");
            &[]
        }
    };
    for pair in pairs {
        let Value::List(numbers) = &pair.value else {
            fields.wrong("points", pair, "a pair [lon, lat]");
            continue;
        };
        let [lon, lat] = numbers.as_slice() else {
            fields.wrong("points", pair, "a pair [lon, lat]");
            continue;
        };
        let lon = fields.as_number("points", lon);
        let lat = fields.as_number("points", lat);
        if let (Some(lon), Some(lat)) = (lon, lat) {
            points.extend(point(&lon, &lat, pair.span, fields.findings()));
        }
    }
    Some(points)
}

pub(super) fn point(lon: &Word, lat: &Word, span: Span, findings: &mut Findings) -> Option<Point> {
    match Point::parse(&lon.text, &lat.text) {
        Ok(point) => Some(point),
        Err(error) => {
            findings.push(bad_shape("this is no place on earth", &error, span));
            None
        }
    }
}
