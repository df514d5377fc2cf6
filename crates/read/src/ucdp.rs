//! UCDP GED: events with deaths, as CSV.
//!
//! Columns are those of the Uppsala Conflict Data Program's Georeferenced Event Dataset (Sundberg
//! and Melander, Journal of Peace Research 50(4), 2013; codebook of version 22.1). The order is
//! free and further columns are left alone.
//!
//! - Time: all civil days from `date_start` to `date_end`, the last included, in the time zone of
//!   the source. An hour is never stated. How exact the dates are stays in `date_prec`.
//! - Place: a disc whose radius is our reading of `where_prec`: 1 (exact) 1 km, 2 (near a place)
//!   25 km, 3 (district) 50 km, 4 (province) 150 km. For 5 and above (a line, a region, a country,
//!   the sea) the point only stands for something large, so no place is stated.
//! - Count: deaths, with the bounds as stated. A low bound above the high one is refused.
//! - The sides are split at ", "; the origins are the offices that reported it, each once.

use crate::ReadContext;
use crate::calendar::Calendar;
use crate::csv::{Column, Header, Record, Table};
use crate::number::{disc, point, whole};
use crate::row::{Fault, Output, Unreadable, quoted};
use servanda_entry::{Attrs, Count, Draft, Observation, Place};
use servanda_time::Interval;

/// The columns that a table of this form has at least.
pub(crate) const COLUMNS: [&str; 10] = [
    "id",
    "side_a",
    "side_b",
    "where_prec",
    "latitude",
    "longitude",
    "date_start",
    "date_end",
    "low",
    "high",
];

/// Radius by `where_prec`, from 1, in millimetres.
const RADIUS_MM: [u64; 4] = [1_000_000, 25_000_000, 50_000_000, 150_000_000];

/// The values of `where_prec` in the codebook.
const WHERE_PREC: std::ops::RangeInclusive<u64> = 1..=7;

/// Columns that are kept, and the attribute in which they are kept.
const KEPT: [(&str, &str); 7] = [
    ("type_of_violence", "type_of_violence"),
    ("dyad_name", "dyad"),
    ("deaths_civilians", "deaths_civilians"),
    ("date_prec", "date_prec"),
    ("where_prec", "where_prec"),
    ("adm_1", "adm_1"),
    ("where_coordinates", "place"),
];

struct Columns<'h> {
    id: Column<'h>,
    side_a: Column<'h>,
    side_b: Column<'h>,
    where_prec: Column<'h>,
    lat: Column<'h>,
    lon: Column<'h>,
    date_start: Column<'h>,
    date_end: Column<'h>,
    best: Option<Column<'h>>,
    low: Column<'h>,
    high: Column<'h>,
    offices: Option<Column<'h>>,
    kept: Vec<(Column<'h>, &'static str)>,
}

impl<'h> Columns<'h> {
    fn of(header: &'h Header) -> Result<Columns<'h>, Unreadable> {
        let [id, side_a, side_b, where_prec, lat, lon, date_start, date_end, low, high] =
            header.require(COLUMNS)?;
        Ok(Columns {
            id,
            side_a,
            side_b,
            where_prec,
            lat,
            lon,
            date_start,
            date_end,
            best: header.find("best"),
            low,
            high,
            offices: header.find("source_office"),
            kept: KEPT
                .iter()
                .filter_map(|(name, kept)| Some((header.find(name)?, *kept)))
                .collect(),
        })
    }
}

pub(crate) fn read(
    bytes: &[u8],
    context: &ReadContext<'_>,
    output: &mut Output<'_>,
) -> Result<(), Unreadable> {
    let table = Table::open(bytes, &context.limits)?;
    let header = table.header.clone();
    let columns = Columns::of(&header)?;
    let mut days = Calendar::new(context.timezone.clone());
    table.read(output, |record, output| {
        output.put(record.line, record.raw, event(record, &columns, &mut days))?;
        Ok(())
    })
}

fn event(
    record: &Record<'_, '_>,
    columns: &Columns<'_>,
    days: &mut Calendar,
) -> Result<Draft, Fault> {
    let interval = interval(record, columns, days)?;
    let mut attrs = Attrs::new();
    for (column, name) in &columns.kept {
        if let Some(text) = record.optional(Some(*column)) {
            attrs.insert((*name).to_string(), text.to_string());
        }
    }
    Ok(Draft::Observation(Observation {
        kind: "lethal-event".into(),
        from_ms: interval.from.ms(),
        to_ms: interval.to.ms(),
        at: place(record, columns)?,
        count: Some(deaths(record, columns)?),
        origins: once_each(record.optional(columns.offices).unwrap_or(""), ";"),
        sides: [columns.side_a, columns.side_b]
            .iter()
            .map(|column| once_each(record.text(*column), ", "))
            .filter(|side| !side.is_empty())
            .collect(),
        key: Some(record.stated(columns.id)?.to_string()),
        attrs,
        line: record.line,
    }))
}

fn interval(
    record: &Record<'_, '_>,
    columns: &Columns<'_>,
    days: &mut Calendar,
) -> Result<Interval, Fault> {
    let mut day = |column: Column<'_>| {
        let text = record.stated(column)?;
        // Older editions write the date as a time at midnight.
        let date = text
            .strip_suffix(" 00:00:00.000")
            .or_else(|| text.strip_suffix(" 00:00:00"))
            .unwrap_or(text);
        days.day(date).map_err(|reason| Fault::at(column.name, reason))
    };
    let (first, last) = (day(columns.date_start)?, day(columns.date_end)?);
    Interval::new(first.from, last.to)
        .filter(|interval| interval.from < interval.to)
        .ok_or_else(|| Fault::at(columns.date_end.name, "it ends before it starts"))
}

fn place(record: &Record<'_, '_>, columns: &Columns<'_>) -> Result<Option<Place>, Fault> {
    let column = columns.where_prec;
    let text = record.stated(column)?;
    let precision = whole(column.name, text)?;
    if !WHERE_PREC.contains(&precision) {
        let reason = format!("{} is none of the codebook's values, 1 to 7", quoted(text));
        return Err(Fault::at(column.name, reason));
    }
    let radius = usize::try_from(precision - 1).ok().and_then(|at| RADIUS_MM.get(at));
    match radius {
        None => Ok(None),
        Some(radius_mm) => {
            let at = point(record, columns.lon, columns.lat)?;
            Ok(Some(disc(at, *radius_mm)))
        }
    }
}

fn deaths(record: &Record<'_, '_>, columns: &Columns<'_>) -> Result<Count, Fault> {
    let number = |column: Column<'_>| whole(column.name, record.text(column));
    let (low, high) = (number(columns.low)?, number(columns.high)?);
    if low > high {
        let reason = format!("the low bound {low} lies above the high bound {high}");
        return Err(Fault::at(columns.low.name, reason));
    }
    Ok(Count {
        unit: "death".into(),
        best: columns.best.map(number).transpose()?,
        low,
        high: Some(high),
    })
}

/// The parts of a list, without repeats, in their order.
fn once_each(text: &str, separator: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    for part in text.split(separator).map(str::trim) {
        if !part.is_empty() && !parts.iter().any(|known| known == part) {
            parts.push(part.to_string());
        }
    }
    parts
}
