//! Text as HTML shows it: references decoded, whitespace folded, and each character's place kept.

use crate::entity;
use crate::map::Mapped;
use std::ops::Range;

/// Builds the text of one piece of a page.
#[derive(Debug, Default)]
pub(crate) struct Folder {
    built: Mapped<'static>,
    /// Whitespace that shows only if something follows.
    space: Option<Range<usize>>,
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0C)
}

impl Folder {
    pub(crate) fn is_empty(&self) -> bool {
        self.built.text.is_empty()
    }

    pub(crate) fn len(&self) -> usize {
        self.built.text.len()
    }

    /// Adds a range of the document, whose references are decoded if it is HTML.
    pub(crate) fn push(&mut self, document: &Mapped<'_>, range: Range<usize>, html: bool) {
        let (text, start) = (document.get(range.clone()), range.start);
        let bytes = text.as_bytes();
        let mut at = 0;
        while let Some(byte) = bytes.get(at) {
            if is_space(*byte) {
                let rest = bytes.get(at..).unwrap_or_default();
                let len = rest.iter().take_while(|b| is_space(**b)).count();
                self.space(start + at..start + at + len);
                at += len;
                continue;
            }
            let rest = text.get(at..).unwrap_or_default();
            if *byte == b'&'
                && html
                && let Some((shown, len)) = entity::reference(rest)
            {
                let place = start + at..start + at + len;
                if shown.len() == 1 && shown.bytes().all(is_space) {
                    self.space(place);
                } else {
                    self.settle(document);
                    self.built.push_shown(&shown, document, place);
                }
                at += len;
                continue;
            }
            // The first byte is plain, a lone ampersand or not.
            let plain = |b: &u8| !is_space(*b) && (*b != b'&' || !html);
            let len =
                1 + bytes.get(at + 1..).unwrap_or_default().iter().take_while(|b| plain(b)).count();
            // A single blank between words is as it stands: the run goes on.
            self.settle(document);
            self.built.push_from(document, start + at..start + at + len);
            at += len;
        }
    }

    /// Notes whitespace, which folds with what is noted already.
    pub(crate) fn space(&mut self, place: Range<usize>) {
        match &mut self.space {
            Some(noted) if noted.end <= place.start => noted.end = place.end,
            Some(_) => {}
            None => self.space = Some(place),
        }
    }

    fn settle(&mut self, document: &Mapped<'_>) {
        if let Some(place) = self.space.take()
            && !self.built.text.is_empty()
            && !self.built.text.ends_with('\n')
        {
            // Tags between two blanks would make the blank's place cover them.
            let first = document.get(place.clone());
            let len = first.bytes().take_while(|b| is_space(*b)).count();
            if first.starts_with(' ') && len == 1 {
                self.built.push_from(document, place.start..place.start + 1);
            } else {
                let end = if len == 0 { place.end } else { place.start + len };
                self.built.push_shown(" ", document, place.start..end);
            }
        }
    }

    /// A break of the line inside the piece, shown as `\n`.
    pub(crate) fn line_break(&mut self, document: &Mapped<'_>, place: Range<usize>) {
        self.space = None;
        if !self.built.text.is_empty() {
            self.built.push_shown("\n", document, place);
        }
    }

    /// What was built, without whitespace at its end.
    pub(crate) fn take(&mut self) -> Mapped<'static> {
        self.space = None;
        let mut built = std::mem::take(&mut self.built);
        built.trim_end();
        built
    }
}

/// All of a text, folded.
pub(crate) fn folded(document: &Mapped<'_>, range: Range<usize>, html: bool) -> Mapped<'static> {
    let mut folder = Folder::default();
    folder.push(document, range, html);
    folder.take()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::map::Map;
    use servanda_text::Span;

    #[test]
    fn whitespace_folds_and_references_keep_their_place() {
        let source = " \n A&nbsp;b\r\n\tc &amp; d  ";
        let document = Mapped { text: source.into(), map: Map::same(100, source.len()) };
        let built = folded(&document, 0..source.len(), true);
        assert_eq!(built.text, "A\u{A0}b c & d");
        assert_eq!(built.span(0..1), Span::new(103, 104));
        assert_eq!(built.span(1..3), Span::new(104, 110));
        assert_eq!(built.span(4..5), Span::new(111, 114));
        assert_eq!(built.span(7..8), Span::new(116, 121));
        assert_eq!(folded(&document, 0..source.len(), false).text, "A&nbsp;b c &amp; d");
    }
}
