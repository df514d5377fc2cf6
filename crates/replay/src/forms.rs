//! What lies in a place of replays, as canonical JSON: the export, jobs and partials.

use crate::ReplayError;
use crate::row::Row;
use crate::tally::Tally;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use servanda_comply::History;
use servanda_entry::{Entry, Observation, canonical};

const EXPORT: &str = "servanda/replay-export/v1";
const JOB: &str = "servanda/replay-job/v1";
const PARTIAL: &str = "servanda/replay-partial/v1";
const COMMON: &str = "servanda/replay-common/v1";

/// A record's observations in parts, and where the rest of it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Export {
    /// What the record holds beside observations: a [`Common`].
    pub common: Named,
    /// The form's name and version.
    pub form: String,
    /// The text of the record's own agreement.
    pub own: TextFiles,
    /// In the order of time.
    pub parts: Vec<PartName>,
    /// When the last entry was received.
    pub received_ms: i64,
    /// The record.
    pub record: RecordName,
    /// Observations that stand.
    pub rows: u64,
}

/// A record at a size.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordName {
    /// Its origin.
    pub origin: String,
    /// Its root there, in base64.
    pub root: String,
    /// How many entries were looked at.
    pub size: u64,
}

/// A file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Named {
    /// What it is called where it is read.
    pub name: String,
    /// SHA-256, in hexadecimal digits.
    pub sha256: String,
}

/// A part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartName {
    /// Its file.
    pub file: Named,
    /// Observations that begin earlier and reach into it.
    pub halo: u64,
    /// Its own observations.
    pub rows: u64,
    /// Its own begin before; absent: it is the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until_ms: Option<i64>,
}

/// The text of an agreement and the files that it names, each kept under its hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TextFiles {
    /// The text first.
    pub files: Vec<Named>,
    /// Provisions of the record's own text that it has too: ids there and here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pairs: Vec<(String, String)>,
}

/// Texts that the parts of an export are weighed under.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Job {
    /// The instant of the world asked about.
    pub at_ms: i64,
    /// The drafts.
    pub drafts: Vec<TextFiles>,
    /// SHA-256 of the export, in hexadecimal digits.
    pub export: String,
    /// The form's name and version.
    pub form: String,
}

/// What came of one part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Partial {
    /// The form's name and version.
    pub form: String,
    /// SHA-256 of the job, in hexadecimal digits.
    pub job: String,
    /// What the part can't decide alone.
    pub open: Vec<OpenRow>,
    /// Its place in the export.
    pub part: u64,
    /// The rest of it, counted.
    pub tally: Tally,
}

/// An observation that may hang together with some of other parts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenRow {
    entry: u64,
    observation: Observation,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    row: Option<u32>,
    source: String,
}

/// What a record holds beside observations: the texts of its entries, with their indexes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Common {
    /// In the order of the record.
    pub entries: Vec<(u64, String)>,
    /// The form's name and version.
    pub form: String,
}

/// A form that is written and read in one way.
pub trait Form: Serialize + DeserializeOwned {
    /// Its name and version.
    const NAME: &'static str;
    /// What people call it.
    const WHAT: &'static str;

    /// The name that it states.
    fn form(&self) -> &str;

    /// As it is kept.
    ///
    /// # Errors
    /// When a number is beyond what canonical JSON holds.
    fn to_bytes(&self) -> Result<Vec<u8>, ReplayError> {
        canonical::to_bytes(self).map_err(|error| wrong(Self::WHAT, &error))
    }

    /// Reads it again.
    ///
    /// # Errors
    /// [`ReplayError::Form`].
    fn read(bytes: &[u8]) -> Result<Self, ReplayError> {
        let read: Self = serde_json::from_slice(bytes).map_err(|e| wrong(Self::WHAT, &e))?;
        match read.form() == Self::NAME {
            true => Ok(read),
            false => Err(wrong(Self::WHAT, &format!("it is no {}", Self::NAME))),
        }
    }
}

macro_rules! forms {
    ($($form:ident $name:ident $what:literal),*) => { $(impl Form for $form {
        const NAME: &'static str = $name;
        const WHAT: &'static str = $what;
        fn form(&self) -> &str {
            &self.form
        }
    })* };
}
forms!(
    Export EXPORT "the export",
    Job JOB "the job",
    Partial PARTIAL "a partial",
    Common COMMON "what is common to all parts"
);

fn wrong(what: &'static str, why: &dyn std::fmt::Display) -> ReplayError {
    ReplayError::Form { what, why: why.to_string() }
}

impl Common {
    /// What is common, as the engine takes it. `origin`: the record's.
    ///
    /// # Errors
    /// [`ReplayError::Form`] when an entry can't be read.
    pub fn history(&self, origin: &str) -> Result<History, ReplayError> {
        let mut entries = Vec::with_capacity(self.entries.len());
        for (index, text) in &self.entries {
            let entry = Entry::from_admitted_text(text, origin);
            let entry = entry.map_err(|error| wrong(Self::WHAT, &format!("{index}: {error}")))?;
            entries.push((*index, entry));
        }
        Ok(History::gather(entries))
    }
}

impl OpenRow {
    /// A row as it is handed on.
    #[must_use]
    pub fn of(row: Row) -> OpenRow {
        OpenRow { entry: row.entry, observation: row.value, row: row.row, source: row.source }
    }

    /// The row again.
    #[must_use]
    pub fn into_row(self) -> Row {
        Row::new(self.entry, self.row, &self.source, self.observation)
    }
}
