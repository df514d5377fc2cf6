//! Copies of pictures that were opened: in memory, for a moment, each for the session that opened
//! it.

use crate::http::Fault;
use crate::rights::Class;
use crate::secret::draw_hex;
use servanda_time::Instant;
use servanda_tlog::Hash;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{Semaphore, SemaphorePermit};

/// How long a copy is there, in milliseconds: long enough for a slow line to ask for it.
const STAYS_MS_MAX: i64 = 2 * 60_000;
/// Copies of one session; the oldest goes.
const OF_ONE_MAX: usize = 8;
/// Bytes of all copies.
const BYTES_MAX: usize = 64 * 1024 * 1024;
/// Pictures that are decoded at once; each takes up to 360 MB.
const AT_ONCE_MAX: usize = 2;

/// The copies, and whose turn it is to decode.
pub(crate) struct Copies {
    held: Mutex<BTreeMap<String, Copy>>,
    turns: Semaphore,
}

struct Copy {
    session: Hash,
    class: Class,
    bytes: Arc<Vec<u8>>,
    since: Instant,
}

impl Default for Copies {
    fn default() -> Copies {
        Copies { held: Mutex::default(), turns: Semaphore::new(AT_ONCE_MAX) }
    }
}

impl Copies {
    /// Waits until a picture may be decoded.
    pub(crate) async fn turn(&self) -> Option<SemaphorePermit<'_>> {
        self.turns.acquire().await.ok()
    }

    /// Keeps a copy for a session, and gives the word by which it is asked for.
    pub(crate) fn keep(
        &self,
        session: Option<Hash>,
        class: Class,
        bytes: Vec<u8>,
        now: Instant,
    ) -> Result<String, Fault> {
        let session = session.ok_or_else(Fault::sign_in)?;
        let token = draw_hex()?;
        let mut held = self.held();
        held.retain(|_, copy| is_there(copy, now));
        while held.values().filter(|copy| copy.session == session).count() >= OF_ONE_MAX {
            let own = held.iter().filter(|(_, copy)| copy.session == session);
            let oldest = own.min_by_key(|(_, copy)| copy.since).map(|(token, _)| token.clone());
            oldest.and_then(|token| held.remove(&token));
        }
        let bytes_held: usize = held.values().map(|copy| copy.bytes.len()).sum();
        if bytes_held + bytes.len() > BYTES_MAX {
            return Err(Fault::too_often(60));
        }
        held.insert(token.clone(), Copy { session, class, bytes: Arc::new(bytes), since: now });
        Ok(token)
    }

    /// A copy, for the session that it was made for: its class and its bytes.
    pub(crate) fn find(
        &self,
        token: &str,
        session: Option<Hash>,
        now: Instant,
    ) -> Option<(Class, Arc<Vec<u8>>)> {
        let held = self.held();
        let copy = held.get(token)?;
        (Some(copy.session) == session && is_there(copy, now))
            .then(|| (copy.class, Arc::clone(&copy.bytes)))
    }

    fn held(&self) -> MutexGuard<'_, BTreeMap<String, Copy>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_there(copy: &Copy, now: Instant) -> bool {
    (0..STAYS_MS_MAX).contains(&(now.ms() - copy.since.ms()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use servanda_tlog::sha256;

    #[test]
    fn a_copy_is_there_for_a_moment_and_for_its_session_alone() {
        let copies = Copies::default();
        let at = |second: i64| Instant::EPOCH.plus_ms(second * 1_000);
        let (own, other) = (Some(sha256(b"own")), Some(sha256(b"other")));
        let keep = |second: i64, bytes: usize| {
            copies.keep(own, Class::Mission, vec![0; bytes], at(second))
        };
        let token = keep(0, 1).unwrap();
        let is_there =
            |token: &str, session, second| copies.find(token, session, at(second)).is_some();
        assert!(is_there(&token, own, 0) && is_there(&token, own, 119));
        assert!(!is_there(&token, own, 120), "its moment is over");
        assert!(!is_there(&token, other, 1) && !is_there(&token, None, 1));
        assert!(!is_there("", own, 1));
        assert!(copies.keep(None, Class::Mission, vec![], at(0)).is_err());
        let more: Vec<String> =
            (1..=OF_ONE_MAX).map(|n| keep(i64::try_from(n).unwrap(), 1).unwrap()).collect();
        assert!(!is_there(&token, own, 20), "the oldest went");
        assert!(more.iter().all(|token| is_there(token, own, 20)));
        assert!(keep(20, BYTES_MAX).is_err());
        assert!(keep(300, BYTES_MAX).is_ok(), "the others are gone");
    }
}
