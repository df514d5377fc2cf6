use std::borrow::Cow;
use std::fmt::Write;

/// Whether a character shows nothing, or changes how its neighbours are shown: control
/// characters, the marks that steer reading direction (Unicode Standard Annex 9), spaces without
/// width, line separators and tag characters. The tab and the line feed are not hidden, nor are
/// the joiners (U+200C, U+200D) that several scripts need.
#[must_use]
pub fn is_hidden(c: char) -> bool {
    match c {
        '\t' | '\n' => false,
        '\u{00AD}' | '\u{061C}' | '\u{180E}' | '\u{200B}' | '\u{200E}' | '\u{200F}' => true,
        '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' => true,
        '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}' => true,
        _ => c.is_control(),
    }
}

/// The text with each hidden character written out, such as `\u{202E}`.
#[must_use]
pub fn escape(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_hidden(c) {
            // Writing into a String cannot fail.
            let _ = write!(shown, "\\u{{{:04X}}}", u32::from(c));
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_characters_are_written_out() {
        assert_eq!(escape("a\u{202E}b"), "a\\u{202E}b");
        assert_eq!(escape("a\0b\u{1b}[31m\r"), "a\\u{0000}b\\u{001B}[31m\\u{000D}");
        assert_eq!(escape("\u{FEFF}x\u{200B}\u{E0041}"), "\\u{FEFF}x\\u{200B}\\u{E0041}");
    }

    #[test]
    fn plain_text_of_any_script_stays() {
        for text in ["", "tab\tline\n", "Київ", "الهدنة", "می\u{200C}خواهم", "👩\u{200D}⚕️"]
        {
            assert!(matches!(escape(text), Cow::Borrowed(same) if same == text), "{text}");
        }
    }
}
