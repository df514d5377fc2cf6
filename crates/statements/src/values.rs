//! Numbers with their unit, and dates.

use crate::tokens::{Kind, Tokens};
use crate::when::{self, PartialDate};

/// A number, a range or a date in a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value {
    /// Its first byte in the paragraph.
    pub start: usize,
    /// The byte after its last.
    pub end: usize,
    /// What it counts: `year`, `percent`, `point`, `person`, …; `date` for a date.
    pub unit: &'static str,
    /// The least, in thousandths of the unit; none: open below, or not told.
    pub min_milli: Option<u64>,
    /// The most, in thousandths of the unit; none: open above, or not told.
    pub max_milli: Option<u64>,
    /// The date.
    pub date: Option<PartialDate>,
}

/// So many words of a number in words are read: "one hundred and twenty thousand".
const NUMBER_TOKENS_MAX: usize = 6;

#[derive(Debug, Clone, Copy)]
struct Amount {
    min: u64,
    max: u64,
    /// The token after it.
    to: usize,
    /// The unit, where the same token has it: "15-year".
    unit: Option<&'static str>,
}

/// The values in tokens `from..to`.
pub(crate) fn values(tokens: &Tokens, from: usize, to: usize) -> Vec<Value> {
    let mut found: Vec<Value> = Vec::new();
    let mut at = from;
    while at < to {
        if let Some((date, next)) = when::date(tokens, at, to) {
            if !is_of_start(tokens, at, from) {
                push(tokens, &mut found, at, next, "date", (None, None), Some(date));
            }
            at = next.max(at + 1);
            continue;
        }
        if let Some(next) = vague(tokens, at, to) {
            let unit = unit(tokens.low(next - 1)).unwrap_or("");
            push(tokens, &mut found, at, next, unit, (None, None), None);
            at = next;
            continue;
        }
        // "15 years and up to 50": the unit is the one before.
        if let Some(last) = found.last()
            && let Some(bare) = amount(tokens, at, to).filter(|bare| bare.unit.is_none())
            && amounts(tokens, at, to).is_none()
            && !tokens.is_capital(bare.to)
            && (bare.to >= to || !tokens.is(bare.to, Kind::Word) || tokens.low(bare.to) == "in")
        {
            let limits = match bounds(tokens, at, from) {
                Bound::AtMost => Some((None, Some(bare.max))),
                Bound::AtLeast => Some((Some(bare.min), None)),
                Bound::Exact => None,
            };
            if let (Some(limits), true) = (limits, last.date.is_none()) {
                let unit = last.unit;
                push(tokens, &mut found, at, bare.to, unit, limits, None);
                at = bare.to;
                continue;
            }
        }
        at = match amounts(tokens, at, to) {
            // "the four-year war", "three years of fighting": how long it lasts is no claim.
            Some((_, unit, next)) if is_time(unit) && is_of_war(tokens, next) => next,
            // "the first in five months", "one person": a way to say how rare, or that it is one.
            Some((_, unit, next)) if is_time(unit) && is_rank(tokens, at, from) => next,
            Some((_, _, next)) if is_denied_one(tokens, at, from) => next,
            Some((list, unit, next)) => {
                let bounds = bounds(tokens, at, from);
                for (start, amount) in &list {
                    let (min, max) = match bounds {
                        Bound::Exact => (Some(amount.min), Some(amount.max)),
                        Bound::AtMost => (None, Some(amount.max)),
                        Bound::AtLeast => (Some(amount.min), None),
                    };
                    let end = if list.len() == 1 { next } else { amount.to };
                    push(tokens, &mut found, *start, end, unit, (min, max), None);
                }
                next
            }
            None => at + 1,
        };
    }
    // A unit just behind the statement is not its own.
    let limit = to.checked_sub(1).and_then(|last| tokens.all.get(last)).map_or(0, |last| last.end);
    found.retain(|value| value.end <= limit);
    found
}

fn is_time(unit: &str) -> bool {
    matches!(unit, "year" | "month" | "week" | "day" | "decade")
}

/// "not a one-day matter", "not of one person".
fn is_denied_one(tokens: &Tokens, at: usize, from: usize) -> bool {
    let low = tokens.low(at);
    (low == "one" || low.starts_with("one-"))
        && (at.saturating_sub(2).max(from)..at).any(|at| tokens.low(at) == "not")
}

/// "since the war began in that year": a date that only tells which war.
fn is_of_start(tokens: &Tokens, at: usize, from: usize) -> bool {
    let before = at.saturating_sub(10).max(from)..at;
    let has = |words: &[&str]| before.clone().any(|at| words.contains(&tokens.low(at)));
    at > from
        && tokens.low(at - 1) == "in"
        && has(&["since"])
        && has(&["war", "invasion", "conflict", "fighting", "invaded"])
}

/// "the first for five months", "the longest in 80 years".
fn is_rank(tokens: &Tokens, at: usize, from: usize) -> bool {
    let Some(before) = at.checked_sub(1).filter(|before| *before >= from) else { return false };
    matches!(tokens.low(before), "in" | "for")
        && (before.saturating_sub(6).max(from)..before).any(|at| {
            let low = tokens.low(at);
            matches!(low, "first" | "second" | "third" | "worst" | "most")
                || low.ends_with("est") && low.len() > 5
        })
}

fn is_of_war(tokens: &Tokens, at: usize) -> bool {
    let of = usize::from(tokens.low(at) == "of");
    let is_fight = |at: usize| {
        matches!(
            tokens.low(at),
            "war" | "conflict" | "fighting" | "invasion" | "bloodshed" | "hostilities"
        )
    };
    // One word may say whose: "the four-year Northern war".
    is_fight(at + of) || is_fight(at + of + 1) && tokens.is(at + of, Kind::Word)
}

fn push(
    tokens: &Tokens,
    found: &mut Vec<Value>,
    from: usize,
    to: usize,
    unit: &'static str,
    (min_milli, max_milli): (Option<u64>, Option<u64>),
    date: Option<PartialDate>,
) {
    if let Some((start, end)) = tokens.bytes(from, to) {
        found.push(Value { start, end, unit, min_milli, max_milli, date });
    }
}

enum Bound {
    Exact,
    AtMost,
    AtLeast,
}

/// What stands before an amount: "up to", "at least".
fn bounds(tokens: &Tokens, at: usize, from: usize) -> Bound {
    let back = |n: usize| at.checked_sub(n).filter(|b| *b >= from).map_or("", |b| tokens.low(b));
    let mut shift = 0;
    while matches!(back(1 + shift), "a" | "an" | "the" | "about" | "roughly" | "some") && shift < 2
    {
        shift += 1;
    }
    match (back(2 + shift), back(1 + shift)) {
        ("up", "to") | ("at", "most") | ("as", "extensive" | "long" | "many" | "much") => {
            Bound::AtMost
        }
        ("long" | "many" | "much" | "extensive" | "high", "as") => Bound::AtMost,
        ("no" | "not", "more") => Bound::AtMost,
        ("more", "than") if back(3 + shift) == "no" || back(3 + shift) == "not" => Bound::AtMost,
        ("less" | "fewer", "than") if back(3 + shift) == "no" || back(3 + shift) == "not" => {
            Bound::AtLeast
        }
        ("less" | "fewer", "than") => Bound::AtMost,
        ("at", "least") | ("more", "than") | ("longer", "than") => Bound::AtLeast,
        (_, "over" | "beyond" | "exceeding" | "minimum") => Bound::AtLeast,
        (_, "under" | "below" | "maximum" | "nearly" | "within") => Bound::AtMost,
        _ => Bound::Exact,
    }
}

/// "several weeks": a unit, and no number. Gives the token after it.
fn vague(tokens: &Tokens, at: usize, to: usize) -> Option<usize> {
    // "over several weeks": how long something took.
    let is_past = at > 0 && matches!(tokens.low(at - 1), "over" | "past" | "last");
    if !matches!(tokens.low(at), "several" | "few") || is_past {
        return None;
    }
    let next = if tokens.low(at + 1) == "more" { at + 2 } else { at + 1 };
    (next < to
        && matches!(unit(tokens.low(next)), Some("year" | "month" | "week" | "day" | "hour")))
    .then_some(next + 1)
}

/// One amount, a range, or a list of them, with their unit and the token after it.
type Amounts = (Vec<(usize, Amount)>, &'static str, usize);

fn amounts(tokens: &Tokens, at: usize, to: usize) -> Option<Amounts> {
    let first = amount(tokens, at, to)?;
    if let Some(unit) = first.unit {
        return Some((vec![(at, first)], unit, first.to));
    }
    let mut list = vec![(at, first)];
    let mut next = first.to;
    let joint = tokens.low(next);
    // "90 to 95 percent", "between 5 and 10 days".
    let between = at > 0 && tokens.low(at - 1) == "between" && joint == "and";
    if joint == "to" || between || tokens.is(next, Kind::Dash) {
        if let Some(second) = amount(tokens, next + 1, to)
            && second.max > first.min
        {
            let range = Amount { min: first.min, max: second.max, ..second };
            list = vec![(at, range)];
            next = second.to;
        }
    } else {
        // "30, 40, 50 years", "10 or 15 years".
        let mut is_choice = false;
        for _ in 0..8 {
            let mut from = next;
            if tokens.is(from, Kind::Comma) {
                from += 1;
            }
            if matches!(tokens.low(from), "or" | "and") {
                is_choice |= tokens.low(from) == "or";
                from += 1;
            }
            if from > next && tokens.low(from) == "even" {
                from += 1;
            }
            if from == next {
                break;
            }
            let Some(other) = amount(tokens, from, to) else { break };
            list.push((from, other));
            next = other.to;
            if other.unit.is_some() {
                break;
            }
        }
        // Without a unit at its end it was no list.
        let has_unit = list.last().is_some_and(|(_, last)| last.unit.is_some())
            || unit_after(tokens, next, to).is_some();
        if !has_unit {
            list.truncate(1);
            next = first.to;
        }
        // "30, 40 or even 50 years": from the least to the most.
        let (min, max) = list
            .iter()
            .fold((u64::MAX, 0), |(min, max), (_, one)| (min.min(one.min), max.max(one.max)));
        if is_choice && list.len() >= 3 && min < max {
            let last = list.last().map_or(first, |(_, last)| *last);
            list = vec![(at, Amount { min, max, ..last })];
        }
    }
    let own = list.last().and_then(|(_, last)| last.unit);
    if let Some(unit) = own {
        return Some((list, unit, next));
    }
    if at > 0 && matches!(tokens.raw(at - 1), "$" | "€" | "£") {
        let unit = match tokens.raw(at - 1) {
            "$" => "usd",
            "€" => "eur",
            _ => "gbp",
        };
        return Some((list, unit, next));
    }
    let (unit, next) = unit_after(tokens, next, to)?;
    Some((list, unit, next))
}

/// The unit after an amount, and the token after it. One adjective may stand between: "100 more
/// troops".
fn unit_after(tokens: &Tokens, at: usize, to: usize) -> Option<(&'static str, usize)> {
    for skip in 0..3 {
        let at = at + skip;
        if at >= to {
            return None;
        }
        if let Some(unit) = unit(tokens.low(at)).filter(|unit| skip == 0 || *unit != "point") {
            return Some((unit, at + 1));
        }
        if tokens.raw(at) == "%" && skip == 0 {
            return Some(("percent", at + 1));
        }
        if tokens.low(at) == "per" && tokens.low(at + 1) == "cent" {
            return Some(("percent", at + 2));
        }
        let low = tokens.low(at);
        // "40 Northern soldiers"
        let is_whose = tokens.is_capital(at) && unit(tokens.low(at + 1)).is_some();
        let may_stand = tokens.is(at, Kind::Word)
            && (!tokens.is_capital(at) || is_whose)
            && !crate::words::is_preposition(low)
            && !crate::words::is_conjunction(low)
            && !low.starts_with(|c: char| c.is_ascii_digit());
        if !may_stand {
            return None;
        }
    }
    None
}

/// The unit of a noun.
fn unit(low: &str) -> Option<&'static str> {
    Some(match low {
        "percent" | "percentage" | "%" => "percent",
        "year" | "years" => "year",
        "decade" | "decades" => "decade",
        "month" | "months" => "month",
        "week" | "weeks" => "week",
        "day" | "days" => "day",
        "hour" | "hours" => "hour",
        "minute" | "minutes" => "minute",
        "point" | "points" => "point",
        "people" | "pows" | "persons" | "person" | "troops" | "soldiers" | "prisoners"
        | "civilians" | "hostages" | "captives" | "fighters" | "personnel" | "observers"
        | "monitors" | "peacekeepers" | "refugees" | "detainees" | "men" | "women" | "children"
        | "families" | "casualties" | "inspectors" | "guards" | "villagers" | "officers"
        | "servicemen" | "deaths" => "person",
        "kilometers" | "kilometres" | "kilometer" | "kilometre" | "km" => "km",
        "miles" | "mile" => "mile",
        "meters" | "metres" | "metre" | "meter" => "m",
        "dollars" => "usd",
        "euros" => "eur",
        "drone" | "drones" => "drone",
        "missile" | "missiles" => "missile",
        "tanks" | "guns" | "vehicles" | "trucks" | "aircraft" => "item",
        "seats" | "seat" => "seat",
        "times" => "time",
        "tonnes" | "tons" => "tonne",
        "villages" | "districts" | "provinces" | "sites" | "posts" | "crossings" => "place",
        _ => return None,
    })
}

/// An amount at a token: digits, words, a range in one token, or with its unit.
fn amount(tokens: &Tokens, at: usize, to: usize) -> Option<Amount> {
    if at >= to || !tokens.is(at, Kind::Word) {
        return None;
    }
    let low = tokens.low(at);
    let mut parts = low.split(['-', '–', '\u{2010}', '\u{2011}']);
    let first = parts.next().unwrap_or("");
    let rest: Vec<&str> = parts.take(3).collect();
    let percent = |at: usize| (tokens.raw(at) == "%").then_some("percent");
    match rest.as_slice() {
        [] => {}
        // "15-year"
        [noun] if unit(noun).is_some() => {
            let value = number(first)?;
            return Some(Amount { min: value, max: value, to: at + 1, unit: unit(noun) });
        }
        // "90-95", "30-50"
        [second] if number(first).is_some() && number(second).is_some() => {
            let (min, max) = (number(first)?, number(second)?);
            if min >= max {
                // "twenty-five"
                let sum = word(first).zip(word(second)).map(|(a, b)| a + b)?;
                return Some(Amount { min: sum * 1000, max: sum * 1000, to: at + 1, unit: None });
            }
            let unit = percent(at + 1);
            return Some(Amount { min, max, to: at + 1 + usize::from(unit.is_some()), unit });
        }
        // "30-50-year"
        [second, noun] if unit(noun).is_some() => {
            let (min, max) = (number(first)?, number(second)?);
            return Some(Amount { min, max, to: at + 1, unit: unit(noun) });
        }
        _ => return None,
    }
    let mut value = number(first)?;
    let mut next = at + 1;
    for _ in 0..NUMBER_TOKENS_MAX {
        let scale = match tokens.low(next) {
            "hundred" => 100,
            "thousand" => 1_000,
            "million" | "mn" => 1_000_000,
            "billion" | "bn" => 1_000_000_000,
            _ => break,
        };
        value = value.checked_mul(scale)?;
        next += 1;
    }
    let unit = percent(next);
    next += usize::from(unit.is_some());
    Some(Amount { min: value, max: value, to: next, unit })
}

/// A number in thousandths: "15", "1,500", "2.5", "fifteen".
fn number(text: &str) -> Option<u64> {
    if let Some(value) = word(text) {
        return Some(value * 1000);
    }
    let mut whole: u64 = 0;
    let (digits, decimals) = text.split_once('.').unwrap_or((text, ""));
    if digits.is_empty() || decimals.len() > 3 {
        return None;
    }
    let mut group = 0;
    let has_groups = digits.contains(',');
    for byte in digits.bytes() {
        match byte {
            b'0'..=b'9' => {
                whole = whole.checked_mul(10)?.checked_add(u64::from(byte - b'0'))?;
                group += 1;
            }
            b',' if group > 0 && group <= 3 => group = 0,
            _ => return None,
        }
    }
    if has_groups && group != 3 {
        return None;
    }
    let mut thousandths = whole.checked_mul(1000)?;
    let mut scale = 100;
    for byte in decimals.bytes() {
        if !byte.is_ascii_digit() {
            return None;
        }
        thousandths = thousandths.checked_add(u64::from(byte - b'0') * scale)?;
        scale /= 10;
    }
    Some(thousandths)
}

/// A number in words.
fn word(low: &str) -> Option<u64> {
    Some(match low {
        "one" => 1,
        "two" => 2,
        "three" => 3,
        "four" => 4,
        "five" => 5,
        "six" => 6,
        "seven" => 7,
        "eight" => 8,
        "nine" => 9,
        "ten" => 10,
        "eleven" => 11,
        "twelve" => 12,
        "thirteen" => 13,
        "fourteen" => 14,
        "fifteen" => 15,
        "sixteen" => 16,
        "seventeen" => 17,
        "eighteen" => 18,
        "nineteen" => 19,
        "twenty" => 20,
        "thirty" => 30,
        "forty" => 40,
        "fifty" => 50,
        "sixty" => 60,
        "seventy" => 70,
        "eighty" => 80,
        "ninety" => 90,
        _ => return None,
    })
}
