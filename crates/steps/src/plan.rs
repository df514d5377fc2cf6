use crate::{Channel, Truth};
use servanda_time::{Amount, Instant, Zone};

/// A node of a plan, by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub(crate) usize);

impl NodeId {
    /// The place of its rule in [`Plan::rules`].
    #[must_use]
    pub fn index(self) -> usize {
        self.0
    }
}

/// What a node gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A [`Truth`] at every instant.
    Truth,
    /// One [`Moment`](crate::Moment).
    Moment,
    /// A [`Phase`](crate::Phase) at every instant.
    Phase,
}

/// How a node comes from entries and from earlier nodes. Each definition says what holds at an
/// instant *t*; "entry" means a live one, neither missing nor retracted.
///
/// Spans are added to instants by the calendar of the plan's zone. Where a sum leaves the
/// calendar, what it stands for never comes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rule {
    /// `inside` where at least one entry covers *t*, else `outside`. The two differ.
    Covered {
        /// Whose entries.
        by: Channel,
        /// Where one covers.
        inside: Truth,
        /// Where none does.
        outside: Truth,
    },
    /// Yes where more than `n` entries count, else No. An entry counts from its start on for
    /// `per`: *start* ≤ *t* < *start* + `per`.
    MoreThan {
        /// Whose entries.
        of: Channel,
        /// So many are borne.
        n: u32,
        /// For how long each counts; not without length.
        per: Amount,
    },
    /// Yes where the amounts of the entries that cover *t* add up to more, else No.
    Level {
        /// Whose entries.
        of: Channel,
        /// What the sum must exceed.
        more_than: i64,
    },
    /// The opposite.
    Not(NodeId),
    /// Yes where all are Yes, No where one is No, else Unknown. Of none: Yes.
    All(Vec<NodeId>),
    /// Yes where one is Yes, No where all are No, else Unknown. Of none: No.
    Any(Vec<NodeId>),
    /// The child has held without a break for so long.
    ///
    /// Let *r* be the start of the longest interval that ends with *t* and in which the child is
    /// Yes; [`Instant::MIN`] when it always was. Yes where there is one and *r* + `length` ≤ *t*.
    /// Else Unknown where the same is so of the longest interval in which the child is not No.
    /// Else No.
    Held {
        /// What must hold.
        of: NodeId,
        /// For how long.
        length: Amount,
    },
    /// Yes from when the moment has surely come, Unknown from when it may have come, else No.
    Since(NodeId),
    /// From the first moment until the second: what `Since` says of the first, and not of the
    /// second.
    Between(NodeId, NodeId),
    /// No where some trigger is overdue, else Yes.
    ///
    /// A trigger is due at its start + `within`, and is answered by the first answer that has its
    /// key (0 is a key like any other) and starts with it or later. It is overdue at *t* when it
    /// is due at or before *t* and its answer, if any, starts after *t*. An answer that starts
    /// when it is due is in time.
    Answered {
        /// What calls for an answer.
        trigger: Channel,
        /// What answers.
        answer: Channel,
        /// How soon.
        within: Amount,
    },
    /// Something is done in every period.
    ///
    /// Let *p* be when `first` surely comes. Period *k* goes from *p* + *k* × `every` (one span,
    /// so months don't drift) to the start of the next. Yes before `first` may have come, and in
    /// period 0: nothing is due. Unknown from when `first` may have come until it surely has.
    /// In a later period, Yes where an entry starts in the period before, else No. Unknown from
    /// the start of period [`PERIODS_MAX`] on.
    Served {
        /// What is to be done.
        done: Channel,
        /// When the first period starts.
        first: NodeId,
        /// How long a period is; not without length.
        every: Amount,
    },
    /// That instant.
    At(Instant),
    /// Surely the first instant at which the child is Yes, at the earliest the first at which it
    /// is not No; only before the plan's end.
    First(NodeId),
    /// Later by a span. What leaves the calendar never comes. From [`Instant::MIN`] nothing can be
    /// counted: what was so from ever has no date, so nobody can tell when its sum comes or came.
    Plus {
        /// What it is counted from.
        of: NodeId,
        /// By how much.
        amount: Amount,
    },
    /// Earlier by a span, not before [`Instant::MIN`]; from which nothing can be counted back
    /// either.
    Minus {
        /// What it is counted back from.
        of: NodeId,
        /// By how much.
        amount: Amount,
    },
    /// When one of them has come; of at least one.
    Earliest(Vec<NodeId>),
    /// When all of them have come; never, if one never comes. Of at least one.
    Latest(Vec<NodeId>),
    /// Where a deadline stands.
    ///
    /// - `done` has come: `Met` when it comes at `due` or before, or `due` never comes; else
    ///   `Late`. This is so even where it comes before `start`.
    /// - `done` has not come: `Waiting` until `start` has come; then `Overdue` when `due` has come
    ///   too, else `Running`.
    ///
    /// `Unknown` where a moment that this asks for is in doubt: at *t*, or, for "at or before",
    /// by bounds that overlap.
    Clock {
        /// From when on it runs.
        start: NodeId,
        /// By when it is due.
        due: NodeId,
        /// When it is done.
        done: NodeId,
    },
}

/// Periods of one [`Rule::Served`] that are looked at.
pub const PERIODS_MAX: u32 = 100_000;

impl Rule {
    /// What a node with this rule gives.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Rule::Covered { .. }
            | Rule::MoreThan { .. }
            | Rule::Level { .. }
            | Rule::Not(_)
            | Rule::All(_)
            | Rule::Any(_)
            | Rule::Held { .. }
            | Rule::Since(_)
            | Rule::Between(..)
            | Rule::Answered { .. }
            | Rule::Served { .. } => Kind::Truth,
            Rule::At(_)
            | Rule::First(_)
            | Rule::Plus { .. }
            | Rule::Minus { .. }
            | Rule::Earliest(_)
            | Rule::Latest(_) => Kind::Moment,
            Rule::Clock { .. } => Kind::Phase,
        }
    }

    /// The nodes that it comes from.
    #[must_use]
    pub fn children(&self) -> Vec<NodeId> {
        match self {
            Rule::Covered { .. }
            | Rule::MoreThan { .. }
            | Rule::Level { .. }
            | Rule::Answered { .. }
            | Rule::At(_) => Vec::new(),
            Rule::Not(of)
            | Rule::Held { of, .. }
            | Rule::Since(of)
            | Rule::Served { first: of, .. }
            | Rule::First(of)
            | Rule::Plus { of, .. }
            | Rule::Minus { of, .. } => vec![*of],
            Rule::Between(from, to) => vec![*from, *to],
            Rule::All(of) | Rule::Any(of) | Rule::Earliest(of) | Rule::Latest(of) => of.clone(),
            Rule::Clock { start, due, done } => vec![*start, *due, *done],
        }
    }

    /// The channels whose entries it reads.
    #[must_use]
    pub fn channels(&self) -> Vec<Channel> {
        match self {
            Rule::Covered { by: of, .. }
            | Rule::MoreThan { of, .. }
            | Rule::Level { of, .. }
            | Rule::Served { done: of, .. } => vec![*of],
            Rule::Answered { trigger, answer, .. } if trigger == answer => vec![*trigger],
            Rule::Answered { trigger, answer, .. } => vec![*trigger, *answer],
            _ => Vec::new(),
        }
    }

    /// What its children must give.
    fn wants(&self) -> Kind {
        match self {
            Rule::Not(_) | Rule::All(_) | Rule::Any(_) | Rule::Held { .. } | Rule::First(_) => {
                Kind::Truth
            }
            _ => Kind::Moment,
        }
    }

    fn check(&self) -> Result<(), PlanError> {
        match self {
            Rule::Covered { inside, outside, .. } if inside == outside => {
                Err(PlanError::NoDifference)
            }
            Rule::MoreThan { per: span, .. } | Rule::Served { every: span, .. }
                if span.count == 0 =>
            {
                Err(PlanError::NoLength)
            }
            Rule::Earliest(of) | Rule::Latest(of) if of.is_empty() => Err(PlanError::NoMoments),
            _ => Ok(()),
        }
    }
}

/// Why a rule can't be added to a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// It refers to a node that is not there yet.
    #[error("node {0} is not in the plan yet; add what a rule refers to before it")]
    NotYet(usize),
    /// It refers to a node that gives something else.
    #[error("node {node} gives a {given:?}; this rule needs a {wanted:?}")]
    Kind {
        /// The node.
        node: usize,
        /// What it gives.
        given: Kind,
        /// What is needed.
        wanted: Kind,
    },
    /// A span without length, where time would stand still.
    #[error("a span without length; write at least one second")]
    NoLength,
    /// The same inside and outside.
    #[error("the same inside as outside; then no entry matters")]
    NoDifference,
    /// The earliest or latest of none.
    #[error("the earliest or latest of no moments; name at least one")]
    NoMoments,
}

/// Rules, each of which refers only to earlier ones.
///
/// Nothing is said of instants at or after `until`: no value changes there, so that what recurs
/// doesn't recur for ever. A plan has no start, since a rule that binds from a date on says so:
/// all of `Since` that date and what must hold.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    zone: Zone,
    until: Instant,
    rules: Vec<Rule>,
}

impl Plan {
    /// A plan without rules. The zone is the one in whose calendar spans are counted.
    #[must_use]
    pub fn new(zone: Zone, until: Instant) -> Plan {
        Plan { zone, until, rules: Vec::new() }
    }

    /// Adds a node.
    ///
    /// # Errors
    /// When the rule refers to a node that is not there or that gives something else, or when
    /// it has a span without length or nothing to tell apart.
    pub fn push(&mut self, rule: Rule) -> Result<NodeId, PlanError> {
        rule.check()?;
        let wanted = rule.wants();
        for NodeId(node) in rule.children() {
            let given = self.rules.get(node).ok_or(PlanError::NotYet(node))?.kind();
            if given != wanted {
                return Err(PlanError::Kind { node, given, wanted });
            }
        }
        self.rules.push(rule);
        Ok(NodeId(self.rules.len() - 1))
    }

    /// In whose calendar spans are counted.
    #[must_use]
    pub fn zone(&self) -> &Zone {
        &self.zone
    }

    /// From when on nothing is said.
    #[must_use]
    pub fn until(&self) -> Instant {
        self.until
    }

    /// The rules in their order.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The nodes in their order.
    pub fn nodes(&self) -> impl Iterator<Item = NodeId> + use<> {
        (0..self.rules.len()).map(NodeId)
    }

    /// The rule of a node; none: it is of another plan.
    #[must_use]
    pub fn rule(&self, node: NodeId) -> Option<&Rule> {
        self.rules.get(node.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_refers_to_what_is_there_and_of_its_kind() {
        let mut plan = Plan::new(Zone::utc(), Instant::MAX);
        let day: Amount = "1 day".parse().unwrap();
        let none: Amount = "0 days".parse().unwrap();
        assert_eq!(plan.push(Rule::Not(NodeId(0))), Err(PlanError::NotYet(0)));
        let any = plan.push(Rule::Any(vec![])).unwrap();
        let at = plan.push(Rule::At(Instant::EPOCH)).unwrap();
        assert_eq!(plan.push(Rule::Not(NodeId(2))), Err(PlanError::NotYet(2)));
        for (rule, node, given, wanted) in [
            (Rule::Since(any), 0, Kind::Truth, Kind::Moment),
            (Rule::Held { of: at, length: day }, 1, Kind::Moment, Kind::Truth),
            (Rule::Served { done: 0, first: any, every: day }, 0, Kind::Truth, Kind::Moment),
            (Rule::Clock { start: at, due: at, done: any }, 0, Kind::Truth, Kind::Moment),
        ] {
            assert_eq!(plan.push(rule), Err(PlanError::Kind { node, given, wanted }));
        }
        for (rule, error) in [
            (Rule::Latest(vec![]), PlanError::NoMoments),
            (Rule::MoreThan { of: 0, n: 1, per: none }, PlanError::NoLength),
            (Rule::Served { done: 0, first: at, every: none }, PlanError::NoLength),
            (
                Rule::Covered { by: 0, inside: Truth::Yes, outside: Truth::Yes },
                PlanError::NoDifference,
            ),
        ] {
            assert_eq!(plan.push(rule), Err(error));
        }
        let clock = plan.push(Rule::Clock { start: at, due: at, done: at }).unwrap();
        assert!(matches!(plan.push(Rule::Not(clock)), Err(PlanError::Kind { .. })));
        assert_eq!(plan.rules().len(), 3);
    }
}
