//! Cosigners: keys that state of a checkpoint that they saw it, and that it continues what they
//! saw before (C2SP tlog-cosignature). Ed25519, signature type 0x04, and ML-DSA-44, type 0x06.
//!
//! A log signs its own checkpoints with ML-DSA-44 in the same way, as C2SP tlog-checkpoint
//! recommends: see [`LogKeys`].
//!
//! ```
//! use servanda_tlog::{Checkpoint, Cosigner, CosignerKind, Tree, leaf_hash};
//!
//! let mut tree = Tree::new();
//! tree.push(leaf_hash(b"first entry"));
//! let checkpoint = Checkpoint::new("example.com/record", tree.size(), tree.root())?;
//!
//! let witness = Cosigner::from_seed("example.com/witness", CosignerKind::MlDsa44, [7; 32])?;
//! let signature = witness.cosign(&checkpoint, 1_775_000_000)?;
//! assert_eq!(witness.key().verify(&checkpoint, signature.bytes()), Some(1_775_000_000));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ml_dsa::{B32, KeyExport as _, Keypair as _, MlDsa44, SigningKey, VerifyingKey};

use crate::checkpoint::{Checkpoint, CheckpointError};
use crate::key::{
    KeyError, KeyId, SEED_BYTES, SIGNER_KEY_PREFIX, Signer, VerifierKey, check_id, check_name,
    split_key,
};
use crate::note::{Note, NoteError, Signature};

/// Length of an ML-DSA-44 public key in bytes (FIPS 204).
pub const MLDSA44_PUBLIC_KEY_BYTES: usize = 1_312;
/// Length of an ML-DSA-44 signature in bytes (FIPS 204).
pub const MLDSA44_SIGNATURE_BYTES: usize = 2_420;
/// Latest time that a cosignature can state, in seconds since 1970 (C2SP tlog-cosignature).
pub const COSIGNED_AT_MAX: u64 = i64::MAX as u64;

/// Bytes of the time before each signature.
const TIME_BYTES: usize = 8;
/// Begins what an Ed25519 cosigner signs.
const ED25519_HEADER: &str = "cosignature/v1";
/// Begins what an ML-DSA-44 cosigner signs.
const MLDSA44_LABEL: &[u8; 12] = b"subtree/v1\n\0";
/// ML-DSA signs for a context; these signatures have none.
pub(crate) const NO_CONTEXT: &[u8] = b"";

/// How a cosigner signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CosignerKind {
    /// Ed25519, verified strictly. It does not bind the cosigner's name.
    Ed25519,
    /// ML-DSA-44 (FIPS 204), which quantum computers are not known to break.
    MlDsa44,
}

impl CosignerKind {
    /// The signature type byte (C2SP signed-note).
    fn type_byte(self) -> u8 {
        match self {
            CosignerKind::Ed25519 => 0x04,
            CosignerKind::MlDsa44 => 0x06,
        }
    }

    fn of_type_byte(found: u8) -> Result<CosignerKind, KeyError> {
        match found {
            0x04 => Ok(CosignerKind::Ed25519),
            0x06 => Ok(CosignerKind::MlDsa44),
            found => Err(KeyError::Type { found }),
        }
    }
}

/// The public key of a cosigner, with its name.
#[derive(Clone, PartialEq, Eq)]
pub struct CosignerKey {
    name: String,
    id: KeyId,
    public: Public,
}

#[derive(Clone, PartialEq, Eq)]
enum Public {
    Ed25519(Box<VerifierKey>),
    MlDsa44(Box<[u8; MLDSA44_PUBLIC_KEY_BYTES]>),
}

impl CosignerKey {
    /// A key from its bytes: 32 for Ed25519, 1,312 for ML-DSA-44.
    ///
    /// # Errors
    /// [`KeyError`]; see [`VerifierKey::from_public_key`] for which Ed25519 keys are refused.
    pub fn from_public_key(
        name: &str,
        kind: CosignerKind,
        public_key: &[u8],
    ) -> Result<CosignerKey, KeyError> {
        let malformed = |_| KeyError::VerifierFormat;
        check_name(name)?;
        let public = match kind {
            CosignerKind::Ed25519 => {
                let bytes = public_key.try_into().map_err(malformed)?;
                Public::Ed25519(Box::new(VerifierKey::from_public_key(name, bytes)?))
            }
            CosignerKind::MlDsa44 => {
                Public::MlDsa44(Box::new(public_key.try_into().map_err(malformed)?))
            }
        };
        let id = KeyId::of(name, kind.type_byte(), public_key);
        Ok(CosignerKey { name: name.to_owned(), id, public })
    }

    /// The key's name, as in signature lines.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The key's identifier, as in signature lines.
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// How it signs.
    pub fn kind(&self) -> CosignerKind {
        match self.public {
            Public::Ed25519(_) => CosignerKind::Ed25519,
            Public::MlDsa44(_) => CosignerKind::MlDsa44,
        }
    }

    /// The bytes of the key: two keys with the same are one key, whatever their names.
    pub fn public_key(&self) -> Vec<u8> {
        match &self.public {
            Public::Ed25519(key) => key.public_key().to_vec(),
            Public::MlDsa44(key) => key.to_vec(),
        }
    }

    /// The time that this cosignature of the checkpoint states, in seconds since 1970; none when
    /// this key has not made it. An ML-DSA-44 cosignature may state no time: it is then 0.
    ///
    /// `signature` is the time in 8 bytes and the signature proper, as in a signature line after
    /// the key's identifier.
    pub fn verify(&self, checkpoint: &Checkpoint, signature: &[u8]) -> Option<u64> {
        let (time, signature) = signature.split_first_chunk::<TIME_BYTES>()?;
        let time = u64::from_be_bytes(*time);
        if time > COSIGNED_AT_MAX {
            return None;
        }
        let message = cosigned_message(self.kind(), &self.name, checkpoint, time)?;
        let is_signed = match &self.public {
            Public::Ed25519(key) => key.verify_strict(&message, signature),
            Public::MlDsa44(key) => verify_mldsa44(key, &message, signature),
        };
        is_signed.then_some(time)
    }

    /// Whether the note has a cosignature of this key, and the time that it states.
    ///
    /// # Errors
    /// [`NoteError::BadSignature`] if a signature under the key's name and identifier is not its
    /// own, even beside a good one.
    pub fn find(&self, checkpoint: &Checkpoint, note: &Note) -> Result<Option<u64>, NoteError> {
        let mut found = None;
        for signature in note.signatures() {
            if (signature.name(), signature.id()) != (self.name(), self.id) {
                continue;
            }
            match self.verify(checkpoint, signature.bytes()) {
                Some(time) => found = found.max(Some(time)),
                None => {
                    let (name, id) = (self.name.clone(), self.id);
                    return Err(NoteError::BadSignature { name, id });
                }
            }
        }
        Ok(found)
    }
}

impl fmt::Display for CosignerKey {
    /// `name+id+base64(type || public key)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let typed = [vec![self.kind().type_byte()], self.public_key()].concat();
        write!(f, "{}+{}+{}", self.name, self.id, STANDARD.encode(typed))
    }
}

impl fmt::Debug for CosignerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CosignerKey({}+{}, {:?})", self.name, self.id, self.kind())
    }
}

impl FromStr for CosignerKey {
    type Err = KeyError;

    /// Reads exactly what `Display` writes.
    fn from_str(text: &str) -> Result<CosignerKey, KeyError> {
        let (name, found, kind, material) = split_key(text, KeyError::VerifierFormat)?;
        let kind = CosignerKind::of_type_byte(kind)?;
        let key = CosignerKey::from_public_key(name, kind, &material)?;
        check_id(found, key.id)?;
        Ok(key)
    }
}

/// The secret key of a cosigner, or a log's ML-DSA-44 key. It does not show its secret in `Debug`
/// and wipes it when dropped.
pub struct Cosigner {
    secret: Secret,
    key: CosignerKey,
}

enum Secret {
    Ed25519(Box<Signer>),
    MlDsa44(Box<SigningKey<MlDsa44>>),
}

impl Cosigner {
    /// The key pair of a seed, which must be 32 bytes from a good source of randomness. One seed
    /// must serve one name and one kind of key only.
    ///
    /// # Errors
    /// [`KeyError::Name`].
    pub fn from_seed(
        name: &str,
        kind: CosignerKind,
        seed: [u8; SEED_BYTES],
    ) -> Result<Cosigner, KeyError> {
        let (secret, public_key) = match kind {
            CosignerKind::Ed25519 => {
                let signer = Signer::from_seed(name, seed)?;
                let public_key = signer.verifier_key().public_key().to_vec();
                (Secret::Ed25519(Box::new(signer)), public_key)
            }
            CosignerKind::MlDsa44 => {
                let pair = SigningKey::<MlDsa44>::from_seed(&B32::from(seed));
                let public_key = pair.verifying_key().to_bytes().to_vec();
                (Secret::MlDsa44(Box::new(pair)), public_key)
            }
        };
        let key = CosignerKey::from_public_key(name, kind, &public_key)?;
        Ok(Cosigner { secret, key })
    }

    /// Reads a secret key: `PRIVATE+KEY+name+id+base64(type || seed)`.
    ///
    /// # Errors
    /// [`KeyError`]; its messages contain no part of the key.
    pub fn from_signer_key(text: &str) -> Result<Cosigner, KeyError> {
        let malformed = KeyError::SignerFormat;
        let text = text.strip_prefix(SIGNER_KEY_PREFIX).ok_or(malformed)?;
        let (name, found, kind, material) = split_key(text, malformed)?;
        let kind = CosignerKind::of_type_byte(kind)?;
        let seed = material.as_slice().try_into().map_err(|_| malformed)?;
        let cosigner = Cosigner::from_seed(name, kind, seed)?;
        check_id(found, cosigner.key.id)?;
        Ok(cosigner)
    }

    /// Writes the secret key for [`Cosigner::from_signer_key`]. Keep it where only the signer can
    /// read it.
    pub fn to_signer_key(&self) -> String {
        let seed = match &self.secret {
            Secret::Ed25519(signer) => signer.seed().to_vec(),
            Secret::MlDsa44(pair) => pair.as_seed().to_vec(),
        };
        let typed = [vec![self.key.kind().type_byte()], seed].concat();
        let (name, id) = (&self.key.name, self.key.id);
        format!("{SIGNER_KEY_PREFIX}{name}+{id}+{}", STANDARD.encode(typed))
    }

    /// The public half, to give away.
    pub fn key(&self) -> &CosignerKey {
        &self.key
    }

    /// The secret, of an ML-DSA-44 key.
    pub(crate) fn mldsa44_seed(&self) -> Option<[u8; SEED_BYTES]> {
        match &self.secret {
            Secret::Ed25519(_) => None,
            Secret::MlDsa44(pair) => pair.as_seed().as_slice().try_into().ok(),
        }
    }

    /// Cosigns a checkpoint, with a time in seconds since 1970. A cosigner that signs has seen to
    /// it that the checkpoint continues all that it has signed before; one that states a time,
    /// that it is the largest that it has seen.
    ///
    /// # Errors
    /// [`CheckpointError::CosignedAt`] when the time or the name of the log can't be signed.
    pub fn cosign(&self, checkpoint: &Checkpoint, time: u64) -> Result<Signature, CheckpointError> {
        let message = (time <= COSIGNED_AT_MAX)
            .then(|| cosigned_message(self.key.kind(), &self.key.name, checkpoint, time))
            .flatten()
            .ok_or(CheckpointError::CosignedAt)?;
        let signature = match &self.secret {
            Secret::Ed25519(signer) => signer.sign_bytes(&message).to_vec(),
            Secret::MlDsa44(pair) => {
                // The form that draws no randomness: one text has one signature.
                let signed = pair.expanded_key().sign_deterministic(&message, NO_CONTEXT);
                signed.map_err(|_| CheckpointError::CosignedAt)?.encode().to_vec()
            }
        };
        let timed = [time.to_be_bytes().to_vec(), signature].concat();
        Ok(Signature::new(&self.key.name, self.key.id, &timed)?)
    }
}

impl fmt::Debug for Cosigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cosigner({}+{}, secret)", self.key.name, self.key.id)
    }
}

/// The keys that a log's checkpoints must be signed with: Ed25519, and ML-DSA-44 for a log that
/// has one. Both carry the log's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogKeys {
    ed25519: VerifierKey,
    mldsa44: Option<CosignerKey>,
}

impl LogKeys {
    /// The keys of one log.
    ///
    /// # Errors
    /// [`KeyError::Name`] when the two are named differently, [`KeyError::Type`] when the second is
    /// no ML-DSA-44 key.
    pub fn new(ed25519: VerifierKey, mldsa44: Option<CosignerKey>) -> Result<LogKeys, KeyError> {
        if let Some(key) = &mldsa44 {
            if key.kind() != CosignerKind::MlDsa44 {
                return Err(KeyError::Type { found: key.kind().type_byte() });
            }
            if key.name() != ed25519.name() {
                return Err(KeyError::Name);
            }
        }
        Ok(LogKeys { ed25519, mldsa44 })
    }

    /// The Ed25519 key.
    pub fn ed25519(&self) -> &VerifierKey {
        &self.ed25519
    }

    /// The ML-DSA-44 key, of a log that has one.
    pub fn mldsa44(&self) -> Option<&CosignerKey> {
        self.mldsa44.as_ref()
    }

    /// Whether a verifier key, as it is written, is one of the log's.
    pub fn contains(&self, written: &str) -> bool {
        let mldsa44 = self.mldsa44.as_ref().map(ToString::to_string);
        self.ed25519.to_string() == written || mldsa44.as_deref() == Some(written)
    }

    /// Reads the checkpoint of the log `origin`, which *each* of the log's keys must have signed:
    /// who can forge one of the two signatures gains nothing by leaving out the other.
    ///
    /// # Errors
    /// [`CheckpointError`].
    pub fn open(&self, bytes: &[u8], origin: &str) -> Result<(Checkpoint, Note), CheckpointError> {
        let (checkpoint, note) = Checkpoint::open(bytes, origin, &self.ed25519)?;
        if let Some(key) = &self.mldsa44
            && key.find(&checkpoint, &note)?.is_none()
        {
            let (name, id) = (key.name().to_owned(), key.id());
            return Err(CheckpointError::NotSigned { name, id });
        }
        Ok((checkpoint, note))
    }
}

impl From<VerifierKey> for LogKeys {
    fn from(ed25519: VerifierKey) -> LogKeys {
        LogKeys { ed25519, mldsa44: None }
    }
}

/// What a cosigner signs; none when a name has no place in it.
fn cosigned_message(
    kind: CosignerKind,
    cosigner: &str,
    checkpoint: &Checkpoint,
    time: u64,
) -> Option<Vec<u8>> {
    match kind {
        CosignerKind::Ed25519 => {
            Some(format!("{ED25519_HEADER}\ntime {time}\n{checkpoint}").into_bytes())
        }
        CosignerKind::MlDsa44 => {
            let mut message = MLDSA44_LABEL.to_vec();
            push_named(&mut message, cosigner)?;
            message.extend(time.to_be_bytes());
            push_named(&mut message, checkpoint.origin())?;
            // A checkpoint is the subtree from the first leaf on.
            message.extend(0_u64.to_be_bytes());
            message.extend(checkpoint.size().to_be_bytes());
            message.extend(checkpoint.root().as_bytes());
            Some(message)
        }
    }
}

/// Adds a text of 1 to 255 bytes after its length.
fn push_named(message: &mut Vec<u8>, name: &str) -> Option<()> {
    let length = u8::try_from(name.len()).ok().filter(|length| *length > 0)?;
    message.push(length);
    message.extend(name.as_bytes());
    Some(())
}

pub(crate) fn verify_mldsa44(
    key: &[u8; MLDSA44_PUBLIC_KEY_BYTES],
    message: &[u8],
    signature: &[u8],
) -> bool {
    let key = VerifyingKey::<MlDsa44>::decode(&(*key).into());
    ml_dsa::Signature::<MlDsa44>::try_from(signature)
        .is_ok_and(|signature| key.verify_with_context(message, NO_CONTEXT, &signature))
}

#[cfg(test)]
mod tests;
