//! A report as it was sent: a form, with pictures or without.

use crate::http::{FIELDS_MAX, FORM_BYTES_MAX, Fault, Fields};
use crate::pages::broken;
use crate::pictured::PICTURES_MAX;
use crate::room::Room;
use axum::extract::multipart::Field;
use axum::extract::{FromRequest as _, Multipart, Request};
use servanda_picture::{Fault as Wrong, Format, check};
use tokio::sync::SemaphorePermit;

/// The form's field with pictures.
const PICTURE: &str = "picture";

/// A report as it was sent.
#[derive(Default)]
pub(super) struct Sent<'r> {
    pub(super) fields: Fields,
    /// Each with the name that it was given.
    pictures: Vec<(String, Vec<u8>)>,
    too_many: bool,
    /// Memory is for the files of so many at once.
    _turn: Option<SemaphorePermit<'r>>,
}

/// What is wrong with the pictures: the message, and which picture.
pub(super) struct WrongPicture {
    pub(super) n: usize,
    pub(super) message: &'static str,
}

impl<'r> Sent<'r> {
    /// Reads a request.
    ///
    /// # Errors
    /// [`Fault`] when it is no form, or a part is too large.
    pub(super) async fn read(room: &'r Room, request: Request) -> Result<Sent<'r>, Fault> {
        if let Some(fields) = request.extensions().get::<Fields>() {
            return Ok(Sent { fields: fields.clone(), ..Sent::default() });
        }
        let form = Multipart::from_request(request, &()).await;
        let mut form = form.map_err(|_| Fault::wrong_type())?;
        let mut sent = Sent::default();
        let (mut fields, mut left) = (Vec::new(), FORM_BYTES_MAX);
        while let Some(field) = form.next_field().await.map_err(|error| broken(&error))? {
            let name = field.name().unwrap_or_default().to_owned();
            if name != PICTURE {
                if fields.len() == FIELDS_MAX {
                    return Err(Fault::too_large());
                }
                let value = text(field, &mut left).await?;
                fields.push((name, value));
                continue;
            }
            if sent._turn.is_none() {
                sent._turn = room.uploads.turn().await;
            }
            let name = field.file_name().unwrap_or_default().to_owned();
            let bytes = field.bytes().await.map_err(|error| broken(&error))?;
            // A browser sends an empty file where none was chosen.
            if name.is_empty() && bytes.is_empty() {
                continue;
            }
            if sent.pictures.len() == PICTURES_MAX {
                sent.too_many = true;
            } else {
                sent.pictures.push((name, bytes.into()));
            }
        }
        sent.fields = Fields::of(fields);
        Ok(sent)
    }

    /// Whether there are pictures.
    pub(super) fn has_pictures(&self) -> bool {
        !self.pictures.is_empty()
    }

    /// The pictures, checked, with names that tell nothing.
    ///
    /// # Errors
    /// What is wrong with one of them; [`Fault`] when they can't be looked at.
    pub(super) async fn pictures(
        &mut self,
        room: &Room,
    ) -> Result<Result<Vec<(String, Vec<u8>)>, WrongPicture>, Fault> {
        if self.too_many {
            let message = "picture-wrong-many";
            return Ok(Err(WrongPicture { n: PICTURES_MAX + 1, message }));
        }
        let pictures = std::mem::take(&mut self.pictures);
        let _turn = room.pictures.turn().await;
        let checked = tokio::task::spawn_blocking(move || checked(pictures)).await;
        checked.map_err(|_| Fault::inside())
    }
}

fn checked(pictures: Vec<(String, Vec<u8>)>) -> Result<Vec<(String, Vec<u8>)>, WrongPicture> {
    let named = |(at, (name, bytes)): (usize, (String, Vec<u8>))| {
        let n = at + 1;
        let picture = check(&name, &bytes);
        let picture = picture.map_err(|wrong| WrongPicture { n, message: message(wrong) })?;
        Ok((format!("picture-{n}.{}", end(picture.format)), bytes))
    };
    pictures.into_iter().enumerate().map(named).collect()
}

fn end(format: Format) -> &'static str {
    format.extensions()[0]
}

fn message(wrong: Wrong) -> &'static str {
    match wrong {
        Wrong::Kind => "picture-wrong-kind",
        Wrong::Name => "picture-wrong-name",
        Wrong::CutOff => "picture-wrong-cut-off",
        Wrong::GoesOn => "picture-wrong-goes-on",
        Wrong::Hides => "picture-wrong-hides",
        Wrong::TooLarge => "picture-wrong-too-large",
        Wrong::Moves => "picture-wrong-moves",
        Wrong::Damaged => "picture-wrong-damaged",
    }
}

/// A field's text; all of a form's are bounded together.
async fn text(mut field: Field<'_>, left: &mut usize) -> Result<String, Fault> {
    let mut bytes = Vec::new();
    while let Some(piece) = field.chunk().await.map_err(|error| broken(&error))? {
        *left = left.checked_sub(piece.len()).ok_or_else(Fault::too_large)?;
        bytes.extend_from_slice(&piece);
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
