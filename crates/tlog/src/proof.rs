//! Inclusion and consistency proofs.
//!
//! Made as in RFC 6962, sections 2.1.1 and 2.1.2; verified as in RFC 9162, sections 2.1.3.2 and
//! 2.1.4.2. A proof is the list of its hashes, from the leaves to the root.

use thiserror::Error;

use crate::hash::{Hash, empty_root, node_hash};
use crate::tree::{NodeReader, fold_peaks};

/// Why a proof could not be made or does not hold.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ProofError {
    /// There is no such leaf in a tree of this size.
    #[error("there is no leaf {index} in a tree of {size} leaves; ask for an index below the size")]
    IndexOutOfRange {
        /// The index asked for; the first leaf is 0.
        index: u64,
        /// Leaves in the tree.
        size: u64,
    },
    /// A tree does not shrink.
    #[error("the old tree ({old} leaves) is larger than the new one ({new}); exchange the two")]
    SizesReversed {
        /// Leaves in the old tree.
        old: u64,
        /// Leaves in the new tree.
        new: u64,
    },
    /// The reader does not hold a node that the proof needs.
    #[error("the hash of subtree {index} at height {level} is missing; give all leaves or tiles")]
    NodeMissing {
        /// Height of the subtree: it has `2^level` leaves.
        level: u8,
        /// Place of the subtree among those of its height, the first is 0.
        index: u64,
    },
    /// The number of hashes is not that of a proof between these sizes.
    #[error("a proof of {found} hashes does not fit these sizes; fetch the proof again")]
    WrongLength {
        /// Hashes in the proof.
        found: usize,
    },
    /// The proof leads to another root than the one given.
    #[error("the proof leads to the root {computed}, not to {expected}; do not rely on it")]
    RootMismatch {
        /// The root that follows from the proof.
        computed: Hash,
        /// The root given.
        expected: Hash,
    },
    /// The proof starts from another old root than the one given.
    #[error("the proof starts from the root {computed}, not from {expected}; do not rely on it")]
    OldRootMismatch {
        /// The old root that follows from the proof.
        computed: Hash,
        /// The old root given.
        expected: Hash,
    },
}

/// Root of the tree that the first `size` leaves form.
///
/// # Errors
/// [`ProofError::NodeMissing`] if the reader holds fewer leaves.
pub fn root_at<N: NodeReader + ?Sized>(nodes: &N, size: u64) -> Result<Hash, ProofError> {
    prove_subtree(nodes, 0, size)
}

/// Proves that leaf `index` is in the tree of the first `size` leaves (RFC 6962, section 2.1.1).
///
/// # Errors
/// [`ProofError::IndexOutOfRange`], or [`ProofError::NodeMissing`] if the reader holds fewer than
/// `size` leaves.
pub fn prove_inclusion<N: NodeReader + ?Sized>(
    nodes: &N,
    index: u64,
    size: u64,
) -> Result<Vec<Hash>, ProofError> {
    if index >= size {
        return Err(ProofError::IndexOutOfRange { index, size });
    }
    let mut proof = Vec::new();
    let (mut start, mut end) = (0, size);
    while end - start > 1 {
        let middle = start + split_size(end - start);
        if index < middle {
            proof.push(prove_subtree(nodes, middle, end)?);
            end = middle;
        } else {
            proof.push(prove_subtree(nodes, start, middle)?);
            start = middle;
        }
    }
    proof.reverse();
    Ok(proof)
}

/// Checks that a leaf is at `index` in the tree that has `size` leaves and this `root`.
///
/// A proof binds the leaf and its index to the root. It does *not* bind the size: other sizes can
/// lead to the same root, so size and root must come from one verified checkpoint.
///
/// # Errors
/// [`ProofError::IndexOutOfRange`], [`ProofError::WrongLength`] or [`ProofError::RootMismatch`].
pub fn verify_inclusion(
    proof: &[Hash],
    index: u64,
    size: u64,
    leaf: Hash,
    root: Hash,
) -> Result<(), ProofError> {
    if index >= size {
        return Err(ProofError::IndexOutOfRange { index, size });
    }
    let mut climb = Climb::new(index, size - 1);
    let mut computed = leaf;
    for sibling in proof {
        computed = match climb.step() {
            Some(Side::Left) => node_hash(*sibling, computed),
            Some(Side::Right) => node_hash(computed, *sibling),
            None => return Err(ProofError::WrongLength { found: proof.len() }),
        };
    }
    if !climb.is_at_root() {
        return Err(ProofError::WrongLength { found: proof.len() });
    }
    expect_root(computed, root)
}

/// Proves that the tree of the first `old` leaves is a prefix of the tree of the first `new` leaves
/// (RFC 6962, section 2.1.2). From size 0, and between equal sizes, the proof is empty.
///
/// # Errors
/// [`ProofError::SizesReversed`], or [`ProofError::NodeMissing`] if the reader holds fewer than
/// `new` leaves.
pub fn prove_consistency<N: NodeReader + ?Sized>(
    nodes: &N,
    old: u64,
    new: u64,
) -> Result<Vec<Hash>, ProofError> {
    if old > new {
        return Err(ProofError::SizesReversed { old, new });
    }
    let mut proof = Vec::new();
    if old == 0 {
        return Ok(proof);
    }
    let (mut start, mut end) = (0, new);
    while end != old {
        let middle = start + split_size(end - start);
        if old <= middle {
            proof.push(prove_subtree(nodes, middle, end)?);
            end = middle;
        } else {
            proof.push(prove_subtree(nodes, start, middle)?);
            start = middle;
        }
    }
    // The whole old tree is known to the verifier by its root; a part of it is not.
    if start > 0 {
        proof.push(prove_subtree(nodes, start, end)?);
    }
    proof.reverse();
    Ok(proof)
}

/// Checks that the tree of `old` leaves with `old_root` is a prefix of the tree of `new` leaves
/// with `new_root`.
///
/// Every tree continues the tree without leaves: from size 0 only the empty proof is accepted, and
/// only if `old_root` is [`empty_root`]; it says nothing about `new_root`. Sizes and roots must
/// come from verified checkpoints.
///
/// # Errors
/// [`ProofError::SizesReversed`], [`ProofError::WrongLength`], [`ProofError::RootMismatch`] or
/// [`ProofError::OldRootMismatch`].
pub fn verify_consistency(
    proof: &[Hash],
    old: u64,
    new: u64,
    old_root: Hash,
    new_root: Hash,
) -> Result<(), ProofError> {
    let wrong_length = ProofError::WrongLength { found: proof.len() };
    if old > new {
        return Err(ProofError::SizesReversed { old, new });
    }
    if old == 0 || old == new {
        if !proof.is_empty() {
            return Err(wrong_length);
        }
        if old == 0 {
            expect_old_root(empty_root(), old_root)?;
        }
        if old == new {
            expect_root(old_root, new_root)?;
        }
        return Ok(());
    }
    // Start at the last full subtree of the old tree. If that is the whole old tree, its root is
    // the start and is not repeated in the proof.
    let mut climb = Climb::new(old - 1, new - 1);
    climb.skip_right_turns();
    let (start, rest) = if old.is_power_of_two() {
        (old_root, proof)
    } else {
        let (first, rest) = proof.split_first().ok_or(wrong_length.clone())?;
        (*first, rest)
    };
    let (mut computed_old, mut computed_new) = (start, start);
    for sibling in rest {
        match climb.step() {
            Some(Side::Left) => {
                computed_old = node_hash(*sibling, computed_old);
                computed_new = node_hash(*sibling, computed_new);
            }
            Some(Side::Right) => computed_new = node_hash(computed_new, *sibling),
            None => return Err(wrong_length),
        }
    }
    if !climb.is_at_root() {
        return Err(wrong_length);
    }
    expect_old_root(computed_old, old_root)?;
    expect_root(computed_new, new_root)
}

/// On which side of the path a proof's next hash stands.
enum Side {
    Left,
    Right,
}

/// The way from a node up to the root (`fn` and `sn` of RFC 9162, section 2.1.3.2).
struct Climb {
    /// Index of the node, at its height.
    node: u64,
    /// Index of the last node, at the same height.
    last: u64,
}

impl Climb {
    fn new(node: u64, last: u64) -> Climb {
        Climb { node, last }
    }

    fn is_at_root(&self) -> bool {
        self.last == 0
    }

    fn go_up(&mut self) {
        self.node >>= 1;
        self.last >>= 1;
    }

    /// Goes up while the node is a right child.
    fn skip_right_turns(&mut self) {
        while self.node & 1 == 1 {
            self.go_up();
        }
    }

    /// Goes up to the next node that has a sibling and past it; `None` at the root.
    fn step(&mut self) -> Option<Side> {
        if self.is_at_root() {
            return None;
        }
        let is_right_child = self.node & 1 == 1;
        let side = if is_right_child || self.node == self.last {
            // The last node of an uneven row has no sibling at its own height.
            while self.node & 1 == 0 && self.node != 0 {
                self.go_up();
            }
            Side::Left
        } else {
            Side::Right
        };
        self.go_up();
        Some(side)
    }
}

fn expect_root(computed: Hash, expected: Hash) -> Result<(), ProofError> {
    if computed == expected { Ok(()) } else { Err(ProofError::RootMismatch { computed, expected }) }
}

fn expect_old_root(computed: Hash, expected: Hash) -> Result<(), ProofError> {
    if computed == expected {
        Ok(())
    } else {
        Err(ProofError::OldRootMismatch { computed, expected })
    }
}

/// The largest power of two below `size`, which is at least 2.
pub(crate) fn split_size(size: u64) -> u64 {
    1 << (size - 1).ilog2()
}

/// Root of the leaves `start..end`, a range that is a subtree of the RFC's recursion: `start` is a
/// multiple of every power of two up to the range's length.
pub(crate) fn prove_subtree<N: NodeReader + ?Sized>(
    nodes: &N,
    start: u64,
    end: u64,
) -> Result<Hash, ProofError> {
    let mut peaks = Vec::new();
    let mut at = start;
    while at < end {
        let height = (end - at).ilog2();
        let (level, index) = (height as u8, at >> height);
        let missing = ProofError::NodeMissing { level, index };
        peaks.push(nodes.node(level, index).ok_or(missing)?);
        at += 1 << height;
    }
    Ok(fold_peaks(&peaks))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::leaf_hash;
    use crate::tree::root_of;
    use proptest::prelude::*;

    fn leaves(count: u64) -> Vec<Hash> {
        (0..count).map(|i| leaf_hash(&i.to_be_bytes())).collect()
    }

    #[test]
    fn every_leaf_of_every_small_tree_is_proved() {
        let leaves = leaves(70);
        for size in 1..=70 {
            let root = root_at(&leaves, size).unwrap();
            assert_eq!(root, root_of(&leaves[..size as usize]));
            for index in 0..size {
                let proof = prove_inclusion(&leaves, index, size).unwrap();
                let leaf = leaves[index as usize];
                verify_inclusion(&proof, index, size, leaf, root).unwrap();
            }
        }
    }

    #[test]
    fn every_pair_of_small_trees_is_consistent() {
        let leaves = leaves(70);
        for new in 0..=70 {
            let new_root = root_at(&leaves, new).unwrap();
            for old in 0..=new {
                let old_root = root_at(&leaves, old).unwrap();
                let proof = prove_consistency(&leaves, old, new).unwrap();
                verify_consistency(&proof, old, new, old_root, new_root).unwrap();
            }
        }
    }

    #[test]
    fn a_proof_holds_for_its_own_leaf_only() {
        let leaves = leaves(37);
        let root = root_of(&leaves);
        for index in 0..37 {
            let proof = prove_inclusion(&leaves, index, 37).unwrap();
            for other in (0..37).filter(|other| *other != index) {
                let leaf = leaves[other as usize];
                assert!(verify_inclusion(&proof, index, 37, leaf, root).is_err());
                assert!(verify_inclusion(&proof, other, 37, leaves[index as usize], root).is_err());
            }
        }
    }

    #[test]
    fn what_cannot_be_proved_is_refused() {
        let leaves = leaves(5);
        let root = root_of(&leaves);
        let missing = |result| matches!(result, Err(ProofError::NodeMissing { .. }));
        assert!(prove_inclusion(&leaves, 5, 5).is_err());
        assert!(prove_inclusion(&leaves, 0, 0).is_err());
        assert!(missing(prove_inclusion(&leaves, 0, 6)));
        assert!(missing(prove_inclusion(&leaves, 0, u64::MAX)));
        assert!(missing(prove_consistency(&leaves, 5, 6)));
        assert!(missing(prove_consistency(&leaves, 1, u64::MAX)));
        assert!(prove_consistency(&leaves, 6, 5).is_err());
        assert!(root_at(&leaves, 6).is_err());
        assert!(verify_inclusion(&[], 5, 5, leaves[0], root).is_err());
        assert!(verify_inclusion(&[], 0, 0, leaves[0], empty_root()).is_err());
        assert!(verify_consistency(&[], 6, 5, root, root).is_err());
        assert!(verify_consistency(&[], 3, 5, root, root).is_err());
    }

    #[test]
    fn the_empty_tree_comes_before_every_tree() {
        let root = leaf_hash(b"any");
        assert_eq!(verify_consistency(&[], 0, 9, empty_root(), root), Ok(()));
        assert!(verify_consistency(&[], 0, 9, root, root).is_err());
        assert!(verify_consistency(&[root], 0, 9, empty_root(), root).is_err());
        assert!(verify_consistency(&[], 0, 0, empty_root(), root).is_err());
        assert!(verify_consistency(&[], 0, 0, root, root).is_err());
        assert!(verify_consistency(&[], 4, 4, empty_root(), root).is_err());
        assert!(verify_consistency(&[root], 4, 4, root, root).is_err());
    }

    #[test]
    fn a_proof_that_stops_below_the_root_is_refused() {
        let leaves = leaves(8);
        let root = root_of(&leaves[..4]);
        // The old root alone, passed off as the root of a larger tree.
        for new in 5..=64 {
            let found = 0;
            let refused = verify_consistency(&[], 4, new, root, root);
            assert_eq!(refused, Err(ProofError::WrongLength { found }));
        }
        // A true proof up to size 4, passed off as one up to size 8.
        let proof = prove_consistency(&leaves, 3, 4).unwrap();
        let old_root = root_of(&leaves[..3]);
        assert!(verify_consistency(&proof, 3, 8, old_root, root).is_err());
        let proof = prove_inclusion(&leaves, 1, 4).unwrap();
        assert!(verify_inclusion(&proof, 1, 8, leaves[1], root).is_err());
    }

    #[test]
    fn a_changed_or_dropped_entry_breaks_consistency() {
        let honest = leaves(40);
        for new in 2..=40_u64 {
            for old in 1..new {
                let old_root = root_at(&honest, old).unwrap();
                let mut altered = honest[..new as usize].to_vec();
                altered[(old - 1) as usize] = leaf_hash(b"altered");
                let mut dropped = honest[..new as usize].to_vec();
                dropped.remove(0);
                dropped.push(leaf_hash(b"filler"));
                for forged in [altered, dropped] {
                    let proof = prove_consistency(&forged, old, new).unwrap();
                    let new_root = root_of(&forged);
                    assert!(verify_consistency(&proof, old, new, old_root, new_root).is_err());
                }
            }
        }
    }

    proptest! {
        #[test]
        fn any_numbers_are_checked_without_panic(
            proof in prop::collection::vec(any::<[u8; 32]>().prop_map(Hash), 0..70),
            index: u64, size: u64, root: [u8; 32],
        ) {
            let root = Hash(root);
            let first = proof.first().copied().unwrap_or(root);
            let included = verify_inclusion(&proof, index, size, first, root);
            prop_assert!(included.is_err() || (size == 1 && first == root));
            let consistent = verify_consistency(&proof, index, size, first, root);
            prop_assert!(consistent.is_err() || (index == size && first == root));
        }
    }
}
