//! The states of duties: of what has to be done by a date, or again and again.
//!
//! A duty that is overdue is alleged, not violated: that no entry shows it done is what the
//! machine can see. Only a person's finding says that it was broken, or kept.

use super::clocks::View;
use super::compile::Compiled;
use super::select::entry_id;
use super::turn::Turn;
use crate::answer::{Reason, Run, State, StateLine};
use crate::history::{Held, History};
use crate::states::finding_reason;
use crate::words::gravest;
use servanda_entry::{Act, ActKind, Count, Finding, Outcome};
use servanda_steps::{NodeId, Phase, Rule, Truth};
use servanda_terms::{Details, Provision, Reading, Stage, When};
use servanda_time::{Instant, Interval};
use std::collections::BTreeSet;

/// One line of a duty: a reading and a party, with the nodes that tell how it stands.
pub(crate) struct Duty {
    /// Which provision of the agreement.
    pub(crate) provision: usize,
    reading: String,
    party: Option<String>,
    /// The line of violations that are found and attributed to nobody, beside the parties' own.
    is_unattributed: bool,
    start: NodeId,
    stop: NodeId,
    /// Each deadline, with what it is for.
    deadlines: Vec<(String, NodeId)>,
    /// Whether each period that is over had what it asks for.
    served: Option<NodeId>,
}

/// The duties of a compiled agreement. Their nodes are added to its plan.
pub(crate) fn draft(compiled: &mut Compiled<'_>, history: &History) -> Vec<Duty> {
    let agreement = compiled.agreement;
    let mut duties = Vec::new();
    for (n, provision) in agreement.provisions.iter().enumerate() {
        let Some(reading) = compiled.reading(provision) else { continue };
        let Some((due, stages)) = dates(reading) else { continue };
        let bound = compiled.bound(&provision.id);
        let is_found = history.findings.iter().any(|(held, stands)| {
            let finding = &held.value;
            *stands
                && finding.provision == provision.id
                && finding.party.is_none()
                && finding.outcome == Outcome::Violation
        });
        let nobody = (is_found && !bound.contains(&None)).then_some((None, true));
        for (party, apart) in bound.into_iter().map(|party| (party, false)).chain(nobody) {
            let duty = duty(compiled, (n, provision), reading, party, (due, stages));
            duties.push(Duty { is_unattributed: apart, ..duty });
        }
    }
    duties
}

/// The dates of a duty; none for what is no duty.
fn dates(reading: &Reading) -> Option<(&When, &[Stage])> {
    const NONE: &When = &When::Unstated;
    let details = &reading.details;
    match details {
        // A consent is given or not; nobody owes it.
        Details::Ratify(_) => None,
        Details::Relief(_) => Some((NONE, details.stages())),
        _ => Some((details.due()?, details.stages())),
    }
}

fn duty(
    compiled: &mut Compiled<'_>,
    (n, provision): (usize, &Provision),
    reading: &Reading,
    party: Option<String>,
    (due, stages): (&When, &[Stage]),
) -> Duty {
    let id = &provision.id;
    let start = compiled.turn(Turn::Start(id.clone()));
    let mut stop = compiled.turn(Turn::Stop(id.clone()));
    if let Some(party) = &party {
        let withdrawn = compiled.turn(Turn::Withdrawn(party.clone()));
        stop = compiled.push(Rule::Earliest(vec![stop, withdrawn]));
    }
    let mut deadlines = Vec::new();
    let whole = compiled.turn(Turn::DoneBy(id.clone(), None, party.clone()));
    let mut parts = Vec::new();
    for stage in stages {
        let turn = Turn::DoneBy(id.clone(), Some(stage.name.clone()), party.clone());
        let done = compiled.turn(turn);
        parts.push(done);
        if let Some(due) = compiled.when(&stage.due) {
            let done = compiled.push(Rule::Earliest(vec![done, whole]));
            let start = compiled.opens(start, stage);
            let clock = compiled.push(Rule::Clock { start, due, done });
            deadlines.push((format!("stage {}", stage.name), clock));
        }
    }
    let done = match parts.is_empty() {
        true => whole,
        false => {
            let all = compiled.push(Rule::Latest(parts));
            compiled.push(Rule::Earliest(vec![whole, all]))
        }
    };
    let end = compiled.when(due).unwrap_or_else(|| compiled.never());
    let every = match &reading.details {
        Details::Oblige(oblige) => oblige.every,
        _ => None,
    };
    if every.is_none() || due.is_stated() {
        let clock = compiled.push(Rule::Clock { start, due: end, done });
        // What is owed again and again has a date for the first time only.
        let what = if every.is_none() { "the whole" } else { "the first time" };
        deadlines.push((what.to_string(), clock));
    }
    let served = every.map(|every| {
        let selection = super::select::Selection::Performance(id.clone(), None, party.clone());
        let done = compiled.selections.channel(selection);
        let first = compiled.dated(start);
        compiled.push(Rule::Served { done, first, every })
    });
    let reading = reading.id.clone();
    Duty { provision: n, reading, party, is_unattributed: false, start, stop, deadlines, served }
}

impl Duty {
    /// Its line up to the instant asked about, and its state then.
    pub(crate) fn line(&self, view: &View<'_>) -> (StateLine, State) {
        let start = view.moment(self.start).filter(|at| *at < Instant::MAX);
        let stop = view.moment(self.stop);
        let shown = |at: Option<Instant>| {
            at.filter(|at| *at > Instant::MIN && *at < Instant::MAX).map(|at| at.to_string())
        };
        let mut runs: Vec<(Interval, State, Vec<Reason>)> = Vec::new();
        for piece in self.pieces(view, start, stop) {
            let (state, reasons) = self.test(view, piece);
            match runs.last_mut() {
                Some(last) if last.1 == state && last.2 == reasons => last.0.to = piece.to,
                _ => runs.push((piece, state, reasons)),
            }
        }
        let now = match (start, stop) {
            (None, _) => State::NotInForce,
            (Some(start), _) if start > view.at => State::NotInForce,
            (_, Some(stop)) if stop <= view.at => State::Ended,
            _ => self.test(view, Interval { from: view.at, to: view.at.plus_ms(1) }).0,
        };
        let seconds = State::ALL.iter().filter_map(|state| {
            // What began nobody knows when has lasted nobody knows how long.
            let dated = runs.iter().filter(|run| run.0.from > Instant::MIN && run.1 == *state);
            let ms: i64 = dated.map(|run| run.0.ms()).sum();
            (ms >= 1000).then_some((*state, ms / 1000))
        });
        let line = StateLine {
            reading: self.reading.clone(),
            party: self.party.clone(),
            zone: None,
            from: shown(start),
            until: shown(stop),
            state: gravest(runs.iter().map(|run| run.1)).unwrap_or(now),
            seconds: seconds.collect(),
            runs: runs
                .into_iter()
                .map(|(when, state, reasons)| Run {
                    from: shown(Some(when.from)),
                    to: shown(Some(when.to)),
                    state,
                    settled: true,
                    reasons,
                })
                .collect(),
        };
        (line, now)
    }

    /// The time in which it binds, cut wherever anything changes.
    fn pieces(
        &self,
        view: &View<'_>,
        start: Option<Instant>,
        stop: Option<Instant>,
    ) -> Vec<Interval> {
        let Some(start) = start else { return Vec::new() };
        let end = stop.map_or(view.at, |stop| stop.min(view.at));
        let Some(all) = Interval::new(start, end).filter(|all| all.ms() > 0) else {
            return Vec::new();
        };
        let mut cuts = BTreeSet::from([all.from, all.to]);
        let mut cut = |at: Instant| {
            if all.contains(at) {
                cuts.insert(at);
            }
        };
        for (_, clock) in &self.deadlines {
            let phases = view.engine.phases(*clock).into_iter();
            phases.flat_map(|phases| phases.changes()).for_each(|(at, _)| cut(*at));
        }
        let served = self.served.and_then(|served| view.engine.steps(served)).into_iter();
        served.flat_map(|steps| steps.changes()).for_each(|(at, _)| cut(*at));
        let id = &view.compiled.agreement.provisions[self.provision].id;
        for (held, _) in view.history.findings.iter().filter(|(f, _)| f.value.provision == *id) {
            let when = held.value.interval();
            cut(when.from);
            cut(when.to);
        }
        for held in &view.history.acts {
            let ends = [Some(held.value.from_ms), held.value.to_ms].into_iter().flatten();
            ends.filter_map(|ms| Instant::from_ms(ms).ok()).for_each(&mut cut);
        }
        let cuts: Vec<Instant> = cuts.into_iter().collect();
        cuts.windows(2).map(|pair| Interval { from: pair[0], to: pair[1] }).collect()
    }

    /// The state of a piece in which nothing changes.
    fn test(&self, view: &View<'_>, piece: Interval) -> (State, Vec<Reason>) {
        let provision = &view.compiled.agreement.provisions[self.provision];
        for held in &view.history.acts {
            let act = &held.value;
            let on = act.provisions.is_empty() || act.provisions.contains(&provision.id);
            let until = act.to_ms.unwrap_or(i64::MAX);
            let holds = act.from_ms <= piece.from.ms() && piece.from.ms() < until;
            if act.act == ActKind::Suspension && on && holds {
                let text = format!("suspended by {}: {}", act.by, act.reference);
                let cites = vec![(view.print)(entry_id(&held.cite))];
                return (State::Suspended, vec![Reason { code: "act", text, cites, count: 1 }]);
            }
        }
        let findings = view.history.findings.iter().filter(|(held, stands)| {
            let finding = &held.value;
            *stands
                && finding.provision == provision.id
                && finding.reading.as_ref().is_none_or(|reading| *reading == self.reading)
                && self.is_on(finding)
                && finding.interval().overlaps(&piece)
        });
        let reason = |(held, _): &(Held<Finding>, bool)| {
            finding_reason(&held.value, &(view.print)(entry_id(&held.cite)))
        };
        let (violations, others): (Vec<_>, Vec<_>) =
            findings.partition(|(held, _)| self.is_violated_by(&held.value));
        if !violations.is_empty() {
            return (State::Violated, violations.into_iter().map(reason).collect());
        }
        let clean = others.iter().any(|(held, _)| held.value.outcome == Outcome::NoViolation);
        let doubted = others.iter().any(|(held, _)| held.value.outcome != Outcome::NoViolation);
        let reasons: Vec<Reason> = others.into_iter().map(reason).collect();
        if clean && !doubted {
            return (State::Kept, reasons);
        }
        self.by_dates(view, piece.from, reasons)
    }

    /// Whether a finding is on this line: one that names nobody is on every line. Where the text
    /// names nobody there is one line, for all.
    fn is_on(&self, finding: &Finding) -> bool {
        let for_all = self.party.is_none() && !self.is_unattributed;
        for_all || finding.party.is_none() || finding.party == self.party
    }

    /// A violation by nobody named makes no party a violator: it has a line of its own, and on a
    /// party's line it keeps the state from being kept.
    fn is_violated_by(&self, finding: &Finding) -> bool {
        finding.outcome == Outcome::Violation && (finding.party.is_some() || self.party.is_none())
    }

    /// What the dates and the acts say, where no finding decides.
    fn by_dates(
        &self,
        view: &View<'_>,
        at: Instant,
        mut reasons: Vec<Reason>,
    ) -> (State, Vec<Reason>) {
        let phases: Vec<(&str, Phase)> = self
            .deadlines
            .iter()
            .filter_map(|(what, clock)| Some((what.as_str(), view.engine.phases(*clock)?.at(at))))
            .collect();
        let of = |phase: Phase| -> Vec<&str> {
            phases.iter().filter(|(_, p)| *p == phase).map(|(what, _)| *what).collect()
        };
        let mut alleged = false;
        for (phase, code, words) in [
            (
                Phase::Overdue,
                "overdue",
                "overdue: no entry shows it done; no person has made a finding",
            ),
            (Phase::Late, "late", "done, and not in time; no person has made a finding"),
        ] {
            let here = of(phase);
            if !here.is_empty() {
                alleged = true;
                reasons.push(Reason::new(code, format!("{} ({})", words, here.join(", "))));
            }
        }
        let served = self.served.and_then(|served| view.engine.truth(served, at));
        if served == Some(Truth::No) {
            alleged = true;
            let text = "no entry shows it done in the period that ended last; no person has made \
                        a finding";
            reasons.push(Reason::new("missed", text.into()));
        }
        if let Some((exceeds, reason)) = self.amount(view, at) {
            alleged |= exceeds;
            reasons.push(reason);
        }
        if alleged {
            return (State::Alleged, reasons);
        }
        let met = !phases.is_empty() && phases.iter().all(|(_, phase)| *phase == Phase::Met);
        let (code, text) = match (met, served) {
            (_, Some(Truth::Unknown)) => {
                ("running", "nobody can tell since when it is owed, so no period can be counted")
            }
            (_, Some(_)) => ("performed", "nothing is missing so far; no person has found it so"),
            (true, None) => ("performed", "reported as done; no person has found it so"),
            _ => ("running", "not due yet, and not reported as done"),
        };
        reasons.push(Reason::new(code, text.into()));
        (State::Undetermined, reasons)
    }

    /// How much was declared, given or handed over by an instant, beside what the term asks for;
    /// and whether it is more than a limit allows.
    fn amount(&self, view: &View<'_>, at: Instant) -> Option<(bool, Reason)> {
        let provision = &view.compiled.agreement.provisions[self.provision];
        let reading = view.compiled.reading(provision)?;
        let (kind, wanted, unit) = match &reading.details {
            Details::Limit(limit) => (ActKind::Declaration, limit.at_most?, &limit.unit),
            Details::Pledge(pledge) => (ActKind::Performance, pledge.amount?, &pledge.unit),
            Details::Transfer(transfer) => (ActKind::Performance, transfer.amount?, &transfer.unit),
            _ => return None,
        };
        let mine = |act: &Act| {
            let by = view.compiled.agreement.resolve_party(&act.by).map(|party| &party.id);
            by.is_none() || by == self.party.as_ref() || self.party.is_none()
        };
        let mut acts: Vec<&Held<Act>> = view
            .history
            .acts
            .iter()
            .filter(|held| {
                let act = &held.value;
                let on = act.provisions.contains(&provision.id);
                act.act == kind && on && act.from_ms <= at.ms() && mine(act)
            })
            .collect();
        acts.sort_by_key(|held| (held.value.from_ms, held.cite.id));
        let mut counts = acts.iter().filter_map(|held| Some((held, held.value.amount.as_ref()?)));
        let other = counts.clone().find(|(_, count)| count.unit != *unit);
        let cites = |held: &[&&Held<Act>]| -> Vec<String> {
            held.iter().take(5).map(|held| (view.print)(entry_id(&held.cite))).collect()
        };
        if let Some((held, count)) = other {
            let text = format!(
                "an amount is in {:?} and the term counts in {unit:?}: not determinable",
                count.unit
            );
            let reason = Reason { code: "amount", text, cites: cites(&[held]), count: 1 };
            return Some((false, reason));
        }
        if kind == ActKind::Declaration {
            let Some((held, count)) = counts.next_back() else {
                let text = "nothing is declared: whether the limit is kept is not determinable";
                return Some((false, Reason::new("amount", text.into())));
            };
            let exceeds = count.low > wanted;
            let text = format!("declared: {} {unit}; at most {wanted} allowed", shown(count));
            return Some((
                exceeds,
                Reason { code: "amount", text, cites: cites(&[held]), count: 1 },
            ));
        }
        let given: Vec<_> = counts.collect();
        let sum: u64 = given.iter().map(|(_, count)| count.best.unwrap_or(count.low)).sum();
        let text = format!("{sum} of {wanted} {unit} so far, as reported");
        let held: Vec<_> = given.iter().map(|(held, _)| *held).collect();
        let count = held.len() as u64;
        Some((false, Reason { code: "amount", text, cites: cites(&held), count }))
    }
}

/// A count with its bounds, where it has any.
fn shown(count: &Count) -> String {
    match (count.best, count.high) {
        (Some(best), Some(high)) if count.low == best && best == high => best.to_string(),
        (best, high) => {
            let best = best.map(|n| format!("{n}, ")).unwrap_or_default();
            let high = high.map_or("no upper bound".into(), |n| format!("at most {n}"));
            format!("{best}at least {}, {high}", count.low)
        }
    }
}
