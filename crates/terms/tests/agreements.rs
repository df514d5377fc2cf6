//! The project's own agreements, and reading one from the outside.

// Helpers of tests fail the test that calls them.
#![allow(clippy::unwrap_used)]

use serde_json::json;
use servanda_terms::parsed::to_json;
use servanda_terms::{SourceText, load, referenced_files};
use std::collections::BTreeMap;
use std::path::Path;

/// The agreement of that folder, with the files that it needs to be evaluated.
fn read(folder: &Path) -> (SourceText, BTreeMap<String, Vec<u8>>) {
    let text = std::fs::read_to_string(folder.join("agreement.md")).unwrap();
    let source = SourceText::new("agreement.md", text);
    let mut files = BTreeMap::new();
    for name in referenced_files(&source).structural {
        if let Ok(bytes) = std::fs::read(folder.join(&name)) {
            files.insert(name, bytes);
        }
    }
    (source, files)
}

#[test]
fn every_agreement_of_the_project_loads_without_an_error() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../agreements");
    let mut seen = 0;
    for entry in std::fs::read_dir(root).unwrap() {
        let folder = entry.unwrap().path();
        if !folder.join("agreement.md").exists() {
            continue;
        }
        let (source, files) = read(&folder);
        let (agreement, diagnostics) = load(&source, &files);
        let shown = servanda_diag::render_terminal(&diagnostics, &source, false);
        assert!(agreement.is_some(), "{}\n{shown}", folder.display());
        seen += 1;
    }
    assert!(seen > 0);
}

const PAUSE: &str = include_str!("../cases/good_everything.md");

#[test]
fn the_files_are_listed_by_what_they_are_for() {
    let files = referenced_files(&SourceText::new("a.md", PAUSE));
    assert_eq!(files.structural, ["sensor.map.toml", "zones.geojson"]);
    assert_eq!(files.data, ["data/a.csv", "data/b.csv", "data/works.csv"]);
}

#[test]
fn unsafe_files_are_not_listed() {
    let text = include_str!("../cases/bad_paths.md");
    let files = referenced_files(&SourceText::new("a.md", text));
    assert_eq!(files.data, ["ok/e.csv"]);
    assert!(files.structural.is_empty());
    assert_eq!(referenced_files(&SourceText::new("a.md", "no front")), Default::default());
}

/// The agreement of a case, with the files that stand in it.
fn load_case(text: &str) -> servanda_terms::Agreement {
    let mut files = BTreeMap::new();
    let mut parts = text.split("\n```file ");
    let agreement = parts.next().unwrap();
    for part in parts {
        let (name, rest) = part.split_once('\n').unwrap();
        let content = rest.split("\n```").next().unwrap();
        files.insert(name.to_owned(), content.as_bytes().to_vec());
    }
    load(&SourceText::new("a.md", agreement), &files).0.unwrap()
}

#[test]
fn everything_arrives_in_the_agreement() {
    let agreement = load_case(PAUSE);
    assert_eq!(agreement.timezone.name(), "Asia/Kathmandu");
    let zones: Vec<_> = agreement.zones.iter().map(|zone| zone.id.as_str()).collect();
    assert_eq!(zones, ["valley", "bank", "both", "core", "box", "province.p-1", "province.p-2"]);
    assert_eq!(agreement.zone("province.p-2").unwrap().name, "Two");
    assert_eq!(agreement.zone("province.p-2").unwrap().group.as_deref(), Some("province"));
    let ids: Vec<_> = agreement.provisions.iter().map(|p| p.id.as_str()).collect();
    assert_eq!(ids, ["protect.works", "prohibit.fire"], "in the order of the text");

    let fire = agreement.provision("prohibit.fire").unwrap();
    assert_eq!(fire.places, ["core", "province.p-1", "province.p-2"]);
    assert_eq!(fire.readings.len(), 1);
    assert_eq!(fire.readings[0].from.unwrap().to_string(), "2029-12-31T18:15:00Z");
    let works = agreement.provision("protect.works").unwrap();
    assert_eq!(works.sites.as_ref().unwrap().only[0].1, ["dam", "pump"]);
    assert_eq!(works.requires, ["prohibit.fire", "the list is published"]);
    let article = &agreement.articles[works.article.unwrap()];
    assert_eq!(
        (article.heading.as_str(), article.text.as_str()),
        ("1. Water", "A significant thing.")
    );

    let repair = agreement.exception("repair").unwrap();
    assert_eq!(repair.places.len(), 2);
    assert_eq!(repair.window.unwrap().to.to_string(), "9999-12-30T00:00:00Z");
    let sensor = agreement.source("sensor").unwrap();
    assert!(sensor.rows_are_events && !agreement.source("patrol").unwrap().rows_are_events);
    assert_eq!(sensor.timezone.name(), "UTC");
    assert_eq!(sensor.lumps[0].may_include, ["repair"]);
    assert_eq!(
        sensor.compare_only,
        [("precision".to_owned(), vec!["1".to_owned(), "2".to_owned()])]
    );
    assert_eq!(agreement.source("patrol").unwrap().measure, "incident");
    assert_eq!(agreement.definition("significant").unwrap().text, "more than 10");
}

#[test]
fn conditions_and_stages_are_given_to_programs_of_others() {
    let agreement = to_json(&load_case(include_str!("../cases/good_kinds.md")));
    let provisions = agreement["provisions"].as_array().unwrap();
    let details = |id: &str| {
        let provision = provisions.iter().find(|provision| provision["id"] == id).unwrap();
        provision["readings"][0]["details"].clone()
    };
    let quiet = &details("condition.quiet")["condition"];
    assert_eq!(quiet["holds"], json!(["prohibit.fire"]));
    assert_eq!((&quiet["for"], &quiet["watched"]), (&json!("60 days"), &json!("completely")));
    let guns = &details("oblige.lists")["oblige"]["stages"][1];
    assert_eq!((&guns["name"], &guns["amount"]), (&json!("guns"), &json!(2)));
    assert_eq!(guns["requires"], json!(["condition.quiet"]));
}

#[test]
fn a_union_less_one_of_its_parts_is_inside_the_other() {
    let agreement = load_case(PAUSE);
    let area = |id: &str| agreement.zone(id).unwrap().area.area_km2();
    let (valley, bank, both, core) = (area("valley"), area("bank"), area("both"), area("core"));
    assert!((both - core - bank).abs() < 1e-3 * both, "{both} {core} {bank}");
    assert!(core <= valley * 1.001, "{core} {valley}");
}

#[test]
fn readings_take_over_what_they_dont_override() {
    let text = include_str!("../cases/disputed_once.md");
    let agreement = load_case(text.split("\n```expect").next().unwrap());
    let readings = &agreement.provision("prohibit.fire").unwrap().readings;
    assert_eq!(readings[0].id, "as written");
    assert_eq!(readings[0].from, None);
    assert_eq!(readings[1].id, "from March");
    assert_eq!(readings[1].from.unwrap().to_string(), "2030-01-09T18:15:00Z");
    assert_eq!(readings[1].until, readings[0].until);
    assert_eq!(readings[1].acts, readings[0].acts);
    assert_eq!(readings[1].who, ["NORTH", "SOUTH"]);
}

#[test]
fn a_party_is_known_by_its_names_and_by_what_begins_with_them() {
    let agreement = load_case(PAUSE);
    let party = |name: &str| agreement.resolve_party(name).map(|party| party.id.as_str());
    assert_eq!(party("North"), Some("NORTH"));
    assert_eq!(party("North (General Staff)"), Some("NORTH"));
    assert_eq!(party("Northland, Ministry"), Some("NORTH"));
    assert_eq!(party("SOUTH"), Some("SOUTH"));
    assert_eq!(party("Northern Army"), None);
    assert_eq!(party("north"), None, "letter by letter");
    assert_eq!(party("South"), None);
    assert_eq!(party(""), None);
}
