//! `servanda demo easter-truce-2026`, as a stranger first meets the program.

use crate::world::{World, agreement, list, text, tree};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const DEMO: &str = "easter-truce-2026";
const RECORD: &str = "servanda-demo/easter-truce-2026/record";

/// The root of the demonstration's record on every machine. It changes with the agreement, its
/// data, or the form of entries; look why before you change it here.
const ROOT: &str = "oX2/6YIQbR6/Zlg4KkQ6EJwICmOYPz0D58d9i/AEK+c=";

/// The figures that are compared, one by one, with those of the other program.
const FIELDS: [&str; 9] = [
    "phase",
    "light",
    "passes",
    "detections",
    "certain",
    "straddling",
    "straddling_outside",
    "industrial",
    "industrial_in_zone",
];

fn demo(world: &World) -> Value {
    world.json(&["demo", DEMO, "--format", "json"])
}

/// The compared fields of each row, in an order of their own.
fn figures(rows: &[Value]) -> BTreeSet<String> {
    let row = |row: &Value| FIELDS.map(|field| format!("{field} {}", row[field])).join(", ");
    rows.iter().map(row).collect()
}

#[test]
fn the_exposure_is_what_another_program_computed() {
    let answer = demo(&World::new());
    let expected = std::fs::read(agreement(DEMO).join("expected.json")).unwrap();
    let expected: Value = serde_json::from_slice(&expected).unwrap();
    let rows = list(&answer, "exposure");
    assert_eq!(rows.len(), 6);
    for row in rows {
        for field in FIELDS {
            assert!(row.get(field).is_some_and(|value| !value.is_null()), "{field} in {row}");
        }
    }
    assert_eq!(figures(rows), figures(list(&expected["figures"]["exposure"], "strata")));
}

#[test]
fn nothing_is_kept_or_violated_that_nobody_found() {
    let answer = demo(&World::new());
    assert_eq!(answer["findings"], json!([]));
    let provisions = list(&answer, "provisions");
    assert_eq!(provisions.len(), 1);
    for provision in provisions {
        assert_eq!(text(provision, "id"), "prohibit.combat");
        assert!(matches!(text(provision, "state"), "alleged" | "undetermined"), "{provision}");
        for line in list(provision, "lines") {
            for run in list(line, "runs") {
                assert!(!matches!(text(run, "state"), "kept" | "violated"), "{run}");
            }
        }
    }
}

#[test]
fn what_weakens_the_answer_stands_beside_it() {
    let answer = demo(&World::new());
    let words = ["headline", "notes"].iter().flat_map(|key| list(&answer, key));
    let words: Vec<&str> = words.map(|line| line.as_str().unwrap()).collect();
    for wanted in ["Day and night disagree", "Cloud is unknown", "a year older than the truce"] {
        assert!(
            words.iter().any(|line| line.contains(wanted)),
            "{wanted:?} is missing: {words:#?}"
        );
    }
    let claim = &list(&answer, "claims")[0];
    assert_eq!((&claim["count"], text(claim, "verified")), (&json!(500), "nothing"));
}

#[test]
fn the_root_is_the_same_everywhere_and_every_time() {
    let world = World::new();
    let first = world.ok(&["demo", DEMO, "--format", "json"]);
    let answer: Value = serde_json::from_str(&first.out).unwrap();
    assert_eq!(text(&answer["asked"]["record"], "root"), ROOT);
    let before = tree(&world.path("servanda-demo"));
    let second = world.ok(&["demo", DEMO, "--format", "json"]);
    assert_eq!(first.out, second.out);
    assert_eq!(before, tree(&world.path("servanda-demo")));
    world.ok(&["verify", RECORD]);
}

#[test]
fn a_second_run_builds_anew_what_was_spoilt_and_leaves_the_rest() {
    let world = World::new();
    demo(&world);
    world.write(&format!("{RECORD}/checkpoint"), "spoilt");
    world.write(&format!("{RECORD}/stray"), "spoilt");
    world.write("servanda-demo/easter-truce-2026/mine.txt", "a note of the reader");
    world.no(&["verify", RECORD]);
    demo(&world);
    world.ok(&["verify", RECORD]);
    let mine = world.read("servanda-demo/easter-truce-2026/mine.txt");
    assert_eq!(mine, b"a note of the reader");
}

#[test]
fn a_folder_that_no_demonstration_made_is_left_alone() {
    for there in ["record/checkpoint", "report.html", "thesis.txt"] {
        let world = World::new();
        world.write(&format!("servanda-demo/{DEMO}/{there}"), "years of work");
        let before = tree(&world.path("servanda-demo"));
        let why = world.refused(&["demo", DEMO]);
        assert!(why.contains("not made by a demonstration"), "{why}");
        assert_eq!(before, tree(&world.path("servanda-demo")), "{there}");
    }
}

#[test]
fn the_page_is_whole_and_needs_nothing_from_elsewhere() {
    let world = World::new();
    demo(&world);
    let page = String::from_utf8(world.read(&format!("servanda-demo/{DEMO}/report.html"))).unwrap();
    assert!(page.starts_with("<!") && page.trim_end().ends_with("</html>"));
    for banned in ["<script", "src=\"http", "@import", "url(http"] {
        assert!(!page.contains(banned), "{banned}");
    }
}

#[test]
fn an_unknown_demonstration_lists_those_that_there_are() {
    let world = World::new();
    let why = world.refused(&["demo", "nowhere"]);
    assert!(why.contains("nowhere") && why.contains(DEMO), "{why}");
    assert!(!world.path("servanda-demo").exists());
    assert!(world.ok(&["demo", "--list"]).out.lines().any(|line| line == DEMO));
}
