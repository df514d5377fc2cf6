//! The room over HTTP: the frame around all pages.
//!
//! Every request passes `guard` first, which finds out who asks, and last, which dresses the
//! answer. Handlers see [`Who`], say [`require`] before anything else, read a form from [`Fields`],
//! and answer with [`page`](crate::page::page) or a [`Fault`].

mod fault;
mod fields;
mod figures;
mod guard;
mod listen;
mod patient;
mod site;
mod who;

pub use fault::Fault;
pub use fields::{FIELDS_MAX, FORM_BYTES_MAX, Fields};
pub use guard::{BODY_BYTES_MAX, UPLOAD_BYTES_MAX};
pub use listen::{Listening, serve};
pub use site::Site;
pub use who::{Who, require};

pub(crate) use guard::{Dressed, Sandboxed, Unchanging, session_cookie};
pub(crate) use listen::Peer;

use crate::api;
use crate::pages;
use crate::room::Room;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use std::sync::Arc;

/// All routes, behind the guard. A module of [`crate::pages`] adds its own in `pages::routes`.
pub fn router(room: Arc<Room>, site: Site) -> Router {
    let site = Arc::new(site);
    pages::routes()
        .merge(api::routes())
        .fallback(|| async { Fault::not_found() })
        // The guard limits bodies, by what they are.
        .layer(DefaultBodyLimit::disable())
        .layer(from_fn_with_state((Arc::clone(&room), site), guard::guard))
        .with_state(room)
}
