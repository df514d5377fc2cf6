//! The same question as GeoJSON, as a table, as a feed.

use super::super::feeds::{ATOM, stable_id, xml};
use super::super::field::write_text;
use super::super::items::{NOTE, write, write_line};
use super::super::rows::Collection;
use super::super::{CSV, GEOJSON, answer, apart, base, record};
use super::cells::{Spot, spots};
use super::question::Question;
use super::selection::Selection;
use crate::http::{Fault, Site, Who};
use crate::released::Way;
use crate::rights::Action;
use crate::room::Room;
use crate::view::View;
use axum::Extension;
use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use servanda_place::{Bounds, Point};
use servanda_time::Instant;
use std::fmt::Write as _;
use std::sync::Arc;

/// Most lines of a table and most features of a file; the head says how many there are.
const FILE_MAX: u64 = 100_000;
/// Most entries of a feed.
const FEED_MAX: usize = 100;
/// A map draws so many incidents each by itself.
const SINGLE_MAX: usize = 5_000;

/// Works an answer out beside what is quick.
async fn answered(
    room: Arc<Room>,
    who: Who,
    text: RawQuery,
    make: impl FnOnce(&View, &Question, &Selection<'_>) -> Response + Send + 'static,
) -> Result<Response, Fault> {
    let question = Question::read(&text.0.unwrap_or_default()).map_err(Fault::query)?;
    let view = room.view_of(question.as_of).await?;
    apart(move || {
        let selection = Selection::of(&view, Way::of(&who, Action::Export), &question);
        make(&view, &question, &selection)
    })
    .await
}

/// As a table.
pub(in crate::api) async fn table(
    State(room): State<Arc<Room>>,
    who: Who,
    text: RawQuery,
) -> Result<Response, Fault> {
    answered(room, who, text, |view, question, selection| {
        let (limit, offset) = question.page(FILE_MAX);
        let mut lines = String::new();
        let mut returned = 0;
        for hit in part(&selection.hits, offset, limit) {
            if let Some(row) = selection.row(*hit) {
                write_line(&row, &mut lines);
                returned += 1;
            }
        }
        let matched = selection.hits.len() as u64;
        let head = super::super::items::head(
            view,
            Collection::Incidents,
            (matched, offset.min(matched), returned),
        );
        answer(view, CSV, head + &lines)
    })
    .await
}

/// As GeoJSON: whole features, or for a map what it draws.
pub(in crate::api) async fn geojson(
    State(room): State<Arc<Room>>,
    who: Who,
    text: RawQuery,
) -> Result<Response, Fault> {
    answered(room, who, text, |view, question, selection| {
        let mut features = String::new();
        let mut returned = 0_u64;
        let mut next = |features: &mut String| {
            features.push_str(if returned == 0 { "\n" } else { ",\n" });
            returned += 1;
        };
        match question.cells {
            Some(cells) => {
                for spot in spots(selection, question.bounds(), SINGLE_MAX, cells) {
                    next(&mut features);
                    write_spot(view, selection, &spot, &mut features);
                }
            }
            None => {
                let (limit, offset) = question.page(FILE_MAX);
                for row in
                    part(&selection.hits, offset, limit).filter_map(|hit| selection.row(*hit))
                {
                    next(&mut features);
                    write(&row, None, &mut features);
                }
            }
        }
        let mut whole = String::from("{\"type\":\"FeatureCollection\",");
        // Writing into a String cannot fail.
        let _ = write!(
            whole,
            "\"timeStamp\":\"{}\",\"numberMatched\":{},\"numberReturned\":{returned},\
             \"notOnTheMap\":{},\"record\":{},\"note\":",
            view.at,
            selection.hits.len(),
            selection.nowhere,
            record(view),
        );
        write_text(NOTE, &mut whole);
        let _ = write!(whole, ",\"features\":[{features}\n]}}\n");
        answer(view, GEOJSON, whole)
    })
    .await
}

/// As a feed (RFC 4287): the newest incidents that are asked for.
pub(in crate::api) async fn feed(
    State(room): State<Arc<Room>>,
    Extension(site): Extension<Arc<Site>>,
    who: Who,
    text: RawQuery,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    let base = base(&headers, &site);
    answered(room, who, text, move |view, question, selection| {
        let mut entries = String::new();
        let mut updated = None;
        for &hit in selection.hits.iter().rev().take(FEED_MAX) {
            let Some(line) = selection.line(hit) else { continue };
            let id = selection.id(hit);
            let seen = selection.members(hit).iter();
            let seen = seen.filter_map(|&n| view.desk.history.observations.get(n));
            let entered = seen.map(|seen| seen.cite().entry).max().and_then(|n| view.received(n));
            let entered = entered.unwrap_or(Instant::EPOCH);
            updated = updated.max(Some(entered));
            let text = |number| xml(selection.columns().text(number));
            let at = |ms| Instant::from_ms(ms).unwrap_or(Instant::EPOCH);
            // Writing into a String cannot fail.
            let _ = writeln!(
                entries,
                "<entry><id>{}</id><title>{}</title><updated>{entered}</updated>\
                 <link rel=\"alternate\" type=\"text/html\" href=\"{}\"/>\
                 <content type=\"text\">starts: {}\nends: {}\nsources: {}</content></entry>",
                stable_id(view, id),
                text(line.what),
                xml(&format!("{base}{}", selection.address(hit))),
                at(line.from_ms),
                at(line.to_ms),
                text(line.sources),
            );
        }
        let updated = updated.or_else(|| view.received(0)).unwrap_or(Instant::EPOCH);
        let text = format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
             <feed xmlns=\"http://www.w3.org/2005/Atom\"><id>{}</id>\
             <title>Incidents: {}</title><subtitle>{NOTE} The newest {FEED_MAX} of {}.</subtitle>\
             <updated>{updated}</updated><author><name>{}</name></author>\
             <generator>servanda</generator>\
             <link rel=\"self\" type=\"application/atom+xml\" href=\"{}\"/>\
             <link rel=\"alternate\" type=\"text/html\" href=\"{}\"/>\n{entries}</feed>\n",
            stable_id(view, &question.address(".atom", &[])),
            xml(&view.desk.agreement.title),
            selection.hits.len(),
            xml(view.desk.record.origin()),
            xml(&format!("{base}{}", question.address(".atom", &[]))),
            xml(&format!("{base}{}", question.address("", &[]))),
        );
        answer(view, ATOM, text)
    })
    .await
}

fn part(hits: &[u32], offset: u64, limit: u64) -> impl Iterator<Item = &u32> {
    let small = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    hits.iter().skip(small(offset)).take(small(limit))
}

/// What a map draws at one place, as a feature.
fn write_spot(view: &View, selection: &Selection<'_>, spot: &Spot, out: &mut String) {
    let point = |at: &Point| format!("[{},{}]", at.lon_text(), at.lat_text());
    let mut feature = |at: &Point, properties: serde_json::Value| {
        // Writing into a String cannot fail.
        let _ = write!(
            out,
            "{{\"type\":\"Feature\",\"geometry\":{{\"type\":\"Point\",\"coordinates\":{}}},\
             \"properties\":{properties}}}",
            point(at)
        );
    };
    match spot {
        Spot::Many { count, at, around } => {
            let Bounds { west_e7, south_e7, east_e7, north_e7 } = *around;
            let low = Point { lon_e7: west_e7, lat_e7: south_e7 };
            let high = Point { lon_e7: east_e7, lat_e7: north_e7 };
            let bbox = [low.lon_text(), low.lat_text(), high.lon_text(), high.lat_text()].join(",");
            feature(at, serde_json::json!({ "count": count, "bbox": bbox }));
        }
        Spot::One { hit, at, radius_mm, standing } => {
            let columns = selection.columns();
            let Some(line) = selection.line(*hit) else { return };
            let when = |ms| Instant::from_ms(ms).map(|at| at.to_string()).unwrap_or_default();
            let stage = selection.case(*hit).map(|case| case.stage(view.at).word());
            let properties = serde_json::json!({
                "id": selection.id(*hit),
                "href": selection.address(*hit),
                "what": columns.text(line.what),
                "sources": columns.text(line.sources),
                "starts": when(line.from_ms),
                "ends": when(line.to_ms),
                "radius_m": radius_mm / 1000,
                "stage": stage,
                "standing": standing.word(),
            });
            feature(at, properties);
        }
    }
}
