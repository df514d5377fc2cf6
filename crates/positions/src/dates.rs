//! Dates as far as a text gives them, and how they compare.

use servanda_time::{Instant, Zone};

/// A date of which parts may be unknown: `2025-12-28`, `2025-12`, `2025`, `XXXX-12-28`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Stated {
    pub(crate) year: Option<u16>,
    pub(crate) month: Option<u8>,
    pub(crate) day: Option<u8>,
}

impl Stated {
    pub(crate) fn parse(text: &str) -> Option<Stated> {
        let mut parts = text.split('-');
        let first = parts.next()?;
        let year = if first == "XXXX" { None } else { Some(number(first, 4)?) };
        let part = |text: Option<&str>| match text {
            Some(text) => number(text, 2).and_then(|n| u8::try_from(n).ok()).map(Some),
            None => Some(None),
        };
        let (month, day) = (part(parts.next())?, part(parts.next())?);
        let is_range = month.is_none_or(|m| (1..=12).contains(&m))
            && day.is_none_or(|d| (1..=31).contains(&d));
        (parts.next().is_none() && is_range).then_some(Stated { year, month, day })
    }

    /// Whether both can be one date: no part that both tell differs.
    pub(crate) fn agrees(self, other: Stated) -> bool {
        fn same<T: PartialEq>(a: Option<T>, b: Option<T>) -> bool {
            a.zip(b).is_none_or(|(a, b)| a == b)
        }
        same(self.year, other.year) && same(self.month, other.month) && same(self.day, other.day)
    }

    /// How many parts are told.
    pub(crate) fn parts(self) -> usize {
        usize::from(self.year.is_some())
            + usize::from(self.month.is_some())
            + usize::from(self.day.is_some())
    }

    pub(crate) fn print(self) -> String {
        let year = self.year.map_or("XXXX".to_owned(), |year| format!("{year:04}"));
        match (self.month, self.day) {
            (Some(month), Some(day)) => format!("{year}-{month:02}-{day:02}"),
            (Some(month), None) => format!("{year}-{month:02}"),
            _ => year,
        }
    }

    /// The day as a number; none where a part is unknown.
    pub(crate) fn day_number(self) -> Option<i64> {
        self.day?;
        let instant = Instant::parse(&self.print(), Some(&Zone::utc())).ok()?;
        Some(instant.ms().div_euclid(DAY_MS))
    }

    /// The date so many days earlier.
    pub(crate) fn days_before(self, days: i64) -> Option<Stated> {
        let ms = self.day_number()?.checked_sub(days)?.checked_mul(DAY_MS)?;
        let date = Instant::from_ms(ms).ok()?.date(&Zone::utc());
        Stated::parse(&date)
    }
}

/// A date as the views give it, for people: what is not told is said to be so.
#[must_use]
pub fn date_in_words(date: &str) -> String {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let stated = Stated::parse(date).filter(|stated| stated.year.is_none());
    let Some(Stated { month: Some(month), day, .. }) = stated else { return date.to_owned() };
    let name = MONTHS.get(usize::from(month) - 1).copied().unwrap_or_default();
    let day = day.map(|day| format!("{day} ")).unwrap_or_default();
    format!("{day}{name} (no year is told)")
}

const DAY_MS: i64 = 86_400_000;

fn number(text: &str, digits: usize) -> Option<u16> {
    (text.len() == digits && text.bytes().all(|b| b.is_ascii_digit()))
        .then(|| text.parse().ok())
        .flatten()
}

/// Days between two texts' days, where both are known.
pub(crate) fn days_between(a: Option<&str>, b: Option<&str>) -> Option<u64> {
    let day = |text: Option<&str>| Stated::parse(text?)?.day_number();
    Some(day(a)?.abs_diff(day(b)?))
}

/// The days within which two reports can be about one thing, if nothing else is known.
pub(crate) const NEAR_DAYS: u64 = 7;

/// Whether two days are within seven days of each other, or one of them is unknown.
pub(crate) fn is_near(a: Option<&str>, b: Option<&str>) -> bool {
    days_between(a, b).is_none_or(|days| days <= NEAR_DAYS)
}
