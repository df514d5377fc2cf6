//! `recompute`: an answer is computed again from the record, and the bytes compared.

use crate::truce::founded;
use crate::world::World;

const EASTER: &str = "servanda-demo/easter-truce-2026/record";
const SYRIA: &str = "servanda-demo/syria-cessation-2016-02/record";

/// Two demonstrations, and an answer of each.
fn two() -> World {
    let world = World::new();
    for (name, file) in
        [("easter-truce-2026", "easter.json"), ("syria-cessation-2016-02", "syria.json")]
    {
        let run = world.ok(&["demo", name, "--format", "json", "--quiet"]);
        world.write(file, run.out);
    }
    world
}

#[test]
fn the_demonstrations_own_answer_is_computed_again() {
    let world = two();
    for (record, file) in [(EASTER, "easter.json"), (SYRIA, "syria.json")] {
        let run = world.ok(&["recompute", record, file]);
        assert!(run.out.contains("the same, byte for byte"), "{}", run.out);
    }
}

#[test]
fn whatever_was_asked_is_asked_again() {
    let world = two();
    let asked: [&[&str]; 5] = [
        &["--at", "2016-03-05T12:00:00Z"],
        &["--as-of", "20"],
        &["--without", "is"],
        &["--without", "is", "--without", "nusra", "--cite", "content"],
        &["--cite", "content"],
    ];
    for more in asked {
        let status = [&["status", SYRIA, "--format", "json"], more].concat();
        world.write("answer.json", world.ok(&status).out);
        world.ok(&["recompute", SYRIA, "answer.json"]);
    }
}

#[test]
fn an_answer_that_was_edited_differs_and_the_line_is_named() {
    let world = two();
    let answer = String::from_utf8(world.read("easter.json")).unwrap();
    let edits = [
        ("\"detections\": 27", "\"detections\": 26"),
        ("\"state\": \"alleged\"", "\"state\": \"kept\""),
        ("\"verified\": \"nothing\"", "\"verified\": \"all\""),
        ("Day and night disagree", "Day and night agree"),
    ];
    for (old, new) in edits {
        let line = answer.lines().position(|line| line.contains(old)).unwrap() + 1;
        world.write("edited.json", answer.replacen(old, new, 1));
        let run = world.no(&["recompute", EASTER, "edited.json"]);
        assert!(run.out.contains(&format!("line {line}:")), "{old}: {}", run.out);
        assert!(run.out.contains(new), "{}", run.out);
    }
    world.write("longer.json", format!("{answer}\n"));
    world.no(&["recompute", EASTER, "longer.json"]);
    let compact: serde_json::Value = serde_json::from_str(&answer).unwrap();
    world.write("compact.json", compact.to_string());
    world.no(&["recompute", EASTER, "compact.json"]);
}

#[test]
fn an_answer_of_another_record_or_another_past_differs() {
    let world = two();
    let run = world.no(&["recompute", SYRIA, "easter.json"]);
    assert!(run.out.contains("easter-truce-2026"), "{}", run.out);
    let answer = String::from_utf8(world.read("easter.json")).unwrap();
    let root = answer.lines().find(|line| line.contains("\"root\"")).unwrap();
    world.write("forged.json", answer.replace(root, "\"root\": \"AAAA\","));
    world.no(&["recompute", EASTER, "forged.json"]);
}

#[test]
fn an_old_answer_is_computed_again_when_the_record_has_grown() {
    let world = founded();
    world.note_explosion("2026-06-02T09:12Z");
    let args = ["status", "record", "--format", "json"];
    world.write("old.json", world.ok(&args).out);
    world.note_explosion("2026-06-03T09:12Z");
    assert_ne!(world.ok(&args).out.as_bytes(), world.read("old.json"));
    world.ok(&["recompute", "record", "old.json"]);
}

#[test]
fn what_is_no_answer_is_refused() {
    let world = two();
    let answer = String::from_utf8(world.read("easter.json")).unwrap();
    let engine = answer.lines().find(|line| line.contains("\"engine\"")).unwrap();
    let tzdb = answer.lines().find(|line| line.contains("\"tzdb\"")).unwrap();
    let at = answer.lines().find(|line| line.contains("\"at\"")).unwrap();
    let size = answer.lines().find(|line| line.contains("\"size\"")).unwrap();
    let bad = [
        (String::new(), "not JSON"),
        ("{}".into(), "asked"),
        ("[1, 2".into(), "not JSON"),
        (answer.replace(engine, "\"engine\": \"999\","), "999"),
        (answer.replace(tzdb, "\"tzdb\": \"1970a\""), "1970a"),
        (answer.replace(at, "\"at\": \"tomorrow\","), "tomorrow"),
        (answer.replace(size, "\"size\": 1000000,"), "1000000"),
        (answer.replace(size, "\"size\": -1,"), "asked"),
    ];
    for (content, word) in bad {
        world.write("bad.json", &content);
        let why = world.refused(&["recompute", EASTER, "bad.json"]);
        assert!(why.contains(word), "{word}: {why}");
    }
    world.write("bytes.json", b"\xff\xfe{");
    let why = world.refused(&["recompute", EASTER, "bytes.json"]);
    assert!(why.contains("bytes.json"), "{why}");
}
