//! Writing files so that a crash leaves the old one or the new one.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::fs::{Found, Fs, ThisMachine};
use crate::error::StoreError;
use crate::layout::UNFINISHED;

pub(crate) const HELP_WRITE: &str = "check that there is room and that you may write there";

/// From so many files on, one call for the whole file system is quicker than one for each.
const SYNC_EACH_MAX: usize = 32;

/// Writes files below one directory.
#[derive(Debug)]
pub(crate) struct Disk {
    fs: Arc<dyn Fs>,
    root: PathBuf,
    /// Files that are not known to be on the disk yet.
    written: BTreeSet<PathBuf>,
    /// Directories with new names in them that are not known to be on the disk yet.
    changed: BTreeSet<PathBuf>,
    /// Directories whose names are on the disk, or will be. None: all that are there are, as
    /// whoever wrote last came to an end.
    known: Option<BTreeSet<PathBuf>>,
}

impl Disk {
    /// `interrupted`: whoever wrote last may not have come to an end.
    pub(crate) fn new(fs: Arc<dyn Fs>, root: &Path, interrupted: bool) -> Disk {
        let (written, changed) = (BTreeSet::new(), BTreeSet::new());
        let known = interrupted.then(BTreeSet::new);
        Disk { fs, root: root.to_owned(), written, changed, known }
    }

    /// On the file system of this machine.
    pub(crate) fn here(root: &Path) -> Disk {
        Disk::new(Arc::new(ThisMachine), root, true)
    }

    /// Puts a whole file in place. Neither its bytes nor its name are certain to outlast a crash
    /// before [`Disk::settle`].
    pub(crate) fn put(&mut self, path: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let target = self.target(path)?;
        let unfinished = self.unfinished(&target, bytes)?;
        let error = |what| StoreError::io(what, &target, HELP_WRITE);
        if self.fs.find(&target).map_err(error("look at"))?.is_some() {
            // It may be part of what is published: it goes only when what follows it is there.
            self.fs.sync_file(&unfinished).map_err(error("write to the disk"))?;
        }
        self.rename(&unfinished, &target)?;
        self.written.insert(target);
        Ok(())
    }

    /// Puts a whole file in the place of what was there: a crash leaves the one or the other.
    pub(crate) fn replace(&mut self, path: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let target = self.target(path)?;
        let unfinished = self.unfinished(&target, bytes)?;
        let error = StoreError::io("write to the disk", &target, HELP_WRITE);
        self.fs.sync_file(&unfinished).map_err(error)?;
        self.rename(&unfinished, &target)?;
        self.settle()
    }

    /// Makes sure that all files and names so far are on the disk.
    pub(crate) fn settle(&mut self) -> Result<(), StoreError> {
        if self.written.len() > SYNC_EACH_MAX {
            let error = StoreError::io("write to the disk", &self.root, HELP_WRITE);
            if self.fs.sync_all(&self.root).map_err(error)? {
                self.written.clear();
                self.changed.clear();
            }
        }
        while let Some(file) = self.written.pop_first() {
            let error = StoreError::io("write to the disk", &file, HELP_WRITE);
            self.fs.sync_file(&file).map_err(error)?;
        }
        while let Some(directory) = self.changed.pop_first() {
            self.sync_directory(&directory)?;
        }
        Ok(())
    }

    /// Removes a file that isn't needed, and its directory when that was its last one. Where it is
    /// gone already, that may not be on the disk yet.
    pub(crate) fn remove(&mut self, path: &str) -> Result<(), StoreError> {
        let target = self.root.join(path);
        let error = |what| StoreError::io(what, &target, HELP_WRITE);
        if self.fs.find(&target).map_err(error("look at"))?.is_some() {
            self.fs.remove_file(&target).map_err(error("remove"))?;
        }
        self.written.remove(&target);
        let above = target.ancestors().skip(1).take_while(|above| above.starts_with(&self.root));
        let above: Vec<&Path> = above.collect();
        if let Some(parent) = above.first().filter(|parent| **parent != self.root) {
            // Refused while others are in it, which is as well.
            let _ = self.fs.remove_directory(parent);
        }
        for directory in above {
            if self.fs.find(directory).map_err(error("look at"))?.is_some() {
                self.changed.insert(directory.to_owned());
                break;
            }
            self.changed.remove(directory);
        }
        Ok(())
    }

    /// Removes what an interrupted write left under the temporary name.
    pub(crate) fn remove_unfinished(&self) -> Result<(), StoreError> {
        let unfinished = self.root.join(UNFINISHED);
        let error = |what| StoreError::io(what, &unfinished, HELP_WRITE);
        if self.fs.find(&unfinished).map_err(error("look at"))?.is_some() {
            self.fs.remove_file(&unfinished).map_err(error("remove"))?;
        }
        Ok(())
    }

    pub(crate) fn sync_directory(&self, directory: &Path) -> Result<(), StoreError> {
        let error = StoreError::io("write to the disk", directory, HELP_WRITE);
        self.fs.sync_directory(directory).map_err(error)
    }

    /// Writes the bytes under the temporary name.
    fn unfinished(&self, target: &Path, bytes: &[u8]) -> Result<PathBuf, StoreError> {
        self.remove_unfinished()?;
        let unfinished = self.root.join(UNFINISHED);
        let error = StoreError::io("write", target, HELP_WRITE);
        self.fs.create(&unfinished, bytes).map_err(error)?;
        Ok(unfinished)
    }

    fn rename(&mut self, from: &Path, to: &Path) -> Result<(), StoreError> {
        let error = StoreError::io("put in place", to, HELP_WRITE);
        self.fs.rename(from, to).map_err(error)?;
        self.changed.extend(to.parent().map(Path::to_owned));
        Ok(())
    }

    /// Where a path leads; the directories of it are made one by one.
    fn target(&mut self, path: &str) -> Result<PathBuf, StoreError> {
        let mut here = self.root.clone();
        let (directories, _) = path.rsplit_once('/').unwrap_or(("", path));
        for name in directories.split('/').filter(|name| !name.is_empty()) {
            let parent = here.clone();
            here.push(name);
            let error =
                |error: io::Error| StoreError::io("make the directory", &here, HELP_WRITE)(error);
            match self.fs.find(&here).map_err(error)? {
                // A program that was killed may have made it and not waited for the disk.
                Some(Found::Directory) => {
                    if self.known.as_mut().is_some_and(|known| known.insert(here.clone())) {
                        self.changed.insert(parent);
                    }
                }
                Some(_) => {
                    let what = "stands where a directory of the record must be";
                    return Err(StoreError::damaged(here, None, what));
                }
                None => {
                    self.fs.make_directory(&here).map_err(error)?;
                    self.changed.insert(parent);
                }
            }
        }
        Ok(self.root.join(path))
    }
}
