//! Where each character of a text stands in the bytes that were received.

use servanda_text::Span;
use std::borrow::Cow;
use std::ops::Range;

/// A run of units of one shape. `units` times `shown` bytes of text stand for `units` times `raw`
/// bytes as received. Where the two are the same bytes, a unit is one byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Piece {
    /// Where it starts in the text.
    at: u32,
    /// Where it starts in the bytes.
    from: u32,
    units: u32,
    shown: u32,
    raw: u32,
}

impl Piece {
    fn text_end(&self) -> u32 {
        self.at.saturating_add(self.units.saturating_mul(self.shown))
    }

    fn raw_end(&self) -> u32 {
        self.from.saturating_add(self.units.saturating_mul(self.raw))
    }

    /// The bytes of the unit that holds this byte of the text.
    fn unit(&self, at: u32) -> (u32, u32) {
        let unit = at.saturating_sub(self.at).checked_div(self.shown).unwrap_or(0);
        let start = self.from.saturating_add(unit.saturating_mul(self.raw));
        (start, start.saturating_add(self.raw))
    }
}

/// Where each character of a text stands in the bytes that were received.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Map {
    pieces: Vec<Piece>,
}

impl Map {
    /// The map of a text that is the same as the bytes from there on.
    pub(crate) fn same(from: usize, len: usize) -> Map {
        let mut map = Map::default();
        map.push(len, 1, from, 1);
        map
    }

    fn text_len(&self) -> u32 {
        self.pieces.last().map_or(0, Piece::text_end)
    }

    /// Adds units, each of so many bytes of text for so many bytes as received from `from` on.
    pub(crate) fn push(&mut self, units: usize, shown: usize, from: usize, raw: usize) {
        let held = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let (units, shown, from, raw) = (held(units), held(shown), held(from), held(raw));
        if units == 0 || shown == 0 {
            return;
        }
        let at = self.text_len();
        if let Some(last) = self.pieces.last_mut()
            && (last.shown, last.raw) == (shown, raw)
            && last.raw_end() == from
        {
            last.units = last.units.saturating_add(units);
        } else {
            self.pieces.push(Piece { at, from, units, shown, raw });
        }
    }

    fn piece_at(&self, at: u32) -> usize {
        self.pieces.partition_point(|piece| piece.at <= at).saturating_sub(1)
    }

    /// The bytes that stand for this range of the text, whole characters and references only.
    pub(crate) fn span(&self, range: Range<usize>) -> Span {
        let held = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let (start, end) = (held(range.start), held(range.end));
        let Some(first) = self.pieces.get(self.piece_at(start)) else {
            return Span::default();
        };
        let from = first.unit(start.min(first.text_end())).0;
        if end <= start {
            return Span::new(from, from);
        }
        let last = self.pieces.get(self.piece_at(end - 1)).unwrap_or(first);
        let to = last.unit((end - 1).min(last.text_end().saturating_sub(1))).1;
        Span::new(from, to)
    }

    /// The range of the text that stands for these bytes, if any does for just these.
    pub(crate) fn range(&self, bytes: Span) -> Option<Range<usize>> {
        let first = self.pieces.partition_point(|piece| piece.raw_end() <= bytes.start);
        let last = self.pieces.partition_point(|piece| piece.from < bytes.end).checked_sub(1)?;
        let (first, last) = (self.pieces.get(first)?, self.pieces.get(last)?);
        let unit = |piece: &Piece, at: u32| at.saturating_sub(piece.from).checked_div(piece.raw);
        let start = first.at.saturating_add(unit(first, bytes.start)?.saturating_mul(first.shown));
        let units = unit(last, bytes.end - 1)?.saturating_add(1).min(last.units);
        let end = last.at.saturating_add(units.saturating_mul(last.shown));
        let range = start as usize..end as usize;
        (start < end && self.span(range.clone()) == bytes).then_some(range)
    }

    /// Adds what stands in the range of another text: that text's own places.
    pub(crate) fn push_from(&mut self, other: &Map, range: Range<usize>) {
        let held = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let (start, end) = (held(range.start), held(range.end));
        let first = other.piece_at(start);
        for piece in other.pieces.get(first..).unwrap_or_default() {
            if piece.at >= end {
                break;
            }
            let (from, to) = (piece.at.max(start), piece.text_end().min(end));
            let shown = piece.shown.max(1);
            let skipped = from.saturating_sub(piece.at) / shown;
            let units = to.saturating_sub(piece.at).div_ceil(shown).saturating_sub(skipped);
            let raw_from = piece.from.saturating_add(skipped.saturating_mul(piece.raw));
            self.push(units as usize, shown as usize, raw_from as usize, piece.raw as usize);
        }
    }

    /// How many runs it has, which is what it costs.
    #[cfg(test)]
    pub(crate) fn runs(&self) -> usize {
        self.pieces.len()
    }
}

/// A text, and where it stands in the bytes that were received.
#[derive(Debug, Clone, Default)]
pub(crate) struct Mapped<'a> {
    pub(crate) text: Cow<'a, str>,
    pub(crate) map: Map,
}

impl Mapped<'_> {
    /// Part of the text; nothing when the range doesn't fit.
    pub(crate) fn get(&self, range: Range<usize>) -> &str {
        self.text.get(range).unwrap_or_default()
    }

    pub(crate) fn span(&self, range: Range<usize>) -> Span {
        self.map.span(range)
    }

    /// Adds part of another text as it stands.
    pub(crate) fn push_from(&mut self, other: &Mapped<'_>, range: Range<usize>) {
        let part = other.get(range.clone());
        if !part.is_empty() {
            self.text.to_mut().push_str(part);
            self.map.push_from(&other.map, range);
        }
    }

    /// Adds what is shown for part of another text, such as a character for its reference.
    pub(crate) fn push_shown(&mut self, shown: &str, other: &Mapped<'_>, range: Range<usize>) {
        if shown.is_empty() {
            return;
        }
        let span = other.span(range);
        self.text.to_mut().push_str(shown);
        self.map.push(1, shown.len(), span.start as usize, span.len() as usize);
    }

    pub(crate) fn trim_end(&mut self) {
        let len = self.text.trim_end_matches([' ', '\t', '\n', '\r', '\u{C}']).len();
        self.cut(len);
    }

    fn cut(&mut self, len: usize) {
        if len < self.text.len() {
            let mut map = Map::default();
            map.push_from(&self.map, 0..len);
            self.map = map;
            self.text.to_mut().truncate(len);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_join_and_ranges_come_back() {
        let mut map = Map::default();
        map.push(5, 1, 10, 1);
        map.push(3, 1, 15, 1);
        map.push(1, 3, 18, 7);
        map.push(2, 2, 25, 1);
        assert_eq!(map.runs(), 3);
        assert_eq!(map.span(0..8), Span::new(10, 18));
        assert_eq!(map.span(7..9), Span::new(17, 25));
        assert_eq!(map.span(8..11), Span::new(18, 25));
        assert_eq!(map.span(11..13), Span::new(25, 26));
        assert_eq!(map.span(13..15), Span::new(26, 27));
        assert_eq!(map.span(3..3), Span::new(13, 13));
        assert_eq!(Map::default().span(3..9), Span::default());
    }

    #[test]
    fn a_map_over_a_map_points_to_the_bytes() {
        let mut outer = Map::default();
        outer.push(4, 1, 100, 2);
        outer.push(1, 3, 108, 6);
        let mut inner = Map::default();
        inner.push_from(&outer, 2..7);
        assert_eq!(inner.span(0..1), Span::new(104, 106));
        assert_eq!(inner.span(2..5), Span::new(108, 114));
    }

    #[test]
    fn a_text_is_trimmed_with_its_map() {
        let source = Mapped { text: "ab  ".into(), map: Map::same(3, 4) };
        let mut text = Mapped::default();
        text.push_from(&source, 0..4);
        text.trim_end();
        assert_eq!((&*text.text, text.span(0..2)), ("ab", Span::new(3, 5)));
    }
}
