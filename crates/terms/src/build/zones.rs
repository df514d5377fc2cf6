//! Zones: from files, round lines and points, and made of other zones.

use super::groups::{self, places};
use super::lines::point;
use super::names::Class;
use super::shapes::{Shapes, bad_shape};
use super::sources::choice;
use super::{Context, Mark, Marks, times};
use crate::codes;
use crate::findings::Findings;
use crate::limits::{ZONE_DEPTH_MAX, ZONE_STEPS_MAX, ZONES_MAX};
use crate::model::{Line, NamedZone};
use crate::parse::fields::Fields;
use crate::parse::tree::{Table, Word};
use servanda_place::{BufferSide, PlaceError, Zone as Area};
use servanda_text::Span;
use servanda_time::Interval;
use std::collections::BTreeMap;
use std::rc::Rc;

pub(super) fn shape_needed(fields: &mut Fields, span: Span, wanted: &str) {
    fields.findings().push(
        codes::MISSING_KEY
            .error("there must be exactly one shape")
            .primary(span, "in this table")
            .reason("With none there is nothing to be inside of; with two, which holds?")
            .help(format!("give {wanted}")),
    );
}

/// A zone as the text describes it.
struct Description<'t> {
    id: Word,
    mark: Mark,
    name: String,
    valid: Option<Interval>,
    basis: String,
    shape: Option<Shape<'t>>,
}

enum Shape<'t> {
    Feature { file: Word, id: Word },
    Buffer(&'t Table, Span),
    Circle(&'t Table, Span),
    Union(Vec<Word>),
    Intersect(Vec<Word>),
    Minus(Vec<Word>),
}

/// All zones, those of groups after the others.
pub(crate) fn build(
    fields: &mut Fields,
    lines: &[Line],
    shapes: &mut Shapes,
    context: &mut Context,
    marks: &mut Marks,
) -> Vec<NamedZone> {
    let mut descriptions = Vec::new();
    for (id, table, span) in fields.named("zone") {
        descriptions.push(describe(id, table, span, context, fields.findings()));
    }
    let (members, member_marks) = groups::build(fields, shapes, context);

    let index = |(at, d): (usize, &Description)| (d.id.text.clone(), at);
    let mut builder = Builder {
        index: descriptions.iter().enumerate().map(index).collect(),
        descriptions: &descriptions,
        members: members.iter().map(|zone| (zone.id.as_str(), zone)).collect(),
        lines,
        shapes,
        context,
        areas: BTreeMap::new(),
        path: Vec::new(),
        steps: 0,
    };
    for index in 0..descriptions.len() {
        builder.area_of(index, fields.findings());
    }
    let mut areas = builder.areas;
    let mut zones = Vec::new();
    for description in descriptions {
        if let Some(State::Known(Some(area))) = areas.remove(&description.id.text) {
            let area = Rc::unwrap_or_clone(area);
            zones.push(NamedZone {
                id: description.id.text,
                group: None,
                name: description.name,
                area,
                valid: description.valid,
                basis: description.basis,
                span: description.mark.head,
            });
            marks.zones.push(description.mark);
        }
    }
    zones.extend(members);
    marks.zones.extend(member_marks);
    if zones.len() > ZONES_MAX {
        let span = fields.table("zone").map(|(_, span)| span).unwrap_or_default();
        fields.findings().push(
            codes::TOO_MUCH
                .error(format!("more than {ZONES_MAX} zones"))
                .primary(span, "zones")
                .reason("Each zone is compared with each observation.")
                .help("keep the zones that terms use"),
        );
        zones.truncate(ZONES_MAX);
        marks.zones.truncate(ZONES_MAX);
    }
    zones
}

fn describe<'t>(
    id: Word,
    table: &'t Table,
    span: Span,
    context: &Context,
    findings: &mut Findings,
) -> Description<'t> {
    let mut fields = Fields::new(table, format!("`zone.{}`", id.text), span, findings);
    let name = fields.text("name").map(|word| word.text);
    let valid = fields.text("valid");
    let valid = valid.and_then(|w| times::validity(&w, &context.timezone, fields.findings()));
    let basis = fields.plain("basis");

    let (file, feature) = (fields.text("file"), fields.text("id"));
    let mut found: Vec<Shape> = Vec::new();
    let half = file.is_some() != feature.is_some();
    if let (Some(file), Some(id)) = (file, feature) {
        found.push(Shape::Feature { file, id });
    }
    found.extend(fields.table("buffer").map(|(table, span)| Shape::Buffer(table, span)));
    found.extend(fields.table("circle").map(|(table, span)| Shape::Circle(table, span)));
    for (key, shape) in [
        ("union", Shape::Union as fn(Vec<Word>) -> Shape<'t>),
        ("intersect", Shape::Intersect),
        ("minus", Shape::Minus),
    ] {
        if table.get(key).is_some() {
            found.push(shape(fields.texts(key)));
        } else {
            // The key counts as known all the same.
            fields.entry(key);
        }
    }
    if found.len() != 1 || half {
        let wanted = "`file` and `id`, or `buffer`, `circle`, `union`, `intersect` or `minus`";
        shape_needed(&mut fields, span, wanted);
        found.clear();
    }
    fields.finish();
    Description {
        name: name.unwrap_or_else(|| id.text.clone()),
        id,
        mark: Mark::of(table, span),
        valid,
        basis,
        shape: found.pop(),
    }
}

/// How far the shape of a zone is known.
enum State {
    /// It is being built, so whoever needs it stands in a circle.
    Building,
    /// It is built; none: it could not be, which was reported.
    Known(Option<Rc<Area>>),
}

struct Builder<'a, 't, 'f> {
    descriptions: &'a [Description<'t>],
    /// Where each zone stands in `descriptions`.
    index: BTreeMap<String, usize>,
    /// The zones of groups, which are known from the start.
    members: BTreeMap<&'a str, &'a NamedZone>,
    lines: &'a [Line],
    shapes: &'a mut Shapes<'f>,
    context: &'a Context<'a>,
    areas: BTreeMap<String, State>,
    /// The zones that are being built, each for the one before.
    path: Vec<usize>,
    steps: usize,
}

impl Builder<'_, '_, '_> {
    fn area_of(&mut self, index: usize, findings: &mut Findings) -> Option<Rc<Area>> {
        let description = self.descriptions.get(index)?;
        match self.areas.get(&description.id.text) {
            Some(State::Known(area)) => return area.clone(),
            Some(State::Building) => {
                self.circle_of_zones(index, findings);
                return None;
            }
            None => {}
        }
        if self.path.len() >= ZONE_DEPTH_MAX {
            findings.push(
                codes::TOO_MUCH
                    .error(format!("zones built on zones more than {ZONE_DEPTH_MAX} deep"))
                    .primary(description.id.span, "this one")
                    .reason("Nobody can follow such a zone.")
                    .help("build it from fewer steps"),
            );
            return None;
        }
        let id = description.id.text.clone();
        self.areas.insert(id.clone(), State::Building);
        self.path.push(index);
        let area = match &description.shape {
            Some(shape) => self.shape(description, shape, findings),
            None => None,
        };
        self.path.pop();
        let area = area.filter(|area| {
            let vertices = area.vertex_count();
            self.context.vertices_left.spend(vertices, findings)
        });
        let empty = area.as_ref().is_some_and(Area::is_empty);
        if empty {
            findings.push(
                codes::BAD_SHAPE
                    .error(format!("the zone `{id}` is empty"))
                    .primary(description.mark.head, "this zone")
                    .reason("Nothing can be inside it, so terms for it would never apply.")
                    .help("correct the zones that it is made of"),
            );
        }
        let area = area.filter(|_| !empty).map(Rc::new);
        self.areas.insert(id, State::Known(area.clone()));
        area
    }

    fn shape(
        &mut self,
        description: &Description,
        shape: &Shape,
        findings: &mut Findings,
    ) -> Option<Area> {
        if let Shape::Feature { file, id } = shape {
            return self.shapes.area(file, id, findings);
        }
        self.steps += match shape {
            Shape::Union(parts) | Shape::Intersect(parts) | Shape::Minus(parts) => parts.len(),
            _ => 1,
        };
        if self.steps > ZONE_STEPS_MAX {
            findings.push(
                codes::TOO_MUCH
                    .error(format!("zones are computed in more than {ZONE_STEPS_MAX} steps"))
                    .primary(description.id.span, "in this one")
                    .reason("Each takes time, at every check.")
                    .help("put the finished shapes into a file"),
            );
            return None;
        }
        let made: Result<Area, PlaceError> = match shape {
            Shape::Feature { .. } => return None,
            Shape::Buffer(table, span) => self.buffer(table, *span, findings)?,
            Shape::Circle(table, span) => circle(table, *span, findings)?,
            Shape::Union(parts) => {
                return self.combined(description, parts, servanda_place::union, findings);
            }
            Shape::Intersect(parts) => {
                return self.combined(description, parts, servanda_place::intersect, findings);
            }
            Shape::Minus(parts) => {
                return self.combined(description, parts, servanda_place::minus, findings);
            }
        };
        match made {
            Ok(area) => Some(area),
            Err(error) => {
                let what = format!("the zone `{}` cannot be made", description.id.text);
                findings.push(bad_shape(what, &error, description.mark.head));
                None
            }
        }
    }

    fn buffer(
        &self,
        table: &Table,
        span: Span,
        findings: &mut Findings,
    ) -> Option<Result<Area, PlaceError>> {
        let mut fields = Fields::new(table, "`buffer`", span, findings);
        let line = fields.required("line");
        let side = fields.required("side");
        let distance_m = fields.metres("distance_m");
        let side = side.and_then(|word| match word.text.as_str() {
            "left" => Some(BufferSide::Left),
            "right" => Some(BufferSide::Right),
            "both" => Some(BufferSide::Both),
            _ => {
                choice(&mut fields, "side", &word, &["left", "right", "both"]);
                None
            }
        });
        let names = &self.context.names;
        let line = line.and_then(|w| names.resolve(Class::Line, &w, fields.findings()));
        fields.finish();
        let line = line.and_then(|id| self.lines.iter().find(|line| line.id == id));
        let (line, side, distance_m) = (line?, side?, distance_m?);
        if !line.is_drawn() {
            findings.push(
                codes::BAD_SHAPE
                    .error(format!("`line.{}` is not drawn: no zone runs along it", line.id))
                    .primary(span, "in this table")
                    .secondary(line.span, "in words only")
                    .reason("Nothing says what lies within that distance of it.")
                    .help("give the line its points, or leave the zone out"),
            );
            return None;
        }
        Some(servanda_place::buffer_line(&line.points, side, f64::from(distance_m)))
    }

    /// The first zone with each of the others worked into it.
    fn combined(
        &mut self,
        description: &Description,
        parts: &[Word],
        work: fn(&Area, &Area) -> Area,
        findings: &mut Findings,
    ) -> Option<Area> {
        let ids = places(parts, self.context, findings);
        if ids.len() < 2 {
            if parts.len() < 2 {
                findings.push(
                    codes::WRONG_VALUE
                        .error(format!("`zone.{}` needs two zones or more", description.id.text))
                        .primary(description.mark.head, "in this table")
                        .reason("One zone alone cannot be joined, cut or reduced.")
                        .help("name the other zone, or use the one zone itself"),
                );
            }
            return None;
        }
        let mut areas = Vec::with_capacity(ids.len());
        for (id, _) in &ids {
            // Go on after a failure: a second one should be reported too.
            areas.push(self.area_by_id(id, findings));
        }
        let areas: Option<Vec<Rc<Area>>> = areas.into_iter().collect();
        let mut areas = areas?.into_iter();
        let mut made = Rc::unwrap_or_clone(areas.next()?);
        for area in areas {
            let vertices = made.vertex_count() + area.vertex_count();
            if !self.context.vertices_left.spend(vertices, findings) {
                return None;
            }
            made = work(&made, &area);
        }
        Some(made)
    }

    fn area_by_id(&mut self, id: &str, findings: &mut Findings) -> Option<Rc<Area>> {
        match self.index.get(id) {
            Some(index) => self.area_of(*index, findings),
            None => {
                let area = &self.members.get(id)?.area;
                let fits = self.context.vertices_left.spend(area.vertex_count(), findings);
                fits.then(|| Rc::new(area.clone()))
            }
        }
    }

    fn circle_of_zones(&self, index: usize, findings: &mut Findings) {
        let from = self.path.iter().position(|on| *on == index).unwrap_or(0);
        let members: Vec<_> =
            self.path.iter().skip(from).filter_map(|on| self.descriptions.get(*on)).collect();
        let ids: Vec<_> = members.iter().map(|d| format!("`{}`", d.id.text)).collect();
        let mut found = codes::ZONE_CIRCLE
            .error(format!("zones made of each other: {}", ids.join(", ")))
            .reason("None of them has a shape of its own to begin with.")
            .help("give one of them a shape from a file, a line or a circle");
        for (nth, member) in members.iter().enumerate() {
            found = if nth == 0 {
                found.primary(member.id.span, "is made of the next")
            } else {
                found.secondary(member.id.span, "is made of the next")
            };
        }
        findings.push(found);
    }
}

fn circle(table: &Table, span: Span, findings: &mut Findings) -> Option<Result<Area, PlaceError>> {
    let mut fields = Fields::new(table, "`circle`", span, findings);
    let (lon, lat) = (fields.number("lon"), fields.number("lat"));
    let radius_m = fields.metres("radius_m");
    let centre = match (lon, lat) {
        (Some(lon), Some(lat)) => point(&lon, &lat, span, fields.findings()),
        _ => None,
    };
    fields.finish();
    Some(servanda_place::circle(centre?, f64::from(radius_m?)))
}
