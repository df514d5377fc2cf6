//! Silence is not compliance: what was watched decides what an empty file says.

use crate::truce::{DETECTIONS, LOG, founded, provision, state_of, state_then};
use crate::world::{World, list, text};
use serde_json::json;

const ORBIT: &str = "begin,end,satellite,light\n";
const SATELLITE: [&str; 4] = ["--source", "satellite", "--mapping", "orbit.map.toml"];

/// A record with a table of detections that holds none.
fn nothing_detected() -> World {
    let world = founded();
    let summary = world.add("heat.csv", DETECTIONS);
    assert_eq!((&summary["accepted"], &summary["rejected"]), (&json!(0), &json!(0)));
    world
}

#[test]
fn an_empty_file_without_passes_says_not_observed() {
    let world = nothing_detected();
    let answer = world.status(&[]);
    assert_eq!(state_of(&answer, "prohibit.burning", "N"), "not-observed");
    assert_eq!(list(&answer, "exposure").len(), 0, "no figure without a pass: {answer}");
}

#[test]
fn an_empty_file_with_passes_says_undetermined_for_those_times_alone() {
    let world = nothing_detected();
    let passes = format!("{ORBIT}2026-06-02T01:10Z,2026-06-02T01:14Z,A,night\n");
    world.add_with("passes.csv", passes, &SATELLITE);
    let answer = world.status(&[]);
    let state = |at: &str| state_then(&answer, "prohibit.burning", "N", at);
    assert_eq!(state("2026-06-02T01:12:00Z"), "undetermined");
    assert_eq!(state("2026-06-02T01:14:00Z"), "not-observed");
    assert_eq!(state("2026-06-03T01:12:00Z"), "not-observed", "a night without a pass");
    let during: Vec<_> =
        list(&answer, "exposure").iter().filter(|row| row["phase"] == "during").collect();
    assert_eq!(during.len(), 1);
    let row = during[0];
    assert_eq!((&row["passes"], &row["detections"]), (&json!(1), &json!(0)));
    assert_eq!(text(row, "per_pass"), "0.00");
    assert!(!matches!(text(provision(&answer, "prohibit.burning"), "state"), "kept" | "violated"));
}

#[test]
fn nobody_watched_the_hills() {
    let world = founded();
    world.add("log.csv", format!("{LOG}2026-06-01T00:00Z,2026-06-08T00:00Z,bridge,complete\n"));
    let answer = world.status(&[]);
    for party in ["N", "S"] {
        assert_eq!(state_of(&answer, "prohibit.hills", party), "not-observed");
        assert_eq!(state_of(&answer, "prohibit.fire", party), "undetermined");
    }
    let words = list(&answer, "headline").iter().map(|line| line.as_str().unwrap());
    let hills: Vec<&str> = words.filter(|line| line.contains("prohibit.hills")).collect();
    assert!(hills.iter().any(|line| line.contains("not-observed, not calm")), "{hills:?}");
}

#[test]
fn kept_needs_a_person_and_a_complete_watch() {
    let why = ["--role", "joint commission", "--standard", "balance", "--reason", "nothing heard"];
    let span = ["--from", "2026-06-01T06:00Z", "--to", "2026-06-01T18:00Z"];
    let find = ["assess", "record", "find", "--provision", "prohibit.fire"];
    let clean = ["--outcome", "no-violation"];
    for (watch, wanted) in
        [("complete", "kept"), ("partial", "undetermined"), ("blind", "not-observed")]
    {
        let world = founded();
        let log = format!("{LOG}2026-06-01T06:00Z,2026-06-01T18:00Z,bridge,{watch}\n");
        world.add("log.csv", log);
        let at = "2026-06-01T12:00:00Z";
        let before = state_then(&world.status(&[]), "prohibit.fire", "N", at);
        assert_ne!(before, "kept", "{watch}: nobody has found anything");
        world.write_run(&[&find[..], &clean, &span, &why].concat());
        let answer = world.status(&[]);
        assert_eq!(state_then(&answer, "prohibit.fire", "N", at), wanted, "{watch}");
        // Outside the finding's span nothing changed.
        let later = state_then(&answer, "prohibit.fire", "N", "2026-06-02T12:00:00Z");
        assert_eq!(later, "not-observed");
    }
}

#[test]
fn an_outage_takes_away_what_a_watch_gave() {
    let world = founded();
    let log = "2026-06-01T06:00Z,2026-06-01T18:00Z,bridge,complete\n\
               2026-06-01T09:00Z,2026-06-01T10:00Z,bridge,blind\n";
    world.add("log.csv", format!("{LOG}{log}"));
    let answer = world.status(&[]);
    let state = |at: &str| state_then(&answer, "prohibit.fire", "N", at);
    assert_eq!(state("2026-06-01T08:59:59Z"), "undetermined");
    assert_eq!(state("2026-06-01T09:30:00Z"), "not-observed");
    assert_eq!(state("2026-06-01T10:00:00Z"), "undetermined");
}

#[test]
fn what_straddles_the_edge_decides_nothing() {
    let world = founded();
    // The zone's edge lies ten kilometres from the bridge; this report lies on it.
    let note = ["note", "record", "--source", "patrol", "--what", "explosion"];
    let edge =
        ["--from", "2026-06-02T09:00Z", "--lat", "45.0899", "--lon", "10.0", "--radius", "500"];
    world.write_run(&[&note[..], &edge].concat());
    let answer = world.status(&[]);
    assert_eq!(state_of(&answer, "prohibit.fire", "N"), "undetermined");
    assert_eq!(provision(&answer, "prohibit.fire")["possible_total"], json!(0));
    // One that began before the truce and ended in it decides nothing either.
    let world = founded();
    let early = ["--from", "2026-05-31T23:00Z", "--to", "2026-06-01T01:00Z"];
    world.write_run(&[&note[..], &early, &["--zone", "river"]].concat());
    let answer = world.status(&[]);
    assert_eq!(provision(&answer, "prohibit.fire")["possible_total"], json!(0));
    assert_eq!(state_of(&answer, "prohibit.fire", "N"), "undetermined");
}

#[test]
fn a_place_far_away_is_no_concern() {
    let world = founded();
    let note = ["note", "record", "--source", "patrol", "--what", "explosion"];
    let far = ["--from", "2026-06-02T09:00Z", "--lat", "-33.9", "--lon", "-18.4"];
    world.write_run(&[&note[..], &far].concat());
    let answer = world.status(&[]);
    assert_eq!(state_of(&answer, "prohibit.fire", "N"), "not-observed");
    assert_eq!(list(&answer, "incidents")[0]["incidents"], json!(1), "it is kept all the same");
}
