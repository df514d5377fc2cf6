//! Content ids: the same row has the same id in any record, file, batch and order.
//!
//! An id is the SHA-256 of `servanda/content/v1`, a line feed, and the canonical JSON of the
//! row's kind, source and content. What only tells where it stands is left out: its line, its
//! file, the index of an entry that it refers to (the id of what is referred to stays).

use crate::body::{Body, Kind};
use crate::canonical;
use serde::Serialize;
use serde_json::{Value, json};
use servanda_tlog::{Hash, sha256};

const DOMAIN: &[u8] = b"servanda/content/v1\n";

/// The id of a row of a source (or of a register).
#[must_use]
pub fn row_id<T: Serialize>(kind: Kind, source: &str, row: &T) -> Hash {
    id_of(kind, source, serde_json::to_value(row).unwrap_or(Value::Null))
}

/// The id of an entry that has no rows, such as a finding.
#[must_use]
pub fn body_id(body: &Body) -> Hash {
    id_of(body.kind(), "", body.to_value())
}

fn id_of(kind: Kind, source: &str, mut content: Value) -> Hash {
    leave_out_position(&mut content);
    let whole = json!({ "content": content, "kind": kind, "source": source });
    let mut bytes = DOMAIN.to_vec();
    // Canonical JSON refuses floats and huge integers; no body type can hold either.
    bytes.extend(canonical::to_bytes(&whole).unwrap_or_default());
    sha256(&bytes)
}

fn leave_out_position(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.remove("line");
            fields.remove("document");
            // A reference keeps the id of what it names.
            if fields.contains_key("id") {
                fields.remove("entry");
                fields.remove("row");
            }
            fields.values_mut().for_each(leave_out_position);
        }
        Value::Array(items) => items.iter_mut().for_each(leave_out_position),
        _ => {}
    }
}
