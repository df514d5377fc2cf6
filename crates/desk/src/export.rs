use crate::ask::Desk;
use serde_json::{Value, json};
use servanda_comply::{Evaluation, Seen};
use servanda_entry::Place;
use servanda_place::Point;
use std::fmt::Write;

/// The form of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exported {
    /// A table; the attributions stand in lines that begin with `#`.
    Csv,
    /// A FeatureCollection of the observations with a place.
    GeoJson,
    /// One observation a line; the first line holds the attributions.
    JsonLines,
}

/// The observations that stand, with their incidents and where each came from.
///
/// Every export carries each source's licence and attribution, and the record's checkpoint.
#[must_use]
pub fn export(desk: &Desk, evaluation: &Evaluation, form: Exported) -> String {
    let incident_of = incidents(desk, evaluation);
    let mut order: Vec<usize> = (0..desk.history.observations.len()).collect();
    order.sort_unstable_by_key(|&n| {
        let seen = desk.history.observations.at(n);
        (seen.interval(), seen.id())
    });
    let rows =
        order.into_iter().map(|n| (desk.history.observations.at(n), incident_of[n].as_str()));
    match form {
        Exported::Csv => csv(evaluation, rows),
        Exported::GeoJson => geojson(evaluation, rows),
        Exported::JsonLines => jsonl(evaluation, rows),
    }
}

fn incidents(desk: &Desk, evaluation: &Evaluation) -> Vec<String> {
    let mut of = vec![String::new(); desk.history.observations.len()];
    for (id, members) in evaluation.incidents.iter() {
        members.iter().for_each(|&n| id.clone_into(&mut of[n]));
    }
    of
}

fn about(evaluation: &Evaluation) -> Value {
    let answer = &evaluation.answer;
    json!({
        "agreement": answer.asked.agreement,
        "record": answer.asked.record,
        "note": "Observations are what sources saw, heard, measured or said. None is a finding.",
        "sources": answer.sources.iter().map(|source| json!({
            "id": source.id,
            "name": source.name,
            "licence": source.licence,
            "attribution": source.attribution,
            "limits": source.limits,
        })).collect::<Vec<_>>(),
    })
}

fn fields(seen: Seen<'_>, incident: &str) -> Value {
    let row = seen.value();
    json!({
        "id": seen.cite().print(servanda_comply::CiteBy::Entry),
        "content": seen.id().to_hex(),
        "incident": incident,
        "source": seen.source(),
        "what": row.kind,
        "from": row.interval().from.to_string(),
        "to": row.interval().to.to_string(),
        "at": row.at,
        "count": row.count,
        "origins": row.origins,
        "sides": row.sides,
        "key": row.key,
        "attributes": row.attrs,
    })
}

fn jsonl<'a>(evaluation: &Evaluation, rows: impl Iterator<Item = (Seen<'a>, &'a str)>) -> String {
    let mut text = format!("{}\n", json!({ "about": about(evaluation) }));
    for (seen, incident) in rows {
        // Writing into a String cannot fail.
        let _ = writeln!(text, "{}", fields(seen, incident));
    }
    text
}

fn geojson<'a>(evaluation: &Evaluation, rows: impl Iterator<Item = (Seen<'a>, &'a str)>) -> String {
    let mut features = Vec::new();
    let mut without_place = 0;
    for (seen, incident) in rows {
        let Some(disc) = seen.disc() else {
            without_place += 1;
            continue;
        };
        let point = Point { lon_e7: disc.lon_e7, lat_e7: disc.lat_e7 };
        // The exact decimals, as the record holds them: written as text so that no float rounds.
        features.push(format!(
            "{{\"type\":\"Feature\",\"geometry\":{{\"type\":\"Point\",\"coordinates\":[{},{}]}},\
             \"properties\":{}}}",
            point.lon_text(),
            point.lat_text(),
            fields(seen, incident)
        ));
    }
    format!(
        "{{\"type\":\"FeatureCollection\",\"about\":{},\"not_on_the_map\":{without_place},\
         \"features\":[\n{}\n]}}\n",
        about(evaluation),
        features.join(",\n")
    )
}

const COLUMNS: [&str; 17] = [
    "id",
    "content",
    "incident",
    "source",
    "what",
    "from",
    "to",
    "latitude",
    "longitude",
    "radius_m",
    "zone",
    "unit",
    "best",
    "low",
    "high",
    "sides",
    "attributes",
];

fn csv<'a>(evaluation: &Evaluation, rows: impl Iterator<Item = (Seen<'a>, &'a str)>) -> String {
    let mut text = String::new();
    let answer = &evaluation.answer;
    if let Some(record) = &answer.asked.record {
        let _ =
            writeln!(text, "# record {} size {} root {}", record.origin, record.size, record.root);
    }
    for source in &answer.sources {
        let _ = writeln!(
            text,
            "# source {}: {}; licence: {}; {}",
            source.id,
            one_line(&source.name),
            one_line(&source.licence),
            one_line(&source.attribution)
        );
    }
    let _ = writeln!(text, "{}", COLUMNS.join(","));
    for (seen, incident) in rows {
        let row = seen.value();
        let mut cells = vec![
            seen.cite().print(servanda_comply::CiteBy::Entry),
            seen.id().to_hex(),
            incident.to_string(),
            seen.source().to_string(),
            row.kind.clone(),
            row.interval().from.to_string(),
            row.interval().to.to_string(),
        ];
        cells.extend(match &row.at {
            Some(Place::Disc(disc)) => {
                let point = Point { lon_e7: disc.lon_e7, lat_e7: disc.lat_e7 };
                let radius = format!("{}.{:03}", disc.radius_mm / 1000, disc.radius_mm % 1000);
                [point.lat_text(), point.lon_text(), radius, String::new()]
            }
            Some(Place::Zone(at)) => [String::new(), String::new(), String::new(), at.zone.clone()],
            None => [const { String::new() }; 4],
        });
        cells.extend(match &row.count {
            Some(count) => [
                count.unit.clone(),
                count.best.map(|n| n.to_string()).unwrap_or_default(),
                count.low.to_string(),
                count.high.map(|n| n.to_string()).unwrap_or_default(),
            ],
            None => [const { String::new() }; 4],
        });
        let sides: Vec<String> = row.sides.iter().map(|side| side.join("; ")).collect();
        cells.push(sides.join(" | "));
        let attrs: Vec<String> = row.attrs.iter().map(|(k, v)| format!("{k}={v}")).collect();
        cells.push(attrs.join("; "));
        let cells: Vec<String> = cells.iter().map(|cell| csv_cell(cell)).collect();
        let _ = writeln!(text, "{}", cells.join(","));
    }
    text
}

fn one_line(text: &str) -> String {
    text.replace(['\r', '\n'], " ")
}

/// A cell as RFC 4180 has it. What a spreadsheet would take for a formula gets an apostrophe.
fn csv_cell(text: &str) -> String {
    let number = text.parse::<f64>().is_ok();
    let guarded = match text.chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '\r') if !number => format!("'{text}"),
        _ => text.to_string(),
    };
    if guarded.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", guarded.replace('"', "\"\""))
    } else {
        guarded
    }
}
