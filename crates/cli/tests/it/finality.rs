//! Grades of entries by a policy, from cosigned checkpoints that are kept beside the record.

use crate::world::World;
use serde_json::Value;

const NOW: &str = "2030-01-07T00:00:00Z";
const NEXT: &str = "2030-01-08T00:00:00Z";
const LATE: &str = "2030-01-09T00:00:01Z";

/// A record with two witnesses of whom one is enough, and a mirror.
fn world() -> World {
    let world = World::new();
    world.write_talks("talks/agreement.md");
    world.ok(&["init", "record", "--agreement", "talks", "--now", NOW]);
    let mut policy = String::new();
    for (what, name) in [("witness", "North"), ("witness", "South"), ("mirror", "Guarantor")] {
        let shown = world.ok(&[what, "make", name, "--name", &format!("{name}.example/{what}")]);
        let line = shown.out.lines().find(|line| line.contains("/ed25519 ")).unwrap();
        let key = line.split(' ').nth(2).unwrap();
        policy += &format!("witness {name} {key}\n");
        world.ok(&[what, "watch", name, "--of", "record"]);
    }
    policy += "group seen any North South\ngroup mirrors any Guarantor\nquorum seen\n";
    world.write("policy", policy);
    world
}

/// Has a witness cosign by file, from the size that it cosigned last.
fn cosign(world: &World, name: &str, old: &str, now: &str) {
    world.ok(&["cosign", "record", "--request", old, "--out", "request"]);
    world.ok(&["witness", "answer", name, "request", "--out", "answer", "--now", now]);
    world.ok(&["cosign", "record", "--policy", "policy", "--answer", "answer"]);
}

fn grow(world: &World) {
    let text = "Talks go on\n\nThe foreign minister of Northland said nothing.\n";
    world.write("report.txt", text);
    world.ok(&["add", "record", "report.txt", "--published", "2030-01-07", "--now", NEXT]);
}

#[test]
fn the_grade_of_each_entry_is_told_and_who_is_absent_since_when() {
    let world = world();
    let verify = |at: &str| world.ok(&["verify", "record", "--policy", "policy", "--at", at]).out;
    assert!(verify(NOW).contains("R1     entries 0 to 1: logged, by the operator's word alone"));
    assert!(verify(NOW).contains("absent South: it has never cosigned"));
    cosign(&world, "North", "0", NOW);
    world.ok(&["mirror", "pull", "Guarantor", "record", "--now", NOW, "--out", "lines"]);
    world.ok(&["cosign", "record", "--policy", "policy", "--answer", "lines"]);
    assert!(verify(NOW).contains("R3     entries 0 to 1: held by the mirrors"), "{}", verify(NOW));
    // The record grows. What was cosigned before stays as final as it was.
    grow(&world);
    cosign(&world, "South", "0", NEXT);
    let told = verify(NEXT);
    assert!(told.contains("R3     entries 0 to 1: held by the mirrors"), "{told}");
    assert!(told.contains("R2     entry 2: witnessed by a quorum"), "{told}");
    assert!(told.contains("absent North: since 2030-01-07T00:00:00Z, with 2 entries"), "{told}");
    assert!(told.contains("absent Guarantor: since 2030-01-07"), "{told}");
    assert!(!told.contains("South") && !told.contains("stale"), "{told}");
    let told = verify(LATE);
    assert!(told.contains("stale  the newest cosignature is more than a day older"), "{told}");
    // As of a time before, it had not been cosigned.
    let told = verify("2030-01-06T00:00:00Z");
    assert!(told.contains("R1     entries 0 to 2") && !told.contains("stale"), "{told}");
    let json = |args: &[&str]| -> Value { serde_json::from_str(&world.ok(args).out).unwrap() };
    let asked = ["verify", "record", "--policy", "policy", "--at", NEXT, "--format", "json"];
    let spans = &json(&asked)["finality"]["spans"];
    assert_eq!(spans[0]["grade"], "R3");
    assert_eq!((&spans[1]["start"], &spans[1]["grade"]), (&2.into(), &"R2".into()));
    let explained =
        world.ok(&["explain", "record", "e2", "--policy", "policy", "--grades-at", NEXT]).out;
    assert!(explained.contains("R2: witnessed by a quorum"), "{explained}");
    let found = world.ok(&["findings", "record", "--policy", "policy", "--grades-at", NEXT]).out;
    assert!(found.contains("R3     entries 0 to 1"), "{found}");
    // A bundle states the grade of its one checkpoint.
    world.ok(&["prove", "record", "--entry", "1", "--policy", "policy", "--out", "one.zip"]);
    let verdict = json(&["verify", "one.zip", "--format", "json"]);
    assert_eq!(verdict["grade"], "R2");
}

#[test]
fn a_kept_checkpoint_of_another_history_is_refused_and_said() {
    let world = world();
    cosign(&world, "North", "0", NOW);
    let ours = world.read("record.cosigned/2");
    world.ok(&["init", "other", "--agreement", "talks", "--now", NOW]);
    world.write("record.cosigned/1", world.read("other/checkpoint"));
    let run = world.run(&["verify", "record", "--policy", "policy", "--at", NOW]);
    assert_eq!(run.code, Some(2), "{}", run.out);
    assert!(run.err.contains("a cosigned checkpoint"), "{}", run.err);
    std::fs::remove_file(world.path("record.cosigned/1")).unwrap();
    let text = String::from_utf8(ours).unwrap();
    world
        .write("record.cosigned/2", text.replace("North.example/witness", "South.example/witness"));
    world.ok(&["verify", "record", "--policy", "policy", "--at", NOW]);
}
