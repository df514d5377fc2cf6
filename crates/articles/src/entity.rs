//! Character references (`&rsquo;`, `&#8217;`): what each shows, and how long it is.

use std::borrow::Cow;

/// The longest name with its `&` and `;`: `&CounterClockwiseContourIntegral;` has 33 bytes.
const NAME_BYTES_MAX: usize = 33;

/// What the reference at the start of `text` shows and how many bytes it takes, if there is one.
/// Names without `;` count where the HTML standard lets them.
pub(crate) fn reference(text: &str) -> Option<(Cow<'static, str>, usize)> {
    let bytes = text.as_bytes();
    if bytes.first() != Some(&b'&') {
        return None;
    }
    if bytes.get(1) == Some(&b'#') {
        return numeric(bytes);
    }
    let name = bytes.get(1..).unwrap_or_default();
    let len = name.iter().take(NAME_BYTES_MAX).take_while(|b| b.is_ascii_alphanumeric()).count();
    if bytes.get(1 + len) == Some(&b';')
        && let Some(shown) = shown(bytes.get(..len + 2)?)
    {
        return Some((shown, len + 2));
    }
    (2..=len).rev().find_map(|len| Some((shown(bytes.get(..=len)?)?, len + 1)))
}

fn shown(reference: &[u8]) -> Option<Cow<'static, str>> {
    let shown = htmlize::ENTITIES.get(reference)?;
    std::str::from_utf8(shown).ok().map(Cow::Borrowed)
}

fn numeric(bytes: &[u8]) -> Option<(Cow<'static, str>, usize)> {
    let hex = matches!(bytes.get(2), Some(b'x' | b'X'));
    let (start, radix) = if hex { (3, 16) } else { (2, 10) };
    let digits = bytes.get(start..)?;
    let len = digits.iter().take_while(|b| char::from(**b).is_digit(radix)).count();
    if len == 0 {
        return None;
    }
    let mut code: u32 = 0;
    for digit in digits.iter().take(len) {
        let digit = char::from(*digit).to_digit(radix)?;
        code = code.saturating_mul(radix).saturating_add(digit);
    }
    // The HTML standard reads the C1 controls as windows-1252.
    let shown = match code {
        0 => char::REPLACEMENT_CHARACTER,
        0x80..=0x9F => {
            let byte = [u8::try_from(code).ok()?];
            let (text, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(&byte);
            text.chars().next()?
        }
        _ => char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER),
    };
    let end = start + len;
    let closed = usize::from(bytes.get(end) == Some(&b';'));
    Some((Cow::Owned(shown.to_string()), end + closed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_read_as_browsers_read_them() {
        for (text, shown, len) in [
            ("&rsquo;s", "\u{2019}", 7),
            ("&#8217;s", "\u{2019}", 7),
            ("&#x2019 s", "\u{2019}", 7),
            ("&nbsp;", "\u{A0}", 6),
            ("&nbspx", "\u{A0}", 5),
            ("&notit;", "\u{AC}", 4),
            ("&notin;", "\u{2209}", 7),
            ("&amp;amp;", "&", 5),
            ("&#146;", "\u{2019}", 6),
            ("&#0;", "\u{FFFD}", 4),
            ("&#xD800;", "\u{FFFD}", 8),
            ("&#99999999999999;", "\u{FFFD}", 17),
            ("&CounterClockwiseContourIntegral;", "\u{2233}", 33),
        ] {
            assert_eq!(reference(text), Some((Cow::Borrowed(shown), len)), "{text}");
        }
        for text in ["& b", "&unheardof;", "&#;", "&#x;", "&", "a", "&\u{e9};"] {
            assert_eq!(reference(text), None, "{text}");
        }
    }
}
