//! Steps with a case, and what two people make together.

use crate::DeskError;
use crate::acts::{assessment, finding, refs};
use crate::ask::Desk;
use servanda_casework::{Case, Cases, Proposed, follows};
use servanda_comply::Evaluation;
use servanda_entry::{Assessment, Body, Finding, Handling, Judgement, Ref, Step};
use servanda_time::{Instant, Interval};
use servanda_tlog::Hash;

/// The point of a record that people work at.
#[derive(Clone, Copy)]
pub struct Bench<'a> {
    /// The record, as far as it is looked at.
    pub desk: &'a Desk,
    /// The engine's answer.
    pub evaluation: &'a Evaluation,
    /// The cases.
    pub cases: &'a Cases,
    /// The time of what is done now.
    pub at: Instant,
}

/// Who does something: the role, and the pseudonym in a context (see [`Handling::context`]).
#[derive(Clone, Copy)]
pub struct Hand<'a> {
    /// The role.
    pub role: &'a str,
    /// The pseudonym; none: one person alone keeps the record.
    pub person: &'a dyn Fn(Hash) -> Option<Hash>,
    /// Why, where it needs saying.
    pub reason: Option<&'a str>,
}

impl Hand<'_> {
    fn does(&self, of: Vec<Ref>, step: Step) -> Handling {
        let reason = self.reason.map(str::to_owned);
        let mut handling = Handling { of, person: None, reason, role: self.role.into(), step };
        handling.person = (self.person)(handling.context());
        handling
    }
}

impl Bench<'_> {
    /// The case that an id names: an incident's, an observation's, a step's or a finding's.
    ///
    /// # Errors
    /// When nothing has that id, or it is no case's.
    pub fn case(&self, id: &str) -> Result<&Case, DeskError> {
        if let Some(case) = self.cases.find(id) {
            return Ok(case);
        }
        let of = refs(self.desk, self.evaluation, &[id.to_owned()])?;
        let held = |of: &Ref| self.cases.holding(of.id);
        of.iter().find_map(held).ok_or_else(|| {
            DeskError::Asked(format!(
                "{id:?} is no case: nobody noted it, and it may break nothing"
            ))
        })
    }

    /// A step with what the ids name.
    ///
    /// # Errors
    /// [`DeskError::Early`] when something must come first, and when an id names nothing.
    pub fn step(&self, ids: &[String], step: Step, hand: Hand<'_>) -> Result<Body, DeskError> {
        let of = refs(self.desk, self.evaluation, ids)?;
        let handling = hand.does(of, step);
        self.check(&handling, None)?;
        Ok(Body::Handling(handling))
    }

    /// The step that gives it to somebody, whose pseudonym is that of the same context.
    ///
    /// # Errors
    /// As [`Bench::step`].
    pub fn assign(
        &self,
        ids: &[String],
        to: &dyn Fn(Hash) -> Hash,
        hand: Hand<'_>,
    ) -> Result<Body, DeskError> {
        let of = refs(self.desk, self.evaluation, ids)?;
        // The context comes from what the step is of, whatever the step.
        let mut handling = hand.does(of, Step::Released);
        handling.step = Step::Assigned { to: to(handling.context()) };
        self.check(&handling, None)?;
        Ok(Body::Handling(handling))
    }

    /// A proposal of a finding. Without a span it covers what the ids name.
    ///
    /// # Errors
    /// As [`finding`] and [`Bench::step`].
    pub fn propose_finding(
        &self,
        ids: &[String],
        body: Finding,
        span: Option<Interval>,
        hand: Hand<'_>,
    ) -> Result<Body, DeskError> {
        let body = finding(self.desk, self.evaluation, ids, body, span)?;
        let Body::Finding(mut finding) = body else { return Ok(body) };
        let of = std::mem::take(&mut finding.of);
        let handling = hand.does(of, Step::ProposedFinding { finding });
        self.check(&handling, None)?;
        Ok(Body::Handling(handling))
    }

    /// A proposal of an attribution.
    ///
    /// # Errors
    /// As [`assessment`] and [`Bench::step`].
    pub fn propose_attribution(
        &self,
        ids: &[String],
        outcome: Judgement,
        grounds: (&str, &str, &str),
        hand: Hand<'_>,
    ) -> Result<Body, DeskError> {
        let body = assessment(self.desk, self.evaluation, ids, outcome, grounds)?;
        let Body::Assessment(mut assessment) = body else { return Ok(body) };
        let of = std::mem::take(&mut assessment.of);
        let handling = hand.does(of, Step::ProposedAttribution { assessment });
        self.check(&handling, None)?;
        Ok(Body::Handling(handling))
    }

    /// The answer to a proposal: where it is agreed to, what was proposed comes with it as an entry
    /// of its own, in the same batch.
    ///
    /// # Errors
    /// When no such proposal waits, or who proposed agrees; [`DeskError::Early`].
    pub fn answer(
        &self,
        proposal: &str,
        agrees: bool,
        hand: Hand<'_>,
    ) -> Result<Vec<Body>, DeskError> {
        let case = self.case(proposal)?;
        let of = refs(self.desk, self.evaluation, &[proposal.to_owned()])?;
        let waits = |asked: &Ref| case.waiting().find(|proposal| proposal.cite.id == asked.id);
        let Some((asked, proposal)) = of.iter().find_map(|asked| Some((asked, waits(asked)?)))
        else {
            return Err(DeskError::Early(servanda_casework::Refused::NoProposal));
        };
        let step = if agrees { Step::Agreed } else { Step::Declined };
        let mut handling = hand.does(vec![asked.clone()], step);
        handling.person = (hand.person)(proposal.context);
        self.check(&handling, Some(asked.id))?;
        let mut bodies = vec![Body::Handling(handling)];
        if agrees {
            let rests_on = self.rests_on(proposal.cite.id, asked);
            bodies.push(match &proposal.what {
                Proposed::Finding(finding) => {
                    Body::Finding(Finding { of: rests_on, ..finding.clone() })
                }
                Proposed::Attribution(assessment) => {
                    Body::Assessment(Assessment { of: rests_on, ..assessment.clone() })
                }
            });
        }
        Ok(bodies)
    }

    /// What a proposal is of, and the proposal.
    fn rests_on(&self, id: Hash, proposal: &Ref) -> Vec<Ref> {
        let mut held = self.desk.history.handlings.iter();
        let of = held.find(|held| held.cite.id == id).map(|held| held.value.of.clone());
        let mut of = of.unwrap_or_default();
        of.push(proposal.clone());
        of.sort();
        of
    }

    fn check(&self, handling: &Handling, answered: Option<Hash>) -> Result<(), DeskError> {
        let held = |of: &Ref| self.cases.holding(of.id);
        let mut cases: Vec<&Case> = handling.of.iter().filter_map(held).collect();
        cases.sort_by(|a, b| a.id.cmp(&b.id));
        cases.dedup_by(|a, b| a.id == b.id);
        for case in cases {
            follows(case, &handling.step, handling.person, answered, self.at)
                .map_err(DeskError::Early)?;
        }
        Ok(())
    }
}
