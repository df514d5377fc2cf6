//! A time axis in UTC: where its ticks stand and what they say.

use servanda_time::{Instant, Interval, Zone};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// From this length on, ticks stand at the starts of months.
const MONTHS_FROM: i64 = 150 * DAY;
const TICKS_MAX: i64 = 9;
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A tick of the axis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tick {
    pub(crate) at: Instant,
    pub(crate) label: String,
    /// Whether a day begins there, or for long axes a year.
    pub(crate) strong: bool,
}

/// Ticks at round times of the span, at most about ten; the first label names the year.
pub(crate) fn ticks(span: &Interval) -> Vec<Tick> {
    let long = span.ms() >= MONTHS_FROM;
    let mut ticks = if long { months(span) } else { hours(span) };
    let mut year_said = String::new();
    let dated = ticks.iter().any(|tick| tick.strong);
    for (place, tick) in ticks.iter_mut().enumerate() {
        let (year, month, day, _) = civil(tick.at);
        let first_of_months = place == 0 && long;
        if !dated && place == 0 && !long {
            // No day begins within the span: its date would stand nowhere.
            tick.label = format!("{day} {} {year}, {}", MONTHS[month], tick.label);
        } else if (tick.strong || first_of_months)
            && year != year_said
            && !tick.label.contains(&year)
        {
            tick.label = format!("{} {year}", tick.label);
        }
        if tick.strong || first_of_months {
            year_said = year;
        }
    }
    ticks
}

fn hours(span: &Interval) -> Vec<Tick> {
    let steps = [
        MINUTE,
        5 * MINUTE,
        15 * MINUTE,
        30 * MINUTE,
        HOUR,
        3 * HOUR,
        6 * HOUR,
        12 * HOUR,
        DAY,
        2 * DAY,
        7 * DAY,
        14 * DAY,
        28 * DAY,
    ];
    let step = steps.into_iter().find(|step| span.ms() / step <= TICKS_MAX).unwrap_or(28 * DAY);
    // Steps of days count from the first day of the span, so that the axis starts with a label.
    let base = span.from.ms().div_euclid(DAY) * DAY;
    let first = base + (span.from.ms() - base + step - 1).div_euclid(step) * step;
    (0..)
        .map(|n| first + n * step)
        .take_while(|ms| *ms <= span.to.ms())
        .filter_map(|ms| Instant::from_ms(ms).ok())
        .map(|at| {
            let (_, month, day, clock) = civil(at);
            let midnight = at.ms().rem_euclid(DAY) == 0;
            let label = if midnight { format!("{day} {}", MONTHS[month]) } else { clock };
            Tick { at, label, strong: midnight }
        })
        .collect()
}

fn months(span: &Interval) -> Vec<Tick> {
    let all = span.ms() / (30 * DAY);
    let steps = [1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200];
    let step = steps.into_iter().find(|step| all / step <= TICKS_MAX).unwrap_or(2400);
    let number = |at: Instant| {
        let (year, month, ..) = civil(at);
        year.parse::<i64>().unwrap_or(0) * 12 + month as i64
    };
    let first = (number(span.from) + step - 1).div_euclid(step) * step;
    (first..=number(span.to))
        .step_by(usize::try_from(step).unwrap_or(1))
        .filter_map(|n| {
            let (year, month) = (n.div_euclid(12), n.rem_euclid(12) as usize);
            let at =
                Instant::parse(&format!("{year:04}-{:02}-01T00:00:00Z", month + 1), None).ok()?;
            let label = if step >= 12 { year.to_string() } else { MONTHS[month].to_owned() };
            (span.from <= at && at <= span.to).then_some(Tick {
                at,
                label,
                strong: step >= 12 || month == 0,
            })
        })
        .collect()
}

/// Year, month from 0, day and wall clock in UTC.
fn civil(at: Instant) -> (String, usize, u32, String) {
    let text = at.civil(&Zone::utc());
    let part = |range: std::ops::Range<usize>| text.get(range).unwrap_or("").to_owned();
    let month: usize = part(5..7).parse().unwrap_or(1);
    (part(0..4), month.clamp(1, 12) - 1, part(8..10).parse().unwrap_or(0), part(11..16))
}

/// A length in words, the two largest units: `30 h 12 min`, `5 days 4 h`, `12 s`.
pub(crate) fn length(ms: i64) -> String {
    let seconds = ms / 1000;
    let parts = [(86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")];
    // Up to four days, hours are easier to compare.
    let parts = if seconds < 4 * 86_400 { &parts[1..] } else { &parts[..] };
    let mut rest = seconds;
    let mut words = Vec::new();
    for (size, name) in parts {
        if rest / size > 0 && words.len() < 2 {
            words.push(format!("{} {name}", rest / size));
            rest %= size;
        } else if !words.is_empty() {
            break;
        }
    }
    if words.is_empty() { "under 1 s".to_owned() } else { words.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn span(from: &str, to: &str) -> Interval {
        let at = |text| Instant::parse(text, None).unwrap();
        Interval::new(at(from), at(to)).unwrap()
    }

    fn labels(from: &str, to: &str) -> Vec<String> {
        ticks(&span(from, to)).into_iter().map(|tick| tick.label).collect()
    }

    #[test]
    fn labels_are_round_times() {
        assert_eq!(
            labels("2026-04-09T00:00:00Z", "2026-04-14T00:00:00Z"),
            ["9 Apr 2026", "10 Apr", "11 Apr", "12 Apr", "13 Apr", "14 Apr"]
        );
        assert_eq!(
            labels("2026-04-11T21:30:00Z", "2026-04-12T08:00:00Z"),
            ["12 Apr 2026", "03:00", "06:00"]
        );
        assert_eq!(labels("2026-04-11T12:30:00Z", "2026-04-11T15:10:00Z")[0], "11 Apr 2026, 12:30");
        assert_eq!(
            labels("2014-01-01T00:00:00Z", "2021-12-31T00:00:00Z"),
            ["2014", "2015", "2016", "2017", "2018", "2019", "2020", "2021"]
        );
        assert_eq!(
            labels("2025-11-10T00:00:00Z", "2026-05-20T00:00:00Z"),
            ["Dec 2025", "Jan 2026", "Feb", "Mar", "Apr", "May"]
        );
    }

    #[test]
    fn lengths_have_two_units() {
        for (ms, text) in [
            (0, "under 1 s"),
            (12_000, "12 s"),
            (30 * HOUR + 12 * MINUTE, "30 h 12 min"),
            (3 * DAY, "72 h"),
            (5 * DAY + 4 * HOUR + MINUTE, "5 d 4 h"),
            (5 * DAY + MINUTE, "5 d"),
        ] {
            assert_eq!(length(ms), text);
        }
    }

    proptest! {
        #[test]
        fn ticks_are_few_ordered_and_inside(
            from in -62_135_596_800_000_i64..=253_402_300_799_999,
            ms in 0_i64..4_000_000_000_000,
        ) {
            let from = Instant::from_ms(from).unwrap();
            let span = Interval::new(from, from.plus_ms(ms)).unwrap();
            let ticks = ticks(&span);
            prop_assert!(ticks.len() <= 12);
            prop_assert!(ticks.windows(2).all(|pair| pair[0].at < pair[1].at));
            prop_assert!(ticks.iter().all(|tick| span.from <= tick.at && tick.at <= span.to));
        }
    }
}
