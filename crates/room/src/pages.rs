//! The pages, one file for each part of the room.

mod account;
mod agreement;
mod board;
mod case;
mod elsewhere;
mod entry;
mod events;
mod findings;
mod incidents;
mod login;
mod people;
mod picture;
mod positions;
mod provision;
mod queue;
mod report;
mod rights;
mod upload;
mod versions;

pub(crate) use picture::Copies;
pub(crate) use positions::Talks;
pub(crate) use upload::Waiting;
pub(crate) use versions::Comparisons;

use crate::assets;
use crate::http::Fault;
use crate::room::Room;
use crate::view::View;
use axum::Router;
use axum::extract::multipart::MultipartError;
use axum::http::StatusCode;
use axum::routing::{get, post};
use std::sync::Arc;

/// The routes of all pages. The guard stands before each of them.
pub(crate) fn routes() -> Router<Arc<Room>> {
    Router::new()
        .route("/", get(board::show))
        .route("/queue", get(queue::show))
        .route("/cases/{id}", get(case::show))
        .route("/cases/{id}/{deed}", post(case::act))
        .route("/report", get(report::show).post(report::add))
        .route("/events", get(events::follow))
        .route("/upload", get(upload::show).post(upload::read))
        .route("/upload/keep", post(upload::keep))
        .route("/agreement", get(agreement::show))
        .route("/agreement/positions", get(positions::show))
        .route("/agreement/versions", get(versions::show))
        .route("/findings", get(findings::show))
        .route("/incidents", get(incidents::show))
        .route("/incidents.print", get(incidents::print))
        .route("/provisions/{id}", get(provision::show))
        .route("/entries/{index}", get(entry::show))
        .route("/entries/{index}/open", post(entry::open))
        .route("/entries/{index}/pictures/{n}", post(picture::show))
        .route("/entries/{index}/pictures/{n}/original", post(picture::give_original))
        .route("/pictures/{token}", get(picture::give))
        .route("/login", get(login::show).post(login::log_in))
        .route("/login/oidc", get(elsewhere::leave))
        .route("/login/oidc/callback", get(elsewhere::come_back))
        .route("/logout", post(login::log_out))
        .route("/account", get(account::show))
        .route("/account/password", post(account::set_password))
        .route("/account/sessions", post(account::end_all))
        .route("/people", get(people::show).post(people::add))
        .route("/people/close", post(people::close))
        .route("/people/roles", post(people::set_roles))
        .route("/people/subject", post(people::bind))
        .route("/rights", get(rights::show))
        .route("/static/{version}/{name}", get(assets::give))
}

/// A form with files that broke off.
fn broken(error: &MultipartError) -> Fault {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        Fault::too_large()
    } else {
        Fault::bad_request()
    }
}

/// The words of a party's reply, where they are not withheld and can be shown.
fn words_of(view: &View, entry: u64) -> String {
    let mut replies = view.desk.history.replies.iter();
    let Some(reply) = replies.find(|held| held.cite.entry == entry) else { return String::new() };
    let bytes = view.desk.record.blob(&reply.value.text.sha256).unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}
