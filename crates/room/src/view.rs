//! The record as the room sees it, worked out once for all who ask.

use crate::http::Fault;
use crate::released;
use axum::http::StatusCode;
use servanda_casework::Cases;
use servanda_comply::Evaluation;
use servanda_desk::{Bench, Confidential, Desk, DeskError, Question};
use servanda_entry::{Body, Entry};
use servanda_report::Sections;
use servanda_store::{Record, StoreError};
use servanda_time::Instant;
use std::sync::Arc;

/// The record at one point, and what follows from it.
pub struct View {
    /// The record, the agreement and what was entered.
    pub desk: Desk,
    /// The engine's answer. It may be a few entries older than the record.
    pub evaluation: Arc<Evaluation>,
    /// The cases.
    pub cases: Cases,
    /// The instant asked about.
    pub at: Instant,
    /// What the mission is told, and what everybody is.
    told: [Told; 2],
    /// Entries that the engine was not asked about yet.
    recent: Arc<Vec<(u64, Entry)>>,
}

/// The engine's answer, and the parts of pages that are drawn from it.
#[derive(Clone)]
pub(crate) struct Told {
    pub(crate) evaluation: Arc<Evaluation>,
    pub(crate) parts: Arc<Parts>,
}

/// Parts of pages, drawn once.
pub(crate) struct Parts {
    pub(crate) lead: String,
    pub(crate) life: String,
    pub(crate) guarantees: String,
    pub(crate) states: String,
    pub(crate) seen: String,
    pub(crate) map: String,
    pub(crate) timeline: String,
    pub(crate) claims: String,
    pub(crate) sources: String,
    pub(crate) check: String,
}

impl View {
    /// What a record says at an instant of the world.
    ///
    /// # Errors
    /// When the record has no agreement that can be read.
    pub fn of(record: Record, at: Instant) -> Result<View, DeskError> {
        let desk = Desk::of(record, None)?;
        let mission = Told::of(&desk, at)?;
        let evaluation = Arc::clone(&mission.evaluation);
        let cases = Cases::gather(&desk.history, &evaluation);
        let hidden = released::hidden(&desk.history, &cases);
        // What others are told is an answer of its own, from what they may know.
        let others = match hidden.is_empty() {
            true => mission.clone(),
            false => Told::of(&desk.without(&hidden), at)?,
        };
        Ok(View { told: [mission, others], cases, evaluation, desk, at, recent: Arc::default() })
    }

    /// What somebody is told who may see all that the mission sees, or who may not.
    pub(crate) fn told(&self, is_mission: bool) -> &Told {
        let [mission, others] = &self.told;
        if is_mission { mission } else { others }
    }

    /// The same with one more entry, as far as that can be had without asking the engine: what was
    /// done with a case is there at once. None where it can't.
    pub(crate) fn continued(&self, index: u64, entry: &Entry) -> Option<View> {
        let desk = self.desk.continued(index, entry)?;
        let mut recent = Vec::clone(&self.recent);
        recent.push((index, entry.clone()));
        Some(View {
            cases: self.cases.continued(&desk.history, index, &entry.body),
            desk,
            evaluation: Arc::clone(&self.evaluation),
            at: self.at,
            told: self.told.clone(),
            recent: Arc::new(recent),
        })
    }

    /// An entry; none where the record has none of that index, or not here yet.
    pub(crate) fn entry(&self, index: u64) -> Option<Entry> {
        let recent = self.recent.iter().find(|(own, _)| *own == index);
        recent.map(|(_, entry)| entry.clone()).or_else(|| self.desk.record.entry(index).ok())
    }

    /// One provision's part, as somebody is told it.
    pub(crate) fn provision(&self, told: &Told, id: &str) -> String {
        let zone = &self.desk.agreement.timezone;
        let sections = Sections::of(&told.evaluation.answer, &told.evaluation.picture, zone);
        sections.only(id).provisions()
    }

    /// Where people work, at an instant.
    #[must_use]
    pub fn bench(&self, at: Instant) -> Bench<'_> {
        Bench { desk: &self.desk, evaluation: &self.evaluation, cases: &self.cases, at }
    }
}

impl Told {
    fn of(desk: &Desk, at: Instant) -> Result<Told, DeskError> {
        let evaluation = desk.ask(&Question { at: Some(at), ..Question::default() })?;
        let zone = &desk.agreement.timezone;
        let sections = Sections::of(&evaluation.answer, &evaluation.picture, zone);
        let parts = Arc::new(Parts {
            lead: sections.lead(),
            life: sections.life(),
            guarantees: sections.guarantees(),
            states: sections.states(),
            seen: sections.seen(),
            map: sections.map(),
            timeline: sections.timeline(),
            claims: sections.claims(),
            sources: sections.sources(),
            check: sections.check(),
        });
        Ok(Told { evaluation: Arc::new(evaluation), parts })
    }
}

/// What is to be entered.
pub(crate) enum Entering {
    /// Entries that everybody may read, and the files that they name.
    Open(Vec<Body>, Vec<Vec<u8>>),
    /// Entries of which a part is withheld.
    Confidential(Box<Confidential>),
}

impl From<DeskError> for Fault {
    fn from(error: DeskError) -> Fault {
        match error {
            DeskError::Early(refused) => Fault::new(StatusCode::CONFLICT, "early")
                .with_message(crate::judged::refused(refused)),
            DeskError::Asked(what) | DeskError::File { what, .. } => {
                Fault::new(StatusCode::UNPROCESSABLE_ENTITY, "asked").with(what)
            }
            // What makes no entry was asked for wrongly.
            DeskError::Store(StoreError::Refused { why, .. }) => {
                Fault::new(StatusCode::UNPROCESSABLE_ENTITY, "asked").with(why)
            }
            DeskError::Store(StoreError::Keys { .. }) => {
                Fault::new(StatusCode::SERVICE_UNAVAILABLE, "no-keys")
            }
            DeskError::Store(StoreError::Busy { .. }) => Fault::too_often(1),
            error => Fault::inside().with(error.to_string()),
        }
    }
}
