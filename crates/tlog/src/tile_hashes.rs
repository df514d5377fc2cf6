//! The bytes of tiles: made from leaf hashes, written as the tree grows, read back as nodes.

use thiserror::Error;

use crate::hash::{HASH_BYTES, Hash};
use crate::proof::ProofError;
use crate::tiles::{TILE_HEIGHT, TILE_WIDTH, TREE_TILE_LEVELS, TileId, tiles_between, tiles_for};
use crate::tree::{NodeReader, TREE_SIZE_MAX, Tree, root_of};

/// A tile with its bytes, ready to be stored under the path that `id` displays as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TileFile {
    /// Which tile, and so which path.
    pub id: TileId,
    /// The hashes one after the other, 32 bytes each.
    pub bytes: Vec<u8>,
}

/// Why tiles could not be read or made.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TileError {
    /// Not `32 * width` bytes.
    #[error("{id} must have {expected} bytes but has {found}; restore it from another copy")]
    WrongLength {
        /// The tile.
        id: TileId,
        /// Bytes of a tile of that width.
        expected: usize,
        /// Bytes found.
        found: usize,
    },
    /// A tile that the tree of this size has was not given.
    #[error("{id} is missing; restore it from another copy")]
    Missing {
        /// The tile.
        id: TileId,
    },
    /// The leaf hashes given do not reach to the end of the tile.
    #[error("{id} needs more leaves than were given")]
    LeavesMissing {
        /// The tile.
        id: TileId,
    },
    /// More leaves than [`TREE_SIZE_MAX`].
    #[error("a tree of {size} leaves is over the limit of {TREE_SIZE_MAX}; check the size")]
    TooLarge {
        /// The size given.
        size: u64,
    },
}

/// The bytes of one tile, from a reader of nodes such as the slice of all leaf hashes.
///
/// # Errors
/// [`TileError::LeavesMissing`] if the reader does not hold all leaves below the tile.
pub fn tile_bytes<N: NodeReader + ?Sized>(nodes: &N, id: TileId) -> Result<Vec<u8>, TileError> {
    let missing = TileError::LeavesMissing { id };
    let read = || {
        let level = id.level().checked_mul(TILE_HEIGHT)?;
        let first = id.index().checked_mul(u64::from(TILE_WIDTH))?;
        let mut bytes = Vec::with_capacity(byte_length(id));
        for offset in 0..u64::from(id.width()) {
            bytes.extend(nodes.node(level, first + offset)?.0);
        }
        Some(bytes)
    };
    read().ok_or(missing)
}

/// The hashes in the bytes of a tile.
///
/// # Errors
/// [`TileError::WrongLength`] if the bytes do not fit the width of the tile.
pub fn tile_hashes(id: TileId, bytes: &[u8]) -> Result<Vec<Hash>, TileError> {
    let (expected, found) = (byte_length(id), bytes.len());
    if found != expected {
        return Err(TileError::WrongLength { id, expected, found });
    }
    let (hashes, _) = bytes.as_chunks::<HASH_BYTES>();
    Ok(hashes.iter().copied().map(Hash).collect())
}

/// The tiles that change when a tree grows from `old` to `new` leaves, in order of level and index,
/// from a reader of nodes such as the slice of all leaf hashes. That slice hashes the subtrees
/// below each changed tile again: to append again and again, use [`TileWriter`].
///
/// # Errors
/// [`TileError::LeavesMissing`] if the reader does not hold `new` leaves.
pub fn changed_tiles<N: NodeReader + ?Sized>(
    nodes: &N,
    old: u64,
    new: u64,
) -> Result<Vec<TileFile>, TileError> {
    tiles_between(old, new)
        .map(|id| tile_bytes(nodes, id).map(|bytes| TileFile { id, bytes }))
        .collect()
}

fn byte_length(id: TileId) -> usize {
    usize::from(id.width()) * HASH_BYTES
}

/// Makes tiles as a tree grows, from nothing but the partial tiles on its right edge.
///
/// ```
/// use servanda_tlog::{TileWriter, leaf_hash, root_of};
///
/// let leaves = [leaf_hash(b"first entry"), leaf_hash(b"second entry")];
/// let mut writer = TileWriter::new();
/// let files = writer.append(&leaves);
/// assert_eq!(files[0].id.to_string(), "tile/0/000.p/2");
/// assert_eq!(writer.root(), root_of(&leaves));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TileWriter {
    size: u64,
    edges: Vec<Edge>,
}

/// The hashes of one level that are not in a full tile yet, fewer than 256, and the tree over them:
/// so a root takes a few hashes, not one for each of these.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Edge {
    hashes: Vec<Hash>,
    tree: Tree,
}

impl Edge {
    fn of(hashes: Vec<Hash>) -> Edge {
        let mut tree = Tree::new();
        tree.extend(hashes.iter().copied());
        Edge { hashes, tree }
    }

    fn push(&mut self, hash: Hash) {
        self.hashes.push(hash);
        self.tree.push(hash);
    }
}

impl TileWriter {
    /// Begins a tree without leaves.
    pub fn new() -> TileWriter {
        TileWriter::default()
    }

    /// Takes up a tree of `size` leaves again from its stored partial tiles, at most one per level.
    /// The tiles are trusted: compare [`TileWriter::root`] with a verified checkpoint.
    ///
    /// `read` gives the bytes of a tile, or `None` if there is no such tile.
    ///
    /// # Errors
    /// [`TileError`] if the size is over the limit or a tile is missing or of the wrong length.
    pub fn resume(
        size: u64,
        mut read: impl FnMut(TileId) -> Option<Vec<u8>>,
    ) -> Result<TileWriter, TileError> {
        if size > TREE_SIZE_MAX {
            return Err(TileError::TooLarge { size });
        }
        let mut edges = Vec::new();
        for level in 0..TREE_TILE_LEVELS {
            let hashes = size >> (level * TILE_HEIGHT);
            if hashes == 0 {
                break;
            }
            let width = (hashes % u64::from(TILE_WIDTH)) as u16;
            if width == 0 {
                edges.push(Edge::default());
                continue;
            }
            let id = TileId::of_tree(level, hashes / u64::from(TILE_WIDTH), width);
            let bytes = read(id).ok_or(TileError::Missing { id })?;
            edges.push(Edge::of(tile_hashes(id, &bytes)?));
        }
        Ok(TileWriter { size, edges })
    }

    /// Appends leaf hashes and gives the tiles that this changes, partial ones included, in order
    /// of level and index: the same as [`changed_tiles`].
    pub fn append(&mut self, leaves: &[Hash]) -> Vec<TileFile> {
        let old = self.size;
        let mut files = self.fill(leaves);
        let partial = tiles_between(old, self.size).filter(|id| id.is_partial());
        files.extend(partial.map(|id| self.file_of_edge(id)));
        files.sort_by_key(|file| file.id);
        files
    }

    /// As [`TileWriter::append`], and gives only the tiles that are full now. The partial ones of
    /// later are in [`TileWriter::partial_tiles`].
    pub fn fill(&mut self, leaves: &[Hash]) -> Vec<TileFile> {
        let mut files = Vec::new();
        for leaf in leaves {
            self.push(*leaf, &mut files);
        }
        files.sort_by_key(|file| file.id);
        files
    }

    /// The partial tiles on the right edge, at most one per level: what [`TileWriter::resume`]
    /// reads.
    pub fn partial_tiles(&self) -> Vec<TileFile> {
        let partial = tiles_for(self.size).filter(|id| id.is_partial());
        partial.map(|id| self.file_of_edge(id)).collect()
    }

    /// Number of leaves.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Root of the tree of all leaves.
    pub fn root(&self) -> Hash {
        self.tree().root()
    }

    /// The tree as its peaks.
    pub fn tree(&self) -> Tree {
        // The hashes of a level are subtrees to the right of all those in the level above.
        let peaks = self.edges.iter().rev().flat_map(|edge| edge.tree.peaks());
        Tree::of_known_peaks(self.size, peaks.copied().collect())
    }

    fn push(&mut self, leaf: Hash, files: &mut Vec<TileFile>) {
        let mut hash = leaf;
        for level in 0..TREE_TILE_LEVELS {
            if self.edges.len() == usize::from(level) {
                self.edges.push(Edge::default());
            }
            let edge = &mut self.edges[usize::from(level)];
            edge.push(hash);
            if edge.hashes.len() < usize::from(TILE_WIDTH) {
                break;
            }
            let index = (self.size >> (level * TILE_HEIGHT)) / u64::from(TILE_WIDTH);
            let id = TileId::of_tree(level, index, TILE_WIDTH);
            files.push(file_of(id, &edge.hashes));
            hash = edge.tree.root();
            edge.hashes.clear();
            edge.tree = Tree::new();
        }
        self.size += 1;
    }

    fn file_of_edge(&self, id: TileId) -> TileFile {
        let edge = self.edges.get(usize::from(id.level()));
        file_of(id, edge.map_or(&[], |edge| &edge.hashes))
    }
}

fn file_of(id: TileId, hashes: &[Hash]) -> TileFile {
    let mut bytes = Vec::with_capacity(byte_length(id));
    hashes.iter().for_each(|hash| bytes.extend_from_slice(&hash.0));
    TileFile { id, bytes }
}

/// Reads the nodes of a tree of `size` leaves from its tiles, for proofs and roots.
///
/// The tiles are not checked: what is made from them is right only if it leads to the root of a
/// verified checkpoint. So verify a proof after making it, and compare a root.
pub struct TileNodes<F> {
    size: u64,
    read: F,
}

impl<F: Fn(TileId) -> Option<Vec<u8>>> TileNodes<F> {
    /// `read` gives the bytes of a tile, or `None` if there is no such tile. Where a partial tile
    /// has been deleted, `read` may give the wider tile of the same index that replaced it.
    pub fn new(size: u64, read: F) -> TileNodes<F> {
        TileNodes { size, read }
    }

    /// Root of the tree that the tiles form.
    ///
    /// # Errors
    /// [`ProofError::NodeMissing`] if a tile is missing or too short.
    pub fn root(&self) -> Result<Hash, ProofError> {
        crate::proof::root_at(self, self.size)
    }
}

impl<F: Fn(TileId) -> Option<Vec<u8>>> NodeReader for TileNodes<F> {
    fn node(&self, level: u8, index: u64) -> Option<Hash> {
        let tile_level = level / TILE_HEIGHT;
        if tile_level >= TREE_TILE_LEVELS {
            return None;
        }
        // The node is the root of `count` hashes that lie side by side in one tile.
        let count = 1_u64 << (level % TILE_HEIGHT);
        let per_tile = u64::from(TILE_WIDTH);
        let first = index.checked_mul(count)?;
        let hashes = self.size >> (tile_level * TILE_HEIGHT);
        if first.checked_add(count)? > hashes {
            return None;
        }
        let tile = first / per_tile;
        let width = (hashes - tile * per_tile).min(per_tile) as u16;
        let id = TileId::of_tree(tile_level, tile, width);
        let bytes = (self.read)(id)?;
        let (present, _) = bytes.as_chunks::<HASH_BYTES>();
        let start = usize::try_from(first % per_tile).ok()?;
        let wanted = present.get(start..start + usize::try_from(count).ok()?)?;
        let wanted: Vec<Hash> = wanted.iter().copied().map(Hash).collect();
        Some(root_of(&wanted))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::leaf_hash;
    use crate::proof::{prove_consistency, prove_inclusion, root_at};
    use crate::tiles::tiles_for;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn leaves(count: u64) -> Vec<Hash> {
        (0..count).map(|i| leaf_hash(&i.to_be_bytes())).collect()
    }

    /// All tiles ever written while the tree grew.
    type Files = BTreeMap<TileId, Vec<u8>>;

    fn write(batches: &[&[Hash]]) -> (TileWriter, Files) {
        let (mut writer, mut files) = (TileWriter::new(), Files::new());
        for batch in batches {
            files.extend(writer.append(batch).into_iter().map(|f| (f.id, f.bytes)));
        }
        (writer, files)
    }

    #[test]
    fn a_tile_of_level_one_holds_roots_of_full_tiles() {
        let leaves = leaves(600);
        let id = TileId::new(1, 0, 2).unwrap();
        let bytes = tile_bytes(&leaves, id).unwrap();
        let roots = [root_of(&leaves[..256]), root_of(&leaves[256..512])];
        assert_eq!(tile_hashes(id, &bytes), Ok(roots.to_vec()));
        for (level, index, width) in
            [(1, 0, 3), (0, 2, 89), (2, 0, 1), (63, 0, 1), (0, u64::MAX, 1)]
        {
            let id = TileId::new(level, index, width).unwrap();
            assert_eq!(tile_bytes(&leaves, id), Err(TileError::LeavesMissing { id }));
        }
    }

    #[test]
    fn tile_hashes_come_only_from_the_right_length() {
        let id = TileId::new(0, 0, 2).unwrap();
        for length in [0, 32, 63, 65, 96, 8192] {
            assert!(tile_hashes(id, &vec![0; length]).is_err(), "{length}");
        }
    }

    #[test]
    fn the_writer_gives_the_changed_tiles() {
        let leaves = leaves(1200);
        for (old, new) in [(0, 1), (0, 256), (255, 257), (300, 300), (511, 512), (700, 1200)] {
            let mut writer = TileWriter::new();
            writer.append(&leaves[..old]);
            let files = writer.append(&leaves[old..new]);
            assert_eq!(Ok(files), changed_tiles(&leaves, old as u64, new as u64), "{old} to {new}");
            assert_eq!(writer.root(), root_of(&leaves[..new]));
            assert_eq!(writer.size(), new as u64);
        }
    }

    #[test]
    fn what_is_filled_is_what_is_appended_without_the_partial_tiles() {
        let leaves = leaves(65_536 + 2);
        let (mut appended, mut filled) = (TileWriter::new(), TileWriter::new());
        for part in leaves.chunks(300) {
            let files = appended.append(part);
            let full: Vec<_> = files.into_iter().filter(|file| !file.id.is_partial()).collect();
            assert_eq!(filled.fill(part), full);
            assert_eq!(filled, appended);
            assert_eq!(filled.partial_tiles(), appended.partial_tiles());
        }
    }

    #[test]
    fn at_every_size_the_edges_give_the_tree() {
        let (mut writer, mut tree) = (TileWriter::new(), Tree::new());
        assert_eq!(writer.tree(), tree);
        for leaf in leaves(65_536 + 600) {
            writer.fill(&[leaf]);
            tree.push(leaf);
            assert_eq!(writer.tree(), tree);
            assert_eq!(writer.root(), tree.root());
        }
    }

    #[test]
    fn a_third_level_is_written() {
        let leaves = leaves(65_536 + 300);
        let (writer, files) =
            write(&[&leaves[..65_000], &leaves[65_000..65_600], &leaves[65_600..]]);
        assert_eq!(writer.root(), root_of(&leaves));
        for id in tiles_for(leaves.len() as u64) {
            assert!(files.contains_key(&id), "{id}");
        }
        let top = TileId::new(2, 0, 1).unwrap();
        assert_eq!(files[&top], root_of(&leaves[..65_536]).0);
        let size = leaves.len() as u64;
        let again = TileWriter::resume(size, |id| files.get(&id).cloned());
        assert_eq!(again, Ok(writer));
    }

    #[test]
    fn missing_and_torn_tiles_stop_a_resume() {
        let leaves = leaves(600);
        let (_, files) = write(&[&leaves]);
        for lost in tiles_for(600).filter(|id| id.is_partial()) {
            let read = |id| files.get(&id).filter(|_| id != lost).cloned();
            let error = TileWriter::resume(600, read);
            assert_eq!(error, Err(TileError::Missing { id: lost }));
        }
        let torn = TileWriter::resume(600, |id| files.get(&id).map(|bytes| bytes[1..].to_vec()));
        assert!(matches!(torn, Err(TileError::WrongLength { .. })));
        assert!(TileWriter::resume(u64::MAX, |_| Some(vec![0; 32])).is_err());
        assert_eq!(TileWriter::resume(0, |_| None), Ok(TileWriter::new()));
    }

    #[test]
    fn proofs_from_tiles_are_those_from_leaves() {
        let leaves = leaves(1000);
        let (_, files) = write(&[&leaves]);
        let nodes = TileNodes::new(1000, |id| files.get(&id).cloned());
        assert_eq!(nodes.root(), Ok(root_of(&leaves)));
        for index in [0, 1, 255, 256, 511, 767, 768, 998, 999] {
            let proof = prove_inclusion(&leaves, index, 1000);
            assert_eq!(prove_inclusion(&nodes, index, 1000), proof);
            let proof = prove_consistency(&leaves, index, 1000);
            assert_eq!(prove_consistency(&nodes, index, 1000), proof);
        }
        assert!(prove_inclusion(&nodes, 0, 1001).is_err());
    }

    #[test]
    fn a_wider_tile_serves_for_a_deleted_partial_one() {
        let leaves = leaves(512);
        let (_, files) = write(&[&leaves]);
        let nodes = TileNodes::new(300, |id: TileId| {
            let of_place = |(found, _): &(&TileId, _)| {
                (found.level(), found.index()) == (id.level(), id.index())
            };
            files.iter().rfind(of_place).map(|(_, bytes)| bytes.clone())
        });
        assert_eq!(nodes.root(), root_at(&leaves, 300));
        // What the wider tile holds beyond the size is not part of the tree.
        assert!(nodes.node(0, 299).is_some());
        for (level, index) in [(0, 300), (6, 4), (8, 1), (0, 5000), (16, 0)] {
            assert_eq!(nodes.node(level, index), None, "{level} {index}");
        }
    }

    #[test]
    fn short_or_missing_tiles_give_no_node() {
        let empty = TileNodes::new(1000, |_| None);
        assert!(empty.root().is_err());
        let short = TileNodes::new(1000, |_| Some(vec![0; 31]));
        assert!(short.root().is_err());
        let huge = TileNodes::new(u64::MAX, |_| Some(vec![0; 8192]));
        assert_eq!(huge.node(255, 0), None);
        assert_eq!(huge.node(63, u64::MAX), None);
        assert!(huge.root().is_ok(), "bytes are trusted until compared with a checkpoint");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        #[test]
        fn batches_do_not_matter(
            cuts in prop::collection::vec(0..1500_usize, 0..6),
            end in 0..1500_usize,
        ) {
            let leaves = leaves(end as u64);
            let mut cuts: Vec<_> = cuts.into_iter().map(|cut| cut.min(end)).collect();
            cuts.sort();
            let mut files = Files::new();
            let mut writer = TileWriter::new();
            let mut start = 0;
            for cut in cuts.into_iter().chain([end]) {
                // Each batch is written by a writer that knows nothing but the files.
                writer = TileWriter::resume(writer.size(), |id| files.get(&id).cloned()).unwrap();
                let written = writer.append(&leaves[start..cut]);
                files.extend(written.into_iter().map(|file| (file.id, file.bytes)));
                start = cut;
            }
            prop_assert_eq!(writer.root(), root_of(&leaves));
            for id in tiles_for(end as u64) {
                prop_assert_eq!(files.get(&id).cloned(), tile_bytes(&leaves, id).ok());
            }
        }
    }
}
