//! `servanda note`.

use super::{append, open_to_write, sealed};
use crate::Ended;
use crate::args::NoteArgs;
use crate::clock;
use crate::out::Out;
use anyhow::{Context, anyhow, bail};
use servanda_desk::{Note, observation, seal_note};
use servanda_entry::{Attrs, Count, Disc, InZone, Place};
use servanda_place::Point;
use servanda_time::{Interval, Zone};
use std::io::{BufRead, IsTerminal, Read, Write};
use std::path::Path;

pub(crate) fn run(args: NoteArgs, out: &mut Out) -> anyhow::Result<Ended> {
    let (desk, hand) = open_to_write(&args.dir, &args.write, out)?;
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
        attrs: attrs(&[&args.attrs[..], &attr_lines(args.attrs_file.as_deref())?].concat())?,
        what,
    };
    let bodies = observation(&desk, note)?;
    if !args.sealed.is_empty() {
        let zone = args.lat.as_ref().and(args.zone);
        let audience = sealed::audience(&args.seal)?;
        let draw = &mut sealed::draw;
        let note = seal_note(&desk, bodies, &args.sealed, zone, audience, draw)?;
        let entry = sealed::enter(desk, &hand, &args.seal, note, out)?;
        out.answer(&format!("noted as e{entry}.0; withheld: {}", args.sealed.join(", ")))?;
        return Ok(Ended::Done);
    }
    anyhow::ensure!(args.seal.class.is_none(), "--class: say what is withheld, with --seal");
    anyhow::ensure!(
        args.lat.is_none() || args.zone.is_none(),
        "a point or a zone, not both: a zone beside a point is for one that is withheld, with \
         --seal place"
    );
    let range = append(desk, &hand, bodies, vec![])?;
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

/// Largest file of attributes, in bytes.
const ATTRS_BYTES_MAX: u64 = 1 << 20;

/// The lines of a file of attributes, or of the standard input.
fn attr_lines(from: Option<&Path>) -> anyhow::Result<Vec<String>> {
    let Some(path) = from else { return Ok(Vec::new()) };
    let shown = path.display();
    let mut text = String::new();
    let read = if path == Path::new("-") {
        std::io::stdin().take(ATTRS_BYTES_MAX).read_to_string(&mut text)
    } else {
        std::fs::File::open(path)
            .and_then(|file| file.take(ATTRS_BYTES_MAX).read_to_string(&mut text))
    };
    read.with_context(|| format!("{shown}: can't be read"))?;
    Ok(text.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned).collect())
}

fn attrs(given: &[String]) -> anyhow::Result<Attrs> {
    // A fault is told by its place: what stands there may be what is to be withheld.
    let given = given.iter().zip(1..);
    given
        .map(|(pair, place)| {
            let (name, value) = pair
                .split_once('=')
                .ok_or_else(|| anyhow!("attribute {place} has no `=`: write NAME=VALUE"))?;
            Ok((name.to_string(), value.to_string()))
        })
        .collect()
}
