//! A full export, put back in place as a record.

use std::fs;
use std::io::{Read, Seek};
use std::path::Path;

use servanda_tlog::{
    CHECKPOINT_BYTES_MAX, Checkpoint, Note, TileWriter, bundles_between, leaf_hash, split_bundle,
};

use super::archive::{Stop, read_member, scan};
use super::contents::{ANSWER_NAME, CHECKPOINT_NAME, pack_name};
use crate::error::StoreError;
use crate::layout::{BUNDLE_BYTES_MAX, CHECKPOINT};
use crate::storage::{Disk, lock_folder};

const HELP: &str = "check that there is room and that you may write there";

/// Puts a full export, which was checked before, into an empty directory as a record, and gives
/// the answer that came with it. What is put there should be checked like any record.
///
/// # Errors
/// [`StoreError::NotEmpty`], [`StoreError::Refused`] when the bundle is no full export,
/// [`StoreError::Io`].
pub fn unpack<R: Read + Seek>(from: &mut R, dir: &Path) -> Result<Option<Vec<u8>>, StoreError> {
    let refused = |why: &str| StoreError::Refused { what: "the bundle".into(), why: why.into() };
    let stopped = |stop| match stop {
        Stop::Refused(refusal) => refused(refusal.code.story()),
        Stop::Io(error) => StoreError::io("read", dir, HELP)(error),
    };
    let error = |what| StoreError::io(what, dir, HELP);
    fs::create_dir_all(dir).map_err(error("make"))?;
    let _lock = lock_folder(dir)?;
    if fs::read_dir(dir).map_err(error("list"))?.next().is_some() {
        return Err(StoreError::NotEmpty { path: dir.into() });
    }
    let members = scan(from).map_err(stopped)?;
    let mut disk = Disk::here(dir);
    let (mut tree, mut entries) = (TileWriter::new(), 0_u64);
    let (mut checkpoint, mut answer) = (None, None);
    for member in &members {
        let mut read = |max: u64| {
            if u64::from(member.size) > max {
                return Err(refused("a member is too large"));
            }
            read_member(from, member).map_err(stopped)
        };
        let name = member.name.as_str();
        if name == CHECKPOINT_NAME {
            checkpoint = Some(read(CHECKPOINT_BYTES_MAX as u64)?);
        } else if name == ANSWER_NAME {
            answer = Some(read(super::contents::ANSWER_BYTES_MAX)?);
        } else if name.starts_with("blob/") {
            disk.put(name, &read(crate::layout::BLOB_BYTES_MAX)?)?;
        } else if name == pack_name(entries / super::contents::PACK_ENTRIES) {
            let pack = read(BUNDLE_BYTES_MAX)?;
            let notes = split_bundle(&pack).ok_or_else(|| refused("a pack is cut off"))?;
            let leaves: Vec<_> = notes.iter().map(|note| leaf_hash(note)).collect();
            let after = entries + notes.len() as u64;
            // A pack has the form of the record's own bundles, and its bounds.
            for id in bundles_between(entries, after) {
                disk.put(&id.to_string(), &pack)?;
            }
            for tile in tree.append(&leaves) {
                disk.put(&tile.id.to_string(), &tile.bytes)?;
            }
            entries = after;
        }
    }
    let checkpoint = checkpoint.ok_or_else(|| refused("it has no checkpoint"))?;
    let size = (Note::parse(&checkpoint, CHECKPOINT_BYTES_MAX).ok())
        .and_then(|note| note.text().parse::<Checkpoint>().ok())
        .map(|checkpoint| checkpoint.size());
    if entries == 0 || size != Some(entries) {
        return Err(refused("it is no full export; ask for one made with --all"));
    }
    disk.settle()?;
    disk.replace(CHECKPOINT, &checkpoint)?;
    Ok(answer)
}
