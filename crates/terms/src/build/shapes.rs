//! Shapes from GeoJSON files, each file read once.

use super::files;
use crate::Files;
use crate::codes;
use crate::findings::{Findings, shortened};
use crate::parse::nearest::nearest;
use crate::parse::tree::Word;
use servanda_place::{Feature, Geometry, ImportLimits, PlaceError, Point, Zone as Area};
use servanda_text::Span;
use std::collections::BTreeMap;

/// The files and what was read from them.
pub(crate) struct Shapes<'a> {
    files: &'a dyn Files,
    /// The features of each file; none where the file could not be read, which was reported.
    read: BTreeMap<String, Option<Vec<Feature>>>,
}

impl<'a> Shapes<'a> {
    pub(crate) fn new(files: &'a dyn Files) -> Shapes<'a> {
        Shapes { files, read: BTreeMap::new() }
    }

    /// All features of a file.
    pub(crate) fn features(&mut self, file: &Word, findings: &mut Findings) -> Option<&[Feature]> {
        if !self.read.contains_key(&file.text) {
            let features = self.load(file, findings);
            self.read.insert(file.text.clone(), features);
        }
        self.read.get(&file.text)?.as_deref()
    }

    fn load(&self, file: &Word, findings: &mut Findings) -> Option<Vec<Feature>> {
        let file = files::present(file.clone(), self.files, findings)?;
        let bytes = self.files.bytes(&file.text)?;
        match servanda_place::read_features(bytes, &ImportLimits::default()) {
            Ok(features) => Some(features),
            Err(error) => {
                let what = format!("`{}` cannot be read as GeoJSON", file.text);
                findings.push(bad_shape(what, &error, file.span));
                None
            }
        }
    }

    /// The feature of that id.
    fn feature(&mut self, file: &Word, id: &Word, findings: &mut Findings) -> Option<&Feature> {
        let features = self.features(file, findings)?;
        let at = features.iter().position(|f| f.id.as_deref() == Some(&id.text));
        if at.is_none() {
            let found = codes::UNRESOLVED
                .error(format!("`{}` has no feature `{}`", file.text, shortened(&id.text)))
                .primary(id.span, "not in the file")
                .reason("A zone or line takes its shape from the feature with this id.");
            let ids = features.iter().filter_map(|f| f.id.as_deref());
            findings.push(match nearest(&id.text, ids) {
                Some(near) => found.help(format!("did you mean `{near}`?")),
                None => found.help("give the feature's `id` member, or its property `id`"),
            });
        }
        features.get(at?)
    }

    /// The area of a feature.
    pub(crate) fn area(&mut self, file: &Word, id: &Word, findings: &mut Findings) -> Option<Area> {
        match &self.feature(file, id, findings)?.geometry {
            Geometry::Zone(area) => Some(area.clone()),
            _ => {
                findings.push(other_shape("an area: a Polygon or MultiPolygon", id.span));
                None
            }
        }
    }

    /// The points of a feature that is a line.
    pub(crate) fn line(
        &mut self,
        file: &Word,
        id: &Word,
        findings: &mut Findings,
    ) -> Option<Vec<Point>> {
        match &self.feature(file, id, findings)?.geometry {
            Geometry::Line(points) => Some(points.clone()),
            _ => {
                findings.push(other_shape("one line: a LineString", id.span));
                None
            }
        }
    }
}

/// Says what is wrong with a shape.
pub(crate) fn bad_shape(
    title: impl Into<String>,
    error: &PlaceError,
    span: Span,
) -> servanda_diag::Diagnostic {
    codes::BAD_SHAPE
        .error(title)
        .primary(span, "this shape")
        .reason(format!("{error}."))
        .help("mend the shape; without it nothing can be inside or outside")
}

fn other_shape(wanted: &str, span: Span) -> servanda_diag::Diagnostic {
    codes::BAD_SHAPE
        .error("the feature has another kind of shape")
        .primary(span, "this feature")
        .reason(format!("Here it must be {wanted}."))
        .help("name another feature, or correct the file")
}
