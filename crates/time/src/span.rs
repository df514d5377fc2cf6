use crate::TimeError;
use std::fmt;
use std::str::FromStr;

/// A calendar span of one unit: `30 minutes`, `60 days`, `15 years`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Amount {
    /// How many, at most 10,000,000.
    pub count: u32,
    /// Of what.
    pub unit: Unit,
}

/// The unit of a calendar span.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unit {
    /// Elapsed seconds.
    Second,
    /// Elapsed minutes.
    Minute,
    /// Elapsed hours.
    Hour,
    /// Civil days.
    Day,
    /// Weeks of seven civil days.
    Week,
    /// Calendar months.
    Month,
    /// Calendar years.
    Year,
}

const COUNT_MAX: u32 = 10_000_000;

const UNITS: [(Unit, &str); 7] = [
    (Unit::Second, "second"),
    (Unit::Minute, "minute"),
    (Unit::Hour, "hour"),
    (Unit::Day, "day"),
    (Unit::Week, "week"),
    (Unit::Month, "month"),
    (Unit::Year, "year"),
];

impl Amount {
    /// The length in milliseconds, where the unit has one; none for months and years, and a day
    /// counted as 24 hours.
    #[must_use]
    pub fn elapsed_ms(&self) -> Option<i64> {
        let each = match self.unit {
            Unit::Second => 1_000,
            Unit::Minute => 60_000,
            Unit::Hour => 3_600_000,
            Unit::Day => 86_400_000,
            Unit::Week => 604_800_000,
            Unit::Month | Unit::Year => return None,
        };
        Some(i64::from(self.count) * each)
    }

    pub(crate) fn span(&self) -> Option<jiff::Span> {
        let span = jiff::Span::new();
        let count = i64::from(self.count);
        match self.unit {
            Unit::Second => span.try_seconds(count),
            Unit::Minute => span.try_minutes(count),
            Unit::Hour => span.try_hours(count),
            Unit::Day => span.try_days(count),
            Unit::Week => span.try_weeks(count),
            Unit::Month => span.try_months(count),
            Unit::Year => span.try_years(count),
        }
        .ok()
    }
}

impl FromStr for Amount {
    type Err = TimeError;

    /// Reads `30 minutes`, `1 day`, `15 years`.
    fn from_str(text: &str) -> Result<Amount, TimeError> {
        let bad = || {
            TimeError::new(
                "not a span of time",
                text,
                "write a number and seconds, minutes, hours, days, weeks, months or years, \
                 such as \"60 days\"",
            )
        };
        let (count, unit) = text.trim().split_once(' ').ok_or_else(bad)?;
        let count: u32 = count.parse().map_err(|_| bad())?;
        let unit = unit.trim();
        let unit = unit.strip_suffix('s').unwrap_or(unit);
        let (unit, _) = *UNITS.iter().find(|(_, name)| *name == unit).ok_or_else(bad)?;
        if count > COUNT_MAX {
            return Err(bad());
        }
        Ok(Amount { count, unit })
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = UNITS.iter().find(|(unit, _)| *unit == self.unit).map_or("", |(_, name)| name);
        write!(f, "{} {name}{}", self.count, if self.count == 1 { "" } else { "s" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_read_and_printed() {
        for (text, printed) in [
            ("60 days", "60 days"),
            ("1 year", "1 year"),
            ("1 years", "1 year"),
            ("30 minutes", "30 minutes"),
        ] {
            assert_eq!(text.parse::<Amount>().unwrap().to_string(), printed);
        }
        for text in ["", "60", "days", "-1 days", "1.5 days", "60 lustra", "99999999999 years"] {
            assert!(text.parse::<Amount>().is_err(), "{text}");
        }
        assert_eq!("2 hours".parse::<Amount>().unwrap().elapsed_ms(), Some(7_200_000));
        assert_eq!("2 months".parse::<Amount>().unwrap().elapsed_ms(), None);
    }
}
