//! The right edge of a record: all that must be known of it to go on.

use servanda_entry::Entry;
use servanda_entry::limits::ENTRY_BYTES_MAX;
use servanda_seal::Slots;
use servanda_time::Instant;
use servanda_tlog::{
    BundleId, Checkpoint, Hash, LogKeys, Note, TILE_WIDTH, TileId, TileNodes, TileWriter,
    bundles_between, leaf_hash, root_at, tile_hashes,
};

use super::{Admitted, Chains};
use crate::bundle::Bundle;
use crate::constitution::{Founding, claimed};
use crate::erased::take_slot;
use crate::error::StoreError;
use crate::key_acts::{may_hold_act, take_act};
use crate::layout::{BUNDLE_BYTES_MAX, CHECKPOINT, TILE_BYTES_MAX};
use crate::register::Register;
use crate::storage::Storage;

/// Files to be put, by path.
type Files = Vec<(String, Vec<u8>)>;

#[derive(Debug, Default)]
pub(super) struct Edge {
    tree: TileWriter,
    /// The entries of the last bundle, unless it is full.
    bundle: Bundle,
    /// Time of receipt of the last entry.
    last_at: Option<Instant>,
    /// As far as they are known; [`Edge::chain_of`] finds the others.
    chains: Chains,
}

impl Edge {
    /// The edge of what is published, whose tiles give the root that the log signed; and which keys
    /// hold there, from those that are `known` to hold after so many entries on.
    pub(super) fn read(
        storage: &dyn Storage,
        checkpoint: &[u8],
        founding: &Founding,
        known: Option<(u64, Register)>,
    ) -> Result<(Edge, Register), StoreError> {
        let head = storage.place().join(CHECKPOINT);
        let damaged = |what: String| StoreError::damaged(&head, None, what);
        let known = known.unwrap_or_else(|| (0, Register::of(founding)));
        let size = claimed(checkpoint).map_err(damaged)?.size();
        let register = register_at(storage, known, size)?;
        let checkpoint = open_checkpoint(&register, checkpoint, size).map_err(damaged)?;
        let tile = |id: TileId| storage.read(&id.to_string(), TILE_BYTES_MAX).ok();
        let tree = TileWriter::resume(size, tile)
            .map_err(|error| StoreError::damaged(storage.place(), None, error))?;
        if tree.root() != checkpoint.root() {
            return Err(damaged("the tiles of hashes don't give the root that it states".into()));
        }
        let mut edge = Edge { tree, ..Edge::default() };
        if let Some(last) = size.checked_sub(1) {
            let bundle = edge.read_bundle(storage, last / u64::from(TILE_WIDTH))?;
            let entry = bundle.get(bundle.len() - 1).map(|note| open(note, founding));
            edge.last_at = entry
                .transpose()
                .map_err(|what| StoreError::damaged(storage.place(), Some(last), what))?
                .map(|entry| entry.at);
            if bundle.len() < usize::from(TILE_WIDTH) {
                edge.bundle = bundle;
            }
        }
        Ok((edge, register))
    }

    pub(super) fn size(&self) -> u64 {
        self.tree.size()
    }

    pub(super) fn root(&self) -> Hash {
        self.tree.root()
    }

    pub(super) fn last_at(&self) -> Option<Instant> {
        self.last_at
    }

    /// The root that the log had with so many entries; none when that can't be told any more.
    pub(super) fn root_at(&self, storage: &dyn Storage, size: u64) -> Option<Hash> {
        if size >= self.size() {
            return (size == self.size()).then(|| self.root());
        }
        // The partial tiles may not be in their places yet.
        let edge = self.tree.partial_tiles();
        let tile = |id: TileId| match edge.iter().find(|tile| tile.id == id) {
            Some(tile) => Some(tile.bytes.clone()),
            None => storage.read(&id.to_string(), TILE_BYTES_MAX).ok(),
        };
        root_at(&TileNodes::new(self.size(), tile), size).ok()
    }

    /// Adds entries; gives the bundles and tiles that are full now. When one is refused nothing is
    /// added.
    pub(super) fn add(&mut self, notes: &[Vec<u8>], leaves: &[Hash]) -> Result<Files, StoreError> {
        let too_long = |place| refused(place, "it is too long for a bundle".into());
        if let Some(place) = notes.iter().position(|note| !Bundle::takes(note)) {
            return Err(too_long(place));
        }
        let mut files = Vec::new();
        for (place, note) in notes.iter().enumerate() {
            if !self.bundle.push(note) {
                return Err(too_long(place));
            }
            if self.bundle.len() == usize::from(TILE_WIDTH) {
                let index = (self.size() + place as u64) / u64::from(TILE_WIDTH);
                let full = std::mem::take(&mut self.bundle);
                files.push((bundle_path(index, TILE_WIDTH), full.into_bytes()));
            }
        }
        let tiles = self.tree.fill(leaves).into_iter();
        files.extend(tiles.map(|tile| (tile.id.to_string(), tile.bytes)));
        Ok(files)
    }

    /// The time and the chains after entries that were added.
    pub(super) fn take_over(&mut self, last_at: Option<Instant>, chains: Chains) {
        self.last_at = self.last_at.max(last_at);
        self.chains.extend(chains);
    }

    /// The last bundle and the last tile of each level, as far as they are not full.
    pub(super) fn partial_files(&self) -> Files {
        let mut files: Files = (self.tree.partial_tiles().into_iter())
            .map(|tile| (tile.id.to_string(), tile.bytes))
            .collect();
        if self.bundle.len() > 0 {
            let index = self.size() / u64::from(TILE_WIDTH);
            let path = bundle_path(index, self.bundle.len() as u16);
            files.push((path, self.bundle.bytes().to_vec()));
        }
        files
    }

    /// Checks that a checkpoint of the journal is that of the entries added so far.
    pub(super) fn confirm(
        &self,
        checkpoint: &[u8],
        register: &Register,
        place: &std::path::Path,
    ) -> Result<(), StoreError> {
        let damaged =
            |what: String| StoreError::damaged(place.join(crate::layout::JOURNAL), None, what);
        let checkpoint = open_state(register, checkpoint, self.size())
            .map_err(|what| damaged(format!("a checkpoint in it: {what}")))?;
        match (checkpoint.size(), checkpoint.root()) == (self.size(), self.root()) {
            true => Ok(()),
            false => Err(damaged("its entries don't give the root that was signed".into())),
        }
    }

    /// What the journal's entries make of times and chains. They were checked when they came.
    pub(super) fn take_up(
        &self,
        founding: &Founding,
        register: &mut Register,
        base: u64,
        notes: &[Vec<u8>],
    ) -> Result<Admitted, StoreError> {
        let mut admitted = Admitted { base, ..Admitted::default() };
        for (place, note) in notes.iter().enumerate() {
            let entry = open(note, founding).map_err(|what| refused(place, what))?;
            take_act(register, base + place as u64, note).map_err(|what| refused(place, what))?;
            let leaf = leaf_hash(note);
            admitted.last_at = admitted.last_at.max(Some(entry.at));
            admitted.chains.insert(entry.by, (entry.seq.saturating_add(1), Some(leaf)));
            admitted.leaves.push(leaf);
        }
        Ok(admitted)
    }

    /// How many entries the author wrote, and the leaf of the last.
    pub(super) fn chain_of(
        &self,
        storage: &dyn Storage,
        founding: &Founding,
        author: &str,
    ) -> Result<(u64, Option<Hash>), StoreError> {
        if let Some(known) = self.chains.get(author) {
            return Ok(*known);
        }
        let of = |bundle: &Bundle| {
            let mut notes = (0..bundle.len()).rev().filter_map(|place| bundle.get(place));
            notes.find_map(|note| {
                let entry = open(note, founding).ok().filter(|entry| entry.by == author)?;
                Some((entry.seq.saturating_add(1), Some(leaf_hash(note))))
            })
        };
        if let Some(found) = of(&self.bundle) {
            return Ok(found);
        }
        for index in (0..self.size() / u64::from(TILE_WIDTH)).rev() {
            if let Some(found) = of(&self.read_bundle(storage, index)?) {
                return Ok(found);
            }
        }
        Ok((0, None))
    }

    /// What is sealed, held and erased in all of the record.
    pub(super) fn slots(
        &self,
        storage: &dyn Storage,
        founding: &Founding,
    ) -> Result<Slots, StoreError> {
        let mut slots = Slots::new();
        let mut index = 0;
        let mut take = |bundle: &Bundle| {
            for note in bundle.entries() {
                take_slot(&mut slots, index, note, &founding.origin)
                    .map_err(|what| StoreError::damaged(storage.place(), Some(index), what))?;
                index += 1;
            }
            Ok(())
        };
        for full in 0..self.size() / u64::from(TILE_WIDTH) {
            take(&self.read_bundle(storage, full)?)?;
        }
        take(&self.bundle)?;
        Ok(slots)
    }

    /// A bundle whose entries have the hashes that the tile beside it holds.
    fn read_bundle(&self, storage: &dyn Storage, index: u64) -> Result<Bundle, StoreError> {
        let first = index * u64::from(TILE_WIDTH);
        let width = (self.size() - first).min(u64::from(TILE_WIDTH)) as u16;
        let path = bundle_path(index, width);
        let damaged =
            |entry, what: String| StoreError::damaged(storage.place().join(&path), entry, what);
        let bytes = storage.read(&path, BUNDLE_BYTES_MAX)?;
        let bundle = Bundle::from_bytes(bytes, usize::from(width))
            .map_err(|error| damaged(None, error.to_string()))?;
        let tile =
            TileId::new(0, index, width).map_err(|error| damaged(None, error.to_string()))?;
        let stored = storage.read(&tile.to_string(), TILE_BYTES_MAX)?;
        let stored = tile_hashes(tile, &stored).map_err(|e| damaged(None, e.to_string()))?;
        let mut both = bundle.entries().map(leaf_hash).zip(stored);
        let differs = both.position(|(entry, stored)| entry != stored);
        drop(both);
        match differs {
            None => Ok(bundle),
            Some(place) => {
                let what = "the entry is not the one whose hash is stored with it";
                Err(damaged(Some(first + place as u64), what.into()))
            }
        }
    }
}

/// An entry of the record, which was checked when it came in.
fn open(note: &[u8], founding: &Founding) -> Result<Entry, String> {
    let note = Note::parse(note, ENTRY_BYTES_MAX).map_err(|error| error.to_string())?;
    Entry::from_admitted_text(note.text(), &founding.origin).map_err(|error| error.to_string())
}

/// For widths of 1 to 256.
fn bundle_path(index: u64, width: u16) -> String {
    BundleId::new(index, width).map_or(String::new(), |id| id.to_string())
}

pub(super) fn refused(place: usize, why: String) -> StoreError {
    StoreError::Refused { what: format!("body {} of those given", place + 1), why }
}

/// The keys that hold after `size` entries, found in the entries from those known on.
fn register_at(
    storage: &dyn Storage,
    (mut index, mut register): (u64, Register),
    size: u64,
) -> Result<Register, StoreError> {
    let per_bundle = u64::from(TILE_WIDTH);
    for id in bundles_between(index, size) {
        let path = id.to_string();
        let bytes = storage.read(&path, BUNDLE_BYTES_MAX)?;
        if !may_hold_act(&bytes) {
            index = id.index() * per_bundle + u64::from(id.width());
            continue;
        }
        let bundle = Bundle::from_bytes(bytes, usize::from(id.width()))
            .map_err(|error| StoreError::damaged(storage.place().join(&path), None, error))?;
        for note in bundle.entries().skip((index - id.index() * per_bundle) as usize) {
            take_act(&mut register, index, note).map_err(|what| {
                StoreError::damaged(storage.place().join(&path), Some(index), what)
            })?;
            index += 1;
        }
    }
    Ok(register)
}

/// The checkpoint of `size` entries, which the log's keys of then have signed.
fn open_checkpoint(register: &Register, bytes: &[u8], size: u64) -> Result<Checkpoint, String> {
    let keys = register.log_at(size).ok_or("the log has no key")?;
    let opened = keys.open(bytes, register.origin()).map_err(|error| error.to_string())?;
    Ok(opened.0)
}

/// The same of a checkpoint in the journal, which the Ed25519 key alone has signed.
pub(crate) fn open_state(
    register: &Register,
    bytes: &[u8],
    size: u64,
) -> Result<Checkpoint, String> {
    let keys = register.log_at(size).ok_or("the log has no key")?;
    let ed25519 = LogKeys::from(keys.ed25519().clone());
    let opened = ed25519.open(bytes, register.origin()).map_err(|error| error.to_string())?;
    Ok(opened.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use servanda_tlog::ENTRY_BYTES_MAX;

    #[test]
    fn of_entries_that_do_not_all_fit_none_is_added() {
        let mut edge = Edge::default();
        let notes = [b"one".to_vec(), vec![b'a'; ENTRY_BYTES_MAX + 1]];
        let leaves = notes.each_ref().map(|note| leaf_hash(note));
        assert!(edge.add(&notes, &leaves).is_err());
        assert_eq!((edge.size(), edge.bundle.len(), edge.partial_files().len()), (0, 0, 0));
        assert!(edge.add(&notes[..1], &leaves[..1]).is_ok());
        assert_eq!((edge.size(), edge.bundle.len(), edge.root()), (1, 1, leaves[0]));
    }
}
