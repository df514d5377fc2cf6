use crate::sorted::{Placed, Sorted};
use servanda_time::Instant;
use std::collections::{BTreeMap, BTreeSet};

/// A stream of entries that means the same to every rule that reads it.
pub type Channel = u32;

/// Where an entry stands in the record: the entry's number and the row in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryId {
    /// The number of the entry.
    pub entry: u64,
    /// The row in it.
    pub row: u32,
}

impl EntryId {
    pub(crate) const MIN: EntryId = EntryId { entry: 0, row: 0 };
}

/// What an entry says on a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entered {
    /// Where it stands in the record.
    pub id: EntryId,
    /// The first instant that it covers, and its start.
    pub from: Instant,
    /// The first instant that it no longer covers; [`Instant::MAX`]: open. An entry that ends
    /// when it starts or before covers nothing, and its start counts all the same.
    pub to: Instant,
    /// What an answer must have in common with its trigger; 0: nothing is said.
    pub key: u64,
    /// What a [`Level`](crate::Rule::Level) adds up, in the unit of the channel.
    pub amount: i64,
}

/// In the order of their start.
impl Placed for Entered {
    type Place = (Instant, EntryId);

    fn place(&self) -> (Instant, EntryId) {
        (self.from, self.id)
    }
}

/// A row on a channel, and where it starts.
#[derive(Debug, Clone, Copy)]
struct Row {
    // Not an `EntryId`, which would take eight bytes more of each row.
    entry: u64,
    row: u32,
    channel: Channel,
    from: Instant,
}

impl Row {
    fn id(&self) -> EntryId {
        EntryId { entry: self.entry, row: self.row }
    }
}

/// In the order of the record.
impl Placed for Row {
    type Place = (EntryId, Channel);

    fn place(&self) -> (EntryId, Channel) {
        (self.id(), self.channel)
    }
}

/// Every entry that was entered, and which of them are live.
#[derive(Debug, Clone, Default)]
pub(crate) struct Entries {
    /// All, retracted ones too. One id may stand on several channels.
    known: Sorted<Row>,
    /// How many more retractions than restorations name an id.
    retracted: BTreeMap<EntryId, i64>,
    /// The last id in there: most entries that come are later.
    last_retracted: Option<EntryId>,
    /// The live ones of each channel in the order of their start.
    live: BTreeMap<Channel, Sorted<Entered>>,
    /// Those that are known and not live.
    dead: BTreeMap<(EntryId, Channel), Entered>,
}

impl Entries {
    /// Takes an entry in; whether that made it live.
    pub(crate) fn enter(&mut self, channel: Channel, entered: Entered) -> bool {
        let Entered { id, from, .. } = entered;
        let EntryId { entry, row } = id;
        if !self.known.insert(Row { entry, row, channel, from }) {
            return false;
        }
        let lives = !self.is_retracted(id);
        if lives {
            self.live.entry(channel).or_default().insert(entered);
        } else {
            self.dead.insert((id, channel), entered);
        }
        lives
    }

    /// Counts a retraction (+1) or a restoration (−1); gives what it made dead or live.
    pub(crate) fn retract(&mut self, id: EntryId, by: i64) -> Vec<(Channel, Entered)> {
        let was = self.is_retracted(id);
        *self.retracted.entry(id).or_default() += by;
        self.last_retracted = self.last_retracted.max(Some(id));
        let is = self.is_retracted(id);
        if was == is {
            return Vec::new();
        }
        let mut moved = Vec::new();
        for row in self.known.range_from((id, Channel::MIN)).take_while(|row| row.id() == id) {
            let live = self.live.entry(row.channel).or_default();
            let place = (id, row.channel);
            let entered = if is {
                let entered = live.remove((row.from, id));
                self.dead.extend(entered.map(|entered| (place, entered)));
                entered
            } else {
                let entered = self.dead.remove(&place);
                entered.into_iter().for_each(|entered| {
                    live.insert(entered);
                });
                entered
            };
            moved.extend(entered.map(|entered| (row.channel, entered)));
        }
        moved
    }

    /// The live entries of a channel in the order of their start.
    pub(crate) fn live(&self, channel: Channel) -> impl DoubleEndedIterator<Item = &Entered> {
        self.live.get(&channel).into_iter().flat_map(Sorted::iter)
    }

    /// The live entries of a channel that start in `[from, to)`, in order.
    pub(crate) fn starting(
        &self,
        channel: Channel,
        from: Instant,
        to: Instant,
    ) -> impl DoubleEndedIterator<Item = &Entered> {
        let (from, to) = ((from, EntryId::MIN), (to, EntryId::MIN));
        self.live.get(&channel).into_iter().flat_map(move |live| live.range(from, to))
    }

    /// The ids of the live entries of these channels.
    pub(crate) fn ids(&self, channels: &BTreeSet<Channel>) -> BTreeSet<EntryId> {
        channels.iter().flat_map(|channel| self.live(*channel)).map(|entered| entered.id).collect()
    }

    /// When a row starts; the earliest, if it stands on several channels.
    pub(crate) fn start(&self, id: EntryId) -> Option<Instant> {
        let rows = self.known.range_from((id, Channel::MIN)).take_while(|row| row.id() == id);
        rows.map(|row| row.from).min()
    }

    fn is_retracted(&self, id: EntryId) -> bool {
        Some(id) <= self.last_retracted && self.retracted.get(&id).is_some_and(|count| *count > 0)
    }
}
