//! Meetings, calls and what is to come, with every date that is reported for each.

use crate::dates::Stated;
use crate::events::{Event, EventKind, Events};
use crate::names::{Actor, Names};
use crate::register::{Register, Told};
use crate::shown::Shown;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Meetings and calls, those that were and those that are to come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Timeline {
    /// The form's name and version.
    pub form: &'static str,
    /// By the earliest date that is reported; those without a date last.
    pub events: Vec<TalksEvent>,
}

/// A meeting or a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TalksEvent {
    /// What it is.
    pub kind: EventKind,
    /// Whether it is to come, by the reports.
    pub is_planned: bool,
    /// Who takes part, by any report.
    pub participants: Vec<String>,
    /// Where, by any report.
    pub places: Vec<String>,
    /// Every date that is reported for it.
    pub dates: Vec<ReportedDate>,
    /// Whether two of the dates can't both be so.
    pub is_disputed: bool,
    /// How many independent origins report it.
    pub origins: usize,
    /// All that speaks of it.
    pub statements: Vec<Shown>,
}

/// A date, and who reports it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReportedDate {
    /// The date, as far as it is told: `2025-12-28`, `XXXX-12-28`, `XXXX-01`.
    pub date: String,
    /// The outlets, or texts where the outlet isn't known.
    pub outlets: Vec<String>,
    /// How many independent origins report it.
    pub origins: usize,
    /// The statements.
    pub cites: Vec<String>,
}

/// The timeline of talks.
#[must_use]
pub fn timeline(register: &Register, names: impl Into<Names>) -> Timeline {
    let names = names.into().with_speakers(register);
    let events = Events::of(register, &names);
    let told = |event: &Event| -> Vec<&Told> {
        let all: BTreeSet<usize> =
            event.mentions.iter().map(|m| events.mentions[*m].told).collect();
        all.into_iter().filter_map(|at| register.told.get(at)).collect()
    };
    let mut shown: Vec<(Option<Stated>, TalksEvent)> = Vec::new();
    for event in &events.events {
        let mut by_date: BTreeMap<Stated, BTreeSet<usize>> = BTreeMap::new();
        for mention in event.mentions.iter().map(|at| &events.mentions[*at]) {
            if let Some(date) = mention.date {
                by_date.entry(date).or_default().insert(mention.told);
            }
        }
        // Nothing is told of it but that it was: no event of its own.
        if by_date.is_empty() && event.actors.len() < 2 {
            continue;
        }
        let all: Vec<Stated> = by_date.keys().copied().collect();
        let is_disputed = all.iter().any(|a| all.iter().any(|b| !a.agrees(*b)));
        let dates = by_date.iter().map(|(date, told)| reported(register, *date, told)).collect();
        let told = told(event);
        shown.push((
            all.first().copied(),
            TalksEvent {
                kind: event.kind,
                is_planned: event.is_planned,
                participants: event.actors.iter().map(Actor::name).collect(),
                places: event.places.iter().cloned().collect(),
                dates,
                is_disputed,
                origins: register.count_origins(told.iter().copied()),
                statements: Shown::all(register, told),
            },
        ));
    }
    shown.sort_by(|(a, one), (b, other)| {
        let key = |date: &Option<Stated>, event: &TalksEvent| {
            let ids: Vec<String> = event.statements.iter().map(|s| s.id.clone()).collect();
            (event.is_planned, date.is_none(), *date, event.kind, ids)
        };
        key(a, one).cmp(&key(b, other))
    });
    let events = shown.into_iter().map(|(_, event)| event).collect();
    Timeline { form: "servanda/timeline/v1", events }
}

fn reported(register: &Register, date: Stated, told: &BTreeSet<usize>) -> ReportedDate {
    let told: Vec<&Told> = told.iter().filter_map(|at| register.told.get(*at)).collect();
    let outlets: BTreeSet<&str> =
        told.iter().map(|one| register.text_of(one).outlet_name()).collect();
    ReportedDate {
        date: date.print(),
        outlets: outlets.into_iter().map(ToOwned::to_owned).collect(),
        origins: register.count_origins(told.iter().copied()),
        cites: told.iter().map(|one| one.cite.place()).collect(),
    }
}
