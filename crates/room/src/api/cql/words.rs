//! The words of a filter.

/// Longest filter, in bytes.
const BYTES_MAX: usize = 8 * 1024;

/// A word, and the byte at which it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) at: usize,
    pub(super) is: Is,
}

/// What a word is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Is {
    /// A name or a keyword.
    Name(String),
    /// A name in double quotes: never a keyword.
    Quoted(String),
    /// A text in single quotes.
    Text(String),
    /// A number, as it is written.
    Number(String),
    /// `(`, `)`, `,`, `=`, `<>`, `<`, `>`, `<=`, `>=`.
    Sign(&'static str),
}

const SIGNS: [&str; 9] = ["<>", "<=", ">=", "(", ")", ",", "=", "<", ">"];

/// Cuts a filter into words.
pub(super) fn cut(text: &str) -> Result<Vec<Word>, String> {
    if text.len() > BYTES_MAX {
        return Err(format!("a filter has at most {BYTES_MAX} bytes"));
    }
    let mut words = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let first = rest.chars().next().unwrap_or(' ');
        if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        }
        let (is, length) = if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
            (Is::Sign(sign), sign.len())
        } else if first == '\'' || first == '"' {
            let (inner, length) = quoted(rest, first)
                .ok_or_else(|| format!("the quote at byte {at} of the filter is never closed"))?;
            (if first == '"' { Is::Quoted(inner) } else { Is::Text(inner) }, length)
        } else if is_number(rest) {
            let length = number_length(rest);
            (Is::Number(rest[..length].to_owned()), length)
        } else if is_name(first) {
            let end = rest.find(|c: char| !(is_name(c) || c == '.' || c.is_ascii_digit()));
            let length = end.unwrap_or(rest.len());
            (Is::Name(rest[..length].to_owned()), length)
        } else {
            let shown = first.escape_debug();
            return Err(format!("\"{shown}\" at byte {at} of the filter has no meaning there"));
        };
        words.push(Word { at, is });
        at += length;
    }
    Ok(words)
}

fn is_name(c: char) -> bool {
    c.is_alphabetic() || c == '_' || c == ':'
}

/// What stands in quotes, and the length with them. A quote within is written twice, or after `\`.
fn quoted(text: &str, quote: char) -> Option<(String, usize)> {
    let mut inner = String::new();
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|(_, next)| *next);
        if (c == quote || (c == '\\' && quote == '\'')) && next == Some(quote) {
            inner.push(quote);
            chars.next();
        } else if c == quote {
            return Some((inner, at + 1));
        } else {
            inner.push(c);
        }
    }
    None
}

fn is_number(text: &str) -> bool {
    let digits = text.trim_start_matches(['+', '-']);
    let digits = digits.strip_prefix('.').unwrap_or(digits);
    text.len() <= digits.len() + 2 && digits.starts_with(|c: char| c.is_ascii_digit())
}

fn number_length(text: &str) -> usize {
    let mut before = ' ';
    let more = |c: char| {
        let is_part = c.is_ascii_digit()
            || c == '.'
            || (matches!(c, 'e' | 'E') && before.is_ascii_digit())
            || (matches!(c, '+' | '-') && matches!(before, ' ' | 'e' | 'E'));
        before = c;
        !is_part
    };
    text.find(more).unwrap_or(text.len())
}
