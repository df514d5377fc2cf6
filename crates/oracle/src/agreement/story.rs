use super::Facts;
use super::doubt::{Coming, Sure};
use servanda_entry::{Act, ActKind, ActResult};
use servanda_terms::{
    Agreement, Details, Event, ExtendedBy, Extension, Milestone, Provision, ProvisionKind, Ratify,
    Reading, Role, Stage, When,
};
use servanda_time::{Amount, Instant};
use std::cell::Cell;
use std::collections::BTreeMap;

/// Rounds after which what still changes is held to be without an answer: it comes only if it
/// doesn't, or is counted back from itself, an hour earlier in each round.
const ROUNDS_MAX: usize = 24;
/// Extensions of one term behind which nobody looks.
const EXTENSIONS_MAX: u32 = 1024;

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
    /// come before that. With neither, from ever, what is to be done; what is to be kept, by an act
    /// or with the agreement, where an act brings that into force.
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
    pub(super) known: BTreeMap<Turn, Coming>,
    /// The instants between which no truth changes, but for the lengths of windows.
    pub(super) cuts: Vec<Instant>,
    settled: bool,
    /// Whether something was asked that the definitions leave open.
    pub(super) is_open: Cell<bool>,
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
        let is_open = Cell::new(false);
        let mut story =
            Story { agreement, facts, at, chosen, known, cuts, settled: false, is_open };
        for _ in 0..ROUNDS_MAX {
            story.is_open.set(false);
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

    /// Whether the definitions give an answer: the rounds came to an end, nothing is there only if
    /// it isn't, no term is extended thousands of times, and none that can be extended begins
    /// nobody knows when. An earlier start may
    /// give an end that is later, so the bounds of the one are none of the other.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.settled && !self.is_open.get()
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

    pub(super) fn places(&self, ids: &[String]) -> Vec<usize> {
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
        Some(match relative.amount {
            None => event,
            Some(amount) if relative.before => event.counted(|at| Some(self.minus(at, amount))),
            Some(amount) => event.counted(|at| self.plus(at, amount)),
        })
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
            let parties = self.members();
            self.is_open.set(self.is_open.get() || !start.is_date() && option.is_some());
            all.push(start.counted(|at| self.term_end(at, term, option, &parties, None)));
        }
        // Of two, one that is out leaves none.
        if force.withdrawal.is_some() && self.members().len() == 2 {
            all.extend(self.members().iter().map(|party| self.withdrawn(party)));
        }
        Coming::first(&all)
    }

    /// Those whose agreement it is: who signs it; where nobody is named, all sides.
    fn members(&self) -> Vec<String> {
        let sides = self.agreement.parties.iter().filter(|party| party.role == Role::Side);
        match self.agreement.force.signed_by.is_empty() {
            true => sides.map(|party| party.id.clone()).collect(),
            false => self.agreement.force.signed_by.clone(),
        }
    }

    /// When a party is out: as long after its first notice as the text says; never, where it gives
    /// no right to withdraw.
    pub(super) fn withdrawn(&self, party: &str) -> Coming {
        let Some(notice) = self.agreement.force.withdrawal else { return Coming::NEVER };
        let notified = self.first_act(|act| {
            act.act == ActKind::Withdrawal && act.provisions.is_empty() && self.is_by(act, party)
        });
        notified.counted(|at| self.plus(at, notice))
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
        let is_kept = matches!(
            self.reading(n).details,
            Details::Core | Details::Permit(_) | Details::Guarantee(_)
        );
        match needs.is_empty() && is_kept {
            true => Coming::first(&[by_act, self.when(Turn::Force)]),
            false => Coming::first(&[by_act, Coming::last(&needs)]),
        }
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
            self.is_open.set(self.is_open.get() || !start.is_date() && option.is_some());
            all.push(start.counted(|at| self.term_end(at, term, option, &all_parties, on)));
        }
        if reading.ends == When::Unstated && self.agreement.force.span.is_some() {
            all.push(self.when(Turn::End));
        }
        Coming::first(&all)
    }

    /// The end of a term as it stands: each extension that has been made by now moves it. An
    /// extension is made in the stretch that it lengthens and before the last instant for notice:
    /// by all parties together (of the agreement: those that sign, else all sides), or by one of
    /// those whose option it is. One that is automatic is made at that last instant, unless notice
    /// was given in the stretch before it. Once an extension is not made there is no other.
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
        for k in 0..extension.times_max.unwrap_or(u32::MAX) {
            if k == EXTENSIONS_MAX {
                self.is_open.set(true);
                break;
            }
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

    /// Whether a bound of any turn is in doubt.
    #[must_use]
    pub fn has_doubt(&self) -> bool {
        self.known.values().any(|coming| coming.is_doubtful())
    }
}
