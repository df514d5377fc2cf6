//! What the partials say together.

use crate::ReplayError;
use crate::forms::RecordName;
use crate::row::Order;
use crate::tally::{Begin, Day, Lying, Only, Scene, ShiftTally, Tally, Text, WeighedTally};
use serde::Serialize;
use servanda_comply::{ENGINE_VERSION, counted_tolerance};
use servanda_entry::canonical;
use servanda_steps::{Engine, Entered, EntryId, Plan, Rule, Truth};
use servanda_terms::{Agreement, Provision, Reading, Tolerance};
use servanda_time::{Amount, Instant, Interval, tzdb_version};
use std::collections::BTreeMap;

/// At most so many windows are listed; the total is always given.
const LISTED_MAX: usize = 200;

/// What a record shows under several texts. Everything is counted over whole incidents, so it does
/// not depend on the parts in which it was worked out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Replayed {
    /// The instant of the world asked about.
    pub at: String,
    /// Version of the rules.
    pub engine: &'static str,
    /// The form's name and version.
    pub form: &'static str,
    /// The record.
    pub record: RecordName,
    /// Observations that stand.
    pub rows: u64,
    /// The record's own text, then the drafts in their order.
    pub texts: Vec<TextReplayed>,
    /// Version of the time zone data.
    pub tzdb: &'static str,
}

/// What it shows under one text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TextReplayed {
    /// The text's id.
    pub agreement: String,
    /// Incidents of all observations.
    pub incidents: u64,
    /// Each provision that observations can break, reading by reading.
    pub readings: Vec<ReadingReplayed>,
    /// Against the record's own text; empty for that text itself.
    pub shifts: Vec<ShiftReplayed>,
    /// SHA-256 of the text.
    pub text: String,
    /// Its title.
    pub title: String,
    /// Its version.
    pub version: String,
    /// By zone that a provision names: where observations lie, whatever they are.
    pub zones: BTreeMap<String, Lying>,
}

/// What one reading of a provision makes of the observations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReadingReplayed {
    /// By civil day on which they can have begun: those that meet the terms.
    pub days: BTreeMap<String, Day>,
    /// Observations that meet the terms.
    pub met: u64,
    /// Possible violations, as incidents.
    pub possible: u64,
    /// The provision.
    pub provision: String,
    /// The reading.
    pub reading: String,
    /// By zone (or once, where the reading names none): when more began than the term bears.
    /// Absent: it states no number of incidents.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tolerance: Option<Vec<Beyond>>,
}

/// When more possible violations of any party had begun in a span than a term bears, each taken to
/// begin as early as it can have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Beyond {
    /// So many are borne.
    pub at_most: u64,
    /// The first windows, from and to.
    pub first: Vec<(String, String)>,
    /// Milliseconds of all windows together.
    pub ms: i64,
    /// In a rolling span so long; absent: in all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub per: Option<String>,
    /// How many windows there are.
    pub windows: u64,
    /// The zone; absent: anywhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
}

/// Observations that possible violations of a provision rest on, under both texts: the same counts
/// as those of `what-if`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShiftReplayed {
    /// Under both.
    pub both: u64,
    /// The first few of those only under the draft.
    pub cites_new: Vec<String>,
    /// The first few of those only under the record's own text.
    pub cites_old: Vec<String>,
    /// Its id in the draft; absent: only the record's own text has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new: Option<String>,
    /// Its id in the record's own text; absent: only the draft has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old: Option<String>,
    /// Only under the draft.
    pub only_new: u64,
    /// Only under the record's own text.
    pub only_old: u64,
}

impl Replayed {
    /// As it is published: canonical JSON.
    ///
    /// # Errors
    /// When a number is beyond what canonical JSON holds.
    pub fn to_bytes(&self) -> Result<Vec<u8>, ReplayError> {
        canonical::to_bytes(self)
            .map_err(|error| ReplayError::Form { what: "the answer", why: error.to_string() })
    }
}

/// Puts the answer together. `tally`: of all observations.
#[must_use]
pub fn answer(scene: &Scene, record: RecordName, rows: u64, tally: Tally) -> Replayed {
    let texts = scene.texts.iter().zip(tally.texts).map(|(text, tally)| {
        let Text { agreement, sha256, .. } = text;
        TextReplayed {
            agreement: agreement.id.clone(),
            incidents: tally.incidents,
            readings: tally.weighed.into_iter().map(|w| reading(agreement, w)).collect(),
            shifts: tally.shifts.into_iter().map(shift).collect(),
            text: sha256.clone(),
            title: agreement.title.clone(),
            version: agreement.version.clone(),
            zones: tally.zones,
        }
    });
    Replayed {
        at: scene.at.to_string(),
        engine: ENGINE_VERSION,
        form: "servanda/replay/v1",
        record,
        rows,
        texts: texts.collect(),
        tzdb: tzdb_version(),
    }
}

fn shift(tally: ShiftTally) -> ShiftReplayed {
    let cites = |only: &Only| only.first.iter().map(Order::print).collect();
    ShiftReplayed {
        both: tally.both,
        cites_new: cites(&tally.only_new),
        cites_old: cites(&tally.only_old),
        new: tally.new,
        old: tally.old,
        only_new: tally.only_new.count,
        only_old: tally.only_old.count,
    }
}

fn reading(agreement: &Agreement, tally: WeighedTally) -> ReadingReplayed {
    let provision = agreement.provision(&tally.provision);
    let of = provision.and_then(|p| p.readings.iter().find(|r| r.id == tally.reading));
    ReadingReplayed {
        tolerance: provision.zip(of).and_then(|(p, r)| beyond(agreement, p, r, &tally.begins)),
        days: tally.days,
        met: tally.met,
        possible: tally.possible,
        provision: tally.provision,
        reading: tally.reading,
    }
}

fn beyond(
    agreement: &Agreement,
    provision: &Provision,
    reading: &Reading,
    begins: &[Begin],
) -> Option<Vec<Beyond>> {
    let tolerance = counted_tolerance(provision)?;
    let mut zones: Vec<Option<&str>> = reading.places.iter().map(|id| Some(id.as_str())).collect();
    if zones.is_empty() {
        zones.push(None);
    }
    let each = zones.into_iter().map(|zone| {
        let here = begins.iter().filter(|begin| zone.is_none_or(|id| begin.zones.contains(id)));
        let starts: Vec<Instant> =
            here.filter_map(|begin| Instant::from_ms(begin.at_ms).ok()).collect();
        let windows = windows(agreement, tolerance, &starts);
        Beyond {
            at_most: tolerance.at_most,
            first: windows
                .iter()
                .take(LISTED_MAX)
                .map(|window| (window.from.to_string(), window.to.to_string()))
                .collect(),
            ms: windows.iter().map(Interval::ms).sum(),
            per: tolerance.per.map(|per| per.to_string()),
            windows: windows.len() as u64,
            zone: zone.map(str::to_owned),
        }
    });
    Some(each.collect())
}

/// When more have begun than are borne. `starts` are in order.
fn windows(agreement: &Agreement, tolerance: &Tolerance, starts: &[Instant]) -> Vec<Interval> {
    let Some(per) = tolerance.per else {
        let most = usize::try_from(tolerance.at_most).unwrap_or(usize::MAX);
        let reached = starts.get(most).copied().zip(starts.last().copied());
        return reached
            .and_then(|(from, to)| Interval::new(from, to.plus_ms(1)))
            .into_iter()
            .collect();
    };
    rolling(agreement, u32::try_from(tolerance.at_most).unwrap_or(u32::MAX), per, starts)
}

fn rolling(agreement: &Agreement, n: u32, per: Amount, starts: &[Instant]) -> Vec<Interval> {
    let mut plan = Plan::new(agreement.timezone.clone(), Instant::MAX);
    // A span without length holds nothing.
    let Ok(node) = plan.push(Rule::MoreThan { of: 0, n, per }) else { return Vec::new() };
    let entered = starts.iter().zip(0..).map(|(&from, entry)| {
        (0, Entered { id: EntryId { entry, row: 0 }, from, to: from, key: 0, amount: 0 })
    });
    let engine = Engine::of(plan, entered);
    let runs = engine.steps(node).into_iter().flat_map(|steps| steps.runs());
    runs.filter(|(_, more)| *more == Truth::Yes).map(|(run, _)| run).collect()
}
