//! The file of a root key: the secret half, in the hands of one person.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use servanda_tlog::ActSigner;

use crate::error::StoreError;
use crate::keys::{FILE_MODE, read_key, refuse_inside_record};
use crate::storage::fs::{Fs as _, ThisMachine};

/// Writes a secret key so that only its owner can read it (mode 0600).
///
/// # Errors
/// [`StoreError::Keys`] when there is such a file already or it would lie in a record, which
/// everybody may copy; [`StoreError::Io`].
pub fn write_root_key(path: &Path, key: &ActSigner) -> Result<(), StoreError> {
    let folder = folder_of(path);
    refuse_inside_record(folder)?;
    if path.symlink_metadata().is_ok() {
        let what = "a file is there already and won't be overwritten; give another name".into();
        return Err(StoreError::Keys { path: path.into(), what });
    }
    let failed =
        |what| StoreError::io(what, path, "check that there is room and that you may write there");
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(FILE_MODE)
        .open(path)
        .map_err(failed("create"))?;
    writeln!(file, "{}", key.to_signer_key()).map_err(failed("write"))?;
    file.sync_all().map_err(failed("write to the disk"))?;
    ThisMachine.sync_directory(folder).map_err(failed("write to the disk"))
}

/// Reads what [`write_root_key`] wrote.
///
/// # Errors
/// [`StoreError::Keys`] when it is missing, can be read by others or is no such key;
/// [`StoreError::Io`].
pub fn read_root_key(path: &Path) -> Result<ActSigner, StoreError> {
    read_key(path, ActSigner::from_signer_key)
}

fn folder_of(path: &Path) -> &Path {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    parent.unwrap_or(Path::new("."))
}
