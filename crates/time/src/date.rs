use crate::TimeError;
use jiff::civil;
use std::fmt;

/// A day of the calendar, without a clock or a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(civil::Date);

impl Date {
    /// The day, if there is one: years 1 to 9999.
    #[must_use]
    pub fn new(year: u16, month: u8, day: u8) -> Option<Date> {
        let year = i16::try_from(year).ok().filter(|year| (1..=9999).contains(year))?;
        let (month, day) = (i8::try_from(month).ok()?, i8::try_from(day).ok()?);
        civil::Date::new(year, month, day).ok().map(Date)
    }

    /// Reads `2026-04-11`.
    ///
    /// # Errors
    /// When it is not a day in that form.
    pub fn parse(text: &str) -> Result<Date, TimeError> {
        let bad = || TimeError::new("not a date", text, "write 2026-04-11");
        let mut parts = text.split('-');
        let mut next = |digits: usize| {
            let part = parts.next()?;
            let is_number = part.len() == digits && part.bytes().all(|b| b.is_ascii_digit());
            if is_number { part.parse::<u16>().ok() } else { None }
        };
        let (year, month, day) = (next(4), next(2), next(2));
        let (year, month, day) =
            year.zip(month).zip(day).map(|((y, m), d)| (y, m, d)).ok_or_else(bad)?;
        let (month, day) = u8::try_from(month).ok().zip(u8::try_from(day).ok()).ok_or_else(bad)?;
        if parts.next().is_some() {
            return Err(bad());
        }
        Date::new(year, month, day).ok_or_else(bad)
    }

    /// The year.
    #[must_use]
    pub fn year(self) -> u16 {
        u16::try_from(self.0.year()).unwrap_or(0)
    }

    /// The month, from 1.
    #[must_use]
    pub fn month(self) -> u8 {
        u8::try_from(self.0.month()).unwrap_or(0)
    }

    /// The day of the month, from 1.
    #[must_use]
    pub fn day(self) -> u8 {
        u8::try_from(self.0.day()).unwrap_or(0)
    }

    /// The day of the week: Monday is 0, Sunday 6.
    #[must_use]
    pub fn weekday(self) -> u8 {
        u8::try_from(self.0.weekday().to_monday_zero_offset()).unwrap_or(0)
    }

    /// The day so many days before; none before the year 1.
    #[must_use]
    pub fn days_before(self, days: u16) -> Option<Date> {
        let days = jiff::Span::new().try_days(i64::from(days)).ok()?;
        let date = self.0.checked_sub(days).ok()?;
        Date::new(u16::try_from(date.year()).ok()?, date.month() as u8, date.day() as u8)
    }

    /// The last day with that day of the week (Monday is 0), itself included.
    ///
    /// ```
    /// # use servanda_time::Date;
    /// let wednesday = Date::parse("2026-04-15")?;
    /// assert_eq!(wednesday.last_weekday(0).map(|d| d.to_string()).as_deref(), Some("2026-04-13"));
    /// assert_eq!(wednesday.last_weekday(2), Some(wednesday));
    /// # Ok::<(), servanda_time::TimeError>(())
    /// ```
    #[must_use]
    pub fn last_weekday(self, weekday: u8) -> Option<Date> {
        let back = (7 + u16::from(self.weekday()) - u16::from(weekday.min(6))) % 7;
        self.days_before(back)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year(), self.month(), self.day())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_day_is_refused() {
        for bad in ["", "2026-02-30", "2026-2-3", "0000-01-01", "2026-01-01-", "26-01-01", "x"] {
            assert!(Date::parse(bad).is_err(), "{bad}");
        }
        assert_eq!(Date::new(2026, 13, 1), None);
        assert_eq!(Date::parse("2024-02-29").map(|d| d.to_string()).as_deref(), Ok("2024-02-29"));
    }

    #[test]
    fn days_go_back_over_months_and_end_with_the_first_year() {
        let day = Date::new(2026, 3, 1).unwrap();
        assert_eq!(day.days_before(1), Date::new(2026, 2, 28));
        assert_eq!(Date::new(1, 1, 1).unwrap().days_before(1), None);
        assert_eq!(day.weekday(), 6);
        assert_eq!(day.last_weekday(6), Some(day));
        assert_eq!(day.last_weekday(0), Date::new(2026, 2, 23));
    }
}
