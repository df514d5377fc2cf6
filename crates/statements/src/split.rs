//! A plain text as paragraphs, for texts that no reader of articles has taken apart.

use crate::{Paragraph, Part};

/// A paragraph with its place in the text.
#[derive(Debug, Clone, Copy)]
pub struct Piece<'a> {
    /// The paragraph.
    pub paragraph: Paragraph<'a>,
    /// The byte of the text at which it begins.
    pub from: usize,
}

/// So many words a line needs, without a full stop at its end, to be the title.
const TITLE_WORDS_MIN: usize = 4;

/// So many words a title has at most.
const TITLE_WORDS_MAX: usize = 40;

/// Each line that is not blank is a paragraph. The first of several words without a full stop,
/// before any sentence, is the title; later ones are no prose.
#[must_use]
pub fn split(text: &str) -> Vec<Piece<'_>> {
    let mut pieces: Vec<Piece<'_>> = Vec::new();
    let mut from = 0;
    let mut has_title = false;
    let mut has_body = false;
    for line in text.split_inclusive(['\n', '\r', '\u{2028}', '\u{2029}']) {
        let start = from + (line.len() - line.trim_start().len());
        from += line.len();
        let words = line.trim();
        if words.is_empty() {
            continue;
        }
        let ends = words.trim_end_matches(['”', '"', '’', '\'', ')', '»']);
        let is_prose = ends.ends_with(['.', '!', '?', '…', ':', ',']) || ends.ends_with("[…]");
        let count = words.split_whitespace().count();
        let is_byline = words.starts_with("By ") && !is_prose;
        let is_title = !is_prose
            && !has_title
            && !has_body
            && !is_byline
            && (TITLE_WORDS_MIN..=TITLE_WORDS_MAX).contains(&count);
        let part = match (is_prose, is_title) {
            (true, _) => Part::Body,
            (false, true) => Part::Headline,
            (false, false) => Part::Other,
        };
        has_title |= is_title;
        has_body |= is_prose;
        pieces.push(Piece { paragraph: Paragraph { text: words, part }, from: start });
    }
    // A text that is one quotation to its end may lack the last stop.
    let last =
        pieces.iter().rposition(|piece| piece.paragraph.text.split_whitespace().count() > 25);
    if let Some(piece) = last.and_then(|at| pieces.get_mut(at))
        && piece.paragraph.part == Part::Other
    {
        piece.paragraph.part = Part::Body;
    }
    pieces
}
