//! A bundle of entries in memory.

use std::ops::Range;

use servanda_tlog::{BundleError, BundleId, ENTRY_BYTES_MAX, decode_bundle};

use crate::error::StoreError;
use crate::layout::BUNDLE_BYTES_MAX;
use crate::storage::Storage;

/// Bytes of the length before each entry (C2SP tlog-tiles).
pub(crate) const LENGTH_BYTES: usize = 2;

/// The bytes of one bundle file, with the places of its entries.
#[derive(Debug, Clone, Default)]
pub(crate) struct Bundle {
    bytes: Vec<u8>,
    entries: Vec<Range<usize>>,
}

impl Bundle {
    /// Takes a bundle of exactly `count` entries apart.
    pub(crate) fn from_bytes(bytes: Vec<u8>, count: usize) -> Result<Bundle, BundleError> {
        let mut entries = Vec::with_capacity(count);
        let mut end = 0;
        for entry in decode_bundle(&bytes, count)? {
            let start = end + LENGTH_BYTES;
            end = start + entry.len();
            entries.push(start..end);
        }
        Ok(Bundle { bytes, entries })
    }

    /// Reads a bundle where a record lies.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when it is missing or no bundle; [`StoreError::Io`].
    pub(crate) fn read(storage: &dyn Storage, id: BundleId) -> Result<Bundle, StoreError> {
        let path = id.to_string();
        let bytes = storage.read(&path, BUNDLE_BYTES_MAX)?;
        Bundle::from_bytes(bytes, usize::from(id.width()))
            .map_err(|error| StoreError::damaged(storage.place().join(path), None, error))
    }

    /// Whether an entry is short enough for its length to be written.
    pub(crate) fn takes(entry: &[u8]) -> bool {
        u16::try_from(entry.len()).is_ok()
    }

    /// Adds an entry; false when it is none that it [takes](Bundle::takes).
    pub(crate) fn push(&mut self, entry: &[u8]) -> bool {
        let Ok(length) = u16::try_from(entry.len()) else {
            return false;
        };
        self.bytes.extend(length.to_be_bytes());
        let start = self.bytes.len();
        self.bytes.extend(entry);
        self.entries.push(start..self.bytes.len());
        true
    }

    pub(crate) fn get(&self, position: usize) -> Option<&[u8]> {
        self.bytes.get(self.entries.get(position)?.clone())
    }

    pub(crate) fn entries(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.len()).filter_map(|position| self.get(position))
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

/// The first entry of a bundle that may be damaged further on.
pub(crate) fn first_entry(bundle: &[u8]) -> Option<&[u8]> {
    let (length, rest) = bundle.split_first_chunk::<LENGTH_BYTES>()?;
    rest.get(..usize::from(u16::from_be_bytes(*length)).min(ENTRY_BYTES_MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use servanda_tlog::encode_bundle;

    #[test]
    fn what_is_pushed_is_what_is_read() {
        let entries = [&b"one"[..], b"", &[7; 300]];
        let mut bundle = Bundle::default();
        assert!(entries.iter().all(|entry| bundle.push(entry)));
        assert_eq!(bundle.bytes(), encode_bundle(&entries).unwrap());
        assert_eq!(first_entry(bundle.bytes()), Some(&b"one"[..]));
        let again = Bundle::from_bytes(bundle.bytes().to_vec(), 3).unwrap();
        assert_eq!(again.entries().collect::<Vec<_>>(), entries);
        assert_eq!(again.get(3), None);
        assert!(!bundle.push(&[0; ENTRY_BYTES_MAX + 1]));
    }

    #[test]
    fn a_damaged_bundle_is_refused() {
        assert!(Bundle::from_bytes(b"\x00\x03ab".to_vec(), 1).is_err());
        assert_eq!(first_entry(b"\x00\x03ab"), None);
        assert_eq!(first_entry(b"\x00"), None);
    }
}
