//! What must hold of every plan and every history, whatever the definitions of single rules.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that stops has failed")]

use servanda_oracle::Case;
use servanda_steps::{
    Channel, Engine, Entered, EntryId, Event, Kind, NodeId, Plan, Rule, Steps, Truth,
};
use servanda_time::{Amount, Instant, Unit};
use std::collections::{BTreeMap, BTreeSet};

const CASES: u64 = 1_500;

fn cases() -> impl Iterator<Item = Case> {
    // Other seeds than those that are compared with the oracle.
    (1 << 40..(1 << 40) + CASES).map(Case::of)
}

fn after(case: &Case) -> Engine {
    let mut engine = Engine::new(case.plan.clone());
    engine.apply(case.events.iter().copied());
    engine
}

fn truths(plan: &Plan) -> Vec<NodeId> {
    plan.nodes().filter(|node| plan.rule(*node).unwrap().kind() == Kind::Truth).collect()
}

/// The case with more rules on top.
fn with(case: &Case, add: impl FnOnce(&mut Plan, &[NodeId])) -> Engine {
    let mut case = case.clone();
    let nodes = truths(&case.plan);
    add(&mut case.plan, &nodes);
    after(&case)
}

fn steps(engine: &Engine, node: NodeId) -> &Steps<Truth> {
    engine.steps(node).unwrap()
}

#[test]
fn an_entry_that_is_there_already_changes_nothing() {
    for case in cases() {
        let mut engine = after(&case);
        for event in case.events.iter().filter(|event| matches!(event, Event::Enter(..))) {
            assert_eq!(engine.apply([*event]), []);
        }
    }
}

#[test]
fn what_is_retracted_and_restored_is_as_if_nothing_had_been() {
    for case in cases() {
        let mut engine = after(&case);
        let before: Vec<_> = case.plan.nodes().map(|n| engine.value(n, case.instants[0])).collect();
        for (_, entered) in case.live() {
            let gone = engine.retract(entered.id).len();
            let back = engine.restore(entered.id).len();
            assert_eq!(gone, back);
        }
        let now: Vec<_> = case.plan.nodes().map(|n| engine.value(n, case.instants[0])).collect();
        assert_eq!(before, now);
    }
}

#[test]
fn an_entry_on_a_channel_that_nobody_reads_changes_nothing() {
    for case in cases() {
        let mut engine = after(&case);
        let id = EntryId { entry: 1_000, row: 0 };
        let entered = Entered { id, from: Instant::MIN, to: Instant::MAX, key: 0, amount: 1 };
        assert_eq!(engine.enter(99, entered), []);
    }
}

#[test]
fn not_all_is_any_not() {
    for case in cases() {
        let mut pair = Vec::new();
        let engine = with(&case, |plan, nodes| {
            let all = plan.push(Rule::All(nodes.to_vec())).unwrap();
            pair.push(plan.push(Rule::Not(all)).unwrap());
            let not = nodes.iter().map(|node| plan.push(Rule::Not(*node)).unwrap()).collect();
            pair.push(plan.push(Rule::Any(not)).unwrap());
        });
        assert_eq!(steps(&engine, pair[0]), steps(&engine, pair[1]));
    }
}

#[test]
fn what_is_held_for_no_time_is_what_holds() {
    for case in cases() {
        let mut held = Vec::new();
        let length = Amount { count: 0, unit: Unit::Day };
        let engine = with(&case, |plan, nodes| {
            for of in nodes {
                held.push((*of, plan.push(Rule::Held { of: *of, length }).unwrap()));
            }
        });
        for (of, held) in held {
            assert_eq!(steps(&engine, of), steps(&engine, held));
        }
    }
}

#[test]
fn what_is_held_longer_is_held_less() {
    for case in cases() {
        let mut chains = Vec::new();
        let engine = with(&case, |plan, nodes| {
            for of in nodes {
                let mut held = |count| {
                    let length = Amount { count, unit: Unit::Day };
                    plan.push(Rule::Held { of: *of, length }).unwrap()
                };
                chains.push([*of, held(1), held(3)]);
            }
        });
        for [of, short, long] in chains {
            let all = [of, short, long].map(|node| steps(&engine, node));
            let instants = all.iter().flat_map(|steps| steps.changes().iter().map(|(at, _)| *at));
            for at in instants {
                assert!(all[0].at(at) >= all[1].at(at) && all[1].at(at) >= all[2].at(at));
            }
        }
    }
}

#[test]
fn more_entries_never_end_a_breach() {
    for case in cases() {
        let mut leaves = Vec::new();
        let mut case = case.clone();
        for of in 0..3 {
            let per = Amount { count: 2, unit: Unit::Day };
            leaves.push(case.plan.push(Rule::MoreThan { of, n: 1, per }).unwrap());
            let covered = Rule::Covered { by: of, inside: Truth::Yes, outside: Truth::No };
            leaves.push(case.plan.push(covered).unwrap());
        }
        let mut engine = Engine::new(case.plan.clone());
        for event in &case.events {
            let begun: Vec<usize> = leaves.iter().map(|n| engine.history(*n).count()).collect();
            engine.apply([*event]);
            for (leaf, begun) in leaves.iter().zip(begun) {
                for change in engine.history(*leaf).skip(begun) {
                    let grew = change.was < change.is;
                    assert_eq!(grew, !matches!(event, Event::Retract(_)), "{event:?} {change:?}");
                }
            }
        }
    }
}

/// A week later; instants before the year 1900 stand for "always" and stay.
fn shifted(at: Instant) -> Instant {
    const YEAR_1900_MS: i64 = -2_208_988_800_000;
    match at {
        Instant::MAX => at,
        _ if at.ms() < YEAR_1900_MS => at,
        _ => at.plus_ms(7 * 86_400_000),
    }
}

#[test]
fn a_week_later_all_is_as_it_was_a_week_before() {
    let uneven = |rule: &Rule| {
        let text = format!("{rule:?}");
        text.contains("Month") || text.contains("Year")
    };
    let mut compared = 0;
    for case in cases() {
        // Months and the change of the clocks know the date.
        if case.plan.zone().name() != "UTC" || case.plan.rules().iter().any(uneven) {
            continue;
        }
        let mut plan = Plan::new(case.plan.zone().clone(), shifted(case.plan.until()));
        for rule in case.plan.rules() {
            let rule = match rule {
                Rule::At(at) => Rule::At(shifted(*at)),
                rule => rule.clone(),
            };
            plan.push(rule).unwrap();
        }
        let later = |event: &Event| match *event {
            Event::Enter(channel, entered) => {
                let (from, to) = (shifted(entered.from), shifted(entered.to));
                Event::Enter(channel, Entered { from, to, ..entered })
            }
            other => other,
        };
        let events = case.events.iter().map(later).collect();
        let moved = after(&Case { plan, events, instants: vec![] });
        let engine = after(&case);
        for node in truths(&case.plan) {
            let right: Vec<(Instant, Truth)> =
                steps(&engine, node).changes().iter().map(|(at, v)| (shifted(*at), *v)).collect();
            assert_eq!(steps(&moved, node).changes(), right);
            compared += 1;
        }
    }
    assert!(compared > 100, "{compared}");
}

/// Whether a node says something else at an instant without some entries.
fn is_other(case: &Case, live: &[(Channel, Entered)], node: NodeId, at: Instant) -> bool {
    let left = live.iter().copied();
    Engine::of(case.plan.clone(), left).value(node, at) != after(case).value(node, at)
}

#[test]
fn no_smaller_set_flips_a_value_than_the_one_that_is_found() {
    let mut found = 0;
    for case in cases().take(300) {
        let engine = after(&case);
        let live = case.live();
        let ids: Vec<EntryId> =
            live.iter().map(|(_, e)| e.id).collect::<BTreeSet<_>>().into_iter().collect();
        let node = case.plan.nodes().last().unwrap();
        let at = *case.instants.last().unwrap();
        let Some(flips) = engine.flips(node, at, &BTreeMap::new()) else { continue };
        assert!(flips.complete);
        let without = |gone: &dyn Fn(&EntryId) -> bool| -> Vec<(Channel, Entered)> {
            live.iter().filter(|(_, e)| !gone(&e.id)).copied().collect()
        };
        let size = flips.entries.len();
        if size > 0 {
            let rest = without(&|id| flips.entries.contains(id));
            assert!(is_other(&case, &rest, node, at));
            found += 1;
        }
        for set in 0_u32..1 << ids.len() {
            let is_smaller = set.count_ones() < if size > 0 { size as u32 } else { 4 };
            if is_smaller {
                let gone = |id: &EntryId| set >> ids.binary_search(id).unwrap() & 1 == 1;
                assert!(!is_other(&case, &without(&gone), node, at));
            }
        }
    }
    assert!(found > 30, "{found}");
}
