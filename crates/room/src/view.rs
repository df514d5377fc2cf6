//! The record as the room sees it, worked out once for all who ask; and the one hand that writes.

use crate::RoomError;
use crate::http::Fault;
use axum::http::StatusCode;
use servanda_casework::Cases;
use servanda_comply::Evaluation;
use servanda_custody::Custody;
use servanda_desk::{Bench, Confidential, Desk, DeskError, Question};
use servanda_entry::Body;
use servanda_report::Sections;
use servanda_store::{Keys, Record, StoreError};
use servanda_time::Instant;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock, mpsc};
use tokio::sync::{oneshot, watch};

/// An answer is worked out anew when it is older than this: clocks run while nothing is entered.
const AGE_MS_MAX: i64 = 60_000;
/// Writings that may wait for the one hand.
const WAITING_MAX: usize = 256;

/// The record at one point, and what follows from it.
pub struct View {
    /// The record, the agreement and what was entered.
    pub desk: Desk,
    /// The engine's answer.
    pub evaluation: Evaluation,
    /// The cases.
    pub cases: Cases,
    /// The instant asked about.
    pub at: Instant,
    /// The parts of pages that everybody sees alike.
    pub(crate) parts: Parts,
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
        let evaluation = desk.ask(&Question { at: Some(at), ..Question::default() })?;
        let cases = Cases::gather(&desk.history, &evaluation);
        let zone = &desk.agreement.timezone;
        let sections = Sections::of(&evaluation.answer, &evaluation.picture, zone);
        let parts = Parts {
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
        };
        Ok(View { parts, cases, evaluation, desk, at })
    }

    /// One provision's part.
    pub(crate) fn provision(&self, id: &str) -> String {
        let zone = &self.desk.agreement.timezone;
        let sections = Sections::of(&self.evaluation.answer, &self.evaluation.picture, zone);
        sections.only(id).provisions()
    }

    /// Where people work, at an instant.
    #[must_use]
    pub fn bench(&self, at: Instant) -> Bench<'_> {
        Bench { desk: &self.desk, evaluation: &self.evaluation, cases: &self.cases, at }
    }
}

/// What is to be entered.
pub(crate) enum Entering {
    /// Entries that everybody may read, and the files that they name.
    Open(Vec<Body>, Vec<Vec<u8>>),
    /// Entries of which a part is withheld.
    Confidential(Box<Confidential>),
}

/// Makes of what stands now what is to be entered. It may be asked twice: when somebody else wrote in
/// between, what stood then does no longer.
type Prepare = Box<dyn Fn(&View, Instant) -> Result<Entering, DeskError> + Send>;

struct Job {
    prepare: Option<Prepare>,
    done: oneshot::Sender<Result<u64, DeskError>>,
}

/// Where record, keys and what opens sealed parts lie.
#[derive(Debug, Clone)]
pub(crate) struct Places {
    pub(crate) record: PathBuf,
    pub(crate) keys: PathBuf,
    pub(crate) custody: PathBuf,
}

/// The view that is shown, and the way to the hand that writes.
pub(crate) struct Views {
    seen: Arc<Seen>,
    jobs: mpsc::SyncSender<Job>,
}

struct Seen {
    view: RwLock<Arc<View>>,
    size: watch::Sender<u64>,
}

impl Seen {
    fn view(&self) -> Arc<View> {
        Arc::clone(&self.view.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn show(&self, view: View) {
        let size = view.desk.size;
        *self.view.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(view);
        self.size.send_replace(size);
    }
}

impl Views {
    /// Opens a record, and starts the hand that writes to it: a thread, which ends with this value.
    pub(crate) fn open(
        places: Places,
        now: Arc<dyn Fn() -> Instant + Send + Sync>,
    ) -> Result<Views, RoomError> {
        let view = View::of(Record::open(&places.record)?, now())?;
        let (size, _) = watch::channel(view.desk.size);
        let seen = Arc::new(Seen { view: RwLock::new(Arc::new(view)), size });
        let (jobs, taken) = mpsc::sync_channel(WAITING_MAX);
        let mut hand = Hand { seen: Arc::clone(&seen), places, now, keys: None };
        std::thread::spawn(move || hand.run(&taken));
        Ok(Views { seen, jobs })
    }

    /// The newest view. One that is too old is worked out anew meanwhile.
    pub(crate) fn newest(&self, now: Instant) -> Arc<View> {
        let view = self.seen.view();
        if now.ms() - view.at.ms() > AGE_MS_MAX {
            let (done, _) = oneshot::channel();
            // When the hand has enough to do, it will be renewed by what it does.
            let _ = self.jobs.try_send(Job { prepare: None, done });
        }
        view
    }

    /// How many entries the view has, whenever that changes.
    pub(crate) fn sizes(&self) -> watch::Receiver<u64> {
        self.seen.size.subscribe()
    }

    /// Enters what `prepare` makes of what stands now. Gives the index of the first entry, which is in
    /// the record for good then, and in the view.
    pub(crate) async fn enter(
        &self,
        prepare: impl Fn(&View, Instant) -> Result<Entering, DeskError> + Send + 'static,
    ) -> Result<u64, Fault> {
        let (done, entered) = oneshot::channel();
        let job = Job { prepare: Some(Box::new(prepare)), done };
        self.jobs.try_send(job).map_err(|_| Fault::too_often(1))?;
        entered.await.map_err(|_| Fault::inside())?.map_err(Fault::from)
    }
}

/// The one hand that writes.
struct Hand {
    seen: Arc<Seen>,
    places: Places,
    now: Arc<dyn Fn() -> Instant + Send + Sync>,
    keys: Option<Keys>,
}

impl Hand {
    fn run(&mut self, jobs: &mpsc::Receiver<Job>) {
        while let Ok(job) = jobs.recv() {
            let result = match &job.prepare {
                Some(prepare) => self.enter(prepare),
                None => self.renew().map(|()| 0),
            };
            // Whoever asked may have gone.
            let _ = job.done.send(result);
        }
    }

    fn renew(&mut self) -> Result<(), DeskError> {
        let now = (self.now)();
        if now.ms() - self.seen.view().at.ms() > AGE_MS_MAX {
            self.seen.show(View::of(Record::open(&self.places.record)?, now)?);
        }
        Ok(())
    }

    fn enter(&mut self, prepare: &Prepare) -> Result<u64, DeskError> {
        let keys = match &self.keys {
            Some(keys) => keys,
            None => self.keys.insert(Keys::read(&self.places.keys)?),
        };
        if Record::is_interrupted(&self.places.record) {
            Record::recover(&self.places.record, keys)?;
        }
        let mut record = Record::open(&self.places.record)?;
        let now = (self.now)();
        let mut view = self.seen.view();
        if record.size() != view.desk.size {
            // Another program wrote.
            self.seen.show(View::of(record, now)?);
            view = self.seen.view();
            record = Record::open(&self.places.record)?;
        }
        let first = match prepare(&view, now)? {
            Entering::Open(bodies, blobs) => record.append(keys, now, bodies, blobs)?.start,
            Entering::Confidential(confidential) => {
                let custody = Custody::at(&self.places.custody);
                confidential.enter(&mut record, &custody, keys, now)?
            }
        };
        self.seen.show(View::of(record, now)?);
        Ok(first)
    }
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
