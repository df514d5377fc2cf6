//! Any text is read: no panic, spans that lie in the text, the same each time, and time that grows
//! as the text does.

// Helpers of tests fail the test that calls them.
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

use proptest::prelude::*;
use servanda_statements::{Cast, Paragraph, Part, Reading, Text, read, split};
use servanda_terms::{SourceText, load};
use std::collections::BTreeMap;
use std::sync::OnceLock;
use std::time::Instant;

fn cast() -> &'static Cast {
    static CAST: OnceLock<Cast> = OnceLock::new();
    CAST.get_or_init(compile)
}

fn compile() -> Cast {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/cases/agreement.md");
    let text = std::fs::read_to_string(path).unwrap();
    let (agreement, _) = load(&SourceText::new("agreement.md", &text), &BTreeMap::new());
    Cast::of(&agreement.unwrap())
}

fn reading(text: &str, cast: &Cast) -> Reading {
    let pieces = split(text);
    let paragraphs: Vec<Paragraph> = pieces.iter().map(|piece| piece.paragraph).collect();
    for piece in &pieces {
        let end = piece.from + piece.paragraph.text.len();
        assert_eq!(text.get(piece.from..end), Some(piece.paragraph.text));
    }
    let text = Text { paragraphs: &paragraphs, published: None, outlet: None };
    let reading = read(&text, cast);
    for one in &reading.statements {
        let spans = [Some(one.span), one.written, one.cue, one.said_text, one.medium, one.audience];
        for span in spans.into_iter().flatten() {
            let paragraph = paragraphs[span.paragraph].text;
            assert!(span.start < span.end, "{span:?}");
            assert!(paragraph.get(span.start..span.end).is_some(), "{span:?} in {paragraph:?}");
        }
        for value in &one.values {
            let paragraph = paragraphs[one.span.paragraph].text;
            assert!(paragraph.get(value.start..value.end).is_some());
            assert!(one.span.start <= value.start && value.end <= one.span.end);
        }
        assert_ne!(one.rule, "");
    }
    reading
}

/// Pieces of which frames are made, and others that break them.
const PIECES: &[&str] = &[
    "The foreign minister of Northland",
    "Northland",
    "Southmark's",
    "Hill Front",
    "he",
    "she",
    "it",
    "they",
    "said",
    "told reporters",
    "that",
    "according to",
    "by",
    "as",
    "put it",
    "demand for",
    "demands",
    "and",
    "but",
    "while",
    "who",
    ",",
    ".",
    ":",
    ";",
    " - ",
    "—",
    "“",
    "”",
    "\"",
    "'",
    "’",
    "‘",
    "«",
    "»",
    "15-year",
    "up to",
    "50",
    "30, 40, 50 years",
    "90-95",
    "%",
    "percent",
    "$",
    "several weeks",
    "Dec.",
    "Dec. 28",
    "January",
    "on Monday",
    "2,0,0",
    "1.2.3",
    "999999999999999999",
    "is ready to",
    "was quoted as saying",
    "with",
    "adding",
    "of",
    "of them",
    "the",
    "a",
    "\n",
    "\n\n",
    "By",
    "estimates",
    "U.S.",
    "the U.S. The",
    "é",
    "ü",
    "́",
    "\u{200b}",
    "\u{202e}",
    "😀",
    "-",
    "'s",
    "twenty-five",
    "between",
    "to",
    "not",
    "did not",
    "a position",
    "[…]",
    "I",
    "…",
    "\u{a0}",
    "CITY",
    "one",
    "hundred",
    "million",
    "İ",
    "ß",
    "ﬁ",
    "\u{0}",
];

proptest! {
    #[test]
    fn any_text_is_read(text in "(?s).{0,300}") {
        let cast = cast();
        prop_assert_eq!(reading(&text, cast), reading(&text, cast));
    }

    #[test]
    fn any_mixture_of_frames_is_read(
        parts in prop::collection::vec((prop::sample::select(PIECES), any::<bool>()), 0..80),
    ) {
        let cast = cast();
        let mut text = String::new();
        for (part, spaced) in parts {
            text.push_str(part);
            if spaced {
                text.push(' ');
            }
        }
        prop_assert_eq!(reading(&text, cast), reading(&text, cast));
        // The whole as one paragraph, a headline too.
        for part in [Part::Headline, Part::Body] {
            let paragraphs = [Paragraph { text: &text, part }];
            let _ = read(&Text { paragraphs: &paragraphs, published: None, outlet: None }, cast);
        }
    }
}

/// Texts that would be slow if a step went back over what it has read.
fn hostile() -> Vec<(&'static str, String)> {
    let units = [
        ("open quotes", "“a "),
        ("straight quotes", "\" ' "),
        ("apostrophes", "'a s' "),
        ("nested frames", "Northland said that "),
        ("carried frames", "and said that it "),
        ("gerunds", ", adding that "),
        ("commas", "Northland, the "),
        ("joined", "Northland and "),
        ("capitals", "Aaa Bbb of "),
        ("numbers", "1, "),
        ("number words", "one hundred "),
        ("as saying", "as saying "),
        ("put it", "as he put it, "),
        ("by", "By Northland, "),
        ("dashes", "- "),
        ("colons", "a: "),
        ("dots", ". A"),
        ("according", "according to "),
        ("topics", "withdraw guns bridge truce "),
        ("one word", "a"),
        ("hyphens", "a-"),
        ("initials", "U."),
    ];
    units.iter().map(|(name, unit)| (*name, unit.repeat(60_000 / unit.len()))).collect()
}

#[test]
fn time_grows_as_the_text_does() {
    let cast = cast();
    let mut bytes = 0;
    let mut worst = (0.0, "");
    let begin = Instant::now();
    for (name, paragraph) in hostile() {
        let start = Instant::now();
        reading(&format!("{paragraph}."), cast);
        let seconds = start.elapsed().as_secs_f64();
        bytes += paragraph.len();
        if seconds > worst.0 {
            worst = (seconds, name);
        }
    }
    assert!(bytes > 1_000_000);
    let whole = begin.elapsed().as_secs_f64();
    assert!(whole < 60.0, "{whole} s for {bytes} bytes; the slowest: {worst:?}");
}

#[test]
fn a_paragraph_without_end_is_left_unread() {
    let cast = cast();
    let text = format!("{}.", "Northland said it. ".repeat(100_000));
    let reading = reading(&text, cast);
    assert!(reading.statements.is_empty());
    assert_eq!(reading.unread.len(), 1);
}
