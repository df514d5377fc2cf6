//! Times as they are shown: short, in UTC, with the exact time in the markup.

use servanda_time::{Instant, Zone};

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A time to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct When {
    /// The exact time for machines; empty when the text is no time.
    pub iso: String,
    /// For people.
    pub shown: String,
}

/// A time as `11 Apr 2026, 13:00`; text that is no time stays as it is.
#[must_use]
pub fn when(text: &str) -> When {
    match Instant::parse(text, None) {
        Ok(at) => When { iso: at.to_string(), shown: civil(at, &Zone::utc()) },
        Err(_) => When { iso: String::new(), shown: text.to_owned() },
    }
}

/// Both ends of an interval; the end without its date where that is the start's.
#[must_use]
pub fn pair(from: When, to: When) -> (When, When) {
    let clock = match (from.shown.split_once(", "), to.shown.split_once(", ")) {
        (Some((day, _)), Some((same, clock))) if day == same && !to.iso.is_empty() => {
            Some(clock.to_owned())
        }
        _ => None,
    };
    let shown = clock.unwrap_or(to.shown);
    (from, When { iso: to.iso, shown })
}

/// A time on both clocks: in UTC, and on the wall clock that the agreement names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Both {
    pub(crate) utc: When,
    /// Empty where that clock is UTC too, or the text is no time.
    pub(crate) there: String,
}

/// A time on both clocks; text that is no time stays as it is.
pub(crate) fn both(text: &str, zone: &Zone) -> Both {
    let at = Instant::parse(text, None).ok();
    let there = at.filter(|_| zone.name() != "UTC").map(|at| civil(at, zone));
    Both { utc: when(text), there: there.unwrap_or_default() }
}

impl Both {
    /// The day on the agreement's clock; with its hour, where it isn't the day's first instant.
    pub(crate) fn day(&self) -> &str {
        let shown = if self.there.is_empty() { &self.utc.shown } else { &self.there };
        shown.strip_suffix(", 00:00").unwrap_or(shown)
    }
}

/// A sentence of the engine with its exact times as they are shown elsewhere on the page.
#[must_use]
pub fn in_words(text: &str) -> String {
    let word = |piece: &str| {
        let bare = piece.trim_end_matches(|c: char| c.is_whitespace() || ",;:.)".contains(c));
        let at = Some(bare).filter(|bare| bare.len() >= 20 && bare.ends_with('Z'));
        match at.and_then(|bare| Instant::parse(bare, None).ok()) {
            Some(at) => format!("{} UTC{}", civil(at, &Zone::utc()), &piece[bare.len()..]),
            None => piece.to_owned(),
        }
    };
    text.split_inclusive(' ').map(word).collect()
}

/// An instant as it is shown.
pub(crate) fn when_at(at: Instant) -> When {
    When { iso: at.to_string(), shown: civil(at, &Zone::utc()) }
}

/// One end of an interval; an absent one is open.
pub(crate) fn end(text: Option<&String>) -> When {
    match text {
        Some(text) => when(text),
        None => When { iso: String::new(), shown: "open".to_owned() },
    }
}

fn civil(at: Instant, zone: &Zone) -> String {
    let text = at.civil(zone);
    let part = |range: std::ops::Range<usize>| text.get(range).unwrap_or("").to_owned();
    let month: usize = part(5..7).parse().unwrap_or(1);
    let day: u32 = part(8..10).parse().unwrap_or(0);
    let clock = text.get(11..).unwrap_or("");
    format!("{day} {} {}, {clock}", MONTHS[month.clamp(1, 12) - 1], part(0..4))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_short_and_exact() {
        let shown = when("2026-04-11T13:00:00Z");
        assert_eq!(
            (shown.shown.as_str(), shown.iso.as_str()),
            ("11 Apr 2026, 13:00", "2026-04-11T13:00:00Z")
        );
        assert_eq!(when("2026-04-01T00:00:07Z").shown, "1 Apr 2026, 00:00:07");
        assert_eq!(when("no time"), When { iso: String::new(), shown: "no time".into() });
        assert_eq!(end(None).shown, "open");
        let zone = Zone::named("Asia/Kathmandu").unwrap();
        assert_eq!(both("2026-04-11T19:00:00Z", &zone).there, "12 Apr 2026, 00:45");
        assert_eq!(both("2026-04-11T19:00:00Z", &Zone::utc()).there, "");
        assert_eq!(both("soon", &zone), Both { utc: when("soon"), there: String::new() });
        assert_eq!(both("2026-04-11T18:15:00Z", &zone).day(), "12 Apr 2026");
        assert_eq!(both("2026-04-11T18:15:00Z", &Zone::utc()).day(), "11 Apr 2026, 18:15");
        assert_eq!(
            in_words("met at 2026-04-11T13:00:00Z: by 2026 Z,  so"),
            "met at 11 Apr 2026, 13:00 UTC: by 2026 Z,  so"
        );
        let shown = |from, to| pair(when(from), when(to)).1.shown;
        assert_eq!(shown("2026-04-11T13:00:00Z", "2026-04-11T13:09:00Z"), "13:09");
        assert_eq!(shown("2026-04-11T13:00:00Z", "2026-05-11T13:09:00Z"), "11 May 2026, 13:09");
        assert_eq!(shown("a, b", "a, c"), "a, c");
    }
}
