//! What a node says, from what its children say and from the sums of its entries.

use crate::engine::{Engine, Node};
use crate::sums::Sums;
use crate::{
    ALWAYS, Channel, Entered, Moment, NodeId, PERIODS_MAX, Phase, Plan, Rule, Steps, Truth,
};
use servanda_time::{Amount, Instant, Interval};

/// Values from instants on, in order.
pub(crate) type Pieces<T> = Vec<(Instant, T)>;

/// What a rule that reads entries counts because of an entry that has come or gone: so much more,
/// or less, at such times.
pub(crate) fn weigh(
    plan: &Plan,
    node: usize,
    state: &mut Node,
    channel: Channel,
    entered: &Entered,
    lives: bool,
    mut counts: impl FnMut(Interval, i128),
) {
    let sign = if lives { 1 } else { -1 };
    match &plan.rules()[node] {
        Rule::Answered { trigger, answer, within } => {
            if channel == *answer {
                state.answers.answer(entered, lives, &mut counts);
            }
            if channel == *trigger {
                let due = due(plan, entered, *within);
                let late = state.answers.trigger(entered, due, lives);
                late.into_iter().for_each(|late| counts(late, sign));
            }
        }
        rule => {
            let weighed = weight(plan, rule, state.start, entered);
            weighed.into_iter().for_each(|(when, weight)| counts(when, weight * sign));
        }
    }
}

impl Engine {
    /// Counts anew all that is live.
    pub(crate) fn weigh_all(&self, node: usize) -> Node {
        let plan = &self.plan;
        let mut state = self.nodes[node].clone();
        state.sum = match &plan.rules()[node] {
            Rule::Answered { trigger, answer, within } => {
                let triggers = self.entries.live(*trigger);
                let triggers = triggers.map(|e| (e, due(plan, e, *within)));
                state.answers = crate::answers::Answers::of(triggers, self.entries.live(*answer));
                Sums::of(state.answers.overdue().map(|(_, late)| (late, 1)))
            }
            rule => {
                if let Rule::Served { first, .. } = rule {
                    state.start = self.nodes[first.0].moment.surely();
                }
                let live = rule.channels().into_iter().flat_map(|c| self.entries.live(c));
                Sums::of(live.filter_map(|e| weight(plan, rule, state.start, e)))
            }
        };
        state
    }

    /// What a node says within a span, if it says whether something holds.
    pub(crate) fn truth_pieces(&self, node: usize, span: Interval) -> Pieces<Truth> {
        let state = &self.nodes[node];
        match &self.plan.rules()[node] {
            Rule::Covered { inside, outside, .. } => {
                state.sum.mapped(span, |sum| if sum > 0 { *inside } else { *outside })
            }
            Rule::MoreThan { n, .. } => {
                state.sum.mapped(span, |sum| Truth::of(sum > i128::from(*n)))
            }
            Rule::Level { more_than, .. } => {
                state.sum.mapped(span, |sum| Truth::of(sum > i128::from(*more_than)))
            }
            Rule::Answered { .. } => state.sum.mapped(span, |sum| Truth::of(sum == 0)),
            Rule::Not(of) => self.nodes[of.0].truth.mapped(span, |held| !held),
            Rule::All(of) => self.together(of, span, Truth::Yes, Truth::and),
            Rule::Any(of) => self.together(of, span, Truth::No, Truth::or),
            Rule::Held { of, length } => {
                held(&self.plan, &self.nodes[of.0].truth, *length, span).mapped(span, |v| v)
            }
            Rule::Since(of) => since(self.nodes[of.0].moment).mapped(span, |v| v),
            Rule::Between(from, to) => {
                let (from, to) = (self.nodes[from.0].moment, self.nodes[to.0].moment);
                at_each([ends(from), ends(to)].concat(), span, |at| {
                    from.come_by(at).and(!to.come_by(at))
                })
            }
            Rule::Served { first, every, .. } => {
                let moment = self.nodes[first.0].moment;
                let start = |k| period(&self.plan, moment.surely()?, *every, k);
                let (second, last) = (start(1), start(PERIODS_MAX));
                let mut cuts = ends(moment);
                cuts.extend([second, last].into_iter().flatten());
                cuts.extend(state.sum.changes_in(span));
                at_each(cuts, span, |at| match moment.come_by(at) {
                    Truth::No => Truth::Yes,
                    Truth::Unknown => Truth::Unknown,
                    Truth::Yes if second.is_none_or(|second| at < second) => Truth::Yes,
                    Truth::Yes if last.is_some_and(|last| last <= at) => Truth::Unknown,
                    Truth::Yes => Truth::of(state.sum.at(at) > 0),
                })
            }
            _ => Vec::new(),
        }
    }

    /// What a node says within a span, if it is a clock.
    pub(crate) fn phase_pieces(&self, node: usize, span: Interval) -> Pieces<Phase> {
        let Rule::Clock { start, due, done } = &self.plan.rules()[node] else { return Vec::new() };
        let [start, due, done] = [start, due, done].map(|of| self.nodes[of.0].moment);
        let cuts = [ends(start), ends(due), ends(done)].concat();
        at_each(cuts, span, |at| phase(start, due, done, at))
    }

    /// What a node says, if it is a moment.
    pub(crate) fn moment_now(&self, node: usize) -> Moment {
        let moment = |of: &NodeId| self.nodes[of.0].moment;
        match &self.plan.rules()[node] {
            Rule::At(at) => Moment::at(*at),
            Rule::First(of) => {
                let mut runs = self.nodes[of.0].truth.runs().skip_while(|(_, v)| *v == Truth::No);
                let earliest = runs.next();
                let sure = earliest.filter(|(_, held)| *held == Truth::Yes);
                let sure = sure.or_else(|| runs.find(|(_, held)| *held == Truth::Yes));
                Moment::new(sure.map(|(run, _)| run.from), earliest.map(|(run, _)| run.from))
            }
            Rule::Plus { of, amount } => {
                moment(of).counted(|instant| later(&self.plan, instant, *amount))
            }
            Rule::Minus { of, amount } => moment(of).counted(|instant| {
                Some(instant.minus(*amount, self.plan.zone()).unwrap_or(Instant::MIN))
            }),
            Rule::Earliest(of) => Moment::new(
                of.iter().filter_map(|of| moment(of).surely()).min(),
                of.iter().filter_map(|of| moment(of).at_earliest()).min(),
            ),
            Rule::Latest(of) => {
                let last = |bound: fn(Moment) -> Option<Instant>| {
                    let bounds: Option<Vec<Instant>> =
                        of.iter().map(|of| bound(moment(of))).collect();
                    bounds.and_then(|bounds| bounds.into_iter().max())
                };
                Moment::new(last(Moment::surely), last(Moment::at_earliest))
            }
            _ => Moment::NEVER,
        }
    }

    fn together(
        &self,
        of: &[NodeId],
        span: Interval,
        none: Truth,
        joined: fn(Truth, Truth) -> Truth,
    ) -> Pieces<Truth> {
        let runs = of.iter().flat_map(|of| self.nodes[of.0].truth.runs_in(span));
        at_each(runs.map(|(run, _)| run.from).collect(), span, |at| {
            of.iter().map(|of| self.nodes[of.0].truth.at(at)).fold(none, joined)
        })
    }
}

/// Later by a span; none: beyond the calendar.
pub(crate) fn later(plan: &Plan, from: Instant, amount: Amount) -> Option<Instant> {
    from.plus(amount, plan.zone()).ok()
}

/// When the answer to a trigger is due; [`Instant::MAX`]: beyond the calendar.
fn due(plan: &Plan, trigger: &Entered, within: Amount) -> Instant {
    later(plan, trigger.from, within).unwrap_or(Instant::MAX)
}

/// When a period starts; none: beyond the calendar.
pub(crate) fn period(plan: &Plan, first: Instant, every: Amount, number: u32) -> Option<Instant> {
    let count = every.count.checked_mul(number)?;
    later(plan, first, Amount { count, unit: every.unit })
}

/// The number of the period in which an instant lies: the last that starts at or before it.
pub(crate) fn period_of(plan: &Plan, first: Instant, every: Amount, at: Instant) -> Option<u32> {
    if at < first {
        return None;
    }
    let (mut low, mut high) = (0, PERIODS_MAX);
    while low < high {
        let middle = high - (high - low) / 2;
        if period(plan, first, every, middle).is_some_and(|start| start <= at) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    Some(low)
}

/// When and how much an entry counts for a rule, but for answers.
pub(crate) fn weight(
    plan: &Plan,
    rule: &Rule,
    start: Option<Instant>,
    entered: &Entered,
) -> Option<(Interval, i128)> {
    let covers = (entered.from, entered.to);
    let ((from, to), weight) = match rule {
        Rule::Covered { .. } => (covers, 1),
        Rule::Level { .. } => (covers, i128::from(entered.amount)),
        Rule::MoreThan { per, .. } => {
            let to = later(plan, entered.from, *per).unwrap_or(Instant::MAX);
            ((entered.from, to), 1)
        }
        // What is done in a period serves the one after it.
        Rule::Served { every, .. } => {
            let first = start?;
            let served = period_of(plan, first, *every, entered.from)? + 1;
            let to = period(plan, first, *every, served + 1).unwrap_or(Instant::MAX);
            ((period(plan, first, *every, served)?, to), 1)
        }
        _ => return None,
    };
    (from < to).then_some((Interval { from, to }, weight))
}

/// Where a deadline stands at an instant.
fn phase(start: Moment, due: Moment, done: Moment, at: Instant) -> Phase {
    match (done.come_by(at), start.come_by(at), due.come_by(at)) {
        (Truth::Yes, _, _) => {
            let latest = done.surely().unwrap_or(Instant::MAX);
            if due.at_earliest().is_none_or(|due| latest <= due) {
                Phase::Met
            } else if due.surely().is_some_and(|due| done.at_earliest() > Some(due)) {
                Phase::Late
            } else {
                Phase::Unknown
            }
        }
        (Truth::No, Truth::No, _) => Phase::Waiting,
        (Truth::No, Truth::Yes, Truth::No) => Phase::Running,
        (Truth::No, Truth::Yes, Truth::Yes) => Phase::Overdue,
        _ => Phase::Unknown,
    }
}

/// The values at the start of a span and at those cuts that lie in it.
fn at_each<T>(mut cuts: Vec<Instant>, span: Interval, says: impl Fn(Instant) -> T) -> Pieces<T> {
    cuts.push(span.from);
    cuts.retain(|cut| span.contains(*cut));
    cuts.sort_unstable();
    cuts.dedup();
    cuts.into_iter().map(|cut| (cut, says(cut))).collect()
}

/// The instants at which what is known of a moment changes.
fn ends(moment: Moment) -> Vec<Instant> {
    [moment.at_earliest(), moment.surely()].into_iter().flatten().collect()
}

fn since(moment: Moment) -> Steps<Truth> {
    let mut steps = Steps::always(Truth::No);
    for (from, value) in [(moment.at_earliest(), Truth::Unknown), (moment.surely(), Truth::Yes)] {
        if let Some(from) = from {
            steps.paint(Interval { from, to: ALWAYS.to }, value);
        }
    }
    steps
}

/// The number of the run in which the longest interval begins that holds an instant and in which
/// the value is never No; the instant's own run, if it is No there.
pub(crate) fn unbroken(steps: &Steps<Truth>, at: Instant) -> usize {
    let mut index = steps.index(at);
    while index > 0 && steps.value(index) != Truth::No && steps.value(index - 1) != Truth::No {
        index -= 1;
    }
    index
}

/// What a `Held` says within a span; outside the span it may say anything.
fn held(plan: &Plan, child: &Steps<Truth>, length: Amount, span: Interval) -> Steps<Truth> {
    let mut said = Steps::always(Truth::No);
    let reached = |from| later(plan, from, length).unwrap_or(Instant::MAX);
    // From when on the run without a No has lasted long enough.
    let mut possibly: Option<Instant> = None;
    let mut index = unbroken(child, span.from);
    loop {
        let (run, value) = child.run(index);
        if run.from >= span.to {
            return said;
        }
        if value == Truth::No {
            possibly = None;
        } else {
            let possibly = *possibly.get_or_insert_with(|| reached(run.from));
            said.paint(Interval { from: possibly.max(run.from), to: run.to }, Truth::Unknown);
            if value == Truth::Yes {
                let from = reached(run.from).max(run.from);
                said.paint(Interval { from, to: run.to }, Truth::Yes);
            }
        }
        if run.to >= span.to {
            return said;
        }
        index += 1;
    }
}

/// How far a change of a child that ends at an instant can reach in a `Held`: to the end of the
/// run without a No that goes on there.
pub(crate) fn reach(child: &Steps<Truth>, from: Instant) -> Instant {
    if from == ALWAYS.to {
        return from;
    }
    child
        .runs_in(Interval { from, to: ALWAYS.to })
        .find(|(_, value)| *value == Truth::No)
        .map_or(ALWAYS.to, |(run, _)| run.from)
}
