//! Texts cut between words.

use std::borrow::Cow;

/// Characters that a cut costs: a blank and the sign of it.
const SIGN_CHARS: usize = 2;

/// The first words of a text, at most so many characters with the ` …` that says that it was cut. A
/// word without an end in that room is cut within.
#[must_use]
pub fn first_words(text: &str, max: usize) -> Cow<'_, str> {
    let Some(at) = place(text, max, text.char_indices().map(|(at, _)| at)) else {
        return Cow::Borrowed(text);
    };
    let kept = text.get(..at).unwrap_or_default();
    let whole = kept.rfind(char::is_whitespace).and_then(|at| kept.get(..at)).unwrap_or(kept);
    Cow::Owned(format!("{} …", whole.trim_end()))
}

/// The last words of a text, likewise, after `… `.
#[must_use]
pub fn last_words(text: &str, max: usize) -> Cow<'_, str> {
    let ends = text.char_indices().rev().map(|(at, c)| at + c.len_utf8());
    let Some(at) = place(text, max, ends) else {
        return Cow::Borrowed(text);
    };
    let kept = text.get(at..).unwrap_or_default();
    let whole = kept.find(char::is_whitespace).and_then(|at| kept.get(at..)).unwrap_or(kept);
    Cow::Owned(format!("… {}", whole.trim_start()))
}

/// Where to cut; none: it is short enough. `places` lie beside the characters, from the side that
/// is kept.
fn place(text: &str, max: usize, places: impl Iterator<Item = usize> + Clone) -> Option<usize> {
    let is_long = text.len() > max && places.clone().nth(max).is_some();
    let mut places = places;
    is_long.then(|| places.nth(max.saturating_sub(SIGN_CHARS))).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_between_words() {
        assert_eq!(first_words("a pause of sixty days", 21), "a pause of sixty days");
        assert_eq!(first_words("a pause of sixty days", 20), "a pause of sixty …");
        assert_eq!(first_words("a pause of sixty days", 12), "a pause …");
        assert_eq!(last_words("a pause of sixty days", 21), "a pause of sixty days");
        assert_eq!(last_words("a pause of sixty days", 20), "… of sixty days");
        assert_eq!(last_words("a pause of sixty days", 13), "… sixty days");
        assert_eq!(last_words("a pause of sixty days", 12), "… days");
        assert_eq!(first_words("ééééééé", 5), "ééé …");
        assert_eq!(last_words("ééééééé", 5), "… ééé");
        for max in 0..9 {
            for text in ["", "é", "a b", "é é é é", "aaaaaaaaaaaaa", "  a   b  "] {
                let limit = max.max(SIGN_CHARS);
                assert!(first_words(text, max).chars().count() <= limit, "{text:?} {max}");
                assert!(last_words(text, max).chars().count() <= limit, "{text:?} {max}");
            }
        }
    }
}
