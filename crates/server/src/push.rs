//! A record is pushed to a mirror (C2SP tlog-mirror): first a checkpoint, then the entries, some
//! at a time and each proved to belong to it, then the files that they name. When all is there, the
//! whole copy is checked as one that was pulled, and only then it takes the place of the last and
//! is cosigned.

use crate::cosigners::{Failure, broken, digest_of, log_path};
use crate::mirror::{Mirror, rename_over};
use crate::witness::own_signatures;
use servanda_store::{
    BUNDLE_BYTES_MAX, Record, blob_path, copy_record, named_files, put_file, verify,
};
use servanda_tlog::{
    AddCheckpoint, CHECKPOINT_BYTES_MAX, Checkpoint, Hash, LogKeys, MirrorInfo, Package, Refusal,
    TILE_WIDTH, Tree, Upload, bundles_between, changed_tiles, encode_bundle, leaf_hash, sha256,
    split_bundle, verify_subtree_consistency,
};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Checkpoints that are known as the end of an upload, the newest.
const KNOWN_MAX: usize = 8;
/// Entries that may be sent though the mirror has them.
const EXCESS_MAX: u64 = 32 * PACKAGE;
/// A copy that nobody added to is not cosigned anew within so many seconds.
const AGAIN_AFTER_S: u64 = 60;
const PACKAGE: u64 = TILE_WIDTH as u64;
/// Largest file that can be pushed, in bytes; larger ones come with a pull.
pub const PUSHED_FILE_BYTES_MAX: usize = 64 << 20;

/// What became of an upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Uploaded {
    /// All is there and checked: the mirror's cosignatures.
    Cosigned(String),
    /// What came is kept; more is wanted: entries, or files that entries name.
    More(MirrorInfo),
    /// Something else is wanted.
    Conflict(MirrorInfo),
}

/// What was pushed of a record and is not in the copy yet.
pub(crate) struct Pending {
    held: Option<Record>,
    /// Checkpoints that the log signed, each continuing the last.
    known: BTreeMap<u64, (Checkpoint, Vec<u8>)>,
    /// Of the copy, and of what was pushed after it.
    leaves: Vec<Hash>,
    /// Files that pushed entries name, each with the first that does.
    named: BTreeMap<Hash, u64>,
    /// When the copy was cosigned last, and the lines: to give them again costs nothing then.
    cosigned: Option<(u64, String)>,
}

impl Pending {
    fn held_size(&self) -> u64 {
        self.held.as_ref().map_or(0, Record::size)
    }

    fn next(&self) -> u64 {
        self.leaves.len() as u64
    }

    fn info(&self, size: Option<u64>) -> MirrorInfo {
        let newest = || self.known.keys().next_back().copied().unwrap_or(self.held_size());
        MirrorInfo { size: size.unwrap_or_else(newest), next: self.next(), ticket: Vec::new() }
    }
}

impl Mirror {
    /// Takes note of a checkpoint that entries will be pushed up to (C2SP tlog-mirror,
    /// `add-checkpoint`). Nothing is cosigned.
    ///
    /// # Errors
    /// As [`Witness::add_checkpoint`](crate::Witness::add_checkpoint).
    pub fn add_checkpoint(&self, bytes: &[u8]) -> Result<(), Failure> {
        let request = AddCheckpoint::parse(bytes)?;
        let origin = request.origin().unwrap_or_default().to_owned();
        self.with_pending(&origin, |mirror, keys, pending| {
            let held = pending.held.as_ref();
            let held = held.map(|held| Checkpoint::new(&origin, held.size(), held.root()));
            let held = held.transpose().map_err(broken)?;
            let newest = pending.known.values().next_back().map(|(known, _)| known.clone());
            let seen =
                newest.filter(|new| held.as_ref().is_none_or(|held| held.size() < new.size()));
            let (checkpoint, note) = request.judge(keys, seen.or(held).as_ref())?;
            let bytes = own_signatures(&note, keys)?.to_bytes().map_err(broken)?;
            let folder = format!("{}/pending/checkpoint", log_path(&origin));
            mirror.folder().put(&format!("{folder}/{}", checkpoint.size()), &bytes)?;
            pending.known.insert(checkpoint.size(), (checkpoint, bytes));
            while pending.known.len() > KNOWN_MAX {
                let Some((size, _)) = pending.known.pop_first() else { break };
                remove_file(&mirror.folder().path().join(format!("{folder}/{size}")))?;
            }
            Ok(())
        })
    }

    /// Takes entries (C2SP tlog-mirror, `add-entries`). A body that was cut off counts as far as it
    /// goes. `now` is in seconds since 1970.
    ///
    /// # Errors
    /// [`Failure::Refused`] with what the one who pushes is told.
    pub fn add_entries(&self, body: &[u8], now: u64) -> Result<Uploaded, Failure> {
        let malformed = |what: &str| Refusal::Malformed(what.to_owned());
        let (upload, mut rest) =
            Upload::parse(body).map_err(|error| Refusal::Malformed(error.to_string()))?;
        let origin = upload.origin.clone();
        self.with_pending(&origin, |mirror, keys, pending| {
            if pending.known.is_empty() && pending.held.is_none() {
                let why = "no checkpoint of it was added yet".into();
                return Err(Refusal::Inconsistent { size: 0, why }.into());
            }
            let (held, next) = (pending.held_size(), pending.next());
            let root = match pending.known.get(&upload.end) {
                Some((known, _)) => Some(known.root()),
                None => pending.held.as_ref().filter(|_| upload.end == held).map(Record::root),
            };
            let Some(root) = root.filter(|_| upload.end >= held) else {
                return Ok(Uploaded::Conflict(pending.info(None)));
            };
            let excess = upload.end.min(next).saturating_sub(upload.start);
            if upload.start > next || excess > EXCESS_MAX {
                return Ok(Uploaded::Conflict(pending.info(Some(upload.end))));
            }
            let mut taken = 0;
            for (first, start, end) in upload.packages() {
                let Some((package, after)) = Package::parse(rest, end - start) else { break };
                rest = after;
                mirror.take_package(&upload, root, pending, (first, start, end), &package)?;
                taken += 1;
            }
            let all = upload.packages().count();
            if taken == 0 && all > 0 {
                return Err(malformed("no whole package of entries came").into());
            }
            if taken < all || pending.next() < upload.end {
                return Ok(Uploaded::More(pending.info(Some(upload.end))));
            }
            mirror.complete(&origin, keys, pending, upload.end, now)
        })
    }

    /// Takes a file that a pushed entry names. False when none does.
    ///
    /// # Errors
    /// [`Failure::Refused`] when the bytes are not those of the digest.
    pub fn add_file(&self, log: &str, digest: &str, bytes: &[u8]) -> Result<bool, Failure> {
        let logs = self.logs()?;
        let keys = logs.iter().find(|keys| digest_of(keys.ed25519().name()) == log);
        let (Some(keys), Ok(hash)) = (keys, Hash::from_hex(digest)) else { return Ok(false) };
        let origin = keys.ed25519().name().to_owned();
        self.with_pending(&origin, |mirror, _, pending| {
            if !pending.named.contains_key(&hash) {
                return Ok(false);
            }
            if sha256(bytes) != hash {
                let what = "the bytes are not those of the digest".to_owned();
                return Err(Refusal::Malformed(what).into());
            }
            let path = format!("{}/pending/blob/{}", log_path(&origin), hash.to_hex());
            mirror.folder().put(&path, bytes)?;
            Ok(true)
        })
    }

    /// Checks a package against the checkpoint, and keeps those of its entries that are new.
    fn take_package(
        &self,
        upload: &Upload,
        root: Hash,
        pending: &mut Pending,
        (first, start, end): (u64, u64, u64),
        package: &Package<'_>,
    ) -> Result<(), Failure> {
        let refused = |why: String| Refusal::Inconsistent { size: upload.end, why };
        let mut tree = Tree::new();
        let known = pending.leaves.get(first as usize..start as usize);
        let known = known.ok_or_else(|| refused("entries before it are missing".into()))?;
        let new: Vec<Hash> = package.entries.iter().map(|entry| leaf_hash(entry)).collect();
        known.iter().chain(&new).for_each(|leaf| tree.push(*leaf));
        verify_subtree_consistency(&package.proof, first, end, upload.end, tree.root(), root)
            .map_err(|error| refused(error.to_string()))?;
        let next = pending.next();
        if end <= next {
            return Ok(());
        }
        let skip = next.saturating_sub(start) as usize;
        let path = format!("{}/pending/entries/{}", log_path(&upload.origin), first / PACKAGE);
        let mut pack: Vec<Vec<u8>> = self.entries_from(pending, &path, first, next.max(first))?;
        for (entry, index) in package.entries.iter().zip(start..).skip(skip) {
            pack.push(entry.to_vec());
            for hash in named_files(entry, &upload.origin) {
                pending.named.entry(hash).or_insert(index);
            }
        }
        let bytes = encode_bundle(&pack).map_err(|error| refused(error.to_string()))?;
        self.folder().put(&path, &bytes)?;
        pending.leaves.extend(new.into_iter().skip(skip));
        Ok(())
    }

    /// The entries of a bundle that the mirror has: of the copy, and after it of what was pushed.
    fn entries_from(
        &self,
        pending: &Pending,
        path: &str,
        first: u64,
        next: u64,
    ) -> Result<Vec<Vec<u8>>, Failure> {
        let held = pending.held.as_ref();
        let mut entries = Vec::new();
        for index in first..next.min(pending.held_size()) {
            let note = held.map(|held| held.note_bytes(index)).transpose()?;
            entries.extend(note.map(Cow::into_owned));
        }
        if first + (entries.len() as u64) < next {
            let bytes = self.folder().get(path, BUNDLE_BYTES_MAX)?.unwrap_or_default();
            let pushed = split_bundle(&bytes).unwrap_or_default();
            entries.extend(pushed.into_iter().skip(entries.len()).map(<[u8]>::to_vec));
        }
        entries.truncate((next - first) as usize);
        Ok(entries)
    }

    /// All entries up to a size are there: the copy is made, checked and cosigned.
    fn complete(
        &self,
        origin: &str,
        keys: &LogKeys,
        pending: &mut Pending,
        size: u64,
        now: u64,
    ) -> Result<Uploaded, Failure> {
        let held = pending.held_size();
        let at = self.log_folder(origin);
        let Some((_, checkpoint)) = pending.known.get(&size) else {
            // Nothing new: the copy is cosigned again.
            let recent = |(then, _): &&(u64, String)| now.saturating_sub(*then) < AGAIN_AFTER_S;
            if let Some((_, lines)) = pending.cosigned.as_ref().filter(recent) {
                return Ok(Uploaded::Cosigned(lines.clone()));
            }
            let mut copy = Record::open(at.join("record"))?;
            let lines = self.cosign(&mut copy, now)?;
            pending.cosigned = Some((now, lines.clone()));
            return Ok(Uploaded::Cosigned(lines));
        };
        // Anybody may ask for this again and again: nothing is copied before all of it is there.
        let lies = |hash: &Hash| {
            let pushed = at.join("pending/blob").join(hash.to_hex());
            pushed.is_file() || at.join("record").join(blob_path(*hash)).is_file()
        };
        if !pending.named.iter().all(|(hash, index)| *index >= size || lies(hash)) {
            return Ok(Uploaded::More(pending.info(Some(size))));
        }
        let coming = self.make_coming(origin)?;
        if pending.held.is_some() {
            copy_record(&at.join("record"), &coming, Some(&at.join("record")))?;
        }
        let put = |path: &str, bytes: &[u8]| put_file(&coming, path, bytes).map_err(Failure::from);
        let leaves = pending.leaves.get(..size as usize).unwrap_or_default();
        for tile in changed_tiles(leaves, held, size).map_err(broken)? {
            put(&tile.id.to_string(), &tile.bytes)?;
            forget_partial(&coming.join(tile.id.to_string()), tile.id.is_partial())?;
        }
        for id in bundles_between(held, size) {
            let first = id.index() * PACKAGE;
            let path = format!("{}/pending/entries/{}", log_path(origin), id.index());
            let pack = self.entries_from(pending, &path, first, size.min(first + PACKAGE))?;
            put(&id.to_string(), &encode_bundle(&pack).map_err(broken)?)?;
            forget_partial(&coming.join(id.to_string()), id.is_partial())?;
        }
        for hash in pending.named.iter().filter(|(_, index)| **index < size).map(|(hash, _)| hash) {
            let path = format!("{}/pending/blob/{}", log_path(origin), hash.to_hex());
            if let Some(bytes) = self.folder().get(&path, PUSHED_FILE_BYTES_MAX as u64)? {
                put(&blob_path(*hash), &bytes)?;
            }
        }
        put("checkpoint", checkpoint)?;
        let report = verify(&coming, [keys.ed25519().to_string().as_str()]);
        if let Some(fault) = report.faults.first() {
            let why = format!("{}: {}", fault.path, fault.what);
            return Err(Refusal::Inconsistent { size, why }.into());
        }
        let mut copy = Record::open(&coming)?;
        if let Some(held) = &pending.held
            && let Err(failure) = self.check_continues(held, &copy)
        {
            // It was pushed for another history than the one that was pulled meanwhile.
            remove_folder(&at.join("pending"))?;
            *pending = self.load(origin, keys)?;
            return Err(failure);
        }
        let lines = self.cosign(&mut copy, now)?;
        rename_over(&at, pending.held.is_some())?;
        for below in ["checkpoint", "entries"] {
            let folder = format!("{}/pending/{below}", log_path(origin));
            let done = |n: u64| match below {
                "checkpoint" => n <= size,
                _ => (n + 1).saturating_mul(PACKAGE) <= size || pending.next() <= size,
            };
            for name in self.folder().names(&folder) {
                if name.parse().is_ok_and(done) {
                    remove_file(&self.folder().path().join(format!("{folder}/{name}")))?;
                }
            }
        }
        if pending.next() <= size {
            remove_folder(&at.join("pending/blob"))?;
        }
        *pending = self.load(origin, keys)?;
        pending.cosigned = Some((now, lines.clone()));
        Ok(Uploaded::Cosigned(lines))
    }

    /// What was pushed of a record, as it lies on the disk.
    pub(crate) fn load(&self, origin: &str, keys: &LogKeys) -> Result<Pending, Failure> {
        let held = self.copy_of(origin)?;
        let mut leaves = Vec::new();
        if let Some(held) = &held {
            for index in 0..held.size() {
                leaves.push(held.leaf(index)?);
            }
        }
        let (known, named) = (BTreeMap::new(), BTreeMap::new());
        let mut pending = Pending { held, known, leaves, named, cosigned: None };
        let folder = format!("{}/pending", log_path(origin));
        for name in self.folder().names(&format!("{folder}/checkpoint")) {
            let path = format!("{folder}/checkpoint/{name}");
            let bytes = self.folder().get(&path, CHECKPOINT_BYTES_MAX as u64)?.unwrap_or_default();
            let (known, _) =
                keys.open(&bytes, origin).map_err(|e| broken(format!("{path}: {e}")))?;
            if known.size() > pending.held_size() {
                pending.known.insert(known.size(), (known, bytes));
            }
        }
        let mut place = pending.held_size() / PACKAGE;
        loop {
            let path = format!("{folder}/entries/{place}");
            let Some(bytes) = self.folder().get(&path, BUNDLE_BYTES_MAX)? else { break };
            let entries = split_bundle(&bytes).ok_or_else(|| broken(format!("{path}: cut off")))?;
            let first = place * PACKAGE;
            // Those that the copy has by now must be the same, or it was another history.
            let known = pending.leaves.get(first as usize..).unwrap_or_default().iter();
            if !known.zip(&entries).all(|(leaf, entry)| *leaf == leaf_hash(entry)) {
                break;
            }
            let skip = (pending.next().saturating_sub(first)) as usize;
            for entry in entries.iter().skip(skip) {
                for hash in named_files(entry, origin) {
                    let index = pending.next();
                    pending.named.entry(hash).or_insert(index);
                }
                pending.leaves.push(leaf_hash(entry));
            }
            if !pending.next().is_multiple_of(PACKAGE) {
                break;
            }
            place += 1;
        }
        Ok(pending)
    }
}

/// When a tile or bundle is full, its partial ones go.
fn forget_partial(full: &Path, is_partial: bool) -> Result<(), Failure> {
    let mut partial = full.as_os_str().to_owned();
    partial.push(".p");
    if is_partial { Ok(()) } else { remove_folder(Path::new(&partial)) }
}

fn remove_folder(folder: &Path) -> Result<(), Failure> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(broken(error)),
        _ => Ok(()),
    }
}

fn remove_file(path: &Path) -> Result<(), Failure> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(broken(error)),
        _ => Ok(()),
    }
}
