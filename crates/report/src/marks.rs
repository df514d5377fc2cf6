//! Two texts side by side: which words only one of them has.

/// Pairs of words that are compared, once what both begin and end with is left out. Of longer texts
/// all that is left is marked: more, never less, than what differs.
const PAIRS_MAX: usize = 1 << 20;

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Its words, with the blanks between them.
    pub text: String,
    /// Whether the other text lacks them there.
    pub is_marked: bool,
}

impl Piece {
    /// A text of which nothing is marked; nothing of none.
    pub(crate) fn plain(text: &str) -> Vec<Piece> {
        whole(text, false)
    }

    /// A text of which all is marked.
    pub(crate) fn all(text: &str) -> Vec<Piece> {
        whole(text, true)
    }
}

fn whole(text: &str, is_marked: bool) -> Vec<Piece> {
    let piece = Piece { text: text.to_owned(), is_marked };
    Vec::from_iter((!text.is_empty()).then_some(piece))
}

/// Marks in each of two texts the words that the other lacks: all but a longest common sequence.
/// Blanks are compared with nothing, and nothing is lost.
#[must_use]
pub fn marks(old: &str, new: &str) -> (Vec<Piece>, Vec<Piece>) {
    let (a, b) = (words(old), words(new));
    let (mut in_both_a, mut in_both_b) = (vec![false; a.len()], vec![false; b.len()]);
    let same = |x: &&str, y: &&str| bare(x) == bare(y);
    let start = a.iter().zip(&b).take_while(|(x, y)| same(x, y)).count();
    let (rest_a, rest_b) = (&a[start..], &b[start..]);
    let ends = rest_a.iter().rev().zip(rest_b.iter().rev());
    let end = ends.take_while(|(x, y)| same(x, y)).count();
    in_both_a[..start].fill(true);
    in_both_b[..start].fill(true);
    let (len_a, len_b) = (a.len(), b.len());
    in_both_a[len_a - end..].fill(true);
    in_both_b[len_b - end..].fill(true);
    let (middle_a, middle_b) = (&a[start..len_a - end], &b[start..len_b - end]);
    for (x, y) in common(middle_a, middle_b) {
        in_both_a[start + x] = true;
        in_both_b[start + y] = true;
    }
    (pieces(&a, &in_both_a), pieces(&b, &in_both_b))
}

/// A text's words, each with the blanks behind it; the first also with those before it. A mark of
/// punctuation at the end of a word stands for itself: more may be added behind it.
fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let (mut from, mut has_word, mut was_blank) = (0, false, false);
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let is_blank = c.is_whitespace();
        let is_last = chars.peek().is_none_or(|(_, next)| next.is_whitespace());
        let is_mark = is_last && matches!(c, ',' | ';' | ':' | '.');
        if has_word && ((was_blank && !is_blank) || is_mark) {
            words.push(&text[from..at]);
            from = at;
        }
        has_word |= !is_blank;
        was_blank = is_blank;
    }
    if from < text.len() {
        words.push(&text[from..]);
    }
    words
}

fn bare<'a>(word: &&'a str) -> &'a str {
    word.trim()
}

/// A longest common sequence: places in the one and in the other.
fn common(a: &[&str], b: &[&str]) -> Vec<(usize, usize)> {
    let pairs = (a.len() + 1).saturating_mul(b.len() + 1);
    if a.is_empty() || b.is_empty() || pairs > PAIRS_MAX {
        return Vec::new();
    }
    // How long the longest common sequence of the rests is, from each place on.
    let width = b.len() + 1;
    let mut longest = vec![0_u32; pairs];
    for x in (0..a.len()).rev() {
        for y in (0..b.len()).rev() {
            longest[x * width + y] = if bare(&a[x]) == bare(&b[y]) {
                longest[(x + 1) * width + y + 1] + 1
            } else {
                longest[(x + 1) * width + y].max(longest[x * width + y + 1])
            };
        }
    }
    let (mut x, mut y, mut found) = (0, 0, Vec::new());
    while x < a.len() && y < b.len() {
        if bare(&a[x]) == bare(&b[y]) {
            found.push((x, y));
            (x, y) = (x + 1, y + 1);
        } else if longest[(x + 1) * width + y] >= longest[x * width + y + 1] {
            x += 1;
        } else {
            y += 1;
        }
    }
    found
}

/// Words that stand together, marked or not. The blank behind marked words is not marked.
fn pieces(words: &[&str], in_both: &[bool]) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    for (word, in_both) in words.iter().zip(in_both) {
        match pieces.last_mut() {
            Some(last) if last.is_marked != *in_both => last.text.push_str(word),
            _ => pieces.push(Piece { text: (*word).to_owned(), is_marked: !in_both }),
        }
    }
    for at in 0..pieces.len() {
        if !pieces[at].is_marked {
            continue;
        }
        let kept = pieces[at].text.trim_end().len();
        let blank = pieces[at].text.split_off(kept);
        match pieces.get_mut(at + 1) {
            Some(next) => next.text.insert_str(0, &blank),
            None if !blank.is_empty() => pieces.push(Piece { text: blank, is_marked: false }),
            None => {}
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A text with its marks written out.
    fn written(pieces: &[Piece]) -> String {
        let write = |piece: &Piece| match piece.is_marked {
            true => format!("[{}]", piece.text),
            false => piece.text.clone(),
        };
        pieces.iter().map(write).collect()
    }

    #[test]
    fn the_words_that_differ_are_marked_and_no_others() {
        for (old, new, was, is) in [
            ("a, b, c", "a, x, y, c", "a, [b], c", "a, [x, y], c"),
            ("a, b", "a, b, c", "a, b", "a, b[, c]"),
            ("7 days", "9 days", "[7] days", "[9] days"),
            ("a b", "a b c", "a b", "a b [c]"),
            ("one", "two", "[one]", "[two]"),
            ("é x", "é y", "é [x]", "é [y]"),
            ("a b\nc", "a  b c", "a b\nc", "a  b c"),
            (
                "Both sides stop fire at noon and stay there.",
                "All sides stop all fire at dawn and stay there.",
                "[Both] sides stop fire at [noon] and stay there.",
                "[All] sides stop [all] fire at [dawn] and stay there.",
            ),
            ("", "a", "", "[a]"),
            ("", "", "", ""),
        ] {
            let (a, b) = marks(old, new);
            assert_eq!((written(&a).as_str(), written(&b).as_str()), (was, is));
        }
    }

    #[test]
    fn of_long_texts_more_is_marked_and_never_less() {
        let text = |word: &str| format!("first {} last", format!("{word} same ").repeat(1_000));
        let (a, b) = marks(&text("x"), &text("y"));
        assert_eq!((a.len(), b.len()), (3, 3));
        assert!(a[1].is_marked && a[1].text.starts_with("x same") && !a[0].is_marked);
    }

    proptest::proptest! {
        #[test]
        fn nothing_is_lost_by_marking(old in "[ aéb\n]{0,12}", new in "[ aéb\n]{0,12}") {
            let whole = |pieces: &[Piece]| {
                pieces.iter().map(|piece| piece.text.as_str()).collect::<String>()
            };
            let unmarked = |pieces: &[Piece]| {
                let kept = pieces.iter().filter(|piece| !piece.is_marked);
                let text: String = kept.map(|piece| format!("{} ", piece.text)).collect();
                text.split_whitespace().map(str::to_owned).collect::<Vec<_>>()
            };
            let (a, b) = marks(&old, &new);
            proptest::prop_assert_eq!((whole(&a), whole(&b)), (old.clone(), new.clone()));
            // What is marked in neither is the same in both.
            proptest::prop_assert_eq!(unmarked(&a), unmarked(&b));
        }
    }
}
