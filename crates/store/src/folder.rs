//! A folder in which one program keeps small files that must outlast a crash.

use std::fs::{self, DirBuilder};
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use crate::error::StoreError;
use crate::storage::fs::Held;
use crate::storage::{Disk, Local, Storage as _, lock_folder};

const DIRECTORY_MODE: u32 = 0o700;
const SECRET_MODE: u32 = 0o600;
/// What a secret file must not grant: anything to the group or to others.
const OTHERS_MODE: u32 = 0o077;

/// A folder that this program alone writes to, as long as the value lives. A file is the old one
/// or the new one, and once [`Folder::put`] has returned it is on the disk.
#[derive(Debug)]
pub struct Folder {
    root: PathBuf,
    _lock: Box<dyn Held>,
}

impl Folder {
    /// Makes a folder, for its owner alone (mode 0700); one that is there must be empty.
    ///
    /// # Errors
    /// [`StoreError::NotEmpty`], [`StoreError::Busy`], [`StoreError::Io`].
    pub fn make(root: &Path) -> Result<Folder, StoreError> {
        let failed = || StoreError::io("make", root, "check that you may write there");
        DirBuilder::new().recursive(true).mode(DIRECTORY_MODE).create(root).map_err(failed())?;
        if fs::read_dir(root).map_err(failed())?.next().is_some() {
            return Err(StoreError::NotEmpty { path: root.to_owned() });
        }
        Folder::open(root)
    }

    /// Opens a folder.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when another program has it open, [`StoreError::Io`].
    pub fn open(root: &Path) -> Result<Folder, StoreError> {
        Ok(Folder { root: root.to_owned(), _lock: lock_folder(root)? })
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.root
    }

    /// Writes a file below it, with the folders above it.
    ///
    /// # Errors
    /// [`StoreError::Io`]. What is on the disk is then the old file or the new one.
    pub fn put(&self, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        Disk::here(&self.root).replace(name, bytes)
    }

    /// Writes a file that only its owner may read (mode 0600).
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn put_secret(&self, name: &str, text: &str) -> Result<(), StoreError> {
        let path = self.root.join(name);
        self.put(name, text.as_bytes())?;
        fs::set_permissions(&path, fs::Permissions::from_mode(SECRET_MODE)).map_err(StoreError::io(
            "close to others",
            &path,
            "check that the file is yours",
        ))
    }

    /// Reads a file of at most so many bytes; none when there is none.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when it is larger or no regular file, [`StoreError::Io`].
    pub fn get(&self, name: &str, max: u64) -> Result<Option<Vec<u8>>, StoreError> {
        match fs::symlink_metadata(self.root.join(name)) {
            Ok(_) => Local::new(&self.root).read(name, max).map(Some),
            Err(_) => Ok(None),
        }
    }

    /// Reads a file that nobody else may read.
    ///
    /// # Errors
    /// [`StoreError::Keys`] when others may read it or it is missing, and as [`Folder::get`].
    pub fn get_secret(&self, name: &str, max: u64) -> Result<String, StoreError> {
        let path = self.root.join(name);
        let refused = |what: &str| StoreError::Keys { path: path.clone(), what: what.into() };
        let found = fs::symlink_metadata(&path).map_err(|_| refused("the key is missing"))?;
        if found.permissions().mode() & OTHERS_MODE != 0 {
            return Err(refused("others may read this secret key; take it from them: chmod 600"));
        }
        let bytes = Local::new(&self.root).read(name, max)?;
        String::from_utf8(bytes).map_err(|_| refused("this is no key"))
    }

    /// The names of what lies in a folder below it, in order; none when there is no such folder.
    #[must_use]
    pub fn names(&self, below: &str) -> Vec<String> {
        let found = fs::read_dir(self.root.join(below)).into_iter().flatten().flatten();
        let mut names: Vec<String> =
            found.filter_map(|entry| entry.file_name().into_string().ok()).collect();
        names.sort_unstable();
        names
    }
}
