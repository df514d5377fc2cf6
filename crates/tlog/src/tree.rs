//! The growing Merkle tree of RFC 6962, section 2.1, kept as its peaks, and readers of its nodes.

use thiserror::Error;

use crate::hash::{Hash, empty_root, node_hash};

/// Most leaves a tree of this crate may have. Far beyond any record, and low enough that no sum of
/// sizes can overflow.
pub const TREE_SIZE_MAX: u64 = 1 << 62;

/// An append-only tree that remembers only the roots of its full subtrees, at most 62 hashes.
///
/// ```
/// use servanda_tlog::{Tree, leaf_hash, node_hash};
///
/// let (a, b) = (leaf_hash(b"first entry"), leaf_hash(b"second entry"));
/// let mut tree = Tree::new();
/// tree.push(a);
/// tree.push(b);
/// assert_eq!(tree.size(), 2);
/// assert_eq!(tree.root(), node_hash(a, b));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tree {
    size: u64,
    /// Roots of the full subtrees from left to right, one for each bit that is set in `size`.
    peaks: Vec<Hash>,
}

/// Why a tree could not be taken up again from its peaks.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TreeError {
    /// More leaves than [`TREE_SIZE_MAX`].
    #[error("a tree of {size} leaves is over the limit of {TREE_SIZE_MAX}; check the size")]
    TooLarge {
        /// The size given.
        size: u64,
    },
    /// A tree has one peak for each bit that is set in its size.
    #[error(
        "a tree of {size} leaves has {expected} peaks, but {found} were given; read them again"
    )]
    WrongPeakCount {
        /// The size given.
        size: u64,
        /// Peaks of a tree of that size.
        expected: usize,
        /// Peaks given.
        found: usize,
    },
}

impl Tree {
    /// The tree without leaves.
    pub fn new() -> Tree {
        Tree::default()
    }

    /// Takes up a tree again from its size and what [`Tree::peaks`] gave. The peaks are trusted:
    /// compare [`Tree::root`] with a verified checkpoint.
    ///
    /// # Errors
    /// [`TreeError`] if the size is over the limit or does not fit the number of peaks.
    pub fn from_peaks(size: u64, peaks: Vec<Hash>) -> Result<Tree, TreeError> {
        if size > TREE_SIZE_MAX {
            return Err(TreeError::TooLarge { size });
        }
        let expected = size.count_ones() as usize;
        let found = peaks.len();
        if found != expected {
            return Err(TreeError::WrongPeakCount { size, expected, found });
        }
        Ok(Tree { size, peaks })
    }

    /// For peaks that were computed to fit the size.
    pub(crate) fn of_known_peaks(size: u64, peaks: Vec<Hash>) -> Tree {
        debug_assert_eq!(peaks.len(), size.count_ones() as usize);
        Tree { size, peaks }
    }

    /// Appends one leaf, given its [`leaf_hash`](crate::leaf_hash).
    pub fn push(&mut self, leaf: Hash) {
        let mut peak = leaf;
        // Each trailing one of the size is a full subtree that the new leaf completes to a pair.
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.peaks.pop() {
                peak = node_hash(left, peak);
            }
        }
        self.peaks.push(peak);
        self.size += 1;
    }

    /// Number of leaves.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Roots of the full subtrees, the largest (leftmost) first.
    pub fn peaks(&self) -> &[Hash] {
        &self.peaks
    }

    /// The Merkle tree hash of all leaves; of no leaves, [`empty_root`].
    pub fn root(&self) -> Hash {
        fold_peaks(&self.peaks)
    }
}

impl Extend<Hash> for Tree {
    fn extend<I: IntoIterator<Item = Hash>>(&mut self, leaves: I) {
        for leaf in leaves {
            self.push(leaf);
        }
    }
}

/// Joins full subtrees, the largest first, from the right.
pub(crate) fn fold_peaks(peaks: &[Hash]) -> Hash {
    let joined = peaks.iter().rev().copied();
    joined.reduce(|right, left| node_hash(left, right)).unwrap_or_else(empty_root)
}

/// The Merkle tree hash of these leaf hashes.
pub fn root_of(leaves: &[Hash]) -> Hash {
    let mut tree = Tree::new();
    tree.extend(leaves.iter().copied());
    tree.root()
}

/// Gives the roots of full subtrees: what proofs and tiles are computed from.
///
/// Node (`level`, `index`) is the root of the `2^level` leaves that begin at leaf
/// `index * 2^level`; level 0 is the leaf hashes. A slice of all leaf hashes is a reader (it hashes
/// the leaves again for each node); [`TileNodes`](crate::TileNodes) reads tiles and is quick.
pub trait NodeReader {
    /// The node's hash, or `None` if the reader does not hold all leaves below it.
    fn node(&self, level: u8, index: u64) -> Option<Hash>;
}

impl NodeReader for [Hash] {
    fn node(&self, level: u8, index: u64) -> Option<Hash> {
        let width = 1_u64.checked_shl(u32::from(level))?;
        let start = index.checked_mul(width)?;
        let end = start.checked_add(width)?;
        let range = usize::try_from(start).ok()?..usize::try_from(end).ok()?;
        self.get(range).map(root_of)
    }
}

impl NodeReader for Vec<Hash> {
    fn node(&self, level: u8, index: u64) -> Option<Hash> {
        self.as_slice().node(level, index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::leaf_hash;
    use proptest::prelude::*;

    /// RFC 6962, section 2.1, word for word: the slow definition.
    fn merkle_tree_hash(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => empty_root(),
            [leaf] => *leaf,
            _ => {
                let k = leaves.len().next_power_of_two() / 2;
                node_hash(merkle_tree_hash(&leaves[..k]), merkle_tree_hash(&leaves[k..]))
            }
        }
    }

    fn leaves(count: u32) -> Vec<Hash> {
        (0..count).map(|i| leaf_hash(&i.to_be_bytes())).collect()
    }

    #[test]
    fn every_size_has_the_root_of_the_definition() {
        let leaves = leaves(300);
        let mut tree = Tree::new();
        for size in 0..=leaves.len() {
            assert_eq!(tree.root(), merkle_tree_hash(&leaves[..size]), "size {size}");
            assert_eq!(tree.size(), size as u64);
            assert_eq!(root_of(&leaves[..size]), tree.root());
            if let Some(leaf) = leaves.get(size) {
                tree.push(*leaf);
            }
        }
    }

    #[test]
    fn a_tree_goes_on_from_its_peaks() {
        let leaves = leaves(100);
        for cut in 0..leaves.len() {
            let mut tree = Tree::new();
            tree.extend(leaves[..cut].iter().copied());
            let mut again = Tree::from_peaks(tree.size(), tree.peaks().to_vec()).unwrap();
            again.extend(leaves[cut..].iter().copied());
            assert_eq!(again.root(), root_of(&leaves));
        }
    }

    #[test]
    fn peaks_that_do_not_fit_are_refused() {
        let peak = leaf_hash(b"");
        assert!(Tree::from_peaks(0, vec![]).is_ok());
        assert!(Tree::from_peaks(0, vec![peak]).is_err());
        assert!(Tree::from_peaks(3, vec![peak]).is_err());
        assert!(Tree::from_peaks(3, vec![peak; 3]).is_err());
        assert!(Tree::from_peaks(TREE_SIZE_MAX, vec![peak]).is_ok());
        assert!(Tree::from_peaks(TREE_SIZE_MAX + 1, vec![peak; 2]).is_err());
        assert!(Tree::from_peaks(u64::MAX, vec![peak; 64]).is_err());
    }

    proptest! {
        #[test]
        fn a_slice_reads_any_node_or_none(level: u8, index: u64, small in 0_u64..40) {
            let leaves = leaves(33);
            for (level, index) in [(level, index), (level % 8, small)] {
                let end = (u128::from(index) + 1) << level.min(64);
                let held = end <= 33 && level < 64;
                prop_assert_eq!(leaves.node(level, index).is_some(), held);
            }
        }
    }
}
