//! A TOML table that is read key by key, with an error for each key that is wrong or unknown.

use crate::limits::MAPPING_ERRORS_MAX;
use crate::mapping::MappingError;
use crate::row::quoted;
use std::ops::Range;
use toml_edit::{Item, Key, TableLike, Value};

/// Collects errors with their places in the text.
pub(crate) struct Errors<'t> {
    text: &'t str,
    list: Vec<MappingError>,
}

impl<'t> Errors<'t> {
    pub(crate) fn of(text: &'t str) -> Errors<'t> {
        Errors { text, list: Vec::new() }
    }

    pub(crate) fn add(&mut self, span: Option<Range<usize>>, message: impl Into<String>) {
        if self.list.len() >= MAPPING_ERRORS_MAX {
            return;
        }
        let start = span.map_or(0, |span| span.start);
        let before = self.text.get(..start).unwrap_or("");
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let column = before.get(line_start..).unwrap_or("").chars().count() + 1;
        self.list.push(MappingError {
            message: servanda_text::escape(&message.into()).into_owned(),
            line: before.matches('\n').count() + 1,
            column,
        });
    }

    pub(crate) fn into_list(mut self) -> Vec<MappingError> {
        self.list.sort_by_key(|error| (error.line, error.column));
        self.list
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
}

/// A table and what it is called in messages.
#[derive(Clone, Copy)]
pub(crate) struct Fields<'t> {
    pub(crate) name: &'t str,
    table: &'t dyn TableLike,
    span: Option<(usize, usize)>,
}

impl<'t> Fields<'t> {
    pub(crate) fn top(table: &'t dyn TableLike) -> Fields<'t> {
        Fields { name: "", table, span: None }
    }

    /// Where a key stands, or else where its table does.
    pub(crate) fn at(&self, key: &str) -> Option<Range<usize>> {
        let of_key = self.table.key(key).and_then(Key::span);
        of_key.or(self.span.map(|(start, end)| start..end))
    }

    pub(crate) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    pub(crate) fn keys(&self) -> Vec<&'t str> {
        self.table.iter().map(|(key, _)| key).collect()
    }

    /// Errs for each key that is none of `known`.
    pub(crate) fn only(&self, known: &[&str], errors: &mut Errors<'_>) {
        for (key, _) in self.table.iter() {
            if known.contains(&key) {
                continue;
            }
            let help = match nearest(key, known) {
                Some(near) => format!("did you mean \"{near}\"?"),
                None => format!("known here: {}", known.join(", ")),
            };
            let place =
                if self.name.is_empty() { String::new() } else { format!(" in [{}]", self.name) };
            errors.add(self.at(key), format!("unknown key {}{place}; {help}", quoted(key)));
        }
    }

    pub(crate) fn item(&self, key: &str) -> Option<&'t Item> {
        self.table.get(key)
    }

    /// A text.
    pub(crate) fn word(&self, key: &str, errors: &mut Errors<'_>) -> Option<String> {
        let item = self.item(key)?;
        match item.as_str() {
            Some(text) if !text.is_empty() => Some(text.to_string()),
            _ => {
                errors.add(item.span().or(self.at(key)), format!("\"{key}\" must be a text"));
                None
            }
        }
    }

    /// A truth value; false when it isn't there.
    pub(crate) fn flag(&self, key: &str, errors: &mut Errors<'_>) -> bool {
        let Some(item) = self.item(key) else {
            return false;
        };
        item.as_bool().unwrap_or_else(|| {
            errors.add(item.span().or(self.at(key)), format!("\"{key}\" must be true or false"));
            false
        })
    }

    /// A text or a list of texts.
    pub(crate) fn words(&self, key: &str, errors: &mut Errors<'_>) -> Vec<String> {
        let Some(item) = self.item(key) else {
            return Vec::new();
        };
        let texts: Option<Vec<String>> = match item.as_value() {
            Some(Value::String(text)) => Some(vec![text.value().clone()]),
            Some(Value::Array(items)) => {
                items.iter().map(|item| item.as_str().map(str::to_string)).collect()
            }
            _ => None,
        };
        texts.filter(|list| list.iter().all(|text| !text.is_empty())).unwrap_or_else(|| {
            let message = format!("\"{key}\" must be a column, or a list of columns");
            errors.add(item.span().or(self.at(key)), message);
            Vec::new()
        })
    }

    /// A table below this one.
    pub(crate) fn table(&self, key: &'t str, errors: &mut Errors<'_>) -> Option<Fields<'t>> {
        let item = self.item(key)?;
        match item.as_table_like() {
            Some(table) => Some(Fields {
                name: key,
                table,
                span: item.span().map(|span| (span.start, span.end)),
            }),
            None => {
                errors.add(item.span().or(self.at(key)), format!("\"{key}\" must be a table"));
                None
            }
        }
    }

    /// The tables of `[[key]]`.
    pub(crate) fn tables(&self, key: &'t str, errors: &mut Errors<'_>) -> Vec<Fields<'t>> {
        let Some(item) = self.item(key) else {
            return Vec::new();
        };
        match item.as_array_of_tables() {
            Some(tables) => tables
                .iter()
                .map(|table| Fields {
                    name: key,
                    table,
                    span: table.span().map(|span| (span.start, span.end)),
                })
                .collect(),
            None => {
                let message = format!("\"{key}\" must be tables, each written [[{key}]]");
                errors.add(item.span().or(self.at(key)), message);
                Vec::new()
            }
        }
    }
}

/// The known word that is nearest in spelling, if one is near.
pub(crate) fn nearest<'k>(word: &str, known: &[&'k str]) -> Option<&'k str> {
    const LENGTH_MAX: usize = 60;
    if word.len() > LENGTH_MAX {
        return None;
    }
    known
        .iter()
        .map(|other| (distance(word, other), *other))
        .filter(|(steps, other)| *steps <= other.chars().count().div_ceil(3))
        .min()
        .map(|(_, other)| other)
}

/// Letters to insert, delete or replace (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, letter) in a.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        if let Some(first) = row.first_mut() {
            *first = left;
        }
        for (other, cell) in b.iter().zip(row.iter_mut().skip(1)) {
            let replace = diagonal + usize::from(letter != *other);
            diagonal = *cell;
            *cell = replace.min(left + 1).min(diagonal + 1);
            left = *cell;
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_found() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(nearest("timezon", &["time", "timezone"]), Some("timezone"));
        assert_eq!(nearest("xyz", &["time", "timezone"]), None);
    }
}
