//! Ranges: all leaves from one to another, and the hashes left and right of them that lead to the
//! root. Who holds both knows that between the first and the last nothing is missing.
//!
//! ```
//! use servanda_tlog::{RangeRoot, leaf_hash, prove_range, root_of};
//!
//! let leaves: Vec<_> = (0..9_u8).map(|n| leaf_hash(&[n])).collect();
//! let proof = prove_range(&leaves[..], 3, 6, 9)?;
//! let mut range = RangeRoot::new(3, 6, 9)?;
//! leaves[3..6].iter().for_each(|leaf| range.push(*leaf));
//! range.verify(&proof, root_of(&leaves))?;
//! # Ok::<(), servanda_tlog::ProofError>(())
//! ```

use crate::hash::{Hash, node_hash};
use crate::proof::{ProofError, prove_subtree, split_size};
use crate::proof_file::{parse_decimal, split_line};
use crate::tree::NodeReader;

/// First line of a range proof as a file.
const FORM: &str = "servanda/range-proof/v1";
/// Longest such file, in bytes.
pub const RANGE_PROOF_BYTES_MAX: usize = 16_384;
/// Most hashes left and right of a range together.
const HASHES_MAX: usize = 128;

/// The hashes of the largest subtrees that hold no leaf of the range, from left to right.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct RangeProof {
    /// Those before the range.
    pub left: Vec<Hash>,
    /// Those after the range.
    pub right: Vec<Hash>,
}

/// Proves which leaves are at `start..end` in the tree of the first `size` leaves.
///
/// # Errors
/// [`ProofError::IndexOutOfRange`] when the range is empty or not within the tree, or
/// [`ProofError::NodeMissing`].
pub fn prove_range<N: NodeReader + ?Sized>(
    nodes: &N,
    start: u64,
    end: u64,
    size: u64,
) -> Result<RangeProof, ProofError> {
    check_bounds(start, end, size)?;
    let mut proof = RangeProof::default();
    let mut todo = vec![(0, size)];
    while let Some((from, to)) = todo.pop() {
        if to <= start {
            proof.left.push(prove_subtree(nodes, from, to)?);
        } else if from >= end {
            proof.right.push(prove_subtree(nodes, from, to)?);
        } else if from < start || to > end {
            let middle = from + split_size(to - from);
            todo.push((middle, to));
            todo.push((from, middle));
        }
    }
    Ok(proof)
}

fn check_bounds(start: u64, end: u64, size: u64) -> Result<(), ProofError> {
    if start >= end {
        return Err(ProofError::IndexOutOfRange { index: start, size: end });
    }
    if end > size {
        return Err(ProofError::IndexOutOfRange { index: end - 1, size });
    }
    Ok(())
}

/// The leaves of a range, taken in one after the other; holds few hashes, however many there are.
#[derive(Clone, Debug)]
pub struct RangeRoot {
    start: u64,
    end: u64,
    size: u64,
    next: u64,
    /// Roots of whole subtrees of the range, from left to right: where each begins, its leaves.
    peaks: Vec<(u64, u64, Hash)>,
}

impl RangeRoot {
    /// Begins with the leaf `start` of a tree of `size` leaves.
    ///
    /// # Errors
    /// [`ProofError::IndexOutOfRange`] when the range is empty or not within the tree.
    pub fn new(start: u64, end: u64, size: u64) -> Result<RangeRoot, ProofError> {
        check_bounds(start, end, size)?;
        Ok(RangeRoot { start, end, size, next: start, peaks: Vec::new() })
    }

    /// Takes the next leaf in. Two subtrees of one size make one of twice the size where they are
    /// siblings.
    pub fn push(&mut self, leaf: Hash) {
        let (mut from, mut count, mut hash) = (self.next, 1, leaf);
        self.next = self.next.saturating_add(1);
        while let Some(&(before, same, left)) = self.peaks.last() {
            if same != count || before % (2 * count) != 0 {
                break;
            }
            self.peaks.pop();
            (from, count, hash) = (before, 2 * count, node_hash(left, hash));
        }
        self.peaks.push((from, count, hash));
    }

    /// Checks that exactly these leaves are at that place in the tree with this root. As with
    /// every proof, size and root must come from one verified checkpoint.
    ///
    /// # Errors
    /// [`ProofError::WrongLength`] when there are too few or too many leaves or hashes, or
    /// [`ProofError::RootMismatch`].
    pub fn verify(self, proof: &RangeProof, expected: Hash) -> Result<(), ProofError> {
        let found = proof.left.len() + proof.right.len();
        let wrong_length = ProofError::WrongLength { found };
        if self.next != self.end {
            return Err(wrong_length);
        }
        let mut parts = Parts {
            start: self.start,
            end: self.end,
            left: proof.left.iter(),
            right: proof.right.iter(),
            peaks: self.peaks.iter(),
        };
        let computed = parts.root(0, self.size).ok_or(wrong_length.clone())?;
        if parts.left.next().is_some() || parts.right.next().is_some() {
            return Err(wrong_length);
        }
        if computed == expected {
            Ok(())
        } else {
            Err(ProofError::RootMismatch { computed, expected })
        }
    }
}

/// What a root is put together from, each used once and in order.
struct Parts<'p> {
    start: u64,
    end: u64,
    left: std::slice::Iter<'p, Hash>,
    right: std::slice::Iter<'p, Hash>,
    peaks: std::slice::Iter<'p, (u64, u64, Hash)>,
}

impl Parts<'_> {
    /// Root of the leaves `from..to`; at most 64 levels deep.
    fn root(&mut self, from: u64, to: u64) -> Option<Hash> {
        if to <= self.start {
            return self.left.next().copied();
        }
        if from >= self.end {
            return self.right.next().copied();
        }
        let whole = self.start <= from && to <= self.end;
        if whole && (to - from).is_power_of_two() {
            let (_, _, hash) = self.peaks.as_slice().first().filter(|peak| peak.1 == to - from)?;
            self.peaks.next();
            return Some(*hash);
        }
        let middle = from + split_size(to - from);
        let left = self.root(from, middle)?;
        Some(node_hash(left, self.root(middle, to)?))
    }
}

/// A range proof as a file: which leaves, and the hashes left and right of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RangeFile {
    /// The first leaf.
    pub start: u64,
    /// The leaf after the last.
    pub end: u64,
    /// The hashes.
    pub proof: RangeProof,
}

impl RangeFile {
    /// Reads the file; what is accepted is written back byte for byte.
    pub fn parse(bytes: &[u8]) -> Option<RangeFile> {
        if bytes.len() > RANGE_PROOF_BYTES_MAX {
            return None;
        }
        let (form, rest) = split_line(bytes)?;
        let (start, rest) = split_line(rest)?;
        let (end, rest) = split_line(rest)?;
        let (before, mut rest) = split_line(rest)?;
        if form != FORM {
            return None;
        }
        let start = parse_decimal(start.strip_prefix("start ")?)?;
        let end = parse_decimal(end.strip_prefix("end ")?)?;
        let before = parse_decimal(before.strip_prefix("left ")?)?;
        let mut left = Vec::new();
        while !rest.is_empty() {
            let (line, after) = split_line(rest)?;
            rest = after;
            left.push(Hash::from_base64(line).ok()?);
        }
        let before = usize::try_from(before).ok().filter(|before| *before <= left.len())?;
        let few = left.len() <= HASHES_MAX;
        let right = left.split_off(before);
        few.then_some(RangeFile { start, end, proof: RangeProof { left, right } })
    }

    /// The bytes of the file.
    pub fn to_bytes(&self) -> Vec<u8> {
        let RangeProof { left, right } = &self.proof;
        let mut text =
            format!("{FORM}\nstart {}\nend {}\nleft {}\n", self.start, self.end, left.len());
        for hash in left.iter().chain(right) {
            text.push_str(&format!("{hash}\n"));
        }
        text.into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::leaf_hash;
    use crate::tree::root_of;
    use proptest::prelude::*;

    fn leaves(count: u64) -> Vec<Hash> {
        (0..count).map(|n| leaf_hash(&n.to_be_bytes())).collect()
    }

    fn check(
        leaves: &[Hash],
        proof: &RangeProof,
        (start, end, size): (u64, u64, u64),
        root: Hash,
    ) -> Result<(), ProofError> {
        let mut range = RangeRoot::new(start, end, size)?;
        leaves.iter().for_each(|leaf| range.push(*leaf));
        range.verify(proof, root)
    }

    #[test]
    fn every_range_of_every_small_tree_is_proved() {
        let all = leaves(33);
        for size in 1..=33_u64 {
            let root = root_of(&all[..size as usize]);
            for start in 0..size {
                for end in start + 1..=size {
                    let proof = prove_range(&all[..], start, end, size).unwrap();
                    let held = &all[start as usize..end as usize];
                    check(held, &proof, (start, end, size), root).unwrap();
                    let file = RangeFile { start, end, proof };
                    assert_eq!(RangeFile::parse(&file.to_bytes()), Some(file));
                }
            }
        }
    }

    #[test]
    fn what_is_missing_added_or_moved_is_found() {
        let all = leaves(29);
        let root = root_of(&all);
        for (start, end) in [(0, 29), (3, 17), (8, 16), (28, 29), (0, 1), (5, 29)] {
            let proof = prove_range(&all[..], start, end, 29).unwrap();
            let held = all[start as usize..end as usize].to_vec();
            let bounds = (start, end, 29);
            for at in 0..held.len() {
                let mut dropped = held.clone();
                dropped.remove(at);
                assert!(check(&dropped, &proof, bounds, root).is_err());
                // With the bounds made to fit.
                assert!(check(&dropped, &proof, (start, end - 1, 29), root).is_err());
                let mut twice = held.clone();
                twice.insert(at, held[at]);
                assert!(check(&twice, &proof, bounds, root).is_err());
                let mut altered = held.clone();
                altered[at] = leaf_hash(b"altered");
                assert!(check(&altered, &proof, bounds, root).is_err());
                if at > 0 {
                    let mut swapped = held.clone();
                    swapped.swap(at - 1, at);
                    assert!(check(&swapped, &proof, bounds, root).is_err());
                }
            }
            for other in 0..5 {
                let moved = (start + other, end + other, 29 + other);
                assert_eq!(check(&held, &proof, moved, root).is_ok(), other == 0);
            }
            let mut more = proof.clone();
            more.right.push(root);
            assert!(check(&held, &more, bounds, root).is_err());
            let mut more = proof.clone();
            more.left.insert(0, root);
            assert!(check(&held, &more, bounds, root).is_err());
        }
    }

    #[test]
    fn bounds_that_are_none_are_refused() {
        let all = leaves(5);
        for (start, end, size) in [(0, 0, 5), (3, 3, 5), (4, 3, 5), (0, 6, 5), (0, 0, 0)] {
            assert!(prove_range(&all[..], start, end, size).is_err());
            assert!(RangeRoot::new(start, end, size).is_err());
        }
        assert!(prove_range(&all[..], 0, 1, u64::MAX).is_err());
        let lone = RangeRoot::new(0, 1, u64::MAX).unwrap();
        assert!(lone.verify(&RangeProof::default(), all[0]).is_err());
    }

    #[test]
    fn other_spellings_are_refused() {
        let all = leaves(9);
        let proof = prove_range(&all[..], 3, 5, 9).unwrap();
        let file = RangeFile { start: 3, end: 5, proof };
        let text = String::from_utf8(file.to_bytes()).unwrap();
        for changed in [
            text.replace("/v1", "/v2"),
            text.replace("start 3", "start 03"),
            text.replace("end 5", "end 5 "),
            text.replace("left", "Left"),
            text.replace("left 2", "left 02"),
            text.replace("left 2", "left 9"),
            text.trim_end().to_owned(),
            text.clone() + "\n",
            text.clone() + &("A".repeat(43) + "=\n").repeat(129),
            text.clone() + &" ".repeat(RANGE_PROOF_BYTES_MAX),
        ] {
            assert_eq!(RangeFile::parse(changed.as_bytes()), None, "{changed}");
        }
        assert!(RangeFile::parse(text.as_bytes()).is_some());
    }

    proptest! {
        #[test]
        fn any_numbers_are_checked_without_panic(
            start: u64, end: u64, size: u64, count in 0usize..9,
            left in prop::collection::vec(any::<[u8; 32]>().prop_map(Hash), 0..70),
            right in prop::collection::vec(any::<[u8; 32]>().prop_map(Hash), 0..70),
        ) {
            let root = leaf_hash(b"root");
            let proof = RangeProof { left, right };
            prop_assert!(check(&leaves(count as u64), &proof, (start, end, size), root).is_err());
            let near = (start, start.saturating_add(count as u64), size);
            prop_assert!(check(&leaves(count as u64), &proof, near, root).is_err());
        }
    }
}
