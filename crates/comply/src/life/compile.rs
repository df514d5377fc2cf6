//! The agreement as a plan: from the words of the terms to rules over entries.
//!
//! Each provision has a start, an end and a moment at which it is done; they are made of each
//! other. Where they wait for each other in a circle, the circle is kept for the answer, and what
//! waits for itself is taken never to come; but something from outside may bring about a part of
//! the circle. Then the agreement is compiled again, with what that part came to in its place,
//! until nothing changes.

use super::select::{Selection, Selections};
use super::turn::Turn;
use servanda_steps::{Engine, Moment, NodeId, Plan, Rule, Truth};
use servanda_terms::{
    Agreement, Condition, Details, Event, Milestone, Provision, ProvisionKind, Reading, Role,
    Stage, Stance, Watched, When,
};
use servanda_time::{Amount, Instant, Interval, Unit};
use std::collections::{BTreeMap, BTreeSet};

/// What turns are taken to be that wait for themselves; those that are not there never come.
pub(crate) type Assumed = BTreeMap<Turn, Value>;

/// What a turn came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    /// When it comes.
    Moment(Moment),
    /// When it is so, or may be.
    Truth(Vec<(Interval, Truth)>),
}

impl Value {
    /// Whether it is when something comes, and not when something is so.
    pub(crate) fn is_moment(&self) -> bool {
        matches!(self, Value::Moment(_))
    }
}

/// A plan and where each turn stands in it.
pub(crate) struct Compiled<'a> {
    pub(crate) agreement: &'a Agreement,
    /// The reading of each disputed provision, where it isn't the first.
    chosen: Option<(&'a str, usize)>,
    pub(crate) plan: Plan,
    pub(crate) selections: Selections,
    turns: BTreeMap<Turn, NodeId>,
    /// What is being made: to notice circles.
    open: Vec<Turn>,
    /// What is taken of turns that are asked for while they are being made.
    assumed: Assumed,
    /// Those turns, by the nodes that stand for them there.
    cuts: BTreeMap<NodeId, Turn>,
    /// Whether what is being made is asked for as the end of what a window watches.
    in_end_of_window: bool,
    /// The circles found, each from where it begins.
    pub(crate) circles: Vec<Vec<Turn>>,
    /// How many extensions of a term are looked for.
    pub(super) stretches: u32,
    /// That a term was extended as often as is looked for, where it can be more often.
    pub(super) open_ends: Vec<NodeId>,
    never: NodeId,
}

impl<'a> Compiled<'a> {
    /// Compiles an agreement under its first readings, but for one provision.
    pub(crate) fn new(
        agreement: &'a Agreement,
        chosen: Option<(&'a str, usize)>,
        until: Instant,
        (assumed, stretches): (Assumed, u32),
    ) -> Compiled<'a> {
        let mut plan = Plan::new(agreement.timezone.clone(), until);
        let never = never(&mut plan);
        let mut compiled = Compiled {
            agreement,
            chosen,
            plan,
            selections: Selections::default(),
            turns: BTreeMap::new(),
            open: Vec::new(),
            assumed,
            cuts: BTreeMap::new(),
            in_end_of_window: false,
            circles: Vec::new(),
            stretches,
            open_ends: Vec::new(),
            never,
        };
        for turn in [Turn::Signature, Turn::Force, Turn::End] {
            compiled.turn(turn);
        }
        for provision in &agreement.provisions {
            let id = &provision.id;
            for turn in [Turn::Start(id.clone()), Turn::Done(id.clone()), Turn::Stop(id.clone())] {
                compiled.turn(turn);
            }
        }
        compiled
    }

    /// The reading that a provision has here.
    pub(crate) fn reading(&self, provision: &'a Provision) -> Option<&'a Reading> {
        let nth = match self.chosen {
            Some((id, nth)) if id == provision.id => nth,
            _ => 0,
        };
        provision.readings.get(nth)
    }

    /// The node of a turn, made when it is first asked for.
    pub(crate) fn turn(&mut self, turn: Turn) -> NodeId {
        if let Some(node) = self.turns.get(&turn) {
            return *node;
        }
        if let Some(at) = self.open.iter().position(|open| *open == turn) {
            // The end of what a window watches comes after the window: that it waits for it is no
            // circle, and what it came to is found by compiling again.
            if !self.in_end_of_window {
                self.circles.push(self.open[at..].to_vec());
            }
            let node = self.assume(&turn);
            self.cuts.insert(node, turn);
            return node;
        }
        self.open.push(turn.clone());
        let node = self.make(&turn);
        self.open.pop();
        self.turns.insert(turn, node);
        node
    }

    /// What is taken of a turn that waits for itself.
    fn assume(&mut self, turn: &Turn) -> NodeId {
        match self.assumed.get(turn).cloned() {
            Some(Value::Moment(moment)) => {
                let mut bounds = Vec::new();
                if let Some(at) = moment.surely() {
                    bounds.push(self.push(Rule::At(at)));
                }
                if moment.surely() != moment.at_earliest()
                    && let Some(from) = moment.at_earliest()
                {
                    let spans = vec![Interval { from, to: Instant::MAX }];
                    let perhaps = self.spans(spans, Truth::Unknown, Truth::No);
                    bounds.push(self.push(Rule::First(perhaps)));
                }
                self.push(Rule::Earliest(bounds))
            }
            Some(Value::Truth(runs)) => {
                let of = |wanted: Truth| -> Vec<Interval> {
                    let runs = runs.iter().filter(|(_, truth)| *truth == wanted);
                    runs.map(|(run, _)| *run).collect()
                };
                let (yes, unknown) = (of(Truth::Yes), of(Truth::Unknown));
                let both = [(yes, Truth::Yes), (unknown, Truth::Unknown)];
                let both = both.into_iter().filter(|(spans, _)| !spans.is_empty());
                let both = both.map(|(spans, truth)| self.spans(spans, truth, Truth::No));
                let both = both.collect();
                self.push(Rule::Any(both))
            }
            None if matches!(turn, Turn::Holds(_)) => self.nothing(),
            None => {
                let nothing = self.nothing();
                self.push(Rule::First(nothing))
            }
        }
    }

    /// The node of the turn that a node stands for where it waits for itself.
    pub(crate) fn cut(&self, node: NodeId) -> Option<NodeId> {
        self.turns.get(self.cuts.get(&node)?).copied()
    }

    pub(super) fn spans(&mut self, spans: Vec<Interval>, inside: Truth, outside: Truth) -> NodeId {
        let by = self.selections.channel(Selection::Assumed(spans));
        self.push(Rule::Covered { by, inside, outside })
    }

    /// What the turns that waited for themselves came to.
    pub(crate) fn found(&self, engine: &Engine) -> Assumed {
        let value = |turn: &Turn| {
            let node = *self.turns.get(turn)?;
            if let Some(moment) = engine.moment(node) {
                return (moment != Moment::NEVER).then_some(Value::Moment(moment));
            }
            let runs = engine.steps(node)?.runs().filter(|(_, truth)| *truth != Truth::No);
            let runs: Vec<(Interval, Truth)> = runs.collect();
            (!runs.is_empty()).then_some(Value::Truth(runs))
        };
        self.cuts.values().filter_map(|turn| Some((turn.clone(), value(turn)?))).collect()
    }

    fn make(&mut self, turn: &Turn) -> NodeId {
        match turn {
            Turn::Signature => self.signature(),
            Turn::Force => self.force(),
            Turn::End => self.end(),
            Turn::Withdrawn(party) => self.withdrawn(party),
            Turn::Trigger(id) => self.first(Selection::Determination(id.clone(), None)),
            Turn::DoneBy(id, stage, by) => {
                self.first(Selection::Performance(id.clone(), stage.clone(), by.clone()))
            }
            Turn::StageDone(id, stage) => self.by_all(id, Some(stage)),
            Turn::Start(id) | Turn::Stop(id) | Turn::Done(id) | Turn::Holds(id) => {
                let agreement = self.agreement;
                let found = agreement.provision(id);
                let Some((provision, reading)) =
                    found.and_then(|provision| Some((provision, self.reading(provision)?)))
                else {
                    return self.never();
                };
                match turn {
                    Turn::Start(_) => self.start(provision, reading),
                    Turn::Stop(_) => self.stop(provision, reading),
                    Turn::Done(_) => self.done(provision, reading),
                    _ => self.holds(provision, reading),
                }
            }
        }
    }

    /// Adds a rule. The rules made here always fit; one that would not stands for what never
    /// comes.
    pub(crate) fn push(&mut self, rule: Rule) -> NodeId {
        let kind = rule.kind();
        match (self.plan.push(rule), kind) {
            (Ok(node), _) => node,
            (Err(_), servanda_steps::Kind::Truth) => self.nothing(),
            (Err(_), _) => self.never,
        }
    }

    /// What is never so.
    pub(super) fn nothing(&mut self) -> NodeId {
        self.push(Rule::Any(Vec::new()))
    }

    /// What never comes.
    pub(crate) fn never(&self) -> NodeId {
        self.never
    }

    /// The node of a turn that was made; what never comes for one that was not.
    pub(crate) fn known(&self, turn: &Turn) -> NodeId {
        self.turns.get(turn).copied().unwrap_or(self.never)
    }

    /// What some nodes stand for in the life of the agreement.
    pub(crate) fn turns_in(&self, nodes: &BTreeSet<NodeId>) -> impl Iterator<Item = &Turn> {
        let is_in = |of: &NodeId| *of != self.never && nodes.contains(of);
        self.turns.iter().filter(move |(_, of)| is_in(of)).map(|(turn, _)| turn)
    }

    /// The truth that one of these acts is there, at its instant.
    pub(super) fn there(&mut self, selection: Selection) -> NodeId {
        let by = self.selections.channel(selection);
        self.push(Rule::Covered { by, inside: Truth::Yes, outside: Truth::No })
    }

    /// The moment of the first of these acts.
    pub(crate) fn first(&mut self, selection: Selection) -> NodeId {
        let there = self.there(selection);
        self.push(Rule::First(there))
    }

    /// The moment of the first of these acts at or after a moment.
    pub(crate) fn first_since(&mut self, from: NodeId, selection: Selection) -> NodeId {
        let there = self.there(selection);
        let since = self.push(Rule::Since(from));
        let in_time = self.push(Rule::All(vec![since, there]));
        self.push(Rule::First(in_time))
    }

    fn latest(&mut self, moments: Vec<NodeId>) -> NodeId {
        match moments.as_slice() {
            [] => self.push(Rule::At(Instant::MIN)),
            [one] => *one,
            _ => self.push(Rule::Latest(moments)),
        }
    }

    pub(crate) fn plus(&mut self, of: NodeId, amount: Amount) -> NodeId {
        self.push(Rule::Plus { of, amount })
    }

    /// A moment as one to count from: in doubt where it has no date, as what was so from ever.
    pub(crate) fn dated(&mut self, of: NodeId) -> NodeId {
        self.plus(of, Amount { count: 0, unit: Unit::Second })
    }

    pub(crate) fn minus(&mut self, of: NodeId, amount: Amount) -> NodeId {
        self.push(Rule::Minus { of, amount })
    }

    /// A moment of the text; none where nothing is stated.
    pub(crate) fn when(&mut self, when: &When) -> Option<NodeId> {
        let relative = match when {
            When::Unstated => return None,
            When::At(at) => return Some(self.push(Rule::At(*at))),
            When::Of(relative) => relative,
        };
        let event = match &relative.event {
            Event::Signature => self.turn(Turn::Signature),
            Event::EntryIntoForce => self.turn(Turn::Force),
            Event::End => self.turn(Turn::End),
            Event::Named(name) => self.first(Selection::Event(name.clone())),
            Event::Of(id, Milestone::Done) => self.turn(Turn::Done(id.clone())),
            Event::Of(id, Milestone::Start) => self.turn(Turn::Start(id.clone())),
            Event::Of(id, Milestone::End) => self.turn(Turn::Stop(id.clone())),
            Event::Of(id, Milestone::Trigger) => self.turn(Turn::Trigger(id.clone())),
        };
        Some(match relative.amount {
            None => event,
            Some(amount) if relative.before => self.minus(event, amount),
            Some(amount) => self.plus(event, amount),
        })
    }

    /// The last of the signatures that the text asks for; where it names nobody, the first.
    fn signature(&mut self) -> NodeId {
        let agreement = self.agreement;
        let signers = &agreement.force.signed_by;
        if signers.is_empty() {
            return self.first(Selection::Signature(None));
        }
        let moments: Vec<NodeId> = signers
            .iter()
            .map(|party| self.first(Selection::Signature(Some(party.clone()))))
            .collect();
        self.latest(moments)
    }

    /// By an act, or by the formula of the text, whichever comes first.
    fn force(&mut self) -> NodeId {
        let agreement = self.agreement;
        let force = &agreement.force;
        let mut moments: Vec<NodeId> = self.when(&force.from).into_iter().collect();
        if !force.signed_by.is_empty() {
            moments.push(self.turn(Turn::Signature));
        }
        for id in &force.requires {
            moments.push(self.turn(Turn::Done(id.clone())));
        }
        let act = self.first(Selection::EntryIntoForce(None, !moments.is_empty()));
        if moments.is_empty() {
            return act;
        }
        let formula = self.latest(moments);
        self.push(Rule::Earliest(vec![act, formula]))
    }

    fn end(&mut self) -> NodeId {
        let agreement = self.agreement;
        let force = &agreement.force;
        let act = self.first(Selection::Termination(None));
        let start = self.turn(Turn::Force);
        let until = self.when(&force.until);
        let extension = force.extension.as_ref();
        let parties = members(agreement);
        let term = force.term.map(|term| self.term(start, term, extension, &parties, None));
        let mut ends: Vec<NodeId> = [Some(act), until, term].into_iter().flatten().collect();
        // An agreement of two has ended when one of them is out of it; one of more goes on among
        // the others.
        if let [a, b] = parties.as_slice()
            && force.withdrawal.is_some()
        {
            ends.extend([a, b].map(|party| self.turn(Turn::Withdrawn(party.clone()))));
        }
        self.push(Rule::Earliest(ends))
    }

    /// When a party is out of the agreement: so long after its notice as the text says, which has
    /// to give it the right.
    fn withdrawn(&mut self, party: &str) -> NodeId {
        let Some(notice) = self.agreement.force.withdrawal else { return self.never() };
        let notified = self.first(Selection::Withdrawal(party.into()));
        self.plus(notified, notice)
    }

    /// When a provision begins to bind: when its date has come and all that it requires is there.
    /// One without a date begins with the agreement, where the text says how that comes into
    /// force. An act can bring it into force too. With neither, what has to be done by a date is
    /// owed from ever; what must be kept does not bind: nobody could say since when.
    fn start(&mut self, provision: &'a Provision, reading: &'a Reading) -> NodeId {
        let mut moments: Vec<NodeId> = Vec::new();
        match self.when(&reading.starts) {
            Some(from) => moments.push(from),
            None if self.agreement.force.span.is_some()
                && !matches!(
                    provision.kind,
                    ProvisionKind::Ratify | ProvisionKind::Condition | ProvisionKind::Point
                ) =>
            {
                moments.push(self.turn(Turn::Force));
            }
            None => {}
        }
        for id in &provision.requires {
            if self.agreement.provision(id).is_some() {
                moments.push(self.turn(Turn::Done(id.clone())));
            }
        }
        let is_kept =
            matches!(reading.details, Details::Core | Details::Permit(_) | Details::Guarantee(_));
        if moments.is_empty() && !is_kept {
            return self.latest(moments);
        }
        let by_text = !moments.is_empty();
        let act = self.first(Selection::EntryIntoForce(Some(provision.id.clone()), by_text));
        if !by_text {
            // An act that brings the whole agreement into force brings it too.
            let whole = self.turn(Turn::Force);
            return self.push(Rule::Earliest(vec![act, whole]));
        }
        let formula = self.latest(moments);
        self.push(Rule::Earliest(vec![formula, act]))
    }

    fn stop(&mut self, provision: &'a Provision, reading: &'a Reading) -> NodeId {
        let id = &provision.id;
        let mut ends = vec![self.first(Selection::Termination(Some(id.clone())))];
        if let Some(until) = self.when(&reading.ends) {
            ends.push(until);
        }
        if let Details::Guarantee(guarantee) = &reading.details
            && let Some(term) = guarantee.term
        {
            let start = self.turn(Turn::Start(id.clone()));
            let parties: Vec<String> = guarantee.by.iter().chain(&guarantee.to).cloned().collect();
            let extension = guarantee.extension.as_ref();
            ends.push(self.term(start, term, extension, &parties, Some(id)));
        }
        if reading.ends == When::Unstated && self.agreement.force.span.is_some() {
            ends.push(self.turn(Turn::End));
        }
        self.push(Rule::Earliest(ends))
    }

    /// When what a provision asks for is there.
    fn done(&mut self, provision: &'a Provision, reading: &'a Reading) -> NodeId {
        let id = provision.id.as_str();
        match &reading.details {
            Details::Core | Details::Permit(_) | Details::Guarantee(_) => {
                self.turn(Turn::Start(id.into()))
            }
            Details::Condition(_) => {
                let holds = self.turn(Turn::Holds(id.into()));
                self.push(Rule::First(holds))
            }
            Details::Ratify(ratify) => {
                // A vote counts only while what it waits for is there.
                let mut needs = vec![self.there(Selection::Vote(id.into()))];
                for required in &provision.requires {
                    if self.agreement.provision(required).is_some() {
                        needs.push(self.is_there(required));
                    }
                }
                let vote = self.push(Rule::All(needs));
                let vote = self.push(Rule::First(vote));
                if ratify.deposit.is_empty() {
                    return vote;
                }
                let deposit = self.first(Selection::Deposit(id.into()));
                self.latest(vec![vote, deposit])
            }
            Details::Point(_) => {
                let agreed = self.turn(Turn::Holds(id.into()));
                self.push(Rule::First(agreed))
            }
            Details::Oblige(_)
            | Details::Limit(_)
            | Details::Withdraw(_)
            | Details::Transfer(_)
            | Details::Pledge(_)
            | Details::Relief(_)
            | Details::Body(_) => self.performed(id, reading.details.stages()),
        }
    }

    /// Reported as done by all who are bound.
    fn by_all(&mut self, id: &str, stage: Option<&str>) -> NodeId {
        let parties = self.bound(id);
        let done: Vec<NodeId> = parties
            .into_iter()
            .map(|by| self.turn(Turn::DoneBy(id.into(), stage.map(Into::into), by)))
            .collect();
        self.latest(done)
    }

    /// The parties that a provision binds here; none by name: whoever acts.
    pub(crate) fn bound(&self, id: &str) -> Vec<Option<String>> {
        let reading = self.agreement.provision(id).and_then(|provision| self.reading(provision));
        let who = reading.map(|reading| reading.who.as_slice()).unwrap_or_default();
        if who.is_empty() {
            return vec![None];
        }
        who.iter().map(|party| Some(party.clone())).collect()
    }

    /// When a stage opens: its provision binds, and all that the stage requires is done.
    pub(crate) fn opens(&mut self, start: NodeId, stage: &Stage) -> NodeId {
        let mut moments = vec![start];
        moments.extend(stage.requires.iter().map(|id| self.turn(Turn::Done(id.clone()))));
        self.latest(moments)
    }

    /// Reported as done, as a whole or stage by stage.
    fn performed(&mut self, id: &str, stages: &[Stage]) -> NodeId {
        let whole = self.by_all(id, None);
        if stages.is_empty() {
            return whole;
        }
        let parts: Vec<NodeId> = stages
            .iter()
            .map(|stage| self.turn(Turn::StageDone(id.into(), stage.name.clone())))
            .collect();
        let all = self.latest(parts);
        self.push(Rule::Earliest(vec![whole, all]))
    }

    /// A point is agreed while the latest stand of all whose acceptance it takes is that they
    /// accept it, or where the draft's sources give it as agreed.
    fn agreed(&mut self, provision: &'a Provision, reading: &'a Reading) -> NodeId {
        let agreement = self.agreement;
        if let Details::Point(point) = &reading.details
            && point.status == servanda_terms::PointStatus::Agreed
        {
            let presented = agreement.draft.as_ref().map(|draft| &draft.presented);
            let presented = presented.and_then(|when| self.when(when));
            let presented = presented.unwrap_or_else(|| self.push(Rule::At(Instant::MIN)));
            return self.push(Rule::Since(presented));
        }
        let mut all = Vec::new();
        for party in super::status::acceptances(agreement) {
            // The latest stand counts: of those that the text gives, each until the party's next,
            // and of its acts.
            let text = super::status::in_text(reading, party);
            let dates: Vec<Instant> = text.iter().filter_map(|p| p.on.instant()).collect();
            let (point, party) = (provision.id.clone(), party.to_owned());
            let by_act = Selection::Acceptance(point.clone(), party.clone(), dates);
            let mut any = vec![self.there(by_act)];
            for (n, position) in text.iter().enumerate() {
                if position.stance != Stance::Accepts {
                    continue;
                }
                let from = self.since_stated(&position.on);
                let next = text.get(n + 1).map(|next| self.since_stated(&next.on));
                let next = next.unwrap_or(self.never);
                let on = position.on.instant().unwrap_or(Instant::MIN);
                let acted = self.there(Selection::Stand(point.clone(), party.clone(), on));
                let not_acted = self.push(Rule::Not(acted));
                let by_text = self.push(Rule::Between(from, next));
                any.push(self.push(Rule::All(vec![by_text, not_acted])));
            }
            all.push(self.push(Rule::Any(any)));
        }
        match all.is_empty() {
            true => self.nothing(),
            false => self.push(Rule::All(all)),
        }
    }

    /// A moment of the text; where none is stated, the first of all.
    fn since_stated(&mut self, when: &When) -> NodeId {
        self.when(when).unwrap_or_else(|| self.push(Rule::At(Instant::MIN)))
    }

    /// Whether what a provision asks for is there: a condition while it holds, a point while it
    /// is agreed, the others since they are done.
    fn is_there(&mut self, id: &str) -> NodeId {
        use ProvisionKind::{Condition, Point};
        let kind = self.agreement.provision(id).map(|provision| provision.kind);
        if matches!(kind, Some(Condition | Point)) {
            return self.turn(Turn::Holds(id.into()));
        }
        let done = self.turn(Turn::Done(id.into()));
        self.push(Rule::Since(done))
    }

    fn holds(&mut self, provision: &'a Provision, reading: &'a Reading) -> NodeId {
        if provision.kind == ProvisionKind::Point {
            return self.agreed(provision, reading);
        }
        let Details::Condition(condition) = &reading.details else {
            let done = self.turn(Turn::Done(provision.id.clone()));
            return self.push(Rule::Since(done));
        };
        let mut all = Vec::new();
        if let Some(window) = self.window(condition) {
            all.push(window);
        }
        for when in &condition.act {
            if let Some(moment) = self.when(when) {
                all.push(self.push(Rule::Since(moment)));
            }
        }
        for id in &condition.all {
            all.push(self.is_there(id));
        }
        if !condition.any.is_empty() {
            let any = condition.any.iter().map(|id| self.is_there(id)).collect();
            all.push(self.push(Rule::Any(any)));
        }
        for id in &condition.not {
            let there = self.is_there(id);
            all.push(self.push(Rule::Not(there)));
        }
        match all.as_slice() {
            [one] => *one,
            _ => self.push(Rule::All(all)),
        }
    }

    /// The state that must hold without a break, for so long.
    fn window(&mut self, condition: &'a Condition) -> Option<NodeId> {
        if condition.holds.is_empty() {
            return None;
        }
        let quiet = self.quiet(condition);
        Some(match condition.length {
            Some(length) => self.push(Rule::Held { of: quiet, length }),
            None => quiet,
        })
    }

    /// No finding of violation stands, the provisions bind and aren't suspended, and somebody
    /// watched.
    pub(crate) fn quiet(&mut self, condition: &'a Condition) -> NodeId {
        let agreement = self.agreement;
        let mut all = Vec::new();
        for id in &condition.holds {
            let Some(provision) = agreement.provision(id) else { continue };
            let Some(reading) = self.reading(provision) else { continue };
            let start = self.turn(Turn::Start(id.clone()));
            let was = std::mem::replace(&mut self.in_end_of_window, true);
            let stop = self.turn(Turn::Stop(id.clone()));
            self.in_end_of_window = was;
            all.push(self.push(Rule::Between(start, stop)));
            let suspended = self.there(Selection::Suspension(id.clone()));
            all.push(self.push(Rule::Not(suspended)));
            let broken =
                Selection::Violation(id.clone(), reading.id.clone(), condition.broken_by.clone());
            let broken = self.there(broken);
            all.push(self.push(Rule::Not(broken)));
            if !condition.broken_by.is_empty() {
                // Whether a violation of no stated severity breaks it can't be told.
                let by =
                    self.selections.channel(Selection::Ungraded(id.clone(), reading.id.clone()));
                let ungraded = Rule::Covered { by, inside: Truth::Unknown, outside: Truth::Yes };
                all.push(self.push(ungraded));
            }
            let completely = match condition.watched {
                Watched::NotNeeded => continue,
                Watched::Partly => false,
                Watched::Completely => true,
            };
            let by = self.selections.channel(Selection::Watching(id.clone(), completely));
            let watched = Rule::Covered { by, inside: Truth::Yes, outside: Truth::Unknown };
            all.push(self.push(watched));
        }
        self.push(Rule::All(all))
    }
}

/// Those whose agreement it is: who signs it, else all sides.
pub(crate) fn members(agreement: &Agreement) -> Vec<String> {
    let signers = &agreement.force.signed_by;
    if !signers.is_empty() {
        return signers.clone();
    }
    let sides = agreement.parties.iter().filter(|party| party.role == Role::Side);
    sides.map(|party| party.id.clone()).collect()
}

/// What never comes: the first instant of what is never so.
fn never(plan: &mut Plan) -> NodeId {
    let nothing = plan.push(Rule::Any(Vec::new()));
    match nothing.and_then(|nothing| plan.push(Rule::First(nothing))) {
        Ok(node) => node,
        Err(_) => unreachable!("a rule of no children refers to nothing that could be missing"),
    }
}
