//! Reads each bundle once, beside the tile of its leaf hashes.

use std::collections::BTreeMap;
use std::path::Path;

use servanda_tlog::{BundleId, Hash, TILE_WIDTH, TileId, bundles_between, leaf_hash, tile_hashes};

use super::Report;
use super::entries::Entries;
use super::hashes::Leaves;
use crate::bundle::Bundle;
use crate::disk;
use crate::layout::{BUNDLE_BYTES_MAX, Listing, Place, Standing, TILE_BYTES_MAX, UNFINISHED};

/// Checks the bundles and what is in them. None when there are neither entries nor hashes for a
/// part of the log, so that its root can't be computed.
pub(super) fn check_bundles(
    dir: &Path,
    listing: &Listing,
    entries: &mut Entries<'_>,
    report: &mut Report,
) -> Option<Leaves> {
    let superseded = superseded_bundles(listing, report.size);
    let mut leaves = Leaves::default();
    for id in bundles_between(0, report.size) {
        let first = id.index() * u64::from(TILE_WIDTH);
        let bundle = read_bundle(dir, id, first, report);
        let tile = TileId::new(0, id.index(), id.width()).ok();
        let stored = tile.and_then(|tile| read_tile(dir, tile, report));
        let given: Option<Vec<Hash>> =
            (bundle.as_ref()).map(|bundle| bundle.entries().map(leaf_hash).collect());
        let differs = |place: usize| match (&given, &stored) {
            (Some(given), Some(stored)) => given.get(place) != stored.get(place),
            _ => false,
        };
        for place in 0..usize::from(id.width()) {
            let index = first + place as u64;
            match bundle.as_ref().and_then(|bundle| bundle.get(place)) {
                Some(_) if differs(place) => {
                    leaves.differing.push(index);
                    entries.lose_track();
                }
                Some(note) => entries.check(&id, index, note, report),
                None => entries.lose_track(),
            }
        }
        for (path, width) in superseded.get(&id.index()).into_iter().flatten() {
            check_superseded(dir, path, *width, bundle.as_ref(), report);
        }
        leaves.of_tiles.extend(stored.as_ref().or(given.as_ref())?);
        leaves.of_entries.extend(given.as_ref().or(stored.as_ref())?);
        // One entry is enough to know the place; the log may be very long.
        if report.full() {
            return None;
        }
    }
    Some(leaves)
}

fn read_bundle(dir: &Path, id: BundleId, first: u64, report: &mut Report) -> Option<Bundle> {
    let bytes = disk::read(dir, &id.to_string(), BUNDLE_BYTES_MAX)
        .map_err(|error| report.fault(id, None, error.reason()))
        .ok()?;
    report.checked.bundles += 1;
    report.checked.bytes += bytes.len() as u64;
    match Bundle::from_bytes(bytes, usize::from(id.width())) {
        Ok(bundle) => Some(bundle),
        Err(error) => {
            let entry = match &error {
                servanda_tlog::BundleError::Truncated { position, .. } => {
                    Some(first + *position as u64)
                }
                _ => None,
            };
            report.fault(id, entry, error);
            None
        }
    }
}

/// The hashes of a tile that the record must have.
pub(super) fn read_tile(dir: &Path, id: TileId, report: &mut Report) -> Option<Vec<Hash>> {
    let hashes = disk::read(dir, &id.to_string(), TILE_BYTES_MAX)
        .map_err(|error| error.reason())
        .and_then(|bytes| tile_hashes(id, &bytes).map_err(|error| error.to_string()));
    hashes.map_err(|what| report.fault(id, None, what)).ok()
}

/// Partial bundles that wider ones have replaced, by their place.
fn superseded_bundles(listing: &Listing, size: u64) -> BTreeMap<u64, Vec<(&String, u16)>> {
    let mut superseded: BTreeMap<u64, Vec<_>> = BTreeMap::new();
    for (path, (place, _)) in &listing.files {
        if let Place::Bundle(bundle) = place
            && Standing::of_bundle(*bundle, size) == Standing::Superseded
        {
            let of_place = superseded.entry(bundle.index()).or_default();
            of_place.push((path, bundle.width()));
        }
    }
    superseded
}

/// It must be the beginning of the bundle that replaced it.
fn check_superseded(
    dir: &Path,
    path: &str,
    width: u16,
    bundle: Option<&Bundle>,
    report: &mut Report,
) {
    let Ok(bytes) = disk::read(dir, path, BUNDLE_BYTES_MAX) else {
        // A writer has removed it just now, or will.
        return report.notice(format!("{path}: replaced by a wider one"));
    };
    let Some(bundle) = bundle else { return };
    let same = Bundle::from_bytes(bytes, usize::from(width))
        .is_ok_and(|old| bundle.bytes().starts_with(old.bytes()));
    if same {
        report.notice(format!("{path}: replaced by a wider one; the next append removes it"));
    } else {
        report.fault(path, None, "is not the beginning of the bundle that replaced it");
    }
}

/// Files that are in no way part of the record and yet no fault.
pub(super) fn list_leftovers(listing: &Listing, report: &mut Report) {
    for (path, (place, _)) in &listing.files {
        let standing = match place {
            Place::Tile(tile) => Standing::of_tile(*tile, report.size),
            Place::Bundle(bundle) => Standing::of_bundle(*bundle, report.size),
            Place::Unfinished | Place::Checkpoint | Place::Blob(_) => Standing::Current,
        };
        if path == UNFINISHED || standing == Standing::Beyond {
            report.notice(format!(
                "{path}: leftover beyond the checkpoint, of an interrupted append; the next \
                 append removes it"
            ));
        }
    }
}
