//! The linter: what an agreement leaves open, what nobody can see, and where it will be disputed.
//!
//! Each lint is a small function that looks at the agreement and pushes diagnostics; the files
//! are the classes of lints, or the kinds of provision that they are about. Lints that lay one
//! part of the agreement beside another run only when all that is written was understood.

mod clocks;
mod consents;
mod contradictory;
mod duties;
mod exceptions;
mod ground;
mod guarantees;
mod incomplete;
mod links;
mod names;
mod points;
mod readings;
mod timeline;
mod unmonitorable;
mod waits;
mod windows;
mod wording;

use crate::build::{Built, Mark, Marks};
use crate::details::Details;
use crate::findings::Findings;
use crate::kinds::ProvisionKind;
use crate::model::{Agreement, NamedZone, Provision, Reading, Source};
use crate::parse::layout::Layout;
use servanda_text::{SourceText, Span};
use std::collections::BTreeMap;

/// Places that one diagnostic shows beside the first, at most.
const PLACES_MAX: usize = 8;

/// What the lints look up, so that each look is quick.
pub(crate) struct Index<'a> {
    pub(crate) sources: BTreeMap<&'a str, (&'a Source, &'a Mark)>,
    /// Each zone, and its mark.
    pub(crate) zones: BTreeMap<&'a str, (&'a NamedZone, &'a Mark)>,
    /// Where each provision stands in [`Agreement::provisions`].
    pub(crate) provisions: BTreeMap<&'a str, usize>,
}

impl<'a> Index<'a> {
    fn of(built: &'a Built) -> Index<'a> {
        let (agreement, marks) = (&built.agreement, &built.marks);
        let sources = agreement.sources.iter().zip(&marks.sources);
        let zones = agreement.zones.iter().zip(&marks.zones);
        let provisions = agreement.provisions.iter().enumerate();
        Index {
            sources: sources.map(|(s, mark)| (s.id.as_str(), (s, mark))).collect(),
            zones: zones.map(|(zone, mark)| (zone.id.as_str(), (zone, mark))).collect(),
            provisions: provisions.map(|(nth, p)| (p.id.as_str(), nth)).collect(),
        }
    }
}

/// A duty, where it stands, and where its disputed readings stand.
#[derive(Clone, Copy)]
pub(crate) struct Duty<'a> {
    pub(crate) agreement: &'a Agreement,
    pub(crate) index: &'a Index<'a>,
    pub(crate) provision: &'a Provision,
    pub(crate) mark: &'a Mark,
    pub(crate) readings: &'a [Mark],
    /// All that is written was understood; else a name that seems missing may be misspelt.
    pub(crate) is_resolved: bool,
}

/// A reading of a provision, and where it is written: in its own table, or else in the term's.
#[derive(Clone, Copy)]
pub(crate) struct Written<'a> {
    pub(crate) reading: &'a Reading,
    own: Option<&'a Mark>,
    term: &'a Mark,
}

impl<'a> Written<'a> {
    fn mark(&self, key: &str) -> &'a Mark {
        self.own.filter(|mark| mark.has(key)).unwrap_or(self.term)
    }

    /// The term itself.
    pub(crate) fn head(&self) -> Span {
        self.term.head
    }

    /// Whether something is written under the key, right or wrong.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.mark(key).has(key)
    }

    /// The place of a key's value, or else of the table.
    pub(crate) fn at(&self, key: &str) -> Span {
        self.mark(key).at(key)
    }

    /// The table below a key, or those of the list below it.
    pub(crate) fn inner(&self, key: &str) -> &'a [Mark] {
        self.mark(key).inner(key)
    }

    /// The place of a key in one of the tables of a list, or else the nearest that is known.
    pub(crate) fn within(&self, list: &str, nth: usize, key: &str) -> Span {
        self.inner(list).get(nth).map_or_else(|| self.at(list), |mark| mark.at(key))
    }
}

impl<'a> Duty<'a> {
    /// Its readings and where each is written.
    pub(crate) fn written(&self) -> impl Iterator<Item = Written<'a>> + use<'a> {
        let Duty { provision, readings, mark, .. } = *self;
        // Where only one reading is written out, the text as written comes before it.
        let first = provision.readings.len() - readings.len().min(provision.readings.len());
        provision.readings.iter().enumerate().map(move |(nth, reading)| Written {
            reading,
            own: nth.checked_sub(first).and_then(|nth| readings.get(nth)),
            term: mark,
        })
    }
}

/// The agreement as the lints see it that lay one part beside another.
pub(crate) struct Whole<'a> {
    pub(crate) agreement: &'a Agreement,
    pub(crate) marks: &'a Marks,
    pub(crate) index: &'a Index<'a>,
    pub(crate) duties: &'a [Duty<'a>],
}

impl<'a> Whole<'a> {
    /// The provision with that id.
    pub(crate) fn duty(&self, id: &str) -> Option<&'a Duty<'a>> {
        self.duties.get(*self.index.provisions.get(id)?)
    }
}

/// Runs every lint.
pub(crate) fn check(source: &SourceText, layout: &Layout, built: &Built, findings: &mut Findings) {
    let (agreement, marks) = (&built.agreement, &built.marks);
    let index = Index::of(built);
    let is_resolved = !findings.has_error();
    names::shared(agreement, marks, findings);
    names::look_alikes(agreement, marks, findings);
    names::unused_exceptions(built, findings);
    unmonitorable::lines_not_drawn(agreement, findings);
    wording::vague_words(source, layout, agreement, findings);
    consents::open_force(agreement, &marks.force, findings);
    if let Some(extension) = &agreement.force.extension
        && let Some(mark) = marks.force.inner("extension").first()
    {
        guarantees::open_extension("the agreement", extension, mark, findings);
    }

    let places = marks.provisions.iter().zip(&marks.readings);
    let duties: Vec<Duty> = agreement
        .provisions
        .iter()
        .zip(places)
        .map(|(provision, (mark, readings))| {
            let index = &index;
            Duty { agreement, index, provision, mark, readings, is_resolved }
        })
        .collect();
    // First, as a circle must not be hidden behind a long list of what is left open.
    if is_resolved {
        relations(&Whole { agreement, marks, index: &index, duties: &duties }, findings);
    }
    for duty in &duties {
        readings::disputed(duty, findings);
        readings::held_twice(duty, findings);
        points::open(duty, findings);
        unmonitorable::zone_of_another_time(duty, findings);
        duties::uncounted_tolerance(duty, findings);
        if duty.provision.kind.is_observed() {
            observed(duty, findings);
        } else {
            by_kind(duty, findings);
        }
    }
}

/// What is broken by acts that are seen.
fn observed(duty: &Duty, findings: &mut Findings) {
    incomplete::nobody_bound(duty, findings);
    incomplete::no_acts(duty, findings);
    incomplete::no_place(duty, findings);
    incomplete::no_times(duty, findings);
    incomplete::no_procedure(duty, findings);
    unmonitorable::no_source(duty, findings);
    unmonitorable::not_shown_directly(duty, findings);
    unmonitorable::lumped_actor(duty, findings);
    unmonitorable::unit_not_measured(duty, findings);
    readings::one_sided(duty, findings);
}

/// What each other kind leaves open.
fn by_kind(duty: &Duty, findings: &mut Findings) {
    use ProvisionKind::{Limit, Oblige, Transfer, Withdraw};
    if matches!(duty.provision.kind, Oblige | Limit | Withdraw | Transfer) {
        incomplete::nobody_bound(duty, findings);
    }
    for written in duty.written() {
        let (id, details) = (duty.provision.id.as_str(), &written.reading.details);
        duties::no_date(id, &written, findings);
        duties::no_unit(id, &written, findings);
        duties::no_quantity(id, &written, findings);
        match details {
            Details::Limit(_) | Details::Withdraw(_) => duties::no_list(id, &written, findings),
            Details::Relief(relief) => guarantees::open_relief(id, relief, &written, findings),
            Details::Ratify(_) => consents::open_consent(id, &written, findings),
            Details::Body(body) => {
                consents::open_body(id, &written, findings);
                consents::quorum_out_of_reach(id, body, &written, findings);
            }
            Details::Guarantee(guarantee) => {
                guarantees::no_trigger(id, guarantee, &written, findings);
                guarantees::no_response(id, guarantee, &written, findings);
                guarantees::words_without_test(id, guarantee, &written, findings);
            }
            _ => {}
        }
    }
    duties::no_evidence(duty, findings);
}

/// What shows only when one part is laid beside another.
fn relations(whole: &Whole, findings: &mut Findings) {
    waits::on_each_other(whole, findings);
    waits::on_words(whole, findings);
    waits::on_open_points(whole, findings);
    waits::unused_events(whole, findings);
    windows::too_short(whole, findings);
    windows::never(whole, findings);
    windows::stages_out_of_order(whole, findings);
    windows::idle_tolerance(whole, findings);
    windows::guarantee_ends_first(whole, findings);
    windows::late_notice(whole, findings);
    clocks::faster_than_sources(whole, findings);
    clocks::never_shown_clean(whole, findings);
    contradictory::two_limits(whole, findings);
    contradictory::two_lines(whole, findings);
    contradictory::right_and_prohibition(whole, findings);
    contradictory::two_tolerances(whole, findings);
    contradictory::parts_and_whole(whole, findings);
    exceptions::swallowing(whole, findings);
    exceptions::beside_the_term(whole, findings);
    readings::mirror_missing(whole, findings);
    readings::right_of_one_side(whole, findings);
    readings::judge_in_own_cause(whole, findings);
    guarantees::unknown_decider(whole, findings);
    ground::outside_the_theatre(whole, findings);
    ground::gaps(whole, findings);
}

/// Names in a row, at most eight of them: `a`, `b` and 3 more.
pub(crate) fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    const SHOWN: usize = 8;
    let names: Vec<&str> = names.into_iter().collect();
    let mut shown: Vec<String> =
        names.iter().take(SHOWN).map(|name| crate::findings::shortened(name)).collect();
    if names.len() > SHOWN {
        return format!("{} and {} more", shown.join(", "), names.len() - SHOWN);
    }
    match shown.pop() {
        Some(last) if shown.is_empty() => last,
        Some(last) => format!("{} and {last}", shown.join(", ")),
        None => String::new(),
    }
}
