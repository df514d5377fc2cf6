//! Files beside the tree, kept under the SHA-256 of their bytes.

use std::io::Read as _;
use std::path::Path;

use servanda_entry::{Blob, Body, KeyChange};
use servanda_tlog::Hash;
use sha2::{Digest as _, Sha256};

use crate::disk;
use crate::error::StoreError;
use crate::layout::{BLOB_BYTES_MAX, blob_path};

/// Bytes that are hashed at a time.
const CHUNK_BYTES: usize = 64 * 1024;

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
