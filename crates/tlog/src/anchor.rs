//! Anchors: time stamps of outside authorities (RFC 3161) for checkpoints.
//!
//! What is stamped is the SHA-256 of a checkpoint's three lines, without signatures, so that it can
//! be told from the record alone. A reply is kept as it came. Here only its form is read: which
//! hash it is for, and when it says that it was made. Whether an authority signed it, and which,
//! only who has that authority's certificate can tell:
//!
//! ```text
//! openssl ts -verify -digest HASH -in REPLY -CAfile AUTHORITY.pem
//! ```
//!
//! ```
//! use servanda_tlog::{Checkpoint, Stamp, StampError, leaf_hash, stamp_request, stamped_hash};
//!
//! let checkpoint = Checkpoint::new("example.com/record", 1, leaf_hash(b"entry"))?;
//! let request = stamp_request(stamped_hash(&checkpoint));
//! assert_eq!(request.len(), 59);
//! assert_eq!(Stamp::read(&request), Err(StampError::Form));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use der::asn1::{AnyRef, ObjectIdentifier, OctetStringRef};
use der::{DateTime, Decode as _, Reader as _, SliceReader, Tag, TagNumber, Tagged as _};
use thiserror::Error;

use crate::checkpoint::Checkpoint;
use crate::hash::{Hash, sha256};

/// Largest reply of an authority that is read, in bytes.
pub const STAMP_BYTES_MAX: usize = 262_144;
/// What a reply of RFC 3161 is, as its media type.
pub const STAMP_MEDIA: &str = "application/timestamp-reply";

/// A request in DER (RFC 3161, section 2.4.1) up to the hash, and what follows it: version 1,
/// SHA-256, no nonce, and that the authority's certificates be enclosed.
const REQUEST: ([u8; 24], [u8; 3]) = (
    [
        0x30, 0x39, 0x02, 0x01, 0x01, 0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01,
        0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20,
    ],
    [0x01, 0x01, 0xff],
);
const SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
const STAMP_INFO: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.1.4");
const SHA_256: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1");
const EXPLICIT: Tag = Tag::ContextSpecific { constructed: true, number: TagNumber(0) };

/// What an authority is asked to stamp of a checkpoint.
#[must_use]
pub fn stamped_hash(checkpoint: &Checkpoint) -> Hash {
    sha256(checkpoint.to_string().as_bytes())
}

/// The request to an authority, as it is sent (`application/timestamp-query`).
#[must_use]
pub fn stamp_request(hash: Hash) -> Vec<u8> {
    [&REQUEST.0[..], &hash.0, &REQUEST.1].concat()
}

/// What an authority's reply says. Its signature is not looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// What was stamped.
    pub hash: Hash,
    /// When, as the reply states, in whole seconds since 1970.
    pub claimed_at: u64,
}

/// Why a reply was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum StampError {
    /// Too long.
    #[error("a time-stamp reply has at most {STAMP_BYTES_MAX} bytes")]
    TooLong,
    /// The authority stamped nothing.
    #[error("the authority has granted no time stamp; ask it again, or another")]
    NotGranted,
    /// Of another form.
    #[error("this is no reply of RFC 3161 with a SHA-256 in it; take the reply as it came")]
    Form,
}

impl Stamp {
    /// Reads a reply (`TimeStampResp` of RFC 3161, in DER).
    ///
    /// # Errors
    /// [`StampError`].
    pub fn read(reply: &[u8]) -> Result<Stamp, StampError> {
        if reply.len() > STAMP_BYTES_MAX {
            return Err(StampError::TooLong);
        }
        let reply = AnyRef::from_der(reply).map_err(|_| StampError::Form)?;
        let mut reply = inside(reply, Tag::Sequence).ok_or(StampError::Form)?;
        let status = next(&mut reply).and_then(|status| inside(status, Tag::Sequence));
        let status = status.and_then(|mut status| next(&mut status)?.decode_as::<u8>().ok());
        match status.ok_or(StampError::Form)? {
            0 | 1 => token(reply).ok_or(StampError::Form),
            _ => Err(StampError::NotGranted),
        }
    }
}

/// The token that follows the status: signed data, and in it what was stamped.
fn token(mut reply: SliceReader<'_>) -> Option<Stamp> {
    let mut content = inside(next(&mut reply)?, Tag::Sequence)?;
    reply.is_finished().then_some(())?;
    is(&mut content, SIGNED_DATA)?;
    let mut explicit = inside(next(&mut content)?, EXPLICIT)?;
    let mut signed = inside(next(&mut explicit)?, Tag::Sequence)?;
    let (_version, _digests) = (next(&mut signed)?, next(&mut signed)?);
    let mut enclosed = inside(next(&mut signed)?, Tag::Sequence)?;
    is(&mut enclosed, STAMP_INFO)?;
    let mut explicit = inside(next(&mut enclosed)?, EXPLICIT)?;
    let info = next(&mut explicit)?.decode_as::<&OctetStringRef>().ok()?;
    let info = AnyRef::from_der(info.as_bytes()).ok()?;
    let mut info = inside(info, Tag::Sequence)?;
    let (_version, _policy) = (next(&mut info)?, next(&mut info)?);
    let mut imprint = inside(next(&mut info)?, Tag::Sequence)?;
    is(&mut inside(next(&mut imprint)?, Tag::Sequence)?, SHA_256)?;
    let hash = next(&mut imprint)?.decode_as::<&OctetStringRef>().ok()?;
    let hash = Hash(hash.as_bytes().try_into().ok()?);
    let _serial = next(&mut info)?;
    let time = next(&mut info)?;
    let claimed_at =
        (time.tag() == Tag::GeneralizedTime).then(|| seconds(time.value())).flatten()?;
    Some(Stamp { hash, claimed_at })
}

fn next<'a>(within: &mut SliceReader<'a>) -> Option<AnyRef<'a>> {
    AnyRef::decode(within).ok()
}

/// What a value with this tag holds.
fn inside(value: AnyRef<'_>, tag: Tag) -> Option<SliceReader<'_>> {
    if value.tag() == tag { SliceReader::new(value.value()).ok() } else { None }
}

/// The next value must be this identifier.
fn is(within: &mut SliceReader<'_>, id: ObjectIdentifier) -> Option<()> {
    (next(within)?.decode_as::<ObjectIdentifier>().ok()? == id).then_some(())
}

/// `20300107000000Z`, or with parts of a second, which are left out.
fn seconds(time: &[u8]) -> Option<u64> {
    let time = str::from_utf8(time).ok()?.strip_suffix('Z')?;
    let (whole, parts) = time.split_once('.').unwrap_or((time, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.len() != 14 || !digits(whole) || !digits(parts) {
        return None;
    }
    let number = |from: usize| whole.get(from..from + 2)?.parse::<u8>().ok();
    let year = whole.get(..4)?.parse::<u16>().ok()?;
    let time = DateTime::new(year, number(4)?, number(6)?, number(8)?, number(10)?, number(12)?);
    Some(time.ok()?.unix_duration().as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::leaf_hash;

    /// A reply of an authority that was made for this test, to the checkpoint of [`checkpoint`].
    const REPLY: &[u8] = include_bytes!("anchor/reply.tsr");
    const CLAIMED_AT: std::ops::RangeInclusive<u64> = 1_700_000_000..=2_000_000_000;

    fn checkpoint() -> Checkpoint {
        Checkpoint::new("example.com/record", 1, leaf_hash(b"entry")).unwrap()
    }

    #[test]
    fn a_reply_says_what_was_stamped_and_when() {
        let stamp = Stamp::read(REPLY).unwrap();
        assert_eq!(stamp.hash, stamped_hash(&checkpoint()));
        assert!(CLAIMED_AT.contains(&stamp.claimed_at), "{stamp:?}");
    }

    #[test]
    fn a_request_is_read_by_who_knows_the_form() {
        // As `openssl ts -query -digest … -sha256 -cert -no_nonce` writes it.
        let request = stamp_request(Hash([7; 32]));
        let mut whole = inside(AnyRef::from_der(&request).unwrap(), Tag::Sequence).unwrap();
        assert_eq!(next(&mut whole).unwrap().decode_as::<u8>(), Ok(1));
        let mut imprint = inside(next(&mut whole).unwrap(), Tag::Sequence).unwrap();
        let mut algorithm = inside(next(&mut imprint).unwrap(), Tag::Sequence).unwrap();
        assert_eq!(is(&mut algorithm, SHA_256), Some(()));
        assert!(next(&mut algorithm).unwrap().is_null() && algorithm.is_finished());
        assert_eq!(next(&mut imprint).unwrap().value(), [7; 32]);
        assert_eq!(next(&mut whole).unwrap().decode_as::<bool>(), Ok(true));
        assert!(whole.is_finished());
    }

    #[test]
    fn what_was_cut_off_lengthened_or_refused_is_no_stamp() {
        for end in 0..REPLY.len() {
            assert_eq!(Stamp::read(&REPLY[..end]), Err(StampError::Form), "{end}");
        }
        assert_eq!(Stamp::read(&[REPLY, b"\0"].concat()), Err(StampError::Form));
        assert_eq!(Stamp::read(&vec![0; STAMP_BYTES_MAX + 1]), Err(StampError::TooLong));
        // Status 2, rejection.
        let refused = [0x30, 0x05, 0x30, 0x03, 0x02, 0x01, 0x02];
        assert_eq!(Stamp::read(&refused), Err(StampError::NotGranted));
        let empty = [0x30, 0x05, 0x30, 0x03, 0x02, 0x01, 0x00];
        assert_eq!(Stamp::read(&empty), Err(StampError::Form));
    }

    #[test]
    fn no_changed_byte_makes_it_panic_or_stamp_the_same_at_another_time() {
        let stamp = Stamp::read(REPLY).unwrap();
        let changed = (0..REPLY.len()).filter(|at| {
            let mut reply = REPLY.to_vec();
            reply[*at] ^= 1;
            Stamp::read(&reply).is_ok_and(|read| read != stamp)
        });
        // The hash, and the digits of the time: nothing else changes what is read.
        assert!(changed.count() <= 32 + 14);
    }

    #[test]
    fn times_are_whole_seconds_with_or_without_parts() {
        assert_eq!(seconds(b"20300107000000Z"), Some(1_893_974_400));
        assert_eq!(seconds(b"20300107000000.999Z"), Some(1_893_974_400));
        for bad in ["20300107000000", "2030010700Z", "20301307000000Z", "20300107000000.Z"] {
            assert_eq!(seconds(bad.as_bytes()), None, "{bad}");
        }
        assert_eq!(seconds("2030010700000٣Z".as_bytes()), None);
    }
}
