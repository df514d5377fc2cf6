//! What corrections take out: one rule for all that reads a record.

use crate::Correction;
use std::collections::BTreeSet;

/// Entries, and rows of entries, that no longer stand.
pub type TakenOut = BTreeSet<(u64, Option<u32>)>;

/// What corrections take out, given with the index of their entry and in its order. Retracting a
/// correction gives back what it took; a correction that is itself replaced by a newer one gives
/// nothing back: the oldest row stays superseded.
#[must_use]
pub fn taken_out(corrections: &[(u64, Correction)]) -> TakenOut {
    let mut retracted = TakenOut::new();
    let mut replaced = TakenOut::new();
    // A correction can only be about what came before it, so from the last to the first each
    // one's own fate is known when it is reached.
    for (index, correction) in corrections.iter().rev() {
        if retracted.contains(&(*index, None)) || correction.of.entry >= *index {
            continue;
        }
        let of = (correction.of.entry, correction.of.row);
        if correction.by.is_some() { &mut replaced } else { &mut retracted }.insert(of);
    }
    retracted.append(&mut replaced);
    retracted
}
