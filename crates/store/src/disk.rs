//! Reading with limits, writing so that a crash leaves the old file or the new one, and the lock.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use crate::error::StoreError;
use crate::layout::UNFINISHED;

const HELP_WRITE: &str = "check that there is room and that you may write there";
const HELP_READ: &str = "check that you may read it";

/// One thing that is done to the disk; named so that tests can interrupt before each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    MakeDirectory,
    Create,
    Write,
    Sync,
    Rename,
    SyncDirectory,
    Remove,
}

/// Is asked before each step; an error stands for that of the system.
pub(crate) type Watch<'w> = dyn FnMut(Step, &Path) -> io::Result<()> + 'w;

/// Writes files below one directory.
pub(crate) struct Disk<'w> {
    root: PathBuf,
    /// Directories with new names in them that are not known to be on the disk yet.
    changed: BTreeSet<PathBuf>,
    watch: &'w mut Watch<'w>,
}

impl<'w> Disk<'w> {
    pub(crate) fn new(root: &Path, watch: &'w mut Watch<'w>) -> Disk<'w> {
        Disk { root: root.to_owned(), changed: BTreeSet::new(), watch }
    }

    /// Puts a whole file in place, or leaves what was there. Its name is not certain to outlast
    /// a crash before [`Disk::settle`].
    pub(crate) fn put(&mut self, path: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let target = self.root.join(path);
        let parent = self.make_directories(path)?;
        let unfinished = self.root.join(UNFINISHED);
        let error = |what| StoreError::io(what, &target, HELP_WRITE);
        self.clear(&unfinished).map_err(error("make room for"))?;
        (self.watch)(Step::Create, &unfinished).map_err(error("create"))?;
        // Never through a symbolic link: `create_new` follows none.
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&unfinished)
            .map_err(error("create"))?;
        (self.watch)(Step::Write, &unfinished).map_err(error("write"))?;
        file.write_all(bytes).map_err(error("write"))?;
        (self.watch)(Step::Sync, &unfinished).map_err(error("write to the disk"))?;
        file.sync_all().map_err(error("write to the disk"))?;
        (self.watch)(Step::Rename, &target).map_err(error("put in place"))?;
        fs::rename(&unfinished, &target).map_err(error("put in place"))?;
        self.changed.insert(parent);
        Ok(())
    }

    /// Makes sure that all names given so far are on the disk.
    pub(crate) fn settle(&mut self) -> Result<(), StoreError> {
        while let Some(directory) = self.changed.pop_first() {
            let error = || StoreError::io("write to the disk", &directory, HELP_WRITE);
            (self.watch)(Step::SyncDirectory, &directory).map_err(error())?;
            sync_directory(&directory).map_err(error())?;
        }
        Ok(())
    }

    /// Removes a file that isn't needed, and its directory when that was its last one.
    pub(crate) fn remove(&mut self, path: &str) -> Result<(), StoreError> {
        let target = self.root.join(path);
        let error = || StoreError::io("remove", &target, HELP_WRITE);
        (self.watch)(Step::Remove, &target).map_err(error())?;
        fs::remove_file(&target).map_err(error())?;
        if let Some(parent) = target.parent().filter(|parent| *parent != self.root) {
            let last_gone = fs::remove_dir(parent).is_ok();
            if last_gone {
                self.changed.remove(parent);
            }
            let still_there = if last_gone { parent.parent() } else { Some(parent) };
            self.changed.extend(still_there.map(Path::to_owned));
        }
        Ok(())
    }

    /// Removes what an interrupted write left under the temporary name.
    pub(crate) fn remove_unfinished(&mut self) -> Result<(), StoreError> {
        let unfinished = self.root.join(UNFINISHED);
        self.clear(&unfinished).map_err(StoreError::io("remove", &unfinished, HELP_WRITE))
    }

    fn clear(&mut self, unfinished: &Path) -> io::Result<()> {
        if fs::symlink_metadata(unfinished).is_ok() {
            (self.watch)(Step::Remove, unfinished)?;
            fs::remove_file(unfinished)?;
        }
        Ok(())
    }

    /// Makes the directories of a path one by one and gives the last.
    fn make_directories(&mut self, path: &str) -> Result<PathBuf, StoreError> {
        let mut here = self.root.clone();
        let Some((directories, _)) = path.rsplit_once('/') else {
            return Ok(here);
        };
        for name in directories.split('/') {
            let parent = here.clone();
            here.push(name);
            let error = || StoreError::io("make the directory", &here, HELP_WRITE);
            match fs::symlink_metadata(&here) {
                Ok(found) if found.is_dir() => {}
                Ok(_) => {
                    let what = "stands where a directory of the record must be";
                    return Err(StoreError::damaged(here, None, what));
                }
                Err(_) => {
                    (self.watch)(Step::MakeDirectory, &here).map_err(error())?;
                    fs::create_dir(&here).map_err(error())?;
                    self.changed.insert(parent);
                }
            }
        }
        Ok(here)
    }
}

/// Makes the names in a directory outlast a crash.
pub(crate) fn sync_directory(directory: &Path) -> io::Result<()> {
    File::open(directory)?.sync_all()
}

/// Opens a regular file of at most `max` bytes; no symbolic link, no pipe that would never end.
pub(crate) fn open(root: &Path, path: &str, max: u64) -> Result<File, StoreError> {
    let whole = root.join(path);
    let damaged = |what: String| StoreError::damaged(&whole, None, what);
    let io = || StoreError::io("read", &whole, HELP_READ);
    let found = match fs::symlink_metadata(&whole) {
        Ok(found) => found,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(damaged("is missing".into()));
        }
        Err(error) => return Err(io()(error)),
    };
    if !found.is_file() {
        return Err(damaged("is not a regular file".into()));
    }
    if found.len() > max {
        return Err(damaged(format!("has {} bytes; at most {max} are allowed", found.len())));
    }
    File::open(&whole).map_err(io())
}

/// Reads a whole regular file of at most `max` bytes.
pub(crate) fn read(root: &Path, path: &str, max: u64) -> Result<Vec<u8>, StoreError> {
    let file = open(root, path, max)?;
    let mut bytes = Vec::new();
    // A file that grows under our hands must not fill the memory.
    file.take(max).read_to_end(&mut bytes).map_err(StoreError::io(
        "read",
        &root.join(path),
        HELP_READ,
    ))?;
    Ok(bytes)
}

/// The lock on writing, held until it is dropped.
#[derive(Debug)]
pub(crate) struct WriteLock(File);

impl Drop for WriteLock {
    fn drop(&mut self) {
        // Closing alone does not release it while a child that another thread is starting still
        // holds a copy of the handle. When unlocking fails, closing is all that is left.
        let _ = self.0.unlock();
    }
}

/// Takes the lock on writing.
pub(crate) fn lock(root: &Path) -> Result<WriteLock, StoreError> {
    const HELP: &str = "a record must lie on a file system that can lock (flock)";
    let directory = File::open(root).map_err(StoreError::io("open", root, HELP_READ))?;
    match directory.try_lock() {
        Ok(()) => Ok(WriteLock(directory)),
        Err(TryLockError::WouldBlock) => Err(StoreError::Busy { path: root.to_owned() }),
        Err(TryLockError::Error(error)) => Err(StoreError::io("lock", root, HELP)(error)),
    }
}
