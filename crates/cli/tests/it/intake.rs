//! `add`: what comes in is counted, kept, and corrected without losing what was there.

use crate::truce::{DETECTIONS, EVENTS, LOG, WRITE, founded, provision, state_of};
use crate::world::{World, list, text, tree};
use serde_json::{Value, json};

/// accepted, duplicate, rejected
#[track_caller]
fn counts(summary: &Value) -> (u64, u64, u64) {
    let count = |key: &str| summary[key].as_u64().unwrap();
    (count("accepted"), count("duplicate"), count("rejected"))
}

fn event(id: u32, day: &str, deaths: u32) -> String {
    format!("{id},N,S,1,45.01,10.01,2026-06-{day},2026-06-{day},{deaths},{deaths},{deaths}\n")
}

/// Deaths that the answer counts while the truce holds.
fn deaths(world: &World) -> u64 {
    let answer = world.status(&[]);
    let rows = list(&answer, "comparison").iter();
    let rows = rows.filter(|row| row["source"] == "events" && row["phase"] == "during");
    rows.filter(|row| row["excepted"] == json!(false))
        .map(|row| row["best"].as_u64().unwrap())
        .sum()
}

#[test]
fn the_same_file_twice_adds_nothing() {
    let world = founded();
    let files = [
        ("heat.csv", format!("{DETECTIONS}45.01,10.01,0.4,0.4,2026-06-02,0110,A,n,N\n")),
        ("events.csv", format!("{EVENTS}{}{}", event(1, "02", 3), event(2, "03", 1))),
        ("log.csv", format!("{LOG}2026-06-01T06:00Z,2026-06-01T18:00Z,bridge,partial\n")),
        (
            "claims.json",
            r#"{"truces": [{"start": "2026-06-01T00:00:00Z", "claims": [
            {"claimed_by": "the North", "against": "SOUTHLAND", "as_of": "2026-06-03", "what": "shots", "count": 9}
            ]}]}"#
                .to_string(),
        ),
    ];
    for (name, bytes) in &files {
        let (accepted, duplicate, rejected) = counts(&world.add(name, bytes));
        assert!(accepted > 0 && duplicate == 0 && rejected == 0, "{name}");
    }
    let (head, before) = (world.head(), tree(&world.path("record")));
    for (name, bytes) in &files {
        let summary = world.add(name, bytes);
        let (accepted, duplicate, rejected) = counts(&summary);
        assert!(accepted == 0 && duplicate > 0 && rejected == 0, "{name}");
        assert_eq!(summary["entries"], json!(0), "{name}");
        // Under another name it is the same file still.
        let source = text(&summary, "source").to_string();
        world.add_with(&format!("again-{name}"), bytes, &["--source", &source]);
    }
    assert_eq!(world.head(), head);
    assert_eq!(tree(&world.path("record")), before);
}

#[test]
fn the_same_file_again_undoes_neither_a_correction_nor_a_retraction() {
    let world = founded();
    let (old, new) =
        (format!("{EVENTS}{}", event(1, "02", 3)), format!("{EVENTS}{}", event(1, "02", 8)));
    world.add("old.csv", &old);
    world.add("new.csv", &new);
    let head = world.head();
    world.add("old.csv", &old);
    assert_eq!(deaths(&world), 8, "an old edition, sent again, corrects nothing");
    assert_eq!(world.head(), head);

    let shot = format!("{DETECTIONS}45.01,10.01,0.4,0.4,2026-06-02,0110,A,n,N\n");
    world.add("heat.csv", &shot);
    let answer = world.status(&[]);
    let incident = &list(provision(&answer, "prohibit.burning"), "possible")[0];
    let row = list(incident, "cites")[0].as_str().unwrap();
    let why = ["--role", "duty officer", "--reason", "a bonfire"];
    world.write_run(&[&["assess", "record", "retract", row][..], &why].concat());
    let possible = |world: &World| {
        provision(&world.status(&[]), "prohibit.burning")["possible_total"].as_u64().unwrap()
    };
    assert_eq!(possible(&world), 0);
    world.add("heat.csv", &shot);
    assert_eq!(possible(&world), 0, "what a person took back stays taken back");
}

#[test]
fn every_row_is_accepted_duplicate_or_rejected() {
    let world = founded();
    let rows = [
        event(1, "02", 3),
        event(2, "03", 1),
        event(1, "02", 3),
        event(3, "99", 1),
        "4,N,S,1,95,10,2026-06-02,2026-06-02,1,1,1\n".into(),
        "5,N,S,1,45\n".into(),
        "6,N,S,1,45.01,10.01,2026-06-02,2026-06-02,-1,-1,-1\n".into(),
        event(7, "04", 1),
    ];
    let summary = world.add("events.csv", format!("{EVENTS}{}", rows.concat()));
    assert_eq!(counts(&summary), (3, 1, 4));
    let lines: Vec<u64> = list(&summary, "quarantine")
        .iter()
        .map(|row| {
            assert!(!text(row, "reason").is_empty() && !text(row, "raw").is_empty(), "{row}");
            row["line"].as_u64().unwrap()
        })
        .collect();
    assert_eq!(lines, [5, 6, 7, 8]);
    // Two rows that claim one number with different content are both put aside.
    let torn =
        format!("{EVENTS}{}{}{}", event(20, "02", 3), event(20, "02", 4), event(21, "02", 1));
    assert_eq!(counts(&world.add("torn.csv", torn)), (1, 0, 2));
    world.ok(&["verify", "record"]);
}

#[test]
fn the_quarantine_is_in_the_record_and_mended_rows_come_in_once() {
    let world = founded();
    let log = |zone: &str| {
        format!(
            "{LOG}2026-06-01T06:00Z,2026-06-01T18:00Z,bridge,complete\n\
             2026-06-02T06:00Z,2026-06-02T18:00Z,{zone},partial\n"
        )
    };
    world.write("log.csv", log("brigde"));
    let strict = [&["add", "record", "log.csv", "--strict"][..], &WRITE].concat();
    let run = world.no(&strict);
    assert!(run.out.contains("log.csv:3") && run.out.contains("brigde"), "{}", run.out);

    let kept: Vec<String> = tree(&world.path("record/blob"))
        .into_values()
        .filter_map(|bytes| String::from_utf8(bytes).ok())
        .filter(|text| text.contains("brigde") && text.contains("\"reason\""))
        .collect();
    assert_eq!(kept.len(), 1, "one quarantine");
    let row: Value = serde_json::from_str(kept[0].trim()).unwrap();
    assert_eq!((&row["line"], text(&row, "column")), (&json!(3), "zone"));
    let document = world.json(&["explain", "record", "e2", "--format", "json"]);
    assert_eq!(text(&document["says"]["quarantine"], "name"), "log.csv.quarantine.jsonl");
    world.ok(&["verify", "record"]);

    let mended = world.add("log.csv", log("bridge"));
    assert_eq!(counts(&mended), (1, 1, 0));
    assert_eq!(counts(&world.add("log.csv", log("bridge"))), (0, 2, 0));
}

#[test]
fn strict_is_content_with_a_file_without_faults() {
    let world = founded();
    world.write("events.csv", format!("{EVENTS}{}", event(1, "02", 3)));
    world.ok(&[&["add", "record", "events.csv", "--strict"][..], &WRITE].concat());
}

#[test]
fn a_row_published_again_supersedes_and_the_old_one_stays_readable() {
    let world = founded();
    world.add("events.csv", format!("{EVENTS}{}{}", event(1, "02", 3), event(2, "03", 1)));
    assert_eq!(deaths(&world), 4);
    let (size, _) = world.head();

    let summary =
        world.add("events2.csv", format!("{EVENTS}{}{}", event(1, "02", 8), event(2, "03", 1)));
    assert_eq!(summary["corrected"], json!(1));
    assert_eq!(counts(&summary), (1, 1, 0));
    assert_eq!(deaths(&world), 9);
    // As it was known before.
    let then = world.status(&["--as-of", &size.to_string()]);
    let then = list(&then, "comparison").iter().find(|row| row["phase"] == "during").unwrap();
    assert_eq!(then["best"], json!(4));

    let old = world.json(&["explain", "record", "e3", "--format", "json"]);
    let row = &list(&old["says"], "rows")[0];
    assert_eq!(row["count"]["best"], json!(3), "the old row is there still");
    assert_eq!(text(row, "key"), "1");
}

#[test]
fn the_old_row_itself_is_explained_with_what_corrected_it() {
    let world = founded();
    world.add("events.csv", format!("{EVENTS}{}", event(1, "02", 3)));
    world.add("events2.csv", format!("{EVENTS}{}", event(1, "02", 8)));
    let old = world.json(&["explain", "record", "e3.0", "--format", "json"]);
    assert_eq!(old["says"]["count"]["best"], json!(3));
    let corrected = list(&old, "corrected_by");
    assert_eq!(corrected.len(), 1);
    assert_eq!(corrected[0]["retracted"], json!(false));
}

#[test]
fn a_row_corrected_twice_counts_once() {
    let world = founded();
    for (n, deaths_now) in [3, 8, 5, 5, 11].into_iter().enumerate() {
        world.add(&format!("events{n}.csv"), format!("{EVENTS}{}", event(1, "02", deaths_now)));
        assert_eq!(deaths(&world), u64::from(deaths_now), "after file {n}");
        assert_eq!(provision(&world.status(&[]), "prohibit.fire")["possible_total"], json!(1));
    }
}

#[test]
fn a_site_or_event_that_vanishes_from_a_new_file_is_not_taken_back() {
    let world = founded();
    world.add("events.csv", format!("{EVENTS}{}{}", event(1, "02", 3), event(2, "03", 1)));
    world.add("events2.csv", format!("{EVENTS}{}", event(2, "03", 1)));
    assert_eq!(deaths(&world), 4, "silence of a later edition retracts nothing");
}

#[test]
fn an_observation_can_be_retracted_and_stays_readable() {
    let world = founded();
    let row = world.note_explosion("2026-06-02T09:12Z");
    assert_eq!(state_of(&world.status(&[]), "prohibit.fire", "N"), "alleged");
    let why = ["--role", "duty officer", "--reason", "a thunderstorm"];
    world.write_run(&[&["assess", "record", "retract", &row][..], &why].concat());
    let answer = world.status(&[]);
    assert_eq!(state_of(&answer, "prohibit.fire", "N"), "not-observed");
    assert_eq!(provision(&answer, "prohibit.fire")["possible_total"], json!(0));
    let entry = row.split('.').next().unwrap();
    let old = world.ok(&["explain", "record", entry]);
    assert!(old.out.contains("explosion"), "{}", old.out);
    // The constitution and the agreement can't be taken back.
    for founding in ["e0", "e1"] {
        let retract = ["assess", "record", "retract", founding];
        world.refused(&[&retract[..], &why, &WRITE].concat());
    }
}

#[test]
fn a_retracted_retraction_gives_back_what_it_took() {
    let world = founded();
    let row = world.note_explosion("2026-06-02T09:12Z");
    let why = ["--role", "duty officer", "--reason", "error"];
    let first = world.write_run(&[&["assess", "record", "retract", &row][..], &why].concat());
    let first = first.out.trim().strip_prefix("entered as ").unwrap().to_string();
    assert_eq!(state_of(&world.status(&[]), "prohibit.fire", "N"), "not-observed");
    world.write_run(&[&["assess", "record", "retract", &first][..], &why].concat());
    assert_eq!(state_of(&world.status(&[]), "prohibit.fire", "N"), "alleged");
}

#[test]
fn several_files_in_one_command_know_of_each_other() {
    let world = founded();
    world.write("a/events.csv", format!("{EVENTS}{}{}", event(1, "02", 3), event(2, "03", 1)));
    world.write("b/events.csv", format!("{EVENTS}{}{}", event(2, "03", 1), event(3, "04", 1)));
    let add = ["add", "record", "a/events.csv", "b/events.csv", "--format", "json"];
    let both = world.json(&[&add[..], &WRITE].concat());
    let files = list(&both, "files");
    assert_eq!((counts(&files[0]), counts(&files[1])), ((2, 0, 0), (1, 1, 0)));
}

#[test]
fn the_record_doesnt_tell_where_a_file_lay_on_somebodys_disk() {
    let world = founded();
    world.write("home/name-of-a-person/events.csv", format!("{EVENTS}{}", event(1, "02", 3)));
    let path = world.path("home/name-of-a-person/events.csv");
    world.ok(&[&["add", "record", path.to_str().unwrap()][..], &WRITE].concat());
    for (name, bytes) in tree(&world.path("record")) {
        let told = String::from_utf8_lossy(&bytes).contains("name-of-a-person");
        assert!(!told, "{name} holds the path of the file");
    }
}

#[test]
fn claims_stay_claims_and_allege() {
    let world = founded();
    let claims = r#"{"truces": [{"start": "2026-06-01T00:00:00Z", "claims": [
        {"claimed_by": "the North", "against": "SOUTHLAND", "as_of": "2026-06-03T00:00:00Z", "what": "shots", "count": 900},
        {"claimed_by": "SOUTHLAND", "against": "nobody", "as_of": "2026-06-03T00:00:00Z", "what": "calm", "count": 0}
    ]}]}"#;
    assert_eq!(counts(&world.add("claims.json", claims)), (2, 0, 0));
    let log = format!("{LOG}2026-06-01T00:00Z,2026-06-08T00:00Z,bridge,complete\n");
    world.add("log.csv", log);
    let answer = world.status(&[]);
    assert_eq!(state_of(&answer, "prohibit.fire", "S"), "alleged");
    assert_eq!(state_of(&answer, "prohibit.fire", "N"), "undetermined", "a zero alleges nothing");
    assert!(list(&answer, "claims").iter().all(|claim| text(claim, "verified") == "nothing"));
    assert_eq!(provision(&answer, "prohibit.fire")["possible_total"], json!(0));
}

#[test]
fn the_format_that_is_named_is_the_one_that_is_read() {
    let world = founded();
    let point = r#"{"type": "FeatureCollection", "features": [
        {"type": "Feature", "geometry": {"type": "Point", "coordinates": [10.01, 45.01]},
         "properties": {"kind": "shot", "time": "2026-06-02T09:00Z"}}]}"#;
    let by_name = world.add_with("shots.geojson", point, &["--source", "camera"]);
    assert_eq!((text(&by_name, "format"), counts(&by_name)), ("geojson", (1, 0, 0)));
    // The patrols' own mapping is for their watch log, not for this.
    let named = world.add_with("more.geojson", point, &["--source", "patrol", "--as", "geojson"]);
    assert_eq!((text(&named, "format"), counts(&named)), ("geojson", (1, 0, 0)));
    world.write("x.csv", "a,b\n1,2\n");
    let why = world.refused(&[&["add", "record", "x.csv", "--as", "excel"][..], &WRITE].concat());
    assert!(why.contains("excel") && why.contains("geojson"), "{why}");
    let mapping = ["add", "record", "x.csv", "--source", "camera", "--mapping", "nothing.map.toml"];
    let why = world.refused(&[&mapping[..], &WRITE].concat());
    assert!(why.contains("nothing.map.toml"), "{why}");
}

#[test]
fn only_observations_are_merged() {
    let world = founded();
    let row = world.note_explosion("2026-06-02T09:12Z");
    world.add("log.csv", format!("{LOG}2026-06-01T06:00Z,2026-06-01T18:00Z,bridge,partial\n"));
    let why = ["--role", "duty officer", "--standard", "balance", "--reason", "one event"];
    for other in ["e0", "e1", "e3", "e4", "e4.0", row.as_str(), "prohibit.fire"] {
        let merge = ["assess", "record", "merge", row.as_str(), other];
        world.refused(&[&merge[..], &why, &WRITE].concat());
    }
    let second = world.note_explosion("2026-06-02T09:13Z");
    world.write_run(&[&["assess", "record", "merge", &row, &second][..], &why].concat());
    assert_eq!(list(&world.status(&[]), "incidents")[0]["incidents"], json!(1));
    world.write_run(&[&["assess", "record", "split", &row, &second][..], &why].concat());
    assert_eq!(list(&world.status(&[]), "incidents")[0]["incidents"], json!(2));
}

#[test]
fn several_writers_at_once_write_one_after_the_other_or_are_refused() {
    let world = founded();
    let (before, _) = world.head();
    let write = |n: u32| {
        let from = format!("2026-06-02T09:{n:02}Z");
        let note = ["note", "record", "--source", "patrol", "--what", "shot", "--from", &from];
        let run = world.run(&[&note[..], &WRITE].concat());
        assert!(run.code == Some(0) || run.err.contains("error:"), "{}", run.err);
        u64::from(run.code == Some(0))
    };
    let written: u64 = std::thread::scope(|scope| {
        let writers: Vec<_> = (0..8).map(|n| scope.spawn(move || write(n))).collect();
        writers.into_iter().map(|writer| writer.join().unwrap()).sum()
    });
    assert!(written > 0);
    assert_eq!(world.head().0, before + written, "each that was accepted is there, once");
}

#[test]
fn what_happened_while_a_term_was_suspended_is_no_possible_violation_of_it() {
    let world = founded();
    world.note_explosion("2026-06-02T09:12Z");
    let act = ["act", "record", "suspension", "--by", "both", "--reference", "protocol 7"];
    let span = ["--from", "2026-06-02T00:00Z", "--to", "2026-06-03T00:00Z"];
    world.write_run(&[&act[..], &span].concat());
    let answer = world.status(&[]);
    assert_ne!(state_of(&answer, "prohibit.fire", "N"), "alleged");
    assert_eq!(provision(&answer, "prohibit.fire")["possible_total"], json!(0));
}
