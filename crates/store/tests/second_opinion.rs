//! The second checker, `spec/verify.py` with the two files beside it, says the same to the byte.
//! Needs Python 3 with the packages that it names; where they are missing the test says so and
//! passes, unless `SECOND_OPINION=must` is set, as in the project's own checks.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that stops has failed")]
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "how much is tried is asked in the environment, and what was found is told"
)]

mod kit;

use kit::attacks;
use kit::changes;
use kit::drawn;
use kit::hands;
use kit::mutate::{Draw, Target, mutate};
use kit::orders;
use kit::sealed;
use kit::*;
use servanda_store::proofs::CheckOptions;
use servanda_tlog::Policy;
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};

/// Judges a file a line: arguments separated by tabs.
const DRIVER: &str = "import sys\n\
    sys.path.insert(0, sys.argv[1])\n\
    import verify\n\
    for line in sys.stdin:\n    verify.main(line.rstrip('\\n').split('\\t'))\n";

fn spec() -> String {
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../spec").to_owned()
}

/// What the second checker prints for each line of arguments; none when it can't run here.
fn second(lines: &str) -> Option<String> {
    let spawned = Command::new("python3")
        .args(["-B", "-c", DRIVER, &spec()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = spawned.ok()?;
    // Where a package is missing it ends before it reads.
    let mut stdin = child.stdin.take().unwrap();
    let lines = lines.to_owned();
    let feed = std::thread::spawn(move || {
        let _ = stdin.write_all(lines.as_bytes());
    });
    let output = child.wait_with_output().unwrap();
    feed.join().unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    let missing = ["No module named", "ImportError", "UnsupportedAlgorithm"];
    if missing.iter().any(|what| error.contains(what)) {
        eprintln!("{error}");
        return None;
    }
    assert!(output.status.success(), "verify.py: {error}");
    assert!(error.is_empty(), "verify.py: {error}");
    Some(String::from_utf8(output.stdout).unwrap())
}

/// A bundle, what is asked of it, and what it is.
struct Case {
    what: String,
    bytes: Vec<u8>,
    options: CheckOptions,
    /// As arguments.
    asked: String,
}

fn cases() -> Vec<Case> {
    let temp = tempfile::tempdir().unwrap();
    let path = temp.keep();
    let policy_path = path.join("policy");
    std::fs::write(&policy_path, policy_text()).unwrap();
    let strict_arguments = format!(
        "\t--key\t{}\t--policy\t{}\t--at\t2026-03-31T23:50:00Z",
        log_key(),
        policy_path.display()
    );
    let until = 1_775_001_000;
    let strictly = CheckOptions { at: Some(until), ..strict() };
    let mut cases = Vec::new();
    let mut add = |what: String, bytes: Vec<u8>, options: &CheckOptions, asked: &str| {
        cases.push(Case { what, bytes, options: options.clone(), asked: asked.to_owned() });
    };
    let open = CheckOptions::default();
    for entries in [5, 300] {
        let (_temp, record, early) = record(entries);
        for (name, bytes) in good(&record, &early) {
            add(format!("{name} of {entries}"), bytes.clone(), &open, "");
            add(format!("{name} of {entries}, strictly"), bytes, &strictly, &strict_arguments);
        }
    }
    let (_temp, record, early) = record(9);
    let other_key = cosigner(1).key().to_string();
    let other_policy = Policy::parse(b"quorum none\n").unwrap();
    let other_path = path.join("other");
    std::fs::write(&other_path, "quorum none\n").unwrap();
    // A witness alone: R2, where the policy of these tests gives R3.
    let witnessed = format!("witness North {}\nquorum North\n", cosigner(1).key());
    let witnessed_path = path.join("witnessed");
    std::fs::write(&witnessed_path, &witnessed).unwrap();
    let witnessed = Policy::parse(witnessed.as_bytes()).unwrap();
    for (name, bytes) in good(&record, &early) {
        let policy = CheckOptions { policy: Some(witnessed.clone()), ..open.clone() };
        let asked = format!("\t--policy\t{}", witnessed_path.display());
        add(format!("{name}, one witness"), bytes.clone(), &policy, &asked);
        let keys = CheckOptions { keys: vec![other_key.clone()], ..open.clone() };
        add(format!("{name}, another key"), bytes.clone(), &keys, &format!("\t--key\t{other_key}"));
        let early = CheckOptions { at: Some(0), ..open.clone() };
        add(format!("{name}, too early"), bytes.clone(), &early, "\t--at\t1970-01-01T00:00:00Z");
        let late = CheckOptions { at: Some(4_102_444_800), ..open.clone() };
        add(format!("{name}, late"), bytes.clone(), &late, "\t--at\t2100-01-01T00:00:00Z");
        let policy = CheckOptions { policy: Some(other_policy.clone()), ..open.clone() };
        let asked = format!("\t--policy\t{}", other_path.display());
        add(format!("{name}, no quorum"), bytes, &policy, &asked);
    }
    for (what, _, bytes) in [attacks::all(), sealed::all(), orders::attacks()].concat() {
        add(what, bytes, &strictly, &strict_arguments);
    }
    for (what, _, bytes) in hands::attacks() {
        add(what, bytes, &open, "");
    }
    let (mut targets, mut targets_of_keys) = (targets(), Vec::new());
    for (place, bytes) in hands::honest().into_iter().enumerate() {
        add(format!("signed by hands {place}"), bytes.clone(), &open, "");
        targets.push(Target { name: "by hands", members: members(&bytes), bytes });
    }
    for (place, bytes) in orders::honest().into_iter().enumerate() {
        add(format!("ordered {place}"), bytes.clone(), &open, "");
        targets.push(Target { name: "ordered", members: members(&bytes), bytes });
    }
    for (place, bytes) in sealed::honest().into_iter().enumerate() {
        add(format!("disclosed {place}"), bytes.clone(), &open, "");
        add(format!("disclosed {place}, strictly"), bytes.clone(), &strictly, &strict_arguments);
        targets.push(Target { name: "disclosed", members: members(&bytes), bytes });
    }
    for (what, newest, bytes) in changes::honest() {
        let changed = Target { name: "changes of keys", members: members(&bytes), bytes };
        let bytes = &changed.bytes;
        add(what.clone(), bytes.clone(), &open, "");
        add(format!("{what}, strictly"), bytes.clone(), &strictly, &strict_arguments);
        let options = CheckOptions { keys: vec![newest.clone()], ..open.clone() };
        add(
            format!("{what}, by its newest key"),
            bytes.clone(),
            &options,
            &format!("\t--key\t{newest}"),
        );
        targets_of_keys.push(changed);
    }
    for (what, _, bytes) in changes::attacks().into_iter().chain(changes::late_attacks()) {
        add(what.to_owned(), bytes, &open, "");
    }
    for (what, _, bytes) in drawn::all() {
        add(what, bytes, &open, "");
    }
    let count: u64 = std::env::var("MUTATIONS").map_or(400, |text| text.parse().unwrap());
    for (what, bytes) in drawn::by_chance(11, count) {
        add(what, bytes, &open, "");
    }
    for n in 0..count {
        let (of, what, bytes) = mutate(&mut Draw::new((7 << 40) + n), &targets);
        let what = format!("{}: {what}", targets[of].name);
        add(what, bytes, &strictly, &strict_arguments);
        let (of, what, bytes) = mutate(&mut Draw::new((9 << 40) + n), &targets_of_keys);
        add(format!("{of} of keys: {what}"), bytes, &open, "");
    }
    cases
}

#[test]
fn the_second_checker_gives_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let cases = cases();
    let mut lines = String::new();
    for (place, case) in cases.iter().enumerate() {
        let path = folder.path().join(format!("{place}.zip"));
        std::fs::write(&path, &case.bytes).unwrap();
        writeln!(lines, "{}{}", path.display(), case.asked).unwrap();
    }
    let judged = |case: &Case| judge(&case.bytes, &case.options).to_json();
    // The two work at the same time.
    let (first, printed) = std::thread::scope(|scope| {
        let first = scope.spawn(|| cases.iter().map(judged).collect::<Vec<String>>());
        let printed = second(&lines);
        (first.join().unwrap(), printed)
    });
    let Some(printed) = printed else {
        let must = std::env::var("SECOND_OPINION").is_ok_and(|word| word == "must");
        assert!(!must, "python3 or its packages are missing");
        // Past the capture of tests: nobody should take this for a check that was made.
        let said = "SKIPPED: python3, or a package that spec/verify.py needs, is missing here\n";
        std::io::stderr().write_all(said.as_bytes()).unwrap();
        return;
    };
    let printed: Vec<&str> = printed.split_inclusive('\n').collect();
    assert_eq!(printed.len(), cases.len());
    let mut differ = String::new();
    for ((case, first), second) in cases.iter().zip(&first).zip(printed) {
        if first != second {
            write!(differ, "{}:\n  {first}  {second}", case.what).unwrap();
        }
    }
    assert!(differ.is_empty(), "{differ}");
}

/// Lines that are neither blank nor comment, and none of them holds two: a short program is worth
/// having because it is read, and nobody reads what was squeezed.
#[test]
fn the_second_checker_is_short_and_not_squeezed() {
    const OPENS: [&str; 11] =
        ["if", "elif", "else", "for", "while", "with", "try", "except", "finally", "def", "class"];
    for (file, most) in [("verify.py", 400), ("verify_keys.py", 200), ("verify_parts.py", 240)] {
        let text = std::fs::read_to_string(format!("{}/{file}", spec())).unwrap();
        let mut count = 0;
        for line in text.lines() {
            let code = line.trim();
            if code.is_empty() || code.starts_with('#') {
                continue;
            }
            count += 1;
            assert!(line.len() <= 100 && !code.contains("; "), "two things in one line: {line}");
            let first = code.split([' ', ':', '(']).next().unwrap();
            assert!(!OPENS.contains(&first) || code.ends_with(':'), "a block in its line: {line}");
        }
        assert!(count <= most, "{file}: {count} lines of code");
    }
}
