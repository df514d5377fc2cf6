//! Who proposed a thing, and where it would be.

use super::{Basis, Claim, Read, Slot, Value};
use crate::names::{Actor, Names};
use crate::register::Register;
use crate::words::{is_filler, is_month, stem};
use servanda_entry::OUTLET;
use servanda_entry::{SpeechAct, SpeechKind};

pub(super) fn find(register: &Register, names: &Names, read: &[Read], claims: &mut Vec<Claim>) {
    super::facts::find_beside(register, names, claims);
    for (at, (told, read)) in register.told.iter().zip(read).enumerate() {
        let row = &told.statement;
        for (who, from, to) in proposers(read) {
            let is_own = names.speaker(row).is_some_and(|speaker| speaker.side() == who.side());
            propose(read, at, &who, (from, to), is_own, claims);
        }
        let speaks = row.kind != SpeechKind::Assertion && row.speaker != OUTLET;
        if let (SpeechAct::Propose, true, Some(who)) = (row.act, speaks, names.speaker(row)) {
            // The frame "has proposed" is the outlet's: it says who proposed.
            propose(read, at, &who, (0, read.words.len()), row.kind == SpeechKind::Direct, claims);
        }
        place(read, at, claims);
    }
}

fn propose(
    read: &Read,
    told: usize,
    who: &Actor,
    (from, to): (usize, usize),
    is_own: bool,
    claims: &mut Vec<Claim>,
) {
    for pair in read.pairs(from, to) {
        // Everybody has a plan: only what is one thing can be proposed by one.
        if !pair.split(' ').next_back().is_some_and(is_site) {
            continue;
        }
        claims.push(Claim {
            slot: Slot::Proposer,
            rule: "proposer",
            key: pair.clone(),
            about: pair,
            value: Value::Word(who.side()),
            told,
            is_of_a_week: true,
            basis: Basis::Contradiction,
            is_own,
        });
    }
}

/// Who proposes, and the tokens that say what.
fn proposers(read: &Read) -> Vec<(Actor, usize, usize)> {
    let mut found = Vec::new();
    let ending = |at: usize| {
        let is_end = |at: &usize| matches!(read.low(*at), "." | ";" | "?");
        (at..read.words.len()).find(is_end).unwrap_or(read.words.len())
    };
    let starting = |at: usize| {
        let is_end = |at: &usize| matches!(read.low(*at), "." | ";" | "?");
        (0..at).rev().find(is_end).map_or(0, |end| end + 1)
    };
    for at in 0..read.words.len() {
        let is_noun = matches!(
            read.low(at),
            "proposal" | "proposals" | "idea" | "suggestion" | "suggestions" | "initiative"
        );
        let is_verb = matches!(
            read.low(at),
            "proposed" | "proposes" | "proposing" | "suggested" | "suggests" | "floated"
        );
        if is_verb && read.low(at + 1) == "by" {
            let who = read.named.iter().find(|one| at < one.from && one.from <= at + 4);
            found.extend(who.map(|one| (one.actor.clone(), starting(at), at)));
        } else if is_verb || is_noun {
            let back = if is_noun { 0 } else { 2 };
            let who = read.named.iter().find(|one| one.to <= at && at <= one.to + back);
            found.extend(who.map(|one| (one.actor.clone(), at + 1, ending(at))));
        }
    }
    found
}

/// What is at one place.
fn is_site(low: &str) -> bool {
    matches!(
        low,
        "zone"
            | "area"
            | "corridor"
            | "strip"
            | "crossing"
            | "base"
            | "plant"
            | "bridge"
            | "office"
            | "mission"
            | "hub"
            | "camp"
            | "port"
            | "headquarters"
            | "line"
            | "region"
            | "belt"
            | "enclave"
            | "district"
    )
}

/// "a free economic zone in …", "turning … into a free economic zone".
fn place(read: &Read, told: usize, claims: &mut Vec<Claim>) {
    for at in 0..read.words.len() {
        if !is_site(read.low(at)) {
            continue;
        }
        let mut from = at;
        while from > 0 && read.words[from - 1].is_word && !is_filler(read.low(from - 1)) {
            from -= 1;
        }
        let Some(pair) = read.pairs(from.max(at.saturating_sub(1)), at + 1).into_iter().next()
        else {
            continue;
        };
        let mut next = at + 1;
        while read
            .words
            .get(next)
            .is_some_and(|t| !t.is_word && !matches!(t.low.as_str(), "." | ","))
        {
            next += 1;
        }
        let named = if matches!(read.low(next), "in" | "at" | "near") {
            capitals(read, next + 1)
        } else {
            turned(read, from)
        };
        let Some(name) = named else { continue };
        claims.push(Claim {
            slot: Slot::Place,
            rule: "place-of-a-thing",
            key: pair.clone(),
            about: pair,
            value: Value::Word(name),
            told,
            is_of_a_week: true,
            basis: Basis::Contradiction,
            is_own: false,
        });
    }
}

/// The name of a place at a token; none where it is a party: all of a state says nothing of where.
fn capitals(read: &Read, at: usize) -> Option<String> {
    let at = if read.low(at) == "the" { at + 1 } else { at };
    let is_name = |at: usize| {
        read.words.get(at).is_some_and(|token| token.is_capital() && !is_month(&token.low))
    };
    if read.named.iter().any(|one| one.from <= at && at < one.to) || !is_name(at) {
        return None;
    }
    let words: Vec<String> =
        (at..).take_while(|at| is_name(*at)).map(|at| stem(read.low(at))).collect();
    let shown: Vec<&str> = (at..at + words.len())
        .filter_map(|at| read.words.get(at))
        .map(|t| t.raw.as_str())
        .collect();
    Some(shown.join(" "))
}

/// "turning NAME into a …": the name before the "into" that stands right before the thing.
fn turned(read: &Read, from: usize) -> Option<String> {
    let into = (from.saturating_sub(3)..from).find(|at| read.low(*at) == "into")?;
    let verb = (into.saturating_sub(5)..into)
        .find(|at| matches!(read.low(*at), "turning" | "turn" | "turned" | "make" | "making"))?;
    capitals(read, verb + 1)
}
