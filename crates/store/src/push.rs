//! What a record sends to a mirror (C2SP tlog-mirror).

use servanda_tlog::{Package, Upload, prove_subtree_consistency};
use std::borrow::Cow;

use crate::error::StoreError;
use crate::record::Record;

/// Packages of one request, as the text asks for.
const PACKAGES_MAX: usize = 32;
/// Bytes of one request after which no further package is put in.
const BYTES_ENOUGH: usize = 4 << 20;

impl Record {
    /// The body of a request that adds the entries from `start` to before `end`, as many as fit;
    /// the mirror says where to go on. `end` is the size of a checkpoint that the mirror knows.
    ///
    /// # Errors
    /// [`StoreError::OutOfRange`] when the record has fewer entries.
    pub fn ask_to_mirror(
        &self,
        start: u64,
        end: u64,
        ticket: Vec<u8>,
    ) -> Result<Vec<u8>, StoreError> {
        let size = self.size();
        let out_of_range = || StoreError::OutOfRange { what: "size", asked: end, size };
        if start > end || end > size {
            return Err(out_of_range());
        }
        let upload = Upload { origin: self.origin().to_owned(), start, end, ticket };
        let mut body = upload.to_bytes().map_err(|_| out_of_range())?;
        for (first, from, to) in upload.packages().take(PACKAGES_MAX) {
            let entries: Result<Vec<Cow<'_, [u8]>>, StoreError> =
                (from..to).map(|index| self.note_bytes(index)).collect();
            let proof = prove_subtree_consistency(self.leaves(), first, to, end)
                .map_err(|_| out_of_range())?;
            let entries = entries?;
            let entries = entries.iter().map(|note| &**note).collect();
            let package = Package { entries, proof };
            body.extend(package.to_bytes().ok_or_else(out_of_range)?);
            if body.len() >= BYTES_ENOUGH {
                break;
            }
        }
        Ok(body)
    }

    /// The files that the entries from `start` to before `end` name, by their digests.
    ///
    /// # Errors
    /// As [`Record::note_bytes`].
    pub fn files_of(
        &self,
        start: u64,
        end: u64,
    ) -> Result<std::collections::BTreeSet<servanda_tlog::Hash>, StoreError> {
        let mut files = std::collections::BTreeSet::new();
        for index in start..end.min(self.size()) {
            files.extend(crate::named_files(&self.note_bytes(index)?, self.origin()));
        }
        Ok(files)
    }
}
