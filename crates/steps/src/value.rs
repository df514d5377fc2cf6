use servanda_time::Instant;

/// Whether something holds, where the answer may be that nobody can know.
///
/// The connectives are Kleene's strong ones: what is unknown stays unknown unless the rest decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Truth {
    /// It doesn't hold.
    No,
    /// It can't be told.
    Unknown,
    /// It holds.
    Yes,
}

impl Truth {
    /// Yes or No.
    #[must_use]
    pub fn of(holds: bool) -> Truth {
        if holds { Truth::Yes } else { Truth::No }
    }

    /// Yes where both are, No where either is, else Unknown.
    #[must_use]
    pub fn and(self, other: Truth) -> Truth {
        self.min(other)
    }

    /// Yes where either is, No where both are, else Unknown.
    #[must_use]
    pub fn or(self, other: Truth) -> Truth {
        self.max(other)
    }
}

impl std::ops::Not for Truth {
    type Output = Truth;

    fn not(self) -> Truth {
        match self {
            Truth::No => Truth::Yes,
            Truth::Unknown => Truth::Unknown,
            Truth::Yes => Truth::No,
        }
    }
}

/// Where a deadline stands; [`Rule::Clock`](crate::Rule::Clock) says when each holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// It has not started.
    Waiting,
    /// It has started, is not due, and nothing is done.
    Running,
    /// Done in time.
    Met,
    /// Done, and not in time.
    Late,
    /// Due, and nothing is done.
    Overdue,
    /// A moment that decides is in doubt.
    Unknown,
}

/// An instant that may not have come, or whose coming may be in doubt.
///
/// What it stands for came at `surely` at the latest and at `at_earliest` at the earliest. When
/// they are the same there is no doubt. When only `at_earliest` is there, it may have come since.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment {
    surely: Option<Instant>,
    at_earliest: Option<Instant>,
}

impl Moment {
    /// What never comes.
    pub const NEVER: Moment = Moment { surely: None, at_earliest: None };

    /// From the two bounds. The earliest is never after the sure one: a bound that would be is
    /// brought back to it.
    #[must_use]
    pub fn new(surely: Option<Instant>, at_earliest: Option<Instant>) -> Moment {
        let at_earliest = match (surely, at_earliest) {
            (Some(surely), Some(at_earliest)) => Some(surely.min(at_earliest)),
            (surely, at_earliest) => at_earliest.or(surely),
        };
        Moment { surely, at_earliest }
    }

    /// An instant without doubt.
    #[must_use]
    pub fn at(instant: Instant) -> Moment {
        Moment { surely: Some(instant), at_earliest: Some(instant) }
    }

    /// From when on it has surely come.
    #[must_use]
    pub fn surely(self) -> Option<Instant> {
        self.surely
    }

    /// Before when it has surely not come; none: it has not come at all.
    #[must_use]
    pub fn at_earliest(self) -> Option<Instant> {
        self.at_earliest
    }

    /// What is counted from it, by what counting makes of an instant. What was so from ever has no
    /// date to count from: then nobody can tell when the sum comes or came.
    #[must_use]
    pub fn counted(self, count: impl Fn(Instant) -> Option<Instant>) -> Moment {
        let surely = self.surely.filter(|at| *at > Instant::MIN).and_then(&count);
        let at_earliest = match self.at_earliest {
            Some(Instant::MIN) => Some(Instant::MIN),
            at_earliest => at_earliest.and_then(&count),
        };
        Moment::new(surely, at_earliest)
    }

    /// Whether it has come by that instant.
    #[must_use]
    pub fn come_by(self, at: Instant) -> Truth {
        if self.surely.is_some_and(|surely| surely <= at) {
            Truth::Yes
        } else if self.at_earliest.is_some_and(|earliest| earliest <= at) {
            Truth::Unknown
        } else {
            Truth::No
        }
    }
}

/// What a node of a plan says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value {
    /// Of a node that holds or not.
    Truth(Truth),
    /// Of a deadline.
    Phase(Phase),
    /// Of a moment; the same at every instant.
    Moment(Moment),
}
