//! A paragraph as tokens, quotation spans and sentences. Every step goes over the text once.

use crate::words;
use std::ops::Range;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Letters and digits, with apostrophes, hyphens and the stops of abbreviations inside.
    Word,
    Comma,
    Colon,
    Semicolon,
    /// A dash that parts clauses.
    Dash,
    /// A full stop, question mark or exclamation mark.
    Stop,
    /// Opens a quotation.
    Open,
    /// Closes a quotation.
    Close,
    Other,
}

/// A piece of text by its bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Token {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) kind: Kind,
}

/// A quotation: tokens `open..=close`, the marks included.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Quote {
    pub(crate) open: usize,
    /// The closing mark, or the last token of the paragraph where there is none.
    pub(crate) close: usize,
    pub(crate) is_closed: bool,
}

/// The tokens of a paragraph.
#[derive(Debug, Default)]
pub(crate) struct Tokens<'t> {
    pub(crate) text: &'t str,
    /// The text with ASCII letters in lower case: the same bytes count.
    low: String,
    pub(crate) all: Vec<Token>,
    pub(crate) quotes: Vec<Quote>,
    /// For each token, the quotation in which it stands, its marks included.
    inside: Vec<Option<usize>>,
}

impl<'t> Tokens<'t> {
    pub(crate) fn of(text: &'t str) -> Tokens<'t> {
        let mut tokens = Tokens { text, low: text.to_ascii_lowercase(), ..Tokens::default() };
        tokens.scan();
        tokens.pair();
        tokens
    }

    pub(crate) fn len(&self) -> usize {
        self.all.len()
    }

    pub(crate) fn kind(&self, at: usize) -> Option<Kind> {
        self.all.get(at).map(|token| token.kind)
    }

    pub(crate) fn is(&self, at: usize, kind: Kind) -> bool {
        self.kind(at) == Some(kind)
    }

    /// The token as it is written; empty where there is none.
    pub(crate) fn raw(&self, at: usize) -> &'t str {
        self.all.get(at).and_then(|t| self.text.get(t.start..t.end)).unwrap_or("")
    }

    /// The token in lower case; empty where there is none.
    pub(crate) fn low(&self, at: usize) -> &str {
        self.all.get(at).and_then(|t| self.low.get(t.start..t.end)).unwrap_or("")
    }

    /// The bytes of tokens `from..to`.
    pub(crate) fn bytes(&self, from: usize, to: usize) -> Option<(usize, usize)> {
        let first = self.all.get(from)?;
        let last = self.all.get(to.checked_sub(1)?)?;
        (from < to).then_some((first.start, last.end))
    }

    /// The text of tokens `from..to`.
    pub(crate) fn slice(&self, from: usize, to: usize) -> &'t str {
        self.bytes(from, to).and_then(|(a, b)| self.text.get(a..b)).unwrap_or("")
    }

    /// The quotation in which a token stands.
    pub(crate) fn quote(&self, at: usize) -> Option<usize> {
        self.inside.get(at).copied().flatten()
    }

    pub(crate) fn is_capital(&self, at: usize) -> bool {
        let raw = self.raw(at);
        // "al-Something" is a name too.
        let bare = raw.strip_prefix("al-").or_else(|| raw.strip_prefix("el-")).unwrap_or(raw);
        self.is(at, Kind::Word) && bare.chars().next().is_some_and(char::is_uppercase)
    }

    /// Whether the token ends in a possessive.
    pub(crate) fn is_possessive(&self, at: usize) -> bool {
        let low = self.low(at);
        self.is(at, Kind::Word) && (low.ends_with("’s") || low.ends_with("'s"))
    }

    /// Whether a comma stands there, or one inside a quotation that closes there.
    pub(crate) fn is_comma(&self, at: usize) -> bool {
        self.is(at, Kind::Comma)
            || self.is(at, Kind::Close) && at > 0 && self.is(at - 1, Kind::Comma)
    }

    fn scan(&mut self) {
        let text = self.text;
        let mut chars = text.char_indices().peekable();
        let mut before: Option<char> = None;
        while let Some((start, c)) = chars.next() {
            if c.is_whitespace() {
                before = Some(c);
                continue;
            }
            // Pages carry marks for line breaks and directions that nobody sees.
            if is_invisible(c) {
                continue;
            }
            let mut end = start + c.len_utf8();
            let mut last = c;
            let kind = if c.is_alphanumeric() {
                while let Some(&(at, c)) = chars.peek() {
                    let next = text.get(at + c.len_utf8()..).and_then(|rest| rest.chars().next());
                    let goes_on = next.is_some_and(char::is_alphanumeric);
                    let is_inner = match c {
                        '\'' | '’' | '-' | '\u{2010}' | '\u{2011}' => goes_on,
                        '.' => {
                            let digits = last.is_ascii_digit()
                                && next.is_some_and(|next| next.is_ascii_digit());
                            // "U.S." and "p.m.": each letter stands alone.
                            let word = text.get(start..at).unwrap_or("");
                            let alone = word.rsplit('.').next().is_some_and(is_one_letter);
                            let after = text.get(at + 1..).unwrap_or("");
                            let mut ahead = after.chars();
                            let (first, second) = (ahead.next(), ahead.next());
                            let abbreviates = alone
                                && first.is_some_and(char::is_alphabetic)
                                && !second.is_some_and(char::is_alphanumeric);
                            digits
                                || abbreviates
                                || (alone && word.contains('.'))
                                || is_address(word, after)
                                || is_initial(word, after)
                        }
                        ',' | '–' => {
                            last.is_ascii_digit() && next.is_some_and(|next| next.is_ascii_digit())
                        }
                        _ => c.is_alphanumeric(),
                    };
                    if !is_inner {
                        break;
                    }
                    chars.next();
                    last = c;
                    end = at + c.len_utf8();
                }
                Kind::Word
            } else if c == '-' && text.get(end..).is_some_and(|rest| rest.starts_with('-')) {
                // "--" is one dash.
                chars.next();
                end += 1;
                Kind::Dash
            } else {
                let next = text.get(end..).and_then(|rest| rest.chars().next());
                punctuation(c, before, next)
            };
            self.all.push(Token { start, end, kind });
            before = Some(last);
        }
    }

    /// Finds the quotations. Where one is open, only its own closing mark counts.
    fn pair(&mut self) {
        self.inside = vec![None; self.all.len()];
        // For each single closing mark, whether a surer one follows before the next opening.
        let mut open: Option<(usize, Mark)> = None;
        let sure = self.sure_single_closes();
        for at in 0..self.all.len() {
            let Some(kind) = self.kind(at) else { break };
            let mark = Mark::of(self.raw(at));
            match open {
                None if kind == Kind::Open => open = mark.map(|mark| (at, mark)),
                None if kind == Kind::Close => self.set(at, Kind::Other),
                Some((from, opened)) if mark == Some(opened) => {
                    let is_sure = sure.get(at).copied().unwrap_or(false);
                    let is_apostrophe = opened == Mark::Single && !is_sure;
                    if kind == Kind::Open && opened != Mark::Double || is_apostrophe {
                        self.set(at, Kind::Other);
                    } else if kind == Kind::Open && self.raw(at) != "\"" {
                        // A second opening of the same kind: the first was never closed.
                        self.close(from, at.saturating_sub(1), false);
                        open = Some((at, opened));
                    } else {
                        self.set(at, Kind::Close);
                        self.close(from, at, true);
                        open = None;
                    }
                }
                Some(_) if matches!(kind, Kind::Open | Kind::Close) => self.set(at, Kind::Other),
                _ => {}
            }
        }
        if let Some((from, mark)) = open {
            // A lone single mark is more likely an apostrophe than a quotation to the end.
            if mark == Mark::Single {
                self.set(from, Kind::Other);
            } else {
                self.close(from, self.all.len().saturating_sub(1), false);
            }
        }
    }

    /// Single marks that close: not those after an `s` that a better one follows, since they may
    /// be the possessive of a plural.
    fn sure_single_closes(&self) -> Vec<bool> {
        let mut sure = vec![false; self.all.len()];
        let mut better = false;
        for at in (0..self.all.len()).rev() {
            if Mark::of(self.raw(at)) != Some(Mark::Single) {
                continue;
            }
            match self.kind(at) {
                Some(Kind::Open) => better = false,
                Some(Kind::Close) => {
                    let after_s = at > 0 && self.low(at - 1).ends_with('s');
                    if let Some(sure) = sure.get_mut(at) {
                        *sure = !(after_s && better);
                    }
                    better |= !after_s;
                }
                _ => {}
            }
        }
        sure
    }

    fn set(&mut self, at: usize, kind: Kind) {
        if let Some(token) = self.all.get_mut(at) {
            token.kind = kind;
        }
    }

    fn close(&mut self, open: usize, close: usize, is_closed: bool) {
        let number = self.quotes.len();
        for slot in self.inside.iter_mut().take(close + 1).skip(open) {
            *slot = Some(number);
        }
        self.quotes.push(Quote { open, close, is_closed });
    }

    /// The sentences as ranges of tokens, each with its closing marks.
    pub(crate) fn sentences(&self) -> Vec<(usize, usize)> {
        let mut sentences = Vec::new();
        let mut from = 0;
        for at in 0..self.len() {
            if self.ends_sentence(at) && from <= at {
                sentences.push((from, at + 1));
                from = at + 1;
            }
        }
        if from < self.len() {
            sentences.push((from, self.len()));
        }
        sentences
    }

    /// The bytes of the sentences in which the bytes `start..end` lie, from the first to the last.
    pub(crate) fn around(&self, words: &Range<usize>) -> Range<usize> {
        let mut around = words.clone();
        for (start, end) in self.sentences().into_iter().filter_map(|(a, b)| self.bytes(a, b)) {
            if start < words.end && words.start < end {
                around = around.start.min(start)..around.end.max(end);
            }
        }
        around
    }

    /// "wrote on X.": one letter that is all of a name, and a quotation or sentence follows.
    fn is_platform(&self, at: usize) -> bool {
        self.raw(at).len() == 1
            && at > 0
            && matches!(self.low(at - 1), "on" | "to" | "via")
            && self.is(at + 2, Kind::Open)
    }

    /// Whether a sentence ends with this token.
    fn ends_sentence(&self, at: usize) -> bool {
        let starts = |at: usize| match self.kind(at) {
            Some(Kind::Open | Kind::Dash) => true,
            Some(Kind::Word) => {
                let first = self.raw(at).chars().next();
                first.is_some_and(|c| c.is_uppercase() || c.is_ascii_digit())
            }
            Some(Kind::Other) => matches!(self.raw(at), "[" | "("),
            _ => false,
        };
        let spaced = |at: usize| match (self.all.get(at), self.all.get(at + 1)) {
            (Some(one), Some(next)) => one.end < next.start,
            _ => true,
        };
        match self.kind(at) {
            Some(Kind::Stop) if self.quote(at).is_none() => {
                let is_short = at > 0
                    && self.raw(at) == "."
                    && self.is(at - 1, Kind::Word)
                    && !spaced(at - 1)
                    && words::is_abbreviation(self.raw(at - 1))
                    && !self.is_platform(at - 1);
                let next_closes = self.is(at + 1, Kind::Close);
                !is_short && !next_closes && spaced(at) && starts(at + 1)
            }
            Some(Kind::Close) => at > 0 && self.is(at - 1, Kind::Stop) && starts(at + 1),
            Some(Kind::Semicolon) => self.quote(at).is_none(),
            // "the U.S. The": an abbreviation whose stop is the sentence's too.
            Some(Kind::Word) if self.quote(at).is_none() && self.raw(at).ends_with('.') => {
                let next = self.low(at + 1);
                self.is_capital(at + 1)
                    && (words::is_determiner(next)
                        || words::is_pronoun(next)
                        || words::is_preposition(next))
            }
            _ => false,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    Double,
    Single,
    Angle,
}

impl Mark {
    fn of(raw: &str) -> Option<Mark> {
        match raw {
            "\"" | "“" | "”" | "„" | "‟" => Some(Mark::Double),
            "'" | "‘" | "’" | "‚" => Some(Mark::Single),
            "«" | "»" => Some(Mark::Angle),
            _ => None,
        }
    }
}

/// Marks for line breaks and directions that nobody sees.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{2064}' | '\u{feff}')
}

/// Whether a stop is that of a middle initial, as in "Ann B. Miller".
fn is_initial(word: &str, after: &str) -> bool {
    let name = after.strip_prefix(' ').unwrap_or("");
    let mut letters = name.chars();
    is_one_letter(word)
        && word.chars().all(char::is_uppercase)
        && word != "I"
        && letters.next().is_some_and(char::is_uppercase)
        && letters.next().is_some_and(char::is_lowercase)
        && !is_common(name.split(|c: char| !c.is_alphabetic()).next().unwrap_or(""))
}

/// Whether a stop is that of an address, as in "Herald.xy": two or three letters follow, and then
/// no more.
fn is_address(word: &str, after: &str) -> bool {
    let ending = after.chars().take_while(|c| c.is_alphanumeric()).count();
    let is_plain = after.chars().take(ending).all(|c| c.is_ascii_alphabetic());
    (2..=3).contains(&ending)
        && is_plain
        && word.chars().count() > 1
        && word.chars().all(char::is_alphanumeric)
        && !is_common(after.get(..ending).unwrap_or(""))
}

/// Short words with which a sentence begins, where the blank before it was lost.
fn is_common(word: &str) -> bool {
    let low = word.to_ascii_lowercase();
    words::is_pronoun(&low)
        || words::is_determiner(&low)
        || words::is_preposition(&low)
        || words::is_conjunction(&low)
        || words::is_chain(&low)
}

fn is_one_letter(word: &str) -> bool {
    let mut chars = word.chars();
    chars.next().is_some_and(char::is_alphabetic) && chars.next().is_none()
}

fn punctuation(c: char, before: Option<char>, next: Option<char>) -> Kind {
    let opens = before.is_none_or(|b| b.is_whitespace() || "([—–-“‘\"'".contains(b))
        && next.is_some_and(|n| !n.is_whitespace());
    match c {
        ',' => Kind::Comma,
        ':' => Kind::Colon,
        ';' => Kind::Semicolon,
        '—' | '–' => Kind::Dash,
        '-' if before.is_some_and(char::is_whitespace) => Kind::Dash,
        '.' | '!' | '?' | '…' => Kind::Stop,
        '“' | '„' | '«' => Kind::Open,
        '”' | '»' => Kind::Close,
        '"' | '‟' => {
            if opens {
                Kind::Open
            } else {
                Kind::Close
            }
        }
        '‘' | '‚' => Kind::Open,
        '\'' | '’' => {
            if opens && next.is_some_and(char::is_alphanumeric) {
                Kind::Open
            } else if before.is_some_and(|b| !b.is_whitespace()) {
                Kind::Close
            } else {
                Kind::Other
            }
        }
        _ => Kind::Other,
    }
}
