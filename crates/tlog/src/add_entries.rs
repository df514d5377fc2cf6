//! What a mirror is sent and how it answers (C2SP tlog-mirror, `add-entries`).

use thiserror::Error;

use crate::bundle::ENTRY_BYTES_MAX;
use crate::hash::{HASH_BYTES, Hash};
use crate::tiles::TILE_WIDTH;

/// Entries of a package; the first and the last may have fewer.
const PACKAGE: u64 = TILE_WIDTH as u64;
/// Hashes of a package's proof.
const HASHES_MAX: usize = 63;
/// Most bytes of a whole package: entries with their lengths, and the proof.
pub const PACKAGE_BYTES_MAX: usize =
    TILE_WIDTH as usize * (2 + ENTRY_BYTES_MAX) + 1 + HASHES_MAX * HASH_BYTES;

/// Why the beginning of a request to add entries can't be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error(
    "an upload begins with the log's origin, the first index, the index after the last, and a \
     ticket, as C2SP tlog-mirror says"
)]
pub struct UploadError;

/// The beginning of a request to add entries: to which log, and which.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// The log.
    pub origin: String,
    /// The first entry that is uploaded.
    pub start: u64,
    /// The entry after the last: the size of a checkpoint that the mirror knows.
    pub end: u64,
    /// What the mirror gave to be given back.
    pub ticket: Vec<u8>,
}

impl Upload {
    /// Reads the beginning of a request, and gives the packages that follow it.
    ///
    /// # Errors
    /// [`UploadError`].
    pub fn parse(bytes: &[u8]) -> Result<(Upload, &[u8]), UploadError> {
        let read = || {
            let (origin, rest) = split_sized(bytes)?;
            let origin = str::from_utf8(origin).ok()?.to_owned();
            let (start, rest) = rest.split_first_chunk::<8>()?;
            let (end, rest) = rest.split_first_chunk::<8>()?;
            let (ticket, rest) = split_sized(rest)?;
            let (start, end) = (u64::from_be_bytes(*start), u64::from_be_bytes(*end));
            (start <= end).then(|| (Upload { origin, start, end, ticket: ticket.to_vec() }, rest))
        };
        read().ok_or(UploadError)
    }

    /// The bytes, to be followed by packages.
    ///
    /// # Errors
    /// [`UploadError`] when the origin or the ticket is too long.
    pub fn to_bytes(&self) -> Result<Vec<u8>, UploadError> {
        let sized = |bytes: &[u8]| {
            let length = u16::try_from(bytes.len()).map_err(|_| UploadError)?;
            Ok([&length.to_be_bytes()[..], bytes].concat())
        };
        let mut bytes = sized(self.origin.as_bytes())?;
        bytes.extend(self.start.to_be_bytes());
        bytes.extend(self.end.to_be_bytes());
        bytes.extend(sized(&self.ticket)?);
        Ok(bytes)
    }

    /// The packages of the whole upload: in each the subtree's first entry, the first that is sent,
    /// and the entry after the last.
    pub fn packages(&self) -> impl Iterator<Item = (u64, u64, u64)> + use<> {
        let (start, end) = (self.start, self.end);
        let first = start - start % PACKAGE;
        let count = if start == end { 0 } else { (end - first).div_ceil(PACKAGE) };
        (0..count).map(move |n| {
            let from = first + n * PACKAGE;
            (from, from.max(start), from.saturating_add(PACKAGE).min(end))
        })
    }
}

/// Some entries, with the proof that they are in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package<'b> {
    /// The entries.
    pub entries: Vec<&'b [u8]>,
    /// That the subtree which ends with them is part of the log's tree.
    pub proof: Vec<Hash>,
}

impl Package<'_> {
    /// Reads a package of so many entries, and gives what follows it; none when it is cut off or
    /// its proof is too long.
    #[must_use]
    pub fn parse(bytes: &[u8], count: u64) -> Option<(Package<'_>, &[u8])> {
        let (mut entries, mut rest) = (Vec::new(), bytes);
        for _ in 0..count {
            let (entry, after) = split_sized(rest)?;
            entries.push(entry);
            rest = after;
        }
        let (hashes, rest) = rest.split_first()?;
        let hashes = usize::from(*hashes);
        let (proof, rest) = rest.split_at_checked(hashes * HASH_BYTES)?;
        let (proof, _) = proof.as_chunks::<HASH_BYTES>();
        let proof = proof.iter().copied().map(Hash).collect();
        (hashes <= HASHES_MAX).then_some((Package { entries, proof }, rest))
    }

    /// The bytes; none when an entry or the proof is too long.
    #[must_use]
    pub fn to_bytes(&self) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        for entry in &self.entries {
            bytes.extend(u16::try_from(entry.len()).ok()?.to_be_bytes());
            bytes.extend(*entry);
        }
        bytes.push(u8::try_from(self.proof.len()).ok().filter(|n| usize::from(*n) <= HASHES_MAX)?);
        bytes.extend(self.proof.iter().flat_map(|hash| hash.0));
        Some(bytes)
    }
}

/// What a mirror says of itself to who must send more, or otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MirrorInfo {
    /// The size of a checkpoint that it knows: to be sent as the end.
    pub size: u64,
    /// The first entry that it doesn't have.
    pub next: u64,
    /// What it wants back.
    pub ticket: Vec<u8>,
}

impl MirrorInfo {
    /// The type of such an answer in HTTP.
    pub const MEDIA_TYPE: &str = "text/x.tlog.mirror-info";

    /// Reads exactly what is written.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<MirrorInfo> {
        use base64::Engine as _;
        let text = str::from_utf8(bytes).ok()?.strip_suffix('\n')?;
        let mut lines = text.split('\n');
        let mut number = || lines.next()?.parse::<u64>().ok();
        let (size, next) = (number()?, number()?);
        let ticket = base64::engine::general_purpose::STANDARD.decode(lines.next()?).ok()?;
        let info = MirrorInfo { size, next, ticket };
        (info.to_bytes() == bytes).then_some(info)
    }

    /// Three lines.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        use base64::Engine as _;
        let ticket = base64::engine::general_purpose::STANDARD.encode(&self.ticket);
        format!("{}\n{}\n{ticket}\n", self.size, self.next).into_bytes()
    }
}

fn split_sized(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<2>()?;
    rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::leaf_hash;
    use proptest::prelude::*;

    fn upload(start: u64, end: u64) -> Upload {
        Upload { origin: "example.com/log".into(), start, end, ticket: b"t".to_vec() }
    }

    #[test]
    fn an_upload_is_written_as_the_text_says() {
        let bytes = upload(3, 700).to_bytes().unwrap();
        assert_eq!(bytes[..4], *b"\x00\x0fex");
        assert_eq!(bytes[17..33], *b"\0\0\0\0\0\0\0\x03\0\0\0\0\0\0\x02\xbc");
        assert_eq!(bytes[33..], *b"\x00\x01t");
        let with = [&bytes[..], b"rest"].concat();
        assert_eq!(Upload::parse(&with), Ok((upload(3, 700), &b"rest"[..])));
        assert_eq!(Upload::parse(&upload(4, 3).to_bytes().unwrap()), Err(UploadError));
        for end in 0..bytes.len() {
            assert!(Upload::parse(&bytes[..end]).is_err());
        }
        assert!(Upload { ticket: vec![0; 65_536], ..upload(0, 1) }.to_bytes().is_err());
    }

    #[test]
    fn packages_lie_between_multiples_of_256() {
        let packages = |start, end| upload(start, end).packages().collect::<Vec<_>>();
        assert_eq!(packages(5, 5), []);
        assert_eq!(packages(3, 700), [(0, 3, 256), (256, 256, 512), (512, 512, 700)]);
        assert_eq!(packages(256, 257), [(256, 256, 257)]);
        assert_eq!(packages(300, 512), [(256, 300, 512)]);
        assert_eq!(packages(u64::MAX - 1, u64::MAX).len(), 1);
        assert_eq!(upload(0, u64::MAX).packages().next(), Some((0, 0, 256)));
    }

    #[test]
    fn packages_and_infos_go_round_and_no_other_spelling_is_read() {
        let package =
            Package { entries: vec![b"one", b"", b"three"], proof: vec![leaf_hash(b"a"); 63] };
        let bytes = package.to_bytes().unwrap();
        assert_eq!(Package::parse(&bytes, 3), Some((package.clone(), &b""[..])));
        for end in 0..bytes.len() {
            assert_eq!(Package::parse(&bytes[..end], 3), None);
        }
        assert!(Package { proof: vec![leaf_hash(b"a"); 64], ..package }.to_bytes().is_none());
        let info = MirrorInfo { size: 7, next: 3, ticket: vec![1, 2] };
        assert_eq!(info.to_bytes(), b"7\n3\nAQI=\n");
        assert_eq!(MirrorInfo::parse(b"7\n3\nAQI=\n"), Some(info));
        for other in
            ["7\n3\nAQI=", "07\n3\n\n", "7\n3\n", "7\n3\n\n\n", "7\n3\nAQI\n", "x\n3\n\n", ""]
        {
            assert_eq!(MirrorInfo::parse(other.as_bytes()), None, "{other}");
        }
        assert!(MirrorInfo::parse(b"7\n3\n\n").is_some());
    }

    proptest! {
        #[test]
        fn what_is_read_was_written(bytes: Vec<u8>, count in 0_u64..5) {
            if let Ok((upload, rest)) = Upload::parse(&bytes) {
                let written = [upload.to_bytes().unwrap(), rest.to_vec()];
                prop_assert_eq!(written.concat(), bytes.clone());
            }
            if let Some((package, rest)) = Package::parse(&bytes, count) {
                prop_assert_eq!([package.to_bytes().unwrap(), rest.to_vec()].concat(), bytes);
            }
        }
    }
}
