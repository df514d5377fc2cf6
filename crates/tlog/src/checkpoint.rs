//! Checkpoints: the size and root of a log, signed (C2SP tlog-checkpoint).
//!
//! ```
//! use servanda_tlog::{Checkpoint, Signer, Tree, leaf_hash};
//!
//! let mut tree = Tree::new();
//! tree.push(leaf_hash(b"first entry"));
//! let checkpoint = Checkpoint::new("example.com/record", tree.size(), tree.root())?;
//!
//! let operator = Signer::from_seed("example.com/record", [7; 32])?;
//! let bytes = checkpoint.sign(&operator)?;
//! let (opened, _) = Checkpoint::open(&bytes, "example.com/record", operator.verifier_key())?;
//! assert_eq!(opened, checkpoint);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::cosigner::Cosigner;
use crate::hash::{Hash, empty_root};
use crate::key::{KeyId, Signer, VerifierKey};
use crate::note::{Note, NoteError, sign};

/// Longest signed checkpoint in bytes: room for 16 signatures of almost 5 kB, as post-quantum
/// algorithms make them.
pub const CHECKPOINT_BYTES_MAX: usize = 131_072;

/// Why a checkpoint was refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CheckpointError {
    /// The note it is in was refused.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The origin is empty or has a control character.
    #[error(
        "an origin is one line of text that is not empty; write a name such as example.com/log"
    )]
    Origin,
    /// Not three lines.
    #[error(
        "a checkpoint is three lines: origin, size and root; extension lines are not accepted here"
    )]
    Lines,
    /// The second line is not a number, or has a sign or leading zeros.
    #[error("the second line of a checkpoint is the number of entries without leading zeros")]
    Size,
    /// The third line is not a hash in base64.
    #[error("the third line of a checkpoint is the root hash in base64, 44 characters")]
    Root,
    /// The tree without entries has one root only.
    #[error("a checkpoint of size 0 must have the root of the empty tree, SHA-256 of no bytes")]
    EmptyRoot,
    /// A key of the log has not signed.
    #[error("the log's key {name:?} ({id}) has not signed the checkpoint; do not rely on it")]
    NotSigned {
        /// Name of the key.
        name: String,
        /// Identifier of the key.
        id: KeyId,
    },
    /// A cosigner can't state that.
    #[error("a cosignature states a time up to 2^63 - 1 and an origin of at most 255 bytes")]
    CosignedAt,
    /// The checkpoint of another log.
    #[error("the checkpoint is of {found:?}, not of {expected:?}; take the one of the right log")]
    OtherOrigin {
        /// Origin of the checkpoint.
        found: String,
        /// Origin of the log asked for.
        expected: String,
    },
}

/// The head of a log: its name, the number of its entries and the root of its tree.
///
/// `Display` and `FromStr` are the three lines of text; extension lines are neither written nor
/// read, because no monitor can audit them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    origin: String,
    size: u64,
    root: Hash,
}

impl Checkpoint {
    /// The head of the log `origin`.
    ///
    /// # Errors
    /// [`CheckpointError::Origin`], or [`CheckpointError::EmptyRoot`] if the size is 0 and the root
    /// is not that of the empty tree.
    pub fn new(origin: &str, size: u64, root: Hash) -> Result<Checkpoint, CheckpointError> {
        if origin.is_empty() || origin.bytes().any(|byte| byte < b' ') {
            return Err(CheckpointError::Origin);
        }
        if size == 0 && root != empty_root() {
            return Err(CheckpointError::EmptyRoot);
        }
        Ok(Checkpoint { origin: origin.to_owned(), size, root })
    }

    /// Name of the log, unique for ever.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Number of entries.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Root of the tree of all entries.
    pub fn root(&self) -> Hash {
        self.root
    }

    /// The bytes of the note that the log publishes.
    ///
    /// A log must never sign two checkpoints that are not consistent: whoever calls this has made
    /// sure that this one continues all that were signed before.
    ///
    /// # Errors
    /// None for a checkpoint that could be made.
    pub fn sign(&self, log: &Signer) -> Result<Vec<u8>, CheckpointError> {
        Ok(sign(&self.to_string(), &[log])?)
    }

    /// As [`Checkpoint::sign`], with the log's ML-DSA-44 key too. Of the time it states nothing:
    /// that is the witnesses' part.
    ///
    /// # Errors
    /// [`CheckpointError::CosignedAt`] when the origin has more than 255 bytes.
    pub fn sign_twice(&self, log: &Signer, mldsa44: &Cosigner) -> Result<Vec<u8>, CheckpointError> {
        let mut note = Note::new(&self.to_string())?;
        note.sign(log)?;
        note.add_signature(mldsa44.cosign(self, 0)?)?;
        Ok(note.to_bytes()?)
    }

    /// Reads the checkpoint of the log `origin`, which that log's Ed25519 key must have signed. The
    /// note is given back for its other signatures, which are not checked here.
    ///
    /// # Errors
    /// [`CheckpointError`].
    pub fn open(
        bytes: &[u8],
        origin: &str,
        log: &VerifierKey,
    ) -> Result<(Checkpoint, Note), CheckpointError> {
        let note = Note::parse(bytes, CHECKPOINT_BYTES_MAX)?;
        note.verify(std::slice::from_ref(log))?;
        let checkpoint: Checkpoint = note.text().parse()?;
        if checkpoint.origin != origin {
            return Err(CheckpointError::OtherOrigin {
                found: checkpoint.origin,
                expected: origin.to_owned(),
            });
        }
        Ok((checkpoint, note))
    }
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n{}\n{}", self.origin, self.size, self.root)
    }
}

impl FromStr for Checkpoint {
    type Err = CheckpointError;

    /// Reads exactly what `Display` writes.
    fn from_str(text: &str) -> Result<Checkpoint, CheckpointError> {
        let lines = text.strip_suffix('\n').ok_or(CheckpointError::Lines)?;
        let mut lines = lines.split('\n');
        let (Some(origin), Some(size), Some(root), None) =
            (lines.next(), lines.next(), lines.next(), lines.next())
        else {
            return Err(CheckpointError::Lines);
        };
        let number: u64 = size.parse().map_err(|_| CheckpointError::Size)?;
        if number.to_string() != size {
            return Err(CheckpointError::Size);
        }
        let root = Hash::from_base64(root).map_err(|_| CheckpointError::Root)?;
        Checkpoint::new(origin, number, root)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::leaf_hash;
    use crate::note::SIGNATURES_MAX;
    use proptest::prelude::*;

    const ORIGIN: &str = "example.com/behind-the-sofa";
    /// The example of the specification.
    const TEXT: &str =
        "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";

    fn signer(name: &str, seed: u8) -> Signer {
        Signer::from_seed(name, [seed; 32]).unwrap()
    }

    #[test]
    fn the_example_goes_round() {
        let checkpoint: Checkpoint = TEXT.parse().unwrap();
        assert_eq!((checkpoint.origin(), checkpoint.size()), (ORIGIN, 20_852_163));
        assert_eq!(checkpoint.to_string(), TEXT);
    }

    #[test]
    fn other_spellings_are_refused() {
        use CheckpointError::{EmptyRoot, Lines, Origin, Root, Size};
        for (text, error) in [
            ("", Lines),
            ("\n", Lines),
            (&TEXT[..TEXT.len() - 1], Lines),
            (&TEXT.replace("20852163\n", ""), Lines),
            (&format!("{TEXT}extension\n"), Lines),
            (&format!("{TEXT}\n"), Lines),
            (&format!("\n{TEXT}"), Lines),
            (&TEXT.replace(ORIGIN, ""), Origin),
            (&TEXT.replace(ORIGIN, "a\tb"), Origin),
            (&TEXT.replace("20852163", "020852163"), Size),
            (&TEXT.replace("20852163", "+20852163"), Size),
            (&TEXT.replace("20852163", "-1"), Size),
            (&TEXT.replace("20852163", " 1"), Size),
            (&TEXT.replace("20852163", "00"), Size),
            (&TEXT.replace("20852163", ""), Size),
            (&TEXT.replace("20852163", "18446744073709551616"), Size),
            (&TEXT.replace("20852163", "٣"), Size),
            (&TEXT.replace("2I=", "2J="), Root),
            (&TEXT.replace("2I=", "2I"), Root),
            (&TEXT.replace("20852163", "0"), EmptyRoot),
        ] {
            assert_eq!(text.parse::<Checkpoint>(), Err(error), "{text:?}");
        }
        let empty = format!("{ORIGIN}\n0\n{}\n", empty_root());
        assert_eq!(empty.parse::<Checkpoint>().unwrap().size(), 0);
    }

    #[test]
    fn only_the_logs_own_key_and_origin_open_it() {
        let (log, other) = (signer(ORIGIN, 1), signer("example.com/other", 2));
        let checkpoint: Checkpoint = TEXT.parse().unwrap();
        let bytes = checkpoint.sign(&log).unwrap();
        let opened = Checkpoint::open(&bytes, ORIGIN, log.verifier_key()).unwrap();
        assert_eq!(opened.0, checkpoint);
        assert!(Checkpoint::open(&bytes, ORIGIN, other.verifier_key()).is_err());
        assert!(matches!(
            Checkpoint::open(&bytes, "example.com/other", log.verifier_key()),
            Err(CheckpointError::OtherOrigin { .. })
        ));
    }

    #[test]
    fn further_signatures_are_kept_and_passed_over() {
        let log = signer(ORIGIN, 1);
        let checkpoint: Checkpoint = TEXT.parse().unwrap();
        let mut note = Note::new(&checkpoint.to_string()).unwrap();
        for seed in 2..=SIGNATURES_MAX as u8 {
            note.sign(&signer("example.com/witness", seed)).unwrap();
        }
        note.sign(&log).unwrap();
        let bytes = note.to_bytes().unwrap();
        let (opened, kept) = Checkpoint::open(&bytes, ORIGIN, log.verifier_key()).unwrap();
        assert_eq!(opened, checkpoint);
        assert_eq!(kept.signatures().len(), SIGNATURES_MAX);
    }

    #[test]
    fn a_signed_text_that_is_no_checkpoint_is_refused() {
        let log = signer(ORIGIN, 1);
        let bytes = sign("example.com/record/entry\nline\n{}\n", &[&log]).unwrap();
        let refused = Checkpoint::open(&bytes, ORIGIN, log.verifier_key());
        assert_eq!(refused.unwrap_err(), CheckpointError::Size);
    }

    proptest! {
        #[test]
        fn checkpoints_go_round(origin in "[^\\x00-\\x1f]{1,30}", size in 1_u64.., root: [u8; 32]) {
            let checkpoint = Checkpoint::new(&origin, size, Hash(root)).unwrap();
            prop_assert_eq!(checkpoint.to_string().parse(), Ok(checkpoint));
        }

        #[test]
        fn what_is_read_was_written(text in "[a-z\n]{0,3}\n[0-9]{0,21}\n[A-Za-z0-9+/]{42}[AEI]=\n?") {
            if let Ok(checkpoint) = text.parse::<Checkpoint>() {
                prop_assert_eq!(checkpoint.to_string(), text);
            }
        }

        #[test]
        fn an_origin_is_one_line(origin: String) {
            let made = Checkpoint::new(&origin, 1, leaf_hash(b""));
            prop_assert_eq!(made.is_ok(), !origin.is_empty() && !origin.contains(|c| c < ' '));
        }
    }
}
