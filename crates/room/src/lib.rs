//! The operations room: the web application in which a mission's people see what is going on,
//! decide, and publish.
//!
//! A [`Room`] is open on one record. [`serve`] answers over HTTP; [`router`] is the same without
//! listening. All pages stand in one frame: who asks ([`Who`]), whether they may ([`require`], by
//! the one table in [`rights`]), and in which words ([`Words`]). Forms carry a token of their
//! session and every answer its headers, whatever a handler does.
//!
//! No clock is read here: the time is a function that the room is opened with.

mod api;
mod assets;
mod columns;
mod error;
mod hand;
mod hooks;
mod http;
mod judged;
mod leaf;
mod library;
mod limits;
mod metrics;
mod oidc;
mod opened;
mod operator_file;
mod page;
mod pages;
mod past;
mod people;
mod pictured;
mod released;
pub mod rights;
mod room;
mod secret;
mod sessions;
mod shown;
mod view;
mod words;

pub use api::openapi;
pub use error::{AccountFault, RoomError};
pub use hooks::{Hooks, NEWS, send_news};
pub use http::{
    BODY_BYTES_MAX, FIELDS_MAX, FORM_BYTES_MAX, Fault, Fields, Listening, Site, UPLOAD_BYTES_MAX,
    Who, require, router, serve,
};
pub use library::{LIBRARY_FILE_BYTES_MAX, MapLibrary};
pub use oidc::Oidc;
pub use page::{Frame, NavItem, page};
pub use people::{NAME_BYTES_MAX, PEOPLE_MAX, People, Person};
pub use room::{
    LOGINS_OF_A_NAME_MAX, LOGINS_OF_AN_ADDRESS_MAX, Places, REQUESTS_OF_A_SESSION_MAX,
    REQUESTS_OF_AN_ADDRESS_MAX, Room, Standing,
};
pub use secret::{PASSWORD_BYTES_MAX, PASSWORD_CHARACTERS_MIN, draw_password};
pub use sessions::{SESSION_IDLE_MS_MAX, SESSION_MS_MAX, SESSIONS_OF_ONE_MAX};
pub use words::{Value, Words};
