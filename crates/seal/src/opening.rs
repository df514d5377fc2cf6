//! Salts, values and keys of what one entry withholds: for its custodian alone.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use servanda_entry::{Sealed, canonical};
use servanda_tlog::{Hash, sha256};

use crate::commit::{Salt, field_digest, file_commit};
use crate::{SealCode, SealFault};

/// The form of an opening.
pub const OPENING_FORM: &str = "servanda/opening/v1";
/// Largest opening, in bytes.
pub const OPENING_BYTES_MAX: u64 = 4 << 20;

/// All that is needed to open what an entry withholds. Whoever has it knows all of it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opening {
    /// The fields.
    pub fields: Vec<OpenField>,
    /// The files.
    pub files: Vec<OpenFile>,
    /// [`OPENING_FORM`].
    pub form: String,
    /// The record.
    pub origin: String,
}

/// A field with its salt.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenField {
    /// Where in the entry it would stand, as a JSON pointer into the body.
    pub path: String,
    /// Its salt.
    pub salt: Salt,
    /// What it says.
    pub value: Value,
}

/// What opens a file.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenFile {
    /// SHA-256 of the ciphertext.
    #[serde(with = "hex_hash")]
    pub ct: Hash,
    /// The secret that the ciphertext is opened with.
    pub key: String,
    /// Its name as it was given.
    pub name: String,
    /// Salt of the commitment.
    pub salt: Salt,
}

impl std::fmt::Debug for Opening {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Opening([withheld])")
    }
}

impl std::fmt::Debug for OpenField {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OpenField([withheld])")
    }
}

impl std::fmt::Debug for OpenFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OpenFile([withheld])")
    }
}

impl OpenField {
    /// Its digest in the leaf.
    ///
    /// # Errors
    /// When path or value can't be.
    pub fn digest(&self) -> Result<Hash, SealFault> {
        field_digest(&self.salt, &self.path, &self.value)
    }

    /// That the leaf commits to just this.
    ///
    /// # Errors
    /// [`SealCode::Field`].
    pub fn check(&self, sealed: &Sealed) -> Result<Hash, SealFault> {
        let digest = self.digest()?;
        if sealed.fields().binary_search(&digest).is_ok() {
            return Ok(digest);
        }
        let what = "the entry commits to no such salt, path and value: at least one of them is \
                    another";
        Err(SealFault::new(SealCode::Field, what))
    }
}

impl OpenFile {
    /// That these bytes, as the ciphertext opened to them, are what the author committed to.
    ///
    /// # Errors
    /// [`SealCode::File`] when the entry has no such ciphertext; [`SealCode::TwoWays`].
    pub fn check(&self, sealed: &Sealed, plaintext: &[u8]) -> Result<(), SealFault> {
        let file = sealed.attachments().iter().find(|file| file.ct == self.ct);
        let file = file.ok_or_else(|| {
            SealFault::new(SealCode::File, "the entry has no sealed file with this ciphertext")
        })?;
        if file_commit(&self.salt, sha256(plaintext)) == file.commit {
            return Ok(());
        }
        let what = "the ciphertext opens to something else than the entry commits to: keep \
                    ciphertext, key and salt, they prove it against its author";
        Err(SealFault::new(SealCode::TwoWays, what))
    }
}

impl Opening {
    /// An opening without anything.
    #[must_use]
    pub fn new(origin: &str) -> Opening {
        let form = OPENING_FORM.to_owned();
        Opening { fields: Vec::new(), files: Vec::new(), form, origin: origin.to_owned() }
    }

    /// Its one spelling, with a line feed.
    ///
    /// # Errors
    /// When a value can't be canonical JSON.
    pub fn to_bytes(&self) -> Result<Vec<u8>, SealFault> {
        let mut bytes = canonical::to_bytes(self)
            .map_err(|_| SealFault::new(SealCode::Form, "a sealed value is no canonical JSON"))?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    /// Reads an opening of this record.
    ///
    /// # Errors
    /// [`SealCode::Form`].
    pub fn parse(bytes: &[u8], origin: &str) -> Result<Opening, SealFault> {
        let wrong = |what: &str| SealFault::new(SealCode::Form, what);
        let json = bytes.strip_suffix(b"\n").ok_or_else(|| wrong("this is no opening"))?;
        canonical::parse(json).map_err(|_| wrong("this is no opening"))?;
        let read: Opening =
            serde_json::from_slice(json).map_err(|_| wrong("this is no opening"))?;
        if read.form != OPENING_FORM {
            return Err(wrong("this is no opening"));
        }
        if read.origin != origin {
            return Err(wrong("this opening is of another record"));
        }
        Ok(read)
    }
}

/// A hash as 64 hexadecimal digits.
pub(crate) mod hex_hash {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};
    use servanda_tlog::Hash;

    pub(crate) fn serialize<S: Serializer>(hash: &Hash, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&hash.to_hex())
    }

    pub(crate) fn deserialize<'a, D: Deserializer<'a>>(from: D) -> Result<Hash, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(from)?;
        Hash::from_hex(&text).map_err(|error| D::Error::custom(error.to_string()))
    }
}
