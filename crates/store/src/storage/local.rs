//! A record in a folder of this machine.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::disk::{Disk, HELP_WRITE};
use super::fs::{Found, Fs, Growing, Held, ThisMachine};
use super::listing::{Listing, list};
use super::{JOURNAL_BYTES_MAX, Pen, Storage};
use crate::error::StoreError;
use crate::layout::JOURNAL;

const HELP_READ: &str = "check that you may read it";

/// A folder. Needs a Unix file system: atomic renames, `fsync` of directories, `flock`.
#[derive(Debug)]
pub struct Local {
    root: PathBuf,
    fs: Arc<dyn Fs>,
}

impl Local {
    /// The folder need not be there yet.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>) -> Local {
        Local::on(Arc::new(ThisMachine), root)
    }

    pub(crate) fn on(fs: Arc<dyn Fs>, root: impl Into<PathBuf>) -> Local {
        Local { root: root.into(), fs }
    }

    /// The path of a regular file of at most `max` bytes; no symbolic link, no pipe that would
    /// never end.
    fn file(&self, path: &str, max: u64) -> Result<PathBuf, StoreError> {
        let whole = self.root.join(path);
        let damaged = |what: String| StoreError::damaged(&whole, None, what);
        match self.fs.find(&whole).map_err(StoreError::io("read", &whole, HELP_READ))? {
            None => Err(damaged("is missing".into())),
            Some(Found::File(bytes)) if bytes > max => {
                Err(damaged(format!("has {bytes} bytes; at most {max} are allowed")))
            }
            Some(Found::File(_)) => Ok(whole),
            Some(_) => Err(damaged("is not a regular file".into())),
        }
    }
}

impl Storage for Local {
    fn place(&self) -> &Path {
        &self.root
    }

    fn is_near(&self) -> bool {
        true
    }

    fn read(&self, path: &str, max: u64) -> Result<Vec<u8>, StoreError> {
        let whole = self.file(path, max)?;
        self.fs.read(&whole, max).map_err(StoreError::io("read", &whole, HELP_READ))
    }

    fn scan(&self, path: &str, max: u64, take: &mut dyn FnMut(&[u8])) -> Result<(), StoreError> {
        let whole = self.file(path, max)?;
        self.fs.scan(&whole, max, take).map_err(StoreError::io("read", &whole, HELP_READ))
    }

    fn has(&self, path: &str) -> bool {
        self.fs.find(&self.root.join(path)).is_ok_and(|found| found.is_some())
    }

    fn list(&self, top: &str) -> Listing {
        list(self.fs.as_ref(), &self.root, top)
    }

    fn frames(&self) -> Result<Vec<u8>, StoreError> {
        let read = self.read(JOURNAL, JOURNAL_BYTES_MAX);
        // A writer may have removed it just now.
        if self.has(JOURNAL) { read } else { Ok(read.unwrap_or_default()) }
    }

    fn make(&self) -> Result<(), StoreError> {
        let error = |what, path: &Path| StoreError::io(what, path, HELP_WRITE);
        let there = |path: &Path| {
            path.as_os_str().is_empty() || self.fs.find(path).is_ok_and(|is| is.is_some())
        };
        let missing: Vec<&Path> = self.root.ancestors().take_while(|path| !there(path)).collect();
        for folder in missing.into_iter().rev() {
            self.fs.make_directory(folder).map_err(error("make", folder))?;
            let above = folder.parent().filter(|above| !above.as_os_str().is_empty());
            let above = above.unwrap_or(Path::new("."));
            self.fs.sync_directory(above).map_err(error("write to the disk", above))?;
        }
        Ok(())
    }

    fn write(&self) -> Result<Box<dyn Pen>, StoreError> {
        let lock = lock(self.fs.as_ref(), &self.root)?;
        let disk = Disk::new(self.fs.clone(), &self.root, self.has(JOURNAL));
        disk.remove_unfinished()?;
        let (fs, root) = (self.fs.clone(), self.root.clone());
        Ok(Box::new(LocalPen { fs, root, disk, journal: None, _lock: lock }))
    }
}

#[derive(Debug)]
struct LocalPen {
    fs: Arc<dyn Fs>,
    root: PathBuf,
    disk: Disk,
    /// Open from the first frame on: who opens a file again may not be told of an error.
    journal: Option<Box<dyn Growing>>,
    _lock: Box<dyn Held>,
}

impl Pen for LocalPen {
    fn put(&mut self, path: &str, bytes: &[u8]) -> Result<(), StoreError> {
        self.disk.put(path, bytes)
    }

    fn remove(&mut self, path: &str) -> Result<(), StoreError> {
        self.disk.remove(path)
    }

    fn settle(&mut self) -> Result<(), StoreError> {
        self.disk.settle()
    }

    fn replace(&mut self, path: &str, bytes: &[u8]) -> Result<(), StoreError> {
        self.disk.replace(path, bytes)
    }

    fn push_frame(&mut self, _base: u64, frame: &[u8]) -> Result<(), StoreError> {
        let path = self.root.join(JOURNAL);
        let error = |what| StoreError::io(what, &path, HELP_WRITE);
        let is_new = self.journal.is_none();
        let journal = match &mut self.journal {
            Some(journal) => journal,
            none => none.insert(self.fs.grow(&path).map_err(error("create"))?),
        };
        journal.append(frame).map_err(error("write"))?;
        journal.sync().map_err(error("write to the disk"))?;
        if is_new {
            self.disk.sync_directory(&self.root)?;
        }
        Ok(())
    }

    fn keep_frames(&mut self, frames: &[u8]) -> Result<(), StoreError> {
        self.disk.replace(JOURNAL, frames)
    }

    fn drop_frames(&mut self) -> Result<(), StoreError> {
        self.journal = None;
        let path = self.root.join(JOURNAL);
        let error = |what| StoreError::io(what, &path, HELP_WRITE);
        match self.fs.find(&path).map_err(error("look at"))? {
            None => Ok(()),
            Some(_) => self.fs.remove_file(&path).map_err(error("remove")),
        }
    }
}

/// Takes the lock on writing below a folder of this machine, until what is returned is dropped.
pub(crate) fn lock_folder(root: &Path) -> Result<Box<dyn Held>, StoreError> {
    lock(&ThisMachine, root)
}

fn lock(fs: &dyn Fs, root: &Path) -> Result<Box<dyn Held>, StoreError> {
    const HELP: &str = "it must be a folder, on a file system that can lock (flock)";
    fs.lock(root).map_err(|error| match error.kind() {
        io::ErrorKind::WouldBlock => StoreError::Busy { path: root.to_owned() },
        _ => StoreError::io("lock", root, HELP)(error),
    })
}
