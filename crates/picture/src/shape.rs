//! Where a picture begins and ends in its file, by the format's own lengths and marks.

use crate::{Fault, Format};

pub(crate) const JPEG: &[u8] = b"\xff\xd8\xff";
pub(crate) const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// The picture is the whole file, and stands still.
pub(crate) fn check(format: Format, bytes: &[u8]) -> Result<(), Fault> {
    let end = match format {
        Format::Jpeg => jpeg(bytes),
        Format::Png => png(bytes),
        Format::Webp => webp(bytes),
    }?;
    if end == bytes.len() { Ok(()) } else { Err(Fault::GoesOn) }
}

/// The end of a JPEG: segments with their lengths, scans up to the next mark, the end's mark.
fn jpeg(bytes: &[u8]) -> Result<usize, Fault> {
    let mut at = 2;
    loop {
        match bytes.get(at) {
            None => return Err(Fault::CutOff),
            Some(0xff) => {}
            Some(_) => return Err(Fault::Damaged),
        }
        while bytes.get(at) == Some(&0xff) {
            at += 1;
        }
        let mark = *bytes.get(at).ok_or(Fault::CutOff)?;
        at += 1;
        match mark {
            END => return Ok(at),
            // A second beginning, or what stands in scans alone.
            0x00 | 0xd8 => return Err(Fault::Damaged),
            0x01 | RESTART_FIRST..=RESTART_LAST => {}
            _ => {
                let length = bytes.get(at..at + 2).ok_or(Fault::CutOff)?;
                let length = usize::from(u16::from_be_bytes([length[0], length[1]]));
                if length < 2 {
                    return Err(Fault::Damaged);
                }
                at += length;
                if mark == SCAN {
                    at = scan_end(bytes, at).ok_or(Fault::CutOff)?;
                }
            }
        }
    }
}

const END: u8 = 0xd9;
const SCAN: u8 = 0xda;
const RESTART_FIRST: u8 = 0xd0;
const RESTART_LAST: u8 = 0xd7;

/// The mark behind a scan's data.
fn scan_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at += bytes.get(at..)?.iter().position(|byte| *byte == 0xff)?;
        match bytes.get(at + 1)? {
            0x00 | RESTART_FIRST..=RESTART_LAST => at += 2,
            0xff => at += 1,
            _ => return Some(at),
        }
    }
}

/// The end of a PNG: chunks with their lengths, the last of them.
fn png(bytes: &[u8]) -> Result<usize, Fault> {
    let mut at = PNG.len();
    loop {
        let (kind, end) = chunk(bytes, at, u32::from_be_bytes, |head| (&head[4..], &head[..4]))?;
        // Every chunk ends with its sum.
        let end = end.checked_add(4).filter(|end| *end <= bytes.len()).ok_or(Fault::CutOff)?;
        match kind {
            b"IEND" => return Ok(end),
            b"acTL" | b"fcTL" | b"fdAT" => return Err(Fault::Moves),
            _ => at = end,
        }
    }
}

/// Among the flags of a WebP: it is a film.
const FILM: u8 = 0x02;

/// The end of a WebP: a RIFF of the length that it says, and chunks that fill it.
fn webp(bytes: &[u8]) -> Result<usize, Fault> {
    let (_, end) = chunk(bytes, 0, u32::from_le_bytes, |head| (&head[..4], &head[4..]))?;
    let mut at = 12;
    while at < end {
        let (kind, stop) = chunk(bytes, at, u32::from_le_bytes, |head| (&head[..4], &head[4..]))?;
        match kind {
            b"VP8X" if bytes.get(at + 8).is_some_and(|flags| flags & FILM != 0) => {
                return Err(Fault::Moves);
            }
            b"VP8 " | b"VP8L" | b"VP8X" | b"ALPH" | b"ICCP" | b"EXIF" | b"XMP " => {}
            b"ANIM" | b"ANMF" => return Err(Fault::Moves),
            _ => return Err(Fault::Hides),
        }
        // Chunks begin at even places.
        at = stop + stop % 2;
    }
    if at == end { Ok(end) } else { Err(Fault::Damaged) }
}

/// A chunk's kind, and where its data ends.
fn chunk<'b>(
    bytes: &'b [u8],
    at: usize,
    number: impl Fn([u8; 4]) -> u32,
    parts: impl Fn(&'b [u8]) -> (&'b [u8], &'b [u8]),
) -> Result<(&'b [u8], usize), Fault> {
    let head = bytes.get(at..at + 8).ok_or(Fault::CutOff)?;
    let (kind, length) = parts(head);
    let length = number(length.try_into().map_err(|_| Fault::Damaged)?);
    let end = usize::try_from(length).ok().and_then(|length| (at + 8).checked_add(length));
    let end = end.filter(|end| *end <= bytes.len()).ok_or(Fault::CutOff)?;
    Ok((kind, end))
}
