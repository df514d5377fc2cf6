//! The one hand that writes, and who keeps the view new.
//!
//! Two threads. One enters, one entry after the other, each made from what stands at that moment.
//! The other works the view out anew. Whoever entered something waits for it, so they see all that
//! follows; where that takes long, a step with a case is shown at once and the engine's answer when
//! it is worked out.

use crate::RoomError;
use crate::http::Fault;
use crate::metrics::Metrics;
use crate::room::Places;
use crate::view::{Entering, View};
use servanda_custody::Custody;
use servanda_desk::DeskError;
use servanda_entry::Entry;
use servanda_store::{Keys, Record, StoreError};
use servanda_time::Instant;
use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::time::Duration;
use tokio::sync::{oneshot, watch};

/// An answer is worked out anew when it is older than this: clocks run while nothing is entered.
const AGE_MS_MAX: i64 = 60_000;
/// Whoever entered something waits no longer than this for what follows from it.
const PATIENCE_MS: i64 = 4_000;
/// Of the time, at most one part in so many is spent on views that nothing but time has made old.
const REST: i64 = 10;
/// How often, and how many times, it is looked whether an old view is still looked at.
const LOOK_MS: u64 = 50;
const LOOKS_MAX: u32 = 600;
/// Writings that may wait for the one hand.
const WAITING_MAX: usize = 256;

/// Makes of what stands now what is to be entered. It may be asked twice: when somebody else wrote
/// in between, what stood then does no longer.
type Prepare = Box<dyn Fn(&View, Instant) -> Result<Entering, DeskError> + Send>;
type Clock = Arc<dyn Fn() -> Instant + Send + Sync>;

struct Job {
    prepare: Prepare,
    done: oneshot::Sender<Result<Range<u64>, DeskError>>,
}

/// The view that is shown, and the way to the hand that writes.
pub(crate) struct Views {
    shown: Arc<Shown>,
    jobs: mpsc::SyncSender<Job>,
}

/// What is shown.
struct Shown {
    state: Mutex<State>,
    size: watch::Sender<u64>,
    /// Of how many entries the engine was asked.
    answered: watch::Sender<u64>,
    /// Asks for a view that is worked out anew.
    old: mpsc::SyncSender<()>,
    metrics: Arc<Metrics>,
}

struct State {
    view: Arc<View>,
    /// How many milliseconds it took to work a view out.
    took_ms: i64,
}

impl Shown {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Works a view out from the record, and shows it with what was entered meanwhile.
    fn work_out(&self, record: &Path, now: &Clock) -> Result<(), DeskError> {
        let (view, took_ms) = worked_out(record, now)?;
        self.metrics.worked_out(took_ms);
        let answered = view.size();
        let mut state = self.state();
        let view = view.caught_up(&state.view);
        let size = view.size();
        let old = std::mem::replace(&mut *state, State { view: Arc::new(view), took_ms });
        drop(state);
        self.size.send_if_modified(|own| std::mem::replace(own, size) != size);
        self.answered.send_replace(answered);
        retire(old.view);
        Ok(())
    }

    /// Waits until the engine was asked of so many entries, where that is near.
    async fn catch_up(&self, size: u64) {
        // What is being worked out may be older: then it is the next one.
        if self.state().took_ms > PATIENCE_MS / 2 {
            return;
        }
        let mut answered = self.answered.subscribe();
        let wait = answered.wait_for(|own| *own >= size);
        let patience = Duration::from_millis(PATIENCE_MS.unsigned_abs());
        // When it takes longer than it should, it is shown as on a record where it always does.
        let _ = tokio::time::timeout(patience, wait).await;
    }

    /// Shows an entry, as far as that can be had at once.
    fn add(&self, index: u64, entry: Entry) {
        let mut state = self.state();
        state.view = Arc::new(state.view.continued(index, entry));
        drop(state);
        self.size.send_replace(index + 1);
    }

    /// Has a view worked out beside what goes on.
    fn ask_anew(&self) {
        // One that is asked for already is enough.
        let _ = self.old.try_send(());
    }
}

/// Gives a view's memory back when nobody looks at it any more. That takes seconds where the record
/// is large: neither whoever looked last nor whoever asks meanwhile shall wait for it.
fn retire(view: Arc<View>) {
    std::thread::spawn(move || {
        let mut looks = 0;
        while Arc::strong_count(&view) > 1 && looks < LOOKS_MAX {
            std::thread::sleep(Duration::from_millis(LOOK_MS));
            looks += 1;
        }
    });
}

/// A view of a record as it is, and how many milliseconds it took to work it out.
fn worked_out(record: &Path, now: &Clock) -> Result<(View, i64), DeskError> {
    let at = now();
    let view = View::of(Record::open(record)?, at)?;
    Ok((view, (now().ms() - at.ms()).max(0)))
}

impl Views {
    /// Opens a record, and starts the threads, which end with this value.
    pub(crate) fn open(
        places: Places,
        now: Clock,
        metrics: Arc<Metrics>,
    ) -> Result<Views, RoomError> {
        let (view, took_ms) = worked_out(&places.record, &now)?;
        metrics.worked_out(took_ms);
        let (size, _) = watch::channel(view.size());
        let (answered, _) = watch::channel(view.size());
        let (old, is_old) = mpsc::sync_channel(1);
        let state = Mutex::new(State { view: Arc::new(view), took_ms });
        let shown = Arc::new(Shown { state, size, answered, old, metrics });
        let (jobs, taken) = mpsc::sync_channel::<Job>(WAITING_MAX);
        let keeper = (Arc::downgrade(&shown), places.record.clone(), Arc::clone(&now));
        std::thread::spawn(move || {
            let (shown, record, now) = keeper;
            while is_old.recv().is_ok() {
                let Some(shown): Option<Arc<Shown>> = shown.upgrade() else { return };
                // When it fails, the next one may not; what is shown says how old it is.
                let _ = shown.work_out(&record, &now);
            }
        });
        let mut hand = Hand { shown: Arc::clone(&shown), places, now, open: None };
        std::thread::spawn(move || {
            while let Ok(job) = taken.recv() {
                // Whoever asked may have gone.
                let _ = job.done.send(hand.enter(&job.prepare));
            }
        });
        Ok(Views { shown, jobs })
    }

    /// The newest view. One that is too old is worked out anew meanwhile.
    pub(crate) fn newest(&self, now: Instant) -> Arc<View> {
        let state = self.shown.state();
        let most_ms = AGE_MS_MAX.max(state.took_ms.saturating_mul(REST));
        if now.ms() - state.view.at.ms() > most_ms {
            self.shown.ask_anew();
        }
        Arc::clone(&state.view)
    }

    /// The view that is shown, however old it is.
    pub(crate) fn shown(&self) -> Arc<View> {
        Arc::clone(&self.shown.state().view)
    }

    /// How many entries there are, whenever that changes.
    pub(crate) fn sizes(&self) -> watch::Receiver<u64> {
        self.shown.size.subscribe()
    }

    /// Enters what `prepare` makes of what stands now. Gives the index of the first entry, which is
    /// in the record for good then.
    pub(crate) async fn enter(
        &self,
        prepare: impl Fn(&View, Instant) -> Result<Entering, DeskError> + Send + 'static,
    ) -> Result<u64, Fault> {
        let (done, entered) = oneshot::channel();
        let job = Job { prepare: Box::new(prepare), done };
        self.jobs.try_send(job).map_err(|_| Fault::too_often(1))?;
        let entered = entered.await.map_err(|_| Fault::inside())?.map_err(Fault::from)?;
        self.shown.catch_up(entered.end).await;
        Ok(entered.start)
    }
}

/// The one hand that writes.
struct Hand {
    shown: Arc<Shown>,
    places: Places,
    now: Clock,
    /// The keys, and the record as this hand wrote it last.
    open: Option<(Keys, Record)>,
}

impl Hand {
    fn enter(&mut self, prepare: &Prepare) -> Result<Range<u64>, DeskError> {
        match self.try_enter(prepare) {
            // Another program wrote meanwhile: what it wrote is looked at first.
            Err(DeskError::Store(StoreError::Stale { .. })) => {
                self.open = None;
                self.shown.work_out(&self.places.record, &self.now)?;
                self.try_enter(prepare)
            }
            done => done,
        }
    }

    fn try_enter(&mut self, prepare: &Prepare) -> Result<Range<u64>, DeskError> {
        let places = &self.places;
        let (keys, mut record) = match self.open.take() {
            Some(open) => open,
            None => {
                let keys = Keys::read(&places.keys)?;
                if Record::is_interrupted(&places.record) {
                    Record::recover(&places.record, &keys)?;
                }
                (keys, Record::open(&places.record)?)
            }
        };
        let now = (self.now)();
        let before = record.size();
        let view = Arc::clone(&self.shown.state().view);
        let entering = prepare(&view, now);
        drop(view);
        let first = match entering {
            Err(refused) => {
                self.open = Some((keys, record));
                return Err(refused);
            }
            Ok(Entering::Open(bodies, blobs)) => record.append(&keys, now, bodies, blobs)?.start,
            Ok(Entering::Confidential(confidential)) => {
                let custody = Custody::at(&places.custody);
                confidential.enter(&mut record, &custody, &keys, now)?
            }
        };
        for index in before..record.size() {
            self.shown.add(index, record.entry(index)?);
        }
        self.shown.metrics.entries.inc_by(record.size() - before);
        self.shown.ask_anew();
        let entered = first..record.size();
        self.open = Some((keys, record));
        Ok(entered)
    }
}
