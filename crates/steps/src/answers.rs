use crate::{Entered, EntryId};
use servanda_time::{Instant, Interval};
use std::collections::{BTreeMap, BTreeSet};

/// Triggers and answers by key, and from when to when each trigger is overdue.
#[derive(Debug, Clone, Default)]
pub(crate) struct Answers {
    /// When each is due; none: beyond the calendar.
    triggers: BTreeMap<(u64, Instant, EntryId), Option<Instant>>,
    answers: BTreeSet<(u64, Instant, EntryId)>,
}

impl Answers {
    /// All at once.
    pub(crate) fn of<'a>(
        triggers: impl Iterator<Item = (&'a Entered, Option<Instant>)>,
        answers: impl Iterator<Item = &'a Entered>,
    ) -> Answers {
        let place = |entered: &Entered| (entered.key, entered.from, entered.id);
        Answers {
            triggers: triggers.map(|(entered, due)| (place(entered), due)).collect(),
            answers: answers.map(place).collect(),
        }
    }

    /// The triggers that are ever overdue, and when each is.
    pub(crate) fn overdue(&self) -> impl Iterator<Item = ((u64, Instant, EntryId), Interval)> {
        let late = |(&place, &due): (&(u64, Instant, EntryId), &Option<Instant>)| {
            Some((place, self.late(place.0, place.1, due)?))
        };
        self.triggers.iter().filter_map(late)
    }

    /// A trigger comes or goes; gives when it is overdue.
    pub(crate) fn trigger(
        &mut self,
        entered: &Entered,
        due: Option<Instant>,
        lives: bool,
    ) -> Option<Interval> {
        let place = (entered.key, entered.from, entered.id);
        if lives {
            self.triggers.insert(place, due);
        } else {
            self.triggers.remove(&place);
        }
        self.late(entered.key, entered.from, due)
    }

    /// An answer comes or goes; gives when triggers no longer are overdue (−1) and now are (+1).
    pub(crate) fn answer(&mut self, entered: &Entered, lives: bool) -> Vec<(Interval, i128)> {
        let Entered { key, from, id, .. } = *entered;
        // It can only be the first answer to triggers that are later than the answer before it.
        let earlier = (key, Instant::MIN, EntryId::MIN)..(key, from, EntryId::MIN);
        let before = self.answers.range(earlier).next_back();
        let after = before.map_or(Instant::MIN, |(_, before, _)| before.plus_ms(1));
        let reached: Vec<(Instant, Option<Instant>)> = self
            .triggers
            .range((key, after, EntryId::MIN)..=(key, from, EntryId::MAX))
            .map(|(&(_, from, _), &due)| (from, due))
            .collect();
        let late = |all: &Answers| -> Vec<Option<Interval>> {
            reached.iter().map(|&(from, due)| all.late(key, from, due)).collect()
        };
        let was = late(self);
        if lives {
            self.answers.insert((key, from, id));
        } else {
            self.answers.remove(&(key, from, id));
        }
        let moved = was.into_iter().zip(late(self)).filter(|(was, is)| was != is);
        moved
            .flat_map(|(was, is)| [was.map(|late| (late, -1)), is.map(|late| (late, 1))])
            .flatten()
            .collect()
    }

    fn late(&self, key: u64, from: Instant, due: Option<Instant>) -> Option<Interval> {
        let later = (key, from, EntryId::MIN)..=(key, Instant::MAX, EntryId::MAX);
        let answered = self.answers.range(later).next().map_or(Instant::MAX, |(_, at, _)| *at);
        due.filter(|due| *due < answered).map(|due| Interval { from: due, to: answered })
    }
}
