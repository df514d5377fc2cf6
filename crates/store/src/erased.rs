//! What is sealed in a record, and what an order has erased: the ciphertext goes, the entry stays.

use std::collections::BTreeSet;
use std::sync::Arc;

use servanda_entry::limits::ENTRY_BYTES_MAX;
use servanda_entry::{Body, Class, Entry, Writing};
use servanda_seal::{Slots, may_concern};
use servanda_tlog::{Hash, Note, leaf_hash};

use crate::error::StoreError;
use crate::layout::blob_path;
use crate::record::Record;
use crate::storage::{Pen, Storage};

impl Record {
    /// What is sealed, held and erased in all of the record. Only entries that can say something
    /// of it are read again.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when one of them is none, or does not stand: an order without those
    /// who may give it, a file that is named again after it was erased.
    pub fn slots(&self) -> Result<Slots, StoreError> {
        let mut slots = Slots::new();
        for index in 0..self.size() {
            take_slot(&mut slots, index, &self.note_bytes(index)?, self.origin())
                .map_err(|what| StoreError::damaged(self.dir(), Some(index), what))?;
        }
        Ok(slots)
    }

    /// The ciphertext of a sealed file.
    ///
    /// # Errors
    /// [`StoreError::Erased`], whatever lies there; and those of [`Record::blob`].
    pub fn sealed_blob(&self, hash: &Hash) -> Result<Vec<u8>, StoreError> {
        match self.slots()?.erased_by(*hash) {
            Some(by) => Err(StoreError::Erased { by }),
            None => self.blob(hash),
        }
    }

    /// Removes the ciphertexts that orders have erased, where an interruption or a restored backup
    /// left them. Gives how many.
    ///
    /// # Errors
    /// [`StoreError::Busy`], [`StoreError::Io`], and those of [`Record::slots`].
    pub fn carry_out_erasures(&self) -> Result<usize, StoreError> {
        let slots = self.slots()?;
        remove_erased(self.storage.as_ref(), self.storage.write()?.as_mut(), &slots)
    }
}

/// Takes in what an entry of the record says of what is sealed. Only one that can say something of
/// it is read.
pub(crate) fn take_slot(
    slots: &mut Slots,
    index: u64,
    note: &[u8],
    origin: &str,
) -> Result<(), String> {
    if !may_concern(index, note) {
        return Ok(());
    }
    let leaf = leaf_hash(note);
    let note = Note::parse(note, ENTRY_BYTES_MAX).map_err(|error| error.to_string())?;
    let entry =
        Entry::from_admitted_text(note.text(), origin).map_err(|error| error.to_string())?;
    slots.take(index, leaf, &entry, note.signatures(), origin).map_err(|fault| fault.to_string())
}

/// Whether these can touch anything sealed.
pub(crate) fn concern_slots(writings: &[Writing]) -> bool {
    writings.iter().any(|writing| {
        writing.class != Class::Public
            || !writing.body.files().is_empty()
            || matches!(
                writing.body,
                Body::Disclosure(_) | Body::Hold(_) | Body::Erasure(_) | Body::Destruction(_)
            )
    })
}

/// Removes the files of erased ciphertexts, and waits until that is on the disk.
pub(crate) fn remove_erased(
    storage: &dyn Storage,
    pen: &mut dyn Pen,
    slots: &Slots,
) -> Result<usize, StoreError> {
    let there = slots.erased_files().map(|(hash, _)| blob_path(hash));
    let there: Vec<String> = there.filter(|path| storage.has(path)).collect();
    for path in &there {
        pen.remove(path)?;
    }
    if !there.is_empty() {
        pen.settle()?;
    }
    Ok(there.len())
}

/// The ciphertexts that the record in a place says are erased. None where it can't be read: then
/// whoever checks what was copied finds out.
pub(crate) fn erased_files(storage: &Arc<dyn Storage>) -> BTreeSet<Hash> {
    let slots = Record::open_in(storage.clone()).and_then(|record| record.slots());
    slots.map(|slots| slots.erased_files().map(|(hash, _)| hash).collect()).unwrap_or_default()
}
