//! What the import gate lets in, what it repairs, and what it refuses.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

use proptest::prelude::*;
use servanda_place::{Feature, Geometry, ImportLimits, PlaceError, Point, Zone, read_features};

fn read(json: &str) -> Result<Vec<Feature>, PlaceError> {
    read_features(json.as_bytes(), &ImportLimits::default())
}

fn message(json: &str) -> String {
    read(json).unwrap_err().to_string()
}

fn feature(geometry: &str) -> String {
    format!(
        r#"{{"type":"FeatureCollection","features":[
            {{"type":"Feature","properties":{{"id":"here"}},"geometry":{{"type":"Point","coordinates":[1,2]}}}},
            {{"type":"Feature","id":"front","properties":{{"name":"Front"}},"geometry":{geometry}}}]}}"#
    )
}

fn polygon(coordinates: &str) -> String {
    feature(&format!(r#"{{"type":"Polygon","coordinates":{coordinates}}}"#))
}

fn zone_of(json: &str) -> (Zone, Vec<String>) {
    let feature = read(json).unwrap().pop().unwrap();
    match feature.geometry {
        Geometry::Zone(zone) => (zone, feature.notes),
        other => panic!("{other:?}"),
    }
}

const SQUARE: &str = "[[0,0],[10,0],[10,10],[0,10],[0,0]]";

#[test]
fn reads_every_kind_of_geometry() {
    let features = read(
        r#"{"features":[
        {"type":"Feature","geometry":{"coordinates":[37.5,48.25,120],"type":"Point"},"properties":null},
        {"type":"Feature","geometry":{"type":"MultiPoint","coordinates":[[1,2],[3,4]]},"properties":{}},
        {"type":"Feature","geometry":{"type":"LineString","coordinates":[[1,2],[1,2],[3,4]]},"properties":{}},
        {"type":"Feature","geometry":{"type":"MultiLineString","coordinates":[[[1,2],[3,4]],[[5,6],[7,8]]]},"properties":{}},
        {"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]},"properties":{"id":7}},
        {"type":"Feature","id":"many","geometry":{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1],[0,0]]],[[[5,5],[6,5],[6,6],[5,5]]]]},"properties":{"id":"other"}}
        ],"type":"FeatureCollection","name":"passed over"}"#,
    )
    .unwrap();
    let p = |lon: i32, lat: i32| Point::new(lon * 10_000_000, lat * 10_000_000).unwrap();
    assert_eq!(
        features[0].geometry,
        Geometry::Point(Point::new(375_000_000, 482_500_000).unwrap())
    );
    assert_eq!(features[1].geometry, Geometry::Points(vec![p(1, 2), p(3, 4)]));
    assert_eq!(features[2].geometry, Geometry::Line(vec![p(1, 2), p(3, 4)]));
    assert_eq!(features[2].notes, ["feature 3: removed 1 repeated vertex"]);
    assert_eq!(
        features[3].geometry,
        Geometry::Lines(vec![vec![p(1, 2), p(3, 4)], vec![p(5, 6), p(7, 8)]])
    );
    let ids: Vec<Option<&str>> = features.iter().map(|feature| feature.id.as_deref()).collect();
    assert_eq!(ids, [None, None, None, None, Some("7"), Some("many")]);
    assert!(matches!(&features[5].geometry, Geometry::Zone(zone) if zone.rings().len() == 2));
    assert_eq!(features[4].properties["id"], 7);
}

#[test]
fn reads_a_bare_feature_a_bare_geometry_and_a_byte_order_mark() {
    let bare = format!(r#"{{"type":"Polygon","coordinates":[{SQUARE}]}}"#);
    assert_eq!(zone_of(&bare).0.vertex_count(), 4);
    assert_eq!(zone_of(&format!("\u{feff}{bare}")).0.vertex_count(), 4);
    let one = format!(r#"{{"type":"Feature","properties":{{}},"geometry":{bare}}}"#);
    assert_eq!(zone_of(&one).0.vertex_count(), 4);
}

#[test]
fn rounds_half_to_even_from_the_decimal_itself() {
    let features =
        read(r#"{"type":"MultiPoint","coordinates":[[0.00000005,0.00000015],[1e-7,2.5E-7]]}"#);
    let expected = vec![Point::new(0, 2).unwrap(), Point::new(1, 2).unwrap()];
    assert_eq!(features.unwrap()[0].geometry, Geometry::Points(expected));
}

#[test]
fn holes_may_be_wound_either_way() {
    let hole = "[[2,2],[4,2],[4,4],[2,4],[2,2]]";
    let reversed = "[[2,2],[2,4],[4,4],[4,2],[2,2]]";
    for hole in [hole, reversed] {
        let (zone, notes) = zone_of(&polygon(&format!("[{SQUARE},{hole}]")));
        assert!(!zone.contains(Point::parse("3", "3").unwrap()));
        assert!(zone.contains(Point::parse("1", "3").unwrap()));
        assert!(notes.is_empty());
    }
}

#[test]
fn repairs_leave_a_note() {
    let ring = "[[0,0],[10,0],[10,0],[10,10],[10,15],[10,10],[0,10],[0,0],[0,0]]";
    let (zone, notes) = zone_of(&polygon(&format!("[{ring}]")));
    assert_eq!(zone, zone_of(&polygon(&format!("[{SQUARE}]"))).0);
    assert_eq!(
        notes,
        [
            "feature 2 (id \"front\"), ring 1: removed 2 repeated vertices",
            "feature 2 (id \"front\"), ring 1: removed 2 vertices of spikes",
        ]
    );
}

#[test]
fn an_id_used_twice_is_noted() {
    let json = r#"{"type":"FeatureCollection","features":[
        {"type":"Feature","id":"a","geometry":{"type":"Point","coordinates":[1,2]}},
        {"type":"Feature","id":"a","geometry":{"type":"Point","coordinates":[1,2]}}]}"#;
    assert_eq!(read(json).unwrap()[1].notes, ["feature 2 has the same id as feature 1"]);
}

#[test]
fn faults_of_shape_say_where_and_what_to_do() {
    for (coordinates, expected) in [
        (
            "[[[0,0],[10,0],[10,10],[0,10]]]",
            "feature 2 (id \"front\"), ring 1: the ring is not closed; repeat its first vertex",
        ),
        ("[[[0,0],[10,0],[0,0]]]", "ring 1: the ring has no area"),
        ("[[[0,0],[0,0],[0,0],[0,0]]]", "ring 1: the ring has no area"),
        ("[[[0,0],[5,5],[10,10],[0,0]]]", "ring 1: the ring has no area"),
        (
            "[[[0,0],[10,10],[10,0],[0,10],[0,0]]]",
            "ring 1, vertex 3 (0.0000000 N 10.0000000 E): the edge from here crosses the edge from feature 2 (id \"front\"), ring 1, vertex 1 (",
        ),
        (
            "[[[0,0],[10,0],[181,10],[0,10],[0,0]]]",
            "feature 2 (id \"front\"), ring 1, vertex 3: longitude \"181\" is outside -180 to 180 degrees",
        ),
        (
            "[[[0,0],[10,0],[10,99],[0,10],[0,0]]]",
            "vertex 3: latitude \"99\" is outside -90 to 90 degrees; longitude and latitude look swapped",
        ),
        (
            "[[[170,0],[-170,0],[-170,10],[170,10],[170,0]]]",
            "ring 1, vertex 1 (0.0000000 N 170.0000000 E): the edge from here is longer than 180 degrees",
        ),
        (
            "[[[0,0],[10,0],[10,10],[0,10],[0,0]],[[20,20],[21,20],[21,21],[20,20]]]",
            "rings overlap along the edge from here",
        ),
        (
            "[[[0,0],[10,0],[10,10],[0,10],[0,0]],[[0,0],[10,0],[10,10],[0,10],[0,0]]]",
            "the ring has no area",
        ),
        ("[[]]", "feature 2 (id \"front\"), ring 1: there are no positions"),
        ("[]", "feature 2 (id \"front\"): there are no positions"),
    ] {
        let found = message(&polygon(coordinates));
        assert!(found.contains(expected), "{coordinates}\n{found}");
    }
    let parts = |coordinates: &str| {
        message(&feature(&format!(r#"{{"type":"MultiPolygon","coordinates":{coordinates}}}"#)))
    };
    let inside = parts("[[[[0,0],[10,0],[10,10],[0,10],[0,0]]],[[[2,2],[3,2],[3,3],[2,2]]]]");
    assert!(inside.contains("part 2, ring 1, vertex") && inside.contains("overlap"), "{inside}");
    // Squares that overlap although no two edges cross inside both.
    let level = parts("[[[[0,0],[2,0],[2,2],[0,2],[0,0]]],[[[1,0],[3,0],[3,2],[1,2],[1,0]]]]");
    assert!(level.contains("overlap"), "{level}");
}

#[test]
fn neighbours_and_islands_in_holes_are_let_in() {
    let both = r#"{"type":"MultiPolygon","coordinates":[[[[0,0],[2,0],[2,2],[0,2],[0,0]]],[[[2,0],[3,0],[3,2],[2,2],[2,0]]]]}"#;
    assert!(zone_of(&feature(both)).0.contains(Point::parse("2", "1").unwrap()));
    let island = r#"{"type":"MultiPolygon","coordinates":[[[[0,0],[9,0],[9,9],[0,9],[0,0]],[[1,1],[8,1],[8,8],[1,8],[1,1]]],[[[2,2],[3,2],[3,3],[2,3],[2,2]]]]}"#;
    let (zone, _) = zone_of(&feature(island));
    assert!(zone.contains(Point::parse("2.5", "2.5").unwrap()));
    assert!(!zone.contains(Point::parse("4", "4").unwrap()));
}

/// A zone across the meridian of 180 degrees comes in two parts, one round a pole goes by way
/// of the pole; nothing is guessed of a ring that does neither.
#[test]
fn the_edges_of_the_world_are_edges() {
    let inside = |zone: &Zone, lon, lat| zone.contains(Point::parse(lon, lat).unwrap());
    let parts = r#"{"type":"MultiPolygon","coordinates":[[[[170,0],[180,0],[180,10],[170,10],[170,0]]],[[[-180,0],[-170,0],[-170,10],[-180,10],[-180,0]]]]}"#;
    let (split, _) = zone_of(&feature(parts));
    for (lon, within) in [("179.9999999", true), ("-180", true), ("-170.1", true), ("0", false)] {
        assert_eq!(inside(&split, lon, "5"), within, "{lon}");
    }
    let cap =
        "[[[-180,80],[-60,80],[60,80],[180,80],[180,90],[60,90],[-60,90],[-180,90],[-180,80]]]";
    let (cap, _) = zone_of(&polygon(cap));
    assert!(inside(&cap, "-180", "80") && inside(&cap, "179.9", "89.9999999"));
    assert!(!inside(&cap, "0", "79.9999999"));
    let round = message(&polygon("[[[-120,80],[0,80],[120,80],[-120,80]]]"));
    assert!(round.contains("vertex 3") && round.contains("longer than 180 degrees"), "{round}");
    let beyond = message(&polygon("[[[0,80],[10,80],[10,90.0000001],[0,80]]]"));
    assert!(beyond.contains("latitude \"90.0000001\" is outside"), "{beyond}");
    let swapped = message(&polygon("[[[48,137],[49,137],[49,138],[48,137]]]"));
    assert!(swapped.contains("longitude and latitude look swapped"), "{swapped}");
}

#[test]
fn faults_of_json_say_where() {
    for (json, expected) in [
        ("", "line 1, column 1 (byte 0): the JSON ends too soon"),
        ("{\"type\":\"FeatureCollection\",\n\"features\":[", "line 2, column"),
        (
            "{\"type\":\"Point\",\n\"coordinates\":[NaN,48]}",
            "line 2, column 16 (byte 32): NaN and infinities are not JSON numbers",
        ),
        ("{\"type\":\"Point\",\"coordinates\":[-Infinity,48]}", "NaN and infinities"),
        ("[1,2]", "line 1, column"),
        ("null", "line 1, column"),
        ("{}", "has no member \"type\""),
        ("{\"type\":\"FeatureCollection\"}", "has no member \"features\""),
        ("{\"type\":\"FeatureCollection\",\"features\":7}", "expected an array of features"),
        ("{\"type\":\"FeatureCollection\",\"features\":[7]}", "line 1, column"),
        (
            "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Point\",\"coordinates\":[1,2]}]}",
            "feature 1: expected an object of type \"Feature\"",
        ),
        ("{\"type\":\"Feature\",\"geometry\":null}", "feature 1: there is no geometry"),
        (
            "{\"type\":\"Feature\",\"id\":{},\"geometry\":null}",
            "a feature's id is a text or a number",
        ),
        ("{\"type\":7}", "line 1, column"),
        ("{\"type\":\"Point\",\"type\":\"Point\"}", "duplicate"),
        ("{\"type\":\"Point\"}", "there are no positions"),
        (
            "{\"type\":\"Point\",\"coordinates\":[\"37\",\"48\"]}",
            "line 1, column 32 (byte 31): geometry: expected a number, found a text",
        ),
        (
            "{\"type\":\"Point\",\"coordinates\":[37]}",
            "a position needs a longitude and a latitude",
        ),
        (
            "{\"type\":\"Point\",\"coordinates\":{\"x\":1}}",
            "expected a position: an array of longitude and latitude, found an object",
        ),
        ("{\"type\":\"Polygon\",\"coordinates\":[[1,2],[3,4]]}", "expected a position"),
        (
            "{\"type\":\"LineString\",\"coordinates\":[[[1,2],[3,4]]]}",
            "vertex 1: expected a number, found an array",
        ),
        (
            "{\"type\":\"LineString\",\"coordinates\":[[1,2],null]}",
            "vertex 2: expected a position: an array of longitude and latitude, found null",
        ),
        ("{\"type\":\"Point\",\"coordinates\":[1e999,2]}", "longitude \"1e999\" is outside"),
        (
            "{\"type\":\"GeometryCollection\",\"geometries\":[]}",
            "geometry type \"GeometryCollection\" is not read",
        ),
        (
            "{\"type\":\"Point\",\"coordinates\":[1,2],\"crs\":{\"type\":\"name\",\"properties\":{\"name\":\"urn:ogc:def:crs:EPSG::3857\"}}}",
            "another coordinate system",
        ),
        ("{\"type\":\"LineString\",\"coordinates\":[[1,2],[1,2]]}", "the line has no length"),
        ("{\"type\":\"LineString\",\"coordinates\":[[-179,2],[179,2]]}", "longer than 180 degrees"),
        ("{\"type\":\"Point\",\"coordinates\":[1,2]} x", "trailing characters"),
    ] {
        let found = message(json);
        assert!(found.contains(expected), "{json}\n{found}");
    }
    let known = r#"{"type":"Point","coordinates":[1,2],"crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:OGC:1.3:CRS84"}}}"#;
    assert!(read(known).is_ok());
    let latin = read_features(b"{\"type\":\n\"\xe9\"}", &ImportLimits::default()).unwrap_err();
    assert_eq!(
        latin.to_string(),
        "line 2, column 2 (byte 10): the file is not UTF-8 here; save it as UTF-8"
    );
}

#[test]
fn limits_hold_before_memory_is_taken() {
    let limits = ImportLimits { vertices: 1_000, features: 10, ..ImportLimits::default() };
    let huge =
        format!(r#"{{"type":"LineString","coordinates":[{}[0,0]]}}"#, "[1,2],".repeat(100_000));
    let found = read_features(huge.as_bytes(), &limits).unwrap_err().to_string();
    assert_eq!(
        found,
        "vertices of the file: more than 1000; simplify the shapes or split the file"
    );
    let many =
        format!(r#"{{"type":"FeatureCollection","features":[{}{{}}]}}"#, "{},".repeat(100_000));
    let found = read_features(many.as_bytes(), &limits).unwrap_err().to_string();
    assert_eq!(found, "features of the file: more than 10; split the file");
    let big = ImportLimits { bytes: 100, ..limits };
    assert!(matches!(
        read_features(huge.as_bytes(), &big),
        Err(PlaceError::Limit { limit: 100, .. })
    ));
    let objects = format!(
        r#"{{"type":"Feature","properties":{{"a":[{}{{}}]}},"geometry":null}}"#,
        r#"{"":0},"#.repeat(300_000)
    );
    let found = read_features(objects.as_bytes(), &limits).unwrap_err().to_string();
    assert!(found.contains("memory for properties"), "{found}");
}

#[test]
fn deep_nesting_is_an_error_not_an_overflow() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let deep = format!("{}1{}", open.repeat(200_000), close.repeat(200_000));
        let coordinates = format!(r#"{{"type":"Polygon","coordinates":{deep}}}"#);
        assert!(read(&coordinates).is_err());
        let properties =
            format!(r#"{{"type":"Feature","properties":{{"a":{deep}}},"geometry":null}}"#);
        assert!(message(&properties).contains("levels of nesting"));
        assert!(read(&deep).is_err());
        assert!(read(&open.repeat(200_000)).is_err());
    }
}

#[test]
fn a_large_ring_is_checked_quickly() {
    let count = 20_000;
    let mut ring = String::from("[[");
    for step in 0..count {
        ring.push_str(&format!("[{}.{:06},{}],", step / 1_000, step % 1_000 * 1_000, step % 2));
    }
    ring.push_str("[30,5],[-30,5],[0.0,0]]]");
    let (zone, _) = zone_of(&polygon(&ring));
    assert_eq!(zone.vertex_count(), count + 2);
}

proptest! {
    #[test]
    fn any_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = read_features(&bytes, &ImportLimits::default());
    }

    #[test]
    fn any_cut_of_a_file_is_an_error(cut in any::<prop::sample::Index>()) {
        let whole = polygon(&format!("[{SQUARE}]"));
        let cut = cut.index(whole.len());
        prop_assert!(read_features(&whole.as_bytes()[..cut], &ImportLimits::default()).is_err());
    }

    #[test]
    fn any_change_of_a_byte_is_answered(
        place in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let mut whole = polygon(&format!("[{SQUARE}]")).into_bytes();
        let place = place.index(whole.len());
        whole[place] = byte;
        let _ = read_features(&whole, &ImportLimits::default());
    }

    #[test]
    fn any_rings_are_answered(
        rings in prop::collection::vec(prop::collection::vec((-9..9_i32, -9..9_i32), 0..9), 0..4),
    ) {
        let closed: Vec<Vec<[i32; 2]>> = rings.iter().map(|ring| {
            ring.iter().chain(ring.first()).map(|&(x, y)| [x, y]).collect()
        }).collect();
        let json = serde_json::json!({"type": "Polygon", "coordinates": closed}).to_string();
        if let Ok(features) = read(&json) {
            let Geometry::Zone(zone) = &features[0].geometry else { panic!() };
            prop_assert!(zone.area_km2() > 0.0);
        }
    }
}
