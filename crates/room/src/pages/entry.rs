//! One entry of the record, with the proof that it is there; and what it withholds, for who may.

use crate::http::{Fault, Fields, Who, require};
use crate::page::{Frame, page};
use crate::released::{Thing, released};
use crate::rights::{Action, Class, Role};
use crate::room::Room;
use crate::shown::moment;
use crate::view::{Entering, View};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::Value;
use servanda_casework::Case;
use servanda_custody::Custody;
use servanda_desk::{Chosen, ChosenFiles, DeskError, disclose, sealed_entry};
use servanda_entry::Entry;
use servanda_report::When;
use servanda_store::Record;
use servanda_tlog::Hash;
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
                let seen = &view.desk.history.observations[n];
                seen.cite.entry == index && seen.value.line == 0
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

/// Opens what an entry withholds, for one person and a reason: that it was read is entered first.
pub(super) async fn open(
    State(room): State<Arc<Room>>,
    who: Who,
    Path(index): Path<u64>,
    fields: Fields,
) -> Result<Response, Fault> {
    let view = room.view();
    let (withholding, _) = entry(&view, index)?;
    let class = Class::from(&withholding.class);
    require(&who, Action::OpenSealed, class)?;
    let ground = fields.get("reason").to_owned();
    if ground.is_empty() {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return Err(Fault::new(status, "missing").with_message("form-reason"));
    }
    let role = who.role_for(Action::OpenSealed, class).map_or("", Role::word);
    let leaf: Hash = view.desk.record.leaf(index).map_err(|_| Fault::inside())?;
    let recipient = format!("{role} {}", room.pseudonym(leaf, who.name()).to_hex());
    let custody = room.custody_dir().to_owned();
    // What is opened comes back beside the entry, and is shown only when that is entered.
    let values = Arc::new(std::sync::Mutex::new(Vec::new()));
    let told = Arc::clone(&values);
    room.enter(move |view, _| {
        let record = &view.desk.record;
        let (_, sealed) = sealed_entry(record, index)?;
        let opening = Custody::at(&custody).opening(&sealed, record.origin())?;
        let names = opening.fields.iter().map(|field| field.path.clone()).collect();
        let chosen = Chosen { fields: names, files: ChosenFiles::None };
        let (body, disclosed, _) =
            disclose(record, index, &opening, &chosen, (&recipient, &ground))?;
        let read = disclosed.fields.iter().map(|field| {
            let name = field.path.rsplit('/').next().unwrap_or_default().to_owned();
            let value = match &field.value {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            (name, value)
        });
        let mut values = told.lock().map_err(|_| DeskError::Asked(String::new()))?;
        *values = read.collect();
        Ok(Entering::Open(vec![body], vec![]))
    })
    .await?;
    let opened = values.lock().map_err(|_| Fault::inside())?.clone();
    let view = room.view();
    let (entry, case) = entry(&view, index)?;
    Ok(page(StatusCode::OK, &shown(&room, &view, &who, (index, &entry, case), opened)?))
}
