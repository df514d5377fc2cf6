//! How little would have to be otherwise for a node to say something else.

use crate::{Channel, Engine, EntryId, NodeId, Value};
use servanda_time::Instant;
use std::collections::{BTreeMap, BTreeSet};

/// Entries in the largest set that is tried.
pub const FLIP_SIZE_MAX: usize = 3;
/// Sets of entries that are tried before the search ends.
pub const FLIP_TRIES_MAX: u64 = 20_000;

/// Retractions that outweigh any number of restorations that came without one.
const OUTWEIGHS: i64 = 1 << 40;

/// What a value hangs on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flips {
    /// A smallest set of live entries without which the node would say something else at that
    /// instant; empty: none was found.
    pub entries: Vec<EntryId>,
    /// Whether every set that is smaller, or of at most [`FLIP_SIZE_MAX`] when none was found,
    /// was tried. If not, the search ended after [`FLIP_TRIES_MAX`] sets.
    pub complete: bool,
    /// The sources without all of whose entries the node would say something else, in order.
    pub sources: Vec<u32>,
}

impl Engine {
    /// What the value of a node at an instant hangs on; none where [`Engine::value`] gives none.
    ///
    /// `sources` says which source each entry is from; those it doesn't name are left alone when
    /// sources are taken out.
    #[must_use]
    pub fn flips(
        &self,
        node: NodeId,
        at: Instant,
        sources: &BTreeMap<EntryId, u32>,
    ) -> Option<Flips> {
        let said = self.value(node, at)?;
        let ids = self.entries.ids(&self.read_by(node));
        // Those that the reason cites are the likeliest.
        let mut order = self.why(node, at)?.cited();
        order.extend(ids.iter().filter(|id| order.binary_search(id).is_err()).collect::<Vec<_>>());
        let mut search = Search { engine: self.clone(), node, at, said, tries: 0 };
        let mut found = Flips { entries: Vec::new(), complete: true, sources: Vec::new() };
        for size in 1..=FLIP_SIZE_MAX.min(order.len()) {
            let mut set = Vec::new();
            if search.try_sets(&order, size, &mut set) {
                set.sort_unstable();
                found.entries = set;
                break;
            }
        }
        found.complete = search.tries < FLIP_TRIES_MAX || !found.entries.is_empty();
        let mut by_source: BTreeMap<u32, Vec<EntryId>> = BTreeMap::new();
        for id in ids {
            if let Some(source) = sources.get(&id) {
                by_source.entry(*source).or_default().push(id);
            }
        }
        for (source, ids) in by_source {
            ids.iter().for_each(|id| search.without(*id));
            if search.is_other() {
                found.sources.push(source);
            }
            ids.iter().for_each(|id| search.with(*id));
        }
        Some(found)
    }

    /// The channels that a node and those below it read.
    fn read_by(&self, node: NodeId) -> BTreeSet<Channel> {
        let mut below = BTreeSet::from([node]);
        let mut channels = BTreeSet::new();
        while let Some(node) = below.pop_last() {
            if let Some(rule) = self.plan.rule(node) {
                channels.extend(rule.channels());
                below.extend(rule.children());
            }
        }
        channels
    }
}

/// An engine from which entries are taken out and put back.
struct Search {
    engine: Engine,
    node: NodeId,
    at: Instant,
    said: Value,
    tries: u64,
}

impl Search {
    /// Whether a set of that size, of those on the list, changes the value; leaves it in `set`.
    fn try_sets(&mut self, list: &[EntryId], size: usize, set: &mut Vec<EntryId>) -> bool {
        for (n, &id) in list.iter().enumerate() {
            if self.tries >= FLIP_TRIES_MAX {
                return false;
            }
            self.without(id);
            set.push(id);
            let found = if size == 1 {
                self.tries += 1;
                self.is_other()
            } else {
                self.try_sets(&list[n + 1..], size - 1, set)
            };
            self.with(id);
            if found {
                return true;
            }
            set.pop();
        }
        false
    }

    fn is_other(&self) -> bool {
        self.engine.value(self.node, self.at) != Some(self.said)
    }

    fn without(&mut self, id: EntryId) {
        self.engine.outweigh(id, OUTWEIGHS);
    }

    fn with(&mut self, id: EntryId) {
        self.engine.outweigh(id, -OUTWEIGHS);
    }
}
