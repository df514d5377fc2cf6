//! The texts of the agreement that the record holds, and what differs between any two.

use crate::http::{Fault, Who, require};
use crate::page::{Frame, page};
use crate::rights::{Action, Class};
use crate::room::Room;
use crate::shown::moment;
use crate::view::View;
use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use servanda_desk::{AgreementFiles, DeskError};
use servanda_entry::{AgreementText, Body};
use servanda_report::{ComparedItem, When, compared, difference_in_words};
use servanda_store::Record;
use servanda_terms::diff::{Check, checks};
use servanda_terms::{Agreement, Diagnostic, diff};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

/// Comparisons that are kept: texts in a record never change.
const KEPT_MAX: usize = 32;

/// What is asked for: two entries that hold a text each.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    from: Option<u64>,
    to: Option<u64>,
}

#[derive(Template)]
#[template(path = "versions.html")]
struct VersionsPage<'r> {
    frame: Frame<'r>,
    versions: Vec<Version>,
    /// The two texts that are compared: places in the list.
    pair: Option<(usize, usize)>,
    compared: Option<Arc<Compared>>,
    /// The provisions that have a page: those of the latest text.
    known: BTreeSet<String>,
}

/// A text that the record holds.
pub(super) struct Version {
    pub(super) entry: u64,
    pub(super) version: String,
    pub(super) title: String,
    pub(super) at: When,
    pub(super) by: String,
    pub(super) sha256: String,
    text: AgreementText,
}

/// What differs between two texts.
pub(crate) struct Compared {
    /// Whether each can be compared: one with errors can't.
    is_whole: bool,
    lead: String,
    items: Vec<ComparedItem>,
    unknown: Vec<ComparedItem>,
    appear: Vec<Check>,
    vanish: Vec<Check>,
    limits: Vec<String>,
}

/// The comparisons that somebody asked for, by the entries of the texts.
#[derive(Default)]
pub(crate) struct Comparisons(Mutex<BTreeMap<(u64, u64), Arc<Compared>>>);

/// The texts that the record holds, the latest first.
pub(super) fn versions(view: &View) -> Vec<Version> {
    let texts = view.desk.agreements().iter().rev().filter_map(|&index| {
        let entry = view.entry(index)?;
        let Body::Agreement(text) = entry.body else { return None };
        Some(Version {
            entry: index,
            version: text.version.clone(),
            title: text.title.clone(),
            at: moment(entry.at),
            by: entry.by,
            sha256: text.files.first().map(|blob| blob.sha256.to_hex()).unwrap_or_default(),
            text,
        })
    });
    texts.collect()
}

pub(super) async fn show(
    State(room): State<Arc<Room>>,
    who: Who,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    require(&who, Action::SeeBoard, Class::Public)?;
    let view = room.view();
    let versions = versions(&view);
    let place = |entry: Option<u64>, usual: usize| match entry {
        None => Ok(usual),
        Some(entry) => versions.iter().position(|own| own.entry == entry).ok_or(()),
    };
    let (to, from) = (place(asked.to, 0), place(asked.from, 1));
    let (Ok(to), Ok(from)) = (to, from) else { return Err(Fault::not_found()) };
    let pair = (from < versions.len()).then_some((from, to));
    let compared = match pair {
        Some((from, to)) => Some(compare(&room, &view, &versions[from], &versions[to]).await?),
        None => None,
    };
    let frame = Frame::of(&room, &who, "title-versions", "/agreement");
    let known = view.desk.agreement.provisions.iter().map(|own| own.id.clone()).collect();
    Ok(page(StatusCode::OK, &VersionsPage { frame, versions, pair, compared, known }))
}

async fn compare(
    room: &Room,
    view: &View,
    from: &Version,
    to: &Version,
) -> Result<Arc<Compared>, Fault> {
    let key = (from.entry, to.entry);
    let kept = || room.comparisons.0.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = kept().get(&key) {
        return Ok(Arc::clone(known));
    }
    let record = Arc::clone(&view.desk.record);
    let (from, to) = (from.text.clone(), to.text.clone());
    let found = tokio::task::spawn_blocking(move || Compared::of(&record, &from, &to)).await;
    let found = Arc::new(found.map_err(|_| Fault::inside())??);
    let mut kept = kept();
    if kept.len() >= KEPT_MAX {
        kept.clear();
    }
    kept.insert(key, Arc::clone(&found));
    Ok(found)
}

impl Compared {
    fn of(
        record: &Record,
        from: &AgreementText,
        to: &AgreementText,
    ) -> Result<Compared, DeskError> {
        let read = |text| -> Result<(Option<Agreement>, Vec<Diagnostic>), DeskError> {
            Ok(AgreementFiles::from_record(record, text)?.load())
        };
        let ((old, old_said), (new, new_said)) = (read(from)?, read(to)?);
        let (Some(old), Some(new)) = (old, new) else {
            return Ok(Compared {
                is_whole: false,
                lead: String::new(),
                items: vec![],
                unknown: vec![],
                appear: vec![],
                vanish: vec![],
                limits: vec![],
            });
        };
        let difference = diff(&old, &new);
        let checks = checks(&difference, (&old, &old_said), (&new, &new_said));
        Ok(Compared {
            is_whole: true,
            lead: difference_in_words(&difference),
            items: compared(&difference.items),
            unknown: compared(&difference.unknown),
            appear: checks.appear,
            vanish: checks.vanish,
            limits: difference.limits,
        })
    }
}
