//! The first page.

use crate::http::{Fault, Who, require};
use crate::page::{Frame, page};
use crate::rights::{Action, Class};
use crate::room::Room;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "home.html")]
struct Home<'r> {
    frame: Frame<'r>,
}

pub(super) async fn show(State(room): State<Arc<Room>>, who: Who) -> Result<Response, Fault> {
    require(&who, Action::SeeBoard, Class::Public)?;
    let frame = Frame::of(&room, &who, "title-home", "/");
    Ok(page(StatusCode::OK, &Home { frame }))
}
