use std::io;
use std::path::{Path, PathBuf};

use servanda_time::Instant;
use thiserror::Error;

/// Why the record or its keys could not be read or written.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The operating system refused.
    #[error("can't {what} {}: {source}; {help}", path.display())]
    Io {
        /// What was being done.
        what: &'static str,
        /// To which file or directory.
        path: PathBuf,
        /// What to do about it.
        help: &'static str,
        /// What the system said.
        source: io::Error,
    },
    /// The directory can't become a record.
    #[error(
        "{} is not empty; give a directory that is empty or does not exist yet",
        path.display()
    )]
    NotEmpty {
        /// The directory.
        path: PathBuf,
    },
    /// The directory has no checkpoint.
    #[error(
        "{} has no file named checkpoint, so it is no record, or one whose making was \
         interrupted; check the path, or empty the directory and begin again",
        path.display()
    )]
    NoRecord {
        /// The directory.
        path: PathBuf,
    },
    /// A file of the record is not what it must be.
    #[error(
        "{}{}: {what}; run verify, and restore the file from another copy",
        path.display(),
        of_entry(*entry)
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The entry, when one is to blame.
        entry: Option<u64>,
        /// What is wrong.
        what: String,
    },
    /// A body or file can't be part of the record.
    #[error("{what} can't be written: {why}")]
    Refused {
        /// Which of the things that were given.
        what: String,
        /// Why, and what to do.
        why: String,
    },
    /// Receipt times never go back.
    #[error(
        "the time of receipt {at} is before {last}, that of the last entry; set the clock right, \
         or give a later time"
    )]
    TimeGoesBack {
        /// The time given.
        at: Instant,
        /// The last entry's.
        last: Instant,
    },
    /// Keys are missing, malformed, of another record or in the wrong place.
    #[error("{}: {what}", path.display())]
    Keys {
        /// The file or directory.
        path: PathBuf,
        /// What is wrong, and what to do.
        what: String,
    },
    /// Another program holds the lock.
    #[error(
        "another program is writing to {}; wait until it is done, then try again",
        path.display()
    )]
    Busy {
        /// The record.
        path: PathBuf,
    },
    /// Somebody else appended since the record was opened.
    #[error("{} has changed since it was opened; open it again", path.display())]
    Stale {
        /// The record.
        path: PathBuf,
    },
    /// An earlier write failed, so what is on the disk is not known.
    #[error(
        "an earlier write to {} failed, so what is on the disk is not known; open the record again",
        path.display()
    )]
    Poisoned {
        /// The record.
        path: PathBuf,
    },
    /// The keys have signed what is not here: a longer record, or another one.
    #[error(
        "{}: the keys in {} have signed a record of {signed} entries that this is not the \
         beginning of, or not all of: an old copy was put back, or another copy was written to. \
         Nothing was signed. Go on from the copy that has them all (a mirror's, say)",
        path.display(),
        keys.display()
    )]
    RolledBack {
        /// The record.
        path: PathBuf,
        /// The folder of the keys.
        keys: PathBuf,
        /// Entries that the keys have signed.
        signed: u64,
    },
    /// There is no such entry or size.
    #[error("there is no {what} {asked} in a record of {size} entries; ask for an earlier one")]
    OutOfRange {
        /// An entry or a size.
        what: &'static str,
        /// The one asked for.
        asked: u64,
        /// Entries in the record.
        size: u64,
    },
}

impl StoreError {
    /// Turns what the system said into an error that names the file.
    pub(crate) fn io(
        what: &'static str,
        path: &Path,
        help: &'static str,
    ) -> impl FnOnce(io::Error) -> StoreError + use<> {
        let path = path.to_owned();
        move |source| StoreError::Io { what, path, help, source }
    }

    pub(crate) fn damaged(
        path: impl Into<PathBuf>,
        entry: Option<u64>,
        what: impl ToString,
    ) -> StoreError {
        StoreError::Damaged { path: path.into(), entry, what: what.to_string() }
    }

    /// What is wrong with a file, for those who name the file themselves.
    pub(crate) fn reason(&self) -> String {
        match self {
            StoreError::Damaged { what, .. } => what.clone(),
            StoreError::Io { source, .. } => format!("can't be read: {source}"),
            other => other.to_string(),
        }
    }
}

fn of_entry(entry: Option<u64>) -> String {
    entry.map_or(String::new(), |index| format!(", entry {index}"))
}
