use crate::answers::Answers;
use crate::entries::Entries;
use crate::evaluate::{reach, weigh};
use crate::steps::changed;
use crate::sums::{Sums, in_order};
use crate::{ALWAYS, Channel, Entered, EntryId, Kind, Moment, NodeId, Phase, Plan, Rule, Steps};
use crate::{Truth, Value};
use servanda_time::{Instant, Interval, merge};
use std::collections::BTreeMap;

/// What a node says, and what it counts. Only one of the first three has a meaning for it.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) truth: Steps<Truth>,
    pub(crate) phase: Steps<Phase>,
    pub(crate) moment: Moment,
    /// For a rule that reads entries: how much counts at each instant.
    pub(crate) sum: Sums,
    pub(crate) answers: Answers,
    /// For `Served`: the start of the first period that the sum was made with.
    pub(crate) start: Option<Instant>,
}

impl Node {
    fn new() -> Node {
        Node {
            truth: Steps::always(Truth::No),
            phase: Steps::always(Phase::Waiting),
            moment: Moment::NEVER,
            sum: Sums::default(),
            answers: Answers::default(),
            start: None,
        }
    }
}

/// That a node says something else because of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// Which node.
    pub node: NodeId,
    /// Where it says something else; all of time for a moment.
    pub when: Interval,
    /// What it said there.
    pub was: Value,
    /// What it says there.
    pub is: Value,
    /// The entry that came, was retracted or was restored; of several at once, the last of them
    /// that did anything.
    pub by: EntryId,
}

/// What happens to an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// It comes, on a channel: see [`Engine::enter`].
    Enter(Channel, Entered),
    /// It is taken back: see [`Engine::retract`].
    Retract(EntryId),
    /// A retraction is taken back: see [`Engine::restore`].
    Restore(EntryId),
}

/// What entries that have come or gone weigh, by node.
#[derive(Debug, Default)]
struct Moved {
    /// The last of them.
    by: Option<EntryId>,
    weighed: BTreeMap<usize, Vec<(Interval, i128)>>,
}

/// The values of all nodes of a plan, for the entries that are live.
#[derive(Debug, Clone)]
pub struct Engine {
    pub(crate) plan: Plan,
    pub(crate) entries: Entries,
    pub(crate) nodes: Vec<Node>,
    pub(crate) ledger: Vec<Change>,
    /// The nodes that read a channel.
    readers: BTreeMap<Channel, Vec<usize>>,
    /// The nodes that come from a node.
    parents: Vec<Vec<usize>>,
}

impl Engine {
    /// The plan without any entry.
    #[must_use]
    pub fn new(plan: Plan) -> Engine {
        Engine::of(plan, [])
    }

    /// The plan with all these entries at once: the same as entering one after the other, but for
    /// the history, which begins here.
    #[must_use]
    pub fn of(plan: Plan, entries: impl IntoIterator<Item = (Channel, Entered)>) -> Engine {
        let mut readers: BTreeMap<Channel, Vec<usize>> = BTreeMap::new();
        let mut parents = vec![Vec::new(); plan.rules().len()];
        for (node, rule) in plan.rules().iter().enumerate() {
            for channel in rule.channels() {
                readers.entry(channel).or_default().push(node);
            }
            for child in rule.children() {
                parents[child.0].push(node);
            }
        }
        let nodes = plan.rules().iter().map(|_| Node::new()).collect();
        let mut engine = Engine {
            plan,
            entries: Entries::default(),
            nodes,
            ledger: Vec::new(),
            readers,
            parents,
        };
        for (channel, entered) in entries {
            engine.entries.enter(channel, entered);
        }
        for node in 0..engine.nodes.len() {
            engine.nodes[node] = engine.weigh_all(node);
            engine.refresh(node, vec![ALWAYS], EntryId::MIN);
        }
        engine.ledger.clear();
        engine
    }

    /// Takes in an entry, in any order. One that is there already changes nothing, whatever it
    /// says; on another channel the same row is taken in again.
    ///
    /// Gives what each node now says otherwise, children before parents.
    pub fn enter(&mut self, channel: Channel, entered: Entered) -> Vec<Change> {
        self.apply([Event::Enter(channel, entered)])
    }

    /// Takes an entry back, on all channels. One that has not come yet is dead when it comes.
    /// What is retracted twice must be restored twice.
    pub fn retract(&mut self, id: EntryId) -> Vec<Change> {
        self.apply([Event::Retract(id)])
    }

    /// Takes a retraction back, in any order too: if it comes before the retraction, the
    /// retraction has no effect.
    pub fn restore(&mut self, id: EntryId) -> Vec<Change> {
        self.apply([Event::Restore(id)])
    }

    /// Takes in what happens to several entries as one. What the nodes say then is the same as
    /// after one by one; what they said in between is not told.
    pub fn apply(&mut self, events: impl IntoIterator<Item = Event>) -> Vec<Change> {
        let mut moved = Moved::default();
        for event in events {
            match event {
                Event::Enter(channel, entered) => {
                    if self.entries.enter(channel, entered) {
                        self.note(&mut moved, channel, &entered, true);
                    }
                }
                Event::Retract(id) => self.weigh_retractions(id, 1, &mut moved),
                Event::Restore(id) => self.weigh_retractions(id, -1, &mut moved),
            }
        }
        self.spread(moved)
    }

    /// The plan.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The live entries of a channel in the order of their start.
    pub fn live(&self, channel: Channel) -> impl DoubleEndedIterator<Item = &Entered> {
        self.entries.live(channel)
    }

    /// Whether a node holds at an instant; none: it says no such thing, or nothing of that
    /// instant.
    #[must_use]
    pub fn truth(&self, node: NodeId, at: Instant) -> Option<Truth> {
        let steps = self.steps(node).filter(|_| at < self.plan.until());
        steps.map(|steps| steps.at(at))
    }

    /// Whether a node holds, at every instant before the plan's end.
    #[must_use]
    pub fn steps(&self, node: NodeId) -> Option<&Steps<Truth>> {
        self.of_kind(node, Kind::Truth).map(|node| &node.truth)
    }

    /// Where a deadline stands, at every instant before the plan's end.
    #[must_use]
    pub fn phases(&self, node: NodeId) -> Option<&Steps<Phase>> {
        self.of_kind(node, Kind::Phase).map(|node| &node.phase)
    }

    /// When a moment comes.
    #[must_use]
    pub fn moment(&self, node: NodeId) -> Option<Moment> {
        self.of_kind(node, Kind::Moment).map(|node| node.moment)
    }

    /// What a node says at an instant, whatever its kind; none: it is of another plan, or nothing
    /// is said of that instant.
    #[must_use]
    pub fn value(&self, node: NodeId, at: Instant) -> Option<Value> {
        if at >= self.plan.until() {
            return None;
        }
        let state = self.nodes.get(node.0)?;
        Some(match self.plan.rule(node)?.kind() {
            Kind::Truth => Value::Truth(state.truth.at(at)),
            Kind::Phase => Value::Phase(state.phase.at(at)),
            Kind::Moment => Value::Moment(state.moment),
        })
    }

    /// Why a node says what it says: every change of it, in the order in which they came about.
    pub fn history(&self, node: NodeId) -> impl Iterator<Item = &Change> {
        self.ledger.iter().filter(move |change| change.node == node)
    }

    /// The triggers of a [`Rule::Answered`] that are ever overdue, by key and start, each with when
    /// it is; nothing for a node of another kind.
    pub fn overdue(&self, node: NodeId) -> impl Iterator<Item = (EntryId, Interval)> {
        let node = self.nodes.get(node.0).into_iter();
        node.flat_map(|node| node.answers.overdue()).map(|((_, _, id), late)| (id, late))
    }

    /// So many more retractions of an entry, or fewer, as if nothing else had happened.
    pub(crate) fn outweigh(&mut self, id: EntryId, by: i64) {
        let mut moved = Moved::default();
        self.weigh_retractions(id, by, &mut moved);
        self.spread(moved);
        self.ledger.clear();
    }

    fn weigh_retractions(&mut self, id: EntryId, by: i64, moved: &mut Moved) {
        for (channel, entered) in self.entries.retract(id, by) {
            self.note(moved, channel, &entered, by < 0);
        }
    }

    fn of_kind(&self, node: NodeId, kind: Kind) -> Option<&Node> {
        self.plan.rule(node).filter(|rule| rule.kind() == kind)?;
        self.nodes.get(node.0)
    }

    /// Notes what an entry that has come or gone weighs for the nodes that read its channel.
    fn note(&mut self, moved: &mut Moved, channel: Channel, entered: &Entered, live: bool) {
        moved.by = Some(entered.id);
        for &node in self.readers.get(&channel).into_iter().flatten() {
            let weighed = moved.weighed.entry(node).or_default();
            let state = &mut self.nodes[node];
            weigh(&self.plan, node, state, channel, entered, live, |when, weight| {
                weighed.push((when, weight));
            });
        }
    }

    /// Lets the nodes know of what has come or gone.
    fn spread(&mut self, moved: Moved) -> Vec<Change> {
        let Some(by) = moved.by else { return Vec::new() };
        let begun = self.ledger.len();
        // Children have lower numbers than their parents, so each node is looked at once.
        let mut dirty: BTreeMap<usize, Vec<Interval>> = BTreeMap::new();
        for (node, weighed) in moved.weighed {
            let weighed = in_order(weighed);
            dirty.insert(node, weighed.iter().map(|(when, _)| *when).collect());
            self.nodes[node].sum.add_all(weighed);
        }
        while let Some((node, spans)) = dirty.pop_first() {
            let changed = self.refresh(node, spans, by);
            if !changed.is_empty() {
                for &parent in &self.parents[node] {
                    dirty.entry(parent).or_default().extend(&changed);
                }
            }
        }
        self.ledger[begun..].to_vec()
    }

    /// Works out anew what a node says within spans; gives where it says something else.
    fn refresh(&mut self, node: usize, mut spans: Vec<Interval>, by: EntryId) -> Vec<Interval> {
        let id = NodeId(node);
        let rule = &self.plan.rules()[node];
        let mut changes: Vec<(Interval, Value, Value)> = Vec::new();
        if rule.kind() == Kind::Moment {
            let is = self.moment_now(node);
            let was = std::mem::replace(&mut self.nodes[node].moment, is);
            if was != is {
                changes.push((ALWAYS, Value::Moment(was), Value::Moment(is)));
            }
        } else {
            match rule {
                Rule::Held { of, .. } => {
                    let child = &self.nodes[of.0].truth;
                    spans.iter_mut().for_each(|span| span.to = reach(child, span.to));
                }
                Rule::Served { first, .. }
                    if self.nodes[node].start != self.nodes[first.0].moment.surely() =>
                {
                    self.nodes[node] = self.weigh_all(node);
                }
                _ => {}
            }
            for span in merge(spans, 0) {
                self.refresh_span(node, span, &mut changes);
            }
        }
        let spans = changes.iter().map(|(when, _, _)| *when).collect();
        let change = |(when, was, is)| Change { node: id, when, was, is, by };
        self.ledger.extend(changes.into_iter().map(change));
        spans
    }

    fn refresh_span(
        &mut self,
        node: usize,
        span: Interval,
        changes: &mut Vec<(Interval, Value, Value)>,
    ) {
        let until = self.plan.until();
        if span.from >= until {
            return;
        }
        // Nothing changes at the plan's end or after it: the last value goes on.
        let known = Interval { from: span.from, to: span.to.min(until) };
        let to = if span.to >= until { ALWAYS.to } else { span.to };
        let span = Interval { from: span.from, to };
        if self.plan.rules()[node].kind() == Kind::Truth {
            let pieces = self.truth_pieces(node, known);
            let found = changed(&self.nodes[node].truth, span, &pieces);
            if !found.is_empty() {
                self.nodes[node].truth.splice(span, &pieces);
            }
            let value = |(w, was, is)| (w, Value::Truth(was), Value::Truth(is));
            changes.extend(found.into_iter().map(value));
        } else {
            let pieces = self.phase_pieces(node, known);
            let found = changed(&self.nodes[node].phase, span, &pieces);
            if !found.is_empty() {
                self.nodes[node].phase.splice(span, &pieces);
            }
            let value = |(w, was, is)| (w, Value::Phase(was), Value::Phase(is));
            changes.extend(found.into_iter().map(value));
        }
    }
}
