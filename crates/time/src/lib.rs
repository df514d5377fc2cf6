//! Instants, intervals, civil dates, zones and calendar spans.
//!
//! The only crate that names jiff. Nothing here reads a clock: "now" is always an argument.
//! Instants are whole milliseconds since 1970-01-01T00:00:00Z, so they are integers in the record;
//! intervals are half-open, `[from, to)`, so that two that touch share no instant.
//!
//! ```
//! use servanda_time::{Instant, Interval, Zone};
//! let zone = Zone::named("Europe/Moscow")?;
//! let from = Instant::parse("2026-04-11T16:00[Europe/Moscow]", None)?;
//! assert_eq!(from.to_string(), "2026-04-11T13:00:00Z");
//! assert_eq!(from.civil(&zone), "2026-04-11 16:00");
//! # Ok::<(), servanda_time::TimeError>(())
//! ```

mod date;
mod instant;
mod interval;
mod span;
mod zone;

pub use date::Date;
pub use instant::{Instant, Precision};
pub use interval::{Interval, merge, subtract};
pub use span::{Amount, Unit};
pub use zone::{Zone, tzdb_version};

/// Why a time, a span or a zone could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}: {found:?}; {help}")]
pub struct TimeError {
    /// What is wrong.
    pub what: &'static str,
    /// The text that was given.
    pub found: String,
    /// What to do.
    pub help: String,
}

impl TimeError {
    pub(crate) fn new(what: &'static str, found: &str, help: impl Into<String>) -> Self {
        // A hostile megabyte must not travel through the error.
        let found = found.chars().take(60).collect();
        TimeError { what, found, help: help.into() }
    }
}
