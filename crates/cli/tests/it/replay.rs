//! `servanda replay`: a record under several texts, in parts.

use crate::objects::Server;
use crate::truce::WRITE;
use crate::world::{World, list, text, tree};
use serde_json::{Value, json};
use std::fmt::Write as _;

const AGREEMENT: &str = r#"+++
id       = "valley-truce"
title    = "Truce in the valley"
version  = "1"
timezone = "Europe/Vienna"

[party.N]
name = "Northland"

[party.S]
name = "Southland"

[zone.bridge]
name   = "round the bridge"
circle = { lon = 10.0, lat = 45.0, radius_m = 15000 }

[zone.mill]
name   = "round the mill"
circle = { lon = 10.15, lat = 45.05, radius_m = 12000 }

[source.patrol]
name    = "Patrols"
mapping = "rows.map.toml"
shows   = ["explosion"]
lag     = "1 day"

[source.sensors]
name    = "Sensors"
mapping = "rows.map.toml"
shows   = ["explosion"]
lag     = "1 day"

[source.list]
name    = "A list of shots"
mapping = "shots.map.toml"
shows   = ["shot"]
rows    = "events"
lag     = "1 day"
+++

# Truce in the valley

## 1. Fire

```toml term
[prohibit.fire]
who       = ["N", "S"]
acts      = ["explosion", "shot"]
where     = ["bridge", "mill"]
from      = "2026-06-02T00:00Z"
until     = "2026-06-09T00:00Z"
shown_by  = ["patrol", "sensors", "list"]
tolerance = { at_most = 4, unit = "incident", per = "6 hours" }
```

## 2. Shots

```toml term
[prohibit.shots]
who      = ["N", "S"]
acts     = ["shot"]
where    = "mill"
from     = "2026-06-01T00:00Z"
shown_by = ["list"]
```
"#;

const MAP: &str = r#"kind        = "observation"
observation = "explosion"
key         = "number"

[time]
from = "from"
to   = "to"

[place]
lat      = "latitude"
lon      = "longitude"
radius_m = "radius_m"

[coverage]
rows = "span"
"#;

/// Texts of which each is otherwise than the record's own in another way.
const DRAFTS: [(&str, &str); 5] = [
    ("acts      = [\"explosion\", \"shot\"]", "acts      = [\"explosion\"]"),
    ("lat = 45.05, radius_m = 12000", "lat = 45.15, radius_m = 9000"),
    ("from      = \"2026-06-02T00:00Z\"", "from      = \"2026-06-04T12:00Z\""),
    (
        "at_most = 4, unit = \"incident\", per = \"6 hours\"",
        "at_most = 1, unit = \"incident\", per = \"1 hour\"",
    ),
    ("[prohibit.shots]", "[prohibit.firing]"),
];

/// Rows that crowd here and there; some last for hours, so that they reach over any border.
fn table(seed: u64, rows: usize) -> String {
    let mut state = seed;
    let mut next = |below: u64| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let mut table = "number,from,to,latitude,longitude,radius_m\n".to_owned();
    let (mut minute, mut spot) = (0, [0, 0]);
    for n in 0..rows {
        if next(3) == 0 {
            (minute, spot) = (next(10 * 1440), [next(5000), next(5000)]);
        }
        let length = if next(12) == 0 { next(900) + 1 } else { next(20) + 1 };
        let time = |minute: u64| {
            let (day, minute) = (minute / 1440 + 1, minute % 1440);
            format!("2026-06-{day:02}T{:02}:{:02}:00Z", minute / 60, minute % 60)
        };
        let (from, to) = (time(minute), time(minute + length));
        // In ten thousandths of a degree.
        let degrees = |at: u64| format!("{}.{:04}", at / 10_000, at % 10_000);
        let lat = degrees(448_000 + spot[0] * 4 / 5 + next(100));
        let lon = degrees(98_000 + spot[1] + next(100));
        let radius = next(3000) + 50;
        writeln!(table, "{seed}-{n},{from},{to},{lat},{lon},{radius}").unwrap();
    }
    table
}

/// A record with rows of three sources, corrections, a retraction, and what people decided.
fn founded() -> World {
    let world = World::new();
    world.write("valley/agreement.md", AGREEMENT);
    world.write("valley/rows.map.toml", MAP);
    world.write("valley/shots.map.toml", MAP.replace("\"explosion\"", "\"shot\""));
    world.ok(&[&["init", "record", "--agreement", "valley"][..], &WRITE].concat());
    for (n, source) in (1..).zip(["patrol", "sensors", "list"]) {
        world.add_with(&format!("{source}.csv"), table(n, 150), &["--source", source]);
    }
    // Some rows are published again, elsewhere.
    let again =
        table(1, 150).lines().take(6).collect::<Vec<_>>().join("\n").replace(",44.", ",45.");
    world.add_with("again.csv", format!("{again}\n"), &["--source", "patrol"]);
    let why = ["--role", "head of verification", "--reason", "seen"];
    let judged = [&why[..], &["--standard", "reasonable grounds"]].concat();
    let met = possible(&world);
    let assess = |words: &[&str]| {
        world.write_run(&[&["assess", "record"][..], words, &judged].concat());
    };
    assess(&["merge", &met[0], &met[met.len() - 1]]);
    assess(&["verify", &met[1], "--outcome", "refuted"]);
    assess(&["find", &met[2], "--provision", "prohibit.fire", "--outcome", "violation"]);
    assess(&["attribute", &met[3], "--outcome", "attributed", "--party", "S"]);
    world.write_run(&[&["assess", "record", "retract", &met[4]][..], &why].concat());
    for (n, (from, to)) in DRAFTS.iter().enumerate() {
        assert!(AGREEMENT.contains(from), "{from}");
        world.copy("valley", &format!("draft{n}"));
        world.write(&format!("draft{n}/agreement.md"), AGREEMENT.replace(from, to));
    }
    world
}

/// One observation of each of some possible violations, the first and the last among them.
fn possible(world: &World) -> Vec<String> {
    let answer = world.status(&[]);
    let fire = list(&answer, "provisions").iter().find(|p| p["id"] == "prohibit.fire").unwrap();
    let listed = list(fire, "possible");
    assert!(listed.len() > 40, "{}", listed.len());
    let step = listed.len() / 5;
    let some = listed.iter().step_by(step).chain(listed.last());
    some.map(|possible| list(possible, "cites")[0].as_str().unwrap().to_owned()).collect()
}

fn drafts() -> Vec<String> {
    (0..DRAFTS.len()).flat_map(|n| ["--agreement".to_owned(), format!("draft{n}")]).collect()
}

fn with_drafts(world: &World, args: &[&str]) -> String {
    let drafts = drafts();
    let drafts = drafts.iter().map(String::as_str);
    world.ok(&args.iter().copied().chain(drafts).collect::<Vec<_>>()).out
}

/// Exports, and works the parts out one by one in some order; gives the answer.
fn in_parts(world: &World, record: &str, place: &str, parts: usize, backwards: bool) -> String {
    let said = world.ok(&["replay", "export", record, place, "--parts", &parts.to_string()]).out;
    // Where many begin at once, two parts may become one.
    let (_, made) = said.split_once(" entries in ").unwrap();
    let made: usize = made.split_once(' ').unwrap().0.parse().unwrap();
    assert!(made == parts || parts > 7 && made > 30, "{said}");
    let planned = with_drafts(world, &["replay", "plan", place]);
    let job = planned.trim();
    let mut order: Vec<usize> = (0..made).collect();
    if backwards {
        order.reverse();
        order.rotate_left(made / 3);
    }
    for part in order {
        world.ok(&["replay", "map", place, "--job", job, "--part", &part.to_string()]);
    }
    world.ok(&["replay", "reduce", place, "--job", job]).out
}

#[test]
fn any_number_of_parts_in_any_order_gives_the_same_bytes() {
    let world = founded();
    let before = tree(&world.path("record"));
    let whole = in_parts(&world, "record", "one", 1, false);
    for (parts, backwards) in [(2, false), (4, true), (7, true), (40, false)] {
        let place = format!("parts{parts}");
        assert_eq!(in_parts(&world, "record", &place, parts, backwards), whole, "{parts} parts");
        // On one machine, with as many at a time as it has cores.
        assert_eq!(with_drafts(&world, &["replay", "run", &place]), whole);
        // What is exported again is the same, to the last byte.
        let again = format!("{place}-again");
        world.ok(&["replay", "export", "record", &again, "--parts", &parts.to_string()]);
        let (old, new) = (tree(&world.path(&place)), tree(&world.path(&again)));
        assert!(new.iter().all(|(name, bytes)| old.get(name) == Some(bytes)));
    }
    assert!(before == tree(&world.path("record")), "the record was written to");
    agrees(&world, &serde_json::from_str(&whole).unwrap());
}

/// Where `what-if` and `status` answer the same question, they answer the same.
fn agrees(world: &World, replayed: &Value) {
    let texts = list(replayed, "texts");
    assert_eq!(texts.len(), 1 + DRAFTS.len());
    let status = world.status(&[]);
    let total = |key: &str, of: &Value| -> u64 {
        list(of, "readings")
            .iter()
            .filter(|r| r["provision"] == key)
            .map(|r| r["possible"].as_u64().unwrap())
            .sum()
    };
    for provision in list(&status, "provisions") {
        let id = text(provision, "id");
        assert_eq!(provision["possible_total"], json!(total(id, &texts[0])), "{id}");
    }
    let incidents: u64 =
        list(&status, "incidents").iter().map(|kind| kind["incidents"].as_u64().unwrap()).sum();
    assert_eq!(texts[0]["incidents"], json!(incidents));
    assert_eq!(replayed["record"]["root"], status["asked"]["record"]["root"]);
    let mut moved = 0;
    for (n, replayed) in texts[1..].iter().enumerate() {
        let draft = format!("draft{n}");
        let what_if = world.json(&["what-if", "record", "--agreement", &draft, "--format", "json"]);
        let shifts = list(replayed, "shifts");
        let expected = list(&what_if, "provisions");
        assert_eq!(shifts.len(), expected.len());
        for (shift, expected) in shifts.iter().zip(expected) {
            for end in ["old", "new"] {
                assert_eq!(shift.get(end).unwrap_or(&Value::Null), &expected[end], "{draft}");
            }
            for key in ["both", "only_old", "only_new", "cites_old", "cites_new"] {
                assert_eq!(shift[key], expected["possible"][key], "{draft} {key}");
            }
            moved += u64::from(shift["only_old"] != 0 || shift["only_new"] != 0);
        }
        for reading in list(replayed, "readings") {
            let days = reading["days"].as_object().unwrap();
            let sum: u64 = days.values().map(|day| day["met"].as_u64().unwrap()).sum();
            assert_eq!(reading["met"], json!(sum));
        }
    }
    assert!(moved >= 3, "the drafts change too little to show anything");
    let fire = |n: usize| &list(&texts[n], "readings")[0]["tolerance"][0];
    assert!(fire(4)["windows"].as_u64() > fire(0)["windows"].as_u64(), "{} {}", fire(4), fire(0));
}

#[test]
fn in_a_bucket_it_is_the_same_and_what_was_changed_is_refused() {
    let mut world = founded();
    let server = Server::start();
    world.set("AWS_ENDPOINT_URL", &server.bucket("").endpoint);
    world.set("AWS_ACCESS_KEY_ID", "writer-of-tests");
    world.set("AWS_SECRET_ACCESS_KEY", "known-to-everybody");
    world.ok(&["copy", "record", "s3://records/valley"]);
    let place = "s3://records/replay";
    let whole = in_parts(&world, "s3://records/valley", place, 3, true);
    assert_eq!(in_parts(&world, "record", "folder", 1, false), whole);

    let planned = with_drafts(&world, &["replay", "plan", place, "--at", "2026-06-05T00:00:00Z"]);
    let job = planned.trim();
    let map = ["replay", "map", place, "--job", job, "--part"];
    world.ok(&[&map[..], &["0,1"]].concat());
    let said = world.refused(&["replay", "reduce", place, "--job", job]);
    assert!(said.contains("00002.json"), "{said}");
    assert!(world.refused(&[&map[..], &["3"]].concat()).contains("parts 0 to 2"));
    assert!(
        world.refused(&["replay", "map", place, "--job", "../x", "--part", "0"]).contains("no job")
    );
    let part = server.kept("replay").join("parts/00002.parquet");
    let mut bytes = std::fs::read(&part).unwrap();
    bytes[500] ^= 1;
    std::fs::write(&part, bytes).unwrap();
    assert!(world.refused(&[&map[..], &["2"]].concat()).contains("was changed"));
    // Exported anew at another point, the old job is of another export.
    world.ok(&["replay", "export", "record", place, "--parts", "3", "--as-of", "4"]);
    assert!(world.refused(&[&map[..], &["2"]].concat()).contains("was changed"));
    world.refused(&["replay", "export", "record", place, "--as-of", "100000"]);
}
