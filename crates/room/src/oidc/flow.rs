//! Who left for the provider and has not come back yet: in memory, for a while, each once.

use servanda_time::Instant;
use servanda_tlog::{Hash, sha256};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use subtle::ConstantTimeEq as _;

/// How long somebody may be away, in milliseconds.
pub(crate) const FLOW_MS_MAX: i64 = 10 * 60_000;
/// Most who are away at once; beyond, the oldest is forgotten.
const FLOWS_MAX: usize = 10_000;

/// Somebody who left.
#[derive(Debug)]
pub(crate) struct Flow {
    pub(super) state: String,
    pub(super) nonce: String,
    pub(super) verifier: String,
    /// Where the provider sends them back to.
    pub(super) back: String,
    /// Where they want to go then.
    pub(super) next: String,
    pub(super) since: Instant,
}

impl Flow {
    pub(super) fn is_state(&self, state: &str) -> bool {
        bool::from(self.state.as_bytes().ct_eq(state.as_bytes()))
    }

    fn is_over(&self, now: Instant) -> bool {
        !(0..FLOW_MS_MAX).contains(&(now.ms() - self.since.ms()))
    }
}

/// All who are away, by the hash of what their browser carries.
#[derive(Debug, Default)]
pub(super) struct Flows {
    by_hash: Mutex<BTreeMap<Hash, Flow>>,
}

impl Flows {
    pub(super) fn begin(&self, token: &str, flow: Flow) {
        let mut flows = self.by_hash.lock().unwrap_or_else(PoisonError::into_inner);
        let now = flow.since;
        if flows.len() >= FLOWS_MAX {
            flows.retain(|_, flow| !flow.is_over(now));
        }
        if flows.len() >= FLOWS_MAX {
            let oldest = flows.iter().min_by_key(|(_, flow)| flow.since).map(|(key, _)| *key);
            oldest.and_then(|key| flows.remove(&key));
        }
        flows.insert(sha256(token.as_bytes()), flow);
    }

    /// Takes one, once.
    pub(super) fn take(&self, token: &str, now: Instant) -> Option<Flow> {
        let mut flows = self.by_hash.lock().unwrap_or_else(PoisonError::into_inner);
        flows.remove(&sha256(token.as_bytes())).filter(|flow| !flow.is_over(now))
    }
}
