//! Files that were shown and wait for a word: in memory, for a while, each for who sent it.

use crate::http::Fault;
use crate::secret::draw_hex;
use servanda_time::Instant;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{Semaphore, SemaphorePermit};

/// How long a file waits, in milliseconds: a quarter of an hour.
const WAIT_MS_MAX: i64 = 15 * 60_000;
/// Bytes of all files that wait.
const BYTES_MAX: usize = 256 * 1024 * 1024;
/// Files of one person that wait; the oldest goes.
const OF_ONE_MAX: usize = 2;
/// Files that are received and read at once.
const AT_ONCE_MAX: usize = 2;

/// The files that wait.
pub(crate) struct Waiting {
    files: Mutex<BTreeMap<String, File>>,
    turns: Semaphore,
}

/// A file that waits.
#[derive(Clone)]
pub(crate) struct File {
    pub(crate) name: String,
    pub(crate) source: String,
    pub(crate) bytes: Arc<Vec<u8>>,
    by: String,
    since: Instant,
}

impl Default for Waiting {
    fn default() -> Waiting {
        Waiting { files: Mutex::default(), turns: Semaphore::new(AT_ONCE_MAX) }
    }
}

impl Waiting {
    /// Waits until a file may be received: memory is for so many at once.
    pub(crate) async fn turn(&self) -> Option<SemaphorePermit<'_>> {
        self.turns.acquire().await.ok()
    }

    /// Keeps a file for its sender, and gives the word by which it is taken.
    pub(crate) fn keep(
        &self,
        by: &str,
        name: &str,
        source: &str,
        bytes: Arc<Vec<u8>>,
        now: Instant,
    ) -> Result<String, Fault> {
        let token = draw_hex()?;
        let mut files = self.files();
        files.retain(|_, file| now.ms() - file.since.ms() < WAIT_MS_MAX);
        let mut own: Vec<(Instant, String)> = files
            .iter()
            .filter(|(_, file)| file.by == by)
            .map(|(t, f)| (f.since, t.clone()))
            .collect();
        own.sort();
        let surplus = (own.len() + 1).saturating_sub(OF_ONE_MAX);
        for (_, oldest) in own.into_iter().take(surplus) {
            files.remove(&oldest);
        }
        let held: usize = files.values().map(|file| file.bytes.len()).sum();
        if held + bytes.len() > BYTES_MAX {
            return Err(Fault::too_often(60));
        }
        let file =
            File { name: name.into(), source: source.into(), bytes, by: by.into(), since: now };
        files.insert(token.clone(), file);
        Ok(token)
    }

    /// Takes a file, once, for who sent it.
    pub(crate) fn take(&self, token: &str, by: &str, now: Instant) -> Option<File> {
        let mut files = self.files();
        let file = files.get(token)?;
        if file.by != by || now.ms() - file.since.ms() >= WAIT_MS_MAX {
            return None;
        }
        files.remove(token)
    }

    /// How many wait.
    pub(crate) fn count(&self, now: Instant) -> usize {
        let waits = |file: &&File| now.ms() - file.since.ms() < WAIT_MS_MAX;
        self.files().values().filter(waits).count()
    }

    fn files(&self) -> MutexGuard<'_, BTreeMap<String, File>> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> Instant {
        Instant::EPOCH.plus_ms(minute * 60_000)
    }

    #[test]
    fn a_file_waits_a_while_for_who_sent_it_and_is_taken_once() {
        let waiting = Waiting::default();
        let keep = |by: &str, minute: i64, bytes: usize| {
            waiting.keep(by, "a.csv", "", Arc::new(vec![0; bytes]), at(minute))
        };
        let first = keep("vera", 0, 1).unwrap();
        assert!(waiting.take(&first, "omar", at(1)).is_none());
        assert!(waiting.take(&first, "vera", at(15)).is_none(), "it waited too long");
        assert!(waiting.take(&first, "vera", at(14)).is_some());
        assert!(waiting.take(&first, "vera", at(14)).is_none(), "taken once");
        let oldest = keep("vera", 20, 1).unwrap();
        let kept = [keep("vera", 21, 1).unwrap(), keep("vera", 22, 1).unwrap()];
        assert!(waiting.take(&oldest, "vera", at(22)).is_none());
        assert!(kept.iter().all(|token| waiting.take(token, "vera", at(22)).is_some()));
        assert!(keep("omar", 30, BYTES_MAX + 1).is_err());
    }
}
