use servanda_steps::{ALWAYS, Moment, NodeId, Phase, Plan, Reason, Rule, Truth, Value};
use servanda_time::{Amount, Instant, Interval};

/// A reason whose parts were accepted: what they claim is so.
pub(crate) struct Claims<'a>(pub(crate) &'a Reason);

/// What a child is claimed to be, over neighbouring intervals.
type Shown = Vec<(Interval, Truth)>;

impl Claims<'_> {
    /// Whether the claim follows from those of the parts, by a rule that reads no entries.
    pub(crate) fn follow(&self, plan: &Plan, rule: &Rule) -> Result<(), &'static str> {
        match self.0.is {
            Value::Moment(is) => match self.moment_by(plan, rule)? {
                right if right == is => Ok(()),
                _ => Err("the moment is another one"),
            },
            Value::Phase(is) => self.everywhere(self.ends_of_moments(), |at| {
                self.phase_by(rule, at).map(|right| right == is)
            }),
            Value::Truth(is) => {
                let cuts = match rule {
                    Rule::Held { of, length } => self.cuts_of_held(plan, *of, *length)?,
                    Rule::Since(_) | Rule::Between(..) => self.ends_of_moments(),
                    _ => self.0.parts.iter().flat_map(|p| [p.when.from, p.when.to]).collect(),
                };
                self.everywhere(cuts, |at| self.truth_by(plan, rule, at).map(|right| right == is))
            }
        }
    }

    /// When a child is claimed to come.
    pub(crate) fn moment(&self, of: NodeId) -> Option<Moment> {
        self.0.parts.iter().filter(|part| part.node == of).find_map(|part| match part.is {
            Value::Moment(moment) => Some(moment),
            _ => None,
        })
    }

    /// Whether a test holds at the start of the claim's interval and at every cut inside it.
    fn everywhere(
        &self,
        mut cuts: Vec<Instant>,
        holds: impl Fn(Instant) -> Option<bool>,
    ) -> Result<(), &'static str> {
        cuts.push(self.0.when.from);
        for at in cuts.into_iter().filter(|at| self.0.when.contains(*at)) {
            match holds(at) {
                Some(true) => {}
                Some(false) => return Err("its rule says otherwise"),
                None => return Err("what it stands on is not shown"),
            }
        }
        Ok(())
    }

    /// What a child is claimed to be at an instant.
    fn truth(&self, of: NodeId, at: Instant) -> Option<Truth> {
        let mut parts = self.0.parts.iter().filter(|part| part.node == of);
        parts.find(|part| part.when.contains(at)).and_then(|part| match part.is {
            Value::Truth(truth) => Some(truth),
            _ => None,
        })
    }

    fn ends_of_moments(&self) -> Vec<Instant> {
        let moments = self.0.parts.iter().filter_map(|part| self.moment(part.node));
        moments.flat_map(|moment| [moment.at_earliest(), moment.surely()]).flatten().collect()
    }

    fn truth_by(&self, plan: &Plan, rule: &Rule, at: Instant) -> Option<Truth> {
        // Where one child decides, the others need not be shown.
        let joined = |of: &[NodeId], decides: Truth| {
            let shown: Vec<Option<Truth>> = of.iter().map(|of| self.truth(*of, at)).collect();
            if shown.contains(&Some(decides)) {
                Some(decides)
            } else if shown.contains(&None) {
                None
            } else if shown.contains(&Some(Truth::Unknown)) {
                Some(Truth::Unknown)
            } else {
                Some(opposite(decides))
            }
        };
        match rule {
            Rule::Not(of) => self.truth(*of, at).map(opposite),
            Rule::All(of) => joined(of, Truth::No),
            Rule::Any(of) => joined(of, Truth::Yes),
            Rule::Held { of, length } => {
                let shown = self.shown(*of)?;
                let has_lasted = |start: Instant| {
                    start.plus(*length, plan.zone()).is_ok_and(|long_enough| long_enough <= at)
                };
                let now = shown.iter().position(|(when, _)| when.contains(at))?;
                if shown[now].1 == Truth::No {
                    return Some(Truth::No);
                }
                if shown[now].1 == Truth::Yes
                    && has_lasted(start_of_run(&shown, now, |value| value == Truth::Yes)?)
                {
                    return Some(Truth::Yes);
                }
                match has_lasted(start_of_run(&shown, now, |value| value != Truth::No)?) {
                    true => Some(Truth::Unknown),
                    false => Some(Truth::No),
                }
            }
            Rule::Since(of) => Some(come(self.moment(*of)?, at)),
            Rule::Between(from, to) => {
                match (come(self.moment(*from)?, at), come(self.moment(*to)?, at)) {
                    (Truth::No, _) | (_, Truth::Yes) => Some(Truth::No),
                    (Truth::Yes, Truth::No) => Some(Truth::Yes),
                    _ => Some(Truth::Unknown),
                }
            }
            _ => None,
        }
    }

    /// What is shown of a child: one interval after the other, without a gap.
    fn shown(&self, of: NodeId) -> Option<Shown> {
        let mut shown: Shown = Vec::new();
        for part in self.0.parts.iter().filter(|part| part.node == of) {
            let Value::Truth(value) = part.is else { return None };
            if shown.last().is_some_and(|(last, _)| last.to != part.when.from) {
                return None;
            }
            shown.push((part.when, value));
        }
        Some(shown)
    }

    /// Where a `Held` may change: where a run of its child begins, and where it has lasted.
    fn cuts_of_held(
        &self,
        plan: &Plan,
        of: NodeId,
        length: Amount,
    ) -> Result<Vec<Instant>, &'static str> {
        let shown = self.shown(of).ok_or("what it stands on has a gap")?;
        if shown.last().is_none_or(|(last, _)| last.to < self.0.when.to) {
            return Err("what it stands on ends too early");
        }
        let starts = shown.iter().map(|(when, _)| when.from);
        let lasted = starts.clone().filter_map(|start| start.plus(length, plan.zone()).ok());
        Ok(starts.chain(lasted).collect())
    }

    fn moment_by(&self, plan: &Plan, rule: &Rule) -> Result<Moment, &'static str> {
        const MISSING: &str = "a moment that it stands on is not shown";
        let moment = |of: &NodeId| self.moment(*of).ok_or(MISSING);
        let all = |of: &[NodeId]| of.iter().map(moment).collect::<Result<Vec<Moment>, _>>();
        match rule {
            Rule::At(at) => Ok(Moment::new(Some(*at), Some(*at))),
            Rule::First(of) => self.first(plan, *of),
            Rule::Plus { of, amount } => {
                let moved = |at: Instant| at.plus(*amount, plan.zone()).ok();
                Ok(counted(moment(of)?, moved))
            }
            Rule::Minus { of, amount } => {
                let moved = |at: Instant| at.minus(*amount, plan.zone()).unwrap_or(Instant::MIN);
                Ok(counted(moment(of)?, |at| Some(moved(at))))
            }
            Rule::Earliest(of) => {
                let all = all(of)?;
                let least =
                    |bound: fn(&Moment) -> Option<Instant>| all.iter().filter_map(bound).min();
                Ok(Moment::new(least(|m| m.surely()), least(|m| m.at_earliest())))
            }
            Rule::Latest(of) => {
                let all = all(of)?;
                // No instant is less than any, so where one never comes, none is the least.
                let most = |bound: fn(&Moment) -> Option<Instant>| {
                    let never = all.iter().any(|m| bound(m).is_none());
                    if never { None } else { all.iter().filter_map(bound).max() }
                };
                Ok(Moment::new(most(|m| m.surely()), most(|m| m.at_earliest())))
            }
            _ => Err("no such rule gives a moment"),
        }
    }

    /// The first instant at which a child is Yes, and at which it is not No.
    fn first(&self, plan: &Plan, of: NodeId) -> Result<Moment, &'static str> {
        let shown = self.shown(of).ok_or("what it stands on has a gap")?;
        let first = |accepts: fn(Truth) -> bool| {
            shown.iter().find(|(_, value)| accepts(*value)).map(|(when, _)| when.from)
        };
        let (sure, earliest) = (first(|v| v == Truth::Yes), first(|v| v != Truth::No));
        let from = shown.first().map(|(when, _)| when.from);
        let to = shown.last().map(|(when, _)| when.to);
        if from != Some(ALWAYS.from) && plan.until() > ALWAYS.from {
            return Err("the time before is not shown");
        }
        if sure.is_none() && to.is_some_and(|to| to < plan.until()) {
            return Err("the time after is not shown");
        }
        Ok(Moment::new(sure, earliest))
    }

    fn phase_by(&self, rule: &Rule, at: Instant) -> Option<Phase> {
        let Rule::Clock { start, due, done } = rule else { return None };
        let (start, due, done) = (self.moment(*start)?, self.moment(*due)?, self.moment(*done)?);
        Some(match come(done, at) {
            Truth::Unknown => Phase::Unknown,
            Truth::No => match (come(start, at), come(due, at)) {
                (Truth::No, _) => Phase::Waiting,
                (Truth::Yes, Truth::No) => Phase::Running,
                (Truth::Yes, Truth::Yes) => Phase::Overdue,
                _ => Phase::Unknown,
            },
            Truth::Yes => {
                // None of the bounds of a moment means that it may lie after every instant.
                let surely_in_time = match (done.surely(), due.at_earliest()) {
                    (Some(done), Some(due)) => done <= due,
                    (_, due) => due.is_none(),
                };
                let surely_late = match (done.at_earliest(), due.surely()) {
                    (Some(done), Some(due)) => done > due,
                    _ => false,
                };
                match (surely_in_time, surely_late) {
                    (true, _) => Phase::Met,
                    (_, true) => Phase::Late,
                    _ => Phase::Unknown,
                }
            }
        })
    }
}

/// The start of the run of accepted values that reaches a piece; none: it isn't shown.
fn start_of_run(shown: &Shown, mut at: usize, accepts: fn(Truth) -> bool) -> Option<Instant> {
    while at > 0 && accepts(shown[at - 1].1) {
        at -= 1;
    }
    let start = shown[at].0.from;
    (at > 0 || start == ALWAYS.from).then_some(start)
}

pub(crate) fn come(moment: Moment, at: Instant) -> Truth {
    if moment.surely().is_some_and(|surely| at >= surely) {
        Truth::Yes
    } else if moment.at_earliest().is_some_and(|earliest| at >= earliest) {
        Truth::Unknown
    } else {
        Truth::No
    }
}

fn opposite(of: Truth) -> Truth {
    match of {
        Truth::Yes => Truth::No,
        Truth::Unknown => Truth::Unknown,
        Truth::No => Truth::Yes,
    }
}

/// What is counted from a moment; from the first instant of all nothing can be.
fn counted(of: Moment, moved: impl Fn(Instant) -> Option<Instant>) -> Moment {
    let has_date = |at: &Instant| *at != Instant::MIN;
    let surely = of.surely().filter(has_date).and_then(&moved);
    let earliest = of.at_earliest().and_then(|at| if has_date(&at) { moved(at) } else { Some(at) });
    Moment::new(surely, earliest)
}
