//! Writing a bundle from a record.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;

use servanda_seal::Disclosed;
use servanda_tlog::{
    Hash, Policy, ProofFile, RangeFile, encode_bundle, prove_consistency, prove_inclusion,
    prove_range,
};

use super::acts::hands_over;
use super::archive::Writer;
use super::contents::{
    ANSWER_NAME, CHECKPOINT_NAME, KEYS_LOG, KEYS_OFFICES, PACK_ENTRIES, POLICY_NAME, RANGE_PROOF,
    README, README_NAME, SINCE_CHECKPOINT, SINCE_FORM, SINCE_PROOF, act_name, act_proof_name,
    act_since_name, disclosed_file_name, disclosure_name, entry_name, keys_log, keys_offices,
    pack_name, proof_name,
};
use super::envelope::digests;
use crate::error::StoreError;
use crate::layout::blob_path;
use crate::record::Record;

/// What of the record is to be proved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// These entries, each on its own.
    Entries(BTreeSet<u64>),
    /// The entries from the first to before the second, and that none of them is missing.
    Range(u64, u64),
    /// All that there is.
    All,
}

/// What goes into a bundle.
#[derive(Debug, Clone)]
pub struct Bundle {
    /// What is proved.
    pub asked: Asked,
    /// A checkpoint of the record with the cosignatures that were collected for it; without it,
    /// the record's own.
    pub checkpoint: Option<Vec<u8>>,
    /// An earlier checkpoint, to prove that the record continues it.
    pub since: Option<Vec<u8>>,
    /// The policy that the sender goes by.
    pub policy: Option<Vec<u8>>,
    /// An answer that was computed from the record; only with [`Asked::All`].
    pub answer: Option<Vec<u8>>,
    /// What is shown of what entries withhold, in the order of the entries, each of which is among
    /// those asked for one by one.
    pub shown: Vec<Shown>,
    /// Texts for `spec/`: name and bytes.
    pub spec: Vec<(String, Vec<u8>)>,
}

/// What is disclosed of an entry, and the files, by the hash of their ciphertexts.
#[derive(Debug, Clone)]
pub struct Shown {
    /// Fields and files, with their salts.
    pub disclosed: Disclosed,
    /// The files' bytes, in the order in which they stand there.
    pub files: Vec<Vec<u8>>,
}

/// Writes the bundle. The same record and the same input give the same bytes.
///
/// # Errors
/// [`StoreError::Refused`] when what is given is not of this record, [`StoreError::OutOfRange`]
/// when there are no such entries, [`StoreError::Damaged`], [`StoreError::Io`].
pub fn make<W: Write>(record: &Record, bundle: &Bundle, to: W) -> Result<W, StoreError> {
    let refused = |what: &str, why: String| StoreError::Refused { what: what.into(), why };
    let signed = bundle.checkpoint.as_deref().unwrap_or(record.checkpoint());
    let head = record.signed_state(signed).map_err(|why| refused("the checkpoint", why))?.0;
    let size = head.size();
    let (entries, range) = match &bundle.asked {
        Asked::Entries(entries) => (entries.clone(), None),
        Asked::Range(start, end) => (BTreeSet::new(), Some((*start, *end))),
        Asked::All => (BTreeSet::new(), Some((0, size))),
    };
    if let Some((start, end)) = range
        && (start >= end || end > size)
    {
        return Err(StoreError::OutOfRange { what: "range up to", asked: end, size });
    }
    if bundle.answer.is_some() && range != Some((0, size)) {
        return Err(refused("the answer", "it needs all of the record beside it".into()));
    }
    let mut out = Out { writer: Writer::new(to) };
    out.put(README_NAME, README.as_bytes())?;
    out.put(CHECKPOINT_NAME, signed)?;
    if let Some(policy) = &bundle.policy {
        Policy::parse(policy).map_err(|error| refused("the policy", error.to_string()))?;
        out.put(POLICY_NAME, policy)?;
    }
    out.put(KEYS_LOG, keys_log(&record.founding.log).as_bytes())?;
    out.put(KEYS_OFFICES, keys_offices(&record.founding).as_bytes())?;
    put_acts(record, size, &mut out)?;

    let mut named: BTreeSet<Hash> = BTreeSet::new();
    // Entry 0 goes with every bundle: it names the keys.
    for index in entries.into_iter().chain([0]).collect::<BTreeSet<_>>() {
        if index >= size {
            return Err(StoreError::OutOfRange { what: "entry", asked: index, size });
        }
        let note = record.note_bytes(index)?;
        named.extend(digests(&note));
        out.put(&entry_name(index), &note)?;
        let hashes = prove_inclusion(record.leaves.as_slice(), index, size)
            .map_err(|_| StoreError::OutOfRange { what: "entry", asked: index, size })?;
        out.put(&proof_name(index), &proof_text(index, hashes))?;
    }
    if let Some(since) = &bundle.since {
        let why = |why| refused("the earlier checkpoint", why);
        let earlier = record.signed_state(since).map_err(why)?.0;
        let hashes = prove_consistency(record.leaves.as_slice(), earlier.size(), size)
            .map_err(|error| why(error.to_string()))?;
        out.put(SINCE_CHECKPOINT, since)?;
        out.put(SINCE_PROOF, since_text(&hashes).as_bytes())?;
    }
    if let Some((start, end)) = range {
        put_range(record, (start, end, size), &mut named, &mut out)?;
    }
    if let Some(answer) = &bundle.answer {
        out.put(ANSWER_NAME, answer)?;
    }
    let slots = record.slots()?;
    for hash in named.iter().filter(|hash| slots.erased_by(**hash).is_none()) {
        // What names a digest need not name a file of this record.
        if record.storage.has(&blob_path(*hash)) {
            out.put(&blob_path(*hash), &record.blob(hash)?)?;
        }
    }
    for Shown { disclosed, files } in &bundle.shown {
        let entry = disclosed.of.entry;
        let bytes = disclosed.to_bytes().map_err(|fault| refused("the disclosure", fault.what))?;
        out.put(&disclosure_name(entry), &bytes)?;
        for (file, bytes) in disclosed.files.iter().zip(files) {
            out.put(&disclosed_file_name(entry, file.ct), bytes)?;
        }
    }
    let mut spec: Vec<_> = bundle.spec.iter().collect();
    spec.sort();
    for (name, bytes) in spec {
        out.put(&format!("spec/{name}"), bytes)?;
    }
    out.writer.finish().map_err(cant_write)
}

/// The changes of keys up to a size, each with its proof, so that who checks knows which keys held.
fn put_acts<W: Write>(record: &Record, size: u64, out: &mut Out<W>) -> Result<(), StoreError> {
    let leaves = record.leaves.as_slice();
    let acts = record.register.acts().iter().filter(|act| act.entry < size);
    for (index, act) in acts.filter_map(|act| Some((act.entry, act.key_act.as_ref()?))) {
        let none = |_| StoreError::OutOfRange { what: "entry", asked: index, size };
        out.put(&act_name(index), &record.note_bytes(index)?)?;
        let hashes = prove_inclusion(leaves, index, size).map_err(none)?;
        out.put(&act_proof_name(index), &proof_text(index, hashes))?;
        if hands_over(act) {
            let hashes = prove_consistency(leaves, act.seen.size, size).map_err(none)?;
            out.put(&act_since_name(index), since_text(&hashes).as_bytes())?;
        }
    }
    Ok(())
}

/// A proof that an entry is in the record, as a member. With an empty line and the checkpoint,
/// which is stored once, it is a tlog-proof.
fn proof_text(index: u64, hashes: Vec<Hash>) -> Vec<u8> {
    let mut proof = ProofFile { index, hashes, checkpoint: Vec::new() }.to_bytes();
    proof.pop();
    proof
}

/// A proof between two sizes, as a member.
fn since_text(hashes: &[Hash]) -> String {
    let lines: String = hashes.iter().map(|hash| format!("{hash}\n")).collect();
    format!("{SINCE_FORM}\n{lines}")
}

fn put_range<W: Write>(
    record: &Record,
    (start, end, size): (u64, u64, u64),
    named: &mut BTreeSet<Hash>,
    out: &mut Out<W>,
) -> Result<(), StoreError> {
    let proof = prove_range(record.leaves.as_slice(), start, end, size)
        .map_err(|_| StoreError::OutOfRange { what: "entry", asked: end, size })?;
    out.put(RANGE_PROOF, &RangeFile { start, end, proof }.to_bytes())?;
    let mut from = start;
    let mut place = 0;
    while from < end {
        let to = (from + PACK_ENTRIES).min(end);
        let notes: Result<Vec<Cow<'_, [u8]>>, StoreError> =
            (from..to).map(|index| record.note_bytes(index)).collect();
        let notes = notes?;
        let notes: Vec<&[u8]> = notes.iter().map(|note| &**note).collect();
        named.extend(notes.iter().flat_map(|note| digests(note)));
        let pack = encode_bundle(&notes).map_err(|error| StoreError::Refused {
            what: format!("the entries from {from} on"),
            why: error.to_string(),
        })?;
        out.put(&pack_name(place), &pack)?;
        (from, place) = (to, place + 1);
    }
    Ok(())
}

struct Out<W> {
    writer: Writer<W>,
}

impl<W: Write> Out<W> {
    fn put(&mut self, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        self.writer.put(name, bytes).map_err(cant_write)
    }
}

fn cant_write(error: std::io::Error) -> StoreError {
    let help = "check that there is room and that you may write there";
    StoreError::io("write", Path::new("the bundle"), help)(error)
}
