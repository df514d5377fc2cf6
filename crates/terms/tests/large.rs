//! An agreement of 500 provisions and 200 zones: it is read without an error, one misspelt word in
//! it is one error, and `bench/check/run.sh` times it.

// Helpers of tests fail the test that calls them.
#![allow(clippy::unwrap_used)]

use servanda_terms::{Diagnostic, Severity, SourceText, load};
use std::collections::BTreeMap;
use std::fmt::Write;

const PROVISIONS: usize = 500;
const ZONES: usize = 200;

/// The agreement, and the file of half of its zones: squares side by side.
fn large() -> (String, BTreeMap<String, Vec<u8>>) {
    let mut text = "+++\nid = \"large\"\ntitle = \"Large\"\nversion = \"1\"\n\
                    timezone = \"Europe/Vienna\"\ntheatre = \"theatre\"\n\n\
                    [party.NORTH]\nname = \"Northland\"\n\n[party.SOUTH]\nname = \"Southland\"\n\n\
                    [party.WEST]\nname = \"Westland\"\nrole = \"guarantor\"\n\n\
                    [source.patrol]\nshows = [\"explosion\", \"shot\", \"denial\"]\nlag = \"2 days\"\n\n\
                    [line.contact]\npoints = [[10.0, 20.0], [10.5, 20.2], [11.0, 20.1]]\n\n\
                    [zone.theatre]\ncircle = { lon = 10.5, lat = 20.5, radius_m = 190000 }\n\n\
                    [zone.strip]\nbuffer = { line = \"contact\", side = \"both\", distance_m = 9000 }\n\n\
                    [zone.all]\nunion = [\"theatre\", \"strip\"]\n\n\
                    [zones.square]\nfile = \"squares.geojson\"\n\n\
                    [force]\nsigned_by = [\"NORTH\", \"SOUTH\"]\nterm = \"15 years\"\n\n"
        .to_owned();
    for n in 0..ZONES / 2 - 3 {
        let (lon, lat) = (9.5 + 0.02 * n as f64, 20.0 + 0.01 * (n % 50) as f64);
        let circle = format!("circle = {{ lon = {lon:.4}, lat = {lat:.4}, radius_m = 1500 }}");
        writeln!(text, "[zone.round-{n}]\n{circle}\n").unwrap();
    }
    text += "+++\n\n# Large\n";
    for n in 0..PROVISIONS {
        write!(text, "\n## {n}. Article\n\nWhat people read.\n\n```toml term\n").unwrap();
        text += &term(n);
        text += "```\n";
    }
    let square = |n: usize| {
        let (x, y) = (95_000 + 1_000 * (n % 10), 200_000 + 1_000 * (n / 10));
        let at = |x: usize, y: usize| {
            format!("[{}.{:04},{}.{:04}]", x / 10_000, x % 10_000, y / 10_000, y % 10_000)
        };
        let ring = [(0, 0), (1_000, 0), (1_000, 1_000), (0, 1_000), (0, 0)];
        let ring: Vec<String> = ring.iter().map(|(dx, dy)| at(x + dx, y + dy)).collect();
        format!(
            r#"{{"type":"Feature","id":"s{n}","properties":{{}},"geometry":{{"type":"Polygon","coordinates":[[{}]]}}}}"#,
            ring.join(",")
        )
    };
    let squares: Vec<String> = (0..ZONES / 2).map(square).collect();
    let file = format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, squares.join(","));
    (text, BTreeMap::from([("squares.geojson".to_owned(), file.into_bytes())]))
}

/// Terms of every kind, each in its turn.
fn term(n: usize) -> String {
    let end = "shown_by = [\"patrol\"]\ntolerance = { at_most = 3, unit = \"incident\", per = \"1 day\" }\n\
               verified_by = \"the commission\"\ndecided_by = \"the commission\"\n\
               standard = \"more likely than not\"\nremedy = \"talks\"\n";
    let both = "who = [\"NORTH\", \"SOUTH\"]";
    let zone = n % (ZONES / 2 - 3);
    match n % 10 {
        0..=3 => format!(
            "[prohibit.p{n}]\n{both}\nacts = [\"explosion\", \"shot\"]\n\
             where = [\"round-{zone}\", \"square.*\"]\nfrom = \"2030-01-01\"\nuntil = \"2040-01-01\"\n{end}"
        ),
        4 => format!(
            "[oblige.o{n}]\n{both}\nwhat = \"hand over\"\nfrom = \"signature\"\nevidence = \"receipt\"\n\
             due = \"14 days after signature\"\nstages = [{{ name = \"a\", due = \"7 days after signature\" }}]\n"
        ),
        5 => format!(
            "[limit.l{n}]\n{both}\nmeasure = \"tanks of class {n}\"\nat_most = {n}\nunit = \"tank\"\n\
             counting = \"all\"\ninventory = \"the list\"\ndue = \"90 days after signature\"\nverified_by = \"x\"\n"
        ),
        6 => format!(
            "[condition.c{n}]\nholds = [\"prohibit.p{}\"]\nfor = \"60 days\"\nbefore = \"2031-01-01\"\n",
            n - 3
        ),
        7 => format!(
            "[ratify.r{n}]\nstate = \"NORTH\"\nbody = \"parliament\"\nthreshold = \"2/3\"\n\
             instrument = \"law\"\ndue = \"2031-06-01\"\nrequires = [\"condition.c{}\"]\n",
            n - 1
        ),
        8 => format!(
            "[guarantee.g{n}]\nby = \"WEST\"\nto = [\"NORTH\", \"SOUTH\"]\nguards = [\"prohibit.p{}\"]\n\
             from = \"2030-01-01\"\nterm = \"15 years\"\nrequires = [\"ratify.r{}\"]\n\
             trigger = {{ decider = \"WEST\", tests = [{{ word = \"grave\", counts = \"prohibit.p{}\", at_least = 9 }}] }}\n\
             response = [{{ step = \"talk\", by = \"WEST\", within = \"24 hours\" }}]\n",
            n - 5,
            n - 1,
            n - 5
        ),
        _ => format!(
            "[permit.m{n}]\n{both}\nholder = \"the monitors\"\nwhat = \"movement\"\nacts = [\"denial\"]\n\
             where = [\"all\"]\nfrom = \"2030-01-01\"\nuntil = \"2040-01-01\"\n{end}"
        ),
    }
}

fn errors(found: &[Diagnostic]) -> Vec<&Diagnostic> {
    found.iter().filter(|found| found.severity == Severity::Error).collect()
}

#[test]
fn it_is_read_without_an_error_or_a_warning() {
    let (text, files) = large();
    let (agreement, found) = load(&SourceText::new("large.md", text), &files);
    let agreement = agreement.unwrap();
    assert_eq!((agreement.provisions.len(), agreement.zones.len()), (PROVISIONS, ZONES));
    let warnings: Vec<_> = found.iter().filter(|f| f.severity != Severity::Note).collect();
    assert!(warnings.is_empty(), "{:#?}", warnings.first());
}

#[test]
fn a_misspelt_word_is_one_error() {
    let (text, files) = large();
    for (right, wrong) in [
        ("acts = [\"exp", "atcs = [\"exp"),
        ("[limit.l5]", "[limti.l5]"),
        ("unit = \"tank\"", "unti = \"tank\""),
        ("threshold =", "treshold ="),
        ("requires = [\"condition.c6\"]", "requires = [\"condition.c7\"]"),
        ("14 days after signature", "14 days after sginature"),
        ("\"2030-01-01\"", "\"2030-O1-01\""),
        ("[zone.strip]", "[zonne.strip]"),
        ("[party.NORTH]", "[patry.NORTH]"),
        ("[prohibit.p3]", "[prohbit.p3]"),
        ("[ratify.r7]", "[ratfy.r7]"),
    ] {
        let text = text.replacen(right, wrong, 1);
        let (_, found) = load(&SourceText::new("large.md", text), &files);
        let errors: Vec<_> = errors(&found).into_iter().map(|f| (f.code, &f.title)).collect();
        assert_eq!(errors.len(), 1, "{wrong}: {errors:?}");
    }
}

/// Prints how long it takes; run by `bench/check/run.sh`.
#[test]
#[ignore = "it only prints a time, which means something in a release build"]
#[allow(clippy::disallowed_methods)]
fn how_long_it_takes() {
    const ROUNDS: usize = 20;
    let (text, files) = large();
    let source = SourceText::new("large.md", text);
    let mut times: Vec<std::time::Duration> = (0..ROUNDS)
        .map(|_| {
            let start = std::time::Instant::now();
            std::hint::black_box(load(&source, &files));
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    println!(
        "{PROVISIONS} provisions, {ZONES} zones, {} bytes: least {:.1?}, median {:.1?}, most {:.1?}",
        source.text().len(),
        times[0],
        times[ROUNDS / 2],
        times[ROUNDS - 1]
    );
}
