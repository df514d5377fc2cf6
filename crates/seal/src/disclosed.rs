//! Parts that were given to somebody, as anyone can check them against the leaf.

use serde::{Deserialize, Serialize};
use servanda_entry::{Sealed, Slot, canonical};
use servanda_tlog::Hash;

use crate::commit::{Salt, file_commit};
use crate::opening::{OpenField, hex_hash};
use crate::{SealCode, SealFault};

/// The form of a disclosure.
pub const DISCLOSURE_FORM: &str = "servanda/disclosure/v1";
/// Largest disclosure without its files, in bytes.
pub const DISCLOSURE_BYTES_MAX: u64 = 4 << 20;

/// Parts of what one entry withholds, with their salts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Disclosed {
    /// Fields.
    pub fields: Vec<OpenField>,
    /// Files; their bytes lie beside it.
    pub files: Vec<DisclosedFile>,
    /// [`DISCLOSURE_FORM`].
    pub form: String,
    /// The entry.
    pub of: Slot,
    /// The record.
    pub origin: String,
}

/// What shows that a file is the one that was sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DisclosedFile {
    /// SHA-256 of the ciphertext.
    #[serde(with = "hex_hash")]
    pub ct: Hash,
    /// Salt of the commitment.
    pub salt: Salt,
}

impl DisclosedFile {
    /// That a file with this SHA-256 is the one that the entry commits to.
    ///
    /// # Errors
    /// [`SealCode::File`].
    pub fn check(&self, sealed: &Sealed, plaintext: Hash) -> Result<(), SealFault> {
        let file = sealed.attachments().iter().find(|file| file.ct == self.ct);
        if file.is_some_and(|file| file_commit(&self.salt, plaintext) == file.commit) {
            return Ok(());
        }
        Err(SealFault::new(SealCode::File, "the entry commits to no such salt and file"))
    }
}

impl Disclosed {
    /// Its one spelling, with a line feed.
    ///
    /// # Errors
    /// When a value can't be canonical JSON.
    pub fn to_bytes(&self) -> Result<Vec<u8>, SealFault> {
        let mut bytes = canonical::to_bytes(self)
            .map_err(|_| SealFault::new(SealCode::Form, "a value is no canonical JSON"))?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    /// Reads a disclosure of this record.
    ///
    /// # Errors
    /// [`SealCode::Form`].
    pub fn parse(bytes: &[u8], origin: &str) -> Result<Disclosed, SealFault> {
        let wrong = || SealFault::new(SealCode::Form, "this is no disclosure of this record");
        let json = bytes.strip_suffix(b"\n").ok_or_else(wrong)?;
        canonical::parse(json).map_err(|_| wrong())?;
        let read: Disclosed = serde_json::from_slice(json).map_err(|_| wrong())?;
        let is_sorted = read.files.is_sorted_by(|a, b| a.ct < b.ct);
        let is_something = !read.fields.is_empty() || !read.files.is_empty();
        let is_ours = read.form == DISCLOSURE_FORM && read.origin == origin;
        // An object can be read from a list too; it has one spelling.
        let is_written = read.to_bytes().is_ok_and(|written| written == bytes);
        if is_written && is_ours && is_sorted && is_something { Ok(read) } else { Err(wrong()) }
    }

    /// The parts: digests of fields, hashes of ciphertexts; sorted.
    ///
    /// # Errors
    /// When a path or value can't be.
    pub fn parts(&self) -> Result<Vec<Hash>, SealFault> {
        let fields: Result<Vec<Hash>, SealFault> =
            self.fields.iter().map(OpenField::digest).collect();
        let mut parts = fields?;
        parts.extend(self.files.iter().map(|file| file.ct));
        parts.sort_unstable();
        parts.dedup();
        Ok(parts)
    }
}
