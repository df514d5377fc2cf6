//! Agreements made to do harm, each with its name: a clear answer, no panic, and soon.

// Helpers of tests fail the test that calls them.
#![allow(clippy::unwrap_used)]

use servanda_terms::{Diagnostic, SourceText, limits, load, referenced_files};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// Well over what any of them takes when the machine is not optimised and busy.
const LONGEST: Duration = Duration::from_secs(10);

/// A hostile agreement: its name, its text, and a code that must be given; empty: none is needed.
type Hostile = (&'static str, String, &'static str);

fn with(front: &str, terms: &str) -> String {
    format!(
        "+++\nid = \"x\"\ntitle = \"X\"\nversion = \"1\"\ntimezone = \"UTC\"\n\
         [party.NORTH]\nname = \"Northland\"\n[party.SOUTH]\nname = \"Southland\"\n\
         [zone.valley]\ncircle = {{ lon = 10, lat = 20, radius_m = 5000 }}\n\
         [source.patrol]\nshows = [\"shot\"]\n{front}\n+++\n# X\n\n```toml term\n{terms}\n```\n"
    )
}

fn each(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).map(line).collect()
}

fn prohibit(name: &str, more: &str) -> String {
    format!("[prohibit.{name}]\nwho = \"NORTH\"\nacts = [\"shot\"]\nwhere = \"valley\"\n{more}\n")
}

/// Shapes of text and of TOML.
fn of_form() -> Vec<Hostile> {
    let front = |front: &str| with(front, "");
    let term = |terms: &str| with("", terms);
    vec![
        ("a line of 10 MB", "x".repeat(10 << 20), "SV001"),
        ("a title of 60 kB", front(&format!("notes = \"{}\"", "x".repeat(60_000))), ""),
        ("a file of nothing but front", "+++\n".to_owned(), "SV002"),
        ("a file of zeros", "\0".repeat(100_000), "SV001"),
        ("a million fences", format!("{}{}", front(""), "```\n".repeat(1_000_000)), ""),
        (
            "many blocks of terms",
            format!("{}{}", front(""), "```toml term\n```\n".repeat(20_000)),
            "",
        ),
        ("tables a hundred deep", term(&format!("[{}]", vec!["a"; 100].join("."))), ""),
        (
            "lists a hundred deep",
            front(&format!("notes = {}{}", "[".repeat(100), "]".repeat(100))),
            "",
        ),
        ("lists 30,000 deep", front(&format!("notes = {}", "[".repeat(30_000))), ""),
        ("inline tables 10,000 deep", term(&format!("a = {}", "{a=".repeat(10_000))), ""),
        ("dotted keys 5,000 deep", term(&format!("{} = 1", vec!["a"; 5_000].join("."))), ""),
        ("a bidi text in a name", front("[party.\"a\u{202e}b\"]\nname = \"x\""), "SV006"),
        ("a bidi text in prose", format!("{}\u{2066}yes\u{2069}", front("")), "SV006"),
        ("a name of zero width", front("[party.X]\nname = \"\u{200b}\""), "SV006"),
        ("a look-alike party", front("[party.\"NОRTH\"]\nname = \"Other\""), "SV019"),
        ("a look-alike term", term("[point.plan]\n[point.\"рlan\"]"), "SV019"),
        (
            "look-alike zones",
            front("[zone.\"vаlley\"]\ncircle = { lon = 1, lat = 1, radius_m = 1 }"),
            "SV019",
        ),
        ("a name of 50,000 letters", term(&format!("[point.{}]", "x".repeat(50_000))), "SV016"),
        ("an emoji as a name", term("[point.\"💣\"]"), "SV016"),
        ("a path out of the folder", front("[zone.a]\nfile = \"../../../x\"\nid = \"a\""), "SV023"),
        (
            "a path with a hidden character",
            front("[zone.a]\nfile = \"a\u{200b}.json\"\nid = \"a\""),
            "SV006",
        ),
        ("5,001 notes", front(&format!("notes = [{}]", "\"x\",\n".repeat(5_001))), "SV001"),
        ("a key twice", term("[point.a]\nnote = \"x\"\nnote = \"y\""), "SV015"),
        (
            "a number of 400 digits",
            term(&format!("[limit.a]\nmeasure = \"x\"\nat_most = {}", "9".repeat(400))),
            "SV003",
        ),
        ("a number below zero", term("[limit.a]\nmeasure = \"x\"\nat_most = -1"), "SV014"),
        ("no number", term("[limit.a]\nmeasure = \"x\"\nat_most = nan"), "SV014"),
        ("an endless number", term("[limit.a]\nmeasure = \"x\"\nat_most = inf"), "SV014"),
        ("half a person", term("[limit.a]\nmeasure = \"x\"\nat_most = 0.5"), "SV014"),
    ]
}

/// Times.
fn of_time() -> Vec<Hostile> {
    let from = |from: &str| with("", &prohibit("a", &format!("from = \"{from}\"")));
    let life = |from: &str, until: &str| {
        with("", &prohibit("a", &format!("from = \"{from}\"\nuntil = \"{until}\"")))
    };
    let years = "10000000 years after signature";
    let span = |span: &str| with("", &format!("[oblige.a]\nwhat = \"x\"\nevery = \"{span}\""));
    vec![
        ("a thousand million years", span("1000000000 years"), "SV020"),
        ("ten million years", span("10000000 years"), ""),
        ("ten million years after signature", life("signature", years), ""),
        ("ten million years before signature", life(years, "signature"), "SV062"),
        ("a span of no unit", span("7"), "SV020"),
        ("a span below zero", span("-7 days"), "SV020"),
        ("a span of 60 kB", span(&"9".repeat(60_000)), "SV020"),
        ("the year 10000", from("10000-01-01"), "SV020"),
        ("the 30th of February", from("2030-02-30"), "SV020"),
        ("the 25th hour", from("2030-01-01T25:00Z"), "SV020"),
        ("an unknown clock", from("2030-01-01T12:00[Nowhere/Nothing]"), "SV020"),
        ("a moment inside a moment", from("1 day after 1 day after signature"), "SV027"),
        ("moments in moments a thousand times", from(&"1 day after ".repeat(1_000)), "SV027"),
        ("words as a moment", from("when the moon is full, after signature"), "SV027"),
        ("an event of 60 kB", from(&format!("event.{}", "x".repeat(60_000))), "SV017"),
        ("a moment of itself", from("start of prohibit.a"), "SV060"),
        ("the end of its own beginning", from("end of start of prohibit.a"), "SV027"),
        ("no moment", from(""), "SV027"),
        ("only blanks as a moment", from("   "), "SV027"),
    ]
}

/// Circles and great numbers of parts.
fn of_number() -> Vec<Hostile> {
    let oblige = |n: usize, more: String| {
        format!("[oblige.o{n}]\nwhat = \"x\"\nrequires = \"oblige.o{more}\"\n")
    };
    // A table holds at most 5,000, so there are two blocks.
    let parted = |n| if n == 5_000 { "```\n\n```toml term\n" } else { "" };
    let circle = each(9_999, |n| parted(n).to_owned() + &oblige(n, ((n + 1) % 9_999).to_string()));
    let chain = each(9_999, |n| parted(n).to_owned() + &oblige(n, n.saturating_sub(1).to_string()));
    let zone = |n: usize, parts: &str| format!("[zone.z{n}]\nunion = [{parts}]\n");
    let stage = |n: usize| format!("{{ name = \"s{n}\", amount = 9223372036854775807 }},\n");
    let starts = each(3_000, |n| {
        prohibit(&format!("p{n}"), &format!("from = \"1 day after start of prohibit.p{}\"", n + 1))
    }) + &prohibit("p3000", "from = \"signature\"");
    let same = |n: usize| format!("[limit.l{n}]\nmeasure = \"tanks\"\nat_most = {n}\n");
    let borne = |n: usize| {
        let tolerance = format!("tolerance = {{ at_most = {n}, unit = \"incident\" }}");
        prohibit(&format!("p{n}"), &tolerance)
    };
    let shots = each(2_000, |n| format!("\"s{n}\",\n"));
    let stages = |count| {
        format!(
            "[pledge.p]\nby = \"NORTH\"\nwhat = \"x\"\namount = 1\nunit = \"x\"\nstages = 1\nschedule = [{}]",
            each(count, stage)
        )
    };
    let readings = each(17, |n| format!("{{ reading = \"r{n}\", held_by = \"NORTH\" }},"));
    vec![
        ("9,999 terms in one circle", with("", &circle), "SV060"),
        ("9,999 terms behind one that waits for itself", with("", &chain), "SV060"),
        ("3,000 starts one after another", with("", &starts), ""),
        ("10,001 terms", with("", &each(10_001, |n| format!("[point.p{n}]\n"))), "SV001"),
        ("a zone made of itself", with(&zone(1, "\"z1\", \"valley\""), ""), "SV026"),
        (
            "a circle of 30 zones",
            with(&each(30, |n| zone(n, &format!("\"z{}\", \"valley\"", (n + 1) % 30))), ""),
            "SV026",
        ),
        (
            "zones 40 deep",
            with(&each(40, |n| zone(n, &format!("\"z{}\", \"valley\"", n + 1))), ""),
            "SV001",
        ),
        ("5,001 zones", with(&each(5_001, |n| zone(n, "\"valley\", \"valley\"")), ""), "SV001"),
        ("a million parts", with("", &stages(1_000_000)), "SV001"),
        (
            "5,000 parts of great amounts",
            with("", &stages(5_000).replace("stages = 1\n", "")),
            "SV077",
        ),
        ("2,000 limits for one thing", with("", &each(2_000, same)), "SV071"),
        ("1,000 tolerances on one ground", with("", &each(1_000, borne)), "SV073"),
        ("17 readings", with("", &prohibit("a", &format!("disputed = [{readings}]"))), "SV001"),
        (
            "16 readings of one party",
            with(
                "",
                &prohibit(
                    "a",
                    &format!(
                        "disputed = [{}]",
                        &readings[..readings.find("{ reading = \"r16\"").unwrap()]
                    ),
                ),
            ),
            "SV082",
        ),
        (
            "2,000 acts",
            with("", &prohibit("a", "").replace("[\"shot\"]", &format!("[{shots}]"))),
            "",
        ),
        (
            "a quorum of all the world",
            with("", "[body.b]\nseats = { NORTH = 1 }\nquorum = 9223372036854775807"),
            "SV078",
        ),
        (
            "seats without number",
            with(
                "",
                "[body.b]\nseats = { NORTH = 9223372036854775807, SOUTH = 9223372036854775807 }\nquorum = 2",
            ),
            "",
        ),
        ("a condition of itself", with("", "[condition.c]\nall = [\"condition.c\"]"), "SV060"),
        ("a condition of its absence", with("", "[condition.c]\nnot = [\"condition.c\"]"), ""),
        (
            "an agreement that waits for its own end",
            with("[force]\nfrom = \"end\"\nuntil = \"entry into force\"", ""),
            "SV060",
        ),
        (
            "a guarantee that guards itself",
            with("", "[guarantee.g]\nby = \"NORTH\"\nguards = \"guarantee.g\"\nterm = \"1 year\""),
            "",
        ),
        (
            "4,000 parties with one name",
            with(&each(4_000, |n| format!("[party.P{n}]\nname = \"One\"\n")), ""),
            "SV018",
        ),
        (
            "5,000 events",
            with(&each(5_000, |n| format!("[event.e{n}]\ntext = \"x\"\n")), ""),
            "SV065",
        ),
        (
            "2,000 exceptions of 2,000 terms",
            with(
                "",
                &format!(
                    "{}{}",
                    each(2_000, |n| format!("[except.e{n}]\nacts = [\"shot\"]\n")),
                    each(2_000, |n| prohibit(&format!("p{n}"), &format!("except = \"e{n}\"")))
                ),
            ),
            "SV066",
        ),
    ]
}

/// Shapes on the ground.
fn of_ground() -> Vec<Hostile> {
    let zone = |shape: &str| with(&format!("[zone.a]\n{shape}"), "");
    let circle = |lon: &str, lat: &str, radius: &str| {
        zone(&format!("circle = {{ lon = {lon}, lat = {lat}, radius_m = {radius} }}"))
    };
    let points = each(4_900, |n| format!("[{}, {}],\n", n % 180, (n * 7) % 80));
    let near = each(400, |n| {
        format!("[zone.n{n}]\ncircle = {{ lon = 10.{n:04}, lat = 20, radius_m = 3000 }}\n")
    });
    let named = each(400, |n| format!("\"n{n}\",\n"));
    let many = prohibit("a", "").replace("\"valley\"", &format!("[{named}]"));
    vec![
        ("a circle round a pole", circle("0", "90", "5000"), ""),
        ("a circle over the date line", circle("180", "0", "5000"), ""),
        ("a circle of all the earth", circle("0", "0", "4000000000"), ""),
        ("a circle of no size", circle("0", "0", "0"), "SV014"),
        ("a circle at no place", circle("nan", "nan", "5"), ""),
        ("a circle beyond the earth", circle("1e300", "0", "5"), ""),
        ("a place of 300 digits", circle(&format!("0.{}", "1".repeat(300)), "0", "5"), ""),
        (
            "a line that runs to and fro",
            with(
                &format!(
                    "[line.l]\npoints = [{points}]\n[zone.a]\nbuffer = {{ line = \"l\", side = \"both\", distance_m = 5 }}"
                ),
                "",
            ),
            "",
        ),
        ("a line of one point", with("[line.l]\npoints = [[1, 1]]", ""), "SV014"),
        ("400 zones upon each other", with(&near, &many), ""),
        (
            "400 zones outside the theatre",
            with(&format!("{near}[zone.t]\ncircle = {{ lon = 1, lat = 1, radius_m = 5 }}"), "")
                .replacen("id = \"x\"", "id = \"x\"\ntheatre = \"t\"", 1),
            "SV081",
        ),
        (
            "a theatre that nothing declares",
            with("", "").replacen("id = \"x\"", "id = \"x\"\ntheatre = \"t\"", 1),
            "SV017",
        ),
    ]
}

fn check(text: &str) -> Vec<Diagnostic> {
    let source = SourceText::new("hostile.md", text);
    let _ = referenced_files(&source);
    load(&source, &BTreeMap::<String, Vec<u8>>::new()).1
}

/// How long it takes; only tests may look at a clock.
#[allow(clippy::disallowed_methods)]
fn time<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = std::time::Instant::now();
    let done = work();
    (done, start.elapsed())
}

#[test]
fn every_hostile_agreement_gets_a_clear_answer_soon() {
    let all: Vec<Hostile> =
        [of_form(), of_time(), of_number(), of_ground()].into_iter().flatten().collect();
    let names: BTreeSet<&str> = all.iter().map(|(name, _, _)| *name).collect();
    assert!(names.len() >= 50 && names.len() == all.len(), "{}", names.len());
    let mut wrong = Vec::new();
    for (name, text, code) in &all {
        let (found, took) = time(|| check(text));
        println!("{took:>10.1?}  {name}: {} diagnostics", found.len());
        let codes: BTreeSet<&str> = found.iter().map(|found| found.code).collect();
        if took > LONGEST || !(code.is_empty() || codes.contains(code)) {
            wrong.push(format!("{name}: {code} wanted, {codes:?} in {took:?}"));
        }
        assert!(found.len() <= limits::DIAGNOSTICS_MAX + 1, "{name}");
        for found in &found {
            let help = found.help.as_deref().unwrap_or("");
            let labels: usize = found.labels.iter().map(|label| label.text.len()).sum();
            let size = found.title.len() + found.reason.len() + help.len() + labels;
            assert!(size < 4_000, "{name}: a hostile text must not fill the page: {size}");
            assert!(found.labels.len() <= 40, "{name}: {} places", found.labels.len());
            assert!(!found.reason.is_empty(), "{name}: {}", found.title);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
