//! What the mission has published: for everybody, without an account.

use crate::http::{Fault, Who, require};
use crate::judged;
use crate::page::{Frame, page};
use crate::rights::{Action, Class};
use crate::room::Room;
use crate::shown::{Span, kinds, moment, place_of, sources};
use crate::view::View;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use servanda_casework::Case;
use servanda_report::When;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "findings.html")]
struct FindingsPage<'r> {
    frame: Frame<'r>,
    published: Vec<Published>,
}

/// A case on the public page.
struct Published {
    id: String,
    what: String,
    when: Span,
    place: String,
    sources: String,
    observations: usize,
    at: When,
    found: Vec<Row>,
    replies: Vec<Reply>,
    cure: String,
}

struct Row {
    entry: u64,
    outcome: String,
    provision: String,
    party: String,
    role: String,
    standard: String,
    reason: String,
    span: Span,
    by_two: bool,
}

struct Reply {
    party: String,
    entry: Option<u64>,
    text: String,
}

pub(super) async fn show(State(room): State<Arc<Room>>, who: Who) -> Result<Response, Fault> {
    require(&who, Action::SeeBoard, Class::Public)?;
    let view = room.view();
    let frame = Frame::of(&room, &who, "title-findings", "/findings");
    let mut cases: Vec<&Case> = view.cases.iter().filter(|case| case.published.is_some()).collect();
    cases.sort_by_key(|case| std::cmp::Reverse(case.published.map(|cite| cite.entry)));
    let published = cases.into_iter().map(|case| published(&view, case, &frame)).collect();
    Ok(page(StatusCode::OK, &FindingsPage { frame, published }))
}

fn published(view: &View, case: &Case, frame: &Frame<'_>) -> Published {
    let entry = case.published.map_or(0, |cite| cite.entry);
    let at = view.received(entry).unwrap_or(view.at);
    let found = case.findings.iter().map(|found| {
        let finding = &found.finding;
        Row {
            entry: found.cite.entry,
            outcome: frame.say(&judged::outcome(finding.outcome)),
            provision: finding.provision.clone(),
            party: finding.party.as_deref().map_or_else(String::new, |id| frame.party(id)),
            role: frame.office(&finding.role),
            standard: finding.standard.clone(),
            reason: finding.reason.clone(),
            span: Span::of(finding.interval()),
            by_two: found.by_two,
        }
    });
    let replies = case.asked.iter().map(|asked| Reply {
        party: frame.party(&asked.party),
        entry: asked.reply.map(|cite| cite.entry),
        text: asked.reply.map_or_else(String::new, |cite| super::words_of(view, cite.entry)),
    });
    Published {
        id: case.id.clone(),
        what: kinds(view, &case.members),
        when: Span::of(case.when),
        place: place_of(view, &case.members),
        sources: sources(view, &case.members),
        observations: case.members.len(),
        at: moment(at),
        found: found.collect(),
        replies: replies.collect(),
        cure: case.cure.map_or_else(String::new, |(state, _)| frame.say(judged::cure(state))),
    }
}
