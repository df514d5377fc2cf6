//! Which way a change goes: one table, with reasons.
//!
//! A rule says what *more* of a parameter does: a later moment, a longer span, a greater number, a
//! list that holds the other. Less does the opposite, so a difference turned round says the
//! opposite. What has no rule, or can't be put in order, is only *changed*; a moment has moved in
//! time then, and a place in space.

use super::facts::{Subject, Value};
use super::{Class, Direction};
use crate::kinds::ProvisionKind;
use std::cmp::Ordering;

/// What more of a parameter does.
#[derive(Clone, Copy, PartialEq, Eq)]
enum More {
    Tightens,
    Loosens,
    /// It lasts longer: one side's gain is the other's burden.
    Lasts,
}

/// What a text says that doesn't state the parameter.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Unstated {
    /// As if it said the least: none, nobody, zero.
    Least,
    /// As if it said the most: everything, without end.
    Most,
    /// Nobody knows.
    Open,
}

/// Of which things a rule speaks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    /// Provisions that bind somebody to something.
    Duties,
    /// Every provision.
    Provisions,
    Kind(ProvisionKind),
    Exceptions,
}

struct Rule {
    of: Of,
    /// The key; within a part of a list `LIST.KEY`, of the part itself `LIST`; of the provision
    /// itself nothing.
    key: &'static str,
    more: More,
    unstated: Unstated,
    /// In words: what more of it does, and what less.
    why: [&'static str; 2],
}

const fn rule(
    of: Of,
    key: &'static str,
    more: More,
    unstated: Unstated,
    why: [&'static str; 2],
) -> Rule {
    Rule { of, key, more, unstated, why }
}

use More::{Lasts, Loosens, Tightens};
use Of::{Duties, Exceptions, Kind, Provisions};
use ProvisionKind as K;
use Unstated::{Least, Most, Open};

/// The first that fits is taken.
const RULES: &[Rule] = &[
    // What binds, whom, to what, where and when.
    rule(Duties, "", Tightens, Least, ["one duty more binds more", "one duty less binds less"]),
    rule(Duties, "who", Tightens, Least, ["more parties are bound", "fewer parties are bound"]),
    rule(Duties, "by", Tightens, Least, ["more parties are bound", "fewer parties are bound"]),
    rule(Duties, "to", Tightens, Open, ["it is owed to more", "it is owed to fewer"]),
    rule(Duties, "acts", Tightens, Least, ["more acts break it", "fewer acts break it"]),
    rule(Duties, "where", Tightens, Most, ["it holds in more places", "it holds in fewer places"]),
    rule(Duties, "from", Loosens, Open, ["it begins later", "it begins earlier"]),
    rule(Duties, "until", Tightens, Most, ["it ends later", "it ends earlier"]),
    rule(Duties, "begins", Loosens, Open, ["it begins later", "it begins earlier"]),
    rule(Duties, "due", Loosens, Most, ["there is more time for it", "there is less time for it"]),
    rule(
        Duties,
        "sites.within_m",
        Tightens,
        Open,
        ["the perimeter is wider", "the perimeter is narrower"],
    ),
    rule(
        Duties,
        "sites.only",
        Tightens,
        Open,
        ["sites of more kinds are protected", "sites of fewer kinds are protected"],
    ),
    // What is borne, waited for and left out.
    rule(Provisions, "tolerance.at_most", Loosens, Least, ["more is borne", "less is borne"]),
    rule(
        Provisions,
        "tolerance.per",
        Tightens,
        Most,
        ["so much is borne in a longer span", "so much is borne in a shorter span"],
    ),
    rule(Duties, "requires", Loosens, Least, ["it waits for more", "it waits for less"]),
    rule(
        Provisions,
        "except",
        Loosens,
        Least,
        ["more is left out of it", "less is left out of it"],
    ),
    // Parts of a duty.
    rule(
        Duties,
        "stages",
        Tightens,
        Least,
        ["one part more is asked for", "one part less is asked for"],
    ),
    rule(
        Duties,
        "schedule",
        Tightens,
        Least,
        ["one part more is asked for", "one part less is asked for"],
    ),
    rule(
        Duties,
        "stages.due",
        Loosens,
        Most,
        ["there is more time for it", "there is less time for it"],
    ),
    rule(
        Duties,
        "schedule.due",
        Loosens,
        Most,
        ["there is more time for it", "there is less time for it"],
    ),
    rule(Duties, "stages.amount", Tightens, Open, ["more is asked for", "less is asked for"]),
    rule(Duties, "schedule.amount", Tightens, Open, ["more is asked for", "less is asked for"]),
    rule(Duties, "stages.requires", Loosens, Least, ["it waits for more", "it waits for less"]),
    rule(Duties, "schedule.requires", Loosens, Least, ["it waits for more", "it waits for less"]),
    // One kind each.
    rule(Kind(K::Oblige), "every", Loosens, Most, ["it is due less often", "it is due more often"]),
    rule(Kind(K::Limit), "at_most", Loosens, Most, ["more is allowed", "less is allowed"]),
    rule(
        Kind(K::Withdraw),
        "classes",
        Tightens,
        Least,
        ["one class more goes back", "one class less goes back"],
    ),
    rule(
        Kind(K::Withdraw),
        "classes.distance_m",
        Tightens,
        Least,
        ["it goes back further", "it goes back less far"],
    ),
    rule(
        Kind(K::Withdraw),
        "classes.acts",
        Tightens,
        Least,
        ["more observations show one", "fewer observations show one"],
    ),
    rule(
        Kind(K::Transfer),
        "amount",
        Tightens,
        Open,
        ["more is handed over", "less is handed over"],
    ),
    rule(Kind(K::Pledge), "amount", Tightens, Open, ["more is given", "less is given"]),
    rule(Kind(K::Condition), "holds", Tightens, Least, ["more must hold", "less must hold"]),
    rule(
        Kind(K::Condition),
        "for",
        Tightens,
        Least,
        ["it must hold longer", "it must hold less long"],
    ),
    rule(Kind(K::Condition), "broken_by", Tightens, Most, ["more breaks it", "less breaks it"]),
    rule(
        Kind(K::Condition),
        "watched",
        Tightens,
        Open,
        ["silence counts only if more watched", "silence counts if less watched"],
    ),
    rule(
        Kind(K::Condition),
        "all",
        Tightens,
        Least,
        ["more must be fulfilled", "less must be fulfilled"],
    ),
    rule(
        Kind(K::Condition),
        "any",
        Loosens,
        Open,
        ["one of more is enough", "one of fewer is asked for"],
    ),
    rule(
        Kind(K::Condition),
        "not",
        Tightens,
        Least,
        ["more must not be fulfilled", "less must not be fulfilled"],
    ),
    rule(
        Kind(K::Condition),
        "before",
        Loosens,
        Most,
        ["there is more time for it", "there is less time for it"],
    ),
    rule(
        Kind(K::Ratify),
        "threshold",
        Tightens,
        Open,
        ["consent takes more votes", "consent takes fewer votes"],
    ),
    rule(
        Kind(K::Ratify),
        "due",
        Loosens,
        Most,
        ["there is more time for it", "there is less time for it"],
    ),
    rule(
        Kind(K::Body),
        "due",
        Loosens,
        Most,
        ["there is more time for it", "there is less time for it"],
    ),
    rule(
        Kind(K::Guarantee),
        "guards",
        Tightens,
        Most,
        ["more is guaranteed", "less is guaranteed"],
    ),
    rule(
        Kind(K::Guarantee),
        "term",
        Lasts,
        Open,
        ["the guarantee lasts longer", "the guarantee lasts shorter"],
    ),
    rule(
        Kind(K::Guarantee),
        "extension.for",
        Lasts,
        Open,
        ["each extension lasts longer", "each extension lasts shorter"],
    ),
    rule(
        Kind(K::Guarantee),
        "extension.times",
        Lasts,
        Open,
        ["it can be extended more often", "it can be extended less often"],
    ),
    rule(
        Kind(K::Guarantee),
        "trigger.tests.at_least",
        Loosens,
        Least,
        ["it takes more to set the guarantee off", "it takes less to set the guarantee off"],
    ),
    rule(
        Kind(K::Guarantee),
        "trigger.tests.counts",
        Tightens,
        Open,
        ["violations of more provisions set it off", "violations of fewer provisions set it off"],
    ),
    rule(
        Kind(K::Guarantee),
        "trigger.tests.per",
        Tightens,
        Most,
        ["what is counted may lie further apart", "what is counted must lie closer together"],
    ),
    rule(
        Kind(K::Guarantee),
        "response",
        Tightens,
        Least,
        ["one step more follows", "one step less follows"],
    ),
    rule(
        Kind(K::Guarantee),
        "response.within",
        Loosens,
        Most,
        ["the step may come later", "the step must come sooner"],
    ),
    rule(
        Kind(K::Guarantee),
        "response.by",
        Tightens,
        Least,
        ["more take the step", "fewer take the step"],
    ),
    rule(
        Kind(K::Guarantee),
        "void_if",
        Loosens,
        Least,
        ["one thing more makes it void", "one thing less makes it void"],
    ),
    rule(
        Kind(K::Guarantee),
        "void_if.who",
        Loosens,
        Open,
        ["acts of more parties make it void", "acts of fewer parties make it void"],
    ),
    rule(
        Kind(K::Guarantee),
        "void_if.at_least",
        Tightens,
        Least,
        ["it takes more to make it void", "it takes less to make it void"],
    ),
    rule(
        Kind(K::Guarantee),
        "void_if.counts",
        Loosens,
        Open,
        [
            "violations of more provisions make it void",
            "violations of fewer provisions make it void",
        ],
    ),
    rule(
        Kind(K::Guarantee),
        "void_if.per",
        Loosens,
        Most,
        ["what is counted may lie further apart", "what is counted must lie closer together"],
    ),
    rule(
        Kind(K::Relief),
        "tranches.due",
        Loosens,
        Most,
        ["there is more time for it", "there is less time for it"],
    ),
    rule(
        Kind(K::Relief),
        "tranches.requires",
        Loosens,
        Least,
        ["it waits for more", "it waits for less"],
    ),
    rule(
        Kind(K::Relief),
        "snapback.within",
        Lasts,
        Open,
        ["there is more time to take it back", "there is less time to take it back"],
    ),
    // All that an exception gives must hold before it leaves something out.
    rule(
        Exceptions,
        "actors",
        Loosens,
        Most,
        ["more actors are left out", "fewer actors are left out"],
    ),
    rule(
        Exceptions,
        "where",
        Loosens,
        Most,
        ["more places are left out", "fewer places are left out"],
    ),
    rule(Exceptions, "acts", Loosens, Most, ["more acts are left out", "fewer acts are left out"]),
    rule(Exceptions, "only", Loosens, Most, ["more rows are left out", "fewer rows are left out"]),
    rule(
        Exceptions,
        "from",
        Tightens,
        Least,
        ["the time that is left out begins later", "the time that is left out begins earlier"],
    ),
    rule(
        Exceptions,
        "until",
        Loosens,
        Most,
        ["the time that is left out ends later", "the time that is left out ends earlier"],
    ),
];

/// Rules of the agreement as a whole.
const OF_THE_WHOLE: &[(&str, More, [&str; 2])] = &[
    ("force.term", Lasts, ["the agreement lasts longer", "the agreement lasts shorter"]),
    ("force.extension.for", Lasts, ["each extension lasts longer", "each extension lasts shorter"]),
    (
        "force.extension.times",
        Lasts,
        ["it can be extended more often", "it can be extended less often"],
    ),
];

/// The kinds that bind somebody to something.
const DUTIES: [K; 9] = [
    K::Prohibit,
    K::Protect,
    K::Oblige,
    K::Limit,
    K::Withdraw,
    K::Permit,
    K::Transfer,
    K::Guarantee,
    K::Pledge,
];

impl Of {
    fn holds(self, subject: &Subject<'_>) -> bool {
        match self {
            Duties => subject.kind.is_some_and(|kind| DUTIES.contains(&kind)),
            Provisions => subject.class == Class::Provision,
            Kind(kind) => subject.kind == Some(kind),
            Exceptions => subject.class == Class::Exception,
        }
    }
}

/// Which way a thing goes that comes or goes.
pub(super) fn of_subject(subject: &Subject<'_>, comes: bool) -> (Direction, &'static str) {
    directed(find(subject, ""), Some(if comes { Ordering::Less } else { Ordering::Greater }))
}

/// What is compared of one parameter.
pub(super) struct Step<'v, 'a> {
    /// The key, with its list but without the name of the part.
    pub(super) key: &'v str,
    pub(super) old: Option<&'v Value<'a>>,
    pub(super) new: Option<&'v Value<'a>>,
    /// The order of the two, if both are stated.
    pub(super) order: Option<Ordering>,
}

/// Which way a parameter goes, and why. Both are of one kind of thing; of another, nothing can be
/// compared.
pub(super) fn of_parameter(
    subject: &Subject<'_>,
    step: &Step<'_, '_>,
) -> (Direction, &'static str) {
    let rule = find(subject, step.key);
    let unstated = rule.map_or(Open, |(_, unstated, _)| unstated);
    let order = match (step.old.is_some(), step.new.is_some(), unstated) {
        (true, true, _) => step.order,
        (false, true, Least) | (true, false, Most) => Some(Ordering::Less),
        (false, true, Most) | (true, false, Least) => Some(Ordering::Greater),
        _ => None,
    };
    let (direction, why) = directed(rule, order);
    if direction != Direction::Changed {
        return (direction, why);
    }
    (unordered(step), "")
}

/// What is said of values that no rule puts in order.
fn unordered(step: &Step<'_, '_>) -> Direction {
    match step.new.or(step.old) {
        Some(Value::Moment(_) | Value::At(_)) => Direction::MovedInTime,
        Some(Value::Area(_) | Value::Points(_)) => Direction::MovedInSpace,
        Some(Value::Names(Class::Zone | Class::Line, _)) => Direction::MovedInSpace,
        _ => Direction::Changed,
    }
}

/// What a rule says.
type Found = (More, Unstated, [&'static str; 2]);

fn find(subject: &Subject<'_>, key: &str) -> Option<Found> {
    if subject.class == Class::Agreement {
        let rule = OF_THE_WHOLE.iter().find(|(known, _, _)| *known == key);
        return rule.map(|(_, more, why)| (*more, Open, *why));
    }
    let rule = RULES.iter().find(|rule| rule.key == key && rule.of.holds(subject));
    rule.map(|rule| (rule.more, rule.unstated, rule.why))
}

fn directed(rule: Option<Found>, order: Option<Ordering>) -> (Direction, &'static str) {
    let (Some((more, _, why)), Some(order)) = (rule, order) else {
        return (Direction::Changed, "");
    };
    let direction = match (more, order) {
        (_, Ordering::Equal) => return (Direction::Changed, ""),
        (Tightens, Ordering::Less) | (Loosens, Ordering::Greater) => Direction::Tightened,
        (Tightens, Ordering::Greater) | (Loosens, Ordering::Less) => Direction::Loosened,
        (Lasts, Ordering::Less) => Direction::Longer,
        (Lasts, Ordering::Greater) => Direction::Shorter,
    };
    (direction, why[usize::from(order == Ordering::Greater)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_rule_is_hidden_by_another() {
        let mut seen = BTreeSet::new();
        for rule in RULES {
            let of = match rule.of {
                Duties => "duties".to_owned(),
                Provisions => "provisions".to_owned(),
                Kind(kind) => kind.word().to_owned(),
                Exceptions => "exceptions".to_owned(),
            };
            assert!(seen.insert((of, rule.key)), "{}", rule.key);
            assert_ne!(rule.why[0], rule.why[1]);
        }
        let wide = RULES.iter().filter(|rule| matches!(rule.of, Duties | Provisions));
        let wide: BTreeSet<&str> = wide.map(|rule| rule.key).collect();
        for rule in RULES {
            if let Kind(kind) = rule.of {
                assert!(!DUTIES.contains(&kind) || !wide.contains(rule.key), "{}", rule.key);
            }
        }
    }
}
