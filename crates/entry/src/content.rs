//! Content ids: the same row has the same id in any record, file, batch and order.
//!
//! An id is the SHA-256 of `servanda/content/v1`, a line feed, and the canonical JSON of the
//! row's kind, source and content. What only tells where it stands is left out: its line, its
//! file, the index of an entry that it refers to (the id of what is referred to stays).

use crate::body::{Body, Kind};
use crate::canonical;
use serde::Serialize;
use serde_json::Value;
use servanda_tlog::{Hash, sha256};

const DOMAIN: &[u8] = b"servanda/content/v1\n";

/// The id of a row of a source (or of a register).
#[must_use]
pub fn row_id<T: Serialize>(kind: Kind, source: &str, row: &T) -> Hash {
    // The short way: rows are in canonical order already.
    let quick = canonical::sorted_to_bytes(&Whole { content: row, kind, source });
    match quick.ok().and_then(without_line) {
        Some(mut bytes) if bytes.is_ascii() => {
            bytes.splice(0..0, DOMAIN.iter().copied());
            sha256(&bytes)
        }
        _ => id_of(kind, source, serde_json::to_value(row).unwrap_or(Value::Null)),
    }
}

#[derive(Serialize)]
struct Whole<'a, T> {
    content: &'a T,
    kind: Kind,
    source: &'a str,
}

/// Cuts the one field `"line":n` out. No text can look like it: a quotation mark inside a text is
/// written `\"`, and every other field of that name holds text, not a number.
fn without_line(mut bytes: Vec<u8>) -> Option<Vec<u8>> {
    const FIELD: &[u8] = b"\"line\":";
    let starts = |at: &usize| bytes[*at..].starts_with(FIELD);
    let digit = |at: &usize| bytes.get(at + FIELD.len()).is_some_and(u8::is_ascii_digit);
    let at = (0..bytes.len()).find(|at| bytes[*at] == b'"' && starts(at) && digit(at))?;
    let digits = bytes[at + FIELD.len()..].iter().take_while(|b| b.is_ascii_digit()).count();
    let end = at + FIELD.len() + digits;
    match (bytes.get(at.checked_sub(1)?), bytes.get(end)) {
        // Between others, or the first: the comma behind goes with it; the last: the one before.
        (Some(b',' | b'{'), Some(b',')) => drop(bytes.drain(at..=end)),
        (Some(b','), Some(b'}')) => drop(bytes.drain(at - 1..end)),
        _ => return None,
    }
    Some(bytes)
}

/// The id of an entry that has no rows, such as a finding.
#[must_use]
pub fn body_id(body: &Body) -> Hash {
    id_of(body.kind(), "", body.to_value())
}

fn id_of(kind: Kind, source: &str, mut content: Value) -> Hash {
    leave_out_position(&mut content);
    let whole = Whole { content: &content, kind, source };
    let mut bytes = DOMAIN.to_vec();
    // Canonical JSON refuses floats and huge integers; no body type can hold either.
    bytes.extend(canonical::to_bytes(&whole).unwrap_or_default());
    sha256(&bytes)
}

/// Takes out what only tells where a thing stands, and nothing that a source says: an attribute
/// may well be called `line`.
fn leave_out_position(content: &mut Value) {
    let Value::Object(fields) = content else { return };
    fields.remove("line");
    fields.remove("document");
    // A reference keeps the id of what it names.
    let bare = |reference: &mut Value| {
        if let Value::Object(fields) = reference {
            fields.remove("entry");
            fields.remove("row");
        }
    };
    for name in ["of", "to"] {
        match fields.get_mut(name) {
            Some(Value::Array(references)) => references.iter_mut().for_each(bare),
            Some(reference) => bare(reference),
            None => {}
        }
    }
    // What takes the place of a corrected row is a row itself: (source, {kind, row}).
    if let Some(row) = fields.get_mut("by").and_then(|by| by.get_mut(1)?.get_mut("row")) {
        leave_out_position(row);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::body::{Disc, Observation, Place};
    use crate::{Attrs, Count};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_short_way_gives_the_id_of_the_long_way(
            line in 0_u32..1_000_000,
            kind in "[a-z\"\\\\]{0,8}",
            key in proptest::option::of(".{0,12}"),
            attrs in prop::collection::vec(("(line|[a-z]{0,3}|.{0,3})", "(.{0,6}|\"line\":7)"), 0..4),
            place in any::<bool>(),
        ) {
            let row = Observation {
                at: place.then_some(Place::Disc(Disc { lat_e7: 1, lon_e7: -2, radius_mm: 3 })),
                attrs: attrs.into_iter().collect::<Attrs>(),
                count: place.then(|| Count::exactly(3, "shot")),
                from_ms: 0,
                key,
                kind,
                line,
                origins: vec![],
                sides: vec![],
                to_ms: 1,
            };
            let long = id_of(Kind::Observation, "s", serde_json::to_value(&row).unwrap());
            prop_assert_eq!(row_id(Kind::Observation, "s", &row), long);
        }
    }
}
