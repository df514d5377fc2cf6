use servanda_time::Instant;

/// Whether something is so, where nobody may be able to tell. Of two, the lesser is "both", the
/// greater "one of the two".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sure {
    /// It is not.
    No,
    /// Nobody can tell.
    Perhaps,
    /// It is.
    Yes,
}

impl Sure {
    /// Yes or no.
    #[must_use]
    pub fn of(is: bool) -> Sure {
        if is { Sure::Yes } else { Sure::No }
    }

    /// The opposite.
    #[must_use]
    pub fn opposite(self) -> Sure {
        match self {
            Sure::No => Sure::Yes,
            Sure::Perhaps => Sure::Perhaps,
            Sure::Yes => Sure::No,
        }
    }
}

/// When something comes: surely by the one instant, and not before the other. Neither: it doesn't.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Coming {
    /// It has surely come by then.
    pub surely: Option<Instant>,
    /// It can't have come before then.
    pub earliest: Option<Instant>,
}

impl Coming {
    /// What doesn't come.
    pub const NEVER: Coming = Coming { surely: None, earliest: None };

    /// What comes then.
    #[must_use]
    pub fn at(at: Instant) -> Coming {
        Coming { surely: Some(at), earliest: Some(at) }
    }

    /// What comes then, if at all.
    #[must_use]
    pub fn maybe(at: Option<Instant>) -> Coming {
        Coming { surely: at, earliest: at }
    }

    /// Whether it has come by an instant.
    #[must_use]
    pub fn by(self, at: Instant) -> Sure {
        let has = |bound: Option<Instant>| bound.is_some_and(|bound| bound <= at);
        match (has(self.surely), has(self.earliest)) {
            (true, _) => Sure::Yes,
            (false, true) => Sure::Perhaps,
            _ => Sure::No,
        }
    }

    /// What is counted from it: each bound moved. From ever nothing can be counted, so that nobody
    /// can tell when what is counted comes.
    #[must_use]
    pub fn counted(self, change: impl Fn(Instant) -> Option<Instant>) -> Coming {
        let is_ever = |bound: Option<Instant>| bound == Some(Instant::MIN);
        let moved = |bound: Option<Instant>| bound.and_then(&change);
        let surely = if is_ever(self.surely) { None } else { moved(self.surely) };
        let earliest = if is_ever(self.earliest) { self.earliest } else { moved(self.earliest) };
        // A sum may not keep the order of two instants an hour apart, where clocks are changed.
        Coming { surely, earliest: earliest.map(|e| surely.map_or(e, |s| s.min(e))).or(surely) }
    }

    /// When the last of them comes; of none: from ever.
    #[must_use]
    pub fn last(of: &[Coming]) -> Coming {
        of.iter().fold(Coming::at(Instant::MIN), |a, b| Coming {
            surely: a.surely.zip(b.surely).map(|(a, b)| a.max(b)),
            earliest: a.earliest.zip(b.earliest).map(|(a, b)| a.max(b)),
        })
    }

    /// When the first of them comes; of none: never.
    #[must_use]
    pub fn first(of: &[Coming]) -> Coming {
        Coming {
            surely: of.iter().filter_map(|one| one.surely).min(),
            earliest: of.iter().filter_map(|one| one.earliest).min(),
        }
    }

    /// Whether it comes never, or at an instant that everybody knows.
    #[must_use]
    pub fn is_date(self) -> bool {
        !self.is_doubtful() && self.surely != Some(Instant::MIN)
    }

    /// Whether nobody can tell when it comes.
    #[must_use]
    pub fn is_doubtful(self) -> bool {
        self.surely != self.earliest
    }
}
