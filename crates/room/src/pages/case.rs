//! One case: what was reported, what may be the same, what was checked, and what follows.

mod doing;

pub(super) use doing::act;

use crate::http::{Fault, Who, require};
use crate::judged;
use crate::page::{Frame, page};
use crate::released::{Thing, class_of, concerns, is_released, released};
use crate::rights::{Action, Class, Role, allows};
use crate::room::Room;
use crate::shown::{
    self, Did, Holder, Seen, Span, done, is_own, kinds, likeness, moment, place_of, sources,
};
use crate::view::View;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use servanda_casework::{Case, Proposal, Proposed, candidates};
use servanda_entry::CheckItem;
use servanda_report::When;
use std::collections::BTreeSet;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "case.html")]
struct CasePage<'r> {
    frame: Frame<'r>,
    id: String,
    what: String,
    when: Span,
    place: String,
    sources: String,
    stage: &'static str,
    stage_text: String,
    class: Class,
    holder: Holder,
    concerns: Vec<String>,
    seen: Vec<Seen>,
    alike: Vec<Alike>,
    checks: Vec<CheckRow>,
    grade: String,
    verified: String,
    attributed: String,
    waiting: Vec<Waiting>,
    findings: Vec<FindingRow>,
    asked: Vec<AskedRow>,
    cure: String,
    published: Option<u64>,
    done: Vec<Did>,
    parties: &'r [(String, String)],
    provisions: Vec<String>,
    /// To whom it can be given: login names, and what they are.
    takers: Vec<(String, String)>,
    may: May,
}

/// What who asks may do with the case.
#[expect(clippy::struct_excessive_bools, reason = "one for each part of the page")]
struct May {
    take: bool,
    check: bool,
    attribute: bool,
    find: bool,
    ask: bool,
    reply: Option<String>,
    cure: bool,
    publish: bool,
    /// See the steps of the mission's people, and not only what came of them.
    see_work: bool,
}

struct Alike {
    id: String,
    what: String,
    when: Span,
    place: String,
    sources: String,
    reasons: Vec<String>,
    score: u32,
}

struct CheckRow {
    word: &'static str,
    item: String,
    result: String,
    reason: String,
    entry: Option<u64>,
}

struct Waiting {
    entry: u64,
    what: String,
    reason: String,
    role: String,
    own: bool,
    may_answer: bool,
}

struct FindingRow {
    entry: u64,
    outcome: String,
    provision: String,
    party: String,
    by_two: bool,
}

struct AskedRow {
    party: String,
    until: When,
    is_over: bool,
    reply: Option<Told>,
}

/// What a party answered.
struct Told {
    entry: u64,
    text: String,
}

pub(super) async fn show(
    State(room): State<Arc<Room>>,
    who: Who,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let view = room.view();
    let Some(case) = view.cases.find(&id) else {
        // Who may see no case must not learn which there are.
        require(&who, Action::SeeQueue, Class::Mission)?;
        return moved(&view, &id);
    };
    released(&who, Action::SeeCase, Thing::Case(case))?;
    let frame = Frame::of(&room, &who, "title-case", "/queue");
    let title = format!("{}, {}", kinds(&view, &case.members), moment(case.when.from).shown);
    Ok(page(StatusCode::OK, &shown(&room, &view, case, &who, frame.titled(title))))
}

/// An incident that is no case, or is none any more: it was merged.
fn moved(view: &View, id: &str) -> Result<Response, Fault> {
    match view.bench(view.at).case(id) {
        Ok(case) => Ok(super::login::to(&format!("/cases/{}", case.id))),
        Err(_) => Err(Fault::not_found()),
    }
}

fn shown<'r>(
    room: &'r Room,
    view: &View,
    case: &Case,
    who: &Who,
    frame: Frame<'r>,
) -> CasePage<'r> {
    let now = room.now();
    let class = class_of(case);
    let stage = case.stage(now);
    let own = |action| who.may(action, class);
    let may = May {
        take: own(Action::Take),
        check: own(Action::Check),
        attribute: own(Action::Attribute),
        find: own(Action::Find),
        ask: own(Action::AskReply),
        reply: who
            .party()
            .filter(|party| own(Action::Reply) && concerns(case, party))
            .map(str::to_owned),
        cure: own(Action::Cure),
        publish: who.may(Action::Publish, Class::Public),
        see_work: is_released(who, Action::SeeQueue, Thing::Work(case)),
    };
    // When the accounts can't be read, nobody is signed in either.
    let takers = if may.take { takers(room, class, who.name()) } else { Ok(Vec::new()) };
    let takers = takers.unwrap_or_default().into_iter();
    let is = |roles: &BTreeSet<Role>| {
        roles.iter().map(|role| frame.role(role)).collect::<Vec<_>>().join(", ")
    };
    let takers = takers.map(|(name, roles)| (name, is(&roles))).collect();
    let alike = if may.check { alike(view, case, &frame) } else { Vec::new() };
    let empty = String::new;
    CasePage {
        id: case.id.clone(),
        what: kinds(view, &case.members),
        when: Span::of(case.when),
        place: place_of(view, &case.members),
        sources: sources(view, &case.members),
        stage: stage.word(),
        stage_text: frame.say(crate::judged::stage(stage)),
        class,
        holder: Holder::of(room, case, who.name()),
        concerns: case.concerns.clone(),
        seen: case.members.iter().filter_map(|&n| shown::seen(view, who, n)).collect(),
        alike,
        checks: checks(case, &frame),
        grade: case.grade.map_or_else(empty, |g| format!("{:?}{}", g.source, g.information)),
        verified: case
            .verification
            .map_or_else(empty, |(result, _)| frame.say(judged::verification(result))),
        attributed: case.attribution.as_ref().map_or_else(empty, |(result, party, _)| {
            let said = frame.say(judged::attribution(*result));
            party.as_ref().map_or(said.clone(), |id| format!("{said}: {}", frame.party(id)))
        }),
        waiting: case
            .waiting()
            .filter(|_| may.see_work)
            .map(|proposal| waiting(room, proposal, who, &frame, class))
            .collect(),
        findings: findings(case, &frame),
        asked: asked(view, case, now, &frame),
        cure: case.cure.map_or_else(empty, |(state, _)| frame.say(judged::cure(state))),
        published: case.published.map(|cite| cite.entry),
        done: done(room, view, case, &frame),
        parties: room.parties(),
        provisions: view.desk.agreement.provisions.iter().map(|p| p.id.clone()).collect(),
        takers,
        may,
        frame,
    }
}

/// The others who may take on what is of a class: their login names and roles.
fn takers(room: &Room, class: Class, but: &str) -> Result<Vec<(String, BTreeSet<Role>)>, Fault> {
    let may = |role: &Role| allows(*role, Action::Take, class);
    let people = room.people().list()?.into_iter();
    let others = people.filter(|one| one.is_active && one.name != but);
    let takers = others.filter(|one| one.roles.iter().any(may));
    Ok(takers.map(|one| (one.name.clone(), one.roles.clone())).collect())
}

fn alike(view: &View, case: &Case, frame: &Frame<'_>) -> Vec<Alike> {
    let found = candidates(case, &view.desk.history, view.evaluation());
    let row = |other: servanda_casework::Candidate| Alike {
        what: kinds(view, &other.members),
        when: Span::of(other.when),
        place: place_of(view, &other.members),
        sources: sources(view, &other.members),
        reasons: other.reasons.iter().map(|reason| likeness(frame, *reason)).collect(),
        score: other.score,
        id: other.id,
    };
    found.into_iter().map(row).collect()
}

fn checks(case: &Case, frame: &Frame<'_>) -> Vec<CheckRow> {
    let row = |item: CheckItem| {
        let check = case.checks.get(&item);
        let key = judged::item(item);
        CheckRow {
            word: key.strip_prefix("item-").unwrap_or(key),
            item: frame.say(key),
            result: check.map_or_else(String::new, |c| frame.say(judged::result(c.result))),
            reason: check.and_then(|check| check.reason.clone()).unwrap_or_default(),
            entry: check.map(|check| check.cite.entry),
        }
    };
    CheckItem::ALL.map(row).into()
}

fn waiting(
    room: &Room,
    proposal: &Proposal,
    who: &Who,
    frame: &Frame<'_>,
    class: Class,
) -> Waiting {
    let (what, reason, action) = match &proposal.what {
        Proposed::Attribution(one) => {
            (judged::judgement(frame, &one.outcome), one.reason.clone(), Action::Attribute)
        }
        Proposed::Finding(one) => {
            let outcome = frame.say(&judged::outcome(one.outcome));
            let party = one.party.as_ref();
            let party = party.map_or_else(String::new, |id| format!(", {}", frame.party(id)));
            (format!("{outcome}: {}{party}", one.provision), one.reason.clone(), Action::Find)
        }
    };
    let own = is_own(room, who.name(), proposal.context, proposal.person);
    Waiting {
        entry: proposal.cite.entry,
        what,
        reason,
        role: frame.office(&proposal.role),
        own,
        may_answer: !own && who.may(Action::Concur, class) && who.may(action, class),
    }
}

fn findings(case: &Case, frame: &Frame<'_>) -> Vec<FindingRow> {
    let row = |found: &servanda_casework::Found| FindingRow {
        entry: found.cite.entry,
        outcome: frame.say(&judged::outcome(found.finding.outcome)),
        provision: found.finding.provision.clone(),
        party: found.finding.party.as_deref().map_or_else(String::new, |id| frame.party(id)),
        by_two: found.by_two,
    };
    case.findings.iter().map(row).collect()
}

fn asked(
    view: &View,
    case: &Case,
    now: servanda_time::Instant,
    frame: &Frame<'_>,
) -> Vec<AskedRow> {
    let row = |asked: &servanda_casework::Asked| AskedRow {
        party: frame.party(&asked.party),
        until: moment(asked.until),
        is_over: now >= asked.until,
        reply: asked
            .reply
            .map(|cite| Told { entry: cite.entry, text: super::words_of(view, cite.entry) }),
    };
    case.asked.iter().map(row).collect()
}

/// An entry as ids name it.
pub(super) fn entry_id(entry: u64) -> String {
    format!("e{entry}")
}
