//! The clocks of an agreement: deadlines, windows, recurring duties, terms, notices, responses.

use super::compile::Compiled;
use super::forecast::{Forecast, Outlook};
use super::select::{NO_ENTRY, Selection, entry_id};
use super::turn::Turn;
use crate::answer::{Clock, ClockKind, ClockState, Reason};
use crate::history::History;
use crate::words::count;
use servanda_steps::{Channel, Engine, EntryId, Kind, NodeId, PERIODS_MAX, Phase, Rule, Truth};
use servanda_terms::{
    Condition, Details, ExtendedBy, Extension, Oblige, Provision, Reading, Response, Stage, When,
};
use servanda_time::{Amount, Instant};
use std::collections::BTreeSet;

/// The date of what has none.
const UNSTATED: &When = &When::Unstated;

/// A clock in the making: its nodes, before anything is entered.
pub(crate) struct Draft {
    provision: String,
    what: String,
    kind: ClockKind,
    nodes: Nodes,
}

enum Nodes {
    /// From, due and done.
    Deadline { clock: NodeId, start: NodeId, due: Option<NodeId>, done: NodeId, text: When },
    /// The truth that must hold, for how long, and by when.
    Window { child: NodeId, held: NodeId, length: Amount, before: Before },
    /// A condition without a window: the truth, and by when.
    State { holds: NodeId, before: Before },
    /// From a start, in every span.
    Recurring { start: NodeId, stop: NodeId, every: Amount, done: Vec<Selection> },
    /// From a start to an end.
    Term { start: NodeId, end: NodeId },
    /// From a party's notice until it is out.
    Withdrawal { notified: NodeId, out: NodeId },
    /// An act that is possible until then.
    Notice { start: NodeId, last: NodeId, end: NodeId },
}

/// By when a condition must be fulfilled, and when it first is.
#[derive(Clone, Copy)]
struct Before {
    before: Option<NodeId>,
    fulfilled: NodeId,
}

impl Nodes {
    fn deadline(
        compiled: &mut Compiled<'_>,
        start: NodeId,
        due: Option<NodeId>,
        done: NodeId,
        text: &When,
    ) -> Nodes {
        let end = due.unwrap_or_else(|| compiled.never());
        let clock = compiled.push(Rule::Clock { start, due: end, done });
        Nodes::Deadline { clock, start, due, done, text: text.clone() }
    }
}

/// The clocks of a compiled agreement. Their nodes are added to its plan.
pub(crate) fn draft(compiled: &mut Compiled<'_>) -> Vec<Draft> {
    let agreement = compiled.agreement;
    let mut drafts = Vec::new();
    if agreement.force.span.is_some() {
        whole(compiled, &mut drafts);
    }
    for provision in &agreement.provisions {
        let Some(reading) = compiled.reading(provision) else { continue };
        of_provision(compiled, provision, reading, &mut drafts);
    }
    drafts
}

/// The clocks of the agreement as a whole.
fn whole(compiled: &mut Compiled<'_>, drafts: &mut Vec<Draft>) {
    let force = &compiled.agreement.force;
    let start = compiled.turn(Turn::Force);
    let end = compiled.turn(Turn::End);
    if force.term.is_some() || force.until.is_stated() {
        let nodes = Nodes::Term { start, end };
        drafts.push(Draft::new("agreement", "term".into(), ClockKind::Term, nodes));
    }
    if let Some(extension) = &force.extension {
        drafts.push(notice(compiled, "agreement", extension, start, end));
    }
    if force.withdrawal.is_some() {
        for party in &compiled.agreement.parties {
            let notified = compiled.first(Selection::Withdrawal(party.id.clone()));
            let out = compiled.turn(Turn::Withdrawn(party.id.clone()));
            let nodes = Nodes::Withdrawal { notified, out };
            let what = format!("withdrawal of {}", party.id);
            drafts.push(Draft::new("agreement", what, ClockKind::Notice, nodes));
        }
    }
}

fn of_provision<'a>(
    compiled: &mut Compiled<'a>,
    provision: &'a Provision,
    reading: &'a Reading,
    drafts: &mut Vec<Draft>,
) {
    let id = provision.id.as_str();
    let start = compiled.turn(Turn::Start(id.into()));
    let stop = compiled.turn(Turn::Stop(id.into()));
    let done = compiled.turn(Turn::Done(id.into()));
    let mut deadline =
        |compiled: &mut Compiled<'a>, start: NodeId, what: &str, due: &When, done: NodeId| {
            let at = compiled.when(due);
            if at.is_none() && what.is_empty() {
                return;
            }
            let what = if what.is_empty() { "due".to_string() } else { what.to_string() };
            let nodes = Nodes::deadline(compiled, start, at, done, due);
            drafts.push(Draft::new(id, what, ClockKind::Deadline, nodes));
        };
    let mut staged = |compiled: &mut Compiled<'a>, stages: &[Stage], due: &When| {
        deadline(compiled, start, "", due, done);
        for stage in stages {
            let start = compiled.opens(start, stage);
            let done = compiled.turn(Turn::StageDone(id.into(), stage.name.clone()));
            deadline(compiled, start, &format!("stage {}", stage.name), &stage.due, done);
        }
    };
    match &reading.details {
        Details::Core | Details::Permit(_) => {
            if reading.ends.is_stated() || reading.starts.event().is_some() {
                let nodes = Nodes::Term { start, end: stop };
                drafts.push(Draft::new(id, "term".into(), ClockKind::Term, nodes));
            }
        }
        Details::Oblige(_)
        | Details::Limit(_)
        | Details::Withdraw(_)
        | Details::Transfer(_)
        | Details::Pledge(_)
        | Details::Relief(_)
        | Details::Body(_)
        | Details::Ratify(_) => {
            staged(compiled, reading.details.stages(), reading.details.due().unwrap_or(UNSTATED));
            if let Details::Oblige(Oblige { every: Some(every), .. }) = &reading.details {
                let bound = compiled.bound(id).into_iter();
                let done = bound.map(|by| Selection::Performance(id.into(), None, by)).collect();
                let nodes = Nodes::Recurring { start, stop, every: *every, done };
                let what = format!("every {every}");
                drafts.push(Draft::new(id, what, ClockKind::Recurring, nodes));
            }
        }
        Details::Condition(condition) => drafts.extend(window(compiled, id, condition)),
        Details::Guarantee(guarantee) => {
            if guarantee.term.is_some() {
                let nodes = Nodes::Term { start, end: stop };
                drafts.push(Draft::new(id, "term".into(), ClockKind::Term, nodes));
            }
            if let Some(extension) = &guarantee.extension {
                drafts.push(notice(compiled, id, extension, start, stop));
            }
            for step in &guarantee.response {
                drafts.push(response(compiled, id, step));
            }
        }
        Details::Point(_) => {}
    }
}

fn window<'a>(compiled: &mut Compiled<'a>, id: &str, condition: &'a Condition) -> Vec<Draft> {
    let fulfilled = compiled.turn(Turn::Done(id.into()));
    let before = Before { before: compiled.when(&condition.before), fulfilled };
    let mut drafts = Vec::new();
    if let Some(length) = condition.length.filter(|_| !condition.holds.is_empty()) {
        let child = compiled.quiet(condition);
        let held = compiled.push(Rule::Held { of: child, length });
        let nodes = Nodes::Window { child, held, length, before };
        drafts.push(Draft::new(id, format!("{length} without a break"), ClockKind::Window, nodes));
    } else {
        let holds = compiled.turn(Turn::Holds(id.into()));
        let nodes = Nodes::State { holds, before };
        drafts.push(Draft::new(id, "fulfilled".into(), ClockKind::Window, nodes));
    }
    drafts
}

fn notice(
    compiled: &mut Compiled<'_>,
    id: &str,
    extension: &Extension,
    start: NodeId,
    end: NodeId,
) -> Draft {
    let last = match extension.notice {
        Some(notice) => compiled.minus(end, notice),
        None => end,
    };
    let what = match &extension.by {
        ExtendedBy::Automatic => "last notice against extension".to_string(),
        ExtendedBy::Mutual => "last day to extend, by all".to_string(),
        ExtendedBy::Party(by) => format!("last day to extend, by {}", by.join(" or ")),
    };
    Draft::new(id, what, ClockKind::Notice, Nodes::Notice { start, last, end })
}

fn response(compiled: &mut Compiled<'_>, id: &str, step: &Response) -> Draft {
    let after = match compiled.when(&step.after) {
        Some(after) => after,
        None => compiled.turn(Turn::Trigger(id.into())),
    };
    let due = step.within.map(|within| compiled.plus(after, within));
    let by = match step.by.as_slice() {
        [] => compiled.bound(id),
        by => by.iter().map(|party| Some(party.clone())).collect(),
    };
    let by = by.into_iter().map(|by| {
        let taken = Selection::Performance(id.into(), Some(step.step.clone()), by);
        compiled.first_since(after, taken)
    });
    let by: Vec<NodeId> = by.collect();
    let done = compiled.push(Rule::Latest(by));
    let nodes = Nodes::deadline(compiled, after, due, done, &step.after);
    Draft::new(id, format!("response: {}", step.step), ClockKind::Response, nodes)
}

impl Draft {
    fn new(provision: &str, what: String, kind: ClockKind, nodes: Nodes) -> Draft {
        Draft { provision: provision.into(), what, kind, nodes }
    }

    /// Whether there is anything to tell: nobody waits for a withdrawal.
    pub(crate) fn is_told(&self, view: &View<'_>) -> bool {
        match self.nodes {
            Nodes::Withdrawal { notified, .. } => view.came(notified).is_some(),
            _ => true,
        }
    }

    /// The clock as it stands at the instant asked about.
    pub(crate) fn read(&self, view: &View<'_>) -> Clock {
        let mut clock = Clock {
            provision: self.provision.clone(),
            reading: None,
            what: self.what.clone(),
            kind: self.kind,
            state: ClockState::Waiting,
            from: None,
            due: None,
            done: None,
            earliest: None,
            never: None,
            waits_for: Vec::new(),
            why: Vec::new(),
        };
        match &self.nodes {
            Nodes::Deadline { clock: node, start, due, done, text } => {
                let phase = view.engine.phases(*node).map(|phases| phases.at(view.at));
                clock.state = phase.map_or(ClockState::Undetermined, ClockState::from);
                view.deadline(&mut clock, *start, *due, *done, text);
            }
            Nodes::Window { child, held, length, before } => {
                view.window(&mut clock, *child, *held, *length);
                view.before(&mut clock, *before);
            }
            Nodes::State { holds, before } => {
                view.state(&mut clock, *holds);
                view.before(&mut clock, *before);
            }
            Nodes::Recurring { start, stop, every, done } => {
                view.recurring(&mut clock, *start, *stop, *every, done);
            }
            Nodes::Term { start, end } => view.term(&mut clock, *start, *end),
            Nodes::Withdrawal { notified, out } => {
                view.term(&mut clock, *notified, *out);
                view.cite(&mut clock, *notified, "notified");
            }
            Nodes::Notice { start, last, end } => view.notice(&mut clock, *start, *last, *end),
        }
        clock
    }
}

/// A compiled agreement with its entries, seen at an instant.
pub(crate) struct View<'v> {
    pub(crate) compiled: &'v Compiled<'v>,
    pub(crate) engine: &'v Engine,
    pub(crate) history: &'v History,
    pub(crate) at: Instant,
    pub(crate) print: &'v dyn Fn(EntryId) -> String,
    /// What waits for itself, each circle once.
    pub(crate) circles: Vec<Vec<Turn>>,
    /// What can come by the text, and what acts beyond it can bring about. Each forecast is made
    /// once for all clocks.
    pub(crate) outlook: Outlook<'v>,
    beyond: Outlook<'v>,
}

impl<'v> View<'v> {
    /// Compiled and filled, at an instant.
    pub(crate) fn new(
        compiled: &'v Compiled<'v>,
        engine: &'v Engine,
        history: &'v History,
        at: Instant,
        print: &'v dyn Fn(EntryId) -> String,
    ) -> View<'v> {
        let [outlook, beyond] =
            [true, false].map(|by_text| Outlook::new(engine, compiled, at, by_text));
        let circles = circles(compiled, engine, &outlook);
        View { compiled, engine, history, at, print, circles, outlook, beyond }
    }

    /// The acts beyond the text that would move what never comes by the text alone.
    fn acts_beyond(&self, node: NodeId) -> Vec<String> {
        let outlook = &self.beyond;
        let is_truth = self.engine.plan().rule(node).is_some_and(|rule| rule.kind() == Kind::Truth);
        let forecast = if is_truth { outlook.truth(node, true) } else { outlook.moment(node) };
        self.acts(&forecast)
    }

    /// The acts that a forecast takes, in words.
    fn acts(&self, forecast: &Forecast) -> Vec<String> {
        let agreement = self.compiled.agreement;
        forecast.needs.iter().map(|need| need.words(agreement)).collect()
    }

    /// What a node waits for by a forecast of it, and why it never comes where it can't: then the
    /// acts are those beyond the text.
    pub(crate) fn waits(
        &self,
        id: &str,
        node: NodeId,
        forecast: &Forecast,
    ) -> (Vec<String>, Option<String>) {
        if forecast.at.is_none() {
            return (self.acts_beyond(node), Some(self.never(id, node)));
        }
        let mut waits = self.acts(forecast);
        for (since, length) in &forecast.windows {
            waits.push(format!("{length} without a break, counted from {since}"));
        }
        (waits, None)
    }

    /// When a moment surely came, if it has by the instant asked about.
    pub(crate) fn came(&self, node: NodeId) -> Option<Instant> {
        self.moment(node).filter(|at| *at <= self.at)
    }

    /// When a moment surely comes, in the past or at a known date.
    pub(crate) fn moment(&self, node: NodeId) -> Option<Instant> {
        self.engine.moment(node)?.surely()
    }

    /// What a forecast says, as part of a clock.
    fn foresee(&self, clock: &mut Clock, node: NodeId, forecast: &Forecast) {
        clock.earliest = forecast.at.map(|at| at.to_string());
        (clock.waits_for, clock.never) = self.waits(&clock.provision, node, forecast);
    }

    /// Why something can't come: it waits for itself, or for something that does.
    fn never(&self, id: &str, node: NodeId) -> String {
        let awaited = self.awaited(node);
        let circles = self.circles.iter().filter(|c| c.iter().any(|turn| awaited.contains(turn)));
        let (own, others): (Vec<_>, Vec<_>) =
            circles.partition(|circle| circle.iter().any(|turn| turn.is_of(id)));
        match (own.first(), others.first()) {
            (Some(circle), _) => format!("it waits for itself: {}", around(circle)),
            (None, Some(circle)) => {
                let first = circle.iter().find(|turn| awaited.contains(turn));
                let first = first.map(Turn::words).unwrap_or_default();
                format!("it waits for {first}, which waits for itself")
            }
            (None, None) => "nothing that the text names can bring it about".into(),
        }
    }

    /// What a node stands on that hasn't come, directly or by others.
    fn awaited(&self, node: NodeId) -> BTreeSet<&Turn> {
        let mut open = vec![node];
        let mut seen = BTreeSet::new();
        while let Some(node) = open.pop() {
            if has_come(self.engine, node, self.at) || !seen.insert(node) {
                continue;
            }
            open.extend(self.compiled.cut(node));
            open.extend(self.engine.plan().rule(node).into_iter().flat_map(|rule| rule.children()));
        }
        self.compiled.turns_in(&seen).collect()
    }

    fn deadline(
        &self,
        clock: &mut Clock,
        start: NodeId,
        due: Option<NodeId>,
        done: NodeId,
        text: &When,
    ) {
        let (from, end) = (self.moment(start), due.and_then(|due| self.moment(due)));
        let finished = self.came(done);
        clock.from = dated(from);
        clock.due = dated(end);
        clock.done = dated(finished);
        self.cite(clock, done, "done");
        let outlook = &self.outlook;
        if end.is_none()
            && let Some(due) = due
        {
            self.foresee(clock, due, &outlook.moment(due));
            if text.is_stated() {
                let words = format!("its date is counted: {text}");
                clock.why.push(Reason::new("counted", words));
            }
        } else if finished.is_none() && clock.state == ClockState::Waiting {
            self.foresee(clock, start, &outlook.moment(start));
        } else if matches!(clock.state, ClockState::Running | ClockState::Overdue) {
            clock.waits_for = self.acts(&outlook.moment(done));
            if clock.state == ClockState::Overdue {
                let words = "no entry in the record shows it done; a person has to find what that \
                             means";
                clock.why.push(Reason::new("overdue", words.into()));
            }
        }
    }

    /// Cites the entry that made a moment come.
    fn cite(&self, clock: &mut Clock, node: NodeId, code: &'static str) {
        let Some(at) = self.came(node) else { return };
        let cites = self.acts_at(node, at);
        if !cites.is_empty() {
            let n = cites.len() as u64;
            clock.why.push(Reason { code, text: format!("{code} at {at}"), cites, count: n });
        }
    }

    /// The acts that start at an instant among those that a node reads.
    pub(crate) fn acts_at(&self, node: NodeId, at: Instant) -> Vec<String> {
        let mut open = vec![node];
        let mut seen = BTreeSet::new();
        let mut ids = BTreeSet::new();
        while let Some(node) = open.pop() {
            if !seen.insert(node) {
                continue;
            }
            let Some(rule) = self.engine.plan().rule(node) else { continue };
            open.extend(rule.children());
            for channel in rule.channels() {
                let here = self.engine.live(channel).filter(|entered| entered.from == at);
                let ids_here = here.map(|entered| entered.id);
                ids.extend(ids_here.filter(|id| id.entry != NO_ENTRY));
            }
        }
        // By what they say, shorter first: the order of the record leaves no trace.
        let printed: BTreeSet<(usize, String)> =
            ids.into_iter().map(|id| (self.print)(id)).map(|cite| (cite.len(), cite)).collect();
        printed.into_iter().take(5).map(|(_, cite)| cite).collect()
    }

    fn window(&self, clock: &mut Clock, child: NodeId, held: NodeId, length: Amount) {
        let outlook = &self.outlook;
        let now = self.engine.truth(child, self.at);
        let since = outlook.run_start(child);
        let done = self.engine.truth(held, self.at) == Some(Truth::Yes);
        clock.from = dated(since);
        // What has held from ever has no date from which to count.
        let counted = since.filter(|at| *at > Instant::MIN);
        let due = counted.and_then(|at| at.plus(length, self.engine.plan().zone()).ok());
        clock.due = due.map(|at| at.to_string());
        clock.state = match (done, now) {
            (true, _) => ClockState::Met,
            (false, Some(Truth::Yes)) => ClockState::Running,
            (false, Some(Truth::Unknown)) => ClockState::Undetermined,
            _ if self.has_broken(child) => ClockState::Broken,
            _ => ClockState::Waiting,
        };
        if done {
            clock.done = due.map(|at| at.to_string());
        } else {
            self.foresee(clock, held, &outlook.truth(held, true));
        }
        self.why_window(clock, child);
    }

    /// Whether a finding of violation covers the instant asked about.
    fn has_broken(&self, child: NodeId) -> bool {
        self.breaks(child).iter().any(|entered| entered.0 <= self.at && self.at < entered.1)
    }

    /// The selections that a window reads, each with its channel.
    fn read_by(&self, child: NodeId) -> Vec<(Channel, &Selection)> {
        let mut open = vec![child];
        let mut read = Vec::new();
        while let Some(node) = open.pop() {
            let Some(rule) = self.engine.plan().rule(node) else { continue };
            for channel in rule.channels() {
                read.extend(self.compiled.selections.of(channel).map(|of| (channel, of)));
            }
            if matches!(rule, Rule::All(_) | Rule::Not(_)) {
                open.extend(rule.children());
            }
        }
        read
    }

    /// The findings of violation that a window reads, in order of time.
    fn breaks(&self, child: NodeId) -> Vec<(Instant, Instant, EntryId)> {
        let read = self.read_by(child).into_iter();
        let broken = read.filter(|(_, of)| matches!(of, Selection::Violation(..)));
        let live = broken.flat_map(|(channel, _)| self.engine.live(channel));
        let mut found: Vec<_> =
            live.map(|entered| (entered.from, entered.to, entered.id)).collect();
        found.sort();
        found
    }

    fn why_window(&self, clock: &mut Clock, child: NodeId) {
        let breaks: Vec<_> =
            self.breaks(child).into_iter().filter(|entered| entered.0 <= self.at).collect();
        if let Some((_, to, id)) = breaks.iter().max_by_key(|(_, to, id)| (*to, (self.print)(*id)))
        {
            clock.why.push(Reason {
                code: "reset",
                text: format!("last broken by a finding of violation, until {to}"),
                cites: vec![(self.print)(*id)],
                count: breaks.len() as u64,
            });
        }
        let read = self.read_by(child);
        let retracted = self.history.findings.iter().filter(|(held, stands)| {
            !stands && read.iter().any(|(_, selection)| selection.finding(held).is_some())
        });
        let mut cites: Vec<String> =
            retracted.map(|(held, _)| (self.print)(entry_id(&held.cite))).collect();
        cites.sort_by_key(|cite| (cite.len(), cite.clone()));
        if !cites.is_empty() {
            let n = cites.len() as u64;
            let text = format!(
                "{} it: retracted",
                count(
                    n,
                    "finding of violation no longer breaks",
                    "findings of violation no longer break"
                )
            );
            let cites = cites.into_iter().take(5).collect();
            clock.why.push(Reason { code: "restored", text, cites, count: n });
        }
        if clock.state == ClockState::Undetermined {
            let text = "nothing able to show a breach watches now, and silence is not quiet";
            clock.why.push(Reason::new("no-watch", text.into()));
        }
    }

    fn state(&self, clock: &mut Clock, holds: NodeId) {
        clock.state = match self.engine.truth(holds, self.at) {
            Some(Truth::Yes) => ClockState::Met,
            Some(Truth::Unknown) => ClockState::Undetermined,
            _ => ClockState::Waiting,
        };
        match clock.state {
            ClockState::Met => {
                clock.done = dated(self.outlook.run_start(holds));
            }
            _ => self.foresee(clock, holds, &self.outlook.truth(holds, true)),
        }
    }

    /// A condition that must be fulfilled before a moment: what counts is the first time that it
    /// is.
    fn before(&self, clock: &mut Clock, before: Before) {
        let Some(end) = before.before.and_then(|before| self.moment(before)) else { return };
        let first = self.came(before.fulfilled);
        if first.is_some_and(|first| first < end) {
            return;
        }
        let before = end;
        if clock.state == ClockState::Met {
            if before <= self.at {
                clock.state = ClockState::Late;
                let text = format!("it had to be fulfilled before {before}");
                clock.why.push(Reason::new("late", text));
            }
            return;
        }
        let late = clock.earliest.as_ref().is_none_or(|at| *at > before.to_string());
        let (code, text) = if before <= self.at {
            clock.state = ClockState::Overdue;
            ("overdue", format!("it had to be fulfilled before {before}"))
        } else if late {
            ("cannot-fit", format!("it must be fulfilled before {before}, and no longer can be"))
        } else {
            ("before", format!("it must be fulfilled before {before}"))
        };
        clock.why.push(Reason::new(code, text));
    }

    fn recurring(
        &self,
        clock: &mut Clock,
        start: NodeId,
        stop: NodeId,
        every: Amount,
        done: &[Selection],
    ) {
        let Some(from) = self.moment(start) else {
            self.foresee(clock, start, &self.outlook.moment(start));
            return;
        };
        clock.from = dated(Some(from));
        if from > self.at {
            return;
        }
        if from == Instant::MIN {
            clock.state = ClockState::Undetermined;
            let text = "nobody can tell since when it is owed, so no period can be counted";
            clock.why.push(Reason::new("no-start", text.into()));
            return;
        }
        let end = self.moment(stop).filter(|end| *end <= self.at);
        let last = end.unwrap_or(self.at);
        let zone = self.engine.plan().zone();
        // Whoever is bound has to do it: what was done by all is as late as the last of them.
        let done: Vec<Vec<Instant>> = done
            .iter()
            .map(|by| by.entries(self.compiled.agreement, self.history))
            .map(|entries| {
                let mut times: Vec<Instant> = entries.iter().map(|entered| entered.from).collect();
                times.sort_unstable();
                times
            })
            .collect();
        let done_in = |from: Instant, to: Instant| -> Option<Instant> {
            let mut last = None;
            for by in &done {
                let before = by.partition_point(|at| *at < to);
                let at = by[..before].last().filter(|at| **at >= from)?;
                last = last.max(Some(*at));
            }
            last
        };
        let (mut missed, mut served) = (Vec::new(), 0_u64);
        let mut period = from;
        let mut next = None;
        for k in 1..=PERIODS_MAX {
            let count = every.count.saturating_mul(k);
            let Ok(close) = from.plus(Amount { count, unit: every.unit }, zone) else { break };
            if close > last {
                next = Some(close);
                break;
            }
            match done_in(period, close) {
                Some(_) => served += 1,
                None => missed.push(close),
            }
            period = close;
        }
        let current = done_in(period, self.at.plus_ms(1));
        clock.due = next.filter(|_| end.is_none()).map(|at| at.to_string());
        clock.done = current.map(|at| at.to_string());
        clock.state = match (end, missed.last(), current) {
            (Some(_), _, _) => ClockState::Ended,
            (None, Some(last), _) if *last == period => ClockState::Overdue,
            (None, _, Some(_)) => ClockState::Met,
            _ => ClockState::Running,
        };
        if let Some(first) = missed.first() {
            let n = missed.len() as u64;
            let text = format!(
                "{} without an entry that shows it done, the first until {first}; {served} with \
                 one",
                count(n, "period", "periods")
            );
            clock.why.push(Reason { code: "missed", text, cites: vec![], count: n });
        }
    }

    fn term(&self, clock: &mut Clock, start: NodeId, end: NodeId) {
        let (from, to) = (self.moment(start), self.moment(end));
        clock.from = dated(from);
        clock.due = to.map(|at| at.to_string());
        clock.state = match (from, to) {
            (_, Some(to)) if to <= self.at => ClockState::Ended,
            (Some(from), _) if from <= self.at => ClockState::Running,
            _ => ClockState::Waiting,
        };
        if clock.state == ClockState::Waiting {
            self.foresee(clock, start, &self.outlook.moment(start));
        }
    }

    fn notice(&self, clock: &mut Clock, start: NodeId, last: NodeId, end: NodeId) {
        clock.due = self.moment(last).map(|at| at.to_string());
        let from = self.moment(start);
        clock.from = dated(from);
        clock.state = match (self.came(end), self.came(last), self.came(start)) {
            (Some(_), _, _) | (_, Some(_), _) => ClockState::Ended,
            (_, _, Some(_)) => ClockState::Running,
            _ => ClockState::Waiting,
        };
    }
}

impl From<Phase> for ClockState {
    fn from(phase: Phase) -> ClockState {
        match phase {
            Phase::Waiting => ClockState::Waiting,
            Phase::Running => ClockState::Running,
            Phase::Met => ClockState::Met,
            Phase::Late => ClockState::Late,
            Phase::Overdue => ClockState::Overdue,
            Phase::Unknown => ClockState::Undetermined,
        }
    }
}

/// The circles that nothing enters from outside, each once: those that turn on the beginning
/// of things say it all, where there are any.
fn circles(compiled: &Compiled<'_>, engine: &Engine, outlook: &Outlook<'_>) -> Vec<Vec<Turn>> {
    let ends = |circle: &&Vec<Turn>| circle.iter().any(Turn::is_end);
    // An act can always end something: an end is entered when it has come.
    let can_come = |turn: &Turn| {
        let node = compiled.known(turn);
        let forecast = match engine.moment(node) {
            _ if turn.is_end() => return has_come(engine, node, outlook.at()),
            Some(_) => outlook.moment(node),
            None => outlook.truth(node, true),
        };
        forecast.at.is_some()
    };
    let stands = |circle: &&Vec<Turn>| !circle.iter().any(can_come);
    let all: Vec<&Vec<Turn>> = compiled.circles.iter().filter(stands).collect();
    let begin_too = all.iter().any(|circle| !ends(circle));
    let mut seen = BTreeSet::new();
    all.into_iter()
        .filter(|circle| !begin_too || !ends(circle))
        .filter(|circle| seen.insert(circle.iter().collect::<BTreeSet<_>>()))
        .cloned()
        .collect()
}

/// Whether a moment has surely come by an instant, or something is so then.
fn has_come(engine: &Engine, node: NodeId, at: Instant) -> bool {
    match engine.moment(node) {
        Some(moment) => moment.come_by(at) == Truth::Yes,
        None => engine.truth(node, at) == Some(Truth::Yes),
    }
}

/// An instant as it is published; what was so from ever has no date.
pub(crate) fn dated(at: Option<Instant>) -> Option<String> {
    at.filter(|at| *at > Instant::MIN).map(|at| at.to_string())
}

/// A circle in words: a → b → a.
fn around(circle: &[Turn]) -> String {
    let words: Vec<String> = circle.iter().chain(circle.first()).map(Turn::words).collect();
    words.join(" → ")
}
