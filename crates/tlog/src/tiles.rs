//! Where the hashes and entries of a tree lie: tiles, bundles and their paths (C2SP tlog-tiles).
//!
//! A tile holds up to 256 hashes of one level; a tile of level `L` holds roots of full subtrees of
//! `256^L` leaves. A bundle holds the entries below one tile of level 0. Only the last tile of a
//! level may be partial, and its width is in its path.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// Levels of the Merkle tree from one tile level to the next.
pub const TILE_HEIGHT: u8 = 8;
/// Hashes in a full tile, and entries in a full bundle.
pub const TILE_WIDTH: u16 = 256;
/// Highest tile level that a path may name.
pub const TILE_LEVEL_MAX: u8 = 63;
/// Longest path of a tile or bundle in bytes.
pub const TILE_PATH_BYTES_MAX: usize = 64;

/// Tile levels that a tree of fewer than `2^64` leaves can have.
pub(crate) const TREE_TILE_LEVELS: u8 = 8;

const TILE_PREFIX: &str = "tile/";
const BUNDLE_PREFIX: &str = "tile/entries/";

/// A tile of hashes.
///
/// ```
/// use servanda_tlog::TileId;
///
/// let tile: TileId = "tile/1/x001/x234/067.p/17".parse()?;
/// assert_eq!((tile.level(), tile.index(), tile.width()), (1, 1_234_067, 17));
/// # Ok::<(), servanda_tlog::TilePathError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TileId {
    level: u8,
    index: u64,
    width: u16,
}

/// A bundle of entries: those below the tile of level 0 that has the same index and width.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BundleId {
    index: u64,
    width: u16,
}

/// Why a tile or bundle cannot exist or its path was refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TilePathError {
    /// A level above [`TILE_LEVEL_MAX`].
    #[error("tile level {level} is over {TILE_LEVEL_MAX}")]
    Level {
        /// The level given.
        level: u8,
    },
    /// A width of 0 or above [`TILE_WIDTH`].
    #[error("a tile or bundle is 1 to {TILE_WIDTH} wide, not {width}")]
    Width {
        /// The width given.
        width: u16,
    },
    /// Not the one spelling of a path.
    #[error(
        "{path:?} is not the path of a {what}; write it as {example}, without further zeros or \
         signs"
    )]
    Path {
        /// The start of the refused path.
        path: String,
        /// What was expected: a tile or a bundle.
        what: &'static str,
        /// A path that is right.
        example: &'static str,
    },
}

impl TileId {
    /// A tile of `width` hashes, 256 if it is full.
    ///
    /// # Errors
    /// [`TilePathError`] if the level or the width is out of range.
    pub fn new(level: u8, index: u64, width: u16) -> Result<TileId, TilePathError> {
        if level > TILE_LEVEL_MAX {
            return Err(TilePathError::Level { level });
        }
        let width = checked_width(width)?;
        Ok(TileId { level, index, width })
    }

    /// Level: 0 holds leaf hashes, `L` holds roots of full subtrees of `256^L` leaves.
    pub fn level(self) -> u8 {
        self.level
    }

    /// Place among the tiles of its level, the first is 0.
    pub fn index(self) -> u64 {
        self.index
    }

    /// Number of hashes, 1 to 256.
    pub fn width(self) -> u16 {
        self.width
    }

    /// Whether the tile has room left.
    pub fn is_partial(self) -> bool {
        self.width < TILE_WIDTH
    }

    /// For known levels below [`TREE_TILE_LEVELS`] and widths of 1 to 256.
    pub(crate) fn of_tree(level: u8, index: u64, width: u16) -> TileId {
        TileId { level, index, width }
    }
}

impl BundleId {
    /// A bundle of `width` entries, 256 if it is full.
    ///
    /// # Errors
    /// [`TilePathError::Width`] if the width is out of range.
    pub fn new(index: u64, width: u16) -> Result<BundleId, TilePathError> {
        let width = checked_width(width)?;
        Ok(BundleId { index, width })
    }

    /// Place among the bundles, the first is 0; its first entry is `256 * index`.
    pub fn index(self) -> u64 {
        self.index
    }

    /// Number of entries, 1 to 256.
    pub fn width(self) -> u16 {
        self.width
    }

    /// Whether the bundle has room left.
    pub fn is_partial(self) -> bool {
        self.width < TILE_WIDTH
    }
}

fn checked_width(width: u16) -> Result<u16, TilePathError> {
    match width {
        1..=TILE_WIDTH => Ok(width),
        _ => Err(TilePathError::Width { width }),
    }
}

/// All tiles of a tree of `size` leaves, in order of level and index.
///
/// ```
/// let paths = servanda_tlog::tiles_for(257).map(|tile| tile.to_string());
/// assert_eq!(paths.collect::<Vec<_>>(), ["tile/0/000", "tile/0/001.p/1", "tile/1/000.p/1"]);
/// ```
pub fn tiles_for(size: u64) -> impl Iterator<Item = TileId> {
    tiles_between(0, size)
}

/// The tiles of a tree of `new` leaves that a tree of `old` leaves does not have, in order of level
/// and index: what must be written when the tree grows. Empty if it does not grow.
pub fn tiles_between(old: u64, new: u64) -> impl Iterator<Item = TileId> {
    (0..TREE_TILE_LEVELS).flat_map(move |level| {
        let height = level * TILE_HEIGHT;
        new_ranges(old >> height, new >> height)
            .map(move |(index, width)| TileId::of_tree(level, index, width))
    })
}

/// The bundles of a log of `new` entries that a log of `old` entries does not have, in order.
pub fn bundles_between(old: u64, new: u64) -> impl Iterator<Item = BundleId> {
    new_ranges(old, new).map(|(index, width)| BundleId { index, width })
}

/// Index and width of the tiles that change when a level grows from `old` to `new` hashes.
fn new_ranges(old: u64, new: u64) -> impl Iterator<Item = (u64, u16)> {
    let per_tile = u64::from(TILE_WIDTH);
    let last = new / per_tile;
    let rest = (new % per_tile) as u16;
    let full = (old / per_tile..last).map(|index| (index, TILE_WIDTH));
    let partial = (new > old && rest > 0).then_some((last, rest));
    full.chain(partial)
}

impl fmt::Display for TileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{TILE_PREFIX}{}/", self.level)?;
        write_place(f, self.index, self.width)
    }
}

impl fmt::Display for BundleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(BUNDLE_PREFIX)?;
        write_place(f, self.index, self.width)
    }
}

impl FromStr for TileId {
    type Err = TilePathError;

    /// Reads exactly what `Display` writes.
    fn from_str(path: &str) -> Result<TileId, TilePathError> {
        let read = || {
            let (level, place) = short(path)?.strip_prefix(TILE_PREFIX)?.split_once('/')?;
            let (index, width) = read_place(place)?;
            let tile = TileId::new(level.parse().ok()?, index, width).ok()?;
            (tile.to_string() == path).then_some(tile)
        };
        read().ok_or_else(|| refused(path, "tile", "tile/0/x001/x234/067.p/8"))
    }
}

impl FromStr for BundleId {
    type Err = TilePathError;

    /// Reads exactly what `Display` writes.
    fn from_str(path: &str) -> Result<BundleId, TilePathError> {
        let read = || {
            let place = short(path)?.strip_prefix(BUNDLE_PREFIX)?;
            let (index, width) = read_place(place)?;
            let bundle = BundleId::new(index, width).ok()?;
            (bundle.to_string() == path).then_some(bundle)
        };
        read().ok_or_else(|| refused(path, "bundle", "tile/entries/x001/x234/067.p/8"))
    }
}

fn short(path: &str) -> Option<&str> {
    (path.len() <= TILE_PATH_BYTES_MAX).then_some(path)
}

fn refused(path: &str, what: &'static str, example: &'static str) -> TilePathError {
    let path = path.chars().take(TILE_PATH_BYTES_MAX).collect();
    TilePathError::Path { path, what, example }
}

/// Writes `<N>[.p/<W>]`: the index in groups of three digits, an `x` before all but the last.
fn write_place(f: &mut fmt::Formatter<'_>, index: u64, width: u16) -> fmt::Result {
    let mut unit = 1;
    while index / unit >= 1000 {
        unit *= 1000;
    }
    while unit > 1 {
        write!(f, "x{:03}/", index / unit % 1000)?;
        unit /= 1000;
    }
    write!(f, "{:03}", index % 1000)?;
    if width < TILE_WIDTH {
        write!(f, ".p/{width}")?;
    }
    Ok(())
}

/// Reads `<N>[.p/<W>]`. Spellings other than the canonical one may pass: the caller compares.
fn read_place(place: &str) -> Option<(u64, u16)> {
    let (index, width) = match place.split_once(".p/") {
        Some((index, width)) => (index, width.parse().ok()?),
        None => (place, TILE_WIDTH),
    };
    let mut value: u64 = 0;
    for group in index.split('/') {
        let digits = group.strip_prefix('x').unwrap_or(group);
        let group: u64 = digits.parse().ok().filter(|group| *group < 1000)?;
        value = value.checked_mul(1000)?.checked_add(group)?;
    }
    Some((value, width))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn tile(level: u8, index: u64, width: u16) -> TileId {
        TileId::new(level, index, width).unwrap()
    }

    #[test]
    fn paths_are_those_of_the_specification() {
        for (id, path) in [
            (tile(0, 0, 256), "tile/0/000"),
            (tile(0, 273, 112), "tile/0/273.p/112"),
            (tile(63, 1_234_067, 256), "tile/63/x001/x234/067"),
            (tile(2, 1000, 1), "tile/2/x001/000.p/1"),
            (tile(7, u64::MAX, 255), "tile/7/x018/x446/x744/x073/x709/x551/615.p/255"),
        ] {
            assert_eq!(id.to_string(), path);
            assert_eq!(path.parse(), Ok(id));
        }
        let bundle = BundleId::new(1_234_067, 8).unwrap();
        assert_eq!(bundle.to_string(), "tile/entries/x001/x234/067.p/8");
        assert_eq!("tile/entries/x001/x234/067.p/8".parse(), Ok(bundle));
        assert_eq!("tile/entries/000".parse(), BundleId::new(0, 256));
    }

    #[test]
    fn other_spellings_are_refused() {
        for path in [
            "",
            "tile",
            "tile/",
            "tile/0",
            "tile/0/",
            "tile/0/0",
            "tile/0/00",
            "tile/0/0000",
            "tile/0/000/",
            "tile/0//000",
            "/tile/0/000",
            "tile/00/000",
            "tile/+1/000",
            "tile/64/000",
            "tile/256/000",
            "tile/-1/000",
            "tile/0/x000/001",
            "tile/0/x001",
            "tile/0/001/000",
            "tile/0/X001/000",
            "tile/0/x1/000",
            "tile/0/x1000/000",
            "tile/0/+12",
            "tile/0/xx01/000",
            "tile/0/x018/x446/x744/x073/x709/x551/616",
            "tile/0/x001/x000/x000/x000/x000/x000/x000/000",
            "tile/0/000.p",
            "tile/0/000.p/",
            "tile/0/000.p/0",
            "tile/0/000.p/01",
            "tile/0/000.p/+1",
            "tile/0/000.p/256",
            "tile/0/000.p/65536",
            "tile/0/000.p/1.p/1",
            "tile/0/000.p/1/",
            "tile/0/000 ",
            "tile/0/٠٠٠",
            "tile/8/0/000",
            "tile/entries/000",
            "tile/0/../../key",
        ] {
            assert!(path.parse::<TileId>().is_err(), "{path:?}");
        }
        for path in ["tile/0/000", "tile/entries/", "tile/entries/0", "tile/entries/000.p/256"] {
            assert!(path.parse::<BundleId>().is_err(), "{path:?}");
        }
    }

    #[test]
    fn a_refused_path_travels_shortened() {
        let error = "x".repeat(1_000_000).parse::<TileId>().unwrap_err();
        assert!(error.to_string().len() < 300);
    }

    #[test]
    fn ids_out_of_range_are_refused() {
        assert!(TileId::new(64, 0, 1).is_err());
        assert!(TileId::new(0, 0, 0).is_err());
        assert!(TileId::new(0, 0, 257).is_err());
        assert!(BundleId::new(0, 0).is_err());
        assert!(BundleId::new(0, 257).is_err());
    }

    #[test]
    fn seventy_thousand_leaves_lie_as_the_specification_says() {
        let tiles: Vec<_> = tiles_for(70_000).collect();
        let count = |level, full| {
            let of_kind = |tile: &&TileId| tile.level == level && tile.is_partial() != full;
            tiles.iter().filter(of_kind).count()
        };
        assert_eq!(count(0, true), 273);
        assert_eq!(count(1, true), 1);
        assert!(tiles.contains(&tile(0, 273, 112)));
        assert!(tiles.contains(&tile(1, 1, 17)));
        assert!(tiles.contains(&tile(2, 0, 1)));
        assert_eq!(tiles.len(), 273 + 1 + 1 + 1 + 1);
        let of_256: Vec<_> = tiles_for(256).collect();
        assert_eq!(of_256, [tile(0, 0, 256), tile(1, 0, 1)]);
        assert_eq!(tiles_for(0).count(), 0);
    }

    #[test]
    fn a_level_that_does_not_grow_is_not_written() {
        let paths = |old, new| {
            let tiles = tiles_between(old, new).map(|tile| tile.to_string());
            tiles.collect::<Vec<_>>().join(" ")
        };
        assert_eq!(paths(300, 301), "tile/0/001.p/45");
        assert_eq!(paths(511, 512), "tile/0/001 tile/1/000.p/2");
        assert_eq!(paths(512, 513), "tile/0/002.p/1");
        assert_eq!(paths(65_535, 65_536), "tile/0/255 tile/1/000 tile/2/000.p/1");
        assert_eq!(paths(300, 300), "");
        assert_eq!(paths(301, 300), "");
        let bundles: Vec<_> = bundles_between(255, 257).map(|b| b.to_string()).collect();
        assert_eq!(bundles, ["tile/entries/000", "tile/entries/001.p/1"]);
        assert_eq!(bundles_between(9, 3).count(), 0);
    }

    #[test]
    fn the_largest_sizes_do_not_overflow() {
        assert_eq!(tiles_for(u64::MAX).take(3).count(), 3);
        let grown: Vec<_> = tiles_between(u64::MAX - 1, u64::MAX).collect();
        assert_eq!(grown, [tile(0, u64::MAX >> 8, 255)]);
    }

    proptest! {
        #[test]
        fn every_id_has_one_path(
            level in 0..=63_u8,
            index: u64,
            shift in 0..64_u32,
            width in 1..=256_u16,
        ) {
            let tile = tile(level, index >> shift, width);
            prop_assert!(tile.to_string().len() <= TILE_PATH_BYTES_MAX);
            prop_assert_eq!(tile.to_string().parse(), Ok(tile));
            let bundle = BundleId::new(index >> shift, width).unwrap();
            prop_assert_eq!(bundle.to_string().parse(), Ok(bundle));
        }

        #[test]
        fn what_is_read_was_written(
            path in "tile/(entries|[0-9]{1,2})(/x?[0-9]{1,4}){1,3}(\\.p/[0-9]{1,3})?",
        ) {
            if let Ok(tile) = path.parse::<TileId>() {
                prop_assert_eq!(tile.to_string(), &path[..]);
            }
            if let Ok(bundle) = path.parse::<BundleId>() {
                prop_assert_eq!(bundle.to_string(), path);
            }
        }
    }
}
