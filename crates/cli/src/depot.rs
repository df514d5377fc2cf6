//! Where the files of a replay lie: in a folder, or below a prefix of a bucket.

use crate::place::{bucket, from_environment, remote};
use anyhow::Context;
use servanda_desk::DeskError;
use servanda_desk::replay::Depot;
use servanda_objects::Objects;
use servanda_store::Storage as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// A larger file is none of a replay's.
const FILE_BYTES_MAX: u64 = 4 << 30;

/// The place that is named.
pub(crate) fn depot(at: &Path) -> anyhow::Result<Box<dyn Depot>> {
    match remote(at) {
        None => Ok(Box::new(Folder(at.to_owned(), AtomicU64::new(0)))),
        Some(name) => {
            let objects = Objects::at(&bucket(name, &from_environment)?);
            Ok(Box::new(InBucket(objects.with_context(|| at.display().to_string())?)))
        }
    }
}

/// A folder, and how many files were put in it.
struct Folder(PathBuf, AtomicU64);

impl Folder {
    fn failed(&self, path: &str, what: &str, error: &io::Error) -> DeskError {
        DeskError::File { path: self.0.join(path), what: format!("{what}: {error}") }
    }
}

impl Depot for Folder {
    fn get(&self, path: &str) -> Result<Vec<u8>, DeskError> {
        fs::read(self.0.join(path)).map_err(|error| self.failed(path, "can't be read", &error))
    }

    fn put(&self, path: &str, bytes: Vec<u8>) -> Result<(), DeskError> {
        let target = self.0.join(path);
        let number = self.1.fetch_add(1, Ordering::Relaxed);
        // A name of its own until it is whole: others may be at the same file.
        let ending = format!("{}-{number}.unfinished", std::process::id());
        let unfinished = target.with_extension(ending);
        let folder = target.parent().unwrap_or(&self.0);
        let put = fs::create_dir_all(folder)
            .and_then(|()| fs::write(&unfinished, bytes))
            .and_then(|()| fs::rename(&unfinished, &target));
        put.map_err(|error| self.failed(path, "can't be written", &error))
    }
}

struct InBucket(Objects);

impl Depot for InBucket {
    fn get(&self, path: &str) -> Result<Vec<u8>, DeskError> {
        Ok(self.0.read(path, FILE_BYTES_MAX)?)
    }

    fn put(&self, path: &str, bytes: Vec<u8>) -> Result<(), DeskError> {
        Ok(self.0.put(path, bytes)?)
    }
}
