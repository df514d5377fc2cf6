//! The agreement as the engine sees it: names resolved, times as instants, zones as geometry.
//!
//! Everything here comes from the agreement's own files. Order is the order of the text, so that
//! answers list provisions, parties and sources as the drafters did.

use crate::details::{Details, Extension};
use crate::kinds::ProvisionKind;
use crate::moment::When;
use servanda_place::{Point, Zone as Area};
use servanda_text::Span;
use servanda_time::{Amount, Instant, Interval, Zone};

/// A resolved agreement.
#[derive(Debug, Clone)]
pub struct Agreement {
    /// Short name, such as `easter-truce-2026`; part of the record's origin.
    pub id: String,
    /// Title in the drafters' words.
    pub title: String,
    /// Version of the text.
    pub version: String,
    /// Civil time zone of the text.
    pub timezone: Zone,
    /// The parties, in the order of the text.
    pub parties: Vec<Party>,
    /// People who speak for a party or another body, in the order of the text.
    pub people: Vec<Person>,
    /// Words by which reports speak of a matter, in the order of the text.
    pub topics: Vec<Topic>,
    /// The lines, by name.
    pub lines: Vec<Line>,
    /// The zones, by name.
    pub zones: Vec<NamedZone>,
    /// Registers of sites, by name; their rows are in the record.
    pub registers: Vec<Register>,
    /// The sources, in the order of the text.
    pub sources: Vec<Source>,
    /// By what observations are joined to incidents; none: all that can be one event.
    pub scoring: Option<Scoring>,
    /// The spans compared before, during and after.
    pub baseline: Baseline,
    /// Events that the terms count from.
    pub events: Vec<NamedEvent>,
    /// How the agreement as a whole comes into force and ends.
    pub force: Force,
    /// What is known of a draft; none: the text is whole.
    pub draft: Option<Draft>,
    /// The zone in which all others should lie.
    pub theatre: Option<String>,
    /// Words that the text defines.
    pub definitions: Vec<Definition>,
    /// The articles: headings that have terms under them.
    pub articles: Vec<Article>,
    /// The provisions, in the order of the text.
    pub provisions: Vec<Provision>,
    /// The exceptions, in the order of the text.
    pub exceptions: Vec<Exception>,
    /// What must be said beside every answer, in the drafters' words.
    pub notes: Vec<String>,
}

/// One side, or another actor that the text names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// Its identifier in the terms.
    pub id: String,
    /// Its name in full.
    pub name: String,
    /// Other names, as sources write them.
    pub aliases: Vec<String>,
    /// What stands before an office or a body of the party, as in "the Northern minister".
    pub adjectives: Vec<String>,
    /// What it is to the agreement.
    pub role: Role,
}

/// Somebody whose words reports give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The identifier.
    pub id: String,
    /// The name in full.
    pub name: String,
    /// Other names and spellings, as sources write them.
    pub aliases: Vec<String>,
    /// The party for which the person speaks.
    pub party: Option<String>,
    /// The offices held, with their times.
    pub roles: Vec<HeldRole>,
}

/// An office that a person holds or has held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldRole {
    /// What the office is called, such as `president` or `foreign minister`.
    pub title: String,
    /// The party whose office it is.
    pub of: Option<String>,
    /// The body whose office it is, where that is no party.
    pub body: String,
    /// Since when.
    pub from: Option<Instant>,
    /// Until when, which is excluded.
    pub until: Option<Instant>,
}

/// A matter of which reports speak, and the words by which they do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    /// The identifier.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Words and beginnings of words, in the order of the text.
    pub words: Vec<String>,
    /// The provisions that it is about.
    pub about: Vec<String>,
}

/// What a party is to the agreement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Role {
    /// One of the sides.
    #[default]
    Side,
    /// It answers for the agreement.
    Guarantor,
    /// It brings the sides together, or saw them sign.
    Mediator,
    /// Another actor that the text names.
    Other,
}

/// Something that happens, and that terms count from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedEvent {
    /// Its name in the terms.
    pub id: String,
    /// What it is, in words.
    pub text: String,
    /// Where it stands in the agreement file.
    pub span: Span,
}

/// How the agreement as a whole comes into force, and how it ends.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Force {
    /// The parties whose signature it takes.
    pub signed_by: Vec<String>,
    /// Provisions that must be fulfilled first.
    pub requires: Vec<String>,
    /// When it comes into force; not stated: when all that is required is there.
    pub from: When,
    /// How long it lasts; none: without end.
    pub term: Option<Amount>,
    /// When it ends, where the text names a moment.
    pub until: When,
    /// How it can go on.
    pub extension: Option<Extension>,
    /// How long before it takes effect a withdrawal must be notified; none: no right to withdraw
    /// is stated.
    pub withdrawal: Option<Amount>,
    /// Where it stands in the agreement file; none: it isn't written.
    pub span: Option<Span>,
}

/// A draft, as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Draft {
    /// Its sources don't give all of it: what is missing is unknown, not removed.
    pub in_part: bool,
    /// How many points it has, where its sources say so.
    pub points: Option<u64>,
    /// When it became known.
    pub presented: When,
    /// By whom, in words.
    pub by: String,
    /// Whose acceptance makes a point agreed: party ids.
    pub agreed_by: Vec<String>,
    /// Where it is reported.
    pub sources: Vec<String>,
    /// Where it stands in the agreement file.
    pub span: Span,
}

/// A line on the ground.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its name in the terms.
    pub id: String,
    /// Its points in order; none: it is not drawn, and only `text` says where it runs.
    pub points: Vec<Point>,
    /// Where it runs, in words; empty where the points say it all.
    pub text: String,
    /// Where it stands in the agreement file.
    pub span: Span,
}

impl Line {
    /// Whether its course is known: two points or more.
    #[must_use]
    pub fn is_drawn(&self) -> bool {
        !self.points.is_empty()
    }
}

/// A named zone with the time for which it was drawn.
#[derive(Debug, Clone)]
pub struct NamedZone {
    /// Its name in the terms; `GROUP.FEATURE` for a zone of a group.
    pub id: String,
    /// The group that it belongs to, such as all the provinces of one file.
    pub group: Option<String>,
    /// What people call it.
    pub name: String,
    /// Its extent.
    pub area: Area,
    /// When it is valid; none: always.
    pub valid: Option<Interval>,
    /// What it was made of, in words.
    pub basis: String,
    /// Where it stands in the agreement file.
    pub span: Span,
}

/// A register of sites, such as protected plants or places that burn every day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Register {
    /// Its name in the terms.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Its data files, below the agreement's folder.
    pub files: Vec<String>,
    /// The mapping that reads them.
    pub mapping: Option<String>,
    /// Where it stands in the agreement file.
    pub span: Span,
}

/// Where observations come from, and what it can show.
#[derive(Debug, Clone)]
pub struct Source {
    /// Its name in the terms.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// The kinds of observation that it gives, such as `fire`, `alarm`, `report`.
    pub shows: Vec<String>,
    /// The reader: `firms`, `ucdp`, `viina`, `csv`, `geojson`, `claims`, `jsonl`.
    pub format: Option<String>,
    /// The mapping file of a generic reader.
    pub mapping: Option<String>,
    /// The data files beside the agreement.
    pub files: Vec<String>,
    /// Civil time zone of times and dates without one.
    pub timezone: Zone,
    /// Satellite passes or patrols are derived from the observations themselves.
    pub passes: Option<Passes>,
    /// The attribute by which figures are split, such as `light`.
    pub strata: Option<String>,
    /// Sites whose activity shows that the source could see.
    pub control: Option<Control>,
    /// Rows of this source are events: two of them are never one event.
    pub rows_are_events: bool,
    /// The measure that is compared (`incident`, or a count's unit such as `death`).
    pub measure: String,
    /// How late its data may come; none: not stated, so never settled.
    pub lag: Option<Amount>,
    /// What it cannot show, in words.
    pub limits: Vec<String>,
    /// Collective names behind which it cannot tell an actor apart.
    pub lumps: Vec<Lump>,
    /// Rows that last longer are listed and left out of the comparison.
    pub longest: Option<Amount>,
    /// Only rows with these attribute values are compared: (attribute, values).
    pub compare_only: Vec<(String, Vec<String>)>,
    /// Licence of its data.
    pub licence: String,
    /// Attribution and acknowledgement that must stand beside its figures.
    pub attribution: String,
    /// Where it stands in the agreement file.
    pub span: Span,
}

/// A model by which observations are joined to incidents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scoring {
    /// Its version.
    pub version: String,
    /// The kinds of observation that it scores.
    pub kinds: Vec<String>,
    /// Kinds that are easily taken for one another.
    pub alike: Vec<Vec<String>>,
    /// How many events are reported in a million square kilometres and a day; 1 or more.
    pub rate: u64,
    /// Sources that err alike.
    pub classes: Vec<SourceClass>,
}

/// Sources that err alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceClass {
    /// What people call it.
    pub name: String,
    /// The sources, by their ids.
    pub sources: Vec<String>,
    /// How often it names the right kind, in percents.
    pub right: u8,
    /// How often it names another of those alike, in percents; what is left falls on all others.
    pub near: u8,
}

/// Passes derived from the observations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passes {
    /// The attribute that names the instrument, such as `satellite`.
    pub by: String,
    /// Observations of one instrument less than this apart are one pass.
    pub gap: Amount,
}

/// A control: places that are always active, so that seeing them proves an open view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Control {
    /// The register of those sites.
    pub register: String,
    /// How near to a site, in metres, an observation counts as the site's own.
    pub within_m: u32,
}

/// "This source writes `name` for several actors; `may_include` may be among them."
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lump {
    /// The collective name.
    pub name: String,
    /// The exceptions (by id) that it may hide.
    pub may_include: Vec<String>,
}

/// The spans that are compared; none: all that the data hold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Baseline {
    /// So much before the start.
    pub before: Option<Amount>,
    /// Only so much from the start, for a term without an end.
    pub during: Option<Amount>,
    /// So much after the end.
    pub after: Option<Amount>,
}

/// A word that the text defines, in the drafters' words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    /// The word.
    pub id: String,
    /// What it means here.
    pub text: String,
    /// Where it stands in the agreement file.
    pub span: Span,
}

/// An article of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Article {
    /// The heading.
    pub heading: String,
    /// The text between the heading and the next, without the term blocks.
    pub text: String,
    /// Where the heading stands.
    pub span: Span,
}

/// A provision with its readings.
#[derive(Debug, Clone)]
pub struct Provision {
    /// `kind.name`, such as `prohibit.combat`.
    pub id: String,
    /// Its kind.
    pub kind: ProvisionKind,
    /// Index of its article in [`Agreement::articles`].
    pub article: Option<usize>,
    /// Party ids that are bound.
    pub who: Vec<String>,
    /// What is forbidden, as kinds of observation.
    pub acts: Vec<String>,
    /// Zone ids; empty: anywhere.
    pub places: Vec<String>,
    /// For `protect`: the register, and the perimeter in metres round each site.
    pub sites: Option<ProtectedSites>,
    /// Exceptions by id.
    pub except: Vec<String>,
    /// Sources able to show it, by id.
    pub shown_by: Vec<String>,
    /// At least one; more where the text is disputed.
    pub readings: Vec<Reading>,
    /// Who verifies, decides, and by which standard; empty where the text doesn't say.
    pub verified_by: String,
    /// Who decides.
    pub decided_by: String,
    /// The standard of proof.
    pub standard: String,
    /// What follows a breach.
    pub remedy: String,
    /// How much is borne before it counts as a breach, in words.
    pub tolerance: String,
    /// The same as a number, where the text gives one.
    pub tolerance_count: Option<Tolerance>,
    /// Its number in the agreement or draft.
    pub number: String,
    /// How grave a breach is, in words.
    pub severity: String,
    /// What it waits for: provisions by id, or words.
    pub requires: Vec<String>,
    /// The drafters' note.
    pub note: String,
    /// The matters that are open, for `point`.
    pub topics: Vec<String>,
    /// What was proposed, for `point`.
    pub options: Vec<String>,
    /// Where the provision stands in the agreement file.
    pub span: Span,
}

/// Sites under protection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProtectedSites {
    /// The register's id.
    pub register: String,
    /// Perimeter in metres.
    pub within_m: u32,
    /// Only sites with these attribute values: (attribute, values). Empty: all.
    pub only: Vec<(String, Vec<String>)>,
}

/// One reading of a provision. A text that is not disputed has one, named "as written".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// Its name, such as `from 18 March`.
    pub id: String,
    /// Who reads it so: party ids; empty where the text doesn't say.
    pub held_by: Vec<String>,
    /// When it begins, as the text says.
    pub starts: When,
    /// When it ends, as the text says.
    pub ends: When,
    /// From this instant; none: from ever. Where the text counts from an event, this is fixed
    /// only once the event is known; [`Instant::MAX`] stands for one that has not come.
    pub from: Option<Instant>,
    /// Until this instant, excluded; none: without end.
    pub until: Option<Instant>,
    /// The parties bound under this reading.
    pub who: Vec<String>,
    /// The acts under this reading.
    pub acts: Vec<String>,
    /// The zones under this reading.
    pub places: Vec<String>,
    /// The protected sites under this reading.
    pub sites: Option<ProtectedSites>,
    /// What only its kind has, under this reading.
    pub details: Details,
}

/// How much is borne: a count in a rolling window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tolerance {
    /// The most that is borne.
    pub at_most: u64,
    /// Of what: `incident`, `explosion`, ….
    pub unit: String,
    /// In each such span; none: in all.
    pub per: Option<Amount>,
}

/// What an exception takes out.
#[derive(Debug, Clone, PartialEq)]
pub struct Exception {
    /// Its name in the terms.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Excluded actors, as sources write them.
    pub actors: Vec<String>,
    /// Excluded areas: zone ids.
    pub places: Vec<String>,
    /// Excluded times.
    pub window: Option<Interval>,
    /// Excluded kinds of observation; empty: every kind.
    pub acts: Vec<String>,
    /// Only rows with these attribute values are excluded, such as a notified exercise.
    pub only: Vec<(String, Vec<String>)>,
    /// How it must be notified, in words; empty: without notice.
    pub notice: String,
    /// Where it stands in the agreement file.
    pub span: Span,
}
