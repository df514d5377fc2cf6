//! Checks what is committed and not in its place yet.

use servanda_tlog::{BundleId, Hash, TILE_WIDTH, Tree, leaf_hash};

use super::Report;
use super::entries::Entries;
use crate::layout::JOURNAL;
use crate::pending::Pending;

/// Takes up the journal's entries after those that are published, whose `leaves` give the root:
/// each is checked like any other, and each checkpoint in it must be signed and be theirs.
pub(super) fn check(
    pending: &Pending,
    leaves: &mut Vec<Hash>,
    entries: &mut Entries<'_>,
    report: &mut Report,
) {
    let published = report.size;
    if pending.batches.last().is_none_or(|last| last.end() <= published) {
        return notice(pending, 0, report);
    }
    let mut tree = Tree::new();
    leaves.iter().for_each(|leaf| tree.push(*leaf));
    for batch in pending.batches.iter().filter(|batch| batch.end() > published) {
        if batch.base != tree.size() {
            let what = format!("entries {} to {} are missing before it", tree.size(), batch.base);
            return report.fault(JOURNAL, Some(tree.size()), what);
        }
        for note in &batch.entries {
            let index = tree.size();
            let place = index % u64::from(TILE_WIDTH);
            // Where it will be, once it is in its place.
            if let Ok(id) = BundleId::new(index / u64::from(TILE_WIDTH), place as u16 + 1) {
                entries.check(&id, index, note, report);
            }
            let leaf = leaf_hash(note);
            tree.push(leaf);
            leaves.push(leaf);
        }
        match entries.open_state(&batch.checkpoint, tree.size()) {
            Ok(signed) if (signed.size(), signed.root()) == (tree.size(), tree.root()) => {}
            Ok(_) => {
                let what = "a checkpoint in it has another root than the entries before it give";
                report.fault(JOURNAL, Some(batch.base), what);
            }
            Err(what) => report.fault(JOURNAL, Some(batch.base), what),
        }
    }
    notice(pending, tree.size() - published, report);
}

fn notice(pending: &Pending, entries: u64, report: &mut Report) {
    if entries > 0 {
        report.notice(format!(
            "{JOURNAL}: {entries} entries more are committed and not published yet; the next \
             append puts them in their places"
        ));
    } else if pending.any && pending.torn == 0 {
        report.notice(format!("{JOURNAL}: not needed any more; the next append removes it"));
    }
    if pending.torn > 0 {
        report.notice(format!(
            "{JOURNAL}: ends in {} bytes of a write that was interrupted before it was \
             acknowledged; the next append removes them",
            pending.torn
        ));
    }
}
