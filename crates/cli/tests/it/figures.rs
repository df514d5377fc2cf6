//! The other agreements: their figures are those that another program computed.

use crate::world::{World, agreement, list, text};
use serde_json::{Value, json};

fn demo(name: &str) -> Value {
    World::new().json(&["demo", name, "--format", "json"])
}

fn expected(name: &str) -> Value {
    let bytes = std::fs::read(agreement(name).join("expected.json")).unwrap();
    serde_json::from_slice::<Value>(&bytes).unwrap()["figures"].clone()
}

/// Rows of the comparison of one source, reading (any, when empty) and group.
fn compared<'a>(answer: &'a Value, source: &str, reading: &str, group: &str) -> Vec<&'a Value> {
    let rows = list(answer, "comparison").iter().filter(|row| {
        text(row, "source") == source
            && (reading.is_empty() || text(row, "reading") == reading)
            && text(row, "group") == group
    });
    rows.collect()
}

/// Compares starts of alarms, and how many a day, phase by phase.
#[track_caller]
fn same_alarms(answer: &Value, reading: &str, phases: &Value) {
    let rows = compared(answer, "alerts", reading, "all");
    let phases = phases.as_array().unwrap();
    assert_eq!(rows.len(), phases.len(), "{reading:?}");
    for phase in phases {
        let row = rows.iter().find(|row| row["phase"] == phase["phase"]).unwrap();
        assert_eq!(row["from"], phase["from"]);
        assert_eq!(row["to"], phase["until"]);
        assert_eq!(row["rows"], phase["starts"], "{reading:?} {}", phase["phase"]);
        assert_eq!(text(row, "per_day"), phase["per_day"].to_string(), "{}", phase["phase"]);
    }
}

/// Compares deaths, their bounds, and how many a day, phase by phase.
#[track_caller]
fn same_deaths(answer: &Value, group: &str, phases: &Value) {
    let rows = compared(answer, "ucdp", "", group);
    for phase in phases.as_array().unwrap() {
        let row = rows.iter().find(|row| row["phase"] == phase["phase"]).unwrap();
        assert_eq!(row["rows"], phase["events"], "{group} {}", phase["phase"]);
        for (here, there) in [("per_day", "best"), ("per_day_low", "low"), ("per_day_high", "high")]
        {
            assert_eq!(row[there], phase["deaths"][there], "{group} {}", phase["phase"]);
            let a_day = phase["deaths_per_day"][there].to_string();
            assert_eq!(text(row, here), a_day, "{group} {}", phase["phase"]);
        }
    }
}

/// Law 1 for a record that holds no finding.
#[track_caller]
fn nobody_judged(answer: &Value) {
    assert_eq!(answer["findings"], json!([]));
    for provision in list(answer, "provisions") {
        assert!(!matches!(text(provision, "state"), "kept" | "violated"), "{provision}");
    }
}

#[test]
fn every_agreement_has_a_demonstration() {
    let world = World::new();
    let shown: Vec<String> =
        world.ok(&["demo", "--list"]).out.lines().map(str::to_string).collect();
    let mut there: Vec<String> = std::fs::read_dir(agreement(""))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join("agreement.md").is_file())
        .map(|path| path.file_name().unwrap().to_str().unwrap().to_string())
        .collect();
    there.sort();
    assert_eq!(shown, there);
    assert!(there.len() >= 7);
}

#[test]
fn easter_truce_2025_alarms_nearly_stop_and_both_counts_stay_claims() {
    let answer = demo("easter-truce-2025");
    nobody_judged(&answer);
    same_alarms(&answer, "", &expected("easter-truce-2025")["alerts"]["phases"]);
    let a_day: Vec<&str> =
        compared(&answer, "alerts", "", "all").iter().map(|row| text(row, "per_day")).collect();
    assert_eq!(a_day, ["49.4", "3.2", "36.4"]);

    let left = list(&answer, "left_out");
    let left = left.iter().find(|left| text(left, "source") == "alerts").unwrap();
    assert!(text(left, "reason").contains("2 days"));
    assert!(!list(left, "examples").is_empty());
    assert_eq!(list(left, "examples").len(), list(left, "cites").len());

    for (count, by) in [(2935, "UKR"), (4900, "RUS")] {
        let claim = list(&answer, "claims").iter().find(|claim| claim["count"] == count).unwrap();
        assert_eq!((text(claim, "party"), text(claim, "verified")), (by, "nothing"));
    }
}

#[test]
fn syria_2016_deaths_fall_between_the_parties_and_rise_with_the_excluded() {
    let answer = demo("syria-cessation-2016-02");
    nobody_judged(&answer);
    let figures = expected("syria-cessation-2016-02");
    same_deaths(&answer, "between the parties", &figures["government_insurgents_exact_day"]);
    same_deaths(&answer, "excepted: IS", &figures["pairs_with_is_exact_day"]);
    let a_day = |group: &str, field: &str| -> Vec<String> {
        let rows = compared(&answer, "ucdp", "", group);
        rows.iter().map(|row| text(row, field).to_string()).collect()
    };
    assert_eq!(a_day("between the parties", "per_day"), ["47.0", "23.2"]);
    assert_eq!(a_day("between the parties", "per_day_low"), ["47.0", "23.1"]);
    assert_eq!(a_day("between the parties", "per_day_high"), ["47.0", "23.8"]);
    assert_eq!(a_day("excepted: IS", "per_day"), ["39.4", "49.6"]);
}

#[test]
fn syria_2016_each_exception_says_what_it_hides() {
    let world = World::new();
    let answer = world.json(&["demo", "syria-cessation-2016-02", "--format", "json"]);
    let provision = &list(&answer, "provisions")[0];
    let excepted = list(provision, "excepted");
    let except = excepted.iter().find(|except| text(except, "except") == "is").unwrap();
    let hidden = except["incidents"].as_u64().unwrap();
    let without = except["possible_without"].as_u64().unwrap();
    assert!(hidden > 0 && without > provision["possible_total"].as_u64().unwrap());

    let record = "servanda-demo/syria-cessation-2016-02/record";
    let at = text(&answer["asked"], "at");
    let struck = ["status", record, "--without", "is", "--at", at, "--format", "json"];
    let struck = world.json(&struck);
    assert_eq!(struck["asked"]["without"], json!(["is"]));
    let provision = &list(&struck, "provisions")[0];
    assert_eq!(provision["possible_total"], without);
    assert_eq!(text(provision, "state"), text(except, "state_without"));
    let why = world.refused(&["status", record, "--without", "isx"]);
    assert!(why.contains("isx") && why.contains("nusra"), "{why}");
}

#[test]
fn christmas_truce_2023_a_placebo_looks_like_any_week() {
    let answer = demo("christmas-truce-2023");
    nobody_judged(&answer);
    same_alarms(&answer, "", &expected("christmas-truce-2023")["alerts"]["phases"]);
}

#[test]
fn energy_moratorium_2025_both_starts_are_computed() {
    let answer = demo("energy-moratorium-2025");
    nobody_judged(&answer);
    let figures = expected("energy-moratorium-2025");
    same_alarms(&answer, "from 18 March", &figures["alerts_start_2025-03-18"]["phases"]);
    same_alarms(&answer, "from 25 March", &figures["alerts_start_2025-03-25"]);
}

#[test]
fn strike_pause_2026_both_readings_are_computed() {
    let answer = demo("strike-pause-2026");
    nobody_judged(&answer);
    let figures = expected("strike-pause-2026");
    let city = &figures["alerts_kyiv_city_until_2026-02-01"];
    same_alarms(&answer, "one city, until 1 February", city);
    same_alarms(&answer, "everywhere, one week", &figures["alerts_until_2026-02-06"]);
}

#[test]
fn donbas_2020_each_rate_says_how_many_days_were_observed() {
    let answer = demo("donbas-2020-07");
    nobody_judged(&answer);
    same_deaths(&answer, "between the parties", &expected("donbas-2020-07")["deaths_exact_day"]);
    // Its first report reaches a few hours into the time before: that is said beside the figure.
    let smm = compared(&answer, "smm", "", "all");
    let before = smm.iter().find(|row| row["phase"] == "before").unwrap();
    let observed: f64 = text(before, "observed_days").parse().unwrap();
    assert!(observed < 1.0 && text(before, "days") == "56.00", "{before}");
    let words = list(&answer, "headline").iter().map(|line| line.as_str().unwrap());
    let smm: Vec<&str> = words.filter(|line| line.contains("(smm)")).collect();
    assert!(smm.iter().all(|line| line.contains("of 56.00 days observed")), "{smm:?}");
}
