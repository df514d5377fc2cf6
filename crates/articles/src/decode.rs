//! From bytes to text: the encoding, and the place of each character.

use crate::Options;
use crate::fault::{Fault, Note};
use crate::limits::OTHER_ENCODING_BYTES_MAX;
use crate::map::{Map, Mapped};
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use servanda_text::Span;
use std::borrow::Cow;

/// How far declarations of an encoding are looked for, in bytes; the HTML standard says 1024, and
/// pages with long comments are found all the same.
const DECLARATION_BYTES: usize = 4096;

/// A way to read two bytes as one number.
type Unit = fn([u8; 2]) -> u16;

/// The text of a document, and what is to be known of its encoding.
pub(crate) fn decode<'a>(
    bytes: &'a [u8],
    name: &str,
    options: &Options<'_>,
) -> Result<(Mapped<'a>, Vec<Note>), Fault> {
    let name = || servanda_text::escape(name).into_owned();
    let max = options.limits.document_bytes.min(u32::MAX as usize);
    if bytes.len() > max {
        return Err(Fault::TooLarge { name: name(), bytes: bytes.len(), max });
    }
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(Fault::Empty { name: name() });
    }
    for (start, hint) in [
        (&b"PK\x03\x04"[..], "; it looks like a ZIP archive or an office document"),
        (b"\x1F\x8B", "; it looks compressed with gzip"),
        (b"%PDF-", "; it looks like a PDF"),
        (b"\x89PNG", "; it looks like a picture"),
        (b"\xFF\xD8\xFF", "; it looks like a picture"),
        (b"GIF8", "; it looks like a picture"),
        (b"{\\rtf", "; it looks like RTF"),
    ] {
        if bytes.starts_with(start) {
            return Err(Fault::Binary { name: name(), hint });
        }
    }
    if let Some(rest) = bytes.strip_prefix(b"\xEF\xBB\xBF") {
        return Ok(utf8(rest, 3));
    }
    let wide: Option<(usize, Unit)> = match bytes.get(..4).unwrap_or(bytes) {
        [0xFF, 0xFE, ..] => Some((2, u16::from_le_bytes)),
        [0xFE, 0xFF, ..] => Some((2, u16::from_be_bytes)),
        [a, 0, b, 0] if *a != 0 && *b != 0 => Some((0, u16::from_le_bytes)),
        [0, a, 0, b] if *a != 0 && *b != 0 => Some((0, u16::from_be_bytes)),
        _ => None,
    };
    if bytes.len() > OTHER_ENCODING_BYTES_MAX
        && (wide.is_some() || std::str::from_utf8(bytes).is_err())
    {
        let max = OTHER_ENCODING_BYTES_MAX;
        return Err(Fault::TooLarge { name: name(), bytes: bytes.len(), max });
    }
    if let Some((skipped, unit)) = wide {
        return Ok(utf16(bytes, skipped, unit));
    }
    if bytes.get(..DECLARATION_BYTES).unwrap_or(bytes).contains(&0) {
        return Err(Fault::Binary { name: name(), hint: "; it holds zero bytes" });
    }
    Ok(eight_bit(bytes, options.charset))
}

fn eight_bit<'b>(bytes: &'b [u8], charset: Option<&str>) -> (Mapped<'b>, Vec<Note>) {
    let label = charset.map(str::to_owned).or_else(|| declared(bytes));
    let declared = label.as_deref().map(|label| (label, usable(label)));
    match declared {
        Some((_, Some(encoding))) if encoding != UTF_8 => {
            // A page that was saved in UTF-8 keeps its old declaration. Text in another encoding
            // that happens to be UTF-8 beyond ASCII does not occur.
            if std::str::from_utf8(bytes).is_ok() && !bytes.is_ascii() {
                let (text, mut notes) = utf8(bytes, 0);
                let declared = encoding.name().to_owned();
                notes.push(Note::EncodingContradicted { declared, used: UTF_8.name() });
                (text, notes)
            } else {
                by_table(bytes, encoding)
            }
        }
        Some((_, Some(_))) => utf8(bytes, 0),
        unusable => {
            let (text, mut notes) = if std::str::from_utf8(bytes).is_ok() {
                utf8(bytes, 0)
            } else {
                let (text, mut notes) = by_table(bytes, WINDOWS_1252);
                if unusable.is_none() {
                    notes.push(Note::EncodingAssumed(WINDOWS_1252.name()));
                }
                (text, notes)
            };
            if let Some((label, _)) = unusable {
                let used = match text.text {
                    Cow::Borrowed(_) => UTF_8.name(),
                    Cow::Owned(_) => WINDOWS_1252.name(),
                };
                notes.push(Note::EncodingContradicted { declared: label.to_owned(), used });
            }
            (text, notes)
        }
    }
}

/// The encoding of that label if bytes can be told apart in it by themselves. A declaration that
/// could be read is not UTF-16, so that label means UTF-8, as the HTML standard says.
fn usable(label: &str) -> Option<&'static Encoding> {
    let encoding = Encoding::for_label(label.as_bytes())?;
    if encoding == encoding_rs::UTF_16LE || encoding == encoding_rs::UTF_16BE {
        return Some(UTF_8);
    }
    let stateful = encoding == encoding_rs::ISO_2022_JP || encoding == encoding_rs::REPLACEMENT;
    (!stateful && encoding != encoding_rs::X_USER_DEFINED).then_some(encoding)
}

/// The label after `charset=` in a `meta`, or after `encoding=` in an XML declaration.
fn declared(bytes: &[u8]) -> Option<String> {
    let head = bytes.get(..DECLARATION_BYTES).unwrap_or(bytes).to_ascii_lowercase();
    let start = head.trim_ascii_start();
    if start.starts_with(b"<?xml") {
        let end = memchr::memmem::find(start, b"?>").unwrap_or(start.len());
        let declaration = start.get(..end)?;
        if let Some(label) = label_after(declaration, b"encoding") {
            return Some(label);
        }
    }
    let mut from = 0;
    while let Some(at) = memchr::memmem::find(head.get(from..)?, b"<meta") {
        let tag = head.get(from + at..)?;
        let end = memchr::memchr(b'>', tag).unwrap_or(tag.len());
        if let Some(label) = label_after(tag.get(..end)?, b"charset") {
            return Some(label);
        }
        from += at + 5;
    }
    None
}

fn label_after(tag: &[u8], word: &[u8]) -> Option<String> {
    let at = memchr::memmem::find(tag, word)?;
    let rest = tag.get(at + word.len()..)?.trim_ascii_start().strip_prefix(b"=")?;
    let rest = rest.trim_ascii_start();
    let rest = rest.strip_prefix(b"\"").or(rest.strip_prefix(b"'")).unwrap_or(rest);
    let end = rest
        .iter()
        .position(|b| !(b.is_ascii_alphanumeric() || b"-_:.+".contains(b)))
        .unwrap_or(rest.len());
    let label = String::from_utf8_lossy(rest.get(..end.min(40))?).into_owned();
    (!label.is_empty()).then_some(label)
}

/// Counts what can't be decoded.
#[derive(Default)]
struct Undecodable {
    count: u32,
    first: Option<Span>,
}

impl Undecodable {
    fn add(&mut self, from: usize, len: usize) {
        self.count = self.count.saturating_add(1);
        self.first.get_or_insert(Span::of(from..from + len));
    }

    fn notes(self) -> Vec<Note> {
        let count = self.count;
        self.first.map(|first| Note::Undecodable { count, first }).into_iter().collect()
    }
}

fn utf8(bytes: &[u8], skipped: usize) -> (Mapped<'_>, Vec<Note>) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        let map = Map::same(skipped, bytes.len());
        return (Mapped { text: Cow::Borrowed(text), map }, Vec::new());
    }
    let (mut text, mut map, mut bad) =
        (String::with_capacity(bytes.len()), Map::default(), Undecodable::default());
    let mut at = skipped;
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        map.push(chunk.valid().len(), 1, at, 1);
        at += chunk.valid().len();
        let invalid = chunk.invalid().len();
        if invalid > 0 {
            push_char(&mut text, &mut map, char::REPLACEMENT_CHARACTER, at, invalid);
            bad.add(at, invalid);
            at += invalid;
        }
    }
    (Mapped { text: Cow::Owned(text), map }, bad.notes())
}

fn push_char(text: &mut String, map: &mut Map, shown: char, from: usize, raw: usize) {
    text.push(shown);
    map.push(1, shown.len_utf8(), from, raw);
}

fn utf16(bytes: &[u8], skipped: usize, unit: Unit) -> (Mapped<'_>, Vec<Note>) {
    let mut text = String::with_capacity(bytes.len() / 2);
    let (mut map, mut bad, mut at) = (Map::default(), Undecodable::default(), skipped);
    let body = bytes.get(skipped..).unwrap_or_default();
    let (pairs, rest) = body.as_chunks::<2>();
    for shown in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        let (shown, raw) = match shown {
            Ok(shown) => (shown, shown.len_utf16() * 2),
            Err(_) => {
                bad.add(at, 2);
                (char::REPLACEMENT_CHARACTER, 2)
            }
        };
        push_char(&mut text, &mut map, shown, at, raw);
        at += raw;
    }
    if !rest.is_empty() {
        push_char(&mut text, &mut map, char::REPLACEMENT_CHARACTER, at, 1);
        bad.add(at, 1);
    }
    (Mapped { text: Cow::Owned(text), map }, bad.notes())
}

/// Any encoding in which a character depends on the few bytes before it alone.
fn by_table<'a>(bytes: &'a [u8], encoding: &'static Encoding) -> (Mapped<'a>, Vec<Note>) {
    if bytes.is_ascii() {
        return utf8(bytes, 0);
    }
    let (mut text, mut map, mut bad) =
        (String::with_capacity(bytes.len() * 2), Map::default(), Undecodable::default());
    let mut decoder = encoding.new_decoder_without_bom_handling();
    // The start of the character that is not complete yet.
    let mut pending = 0;
    let mut buffer = [0; 32];
    for (at, byte) in bytes.iter().enumerate() {
        if byte.is_ascii() && pending == at {
            push_char(&mut text, &mut map, char::from(*byte), at, 1);
            pending = at + 1;
            continue;
        }
        let last = at + 1 == bytes.len();
        let (_, _, written, _) =
            decoder.decode_to_utf8(std::slice::from_ref(byte), &mut buffer, last);
        let shown = buffer.get(..written).and_then(|part| std::str::from_utf8(part).ok());
        let mut shown = shown.unwrap_or_default().chars().peekable();
        while let Some(c) = shown.next() {
            // Broken off: the first stands for the bytes before, the last for this one.
            let to = if shown.peek().is_some() && pending < at { at } else { at + 1 };
            if c == char::REPLACEMENT_CHARACTER {
                bad.add(pending, to - pending);
            }
            push_char(&mut text, &mut map, c, pending, to - pending);
            pending = to.min(at + 1);
        }
    }
    (Mapped { text: Cow::Owned(text), map }, bad.notes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;

    fn read(bytes: &[u8]) -> (String, Map, Vec<Note>) {
        let (mapped, notes) = decode(bytes, "a.txt", &Options::default()).unwrap();
        (mapped.text.into_owned(), mapped.map, notes)
    }

    #[test]
    fn what_the_server_says_of_the_encoding_goes_before_what_the_document_says() {
        let said = |bytes: &'static [u8], charset: &'static str| {
            let options = Options { charset: Some(charset), ..Options::default() };
            let (mapped, notes) = decode(bytes, "a.html", &options).unwrap();
            (mapped.text.into_owned(), notes.len())
        };
        assert_eq!(said(b"\xEF\xF0", "windows-1251"), ("пр".into(), 0));
        let page = b"<meta charset=windows-1252>\xEF";
        assert_eq!(said(page, "windows-1251"), ("<meta charset=windows-1252>п".into(), 0));
        // A mark at the start and plain UTF-8 are sure.
        assert_eq!(said(b"\xEF\xBB\xBFa", "windows-1251"), ("a".into(), 0));
        assert_eq!(said("п".as_bytes(), "windows-1252"), ("п".into(), 1));
        assert_eq!(said(b"caf\xE9", "no such thing"), ("café".into(), 1));
    }

    #[test]
    fn each_encoding_keeps_the_place() {
        let (text, map, notes) = read(b"\xEF\xBB\xBFa\xC3\xA9b");
        assert_eq!((text.as_str(), map.span(1..3), notes.len()), ("aéb", Span::new(4, 6), 0));
        let (text, map, notes) = read(b"\xFF\xFEa\0\xE9\0=\xD8\x00\xDEz\0");
        assert_eq!((text.as_str(), notes.len()), ("aé\u{1F600}z", 0));
        assert_eq!(map.span(1..3), Span::new(4, 6));
        assert_eq!(map.span(3..7), Span::new(6, 10));
        let (text, map, notes) = read(b"caf\xE9 \x93so\x94");
        assert_eq!(text, "café “so”");
        assert_eq!(map.span(6..9), Span::new(5, 6));
        assert_eq!(notes, [Note::EncodingAssumed("windows-1252")]);
        let (text, map, _) = read(b"<meta charset=shift_jis>\x82\xA0b\x83");
        assert_eq!(text, "<meta charset=shift_jis>\u{3042}b\u{FFFD}");
        assert_eq!(map.span(24..27), Span::new(24, 26));
        assert_eq!(map.span(27..28), Span::new(26, 27));
        assert_eq!(map.span(28..31), Span::new(27, 28));
    }

    #[test]
    fn a_declaration_counts_unless_it_makes_no_sense() {
        let (text, _, notes) = read(b"<?xml version='1.0' encoding='windows-1251'?>\xE0");
        assert!(text.ends_with('\u{430}') && notes.is_empty());
        let (text, _, notes) = read("<meta charset=iso-8859-1>\u{2019}".as_bytes());
        assert!(text.ends_with('\u{2019}'));
        assert_eq!(notes.len(), 1);
        let (_, _, notes) = read(b"<meta charset='x-unheard-of'>\xE9");
        assert_eq!(notes.len(), 1, "{notes:?}");
        let (text, _, notes) = read(b"<meta charset=utf-8>a\xFFb");
        assert!(text.ends_with("a\u{FFFD}b"));
        assert_eq!(notes, [Note::Undecodable { count: 1, first: Span::new(21, 22) }]);
    }

    #[test]
    fn what_is_no_text_is_refused() {
        for bytes in [&b"PK\x03\x04abc"[..], b"%PDF-1.7", b"ab\0\0\0cd", b" \n", b""] {
            let error = decode(bytes, "a\u{202E}b", &Options::default()).unwrap_err().to_string();
            assert!(error.starts_with("a\\u{202E}b: ") && error.contains("; "), "{error}");
        }
        let limits = Limits { document_bytes: 3, ..Limits::default() };
        let options = Options { limits, ..Options::default() };
        assert!(matches!(decode(b"abcd", "a", &options), Err(Fault::TooLarge { .. })));
    }
}
