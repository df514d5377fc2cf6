//! Words without a test.

use crate::codes;
use crate::findings::Findings;
use crate::model::Agreement;
use crate::parse::layout::Layout;
use servanda_text::{SourceText, Span};
use std::collections::BTreeSet;

/// English words and phrases that each reader measures differently, as they are named to the
/// reader. Plurals and adverbs in -ly are found too.
const VAGUE: [&str; 34] = [
    "adequate",
    "appropriate",
    "as soon as possible",
    "best efforts",
    "disproportionate",
    "due course",
    "excessive",
    "good faith",
    "gross",
    "grave",
    "hostile intent",
    "if necessary",
    "imminent",
    "in principle",
    "indiscriminate",
    "material breach",
    "minimal",
    "mutually acceptable",
    "necessary measures",
    "possible extent",
    "prompt",
    "proportionate",
    "provocation",
    "reasonable",
    "reasonably",
    "robust",
    "serious",
    "severe",
    "significant",
    "substantial",
    "sufficient",
    "timely",
    "undue delay",
    "where possible",
];

/// One note for each such word in each article, at its first place, unless the text defines it.
pub(crate) fn vague_words(
    source: &SourceText,
    layout: &Layout,
    agreement: &Agreement,
    findings: &mut Findings,
) {
    let phrases: Vec<(&str, Vec<&str>)> = VAGUE
        .iter()
        .filter(|phrase| !is_defined(phrase, agreement))
        .map(|phrase| (*phrase, phrase.split(' ').collect()))
        .collect();
    for section in &layout.sections {
        let mut told = BTreeSet::new();
        for prose in &section.prose {
            let words = words(source.slice(*prose), prose.start);
            for nth in 0..words.len() {
                for (phrase, parts) in &phrases {
                    let Some(here) = words.get(nth..nth + parts.len()) else {
                        continue;
                    };
                    let same = here.iter().zip(parts).all(|((word, _), part)| is_form(word, part));
                    if same && told.insert(*phrase) {
                        let start = here.first().map_or(prose.start, |(_, span)| span.start);
                        let end = here.last().map_or(start, |(_, span)| span.end);
                        findings.push(vague(phrase, Span::new(start, end)));
                    }
                }
            }
        }
    }
}

fn vague(phrase: &str, span: Span) -> servanda_diag::Diagnostic {
    codes::VAGUE
        .note(format!("\"{phrase}\" has no test"))
        .primary(span, "measured by whom?")
        .reason("Each side will measure it differently, and the text doesn't define it.")
        .help(format!(
            "define it, [define.{}], or put a number or a list in its place",
            phrase.replace(' ', "-")
        ))
}

fn is_defined(phrase: &str, agreement: &Agreement) -> bool {
    let wanted = phrase.replace(' ', "-");
    agreement.definitions.iter().any(|definition| {
        let id = definition.id.to_lowercase().replace('_', "-");
        is_form(&id, &wanted) || wanted.strip_suffix('s') == Some(&*id)
    })
}

/// Whether a word is the stem itself, its plural, or its adverb.
fn is_form(word: &str, stem: &str) -> bool {
    word.strip_prefix(stem).is_some_and(|rest| matches!(rest, "" | "s" | "ly" | "ness"))
}

/// The words in small letters, with their places.
fn words(text: &str, base: u32) -> Vec<(String, Span)> {
    let mut words = Vec::new();
    let mut start = None;
    let ends = std::iter::once((text.len(), ' '));
    for (at, c) in text.char_indices().chain(ends) {
        match start {
            None if c.is_alphabetic() => start = Some(at),
            Some(from) if !c.is_alphabetic() => {
                if let Some(word) = text.get(from..at) {
                    words.push((word.to_lowercase(), Span::of(from..at).shifted(base)));
                }
                start = None;
            }
            _ => {}
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_a_word_are_found_and_other_words_are_not() {
        assert!(is_form("provocations", "provocation"));
        assert!(is_form("significantly", "significant"));
        assert!(!is_form("promptitude", "prompt"));
        assert!(!is_form("insignificant", "significant"));
    }

    #[test]
    fn the_list_is_in_order_and_in_small_letters() {
        assert!(VAGUE.iter().all(|phrase| *phrase == phrase.to_lowercase()));
    }
}
