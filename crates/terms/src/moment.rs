//! Moments of the text: fixed, or counted from something that happens.

use servanda_time::{Amount, Instant};
use std::fmt;

/// When something begins, ends or is due.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum When {
    /// The text doesn't say.
    #[default]
    Unstated,
    /// At a fixed instant.
    At(Instant),
    /// Counted from an event.
    Of(Relative),
}

/// A moment counted from an event: `14 days after signature`, `end of guarantee.g`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relative {
    /// How long after it, or before it; none: the event itself.
    pub amount: Option<Amount>,
    /// Whether the span lies before the event.
    pub before: bool,
    /// The event.
    pub event: Event,
}

/// Something that happens in the life of an agreement.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Event {
    /// The last of the signatures that the text asks for.
    Signature,
    /// The entry into force of the agreement.
    EntryIntoForce,
    /// Its end.
    End,
    /// An event that the front matter names: [event.NAME].
    Named(String),
    /// A milestone of a provision, by its id.
    Of(String, Milestone),
}

/// A milestone of a provision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Milestone {
    /// It is done: an obligation performed, a condition fulfilled, consent given, a point agreed.
    Done,
    /// It begins to bind.
    Start,
    /// It ceases to bind.
    End,
    /// The guarantee's decider finds the trigger met.
    Trigger,
}

impl When {
    /// The fixed instant, if it is one.
    #[must_use]
    pub fn instant(&self) -> Option<Instant> {
        match self {
            When::At(at) => Some(*at),
            _ => None,
        }
    }

    /// The event that it is counted from.
    #[must_use]
    pub fn event(&self) -> Option<&Event> {
        match self {
            When::Of(relative) => Some(&relative.event),
            _ => None,
        }
    }

    /// Whether the text says anything.
    #[must_use]
    pub fn is_stated(&self) -> bool {
        *self != When::Unstated
    }
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            When::Unstated => write!(f, "not stated"),
            When::At(at) => write!(f, "{at}"),
            When::Of(relative) => write!(f, "{relative}"),
        }
    }
}

impl fmt::Display for Relative {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.amount, self.before) {
            (None, _) => write!(f, "{}", self.event),
            (Some(amount), false) => write!(f, "{amount} after {}", self.event),
            (Some(amount), true) => write!(f, "{amount} before {}", self.event),
        }
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Event::Signature => write!(f, "signature"),
            Event::EntryIntoForce => write!(f, "entry into force"),
            Event::End => write!(f, "end"),
            Event::Named(name) => write!(f, "event.{name}"),
            Event::Of(id, Milestone::Done) => write!(f, "{id}"),
            Event::Of(id, Milestone::Start) => write!(f, "start of {id}"),
            Event::Of(id, Milestone::End) => write!(f, "end of {id}"),
            Event::Of(id, Milestone::Trigger) => write!(f, "trigger of {id}"),
        }
    }
}
