//! How often is too often: counts in windows of time.

use servanda_tlog::{Hash, sha256};
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// Most keys that a limit remembers; beyond, the oldest is forgotten.
const KEYS_MAX: usize = 20_000;

/// So many in a window of time, for each key.
#[derive(Debug)]
pub(crate) struct Limit {
    max: u32,
    window_ms: i64,
    counts: Mutex<BTreeMap<Hash, (i64, u32)>>,
    refused: AtomicU64,
}

impl Limit {
    pub(crate) fn new(max: u32, window_ms: i64) -> Limit {
        Limit { max, window_ms, counts: Mutex::default(), refused: AtomicU64::new(0) }
    }

    /// Counts one. `Err` has the seconds after which it may be tried again.
    pub(crate) fn take(&self, key: Hash, now_ms: i64) -> Result<(), u64> {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() >= KEYS_MAX && !counts.contains_key(&key) {
            self.make_room(&mut counts, now_ms);
        }
        let (start, count) = counts.entry(key).or_insert((now_ms, 0));
        // A clock that was put back begins a new window.
        if now_ms - *start >= self.window_ms || now_ms < *start {
            (*start, *count) = (now_ms, 0);
        }
        if *count >= self.max {
            self.refused.fetch_add(1, Ordering::Relaxed);
            let left_ms = *start + self.window_ms - now_ms;
            return Err(u64::try_from(left_ms / 1000).unwrap_or(0) + 1);
        }
        *count += 1;
        Ok(())
    }

    /// Takes one back that turned out not to count.
    pub(crate) fn give_back(&self, key: Hash) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, count)) = counts.get_mut(&key) {
            *count = count.saturating_sub(1);
        }
    }

    /// How many were refused.
    pub(crate) fn refused(&self) -> u64 {
        self.refused.load(Ordering::Relaxed)
    }

    fn make_room(&self, counts: &mut BTreeMap<Hash, (i64, u32)>, now_ms: i64) {
        counts.retain(|_, (start, _)| (0..self.window_ms).contains(&(now_ms - *start)));
        if counts.len() >= KEYS_MAX {
            let oldest = counts.iter().min_by_key(|(_, (start, _))| *start).map(|(key, _)| *key);
            oldest.and_then(|key| counts.remove(&key));
        }
    }
}

/// The key of an address: of IPv6 the network, as whoever has one address has all of it.
pub(crate) fn address_key(address: IpAddr) -> Hash {
    match address.to_canonical() {
        IpAddr::V4(v4) => sha256(&v4.octets()),
        IpAddr::V6(v6) => sha256(&v6.octets()[..8]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_in_a_window_and_then_again() {
        let limit = Limit::new(2, 10_000);
        let (a, b) = (sha256(b"a"), sha256(b"b"));
        assert_eq!(limit.take(a, 0), Ok(()));
        assert_eq!(limit.take(a, 1_000), Ok(()));
        assert_eq!(limit.take(a, 2_000), Err(9));
        assert_eq!(limit.take(b, 2_000), Ok(()));
        limit.give_back(a);
        assert_eq!(limit.take(a, 3_000), Ok(()));
        assert_eq!(limit.take(a, 9_999), Err(1));
        assert_eq!(limit.take(a, 10_000), Ok(()));
        // The clock is put back: nobody is shut out for ever.
        assert_eq!(limit.take(a, 10_001), Ok(()));
        assert_eq!(limit.take(a, -100_000), Ok(()));
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let limit = Limit::new(1, 10_000);
        for n in 0..=KEYS_MAX {
            limit.take(sha256(&n.to_le_bytes()), n as i64 / 10).unwrap();
        }
        assert_eq!(limit.counts.lock().unwrap().len(), KEYS_MAX);
    }

    #[test]
    fn an_ipv6_network_is_one_address() {
        let key = |text: &str| address_key(text.parse().unwrap());
        assert_eq!(key("2001:db8::1"), key("2001:db8::ffff:1"));
        assert_ne!(key("2001:db8::1"), key("2001:db8:0:1::1"));
        assert_eq!(key("192.0.2.1"), key("::ffff:192.0.2.1"));
        assert_ne!(key("192.0.2.1"), key("192.0.2.2"));
    }
}
