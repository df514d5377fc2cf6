//! Files: what the readers make of one is shown before anything of it is kept.

mod waiting;

pub(crate) use waiting::Waiting;

use super::broken;
use crate::http::{Fault, Fields, Who, require};
use crate::page::{Frame, page};
use crate::rights::{Action, Class};
use crate::room::Room;
use crate::view::{Entering, View};
use askama::Template;
use axum::extract::{Multipart, State};
use axum::http::StatusCode;
use axum::response::Response;
use servanda_desk::{DeskError, Intake, Options, seal_document, take_in};
use servanda_entry::{Audience, Body};
use std::sync::Arc;

/// Rows, and rejected rows, that a preview shows.
const ROWS_MAX: usize = 12;
/// Longest name of a file, in bytes.
const NAME_BYTES_MAX: usize = 200;

#[derive(Template)]
#[template(path = "upload.html")]
struct UploadPage<'r> {
    frame: Frame<'r>,
    sources: Vec<(String, String)>,
    wrong: String,
    read: Option<Preview>,
}

/// What the readers made of a file.
struct Preview {
    token: String,
    name: String,
    bytes: usize,
    /// What it would become; none: no reader knows it, for this reason.
    made: Result<Made, String>,
    source: String,
}

struct Made {
    format: String,
    source: String,
    accepted: u64,
    duplicate: u64,
    rejected: u64,
    corrected: u64,
    rows: Vec<Row>,
    faults: Vec<(u32, String)>,
}

struct Row {
    line: u32,
    what: String,
    from: String,
    to: String,
    place: String,
}

pub(super) async fn show(State(room): State<Arc<Room>>, who: Who) -> Result<Response, Fault> {
    require(&who, Action::Report, Class::Mission)?;
    Ok(shown(&room, &who, StatusCode::OK, String::new(), None))
}

fn shown(
    room: &Room,
    who: &Who,
    status: StatusCode,
    wrong: String,
    read: Option<Preview>,
) -> Response {
    let view = room.view();
    let sources = view.desk.agreement.sources.iter();
    let sources = sources.map(|source| (source.id.clone(), source.name.clone())).collect();
    let frame = Frame::of(room, who, "title-upload", "/report");
    page(status, &UploadPage { frame, sources, wrong, read })
}

/// Takes a file, and shows what it would become. Nothing is written.
pub(super) async fn read(
    State(room): State<Arc<Room>>,
    who: Who,
    mut form: Multipart,
) -> Result<Response, Fault> {
    require(&who, Action::Report, Class::Mission)?;
    let _turn = room.uploads.turn().await;
    let (mut name, mut bytes, mut source) = (String::new(), None, String::new());
    while let Some(field) = form.next_field().await.map_err(|error| broken(&error))? {
        match field.name() {
            Some("file") => {
                name = plain(field.file_name().unwrap_or_default());
                let read = field.bytes().await.map_err(|error| broken(&error))?;
                bytes = Some(read).filter(|read| !read.is_empty());
            }
            Some("source") => {
                let text = field.text().await.map_err(|error| broken(&error))?;
                source = text.chars().take(NAME_BYTES_MAX).collect();
            }
            _ => {}
        }
    }
    let Some(bytes) = bytes.filter(|_| !name.is_empty()) else {
        let wrong = room.words().say("upload-none", &[]);
        return Ok(shown(&room, &who, StatusCode::UNPROCESSABLE_ENTITY, wrong, None));
    };
    let (view, bytes) = (room.view(), Arc::new(bytes.to_vec()));
    let (own, named, of) = (Arc::clone(&bytes), name.clone(), source.clone());
    // A reader may take a second over a large file: others are not to wait for it.
    let made = tokio::task::spawn_blocking(move || made(&view, &named, &own, &of)).await;
    let made = made.map_err(|_| Fault::inside())?;
    let size = bytes.len();
    let token = room.uploads.keep(who.name(), &name, &source, bytes, room.now())?;
    let preview = Preview { token, name, bytes: size, made, source };
    Ok(shown(&room, &who, StatusCode::OK, String::new(), Some(preview)))
}

/// A name without folders and without what can't be seen.
fn plain(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept = name.chars().filter(|c| !c.is_control());
    let mut name: String = kept.collect();
    name.truncate(name.floor_char_boundary(NAME_BYTES_MAX));
    if matches!(name.as_str(), "." | "..") { String::new() } else { name }
}

fn options(source: &str) -> Options {
    let source = Some(source.to_owned()).filter(|source| !source.is_empty());
    Options { source, ..Options::default() }
}

fn made(view: &View, name: &str, bytes: &[u8], source: &str) -> Result<Made, String> {
    let intake = take_in(&view.desk, name, bytes.to_vec(), &options(source));
    let intake: Intake = intake.map_err(|error| error.to_string())?;
    let observations = intake.bodies.iter().filter_map(|body| match body {
        Body::Observation(body) => Some(&body.rows),
        _ => None,
    });
    let row = |row: &servanda_entry::Observation| Row {
        line: row.line,
        what: row.kind.clone(),
        from: crate::shown::moment(row.interval().from).shown,
        to: crate::shown::moment(row.interval().to).shown,
        place: crate::shown::place(view, row.at.as_ref()),
    };
    Ok(Made {
        format: intake.format.name().to_owned(),
        source: intake.source,
        accepted: intake.rows.accepted,
        duplicate: intake.rows.duplicate,
        rejected: intake.rows.rejected,
        corrected: intake.corrected,
        rows: observations.flatten().take(ROWS_MAX).map(row).collect(),
        faults: intake
            .rejected
            .iter()
            .take(ROWS_MAX)
            .map(|rejected| (rejected.line, rejected.reason.clone()))
            .collect(),
    })
}

/// Keeps a file that was shown: read into the record, or sealed for the mission.
pub(super) async fn keep(
    State(room): State<Arc<Room>>,
    who: Who,
    fields: Fields,
) -> Result<Response, Fault> {
    require(&who, Action::Report, Class::Mission)?;
    let file = room.uploads.take(fields.get("token"), who.name(), room.now());
    let file = file.ok_or_else(|| Fault::new(StatusCode::GONE, "upload-gone"))?;
    let is_sealed = fields.get("how") == "sealed";
    let source = fields.get("source").to_owned();
    let entry = room.enter(move |view, _| {
        let (name, bytes) = (file.name.as_str(), file.bytes.as_slice());
        if is_sealed {
            let draw = &mut || crate::secret::draw().map_err(|e| DeskError::Asked(e.to_string()));
            let sealed =
                seal_document(&view.desk, (name, bytes), &source, Audience::Mission, draw)?;
            return Ok(Entering::Confidential(Box::new(sealed)));
        }
        let intake = take_in(&view.desk, name, bytes.to_vec(), &options(&file.source))?;
        if intake.bodies.is_empty() {
            return Err(DeskError::Asked("every row of the file is in the record already".into()));
        }
        Ok(Entering::Open(intake.bodies, intake.blobs))
    });
    let entry = entry.await?;
    Ok(super::login::to(&format!("/entries/{entry}")))
}
