//! Files beside the tree, kept under the SHA-256 of their bytes.

use servanda_entry::{Blob, Body, KeyChange};
use servanda_tlog::{HASH_BYTES, Hash};
use sha2::Sha256;
use sha2::digest::{self, Digest};

use crate::error::StoreError;
use crate::layout::{BLOB_BYTES_MAX, blob_path};
use crate::storage::Storage;

/// The files that a body names.
pub(crate) fn blobs_of(body: &Body) -> Vec<&Blob> {
    match body {
        Body::Agreement(agreement) => agreement.files.iter().collect(),
        Body::Document(document) => {
            let mut blobs = vec![&document.file];
            blobs.extend(&document.quarantine);
            blobs
        }
        Body::Reply(reply) => vec![&reply.text],
        Body::KeyAct(act) => match &act.change {
            KeyChange::Renewal { manifest, .. } => vec![manifest],
            _ => Vec::new(),
        },
        Body::Constitution(_)
        | Body::Register(_)
        | Body::Observation(_)
        | Body::Coverage(_)
        | Body::Claim(_)
        | Body::Statement(_)
        | Body::Act(_)
        | Body::Assessment(_)
        | Body::Finding(_)
        | Body::Correction(_) => Vec::new(),
    }
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
