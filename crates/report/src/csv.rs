//! Tables as RFC 4180 text.

/// A table to be saved under its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CsvFile {
    /// File name, such as `exposure.csv`.
    pub name: &'static str,
    /// The table: a heading row, then one row a line, CRLF at each line's end.
    pub text: String,
}

/// A table under construction.
pub(crate) struct Table {
    name: &'static str,
    text: String,
    columns: usize,
}

impl Table {
    pub(crate) fn new(name: &'static str, heading: &[&str]) -> Table {
        let mut table = Table { name, text: String::new(), columns: heading.len() };
        table.row(&heading.iter().map(|cell| (*cell).to_owned()).collect::<Vec<String>>());
        table
    }

    /// Adds a row; it gets as many cells as the heading has.
    pub(crate) fn row(&mut self, cells: &[String]) {
        for place in 0..self.columns {
            if place > 0 {
                self.text.push(',');
            }
            self.text.push_str(&cell(cells.get(place).map_or("", String::as_str)));
        }
        self.text.push_str("\r\n");
    }

    pub(crate) fn file(self) -> CsvFile {
        CsvFile { name: self.name, text: self.text }
    }
}

/// A cell, quoted where it must be. Hidden characters are written out, and a text that a
/// spreadsheet would run as a formula gets an apostrophe before it (OWASP, CSV Injection).
fn cell(text: &str) -> String {
    let text = servanda_text::escape(text);
    let formula = text.starts_with(['=', '+', '@', '-', '\t']) && text.parse::<f64>().is_err();
    let text = if formula { format!("'{text}") } else { text.into_owned() };
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_harmless() {
        for (text, expected) in [
            ("plain", "plain"),
            ("a,b", "\"a,b\""),
            ("say \"no\"\nmore", "\"say \"\"no\"\"\nmore\""),
            ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
            ("-1", "-1"),
            ("-1+cmd", "'-1+cmd"),
            ("@x", "'@x"),
            ("a\u{202E}b\r", "a\\u{202E}b\\u{000D}"),
        ] {
            assert_eq!(cell(text), expected);
        }
    }

    #[test]
    fn every_row_has_the_heading_s_width() {
        let mut table = Table::new("t.csv", &["a", "b"]);
        table.row(&["1".to_owned()]);
        table.row(&["1".to_owned(), "2".to_owned(), "3".to_owned()]);
        assert_eq!(table.file().text, "a,b\r\n1,\r\n1,2\r\n");
    }
}
