//! Keys of signed notes: verifier keys, as in C2SP signed-note, and signer keys, as in Go's
//! `golang.org/x/mod/sumdb/note`. Ed25519, signature type 0x01; the keys of cosigners are in
//! [`crate::cosigner`].

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer as _, SigningKey, VerifyingKey};
use thiserror::Error;

use crate::hash::{from_hex, sha256, to_hex};

/// Length of an Ed25519 public key in bytes (RFC 8032).
pub const PUBLIC_KEY_BYTES: usize = 32;
/// Length of an Ed25519 seed, the secret key, in bytes (RFC 8032).
pub const SEED_BYTES: usize = 32;
/// Length of an Ed25519 signature in bytes (RFC 8032).
pub const SIGNATURE_BYTES: usize = 64;
/// Longest name of a key that is ours to read or make, in bytes. (Signatures of foreign keys with
/// longer names are skipped like those of any unknown key.)
pub const KEY_NAME_BYTES_MAX: usize = 255;

/// The signature type byte of Ed25519 in a key (C2SP signed-note).
const ED25519_TYPE: u8 = 0x01;
pub(crate) const SIGNER_KEY_PREFIX: &str = "PRIVATE+KEY+";

/// The short identifier of a key: the first four bytes of SHA-256 of the key's name, a newline, the
/// signature type and the public key (C2SP signed-note).
///
/// It tells keys of one name apart and proves nothing: an attacker can make a key with the same.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(pub [u8; 4]);

impl KeyId {
    pub(crate) fn of(name: &str, kind: u8, public_key: &[u8]) -> KeyId {
        let named = [name.as_bytes(), b"\n", &[kind], public_key].concat();
        let [a, b, c, d, ..] = sha256(&named).0;
        KeyId([a, b, c, d])
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&to_hex(&self.0))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({self})")
    }
}

/// Why a key was refused. No message contains any part of a secret key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum KeyError {
    /// Empty, too long, or with a space, a plus or a control character.
    #[error(
        "a key name has 1 to {KEY_NAME_BYTES_MAX} bytes and no space, plus or control \
         character; rename the key"
    )]
    Name,
    /// Not `name+hash+base64`.
    #[error(
        "a verifier key is written name+id+key: the id in 8 hexadecimal digits, the key in \
         base64; copy it again"
    )]
    VerifierFormat,
    /// Not `PRIVATE+KEY+name+hash+base64`.
    #[error(
        "a signer key is written PRIVATE+KEY+name+id+key: the id in 8 hexadecimal digits, the key \
         in base64; copy it again"
    )]
    SignerFormat,
    /// A signature type that can't be used there.
    #[error(
        "signature type {found:#04x} can't be used here: notes are signed with Ed25519 (0x01), \
         checkpoints cosigned with Ed25519 (0x04) or ML-DSA-44 (0x06), acts with both (0xff)"
    )]
    Type {
        /// The type byte of the key.
        found: u8,
    },
    /// Two secrets made of one.
    #[error("the seeds must differ; draw them anew")]
    SameSeed,
    /// The identifier is not that of this name and key.
    #[error("the key id is {found}, but name and key give {computed}; copy the key again")]
    IdMismatch {
        /// The identifier in the text.
        found: KeyId,
        /// The identifier that follows from name and key.
        computed: KeyId,
    },
    /// Not the encoding of a point of the curve.
    #[error("the 32 bytes are no Ed25519 public key; copy the key again")]
    NotAPoint,
    /// A key that verifies signatures that nobody made, or that has a second encoding.
    #[error(
        "the public key is of small or mixed order or not canonical, so what it verifies \
         proves nothing; ask its owner for a sound key"
    )]
    Weak,
}

/// A public key with its name.
///
/// ```
/// use servanda_tlog::{Signer, VerifierKey};
///
/// let signer = Signer::from_seed("example.com/operator", [7; 32])?;
/// let written = signer.verifier_key().to_string();
/// let key: VerifierKey = written.parse()?;
/// assert_eq!(&key, signer.verifier_key());
/// # Ok::<(), servanda_tlog::KeyError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    id: KeyId,
    key: VerifyingKey,
}

impl VerifierKey {
    /// A key from the 32 bytes of RFC 8032.
    ///
    /// Keys of small or mixed order and non-canonical encodings are refused: with them a signature
    /// can verify for every text, or verify here and not elsewhere. No honest key is among them.
    ///
    /// # Errors
    /// [`KeyError::Name`], [`KeyError::NotAPoint`] or [`KeyError::Weak`].
    pub fn from_public_key(
        name: &str,
        public_key: [u8; PUBLIC_KEY_BYTES],
    ) -> Result<VerifierKey, KeyError> {
        let key = VerifyingKey::from_bytes(&public_key).map_err(|_| KeyError::NotAPoint)?;
        // Every non-canonical encoding is of a point that these two refuse: the tests try them all.
        if key.is_weak() || !key.to_edwards().is_torsion_free() {
            return Err(KeyError::Weak);
        }
        VerifierKey::from_sound_key(name, key)
    }

    fn from_sound_key(name: &str, key: VerifyingKey) -> Result<VerifierKey, KeyError> {
        check_name(name)?;
        let id = KeyId::of(name, ED25519_TYPE, key.as_bytes());
        Ok(VerifierKey { name: name.to_owned(), id, key })
    }

    /// The key's name, as in signature lines.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The key's identifier, as in signature lines.
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// The 32 bytes of RFC 8032.
    pub fn public_key(&self) -> [u8; PUBLIC_KEY_BYTES] {
        self.key.to_bytes()
    }

    /// Whether this is a signature of the message by this key.
    ///
    /// Strict verification only: RFC 8032 without the cofactor, canonical `S` and `R`, no point of
    /// small order. Looser rules accept, for weak keys, one signature for every message.
    pub fn verify_strict(&self, message: &[u8], signature: &[u8]) -> bool {
        let Ok(signature) = ed25519_dalek::Signature::from_slice(signature) else {
            return false;
        };
        self.key.verify_strict(message, &signature).is_ok()
    }
}

impl fmt::Display for VerifierKey {
    /// `name+id+base64(0x01 || public key)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let typed = [&[ED25519_TYPE], self.key.as_bytes().as_slice()].concat();
        write!(f, "{}+{}+{}", self.name, self.id, STANDARD.encode(typed))
    }
}

impl fmt::Debug for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifierKey({self})")
    }
}

impl FromStr for VerifierKey {
    type Err = KeyError;

    /// Reads exactly what `Display` writes.
    fn from_str(text: &str) -> Result<VerifierKey, KeyError> {
        let malformed = KeyError::VerifierFormat;
        let (name, found, kind, material) = split_key(text, malformed)?;
        let public_key = ed25519_material(kind, &material, malformed)?;
        let key = VerifierKey::from_public_key(name, public_key)?;
        check_id(found, key.id)?;
        Ok(key)
    }
}

/// A secret key with its name. It does not show its secret in `Debug` and wipes it when dropped.
///
/// Whoever holds it can sign anything in its name.
pub struct Signer {
    key: SigningKey,
    verifier: VerifierKey,
}

impl Signer {
    /// The key pair of a seed, which must be 32 bytes from a good source of randomness.
    ///
    /// # Errors
    /// [`KeyError::Name`].
    pub fn from_seed(name: &str, seed: [u8; SEED_BYTES]) -> Result<Signer, KeyError> {
        let key = SigningKey::from_bytes(&seed);
        let verifier = VerifierKey::from_sound_key(name, key.verifying_key())?;
        Ok(Signer { key, verifier })
    }

    /// Reads a signer key: `PRIVATE+KEY+name+id+base64(0x01 || seed)`.
    ///
    /// # Errors
    /// [`KeyError`]; its messages contain no part of the key.
    pub fn from_signer_key(text: &str) -> Result<Signer, KeyError> {
        let text = text.strip_prefix(SIGNER_KEY_PREFIX).ok_or(KeyError::SignerFormat)?;
        let malformed = KeyError::SignerFormat;
        let (name, found, kind, material) = split_key(text, malformed)?;
        let signer = Signer::from_seed(name, ed25519_material(kind, &material, malformed)?)?;
        check_id(found, signer.verifier.id)?;
        Ok(signer)
    }

    /// Writes the signer key for [`Signer::from_signer_key`]. It is the secret: keep it where only
    /// the signer can read it.
    pub fn to_signer_key(&self) -> String {
        let typed = [&[ED25519_TYPE], self.key.as_bytes().as_slice()].concat();
        let (name, id) = (&self.verifier.name, self.verifier.id);
        format!("{SIGNER_KEY_PREFIX}{name}+{id}+{}", STANDARD.encode(typed))
    }

    pub(crate) fn seed(&self) -> &[u8; SEED_BYTES] {
        self.key.as_bytes()
    }

    /// The public half, to give away.
    pub fn verifier_key(&self) -> &VerifierKey {
        &self.verifier
    }

    /// The key's name.
    pub fn name(&self) -> &str {
        &self.verifier.name
    }

    /// Signs bare bytes with Ed25519 (RFC 8032). For notes use [`sign`](crate::sign).
    pub fn sign_bytes(&self, message: &[u8]) -> [u8; SIGNATURE_BYTES] {
        self.key.sign(message).to_bytes()
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({}+{}, secret)", self.verifier.name, self.verifier.id)
    }
}

/// Whether signed-note allows the name: not empty, no Unicode space, no plus, no control character
/// below U+0020.
pub(crate) fn is_key_name(name: &str) -> bool {
    let allowed = |c: char| c >= ' ' && !c.is_whitespace() && c != '+';
    !name.is_empty() && name.chars().all(allowed)
}

pub(crate) fn check_name(name: &str) -> Result<(), KeyError> {
    let fits = is_key_name(name) && name.len() <= KEY_NAME_BYTES_MAX;
    if fits { Ok(()) } else { Err(KeyError::Name) }
}

pub(crate) fn check_id(found: KeyId, computed: KeyId) -> Result<(), KeyError> {
    if found == computed { Ok(()) } else { Err(KeyError::IdMismatch { found, computed }) }
}

/// Splits `name+id+base64(type || key)`. Base64 has pluses of its own.
pub(crate) fn split_key(
    text: &str,
    malformed: KeyError,
) -> Result<(&str, KeyId, u8, Vec<u8>), KeyError> {
    let read = || {
        let (name, rest) = text.split_once('+')?;
        let (id, key) = rest.split_once('+')?;
        let mut typed = STANDARD.decode(key).ok()?;
        let kind = *typed.first()?;
        typed.remove(0);
        Some((name, KeyId(from_hex(id)?), kind, typed))
    };
    read().ok_or(malformed)
}

fn ed25519_material(kind: u8, material: &[u8], malformed: KeyError) -> Result<[u8; 32], KeyError> {
    match kind {
        ED25519_TYPE => material.try_into().map_err(|_| malformed),
        found => Err(KeyError::Type { found }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The example key of the Go package's documentation.
    const NEUMANN: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    const NEUMANN_SECRET: &str =
        "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";

    #[test]
    fn known_keys_go_round() {
        let key: VerifierKey = NEUMANN.parse().unwrap();
        assert_eq!((key.name(), key.id()), ("PeterNeumann", KeyId([0xc7, 0x4f, 0x20, 0xa3])));
        assert_eq!(key.to_string(), NEUMANN);
        let signer = Signer::from_signer_key(NEUMANN_SECRET).unwrap();
        assert_eq!(signer.verifier_key(), &key);
        assert_eq!(signer.to_signer_key(), NEUMANN_SECRET);
    }

    #[test]
    fn debug_hides_the_secret() {
        let signer = Signer::from_signer_key(NEUMANN_SECRET).unwrap();
        assert_eq!(format!("{signer:?}"), "Signer(PeterNeumann+c74f20a3, secret)");
    }

    #[test]
    fn malformed_keys_are_refused() {
        let with_type = |byte: u8| {
            let typed = [&[byte], &[0; 32][..]].concat();
            format!("PeterNeumann+c74f20a3+{}", STANDARD.encode(typed))
        };
        for (text, error) in [
            ("", KeyError::VerifierFormat),
            ("PeterNeumann", KeyError::VerifierFormat),
            ("PeterNeumann+c74f20a3", KeyError::VerifierFormat),
            ("PeterNeumann+c74f20a3+", KeyError::VerifierFormat),
            ("PeterNeumann+c74f20a3+AQ==", KeyError::VerifierFormat),
            (&NEUMANN.replace("c74f", "C74F"), KeyError::VerifierFormat),
            (&NEUMANN.replace("c74f", "c74"), KeyError::VerifierFormat),
            (&format!("{NEUMANN}\n"), KeyError::VerifierFormat),
            (&with_type(0x04), KeyError::Type { found: 4 }),
            (&NEUMANN.replace("Peter", "Peter "), KeyError::Name),
            (&NEUMANN.replace("PeterNeumann", ""), KeyError::Name),
            (&NEUMANN.replace("PeterNeumann", "Peter\u{85}"), KeyError::Name),
            (&NEUMANN.replace("PeterNeumann", "Peter\u{1b}"), KeyError::Name),
            (&NEUMANN.replace("PeterNeumann", &"x".repeat(256)), KeyError::Name),
        ] {
            assert_eq!(text.parse::<VerifierKey>(), Err(error), "{text:?}");
        }
        let renamed = NEUMANN.replace("Peter", "Petra").parse::<VerifierKey>();
        assert!(matches!(renamed, Err(KeyError::IdMismatch { .. })));
        assert!(Signer::from_signer_key(NEUMANN).is_err());
        assert!(Signer::from_signer_key(&NEUMANN_SECRET.replace("c74f", "c74e")).is_err());
        assert!(Signer::from_signer_key(&NEUMANN_SECRET[..60]).is_err());
        assert!(Signer::from_seed("two words", [1; 32]).is_err());
    }

    /// All encodings of the points of small order, canonical or not (RFC 8032, section 5.1.3, and
    /// the list in "Taming the many EdDSAs", Chalkias, Garillot and Nikolaenko, 2020).
    const SMALL_ORDER: [&str; 14] = [
        "0100000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000080",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    ];

    #[test]
    fn keys_of_small_order_are_refused() {
        for hex in SMALL_ORDER {
            let public_key = from_hex(hex).unwrap();
            let refused = VerifierKey::from_public_key("weak", public_key);
            assert!(matches!(refused, Err(KeyError::Weak | KeyError::NotAPoint)), "{hex}");
        }
    }

    #[test]
    fn no_key_has_a_second_encoding() {
        // y and y + p, for p = 2^255 - 19, name the same point where both fit 255 bits.
        let mut points = 0;
        for low in 0xed..=0xff_u8 {
            for sign in [0x7f, 0xff] {
                let mut encoding = [0xff; 32];
                (encoding[0], encoding[31]) = (low, sign);
                points += usize::from(VerifyingKey::from_bytes(&encoding).is_ok());
                assert!(VerifierKey::from_public_key("second", encoding).is_err());
            }
        }
        assert!(points > 0, "the library reads them as points: it is we who refuse");
    }

    #[test]
    fn one_signature_for_every_text_is_refused() {
        // Identity as key and as R, zero as S: the equation holds whatever the message.
        let mut identity = [0; 32];
        identity[0] = 1;
        let refused = VerifierKey::from_public_key("weak", identity);
        assert_eq!(refused, Err(KeyError::Weak));
        // Even a key that slipped past the gate does not verify.
        let key = VerifyingKey::from_bytes(&identity).unwrap();
        let key = VerifierKey::from_sound_key("weak", key).unwrap();
        let signature = [identity, [0; 32]].concat();
        for message in ["cease fire\n", "attack\n"] {
            assert!(!key.verify_strict(message.as_bytes(), &signature));
        }
    }

    #[test]
    fn a_key_of_mixed_order_is_refused() {
        let sound = Signer::from_seed("sound", [3; 32]).unwrap();
        let torsion = VerifyingKey::from_bytes(&from_hex(SMALL_ORDER[10]).unwrap()).unwrap();
        let mixed = sound.key.verifying_key().to_edwards() + torsion.to_edwards();
        let refused = VerifierKey::from_public_key("mixed", mixed.compress().to_bytes());
        assert_eq!(refused, Err(KeyError::Weak));
    }

    #[test]
    fn a_signature_has_one_form() {
        let signer = Signer::from_seed("signer", [9; 32]).unwrap();
        let signature = signer.sign_bytes(b"text");
        let key = signer.verifier_key();
        assert!(key.verify_strict(b"text", &signature));
        assert!(!key.verify_strict(b"texu", &signature));
        assert!(!key.verify_strict(b"text", &signature[..63]));
        assert!(!key.verify_strict(b"text", &[&signature[..], &[0]].concat()));
        // S + L is the same number modulo the group's order L, and must not pass.
        let order: [u8; 32] =
            from_hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010").unwrap();
        let mut shifted = signature;
        let mut carry = 0;
        for (byte, add) in shifted[32..].iter_mut().zip(order) {
            carry += u16::from(*byte) + u16::from(add);
            *byte = carry as u8;
            carry >>= 8;
        }
        assert_ne!(shifted, signature);
        assert!(!key.verify_strict(b"text", &shifted));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn every_seed_gives_a_sound_key(seed: [u8; 32], message: Vec<u8>) {
            let signer = Signer::from_seed("example.com/s", seed).unwrap();
            let key = signer.verifier_key();
            let by_public_key = VerifierKey::from_public_key("example.com/s", key.public_key());
            prop_assert_eq!(&by_public_key.unwrap(), key);
            prop_assert_eq!(&key.to_string().parse::<VerifierKey>().unwrap(), key);
            let again = Signer::from_signer_key(&signer.to_signer_key()).unwrap();
            prop_assert!(key.verify_strict(&message, &again.sign_bytes(&message)));
        }

        #[test]
        fn any_text_is_read_or_refused(text in "([a-z ]{0,5}[+]?){0,3}[0-9a-f]{8}[+][A-Za-z0-9+/=]{40,48}") {
            if let Ok(key) = text.parse::<VerifierKey>() {
                prop_assert_eq!(key.to_string(), text);
            }
        }
    }
}
