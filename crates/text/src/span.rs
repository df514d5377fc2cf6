use std::ops::Range;

/// A range of bytes in a source text, `start..end`, the end excluded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// The byte after the last one; never before `start`.
    pub end: u32,
}

impl Span {
    /// The bytes from `start` to `end`; an end before the start gives an empty range there.
    #[must_use]
    pub fn new(start: u32, end: u32) -> Span {
        Span { start, end: end.max(start) }
    }

    /// The same range in the library's own numbers. Offsets beyond 4 GiB are held at 4 GiB: no
    /// text of that size is read.
    #[must_use]
    pub fn of(range: Range<usize>) -> Span {
        let held = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Span::new(held(range.start), held(range.end))
    }

    /// The range as indices.
    #[must_use]
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The length in bytes.
    #[must_use]
    pub fn len(self) -> u32 {
        self.end - self.start
    }

    /// Whether it holds no byte.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The same length, later by so many bytes.
    #[must_use]
    pub fn shifted(self, by: u32) -> Span {
        Span { start: self.start.saturating_add(by), end: self.end.saturating_add(by) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_never_ends_before_it_starts() {
        assert_eq!(Span::new(5, 3), Span { start: 5, end: 5 });
        assert!(Span::new(5, 3).is_empty());
        assert_eq!(Span::of(2..usize::MAX).end, u32::MAX);
        assert_eq!(Span::new(1, u32::MAX).shifted(9).end, u32::MAX);
        assert_eq!(Span::new(2, 5).len(), 3);
    }
}
