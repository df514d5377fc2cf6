//! What comes out of a reading: drafts, rejected rows, and why a whole file can't be read.

use crate::admit;
use crate::limits::RAW_CHARS_MAX;
use servanda_entry::{CoverageRow, Draft};
use servanda_text::escape;
use std::fmt::Write;

/// One row of a file, read or refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Row {
    /// A row that was read.
    Draft {
        /// Line in the file at which it starts, from 1.
        line: u32,
        /// What it says.
        draft: Draft,
    },
    /// A row for quarantine.
    Rejected(Rejected),
}

/// A row that could not be read, with the reason.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Rejected {
    /// Line in the file at which it starts, from 1.
    pub line: u32,
    /// The column or field that is at fault; absent when the whole row is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// What is wrong and what to do.
    pub reason: String,
    /// The row's first [`RAW_CHARS_MAX`] characters; what can't be shown is written out
    /// (`\u{202E}`, `\xE9`).
    pub raw: String,
}

/// What became of a file: `drafts + rejected == rows`.
///
/// A row of the file counts as one row; where a mapping makes several drafts of it
/// (`[[counts]]`), each of them, drafted or rejected, counts as one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Summary {
    /// All rows.
    pub rows: u64,
    /// Rows that were read.
    pub drafts: u64,
    /// Rows in quarantine.
    pub rejected: u64,
    /// What the rows show to have been watched, by the mapping's `[coverage]`. Derived, so not
    /// among the rows.
    pub coverage: Vec<CoverageRow>,
}

/// Why a whole file can't be read. Rows that the sink got before are to be dropped.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// Nothing in it.
    #[error("the file is empty; give the file as it was published")]
    Empty,
    /// Too large.
    #[error("the file has {bytes} bytes; at most {max} are read: split it by time")]
    TooLarge {
        /// Its size.
        bytes: usize,
        /// The limit.
        max: usize,
    },
    /// Too many rows.
    #[error("the file has more than {max} rows; split it by time")]
    TooManyRows {
        /// The limit.
        max: u64,
    },
    /// Not UTF-8 where that matters for the whole file.
    #[error("not UTF-8 at byte {offset}{hint}; convert the file to UTF-8")]
    NotUtf8 {
        /// The first byte that is wrong, from 0.
        offset: usize,
        /// What it looks like, or nothing.
        hint: &'static str,
    },
    /// No text at all.
    #[error("not a text file{hint}; give the CSV or JSON itself")]
    Binary {
        /// What it looks like, or nothing.
        hint: &'static str,
    },
    /// The header doesn't fit the format.
    #[error("the header doesn't fit: {reason}")]
    Header {
        /// What is wrong and what to do.
        reason: String,
    },
    /// The JSON can't be taken apart into rows.
    #[error("line {line}, column {column}: {message}")]
    Json {
        /// Line, from 1.
        line: usize,
        /// Column in bytes, from 1.
        column: usize,
        /// What is wrong.
        message: String,
    },
    /// A generic table without its mapping.
    #[error(
        "a table of the generic form needs a mapping file that says what its columns mean; name \
         it in the agreement as mapping = \"…\""
    )]
    NoMapping,
}

/// The reason of a field that says nothing.
pub(crate) const EMPTY: &str = "empty; it must be stated";

/// Why one row can't be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) column: Option<String>,
    pub(crate) reason: String,
}

impl Fault {
    /// A fault of one column or field.
    pub(crate) fn at(column: &str, reason: impl Into<String>) -> Fault {
        Fault { column: Some(column.to_string()), reason: reason.into() }
    }

    /// A fault of the row as a whole.
    pub(crate) fn row(reason: impl Into<String>) -> Fault {
        Fault { column: None, reason: reason.into() }
    }
}

/// Where rows go, counted.
pub(crate) struct Output<'s> {
    sink: &'s mut dyn FnMut(Row),
    pub(crate) summary: Summary,
    rows_max: u64,
}

impl<'s> Output<'s> {
    pub(crate) fn new(sink: &'s mut dyn FnMut(Row), rows_max: u64) -> Output<'s> {
        Output { sink, summary: Summary::default(), rows_max }
    }

    /// Hands on a draft that can be an entry, or rejects it; tells which.
    pub(crate) fn put(
        &mut self,
        line: u32,
        raw: &[u8],
        made: Result<Draft, Fault>,
    ) -> Result<bool, Unreadable> {
        match made.and_then(admit::admit) {
            Ok(draft) => {
                self.count()?;
                self.summary.drafts += 1;
                (self.sink)(Row::Draft { line, draft });
                Ok(true)
            }
            Err(fault) => self.reject(line, raw, fault).map(|()| false),
        }
    }

    pub(crate) fn reject(&mut self, line: u32, raw: &[u8], fault: Fault) -> Result<(), Unreadable> {
        self.count()?;
        self.summary.rejected += 1;
        (self.sink)(Row::Rejected(Rejected {
            line,
            column: fault.column.map(|name| shown(name.as_bytes())),
            reason: shown(fault.reason.as_bytes()),
            raw: shown(raw),
        }));
        Ok(())
    }

    fn count(&mut self) -> Result<(), Unreadable> {
        if self.summary.rows >= self.rows_max {
            return Err(Unreadable::TooManyRows { max: self.rows_max });
        }
        self.summary.rows += 1;
        Ok(())
    }
}

/// The first characters of a row, with whatever can't be shown written out.
pub(crate) fn shown(raw: &[u8]) -> String {
    // A character has at most four bytes, so this holds enough of them.
    let head = raw.get(..RAW_CHARS_MAX * 4).unwrap_or(raw);
    let mut text = String::new();
    let mut left = RAW_CHARS_MAX;
    for chunk in head.utf8_chunks() {
        let piece: String = chunk.valid().chars().take(left).collect();
        left -= piece.chars().count();
        text.push_str(&escape(&piece));
        for byte in chunk.invalid() {
            if left == 0 {
                break;
            }
            left -= 1;
            // Writing into a String cannot fail.
            let _ = write!(text, "\\x{byte:02X}");
        }
    }
    text
}

/// A short quotation for a reason.
pub(crate) fn quoted(text: &str) -> String {
    const CHARS: usize = 60;
    let mut head: String = text.chars().take(CHARS).collect();
    if head.len() < text.len() {
        head.push('…');
    }
    format!("\"{head}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_raw_row_is_shown_short_and_without_tricks() {
        assert_eq!(shown(b"a\xE9\0b"), "a\\xE9\\u{0000}b");
        assert_eq!(shown("x\u{202E}y".as_bytes()), "x\\u{202E}y");
        assert_eq!(shown(&[b'x'; 100_000]).len(), RAW_CHARS_MAX);
        assert_eq!(shown("ї".repeat(900).as_bytes()).chars().count(), RAW_CHARS_MAX);
    }
}
