//! Who holds an office, and since when the war has lasted.

use super::{Basis, Claim, Read, Slot, Value};
use crate::dates::Stated;
use crate::matrix::day;
use crate::names::Names;
use crate::register::{Register, Told};
use crate::values;
use crate::words::{is_office, tokens};

pub(super) fn find(register: &Register, read: &[Read], claims: &mut Vec<Claim>) {
    for (at, (told, read)) in register.told.iter().zip(read).enumerate() {
        for (person, office, is_former) in offices(read) {
            claims.push(role(at, &person, &office, is_former));
        }
        if let Some(value) = start(register, told, read) {
            claims.push(Claim {
                slot: Slot::WarStart,
                rule: "war-start",
                key: String::new(),
                about: "start of the war".to_owned(),
                value,
                told: at,
                is_of_a_week: false,
                basis: Basis::Contradiction,
                is_own: false,
            });
        }
    }
}

/// What the words beside the quotation say of offices: the speaker, the audience as written.
pub(super) fn find_beside(register: &Register, names: &Names, claims: &mut Vec<Claim>) {
    for (at, told) in register.told.iter().enumerate() {
        let row = &told.statement;
        let beside = [&row.speaker_text, &row.audience, &row.via, &row.medium];
        for text in beside.into_iter().flatten() {
            let words = tokens(text);
            let named = names.find(&words);
            for (person, office, is_former) in offices(&Read { words, named }) {
                claims.push(role(at, &person, &office, is_former));
            }
        }
    }
}

fn role(told: usize, person: &str, office: &str, is_former: bool) -> Claim {
    let value = if is_former { format!("former {office}") } else { format!("{office}, in office") };
    Claim {
        slot: Slot::Role,
        rule: "role-held-or-former",
        key: format!("{person}: {}", office.to_lowercase()),
        about: person.to_owned(),
        value: Value::Word(value),
        told,
        is_of_a_week: true,
        basis: Basis::Contradiction,
        is_own: false,
    }
}

/// What may stand within the name of an office.
fn is_of_office(low: &str) -> bool {
    is_office(low)
        || matches!(
            low,
            "prime"
                | "foreign"
                | "defence"
                | "defense"
                | "vice"
                | "deputy"
                | "interior"
                | "special"
        )
}

/// Offices before names: the person, the office, and whether it is a former one.
fn offices(read: &Read) -> Vec<(String, String, bool)> {
    let mut found = Vec::new();
    for one in &read.named {
        let Some(person) = &one.actor.person else { continue };
        let bare = |at: usize| {
            let low = read.low(at);
            low.strip_prefix("ex-").unwrap_or(low).to_owned()
        };
        let mut from = one.from;
        while from > 0 && is_of_office(&bare(from - 1)) {
            from -= 1;
        }
        let office: Vec<String> = (from..one.from).map(bare).collect();
        let is_title = office.iter().any(|word| is_office(word));
        let name = person.strip_prefix("the ").unwrap_or(person);
        // The name can be the office: "the president of …".
        let is_name = is_of_office(name.split(' ').next().unwrap_or("").to_lowercase().as_str());
        let office = match (is_title, is_name) {
            (true, _) => office.join(" "),
            (false, true) => name.to_owned(),
            (false, false) => continue,
        };
        // A state may stand between: "former Northern president".
        let mut before = from;
        if let Some(state) = read.named.iter().find(|o| o.to == from && o.actor.person.is_none()) {
            before = state.from;
        }
        let is_former = before > 0
            && matches!(read.low(before - 1), "former" | "ex" | "erstwhile" | "then-former")
            || read.low(from).starts_with("ex-");
        found.push((person.clone(), office, is_former));
    }
    found
}

/// Since when the war has lasted, in months.
fn start(register: &Register, told: &Told, read: &Read) -> Option<Value> {
    let at_war = (0..read.words.len()).find(|at| matches!(read.low(*at), "war" | "conflict"))?;
    let row = &told.statement;
    let ends = |at: usize| read.words.get(at).is_none_or(|t| matches!(t.low.as_str(), "." | ";"));
    let sentence_end = (at_war..).find(|at| ends(*at)).unwrap_or(read.words.len());
    for value in &row.values {
        let Some((from, _)) = values::place(&read.words, value) else { continue };
        if from < at_war || from > sentence_end {
            continue;
        }
        let between = at_war + 1..from;
        if let Some(date) = value.date.as_deref().and_then(Stated::parse) {
            let since = from > 0 && read.low(from - 1) == "since";
            let begun = between.clone().any(|at| {
                matches!(read.low(at), "began" | "begun" | "started" | "erupted" | "broke")
            });
            if !since && !begun {
                continue;
            }
            let year = i64::from(date.year?) * 12;
            let (first, last) = match date.month {
                Some(month) => (year + i64::from(month) - 1, year + i64::from(month) - 1),
                None => (year, year + 11),
            };
            return Some(Value::Months(first, last, date.print()));
        }
        let lasts = between.clone().any(|at| read.low(at) == "for")
            && value.unit == "year"
            && !value.text.contains('-')
            && !between.clone().any(|at| matches!(read.low(at), "guarantee" | "guarantees"));
        if let (true, Some(years), true) =
            (lasts, value.min_milli, value.min_milli == value.max_milli)
        {
            let now = day(register, told).0?;
            let now = i64::from(now.year?) * 12 + i64::from(now.month.unwrap_or(6)) - 1;
            let months = i64::try_from(years * 12 / 1000).ok()?;
            // "for four years" may be nearly five; "almost" is five percent on each side.
            let (least, most) = (months - months / 20, (months + 11).max(months + months / 20));
            let print = format!(
                "for {} years",
                values::Range { min: Some(years), max: Some(years) }.print()
            );
            return Some(Value::Months(now - most, now - least, print));
        }
    }
    None
}
