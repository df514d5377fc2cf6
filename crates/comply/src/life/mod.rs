//! The life of an agreement: what is signed, consented to and in force, what runs, and what waits
//! for what. A function of the agreement and of the acts, findings and coverage of the history.
//!
//! The agreement is compiled to a plan of rules (`servanda-steps`), once for each reading of each
//! disputed provision; the entries go in; the clocks are read off at the instant asked about.

mod clocks;
mod compile;
mod duties;
mod forecast;
mod select;
mod status;
mod term;
mod turn;
mod why;
mod worksheet;

pub use why::why;

use crate::answer::{Clock, Life, State, StateLine, Turning, Worksheet};
use crate::history::History;
use clocks::View;
use compile::{Assumed, Compiled};
use servanda_steps::{Engine, EntryId};
use servanda_terms::{Agreement, Provision, Reading, When};
use servanda_time::Instant;
use status::Turns;
use std::borrow::Cow;
use std::collections::BTreeMap;
use term::{STRETCHES, STRETCHES_MAX};
use turn::Turn;

/// The readings of disputed provisions that are looked at, beside the first of each.
const BRANCHES_MAX: usize = 64;

/// How often an agreement is compiled, at most, where a circle in it is entered from outside. One
/// in which something comes only if it doesn't has no other end; there what waits for itself never
/// comes.
const ROUNDS_MAX: usize = 48;

/// What an answer says of an agreement's life.
pub(crate) struct Lived<'a> {
    /// The agreement, with the moments that the record fixes filled in.
    pub(crate) dated: Cow<'a, Agreement>,
    /// None for an agreement without a life of its own.
    pub(crate) life: Option<Life>,
    pub(crate) clocks: Vec<Clock>,
    pub(crate) guarantees: Vec<Worksheet>,
    /// The lines of duties: which provision, the line, and its state at the instant asked about.
    pub(crate) duties: Vec<(usize, StateLine, State)>,
}

/// Looks at the life of an agreement at an instant.
pub(crate) fn live<'a>(
    agreement: &'a Agreement,
    history: &History,
    at: Instant,
    print: &dyn Fn(EntryId) -> String,
) -> Lived<'a> {
    let mut dated = Cow::Borrowed(agreement);
    let base = branch(agreement, None, history, at, print);
    date(&mut dated, 0, &base);
    let Branch { mut life, mut clocks, guarantees, mut duties, .. } = base;
    let others = agreement.provisions.iter().enumerate().flat_map(|(n, provision)| {
        let readings = provision.readings.iter().enumerate().skip(1);
        readings.map(move |(nth, reading)| (n, provision, nth, reading))
    });
    for (n, provision, nth, reading) in others.take(BRANCHES_MAX) {
        let mut other = branch(agreement, Some((&provision.id, nth)), history, at, print);
        other.dates.retain(|(of, ..)| *of == n);
        date(&mut dated, nth, &other);
        let first = &provision.readings[0].id;
        duties.extend(other.duties.into_iter().filter(|(of, ..)| *of == n));
        differences(&mut clocks, other.clocks, (first, &reading.id));
        if let (Some(life), Some(other)) = (&mut life, other.life) {
            moved(&mut life.provisions, other.provisions, (first, &reading.id));
        }
    }
    let places: BTreeMap<&str, usize> =
        agreement.provisions.iter().enumerate().map(|(n, p)| (p.id.as_str(), n)).collect();
    clocks.sort_by_key(|clock| places.get(clock.provision.as_str()).copied());
    if let Some(life) = &mut life {
        life.provisions.sort_by_key(|turning| places.get(turning.provision.as_str()).copied());
    }
    Lived { dated, life, clocks, guarantees, duties }
}

/// Adds what another reading moves, each beside the first reading's.
fn moved(known: &mut Vec<Turning>, others: Vec<Turning>, (first, reading): (&str, &str)) {
    for other in others {
        let like = known.iter_mut().find(|known| {
            known.provision == other.provision
                && known.reading.as_deref().is_none_or(|id| id == first)
        });
        match like {
            Some(known) if (&known.at, &known.earliest) == (&other.at, &other.earliest) => continue,
            Some(known) => known.reading = Some(first.into()),
            None => {}
        }
        known.push(Turning { reading: Some(reading.into()), ..other });
    }
}

/// Adds the clocks that another reading moves, each beside the first reading's.
fn differences(clocks: &mut Vec<Clock>, others: Vec<Clock>, (first, reading): (&str, &str)) {
    for other in others {
        let like = clocks.iter_mut().find(|known| {
            known.provision == other.provision
                && known.what == other.what
                && known.reading.as_deref().is_none_or(|id| id == first)
        });
        match like {
            Some(known) if Clock { reading: None, ..known.clone() } == other => continue,
            Some(known) => known.reading = Some(first.into()),
            None => {}
        }
        clocks.push(Clock { reading: Some(reading.into()), ..other });
    }
}

/// The agreement under its first readings, but for one provision.
struct Branch {
    life: Option<Life>,
    clocks: Vec<Clock>,
    guarantees: Vec<Worksheet>,
    duties: Vec<(usize, StateLine, State)>,
    /// The start and the end of each provision that the text counts from events.
    dates: Vec<(usize, Option<Instant>, Option<Instant>)>,
}

/// An agreement, compiled until what waits for itself and is entered from outside is found; with
/// whatever else is to be in the plan, and the entries of the history.
fn settled<'a, T>(
    agreement: &'a Agreement,
    chosen: Option<(&'a str, usize)>,
    history: &History,
    at: Instant,
    make: impl Fn(&mut Compiled<'a>) -> T,
) -> (Compiled<'a>, T, Engine) {
    let (mut moments, mut truths) = (Assumed::new(), Assumed::new());
    let mut stretches = STRETCHES;
    let mut rounds = 0;
    loop {
        // What comes later than the instant asked about is not known then.
        let mut assumed = moments.clone();
        assumed.extend(truths.clone());
        let mut compiled =
            Compiled::new(agreement, chosen, at.plus_ms(1), (assumed.clone(), stretches));
        let made = make(&mut compiled);
        let entries = compiled.selections.entries(agreement, history);
        let engine = Engine::of(compiled.plan.clone(), entries);
        if compiled.wants_more(&engine) {
            stretches = (stretches * 8).min(STRETCHES_MAX);
            continue;
        }
        let found = compiled.found(&engine);
        rounds += 1;
        if found == assumed || rounds == ROUNDS_MAX {
            return (compiled, made, engine);
        }
        if rounds + 1 == ROUNDS_MAX {
            (moments, truths) = Default::default();
            continue;
        }
        // What holds is found from nothing each time that something comes otherwise: it would
        // else go on holding by itself.
        let (came, held) = found.into_iter().partition(|(_, value)| value.is_moment());
        if held != truths {
            truths = held;
        } else {
            (moments, truths) = (came, Assumed::new());
        }
    }
}

fn branch(
    agreement: &Agreement,
    chosen: Option<(&str, usize)>,
    history: &History,
    at: Instant,
    print: &dyn Fn(EntryId) -> String,
) -> Branch {
    let make = |compiled: &mut Compiled<'_>| {
        let drafts = clocks::draft(compiled);
        let duties = duties::draft(compiled, history);
        (drafts, duties, Turns::of(compiled))
    };
    let (compiled, (drafts, duties, turns), engine) = settled(agreement, chosen, history, at, make);
    let view = View::new(&compiled, &engine, history, at, print);
    let has_life = agreement.force.span.is_some()
        || agreement.draft.is_some()
        || agreement.provisions.iter().any(|provision| !provision.kind.is_observed());
    let counted = agreement.provisions.iter().enumerate().filter(|(_, provision)| {
        let reading = compiled.reading(provision);
        provision.kind.is_observed()
            && reading.is_some_and(|reading| is_counted(agreement, provision, reading))
    });
    let dates = counted.map(|(n, provision)| {
        let moment = |turn: Turn| view.moment(compiled.known(&turn));
        let id = &provision.id;
        (n, moment(Turn::Start(id.clone())), moment(Turn::Stop(id.clone())))
    });
    Branch {
        dates: dates.collect(),
        clocks: drafts
            .iter()
            .filter(|draft| draft.is_told(&view))
            .map(|draft| draft.read(&view))
            .collect(),
        guarantees: worksheet::worksheets(&view),
        duties: duties
            .iter()
            .map(|duty| {
                let (line, now) = duty.line(&view);
                (duty.provision, line, now)
            })
            .collect(),
        life: has_life.then(|| status::life(&view, &turns)),
    }
}

/// Whether the dates of a reading come from events, and not from the text alone.
fn is_counted(agreement: &Agreement, provision: &Provision, reading: &Reading) -> bool {
    let is_of = |when: &When| matches!(when, When::Of(_));
    let by_force = agreement.force.span.is_some() && !reading.starts.is_stated();
    let requires = provision.requires.iter().any(|id| agreement.provision(id).is_some());
    is_of(&reading.starts) || is_of(&reading.ends) || by_force || requires
}

/// Fills in the dates of a reading.
fn date(agreement: &mut Cow<'_, Agreement>, nth: usize, branch: &Branch) {
    for (n, start, stop) in &branch.dates {
        let provision = &mut agreement.to_mut().provisions[*n];
        let Some(reading) = provision.readings.get_mut(nth) else { continue };
        reading.from = Some(start.unwrap_or(Instant::MAX));
        reading.until = reading.until.into_iter().chain(*stop).min();
    }
}
