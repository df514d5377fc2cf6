//! The record on disk: a directory of plain files that anyone can copy, serve and check.
//!
//! ```text
//! checkpoint                 size and root of the log, signed (C2SP tlog-checkpoint)
//! tile/<L>/<N>[.p/<W>]       hashes of the Merkle tree (C2SP tlog-tiles)
//! tile/entries/<N>[.p/<W>]   the entries, each a signed note (C2SP signed-note)
//! blob/<aa>/<digest>         files named by entries, under their SHA-256 in hexadecimal
//! ```
//!
//! Nothing else belongs in it: no index, no lock file and above all no signing key. Entry 0, the
//! constitution, names the keys that sign; whoever knows the log's key from elsewhere can check
//! all of the record with nothing but the directory ([`verify`]).
//!
//! [`Record::append`] writes entries first, then blobs, then hashes; the rename of `checkpoint`
//! is the commit point. Whatever an interrupted append leaves lies beyond the checkpoint: readers
//! pass over it, [`verify`] lists it as a notice and the next append removes it. Each phase is on
//! the disk before the next begins, so a blob without an entry that names it can be told from
//! what an interrupted append left.
//!
//! A partial tile or bundle stays when a wider one follows, so that who holds the checkpoint of
//! then still finds it; when the full one is committed, all partial ones of its index go.
//!
//! The crate needs a Unix file system: atomic renames, `fsync` of directories, `flock`, modes.

mod append;
mod batch;
mod blob;
mod bundle;
mod constitution;
mod copy;
mod cosign;
mod disk;
mod erased;
mod error;
mod folder;
mod keys;
mod layout;
pub mod proofs;
mod record;
mod verify;

#[cfg(test)]
mod tests;

pub use batch::batch_rows;
pub use copy::{copy_record, is_record_path};
pub use cosign::Cosigned;
pub use error::StoreError;
pub use folder::Folder;
pub use keys::{Keys, refuse_inside_record};
pub use layout::{BLOB_BYTES_MAX, BUNDLE_BYTES_MAX, FILES_MAX};
pub use record::Record;
pub use verify::{Checked, FAULTS_MAX, Fault, Report, verify};
