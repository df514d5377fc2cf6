//! What stands before and behind every handler.
//!
//! Before: the host is one of ours, nobody asks too often, the session is found, and what changes
//! something comes from a form of this session. Behind: an answer that says no gets its words, and
//! every answer its headers. No handler can forget any of it.

use super::fault::Fault;
use super::fields::{FORM_BYTES_MAX, Fields};
use super::listen::{Patience, Peer};
use super::patient::PatientBody;
use super::site::Site;
use super::who::Who;
use crate::limits::address_key;
use crate::page::{ErrorPage, Frame, html};
use crate::room::Room;
use axum::body::{Body, Bytes};
use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{
    ACCEPT, ALLOW, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, COOKIE,
    HOST, HeaderName, LOCATION, ORIGIN, REFERRER_POLICY, RETRY_AFTER, STRICT_TRANSPORT_SECURITY,
    VARY, WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http_body_util::{BodyExt as _, Limited};
use std::sync::Arc;
use std::time::Duration;
use subtle::ConstantTimeEq as _;
use tokio::time::{Instant, timeout};

/// Largest body that is neither a form nor an upload, in bytes.
pub const BODY_BYTES_MAX: usize = 1024 * 1024;
/// Largest form with files, in bytes.
pub const UPLOAD_BYTES_MAX: usize = 64 * 1024 * 1024;
/// How long a form without files may take to arrive, whole.
const FORM_WITHIN: Duration = Duration::from_secs(60);
/// The header in which scripts send the session's token.
const CSRF_HEADER: HeaderName = HeaderName::from_static("x-csrf-token");
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     connect-src 'self'; worker-src 'self'; form-action 'self'; frame-ancestors 'none'; \
     base-uri 'none'",
);

/// What may be done with a file that came from somebody, should a browser open it: nothing.
const FILE_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; sandbox; form-action 'none'; frame-ancestors 'none'; base-uri 'none'",
);

/// Marks an answer that is a file which came from somebody.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sandboxed;

/// Marks an answer that says no and has its own page.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Dressed;

/// Marks an answer that is the same for everybody and for ever.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Unchanging;

/// Of the request, what the answer's form depends on.
struct Asked {
    method: Method,
    target: String,
    wants_html: bool,
}

impl Asked {
    fn of(request: &Request) -> Asked {
        let path = request.uri().path();
        let target = request.uri().path_and_query().map_or(path, |target| target.as_str());
        let accept = request.headers().get_all(ACCEPT).iter();
        let accept: Vec<&str> = accept.filter_map(|value| value.to_str().ok()).collect();
        let has = |kind: &str| accept.iter().any(|value| value.contains(kind));
        let is_program = has("json") || (crate::api::is_of_programs(path) && !has("text/html"));
        Asked {
            method: request.method().clone(),
            target: target.to_owned(),
            wants_html: has("text/html") || !is_program,
        }
    }
}

/// The middleware.
pub(super) async fn guard(
    State((room, site)): State<(Arc<Room>, Arc<Site>)>,
    request: Request,
    next: Next,
) -> Response {
    let began = Instant::now();
    let matched = request.extensions().get::<MatchedPath>().cloned();
    let asked = Asked::of(&request);
    let mut who = Who::default();
    let response = match admit(&room, &site, request, &mut who).await {
        Ok(request) => next.run(request).await,
        Err(fault) => fault.into_response(),
    };
    let response = dress(&room, &site, &asked, &who, response);
    room.metrics.answered(matched.as_ref(), response.status(), began.elapsed());
    response
}

async fn admit(
    room: &Room,
    site: &Arc<Site>,
    mut request: Request,
    who: &mut Who,
) -> Result<Request, Fault> {
    let host = only(request.headers(), HOST).and_then(|host| host.to_str().ok());
    let is_ours = |host: &str| site.is_host(host);
    if !host.is_some_and(is_ours) || !request.uri().authority().is_none_or(|a| is_ours(a.as_str()))
    {
        return Err(Fault::unknown_host());
    }
    let now_ms = room.now().ms();
    if let Some(Peer(address)) = request.extensions().get::<Peer>() {
        let taken = room.limits.requests_of_address.take(address_key(*address), now_ms);
        taken.map_err(Fault::too_often)?;
    }
    *who = signed_in(room, site, request.headers(), now_ms)?;
    if let Some(session) = who.session() {
        let taken = room.limits.requests_of_session.take(session, now_ms);
        taken.map_err(Fault::too_often)?;
    }
    request.extensions_mut().insert(who.clone());
    request.extensions_mut().insert(Arc::clone(site));
    match *request.method() {
        Method::GET | Method::HEAD => Ok(request),
        Method::POST | Method::PUT | Method::PATCH | Method::DELETE => {
            check_origin(site, request.headers())?;
            check_form(who, request).await
        }
        _ => Err(Fault::of_status(StatusCode::METHOD_NOT_ALLOWED)),
    }
}

/// The value of a header that must be there once.
fn only(headers: &HeaderMap, name: HeaderName) -> Option<&HeaderValue> {
    let mut values = headers.get_all(name).iter();
    values.next().filter(|_| values.next().is_none())
}

/// Who the cookie says it is. An account that was closed has no session any more.
fn signed_in(room: &Room, site: &Site, headers: &HeaderMap, now_ms: i64) -> Result<Who, Fault> {
    let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let own = room.cookie(site.is_tls());
    let mut pairs = cookies.flat_map(|line| line.split(';')).filter_map(|p| p.split_once('='));
    let Some((_, token)) = pairs.find(|(name, _)| name.trim() == own) else {
        return Ok(Who::default());
    };
    let Some(seen) = room.sessions.find(token.trim(), now_ms) else { return Ok(Who::default()) };
    match room.people().find(&seen.person)? {
        Some(person) => Ok(Who::signed_in(person, seen.csrf, seen.key)),
        None => {
            room.sessions.end_all(&seen.person);
            Ok(Who::default())
        }
    }
}

/// That no page of another site has sent it. Browsers say with each form from where it comes; so
/// must programs.
fn check_origin(site: &Site, headers: &HeaderMap) -> Result<(), Fault> {
    let fetch_site = headers.get(FETCH_SITE);
    let origin = headers.get(ORIGIN).map(|origin| origin.to_str().unwrap_or_default());
    let is_same = fetch_site.is_none_or(|from| from == "same-origin");
    let is_own = origin.is_none_or(|origin| site.is_origin(origin));
    if is_same && is_own && (fetch_site.is_some() || origin.is_some()) {
        return Ok(());
    }
    Err(Fault::foreign_site())
}

/// The path whose form has no token, as nobody is signed in yet.
const LOGIN: &str = "/login";

/// That what is sent carries the session's token; and its size and time are bounded.
async fn check_form(who: &Who, request: Request) -> Result<Request, Fault> {
    let (mut parts, body) = request.into_parts();
    let kind = parts.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let kind = kind.unwrap_or_default().to_owned();
    let media = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let max = match media.as_str() {
        "application/x-www-form-urlencoded" => FORM_BYTES_MAX,
        "multipart/form-data" => UPLOAD_BYTES_MAX,
        "application/json" | "application/geo+json" => BODY_BYTES_MAX,
        _ => return Err(Fault::wrong_type()),
    };
    let length = parts.headers.get(CONTENT_LENGTH).and_then(|text| text.to_str().ok());
    if length.and_then(|text| text.parse().ok()).is_some_and(|length: u64| length > max as u64) {
        return Err(Fault::too_large());
    }
    let Patience(patience) =
        parts.extensions.get().copied().unwrap_or(Patience(Duration::from_secs(15)));
    let patient =
        |beginning, rest| Body::new(Limited::new(PatientBody::new(beginning, rest, patience), max));
    let in_header = parts.headers.get(CSRF_HEADER).map(HeaderValue::as_bytes);
    let in_header = in_header.map(|token| is_token(who, token));
    if max == FORM_BYTES_MAX {
        let whole = timeout(FORM_WITHIN, patient(Bytes::new(), body).collect());
        let whole = whole.await.map_err(|_| Fault::too_slow())?;
        let whole = whole.map_err(|error| broken_off(&error))?.to_bytes();
        let fields = Fields::parse(&whole)?;
        let is_own = match in_header {
            Some(is_own) => is_own,
            None => is_token(who, fields.exact("csrf").as_bytes()),
        };
        if !is_own && parts.uri.path() != LOGIN {
            return Err(Fault::foreign_form());
        }
        parts.extensions.insert(fields);
        return Ok(Request::from_parts(parts, Body::from(whole)));
    }
    let (is_own, body) = match in_header {
        Some(is_own) => (is_own, patient(Bytes::new(), body)),
        None if media == "multipart/form-data" => {
            let body = patient(Bytes::new(), body);
            let (is_own, beginning, body) = first_field(who, &kind, body).await?;
            (is_own, patient(beginning, body))
        }
        None => return Err(Fault::foreign_form()),
    };
    if is_own { Ok(Request::from_parts(parts, body)) } else { Err(Fault::foreign_form()) }
}

/// Reads the beginning of a form with files, whose first field must be the token: a form that is
/// somebody else's is refused before its files are read.
async fn first_field(who: &Who, kind: &str, mut body: Body) -> Result<(bool, Bytes, Body), Fault> {
    let boundary = kind.split(';').find_map(|part| part.trim().strip_prefix("boundary="));
    let boundary = boundary.map(|text| text.trim_matches('"')).unwrap_or_default();
    if boundary.is_empty() || boundary.len() > 70 {
        return Err(Fault::bad_request());
    }
    let head = format!("--{boundary}\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n");
    let tail = "\r\n";
    let needed = head.len() + who.csrf().len() + tail.len();
    let mut beginning = Vec::new();
    while beginning.len() < needed {
        match body.frame().await {
            None => break,
            Some(Err(error)) => return Err(broken_off(&error)),
            Some(Ok(frame)) => beginning.extend(frame.into_data().unwrap_or_default()),
        }
    }
    let token = beginning.get(head.len()..needed - tail.len()).unwrap_or_default();
    let is_own = beginning.starts_with(head.as_bytes()) && is_token(who, token);
    Ok((is_own, beginning.into(), body))
}

fn is_token(who: &Who, token: &[u8]) -> bool {
    !who.csrf().is_empty() && bool::from(who.csrf().as_bytes().ct_eq(token))
}

fn broken_off(error: &(dyn std::error::Error + 'static)) -> Fault {
    let mut cause = Some(error);
    while let Some(one) = cause {
        if one.is::<http_body_util::LengthLimitError>() {
            return Fault::too_large();
        }
        if let Some(io) = one.downcast_ref::<std::io::Error>()
            && io.kind() == std::io::ErrorKind::TimedOut
        {
            return Fault::too_slow();
        }
        cause = one.source();
    }
    Fault::bad_request()
}

/// Gives an answer its words, where it has none, and its headers.
fn dress(room: &Room, site: &Site, asked: &Asked, who: &Who, mut response: Response) -> Response {
    let status = response.status();
    let is_no = status.is_client_error() || status.is_server_error();
    let is_dressed = response.extensions().get::<Dressed>().is_some();
    let fault = response.extensions_mut().remove::<Fault>();
    let fault = fault.or_else(|| (is_no && !is_dressed).then(|| Fault::of_status(status)));
    if let Some(fault) = fault {
        if fault.status.is_server_error() {
            room.tell(&fault.what);
        }
        let allow = response.headers_mut().remove(ALLOW);
        response = said(room, asked, who, &fault);
        if let Some(allow) = allow {
            response.headers_mut().insert(ALLOW, allow);
        }
    }
    let is_file = response.extensions().get::<Sandboxed>().is_some();
    let is_unchanging = response.extensions().get::<Unchanging>().is_some();
    let headers = response.headers_mut();
    let fixed = HeaderValue::from_static;
    headers.insert(CONTENT_SECURITY_POLICY, if is_file { FILE_POLICY } else { POLICY });
    headers.insert(X_CONTENT_TYPE_OPTIONS, fixed("nosniff"));
    // Nothing is told to other sites. With `no-referrer` browsers would send our own forms with
    // `Origin: null`, and they couldn't be told from those of others.
    headers.insert(REFERRER_POLICY, fixed("same-origin"));
    let same_origin = fixed("same-origin");
    headers.insert("cross-origin-opener-policy", same_origin.clone());
    headers.insert("cross-origin-resource-policy", same_origin);
    headers.insert("permissions-policy", fixed("camera=(), geolocation=(), microphone=()"));
    if site.is_tls() {
        headers.insert(STRICT_TRANSPORT_SECURITY, fixed("max-age=31536000"));
    }
    if is_unchanging {
        headers.insert(CACHE_CONTROL, fixed("public, max-age=31536000, immutable"));
    } else {
        headers.append(VARY, fixed("Accept, Cookie"));
        // What was shown to somebody who is signed in must not be found on the machine later.
        if who.person().is_some() || !headers.contains_key(CACHE_CONTROL) {
            headers.insert(CACHE_CONTROL, fixed("no-store"));
        }
    }
    response
}

/// A fault as a page, or as `application/problem+json` (RFC 9457).
fn said(room: &Room, asked: &Asked, who: &Who, fault: &Fault) -> Response {
    let words = room.words();
    let is_sign_in = fault.status == StatusCode::UNAUTHORIZED;
    if is_sign_in && asked.wants_html && asked.method == Method::GET {
        let next: String = form_urlencoded::byte_serialize(asked.target.as_bytes()).collect();
        let to = HeaderValue::try_from(format!("{LOGIN}?next={next}"));
        let to = to.unwrap_or(HeaderValue::from_static(LOGIN));
        return (StatusCode::SEE_OTHER, [(LOCATION, to)]).into_response();
    }
    let (what, to_do) = (fault.what(words), fault.to_do(words));
    let mut response = if asked.wants_html {
        let frame = Frame::of(room, who, "title-fault", "");
        html(fault.status, &ErrorPage { frame, status: fault.status.as_u16(), what, to_do })
    } else {
        let problem = serde_json::json!({
            "type": "about:blank",
            "title": what,
            "status": fault.status.as_u16(),
            "detail": to_do,
        });
        let kind = HeaderValue::from_static("application/problem+json");
        (fault.status, [(CONTENT_TYPE, kind)], problem.to_string()).into_response()
    };
    if let Some(seconds) = fault.again_after {
        response.headers_mut().insert(RETRY_AFTER, seconds.into());
    }
    if is_sign_in {
        let scheme = HeaderValue::from_static("Session realm=\"servanda\"");
        response.headers_mut().insert(WWW_AUTHENTICATE, scheme);
    }
    response
}

/// The line that gives a browser its session, or takes it from it.
pub(crate) fn session_cookie(room: &Room, site: &Site, token: Option<&str>) -> HeaderValue {
    let secure = if site.is_tls() { "; Secure" } else { "" };
    let over = if token.is_none() { "; Max-Age=0" } else { "" };
    let (name, token) = (room.cookie(site.is_tls()), token.unwrap_or_default());
    let line = format!("{name}={token}; Path=/; HttpOnly; SameSite=Strict{secure}{over}");
    HeaderValue::try_from(line).unwrap_or(HeaderValue::from_static(""))
}
