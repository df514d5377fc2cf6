use crate::{Case, Oracle, Random, Sums};
use servanda_steps::{
    ALWAYS, Change, Channel, Engine, Entered, EntryId, Event, NodeId, Plan, Value,
};
use servanda_time::{Instant, Interval};
use std::collections::BTreeMap;
use std::fmt;

/// How much was compared.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    /// Cases.
    pub cases: u64,
    /// Prefixes of their histories.
    pub prefixes: u64,
    /// Values at an instant.
    pub values: u64,
    /// Changes that the engine told of.
    pub changes: u64,
}

impl Figures {
    /// Adds the figures of others.
    pub fn add(&mut self, other: &Figures) {
        self.cases += other.cases;
        self.prefixes += other.prefixes;
        self.values += other.values;
        self.changes += other.changes;
    }
}

/// Where the engine and the oracle, or two ways to one end, differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// After so many events.
    pub after: usize,
    /// Which law is broken.
    pub law: &'static str,
    /// At which node.
    pub node: NodeId,
    /// At which instant, for the first law.
    pub at: Option<Instant>,
    /// What the engine says.
    pub engine: Option<Value>,
    /// What is right.
    pub right: Option<Value>,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: node {} after {} events", self.law, self.node.index(), self.after)?;
        if let Some(at) = self.at {
            write!(f, ", at {at}")?;
        }
        write!(f, ": {:?}, not {:?}", self.engine, self.right)
    }
}

/// The entries that are live after events: entered, and not more often retracted than restored.
#[must_use]
pub fn live_after(events: &[Event]) -> Vec<(Channel, Entered)> {
    let mut live: Vec<(Channel, Entered)> = Vec::new();
    let mut retracted: BTreeMap<EntryId, i64> = BTreeMap::new();
    for event in events {
        match event {
            Event::Enter(channel, entered) => {
                if !live.iter().any(|(of, e)| of == channel && e.id == entered.id) {
                    live.push((*channel, *entered));
                }
            }
            Event::Retract(id) => *retracted.entry(*id).or_default() += 1,
            Event::Restore(id) => *retracted.entry(*id).or_default() -= 1,
        }
    }
    live.retain(|(_, entered)| retracted.get(&entered.id).is_none_or(|count| *count <= 0));
    live
}

/// Compares engine and oracle after every event of a case, and at the end the ways to get there.
///
/// # Errors
/// The first difference.
pub fn compare(case: &Case, seed: u64) -> Result<Figures, Difference> {
    let mut random = Random::new(seed ^ 0x0dd5);
    let mut figures = Figures { cases: 1, ..Figures::default() };
    let sums = Sums::default();
    let mut engine = Engine::new(case.plan.clone());
    let mut told = engine.clone();
    agree(case, &engine, 0, &sums, &mut random, &mut figures)?;
    for (n, event) in case.events.iter().enumerate() {
        let changes = engine.apply([*event]);
        figures.changes += changes.len() as u64;
        tell(&told, &engine, &changes, n + 1)?;
        told = engine.clone();
        agree(case, &engine, n + 1, &sums, &mut random, &mut figures)?;
    }
    let after = case.events.len();
    let bulk = Engine::of(case.plan.clone(), case.live());
    same(
        &engine,
        &bulk,
        "what was retracted never happened, and all at once is one by one",
        after,
    )?;
    let mut events = case.events.clone();
    random.shuffle(&mut events);
    let mut other = Engine::new(case.plan.clone());
    let mut rest = events.as_slice();
    while !rest.is_empty() {
        let (part, others) = rest.split_at(1 + random.below(rest.len() as u64) as usize);
        other.apply(part.iter().copied());
        rest = others;
    }
    same(&engine, &other, "any order of arrival, in parts of any size", after)?;
    Ok(figures)
}

/// The engine and the oracle agree at every change of either, a millisecond before and after, and
/// at some instants besides.
fn agree(
    case: &Case,
    engine: &Engine,
    after: usize,
    sums: &Sums,
    random: &mut Random,
    figures: &mut Figures,
) -> Result<(), Difference> {
    let live = live_after(&case.events[..after]);
    let oracle = Oracle::new(&case.plan, &live, sums);
    figures.prefixes += 1;
    let mut instants = Vec::new();
    for node in case.plan.nodes() {
        instants.clear();
        let changes = changes_of(engine, node);
        for at in oracle.cuts(node).iter().chain(&changes) {
            instants.extend([at.plus_ms(-1), *at, at.plus_ms(1)]);
        }
        instants.extend(random.pick(&case.instants));
        let base = case.instants.first().copied().unwrap_or(Instant::EPOCH);
        instants.push(base.plus_ms(random.below(1 << 34) as i64 - (1 << 33)));
        instants.sort_unstable();
        instants.dedup();
        instants.retain(|at| *at < case.plan.until());
        for &at in &instants {
            figures.values += 1;
            let (found, right) = (engine.value(node, at), oracle.value(node, at));
            if found != Some(right) {
                return Err(Difference {
                    after,
                    law: "the engine says what the definition says",
                    node,
                    at: Some(at),
                    engine: found,
                    right: Some(right),
                });
            }
        }
        if let Some(at) = changes.into_iter().find(|at| *at >= case.plan.until()) {
            return Err(Difference {
                after,
                law: "nothing changes at the end of the plan or after it",
                node,
                at: Some(at),
                engine: None,
                right: None,
            });
        }
    }
    Ok(())
}

fn changes_of(engine: &Engine, node: NodeId) -> Vec<Instant> {
    let truths = engine.steps(node).into_iter().flat_map(|steps| steps.changes());
    let phases = engine.phases(node).into_iter().flat_map(|steps| steps.changes());
    truths.map(|(at, _)| *at).chain(phases.map(|(at, _)| *at)).collect()
}

/// What the engine tells to have changed is what has changed, and all of it.
fn tell(
    before: &Engine,
    after: &Engine,
    changes: &[Change],
    events: usize,
) -> Result<(), Difference> {
    for node in before.plan().nodes() {
        let told: Vec<(Interval, Value, Value)> = changes
            .iter()
            .filter(|change| change.node == node)
            .map(|change| (change.when, change.was, change.is))
            .collect();
        let mut right = Vec::new();
        if let (Some(was), Some(is)) = (before.steps(node), after.steps(node)) {
            let differences = servanda_steps::differences(was, is).into_iter();
            right.extend(differences.map(|(w, a, b)| (w, Value::Truth(a), Value::Truth(b))));
        }
        if let (Some(was), Some(is)) = (before.phases(node), after.phases(node)) {
            let differences = servanda_steps::differences(was, is).into_iter();
            right.extend(differences.map(|(w, a, b)| (w, Value::Phase(a), Value::Phase(b))));
        }
        if let (Some(was), Some(is)) = (before.moment(node), after.moment(node))
            && was != is
        {
            right.push((ALWAYS, Value::Moment(was), Value::Moment(is)));
        }
        if told != right {
            return Err(Difference {
                after: events,
                law: "what is told to change is what changes",
                node,
                at: right.first().or(told.first()).map(|(when, _, _)| when.from),
                engine: told.first().map(|(_, _, is)| *is),
                right: right.first().map(|(_, _, is)| *is),
            });
        }
    }
    Ok(())
}

fn same(a: &Engine, b: &Engine, law: &'static str, after: usize) -> Result<(), Difference> {
    for node in a.plan().nodes() {
        let equal = a.steps(node) == b.steps(node)
            && a.phases(node) == b.phases(node)
            && a.moment(node) == b.moment(node);
        if !equal {
            return Err(Difference { after, law, node, at: None, engine: None, right: None });
        }
    }
    Ok(())
}

/// A smaller case that still fails: events and last nodes are left out one by one.
#[must_use]
pub fn shrink(mut small: Case, fails: impl Fn(&Case) -> bool) -> Case {
    let mut shrunk = true;
    while shrunk {
        shrunk = false;
        for n in (0..small.events.len()).rev() {
            let mut fewer = small.clone();
            fewer.events.remove(n);
            if fails(&fewer) {
                (small, shrunk) = (fewer, true);
            }
        }
        let mut plan = Plan::new(small.plan.zone().clone(), small.plan.until());
        let rules = small.plan.rules();
        for rule in &rules[..rules.len().saturating_sub(1)] {
            // It was in a plan before, after the same rules.
            let _ = plan.push(rule.clone());
        }
        let fewer = Case { plan, ..small.clone() };
        if !rules.is_empty() && fails(&fewer) {
            (small, shrunk) = (fewer, true);
        }
    }
    small
}
