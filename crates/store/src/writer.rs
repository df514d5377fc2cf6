//! The one who writes: what is appended is in the journal before anybody is told, and in its place
//! a little later.

mod admitted;
mod edge;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use servanda_entry::Body;
use servanda_seal::Slots;
use servanda_time::Instant;
use servanda_tlog::{
    BundleId, Checkpoint, CheckpointError, HASH_BYTES, Hash, TileId, bundles_between, tiles_between,
};

use crate::constitution::Founding;
use crate::erased::remove_erased;
use crate::error::StoreError;
use crate::keys::Keys;
use crate::layout::{CHECKPOINT, Place, Standing, TILES, blob_path, full_path};
use crate::pending::Pending;
use crate::record::read_head;
use crate::register::Register;
use crate::signed::State;
use crate::storage::journal::{Frame, FrameBody};
use crate::storage::{JOURNAL_BYTES_MAX, Pen, Storage};
pub use admitted::Admitted;
use edge::Edge;
pub(crate) use edge::open_state;

/// Most bytes of entries in one append.
const APPEND_BYTES_MAX: u64 = JOURNAL_BYTES_MAX / 2;
/// What the journal may hold before all of it is put in its place, in bytes.
const SETTLE_BYTES: u64 = 64 << 20;

/// Writes to a record, alone, as long as the value lives. It holds a few kilobytes, however long
/// the record is.
///
/// [`Writer::commit`] returns when the entries are in the journal and outlast a crash: one write,
/// one wait for the disk. [`Writer::settle`] puts them in their places and publishes the
/// checkpoint; so does whoever next opens the record to write. After an error of the system
/// ([`StoreError::Io`]) the value can do nothing more, and a program that keeps one must end: the
/// system may have forgotten what it could not write.
#[derive(Debug)]
pub struct Writer<'k> {
    storage: Arc<dyn Storage>,
    pen: Box<dyn Pen>,
    keys: &'k Keys,
    founding: Founding,
    /// Which keys hold, after all entries.
    register: Register,
    /// What is sealed, held and erased, as far as it was asked for.
    slots: Option<Slots>,
    edge: Edge,
    /// The published checkpoint.
    checkpoint: Vec<u8>,
    /// Entries that the published checkpoint holds.
    published: u64,
    /// What the keys had signed before this, or this writer since.
    signed: Option<State>,
    /// Bytes in the journal, and the hash of its last frame.
    journal: (u64, Hash),
    /// Whoever wrote last did not come to an end. What programs see in the record need not be on
    /// the disk then, the checkpoint's name for one.
    interrupted: bool,
    recovered: u64,
    /// An error of the system: nobody knows what is on the disk.
    poisoned: bool,
}

impl<'k> Writer<'k> {
    /// Takes up a record where it stands. What an interrupted writer left in the journal is put in
    /// its place first.
    ///
    /// # Errors
    /// [`StoreError::Busy`] while another program writes, [`StoreError::NoRecord`],
    /// [`StoreError::Damaged`], [`StoreError::Keys`] when the keys are not those of the record,
    /// [`StoreError::RolledBack`] when they have signed more than is here, [`StoreError::Io`].
    pub fn open(storage: Arc<dyn Storage>, keys: &'k Keys) -> Result<Writer<'k>, StoreError> {
        Writer::take_up(storage, keys, None)
    }

    /// As [`Writer::open`]; `known`: the register of keys after so many entries, which is found in
    /// them otherwise.
    pub(crate) fn take_up(
        storage: Arc<dyn Storage>,
        keys: &'k Keys,
        known: Option<(u64, Register)>,
    ) -> Result<Writer<'k>, StoreError> {
        if !storage.has(CHECKPOINT) && storage.frames()?.is_empty() {
            return Err(StoreError::NoRecord { path: storage.place().to_owned() });
        }
        let pen = storage.write()?;
        let published = match storage.has(CHECKPOINT) {
            true => Some(read_head(storage.as_ref())?),
            false => None,
        };
        let pending = Pending::read(storage.as_ref())?;
        let founding = match &published {
            Some(checkpoint) => Founding::published(storage.as_ref(), checkpoint)?,
            None => Founding::pending(storage.as_ref(), &pending)?,
        };
        let (edge, register) = match &published {
            None => (Edge::default(), Register::of(&founding)),
            Some(checkpoint) => Edge::read(storage.as_ref(), checkpoint, &founding, known)?,
        };
        let mut writer = Writer {
            published: edge.size(),
            checkpoint: published.unwrap_or_default(),
            interrupted: pending.any,
            register,
            edge,
            ..Writer::begin(storage, pen, keys, founding)
        };
        let before = writer.size();
        writer.recover(pending)?;
        writer.recovered = writer.size() - before;
        Ok(writer)
    }

    /// Begins a record that has nothing yet.
    pub(crate) fn begin(
        storage: Arc<dyn Storage>,
        pen: Box<dyn Pen>,
        keys: &'k Keys,
        founding: Founding,
    ) -> Writer<'k> {
        Writer {
            storage,
            pen,
            keys,
            register: Register::of(&founding),
            slots: None,
            founding,
            edge: Edge::default(),
            checkpoint: Vec::new(),
            published: 0,
            signed: None,
            interrupted: false,
            recovered: 0,
            journal: (0, Hash([0; HASH_BYTES])),
            poisoned: false,
        }
    }

    /// Entries in the log, those included that are in the journal only. After an error of the
    /// system nobody knows whether the last ones are.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.edge.size()
    }

    /// Which keys hold now.
    pub(crate) fn register(&self) -> &Register {
        &self.register
    }

    /// Tells it what is sealed, held and erased in the record as it stands.
    pub(crate) fn know_slots(&mut self, slots: Slots) {
        self.slots = Some(slots);
    }

    /// Entries that an interrupted writer had committed, and this one put in their places.
    #[must_use]
    pub fn recovered(&self) -> u64 {
        self.recovered
    }

    /// The checkpoint that is published, signed.
    #[must_use]
    pub fn checkpoint(&self) -> &[u8] {
        &self.checkpoint
    }

    /// Signs entries with these bodies, in this order, and commits them together with the files
    /// that they name: all of it or nothing. Gives the entries' indexes. `at` is the time of
    /// receipt; each entry cites the state of the record before.
    ///
    /// # Errors
    /// [`StoreError::Refused`] and [`StoreError::TimeGoesBack`]: nothing was written. Others as
    /// [`Writer::commit`].
    pub fn append(
        &mut self,
        at: Instant,
        bodies: Vec<Body>,
        blobs: Vec<Vec<u8>>,
    ) -> Result<Range<u64>, StoreError> {
        let admitted = self.sign(at, bodies, blobs)?;
        self.commit(admitted)
    }

    /// Commits entries that were checked, all or none; gives their indexes. When it has returned
    /// they outlast a crash.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when others were committed since they were checked: nothing was
    /// written. [`StoreError::Poisoned`], [`StoreError::Io`].
    pub fn commit(&mut self, admitted: Admitted) -> Result<Range<u64>, StoreError> {
        self.refuse_poisoned()?;
        if admitted.base != self.size() {
            return Err(StoreError::Stale { path: self.storage.place().to_owned() });
        }
        let bytes: usize = admitted.notes.iter().map(Vec::len).sum();
        if bytes as u64 > APPEND_BYTES_MAX {
            return Err(StoreError::Refused {
                what: format!("{} entries at once", admitted.notes.len()),
                why: format!("at most {APPEND_BYTES_MAX} bytes fit one append; split them"),
            });
        }
        let base = admitted.base;
        if admitted.notes.is_empty() {
            return Ok(base..base);
        }
        let register = admitted.register.as_ref().unwrap_or(&self.register);
        self.founding.check_keys(register, self.keys, self.storage.place())?;
        // From here on the edge is ahead of the journal: there is no way back.
        let put = self.edge.add(&admitted.notes, &admitted.leaves)?;
        self.poisoned = true;
        self.edge.take_over(admitted.last_at, admitted.chains);
        // Who takes up the journal knows by it whose it is; what is published is signed with both
        // keys, which takes longer than some disks do.
        let checkpoint = self.state()?.sign(&self.keys.log).map_err(cant_sign)?;
        let what = FrameBody::Entries { checkpoint, entries: admitted.notes };
        if !admitted.blobs.is_empty() {
            let names = admitted.blobs.keys().copied().collect();
            self.push(Frame { base, what: FrameBody::ToCome(names) })?;
            for (hash, bytes) in &admitted.blobs {
                self.pen.put(&blob_path(*hash), bytes)?;
            }
            self.pen.settle()?;
        }
        self.push(Frame { base, what })?;
        if let Some(register) = admitted.register {
            self.register = register;
        }
        self.slots = admitted.slots;
        for (path, bytes) in put {
            self.pen.put(&path, &bytes)?;
        }
        if let Some(slots) = &self.slots {
            remove_erased(self.storage.as_ref(), self.pen.as_mut(), slots)?;
        }
        self.poisoned = false;
        if self.journal.0 > SETTLE_BYTES {
            self.settle()?;
        }
        Ok(base..self.size())
    }

    /// Puts all that is committed in its place, publishes the checkpoint and empties the journal.
    ///
    /// # Errors
    /// [`StoreError::Poisoned`], [`StoreError::Io`]. What was committed stays so.
    pub fn settle(&mut self) -> Result<(), StoreError> {
        self.refuse_poisoned()?;
        self.poisoned = true;
        let (old, size) = (self.published, self.size());
        if old != size || self.interrupted {
            for (path, bytes) in self.edge.partial_files() {
                self.pen.put(&path, &bytes)?;
            }
            self.pen.settle()?;
            let now = (size, self.edge.root());
            let (origin, place) = (&self.founding.origin, self.storage.place());
            let remembered = self.keys.remember(origin, place, self.signed, now);
            remembered.map_err(|error| self.unless_overtaken(error, size))?;
            self.signed = Some(now);
            if old != size {
                self.checkpoint = self.signed_checkpoint()?;
            }
            self.pen.replace(CHECKPOINT, &self.checkpoint)?;
            (self.published, self.interrupted) = (size, false);
        }
        self.remove_replaced(old, size)?;
        self.pen.drop_frames()?;
        self.journal = (0, Hash([0; HASH_BYTES]));
        self.poisoned = false;
        Ok(())
    }

    fn push(&mut self, frame: Frame) -> Result<(), StoreError> {
        let (bytes, hash) = frame.to_bytes(self.journal.1);
        self.pen.push_frame(frame.base, &bytes)?;
        self.journal = (self.journal.0 + bytes.len() as u64, hash);
        Ok(())
    }

    /// Takes up what is in the journal, and removes files that were to come and whose entries never
    /// did.
    fn recover(&mut self, pending: Pending) -> Result<(), StoreError> {
        if pending.size(self.published) > self.published {
            self.pen.keep_frames(&pending.sound)?;
        }
        for batch in &pending.batches {
            if batch.end() <= self.size() {
                continue;
            }
            let admitted = self.edge.take_up(
                &self.founding,
                &mut self.register,
                batch.base,
                &batch.entries,
            )?;
            for (path, bytes) in self.edge.add(&batch.entries, &admitted.leaves)? {
                self.pen.put(&path, &bytes)?;
            }
            self.edge.take_over(admitted.last_at, admitted.chains);
            self.edge.confirm(&batch.checkpoint, &self.register, self.storage.place())?;
        }
        let root_at = |size| self.edge.root_at(self.storage.as_ref(), size);
        let (origin, place) = (&self.founding.origin, self.storage.place());
        let signed = self.keys.refuse_rollback(origin, place, root_at);
        let here = pending.size(self.published);
        self.signed = signed.map_err(|error| self.unless_overtaken(error, here))?;
        let orphans = pending.orphans(self.size()).iter().map(|hash| blob_path(*hash));
        self.remove_all(&orphans.collect::<Vec<_>>())?;
        if pending.any {
            self.founding.check_keys(&self.register, self.keys, self.storage.place())?;
            self.settle()?;
        }
        // Not before the new checkpoint is there: the old one needs its partial tiles.
        self.remove_all(&self.surplus_tiles())
    }

    /// That the keys have signed more than is here is no sign of an old copy where another writer
    /// has taken over meanwhile: there are more than `here` entries now, or another checkpoint.
    fn unless_overtaken(&self, error: StoreError, here: u64) -> StoreError {
        let storage = self.storage.as_ref();
        // The journal first: a writer publishes before it removes frames.
        let is_overtaken = || {
            Pending::read(storage).is_ok_and(|now| now.size(self.published) != here)
                || read_head(storage).is_ok_and(|head| head != self.checkpoint)
        };
        match error {
            StoreError::RolledBack { .. } if is_overtaken() => {
                StoreError::Stale { path: storage.place().to_owned() }
            }
            other => other,
        }
    }

    fn remove_all(&mut self, paths: &[String]) -> Result<(), StoreError> {
        for path in paths {
            self.pen.remove(path)?;
        }
        if paths.is_empty() { Ok(()) } else { self.pen.settle() }
    }

    /// Tiles and bundles that no checkpoint needs: partial ones beside their full one, and what
    /// lies beyond the last entry.
    fn surplus_tiles(&self) -> Vec<String> {
        let listing = self.storage.list(TILES);
        let goes = |path: &str, place| {
            let standing = match place {
                Place::Tile(tile) => Standing::of_tile(tile, self.size()),
                Place::Bundle(bundle) => Standing::of_bundle(bundle, self.size()),
                _ => Standing::Current,
            };
            match standing {
                Standing::Current | Standing::Earlier => false,
                // Where the full one was lost, this may be the last that holds its hashes.
                Standing::Replaced => {
                    full_path(path).is_some_and(|full| listing.files.contains_key(full))
                }
                Standing::Beyond => true,
            }
        };
        let surplus = listing.places().filter(|(path, place)| goes(path, *place));
        surplus.map(|(path, _)| path.to_owned()).collect()
    }

    /// Removes the partial tiles and bundles whose full one was published. Until then a log keeps
    /// them for who holds an earlier checkpoint (C2SP tlog-tiles, "Partial Tiles").
    fn remove_replaced(&mut self, old: u64, size: u64) -> Result<(), StoreError> {
        let tiles = tiles_between(old, size).filter(|id| !id.is_partial());
        let bundles = bundles_between(old, size).filter(|id| !id.is_partial());
        let full: BTreeSet<String> = tiles
            .map(|id: TileId| id.to_string())
            .chain(bundles.map(|id: BundleId| id.to_string()))
            .collect();
        let below = full.into_iter().map(|path| format!("{path}.p"));
        let there = below.filter(|below| self.storage.has(below));
        let partial = |below: String| self.storage.list(&below).files.into_keys();
        let partial: Vec<String> = there.flat_map(partial).collect();
        self.remove_all(&partial)
    }

    fn refuse_poisoned(&self) -> Result<(), StoreError> {
        match self.poisoned {
            true => Err(StoreError::Poisoned { path: self.storage.place().to_owned() }),
            false => Ok(()),
        }
    }

    fn state(&self) -> Result<Checkpoint, StoreError> {
        let (size, root) = (self.edge.size(), self.edge.root());
        Checkpoint::new(&self.founding.origin, size, root).map_err(cant_sign)
    }

    /// The checkpoint of all entries, signed as it will be published.
    fn signed_checkpoint(&self) -> Result<Vec<u8>, StoreError> {
        let checkpoint = self.state()?;
        match &self.keys.log_mldsa44 {
            Some(mldsa44) => checkpoint.sign_twice(&self.keys.log, mldsa44),
            None => checkpoint.sign(&self.keys.log),
        }
        .map_err(cant_sign)
    }
}

fn cant_sign(error: CheckpointError) -> StoreError {
    StoreError::Refused { what: "the checkpoint".into(), why: error.to_string() }
}

/// Where each author's entries end: how many there are, and the leaf of the last.
type Chains = BTreeMap<String, (u64, Option<Hash>)>;
