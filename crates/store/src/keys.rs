use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

use servanda_tlog::{SEED_BYTES, Signer};

use crate::disk;
use crate::error::StoreError;
use crate::layout::{CHECKPOINT, TILES};

const LOG_FILE: &str = "log.key";
const OFFICE_FILE: &str = "office.key";
/// Largest key file in bytes.
const KEY_BYTES_MAX: u64 = 4096;
const DIRECTORY_MODE: u32 = 0o700;
const FILE_MODE: u32 = 0o600;
/// What a key file must not grant: anything to the group or to others.
const OTHERS_MODE: u32 = 0o077;

/// The secret keys that write a record. They are kept apart from it, always.
///
/// Whoever holds the log's key can sign another history of the record; whoever holds the
/// office's key can sign entries in its name.
#[derive(Debug)]
pub struct Keys {
    /// Signs checkpoints; its name is the record's origin.
    pub log: Signer,
    /// Signs entries; its name is the origin and `/office`.
    pub office: Signer,
}

impl Keys {
    /// The keys of the record `origin` from two seeds, each 32 bytes from a good source of
    /// randomness. Two equal seeds are refused: they would make one secret out of two.
    ///
    /// # Errors
    /// [`StoreError::Keys`] when the origin can't be the name of a key, or the seeds are equal.
    pub fn generate(
        origin: &str,
        seed_log: [u8; SEED_BYTES],
        seed_office: [u8; SEED_BYTES],
    ) -> Result<Keys, StoreError> {
        let refused = |what: String| StoreError::Keys { path: origin.into(), what };
        if seed_log == seed_office {
            return Err(refused("the two seeds must differ; draw them anew".into()));
        }
        let signer = |name: &str, seed| {
            Signer::from_seed(name, seed).map_err(|error| refused(error.to_string()))
        };
        Ok(Keys {
            log: signer(origin, seed_log)?,
            office: signer(&office_name(origin), seed_office)?,
        })
    }

    /// Name of the record that the keys are for.
    #[must_use]
    pub fn origin(&self) -> &str {
        self.log.name()
    }

    /// Writes `log.key` and `office.key` so that only their owner can read them (mode 0600; the
    /// directory is made with mode 0700 when it isn't there).
    ///
    /// # Errors
    /// [`StoreError::Keys`] when a key file is there already or the directory lies in a record,
    /// which everybody may copy; [`StoreError::Io`].
    pub fn write(&self, dir: &Path) -> Result<(), StoreError> {
        let error = |what, path: &Path| {
            StoreError::io(what, path, "check that there is room and that you may write there")
        };
        refuse_inside_record(dir)?;
        for name in [LOG_FILE, OFFICE_FILE] {
            let path = dir.join(name);
            if fs::symlink_metadata(&path).is_ok() {
                let what = "a key is there already and won't be overwritten: without it no more \
                            can be written to its record; give another directory"
                    .into();
                return Err(StoreError::Keys { path, what });
            }
        }
        let mut builder = DirBuilder::new();
        builder.recursive(true).mode(DIRECTORY_MODE);
        builder.create(dir).map_err(error("make", dir))?;
        for (name, key) in [(LOG_FILE, &self.log), (OFFICE_FILE, &self.office)] {
            let path = dir.join(name);
            let mut file = OpenOptions::new()
                .write(true)
                .create_new(true)
                .mode(FILE_MODE)
                .open(&path)
                .map_err(error("create", &path))?;
            writeln!(file, "{}", key.to_signer_key()).map_err(error("write", &path))?;
            file.sync_all().map_err(error("write to the disk", &path))?;
        }
        disk::sync_directory(dir).map_err(error("write to the disk", dir))
    }

    /// Reads the keys that [`Keys::write`] wrote.
    ///
    /// # Errors
    /// [`StoreError::Keys`] when a file is missing, can be read by others, is no key, or the two
    /// do not belong together; [`StoreError::Io`].
    pub fn read(dir: &Path) -> Result<Keys, StoreError> {
        let log = read_key(dir, LOG_FILE)?;
        let office = read_key(dir, OFFICE_FILE)?;
        if office.name() != office_name(log.name()) {
            return Err(StoreError::Keys {
                path: dir.into(),
                what: format!(
                    "the log's key is of {:?} and the office's of {:?}: they are not of one \
                     record; take both files from the same place",
                    log.name(),
                    office.name()
                ),
            });
        }
        Ok(Keys { log, office })
    }
}

fn office_name(origin: &str) -> String {
    format!("{origin}/office")
}

fn read_key(dir: &Path, name: &str) -> Result<Signer, StoreError> {
    let path = dir.join(name);
    let refused = |what: String| StoreError::Keys { path: path.clone(), what };
    let found = match fs::metadata(&path) {
        Ok(found) => found,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(refused(
                "the key is missing; name the directory that holds log.key and office.key, as \
                 they were written when the record was made"
                    .into(),
            ));
        }
        Err(error) => {
            return Err(StoreError::io("read", &path, "check that you may read it")(error));
        }
    };
    let mode = found.permissions().mode();
    if mode & OTHERS_MODE != 0 {
        return Err(refused(format!(
            "others may use this secret key (mode {:o}); take that away: chmod 600",
            mode & 0o777
        )));
    }
    if !found.is_file() || found.len() > KEY_BYTES_MAX {
        return Err(refused("it is no key file; take the one that was written".into()));
    }
    let text =
        fs::read(&path).map_err(StoreError::io("read", &path, "check that you may read it"))?;
    let text =
        String::from_utf8(text).map_err(|_| refused("it is no key but other bytes".into()))?;
    Signer::from_signer_key(text.trim_end_matches('\n')).map_err(|error| refused(error.to_string()))
}

/// A record is made to be copied: a key in it would be given away.
fn refuse_inside_record(dir: &Path) -> Result<(), StoreError> {
    let whole = std::path::absolute(dir).map_err(StoreError::io("find", dir, "check the path"))?;
    // Symbolic links are followed as far as the path exists: the part beyond will be new.
    for above in whole.ancestors() {
        let real = fs::canonicalize(above);
        let Ok(real) = real else { continue };
        for place in real.ancestors() {
            if place.join(CHECKPOINT).is_file() && place.join(TILES).is_dir() {
                return Err(StoreError::Keys {
                    path: dir.into(),
                    what: format!(
                        "this lies in the record {}, which is made to be copied: keys would be \
                         given away with it; give a directory elsewhere",
                        place.display()
                    ),
                });
            }
        }
        break;
    }
    Ok(())
}
