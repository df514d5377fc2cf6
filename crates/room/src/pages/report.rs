//! A report by hand: what somebody saw, heard or was told.

mod sent;

use crate::http::{Fault, Fields, Who, require};
use crate::page::{Frame, page};
use crate::pictured::{CONTENT, CONTENTS, PICTURES_MAX, noted};
use crate::rights::{Action, Class};
use crate::room::Room;
use crate::view::{Entering, View};
use askama::Template;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use sent::Sent;
use servanda_desk::{DeskError, Note, observation, seal_note_with_files};
use servanda_entry::{Attrs, Audience, Count, Disc, InZone, Place};
use servanda_place::Point;
use servanda_time::{Instant, Interval};
use std::sync::Arc;

/// The attribute that says who observed. It is always withheld.
const OBSERVER: &str = "observer";
/// The attribute with the words of the report.
const DESCRIPTION: &str = "description";

#[derive(Template)]
#[template(path = "report.html")]
struct ReportPage<'r> {
    frame: Frame<'r>,
    sources: Vec<(String, String)>,
    zones: Vec<(String, String)>,
    acts: Vec<String>,
    clock: String,
    contents: &'static [(&'static str, &'static str)],
    sent: Fields,
    wrong: String,
}

impl ReportPage<'_> {
    fn pictures_max(&self) -> i64 {
        PICTURES_MAX as i64
    }

    fn is_ticked(&self, word: &str) -> bool {
        self.sent.all(CONTENT).any(|own| own == word)
    }
}

pub(super) async fn show(State(room): State<Arc<Room>>, who: Who) -> Result<Response, Fault> {
    require(&who, Action::Report, Class::Parties)?;
    Ok(shown(&room, &who, StatusCode::OK, Fields::default(), String::new()))
}

fn shown(room: &Room, who: &Who, status: StatusCode, sent: Fields, wrong: String) -> Response {
    let view = room.view();
    let agreement = &view.desk.agreement;
    let named = |(id, name): (&String, &String)| (id.clone(), name.clone());
    let mut acts: Vec<String> = agreement
        .provisions
        .iter()
        .flat_map(|one| one.readings.iter())
        .flat_map(|one| one.acts.clone())
        .collect();
    acts.sort();
    acts.dedup();
    let frame = Frame::of(room, who, "title-report", "/report");
    page(
        status,
        &ReportPage {
            frame,
            sources: agreement.sources.iter().map(|s| named((&s.id, &s.name))).collect(),
            zones: agreement.zones.iter().map(|z| named((&z.id, &z.name))).collect(),
            acts,
            clock: agreement.timezone.name().to_owned(),
            contents: &CONTENTS,
            sent,
            wrong,
        },
    )
}

/// Enters a report; the case that it becomes is shown.
pub(super) async fn add(
    State(room): State<Arc<Room>>,
    who: Who,
    request: Request,
) -> Result<Response, Fault> {
    require(&who, Action::Report, Class::Parties)?;
    let mut sent = Sent::read(&room, request).await?;
    let fields = sent.fields.clone();
    let again =
        |wrong: String| shown(&room, &who, StatusCode::UNPROCESSABLE_ENTITY, fields.clone(), wrong);
    let view = room.view();
    let note = match note(&view, &fields, sent.has_pictures()) {
        Ok(note) => note,
        Err(wrong) => return Ok(again(room.words().say(wrong, &[]))),
    };
    let pictures = match sent.pictures(&room).await? {
        Ok(pictures) => Arc::new(pictures),
        Err(wrong) => {
            let n = i64::try_from(wrong.n).unwrap_or(i64::MAX);
            let why = room.words().say(wrong.message, &[]);
            let open = [("n", n.into()), ("why", why.into())];
            return Ok(again(room.words().say("picture-wrong", &open)));
        }
    };
    let mut withheld: Vec<String> = Vec::new();
    if note.attrs.iter().any(|(name, _)| name == OBSERVER) {
        withheld.push(OBSERVER.into());
    }
    if !fields.get("withhold").is_empty() && note.attrs.iter().any(|(name, _)| name == DESCRIPTION)
    {
        withheld.push(DESCRIPTION.into());
    }
    let entered = room.enter(move |view, _| enter(view, note.clone(), &withheld, &pictures)).await;
    let entry = match entered {
        Ok(entry) => entry,
        Err(fault) if fault.status == StatusCode::UNPROCESSABLE_ENTITY => {
            return Ok(again(fault.what.clone()));
        }
        Err(fault) => return Err(fault),
    };
    let view = room.view();
    let seen = view.desk.history.observations.iter().find(|held| held.cite().entry == entry);
    let case = seen.and_then(|seen| view.cases.holding(seen.id()));
    // Who reports need not be one who may see cases.
    let may = who.may(Action::SeeCase, Class::Mission);
    let place = case.filter(|_| may).map(|case| format!("/cases/{}", case.id));
    Ok(super::login::to(&place.unwrap_or_else(|| format!("/entries/{entry}"))))
}

fn enter(
    view: &View,
    note: Note,
    withheld: &[String],
    pictures: &[(String, Vec<u8>)],
) -> Result<Entering, DeskError> {
    let bodies = observation(&view.desk, note)?;
    if withheld.is_empty() && pictures.is_empty() {
        return Ok(Entering::Open(bodies, vec![]));
    }
    let mut draw = || crate::secret::draw().map_err(|error| DeskError::Asked(error.to_string()));
    let parts = (withheld, pictures);
    let audience = Audience::Mission;
    let sealed = seal_note_with_files(&view.desk, bodies, parts, None, audience, &mut draw)?;
    Ok(Entering::Confidential(Box::new(sealed)))
}

/// The note that a form says, or the message that says what is wrong with it.
fn note(view: &View, fields: &Fields, has_pictures: bool) -> Result<Note, &'static str> {
    let agreement = &view.desk.agreement;
    let zone = &agreement.timezone;
    let time = |name: &str| Instant::parse(fields.get(name), Some(zone)).ok();
    let from = time("from").ok_or("report-wrong-from")?;
    let to = match fields.get("to") {
        "" => from.plus_ms(60_000),
        _ => time("to").ok_or("report-wrong-to")?,
    };
    let when = Interval::new(from, to).filter(|when| when.from < when.to);
    let what = fields.get("what");
    if what.is_empty() {
        return Err("report-wrong-what");
    }
    let mut attrs: Vec<(String, String)> = Vec::new();
    for name in [DESCRIPTION, "means", OBSERVER] {
        if !fields.get(name).is_empty() {
            attrs.push((name.into(), fields.get(name).into()));
        }
    }
    if has_pictures {
        let content = noted(fields.all(CONTENT)).ok_or("picture-wrong-content")?;
        attrs.push((CONTENT.into(), content));
    }
    Ok(Note {
        source: fields.get("source").into(),
        what: what.into(),
        when: when.ok_or("report-wrong-order")?,
        place: place(fields)?,
        count: count(fields, what)?,
        sides: vec![],
        attrs: attrs.into_iter().collect::<Attrs>(),
    })
}

fn place(fields: &Fields) -> Result<Option<Place>, &'static str> {
    let (lat, lon, zone) = (fields.get("lat"), fields.get("lon"), fields.get("zone"));
    match (lat, lon, zone) {
        ("", "", "") => Ok(None),
        ("", "", zone) => Ok(Some(Place::Zone(InZone { zone: zone.into() }))),
        (lat, lon, "") => {
            let point = Point::parse(lon, lat).map_err(|_| "report-wrong-point")?;
            let radius_m: u64 = match fields.get("radius") {
                "" => 0,
                text => text.parse().map_err(|_| "report-wrong-radius")?,
            };
            let radius_mm = radius_m.checked_mul(1000).ok_or("report-wrong-radius")?;
            Ok(Some(Place::Disc(Disc { lat_e7: point.lat_e7, lon_e7: point.lon_e7, radius_mm })))
        }
        _ => Err("report-wrong-place"),
    }
}

fn count(fields: &Fields, unit: &str) -> Result<Option<Count>, &'static str> {
    match (fields.get("count"), fields.get("unit")) {
        ("", _) => Ok(None),
        (n, named) => {
            let n: u64 = n.parse().map_err(|_| "report-wrong-count")?;
            Ok(Some(Count::exactly(n, if named.is_empty() { unit } else { named })))
        }
    }
}
