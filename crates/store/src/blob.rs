//! Files beside the tree, kept under the SHA-256 of their bytes.

use servanda_entry::{Body, Class, SEALED_NAME};
use servanda_tlog::{HASH_BYTES, Hash};
use sha2::Sha256;
use sha2::digest::{self, Digest};

use crate::error::StoreError;
use crate::layout::{BLOB_BYTES_MAX, blob_path};
use crate::storage::Storage;

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

/// SHA-256 and size in bytes of a stored file, whatever its name says.
pub(crate) fn measure(storage: &dyn Storage, hash: Hash) -> Result<(Hash, u64), StoreError> {
    measure_by::<Sha256>(storage, hash)
}

/// The same with another hash.
pub(crate) fn measure_by<D: Digest>(
    storage: &dyn Storage,
    hash: Hash,
) -> Result<(Hash, u64), StoreError>
where
    [u8; HASH_BYTES]: From<digest::Output<D>>,
{
    let (mut hasher, mut bytes) = (D::new(), 0);
    storage.scan(&blob_path(hash), BLOB_BYTES_MAX, &mut |piece| {
        hasher.update(piece);
        bytes += piece.len() as u64;
    })?;
    Ok((Hash(hasher.finalize().into()), bytes))
}
