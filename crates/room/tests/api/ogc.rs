//! OGC API – Features: each abstract test of the classes that the room claims, by its identifier
//! (in 17-069r4, 19-079r2 and 21-065r2), and what is the room's own.

use crate::kit::Answer;
use crate::valley::{Person, Valley};
use serde_json::Value;
use servanda_room::openapi;
use servanda_room::rights::Role;
use std::path::Path;

const COLLECTIONS: [&str; 4] = ["incidents", "observations", "zones", "findings"];

pub(crate) fn json(answer: &Answer) -> Value {
    assert_eq!(answer.status, 200, "{answer:?}");
    serde_json::from_str(&answer.body).unwrap_or_else(|error| panic!("{error}: {answer:?}"))
}

fn escaped(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

fn items(person: &Person<'_>, collection: &str, query: &str) -> Value {
    json(&person.ask(&format!("/ogc/collections/{collection}/items{query}")))
}

fn filtered(person: &Person<'_>, collection: &str, filter: &str) -> Vec<String> {
    ids(&items(person, collection, &format!("?filter={}", escaped(filter))))
}

pub(crate) fn ids(page: &Value) -> Vec<String> {
    let features = page["features"].as_array().unwrap();
    features.iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
}

fn links<'v>(page: &'v Value, rel: &str) -> Vec<&'v str> {
    let all = page["links"].as_array().unwrap().iter();
    all.filter(|one| one["rel"] == rel).map(|one| one["href"].as_str().unwrap()).collect()
}

/// A link's path in this room.
fn path<'l>(valley: &Valley, link: &'l str) -> &'l str {
    let base = format!("http://{}", valley.open.at);
    link.strip_prefix(base.as_str()).unwrap_or_else(|| panic!("{link} leads elsewhere"))
}

/// `/conf/core`: `http`, `root-op`, `root-success`, `api-definition-op`, `api-definition-success`,
/// `conformance-op`, `conformance-success`; `/conf/oas30`: `oas-definition-1`, `oas-definition-2`,
/// `oas-impl`, `security`; `/rec`: `record` in a header.
#[test]
fn conf_core_and_oas30_where_to_begin() {
    let valley = Valley::open();
    let public = Person::of(&valley.open, None);
    let answer = public.ask("/ogc");
    let page = json(&answer);
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(links(&page, "self").len(), 1);
    let conformance = json(&public.ask(path(&valley, links(&page, "conformance")[0])));
    let classes = conformance["conformsTo"].as_array().unwrap();
    for class in ["ogcapi-features-1/1.0/conf/core", "ogcapi-features-1/1.0/conf/geojson"] {
        assert!(classes.iter().any(|one| one.as_str().unwrap().ends_with(class)), "{class}");
    }
    let definition = public.ask(path(&valley, links(&page, "service-desc")[0]));
    let kind = "application/vnd.oai.openapi+json;version=3.0";
    assert_eq!(definition.header("content-type"), kind);
    let definition = json(&definition);
    assert!(definition["openapi"].as_str().unwrap().starts_with("3.0."));
    // oas-impl: each path that is defined is there.
    let server = definition["servers"][0]["url"].as_str().unwrap().to_owned();
    for (at, _) in definition["paths"].as_object().unwrap() {
        let here = format!("{}{}", path(&valley, &server), at.trim_end_matches('/'));
        let feature = ids(&items(&public, "zones", ""))[0].clone();
        let zones = here.replace("zones/items/{featureId}", &format!("zones/items/{feature}"));
        if !zones.contains('{') {
            assert_eq!(public.ask(&zones).status, 200, "{zones}");
        }
    }
    assert_eq!(links(&page, "data").len(), 1);
    let standing = valley.open.room.standing();
    let named = format!("{} {} {}", standing.origin, standing.size, standing.root);
    for at in [
        "/ogc",
        "/ogc/collections",
        "/health",
        "/findings.atom",
        "/incidents.csv",
        "/incidents.geojson",
        "/incidents.atom",
        "/ogc/collections/zones/items",
        "/openapi.json",
        "/ogc/collections/zones/items?f=csv",
    ] {
        assert_eq!(public.ask(at).header("servanda-record"), named, "{at}");
    }
}

/// `/conf/core`: `fc-md-op`, `fc-md-success`, `fc-md-links`, `fc-md-items`, `fc-md-items-links`,
/// `fc-md-extent`, `sfc-md-op`, `sfc-md-success`, `crs84`; `/conf/queryables`: `get-queryables-op`,
/// `get-queryables-response`, `queryables-link`.
#[test]
fn conf_core_collections() {
    let valley = Valley::open();
    let vera = valley.person(Role::Verifier);
    let all = json(&vera.ask("/ogc/collections"));
    assert_eq!(links(&all, "self").len(), 1);
    let listed = all["collections"].as_array().unwrap();
    let named: Vec<&str> = listed.iter().map(|one| one["id"].as_str().unwrap()).collect();
    assert_eq!(named, COLLECTIONS);
    for (own, id) in listed.iter().zip(COLLECTIONS) {
        let one = json(&vera.ask(&format!("/ogc/collections/{id}")));
        assert_eq!(&one, own);
        let kinds = one["links"].as_array().unwrap().iter().filter(|link| link["rel"] == "items");
        let kinds: Vec<&str> = kinds.map(|link| link["type"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["application/geo+json", "text/csv; charset=utf-8"]);
        assert_eq!(one["crs"][0], "http://www.opengis.net/def/crs/OGC/1.3/CRS84");
        let rel = "http://www.opengis.net/def/rel/ogc/1.0/queryables";
        let answer = vera.ask(path(&valley, links(&one, rel)[0]));
        assert_eq!(answer.header("content-type"), "application/schema+json");
        let queryables = json(&answer);
        assert_eq!(queryables["$schema"], "https://json-schema.org/draft/2020-12/schema");
        assert_eq!(queryables["additionalProperties"], false);
        let first = items(&vera, id, "?limit=1");
        for (name, _) in first["features"][0]["properties"].as_object().unwrap() {
            let property = &queryables["properties"][name];
            assert!(property["type"].is_string(), "{id} {name}");
        }
        assert!(queryables["properties"]["geometry"]["type"].is_null());
        // The extent is that of all features that may be seen.
        let page = items(&vera, id, "?limit=10000");
        assert_eq!(page["numberMatched"], one["features"]);
        assert_eq!(page["notOnTheMap"], one["notOnTheMap"]);
        let nowhere = page["features"].as_array().unwrap().iter();
        let nowhere = nowhere.filter(|one| one["geometry"].is_null()).count();
        assert_eq!(page["notOnTheMap"], nowhere);
    }
    let west = &listed[1]["extent"]["spatial"]["bbox"][0];
    assert_eq!(west.to_string(), "[-70.1234567,-12.3456789,10.0000003,50.02]");
    assert_eq!(vera.ask("/ogc/collections/roads").status, 404);
    assert_eq!(vera.ask("/ogc/collections/roads/items").status, 404);
    assert_eq!(vera.ask("/ogc/collections/roads/queryables").status, 404);
}

/// `/conf/core`: `fc-op`, `fc-limit-definition`, `fc-limit-response`, `fc-links`, `fc-timeStamp`,
/// `fc-numberMatched`, `fc-numberReturned`, `f-op`, `f-success`, `f-links`; `/conf/geojson`:
/// `definition`, `content`.
#[test]
fn conf_core_features_page_by_page() {
    let valley = Valley::open();
    let vera = valley.person(Role::Verifier);
    for id in COLLECTIONS {
        let whole = items(&vera, id, "?limit=10000");
        let all = ids(&whole);
        assert_eq!(whole["numberMatched"], all.len(), "{id}");
        assert_eq!(links(&whole, "next").len(), 0);
        let mut seen = Vec::new();
        let mut next = format!("/ogc/collections/{id}/items?limit=1");
        loop {
            let answer = vera.ask(&next);
            assert_eq!(answer.header("content-type"), "application/geo+json");
            let page = json(&answer);
            assert_eq!(page["type"], "FeatureCollection");
            assert_eq!(page["numberReturned"], 1, "{page}");
            assert_eq!(page["numberMatched"], all.len());
            assert!(page["timeStamp"].as_str().unwrap().ends_with('Z'));
            assert_eq!((links(&page, "self").len(), links(&page, "alternate").len()), (1, 1));
            assert_eq!(links(&page, "prev").len(), usize::from(!seen.is_empty()));
            seen.extend(ids(&page));
            match links(&page, "next").first() {
                Some(link) => next = path(&valley, link).to_owned(),
                None => break,
            }
        }
        assert_eq!(seen, all, "{id}: each once, in one order");
        for (n, one) in all.iter().enumerate() {
            let feature = json(&vera.ask(&format!("/ogc/collections/{id}/items/{one}")));
            assert_eq!(feature["type"], "Feature");
            for part in ["id", "geometry", "properties"] {
                assert_eq!(feature[part], whole["features"][n][part], "{id} {one}");
            }
            let own = path(&valley, links(&feature, "self")[0]).to_owned();
            assert_eq!(json(&vera.ask(&own)), feature);
            assert_eq!(links(&feature, "collection").len(), 1);
        }
        let beyond = items(&vera, id, "?offset=999");
        assert_eq!((ids(&beyond).len(), links(&beyond, "next").len()), (0, 0));
        assert_eq!(vera.ask(&format!("/ogc/collections/{id}/items/nothing")).status, 404);
    }
    // More than the most is the most, and no error.
    assert_eq!(ids(&items(&vera, "observations", "?limit=999999")).len(), 6);
    // The lattice's own decimals, to the digit.
    let text = vera.ask("/ogc/collections/observations/items?key=a-1").body;
    assert!(text.contains("\"coordinates\":[10.0000003,50.0000001]"), "{text}");
    assert!(text.contains("\"radius_m\":150.5,"), "{text}");
    let zones = items(&vera, "zones", "");
    let ridge = &zones["features"][1];
    assert_eq!((&ridge["id"], &ridge["geometry"]["type"]), (&"ridge".into(), &"Polygon".into()));
    assert_eq!(ridge["properties"]["starts"], "2030-01-01T00:00:00Z");
    assert_eq!(ridge["properties"]["source"], "drawn by hand on the mission's map");
    assert_eq!(zones["features"][0]["properties"]["starts"], Value::Null);
}

/// `/conf/core`: `query-param-invalid`, `query-param-unknown`.
#[test]
fn conf_core_what_makes_no_sense_is_refused() {
    let valley = Valley::open();
    let public = Person::of(&valley.open, None);
    for query in [
        "?limit=0",
        "?limit=-1",
        "?limit=ten",
        "?limit=",
        "?offset=-1",
        "?offset=1e3",
        "?bbox=1,2,3",
        "?bbox=1,2,3,4,5",
        "?bbox=a,b,c,d",
        "?bbox=0,10,1,5",
        "?bbox=-181,0,1,1",
        "?bbox=0,0,0,91",
        "?bbox=0,0,1,1&bbox=0,0,2,2",
        "?datetime=yesterday",
        "?datetime=2030-02-30",
        "?datetime=2031-01-01/2030-01-01",
        "?datetime=a/b/c",
        "?filter=",
        "?filter=what",
        "?filter=roads%3D1",
        "?filter-lang=cql2-json",
        "?filter-crs=http://www.opengis.net/def/crs/EPSG/0/4326",
        "?f=html",
        "?f=gml",
        "?unknown=1",
        "?crs=x",
        "?by_hand=perhaps",
        "?entry=many",
        "?limit=1&limit=2",
        "?starts=soon",
        "?%00=1",
        "?limit=99999999999999999999",
    ] {
        let answer = public.ask(&format!("/ogc/collections/observations/items{query}"));
        assert_eq!(answer.status, 400, "{query}");
        assert_eq!(answer.header("content-type"), "application/problem+json", "{query}");
        let problem: Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!(problem["status"], 400);
        assert!(problem["title"].as_str().unwrap().contains(": "), "{query}: {problem}");
    }
    for at in [
        "/ogc",
        "/ogc/conformance",
        "/ogc/collections",
        "/ogc/collections/zones",
        "/health",
        "/ogc/collections/zones/queryables",
        "/ogc/collections/zones/items/valley",
        "/ogc/api",
        "/findings.atom",
        "/openapi.json",
    ] {
        assert_eq!(public.ask(&format!("{at}?unknown=1")).status, 400, "{at}");
        assert_eq!(public.ask(&format!("{at}?f=json")).status, 200, "{at}");
    }
}

/// `/conf/core`: `fc-bbox-definition`, `fc-bbox-response`, `fc-time-definition`, `fc-time-
/// response`, `fc-response`.
#[test]
fn conf_core_boxes_and_times() {
    let valley = Valley::open();
    let vera = valley.person(Role::Verifier);
    let keys = |query: &str| -> Vec<String> {
        let page = items(&vera, "observations", query);
        let all = page["features"].as_array().unwrap().iter();
        all.map(|one| one["properties"]["key"].as_str().unwrap_or("hand").to_owned()).collect()
    };
    // What is not on the map passes each box.
    assert_eq!(keys("?bbox=-71,-13,-70,-12"), ["a-2", "a-3"]);
    assert_eq!(keys("?bbox=-71,-13,0,-70,-12,100"), ["a-2", "a-3"]);
    assert_eq!(keys("?bbox=10.0000003,50.0000001,10.0000003,50.0000001"), ["a-1", "a-3"]);
    assert_eq!(keys("?bbox=10.0000004,50.0000001,10.0000004,50.0000001"), ["a-3"]);
    assert_eq!(keys("?bbox=170,-90,-70,90"), ["a-2", "a-3"], "across 180 degrees");
    assert_eq!(keys("?bbox=9,49,11,51"), ["a-1", "a-3", "hand", "hand", "hand"]);
    assert_eq!(keys("?datetime=2030-03-05"), ["a-2"]);
    assert_eq!(keys("?datetime=2030-03-05T09:00:00Z"), ["a-2"]);
    assert_eq!(keys("?datetime=2030-03-05T09:01:00Z"), [""; 0], "its end is no part of it");
    assert_eq!(keys("?datetime=2030-03-05T10:00:00%2B01:00"), ["a-2"]);
    assert_eq!(keys("?datetime=2030-03-05/.."), ["a-2", "a-3"]);
    assert_eq!(keys("?datetime=/2030-01-05"), ["a-1", "hand"]);
    assert_eq!(keys("?datetime=2030-01-06/2030-01-07"), ["hand", "hand"]);
    assert_eq!(keys("?datetime=2030-03-01/..&bbox=9,49,11,51"), ["a-3"]);
    assert_eq!(ids(&items(&vera, "zones", "?datetime=2030-03-05")), ["valley"], "always");
    assert_eq!(ids(&items(&vera, "zones", "?datetime=2030-01-05")), ["valley", "ridge"]);
    assert_eq!(ids(&items(&vera, "zones", "?bbox=10.99,49.99,11.01,50.01")), ["ridge"]);
    assert_eq!(ids(&items(&vera, "zones", "?bbox=10.0001,50.0001,10.0002,50.0002")), ["valley"]);
    assert!(ids(&items(&vera, "zones", "?bbox=0,0,1,1")).is_empty());
}

/// `/conf/filter`: `filter-param`, `filter-lang-param`, `filter-crs-param`, `response`,
/// `mixing-expressions`; `/conf/features-filter`: `response`; `/conf/queryables-query-parameters`:
/// `parameters`; `/conf/cql2-text`, `/conf/basic-cql2`, `/conf/advanced-comparison-operators`,
/// `/conf/basic-spatial-functions`, `/conf/temporal-functions` (each operator in
/// `src/api/cql/tests.rs` and `src/api/span.rs`).
#[test]
fn conf_filters() {
    let valley = Valley::open();
    let vera = valley.person(Role::Verifier);
    let count = |filter: &str| filtered(&vera, "observations", filter).len();
    assert_eq!(count("what = 'alarm'"), 3);
    assert_eq!(count("what = 'alarm' AND key <> 'a-1'"), 2);
    assert_eq!(count("key IN ('a-1','a-3') OR by_hand = TRUE"), 5);
    assert_eq!(count("radius_m BETWEEN 150.5 AND 200"), 5);
    assert_eq!(count("zone LIKE 'val%'"), 1);
    assert_eq!(count("zone IS NOT NULL"), 1);
    assert_eq!(count("S_INTERSECTS(geometry, BBOX(9,49,11,51))"), 4, "none that is nowhere");
    assert_eq!(count("T_DURING(INTERVAL(starts,ends), INTERVAL('2030-03-01','..'))"), 2);
    assert_eq!(count("starts >= TIMESTAMP('2030-03-05T09:00:00Z')"), 2);
    let page = items(&vera, "observations", "?what=alarm&bbox=9,49,11,51&filter=key%3D%27a-1%27");
    assert_eq!(ids(&page).len(), 1, "all of them are asked for");
    let whole = "?filter=TRUE&filter-lang=cql2-text&\
                 filter-crs=http://www.opengis.net/def/crs/OGC/1.3/CRS84";
    assert_eq!(ids(&items(&vera, "observations", whole)).len(), 6);
    assert_eq!(ids(&items(&vera, "observations", "?by_hand=true&radius_m=200")).len(), 3);
    assert_eq!(ids(&items(&vera, "observations", "?key=a-2&starts=2030-03-05T09:00:00Z")).len(), 1);
    assert_eq!(filtered(&vera, "incidents", "stage = 'found' OR stage = 'reply-awaited'").len(), 2);
    assert_eq!(filtered(&vera, "incidents", "attributed = 'attributed' AND party = 'S'").len(), 2);
    assert_eq!(filtered(&vera, "zones", "S_INTERSECTS(geometry, POINT(11 50))"), ["ridge"]);
    assert_eq!(filtered(&vera, "findings", "outcome = 'violation' AND by_two = TRUE").len(), 1);
    // The next page asks the same.
    let page = items(&vera, "observations", "?what=alarm&limit=2");
    let next = path(&valley, links(&page, "next")[0]).to_owned();
    assert_eq!(ids(&json(&vera.ask(&next))).len(), 1);
}

#[test]
fn the_public_sees_what_files_say_and_what_is_published() {
    let valley = Valley::open();
    let public = Person::of(&valley.open, None);
    let vera = valley.person(Role::Verifier);
    let of = |person: &Person<'_>, id: &str| ids(&items(person, id, "?limit=10000")).len();
    assert_eq!([of(&public, "observations"), of(&vera, "observations")], [4, 6]);
    assert_eq!([of(&public, "incidents"), of(&vera, "incidents")], [4, 6]);
    assert_eq!([of(&public, "findings"), of(&vera, "findings")], [1, 1]);
    let id = valley.published.strip_prefix("/cases/").unwrap();
    let page = json(&public.ask(&format!("/ogc/collections/incidents/items/{id}")));
    assert_eq!(page["properties"]["class"], "public");
    assert_eq!(page["properties"]["replied"], "S");
    let by_hand = items(&public, "observations", "?by_hand=true");
    assert_eq!(by_hand["features"][0]["properties"]["incident"], id);
    // A file's incident is the public's; that the mission works on it isn't.
    let table = public.ask("/incidents.csv").body;
    assert_eq!(table.lines().filter(|line| line.starts_with("i-")).count(), 4, "{table}");
    assert!(table.starts_with("# record example.org/ferry size "), "{table}");
    assert!(table.contains("# 4 are asked for; after the first 0, 4 follow\r\n"), "{table}");
    let fresh = valley.fresh.strip_prefix("/cases/").unwrap();
    assert!(!table.contains(fresh));
    let filtered = public.ask("/incidents.csv?filter=published%20%3D%20TRUE").body;
    assert_eq!(filtered.lines().filter(|line| line.starts_with("i-")).count(), 1, "{filtered}");
    let cells = public.ask("/ogc/collections/observations/items?f=csv&key=a-1").body;
    assert!(cells.contains(",\"remark==alarm, number \"\"1\"\"\","), "{cells}");
    let queue = vera.ask("/queue.csv").body;
    assert_eq!(queue.lines().filter(|line| line.starts_with("i-")).count(), 3, "{queue}");
    let one = vera.ask("/queue.csv?stage=new").body;
    assert_eq!(one.lines().filter(|line| line.starts_with("i-")).count(), 1, "{one}");
    assert_eq!(vera.ask("/queue.csv?stage=nowhere").status, 400);
    let health = json(&public.ask("/health"));
    assert_eq!(health["live"], true);
    assert!(health["age_ms"].is_u64() && health["record"]["size"].is_u64());
}

#[test]
fn the_feed_has_what_is_published_and_its_ids_stay() {
    let valley = Valley::open();
    let public = Person::of(&valley.open, None);
    let answer = public.ask("/findings.atom");
    assert_eq!(answer.header("content-type"), "application/atom+xml; charset=utf-8");
    let feed = answer.body;
    assert_eq!(feed.matches("<entry>").count(), 1, "{feed}");
    assert_eq!(feed.matches("<id>urn:uuid:").count(), 2);
    assert!(feed.contains("<title>violation: prohibit.fire, S</title>"), "{feed}");
    assert!(feed.contains("a shell of the southern battery"), "{feed}");
    assert!(feed.contains("replied: S") && feed.contains("<updated>2030-"), "{feed}");
    let id = |feed: &str| feed.split("<id>").nth(2).unwrap().split('<').next().unwrap().to_owned();
    let updated = |feed: &str| feed.split("<updated>").nth(2).unwrap()[..20].to_owned();
    valley.open.pass(3_000);
    let vera = valley.person(Role::Verifier);
    let cure = [("state", "removed"), ("reason", "the gun is gone")];
    vera.does(&format!("{}/cure", valley.published), &cure);
    let later = public.ask("/findings.atom").body;
    assert_eq!(id(&feed), id(&later));
    assert!(updated(&feed) < updated(&later), "{later}");
    assert!(later.contains("cure: removed"), "{later}");
}

/// UPDATE_EXPECT=1 writes it anew.
#[test]
fn the_definition_is_the_one_that_is_checked_in() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/openapi.json");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, openapi()).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap(), openapi(), "UPDATE_EXPECT=1 writes it anew");
}

/// What is not published is told to the public by no page: not by the board, not by a provision's.
#[test]
fn the_public_board_says_nothing_of_what_is_not_published() {
    let valley = Valley::open();
    let public = Person::of(&valley.open, None);
    let mut told = Vec::new();
    for path in [
        "/",
        "/findings",
        "/agreement",
        "/agreement/versions",
        "/agreement/positions",
        "/provisions/prohibit.fire",
        "/provisions/prohibit.fire.ics",
    ] {
        let body = public.get(path).body;
        let fresh = valley.fresh.strip_prefix("/cases/").unwrap();
        let said = [fresh, "eastern battery", "50.02", "7 Jan 2030", "2030-01-07"];
        told.extend(said.into_iter().filter(|said| body.contains(said)).map(|said| (path, said)));
    }
    assert!(told.is_empty(), "{told:?}");
}
