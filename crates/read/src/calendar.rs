//! Stated times as intervals: what a text says, and how exactly it says it.

use servanda_time::{Amount, Instant, Interval, Precision, Unit, Zone};

const SECOND_MS: i64 = 1_000;
const MINUTE_MS: i64 = 60 * SECOND_MS;

/// Reads the times of one file in one civil time zone.
///
/// The last day is kept, because rows of one day stand together in most files.
pub(crate) struct Calendar {
    zone: Zone,
    last: Option<(String, Interval)>,
}

impl Calendar {
    pub(crate) fn new(zone: Zone) -> Calendar {
        Calendar { zone, last: None }
    }

    pub(crate) fn zone(&self) -> &Zone {
        &self.zone
    }

    /// The civil day of a date such as `2026-04-11`.
    ///
    /// It is found from its noon, which exists in each zone: where clocks go forward at midnight,
    /// the day starts at one o'clock.
    pub(crate) fn day(&mut self, date: &str) -> Result<Interval, String> {
        if let Some((text, day)) = &self.last
            && text == date
        {
            return Ok(*day);
        }
        if date.len() != 10 {
            return Err(not_a_date(date));
        }
        let noon = Instant::parse(&format!("{date}T12:00"), Some(&self.zone))
            .map_err(|_| not_a_date(date))?;
        let one = Amount { count: 1, unit: Unit::Day };
        let tomorrow = noon.plus(one, &self.zone).map_err(|error| error.to_string())?;
        let day = Interval { from: noon.day_start(&self.zone), to: tomorrow.day_start(&self.zone) };
        self.last = Some((date.to_string(), day));
        Ok(day)
    }

    /// The time that the text states, as long as it is exact: `2026-04-11T13:00Z` is a minute,
    /// `2026-04-11` a civil day. A coarser `precision` makes it longer.
    pub(crate) fn stated(
        &mut self,
        text: &str,
        precision: Option<Precision>,
    ) -> Result<Interval, String> {
        if text.len() == 10 {
            return self.day(text);
        }
        let (from, stated) =
            Instant::parse_stating(text, Some(&self.zone)).map_err(|error| error.to_string())?;
        let ms = match precision.map_or(stated, |coarse| coarse.min(stated)) {
            Precision::Day => {
                let date = from.date(&self.zone);
                return self.day(&date);
            }
            Precision::Minute => MINUTE_MS,
            Precision::Second => SECOND_MS,
            Precision::Millisecond => 1,
        };
        Ok(Interval { from, to: from.plus_ms(ms) })
    }

    /// The instant up to which a text tells: a stated instant itself, the end of a stated day.
    pub(crate) fn end(&mut self, text: &str) -> Result<Instant, String> {
        if text.len() == 10 {
            return Ok(self.day(text)?.to);
        }
        Instant::parse(text, Some(&self.zone)).map_err(|error| error.to_string())
    }

    /// So much later.
    pub(crate) fn after(&self, instant: Instant, span: Amount) -> Result<Instant, String> {
        instant.plus(span, &self.zone).map_err(|error| error.to_string())
    }

    /// So much earlier, for spans of a fixed length and civil days and weeks.
    pub(crate) fn before(&mut self, instant: Instant, span: Amount) -> Result<Instant, String> {
        let length = span
            .elapsed_ms()
            .ok_or_else(|| format!("a span of {span} can't be counted back from an end"))?;
        let days = match span.unit {
            Unit::Day => i64::from(span.count),
            Unit::Week => i64::from(span.count) * 7,
            _ => return Ok(instant.plus_ms(-length)),
        };
        // Civil days: the same wall clock, so many dates earlier.
        let clock = instant.civil(&self.zone);
        let time = clock.get(10..).unwrap_or("");
        let noon = Instant::parse(&format!("{}T12:00", instant.date(&self.zone)), Some(&self.zone))
            .map_err(|error| error.to_string())?;
        let date = noon.plus_ms(-days * 24 * 60 * MINUTE_MS).date(&self.zone);
        Instant::parse(&format!("{date}{time}"), Some(&self.zone))
            .map_err(|error| error.to_string())
    }
}

fn not_a_date(text: &str) -> String {
    format!(
        "{} is not a date; write it as 2026-04-11, in the years 0001 to 9999",
        crate::row::quoted(text)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calendar(zone: &str) -> Calendar {
        Calendar::new(Zone::named(zone).unwrap())
    }

    #[test]
    fn a_day_is_there_even_where_its_midnight_is_not() {
        // Clocks went from 00:00 to 01:00 there on that day.
        let mut damascus = calendar("Asia/Damascus");
        let day = damascus.day("2016-03-25").unwrap();
        assert_eq!(day.to_string(), "2016-03-24T22:00:00Z/2016-03-25T21:00:00Z");
        assert_eq!(damascus.day("2016-03-26").unwrap().from, day.to);
    }

    #[test]
    fn a_text_is_as_long_as_it_is_exact() {
        let mut kyiv = calendar("Europe/Kyiv");
        for (text, ms) in [
            ("2026-04-11T13:00Z", 60_000),
            ("2026-04-11T13:00:00Z", 1_000),
            ("2026-04-11T13:00:00.5Z", 1),
            ("2026-03-29", 23 * 3_600_000),
        ] {
            assert_eq!(kyiv.stated(text, None).unwrap().ms(), ms, "{text}");
        }
        let coarse = kyiv.stated("2026-04-11T13:00:00Z", Some(Precision::Day)).unwrap();
        assert_eq!(coarse.to_string(), "2026-04-10T21:00:00Z/2026-04-11T21:00:00Z");
    }

    #[test]
    fn a_day_before_keeps_the_wall_clock() {
        let mut kyiv = calendar("Europe/Kyiv");
        let end = Instant::parse("2026-03-29T19:30:00+03:00", None).unwrap();
        let start = kyiv.before(end, "1 day".parse().unwrap()).unwrap();
        assert_eq!(start.to_string(), "2026-03-28T17:30:00Z");
        let hour = kyiv.before(end, "1 hour".parse().unwrap()).unwrap();
        assert_eq!(hour.ms(), end.ms() - 3_600_000);
        assert!(kyiv.before(end, "1 month".parse().unwrap()).is_err());
    }

    #[test]
    fn what_is_no_date_is_refused() {
        let mut utc = calendar("UTC");
        for text in
            ["", "0000-01-01", "10000-01-01", "2026-02-30", "11/04/2026", "2026-4-11", "NaN"]
        {
            assert!(utc.day(text).is_err(), "{text}");
        }
        assert!(utc.stated("0000-01-01T00:00Z", None).is_err());
        assert!(utc.stated("10000-01-01T00:00Z", None).is_err());
    }
}
