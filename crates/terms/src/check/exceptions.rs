//! Exceptions that take out all of a term, or nothing of it.

use super::{Duty, Whole};
use crate::build::Mark;
use crate::codes;
use crate::findings::Findings;
use crate::model::{Exception, Reading};
use std::collections::BTreeMap;

/// Zones of an exception and of its term that are compared, at most in all.
const PAIRS_MAX: usize = 5_000;

/// The exceptions by their names, each with its mark.
type Known<'a> = BTreeMap<&'a str, (&'a Exception, &'a Mark)>;

fn known<'a>(whole: &Whole<'a>) -> Known<'a> {
    let all = whole.agreement.exceptions.iter().zip(&whole.marks.exceptions);
    all.map(|(exception, mark)| (exception.id.as_str(), (exception, mark))).collect()
}

/// Those that a term names.
fn named<'a>(known: &Known<'a>, duty: &Duty) -> Vec<(&'a Exception, &'a Mark)> {
    duty.provision.except.iter().filter_map(|id| known.get(id.as_str()).copied()).collect()
}

/// An exception by acts alone that leaves no act.
pub(crate) fn swallowing(whole: &Whole, findings: &mut Findings) {
    let known = known(whole);
    for duty in whole.duties.iter().filter(|duty| !duty.provision.except.is_empty()) {
        for (exception, mark) in named(&known, duty) {
            let by_acts_alone = exception.actors.is_empty()
                && exception.places.is_empty()
                && exception.window.is_none()
                && exception.only.is_empty()
                && !exception.acts.is_empty();
            let mut acts = duty.provision.readings.iter().flat_map(|reading| &reading.acts);
            if by_acts_alone && acts.all(|act| exception.acts.contains(act)) {
                findings.push(
                    codes::SWALLOWED
                        .warning(format!(
                            "the exception `{}` leaves nothing of `{}`",
                            exception.id, duty.provision.id
                        ))
                        .primary(mark.at("acts"), "takes out every act")
                        .secondary(duty.mark.at("acts"), "that is forbidden here")
                        .reason("The term would be kept whatever happens.")
                        .help("say whose acts, where, when, or which of them are excepted"),
                );
            }
        }
    }
}

/// An exception that never meets its term.
pub(crate) fn beside_the_term(whole: &Whole, findings: &mut Findings) {
    let known = known(whole);
    let mut pairs_left = PAIRS_MAX;
    for duty in whole.duties.iter().filter(|duty| !duty.provision.except.is_empty()) {
        for (exception, mark) in named(&known, duty) {
            let readings = &duty.provision.readings;
            let key = if !exception.acts.is_empty()
                && readings.iter().all(|reading| {
                    !reading.acts.is_empty()
                        && !reading.acts.iter().any(|act| exception.acts.contains(act))
                }) {
                ("acts", "acts", "none of the acts of the term")
            } else if readings.iter().all(|reading| misses_in_time(exception, reading)) {
                let key = if mark.has("until") { "until" } else { "from" };
                (key, "from", "another time than the term's")
            } else if readings.iter().all(|reading| {
                let pairs = exception.places.len() * reading.places.len();
                pairs_left = pairs_left.saturating_sub(pairs);
                pairs > 0 && pairs_left > 0 && misses_in_place(whole, exception, &reading.places)
            }) {
                ("where", "where", "another place than the term's")
            } else {
                continue;
            };
            let (own_key, term_key, what) = key;
            findings.push(
                codes::BESIDE
                    .warning(format!(
                        "the exception `{}` takes nothing out of `{}`",
                        exception.id, duty.provision.id
                    ))
                    .primary(mark.at(own_key), what)
                    .secondary(duty.mark.at(term_key), "the term")
                    .reason("Whoever relies on it breaks the term.")
                    .help("correct the exception, or don't name it here"),
            );
        }
    }
}

fn misses_in_time(exception: &Exception, reading: &Reading) -> bool {
    let Some(window) = exception.window else { return false };
    reading.from.is_some_and(|from| window.to <= from)
        || reading.until.is_some_and(|until| until <= window.from)
}

fn misses_in_place(whole: &Whole, exception: &Exception, places: &[String]) -> bool {
    let zone = |id: &String| whole.index.zones.get(id.as_str()).map(|(zone, _)| &zone.area);
    let meets = |a: &String, b: &String| match (zone(a), zone(b)) {
        (Some(a), Some(b)) => a.overlaps(b),
        _ => true,
    };
    !exception.places.iter().any(|a| places.iter().any(|b| a == b || meets(a, b)))
}
