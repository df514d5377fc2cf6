//! Which entries of the record a clock reads: one channel for each selection.

use crate::history::{Cite, Held, History};
use servanda_entry::{Act, ActKind, ActResult, CoverageRow, Finding, Outcome, Watch};
use servanda_steps::{Channel, Entered, EntryId};
use servanda_terms::Agreement;
use servanda_time::{Instant, Interval};
use std::collections::BTreeMap;

/// Stands for no entry of the record.
pub(crate) const NO_ENTRY: u64 = u64::MAX;

/// A selection of entries.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Selection {
    /// Signatures: of that party, or of any.
    Signature(Option<String>),
    /// Acts that bring into force: that provision, or all of the agreement; and whether the text
    /// itself says how that comes about, so that such an act goes beyond it.
    EntryIntoForce(Option<String>, bool),
    /// Acts that end it.
    Termination(Option<String>),
    /// Acts by which a party withdraws from the agreement.
    Withdrawal(String),
    /// Acts that suspend a provision, or all of the agreement, for as long as they do.
    Suspension(String),
    /// Acts that extend it, by that party or by any.
    Extension(Option<String>, Option<String>),
    /// Notices on it.
    Notice(Option<String>),
    /// Votes by which a body consents.
    Vote(String),
    /// Deposits of its instrument.
    Deposit(String),
    /// Performances of a provision, or of a stage of it, that count for that party: its own, and
    /// those that somebody who isn't bound reports for all.
    Performance(String, Option<String>, Option<String>),
    /// A party's acceptance of a point, until its next act or the next date on which the text
    /// gives its stand.
    Acceptance(String, String, Vec<Instant>),
    /// A party's acts on a point at or after an instant, each from then on.
    Stand(String, String, Instant),
    /// The decider's finding that a trigger, or a test of it, is met.
    Determination(String, Option<String>),
    /// An event of the front matter.
    Event(String),
    /// Findings of violation of a provision, under a reading, of these severities; none: any.
    Violation(String, String, Vec<String>),
    /// Findings of violation whose severity isn't said.
    Ungraded(String, String),
    /// No entries: when something that waits for itself was found to be so.
    Assumed(Vec<Interval>),
    /// Spans in which a source able to show a breach watched; completely, or at all.
    Watching(String, bool),
}

impl Selection {
    /// What an act does that fills it, in words: "signature by X".
    pub(crate) fn words(&self, agreement: &Agreement) -> String {
        let party = |id: &String| match agreement.party(id) {
            Some(party) => party.name.clone(),
            None => id.clone(),
        };
        let on = |id: &Option<String>| id.clone().unwrap_or_else(|| "the agreement".into());
        match self {
            Selection::Signature(Some(id)) => format!("signature by {}", party(id)),
            Selection::Signature(None) => "signature".into(),
            Selection::EntryIntoForce(id, _) => format!("act that brings {} into force", on(id)),
            Selection::Termination(id) => format!("act that ends {}", on(id)),
            Selection::Withdrawal(by) => format!("withdrawal of {}", party(by)),
            Selection::Suspension(id) => format!("suspension of {id}"),
            Selection::Extension(id, Some(by)) => {
                format!("extension of {} by {}", on(id), party(by))
            }
            Selection::Extension(id, None) => format!("extension of {}", on(id)),
            Selection::Notice(id) => format!("notice on {}", on(id)),
            Selection::Vote(id) => format!("vote on {id}"),
            Selection::Deposit(id) => format!("deposit of {id}"),
            Selection::Performance(id, stage, by) => {
                let stage = stage.as_ref().map(|name| format!(", {name}")).unwrap_or_default();
                let by = by.as_ref().map(|id| format!(" by {}", party(id))).unwrap_or_default();
                format!("performance of {id}{stage}{by}")
            }
            Selection::Acceptance(point, id, _) => {
                format!("acceptance of {point} by {}", party(id))
            }
            Selection::Stand(point, id, _) => format!("stand on {point} by {}", party(id)),
            Selection::Determination(id, None) => format!("determination on {id}"),
            Selection::Determination(id, Some(test)) => {
                format!("determination on {id}, test {test:?}")
            }
            Selection::Event(name) => {
                let known = agreement.events.iter().find(|event| event.id == *name);
                known.map_or_else(|| name.clone(), |event| event.text.clone())
            }
            Selection::Violation(id, ..) | Selection::Ungraded(id, _) => {
                format!("finding of violation of {id}")
            }
            Selection::Watching(id, _) => format!("a source that watches {id}"),
            Selection::Assumed(_) => "what waits for itself".into(),
        }
    }

    /// Whether it selects what somebody does: acts.
    pub(crate) fn is_act(&self) -> bool {
        !matches!(
            self,
            Selection::Violation(..)
                | Selection::Ungraded(..)
                | Selection::Watching(..)
                | Selection::Assumed(_)
        )
    }

    /// Its entries in the record.
    pub(crate) fn entries(&self, agreement: &Agreement, history: &History) -> Vec<Entered> {
        match self {
            Selection::Violation(..) | Selection::Ungraded(..) => {
                let standing = history.findings.iter().filter(|(_, stands)| *stands);
                standing.filter_map(|(held, _)| self.finding(held)).collect()
            }
            Selection::Watching(..) => history
                .coverage
                .iter()
                .filter(|held| self.watches(agreement, held))
                .map(|held| {
                    let when = held.value.interval();
                    entered(&held.cite, when.from, when.to)
                })
                .collect(),
            Selection::Assumed(spans) => {
                let numbered = (0..).zip(spans);
                let entry = |(row, span): (u32, &Interval)| {
                    let id = EntryId { entry: NO_ENTRY, row };
                    Entered { id, from: span.from, to: span.to, key: 0, amount: 0 }
                };
                numbered.map(entry).collect()
            }
            Selection::Acceptance(point, party, dates) => {
                acceptances(&stands(agreement, history, point, party), dates)
            }
            Selection::Stand(point, party, since) => {
                let stands = stands(agreement, history, point, party).into_iter();
                let later = stands.filter(|(from, _)| from >= since);
                later.map(|(from, held)| entered(&held.cite, from, Instant::MAX)).collect()
            }
            _ => history.acts.iter().filter_map(|held| self.act(agreement, held)).collect(),
        }
    }

    /// What a finding says on this channel.
    pub(crate) fn finding(&self, held: &Held<Finding>) -> Option<Entered> {
        let finding = &held.value;
        let (provision, reading) = match self {
            Selection::Violation(provision, reading, _)
            | Selection::Ungraded(provision, reading) => (provision, reading),
            _ => return None,
        };
        let graded = match (self, &finding.severity) {
            (Selection::Violation(_, _, severities), _) if severities.is_empty() => true,
            (Selection::Violation(_, _, severities), Some(severity)) => {
                severities.contains(severity)
            }
            (Selection::Ungraded(..), None) => true,
            _ => false,
        };
        let on = finding.provision == *provision
            && finding.reading.as_ref().is_none_or(|on| on == reading)
            && finding.outcome == Outcome::Violation;
        let when = finding.interval();
        (on && graded).then(|| entered(&held.cite, when.from, when.to))
    }

    /// Whether a watch is one of all of the provision's place: a watch of one of several zones is
    /// none of the others.
    pub(crate) fn watches(&self, agreement: &Agreement, held: &Held<CoverageRow>) -> bool {
        let Selection::Watching(id, completely) = self else { return false };
        let Some(provision) = agreement.provision(id) else { return false };
        let shown = provision.shown_by.iter().any(|source| held.of(source));
        let everywhere = held.value.zone.as_ref().is_none_or(|zone| {
            provision.readings.iter().all(|reading| reading.places == std::slice::from_ref(zone))
        });
        shown
            && everywhere
            && match held.value.watch {
                Watch::Complete => true,
                Watch::Partial => !completely,
                Watch::Blind => false,
            }
    }

    /// What an act says on this channel. What happens at an instant is there for a millisecond;
    /// "since" is for the rules to say.
    pub(crate) fn act(&self, agreement: &Agreement, held: &Held<Act>) -> Option<Entered> {
        let act = &held.value;
        let on = |id: &String| act.provisions.contains(id);
        let on_it = |id: &Option<String>| match id {
            Some(id) => act.provisions.contains(id),
            None => act.provisions.is_empty(),
        };
        let by = |id: &String| agreement.resolve_party(&act.by).is_some_and(|p| p.id == *id);
        let adopted = act.result == Some(ActResult::Adopted);
        let selected = match self {
            Selection::Signature(party) => {
                act.act == ActKind::Signature && party.as_ref().is_none_or(by)
            }
            Selection::EntryIntoForce(id, _) => act.act == ActKind::EntryIntoForce && on_it(id),
            Selection::Termination(id) => act.act == ActKind::Termination && on_it(id),
            Selection::Withdrawal(party) => {
                act.act == ActKind::Withdrawal && act.provisions.is_empty() && by(party)
            }
            Selection::Suspension(id) => {
                act.act == ActKind::Suspension && (act.provisions.is_empty() || on(id))
            }
            Selection::Extension(id, party) => {
                act.act == ActKind::Extension && on_it(id) && party.as_ref().is_none_or(by)
            }
            Selection::Notice(id) => act.act == ActKind::Notice && on_it(id),
            Selection::Vote(id) => act.act == ActKind::Vote && on(id) && adopted,
            Selection::Deposit(id) => act.act == ActKind::Deposit && on(id),
            Selection::Performance(id, stage, party) => {
                let for_it =
                    party.as_ref().is_none_or(|party| by(party) || !bound(agreement, id).any(by));
                act.act == ActKind::Performance && on(id) && act.stage == *stage && for_it
            }
            Selection::Determination(id, test) => {
                act.act == ActKind::Determination
                    && on(id)
                    && act.stage == *test
                    && act.result == Some(ActResult::Met)
            }
            Selection::Event(name) => {
                act.act == ActKind::Event && act.event.as_deref() == Some(name)
            }
            _ => false,
        };
        let from = Instant::from_ms(act.from_ms).ok()?;
        let to = match self {
            Selection::Suspension(_) => {
                let to = act.to_ms.and_then(|ms| Instant::from_ms(ms).ok());
                to.unwrap_or(Instant::MAX)
            }
            _ => from.plus_ms(1),
        };
        (selected && from < to).then(|| entered(&held.cite, from, to))
    }
}

/// The parties that a provision binds, under any reading.
fn bound<'a>(agreement: &'a Agreement, id: &str) -> impl Iterator<Item = &'a String> + use<'a> {
    let provision = agreement.provision(id).into_iter();
    provision.flat_map(|p| p.who.iter().chain(p.readings.iter().flat_map(|r| &r.who)))
}

/// The acts by which a party takes a stand on a point, in the order of time.
fn stands<'h>(
    agreement: &Agreement,
    history: &'h History,
    point: &str,
    party: &str,
) -> Vec<(Instant, &'h Held<Act>)> {
    let mut acts: Vec<(Instant, &Held<Act>)> = history
        .acts
        .iter()
        .filter(|held| {
            let act = &held.value;
            act.act == ActKind::Position
                && act.provisions.iter().any(|id| id == point)
                && agreement.resolve_party(&act.by).is_some_and(|p| p.id == party)
        })
        .filter_map(|held| Some((Instant::from_ms(held.value.from_ms).ok()?, held)))
        .collect();
    acts.sort_by_key(|(from, held)| (*from, held.cite.id));
    acts
}

/// The spans in which the latest stand is an act that accepts: each until the party's next act, or
/// the next date on which the text gives its stand.
fn acceptances(stands: &[(Instant, &Held<Act>)], dates: &[Instant]) -> Vec<Entered> {
    let ends = stands.iter().skip(1).map(|(from, _)| *from).chain([Instant::MAX]);
    stands
        .iter()
        .zip(ends)
        .filter(|((_, held), _)| held.value.result == Some(ActResult::Accepts))
        .map(|((from, held), to)| {
            let next = dates.iter().copied().filter(|date| date > from).min();
            entered(&held.cite, *from, next.map_or(to, |next| next.min(to)))
        })
        .collect()
}

fn entered(cite: &Cite, from: Instant, to: Instant) -> Entered {
    Entered { id: entry_id(cite), from, to, key: 0, amount: 0 }
}

/// A citation as the rules know it.
pub(crate) fn entry_id(cite: &Cite) -> EntryId {
    EntryId { entry: cite.entry, row: cite.row.unwrap_or(0) }
}

/// The selections in use, each with its channel.
#[derive(Debug, Default)]
pub(crate) struct Selections {
    list: Vec<Selection>,
    channels: BTreeMap<Selection, Channel>,
}

impl Selections {
    /// The channel of a selection.
    pub(crate) fn channel(&mut self, selection: Selection) -> Channel {
        if let Some(channel) = self.channels.get(&selection) {
            return *channel;
        }
        let channel = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
        self.list.push(selection.clone());
        self.channels.insert(selection, channel);
        channel
    }

    /// The selection of a channel.
    pub(crate) fn of(&self, channel: Channel) -> Option<&Selection> {
        self.list.get(channel as usize)
    }

    /// All of them, each with its channel.
    pub(crate) fn numbered(&self) -> impl Iterator<Item = (Channel, &Selection)> {
        (0_u32..).zip(&self.list)
    }

    /// All entries that any of them selects, each on its channel.
    pub(crate) fn entries(
        &self,
        agreement: &Agreement,
        history: &History,
    ) -> Vec<(Channel, Entered)> {
        self.numbered()
            .flat_map(|(channel, selection)| {
                let entries = selection.entries(agreement, history);
                entries.into_iter().map(move |entered| (channel, entered))
            })
            .collect()
    }
}
