//! A custodian's store, and sealed payloads.
//!
//! ```text
//! opening/<id>           salts, clear values and keys of what one entry withholds (mode 0600)
//! wrapped/<id>.age       the same, encrypted to the members of its class, to be handed to them
//! recipients/<class>     their age public keys, one a line; written by the custodian
//! ```
//!
//! The folder lies outside the record, for its owner alone (mode 0700). Its backups must be
//! short-lived and never lie with the record: what is erased here must be gone.
//!
//! A payload is a file in age format whose only stanza is `scrypt` with 256 random bits instead of
//! a passphrase. So what lies in the public record for fifty years rests on symmetric keys alone.
//! Openings are wrapped with X25519: who records one in transit could open it with a quantum
//! computer. They are not for publication.

mod payload;
mod store;
#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that stops has failed")]
mod tests;

pub use payload::{Reader, Recipients, decrypt, encrypt, unwrap, wrap};
pub use store::Custody;

use servanda_seal::SealFault;
use servanda_store::StoreError;
use std::path::PathBuf;

/// Why something of a custodian's could not be done. No message holds a withheld value.
#[derive(Debug, thiserror::Error)]
pub enum CustodyError {
    /// The folder, or the record.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What was opened is not what the entry commits to.
    #[error(transparent)]
    Seal(#[from] SealFault),
    /// A ciphertext can't be opened, or nothing can be encrypted.
    #[error("{0}")]
    Payload(String),
    /// The store has nothing for an entry.
    #[error("{}: there is no opening of this entry: this is not its custodian's store, or it was \
             erased", path.display())]
    NoOpening {
        /// The store.
        path: PathBuf,
    },
}
