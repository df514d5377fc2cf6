//! TOML as a tree in which each key and value knows its place in the whole file.

use crate::codes;
use crate::findings::{Findings, shortened};
use crate::limits::{ENTRIES_MAX, NESTING_MAX};
use servanda_text::{SourceText, Span};
use std::ops::Range;
use toml_edit::{Document, Item, TableLike};

/// A piece of text and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    pub(crate) text: String,
    pub(crate) span: Span,
}

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Node {
    pub(crate) value: Value,
    pub(crate) span: Span,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    Text(String),
    /// A number as it is written, so that decimals stay exact.
    Number(String),
    /// A date or time as it is written.
    Time(String),
    Bool,
    List(Vec<Node>),
    Table(Table),
}

impl Value {
    /// What it is, for "found ...".
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Value::Text(_) => "text",
            Value::Number(_) => "a number",
            Value::Time(_) => "a date or time",
            Value::Bool => "true or false",
            Value::List(_) => "a list",
            Value::Table(_) => "a table",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Table {
    pub(crate) entries: Vec<Entry>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) key: Word,
    pub(crate) node: Node,
}

impl Table {
    pub(crate) fn get(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key.text == key)
    }
}

/// Reads the TOML in a part of the file. Gives none, and one diagnostic, when it is not TOML.
pub(crate) fn read(source: &SourceText, part: Span, findings: &mut Findings) -> Option<Table> {
    let text = source.slice(part);
    match Document::parse(text) {
        Ok(document) => {
            let reader = Reader { text, part };
            match reader.table(document.as_table(), 0) {
                Ok(table) => Some(table),
                Err(error) => {
                    findings.push(
                        codes::TOO_MUCH
                            .error(error.what)
                            .primary(error.span, "here")
                            .reason("An agreement is read by people too.")
                            .help("write it flat, and put data into files"),
                    );
                    None
                }
            }
        }
        Err(error) => {
            let range = error.span().unwrap_or(0..0);
            findings.push(syntax_error(error.message(), text, range, part));
            None
        }
    }
}

struct TooMuch {
    what: String,
    span: Span,
}

struct Reader<'s> {
    text: &'s str,
    part: Span,
}

impl Reader<'_> {
    fn span(&self, range: Option<Range<usize>>) -> Option<Span> {
        range.map(|range| Span::of(range).shifted(self.part.start))
    }

    fn table(&self, table: &dyn TableLike, depth: usize) -> Result<Table, TooMuch> {
        let mut entries = Vec::with_capacity(table.len());
        for (name, item) in table.iter() {
            let key = table.key(name).and_then(toml_edit::Key::span);
            let key_span = self.span(key).unwrap_or(self.part);
            if entries.len() >= ENTRIES_MAX {
                return Err(TooMuch {
                    what: format!("more than {ENTRIES_MAX} entries in one table"),
                    span: key_span,
                });
            }
            let key = Word { text: name.to_owned(), span: key_span };
            let node = self.node(item, key_span, depth + 1)?;
            entries.push(Entry { key, node });
        }
        // The order of the text, whichever way the tables were opened.
        entries.sort_by_key(|entry| entry.key.span);
        Ok(Table { entries })
    }

    fn node(&self, item: &Item, near: Span, depth: usize) -> Result<Node, TooMuch> {
        // An implicit table, such as `a` in `[a.b]`, has no place of its own.
        let span = self.span(item.span()).unwrap_or(near);
        if depth > NESTING_MAX {
            return Err(TooMuch {
                what: format!("more than {NESTING_MAX} tables or lists inside one another"),
                span: near,
            });
        }
        let value = match item {
            Item::None => Value::List(Vec::new()),
            Item::Table(table) => Value::Table(self.table(table, depth)?),
            Item::ArrayOfTables(tables) => {
                let mut list = Vec::new();
                for table in tables {
                    list.push(Node {
                        span: self.span(table.span()).unwrap_or(near),
                        value: Value::Table(self.table(table, depth + 1)?),
                    });
                }
                Value::List(list)
            }
            Item::Value(value) => self.value(value, span, depth)?,
        };
        Ok(Node { value, span })
    }

    fn value(&self, value: &toml_edit::Value, span: Span, depth: usize) -> Result<Value, TooMuch> {
        let written = || {
            let range = value.span().unwrap_or_default();
            self.text.get(range).unwrap_or("").to_owned()
        };
        Ok(match value {
            toml_edit::Value::String(text) => Value::Text(text.value().clone()),
            toml_edit::Value::Integer(_) | toml_edit::Value::Float(_) => Value::Number(written()),
            toml_edit::Value::Datetime(_) => Value::Time(written()),
            toml_edit::Value::Boolean(_) => Value::Bool,
            toml_edit::Value::InlineTable(table) => Value::Table(self.table(table, depth)?),
            toml_edit::Value::Array(array) => {
                if array.len() > ENTRIES_MAX {
                    return Err(TooMuch {
                        what: format!("more than {ENTRIES_MAX} entries in one list"),
                        span,
                    });
                }
                let mut list = Vec::with_capacity(array.len());
                for value in array {
                    let at = self.span(value.span()).unwrap_or(span);
                    if depth >= NESTING_MAX {
                        return Err(TooMuch {
                            what: format!(
                                "more than {NESTING_MAX} tables or lists inside one another"
                            ),
                            span: at,
                        });
                    }
                    list.push(Node { value: self.value(value, at, depth + 1)?, span: at });
                }
                Value::List(list)
            }
        })
    }
}

/// What the parser says, in our words where it matters. A key that stands twice gets both places.
fn syntax_error(
    message: &str,
    text: &str,
    range: Range<usize>,
    part: Span,
) -> servanda_diag::Diagnostic {
    let span = Span::of(range.clone()).shifted(part.start);
    if message.starts_with("duplicate key") {
        let key = text.get(range.clone()).unwrap_or("").trim();
        let found = codes::TWICE
            .error(format!("`{}` is declared twice", shortened(key)))
            .primary(span, "again here")
            .reason("One of the two would be lost without a word.")
            .help("rename one of them, or join the two");
        return match first_place(text, &range) {
            Some(first) => {
                let first = Span::of(first).shifted(part.start);
                found.secondary(first, "first declared here")
            }
            None => found,
        };
    }
    let found = if message.contains("recurs") {
        codes::TOO_MUCH.error(format!("more than {NESTING_MAX} tables or lists inside one another"))
    } else {
        codes::NOT_TOML.error(format!("this is not TOML: {message}"))
    };
    found.primary(span, "here").reason("What follows in this block is not read.").help(
        if message.contains("unquoted key") {
            "a name with other letters than a to z stands in quotes: [party.\"...\"]"
        } else {
            "texts stand in quotes, lists in [ ], and each key has its own line"
        },
    )
}

/// Where a key that stands twice stood first: a header with the same words, or a line of the
/// same table that begins with the same key.
fn first_place(text: &str, again: &Range<usize>) -> Option<Range<usize>> {
    let line_start = text.get(..again.start)?.rfind('\n').map_or(0, |at| at + 1);
    let line = text.get(line_start..)?.lines().next()?;
    let before = text.get(..line_start)?;
    let is_header = |line: &str| line.trim_start().starts_with('[');
    let header = |line: &str| line.split(']').next().unwrap_or("").replace([' ', '\t'], "");
    let key = text.get(again.clone())?.trim();
    let mut end = before.len();
    for earlier in before.lines().rev() {
        let start = before.get(..end)?.trim_end_matches(['\n', '\r']).len();
        let start = start.checked_sub(earlier.len())?;
        end = start;
        let at = start + (earlier.len() - earlier.trim_start().len());
        if is_header(line) {
            if is_header(earlier) && header(earlier) == header(line) {
                return Some(at..start + earlier.trim_end().len());
            }
        } else if is_header(earlier) {
            return None;
        } else if let Some(rest) = earlier.trim_start().strip_prefix(key)
            && rest.trim_start().starts_with(['=', '.'])
        {
            return Some(at..at + key.len());
        }
    }
    None
}
