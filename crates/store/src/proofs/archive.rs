//! The one form of ZIP that a bundle has: every field but name, size and checksum is fixed.

use std::collections::BTreeSet;
use std::io::{self, Read, Seek, SeekFrom, Write};

use super::code::{Code, Refusal};

/// Most members; the format itself has room for no more.
pub(super) const MEMBERS_MAX: usize = 65_535;
/// Longest name of a member, in bytes.
const NAME_BYTES_MAX: usize = 100;

const LOCAL: u32 = 0x0403_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const END: u32 = 0x0605_4b50;
/// Version 1.0 is needed to read it.
const VERSION: u16 = 10;
/// Made on Unix, by version 2.0 of the format.
const MADE_BY: u16 = 0x0314;
/// The first of January 1980, midnight: the earliest that the format can say.
const DATE: u16 = 0x0021;
/// A regular file that everybody may read.
const ATTRIBUTES: u32 = 0o100_644 << 16;
/// The kind of file in the attributes, and that of a symbolic link.
const KIND_MASK: u32 = 0o170_000 << 16;
const KIND_LINK: u32 = 0o120_000 << 16;

const CHUNK_BYTES: usize = 64 * 1024;

/// A member whose bytes fit its checksum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Member {
    pub(super) name: String,
    pub(super) size: u32,
    crc: u32,
    /// Where its header begins.
    header: u32,
}

impl Member {
    fn data(&self) -> u64 {
        u64::from(self.header) + 30 + self.name.len() as u64
    }

    /// What both headers of a member say alike, from the version needed on.
    fn fields(&self) -> Vec<u8> {
        let mut fields = Vec::with_capacity(26);
        // Flags, method and time of day are 0.
        for short in [VERSION, 0, 0, 0, DATE] {
            fields.extend(short.to_le_bytes());
        }
        for long in [self.crc, self.size, self.size] {
            fields.extend(long.to_le_bytes());
        }
        fields.extend((self.name.len() as u16).to_le_bytes());
        fields.extend(0_u16.to_le_bytes());
        fields
    }

    fn local(&self) -> Vec<u8> {
        [&LOCAL.to_le_bytes(), self.fields().as_slice(), self.name.as_bytes()].concat()
    }

    fn central(&self) -> Vec<u8> {
        let mut header = CENTRAL.to_le_bytes().to_vec();
        header.extend(MADE_BY.to_le_bytes());
        header.extend(self.fields());
        // Comment, disk, internal attributes.
        header.extend([0; 6]);
        header.extend(ATTRIBUTES.to_le_bytes());
        header.extend(self.header.to_le_bytes());
        header.extend(self.name.as_bytes());
        header
    }
}

fn end(members: u16, directory_bytes: u32, directory: u32) -> Vec<u8> {
    let mut record = END.to_le_bytes().to_vec();
    record.extend([0; 4]);
    record.extend(members.to_le_bytes());
    record.extend(members.to_le_bytes());
    record.extend(directory_bytes.to_le_bytes());
    record.extend(directory.to_le_bytes());
    record.extend([0; 2]);
    record
}

/// Writes a bundle, member by member.
pub(super) struct Writer<W> {
    to: W,
    at: u64,
    members: Vec<Member>,
}

fn too_much() -> io::Error {
    let what = "a bundle has at most 65,535 members and 4 GiB; prove a smaller range";
    io::Error::new(io::ErrorKind::FileTooLarge, what)
}

impl<W: Write> Writer<W> {
    pub(super) fn new(to: W) -> Writer<W> {
        Writer { to, at: 0, members: Vec::new() }
    }

    pub(super) fn put(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let size = u32::try_from(bytes.len()).map_err(|_| too_much())?;
        let header = u32::try_from(self.at).map_err(|_| too_much())?;
        if self.members.len() >= MEMBERS_MAX {
            return Err(too_much());
        }
        let member = Member { name: name.to_owned(), size, crc: crc32fast::hash(bytes), header };
        let local = member.local();
        self.to.write_all(&local)?;
        self.to.write_all(bytes)?;
        self.at += (local.len() + bytes.len()) as u64;
        self.members.push(member);
        Ok(())
    }

    pub(super) fn finish(mut self) -> io::Result<W> {
        let directory = u32::try_from(self.at).map_err(|_| too_much())?;
        let mut bytes = 0_u64;
        for member in &self.members {
            let central = member.central();
            self.to.write_all(&central)?;
            bytes += central.len() as u64;
        }
        let bytes = u32::try_from(bytes).map_err(|_| too_much())?;
        self.to.write_all(&end(self.members.len() as u16, bytes, directory))?;
        self.to.flush()?;
        Ok(self.to)
    }
}

/// Why an archive could not be judged, or was refused.
#[derive(Debug)]
pub(super) enum Stop {
    Refused(Refusal),
    Io(io::Error),
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Stop {
        Stop::Refused(refusal)
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Stop {
        Stop::Io(error)
    }
}

/// Reads exactly so many bytes; an archive that ends before has not the form.
fn exactly<R: Read>(from: &mut R, count: usize) -> Result<Vec<u8>, Stop> {
    let mut bytes = vec![0; count];
    match from.read_exact(&mut bytes) {
        Ok(()) => Ok(bytes),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            Err(Refusal::of(Code::ZipForm).into())
        }
        Err(error) => Err(error.into()),
    }
}

fn short(bytes: &[u8], at: usize) -> u16 {
    bytes.get(at..at + 2).and_then(|two| two.try_into().ok()).map_or(0, u16::from_le_bytes)
}

fn long(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).and_then(|four| four.try_into().ok()).map_or(0, u32::from_le_bytes)
}

/// Goes through the whole archive once, holding only names; whatever is not in the one form is
/// refused.
pub(super) fn scan<R: Read + Seek>(from: &mut R) -> Result<Vec<Member>, Stop> {
    from.seek(SeekFrom::Start(0))?;
    let mut from = io::BufReader::with_capacity(CHUNK_BYTES, from);
    let mut members: Vec<Member> = Vec::new();
    let mut names = BTreeSet::new();
    let mut at: u64 = 0;
    loop {
        let signature = long(&exactly(&mut from, 4)?, 0);
        if signature == CENTRAL {
            break;
        }
        let header = u32::try_from(at).map_err(|_| Refusal::of(Code::ZipForm))?;
        if signature != LOCAL || members.len() == MEMBERS_MAX {
            return Err(Refusal::of(Code::ZipForm).into());
        }
        let member = scan_member(&mut from, header)?;
        if !names.insert(member.name.clone()) {
            return Err(Refusal::at(Code::ZipDuplicate, &member.name).into());
        }
        scan_data(&mut from, &member)?;
        at = member.data() + u64::from(member.size);
        members.push(member);
    }
    let directory = u32::try_from(at).map_err(|_| Refusal::of(Code::ZipForm))?;
    let mut directory_bytes = 0;
    for (place, member) in members.iter().enumerate() {
        let mut header =
            if place == 0 { CENTRAL.to_le_bytes().to_vec() } else { exactly(&mut from, 4)? };
        header.extend(exactly(&mut from, 42)?);
        if short(&header, 32) != 0 {
            return Err(Refusal::at(Code::ZipComment, &member.name).into());
        }
        if long(&header, 38) & KIND_MASK == KIND_LINK {
            return Err(Refusal::at(Code::ZipSymlink, &member.name).into());
        }
        let expected = member.central();
        header.extend(exactly(&mut from, member.name.len())?);
        if header != expected {
            return Err(Refusal::at(Code::ZipMismatch, &member.name).into());
        }
        directory_bytes += expected.len() as u64;
    }
    let directory_bytes = u32::try_from(directory_bytes).map_err(|_| Refusal::of(Code::ZipForm))?;
    // With no members at all, the signature of a directory that is not there was read.
    if members.is_empty() {
        return Err(Refusal::of(Code::ZipForm).into());
    }
    let record = exactly(&mut from, 22)?;
    if short(&record, 20) != 0 {
        return Err(Refusal::of(Code::ZipComment).into());
    }
    if record != end(members.len() as u16, directory_bytes, directory) {
        return Err(Refusal::of(Code::ZipMismatch).into());
    }
    if from.read(&mut [0])? != 0 {
        return Err(Refusal::of(Code::ZipTrailing).into());
    }
    Ok(members)
}

/// The header of a member, after its signature.
fn scan_member<R: Read>(from: &mut R, header: u32) -> Result<Member, Stop> {
    let fields = exactly(from, 26)?;
    if short(&fields, 4) != 0 {
        return Err(Refusal::of(Code::ZipCompressed).into());
    }
    let length = usize::from(short(&fields, 22));
    if length == 0 || length > NAME_BYTES_MAX {
        return Err(Refusal::of(Code::ZipName).into());
    }
    let name = exactly(from, length)?;
    let name = plain_name(&name).ok_or_else(|| Refusal::of(Code::ZipName))?;
    let member = Member { name, crc: long(&fields, 10), size: long(&fields, 14), header };
    if member.fields() != fields {
        return Err(Refusal::at(Code::ZipForm, &member.name).into());
    }
    Ok(member)
}

fn scan_data<R: Read>(from: &mut R, member: &Member) -> Result<(), Stop> {
    let mut hasher = crc32fast::Hasher::new();
    let mut left = member.size as usize;
    while left > 0 {
        let chunk = exactly(from, left.min(CHUNK_BYTES))?;
        hasher.update(&chunk);
        left -= chunk.len();
    }
    if hasher.finalize() != member.crc {
        return Err(Refusal::at(Code::ZipCrc, &member.name).into());
    }
    Ok(())
}

/// Letters, digits, dots, dashes; parts between slashes that are not empty and lead nowhere else.
fn plain_name(name: &[u8]) -> Option<String> {
    let name = str::from_utf8(name).ok()?;
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._-/".contains(&byte);
    let leads_astray = |part: &str| part.is_empty() || part == "." || part == "..";
    let is_plain = name.bytes().all(allowed) && !name.split('/').any(leads_astray);
    is_plain.then(|| name.to_owned())
}

/// The bytes of a member that was found to be no larger than is read at once.
pub(super) fn read_member<R: Read + Seek>(from: &mut R, member: &Member) -> Result<Vec<u8>, Stop> {
    from.seek(SeekFrom::Start(member.data()))?;
    exactly(from, member.size as usize)
}

/// Hands on the bytes of a member piece by piece.
pub(super) fn each_chunk<R: Read + Seek>(
    from: &mut R,
    member: &Member,
    mut take: impl FnMut(&[u8]),
) -> Result<(), Stop> {
    from.seek(SeekFrom::Start(member.data()))?;
    let mut left = member.size as usize;
    while left > 0 {
        let chunk = exactly(from, left.min(CHUNK_BYTES))?;
        take(&chunk);
        left -= chunk.len();
    }
    Ok(())
}
