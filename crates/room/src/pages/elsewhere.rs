//! Signing in with an account elsewhere: leaving for the provider, and coming back.

use super::login::{next, to};
use crate::api::base;
use crate::http::{Fault, Peer, Site, Who, session_cookie};
use crate::limits::address_key;
use crate::oidc::{Elsewhere, FLOW_MS_MAX, Refused};
use crate::page::{Frame, page};
use crate::room::Room;
use askama::Template;
use axum::Extension;
use axum::extract::{Query, RawQuery, State};
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Where the provider sends people back to.
const BACK: &str = "/login/oidc/callback";

#[derive(Template)]
#[template(path = "elsewhere.html")]
struct BackPage<'r> {
    frame: Frame<'r>,
    /// Where one goes on; empty: one didn't come in.
    next: &'r str,
    /// Whom the provider named, where no account is bound to them.
    unknown: &'r str,
}

/// Sends somebody to the provider.
pub(super) async fn leave(
    State(room): State<Arc<Room>>,
    Extension(site): Extension<Arc<Site>>,
    Query(query): Query<BTreeMap<String, String>>,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    let back = format!("{}{BACK}", base(&headers, &site));
    let next = next(query.get("next").map_or("", String::as_str)).to_owned();
    let now = room.now();
    let left = asking(&room, move |elsewhere| elsewhere.leave(&back, &next, now)).await?;
    let leave = left.map_err(|refused| {
        room.tell(&refused.to_string());
        Fault::new(StatusCode::BAD_GATEWAY, "elsewhere")
    })?;
    let mut response = to(&leave.to);
    response.headers_mut().insert(SET_COOKIE, flow_cookie(&room, &site, Some(&leave.token)));
    Ok(response)
}

/// Somebody comes back: signed in, or not.
pub(super) async fn come_back(
    State(room): State<Arc<Room>>,
    Extension(site): Extension<Arc<Site>>,
    peer: Option<Extension<Peer>>,
    who: Who,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    let now = room.now();
    let of_address = peer.map(|Extension(Peer(address))| address_key(address));
    if let Some(address) = of_address {
        room.limits.logins_of_address.take(address, now.ms()).map_err(Fault::too_often)?;
    }
    let token = flow_token(&room, &site, &headers);
    let answer: Vec<(String, String)> =
        form_urlencoded::parse(query.unwrap_or_default().as_bytes()).into_owned().collect();
    let came = asking(&room, move |elsewhere| elsewhere.come_back(&token, &answer, now)).await?;
    let shown = |status, title, next: &str, unknown: &str| {
        let frame = Frame::of(&room, &who, title, "");
        let mut response = page(status, &BackPage { frame, next, unknown });
        response.headers_mut().append(SET_COOKIE, flow_cookie(&room, &site, None));
        response
    };
    let refused = |unknown: &str| {
        room.metrics.logins_failed.inc();
        shown(StatusCode::FORBIDDEN, "title-elsewhere-refused", "", unknown)
    };
    let (subject, next) = match came {
        Ok(came) => came,
        Err(what) => {
            room.tell(&what.to_string());
            return Ok(refused(""));
        }
    };
    let Some(person) = room.people().find_by_subject(&subject)? else {
        return Ok(refused(&subject));
    };
    if let Some(address) = of_address {
        room.limits.logins_of_address.give_back(address);
    }
    // What the browser had before is not the session of whoever signs in.
    if let Some(session) = who.session() {
        room.sessions.end(session);
    }
    let token = room.sessions.begin(&person.name, now.ms())?;
    // The browser comes from another site, so it would not send the session along when it was led
    // on from here: it goes on by itself, from a page of ours.
    let mut response = shown(StatusCode::OK, "title-elsewhere-done", &next, "");
    response.headers_mut().append(SET_COOKIE, session_cookie(&room, &site, Some(&token)));
    Ok(response)
}

/// Asks the provider, beside all that is quick. Few at once: each holds a thread.
async fn asking<T: Send + 'static>(
    room: &Arc<Room>,
    ask: impl FnOnce(&Elsewhere) -> Result<T, Refused> + Send + 'static,
) -> Result<Result<T, Refused>, Fault> {
    let elsewhere = room.elsewhere().ok_or_else(Fault::not_found)?;
    let Ok(_permit) = room.asking_elsewhere.acquire().await else { return Err(Fault::inside()) };
    let done = tokio::task::spawn_blocking(move || ask(&elsewhere));
    done.await.map_err(|_| Fault::inside())
}

/// The name of the cookie by which a browser is known when it comes back.
fn flow_name(room: &Room, site: &Site) -> String {
    format!("{}-leave", room.cookie(site.is_tls()))
}

/// Unlike a session's, it is sent along when the provider leads the browser here.
fn flow_cookie(room: &Room, site: &Site, token: Option<&str>) -> HeaderValue {
    let secure = if site.is_tls() { "; Secure" } else { "" };
    let seconds = if token.is_some() { FLOW_MS_MAX / 1_000 } else { 0 };
    let (name, token) = (flow_name(room, site), token.unwrap_or_default());
    let rest = format!("; Path=/; HttpOnly; SameSite=Lax{secure}; Max-Age={seconds}");
    HeaderValue::try_from(format!("{name}={token}{rest}")).unwrap_or(HeaderValue::from_static(""))
}

fn flow_token(room: &Room, site: &Site, headers: &HeaderMap) -> String {
    let own = flow_name(room, site);
    let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|line| line.split(';')).filter_map(|p| p.split_once('='));
    let found = pairs.find(|(name, _)| name.trim() == own);
    found.map_or_else(String::new, |(_, token)| token.trim().to_owned())
}
