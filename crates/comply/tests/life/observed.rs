//! What was observed, and what an answer, a day's figures and another text make of it.

use super::{instant, show};
use serde_json::{Value, json, to_value};
use servanda_comply::answer::{Answer, ProvisionAnswer};
use servanda_comply::picture::{Lane, Picture};
use servanda_comply::what_if::{Side, WhatIf, compare, renamed};
use servanda_comply::{Ask, History, day, evaluate};
use servanda_entry::{
    Attrs, Body, Claim, Claims, Count, Disc, Entry, InZone, Observation, Observations, Place, Site,
    Sites,
};
use servanda_terms::{Agreement, SourceText, diff, load};
use servanda_time::{Instant, Interval};
use servanda_tlog::sha256;
use std::collections::BTreeMap;

/// A number and its unit: `7`, `5..8`, `5..` without an upper bound.
pub(super) fn count(bounds: &str, best: Option<&str>, unit: &str) -> Count {
    let (low, high) = bounds.split_once("..").map_or((bounds, None), |(l, h)| (l, Some(h)));
    let low = low.parse().unwrap();
    Count {
        best: match (best, high) {
            (None, None) => Some(low),
            (best, _) => best.map(|best| best.parse().unwrap()),
        },
        high: high.map_or(Some(low), |high| high.parse().ok()),
        low,
        unit: unit.into(),
    }
}

/// `bridge`, or `10.0,45.0` with a radius in metres.
fn place(text: &str, radius_m: u64) -> Place {
    let Some((lon, lat)) = text.split_once(',') else {
        return Place::Zone(InZone { zone: text.into() });
    };
    let e7 = |degrees: &str| (degrees.parse::<f64>().unwrap() * 1e7).round() as i32;
    Place::Disc(Disc { lat_e7: e7(lat), lon_e7: e7(lon), radius_mm: radius_m * 1000 })
}

/// An observation: `patrol explosion at bridge sides NORTH/SOUTH amount 3..5 of round drill=yes`.
pub(super) fn seen(
    words: &[&str],
    said: impl Fn(&str) -> Option<String>,
    (from, to): (Instant, Option<Instant>),
) -> Body {
    let attrs = words.iter().filter_map(|word| word.split_once('='));
    let sides = said("sides").unwrap_or_default();
    let sides = sides.split('/').filter(|side| !side.is_empty());
    let radius_m = said("radius").map_or(0, |radius| radius.parse().unwrap());
    let row = Observation {
        at: said("at").map(|at| place(&at, radius_m)),
        attrs: attrs.map(|(name, value)| (name.into(), value.into())).collect(),
        count: said("amount")
            .map(|bounds| count(&bounds, said("best").as_deref(), &said("of").unwrap())),
        from_ms: from.ms(),
        key: None,
        kind: words[1].into(),
        line: 0,
        origins: vec![],
        sides: sides.map(|side| vec![side.to_owned()]).collect(),
        to_ms: to.unwrap_or(from.plus_ms(60_000)).ms(),
    };
    let source = words[0].into();
    Body::Observation(Observations { source, document: None, rows: vec![row] })
}

/// A claim: `by NORTH against SOUTH amount 7 of breach`.
pub(super) fn claim(
    said: impl Fn(&str) -> Option<String>,
    (from, to): (Instant, Option<Instant>),
) -> Body {
    let row = Claim {
        address: None,
        against: said("against"),
        by: said("by").unwrap(),
        count: said("amount").map(|bounds| count(&bounds, None, "as claimed")),
        from_ms: Some(from.ms()),
        line: 0,
        parts: BTreeMap::new(),
        quality: None,
        to_ms: to.map(Instant::ms),
        what: "breaches".into(),
    };
    Body::Claim(Claims { source: "claims".into(), document: None, rows: vec![row] })
}

/// A site of a register: `heat 10.0,45.0`.
pub(super) fn site(words: &[&str]) -> Body {
    let at = place(words[1], 0);
    let row = Site { at, attrs: Attrs::new(), key: None, line: 1, name: None };
    Body::Register(Sites { document: sha256(b""), register: words[0].into(), rows: vec![row] })
}

fn history(entries: &[(u64, Entry)]) -> History {
    History::gather(entries.iter().cloned())
}

fn ask(at: &str) -> Ask {
    let (at, without) = at.split_once(" without ").map_or((at, None), |(at, id)| (at, Some(id)));
    let without = without.into_iter().map(str::to_owned).collect();
    Ask { at: Some(instant(at)), without, drawn: true, ..Ask::default() }
}

/// Sentences, one a line.
fn sentences(told: &mut String, name: &str, said: &[String]) {
    said.iter().for_each(|said| *told += &format!("{name}: {said}\n"));
}

fn rows<T: serde::Serialize>(told: &mut String, name: &str, rows: &[T]) {
    rows.iter().for_each(|row| show(told, 0, name, &to_value(row).unwrap()));
}

/// What an answer says of what was observed.
pub(super) fn figures(terms: &Agreement, entries: &[(u64, Entry)], at: &str) -> String {
    let evaluation = evaluate(terms, &history(entries), &ask(at));
    let mut told = String::new();
    answered(&mut told, &evaluation.answer);
    drawn(&mut told, &evaluation.picture);
    told
}

fn answered(told: &mut String, answer: &Answer) {
    sentences(told, "headline", &answer.headline);
    // Duties are told with the life of the agreement.
    let is_observed = |provision: &&ProvisionAnswer| !provision.would_change.is_empty();
    for provision in answer.provisions.iter().filter(is_observed) {
        let states = format!("{} now {}", provision.state.word(), provision.state_at.word());
        *told += &format!("{}: {states}\n", provision.id);
        for line in &provision.lines {
            show(told, 1, "line", &to_value(line).unwrap());
        }
        rows(told, "possible", &provision.possible);
        rows(told, "excepted", &provision.excepted);
        sentences(told, "would change", &provision.would_change);
    }
    rows(told, "exposure", &answer.exposure);
    rows(told, "comparison", &answer.comparison);
    rows(told, "left out", &answer.left_out);
    rows(told, "claim", &answer.claims);
    rows(told, "incidents", &answer.incidents);
    sentences(told, "note", &answer.notes);
}

fn drawn(told: &mut String, picture: &Picture) {
    for mark in &picture.marks {
        *told += &format!("mark: {} of {}, {:?}\n", mark.what, mark.source, mark.standing);
    }
    for Lane { source, label, bars } in &picture.lanes {
        let counted: u64 = bars.iter().map(|bar| bar.counted).sum();
        let all: u64 = bars.iter().map(|bar| bar.all).sum();
        *told += &format!("lane: {source} {label}, {} bars, {counted} of {all}\n", bars.len());
    }
}

/// The figures of one day.
pub(super) fn of_day(terms: &Agreement, entries: &[(u64, Entry)], from: &str) -> String {
    let from = instant(from);
    let period = Interval { from, to: from.plus_ms(86_400_000) };
    let asked = Ask { at: Some(period.to), ..Ask::default() };
    let (counts, seen) = day(terms, &history(entries), &asked, period);
    let mut told = String::new();
    for count in counts {
        let row = json!({
            "source": count.source, "zone": count.zone, "unit": count.unit, "low": count.low,
            "high": count.high, "watched_ms": count.watched_ms, "passes": count.passes,
        });
        show(&mut told, 0, "count", &without_none(row));
    }
    told + &format!("seen: {}\n", seen.len())
}

fn without_none(mut row: Value) -> Value {
    row.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    row
}

/// What another text makes of it: the agreement with each of these things replaced by another.
pub(super) fn what_if(
    (terms, text): (&Agreement, &str),
    draft: &[(String, String)],
    entries: &[(u64, Entry)],
    at: &str,
) -> String {
    let mut text = text.to_owned();
    for (old, new) in draft {
        assert!(text.contains(old), "{old}");
        text = text.replace(old, new);
    }
    let (other, found) = load(&SourceText::new("draft.md", text), &BTreeMap::new());
    let other = other.unwrap_or_else(|| panic!("{found:?}"));
    let pairs = diff(terms, &other).provisions;
    let history = history(entries);
    let old = evaluate(terms, &history, &ask(at));
    let new = evaluate(&other, &renamed(&history, &pairs), &ask(at));
    let side = |agreement, evaluation| Side { agreement, evaluation };
    let shown: WhatIf = compare(side(terms, &old), side(&other, &new), &pairs, &history);
    let mut told = String::new();
    sentences(&mut told, "headline", &shown.headline);
    rows(&mut told, "provision", &shown.provisions);
    rows(&mut told, "clock", &shown.clocks);
    rows(&mut told, "finding", &shown.findings);
    rows(&mut told, "unread", &shown.unread);
    told
}
