//! VIINA: incidents that news items report, as CSV.
//!
//! The form of the Violent Incident Information from News Articles project (Zhukov and Ayers),
//! version 2: `datetime`, `latitude` and `longitude` must be there; `event_type`, `place_name` and
//! `headline` or `headline_sha256` may be.
//!
//! - Time: `datetime` is when the item was published, not when the event happened. The event lies
//!   before it, so the interval is the 24 hours before the stated minute, and that minute. At
//!   00:00:00 the item states its day only: then it is the day before and the day. The zone is
//!   that of the source; the project doesn't state it.
//! - Place: the project gives no precision. We take 5 km round the point, about a town with what
//!   is called by its name.
//! - A headline is never kept, only the first 16 hexadecimal digits of its SHA-256, so that whoever
//!   has the item can tell that it is this one.
//! - `types` are the machine-coded types, joined by `|`.

use crate::ReadContext;
use crate::calendar::Calendar;
use crate::csv::{Column, Record, Table};
use crate::number::{disc, point};
use crate::row::{Fault, Output, Unreadable, quoted};
use servanda_entry::{Attrs, Draft, Observation};
use servanda_time::Interval;
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// The columns that a table of this form has at least.
pub(crate) const COLUMNS: [&str; 4] = ["datetime", "latitude", "longitude", "event_type"];

/// What we take for the project's places.
const RADIUS_MM: u64 = 5_000_000;
const DAY_MS: i64 = 86_400_000;
const MINUTE_MS: i64 = 60_000;

pub(crate) fn read(
    bytes: &[u8],
    context: &ReadContext<'_>,
    output: &mut Output<'_>,
) -> Result<(), Unreadable> {
    let table = Table::open(bytes, &context.limits)?;
    let header = table.header.clone();
    let [datetime, lat, lon, types] = header.require(COLUMNS)?;
    let place = header.find("place_name");
    let headline = header.find("headline");
    let hash = header.find("headline_sha256");
    let mut days = Calendar::new(context.timezone.clone());
    table.read(output, |record, output| {
        let mut report = || {
            let at = point(record, lon, lat)?;
            let interval = interval(record, datetime, &mut days)?;
            let mut attrs = Attrs::new();
            let mut keep = |name: &str, text: Option<String>| {
                if let Some(text) = text {
                    attrs.insert(name.to_string(), text);
                }
            };
            keep("types", record.optional(Some(types)).map(str::to_string));
            keep("place", record.optional(place).map(str::to_string));
            keep("headline_sha256", headline_hash(record, headline, hash)?);
            Ok(Draft::Observation(Observation {
                kind: "report".into(),
                from_ms: interval.from.ms(),
                to_ms: interval.to.ms(),
                at: Some(disc(at, RADIUS_MM)),
                count: None,
                origins: Vec::new(),
                sides: Vec::new(),
                key: None,
                attrs,
                line: record.line,
            }))
        };
        output.put(record.line, record.raw, report())?;
        Ok(())
    })
}

fn interval(
    record: &Record<'_, '_>,
    column: Column<'_>,
    days: &mut Calendar,
) -> Result<Interval, Fault> {
    let text = record.stated(column)?;
    let fault = |reason| Fault::at(column.name, reason);
    let date =
        text.strip_suffix(" 00:00:00").or_else(|| text.strip_suffix("T00:00:00")).unwrap_or(text);
    if date.len() == 10 {
        let day = days.day(date).map_err(fault)?;
        let eve = days.day(&day.from.plus_ms(-DAY_MS / 2).date(days.zone()));
        return Ok(Interval { from: eve.map_err(fault)?.from, to: day.to });
    }
    let published = days.stated(text, None).map_err(fault)?.from;
    Ok(Interval { from: published.plus_ms(-DAY_MS), to: published.plus_ms(MINUTE_MS) })
}

fn headline_hash(
    record: &Record<'_, '_>,
    headline: Option<Column<'_>>,
    hash: Option<Column<'_>>,
) -> Result<Option<String>, Fault> {
    const DIGITS: usize = 16;
    if let (Some(column), Some(text)) = (hash, record.optional(hash)) {
        let hex = text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        return match text.get(..DIGITS) {
            Some(first) if hex => Ok(Some(first.to_string())),
            _ => Err(Fault::at(
                column.name,
                format!("{} is not {DIGITS} or more hexadecimal digits", quoted(text)),
            )),
        };
    }
    Ok(record.optional(headline).map(|text| {
        let mut hex = String::with_capacity(DIGITS);
        for byte in Sha256::digest(text.as_bytes()).iter().take(DIGITS / 2) {
            // Writing into a String cannot fail.
            let _ = write!(hex, "{byte:02x}");
        }
        hex
    }))
}
