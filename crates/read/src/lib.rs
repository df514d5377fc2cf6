//! Readers: the bytes of one file become draft entries, row by row, or rows in quarantine.
//!
//! A reader in code stands only where a format has rules of its own (see [`Format`]); any other
//! table goes through one generic reader with a [`Mapping`] that lies beside the agreement. Names
//! of parties, regions and places stand there, never here.
//!
//! A bad row never stops the file: it is handed on as [`Rejected`], with its line, its column and
//! the reason, so that `drafts + rejected == rows`, always. Only what can't be taken apart into
//! rows at all is [`Unreadable`]. Nothing is guessed: a time without meaning, a longitude of 181
//! or an unknown zone is a reason to reject the row. Which rows the record already holds is the
//! caller's to tell, by their content ids.
//!
//! ```
//! use servanda_read::{Format, ReadContext, Row, read};
//! let file = b"latitude,longitude,acq_date\n48.1,37.2,2026-04-11\n48.1,181,2026-04-11\n";
//! let mut reasons = Vec::new();
//! let summary = read(Format::Firms, file, &ReadContext::default(), &mut |row| {
//!     if let Row::Rejected(bad) = row {
//!         reasons.push(format!("line {}: {}", bad.line, bad.reason));
//!     }
//! })?;
//! assert_eq!((summary.rows, summary.drafts, summary.rejected), (2, 1, 1));
//! assert_eq!(reasons, ["line 3: longitude \"181\" is outside -180 to 180 degrees"]);
//! # Ok::<(), servanda_read::Unreadable>(())
//! ```

mod admit;
mod calendar;
mod claims;
mod csv;
mod firms;
mod generic;
mod geojson;
mod json;
mod jsonl;
pub mod limits;
mod mapping;
mod number;
mod open;
mod recognise;
mod row;
mod toml;
mod ucdp;
mod viina;
mod watched;

pub use limits::Limits;
pub use mapping::{Mapping, MappingError, MappingKind};

pub use recognise::{Recognised, recognise};
pub use row::{Rejected, Row, Summary, Unreadable};

use servanda_time::Zone;

/// A form of file that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// Active fires seen from space, with the time of the pass or, without `acq_time`, by day.
    Firms,
    /// UCDP GED: events with deaths.
    Ucdp,
    /// VIINA: incidents that news items report.
    Viina,
    /// Any table that a mapping describes.
    Csv,
    /// Observations as points.
    GeoJson,
    /// Claims of the parties.
    Claims,
    /// Draft entries, one a line.
    JsonLines,
}

impl Format {
    /// All formats, in the order in which they are listed to people.
    pub const ALL: [Format; 7] = [
        Format::Firms,
        Format::Ucdp,
        Format::Viina,
        Format::Csv,
        Format::GeoJson,
        Format::Claims,
        Format::JsonLines,
    ];

    /// Its name in agreements and on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Format::Firms => "firms",
            Format::Ucdp => "ucdp",
            Format::Viina => "viina",
            Format::Csv => "csv",
            Format::GeoJson => "geojson",
            Format::Claims => "claims",
            Format::JsonLines => "jsonl",
        }
    }

    /// The format of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Format> {
        Format::ALL.into_iter().find(|format| format.name() == name)
    }
}

/// What a reader must know beside the bytes.
#[derive(Debug, Clone)]
pub struct ReadContext<'a> {
    /// Civil time zone of times and dates without one; a mapping's own goes before it. FIRMS is
    /// always UTC.
    pub timezone: Zone,
    /// What the columns of a generic table mean; needed for [`Format::Csv`], unused elsewhere.
    pub mapping: Option<&'a Mapping>,
    /// What is refused as too large.
    pub limits: Limits,
}

impl Default for ReadContext<'_> {
    /// UTC, no mapping, the limits of [`limits`].
    fn default() -> Self {
        ReadContext { timezone: Zone::utc(), mapping: None, limits: Limits::default() }
    }
}

/// Reads a file and hands each row to `sink`, in the order of the file. Nothing is kept, so memory
/// doesn't grow with the file, but for the derived coverage in the summary.
///
/// # Errors
/// When the file as a whole can't be read. Rows that the sink got before are then to be dropped.
pub fn read(
    format: Format,
    bytes: &[u8],
    context: &ReadContext<'_>,
    sink: &mut dyn FnMut(Row),
) -> Result<Summary, Unreadable> {
    let mut output = row::Output::new(sink, context.limits.rows);
    match format {
        Format::Firms => firms::read(bytes, context, &mut output),
        Format::Ucdp => ucdp::read(bytes, context, &mut output),
        Format::Viina => viina::read(bytes, context, &mut output),
        Format::Csv => generic::read(bytes, context, &mut output),
        Format::GeoJson => geojson::read(bytes, context, &mut output),
        Format::Claims => claims::read(bytes, context, &mut output),
        Format::JsonLines => jsonl::read(bytes, context, &mut output),
    }?;
    Ok(output.summary)
}

/// Reads bytes in every way there is, and tells how many rows came out; for fuzzing. The bytes
/// are also taken as a mapping and, split at the first `\n---\n`, as a mapping and its table.
#[must_use]
pub fn read_any(bytes: &[u8]) -> u64 {
    const LIMITS: Limits = Limits {
        file_bytes: 1024 * 1024,
        record_bytes: 4096,
        field_bytes: 1024,
        columns: 64,
        rows: 10_000,
    };
    const DIVIDER: &[u8] = b"\n---\n";
    let mut rows = 0;
    let mut count = |format, bytes: &[u8], mapping: Option<&Mapping>| {
        let context = ReadContext { timezone: Zone::utc(), mapping, limits: LIMITS };
        if let Ok(summary) = read(format, bytes, &context, &mut |_| {}) {
            debug_assert_eq!(summary.drafts + summary.rejected, summary.rows);
            rows += summary.rows;
        }
    };
    for format in Format::ALL {
        count(format, bytes, None);
    }
    let divider = bytes.windows(DIVIDER.len()).position(|window| window == DIVIDER);
    let (head, table) = match divider {
        Some(at) => {
            (bytes.get(..at).unwrap_or(bytes), bytes.get(at + DIVIDER.len()..).unwrap_or(&[]))
        }
        None => (bytes, &[][..]),
    };
    if let Ok(text) = std::str::from_utf8(head)
        && let Ok(mapping) = Mapping::parse("fuzz.map.toml", text)
    {
        let _ = recognise("fuzz", table, &[("fuzz.map.toml", &mapping)]);
        count(Format::Csv, table, Some(&mapping));
    }
    rows
}
