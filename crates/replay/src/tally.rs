//! What several texts make of some observations, counted.

use crate::ReplayError;
use crate::row::{Order, Row};
use serde::{Deserialize, Serialize};
use servanda_comply::what_if::renamed;
use servanda_comply::{
    Ask, Cite, Evaluation, History, Observed, Weighed, counted_tolerance, evaluate,
};
use servanda_entry::{Judgement, Kind, content};
use servanda_place::{DiscLayer, Point, Side};
use servanda_terms::{Agreement, Reading};
use servanda_time::Instant;
use servanda_tlog::Hash;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The first few observations that are cited.
const CITES_MAX: usize = 8;

/// A text that observations are weighed under.
#[derive(Debug)]
pub struct Text {
    /// What it says.
    pub agreement: Agreement,
    /// SHA-256 of its text, in hexadecimal digits.
    pub sha256: String,
    /// Provisions of the record's own text that it has too: ids there and here. Of that text
    /// itself: none.
    pub pairs: Vec<(String, String)>,
}

/// What all parts have in common.
#[derive(Debug)]
pub struct Scene {
    /// What the record holds beside observations.
    common: History,
    /// The record's own text, then the drafts.
    pub(crate) texts: Vec<Text>,
    /// The instant of the world asked about.
    pub(crate) at: Instant,
}

/// What each text makes of some observations. Two of them add up to that of both, in any order, as
/// long as no incident has observations in both.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tally {
    /// In the order of the scene's texts.
    pub texts: Vec<TextTally>,
}

/// What one text makes of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TextTally {
    /// How many incidents they are.
    pub incidents: u64,
    /// Provision by provision, where this is a draft.
    pub shifts: Vec<ShiftTally>,
    /// Reading by reading of each provision that observations can break.
    pub weighed: Vec<WeighedTally>,
    /// By zone that a provision names: where observations lie, whatever they are.
    pub zones: BTreeMap<String, Lying>,
}

/// How observations lie to a zone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lying {
    /// Surely inside.
    pub inside: u64,
    /// Inside or outside.
    pub straddling: u64,
}

/// What one reading of a provision makes of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WeighedTally {
    /// Each possible violation, where the provision bears so many of them in a span.
    pub begins: Vec<Begin>,
    /// By civil day on which they can have begun.
    pub days: BTreeMap<String, Day>,
    /// Observations that are surely of the acts, in the place and in the time, and not excepted.
    pub met: u64,
    /// Possible violations, as incidents.
    pub possible: u64,
    /// The provision.
    pub provision: String,
    /// The reading.
    pub reading: String,
}

/// Observations of a day that meet a reading.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Day {
    /// All.
    pub met: u64,
    /// Those surely in each zone of the reading.
    pub zones: BTreeMap<String, u64>,
}

/// When a possible violation can have begun at the earliest.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Begin {
    /// When.
    pub at_ms: i64,
    /// The incident.
    pub incident: String,
    /// Zones of the reading that it surely lies in.
    pub zones: BTreeSet<String>,
}

/// Observations that possible violations of a provision rest on, under the record's own text and
/// under a draft.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShiftTally {
    /// Under both.
    pub both: u64,
    /// Its id in the draft; absent: only the record's own text has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new: Option<String>,
    /// Its id in the record's own text; absent: only the draft has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old: Option<String>,
    /// Only under the draft.
    pub only_new: Only,
    /// Only under the record's own text.
    pub only_old: Only,
}

/// Observations of one side.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Only {
    /// How many.
    pub count: u64,
    /// The first few.
    pub first: Vec<Order>,
}

impl Scene {
    /// What can be weighed in parts.
    ///
    /// # Errors
    /// [`ReplayError::Text`] for a text that groups by score: what hangs together by it may be days
    /// apart.
    pub fn new(common: History, texts: Vec<Text>, at: Instant) -> Result<Scene, ReplayError> {
        let scored = texts.iter().find(|text| text.agreement.scoring.is_some());
        match scored {
            None => Ok(Scene { common, texts, at }),
            Some(text) => Err(ReplayError::Text(format!(
                "{} states a model by which incidents are scored; replay it on one machine, with \
                 `servanda what-if`",
                text.agreement.title
            ))),
        }
    }

    /// Observations that people joined to others, wherever those are.
    #[must_use]
    pub fn tied(&self) -> BTreeSet<Hash> {
        let judged = self.common.assessments.iter().map(|held| &held.value);
        let merged = judged.filter(|judged| judged.outcome == Judgement::Merge);
        merged.flat_map(|judged| &judged.of).map(|of| of.id).collect()
    }

    /// Weighs observations, whole incidents of them.
    ///
    /// # Errors
    /// [`ReplayError::Part`] when a row is not what its content id says.
    pub fn weigh(&self, mut rows: Vec<Row>) -> Result<Tally, ReplayError> {
        rows.sort_unstable_by_key(Row::order);
        let orders: Vec<Order> = rows.iter().map(Row::order).collect();
        let mut observed = Observed::default();
        for Row { entry, row, id, source, value } in &rows {
            if content::row_id(Kind::Observation, source, value) != *id {
                return Err(ReplayError::Part("a row is not what its content id says".into()));
            }
            observed.push(Cite { entry: *entry, row: *row, id: *id }, source, value);
        }
        let history = History { observations: Arc::new(observed), ..self.common.clone() };
        let mut texts: Vec<TextTally> = Vec::new();
        let mut own: Option<Evaluation> = None;
        for text in &self.texts {
            let ask = Ask { at: Some(self.at), ..Ask::default() };
            let renamed = own.is_some().then(|| renamed(&history, &text.pairs));
            let evaluation = evaluate(&text.agreement, renamed.as_ref().unwrap_or(&history), &ask);
            texts.push(TextTally {
                incidents: evaluation.incidents.len() as u64,
                shifts: own.as_ref().map_or(Vec::new(), |own| {
                    shifts((&own.weighed, &evaluation.weighed), &text.pairs, &orders)
                }),
                ..tally(&text.agreement, &history, &evaluation)
            });
            own = own.or(Some(evaluation));
        }
        Ok(Tally { texts })
    }
}

/// Without the shifts and the number of incidents.
fn tally(agreement: &Agreement, history: &History, evaluation: &Evaluation) -> TextTally {
    let lying = Lies::new(agreement, history);
    let mut incident_of = vec![0; history.observations.len()];
    for (n, (_, members)) in evaluation.incidents.iter().enumerate() {
        members.iter().for_each(|&member| incident_of[member] = n);
    }
    let weighed = evaluation.weighed.iter().filter_map(|weighed| {
        let provision = agreement.provision(&weighed.provision)?;
        let reading = provision.readings.iter().find(|reading| reading.id == weighed.reading)?;
        let mut days: BTreeMap<String, Day> = BTreeMap::new();
        for &n in &weighed.met {
            let from = history.observations.at(n).interval().from;
            let day = days.entry(from.date(&agreement.timezone)).or_default();
            day.met += 1;
            for zone in lying.inside(n, reading) {
                *day.zones.entry(zone.to_owned()).or_default() += 1;
            }
        }
        let mut candidates: BTreeMap<usize, Begin> = BTreeMap::new();
        for &n in &weighed.possible {
            let at_ms = history.observations.at(n).interval().from.ms();
            let begin = candidates.entry(incident_of[n]).or_insert_with(|| Begin {
                at_ms,
                incident: evaluation.incidents.get(incident_of[n]).map_or("", |(id, _)| id).into(),
                zones: BTreeSet::new(),
            });
            begin.at_ms = begin.at_ms.min(at_ms);
            begin.zones.extend(lying.inside(n, reading).map(str::to_owned));
        }
        let possible = candidates.len() as u64;
        let mut begins: Vec<Begin> = match counted_tolerance(provision).is_some() {
            true => candidates.into_values().collect(),
            false => Vec::new(),
        };
        begins.sort_unstable();
        Some(WeighedTally {
            begins,
            days,
            met: weighed.met.len() as u64,
            possible,
            provision: weighed.provision.clone(),
            reading: weighed.reading.clone(),
        })
    });
    TextTally { incidents: 0, shifts: Vec::new(), weighed: weighed.collect(), zones: lying.all() }
}

/// Where observations lie, seen from the zones that readings name.
struct Lies<'a> {
    zones: Vec<&'a str>,
    counts: Vec<Lying>,
    /// Of each observation, the zones that it is surely in.
    inside: Vec<Vec<u32>>,
}

impl<'a> Lies<'a> {
    fn new(agreement: &'a Agreement, history: &History) -> Lies<'a> {
        let readings = agreement.provisions.iter().flat_map(|provision| &provision.readings);
        let named: BTreeSet<&str> =
            readings.flat_map(|reading| &reading.places).map(String::as_str).collect();
        let zones: Vec<_> = named.into_iter().filter_map(|id| agreement.zone(id)).collect();
        let mut lies = Lies {
            zones: zones.iter().map(|zone| zone.id.as_str()).collect(),
            counts: vec![Lying::default(); zones.len()],
            inside: vec![Vec::new(); history.observations.len()],
        };
        let (mut numbers, mut discs) = (Vec::new(), Vec::new());
        for (n, seen) in history.observations.iter().enumerate() {
            if let Some(disc) = seen.disc() {
                let point = Point { lon_e7: disc.lon_e7, lat_e7: disc.lat_e7 };
                discs.push((point, disc.radius_mm));
                numbers.push(n);
            }
            if let Some(Ok(zone)) = seen.zone().map(|at| lies.zones.binary_search(&at)) {
                lies.counts[zone].inside += 1;
                lies.inside[n].push(zone as u32);
            }
        }
        let areas: Vec<_> = zones.iter().map(|zone| &zone.area).collect();
        DiscLayer::new(&areas, discs.len()).locate_all(&discs, |disc, located| {
            for (zone, whereabouts) in located {
                let count = &mut lies.counts[*zone as usize];
                match whereabouts.side() {
                    Side::Inside => {
                        count.inside += 1;
                        lies.inside[numbers[disc]].push(*zone);
                    }
                    Side::Straddling => count.straddling += 1,
                    Side::Outside => {}
                }
            }
        });
        lies
    }

    fn inside<'b>(&'b self, n: usize, reading: &'b Reading) -> impl Iterator<Item = &'b str> {
        let zones = self.inside[n].iter().map(|&zone| self.zones[zone as usize]);
        zones.filter(|id| reading.places.iter().any(|place| place == id))
    }

    fn all(&self) -> BTreeMap<String, Lying> {
        self.zones.iter().map(|zone| (*zone).to_owned()).zip(self.counts.iter().copied()).collect()
    }
}

/// The provisions in the order in which `what-if` has them: the draft's, then those that are gone.
fn shifts(
    (old, new): (&[Weighed], &[Weighed]),
    pairs: &[(String, String)],
    orders: &[Order],
) -> Vec<ShiftTally> {
    let possible = |side: &[Weighed], id: &str| -> BTreeSet<usize> {
        let of = side.iter().filter(|weighed| weighed.provision == id);
        of.flat_map(|weighed| &weighed.possible).copied().collect()
    };
    let mut all: Vec<(Option<&str>, Option<&str>)> = Vec::new();
    for weighed in new {
        let id = weighed.provision.as_str();
        let of = pairs.iter().find(|(_, new)| new == id).map(|(old, _)| old.as_str());
        let of = of.filter(|of| old.iter().any(|weighed| weighed.provision == *of));
        if !all.contains(&(of, Some(id))) {
            all.push((of, Some(id)));
        }
    }
    for weighed in old {
        let id = Some(weighed.provision.as_str());
        if !all.iter().any(|(old, _)| *old == id) {
            all.push((id, None));
        }
    }
    let only = |these: &BTreeSet<usize>, those: &BTreeSet<usize>| {
        let only: Vec<usize> = these.difference(those).copied().collect();
        let first = only.iter().take(CITES_MAX).map(|&n| orders[n]).collect();
        Only { count: only.len() as u64, first }
    };
    let shift = |(old_id, new_id): (Option<&str>, Option<&str>)| {
        let before = old_id.map_or_else(BTreeSet::new, |id| possible(old, id));
        let after = new_id.map_or_else(BTreeSet::new, |id| possible(new, id));
        ShiftTally {
            both: before.intersection(&after).count() as u64,
            new: new_id.map(str::to_owned),
            old: old_id.map(str::to_owned),
            only_new: only(&after, &before),
            only_old: only(&before, &after),
        }
    };
    all.into_iter().map(shift).collect()
}

impl Tally {
    /// Adds another.
    ///
    /// # Errors
    /// [`ReplayError::Form`] when it is of other texts.
    pub fn add(&mut self, other: Tally) -> Result<(), ReplayError> {
        if self.texts.is_empty() {
            *self = other;
            return Ok(());
        }
        if self.texts.len() != other.texts.len() {
            return Err(foreign());
        }
        for (own, other) in self.texts.iter_mut().zip(other.texts) {
            own.add(other)?;
        }
        Ok(())
    }
}

fn foreign() -> ReplayError {
    let why = "it is of other texts; run the same program on all machines".into();
    ReplayError::Form { what: "a partial", why }
}

impl TextTally {
    fn add(&mut self, other: TextTally) -> Result<(), ReplayError> {
        let same = self.weighed.len() == other.weighed.len()
            && self.shifts.len() == other.shifts.len()
            && self.zones.keys().eq(other.zones.keys());
        if !same {
            return Err(foreign());
        }
        self.incidents += other.incidents;
        for (own, other) in self.weighed.iter_mut().zip(other.weighed) {
            if (&own.provision, &own.reading) != (&other.provision, &other.reading) {
                return Err(foreign());
            }
            own.met += other.met;
            own.possible += other.possible;
            own.begins.extend(other.begins);
            own.begins.sort_unstable();
            for (date, day) in other.days {
                let sum = own.days.entry(date).or_default();
                sum.met += day.met;
                for (zone, count) in day.zones {
                    *sum.zones.entry(zone).or_default() += count;
                }
            }
        }
        for (own, other) in self.shifts.iter_mut().zip(other.shifts) {
            if (&own.old, &own.new) != (&other.old, &other.new) {
                return Err(foreign());
            }
            own.both += other.both;
            own.only_old.add(other.only_old);
            own.only_new.add(other.only_new);
        }
        for (own, other) in self.zones.values_mut().zip(other.zones.into_values()) {
            own.inside += other.inside;
            own.straddling += other.straddling;
        }
        Ok(())
    }
}

impl Only {
    fn add(&mut self, other: Only) {
        self.count += other.count;
        self.first.extend(other.first);
        self.first.sort_unstable();
        self.first.truncate(CITES_MAX);
    }
}
