//! What is done with a case: one address a deed, each an entry in the record.

use super::entry_id;
use crate::http::{Fault, Fields, Who, require};
use crate::released::{class_of, concerns};
use crate::rights::{Action, Class, Role};
use crate::room::Room;
use crate::view::Entering;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::de::DeserializeOwned;
use servanda_casework::Case;
use servanda_desk::{Bench, DeskError, Hand, assessment, reply};
use servanda_entry::{Body, CheckItem, CheckResult, Finding, Judgement, SourceGrade, Step};
use servanda_tlog::Hash;
use std::sync::Arc;

/// Longest answer of a party that a form takes, in bytes.
const REPLY_BYTES_MAX: usize = 64 * 1024;
/// Longest time to reply, in days.
const REPLY_DAYS_MAX: i64 = 365;
const DAY_MS: i64 = 86_400_000;

/// What was asked for, read from the form.
#[derive(Debug, Clone)]
enum Deed {
    Step {
        step: Step,
        reason: Option<String>,
    },
    /// To an account.
    Assign {
        to: String,
        reason: Option<String>,
    },
    /// With what lies in another incident.
    Distinct {
        other: String,
        reason: String,
    },
    Merge {
        other: String,
        grounds: Grounds,
    },
    Split {
        row: String,
        grounds: Grounds,
    },
    Verify {
        outcome: Judgement,
        grounds: Grounds,
    },
    Attribute {
        outcome: Judgement,
        grounds: Grounds,
    },
    Find {
        finding: Box<Finding>,
        grounds: Grounds,
    },
    Answer {
        proposal: u64,
        agrees: bool,
        reason: Option<String>,
    },
    /// Of what was found.
    Later {
        step: Step,
        reason: Option<String>,
        days: i64,
    },
    Reply {
        party: String,
        text: String,
    },
}

#[derive(Debug, Clone)]
struct Grounds {
    standard: String,
    reason: String,
}

/// Does what a form asks for.
pub(in crate::pages) async fn act(
    State(room): State<Arc<Room>>,
    who: Who,
    Path((id, deed)): Path<(String, String)>,
    fields: Fields,
) -> Result<Response, Fault> {
    let (action, asked) = read(&deed, &fields)?;
    let view = room.view();
    let case = view.cases.find(&id).ok_or_else(Fault::not_found)?;
    let class = if action == Action::Publish { Class::Public } else { class_of(case) };
    require(&who, action, class)?;
    if let Deed::Reply { party, .. } = &asked
        && (who.party() != Some(party) || !concerns(case, party))
    {
        return Err(Fault::not_yours(action));
    }
    if let Deed::Assign { to, .. } = &asked
        && !super::takers(&room, class, who.name())?.iter().any(|(name, _)| name == to)
    {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return Err(Fault::new(status, "asked").with_message("assign-wrong"));
    }
    if let Deed::Answer { proposal, .. } = &asked {
        // Who answers must have the right to the act itself.
        let waits = case.waiting().find(|waits| waits.cite.entry == *proposal);
        let act = match waits.map(|waits| &waits.what) {
            Some(servanda_casework::Proposed::Attribution(_)) => Action::Attribute,
            Some(servanda_casework::Proposed::Finding(_)) => Action::Find,
            None => action,
        };
        require(&who, act, class)?;
    }
    let first = view.desk.history.observations.get(case.members[0]).map(|seen| seen.id());
    let role = who.role_for(action, class).map_or("", Role::word);
    let (name, own) = (who.name().to_owned(), Arc::clone(&room));
    room.enter(move |view, at| {
        let bench = view.bench(at);
        let named = |context: Hash, name: &str| own.pseudonym(context, name);
        // It may have been merged meanwhile: its observations are still there.
        let case = first.and_then(|id| bench.cases.holding(id));
        let case = case.ok_or_else(|| DeskError::Asked("the case is gone".into()))?;
        write(&bench, case, &asked, (role, &name), &named)
    })
    .await?;
    let view = room.view();
    let case = first.and_then(|id| view.cases.holding(id));
    let place = case.map_or_else(|| "/queue".to_owned(), |case| format!("/cases/{}", case.id));
    Ok(super::super::login::to(&place))
}

fn read(deed: &str, fields: &Fields) -> Result<(Action, Deed), Fault> {
    let reason = Some(fields.get("reason").to_owned()).filter(|reason| !reason.is_empty());
    let said = || reason.clone().ok_or_else(|| missing("form-reason"));
    let grounds =
        || Ok::<_, Fault>(Grounds { standard: fields.get("standard").into(), reason: said()? });
    let step = |step: Step| Deed::Step { step, reason: reason.clone() };
    Ok(match deed {
        "take" => (Action::Take, step(Step::Taken)),
        "release" => (Action::Take, step(Step::Released)),
        "help" => (Action::Take, step(Step::HelpWanted)),
        "assign" => {
            let to = fields.get("to").to_owned();
            (Action::Take, Deed::Assign { to, reason })
        }
        "check" => {
            let item: CheckItem = word(fields.get("item"))?;
            let result: CheckResult = word(fields.get("result"))?;
            (Action::Check, step(Step::Checked { item, result }))
        }
        "grade" => {
            let source: SourceGrade = word(fields.get("source"))?;
            let information = number(fields.get("information"))?;
            let information = u8::try_from(information).map_err(|_| Fault::bad_request())?;
            (Action::Check, step(Step::Graded { information, source }))
        }
        "distinct" => {
            (Action::Check, Deed::Distinct { other: fields.get("other").into(), reason: said()? })
        }
        "merge" => {
            (Action::Check, Deed::Merge { other: fields.get("other").into(), grounds: grounds()? })
        }
        "split" => {
            (Action::Check, Deed::Split { row: fields.get("row").into(), grounds: grounds()? })
        }
        "verify" => {
            let outcome = Judgement::Verification { result: word(fields.get("result"))? };
            (Action::Check, Deed::Verify { outcome, grounds: grounds()? })
        }
        "attribute" => {
            let party = Some(fields.get("party").to_owned()).filter(|party| !party.is_empty());
            let named = matches!(fields.get("result"), "attributed" | "probable");
            if named != party.is_some() && fields.get("result") != "contested" {
                return Err(missing("form-party-named"));
            }
            let outcome = Judgement::Attribution { result: word(fields.get("result"))?, party };
            (Action::Attribute, Deed::Attribute { outcome, grounds: grounds()? })
        }
        "find" => (Action::Find, finding(fields, grounds()?)?),
        "agree" | "decline" => {
            let proposal = number(fields.get("proposal"))?;
            let agrees = deed == "agree";
            if !agrees {
                said()?;
            }
            (Action::Concur, Deed::Answer { proposal, agrees, reason })
        }
        "ask" => {
            let days = number(fields.get("days"))?.cast_signed();
            if !(1..=REPLY_DAYS_MAX).contains(&days) {
                return Err(missing("form-days"));
            }
            let step = Step::Asked { party: fields.get("party").into(), until_ms: 0 };
            (Action::AskReply, Deed::Later { step, reason, days })
        }
        "reply" => {
            let text = fields.get("text").to_owned();
            if text.is_empty() || text.len() > REPLY_BYTES_MAX {
                return Err(missing("form-reply"));
            }
            (Action::Reply, Deed::Reply { party: fields.get("party").into(), text })
        }
        "cure" => {
            said()?;
            let step = Step::Cure { state: word(fields.get("state"))? };
            (Action::Cure, Deed::Later { step, reason, days: 0 })
        }
        "publish" => (Action::Publish, Deed::Later { step: Step::Published, reason, days: 0 }),
        _ => return Err(Fault::not_found()),
    })
}

fn finding(fields: &Fields, grounds: Grounds) -> Result<Deed, Fault> {
    let said = |name: &str| Some(fields.get(name).to_owned()).filter(|text| !text.is_empty());
    let finding = Finding {
        from_ms: 0,
        of: vec![],
        outcome: word(fields.get("outcome"))?,
        party: said("party"),
        provision: said("provision").ok_or_else(|| missing("form-provision"))?,
        reading: said("reading"),
        reason: grounds.reason.clone(),
        role: String::new(),
        severity: said("severity"),
        standard: grounds.standard.clone(),
        to_ms: 0,
        zone: said("zone"),
    };
    Ok(Deed::Find { finding: Box::new(finding), grounds })
}

/// What the deed writes, from what stands now.
fn write(
    bench: &Bench<'_>,
    case: &Case,
    deed: &Deed,
    (role, name): (&str, &str),
    named: &dyn Fn(Hash, &str) -> Hash,
) -> Result<Entering, DeskError> {
    let own = [case.id.clone()];
    let person = |context: Hash| Some(named(context, name));
    let hand = |reason| Hand { role, person: &person, reason };
    let judged = |ids: &[String], outcome: Judgement, grounds: &Grounds| {
        let why = (role, grounds.standard.as_str(), grounds.reason.as_str());
        assessment(bench.desk, bench.evaluation, ids, outcome, why)
    };
    let body = match deed {
        Deed::Step { step, reason } => bench.step(&own, step.clone(), hand(reason.as_deref()))?,
        Deed::Assign { to, reason } => {
            bench.assign(&own, &|context| named(context, to), hand(reason.as_deref()))?
        }
        Deed::Distinct { other, reason } => {
            let both = [case.id.clone(), other.clone()];
            bench.step(&both, Step::Distinct, hand(Some(reason)))?
        }
        Deed::Merge { other, grounds } => {
            judged(&[case.id.clone(), other.clone()], Judgement::Merge, grounds)?
        }
        Deed::Split { row, grounds } => {
            let held = case.members.iter().any(|&n| {
                bench.desk.history.observations.at(n).print(servanda_comply::CiteBy::Entry) == *row
            });
            if !held {
                return Err(DeskError::Asked(format!("{row} is not of this case")));
            }
            judged(std::slice::from_ref(row), Judgement::Split, grounds)?
        }
        Deed::Verify { outcome, grounds } => judged(&own, outcome.clone(), grounds)?,
        Deed::Attribute { outcome, grounds } => {
            let why = (role, grounds.standard.as_str(), grounds.reason.as_str());
            bench.propose_attribution(&own, outcome.clone(), why, hand(Some(&grounds.reason)))?
        }
        Deed::Find { finding, grounds } => {
            let finding = Finding { role: role.into(), ..(**finding).clone() };
            bench.propose_finding(&own, finding, None, hand(Some(&grounds.reason)))?
        }
        Deed::Answer { proposal, agrees, reason } => {
            let hand = hand(reason.as_deref());
            let bodies = bench.answer(&entry_id(*proposal), *agrees, hand)?;
            return Ok(Entering::Open(bodies, vec![]));
        }
        Deed::Later { step, reason, days } => {
            let mut step = step.clone();
            if let Step::Asked { party, until_ms } = &mut step {
                *until_ms = bench.at.plus_ms(days * DAY_MS).ms();
                if bench.desk.agreement.party(party).is_none() {
                    return Err(DeskError::Asked(format!("the agreement has no party {party:?}")));
                }
            }
            bench.step(&of_findings(case), step, hand(reason.as_deref()))?
        }
        Deed::Reply { party, text } => {
            let to = of_findings(case);
            let to =
                to.first().ok_or(DeskError::Early(servanda_casework::Refused::NothingFound))?;
            let file = ("reply.txt", text.clone().into_bytes());
            let (body, bytes) = reply(bench.desk, bench.evaluation, to, party, file)?;
            return Ok(Entering::Open(vec![body], vec![bytes]));
        }
    };
    let bodies: Vec<Body> = vec![body];
    Ok(Entering::Open(bodies, vec![]))
}

/// What a later step is of: the findings; where there is none, the case.
fn of_findings(case: &Case) -> Vec<String> {
    let found: Vec<String> = case.findings.iter().map(|found| entry_id(found.cite.entry)).collect();
    if found.is_empty() { vec![case.id.clone()] } else { found }
}

/// A word of the record.
fn word<T: DeserializeOwned>(text: &str) -> Result<T, Fault> {
    serde_json::from_value(serde_json::Value::String(text.into())).map_err(|_| Fault::bad_request())
}

fn number(text: &str) -> Result<u64, Fault> {
    text.strip_prefix('e').unwrap_or(text).parse().map_err(|_| Fault::bad_request())
}

/// A field that must be filled in.
fn missing(field: &'static str) -> Fault {
    Fault::new(StatusCode::UNPROCESSABLE_ENTITY, "missing").with_message(field)
}
