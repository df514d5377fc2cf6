use super::Facts;
use super::doubt::{Coming, Sure};
use servanda_entry::{Act, ActKind, ActResult, Body, Outcome, Watch, content};
use servanda_terms::{
    Agreement, Condition, Details, Event, ExtendedBy, Extension, Milestone, Point, PointStatus,
    Provision, ProvisionKind, Ratify, Reading, Role, Stage, Stance, Watched, When,
};
use servanda_time::{Amount, Instant};
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

/// Rounds after which what still changes is held to be without an answer.
const ROUNDS_MAX: usize = 60;
/// Extensions that are looked for where the text sets no number.
const EXTENSIONS_MAX: u32 = 64;

/// Something that comes once in the life of an agreement; provisions by their place in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Turn {
    /// The last signature that the text asks for; where it names nobody, the first.
    Signature,
    /// By an act, or when its date has come, all have signed and what it requires is done.
    Force,
    /// By an act, at the end that the text names, or when the term and its extensions are over.
    End,
    /// By an act, or when its date has come and what it requires is done. Without a date, with the
    /// agreement's entry into force where the text has one; consents, conditions and points may
    /// come before that. With neither, from ever.
    Start(usize),
    /// By an act, at its own end, or with the agreement where the text names no end of its own; a
    /// guarantee when its term and its extensions are over.
    Stop(usize),
    /// What it asks for is there for the first time.
    Done(usize),
}

/// The life of an agreement under one choice of readings, as it is known at an instant: what is
/// dated later is not known then.
///
/// What comes is worked out in rounds. In the first nothing has come; in each, what comes is worked
/// out from what came in the round before; when a round changes nothing, that is the life. What
/// waits for nothing but itself so never comes, and what is brought about from outside the circle
/// comes.
pub struct Story<'a> {
    pub(super) agreement: &'a Agreement,
    pub(super) facts: &'a Facts,
    pub(super) at: Instant,
    chosen: Option<(usize, usize)>,
    known: BTreeMap<Turn, Coming>,
    /// The instants between which no truth changes, but for the lengths of windows.
    cuts: Vec<Instant>,
    settled: bool,
    /// Whether a condition asks at one instant whether it is not there itself.
    contradicts: Cell<bool>,
}

impl<'a> Story<'a> {
    /// Works out the life. `chosen` is a provision and the reading of it that is looked at; of all
    /// others it is the first.
    #[must_use]
    pub fn of(
        agreement: &'a Agreement,
        facts: &'a Facts,
        at: Instant,
        chosen: Option<(usize, usize)>,
    ) -> Story<'a> {
        let known = BTreeMap::new();
        let cuts = Vec::new();
        let contradicts = Cell::new(false);
        let mut story =
            Story { agreement, facts, at, chosen, known, cuts, settled: false, contradicts };
        for _ in 0..ROUNDS_MAX {
            story.cuts = story.all_cuts();
            let next: BTreeMap<Turn, Coming> =
                story.turns().into_iter().map(|turn| (turn, story.work_out(turn))).collect();
            story.settled = next == story.known;
            story.known = next;
            if story.settled {
                break;
            }
        }
        story
    }

    fn turns(&self) -> Vec<Turn> {
        let mut turns = vec![Turn::Signature, Turn::Force, Turn::End];
        let all = 0..self.agreement.provisions.len();
        turns.extend(all.flat_map(|n| [Turn::Start(n), Turn::Stop(n), Turn::Done(n)]));
        turns
    }

    /// Whether the definitions give an answer: the rounds came to an end, and nothing is there only
    /// if it isn't.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.settled && !self.contradicts.get()
    }

    /// When a turn comes.
    #[must_use]
    pub fn when(&self, turn: Turn) -> Coming {
        self.known.get(&turn).copied().unwrap_or(Coming::NEVER)
    }

    pub(super) fn reading(&self, n: usize) -> &'a Reading {
        let nth = self.chosen.filter(|(of, _)| *of == n).map_or(0, |(_, nth)| nth);
        &self.agreement.provisions[n].readings[nth]
    }

    pub(super) fn provision(&self, n: usize) -> &'a Provision {
        &self.agreement.provisions[n]
    }

    pub(super) fn place(&self, id: &str) -> Option<usize> {
        self.agreement.provisions.iter().position(|provision| provision.id == id)
    }

    fn places(&self, ids: &[String]) -> Vec<usize> {
        ids.iter().filter_map(|id| self.place(id)).collect()
    }

    fn work_out(&self, turn: Turn) -> Coming {
        match turn {
            Turn::Signature => self.signature(),
            Turn::Force => self.force(),
            Turn::End => self.end(),
            Turn::Start(n) => self.start(n),
            Turn::Stop(n) => self.stop(n),
            Turn::Done(n) => self.done(n),
        }
    }

    // Acts.

    /// The acts known by now of which something is so, each with its instant.
    pub(super) fn acts(
        &self,
        is: impl Fn(&Act) -> bool,
    ) -> impl Iterator<Item = (Instant, &'a Act)> {
        let acts = self.facts.acts.iter().filter(move |(_, act)| is(act));
        let dated = acts.filter_map(|(_, act)| Some((Instant::from_ms(act.from_ms).ok()?, act)));
        dated.filter(|(on, _)| *on <= self.at)
    }

    /// When the first of some acts is.
    pub(super) fn first_act(&self, is: impl Fn(&Act) -> bool) -> Coming {
        Coming::maybe(self.acts(is).map(|(on, _)| on).min())
    }

    pub(super) fn is_by(&self, act: &Act, party: &str) -> bool {
        self.agreement.resolve_party(&act.by).is_some_and(|found| found.id == party)
    }

    /// When a provision, or a stage of it, is first reported as done for a party: by itself, or by
    /// somebody who is not bound under any reading, who reports it for all.
    pub(super) fn performed_by(&self, n: usize, stage: Option<&str>, by: Option<&str>) -> Coming {
        self.first_act(|act| self.performs(act, n, stage, by))
    }

    pub(super) fn performs(
        &self,
        act: &Act,
        n: usize,
        stage: Option<&str>,
        by: Option<&str>,
    ) -> bool {
        let provision = self.provision(n);
        let readings = provision.readings.iter().flat_map(|reading| &reading.who);
        let is_bound = provision.who.iter().chain(readings).any(|party| self.is_by(act, party));
        act.act == ActKind::Performance
            && act.provisions.contains(&provision.id)
            && act.stage.as_deref() == stage
            && by.is_none_or(|party| self.is_by(act, party) || !is_bound)
    }

    /// Those who are bound; one without a name where the text names nobody.
    pub(super) fn bound(&self, n: usize) -> Vec<Option<&'a str>> {
        match self.reading(n).who.as_slice() {
            [] => vec![None],
            who => who.iter().map(|party| Some(party.as_str())).collect(),
        }
    }

    /// When the last of those who are bound has done it, or that stage of it.
    pub(super) fn performed_by_all(&self, n: usize, stage: Option<&str>) -> Coming {
        let each = self.bound(n).into_iter().map(|by| self.performed_by(n, stage, by));
        Coming::last(&each.collect::<Vec<_>>())
    }

    // Moments.

    pub(super) fn plus(&self, at: Instant, amount: Amount) -> Option<Instant> {
        at.plus(amount, &self.agreement.timezone).ok()
    }

    pub(super) fn minus(&self, at: Instant, amount: Amount) -> Instant {
        at.minus(amount, &self.agreement.timezone).unwrap_or(Instant::MIN)
    }

    /// A moment of the text; none where it states none.
    pub(super) fn moment(&self, when: &When) -> Option<Coming> {
        let relative = match when {
            When::Unstated => return None,
            When::At(at) => return Some(Coming::at(*at)),
            When::Of(relative) => relative,
        };
        let event = match &relative.event {
            Event::Signature => self.when(Turn::Signature),
            Event::EntryIntoForce => self.when(Turn::Force),
            Event::End => self.when(Turn::End),
            Event::Named(name) => self.first_act(|act| {
                act.act == ActKind::Event && act.event.as_deref() == Some(name.as_str())
            }),
            Event::Of(id, milestone) => match (self.place(id), milestone) {
                (None, _) => Coming::NEVER,
                (Some(n), Milestone::Done) => self.when(Turn::Done(n)),
                (Some(n), Milestone::Start) => self.when(Turn::Start(n)),
                (Some(n), Milestone::End) => self.when(Turn::Stop(n)),
                (Some(_), Milestone::Trigger) => self.trigger(id),
            },
        };
        Some(event.moved(|at| match relative.amount {
            None => Some(at),
            Some(amount) if relative.before => Some(self.minus(at, amount)),
            Some(amount) => self.plus(at, amount),
        }))
    }

    /// The first determination that a guarantee's trigger is met.
    pub(super) fn trigger(&self, id: &str) -> Coming {
        self.first_act(|act| {
            act.act == ActKind::Determination
                && act.provisions.iter().any(|on| on == id)
                && act.stage.is_none()
                && act.result == Some(ActResult::Met)
        })
    }

    fn signature(&self) -> Coming {
        let signs = |act: &Act| act.act == ActKind::Signature;
        match self.agreement.force.signed_by.as_slice() {
            [] => self.first_act(signs),
            all => {
                let each =
                    all.iter().map(|p| self.first_act(|act| signs(act) && self.is_by(act, p)));
                Coming::last(&each.collect::<Vec<_>>())
            }
        }
    }

    fn force(&self) -> Coming {
        let force = &self.agreement.force;
        let by_act =
            self.first_act(|act| act.act == ActKind::EntryIntoForce && act.provisions.is_empty());
        let mut needs: Vec<Coming> = self.moment(&force.from).into_iter().collect();
        if !force.signed_by.is_empty() {
            needs.push(self.when(Turn::Signature));
        }
        needs.extend(self.places(&force.requires).into_iter().map(|n| self.when(Turn::Done(n))));
        match needs.is_empty() {
            true => by_act,
            false => Coming::first(&[by_act, Coming::last(&needs)]),
        }
    }

    fn end(&self) -> Coming {
        let force = &self.agreement.force;
        let ends = |act: &Act| act.act == ActKind::Termination && act.provisions.is_empty();
        let mut all = vec![self.first_act(ends)];
        all.extend(self.moment(&force.until));
        if let Some(term) = force.term {
            let start = self.when(Turn::Force);
            let option = force.extension.as_ref();
            let sides = self.agreement.parties.iter().filter(|party| party.role == Role::Side);
            let parties = match force.signed_by.is_empty() {
                true => sides.map(|party| party.id.clone()).collect(),
                false => force.signed_by.clone(),
            };
            all.push(start.moved(|at| self.term_end(at, term, option, &parties, None)));
        }
        Coming::first(&all)
    }

    fn start(&self, n: usize) -> Coming {
        use ProvisionKind::{Condition, Point, Ratify};
        let provision = self.provision(n);
        let mut needs: Vec<Coming> = self.moment(&self.reading(n).starts).into_iter().collect();
        let is_of_the_way = matches!(provision.kind, Ratify | Condition | Point);
        if needs.is_empty() && self.agreement.force.span.is_some() && !is_of_the_way {
            needs.push(self.when(Turn::Force));
        }
        let required = self.places(&provision.requires).into_iter();
        needs.extend(required.map(|of| self.when(Turn::Done(of))));
        let by_act = self.first_act(|act| {
            act.act == ActKind::EntryIntoForce && act.provisions.contains(&provision.id)
        });
        Coming::first(&[by_act, Coming::last(&needs)])
    }

    fn stop(&self, n: usize) -> Coming {
        let (provision, reading) = (self.provision(n), self.reading(n));
        let mut all = vec![self.first_act(|act| {
            act.act == ActKind::Termination && act.provisions.contains(&provision.id)
        })];
        all.extend(self.moment(&reading.ends));
        if let Details::Guarantee(guarantee) = &reading.details
            && let Some(term) = guarantee.term
        {
            let all_parties: Vec<String> =
                guarantee.by.iter().chain(&guarantee.to).cloned().collect();
            let (start, option) = (self.when(Turn::Start(n)), guarantee.extension.as_ref());
            let on = Some(provision.id.as_str());
            all.push(start.moved(|at| self.term_end(at, term, option, &all_parties, on)));
        }
        if reading.ends == When::Unstated && self.agreement.force.span.is_some() {
            all.push(self.when(Turn::End));
        }
        Coming::first(&all)
    }

    /// The end of a term as it stands: each extension that has been made by now moves it. An
    /// extension is made in the stretch that it lengthens and before the last instant for notice:
    /// by all parties together (of the agreement: those that sign, else all sides), or by one of those whose option it is. One that is automatic is
    /// made at that last instant, unless notice was given in the stretch before it. Once an
    /// extension is not made there is no other.
    fn term_end(
        &self,
        start: Instant,
        term: Amount,
        option: Option<&Extension>,
        parties: &[String],
        on: Option<&str>,
    ) -> Option<Instant> {
        let concerns = |act: &Act| match on {
            Some(id) => act.provisions.iter().any(|of| of == id),
            None => act.provisions.is_empty(),
        };
        let mut end = self.plus(start, term)?;
        let Some(extension) = option else { return Some(end) };
        let Some(length) = extension.length else { return Some(end) };
        let mut from = start;
        for _ in 0..extension.times_max.unwrap_or(EXTENSIONS_MAX).min(EXTENSIONS_MAX) {
            let last = extension.notice.map_or(end, |notice| self.minus(end, notice));
            let said = |kind: ActKind, by: Option<&str>| {
                self.acts(|act| act.act == kind && concerns(act))
                    .filter(|(_, act)| by.is_none_or(|by| self.is_by(act, by)))
                    .any(|(on, _)| from <= on && on < last)
            };
            let by_one = |by: &String| said(ActKind::Extension, Some(by));
            let made = match &extension.by {
                ExtendedBy::Automatic => last <= self.at && !said(ActKind::Notice, None),
                ExtendedBy::Mutual => !parties.is_empty() && parties.iter().all(by_one),
                ExtendedBy::Party(by) => by.iter().any(by_one),
            };
            if !made {
                break;
            }
            from = end;
            // An extension beyond the calendar has no end.
            end = self.plus(end, length)?;
        }
        Some(end)
    }

    fn done(&self, n: usize) -> Coming {
        match &self.reading(n).details {
            Details::Core | Details::Permit(_) | Details::Guarantee(_) => self.when(Turn::Start(n)),
            Details::Condition(_) | Details::Point(_) => self.first_instant(|at| self.holds(n, at)),
            Details::Ratify(ratify) => self.consent(n, ratify),
            Details::Limit(_) | Details::Body(_) => self.performed(n, &[]),
            Details::Oblige(oblige) => self.performed(n, &oblige.stages),
            Details::Withdraw(withdraw) => self.performed(n, &withdraw.stages),
            Details::Transfer(transfer) => self.performed(n, &transfer.stages),
            Details::Pledge(pledge) => self.performed(n, &pledge.stages),
            Details::Relief(relief) => self.performed(n, &relief.tranches),
        }
    }

    /// As a whole, or by all of its stages.
    fn performed(&self, n: usize, stages: &[Stage]) -> Coming {
        let whole = self.performed_by_all(n, None);
        if stages.is_empty() {
            return whole;
        }
        let stages = stages.iter().map(|stage| self.performed_by_all(n, Some(&stage.name)));
        Coming::first(&[whole, Coming::last(&stages.collect::<Vec<_>>())])
    }

    /// The first vote that adopts it while all that it requires is there, and the deposit where the
    /// text asks for one.
    fn consent(&self, n: usize, ratify: &Ratify) -> Coming {
        let provision = self.provision(n);
        let on_it = |act: &Act| act.provisions.contains(&provision.id);
        let votes = self.acts(|act| {
            act.act == ActKind::Vote && on_it(act) && act.result == Some(ActResult::Adopted)
        });
        let votes: Vec<(Instant, Sure)> = votes
            .map(|(on, _)| {
                let needs = self.places(&provision.requires).into_iter();
                (on, needs.map(|of| self.is_there(of, on)).min().unwrap_or(Sure::Yes))
            })
            .collect();
        let first = |least: Sure| {
            let counts = votes.iter().filter(|(_, sure)| *sure >= least);
            counts.map(|(on, _)| *on).min()
        };
        let vote = Coming { surely: first(Sure::Yes), earliest: first(Sure::Perhaps) };
        if ratify.deposit.is_empty() {
            return vote;
        }
        Coming::last(&[vote, self.first_act(|act| act.act == ActKind::Deposit && on_it(act))])
    }

    // What holds at an instant.

    /// Instants at which a truth can change: what is written in the text or in an entry, what comes
    /// and the first instant of all.
    fn all_cuts(&self) -> Vec<Instant> {
        let mut cuts = BTreeSet::from([Instant::MIN]);
        let findings = self.facts.findings.iter().flat_map(|f| [f.from_ms, f.to_ms]);
        let coverage = self.facts.coverage.iter().flat_map(|(_, row)| [row.from_ms, row.to_ms]);
        let acts = self.facts.acts.iter();
        let acts = acts.flat_map(|(_, act)| [Some(act.from_ms), act.to_ms]).flatten();
        let entries = findings.chain(coverage).chain(acts);
        cuts.extend(entries.filter_map(|ms| Instant::from_ms(ms).ok()));
        cuts.extend(self.known.values().flat_map(|c| [c.surely, c.earliest]).flatten());
        for n in 0..self.agreement.provisions.len() {
            let moments: Vec<&When> = match &self.reading(n).details {
                Details::Condition(condition) => condition.act.iter().collect(),
                Details::Point(point) => point.positions.iter().map(|p| &p.on).collect(),
                _ => continue,
            };
            let moments = moments.into_iter().filter_map(|when| self.moment(when));
            cuts.extend(moments.flat_map(|c| [c.surely, c.earliest]).flatten());
        }
        let presented = self.agreement.draft.as_ref().map(|draft| &draft.presented);
        cuts.extend(presented.and_then(|when| self.moment(when)).and_then(|c| c.surely));
        cuts.retain(|at| *at <= self.at);
        cuts.into_iter().collect()
    }

    /// The first instant known by now at which something surely is so, and the first at which it
    /// may be.
    fn first_instant(&self, is: impl Fn(Instant) -> Sure) -> Coming {
        let mut coming = Coming::NEVER;
        for at in self.fine_cuts() {
            match is(at) {
                Sure::No => {}
                Sure::Perhaps => coming.earliest = coming.earliest.or(Some(at)),
                Sure::Yes => {
                    coming.earliest = coming.earliest.or(Some(at));
                    coming.surely = Some(at);
                    break;
                }
            }
        }
        coming
    }

    /// The instants at which a truth can change, with those at which a window is complete.
    fn fine_cuts(&self) -> BTreeSet<Instant> {
        let mut cuts: BTreeSet<Instant> = self.cuts.iter().copied().collect();
        for length in self.lengths() {
            let later = self.cuts.iter().filter_map(|at| self.plus(*at, length));
            cuts.extend(later.filter(|at| *at <= self.at));
        }
        cuts
    }

    fn lengths(&self) -> impl Iterator<Item = Amount> {
        (0..self.agreement.provisions.len()).filter_map(|n| match &self.reading(n).details {
            Details::Condition(condition) => condition.length,
            _ => None,
        })
    }

    /// Whether what a provision asks for is there at an instant: of a condition and a point, while
    /// it is so; of the others, since it was done.
    pub(super) fn is_there(&self, n: usize, at: Instant) -> Sure {
        match self.provision(n).kind {
            ProvisionKind::Condition | ProvisionKind::Point => self.holds(n, at),
            _ => self.when(Turn::Done(n)).by(at),
        }
    }

    /// Whether a condition is fulfilled, or a point agreed, at an instant.
    pub(super) fn holds(&self, n: usize, at: Instant) -> Sure {
        self.holds_along(n, at, &mut Vec::new())
    }

    /// A condition that asks for itself at the same instant is not there by that.
    fn holds_along(&self, n: usize, at: Instant, asked: &mut Vec<(usize, bool)>) -> Sure {
        let condition = match &self.reading(n).details {
            Details::Condition(condition) => condition,
            Details::Point(point) => return self.agreed(n, point, at),
            _ => return self.when(Turn::Done(n)).by(at),
        };
        if let Some(first) = asked.iter().position(|(of, _)| *of == n) {
            if asked[first..].iter().any(|(_, is_opposite)| *is_opposite) {
                self.contradicts.set(true);
            }
            return Sure::No;
        }
        asked.push((n, false));
        let mut parts = Vec::new();
        if !condition.holds.is_empty() {
            parts.push(match condition.length {
                Some(length) => self.unbroken(condition, length, at),
                None => self.quiet(condition, at),
            });
        }
        let moments = condition.act.iter().filter_map(|when| self.moment(when));
        parts.extend(moments.map(|moment| moment.by(at)));
        let mut each = |ids: &[String]| -> Vec<Sure> {
            let of = self.places(ids).into_iter();
            of.map(|of| self.is_there_along(of, at, asked)).collect()
        };
        parts.extend(each(&condition.all));
        if !condition.any.is_empty() {
            parts.push(each(&condition.any).into_iter().max().unwrap_or(Sure::No));
        }
        asked.pop();
        asked.push((n, true));
        let not = self.places(&condition.not).into_iter();
        parts.extend(not.map(|of| self.is_there_along(of, at, asked).opposite()));
        asked.pop();
        parts.into_iter().min().unwrap_or(Sure::Yes)
    }

    fn is_there_along(&self, n: usize, at: Instant, asked: &mut Vec<(usize, bool)>) -> Sure {
        match self.provision(n).kind {
            ProvisionKind::Condition => self.holds_along(n, at, asked),
            _ => self.is_there(n, at),
        }
    }

    /// Whether an act suspends a provision, or all of the agreement, at an instant.
    pub(super) fn is_suspended(&self, n: usize, at: Instant) -> bool {
        let id = &self.provision(n).id;
        self.acts(|act| act.act == ActKind::Suspension).any(|(from, act)| {
            let on_it = act.provisions.is_empty() || act.provisions.contains(id);
            on_it && from <= at && act.to_ms.is_none_or(|to| at.ms() < to)
        })
    }

    /// Whether all that must be free of violations is so at an instant: each binds and isn't
    /// suspended, no finding of a
    /// violation covers the instant, and as much is watched as the text asks for. Whether a
    /// violation whose severity nobody stated counts can't be told, where only some do; nor whether
    /// what nobody watches is quiet.
    pub(super) fn quiet(&self, condition: &Condition, at: Instant) -> Sure {
        let one = |n: usize| {
            let (provision, reading) = (self.provision(n), self.reading(n));
            let starts = self.when(Turn::Start(n)).by(at);
            let binds = starts.min(self.when(Turn::Stop(n)).by(at).opposite());
            let binds = if self.is_suspended(n, at) { Sure::No } else { binds };
            let severities = &condition.broken_by;
            let violations = self.facts.findings.iter().filter(|finding| {
                finding.provision == provision.id
                    && finding.reading.as_ref().is_none_or(|on| *on == reading.id)
                    && finding.outcome == Outcome::Violation
                    && finding.interval().contains(at)
            });
            let free = violations.map(|finding| match &finding.severity {
                _ if severities.is_empty() => Sure::No,
                None => Sure::Perhaps,
                Some(severity) => Sure::of(!severities.contains(severity)),
            });
            let watched = condition.watched == Watched::NotNeeded
                || self.facts.coverage.iter().any(|(source, row)| {
                    let enough = match row.watch {
                        Watch::Complete => true,
                        Watch::Partial => condition.watched == Watched::Partly,
                        Watch::Blind => false,
                    };
                    enough && provision.shown_by.contains(source) && row.interval().contains(at)
                });
            let watched = if watched { Sure::Yes } else { Sure::Perhaps };
            free.min().unwrap_or(Sure::Yes).min(binds).min(watched)
        };
        self.places(&condition.holds).into_iter().map(one).min().unwrap_or(Sure::Yes)
    }

    /// From when on, without a break, something has been at least so sure.
    pub(super) fn since(&self, at: Instant, is: impl Fn(Instant) -> bool) -> Option<Instant> {
        let cuts = self.cuts.iter().rev().filter(|cut| **cut <= at);
        cuts.take_while(|cut| is(**cut)).last().copied()
    }

    /// Whether it has been quiet for so long.
    pub(super) fn unbroken(&self, condition: &Condition, length: Amount, at: Instant) -> Sure {
        let long_enough = |least: Sure| {
            let since = self.since(at, |cut| self.quiet(condition, cut) >= least);
            since.and_then(|from| self.plus(from, length)).is_some_and(|end| end <= at)
        };
        match (long_enough(Sure::Yes), long_enough(Sure::Perhaps)) {
            (true, _) => Sure::Yes,
            (_, true) => Sure::Perhaps,
            _ => Sure::No,
        }
    }

    /// From when on a condition that holds now has held.
    pub(super) fn since_holds(&self, n: usize) -> Option<Instant> {
        let cuts = self.fine_cuts().into_iter().rev();
        cuts.take_while(|cut| self.holds(n, *cut) == Sure::Yes).last()
    }

    /// A point is agreed while the latest stand of each whose acceptance it takes is that it
    /// accepts; or, where the draft's sources give it as agreed, since the draft was presented.
    fn agreed(&self, n: usize, point: &Point, at: Instant) -> Sure {
        if point.status == PointStatus::Agreed {
            let presented = self.agreement.draft.as_ref().map(|draft| &draft.presented);
            let presented = presented.and_then(|when| self.moment(when));
            return presented.map_or(Sure::Yes, |coming| coming.by(at));
        }
        let parties = self.acceptances();
        let accepts = |party: &&str| self.stand(n, point, party, at) == Some("accepts");
        Sure::of(!parties.is_empty() && parties.iter().all(accepts))
    }

    /// The parties whose acceptance makes a point agreed: those that the draft names, else those
    /// that sign, else all sides.
    fn acceptances(&self) -> Vec<&'a str> {
        let agreement = self.agreement;
        let drafted = agreement.draft.as_ref().map_or(&[][..], |draft| &draft.agreed_by);
        for named in [drafted, &agreement.force.signed_by] {
            if !named.is_empty() {
                return named.iter().map(String::as_str).collect();
            }
        }
        let sides = agreement.parties.iter().filter(|party| party.role == Role::Side);
        sides.map(|party| party.id.as_str()).collect()
    }

    /// A party's latest stand on a point at an instant, of those that the text gives and of its
    /// acts; at one instant the later in the text, and an act rather than the text. What the text
    /// gives without a date came before all that has one.
    pub(super) fn stand(
        &self,
        n: usize,
        point: &Point,
        party: &str,
        at: Instant,
    ) -> Option<&'static str> {
        let mut latest: Option<(Instant, &'static str)> = None;
        let mut put = |on: Instant, stance: &'static str| {
            if on <= at && latest.is_none_or(|(known, _)| known <= on) {
                latest = Some((on, stance));
            }
        };
        for position in point.positions.iter().filter(|position| position.party == party) {
            let on = match self.moment(&position.on) {
                None => Some(Instant::MIN),
                Some(coming) => coming.surely,
            };
            let stance = match position.stance {
                Stance::Proposes => "proposes",
                Stance::Accepts => "accepts",
                Stance::Rejects => "rejects",
                Stance::Reserves => "reserves",
            };
            on.into_iter().for_each(|on| put(on, stance));
        }
        let id = &self.provision(n).id;
        let acts = self.acts(|act| {
            act.act == ActKind::Position && act.provisions.contains(id) && self.is_by(act, party)
        });
        let mut acts: Vec<(Instant, &Act)> = acts.collect();
        // Of two acts at one instant nobody can say which is the later: any rule will do that
        // doesn't ask for the order of the record.
        acts.sort_by_key(|(on, act)| (*on, content::body_id(&Body::Act((*act).clone()))));
        for (on, act) in acts {
            put(
                on,
                match act.result {
                    Some(ActResult::Accepts) => "accepts",
                    Some(ActResult::Rejects) => "rejects",
                    Some(ActResult::Reserves) => "reserves",
                    Some(ActResult::Proposes) => "proposes",
                    _ => "",
                },
            );
        }
        latest.map(|(_, stance)| stance)
    }

    /// Whether a bound of any turn is in doubt.
    #[must_use]
    pub fn has_doubt(&self) -> bool {
        self.known.values().any(|coming| coming.is_doubtful())
    }
}
