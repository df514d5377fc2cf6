//! Which paths belong to a record.

use servanda_tlog::{BundleId, HASH_BYTES, Hash, TILE_WIDTH, TileId};

use crate::storage::JOURNAL_BYTES_MAX;

/// Largest bundle of entries, in bytes: 256 entries of 65,535 bytes with their lengths.
pub const BUNDLE_BYTES_MAX: u64 = 256 * 65_537;
/// Largest file that an entry may name, in bytes.
pub const BLOB_BYTES_MAX: u64 = 1 << 30;
/// Most files that [`verify`](crate::verify()) looks at.
pub const FILES_MAX: usize = 1 << 22;

/// The signed head of the log.
pub(crate) const CHECKPOINT: &str = "checkpoint";
/// What is being written, until it is whole and gets its name. There is never more than one, as
/// only the holder of the lock writes.
pub(crate) const UNFINISHED: &str = ".unfinished";
/// What is committed and not in its place yet.
pub(crate) const JOURNAL: &str = "journal";
pub(crate) const TILES: &str = "tile";
pub(crate) const BLOBS: &str = "blob";
/// Largest tile of hashes, in bytes.
pub(crate) const TILE_BYTES_MAX: u64 = TILE_WIDTH as u64 * HASH_BYTES as u64;

/// What a path of the record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Checkpoint,
    Unfinished,
    Journal,
    Tile(TileId),
    Bundle(BundleId),
    Blob(Hash),
}

impl Place {
    /// None for a path that can't be part of any record.
    pub(crate) fn of(path: &str) -> Option<Place> {
        match path {
            CHECKPOINT => Some(Place::Checkpoint),
            UNFINISHED => Some(Place::Unfinished),
            JOURNAL => Some(Place::Journal),
            _ if path.starts_with("tile/entries/") => path.parse().ok().map(Place::Bundle),
            _ if path.starts_with("tile/") => path.parse().ok().map(Place::Tile),
            _ => {
                let (_, digits) = path.strip_prefix("blob/")?.split_once('/')?;
                let hash = Hash::from_hex(digits).ok()?;
                (blob_path(hash) == path).then_some(Place::Blob(hash))
            }
        }
    }

    /// Most bytes that such a file may have.
    pub(crate) fn bytes_max(self) -> u64 {
        match self {
            Place::Checkpoint => servanda_tlog::CHECKPOINT_BYTES_MAX as u64,
            Place::Tile(_) => TILE_BYTES_MAX,
            Place::Bundle(_) => BUNDLE_BYTES_MAX,
            Place::Blob(_) | Place::Unfinished => BLOB_BYTES_MAX,
            Place::Journal => JOURNAL_BYTES_MAX,
        }
    }
}

/// `blob/<aa>/<64 hexadecimal digits>`; the first two digits keep directories small.
#[must_use]
pub fn blob_path(hash: Hash) -> String {
    let digits = hash.to_hex();
    let (first, _) = digits.split_at(2);
    format!("{BLOBS}/{first}/{digits}")
}

/// How a tile or bundle of `width` places stands to a log with `held` of them on that level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// As wide as the log is there.
    Current,
    /// A partial one of an earlier size whose full one the log has not reached. Part of the
    /// record: readers of an earlier checkpoint need it.
    Earlier,
    /// A partial one beside its full one, which holds all that it does.
    Replaced,
    /// Beyond that size.
    Beyond,
}

impl Standing {
    pub(crate) fn of_tile(tile: TileId, size: u64) -> Standing {
        let height = u32::from(tile.level()) * u32::from(servanda_tlog::TILE_HEIGHT);
        let held = size.checked_shr(height).unwrap_or(0);
        Standing::of(tile.index(), tile.width(), held)
    }

    pub(crate) fn of_bundle(bundle: BundleId, size: u64) -> Standing {
        Standing::of(bundle.index(), bundle.width(), size)
    }

    fn of(index: u64, width: u16, held: u64) -> Standing {
        let full = u64::from(TILE_WIDTH);
        let there = index.checked_mul(full).map_or(0, |first| held.saturating_sub(first).min(full));
        match u64::from(width) {
            width if width > there => Standing::Beyond,
            width if width == there => Standing::Current,
            _ if there < full => Standing::Earlier,
            _ => Standing::Replaced,
        }
    }
}

/// The path of the full tile or bundle that a partial one grows into; None for a full one.
pub(crate) fn full_path(path: &str) -> Option<&str> {
    path.rsplit_once(".p/").map(|(full, _)| full)
}

#[cfg(test)]
mod tests {
    use super::*;
    use servanda_tlog::{sha256, tiles_for};

    #[test]
    fn only_paths_of_a_record_have_a_place() {
        let blob = blob_path(sha256(b"text"));
        for path in ["checkpoint", "tile/0/000", "tile/entries/x001/234.p/7", &blob] {
            assert!(Place::of(path).is_some(), "{path}");
        }
        let elsewhere = blob.replacen("blob/98", "blob/99", 1);
        assert_ne!(elsewhere, blob);
        for path in [
            "",
            "log.key",
            "checkpoint2",
            "tile/0/0",
            "tile/64/000",
            "tile/entries/000.p/256",
            "blob/ab/abc",
            &elsewhere,
            &blob.to_uppercase(),
            "tile/0/../0/000",
            "blob",
        ] {
            assert_eq!(Place::of(path), None, "{path}");
        }
    }

    #[test]
    fn a_tile_is_current_earlier_replaced_or_beyond() {
        let standing = |path: &str, size| match Place::of(path) {
            Some(Place::Tile(tile)) => Standing::of_tile(tile, size),
            Some(Place::Bundle(bundle)) => Standing::of_bundle(bundle, size),
            other => unreachable!("{other:?}"),
        };
        assert_eq!(standing("tile/0/000.p/5", 5), Standing::Current);
        assert_eq!(standing("tile/0/000.p/4", 5), Standing::Earlier);
        assert_eq!(standing("tile/0/000.p/254", 255), Standing::Earlier);
        assert_eq!(standing("tile/0/000.p/255", 256), Standing::Replaced);
        assert_eq!(standing("tile/entries/000.p/1", 256), Standing::Replaced);
        assert_eq!(standing("tile/entries/001.p/1", 258), Standing::Earlier);
        assert_eq!(standing("tile/1/000.p/1", 512), Standing::Earlier);
        assert_eq!(standing("tile/1/000.p/1", 65_535), Standing::Earlier);
        assert_eq!(standing("tile/1/000.p/1", 65_536), Standing::Replaced);
        assert_eq!(standing("tile/entries/000.p/6", 5), Standing::Beyond);
        assert_eq!(standing("tile/entries/000", 257), Standing::Current);
        assert_eq!(standing("tile/1/000.p/1", 255), Standing::Beyond);
        assert_eq!(standing("tile/63/000.p/1", 257), Standing::Beyond);
        assert_eq!(standing("tile/0/001.p/255", 512), Standing::Replaced);
        assert_eq!(full_path("tile/0/x001/000.p/5"), Some("tile/0/x001/000"));
        assert_eq!(full_path("tile/0/x001/000"), None);
        for size in [1, 5, 255, 256, 257, 70_000] {
            assert!(tiles_for(size).all(|tile| Standing::of_tile(tile, size) == Standing::Current));
        }
    }
}
