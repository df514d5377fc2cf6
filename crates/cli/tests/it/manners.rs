//! Exit codes, streams, colour, help, and errors that help.

use crate::truce::{LOG, WRITE, founded, write_agreement};
use crate::world::{World, tree};

const NOTE: [&str; 6] = ["note", "record", "--source", "patrol", "--what", "explosion"];

#[test]
fn wrong_usage_ends_with_2_and_help_with_0() {
    let world = World::new();
    for args in [
        &[][..],
        &["nonsense"],
        &["status"],
        &["add", "record"],
        &["check"],
        &["status", "record", "--format", "xml"],
        &["--color", "sometimes", "demo"],
        &["note", "record", "--lat", "45"],
        &["note", "record", "--zone", "river", "--lat", "45", "--lon", "10"],
        &["assess", "record", "verify", "e1", "--outcome", "confirmed"],
        &["report", "record"],
        &["completions", "edlin"],
    ] {
        assert_eq!(world.run(args).code, Some(2), "{args:?}");
    }
    for args in [&["--help"][..], &["--version"], &["help", "assess"], &["add", "--help"]] {
        let run = world.ok(args);
        assert!(!run.out.is_empty() && run.err.is_empty(), "{args:?}");
    }
    assert!(world.ok(&["--help"]).out.contains("Exit codes"));
}

#[test]
fn check_ends_with_1_on_an_error_and_0_on_warnings() {
    let world = World::new();
    write_agreement(&world);
    let run = world.ok(&["check", "river-truce"]);
    assert!(run.out.contains("0 error(s)"), "{}", run.out);
    let text = String::from_utf8(world.read("river-truce/agreement.md")).unwrap();
    let unverified = text.replace("verified_by = \"head of verification\"\n", "");
    world.write("river-truce/agreement.md", &unverified);
    let run = world.ok(&["check", "river-truce/agreement.md"]);
    assert!(run.out.contains("SV035") && run.out.contains("0 error(s)"), "{}", run.out);
    world.write(
        "river-truce/agreement.md",
        text.replace("where       = \"river\"", "where = \"rivr\""),
    );
    let run = world.no(&["check", "river-truce"]);
    assert!(run.out.contains("rivr") && run.out.contains("river"), "{}", run.out);
    let why = world.refused(&["init", "record", "--agreement", "river-truce"]);
    assert!(why.contains("servanda check"), "{why}");
    assert!(!world.path("record").exists() && !world.path("record.keys").exists());
    assert!(world.ok(&["check", "--explain", "SV035"]).out.contains("SV035"));
    world.refused(&["check", "--explain", "SV999"]);
    world.refused(&["check", "--explain", "SV035", "--format", "sarif"]);
    let list = world.ok(&["check", "--explain"]).out;
    assert!(list.contains("incomplete: ") && list.contains("SV035"), "{list}");
    world.refused(&["check", "nowhere.md"]);
}

#[test]
fn what_is_allowed_is_counted_and_not_shown() {
    let world = World::new();
    write_agreement(&world);
    let text = String::from_utf8(world.read("river-truce/agreement.md")).unwrap();
    // Each of the three terms has one.
    let allowed = "allow = { SV035 = \"the joint patrol is still to be formed\" }\n";
    let text = text.replace("verified_by = \"head of verification\"\n", allowed);
    world.write("river-truce/agreement.md", &text);
    let run = world.ok(&["check", "river-truce"]);
    assert!(!run.out.contains("SV035"), "{}", run.out);
    assert!(run.out.trim_end().ends_with("note(s), 3 allowed"), "{}", run.out);
}

#[test]
fn fail_on_ends_with_1_only_when_the_state_stands() {
    let world = founded();
    world.add("log.csv", format!("{LOG}2026-06-01T00:00Z,2026-06-08T00:00Z,bridge,partial\n"));
    world.ok(&["status", "record", "--fail-on", "violated,alleged"]);
    world.no(&["status", "record", "--fail-on", "violated,undetermined"]);
    world.note_explosion("2026-06-02T09:12Z");
    world.ok(&["status", "record", "--fail-on", "violated"]);
    let asked: [&[&str]; 4] = [
        &["status", "record"],
        &["findings", "record"],
        &["explain", "record", "prohibit.fire"],
        &["export", "record", "--as", "csv"],
    ];
    for args in asked {
        let run = world.no(&[args, &["--fail-on", "alleged"]].concat());
        assert!(!run.out.is_empty(), "{args:?}: the answer is printed all the same");
    }
    let why = world.refused(&["status", "record", "--fail-on", "guilty"]);
    assert!(why.contains("guilty") && why.contains("alleged"), "{why}");
}

#[test]
fn quiet_leaves_the_answer_alone() {
    let world = World::new();
    write_agreement(&world);
    let init = [&["init", "record", "--agreement", "river-truce", "--quiet"][..], &WRITE].concat();
    let run = world.ok(&init);
    assert_eq!((run.out.as_str(), run.err.as_str()), ("", ""));
    let report = ["report", "record", "--out", "page.html"];
    assert!(world.ok(&report).err.contains("page.html"));
    let quiet = world.ok(&[&report[..], &["-q"]].concat());
    assert_eq!((quiet.out.as_str(), quiet.err.as_str()), ("", ""));
    let loud = world.ok(&["status", "record"]);
    assert_eq!(world.ok(&["-q", "status", "record"]).out, loud.out);
    // An error is said in any case.
    world.refused(&["-q", "status", "nowhere"]);
}

#[test]
fn colour_only_where_it_is_asked_for() {
    let world = founded();
    let plain = world.ok(&["--color", "never", "status", "record"]).out;
    assert!(!plain.contains('\u{1b}'));
    assert_eq!(world.ok(&["status", "record"]).out, plain, "no terminal, no colour");
    let coloured = world.ok(&["--color", "always", "status", "record"]).out;
    assert!(coloured.contains("\u{1b}["));
    let run = world.run(&["--color", "always", "status", "nowhere"]);
    assert!(run.err.contains("\u{1b}["), "{}", run.err);
    assert!(!world.run(&["--color", "never", "status", "nowhere"]).err.contains('\u{1b}'));
    let json = world.ok(&["--color", "always", "status", "record", "--format", "json"]).out;
    assert!(!json.contains('\u{1b}'), "JSON has no colour");
}

/// Text that would turn a terminal red, turn its direction round and ring its bell.
const TRICK: &str = "\u{1b}[31mred\u{202e}lla\u{7}";

/// Notes a report with these options, if it is taken, and looks at all that is printed of it.
fn cant_steer(options: &[&str]) {
    let world = founded();
    let span = ["--from", "2026-06-02T09:00Z", "--zone", "river"];
    let run = world.run(&[&NOTE[..], &span, options, &WRITE].concat());
    if run.code == Some(2) {
        assert!(!run.err.contains("\u{1b}[31m"), "{:?}", run.err);
        return;
    }
    for args in [
        &["explain", "record", "e2"][..],
        &["explain", "record", "e2.0"],
        &["status", "record"],
        &["findings", "record"],
    ] {
        let run = world.ok(&[&["--color", "always"][..], args].concat());
        for bad in ["\u{1b}[31m", "\u{202e}", "\u{7}"] {
            assert!(!run.out.contains(bad), "{args:?} prints {bad:?} as it came");
        }
    }
}

#[test]
fn what_a_row_says_cant_steer_a_terminal() {
    cant_steer(&["--attr", &format!("means={TRICK}"), "--side", TRICK]);
    cant_steer(&["--count", "3", "--unit", TRICK]);
}

#[test]
fn the_name_of_an_attribute_cant_steer_a_terminal() {
    cant_steer(&["--attr", &format!("{TRICK}=heard")]);
}

#[test]
fn the_name_of_a_file_cant_steer_a_terminal() {
    let world = founded();
    let name = "ev\u{1b}[31mil\u{202e}.csv";
    world.write(name, "a,b\n1,2\n");
    let run = world.run(&[&["--color", "always", "add", "record", name][..], &WRITE].concat());
    assert_eq!(run.code, Some(2));
    for bad in ["\u{1b}[31m", "\u{202e}"] {
        assert!(!run.err.contains(bad), "the error prints {bad:?} as it came");
    }
}

#[test]
fn a_reader_that_has_had_enough_is_no_error() {
    let world = founded();
    let line = "\"$0\" status record --format json | head -n 1; test \"${PIPESTATUS[0]}\" = 0";
    let program = env!("CARGO_BIN_EXE_servanda");
    let output = std::process::Command::new("bash")
        .args(["-c", line, program])
        .current_dir(world.path(""))
        .output()
        .unwrap();
    let (out, err) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && err.is_empty(), "{err}");
    assert_eq!(out, "{\n");
}

#[test]
fn completions_and_the_manual_know_every_command() {
    let world = World::new();
    for shell in ["bash", "zsh", "fish"] {
        let text = world.ok(&["completions", shell]).out;
        for command in ["check", "init", "add", "assess", "recompute", "verify", "demo"] {
            assert!(text.contains(command), "{shell}: {command}");
        }
    }
    let manual = world.ok(&["manual"]).out;
    assert!(manual.contains(".TH") && manual.contains("recompute") && manual.len() > 2000);
}

#[test]
fn an_unknown_id_is_answered_with_what_there_is() {
    let world = founded();
    let row = world.note_explosion("2026-06-02T09:12Z");
    let last = world.head().0 - 1;
    let beyond = format!("e{}", last + 1);
    let no_row = format!("{}9", row);
    let unknown = [
        ("prohibit.fires", "provision"),
        ("i-0000000000000000", "incident"),
        (beyond.as_str(), "entries"),
        (no_row.as_str(), "row"),
        ("0123456789abcdef", "content"),
        ("e", "i-"),
        ("", "i-"),
        ("e-1", "i-"),
        ("e99999999999999999999", "i-"),
        ("../../etc/passwd", "i-"),
    ];
    let why = ["--role", "head", "--standard", "balance", "--reason", "why"];
    for (id, word) in unknown {
        let error = world.refused(&["explain", "record", id]);
        assert!(error.contains(word), "{id:?}: {error}");
        let verify = ["assess", "record", "verify", id, "--outcome", "confirmed"];
        world.refused(&[&verify[..], &why, &WRITE].concat());
    }
    assert_eq!(world.head().0, last + 1, "nothing was written");
    for id in ["prohibit.fire", row.as_str(), "e0", "e1", "0"] {
        world.ok(&["explain", "record", id]);
    }
}

#[test]
fn a_wrong_word_is_answered_with_the_right_ones() {
    let world = founded();
    let row = world.note_explosion("2026-06-02T09:12Z");
    let why = ["--role", "head", "--standard", "balance", "--reason", "why"];
    let before = tree(&world.path("record"));
    let span = ["--from", "2026-06-02T09:00Z", "--zone", "river"];
    let find = ["assess", "record", "find", row.as_str(), "--outcome", "violation", "--provision"];
    let wrong: [(Vec<&str>, &str); 12] = [
        (
            [&["assess", "record", "verify", &row, "--outcome", "true"][..], &why].concat(),
            "confirmed",
        ),
        (
            [&["assess", "record", "attribute", &row, "--outcome", "them"][..], &why].concat(),
            "contested",
        ),
        (
            [&["assess", "record", "attribute", &row, "--outcome", "attributed"][..], &why]
                .concat(),
            "--party",
        ),
        ([&find[..], &["prohibit.fire", "--party", "EASTLAND"], &why].concat(), "N, S"),
        ([&find[..], &["prohibit.fires"], &why].concat(), "prohibit.fire"),
        ([&find[..], &["prohibit.fire", "--reading", "mine"], &why].concat(), "as written"),
        ([&find[..], &["prohibit.fire", "--zone", "moon"], &why].concat(), "river"),
        (
            vec!["act", "record", "war", "--by", "N", "--from", "2026-06-01", "--reference", "x"],
            "notice",
        ),
        ([&["note", "record", "--source", "spy", "--what", "shot"][..], &span].concat(), "patrol"),
        ([&NOTE[..], &["--from", "2026-06-02T09:00Z", "--zone", "moon"]].concat(), "river"),
        ([&NOTE[..], &["--from", "yesterday"]].concat(), "yesterday"),
        (
            [&NOTE[..], &["--from", "2026-06-02T09:00Z", "--lat", "91", "--lon", "10"]].concat(),
            "91",
        ),
    ];
    for (args, word) in wrong {
        let error = world.refused(&[&args[..], &WRITE].concat());
        assert!(error.contains(word), "{args:?}: {error}");
    }
    assert_eq!(before, tree(&world.path("record")), "nothing was written");
}

#[test]
fn a_note_that_cant_be_is_refused_and_one_on_the_edge_is_taken() {
    let world = founded();
    let at = ["--from", "2026-06-02T09:00Z"];
    let before = tree(&world.path("record"));
    let wrong: [&[&str]; 10] = [
        &["--count", "many"],
        &["--count", "5-3"],
        &["--count", "-3"],
        &["--count", "18446744073709551616"],
        &["--count", "18446744073709551615"],
        &["--radius", "99999999999999999999"],
        &["--lat", "45", "--lon", "10", "--radius", "18446744073709551615"],
        &["--to", "2026-06-02T08:00Z"],
        &["--attr", "novalue"],
        &["--lat", "NaN", "--lon", "10"],
    ];
    for more in wrong {
        world.refused(&[&NOTE[..], &at, more, &WRITE].concat());
    }
    let long = "x".repeat(100_000);
    world.refused(&[&NOTE[..], &at, &["--attr", &format!("means={long}")], &WRITE].concat());
    assert_eq!(before, tree(&world.path("record")), "nothing was written");
    let right: [&[&str]; 4] = [
        &["--lat", "-90", "--lon", "-180"],
        &["--lat", "90", "--lon", "180", "--radius", "1"],
        &["--count", "3-"],
        &["--count", "0"],
    ];
    for more in right {
        world.ok(&[&NOTE[..], &at, more, &WRITE].concat());
        world.ok(&["status", "record"]);
    }
    world.ok(&["verify", "record"]);
}

#[test]
fn a_folder_that_is_no_record_is_said_to_be_none() {
    let world = World::new();
    world.write("photos/holiday.jpg", "…");
    for dir in ["photos", "nowhere", "photos/holiday.jpg"] {
        for args in [&["status", dir][..], &["findings", dir], &["add", dir, "photos/holiday.jpg"]]
        {
            let why = world.refused(args);
            assert!(why.contains(dir), "{why}");
        }
        assert_ne!(world.run(&["verify", dir]).code, Some(0), "{dir}");
    }
    write_agreement(&world);
    let why = world.refused(&["init", "photos", "--agreement", "river-truce"]);
    assert!(why.contains("photos"), "{why}");
    assert_eq!(tree(&world.path("photos")).len(), 1);
    assert!(!world.path("photos.keys").exists(), "no keys for a record that isn't there");
}

#[test]
fn an_export_carries_where_it_comes_from_and_no_formula() {
    let world = founded();
    let sum = "=1+HYPERLINK(0)";
    let args = ["--from", "2026-06-02T09:00Z", "--zone", "river", "--side", sum];
    world.ok(&[&NOTE[..], &args, &WRITE].concat());
    let table = world.ok(&["export", "record", "--as", "csv"]).out;
    assert!(table.starts_with('#') && table.contains(&world.head().1), "{table}");
    assert!(!table.contains(&format!(",{sum}")), "a spreadsheet would run this: {table}");
    for form in ["geojson", "jsonl"] {
        let text = world.ok(&["export", "record", "--as", form]).out;
        let values = serde_json::Deserializer::from_str(&text).into_iter::<serde_json::Value>();
        let values: Vec<serde_json::Value> = values.map(Result::unwrap).collect();
        assert!(!values.is_empty(), "{form}");
        assert!(text.contains(&world.head().1), "{form} names no root");
    }
    world.ok(&["export", "record", "--as", "csv", "--out", "out.csv"]);
    assert_eq!(String::from_utf8(world.read("out.csv")).unwrap(), table);
}
