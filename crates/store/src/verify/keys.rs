//! Whose checkpoint it is where the log's keys have changed, and what key acts ask for beside their
//! signatures.

use servanda_tlog::{LogKeys, TILE_WIDTH, bundles_between};

use super::entries::Entries;
use super::{Expected, Head, Report};
use crate::bundle::Bundle;
use crate::constitution::Founding;
use crate::key_acts;
use crate::layout::CHECKPOINT;
use crate::register::{Register, Witnessed};
use crate::renewal;
use crate::storage::Storage;

/// The log's keys, as the entries seem to say before each of them is checked.
pub(super) struct Log {
    pub(super) now: LogKeys,
    register: Register,
}

impl Log {
    /// Whether this is, or was, a key of the log.
    pub(super) fn is_ever(&self, key: &str) -> bool {
        self.register.is_log_key(key)
    }
}

/// The keys that must have signed the head. Where those of the constitution have, nothing is read
/// for it: the check of the entries tells later whether they still held.
pub(super) fn find_log(storage: &dyn Storage, head: &Head, founding: &Founding) -> Log {
    let is_first = founding.log.open(&head.bytes, &founding.origin).is_ok();
    let register = if is_first { Register::of(founding) } else { read(storage, head, founding) };
    let now = register.log_at(head.checkpoint.size()).unwrap_or(&founding.log).clone();
    Log { now, register }
}

/// The register as far as the entries can be read.
fn read(storage: &dyn Storage, head: &Head, founding: &Founding) -> Register {
    let mut register = Register::of(founding);
    for id in bundles_between(0, head.checkpoint.size()) {
        let Ok(bundle) = Bundle::read(storage, id) else { return register };
        let first = id.index() * u64::from(TILE_WIDTH);
        for (index, bytes) in (first..).zip(bundle.entries()) {
            if key_acts::take_act(&mut register, index, bytes).is_err() {
                // The check of the entries says what is wrong with it.
                return register;
            }
        }
    }
    register
}

/// After the entries were checked: were the head's keys those that hold by then?
pub(super) fn check(
    storage: &dyn Storage,
    entries: &Entries<'_>,
    log: Option<&Log>,
    expected: &Expected,
    report: &mut Report,
) {
    let (Some(register), Some(log)) = (entries.register(), log) else { return };
    if let Some(holds) = register.log_at(report.size)
        && *holds != log.now
    {
        report.key_confirmed = false;
        let what = format!(
            "it is signed by keys of the log that no longer hold: {} took their place",
            holds.ed25519()
        );
        report.fault(CHECKPOINT, None, what);
    }
    if !expected.written.iter().all(|key| register.is_log_key(key)) {
        report.key_confirmed = false;
    }
    let named = entries.blobs.iter().map(|(hash, named)| (*hash, named.by)).collect();
    for (entry, what) in renewal::check(storage, report.size, register.renewals(), &named) {
        report.fault(CHECKPOINT, Some(entry), format!("the renewal: {what}"));
    }
    for flagged in register.flagged(&Witnessed::default()) {
        report.notice(format!(
            "entry {} revokes a key of {}: what it signed is flagged, but for what witnesses saw \
             before; see the list of keys",
            flagged.revocation.entry, flagged.holder
        ));
    }
    report.register = Some(register.clone());
}
