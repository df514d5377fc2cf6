//! What must hold of every reading, checked without the code of the reading.

use html5gum::{Token, Tokenizer};
use servanda_articles::{Article, Span};

/// Every character that isn't folded whitespace is what the bytes at its place say; places are in
/// order and inside the document; what is left out doesn't overlap what is kept.
pub(crate) fn check(bytes: &[u8], article: &Article, encoding: &'static encoding_rs::Encoding) {
    let inside = |span: Span| span.range().end <= bytes.len();
    let mut kept = Vec::new();
    for paragraph in &article.paragraphs {
        assert!(!paragraph.text.trim().is_empty());
        let mut end = 0;
        for (at, c) in paragraph.text.char_indices() {
            let span = paragraph.span_of(at..at + c.len_utf8());
            assert!(inside(span) && !span.is_empty(), "{span:?} of {c:?}");
            if paragraph.text.is_char_boundary(at) && c != ' ' && c != '\n' {
                let raw = &bytes[span.range()];
                assert!(says(raw, c, encoding), "{c:?} at {span:?} is {raw:?}: {paragraph:?}");
                assert!(span.start >= end, "{c:?} at {span:?} stands before {end}");
                end = span.end;
                let back = paragraph.range_of(span);
                assert!(back.is_some_and(|range| range.contains(&at)), "{c:?} at {span:?}");
            }
        }
        let span = paragraph.span();
        assert_eq!(paragraph.range_of(span), Some(0..paragraph.text.len()));
        assert_eq!(
            span.end,
            paragraph.span_of(paragraph.text.len()..paragraph.text.len()).start.max(span.end)
        );
        if let Some(dateline) = &paragraph.dateline {
            assert!(paragraph.text.get(dateline.clone()).is_some());
        }
        kept.push(span);
    }
    let stated = [&article.title, &article.byline, &article.outlet, &article.address];
    for stated in stated.into_iter().flatten() {
        assert!(inside(stated.span) && !stated.text.is_empty(), "{stated:?}");
    }
    for credit in &article.credits {
        assert!(inside(credit.span));
    }
    for out in &article.left_out {
        assert!(inside(out.span) && !out.span.is_empty(), "{out:?}");
        let overlapped = kept.iter().find(|k| k.start < out.span.end && out.span.start < k.end);
        assert_eq!(overlapped, None, "{out:?}");
    }
    assert!(article.left_out.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start));
}

/// Whether the bytes say the character: as they are, or as a reference, in a feed perhaps twice.
fn says(raw: &[u8], c: char, encoding: &'static encoding_rs::Encoding) -> bool {
    let (text, _) = encoding.decode_without_bom_handling(raw);
    let mut text = text.into_owned();
    for _ in 0..3 {
        if text.chars().eq([c]) || (c != '\u{FFFD}' && text.contains(c) && text.len() <= 6) {
            return true;
        }
        let Some(shown) = shown(&text) else { return false };
        text = shown;
    }
    false
}

fn shown(text: &str) -> Option<String> {
    let mut shown = None;
    for token in Tokenizer::new(text) {
        if let Ok(Token::String(part)) = token {
            shown.get_or_insert_with(String::new).push_str(&String::from_utf8_lossy(&part));
        }
    }
    shown
}
