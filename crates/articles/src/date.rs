//! Dates of publication, in the forms in which pages and feeds write them.

use crate::article::{Dated, Day, Stated};
use servanda_time::{Instant, Zone};

/// A longer text is no date.
const DATE_BYTES_MAX: usize = 160;

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// The date that a field for machines states, or a line for people begins with.
pub(crate) fn dated(stated: Stated) -> Option<Dated> {
    let (day, instant) = read(&stated.text)?;
    Some(Dated { day, instant, stated })
}

/// The civil date as written, and the instant if the text gives time and offset.
pub(crate) fn read(text: &str) -> Option<(Day, Option<Instant>)> {
    let text = text.trim();
    if text.len() > DATE_BYTES_MAX {
        return None;
    }
    iso(text).or_else(|| in_words(text))
}

fn iso(text: &str) -> Option<(Day, Option<Instant>)> {
    let mut parts = text.get(..10)?.split('-');
    let year = parts.next().filter(|year| year.len() == 4)?.parse().ok()?;
    let (month, day) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    let day = day_of(year, month, day)?;
    Some((day, instant(text)))
}

/// RFC 3339, and offsets without a colon, as many pages write them.
fn instant(text: &str) -> Option<Instant> {
    if let Ok(instant) = Instant::parse(text, None) {
        return Some(instant);
    }
    let at = text.len().checked_sub(5)?;
    let (time, offset) = (text.get(..at)?, text.get(at..)?);
    let digits = offset.strip_prefix(['+', '-'])?;
    if digits.len() != 4 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (hours, minutes) = offset.split_at_checked(3)?;
    Instant::parse(&format!("{}{hours}:{minutes}", time.trim_end()), None).ok()
}

fn day_of(year: u16, month: u8, day: u8) -> Option<Day> {
    let text = format!("{year:04}-{month:02}-{day:02}");
    Instant::parse(&text, Some(&Zone::utc())).ok()?;
    Some(Day { year, month, day })
}

/// The month that a word names, in full or by its first letters ("Sept.").
pub(crate) fn month(word: &str) -> Option<u8> {
    let word = word.trim_end_matches('.').to_ascii_lowercase();
    if word.len() < 3 {
        return None;
    }
    let fits = |name: &&str| {
        *name == word || (word.len() <= 4 && name.starts_with(&word) && word != "marc")
    };
    let at = MONTHS.iter().position(fits)?;
    u8::try_from(at + 1).ok()
}

/// "29 December 2025", "Dec. 29, 2025, 10:30", "Mon, 29 Dec 2025 10:30:00 +0200".
fn in_words(text: &str) -> Option<(Day, Option<Instant>)> {
    let words: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || c == ',' || c == '|')
        .filter(|word| !word.is_empty())
        .take(24)
        .collect();
    let at = words.iter().position(|word| month(word).is_some())?;
    let month = month(words.get(at)?)?;
    let number = |at: Option<usize>| -> Option<(u16, usize)> {
        let word = words.get(at?)?;
        let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == '.');
        let suffix = word.get(digits.len()..)?.to_ascii_lowercase();
        let ordinal = matches!(suffix.as_str(), "" | "." | "st" | "nd" | "rd" | "th");
        (ordinal && digits.len() <= 4).then_some(())?;
        Some((digits.parse().ok()?, digits.len()))
    };
    let day_then = |day: Option<usize>, year: Option<usize>| {
        let (day, day_len) = number(day)?;
        let (year, year_len) = number(year)?;
        (day_len <= 2 && year_len == 4).then_some(())?;
        day_of(year, month, u8::try_from(day).ok()?)
    };
    let before = day_then(at.checked_sub(1), Some(at + 1)).map(|day| (day, at + 2));
    let (day, rest) =
        before.or_else(|| day_then(Some(at + 1), Some(at + 2)).map(|day| (day, at + 3)))?;
    let instant = clock(words.get(rest..).unwrap_or_default(), day);
    Some((day, instant))
}

/// The time and offset of RFC 2822 after the date.
fn clock(words: &[&str], day: Day) -> Option<Instant> {
    let (time, zone) = (words.first()?, words.get(1)?);
    let offset = match *zone {
        "GMT" | "UT" | "UTC" | "Z" => "+00:00".to_owned(),
        "EST" => "-05:00".to_owned(),
        "EDT" => "-04:00".to_owned(),
        "CST" => "-06:00".to_owned(),
        "CDT" => "-05:00".to_owned(),
        "MST" => "-07:00".to_owned(),
        "MDT" => "-06:00".to_owned(),
        "PST" => "-08:00".to_owned(),
        "PDT" => "-07:00".to_owned(),
        numeric => {
            numeric.strip_prefix(['+', '-']).filter(|digits| digits.len() == 4)?;
            let (hours, minutes) = numeric.split_at_checked(3)?;
            format!("{hours}:{minutes}")
        }
    };
    Instant::parse(&format!("{day}T{time}{offset}"), None).ok()
}

/// Whether a line says when the article was published or changed, and nothing else; and whether
/// it is the change. Gives where in the line the date begins.
pub(crate) fn line(text: &str) -> Option<(usize, bool)> {
    if text.len() > DATE_BYTES_MAX || text.contains("said") {
        return None;
    }
    let lower = text.to_ascii_lowercase();
    let changed = ["updated", "last updated", "modified", "last modified"]
        .iter()
        .any(|word| lower.starts_with(word));
    let labels =
        ["published", "posted", "updated", "last updated", "last modified", "modified", "on"];
    let mut start = 0;
    while let Some(label) = labels.iter().find(|label| {
        let rest = lower.get(start..).unwrap_or_default();
        rest.starts_with(**label)
            && rest.get(label.len()..).is_some_and(|r| r.starts_with([' ', ':', '\u{A0}']))
    }) {
        start += label.len();
        let rest = lower.get(start..).unwrap_or_default();
        start += rest.len() - rest.trim_start_matches([' ', ':', '\u{A0}']).len();
    }
    let rest = text.get(start..)?;
    let words: Vec<&str> = rest
        .split(|c: char| c.is_whitespace() || ",|·•-–—/()".contains(c))
        .filter(|word| !word.is_empty())
        .collect();
    let time_word = |word: &str| {
        let word = word.trim_end_matches('.').to_ascii_lowercase();
        let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let clock =
            !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit() || b":.".contains(&b));
        let known = [
            "mon",
            "tue",
            "wed",
            "thu",
            "fri",
            "sat",
            "sun",
            "monday",
            "tuesday",
            "wednesday",
            "thursday",
            "friday",
            "saturday",
            "sunday",
            "am",
            "pm",
            "a.m",
            "p.m",
            "at",
            "gmt",
            "utc",
            "est",
            "edt",
            "cet",
            "et",
            "ist",
            "updated",
            "published",
            "last",
            "min",
            "mins",
            "minute",
            "minutes",
            "read",
            "hour",
            "hours",
            "day",
            "days",
            "ago",
            "on",
        ];
        clock || month(&word).is_some() || known.contains(&word.as_str())
    };
    let others = words.iter().filter(|word| !time_word(word)).count();
    let dated = read(rest).is_some();
    let ago =
        lower.ends_with(" ago") || lower.ends_with("min read") || lower.ends_with(" minute read");
    let fits = if start > 0 { others <= 2 } else { others == 0 };
    (fits && !words.is_empty() && (dated || ago)).then_some((start, changed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_in_the_forms_of_pages_and_feeds() {
        for (text, day, instant) in [
            ("2025-12-29", "2025-12-29", ""),
            ("2025-12-29T23:30:00+02:00", "2025-12-29", "2025-12-29T21:30:00Z"),
            ("2025-12-29T23:30:00+0200", "2025-12-29", "2025-12-29T21:30:00Z"),
            ("2025-12-29T10:30:00.000Z", "2025-12-29", "2025-12-29T10:30:00Z"),
            ("2025-12-29 10:30", "2025-12-29", ""),
            ("Mon, 29 Dec 2025 10:30:00 +0200", "2025-12-29", "2025-12-29T08:30:00Z"),
            ("Mon, 29 Dec 2025 10:30:00 GMT", "2025-12-29", "2025-12-29T10:30:00Z"),
            ("December 29, 2025", "2025-12-29", ""),
            ("Monday, Dec. 29th, 2025 at 10:30", "2025-12-29", ""),
            ("29 Sept 2025", "2025-09-29", ""),
        ] {
            let (found, at) = read(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(found.to_string(), day, "{text}");
            assert_eq!(at.map(|at| at.to_string()).unwrap_or_default(), instant, "{text}");
        }
        for text in ["", "2025-02-30", "Marching 12, 2025", "29 Dec", "12/29/2025", "yesterday"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn a_line_of_the_date_is_nothing_else() {
        assert_eq!(line("Published: 29 December 2025, 10:30 GMT"), Some((11, false)));
        assert_eq!(line("Last updated on Dec 29, 2025"), Some((16, true)));
        assert_eq!(line("December 29, 2025 | 3 min read"), Some((0, false)));
        assert_eq!(line("3 hours ago"), Some((0, false)));
        assert_eq!(line("The truce of 29 December 2025 holds"), None);
        assert_eq!(line("On 29 December 2025 the ministers met"), None);
    }
}
