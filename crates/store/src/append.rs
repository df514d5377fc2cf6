//! Writing: a batch of entries and their files, committed together or not at all.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::ops::Range;
use std::path::Path;

use servanda_entry::limits::ENTRY_BYTES_MAX;
use servanda_entry::{Body, Cite, Constitution, Entry, Erasers, Writing};
use servanda_seal::Slots;
use servanda_time::Instant;
use servanda_tlog::{
    Checkpoint, Hash, Note, TILE_WIDTH, TREE_SIZE_MAX, TileFile, TileWriter, bundles_between,
    leaf_hash, sha256, sign,
};

use crate::blob::{blobs_of, measure};
use crate::bundle::Bundle;
use crate::constitution::{Founding, constitution_of};
use crate::disk::{self, Disk, Watch};
use crate::erased::remove_erased;
use crate::error::StoreError;
use crate::keys::Keys;
use crate::layout::{
    BLOB_BYTES_MAX, BUNDLE_BYTES_MAX, CHECKPOINT, Listing, Place, Standing, TILES, blob_path,
    full_path,
};
use crate::record::{FOUNDING_KIND, Record, read_checkpoint};

/// All that one append is going to write, made before anything is written.
struct Batch {
    /// The bundles from the last one of the record on, whole.
    bundles: Vec<Bundle>,
    leaves: Vec<Hash>,
    tree: TileWriter,
    tiles: Vec<TileFile>,
    checkpoint: Vec<u8>,
}

impl Record {
    /// Makes a record in a directory that does not exist or is empty: entry 0 is the
    /// constitution, which names the log's key and the office's; the bodies follow. `blobs` are
    /// the files that the bodies name.
    ///
    /// # Errors
    /// [`StoreError::NotEmpty`], [`StoreError::Keys`] when the keys are not those of `origin`, and
    /// those of [`Record::append`].
    pub fn init(
        dir: impl AsRef<Path>,
        origin: &str,
        keys: &Keys,
        at: Instant,
        agreement: &str,
        first: Vec<Body>,
        blobs: Vec<Vec<u8>>,
    ) -> Result<Record, StoreError> {
        Record::init_with(dir, origin, keys, at, agreement, None, first, blobs)
    }

    /// [`Record::init`], naming those who may order that sealed parts be erased.
    ///
    /// # Errors
    /// As [`Record::init`]; [`StoreError::Keys`] too when their keys or number can't be used.
    #[expect(clippy::too_many_arguments, reason = "init's own, and who may order an erasure")]
    pub fn init_with(
        dir: impl AsRef<Path>,
        origin: &str,
        keys: &Keys,
        at: Instant,
        agreement: &str,
        erasers: Option<Erasers>,
        first: Vec<Body>,
        blobs: Vec<Vec<u8>>,
    ) -> Result<Record, StoreError> {
        let mut watch = |_, _: &Path| Ok(());
        let constitution = Constitution { erasers, ..constitution_of(keys) };
        let dir = dir.as_ref();
        Record::init_of(dir, origin, keys, at, agreement, constitution, first, blobs, &mut watch)
    }

    #[cfg(test)]
    #[expect(clippy::too_many_arguments, reason = "init's own, and the watch of tests")]
    pub(crate) fn init_watched(
        dir: &Path,
        origin: &str,
        keys: &Keys,
        at: Instant,
        agreement: &str,
        first: Vec<Body>,
        blobs: Vec<Vec<u8>>,
        watch: &mut Watch<'_>,
    ) -> Result<Record, StoreError> {
        let constitution = constitution_of(keys);
        Record::init_of(dir, origin, keys, at, agreement, constitution, first, blobs, watch)
    }

    #[expect(clippy::too_many_arguments, reason = "init's own, the constitution and the watch")]
    fn init_of(
        dir: &Path,
        origin: &str,
        keys: &Keys,
        at: Instant,
        agreement: &str,
        constitution: Constitution,
        first: Vec<Body>,
        blobs: Vec<Vec<u8>>,
        watch: &mut Watch<'_>,
    ) -> Result<Record, StoreError> {
        let error = |what| {
            StoreError::io(what, dir, "check that there is room and that you may write there")
        };
        let founding =
            Founding::of(agreement, &constitution, origin).map_err(|what| StoreError::Keys {
                path: dir.into(),
                what: format!("{what}; give the keys of this record"),
            })?;
        fs::create_dir_all(dir).map_err(error("make"))?;
        let _lock = disk::lock(dir)?;
        let mut inside = fs::read_dir(dir).map_err(error("list"))?;
        if inside.next().is_some() {
            return Err(StoreError::NotEmpty { path: dir.into() });
        }
        disk::sync_directory(&dir.join("..")).map_err(error("write to the disk"))?;
        let mut record = Record::unwritten(dir, founding);
        let mut bodies = vec![Body::Constitution(constitution)];
        bodies.extend(first);
        let writings = bodies.into_iter().map(Writing::from).collect();
        record.write(keys, at, writings, &by_hash(blobs)?, watch)?;
        Ok(record)
    }

    /// Appends entries with these bodies, in this order, and the files that they name; gives the
    /// entries' indexes. All of it is committed together or not at all. With no bodies nothing is
    /// written.
    ///
    /// `at` is the time of receipt. Each entry cites the checkpoint before this append. A file
    /// that a body names must be among `blobs` or in the record already.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when a body or file can't be written, [`StoreError::TimeGoesBack`],
    /// [`StoreError::Keys`], [`StoreError::Busy`] and [`StoreError::Stale`]: nothing was written.
    /// [`StoreError::Io`]: a write failed; the record on the disk is whole, with its old size or
    /// its new one, and must be opened again ([`StoreError::Poisoned`] until then).
    pub fn append(
        &mut self,
        keys: &Keys,
        at: Instant,
        bodies: Vec<Body>,
        blobs: Vec<Vec<u8>>,
    ) -> Result<Range<u64>, StoreError> {
        self.append_watched(keys, at, bodies, blobs, &mut |_, _| Ok(()))
    }

    /// Appends entries of any class: [`Record::append`] with what each withholds.
    ///
    /// # Errors
    /// As [`Record::append`].
    pub fn append_writings(
        &mut self,
        keys: &Keys,
        at: Instant,
        writings: Vec<Writing>,
        blobs: Vec<Vec<u8>>,
    ) -> Result<Range<u64>, StoreError> {
        self.append_watched(keys, at, writings, blobs, &mut |_, _| Ok(()))
    }

    pub(crate) fn append_watched(
        &mut self,
        keys: &Keys,
        at: Instant,
        writings: Vec<impl Into<Writing>>,
        blobs: Vec<Vec<u8>>,
        watch: &mut Watch<'_>,
    ) -> Result<Range<u64>, StoreError> {
        let writings: Vec<Writing> = writings.into_iter().map(Into::into).collect();
        if self.poisoned {
            let path = self.dir.clone();
            return Err(StoreError::Poisoned { path });
        }
        if let Some(place) = writings.iter().position(|w| w.body.kind() == FOUNDING_KIND) {
            let why = "only the first entry of a record is a constitution".into();
            return Err(refused(place, why));
        }
        let blobs = by_hash(blobs)?;
        let _lock = disk::lock(&self.dir)?;
        if read_checkpoint(&self.dir)? != self.checkpoint {
            let path = self.dir.clone();
            return Err(StoreError::Stale { path });
        }
        self.write(keys, at, writings, &blobs, watch)
    }

    /// The lock is held and the record in memory is the one on the disk.
    fn write(
        &mut self,
        keys: &Keys,
        at: Instant,
        writings: Vec<Writing>,
        blobs: &BTreeMap<Hash, Vec<u8>>,
        watch: &mut Watch<'_>,
    ) -> Result<Range<u64>, StoreError> {
        let old = self.size();
        self.check_keys(keys)?;
        self.check_time(at)?;
        let dir = self.dir.clone();
        let mut disk = Disk::new(&dir, watch);
        // From here on an error of the system means that nobody knows what the disk holds.
        self.poisoned = true;
        self.remove_leftovers(&mut disk)?;
        self.poisoned = false;
        let new_blobs = self.check_blobs(&writings, blobs)?;
        if writings.is_empty() {
            return Ok(old..old);
        }
        let mut slots = self.slots_for(&writings)?;
        let batch = self.prepare(keys, at, writings, slots.as_mut())?;
        self.poisoned = true;
        commit(&mut disk, old, &batch, &new_blobs)?;
        self.poisoned = false;
        self.take_over(batch);
        if let Some(slots) = &slots {
            // What can't be removed here, `carry_out_erasures` removes, and tells of.
            let _ = remove_erased(&mut disk, &dir, slots);
        }
        // The entries are in the record now. What can't be removed here, the next append removes.
        let _ = self.remove_leftovers(&mut disk);
        Ok(old..self.size())
    }

    fn check_keys(&self, keys: &Keys) -> Result<(), StoreError> {
        let (log, office) = (keys.log.verifier_key(), keys.office.verifier_key());
        let refused = |what: String| {
            let path = self.dir.clone();
            Err(StoreError::Keys { path, what })
        };
        let named = &self.founding.log;
        if log != named.ed25519() {
            return refused(format!(
                "the log's key given is {} ({}), but this record is signed with {} ({}); give the \
                 keys of this record",
                log.name(),
                log.id(),
                named.ed25519().name(),
                named.ed25519().id()
            ));
        }
        if keys.log_mldsa44.as_ref().map(|given| given.key()) != named.mldsa44() {
            return refused(match named.mldsa44() {
                Some(key) => format!(
                    "the log's ML-DSA-44 key ({}) is missing or another; give the keys of this \
                     record",
                    key.id()
                ),
                None => "this record has no ML-DSA-44 key; give the keys of this record".into(),
            });
        }
        if !self.founding.offices.contains(office) {
            return refused(format!(
                "the office's key given, {} ({}), is not in the record's constitution; give the \
                 keys of this record",
                office.name(),
                office.id()
            ));
        }
        Ok(())
    }

    fn check_time(&self, at: Instant) -> Result<(), StoreError> {
        let last = match self.size().checked_sub(1) {
            Some(index) => self.entry(index)?.at,
            None => return Ok(()),
        };
        if at < last {
            return Err(StoreError::TimeGoesBack { at, last });
        }
        Ok(())
    }

    /// Every file given is named, every file named is given or stored; gives those to be written.
    fn check_blobs<'b>(
        &self,
        writings: &[Writing],
        blobs: &'b BTreeMap<Hash, Vec<u8>>,
    ) -> Result<BTreeMap<Hash, &'b [u8]>, StoreError> {
        let mut named = BTreeSet::new();
        let mut new = BTreeMap::new();
        for (place, writing) in writings.iter().enumerate() {
            for blob in blobs_of(&writing.class, &writing.body) {
                let hash = blob.sha256;
                named.insert(hash);
                let stored = measure(&self.dir, hash).ok().filter(|(is, _)| *is == hash);
                let bytes = match (stored, blobs.get(&hash)) {
                    (Some((_, bytes)), _) => bytes,
                    (None, Some(given)) => {
                        new.insert(hash, given.as_slice());
                        given.len() as u64
                    }
                    (None, None) => {
                        let why = format!(
                            "the file {:?} that it names is neither given nor in the record",
                            blob.name
                        );
                        return Err(refused(place, why));
                    }
                };
                if bytes != blob.bytes {
                    let why = format!(
                        "the file {:?} has {bytes} bytes, not {} as the entry says",
                        blob.name, blob.bytes
                    );
                    return Err(refused(place, why));
                }
            }
        }
        match blobs.keys().find(|hash| !named.contains(*hash)) {
            None => Ok(new),
            Some(hash) => Err(StoreError::Refused {
                what: format!("the file with SHA-256 {}", hash.to_hex()),
                why: "no entry names it; name it in a body of this append, or leave it out".into(),
            }),
        }
    }

    fn prepare(
        &self,
        keys: &Keys,
        at: Instant,
        writings: Vec<Writing>,
        mut slots: Option<&mut Slots>,
    ) -> Result<Batch, StoreError> {
        let old = self.size();
        if old + writings.len() as u64 > TREE_SIZE_MAX {
            let why = format!("a record has at most {TREE_SIZE_MAX} entries");
            return Err(refused(0, why));
        }
        let by = keys.office.name();
        let (mut seq, mut prev) = self.chain_of(by)?;
        let cite = Cite { size: old, root: self.root };
        let mut bundles: Vec<Bundle> = Vec::new();
        if !old.is_multiple_of(u64::from(TILE_WIDTH)) {
            bundles.extend(self.bundles.last().cloned());
        }
        let mut leaves = Vec::with_capacity(writings.len());
        for (place, Writing { class, body }) in writings.into_iter().enumerate() {
            let entry = Entry {
                agreement: self.founding.agreement.clone(),
                by: by.to_owned(),
                seq,
                prev,
                cite,
                at,
                class,
                body,
            };
            let note = signed(&entry, self.origin(), keys).map_err(|why| refused(place, why))?;
            let leaf = leaf_hash(&note);
            if let Some(slots) = &mut slots {
                (slots.take(old + place as u64, leaf, &entry, self.origin()))
                    .map_err(|fault| StoreError::Sealed { place, fault })?;
            }
            (seq, prev) = (seq + 1, Some(leaf));
            leaves.push(leaf);
            if bundles.last().is_none_or(|last| last.len() == usize::from(TILE_WIDTH)) {
                bundles.push(Bundle::default());
            }
            if !bundles.last_mut().is_some_and(|last| last.push(&note)) {
                return Err(refused(place, "it is too long for a bundle".into()));
            }
        }
        let mut tree = self.tree.clone();
        let tiles = tree.append(&leaves);
        let checkpoint = Checkpoint::new(self.origin(), tree.size(), tree.root())
            .and_then(|checkpoint| match &keys.log_mldsa44 {
                Some(mldsa44) => checkpoint.sign_twice(&keys.log, mldsa44),
                None => checkpoint.sign(&keys.log),
            })
            .map_err(|error| StoreError::Refused {
                what: "the checkpoint".into(),
                why: error.to_string(),
            })?;
        Ok(Batch { bundles, leaves, tree, tiles, checkpoint })
    }

    fn take_over(&mut self, batch: Batch) {
        let full = (self.size() / u64::from(TILE_WIDTH)) as usize;
        self.bundles.truncate(full);
        self.bundles.extend(batch.bundles);
        self.leaves.extend(batch.leaves);
        self.tree = batch.tree;
        self.root = self.tree.root();
        self.checkpoint = batch.checkpoint;
    }

    /// Removes what an interrupted append left, and partial tiles whose full tile is there: until
    /// then a log keeps them for who holds an earlier checkpoint (C2SP tlog-tiles, "Partial
    /// Tiles"). Files that only entries beyond the checkpoint name go first: those entries are
    /// what tells them from foreign files.
    fn remove_leftovers(&self, disk: &mut Disk<'_>) -> Result<(), StoreError> {
        disk.remove_unfinished()?;
        if !self.dir.join(TILES).is_dir() {
            return Ok(());
        }
        let size = self.size();
        let listing = Listing::read(&self.dir, TILES);
        let mut surplus = Vec::new();
        let mut orphans = BTreeSet::new();
        for (path, (place, _)) in &listing.files {
            let standing = match place {
                Place::Tile(tile) => Standing::of_tile(*tile, size),
                Place::Bundle(bundle) => Standing::of_bundle(*bundle, size),
                _ => Standing::Current,
            };
            if let (Place::Bundle(bundle), Standing::Beyond) = (place, standing) {
                let width = usize::from(bundle.width());
                orphans.extend(blobs_of_leftover(&self.dir, path, width, self.origin()));
            }
            let goes = match standing {
                Standing::Current | Standing::Earlier => false,
                // Where the full one was lost, this may be the last that holds its hashes.
                Standing::Replaced => {
                    full_path(path).is_some_and(|full| listing.files.contains_key(full))
                }
                Standing::Beyond => true,
            };
            if goes {
                surplus.push(path);
            }
        }
        if !orphans.is_empty() {
            let named = self.named_blobs()?;
            for path in orphans.difference(&named).map(|hash| blob_path(*hash)) {
                if self.dir.join(&path).symlink_metadata().is_ok() {
                    disk.remove(&path)?;
                }
            }
            disk.settle()?;
        }
        for path in surplus {
            disk.remove(path)?;
        }
        disk.settle()
    }
}

/// Entries, files, hashes, and at last the checkpoint: each is on the disk before the next.
fn commit(
    disk: &mut Disk<'_>,
    old: u64,
    batch: &Batch,
    blobs: &BTreeMap<Hash, &[u8]>,
) -> Result<(), StoreError> {
    for (id, bundle) in bundles_between(old, batch.tree.size()).zip(&batch.bundles) {
        disk.put(&id.to_string(), bundle.bytes())?;
    }
    disk.settle()?;
    for (hash, bytes) in blobs {
        disk.put(&blob_path(*hash), bytes)?;
    }
    disk.settle()?;
    for tile in &batch.tiles {
        disk.put(&tile.id.to_string(), &tile.bytes)?;
    }
    disk.settle()?;
    disk.put(CHECKPOINT, &batch.checkpoint)?;
    disk.settle()
}

/// The signed bytes of an entry that every reader will accept.
fn signed(entry: &Entry, origin: &str, keys: &Keys) -> Result<Vec<u8>, String> {
    let text = entry.text(origin).map_err(|error| error.to_string())?;
    // The text is canonical as it was written just now; that it says the same is what can fail.
    let again = Entry::from_admitted_text(&text, origin).map_err(|error| error.to_string())?;
    if again != *entry {
        return Err("it does not read back as it was given".into());
    }
    let note = sign(&text, &[&keys.office]).map_err(|error| error.to_string())?;
    Note::parse(&note, ENTRY_BYTES_MAX).map_err(|error| error.to_string())?;
    Ok(note)
}

/// The files that the entries of a bundle beyond the checkpoint name, as far as it can be read.
pub(crate) fn blobs_of_leftover(
    dir: &Path,
    path: &str,
    width: usize,
    origin: &str,
) -> BTreeSet<Hash> {
    let mut blobs = BTreeSet::new();
    let bundle = disk::read(dir, path, BUNDLE_BYTES_MAX)
        .ok()
        .and_then(|bytes| Bundle::from_bytes(bytes, width).ok())
        .unwrap_or_default();
    for bytes in bundle.entries() {
        let Ok(note) = Note::parse(bytes, ENTRY_BYTES_MAX) else {
            continue;
        };
        if let Ok(entry) = Entry::from_admitted_text(note.text(), origin) {
            let named = blobs_of(&entry.class, &entry.body);
            blobs.extend(named.iter().map(|blob| blob.sha256));
        }
    }
    blobs
}

fn by_hash(blobs: Vec<Vec<u8>>) -> Result<BTreeMap<Hash, Vec<u8>>, StoreError> {
    let mut by_hash = BTreeMap::new();
    for bytes in blobs {
        if bytes.len() as u64 > BLOB_BYTES_MAX {
            return Err(StoreError::Refused {
                what: format!("a file of {} bytes", bytes.len()),
                why: format!("at most {BLOB_BYTES_MAX} are allowed; split it"),
            });
        }
        by_hash.insert(sha256(&bytes), bytes);
    }
    Ok(by_hash)
}

fn refused(place: usize, why: String) -> StoreError {
    StoreError::Refused { what: format!("body {} of those given", place + 1), why }
}
