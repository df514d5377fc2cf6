//! The facts of all but the provisions: the agreement as a whole, and what it names.

use super::Class;
use super::bodies;
use super::facts::{Facts, Subject, Value};
use crate::model::{Agreement, Draft, Exception, Force, Line, NamedZone, Party, Register, Role};
use crate::model::{Definition, NamedEvent, Scoring, SourceClass};
use servanda_time::Instant;
use std::collections::BTreeMap;

pub(super) fn subjects(agreement: &Agreement) -> Vec<Subject<'_>> {
    let mut all = vec![Subject::new(Class::Agreement, "agreement", whole(agreement))];
    all.extend(agreement.parties.iter().map(party));
    all.extend(agreement.events.iter().map(event));
    all.extend(agreement.definitions.iter().map(definition));
    all.extend(agreement.lines.iter().map(line));
    all.extend(agreement.zones.iter().map(zone));
    all.extend(agreement.registers.iter().map(register));
    all.extend(agreement.sources.iter().map(bodies::source));
    all.extend(articles(agreement));
    all.extend(agreement.exceptions.iter().map(exception));
    all
}

fn whole(agreement: &Agreement) -> Facts<'_> {
    let mut facts = Facts::default();
    facts.words("id", &agreement.id);
    facts.words("title", &agreement.title);
    facts.words("version", &agreement.version);
    facts.words("timezone", agreement.timezone.name());
    facts.list("notes", &agreement.notes);
    facts.names("theatre", Class::Zone, agreement.theatre.as_slice());
    facts.span("baseline.before", agreement.baseline.before);
    facts.span("baseline.during", agreement.baseline.during);
    facts.span("baseline.after", agreement.baseline.after);
    if let Some(model) = &agreement.scoring {
        scoring(&mut facts, model);
    }
    force(&mut facts, &agreement.force);
    if let Some(known) = &agreement.draft {
        draft(&mut facts, known);
    }
    facts
}

fn scoring<'a>(facts: &mut Facts<'a>, scoring: &'a Scoring) {
    facts.words("scoring.version", &scoring.version);
    facts.list("scoring.kinds", &scoring.kinds);
    facts.number("scoring.rate", Some(scoring.rate));
    let alike = scoring.alike.iter().map(|family| family.join(", "));
    facts.add("scoring.alike", Value::Prose(alike.collect()));
    let classes = scoring.classes.iter().map(|class| {
        let SourceClass { name, sources, right, near } = class;
        format!("{name}: {}: {right} % right, {near} % alike", sources.join(", "))
    });
    facts.add("scoring.classes", Value::Prose(classes.collect()));
}

fn force<'a>(facts: &mut Facts<'a>, force: &'a Force) {
    facts.names("force.signed_by", Class::Party, &force.signed_by);
    facts.names("force.requires", Class::Provision, &force.requires);
    facts.moment("force.from", &force.from);
    facts.span("force.term", force.term);
    facts.moment("force.until", &force.until);
    facts.span("force.withdrawal", force.withdrawal);
    if let Some(extension) = &force.extension {
        bodies::extension(facts, extension, &bodies::OF_FORCE);
    }
}

fn draft<'a>(facts: &mut Facts<'a>, draft: &'a Draft) {
    facts.words("draft.known", if draft.in_part { "in part" } else { "whole" });
    facts.number("draft.points", draft.points);
    facts.moment("draft.presented", &draft.presented);
    facts.words("draft.by", &draft.by);
    facts.names("draft.agreed_by", Class::Party, &draft.agreed_by);
    facts.list("draft.sources", &draft.sources);
}

fn party(party: &Party) -> Subject<'_> {
    let mut facts = Facts::default();
    facts.words("name", &party.name);
    facts.list("aliases", &party.aliases);
    let role = match party.role {
        Role::Side => "side",
        Role::Guarantor => "guarantor",
        Role::Mediator => "mediator",
        Role::Other => "other",
    };
    facts.words("role", role);
    Subject { mark: party.name.clone(), ..Subject::new(Class::Party, &party.id, facts) }
}

fn event(event: &NamedEvent) -> Subject<'_> {
    let mut facts = Facts::default();
    facts.words("text", &event.text);
    Subject::new(Class::Event, &event.id, facts)
}

fn definition(definition: &Definition) -> Subject<'_> {
    let mut facts = Facts::default();
    facts.words("text", &definition.text);
    Subject::new(Class::Definition, &definition.id, facts)
}

fn line(line: &Line) -> Subject<'_> {
    let mut facts = Facts::default();
    facts.add("points", Value::Points(&line.points));
    Subject::new(Class::Line, &line.id, facts)
}

fn zone(zone: &NamedZone) -> Subject<'_> {
    let mut facts = Facts::default();
    facts.add("area", Value::Area(&zone.area));
    facts.words("name", &zone.name);
    facts.words("group", zone.group.as_deref().unwrap_or_default());
    facts.words("basis", &zone.basis);
    if let Some(valid) = zone.valid {
        facts.add("valid.from", Value::At(valid.from));
        facts.add("valid.to", Value::At(valid.to));
    }
    Subject::new(Class::Zone, &zone.id, facts)
}

fn register(register: &Register) -> Subject<'_> {
    let mut facts = Facts::default();
    facts.words("name", &register.name);
    facts.list("files", &register.files);
    facts.words("mapping", register.mapping.as_deref().unwrap_or_default());
    Subject::new(Class::Register, &register.id, facts)
}

/// The headings that have terms below them, each known by these terms too.
fn articles(agreement: &Agreement) -> Vec<Subject<'_>> {
    let mut terms: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
    for provision in &agreement.provisions {
        if let Some(article) = provision.article {
            terms.entry(article).or_default().push(&provision.id);
        }
    }
    let named = agreement.articles.iter().enumerate();
    named
        .map(|(index, article)| {
            let mut facts = Facts::default();
            facts.prose("text", &article.text);
            let mark = terms.get(&index).map(|ids| ids.join(" ")).unwrap_or_default();
            Subject { mark, ..Subject::new(Class::Article, &article.heading, facts) }
        })
        .collect()
}

fn exception(exception: &Exception) -> Subject<'_> {
    let mut facts = Facts::default();
    facts.words("name", &exception.name);
    facts.list("actors", &exception.actors);
    facts.names("where", Class::Zone, &exception.places);
    if let Some(window) = exception.window {
        // An end that isn't written is stored as an end of the calendar.
        let edge = |at: Instant| at <= Instant::MIN.plus_ms(YEAR_MS);
        if !edge(window.from) {
            facts.add("from", Value::At(window.from));
        }
        if window.to < Instant::MAX.plus_ms(-YEAR_MS) {
            facts.add("until", Value::At(window.to));
        }
    }
    facts.list("acts", &exception.acts);
    for (attribute, values) in &exception.only {
        facts.part("only", attribute, |facts| facts.list("", values));
    }
    facts.words("notice", &exception.notice);
    Subject::new(Class::Exception, &exception.id, facts)
}

const YEAR_MS: i64 = 366 * 86_400_000;
