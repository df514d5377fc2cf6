//! What an agreement tells of its names, and what is said of a name that it doesn't have.

// Helpers of tests fail the test that calls them.
#![allow(clippy::unwrap_used)]

use servanda_terms::symbols::term_tables;
use servanda_terms::{Agreement, Diagnostic, SourceText, diff, load};
use std::collections::BTreeMap;

fn read(terms: &str) -> (Option<Agreement>, Vec<Diagnostic>) {
    let text = format!(
        r#"+++
id       = "pause"
title    = "A pause"
version  = "1"
timezone = "UTC"
[party.NORTH]
name = "Northland"
[party.ISLES]
name = "Northland Isles"
[party.WEST]
name = "Westland"
role = "guarantor"
[line.contact]
points = [[10.0, 20.0], [10.1, 20.0]]
+++
# A pause
## 1. All of it
```toml term
{terms}
```
"#
    );
    load(&SourceText::new("agreement.md", text), &BTreeMap::new())
}

fn agreement(terms: &str) -> Agreement {
    read(terms).0.unwrap()
}

const PARTS: &str = r#"
[pledge.radar]
by       = "WEST"
to       = "NORTH"
what     = "radars"
schedule = [{ name = "first" }, { name = "second" }]
[oblige.lists]
who      = "NORTH"
what     = "hand over"
disputed = [
    { reading = "a", stages = [{ name = "tanks" }, { name = "guns" }] },
    { reading = "b", stages = [{ name = "guns" }, { name = "boats" }] },
]
[guarantee.west]
by       = "WEST"
to       = "NORTH"
trigger  = { decider = "WEST", tests = [{ word = "grave", means = "many dead" }] }
response = [{ step = "consult" }]
"#;

#[test]
fn the_parts_of_a_provision_are_named_each_once() {
    let agreement = agreement(PARTS);
    let parts = |id| agreement.provision(id).unwrap().stage_names();
    assert_eq!(parts("pledge.radar"), ["first", "second"]);
    assert_eq!(parts("oblige.lists"), ["tanks", "guns", "boats"]);
    assert_eq!(parts("guarantee.west"), ["consult", "grave"]);
}

#[test]
fn who_pledges_is_bound() {
    let pledge = &agreement(PARTS).provisions[0];
    assert_eq!(pledge.readings[0].who, ["WEST"]);
}

#[test]
fn parties_and_lines_are_found_by_their_ids() {
    let agreement = agreement(PARTS);
    assert_eq!(agreement.party("WEST").unwrap().name, "Westland");
    assert!(agreement.party("Westland").is_none());
    assert_eq!(agreement.line("contact").unwrap().id, "contact");
    assert!(agreement.line("river").is_none());
}

#[test]
fn the_longest_name_that_a_text_begins_with_is_whose_it_is() {
    let agreement = agreement(PARTS);
    let whose = |text| agreement.resolve_party(text).map(|party| party.id.as_str());
    assert_eq!(whose("Northland Isles (coast guard)"), Some("ISLES"));
    assert_eq!(whose("Northland (army)"), Some("NORTH"));
    assert_eq!(whose("Northlanders"), None);
}

#[test]
fn the_help_says_where_a_name_is_declared() {
    let help = |terms: &str| {
        let found = read(terms).1;
        let unresolved = found.iter().find(|found| found.title.contains("is called"));
        unresolved.unwrap().help.clone().unwrap()
    };
    let duty = "[oblige.lists]\nwho = \"NORTH\"\nwhat = \"hand over\"\n";
    let drill = help(&format!("{duty}except = [\"drill\"]\n"));
    assert_eq!(drill, "declare it in a block of terms: [except.NAME]");
    assert!(help(&format!("{duty}requires = [\"condition.calm\"]\n")).contains("[condition.NAME]"));
    assert!(help("[oblige.lists]\nwho = \"EAST-COAST\"\n").contains("[party.NAME]"));
}

#[test]
fn quotes_are_the_help_only_where_text_is_wanted() {
    let help = |line: &str| {
        let found = read(&format!("[oblige.lists]\nwho = \"NORTH\"\nwhat = \"x\"\n{line}\n")).1;
        found.iter().find(|found| found.code == "SV014").unwrap().help.clone().unwrap()
    };
    assert_eq!(help("evidence = 2030-01-01"), "put it in quotes");
    assert_eq!(help("every = 30"), "put it in quotes");
    assert_eq!(help("stages = 3"), "write a list of tables");
    assert_eq!(help("tolerance = { at_most = true }"), "write a whole number, 0 or more");
}

#[test]
fn among_very_many_mistakes_no_near_name_is_looked_for() {
    let duty = |n: usize| format!("[oblige.o{n:03}]\nwho = \"NORHT\"\nwhat = \"x\"\n");
    let found = read(&(0..150).map(duty).collect::<String>()).1;
    let helps = found.iter().filter(|found| found.code == "SV017");
    let helps: Vec<&str> = helps.map(|found| found.help.as_deref().unwrap()).collect();
    assert_eq!(helps.len(), 150);
    assert_eq!(helps[99], "did you mean `NORTH`?");
    assert_eq!(helps[100], "declare it in the front matter: [party.NAME]");
}

#[test]
fn a_block_of_terms_can_have_a_table_of_each_kind() {
    let tables: Vec<&str> = term_tables().collect();
    for kind in ["prohibit", "guarantee", "point", "except"] {
        assert!(tables.contains(&kind), "{kind}");
    }
}

#[test]
fn a_difference_names_the_texts_that_it_is_of() {
    let mut old = agreement(PARTS);
    old.version = "0".into();
    let difference = diff(&old, &agreement(PARTS));
    assert_eq!((difference.old.title.as_str(), difference.old.version.as_str()), ("A pause", "0"));
    assert_eq!((difference.new.title.as_str(), difference.new.version.as_str()), ("A pause", "1"));
}

#[test]
fn zones_of_one_group_are_told_as_one_with_each_user_once() {
    let square = |id: &str, lon: u32| {
        let (west, east) = (lon, lon + 1);
        let ring = format!("[[{west},1],[{east},1],[{east},2],[{west},2],[{west},1]]");
        format!(
            r#"{{"type":"Feature","id":"{id}","properties":{{}},"geometry":
            {{"type":"Polygon","coordinates":[{ring}]}}}}"#
        )
    };
    let zones = format!(
        r#"{{"type":"FeatureCollection","features":[{},{}]}}"#,
        square("p-1", 1),
        square("p-2", 3)
    );
    let files = BTreeMap::from([("zones.geojson".to_owned(), zones.into_bytes())]);
    let read = |zones: &str, places: [&str; 2]| {
        let term = |name: &str, place: &str| {
            format!(
                "[prohibit.{name}]\nwho = \"NORTH\"\nacts = [\"shot\"]\nwhere = {place}\n\
                 from = \"2030-01-01\"\nuntil = \"2030-02-01\"\nshown_by = \"patrol\"\n"
            )
        };
        let text = format!(
            "+++\nid = \"pause\"\ntitle = \"A pause\"\nversion = \"1\"\ntimezone = \"UTC\"\n\
             [party.NORTH]\nname = \"Northland\"\n[source.patrol]\nshows = [\"shot\"]\n\
             [zone.valley]\ncircle = {{ lon = 10.0, lat = 20.0, radius_m = 10000 }}\n{zones}+++\n\
             # A pause\n## 1. Fire\n```toml term\n{}{}```\n",
            term("first", places[0]),
            term("second", places[1]),
        );
        load(&SourceText::new("agreement.md", text), &files).0.unwrap()
    };
    let old = read("", ["\"valley\"", "\"valley\""]);
    let province = "[zones.province]\nfile = \"zones.geojson\"\nprefix = \"p-\"\n";
    let new = read(province, ["\"province.*\"", "[\"valley\", \"province.p-2\"]"]);
    let difference = diff(&old, &new);
    let group = difference.items.iter().find(|item| item.id() == "province.*").unwrap();
    assert_eq!(group.used_by, ["prohibit.first", "prohibit.second"]);
}
