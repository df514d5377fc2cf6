//! What the record asks of a file system, so that tests can have one whose power fails.

use std::ffi::OsString;
use std::fmt::Debug;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::path::Path;

/// Bytes that are read at a time.
const CHUNK_BYTES: usize = 64 * 1024;

/// What stands under a name. No symbolic link is followed: one could lead out of the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    /// A regular file of so many bytes.
    File(u64),
    Directory,
    Link,
    Other,
}

/// A file system. Each call is one thing that can fail, or be the last before the power goes.
pub(crate) trait Fs: Debug + Send + Sync {
    fn find(&self, path: &Path) -> io::Result<Option<Found>>;
    /// The names in a directory, in any order; what can't be looked at is an error of its own.
    fn list(&self, path: &Path) -> io::Result<Vec<(OsString, io::Result<Found>)>>;
    /// The first `max` bytes of a file.
    fn read(&self, path: &Path, max: u64) -> io::Result<Vec<u8>>;
    /// Hands on the first `max` bytes of a file, piece by piece.
    fn scan(&self, path: &Path, max: u64, take: &mut dyn FnMut(&[u8])) -> io::Result<()>;
    fn make_directory(&self, path: &Path) -> io::Result<()>;
    /// Makes a file that wasn't there. Nothing of it is certain to outlast a crash.
    fn create(&self, path: &Path, bytes: &[u8]) -> io::Result<()>;
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    fn remove_file(&self, path: &Path) -> io::Result<()>;
    fn remove_directory(&self, path: &Path) -> io::Result<()>;
    /// What a file holds outlasts a crash, once its name does.
    fn sync_file(&self, path: &Path) -> io::Result<()>;
    /// The names in a directory outlast a crash.
    fn sync_directory(&self, path: &Path) -> io::Result<()>;
    /// Everything on the file system that `root` lies on outlasts a crash. `Ok(false)`: there is no
    /// such call here.
    fn sync_all(&self, root: &Path) -> io::Result<bool>;
    /// Locks a directory against other programs, until what is returned is dropped. An error of the
    /// kind `WouldBlock`: another one holds it.
    fn lock(&self, path: &Path) -> io::Result<Box<dyn Held>>;
    /// Makes a file that wasn't there, to be added to.
    fn grow(&self, path: &Path) -> io::Result<Box<dyn Growing>>;
}

/// A file that is being added to, by one who keeps it open: an error that the system found after
/// the write is told to whoever has had the file open since.
pub(crate) trait Growing: Debug + Send + Sync {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;
    fn sync(&mut self) -> io::Result<()>;
}

/// A lock that is held until this is dropped.
pub(crate) trait Held: Debug + Send + Sync {}

/// The file system of this machine.
#[derive(Debug)]
pub(crate) struct ThisMachine;

impl Found {
    fn of(found: &fs::Metadata) -> Found {
        match found.file_type() {
            kind if kind.is_symlink() => Found::Link,
            kind if kind.is_dir() => Found::Directory,
            kind if kind.is_file() => Found::File(found.len()),
            _ => Found::Other,
        }
    }
}

impl Fs for ThisMachine {
    fn find(&self, path: &Path) -> io::Result<Option<Found>> {
        match fs::symlink_metadata(path) {
            Ok(found) => Ok(Some(Found::of(&found))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn list(&self, path: &Path) -> io::Result<Vec<(OsString, io::Result<Found>)>> {
        let entries = fs::read_dir(path)?;
        let found = |entry: fs::DirEntry| {
            let found = entry.metadata().map(|found| Found::of(&found));
            (entry.file_name(), found)
        };
        entries.map(|entry| entry.map(found)).collect()
    }

    fn read(&self, path: &Path, max: u64) -> io::Result<Vec<u8>> {
        let file = File::open(path)?;
        let length = file.metadata()?.len().min(max);
        let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or_default());
        // A file that grows under our hands must not fill the memory.
        file.take(max).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn scan(&self, path: &Path, max: u64, take: &mut dyn FnMut(&[u8])) -> io::Result<()> {
        let mut file = File::open(path)?.take(max);
        let mut chunk = vec![0; CHUNK_BYTES];
        loop {
            let read = file.read(&mut chunk)?;
            let Some(now) = chunk.get(..read).filter(|now| !now.is_empty()) else {
                return Ok(());
            };
            take(now);
        }
    }

    fn make_directory(&self, path: &Path) -> io::Result<()> {
        fs::create_dir(path)
    }

    fn create(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        // Never through a symbolic link: `create_new` follows none.
        OpenOptions::new().write(true).create_new(true).open(path)?.write_all(bytes)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn remove_directory(&self, path: &Path) -> io::Result<()> {
        fs::remove_dir(path)
    }

    fn sync_file(&self, path: &Path) -> io::Result<()> {
        File::open(path)?.sync_all()
    }

    fn sync_directory(&self, path: &Path) -> io::Result<()> {
        File::open(path)?.sync_all()
    }

    #[cfg(target_os = "linux")]
    fn sync_all(&self, root: &Path) -> io::Result<bool> {
        rustix::fs::syncfs(File::open(root)?)?;
        Ok(true)
    }

    #[cfg(not(target_os = "linux"))]
    fn sync_all(&self, _root: &Path) -> io::Result<bool> {
        Ok(false)
    }

    fn lock(&self, path: &Path) -> io::Result<Box<dyn Held>> {
        let directory = File::open(path)?;
        directory.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => io::ErrorKind::WouldBlock.into(),
            TryLockError::Error(error) => error,
        })?;
        Ok(Box::new(LockedDirectory(directory)))
    }

    fn grow(&self, path: &Path) -> io::Result<Box<dyn Growing>> {
        let file = OpenOptions::new().write(true).create_new(true).open(path)?;
        Ok(Box::new(GrowingFile(file)))
    }
}

#[derive(Debug)]
struct LockedDirectory(File);

impl Held for LockedDirectory {}

impl Drop for LockedDirectory {
    fn drop(&mut self) {
        // Closing alone does not release it while a child that another thread is starting still
        // holds a copy of the handle. When unlocking fails, closing is all that is left.
        let _ = self.0.unlock();
    }
}

#[derive(Debug)]
struct GrowingFile(File);

impl Growing for GrowingFile {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.write_all(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.0.sync_data()
    }
}
