//! What is committed and not in its place yet.

use servanda_tlog::Hash;

use crate::error::StoreError;
use crate::layout::JOURNAL;
use crate::storage::Storage;
use crate::storage::journal::{FrameBody, Journal};

/// What the journal of a record holds.
#[derive(Debug, Default)]
pub(crate) struct Pending {
    /// Whether there is a journal at all.
    pub(crate) any: bool,
    pub(crate) batches: Vec<Batch>,
    /// Files that were to come for entries that never did, and how many entries stood before those.
    pub(crate) to_come: (u64, Vec<Hash>),
    /// Bytes of a write that never came to its end.
    pub(crate) torn: usize,
    /// The bytes of the journal without those.
    pub(crate) sound: Vec<u8>,
}

/// Entries that were committed together.
#[derive(Debug)]
pub(crate) struct Batch {
    /// Entries in the log before them.
    pub(crate) base: u64,
    pub(crate) entries: Vec<Vec<u8>>,
    /// The signed checkpoint that holds them.
    pub(crate) checkpoint: Vec<u8>,
}

impl Batch {
    /// Entries in the log after them.
    pub(crate) fn end(&self) -> u64 {
        self.base.saturating_add(self.entries.len() as u64)
    }
}

impl Pending {
    /// Entries of a record of which so many are published.
    pub(crate) fn size(&self, published: u64) -> u64 {
        self.batches.last().map_or(published, |last| last.end().max(published))
    }

    /// The files of an append that never came to its end. A record of `size` entries, the journal's
    /// included, names none of them: those of a journal that is out of date, it may.
    pub(crate) fn orphans(&self, size: u64) -> &[Hash] {
        let (base, files) = &self.to_come;
        if *base == size { files } else { &[] }
    }

    pub(crate) fn read(storage: &dyn Storage) -> Result<Pending, StoreError> {
        let mut bytes = storage.frames()?;
        let journal = Journal::read(&bytes)
            .map_err(|what| StoreError::damaged(storage.place().join(JOURNAL), None, what))?;
        let any = storage.has(JOURNAL) || !bytes.is_empty();
        bytes.truncate(bytes.len() - journal.torn);
        let mut pending = Pending { any, torn: journal.torn, sound: bytes, ..Pending::default() };
        for frame in journal.frames {
            match frame.what {
                FrameBody::ToCome(files) => pending.to_come = (frame.base, files),
                FrameBody::Entries { checkpoint, entries } => {
                    pending.to_come.1.clear();
                    pending.batches.push(Batch { base: frame.base, entries, checkpoint });
                }
            }
        }
        Ok(pending)
    }
}
