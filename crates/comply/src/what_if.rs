//! What another text would have made of the same record.
//!
//! The history of a record is evaluated under its own agreement and under a draft, as of the same
//! entries and at the same instant, and the two evaluations are compared. Nothing here is an
//! answer on the record: a draft binds nobody.
//!
//! Which provision of the draft is which of the agreement is given by whoever compared the texts.
//! What the record says of a provision (findings, acts) then counts for its partner, whatever
//! name that has. Sources, zones and parties go by their ids: rows of a source that the draft
//! doesn't name show nothing under it.

mod clocks;

pub use clocks::ClockShift;

use crate::answer::{Asked, ProvisionAnswer, State, StateLine};
use crate::evaluate::{Evaluation, Weighed};
use crate::history::History;
use crate::words::{count, gravest};
use serde::Serialize;
use servanda_entry::Outcome;
use servanda_terms::{Agreement, Provision};
use servanda_time::{Instant, Interval};
use std::collections::{BTreeMap, BTreeSet};

/// The first few observations that are cited.
const CITES_MAX: usize = 8;

/// What would be otherwise under another text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WhatIf {
    /// The form's name and version.
    pub form: &'static str,
    /// What was asked of the record, under its own agreement.
    pub asked: Asked,
    /// The other text.
    pub draft: DraftText,
    /// The outcome in sentences.
    pub headline: Vec<String>,
    /// Each provision that either text has and that observations can break.
    pub provisions: Vec<ProvisionShift>,
    /// The clocks that move: of duties, conditions, terms and responses.
    pub clocks: Vec<ClockShift>,
    /// Each finding that stands, and what becomes of its basis.
    pub findings: Vec<FindingShift>,
    /// Sources of the record that the draft doesn't name, and their rows.
    pub unread: Vec<Unread>,
}

/// The text that a record is replayed under.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DraftText {
    /// Its id.
    pub agreement: String,
    /// Its title.
    pub title: String,
    /// Its version.
    pub version: String,
    /// SHA-256 of its text.
    pub text: String,
}

/// A provision under both texts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProvisionShift {
    /// Its id in the agreement; absent: only the draft has it.
    pub old: Option<String>,
    /// Its id in the draft; absent: only the agreement has it.
    pub new: Option<String>,
    /// The gravest state over its time.
    pub state: Shift<State>,
    /// Whether nothing able to show a breach watches it any more (`becomes-unobserved`), or
    /// something does now (`becomes-observed`), or neither (`same`).
    pub watch: &'static str,
    /// By reading and party, where state or time differ.
    pub lines: Vec<LineShift>,
    /// Observations that possible violations rest on.
    pub possible: PossibleShift,
    /// What its exceptions take out.
    pub exceptions: Vec<ExceptionShift>,
}

/// A value under both texts; absent: that text has none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Shift<T> {
    /// Under the record's agreement.
    pub old: Option<T>,
    /// Under the draft.
    pub new: Option<T>,
}

/// One reading of a provision for one party, over all its zones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LineShift {
    /// The reading.
    pub reading: String,
    /// The party; absent: what is attributed to nobody.
    pub party: Option<String>,
    /// The gravest state over that time.
    pub state: Shift<State>,
    /// When it begins to bind.
    pub from: Shift<String>,
    /// When it ceases to.
    pub until: Shift<String>,
}

/// Observations that possible violations rest on, counted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct PossibleShift {
    /// Under both texts.
    pub both: u64,
    /// Under the agreement, and not under the draft.
    pub only_old: u64,
    /// Under the draft, and not under the agreement.
    pub only_new: u64,
    /// The first few of those only under the agreement.
    pub cites_old: Vec<String>,
    /// The first few of those only under the draft.
    pub cites_new: Vec<String>,
}

/// An exception under both texts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExceptionShift {
    /// Its id.
    pub except: String,
    /// Incidents that it takes out; absent: that text has no such exception here.
    pub incidents: Shift<u64>,
}

/// A finding, and what becomes of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FindingShift {
    /// The entry.
    pub cite: String,
    /// The provision, as the finding names it.
    pub provision: String,
    /// `violation`, `no-violation`, `undetermined`, `not-observable`.
    pub outcome: String,
    /// `stays`, `shrinks`, `vanishes`, `appears`.
    pub basis: &'static str,
    /// Observations that it rests on and that meet the terms of the provision.
    pub observations: Shift<u64>,
    /// Why, in words.
    pub reasons: Vec<String>,
}

/// Rows that the draft doesn't read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unread {
    /// The source.
    pub source: String,
    /// Its rows in the record.
    pub rows: u64,
}

/// One side of the comparison.
#[derive(Clone, Copy)]
pub struct Side<'a> {
    /// The text.
    pub agreement: &'a Agreement,
    /// What it makes of the record.
    pub evaluation: &'a Evaluation,
}

/// The history as the draft calls things: what is said of a provision is said of its partner.
/// `pairs`: ids in the agreement and in the draft.
#[must_use]
pub fn renamed(history: &History, pairs: &[(String, String)]) -> History {
    let names: BTreeMap<&str, &str> =
        pairs.iter().map(|(old, new)| (old.as_str(), new.as_str())).collect();
    let rename = |id: &mut String| {
        if let Some(new) = names.get(id.as_str()) {
            *id = (*new).to_owned();
        }
    };
    let mut history = history.clone();
    history.findings.iter_mut().for_each(|(held, _)| rename(&mut held.value.provision));
    for held in &mut history.acts {
        held.value.provisions.iter_mut().for_each(rename);
    }
    history
}

/// Compares what two texts make of one history. `pairs`: ids of the provisions that both have.
#[must_use]
pub fn compare(
    old: Side<'_>,
    new: Side<'_>,
    pairs: &[(String, String)],
    history: &History,
) -> WhatIf {
    let asked = &old.evaluation.answer.asked;
    let drafted = &new.evaluation.answer.asked;
    let comparison = Comparison {
        old,
        new,
        history,
        to: pairs.iter().map(|(old, new)| (old.as_str(), new.as_str())).collect(),
        weighed: (by_provision(old.evaluation), by_provision(new.evaluation)),
    };
    let mut what_if = WhatIf {
        form: "servanda/what-if/v1",
        asked: asked.clone(),
        draft: DraftText {
            agreement: drafted.agreement.clone(),
            title: new.evaluation.answer.title.clone(),
            version: drafted.version.clone(),
            text: drafted.text.clone(),
        },
        headline: Vec::new(),
        provisions: comparison.provisions(),
        clocks: clocks::shifts(old, new, &comparison.to),
        findings: comparison.findings(),
        unread: unread(new.agreement, history),
    };
    what_if.headline = headline(&what_if);
    what_if
}

/// What each provision made of the observations, reading by reading.
type ByProvision<'a> = BTreeMap<&'a str, Vec<&'a Weighed>>;

fn by_provision(evaluation: &Evaluation) -> ByProvision<'_> {
    let mut all = ByProvision::new();
    for weighed in &evaluation.weighed {
        all.entry(&weighed.provision).or_default().push(weighed);
    }
    all
}

struct Comparison<'a> {
    old: Side<'a>,
    new: Side<'a>,
    history: &'a History,
    /// What the draft calls a provision of the agreement.
    to: BTreeMap<&'a str, &'a str>,
    /// Under the agreement, and under the draft.
    weighed: (ByProvision<'a>, ByProvision<'a>),
}

impl Comparison<'_> {
    fn provisions(&self) -> Vec<ProvisionShift> {
        let old_answers = &self.old.evaluation.answer.provisions;
        let new_answers = &self.new.evaluation.answer.provisions;
        let olds: BTreeMap<&str, &ProvisionAnswer> =
            old_answers.iter().map(|answer| (answer.id.as_str(), answer)).collect();
        let from: BTreeMap<&str, &str> = self.to.iter().map(|(old, new)| (*new, *old)).collect();
        let mut shifts = Vec::new();
        let mut met = BTreeSet::new();
        for answer in new_answers {
            let old = from.get(answer.id.as_str()).and_then(|id| olds.get(id)).copied();
            met.extend(old.map(|old| old.id.as_str()));
            shifts.push(self.provision(old, Some(answer)));
        }
        // The draft has none, or it is of a kind there that no observation breaks.
        let gone = old_answers.iter().filter(|answer| !met.contains(answer.id.as_str()));
        shifts.extend(gone.map(|answer| self.provision(Some(answer), None)));
        shifts
    }

    fn provision(
        &self,
        old: Option<&ProvisionAnswer>,
        new: Option<&ProvisionAnswer>,
    ) -> ProvisionShift {
        let state = Shift { old: old.map(|p| p.state), new: new.map(|p| p.state) };
        let watch = match (state.old, state.new) {
            (Some(State::NotObserved), Some(State::NotObserved)) => "same",
            (Some(_), Some(State::NotObserved)) => "becomes-unobserved",
            (Some(State::NotObserved), Some(_)) => "becomes-observed",
            _ => "same",
        };
        ProvisionShift {
            old: old.map(|p| p.id.clone()),
            new: new.map(|p| p.id.clone()),
            state,
            watch,
            lines: lines(old, new),
            possible: self.possible(old, new),
            exceptions: exceptions(old, new),
        }
    }

    /// Under any reading.
    fn possible(
        &self,
        old: Option<&ProvisionAnswer>,
        new: Option<&ProvisionAnswer>,
    ) -> PossibleShift {
        let of = |side: &ByProvision<'_>, answer: Option<&ProvisionAnswer>| {
            seen(side, answer.map(|p| p.id.as_str()), |weighed| &weighed.possible)
        };
        let (before, after) = (of(&self.weighed.0, old), of(&self.weighed.1, new));
        let only = |these: &BTreeSet<usize>, those: &BTreeSet<usize>| {
            let only: Vec<usize> = these.difference(those).copied().collect();
            let cite_by = self.old.evaluation.answer.asked.cite;
            let first = only.iter().take(CITES_MAX);
            let cites = first.map(|&n| self.history.observations.at(n).print(cite_by)).collect();
            (only.len() as u64, cites)
        };
        let (only_old, cites_old) = only(&before, &after);
        let (only_new, cites_new) = only(&after, &before);
        PossibleShift {
            both: before.intersection(&after).count() as u64,
            only_old,
            only_new,
            cites_old,
            cites_new,
        }
    }

    /// Each standing finding: is there still a provision that it can be on, and do its
    /// observations still meet the terms?
    fn findings(&self) -> Vec<FindingShift> {
        let standing = self.history.findings.iter().filter(|(_, stands)| *stands);
        let cite_by = self.old.evaluation.answer.asked.cite;
        standing
            .map(|(held, _)| {
                let finding = &held.value;
                let to = self.to.get(finding.provision.as_str());
                let to = to.and_then(|new| self.new.agreement.provision(new));
                let of = finding.of.iter();
                let of: BTreeSet<usize> =
                    of.filter_map(|of| self.history.observations.find(&of.id)).collect();
                let met = |side: &ByProvision<'_>, id: Option<&str>| {
                    let met = seen(side, id, |weighed| &weighed.met);
                    of.intersection(&met).count() as u64
                };
                let before = met(&self.weighed.0, Some(&finding.provision));
                let after = met(&self.weighed.1, to.map(|provision| provision.id.as_str()));
                let mut reasons = missing(finding, to);
                let basis = match (reasons.is_empty(), before, after) {
                    (false, _, _) => "vanishes",
                    (true, 1.., 0) => "vanishes",
                    (true, 0, 1..) => "appears",
                    (true, before, after) if after < before => "shrinks",
                    _ => "stays",
                };
                if reasons.is_empty() && after < before {
                    reasons.push(format!(
                        "of {} that it rests on and that meet the terms, {after} meet those of \
                         the draft",
                        count(before, "observation", "observations")
                    ));
                }
                FindingShift {
                    cite: held.cite.print(cite_by),
                    provision: finding.provision.clone(),
                    outcome: crate::publish::word(&finding.outcome),
                    basis,
                    observations: Shift { old: Some(before), new: to.map(|_| after) },
                    reasons,
                }
            })
            .collect()
    }
}

/// Observations that a provision made something of, under any reading.
fn seen(
    side: &ByProvision<'_>,
    id: Option<&str>,
    which: impl Fn(&Weighed) -> &Vec<usize>,
) -> BTreeSet<usize> {
    let weighed = id.and_then(|id| side.get(id)).into_iter().flatten();
    weighed.flat_map(|weighed| which(weighed)).copied().collect()
}

/// What a finding names and the draft lacks.
fn missing(finding: &servanda_entry::Finding, to: Option<&Provision>) -> Vec<String> {
    let Some(provision) = to else {
        return vec![format!("the draft has no provision {}", finding.provision)];
    };
    let mut missing = Vec::new();
    let named = |reading: &&servanda_terms::Reading| {
        finding.reading.as_ref().is_none_or(|id| *id == reading.id)
    };
    let readings: Vec<_> = provision.readings.iter().filter(named).collect();
    if let (Some(id), []) = (&finding.reading, readings.as_slice()) {
        missing.push(format!("the draft has no reading {id:?} of it"));
        return missing;
    }
    let any = |holds: &dyn Fn(&servanda_terms::Reading) -> bool| readings.iter().any(|r| holds(r));
    if let Some(party) = &finding.party
        && !any(&|reading| reading.who.contains(party))
    {
        missing.push(format!("the draft doesn't bind {party} by it"));
    }
    if let Some(zone) = &finding.zone
        && !any(&|reading| reading.places.is_empty() || reading.places.contains(zone))
    {
        missing.push(format!("it doesn't hold in the zone {zone} under the draft"));
    }
    let span: Interval = finding.interval();
    let binds = |reading: &servanda_terms::Reading| {
        let from = reading.from.unwrap_or(Instant::MIN);
        span.to > from && reading.until.is_none_or(|until| span.from < until)
    };
    if finding.outcome == Outcome::Violation && !any(&binds) {
        missing.push("it doesn't bind at that time under the draft".to_owned());
    }
    missing
}

/// The lines of both, where they differ.
fn lines(old: Option<&ProvisionAnswer>, new: Option<&ProvisionAnswer>) -> Vec<LineShift> {
    type Key = (String, Option<String>);
    let group = |answer: Option<&ProvisionAnswer>| {
        let mut order: Vec<Key> = Vec::new();
        let mut groups: BTreeMap<Key, Vec<StateLine>> = BTreeMap::new();
        for line in answer.into_iter().flat_map(|answer| &answer.lines) {
            let key = (line.reading.clone(), line.party.clone());
            let group = groups.entry(key.clone()).or_default();
            if group.is_empty() {
                order.push(key);
            }
            group.push(line.clone());
        }
        (order, groups)
    };
    let ((old_order, olds), (new_order, news)) = (group(old), group(new));
    let gone = old_order.into_iter().filter(|key| !news.contains_key(key));
    let keys: Vec<Key> = new_order.into_iter().chain(gone).collect();
    let mut shifts = Vec::new();
    for key in keys {
        let state = |groups: &BTreeMap<Key, Vec<StateLine>>| {
            gravest(groups.get(&key)?.iter().map(|line| line.state))
        };
        // All zones of one reading have its dates.
        let first = |groups: &BTreeMap<Key, Vec<StateLine>>| groups.get(&key)?.first().cloned();
        let (before, after) = (first(&olds), first(&news));
        let shift = LineShift {
            reading: key.0.clone(),
            party: key.1.clone(),
            state: Shift { old: state(&olds), new: state(&news) },
            from: Shift {
                old: before.as_ref().and_then(|line| line.from.clone()),
                new: after.as_ref().and_then(|line| line.from.clone()),
            },
            until: Shift {
                old: before.as_ref().and_then(|line| line.until.clone()),
                new: after.as_ref().and_then(|line| line.until.clone()),
            },
        };
        let same = shift.state.old == shift.state.new
            && shift.from.old == shift.from.new
            && shift.until.old == shift.until.new;
        if !same {
            shifts.push(shift);
        }
    }
    shifts
}

/// The exceptions of either, where what they take out differs.
fn exceptions(old: Option<&ProvisionAnswer>, new: Option<&ProvisionAnswer>) -> Vec<ExceptionShift> {
    let taken = |answer: Option<&ProvisionAnswer>| -> BTreeMap<String, u64> {
        let excepted = answer.into_iter().flat_map(|answer| &answer.excepted);
        excepted.map(|excepted| (excepted.except.clone(), excepted.incidents)).collect()
    };
    let (olds, news) = (taken(old), taken(new));
    let ids: BTreeSet<&String> = olds.keys().chain(news.keys()).collect();
    ids.into_iter()
        .map(|id| ExceptionShift {
            except: id.clone(),
            incidents: Shift { old: olds.get(id).copied(), new: news.get(id).copied() },
        })
        .filter(|shift| shift.incidents.old != shift.incidents.new)
        .collect()
}

/// Rows of sources that the draft doesn't name.
fn unread(draft: &Agreement, history: &History) -> Vec<Unread> {
    let mut rows: BTreeMap<String, u64> = BTreeMap::new();
    let observations = history.observations.iter().map(|held| held.source());
    let claims = history.claims.iter().map(|held| &*held.source);
    for source in observations.chain(claims) {
        if draft.source(source).is_none() {
            *rows.entry(source.to_string()).or_default() += 1;
        }
    }
    rows.into_iter().map(|(source, rows)| Unread { source, rows }).collect()
}

/// The outcome in sentences; each number stands in the tables.
fn headline(what_if: &WhatIf) -> Vec<String> {
    let mut said = Vec::new();
    for shift in &what_if.provisions {
        let word = |state: Option<State>| state.map_or("not there", State::word);
        let possible = &shift.possible;
        let mut parts = Vec::new();
        if shift.state.old != shift.state.new {
            parts.push(format!("{} → {}", word(shift.state.old), word(shift.state.new)));
        }
        if possible.only_old > 0 {
            let seen = count(possible.only_old, "observation", "observations");
            parts.push(format!("{seen} would no longer be part of a possible violation"));
        }
        if possible.only_new > 0 {
            let seen = count(possible.only_new, "observation", "observations");
            parts.push(format!("{seen} would become part of a possible violation"));
        }
        let gone: Vec<_> = shift.exceptions.iter().filter(|e| e.incidents.new.is_none()).collect();
        for gone in &gone {
            let taken = count(gone.incidents.old.unwrap_or(0), "incident", "incidents");
            let id = &gone.except;
            parts.push(format!("the exception {id:?} falls away, which takes out {taken}"));
        }
        if !gone.is_empty() && shift.new.is_some() && possible.only_new == 0 {
            parts.push("none of that would become part of a possible violation".to_owned());
        }
        if shift.watch == "becomes-unobserved" {
            parts.push("nothing able to show a breach would watch".to_owned());
        }
        if !parts.is_empty() {
            let id = shift.new.as_ref().or(shift.old.as_ref());
            said.push(format!("{}: {}.", id.map_or("", String::as_str), parts.join("; ")));
        }
    }
    let gone = what_if.findings.iter().filter(|finding| finding.basis == "vanishes").count();
    if gone > 0 {
        let findings = count(gone as u64, "finding", "findings");
        said.push(format!("The basis of {findings} would vanish."));
    }
    for unread in &what_if.unread {
        let rows = count(unread.rows, "row", "rows");
        said.push(format!(
            "The draft doesn't name the source {}: {rows} would show nothing.",
            unread.source
        ));
    }
    if said.is_empty() {
        said.push("The draft would change nothing in what this record shows.".to_owned());
    }
    said
}
