//! Places in a text as editors count them: lines from 0, and columns in units of an encoding.

use lsp_types::{Position, PositionEncodingKind, Range};
use servanda_text::Span;

/// The units in which columns are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Encoding {
    /// Units of UTF-16: what every editor knows.
    #[default]
    Utf16,
    /// Bytes, if the editor offers it.
    Utf8,
}

impl Encoding {
    /// Bytes where the editor offers them, or else what every editor knows.
    pub(crate) fn of(offered: Option<&[PositionEncodingKind]>) -> Encoding {
        let utf8 = offered.is_some_and(|kinds| kinds.contains(&PositionEncodingKind::UTF8));
        if utf8 { Encoding::Utf8 } else { Encoding::Utf16 }
    }

    /// The protocol's name for it.
    pub(crate) fn kind(self) -> PositionEncodingKind {
        match self {
            Encoding::Utf16 => PositionEncodingKind::UTF16,
            Encoding::Utf8 => PositionEncodingKind::UTF8,
        }
    }

    fn units(self, text: &str) -> usize {
        match self {
            Encoding::Utf16 => text.chars().map(char::len_utf16).sum(),
            Encoding::Utf8 => text.len(),
        }
    }
}

/// The lines of a text as the protocol has them: one ends with `\n`, `\r\n`, or a `\r` alone.
#[derive(Debug)]
pub(crate) struct Lines<'t> {
    text: &'t str,
    encoding: Encoding,
    /// The first byte of each line.
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    pub(crate) fn new(text: &'t str, encoding: Encoding) -> Lines<'t> {
        let bytes = text.as_bytes();
        let ends = bytes.iter().enumerate().filter(|(at, byte)| match byte {
            b'\n' => true,
            b'\r' => bytes.get(at + 1) != Some(&b'\n'),
            _ => false,
        });
        let starts = std::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect();
        Lines { text, encoding, starts }
    }

    /// The byte at a place. A column beyond the end of its line means its end, one inside a
    /// character its first byte; a line that doesn't exist means the end of the text.
    pub(crate) fn offset(&self, position: Position) -> usize {
        let line = position.line as usize;
        let Some(&start) = self.starts.get(line) else {
            return self.text.len();
        };
        let end = self.starts.get(line + 1).copied().unwrap_or(self.text.len());
        let line = self.text.get(start..end).unwrap_or("").trim_end_matches(['\r', '\n']);
        let mut units = 0;
        for (at, c) in line.char_indices() {
            units += self.encoding.units(c.encode_utf8(&mut [0; 4]));
            if units > position.character as usize {
                return start + at;
            }
        }
        start + line.len()
    }

    /// The place of a byte.
    pub(crate) fn position(&self, offset: usize) -> Position {
        let offset = self.text.floor_char_boundary(offset);
        let line = self.starts.partition_point(|start| *start <= offset).saturating_sub(1);
        let start = self.starts.get(line).copied().unwrap_or(0);
        let before = self.text.get(start..offset).unwrap_or("");
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Position::new(number(line), number(self.encoding.units(before)))
    }

    /// The places of a range of bytes.
    pub(crate) fn range(&self, span: Span) -> Range {
        let range = span.range();
        Range::new(self.position(range.start), self.position(range.end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TEXT: &str = "aє😀b\r\nc\rd\n";

    #[test]
    fn columns_are_counted_in_the_units_of_the_encoding() {
        let utf16 = Lines::new(TEXT, Encoding::Utf16);
        let utf8 = Lines::new(TEXT, Encoding::Utf8);
        let b = TEXT.find('b').unwrap();
        assert_eq!(utf16.position(b), Position::new(0, 4));
        assert_eq!(utf8.position(b), Position::new(0, 7));
        assert_eq!(utf16.offset(Position::new(0, 3)), 3, "inside the pair: its first byte");
        assert_eq!(utf8.offset(Position::new(0, 5)), 3);
        for (letter, line) in [('c', 1), ('d', 2)] {
            let at = TEXT.find(letter).unwrap();
            assert_eq!(utf16.position(at), Position::new(line, 0));
            assert_eq!(utf8.offset(Position::new(line, 0)), at);
        }
    }

    #[test]
    fn what_lies_beyond_means_the_end() {
        let lines = Lines::new(TEXT, Encoding::Utf16);
        assert_eq!(lines.offset(Position::new(0, 99)), TEXT.find('\r').unwrap());
        assert_eq!(lines.offset(Position::new(99, 0)), TEXT.len());
        assert_eq!(lines.position(999), Position::new(3, 0));
        assert_eq!(Lines::new("", Encoding::Utf8).position(0), Position::new(0, 0));
    }

    #[test]
    fn bytes_are_taken_where_they_are_offered() {
        let kinds = [PositionEncodingKind::UTF16, PositionEncodingKind::UTF8];
        assert_eq!(Encoding::of(Some(&kinds)), Encoding::Utf8);
        assert_eq!(Encoding::of(Some(&kinds[..1])), Encoding::Utf16);
        assert_eq!(Encoding::of(None).kind(), PositionEncodingKind::UTF16);
    }

    proptest! {
        #[test]
        fn there_and_back_is_the_same_byte(text in "[a-cє😀\r\n]{0,40}", at in 0_usize..200) {
            for encoding in [Encoding::Utf16, Encoding::Utf8] {
                let lines = Lines::new(&text, encoding);
                let at = text.floor_char_boundary(at);
                let back = lines.offset(lines.position(at));
                // Between \r and \n there is no place: it is the line's end.
                let inside = text[..at].ends_with('\r') && text[at..].starts_with('\n');
                prop_assert_eq!(back, if inside { at - 1 } else { at });
            }
        }
    }
}
