//! Numbers of one object, and how far one matter has come.

use super::{Basis, Claim, Read, Slot, Value};
use crate::matrix::{Stance, stance};
use crate::names::Names;
use crate::register::{Register, Told};
use crate::values;
use servanda_entry::OUTLET;
use servanda_entry::{SpeechKind, SpeechStatus};
use std::collections::BTreeSet;

pub(super) fn find(register: &Register, names: &Names, read: &[Read], claims: &mut Vec<Claim>) {
    for (at, (told, read)) in register.told.iter().zip(read).enumerate() {
        number(names, told, at, claims);
        status(told, read, at, claims);
    }
}

/// The matters of a statement: its points, or else its topics.
pub(super) fn matters(names: &Names, told: &Told) -> Vec<String> {
    let points = names.points_of(&told.statement);
    if points.is_empty() {
        return told.statement.topics.clone();
    }
    points.into_iter().map(|at| names.points[at].0.clone()).collect()
}

fn number(names: &Names, told: &Told, at: usize, claims: &mut Vec<Claim>) {
    let row = &told.statement;
    if row.speaker.is_empty() {
        return;
    }
    let takes = stance(row.act);
    for (measure, ranges) in values::measures(row) {
        // What a number is of must be told: else nobody knows whether two are of one thing.
        if measure.object.is_empty() {
            continue;
        }
        for matter in matters(names, told) {
            let about = format!("{matter}: {} of {}", measure.unit, measure.object);
            let claim = |basis, key| Claim {
                slot: Slot::Value,
                rule: match basis {
                    Basis::Contradiction => "value-of-one-speaker",
                    Basis::Divergence => "value-of-speakers",
                },
                key,
                about: about.clone(),
                value: Value::Ranges(ranges.clone()),
                told: at,
                is_of_a_week: true,
                basis,
                is_own: false,
            };
            let status = row.status.map_or(0, |status| status as u8 + 1);
            let key = format!("{about} {} {} {status}", row.speaker, takes as u8);
            claims.push(claim(Basis::Contradiction, key));
            if row.kind != SpeechKind::Assertion && row.speaker != OUTLET {
                claims.push(claim(Basis::Divergence, about.clone()));
            }
        }
    }
}

/// So many tokens behind a word of status, and so many before it, say of what it is.
const BEHIND: usize = 11;
const BEFORE: usize = 7;

/// Secured here, still negotiated there: of one thing, told by its own two words.
fn status(told: &Told, read: &Read, at: usize, claims: &mut Vec<Claim>) {
    let row = &told.statement;
    if stance(row.act) != Stance::Says && row.status.is_none() {
        return;
    }
    let mut found: BTreeSet<(String, bool)> = BTreeSet::new();
    for at in 0..read.words.len() {
        let Some(is_settled) = settled(read, at) else { continue };
        let sentence_end = |at: &usize| matches!(read.low(*at), "." | ";" | "?");
        let from =
            (at.saturating_sub(BEFORE)..at).rev().find(sentence_end).map_or(0, |end| end + 1);
        let from = from.max(at.saturating_sub(BEFORE));
        let to = (at + 1..at + BEHIND).find(sentence_end).unwrap_or(at + BEHIND);
        let pairs = [read.pairs(from, at), read.pairs(at + 1, to)];
        found.extend(pairs.into_iter().flatten().map(|pair| (pair, is_settled)));
    }
    if found.is_empty() {
        let is_settled = match row.status {
            Some(SpeechStatus::Secured | SpeechStatus::Signed | SpeechStatus::Ratified) => true,
            Some(SpeechStatus::Discussed | SpeechStatus::Offered) => false,
            _ => return,
        };
        let pairs = read.pairs(0, read.words.len());
        found.extend(pairs.into_iter().map(|pair| (pair, is_settled)));
    }
    for (pair, is_settled) in found {
        let value = if is_settled { "settled" } else { "open" };
        let claim = |basis, key, is_own| Claim {
            slot: Slot::Status,
            rule: "status-settled-or-open",
            key,
            about: pair.clone(),
            value: Value::Word(value.to_owned()),
            told: at,
            is_of_a_week: true,
            basis,
            is_own,
        };
        // Two speakers may differ; a report of the outlet's own can't stand beside the other.
        let is_own = row.kind != SpeechKind::Assertion;
        claims.push(claim(Basis::Contradiction, pair.clone(), is_own));
        if is_own {
            claims.push(claim(Basis::Divergence, pair.clone(), false));
        }
    }
}

/// Whether a word says that a matter is settled, or still open.
fn settled(read: &Read, at: usize) -> Option<bool> {
    let before: Vec<&str> = (at.saturating_sub(3)..at).map(|at| read.low(at)).collect();
    let is_denied = before.iter().any(|low| {
        matches!(
            *low,
            "not" | "never" | "be" | "yet" | "to" | "will" | "if" | "once" | "until" | "unless"
        )
    });
    match read.low(at) {
        "secured" | "secures" | "signed" | "ratified" | "granted" if !is_denied => Some(true),
        "secured" | "signed" | "ratified" | "granted" | "finalized" | "finalised"
            if before.iter().any(|low| matches!(*low, "not" | "never" | "yet")) =>
        {
            Some(false)
        }
        "negotiating" | "negotiated" | "discussed" | "discussing" | "unresolved" => Some(false),
        _ => None,
    }
}
