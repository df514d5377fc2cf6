//! What can stand at the cursor: a table, a key, or a name that is declared.

use crate::analysis::Analysis;
use crate::position::Lines;
use lsp_types::{CompletionItem, CompletionItemKind, CompletionTextEdit, Position, TextEdit};
use servanda_terms::symbols::{SymbolKind, keys_of, term_tables};
use servanda_text::{Span, escape};

/// What is proposed at a place.
pub(crate) fn complete(analysis: &Analysis, lines: &Lines, at: Position) -> Vec<CompletionItem> {
    let offset = lines.offset(at);
    let symbols = &analysis.symbols;
    let holds = |block: &&Span| (block.start as usize..=block.end as usize).contains(&offset);
    let block = symbols.blocks.iter().chain([&symbols.front]).find(holds).copied();
    let Some(block) = block.filter(|_| !symbols.front.is_empty()) else {
        return Vec::new();
    };
    let start = block.range().start;
    let before = analysis.source.text().get(start..offset).unwrap_or("");
    let (proposed, kind, from) = match Cursor::after(before) {
        Cursor::Header { from } => {
            let tables = if block == symbols.front { front_tables() } else { terms() };
            (tables, CompletionItemKind::STRUCT, from)
        }
        Cursor::Key { table, from } => (keys_of(&table), CompletionItemKind::FIELD, from),
        Cursor::Text { key, from } => (names(&key, analysis), CompletionItemKind::REFERENCE, from),
        Cursor::Elsewhere => return Vec::new(),
    };
    let range = lines.range(Span::of(start + from..offset));
    let item = |text: String| CompletionItem {
        label: escape(&text).into_owned(),
        kind: Some(kind),
        text_edit: Some(CompletionTextEdit::Edit(TextEdit::new(range, text))),
        ..CompletionItem::default()
    };
    proposed.into_iter().map(item).collect()
}

/// The tables of the front matter: those of its keys that have keys of their own.
fn front_tables() -> Vec<String> {
    keys_of("").into_iter().filter(|key| !keys_of(key).is_empty()).collect()
}

fn terms() -> Vec<String> {
    term_tables().map(str::to_owned).collect()
}

/// The declared names that a key takes, in the order of the text.
fn names(key: &str, analysis: &Analysis) -> Vec<String> {
    let taken = SymbolKind::taken_by(key);
    let mut names = Vec::new();
    for symbol in analysis.symbols.declared.iter().filter(|s| taken.contains(&s.kind)) {
        if symbol.kind != SymbolKind::Group {
            names.push(symbol.name.clone());
            continue;
        }
        names.push(format!("{}.*", symbol.name));
        let zones = analysis.agreement.iter().flat_map(|agreement| &agreement.zones);
        let members = zones.filter(|zone| zone.group.as_deref() == Some(&symbol.name));
        names.extend(members.map(|zone| zone.id.clone()));
    }
    names
}

/// Where the cursor stands in a block. `from` is the byte at which what is being written begins.
#[derive(Debug, PartialEq, Eq)]
enum Cursor {
    /// In a header, before its first dot.
    Header {
        from: usize,
    },
    /// Where a key can stand: in the table with that first word, or before all tables.
    Key {
        table: String,
        from: usize,
    },
    /// In a text in quotes, under that key.
    Text {
        key: String,
        from: usize,
    },
    Elsewhere,
}

impl Cursor {
    /// Reads a block up to the cursor. It need not be TOML: it is being written.
    fn after(before: &str) -> Cursor {
        let (mut table, mut key) = (String::new(), String::new());
        let mut depth = 0_usize;
        let mut line = 0;
        let mut quote: Option<(char, usize)> = None;
        let mut is_escaped = false;
        let mut is_comment = false;
        for (at, c) in before.char_indices() {
            if let Some((open, _)) = quote {
                let closes = c == open && !is_escaped;
                is_escaped = open == '"' && c == '\\' && !is_escaped;
                // A text without its closing quote ends with its line.
                if closes || c == '\n' {
                    quote = None;
                }
            } else if !is_comment {
                match c {
                    '"' | '\'' => quote = Some((c, at + 1)),
                    '#' => is_comment = true,
                    '[' | '{' => depth += 1,
                    ']' | '}' => depth = depth.saturating_sub(1),
                    '=' => key = last_word(before.get(..at).unwrap_or("").trim_end()).to_owned(),
                    _ => {}
                }
            }
            if c == '\n' {
                let text = before.get(line..at).unwrap_or("");
                if let Some(header) = header(text) {
                    table = header.split(['.', ']']).next().unwrap_or("").trim().to_owned();
                    depth = 0;
                }
                (line, is_comment) = (at + 1, false);
            }
        }
        let text = before.get(line..).unwrap_or("");
        if let Some((_, from)) = quote {
            let written = before.get(from..).unwrap_or("");
            let word = written.rfind(char::is_whitespace).map_or(0, |at| at + 1);
            return Cursor::Text { key, from: from + word };
        }
        if let Some(header) = header(text) {
            let from = before.len() - header.len();
            return match header.contains(['.', ']']) {
                true => Cursor::Elsewhere,
                false => Cursor::Header { from },
            };
        }
        match depth == 0 && !is_comment && !text.contains('=') {
            true => Cursor::Key { table, from: before.len() - last_word(text).len() },
            false => Cursor::Elsewhere,
        }
    }
}

/// What follows the bracket at the left margin that opens a header. One that closes and ends in
/// a comma, or is indented, belongs to a list.
fn header(line: &str) -> Option<&str> {
    let header = line.strip_prefix('[')?.trim_start_matches('[');
    (!header.trim_end().ends_with(',') && !header.contains('"')).then_some(header)
}

/// The word that a text ends with; may be empty.
fn last_word(text: &str) -> &str {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    text.rsplit(|c| !is_part(c)).next().unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(before: &str, expected: Cursor) {
        assert_eq!(Cursor::after(before), expected, "{before:?}");
    }

    fn key(table: &str, from: usize) -> Cursor {
        Cursor::Key { table: table.to_owned(), from }
    }

    fn text(key: &str, from: usize) -> Cursor {
        Cursor::Text { key: key.to_owned(), from }
    }

    #[test]
    fn keys_stand_at_the_beginning_of_lines() {
        check("", key("", 0));
        check("ti", key("", 0));
        check("[party.N]\nna", key("party", 10));
        check("[prohibit.a] # x\nacts = [\n  \"b\",\n]\n", key("prohibit", 35));
        check("a = 1", Cursor::Elsewhere);
        check("acts = [\n", Cursor::Elsewhere);
        check("# ti", Cursor::Elsewhere);
    }

    #[test]
    fn texts_belong_to_the_key_before_them() {
        check("who = \"NO", text("who", 7));
        check("who = [\"N\", 'S", text("who", 13));
        check("who = [\n \"N\", # \"\n \"", text("who", 20));
        check("a = { b = \"x\", where = \"", text("where", 24));
        check("from = \"start of proh", text("from", 17));
        check("a = \"x\\\" y", text("a", 9));
        check("a = \"x\nb", key("", 7));
    }

    #[test]
    fn tables_are_proposed_up_to_the_dot() {
        check("[", Cursor::Header { from: 1 });
        check("a = 1\n[pro", Cursor::Header { from: 7 });
        check("[prohibit.", Cursor::Elsewhere);
        check("a = 1\n[[pro", Cursor::Header { from: 8 });
    }
}
