//! The laws, as properties: on random histories of an invented truce, in any order.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests stand outside of test functions"
)]

use proptest::prelude::*;
use servanda_comply::answer::{Answer, CiteBy, State};
use servanda_comply::{Ask, Evaluation, History, evaluate};
use servanda_entry::{
    Attrs, Basis, Body, Cite, Claim, Claims, Class, Correction, Count, Coverage, CoverageRow, Disc,
    Entry, Finding, Observation, Observations, Outcome, Place, Ref, Watch, content,
};
use servanda_terms::{Agreement, SourceText, load};
use servanda_time::Instant;
use servanda_tlog::sha256;
use std::collections::BTreeMap;

const HOUR_MS: i64 = 3_600_000;
/// The truce runs from hour 100 to hour 200 of the year 2030.
const FROM: i64 = 100;
const UNTIL: i64 = 200;

fn text(first: &str, second: &str) -> String {
    format!(
        r#"+++
id       = "silence"
title    = "Silence"
version  = "1"
timezone = "UTC"
[party.{first}]
name = "Party {first}"
[party.{second}]
name = "Party {second}"
[zone.valley]
circle = {{ lon = 10.0, lat = 50.0, radius_m = 10000 }}
[source.patrol]
shows = ["explosion"]
lag = "1 hour"
[source.press]
shows = ["report"]
lag = "1 hour"
[source.claims]
shows = ["claim"]
+++
## 1. Silence
```toml term
[except.drill]
acts = ["explosion"]
only = {{ drill = ["notified"] }}

[prohibit.fire]
who      = ["{first}", "{second}"]
acts     = ["explosion"]
where    = "valley"
from     = "2030-01-05T04:00Z"
until    = "2030-01-09T08:00Z"
except   = ["drill"]
shown_by = ["patrol", "press"]
```
"#
    )
}

fn agreement(first: &str, second: &str) -> Agreement {
    let source = SourceText::new("agreement.md", text(first, second));
    let (agreement, diagnostics) = load(&source, &BTreeMap::new());
    agreement.unwrap_or_else(|| panic!("{diagnostics:?}"))
}

fn at(hour: i64) -> i64 {
    Instant::parse("2030-01-01T00:00:00Z", None).unwrap().ms() + hour * HOUR_MS
}

#[derive(Debug, Clone)]
enum Fact {
    /// hour, length, metres east of the middle, radius, source, drill
    Seen(i64, i64, i32, u64, &'static str, bool),
    /// hour, length, how well, source
    Watched(i64, i64, Watch, &'static str),
    /// hour, length, against the first party
    Claimed(i64, i64, bool),
}

fn body(fact: &Fact, parties: (&str, &str)) -> Body {
    match *fact {
        Fact::Seen(hour, length, east_m, radius_m, source, drill) => {
            let attrs = if drill {
                Attrs::from([("drill".to_string(), "notified".to_string())])
            } else {
                Attrs::new()
            };
            let kind = if source == "patrol" { "explosion" } else { "report" };
            let row = Observation {
                at: Some(Place::Disc(Disc {
                    lat_e7: 500_000_000,
                    lon_e7: 100_000_000 + east_m * 140,
                    radius_mm: radius_m * 1000,
                })),
                attrs,
                count: None,
                from_ms: at(hour),
                key: None,
                kind: kind.into(),
                line: 0,
                origins: vec![],
                sides: vec![],
                to_ms: at(hour + length),
            };
            let source = source.into();
            Body::Observation(Observations { source, document: None, rows: vec![row] })
        }
        Fact::Watched(hour, length, watch, source) => {
            let row = CoverageRow {
                attrs: Attrs::new(),
                from_ms: at(hour),
                line: 0,
                to_ms: at(hour + length),
                watch,
                zone: Some("valley".into()),
            };
            let source = source.into();
            Body::Coverage(Coverage {
                source,
                document: None,
                basis: Basis::Stated,
                rows: vec![row],
            })
        }
        Fact::Claimed(hour, length, first) => {
            let (by, against) = if first { (parties.1, parties.0) } else { (parties.0, parties.1) };
            let row = Claim {
                address: None,
                against: Some(against.into()),
                by: by.into(),
                count: Some(Count::exactly(7, "as claimed")),
                from_ms: Some(at(hour)),
                line: 0,
                parts: BTreeMap::new(),
                quality: None,
                to_ms: Some(at(hour + length)),
                what: "breaches".into(),
            };
            Body::Claim(Claims { source: "claims".into(), document: None, rows: vec![row] })
        }
    }
}

fn finding(party: Option<&str>, hour: i64, length: i64, outcome: Outcome) -> Finding {
    Finding {
        from_ms: at(hour),
        of: vec![],
        outcome,
        party: party.map(Into::into),
        provision: "prohibit.fire".into(),
        reading: None,
        reason: "seen".into(),
        role: "head of verification".into(),
        severity: None,
        standard: "reasonable grounds".into(),
        to_ms: at(hour + length),
        zone: None,
    }
}

fn gather(bodies: Vec<Body>) -> History {
    History::gather(bodies.into_iter().enumerate().map(|(n, body)| {
        let entry = Entry {
            agreement: "silence".into(),
            by: "example.org/office".into(),
            seq: n as u64,
            prev: None,
            cite: Cite { root: sha256(b""), size: 0 },
            at: Instant::from_ms(at(1000)).unwrap(),
            class: Class::Public,
            body,
        };
        (n as u64 + 1, entry)
    }))
}

fn ask(history: &History, agreement: &Agreement, hour: i64) -> Evaluation {
    let at = Some(Instant::from_ms(at(hour)).unwrap());
    let ask = Ask { at, cite: CiteBy::Content, ..Ask::default() };
    evaluate(agreement, history, &ask)
}

fn answer(facts: &[Fact], more: Vec<Body>) -> Answer {
    // An entry that says nothing of the truce, so that there always is a time of receipt.
    let long_ago = [Fact::Watched(0, 1, Watch::Partial, "press")];
    let all = long_ago.iter().chain(facts);
    let mut bodies: Vec<Body> = all.map(|fact| body(fact, ("N", "S"))).collect();
    bodies.extend(more);
    ask(&gather(bodies), &agreement("N", "S"), 1000).answer
}

/// The state of a party at an instant, as the answer's runs tell it.
fn state_at(answer: &Answer, party: &str, ms: i64) -> State {
    let when = Instant::from_ms(ms).unwrap();
    let parse = |text: &Option<String>| text.as_ref().map(|t| Instant::parse(t, None).unwrap());
    let line = answer.provisions[0].lines.iter().find(|l| l.party.as_deref() == Some(party));
    let run = line.unwrap().runs.iter().find(|run| {
        parse(&run.from).is_none_or(|from| from <= when)
            && parse(&run.to).is_none_or(|to| when < to)
    });
    run.unwrap_or_else(|| panic!("no run at {when}")).state
}

fn facts() -> impl Strategy<Value = Vec<Fact>> {
    let source = || prop_oneof![Just("patrol"), Just("press")];
    let watch = || prop_oneof![Just(Watch::Complete), Just(Watch::Partial), Just(Watch::Blind)];
    let fact = prop_oneof![
        (80_i64..220, 1_i64..4, -14_000_i32..14_000, 0_u64..3_000, source(), any::<bool>())
            .prop_map(|(h, l, e, r, s, d)| Fact::Seen(h, l, e, r, s, d)),
        (80_i64..220, 1_i64..30, watch(), source())
            .prop_map(|(h, l, w, s)| Fact::Watched(h, l, w, s)),
        (80_i64..220, 1_i64..30, any::<bool>()).prop_map(|(h, l, f)| Fact::Claimed(h, l, f)),
    ];
    prop::collection::vec(fact, 0..12)
}

/// The same state from its definition, slowly: what the issue's order of tests says of one party
/// at one instant.
fn by_definition(facts: &[Fact], findings: &[Finding], party: &str, ms: i64) -> State {
    let inside = |hour: i64, length: i64| at(hour) <= ms && ms < at(hour + length);
    if ms < at(FROM) {
        return State::NotInForce;
    }
    if ms >= at(UNTIL) {
        return State::Ended;
    }
    // A finding that names nobody is on everybody; a violation by nobody named makes nobody a
    // violator, and nobody clean.
    let standing: Vec<&Finding> = findings
        .iter()
        .filter(|f| f.from_ms <= ms && ms < f.to_ms)
        .filter(|f| f.party.as_deref().is_none_or(|named| named == party))
        .collect();
    if standing.iter().any(|f| f.outcome == Outcome::Violation && f.party.is_some()) {
        return State::Violated;
    }
    let clean = !standing.is_empty() && standing.iter().all(|f| f.outcome == Outcome::NoViolation);
    // Metres from the middle of the valley, whose border lies between these two.
    let surely_in =
        |east: i32, radius: u64| f64::from(east.abs()) * 1.001 + (radius as f64) < 9_950.0;
    let maybe_in =
        |east: i32, radius: u64| f64::from(east.abs()) * 0.999 - (radius as f64) < 10_050.0;
    let mut watched = false;
    let mut complete = false;
    let mut alleged = false;
    for source in ["patrol", "press"] {
        let mut any = false;
        let mut all = false;
        let mut blind = false;
        for fact in facts {
            match *fact {
                Fact::Watched(h, l, watch, s) if s == source && inside(h, l) => match watch {
                    Watch::Complete => (any, all) = (true, true),
                    Watch::Partial => any = true,
                    Watch::Blind => blind = true,
                },
                // What was seen within the hour, there or on the edge, was watched.
                Fact::Seen(h, 1, e, r, s, _) if s == source && inside(h, 1) && maybe_in(e, r) => {
                    any = true;
                }
                _ => {}
            }
        }
        watched |= any && !blind;
        complete |= all && !blind;
    }
    for fact in facts {
        match *fact {
            Fact::Claimed(h, l, first) if inside(h, l) && (party == "N") == first => alleged = true,
            Fact::Seen(h, l, e, r, "patrol", false)
                if inside(h, l) && surely_in(e, r) && h >= FROM && h + l <= UNTIL =>
            {
                alleged = true;
            }
            _ => {}
        }
    }
    match (watched, alleged) {
        (false, _) => State::NotObserved,
        (true, true) => State::Alleged,
        (true, false) if clean && complete => State::Kept,
        (true, false) => State::Undetermined,
    }
}

/// Facts whose place is clearly inside, outside or across: the border's own metres are `place`'s
/// to test.
fn clear(facts: &[Fact]) -> bool {
    facts.iter().all(|fact| match *fact {
        Fact::Seen(_, _, e, r, _, _) => {
            let (near, far) = (i64::from(e.abs()) - r as i64, i64::from(e.abs()) + r as i64);
            (near - 10_000).abs() > 120 && (far - 10_000).abs() > 120
        }
        _ => true,
    })
}

/// The party, hour, length and outcome of a finding.
fn found() -> impl Strategy<Value = (Option<&'static str>, i64, i64, Outcome)> {
    let party = prop_oneof![Just(None), Just(Some("N")), Just(Some("S"))];
    let outcome = prop::sample::select(vec![
        Outcome::Violation,
        Outcome::NoViolation,
        Outcome::Undetermined,
        Outcome::NotObservable,
    ]);
    (party, 80_i64..220, 1_i64..40, outcome)
}

proptest! {
    #[test]
    fn states_are_what_their_definition_says(
        facts in facts(),
        found in prop::collection::vec(found(), 0..3),
        probes in prop::collection::vec(at(90)..at(230), 8),
    ) {
        prop_assume!(clear(&facts));
        let findings: Vec<Finding> =
            found.iter().map(|(p, h, l, o)| finding(*p, *h, *l, *o)).collect();
        let answer = answer(&facts, findings.iter().cloned().map(Body::Finding).collect());
        for ms in probes {
            for party in ["N", "S"] {
                prop_assert_eq!(
                    state_at(&answer, party, ms),
                    by_definition(&facts, &findings, party, ms),
                    "{} at {}", party, Instant::from_ms(ms).unwrap()
                );
            }
        }
    }

    #[test]
    fn software_alone_never_finds(facts in facts()) {
        let answer = answer(&facts, vec![]);
        for line in &answer.provisions[0].lines {
            for run in &line.runs {
                prop_assert!(!matches!(run.state, State::Violated | State::Kept), "{:?}", run);
            }
        }
        prop_assert!(answer.headline[0].starts_with("No person has made a finding"));
    }

    #[test]
    fn silence_is_not_compliance(hour in 100_i64..190, length in 1_i64..10) {
        // Even a finding of no violation keeps nothing that nobody watched.
        let clean = finding(None, hour, length, Outcome::NoViolation);
        let answer = answer(&[], vec![Body::Finding(clean)]);
        for line in &answer.provisions[0].lines {
            prop_assert_eq!(line.state, State::NotObserved);
        }
    }

    #[test]
    fn any_order_gives_the_same_bytes(facts in facts(), seed in any::<u64>()) {
        let mut shuffled = facts.clone();
        let mut state = seed;
        for i in (1..shuffled.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            shuffled.swap(i, (state >> 33) as usize % (i + 1));
        }
        let text = |facts: &[Fact]| serde_json::to_string(&answer(facts, vec![])).unwrap();
        prop_assert_eq!(text(&facts), text(&shuffled));
    }

    #[test]
    fn a_retracted_finding_leaves_the_states_as_they_were(facts in facts(), hour in 100_i64..190) {
        let body = Body::Finding(finding(Some("N"), hour, 5, Outcome::Violation));
        let before = answer(&facts, vec![]);
        let during = answer(&facts, vec![body.clone()]);
        prop_assert_eq!(during.provisions[0].state, State::Violated);
        let of = Ref { entry: facts.len() as u64 + 2, id: content::body_id(&body), row: None };
        let taken_back = Body::Correction(Correction {
            by: None,
            of,
            reason: "the wrong day".into(),
            role: "head of verification".into(),
        });
        let after = answer(&facts, vec![body.clone(), taken_back.clone()]);
        prop_assert_eq!(&after.provisions, &before.provisions);
        prop_assert!(!after.findings[0].stands);
        // Taking the retraction back restores the finding.
        let again = Body::Correction(Correction {
            by: None,
            of: Ref {
                entry: facts.len() as u64 + 3,
                id: content::body_id(&taken_back),
                row: None,
            },
            reason: "it was the right day".into(),
            role: "head of verification".into(),
        });
        let restored = answer(&facts, vec![body, taken_back, again]);
        prop_assert_eq!(&restored.provisions, &during.provisions);
    }

    #[test]
    fn the_rules_are_the_same_for_each_side(facts in facts()) {
        // The same facts with the sides exchanged give the same states, exchanged.
        let mirrored: Vec<Fact> = facts
            .iter()
            .map(|fact| match *fact {
                Fact::Claimed(h, l, first) => Fact::Claimed(h, l, !first),
                ref other => other.clone(),
            })
            .collect();
        let (here, there) = (answer(&facts, vec![]), answer(&mirrored, vec![]));
        let states = |answer: &Answer, party: &str| {
            let mut lines = answer.provisions[0].lines.iter();
            let line = lines.find(|line| line.party.as_deref() == Some(party));
            line.unwrap().seconds.clone()
        };
        prop_assert_eq!(states(&here, "N"), states(&there, "S"));
        prop_assert_eq!(states(&here, "S"), states(&there, "N"));
    }

    #[test]
    fn what_may_lie_outside_is_no_possible_violation(
        hour in 100_i64..190,
        east in 9_000_i32..11_000,
    ) {
        // A disc of 2 km across the border decides nothing.
        let facts = [
            Fact::Seen(hour, 1, east, 2_000, "patrol", false),
            Fact::Watched(FROM, UNTIL - FROM, Watch::Partial, "patrol"),
        ];
        let answer = answer(&facts, vec![]);
        prop_assert_eq!(answer.provisions[0].possible_total, 0);
        prop_assert_eq!(answer.provisions[0].lines[0].state, State::Undetermined);
    }
}

#[test]
fn a_notified_drill_is_taken_out_and_still_counted() {
    let facts =
        [Fact::Seen(120, 1, 0, 100, "patrol", true), Fact::Seen(130, 1, 500, 100, "patrol", false)];
    let answer = answer(&facts, vec![]);
    let provision = &answer.provisions[0];
    assert_eq!(provision.possible_total, 1);
    assert_eq!(provision.excepted[0].incidents, 1);
    assert_eq!(provision.excepted[0].possible_without, 2);
}

#[test]
fn a_finding_on_an_incident_ends_its_being_merely_possible() {
    let facts = [Fact::Seen(120, 1, 0, 100, "patrol", false)];
    let Body::Observation(seen) = body(&facts[0], ("N", "S")) else { unreachable!() };
    let id = content::row_id(servanda_entry::Kind::Observation, "patrol", &seen.rows[0]);
    let mut found = finding(Some("S"), 120, 1, Outcome::Violation);
    found.of = vec![Ref { entry: 2, id, row: Some(0) }];
    let answer = answer(&facts, vec![Body::Finding(found)]);
    assert_eq!(answer.provisions[0].possible_total, 0);
    assert_eq!(state_at(&answer, "S", at(120)), State::Violated);
    assert_eq!(state_at(&answer, "N", at(120)), State::Undetermined);
}

/// A finding that rests on the first fact, an observation.
fn finding_on(facts: &[Fact], party: Option<&str>, outcome: Outcome) -> Body {
    let Body::Observation(seen) = body(&facts[0], ("N", "S")) else { unreachable!() };
    let id = content::row_id(servanda_entry::Kind::Observation, "patrol", &seen.rows[0]);
    let mut found = finding(party, 120, 1, outcome);
    found.of = vec![Ref { entry: 2, id, row: Some(0) }];
    Body::Finding(found)
}

#[test]
fn a_finding_for_one_side_does_not_acquit_the_other() {
    let facts = [Fact::Seen(120, 1, 0, 100, "patrol", false)];
    let answer = answer(&facts, vec![finding_on(&facts, Some("N"), Outcome::NoViolation)]);
    assert_eq!(answer.provisions[0].possible_total, 1);
    assert_eq!(state_at(&answer, "N", at(120)), State::Undetermined);
    assert_eq!(state_at(&answer, "S", at(120)), State::Alleged);
}

#[test]
fn a_violation_by_nobody_named_keeps_nobody_clean() {
    let watched = [Fact::Watched(FROM, UNTIL - FROM, Watch::Complete, "patrol")];
    let found = |outcome| Body::Finding(finding(None, FROM, UNTIL - FROM, outcome));
    let clean = answer(&watched, vec![found(Outcome::NoViolation)]);
    assert_eq!(clean.provisions[0].state, State::Kept);
    let torn = answer(&watched, vec![found(Outcome::NoViolation), found(Outcome::Violation)]);
    assert_eq!(torn.provisions[0].state, State::Violated);
    assert_eq!(state_at(&torn, "N", at(120)), State::Undetermined);
}

#[test]
fn what_an_act_may_cover_decides_nothing() {
    // Suspended for two of the three hours in which the shot can have been.
    let facts = [
        Fact::Seen(120, 3, 0, 100, "patrol", false),
        Fact::Watched(FROM, UNTIL - FROM, Watch::Partial, "patrol"),
    ];
    let from = servanda_time::Instant::from_ms(at(121)).unwrap();
    let kind = servanda_entry::ActKind::Suspension;
    let suspension = Body::Act(servanda_entry::Act {
        to_ms: Some(at(140)),
        ..servanda_entry::Act::new(kind, "the commission", from, "minutes 4")
    });
    let answer = answer(&facts, vec![suspension]);
    assert_eq!(answer.provisions[0].possible_total, 0);
    assert_eq!(state_at(&answer, "N", at(120)), State::Undetermined);
    assert_eq!(state_at(&answer, "N", at(122)), State::Suspended);
}

#[test]
fn an_open_question_about_the_future_is_not_answered() {
    // Asked in the middle of the truce, the answer says nothing of what is to come.
    let history =
        gather(vec![body(&Fact::Watched(80, 300, Watch::Complete, "patrol"), ("N", "S"))]);
    let answer = ask(&history, &agreement("N", "S"), 150).answer;
    let line = &answer.provisions[0].lines[0];
    let seconds: i64 = line.seconds.iter().map(|(_, seconds)| seconds).sum();
    assert_eq!(seconds, (150 - FROM) * 3600);
    assert_eq!(answer.provisions[0].state_at, State::Undetermined);
}
