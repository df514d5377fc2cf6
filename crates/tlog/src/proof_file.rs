//! A proof in one file: that an entry is in a log, with the log's checkpoint (C2SP tlog-proof).

use thiserror::Error;

use crate::checkpoint::CHECKPOINT_BYTES_MAX;
use crate::hash::Hash;
use crate::tree::TREE_SIZE_MAX;

/// First line of a proof.
const FORM: &str = "c2sp.org/tlog-proof@v1";
const INDEX: &str = "index ";
/// Most hashes of a proof: a tree has at most that many levels.
const HASHES_MAX: usize = 64;
/// Longest proof that is read, in bytes: the checkpoint, the hashes and the lines before them.
pub const PROOF_BYTES_MAX: usize = CHECKPOINT_BYTES_MAX + 64 * 45 + 64;

/// Why a file is no proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ProofFileError {
    /// More bytes than a proof can have.
    #[error("a proof has at most {PROOF_BYTES_MAX} bytes")]
    TooLong,
    /// Not the lines of a proof.
    #[error(
        "a proof begins with the line {FORM}, then the index, hashes in base64 one a line, an \
         empty line and a checkpoint; extra data is not accepted here"
    )]
    Form,
}

/// A proof that an entry is in a log. Nothing of it is checked yet but its form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProofFile {
    /// Which entry, from 0.
    pub index: u64,
    /// From the leaf's sibling up to the root's child.
    pub hashes: Vec<Hash>,
    /// The bytes of the log's checkpoint.
    pub checkpoint: Vec<u8>,
}

impl ProofFile {
    /// Reads a proof; what is accepted is written back byte for byte. A line of extra data, which
    /// the format allows and no signature covers, is refused.
    ///
    /// # Errors
    /// [`ProofFileError`].
    pub fn parse(bytes: &[u8]) -> Result<ProofFile, ProofFileError> {
        if bytes.len() > PROOF_BYTES_MAX {
            return Err(ProofFileError::TooLong);
        }
        let read = || {
            let (form, mut rest) = split_line(bytes)?;
            let (index, after) = split_line(rest)?;
            rest = after;
            if form != FORM {
                return None;
            }
            let index = parse_decimal(index.strip_prefix(INDEX)?)?;
            let mut hashes = Vec::new();
            loop {
                let (line, after) = split_line(rest)?;
                rest = after;
                if line.is_empty() {
                    return Some(ProofFile { index, hashes, checkpoint: rest.to_vec() });
                }
                hashes.push(Hash::from_base64(line).ok()?);
                if hashes.len() > HASHES_MAX {
                    return None;
                }
            }
        };
        read().ok_or(ProofFileError::Form)
    }

    /// The bytes of the file, whose name should end in `.tlog-proof`.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut text = format!("{FORM}\n{INDEX}{}\n", self.index);
        for hash in &self.hashes {
            text.push_str(&format!("{hash}\n"));
        }
        text.push('\n');
        [text.as_bytes(), &self.checkpoint].concat()
    }
}

/// The text up to the next line feed, and what follows that.
pub(crate) fn split_line(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let end = bytes.iter().position(|byte| *byte == b'\n')?;
    let line = str::from_utf8(bytes.get(..end)?).ok()?;
    Some((line, bytes.get(end + 1..)?))
}

/// A number that no other text stands for, within what a tree can have.
pub(crate) fn parse_decimal(text: &str) -> Option<u64> {
    let number: u64 = text.parse().ok()?;
    (number.to_string() == text && number <= TREE_SIZE_MAX).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checkpoint::Checkpoint;
    use crate::hash::leaf_hash;
    use crate::key::Signer;
    use proptest::prelude::*;

    fn proof() -> ProofFile {
        let log = Signer::from_seed("example.com/log", [1; 32]).unwrap();
        let checkpoint = Checkpoint::new("example.com/log", 7, leaf_hash(b"root")).unwrap();
        let hashes = vec![leaf_hash(b"a"), leaf_hash(b"b")];
        ProofFile { index: 3, hashes, checkpoint: checkpoint.sign(&log).unwrap() }
    }

    #[test]
    fn a_proof_is_written_as_the_specification_says() {
        let text = String::from_utf8(proof().to_bytes()).unwrap();
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines[..2], ["c2sp.org/tlog-proof@v1", "index 3"]);
        assert_eq!(lines[2], leaf_hash(b"a").to_base64());
        assert_eq!(lines[4..6], ["", "example.com/log"]);
        assert_eq!(ProofFile::parse(text.as_bytes()), Ok(proof()));
        let alone = ProofFile { hashes: vec![], ..proof() };
        assert_eq!(ProofFile::parse(&alone.to_bytes()), Ok(alone));
    }

    #[test]
    fn other_spellings_are_refused() {
        let text = String::from_utf8(proof().to_bytes()).unwrap();
        for changed in [
            text.replace("@v1", "@v2"),
            text.replace("index 3", "index 03"),
            text.replace("index 3", "index +3"),
            text.replace("index 3", "index -1"),
            text.replace("index 3", "index 18446744073709551615"),
            text.replace("index 3", "extra YWdl\nindex 3"),
            text.replace("index 3", "index 3\r"),
            text.replace("index 3\n", "index 3\n!\n"),
            text.replace("index 3\n", &format!("index 3\n{}", "A".repeat(43) + "=\n").repeat(65)),
            text[..30].to_owned(),
            String::new(),
        ] {
            assert!(ProofFile::parse(changed.as_bytes()).is_err(), "{changed}");
        }
        let long = [proof().to_bytes(), vec![b'x'; PROOF_BYTES_MAX]].concat();
        assert_eq!(ProofFile::parse(&long), Err(ProofFileError::TooLong));
    }

    proptest! {
        #[test]
        fn what_is_read_was_written(
            place in 0usize..200, byte: u8, hashes in 0usize..9,
        ) {
            let mut bytes = ProofFile { hashes: vec![leaf_hash(b"a"); hashes], ..proof() }.to_bytes();
            let place = place % bytes.len();
            bytes[place] = byte;
            if let Ok(read) = ProofFile::parse(&bytes) {
                prop_assert_eq!(read.to_bytes(), bytes);
            }
        }
    }
}
