//! Plain text: lines become paragraphs.

use crate::Note;
use crate::fold::Folder;
use crate::limits::Limits;
use crate::map::Mapped;
use crate::sift::{Kind, Piece};
use std::ops::Range;

/// A text whose lines are broken at a width has lines about so long, in bytes.
const WIDTH_BYTES: Range<usize> = 40..100;

/// The pieces of a text: a line is a paragraph, unless the text is broken at a width; then what
/// stands between blank lines is.
pub(crate) fn pieces(document: &Mapped<'_>, limits: &Limits) -> (Vec<Piece>, Vec<Note>) {
    let lines = lines(document.get(0..document.text.len()));
    let is_broken = is_broken(&lines, document);
    let (mut pieces, mut notes) = (Vec::new(), Vec::new());
    let mut open: Option<(Folder, Kind)> = None;
    let mut close = |open: &mut Option<(Folder, Kind)>| {
        if let Some((mut folder, kind)) = open.take() {
            let text = folder.take();
            if !text.text.is_empty() {
                pieces.push(Piece { text, kind, linked: 0, apart: None, lead: false });
            }
        }
        pieces.len()
    };
    for line in lines {
        let text = document.get(line.clone());
        let bullet = bullet(text);
        if !is_broken || text.is_empty() || bullet > 0 {
            close(&mut open);
        }
        if text.is_empty() {
            continue;
        }
        let kind = if bullet > 0 { Kind::Item } else { Kind::Paragraph };
        let (folder, _) = open.get_or_insert((Folder::default(), kind));
        if !folder.is_empty() {
            folder.space(line.start.saturating_sub(1)..line.start);
        }
        folder.push(document, line.start + bullet..line.end, false);
        if !is_broken && close(&mut open) >= limits.blocks {
            notes.push(Note::TooMany { what: "lines", max: limits.blocks });
            break;
        }
    }
    if close(&mut open) > limits.blocks {
        pieces.truncate(limits.blocks);
        notes.push(Note::TooMany { what: "paragraphs", max: limits.blocks });
    }
    (pieces, notes)
}

fn lines(text: &str) -> Vec<Range<usize>> {
    let blank = |c: char| c.is_whitespace() || matches!(c, '\u{FEFF}' | '\u{200B}');
    // A text of an old kind has `\r` alone.
    let ends =
        if text.contains('\n') { ['\n', '\u{C}', '\u{2028}', '\u{2029}'] } else { ['\r'; 4] };
    let mut lines = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive(ends) {
        let from = start + (line.len() - line.trim_start_matches(blank).len());
        let trimmed = line.trim_matches(blank);
        lines.push(from..from + trimmed.len());
        start += line.len();
    }
    lines
}

/// Whether most lines that another follows directly are of a width and end inside a sentence.
fn is_broken(lines: &[Range<usize>], document: &Mapped<'_>) -> bool {
    let (mut followed, mut broken) = (0, 0);
    for pair in lines.windows(2) {
        let [line, next] = pair else { continue };
        if line.is_empty() || next.is_empty() {
            continue;
        }
        followed += 1;
        let text = document.get(line.clone());
        let goes_on = document
            .get(next.clone())
            .chars()
            .next()
            .is_some_and(|c| c.is_lowercase() || c.is_ascii_digit() || c == '“' || c == '(');
        let inside = !crate::lines::ends_sentence(text);
        broken += usize::from(WIDTH_BYTES.contains(&line.len()) && (inside || goes_on));
    }
    followed >= 3 && broken * 10 >= followed * 6
}

/// The length of the bullet and the blank that follows it, or 0.
fn bullet(text: &str) -> usize {
    ["• ", "- ", "* ", "– ", "— ", "· ", "▪ "]
        .iter()
        .find(|bullet| text.starts_with(**bullet))
        .map_or(0, |bullet| bullet.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::map::Map;

    fn read(text: &str) -> Vec<String> {
        let document = Mapped { text: text.into(), map: Map::same(0, text.len()) };
        let (pieces, _) = pieces(&document, &Limits::default());
        for piece in &pieces {
            for (at, c) in piece.text.text.char_indices().filter(|(_, c)| *c != ' ') {
                let span = piece.text.span(at..at + c.len_utf8());
                assert_eq!(text.get(span.range()), piece.text.text.get(at..at + c.len_utf8()));
            }
        }
        pieces.into_iter().map(|piece| piece.text.text.into_owned()).collect()
    }

    #[test]
    fn lines_are_paragraphs_unless_broken_at_a_width() {
        assert_eq!(
            read("One.\r\n\r\n  Two is here.  \nThree."),
            ["One.", "Two is here.", "Three."]
        );
        let broken = "The ministers of Northland and of Southland met on\nthe third of March in the \
                      port, and spoke of the two\nlines that part the countries since the truce, \
                      said\nthe clerk.\n\nThey meet again in April.\n";
        assert_eq!(read(broken).len(), 2);
        assert_eq!(read("- one\n- two\n\u{2028}three"), ["one", "two", "three"]);
    }
}
