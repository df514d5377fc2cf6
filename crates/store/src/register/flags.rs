//! What was signed with a key that others knew: shown with a flag, and never dropped.

use std::ops::Range;

use servanda_tlog::{Checkpoint, Note, Policy};

use super::{Held, Holder, Key, Register, Revocation};

/// Milliseconds of a second.
const SECOND_MS: i64 = 1_000;

/// Which sizes of a record were seen by witnesses whose word counts, and when.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Witnessed {
    /// Size, and seconds since 1970.
    seen: Vec<(u64, u64)>,
}

impl Witnessed {
    /// Takes note of a checkpoint: the earliest time at which the policy's quorum had cosigned it.
    /// None when it never had, or nobody states a time.
    ///
    /// That the checkpoint is one of the record is for the caller to see to.
    pub fn add(&mut self, policy: &Policy, checkpoint: &Checkpoint, note: &Note) -> Option<u64> {
        let all = policy.evaluate(checkpoint, note, None).ok()?;
        let mut times: Vec<u64> =
            all.witnesses.iter().filter_map(|seen| seen.cosigned_at).collect();
        times.sort_unstable();
        let time = times.into_iter().filter(|time| *time > 0).find(|time| {
            let then = policy.evaluate(checkpoint, note, Some(*time));
            then.is_ok_and(|then| then.is_met && then.latest().is_some())
        })?;
        self.seen.push((checkpoint.size(), time));
        Some(time)
    }

    /// How many entries were seen before a time.
    #[must_use]
    pub fn entries_before(&self, ms: i64) -> u64 {
        let before = |time: u64| {
            i64::try_from(time)
                .ok()
                .and_then(|time| time.checked_mul(SECOND_MS))
                .is_some_and(|t| t < ms)
        };
        let sizes = self.seen.iter().filter(|(_, time)| before(*time)).map(|(size, _)| *size);
        sizes.max().unwrap_or(0)
    }
}

/// What a revoked key signed and nobody is shown to have seen before the time in question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flagged {
    /// The key, as it is written.
    pub key: String,
    /// Who held it.
    pub holder: Holder,
    /// The revocation.
    pub revocation: Revocation,
    /// In whose names enough signed the revocation.
    pub by: Vec<String>,
    /// The entries before this one were witnessed before the time, and stand.
    pub stands: u64,
    /// Acts that the key signed and that are flagged.
    pub acts: Vec<u64>,
    /// The entries of an office among which those that it signed with the key are flagged.
    pub entries: Range<u64>,
}

impl Register {
    /// Revocations of keys in whose names a note is signed, by whatever entry it is.
    pub(crate) fn revocations_of<'r>(
        &'r self,
        note: &'r Note,
    ) -> impl Iterator<Item = Revocation> + 'r {
        let names = |held: &Held| {
            let act_key = held.key.act_key();
            note.signatures().iter().any(|one| {
                let is_own = match &held.key {
                    Key::Office(key) => (one.name(), one.id()) == (key.name(), key.id()),
                    _ => false,
                };
                is_own || act_key.as_ref().is_some_and(|key| key.is_named_by(one))
            })
        };
        self.held.iter().filter_map(move |held| held.revoked.filter(|_| names(held)))
    }

    /// What each revocation flags, by what witnesses saw. Where they saw nothing before the time,
    /// nothing is shown to be from before it, so all that the key signed is flagged.
    #[must_use]
    pub fn flagged(&self, witnessed: &Witnessed) -> Vec<Flagged> {
        let mut flagged = Vec::new();
        for held in &self.held {
            let Some(revocation) = held.revoked else { continue };
            let stands = witnessed.entries_before(revocation.compromised_since_ms);
            let key = held.key.act_key().map(|key| key.to_string()).unwrap_or_default();
            let acts =
                self.acts.iter().filter(|act| act.keys.contains(&key) && act.entry >= stands);
            let acts: Vec<u64> = acts.map(|act| act.entry).collect();
            let end = held.until.unwrap_or(revocation.entry);
            let from = held.since.max(stands);
            let entries = match held.holder {
                // Entry `until` may have been signed with the old key or the new.
                Holder::Office(_) if from <= end => from..end + 1,
                _ => 0..0,
            };
            let act = self.acts.iter().find(|act| act.entry == revocation.entry);
            flagged.push(Flagged {
                key: held.key.written(),
                holder: held.holder.clone(),
                revocation,
                by: act.map(|act| act.parties.clone()).unwrap_or_default(),
                stands,
                acts,
                entries,
            });
        }
        flagged
    }
}
