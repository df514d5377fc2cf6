//! A file that is a picture and something else too. A program that opens it by another name would
//! find the other thing.

/// An archive of ZIP is found from behind: by the end of its list of files, which at most a remark
/// of this many bytes follows.
const ZIP_END: &[u8] = b"PK\x05\x06";
const ZIP_END_WITHIN: usize = 22 + 0xffff;
/// Other archives are found wherever they begin.
const ARCHIVES: [&[u8]; 2] = [b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c"];
/// A document of PDF begins this early.
const PDF: &[u8] = b"%PDF-";
const PDF_WITHIN: usize = 1024;
/// What begins a page or a script, in small letters. Those with few letters need text behind them:
/// else they would stand in the pixels of a large picture by chance.
const MARKUP: [(&[u8], bool); 10] = [
    (b"<!doctype", false),
    (b"<script", false),
    (b"<iframe", false),
    (b"<html", true),
    (b"<head", true),
    (b"<body", true),
    (b"<svg", true),
    (b"<img", true),
    (b"<?php", true),
    (b"__halt_compiler", false),
];

/// As many bytes of text in a row are no chance.
const TEXT_BYTES: usize = 4;

/// Whether a file is something else too.
pub(crate) fn is_something_else(bytes: &[u8]) -> bool {
    let last = &bytes[bytes.len().saturating_sub(ZIP_END_WITHIN)..];
    let first = &bytes[..bytes.len().min(PDF_WITHIN)];
    holds(last, ZIP_END)
        || holds(first, PDF)
        || ARCHIVES.iter().any(|archive| holds(bytes, archive))
        || is_markup(bytes)
}

fn holds(bytes: &[u8], mark: &[u8]) -> bool {
    let Some((first, _)) = mark.split_first() else { return false };
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|byte| byte == first) {
        if rest[at..].starts_with(mark) {
            return true;
        }
        rest = &rest[at + 1..];
    }
    false
}

fn is_markup(bytes: &[u8]) -> bool {
    let begins = |rest: &[u8], (mark, needs_text): &(&[u8], bool)| {
        let own = rest.get(..mark.len());
        own.is_some_and(|own| own.eq_ignore_ascii_case(mark))
            && (!needs_text || is_text(&rest[mark.len()..]))
    };
    bytes
        .iter()
        .enumerate()
        .filter(|(_, byte)| matches!(byte, b'<' | b'_'))
        .any(|(at, _)| MARKUP.iter().any(|mark| begins(&bytes[at..], mark)))
}

/// Whether a name ends here, and letters or signs follow.
fn is_text(rest: &[u8]) -> bool {
    let is_plain = |byte: &u8| byte.is_ascii_graphic() || byte.is_ascii_whitespace();
    let ends = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/');
    rest.first().is_some_and(ends) && rest.iter().take(TEXT_BYTES).all(is_plain)
}
