//! The queue: what waits for people.

use crate::http::{Fault, Who, require};
use crate::page::{Frame, page};
use crate::rights::{Action, Class};
use crate::room::Room;
use crate::shown::{Holder, Span, kinds, place_of, sources};
use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use servanda_casework::{Case, Stage};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Most cases on one page.
const ROWS_MAX: usize = 200;

/// What is asked for: the address is the whole view.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    stage: String,
    #[serde(default)]
    mine: String,
    #[serde(default)]
    q: String,
}

#[derive(Template)]
#[template(path = "queue.html")]
struct QueuePage<'r> {
    frame: Frame<'r>,
    asked: Asked,
    stages: Vec<Facet>,
    all: usize,
    rows: Vec<Row>,
    more: usize,
    may_report: bool,
}

/// A stage, how many cases are in it, and whether only they are shown.
pub(super) struct Facet {
    pub(super) word: &'static str,
    pub(super) text: String,
    pub(super) count: usize,
    pub(super) is_here: bool,
}

struct Row {
    id: String,
    what: String,
    when: Span,
    place: String,
    sources: String,
    observations: usize,
    stage: &'static str,
    stage_text: String,
    holder: &'static str,
    concerns: Vec<String>,
}

pub(super) async fn show(
    State(room): State<Arc<Room>>,
    who: Who,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    require(&who, Action::SeeQueue, Class::Mission)?;
    let view = room.view();
    let now = room.now();
    let frame = Frame::of(&room, &who, "title-queue", "/queue");
    let chosen = Stage::ALL.into_iter().find(|stage| stage.word() == asked.stage);
    if !asked.stage.is_empty() && chosen.is_none() {
        return Err(Fault::bad_request());
    }
    let held = |case: &Case| Holder::of(&room, case, who.name());
    let mine = |case: &&Case| asked.mine.is_empty() || held(case) == Holder::You;
    let words = asked.q.to_lowercase();
    let told = |case: &&Case| {
        words.is_empty()
            || case.id.contains(&words)
            || kinds(&view, &case.members).to_lowercase().contains(&words)
            || place_of(&view, &case.members).to_lowercase().contains(&words)
    };
    let meant: Vec<&Case> = view.cases.iter().filter(mine).filter(told).collect();
    let stages = facets(&frame, &meant, now, chosen);
    let mut rows: Vec<(&Case, Stage)> = meant.iter().map(|case| (*case, case.stage(now))).collect();
    rows.retain(|(_, stage)| chosen.is_none_or(|chosen| *stage == chosen));
    rows.sort_by_key(|(case, stage)| (urgency(*stage), std::cmp::Reverse(case.when.from)));
    let all = rows.len();
    let rows: Vec<Row> = rows
        .into_iter()
        .take(ROWS_MAX)
        .map(|(case, stage)| Row {
            id: case.id.clone(),
            what: kinds(&view, &case.members),
            when: Span::of(case.when),
            place: place_of(&view, &case.members),
            sources: sources(&view, &case.members),
            observations: case.members.len(),
            stage: stage.word(),
            stage_text: frame.say(crate::judged::stage(stage)),
            holder: held(case).key(),
            concerns: provisions(case),
        })
        .collect();
    let more = all - rows.len();
    let may_report = who.may(Action::Report, Class::Mission);
    Ok(page(StatusCode::OK, &QueuePage { frame, asked, stages, all, rows, more, may_report }))
}

pub(super) fn facets(
    frame: &Frame<'_>,
    cases: &[&Case],
    now: servanda_time::Instant,
    chosen: Option<Stage>,
) -> Vec<Facet> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    // One pass: a large record has tens of thousands of cases.
    for case in cases {
        *counts.entry(case.stage(now).word()).or_default() += 1;
    }
    let facet = |stage: Stage| Facet {
        word: stage.word(),
        text: frame.say(crate::judged::stage(stage)),
        count: counts.get(stage.word()).copied().unwrap_or(0),
        is_here: chosen == Some(stage),
    };
    Stage::ALL.map(facet).into()
}

/// What a case may break, and what it was found on.
fn provisions(case: &Case) -> Vec<String> {
    let mut all = case.concerns.clone();
    all.extend(case.findings.iter().map(|found| found.finding.provision.clone()));
    all.sort();
    all.dedup();
    all
}

/// What waits for somebody comes first.
fn urgency(stage: Stage) -> usize {
    let order = [
        Stage::HelpWanted,
        Stage::ForReview,
        Stage::New,
        Stage::InProgress,
        Stage::Verified,
        Stage::ReplyAwaited,
        Stage::Found,
        Stage::Closed,
    ];
    order.iter().position(|one| *one == stage).unwrap_or(order.len())
}
