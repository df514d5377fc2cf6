//! What a ray can meet in a cell: every order in which its edges lie from west to east.

use crate::edge::Edge;
use crate::error::PlaceError;
use std::cmp::Ordering;
use std::collections::BTreeSet;

/// Most comparisons for all cells of a layer in which many zones meet; a few seconds.
const STEPS_MAX: usize = 1 << 28;

/// Comparisons made so far.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Steps(usize);

impl Steps {
    fn take(&mut self, count: usize) -> Result<(), PlaceError> {
        self.0 = self.0.saturating_add(count);
        if self.0 <= STEPS_MAX {
            return Ok(());
        }
        Err(PlaceError::Limit {
            what: "comparisons of borders that lie close together",
            limit: STEPS_MAX,
            help: "lay fewer zones over the same ground in one layer",
        })
    }
}

/// All masks that a point between two heights can come to by turning over the bits of the edges
/// that lie at it or west of it, in order, and perhaps some others.
///
/// The order of the edges from west to east only changes at the heights where one begins, ends or
/// crosses another. At each of these, and so at all heights, the masks are those of the first
/// edges, however many.
pub(crate) fn masks_met(
    edges: &[(Edge, u64)],
    (foot, top): (i32, i32),
    steps: &mut Steps,
) -> Result<BTreeSet<u64>, PlaceError> {
    steps.take(edges.len() * edges.len())?;
    let mut heights = BTreeSet::from([foot]);
    for (number, (a, _)) in edges.iter().enumerate() {
        heights.extend([a.y1, a.y2].into_iter().filter(|y| (foot..top).contains(y)));
        for (b, _) in &edges[..number] {
            heights.extend(crossings(a, b, (foot, top)).into_iter().flatten());
        }
    }
    steps.take(edges.len() * heights.len())?;
    let mut masks = BTreeSet::from([0]);
    let mut here: Vec<&(Edge, u64)> = Vec::with_capacity(edges.len());
    for y in heights {
        here.clear();
        here.extend(edges.iter().filter(|(edge, _)| edge.y1 <= y && y < edge.y2));
        here.sort_by(|(a, _), (b, _)| order_at(a, b, y));
        let mut mask = 0;
        for (_, bits) in &here {
            mask ^= bits;
            masks.insert(mask);
        }
    }
    Ok(masks)
}

/// The first heights at which two edges no longer lie in the order in which they come in, and at
/// which they lie in the order in which they go out.
fn crossings(a: &Edge, b: &Edge, (foot, top): (i32, i32)) -> [Option<i32>; 2] {
    let from = a.y1.max(b.y1).max(foot);
    let until = a.y2.min(b.y2).min(top);
    if from >= until {
        return [None, None];
    }
    let (first, last) = (order_at(a, b, from), order_at(a, b, until - 1));
    if first == last {
        return [None, None];
    }
    let turn = |past: &dyn Fn(Ordering) -> bool| {
        let (mut low, mut high) = (from, until - 1);
        while low < high {
            let middle = low + (high - low) / 2;
            if past(order_at(a, b, middle)) { high = middle } else { low = middle + 1 }
        }
        Some(low)
    };
    [turn(&|order| order != first), turn(&|order| order == last)]
}

/// Which of two edges is farther west at a height that both have.
fn order_at(a: &Edge, b: &Edge, y: i32) -> Ordering {
    let at = |edge: &Edge| {
        let rise = i128::from(edge.y2) - i128::from(edge.y1);
        let run = i128::from(edge.x2) - i128::from(edge.x1);
        (i128::from(edge.x1) * rise + run * (i128::from(y) - i128::from(edge.y1)), rise)
    };
    let ((a, rise_of_a), (b, rise_of_b)) = (at(a), at(b));
    (a * rise_of_b).cmp(&(b * rise_of_a))
}
