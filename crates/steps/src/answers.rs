use crate::sorted::{Placed, Sorted};
use crate::{Entered, EntryId};
use servanda_time::{Instant, Interval};

/// A key, a start, and who starts.
type Place = (u64, Instant, EntryId);

fn place(entered: &Entered) -> Place {
    (entered.key, entered.from, entered.id)
}

/// Where no answer of a key is looked for any more.
const END: EntryId = EntryId { entry: u64::MAX, row: u32::MAX };

#[derive(Debug, Clone, Copy)]
struct Trigger {
    place: Place,
    /// [`Instant::MAX`]: beyond the calendar, so never.
    due: Instant,
}

impl Placed for Trigger {
    type Place = Place;

    fn place(&self) -> Place {
        self.place
    }
}

impl Placed for Place {
    type Place = Place;

    fn place(&self) -> Place {
        *self
    }
}

/// Triggers and answers by key, and from when to when each trigger is overdue.
#[derive(Debug, Clone, Default)]
pub(crate) struct Answers {
    triggers: Sorted<Trigger>,
    answers: Sorted<Place>,
}

impl Answers {
    /// All at once.
    pub(crate) fn of<'a>(
        triggers: impl Iterator<Item = (&'a Entered, Instant)>,
        answers: impl Iterator<Item = &'a Entered>,
    ) -> Answers {
        let triggers = triggers.map(|(entered, due)| Trigger { place: place(entered), due });
        Answers {
            triggers: Sorted::of(triggers.collect()),
            answers: Sorted::of(answers.map(place).collect()),
        }
    }

    /// The triggers that are ever overdue, and when each is.
    pub(crate) fn overdue(&self) -> impl Iterator<Item = (Place, Interval)> {
        let mut answers = self.answers.iter().peekable();
        self.triggers.iter().filter_map(move |trigger| {
            let (key, from, _) = trigger.place;
            // Both are in order, so what came before this trigger answers none of the rest.
            while answers.next_if(|(of, at, _)| (*of, *at) < (key, from)).is_some() {}
            let answered = answer_of(key, answers.peek().copied());
            Some((trigger.place, late(trigger.due, answered)?))
        })
    }

    /// A trigger comes or goes; gives when it is overdue.
    pub(crate) fn trigger(
        &mut self,
        entered: &Entered,
        due: Instant,
        lives: bool,
    ) -> Option<Interval> {
        let place = place(entered);
        if lives {
            self.triggers.insert(Trigger { place, due });
        } else {
            self.triggers.remove(place);
        }
        let (_, next) = self.answers.around((entered.key, entered.from, EntryId::MIN));
        late(due, answer_of(entered.key, next))
    }

    /// An answer comes or goes; gives when triggers no longer are overdue (−1) and now are (+1).
    pub(crate) fn answer(
        &mut self,
        entered: &Entered,
        lives: bool,
        mut moved: impl FnMut(Interval, i128),
    ) {
        let place @ (key, from, _) = place(entered);
        if !lives {
            self.answers.remove(place);
        }
        let (before, next) = self.answers.around((key, from, EntryId::MIN));
        // It can only be the first answer to triggers that are later than the answer before it.
        let before = before.filter(|(of, ..)| *of == key);
        let after = before.map_or(Instant::MIN, |(_, before, _)| before.plus_ms(1));
        // What answers those triggers when this one doesn't.
        let without = answer_of(key, next);
        if lives {
            self.answers.insert(place);
        }
        let weight = if lives { -1 } else { 1 };
        let reached = self.triggers.range_from((key, after, EntryId::MIN));
        for trigger in reached.take_while(|trigger| trigger.place <= (key, from, END)) {
            late(trigger.due.max(from), without).into_iter().for_each(|late| moved(late, weight));
        }
    }
}

/// When the first of the answers there are from some place on answers a key.
fn answer_of(key: u64, first: Option<&Place>) -> Option<Instant> {
    first.filter(|(of, ..)| *of == key).map(|(_, at, _)| *at)
}

/// From when to when a trigger is overdue, if ever.
fn late(due: Instant, answered: Option<Instant>) -> Option<Interval> {
    let to = answered.unwrap_or(Instant::MAX);
    (due < to).then_some(Interval { from: due, to })
}
