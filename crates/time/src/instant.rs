use crate::{Amount, TimeError, Unit, Zone};
use jiff::civil;
use std::fmt;

/// A point in time: whole milliseconds since 1970-01-01T00:00:00Z.
///
/// From the year 0001 to 30 December 9999 only: what is further away is a typing error, and a
/// clear one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(i64);

/// How exactly a text states an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Precision {
    /// A calendar day.
    Day,
    /// A minute.
    Minute,
    /// A second.
    Second,
    /// A millisecond or finer.
    Millisecond,
}

const MIN_MS: i64 = -62_135_596_800_000; // 0001-01-01T00:00:00Z
const MAX_MS: i64 = 253_402_207_200_000; // 9999-12-30T22:00:00Z: it has a civil time in every zone

impl Instant {
    /// 1970-01-01T00:00:00Z.
    pub const EPOCH: Instant = Instant(0);
    /// The first instant of the year 1.
    pub const MIN: Instant = Instant(MIN_MS);
    /// 9999-12-30T22:00:00Z, the last instant that has a civil time in every zone.
    pub const MAX: Instant = Instant(MAX_MS);

    /// The instant so many milliseconds after 1970-01-01T00:00:00Z.
    ///
    /// # Errors
    /// Outside the years 0001 to 9999.
    pub fn from_ms(ms: i64) -> Result<Instant, TimeError> {
        if (MIN_MS..=MAX_MS).contains(&ms) {
            Ok(Instant(ms))
        } else {
            Err(TimeError::new(
                "instant outside the years 0001 to 9999",
                &ms.to_string(),
                "check the unit: times are milliseconds since 1970-01-01T00:00:00Z",
            ))
        }
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn ms(self) -> i64 {
        self.0
    }

    /// Later by so many milliseconds, held inside the years 0001 to 9999.
    #[must_use]
    pub fn plus_ms(self, ms: i64) -> Instant {
        Instant(self.0.saturating_add(ms).clamp(MIN_MS, MAX_MS))
    }

    /// Reads an instant: RFC 3339 (`2026-04-11T13:00:00Z`, `…+03:00`), RFC 9557
    /// (`2026-04-11T16:00[Europe/Vienna]`), or a local time or date, for which `zone` is needed.
    /// A blank may stand for the `T`. A date is its first instant.
    ///
    /// # Errors
    /// When the text is no time, when a local time has no zone, or when a local time doesn't
    /// exist or stands twice there because the clocks change.
    pub fn parse(text: &str, zone: Option<&Zone>) -> Result<Instant, TimeError> {
        Instant::parse_stating(text, zone).map(|(instant, _)| instant)
    }

    /// Like [`Instant::parse`], and tells how exactly the text states it.
    ///
    /// # Errors
    /// As [`Instant::parse`].
    pub fn parse_stating(
        text: &str,
        zone: Option<&Zone>,
    ) -> Result<(Instant, Precision), TimeError> {
        let bad = |help: &str| TimeError::new("not a time", text, help);
        const FORMS: &str = "write 2026-04-11T13:00:00Z, 2026-04-11T16:00+03:00, \
                             2026-04-11T16:00[Europe/Vienna] or 2026-04-11";
        if text.len() > 80 || !text.is_ascii() {
            return Err(bad(FORMS));
        }
        let (plain, named) = match text.split_once('[') {
            Some((plain, rest)) => {
                let name = rest.strip_suffix(']').ok_or_else(|| bad(FORMS))?;
                (plain, Some(Zone::named(name)?))
            }
            None => (text, None),
        };
        let parts = Parts::split(plain).ok_or_else(|| bad(FORMS))?;
        let datetime = parts.datetime().ok_or_else(|| bad(FORMS))?;
        let instant = match (parts.offset_s, named.as_ref().or(zone)) {
            (Some(offset_s), zone) => {
                let offset = jiff::tz::Offset::from_seconds(offset_s).map_err(|_| bad(FORMS))?;
                let instant = offset
                    .to_timestamp(datetime)
                    .map_err(|_| bad("write a year between 0001 and 9999"))?;
                if let (Some(zone), true) = (zone, named.is_some())
                    && zone.inner().to_offset(instant) != offset
                {
                    return Err(bad("the offset is not the one in force in that zone then"));
                }
                instant
            }
            (None, Some(zone)) => {
                let ambiguous = zone.inner().to_ambiguous_timestamp(datetime);
                match parts.precision {
                    // A day begins when it begins, also where the clocks skip midnight.
                    Precision::Day => ambiguous.compatible(),
                    _ => ambiguous.unambiguous(),
                }
                .map_err(|_| {
                    bad("the clocks change there then: this local time does not exist or stands \
                         twice; add the offset, such as +03:00")
                })?
            }
            (None, None) => {
                return Err(TimeError::new(
                    "local time without a time zone",
                    text,
                    "add the zone, such as [Europe/Vienna], or the offset, such as Z or +03:00",
                ));
            }
        };
        Ok((Instant::from_ms(instant.as_millisecond())?, parts.precision))
    }

    /// The wall clock there: `2026-04-11 16:00`, with seconds only where they are not zero.
    #[must_use]
    pub fn civil(self, zone: &Zone) -> String {
        let time = self.datetime(zone);
        let date = self.date(zone);
        match (time.second(), time.millisecond()) {
            (0, 0) => format!("{date} {:02}:{:02}", time.hour(), time.minute()),
            (s, 0) => format!("{date} {:02}:{:02}:{s:02}", time.hour(), time.minute()),
            (s, ms) => format!("{date} {:02}:{:02}:{s:02}.{ms:03}", time.hour(), time.minute()),
        }
    }

    /// The civil date there: `2026-04-11`.
    #[must_use]
    pub fn date(self, zone: &Zone) -> String {
        let time = self.datetime(zone);
        format!("{:04}-{:02}-{:02}", time.year(), time.month(), time.day())
    }

    /// The first instant of the civil day that follows this instant there.
    #[must_use]
    pub fn next_day(self, zone: &Zone) -> Instant {
        let start = self.day_start(zone);
        // The day itself may have begun at one o'clock, where the clocks skip midnight.
        let next = start.plus(Amount { count: 1, unit: Unit::Day }, zone).unwrap_or(start);
        next.day_start(zone)
    }

    /// The first instant of this instant's civil day there.
    #[must_use]
    pub fn day_start(self, zone: &Zone) -> Instant {
        let zoned = self.timestamp().to_zoned(zone.inner().clone());
        zoned.start_of_day().map_or(self, |z| Instant(z.timestamp().as_millisecond()))
    }

    /// Later by a calendar span in that zone: 15 years after 29 February is 28 February or,
    /// in a leap year, 29 February; a day is a civil day, whatever its hours.
    ///
    /// # Errors
    /// When the sum leaves the years 0001 to 9999.
    pub fn plus(self, amount: Amount, zone: &Zone) -> Result<Instant, TimeError> {
        let far = || {
            TimeError::new("a time beyond the year 9999", &amount.to_string(), "shorten the span")
        };
        // What is counted in elapsed time is the same in every calendar.
        if let (Unit::Second | Unit::Minute | Unit::Hour, Some(ms)) =
            (amount.unit, amount.elapsed_ms())
        {
            return Instant::from_ms(self.0 + ms).map_err(|_| far());
        }
        let zoned = self.timestamp().to_zoned(zone.inner().clone());
        let sum = zoned.checked_add(amount.span().ok_or_else(far)?).map_err(|_| far())?;
        Instant::from_ms(sum.timestamp().as_millisecond())
    }

    /// Earlier by a calendar span in that zone: a month before 31 March is the last day of
    /// February. It is no inverse of [`Instant::plus`]: a day may have no like in another month.
    ///
    /// # Errors
    /// When the difference leaves the years 0001 to 9999.
    pub fn minus(self, amount: Amount, zone: &Zone) -> Result<Instant, TimeError> {
        let far =
            || TimeError::new("a time before the year 1", &amount.to_string(), "shorten the span");
        let zoned = self.timestamp().to_zoned(zone.inner().clone());
        let rest = zoned.checked_sub(amount.span().ok_or_else(far)?).map_err(|_| far())?;
        Instant::from_ms(rest.timestamp().as_millisecond())
    }

    fn timestamp(self) -> jiff::Timestamp {
        jiff::Timestamp::from_millisecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
    }

    fn datetime(self, zone: &Zone) -> civil::DateTime {
        zone.inner().to_datetime(self.timestamp())
    }
}

impl fmt::Display for Instant {
    /// RFC 3339 in UTC, milliseconds only where they are not zero.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let t = self.datetime(&Zone::utc());
        write!(
            f,
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}",
            t.year(),
            t.month(),
            t.day(),
            t.hour(),
            t.minute(),
            t.second()
        )?;
        match t.millisecond() {
            0 => write!(f, "Z"),
            ms => write!(f, ".{ms:03}Z"),
        }
    }
}

/// The numbers of a time's text, before any zone is known.
struct Parts {
    year: i16,
    month: i8,
    day: i8,
    hour: i8,
    minute: i8,
    second: i8,
    nanosecond: i32,
    /// A leap second or the hour 24 moves the instant on by so much.
    offset_s: Option<i32>,
    next_day: bool,
    precision: Precision,
}

impl Parts {
    fn split(text: &str) -> Option<Parts> {
        let (date, rest) = match text.find(['T', 't', ' ']) {
            Some(at) => (text.get(..at)?, Some(text.get(at + 1..)?)),
            None => (text, None),
        };
        let mut fields = date.split('-');
        let year = number(fields.next()?, 4)?;
        let month = number(fields.next()?, 2)?;
        let day = number(fields.next()?, 2)?;
        if fields.next().is_some() || year == 0 {
            return None;
        }
        let mut parts = Parts {
            year: i16::try_from(year).ok()?,
            month: i8::try_from(month).ok()?,
            day: i8::try_from(day).ok()?,
            hour: 0,
            minute: 0,
            second: 0,
            nanosecond: 0,
            offset_s: None,
            next_day: false,
            precision: Precision::Day,
        };
        if let Some(rest) = rest {
            parts.clock(rest)?;
        }
        Some(parts)
    }

    fn clock(&mut self, text: &str) -> Option<()> {
        let (clock, offset) = match text.find(['Z', 'z', '+', '-']) {
            Some(at) => (text.get(..at)?, Some(text.get(at..)?)),
            None => (text, None),
        };
        let mut fields = clock.split(':');
        self.hour = i8::try_from(number(fields.next()?, 2)?).ok()?;
        self.minute = i8::try_from(number(fields.next()?, 2)?).ok()?;
        self.precision = Precision::Minute;
        if let Some(seconds) = fields.next() {
            let (whole, fraction) = match seconds.split_once('.') {
                Some((whole, fraction)) => (whole, Some(fraction)),
                None => (seconds, None),
            };
            self.second = i8::try_from(number(whole, 2)?).ok()?;
            self.precision = Precision::Second;
            if let Some(fraction) = fraction {
                if fraction.is_empty() || fraction.len() > 9 {
                    return None;
                }
                let digits = number(fraction, fraction.len())?;
                let scale = 10_u32.pow(u32::try_from(9 - fraction.len()).ok()?);
                self.nanosecond = i32::try_from(digits.checked_mul(scale)?).ok()?;
                self.precision = Precision::Millisecond;
            }
        }
        if fields.next().is_some() {
            return None;
        }
        // ISO 8601 writes the end of a day as 24:00.
        if self.hour == 24 && self.minute == 0 && self.second == 0 && self.nanosecond == 0 {
            self.hour = 0;
            self.next_day = true;
        }
        self.offset_s = match offset {
            None => None,
            Some("Z" | "z") => Some(0),
            Some(offset) => {
                let sign = if offset.starts_with('-') { -1 } else { 1 };
                let (hours, minutes) = offset.get(1..)?.split_once(':')?;
                let (hours, minutes) = (number(hours, 2)?, number(minutes, 2)?);
                if hours > 18 || minutes > 59 {
                    return None;
                }
                Some(sign * i32::try_from(hours * 3600 + minutes * 60).ok()?)
            }
        };
        Some(())
    }

    fn datetime(&self) -> Option<civil::DateTime> {
        let at = civil::DateTime::new(
            self.year,
            self.month,
            self.day,
            self.hour,
            self.minute,
            self.second,
            self.nanosecond,
        )
        .ok()?;
        if self.next_day { at.tomorrow().ok() } else { Some(at) }
    }
}

fn number(text: &str, width: usize) -> Option<u32> {
    let digits = text.len() == width && text.bytes().all(|b| b.is_ascii_digit());
    if digits { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn utc(text: &str) -> String {
        let zone = Zone::named("Europe/Kyiv").unwrap();
        match Instant::parse(text, Some(&zone)) {
            Ok(instant) => instant.to_string(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn reads_the_forms_that_agreements_use() {
        assert_eq!(utc("2026-04-11T16:00[Europe/Moscow]"), "2026-04-11T13:00:00Z");
        assert_eq!(utc("2026-04-11T13:00:00Z"), "2026-04-11T13:00:00Z");
        assert_eq!(utc("2026-04-11T16:00:00+03:00"), "2026-04-11T13:00:00Z");
        assert_eq!(utc("2026-04-11 16:00:00"), "2026-04-11T13:00:00Z");
        assert_eq!(utc("2026-04-11"), "2026-04-10T21:00:00Z");
        assert_eq!(utc("2026-04-12T24:00"), "2026-04-12T21:00:00Z");
        assert_eq!(utc("2026-04-11T13:00:00.250Z"), "2026-04-11T13:00:00.250Z");
        assert_eq!(utc("2016-02-27T00:00[Asia/Damascus]"), "2016-02-26T22:00:00Z");
    }

    #[test]
    fn refuses_what_is_no_time_or_not_one_time() {
        for text in [
            "",
            "soon",
            "2026-04-31",
            "2026-13-01",
            "0000-01-01",
            "10000-01-01",
            "26-04-11",
            "2026-04-11T25:00Z",
            "2026-04-11T13:00:61Z",
            "2026-04-11T13:00+99:00",
            "2026-04-11T13:00[Mars/Olympus]",
            "2026-04-11T13:00+01:00[Europe/Moscow]",
            "2026-04-11T13:00Z[Europe/Moscow",
            "２０２６-04-11",
            // Kyiv's clocks went from 03:00 to 04:00 on that night, and back on the other.
            "2026-03-29T03:30",
            "2026-10-25T03:30",
        ] {
            assert!(
                Instant::parse(text, Zone::named("Europe/Kyiv").ok().as_ref()).is_err(),
                "{text}"
            );
        }
        let error = Instant::parse("2026-04-11T16:00", None).unwrap_err().to_string();
        assert!(error.contains("without a time zone"), "{error}");
    }

    #[test]
    fn a_day_is_a_civil_day_whatever_its_hours() {
        let zone = Zone::named("Europe/Kyiv").unwrap();
        let start = Instant::parse("2026-03-29", Some(&zone)).unwrap();
        assert_eq!(start.next_day(&zone).ms() - start.ms(), 23 * 3_600_000);
        let noon = start.plus_ms(12 * 3_600_000);
        assert_eq!(noon.day_start(&zone), start);
    }

    #[test]
    fn a_day_without_a_midnight_begins_when_it_begins() {
        // The clocks of Damascus went from 00:00 to 01:00 on 25 March 2016.
        let zone = Zone::named("Asia/Damascus").unwrap();
        let day = Instant::parse("2016-03-25", Some(&zone)).unwrap();
        assert_eq!(day.civil(&zone), "2016-03-25 01:00");
        assert_eq!(day.next_day(&zone).civil(&zone), "2016-03-26 00:00");
        assert_eq!(day.plus_ms(-1).next_day(&zone), day);
        assert!(Instant::parse("2016-03-25T00:30", Some(&zone)).is_err());
    }

    #[test]
    fn fifteen_years_from_a_leap_day_is_defined() {
        let start = Instant::parse("2024-02-29T00:00:00Z", None).unwrap();
        let end = start.plus("15 years".parse().unwrap(), &Zone::utc()).unwrap();
        assert_eq!(end.to_string(), "2039-02-28T00:00:00Z");
    }

    #[test]
    fn a_span_is_taken_away_by_the_calendar() {
        let zone = Zone::named("Europe/Vienna").unwrap();
        for (from, span, before) in [
            ("2024-03-31T12:00", "1 month", "2024-02-29 12:00"),
            ("2026-03-31T12:00", "1 month", "2026-02-28 12:00"),
            ("2039-02-28T00:00", "15 years", "2024-02-28 00:00"),
            ("2024-02-29T00:00", "1 year", "2023-02-28 00:00"),
            ("2026-03-01T00:00", "2 weeks", "2026-02-15 00:00"),
            // The clocks went from 02:00 to 03:00 on 29 March 2026, and back on 25 October.
            ("2026-03-30T02:30", "1 day", "2026-03-29 03:30"),
            ("2026-03-29T03:30", "1 hour", "2026-03-29 01:30"),
            ("2026-10-26T02:30", "1 day", "2026-10-25 02:30"),
        ] {
            let from = Instant::parse(from, Some(&zone)).unwrap();
            let rest = from.minus(span.parse().unwrap(), &zone).unwrap();
            assert_eq!(rest.civil(&zone), before, "{from} {span}");
        }
        // Of the hour that came twice, it is the first.
        let twice = Instant::parse("2026-10-26T02:30", Some(&zone)).unwrap();
        let first = twice.minus("1 day".parse().unwrap(), &zone).unwrap();
        assert_eq!(first.to_string(), "2026-10-25T00:30:00Z");
        assert!(Instant::MIN.minus("1 second".parse().unwrap(), &zone).is_err());
    }

    #[test]
    fn the_first_and_the_last_instant_are_printed_as_they_are() {
        assert_eq!(Instant::MIN.to_string(), "0001-01-01T00:00:00Z");
        assert_eq!(Instant::MAX.to_string(), "9999-12-30T22:00:00Z");
        assert!(Instant::parse("9999-12-31T00:00:00Z", None).is_err());
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read_back(ms in MIN_MS..=MAX_MS) {
            let instant = Instant::from_ms(ms).unwrap();
            prop_assert_eq!(Instant::parse(&instant.to_string(), None), Ok(instant));
        }

        #[test]
        fn no_text_makes_it_panic(text in ".{0,40}") {
            let _ = Instant::parse(&text, Some(&Zone::utc()));
        }
    }
}
