//! The changes of keys that a bundle carries, so that a checker knows which keys held when.

use std::collections::BTreeMap;
use std::io::{Read, Seek};

use servanda_entry::limits::ENTRY_BYTES_MAX;
use servanda_entry::{Entry, KeyAct, KeyChange};
use servanda_tlog::{Hash, leaf_hash, verify_consistency};

use super::archive::Stop;
use super::check::{HASHES_BYTES_MAX, Head, Members, check_proof_of, parse_since};
use super::code::{Code, Refusal};
use super::contents::{ACT_PREFIX, act_name, act_proof_name, act_since_name};
use super::envelope::Envelope;
use super::range::check_entry;
use crate::constitution::Founding;
use crate::register::{KeyFault, Register};

/// Most changes of keys in one bundle.
pub(super) const ACTS_MAX: usize = 1_024;

/// A change of keys as it lies in the bundle.
pub(super) struct Enclosed {
    index: u64,
    entry: Vec<u8>,
    proof: Vec<u8>,
    /// That the record continues what the old keys of the log signed.
    since: Option<Vec<u8>>,
}

/// Entries that are signed with a key that others knew since a time in milliseconds.
pub(super) type Suspect = BTreeMap<u64, i64>;

/// The changes of keys, checked.
pub(super) struct Acts {
    pub(super) register: Register,
    leaves: BTreeMap<u64, Hash>,
}

/// Takes the members that are changes of keys.
pub(super) fn take<R: Read + Seek>(members: &mut Members<'_, R>) -> Result<Vec<Enclosed>, Stop> {
    let mut enclosed: Vec<Enclosed> = Vec::new();
    while let Some(name) = members.peek().filter(|name| name.starts_with(ACT_PREFIX)) {
        let index = name.strip_prefix(ACT_PREFIX).and_then(|digits| digits.parse().ok());
        let last = enclosed.last().map_or(0, |last| last.index);
        let name = name.to_owned();
        let index = index.filter(|index| act_name(*index) == name && *index > last);
        let Some(index) = index.filter(|_| enclosed.len() < ACTS_MAX) else {
            return Err(Refusal::at(Code::Member, &name).into());
        };
        enclosed.push(Enclosed {
            index,
            entry: members.take(&name, ENTRY_BYTES_MAX as u64)?,
            proof: members.take(&act_proof_name(index), HASHES_BYTES_MAX)?,
            since: members.take_if(&act_since_name(index), HASHES_BYTES_MAX)?,
        });
    }
    Ok(enclosed)
}

/// Follows the keys from the constitution on.
pub(super) fn follow(founding: &Founding, enclosed: &[Enclosed]) -> Result<Acts, Refusal> {
    let mut register = Register::of(founding);
    let mut leaves = BTreeMap::new();
    for act in enclosed {
        let refuse = |code| Refusal::entry(code, &act_name(act.index), act.index);
        let envelope = Envelope::open(&act.entry, &founding.origin).map_err(refuse)?;
        // Before the body is read: of other kinds a checker need not know what a body says.
        if !envelope.is_key_act {
            return Err(refuse(Code::KeyActForm));
        }
        if envelope.agreement != founding.agreement {
            return Err(refuse(Code::EntryAgreement));
        }
        let entry = Entry::from_text(envelope.note.text(), &founding.origin);
        let entry = entry.map_err(|_| refuse(Code::EntryForm))?;
        let taken = register.take(act.index, &entry, &envelope.note);
        taken.map_err(|fault| refuse(code_of(&fault)))?;
        check_entry(&envelope, act.index, founding, &register).map_err(refuse)?;
        leaves.insert(act.index, leaf_hash(&act.entry));
    }
    Ok(Acts { register, leaves })
}

fn code_of(fault: &KeyFault) -> Code {
    match fault {
        KeyFault::Form(_) | KeyFault::Undeclared(_) => Code::KeyActForm,
        KeyFault::Order(_) => Code::KeyActOrder,
        KeyFault::Signature(_) => Code::KeyActSignature,
    }
}

/// That each change is in the record, and that the record continues what the old log handed over.
pub(super) fn check_proofs(acts: &Acts, enclosed: &[Enclosed], head: &Head) -> Result<(), Stop> {
    for act in enclosed {
        let name = act_proof_name(act.index);
        check_proof_of(&name, act.proof.clone(), act.index, &act.entry, head)?;
        let handover = acts.register.acts().iter().find(|one| one.entry == act.index);
        let handover = handover.and_then(|one| one.key_act.as_ref()).filter(|one| hands_over(one));
        let name = act_since_name(act.index);
        let refuse = || Refusal::entry(Code::KeyActHandover, &name, act.index);
        match (handover, &act.since) {
            (None, None) => {}
            (None, Some(_)) => return Err(Refusal::at(Code::Member, &name).into()),
            (Some(_), None) => return Err(refuse().into()),
            (Some(key_act), Some(since)) => {
                let proof = parse_since(since).ok_or_else(refuse)?;
                let (size, root) = (key_act.seen.size, key_act.seen.root);
                verify_consistency(&proof, size, head.size, root, head.root)
                    .map_err(|_| refuse())?;
            }
        }
    }
    Ok(())
}

/// Whether a change puts other keys in the place of the log's.
pub(super) fn hands_over(act: &KeyAct) -> bool {
    matches!(act.change, KeyChange::RotateLog { .. } | KeyChange::Operator { .. })
}

impl Acts {
    /// Takes note of an entry that is signed with a key that was revoked.
    pub(super) fn note_revoked(&self, index: u64, envelope: &Envelope, found: &mut Suspect) {
        let since = self.register.revocations_of(&envelope.note);
        // By the earliest time, whatever the number of such keys.
        if let Some(ms) = since.map(|revocation| revocation.compromised_since_ms).min() {
            found.insert(index, ms);
        }
    }

    /// The entries that are changes of keys.
    pub(super) fn indexes(&self) -> Vec<u64> {
        self.leaves.keys().copied().collect()
    }

    /// What is asked of an act among the entries: that it is known if it changes keys, and that no
    /// signature in a party's name is another's. Gives the state that its signatories saw.
    pub(super) fn check_act(
        &self,
        index: u64,
        envelope: &Envelope,
        bytes: &[u8],
        origin: &str,
    ) -> Result<Option<(u64, Hash)>, Code> {
        if envelope.is_key_act {
            let act = self.register.acts().iter().find(|act| act.entry == index);
            let key_act = act.and_then(|act| act.key_act.as_ref());
            return match (key_act, self.leaves.get(&index) == Some(&leaf_hash(bytes))) {
                (Some(key_act), true) => Ok(Some((key_act.seen.size, key_act.seen.root))),
                _ => Err(Code::KeyActMissing),
            };
        }
        if !envelope.is_act {
            return Ok(None);
        }
        let seen = envelope.act_seen()?;
        if seen.is_some_and(|seen| seen.size == 0 || seen.size > index) {
            return Err(Code::EntryCite);
        }
        let instrument = envelope.instrument(origin)?;
        let signed = self.register.check_signatures_at(index, &instrument, &envelope.note);
        signed.map_err(|_| Code::ActSignature)?;
        Ok(seen.map(|seen| (seen.size, seen.root)))
    }
}
