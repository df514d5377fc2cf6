//! One provision: its text, its state, the reasons down to entries, how it came about, and what
//! would change it.

mod story;
mod tree;

use crate::http::{Fault, Who, require};
use crate::leaf::Leaf;
use crate::page::{Frame, page};
use crate::rights::{Action, Class};
use crate::room::Room;
use crate::view::{Told, View};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use servanda_comply::State as Stands;
use servanda_comply::answer::{Changed, Clock, ClockKind, ClockState, ProvisionAnswer, Why};
use servanda_report::{Badge, ProvisionParts, When, badge, in_words, meaning, when};
use servanda_terms::ProvisionKind;
use std::collections::BTreeSet;
use std::sync::Arc;
use story::Story;
use tree::Grower;

/// Cases that a page names; the queue has all.
const CASES_MAX: usize = 30;
/// Entries that changed a clock, the latest first.
const CHANGED_MAX: usize = 20;

#[derive(Template)]
#[template(path = "provision.html")]
struct ProvisionPage<'r> {
    frame: Frame<'r>,
    id: String,
    heading: String,
    text: String,
    who: Vec<String>,
    at: When,
    standing: Option<Standing>,
    /// Of what has no states, the answer of its clock.
    fulfilled: Option<String>,
    parts: Option<&'r ProvisionParts>,
    tree: Vec<String>,
    story: Story,
    turns: Vec<TurnRow>,
    /// What is asked of its clock, such as `is fulfilled`.
    asked: &'static str,
    moves: Moves,
    /// Whether parties take a stand on it.
    is_point: bool,
    clocks: Vec<ClockRow>,
    cases: Vec<(String, String)>,
    has_more_cases: bool,
}

/// Where it stands, in a word and in a sentence.
struct Standing {
    now: Badge,
    means: String,
    /// The gravest of its states, where that is another.
    gravest: Option<Badge>,
    is_settled: bool,
}

struct ClockRow {
    what: String,
    state: String,
    due: When,
    why: Vec<String>,
}

/// An entry that changed how a clock stands.
struct TurnRow {
    leaf: Leaf,
    span: String,
    was: String,
    is: String,
}

/// What would change the answer.
#[derive(Default)]
struct Moves {
    /// Dates to come, and what they bring.
    dates: Vec<(When, String)>,
    /// What the engine says.
    words: Vec<String>,
    /// Entries without which a clock would stand otherwise.
    entries: Vec<Leaf>,
}

pub(super) async fn show(
    State(room): State<Arc<Room>>,
    who: Who,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    require(&who, Action::SeeBoard, Class::Public)?;
    let view = room.view();
    let told = view.told(who.may(Action::SeeBoard, Class::Mission));
    let id = match id.strip_suffix(".ics") {
        Some(id) => return dates(&view, told, id),
        None => id,
    };
    let provision = view.desk.agreement.provision(&id).ok_or_else(Fault::not_found)?;
    let article = provision.article.and_then(|n| view.desk.agreement.articles.get(n));
    let answer = &told.evaluation.answer;
    let own = answer.provisions.iter().find(|own| own.id == id);
    let clocks: Vec<&Clock> = answer.clocks.iter().filter(|clock| clock.provision == id).collect();
    let why = told.why(&id)?;
    let see_queue = who.may(Action::SeeQueue, Class::Mission);
    let (cases, has_more_cases) = if see_queue { cases(&view, &id) } else { (vec![], false) };
    let frame = Frame::of(&room, &who, "title-provision", "/").titled(id.clone());
    let at = answer.asked.at.as_str();
    let grower = Grower { view: &view, frame: &frame, answer: own, at, see_queue };
    let life = why.as_deref().map(|why| grower.why(why));
    let tree = grower.states().into_iter().chain(life).map(|one| one.render(&frame)).collect();
    Ok(page(
        StatusCode::OK,
        &ProvisionPage {
            heading: article.map(|a| a.heading.clone()).unwrap_or_default(),
            text: article.map(|a| a.text.clone()).unwrap_or_default(),
            who: provision.who.iter().map(|id| frame.party(id)).collect(),
            at: when(at),
            standing: own.map(|own| Standing::of(own, provision.kind, &frame)),
            parts: told.parts.provisions.get(&id),
            fulfilled: why.as_deref().filter(|_| own.is_none()).map(|why| grower.asked(why)),
            tree,
            story: grower.story(),
            turns: why.as_deref().map(|why| turns(&view, &frame, why)).unwrap_or_default(),
            asked: why.as_deref().map(|why| why.asked).unwrap_or_default(),
            moves: moves(&view, &frame, (own, at), &clocks, why.as_deref()),
            clocks: clocks.into_iter().map(ClockRow::of).collect(),
            is_point: provision.kind == ProvisionKind::Point,
            cases,
            has_more_cases,
            id,
            frame,
        },
    ))
}

impl Standing {
    fn of(answer: &ProvisionAnswer, kind: ProvisionKind, frame: &Frame<'_>) -> Standing {
        let differs = answer.state != answer.state_at;
        Standing {
            now: badge(answer.state_at),
            means: match answer.state_at {
                // What is to be done is reported, not watched.
                Stands::Undetermined if !kind.is_observed() => frame.say("duty-undetermined"),
                Stands::Alleged if !kind.is_observed() => frame.say("duty-alleged"),
                state => meaning(state).to_owned(),
            },
            gravest: differs.then(|| badge(answer.state)),
            is_settled: answer.settled,
        }
    }
}

impl ClockRow {
    fn of(clock: &Clock) -> ClockRow {
        ClockRow {
            what: in_words(&clock.what),
            state: servanda_comply::word(&clock.state),
            due: when(clock.due.as_deref().unwrap_or("–")),
            why: clock
                .why
                .iter()
                .map(|reason| in_words(&reason.text))
                .chain(clock.never.as_deref().map(in_words))
                .collect(),
        }
    }
}

/// The first cases that may break it, by the answer's own index, and whether there are more.
fn cases(view: &View, id: &str) -> (Vec<(String, String)>, bool) {
    let weighed = view.evaluation().weighed.iter().filter(|weighed| weighed.provision == id);
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for &n in weighed.flat_map(|weighed| &weighed.met) {
        let Some(held) = view.desk.history.observations.get(n) else { continue };
        let Some(case) = view.cases.holding(held.id()) else { continue };
        if seen.insert(&case.id) {
            if found.len() == CASES_MAX {
                return (found, true);
            }
            let when = crate::shown::moment(case.when.from).shown;
            let what = format!("{}, {when}", crate::shown::kinds(view, &case.members));
            found.push((case.id.clone(), what));
        }
    }
    (found, false)
}

/// The entries that changed how a clock stands, the latest first.
fn turns(view: &View, frame: &Frame<'_>, why: &Why) -> Vec<TurnRow> {
    let row = |changed: &Changed| {
        let (from, to) = (in_words(&changed.from), in_words(&changed.to));
        Some(TurnRow {
            leaf: Leaf::of(view, frame, &changed.by)?,
            span: frame.say_with("turn-span", &[("from", from.into()), ("to", to.into())]),
            was: in_words(&changed.was),
            is: in_words(&changed.is),
        })
    };
    why.changed.iter().rev().take(CHANGED_MAX).filter_map(row).collect()
}

fn moves(
    view: &View,
    frame: &Frame<'_>,
    (own, at): (Option<&ProvisionAnswer>, &str),
    clocks: &[&Clock],
    why: Option<&Why>,
) -> Moves {
    let mut moves = Moves::default();
    let mut dates: BTreeSet<(&str, String)> = BTreeSet::new();
    for line in own.into_iter().flat_map(|own| &own.lines) {
        for (end, words) in
            [(&line.from, frame.say("moves-begins")), (&line.until, frame.say("moves-ends"))]
        {
            if let Some(end) = end.as_deref().filter(|end| *end > at) {
                dates.insert((end, words));
            }
        }
    }
    if let Some(own) = own {
        moves.words.extend(own.would_change.iter().map(|words| in_words(words)));
    }
    let runs = |clock: &&&Clock| matches!(clock.state, ClockState::Waiting | ClockState::Running);
    for clock in clocks.iter().filter(runs) {
        // That it ends is told of its lines.
        let due = clock.due.as_deref().filter(|_| clock.kind != ClockKind::Term);
        if let Some(due) = due.filter(|due| *due > at) {
            let open = [("what", in_words(&clock.what).into())];
            dates.insert((due, frame.say_with("moves-due", &open)));
        }
        for what in &clock.waits_for {
            let words = frame.say_with("moves-waits", &[("what", in_words(what).into())]);
            if !moves.words.contains(&words) {
                moves.words.push(words);
            }
        }
    }
    moves.dates = dates.into_iter().map(|(at, what)| (when(at), what)).collect();
    if let Some(why) = why {
        moves.words.extend(of_clock(frame, why));
        moves.entries = why.flips.iter().filter_map(|cite| Leaf::of(view, frame, cite)).collect();
    }
    moves
}

/// What would move a clock, in words.
fn of_clock(frame: &Frame<'_>, why: &Why) -> Vec<String> {
    let mut words = Vec::new();
    if let Some(not_yet) = &why.not_yet {
        words.push(match &not_yet.due {
            Some(due) => frame.say_with("moves-not-yet", &[("due", when(due).shown.into())]),
            None => frame.say("moves-not-running"),
        });
    }
    if !why.flips_sources.is_empty() {
        let named = why.flips_sources.join(", ");
        words.push(frame.say_with("moves-sources", &[("named", named.into())]));
    }
    for differs in &why.readings_differ {
        let open = [
            ("provision", differs.provision.as_str().into()),
            ("reading", differs.reading.as_str().into()),
            ("first", in_words(&differs.first).into()),
            ("other", in_words(&differs.other).into()),
            ("from", in_words(&differs.from).into()),
            ("to", in_words(&differs.to).into()),
        ];
        words.push(frame.say_with("moves-reading", &open));
    }
    words
}

/// The dates of a provision, for a calendar.
fn dates(view: &View, told: &Told, id: &str) -> Result<Response, Fault> {
    view.desk.agreement.provision(id).ok_or_else(Fault::not_found)?;
    let mut answer = told.evaluation.answer.clone();
    answer.clocks.retain(|clock| clock.provision == id);
    let text = servanda_report::calendar(&answer);
    Ok(([(CONTENT_TYPE, "text/calendar; charset=utf-8")], text).into_response())
}
