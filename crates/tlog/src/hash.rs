//! SHA-256 hashes and the tree hashing of RFC 6962, section 2.1.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};
use thiserror::Error;

/// Length of a hash in bytes.
pub const HASH_BYTES: usize = 32;

/// Put before a leaf's bytes, so that no leaf can pass for an inner node (RFC 6962, section 2.1).
const LEAF_PREFIX: [u8; 1] = [0x00];
/// Put before the two hashes of an inner node.
const NODE_PREFIX: [u8; 1] = [0x01];

/// A SHA-256 hash: of a leaf, of an inner node, of a root or of any bytes.
///
/// `Display` writes base64 as checkpoints and proofs do; `Debug` writes hexadecimal.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(pub [u8; HASH_BYTES]);

/// Why a written hash was refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum HashError {
    /// Not 64 digits out of `0-9a-f`.
    #[error("a hash in hexadecimal is 64 digits of 0-9a-f, in lower case; got {len} bytes")]
    Hex {
        /// Length of the refused text in bytes.
        len: usize,
    },
    /// Not the base64 (RFC 4648, section 4) of 32 bytes.
    #[error(
        "a hash in base64 is 44 characters of the standard alphabet, the last one '='; got \
         {len} bytes"
    )]
    Base64 {
        /// Length of the refused text in bytes.
        len: usize,
    },
}

impl Hash {
    /// 64 lower-case hexadecimal digits.
    pub fn to_hex(self) -> String {
        to_hex(&self.0)
    }

    /// Reads what [`Hash::to_hex`] writes and nothing else.
    ///
    /// # Errors
    /// [`HashError::Hex`] for another length, an upper-case digit or a foreign character.
    pub fn from_hex(text: &str) -> Result<Hash, HashError> {
        from_hex(text).map(Hash).ok_or(HashError::Hex { len: text.len() })
    }

    /// 44 characters of standard base64 (RFC 4648, section 4), with padding.
    pub fn to_base64(self) -> String {
        STANDARD.encode(self.0)
    }

    /// Reads what [`Hash::to_base64`] writes and nothing else: loose trailing bits and missing
    /// padding are refused, so a hash has one spelling.
    ///
    /// # Errors
    /// [`HashError::Base64`] if the text is not the base64 of exactly 32 bytes.
    pub fn from_base64(text: &str) -> Result<Hash, HashError> {
        let refused = HashError::Base64 { len: text.len() };
        let Ok(bytes) = STANDARD.decode(text) else {
            return Err(refused);
        };
        match bytes.try_into() {
            Ok(bytes) => Ok(Hash(bytes)),
            Err(_) => Err(refused),
        }
    }

    /// The 32 bytes.
    pub fn as_bytes(&self) -> &[u8; HASH_BYTES] {
        &self.0
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_base64())
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_hex())
    }
}

/// SHA-256 of the bytes, without any prefix.
pub fn sha256(data: &[u8]) -> Hash {
    Hash(Sha256::digest(data).into())
}

/// Hash of a leaf: SHA-256 of 0x00 and the entry's bytes (RFC 6962, section 2.1).
pub fn leaf_hash(entry: &[u8]) -> Hash {
    let hasher = Sha256::new_with_prefix(LEAF_PREFIX);
    Hash(hasher.chain_update(entry).finalize().into())
}

/// Hash of an inner node: SHA-256 of 0x01 and its two children (RFC 6962, section 2.1).
pub fn node_hash(left: Hash, right: Hash) -> Hash {
    let hasher = Sha256::new_with_prefix(NODE_PREFIX);
    let hasher = hasher.chain_update(left.0).chain_update(right.0);
    Hash(hasher.finalize().into())
}

/// Root of the tree without leaves: SHA-256 of no bytes (RFC 6962, section 2.1).
pub fn empty_root() -> Hash {
    sha256(b"")
}

/// Lower-case hexadecimal of any bytes.
pub(crate) fn to_hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 0x0f)]));
    }
    text
}

/// Exactly `N` bytes from `2 N` lower-case hexadecimal digits.
pub(crate) fn from_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    fn digit(c: u8) -> Option<u8> {
        match c {
            b'0'..=b'9' => Some(c - b'0'),
            b'a'..=b'f' => Some(c - b'a' + 10),
            _ => None,
        }
    }
    if text.len() != 2 * N {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn empty_root_is_the_hash_of_no_bytes() {
        let hex = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(empty_root().to_hex(), hex);
        assert_eq!(format!("{:?}", empty_root()), hex);
        assert_eq!(empty_root().to_string(), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
    }

    #[test]
    fn leaf_and_node_never_meet() {
        // The leaf whose bytes are those of an inner node hashes differently.
        let (left, right) = (leaf_hash(b"a"), leaf_hash(b"b"));
        let mut bytes = left.0.to_vec();
        bytes.extend(right.0);
        assert_ne!(leaf_hash(&bytes), node_hash(left, right));
        assert_eq!(leaf_hash(b""), sha256(&[0]));
        assert_eq!(node_hash(left, right), sha256(&[&[1], &bytes[..]].concat()));
    }

    #[test]
    fn only_canonical_spellings_are_read() {
        let hash = empty_root();
        let base64 = hash.to_base64();
        for bad in [
            "",
            "47DE",
            &base64[..43],
            &base64.replace("FU=", "FV="),
            &format!("{base64}\n"),
            &base64.replace('+', "-"),
        ] {
            assert!(Hash::from_base64(bad).is_err(), "{bad:?}");
        }
        for bad in ["", &hash.to_hex().to_uppercase(), &hash.to_hex()[1..], &"é".repeat(32)] {
            assert!(Hash::from_hex(bad).is_err(), "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn spellings_go_round(bytes: [u8; 32]) {
            let hash = Hash(bytes);
            prop_assert_eq!(Hash::from_hex(&hash.to_hex()), Ok(hash));
            prop_assert_eq!(Hash::from_base64(&hash.to_base64()), Ok(hash));
        }

        #[test]
        fn any_text_is_read_or_refused(text: String) {
            if let Ok(hash) = Hash::from_hex(&text) {
                prop_assert_eq!(hash.to_hex(), &text[..]);
            }
            if let Ok(hash) = Hash::from_base64(&text) {
                prop_assert_eq!(hash.to_base64(), text);
            }
        }
    }
}
