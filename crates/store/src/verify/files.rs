//! Reads each bundle once, beside the tile of its leaf hashes.

use servanda_tlog::{BundleId, Hash, TILE_WIDTH, TileId, bundles_between, leaf_hash, tile_hashes};

use super::Report;
use super::entries::Entries;
use super::hashes::Leaves;
use crate::bundle::Bundle;
use crate::layout::{BUNDLE_BYTES_MAX, Place, Standing, TILE_BYTES_MAX};
use crate::pending::Pending;
use crate::storage::{Listing, Storage};

/// Checks the bundles and what is in them. None when there are neither entries nor hashes for a
/// part of the log, so that its root can't be computed.
pub(super) fn check_bundles(
    storage: &dyn Storage,
    entries: &mut Entries<'_>,
    report: &mut Report,
) -> Option<Leaves> {
    let mut leaves = Leaves::default();
    for id in bundles_between(0, report.size) {
        let first = id.index() * u64::from(TILE_WIDTH);
        let bundle = read_bundle(storage, id, first, report);
        let tile = TileId::new(0, id.index(), id.width()).ok();
        let stored = tile.and_then(|tile| read_tile(storage, tile, report));
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
        leaves.of_tiles.extend(stored.as_ref().or(given.as_ref())?);
        leaves.of_entries.extend(given.as_ref().or(stored.as_ref())?);
        // One entry is enough to know the place; the log may be very long.
        if report.full() {
            return None;
        }
    }
    Some(leaves)
}

fn read_bundle(
    storage: &dyn Storage,
    id: BundleId,
    first: u64,
    report: &mut Report,
) -> Option<Bundle> {
    let bytes = storage
        .read(&id.to_string(), BUNDLE_BYTES_MAX)
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
pub(super) fn read_tile(
    storage: &dyn Storage,
    id: TileId,
    report: &mut Report,
) -> Option<Vec<Hash>> {
    let hashes = storage
        .read(&id.to_string(), TILE_BYTES_MAX)
        .map_err(|error| error.reason())
        .and_then(|bytes| tile_hashes(id, &bytes).map_err(|error| error.to_string()));
    hashes.map_err(|what| report.fault(id, None, what)).ok()
}

/// Checks the partial bundles of earlier sizes: each entry is the one whose leaf the log has there.
/// That holds every byte, as a bundle's bytes can't be other with the same entries. The leaves are
/// those that the root confirms, so a damaged bundle of today does not accuse those of then.
pub(super) fn check_earlier_bundles(
    storage: &dyn Storage,
    listing: &Listing,
    leaves: &[Hash],
    report: &mut Report,
) {
    for (path, place) in listing.places() {
        let Place::Bundle(id) = place else { continue };
        let standing = Standing::of_bundle(id, report.size);
        if !matches!(standing, Standing::Earlier | Standing::Replaced) {
            continue;
        }
        let Some(bytes) = read_earlier(storage, path, BUNDLE_BYTES_MAX, report) else { continue };
        let bundle = match Bundle::from_bytes(bytes, usize::from(id.width())) {
            Ok(bundle) => bundle,
            Err(error) => {
                report.fault(path, None, error);
                continue;
            }
        };
        let first = id.index() * u64::from(TILE_WIDTH);
        let of_log = usize::try_from(first).ok().and_then(|first| leaves.get(first..));
        let of_log = of_log.unwrap_or_default();
        let differs = (0..bundle.len())
            .find(|place| bundle.get(*place).map(leaf_hash) != of_log.get(*place).copied());
        match differs {
            Some(place) => {
                let what = "the entry is not the one that the log has there";
                report.fault(path, Some(first + place as u64), what);
            }
            None if standing == Standing::Replaced => notice_replaced(path, report),
            None => {}
        }
    }
}

/// The bytes of a partial tile or bundle that was there when the directory was listed. When it is
/// gone, a writer has filled the tile meanwhile.
pub(super) fn read_earlier(
    storage: &dyn Storage,
    path: &str,
    bytes_max: u64,
    report: &mut Report,
) -> Option<Vec<u8>> {
    match storage.read(path, bytes_max) {
        Ok(bytes) => Some(bytes),
        Err(error) => {
            if storage.has(path) {
                report.fault(path, None, error.reason());
            }
            None
        }
    }
}

pub(super) fn notice_replaced(path: &str, report: &mut Report) {
    report.notice(format!("{path}: its full one is there; the next append removes it"));
}

/// Files of tiles and bundles that the published size does not have.
pub(super) fn list_beyond(listing: &Listing, pending: &Pending, report: &mut Report) {
    let (published, size) = (report.size, pending.size(report.size));
    for (path, place) in listing.places() {
        let standing = |size| match place {
            Place::Tile(tile) => Standing::of_tile(tile, size),
            Place::Bundle(bundle) => Standing::of_bundle(bundle, size),
            _ => Standing::Current,
        };
        let what = if place == Place::Unfinished {
            "leftover of an interrupted append; the next append removes it"
        } else if standing(size) == Standing::Beyond {
            "beyond the checkpoint: the copy was taken while somebody wrote, or the checkpoint is \
             an old one; the next append removes it"
        } else if standing(published) == Standing::Beyond {
            "beyond the checkpoint; the next append completes it from the journal"
        } else {
            continue;
        };
        report.notice(format!("{path}: {what}"));
    }
}
