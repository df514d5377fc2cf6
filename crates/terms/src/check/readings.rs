//! Where the parties stand apart.

use super::{Duty, PLACES_MAX, Whole, Written, listed};
use crate::codes;
use crate::details::{Details, ExtendedBy};
use crate::findings::Findings;
use crate::kinds::ProvisionKind;
use crate::model::Role;
use servanda_text::Span;
use std::collections::{BTreeMap, BTreeSet};

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

/// A party that holds two readings of one term, and readings that don't differ.
pub(crate) fn held_twice(duty: &Duty, findings: &mut Findings) {
    let written: Vec<_> = duty.written().collect();
    for (nth, this) in written.iter().enumerate() {
        let mine = this.reading;
        let before = || written.iter().take(nth);
        let held = |other: &&Written| {
            mine.held_by.iter().any(|party| other.reading.held_by.contains(party))
        };
        if let Some(other) = before().find(held) {
            let both = mine.held_by.iter().filter(|party| other.reading.held_by.contains(party));
            findings.push(
                codes::HELD_TWICE
                    .warning(format!(
                        "{} holds two readings of `{}`",
                        listed(both.map(String::as_str)),
                        duty.provision.id
                    ))
                    .primary(this.at("held_by"), "this one")
                    .secondary(other.at("held_by"), "and this one")
                    .reason("By one of them it may break what it keeps by the other.")
                    .help("say which of the two it holds"),
            );
        }
        let same = |other: &&Written| {
            let (a, b) = (mine, other.reading);
            (&a.starts, &a.ends, &a.who, &a.acts, &a.places, &a.sites, &a.details)
                == (&b.starts, &b.ends, &b.who, &b.acts, &b.places, &b.sites, &b.details)
        };
        if let Some(other) = before().find(same).filter(|_| duty.is_resolved) {
            findings.push(
                codes::SAME_READING
                    .warning(format!("two readings of `{}` say the same", duty.provision.id))
                    .primary(this.at("reading"), "this one")
                    .secondary(other.at("reading"), "and this one")
                    .reason("Two answers will stand side by side, and nobody will see why.")
                    .help("write down where they differ, or delete one"),
            );
        }
    }
}

/// A duty of another kind for some of the sides, where the others have none of that kind.
pub(crate) fn mirror_missing(whole: &Whole, findings: &mut Findings) {
    use ProvisionKind::{Limit, Oblige, Transfer, Withdraw};
    let sides: Vec<&str> = whole
        .agreement
        .parties
        .iter()
        .filter(|party| party.role == Role::Side)
        .map(|party| party.id.as_str())
        .collect();
    let mirrored =
        |duty: &&Duty| matches!(duty.provision.kind, Oblige | Limit | Withdraw | Transfer);
    let sides_of = |duty: &Duty| -> BTreeSet<&str> {
        let who = duty.provision.readings.iter().flat_map(|reading| &reading.who);
        let who: BTreeSet<&str> = who.map(String::as_str).collect();
        sides.iter().copied().filter(|side| who.contains(side)).collect()
    };
    let mut groups: BTreeMap<ProvisionKind, BTreeSet<BTreeSet<&str>>> = BTreeMap::new();
    for duty in whole.duties.iter().filter(mirrored) {
        groups.entry(duty.provision.kind).or_default().insert(sides_of(duty));
    }
    for duty in whole.duties.iter().filter(mirrored) {
        let who = &duty.provision.who;
        let own = sides_of(duty);
        let Some(groups) = groups.get(&duty.provision.kind) else { continue };
        // The mirror binds the others and none of these.
        let mirrors = groups.iter().filter(|group| group.is_disjoint(&own));
        let bound: BTreeSet<&str> = mirrors.flatten().copied().chain(own.clone()).collect();
        let free: Vec<&str> = sides.iter().copied().filter(|id| !bound.contains(id)).collect();
        if free.is_empty() || own.is_empty() {
            continue;
        }
        findings.push(
            codes::ONE_SIDED
                .note(format!(
                    "`{}` binds {}, and no such term binds {}",
                    duty.provision.id,
                    listed(who.iter().map(String::as_str)),
                    listed(free)
                ))
                .primary(duty.mark.at("who"), "not all of the sides")
                .reason("That may be meant; it is named so that nobody overlooks it.")
                .help("add the mirror of it, or leave it"),
        );
    }
}

/// An option or a ground for avoidance that one side has and another lacks.
pub(crate) fn right_of_one_side(whole: &Whole, findings: &mut Findings) {
    let force = &whole.agreement.force;
    let by = force.extension.as_ref().map(|extension| &extension.by);
    let at = whole.marks.force.inner("extension").first().map(|mark| mark.at("by"));
    if let (Some(ExtendedBy::Party(by)), Some(at)) = (by, at) {
        one_side("can extend the agreement", by, &force.signed_by, at, findings);
    }
    for duty in whole.duties {
        for written in duty.written() {
            let Details::Guarantee(guarantee) = &written.reading.details else { continue };
            let id = &duty.provision.id;
            let extension = guarantee.extension.as_ref().map(|extension| &extension.by);
            if let Some(ExtendedBy::Party(by)) = extension {
                let at = written.within("extension", 0, "by");
                one_side(&format!("can extend `{id}`"), by, &guarantee.to, at, findings);
            }
            let whose: Vec<String> =
                guarantee.void_if.iter().flat_map(|void| &void.who).cloned().collect();
            let at = written.within("void_if", 0, "who");
            one_side(
                &format!("can make `{id}` void by its act"),
                &whose,
                &guarantee.to,
                at,
                findings,
            );
        }
    }
}

fn one_side(what: &str, has: &[String], all: &[String], at: Span, findings: &mut Findings) {
    let lacks: Vec<&str> =
        all.iter().filter(|party| !has.contains(party)).map(String::as_str).collect();
    let holders: Vec<&str> =
        has.iter().filter(|party| all.contains(party)).map(String::as_str).collect();
    if lacks.is_empty() || holders.is_empty() {
        return;
    }
    findings.push(
        codes::RIGHT_OF_ONE
            .note(format!("{} {what}, and {} not", listed(holders), listed(lacks)))
            .primary(at, "not all of them")
            .reason("That may be meant; it is named so that nobody overlooks it.")
            .help("name the others too, or leave it"),
    );
}

/// A party that decides on what it is itself bound by.
pub(crate) fn judge_in_own_cause(whole: &Whole, findings: &mut Findings) {
    for duty in whole.duties {
        let bound: BTreeSet<&String> =
            duty.provision.readings.iter().flat_map(|reading| &reading.who).collect();
        let judge = whole.agreement.resolve_party(duty.provision.decided_by.trim());
        if let Some(judge) = judge.filter(|judge| bound.contains(&judge.id)) {
            own_cause(&judge.id, &duty.provision.id, duty.mark.at("decided_by"), &[], findings);
        }
        for written in duty.written() {
            let (decider, on, at) = match &written.reading.details {
                Details::Guarantee(guarantee) => {
                    let Some(trigger) = &guarantee.trigger else { continue };
                    let at = written.within("trigger", 0, "decider");
                    (&trigger.decider, &guarantee.guards, at)
                }
                Details::Relief(relief) => {
                    let Some(snapback) = &relief.snapback else { continue };
                    let at = written.within("snapback", 0, "decided_by");
                    (&snapback.decided_by, &snapback.on, at)
                }
                _ => continue,
            };
            let Some(judge) = whole.agreement.resolve_party(decider.trim()) else { continue };
            let own: Vec<Span> = on
                .iter()
                .filter_map(|id| whole.duty(id))
                .filter(|duty| duty.provision.who.contains(&judge.id))
                .map(|duty| duty.mark.at("who"))
                .collect();
            if !own.is_empty() {
                own_cause(&judge.id, &duty.provision.id, at, &own, findings);
            }
        }
    }
}

fn own_cause(judge: &str, id: &str, at: Span, bound: &[Span], findings: &mut Findings) {
    let mut found = codes::OWN_CAUSE
        .note(format!("{judge} decides in `{id}` on its own acts"))
        .primary(at, "decides")
        .reason("It would have to find against itself, and the others won't take its word.")
        .help("let a body or a third party decide, or leave it");
    for at in bound.iter().take(PLACES_MAX) {
        found = found.secondary(*at, "and is bound here");
    }
    findings.push(found);
}
