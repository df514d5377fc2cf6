//! A copy of a record, file by file, on the disk before it counts.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::blob::blobs_of;
use crate::erased::erased_files;
use crate::error::StoreError;
use crate::layout::{CHECKPOINT, Place};
use crate::record::{Record, read_head};
use crate::storage::{Disk, Local, Storage, write_empty};
use servanda_entry::Entry;
use servanda_entry::limits::ENTRY_BYTES_MAX;
use servanda_tlog::{Hash, Note};

/// Copies the files of a record into an empty folder, its checkpoint last, and waits until they are
/// on the disk. What an earlier copy `held` of the same record has under the same path is linked,
/// not read: whoever relies on the copy checks it ([`verify`](crate::verify())), whatever it came
/// from. Nothing else that lies in the folder is taken along.
///
/// # Errors
/// [`StoreError::NoRecord`], [`StoreError::Damaged`] for a file that is too large,
/// [`StoreError::Io`].
pub fn copy_record(from: &Path, to: &Path, held: Option<&Path>) -> Result<(), StoreError> {
    copy_to_folder(&(Arc::new(Local::new(from)) as Arc<dyn Storage>), to, held)
}

fn copy_to_folder(
    from: &Arc<dyn Storage>,
    to: &Path,
    held: Option<&Path>,
) -> Result<(), StoreError> {
    let checkpoint = read_head(from.as_ref())?;
    let erased = erased_files(from);
    let mut disk = Disk::here(to);
    let mut linked_in = BTreeSet::from([to.to_owned()]);
    for (path, place) in from.list("").places().filter(|(_, place)| is_copied(place, &erased)) {
        let known = held.map(|held| held.join(path)).filter(|known| known.is_file());
        match known {
            None => disk.put(path, &from.read(path, place.bytes_max())?)?,
            Some(known) => {
                let target = to.join(path);
                let folders: Vec<PathBuf> =
                    target.ancestors().skip(1).take_while(|up| *up != to).map(Into::into).collect();
                let io = || StoreError::io("link", &target, "both must lie on one file system");
                folders.first().map_or(Ok(()), fs::create_dir_all).map_err(io())?;
                fs::hard_link(known, &target).map_err(io())?;
                linked_in.extend(folders);
            }
        }
    }
    for folder in &linked_in {
        disk.sync_directory(folder)?;
    }
    disk.settle()?;
    disk.replace(CHECKPOINT, &checkpoint)
}

/// What was erased is not handed on, also where it still lies there; the checkpoint comes last.
fn is_copied(place: &Place, erased: &BTreeSet<Hash>) -> bool {
    match place {
        Place::Checkpoint | Place::Unfinished | Place::Journal => false,
        Place::Blob(hash) => !erased.contains(hash),
        _ => true,
    }
}

impl Record {
    /// Copies it into an empty folder: [`copy_record`] from wherever it lies.
    ///
    /// # Errors
    /// As [`copy_record`].
    pub fn copy_to(&self, folder: &Path) -> Result<(), StoreError> {
        copy_to_folder(&self.storage, folder, None)
    }
}

/// Copies the files of a record from one place to another, which must be empty: a folder or a store
/// of objects. Its checkpoint comes last; whoever relies on the copy checks it
/// ([`verify_in`](crate::verify_in)).
///
/// # Errors
/// [`StoreError::NotEmpty`], [`StoreError::NoRecord`], [`StoreError::Damaged`] for a file that is
/// too large, [`StoreError::Stale`] when another program writes there, [`StoreError::Io`].
pub fn copy_in(from: &Arc<dyn Storage>, to: &dyn Storage) -> Result<(), StoreError> {
    let checkpoint = read_head(from.as_ref())?;
    let erased = erased_files(from);
    let mut pen = write_empty(to)?;
    for (path, place) in from.list("").places().filter(|(_, place)| is_copied(place, &erased)) {
        pen.put(path, &from.read(path, place.bytes_max())?)?;
    }
    pen.settle()?;
    pen.replace(CHECKPOINT, &checkpoint)
}

/// The files that an entry of the record `origin` names: they must lie beside it. None of bytes
/// that are no entry, which a check of the copy refuses.
#[must_use]
pub fn named_files(bytes: &[u8], origin: &str) -> Vec<Hash> {
    let Ok(note) = Note::parse(bytes, ENTRY_BYTES_MAX) else { return Vec::new() };
    let Ok(entry) = Entry::from_admitted_text(note.text(), origin) else { return Vec::new() };
    blobs_of(&entry.class, &entry.body).iter().map(|blob| blob.sha256).collect()
}

/// Whether a path, as it is written in a record, can be one of its files: then nothing outside of
/// the record is behind it.
#[must_use]
pub fn is_record_path(path: &str) -> bool {
    Place::of(path).is_some_and(|place| !matches!(place, Place::Unfinished | Place::Journal))
}

/// Puts a file in place below a folder, on the disk before it returns.
///
/// # Errors
/// [`StoreError::Io`]. What is there then is the old file or the new one.
pub fn put_file(root: &Path, path: &str, bytes: &[u8]) -> Result<(), StoreError> {
    Disk::here(root).replace(path, bytes)
}
