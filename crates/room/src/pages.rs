//! The pages, one file for each part of the room.

mod account;
mod home;
mod login;
mod people;
mod rights;

use crate::assets;
use crate::room::Room;
use axum::Router;
use axum::routing::{get, post};
use std::sync::Arc;

/// The routes of all pages. The guard stands before each of them.
pub(crate) fn routes() -> Router<Arc<Room>> {
    Router::new()
        .route("/", get(home::show))
        .route("/login", get(login::show).post(login::log_in))
        .route("/logout", post(login::log_out))
        .route("/account", get(account::show))
        .route("/account/password", post(account::set_password))
        .route("/account/sessions", post(account::end_all))
        .route("/people", get(people::show).post(people::add))
        .route("/people/close", post(people::close))
        .route("/rights", get(rights::show))
        .route("/static/{version}/{name}", get(assets::give))
}
