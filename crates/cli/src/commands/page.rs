//! The pages of codes, for a terminal.

use servanda_terms::{CODES, Class, Code};
use servanda_text::escape;

/// Paragraphs are broken at so many characters: what most terminals have.
const COLUMNS: usize = 80;
/// What a line `…` in an example stands for.
const ELIDED: &str = "A line … stands for what the example needs and doesn't show: the name of \
    the agreement, two parties, a zone and a source; in a term, how a breach is verified and \
    decided.";
const BOLD: &str = "\x1b[1m";
const PLAIN: &str = "\x1b[0m";

/// The page of a code: its paragraphs at the margin, its examples set in.
pub(crate) fn page(code: &Code) -> String {
    let class = code.class;
    let mut shown =
        format!("{BOLD}{}: {}{PLAIN}\n{class}: {}\n", code.code, code.title, class.about());
    let mut lines = code.page.lines().skip(1);
    let mut paragraph = Vec::new();
    while let Some(line) = lines.next() {
        if let Some(info) = fence(line) {
            let ticks = &line[..line.len() - info.len()];
            let block: Vec<&str> = lines.by_ref().take_while(|line| *line != ticks).collect();
            shown.push_str(&set_in(info, &block));
        } else if let Some(heading) = line.strip_prefix("## ") {
            shown.push_str(&format!("\n{BOLD}{heading}{PLAIN}\n"));
        } else if line.is_empty() {
            shown.push_str(&wrapped(&std::mem::take(&mut paragraph)));
        } else {
            paragraph.extend(line.split_whitespace());
        }
    }
    shown.push_str(&wrapped(&paragraph));
    if code.page.contains("\n…\n") {
        shown.push_str(&wrapped(&ELIDED.split(' ').collect::<Vec<_>>()));
    }
    shown
}

/// All codes, below the class that each belongs to.
pub(crate) fn list() -> String {
    let mut shown = String::new();
    for class in Class::ALL {
        shown.push_str(&format!("{BOLD}{class}{PLAIN}: {}\n", class.about()));
        for code in CODES.iter().filter(|code| code.class == class) {
            shown.push_str(&format!("  {}  {}\n", code.code, code.title));
        }
        shown.push('\n');
    }
    shown.push_str("`servanda check --explain SV030` tells the story of one of them.\n");
    shown
}

/// What stands after the backticks of a line that opens a block.
fn fence(line: &str) -> Option<&str> {
    line.starts_with("```").then(|| line.trim_start_matches('`'))
}

/// A block of an example. Hidden characters are written out, as everywhere.
fn set_in(info: &str, block: &[&str]) -> String {
    let mut shown = match info.strip_prefix("file ") {
        Some(name) => format!("\n{name}:\n\n"),
        None if info == "expect" && block.is_empty() => return "\n`check` says nothing.\n".into(),
        None if info == "expect" => "\n`check` says:\n\n".into(),
        None => String::from("\n"),
    };
    for line in block {
        let line = format!("    {}", escape(line));
        shown.push_str(line.trim_end());
        shown.push('\n');
    }
    shown
}

/// A paragraph after an empty line; nothing for no words.
fn wrapped(words: &[&str]) -> String {
    let mut shown = String::new();
    let mut columns = COLUMNS;
    for word in words {
        let length = word.chars().count();
        if columns + 1 + length > COLUMNS {
            shown.push('\n');
            columns = length;
        } else {
            shown.push(' ');
            columns += 1 + length;
        }
        shown.push_str(word);
    }
    if words.is_empty() { shown } else { format!("\n{}\n", shown.trim_start()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_page_is_shown_whole_and_no_wider_than_it_was_written() {
        for code in CODES {
            let shown = page(code);
            for word in code.story().split_whitespace() {
                assert!(shown.contains(word), "{}: {word}", code.code);
            }
            assert!(shown.contains("Example") && shown.contains("Instead"), "{}", code.code);
            assert!(!shown.contains("```\n```") && !shown.contains("````"), "{}", code.code);
            for line in shown.lines().filter(|line| !line.starts_with(' ')) {
                assert!(line.chars().count() <= COLUMNS + BOLD.len() + PLAIN.len(), "{line}");
            }
        }
        let hidden = |c| servanda_text::is_hidden(c) && c != '\u{1b}';
        assert!(!CODES.iter().any(|code| page(code).chars().any(hidden)));
    }

    #[test]
    fn the_list_has_each_code_once() {
        let list = list();
        for code in CODES {
            assert_eq!(list.matches(&format!("  {}  ", code.code)).count(), 1, "{}", code.code);
        }
    }
}
