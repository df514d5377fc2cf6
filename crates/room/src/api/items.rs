//! The features of a collection, and one of them.

use super::cql::Asked as _;
use super::field::write_text;
use super::ground::Shape;
use super::query::{Form, Query, no_parameters};
use super::rows::{Collection, Row};
use super::{CSV, GEOJSON, answer, apart, base, link, record};
use crate::http::{Fault, Site, Who};
use crate::room::Room;
use crate::view::View;
use axum::Extension;
use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::Value;
use std::fmt::Write as _;
use std::sync::Arc;

/// Says with each answer what it is not.
pub(super) const NOTE: &str =
    "The machine proposes, people find: no observation and no incident is a finding.";

/// The features that are asked for.
pub(super) async fn list(
    State(room): State<Arc<Room>>,
    Extension(site): Extension<Arc<Site>>,
    who: Who,
    Path(id): Path<String>,
    RawQuery(text): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    let collection = Collection::of_id(&id).ok_or_else(Fault::not_found)?;
    let query = Query::read(&text.unwrap_or_default(), collection).map_err(Fault::query)?;
    let here = format!("{}/ogc/collections/{id}/items", base(&headers, &site));
    apart(move || match query.form {
        Form::Csv => table(&room.view(), &who, collection, &query, query.limit),
        Form::Json => features(&room, &who, collection, &query, &here),
    })
    .await
}

/// One feature.
pub(super) async fn one(
    State(room): State<Arc<Room>>,
    Extension(site): Extension<Arc<Site>>,
    who: Who,
    Path((id, feature)): Path<(String, String)>,
    RawQuery(text): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    let collection = Collection::of_id(&id).ok_or_else(Fault::not_found)?;
    no_parameters(&text.unwrap_or_default()).map_err(Fault::query)?;
    let base = base(&headers, &site);
    let found = apart(move || {
        let view = room.view();
        let mut found = None;
        collection.each(&view, &who, |row| {
            if row.id() == feature {
                let of = format!("{base}/ogc/collections/{}", collection.id());
                let here = format!("{of}/items/{}", in_path(&feature));
                let links = [
                    link(here, "self", GEOJSON, "This feature"),
                    link(of, "collection", super::JSON, collection.title()),
                ];
                let mut text = String::new();
                write(row, Some(&Value::from(links.to_vec())), &mut text);
                found = Some(text);
            }
            found.is_none()
        });
        found.map(|text| answer(&view, GEOJSON, text))
    });
    found.await?.ok_or_else(Fault::not_found)
}

/// A feature's id as a part of an address.
fn in_path(id: &str) -> String {
    form_urlencoded::byte_serialize(id.as_bytes()).collect::<String>().replace('+', "%20")
}

fn features(room: &Room, who: &Who, collection: Collection, query: &Query, here: &str) -> Response {
    let view = room.view();
    let (mut matched, mut returned, mut nowhere) = (0_u64, 0_u64, 0_u64);
    let mut text = String::new();
    collection.each(&view, who, |row| {
        if query.matches(row) {
            nowhere += u64::from(matches!(row.shape(), Shape::Nowhere));
            if matched >= query.offset && returned < query.limit {
                text.push_str(if returned == 0 { "\n" } else { ",\n" });
                write(row, None, &mut text);
                returned += 1;
            }
            matched += 1;
        }
        true
    });
    let page = |offset, form| format!("{here}{}", query.from(offset, form));
    let mut links = vec![
        link(page(query.offset, Form::Json), "self", GEOJSON, "This page"),
        link(page(query.offset, Form::Csv), "alternate", CSV, "This page as a table"),
        link(here.trim_end_matches("/items").to_owned(), "collection", super::JSON, "About them"),
    ];
    if query.offset.saturating_add(returned) < matched && returned > 0 {
        let next = page(query.offset + returned, Form::Json);
        links.push(link(next, "next", GEOJSON, "The next page"));
    }
    if query.offset > 0 {
        let before = page(query.offset.saturating_sub(query.limit), Form::Json);
        links.push(link(before, "prev", GEOJSON, "The page before"));
    }
    let mut whole = String::from("{\"type\":\"FeatureCollection\",");
    // Writing into a String cannot fail.
    let _ = write!(
        whole,
        "\"timeStamp\":\"{}\",\"numberMatched\":{matched},\"numberReturned\":{returned},\
         \"notOnTheMap\":{nowhere},\"record\":{},\"note\":",
        room.now(),
        record(&view),
    );
    write_text(NOTE, &mut whole);
    let _ = write!(whole, ",\"links\":{},\"features\":[{text}\n]}}\n", Value::from(links));
    answer(&view, GEOJSON, whole)
}

/// A feature as GeoJSON.
pub(super) fn write(row: &Row<'_>, links: Option<&Value>, out: &mut String) {
    out.push_str("{\"type\":\"Feature\",\"id\":");
    write_text(&row.id(), out);
    out.push_str(",\"geometry\":");
    row.shape().write(out);
    out.push_str(",\"properties\":{");
    for (n, (property, value)) in row.properties().enumerate() {
        if n > 0 {
            out.push(',');
        }
        write_text(property.name, out);
        out.push(':');
        value.write_json(out);
    }
    out.push('}');
    if let Some(links) = links {
        // Writing into a String cannot fail.
        let _ = write!(out, ",\"links\":{links}");
    }
    out.push('}');
}

/// The features as a table; of an area the box round it.
fn table(view: &View, who: &Who, collection: Collection, query: &Query, limit: u64) -> Response {
    let mut lines = String::new();
    let (mut matched, mut returned) = (0_u64, 0_u64);
    collection.each(view, who, |row| {
        if query.matches(row) {
            if matched >= query.offset && returned < limit {
                write_line(row, &mut lines);
                returned += 1;
            }
            matched += 1;
        }
        true
    });
    let mut text = head(view, collection, (matched, query.offset.min(matched), returned));
    text.push_str(&lines);
    answer(view, CSV, text)
}

/// The head of a table: the record, how many are asked for, after how many how many follow, and the
/// names of the columns.
pub(super) fn head(view: &View, collection: Collection, counts: (u64, u64, u64)) -> String {
    let (matched, first, returned) = counts;
    let names = collection.properties().iter().map(|property| property.name);
    let place = ["west", "south", "east", "north"];
    let heading: Vec<&str> = ["id"].into_iter().chain(place).chain(names).collect();
    format!(
        "# record {}\r\n# {NOTE}\r\n\
         # {matched} are asked for; after the first {first}, {returned} follow\r\n{}\r\n",
        record_line(view),
        heading.join(","),
    )
}

pub(super) fn write_line(row: &Row<'_>, text: &mut String) {
    text.push_str(&super::field::cell(&row.id()));
    let degrees = |lon_e7, lat_e7| {
        let point = servanda_place::Point { lon_e7, lat_e7 };
        [point.lon_text(), point.lat_text()]
    };
    match row.shape().bounds() {
        Some(bounds) => {
            for part in [(bounds.west_e7, bounds.south_e7), (bounds.east_e7, bounds.north_e7)] {
                for degree in degrees(part.0, part.1) {
                    text.push(',');
                    text.push_str(&degree);
                }
            }
        }
        None => text.push_str(",,,,"),
    }
    for (_, value) in row.properties() {
        text.push(',');
        text.push_str(&value.cell());
    }
    text.push_str("\r\n");
}

/// The record in one line.
pub(super) fn record_line(view: &View) -> String {
    let (size, root) = view.point();
    format!("{} size {size} root {}", view.desk.record.origin(), root.to_base64())
}
