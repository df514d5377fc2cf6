//! One entry of the record, with the proof that it is there; and what it withholds, for who may.

use crate::http::{Fault, Fields, Who};
use crate::opened::{self, Part};
use crate::page::{Frame, page};
use crate::pictured::{Pictured, pictured};
use crate::released::{Thing, released};
use crate::rights::{Action, Class};
use crate::room::Room;
use crate::shown::moment;
use crate::view::View;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use servanda_casework::Case;
use servanda_entry::Entry;
use servanda_report::When;
use servanda_store::Record;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "entry.html")]
struct EntryPage<'r> {
    frame: Frame<'r>,
    entry: u64,
    kind: String,
    by: String,
    at: When,
    body: String,
    case: Option<String>,
    withheld: Option<Withheld>,
    opened: Vec<(String, String)>,
    pictures: Option<Pictured>,
    proof: Option<Proof>,
}

/// What an entry withholds, and from whom.
struct Withheld {
    class: Class,
    fields: usize,
    files: usize,
    may_open: bool,
}

/// That an entry is in the record.
struct Proof {
    leaf: String,
    size: u64,
    root: String,
    path: Vec<String>,
}

/// Largest body that a page shows, in characters.
const BODY_CHARS_MAX: usize = 20_000;

pub(super) async fn show(
    State(room): State<Arc<Room>>,
    who: Who,
    Path(index): Path<u64>,
) -> Result<Response, Fault> {
    let view = room.view();
    let (entry, case) = entry(&view, index)?;
    released(&who, Action::SeeCase, Thing::entry(&entry.body, case))?;
    Ok(page(StatusCode::OK, &shown(&room, &view, &who, (index, &entry, case), Vec::new())?))
}

/// The entry, and the case that it belongs to.
fn entry(view: &View, index: u64) -> Result<(Entry, Option<&Case>), Fault> {
    let entry = view.entry(index).ok_or_else(Fault::not_found)?;
    let own = |case: &&Case| {
        case.lines.iter().any(|line| line.cite.entry == index)
            || case.members.iter().any(|&n| {
                let seen = view.desk.history.observations.at(n);
                seen.cite().entry == index && seen.line() == 0
            })
    };
    let case = view.cases.iter().find(own);
    Ok((entry, case))
}

fn shown<'r>(
    room: &'r Room,
    view: &View,
    who: &'r Who,
    (index, entry, case): (u64, &Entry, Option<&Case>),
    opened: Vec<(String, String)>,
) -> Result<EntryPage<'r>, Fault> {
    let record = &view.desk.record;
    let mut body =
        serde_json::to_string_pretty(&entry.body.to_value()).map_err(|_| Fault::inside())?;
    if body.len() > BODY_CHARS_MAX {
        body.truncate(body.floor_char_boundary(BODY_CHARS_MAX));
        body.push_str("\n…");
    }
    let kind = serde_json::to_value(entry.body.kind()).unwrap_or_default();
    Ok(EntryPage {
        frame: Frame::of(room, who, "title-entry", "/").titled(format!("e{index}")),
        entry: index,
        kind: kind.as_str().unwrap_or_default().to_owned(),
        by: entry.by.clone(),
        at: moment(entry.at),
        body,
        case: case
            .filter(|_| who.may(Action::SeeQueue, Class::Mission))
            .map(|case| case.id.clone()),
        withheld: entry.class.sealed().map(|sealed| {
            let class = Class::from(&entry.class);
            Withheld {
                class,
                fields: sealed.fields().len(),
                files: sealed.attachments().len(),
                may_open: who.may(Action::OpenSealed, class),
            }
        }),
        opened,
        pictures: pictured(view, who, index),
        // An entry that was just made has its proof when the view is worked out.
        proof: (index < record.size()).then(|| proof(record, index)).transpose()?,
    })
}

fn proof(record: &Record, index: u64) -> Result<Proof, Fault> {
    let inside = |_| Fault::inside();
    let path = record.inclusion_proof(index, record.size()).map_err(inside)?;
    Ok(Proof {
        leaf: record.leaf(index).map_err(inside)?.to_base64(),
        size: record.size(),
        root: record.root().to_base64(),
        path: path.iter().map(|hash| hash.to_base64()).collect(),
    })
}

/// Opens the fields that an entry withholds, for one person and a reason.
pub(super) async fn open(
    State(room): State<Arc<Room>>,
    who: Who,
    Path(index): Path<u64>,
    fields: Fields,
) -> Result<Response, Fault> {
    let opened = opened::open(&room, &who, index, Part::Fields, &fields).await?.fields;
    let view = room.view();
    let (entry, case) = entry(&view, index)?;
    Ok(page(StatusCode::OK, &shown(&room, &view, &who, (index, &entry, case), opened)?))
}
