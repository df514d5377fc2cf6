//! The table of rights, for everybody: who may do what is no secret.

use crate::http::{Fault, Who, require};
use crate::page::{Frame, page};
use crate::rights::{Action, Class, Role, reach};
use crate::room::Room;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "rights.html")]
struct RightsPage<'r> {
    frame: Frame<'r>,
    rows: Vec<(Action, Vec<Cell>)>,
}

/// A cell: up to which class, and whether the role is one's own.
struct Cell {
    reach: Option<Class>,
    is_own: bool,
}

pub(super) async fn show(State(room): State<Arc<Room>>, who: Who) -> Result<Response, Fault> {
    require(&who, Action::SeeBoard, Class::Public)?;
    let own = who.roles();
    let cell = |action, role| Cell { reach: reach(role, action), is_own: own.contains(&role) };
    let row = |action| (action, Role::ALL.into_iter().map(|role| cell(action, role)).collect());
    let rows = Action::ALL.into_iter().map(row).collect();
    let frame = Frame::of(&room, &who, "title-rights", "/rights");
    Ok(page(StatusCode::OK, &RightsPage { frame, rows }))
}
