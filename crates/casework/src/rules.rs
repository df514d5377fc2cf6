use crate::case::{Case, Proposed};
use servanda_entry::{Attribution, Judgement, Outcome, Step, Verification};
use servanda_tlog::Hash;

/// Why a step can't follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// It is taken by somebody already.
    Held,
    /// Nobody holds it, so nobody can give it back or ask for help.
    NotHeld,
    /// It wasn't verified that it happened.
    NotVerified,
    /// No party may be named where it wasn't attributed.
    NotAttributed,
    /// There is no such proposal that waits.
    NoProposal,
    /// Who proposed can't agree.
    SamePerson,
    /// There is no finding yet.
    NothingFound,
    /// The party named wasn't asked to reply, or its time still runs.
    ReplyRuns,
    /// It was published already.
    AlreadyPublished,
}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Refused::Held => "somebody has taken the case on: they must give it back first",
            Refused::NotHeld => "nobody has taken the case on: take it first",
            Refused::NotVerified => "nobody has verified that it happened: verify it first",
            Refused::NotAttributed => {
                "it wasn't attributed to this party: attribute it first, or find without naming it"
            }
            Refused::NoProposal => "no such proposal waits for a second person",
            Refused::SamePerson => "who proposed can't agree: another person must",
            Refused::NothingFound => "nothing was found on the case yet",
            Refused::ReplyRuns => {
                "a party that is named must be asked to reply, and answer or let its time run out"
            }
            Refused::AlreadyPublished => "it was published already",
        })
    }
}

/// Whether a step can follow in a case.
///
/// `person` is the pseudonym in the context of the step; `of` the content id of what an answer
/// answers;
/// `at` the time of the step.
///
/// # Errors
/// [`Refused`], when what must come first did not.
pub fn follows(
    case: &Case,
    step: &Step,
    person: Option<Hash>,
    of: Option<Hash>,
    at: servanda_time::Instant,
) -> Result<(), Refused> {
    match step {
        Step::Taken if case.holder.is_some() => Err(Refused::Held),
        Step::Released | Step::HelpWanted if case.holder.is_none() => Err(Refused::NotHeld),
        Step::ProposedAttribution { assessment } => {
            // That nobody did it, or that nobody can say who, may be said of anything.
            let names_nobody = matches!(
                assessment.outcome,
                Judgement::Attribution {
                    result: Attribution::NotAttributed | Attribution::Contested,
                    ..
                }
            );
            if names_nobody || happened(case) { Ok(()) } else { Err(Refused::NotVerified) }
        }
        Step::ProposedFinding { finding } => {
            if finding.outcome != Outcome::Violation {
                return Ok(());
            }
            if !happened(case) {
                return Err(Refused::NotVerified);
            }
            let Some(party) = &finding.party else { return Ok(()) };
            match &case.attribution {
                Some((Attribution::Attributed | Attribution::Probable, Some(named), _))
                    if named == party =>
                {
                    Ok(())
                }
                _ => Err(Refused::NotAttributed),
            }
        }
        Step::Agreed | Step::Declined => {
            let mut waiting = case.waiting();
            let proposal = waiting.find(|proposal| Some(proposal.cite.id) == of);
            let proposal = proposal.ok_or(Refused::NoProposal)?;
            let alone = person.is_none() || proposal.person.is_none() || person == proposal.person;
            if alone && matches!(step, Step::Agreed) {
                return Err(Refused::SamePerson);
            }
            // What was so when it was proposed must still be so.
            match &proposal.what {
                _ if matches!(step, Step::Declined) => Ok(()),
                Proposed::Finding(finding) => {
                    let step = Step::ProposedFinding { finding: finding.clone() };
                    follows(case, &step, person, None, at)
                }
                Proposed::Attribution(assessment) => {
                    let step = Step::ProposedAttribution { assessment: assessment.clone() };
                    follows(case, &step, person, None, at)
                }
            }
        }
        Step::Asked { .. } | Step::Cure { .. } if case.findings.is_empty() => {
            Err(Refused::NothingFound)
        }
        Step::Published => {
            if case.findings.is_empty() {
                return Err(Refused::NothingFound);
            }
            if case.published.is_some() {
                return Err(Refused::AlreadyPublished);
            }
            let named = case.findings.iter().filter_map(|found| found.finding.party.as_deref());
            let heard = |party: &str| {
                case.asked_last(party)
                    .is_some_and(|asked| asked.reply.is_some() || at >= asked.until)
            };
            if named.into_iter().all(heard) { Ok(()) } else { Err(Refused::ReplyRuns) }
        }
        _ => Ok(()),
    }
}

fn happened(case: &Case) -> bool {
    matches!(case.verification, Some((Verification::Confirmed | Verification::Partly, _)))
}
