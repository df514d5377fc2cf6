//! Where the parties stand apart.

use super::{Duty, listed};
use crate::codes;
use crate::findings::Findings;
use crate::model::Role;
use std::collections::BTreeSet;

pub(crate) fn disputed(duty: &Duty, findings: &mut Findings) {
    let readings = &duty.provision.readings;
    if readings.len() < 2 {
        return;
    }
    let quoted: Vec<String> = readings.iter().map(|r| format!("\"{}\"", r.id)).collect();
    let mut found = codes::DISPUTED
        .note(format!(
            "`{}` is read in {} ways: {}",
            duty.provision.id,
            readings.len(),
            listed(quoted.iter().map(String::as_str))
        ))
        .reason("Both sides are computed and shown beside each other; neither is called right.")
        .help("settle the reading in the text, or leave both");
    for (nth, mark) in duty.readings.iter().enumerate() {
        let (at, text) = (mark.at("reading"), "one reading");
        found = if nth == 0 { found.primary(at, text) } else { found.secondary(at, text) };
    }
    findings.push(found);
}

pub(crate) fn one_sided(duty: &Duty, findings: &mut Findings) {
    let who = &duty.provision.who;
    if who.is_empty() || !duty.is_resolved {
        return;
    }
    let in_readings = duty.provision.readings.iter().flat_map(|reading| &reading.who);
    let bound: BTreeSet<&String> = who.iter().chain(in_readings).collect();
    let parties = duty.agreement.parties.iter().filter(|party| party.role == Role::Side);
    let free: Vec<&str> = parties
        .map(|party| &party.id)
        .filter(|id| !bound.contains(id))
        .map(String::as_str)
        .collect();
    if free.is_empty() {
        return;
    }
    findings.push(
        codes::ONE_SIDED
            .note(format!(
                "`{}` binds {} and not {}",
                duty.provision.id,
                listed(who.iter().map(String::as_str)),
                listed(free)
            ))
            .primary(duty.mark.at("who"), "not all of the parties")
            .reason("That may be meant; it is named so that nobody overlooks it.")
            .help("add the others, or leave it"),
    );
}
