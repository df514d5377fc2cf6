//! FIRMS: active fires seen from space, as CSV, with the time of the pass or with the day only.
//!
//! Columns are those of NASA's Fire Information for Resource Management System; their order is
//! free and only `latitude`, `longitude` and `acq_date` must be there. Times are UTC.
//!
//! - The time is that of the pass, stated in minutes (`1304`, `13:04`, `13:04:00`): the interval
//!   is that minute. Seconds other than 00 make it that second. Without `acq_time` it is the
//!   whole UTC day.
//! - The place is a disc round the pixel's centre. Its radius is half the diagonal of the
//!   footprint, `scan` × `track` km; without these it is half the diagonal of the nominal pixel,
//!   375 m for VIIRS (265.165 m) and 1 km for MODIS (707.107 m). Towards the edge of the swath
//!   pixels are larger than nominal, so a file without footprints understates the radius there.
//! - `light` is `day` or `night`, from `daynight`. `confidence` is spelled out (`n` is
//!   `nominal`), so that the same detection reads the same in every edition of the file.

use crate::calendar::Calendar;
use crate::csv::{Column, Header, Record, Table};
use crate::number::{disc, half_diagonal_mm, point, scaled};
use crate::row::{Fault, Output, Unreadable, quoted};
use crate::{ReadContext, limits::FOOTPRINT_MM_MAX};
use servanda_entry::{Attrs, Draft, Observation};
use servanda_time::{Interval, Zone};

/// Half the diagonal of a pixel of 375 m × 375 m.
const VIIRS_RADIUS_MM: u64 = 265_165;
/// Half the diagonal of a pixel of 1 km × 1 km.
const MODIS_RADIUS_MM: u64 = 707_107;

/// The columns that a table of this form has at least.
pub(crate) const COLUMNS: [&str; 3] = ["latitude", "longitude", "acq_date"];

/// Columns that are kept under their own name.
const KEPT: [&str; 3] = ["satellite", "frp", "instrument"];

struct Columns<'h> {
    lat: Column<'h>,
    lon: Column<'h>,
    date: Column<'h>,
    time: Option<Column<'h>>,
    footprint: Option<(Column<'h>, Column<'h>)>,
    confidence: Option<Column<'h>>,
    daynight: Option<Column<'h>>,
    instrument: Option<Column<'h>>,
    kept: Vec<Column<'h>>,
}

impl<'h> Columns<'h> {
    fn of(header: &'h Header) -> Result<Columns<'h>, Unreadable> {
        let [lat, lon, date] = header.require(COLUMNS)?;
        Ok(Columns {
            lat,
            lon,
            date,
            time: header.find("acq_time"),
            footprint: header.find("scan").zip(header.find("track")),
            confidence: header.find("confidence"),
            daynight: header.find("daynight"),
            instrument: header.find("instrument"),
            kept: KEPT.iter().filter_map(|name| header.find(name)).collect(),
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
    let mut days = Calendar::new(Zone::utc());
    table.read(output, |record, output| {
        output.put(record.line, record.raw, detection(record, &columns, &mut days))?;
        Ok(())
    })
}

fn detection(
    record: &Record<'_, '_>,
    columns: &Columns<'_>,
    days: &mut Calendar,
) -> Result<Draft, Fault> {
    let at = point(record, columns.lon, columns.lat)?;
    let interval = interval(record, columns, days)?;
    let radius_mm = radius_mm(record, columns)?;
    let mut attrs = Attrs::new();
    for column in &columns.kept {
        if let Some(text) = record.optional(Some(*column)) {
            attrs.insert(column.name.to_string(), text.to_string());
        }
    }
    if let Some(text) = record.optional(columns.confidence) {
        let spelled = match text {
            "l" | "L" => "low",
            "n" | "N" => "nominal",
            "h" | "H" => "high",
            other => other,
        };
        attrs.insert("confidence".into(), spelled.into());
    }
    if let (Some(column), Some(text)) = (columns.daynight, record.optional(columns.daynight)) {
        let light = match text {
            "D" => "day",
            "N" => "night",
            other => {
                let reason = format!("{} is neither D (day) nor N (night)", quoted(other));
                return Err(Fault::at(column.name, reason));
            }
        };
        attrs.insert("light".into(), light.into());
    }
    Ok(Draft::Observation(Observation {
        kind: "fire".into(),
        from_ms: interval.from.ms(),
        to_ms: interval.to.ms(),
        at: Some(disc(at, radius_mm)),
        count: None,
        origins: Vec::new(),
        sides: Vec::new(),
        key: None,
        attrs,
        line: record.line,
    }))
}

fn interval(
    record: &Record<'_, '_>,
    columns: &Columns<'_>,
    days: &mut Calendar,
) -> Result<Interval, Fault> {
    let day = days
        .day(record.stated(columns.date)?)
        .map_err(|reason| Fault::at(columns.date.name, reason))?;
    let Some(column) = columns.time else {
        return Ok(day);
    };
    let text = record.stated(column)?;
    let (hour, minute, second) = clock(text).ok_or_else(|| {
        let reason = format!("{} is not a time; write it as 13:04 or 1304", quoted(text));
        Fault::at(column.name, reason)
    })?;
    let from = day.from.plus_ms(((hour * 60 + minute) * 60 + second) * 1_000);
    let length_ms = if second == 0 { 60_000 } else { 1_000 };
    Ok(Interval { from, to: from.plus_ms(length_ms) })
}

/// Hour, minute and second of `13:04:00`, `13:04`, `1304`, `904`, or `4` (00:04).
fn clock(text: &str) -> Option<(i64, i64, i64)> {
    let digits = |part: &str, lengths: std::ops::RangeInclusive<usize>| -> Option<i64> {
        let fits = lengths.contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        if fits { part.parse().ok() } else { None }
    };
    let mut parts = text.split(':');
    let first = parts.next()?;
    let (hour, minute, second) = match (parts.next(), parts.next(), parts.next()) {
        (None, _, _) => {
            let joined = digits(first, 1..=4)?;
            (joined / 100, joined % 100, 0)
        }
        (Some(minute), None, _) => (digits(first, 1..=2)?, digits(minute, 2..=2)?, 0),
        (Some(minute), Some(second), None) => {
            (digits(first, 1..=2)?, digits(minute, 2..=2)?, digits(second, 2..=2)?)
        }
        _ => return None,
    };
    (hour < 24 && minute < 60 && second < 60).then_some((hour, minute, second))
}

fn radius_mm(record: &Record<'_, '_>, columns: &Columns<'_>) -> Result<u64, Fault> {
    let Some((scan, track)) = columns.footprint else {
        return Ok(match record.optional(columns.instrument) {
            Some("MODIS") => MODIS_RADIUS_MM,
            _ => VIIRS_RADIUS_MM,
        });
    };
    let side = |column: Column<'_>| {
        let text = record.stated(column)?;
        // A millionth of a kilometre is a millimetre.
        scaled(text, 6).filter(|mm| (1..=FOOTPRINT_MM_MAX).contains(mm)).ok_or_else(|| {
            let reason = format!(
                "{} is not a footprint in km, above 0 and at most {}",
                quoted(text),
                FOOTPRINT_MM_MAX / 1_000_000
            );
            Fault::at(column.name, reason)
        })
    };
    Ok(half_diagonal_mm(side(scan)?, side(track)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_is_read_in_each_form_that_firms_has_used() {
        for (text, time) in [
            ("13:04:00", Some((13, 4, 0))),
            ("13:04", Some((13, 4, 0))),
            ("1304", Some((13, 4, 0))),
            ("904", Some((9, 4, 0))),
            ("4", Some((0, 4, 0))),
            ("13:04:09", Some((13, 4, 9))),
            ("24:00", None),
            ("1360", None),
            ("13:04:60", None),
            ("13:4", None),
            ("13:04:00:00", None),
            ("", None),
            ("-104", None),
            ("12345", None),
        ] {
            assert_eq!(clock(text), time, "{text}");
        }
    }
}
