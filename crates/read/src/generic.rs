//! Any table that a mapping describes.

use crate::calendar::Calendar;
use crate::csv::{Column, Header, Record, Table};
use crate::geojson::count_of;
use crate::limits::RADIUS_MM_MAX;
use crate::mapping::{
    Cell, ClaimRule, ColumnId, CountRule, Mapping, MappingKind, PlaceRule, Radius, TimeRule,
};
use crate::number::{disc, point, scaled, whole};
use crate::row::{Fault, Output, Unreadable, quoted};
use crate::watched::{Seen, Watched};
use crate::{ReadContext, row};
use servanda_entry::{
    Attrs, Claim, Count, CoverageRow, Draft, InZone, Observation, Place, Site, Watch,
};
use servanda_time::{Instant, Interval};
use std::collections::BTreeMap;

pub(crate) fn read(
    bytes: &[u8],
    context: &ReadContext<'_>,
    output: &mut Output<'_>,
) -> Result<(), Unreadable> {
    let mapping = context.mapping.ok_or(Unreadable::NoMapping)?;
    let table = Table::open(bytes, &context.limits)?;
    let header = table.header.clone();
    let zone = mapping.timezone.as_ref().unwrap_or(&context.timezone);
    let mut reader =
        Reader { mapping, columns: bind(mapping, &header)?, calendar: Calendar::new(zone.clone()) };
    let mut watched = mapping.coverage.map(Watched::new);
    table.read(output, |record, output| {
        // Without counts, or with one, a row is one draft; each further count is a row more.
        let rules = mapping.counts.as_slice();
        let several = rules.len().max(1);
        for at in 0..several {
            let made = reader.draft(record, rules.get(at));
            let seen = match (&watched, &made) {
                (Some(_), Ok(Draft::Observation(row))) => Some(Seen::of(row)),
                _ => None,
            };
            let accepted = output.put(record.line, record.raw, made)?;
            if let (Some(watched), Some(seen), true) = (&mut watched, seen, accepted) {
                watched.add(seen);
            }
        }
        Ok(())
    })?;
    output.summary.coverage = watched.map(Watched::rows).unwrap_or_default();
    Ok(())
}

/// The header's column of each column that the mapping names.
fn bind<'h>(mapping: &Mapping, header: &'h Header) -> Result<Vec<Column<'h>>, Unreadable> {
    let missing: Vec<&str> = mapping
        .columns
        .iter()
        .map(String::as_str)
        .filter(|name| header.find(name).is_none())
        .collect();
    if missing.is_empty() {
        Ok(mapping.columns.iter().filter_map(|name| header.find(name)).collect())
    } else {
        Err(header.lacks(&missing))
    }
}

struct Reader<'m, 'h> {
    mapping: &'m Mapping,
    columns: Vec<Column<'h>>,
    calendar: Calendar,
}

impl<'h> Reader<'_, 'h> {
    fn draft(
        &mut self,
        record: &Record<'_, '_>,
        count: Option<&CountRule>,
    ) -> Result<Draft, Fault> {
        match &self.mapping.kind {
            MappingKind::Observation(observed) => {
                self.observation(record, observed, count).map(Draft::Observation)
            }
            MappingKind::Claim => self.claim(record, count).map(Draft::Claim),
            MappingKind::Site(_) => self.site(record).map(Draft::Site),
            MappingKind::Coverage => self.coverage(record).map(Draft::Coverage),
        }
    }

    fn observation(
        &mut self,
        record: &Record<'_, '_>,
        observed: &str,
        count: Option<&CountRule>,
    ) -> Result<Observation, Fault> {
        let interval = self.interval(record)?;
        let of_count = count.and_then(|rule| rule.zone.as_ref());
        Ok(Observation {
            kind: observed.to_string(),
            from_ms: interval.from.ms(),
            to_ms: interval.to.ms(),
            at: match of_count {
                Some(zone) => Some(Place::Zone(InZone { zone: zone.clone() })),
                None => self.place(record)?,
            },
            count: count.map(|rule| self.count(record, rule)).transpose()?,
            origins: self
                .mapping
                .origins
                .iter()
                .filter_map(|cell| self.cell(record, cell))
                .collect(),
            sides: self
                .mapping
                .sides
                .iter()
                .filter_map(|id| record.optional(self.column(*id)))
                .map(|actor| vec![actor.to_string()])
                .collect(),
            key: self.key(record),
            attrs: self.attributes(record),
            line: record.line,
        })
    }

    fn claim(
        &mut self,
        record: &Record<'_, '_>,
        count: Option<&CountRule>,
    ) -> Result<Claim, Fault> {
        let Some(rule) = &self.mapping.claim else {
            return Err(Fault::row("the mapping has no [claim]"));
        };
        let ClaimRule { by, against, what, address, quality } = rule;
        let (from, to) = self.since_and_until(record)?;
        let optional = |cell: &Option<Cell>| cell.as_ref().and_then(|cell| self.cell(record, cell));
        Ok(Claim {
            by: self.stated(record, by)?,
            against: optional(against),
            what: self.stated(record, what)?,
            from_ms: from.map(Instant::ms),
            to_ms: to.map(Instant::ms),
            count: count.map(|rule| self.count(record, rule)).transpose()?,
            parts: BTreeMap::new(),
            address: optional(address),
            quality: optional(quality),
            line: record.line,
        })
    }

    fn site(&mut self, record: &Record<'_, '_>) -> Result<Site, Fault> {
        let at = self.place(record)?;
        Ok(Site {
            line: record.line,
            key: self.key(record),
            name: self.mapping.label.as_ref().and_then(|cell| self.cell(record, cell)),
            at: at.ok_or_else(|| Fault::row("the mapping has no [place]"))?,
            attrs: self.attributes(record),
        })
    }

    fn coverage(&mut self, record: &Record<'_, '_>) -> Result<CoverageRow, Fault> {
        let interval = self.interval(record)?;
        let zone = match self.place(record)? {
            Some(Place::Zone(zone)) => Some(zone.zone),
            _ => None,
        };
        let watch = match &self.mapping.watch {
            Some(cell) => {
                let column = self.name(cell);
                match self.stated(record, cell)?.as_str() {
                    "complete" => Watch::Complete,
                    "partial" => Watch::Partial,
                    "blind" => Watch::Blind,
                    other => {
                        let reason =
                            format!("{} is none of complete, partial, blind", quoted(other));
                        return Err(Fault::at(column, reason));
                    }
                }
            }
            None => Watch::Partial,
        };
        Ok(CoverageRow {
            from_ms: interval.from.ms(),
            to_ms: interval.to.ms(),
            zone,
            watch,
            attrs: self.attributes(record),
            line: record.line,
        })
    }

    fn interval(&mut self, record: &Record<'_, '_>) -> Result<Interval, Fault> {
        let (from, to) = self.since_and_until(record)?;
        match (from, to) {
            (Some(from), Some(to)) => Interval::new(from, to)
                .ok_or_else(|| Fault::row(format!("it ends at {to}, before it starts at {from}"))),
            _ => Err(Fault::row("the mapping doesn't say how long a row lasts")),
        }
    }

    fn since_and_until(
        &mut self,
        record: &Record<'_, '_>,
    ) -> Result<(Option<Instant>, Option<Instant>), Fault> {
        let Some(rule) = &self.mapping.time else {
            return Ok((None, None));
        };
        match *rule {
            TimeRule::FromTo(from, to) => {
                let start = self.time(record, from)?.from;
                let (column, text) = self.required(record, to)?;
                let end = self.calendar.end(text).map_err(|why| Fault::at(column, why))?;
                if end < start {
                    let reason = format!("it ends at {end}, before it starts at {start}");
                    return Err(Fault::at(column, reason));
                }
                // What starts and ends at the same stated time lasted less than it states.
                let end = if end == start { self.time(record, to)?.to } else { end };
                Ok((Some(start), Some(end)))
            }
            TimeRule::At(at, span) => {
                let stated = self.time(record, at)?;
                let end = match span {
                    None => stated.to,
                    Some(span) => self
                        .calendar
                        .after(stated.from, span)
                        .map_err(|why| Fault::at(self.columns_name(at), why))?,
                };
                Ok((Some(stated.from), Some(end)))
            }
            TimeRule::Until(until, span) => {
                let (column, text) = self.required(record, until)?;
                let end = self.calendar.end(text).map_err(|why| Fault::at(column, why))?;
                let start = span
                    .map(|span| self.calendar.before(end, span))
                    .transpose()
                    .map_err(|why| Fault::at(column, why))?;
                Ok((start, Some(end)))
            }
            TimeRule::Day(day) => {
                let (column, text) = self.required(record, day)?;
                let day = self.calendar.day(text).map_err(|why| Fault::at(column, why))?;
                Ok((Some(day.from), Some(day.to)))
            }
        }
    }

    fn time(&mut self, record: &Record<'_, '_>, id: ColumnId) -> Result<Interval, Fault> {
        let (column, text) = self.required(record, id)?;
        self.calendar.stated(text, self.mapping.precision).map_err(|why| Fault::at(column, why))
    }

    fn place(&self, record: &Record<'_, '_>) -> Result<Option<Place>, Fault> {
        match &self.mapping.place {
            None => Ok(None),
            Some(PlaceRule::Zone(zone)) => Ok(Some(Place::Zone(InZone { zone: zone.clone() }))),
            Some(PlaceRule::ZoneColumn { column, zones }) => {
                let (column, name) = self.required(record, *column)?;
                let zone = zones.get(name).ok_or_else(|| {
                    let reason = format!(
                        "{} is no zone that the mapping knows; add it to [place.zones] of {}",
                        quoted(name),
                        self.mapping.name
                    );
                    Fault::at(column, reason)
                })?;
                Ok(Some(Place::Zone(InZone { zone: zone.clone() })))
            }
            Some(PlaceRule::Disc { lat, lon, radius }) => {
                let none = Column { at: usize::MAX, name: "" };
                let column = |id: &ColumnId| self.column(*id).unwrap_or(none);
                let at = point(record, column(lon), column(lat))?;
                let radius_mm = match radius {
                    Radius::Millimetres(mm) => *mm,
                    Radius::Metres(id) => {
                        let (column, text) = self.required(record, *id)?;
                        scaled(text, 3).filter(|mm| *mm <= RADIUS_MM_MAX).ok_or_else(|| {
                            Fault::at(column, format!("{} is no length in metres", quoted(text)))
                        })?
                    }
                };
                Ok(Some(disc(at, radius_mm)))
            }
        }
    }

    fn count(&self, record: &Record<'_, '_>, rule: &CountRule) -> Result<Count, Fault> {
        let figure = |id: Option<ColumnId>| {
            let column = id.and_then(|id| self.column(id));
            match (column, record.optional(column)) {
                (Some(column), Some(text)) => whole(column.name, text).map(Some),
                _ => Ok(None),
            }
        };
        let (best, low, high) = (figure(rule.best)?, figure(rule.low)?, figure(rule.high)?);
        if best.is_none() && low.is_none() && high.is_none() {
            let first = rule.best.or(rule.low).or(rule.high);
            let column = first.map_or("count", |id| self.columns_name(id));
            return Err(Fault::at(column, "empty: no count is stated"));
        }
        Ok(count_of(rule.unit.clone(), best, low, high))
    }

    fn key(&self, record: &Record<'_, '_>) -> Option<String> {
        let parts: Vec<&str> =
            self.mapping.key.iter().filter_map(|id| record.optional(self.column(*id))).collect();
        (!parts.is_empty()).then(|| parts.join("/"))
    }

    fn attributes(&self, record: &Record<'_, '_>) -> Attrs {
        self.mapping
            .attributes
            .iter()
            .filter_map(|(name, cell)| Some((name.clone(), self.cell(record, cell)?)))
            .collect()
    }

    fn column(&self, id: ColumnId) -> Option<Column<'h>> {
        self.columns.get(id.0).copied()
    }

    fn columns_name(&self, id: ColumnId) -> &'h str {
        self.column(id).map_or("", |column| column.name)
    }

    /// What a cell is called in a reason.
    fn name(&self, cell: &Cell) -> &'h str {
        match cell {
            Cell::Column(id) => self.columns_name(*id),
            Cell::Text(_) => "",
        }
    }

    fn cell(&self, record: &Record<'_, '_>, cell: &Cell) -> Option<String> {
        match cell {
            Cell::Column(id) => record.optional(self.column(*id)).map(str::to_string),
            Cell::Text(text) => Some(text.clone()),
        }
    }

    fn stated(&self, record: &Record<'_, '_>, cell: &Cell) -> Result<String, Fault> {
        self.cell(record, cell).ok_or_else(|| Fault::at(self.name(cell), row::EMPTY))
    }

    /// A column's name and what it says, which must be something.
    fn required<'r>(
        &self,
        record: &'r Record<'_, '_>,
        id: ColumnId,
    ) -> Result<(&'h str, &'r str), Fault> {
        let column = self.column(id).ok_or_else(|| Fault::row(row::EMPTY))?;
        Ok((column.name, record.stated(column)?))
    }
}
