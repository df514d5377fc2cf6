//! Subtrees: that the leaves from one to another, which form a subtree, are those of a larger tree
//! (the subtree consistency proofs of Merkle Tree Certificates, as C2SP tlog-mirror uses them).
//!
//! A subtree begins at a multiple of the smallest power of two that is not less than its width. One
//! leaf is a subtree: its proof is the inclusion proof. One that begins at the first leaf is an
//! earlier tree: its proof is the consistency proof.
//!
//! ```
//! use servanda_tlog::{leaf_hash, prove_subtree_consistency, root_of, verify_subtree_consistency};
//!
//! let leaves: Vec<_> = (0..9_u8).map(|n| leaf_hash(&[n])).collect();
//! let proof = prove_subtree_consistency(&leaves[..], 4, 7, 9)?;
//! let subtree = root_of(&leaves[4..7]);
//! verify_subtree_consistency(&proof, 4, 7, 9, subtree, root_of(&leaves))?;
//! # Ok::<(), servanda_tlog::ProofError>(())
//! ```

use crate::hash::{Hash, node_hash};
use crate::proof::{ProofError, prove_subtree, split_size};
use crate::tree::{NodeReader, TREE_SIZE_MAX};

/// Proves that the leaves `start..end` form a subtree of the tree of the first `size` leaves.
///
/// # Errors
/// [`ProofError::IndexOutOfRange`] when they are none, or [`ProofError::NodeMissing`].
pub fn prove_subtree_consistency<N: NodeReader + ?Sized>(
    nodes: &N,
    start: u64,
    end: u64,
    size: u64,
) -> Result<Vec<Hash>, ProofError> {
    check_bounds(start, end, size)?;
    let (mut low, mut high) = (0, size);
    // What is left of the subtree: its left part may be known already.
    let (mut from, mut is_whole) = (start, true);
    let mut siblings = Vec::new();
    while (low, high) != (from, end) {
        let middle = low + split_size(high - low);
        if end <= middle {
            siblings.push(prove_subtree(nodes, middle, high)?);
            high = middle;
        } else {
            siblings.push(prove_subtree(nodes, low, middle)?);
            if from < middle {
                (from, is_whole) = (middle, false);
            }
            low = middle;
        }
    }
    if !is_whole {
        siblings.push(prove_subtree(nodes, low, high)?);
    }
    siblings.reverse();
    Ok(siblings)
}

/// Checks that the leaves `start..end`, whose root is `subtree`, are those of the tree of `size`
/// leaves with this root.
///
/// # Errors
/// [`ProofError`] when they are none, or the proof is another.
pub fn verify_subtree_consistency(
    proof: &[Hash],
    start: u64,
    end: u64,
    size: u64,
    subtree: Hash,
    root: Hash,
) -> Result<(), ProofError> {
    check_bounds(start, end, size)?;
    let length = ProofError::WrongLength { found: proof.len() };
    let mut siblings = proof.iter().rev().copied();
    let (mut low, mut high) = (0, size);
    let (mut from, mut is_whole) = (start, true);
    // From the root down: on which side each sibling lies, and whether it is part of the subtree.
    let mut path = Vec::new();
    while (low, high) != (from, end) {
        let sibling = siblings.next().ok_or(length.clone())?;
        let middle = low + split_size(high - low);
        if end <= middle {
            path.push((sibling, false, false));
            high = middle;
        } else {
            let is_part = from < middle;
            path.push((sibling, true, is_part));
            if is_part {
                (from, is_whole) = (middle, false);
            }
            low = middle;
        }
    }
    let mut whole = if is_whole { subtree } else { siblings.next().ok_or(length.clone())? };
    let mut part = whole;
    for (sibling, is_left, is_part) in path.into_iter().rev() {
        whole = if is_left { node_hash(sibling, whole) } else { node_hash(whole, sibling) };
        if is_part {
            part = node_hash(sibling, part);
        }
    }
    if siblings.next().is_some() {
        return Err(length);
    }
    match [(part, subtree), (whole, root)].into_iter().find(|(found, given)| found != given) {
        Some((computed, expected)) => Err(ProofError::RootMismatch { computed, expected }),
        None => Ok(()),
    }
}

fn check_bounds(start: u64, end: u64, size: u64) -> Result<(), ProofError> {
    let fits = start < end && end <= size && size <= TREE_SIZE_MAX;
    let width = if fits { (end - start).next_power_of_two() } else { 1 };
    if !fits || !start.is_multiple_of(width) {
        return Err(ProofError::IndexOutOfRange { index: start, size });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::leaf_hash;
    use crate::proof::{prove_consistency, prove_inclusion};
    use crate::tree::root_of;
    use proptest::prelude::*;

    fn leaves(count: u64) -> Vec<Hash> {
        (0..count).map(|n| leaf_hash(&n.to_be_bytes())).collect()
    }

    /// The definition, word for word: from the root down.
    fn defined(all: &[Hash], start: usize, end: usize, known: bool) -> Vec<Hash> {
        if start == 0 && end == all.len() {
            return if known { vec![] } else { vec![root_of(all)] };
        }
        let k = all.len().next_power_of_two() / 2;
        let (mut proof, other) = if end <= k {
            (defined(&all[..k], start, end, known), &all[k..])
        } else if k <= start {
            (defined(&all[k..], start - k, end - k, known), &all[..k])
        } else {
            (defined(&all[k..], 0, end - k, false), &all[..k])
        };
        proof.push(root_of(other));
        proof
    }

    #[test]
    fn every_subtree_of_every_small_tree_is_proved_as_defined() {
        let all = leaves(40);
        for size in 1..=40_u64 {
            let tree = &all[..size as usize];
            for start in 0..size {
                for end in start + 1..=size {
                    let proof = prove_subtree_consistency(tree, start, end, size);
                    let width = (end - start).next_power_of_two();
                    if start % width != 0 {
                        assert!(proof.is_err());
                        continue;
                    }
                    let proof = proof.unwrap();
                    assert_eq!(proof, defined(tree, start as usize, end as usize, true));
                    let part = root_of(&tree[start as usize..end as usize]);
                    let check = |proof: &[Hash], part, root| {
                        verify_subtree_consistency(proof, start, end, size, part, root)
                    };
                    check(&proof, part, root_of(tree)).unwrap();
                    assert!(check(&proof, leaf_hash(b"other"), root_of(tree)).is_err());
                    assert!(check(&proof, part, leaf_hash(b"other")).is_err());
                    for place in 0..proof.len() {
                        let mut other = proof.clone();
                        other[place] = leaf_hash(b"other");
                        assert!(check(&other, part, root_of(tree)).is_err());
                        other.remove(place);
                        assert!(check(&other, part, root_of(tree)).is_err());
                    }
                    let more = [&proof[..], &[leaf_hash(b"more")]].concat();
                    assert!(check(&more, part, root_of(tree)).is_err());
                }
            }
        }
    }

    #[test]
    fn the_proofs_of_one_leaf_and_of_an_earlier_tree_are_the_known_ones() {
        let all = leaves(100);
        for size in [1_u64, 2, 3, 64, 99, 100] {
            for n in 0..size {
                let one = prove_subtree_consistency(&all[..], n, n + 1, size).unwrap();
                assert_eq!(one, prove_inclusion(&all[..], n, size).unwrap());
                let earlier = prove_subtree_consistency(&all[..], 0, n + 1, size).unwrap();
                assert_eq!(earlier, prove_consistency(&all[..], n + 1, size).unwrap());
            }
        }
    }

    proptest! {
        #[test]
        fn any_numbers_are_checked_without_panic(
            start: u64, end: u64, size: u64,
            proof in prop::collection::vec(any::<[u8; 32]>().prop_map(Hash), 0..70),
        ) {
            let root = leaf_hash(b"root");
            let other = leaf_hash(b"part");
            let checked = verify_subtree_consistency(&proof, start, end, size, other, root);
            prop_assert!(checked.is_err());
        }
    }
}
