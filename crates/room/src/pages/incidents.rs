//! Map, timeline and list of the incidents: one question, and the address is all of it.

use crate::api::incidents::{Facet, LAST, Question, Selection, Spot, spots};
use crate::http::{Fault, Who, require};
use crate::judged;
use crate::page::{Frame, page};
use crate::released::Way;
use crate::rights::{Action, Class};
use crate::room::Room;
use crate::shown::{Span, moment, place_of};
use crate::view::View;
use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use servanda_casework::Stage;
use servanda_figure::{Event, event_map, histogram};
use servanda_report::When;
use servanda_time::{Instant, Interval};
use std::sync::Arc;

/// Incidents on one page, and on one that is printed.
const ROWS: u64 = 100;
const PRINTED: u64 = 2_000;
/// The map that is drawn here shows so many each by itself, and gathers more in so many cells.
const SINGLE_MAX: usize = 1_500;
const CELLS: u64 = 40;
/// Values of a facet that are shown at once; the others unfold.
const VALUES: usize = 8;
const VALUES_MAX: usize = 200;
/// The fields of the form beside which the rest of the question is kept.
const FIELDS: [&str; 6] = ["q", "from", "to", "last", "span", "as-of"];

#[derive(Template)]
#[template(path = "incidents.html")]
struct IncidentsPage<'r> {
    frame: Frame<'r>,
    is_printed: bool,
    asked: Asked,
    chosen: Vec<Chosen>,
    facets: Vec<Values>,
    rows: Vec<Row>,
    has_stages: bool,
    all: i64,
    first: i64,
    nowhere: i64,
    map: String,
    map_notes: Vec<String>,
    times: String,
    parts: Vec<Part>,
    links: Links,
    past: Option<Past>,
}

/// The form's fields as they stand.
struct Asked {
    words: String,
    from: String,
    to: String,
    last: String,
    is_cumulative: bool,
    as_of: String,
    /// The size that the record has now.
    size: u64,
    beside: Vec<(String, String)>,
    lasts: [&'static str; LAST.len()],
}

/// The same question elsewhere.
struct Links {
    table: String,
    geojson: String,
    feed: String,
    print: String,
    /// What the map in the browser asks.
    spots: String,
    nowhere: String,
    all: String,
    before: String,
    after: String,
    here: String,
}

/// A facet that is asked for, and the address without it.
struct Chosen {
    name: String,
    value: String,
    without: String,
}

struct Values {
    name: String,
    values: Vec<Value>,
    folded: Vec<Value>,
}

struct Value {
    text: String,
    count: u64,
    address: String,
    is_here: bool,
}

struct Row {
    /// The beginning of the incident's number: the address has all of it.
    short: String,
    address: String,
    what: String,
    when: Span,
    place: String,
    sources: String,
    observations: i64,
    stage: &'static str,
    stage_text: String,
}

struct Part {
    when: Span,
    count: u64,
    address: String,
}

/// The point of the record that is shown, when it is not the newest.
struct Past {
    size: i64,
    received: When,
    now: String,
}

pub(super) async fn show(
    room: State<Arc<Room>>,
    who: Who,
    text: RawQuery,
) -> Result<Response, Fault> {
    answer(room, who, text, false).await
}

/// The same to print: more rows and no forms.
pub(super) async fn print(
    room: State<Arc<Room>>,
    who: Who,
    text: RawQuery,
) -> Result<Response, Fault> {
    answer(room, who, text, true).await
}

async fn answer(
    State(room): State<Arc<Room>>,
    who: Who,
    RawQuery(text): RawQuery,
    is_printed: bool,
) -> Result<Response, Fault> {
    require(&who, Action::SeeBoard, Class::Public)?;
    let question = Question::read(&text.unwrap_or_default()).map_err(Fault::query)?;
    let view = room.view_of(question.as_of).await?;
    crate::api::apart(move || {
        let selection = Selection::counted(&view, Way::of(&who, Action::SeeCase), &question);
        let frame = Frame::of(&room, &who, "title-incidents", "/incidents");
        let newest = room.view().size();
        page(StatusCode::OK, &made(frame, &view, &question, &selection, (is_printed, newest)))
    })
    .await
}

fn made<'r>(
    frame: Frame<'r>,
    view: &View,
    question: &Question,
    selection: &Selection<'_>,
    (is_printed, newest): (bool, u64),
) -> IncidentsPage<'r> {
    let (limit, offset) = question.page(if is_printed { PRINTED } else { ROWS });
    let small = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    // What happened last comes first.
    let hits = selection.hits.iter().rev().skip(small(offset)).take(small(limit));
    let rows: Vec<Row> = hits.filter_map(|hit| row(&frame, view, selection, *hit)).collect();
    let all = selection.hits.len();
    let map = drawn(view, question, selection);
    let times = times(view, question, selection);
    let past = question.as_of.map(|size| Past {
        size: whole(size),
        received: moment(view.at),
        now: question.address("", &[("as-of", None)]),
    });
    IncidentsPage {
        is_printed,
        asked: asked(question, newest),
        chosen: chosen(&frame, view, question),
        facets: facets(&frame, view, question, selection),
        all: whole(all as u64),
        first: whole(offset.min(all as u64)),
        nowhere: whole(selection.nowhere),
        map: map.svg,
        map_notes: map.notes,
        times: times.as_ref().map_or_else(String::new, |(svg, _)| svg.clone()),
        parts: times.map_or_else(Vec::new, |(_, parts)| parts),
        links: links(question, (offset, limit, rows.len() as u64, all as u64)),
        past,
        has_stages: rows.iter().any(|row| !row.stage.is_empty()),
        rows,
        frame,
    }
}

fn whole(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn asked(question: &Question, size: u64) -> Asked {
    // What a field for date and time takes is a minute.
    let minute = |name: &str, clock: &str| {
        let given = question.given(name);
        let full = if given.len() == 10 { format!("{given}T{clock}") } else { given.to_owned() };
        full.get(..16).unwrap_or_default().to_owned()
    };
    Asked {
        words: question.given("q").to_owned(),
        from: minute("from", "00:00"),
        to: minute("to", "23:59"),
        last: question.given("last").to_owned(),
        is_cumulative: question.is_cumulative,
        as_of: question.given("as-of").to_owned(),
        size,
        beside: question.beside(&FIELDS).cloned().collect(),
        lasts: LAST.map(|(word, _)| word),
    }
}

fn links(question: &Question, (offset, limit, shown, all): (u64, u64, u64, u64)) -> Links {
    let at = |offset: u64| question.address("", &[("offset", Some(&offset.to_string()))]);
    let before = if offset == 0 { String::new() } else { at(offset.saturating_sub(limit)) };
    let after = if offset + shown < all && shown > 0 { at(offset + shown) } else { String::new() };
    let file = |suffix: &str| question.address(suffix, &[("limit", None)]);
    Links {
        table: file(".csv"),
        geojson: file(".geojson"),
        feed: file(".atom"),
        print: file(".print"),
        spots: question.address(".geojson", &[("cells", Some("48")), ("bbox", None)]),
        nowhere: question.address("", &[("placed", Some("no"))]),
        all: "/incidents".to_owned(),
        before,
        after,
        here: question.address("", &[]),
    }
}

fn row(frame: &Frame<'_>, view: &View, selection: &Selection<'_>, hit: u32) -> Option<Row> {
    let line = selection.line(hit)?;
    let members = selection.members(hit);
    let at = |ms| Instant::from_ms(ms).unwrap_or(Instant::EPOCH);
    let stage = selection.case(hit).map(|case| case.stage(view.at));
    Some(Row {
        short: selection.id(hit).chars().take(10).collect(),
        address: selection.address(hit),
        what: selection.columns().text(line.what).to_owned(),
        when: Span::of(Interval { from: at(line.from_ms), to: at(line.to_ms) }),
        place: place_of(view, members),
        sources: selection.columns().text(line.sources).to_owned(),
        observations: whole(members.len() as u64),
        stage: stage.map_or("", Stage::word),
        stage_text: stage.map_or_else(String::new, |stage| frame.say(judged::stage(stage))),
    })
}

/// The map as it is drawn here.
fn drawn(view: &View, question: &Question, selection: &Selection<'_>) -> servanda_figure::Figure {
    let columns = selection.columns();
    let event = |spot| match spot {
        Spot::One { hit, at, radius_mm, standing } => {
            let what = selection.line(hit).map_or("", |line| columns.text(line.what));
            let from = selection.line(hit).map_or(0, |line| line.from_ms);
            let from = moment(Instant::from_ms(from).unwrap_or(Instant::EPOCH)).shown;
            Event { at, radius_mm, count: 1, standing, title: format!("{what}, {from} UTC") }
        }
        Spot::Many { count, at, .. } => {
            let standing = servanda_figure::Standing::Plain;
            Event { at, radius_mm: 0, count, standing, title: String::new() }
        }
    };
    let events: Vec<Event> =
        spots(selection, question.bounds(), SINGLE_MAX, CELLS).into_iter().map(event).collect();
    // A box across 180 degrees is two, and is shown by what lies in it.
    let part = question.bounds().filter(|part| part.len() == 1).map(|part| part[0]);
    event_map(&view.evaluation().picture.zones, &events, part)
}

/// The histogram, and its numbers with the address of each part.
fn times(
    view: &View,
    question: &Question,
    selection: &Selection<'_>,
) -> Option<(String, Vec<Part>)> {
    let times = selection.times.as_ref()?;
    let at = |ms: i64| Instant::from_ms(ms).ok();
    let chosen = question.window(view).and_then(|(from_ms, to_ms)| {
        let from = at(from_ms).map_or(times.span.from, |from| from.max(times.span.from));
        let to = at(to_ms).map_or(times.span.to, |to| to.min(times.span.to));
        Interval::new(from, to)
    });
    let svg = histogram(&times.span, &times.counts, chosen.as_ref()).svg;
    let parts = times.parts().filter(|(_, count)| *count > 0).map(|(when, count)| {
        let (from, to) = (when.from.to_string(), when.to.plus_ms(-1).to_string());
        let changes = [("from", Some(&*from)), ("to", Some(&*to)), ("last", None), ("span", None)];
        Part { when: Span::of(when), count, address: question.address("", &changes) }
    });
    Some((svg, parts.collect()))
}

fn chosen(frame: &Frame<'_>, view: &View, question: &Question) -> Vec<Chosen> {
    let facets = question.facets.iter().map(|(facet, value)| Chosen {
        name: facet_name(frame, *facet),
        value: value_text(frame, view, *facet, value),
        without: question.address("", &[(facet.name(), None)]),
    });
    let mut all: Vec<Chosen> = facets.collect();
    let others = [
        ("bbox", frame.say("incidents-bbox")),
        ("placed", frame.say("incidents-placed")),
        ("filter", frame.say("incidents-filter")),
    ];
    for (parameter, name) in others {
        let value = question.given(parameter).to_owned();
        if !value.is_empty() {
            let without = question.address("", &[(parameter, None)]);
            all.push(Chosen { name, value, without });
        }
    }
    all
}

fn facets(
    frame: &Frame<'_>,
    view: &View,
    question: &Question,
    selection: &Selection<'_>,
) -> Vec<Values> {
    let values = |(facet, counts): (&Facet, &std::collections::BTreeMap<&str, u64>)| {
        let asked = question.facets.iter().find(|(own, _)| own == facet).map(|(_, value)| value);
        let mut values: Vec<Value> = counts
            .iter()
            .map(|(value, count)| {
                let is_here = asked.is_some_and(|asked| asked == value);
                let change = (facet.name(), (!is_here).then_some(*value));
                Value {
                    text: value_text(frame, view, *facet, value),
                    count: *count,
                    address: question.address("", &[change]),
                    is_here,
                }
            })
            .collect();
        values.sort_by_key(|value| (!value.is_here, std::cmp::Reverse(value.count)));
        values.truncate(VALUES_MAX);
        let folded = values.split_off(values.len().min(VALUES));
        Values { name: facet_name(frame, *facet), values, folded }
    };
    selection.facets.iter().filter(|(_, counts)| !counts.is_empty()).map(values).collect()
}

fn facet_name(frame: &Frame<'_>, facet: Facet) -> String {
    frame.say(match facet {
        Facet::Stage => "case-stage",
        Facet::What => "facet-what",
        Facet::Sources => "case-sources",
        Facet::Zone => "report-zone",
        Facet::Concerns => "facet-concerns",
        Facet::Verified => "facet-verified",
        Facet::Attributed => "facet-attributed",
        Facet::Party => "facet-party",
        Facet::Cure => "case-cure",
    })
}

fn value_text(frame: &Frame<'_>, view: &View, facet: Facet, value: &str) -> String {
    let key = |words: &[(&str, &'static str)]| {
        let found = words.iter().find(|(word, _)| *word == value);
        found.map_or_else(|| value.to_owned(), |(_, key)| frame.say(key))
    };
    match facet {
        Facet::Stage => {
            let stage = Stage::ALL.into_iter().find(|stage| stage.word() == value);
            stage.map_or_else(|| value.to_owned(), |stage| frame.say(judged::stage(stage)))
        }
        Facet::Zone => {
            let zone = view.desk.agreement.zone(value);
            zone.map_or_else(|| value.to_owned(), |zone| zone.name.clone())
        }
        Facet::Party => frame.party(value),
        Facet::Verified => key(&judged::VERIFICATIONS),
        Facet::Attributed => key(&judged::ATTRIBUTIONS),
        Facet::Cure => key(&judged::CURES),
        Facet::What | Facet::Sources | Facet::Concerns => value.to_owned(),
    }
}
