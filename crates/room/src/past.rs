//! What the record said at earlier sizes, worked out when somebody asks.

use crate::http::Fault;
use crate::view::View;
use servanda_desk::DeskError;
use servanda_store::Record;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Semaphore;

/// Most entries of all views that are kept: they are as large as the record of their time.
const ENTRIES_MAX: u64 = 1_000_000;
/// Most views that are kept.
const KEPT_MAX: usize = 8;
/// Whoever asks waits no longer than this; who asks again later finds it worked out.
const PATIENCE: Duration = Duration::from_secs(8);

/// The views of earlier sizes that were asked for last.
pub(crate) struct Past {
    /// The newest use last.
    kept: Mutex<Vec<(u64, Arc<View>)>>,
    /// One is worked out at a time: it takes as long as opening the room.
    working: Arc<Semaphore>,
}

impl Default for Past {
    fn default() -> Past {
        Past { kept: Mutex::default(), working: Arc::new(Semaphore::new(1)) }
    }
}

impl Past {
    fn kept(&self) -> MutexGuard<'_, Vec<(u64, Arc<View>)>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn known(&self, size: u64) -> Option<Arc<View>> {
        let mut kept = self.kept();
        let place = kept.iter().position(|(own, _)| *own == size)?;
        let found = kept.remove(place);
        let view = Arc::clone(&found.1);
        kept.push(found);
        Some(view)
    }

    fn keep(&self, size: u64, view: Arc<View>) {
        let mut kept = self.kept();
        kept.push((size, view));
        let too_many = |kept: &[(u64, Arc<View>)]| {
            kept.len() > KEPT_MAX || kept.iter().map(|(size, _)| size).sum::<u64>() > ENTRIES_MAX
        };
        while kept.len() > 1 && too_many(&kept) {
            kept.remove(0);
        }
    }

    /// What the record said when it had so many entries.
    pub(crate) async fn of(
        self: &Arc<Past>,
        record: PathBuf,
        size: u64,
    ) -> Result<Arc<View>, Fault> {
        if let Some(known) = self.known(size) {
            return Ok(known);
        }
        let working = || Fault::working(PATIENCE.as_secs());
        let permit = Arc::clone(&self.working).try_acquire_owned().map_err(|_| working())?;
        let own = Arc::clone(self);
        let work = tokio::task::spawn_blocking(move || {
            let view = Record::open(&record).map_err(DeskError::from);
            let view = Arc::new(view.and_then(|record| View::as_of(record, size))?);
            own.keep(size, Arc::clone(&view));
            drop(permit);
            Ok::<_, DeskError>(view)
        });
        match tokio::time::timeout(PATIENCE, work).await {
            Err(_) => Err(working()),
            Ok(Err(_)) => Err(Fault::inside()),
            // A point before there was an agreement is a wrong question.
            Ok(Ok(Err(DeskError::Asked(why)))) => Err(Fault::query(why)),
            Ok(Ok(done)) => done.map_err(Fault::from),
        }
    }
}
