//! What the interface says of itself: where to begin, which standards it holds to, what there is.

use super::cql::{Asked as _, GEOMETRY};
use super::definition::{of_features, openapi};
use super::field::Kind;
use super::ground::{Shape, around};
use super::query::{CRS84, no_parameters};
use super::rows::Collection;
use super::{CSV, GEOJSON, JSON, OPENAPI, SCHEMA, answer, apart, base, link, record};
use crate::http::{Fault, Site, Who};
use crate::room::Room;
use crate::view::View;
use axum::Extension;
use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::{Map, Value, json};
use servanda_place::{Bounds, Point};
use servanda_time::Instant;
use std::sync::Arc;

/// The conformance classes that are tested by name in `tests/api_ogc.rs`.
pub(super) const CONFORMS_TO: [&str; 12] = [
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables-query-parameters",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/filter",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/features-filter",
    "http://www.opengis.net/spec/cql2/1.0/conf/cql2-text",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-cql2",
    "http://www.opengis.net/spec/cql2/1.0/conf/advanced-comparison-operators",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-spatial-functions",
    "http://www.opengis.net/spec/cql2/1.0/conf/temporal-functions",
];
const QUERYABLES: &str = "http://www.opengis.net/def/rel/ogc/1.0/queryables";

/// A page's needs: the room, by which address it was asked, and nothing in the address.
fn begun(text: RawQuery, headers: &HeaderMap, site: &Site) -> Result<String, Fault> {
    no_parameters(&text.0.unwrap_or_default()).map_err(Fault::query)?;
    Ok(format!("{}/ogc", base(headers, site)))
}

pub(super) async fn landing(
    State(room): State<Arc<Room>>,
    Extension(site): Extension<Arc<Site>>,
    text: RawQuery,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    let ogc = begun(text, &headers, &site)?;
    let view = room.view();
    let room_at = ogc.trim_end_matches("/ogc");
    let page = json!({
        "title": view.desk.agreement.title,
        "description": "What the record holds of times and places. Silence is not compliance.",
        "record": record(&view),
        "links": [
            link(ogc.clone(), "self", JSON, "This page"),
            link(format!("{ogc}/api"), "service-desc", OPENAPI, "The interface, as OpenAPI 3.0"),
            link(format!("{ogc}/conformance"), "conformance", JSON, "The standards it holds to"),
            link(format!("{ogc}/collections"), "data", JSON, "What there is"),
            link(format!("{room_at}/"), "related", "text/html", "The room, for people"),
            link(format!("{room_at}/findings.atom"), "related", "application/atom+xml",
                "Published findings, as a feed"),
        ],
    });
    Ok(answer(&view, JSON, page.to_string()))
}

pub(super) async fn definition(
    State(room): State<Arc<Room>>,
    Extension(site): Extension<Arc<Site>>,
    text: RawQuery,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    let ogc = begun(text, &headers, &site)?;
    Ok(answer(&room.view(), OPENAPI, of_features(&ogc).to_string()))
}

pub(super) async fn whole_definition(
    State(room): State<Arc<Room>>,
    text: RawQuery,
) -> Result<Response, Fault> {
    no_parameters(&text.0.unwrap_or_default()).map_err(Fault::query)?;
    Ok(answer(&room.view(), OPENAPI, openapi()))
}

pub(super) async fn conformance(
    State(room): State<Arc<Room>>,
    Extension(site): Extension<Arc<Site>>,
    text: RawQuery,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    begun(text, &headers, &site)?;
    Ok(answer(&room.view(), JSON, json!({ "conformsTo": CONFORMS_TO }).to_string()))
}

pub(super) async fn collections(
    State(room): State<Arc<Room>>,
    Extension(site): Extension<Arc<Site>>,
    who: Who,
    text: RawQuery,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    let ogc = begun(text, &headers, &site)?;
    apart(move || {
        let view = room.view();
        let all = Collection::ALL.map(|one| about(&view, &who, one, &ogc));
        let page = json!({
            "links": [link(format!("{ogc}/collections"), "self", JSON, "This page")],
            "record": record(&view),
            "collections": all,
        });
        answer(&view, JSON, page.to_string())
    })
    .await
}

pub(super) async fn collection(
    State(room): State<Arc<Room>>,
    Extension(site): Extension<Arc<Site>>,
    who: Who,
    Path(id): Path<String>,
    text: RawQuery,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    let ogc = begun(text, &headers, &site)?;
    let collection = Collection::of_id(&id).ok_or_else(Fault::not_found)?;
    apart(move || {
        let view = room.view();
        answer(&view, JSON, about(&view, &who, collection, &ogc).to_string())
    })
    .await
}

/// A collection, as far as whoever asks may see it.
fn about(view: &View, who: &Who, collection: Collection, ogc: &str) -> Value {
    let mut reach: Option<Bounds> = None;
    let (mut first, mut last): (Option<Instant>, Option<Instant>) = (None, None);
    let (mut all, mut nowhere) = (0_u64, 0_u64);
    collection.each(view, who, |row| {
        all += 1;
        nowhere += u64::from(matches!(row.shape(), Shape::Nowhere));
        if let Some(own) = row.shape().bounds() {
            reach = Some(reach.map_or(own, |reach| around(reach, own)));
        }
        let (starts, ends) = row.span();
        first = starts.map(|at| first.map_or(at, |first| first.min(at))).or(first);
        last = ends.map(|at| last.map_or(at, |last| last.max(at))).or(last);
        true
    });
    let id = collection.id();
    let here = format!("{ogc}/collections/{id}");
    let mut extent = Map::new();
    if let Some(reach) = reach {
        let corner = |lon_e7, lat_e7| Shape::Point(Point { lon_e7, lat_e7 });
        let mut bbox = Vec::new();
        for (lon, lat) in [(reach.west_e7, reach.south_e7), (reach.east_e7, reach.north_e7)] {
            let mut text = String::new();
            corner(lon, lat).write(&mut text);
            let point: Value = serde_json::from_str(&text).unwrap_or_default();
            bbox.extend(point["coordinates"].as_array().cloned().unwrap_or_default());
        }
        extent.insert("spatial".into(), json!({ "bbox": [bbox], "crs": CRS84 }));
    }
    let time = |at: Option<Instant>| at.map_or(Value::Null, |at| at.to_string().into());
    extent.insert("temporal".into(), json!({ "interval": [[time(first), time(last)]] }));
    json!({
        "id": id,
        "title": collection.title(),
        "description": collection.about(),
        "itemType": "feature",
        "crs": [CRS84],
        "extent": extent,
        "features": all,
        "notOnTheMap": nowhere,
        "links": [
            link(here.clone(), "self", JSON, "This collection"),
            link(format!("{here}/items"), "items", GEOJSON, collection.title()),
            link(format!("{here}/items?f=csv"), "items", CSV, collection.title()),
            link(format!("{here}/queryables"), QUERYABLES, SCHEMA, "What filters can ask"),
        ],
    })
}

pub(super) async fn queryables(
    State(room): State<Arc<Room>>,
    Extension(site): Extension<Arc<Site>>,
    Path(id): Path<String>,
    text: RawQuery,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    let ogc = begun(text, &headers, &site)?;
    let collection = Collection::of_id(&id).ok_or_else(Fault::not_found)?;
    let mut properties = Map::new();
    let shape = match collection {
        Collection::Zones => "geometry-any",
        _ => "geometry-point",
    };
    let about = "Where it is; null: it is not on the map.";
    properties.insert(
        GEOMETRY.into(),
        json!({ "title": GEOMETRY, "description": about, "format": shape,
            "x-ogc-role": "primary-geometry" }),
    );
    for property in collection.properties() {
        let mut schema = schema(property.kind);
        schema.insert("title".into(), property.name.into());
        schema.insert("description".into(), property.about.into());
        let role = match property.name {
            "starts" => Some("primary-interval-start"),
            "ends" => Some("primary-interval-end"),
            _ => None,
        };
        if let Some(role) = role {
            schema.insert("x-ogc-role".into(), role.into());
        }
        properties.insert(property.name.into(), schema.into());
    }
    let page = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": format!("{ogc}/collections/{id}/queryables"),
        "title": collection.title(),
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
    });
    Ok(answer(&room.view(), SCHEMA, page.to_string()))
}

/// The schema of a property's values.
pub(super) fn schema(kind: Kind) -> Map<String, Value> {
    let mut schema = Map::new();
    let (word, format) = match kind {
        Kind::Text => ("string", None),
        Kind::Number => ("number", None),
        Kind::Time => ("string", Some("date-time")),
        Kind::Bool => ("boolean", None),
    };
    schema.insert("type".into(), word.into());
    if let Some(format) = format {
        schema.insert("format".into(), format.into());
    }
    schema
}
