//! Cases worked out by hand.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that stops has failed")]

use servanda_steps::{
    Change, Engine, Entered, EntryId, Moment, NodeId, PERIODS_MAX, Phase, Plan, Rule, Truth, Value,
};
use servanda_time::{Amount, Instant, Zone};
use std::collections::BTreeMap;

const BREACHES: u32 = 1;
const ACTS: u32 = 2;

fn zone() -> Zone {
    Zone::named("Europe/Vienna").unwrap()
}

fn at(text: &str) -> Instant {
    Instant::parse(text, Some(&zone())).unwrap()
}

fn span(text: &str) -> Amount {
    text.parse().unwrap()
}

fn id(entry: u64) -> EntryId {
    EntryId { entry, row: 0 }
}

fn entered(entry: u64, from: &str, to: &str) -> Entered {
    Entered { id: id(entry), from: at(from), to: at(to), key: 0, amount: 0 }
}

fn acted(entry: u64, from: &str, key: u64) -> Entered {
    Entered { id: id(entry), from: at(from), to: at(from).plus_ms(1), key, amount: 0 }
}

/// A plan of these rules, which name nodes by their place.
fn plan(rules: impl FnOnce(&mut dyn FnMut(Rule) -> NodeId)) -> Plan {
    let mut plan = Plan::new(zone(), at("2040-01-01"));
    rules(&mut |rule| plan.push(rule).unwrap());
    plan
}

/// Sixty days without a breach since the truce began.
fn quiet() -> (Engine, NodeId) {
    let mut held = None;
    let plan = plan(|add| {
        let start = add(Rule::At(at("2026-01-01")));
        let begun = add(Rule::Since(start));
        let breach = add(Rule::Covered { by: BREACHES, inside: Truth::Yes, outside: Truth::No });
        let none = add(Rule::Not(breach));
        let kept = add(Rule::All(vec![begun, none]));
        held = Some(add(Rule::Held { of: kept, length: span("60 days") }));
    });
    (Engine::new(plan), held.unwrap())
}

#[test]
fn sixty_days_are_counted_from_the_last_reset_by_the_calendar() {
    let (mut engine, held) = quiet();
    let changes = |engine: &Engine| engine.steps(held).unwrap().changes().to_vec();
    assert_eq!(changes(&engine), [(at("2026-03-02"), Truth::Yes)]);
    engine.enter(BREACHES, entered(1, "2026-02-10T11:00", "2026-02-10T12:00"));
    // The clocks go forward on 29 March, and it is noon all the same.
    assert_eq!(changes(&engine), [(at("2026-04-11T12:00"), Truth::Yes)]);
    let progress = engine.why_not_yet(held, at("2026-04-01T12:00")).unwrap();
    assert_eq!(progress.since, Some(at("2026-02-10T12:00")));
    assert_eq!(progress.due, Some(at("2026-04-11T12:00")));
    assert_eq!(progress.remaining_ms, Some(10 * 86_400_000));
    assert_eq!(progress.last_reset_by, Some(id(1)));
    let during = engine.why_not_yet(held, at("2026-02-10T11:30")).unwrap();
    assert_eq!((during.since, during.due, during.last_reset_by), (None, None, Some(id(1))));
    let before = engine.why_not_yet(held, at("2026-01-02")).unwrap();
    assert_eq!((before.since, before.last_reset_by), (Some(at("2026-01-01")), None));
    // One that comes late and lies earlier resets nothing that still counts.
    let late = engine.enter(BREACHES, entered(2, "2026-01-05", "2026-01-06"));
    assert!(late.iter().all(|change| change.node != held), "{late:?}");
    engine.retract(id(1));
    assert_eq!(changes(&engine), [(at("2026-03-07"), Truth::Yes)]);
}

#[test]
fn the_history_says_what_changed_and_by_which_entry() {
    let (mut engine, held) = quiet();
    engine.enter(BREACHES, entered(1, "2026-02-10T11:00", "2026-02-10T12:00"));
    engine.retract(id(1));
    engine.retract(id(1));
    engine.restore(id(1));
    let (no, yes) = (Value::Truth(Truth::No), Value::Truth(Truth::Yes));
    let when = servanda_time::Interval { from: at("2026-03-02"), to: at("2026-04-11T12:00") };
    let history: Vec<Change> = engine.history(held).copied().collect();
    assert_eq!(
        history,
        [
            Change { node: held, when, was: yes, is: no, by: id(1) },
            Change { node: held, when, was: no, is: yes, by: id(1) },
        ]
    );
    // Retracted twice, restored once: still dead. The second restoration brings it back.
    assert_eq!(engine.restore(id(1)).last(), Some(&history[0]));
}

#[test]
fn a_value_hangs_on_the_fewest_entries_and_on_whole_sources() {
    let (mut engine, held) = quiet();
    engine.enter(BREACHES, entered(1, "2026-02-10T11:00", "2026-02-10T12:00"));
    engine.enter(BREACHES, entered(2, "2026-02-10T11:30", "2026-02-10T13:00"));
    engine.enter(BREACHES, entered(3, "2026-07-01", "2026-07-02"));
    let sources = BTreeMap::from([(id(1), 7), (id(2), 7), (id(3), 8)]);
    let flips = engine.flips(held, at("2026-04-01"), &sources).unwrap();
    assert_eq!((flips.entries, flips.complete), (vec![id(1), id(2)], true));
    assert_eq!(flips.sources, [7]);
    let sure = engine.flips(held, at("2026-01-15"), &sources).unwrap();
    assert_eq!((sure.entries, sure.complete, sure.sources), (vec![], true, vec![]));
    assert_eq!(engine.truth(held, at("2026-04-01")), Some(Truth::No));
}

#[test]
fn what_was_restored_too_often_can_be_taken_out_all_the_same() {
    let (mut engine, held) = quiet();
    engine.enter(BREACHES, entered(1, "2026-02-10T11:00", "2026-02-10T12:00"));
    engine.restore(id(1));
    let flips = engine.flips(held, at("2026-04-01"), &BTreeMap::new()).unwrap();
    assert_eq!(flips.entries, [id(1)]);
    assert_eq!(engine.retract(id(1)), []);
    assert!(!engine.retract(id(1)).is_empty());
}

#[test]
fn of_the_entries_that_broke_it_the_last_to_start_reset_the_count() {
    let plan = plan(|add| {
        let many = add(Rule::MoreThan { of: BREACHES, n: 1, per: span("1 day") });
        let few = add(Rule::Not(many));
        add(Rule::Held { of: few, length: span("1 week") });
    });
    let held = plan.nodes().last().unwrap();
    let mut engine = Engine::new(plan);
    engine.enter(BREACHES, acted(5, "2026-02-10T11:00", 0));
    engine.enter(BREACHES, acted(4, "2026-02-10T20:00", 0));
    let progress = engine.why_not_yet(held, at("2026-02-12")).unwrap();
    assert_eq!(progress.last_reset_by, Some(id(4)));
    // The first stops counting after a day, and then they are few again.
    assert_eq!(progress.due, Some(at("2026-02-18T11:00")));
}

#[test]
fn a_search_that_is_too_long_ends_and_says_so() {
    let (mut engine, held) = quiet();
    for n in 0..60 {
        engine.enter(BREACHES, entered(n, "2026-02-10T11:00", "2026-02-10T12:00"));
    }
    let flips = engine.flips(held, at("2026-04-01"), &BTreeMap::new()).unwrap();
    assert_eq!((flips.entries, flips.complete), (vec![], false));
}

#[test]
fn a_complaint_is_answered_in_time_or_overdue_until_it_is() {
    let plan = plan(|add| {
        add(Rule::Answered { trigger: BREACHES, answer: ACTS, within: span("48 hours") });
    });
    let answered = plan.nodes().next().unwrap();
    let mut engine = Engine::new(plan);
    engine.enter(BREACHES, acted(1, "2026-03-28T10:00", 5));
    engine.enter(ACTS, acted(2, "2026-03-28T11:00", 6));
    let changes = |engine: &Engine| engine.steps(answered).unwrap().changes().to_vec();
    // 48 hours are elapsed hours, and one hour of that night did not exist.
    let due = at("2026-03-30T11:00");
    assert_eq!(changes(&engine), [(due, Truth::No)]);
    let why = engine.why(answered, due).unwrap();
    assert_eq!((why.cites.as_slice(), why.absences.len()), ([id(1)].as_slice(), 1));
    assert_eq!((why.absences[0].channel, why.absences[0].examined), (ACTS, 1));
    engine.enter(ACTS, acted(3, "2026-04-01T00:00", 5));
    assert_eq!(changes(&engine), [(due, Truth::No), (at("2026-04-01"), Truth::Yes)]);
    engine.enter(ACTS, acted(4, "2026-03-30T11:00", 5));
    assert_eq!(changes(&engine), []);
}

#[test]
fn monthly_periods_are_counted_from_the_first_and_do_not_drift() {
    let plan = plan(|add| {
        let first = add(Rule::At(at("2026-01-31")));
        add(Rule::Served { done: ACTS, first, every: span("1 month") });
    });
    let served = plan.nodes().last().unwrap();
    let mut engine = Engine::new(plan);
    // The periods begin on 31 January, 28 February, 31 March, 30 April.
    engine.enter(ACTS, acted(1, "2026-02-28", 0));
    let steps = engine.steps(served).unwrap();
    assert_eq!(
        steps.changes(),
        [
            (at("2026-02-28"), Truth::No),
            (at("2026-03-31"), Truth::Yes),
            (at("2026-04-30"), Truth::No)
        ]
    );
}

#[test]
fn no_more_periods_are_looked_at_than_the_limit() {
    let mut plan = Plan::new(Zone::utc(), Instant::MAX);
    let first = plan.push(Rule::At(Instant::EPOCH)).unwrap();
    let rule = Rule::Served { done: ACTS, first, every: span("1 second") };
    let served = plan.push(rule).unwrap();
    let mut engine = Engine::new(plan);
    let far = Entered {
        id: id(1),
        from: Instant::EPOCH.plus_ms(i64::from(PERIODS_MAX) * 1000 + 500),
        to: Instant::MAX,
        key: 0,
        amount: 0,
    };
    assert_eq!(engine.enter(ACTS, far), []);
    let end = Instant::EPOCH.plus_ms(i64::from(PERIODS_MAX) * 1000);
    let steps = engine.steps(served).unwrap();
    assert_eq!(steps.changes(), [(Instant::EPOCH.plus_ms(1000), Truth::No), (end, Truth::Unknown)]);
    let why = engine.why(served, end.plus_ms(-1)).unwrap();
    assert_eq!((why.absences.len(), why.cites.len()), (1, 0));
    assert_eq!(engine.why(served, end).unwrap().absences, []);
}

#[test]
fn a_deadline_waits_runs_and_is_met_or_late() {
    let plan = plan(|add| {
        let start = add(Rule::At(at("2026-01-10")));
        let due = add(Rule::Plus { of: start, amount: span("1 month") });
        let act = add(Rule::Covered { by: ACTS, inside: Truth::Yes, outside: Truth::No });
        let done = add(Rule::First(act));
        add(Rule::Clock { start, due, done });
    });
    let clock = plan.nodes().last().unwrap();
    let mut engine = Engine::new(plan);
    let (start, due) = ((at("2026-01-10"), Phase::Running), (at("2026-02-10"), Phase::Overdue));
    let changes = |engine: &Engine| engine.phases(clock).unwrap().changes().to_vec();
    assert_eq!(changes(&engine), [start, due]);
    engine.enter(ACTS, acted(1, "2026-02-11", 0));
    assert_eq!(changes(&engine), [start, due, (at("2026-02-11"), Phase::Late)]);
    engine.enter(ACTS, acted(2, "2026-02-10", 0));
    assert_eq!(changes(&engine), [start, (at("2026-02-10"), Phase::Met)]);
}

#[test]
fn nothing_is_said_from_the_end_of_the_plan_on() {
    let (mut engine, held) = quiet();
    engine.enter(BREACHES, entered(1, "2039-12-01", "2041-01-01"));
    assert_eq!(engine.truth(held, at("2040-01-01")), None);
    assert_eq!(engine.why(held, at("2040-01-01")), None);
    assert_eq!(engine.steps(held).unwrap().changes().last().unwrap().0, at("2039-12-01"));
}

#[test]
fn bounds_of_a_moment_are_in_order() {
    let (early, late) = (at("2026-01-01"), at("2026-02-01"));
    assert_eq!(Moment::new(Some(early), Some(late)), Moment::at(early));
    assert_eq!(Moment::new(Some(late), None), Moment::at(late));
    let doubt = Moment::new(Some(late), Some(early));
    assert_eq!((doubt.surely(), doubt.at_earliest()), (Some(late), Some(early)));
    let come: Vec<Truth> =
        [early.plus_ms(-1), early, late.plus_ms(-1), late].map(|at| doubt.come_by(at)).to_vec();
    assert_eq!(come, [Truth::No, Truth::Unknown, Truth::Unknown, Truth::Yes]);
    assert_eq!(Moment::NEVER.come_by(Instant::MAX), Truth::No);
    // The longer way round the end of a month may be the earlier one.
    let plan = plan(|add| {
        let child = add(Rule::Covered { by: ACTS, inside: Truth::Unknown, outside: Truth::No });
        let sure = add(Rule::Covered { by: BREACHES, inside: Truth::Yes, outside: Truth::No });
        let either = add(Rule::Any(vec![child, sure]));
        let first = add(Rule::First(either));
        add(Rule::Plus { of: first, amount: span("1 month") });
    });
    let moment = plan.nodes().last().unwrap();
    let mut engine = Engine::new(plan);
    engine.enter(ACTS, acted(1, "2026-01-29T23:00", 0));
    engine.enter(BREACHES, acted(2, "2026-01-30T01:00", 0));
    assert_eq!(engine.moment(moment), Some(Moment::at(at("2026-02-28T01:00"))));
}

#[test]
fn a_doubt_before_a_retracted_breach_counts_again() {
    let mut held = None;
    let plan = plan(|add| {
        let breach = add(Rule::Covered { by: BREACHES, inside: Truth::Yes, outside: Truth::No });
        let none = add(Rule::Not(breach));
        let watched = Rule::Covered { by: ACTS, inside: Truth::Yes, outside: Truth::Unknown };
        let watched = add(watched);
        let start = add(Rule::At(at("2026-01-01")));
        let begun = add(Rule::Since(start));
        let kept = add(Rule::All(vec![begun, none, watched]));
        held = Some(add(Rule::Held { of: kept, length: span("60 days") }));
    });
    let (mut engine, held) = (Engine::new(plan), held.unwrap());
    engine.enter(ACTS, entered(1, "2026-01-31", "2027-01-01"));
    let changes = |engine: &Engine| engine.steps(held).unwrap().changes().to_vec();
    let (possibly, surely) = (at("2026-03-02"), at("2026-04-01"));
    let whole =
        [(possibly, Truth::Unknown), (surely, Truth::Yes), (at("2027-01-01"), Truth::Unknown)];
    assert_eq!(changes(&engine), whole);
    engine.enter(BREACHES, entered(2, "2026-03-10", "2026-03-11"));
    engine.retract(id(2));
    assert_eq!(changes(&engine), whole);
}

#[test]
fn a_level_is_passed_by_more_and_not_by_as_much() {
    let plan = plan(|add| {
        add(Rule::Level { of: ACTS, more_than: 10 });
    });
    let level = plan.nodes().next().unwrap();
    let mut engine = Engine::new(plan);
    let amount = |entry, from, amount| Entered { amount, ..entered(entry, from, "2026-03-01") };
    engine.enter(ACTS, amount(1, "2026-01-01", 10));
    engine.enter(ACTS, amount(2, "2026-02-01", 1));
    let steps = engine.steps(level).unwrap();
    assert_eq!(steps.changes(), [(at("2026-02-01"), Truth::Yes), (at("2026-03-01"), Truth::No)]);
}

#[test]
fn the_earliest_of_a_date_and_an_act_is_explained_by_both() {
    let plan = plan(|add| {
        let date = add(Rule::At(at("2026-06-01")));
        let act = add(Rule::Covered { by: ACTS, inside: Truth::Yes, outside: Truth::No });
        let act = add(Rule::First(act));
        add(Rule::Earliest(vec![act, date]));
    });
    let earliest = plan.nodes().last().unwrap();
    let mut engine = Engine::new(plan);
    assert_eq!(engine.moment(earliest), Some(Moment::at(at("2026-06-01"))));
    engine.enter(ACTS, acted(1, "2026-05-01", 0));
    assert_eq!(engine.moment(earliest), Some(Moment::at(at("2026-05-01"))));
    let why = engine.why(earliest, at("2026-05-01")).unwrap();
    assert_eq!((why.parts.len(), why.cited()), (2, vec![id(1)]));
}

#[test]
fn what_begins_where_a_reason_ends_is_not_cited() {
    let plan = plan(|add| {
        let act = add(Rule::Covered { by: ACTS, inside: Truth::Yes, outside: Truth::No });
        add(Rule::Held { of: act, length: span("1 day") });
    });
    let held = plan.nodes().last().unwrap();
    let mut engine = Engine::new(plan);
    engine.enter(ACTS, entered(1, "2026-01-01", "2026-01-10"));
    engine.enter(ACTS, entered(2, "2026-01-05", "2026-01-20"));
    let last = at("2026-01-10").plus_ms(-1);
    assert_eq!(engine.why(held, last).unwrap().cited(), [id(1)]);
    assert_eq!(engine.why(held, last.plus_ms(1)).unwrap().cited(), [id(1), id(2)]);
}
