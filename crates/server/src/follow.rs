//! Following a record whose log has other keys now: by what the record itself proves, and never on
//! the word of whoever asks.

use crate::cosigners::{Failure, broken, log_path};
use crate::witness::Witness;
use servanda_store::{Key, Record, verify};
use servanda_tlog::LogKeys;
use std::sync::PoisonError;

/// Below a log's folder: the keys under which the witness's memory is signed, where they are no
/// longer the log's.
const KEYS_BEFORE: &str = "keys-before";

/// Whether a record leads from the keys that are known to those that it has now: each change signed
/// by those whom its constitution names, over a checkpoint that the old keys signed.
pub(crate) fn leads_from(record: &Record, known: &LogKeys) -> bool {
    record.register().keys().iter().any(|held| held.key == Key::Log(known.clone()))
}

/// A log's keys as they are written, a line each.
pub(crate) fn written(keys: &LogKeys) -> String {
    let second = keys.mldsa44().map(|key| format!("{key}\n")).unwrap_or_default();
    format!("{}\n{second}", keys.ed25519())
}

impl Witness {
    /// Watches the log of a record from now on. Of one that it watches under other keys it takes
    /// the new ones, if the record proves the change and continues what was cosigned last.
    ///
    /// # Errors
    /// [`Failure::Broken`] when it proves neither, or is damaged; [`Failure::Store`].
    pub fn watch_record(&self, record: &Record) -> Result<String, Failure> {
        let now = record.log_keys();
        let origin = record.origin().to_owned();
        let mut logs = self.logs.lock().unwrap_or_else(PoisonError::into_inner);
        let known = logs.get_mut(&origin).filter(|log| log.keys != *now);
        let Some(log) = known else {
            drop(logs);
            return self.watch(written(now).lines());
        };
        let refused =
            |what: &str| Err(broken(format!("{origin} is known with other keys: {what}")));
        if !leads_from(record, &log.keys) {
            return refused("this record does not lead from them to those that it has now");
        }
        if let Some((seen, _)) = &log.seen
            && !record.root_at(seen.size()).is_ok_and(|root| root == seen.root())
        {
            return refused("and this record does not continue what was cosigned last");
        }
        let report = verify(record.dir(), [log.keys.ed25519().to_string().as_str()]);
        if let Some(fault) = report.faults.first() {
            return refused(&format!("and this record is damaged: {}: {}", fault.path, fault.what));
        }
        let folder = log_path(&origin);
        let put = |name: &str, keys: &LogKeys| {
            self.own.folder.put(&format!("{folder}/{name}"), written(keys).as_bytes())
        };
        // First what the memory is checked by: it is still signed with the old keys.
        let is_signed = |bytes: &[u8]| log.keys.open(bytes, &origin).is_ok();
        if log.seen.as_ref().is_some_and(|(_, bytes)| is_signed(bytes)) {
            put(KEYS_BEFORE, &log.keys)?;
        }
        put("keys", now)?;
        log.keys = now.clone();
        Ok(origin)
    }

    /// The keys that the log had before, as far as the witness followed.
    pub(crate) fn keys_before(
        own: &crate::cosigners::Cosigners,
        origin: &str,
    ) -> Result<Option<LogKeys>, Failure> {
        let path = format!("{}/{KEYS_BEFORE}", log_path(origin));
        let Some(bytes) = own.folder.get(&path, crate::cosigners::KEY_BYTES_MAX)? else {
            return Ok(None);
        };
        let text = String::from_utf8(bytes).map_err(broken)?;
        let keys = crate::cosigners::log_keys(text.lines());
        keys.map(Some).map_err(|what| broken(format!("{path}: {what}")))
    }
}
