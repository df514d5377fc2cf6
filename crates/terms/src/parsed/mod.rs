//! An agreement as JSON, for programs of others: every name resolved, each moment as an instant
//! or as counted from an event. `spec/agreement.schema.json` describes it.
//!
//! Every field is always there: null where the text doesn't say, an empty list or text where it
//! says nothing. There are no coordinates: a zone has its area, and its shape lies in the files.

mod details;

use crate::diff::area_km2;
use crate::model::{
    Agreement, Draft, Exception, Force, NamedZone, Person, ProtectedSites, Provision, Reading,
    Register, Role, Source, Tolerance,
};
use crate::moment::{Event, Milestone, When};
use serde_json::{Value, json};
use servanda_time::{Amount, Interval};

/// The form's name and version.
pub const FORM: &str = "servanda/agreement/v1";

/// The agreement as JSON. Lists are in the order of the text.
///
/// ```
/// # use servanda_terms::{SourceText, load, parsed::to_json};
/// # use std::collections::BTreeMap;
/// let text = "+++\nid = 'x'\ntitle = 'X'\nversion = '1'\ntimezone = 'UTC'\n+++\n";
/// let (agreement, _) = load(&SourceText::new("x.md", text), &BTreeMap::new());
/// assert_eq!(to_json(&agreement.unwrap())["form"], "servanda/agreement/v1");
/// ```
#[must_use]
pub fn to_json(agreement: &Agreement) -> Value {
    let articles = agreement.articles.iter();
    let provisions = agreement.provisions.iter();
    let definitions = agreement.definitions.iter();
    let events = agreement.events.iter();
    json!({
        "form": FORM,
        "id": agreement.id,
        "title": agreement.title,
        "version": agreement.version,
        "timezone": agreement.timezone.name(),
        "notes": agreement.notes,
        "theatre": agreement.theatre,
        "parties": list(&agreement.parties, |party| json!({
            "id": party.id,
            "name": party.name,
            "aliases": party.aliases,
            "adjectives": party.adjectives,
            "role": role(party.role),
        })),
        "people": list(&agreement.people, person),
        "topics": list(&agreement.topics, |topic| json!({
            "id": topic.id,
            "name": topic.name,
            "words": topic.words,
            "about": topic.about,
        })),
        "lines": list(&agreement.lines, |line| json!({
            "id": line.id,
            "is_drawn": line.is_drawn(),
            "text": line.text,
        })),
        "zones": list(&agreement.zones, zone),
        "sites": list(&agreement.registers, register),
        "sources": list(&agreement.sources, source),
        "scoring": agreement.scoring.as_ref().map(|scoring| json!({
            "version": scoring.version,
            "kinds": scoring.kinds,
            "alike": scoring.alike,
            "rate": scoring.rate,
            "classes": list(&scoring.classes, |class| json!({
                "name": class.name,
                "sources": class.sources,
                "right": class.right,
                "near": class.near,
            })),
        })),
        "baseline": {
            "before": span(agreement.baseline.before),
            "during": span(agreement.baseline.during),
            "after": span(agreement.baseline.after),
        },
        "definitions": definitions.map(|one| worded(&one.id, &one.text)).collect::<Vec<_>>(),
        "events": events.map(|one| worded(&one.id, &one.text)).collect::<Vec<_>>(),
        "force": force(&agreement.force),
        "draft": agreement.draft.as_ref().map(draft),
        "articles": articles
            .map(|one| json!({ "heading": one.heading, "text": one.text }))
            .collect::<Vec<_>>(),
        "provisions": provisions.map(provision).collect::<Vec<_>>(),
        "exceptions": list(&agreement.exceptions, exception),
    })
}

fn list<T>(items: &[T], value: impl Fn(&T) -> Value) -> Vec<Value> {
    items.iter().map(value).collect()
}

fn worded(id: &str, text: &str) -> Value {
    json!({ "id": id, "text": text })
}

fn role(role: Role) -> &'static str {
    match role {
        Role::Side => "side",
        Role::Guarantor => "guarantor",
        Role::Mediator => "mediator",
        Role::Other => "other",
    }
}

fn person(person: &Person) -> Value {
    json!({
        "id": person.id,
        "name": person.name,
        "aliases": person.aliases,
        "party": person.party,
        "roles": list(&person.roles, |role| json!({
            "title": role.title,
            "of": role.of,
            "body": role.body,
            "from": role.from.map(|at| at.to_string()),
            "until": role.until.map(|at| at.to_string()),
        })),
    })
}

fn zone(zone: &NamedZone) -> Value {
    json!({
        "id": zone.id,
        "group": zone.group,
        "name": zone.name,
        "area_km2": area_km2(&zone.area),
        "valid": zone.valid.as_ref().map(interval),
        "basis": zone.basis,
    })
}

fn register(register: &Register) -> Value {
    json!({
        "id": register.id,
        "name": register.name,
        "files": register.files,
        "mapping": register.mapping,
    })
}

fn source(source: &Source) -> Value {
    json!({
        "id": source.id,
        "name": source.name,
        "shows": source.shows,
        "format": source.format,
        "mapping": source.mapping,
        "files": source.files,
        "timezone": source.timezone.name(),
        "passes": source.passes.as_ref().map(|passes| json!({
            "by": passes.by,
            "gap": span(Some(passes.gap)),
        })),
        "strata": source.strata,
        "control": source.control.as_ref().map(|control| json!({
            "sites": control.register,
            "within_m": control.within_m,
        })),
        "rows": if source.rows_are_events { "events" } else { "reports" },
        "measure": source.measure,
        "lag": span(source.lag),
        "limits": source.limits,
        "lumps": list(&source.lumps, |lump| json!({
            "name": lump.name,
            "may_include": lump.may_include,
        })),
        "longest": span(source.longest),
        "compare_only": attributes(&source.compare_only),
        "licence": source.licence,
        "attribution": source.attribution,
    })
}

fn force(force: &Force) -> Value {
    json!({
        "signed_by": force.signed_by,
        "requires": force.requires,
        "from": moment(&force.from),
        "term": span(force.term),
        "until": moment(&force.until),
        "extension": force.extension.as_ref().map(details::extension),
        "withdrawal": span(force.withdrawal),
    })
}

fn draft(draft: &Draft) -> Value {
    json!({
        "known": if draft.in_part { "in part" } else { "whole" },
        "points": draft.points,
        "presented": moment(&draft.presented),
        "by": draft.by,
        "agreed_by": draft.agreed_by,
        "sources": draft.sources,
    })
}

fn provision(provision: &Provision) -> Value {
    json!({
        "id": provision.id,
        "kind": provision.kind.word(),
        "article": provision.article,
        "number": provision.number,
        "requires": provision.requires,
        "except": provision.except,
        "shown_by": provision.shown_by,
        "tolerance": provision.tolerance,
        "tolerance_count": provision.tolerance_count.as_ref().map(tolerance),
        "severity": provision.severity,
        "verified_by": provision.verified_by,
        "decided_by": provision.decided_by,
        "standard": provision.standard,
        "remedy": provision.remedy,
        "topics": provision.topics,
        "options": provision.options,
        "note": provision.note,
        "readings": list(&provision.readings, reading),
    })
}

fn tolerance(tolerance: &Tolerance) -> Value {
    json!({
        "at_most": tolerance.at_most,
        "unit": tolerance.unit,
        "per": span(tolerance.per),
    })
}

fn reading(reading: &Reading) -> Value {
    json!({
        "reading": reading.id,
        "held_by": reading.held_by,
        "who": reading.who,
        "acts": reading.acts,
        "where": reading.places,
        "sites": reading.sites.as_ref().map(sites),
        "from": moment(&reading.starts),
        "until": moment(&reading.ends),
        "details": details::details(&reading.details),
    })
}

fn sites(sites: &ProtectedSites) -> Value {
    json!({
        "register": sites.register,
        "within_m": sites.within_m,
        "only": attributes(&sites.only),
    })
}

fn exception(exception: &Exception) -> Value {
    json!({
        "id": exception.id,
        "name": exception.name,
        "actors": exception.actors,
        "where": exception.places,
        "window": exception.window.as_ref().map(interval),
        "acts": exception.acts,
        "only": attributes(&exception.only),
        "notice": exception.notice,
    })
}

/// Attributes with the values that count.
fn attributes(only: &[(String, Vec<String>)]) -> Vec<Value> {
    list(only, |(attribute, values)| json!({ "attribute": attribute, "values": values }))
}

fn interval(interval: &Interval) -> Value {
    json!({ "from": interval.from.to_string(), "until": interval.to.to_string() })
}

/// A span as the language writes it, such as `14 days`.
fn span(amount: Option<Amount>) -> Value {
    json!(amount.map(|amount| amount.to_string()))
}

/// An instant, or what it is counted from.
fn moment(when: &When) -> Value {
    match when {
        When::Unstated => Value::Null,
        When::At(at) => json!({ "at": at.to_string() }),
        When::Of(relative) => match (relative.amount, relative.before) {
            (None, _) => json!({ "event": event(&relative.event) }),
            (Some(amount), before) => json!({
                "amount": amount.to_string(),
                "side": if before { "before" } else { "after" },
                "event": event(&relative.event),
            }),
        },
    }
}

/// What happens, and to which provision or named event; of null: the agreement.
fn event(event: &Event) -> Value {
    let (what, of) = match event {
        Event::Signature => ("signature", None),
        Event::EntryIntoForce => ("entry into force", None),
        Event::End => ("end", None),
        Event::Named(name) => ("event", Some(name)),
        Event::Of(id, Milestone::Done) => ("done", Some(id)),
        Event::Of(id, Milestone::Start) => ("start", Some(id)),
        Event::Of(id, Milestone::End) => ("end", Some(id)),
        Event::Of(id, Milestone::Trigger) => ("trigger", Some(id)),
    };
    json!({ "what": what, "of": of })
}
