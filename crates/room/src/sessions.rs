//! Who is signed in. Sessions live in memory: when the room is closed, all have ended.
//!
//! A session is a random token in a cookie; here only the token's hash is kept, so that nothing in
//! the room's memory opens it.

use crate::RoomError;
use crate::secret::draw_hex;
use servanda_tlog::{Hash, sha256};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// A session ends after so long without a request.
pub const SESSION_IDLE_MS_MAX: i64 = 60 * 60 * 1000;
/// A session ends so long after it began: a shift.
pub const SESSION_MS_MAX: i64 = 12 * 60 * 60 * 1000;
/// Sessions of one person at once; the oldest ends when there is another.
pub const SESSIONS_OF_ONE_MAX: usize = 10;
/// Sessions at once, of all.
const SESSIONS_MAX: usize = 20_000;
/// Hexadecimal digits of a token.
const TOKEN_DIGITS: usize = 64;

/// Who is signed in.
#[derive(Debug, Default)]
pub(crate) struct Sessions {
    by_hash: Mutex<BTreeMap<Hash, Session>>,
}

#[derive(Debug)]
struct Session {
    person: String,
    csrf: String,
    started_ms: i64,
    seen_ms: i64,
}

impl Session {
    fn is_over(&self, now_ms: i64) -> bool {
        now_ms - self.seen_ms >= SESSION_IDLE_MS_MAX || now_ms - self.started_ms >= SESSION_MS_MAX
    }
}

/// A session that was found.
#[derive(Debug)]
pub(crate) struct Seen {
    /// The hash of its token.
    pub(crate) key: Hash,
    /// Whose it is.
    pub(crate) person: String,
    /// What each of its forms carries.
    pub(crate) csrf: String,
}

impl Sessions {
    /// Begins a session; gives the token for the cookie, which is kept nowhere else.
    pub(crate) fn begin(&self, person: &str, now_ms: i64) -> Result<String, RoomError> {
        let (token, csrf) = (draw_hex()?, draw_hex()?);
        let mut sessions = self.by_hash.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.retain(|_, session| !session.is_over(now_ms));
        let own = |session: &Session| session.person == person;
        while sessions.values().filter(|session| own(session)).count() >= SESSIONS_OF_ONE_MAX {
            remove_oldest(&mut sessions, own);
        }
        while sessions.len() >= SESSIONS_MAX {
            remove_oldest(&mut sessions, |_| true);
        }
        let session =
            Session { person: person.to_owned(), csrf, started_ms: now_ms, seen_ms: now_ms };
        sessions.insert(sha256(token.as_bytes()), session);
        Ok(token)
    }

    /// The session of a token, unless it is over.
    pub(crate) fn find(&self, token: &str, now_ms: i64) -> Option<Seen> {
        if token.len() != TOKEN_DIGITS {
            return None;
        }
        let key = sha256(token.as_bytes());
        let mut sessions = self.by_hash.lock().unwrap_or_else(PoisonError::into_inner);
        let session = sessions.get_mut(&key)?;
        if session.is_over(now_ms) {
            sessions.remove(&key);
            return None;
        }
        session.seen_ms = session.seen_ms.max(now_ms);
        Some(Seen { key, person: session.person.clone(), csrf: session.csrf.clone() })
    }

    /// Ends one session.
    pub(crate) fn end(&self, key: Hash) {
        self.by_hash.lock().unwrap_or_else(PoisonError::into_inner).remove(&key);
    }

    /// Ends all sessions of a person.
    pub(crate) fn end_all(&self, person: &str) {
        let mut sessions = self.by_hash.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.retain(|_, session| session.person != person);
    }

    /// How many there are.
    pub(crate) fn count_all(&self, now_ms: i64) -> usize {
        let sessions = self.by_hash.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.values().filter(|one| !one.is_over(now_ms)).count()
    }

    /// How many a person has.
    pub(crate) fn count(&self, person: &str, now_ms: i64) -> usize {
        let sessions = self.by_hash.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.values().filter(|one| one.person == person && !one.is_over(now_ms)).count()
    }
}

fn remove_oldest(sessions: &mut BTreeMap<Hash, Session>, among: impl Fn(&Session) -> bool) {
    let oldest = sessions
        .iter()
        .filter(|(_, session)| among(session))
        .min_by_key(|(_, session)| session.started_ms)
        .map(|(key, _)| *key);
    oldest.and_then(|key| sessions.remove(&key));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_found_by_its_token_alone() {
        let sessions = Sessions::default();
        let token = sessions.begin("ann", 0).unwrap();
        let seen = sessions.find(&token, 1).unwrap();
        assert_eq!(seen.person, "ann");
        assert_ne!(seen.csrf, token);
        assert!(sessions.find(&seen.key.to_hex(), 1).is_none(), "what is kept opens nothing");
        assert!(sessions.find("", 1).is_none());
        sessions.end(seen.key);
        assert!(sessions.find(&token, 1).is_none());
    }

    #[test]
    fn it_ends_when_idle_and_after_a_shift() {
        let sessions = Sessions::default();
        let idle = sessions.begin("ann", 0).unwrap();
        assert!(sessions.find(&idle, SESSION_IDLE_MS_MAX - 1).is_some());
        assert!(sessions.find(&idle, 2 * SESSION_IDLE_MS_MAX - 1).is_none());
        let busy = sessions.begin("ann", 0).unwrap();
        let mut now = 0;
        while now + SESSION_IDLE_MS_MAX / 2 < SESSION_MS_MAX {
            now += SESSION_IDLE_MS_MAX / 2;
            assert!(sessions.find(&busy, now).is_some(), "{now}");
        }
        assert!(sessions.find(&busy, SESSION_MS_MAX).is_none());
    }

    #[test]
    fn the_oldest_of_one_person_makes_room_and_all_can_be_ended() {
        let sessions = Sessions::default();
        let other = sessions.begin("ben", 0).unwrap();
        let first = sessions.begin("ann", 1).unwrap();
        let last: Vec<_> = (0..SESSIONS_OF_ONE_MAX)
            .map(|n| sessions.begin("ann", 2 + n as i64).unwrap())
            .collect();
        assert!(sessions.find(&first, 20).is_none());
        assert_eq!(sessions.count("ann", 20), SESSIONS_OF_ONE_MAX);
        sessions.end_all("ann");
        assert!(last.iter().all(|token| sessions.find(token, 20).is_none()));
        assert!(sessions.find(&other, 20).is_some());
    }
}
