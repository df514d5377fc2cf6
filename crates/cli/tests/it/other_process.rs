//! Another process than those in `agreements/`, by its agreement file alone: the invented dialogue
//! whose texts and agreement lie with the cases of `statements`.

use crate::world::{World, list, text};
use serde_json::Value;
use std::path::{Path, PathBuf};

const NOW: &str = "2030-06-01T12:00:00Z";

/// The texts, with outlet and day.
const TEXTS: [(&str, &str, &str); 3] = [
    ("a_wire", "Salt Herald", "2030-05-04"),
    ("b_feature", "Plateau Weekly", "2030-05-06"),
    ("c_brief", "Radio Wells", "2030-05-07"),
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../statements/cases/other-process")
}

/// The text of a case without its marks.
fn plain(name: &str) -> String {
    let case = std::fs::read_to_string(folder().join(format!("{name}.md"))).unwrap();
    let (_, rest) = case.split_once("```text\n").unwrap();
    let (body, _) = rest.split_once("\n```").unwrap();
    let mut pieces = body.split("{{");
    let mut text = pieces.next().unwrap().to_owned();
    for piece in pieces {
        text.push_str(piece.split_once(' ').unwrap().1);
    }
    text.replace("}}", "") + "\n"
}

fn told() -> World {
    let world = World::new();
    let agreement = folder().join("agreement.md");
    world.ok(&["init", "talks", "--agreement", agreement.to_str().unwrap(), "--now", NOW]);
    for (name, outlet, day) in TEXTS {
        let file = format!("{name}.txt");
        world.write(&file, plain(name));
        let about = ["--as", "article", "--outlet", outlet, "--published", day, "--now", NOW];
        world.ok(&[&["add", "talks", file.as_str()][..], &about[..]].concat());
    }
    world
}

fn cell<'a>(positions: &'a Value, point: &str, party: &str) -> &'a Value {
    let row = list(positions, "rows").iter().find(|row| text(row, "id") == point).unwrap();
    list(row, "parties").iter().find(|cell| text(cell, "party") == party).unwrap()
}

#[test]
fn positions_stand_by_the_points_of_the_agreement() {
    let world = told();
    let positions = world.json(&["positions", "talks", "--format", "json"]);
    let amnesty = cell(&positions, "point.amnesty", "EMIRATE");
    assert_eq!(text(&amnesty["latest"], "speaker"), "the emir of Saltmere");
    assert_eq!(text(&amnesty["latest"], "act"), "offer");
    let wealth = cell(&positions, "point.wealth", "PFP");
    assert_eq!(text(&wealth["latest"], "speaker"), "the political bureau of the People's Front");
    assert_eq!(wealth["origins"], 2);
    let cantonment = cell(&positions, "point.cantonment", "PFP");
    let said: Vec<&str> =
        list(cantonment, "statements").iter().map(|one| text(one, "speaker")).collect();
    assert!(said.contains(&"the commander of the People's Front"), "{said:?}");
}

#[test]
fn one_speaker_with_two_shares_is_a_contradiction() {
    let world = told();
    let found = world.json(&["contradictions", "talks", "--format", "json"]);
    let clash = list(&found, "contradictions").iter().find(|one| text(one, "slot") == "value");
    let values: Vec<&str> =
        list(clash.unwrap(), "sides").iter().map(|side| text(side, "value")).collect();
    assert_eq!(values, ["80", "90"]);
}

#[test]
fn shares_called_agreed_are_told_with_their_speaker() {
    let world = told();
    let found = world.json(&["percent-agreed", "talks", "--format", "json"]);
    let shares: Vec<(&str, &str)> = list(&found, "stated")
        .iter()
        .map(|share| (text(share, "percent"), text(share, "speaker")))
        .collect();
    for percent in ["80", "90"] {
        assert!(shares.contains(&(percent, "the speaker of the Circle")), "{shares:?}");
    }
    assert_eq!(shares.len(), 2, "{shares:?}");
}
