//! An operator promises to take something in, and is held to it.

use crate::world::World;

const NOW: &str = "2030-01-07T00:00:00Z";

/// A record, and a report that was handed in: its receipt says within an hour.
fn promised() -> World {
    let world = World::new();
    world.write_talks("talks/agreement.md");
    world.ok(&["init", "record", "--agreement", "talks", "--now", NOW]);
    world.write("report.txt", "Talks\n\nThe foreign minister of Northland said nothing.\n");
    let given = give(&world, "record", "report.txt", "receipt");
    assert!(given.contains("in record.local/ferry by 2030-01-07T01:00:00Z"), "{given}");
    world
}

fn give(world: &World, record: &str, file: &str, to: &str) -> String {
    world.ok(&["receipt", "give", record, file, "--out", to, "--now", NOW]).out
}

#[test]
fn a_promise_is_open_then_broken_and_kept_only_in_time() {
    let world = promised();
    let check = |now: &str| world.run(&["receipt", "check", "record", "receipt", "--now", now]);
    let open = check("2030-01-07T01:00:00Z");
    assert!(open.code == Some(0) && open.out.starts_with("open until 2030-01-07T01:00:00Z"));
    let broken = check("2030-01-08T02:00:01Z");
    assert_eq!(broken.code, Some(1));
    assert!(broken.out.contains("broken since 2030-01-07T01:00:00Z (1 day, 1 hour)"));
    // A copy from before the promise's end proves nothing against its operator.
    assert!(broken.out.contains("this copy is older than the promise's end"), "{}", broken.out);
    let late = "2030-01-07T02:00:00Z";
    world.write("other.txt", "Talks\n\nThe foreign minister of Northland said no.\n");
    let day = ["--published", "2030-01-07", "--now", late];
    world.ok(&[&["add", "record", "other.txt"][..], &day].concat());
    let broken = check(late);
    assert!(broken.code == Some(1) && !broken.out.contains("older"), "{}", broken.out);
    world.ok(&[&["add", "record", "report.txt"][..], &day].concat());
    let broken = check(late);
    assert!(broken.out.starts_with("broken: entry 3, late by 0 days, 1 hour"), "{}", broken.out);
    // In time: what was read, and what is kept as it came.
    let world = promised();
    world.write("packed", "bytes");
    give(&world, "record", "packed", "second");
    world.ok(&["add", "record", "packed", "--as", "archive", "--now", NOW]);
    world.ok(&["add", "record", "report.txt", "--published", "2030-01-07", "--now", NOW]);
    let kept = world.ok(&["receipt", "check", "record", "receipt", "second"]).out;
    assert!(kept.contains("kept: entry 2: ") && kept.contains("kept: entry 3: "), "{kept}");
    assert!(kept.contains("2 promised by record.local/ferry, 0 of them broken"), "{kept}");
}

#[test]
fn a_receipt_counts_for_its_own_record_alone_and_for_nothing_else() {
    let world = promised();
    let text = String::from_utf8(world.read("receipt")).unwrap();
    world.write("changed", text.replace("\n3600\n", "\n7200\n"));
    let refused = |file: &str| world.refused(&["receipt", "check", "record", file]);
    assert!(refused("changed").contains("does not fit the text"), "{}", refused("changed"));
    assert!(refused("record/checkpoint").contains("this is no receipt"));
    let origin = ["--origin", "elsewhere.example/talks", "--now", NOW];
    world.ok(&[&["init", "other", "--agreement", "talks"][..], &origin].concat());
    give(&world, "other", "report.txt", "elsewhere");
    assert!(refused("elsewhere").contains("it is of the record"));
    let keys = ["--key-dir", "other.keys"];
    let give = ["receipt", "give", "record", "report.txt", "--out", "x"];
    assert!(world.refused(&[&give[..], &keys].concat()).contains("not those of record"));
    assert!(!world.path("x").exists());
}

#[test]
fn what_is_promised_and_not_logged_is_told_with_the_grades() {
    let world = promised();
    world.write("policy", "quorum none\n");
    let verify = |at: &str| {
        let asked = ["verify", "record", "--policy", "policy", "--receipt", "receipt", "--at", at];
        world.ok(&asked).out
    };
    let told = verify(NOW);
    assert!(told.contains(": promised, and not logged, by 2030-01-07T01:00:00Z\n"), "{told}");
    assert!(told.contains("\nR0     "), "{told}");
    assert!(verify("2030-01-08T00:00:00Z").contains("01:00:00Z, and not kept"));
    let asked = ["findings", "record", "--policy", "policy", "--receipt", "receipt"];
    let findings = world.json(&[&asked[..], &["--format", "json"]].concat());
    assert_eq!(findings["finality"]["promised"][0]["until"], 1_893_978_000_u64);
    let day = ["--published", "2030-01-07", "--now", NOW];
    world.ok(&[&["add", "record", "report.txt"][..], &day].concat());
    assert!(!verify(NOW).contains("R0"), "it is logged");
}
