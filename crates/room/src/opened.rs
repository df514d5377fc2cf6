//! What an entry withholds, opened: the one place where it is, for pages of all kinds.
//!
//! That somebody read it, with the reason and a pseudonym, is entered before anything is given.

use crate::http::{Fault, Fields, Who, require};
use crate::rights::{Action, Class, Role};
use crate::room::Room;
use crate::view::Entering;
use axum::http::StatusCode;
use serde_json::Value;
use servanda_custody::Custody;
use servanda_desk::{Chosen, ChosenFiles, DeskError, disclose, sealed_entry};
use servanda_store::StoreError;
use servanda_tlog::Hash;
use std::sync::{Arc, Mutex};

/// What of an entry is to be opened.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Part {
    /// All fields.
    Fields,
    /// One file, by the SHA-256 of its ciphertext, of which a copy is shown.
    Copy(Hash),
    /// One file as it came.
    Original(Hash),
}

impl Part {
    fn files(self) -> ChosenFiles {
        match self {
            Part::Fields => ChosenFiles::None,
            Part::Copy(ct) | Part::Original(ct) => ChosenFiles::One(ct),
        }
    }

    /// What the entry of it says beside the reason: a file as it came tells more than a copy.
    fn said(self, reason: &str) -> String {
        match self {
            Part::Original(_) => format!("the file as it came: {reason}"),
            Part::Fields | Part::Copy(_) => reason.to_owned(),
        }
    }
}

/// What was opened.
#[derive(Debug, Default)]
pub(crate) struct Opened {
    /// Fields by their names.
    pub(crate) fields: Vec<(String, String)>,
    /// The file.
    pub(crate) file: Vec<u8>,
}

/// Opens a part of what an entry withholds, for one person and the reason in a form.
///
/// # Errors
/// [`Fault`]: for whom it isn't, without a reason, and when it was erased.
pub(crate) async fn open(
    room: &Arc<Room>,
    who: &Who,
    index: u64,
    part: Part,
    fields: &Fields,
) -> Result<Opened, Fault> {
    let view = room.view();
    let entry = view.entry(index).ok_or_else(Fault::not_found)?;
    let class = Class::from(&entry.class);
    require(who, Action::OpenSealed, class)?;
    if fields.get("reason").is_empty() {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return Err(Fault::new(status, "missing").with_message("form-reason"));
    }
    let ground = part.said(fields.get("reason"));
    let role = who.role_for(Action::OpenSealed, class).map_or("", Role::word);
    let leaf: Hash = view.desk.record.leaf(index).map_err(|_| Fault::inside())?;
    let recipient = format!("{role} {}", room.pseudonym(leaf, who.name()).to_hex());
    let custody = room.custody_dir().to_owned();
    // What is opened comes back beside the entry, and is given only when that is entered.
    let given = Arc::new(Mutex::new(Opened::default()));
    let told = Arc::clone(&given);
    room.enter(move |view, _| {
        let record = &view.desk.record;
        let (_, sealed) = sealed_entry(record, index)?;
        let opening = Custody::at(&custody).opening(&sealed, record.origin())?;
        if let ChosenFiles::One(ct) = part.files()
            && let Some(by) = record.slots()?.erased_by(ct)
        {
            return Err(StoreError::Erased { by }.into());
        }
        let names = opening.fields.iter().map(|field| field.path.clone());
        let names = names.filter(|_| matches!(part, Part::Fields));
        let chosen = Chosen { fields: names.collect(), files: part.files() };
        let (body, disclosed, files) =
            disclose(record, index, &opening, &chosen, (&recipient, &ground))?;
        let read = disclosed.fields.iter().map(|field| {
            let name = field.path.rsplit('/').next().unwrap_or_default().to_owned();
            let value = match &field.value {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            (name, value)
        });
        let mut given = told.lock().map_err(|_| DeskError::Asked(String::new()))?;
        given.fields = read.collect();
        given.file = files.into_iter().next().unwrap_or_default();
        Ok(Entering::Open(vec![body], vec![]))
    })
    .await?;
    let mut given = given.lock().map_err(|_| Fault::inside())?;
    Ok(std::mem::take(&mut given))
}
