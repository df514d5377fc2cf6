//! The interfaces for programs: OGC API – Features, tables, a feed, and whether the room is up.
//!
//! There is one question for everything that has a time or a place, [`query::Query`], and one list
//! of what may leave, [`rows::Collection::each`], which asks [`crate::released`] of each feature.
//! All forms are made from these two. Each answer names the record, its size and its root.

mod cql;
mod definition;
mod feeds;
mod field;
mod ground;
pub(crate) mod incidents;
mod items;
pub(crate) mod news;
mod pages;
mod query;
mod rows;
mod span;

pub use definition::openapi;

use crate::http::{Fault, Site};
use crate::room::Room;
use crate::view::View;
use axum::Router;
use axum::http::header::{CONTENT_TYPE, HOST};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Names the record that an answer is made of: its origin, its size, its root.
const RECORD: HeaderName = HeaderName::from_static("servanda-record");
const JSON: &str = "application/json";
const GEOJSON: &str = "application/geo+json";
const SCHEMA: &str = "application/schema+json";
const CSV: &str = "text/csv; charset=utf-8";
const OPENAPI: &str = "application/vnd.oai.openapi+json;version=3.0";

/// The routes.
pub(crate) fn routes() -> Router<Arc<Room>> {
    Router::new()
        .route("/ogc", get(pages::landing))
        .route("/ogc/api", get(pages::definition))
        .route("/ogc/conformance", get(pages::conformance))
        .route("/ogc/collections", get(pages::collections))
        .route("/ogc/collections/{id}", get(pages::collection))
        .route("/ogc/collections/{id}/queryables", get(pages::queryables))
        .route("/ogc/collections/{id}/items", get(items::list))
        .route("/ogc/collections/{id}/items/{feature}", get(items::one))
        .route("/incidents.csv", get(incidents::table))
        .route("/incidents.geojson", get(incidents::geojson))
        .route("/incidents.atom", get(incidents::feed))
        .route("/queue.csv", get(feeds::queue_table))
        .route("/findings.atom", get(feeds::findings))
        .route("/health", get(feeds::health))
        .route("/openapi.json", get(pages::whole_definition))
}

/// Whether it is programs that ask there, and not people: they get errors as JSON.
pub(crate) fn is_of_programs(path: &str) -> bool {
    let own = ["/ogc", "/health", "/openapi.json"];
    let below = |one: &&str| path.strip_prefix(*one).is_some_and(|rest| rest.starts_with('/'));
    path.starts_with("/api/")
        || path.ends_with(".csv")
        || path.ends_with(".atom")
        || path.ends_with(".geojson")
        || own.iter().any(|one| path == *one || below(one))
}

/// An answer, with the record that it is made of.
fn answer(view: &View, kind: &'static str, text: String) -> Response {
    let kind = HeaderValue::from_static(kind);
    let mut response = (StatusCode::OK, [(CONTENT_TYPE, kind)], text).into_response();
    let (size, root) = view.point();
    let named = format!("{} {size} {}", view.desk.record.origin(), root.to_base64());
    if let Ok(named) = HeaderValue::try_from(named) {
        response.headers_mut().insert(RECORD, named);
    }
    response
}

/// Answers that are worked out at once; each may look at a million features.
const WORKING_MAX: usize = 4;
static WORKING: Semaphore = Semaphore::const_new(WORKING_MAX);

/// Works beside what is quick, and not too much at once.
pub(crate) async fn apart<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Fault> {
    let Ok(_permit) = WORKING.acquire().await else { return Err(Fault::inside()) };
    tokio::task::spawn_blocking(work).await.map_err(|_| Fault::inside())
}

/// The record, as bodies name it.
fn record(view: &View) -> Value {
    let (size, root) = view.point();
    json!({
        "origin": view.desk.record.origin(),
        "size": size,
        "root": root.to_base64(),
    })
}

/// By which address the room was asked; the guard has checked the name.
pub(crate) fn base(headers: &HeaderMap, site: &Site) -> String {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    format!("{}://{host}", if site.is_tls() { "https" } else { "http" })
}

fn link(href: String, rel: &str, kind: &str, title: &str) -> Value {
    json!({ "href": href, "rel": rel, "type": kind, "title": title })
}
