//! Files beside the tree, kept under the SHA-256 of their bytes.

use std::io::Read as _;
use std::path::Path;

use servanda_entry::{Body, Class, SEALED_NAME};
use servanda_tlog::Hash;
use sha2::{Digest as _, Sha256};

use crate::disk;
use crate::error::StoreError;
use crate::layout::{BLOB_BYTES_MAX, blob_path};

/// Bytes that are hashed at a time.
const CHUNK_BYTES: usize = 64 * 1024;

/// A file that an entry names, in its body or as a sealed one.
pub(crate) struct NamedBlob<'e> {
    pub(crate) sha256: Hash,
    pub(crate) bytes: u64,
    pub(crate) name: &'e str,
}

/// The files that an entry of this class and body names.
pub(crate) fn blobs_of<'e>(class: &'e Class, body: &'e Body) -> Vec<NamedBlob<'e>> {
    let in_clear = (body.files().into_iter()).map(|blob| NamedBlob {
        sha256: blob.sha256,
        bytes: blob.bytes,
        name: &blob.name,
    });
    let sealed = (class.attachments().iter()).map(|file| NamedBlob {
        sha256: file.ct,
        bytes: file.bytes,
        name: SEALED_NAME,
    });
    in_clear.chain(sealed).collect()
}

/// Hash and size in bytes of a stored file, whatever its name says.
pub(crate) fn measure(root: &Path, hash: Hash) -> Result<(Hash, u64), StoreError> {
    let path = blob_path(hash);
    let mut file = disk::open(root, &path, BLOB_BYTES_MAX)?.take(BLOB_BYTES_MAX);
    let mut hasher = Sha256::new();
    let mut chunk = vec![0; CHUNK_BYTES];
    let mut bytes = 0;
    loop {
        let read = file.read(&mut chunk);
        let read = read.map_err(StoreError::io("read", &root.join(&path), "try again"))?;
        let Some(read_now) = chunk.get(..read).filter(|now| !now.is_empty()) else {
            return Ok((Hash(hasher.finalize().into()), bytes));
        };
        hasher.update(read_now);
        bytes += read_now.len() as u64;
    }
}
