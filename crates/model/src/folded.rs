//! A text in which blanks and quotation marks are all alike, with the place of each character.

/// A text, folded: each run of whitespace is one blank, quotation marks are straight.
#[derive(Debug)]
pub(crate) struct Folded {
    text: String,
    /// For each byte of the folded text, where its character begins in the text.
    starts: Vec<usize>,
    /// Likewise, where it ends.
    ends: Vec<usize>,
}

impl Folded {
    pub(crate) fn of(text: &str) -> Folded {
        let mut folded = Folded { text: String::new(), starts: Vec::new(), ends: Vec::new() };
        for (at, c) in text.char_indices() {
            let end = at + c.len_utf8();
            if c.is_whitespace() && folded.text.ends_with(' ') {
                folded.ends.last_mut().into_iter().for_each(|last| *last = end);
                continue;
            }
            let c = fold(c);
            folded.text.push(c);
            for _ in 0..c.len_utf8() {
                folded.starts.push(at);
                folded.ends.push(end);
            }
        }
        folded
    }

    /// Where words stand in the text, whole: the bytes of the first place.
    pub(crate) fn find(&self, words: &Folded) -> Option<(usize, usize)> {
        let words = words.text.trim();
        if words.is_empty() {
            return None;
        }
        let found = self.text.match_indices(words).find(|(at, _)| {
            let before = self.text.get(..*at).and_then(|before| before.chars().next_back());
            let after = self.text.get(at + words.len()..).and_then(|after| after.chars().next());
            let goes_on = |one: Option<char>, other: Option<char>| {
                one.is_some_and(char::is_alphanumeric) && other.is_some_and(char::is_alphanumeric)
            };
            !goes_on(before, words.chars().next()) && !goes_on(words.chars().next_back(), after)
        });
        let (at, _) = found?;
        Some((*self.starts.get(at)?, *self.ends.get(at + words.len() - 1)?))
    }

    /// The words, in lower case.
    pub(crate) fn words(&self) -> Vec<String> {
        let parts = self.text.split(|c: char| !c.is_alphanumeric());
        parts.filter(|part| !part.is_empty()).map(str::to_lowercase).collect()
    }
}

fn fold(c: char) -> char {
    match c {
        '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{201f}' | '\u{ab}' | '\u{bb}' | '\u{2033}' => '"',
        '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{201b}' | '\u{2032}' | '`' => '\'',
        c if c.is_whitespace() => ' ',
        c => c,
    }
}

/// Whether bytes of a paragraph stand between quotation marks, of which the first may stand in a
/// paragraph before. Marks just outside or inside count; an apostrophe is none.
pub(crate) fn is_quoted(paragraph: &str, start: usize, end: usize) -> bool {
    let mut open = 0_usize;
    let (mut is_open_at_start, mut is_straight_open) = (false, false);
    let mut before: Option<char> = None;
    for (at, c) in paragraph.char_indices() {
        if at >= start {
            is_open_at_start = open > 0 || is_straight_open;
            break;
        }
        let after = paragraph.get(at + c.len_utf8()..).and_then(|rest| rest.chars().next());
        match c {
            '"' => is_straight_open = !is_straight_open,
            '\u{201c}' | '\u{ab}' | '\u{201e}' => open += 1,
            '\u{201d}' | '\u{bb}' => open = open.saturating_sub(1),
            '\u{2018}' | '\'' if !before.is_some_and(char::is_alphanumeric) => open += 1,
            '\u{2019}' | '\'' if !after.is_some_and(char::is_alphanumeric) => {
                open = open.saturating_sub(1);
            }
            _ => {}
        }
        before = Some(c);
    }
    let is_mark = |c: char| "\"\u{201c}\u{201d}\u{ab}\u{bb}\u{2018}\u{2019}\u{201e}".contains(c);
    // All of it must lie in one quotation, but for marks inside that are quotations of their own.
    let inside = paragraph.get(start..end).unwrap_or_default();
    let closes = inside.char_indices().any(|(at, c)| {
        let rest = inside.get(at + c.len_utf8()..).unwrap_or_default();
        matches!(c, '"' | '\u{201d}' | '\u{bb}') && !rest.trim_matches(is_mark).trim().is_empty()
    });
    is_open_at_start && !closes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found<'a>(text: &'a str, words: &str) -> Option<&'a str> {
        let (start, end) = Folded::of(text).find(&Folded::of(words))?;
        text.get(start..end)
    }

    #[test]
    fn words_are_found_whatever_blanks_and_marks_stand_between() {
        let text = "The \u{201c}free\u{a0}\n zone\u{201d} isn\u{2019}t \u{e4}rgerlich.";
        assert_eq!(found(text, "\"free zone\""), Some("\u{201c}free\u{a0}\n zone\u{201d}"));
        assert_eq!(found(text, " isn't  \u{e4}rgerlich "), Some("isn\u{2019}t \u{e4}rgerlich"));
        assert_eq!(found(text, "The"), Some("The"));
        for missing in ["he", "free zon", "Free zone", "", "  ", "zone isn't"] {
            assert_eq!(found(text, missing), None, "{missing}");
        }
    }

    #[test]
    fn a_quotation_stands_between_marks() {
        let quoted = |text: &str, words: &str| {
            let at = text.find(words).unwrap();
            is_quoted(text, at, at + words.len())
        };
        let text =
            "\u{201c}It isn\u{2019}t over. We wait,\u{201d} he said. They can\u{2019}t wait.";
        assert!(quoted(text, "It isn\u{2019}t over. We wait,"));
        assert!(quoted(text, "We wait"));
        assert!(!quoted(text, "he said"));
        assert!(!quoted(text, "They can\u{2019}t wait"));
        assert!(!quoted(text, "We wait,\u{201d} he said"));
        assert!(quoted("\"We wait,\" he said. \"So do they.\"", "So do they."));
        assert!(!quoted("\"We wait,\" he said. \"So do they.\"", "he said."));
        assert!(quoted("He said \u{2018}we won\u{2019}t go\u{2019} again.", "we won\u{2019}t go"));
        assert!(!quoted("He said \u{2018}we won\u{2019}t go\u{2019} again.", "again"));
        assert!(quoted("\u{201c}A quotation that goes on", "goes on"));
    }
}
