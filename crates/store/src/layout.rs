//! Which paths belong to a record, and what lies in the directory.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use servanda_tlog::{BundleId, HASH_BYTES, Hash, TILE_LEVEL_MAX, TILE_WIDTH, TileId};

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
pub(crate) const TILES: &str = "tile";
pub(crate) const BLOBS: &str = "blob";
/// Largest tile of hashes, in bytes.
pub(crate) const TILE_BYTES_MAX: u64 = TILE_WIDTH as u64 * HASH_BYTES as u64;

/// Most parts of a path: `tile`, the level, seven groups of digits for 2^64, and the width.
const PATH_PARTS_MAX: usize = 10;

/// What a path of the record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Checkpoint,
    Unfinished,
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
        }
    }
}

/// `blob/<aa>/<64 hexadecimal digits>`; the first two digits keep directories small.
pub(crate) fn blob_path(hash: Hash) -> String {
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
    /// Beyond the checkpoint: an interrupted append left it.
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

/// What lies in a directory.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    /// Regular files at paths that a record can have, with their sizes in bytes.
    pub(crate) files: BTreeMap<String, (Place, u64)>,
    /// Everything else, and why it can't stay.
    pub(crate) strange: Vec<(String, String)>,
}

impl Listing {
    /// Lists what is below `top` in `root`; below the root itself when `top` is empty.
    pub(crate) fn read(root: &Path, top: &str) -> Listing {
        let mut listing = Listing::default();
        listing.directory(root, top);
        listing
    }

    fn directory(&mut self, root: &Path, path: &str) {
        let here = if path.is_empty() { "." } else { path };
        let entries = match fs::read_dir(root.join(path)) {
            Ok(entries) => entries,
            Err(error) => return self.refuse(here, &format!("can't be listed: {error}")),
        };
        let mut named = BTreeMap::new();
        for entry in entries {
            match entry {
                Ok(entry) if named.len() < FILES_MAX => {
                    named.insert(entry.file_name(), entry);
                }
                Ok(_) => break,
                Err(error) => self.refuse(here, &format!("can't be listed to its end: {error}")),
            }
        }
        // In the order of names, so blobs come before tiles: a blob that is seen here was written
        // after the entry that names it, so that entry will be seen too.
        for (name, entry) in named {
            if self.files.len() + self.strange.len() >= FILES_MAX {
                return self.refuse(here, &format!("more than {FILES_MAX} files"));
            }
            let name = name.to_string_lossy();
            let below = match path {
                "" => name.into_owned(),
                _ => format!("{path}/{name}"),
            };
            self.one(root, &entry, &below);
        }
    }

    fn one(&mut self, root: &Path, entry: &fs::DirEntry, path: &str) {
        // This doesn't follow a symbolic link: one could lead out of the record.
        let found = match entry.metadata() {
            Ok(found) => found,
            // A writer may remove what an append has replaced while we look.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return,
            Err(error) => return self.refuse(path, &format!("can't be looked at: {error}")),
        };
        if found.is_symlink() {
            self.refuse(path, "is a symbolic link; a record has none");
        } else if found.is_dir() {
            if is_directory(path) {
                self.directory(root, path);
            } else {
                self.refuse(path, "is a directory that is not part of the record");
            }
        } else if !found.is_file() {
            self.refuse(path, "is not a regular file");
        } else {
            match Place::of(path) {
                None => self.refuse(path, "is not part of the record"),
                Some(place) if found.len() > place.bytes_max() => self.refuse(
                    path,
                    &format!(
                        "has {} bytes; at most {} are allowed",
                        found.len(),
                        place.bytes_max()
                    ),
                ),
                Some(place) => {
                    self.files.insert(path.to_owned(), (place, found.len()));
                }
            }
        }
    }

    fn refuse(&mut self, path: &str, why: &str) {
        // A strange name may hold control characters that would disturb a terminal.
        let path = path.escape_debug().to_string();
        self.strange.push((path, why.to_owned()));
    }
}

/// Whether a record can have a directory of this name.
fn is_directory(path: &str) -> bool {
    let parts: Vec<&str> = path.split('/').collect();
    if parts.len() >= PATH_PARTS_MAX {
        return false;
    }
    match parts.as_slice() {
        [TILES | BLOBS] => true,
        [BLOBS, first] => first.len() == 2 && first.bytes().all(is_hex_digit),
        [TILES, level, groups @ ..] => {
            let known = *level == "entries"
                || (level.parse::<u8>())
                    .is_ok_and(|n| n <= TILE_LEVEL_MAX && n.to_string() == *level);
            known && groups.iter().all(|group| is_group(group))
        }
        _ => false,
    }
}

/// Three digits between an `x` and the next group, or before the `.p` of a partial tile.
fn is_group(name: &str) -> bool {
    let digits = match name.strip_suffix(".p") {
        Some(last) => last,
        None => name.strip_prefix('x').unwrap_or(""),
    };
    digits.len() == 3 && digits.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_hex_digit(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'f')
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
    fn only_directories_of_a_record_are_entered() {
        for path in ["tile", "tile/0", "tile/entries/x001", "tile/0/000.p", "blob/a0"] {
            assert!(is_directory(path), "{path}");
        }
        let deep = format!("tile/0{}", "/x000".repeat(9));
        for path in ["keys", "tile/x", "tile/00", "tile/0/000", "blob/A0", "blob/a0/b", &deep] {
            assert!(!is_directory(path), "{path}");
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
