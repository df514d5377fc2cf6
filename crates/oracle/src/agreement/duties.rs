use super::clocks::deadline_state;
use super::doubt::Coming;
use super::story::{Story, Turn};
use servanda_comply::State;
use servanda_comply::answer::ClockState;
use servanda_entry::{ActKind, Finding, Outcome};
use servanda_terms::{Details, Stage, When};
use servanda_time::{Amount, Instant};

/// The duty of a party, or of nobody by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Duty<'a> {
    /// The place of the provision.
    pub provision: usize,
    /// The party.
    pub party: Option<&'a str>,
    /// A line for violations that are found and attributed to nobody, beside those of the parties.
    pub is_unattributed: bool,
}

impl<'a> Story<'a> {
    /// The duties of a provision: one for each party that is bound, and one more where a violation
    /// that is attributed to nobody stands; none where it asks for nothing to be done.
    #[must_use]
    pub fn duties(&self, n: usize) -> Vec<Duty<'a>> {
        if self.dates(n).is_none() {
            return Vec::new();
        }
        let duty = |party, is_unattributed| Duty { provision: n, party, is_unattributed };
        let bound = self.bound(n);
        let mut duties: Vec<Duty> = bound.iter().map(|party| duty(*party, false)).collect();
        let id = &self.provision(n).id;
        let unattributed = self.facts.findings.iter().any(|finding| {
            finding.provision == *id
                && finding.party.is_none()
                && finding.outcome == Outcome::Violation
        });
        if unattributed && !bound.contains(&None) {
            duties.push(duty(None, true));
        }
        duties
    }

    fn dates(&self, n: usize) -> Option<(&'a When, &'a [Stage], Option<Amount>)> {
        const NONE: &When = &When::Unstated;
        Some(match &self.reading(n).details {
            Details::Oblige(oblige) => (&oblige.due, &oblige.stages[..], oblige.every),
            Details::Limit(limit) => (&limit.due, &[], None),
            Details::Withdraw(duty) => (&duty.due, &duty.stages, None),
            Details::Transfer(duty) => (&duty.due, &duty.stages, None),
            Details::Pledge(duty) => (&duty.due, &duty.stages, None),
            Details::Relief(duty) => (NONE, &duty.tranches, None),
            Details::Body(body) => (&body.due, &[], None),
            _ => return None,
        })
    }

    /// When a duty surely begins to bind, and when it ceases to: with its provision, or when the
    /// party is out of the agreement.
    #[must_use]
    pub fn binds(&self, duty: Duty<'_>) -> (Option<Instant>, Option<Instant>) {
        let stop = self.when(Turn::Stop(duty.provision));
        let out = duty.party.map_or(Coming::NEVER, |party| self.withdrawn(party));
        (self.when(Turn::Start(duty.provision)).surely, Coming::first(&[stop, out]).surely)
    }

    /// A duty's state at the instant asked about.
    #[must_use]
    pub fn state_now(&self, duty: Duty<'_>) -> State {
        let (start, stop) = self.binds(duty);
        if start.is_none_or(|start| start > self.at) {
            State::NotInForce
        } else if stop.is_some_and(|stop| stop <= self.at) {
            State::Ended
        } else {
            self.state(duty, self.at)
        }
    }

    /// A duty's state while it binds: suspended by an act; violated where a violation is found;
    /// kept where that it was not broken is found and nothing else; alleged where a date has passed
    /// and it was not done by then, or a period in which it was not; else undetermined.
    ///
    /// A finding is on a party that it names. One that names nobody is on everybody, but that a
    /// violation by nobody named makes no party a violator: it keeps the state from being kept.
    #[must_use]
    pub fn state(&self, duty: Duty<'_>, at: Instant) -> State {
        let n = duty.provision;
        if self.is_suspended(n, at) {
            return State::Suspended;
        }
        let all = duty.party.is_none() && !duty.is_unattributed;
        let (id, reading) = (&self.provision(n).id, &self.reading(n).id);
        let found: Vec<&Finding> = self
            .facts
            .findings
            .iter()
            .filter(|finding| {
                finding.provision == *id
                    && finding.reading.as_ref().is_none_or(|on| on == reading)
                    && finding.interval().contains(at)
                    && (all || finding.party.is_none() || finding.party.as_deref() == duty.party)
            })
            .collect();
        let by = |finding: &Finding| duty.party.is_none() || finding.party.is_some();
        if found.iter().any(|finding| finding.outcome == Outcome::Violation && by(finding)) {
            return State::Violated;
        }
        let is_clean = |finding: &&Finding| finding.outcome == Outcome::NoViolation;
        if !found.is_empty() && found.iter().all(is_clean) {
            return State::Kept;
        }
        match self.is_behind(duty, at) {
            true => State::Alleged,
            false => State::Undetermined,
        }
    }

    /// Whether something of a duty is overdue, was done too late, or was not done in the period
    /// that ended last.
    fn is_behind(&self, duty: Duty<'_>, at: Instant) -> bool {
        let n = duty.provision;
        let Some((due, stages, every)) = self.dates(n) else { return false };
        let whole = self.performed_by(n, None, duty.party);
        let start = self.when(Turn::Start(n));
        let done = |stage: &Stage| self.performed_by(n, Some(&stage.name), duty.party);
        let mut states = Vec::new();
        for stage in stages {
            if let Some(due) = self.moment(&stage.due) {
                let done = Coming::first(&[done(stage), whole]);
                states.push(deadline_state(self.opens(n, stage), due, done, at));
            }
        }
        let parts: Vec<Coming> = stages.iter().map(done).collect();
        let done = match parts.is_empty() {
            true => whole,
            false => Coming::first(&[whole, Coming::last(&parts)]),
        };
        if let Some(due) = self.moment(due) {
            states.push(deadline_state(start, due, done, at));
        }
        let is_behind =
            |state: &ClockState| matches!(state, ClockState::Overdue | ClockState::Late);
        states.iter().any(is_behind) || every.is_some_and(|every| self.is_missed(duty, every, at))
    }

    /// Whether a period is over and nothing was done in the last that is.
    fn is_missed(&self, duty: Duty<'_>, every: Amount, at: Instant) -> bool {
        let n = duty.provision;
        let first = self.when(Turn::Start(n)).surely;
        let Some(first) = first.filter(|first| Instant::MIN < *first && *first <= at) else {
            return false;
        };
        let start_of = |k: u32| {
            let count = every.count.checked_mul(k)?;
            self.plus(first, Amount { count, unit: every.unit })
        };
        let mut starts = Vec::new();
        let mut k = 0;
        while let Some(start) = start_of(k).filter(|start| *start <= at) {
            starts.push(start);
            k += 1;
        }
        let [.., last, current] = starts.as_slice() else { return false };
        let acts = self.acts(|act| self.performs(act, n, None, duty.party));
        !acts.into_iter().any(|(on, _)| *last <= on && on < *current)
    }

    /// When each signs, in the order of the text.
    #[must_use]
    pub fn signatures(&self) -> Vec<Option<Instant>> {
        let signers = self.agreement.force.signed_by.iter();
        let first = |party: &String| {
            self.first_act(|act| act.act == ActKind::Signature && self.is_by(act, party)).surely
        };
        signers.map(first).collect()
    }

    /// When the instrument of a consent is deposited.
    #[must_use]
    pub fn deposited(&self, n: usize) -> Option<Instant> {
        self.first_act(|act| self.is_on(act, ActKind::Deposit, n)).surely
    }
}
