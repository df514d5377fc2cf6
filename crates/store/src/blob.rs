//! Files beside the tree, kept under the SHA-256 of their bytes.

use servanda_entry::{Blob, Body};

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
