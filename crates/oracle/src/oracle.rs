use servanda_steps::{Channel, Entered, Moment, NodeId, PERIODS_MAX, Phase, Plan, Rule, Truth};
use servanda_steps::{Kind, Value};
use servanda_time::{Amount, Instant};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// Sums of instants and spans that were worked out before, by node and instant.
#[derive(Debug, Default)]
pub struct Sums(RefCell<BTreeMap<(usize, Instant), Option<Instant>>>);

/// The values of a plan for a list of live entries, worked out instant by instant.
pub struct Oracle<'a> {
    plan: &'a Plan,
    live: &'a [(Channel, Entered)],
    sums: &'a Sums,
    nodes: Vec<Seen>,
}

/// What is worked out once for a node, since the nodes above it ask for it again and again.
#[derive(Default)]
struct Seen {
    /// Instants between which the node can't change: all at which it may, and perhaps others.
    cuts: Vec<Instant>,
    /// What it says at each.
    at_cuts: Vec<Truth>,
    moment: Option<Moment>,
    /// The starts of periods.
    periods: Vec<Instant>,
}

impl<'a> Oracle<'a> {
    /// Looks at a plan and the entries that are live.
    #[must_use]
    pub fn new(plan: &'a Plan, live: &'a [(Channel, Entered)], sums: &'a Sums) -> Oracle<'a> {
        let mut oracle = Oracle { plan, live, sums, nodes: Vec::new() };
        for node in plan.nodes() {
            let Some(rule) = plan.rule(node) else { break };
            let mut seen = Seen::default();
            if let Rule::Served { first, every, .. } = rule {
                seen.periods = oracle.periods(*first, *every);
            }
            if rule.kind() == Kind::Moment {
                seen.moment = Some(oracle.moment_of(node, rule));
            }
            oracle.nodes.push(seen);
            let mut cuts = oracle.cuts_of(node, rule);
            cuts.push(Instant::MIN);
            cuts.retain(|cut| *cut < plan.until());
            cuts.sort_unstable();
            cuts.dedup();
            if rule.kind() == Kind::Truth {
                oracle.nodes[node.index()].at_cuts =
                    cuts.iter().map(|at| oracle.truth(node, *at)).collect();
            }
            oracle.nodes[node.index()].cuts = cuts;
        }
        oracle
    }

    /// Instants between which the node doesn't change.
    #[must_use]
    pub fn cuts(&self, node: NodeId) -> &[Instant] {
        &self.nodes[node.index()].cuts
    }

    /// What a node says at an instant.
    #[must_use]
    pub fn value(&self, node: NodeId, at: Instant) -> Value {
        match self.plan.rules()[node.index()] {
            Rule::Clock { start, due, done } => Value::Phase(self.phase([start, due, done], at)),
            _ => match self.nodes[node.index()].moment {
                Some(moment) => Value::Moment(moment),
                None => Value::Truth(self.truth(node, at)),
            },
        }
    }

    /// Whether a node holds at an instant.
    #[must_use]
    pub fn truth(&self, node: NodeId, at: Instant) -> Truth {
        let yes_if = |holds: bool| if holds { Truth::Yes } else { Truth::No };
        match &self.plan.rules()[node.index()] {
            Rule::Covered { by, inside, outside } => {
                if self.on(*by).any(|e| covers(e, at)) {
                    *inside
                } else {
                    *outside
                }
            }
            Rule::MoreThan { of, n, per } => {
                let counts = |e: &&Entered| {
                    e.from <= at && self.plus(node, e.from, *per).is_none_or(|end| at < end)
                };
                yes_if(self.on(*of).filter(counts).count() > *n as usize)
            }
            Rule::Level { of, more_than } => {
                let covering = self.on(*of).filter(|e| covers(e, at));
                let sum: i128 = covering.map(|e| i128::from(e.amount)).sum();
                yes_if(sum > i128::from(*more_than))
            }
            Rule::Not(of) => match self.truth(*of, at) {
                Truth::Yes => Truth::No,
                Truth::Unknown => Truth::Unknown,
                Truth::No => Truth::Yes,
            },
            Rule::All(of) => {
                let all: Vec<Truth> = of.iter().map(|of| self.truth(*of, at)).collect();
                if all.contains(&Truth::No) {
                    Truth::No
                } else if all.contains(&Truth::Unknown) {
                    Truth::Unknown
                } else {
                    Truth::Yes
                }
            }
            Rule::Any(of) => {
                let all: Vec<Truth> = of.iter().map(|of| self.truth(*of, at)).collect();
                if all.contains(&Truth::Yes) {
                    Truth::Yes
                } else if all.contains(&Truth::Unknown) {
                    Truth::Unknown
                } else {
                    Truth::No
                }
            }
            Rule::Held { of, length } => {
                let long_enough = |accepts: fn(Truth) -> bool| {
                    let start = self.start_of_run(*of, at, accepts);
                    start.and_then(|r| self.plus(node, r, *length)).is_some_and(|end| end <= at)
                };
                if long_enough(|v| v == Truth::Yes) {
                    Truth::Yes
                } else if long_enough(|v| v != Truth::No) {
                    Truth::Unknown
                } else {
                    Truth::No
                }
            }
            Rule::Since(of) => come(self.moment(*of), at),
            Rule::Between(from, to) => {
                match (come(self.moment(*from), at), come(self.moment(*to), at)) {
                    (Truth::No, _) | (_, Truth::Yes) => Truth::No,
                    (Truth::Yes, Truth::No) => Truth::Yes,
                    _ => Truth::Unknown,
                }
            }
            Rule::Answered { trigger, answer, within } => {
                let overdue = self.on(*trigger).any(|call| {
                    let fits = |e: &&Entered| e.key == call.key && e.from >= call.from;
                    let answered = self.on(*answer).filter(fits).map(|e| e.from).min();
                    self.plus(node, call.from, *within).is_some_and(|due| due <= at)
                        && answered.is_none_or(|answered| answered > at)
                });
                yes_if(!overdue)
            }
            Rule::Served { done, first, .. } => match come(self.moment(*first), at) {
                Truth::No => Truth::Yes,
                Truth::Unknown => Truth::Unknown,
                Truth::Yes => {
                    let periods = &self.nodes[node.index()].periods;
                    match periods.iter().rposition(|start| *start <= at) {
                        None | Some(0) => Truth::Yes,
                        Some(k) if k >= PERIODS_MAX as usize => Truth::Unknown,
                        Some(k) => yes_if(
                            self.on(*done).any(|e| periods[k - 1] <= e.from && e.from < periods[k]),
                        ),
                    }
                }
            },
            _ => Truth::Unknown,
        }
    }

    /// When a moment comes.
    #[must_use]
    pub fn moment(&self, node: NodeId) -> Moment {
        self.nodes[node.index()].moment.unwrap_or(Moment::NEVER)
    }

    fn moment_of(&self, node: NodeId, rule: &Rule) -> Moment {
        // The first of some instants at which something is so.
        let first = |of: &[NodeId], bound: fn(Moment) -> Option<Instant>, all: bool| {
            let mut instants: Vec<Instant> =
                of.iter().filter_map(|of| bound(self.moment(*of))).collect();
            instants.sort_unstable();
            let has_come = |at: Instant, of: &NodeId| {
                bound(self.moment(*of)).is_some_and(|instant| instant <= at)
            };
            instants.into_iter().find(|at| match all {
                true => of.iter().all(|of| has_come(*at, of)),
                false => of.iter().any(|of| has_come(*at, of)),
            })
        };
        match rule {
            Rule::At(at) => Moment::at(*at),
            Rule::First(of) => {
                let seen = &self.nodes[of.index()];
                let first = |accepts: fn(&Truth) -> bool| {
                    let place = seen.at_cuts.iter().position(accepts);
                    place.map(|place| seen.cuts[place])
                };
                Moment::new(first(|v| *v == Truth::Yes), first(|v| *v != Truth::No))
            }
            Rule::Plus { of, amount } => {
                let of = self.moment(*of);
                dated(of, |at: Instant| self.plus(node, at, *amount))
            }
            Rule::Minus { of, amount } => {
                let of = self.moment(*of);
                dated(of, |at| Some(at.minus(*amount, self.plan.zone()).unwrap_or(Instant::MIN)))
            }
            Rule::Earliest(of) => {
                Moment::new(first(of, Moment::surely, false), first(of, Moment::at_earliest, false))
            }
            Rule::Latest(of) => {
                Moment::new(first(of, Moment::surely, true), first(of, Moment::at_earliest, true))
            }
            _ => Moment::NEVER,
        }
    }

    /// The phase that every choice of instants within the bounds gives, if it is one.
    fn phase(&self, of: [NodeId; 3], at: Instant) -> Phase {
        let moments = of.map(|of| self.moment(of));
        let mut instants: Vec<Instant> =
            moments.iter().flat_map(|m| [m.surely(), m.at_earliest()]).flatten().collect();
        instants.push(at);
        let around: Vec<Instant> =
            instants.iter().flat_map(|i| [i.plus_ms(-1), *i, i.plus_ms(1)]).collect();
        let choices = moments.map(|moment| {
            let Some(earliest) = moment.at_earliest() else { return vec![None] };
            let mut choices: Vec<Option<Instant>> = around
                .iter()
                .filter(|i| earliest <= **i && moment.surely().is_none_or(|s| **i <= s))
                .map(|i| Some(*i))
                .collect();
            if moment.surely().is_none() {
                choices.push(None);
            }
            choices.sort_unstable();
            choices.dedup();
            choices
        });
        let mut found = None;
        for start in &choices[0] {
            for due in &choices[1] {
                for done in &choices[2] {
                    let phase = crisp(*start, *due, *done, at);
                    if found.is_some_and(|found| found != phase) {
                        return Phase::Unknown;
                    }
                    found = Some(phase);
                }
            }
        }
        found.unwrap_or(Phase::Unknown)
    }

    fn cuts_of(&self, node: NodeId, rule: &Rule) -> Vec<Instant> {
        let ends = |of: &NodeId| [self.moment(*of).surely(), self.moment(*of).at_earliest()];
        match rule {
            Rule::Covered { by: of, .. } | Rule::Level { of, .. } => {
                self.on(*of).flat_map(|e| [e.from, e.to]).collect()
            }
            Rule::MoreThan { of, per, .. } => self
                .on(*of)
                .flat_map(|e| [Some(e.from), self.plus(node, e.from, *per)])
                .flatten()
                .collect(),
            Rule::Answered { trigger, answer, within } => {
                let due = self.on(*trigger).filter_map(|e| self.plus(node, e.from, *within));
                due.chain(self.on(*answer).map(|e| e.from)).collect()
            }
            Rule::Held { of, length } => {
                let below = &self.nodes[of.index()].cuts;
                let later = below.iter().filter_map(|cut| self.plus(node, *cut, *length));
                below.iter().copied().chain(later).collect()
            }
            Rule::Not(of) => self.nodes[of.index()].cuts.clone(),
            Rule::All(of) | Rule::Any(of) => {
                of.iter().flat_map(|of| self.nodes[of.index()].cuts.clone()).collect()
            }
            Rule::Served { first, .. } => {
                let mut cuts = self.nodes[node.index()].periods.clone();
                cuts.extend(ends(first).into_iter().flatten());
                cuts
            }
            _ if rule.kind() == Kind::Moment => Vec::new(),
            _ => rule.children().iter().flat_map(ends).flatten().collect(),
        }
    }

    fn periods(&self, first: NodeId, every: Amount) -> Vec<Instant> {
        let Some(first) = self.moment(first).surely() else { return Vec::new() };
        let start = |k: u32| {
            let count = every.count.checked_mul(k)?;
            first.plus(Amount { count, unit: every.unit }, self.plan.zone()).ok()
        };
        (0..=PERIODS_MAX).map_while(start).take_while(|start| *start < self.plan.until()).collect()
    }

    /// The start of the longest interval that ends with the instant and in which every value is
    /// accepted.
    fn start_of_run(&self, of: NodeId, at: Instant, accepts: fn(Truth) -> bool) -> Option<Instant> {
        if !accepts(self.truth(of, at)) {
            return None;
        }
        let seen = &self.nodes[of.index()];
        let earlier = seen.cuts.iter().zip(&seen.at_cuts).rev().skip_while(|(cut, _)| **cut > at);
        earlier.take_while(|(_, value)| accepts(**value)).last().map(|(cut, _)| *cut)
    }

    fn on(&self, channel: Channel) -> impl Iterator<Item = &'a Entered> {
        self.live.iter().filter(move |(of, _)| *of == channel).map(|(_, entered)| entered)
    }

    fn plus(&self, node: NodeId, at: Instant, amount: Amount) -> Option<Instant> {
        let mut sums = self.sums.0.borrow_mut();
        *sums.entry((node.index(), at)).or_insert_with(|| at.plus(amount, self.plan.zone()).ok())
    }
}

fn covers(entered: &Entered, at: Instant) -> bool {
    entered.from <= at && at < entered.to
}

fn come(moment: Moment, at: Instant) -> Truth {
    match (moment.at_earliest(), moment.surely()) {
        (_, Some(surely)) if at >= surely => Truth::Yes,
        (Some(earliest), _) if at >= earliest => Truth::Unknown,
        _ => Truth::No,
    }
}

/// The phase when each moment is known.
fn crisp(
    start: Option<Instant>,
    due: Option<Instant>,
    done: Option<Instant>,
    at: Instant,
) -> Phase {
    let by_now = |moment: Option<Instant>| moment.is_some_and(|moment| moment <= at);
    match (done, due) {
        (Some(done), Some(due)) if done <= at && done > due => Phase::Late,
        (Some(done), _) if done <= at => Phase::Met,
        _ if !by_now(start) => Phase::Waiting,
        _ if by_now(due) => Phase::Overdue,
        _ => Phase::Running,
    }
}

/// A sum of a moment: one that comes at the first instant of all has no date, and its sum may come
/// whenever it will.
fn dated(of: Moment, sum: impl Fn(Instant) -> Option<Instant>) -> Moment {
    let ever = Some(Instant::MIN);
    let surely = if of.surely() == ever { None } else { of.surely().and_then(&sum) };
    let earliest = if of.at_earliest() == ever { ever } else { of.at_earliest().and_then(&sum) };
    Moment::new(surely, earliest)
}
