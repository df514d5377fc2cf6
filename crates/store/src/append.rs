//! Writing to a record that is held in memory.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use servanda_entry::{Body, Constitution, Writing};
use servanda_time::Instant;
use servanda_tlog::Signature;

use crate::constitution::{Founding, constitution_of};
use crate::erased::concern_slots;
use crate::error::StoreError;
use crate::keys::Keys;
use crate::layout::{CHECKPOINT, JOURNAL};
use crate::record::Record;
use crate::storage::{Local, Storage, write_empty};
use crate::writer::Writer;

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
        let storage = Arc::new(Local::new(dir.as_ref()));
        Record::init_in(storage, origin, keys, at, agreement, first, blobs)
    }

    /// Makes a record in a place that is empty; otherwise as [`Record::init`].
    ///
    /// # Errors
    /// As [`Record::init`].
    pub fn init_in(
        storage: Arc<dyn Storage>,
        origin: &str,
        keys: &Keys,
        at: Instant,
        agreement: &str,
        first: Vec<Body>,
        blobs: Vec<Vec<u8>>,
    ) -> Result<Record, StoreError> {
        let constitution = constitution_of(keys);
        Record::init_as(storage, origin, keys, constitution, at, agreement, first, blobs)
    }

    #[expect(clippy::too_many_arguments, reason = "init's own, and what it lays down")]
    pub(crate) fn init_as(
        storage: Arc<dyn Storage>,
        origin: &str,
        keys: &Keys,
        constitution: Constitution,
        at: Instant,
        agreement: &str,
        first: Vec<Body>,
        blobs: Vec<Vec<u8>>,
    ) -> Result<Record, StoreError> {
        let place = storage.place().to_owned();
        let founding =
            Founding::of(agreement, &constitution, origin).map_err(|what| StoreError::Keys {
                path: place.clone(),
                what: format!("{what}; give the keys of this record"),
            })?;
        let pen = write_empty(storage.as_ref())?;
        keys.refuse_rollback(origin, &place, |_| None)?;
        let mut record = Record::unwritten(storage.clone(), founding.clone());
        let writer = Writer::begin(storage, pen, keys, founding);
        let mut bodies = vec![Body::Constitution(constitution)];
        bodies.extend(first);
        let writings = bodies.into_iter().map(Writing::from).collect();
        record.write(writer, at, writings, &[], blobs)?;
        Ok(record)
    }

    /// Whether a writer was interrupted, or is at work: there is a journal.
    pub fn is_interrupted(dir: impl AsRef<Path>) -> bool {
        Record::is_interrupted_in(&Local::new(dir.as_ref()))
    }

    /// Otherwise as [`Record::is_interrupted`].
    pub fn is_interrupted_in(storage: &dyn Storage) -> bool {
        storage.has(JOURNAL)
    }

    /// Whether a record lies there, or one that a writer has begun.
    pub fn is_in(storage: &dyn Storage) -> bool {
        storage.has(CHECKPOINT) || storage.has(JOURNAL)
    }

    /// Puts in its place what a writer that was interrupted had committed, and publishes it. Who is
    /// about to write opens the record after this. Gives how many entries were put there.
    ///
    /// # Errors
    /// [`StoreError::Busy`] while another program writes, [`StoreError::NoRecord`],
    /// [`StoreError::Damaged`], [`StoreError::Io`].
    pub fn recover(dir: impl AsRef<Path>, keys: &Keys) -> Result<u64, StoreError> {
        Record::recover_in(Arc::new(Local::new(dir.as_ref())), keys)
    }

    /// Otherwise as [`Record::recover`].
    ///
    /// # Errors
    /// As [`Record::recover`].
    pub fn recover_in(storage: Arc<dyn Storage>, keys: &Keys) -> Result<u64, StoreError> {
        if storage.frames()?.is_empty() {
            return Ok(0);
        }
        let writer = Writer::open(storage, keys)?;
        Ok(writer.recovered())
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
        let writings = bodies.into_iter().map(Writing::from).collect();
        self.append_signed(keys, at, writings, &[], blobs)
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
        self.append_signed(keys, at, writings, &[], blobs)
    }

    /// Appends an order about what is sealed, or the lifting of a hold, with the signatures of act
    /// keys under it; in a record of erasers with Ed25519 alone there are none, and the body has
    /// them.
    ///
    /// # Errors
    /// As [`Record::append`]; [`StoreError::Sealed`] when it does not stand.
    pub fn append_order(
        &mut self,
        keys: &Keys,
        at: Instant,
        order: Body,
        signatures: &[Signature],
    ) -> Result<u64, StoreError> {
        self.append_signed(keys, at, vec![Writing::from(order)], signatures, vec![])
            .map(|range| range.start)
    }

    /// As [`Record::append`]; `signatures` are those of several hands, of the one act or order that
    /// the writings then are.
    pub(crate) fn append_signed(
        &mut self,
        keys: &Keys,
        at: Instant,
        writings: Vec<Writing>,
        signatures: &[Signature],
        blobs: Vec<Vec<u8>>,
    ) -> Result<Range<u64>, StoreError> {
        let path = self.dir().to_owned();
        if self.poisoned {
            return Err(StoreError::Poisoned { path });
        }
        let known = Some((self.size(), self.register.clone()));
        let opened = Writer::take_up(self.storage.clone(), keys, known);
        self.poisoned = matches!(opened, Err(StoreError::Io { .. }));
        let mut writer = opened?;
        if writer.checkpoint() != self.checkpoint() {
            return Err(StoreError::Stale { path });
        }
        if concern_slots(&writings) {
            // They are told from what is in memory: the writer would read all of it again.
            writer.know_slots(self.slots()?);
        }
        self.write(writer, at, writings, signatures, blobs)
    }

    /// The writer stands where the record in memory does.
    fn write(
        &mut self,
        mut writer: Writer<'_>,
        at: Instant,
        writings: Vec<Writing>,
        signatures: &[Signature],
        blobs: Vec<Vec<u8>>,
    ) -> Result<Range<u64>, StoreError> {
        let admitted = writer.sign_with(at, writings, signatures, blobs)?;
        let notes = admitted.notes().to_vec();
        // From here on an error of the system means that nobody knows what the disk holds.
        self.poisoned = true;
        let committed = writer.commit(admitted)?;
        writer.settle()?;
        self.take_over(&notes)?;
        self.register = writer.register().clone();
        self.set_checkpoint(writer.checkpoint().to_vec());
        self.poisoned = false;
        Ok(committed)
    }
}
