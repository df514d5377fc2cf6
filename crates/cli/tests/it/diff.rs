//! `servanda diff`: two texts of one truce.

use crate::truce::write_agreement;
use crate::world::{World, agreement, list, text};
use serde_json::Value;

const OLD: &str = "river-truce/agreement.md";

/// The truce, and a draft of it with one thing replaced by another.
fn drafted(from: &str, to: &str) -> World {
    let world = World::new();
    write_agreement(&world);
    let old = String::from_utf8(world.read(OLD)).unwrap();
    assert!(old.contains(from), "{from}");
    world.copy("river-truce", "draft");
    world.write("draft/agreement.md", old.replace(from, to));
    world
}

/// The changes of one item: (matter, direction).
fn changes<'a>(difference: &'a Value, id: &str) -> Vec<(&'a str, &'a str)> {
    let item = list(difference, "items").iter().find(|item| item["new"] == id).unwrap();
    list(item, "changes").iter().map(|c| (text(c, "matter"), text(c, "direction"))).collect()
}

#[test]
fn a_difference_is_no_failure_unless_it_was_asked_for() {
    let world = drafted("acts        = [\"fire\"]", "acts        = [\"fire\", \"flare\"]");
    world.ok(&["diff", OLD, "draft"]);
    world.ok(&["diff", OLD, "draft", "--fail-on", "loosened,removed"]);
    world.no(&["diff", OLD, "draft", "--fail-on", "loosened,tightened"]);
    world.no(&["diff", "draft", OLD, "--fail-on", "loosened"]);
    assert!(world.refused(&["diff", OLD, "draft", "--fail-on", "better"]).contains("tightened"));
    let same = world.ok(&["diff", OLD, OLD, "--fail-on", "changed,tightened"]);
    assert!(same.out.contains("The two texts say the same."));
}

#[test]
fn the_table_fits_its_width_and_needs_no_colour() {
    let world = drafted("radius_m = 10000", "radius_m = 12000");
    let run = world.ok(&["diff", OLD, "draft"]);
    assert!(!run.out.contains('\u{1b}'));
    assert!(run.out.lines().all(|line| line.chars().count() <= 96), "{}", run.out);
    assert!(run.out.contains("moved in space; 138.17 km²"), "{}", run.out);
    let difference = world.json(&["diff", OLD, "draft", "--format", "json"]);
    assert_eq!(changes(&difference, "river"), [("area", "moved-in-space")]);
    let item = &list(&difference, "items")[0];
    assert_eq!(item["used_by"], serde_json::json!(["prohibit.fire", "prohibit.burning"]));
}

#[test]
fn hidden_characters_of_a_draft_are_written_out() {
    let world =
        drafted("Neither side sets fire to the fields.", "Neither\u{202E} side, <b>ever</b>.");
    let run = world.ok(&["diff", OLD, "draft"]);
    assert!(run.out.contains("\\u{202E}") && !run.out.contains('\u{202E}'), "{}", run.out);
    world.ok(&["diff", OLD, "draft", "--format", "html", "--out", "page.html"]);
    let page = String::from_utf8(world.read("page.html")).unwrap();
    assert!(page.contains("&lt;b&gt;ever") && !page.contains('\u{202E}'));
    assert!(page.contains("<del") && page.contains("<ins") && !page.contains("<script"));
}

#[test]
fn a_text_with_errors_is_not_compared() {
    let world = drafted("[zone.river]", "[zone.rivers]");
    assert!(world.refused(&["diff", OLD, "draft"]).contains("servanda check"));
}

#[test]
fn two_truces_of_the_same_feast() {
    let paths = ["easter-truce-2025", "easter-truce-2026"]
        .map(|name| agreement(name).to_str().unwrap().to_owned());
    let world = World::new();
    let difference = world.json(&["diff", &paths[0], &paths[1], "--format", "json"]);
    assert_eq!(
        changes(&difference, "prohibit.combat"),
        [
            ("acts", "tightened"),
            ("from", "moved-in-time"),
            ("until", "moved-in-time"),
            ("shown_by", "changed")
        ]
    );
    let gone = list(&difference, "items").iter().find(|i| i["old"] == "prohibit.strikes").unwrap();
    assert_eq!((text(gone, "fate"), text(gone, "direction")), ("removed", "loosened"));
    let zones = list(&difference, "items").iter().filter(|item| item["class"] == "zone");
    let zones: Vec<&Value> = zones.map(|item| &item["old"]).collect();
    assert_eq!(zones, ["front", "region.*", "city.*", "republic.republic-crimea"]);
}
