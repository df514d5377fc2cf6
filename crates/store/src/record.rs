use std::borrow::Cow;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use servanda_entry::limits::ENTRY_BYTES_MAX;
use servanda_entry::{Entry, Kind};
use servanda_tlog::{
    BundleId, CHECKPOINT_BYTES_MAX, Hash, KeyId, LogKeys, Note, TILE_WIDTH, TileId, TileWriter,
    VerifierKey, bundles_between, empty_root, leaf_hash, prove_inclusion, root_at, tile_hashes,
};

use crate::bundle::Bundle;
use crate::bundles::Bundles;
use crate::constitution::{Founding, claimed};
use crate::error::StoreError;
use crate::key_acts;
use crate::layout::{BLOB_BYTES_MAX, CHECKPOINT, TILE_BYTES_MAX, blob_path};
use crate::register::Register;
use crate::storage::{Local, Storage};

/// How often reading begins again when a writer commits meanwhile.
pub(crate) const READ_AGAIN_MAX: usize = 8;

/// A record that was read whole: its root is that of its signed checkpoint.
///
/// The hash of each entry is held in memory. Its bytes are read again where that costs little, and
/// are hashed again then: every later answer comes from what was checked when the record was
/// opened. Signatures of entries, their chains and the stored tiles are not checked
/// here; that is [`verify`](crate::verify())'s part.
#[derive(Debug)]
pub struct Record {
    pub(crate) storage: Arc<dyn Storage>,
    pub(crate) founding: Founding,
    /// Which keys hold, after all entries.
    pub(crate) register: Register,
    /// The bytes of the checkpoint file; empty before the first commit.
    pub(crate) checkpoint: Vec<u8>,
    pub(crate) bundles: Bundles,
    pub(crate) leaves: Vec<Hash>,
    pub(crate) tree: TileWriter,
    pub(crate) root: Hash,
    /// A write failed, so the files may be ahead of what is held here.
    pub(crate) poisoned: bool,
}

impl Record {
    /// Opens a record: reads its entries once, hashes them once and compares the root with the
    /// checkpoint, which the log's key named in entry 0 must have signed.
    ///
    /// That key is only as good as the directory it comes from: see [`Record::log_key`].
    ///
    /// What an interrupted writer left in the journal is not there before somebody writes again;
    /// [`Record::recover`] puts it in its place.
    ///
    /// # Errors
    /// [`StoreError::NoRecord`], [`StoreError::Damaged`] naming the file and the entry, or
    /// [`StoreError::Io`].
    pub fn open(dir: impl AsRef<Path>) -> Result<Record, StoreError> {
        Record::open_in(Arc::new(Local::new(dir.as_ref())))
    }

    /// Opens a record without reading all of its entries: their hashes come from its tiles, whose
    /// root must be that of the checkpoint. Each entry is compared with its hash when it is read.
    ///
    /// Keys may have changed in the entries, and then other keys sign: `acts` are those before
    /// `then` that can say so, by whoever has read them all; from `then` on, all are read. Where
    /// reading again costs much, it is opened as by [`Record::open_in`].
    ///
    /// # Errors
    /// As [`Record::open`].
    pub fn open_by_tiles(
        storage: Arc<dyn Storage>,
        acts: &[u64],
        then: u64,
    ) -> Result<Record, StoreError> {
        let by_tiles = || Record::of_tiles(storage.clone(), acts, then);
        match storage.is_near().then(by_tiles).flatten() {
            Some(record) => Ok(record),
            // What is at fault is said by who reads it all.
            None => Record::open_in(storage),
        }
    }

    /// As [`Record::load`], by the tiles; none where anything is not as it must be.
    fn of_tiles(storage: Arc<dyn Storage>, acts: &[u64], then: u64) -> Option<Record> {
        let checkpoint = read_head(storage.as_ref()).ok()?;
        let claimed = claimed(&checkpoint).ok()?;
        let mut leaves = Vec::new();
        for id in bundles_between(0, claimed.size()) {
            leaves.extend(stored_leaves(storage.as_ref(), id)?);
        }
        let bundles = Bundles::lying(storage.as_ref(), &leaves)?;
        let first = bundles.get(storage.as_ref(), 0).ok()??.into_owned();
        if leaf_hash(&first) != *leaves.first()? {
            return None;
        }
        let mut record = Record::unwritten(storage, Founding::read(&first).ok()?);
        (record.leaves, record.bundles) = (leaves, bundles);
        record.tree.append(&record.leaves);
        record.root = record.tree.root();
        if record.root != claimed.root() {
            return None;
        }
        let (mut register, size) = (Register::of(&record.founding), record.size());
        for index in acts.iter().copied().filter(|act| *act < then).chain(then..size) {
            key_acts::take_act(&mut register, index, &record.note_bytes(index).ok()?).ok()?;
        }
        let log = register.log_at(size).unwrap_or(&record.founding.log);
        log.open(&checkpoint, &record.founding.origin).ok()?;
        (record.register, record.checkpoint) = (register, checkpoint);
        Some(record)
    }

    /// Opens a record wherever it lies; otherwise as [`Record::open`].
    ///
    /// # Errors
    /// As [`Record::open`].
    pub fn open_in(storage: Arc<dyn Storage>) -> Result<Record, StoreError> {
        let mut tries = 0;
        loop {
            let head = read_head(storage.as_ref())?;
            let opened = Record::load(storage.clone(), head.clone());
            tries += 1;
            // A writer that fills a tile while we read removes the partial ones we look for.
            let moved = || read_head(storage.as_ref()).is_ok_and(|now| now != head);
            if opened.is_ok() || tries > READ_AGAIN_MAX || !moved() {
                return opened;
            }
        }
    }

    /// A record that has nothing on the disk yet.
    pub(crate) fn unwritten(storage: Arc<dyn Storage>, founding: Founding) -> Record {
        Record {
            storage,
            register: Register::of(&founding),
            founding,
            checkpoint: Vec::new(),
            bundles: Bundles::default(),
            leaves: Vec::new(),
            tree: TileWriter::new(),
            root: empty_root(),
            poisoned: false,
        }
    }

    /// What stands in the journal is not published, and may not be on the disk: it is passed over.
    fn load(storage: Arc<dyn Storage>, checkpoint: Vec<u8>) -> Result<Record, StoreError> {
        let founding = Founding::published(storage.as_ref(), &checkpoint)?;
        let mut record = Record::unwritten(storage, founding);
        record.load_published(checkpoint)?;
        Ok(record)
    }

    fn load_published(&mut self, checkpoint: Vec<u8>) -> Result<(), StoreError> {
        let dir = self.storage.place();
        let bad_head = |what: String| StoreError::damaged(dir.join(CHECKPOINT), None, what);
        let claimed = claimed(&checkpoint).map_err(bad_head)?;
        // The log's keys may have changed: the entries tell.
        let mut register = Ok(Register::of(&self.founding));
        for id in bundles_between(0, claimed.size()) {
            let bundle = Bundle::read(self.storage.as_ref(), id)?;
            let first = self.leaves.len() as u64;
            register = register.and_then(|register| key_acts::read(register, first, &bundle));
            self.leaves.extend(bundle.entries().map(leaf_hash));
            self.bundles.add(self.storage.as_ref(), bundle);
        }
        self.tree.append(&self.leaves);
        self.root = self.tree.root();
        let log = register.as_ref().ok().and_then(|register| register.log_at(claimed.size()));
        log.unwrap_or(&self.founding.log)
            .open(&checkpoint, &self.founding.origin)
            .map_err(|error| bad_head(error.to_string()))?;
        if self.root != claimed.root() {
            let storage = self.storage.as_ref();
            return Err(where_it_differs(storage, &self.leaves, self.root, claimed.root()));
        }
        self.register =
            register.map_err(|(index, what)| StoreError::damaged(dir, Some(index), what))?;
        self.checkpoint = checkpoint;
        Ok(())
    }

    /// Takes up entries that are in the record now.
    pub(crate) fn take_over(&mut self, notes: &[Vec<u8>]) -> Result<(), StoreError> {
        let first = self.leaves.len();
        for note in notes {
            if !self.bundles.push(note) {
                let what = "an entry is too long";
                return Err(StoreError::damaged(self.dir(), Some(self.size()), what));
            }
            self.leaves.push(leaf_hash(note));
        }
        self.bundles.let_go(self.storage.as_ref());
        self.tree.append(self.leaves.get(first..).unwrap_or_default());
        self.root = self.tree.root();
        Ok(())
    }

    /// Whether the place still holds what was opened, and nothing more.
    #[must_use]
    pub fn is_current(&self) -> bool {
        read_head(self.storage.as_ref()).is_ok_and(|head| head == self.checkpoint)
    }

    /// The directory.
    #[must_use]
    pub fn dir(&self) -> &Path {
        self.storage.place()
    }

    /// Name of the record, unique for ever.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.founding.origin
    }

    /// Identifier of the agreement.
    #[must_use]
    pub fn agreement(&self) -> &str {
        &self.founding.agreement
    }

    /// Number of entries.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.leaves.len() as u64
    }

    /// Root of the tree of all entries.
    #[must_use]
    pub fn root(&self) -> Hash {
        self.root
    }

    /// Root of the tree that the first `size` entries form: that of the record as of then.
    ///
    /// # Errors
    /// [`StoreError::OutOfRange`].
    pub fn root_at(&self, size: u64) -> Result<Hash, StoreError> {
        root_at(self.leaves.as_slice(), size).map_err(|_| self.out_of_range("size", size))
    }

    /// The bytes of the signed checkpoint.
    #[must_use]
    pub fn checkpoint(&self) -> &[u8] {
        &self.checkpoint
    }

    /// The log's key, as entry 0 or the last change of it names it. Compare it with the one that
    /// its operator gave you.
    #[must_use]
    pub fn log_key(&self) -> &VerifierKey {
        self.log_keys().ed25519()
    }

    /// All keys of the log, as they hold now: each must sign a checkpoint.
    #[must_use]
    pub fn log_keys(&self) -> &LogKeys {
        self.register.log_at(self.size()).unwrap_or(&self.founding.log)
    }

    /// The short identifier of the log's key.
    #[must_use]
    pub fn log_key_id(&self) -> KeyId {
        self.log_key().id()
    }

    /// Which keys hold, and since when.
    #[must_use]
    pub fn register(&self) -> &Register {
        &self.register
    }

    /// The entries of the range, as far as there are any, with their indexes.
    ///
    /// The form of an entry is not checked again; an item is an error when it is none at all.
    pub fn entries(
        &self,
        range: Range<u64>,
    ) -> impl DoubleEndedIterator<Item = Result<(u64, Entry), StoreError>> {
        let end = range.end.min(self.size());
        (range.start.min(end)..end).map(|index| Ok((index, self.entry(index)?)))
    }

    /// One entry.
    ///
    /// # Errors
    /// [`StoreError::OutOfRange`], or [`StoreError::Damaged`] when it is no entry.
    pub fn entry(&self, index: u64) -> Result<Entry, StoreError> {
        let bytes = self.note_bytes(index)?;
        let damaged = |what: String| {
            let per_bundle = u64::from(TILE_WIDTH);
            let id = bundles_between(0, self.size()).find(|id| id.index() == index / per_bundle);
            let path = id.map_or(String::new(), |id| id.to_string());
            StoreError::damaged(self.dir().join(path), Some(index), what)
        };
        let note =
            Note::parse(&bytes, ENTRY_BYTES_MAX).map_err(|error| damaged(error.to_string()))?;
        Entry::from_admitted_text(note.text(), &self.founding.origin)
            .map_err(|error| damaged(error.to_string()))
    }

    /// The stored bytes of an entry: the note with its signatures.
    ///
    /// # Errors
    /// [`StoreError::OutOfRange`]; [`StoreError::Damaged`] when it is not what it was when the
    /// record was opened; [`StoreError::Io`].
    pub fn note_bytes(&self, index: u64) -> Result<Cow<'_, [u8]>, StoreError> {
        let bytes = self.bundles.get(self.storage.as_ref(), index)?;
        let bytes = bytes.ok_or_else(|| self.out_of_range("entry", index))?;
        if let Cow::Owned(read) = &bytes
            && leaf_hash(read) != self.leaf(index)?
        {
            let what = "the entry is not the one that was read when the record was opened";
            return Err(StoreError::damaged(self.dir(), Some(index), what));
        }
        Ok(bytes)
    }

    /// The leaf hash of an entry.
    ///
    /// # Errors
    /// [`StoreError::OutOfRange`].
    pub fn leaf(&self, index: u64) -> Result<Hash, StoreError> {
        let place = usize::try_from(index).ok();
        let leaf = place.and_then(|place| self.leaves.get(place));
        leaf.copied().ok_or_else(|| self.out_of_range("entry", index))
    }

    /// The bytes of a file that an entry names. They are those of this hash, or it is an error.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when the file is missing or other than its hash says;
    /// [`StoreError::Io`].
    pub fn blob(&self, hash: &Hash) -> Result<Vec<u8>, StoreError> {
        let path = blob_path(*hash);
        let bytes = self.storage.read(&path, BLOB_BYTES_MAX)?;
        if servanda_tlog::sha256(&bytes) != *hash {
            let what = "its bytes are not those of the hash that it is named by";
            return Err(StoreError::damaged(self.dir().join(path), None, what));
        }
        Ok(bytes)
    }

    /// Proves that an entry is in the record as of `size` entries (RFC 6962, section 2.1.1).
    ///
    /// # Errors
    /// [`StoreError::OutOfRange`].
    pub fn inclusion_proof(&self, index: u64, size: u64) -> Result<Vec<Hash>, StoreError> {
        let (what, asked) = if index < size { ("size", size) } else { ("entry", index) };
        prove_inclusion(self.leaves.as_slice(), index, size)
            .map_err(|_| self.out_of_range(what, asked))
    }

    /// The hashes of its entries.
    pub(crate) fn leaves(&self) -> &[Hash] {
        &self.leaves
    }

    /// The same checkpoint with other signatures, as it is on the disk now.
    pub(crate) fn set_checkpoint(&mut self, bytes: Vec<u8>) {
        self.checkpoint = bytes;
    }

    fn out_of_range(&self, what: &'static str, asked: u64) -> StoreError {
        let size = self.size();
        StoreError::OutOfRange { what, asked, size }
    }
}

/// The bytes of the checkpoint file, unchecked.
pub(crate) fn read_head(storage: &dyn Storage) -> Result<Vec<u8>, StoreError> {
    match storage.has(CHECKPOINT) {
        true => storage.read(CHECKPOINT, CHECKPOINT_BYTES_MAX as u64),
        false => Err(StoreError::NoRecord { path: storage.place().to_owned() }),
    }
}

/// The hashes that are stored with the entries of a bundle.
fn stored_leaves(storage: &dyn Storage, bundle: BundleId) -> Option<Vec<Hash>> {
    let id = TileId::new(0, bundle.index(), bundle.width()).ok()?;
    let bytes = storage.read(&id.to_string(), TILE_BYTES_MAX).ok()?;
    tile_hashes(id, &bytes).ok()
}

/// Names the first entry that is not the one whose hash was stored with it.
fn where_it_differs(
    storage: &dyn Storage,
    leaves: &[Hash],
    computed: Hash,
    claimed: Hash,
) -> StoreError {
    let dir = storage.place();
    let width = usize::from(TILE_WIDTH);
    for (bundle, chunk) in bundles_between(0, leaves.len() as u64).zip(leaves.chunks(width)) {
        let Some(stored) = stored_leaves(storage, bundle) else { continue };
        if let Some(place) = stored.iter().zip(chunk).position(|(a, b)| a != b) {
            let index = bundle.index() * u64::from(TILE_WIDTH) + place as u64;
            let what = "the entry is not the one whose hash is stored with it";
            return StoreError::damaged(dir.join(bundle.to_string()), Some(index), what);
        }
    }
    let what = format!("the entries give the root {computed}, but it states {claimed}");
    StoreError::damaged(dir.join(CHECKPOINT), None, what)
}

/// The kind that only entry 0 has.
pub(crate) const FOUNDING_KIND: Kind = Kind::Constitution;
