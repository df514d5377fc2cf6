//! Which format a file has.

use crate::csv::{Header, Table};
use crate::limits::Limits;
use crate::mapping::Mapping;
use crate::row::quoted;
use crate::{Format, firms, ucdp, viina};

/// What a file was recognised as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recognised {
    /// A format with a reader of its own.
    Format(Format),
    /// A table for the generic reader with the mapping at this index.
    Mapped(usize),
    /// None, or more than one; the reason lists what is possible.
    Unknown(String),
}

/// Recognises a file by its name and its first bytes, a few kilobytes; for a table they must
/// hold the whole header.
///
/// A table is taken for FIRMS, UCDP or VIINA when it has that format's columns, whatever the
/// mappings; otherwise for the one mapping whose columns it has.
#[must_use]
pub fn recognise(name: &str, head: &[u8], mappings: &[(&str, &Mapping)]) -> Recognised {
    let lower = name.to_ascii_lowercase();
    if lower.ends_with(".jsonl") || lower.ends_with(".ndjson") {
        return Recognised::Format(Format::JsonLines);
    }
    let text = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    match text.trim_ascii_start().first() {
        Some(b'{' | b'[') => json(text),
        _ => table(head, mappings),
    }
}

fn json(text: &[u8]) -> Recognised {
    let has = |needle: &str| memchr::memmem::find(text, needle.as_bytes()).is_some();
    let first_line = text.trim_ascii_start().split(|b| *b == b'\n').next().unwrap_or(text);
    let line_has = |needle: &str| memchr::memmem::find(first_line, needle.as_bytes()).is_some();
    if line_has("\"kind\"") && line_has("\"row\"") {
        Recognised::Format(Format::JsonLines)
    } else if has("\"FeatureCollection\"") {
        Recognised::Format(Format::GeoJson)
    } else if has("\"truces\"") {
        Recognised::Format(Format::Claims)
    } else {
        Recognised::Unknown(
            "this JSON is not known: geojson is a FeatureCollection, claims has \"truces\", \
             jsonl has {\"kind\": …, \"row\": …} on each line; name it with --as"
                .into(),
        )
    }
}

fn table(head: &[u8], mappings: &[(&str, &Mapping)]) -> Recognised {
    let header = match Table::open(head, &Limits::default()) {
        Ok(table) => table.header,
        Err(error) => return Recognised::Unknown(error.to_string()),
    };
    let known: [(Format, &[&str]); 3] = [
        (Format::Firms, &firms::COLUMNS),
        (Format::Ucdp, &ucdp::COLUMNS),
        (Format::Viina, &viina::COLUMNS),
    ];
    if let Some((format, _)) = known.iter().find(|(_, columns)| header.has_all(columns)) {
        return Recognised::Format(*format);
    }
    let fits = |mapping: &Mapping| mapping.columns().iter().all(|name| header.find(name).is_some());
    let fitting: Vec<usize> = mappings
        .iter()
        .enumerate()
        .filter(|(_, (_, mapping))| fits(mapping))
        .map(|(at, _)| at)
        .collect();
    match fitting.as_slice() {
        [only] => Recognised::Mapped(*only),
        [] => Recognised::Unknown(none_fits(&header, mappings)),
        several => {
            let names: Vec<&str> =
                several.iter().filter_map(|at| Some(mappings.get(*at)?.0)).collect();
            Recognised::Unknown(format!(
                "the columns fit several mappings, {}; name the one that is meant",
                names.join(", ")
            ))
        }
    }
}

fn none_fits(header: &Header, mappings: &[(&str, &Mapping)]) -> String {
    let mut reason = String::from(
        "the header fits no format: firms needs latitude, longitude, acq_date; ucdp needs id, \
         date_start, date_end, low, high; viina needs datetime, latitude, longitude, event_type",
    );
    for (name, mapping) in mappings {
        let missing: Vec<String> = mapping
            .columns()
            .iter()
            .filter(|column| header.find(column).is_none())
            .map(|column| quoted(column))
            .collect();
        reason.push_str(&format!("; the mapping {name} needs {}", missing.join(", ")));
    }
    reason.push_str("; name the format with --as, or write a mapping");
    reason
}
