//! A fixed sample of random agreements and histories, compared at every prefix; circles that are
//! entered from outside, and findings that are taken back, by hand.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests stand outside of test functions"
)]

use servanda_comply::answer::{Clock, ClockState};
use servanda_comply::{Answer, Ask, History, evaluate};
use servanda_entry::{
    Act, ActKind, Body, Cite, Class, Correction, Entry, Finding, Outcome, Ref, content,
};
use servanda_oracle::agreement::{Depth, LifeCase, LifeFigures, judge, smaller};
use servanda_terms::{SourceText, load};
use servanda_time::Instant;
use servanda_tlog::sha256;
use std::collections::BTreeMap;

const FIRST: u64 = 140;
const CASES: u64 = 60;
const DAY_MS: i64 = 86_400_000;

#[test]
fn answers_are_what_the_definitions_give_on_random_agreements() {
    let mut figures = LifeFigures::default();
    for seed in FIRST..FIRST + CASES {
        let case = LifeCase::of(seed);
        match judge(&case, seed, Depth::EveryEntry) {
            Ok(found) => figures.add(&found),
            Err(difference) => {
                let small = smaller(case, |case| judge(case, seed, Depth::EveryEntry).is_err());
                let bodies = &small.bodies;
                panic!("seed {seed}: {difference}; smaller:\n{}\n{bodies:#?}", small.text());
            }
        }
    }
    // A generator that makes nothing happen would find nothing.
    assert_eq!(figures.cases, CASES);
    assert!(figures.answers > 20 * CASES, "{figures:?}");
    assert!(figures.clocks > 80 * CASES, "{figures:?}");
    assert!(figures.lines > 30 * CASES, "{figures:?}");
    assert!(figures.circles > CASES && figures.doubts > 0, "{figures:?}");
    assert!(figures.without < figures.answers / 10, "{figures:?}");
}

fn day(n: i64) -> Instant {
    Instant::parse("2030-01-01", Some(&servanda_time::Zone::utc())).unwrap().plus_ms(n * DAY_MS)
}

fn answer(front: &str, terms: &str, bodies: &[Body], at: Instant) -> Answer {
    let text = format!(
        "+++\nid = \"a\"\ntitle = \"A\"\nversion = \"1\"\ntimezone = \"UTC\"\n[party.NORTH]\n\
         name = \"Northland\"\n[party.SOUTH]\nname = \"Southland\"\n{front}+++\n## 1. All\n\
         ```toml term\n{terms}```\n"
    );
    let (agreement, found) = load(&SourceText::new("agreement.md", text), &BTreeMap::new());
    let agreement = agreement.unwrap_or_else(|| panic!("{found:?}"));
    let entries = (1_u64..).zip(bodies).map(|(n, body)| {
        let cite = Cite { root: sha256(b""), size: 0 };
        let (by, class) = ("example.org/office".to_string(), Class::Public);
        let (agreement, at, body) = ("a".to_string(), Instant::EPOCH, body.clone());
        (n, Entry { agreement, by, seq: n, prev: None, cite, at, class, body })
    });
    let history = History::gather(entries);
    evaluate(&agreement, &history, &Ask { at: Some(at), ..Ask::default() }).answer
}

fn violation(from: i64, to: i64) -> Body {
    Body::Finding(Finding {
        from_ms: day(from).ms(),
        of: vec![],
        outcome: Outcome::Violation,
        party: Some("NORTH".into()),
        provision: "prohibit.fire".into(),
        reading: None,
        reason: "seen".into(),
        role: "head of verification".into(),
        severity: None,
        standard: "reasonable grounds".into(),
        to_ms: day(to).ms(),
        zone: None,
    })
}

fn retraction(entry: u64, of: &Body) -> Body {
    Body::Correction(Correction {
        by: None,
        of: Ref { entry, id: content::body_id(of), row: None },
        reason: "a mistake".into(),
        role: "head of verification".into(),
    })
}

#[test]
fn a_finding_that_is_taken_back_leaves_the_window_as_it_was() {
    const TERMS: &str = "[prohibit.fire]\nwho = \"NORTH\"\nacts = [\"shot\"]\n\
        from = \"2030-01-01\"\n[condition.quiet]\nholds = \"prohibit.fire\"\nfor = \"60 days\"\n\
        watched = \"not needed\"\n";
    let at = day(50);
    let clock = |bodies: &[Body]| -> (ClockState, Option<String>, Option<String>) {
        let clocks = answer("", TERMS, bodies, at).clocks;
        let of = |clock: &Clock| (clock.state, clock.from.clone(), clock.due.clone());
        clocks.iter().find(|clock| clock.provision == "condition.quiet").map(of).unwrap()
    };
    let whole = (ClockState::Running, Some(day(0).to_string()), Some(day(60).to_string()));
    let broken = (ClockState::Running, Some(day(42).to_string()), Some(day(102).to_string()));
    let found = violation(41, 42);
    let taken_back = retraction(1, &found);
    let given_back = retraction(2, &taken_back);
    assert_eq!(clock(&[]), whole);
    assert_eq!(clock(std::slice::from_ref(&found)), broken);
    assert_eq!(clock(&[found.clone(), taken_back.clone()]), whole);
    assert_eq!(clock(&[found, taken_back, given_back]), broken);
}

#[test]
fn what_is_brought_about_from_outside_a_circle_moves_all_of_it() {
    const TERMS: &str = "[prohibit.fire]\nwho = \"NORTH\"\nacts = [\"shot\"]\n\
        requires = \"guarantee.help\"\n[guarantee.help]\nby = \"SOUTH\"\n\
        requires = \"prohibit.fire\"\n";
    let starts = |bodies: &[Body]| -> Vec<Option<String>> {
        let life = answer("", TERMS, bodies, day(9)).life.unwrap();
        life.provisions.into_iter().map(|turning| turning.at).collect()
    };
    assert_eq!(starts(&[]), [None, None]);
    for of in ["prohibit.fire", "guarantee.help"] {
        let mut act = Act::new(ActKind::EntryIntoForce, "NORTH", day(5), "decree");
        act.provisions = vec![of.into()];
        let came = Some(day(5).to_string());
        assert_eq!(starts(&[Body::Act(act)]), [came.clone(), came], "{of}");
    }
}

#[test]
fn an_agreement_that_waits_for_a_quiet_which_lasts_as_long_as_it_does_has_its_term() {
    const FRONT: &str = "[force]\nrequires = [\"condition.quiet\"]\nterm = \"15 years\"\n";
    const TERMS: &str = "[prohibit.fire]\nwho = \"NORTH\"\nacts = [\"shot\"]\n\
        from = \"2030-01-01\"\n[condition.quiet]\nholds = \"prohibit.fire\"\nfor = \"60 days\"\n\
        watched = \"not needed\"\n";
    let life = answer(FRONT, TERMS, &[], day(90)).life.unwrap();
    assert_eq!(life.force.at.as_deref(), Some("2030-03-02T00:00:00Z"));
    assert_eq!(life.end.at.as_deref(), Some("2045-03-02T00:00:00Z"));
}

#[test]
fn notice_against_an_automatic_extension_ends_it_and_the_end_is_known_before() {
    const FRONT: &str = "[force]\nfrom = \"2030-01-01\"\nterm = \"1 year\"\n\
        extension = { by = \"automatic\", for = \"1 year\", notice = \"30 days\" }\n";
    const TERMS: &str = "[prohibit.fire]\nwho = \"NORTH\"\nacts = [\"shot\"]\n";
    let end = |bodies: &[Body], at: i64| answer(FRONT, TERMS, bodies, day(at)).life.unwrap().end.at;
    let years = |n: u32| Some(format!("{}-01-01T00:00:00Z", 2030 + n));
    assert_eq!(end(&[], 10), years(1));
    assert_eq!(end(&[], 340), years(2));
    assert_eq!(end(&[], 400), years(2));
    let notice = Body::Act(Act::new(ActKind::Notice, "SOUTH", day(300), "note"));
    assert_eq!(end(std::slice::from_ref(&notice), 340), years(1));
    assert_eq!(end(&[notice], 4_000), years(1));
}
