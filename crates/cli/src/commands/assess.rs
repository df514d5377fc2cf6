//! `servanda assess`.

use super::{append, open_to_write, sealed, word};
use crate::Ended;
use crate::args::{AssessArgs, AssessWhat, FindArgs, Grounds, SealArgs};
use crate::clock;
use crate::out::Out;
use anyhow::anyhow;
use servanda_comply::Evaluation;
use servanda_desk::{
    Amended, Desk, Question, assessment, finding, retraction, review, seal_decider,
};
use servanda_entry::{Body, Finding, Judgement};
use servanda_time::Interval;

const VERIFICATIONS: [&str; 4] = ["confirmed", "partly", "refuted", "could-not-verify"];
const ATTRIBUTIONS: [&str; 4] = ["attributed", "probable", "contested", "not-attributed"];
const REVIEWS: [&str; 3] = ["confirmed", "amended", "rejected"];
const OUTCOMES: [&str; 4] = ["violation", "no-violation", "undetermined", "not-observable"];

pub(crate) fn run(mut args: AssessArgs, out: &mut Out) -> anyhow::Result<Ended> {
    let (desk, hand) = open_to_write(&args.dir, args.what.write(), out)?;
    let evaluation = desk.ask(&Question::default())?;
    let (decider, seal) = take_seal(&mut args.what);
    let body = match args.what {
        AssessWhat::Verify(judge) => {
            let result = word("outcome of a verification", &judge.outcome, &VERIFICATIONS)?;
            let outcome = Judgement::Verification { result };
            judged(&desk, &evaluation, &judge.ids, outcome, &judge.grounds)?
        }
        AssessWhat::Attribute(judge) => {
            let result = word("outcome of an attribution", &judge.outcome, &ATTRIBUTIONS)?;
            let named = matches!(judge.outcome.as_str(), "attributed" | "probable");
            anyhow::ensure!(
                named == judge.party.is_some() || judge.outcome == "contested",
                "an attribution to a party names it with --party, and only then"
            );
            let outcome = Judgement::Attribution { result, party: judge.party };
            judged(&desk, &evaluation, &judge.ids, outcome, &judge.grounds)?
        }
        AssessWhat::Merge(group) => {
            let outcome = Judgement::Merge;
            judged(&desk, &evaluation, &group.ids, outcome, &group.grounds)?
        }
        AssessWhat::Split(group) => {
            let outcome = Judgement::Split;
            judged(&desk, &evaluation, &group.ids, outcome, &group.grounds)?
        }
        AssessWhat::Review(judge) => {
            let result = word("outcome of a review", &judge.outcome, &REVIEWS)?;
            let amended =
                Amended { speaker: judge.speaker, party: judge.party, topics: judge.topic };
            review(&desk, &judge.id, result, &amended, why(&judge.grounds))?
        }
        AssessWhat::Find(find) => found(&desk, &evaluation, find)?,
        AssessWhat::Retract(retract) => {
            let (role, reason) = (&retract.role, &retract.reason);
            retraction(&desk, &evaluation, &retract.id, role, reason)?
        }
    };
    if let Some(who) = decider {
        let audience = sealed::audience(&seal)?;
        let judged = seal_decider(&desk, body, &who, audience, &mut sealed::draw)?;
        let entry = sealed::enter(desk, &hand, &seal, judged, out)?;
        out.answer(&format!("entered as e{entry}; withheld: who decided"))?;
        return Ok(Ended::Done);
    }
    anyhow::ensure!(seal.class.is_none(), "--class: say who decided, with --decided-by");
    let range = append(desk, &hand, vec![body], vec![])?;
    out.answer(&format!("entered as e{}", range.start))?;
    Ok(Ended::Done)
}

/// Who decided, by name, and who may know it.
fn take_seal(what: &mut AssessWhat) -> (Option<String>, SealArgs) {
    let grounds = match what {
        AssessWhat::Verify(judge) | AssessWhat::Attribute(judge) => &mut judge.grounds,
        AssessWhat::Merge(group) | AssessWhat::Split(group) => &mut group.grounds,
        AssessWhat::Review(review) => &mut review.grounds,
        AssessWhat::Find(find) => &mut find.grounds,
        AssessWhat::Retract(_) => return (None, SealArgs::default()),
    };
    (grounds.decided_by.take(), std::mem::take(&mut grounds.seal))
}

fn judged(
    desk: &Desk,
    evaluation: &Evaluation,
    ids: &[String],
    outcome: Judgement,
    grounds: &Grounds,
) -> anyhow::Result<Body> {
    Ok(assessment(desk, evaluation, ids, outcome, why(grounds))?)
}

/// Who judged, by what, and why.
fn why(grounds: &Grounds) -> (&str, &str, &str) {
    (&grounds.role, &grounds.standard, &grounds.reason)
}

fn found(desk: &Desk, evaluation: &Evaluation, find: FindArgs) -> anyhow::Result<Body> {
    let zone = &desk.agreement.timezone;
    let span = match (&find.from, &find.to) {
        (Some(from), Some(to)) => {
            let (from, to) = (clock::instant(from, Some(zone))?, clock::instant(to, Some(zone))?);
            let span = Interval::new(from, to).filter(|span| span.from < span.to);
            Some(span.ok_or_else(|| anyhow!("the span ends before it starts"))?)
        }
        _ => None,
    };
    let outcome = word("outcome of a finding", &find.outcome, &OUTCOMES)?;
    let body = Finding {
        provision: find.provision,
        reading: find.reading,
        party: find.party,
        zone: find.zone,
        from_ms: 0,
        to_ms: 0,
        outcome,
        role: find.grounds.role,
        severity: find.severity,
        standard: find.grounds.standard,
        reason: find.grounds.reason,
        of: vec![],
    };
    Ok(finding(desk, evaluation, &find.ids, body, span)?)
}
