use serde::Serialize;
use servanda_entry::Body;
use servanda_entry::canonical;
use servanda_entry::limits::ROWS_BYTES_MAX;

use crate::error::StoreError;

/// Bytes of the comma after a row.
const COMMA_BYTES: usize = 1;

/// Splits rows, in their order (their types keep fields in canonical order), into bodies whose rows
/// take at most [`ROWS_BYTES_MAX`](servanda_entry::limits::ROWS_BYTES_MAX) bytes of canonical JSON
/// each, so that every entry stays below its limit. No rows give no body.
///
/// # Errors
/// [`StoreError::Refused`] when one row alone is larger, or can't be written as canonical JSON.
pub fn batch_rows<Row: Serialize>(
    rows: impl IntoIterator<Item = Row>,
    make: impl Fn(Vec<Row>) -> Body,
) -> Result<Vec<Body>, StoreError> {
    let mut bodies = Vec::new();
    let mut batch = Vec::new();
    let mut batch_bytes = 0;
    for (place, row) in rows.into_iter().enumerate() {
        let refused = |why: String| StoreError::Refused {
            what: format!("row {} of those given", place + 1),
            why,
        };
        let json = canonical::sorted_to_bytes(&row).map_err(|error| refused(error.to_string()))?;
        let bytes = json.len() + COMMA_BYTES;
        if bytes > ROWS_BYTES_MAX {
            return Err(refused(format!(
                "it takes {bytes} bytes; at most {ROWS_BYTES_MAX} are allowed: keep the long part \
                 in a file"
            )));
        }
        if batch_bytes + bytes > ROWS_BYTES_MAX {
            bodies.push(make(std::mem::take(&mut batch)));
            batch_bytes = 0;
        }
        batch_bytes += bytes;
        batch.push(row);
    }
    if !batch.is_empty() {
        bodies.push(make(batch));
    }
    Ok(bodies)
}
