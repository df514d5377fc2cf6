//! How much the log's keys have signed, kept beside them: so a copy of the record that lacks some
//! of it (a backup put back, a machine set back to a snapshot) can't be written to as if it were
//! the record. It is worth as much as its place: where the keys are set back together with the
//! record, only a witness or a mirror knows better.

use std::fs::File;
use std::path::{Path, PathBuf};

use servanda_tlog::{CHECKPOINT_BYTES_MAX, Checkpoint, Hash};

use crate::error::StoreError;
use crate::keys::Keys;
use crate::storage::{Disk, Local, Storage as _};

/// The file beside the keys: a checkpoint without its signatures.
const SIGNED: &str = "signed";
const HELP: &str = "check that you may write there: what the keys sign is kept beside them";

/// A state of the log that the keys have signed.
pub(crate) type State = (u64, Hash);

impl Keys {
    /// Refuses a record in `place` that is not all of what the keys have signed, `root_at` being
    /// the root that it had with so many entries. Gives what they have signed.
    pub(crate) fn refuse_rollback(
        &self,
        origin: &str,
        place: &Path,
        root_at: impl FnOnce(u64) -> Option<Hash>,
    ) -> Result<Option<State>, StoreError> {
        let Some(home) = &self.home else { return Ok(None) };
        let signed = read(home, origin)?;
        match signed {
            Some((size, root)) if root_at(size) != Some(root) => {
                Err(rolled_back(place, home, size))
            }
            signed => Ok(signed),
        }
    }

    /// Notes what the keys are about to show that they signed, if nobody else has used them since
    /// `before` was read.
    pub(crate) fn remember(
        &self,
        origin: &str,
        place: &Path,
        before: Option<State>,
        now: State,
    ) -> Result<(), StoreError> {
        let Some(home) = &self.home else { return Ok(()) };
        let error = |what| StoreError::io(what, home, HELP);
        let directory = File::open(home).map_err(error("open"))?;
        directory.lock().map_err(error("lock"))?;
        match read(home, origin)? {
            found if found == before => {}
            // Who took over has put the same in its place.
            found if found == Some(now) => return Ok(()),
            found => return Err(rolled_back(place, home, found.map_or(0, |found| found.0))),
        }
        let text = Checkpoint::new(origin, now.0, now.1).map(|state| state.to_string());
        let refused = |error| StoreError::Keys { path: home.clone(), what: format!("{error}") };
        Disk::here(home).replace(SIGNED, text.map_err(refused)?.as_bytes())
    }
}

fn read(home: &Path, origin: &str) -> Result<Option<State>, StoreError> {
    let beside = Local::new(home);
    if !beside.has(SIGNED) {
        return Ok(None);
    }
    let refused = |what: &str| StoreError::Keys { path: home.join(SIGNED), what: what.into() };
    let bytes = beside.read(SIGNED, CHECKPOINT_BYTES_MAX as u64)?;
    let state = String::from_utf8(bytes).ok().and_then(|text| text.parse::<Checkpoint>().ok());
    let state = state.ok_or_else(|| {
        refused(
            "this says how much the keys have signed, and can't be read; restore it, or remove \
                 it once you know that the record is the newest of its copies",
        )
    })?;
    match state.origin() == origin {
        true => Ok(Some((state.size(), state.root()))),
        false => Err(refused("it is of another record; each record's keys need their own folder")),
    }
}

fn rolled_back(place: &Path, home: &Path, signed: u64) -> StoreError {
    let (path, keys): (PathBuf, PathBuf) = (place.into(), home.into());
    StoreError::RolledBack { path, keys, signed }
}
