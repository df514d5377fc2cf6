//! Rows of a comma-separated table (RFC 4180), with line numbers and limits.
//!
//! The scanner is our own because a row that is broken must not take its neighbours with it:
//! after a quote that never closes, or text after a closing quote, reading goes on at the next
//! line of the file, so that each line ends up in a draft or in quarantine. Fields are slices of
//! the file; only those with doubled quotes are copied.
//!
//! Each line of a well-formed row that stays open holds an odd number of quotes, so a broken row
//! is scanned at most once more than it is long, and the whole takes time linear in the file.

use crate::limits::Limits;
use crate::row::{EMPTY, Fault, Output, Unreadable, quoted};
use memchr::{memchr, memchr_iter};
use std::borrow::Cow;
use std::ops::Range;

/// A column of the header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Column<'h> {
    pub(crate) at: usize,
    pub(crate) name: &'h str,
}

/// The names of a table's columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Header {
    names: Vec<String>,
}

impl Header {
    pub(crate) fn find(&self, name: &str) -> Option<Column<'_>> {
        let at = self.names.iter().position(|n| n == name)?;
        self.names.get(at).map(|name| Column { at, name })
    }

    /// The columns of these names.
    pub(crate) fn require<const N: usize>(
        &self,
        names: [&str; N],
    ) -> Result<[Column<'_>; N], Unreadable> {
        let missing: Vec<&str> =
            names.iter().copied().filter(|name| self.find(name).is_none()).collect();
        let found = names.map(|name| self.find(name).unwrap_or(Column { at: 0, name: "" }));
        if missing.is_empty() { Ok(found) } else { Err(self.lacks(&missing)) }
    }

    /// The error that names the columns that are missing.
    pub(crate) fn lacks(&self, missing: &[&str]) -> Unreadable {
        const SHOWN: usize = 40;
        let has: Vec<&str> = self.names.iter().map(String::as_str).take(SHOWN).collect();
        let hint = match has.as_slice() {
            [only] if only.contains(';') => "; it is separated by \";\": export it with commas",
            [only] if only.contains('\t') => "; it is separated by tabs: export it with commas",
            _ => "",
        };
        Unreadable::Header {
            reason: format!(
                "no column {}; it has {}{hint}",
                list(missing),
                quoted_long(&has.join(", "))
            ),
        }
    }

    pub(crate) fn has_all(&self, names: &[&str]) -> bool {
        names.iter().all(|name| self.find(name).is_some())
    }
}

fn list(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| quoted(name)).collect();
    quoted.join(", ")
}

fn quoted_long(text: &str) -> String {
    let head: String = text.chars().take(600).collect();
    format!("\"{}\"", servanda_text::escape(&head))
}

/// One row that is well formed and as wide as the header.
pub(crate) struct Record<'r, 'a> {
    /// Line at which it starts, from 1.
    pub(crate) line: u32,
    /// Its bytes.
    pub(crate) raw: &'a [u8],
    fields: &'r [Cow<'a, str>],
}

impl Record<'_, '_> {
    /// The field without blanks round it; empty when there is none.
    pub(crate) fn text(&self, column: Column<'_>) -> &str {
        self.fields.get(column.at).map_or("", |field| field.trim())
    }

    /// The field, which must say something.
    pub(crate) fn stated(&self, column: Column<'_>) -> Result<&str, Fault> {
        match self.text(column) {
            "" => Err(Fault::at(column.name, EMPTY)),
            text => Ok(text),
        }
    }

    /// The field of an optional column, if it says something.
    pub(crate) fn optional(&self, column: Option<Column<'_>>) -> Option<&str> {
        column.map(|column| self.text(column)).filter(|text| !text.is_empty())
    }
}

/// A table with its header read.
pub(crate) struct Table<'a> {
    pub(crate) header: Header,
    scanner: Scanner<'a>,
}

impl<'a> Table<'a> {
    /// Reads the header.
    pub(crate) fn open(bytes: &'a [u8], limits: &Limits) -> Result<Table<'a>, Unreadable> {
        let bytes = crate::open::text_start(bytes, limits)?;
        let mut scanner = Scanner { bytes, at: 0, line: 1, limits: *limits, fields: Vec::new() };
        let names: Vec<String> = match scanner.advance() {
            Scan::End => return Err(Unreadable::Empty),
            Scan::Good { .. } => scanner.fields.iter().map(|f| f.trim().to_string()).collect(),
            Scan::Bad { fault, .. } => {
                return Err(Unreadable::Header { reason: fault.reason });
            }
        };
        let mut sorted: Vec<&String> = names.iter().collect();
        sorted.sort_unstable();
        if let Some([name, _]) = sorted.windows(2).find(|pair| pair.first() == pair.last()) {
            return Err(Unreadable::Header {
                reason: format!(
                    "two columns are named {}; which is meant can't be told, so rename one",
                    quoted(name)
                ),
            });
        }
        Ok(Table { header: Header { names }, scanner })
    }

    /// Hands each row to `each`; those that are broken go to quarantine.
    pub(crate) fn read(
        self,
        output: &mut Output<'_>,
        mut each: impl FnMut(&Record<'_, 'a>, &mut Output<'_>) -> Result<(), Unreadable>,
    ) -> Result<(), Unreadable> {
        let Table { header, mut scanner } = self;
        loop {
            match scanner.advance() {
                Scan::End => return Ok(()),
                Scan::Good { line, raw } => {
                    let found = scanner.fields.len();
                    let wanted = header.names.len();
                    if found == wanted {
                        let fields = &scanner.fields;
                        each(&Record { line, raw, fields }, output)?;
                    } else {
                        let reason = format!(
                            "fields: {found}, where the header has {wanted}; is the row cut off, \
                             or a comma not quoted?"
                        );
                        output.reject(line, raw, Fault::row(reason))?;
                    }
                }
                Scan::Bad { line, raw, column, mut fault } => {
                    fault.column = column.and_then(|at| header.names.get(at).cloned());
                    output.reject(line, raw, fault)?;
                }
            }
        }
    }
}

enum Scan<'a> {
    End,
    Good { line: u32, raw: &'a [u8] },
    Bad { line: u32, raw: &'a [u8], column: Option<usize>, fault: Fault },
}

struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
    line: usize,
    limits: Limits,
    fields: Vec<Cow<'a, str>>,
}

/// Where a field lies, and whether it was quoted.
struct Piece {
    range: Range<usize>,
    doubled: bool,
}

impl<'a> Scanner<'a> {
    fn advance(&mut self) -> Scan<'a> {
        loop {
            let rest = self.bytes.get(self.at..).unwrap_or(&[]);
            if rest.is_empty() {
                return Scan::End;
            }
            let end = memchr(b'\n', rest).unwrap_or(rest.len());
            let whole = rest.get(..end).unwrap_or(rest);
            let line = whole.strip_suffix(b"\r").unwrap_or(whole);
            if line.iter().all(u8::is_ascii_whitespace) {
                self.pass(end, 1);
                continue;
            }
            if line.len() > self.limits.record_bytes {
                return self.bad_line(end, None, too_long(line.len(), &self.limits));
            }
            return if memchr(b'"', line).is_some() {
                self.quoted(rest, end)
            } else {
                self.plain(line, end)
            };
        }
    }

    /// Goes on behind `bytes` bytes and their line feed.
    fn pass(&mut self, bytes: usize, lines: usize) {
        self.at = self.at.saturating_add(bytes).saturating_add(1);
        self.line += lines;
    }

    fn line(&self) -> u32 {
        u32::try_from(self.line).unwrap_or(u32::MAX)
    }

    /// Gives up the line that starts here.
    fn bad_line(&mut self, end: usize, column: Option<usize>, reason: String) -> Scan<'a> {
        let line = self.line();
        let raw = self.bytes.get(self.at..self.at.saturating_add(end)).unwrap_or(&[]);
        self.pass(end, 1);
        Scan::Bad { line, raw, column, fault: Fault::row(reason) }
    }

    /// A line without quotes.
    fn plain(&mut self, line: &'a [u8], end: usize) -> Scan<'a> {
        let text = match self.text(line) {
            Ok(text) => text,
            Err(wrong) => {
                let before = line.get(..wrong.offset).unwrap_or(line);
                let column = memchr_iter(b',', before).count();
                return self.bad_line(end, Some(column), wrong.reason);
            }
        };
        self.fields.clear();
        let mut start = 0;
        for comma in memchr_iter(b',', line).chain([line.len()]) {
            if self.fields.len() >= self.limits.columns {
                return self.bad_line(end, None, too_wide(&self.limits));
            }
            if comma - start > self.limits.field_bytes {
                let column = self.fields.len();
                return self.bad_line(end, Some(column), too_big(comma - start, &self.limits));
            }
            self.fields.push(Cow::Borrowed(text.get(start..comma).unwrap_or("")));
            start = comma + 1;
        }
        let line = self.line();
        self.pass(end, 1);
        Scan::Good { line, raw: text.as_bytes() }
    }

    /// A row that holds a quote, and so may go on over several lines.
    fn quoted(&mut self, rest: &'a [u8], end: usize) -> Scan<'a> {
        let (length, pieces) = match split_quoted(rest, &self.limits) {
            Ok(found) => found,
            Err((column, reason)) => return self.bad_line(end, column, reason),
        };
        let raw = rest.get(..length).unwrap_or(rest);
        let text = match self.text(raw) {
            Ok(text) => text,
            Err(wrong) => {
                let column = pieces.iter().position(|p| p.range.end > wrong.offset);
                let line = self.line();
                self.pass(length, memchr_iter(b'\n', raw).count() + 1);
                let fault = Fault::row(wrong.reason);
                return Scan::Bad { line, raw, column, fault };
            }
        };
        self.fields.clear();
        self.fields.extend(pieces.into_iter().map(|piece| {
            let field = text.get(piece.range).unwrap_or("");
            if piece.doubled {
                Cow::Owned(field.replace("\"\"", "\""))
            } else {
                Cow::Borrowed(field)
            }
        }));
        let line = self.line();
        self.pass(length, memchr_iter(b'\n', raw).count() + 1);
        Scan::Good { line, raw }
    }

    /// The bytes as text without NUL.
    fn text(&self, bytes: &'a [u8]) -> Result<&'a str, Wrong> {
        if let Some(offset) = memchr(0, bytes) {
            return Err(Wrong {
                offset,
                reason: "it holds a NUL character; is the file damaged?".into(),
            });
        }
        std::str::from_utf8(bytes).map_err(|error| Wrong {
            offset: error.valid_up_to(),
            reason: format!(
                "not UTF-8 at byte {} of the row; convert the file to UTF-8",
                error.valid_up_to()
            ),
        })
    }
}

struct Wrong {
    offset: usize,
    reason: String,
}

/// The length of the row that starts here, without its line end, and its fields.
fn split_quoted(
    bytes: &[u8],
    limits: &Limits,
) -> Result<(usize, Vec<Piece>), (Option<usize>, String)> {
    let mut pieces = Vec::new();
    let mut at = 0;
    loop {
        if pieces.len() >= limits.columns {
            return Err((None, too_wide(limits)));
        }
        let column = Some(pieces.len());
        let piece = if bytes.get(at) == Some(&b'"') {
            let (piece, after) = quoted_field(bytes, at, limits).map_err(|why| (column, why))?;
            at = after;
            piece
        } else {
            let rest = bytes.get(at..).unwrap_or(&[]);
            let length =
                rest.iter().position(|b| matches!(b, b',' | b'\n' | b'"')).unwrap_or(rest.len());
            if rest.get(length) == Some(&b'"') {
                let why = "a quote inside a field that doesn't start with one; quote the field \
                           and double the quotes in it";
                return Err((column, why.into()));
            }
            let start = at;
            at += length;
            Piece { range: start..at, doubled: false }
        };
        if piece.range.len() > limits.field_bytes {
            return Err((column, too_big(piece.range.len(), limits)));
        }
        pieces.push(piece);
        match bytes.get(at) {
            Some(b',') => at += 1,
            _ => break,
        }
    }
    // The last field of a line with CR LF holds the CR, unless it is quoted.
    let mut length = at;
    if bytes.get(at) == Some(&b'\r') {
        length = at + 1;
    } else if let Some(last) = pieces.last_mut()
        && last.range.end == at
        && at > last.range.start
        && bytes.get(at - 1) == Some(&b'\r')
    {
        last.range.end = at - 1;
    }
    if length > limits.record_bytes {
        return Err((None, too_long(length, limits)));
    }
    Ok((length, pieces))
}

/// The field whose opening quote is at `open`, and where reading goes on.
fn quoted_field(bytes: &[u8], open: usize, limits: &Limits) -> Result<(Piece, usize), String> {
    // Whoever never closes a quote must not make us read the rest of the file for each line.
    let stop = bytes.len().min(limits.record_bytes.saturating_add(1));
    let mut at = open + 1;
    let mut doubled = false;
    loop {
        let within = bytes.get(at..stop).unwrap_or(&[]);
        let Some(next) = memchr(b'"', within) else {
            return Err("a quote opens here and never closes".into());
        };
        let close = at + next;
        match bytes.get(close + 1) {
            Some(b'"') => {
                doubled = true;
                at = close + 2;
            }
            None | Some(b',' | b'\n') => {
                return Ok((Piece { range: open + 1..close, doubled }, close + 1));
            }
            Some(b'\r') if matches!(bytes.get(close + 2), None | Some(b'\n')) => {
                return Ok((Piece { range: open + 1..close, doubled }, close + 1));
            }
            Some(_) => {
                return Err(
                    "text follows a closing quote; double the quotes inside a quoted field".into(),
                );
            }
        }
    }
}

fn too_long(bytes: usize, limits: &Limits) -> String {
    format!("the row has {bytes} bytes; at most {} are read", limits.record_bytes)
}

fn too_wide(limits: &Limits) -> String {
    format!("more than {} columns", limits.columns)
}

fn too_big(bytes: usize, limits: &Limits) -> String {
    format!("the field has {bytes} bytes; at most {} are read", limits.field_bytes)
}
