//! The figures for the operator, on an address of their own.
//!
//! The guard of the room's pages doesn't stand here, as nothing of a case is here and nobody signs
//! in. What does: it answers one path, takes nothing, and on a loopback address only requests that
//! name it, so that no page elsewhere reads the figures through the operator's own browser.

use super::Site;
use crate::metrics::Form;
use crate::room::Room;
use axum::Router;
use axum::extract::State;
use axum::http::header::{
    ACCEPT, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, VARY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use std::net::SocketAddr;
use std::sync::Arc;

/// What is answered at that address.
pub(super) fn router(room: Arc<Room>, at: SocketAddr) -> Router {
    let site = at.ip().is_loopback().then(|| Site::at(at));
    Router::new().route("/metrics", get(show)).with_state((room, site))
}

async fn show(
    State((room, site)): State<(Arc<Room>, Option<Site>)>,
    headers: HeaderMap,
) -> Response {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    if site.is_some_and(|site| !site.is_host(host)) {
        return (StatusCode::BAD_REQUEST, "no such host here\n").into_response();
    }
    let accept = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let form = Form::of(&accept.collect::<Vec<_>>().join(","));
    let fixed = [
        (CONTENT_TYPE, form.media()),
        (CACHE_CONTROL, "no-store"),
        (CONTENT_SECURITY_POLICY, "default-src 'none'"),
        (VARY, "Accept"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (fixed, room.metrics.text(&room, form)).into_response()
}
