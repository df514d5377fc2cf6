//! The real output of each command that prints JSON, against its schema.

use crate::program::{Mission, agreements, demo, json_of, output_of, project};
use crate::schemas::{assert_valid, validator};
use serde_json::{Value, json};
use std::path::Path;

#[test]
fn the_answer_of_each_demonstration_is_as_its_schema_says() {
    let schema = validator("answer");
    for name in agreements() {
        assert_valid(&schema, &demo(&name).1, &name);
    }
}

#[test]
fn agreements_are_parsed_as_their_schema_says() {
    let schema = validator("agreement");
    let folders = std::fs::read_dir(project("agreements")).unwrap();
    let folders = folders.map(|entry| entry.unwrap().path());
    let mut seen = 0;
    for folder in folders.filter(|folder| folder.join("agreement.md").exists()) {
        let folder = folder.to_str().unwrap();
        assert_valid(&schema, &json_of(Path::new("."), &["parse", folder], &[0]), folder);
        seen += 1;
    }
    assert!(seen >= agreements().len());
    let mut kinds = std::collections::BTreeSet::new();
    for name in ["good", "good_everything", "good_kinds"] {
        let mission = Mission::new();
        write_case(&mission, &crate::program::read(&format!("crates/terms/cases/{name}.md")));
        let value = json_of(mission.path(), &["parse", "case.md"], &[0]);
        assert_valid(&schema, &value, name);
        let provisions = value["provisions"].as_array().unwrap();
        kinds.extend(provisions.iter().map(|one| one["kind"].as_str().unwrap().to_owned()));
    }
    assert_eq!(kinds.len(), servanda_terms::ProvisionKind::ALL.len(), "{kinds:?}");
}

/// Writes the agreement of a case of `check`, and the files beside it.
fn write_case(mission: &Mission, text: &str) {
    let text = text.split("\n```expect").next().unwrap();
    let mut pieces = text.split("\n```file ");
    mission.write("case.md", pieces.next().unwrap());
    for piece in pieces {
        let (name, content) = piece.split_once('\n').unwrap();
        let path = mission.path().join(name.trim());
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        mission.write(name.trim(), content.split("\n```").next().unwrap());
    }
}

#[test]
fn diagnostics_are_as_their_schema_says() {
    let schema = validator("check");
    let mut found = 0;
    for name in agreements() {
        let path = project("agreements").join(&name);
        let args = ["check", path.to_str().unwrap(), "--format", "json"];
        let value = json_of(Path::new("."), &args, &[0]);
        found += value["diagnostics"].as_array().unwrap().len();
        assert_valid(&schema, &value, &name);
    }
    assert!(found > 0);
    let mission = Mission::new();
    for (text, errors) in [("", true), ("+++\nid = 7\n[parti.N]\n+++\n", true)] {
        mission.write("broken.md", text);
        let args = ["check", "broken.md", "--format", "json"];
        let value = json_of(mission.path(), &args, &[1]);
        assert_eq!(value["errors"].as_u64().unwrap() > 0, errors);
        assert_valid(&schema, &value, text);
    }
}

#[test]
fn codes_are_as_their_schema_says() {
    let schema = validator("codes");
    let codes = |args: &[&str]| {
        let args = [&["check", "--format", "json"], args].concat();
        let value = json_of(Path::new("."), &args, &[0]);
        assert_valid(&schema, &value, "codes");
        value["codes"].as_array().unwrap().len()
    };
    assert_eq!(codes(&["--explain"]), servanda_terms::CODES.len());
    assert_eq!(codes(&["--explain", "sv030"]), 1);
}

#[test]
fn what_is_allowed_is_listed_with_its_reason_and_counted_apart() {
    let mission = Mission::new();
    let text = crate::program::read("spec/vectors/agreement.md");
    let text = text.replacen("\n+++\n", "\n[allow]\nSV051 = \"one side has no guns\"\n+++\n", 1);
    mission.write("a.md", &text.replacen("[\"N\", \"S\"]", "\"N\"", 1));
    let value = json_of(mission.path(), &["check", "a.md", "--format", "json"], &[0]);
    assert_valid(&validator("check"), &value, "allowed");
    let allowed: Vec<&Value> = value["diagnostics"].as_array().unwrap().iter().collect();
    assert_eq!(allowed.len(), 1, "{value}");
    assert_eq!(allowed[0]["allowed"], "one side has no guns");
    assert_eq!(allowed[0]["class"], "one-sided");
    assert_eq!((&value["allowed"], &value["notes"]), (&json!(1), &json!(0)));
}

#[test]
fn the_difference_of_any_two_agreements_is_as_its_schema_says() {
    let schema = validator("diff");
    let paths: Vec<String> = agreements()
        .iter()
        .map(|name| project("agreements").join(name).to_str().unwrap().to_owned())
        .collect();
    for pair in paths.windows(2) {
        let args = ["diff", &pair[0], &pair[1], "--format", "json"];
        let value = json_of(Path::new("."), &args, &[0]);
        assert_valid(&schema, &value, &pair[0]);
        assert!(!value["items"].as_array().unwrap().is_empty());
    }
}

#[test]
fn what_would_be_otherwise_is_as_its_schema_says() {
    let schema = validator("what-if");
    for (name, draft) in [
        ("easter-truce-2026", "easter-truce-2025"),
        ("syria-cessation-2016-02", "donbas-2020-07"),
        ("easter-truce-2025", "easter-truce-2025"),
    ] {
        let (folder, _) = demo(name);
        let record = format!("servanda-demo/{name}/record");
        let draft = project("agreements").join(draft);
        let args = ["what-if", &record, "--agreement", draft.to_str().unwrap()];
        let args = [&args[..], &["--format", "json"]].concat();
        assert_valid(&schema, &json_of(folder.path(), &args, &[0]), name);
    }
}

#[test]
fn what_became_of_files_is_as_its_schema_says() {
    let mission = Mission::new();
    let row = json!({ "kind": "observation", "row": {
        "kind": "explosion", "from_ms": 1_893_500_000_000_i64, "to_ms": 1_893_500_060_000_i64,
        "key": "7", "at": { "zone": "valley" },
    }});
    let mut other = row.clone();
    other["row"]["to_ms"] = json!(1_893_500_120_000_i64);
    mission.write("a.jsonl", &format!("{row}\n{row}\n{{\"kind\": \"rumour\"}}\n"));
    mission.write("b.jsonl", &format!("{other}\n"));
    let args = ["add", "record", "a.jsonl", "b.jsonl", "--source", "patrol", "--now"];
    let value = mission.json(&[&args[..], &[crate::program::NOW]].concat());
    assert_valid(&validator("add"), &value, "add");
    let [first, second] = value["files"].as_array().unwrap().as_slice() else { unreachable!() };
    let counts = |file: &Value| ["accepted", "duplicate", "rejected"].map(|key| file[key].clone());
    assert_eq!(counts(first), [1, 1, 1].map(Value::from));
    assert_eq!((&second["corrected"], counts(second)), (&json!(1), [1, 0, 0].map(Value::from)));
}

#[test]
fn what_became_of_texts_is_as_its_schema_says() {
    let mission = Mission::new();
    mission.write("a.txt", "The envoy of Northland said that the valley is quiet.\n");
    // Nobody listens there: the rules read all the same.
    let model = ["--model", "small-one", "--model-url", "http://127.0.0.1:9/v1"];
    let args = [&["add", "record", "a.txt", "--now", crate::program::NOW][..], &model].concat();
    let value = mission.json(&args);
    assert_valid(&validator("add"), &value, "add");
    assert_eq!(value["files"][0]["articles"][0]["statements"], 1);
    assert_eq!(value["model"]["unread"], json!({ "no connection to the model": 1 }));
}

/// A record on which people have worked: noted, verified, attributed, found, replied, retracted.
#[test]
fn answers_findings_explanations_and_checks_of_a_worked_record_are_as_their_schemas_say() {
    let mission = Mission::new();
    mission.run(&[
        "note",
        "record",
        "--source",
        "patrol",
        "--what",
        "explosion",
        "--from",
        "2030-01-02T10:00Z",
        "--zone",
        "valley",
        "--count",
        "2-3",
        "--side",
        "Northland",
    ]);
    let why = ["--role", "verifier", "--standard", "more likely than not", "--reason", "heard"];
    let person = |args: &[&str]| mission.run(&[args, &why].concat());
    person(&["assess", "record", "verify", "e2.0", "--outcome", "confirmed"]);
    person(&["assess", "record", "attribute", "e2.0", "--outcome", "contested"]);
    let find = ["assess", "record", "find", "e2.0", "--provision", "prohibit.fire", "--party", "N"];
    person(&[&find[..], &["--outcome", "violation"]].concat());
    mission.write("reply.txt", "It was not us.\n");
    mission.run(&["reply", "record", "e6", "--party", "N", "--text", "reply.txt"]);
    let (answers, findings) = (validator("answer"), validator("findings"));
    let ask = |more: &[&str]| {
        assert_valid(&answers, &mission.json(&[&["status", "record"], more].concat()), "status");
        let value = mission.json(&[&["findings", "record"], more].concat());
        assert_valid(&findings, &value, "findings");
        value
    };
    let found = ask(&[]);
    assert_eq!(found["findings"][0]["outcome"], "violation");
    assert_eq!(found["findings"][0]["replies"][0][0], "N");
    ask(&["--cite", "content"]);
    ask(&["--without", "repair"]);
    ask(&["--as-of", "3"]);
    mission.write("policy", "quorum none\n");
    let graded = mission.json(&["findings", "record", "--policy", "policy"]);
    assert_valid(&findings, &graded, "graded findings");
    assert_eq!(graded["grades"][0]["inputs"], "R1");
    let verified = mission.json(&["verify", "record", "--policy", "policy"]);
    assert_valid(&validator("verify"), &verified, "verify with a policy");
    mission.run(&["assess", "record", "retract", "e6", "--role", "head", "--reason", "too early"]);
    let found = ask(&[]);
    assert_eq!(found["findings"][0]["stands"], false);
    // Without the finding, what it rested on is a possible violation again.
    assert_eq!(found["possible"][0]["total"], 1);
    let incident = found["possible"][0]["listed"][0]["incident"].as_str().unwrap().to_string();

    let other = mission.json(&["what-if", "record", "--agreement", "agreement.md"]);
    assert_valid(&validator("what-if"), &other, "what-if");
    let explained = validator("explain");
    for id in
        ["prohibit.fire", "point.water", &incident, "e0", "e1", "e2", "e2.0", "e4", "e6", "e8"]
    {
        assert_valid(&explained, &mission.json(&["explain", "record", id]), id);
    }
    let checked = validator("verify");
    let sound = mission.json(&["verify", "record"]);
    assert_valid(&checked, &sound, "verify");
    assert_eq!((&sound["ok"], &sound["key_confirmed"]), (&json!(true), &json!(false)));
    let judged = validator("bundle-verdict");
    for (what, bundle) in [("--all", "all.zip"), ("--range=1..3", "range.zip")] {
        output_of(mission.path(), &["prove", "record", what, "--out", bundle], &[0]);
        let args = ["verify", bundle, "--format", "json", "--at", "2030-01-11T00:00:00Z"];
        let verdict = json_of(mission.path(), &args, &[0]);
        assert_valid(&judged, &verdict, bundle);
        assert_eq!((&verdict["ok"], &verdict["size"]), (&json!(true), &sound["size"]));
    }
    mission.write("none.zip", "no bundle");
    let none = json_of(mission.path(), &["verify", "none.zip", "--format", "json"], &[1]);
    assert_valid(&judged, &none, "no bundle");
    assert_eq!((&none["ok"], &none["code"]), (&json!(false), &json!("zip-form")));
    mission.write("record/strange", "");
    let args = ["verify", "record", "--format", "json", "--key", sound["key"].as_str().unwrap()];
    let faulty = json_of(mission.path(), &args, &[1]);
    assert_valid(&checked, &faulty, "verify a record with a foreign file");
    assert_eq!((&faulty["ok"], &faulty["key_confirmed"]), (&json!(false), &json!(true)));
}

/// A schema that accepts everything would pass all the tests above.
#[test]
fn an_answer_that_was_changed_is_not_as_the_schema_says() {
    let schema = validator("answer");
    let (_folder, answer) = demo(&agreements()[0]);
    let changes: [fn(&mut Value); 6] = [
        |answer| answer["form"] = json!("servanda/answer/v2"),
        |answer| answer["surplus"] = json!(1),
        |answer| answer["provisions"][0]["state"] = json!("broken"),
        |answer| answer["provisions"][0]["lines"][0]["seconds"][0] = json!(["kept"]),
        |answer| answer["asked"]["at"] = json!("2026-04-13"),
        |answer| {
            answer["asked"].as_object_mut().unwrap().remove("record");
        },
    ];
    for (n, change) in changes.iter().enumerate() {
        let mut changed = answer.clone();
        change(&mut changed);
        assert!(!schema.is_valid(&changed), "change {n}");
    }
}

#[test]
fn what_reports_say_is_as_its_schema_says() {
    let schema = validator("positions");
    let mission = Mission::new();
    let cases = crate::program::read("crates/cli/cases/articles.md");
    for (name, fence) in
        [("talks/agreement.md", "````"), ("report.txt", "```"), ("copy.txt", "```")]
    {
        let text = cases.split_once(&format!("\n{fence}file {name}\n")).unwrap().1;
        std::fs::create_dir_all(mission.path().join("talks")).unwrap();
        mission.write(name, text.split_once(&format!("\n{fence}\n")).unwrap().0);
    }
    let mut found = 0;
    let now = ["--now", "2030-01-07T00:00:00Z"];
    let run = |args: &[&str]| json_of(mission.path(), args, &[0]);
    let init = [&["init", "r", "--agreement", "talks"][..], &now].concat();
    crate::program::output_of(mission.path(), &init, &[0]);
    for text in ["report.txt", "copy.txt"] {
        let args = ["add", "r", text, "--published", "2030-01-07", "--format", "json"];
        assert_valid(&validator("add"), &run(&[&args[..], &now].concat()), text);
    }
    for command in ["positions", "contradictions", "timeline", "percent-agreed"] {
        let value = run(&[command, "r", "--format", "json"]);
        found += value.to_string().matches("\"cite\"").count();
        assert_valid(&schema, &value, command);
    }
    assert!(found > 5, "{found}");
    let answer = run(&["status", "r", "--format", "json"]);
    assert!(answer.to_string().contains("\"reported\""));
    assert_valid(&validator("answer"), &answer, "answer");
}

/// Keys change, an act is signed by two hands, a key is revoked, the past is renewed: the lists of
/// it, and each entry, are as their schemas say.
#[test]
fn keys_and_renewals_are_as_their_schemas_say() {
    let mission = Mission::new();
    let run = |args: &[&str]| output_of(mission.path(), args, &[0]);
    let root = run(&["key", "new", "root.key", "--name", "northland.example/root"]);
    let parties = format!(
        "[operator]\nof = [\"N\"]\nthreshold = 1\n[party.N]\nthreshold = 1\nkeys = [\"{}\"]\n",
        root.trim()
    );
    mission.write("parties.toml", &parties);
    let now = crate::program::NOW;
    let init = ["init", "kept", "--agreement", "agreement.md", "--now", now];
    run(&[&init[..], &["--parties", "parties.toml"]].concat());
    let act = |what: &[&str], signs: &[&[&str]], keys: &str| {
        let propose = [&["key", "propose", "kept"], what, &["--reason", "r", "--out", "act"]];
        run(&propose.concat());
        for by in signs {
            run(&[&["key", "sign", "act"], *by].concat());
        }
        run(&["key", "enter", "kept", "act", "--key-dir", keys, "--now", now]);
        std::fs::remove_file(mission.path().join("act")).unwrap();
    };
    let log = |keys: &'static str| ["--key-dir", keys, "--as", "log"];
    run(&["key", "new", "new.keys", "--office-beside", "kept.keys"]);
    let office = |keys: &'static str| ["--key-dir", keys, "--as", "office"];
    let both: [&[&str]; 2] = [&office("kept.keys"), &office("new.keys")];
    act(&["rotate-office", "--new-keys", "new.keys"], &both, "new.keys");
    let listed = json_of(mission.path(), &["key", "list", "kept", "--format", "json"], &[0]);
    let old = listed["keys"][1]["key"].as_str().unwrap().to_owned();
    act(&["revoke", &old, "--since", "2030-01-01T00:00:00Z"], &[&office("new.keys")], "new.keys");
    let id = listed["parties"][0]["id"].as_str().unwrap().to_owned();
    let hand = ["--key", "root.key"];
    let second = run(&["key", "new", "second.key", "--name", "northland.example/second"]);
    let roots = ["--root", root.trim(), "--root", second.trim(), "--threshold", "1"];
    act(&[&["rotate-party", &id], &roots[..]].concat(), &[&hand], "new.keys");
    run(&["key", "new", "other.keys", "--operator", listed["origin"].as_str().unwrap()]);
    let signs: [&[&str]; 2] = [&log("other.keys"), &["--key", "second.key"]];
    act(&["operator", "--new-keys", "other.keys"], &signs, "other.keys");
    run(&["key", "new", "third.keys", "--log-beside", "other.keys"]);
    let signs: [&[&str]; 3] = [&log("other.keys"), &log("third.keys"), &hand];
    act(&["rotate-log", "--new-keys", "third.keys"], &signs, "third.keys");
    act(&["renewal"], &[&log("third.keys")], "third.keys");
    let listed = json_of(mission.path(), &["key", "list", "kept", "--format", "json"], &[0]);
    assert_valid(&validator("keys"), &listed, "keys");
    assert_eq!(listed["acts"].as_array().unwrap().len(), 6);
    let second = listed["keys"].as_array().unwrap().iter().rev();
    let second = second.filter_map(|key| key["key_mldsa44"].as_str()).next().unwrap().to_owned();
    let verify = ["verify", "kept", "--renewed", "--format", "json", "--key"];
    let schema = validator("verify-renewed");
    let value = json_of(mission.path(), &[&verify[..], &[second.as_str()]].concat(), &[0]);
    assert_valid(&schema, &value, "renewed");
    let value = json_of(mission.path(), &[&verify[..], &[root.trim()]].concat(), &[1]);
    assert_valid(&schema, &value, "not renewed");
    let bundle = ["prove", "kept", "--all", "--out", "all.zip"];
    run(&bundle);
    let value = json_of(mission.path(), &["verify", "all.zip", "--format", "json"], &[0]);
    assert_valid(&validator("bundle-verdict"), &value, "bundle");
    assert_eq!(value["flagged"], listed["flagged"][0]["entries"]);
    let entries = crate::entries::lines_of(&mission.path().join("kept"));
    let schema = validator("entry");
    for (index, (_, entry)) in entries.iter().enumerate() {
        assert_valid(&schema, entry, &format!("entry {index}"));
    }
}
