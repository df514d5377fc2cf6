//! Text side by side, as wide as the terminal: what is compared, the old, the new.

use std::fmt::Write;

/// Where nothing says how wide it is.
const WIDTH: usize = 96;
/// Narrower, nothing can be read side by side.
const WIDTH_MIN: usize = 48;
const WIDTH_MAX: usize = 160;
const BOLD: &str = "\x1b[1m";
const PLAIN: &str = "\x1b[0m";
const GAP: &str = " │ ";

/// How wide the terminal is, in characters; a file is as wide as a page.
pub(crate) fn terminal_width() -> usize {
    let size = terminal_size::terminal_size();
    let width = size.map_or(WIDTH, |(width, _)| usize::from(width.0));
    width.clamp(WIDTH_MIN, WIDTH_MAX)
}

/// A row of the table.
pub(crate) enum Row {
    /// Across all columns, in bold.
    Head(String),
    /// Across all columns.
    Note(String),
    /// Three cells side by side.
    Cells([String; 3]),
}

/// Writes rows in columns, with the titles of the columns above them.
pub(crate) fn columns(text: &mut String, titles: [&str; 3], rows: &[Row], width: usize) {
    let inner = width.saturating_sub(2 * GAP.chars().count());
    let first = (inner * 3 / 10).clamp(16, 40);
    let second = (inner - first) / 2;
    let widths = [first, second, inner - first - second];
    line(text, &titles.map(str::to_owned), widths);
    let dashes = widths.map(|width| "─".repeat(width));
    // Writing into a String cannot fail.
    let _ = writeln!(text, "{}", dashes.join("─┼─"));
    for row in rows {
        match row {
            Row::Head(words) => {
                for part in wrap(words, width) {
                    let _ = writeln!(text, "{BOLD}{part}{PLAIN}");
                }
            }
            Row::Note(words) => {
                for part in wrap(words, width - 2) {
                    let _ = writeln!(text, "  {part}");
                }
            }
            Row::Cells(cells) => line(text, cells, widths),
        }
    }
}

/// One row of cells, as many lines as the longest of them takes.
fn line(text: &mut String, cells: &[String; 3], widths: [usize; 3]) {
    let parts = [0, 1, 2].map(|n| wrap(&cells[n], widths[n]));
    let lines = parts.iter().map(Vec::len).max().unwrap_or(0);
    for at in 0..lines {
        let shown = [0, 1, 2].map(|n| {
            let part = parts[n].get(at).map_or("", String::as_str);
            format!("{part}{}", " ".repeat(widths[n].saturating_sub(part.chars().count())))
        });
        let _ = writeln!(text, "{}", shown.join(GAP).trim_end());
    }
}

/// Text in lines of at most so many characters; a word that is longer is cut where it must be.
/// What could trick a terminal is written out.
pub(crate) fn wrap(words: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in words.split('\n') {
        let shown = servanda_text::escape(paragraph);
        let mut line = String::new();
        for word in shown.split_whitespace() {
            let mut word: Vec<char> = word.chars().collect();
            while !word.is_empty() {
                let used = line.chars().count();
                let gap = usize::from(used > 0);
                if used + gap + word.len() <= width {
                    line.extend(std::iter::repeat_n(' ', gap).chain(word.drain(..)));
                } else if used > 0 {
                    lines.push(std::mem::take(&mut line));
                } else {
                    lines.push(word.drain(..width.max(1)).collect());
                }
            }
        }
        if !line.is_empty() || shown.trim().is_empty() {
            lines.push(line);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_as_wide_as_they_may_be() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("abcdefghij k", 4), ["abcd", "efgh", "ij k"]);
        assert_eq!(wrap("a\u{202E}b", 20), ["a\\u{202E}b"]);
        assert_eq!(wrap("", 5), [""]);
    }

    #[test]
    fn every_line_of_a_table_fits() {
        let long = "x".repeat(300);
        let cells = [&*long, "a b c", &*long].map(str::to_owned);
        let rows = [Row::Head(long.clone()), Row::Note(long.clone()), Row::Cells(cells)];
        for width in [WIDTH_MIN, 80, WIDTH_MAX] {
            let mut text = String::new();
            columns(&mut text, ["matter", "old", "new"], &rows, width);
            let plain = text.replace(BOLD, "").replace(PLAIN, "");
            assert!(plain.lines().all(|line| line.chars().count() <= width), "{plain}");
            assert_eq!(plain.matches('x').count(), 4 * 300);
        }
    }
}
