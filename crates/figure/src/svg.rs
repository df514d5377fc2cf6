//! Writing SVG: escaped text, short numbers.

use servanda_text::is_hidden;
use std::fmt::{self, Write};

/// Text from data, safe between tags and in a quoted attribute. Characters that hide or turn the
/// reading direction are written out.
pub(crate) struct Safe<'a>(pub(crate) &'a str);

impl fmt::Display for Safe<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            match c {
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '&' => f.write_str("&amp;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                // XML 1.0 has no way to write these two.
                '\u{FFFE}' | '\u{FFFF}' => write!(f, "\\u{{{:04X}}}", u32::from(c))?,
                c if is_hidden(c) => write!(f, "\\u{{{:04X}}}", u32::from(c))?,
                c => f.write_char(c)?,
            }
        }
        Ok(())
    }
}

/// A length in user units with one decimal at most, and never `-0`.
pub(crate) struct Px(pub(crate) f64);

impl fmt::Display for Px {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tenths = (self.0 * 10.0).round();
        let tenths = if tenths.is_finite() { tenths as i64 } else { 0 };
        let sign = if tenths < 0 { "-" } else { "" };
        let (whole, rest) = (tenths.abs() / 10, tenths.abs() % 10);
        if rest == 0 { write!(f, "{sign}{whole}") } else { write!(f, "{sign}{whole}.{rest}") }
    }
}

/// An SVG element under construction.
pub(crate) struct Svg(String);

impl Svg {
    /// Opens a drawing with its name and description, both read out by a screen reader.
    pub(crate) fn figure(id: &str, width: f64, height: f64, title: &str, desc: &str) -> Svg {
        let mut svg = Svg(String::with_capacity(8192));
        svg.put(format_args!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"fig\" role=\"img\" \
             viewBox=\"0 0 {w} {h}\" width=\"{w}\" height=\"{h}\" \
             aria-labelledby=\"{id}-title\" aria-describedby=\"{id}-desc\">\
             <title id=\"{id}-title\">{}</title><desc id=\"{id}-desc\">{}</desc>\n",
            Safe(title),
            Safe(desc),
            w = Px(width),
            h = Px(height),
        ));
        svg
    }

    /// Adds what is given; escape texts with [`Safe`] first.
    pub(crate) fn put(&mut self, piece: fmt::Arguments<'_>) {
        // Writing into a String cannot fail.
        let _ = self.0.write_fmt(piece);
    }

    /// Adds a text at a place; `class` says how it is set.
    pub(crate) fn text(&mut self, x: f64, y: f64, class: &str, text: &str) {
        self.put(format_args!(
            "<text class=\"{class}\" x=\"{}\" y=\"{}\">{}</text>\n",
            Px(x),
            Px(y),
            Safe(text)
        ));
    }

    /// Closes the drawing.
    pub(crate) fn close(mut self) -> String {
        self.0.push_str("</svg>");
        self.0
    }
}

/// The first characters of a text, with an ellipsis when some are left off.
pub(crate) fn shorten(text: &str, chars_max: usize) -> String {
    if text.chars().count() <= chars_max {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(chars_max.saturating_sub(1)).collect();
    short.push('…');
    short
}

/// A count with its noun: `1 watch`, `2,000 watches`.
pub(crate) fn counted(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(n), if n == 1 { one } else { many })
}

/// A number with commas between its thousands.
pub(crate) fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_short() {
        for (length, text) in [
            (0.0, "0"),
            (-0.01, "0"),
            (12.04, "12"),
            (12.05, "12.1"),
            (-3.25, "-3.3"),
            (f64::NAN, "0"),
        ] {
            assert_eq!(Px(length).to_string(), text);
        }
    }

    #[test]
    fn texts_cannot_break_out() {
        assert_eq!(
            Safe("<b a=\"'\">&\u{202E}\u{FFFF}\r").to_string(),
            "&lt;b a=&quot;&#39;&quot;&gt;&amp;\\u{202E}\\u{FFFF}\\u{000D}"
        );
    }

    #[test]
    fn counts_read_well() {
        assert_eq!(counted(1, "watch", "watches"), "1 watch");
        assert_eq!(counted(1_234_567, "watch", "watches"), "1,234,567 watches");
        assert_eq!(shorten("abcdef", 4), "abc…");
        assert_eq!(shorten("abcd", 4), "abcd");
    }
}
