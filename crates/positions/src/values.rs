//! Numbers of statements: of what they are, and whether two can both be so.

use crate::words::{Token, is_filler, name_words, stem, tokens};
use servanda_entry::{StatedValue, Statement};
use std::collections::BTreeMap;

/// What is counted, and of what: years of the guarantee, percent of the plan. The object is empty
/// where the words don't tell it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Measure {
    pub(crate) unit: String,
    pub(crate) object: String,
}

/// From the least to the most, in thousandths; none: open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Range {
    pub(crate) min: Option<u64>,
    pub(crate) max: Option<u64>,
}

impl Range {
    pub(crate) fn overlaps(self, other: Range) -> bool {
        let below = |min: Option<u64>, max: Option<u64>| min.zip(max).is_none_or(|(a, b)| a <= b);
        below(self.min, other.max) && below(other.min, self.max)
    }

    /// Five percent wider on each side: "about", "nearly".
    fn widened(self) -> Range {
        let min = self.min.map(|min| min - min / 20);
        Range { min, max: self.max.map(|max| max.saturating_add(max.div_ceil(20))) }
    }

    pub(crate) fn print(self) -> String {
        let number = |milli: u64| {
            let (whole, rest) = (milli / 1000, milli % 1000);
            let decimals = format!("{rest:03}");
            match decimals.trim_end_matches('0') {
                "" => whole.to_string(),
                decimals => format!("{whole}.{decimals}"),
            }
        };
        match (self.min, self.max) {
            (Some(min), Some(max)) if min == max => number(min),
            (Some(min), Some(max)) => format!("{}..{}", number(min), number(max)),
            (Some(min), None) => format!("{}..", number(min)),
            (None, Some(max)) => format!("..{}", number(max)),
            (None, None) => "..".to_owned(),
        }
    }
}

/// The numbers of a statement: for each measure all ranges, as stated and as widened by words.
pub(crate) fn measures(statement: &Statement) -> BTreeMap<Measure, Vec<Range>> {
    let words = tokens(&statement.quote);
    let mut found: BTreeMap<Measure, Vec<Range>> = BTreeMap::new();
    let mut last_object: Option<(String, String)> = None;
    for value in statement.values.iter().rev() {
        if value.unit == "date" || (value.min_milli.is_none() && value.max_milli.is_none()) {
            continue;
        }
        let at = place(&words, value);
        let mut object = at.map(|at| object(&words, value, at)).unwrap_or_default();
        // "30, 40, 50 years of guarantees": what the last is of, the others are of.
        match &last_object {
            Some((unit, last)) if *unit == value.unit && object.is_empty() => {
                object.clone_from(last);
            }
            _ => last_object = Some((value.unit.clone(), object.clone())),
        }
        let mut range = Range { min: value.min_milli, max: value.max_milli };
        if is_rounded(&words, at.map(|(from, _)| from), value) {
            range = range.widened();
        }
        found.entry(Measure { unit: value.unit.clone(), object }).or_default().push(range);
    }
    found.values_mut().for_each(|ranges| ranges.sort_unstable());
    found
}

/// Whether the ranges of two statements can both be so: two of them overlap, or all of one lies
/// within what the other spans.
pub(crate) fn is_compatible(a: &[Range], b: &[Range]) -> bool {
    let any = a.iter().any(|a| b.iter().any(|b| a.overlaps(*b)));
    any || hull(a).overlaps(hull(b))
}

fn hull(ranges: &[Range]) -> Range {
    let least = |all: Vec<Option<u64>>| all.into_iter().collect::<Option<Vec<u64>>>();
    Range {
        min: least(ranges.iter().map(|r| r.min).collect()).and_then(|all| all.into_iter().min()),
        max: least(ranges.iter().map(|r| r.max).collect()).and_then(|all| all.into_iter().max()),
    }
}

/// Whether two statements give numbers of one measure that can't both be so.
pub(crate) fn clash(a: &Statement, b: &Statement) -> bool {
    is_clash(&measures(a), &measures(b))
}

/// The same of their numbers.
pub(crate) fn is_clash(
    a: &BTreeMap<Measure, Vec<Range>>,
    b: &BTreeMap<Measure, Vec<Range>>,
) -> bool {
    a.iter().any(|(measure, ranges)| {
        b.get(measure).is_some_and(|others| !is_compatible(ranges, others))
    })
}

/// Whether two statements share a measure whose numbers can both be so.
pub(crate) fn share(a: &Statement, b: &Statement) -> bool {
    let b = measures(b);
    measures(a)
        .iter()
        .any(|(measure, ranges)| b.get(measure).is_some_and(|others| is_compatible(ranges, others)))
}

/// The tokens `from..to` of a value in the words.
pub(crate) fn place(words: &[Token], value: &StatedValue) -> Option<(usize, usize)> {
    let own = tokens(&value.text);
    if own.is_empty() {
        return None;
    }
    let from = words
        .windows(own.len())
        .position(|part| part.iter().zip(&own).all(|(a, b)| a.low == b.low))?;
    Some((from, from + own.len()))
}

fn is_rounding(low: &str) -> bool {
    matches!(
        low,
        "about"
            | "around"
            | "roughly"
            | "nearly"
            | "almost"
            | "some"
            | "approximately"
            | "approx"
            | "circa"
            | "virtually"
    )
}

fn is_rounded(words: &[Token], from: Option<usize>, value: &StatedValue) -> bool {
    let before =
        from.map_or(&[][..], |from| words.get(from.saturating_sub(2)..from).unwrap_or_default());
    before.iter().any(|token| is_rounding(&token.low))
        || name_words(&value.text).iter().any(|low| is_rounding(low))
}

fn is_time(unit: &str) -> bool {
    matches!(unit, "year" | "decade" | "month" | "week" | "day" | "hour" | "minute")
}

fn is_copula(low: &str) -> bool {
    matches!(
        low,
        "is" | "are"
            | "was"
            | "were"
            | "be"
            | "been"
            | "being"
            | "has"
            | "have"
            | "had"
            | "will"
            | "would"
            | "now"
            | "already"
            | "still"
            | "should"
            | "could"
            | "can"
            | "must"
    )
}

/// Words that end a noun phrase.
fn is_end(low: &str) -> bool {
    is_copula(low)
        || matches!(
            low,
            "in" | "on"
                | "for"
                | "to"
                | "by"
                | "and"
                | "or"
                | "between"
                | "under"
                | "with"
                | "that"
                | "which"
                | "who"
                | "from"
                | "at"
                | "as"
                | "but"
                | "while"
                | "of"
                | "after"
                | "before"
                | "during"
                | "remains"
                | "remain"
                | "if"
                | "than"
                | "its"
        )
        || is_settled(low)
}

pub(crate) fn is_settled(low: &str) -> bool {
    matches!(
        low,
        "agreed"
            | "finalized"
            | "finalised"
            | "settled"
            | "completed"
            | "complete"
            | "ready"
            | "done"
            | "accepted"
            | "resolved"
            | "approved"
            | "prepared"
            | "concluded"
    )
}

/// What a number is of, as its words tell; empty where they don't.
pub(crate) fn object(words: &[Token], value: &StatedValue, (from, to): (usize, usize)) -> String {
    // "300 prisoners" are of themselves.
    if value.unit != "percent" && !is_time(&value.unit) {
        return value
            .text
            .split_whitespace()
            .last()
            .map(|w| stem(&w.to_lowercase()))
            .unwrap_or_default();
    }
    let low = |at: usize| words.get(at).map_or("", |token| token.low.as_str());
    let mut at = to;
    if low(at) == "of" {
        at += 1;
        while matches!(low(at), "the" | "a" | "an" | "this" | "that" | "all" | "our" | "its") {
            at += 1;
        }
    } else if is_time(&value.unit) && !value.text.contains('-') {
        // "15 years" is followed by nothing of its own; "15-year" is.
        at = usize::MAX;
    }
    let noun = (at..at.saturating_add(5))
        .take_while(|at| words.get(*at).is_some_and(|t| t.is_word && !is_end(&t.low)))
        .last();
    if let Some(noun) = noun {
        return stem(low(noun));
    }
    before(words, from)
}

/// The noun before a number: "the plan is 90 percent agreed", "a guarantee for 15 years".
fn before(words: &[Token], from: usize) -> String {
    let mut at = from;
    for _ in 0..8 {
        let Some(token) = at.checked_sub(1).and_then(|at| words.get(at)) else { break };
        let low = token.low.as_str();
        let is_skipped = is_copula(low)
            || is_rounding(low)
            || matches!(
                low,
                "for"
                    | "a"
                    | "an"
                    | "the"
                    | "of"
                    | "up"
                    | "to"
                    | "at"
                    | "least"
                    | "most"
                    | "last"
                    | "lasting"
                    | "lasts"
                    | "run"
                    | "runs"
                    | "running"
                    | "longer"
                    | "than"
                    | "or"
                    | "much"
                    | "as"
                    | "over"
                    | "more"
                    | ","
                    | "and"
            )
            || low.bytes().all(|b| b.is_ascii_digit());
        if !is_skipped {
            let is_noun = token.is_word && !is_filler(low) && !is_pronoun(low);
            return if is_noun { stem(low) } else { String::new() };
        }
        at -= 1;
    }
    String::new()
}

fn is_pronoun(low: &str) -> bool {
    matches!(low, "it" | "they" | "this" | "that" | "he" | "she" | "we" | "i" | "them" | "there")
}
