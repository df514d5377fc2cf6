//! The answer, as it is published: field names are stable and described in `spec/answer.md`.
//!
//! No floats: a rate is decimal text, rounded half away from zero. Times are RFC 3339 in UTC,
//! intervals half-open. Lists are in an order that depends on nothing but their content.

mod life;

pub use life::{
    Absent, Changed, Clock, ClockKind, ClockState, Consent, Differs, Ground, Life, NotYet,
    PointAnswer, Points, Reported, Signature, Stand, TestAnswer, Turning, Why, Withdrawal,
    Worksheet,
};

use serde::{Deserialize, Serialize};

/// How entries are cited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "kebab-case")]
pub enum CiteBy {
    /// By entry index and row: `e12.3`.
    #[default]
    Entry,
    /// By content id, so that the order of arrival leaves no trace.
    Content,
}

/// An answer: a function of the record's prefix, the agreement, the instant asked about, and the
/// versions of the rules and of the time zone data. It names all of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// The form's name and version.
    pub form: &'static str,
    /// What was asked, and of what.
    pub asked: Asked,
    /// The agreement's title.
    pub title: String,
    /// The answer in words, most important first.
    pub headline: Vec<String>,
    /// The provisions with their states.
    pub provisions: Vec<ProvisionAnswer>,
    /// How far the agreement has come; absent for one without a life of its own, such as an
    /// announced truce.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub life: Option<Life>,
    /// What runs, and until when.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub clocks: Vec<Clock>,
    /// The guarantees, each as a worksheet.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub guarantees: Vec<Worksheet>,
    /// Detections before, during and after, by pass; only for sources that watch in passes.
    pub exposure: Vec<Exposure>,
    /// Counts before, during and after, by day; for all other sources.
    pub comparison: Vec<Comparison>,
    /// Rows that the comparison leaves out, and why.
    pub left_out: Vec<LeftOut>,
    /// What the parties claim. Claims stay claims.
    pub claims: Vec<ClaimAnswer>,
    /// What each source could show and what it watched.
    pub sources: Vec<SourceAnswer>,
    /// Incidents, counted.
    pub incidents: Vec<IncidentCount>,
    /// What people found, in the order of the record, with the replies.
    pub findings: Vec<FindingAnswer>,
    /// What must be said beside the figures.
    pub notes: Vec<String>,
}

/// The question, and what it was asked of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// Identifier of the agreement.
    pub agreement: String,
    /// Its version.
    pub version: String,
    /// SHA-256 of its text.
    pub text: String,
    /// The instant of the world asked about.
    pub at: String,
    /// The record; absent when entries are cited by content.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record: Option<RecordPoint>,
    /// How entries are cited.
    pub cite: CiteBy,
    /// Exceptions left out of account on request.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub without: Vec<String>,
    /// Version of the rules.
    pub engine: String,
    /// Version of the time zone data.
    pub tzdb: String,
}

/// A record at a size.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordPoint {
    /// Its origin.
    pub origin: String,
    /// Number of entries.
    pub size: u64,
    /// Root hash, base64.
    pub root: String,
    /// Time of receipt of the last entry.
    pub received: String,
}

/// The state of a provision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Hash)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It does not bind yet.
    NotInForce,
    /// It no longer binds.
    Ended,
    /// An act suspends it.
    Suspended,
    /// A person found no violation, and the declared coverage is complete.
    Kept,
    /// Nothing able to show a breach watched.
    NotObserved,
    /// Something watched; nothing decides.
    Undetermined,
    /// A claim, or a possible violation that the machine proposes, stands without a finding.
    Alleged,
    /// A finding of violation by a person's role stands.
    Violated,
}

/// A provision and its states.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProvisionAnswer {
    /// `kind.name`.
    pub id: String,
    /// The heading of its article.
    pub article: String,
    /// Over all the time it was in force up to the instant asked about: the gravest of its states
    /// (`kept` only where every state is).
    pub state: State,
    /// At the instant asked about.
    pub state_at: State,
    /// Whether no declared source may still send data for the time up to then.
    pub settled: bool,
    /// By reading, party and zone.
    pub lines: Vec<StateLine>,
    /// Possible violations, each without a finding.
    pub possible: Vec<Possible>,
    /// How many there are, since the list above may be cut.
    pub possible_total: u64,
    /// How many incidents would be possible violations, had not a person refuted them.
    pub refuted: u64,
    /// What an exception takes out: counted, not dropped.
    pub excepted: Vec<Excepted>,
    /// What would change the answer.
    pub would_change: Vec<String>,
}

/// The states of one provision under one reading for one party in one zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StateLine {
    /// The reading; "as written" when the text is not disputed.
    pub reading: String,
    /// The party's id; absent for what is attributed to nobody.
    pub party: Option<String>,
    /// The zone's id; absent when the provision names none, and for claims that name no place
    /// where the provision names several.
    pub zone: Option<String>,
    /// When it binds; either end may be open.
    pub from: Option<String>,
    /// First instant at which it no longer does.
    pub until: Option<String>,
    /// The gravest state over that time, up to the instant asked about.
    pub state: State,
    /// How long each state lasted, in seconds, in the order of [`State`].
    pub seconds: Vec<(State, i64)>,
    /// The states in order of time.
    pub runs: Vec<Run>,
}

/// One state over one interval.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Run {
    /// Start; absent: since ever.
    pub from: Option<String>,
    /// End, excluded; absent: for ever.
    pub to: Option<String>,
    /// The state.
    pub state: State,
    /// Whether no declared source may still send data for it.
    pub settled: bool,
    /// Why, most important first.
    pub reasons: Vec<Reason>,
}

/// One reason for a state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// What kind of reason: a stable word, such as `claim`, `possible-violation`, `no-watch`.
    pub code: &'static str,
    /// In words.
    pub text: String,
    /// What it rests on; the first few when there are many.
    pub cites: Vec<String>,
    /// How many things it rests on.
    pub count: u64,
}

/// A possible violation: proposed by the machine, found by nobody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Possible {
    /// The incident.
    pub incident: String,
    /// The reading under which it would be one.
    pub reading: String,
    /// What was observed.
    pub what: String,
    /// Earliest time.
    pub from: String,
    /// Latest time, excluded.
    pub to: String,
    /// Where.
    pub place: String,
    /// Parties that the observation names; empty: nobody.
    pub parties: Vec<String>,
    /// What a person said of it: verification and attribution, in words.
    pub assessed: Vec<String>,
    /// The observations.
    pub cites: Vec<String>,
}

/// What an exception takes out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Excepted {
    /// The exception's id.
    pub except: String,
    /// What people call it.
    pub name: String,
    /// Incidents taken out while the provision was in force.
    pub incidents: u64,
    /// The first few.
    pub cites: Vec<String>,
    /// The provision's state if the exception were struck out.
    pub state_without: State,
    /// Possible violations if the exception were struck out.
    pub possible_without: u64,
}

/// Before, during, after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// Before the term binds.
    Before,
    /// While it binds.
    During,
    /// After it no longer binds.
    After,
}

/// Detections of a source that watches in passes, in one phase and stratum.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Exposure {
    /// The provision.
    pub provision: String,
    /// The reading.
    pub reading: String,
    /// The phase.
    pub phase: Phase,
    /// The stratum: the light, for satellites.
    pub light: String,
    /// Start of the phase.
    pub from: String,
    /// End of the phase, excluded.
    pub to: String,
    /// The source.
    pub source: String,
    /// Passes that saw anything at all.
    pub passes: u64,
    /// Detections with their centre in the zone and away from every control site.
    pub detections: u64,
    /// Those whose disc lies wholly inside the zone.
    pub certain: u64,
    /// Those whose disc reaches the zone's border.
    pub straddling: u64,
    /// Detections with their centre outside whose disc reaches into the zone.
    pub straddling_outside: u64,
    /// Detections at the control sites, in the zone or not: were they seen, the view was open.
    pub industrial: u64,
    /// Those of them in the zone.
    pub industrial_in_zone: u64,
    /// Detections for each pass, two decimals; absent without a pass.
    pub per_pass: Option<String>,
}

/// A count in one phase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// The provision.
    pub provision: String,
    /// The reading.
    pub reading: String,
    /// The source.
    pub source: String,
    /// What is counted: `alarm start`, `death`, `report`, ….
    pub unit: String,
    /// Whose: `between the parties`, `excepted: …`, `as if no exception stood`, `all`.
    pub group: String,
    /// Whether the group is beside the figure, not in it: an exception takes it out, or it is not
    /// between parties that are bound.
    pub excepted: bool,
    /// The phase.
    pub phase: Phase,
    /// Start of the phase.
    pub from: String,
    /// End of the phase, excluded.
    pub to: String,
    /// Length of the phase in days, two decimals.
    pub days: String,
    /// How much of it the source watched the places, in days, two decimals, by its coverage
    /// entries.
    pub observed_days: String,
    /// Rows counted.
    pub rows: u64,
    /// Rows that may lie in this phase and place or not: in the high bound alone.
    pub straddling: u64,
    /// The source's best figure.
    pub best: u64,
    /// At least.
    pub low: u64,
    /// At most; absent when a row sets no bound.
    pub high: Option<u64>,
    /// Best figure an observed day, one decimal; absent when less than a tenth of the phase was
    /// observed: that is not zero.
    pub per_day: Option<String>,
    /// At least so many an observed day.
    pub per_day_low: Option<String>,
    /// At most so many an observed day; absent when a row sets no bound.
    pub per_day_high: Option<String>,
}

/// A row left out of a comparison.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// The source.
    pub source: String,
    /// Why.
    pub reason: String,
    /// How many rows.
    pub rows: u64,
    /// The first few: time and place.
    pub examples: Vec<String>,
    /// The first few, cited.
    pub cites: Vec<String>,
}

/// A claim, as made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClaimAnswer {
    /// Who claims, as written.
    pub by: String,
    /// The party, when the name is one of a party's names.
    pub party: Option<String>,
    /// Against whom, as written.
    pub against: Option<String>,
    /// The party it is made against.
    pub against_party: Option<String>,
    /// What is claimed.
    pub what: String,
    /// The number claimed.
    pub count: Option<u64>,
    /// The number's parts, as claimed.
    pub parts: Vec<(String, u64)>,
    /// Since when.
    pub from: Option<String>,
    /// Up to when.
    pub to: Option<String>,
    /// Where it was read.
    pub address: Option<String>,
    /// How good that place is.
    pub quality: Option<String>,
    /// What people verified of it: "nothing" until somebody does.
    pub verified: String,
    /// The entry.
    pub cite: String,
}

/// What a source could show, and what it watched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SourceAnswer {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The kinds of observation that it gives.
    pub shows: Vec<String>,
    /// What it cannot show.
    pub limits: Vec<String>,
    /// Rows in the record.
    pub rows: u64,
    /// Rows without a place: they are in no zone's count.
    pub rows_without_place: u64,
    /// First observation.
    pub first: Option<String>,
    /// End of the last.
    pub last: Option<String>,
    /// Spans watched, merged, over everything: by zone (absent: wherever it looks) and how well.
    pub watched: Vec<Watched>,
    /// Licence of its data.
    pub licence: String,
    /// Attribution and acknowledgement that must stand beside its figures.
    pub attribution: String,
}

/// What a source watched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Watched {
    /// The zone; absent: wherever the source looks.
    pub zone: Option<String>,
    /// How well: `complete`, `partial`, `blind`.
    pub watch: &'static str,
    /// Number of separate spans.
    pub spans: u64,
    /// Seconds in all.
    pub seconds: i64,
    /// The spans themselves, the first few hundred.
    pub intervals: Vec<(String, String)>,
}

/// Incidents of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IncidentCount {
    /// What was observed.
    pub what: String,
    /// Incidents.
    pub incidents: u64,
    /// Observations that they were made from.
    pub observations: u64,
    /// Incidents with two or more independent origins.
    pub independent: u64,
}

/// A finding and its life.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FindingAnswer {
    /// The entry.
    pub cite: String,
    /// The provision.
    pub provision: String,
    /// The reading, when it is on one.
    pub reading: Option<String>,
    /// The party, when one is named.
    pub party: Option<String>,
    /// Start of the span.
    pub from: String,
    /// End of the span, excluded.
    pub to: String,
    /// `violation`, `no-violation`, `undetermined`, `not-observable`.
    pub outcome: String,
    /// The role of who made it.
    pub role: String,
    /// The standard of proof.
    pub standard: String,
    /// Why.
    pub reason: String,
    /// Whether it stands; a retracted finding stays readable.
    pub stands: bool,
    /// What it rests on.
    pub of: Vec<String>,
    /// The parties' replies: party and SHA-256 of the text.
    pub replies: Vec<(String, String)>,
}
