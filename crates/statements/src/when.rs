//! Dates as far as a text gives them.

use crate::tokens::{Kind, Tokens};
use crate::words;
use servanda_time::Date;
use std::fmt;

/// A date of which parts may be unknown: `2025-12-28`, `2025-12`, `2025`, `XXXX-01`, `XXXX-12-28`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PartialDate {
    /// The year.
    pub year: Option<u16>,
    /// The month, from 1.
    pub month: Option<u8>,
    /// The day of the month, from 1.
    pub day: Option<u8>,
}

impl From<Date> for PartialDate {
    fn from(date: Date) -> PartialDate {
        let (month, day) = (Some(date.month()), Some(date.day()));
        PartialDate { year: Some(date.year()), month, day }
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.year {
            Some(year) => write!(f, "{year:04}")?,
            None => write!(f, "XXXX")?,
        }
        match (self.month, self.day) {
            (Some(month), Some(day)) => write!(f, "-{month:02}-{day:02}"),
            (Some(month), None) => write!(f, "-{month:02}"),
            _ => Ok(()),
        }
    }
}

/// A date at a token, and the token after it.
pub(crate) fn date(tokens: &Tokens, at: usize, to: usize) -> Option<(PartialDate, usize)> {
    let low = tokens.low(at);
    let day = |at: usize| {
        let low = tokens.low(at);
        let digits = low.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let is_day = digits.len() <= 2
            && matches!(low.get(digits.len()..), Some("" | "st" | "nd" | "rd" | "th"));
        let day = digits.parse::<u8>().ok().filter(|day| (1..=31).contains(day))?;
        is_day.then_some(day)
    };
    // "28 December 2025"
    if let Some(number) = day(at)
        && let Some((month, next)) = month(tokens, at + 1)
    {
        let (year, next) = year_after(tokens, next, to);
        return Some((PartialDate { year, month: Some(month), day: Some(number) }, next));
    }
    if let Some((month, next)) = month(tokens, at) {
        if next < to
            && let Some(number) = day(next)
        {
            let (year, next) = year_after(tokens, next + 1, to);
            return Some((PartialDate { year, month: Some(month), day: Some(number) }, next));
        }
        let (year, next) = year_after(tokens, next, to);
        // "May" and "March" alone may be other words.
        let is_sure = year.is_some() || !matches!(low, "may" | "march") || {
            let before = at.checked_sub(1).map_or("", |before| tokens.low(before));
            matches!(before, "in" | "early" | "late" | "mid" | "since" | "until" | "by" | "last")
        };
        return is_sure.then_some((PartialDate { year, month: Some(month), day: None }, next));
    }
    // "in 2025", "since 2014", "the 2022 escalation"
    let year = plain_year(low)?;
    let before = at.checked_sub(1).map_or("", |before| tokens.low(before));
    let leads = matches!(
        before,
        "in" | "since"
            | "until"
            | "by"
            | "from"
            | "of"
            | "before"
            | "after"
            | "during"
            | "the"
            | "to"
            | "and"
            | "early"
            | "late"
            | "mid"
            | "through"
    );
    let follows = crate::words::is_speaker_noun(tokens.low(at + 1)) && before != "the";
    (leads && !follows)
        .then_some((PartialDate { year: Some(year), month: None, day: None }, at + 1))
}

fn plain_year(low: &str) -> Option<u16> {
    let is_year = low.len() == 4 && low.bytes().all(|b| b.is_ascii_digit());
    let year = low.parse::<u16>().ok().filter(|_| is_year)?;
    (1900..=2199).contains(&year).then_some(year)
}

fn year_after(tokens: &Tokens, at: usize, to: usize) -> (Option<u16>, usize) {
    let next = if tokens.is(at, Kind::Comma) { at + 1 } else { at };
    match plain_year(tokens.low(next)).filter(|_| next < to) {
        Some(year) => (Some(year), next + 1),
        None => (None, at),
    }
}

/// A month, and the token after it with its stop.
fn month(tokens: &Tokens, at: usize) -> Option<(u8, usize)> {
    let low = tokens.low(at);
    if !tokens.is_capital(at) || !words::is_month(low) {
        return None;
    }
    let number = match low.get(..3)? {
        "jan" => 1,
        "feb" => 2,
        "mar" => 3,
        "apr" => 4,
        "may" => 5,
        "jun" => 6,
        "jul" => 7,
        "aug" => 8,
        "sep" => 9,
        "oct" => 10,
        "nov" => 11,
        "dec" => 12,
        _ => return None,
    };
    let is_short = low.len() <= 4 && low != "june" && low != "july" && low != "may";
    let next = if is_short && tokens.raw(at + 1) == "." { at + 2 } else { at + 1 };
    Some((number, next))
}

/// The day on which something was said, by the words in tokens `from..to`: a date, or a weekday
/// counted back from publication. With the tokens that say it.
pub(crate) fn said_on(
    tokens: &Tokens,
    from: usize,
    to: usize,
    published: Option<Date>,
) -> Option<(PartialDate, (usize, usize))> {
    for at in from..to {
        if !tokens.is(at, Kind::Word) {
            continue;
        }
        let low = tokens.low(at);
        let weekday = match low {
            "monday" => Some(0),
            "tuesday" => Some(1),
            "wednesday" => Some(2),
            "thursday" => Some(3),
            "friday" => Some(4),
            "saturday" => Some(5),
            "sunday" => Some(6),
            _ => None,
        };
        let back = match (weekday, low) {
            (Some(weekday), _) => published.and_then(|day| day.last_weekday(weekday)),
            (None, "yesterday") => published.and_then(|day| day.days_before(1)),
            (None, "today") => published,
            _ => None,
        };
        if let Some(day) = back {
            return Some((day.into(), (at, at + 1)));
        }
        if let Some((date, next)) = date(tokens, at, to)
            && date.day.is_some()
        {
            let year = date.year.or_else(|| guess_year(date, published));
            return Some((PartialDate { year, ..date }, (at, next)));
        }
    }
    None
}

/// The year of a day without one: the last such day up to publication.
fn guess_year(date: PartialDate, published: Option<Date>) -> Option<u16> {
    let published = published?;
    let (month, day) = (date.month?, date.day?);
    let this = Date::new(published.year(), month, day);
    match this.filter(|day| *day <= published) {
        Some(day) => Some(day.year()),
        None => published.year().checked_sub(1),
    }
}
