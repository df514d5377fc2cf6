//! The linter: what an agreement leaves open, what nobody can see, and where it will be disputed.
//!
//! Each lint is a small function that looks at the agreement and pushes diagnostics; the files
//! are the classes of lints.

mod incomplete;
mod names;
mod readings;
mod unmonitorable;
mod wording;

use crate::build::{Built, Mark};
use crate::findings::Findings;
use crate::model::{Agreement, NamedZone, Provision, Source};
use crate::parse::layout::Layout;
use servanda_text::{SourceText, Span};
use std::collections::BTreeMap;

/// What the lints look up, so that each look is quick.
pub(crate) struct Index<'a> {
    pub(crate) sources: BTreeMap<&'a str, (&'a Source, &'a Mark)>,
    /// The zones with a validity, and where it is written.
    pub(crate) dated_zones: BTreeMap<&'a str, (&'a NamedZone, Span)>,
}

impl<'a> Index<'a> {
    fn of(built: &'a Built) -> Index<'a> {
        let (agreement, marks) = (&built.agreement, &built.marks);
        let sources = agreement.sources.iter().zip(&marks.sources);
        let zones = agreement.zones.iter().zip(&marks.zones);
        Index {
            sources: sources.map(|(s, mark)| (s.id.as_str(), (s, mark))).collect(),
            dated_zones: zones
                .filter(|(zone, _)| zone.valid.is_some())
                .map(|(zone, mark)| (zone.id.as_str(), (zone, mark.at("valid"))))
                .collect(),
        }
    }
}

/// A duty, where it stands, and where its disputed readings stand.
pub(crate) struct Duty<'a> {
    pub(crate) agreement: &'a Agreement,
    pub(crate) index: &'a Index<'a>,
    pub(crate) provision: &'a Provision,
    pub(crate) mark: &'a Mark,
    pub(crate) readings: &'a [Mark],
    /// All that is written was understood; else a name that seems missing may be misspelt.
    pub(crate) is_resolved: bool,
}

/// Runs every lint.
pub(crate) fn check(source: &SourceText, layout: &Layout, built: &Built, findings: &mut Findings) {
    let (agreement, marks) = (&built.agreement, &built.marks);
    let index = Index::of(built);
    let is_resolved = !findings.has_error();
    names::shared(agreement, &marks.parties, findings);
    names::look_alikes(agreement, marks, findings);
    names::unused_exceptions(built, findings);
    unmonitorable::lines_not_drawn(agreement, findings);
    wording::vague_words(source, layout, agreement, findings);

    let places = marks.provisions.iter().zip(&marks.readings);
    for (provision, (mark, readings)) in agreement.provisions.iter().zip(places) {
        let duty = Duty { agreement, index: &index, provision, mark, readings, is_resolved };
        readings::disputed(&duty, findings);
        if !provision.kind.is_observed() {
            continue;
        }
        incomplete::nobody_bound(&duty, findings);
        incomplete::no_acts(&duty, findings);
        incomplete::no_place(&duty, findings);
        incomplete::no_times(&duty, findings);
        incomplete::no_procedure(&duty, findings);
        unmonitorable::no_source(&duty, findings);
        unmonitorable::not_shown_directly(&duty, findings);
        unmonitorable::lumped_actor(&duty, findings);
        unmonitorable::zone_of_another_time(&duty, findings);
        readings::one_sided(&duty, findings);
    }
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
