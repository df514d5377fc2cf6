//! What a record asks its witnesses, and where their answers go: into its checkpoint, as further
//! signatures.

use servanda_tlog::{
    AddCheckpoint, CHECKPOINT_BYTES_MAX, Checkpoint, CosignerKey, Note, NoteError, Signature,
    prove_consistency,
};

use crate::error::StoreError;
use crate::layout::CHECKPOINT;
use crate::record::{Record, read_head};

/// What became of a witness's answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cosigned {
    /// Names of the keys whose cosignatures the checkpoint has now, beside those that it had.
    pub added: Vec<String>,
    /// Lines of keys that nobody asked about: left out.
    pub unknown: usize,
}

impl Record {
    /// Asks a witness to cosign the record's checkpoint that has cosigned `old` entries last.
    ///
    /// # Errors
    /// [`StoreError::OutOfRange`] when the record has fewer entries: then the witness has seen a
    /// longer one, and this is not all of it.
    pub fn ask_to_cosign(&self, old: u64) -> Result<AddCheckpoint, StoreError> {
        let size = self.size();
        let out_of_range = || StoreError::OutOfRange { what: "size", asked: old, size };
        if old > size {
            return Err(out_of_range());
        }
        let proof = match old {
            0 => Vec::new(),
            old => prove_consistency(self.leaves(), old, size).map_err(|_| out_of_range())?,
        };
        Ok(AddCheckpoint { old, proof, note: self.checkpoint().to_vec() })
    }

    /// Adds the signature lines of a witness's answer to the checkpoint: those of these keys, and
    /// only if they are good. A cosignature that is there is replaced by a later one.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when a line is none, or a signature under one of the names is not
    /// that key's; then nothing is written. [`StoreError::Stale`], [`StoreError::Busy`],
    /// [`StoreError::Io`].
    pub fn add_cosignatures(
        &mut self,
        keys: &[CosignerKey],
        lines: &str,
    ) -> Result<Cosigned, StoreError> {
        let refused = |why: String| StoreError::Refused { what: "the cosignatures".into(), why };
        let bad = |error: NoteError| refused(error.to_string());
        let mut writing = self.storage.write()?;
        if read_head(self.storage.as_ref())? != self.checkpoint() {
            return Err(StoreError::Stale { path: self.dir().to_owned() });
        }
        let note = Note::parse(self.checkpoint(), CHECKPOINT_BYTES_MAX).map_err(bad)?;
        let checkpoint: Checkpoint = note
            .text()
            .parse()
            .map_err(|error: servanda_tlog::CheckpointError| refused(error.to_string()))?;
        let mut cosigned = Cosigned::default();
        let mut fresh: Vec<Signature> = Vec::new();
        for (n, line) in lines.lines().enumerate() {
            let signature = Signature::parse(line).ok_or_else(|| {
                refused(format!("line {} is no signature line; take the answer again", n + 1))
            })?;
            let names = |key: &&CosignerKey| is_of(&signature, key);
            let Some(key) = keys.iter().find(names) else {
                cosigned.unknown += 1;
                continue;
            };
            if key.verify(&checkpoint, signature.bytes()).is_none() {
                let (name, id) = (key.name().to_owned(), key.id());
                return Err(bad(NoteError::BadSignature { name, id }));
            }
            cosigned.added.push(key.name().to_owned());
            fresh.push(signature);
        }
        if fresh.is_empty() {
            return Ok(cosigned);
        }
        let same = |one: &Signature| {
            fresh.iter().any(|new| (new.name(), new.id()) == (one.name(), one.id()))
        };
        let mut signed = Note::new(note.text()).map_err(bad)?;
        let kept = note.signatures().iter().filter(|one| !same(one)).cloned();
        for signature in kept.chain(fresh.clone()) {
            signed.add_signature(signature).map_err(bad)?;
        }
        let bytes = signed.to_bytes().map_err(bad)?;
        if bytes.len() > CHECKPOINT_BYTES_MAX {
            return Err(refused("the checkpoint would be too long; ask fewer witnesses".into()));
        }
        writing.replace(CHECKPOINT, &bytes)?;
        self.set_checkpoint(bytes);
        Ok(cosigned)
    }
}

fn is_of(signature: &Signature, key: &CosignerKey) -> bool {
    (signature.name(), signature.id()) == (key.name(), key.id())
}
