//! Compares the root, every tile of hashes and earlier bundles with what the entries give.

use std::collections::BTreeMap;

use servanda_tlog::{
    BundleId, HASH_BYTES, Hash, TILE_WIDTH, TileFile, TileId, TileWriter, tiles_for,
};

use super::Report;
use super::files::{check_earlier_bundles, notice_replaced, read_earlier};
use crate::layout::{CHECKPOINT, Place, Standing, TILE_BYTES_MAX};
use crate::storage::{Listing, Storage};

/// The leaf hashes of the whole log, from two places.
#[derive(Debug, Default)]
pub(super) struct Leaves {
    /// Hashes of the entries; the stored ones where a bundle can't be read.
    pub(super) of_entries: Vec<Hash>,
    /// Stored hashes; those of the entries where a tile can't be read.
    pub(super) of_tiles: Vec<Hash>,
    /// Where both are there and differ.
    pub(super) differing: Vec<u64>,
}

/// Whether the entries give the root of the checkpoint.
pub(super) fn check(
    storage: &dyn Storage,
    listing: &Listing,
    leaves: &Leaves,
    report: &mut Report,
) -> bool {
    let (computed, expected) = grow(&leaves.of_entries);
    let holds = computed == report.root;
    let stored_holds =
        !holds && leaves.of_entries != leaves.of_tiles && grow(&leaves.of_tiles).0 == report.root;
    for index in &leaves.differing {
        let (bundle, tile) = places_of(*index, report.size);
        if !holds {
            let what = "the entry was changed: it is not the one whose hash is in the log";
            report.fault(bundle, Some(*index), what);
        }
        if !stored_holds {
            let what = "the hash was changed: it is not that of the entry";
            report.fault(tile, Some(*index), what);
        }
    }
    if !holds && !stored_holds {
        let what = format!(
            "it states the root {}, but the entries give {computed}: an entry was changed, added \
             or taken away",
            report.root
        );
        report.fault(CHECKPOINT, None, what);
    }
    // The other files are compared with the hashes that the log's key has signed.
    let (signed, expected) = match stored_holds {
        true => (&leaves.of_tiles, grow(&leaves.of_tiles).1),
        false => (&leaves.of_entries, expected),
    };
    check_tiles(storage, listing, &expected, !leaves.differing.is_empty(), report);
    check_earlier_bundles(storage, listing, signed, report);
    holds
}

/// The root, and the tiles by level and index.
fn grow(leaves: &[Hash]) -> (Hash, BTreeMap<(u8, u64), TileFile>) {
    let mut tree = TileWriter::new();
    let tiles = tree.append(leaves).into_iter();
    let tiles = tiles.map(|tile| ((tile.id.level(), tile.id.index()), tile));
    (tree.root(), tiles.collect())
}

fn check_tiles(
    storage: &dyn Storage,
    listing: &Listing,
    expected: &BTreeMap<(u8, u64), TileFile>,
    leaves_differ: bool,
    report: &mut Report,
) {
    for id in tiles_for(report.size) {
        if !listing.files.contains_key(&id.to_string()) && id.level() > 0 {
            report.fault(id, None, "is missing");
        }
    }
    for (path, place) in listing.places() {
        let Place::Tile(id) = place else { continue };
        let standing = Standing::of_tile(id, report.size);
        let read = match standing {
            Standing::Beyond => continue,
            Standing::Earlier | Standing::Replaced => {
                read_earlier(storage, path, TILE_BYTES_MAX, report)
            }
            Standing::Current => {
                let read = storage.read(path, TILE_BYTES_MAX).ok();
                // Those of level 0 were read once already, and told.
                if read.is_none() && id.level() > 0 {
                    report.fault(path, None, "can't be read");
                }
                read
            }
        };
        let Some(bytes) = read else { continue };
        let whole = expected.get(&(id.level(), id.index()));
        let part = whole.and_then(|whole| whole.bytes.get(..byte_length(id)));
        match (part == Some(bytes.as_slice()), standing) {
            (true, Standing::Current) => report.checked.tiles += 1,
            (true, Standing::Replaced) => notice_replaced(path, report),
            (true, _) => {}
            // Its entries and hashes were compared one by one.
            (false, Standing::Current) if id.level() == 0 && leaves_differ => {}
            (false, Standing::Current) => {
                report.fault(path, None, "its hashes are not those that the entries give");
            }
            (false, _) => {
                report.fault(path, None, "its hashes are not the first that the entries give");
            }
        }
    }
}

fn byte_length(id: TileId) -> usize {
    usize::from(id.width()) * HASH_BYTES
}

/// The files that hold an entry and its hash.
fn places_of(index: u64, size: u64) -> (String, String) {
    let per_tile = u64::from(TILE_WIDTH);
    let place = index / per_tile;
    let width = (size - place * per_tile).min(per_tile) as u16;
    let bundle = BundleId::new(place, width).map(|bundle| bundle.to_string());
    let tile = TileId::new(0, place, width).map(|tile| tile.to_string());
    (bundle.unwrap_or_default(), tile.unwrap_or_default())
}
