//! The accounts, for the administrator.

use super::login::{change, to};
use crate::http::{Fault, Fields, Who, require};
use crate::page::{Frame, page};
use crate::people::Person;
use crate::rights::{Action, Class, Role};
use crate::room::Room;
use crate::secret::draw_password;
use crate::{AccountFault, NAME_BYTES_MAX, RoomError};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "people.html")]
struct PeoplePage<'r> {
    frame: Frame<'r>,
    people: Vec<Arc<Person>>,
    parties: &'r [(String, String)],
    roles: Vec<Role>,
    sent: Sent,
    wrong: Option<AccountFault>,
    /// The account that was just opened, and its password: shown this once.
    opened: Option<(String, String)>,
    /// The provider of accounts elsewhere.
    elsewhere: Option<String>,
}

/// What the form was filled with.
#[derive(Debug, Clone, Default)]
struct Sent {
    name: String,
    roles: Vec<Role>,
    party: String,
}

pub(super) async fn show(State(room): State<Arc<Room>>, who: Who) -> Result<Response, Fault> {
    require(&who, Action::Administer, Class::Public)?;
    shown(&room, &who, StatusCode::OK, Sent::default(), None, None)
}

fn shown(
    room: &Room,
    who: &Who,
    status: StatusCode,
    sent: Sent,
    wrong: Option<AccountFault>,
    opened: Option<(String, String)>,
) -> Result<Response, Fault> {
    let people = room.people().list()?;
    let roles = Role::ALL.into_iter().filter(|role| *role != Role::Public).collect();
    let frame = Frame::of(room, who, "title-people", "/people");
    let parties = room.parties();
    let elsewhere = room.elsewhere().map(|own| own.host().to_owned());
    Ok(page(status, &PeoplePage { frame, people, parties, roles, sent, wrong, opened, elsewhere }))
}

/// Opens an account, with a password that is drawn and shown once.
pub(super) async fn add(
    State(room): State<Arc<Room>>,
    who: Who,
    fields: Fields,
) -> Result<Response, Fault> {
    require(&who, Action::Administer, Class::Public)?;
    let mut sent = Sent {
        name: fields.get("name").to_owned(),
        roles: Vec::new(),
        party: fields.get("party").to_owned(),
    };
    sent.name.truncate(sent.name.floor_char_boundary(2 * NAME_BYTES_MAX));
    sent.roles = roles(&fields)?;
    if !is_party(&room, &sent.party) {
        return Err(Fault::bad_request());
    }
    let asked = sent.clone();
    let password = draw_password()?;
    let own = password.clone();
    let added = change(&room, move |room| {
        match room.people().add(&asked.name, &asked.roles, given(&asked.party), &own) {
            Err(RoomError::Account(fault)) => Ok(Some(fault)),
            added => added.map(|()| None),
        }
    });
    match added.await? {
        Some(fault) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            shown(&room, &who, status, sent, Some(fault), None)
        }
        None => {
            let opened = Some((sent.name, password));
            shown(&room, &who, StatusCode::OK, Sent::default(), None, opened)
        }
    }
}

/// Says what the provider of accounts elsewhere calls a person; an empty field: nothing any more.
pub(super) async fn bind(
    State(room): State<Arc<Room>>,
    who: Who,
    fields: Fields,
) -> Result<Response, Fault> {
    require(&who, Action::Administer, Class::Public)?;
    let subject = fields.get("subject").to_owned();
    // Whoever came in by another name elsewhere comes in again.
    change_account(&room, fields.get("name"), move |room, name| {
        room.people().bind(name, given(&subject))
    })
    .await
}

/// Closes an account, and ends its sessions.
pub(super) async fn close(
    State(room): State<Arc<Room>>,
    who: Who,
    fields: Fields,
) -> Result<Response, Fault> {
    require(&who, Action::Administer, Class::Public)?;
    let name = another(&who, &fields)?;
    change_account(&room, name, |room, name| room.people().close(name)).await
}

/// Gives an account other roles, and ends its sessions: what it could do before, it can't go on
/// with.
pub(super) async fn set_roles(
    State(room): State<Arc<Room>>,
    who: Who,
    fields: Fields,
) -> Result<Response, Fault> {
    require(&who, Action::Administer, Class::Public)?;
    let name = another(&who, &fields)?;
    let (roles, party) = (roles(&fields)?, fields.get("party").to_owned());
    if !is_party(&room, &party) {
        return Err(Fault::bad_request());
    }
    change_account(&room, name, move |room, name| {
        room.people().set_roles(name, &roles, given(&party))
    })
    .await
}

/// Changes an account, and ends its sessions.
async fn change_account(
    room: &Arc<Room>,
    name: &str,
    how: impl FnOnce(&Room, &str) -> Result<(), RoomError> + Send + 'static,
) -> Result<Response, Fault> {
    let whose = name.to_owned();
    change(room, move |room| how(room, &whose)).await?;
    room.sessions.end_all(name);
    Ok(to("/people"))
}

/// The account that a form names: another than one's own. Else a room could lose its last
/// administrator by a slip.
fn another<'f>(who: &Who, fields: &'f Fields) -> Result<&'f str, Fault> {
    let name = fields.get("name");
    if name == who.name() {
        return Err(Fault::new(StatusCode::UNPROCESSABLE_ENTITY, "own-account"));
    }
    Ok(name)
}

/// What a field says; an empty one: nothing.
fn given(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

/// The roles that a form ticks.
fn roles(fields: &Fields) -> Result<Vec<Role>, Fault> {
    let ticked = fields.all("role").map(|word| Role::of_word(word).ok_or_else(Fault::bad_request));
    ticked.collect()
}

/// Whether a form names a party of the agreement, or none.
fn is_party(room: &Room, party: &str) -> bool {
    party.is_empty() || room.parties().iter().any(|(id, _)| id == party)
}
