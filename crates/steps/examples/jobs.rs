//! The jobs of `bench/rules` on this engine: a table in, the number of breaches and the sum of
//! their numbers out.
//!
//! `jobs JOB TABLE [BATCH [CAP]]`: as many lines as BATCH are taken in as one; 1: each alone. The
//! jobs are those of `bench/rules/make.py`.
#![allow(clippy::print_stdout, reason = "a program that prints its answer")]

use servanda_steps::{Engine, Entered, EntryId, Event, NodeId, Plan, Rule, Truth};
use servanda_time::{Amount, Instant, Interval, Unit, Zone};
use std::error::Error;

const ZONES: u32 = 10;
/// Where coverage comes in, for the job that needs it.
const WATCHED: u32 = ZONES;
const REPORTS: u32 = 0;
const RESPONSES: u32 = 1;
const DAY_S: i64 = 86_400;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [job, table, rest @ ..] = &arguments[..] else {
        return Err("usage: jobs rolling|clock|held|corrected|late TABLE [BATCH [CAP]]".into());
    };
    let batch: usize = rest.first().map_or(Ok(10_000), |text| text.parse())?;
    let cap: u32 = rest.get(1).map_or(Ok(650), |text| text.parse())?;
    let bytes = std::fs::read(table)?;
    let lines = Lines::new(&bytes);
    let (count, sum) = match job.as_str() {
        "rolling" => rolling(lines.map(|[seq, ts, zone, ..]| [1, seq, ts, zone]), batch, cap)?,
        "late" => rolling(lines.filter(|[op, ..]| *op == 1).map(first_four), batch, cap)?,
        "corrected" => rolling(lines.map(first_four), batch, cap)?,
        "clock" => clock(lines, batch)?,
        "held" => held(lines, batch)?,
        other => return Err(format!("no job {other}").into()),
    };
    println!("breaches={count} sum={sum}");
    Ok(())
}

type Row = [i64; 11];

fn first_four([op, seq, ts, zone, ..]: Row) -> [i64; 4] {
    [op, seq, ts, zone]
}

/// The whole numbers of each line of a table, but for its heading.
struct Lines<'a>(&'a [u8]);

impl Lines<'_> {
    fn new(bytes: &[u8]) -> Lines<'_> {
        let heading = bytes.iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |n| n + 1);
        Lines(&bytes[heading..])
    }
}

impl Iterator for Lines<'_> {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        let (mut row, mut column, mut text) = ([0; 11], 0, self.0);
        loop {
            let negative = text.first() == Some(&b'-');
            text = &text[usize::from(negative)..];
            let mut number = 0_i64;
            // The tables hold whole numbers of far fewer digits than overflow.
            while let [digit @ b'0'..=b'9', rest @ ..] = text {
                number = number.wrapping_mul(10).wrapping_add(i64::from(digit - b'0'));
                text = rest;
            }
            row[column] = if negative { -number } else { number };
            let (end, rest) = text.split_first()?;
            text = rest;
            if *end == b'\n' {
                self.0 = text;
                return Some(row);
            }
            column += 1;
        }
    }
}

fn at(seconds: i64) -> Instant {
    Instant::from_ms(seconds * 1000).unwrap_or(Instant::MAX)
}

fn entered(seq: i64, ts: i64, key: i64) -> Entered {
    let id = EntryId { entry: seq as u64, row: 0 };
    Entered { id, from: at(ts), to: at(ts + 1), key: key as u64, amount: 0 }
}

/// The engine after all events, so many at a time.
fn fed(plan: Plan, events: impl Iterator<Item = Event>, batch: usize) -> Engine {
    let mut engine = Engine::new(plan);
    let mut events = events.peekable();
    while events.peek().is_some() {
        engine.apply(events.by_ref().take(batch));
    }
    engine
}

/// Events that find their zone above the cap of the last 24 hours.
fn rolling(
    rows: impl Iterator<Item = [i64; 4]>,
    batch: usize,
    cap: u32,
) -> Result<(usize, u64), Box<dyn Error>> {
    let mut plan = Plan::new(Zone::utc(), Instant::MAX);
    let per: Amount = "24 hours".parse()?;
    let nodes = (0..ZONES)
        .map(|zone| plan.push(Rule::MoreThan { of: zone, n: cap, per }))
        .collect::<Result<Vec<NodeId>, _>>()?;
    let events = rows.map(|[op, seq, ts, zone]| match op {
        1 => Event::Enter(zone as u32, entered(seq, ts, 0)),
        _ => Event::Retract(EntryId { entry: seq as u64, row: 0 }),
    });
    let engine = fed(plan, events, batch);
    let (mut count, mut sum) = (0, 0);
    for (zone, node) in nodes.into_iter().enumerate() {
        let mut events = engine.live(zone as u32).peekable();
        for (run, over) in engine.steps(node).into_iter().flat_map(|steps| steps.runs()) {
            while let Some(event) = events.next_if(|event| event.from < run.to) {
                if over == Truth::Yes {
                    count += 1;
                    sum += event.id.entry;
                }
            }
        }
    }
    Ok((count, sum))
}

/// Reports without a response within 48 hours, of those that were due before the last event.
fn clock(rows: Lines<'_>, batch: usize) -> Result<(usize, u64), Box<dyn Error>> {
    let mut plan = Plan::new(Zone::utc(), Instant::MAX);
    let within = "48 hours".parse()?;
    let node = plan.push(Rule::Answered { trigger: REPORTS, answer: RESPONSES, within })?;
    let mut last = Instant::MIN;
    let events = rows.map(|[seq, ts, _, kind, key, ..]| {
        last = last.max(at(ts));
        Event::Enter(if kind == 0 { REPORTS } else { RESPONSES }, entered(seq, ts, key))
    });
    let engine = fed(plan, events, batch);
    let late = engine.overdue(node).filter(|(_, late)| late.from < last);
    Ok(late.fold((0, 0), |(count, sum), (id, _)| (count + 1, sum + id.entry)))
}

/// Zone-days that end 60 watched days without a violation: at their last second, no second of 60
/// days but that one is missing.
fn held(rows: Lines<'_>, batch: usize) -> Result<(usize, u64), Box<dyn Error>> {
    let mut plan = Plan::new(Zone::utc(), Instant::MAX);
    let (inside, outside) = (Truth::Yes, Truth::No);
    let length = Amount { count: 60 * DAY_S as u32 - 1, unit: Unit::Second };
    let watched = plan.push(Rule::Covered { by: WATCHED, inside, outside })?;
    let mut nodes = Vec::new();
    for zone in 0..ZONES {
        let broken = plan.push(Rule::Covered { by: zone, inside, outside })?;
        let quiet = plan.push(Rule::Not(broken))?;
        let clean = plan.push(Rule::All(vec![watched, quiet]))?;
        nodes.push(plan.push(Rule::Held { of: clean, length })?);
    }
    let mut days = 0;
    // A day is watched by an entry of its own, and each violation lasts for its day.
    let events = rows.flat_map(|[day, zones @ ..]| {
        days = days.max(day + 1);
        let of = |channel: u32| {
            let id = EntryId { entry: day as u64, row: channel };
            let (from, to) = (at(day * DAY_S), at((day + 1) * DAY_S));
            Event::Enter(channel, Entered { id, from, to, key: 0, amount: 0 })
        };
        let broken = (0..ZONES).filter(move |zone| zones[*zone as usize] == 1).map(of);
        std::iter::once(of(WATCHED)).chain(broken).collect::<Vec<_>>()
    });
    let engine = fed(plan, events, batch);
    let lasts = |run: Interval| {
        // Days whose last second the run holds: those that begin before the run ends.
        let begun = |to: Instant| to.ms().clamp(0, days * DAY_S * 1000).div_euclid(DAY_S * 1000);
        begun(run.to) - begun(run.from)
    };
    let runs = nodes.into_iter().filter_map(|node| engine.steps(node)).flat_map(|s| s.runs());
    let ready: i64 = runs.filter(|(_, held)| *held == Truth::Yes).map(|(run, _)| lasts(run)).sum();
    Ok((usize::try_from(ready)?, 0))
}
