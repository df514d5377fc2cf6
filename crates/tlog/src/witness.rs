//! What a witness is asked and how it answers (C2SP tlog-witness, `add-checkpoint`): the same bytes
//! over HTTP and in a file.
//!
//! ```
//! use servanda_tlog::{AddCheckpoint, Checkpoint, Refusal, Signer, Tree, leaf_hash};
//!
//! let operator = Signer::from_seed("example.com/record", [7; 32])?;
//! let keys = operator.verifier_key().clone().into();
//! let mut tree = Tree::new();
//! tree.push(leaf_hash(b"first entry"));
//! let first = Checkpoint::new("example.com/record", tree.size(), tree.root())?;
//! let asked = AddCheckpoint { old: 0, proof: vec![], note: first.sign(&operator)? };
//! let asked = AddCheckpoint::parse(&asked.to_bytes()).unwrap();
//!
//! // A witness that has seen nothing takes it; one that has seen more says how much.
//! assert_eq!(asked.judge(&keys, None).unwrap().0, first);
//! let seen = Checkpoint::new("example.com/record", 2, leaf_hash(b"another root"))?;
//! assert_eq!(asked.judge(&keys, Some(&seen)), Err(Refusal::Seen { size: 2 }));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use thiserror::Error;

use crate::checkpoint::{CHECKPOINT_BYTES_MAX, Checkpoint, CheckpointError};
use crate::cosigner::LogKeys;
use crate::hash::Hash;
use crate::note::{Note, NoteError};
use crate::proof::verify_consistency;

/// Lines that a proof of consistency has at most (C2SP tlog-witness).
pub const CONSISTENCY_LINES_MAX: usize = 63;
/// Longest request in bytes: the first line, the proof and the checkpoint.
pub const ADD_CHECKPOINT_BYTES_MAX: usize = CHECKPOINT_BYTES_MAX + 64 * 46;

/// Asks a witness to cosign a checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddCheckpoint {
    /// The size of the checkpoint that the witness cosigned last, as far as the asker knows.
    pub old: u64,
    /// That the new checkpoint continues that one.
    pub proof: Vec<Hash>,
    /// The new checkpoint, signed by the log.
    pub note: Vec<u8>,
}

/// Why a witness cosigns nothing. What it has cosigned stays as it was.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Refusal {
    /// The request can't be read.
    #[error("the request can't be read: {0}; write it as C2SP tlog-witness says")]
    Malformed(String),
    /// The log is not one of those that the witness watches.
    #[error("this witness doesn't watch {origin:?}; have it told of the log's keys first")]
    UnknownLog {
        /// Origin of the checkpoint.
        origin: String,
    },
    /// The log's keys have not signed it, or not well.
    #[error("the checkpoint isn't signed by the log's keys: {0}")]
    NotSigned(String),
    /// The old size is larger than the new one.
    #[error("the old size {old} is larger than the new one, {new}; give the size cosigned last")]
    OldIsLarger {
        /// The old size.
        old: u64,
        /// The new one.
        new: u64,
    },
    /// The witness has cosigned another size last.
    #[error("this witness has cosigned size {size} last; prove consistency from there")]
    Seen {
        /// That size.
        size: u64,
    },
    /// The checkpoint does not continue what the witness has cosigned.
    #[error(
        "the checkpoint doesn't continue the one of size {size} that was cosigned: {why}. If the \
         log signed both, that is proof against its operator"
    )]
    Inconsistent {
        /// The size cosigned last.
        size: u64,
        /// What does not fit.
        why: String,
    },
}

impl Refusal {
    /// The status of HTTP (C2SP tlog-witness).
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Refusal::Malformed(_) | Refusal::OldIsLarger { .. } => 400,
            Refusal::NotSigned(_) => 403,
            Refusal::UnknownLog { .. } => 404,
            Refusal::Seen { .. } => 409,
            Refusal::Inconsistent { .. } => 422,
        }
    }

    /// The stable word for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Refusal::Malformed(_) => "malformed",
            Refusal::UnknownLog { .. } => "unknown-log",
            Refusal::NotSigned(_) => "not-signed",
            Refusal::OldIsLarger { .. } => "old-is-larger",
            Refusal::Seen { .. } => "seen-more",
            Refusal::Inconsistent { .. } => "inconsistent",
        }
    }
}

impl AddCheckpoint {
    /// Reads a request: exactly what [`AddCheckpoint::to_bytes`] writes.
    ///
    /// # Errors
    /// [`Refusal::Malformed`].
    pub fn parse(bytes: &[u8]) -> Result<AddCheckpoint, Refusal> {
        let fault = |what: &str| Refusal::Malformed(what.to_owned());
        if bytes.len() > ADD_CHECKPOINT_BYTES_MAX {
            return Err(fault("it is too long"));
        }
        let (old, mut rest) = line(bytes).ok_or_else(|| fault("the first line has no end"))?;
        let old = old.strip_prefix("old ").and_then(decimal);
        let old = old.ok_or_else(|| fault("the first line is not `old` and a size"))?;
        let mut proof = Vec::new();
        loop {
            let (hash, after) = line(rest).ok_or_else(|| fault("the proof has no end"))?;
            rest = after;
            if hash.is_empty() {
                break;
            }
            if proof.len() == CONSISTENCY_LINES_MAX {
                return Err(fault("the proof has more than 63 lines"));
            }
            proof.push(
                Hash::from_base64(hash).map_err(|_| fault("a line of the proof is no hash"))?,
            );
        }
        Ok(AddCheckpoint { old, proof, note: rest.to_vec() })
    }

    /// The bytes of the request.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut text = format!("old {}\n", self.old);
        for hash in &self.proof {
            text += &hash.to_base64();
            text.push('\n');
        }
        text.push('\n');
        [text.into_bytes(), self.note.clone()].concat()
    }

    /// The log that it is about: the first line of the checkpoint, which nothing has confirmed yet.
    #[must_use]
    pub fn origin(&self) -> Option<&str> {
        line(&self.note).map(|(origin, _)| origin)
    }

    /// What a witness makes of it that has cosigned `seen` of this log last: the checkpoint to
    /// cosign. The log's keys must all have signed it ([`LogKeys::open`]).
    ///
    /// # Errors
    /// [`Refusal`].
    pub fn judge(
        &self,
        keys: &LogKeys,
        seen: Option<&Checkpoint>,
    ) -> Result<(Checkpoint, Note), Refusal> {
        let (new, note) = keys.open(&self.note, keys.ed25519().name()).map_err(refused)?;
        if self.old > new.size() {
            return Err(Refusal::OldIsLarger { old: self.old, new: new.size() });
        }
        let size = seen.map_or(0, Checkpoint::size);
        if self.old != size {
            return Err(Refusal::Seen { size });
        }
        let inconsistent = |why: &str| Refusal::Inconsistent { size, why: why.to_owned() };
        match seen.filter(|seen| seen.size() > 0) {
            None if !self.proof.is_empty() => {
                Err(inconsistent("nothing was cosigned yet, and a proof is there"))
            }
            None => Ok((new, note)),
            Some(seen) => {
                verify_consistency(&self.proof, seen.size(), new.size(), seen.root(), new.root())
                    .map_err(|error| inconsistent(&error.to_string()))?;
                Ok((new, note))
            }
        }
    }
}

/// Whether the bytes are no checkpoint, or one that the log's keys didn't make.
fn refused(error: CheckpointError) -> Refusal {
    match error {
        CheckpointError::NotSigned { .. }
        | CheckpointError::Note(NoteError::NoKnownSignature | NoteError::BadSignature { .. }) => {
            Refusal::NotSigned(error.to_string())
        }
        CheckpointError::OtherOrigin { found, .. } => Refusal::UnknownLog { origin: found },
        CheckpointError::EmptyRoot => {
            Refusal::Inconsistent { size: 0, why: CheckpointError::EmptyRoot.to_string() }
        }
        error => Refusal::Malformed(error.to_string()),
    }
}

/// The first line, without its end, and what follows it.
fn line(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let end = bytes.iter().position(|byte| *byte == b'\n')?;
    let (line, rest) = bytes.split_at_checked(end)?;
    Some((str::from_utf8(line).ok()?, rest.get(1..)?))
}

/// A number in its one spelling.
fn decimal(text: &str) -> Option<u64> {
    let number: u64 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}

#[cfg(test)]
mod tests;
