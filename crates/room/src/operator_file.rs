//! Files that the room's operator writes, in TOML; nobody else may read them.

use crate::RoomError;
use crate::people::{broken, read_private};
use serde::de::DeserializeOwned;
use std::path::Path;

/// Largest file, in bytes.
pub(crate) const FILE_BYTES_MAX: u64 = 64 * 1024;

/// Reads one. What is wrong is said by its line and never by its text, which may be a key.
pub(crate) fn read<T: DeserializeOwned>(path: &Path) -> Result<T, RoomError> {
    let text = read_private(path, FILE_BYTES_MAX)?;
    let text = text.ok_or_else(|| broken(path, "is not there"))?;
    toml_edit::de::from_str(&text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start).min(text.len());
        let line = text.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
        broken(path, &format!("line {line}: {}", error.message()))
    })
}
