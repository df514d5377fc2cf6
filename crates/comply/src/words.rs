//! Numbers and states in words. Integers in, text out: no floats.

use crate::answer::State;

/// `numerator / denominator` as decimal text, rounded half away from zero; none for a division
/// by nothing.
pub(crate) fn ratio(numerator: i128, denominator: i128, decimals: u32) -> Option<String> {
    if denominator <= 0 || numerator < 0 {
        return None;
    }
    let scale = 10_i128.pow(decimals);
    let scaled = (2 * numerator * scale + denominator) / (2 * denominator);
    let (whole, part) = (scaled / scale, scaled % scale);
    Some(match decimals {
        0 => whole.to_string(),
        _ => format!("{whole}.{part:0width$}", width = decimals as usize),
    })
}

/// A rate a day over so many milliseconds, one decimal; none when nothing was observed.
pub(crate) fn per_day(count: u64, over_ms: i64) -> Option<String> {
    ratio(i128::from(count) * 86_400_000, i128::from(over_ms), 1)
}

/// A length as `31 h 20 min`, `45 min`, `20 s`, or days when it is long.
pub fn length(ms: i64) -> String {
    let seconds = ms / 1000;
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600, seconds / 60);
    if days >= 10 {
        return format!("{days} days");
    }
    match (hours, minutes % 60, seconds % 60) {
        (0, 0, s) => format!("{s} s"),
        (0, m, _) => format!("{m} min"),
        (h, 0, _) => format!("{h} h"),
        (h, m, _) => format!("{h} h {m} min"),
    }
}

/// `1 row`, `2 rows`.
pub(crate) fn count(n: u64, one: &str, many: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {many}") }
}

impl State {
    /// The states, from the mildest to the gravest.
    pub const ALL: [State; 8] = [
        State::NotInForce,
        State::Ended,
        State::Suspended,
        State::Kept,
        State::NotObserved,
        State::Undetermined,
        State::Alleged,
        State::Violated,
    ];

    /// The stable word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            State::NotInForce => "not-in-force",
            State::Ended => "ended",
            State::Suspended => "suspended",
            State::Kept => "kept",
            State::NotObserved => "not-observed",
            State::Undetermined => "undetermined",
            State::Alleged => "alleged",
            State::Violated => "violated",
        }
    }

    /// What it means, in one sentence.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            State::NotInForce => "It does not bind yet.",
            State::Ended => "It no longer binds.",
            State::Suspended => "An act suspends it.",
            State::Kept => {
                "A person's role found no violation, and the declared coverage is complete."
            }
            State::NotObserved => "Nothing able to show a breach watched. That is not compliance.",
            State::Undetermined => "Something watched, but nothing decides.",
            State::Alleged => {
                "A claim, or a possible violation that the machine proposes, stands; no person \
                 has made a finding."
            }
            State::Violated => "A finding of violation by a person's role stands.",
        }
    }
}

/// The gravest of the states, where `kept` counts only if every state in force is.
pub(crate) fn gravest(states: impl IntoIterator<Item = State>) -> Option<State> {
    let binding =
        |state: State| !matches!(state, State::NotInForce | State::Ended | State::Suspended);
    let (bound, free): (Vec<State>, Vec<State>) = states.into_iter().partition(|&s| binding(s));
    let worst = bound.into_iter().max();
    worst.or_else(|| free.into_iter().max())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_are_rounded_half_away_from_zero() {
        assert_eq!(ratio(1, 3, 2).as_deref(), Some("0.33"));
        assert_eq!(ratio(325, 14, 1).as_deref(), Some("23.2"));
        assert_eq!(ratio(1, 8, 2).as_deref(), Some("0.13"));
        assert_eq!(ratio(5, 1, 0).as_deref(), Some("5"));
        assert_eq!(ratio(0, 7, 1).as_deref(), Some("0.0"));
        assert_eq!(ratio(1, 0, 1), None);
    }

    #[test]
    fn kept_is_said_only_when_nothing_else_holds() {
        use State::{Alleged, Ended, Kept, NotInForce, NotObserved};
        assert_eq!(gravest([Kept, Kept, Ended]), Some(Kept));
        assert_eq!(gravest([Kept, NotObserved]), Some(NotObserved));
        assert_eq!(gravest([NotObserved, Alleged, Ended]), Some(Alleged));
        assert_eq!(gravest([NotInForce, Ended]), Some(Ended));
        assert_eq!(gravest([]), None);
    }

    #[test]
    fn lengths_are_readable() {
        assert_eq!(length(31 * 3_600_000 + 20 * 60_000), "31 h 20 min");
        assert_eq!(length(59_000), "59 s");
        assert_eq!(length(90_000), "1 min");
        assert_eq!(length(20 * 86_400_000), "20 days");
    }
}
