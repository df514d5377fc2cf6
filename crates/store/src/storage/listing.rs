//! What lies in the place of a record.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use servanda_tlog::TILE_LEVEL_MAX;

use super::fs::{Found, Fs};
use crate::layout::{BLOBS, FILES_MAX, Place, TILES};

/// Most parts of a path: `tile`, the level, seven groups of digits for 2^64, and the width.
const PATH_PARTS_MAX: usize = 10;

/// What lies in the place of a record.
#[derive(Debug, Default)]
pub struct Listing {
    /// Files at paths that a record can have, with their sizes in bytes.
    pub files: BTreeMap<String, u64>,
    /// Everything else, and why it can't stay.
    pub strange: Vec<(String, String)>,
}

impl Listing {
    /// The files, and what each is.
    pub(crate) fn places(&self) -> impl Iterator<Item = (&str, Place)> {
        self.files.keys().filter_map(|path| Some((path.as_str(), Place::of(path)?)))
    }

    /// Takes up a file of so many bytes that was found under a path.
    pub fn add(&mut self, path: &str, bytes: u64) {
        match Place::of(path) {
            None => self.refuse(path, "is not part of the record"),
            Some(place) if bytes > place.bytes_max() => {
                let most = place.bytes_max();
                self.refuse(path, &format!("has {bytes} bytes; at most {most} are allowed"));
            }
            Some(_) => {
                self.files.insert(path.to_owned(), bytes);
            }
        }
    }

    fn refuse(&mut self, path: &str, why: &str) {
        // A strange name may hold control characters that would disturb a terminal.
        let path = path.escape_debug().to_string();
        self.strange.push((path, why.to_owned()));
    }

    fn is_full(&self) -> bool {
        self.files.len() + self.strange.len() >= FILES_MAX
    }
}

/// Lists what is below `top` in a folder; below the folder itself when `top` is empty.
pub(super) fn list(fs: &dyn Fs, root: &Path, top: &str) -> Listing {
    let mut listing = Listing::default();
    directory(fs, root, top, &mut listing);
    listing
}

fn directory(fs: &dyn Fs, root: &Path, path: &str, listing: &mut Listing) {
    let here = if path.is_empty() { "." } else { path };
    let named = match fs.list(&root.join(path)) {
        Ok(found) => found,
        Err(error) => return listing.refuse(here, &format!("can't be listed: {error}")),
    };
    // In the order of names, so blobs come before tiles: a blob that is seen here was written
    // before the entry that names it, so that entry will be seen too.
    let named: BTreeMap<_, _> = named.into_iter().take(FILES_MAX).collect();
    for (name, found) in named {
        if listing.is_full() {
            return listing.refuse(here, &format!("more than {FILES_MAX} files"));
        }
        let name = name.to_string_lossy();
        let below = match path {
            "" => name.into_owned(),
            _ => format!("{path}/{name}"),
        };
        match found {
            // A writer may remove what an append has replaced while we look.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => listing.refuse(&below, &format!("can't be looked at: {error}")),
            Ok(Found::Link) => listing.refuse(&below, "is a symbolic link; a record has none"),
            Ok(Found::Directory) if is_directory(&below) => directory(fs, root, &below, listing),
            Ok(Found::Directory) => {
                listing.refuse(&below, "is a directory that is not part of the record");
            }
            Ok(Found::Other) => listing.refuse(&below, "is not a regular file"),
            Ok(Found::File(bytes)) => listing.add(&below, bytes),
        }
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
}
