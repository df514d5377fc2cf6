//! What every file passes first: its size, its encoding, its byte-order mark.

use crate::limits::Limits;
use crate::row::Unreadable;

/// How far we look for signs of a binary file, in bytes.
const HEAD_BYTES: usize = 4096;

/// The file without its byte-order mark, if it can be text at all.
pub(crate) fn text_start<'a>(bytes: &'a [u8], limits: &Limits) -> Result<&'a [u8], Unreadable> {
    if bytes.len() > limits.file_bytes {
        return Err(Unreadable::TooLarge { bytes: bytes.len(), max: limits.file_bytes });
    }
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if text.iter().all(u8::is_ascii_whitespace) {
        return Err(Unreadable::Empty);
    }
    if text.starts_with(b"\xFF\xFE") || text.starts_with(b"\xFE\xFF") {
        return Err(Unreadable::NotUtf8 { offset: 0, hint: "; it looks like UTF-16" });
    }
    for (start, hint) in [
        (&b"PK\x03\x04"[..], "; it looks like a ZIP archive or a spreadsheet"),
        (b"\x1F\x8B", "; it looks compressed with gzip"),
        (b"SQLite format 3", "; it looks like an SQLite database"),
        (b"%PDF-", "; it looks like a PDF"),
    ] {
        if text.starts_with(start) {
            return Err(Unreadable::Binary { hint });
        }
    }
    let head = text.get(..HEAD_BYTES).unwrap_or(text);
    let first_line = head.split(|b| *b == b'\n').next().unwrap_or(head);
    if first_line.contains(&0) {
        let hint = if first_line.get(1) == Some(&0) || first_line.first() == Some(&0) {
            "; it looks like UTF-16"
        } else {
            ""
        };
        return Err(Unreadable::Binary { hint });
    }
    Ok(text)
}

/// The whole file as text.
pub(crate) fn whole_text<'a>(bytes: &'a [u8], limits: &Limits) -> Result<&'a str, Unreadable> {
    let start = text_start(bytes, limits)?;
    std::str::from_utf8(start).map_err(|error| Unreadable::NotUtf8 {
        offset: bytes.len() - start.len() + error.valid_up_to(),
        hint: "",
    })
}
