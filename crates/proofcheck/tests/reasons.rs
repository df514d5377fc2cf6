//! Every reason of random cases is accepted, and reasons that were tampered with are refused.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that stops has failed")]

use servanda_oracle::{Case, Oracle, Random, Sums, live_after};
use servanda_proofcheck::check;
use servanda_steps::{
    Absence, Channel, Engine, Entered, EntryId, Moment, Phase, Plan, Reason, Truth, Value,
};
use servanda_time::{Instant, Interval};
use std::collections::BTreeMap;

const CASES: u64 = 2_000;
const CASES_TAMPERED_WITH: u64 = 600;

/// What there is to explain of a case: each node at some instants, after all events.
fn reasons(case: &Case, seed: u64) -> Vec<Reason> {
    let mut random = Random::new(seed);
    let mut engine = Engine::new(case.plan.clone());
    engine.apply(case.events.iter().copied());
    let mut reasons = Vec::new();
    for node in case.plan.nodes() {
        let changes = engine.steps(node).map(|steps| steps.changes().to_vec()).unwrap_or_default();
        let changes: Vec<Instant> = changes.into_iter().map(|(at, _)| at).collect();
        let picked = [random.pick(&changes), random.pick(&changes), random.pick(&case.instants)];
        for at in picked.into_iter().flatten() {
            let moved = at.plus_ms(random.below(3) as i64 - 1);
            reasons.extend(engine.why(node, moved));
        }
    }
    reasons
}

#[test]
fn every_reason_is_accepted_and_says_what_is_so() {
    let mut accepted = 0;
    for seed in 0..CASES {
        let case = Case::of(seed);
        let live = case.live();
        let sums = Sums::default();
        let oracle = Oracle::new(&case.plan, &live, &sums);
        for reason in reasons(&case, seed) {
            if let Err(refusal) = check(&case.plan, &live, &reason) {
                panic!("seed {seed}: {refusal}: {reason:#?} {case:#?}");
            }
            assert_eq!(reason.is, oracle.value(reason.node, reason.when.from), "seed {seed}");
            accepted += 1;
        }
    }
    assert!(accepted > 5 * CASES, "{accepted}");
}

/// Changes one thing in a reason; whether there was anything to change.
type Tamper = fn(&mut Reason, &mut Random) -> bool;

fn other(value: Value, random: &mut Random) -> Value {
    let up = 1 + random.below(2) as usize;
    match value {
        Value::Truth(was) => {
            const ALL: [Truth; 3] = [Truth::No, Truth::Unknown, Truth::Yes];
            Value::Truth(ALL[(was as usize + up) % 3])
        }
        Value::Phase(was) => {
            const ALL: [Phase; 6] = [
                Phase::Waiting,
                Phase::Running,
                Phase::Met,
                Phase::Late,
                Phase::Overdue,
                Phase::Unknown,
            ];
            Value::Phase(ALL[(was as usize + up) % 6])
        }
        Value::Moment(was) => {
            let sooner =
                |at: Instant| if at > Instant::MIN { at.plus_ms(-1) } else { at.plus_ms(1) };
            let surely = was.surely().map_or(Some(Instant::EPOCH), |at| Some(sooner(at)));
            Value::Moment(Moment::new(surely, was.at_earliest()))
        }
    }
}

fn moved(within: Interval, random: &mut Random) -> Interval {
    let ms = if random.chance(50) { 1 } else { -1 };
    match random.chance(50) {
        true => Interval { from: within.from.plus_ms(ms), to: within.to },
        false => Interval { from: within.from, to: within.to.plus_ms(ms) },
    }
}

fn one<'a, T>(of: &'a mut [T], random: &mut Random) -> Option<&'a mut T> {
    let n = random.below(of.len() as u64) as usize;
    of.get_mut(n)
}

const TAMPERS: [(&str, Tamper); 9] = [
    ("another value", |reason, random| {
        reason.is = other(reason.is, random);
        true
    }),
    ("an instant moved", |reason, random| {
        let was = reason.when;
        reason.when = moved(was, random);
        reason.when != was
    }),
    ("a citation dropped", |reason, random| {
        let n = random.below(reason.cites.len() as u64) as usize;
        let there = n < reason.cites.len();
        if there {
            reason.cites.remove(n);
        }
        there
    }),
    ("an entry cited that is not live", |reason, _| {
        reason.cites.push(EntryId { entry: 1_000, row: 0 });
        true
    }),
    ("a part dropped", |reason, random| {
        let n = random.below(reason.parts.len() as u64) as usize;
        let there = n < reason.parts.len();
        if there {
            reason.parts.remove(n);
        }
        there
    }),
    ("a part added", |reason, _| {
        reason.parts.push(reason.clone());
        true
    }),
    ("another absence", |reason, random| {
        let choice = random.below(4);
        let Some(absence) = one(&mut reason.absences, random) else { return false };
        let was: Absence = *absence;
        match choice {
            0 => absence.examined += 1,
            1 => absence.digest ^= 1,
            2 => absence.channel += 1,
            _ => absence.within = moved(absence.within, random),
        }
        *absence != was
    }),
    ("an absence dropped", |reason, _| reason.absences.pop().is_some()),
    ("another node", |reason, random| {
        let Some(part) = one(&mut reason.parts, random) else { return false };
        let node = part.node;
        part.node = reason.node;
        part.node != node
    }),
];

/// Tampers with the reason itself or with one below it.
fn tampered(reason: &Reason, tamper: Tamper, random: &mut Random) -> Option<Reason> {
    let mut copy = reason.clone();
    let mut place = &mut copy;
    while !place.parts.is_empty() && random.chance(70) {
        let n = random.below(place.parts.len() as u64) as usize;
        place = &mut place.parts[n];
    }
    tamper(place, random).then_some(copy)
}

/// Whether everything that a reason claims is so, at the ends of its intervals and wherever the
/// oracle sees a change inside.
fn is_true(oracle: &Oracle<'_>, plan: &Plan, reason: &Reason) -> bool {
    if plan.rule(reason.node).is_none() || reason.when.from >= reason.when.to {
        return false;
    }
    let mut instants = vec![reason.when.from, reason.when.to.plus_ms(-1)];
    instants.extend(oracle.cuts(reason.node).iter().filter(|at| reason.when.contains(**at)));
    instants.into_iter().all(|at| oracle.value(reason.node, at) == reason.is)
        && reason.parts.iter().all(|part| is_true(oracle, plan, part))
}

#[test]
fn a_reason_that_was_tampered_with_is_refused() {
    let mut figures: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for seed in 0..CASES_TAMPERED_WITH {
        let case = Case::of(seed);
        let live = case.live();
        let sums = Sums::default();
        let oracle = Oracle::new(&case.plan, &live, &sums);
        let mut random = Random::new(seed);
        for reason in reasons(&case, seed) {
            for (name, tamper) in TAMPERS {
                let Some(tampered) = tampered(&reason, tamper, &mut random) else { continue };
                let counted = figures.entry(name).or_default();
                counted.0 += 1;
                if check(&case.plan, &live, &tampered).is_err() {
                    counted.1 += 1;
                } else {
                    // What still follows from what is shown must be so: then nothing was forged.
                    assert!(
                        is_true(&oracle, &case.plan, &tampered),
                        "seed {seed}: {name}: {tampered:#?}"
                    );
                }
            }
        }
    }
    println!("tampering: tried, refused: {figures:#?}");
    for name in [
        "another value",
        "an entry cited that is not live",
        "another absence",
        "another node",
        "a part added",
    ] {
        let (tried, refused) = figures[name];
        assert!(tried > 1_000 && tried == refused, "{name}: {refused} of {tried}");
    }
    // The engine cites and shows no more than is needed.
    for name in ["a citation dropped", "a part dropped", "an absence dropped"] {
        let (tried, refused) = figures[name];
        assert!(tried > 500 && tried == refused, "{name}: {refused} of {tried}");
    }
}

/// The reason after an entry that it cites has gone.
fn without(live: &[(Channel, Entered)], id: EntryId) -> Vec<(Channel, Entered)> {
    live.iter().filter(|(_, entered)| entered.id != id).copied().collect()
}

#[test]
fn a_reason_does_not_outlive_what_it_cites() {
    let mut refused = 0;
    for seed in 0..CASES_TAMPERED_WITH {
        let case = Case::of(seed);
        let live = live_after(&case.events);
        for reason in reasons(&case, seed) {
            for id in reason.cited() {
                assert!(check(&case.plan, &without(&live, id), &reason).is_err(), "seed {seed}");
                refused += 1;
            }
        }
    }
    assert!(refused > 1_000, "{refused}");
}

#[test]
fn a_reason_of_another_plan_is_refused() {
    let case = Case::of(1);
    let reason = reasons(&case, 1).pop().unwrap();
    let empty = Plan::new(case.plan.zone().clone(), case.plan.until());
    let refusal = check(&empty, &case.live(), &reason).unwrap_err();
    assert_eq!(refusal.node, reason.node);
    assert!(refusal.to_string().contains("no such node"), "{refusal}");
}
