//! The agreement: its text, what `check` says of it, its versions, and how far it has come.

use super::versions::{Version, versions};
use crate::http::{Fault, Who, require};
use crate::page::{Frame, page};
use crate::rights::{Action, Class};
use crate::room::Room;
use crate::view::{Parts, View};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "agreement.html")]
struct AgreementPage<'r> {
    frame: Frame<'r>,
    parts: &'r Parts,
    id: String,
    version: String,
    zone: String,
    parties: Vec<(String, String)>,
    articles: Vec<ArticleRow>,
    remarks: Vec<Remark>,
    versions: Vec<Version>,
    zones: Vec<ZoneRow>,
}

struct ArticleRow {
    heading: String,
    text: String,
    provisions: Vec<String>,
}

/// What `check` says of the text.
struct Remark {
    code: &'static str,
    severity: &'static str,
    line: u32,
    title: String,
    reason: String,
    help: String,
}

struct ZoneRow {
    id: String,
    name: String,
    basis: String,
}

pub(super) async fn show(State(room): State<Arc<Room>>, who: Who) -> Result<Response, Fault> {
    require(&who, Action::SeeBoard, Class::Public)?;
    let view = room.view();
    let frame = Frame::of(&room, &who, "title-agreement", "/agreement");
    let agreement = &view.desk.agreement;
    let articles = agreement.articles.iter().enumerate().map(|(n, article)| ArticleRow {
        heading: article.heading.clone(),
        text: article.text.clone(),
        provisions: agreement
            .provisions
            .iter()
            .filter(|provision| provision.article == Some(n))
            .map(|provision| provision.id.clone())
            .collect(),
    });
    let parties = agreement.parties.iter().map(|party| (party.id.clone(), party.name.clone()));
    Ok(page(
        StatusCode::OK,
        &AgreementPage {
            id: agreement.id.clone(),
            version: agreement.version.clone(),
            zone: agreement.timezone.name().to_owned(),
            parties: parties.collect(),
            articles: articles.collect(),
            remarks: remarks(&view),
            versions: versions(&view),
            zones: agreement
                .zones
                .iter()
                .map(|zone| ZoneRow {
                    id: zone.id.clone(),
                    name: zone.name.clone(),
                    basis: zone.basis.clone(),
                })
                .collect(),
            parts: &view.told(who.may(Action::SeeBoard, Class::Mission)).parts,
            frame,
        },
    ))
}

fn remarks(view: &View) -> Vec<Remark> {
    let files = &view.desk.files;
    // What the text itself allows asks for nothing.
    let asks = view.diagnostics().iter().filter(|one| one.allowed.is_none());
    asks.map(|one| Remark {
        code: one.code,
        severity: one.severity.word(),
        line: one.position().map_or(0, |span| files.source.line_col(span.start).0),
        title: one.title.clone(),
        reason: one.reason.clone(),
        help: one.help.clone().unwrap_or_default(),
    })
    .collect()
}
