//! The folder of a custodian.

use servanda_entry::{Audience, Sealed};
use servanda_seal::{OPENING_BYTES_MAX, OpenField, Opening, seal_id};
use servanda_store::{Folder, refuse_inside_record};
use servanda_tlog::Hash;
use std::collections::BTreeSet;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::CustodyError;
use crate::payload::{Recipients, wrap};
use servanda_store::StoreError;

/// Largest list of recipients, in bytes.
const RECIPIENTS_BYTES_MAX: u64 = 1 << 20;

/// A custodian's store. It is no part of the record; nobody but its owner reads it.
#[derive(Debug, Clone)]
pub struct Custody {
    folder: PathBuf,
}

impl Custody {
    /// The store at a folder, which may not be there yet.
    #[must_use]
    pub fn at(folder: &Path) -> Custody {
        Custody { folder: folder.to_owned() }
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.folder
    }

    fn folder(&self) -> Result<Folder, CustodyError> {
        if self.folder.is_dir() {
            return Ok(Folder::open(&self.folder)?);
        }
        refuse_inside_record(&self.folder)?;
        Ok(Folder::make(&self.folder)?)
    }

    /// Keeps what opens an entry, before the entry is written: an entry whose opening is lost can
    /// never be opened. Where the store lists recipients of the class, it is wrapped for them too.
    ///
    /// # Errors
    /// When it can't be written, or the list of recipients is none.
    pub fn keep(&self, sealed: &Sealed, opening: &Opening) -> Result<(), CustodyError> {
        let folder = self.folder()?;
        let id = seal_id(sealed);
        let bytes = opening.to_bytes()?;
        let text = String::from_utf8_lossy(&bytes);
        let wrapped = recipients(&folder, sealed.audience())?;
        let wrapped = wrapped.map(|to| wrap(&to, &bytes)).transpose()?;
        folder.put_secret(&opening_name(id), &text)?;
        if let Some(wrapped) = wrapped {
            folder.put(&wrapped_name(id), &wrapped)?;
        }
        Ok(())
    }

    /// Takes back what [`Custody::keep`] kept of an entry that was not written after all.
    ///
    /// # Errors
    /// When it can't be removed.
    pub fn forget(&self, sealed: &Sealed) -> Result<(), CustodyError> {
        let id = seal_id(sealed);
        for name in [opening_name(id), wrapped_name(id)] {
            overwrite_and_remove(&self.folder.join(name))?;
        }
        Ok(())
    }

    /// What opens an entry.
    ///
    /// # Errors
    /// [`CustodyError::NoOpening`], [`CustodyError::Seal`] when it is of another record.
    pub fn opening(&self, sealed: &Sealed, origin: &str) -> Result<Opening, CustodyError> {
        let name = opening_name(seal_id(sealed));
        if !self.folder.join(&name).is_file() {
            return Err(CustodyError::NoOpening { path: self.folder.clone() });
        }
        let text = Folder::open(&self.folder)?.get_secret(&name, OPENING_BYTES_MAX)?;
        Ok(Opening::parse(text.as_bytes(), origin)?)
    }

    /// Where the opening lies that was wrapped for the members of the class.
    #[must_use]
    pub fn wrapped(&self, sealed: &Sealed) -> Option<PathBuf> {
        Some(self.folder.join(wrapped_name(seal_id(sealed)))).filter(|path| path.is_file())
    }

    /// Destroys what opens these parts of an entry. Gives whether there was anything left of them.
    ///
    /// The files are overwritten before they are removed; what a file system or a disk keeps of old
    /// blocks, or a backup, is out of reach.
    ///
    /// # Errors
    /// When it can't be written or removed.
    pub fn destroy(
        &self,
        sealed: &Sealed,
        origin: &str,
        parts: &BTreeSet<Hash>,
    ) -> Result<bool, CustodyError> {
        let before = match self.opening(sealed, origin) {
            Ok(opening) => opening,
            Err(CustodyError::NoOpening { .. }) => return Ok(false),
            Err(error) => return Err(error),
        };
        overwrite_and_remove(&self.folder.join(format!("{}.old", opening_name(seal_id(sealed)))))?;
        let goes = |field: &OpenField| field.digest().is_ok_and(|part| parts.contains(&part));
        let mut after = before.clone();
        after.fields.retain(|field| !goes(field));
        after.files.retain(|file| !parts.contains(&file.ct));
        if after == before {
            return Ok(false);
        }
        let folder = self.folder()?;
        let id = seal_id(sealed);
        overwrite_and_remove(&self.folder.join(wrapped_name(id)))?;
        if after.fields.is_empty() && after.files.is_empty() {
            overwrite_and_remove(&self.folder.join(opening_name(id)))?;
            return Ok(true);
        }
        // Written whole before the old one goes: what stays is not lost.
        let bytes = after.to_bytes()?;
        let old = self.folder.join(format!("{}.old", opening_name(id)));
        link(&self.folder.join(opening_name(id)), &old)?;
        folder.put_secret(&opening_name(id), &String::from_utf8_lossy(&bytes))?;
        overwrite_and_remove(&old)?;
        if let Some(to) = recipients(&folder, sealed.audience())? {
            folder.put(&wrapped_name(id), &wrap(&to, &bytes)?)?;
        }
        Ok(true)
    }
}

fn opening_name(id: Hash) -> String {
    format!("opening/{}", id.to_hex())
}

fn wrapped_name(id: Hash) -> String {
    format!("wrapped/{}.age", id.to_hex())
}

/// The recipients of a class; none where the custodian lists none.
fn recipients(folder: &Folder, of: Audience) -> Result<Option<Recipients>, CustodyError> {
    let name = format!("recipients/{of}");
    let Some(bytes) = folder.get(&name, RECIPIENTS_BYTES_MAX)? else { return Ok(None) };
    let text = String::from_utf8(bytes)
        .map_err(|_| CustodyError::Payload(format!("{name}: not UTF-8")))?;
    let read = Recipients::parse(&text)
        .map_err(|error| CustodyError::Payload(format!("{name}: {error}")))?;
    Ok(Some(read))
}

fn io(what: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> CustodyError {
    let path = path.to_owned();
    move |source| {
        let help = "check that the store is yours to write";
        StoreError::Io { what, path, help, source }.into()
    }
}

fn link(from: &Path, to: &Path) -> Result<(), CustodyError> {
    fs::hard_link(from, to).map_err(io("keep a second name of", from))?;
    sync_folder(to)
}

fn sync_folder(of: &Path) -> Result<(), CustodyError> {
    let folder = of.parent().unwrap_or(of);
    let synced = fs::File::open(folder).and_then(|folder| folder.sync_all());
    synced.map_err(io("write to the disk", folder))
}

fn overwrite_and_remove(path: &Path) -> Result<(), CustodyError> {
    let Ok(found) = fs::symlink_metadata(path) else { return Ok(()) };
    if found.is_file() {
        let size = usize::try_from(found.len()).unwrap_or_default();
        let mut file = OpenOptions::new().write(true).open(path).map_err(io("overwrite", path))?;
        file.write_all(&vec![0; size]).map_err(io("overwrite", path))?;
        file.sync_all().map_err(io("overwrite", path))?;
    }
    fs::remove_file(path).map_err(io("remove", path))?;
    sync_folder(path)
}
