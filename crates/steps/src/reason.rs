//! Why a node says what it says: built when somebody asks, never while entries come in.

use crate::evaluate::{later, period, period_of, unbroken, weight};
use crate::{ALWAYS, Channel, Engine, EntryId, Kind, NodeId, PERIODS_MAX, Rule, Truth, Value};
use servanda_time::{Instant, Interval};
use std::collections::BTreeSet;

/// Why a node says something throughout an interval.
///
/// What follows from what is defined by [`Rule`]: the parts say what the nodes below say, as far
/// as it matters, and the entries cited and found absent are the ground that leaves stand on. A
/// reason can be checked against the live entries without the engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// Who says it.
    pub node: NodeId,
    /// Throughout which interval; all of time for a moment.
    pub when: Interval,
    /// What it says.
    pub is: Value,
    /// The live entries that it rests on, in order.
    pub cites: Vec<EntryId>,
    /// What was looked for and is not there.
    pub absences: Vec<Absence>,
    /// What the nodes below say.
    pub parts: Vec<Reason>,
}

/// That no other live entry of a channel matters within an interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Absence {
    /// Which channel was looked through.
    pub channel: Channel,
    /// Where nothing else is that matters.
    pub within: Interval,
    /// How many live entries were examined: all that start before the end of the interval.
    pub examined: u64,
    /// The [`digest`] of their ids.
    pub digest: u64,
}

/// A short number for a list of ids in ascending order: 64-bit FNV-1a over entry (8 bytes) and row
/// (4 bytes), little-endian. It tells which list was examined when nobody means to deceive; against
/// those who do, the record has its own hashes.
#[must_use]
pub fn digest(ids: &[EntryId]) -> u64 {
    let bytes = ids.iter().flat_map(|id| {
        let entry = id.entry.to_le_bytes().into_iter();
        entry.chain(id.row.to_le_bytes())
    });
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

impl Reason {
    /// Every entry that is cited here or below, in order.
    #[must_use]
    pub fn cited(&self) -> Vec<EntryId> {
        let mut ids = self.cites.clone();
        ids.extend(self.parts.iter().flat_map(Reason::cited));
        ids.sort_unstable();
        ids.dedup();
        ids
    }
}

/// An entry and when it counts.
type Counts = (EntryId, Interval);

impl Engine {
    /// Why a node says at an instant what it says; none where [`Engine::value`] gives none.
    #[must_use]
    pub fn why(&self, node: NodeId, at: Instant) -> Option<Reason> {
        let is = self.value(node, at)?;
        let when = match is {
            Value::Moment(_) => ALWAYS,
            _ => Interval { from: at, to: at.plus_ms(1) },
        };
        Some(self.reason(node, when, is))
    }

    /// The reasons of each run of a node within an interval, or of a moment.
    fn explain(&self, node: NodeId, within: Interval) -> Vec<Reason> {
        let state = &self.nodes[node.0];
        match self.plan.rules()[node.0].kind() {
            Kind::Moment => vec![self.reason(node, ALWAYS, Value::Moment(state.moment))],
            _ => {
                let runs = state.truth.runs_in(within);
                runs.map(|(run, is)| self.reason(node, run, Value::Truth(is))).collect()
            }
        }
    }

    /// Why a node says one thing throughout an interval; it must say so.
    fn reason(&self, node: NodeId, when: Interval, is: Value) -> Reason {
        let mut why =
            Reason { node, when, is, cites: Vec::new(), absences: Vec::new(), parts: Vec::new() };
        let yes = is == Value::Truth(Truth::Yes);
        let rule = &self.plan.rules()[node.0];
        match rule {
            Rule::Covered { by, inside, .. } => {
                if is == Value::Truth(*inside) {
                    why.cites = enough(&self.counting(node, *by, when), when, 1);
                } else {
                    why.absences = vec![self.absence(*by, when)];
                }
            }
            Rule::MoreThan { of, n, .. } => {
                let counting = self.counting(node, *of, when);
                if yes {
                    why.cites = enough(&counting, when, *n as usize + 1);
                } else {
                    why.cites = counting.into_iter().map(|(id, _)| id).collect();
                    why.absences = vec![self.absence(*of, when)];
                }
            }
            Rule::Level { of, .. } => {
                why.cites = self.counting(node, *of, when).into_iter().map(|(id, _)| id).collect();
                why.absences = vec![self.absence(*of, when)];
            }
            Rule::Answered { trigger, .. } if yes => {
                why.absences = vec![self.absence(*trigger, when)];
            }
            Rule::Answered { answer, .. } => self.unanswered(node, *answer, &mut why),
            Rule::Not(of) => why.parts = self.explain(*of, when),
            Rule::All(of) => why.parts = self.joined(of, when, is, Truth::No),
            Rule::Any(of) => why.parts = self.joined(of, when, is, Truth::Yes),
            Rule::Held { of, .. } => {
                let child = &self.nodes[of.0].truth;
                let run = if yes { child.index(when.from) } else { unbroken(child, when.from) };
                let mut within = when;
                // It matters when the run began, so what was just before it is shown too.
                if child.at(when.from) != Truth::No {
                    within.from = child.run(run).0.from.plus_ms(-1);
                }
                why.parts = self.explain(*of, within);
            }
            Rule::Served { first, .. } => {
                why.parts = self.explain(*first, ALWAYS);
                self.serves(node, &mut why);
            }
            Rule::First(of) => {
                let to = self.nodes[node.0].moment.surely().map(|surely| surely.plus_ms(1));
                let to = to.unwrap_or(self.plan.until());
                why.parts = self.explain(*of, Interval { from: ALWAYS.from, to });
            }
            Rule::At(_) => {}
            Rule::Since(_)
            | Rule::Between(..)
            | Rule::Plus { .. }
            | Rule::Minus { .. }
            | Rule::Earliest(_)
            | Rule::Latest(_)
            | Rule::Clock { .. } => {
                why.parts = self.each(&rule.children(), ALWAYS);
            }
        }
        why.cites.sort_unstable();
        why
    }

    /// The reasons of some nodes within an interval; a node named twice is explained once.
    fn each(&self, of: &[NodeId], within: Interval) -> Vec<Reason> {
        let of: BTreeSet<NodeId> = of.iter().copied().collect();
        of.into_iter().flat_map(|of| self.explain(of, within)).collect()
    }

    /// Why all or any of the nodes hold or not: where one decides, that one alone.
    fn joined(&self, of: &[NodeId], when: Interval, is: Value, decides: Truth) -> Vec<Reason> {
        if is != Value::Truth(decides) {
            return self.each(of, when);
        }
        let mut parts = Vec::new();
        let mut at = when.from;
        while at < when.to {
            let deciding = of.iter().filter_map(|of| {
                let steps = &self.nodes[of.0].truth;
                let (run, value) = steps.run(steps.index(at));
                (value == decides).then_some((run.to.min(when.to), *of))
            });
            // The one that decides for longest; of equals the first.
            let Some((to, node)) = deciding.min_by_key(|(to, of)| (std::cmp::Reverse(*to), *of))
            else {
                return parts;
            };
            parts.push(self.reason(node, Interval { from: at, to }, is));
            at = to;
        }
        parts
    }

    /// Cites triggers that are overdue, and shows that their answers are absent.
    fn unanswered(&self, node: NodeId, answer: Channel, why: &mut Reason) {
        let overdue: Vec<Counts> = self.nodes[node.0]
            .answers
            .overdue()
            .filter(|(_, late)| late.overlaps(&why.when))
            .map(|((_, _, id), late)| (id, late))
            .collect();
        why.cites = enough(&overdue, why.when, 1);
        let from = self.nodes[node.0]
            .answers
            .overdue()
            .filter(|((_, _, id), _)| why.cites.contains(id))
            .map(|((_, from, _), _)| from)
            .min();
        let from = from.unwrap_or(why.when.from);
        why.absences = vec![self.absence(answer, Interval { from, to: why.when.to })];
    }

    /// Cites what was done in the periods before, or shows that nothing was.
    fn serves(&self, node: NodeId, why: &mut Reason) {
        let Rule::Served { done, first, every } = &self.plan.rules()[node.0] else { return };
        let Some(first) = self.nodes[first.0].moment.surely() else { return };
        let start = |number| period(&self.plan, first, *every, number).unwrap_or(ALWAYS.to);
        let number = |at| period_of(&self.plan, first, *every, at);
        let last = number(why.when.to.plus_ms(-1)).filter(|last| (1..PERIODS_MAX).contains(last));
        let Some(last) = last else { return };
        let begun = number(why.when.from).unwrap_or(0).max(1);
        if why.is == Value::Truth(Truth::No) {
            let within = Interval { from: start(begun - 1), to: start(last) };
            why.absences = vec![self.absence(*done, within)];
        } else {
            let served = (begun..=last).filter_map(|number| {
                self.entries.starting(*done, start(number - 1), start(number)).next()
            });
            why.cites = served.map(|entered| entered.id).collect();
        }
    }

    /// The live entries of a channel that count for a node somewhere in an interval.
    fn counting(&self, node: NodeId, channel: Channel, when: Interval) -> Vec<Counts> {
        let rule = &self.plan.rules()[node.0];
        let begun = self.entries.starting(channel, ALWAYS.from, when.to);
        begun
            .filter_map(|entered| {
                let (counts, _) = weight(&self.plan, rule, None, entered)?;
                counts.overlaps(&when).then_some((entered.id, counts))
            })
            .collect()
    }

    fn absence(&self, channel: Channel, within: Interval) -> Absence {
        let begun = self.entries.starting(channel, ALWAYS.from, within.to);
        let mut ids: Vec<EntryId> = begun.map(|entered| entered.id).collect();
        ids.sort_unstable();
        Absence { channel, within, examined: ids.len() as u64, digest: digest(&ids) }
    }
}

/// The fewest entries of which so many count at every instant of an interval.
fn enough(counting: &[Counts], when: Interval, wanted: usize) -> Vec<EntryId> {
    let mut chosen: Vec<Counts> = Vec::new();
    let mut at = when.from;
    while at < when.to {
        let there = chosen.iter().filter(|(_, counts)| counts.contains(at)).count();
        let mut others: Vec<&Counts> = counting
            .iter()
            .filter(|other| other.1.contains(at) && !chosen.contains(other))
            .collect();
        // Those that count for longest spare us others later.
        others.sort_unstable_by_key(|(id, counts)| (std::cmp::Reverse(counts.to), *id));
        chosen.extend(others.into_iter().take(wanted.saturating_sub(there)));
        let ends = chosen.iter().filter(|(_, counts)| counts.contains(at));
        match ends.map(|(_, counts)| counts.to).min() {
            Some(end) => at = end,
            None => break,
        }
    }
    chosen.into_iter().map(|(id, _)| id).collect()
}

/// How far a state is that must hold for a length of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Since when it holds without a break; none: it doesn't hold.
    pub since: Option<Instant>,
    /// When it will have held for long enough, if nothing breaks it; none: it doesn't hold, or
    /// the sum leaves the calendar.
    pub due: Option<Instant>,
    /// From the instant asked about to `due`, in milliseconds; 0 once it is reached.
    pub remaining_ms: Option<i64>,
    /// The entry that broke it last, or breaks it now: of those that this rests on and that were
    /// there then, the one that starts last. None: it was never broken, or broken by no entry.
    pub last_reset_by: Option<EntryId>,
}

impl Engine {
    /// Why a [`Rule::Held`] does not hold yet at an instant, and when it would; none for a node of
    /// another kind.
    #[must_use]
    pub fn why_not_yet(&self, node: NodeId, at: Instant) -> Option<Progress> {
        let Rule::Held { of, length } = self.plan.rule(node)? else { return None };
        let child = &self.nodes[of.0].truth;
        let (run, value) = child.run(child.index(at));
        let since = (value == Truth::Yes).then_some(run.from);
        let due = since.and_then(|since| later(&self.plan, since, *length));
        let broken = match since {
            None => Some(at),
            Some(Instant::MIN) => None,
            Some(since) => Some(since.plus_ms(-1)),
        };
        let why = broken.and_then(|broken| self.why(*of, broken));
        let mut cited = why.map(|why| why.cited()).unwrap_or_default();
        // What was not there yet has broken nothing: it began what holds.
        cited.retain(|id| self.entries.start(*id) <= broken);
        Some(Progress {
            since,
            due,
            remaining_ms: due.map(|due| (due.ms() - at.ms()).max(0)),
            last_reset_by: cited.into_iter().max_by_key(|id| (self.entries.start(*id), *id)),
        })
    }
}
