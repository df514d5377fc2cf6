//! Times from the command line and from the clock: the only place that reads the clock.

use anyhow::{Context, anyhow};
use servanda_time::{Instant, Zone};

/// The time of receipt: the one given, or the clock's.
pub(crate) fn now(given: Option<&str>) -> anyhow::Result<Instant> {
    match given {
        Some(text) => instant(text, None),
        None => {
            #[expect(clippy::disallowed_methods, reason = "the command line is where time enters")]
            let now = std::time::SystemTime::now();
            let since = now.duration_since(std::time::UNIX_EPOCH).context("the clock is wrong")?;
            // Seconds are fine enough for a receipt, and shorter to read.
            let seconds = i64::try_from(since.as_secs()).context("the clock is wrong")?;
            Ok(Instant::from_ms(seconds * 1000)?)
        }
    }
}

/// The time of receipt in whole seconds since 1970.
pub(crate) fn now_seconds(given: Option<&str>) -> anyhow::Result<u64> {
    Ok(u64::try_from(now(given)?.ms() / 1000)?)
}

/// The clock's time in seconds since 1970; 0 when it is set before.
pub(crate) fn seconds() -> u64 {
    now_seconds(None).unwrap_or(0)
}

/// The clock's time to the second; the first of 1970 when it is set before.
pub(crate) fn instant_now() -> Instant {
    now(None).unwrap_or(Instant::EPOCH)
}

/// An instant as a person writes it.
pub(crate) fn instant(text: &str, zone: Option<&Zone>) -> anyhow::Result<Instant> {
    Instant::parse(text, zone).map_err(|error| anyhow!("{error}"))
}
