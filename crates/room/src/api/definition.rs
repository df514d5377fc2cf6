//! The interface as OpenAPI 3.0: of the collections alone, as the standard for features has it, and
//! of everything that programs may ask, which stands in `docs/reference/openapi.json` too.

use super::incidents::LAST;
use super::pages::schema;
use super::query::{CRS84, LIMIT, LIMIT_MAX};
use super::rows::Collection;
use super::{GEOJSON, JSON, OPENAPI, SCHEMA};
use serde_json::{Map, Value, json};

const ATOM: &str = "application/atom+xml";
const TABLE: &str = "text/csv";
const PROBLEM: &str = "application/problem+json";

/// The whole interface (OpenAPI 3.0, JSON).
#[must_use]
pub fn openapi() -> String {
    let mut paths = features("/ogc");
    let table = |name: &str, what: &str, more: Vec<Value>| {
        get(name, what, more, &[(TABLE, json!({ "type": "string" }))])
    };
    let incidents = incidents();
    paths.insert(
        "/incidents.csv".into(),
        table("incidentsTable", "The incidents that are asked for, as a table", incidents.clone()),
    );
    let mut map = incidents.clone();
    map.push(parameter(
        "cells",
        json!({ "type": "integer", "minimum": 1 }),
        "For a map: so many cells across; many incidents of one cell are one point with a count.",
    ));
    let features = [(GEOJSON, json!({ "type": "object" }))];
    let what = "The incidents that are asked for, as GeoJSON";
    paths.insert("/incidents.geojson".into(), get("incidentsFeatures", what, map, &features));
    let feed = [(ATOM, json!({ "type": "string" }))];
    let what = "The latest incidents that are asked for, as a feed (RFC 4287)";
    paths.insert("/incidents.atom".into(), get("incidentsFeed", what, incidents, &feed));
    let words: Vec<&str> = servanda_casework::Stage::ALL.iter().map(|one| one.word()).collect();
    let stage = parameter(
        "stage",
        json!({ "type": "string", "enum": words }),
        "Only cases that stand there.",
    );
    paths.insert(
        "/queue.csv".into(),
        table("queueTable", "The queue as a table; for the mission's people", vec![stage]),
    );
    paths.insert(
        "/findings.atom".into(),
        get("findingsFeed", "Published findings as a feed (RFC 4287)", form(&["json"]), &feed),
    );
    let health = json!({
        "type": "object",
        "required": ["live", "record", "age_ms"],
        "properties": {
            "live": { "type": "boolean" },
            "record": { "$ref": "#/components/schemas/record" },
            "age_ms": { "type": "integer", "minimum": 0 },
        },
    });
    paths.insert(
        "/health".into(),
        get("health", "Whether the room is up", form(&["json"]), &[(JSON, health)]),
    );
    let any = [(OPENAPI, json!({ "type": "object" }))];
    paths.insert("/openapi.json".into(), get("definition", "This document", form(&["json"]), &any));
    let whole = document("/", paths);
    format!("{whole:#}\n")
}

/// The collections alone, at an address.
pub(super) fn of_features(at: &str) -> Value {
    document(at, features(""))
}

fn document(server: &str, paths: Map<String, Value>) -> Value {
    let text = |about: &str| json!({ "type": "string", "description": about });
    json!({
        "openapi": "3.0.3",
        "info": {
            "title": "Servanda: the operations room",
            "description": "What a record holds of times and places, read only. Who is signed in \
                (cookie of the room) sees what the table of rights allows; everybody else what is \
                public. Coordinates are WGS 84, longitude before latitude.",
            "version": env!("CARGO_PKG_VERSION"),
            "license": { "name": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": server }],
        "paths": paths,
        "components": {
            "schemas": {
                "record": {
                    "type": "object",
                    "description": "What it is made of; also in the header servanda-record.",
                    "required": ["origin", "size", "root"],
                    "properties": {
                        "origin": text("The record's name."),
                        "size": { "type": "integer", "minimum": 0 },
                        "root": text("The root of its Merkle tree, base64."),
                    },
                },
                "link": {
                    "type": "object",
                    "required": ["href", "rel"],
                    "properties": {
                        "href": text("Where it leads."),
                        "rel": text("What is there."),
                        "type": text("Its media type."),
                        "title": text("In words."),
                    },
                },
                "problem": {
                    "type": "object",
                    "description": "What is wrong, and what to do (RFC 9457).",
                    "required": ["title", "status", "detail"],
                    "properties": {
                        "type": text("Always about:blank."),
                        "title": text("What is wrong."),
                        "status": { "type": "integer" },
                        "detail": text("What to do."),
                    },
                },
            },
        },
    })
}

fn features(at: &str) -> Map<String, Value> {
    let mut paths = Map::new();
    let links = json!({ "type": "array", "items": { "$ref": "#/components/schemas/link" } });
    let with_links = |more: &[&str]| {
        let mut properties = Map::new();
        properties.insert("links".into(), links.clone());
        for name in more {
            properties.insert((*name).into(), json!({}));
        }
        let mut required = vec!["links"];
        required.extend(more);
        json!({ "type": "object", "required": required, "properties": properties })
    };
    let mut add = |path: &str, name: &str, what: &str, kind: &str, schema: Value| {
        let path = if at.is_empty() && path.is_empty() { "/" } else { path };
        paths.insert(format!("{at}{path}"), get(name, what, form(&["json"]), &[(kind, schema)]));
    };
    add("", "landing", "Where to begin", JSON, with_links(&["title"]));
    add("/api", "featuresDefinition", "The interface", OPENAPI, json!({ "type": "object" }));
    let conforms = json!({
        "type": "object",
        "required": ["conformsTo"],
        "properties": { "conformsTo": { "type": "array", "items": { "type": "string" } } },
    });
    add("/conformance", "conformance", "The standards it holds to", JSON, conforms);
    let all = with_links(&["collections"]);
    add("/collections", "collections", "What there is", JSON, all);
    for one in Collection::ALL {
        let (id, title) = (one.id(), one.title());
        let here = format!("/collections/{id}");
        let about = with_links(&["id", "extent"]);
        add(&here, &format!("{id}About"), one.about(), JSON, about);
        let path = format!("{here}/queryables");
        let what = format!("{title}: what filters can ask");
        add(&path, &format!("{id}Queryables"), &what, SCHEMA, json!({ "type": "object" }));
    }
    for one in Collection::ALL {
        let (id, title) = (one.id(), one.title());
        let here = format!("{at}/collections/{id}/items");
        let mut properties = Map::new();
        for property in one.properties() {
            let mut schema = schema(property.kind);
            schema.insert("nullable".into(), true.into());
            schema.insert("description".into(), property.about.into());
            properties.insert(property.name.into(), schema.into());
        }
        let feature = json!({
            "type": "object",
            "required": ["type", "id", "geometry", "properties"],
            "properties": {
                "type": { "type": "string", "enum": ["Feature"] },
                "id": { "type": "string" },
                "geometry": { "type": "object", "nullable": true },
                "properties": { "type": "object", "properties": properties },
            },
        });
        let count = json!({ "type": "integer", "minimum": 0 });
        let list = json!({
            "type": "object",
            "required": ["type", "features", "links", "timeStamp", "numberMatched",
                "numberReturned", "notOnTheMap", "record"],
            "properties": {
                "type": { "type": "string", "enum": ["FeatureCollection"] },
                "features": { "type": "array", "items": feature },
                "links": links,
                "timeStamp": { "type": "string", "format": "date-time" },
                "numberMatched": count,
                "numberReturned": count,
                "notOnTheMap": count,
                "record": { "$ref": "#/components/schemas/record" },
            },
        });
        let table = (TABLE, json!({ "type": "string" }));
        let both = [(GEOJSON, list), table];
        let what = format!("{title}: those that are asked for");
        let name = format!("{id}Items");
        paths.insert(here.clone(), get(&name, &what, parameters(one, false), &both));
        let mut asked = form(&["json"]);
        asked.push(json!({
            "name": "featureId",
            "in": "path",
            "required": true,
            "schema": { "type": "string" },
            "description": "The feature's id.",
        }));
        let what = format!("{title}: one of them");
        let one = get(&format!("{id}Item"), &what, asked, &[(GEOJSON, feature)]);
        paths.insert(format!("{here}/{{featureId}}"), one);
    }
    paths
}

/// What can be asked of a collection.
fn parameters(collection: Collection, is_table: bool) -> Vec<Value> {
    let whole = |least: u64, default: Option<u64>| {
        let mut schema = json!({ "type": "integer", "minimum": least });
        if let Some(default) = default {
            schema["default"] = default.into();
        }
        schema
    };
    let mut limit = whole(1, (!is_table).then_some(LIMIT));
    limit["maximum"] = LIMIT_MAX.into();
    let mut all = form(&["json", "csv"]);
    all.push(parameter("limit", limit, "At most so many; whoever asks for more gets the most."));
    all.push(parameter("offset", whole(0, Some(0)), "So many are passed over first."));
    all.push(json!({
        "name": "bbox",
        "in": "query",
        "required": false,
        "style": "form",
        "explode": false,
        "schema": {
            "type": "array",
            "oneOf": [{ "minItems": 4, "maxItems": 4 }, { "minItems": 6, "maxItems": 6 }],
            "items": { "type": "number" },
        },
        "description": "Only what meets the box: west, south, east, north. What is not on the map \
            is always among it.",
    }));
    all.push(parameter(
        "datetime",
        json!({ "type": "string" }),
        "Only what shares an instant with it: a time, a date, or FROM/TO with .. for an open end.",
    ));
    all.push(parameter(
        "filter",
        json!({ "type": "string" }),
        "Only what matches, in CQL2 text, such as what = 'explosion' AND radius_m < 500.",
    ));
    all.push(parameter(
        "filter-lang",
        json!({ "type": "string", "enum": ["cql2-text"], "default": "cql2-text" }),
        "The language of the filter.",
    ));
    all.push(parameter(
        "filter-crs",
        json!({ "type": "string", "format": "uri", "enum": [CRS84], "default": CRS84 }),
        "The coordinates of the filter.",
    ));
    for property in collection.properties() {
        let about = format!("Only where it is this. {}", property.about);
        all.push(parameter(property.name, schema(property.kind).into(), &about));
    }
    all
}

/// What can be asked of the incidents: as of the collection, and what people ask on the page.
fn incidents() -> Vec<Value> {
    let text = || json!({ "type": "string" });
    let words = |words: &[&str]| json!({ "type": "string", "enum": words });
    let last: Vec<&str> = LAST.iter().map(|(word, _)| *word).collect();
    let own = [
        ("q", text(), "Only where this stands in what was seen, a source, a zone or the id."),
        ("from", text(), "Only what is then or later: a day, a minute of UTC, or an instant."),
        ("to", text(), "Only what is then or before: a day, a minute of UTC, or an instant."),
        ("last", words(&last), "Only what is in so long a time before now."),
        ("span", words(&["window", "cumulative"]), "cumulative: since the agreement bound first."),
        ("placed", words(&["yes", "no"]), "Only what states a point, or only what states none."),
        (
            "as-of",
            json!({ "type": "integer", "minimum": 1 }),
            "As the room knew it when the record had so many entries.",
        ),
    ];
    let usual = parameters(Collection::Incidents, true).into_iter();
    let mut all: Vec<Value> = usual.filter(|one| one["name"] != "f").collect();
    all.extend(own.map(|(name, schema, about)| parameter(name, schema, about)));
    all
}

fn form(forms: &[&str]) -> Vec<Value> {
    vec![parameter("f", json!({ "type": "string", "enum": forms }), "The form of the answer.")]
}

fn parameter(name: &str, schema: Value, about: &str) -> Value {
    json!({ "name": name, "in": "query", "required": false, "schema": schema,
        "description": about })
}

fn get(name: &str, what: &str, parameters: Vec<Value>, kinds: &[(&str, Value)]) -> Value {
    let mut content = Map::new();
    for (kind, schema) in kinds {
        content.insert((*kind).into(), json!({ "schema": schema }));
    }
    let problem = |about: &str| {
        let schema = json!({ "$ref": "#/components/schemas/problem" });
        let mut kinds = Map::new();
        kinds.insert(PROBLEM.into(), json!({ "schema": schema }));
        json!({ "description": about, "content": kinds })
    };
    let header = json!({
        "servanda-record": {
            "description": "Origin, size and root of the record that the answer is made of.",
            "schema": { "type": "string" },
        },
    });
    json!({
        "get": {
            "operationId": name,
            "summary": what,
            "parameters": parameters,
            "responses": {
                "200": { "description": what, "headers": header, "content": content },
                "400": problem("The question makes no sense."),
                "401": problem("For people who are signed in."),
                "403": problem("Not for your roles."),
                "404": problem("Nothing is there."),
                "429": problem("Too often."),
                "500": problem("Something is wrong inside."),
                "503": problem("It is being worked out: ask again."),
            },
        },
    })
}
