//! One picture of a report, for who may open what is sealed: a copy of its pixels, or the file as
//! it came. Each is a step of its own that is entered first.

mod copies;

pub(crate) use copies::Copies;

use crate::http::{Fault, Fields, Sandboxed, Who, require};
use crate::opened::{Part, open};
use crate::page::{Frame, page};
use crate::pictured::pictured;
use crate::rights::{Action, Class};
use crate::room::Room;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use servanda_picture::{Copied, Format, copy};
use servanda_tlog::{Hash, sha256};
use std::sync::Arc;

#[derive(Template)]
#[template(path = "picture.html")]
struct PicturePage<'r> {
    frame: Frame<'r>,
    entry: u64,
    n: usize,
    of: usize,
    content: Vec<&'static str>,
    case: Option<String>,
    token: String,
    width: u32,
    height: u32,
    format: &'static str,
    bytes: usize,
    sha256: String,
}

/// The ciphertext of an entry's picture, by its number from 1, and the class of the entry.
fn sealed(room: &Room, index: u64, n: usize) -> Result<(Hash, Class), Fault> {
    let entry = room.view().entry(index).ok_or_else(Fault::not_found)?;
    let is_report = matches!(entry.body, servanda_entry::Body::Observation(_));
    let file = n.checked_sub(1).and_then(|at| entry.class.attachments().get(at));
    let file = file.filter(|_| is_report).ok_or_else(Fault::not_found)?;
    Ok((file.ct, Class::from(&entry.class)))
}

/// Opens one picture, and shows a copy of it.
pub(super) async fn show(
    State(room): State<Arc<Room>>,
    who: Who,
    Path((index, n)): Path<(u64, usize)>,
    fields: Fields,
) -> Result<Response, Fault> {
    // Who may open nothing doesn't learn how many there are.
    require(&who, Action::OpenSealed, Class::Public)?;
    let (ct, class) = sealed(&room, index, n)?;
    let opened = open(&room, &who, index, Part::Copy(ct), &fields).await?;
    let original = sha256(&opened.file).to_hex();
    let (bytes, format) = (opened.file.len(), Format::of(&opened.file).map_or("", Format::name));
    let copied = copied(&room, opened.file).await?;
    let (width, height) = (copied.width, copied.height);
    let token = room.pictures.keep(who.session(), class, copied.bytes, room.now())?;
    let view = room.view();
    let found = pictured(&view, &who, index).ok_or_else(Fault::not_found)?;
    let case = view.cases.iter().find(|case| {
        let seen = |n: &usize| view.desk.history.observations.at(*n).cite().entry == index;
        case.members.iter().any(seen)
    });
    let frame = Frame::of(&room, &who, "title-picture", "/queue");
    let shown = PicturePage {
        frame,
        entry: index,
        n,
        of: found.count,
        content: found.content,
        case: case.map(|case| case.id.clone()),
        token,
        width,
        height,
        format,
        bytes,
        sha256: original,
    };
    Ok(page(StatusCode::OK, &shown))
}

/// Makes the copy, beside all that is quick. Few at once: each takes memory.
async fn copied(room: &Room, file: Vec<u8>) -> Result<Copied, Fault> {
    let _turn = room.pictures.turn().await;
    let made = tokio::task::spawn_blocking(move || copy(&file)).await;
    let made = made.map_err(|_| Fault::inside())?;
    made.map_err(|_| Fault::new(StatusCode::UNPROCESSABLE_ENTITY, "no-picture"))
}

/// Gives a copy that was made for this session a moment ago.
pub(super) async fn give(
    State(room): State<Arc<Room>>,
    who: Who,
    Path(token): Path<String>,
) -> Result<Response, Fault> {
    let copy = room.pictures.find(&token, who.session(), room.now());
    let (class, bytes) = copy.ok_or_else(Fault::not_found)?;
    require(&who, Action::OpenSealed, class)?;
    Ok(file("image/jpeg", "inline; filename=\"picture.jpg\"", bytes.to_vec()))
}

/// Opens one picture, and gives the file as it came.
pub(super) async fn give_original(
    State(room): State<Arc<Room>>,
    who: Who,
    Path((index, n)): Path<(u64, usize)>,
    fields: Fields,
) -> Result<Response, Fault> {
    require(&who, Action::OpenSealed, Class::Public)?;
    let (ct, _) = sealed(&room, index, n)?;
    let opened = open(&room, &who, index, Part::Original(ct), &fields).await?;
    let end = Format::of(&opened.file).map_or("bin", |format| format.extensions()[0]);
    let name = format!("attachment; filename=\"e{index}-picture-{n}.{end}\"");
    // No browser is to show it: it is for who examines it.
    Ok(file("application/octet-stream", &name, opened.file))
}

/// A file that came from somebody, whatever a browser thinks of it.
fn file(kind: &'static str, named: &str, bytes: Vec<u8>) -> Response {
    let named = HeaderValue::try_from(named).unwrap_or(HeaderValue::from_static("attachment"));
    let headers = [(CONTENT_TYPE, HeaderValue::from_static(kind)), (CONTENT_DISPOSITION, named)];
    let mut response = (StatusCode::OK, headers, bytes).into_response();
    response.extensions_mut().insert(Sandboxed);
    response
}
