//! The commitments of a leaf.

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use serde_json::{Value, json};
use servanda_entry::canonical;
use servanda_entry::{Attachment, Sealed};
use servanda_tlog::{Hash, sha256};
use sha2::Sha256;
use std::fmt;

use crate::{SealCode, SealFault};

/// Bytes of a salt: as many as make guessing hopeless, also with a quantum computer.
pub const SALT_BYTES: usize = 32;
/// Longest path, in bytes.
pub const PATH_BYTES_MAX: usize = 200;
/// What a digest of a field begins with, so that it can never be a hash of something else.
const FIELD_DOMAIN: &[u8] = b"pr/sd/v1\0";
/// What the name of an entry's seal begins with.
const SEAL_DOMAIN: &[u8] = b"pr/seal/v1\0";

/// Random bytes that keep a commitment from being guessed. Each is used once.
#[derive(Clone, PartialEq, Eq)]
pub struct Salt(pub [u8; SALT_BYTES]);

impl Salt {
    /// As 64 hexadecimal digits.
    #[must_use]
    pub fn to_hex(&self) -> String {
        Hash(self.0).to_hex()
    }
}

impl fmt::Debug for Salt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Salt([withheld])")
    }
}

impl Serialize for Salt {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.to_hex())
    }
}

impl<'de> Deserialize<'de> for Salt {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Salt, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(from)?;
        let hash =
            Hash::from_hex(&text).map_err(|_| D::Error::custom("a salt is 64 hex digits"))?;
        Ok(Salt(hash.0))
    }
}

/// The digest of a field: `SHA-256("pr/sd/v1" NUL JCS([salt, path, value]))`.
///
/// # Errors
/// When the path is none, or the value can't be canonical JSON.
pub fn field_digest(salt: &Salt, path: &str, value: &Value) -> Result<Hash, SealFault> {
    let wrong = |what: &str| SealFault::new(SealCode::Form, what);
    if !path.starts_with('/') || path.len() > PATH_BYTES_MAX || path.chars().any(char::is_control) {
        return Err(wrong("a path begins with / and is short"));
    }
    let json = canonical::to_bytes(&json!([salt.to_hex(), path, value]))
        .map_err(|_| wrong("a sealed value is no canonical JSON: whole numbers, not too deep"))?;
    let mut bytes = FIELD_DOMAIN.to_vec();
    bytes.extend(json);
    Ok(sha256(&bytes))
}

/// The commitment to a file: `HMAC-SHA-256(salt, SHA-256(plaintext))`.
#[must_use]
pub fn file_commit(salt: &Salt, plaintext: Hash) -> Hash {
    // A key of any length will do for HMAC, so this can't fail.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&salt.0) else { return Hash([0; 32]) };
    mac.update(&plaintext.0);
    Hash(mac.finalize().into_bytes().into())
}

/// What an entry's commitments are known by before the entry has its place in the record.
#[must_use]
pub fn seal_id(sealed: &Sealed) -> Hash {
    let fields: Vec<String> = sealed.fields().iter().map(|hash| hash.to_hex()).collect();
    let files: &[Attachment] = sealed.attachments();
    let mut bytes = SEAL_DOMAIN.to_vec();
    bytes.extend(canonical::to_bytes(&json!({ "att": files, "sd": fields })).unwrap_or_default());
    sha256(&bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_that_of_the_specification() {
        // Worked out with another program.
        let spec = concat!(env!("CARGO_MANIFEST_DIR"), "/../../spec/sealed.md");
        let spec = std::fs::read_to_string(spec).unwrap();
        let salt = Salt([7; 32]);
        let digest = field_digest(&salt, "/rows/0/attrs/observer", &json!("team four")).unwrap();
        let text = format!("[\"{}\",\"/rows/0/attrs/observer\",\"team four\"]", "07".repeat(32));
        let expected = sha256(&[b"pr/sd/v1\0", text.as_bytes()].concat());
        assert_eq!(digest, expected);
        assert!(spec.contains(&digest.to_hex()), "{}", digest.to_hex());
        for (salt, path, value) in [
            (Salt([8; 32]), "/rows/0/attrs/observer", json!("team four")),
            (Salt([7; 32]), "/rows/0/attrs/observers", json!("team four")),
            (Salt([7; 32]), "/rows/0/attrs/observer", json!("team five")),
            (Salt([7; 32]), "/rows/0/attrs/observer", json!(["team four"])),
        ] {
            assert_ne!(field_digest(&salt, path, &value).unwrap(), digest);
        }
        assert!(field_digest(&salt, "observer", &json!(1)).is_err());
        assert!(field_digest(&salt, "/a", &json!(1.5)).is_err());
    }

    #[test]
    fn a_commitment_to_a_file_is_the_hmac_of_its_hash() {
        // HMAC is the library's; here it is which is the key and which the message.
        let salt = Salt([1; 32]);
        let plain = sha256(b"plain");
        let mut outer = [0x5c_u8; 64];
        let mut inner = [0x36_u8; 64];
        for (n, byte) in salt.0.iter().enumerate() {
            outer[n] ^= byte;
            inner[n] ^= byte;
        }
        let inside = sha256(&[&inner[..], &plain.0].concat());
        let expected = sha256(&[&outer[..], &inside.0].concat());
        assert_eq!(file_commit(&salt, plain), expected);
    }

    #[test]
    fn a_salt_is_not_shown() {
        assert!(!format!("{:?}", Salt([7; 32])).contains('7'));
    }
}
