//! From whom a text was taken over: told by the form of the line, and by names that the caller
//! gives. No agency's name stands here.

use crate::article::Agency;

/// How far into a paragraph a dateline may reach, in bytes.
const DATELINE_BYTES_MAX: usize = 120;
/// The longest name of an agency, in bytes.
const NAME_BYTES_MAX: usize = 48;

/// A dateline at the start of a paragraph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Dateline {
    /// Its end, after the dash and the blank that follow it.
    pub(crate) end: usize,
    /// The name in brackets, as a range of the text.
    pub(crate) credit: Option<std::ops::Range<usize>>,
}

/// The dateline of a paragraph: `NORTHPORT, Jan 3 (Name) - `, `(Name) -- `, `NORTHPORT — `.
pub(crate) fn dateline(text: &str) -> Option<Dateline> {
    let mut end = text.len().min(DATELINE_BYTES_MAX);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let head = text.get(..end)?;
    let (place, credit, after) = match bracketed(head) {
        Some((open, close)) => {
            let name = head.get(open + 1..close)?;
            if !is_name(name) {
                return None;
            }
            (head.get(..open)?, Some(open + 1..close), close + 1)
        }
        None => {
            let dash = head.find(['-', '–', '—']).filter(|at| *at > 0)?;
            let place = head.get(..dash)?;
            // Without a name in brackets only a place in capitals is told from a sentence.
            let letters: Vec<char> =
                place.split([',', '(']).next()?.chars().filter(|c| c.is_alphabetic()).collect();
            if letters.len() < 3 || !letters.iter().all(|c| c.is_uppercase()) {
                return None;
            }
            if !place.ends_with([' ', '\u{A0}']) && head.get(dash..)?.starts_with('-') {
                return None;
            }
            (place, None, dash)
        }
    };
    if !is_place(place) {
        return None;
    }
    let rest = text.get(after..)?;
    let dash = rest.trim_start_matches([' ', '\u{A0}']);
    let after_dash = dash.trim_start_matches(['-', '–', '—']);
    if after_dash.len() == dash.len() || (credit.is_some() && after_dash.is_empty()) {
        return None;
    }
    let after_blank = after_dash.trim_start_matches([' ', '\u{A0}']);
    // A dash inside a sentence is followed by a small letter.
    if after_blank.chars().next().is_none_or(char::is_lowercase) {
        return None;
    }
    Some(Dateline { end: text.len() - after_blank.len(), credit })
}

/// The first brackets or slashes that hold a name before a dash.
fn bracketed(head: &str) -> Option<(usize, usize)> {
    for (open, close) in [('(', ')'), ('/', '/')] {
        let Some(start) = head.find(open) else { continue };
        let Some(len) = head.get(start + 1..).and_then(|rest| rest.find(close)) else { continue };
        let end = start + 1 + len;
        let rest = head.get(end + 1..).unwrap_or_default().trim_start_matches([' ', '\u{A0}']);
        if rest.starts_with(['-', '–', '—']) {
            return Some((start, end));
        }
    }
    None
}

fn is_name(name: &str) -> bool {
    let name = name.trim();
    name.len() <= NAME_BYTES_MAX
        && name.chars().next().is_some_and(char::is_uppercase)
        && name.split_whitespace().count() <= 6
        && !name.ends_with(['.', '!', '?'])
}

/// Nothing, or a place and perhaps a date: every word begins with a capital or is a number.
fn is_place(place: &str) -> bool {
    place.split([' ', ',', '/', '\u{A0}', '.']).filter(|word| !word.is_empty()).all(|word| {
        let first = word.chars().next().unwrap_or(' ');
        first.is_uppercase()
            || first.is_ascii_digit()
            || matches!(word, "of" | "the" | "de" | "la" | "upon" | "on" | "al" | "el")
    }) && place.split_whitespace().count() <= 9
}

/// The name that a line below the text gives as its source, as a range of the line.
pub(crate) fn foot(text: &str) -> Option<std::ops::Range<usize>> {
    const BEGINNINGS: [&str; 9] = [
        "source: ",
        "source : ",
        "via: ",
        "with files from ",
        "— with files from ",
        "with inputs from ",
        "(with inputs from ",
        "with reporting by ",
        "with input from ",
    ];
    const PUBLISHED: [&str; 5] =
        ["published by ", "published in ", "published on ", "appeared in ", "appeared on "];
    if text.len() > 200 {
        return None;
    }
    let lower = text.to_ascii_lowercase();
    let mut start = BEGINNINGS.iter().find(|b| lower.starts_with(**b)).map(|b| b.len());
    if start.is_none() && (lower.starts_with("this ") || lower.starts_with("originally ")) {
        start = PUBLISHED.iter().filter_map(|b| Some(lower.find(b)? + b.len())).min();
    }
    let start = start?;
    let rest = text.get(start..)?;
    let end = rest.find([',', ';', '(', ')']).unwrap_or(rest.len());
    let name = rest.get(..end)?.trim_end_matches(['.', ' ', '\u{A0}']);
    let name = name.split(" on ").next()?;
    is_name(name).then_some(start..start + name.len())
}

/// The caller's name for this agency, if it is one that the caller knows.
pub(crate) fn known<'a>(text: &str, agencies: &'a [Agency]) -> Option<&'a Agency> {
    let folded = fold(text);
    agencies
        .iter()
        .find(|agency| agency.names().any(|name| !name.is_empty() && fold(name) == folded))
}

/// The agency that is one of the names in a line of writers, and where it stands there.
pub(crate) fn in_names<'a>(
    text: &str,
    agencies: &'a [Agency],
) -> Option<(std::ops::Range<usize>, &'a Agency)> {
    let mut start = 0;
    let mut parts = Vec::new();
    for (at, c) in text.char_indices() {
        if [',', '/', '|', ';', '(', ')', '&'].contains(&c) {
            parts.push(start..at);
            start = at + c.len_utf8();
        }
    }
    parts.push(start..text.len());
    let whole = std::iter::once(0..text.len());
    let split = parts.into_iter().flat_map(|part| {
        let inner = text.get(part.clone()).unwrap_or_default();
        match inner.find(" and ") {
            Some(at) => vec![part.start..part.start + at, part.start + at + 5..part.end],
            None => vec![part],
        }
    });
    whole.chain(split).find_map(|part| {
        let inner = text.get(part.clone())?;
        let agency = known(inner, agencies)?;
        let start = part.start + (inner.len() - inner.trim_start().len());
        Some((start..start + inner.trim().len(), agency))
    })
}

impl Agency {
    fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.name).chain(&self.aliases).map(String::as_str)
    }
}

/// Lower case, without "the", dots and doubled blanks.
fn fold(name: &str) -> String {
    let lower = name.to_lowercase().replace('.', "");
    let words: Vec<&str> = lower.split_whitespace().skip_while(|word| *word == "the").collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn datelines_are_told_by_their_form() {
        for (text, shown, name) in [
            ("NORTHPORT, Jan 3 (NNA) - The minister", "NORTHPORT, Jan 3 (NNA) - ", "NNA"),
            ("NORTHPORT (NNA) — The minister", "NORTHPORT (NNA) — ", "NNA"),
            ("(North News) -- The minister", "(North News) -- ", "North News"),
            ("Northport, 3 January /NNA/ – The", "Northport, 3 January /NNA/ – ", "NNA"),
            ("NORTHPORT, Northland — The minister", "NORTHPORT, Northland — ", ""),
        ] {
            let found = dateline(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(text.get(..found.end), Some(shown));
            assert_eq!(found.credit.and_then(|at| text.get(at)).unwrap_or(""), name);
        }
        for text in [
            "The minister (a former judge) - said so.",
            "The Northland Council (NC) - it met on Monday - agreed.",
            "A well-known figure left.",
            "EU-backed talks began.",
            "“NEVER” — he said",
            "",
        ] {
            assert_eq!(dateline(text), None, "{text}");
        }
    }

    #[test]
    fn credits_below_the_text_and_in_bylines() {
        let name = |text: &str| foot(text).and_then(|at| text.get(at).map(str::to_owned));
        assert_eq!(name("Source: NNA"), Some("NNA".into()));
        assert_eq!(
            name("This article was originally published by North News on Monday."),
            Some("North News".into())
        );
        assert_eq!(name("Source: people who were there"), None);
        let agencies =
            [Agency { name: "North News Agency".into(), aliases: vec!["N.N.A.".into()] }];
        for (text, found) in [
            ("NNA", "NNA"),
            ("The North News Agency", "The North News Agency"),
            ("A Clerk, NNA", "NNA"),
            ("A Clerk and NNA", "NNA"),
        ] {
            let (at, agency) = in_names(text, &agencies).unwrap_or_else(|| panic!("{text}"));
            assert_eq!((text.get(at), agency.name.as_str()), (Some(found), "North News Agency"));
        }
        assert_eq!(in_names("A Clerk", &agencies), None);
    }
}
