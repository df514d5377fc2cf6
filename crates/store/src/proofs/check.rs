//! The check of a bundle, step by step in the order of `spec/bundle.md`: the first that is wrong
//! ends it, so that every checker gives the same reason.

use std::collections::BTreeSet;
use std::io::{self, Read, Seek};

use servanda_entry::limits::ENTRY_BYTES_MAX;
use servanda_tlog::{
    CHECKPOINT_BYTES_MAX, Checkpoint, Hash, Note, POLICY_BYTES_MAX, Policy, ProofFile,
    RANGE_PROOF_BYTES_MAX, leaf_hash, verify_consistency, verify_inclusion,
};
use sha2::{Digest as _, Sha256};

use super::acts::{self, Acts, Suspect};
use super::archive::{Member, Stop, each_chunk, read_member, scan};
use super::code::{Code, Refusal};
use super::contents::{
    ANSWER_BYTES_MAX, ANSWER_NAME, CHECKPOINT_NAME, Found, KEYS_LOG, KEYS_OFFICES, NUMBER_MAX,
    POLICY_NAME, RANGE_PROOF, README, README_NAME, SINCE_CHECKPOINT, SINCE_FORM, SINCE_HASHES_MAX,
    SINCE_PROOF, SPEC_BYTES_MAX, TIME_MAX, Verdict, entry_name, keys_log, keys_offices, pack_name,
    proof_name,
};
use super::envelope::{Envelope, digests};
use super::range::{Range, Seen, check_entry};
use super::sealed::{Withheld, check_order};
use crate::constitution::Founding;
use crate::layout::{BLOB_BYTES_MAX, BUNDLE_BYTES_MAX, blob_path};
use crate::register::{Register, Witnessed};

/// Longest list of hashes that is read, in bytes, with the lines before them.
pub(super) const HASHES_BYTES_MAX: u64 = 45 * 66;
/// Longest member of `keys/`, in bytes.
const KEYS_BYTES_MAX: u64 = 262_144;

/// What the reader knows from elsewhere, and asks for.
#[derive(Debug, Clone, Default)]
pub struct CheckOptions {
    /// Keys of the log, as they are written.
    pub keys: Vec<String>,
    /// Whose cosignatures are enough; without it, by the enclosed policy if there is one.
    pub policy: Option<Policy>,
    /// The time asked about, in seconds since 1970: what was cosigned later doesn't count.
    pub at: Option<u64>,
}

/// Checks a bundle: twice through the file, with little of it in memory at a time.
///
/// # Errors
/// When the file can't be read. That it holds no proof is not an error but the verdict.
pub fn check_bundle<R: Read + Seek>(from: &mut R, options: &CheckOptions) -> io::Result<Verdict> {
    let judged = scan(from).and_then(|members| {
        let mut members = Members { from, members: &members, next: 0 };
        check(&mut members, options)
    });
    match judged {
        Ok(found) => Ok(Verdict::of(found)),
        Err(Stop::Refused(refusal)) => Ok(Verdict::refused(refusal)),
        Err(Stop::Io(error)) => Err(error),
    }
}

/// The members of an archive, each taken once and in order.
pub(super) struct Members<'m, R> {
    pub(super) from: &'m mut R,
    pub(super) members: &'m [Member],
    pub(super) next: usize,
}

impl<R: Read + Seek> Members<'_, R> {
    pub(super) fn peek(&self) -> Option<&str> {
        self.members.get(self.next).map(|member| member.name.as_str())
    }

    /// The next member, when it has this name.
    fn next_if(&mut self, name: &str, max: u64) -> Result<Option<Member>, Stop> {
        let Some(member) = self.members.get(self.next).filter(|member| member.name == name) else {
            return Ok(None);
        };
        if u64::from(member.size) > max {
            return Err(Refusal::at(Code::TooLarge, name).into());
        }
        self.next += 1;
        Ok(Some(member.clone()))
    }

    pub(super) fn take_if(&mut self, name: &str, max: u64) -> Result<Option<Vec<u8>>, Stop> {
        let member = self.next_if(name, max)?;
        member.map(|member| read_member(self.from, &member)).transpose()
    }

    pub(super) fn take(&mut self, name: &str, max: u64) -> Result<Vec<u8>, Stop> {
        self.take_if(name, max)?.ok_or_else(|| Refusal::at(Code::Member, name).into())
    }

    /// SHA-256 of the next member, when it has this name.
    pub(super) fn hash_if(&mut self, name: &str, max: u64) -> Result<Option<Hash>, Stop> {
        let Some(member) = self.next_if(name, max)? else { return Ok(None) };
        let mut hasher = Sha256::new();
        each_chunk(self.from, &member, |chunk| hasher.update(chunk))?;
        Ok(Some(Hash(hasher.finalize().into())))
    }
}

/// A checkpoint as it is written, its signatures not checked.
fn read_checkpoint(bytes: &[u8]) -> Option<(Checkpoint, Note)> {
    let note = Note::parse(bytes, CHECKPOINT_BYTES_MAX).ok()?;
    let checkpoint: Checkpoint = note.text().parse().ok()?;
    (1..=NUMBER_MAX).contains(&checkpoint.size()).then_some((checkpoint, note))
}

fn check<R: Read + Seek>(
    members: &mut Members<'_, R>,
    options: &CheckOptions,
) -> Result<Found, Stop> {
    if members.take(README_NAME, README.len() as u64)? != README.as_bytes() {
        return Err(Refusal::at(Code::Readme, README_NAME).into());
    }
    let signed = members.take(CHECKPOINT_NAME, CHECKPOINT_BYTES_MAX as u64)?;
    let (checkpoint, note) = read_checkpoint(&signed)
        .ok_or_else(|| Refusal::at(Code::CheckpointForm, CHECKPOINT_NAME))?;
    let enclosed = (members.take_if(POLICY_NAME, POLICY_BYTES_MAX as u64)?)
        .map(|bytes| Policy::parse(&bytes))
        .transpose()
        .map_err(|_| Refusal::at(Code::PolicyForm, POLICY_NAME))?;
    let log_lines = members.take(KEYS_LOG, KEYS_BYTES_MAX)?;
    let office_lines = members.take(KEYS_OFFICES, KEYS_BYTES_MAX)?;
    let enclosed_acts = acts::take(members)?;

    let first_name = entry_name(0);
    let first = members.take(&first_name, ENTRY_BYTES_MAX as u64)?;
    let refuse_first = |code| Refusal::entry(code, &first_name, 0);
    let founding = read_founding(&first, checkpoint.origin()).map_err(refuse_first)?;
    for (name, held, expected) in [
        (KEYS_LOG, log_lines, keys_log(&founding.log)),
        (KEYS_OFFICES, office_lines, keys_offices(&founding)),
    ] {
        if held != expected.as_bytes() {
            return Err(Refusal::at(Code::Keys, name).into());
        }
    }
    let acts = acts::follow(&founding, &enclosed_acts)?;
    let register = &acts.register;
    let log = register.log_at(checkpoint.size()).unwrap_or(&founding.log);
    if log.open(&signed, &founding.origin).is_err() {
        return Err(Refusal::at(Code::CheckpointSignature, CHECKPOINT_NAME).into());
    }
    if options.keys.iter().any(|key| !register.is_log_key(key)) {
        return Err(Refusal::of(Code::KeyOther).into());
    }
    if options
        .policy
        .as_ref()
        .is_some_and(|policy| !register.logs().any(|log| policy.accepts_log(log)))
    {
        return Err(Refusal::of(Code::LogNotInPolicy).into());
    }

    let head = Head { size: checkpoint.size(), root: checkpoint.root() };
    let mut named: BTreeSet<Hash> = digests(&first).collect();
    check_proof(members, 0, &first, &head)?;
    acts::check_proofs(&acts, &enclosed_acts, &head)?;
    let mut suspect = Suspect::new();
    let mut withheld = Withheld::default();
    let mut entries = vec![0];
    while let Some(index) = next_entry(members.peek(), &entries) {
        let name = entry_name(index);
        let bytes = members.take(&name, ENTRY_BYTES_MAX as u64)?;
        let entry = Envelope::open(&bytes, &founding.origin)
            .and_then(|entry| {
                check_entry(&entry, index, &founding, &acts.register)?;
                acts.note_revoked(index, &entry, &mut suspect);
                acts.check_act(index, &entry, &bytes, &founding.origin)?;
                check_order(&entry, &founding)?;
                Ok(entry)
            })
            .map_err(|code| Refusal::entry(code, &name, index))?;
        withheld.take(index, &bytes, &entry);
        check_proof(members, index, &bytes, &head)?;
        named.extend(digests(&bytes));
        entries.push(index);
    }
    let since = check_since(members, &founding, &acts, &head)?;
    let mut seen = Seen { named: &mut named, suspect: &mut suspect, withheld: &mut withheld };
    let range = check_range(members, &founding, &acts, &head, &mut seen)?;
    let answer = members.hash_if(ANSWER_NAME, ANSWER_BYTES_MAX)?;
    if answer.is_some() && range != Some((0, head.size)) {
        return Err(Refusal::at(Code::AnswerRange, ANSWER_NAME).into());
    }
    let blobs_held = check_blobs(members, &named, &withheld)?;
    let disclosed = withheld.check(members, &founding.origin)?;
    check_spec(members)?;

    let (policy, policy_is) = match (&options.policy, &enclosed) {
        (Some(policy), _) => (Some(policy), "given"),
        (None, Some(policy)) => (Some(policy), "enclosed"),
        (None, None) => (None, "none"),
    };
    let until = options.at.map_or(TIME_MAX, |at| at.min(TIME_MAX));
    let quorum = policy
        .map(|policy| policy.evaluate(&checkpoint, &note, Some(until)))
        .transpose()
        .map_err(|_| Refusal::at(Code::Cosignature, CHECKPOINT_NAME))?;
    let mut witnessed = Witnessed::default();
    if let Some(policy) = policy {
        let heads =
            [Some((checkpoint.clone(), note)), since.as_ref().map(|since| since.signed.clone())];
        for (checkpoint, note) in heads.into_iter().flatten() {
            witnessed.add(policy, &checkpoint, &note);
        }
    }
    suspect.retain(|index, ms| *index >= witnessed.entries_before(*ms));
    let given_names_log = options.policy.as_ref().is_some_and(Policy::names_logs);
    Ok(Found {
        origin: founding.origin.clone(),
        agreement: founding.agreement.clone(),
        size: head.size,
        root: head.root,
        key_confirmed: !options.keys.is_empty() || given_names_log,
        keys: log.clone(),
        key_acts: acts.indexes(),
        entries,
        range,
        since: since.map(|since| (since.signed.0.size(), since.signed.0.root())),
        flagged: suspect.into_keys().collect(),
        answer,
        blobs_held,
        blobs_missing: (named.len() as u64).saturating_sub(blobs_held),
        disclosed,
        policy: policy_is,
        quorum,
        at: options.at,
    })
}

fn read_founding(bytes: &[u8], origin: &str) -> Result<Founding, Code> {
    let entry = Envelope::open(bytes, origin)?;
    if !entry.is_constitution {
        return Err(Code::EntryKind);
    }
    let founding = entry.founding(origin)?;
    check_entry(&entry, 0, &founding, &Register::of(&founding))?;
    Ok(founding)
}

/// What the log signed.
pub(super) struct Head {
    pub(super) size: u64,
    pub(super) root: Hash,
}

/// The entry whose member comes next, if that is an entry after those before.
fn next_entry(name: Option<&str>, before: &[u64]) -> Option<u64> {
    let index: u64 = name?.strip_prefix("entry/")?.parse().ok()?;
    (entry_name(index) == name? && before.last() < Some(&index)).then_some(index)
}

fn check_proof<R: Read + Seek>(
    members: &mut Members<'_, R>,
    index: u64,
    entry: &[u8],
    head: &Head,
) -> Result<(), Stop> {
    let name = proof_name(index);
    let bytes = members.take(&name, HASHES_BYTES_MAX)?;
    check_proof_of(&name, bytes, index, entry, head)
}

/// That an entry is in the record, by the proof in a member.
pub(super) fn check_proof_of(
    name: &str,
    mut bytes: Vec<u8>,
    index: u64,
    entry: &[u8],
    head: &Head,
) -> Result<(), Stop> {
    let refuse = |code| Refusal::entry(code, name, index);
    bytes.push(b'\n');
    // Size and root must come from one checkpoint, the one that was checked: none stands here.
    let proof = (ProofFile::parse(&bytes).ok())
        .filter(|proof| proof.checkpoint.is_empty())
        .ok_or_else(|| refuse(Code::ProofForm))?;
    if proof.index != index {
        return Err(refuse(Code::ProofIndex).into());
    }
    verify_inclusion(&proof.hashes, index, head.size, leaf_hash(entry), head.root)
        .map_err(|_| refuse(Code::ProofInclusion))?;
    Ok(())
}

fn check_since<R: Read + Seek>(
    members: &mut Members<'_, R>,
    founding: &Founding,
    acts: &Acts,
    head: &Head,
) -> Result<Option<Since>, Stop> {
    let Some(signed) = members.take_if(SINCE_CHECKPOINT, CHECKPOINT_BYTES_MAX as u64)? else {
        return Ok(None);
    };
    let (earlier, note) =
        read_checkpoint(&signed).ok_or_else(|| Refusal::at(Code::SinceForm, SINCE_CHECKPOINT))?;
    let log = acts.register.log_at(earlier.size()).unwrap_or(&founding.log);
    if log.open(&signed, &founding.origin).is_err() {
        return Err(Refusal::at(Code::SinceSignature, SINCE_CHECKPOINT).into());
    }
    let bytes = members.take(SINCE_PROOF, HASHES_BYTES_MAX)?;
    let proof = parse_since(&bytes).ok_or_else(|| Refusal::at(Code::SinceForm, SINCE_PROOF))?;
    verify_consistency(&proof, earlier.size(), head.size, earlier.root(), head.root)
        .map_err(|_| Refusal::at(Code::SinceConsistency, SINCE_PROOF))?;
    Ok(Some(Since { signed: (earlier, note) }))
}

/// The earlier checkpoint that the record continues.
struct Since {
    signed: (Checkpoint, Note),
}

/// A line with the form, then hashes in base64, one a line.
pub(super) fn parse_since(bytes: &[u8]) -> Option<Vec<Hash>> {
    let text = str::from_utf8(bytes).ok()?.strip_suffix('\n')?;
    let mut lines = text.split('\n');
    if lines.next() != Some(SINCE_FORM) {
        return None;
    }
    let hashes: Option<Vec<Hash>> = lines.map(|line| Hash::from_base64(line).ok()).collect();
    hashes.filter(|hashes| hashes.len() <= SINCE_HASHES_MAX)
}

fn check_range<R: Read + Seek>(
    members: &mut Members<'_, R>,
    founding: &Founding,
    acts: &Acts,
    head: &Head,
    seen: &mut Seen<'_>,
) -> Result<Option<(u64, u64)>, Stop> {
    let Some(proof) = members.take_if(RANGE_PROOF, RANGE_PROOF_BYTES_MAX as u64)? else {
        return Ok(None);
    };
    let mut range = Range::new(&proof, head.size, founding, acts)?;
    let bounds = range.bounds();
    for place in 0..range.packs() {
        let bytes = members.take(&pack_name(place), BUNDLE_BYTES_MAX)?;
        range.take(place, &bytes, seen)?;
    }
    range.finish(head.root)?;
    Ok(Some(bounds))
}

/// Files in the order of their hashes, each named by an entry. Gives their number.
fn check_blobs<R: Read + Seek>(
    members: &mut Members<'_, R>,
    named: &BTreeSet<Hash>,
    withheld: &Withheld,
) -> Result<u64, Stop> {
    let mut held = 0;
    let mut last = String::new();
    while let Some(name) = members.peek().filter(|name| name.starts_with("blob/")) {
        let name = name.to_owned();
        let digits = name.rsplit('/').next().unwrap_or_default();
        let hash = Hash::from_hex(digits).ok().filter(|hash| blob_path(*hash) == name);
        let Some(hash) = hash.filter(|_| name > last) else {
            return Err(Refusal::at(Code::Member, &name).into());
        };
        if members.hash_if(&name, BLOB_BYTES_MAX)? != Some(hash) {
            return Err(Refusal::at(Code::BlobHash, &name).into());
        }
        if !named.contains(&hash) {
            return Err(Refusal::at(Code::BlobUnnamed, &name).into());
        }
        if withheld.is_erased(hash) {
            return Err(Refusal::at(Code::BlobErased, &name).into());
        }
        held += 1;
        last = name;
    }
    Ok(held)
}

/// Texts to be read, in order; and nothing after them.
fn check_spec<R: Read + Seek>(members: &mut Members<'_, R>) -> Result<(), Stop> {
    let mut last = String::new();
    while let Some(name) = members.peek() {
        let name = name.to_owned();
        let is_text = name.strip_prefix("spec/").is_some_and(|file| !file.contains('/'));
        if !is_text || name <= last {
            return Err(Refusal::at(Code::Member, &name).into());
        }
        members.next_if(&name, SPEC_BYTES_MAX)?;
        last = name;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use servanda_tlog::sha256;

    #[test]
    fn the_readme_is_the_one_that_other_checkers_know() {
        let hash = sha256(README.as_bytes()).to_hex();
        let spec = concat!(env!("CARGO_MANIFEST_DIR"), "/../../spec/");
        for file in ["bundle.md", "verify.py"] {
            let text = std::fs::read_to_string(format!("{spec}{file}")).unwrap();
            assert!(text.contains(&hash), "{file}: {hash}");
        }
    }
}
