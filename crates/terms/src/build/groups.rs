//! Groups of zones, and the names of places in terms.

use super::names::{Class, Names};
use super::shapes::Shapes;
use super::{Context, Mark, times};
use crate::codes;
use crate::findings::{Findings, shortened};
use crate::limits::ZONES_MAX;
use crate::model::NamedZone;
use crate::parse::fields::Fields;
use crate::parse::nearest::nearest;
use crate::parse::tree::Word;
use servanda_text::Span;
use std::collections::{BTreeMap, BTreeSet};

/// The members of each group of zones; none where its file could not be read.
#[derive(Debug, Default)]
pub(crate) struct Groups(BTreeMap<String, Option<Members>>);

#[derive(Debug, Default)]
struct Members {
    /// In the order of the file.
    list: Vec<String>,
    set: BTreeSet<String>,
}

/// The zones of each group: one for each feature of its file.
pub(super) fn build(
    fields: &mut Fields,
    shapes: &mut Shapes,
    context: &mut Context,
) -> (Vec<NamedZone>, Vec<Mark>) {
    let (mut zones, mut marks) = (Vec::new(), Vec::new());
    for (group, table, span) in fields.named("zones") {
        let what = format!("`zones.{}`", group.text);
        let mut fields = Fields::new(table, what, span, fields.findings());
        let prefix = fields.plain("prefix");
        let valid = fields.text("valid");
        let valid = valid.and_then(|w| times::validity(&w, &context.timezone, fields.findings()));
        let basis = fields.plain("basis");
        let file = fields.required("file");
        let findings = fields.findings();
        let features = file.as_ref().and_then(|file| shapes.features(file, findings));
        let mut members = features.is_some().then(Members::default);
        for feature in features.unwrap_or_default() {
            let Some(id) = feature.id.as_deref().filter(|id| id.starts_with(&prefix)) else {
                continue;
            };
            let (servanda_place::Geometry::Zone(area), Some(members)) =
                (&feature.geometry, &mut members)
            else {
                continue;
            };
            let vertices = area.vertex_count();
            if zones.len() > ZONES_MAX || !context.vertices_left.spend(vertices, findings) {
                break;
            }
            let zone_id = format!("{}.{id}", group.text);
            if !members.set.insert(zone_id.clone()) {
                findings.push(
                    codes::TWICE
                        .error(format!("the file has two areas `{}`", shortened(id)))
                        .primary(span, "in this group")
                        .reason("Which of them would a term mean?")
                        .help("give each feature its own id"),
                );
                continue;
            }
            let name = feature.properties.get("name").and_then(|name| name.as_str());
            members.list.push(zone_id.clone());
            zones.push(NamedZone {
                id: zone_id,
                group: Some(group.text.clone()),
                name: name.unwrap_or(id).to_owned(),
                area: area.clone(),
                valid,
                basis: basis.clone(),
                span,
            });
            marks.push(Mark::of(table, span));
        }
        if members.as_ref().is_some_and(|members| members.list.is_empty()) {
            findings.push(
                codes::UNRESOLVED
                    .error(format!("the group `{}` has no zone", group.text))
                    .primary(span, "this group")
                    .reason(format!("No area in its file has an id that begins with `{prefix}`."))
                    .help("correct `prefix` or `file`"),
            );
            members = None;
        }
        context.groups.0.insert(group.text, members);
        fields.finish();
    }
    (zones, marks)
}

/// The zones that words of the text name, each once, with the place of the word: a zone,
/// `GROUP.*` for all zones of a group, or `GROUP.ID` for one of them.
pub(crate) fn places(
    words: &[Word],
    context: &Context,
    findings: &mut Findings,
) -> Vec<(String, Span)> {
    let names = &context.names;
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let mut ids: Vec<(String, Span)> = Vec::new();
    let mut take = |id: &str, span: Span| {
        if seen.insert(id.to_owned()) {
            ids.push((id.to_owned(), span));
        }
    };
    for word in words {
        if names.has(Class::Zone, &word.text) {
            take(&word.text, word.span);
            continue;
        }
        match word.text.split_once('.') {
            Some((group, member)) if names.has(Class::Group, group) => {
                let Some(Some(members)) = context.groups.0.get(group) else {
                    // The group itself was reported.
                    continue;
                };
                if member == "*" {
                    if context.names_left.spend(members.list.len(), findings) {
                        members.list.iter().for_each(|id| take(id, word.span));
                    }
                } else if members.set.contains(&word.text) {
                    take(&word.text, word.span);
                } else {
                    findings.push(no_member(group, word, &members.list));
                }
            }
            _ => findings.push(no_place(names, word, findings.is_long())),
        }
    }
    ids
}

fn no_member(group: &str, word: &Word, members: &[String]) -> servanda_diag::Diagnostic {
    let found = codes::UNRESOLVED
        .error(format!("the group `{group}` has no zone `{}`", shortened(&word.text)))
        .primary(word.span, "not in the group")
        .reason("A term does what it says only when all its names are declared.");
    match nearest(&word.text, members.iter().map(String::as_str)) {
        Some(near) => found.help(format!("did you mean `{near}`?")),
        None => found.help(format!("`{group}.*` means all of its zones")),
    }
}

fn no_place(names: &Names, word: &Word, in_short: bool) -> servanda_diag::Diagnostic {
    let found = names.unresolved(Class::Zone, word, in_short);
    if names.has(Class::Line, &word.text) {
        found.help(
            "a line has no inside; make a zone of it: \
             buffer = { line = ..., side = ..., distance_m = ... }",
        )
    } else if names.has(Class::Group, &word.text) {
        found.help(format!("`{}.*` means all zones of the group", word.text))
    } else {
        found
    }
}
