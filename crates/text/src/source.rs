use crate::{Span, escape};
use std::ops::Range;

/// A text with a name, and where its lines begin.
///
/// Offsets given to its methods may be anything: those beyond the end mean the end, those inside
/// a character mean the character's first byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceText {
    name: String,
    text: String,
    /// The first byte of each line; the first is 0.
    line_starts: Vec<u32>,
}

impl SourceText {
    /// A text under the name by which people know it, such as its path.
    #[must_use]
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> SourceText {
        let text = text.into();
        let after_line_feeds = text
            .bytes()
            .enumerate()
            .filter(|(_, byte)| *byte == b'\n')
            .filter_map(|(at, _)| u32::try_from(at + 1).ok());
        let line_starts = std::iter::once(0).chain(after_line_feeds).collect();
        SourceText { name: name.into(), text, line_starts }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// All of it.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How many lines it has; at least 1.
    #[must_use]
    pub fn line_count(&self) -> u32 {
        u32::try_from(self.line_starts.len()).unwrap_or(u32::MAX)
    }

    /// The line and the column of a byte, both counted from 1, the column in characters.
    #[must_use]
    pub fn line_col(&self, offset: u32) -> (u32, u32) {
        let offset = self.held(offset);
        let line = self.line_starts.partition_point(|start| *start as usize <= offset).max(1);
        let start = self.line_starts.get(line - 1).copied().unwrap_or(0) as usize;
        let before = self.text.get(start..offset).unwrap_or("");
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        (number(line), number(before.chars().count() + 1))
    }

    /// The bytes of a line, counted from 1, without its line end; empty at the end for a line
    /// that doesn't exist.
    #[must_use]
    pub fn line_range(&self, line: u32) -> Range<usize> {
        let index = line.saturating_sub(1) as usize;
        let Some(start) = self.line_starts.get(index) else {
            return self.text.len()..self.text.len();
        };
        let start = *start as usize;
        let end = self.line_starts.get(index + 1).map_or(self.text.len(), |next| *next as usize);
        let line = self.text.get(start..end).unwrap_or("");
        let line = line.strip_suffix('\n').unwrap_or(line);
        let line = line.strip_suffix('\r').unwrap_or(line);
        start..start + line.len()
    }

    /// The bytes of a range as they stand.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        let (start, end) = (self.held(span.start), self.held(span.end));
        self.text.get(start..end).unwrap_or("")
    }

    /// The text of a range, fit to be shown to a person: hidden characters written out.
    #[must_use]
    pub fn excerpt(&self, span: Span) -> String {
        escape(self.slice(span)).into_owned()
    }

    /// The nearest character boundary at or before an offset.
    fn held(&self, offset: u32) -> usize {
        self.text.floor_char_boundary(offset as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lines_and_columns_count_from_one_in_characters() {
        let source = SourceText::new("t", "Київ\r\nмир\n\nend");
        assert_eq!(source.line_col(0), (1, 1));
        assert_eq!(source.line_col(2), (1, 2));
        assert_eq!(source.line_col(3), (1, 2), "inside a character: its first byte");
        assert_eq!(source.line_col(10), (2, 1));
        assert_eq!(source.line_col(17), (3, 1));
        assert_eq!(source.line_col(20), (4, 3));
        assert_eq!(source.line_col(u32::MAX), (4, 4));
        assert_eq!(source.line_count(), 4);
        assert_eq!(&source.text()[source.line_range(1)], "Київ");
        assert_eq!(&source.text()[source.line_range(3)], "");
        assert_eq!(source.line_range(99), 21..21);
        assert_eq!(source.line_range(0), source.line_range(1));
    }

    #[test]
    fn an_excerpt_shows_what_is_hidden() {
        let source = SourceText::new("t", "ab\u{202E}cd");
        assert_eq!(source.excerpt(Span::new(0, 99)), "ab\\u{202E}cd");
        assert_eq!(source.excerpt(Span::new(3, 4)), "", "inside one character");
    }

    proptest! {
        #[test]
        fn every_offset_lies_in_the_line_that_is_named(text in "[a-я\n\r\u{202E}]{0,40}", at in 0_u32..200) {
            let source = SourceText::new("t", text.clone());
            let (line, column) = source.line_col(at);
            let range = source.line_range(line);
            let held = text.floor_char_boundary(at as usize);
            prop_assert!(range.start <= held);
            prop_assert_eq!(text[range.start..held].chars().count() + 1, column as usize);
            prop_assert!(line <= source.line_count());
        }
    }
}
