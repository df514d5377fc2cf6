//! The record as the room sees it, worked out once for all who ask.

use crate::columns::Columns;
use crate::http::Fault;
use crate::pages::Talks;
use crate::released;
use axum::http::StatusCode;
use servanda_casework::Cases;
use servanda_comply::Evaluation;
use servanda_comply::answer::Why;
use servanda_custody::CustodyError;
use servanda_desk::{AsOf, Bench, Confidential, Desk, DeskError, Grounds, Question};
use servanda_entry::{Body, Entry};
use servanda_report::{ProvisionParts, Sections};
use servanda_store::{Record, StoreError};
use servanda_terms::Diagnostic;
use servanda_time::Instant;
use servanda_tlog::Hash;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// The record at one point, and what follows from it.
pub struct View {
    /// The record, the agreement and what was entered.
    pub desk: Arc<Desk>,
    /// The cases.
    pub cases: Cases,
    /// The instant asked about.
    pub at: Instant,
    /// The incidents, in columns.
    pub(crate) columns: Arc<Columns>,
    /// What the mission is told, and what everybody is.
    told: [Told; 2],
    /// Entries that the engine was not asked about yet. What they say of cases is in the cases, as
    /// far as that can be had without it.
    recent: Vec<(u64, Entry)>,
    /// What `check` says of the agreement, once somebody asked.
    diagnostics: Arc<OnceLock<Vec<Diagnostic>>>,
    /// What published texts say, once somebody asked.
    talks: Arc<OnceLock<Arc<Talks>>>,
}

/// The engine's answer, and the parts of pages that are drawn from it.
#[derive(Clone)]
pub(crate) struct Told {
    pub(crate) evaluation: Arc<Evaluation>,
    pub(crate) parts: Arc<Parts>,
    reasons: Arc<Reasons>,
}

/// Why each provision stands where it stands: worked out when somebody asks, and kept.
struct Reasons {
    grounds: Grounds,
    at: Instant,
    told: Mutex<BTreeMap<String, Option<Arc<Why>>>>,
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
    /// What is drawn of each provision.
    pub(crate) provisions: BTreeMap<String, ProvisionParts>,
}

impl View {
    /// What a record says at an instant of the world.
    ///
    /// # Errors
    /// When the record has no agreement that can be read.
    pub fn of(record: Record, at: Instant) -> Result<View, DeskError> {
        View::of_desk(Desk::of(record, None)?, at)
    }

    /// What a record said to the room when it had so many entries.
    ///
    /// # Errors
    /// As [`View::of`], and when it has fewer.
    pub(crate) fn as_of(record: Record, size: u64) -> Result<View, DeskError> {
        let last = record.entry(size.saturating_sub(1))?;
        View::of_desk(Desk::of(record, Some(AsOf::Size(size)))?, last.at)
    }

    fn of_desk(desk: Desk, at: Instant) -> Result<View, DeskError> {
        let mission = Told::of(&desk, at)?;
        let cases = Cases::gather(&desk.history, &mission.evaluation);
        let hidden = released::hidden(&desk.history, &cases);
        // What others are told is an answer of its own, from what they may know.
        let others = match hidden.is_empty() {
            true => mission.clone(),
            false => Told::of(&desk.without(&hidden), at)?,
        };
        let columns = Columns::of(&desk.history, &mission.evaluation.incidents);
        Ok(View {
            told: [mission, others],
            cases,
            desk: Arc::new(desk),
            at,
            columns: Arc::new(columns),
            recent: vec![],
            diagnostics: Arc::default(),
            talks: Arc::default(),
        })
    }

    /// What somebody is told who may see all that the mission sees, or who may not.
    pub(crate) fn told(&self, is_mission: bool) -> &Told {
        let [mission, others] = &self.told;
        if is_mission { mission } else { others }
    }

    /// The engine's answer. It may be a few entries older than the record.
    #[must_use]
    pub fn evaluation(&self) -> &Evaluation {
        &self.told(true).evaluation
    }

    /// The same with one more entry. What was done with a case is seen at once; what changes what
    /// was seen, or the answer, when a view is worked out anew.
    pub(crate) fn continued(&self, index: u64, entry: Entry) -> View {
        let (desk, cases) = match self.desk.continued(index, &entry) {
            Some(desk) => {
                let cases = self.cases.continued(&desk.history, index, &entry.body);
                (Arc::new(desk), cases)
            }
            None => (Arc::clone(&self.desk), self.cases.clone()),
        };
        let mut recent = self.recent.clone();
        recent.push((index, entry));
        View {
            desk,
            cases,
            at: self.at,
            columns: Arc::clone(&self.columns),
            told: self.told.clone(),
            recent,
            diagnostics: Arc::clone(&self.diagnostics),
            talks: Arc::clone(&self.talks),
        }
    }

    /// What published texts say. It takes a while where there are many, for who asks first.
    pub(crate) fn talks(&self) -> Arc<Talks> {
        Arc::clone(self.talks.get_or_init(|| Arc::new(Talks::of(self))))
    }

    /// What `check` says of the agreement.
    pub(crate) fn diagnostics(&self) -> &[Diagnostic] {
        self.diagnostics.get_or_init(|| self.desk.files.load().1)
    }

    /// The same with the entries that another view has beyond it.
    pub(crate) fn caught_up(self, other: &View) -> View {
        let known = self.desk.record.size();
        let beyond = other.recent.iter().filter(|(index, _)| *index >= known);
        beyond.fold(self, |view, (index, entry)| view.continued(*index, entry.clone()))
    }

    /// The size of the record that it is of, and the root of its tree there.
    pub(crate) fn point(&self) -> (u64, Hash) {
        let (record, size) = (&self.desk.record, self.desk.size);
        let past = (size < record.size()).then(|| record.root_at(size).ok()).flatten();
        past.map_or_else(|| (record.size(), record.root()), |root| (size, root))
    }

    /// How many entries it knows of.
    pub(crate) fn size(&self) -> u64 {
        self.recent.last().map_or(self.desk.size, |(index, _)| index + 1)
    }

    /// An entry; none where the record has none of that index.
    pub(crate) fn entry(&self, index: u64) -> Option<Entry> {
        let recent = self.recent.iter().find(|(own, _)| *own == index);
        recent.map(|(_, entry)| entry.clone()).or_else(|| self.desk.record.entry(index).ok())
    }

    /// When an entry was received.
    pub(crate) fn received(&self, entry: u64) -> Option<Instant> {
        self.entry(entry).map(|entry| entry.at)
    }

    /// Where people work, at an instant.
    #[must_use]
    pub fn bench(&self, at: Instant) -> Bench<'_> {
        Bench { desk: &self.desk, evaluation: self.evaluation(), cases: &self.cases, at }
    }
}

impl Told {
    fn of(desk: &Desk, at: Instant) -> Result<Told, DeskError> {
        let evaluation =
            desk.ask(&Question { at: Some(at), drawn: true, ..Question::default() })?;
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
            provisions: sections.each_provision(),
        });
        let reasons = Reasons { grounds: desk.grounds(), at, told: Mutex::default() };
        Ok(Told { evaluation: Arc::new(evaluation), parts, reasons: Arc::new(reasons) })
    }

    /// Why a provision stands where it stands, down to entries; from nothing but what whoever is
    /// told this may know.
    ///
    /// # Errors
    /// When the record can't be read.
    pub(crate) fn why(&self, id: &str) -> Result<Option<Arc<Why>>, DeskError> {
        let Reasons { grounds, at, told } = &*self.reasons;
        // Who asks while it is worked out waits for it, rather than work it out too.
        let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = told.get(id) {
            return Ok(known.clone());
        }
        let why = grounds.why(*at, id)?.map(Arc::new);
        told.insert(id.to_owned(), why.clone());
        Ok(why)
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
            DeskError::Store(StoreError::Erased { .. })
            | DeskError::Custody(CustodyError::NoOpening { .. }) => {
                Fault::new(StatusCode::GONE, "erased")
            }
            DeskError::Store(StoreError::Busy { .. }) => Fault::too_often(1),
            error => Fault::inside().with(error.to_string()),
        }
    }
}
