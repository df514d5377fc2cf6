//! Signing in and out.

use crate::http::{Fault, Fields, Peer, Site, Who, session_cookie};
use crate::limits::address_key;
use crate::page::{Frame, page};
use crate::people::{NAME_BYTES_MAX, Person};
use crate::room::Room;
use crate::{PASSWORD_BYTES_MAX, RoomError};
use askama::Template;
use axum::Extension;
use axum::extract::{Query, State};
use axum::http::header::{LOCATION, SET_COOKIE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use servanda_tlog::sha256;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Longest address that is gone to after signing in, in bytes.
const NEXT_BYTES_MAX: usize = 2_000;

#[derive(Template)]
#[template(path = "login.html")]
struct LoginPage<'r> {
    frame: Frame<'r>,
    name: &'r str,
    next: &'r str,
    is_wrong: bool,
    /// The provider of accounts elsewhere.
    elsewhere: Option<String>,
    is_local: bool,
}

impl<'r> LoginPage<'r> {
    fn of(room: &'r Room, who: &'r Who, name: &'r str, next: &'r str, is_wrong: bool) -> Self {
        let frame = Frame::of(room, who, "title-login", "");
        let elsewhere = room.elsewhere();
        let is_local = elsewhere.as_ref().is_none_or(|own| own.is_local_too());
        let elsewhere = elsewhere.map(|own| own.host().to_owned());
        LoginPage { frame, name, next, is_wrong, elsewhere, is_local }
    }

    /// As it stands in an address.
    fn next_encoded(&self) -> String {
        form_urlencoded::byte_serialize(self.next.as_bytes()).collect()
    }
}

pub(super) async fn show(
    State(room): State<Arc<Room>>,
    Query(query): Query<BTreeMap<String, String>>,
    who: Who,
) -> Response {
    let next = next(query.get("next").map_or("", String::as_str));
    if who.person().is_some() {
        return to(next);
    }
    page(StatusCode::OK, &LoginPage::of(&room, &who, "", next, false))
}

pub(super) async fn log_in(
    State(room): State<Arc<Room>>,
    Extension(site): Extension<Arc<Site>>,
    peer: Option<Extension<Peer>>,
    who: Who,
    fields: Fields,
) -> Result<Response, Fault> {
    if room.elsewhere().is_some_and(|own| !own.is_local_too()) {
        return Err(Fault::new(StatusCode::FORBIDDEN, "no-passwords"));
    }
    let (name, password) = (fields.get("name"), fields.exact("password"));
    let next = next(fields.get("next"));
    if name.len() > NAME_BYTES_MAX || password.len() > PASSWORD_BYTES_MAX {
        return Ok(wrong(&room, &who, "", next));
    }
    let now_ms = room.now().ms();
    let of_name = sha256(name.as_bytes());
    let of_address = peer.map(|Extension(Peer(address))| address_key(address));
    // It counts until it turns out to be right: so many are tried at once, and no more.
    if let Some(address) = of_address {
        room.limits.logins_of_address.take(address, now_ms).map_err(Fault::too_often)?;
    }
    room.limits.logins_of_name.take(of_name, now_ms).map_err(Fault::too_often)?;
    let Some(person) = check(&room, name, password).await? else {
        return Ok(wrong(&room, &who, name, next));
    };
    room.limits.logins_of_name.give_back(of_name);
    if let Some(address) = of_address {
        room.limits.logins_of_address.give_back(address);
    }
    // What the browser had before is not the session of whoever signs in.
    if let Some(session) = who.session() {
        room.sessions.end(session);
    }
    let token = room.sessions.begin(&person.name, room.now().ms())?;
    let mut response = to(next);
    response.headers_mut().insert(SET_COOKIE, session_cookie(&room, &site, Some(&token)));
    Ok(response)
}

pub(super) async fn log_out(
    State(room): State<Arc<Room>>,
    Extension(site): Extension<Arc<Site>>,
    who: Who,
) -> Response {
    if let Some(session) = who.session() {
        room.sessions.end(session);
    }
    let mut response = to("/");
    response.headers_mut().insert(SET_COOKIE, session_cookie(&room, &site, None));
    response
}

/// Compares a password, beside all that is quick. Few at once: each takes memory.
pub(super) async fn check(
    room: &Arc<Room>,
    name: &str,
    password: &str,
) -> Result<Option<Arc<Person>>, Fault> {
    let Ok(_permit) = room.hashing.acquire().await else { return Err(Fault::inside()) };
    let (own, name, password) = (Arc::clone(room), name.to_owned(), password.to_owned());
    let done = tokio::task::spawn_blocking(move || own.people().log_in(&name, &password));
    done.await.map_err(|_| Fault::inside())?.map_err(Fault::from)
}

/// Does something slow with the accounts, beside all that is quick.
pub(super) async fn change<T: Send + 'static>(
    room: &Arc<Room>,
    work: impl FnOnce(&Room) -> Result<T, RoomError> + Send + 'static,
) -> Result<T, Fault> {
    let Ok(_permit) = room.hashing.acquire().await else { return Err(Fault::inside()) };
    let own = Arc::clone(room);
    let done = tokio::task::spawn_blocking(move || work(&own));
    done.await.map_err(|_| Fault::inside())?.map_err(Fault::from)
}

/// Says that name and password don't belong together, and not which of them is wrong.
fn wrong(room: &Room, who: &Who, name: &str, next: &str) -> Response {
    room.metrics.logins_failed.inc();
    page(StatusCode::FORBIDDEN, &LoginPage::of(room, who, name, next, true))
}

/// Where to go after signing in: a page of this room, whatever the address says.
pub(super) fn next(asked: &str) -> &str {
    let is_own = asked.starts_with('/')
        && !asked.starts_with("//")
        && asked.len() <= NEXT_BYTES_MAX
        && asked.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if is_own { asked } else { "/" }
}

/// Leads on, by a new request that can be repeated.
pub(super) fn to(path: &str) -> Response {
    let path = HeaderValue::try_from(path).unwrap_or(HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(LOCATION, path)]).into_response()
}

#[cfg(test)]
mod tests {
    use super::next;

    #[test]
    fn one_goes_on_to_pages_of_this_room_only() {
        for own in ["/", "/queue?state=new", "/case/c1#reply"] {
            assert_eq!(next(own), own);
        }
        let long = format!("/{}", "x".repeat(3_000));
        for foreign in ["", "//evil.example", "https://evil.example", "/\\evil", "/a\r\nb", &long] {
            assert_eq!(next(foreign), "/", "{foreign:?}");
        }
    }
}
