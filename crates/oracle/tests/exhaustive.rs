//! Every history of at most three entries over four instants, for each rule, with the retraction
//! of each entry and its restoration. What is so small can be tried completely.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that stops has failed")]

use servanda_oracle::{Case, compare};
use servanda_steps::{Entered, EntryId, Event, Plan, Rule, Truth};
use servanda_time::{Amount, Instant, Zone};

/// Three days and a half, among them the one on which the clocks go forward.
const INSTANTS: [&str; 4] =
    ["2026-03-28T02:30", "2026-03-29T01:30", "2026-03-29T03:30", "2026-03-31T00:00"];

fn instant(text: &str) -> Instant {
    Instant::parse(&format!("{text}[Europe/Vienna]"), None).unwrap()
}

/// Each rule, with no more below it than it needs.
fn plans() -> Vec<Plan> {
    let day: Amount = "1 day".parse().unwrap();
    let covered = Rule::Covered { by: 0, inside: Truth::Yes, outside: Truth::No };
    let doubted = Rule::Covered { by: 0, inside: Truth::Unknown, outside: Truth::Yes };
    let mut plans = Vec::new();
    let mut plan = |build: &dyn Fn(&mut Plan)| {
        let mut plan =
            Plan::new(Zone::named("Europe/Vienna").unwrap(), instant("2026-04-03T00:00"));
        build(&mut plan);
        plans.push(plan);
    };
    plan(&|plan| {
        let a = plan.push(covered.clone()).unwrap();
        let b = plan.push(Rule::Not(a)).unwrap();
        let c = plan.push(Rule::MoreThan { of: 0, n: 1, per: day }).unwrap();
        plan.push(Rule::All(vec![a, c])).unwrap();
        plan.push(Rule::Any(vec![b, c])).unwrap();
        plan.push(Rule::Level { of: 0, more_than: 2 }).unwrap();
    });
    plan(&|plan| {
        plan.push(Rule::Answered { trigger: 0, answer: 0, within: day }).unwrap();
        plan.push(Rule::Answered { trigger: 0, answer: 1, within: day }).unwrap();
        let first = plan.push(Rule::At(instant(INSTANTS[0]))).unwrap();
        plan.push(Rule::Served { done: 0, first, every: day }).unwrap();
    });
    plan(&|plan| {
        let a = plan.push(covered.clone()).unwrap();
        let b = plan.push(Rule::Not(a)).unwrap();
        plan.push(Rule::Held { of: b, length: day }).unwrap();
        let c = plan.push(doubted.clone()).unwrap();
        plan.push(Rule::Held { of: c, length: day }).unwrap();
    });
    plan(&|plan| {
        let a = plan.push(covered.clone()).unwrap();
        let first = plan.push(Rule::First(a)).unwrap();
        let later = plan.push(Rule::Plus { of: first, amount: day }).unwrap();
        let b = plan.push(doubted.clone()).unwrap();
        let c = plan.push(Rule::Not(b)).unwrap();
        let doubt = plan.push(Rule::First(c)).unwrap();
        plan.push(Rule::Since(doubt)).unwrap();
        plan.push(Rule::Between(doubt, later)).unwrap();
        let early = plan.push(Rule::Minus { of: first, amount: day }).unwrap();
        let least = plan.push(Rule::Earliest(vec![early, doubt])).unwrap();
        let last = plan.push(Rule::Latest(vec![first, doubt])).unwrap();
        plan.push(Rule::Clock { start: least, due: later, done: last }).unwrap();
    });
    plans
}

/// From each instant to each later one, or open.
fn entries() -> Vec<(Instant, Instant)> {
    let instants = INSTANTS.map(instant);
    let mut entries = Vec::new();
    for (n, from) in instants.iter().enumerate() {
        entries.extend(instants[n + 1..].iter().map(|to| (*from, *to)));
        entries.push((*from, Instant::MAX));
    }
    entries
}

fn histories(length: usize) -> Vec<Vec<(Instant, Instant)>> {
    let mut all = vec![Vec::new()];
    for _ in 0..length {
        all = all
            .iter()
            .flat_map(|history: &Vec<_>| {
                entries().into_iter().map(|entry| [history.as_slice(), &[entry]].concat())
            })
            .collect();
    }
    all
}

/// Tries all histories of so many entries; gives how many cases that were.
fn try_all(length: usize) -> usize {
    let id = |n: usize| EntryId { entry: n as u64, row: 0 };
    let mut cases = 0;
    for history in histories(length) {
        let mut entered = Vec::new();
        for (n, &(from, to)) in history.iter().enumerate() {
            // The last entry answers where a rule tells triggers and answers apart.
            let channel = u32::from(n == 2);
            let entry = Entered { id: id(n), from, to, key: 0, amount: n as i64 + 1 };
            entered.push(Event::Enter(0, entry));
            entered.extend((channel == 1).then_some(Event::Enter(1, entry)));
        }
        for n in 0..length {
            let mut events = entered.clone();
            events.extend([Event::Retract(id(n)), Event::Restore(id(n))]);
            for plan in plans() {
                let case = Case { plan, events: events.clone(), instants: vec![] };
                if let Err(difference) = compare(&case, 0) {
                    panic!("{difference}: {case:#?}");
                }
                cases += 1;
            }
        }
    }
    cases
}

#[test]
fn every_history_of_one_or_two_entries() {
    assert_eq!(try_all(1), 10 * 4);
    assert_eq!(try_all(2), 100 * 2 * 4);
}

#[test]
fn every_history_of_three_entries() {
    assert_eq!(try_all(3), 1000 * 3 * 4);
}
