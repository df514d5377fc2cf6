//! The one door through which data comes into a page.

use askama::filters::Escaper;
use servanda_text::is_hidden;
use std::fmt::{self, Write};

/// Escapes for HTML text and quoted attributes, and writes out characters that show nothing or
/// turn the reading direction.
#[derive(Debug, Clone, Copy)]
pub struct Shown;

impl Escaper for Shown {
    fn write_escaped_str<W: Write>(&self, mut dest: W, string: &str) -> fmt::Result {
        for c in string.chars() {
            match c {
                '<' => dest.write_str("&lt;")?,
                '>' => dest.write_str("&gt;")?,
                '&' => dest.write_str("&amp;")?,
                '"' => dest.write_str("&quot;")?,
                '\'' => dest.write_str("&#39;")?,
                c if is_hidden(c) => write!(dest, "\\u{{{:04X}}}", u32::from(c))?,
                c => dest.write_char(c)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_and_hidden_characters_are_shown() {
        let mut out = String::new();
        Shown.write_escaped_str(&mut out, "<a href='x' b=\"y\">&\u{202E}\u{0}é").unwrap();
        assert_eq!(out, "&lt;a href=&#39;x&#39; b=&quot;y&quot;&gt;&amp;\\u{202E}\\u{0000}é");
    }
}
