//! What is in a bundle, and what is said of it.

use serde_json::{Value, json};
use servanda_entry::canonical;
use servanda_tlog::{Grade, Hash, KeyId, LogKeys, Quorum, STALE_AFTER_S};

use super::code::{Code, Refusal};
use crate::constitution::Founding;

/// The text that every bundle carries, in words for people.
pub const README: &str = include_str!("README.txt");

pub(super) const README_NAME: &str = "README.txt";
pub(super) const CHECKPOINT_NAME: &str = "checkpoint";
pub(super) const POLICY_NAME: &str = "policy";
pub(super) const KEYS_LOG: &str = "keys/log";
pub(super) const KEYS_OFFICES: &str = "keys/offices";
/// Begins the names of changes of keys.
pub(super) const ACT_PREFIX: &str = "keys/act/";
pub(super) const SINCE_CHECKPOINT: &str = "since/checkpoint";
pub(super) const SINCE_PROOF: &str = "since/proof";
pub(super) const RANGE_PROOF: &str = "range/proof";
pub(super) const ANSWER_NAME: &str = "answer.json";
/// Most hashes of a proof between two sizes.
pub(super) const SINCE_HASHES_MAX: usize = 64;
/// Entries of one pack of a range; the last may have fewer.
pub(super) const PACK_ENTRIES: u64 = 256;
/// Largest answer, in bytes.
pub(super) const ANSWER_BYTES_MAX: u64 = 256 << 20;
/// Largest text in `spec/`, in bytes.
pub(super) const SPEC_BYTES_MAX: u64 = 4 << 20;
/// Largest size and latest time that the verdict can state as a number.
pub(super) const NUMBER_MAX: u64 = (1 << 53) - 1;
/// The last second of the year 9999: a cosignature that states a later one doesn't count.
pub(super) const TIME_MAX: u64 = 253_402_300_799;

const VERDICT_FORM: &str = "servanda/bundle-verdict/v1";
/// First line of the proof that the record continues an earlier checkpoint.
pub(super) const SINCE_FORM: &str = "servanda/consistency-proof/v1";

pub(super) fn entry_name(index: u64) -> String {
    format!("entry/{index}")
}

pub(super) fn proof_name(index: u64) -> String {
    format!("proof/{index}")
}

pub(super) fn act_name(index: u64) -> String {
    format!("{ACT_PREFIX}{index}")
}

pub(super) fn act_proof_name(index: u64) -> String {
    format!("{ACT_PREFIX}{index}.proof")
}

pub(super) fn act_since_name(index: u64) -> String {
    format!("{ACT_PREFIX}{index}.since")
}

pub(super) fn pack_name(place: u64) -> String {
    format!("range/entries/{place}")
}

/// The log's keys, one a line.
pub(super) fn keys_log(keys: &LogKeys) -> String {
    let mldsa44 = keys.mldsa44().map(|key| format!("{key}\n")).unwrap_or_default();
    format!("{}\n{mldsa44}", keys.ed25519())
}

/// The offices' keys, one a line.
pub(super) fn keys_offices(founding: &Founding) -> String {
    founding.offices.iter().map(|key| format!("{key}\n")).collect()
}

/// What a check of a bundle says. It holds only what was proved, and why it was refused.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// The first that is wrong; none when all holds.
    pub refusal: Option<Refusal>,
    /// What was found, when all holds but perhaps the quorum.
    pub found: Option<Found>,
}

/// What a bundle proves.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// Name of the record.
    pub origin: String,
    /// The agreement.
    pub agreement: String,
    /// Entries of the record, as its log signed.
    pub size: u64,
    /// Root of the record, as its log signed.
    pub root: Hash,
    /// The log's keys, those that hold at this size.
    pub keys: LogKeys,
    /// The changes of keys that led to them, and others, each by its entry.
    pub key_acts: Vec<u64>,
    /// Enclosed entries that a revoked key signed and that no witness of the policy is shown to
    /// have seen before it was known to others. They are evidence still, with this beside them.
    pub flagged: Vec<u64>,
    /// Whether the caller knows the log from elsewhere: by a key, or by a policy of their own.
    pub key_confirmed: bool,
    /// The entries that are proved one by one.
    pub entries: Vec<u64>,
    /// The entries of which none is missing.
    pub range: Option<(u64, u64)>,
    /// The earlier checkpoint that the record continues.
    pub since: Option<(u64, Hash)>,
    /// SHA-256 of the enclosed answer.
    pub answer: Option<Hash>,
    /// Files that are enclosed.
    pub blobs_held: u64,
    /// Files that enclosed entries name and that are not enclosed.
    pub blobs_missing: u64,
    /// Where the policy comes from: `given`, `enclosed` or `none`.
    pub policy: &'static str,
    /// What the policy makes of the cosignatures.
    pub quorum: Option<Quorum>,
    /// The time asked about.
    pub at: Option<u64>,
}

impl Found {
    /// How final what the bundle holds is, by the policy that was used.
    #[must_use]
    pub fn grade(&self) -> Grade {
        self.quorum.as_ref().map_or(Grade::Logged, |quorum| quorum.grade)
    }

    /// Whether the newest cosignature is more than a day older than the time asked about.
    #[must_use]
    pub fn is_stale(&self) -> Option<bool> {
        let latest = self.quorum.as_ref()?.latest()?;
        Some(self.at?.saturating_sub(latest) > STALE_AFTER_S)
    }
}

impl Verdict {
    pub(super) fn refused(refusal: Refusal) -> Verdict {
        Verdict { refusal: Some(refusal), found: None }
    }

    pub(super) fn of(found: Found) -> Verdict {
        let is_met = found.quorum.as_ref().is_none_or(|quorum| quorum.is_met);
        let refusal = (!is_met).then(|| Refusal::of(Code::Quorum));
        Verdict { refusal, found: Some(found) }
    }

    /// Whether all holds.
    #[must_use]
    pub fn ok(&self) -> bool {
        self.refusal.is_none()
    }

    /// One line of canonical JSON, the same on every machine (`spec/bundle.md`).
    #[must_use]
    pub fn to_json(&self) -> String {
        let refusal = self.refusal.as_ref();
        let found = self.found.as_ref();
        let quorum = found.and_then(|found| found.quorum.as_ref()).map(quorum_json);
        let mut value = json!({
            "form": VERDICT_FORM,
            "ok": self.ok(),
            "code": refusal.map(|refusal| refusal.code.word()),
            "where": refusal.and_then(|refusal| refusal.place.as_deref()),
            "entry": refusal.and_then(|refusal| refusal.entry),
            "origin": found.map(|found| &found.origin),
            "agreement": found.map(|found| &found.agreement),
            "size": found.map(|found| found.size),
            "root": found.map(|found| found.root.to_base64()),
            "log": found.map(|found| found.keys.ed25519().to_string()),
            "log_mldsa44": found.and_then(|found| found.keys.mldsa44()).map(ToString::to_string),
            "key_confirmed": found.map(|found| found.key_confirmed),
            "entries": found.map(|found| &found.entries),
            "range": found.and_then(|found| {
                let (start, end) = found.range?;
                let all = start == 0 && end == found.size;
                Some(json!({ "start": start, "end": end, "all": all }))
            }),
            "since": found.and_then(|found| found.since).map(|(size, root)| {
                json!({ "size": size, "root": root.to_base64() })
            }),
            "answer": found.and_then(|found| found.answer).map(Hash::to_hex),
            "blobs": found.map(|found| {
                json!({ "held": found.blobs_held, "missing": found.blobs_missing })
            }),
            "policy": found.map(|found| found.policy),
            "quorum": quorum,
            "grade": found.map(|found| found.grade().word()),
            "at": found.and_then(|found| found.at),
            "stale": found.and_then(Found::is_stale),
        });
        // Only where there are any, so that the verdict on all other bundles stays what it was.
        if let (Some(found), Value::Object(fields)) = (found, &mut value)
            && !found.key_acts.is_empty()
        {
            fields.insert("key_acts".into(), json!(found.key_acts));
            fields.insert("flagged".into(), json!(found.flagged));
        }
        // All its numbers are small, so it has a canonical form.
        let line = canonical::to_bytes(&value).unwrap_or_default();
        String::from_utf8(line).unwrap_or_default() + "\n"
    }
}

fn quorum_json(quorum: &Quorum) -> Value {
    let id = |id: KeyId| id.to_string();
    let witnesses: Vec<Value> = (quorum.witnesses.iter())
        .map(|seen| {
            json!({
                "name": seen.name,
                "key": format!("{}+{}", seen.key.name(), id(seen.key.id())),
                "cosigned_at": seen.cosigned_at,
            })
        })
        .collect();
    json!({
        "name": quorum.name,
        "met": quorum.is_met,
        "latest": quorum.latest(),
        "witnesses": witnesses,
        "absent": quorum.absent().collect::<Vec<_>>(),
    })
}
