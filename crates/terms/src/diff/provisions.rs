//! The facts of provisions.

use super::Class;
use super::details;
use super::facts::{Facts, ReadingFacts, Subject};
use crate::details::{Details, PointStatus};
use crate::kinds::ProvisionKind;
use crate::model::{Agreement, ProtectedSites, Provision, Reading};

pub(super) fn subjects(agreement: &Agreement) -> impl Iterator<Item = Subject<'_>> {
    agreement.provisions.iter().map(|provision| subject(agreement, provision))
}

fn subject<'a>(agreement: &'a Agreement, provision: &'a Provision) -> Subject<'a> {
    let article = provision.article.and_then(|index| agreement.articles.get(index));
    let unknown = provision.readings.iter().any(|reading| {
        matches!(&reading.details, Details::Point(point) if point.status == PointStatus::Unknown)
    });
    Subject {
        kind: Some(provision.kind),
        mark: provision.number.clone(),
        heading: article.map_or("", |article| article.heading.as_str()),
        readings: provision.readings.iter().map(|reading| facts_of(provision, reading)).collect(),
        unknown,
        ..Subject::new(Class::Provision, &provision.id, common(provision))
    }
}

/// What all readings share.
fn common(provision: &Provision) -> Facts<'_> {
    let mut facts = Facts::default();
    facts.words("number", &provision.number);
    facts.names("requires", Class::Provision, &provision.requires);
    facts.names("except", Class::Exception, &provision.except);
    match &provision.tolerance_count {
        Some(tolerance) => {
            facts.number("tolerance.at_most", Some(tolerance.at_most));
            facts.words("tolerance.unit", &tolerance.unit);
            facts.span("tolerance.per", tolerance.per);
        }
        None => facts.words("tolerance", &provision.tolerance),
    }
    facts.words("severity", &provision.severity);
    facts.names("shown_by", Class::Source, &provision.shown_by);
    facts.words("verified_by", &provision.verified_by);
    facts.words("decided_by", &provision.decided_by);
    facts.words("standard", &provision.standard);
    facts.words("remedy", &provision.remedy);
    facts.list("topics", &provision.topics);
    facts.list("options", &provision.options);
    facts.words("note", &provision.note);
    facts
}

fn facts_of<'a>(provision: &'a Provision, reading: &'a Reading) -> ReadingFacts<'a> {
    use ProvisionKind as Kind;
    let mut facts = Facts::default();
    // These kinds have a word of their own for who is bound; `who` only repeats it.
    let derived = [Kind::Guarantee, Kind::Pledge, Kind::Relief, Kind::Ratify, Kind::Body];
    if !derived.contains(&provision.kind) {
        facts.names("who", Class::Party, &reading.who);
    }
    facts.names("held_by", Class::Party, &reading.held_by);
    facts.list("acts", &reading.acts);
    facts.names("where", Class::Zone, &reading.places);
    if let Some(sites) = &reading.sites {
        protected(&mut facts, sites);
    }
    facts.moment("from", &reading.starts);
    facts.moment("until", &reading.ends);
    details::add(&mut facts, &reading.details);
    ReadingFacts { id: &reading.id, facts: facts.list }
}

fn protected<'a>(facts: &mut Facts<'a>, sites: &'a ProtectedSites) {
    facts.names("sites.register", Class::Register, std::slice::from_ref(&sites.register));
    facts.number("sites.within_m", Some(sites.within_m.into()));
    for (attribute, values) in &sites.only {
        facts.part("sites.only", attribute, |facts| facts.list("", values));
    }
}
