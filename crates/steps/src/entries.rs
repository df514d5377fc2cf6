use servanda_time::Instant;
use std::collections::btree_map::Entry;
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
    pub(crate) const MAX: EntryId = EntryId { entry: u64::MAX, row: u32::MAX };
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

/// Every entry that was entered, and which of them are live.
#[derive(Debug, Clone, Default)]
pub(crate) struct Entries {
    /// All, retracted ones too. One id may stand on several channels.
    known: BTreeMap<(EntryId, Channel), Entered>,
    /// How many more retractions than restorations name an id.
    retracted: BTreeMap<EntryId, i64>,
    /// The live ones of each channel in the order of their start.
    live: BTreeMap<Channel, BTreeMap<(Instant, EntryId), Entered>>,
}

impl Entries {
    /// Takes an entry in; whether that made it live.
    pub(crate) fn enter(&mut self, channel: Channel, entered: Entered) -> bool {
        match self.known.entry((entered.id, channel)) {
            Entry::Occupied(_) => return false,
            Entry::Vacant(place) => place.insert(entered),
        };
        let lives = !self.is_retracted(entered.id);
        if lives {
            self.put(channel, entered);
        }
        lives
    }

    /// Counts a retraction (+1) or a restoration (−1); gives what it made dead or live.
    pub(crate) fn retract(&mut self, id: EntryId, by: i64) -> Vec<(Channel, Entered)> {
        let was = self.is_retracted(id);
        *self.retracted.entry(id).or_default() += by;
        let is = self.is_retracted(id);
        if was == is {
            return Vec::new();
        }
        let moved: Vec<(Channel, Entered)> =
            self.of(id).map(|(&(_, channel), entered)| (channel, *entered)).collect();
        for &(channel, entered) in &moved {
            if is {
                let live = self.live.entry(channel).or_default();
                live.remove(&(entered.from, entered.id));
            } else {
                self.put(channel, entered);
            }
        }
        moved
    }

    /// The live entries of a channel in the order of their start.
    pub(crate) fn live(&self, channel: Channel) -> impl DoubleEndedIterator<Item = &Entered> {
        self.live.get(&channel).into_iter().flat_map(BTreeMap::values)
    }

    /// The live entries of a channel that start in `[from, to)`, in order.
    pub(crate) fn starting(
        &self,
        channel: Channel,
        from: Instant,
        to: Instant,
    ) -> impl DoubleEndedIterator<Item = &Entered> {
        let range = (from, EntryId::MIN)..(to.max(from), EntryId::MIN);
        self.live
            .get(&channel)
            .into_iter()
            .flat_map(move |live| live.range(range.clone()))
            .map(|(_, entered)| entered)
    }

    /// The ids of the live entries of these channels.
    pub(crate) fn ids(&self, channels: &BTreeSet<Channel>) -> BTreeSet<EntryId> {
        channels.iter().flat_map(|channel| self.live(*channel)).map(|entered| entered.id).collect()
    }

    /// When a row starts; the earliest, if it stands on several channels.
    pub(crate) fn start(&self, id: EntryId) -> Option<Instant> {
        self.of(id).map(|(_, entered)| entered.from).min()
    }

    /// What a row says on each channel.
    fn of(&self, id: EntryId) -> impl Iterator<Item = (&(EntryId, Channel), &Entered)> {
        self.known.range((id, Channel::MIN)..=(id, Channel::MAX))
    }

    fn put(&mut self, channel: Channel, entered: Entered) {
        let live = self.live.entry(channel).or_default();
        live.insert((entered.from, entered.id), entered);
    }

    fn is_retracted(&self, id: EntryId) -> bool {
        self.retracted.get(&id).is_some_and(|count| *count > 0)
    }
}
