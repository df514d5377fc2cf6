//! The drill: the operator and its keys are gone, the parties put another in its place, the record
//! goes on in the same tree, is renewed, and what was proved before is still proved.

use crate::world::{Run, World, tree};
use serde_json::Value;

/// A clock that goes on by an hour with each thing that is entered.
struct Clock(u32);

impl Clock {
    fn next(&mut self) -> String {
        self.0 += 1;
        format!("2030-01-{:02}T{:02}:00:00Z", 7 + self.0 / 24, self.0 % 24)
    }
}

/// The hands of two parties and a guarantor; each key lies in a folder of its own.
fn hands(world: &World) {
    let mut file = String::from("[operator]\nof = [\"NOR\", \"SOU\", \"GUA\"]\nthreshold = 2\n");
    for (id, role, threshold, names) in [
        ("NOR", "party", 2, &["north-1", "north-2", "north-3"][..]),
        ("SOU", "party", 1, &["south-1"][..]),
        ("GUA", "guarantor", 1, &["guarantor-1"][..]),
    ] {
        let mut keys = Vec::new();
        for name in names {
            std::fs::create_dir_all(world.path(&format!("hands/{name}"))).unwrap();
            let path = format!("hands/{name}/root.key");
            let run = world.ok(&["key", "new", &path, "--name", &format!("{name}.example/root")]);
            assert!(run.err.contains("secret"), "{}", run.err);
            keys.push(format!("\"{}\"", run.out.trim()));
        }
        file += &format!(
            "\n[party.{id}]\nrole = \"{role}\"\nthreshold = {threshold}\nkeys = [{}]\n",
            keys.join(", ")
        );
    }
    world.write("parties.toml", file);
}

fn founded() -> (World, Clock) {
    let world = World::new();
    world.write_talks("talks/agreement.md");
    hands(&world);
    let mut clock = Clock(0);
    let now = clock.next();
    let init =
        ["init", "record", "--agreement", "talks", "--parties", "parties.toml", "--now", &now];
    world.ok(&init);
    (world, clock)
}

fn sign(world: &World, act: &str, hand: &str) -> Run {
    world.ok(&["key", "sign", act, "--key", &format!("hands/{hand}/root.key")])
}

fn grow(world: &World, clock: &mut Clock, words: &str, key_dir: &str) {
    let text = format!("Talks go on\n\nThe foreign minister of Northland {words}.\n");
    world.write("report.txt", text);
    let now = clock.next();
    world.ok(&[
        "add",
        "record",
        "report.txt",
        "--published",
        "2030-01-07",
        "--now",
        &now,
        "--key-dir",
        key_dir,
    ]);
}

fn keys(world: &World, dir: &str) -> Value {
    let run = world.ok(&["key", "list", dir, "--format", "json"]);
    serde_json::from_str(&run.out).unwrap()
}

#[test]
fn an_office_changes_its_key_and_the_old_one_is_revoked() {
    let (world, mut clock) = founded();
    grow(&world, &mut clock, "said nothing", "record.keys");
    world.ok(&["key", "new", "new.keys", "--office-beside", "record.keys"]);
    let propose = ["key", "propose", "record", "rotate-office", "--new-keys", "new.keys"];
    let act = [&propose[..], &["--reason", "the year is over", "--out", "act.txt"]].concat();
    let run = world.ok(&act);
    assert!(run.err.contains("another key for the office"), "{}", run.err);
    let run = world.no(&["key", "show", "act.txt", "--of", "record"]);
    assert!(run.out.contains("nobody has signed it"), "{}", run.out);
    world.ok(&["key", "sign", "act.txt", "--key-dir", "record.keys", "--as", "office"]);
    let run = world.no(&["key", "show", "act.txt", "--of", "record"]);
    assert!(run.out.contains("the office's new key must sign"), "{}", run.out);
    // Others write meanwhile: the draft stays good.
    grow(&world, &mut clock, "said something", "record.keys");
    world.ok(&["key", "sign", "act.txt", "--key-dir", "new.keys", "--as", "office"]);
    world.ok(&["key", "show", "act.txt", "--of", "record"]);
    let now = clock.next();
    let run =
        world.ok(&["key", "enter", "record", "act.txt", "--key-dir", "new.keys", "--now", &now]);
    assert!(run.out.contains("entered as e4"), "{}", run.out);
    world.ok(&["verify", "record"]);
    let old = world.refused(&["add", "record", "report.txt", "--published", "2030-01-08"]);
    assert!(old.contains("no longer holds"), "{old}");
    let listed = keys(&world, "record");
    let office = listed["keys"].as_array().unwrap().iter();
    let office = office.filter(|key| key["holder"]["kind"] == "office");
    let office: Vec<_> = office.map(|key| (key["since"].clone(), key["until"].clone())).collect();
    assert_eq!(office, [(0.into(), 4.into()), (4.into(), Value::Null)]);
    // The old key was on a laptop that is gone.
    let old = listed["keys"].as_array().unwrap().iter().find(|key| key["until"] == 4).unwrap();
    let old = old["key"].as_str().unwrap();
    let since = ["--since", "2030-01-07T02:30:00Z", "--reason", "a laptop is gone"];
    world.ok(&[&["key", "propose", "record", "revoke", old][..], &since, &["--out", "gone.txt"]]
        .concat());
    world.ok(&["key", "sign", "gone.txt", "--key-dir", "new.keys", "--as", "office"]);
    let now = clock.next();
    world.ok(&["key", "enter", "record", "gone.txt", "--key-dir", "new.keys", "--now", &now]);
    world.ok(&["verify", "record"]);
    let listed = keys(&world, "record");
    assert_eq!(listed["flagged"][0]["entries"].to_string(), "[0,1,2,3,4]", "nobody saw any of it");
    for command in ["status", "findings"] {
        let said = world.ok(&[command, "record"]).err;
        assert!(said.contains("e5 revokes a key that signed e0, e1, e2, e3, e4"), "{said}");
        let before = world.ok(&[command, "record", "--as-of", "5"]).err;
        assert!(!before.contains("revokes"), "{before}");
    }
    let told = world.ok(&["key", "list", "record"]).out;
    assert!(told.contains("REVOKED by e5") && told.contains("flagged by e5: e0, e1"), "{told}");
}

#[test]
fn several_parties_sign_one_legal_act() {
    let (world, mut clock) = founded();
    let run = world.ok(&[
        "act",
        "record",
        "entry-into-force",
        "--by",
        "Northland and Southmark",
        "--from",
        "2030-01-08T00:00:00Z",
        "--reference",
        "the protocol",
        "--draft",
        "act.txt",
    ]);
    assert!(run.err.contains("key sign"), "{}", run.err);
    // Two copies go two ways.
    std::fs::copy(world.path("act.txt"), world.path("copy.txt")).unwrap();
    assert!(sign(&world, "act.txt", "north-1").err.contains("the protocol"));
    sign(&world, "act.txt", "north-3");
    sign(&world, "copy.txt", "south-1");
    let now = clock.next();
    let run = world.ok(&["key", "enter", "record", "act.txt", "copy.txt", "--now", &now]);
    assert!(run.err.contains("signed for NOR, SOU"), "{}", run.err);
    world.ok(&["verify", "record"]);
    let listed = keys(&world, "record");
    assert_eq!(listed["acts"][0]["parties"].to_string(), "[\"NOR\",\"SOU\"]");
    let told = world.ok(&["explain", "record", "e2"]).out;
    assert!(told.contains("Signed by several hands") && told.contains("for NOR, SOU"), "{told}");
    let refused =
        world.refused(&["key", "enter", "record", "act.txt", "--now", "2031-01-01T00:00Z"]);
    assert!(refused.contains("entered before"), "{refused}");
}

#[test]
fn what_is_not_laid_down_cannot_be_done_later() {
    let (world, _) = founded();
    let now = "2030-01-07T00:00:00Z";
    world.ok(&["init", "plain", "--agreement", "talks", "--now", now]);
    assert!(world.ok(&["key", "list", "plain"]).out.contains("nobody may change the operator"));
    world.ok(&["key", "new", "new.keys", "--operator", "record.local/ferry"]);
    let propose = ["key", "propose", "plain", "operator", "--new-keys", "new.keys"];
    world.ok(&[&propose[..], &["--reason", "gone", "--out", "act.txt"]].concat());
    world.ok(&["key", "sign", "act.txt", "--key-dir", "new.keys", "--as", "log"]);
    let run = world.no(&["key", "show", "act.txt", "--of", "plain"]);
    assert!(run.out.contains("found a new record"), "{}", run.out);
}

#[test]
fn the_drill() {
    let (world, mut clock) = founded();
    let old_key = {
        let listed = keys(&world, "record");
        listed["keys"][0]["key"].as_str().unwrap().to_owned()
    };
    // A mirror and a witness, as the parties run them.
    world.ok(&["mirror", "make", "mirror", "--name", "south.example/mirror"]);
    world.ok(&["mirror", "watch", "mirror", "--of", "record"]);
    world.ok(&["witness", "make", "witness", "--name", "north.example/witness"]);
    world.ok(&["witness", "watch", "witness", "--of", "record"]);
    grow(&world, &mut clock, "said nothing", "record.keys");
    world.ok(&[
        "assess",
        "record",
        "find",
        "--provision",
        "point.term",
        "--outcome",
        "undetermined",
        "--from",
        "2030-01-07T00:00:00Z",
        "--to",
        "2030-01-08T00:00:00Z",
        "--role",
        "the mission",
        "--standard",
        "reasonable grounds",
        "--reason",
        "too little is known",
        "--now",
        &clock.next(),
    ]);
    let finding = (keys(&world, "record")["size"].as_u64().unwrap() - 1).to_string();
    world.ok(&["prove", "record", "--finding", &finding, "--out", "before.zip"]);
    world.ok(&["verify", "before.zip", "--key", &old_key]);
    let cosign = |world: &World, old: &str| {
        world.ok(&["cosign", "record", "--request", old, "--out", "request"]);
        let run = world.run(&["witness", "answer", "witness", "request"]);
        std::fs::remove_file(world.path("request")).unwrap();
        run
    };
    assert_eq!(cosign(&world, "0").code, Some(0));
    world.ok(&["mirror", "pull", "mirror", "record", "--now", &clock.next()]);
    let kept = world.read("record/checkpoint");

    // The operator is gone, and its keys with it.
    std::fs::remove_dir_all(world.path("record")).unwrap();
    std::fs::remove_dir_all(world.path("record.keys")).unwrap();
    let logs = std::fs::read_dir(world.path("mirror/log")).unwrap();
    let name = logs.map(|log| log.unwrap().file_name().into_string().unwrap()).next().unwrap();
    world.copy(&format!("mirror/log/{name}/record"), "record");
    world.ok(&["verify", "record", "--key", &old_key]);

    // Another takes its place: by what the parties sign, each on a machine of its own.
    world.ok(&["key", "new", "new.keys", "--operator", "record.local/ferry"]);
    world.ok(&[
        "key",
        "propose",
        "record",
        "operator",
        "--new-keys",
        "new.keys",
        "--reason",
        "the operator is gone",
        "--out",
        "act.txt",
    ]);
    world.ok(&["key", "sign", "act.txt", "--key-dir", "new.keys", "--as", "log"]);
    sign(&world, "act.txt", "south-1");
    sign(&world, "act.txt", "north-2");
    let early = ["key", "enter", "record", "act.txt", "--key-dir", "new.keys"];
    let refused = world.refused(&[&early[..], &["--now", "2030-02-01T00:00Z"]].concat());
    assert!(refused.contains("2 of NOR, SOU, GUA must sign"), "{refused}");
    let run = sign(&world, "act.txt", "north-1");
    assert!(run.err.contains("ANOTHER OPERATOR"), "{}", run.err);
    let now = clock.next();
    let run = world.ok(&[&early[..], &["--now", &now]].concat());
    assert!(run.err.contains("signed for NOR, SOU"), "{}", run.err);
    let listed = keys(&world, "record");
    let new_key = listed["keys"]
        .as_array()
        .unwrap()
        .iter()
        .find(|key| key["holder"]["kind"] == "log" && key["until"].is_null());
    let (new_key, new_second) = {
        let key = new_key.unwrap();
        (key["key"].as_str().unwrap().to_owned(), key["key_mldsa44"].as_str().unwrap().to_owned())
    };
    assert_ne!(new_key, old_key);
    for key in [&old_key, &new_key] {
        let run = world.ok(&["verify", "record", "--key", key]);
        assert!(run.out.contains("signed by the key you named"), "{}", run.out);
    }
    // The record goes on, in the same tree: mirror and witness follow by what it proves.
    grow(&world, &mut clock, "said it again", "new.keys");
    let run = world.ok(&["mirror", "pull", "mirror", "record", "--now", &clock.next()]);
    assert!(run.out.contains("checked and cosigned"), "{}", run.out);
    let size = listed["acts"][0]["entry"].to_string();
    let refused = cosign(&world, &size);
    assert!(refused.code == Some(1) && refused.err.contains("not-signed"), "{}", refused.err);
    world.ok(&["witness", "watch", "witness", "--of", "record"]);
    world.ok(&["witness", "show", "witness"]);
    assert_eq!(cosign(&world, &size).code, Some(0));
    world.ok(&["witness", "show", "witness"]);

    // A record of the same name that does not lead there from the keys that they know.
    world.ok(&["init", "other", "--agreement", "talks", "--now", &clock.next()]);
    let refused = world.refused(&["witness", "watch", "witness", "--of", "other"]);
    assert!(refused.contains("does not lead from them"), "{refused}");
    let run = world.no(&["mirror", "pull", "mirror", "other", "--now", &clock.next()]);
    assert!(run.err.contains("does not lead there"), "{}", run.err);

    // Renewal, so that the past holds when the old algorithms don't.
    let renewal = ["key", "propose", "record", "renewal", "--reason", "every five years"];
    world.ok(&[&renewal[..], &["--out", "renewal.txt"]].concat());
    world.ok(&["key", "sign", "renewal.txt", "--key-dir", "new.keys", "--as", "log"]);
    sign(&world, "renewal.txt", "guarantor-1");
    let now = clock.next();
    let enter = ["key", "enter", "record", "renewal.txt", "--key-dir", "new.keys", "--now", &now];
    world.ok(&enter);
    world.ok(&["verify", "record", "--key", &new_key]);
    let renewed = |key: &str| world.run(&["verify", "record", "--renewed", "--key", key]);
    let run = renewed(&new_second);
    assert!(run.code == Some(0) && run.out.contains("proved without SHA-256"), "{}", run.out);
    assert_eq!(renewed(&new_key).code, Some(1), "Ed25519 no longer counts");
    let guarantor = world.read("parties.toml");
    let guarantor = String::from_utf8(guarantor).unwrap();
    let guarantor = guarantor.split('"').find(|word| word.starts_with("guarantor-1.")).unwrap();
    assert_eq!(renewed(guarantor).code, Some(0));

    // What was proved before is still proved; and the finding is proved anew, to who knows either
    // key.
    world.ok(&["verify", "before.zip", "--key", &old_key]);
    world.write("kept", &kept);
    for args in [&["--finding", finding.as_str()][..], &["--entry", finding.as_str()], &["--all"]] {
        let all = [&["prove", "record"][..], args, &["--since", "kept", "--out", "after.zip"]];
        world.ok(&all.concat());
        for key in [&old_key, &new_key] {
            world.ok(&["verify", "after.zip", "--key", key]);
        }
        std::fs::remove_file(world.path("after.zip")).unwrap();
    }
    // The copies are one record.
    world.ok(&["mirror", "pull", "mirror", "record", "--now", &clock.next()]);
    let copy = tree(&world.path(&format!("mirror/log/{name}/record")));
    for (path, bytes) in tree(&world.path("record")) {
        assert!(path == "checkpoint" || copy[&path] == bytes, "{path}");
    }
}

/// The commands of the guide, each as it stands there; a key is written `name+…`.
#[test]
fn a_person_can_follow_the_guide_of_keys() {
    let guide = include_str!("../../../../docs/guides/keys.md");
    let world = World::new();
    world.write_talks("talks/agreement.md");
    let mut keys = std::collections::BTreeMap::new();
    let fill = |text: &str, keys: &std::collections::BTreeMap<String, String>| {
        keys.iter()
            .fold(text.to_owned(), |text, (name, key)| text.replace(&format!("{name}+…"), key))
    };
    let blocks = guide.split("```console\n").skip(1);
    let commands = blocks.flat_map(|block| {
        let block = block.split("```").next().unwrap();
        block.lines().map(|line| line.strip_prefix("$ servanda ").unwrap())
    });
    let mut run = 0;
    for command in commands {
        if command.contains("--parties") {
            let file = guide.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
            world.write("parties.toml", fill(file, &keys));
        }
        if command == "verify copy" {
            world.copy("record", "copy");
            let listed = self::keys(&world, "copy");
            let key = listed["keys"][0]["key"].as_str().unwrap().to_owned();
            keys.insert("record.local/ferry".into(), key);
        }
        let command = fill(command, &keys);
        assert!(!command.contains('…'), "{command}");
        let mut words: Vec<String> = Vec::new();
        for (place, part) in command.split('"').enumerate() {
            if place % 2 == 1 {
                words.push(part.to_owned());
            } else {
                words.extend(part.split_whitespace().map(str::to_owned));
            }
        }
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let done = world.ok(&words);
        if let ["key", "new", _, "--name", name] = words[..] {
            keys.insert(name.to_owned(), done.out.trim().to_owned());
        }
        run += 1;
    }
    assert!(run > 30, "{run}");
    world.ok(&["verify", "copy"]);
}
