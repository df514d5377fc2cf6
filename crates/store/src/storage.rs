//! Where a record lies: one trait for every kind of place, and the two things that are asked of
//! all of them — that what was committed stays, and that there is one writer.

mod disk;
pub(crate) mod fs;
pub(crate) mod journal;
mod listing;
mod local;

use std::fmt::Debug;
use std::path::Path;

use crate::error::StoreError;

pub(crate) use disk::Disk;
pub use listing::Listing;
pub use local::Local;
pub(crate) use local::lock_folder;

/// A place where a record lies: a folder ([`Local`]), or a store of objects. Paths are those of the
/// record (`checkpoint`, `tile/…`, `blob/…`).
///
/// Reading needs no lock: a writer replaces nothing but `checkpoint`, in one step.
pub trait Storage: Debug + Send + Sync {
    /// What people know it by, for messages.
    fn place(&self) -> &Path;

    /// Whether reading again costs little.
    fn is_near(&self) -> bool {
        false
    }

    /// Reads a whole file of at most `max` bytes.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when it is missing, larger or no regular file; [`StoreError::Io`].
    fn read(&self, path: &str, max: u64) -> Result<Vec<u8>, StoreError>;

    /// Hands on the bytes of a file of at most `max` bytes, piece by piece: it need not fit the
    /// memory.
    ///
    /// # Errors
    /// As [`Storage::read`].
    fn scan(&self, path: &str, max: u64, take: &mut dyn FnMut(&[u8])) -> Result<(), StoreError>;

    /// Whether there is anything under this path.
    fn has(&self, path: &str) -> bool;

    /// What lies below a path; below all of it when that is empty.
    fn list(&self, top: &str) -> Listing;

    /// The frames of the journal, one after the other, from one writer and of at most
    /// [`JOURNAL_BYTES_MAX`]; empty when there are none.
    ///
    /// # Errors
    /// As [`Storage::read`], but for a journal that is missing.
    fn frames(&self) -> Result<Vec<u8>, StoreError>;

    /// Makes the place, where there is none; its name outlasts a crash.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    fn make(&self) -> Result<(), StoreError>;

    /// Begins to write, alone.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when another program writes; [`StoreError::Io`].
    fn write(&self) -> Result<Box<dyn Pen>, StoreError>;
}

/// Begins to write in a place that must be empty, and makes it where it does not exist.
pub(crate) fn write_empty(storage: &dyn Storage) -> Result<Box<dyn Pen>, StoreError> {
    storage.make()?;
    let pen = storage.write()?;
    let inside = storage.list("");
    match inside.files.is_empty() && inside.strange.is_empty() {
        true => Ok(pen),
        false => Err(StoreError::NotEmpty { path: storage.place().to_owned() }),
    }
}

/// What only the one writer may do. When any of it fails nobody knows what the place holds: the
/// writer is not to be used again, and nothing it wrote is to be read back as if it were there.
pub trait Pen: Debug + Send {
    /// Puts a whole file in place. It need not outlast a crash before [`Pen::settle`].
    ///
    /// # Errors
    /// [`StoreError::Io`].
    fn put(&mut self, path: &str, bytes: &[u8]) -> Result<(), StoreError>;

    /// Removes a file; it may come back in a crash before [`Pen::settle`].
    ///
    /// # Errors
    /// [`StoreError::Io`].
    fn remove(&mut self, path: &str) -> Result<(), StoreError>;

    /// All that was put and removed outlasts a crash.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    fn settle(&mut self) -> Result<(), StoreError>;

    /// Puts a file in the place of another in one step; once it has returned it outlasts a crash.
    ///
    /// # Errors
    /// [`StoreError::Io`]; [`StoreError::Stale`] when another writer has taken over.
    fn replace(&mut self, path: &str, bytes: &[u8]) -> Result<(), StoreError>;

    /// Adds a frame to the journal; once it has returned the frame outlasts a crash. `base` is the
    /// number of entries in the log before it.
    ///
    /// # Errors
    /// [`StoreError::Io`]; [`StoreError::Stale`] when another writer has taken over.
    fn push_frame(&mut self, base: u64, frame: &[u8]) -> Result<(), StoreError>;

    /// Makes the journal of an earlier writer outlast a crash: these are its frames. What that
    /// writer was not told is on the disk need not be, though everybody reads it.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    fn keep_frames(&mut self, frames: &[u8]) -> Result<(), StoreError>;

    /// Removes the journal, all of which is in its place. That it is gone need not outlast a crash:
    /// what it says is in the record then, and is passed over.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    fn drop_frames(&mut self) -> Result<(), StoreError>;
}

/// Largest journal in bytes. A writer puts what it holds in place long before; one append may be
/// larger than that.
pub const JOURNAL_BYTES_MAX: u64 = 4 << 30;
