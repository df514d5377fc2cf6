//! The board: the answer in words, then what it rests on.

use super::queue::{Facet, facets};
use crate::http::{Fault, Who, require};
use crate::page::{Frame, page};
use crate::rights::{Action, Class};
use crate::room::Room;
use crate::shown::moment;
use crate::view::Parts;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use servanda_casework::Case;
use servanda_report::When;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "board.html")]
struct Board<'r> {
    frame: Frame<'r>,
    parts: &'r Parts,
    size: u64,
    at: When,
    stages: Vec<Facet>,
    see_queue: bool,
}

pub(super) async fn show(State(room): State<Arc<Room>>, who: Who) -> Result<Response, Fault> {
    require(&who, Action::SeeBoard, Class::Public)?;
    let view = room.view();
    let frame = Frame::of(&room, &who, "title-home", "/");
    let see_queue = who.may(Action::SeeQueue, Class::Mission);
    let stages = if see_queue {
        let cases: Vec<&Case> = view.cases.iter().collect();
        facets(&frame, &cases, room.now(), None)
    } else {
        Vec::new()
    };
    let at = moment(view.at);
    let parts = &*view.told(who.may(Action::SeeBoard, Class::Mission)).parts;
    let size = view.desk.size;
    Ok(page(StatusCode::OK, &Board { frame, parts, size, at, stages, see_queue }))
}
