use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use servanda_tlog::{Cosigner, CosignerKind, KeyError, SEED_BYTES, Signer};

use crate::error::StoreError;
use crate::layout::{CHECKPOINT, TILES};
use crate::storage::fs::{Fs as _, ThisMachine};

const LOG_FILE: &str = "log.key";
const LOG_MLDSA44_FILE: &str = "log-mldsa44.key";
const OFFICE_FILE: &str = "office.key";
/// Largest key file in bytes.
const KEY_BYTES_MAX: u64 = 4096;
const DIRECTORY_MODE: u32 = 0o700;
pub(crate) const FILE_MODE: u32 = 0o600;
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
    /// Signs checkpoints too, so that they hold when Ed25519 no longer does. A record from before
    /// there was such a key has none.
    pub log_mldsa44: Option<Cosigner>,
    /// Signs entries; its name is the origin and `/office`.
    pub office: Signer,
    /// The folder that they lie in, as far as they do.
    pub home: Option<PathBuf>,
}

impl Keys {
    /// The keys of a new record `origin` from three seeds, each 32 bytes from a good source of
    /// randomness. Equal seeds are refused: they would make one secret out of two.
    ///
    /// # Errors
    /// [`StoreError::Keys`] when the origin can't be the name of a key, or the seeds are equal.
    pub fn generate(
        origin: &str,
        seed_log: [u8; SEED_BYTES],
        seed_log_mldsa44: [u8; SEED_BYTES],
        seed_office: [u8; SEED_BYTES],
    ) -> Result<Keys, StoreError> {
        let refused = |what: String| StoreError::Keys { path: origin.into(), what };
        if seed_log == seed_office || [seed_log, seed_office].contains(&seed_log_mldsa44) {
            return Err(refused("the seeds must differ; draw them anew".into()));
        }
        let no_key = |error: KeyError| refused(error.to_string());
        let mldsa44 = Cosigner::from_seed(origin, CosignerKind::MlDsa44, seed_log_mldsa44);
        Ok(Keys {
            log: Signer::from_seed(origin, seed_log).map_err(no_key)?,
            log_mldsa44: Some(mldsa44.map_err(no_key)?),
            office: Signer::from_seed(&office_name(origin), seed_office).map_err(no_key)?,
            home: None,
        })
    }

    /// Name of the record that the keys are for.
    #[must_use]
    pub fn origin(&self) -> &str {
        self.log.name()
    }

    /// Writes `log.key`, `log-mldsa44.key` and `office.key` so that only their owner can read them
    /// (mode 0600; the directory is made with mode 0700 when it isn't there).
    ///
    /// # Errors
    /// [`StoreError::Keys`] when a key file is there already or the directory lies in a record,
    /// which everybody may copy; [`StoreError::Io`].
    pub fn write(&mut self, dir: &Path) -> Result<(), StoreError> {
        let error = |what, path: &Path| {
            StoreError::io(what, path, "check that there is room and that you may write there")
        };
        refuse_inside_record(dir)?;
        for name in [LOG_FILE, LOG_MLDSA44_FILE, OFFICE_FILE] {
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
        let mut files = vec![(LOG_FILE, self.log.to_signer_key())];
        files.extend(self.log_mldsa44.iter().map(|key| (LOG_MLDSA44_FILE, key.to_signer_key())));
        files.push((OFFICE_FILE, self.office.to_signer_key()));
        for (name, key) in files {
            let path = dir.join(name);
            let mut file = OpenOptions::new()
                .write(true)
                .create_new(true)
                .mode(FILE_MODE)
                .open(&path)
                .map_err(error("create", &path))?;
            writeln!(file, "{key}").map_err(error("write", &path))?;
            file.sync_all().map_err(error("write to the disk", &path))?;
        }
        ThisMachine.sync_directory(dir).map_err(error("write to the disk", dir))?;
        self.home = Some(dir.to_owned());
        Ok(())
    }

    /// Reads the keys that [`Keys::write`] wrote.
    ///
    /// # Errors
    /// [`StoreError::Keys`] when a file is missing, can be read by others, is no key, or the two
    /// do not belong together; [`StoreError::Io`].
    pub fn read(dir: &Path) -> Result<Keys, StoreError> {
        let log = read_key(&dir.join(LOG_FILE), Signer::from_signer_key)?;
        let office = read_key(&dir.join(OFFICE_FILE), Signer::from_signer_key)?;
        let has_mldsa44 = dir.join(LOG_MLDSA44_FILE).symlink_metadata().is_ok();
        let log_mldsa44 = has_mldsa44
            .then(|| read_key(&dir.join(LOG_MLDSA44_FILE), Cosigner::from_signer_key))
            .transpose()?;
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
        if let Some(other) = log_mldsa44.as_ref().filter(|key| key.key().name() != log.name()) {
            return Err(StoreError::Keys {
                path: dir.join(LOG_MLDSA44_FILE),
                what: format!(
                    "it is of {:?}, the log's other key of {:?}; take all files from the same \
                     place",
                    other.key().name(),
                    log.name()
                ),
            });
        }
        Ok(Keys { log, log_mldsa44, office, home: Some(dir.to_owned()) })
    }
}

fn office_name(origin: &str) -> String {
    format!("{origin}/office")
}

pub(crate) fn read_key<K>(
    path: &Path,
    parse: impl Fn(&str) -> Result<K, KeyError>,
) -> Result<K, StoreError> {
    let refused = |what: String| StoreError::Keys { path: path.to_owned(), what };
    let found = match fs::metadata(path) {
        Ok(found) => found,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(refused(
                "the key is missing; name the directory that holds the keys as they were \
                 written when the record was made"
                    .into(),
            ));
        }
        Err(error) => {
            return Err(StoreError::io("read", path, "check that you may read it")(error));
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
        fs::read(path).map_err(StoreError::io("read", path, "check that you may read it"))?;
    let text =
        String::from_utf8(text).map_err(|_| refused("it is no key but other bytes".into()))?;
    parse(text.trim_end_matches('\n')).map_err(|error| refused(error.to_string()))
}

/// A record is made to be copied: a key in it would be given away.
pub(crate) fn refuse_inside_record(dir: &Path) -> Result<(), StoreError> {
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
