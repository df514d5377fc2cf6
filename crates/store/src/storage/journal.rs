//! The journal: what is committed and not yet in its place.
//!
//! ```text
//! frame  = "servanda journal 1\n" ‖ kind ‖ base ‖ count ‖ length ‖ before ‖ body ‖ SHA-256
//! kind   = 1 byte: 1 files to come, 2 entries
//! base   = entries in the log before this frame, 8 bytes big-endian
//! count  = files or entries in the body, 8 bytes
//! length = bytes of the body, 8 bytes
//! before = the SHA-256 at the end of the frame before; zeros in the first
//! body   = files to come: their SHA-256, 32 bytes each
//!          entries: length (4 bytes) and bytes of the signed checkpoint that holds them, then
//!          each entry after its length (2 bytes), as in a bundle
//! ```
//!
//! The last SHA-256 is over all of the frame before it. A frame that is cut off or does not have
//! that hash is the torn end of a write that was never acknowledged, if nothing sound follows it.

use memchr::memmem;
use servanda_tlog::{CHECKPOINT_BYTES_MAX, HASH_BYTES, Hash, sha256, split_bundle};

const MAGIC: &[u8] = b"servanda journal 1\n";
const HEAD_BYTES: usize = MAGIC.len() + 1 + 3 * 8 + HASH_BYTES;
const TO_COME: u8 = 1;
const ENTRIES: u8 = 2;
/// Most places at which a frame is looked for behind a torn one.
const SOUND_TRIES_MAX: usize = 64;

/// One write to the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Frame {
    /// Entries in the log before it.
    pub(crate) base: u64,
    pub(crate) what: FrameBody,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum FrameBody {
    /// Files that are about to be written for entries that follow: if none follow, they go.
    ToCome(Vec<Hash>),
    /// Entries, and the checkpoint that holds them: committed.
    Entries { checkpoint: Vec<u8>, entries: Vec<Vec<u8>> },
}

/// What a journal says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Journal {
    pub(crate) frames: Vec<Frame>,
    /// Bytes of a write that never came to its end.
    pub(crate) torn: usize,
}

impl Frame {
    /// The bytes of the frame after one whose hash is `before`; and its own hash.
    pub(crate) fn to_bytes(&self, before: Hash) -> (Vec<u8>, Hash) {
        let (kind, count, length) = match &self.what {
            FrameBody::ToCome(files) => (TO_COME, files.len(), files.len() * HASH_BYTES),
            FrameBody::Entries { checkpoint, entries } => {
                let each = entries.iter().map(|entry| 2 + entry.len());
                (ENTRIES, entries.len(), 4 + checkpoint.len() + each.sum::<usize>())
            }
        };
        let mut bytes = Vec::with_capacity(HEAD_BYTES + length + HASH_BYTES);
        bytes.extend(MAGIC);
        bytes.push(kind);
        for number in [self.base, count as u64, length as u64] {
            bytes.extend(number.to_be_bytes());
        }
        bytes.extend(before.0);
        match &self.what {
            FrameBody::ToCome(files) => files.iter().for_each(|hash| bytes.extend(hash.0)),
            FrameBody::Entries { checkpoint, entries } => {
                bytes.extend((checkpoint.len() as u32).to_be_bytes());
                bytes.extend(checkpoint);
                for entry in entries {
                    bytes.extend((entry.len() as u16).to_be_bytes());
                    bytes.extend(entry);
                }
            }
        }
        debug_assert_eq!(bytes.len(), HEAD_BYTES + length);
        let hash = sha256(&bytes);
        bytes.extend(hash.0);
        (bytes, hash)
    }

    /// Reads the frame at the beginning of `bytes`: it, its hash, its length. `before` is the hash
    /// that it must name.
    fn read(bytes: &[u8], before: Option<Hash>) -> Option<(Frame, Hash, usize)> {
        let mut rest = bytes.strip_prefix(MAGIC)?;
        let (kind, after) = rest.split_first()?;
        rest = after;
        let mut number = || {
            let (eight, after) = rest.split_first_chunk::<8>()?;
            rest = after;
            Some(u64::from_be_bytes(*eight))
        };
        let (base, count, length) = (number()?, number()?, number()?);
        let (count, length) = (usize::try_from(count).ok()?, usize::try_from(length).ok()?);
        let (named, rest) = rest.split_first_chunk::<HASH_BYTES>()?;
        if before.is_some_and(|before| before.0 != *named) {
            return None;
        }
        let body = rest.get(..length)?;
        let stated = rest.get(length..)?.first_chunk::<HASH_BYTES>()?;
        let hash = sha256(bytes.get(..HEAD_BYTES + length)?);
        if hash.0 != *stated {
            return None;
        }
        let what = match *kind {
            TO_COME => {
                let (hashes, over) = body.as_chunks::<HASH_BYTES>();
                if hashes.len() != count || !over.is_empty() {
                    return None;
                }
                FrameBody::ToCome(hashes.iter().map(|hash| Hash(*hash)).collect())
            }
            ENTRIES => {
                let (length, rest) = body.split_first_chunk::<4>()?;
                let length = u32::from_be_bytes(*length) as usize;
                let checkpoint = rest.get(..length).filter(|_| length <= CHECKPOINT_BYTES_MAX)?;
                let entries = split_bundle(rest.get(length..)?)?;
                if entries.len() != count {
                    return None;
                }
                let entries = entries.into_iter().map(<[u8]>::to_vec).collect();
                FrameBody::Entries { checkpoint: checkpoint.to_vec(), entries }
            }
            _ => return None,
        };
        Some((Frame { base, what }, hash, HEAD_BYTES + length + HASH_BYTES))
    }
}

impl Journal {
    /// Reads a journal to its end, or to where a write was torn.
    ///
    /// # Errors
    /// When something sound follows what is not: then it was no torn write, and what was
    /// acknowledged may be lost.
    pub(crate) fn read(bytes: &[u8]) -> Result<Journal, String> {
        let mut journal = Journal::default();
        let mut before = Hash([0; HASH_BYTES]);
        let mut rest = bytes;
        while let Some((frame, hash, length)) = Frame::read(rest, Some(before)) {
            journal.frames.push(frame);
            before = hash;
            rest = rest.get(length..).unwrap_or_default();
        }
        journal.torn = rest.len();
        let place = bytes.len() - rest.len();
        let mut here = rest;
        for _ in 0..SOUND_TRIES_MAX {
            let Some(next) = memmem::find(here, MAGIC) else { break };
            here = here.get(next..).unwrap_or_default();
            if Frame::read(here, None).is_some() {
                let at = bytes.len() - here.len();
                return Err(format!(
                    "byte {place} is no frame, but a sound one stands at byte {at}: what was \
                     committed was changed"
                ));
            }
            here = here.get(1..).unwrap_or_default();
        }
        Ok(journal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames() -> Vec<Frame> {
        let entries = |base, entries: &[&[u8]]| Frame {
            base,
            what: FrameBody::Entries {
                checkpoint: b"signed".to_vec(),
                entries: entries.iter().map(|entry| entry.to_vec()).collect(),
            },
        };
        vec![
            entries(0, &[b"one", b""]),
            Frame { base: 2, what: FrameBody::ToCome(vec![sha256(b"file")]) },
            entries(2, &[b"three"]),
        ]
    }

    fn written(frames: &[Frame]) -> (Vec<u8>, Vec<usize>) {
        let (mut bytes, mut ends, mut before) = (Vec::new(), Vec::new(), Hash([0; HASH_BYTES]));
        for frame in frames {
            let (of_frame, hash) = frame.to_bytes(before);
            before = hash;
            bytes.extend(of_frame);
            ends.push(bytes.len());
        }
        (bytes, ends)
    }

    #[test]
    fn what_was_written_is_read_and_a_torn_end_is_passed_over() {
        let frames = frames();
        let (bytes, ends) = written(&frames);
        for cut in 0..=bytes.len() {
            let journal = Journal::read(&bytes[..cut]).unwrap();
            let whole = ends.iter().filter(|end| **end <= cut).count();
            assert_eq!(journal.frames, frames[..whole], "{cut}");
            assert_eq!(journal.torn, cut - whole.checked_sub(1).map_or(0, |last| ends[last]));
        }
    }

    #[test]
    fn a_changed_byte_is_a_torn_end_in_the_last_frame_and_a_fault_before_it() {
        let (bytes, ends) = written(&frames());
        for place in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[place] ^= 1;
            let read = Journal::read(&changed);
            match place < ends[1] {
                true => assert!(read.is_err(), "{place}"),
                false => assert_eq!(read.unwrap().frames.len(), 2, "{place}"),
            }
        }
    }

    #[test]
    fn a_frame_taken_out_is_a_fault() {
        let (bytes, ends) = written(&frames());
        assert!(Journal::read(&[&bytes[..ends[0]], &bytes[ends[1]..]].concat()).is_err());
        assert!(Journal::read(&bytes[ends[0]..]).is_err());
    }
}
