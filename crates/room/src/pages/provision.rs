//! One provision: its text, its state, the reasons, and what would change it.

use crate::http::{Fault, Who, require};
use crate::page::{Frame, page};
use crate::rights::{Action, Class};
use crate::room::Room;
use crate::view::{Told, View};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use servanda_report::{When, when};
use std::sync::Arc;

#[derive(Template)]
#[template(path = "provision.html")]
struct ProvisionPage<'r> {
    frame: Frame<'r>,
    id: String,
    heading: String,
    text: String,
    who: Vec<String>,
    clocks: Vec<ClockRow>,
    part: String,
    cases: Vec<(String, String)>,
}

struct ClockRow {
    what: String,
    state: String,
    due: When,
}

pub(super) async fn show(
    State(room): State<Arc<Room>>,
    who: Who,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    require(&who, Action::SeeBoard, Class::Public)?;
    let view = room.view();
    let told = view.told(who.may(Action::SeeBoard, Class::Mission));
    let id = match id.strip_suffix(".ics") {
        Some(id) => return dates(&view, told, id),
        None => id,
    };
    let provision = view.desk.agreement.provision(&id).ok_or_else(Fault::not_found)?;
    let article = provision.article.and_then(|n| view.desk.agreement.articles.get(n));
    let clocks = told.evaluation.answer.clocks.iter().filter(|clock| clock.provision == id);
    let clocks = clocks.map(|clock| ClockRow {
        what: clock.what.clone(),
        state: servanda_comply::word(&clock.state),
        due: when(clock.due.as_deref().unwrap_or("–")),
    });
    let see_queue = who.may(Action::SeeQueue, Class::Mission);
    let concerned = view.cases.iter().filter(|case| see_queue && case.concerns.contains(&id));
    let frame = Frame::of(&room, &who, "title-provision", "/").titled(id.clone());
    Ok(page(
        StatusCode::OK,
        &ProvisionPage {
            heading: article.map(|a| a.heading.clone()).unwrap_or_default(),
            text: article.map(|a| a.text.clone()).unwrap_or_default(),
            who: provision.who.iter().map(|id| frame.party(id)).collect(),
            clocks: clocks.collect(),
            part: told.parts.provisions.get(&id).cloned().unwrap_or_default(),
            cases: concerned
                .map(|case| (case.id.clone(), crate::shown::kinds(&view, &case.members)))
                .collect(),
            id,
            frame,
        },
    ))
}

/// The dates of a provision, for a calendar.
fn dates(view: &View, told: &Told, id: &str) -> Result<Response, Fault> {
    view.desk.agreement.provision(id).ok_or_else(Fault::not_found)?;
    let mut answer = told.evaluation.answer.clone();
    answer.clocks.retain(|clock| clock.provision == id);
    let text = servanda_report::calendar(&answer);
    Ok(([(CONTENT_TYPE, "text/calendar; charset=utf-8")], text).into_response())
}
