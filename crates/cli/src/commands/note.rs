//! `servanda note`.

use super::{append, open_to_write};
use crate::Ended;
use crate::args::NoteArgs;
use crate::clock;
use crate::out::Out;
use anyhow::{Context, anyhow, bail};
use servanda_desk::{Note, observation};
use servanda_entry::{Attrs, Count, Disc, InZone, Place};
use servanda_place::Point;
use servanda_time::{Interval, Zone};
use std::io::{BufRead, IsTerminal, Write};

pub(crate) fn run(args: NoteArgs, out: &mut Out) -> anyhow::Result<Ended> {
    let desk = open_to_write(&args.dir)?;
    let sources: Vec<&str> = desk.agreement.sources.iter().map(|s| s.id.as_str()).collect();
    let source = or_ask(args.source.clone(), &format!("source ({})", sources.join(", ")))?;
    let what = or_ask(args.what.clone(), "what was observed (explosion, shot, …)")?;
    let zone = desk.agreement.timezone.clone();
    let from = or_ask(args.from.clone(), &format!("earliest time (local: {})", zone.name()))?;
    let when = when(&from, args.to.as_deref(), &zone)?;
    let note = Note {
        source,
        when,
        place: place(&args)?,
        count: args
            .count
            .as_deref()
            .map(|text| count(text, args.unit.as_deref().unwrap_or(&what)))
            .transpose()?,
        sides: args.side.iter().map(|side| vec![side.clone()]).collect(),
        attrs: attrs(&args.attrs)?,
        what,
    };
    let bodies = observation(&desk, note)?;
    let range = append(desk, &args.write, bodies, vec![])?;
    out.answer(&format!("noted as e{}.0", range.start))?;
    Ok(Ended::Done)
}

/// What was given, or an answer from the terminal.
fn or_ask(given: Option<String>, what: &str) -> anyhow::Result<String> {
    if let Some(given) = given {
        return Ok(given);
    }
    if !std::io::stdin().is_terminal() {
        bail!("{what} is missing: give it as an option");
    }
    let mut error = std::io::stderr().lock();
    write!(error, "{what}: ")?;
    error.flush()?;
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    let line = line.trim();
    anyhow::ensure!(!line.is_empty(), "{what} is missing");
    Ok(line.to_string())
}

fn when(from: &str, to: Option<&str>, zone: &Zone) -> anyhow::Result<Interval> {
    let from = clock::instant(from, Some(zone))?;
    let to = match to {
        Some(to) => clock::instant(to, Some(zone))?,
        None => from.plus_ms(60_000),
    };
    Interval::new(from, to)
        .filter(|when| when.from < when.to)
        .ok_or_else(|| anyhow!("the latest time {to} is not after the earliest {from}"))
}

fn place(args: &NoteArgs) -> anyhow::Result<Option<Place>> {
    match (&args.lat, &args.lon, &args.zone) {
        (Some(lat), Some(lon), _) => {
            let point = Point::parse(lon, lat).map_err(|error| anyhow!("{error}"))?;
            let radius_mm = args.radius.checked_mul(1000).context("the radius is too large")?;
            Ok(Some(Place::Disc(Disc { lat_e7: point.lat_e7, lon_e7: point.lon_e7, radius_mm })))
        }
        (_, _, Some(zone)) => Ok(Some(Place::Zone(InZone { zone: zone.clone() }))),
        _ => Ok(None),
    }
}

/// `7`, `3-5`, or `3-` for "at least 3".
fn count(text: &str, unit: &str) -> anyhow::Result<Count> {
    let number = |text: &str| {
        text.parse::<u64>().map_err(|_| anyhow!("{text:?} is no count; write 7, 3-5 or 3-"))
    };
    match text.split_once('-') {
        None => Ok(Count::exactly(number(text)?, unit)),
        Some((low, high)) => {
            let low = number(low)?;
            let high = if high.is_empty() { None } else { Some(number(high)?) };
            anyhow::ensure!(
                high.is_none_or(|high| high >= low),
                "{text:?}: the bounds are swapped"
            );
            Ok(Count { unit: unit.into(), best: None, low, high })
        }
    }
}

fn attrs(given: &[String]) -> anyhow::Result<Attrs> {
    given
        .iter()
        .map(|pair| {
            let (name, value) =
                pair.split_once('=').ok_or_else(|| anyhow!("{pair:?}: write NAME=VALUE"))?;
            Ok((name.to_string(), value.to_string()))
        })
        .collect()
}
