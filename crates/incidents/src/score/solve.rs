//! One component: agglomeration of what hangs together.

use super::scorer::{Cluster, Scorer, Weighed};
use crate::unite::root;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Two of a component, by their places in canonical order (the lesser first), and their score.
pub(super) type Edge = (u32, u32, i32);

/// A merge that is thought of: its score; which two, by their least members; and after how many
/// merges of each it was worked out, so that a stale one is told.
type Thought = (i32, Reverse<u32>, Reverse<u32>, u32, u32);

/// Joins the members of a component, given in canonical order: the best merge first, of equal ones
/// that with the least members, until none scores more than the threshold. Gives for each member
/// the least member of its group, and the clusters, of which those at least members stand. `merged`
/// is told of each merge before it is done.
pub(super) fn solve(
    scorer: &Scorer,
    members: &[Weighed],
    edges: &[Edge],
    threshold: i32,
    mut merged: impl FnMut(&[Cluster], u32, u32, i32),
) -> (Vec<u32>, Vec<Cluster>) {
    let mut into: Vec<u32> = (0..members.len() as u32).collect();
    let mut clusters: Vec<Cluster> = members.iter().map(|seen| scorer.cluster(seen)).collect();
    let mut merges = vec![0_u32; members.len()];
    let mut beside: Vec<Vec<u32>> = vec![Vec::new(); members.len()];
    let mut heap: BinaryHeap<Thought> = BinaryHeap::with_capacity(edges.len());
    for &(a, b, score) in edges {
        beside[a as usize].push(b);
        beside[b as usize].push(a);
        if score > threshold {
            heap.push((score, Reverse(a), Reverse(b), 0, 0));
        }
    }
    while let Some((score, Reverse(a), Reverse(b), of_a, of_b)) = heap.pop() {
        let (first, second) = (a as usize, b as usize);
        let gone = into[first] != a || into[second] != b;
        if gone || merges[first] != of_a || merges[second] != of_b {
            continue;
        }
        merged(&clusters, a, b, score);
        let (head, tail) = clusters.split_at_mut(second);
        head[first].take_in(&tail[0]);
        into[second] = a;
        merges[first] += 1;
        let mut others = std::mem::take(&mut beside[first]);
        others.append(&mut beside[second]);
        others.iter_mut().for_each(|other| *other = root(&mut into, *other));
        others.sort_unstable();
        others.dedup();
        others.retain(|&other| other != a);
        for &other in &others {
            let (low, high) = (a.min(other), a.max(other));
            let (x, y) = (&clusters[low as usize], &clusters[high as usize]);
            if let Some(score) = scorer.between(x, y).filter(|&score| score > threshold) {
                let (of_low, of_high) = (merges[low as usize], merges[high as usize]);
                heap.push((score, Reverse(low), Reverse(high), of_low, of_high));
            }
            if beside[other as usize].last() != Some(&a) {
                beside[other as usize].push(a);
            }
        }
        beside[first] = others;
    }
    for member in 0..into.len() as u32 {
        into[member as usize] = root(&mut into, member);
    }
    (into, clusters)
}
