//! What `check --format sarif` prints is SARIF 2.1.0: by the schema of the standard, and by another
//! implementation.
//!
//! The schema is the one that the crate `serde-sarif` carries in its sources. It is found where
//! cargo put them, so no copy of it stands here and nothing is fetched.

use crate::program::{Mission, agreements, json_of, project, read};
use crate::schemas::assert_valid;
use jsonschema::Validator;
use serde_json::{Value, json};
use serde_sarif::sarif::Sarif;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The standard's schema.
fn schema() -> Validator {
    let text = std::fs::read_to_string(sources_of("serde-sarif").join("src/schema.json")).unwrap();
    // One of the schema's patterns, for names of languages, has a bracket too many and is no
    // pattern. We write no language.
    let text = text.replace("[a-zA-Z]{2}]?$", "[a-zA-Z]{2}$");
    let schema: Value = serde_json::from_str(&text).unwrap();
    assert!(schema["title"].as_str().unwrap().contains("2.1.0"));
    jsonschema::options().build(&schema).unwrap()
}

/// Where the sources of a package lie that these tests are built with.
fn sources_of(package: &str) -> PathBuf {
    let run = |program: &str, args: &[&str]| {
        let output = Command::new(program).args(args).current_dir(project(".")).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let version = run("rustc", &["-vV"]);
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    // Packages of other systems need not be on this machine.
    let args = ["metadata", "--format-version", "1", "--offline", "--filter-platform", host];
    let metadata: Value = serde_json::from_str(&run(env!("CARGO"), &args)).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let found = packages.iter().find(|one| one["name"] == package).unwrap();
    Path::new(found["manifest_path"].as_str().unwrap()).parent().unwrap().to_path_buf()
}

fn sarif(folder: &Path, agreement: &str, code: i32) -> Value {
    json_of(folder, &["check", agreement, "--format", "sarif"], &[code])
}

/// Valid by the schema, and read by the other implementation without losing anything.
fn assert_sarif(schema: &Validator, log: &Value, what: &str) {
    assert_valid(schema, log, what);
    let read: Sarif = serde_json::from_value(log.clone()).unwrap();
    assert_eq!(&serde_json::to_value(read).unwrap(), log, "{what}");
}

/// An agreement with an error, a warning of a mapping, and something allowed.
fn mission() -> Mission {
    let mission = Mission::new();
    let text = read("spec/vectors/agreement.md");
    let text = text.replacen("\n+++\n", "\n[allow]\nSV051 = \"one side has no guns\"\n+++\n", 1);
    mission.write("a b.md", &text.replacen("[\"N\", \"S\"]", "\"N\"", 1));
    mission
}

#[test]
fn the_log_of_each_agreement_is_sarif() {
    let schema = schema();
    let mut results = 0;
    for name in agreements() {
        let log = sarif(&project("agreements"), &name, 0);
        assert_sarif(&schema, &log, &name);
        results += log["runs"][0]["results"].as_array().unwrap().len();
        let uri = &log["runs"][0]["artifacts"][0]["location"]["uri"];
        assert_eq!(uri, &json!(format!("{name}/agreement.md")));
    }
    assert!(results > 10, "{results}");
    let mission = Mission::new();
    mission.write("broken.md", "+++\nid = 7\n[parti.N]\n+++\n");
    assert_sarif(&schema, &sarif(mission.path(), "broken.md", 1), "broken");
}

#[test]
fn what_is_allowed_is_a_suppressed_result() {
    let mission = mission();
    let log = sarif(mission.path(), "a b.md", 0);
    assert_sarif(&schema(), &log, "allowed");
    let results = log["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), 1, "{log}");
    let expected = json!([{
        "kind": "inSource", "status": "accepted", "justification": "one side has no guns",
    }]);
    assert_eq!(results[0]["suppressions"], expected);
    let rule = &log["runs"][0]["tool"]["driver"]["rules"][0];
    assert_eq!(
        (&rule["id"], &rule["properties"]["tags"]),
        (&json!("SV051"), &json!(["one-sided"]))
    );
    let page = read("crates/terms/codes/SV051.md");
    assert_eq!(rule["help"]["markdown"], json!(page));
    let place = &results[0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "a%20b.md");
    let text = std::fs::read_to_string(mission.path().join("a b.md")).unwrap();
    let at = |key: &str| place["region"][key].as_u64().unwrap() as usize;
    assert_eq!(&text[at("byteOffset")..at("byteOffset") + at("byteLength")], "\"N\"");
    let line = text.lines().nth(at("startLine") - 1).unwrap();
    assert_eq!(&line[at("startColumn") - 1..at("endColumn") - 1], "\"N\"");
}

/// Faults of mappings are results too, in the file where they are.
#[test]
fn a_fault_of_a_mapping_has_its_own_file() {
    let mission = Mission::new();
    let text = read("spec/vectors/agreement.md");
    let source = "[source.log]\nshows = [\"shot\"]\nmapping = \"log.map.toml\"\n";
    mission.write("a.md", &text.replacen("\n+++\n", &format!("\n{source}+++\n"), 1));
    mission.write("log.map.toml", "[row]\nnothing = 1\n");
    let log = sarif(mission.path(), "a.md", 1);
    assert_sarif(&schema(), &log, "mapping");
    let results = log["runs"][0]["results"].as_array().unwrap();
    let faults: Vec<&Value> = results.iter().filter(|one| one["ruleId"] == "mapping").collect();
    assert!(!faults.is_empty(), "{log}");
    for fault in faults {
        assert_eq!(fault["level"], "error");
        let place = &fault["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "log.map.toml");
        assert!(place["region"]["startLine"].as_u64().is_some());
    }
}

/// A schema that accepts everything would pass the tests above.
#[test]
fn a_log_that_was_changed_is_not_sarif() {
    let schema = schema();
    let log = sarif(mission().path(), "a b.md", 0);
    let changes: [fn(&mut Value); 4] = [
        |log| log["runs"][0]["results"][0]["level"] = json!("grave"),
        |log| log["runs"][0]["results"][0]["suppressions"][0]["kind"] = json!("inText"),
        |log| log["runs"][0]["surplus"] = json!(1),
        |log| {
            log["runs"][0]["tool"]["driver"].as_object_mut().unwrap().remove("name");
        },
    ];
    for (n, change) in changes.iter().enumerate() {
        let mut changed = log.clone();
        change(&mut changed);
        assert!(!schema.is_valid(&changed), "change {n}");
    }
}
