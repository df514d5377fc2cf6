//! The difference of two texts: for people a table side by side, for programs JSON.

use crate::columns::{Row, columns, wrap};
use serde_json::{Value, json};
use servanda_terms::diff::{Change, Check, Checks, Class, Difference, Direction, Fate, Item};
use std::fmt::Write;

const BOLD: &str = "\x1b[1m";
const PLAIN: &str = "\x1b[0m";

/// As a table.
pub(crate) fn text(difference: &Difference, checks: &Checks, width: usize) -> String {
    let mut text = String::new();
    let name = |version: &servanda_terms::diff::Version| {
        let part = if version.in_part { ", known in part" } else { "" };
        format!("{} (version {}{part})", version.title, version.version)
    };
    paragraph(&mut text, &format!("Old: {}", name(&difference.old)), width);
    paragraph(&mut text, &format!("New: {}", name(&difference.new)), width);
    paragraph(&mut text, &servanda_report::difference_in_words(difference), width);
    if !difference.items.is_empty() {
        let _ = writeln!(text);
        columns(&mut text, ["matter", "old", "new"], &rows(&difference.items), width);
    }
    if !difference.unknown.is_empty() {
        heading(&mut text, "Unknown, not removed: a text known in part doesn't give it");
        columns(&mut text, ["matter", "old", "new"], &rows(&difference.unknown), width);
    }
    heading(&mut text, "What check says of them");
    said(&mut text, "appears", &checks.appear, width);
    said(&mut text, "vanishes", &checks.vanish, width);
    let stay = checks.stay.len();
    paragraph(&mut text, &format!("{stay} stay{}", if stay == 1 { "s" } else { "" }), width);
    if !difference.limits.is_empty() {
        heading(&mut text, "Not looked at");
        for limit in &difference.limits {
            paragraph(&mut text, limit, width);
        }
    }
    text
}

// Writing into a String cannot fail.
fn paragraph(text: &mut String, words: &str, width: usize) {
    for line in wrap(words, width) {
        let _ = writeln!(text, "{line}");
    }
}

fn heading(text: &mut String, title: &str) {
    let _ = writeln!(text, "\n{BOLD}{title}{PLAIN}");
}

fn said(text: &mut String, what: &str, checks: &[Check], width: usize) {
    for check in checks {
        let line = format!("{what}: {} {}: {}", check.severity, check.code, check.title);
        paragraph(text, &line, width);
    }
}

fn rows(items: &[Item]) -> Vec<Row> {
    let mut rows = Vec::new();
    for item in items {
        rows.push(Row::Head(servanda_report::item_in_words(item)));
        if !item.used_by.is_empty() {
            rows.push(Row::Note(format!("named by {}", item.used_by.join(", "))));
        }
        let is_gone = item.new.is_none();
        rows.extend(item.content.iter().map(|(matter, value)| {
            let (matter, value, none) = (matter.clone(), value.clone(), String::new());
            Row::Cells(if is_gone { [matter, value, none] } else { [matter, none, value] })
        }));
        rows.extend(item.changes.iter().map(row));
    }
    rows
}

fn row(change: &Change) -> Row {
    let matter = servanda_report::change_in_words(change);
    let or = |value: &Option<String>| value.clone().unwrap_or_else(|| "–".to_owned());
    Row::Cells([matter, or(&change.old), or(&change.new)])
}

/// As JSON, form `servanda/diff/v1`.
pub(crate) fn to_json(difference: &Difference, checks: &Checks) -> Value {
    let version = |version: &servanda_terms::diff::Version| {
        json!({
            "id": version.id,
            "title": version.title,
            "version": version.version,
            "in_part": version.in_part,
        })
    };
    json!({
        "form": "servanda/diff/v1",
        "old": version(&difference.old),
        "new": version(&difference.new),
        "items": difference.items.iter().map(item).collect::<Vec<_>>(),
        "unknown": difference.unknown.iter().map(item).collect::<Vec<_>>(),
        "provisions": difference.provisions,
        "checks": {
            "appear": checks.appear.iter().map(check).collect::<Vec<_>>(),
            "vanish": checks.vanish.iter().map(check).collect::<Vec<_>>(),
            "stay": checks.stay.iter().map(check).collect::<Vec<_>>(),
        },
        "limits": difference.limits,
    })
}

fn item(item: &Item) -> Value {
    json!({
        "class": item.class.word(),
        "old": item.old,
        "new": item.new,
        "fate": item.fate.word(),
        "direction": item.direction.word(),
        "content": item
            .content
            .iter()
            .map(|(matter, value)| json!({ "matter": matter, "value": value }))
            .collect::<Vec<_>>(),
        "used_by": item.used_by,
        "changes": item.changes.iter().map(change).collect::<Vec<_>>(),
    })
}

fn change(change: &Change) -> Value {
    let area = change
        .area
        .as_ref()
        .map(|area| json!({ "gained_km2": area.gained_km2, "lost_km2": area.lost_km2 }));
    json!({
        "matter": change.matter,
        "reading": change.reading,
        "old": change.old,
        "new": change.new,
        "direction": change.direction.word(),
        "why": change.why,
        "area": area,
    })
}

fn check(check: &Check) -> Value {
    json!({
        "code": check.code,
        "severity": check.severity.word(),
        "about": check.about,
        "title": check.title,
    })
}

/// What a difference can be asked to fail on.
pub(crate) fn known_words() -> Vec<&'static str> {
    let fates = [Fate::Added, Fate::Removed, Fate::Renamed].map(Fate::word);
    fates.into_iter().chain(Direction::ALL.map(Direction::word)).collect()
}

/// Whether something of the difference has one of these words. Of what comes and goes, only
/// provisions and exceptions count: a source that is added binds nobody.
pub(crate) fn has(difference: &Difference, words: &[String]) -> bool {
    let named = |word: &str| words.iter().any(|named| named == word);
    let all = difference.items.iter().chain(&difference.unknown);
    all.into_iter().any(|item| {
        let term = matches!(item.class, Class::Provision | Class::Exception);
        (term && named(item.fate.word()))
            || item.directions().any(|direction| named(direction.word()))
    })
}
