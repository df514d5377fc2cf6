//! Signed notes: a text and the signatures below it (C2SP signed-note).
//!
//! ```
//! use servanda_tlog::{ENTRY_BYTES_MAX, Signer, open, sign};
//!
//! let signer = Signer::from_seed("example.com/observer", [7; 32])?;
//! let bytes = sign("The bridge is open.\n", &[&signer])?;
//!
//! let keys = [signer.verifier_key().clone()];
//! let opened = open(&bytes, &keys, ENTRY_BYTES_MAX)?;
//! assert_eq!(opened.note.text(), "The bridge is open.\n");
//! assert_eq!(opened.signers[0].name(), "example.com/observer");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use thiserror::Error;

use crate::key::{KeyId, Signer, VerifierKey, is_key_name};

/// Most signatures in a note: as many as the specification demands that a verifier accepts.
pub const SIGNATURES_MAX: usize = 16;

/// Begins a signature line: an em dash and a space.
const SIGNATURE_PREFIX: &str = "— ";

/// Why a note was refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum NoteError {
    /// The note is longer than the caller allows.
    #[error("the note has {length} bytes, over the limit of {max}; shorten it")]
    TooLong {
        /// Length of the note in bytes.
        length: usize,
        /// The limit in bytes.
        max: usize,
    },
    /// The bytes are not UTF-8.
    #[error("the note is not UTF-8 from byte {at} on; write it as UTF-8")]
    NotUtf8 {
        /// First byte that does not fit, counted from 0.
        at: usize,
    },
    /// A control character other than a newline.
    #[error("the note has the control character {byte:#04x} at byte {at}; take it out")]
    ControlCharacter {
        /// Where it stands, counted in bytes from 0.
        at: usize,
        /// The byte found.
        byte: u8,
    },
    /// The text does not end with a newline.
    #[error("the text of a note must end with a newline; add one")]
    TextEnd,
    /// There is no blank line, or no signature line after the last one.
    #[error("the note has no signature lines after a last blank line; sign it")]
    Unsigned,
    /// A line after the last blank line is not a signature.
    #[error(
        "signature line {line} is not an em dash, a space, a key name, a space and the \
         base64 of key id and signature; take the line from the signer again"
    )]
    SignatureLine {
        /// Which signature line, counted from 1.
        line: usize,
    },
    /// The name or the bytes cannot stand in a signature line.
    #[error("a signature needs a key name without space or plus, and at least one byte")]
    Signature,
    /// More signatures than [`SIGNATURES_MAX`].
    #[error("a note has at most {SIGNATURES_MAX} signatures; take some out")]
    TooManySignatures,
    /// None of the given keys has signed.
    #[error("none of the known keys has signed the note; do not rely on it")]
    NoKnownSignature,
    /// A given key is named, but has not made this signature.
    #[error("the signature of {name:?} ({id}) does not fit the text; do not rely on the note")]
    BadSignature {
        /// Name of the key.
        name: String,
        /// Identifier of the key.
        id: KeyId,
    },
    /// Two different keys have the same name and identifier, so it is open which one is meant.
    #[error("two known keys are both named {name:?} with the id {id}; remove the wrong one")]
    AmbiguousKey {
        /// Name of both keys.
        name: String,
        /// Identifier of both keys.
        id: KeyId,
    },
}

/// One signature line. It says who is meant to have signed; only opening the note checks it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    name: String,
    id: KeyId,
    bytes: Vec<u8>,
}

impl Signature {
    /// A signature of any algorithm.
    ///
    /// # Errors
    /// [`NoteError::Signature`] if the name or the bytes cannot stand in a signature line.
    pub fn new(name: &str, id: KeyId, bytes: &[u8]) -> Result<Signature, NoteError> {
        if !is_key_name(name) || bytes.is_empty() {
            return Err(NoteError::Signature);
        }
        Ok(Signature { name: name.to_owned(), id, bytes: bytes.to_vec() })
    }

    /// Name of the key.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Identifier of the key.
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// The signature itself, without the identifier.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Reads a signature line, without its end: exactly what `Display` writes.
    #[must_use]
    pub fn parse(line: &str) -> Option<Signature> {
        let (name, base64) = line.strip_prefix(SIGNATURE_PREFIX)?.split_once(' ')?;
        let decoded = STANDARD.decode(base64).ok()?;
        let (id, bytes) = decoded.split_first_chunk::<4>()?;
        Signature::new(name, KeyId(*id), bytes).ok()
    }
}

impl fmt::Display for Signature {
    /// The signature line, without its end.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decoded = [&self.id.0, self.bytes.as_slice()].concat();
        write!(f, "{SIGNATURE_PREFIX}{} {}", self.name, STANDARD.encode(decoded))
    }
}

/// A note as it was read or is being signed. Its text must not be relied on before
/// [`Note::verify`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<Signature>,
}

impl Note {
    /// A note that nobody has signed yet.
    ///
    /// # Errors
    /// [`NoteError::TextEnd`] or [`NoteError::ControlCharacter`].
    pub fn new(text: &str) -> Result<Note, NoteError> {
        if !text.ends_with('\n') {
            return Err(NoteError::TextEnd);
        }
        check_control_characters(text)?;
        Ok(Note { text: text.to_owned(), signatures: Vec::new() })
    }

    /// Reads a note of at most `max_bytes`, without checking any signature. Whatever is accepted
    /// is given back byte for byte by [`Note::to_bytes`].
    ///
    /// # Errors
    /// [`NoteError`], one of those about the form.
    pub fn parse(bytes: &[u8], max_bytes: usize) -> Result<Note, NoteError> {
        if bytes.len() > max_bytes {
            return Err(NoteError::TooLong { length: bytes.len(), max: max_bytes });
        }
        let whole = str::from_utf8(bytes)
            .map_err(|error| NoteError::NotUtf8 { at: error.valid_up_to() })?;
        // The text may have blank lines: the last one ends it.
        let blank = whole.rfind("\n\n").ok_or(NoteError::Unsigned)?;
        let (text, rest) = whole.split_at(blank + 1);
        let lines = rest[1..].strip_suffix('\n').ok_or(NoteError::Unsigned)?;
        let mut note = Note::new(text)?;
        for (place, line) in lines.split('\n').enumerate() {
            if place == SIGNATURES_MAX {
                return Err(NoteError::TooManySignatures);
            }
            let malformed = NoteError::SignatureLine { line: place + 1 };
            note.signatures.push(Signature::parse(line).ok_or(malformed)?);
        }
        Ok(note)
    }

    /// The text, with its final newline: what is signed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The signatures in their order, known or not.
    pub fn signatures(&self) -> &[Signature] {
        &self.signatures
    }

    /// Signs the text. An earlier signature under the same name and identifier is replaced.
    ///
    /// # Errors
    /// [`NoteError::TooManySignatures`].
    pub fn sign(&mut self, signer: &Signer) -> Result<(), NoteError> {
        let key = signer.verifier_key();
        self.add_signature(Signature {
            name: key.name().to_owned(),
            id: key.id(),
            bytes: signer.sign_bytes(self.text.as_bytes()).to_vec(),
        })
    }

    /// Adds a signature made elsewhere, unchecked. An earlier one under the same name and
    /// identifier is replaced.
    ///
    /// # Errors
    /// [`NoteError::TooManySignatures`].
    pub fn add_signature(&mut self, signature: Signature) -> Result<(), NoteError> {
        self.signatures.retain(|old| (&old.name, old.id) != (&signature.name, signature.id));
        if self.signatures.len() >= SIGNATURES_MAX {
            return Err(NoteError::TooManySignatures);
        }
        self.signatures.push(signature);
        Ok(())
    }

    /// Checks the signatures and gives the keys that have signed, each once, in the order of the
    /// note.
    ///
    /// Signatures of other keys say nothing and are passed over. One bad signature under the name
    /// and identifier of a given key refuses the whole note, even beside a good one of that key.
    ///
    /// # Errors
    /// [`NoteError::BadSignature`], [`NoteError::NoKnownSignature`] or [`NoteError::AmbiguousKey`].
    pub fn verify<'k>(&self, keys: &'k [VerifierKey]) -> Result<Vec<&'k VerifierKey>, NoteError> {
        let mut signers = Vec::new();
        for signature in &self.signatures {
            let Some(key) = find_key(keys, signature)? else {
                continue;
            };
            if !key.verify_strict(self.text.as_bytes(), &signature.bytes) {
                return Err(NoteError::BadSignature {
                    name: signature.name.clone(),
                    id: signature.id,
                });
            }
            if !signers.contains(&key) {
                signers.push(key);
            }
        }
        if signers.is_empty() {
            return Err(NoteError::NoKnownSignature);
        }
        Ok(signers)
    }

    /// The bytes of the note, as they are stored and sent.
    ///
    /// # Errors
    /// [`NoteError::Unsigned`] if nobody has signed.
    pub fn to_bytes(&self) -> Result<Vec<u8>, NoteError> {
        if self.signatures.is_empty() {
            return Err(NoteError::Unsigned);
        }
        let mut note = format!("{}\n", self.text);
        for signature in &self.signatures {
            note.push_str(&format!("{signature}\n"));
        }
        Ok(note.into_bytes())
    }
}

/// A note that at least one given key has signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenedNote<'k> {
    /// The note.
    pub note: Note,
    /// The given keys that have signed it, each once, at least one.
    pub signers: Vec<&'k VerifierKey>,
}

/// Reads a note of at most `max_bytes` and checks its signatures against the keys one trusts.
///
/// # Errors
/// [`NoteError`]; see [`Note::verify`] for what makes a note trusted.
pub fn open<'k>(
    bytes: &[u8],
    keys: &'k [VerifierKey],
    max_bytes: usize,
) -> Result<OpenedNote<'k>, NoteError> {
    let note = Note::parse(bytes, max_bytes)?;
    let signers = note.verify(keys)?;
    Ok(OpenedNote { note, signers })
}

/// Writes a note with this text, signed by these signers in this order.
///
/// # Errors
/// [`NoteError`] if the text does not end with a newline or has a control character, or if there
/// are no signers or too many.
pub fn sign(text: &str, signers: &[&Signer]) -> Result<Vec<u8>, NoteError> {
    let mut note = Note::new(text)?;
    for signer in signers {
        note.sign(signer)?;
    }
    note.to_bytes()
}

fn check_control_characters(text: &str) -> Result<(), NoteError> {
    let mut bytes = text.bytes().enumerate();
    match bytes.find(|(_, byte)| *byte < b' ' && *byte != b'\n') {
        Some((at, byte)) => Err(NoteError::ControlCharacter { at, byte }),
        None => Ok(()),
    }
}

/// The given key that the signature names, if any.
fn find_key<'k>(
    keys: &'k [VerifierKey],
    signature: &Signature,
) -> Result<Option<&'k VerifierKey>, NoteError> {
    let named = |key: &&VerifierKey| key.name() == signature.name && key.id() == signature.id;
    let mut matching = keys.iter().filter(named);
    let first = matching.next();
    if matching.any(|other| Some(other) != first) {
        return Err(NoteError::AmbiguousKey { name: signature.name.clone(), id: signature.id });
    }
    Ok(first)
}
