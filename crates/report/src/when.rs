//! Times as they are shown: short, in UTC, with the exact time in the markup.

use servanda_time::{Instant, Zone};

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A time to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct When {
    /// The exact time for machines; empty when the text is no time.
    pub(crate) iso: String,
    /// For people.
    pub(crate) shown: String,
}

/// A time as `11 Apr 2026, 13:00`; text that is no time stays as it is.
pub(crate) fn when(text: &str) -> When {
    match Instant::parse(text, None) {
        Ok(at) => When { iso: at.to_string(), shown: civil(at) },
        Err(_) => When { iso: String::new(), shown: text.to_owned() },
    }
}

/// Both ends of an interval; the end without its date where that is the start's.
pub(crate) fn pair(from: When, to: When) -> (When, When) {
    let clock = match (from.shown.split_once(", "), to.shown.split_once(", ")) {
        (Some((day, _)), Some((same, clock))) if day == same && !to.iso.is_empty() => {
            Some(clock.to_owned())
        }
        _ => None,
    };
    let shown = clock.unwrap_or(to.shown);
    (from, When { iso: to.iso, shown })
}

/// An instant as it is shown.
pub(crate) fn when_at(at: Instant) -> When {
    When { iso: at.to_string(), shown: civil(at) }
}

/// One end of an interval; an absent one is open.
pub(crate) fn end(text: Option<&String>) -> When {
    match text {
        Some(text) => when(text),
        None => When { iso: String::new(), shown: "open".to_owned() },
    }
}

fn civil(at: Instant) -> String {
    let text = at.civil(&Zone::utc());
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
        let shown = |from, to| pair(when(from), when(to)).1.shown;
        assert_eq!(shown("2026-04-11T13:00:00Z", "2026-04-11T13:09:00Z"), "13:09");
        assert_eq!(shown("2026-04-11T13:00:00Z", "2026-05-11T13:09:00Z"), "11 May 2026, 13:09");
        assert_eq!(shown("a, b", "a, c"), "a, c");
    }
}
