//! The words of states and phases, numbers and durations.

use servanda_comply::answer::{Phase, State};
use servanda_figure::icon;
use servanda_text::first_words;
use std::borrow::Cow;

/// All states, the gravest first: the order of every list on a page.
pub const STATES: [State; 8] = [
    State::Violated,
    State::Alleged,
    State::Undetermined,
    State::NotObserved,
    State::Kept,
    State::Suspended,
    State::Ended,
    State::NotInForce,
];

/// What must stand with every possible violation.
pub(crate) const POSSIBLE: &str = "Possible violation: no person has made a finding.";

/// A state as a word with a sign.
#[derive(Debug, Clone)]
pub struct Badge {
    /// An `svg` element of our own.
    pub icon: String,
    /// The word.
    pub word: &'static str,
    /// Its class in the style of pages.
    pub class: &'static str,
}

/// A state as pages show it.
#[must_use]
pub fn badge(state: State) -> Badge {
    Badge { icon: icon(state), word: word(state), class: class(state) }
}

pub(crate) fn word(state: State) -> &'static str {
    match state {
        State::Violated => "violated",
        State::Alleged => "alleged",
        State::Undetermined => "undetermined",
        State::NotObserved => "not observed",
        State::Kept => "kept",
        State::Suspended => "suspended",
        State::Ended => "ended",
        State::NotInForce => "not in force",
    }
}

pub(crate) fn class(state: State) -> &'static str {
    match state {
        State::Violated => "violated",
        State::Alleged => "alleged",
        State::Undetermined => "undetermined",
        State::NotObserved => "not-observed",
        State::Kept => "kept",
        State::Suspended | State::Ended | State::NotInForce => "none",
    }
}

/// Whether the provision binds in that state.
#[must_use]
pub fn binds(state: State) -> bool {
    !matches!(state, State::NotInForce | State::Ended | State::Suspended)
}

/// What a state means, in a sentence or two.
#[must_use]
pub fn meaning(state: State) -> &'static str {
    match state {
        State::Violated => {
            "A finding of violation stands. A person made it; the finding names the person's role."
        }
        State::Alleged => {
            "A claim, or a possible violation that the machine proposes, stands. Nobody has made a \
             finding."
        }
        State::Undetermined => {
            "Something able to show a breach watched, but nothing decides whether there was one."
        }
        State::NotObserved => {
            "Nothing able to show a breach watched. This says nothing about what happened: it is \
             neither \"kept\" nor zero."
        }
        State::Kept => {
            "A person found no violation, and what the agreement declares as watching was complete."
        }
        State::Suspended => "An act suspends the provision.",
        State::Ended => "The provision no longer binds.",
        State::NotInForce => "The provision does not bind yet.",
    }
}

pub(crate) fn phase_word(phase: Phase) -> &'static str {
    match phase {
        Phase::Before => "before",
        Phase::During => "during",
        Phase::After => "after",
    }
}

/// A number with commas between its thousands.
pub(crate) fn number(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// So many characters of a statement's words are shown before somebody asks for more.
const GIST_CHARS_MAX: usize = 72;

/// The first words of a statement.
#[must_use]
pub fn gist(words: &str) -> Cow<'_, str> {
    first_words(words, GIST_CHARS_MAX)
}

/// A count with its noun: `1 pass`, `2,000 passes`.
pub(crate) fn counted(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", number(n), if n == 1 { one } else { many })
}

/// A duration in hours and minutes, from a hundred hours on in hours; rounded down.
pub(crate) fn duration(seconds: i64) -> String {
    if seconds < 0 {
        return "–".to_owned();
    }
    let (hours, minutes) = (seconds.unsigned_abs() / 3600, seconds % 3600 / 60);
    match (hours, minutes) {
        (0, 0) => format!("{seconds} s"),
        (0, minutes) => format!("{minutes} min"),
        // Of a hundred hours, the minutes are noise.
        (hours, _) if hours >= 100 => format!("{} h", number(hours)),
        (hours, 0) => format!("{} h", number(hours)),
        (hours, minutes) => format!("{} h {minutes} min", number(hours)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_in_hours() {
        for (seconds, text) in [
            (0, "0 s"),
            (59, "59 s"),
            (60, "1 min"),
            (108_720, "30 h 12 min"),
            (115_200, "32 h"),
            (360_000 + 3_599, "100 h"),
            (3_600_000_059, "1,000,000 h"),
            (-1, "–"),
        ] {
            assert_eq!(duration(seconds), text);
        }
    }

    #[test]
    fn every_state_has_a_word_and_a_meaning_of_its_own() {
        let words: std::collections::BTreeSet<_> =
            STATES.iter().map(|s| (word(*s), meaning(*s))).collect();
        assert_eq!(words.len(), 8);
    }
}
