//! `servanda what-if`: a record under another text.

use crate::truce::{LOG, founded};
use crate::world::{World, agreement, list, text, tree};
use serde_json::{Value, json};

/// The truce's record with three explosions at the bridge and a finding on the first, and a draft
/// with one thing replaced by another.
fn replayed(from: &str, to: &str) -> World {
    let world = founded();
    world.add("log.csv", format!("{LOG}2026-06-01T00:00Z,2026-06-08T00:00Z,bridge,partial\n"));
    let first = world.note_explosion("2026-06-02T10:00Z");
    world.note_explosion("2026-06-05T10:00Z");
    let find = ["assess", "record", "find", &first, "--provision", "prohibit.fire"];
    let more = ["--party", "N", "--outcome", "violation", "--role", "head of verification"];
    let why = ["--standard", "reasonable grounds", "--reason", "heard and seen"];
    world.write_run(&[&find[..], &more, &why].concat());
    draft(&world, from, to);
    world
}

fn draft(world: &World, from: &str, to: &str) {
    let own = String::from_utf8(world.read("river-truce/agreement.md")).unwrap();
    assert!(own.contains(from), "{from}");
    world.copy("river-truce", "draft");
    world.write("draft/agreement.md", own.replace(from, to));
}

fn what_if(world: &World) -> Value {
    world.json(&["what-if", "record", "--agreement", "draft", "--format", "json"])
}

fn shift<'a>(answer: &'a Value, id: &str) -> &'a Value {
    list(answer, "provisions").iter().find(|p| p["old"] == id || p["new"] == id).unwrap()
}

#[test]
fn nothing_is_written() {
    let world = replayed("acts        = [\"explosion\", ", "acts        = [");
    let before = tree(&world.path(""));
    world.ok(&["what-if", "record", "--agreement", "draft"]);
    what_if(&world);
    assert!(before == tree(&world.path("")), "a file changed");
}

#[test]
fn under_its_own_text_nothing_is_otherwise() {
    let world = replayed("[prohibit.fire]", "[prohibit.fire]");
    let answer = what_if(&world);
    assert_eq!(
        answer["headline"],
        json!(["The draft would change nothing in what this record shows."])
    );
    let fire = shift(&answer, "prohibit.fire");
    assert_eq!(fire["possible"]["both"], 1, "the other one is decided");
    assert!(list(fire, "lines").is_empty());
    assert_eq!(list(&answer, "findings")[0]["basis"], "stays");
}

#[test]
fn what_a_draft_no_longer_forbids_is_no_longer_possible() {
    let world = replayed(
        "acts        = [\"explosion\", \"shot\", \"lethal-event\"]",
        "acts        = [\"shot\", \"lethal-event\"]",
    );
    let answer = what_if(&world);
    let fire = shift(&answer, "prohibit.fire");
    let possible = &fire["possible"];
    assert_eq!((&possible["only_old"], &possible["only_new"]), (&json!(1), &json!(0)));
    assert_eq!(list(possible, "cites_old").len(), 1);
    let finding = &list(&answer, "findings")[0];
    assert_eq!(finding["basis"], "vanishes");
    assert_eq!(finding["observations"], json!({ "old": 1, "new": 0 }));
}

#[test]
fn a_finding_follows_a_provision_that_is_only_renamed() {
    let world = replayed("[prohibit.fire]", "[prohibit.shooting]");
    let answer = what_if(&world);
    let fire = shift(&answer, "prohibit.fire");
    assert_eq!((text(fire, "old"), text(fire, "new")), ("prohibit.fire", "prohibit.shooting"));
    assert_eq!(fire["state"], json!({ "old": "violated", "new": "violated" }));
    assert_eq!(list(&answer, "findings")[0]["basis"], "stays");
}

#[test]
fn a_provision_that_is_gone_takes_the_basis_of_its_findings() {
    let own = "[prohibit.fire]\nwho         = [\"N\", \"S\"]\nacts        = [\"explosion\", \"shot\", \
               \"lethal-event\"]\nwhere       = \"river\"";
    let other = "[prohibit.boats]\nwho         = [\"S\"]\nacts        = [\"boat\"]\nwhere       = \
                 \"hills\"";
    let world = replayed(own, other);
    let answer = what_if(&world);
    assert_eq!(shift(&answer, "prohibit.fire")["new"], Value::Null);
    assert_eq!(shift(&answer, "prohibit.boats")["old"], Value::Null);
    let finding = &list(&answer, "findings")[0];
    assert_eq!(finding["basis"], "vanishes");
    assert_eq!(finding["reasons"], json!(["the draft has no provision prohibit.fire"]));
}

#[test]
fn without_its_sources_a_provision_is_not_observed() {
    let world = replayed("shown_by    = [\"patrol\", \"events\"]", "shown_by    = [\"camera\"]");
    let answer = what_if(&world);
    let fire = shift(&answer, "prohibit.fire");
    assert_eq!(fire["possible"]["only_old"], 1);
    let south = list(fire, "lines").iter().find(|line| line["party"] == "S").unwrap();
    assert_eq!(south["state"]["new"], "not-observed");
    let run = world.ok(&["what-if", "record", "--agreement", "draft"]);
    assert!(run.out.lines().all(|line| line.chars().count() <= 96), "{}", run.out);
}

#[test]
fn it_can_be_asked_about_an_earlier_time_and_a_shorter_record() {
    let world = replayed("acts        = [\"explosion\", ", "acts        = [");
    let ask = |more: &[&str]| {
        let args = ["what-if", "record", "--agreement", "draft", "--format", "json"];
        world.json(&[&args[..], more].concat())
    };
    let early = ask(&["--at", "2026-06-01T12:00Z"]);
    assert_eq!(shift(&early, "prohibit.fire")["possible"]["only_old"], 0);
    assert_eq!(text(&early["asked"], "at"), "2026-06-01T12:00:00Z");
    let short = ask(&["--as-of", "2"]);
    assert_eq!((&short["asked"]["record"]["size"], list(&short, "findings").len()), (&json!(2), 0));
}

#[test]
fn a_draft_with_errors_is_refused() {
    let world = replayed("[zone.river]", "[zone.rivers]");
    let said = world.refused(&["what-if", "record", "--agreement", "draft"]);
    assert!(said.contains("servanda check"), "{said}");
}

/// Easter 2026 under the text of Easter 2025: other dates, other sources.
#[test]
fn a_truce_under_the_text_of_the_year_before() {
    let world = World::new();
    world.ok(&["demo", "easter-truce-2026", "--quiet"]);
    let record = "servanda-demo/easter-truce-2026/record";
    let before = tree(&world.path(record));
    let text_before = agreement("easter-truce-2025");
    let args = ["what-if", record, "--agreement", text_before.to_str().unwrap()];
    let answer = world.json(&[&args[..], &["--format", "json"]].concat());
    assert!(before == tree(&world.path(record)), "a file changed");
    let combat = shift(&answer, "prohibit.combat");
    assert_eq!(combat["state"], json!({ "old": "alleged", "new": "not-observed" }));
    assert_eq!(text(combat, "watch"), "becomes-unobserved");
    let until = &list(combat, "lines")[0]["until"];
    assert_eq!(*until, json!({ "old": "2026-04-12T21:00:00Z", "new": "2025-04-20T21:00:00Z" }));
    assert_eq!(shift(&answer, "prohibit.strikes")["old"], Value::Null);
    assert_eq!(answer["unread"], json!([{ "source": "viirs", "rows": 509 }]));
}

/// The cessation of 2016 without its exclusions: first only struck out, then with the groups that
/// it excluded bound as parties.
#[test]
fn a_cessation_without_its_exclusions() {
    const NAME: &str = "syria-cessation-2016-02";
    let world = World::new();
    world.ok(&["demo", NAME, "--quiet"]);
    let record = format!("servanda-demo/{NAME}/record");
    for (name, bytes) in tree(&agreement(NAME)) {
        world.write(&format!("draft/{name}"), bytes);
    }
    let own = String::from_utf8(world.read("draft/agreement.md")).unwrap();
    let (head, rest) = own.split_once("```toml term\n[except.").unwrap();
    let (_, tail) = rest.split_once("```\n").unwrap();
    let struck = format!("{head}{tail}");
    let struck: Vec<&str> = struck
        .lines()
        .filter(|line| !line.starts_with("except ") && !line.starts_with("lumps "))
        .collect();
    let struck = struck.join("\n");
    let ask = |draft: &str| {
        world.write("draft/agreement.md", draft);
        let args = ["what-if", &record, "--agreement", "draft", "--format", "json"];
        let answer = world.json(&args);
        shift(&answer, "prohibit.attacks").clone()
    };
    // What they did is between others than the parties: the text doesn't forbid it to anybody.
    let only_struck = ask(&struck);
    let taken =
        |except: &str, n: u64| json!({ "except": except, "incidents": { "old": n, "new": null } });
    assert_eq!(only_struck["exceptions"], json!([taken("is", 391), taken("nusra", 30)]));
    assert_eq!(only_struck["possible"]["only_new"], 0);

    let parties = "[party.IS]\nname = \"IS\"\n[party.NUSRA]\nname = \"Jabhat al-Nusra\"\n\
                   aliases = [\"Jabhat Fateh al-Sham\"]\n[zone.country]";
    let bound = struck.replace("[zone.country]", parties);
    let bound = bound.replace("\"GOV\", \"OPP\"]", "\"GOV\", \"OPP\", \"IS\", \"NUSRA\"]");
    let all = ask(&bound);
    assert_eq!(all["possible"]["both"], only_struck["possible"]["both"]);
    assert_eq!(all["possible"]["only_new"], 227, "the rest is with others who are not bound");
    let lines: Vec<&str> = list(&all, "lines").iter().map(|line| text(line, "party")).collect();
    assert_eq!(lines, ["IS", "NUSRA"], "the others' states are as they were");
}

#[test]
fn several_texts_give_what_each_gives_alone() {
    let world = replayed(
        "acts        = [\"explosion\", \"shot\", \"lethal-event\"]",
        "acts        = [\"shot\", \"lethal-event\"]",
    );
    let drafts = ["river-truce", "draft", "draft", "river-truce", "draft"];
    let alone = |draft: &str| -> Value {
        world.json(&["what-if", "record", "--agreement", draft, "--format", "json"])
    };
    let alone = [alone("river-truce"), alone("draft")];
    let named: Vec<&str> = drafts.iter().flat_map(|draft| ["--agreement", draft]).collect();
    let command = [&["what-if", "record"][..], &named].concat();
    let lines = world.ok(&[&command[..], &["--format", "json"]].concat()).out;
    let each: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let wanted: Vec<&Value> =
        drafts.iter().map(|draft| &alone[usize::from(*draft == "draft")]).collect();
    assert_eq!(each.iter().collect::<Vec<_>>(), wanted);
    let text = world.ok(&command).out;
    assert!(text.starts_with("5 texts side by side"), "{text}");
    assert_eq!(text.matches("replayed under:").count(), 5);
    // One that can't be read stops all, before anything is replayed.
    world.write("broken/agreement.md", "# Nothing");
    let told =
        world.refused(&["what-if", "record", "--agreement", "draft", "--agreement", "broken"]);
    assert!(told.contains("broken"), "{told}");
}
