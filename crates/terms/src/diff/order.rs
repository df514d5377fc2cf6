//! Which of two values is more: the later moment, the longer span, the larger list.

use super::Class;
use super::facts::Value;
use super::pair::Names;
use crate::moment::{Event, Relative, When};
use servanda_time::{Amount, Unit};
use std::cmp::Ordering;
use std::collections::BTreeSet;

/// Whether the two texts say the same, each thing under its own name in its own text.
pub(super) fn same(old: &Value<'_>, new: &Value<'_>, names: &Names) -> bool {
    match (old, new) {
        (Value::Names(class, old), Value::Names(_, new)) => {
            sets(*class, old, new, names) == Some(Ordering::Equal)
        }
        (Value::List(old), Value::List(new)) => {
            let (old, new): (BTreeSet<_>, BTreeSet<_>) =
                (old.iter().collect(), new.iter().collect());
            old == new
        }
        (Value::Moment(old), Value::Moment(new)) => {
            moments(old, new, names) == Some(Ordering::Equal)
        }
        _ => old == new,
    }
}

/// The order of the two, where they have one.
pub(super) fn order(old: &Value<'_>, new: &Value<'_>, names: &Names) -> Option<Ordering> {
    match (old, new) {
        (Value::Number(old), Value::Number(new)) => Some(old.cmp(new)),
        (Value::Rank(old, _), Value::Rank(new, _)) => Some(old.cmp(new)),
        (Value::At(old), Value::At(new)) => Some(old.cmp(new)),
        (Value::Span(old), Value::Span(new)) => spans(*old, *new),
        (Value::Moment(old), Value::Moment(new)) => moments(old, new, names),
        (Value::Names(class, old), Value::Names(_, new)) => sets(*class, old, new, names),
        (Value::List(old), Value::List(new)) => {
            let (old, new) = (old.iter().map(String::as_str), new.iter().map(String::as_str));
            inclusion(&old.collect(), &new.collect())
        }
        _ => None,
    }
}

fn sets(class: Class, old: &[String], new: &[String], names: &Names) -> Option<Ordering> {
    let old: BTreeSet<&str> = old.iter().map(|id| names.new_id(class, id)).collect();
    inclusion(&old, &new.iter().map(String::as_str).collect())
}

/// The larger of two sets is the one that holds the other.
fn inclusion(old: &BTreeSet<&str>, new: &BTreeSet<&str>) -> Option<Ordering> {
    match (old.is_subset(new), new.is_subset(old)) {
        (true, true) => Some(Ordering::Equal),
        (true, false) => Some(Ordering::Less),
        (false, true) => Some(Ordering::Greater),
        (false, false) => None,
    }
}

/// The shortest and the longest that a span can be, in milliseconds. Days are of the calendar,
/// so the clocks may take or give an hour.
fn bounds_ms(amount: Amount) -> (i64, i64) {
    const HOUR: i64 = 3_600_000;
    const DAY: i64 = 24 * HOUR;
    let count = i64::from(amount.count);
    match amount.unit {
        Unit::Second => (count * 1_000, count * 1_000),
        Unit::Minute => (count * 60_000, count * 60_000),
        Unit::Hour => (count * HOUR, count * HOUR),
        Unit::Day => (count * DAY - HOUR, count * DAY + HOUR),
        Unit::Week => (count * 7 * DAY - HOUR, count * 7 * DAY + HOUR),
        Unit::Month => (count * 28 * DAY - HOUR, count * 31 * DAY + HOUR),
        Unit::Year => (count * 365 * DAY - HOUR, count * 366 * DAY + HOUR),
    }
}

/// Spans of one kind by their numbers; others where no calendar can turn them round.
fn spans(old: Amount, new: Amount) -> Option<Ordering> {
    let family = |amount: Amount| match amount.unit {
        Unit::Second => (0, 1),
        Unit::Minute => (0, 60),
        Unit::Hour => (0, 3600),
        Unit::Day => (1, 1),
        Unit::Week => (1, 7),
        Unit::Month => (2, 1),
        Unit::Year => (2, 12),
    };
    let ((kind, each), (other, other_each)) = (family(old), family(new));
    if kind == other {
        let (old, new) = (u64::from(old.count) * each, u64::from(new.count) * other_each);
        return Some(old.cmp(&new));
    }
    let ((old_least, old_most), (new_least, new_most)) = (bounds_ms(old), bounds_ms(new));
    if old_most < new_least {
        Some(Ordering::Less)
    } else if new_most < old_least {
        Some(Ordering::Greater)
    } else {
        None
    }
}

fn moments(old: &When, new: &When, names: &Names) -> Option<Ordering> {
    match (old, new) {
        (When::At(old), When::At(new)) => Some(old.cmp(new)),
        (When::Of(old), When::Of(new)) if same_event(&old.event, &new.event, names) => {
            relative(old, new)
        }
        (When::Unstated, When::Unstated) => Some(Ordering::Equal),
        _ => None,
    }
}

fn same_event(old: &Event, new: &Event, names: &Names) -> bool {
    match (old, new) {
        (Event::Named(old), Event::Named(new)) => names.new_id(Class::Event, old) == new,
        (Event::Of(old, what), Event::Of(new, other)) => {
            what == other && names.new_id(Class::Provision, old) == new
        }
        _ => old == new,
    }
}

/// Two moments counted from one event.
fn relative(old: &Relative, new: &Relative) -> Option<Ordering> {
    let side = |relative: &Relative| match relative.amount {
        Some(amount) if amount.count > 0 => 1 - 2 * i32::from(relative.before),
        _ => 0,
    };
    let by_side = side(old).cmp(&side(new));
    match (by_side, old.amount, new.amount) {
        (Ordering::Equal, Some(a), Some(b)) if side(old) < 0 => spans(b, a),
        (Ordering::Equal, Some(a), Some(b)) if side(old) > 0 => spans(a, b),
        _ => Some(by_side),
    }
}
