use crate::clocks::{ClocksView, clocks};
use crate::cut::Cut;
use crate::figures::{MapView, TimelineView, map_view, timeline_view};
use crate::guarantee::{GuaranteeView, guarantees};
use crate::life::{LifeView, life};
use crate::provision::{ProvisionParts, ProvisionView, view};
use crate::reader::{Links, Reader};
use crate::sources::{ClaimView, FindingView, SourceView, claims, findings, sources, standards};
use crate::tables::{
    ComparisonTable, ExposureTable, IncidentRow, KeyRow, LeftOutRow, comparison, exposure,
    incidents, key_figures, left_out,
};
use crate::when::{When, when};
use crate::words::{Badge, POSSIBLE, STATES, badge, meaning, number};
use askama::Template;
use servanda_comply::answer::Answer;
use servanda_comply::picture::Picture;
use servanda_time::Zone;
use std::collections::{BTreeMap, BTreeSet};

pub(crate) const STYLE: &str =
    concat!(include_str!("../templates/palette.css"), include_str!("../templates/style.css"));

/// The colours of pages, light and dark, as custom properties (CSS): the beginning of each page's
/// style, for others who show the same things.
pub const PALETTE: &str = include_str!("../templates/palette.css");

/// Sentences under the first that a reader sees without asking.
const SENTENCES_MAX: usize = 5;

/// The answer as one HTML file that needs nothing else: it can be opened from a disk, read
/// without JavaScript, and printed.
///
/// The same answer, picture and zone give the same bytes. Times are UTC; those of clocks and of the
/// agreement's life stand on the wall clock of `zone`, the agreement's own, too. Lists of more than
/// 200 rows are cut and say so; the map and the timeline say what they do not draw. An agreement
/// that has a life of its own has no map while nothing has a place, and no timeline while nothing
/// was watched.
#[must_use]
pub fn page(answer: &Answer, picture: &Picture, zone: &Zone) -> String {
    shown(Page::of(answer, picture, zone, Links::Here).render())
}

/// Rendering writes into a string and our escaper never fails; an error can only be a fault of
/// ours, and then the reader is told rather than shown half a page.
pub(crate) fn shown(rendered: askama::Result<String>) -> String {
    rendered.unwrap_or_else(|error| failed(&error.to_string()))
}

/// The parts of [`page`], for a program that lays them out on pages of its own: names of provisions
/// lead to `/provisions/ID`, incidents to `/cases/ID`. They need [`Sections::styles`].
pub struct Sections<'a>(Page<'a>);

macro_rules! sections {
    ($($(#[$doc:meta])* $name:ident => $block:ident),*) => {
        impl Sections<'_> {
            $($(#[$doc])*
            #[must_use]
            pub fn $name(&self) -> String {
                shown(self.0.$block().render())
            })*
        }
    };
}
sections!(
    /// The answer in words.
    lead => as_lead,
    /// How far the agreement has come, and what runs; nothing for one without a life of its own.
    life => as_life,
    /// The guarantees, and what the agreement takes; nothing where there are none.
    guarantees => as_guarantees,
    /// The state of each provision, and the key figures.
    states => as_states,
    /// What was watched, and what was not.
    seen => as_seen,
    /// Counts by phase.
    counts => as_counts,
    /// The map, and the numbers behind it; nothing where there is none.
    map => as_map,
    /// The timeline; nothing where there is none.
    timeline => as_timeline,
    /// Each provision, with its reasons.
    provisions => as_provisions,
    /// Claims beside findings.
    claims => as_claims,
    /// The sources, with licences and acknowledgements.
    sources => as_sources,
    /// What the answer is a function of.
    check => as_check
);

impl<'a> Sections<'a> {
    /// The parts of an answer.
    #[must_use]
    pub fn of(answer: &'a Answer, picture: &'a Picture, zone: &'a Zone) -> Sections<'a> {
        Sections(Page::of(answer, picture, zone, Links::Pages))
    }

    /// What is drawn of each provision, by its id.
    #[must_use]
    pub fn each_provision(&self) -> BTreeMap<String, ProvisionParts> {
        let views = self.0.provisions.iter();
        views.map(|view| (view.id.clone(), ProvisionParts::of(view, POSSIBLE))).collect()
    }

    /// The style sheets that the parts are drawn with: of pages, and of figures.
    #[must_use]
    pub const fn styles() -> [&'static str; 2] {
        [STYLE, servanda_figure::STYLE]
    }
}

impl<'a> Page<'a> {
    fn of(answer: &'a Answer, picture: &'a Picture, zone: &'a Zone, links: Links) -> Page<'a> {
        let reader = Reader::new(answer, zone, links);
        let has_life = answer.life.is_some();
        let has_place =
            !picture.zones.is_empty() || !picture.sites.is_empty() || !picture.marks.is_empty();
        let (lead, more) = match answer.headline.split_first() {
            Some((lead, more)) => (lead.as_str(), more),
            None => ("The record says nothing about this agreement yet.", [].as_slice()),
        };
        let (more, further) = more.split_at(more.len().min(SENTENCES_MAX));
        Page {
            style: STYLE,
            figure_style: servanda_figure::STYLE,
            possible: POSSIBLE,
            title: &answer.title,
            agreement: &answer.asked.agreement,
            version: &answer.asked.version,
            text: &answer.asked.text,
            at: when(&answer.asked.at),
            engine: &answer.asked.engine,
            tzdb: &answer.asked.tzdb,
            form: answer.form,
            without: &answer.asked.without,
            record: answer.asked.record.as_ref().map(|record| RecordView {
                origin: record.origin.clone(),
                size: number(record.size),
                root: record.root.clone(),
                received: when(&record.received),
            }),
            lead,
            more,
            further,
            notes: notes(answer),
            provisions: answer
                .provisions
                .iter()
                .enumerate()
                .map(|(place, p)| view(answer, p, place, links))
                .collect(),
            key: key_figures(answer),
            exposure: exposure(answer),
            comparison: comparison(answer),
            sources: sources(answer),
            map: (has_place || !has_life).then(|| map_view(picture)),
            timeline: (!picture.lanes.is_empty() || !has_life).then(|| timeline_view(picture)),
            zone: Some(zone.name()).filter(|name| *name != "UTC"),
            life: answer.life.as_ref().map(|one| life(one, &reader)),
            clocks: clocks(&answer.clocks, &reader),
            guarantees: guarantees(answer, &reader),
            claims: claims(&answer.claims),
            findings: findings(answer),
            left_out: left_out(answer),
            incidents: incidents(answer),
            meanings: STATES.into_iter().map(|state| (badge(state), meaning(state))).collect(),
            standards: standards(answer),
        }
    }
}

/// The notes, without those that repeat a source's limits: these stand beside the source.
fn notes(answer: &Answer) -> Vec<&str> {
    let limits: BTreeSet<String> = answer
        .sources
        .iter()
        .flat_map(|source| source.limits.iter().map(|limit| format!("{}: {limit}", source.name)))
        .collect();
    answer.notes.iter().map(String::as_str).filter(|note| !limits.contains(*note)).collect()
}

pub(crate) fn failed(reason: &str) -> String {
    let mut shown = String::new();
    for c in reason.chars().filter(|c| c.is_alphanumeric() || *c == ' ') {
        shown.push(c);
    }
    format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Not rendered</title>\
         <p>This page could not be rendered: {shown}. Please report it as a fault of the \
         software.</p></html>"
    )
}

struct RecordView {
    origin: String,
    size: String,
    root: String,
    received: When,
}

#[derive(Template)]
#[template(
    path = "page.html",
    blocks = [
        "lead",
        "life",
        "guarantees",
        "states",
        "seen",
        "counts",
        "map",
        "timeline",
        "provisions",
        "claims",
        "sources",
        "check",
    ]
)]
struct Page<'a> {
    style: &'static str,
    figure_style: &'static str,
    possible: &'static str,
    title: &'a str,
    agreement: &'a str,
    version: &'a str,
    text: &'a str,
    at: When,
    engine: &'a str,
    tzdb: &'a str,
    form: &'static str,
    without: &'a [String],
    record: Option<RecordView>,
    lead: &'a str,
    more: &'a [String],
    further: &'a [String],
    provisions: Vec<ProvisionView>,
    key: Cut<KeyRow>,
    exposure: Vec<ExposureTable>,
    comparison: Vec<ComparisonTable>,
    sources: Vec<SourceView>,
    map: Option<MapView>,
    timeline: Option<TimelineView>,
    /// The agreement's zone by name; none: it is UTC.
    zone: Option<&'a str>,
    life: Option<LifeView>,
    clocks: Option<ClocksView>,
    guarantees: Vec<GuaranteeView>,
    claims: Cut<ClaimView>,
    findings: Cut<FindingView>,
    left_out: Vec<LeftOutRow>,
    incidents: Vec<IncidentRow>,
    notes: Vec<&'a str>,
    meanings: Vec<(Badge, &'static str)>,
    standards: Vec<String>,
}
