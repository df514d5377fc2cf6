use super::doubt::{Coming, Sure};
use super::story::{Story, Turn};
use servanda_comply::answer::ClockState;
use servanda_entry::{Act, ActKind, Outcome};
use servanda_terms::{Condition, Details, ExtendedBy, Extension, Response, Stage, When};
use servanda_time::{Amount, Instant};

/// A clock as the definitions give it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clock {
    /// The provision, or `agreement`.
    pub provision: String,
    /// What runs.
    pub what: String,
    /// Where it stands.
    pub state: ClockState,
    /// Since when it runs.
    pub from: Option<Instant>,
    /// When it runs out.
    pub due: Option<Instant>,
    /// When it was done.
    pub done: Option<Instant>,
}

impl Clock {
    fn new(provision: &str, what: impl Into<String>) -> Clock {
        let (provision, what) = (provision.into(), what.into());
        Clock { provision, what, state: ClockState::Waiting, from: None, due: None, done: None }
    }
}

impl Story<'_> {
    /// All clocks, in the order of the text.
    #[must_use]
    pub fn clocks(&self) -> Vec<Clock> {
        let mut clocks = Vec::new();
        let force = &self.agreement.force;
        let (start, end) = (self.when(Turn::Force), self.when(Turn::End));
        if force.term.is_some() || force.until.is_stated() {
            clocks.push(self.term("agreement", start, end));
        }
        if let Some(extension) = &force.extension {
            clocks.push(self.notice("agreement", extension, start, end));
        }
        for party in &self.agreement.parties {
            let notified = |act: &Act| {
                act.act == ActKind::Withdrawal
                    && act.provisions.is_empty()
                    && self.is_by(act, &party.id)
            };
            let notified = self.first_act(notified);
            if force.withdrawal.is_some() && notified.surely.is_some() {
                let term = self.term("agreement", notified, self.withdrawn(&party.id));
                clocks.push(Clock { what: format!("withdrawal of {}", party.id), ..term });
            }
        }
        for n in 0..self.agreement.provisions.len() {
            self.of_provision(n, &mut clocks);
        }
        clocks
    }

    fn of_provision(&self, n: usize, clocks: &mut Vec<Clock>) {
        let (id, reading) = (self.provision(n).id.as_str(), self.reading(n));
        let (start, stop) = (self.when(Turn::Start(n)), self.when(Turn::Stop(n)));
        match &reading.details {
            Details::Core | Details::Permit(_) => {
                if reading.ends.is_stated() || reading.starts.event().is_some() {
                    clocks.push(self.term(id, start, stop));
                }
            }
            Details::Oblige(oblige) => {
                self.deadlines(n, &oblige.due, &oblige.stages, clocks);
                if let Some(every) = oblige.every {
                    clocks.push(self.recurring(n, every));
                }
            }
            Details::Limit(limit) => self.deadlines(n, &limit.due, &[], clocks),
            Details::Withdraw(duty) => self.deadlines(n, &duty.due, &duty.stages, clocks),
            Details::Transfer(duty) => self.deadlines(n, &duty.due, &duty.stages, clocks),
            Details::Pledge(duty) => self.deadlines(n, &duty.due, &duty.stages, clocks),
            Details::Relief(duty) => self.deadlines(n, &When::Unstated, &duty.tranches, clocks),
            Details::Body(body) => self.deadlines(n, &body.due, &[], clocks),
            Details::Ratify(ratify) => self.deadlines(n, &ratify.due, &[], clocks),
            Details::Condition(condition) => clocks.push(self.condition(n, condition)),
            Details::Guarantee(guarantee) => {
                if guarantee.term.is_some() {
                    clocks.push(self.term(id, start, stop));
                }
                if let Some(extension) = &guarantee.extension {
                    clocks.push(self.notice(id, extension, start, stop));
                }
                clocks.extend(guarantee.response.iter().map(|step| self.response(n, step)));
            }
            Details::Point(_) => {}
        }
    }

    /// A duty runs from when it binds, until it is due; a stage of it from when what the stage
    /// requires is done too. It is done when all who are bound have done it.
    fn deadlines(&self, n: usize, due: &When, stages: &[Stage], clocks: &mut Vec<Clock>) {
        let id = self.provision(n).id.as_str();
        let start = self.when(Turn::Start(n));
        if let Some(due) = self.moment(due) {
            let done = self.when(Turn::Done(n));
            clocks.push(self.deadline(Clock::new(id, "due"), start, due, done));
        }
        for stage in stages {
            let due = self.moment(&stage.due).unwrap_or(Coming::NEVER);
            let done = self.performed_by_all(n, Some(&stage.name));
            let clock = Clock::new(id, format!("stage {}", stage.name));
            clocks.push(self.deadline(clock, self.opens(n, stage), due, done));
        }
    }

    /// When a stage opens: the provision binds, and all that the stage requires is done.
    pub(super) fn opens(&self, n: usize, stage: &Stage) -> Coming {
        let required = stage.requires.iter().filter_map(|id| self.place(id));
        let needs = required.map(|of| self.when(Turn::Done(of))).chain([self.when(Turn::Start(n))]);
        Coming::last(&needs.collect::<Vec<_>>())
    }

    fn deadline(&self, clock: Clock, start: Coming, due: Coming, done: Coming) -> Clock {
        Clock {
            state: deadline_state(start, due, done, self.at),
            from: dated(start.surely),
            due: dated(due.surely),
            done: dated(done.surely.filter(|at| *at <= self.at)),
            ..clock
        }
    }

    /// A step of the response runs from the moment that the text names, else from the trigger. It
    /// is done when each whose step it is has taken it, since then.
    fn response(&self, n: usize, step: &Response) -> Clock {
        let id = self.provision(n).id.as_str();
        let after = self.moment(&step.after).unwrap_or_else(|| self.trigger(id));
        let due = match step.within {
            Some(within) => after.counted(|at| self.plus(at, within)),
            None => Coming::NEVER,
        };
        let by: Vec<Option<&str>> = match step.by.as_slice() {
            [] => self.bound(n),
            by => by.iter().map(|party| Some(party.as_str())).collect(),
        };
        let taken = |by: Option<&str>, from: Option<Instant>| {
            let acts = self.acts(|act| self.performs(act, n, Some(&step.step), by));
            acts.map(|(on, _)| on).filter(|on| from.is_some_and(|from| from <= *on)).min()
        };
        let each = by.into_iter().map(|by| Coming {
            surely: taken(by, after.surely),
            earliest: taken(by, after.earliest),
        });
        let done = Coming::last(&each.collect::<Vec<_>>());
        self.deadline(Clock::new(id, format!("response: {}", step.step)), after, due, done)
    }

    fn condition(&self, n: usize, condition: &Condition) -> Clock {
        let id = self.provision(n).id.as_str();
        let length = condition.length.filter(|_| !condition.holds.is_empty());
        let mut clock = match length {
            Some(length) => self.window_clock(n, condition, length),
            None => self.state_clock(n),
        };
        // It had to be fulfilled before a moment that has come: what counts is the first time that
        // it was.
        let before = self.moment(&condition.before).and_then(|coming| coming.surely);
        if let Some(before) = before.filter(|before| *before <= self.at) {
            let first = self.when(Turn::Done(n)).surely;
            clock.state = match (first.is_some_and(|first| first < before), clock.state) {
                (true, state) => state,
                (false, ClockState::Met) => ClockState::Late,
                (false, _) => ClockState::Overdue,
            };
        }
        clock.provision = id.into();
        clock
    }

    /// A window runs from the last break; complete when it has lasted, broken while a finding of
    /// a violation that counts covers the instant.
    fn window_clock(&self, n: usize, condition: &Condition, length: Amount) -> Clock {
        let now = self.quiet(condition, self.at);
        let since = self.since(self.at, |cut| self.quiet(condition, cut) == Sure::Yes);
        let since = since.filter(|_| now == Sure::Yes);
        let due = dated(since).and_then(|since| self.plus(since, length));
        let met = self.unbroken(condition, length, self.at) == Sure::Yes;
        let is_broken = condition.holds.iter().filter_map(|id| self.place(id)).any(|of| {
            let (id, reading) = (&self.provision(of).id, &self.reading(of).id);
            let severities = &condition.broken_by;
            self.facts.findings.iter().any(|finding| {
                let counts = severities.is_empty()
                    || finding.severity.as_ref().is_some_and(|found| severities.contains(found));
                finding.outcome == Outcome::Violation
                    && finding.provision == *id
                    && finding.reading.as_ref().is_none_or(|on| on == reading)
                    && finding.interval().contains(self.at)
                    && counts
            })
        });
        let state = match (met, now) {
            (true, _) => ClockState::Met,
            (_, Sure::Yes) => ClockState::Running,
            (_, Sure::Perhaps) => ClockState::Undetermined,
            _ if is_broken => ClockState::Broken,
            _ => ClockState::Waiting,
        };
        Clock {
            state,
            from: dated(since),
            due,
            done: due.filter(|_| met),
            ..Clock::new(&self.provision(n).id, format!("{length} without a break"))
        }
    }

    fn state_clock(&self, n: usize) -> Clock {
        let now = self.holds(n, self.at);
        let state = match now {
            Sure::Yes => ClockState::Met,
            Sure::Perhaps => ClockState::Undetermined,
            Sure::No => ClockState::Waiting,
        };
        let since = || self.since_holds(n);
        let done = dated((now == Sure::Yes).then(since).flatten());
        Clock { state, done, ..Clock::new(&self.provision(n).id, "fulfilled") }
    }

    /// In each period something is done by all who are bound. A period is so many spans after the
    /// start, counted at once, so that the months don't drift.
    fn recurring(&self, n: usize, every: Amount) -> Clock {
        let provision = self.provision(n);
        let mut clock = Clock::new(&provision.id, format!("every {every}"));
        let Some(from) = self.when(Turn::Start(n)).surely else { return clock };
        clock.from = dated(Some(from));
        if from > self.at {
            return clock;
        }
        if clock.from.is_none() {
            // Of what is owed from ever nobody can tell the periods.
            clock.state = ClockState::Undetermined;
            return clock;
        }
        let end = self.when(Turn::Stop(n)).surely.filter(|end| *end <= self.at);
        let bound = self.bound(n);
        // When the last of them did it within a span of time.
        let acts = |by: &Option<&str>| -> Vec<Instant> {
            self.acts(|act| self.performs(act, n, None, *by)).map(|(on, _)| on).collect()
        };
        let done: Vec<Vec<Instant>> = bound.iter().map(acts).collect();
        let done_in = |from: Instant, to: Instant| -> Option<Instant> {
            let within = |on: &&Instant| from <= **on && **on < to;
            let last = |of: &Vec<Instant>| of.iter().filter(within).max().copied();
            let each: Option<Vec<Instant>> = done.iter().map(last).collect();
            each.and_then(|each| each.into_iter().max())
        };
        let start_of = |k: u32| {
            let count = every.count.checked_mul(k)?;
            self.plus(from, Amount { count, unit: every.unit })
        };
        let until = end.unwrap_or(self.at);
        let mut k = 0;
        let mut missed_last = false;
        let mut period = from;
        let next = loop {
            k += 1;
            match start_of(k) {
                Some(close) if close <= until => {
                    missed_last = done_in(period, close).is_none();
                    period = close;
                }
                other => break other,
            }
        };
        clock.due = next.filter(|_| end.is_none());
        clock.done = done_in(period, self.at.plus_ms(1));
        clock.state = match (end, missed_last, clock.done) {
            (Some(_), ..) => ClockState::Ended,
            (_, true, _) => ClockState::Overdue,
            (_, _, Some(_)) => ClockState::Met,
            _ => ClockState::Running,
        };
        clock
    }

    fn term(&self, id: &str, start: Coming, end: Coming) -> Clock {
        let has_come = |coming: Coming| coming.by(self.at) == Sure::Yes;
        let state = match (has_come(end), has_come(start)) {
            (true, _) => ClockState::Ended,
            (_, true) => ClockState::Running,
            _ => ClockState::Waiting,
        };
        let from = dated(start.surely);
        Clock { state, from, due: end.surely, ..Clock::new(id, "term") }
    }

    /// An extension can be declared, or notice against it given, so long before the end as it
    /// stands.
    fn notice(&self, id: &str, extension: &Extension, start: Coming, end: Coming) -> Clock {
        let last = match extension.notice {
            Some(notice) => end.counted(|at| Some(self.minus(at, notice))),
            None => end,
        };
        let what = match &extension.by {
            ExtendedBy::Automatic => "last notice against extension".to_string(),
            ExtendedBy::Mutual => "last day to extend, by all".to_string(),
            ExtendedBy::Party(by) => format!("last day to extend, by {}", by.join(" or ")),
        };
        let has_come = |coming: Coming| coming.by(self.at) == Sure::Yes;
        let state = match (has_come(end) || has_come(last), has_come(start)) {
            (true, _) => ClockState::Ended,
            (_, true) => ClockState::Running,
            _ => ClockState::Waiting,
        };
        let from = dated(start.surely);
        Clock { state, from, due: last.surely, ..Clock::new(id, what) }
    }

    /// Whether an act of that kind is on a provision.
    pub(super) fn is_on(&self, act: &Act, kind: ActKind, n: usize) -> bool {
        act.act == kind && act.provisions.contains(&self.provision(n).id)
    }
}

/// What was so from ever has no date.
fn dated(at: Option<Instant>) -> Option<Instant> {
    at.filter(|at| *at > Instant::MIN)
}

/// Where a deadline stands at an instant, for every choice of instants within what is known of its
/// start, its date and its performance; undetermined when they give different states.
///
/// Done by then is met when it was due then or later, or never; else late. Not done, it waits until
/// it starts, runs until it is due, and then is overdue.
pub(super) fn deadline_state(start: Coming, due: Coming, done: Coming, at: Instant) -> ClockState {
    let all = [start, due, done];
    let bounds = all.iter().flat_map(|c| [c.surely, c.earliest]).flatten().chain([at]);
    let near: Vec<Instant> = bounds.flat_map(|i| [i.plus_ms(-1), i, i.plus_ms(1)]).collect();
    let choices = |coming: Coming| -> Vec<Option<Instant>> {
        let Some(earliest) = coming.earliest else { return vec![None] };
        let last = coming.surely.unwrap_or(Instant::MAX);
        let fit = near.iter().filter(|i| earliest <= **i && **i <= last).map(|i| Some(*i));
        fit.chain(coming.surely.is_none().then_some(None)).collect()
    };
    let mut states = Vec::new();
    for start in choices(start) {
        for due in choices(due) {
            for done in choices(done) {
                states.push(plain_state(start, due, done, at));
            }
        }
    }
    states.dedup();
    match states.as_slice() {
        [one] => *one,
        _ => ClockState::Undetermined,
    }
}

fn plain_state(
    start: Option<Instant>,
    due: Option<Instant>,
    done: Option<Instant>,
    at: Instant,
) -> ClockState {
    let by_now = |moment: Option<Instant>| moment.is_some_and(|moment| moment <= at);
    match done {
        Some(done) if done <= at => match due {
            Some(due) if done > due => ClockState::Late,
            _ => ClockState::Met,
        },
        _ if !by_now(start) => ClockState::Waiting,
        _ if by_now(due) => ClockState::Overdue,
        _ => ClockState::Running,
    }
}
