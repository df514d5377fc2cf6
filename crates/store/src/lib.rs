//! The record on disk: a directory of plain files that anyone can copy, serve and check.
//!
//! ```text
//! checkpoint                 size and root of the log, signed (C2SP tlog-checkpoint)
//! tile/<L>/<N>[.p/<W>]       hashes of the Merkle tree (C2SP tlog-tiles)
//! tile/entries/<N>[.p/<W>]   the entries, each a signed note (C2SP signed-note)
//! blob/<aa>/<digest>         files named by entries, under their SHA-256 in hexadecimal
//! journal                    what is committed and not in its place yet, for a moment
//! ```
//!
//! Nothing else belongs in it: no index, no lock file and above all no signing key. Entry 0, the
//! constitution, names the keys that sign; whoever knows the log's key from elsewhere can check
//! all of the record with nothing but the directory ([`verify`]).
//!
//! [`Writer::commit`] writes a frame of the journal and waits for the disk once: that is the commit
//! point. Tiles and bundles follow from the journal, so they are put in place later, and then
//! `checkpoint` is replaced and the journal goes ([`Writer::settle`]). A reader takes what the
//! journal holds for part of the record; whoever writes next puts it in place.
//!
//! A partial tile or bundle stays when a wider one follows, so that who holds the checkpoint of
//! then still finds it; when the full one is committed, all partial ones of its index go.
//!
//! The crate needs a Unix file system: atomic renames, `fsync` of directories, `flock`, modes.

mod act_file;
mod append;
mod batch;
mod blob;
mod bundle;
mod bundles;
mod constitution;
mod copy;
mod cosign;
mod erased;
mod error;
mod finality;
mod folder;
mod key_acts;
mod keys;
mod layout;
mod pending;
pub mod proofs;
mod push;
mod record;
mod register;
mod renewal;
mod root_key;
mod signed;
mod storage;
mod verify;
mod writer;

#[cfg(test)]
mod tests;

pub use act_file::ActFile;
pub use batch::batch_rows;
pub use copy::{copy_in, copy_record, is_record_path, named_files, put_file};
pub use cosign::Cosigned;
pub use error::StoreError;
pub use folder::Folder;
pub use key_acts::Parties;
pub use keys::{Keys, refuse_inside_record};
pub use layout::{BLOB_BYTES_MAX, BUNDLE_BYTES_MAX, FILES_MAX, blob_path};
pub use record::Record;
pub use register::{
    Flagged, Held, Holder, Key, KeyFault, Party, RENEWAL_ALGORITHM, Register, Revocation,
    SignedAct, Witnessed,
};
pub use renewal::{Renewed, verify_renewed, verify_renewed_in};
pub use root_key::{read_root_key, write_root_key};
pub use storage::{JOURNAL_BYTES_MAX, Listing, Local, Pen, Storage};
pub use verify::{Checked, FAULTS_MAX, Fault, Report, verify, verify_in};
pub use writer::{Admitted, Writer};
