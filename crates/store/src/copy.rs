//! A copy of a record, file by file, on the disk before it counts.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::disk::{self, Disk};
use crate::erased::erased_files;
use crate::error::StoreError;
use crate::layout::{CHECKPOINT, Listing, Place};

/// Copies the files of a record into an empty folder, its checkpoint last, and waits until they are
/// on the disk. What an earlier copy `held` of the same record has under the same path is linked,
/// not read: whoever relies on the copy checks it ([`verify`](crate::verify())), whatever it came
/// from. Nothing else that lies in the folder is taken along.
///
/// # Errors
/// [`StoreError::NoRecord`], [`StoreError::Damaged`] for a file that is too large,
/// [`StoreError::Io`].
pub fn copy_record(from: &Path, to: &Path, held: Option<&Path>) -> Result<(), StoreError> {
    let checkpoint = crate::record::read_checkpoint(from)?;
    let listing = Listing::read(from, "");
    // What was erased is not handed on, also where it still lies in the folder.
    let erased = erased_files(from);
    let mut watch = |_, _: &Path| Ok(());
    let mut disk = Disk::new(to, &mut watch);
    let mut linked_in = BTreeSet::from([to.to_owned()]);
    for (path, (place, _)) in &listing.files {
        if matches!(place, Place::Checkpoint | Place::Unfinished) {
            continue;
        }
        if matches!(place, Place::Blob(hash) if erased.contains(hash)) {
            continue;
        }
        let known = held.map(|held| held.join(path)).filter(|known| known.is_file());
        match known {
            None => disk.put(path, &disk::read(from, path, place.bytes_max())?)?,
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
        disk::sync_directory(folder).map_err(StoreError::io(
            "write to the disk",
            folder,
            "check that there is room and that you may write there",
        ))?;
    }
    disk.put(CHECKPOINT, &checkpoint)?;
    disk.settle()
}

/// Whether a path, as it is written in a record, can be one of its files: then nothing outside of
/// the record is behind it.
#[must_use]
pub fn is_record_path(path: &str) -> bool {
    Place::of(path).is_some_and(|place| !matches!(place, Place::Unfinished))
}
