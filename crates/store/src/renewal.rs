//! Renewal: all entries and files hashed again with another algorithm, so that the record's past
//! stays provable when SHA-256 and Ed25519 no longer are (`spec/record.md`).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use servanda_entry::limits::ENTRY_BYTES_MAX;
use servanda_entry::{Blob, Body, Entry, Instrument, KeyAct, KeyChange};
use servanda_tlog::{
    ActKey, CHECKPOINT_BYTES_MAX, Checkpoint, CosignerKey, Hash, Note, Signature, bundles_between,
    mldsa44_signed, sha3_256, sha256,
};
use sha3::Sha3_256;

use crate::blob::{blobs_of, measure_by};
use crate::bundle::Bundle;
use crate::error::StoreError;
use crate::key_acts::open_act;
use crate::layout::{BLOB_BYTES_MAX, BUNDLE_BYTES_MAX, CHECKPOINT, blob_path};
use crate::record::{Record, read_head};
use crate::register::RENEWAL_ALGORITHM;
use crate::storage::{Local, Storage};
use crate::verify::Fault;

const FORM: &str = "servanda/renewal/v1";
const MANIFEST_FORM: &str = "servanda/renewal-manifest/v1";

/// The tree of RFC 6962, section 2.1, with SHA3-256 in the place of SHA-256, as it grows.
#[derive(Debug, Clone, Default)]
pub(crate) struct NewTree {
    /// Roots of full subtrees, each with its size, from the largest on.
    full: Vec<(u64, Hash)>,
    size: u64,
}

impl NewTree {
    pub(crate) fn push(&mut self, entry: &[u8]) {
        let mut last = (1, sha3_256(&[&[0], entry].concat()));
        while let Some((size, left)) = self.full.pop_if(|(size, _)| *size == last.0) {
            last = (size * 2, node(left, last.1));
        }
        self.full.push(last);
        self.size += 1;
    }

    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    fn root(&self) -> Hash {
        let mut subtrees = self.full.iter().rev().map(|(_, hash)| *hash);
        let Some(last) = subtrees.next() else { return sha3_256(b"") };
        subtrees.fold(last, |right, left| node(left, right))
    }
}

fn node(left: Hash, right: Hash) -> Hash {
    sha3_256(&[&[1], left.as_bytes().as_slice(), right.as_bytes()].concat())
}

/// What is hashed: entries and the list of files, by a stated algorithm and size.
fn root_of(tree: &NewTree, manifest: &str) -> Hash {
    let (entries, files) = (tree.root().to_hex(), sha3_256(manifest.as_bytes()).to_hex());
    let text = format!("{FORM}\n{RENEWAL_ALGORITHM}\n{}\n{entries}\n{files}\n", tree.size());
    sha3_256(text.as_bytes())
}

/// A file in the list: its new hash and its size.
type Listed = BTreeMap<Hash, (Hash, u64)>;

fn manifest_of(listed: &Listed) -> String {
    let mut text = format!("{MANIFEST_FORM}\n{RENEWAL_ALGORITHM}\n");
    for (old, (new, bytes)) in listed {
        // Writing to a string can't fail.
        let _ = writeln!(text, "{} {} {bytes}", old.to_hex(), new.to_hex());
    }
    text
}

fn read_manifest(text: &str) -> Option<Listed> {
    let mut lines = text.lines();
    if lines.next() != Some(MANIFEST_FORM) || lines.next() != Some(RENEWAL_ALGORITHM) {
        return None;
    }
    let mut listed = Listed::new();
    for line in lines {
        let mut words = line.split(' ');
        let (old, new) = (words.next()?, words.next()?);
        let (old, new) = (Hash::from_hex(old).ok()?, Hash::from_hex(new).ok()?);
        listed.insert(old, (new, words.next()?.parse().ok()?));
    }
    // Only the one spelling.
    (manifest_of(&listed) == text).then_some(listed)
}

/// The new hash of a stored file, and its size in bytes.
fn measure(storage: &dyn Storage, hash: Hash) -> Result<(Hash, u64), StoreError> {
    measure_by::<Sha3_256>(storage, hash)
}

impl Record {
    /// What renews all that the record holds now: the change for a key act, and the list of files,
    /// which is a file of the record from then on.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when a file is missing.
    pub fn renewal(&self) -> Result<(KeyChange, Vec<u8>), StoreError> {
        self.renewal_at(self.size())
    }

    fn renewal_at(&self, size: u64) -> Result<(KeyChange, Vec<u8>), StoreError> {
        let mut tree = NewTree::default();
        let mut named = BTreeSet::new();
        for index in 0..size {
            tree.push(&self.note_bytes(index)?);
            let entry = self.entry(index)?;
            named.extend(blobs_of(&entry.class, &entry.body).iter().map(|blob| blob.sha256));
        }
        let mut listed = Listed::new();
        for hash in named {
            listed.insert(hash, measure(self.storage.as_ref(), hash)?);
        }
        let text = manifest_of(&listed);
        let manifest = Blob {
            bytes: text.len() as u64,
            name: format!("renewal-{size}.txt"),
            sha256: sha256(text.as_bytes()),
        };
        let (algorithm, root) = (RENEWAL_ALGORITHM.to_owned(), root_of(&tree, &text));
        Ok((KeyChange::Renewal { algorithm, manifest, root }, text.into_bytes()))
    }

    /// A renewal that is to be entered must be what this record gives; then the list of its files.
    pub(crate) fn check_renewal(&self, body: &Body) -> Result<Option<Vec<u8>>, StoreError> {
        let Body::KeyAct(KeyAct {
            change: change @ KeyChange::Renewal { algorithm, .. },
            seen,
            ..
        }) = body
        else {
            return Ok(None);
        };
        if algorithm != RENEWAL_ALGORITHM {
            // The register refuses it, with the reason.
            return Ok(None);
        }
        let (expected, manifest) = self.renewal_at(seen.size.min(self.size()))?;
        if expected != *change {
            let why = "the entries and files give another root than it states; draft it again";
            return Err(StoreError::Refused { what: "the renewal".into(), why: why.into() });
        }
        Ok(Some(manifest))
    }
}

/// What is wrong with renewals, entry by entry. `named` are the files of the record, each with the
/// first entry that names it.
pub(crate) fn check<'a>(
    storage: &dyn Storage,
    size: u64,
    renewals: impl Iterator<Item = (u64, &'a KeyAct)>,
    named: &BTreeMap<Hash, u64>,
) -> Vec<(u64, String)> {
    let mut due: Vec<(u64, &KeyAct)> = renewals.collect();
    due.sort_by_key(|(_, act)| act.seen.size);
    let mut faults = Vec::new();
    let mut measured: BTreeMap<Hash, Option<(Hash, u64)>> = BTreeMap::new();
    let mut tree = NewTree::default();
    let mut due = due.into_iter().peekable();
    let read = each_entry(storage, size, |bytes| {
        tree.push(bytes);
        while let Some((entry, act)) = due.next_if(|(_, act)| act.seen.size <= tree.size()) {
            let named = named.iter().filter(|(_, by)| **by < act.seen.size).map(|(hash, _)| *hash);
            let mut new =
                |hash| *measured.entry(hash).or_insert_with(|| measure(storage, hash).ok());
            if let Err(what) = check_one(storage, act, &tree, &named.collect(), &mut new) {
                faults.push((entry, what));
            }
        }
        due.peek().is_some()
    });
    // Entries that can't be read are faults elsewhere.
    let _ = read;
    faults
}

/// One renewal, at the size that it is of.
fn check_one(
    storage: &dyn Storage,
    act: &KeyAct,
    tree: &NewTree,
    named: &BTreeSet<Hash>,
    measure: &mut impl FnMut(Hash) -> Option<(Hash, u64)>,
) -> Result<(), String> {
    let KeyChange::Renewal { manifest, root, .. } = &act.change else { return Ok(()) };
    let bytes = storage
        .read(&blob_path(manifest.sha256), BLOB_BYTES_MAX)
        .map_err(|error| format!("its list of files: {}", error.reason()))?;
    let text = String::from_utf8(bytes).map_err(|_| "its list of files is no text".to_owned())?;
    if root_of(tree, &text) != *root {
        return Err("the entries and its list of files do not give the root that it states".into());
    }
    let listed = read_manifest(&text).ok_or("its list of files has not the form")?;
    if !listed.keys().eq(named.iter()) {
        return Err("it does not list the files that the entries before it name".into());
    }
    for (old, new) in &listed {
        // A file that is not there is a fault of its own, or was erased by order.
        if measure(*old).is_some_and(|found| found != *new) {
            return Err(format!("the file {} is not the one that was renewed", old.to_hex()));
        }
    }
    Ok(())
}

/// Hands each entry on, from the first, until that gives false or there are no more.
fn each_entry(
    storage: &dyn Storage,
    size: u64,
    mut take: impl FnMut(&[u8]) -> bool,
) -> Result<(), String> {
    for id in bundles_between(0, size) {
        let path = id.to_string();
        let bytes = storage
            .read(&path, BUNDLE_BYTES_MAX)
            .map_err(|error| format!("{path}: {}", error.reason()))?;
        let bundle = Bundle::from_bytes(bytes, usize::from(id.width()))
            .map_err(|error| format!("{path}: {error}"))?;
        for entry in bundle.entries() {
            if !take(entry) {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// What a record proves to who no longer relies on SHA-256 and Ed25519.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Renewed {
    /// Name of the record, as the renewal states it.
    pub origin: String,
    /// Entries of the folder.
    pub size: u64,
    /// Entries that the renewal covers, and none when there is none that counts.
    pub covered: u64,
    /// The entry of the renewal.
    pub entry: Option<u64>,
    /// Files that the renewal covers and that are here.
    pub files: u64,
    /// Files that it covers and that are not here.
    pub missing: u64,
    /// What is wrong.
    pub faults: Vec<Fault>,
}

/// A key that the reader knows from elsewhere, and relies on by its ML-DSA-44 half.
enum Known {
    Log(CosignerKey),
    Act(ActKey),
}

/// Checks a record without SHA-256 and without Ed25519: by the newest renewal that one of the given
/// keys has signed with ML-DSA-44, over all entries and files up to its size. What came later is
/// counted and not proved.
///
/// The keys are the log's ML-DSA-44 key, or an act key that signed the renewal too, as the caller
/// knows them from elsewhere: nothing in the folder vouches for them.
#[must_use]
pub fn verify_renewed<'k>(
    dir: impl AsRef<Path>,
    keys: impl IntoIterator<Item = &'k str>,
) -> Renewed {
    verify_renewed_in(&Local::new(dir.as_ref()), keys)
}

/// As [`verify_renewed`], of a record wherever it lies.
#[must_use]
pub fn verify_renewed_in<'k>(
    storage: &dyn Storage,
    keys: impl IntoIterator<Item = &'k str>,
) -> Renewed {
    let mut renewed = Renewed::default();
    if let Err((entry, what)) = check_renewed(storage, keys, &mut renewed) {
        renewed.covered = 0;
        renewed.faults.push(Fault { path: CHECKPOINT.into(), entry, what });
    }
    renewed
}

fn check_renewed<'k>(
    storage: &dyn Storage,
    keys: impl IntoIterator<Item = &'k str>,
    renewed: &mut Renewed,
) -> Result<(), (Option<u64>, String)> {
    let whole = |what: String| (None, what);
    let mut known = Vec::new();
    for written in keys {
        let key = written.parse::<ActKey>().map(Known::Act);
        let key = key.or_else(|_| written.parse::<CosignerKey>().map(Known::Log));
        known.push(key.map_err(|_| {
            whole(format!(
                "{written}: name the log's ML-DSA-44 key, or an act key: nothing else counts here"
            ))
        })?);
    }
    if known.is_empty() {
        return Err(whole("name a key with --key: without one nothing is shown".into()));
    }
    let bytes = read_head(storage).map_err(|error| whole(error.reason()))?;
    let note = Note::parse(&bytes, CHECKPOINT_BYTES_MAX).map_err(|e| whole(e.to_string()))?;
    let head: Checkpoint =
        note.text().parse().map_err(|e: servanda_tlog::CheckpointError| whole(e.to_string()))?;
    (renewed.origin, renewed.size) = (head.origin().to_owned(), head.size());
    let (mut index, mut found) = (0_u64, None);
    each_entry(storage, head.size(), |bytes| {
        if let Some((entry, note)) = open_act(bytes, head.origin())
            && let Some(act) = counts(&entry, &note, head.origin(), &known)
        {
            found = Some((index, act));
        }
        index += 1;
        true
    })
    .map_err(whole)?;
    let Some((entry, act)) = found else {
        let what = "no renewal is signed with ML-DSA-44 by a key that you named; renew the record \
                    (servanda key propose … renewal), or name the key that signed it";
        return Err(whole(what.into()));
    };
    renewed.entry = Some(entry);
    let at = |what: String| (Some(entry), what);
    let (mut tree, mut named) = (NewTree::default(), BTreeSet::new());
    let covered = act.seen.size;
    if covered > entry || covered == 0 {
        return Err(at("it covers entries that come after it".into()));
    }
    each_entry(storage, head.size(), |bytes| {
        tree.push(bytes);
        let body = Note::parse(bytes, ENTRY_BYTES_MAX)
            .ok()
            .and_then(|note| Entry::from_admitted_text(note.text(), head.origin()).ok());
        named.extend(body.iter().flat_map(|e| blobs_of(&e.class, &e.body)).map(|blob| blob.sha256));
        tree.size() < covered
    })
    .map_err(whole)?;
    let (mut files, mut missing) = (0, 0);
    let mut new = |hash| {
        let found = measure(storage, hash).ok();
        if found.is_some() {
            files += 1
        } else {
            missing += 1
        }
        found
    };
    check_one(storage, &act, &tree, &named, &mut new).map_err(at)?;
    (renewed.covered, renewed.files, renewed.missing) = (covered, files, missing);
    Ok(())
}

/// The renewal that an entry is, when a known key has signed it with ML-DSA-44.
fn counts(entry: &Entry, note: &Note, origin: &str, known: &[Known]) -> Option<KeyAct> {
    let Body::KeyAct(act @ KeyAct { change: KeyChange::Renewal { .. }, .. }) = &entry.body else {
        return None;
    };
    let instrument = Instrument { agreement: entry.agreement.clone(), body: entry.body.clone() };
    let text = instrument.text(origin).ok()?;
    let is_signed = |key: &Known, one: &Signature| match key {
        Known::Log(key) => mldsa44_signed(key, text.as_bytes(), one.bytes()),
        Known::Act(key) => {
            key.is_named_by(one) && key.verify_mldsa44_alone(text.as_bytes(), one.bytes()).is_some()
        }
    };
    let signed = known.iter().any(|key| note.signatures().iter().any(|one| is_signed(key, one)));
    signed.then(|| act.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From the definition: split at the largest power of two below the size.
    fn slow(entries: &[Vec<u8>]) -> Hash {
        match entries {
            [] => sha3_256(b""),
            [one] => sha3_256(&[&[0], one.as_slice()].concat()),
            many => {
                let split = (many.len().next_power_of_two() / 2).max(1);
                node(slow(&many[..split]), slow(&many[split..]))
            }
        }
    }

    #[test]
    fn the_tree_is_that_of_the_definition() {
        let mut tree = NewTree::default();
        let mut entries: Vec<Vec<u8>> = Vec::new();
        assert_eq!(tree.root(), slow(&entries));
        for n in 0..70_u8 {
            entries.push(vec![n; usize::from(n)]);
            tree.push(&entries[usize::from(n)]);
            assert_eq!(tree.root(), slow(&entries), "{n}");
        }
    }

    #[test]
    fn a_list_of_files_has_one_spelling() {
        let listed: Listed =
            [(sha256(b"a"), (sha3_256(b"a"), 1)), (sha256(b"b"), (sha3_256(b"b"), 1))].into();
        let text = manifest_of(&listed);
        assert_eq!(read_manifest(&text), Some(listed));
        for bad in [
            String::new(),
            text.replace(" 1\n", " 01\n"),
            text.replace("sha3-256", "md5"),
            format!("{text}\n"),
            text.lines().rev().map(|line| format!("{line}\n")).collect(),
        ] {
            assert_eq!(read_manifest(&bad), None, "{bad}");
        }
    }
}
