//! Drafts as JSON Lines: the form in which other programs hand in rows of their own.
//!
//! Each line is `{"kind": "observation", "row": {…}}`, with the fields of the record's own rows.
//! `line` may be left out: it is always the line in this file.

use crate::ReadContext;
use crate::json::{strict, words};
use crate::open::text_start;
use crate::row::{Fault, Output, Unreadable};
use memchr::{memchr, memchr_iter};
use serde_json::Value;
use servanda_entry::Draft;

pub(crate) fn read(
    bytes: &[u8],
    context: &ReadContext<'_>,
    output: &mut Output<'_>,
) -> Result<(), Unreadable> {
    let bytes = text_start(bytes, &context.limits)?;
    let mut start = 0;
    let ends = memchr_iter(b'\n', bytes).chain([bytes.len()]);
    for (end, number) in ends.zip(1_u32..) {
        let line = bytes.get(start..end).unwrap_or(&[]).trim_ascii();
        start = end + 1;
        if line.is_empty() {
            continue;
        }
        let made = if line.len() > context.limits.record_bytes {
            Err(Fault::row(format!(
                "the line has {} bytes; at most {} are read",
                line.len(),
                context.limits.record_bytes
            )))
        } else {
            draft(line, number)
        };
        output.put(number, line, made)?;
    }
    Ok(())
}

fn draft(line: &[u8], number: u32) -> Result<Draft, Fault> {
    if memchr(0, line).is_some() {
        return Err(Fault::row("it holds a NUL character; is the file damaged?"));
    }
    let text = std::str::from_utf8(line).map_err(|error| {
        Fault::row(format!(
            "not UTF-8 at byte {} of the line; convert the file to UTF-8",
            error.valid_up_to()
        ))
    })?;
    let at_character = |error: serde_json::Error| {
        Fault::row(format!("{} (character {})", words(&error), error.column()))
    };
    let mut value = strict(text).map_err(at_character)?;
    let is_act = value.get("kind").and_then(Value::as_str) == Some("act");
    if let Some(Value::Object(row)) = value.get_mut("row")
        && !is_act
    {
        row.insert("line".into(), number.into());
    }
    serde_json::from_value(value).map_err(|error| Fault::row(words(&error)))
}
