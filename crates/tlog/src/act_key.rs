//! Keys with which acts are signed by several hands: a party's root keys, and those of the log and
//! of an office where they take part in an act.
//!
//! C2SP signed-note assigns ML-DSA to cosignatures of checkpoints only, so these signatures are of
//! type `0xff` with an identifier of our own (`spec/entry.md`). One line holds both signatures of
//! one key, Ed25519 and ML-DSA-44, and both must hold: who can forge one gains nothing by leaving
//! out the other. A key is named by its *fingerprint*, SHA3-256 of its two public keys, so that it
//! is short enough to be compared by eye and does not rest on SHA-256; the signature brings the
//! public keys along.
//!
//! ```
//! use servanda_tlog::ActSigner;
//!
//! let signer = ActSigner::from_seeds("northland.example/root-1", [7; 32], Some([8; 32]))?;
//! let signature = signer.sign(b"what is agreed\n")?;
//! let key: servanda_tlog::ActKey = signer.key().to_string().parse()?;
//! assert!(key.verify(b"what is agreed\n", signature.bytes()).is_some());
//! assert!(key.verify(b"something else\n", signature.bytes()).is_none());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ml_dsa::{B32, KeyExport as _, Keypair as _, MlDsa44, SigningKey};
use sha3::{Digest as _, Sha3_256};

use crate::cosigner::{
    Cosigner, CosignerKey, MLDSA44_PUBLIC_KEY_BYTES, NO_CONTEXT, verify_mldsa44,
};
use crate::hash::Hash;
use crate::key::{
    KeyError, KeyId, PUBLIC_KEY_BYTES, SEED_BYTES, SIGNATURE_BYTES, SIGNER_KEY_PREFIX, Signer,
    VerifierKey, check_id, check_name, split_key,
};
use crate::note::{Note, NoteError, Signature};

/// The signature type byte of what C2SP signed-note has not assigned.
const OWN_TYPE: u8 = 0xff;
/// Ends the identifier that follows the type byte.
const IDENTIFIER_END: u8 = b'\n';

/// SHA3-256 (FIPS 202).
#[must_use]
pub fn sha3_256(bytes: &[u8]) -> Hash {
    Hash(Sha3_256::digest(bytes).into())
}

/// What an act key signs with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ActKeyKind {
    /// Ed25519 alone: an office, or a log that has no other key.
    Ed25519,
    /// Ed25519 and ML-DSA-44, both of which must hold.
    Both,
}

impl ActKeyKind {
    fn identifier(self) -> &'static str {
        match self {
            ActKeyKind::Ed25519 => "servanda/act/ed25519/v1",
            ActKeyKind::Both => "servanda/act/ed25519-mldsa44/v1",
        }
    }

    /// What stands before a key in its written form: the type byte and the identifier.
    fn prefix(self) -> Vec<u8> {
        [&[OWN_TYPE], self.identifier().as_bytes(), &[IDENTIFIER_END]].concat()
    }

    fn of_written(material: &[u8]) -> Option<(ActKeyKind, &[u8])> {
        [ActKeyKind::Ed25519, ActKeyKind::Both].into_iter().find_map(|kind| {
            let rest = material.strip_prefix(kind.identifier().as_bytes())?;
            Some((kind, rest.strip_prefix(&[IDENTIFIER_END])?))
        })
    }
}

/// The public keys that made a signature. Two signatures that share one of them are of one hand.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hands {
    /// The Ed25519 key.
    pub ed25519: [u8; PUBLIC_KEY_BYTES],
    /// The ML-DSA-44 key, of a key that has one.
    pub mldsa44: Option<Vec<u8>>,
}

impl Hands {
    /// Whether the two have a key in common.
    #[must_use]
    pub fn share_a_key(&self, other: &Hands) -> bool {
        self.ed25519 == other.ed25519 || self.mldsa44.is_some() && self.mldsa44 == other.mldsa44
    }
}

/// The public name of an act key: its name and its fingerprint.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ActKey {
    name: String,
    kind: ActKeyKind,
    fingerprint: Hash,
    id: KeyId,
}

impl ActKey {
    fn new(name: &str, kind: ActKeyKind, fingerprint: Hash) -> Result<ActKey, KeyError> {
        check_name(name)?;
        let material = [&kind.prefix()[1..], fingerprint.as_bytes()].concat();
        let id = KeyId::of(name, OWN_TYPE, &material);
        Ok(ActKey { name: name.to_owned(), kind, fingerprint, id })
    }

    /// The act key of a log or an office whose public keys are known in full.
    ///
    /// # Errors
    /// [`KeyError::Type`] when the second is no ML-DSA-44 key.
    pub fn of(ed25519: &VerifierKey, mldsa44: Option<&CosignerKey>) -> Result<ActKey, KeyError> {
        let second = mldsa44.map(CosignerKey::public_key);
        if second.as_ref().is_some_and(|key| key.len() != MLDSA44_PUBLIC_KEY_BYTES) {
            return Err(KeyError::Type { found: 0x04 });
        }
        let (kind, fingerprint) = fingerprint(&ed25519.public_key(), second.as_deref());
        ActKey::new(ed25519.name(), kind, fingerprint)
    }

    /// Its name, as in signature lines.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its short identifier, as in signature lines.
    #[must_use]
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// What it signs with.
    #[must_use]
    pub fn kind(&self) -> ActKeyKind {
        self.kind
    }

    /// SHA3-256 of its public keys: two keys with the same are one, whatever their names.
    #[must_use]
    pub fn fingerprint(&self) -> Hash {
        self.fingerprint
    }

    /// Whose hands made this signature of the message; none when it is not this key's. Weak Ed25519
    /// keys are refused like those of notes.
    ///
    /// `signature` is what a signature line has after the key's identifier.
    #[must_use]
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Option<Hands> {
        let parts = self.take_apart(signature)?;
        let ed25519 = VerifierKey::from_public_key(&self.name, parts.hands.ed25519).ok()?;
        if !ed25519.verify_strict(message, parts.ed25519) {
            return None;
        }
        match (parts.mldsa44, &parts.hands.mldsa44) {
            (None, None) => Some(parts.hands),
            (Some(signed), Some(key)) => {
                let key = key.as_slice().try_into().ok()?;
                verify_mldsa44(key, message, signed).then_some(parts.hands)
            }
            _ => None,
        }
    }

    /// As [`ActKey::verify`], for who no longer relies on Ed25519: its signature is not looked at,
    /// and a key without ML-DSA-44 has signed nothing.
    #[must_use]
    pub fn verify_mldsa44_alone(&self, message: &[u8], signature: &[u8]) -> Option<Hands> {
        let parts = self.take_apart(signature)?;
        let key = parts.hands.mldsa44.as_ref()?.as_slice().try_into().ok()?;
        verify_mldsa44(key, message, parts.mldsa44?).then_some(parts.hands)
    }

    /// Whether the note has a signature line of this key that holds for the message.
    ///
    /// # Errors
    /// [`NoteError::BadSignature`] if a line under its name and identifier does not.
    pub fn find(&self, message: &[u8], note: &Note) -> Result<Option<Hands>, NoteError> {
        let mut found = None;
        for signature in note.signatures().iter().filter(|one| self.is_named_by(one)) {
            let bad = || NoteError::BadSignature { name: self.name.clone(), id: self.id };
            found = Some(self.verify(message, signature.bytes()).ok_or_else(bad)?);
        }
        Ok(found)
    }

    /// Whether a signature line says that it is of this key.
    #[must_use]
    pub fn is_named_by(&self, signature: &Signature) -> bool {
        (signature.name(), signature.id()) == (self.name(), self.id)
    }

    fn take_apart<'s>(&self, signature: &'s [u8]) -> Option<Parts<'s>> {
        let (ed25519_key, rest) = signature.split_first_chunk::<PUBLIC_KEY_BYTES>()?;
        let (ed25519, rest) = rest.split_at_checked(SIGNATURE_BYTES)?;
        let (mldsa44_key, mldsa44) = match self.kind {
            ActKeyKind::Ed25519 => (None, None),
            ActKeyKind::Both => {
                let (key, signed) = rest.split_at_checked(MLDSA44_PUBLIC_KEY_BYTES)?;
                (Some(key.to_vec()), Some(signed))
            }
        };
        if mldsa44.is_none() && !rest.is_empty() {
            return None;
        }
        let (_, found) = fingerprint(ed25519_key, mldsa44_key.as_deref());
        let hands = Hands { ed25519: *ed25519_key, mldsa44: mldsa44_key };
        (found == self.fingerprint).then_some(Parts { hands, ed25519, mldsa44 })
    }
}

/// Whether a signature of an act was made with this ML-DSA-44 key, by whatever other key beside it:
/// for who knows a log by that key and no longer relies on Ed25519.
#[must_use]
pub fn mldsa44_signed(key: &CosignerKey, message: &[u8], signature: &[u8]) -> bool {
    let public = key.public_key();
    let Ok(public) = <&[u8; MLDSA44_PUBLIC_KEY_BYTES]>::try_from(public.as_slice()) else {
        return false;
    };
    let rest = signature.get(PUBLIC_KEY_BYTES + SIGNATURE_BYTES..).unwrap_or_default();
    rest.strip_prefix(public.as_slice())
        .is_some_and(|signed| verify_mldsa44(public, message, signed))
}

/// Why the signatures of several hands count for nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HandsError {
    /// A line in the name of a key is not its own.
    #[error("the signature of {name} ({id}) does not fit what is signed")]
    Bad {
        /// The key's name.
        name: String,
        /// Its identifier.
        id: KeyId,
    },
    /// A key has signed twice.
    #[error("{name} ({id}) stands there twice")]
    Twice {
        /// The key's name.
        name: String,
        /// Its identifier.
        id: KeyId,
    },
    /// Two keys have a public key in common, so they are in one hand.
    #[error("{name} signs with a key that another signature has too")]
    Shared {
        /// The second key's name.
        name: String,
    },
}

/// The keys among the candidates that have signed a text. A bad signature in the name of one of
/// them refuses all, and so do two signatures of one hand under two names; what others have signed
/// is passed over.
///
/// # Errors
/// [`HandsError`].
pub fn hands_under(
    text: &str,
    signatures: &[Signature],
    candidates: &[ActKey],
) -> Result<BTreeSet<ActKey>, HandsError> {
    let mut signed = BTreeSet::new();
    let mut hands: Vec<Hands> = Vec::new();
    for signature in signatures {
        let Some(key) = candidates.iter().find(|key| key.is_named_by(signature)) else {
            continue;
        };
        let (name, id) = (key.name.clone(), key.id);
        let Some(by) = key.verify(text.as_bytes(), signature.bytes()) else {
            return Err(HandsError::Bad { name, id });
        };
        if !signed.insert(key.clone()) {
            return Err(HandsError::Twice { name, id });
        }
        if hands.iter().any(|other| other.share_a_key(&by)) {
            return Err(HandsError::Shared { name });
        }
        hands.push(by);
    }
    Ok(signed)
}

/// A signature line's bytes.
struct Parts<'s> {
    hands: Hands,
    ed25519: &'s [u8],
    mldsa44: Option<&'s [u8]>,
}

fn fingerprint(ed25519: &[u8; PUBLIC_KEY_BYTES], mldsa44: Option<&[u8]>) -> (ActKeyKind, Hash) {
    let kind = if mldsa44.is_some() { ActKeyKind::Both } else { ActKeyKind::Ed25519 };
    let keys = [ed25519, mldsa44.unwrap_or_default()].concat();
    (kind, sha3_256(&[&kind.prefix()[1..], &keys].concat()))
}

impl fmt::Display for ActKey {
    /// `name+id+base64(0xff || identifier || newline || fingerprint)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let typed = [&self.kind.prefix(), self.fingerprint.as_bytes().as_slice()].concat();
        write!(f, "{}+{}+{}", self.name, self.id, STANDARD.encode(typed))
    }
}

impl fmt::Debug for ActKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ActKey({}+{}, {:?})", self.name, self.id, self.kind)
    }
}

impl FromStr for ActKey {
    type Err = KeyError;

    /// Reads exactly what `Display` writes.
    fn from_str(text: &str) -> Result<ActKey, KeyError> {
        let malformed = KeyError::VerifierFormat;
        let (name, found, kind, material) = split_key(text, malformed)?;
        if kind != OWN_TYPE {
            return Err(KeyError::Type { found: kind });
        }
        let (kind, fingerprint) = ActKeyKind::of_written(&material).ok_or(malformed)?;
        let fingerprint = Hash(fingerprint.try_into().map_err(|_| malformed)?);
        let key = ActKey::new(name, kind, fingerprint)?;
        check_id(found, key.id)?;
        Ok(key)
    }
}

/// The secret half of an act key. It does not show its secret in `Debug` and wipes it when dropped.
pub struct ActSigner {
    ed25519: Signer,
    mldsa44: Option<Box<SigningKey<MlDsa44>>>,
    key: ActKey,
}

impl ActSigner {
    /// The key of one or two seeds, each 32 bytes from a good source of randomness.
    ///
    /// # Errors
    /// [`KeyError::Name`], [`KeyError::SameSeed`].
    pub fn from_seeds(
        name: &str,
        ed25519: [u8; SEED_BYTES],
        mldsa44: Option<[u8; SEED_BYTES]>,
    ) -> Result<ActSigner, KeyError> {
        if mldsa44 == Some(ed25519) {
            return Err(KeyError::SameSeed);
        }
        let ed25519 = Signer::from_seed(name, ed25519)?;
        let mldsa44 =
            mldsa44.map(|seed| Box::new(SigningKey::<MlDsa44>::from_seed(&B32::from(seed))));
        let second = mldsa44.as_ref().map(|pair| pair.verifying_key().to_bytes().to_vec());
        let public = ed25519.verifier_key().public_key();
        let (kind, fingerprint) = fingerprint(&public, second.as_deref());
        Ok(ActSigner { key: ActKey::new(name, kind, fingerprint)?, ed25519, mldsa44 })
    }

    /// The act key of a log or an office, from the keys that it has.
    ///
    /// # Errors
    /// [`KeyError::Type`] when the second is no ML-DSA-44 key.
    pub fn of(ed25519: &Signer, mldsa44: Option<&Cosigner>) -> Result<ActSigner, KeyError> {
        let second = match mldsa44 {
            None => None,
            Some(key) => Some(key.mldsa44_seed().ok_or(KeyError::Type { found: 0x04 })?),
        };
        ActSigner::from_seeds(ed25519.name(), *ed25519.seed(), second)
    }

    /// Reads a secret key: `PRIVATE+KEY+name+id+base64(0xff || identifier || newline || seeds)`.
    ///
    /// # Errors
    /// [`KeyError`]; its messages contain no part of the key.
    pub fn from_signer_key(text: &str) -> Result<ActSigner, KeyError> {
        let malformed = KeyError::SignerFormat;
        let text = text.strip_prefix(SIGNER_KEY_PREFIX).ok_or(malformed)?;
        let (name, found, kind, material) = split_key(text, malformed)?;
        if kind != OWN_TYPE {
            return Err(KeyError::Type { found: kind });
        }
        let (kind, seeds) = ActKeyKind::of_written(&material).ok_or(malformed)?;
        let (ed25519, rest) = seeds.split_first_chunk::<SEED_BYTES>().ok_or(malformed)?;
        let mldsa44 = match (kind, rest.len()) {
            (ActKeyKind::Ed25519, 0) => None,
            (ActKeyKind::Both, _) => Some(rest.try_into().map_err(|_| malformed)?),
            _ => return Err(malformed),
        };
        let signer = ActSigner::from_seeds(name, *ed25519, mldsa44)?;
        check_id(found, signer.key.id)?;
        Ok(signer)
    }

    /// Writes the secret key for [`ActSigner::from_signer_key`].
    #[must_use]
    pub fn to_signer_key(&self) -> String {
        let second = self.mldsa44.as_ref().map(|pair| pair.as_seed().to_vec());
        let seeds = [self.ed25519.seed().to_vec(), second.unwrap_or_default()].concat();
        let typed = [self.key.kind.prefix(), seeds].concat();
        let (name, id) = (&self.key.name, self.key.id);
        format!("{SIGNER_KEY_PREFIX}{name}+{id}+{}", STANDARD.encode(typed))
    }

    /// The public half, to give away.
    #[must_use]
    pub fn key(&self) -> &ActKey {
        &self.key
    }

    /// Signs a message: the public keys and the signatures, as one signature line.
    ///
    /// # Errors
    /// None for a key that could be made.
    pub fn sign(&self, message: &[u8]) -> Result<Signature, NoteError> {
        let mut bytes = self.ed25519.verifier_key().public_key().to_vec();
        bytes.extend(self.ed25519.sign_bytes(message));
        if let Some(pair) = &self.mldsa44 {
            // The form that draws no randomness: one text has one signature.
            let signed = pair.expanded_key().sign_deterministic(message, NO_CONTEXT);
            bytes.extend(pair.verifying_key().to_bytes());
            bytes.extend(signed.map_err(|_| NoteError::Signature)?.encode());
        }
        Signature::new(&self.key.name, self.key.id, &bytes)
    }
}

impl fmt::Debug for ActSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ActSigner({}+{}, secret)", self.key.name, self.key.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signer() -> ActSigner {
        ActSigner::from_seeds("northland.example/root-1", [7; 32], Some([8; 32])).unwrap()
    }

    #[test]
    fn keys_and_secrets_go_round() {
        for signer in [signer(), ActSigner::from_seeds("a", [1; 32], None).unwrap()] {
            let key: ActKey = signer.key().to_string().parse().unwrap();
            assert_eq!(&key, signer.key());
            let again = ActSigner::from_signer_key(&signer.to_signer_key()).unwrap();
            assert_eq!(again.key(), signer.key());
            assert!(!format!("{again:?}").contains(&again.to_signer_key()[30..]));
            let renamed = signer.key().to_string().replacen(key.name(), "b", 1);
            assert!(matches!(renamed.parse::<ActKey>(), Err(KeyError::IdMismatch { .. })));
        }
        assert!(signer().key().to_string().len() < 200);
        assert_eq!(
            ActSigner::from_seeds("a", [1; 32], Some([1; 32])).unwrap_err(),
            KeyError::SameSeed
        );
        let note = Signer::from_seed("a", [1; 32]).unwrap();
        let foreign = note.verifier_key().to_string().parse::<ActKey>();
        assert_eq!(foreign, Err(KeyError::Type { found: 1 }));
    }

    #[test]
    fn both_halves_must_hold() {
        let (signer, text) = (signer(), b"what is agreed\n");
        let signature = signer.sign(text).unwrap().bytes().to_vec();
        let key = signer.key();
        assert!(key.verify(text, &signature).is_some());
        assert!(key.verify(b"another\n", &signature).is_none());
        // A bit in each public key and in each signature.
        for at in [3, 40, 200, 2_000] {
            let mut bad = signature.clone();
            bad[at] ^= 1;
            assert_eq!(key.verify(text, &bad), None, "{at}");
            let alone = key.verify_mldsa44_alone(text, &bad);
            assert_eq!(alone.is_some(), at == 40, "{at}");
        }
        for length in [0, 31, 95, 96, signature.len() - 1] {
            assert_eq!(key.verify(text, &signature[..length]), None);
        }
        assert_eq!(key.verify(text, &[signature, vec![0]].concat()), None);
        let single = ActSigner::from_seeds("a", [1; 32], None).unwrap();
        let signature = single.sign(text).unwrap().bytes().to_vec();
        assert!(single.key().verify(text, &signature).is_some());
        assert_eq!(single.key().verify(text, &[signature.clone(), vec![0]].concat()), None);
        assert_eq!(single.key().verify_mldsa44_alone(text, &signature), None);
    }

    #[test]
    fn a_weak_key_signs_nothing() {
        // The identity verifies, with R the identity and S zero, every text where rules are loose.
        let mut weak = [0; 32];
        weak[0] = 1;
        let (kind, print) = fingerprint(&weak, None);
        let key = ActKey::new("weak.example", kind, print).unwrap();
        let forged = [weak.to_vec(), weak.to_vec(), vec![0; 32]].concat();
        assert_eq!(key.verify(b"attack\n", &forged), None);
    }

    #[test]
    fn the_log_s_own_keys_make_an_act_key() {
        use crate::cosigner::CosignerKind;
        let log = Signer::from_seed("example.org/truce", [1; 32]).unwrap();
        let second = Cosigner::from_seed("example.org/truce", CosignerKind::MlDsa44, [2; 32]);
        let second = second.unwrap();
        let signer = ActSigner::of(&log, Some(&second)).unwrap();
        assert_eq!(ActKey::of(log.verifier_key(), Some(second.key())).as_ref(), Ok(signer.key()));
        assert_ne!(ActKey::of(log.verifier_key(), None).as_ref(), Ok(signer.key()));
        let witness = Cosigner::from_seed("w", CosignerKind::Ed25519, [3; 32]).unwrap();
        assert!(ActSigner::of(&log, Some(&witness)).is_err());
        assert!(ActKey::of(log.verifier_key(), Some(witness.key())).is_err());
        // One hand under two names is one hand.
        let text = b"text\n";
        let one = signer.key().verify(text, signer.sign(text).unwrap().bytes()).unwrap();
        let other = ActSigner::from_seeds("other", [1; 32], Some([9; 32])).unwrap();
        let other = other.key().verify(text, other.sign(text).unwrap().bytes()).unwrap();
        assert!(one.share_a_key(&other));
    }
}
