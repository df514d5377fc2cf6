//! Which paragraphs are not read.

use crate::{Part, Unread};
use std::collections::BTreeSet;

/// Longer paragraphs are not read: no article has one.
const PARAGRAPH_BYTES_MAX: usize = 64 * 1024;

/// So many characters of a paragraph are compared to tell a repeat.
const REPEAT_CHARS: usize = 120;

/// Why a paragraph is not read; none: it is. Notes it among those seen.
pub(crate) fn unread(text: &str, part: Part, seen: &mut BTreeSet<String>) -> Option<Unread> {
    if part == Part::Other {
        return Some(Unread::NoProse);
    }
    if text.len() > PARAGRAPH_BYTES_MAX {
        return Some(Unread::TooLong);
    }
    let end = text.trim_end();
    if end.ends_with("[…]") || end.ends_with("[...]") {
        return Some(Unread::Repeated);
    }
    let key: String = text.chars().filter(|c| c.is_alphanumeric()).take(REPEAT_CHARS).collect();
    let long = key.chars().count() >= 40;
    if long && !seen.insert(key) {
        return Some(Unread::Repeated);
    }
    if is_foreign(text) {
        return Some(Unread::Language);
    }
    None
}

/// Whether a paragraph is surely in another language than English.
fn is_foreign(text: &str) -> bool {
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let latin = text.chars().filter(|c| c.is_alphabetic() && (*c as u32) < 0x250).count();
    if letters > 0 && latin * 2 < letters {
        return true;
    }
    if letters < 80 {
        return false;
    }
    // A few of the commonest words are quicker to look for than a model, and surer on names.
    let mut words = 0_usize;
    let mut english = 0_usize;
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).take(400) {
        words += 1;
        let low = word.to_ascii_lowercase();
        english += usize::from(matches!(
            low.as_str(),
            "the"
                | "of"
                | "and"
                | "to"
                | "a"
                | "in"
                | "that"
                | "is"
                | "it"
                | "for"
                | "on"
                | "was"
                | "with"
                | "as"
                | "he"
                | "by"
                | "at"
                | "said"
                | "be"
                | "not"
                | "this"
                | "have"
        ));
    }
    if english * 8 >= words {
        return false;
    }
    let told = whatlang::detect(text);
    told.is_some_and(|info| info.is_reliable() && info.lang() != whatlang::Lang::Eng)
}
