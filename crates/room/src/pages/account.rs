//! One's own account: who one is here, the password, the sessions.

use super::login::{change, check, to};
use crate::PASSWORD_CHARACTERS_MIN;
use crate::http::{Fault, Fields, Site, Who, session_cookie};
use crate::page::{Frame, page};
use crate::room::Room;
use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::Response;
use servanda_tlog::sha256;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "account.html")]
struct AccountPage<'r> {
    frame: Frame<'r>,
    sessions: i64,
    /// What was wrong with the form, and with which field.
    wrong: Option<(&'static str, String)>,
}

pub(super) async fn show(State(room): State<Arc<Room>>, who: Who) -> Result<Response, Fault> {
    shown(&room, &who, StatusCode::OK, None)
}

fn shown(
    room: &Room,
    who: &Who,
    status: StatusCode,
    wrong: Option<(&'static str, String)>,
) -> Result<Response, Fault> {
    let Some(person) = who.person() else { return Err(Fault::sign_in()) };
    let sessions = room.sessions.count(&person.name, room.now().ms());
    let sessions = i64::try_from(sessions).unwrap_or(i64::MAX);
    let frame = Frame::of(room, who, "title-account", "");
    Ok(page(status, &AccountPage { frame, sessions, wrong }))
}

/// Changes the password. All sessions end: whoever knew the old one is out.
pub(super) async fn set_password(
    State(room): State<Arc<Room>>,
    Extension(site): Extension<Arc<Site>>,
    who: Who,
    fields: Fields,
) -> Result<Response, Fault> {
    let Some(person) = who.person() else { return Err(Fault::sign_in()) };
    let name = person.name.clone();
    let words = room.words();
    let refused = |field, key| {
        let said = words.say(key, &[("n", (PASSWORD_CHARACTERS_MIN as i64).into())]);
        shown(&room, &who, StatusCode::UNPROCESSABLE_ENTITY, Some((field, said)))
    };
    let of_name = sha256(name.as_bytes());
    let taken = room.limits.logins_of_name.take(of_name, room.now().ms());
    taken.map_err(Fault::too_often)?;
    if check(&room, &name, fields.exact("old")).await?.is_none() {
        return refused("old", "account-old-wrong");
    }
    room.limits.logins_of_name.give_back(of_name);
    let new = fields.exact("new").to_owned();
    if new.chars().count() < PASSWORD_CHARACTERS_MIN || new.len() > crate::PASSWORD_BYTES_MAX {
        return refused("new", "account-new-short");
    }
    let whose = name.clone();
    change(&room, move |room| room.people().set_password(&whose, &new)).await?;
    room.sessions.end_all(&name);
    Ok(out(&room, &site))
}

/// Ends all sessions of the person, this one too.
pub(super) async fn end_all(
    State(room): State<Arc<Room>>,
    Extension(site): Extension<Arc<Site>>,
    who: Who,
) -> Result<Response, Fault> {
    let Some(person) = who.person() else { return Err(Fault::sign_in()) };
    room.sessions.end_all(&person.name);
    Ok(out(&room, &site))
}

fn out(room: &Room, site: &Site) -> Response {
    let mut response = to("/login");
    response.headers_mut().insert(SET_COOKIE, session_cookie(room, site, None));
    response
}
