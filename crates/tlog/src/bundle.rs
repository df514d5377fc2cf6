//! Bundles of entries: each entry after its length, a big-endian 16-bit number (C2SP tlog-tiles).

use thiserror::Error;

use crate::tiles::TILE_WIDTH;

/// Longest entry in bytes: its length must fit 16 bits.
pub const ENTRY_BYTES_MAX: usize = 65_535;

/// Bytes of the length before each entry.
const LENGTH_BYTES: usize = 2;

/// Why a bundle could not be written or read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum BundleError {
    /// An entry is longer than [`ENTRY_BYTES_MAX`].
    #[error(
        "entry {position} of the bundle has {length} bytes, over the limit of \
         {ENTRY_BYTES_MAX}; store the long part apart and name it by its hash"
    )]
    EntryTooLong {
        /// Place in the bundle, the first is 0.
        position: usize,
        /// Its length in bytes.
        length: usize,
    },
    /// A bundle has 1 to 256 entries.
    #[error("a bundle has 1 to {TILE_WIDTH} entries, not {count}")]
    Count {
        /// Number of entries.
        count: usize,
    },
    /// The bytes end before the entry does.
    #[error("the bundle ends inside entry {position}, at byte {at}; restore it from another copy")]
    Truncated {
        /// Place in the bundle, the first is 0.
        position: usize,
        /// Where the entry, or its length, begins in the bundle.
        at: usize,
    },
    /// There are bytes after the last entry.
    #[error("the bundle has {extra} bytes after its last entry; restore it from another copy")]
    TrailingBytes {
        /// Number of bytes too many.
        extra: usize,
    },
}

/// The bytes of a bundle of 1 to 256 entries.
///
/// # Errors
/// [`BundleError::Count`] or [`BundleError::EntryTooLong`].
pub fn encode_bundle<E: AsRef<[u8]>>(entries: &[E]) -> Result<Vec<u8>, BundleError> {
    check_count(entries.len())?;
    let mut bytes = Vec::new();
    for (position, entry) in entries.iter().enumerate() {
        let entry = entry.as_ref();
        let length = entry.len();
        let Ok(prefix) = u16::try_from(length) else {
            return Err(BundleError::EntryTooLong { position, length });
        };
        bytes.extend(prefix.to_be_bytes());
        bytes.extend(entry);
    }
    Ok(bytes)
}

/// The entries of a bundle that has exactly `count` of them.
///
/// # Errors
/// [`BundleError`] if the count is out of range, or the bytes end too soon or too late.
pub fn decode_bundle(bytes: &[u8], count: usize) -> Result<Vec<&[u8]>, BundleError> {
    check_count(count)?;
    let mut entries = Vec::with_capacity(count);
    let mut rest = bytes;
    for position in 0..count {
        let at = bytes.len() - rest.len();
        let (entry, after) = split_entry(rest).ok_or(BundleError::Truncated { position, at })?;
        entries.push(entry);
        rest = after;
    }
    match rest.len() {
        0 => Ok(entries),
        extra => Err(BundleError::TrailingBytes { extra }),
    }
}

/// The entries of a bundle, however many it has; none when it is cut off.
#[must_use]
pub fn split_bundle(bytes: &[u8]) -> Option<Vec<&[u8]>> {
    let mut entries = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        let (entry, after) = split_entry(rest)?;
        entries.push(entry);
        rest = after;
    }
    Some(entries)
}

fn check_count(count: usize) -> Result<(), BundleError> {
    if (1..=usize::from(TILE_WIDTH)).contains(&count) {
        Ok(())
    } else {
        Err(BundleError::Count { count })
    }
}

fn split_entry(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<LENGTH_BYTES>()?;
    rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lengths_are_big_endian() {
        let bytes = encode_bundle(&[&b"ab"[..], b"", &[7; 258]]).unwrap();
        assert_eq!(bytes[..8], *b"\x00\x02ab\x00\x00\x01\x02");
        assert_eq!(bytes.len(), 8 + 258);
    }

    #[test]
    fn entries_end_at_the_limit() {
        let longest = vec![1; ENTRY_BYTES_MAX];
        let bytes = encode_bundle(&[&longest]).unwrap();
        assert_eq!(decode_bundle(&bytes, 1), Ok(vec![&longest[..]]));
        let too_long = vec![1; ENTRY_BYTES_MAX + 1];
        let (position, length) = (1, ENTRY_BYTES_MAX + 1);
        assert_eq!(
            encode_bundle(&[&longest, &too_long]),
            Err(BundleError::EntryTooLong { position, length })
        );
    }

    #[test]
    fn a_bundle_has_one_to_256_entries() {
        for count in [0, 257] {
            assert!(encode_bundle(&vec![b"x"; count]).is_err());
            assert!(decode_bundle(&vec![0; 2 * count], count).is_err());
        }
        let full = encode_bundle(&[b"x"; 256]).unwrap();
        assert_eq!(decode_bundle(&full, 256).unwrap().len(), 256);
    }

    #[test]
    fn every_other_count_and_length_is_refused() {
        let bytes = encode_bundle(&["one", "", "three"]).unwrap();
        for count in (0..300).filter(|count| *count != 3) {
            assert!(decode_bundle(&bytes, count).is_err(), "{count}");
        }
        for end in 0..bytes.len() {
            assert!(decode_bundle(&bytes[..end], 3).is_err(), "{end}");
        }
        let (position, at) = (2, 7);
        assert_eq!(decode_bundle(&bytes[..9], 3), Err(BundleError::Truncated { position, at }));
        let extra = 1;
        assert_eq!(
            decode_bundle(&[&bytes[..], b"!"].concat(), 3),
            Err(BundleError::TrailingBytes { extra })
        );
    }

    proptest! {
        #[test]
        fn bundles_go_round(
            entries in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..50), 1..=256),
        ) {
            let bytes = encode_bundle(&entries).unwrap();
            let read = decode_bundle(&bytes, entries.len()).unwrap();
            prop_assert_eq!(read, entries.iter().map(Vec::as_slice).collect::<Vec<_>>());
        }

        #[test]
        fn what_is_read_is_what_is_written(bytes: Vec<u8>, count in 0..20_usize) {
            if let Ok(entries) = decode_bundle(&bytes, count) {
                prop_assert_eq!(split_bundle(&bytes).unwrap_or_default(), entries.clone());
                prop_assert_eq!(encode_bundle(&entries), Ok(bytes));
            }
        }
    }
}
