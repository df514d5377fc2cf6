//! How final a record's entries are, from checkpoints that others have cosigned.

use std::collections::BTreeMap;

use servanda_tlog::{
    CHECKPOINT_BYTES_MAX, Checkpoint, Finality, Hash, Note, Policy, assess, sha256,
};

use crate::error::StoreError;
use crate::proofs::{digests, documents};
use crate::record::Record;

impl Record {
    /// The grades of its entries by a policy, as of a time in seconds since 1970: from its own
    /// checkpoint, and from earlier ones that were cosigned and kept.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when one of them is no state of this record, or a signature in a
    /// witness's name is not its own.
    pub fn finality(
        &self,
        policy: &Policy,
        kept: &[Vec<u8>],
        at: u64,
    ) -> Result<Finality, StoreError> {
        let refused = |what: &str, why: String| StoreError::Refused { what: what.into(), why };
        let mut states = Vec::new();
        for bytes in kept.iter().map(Vec::as_slice).chain([self.checkpoint()]) {
            states.push(
                self.signed_state(bytes).map_err(|why| refused("a cosigned checkpoint", why))?,
            );
        }
        assess(policy, self.size(), &states, at)
            .map_err(|error| refused("a cosigned checkpoint", error.to_string()))
    }

    /// What is in the record, by the SHA-256 of its bytes: its entries, the files that they name,
    /// and the published texts that were read for them; with the first entry that it is or that
    /// names it.
    #[must_use]
    pub fn taken_in(&self) -> BTreeMap<Hash, u64> {
        let mut taken = BTreeMap::new();
        for index in 0..self.size() {
            let Ok(note) = self.note_bytes(index) else { continue };
            let named = digests(&note).chain(documents(&note));
            for digest in named.chain([sha256(&note)]) {
                taken.entry(digest).or_insert(index);
            }
        }
        taken
    }

    /// A checkpoint that this record's log signed, and that this record is or once was.
    pub(crate) fn signed_state(&self, signed: &[u8]) -> Result<(Checkpoint, Note), String> {
        let note = Note::parse(signed, CHECKPOINT_BYTES_MAX).map_err(|error| error.to_string())?;
        // Which keys must have signed it follows from its size.
        let claimed = note.text().parse::<Checkpoint>().map_err(|error| error.to_string())?;
        let keys = self.register.log_at(claimed.size()).unwrap_or(&self.founding.log);
        let (checkpoint, _) =
            keys.open(signed, self.origin()).map_err(|error| error.to_string())?;
        let size = checkpoint.size();
        match self.root_at(size) {
            Ok(root) if root == checkpoint.root() && size > 0 => Ok((checkpoint, note)),
            Ok(root) => Err(format!(
                "with {size} entries this record has the root {root}, but the checkpoint says {}: \
                 keep both, they prove that its log signed two histories",
                checkpoint.root()
            )),
            Err(_) => Err(format!(
                "it is of {size} entries, and this record has {}: this copy is older",
                self.size()
            )),
        }
    }
}
