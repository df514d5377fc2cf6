//! What source files look like: how long, how wide, with a header, and nothing left half done.

use crate::views::{Views, without_tests};
use crate::{Fault, Project};

/// Lines of one source file.
pub const LINES_MAX: usize = 800;
/// Characters of one line of Rust.
pub const COLUMNS_MAX: usize = 100;

/// Macros that stand for what is not there yet, or that were for the moment.
const HALF_DONE: [&str; 3] = ["todo!", "unimplemented!", "dbg!"];
/// Words of a comment that promise what is not there.
const PROMISES: [&str; 3] = ["TODO", "FIXME", "XXX"];
/// Endings of the files whose length is limited.
const SOURCES: [&str; 5] = [".rs", ".py", ".html", ".css", ".js"];

/// A source file with its test code left out.
pub(crate) struct SourceFile<'a> {
    pub(crate) path: &'a str,
    pub(crate) views: Views,
}

/// The Rust sources below a folder, without test modules.
pub(crate) fn files_of<'a>(
    project: &'a Project,
    folder: &'a str,
) -> impl Iterator<Item = SourceFile<'a>> {
    project
        .under(folder, ".rs")
        .filter(|(path, _)| !path.ends_with("/tests.rs") && !path.contains("/tests/"))
        .map(|(path, text)| SourceFile { path, views: Views::of(&without_tests(text)) })
}

/// Checks the sources.
#[must_use]
pub fn check(project: &Project) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (path, text) in &project.texts {
        let lines = text.lines().count();
        if SOURCES.iter().any(|ending| path.ends_with(ending)) && lines > LINES_MAX {
            let what = format!("{lines} lines; at most {LINES_MAX}: split it by topic");
            faults.push(Fault::of(path, what));
        }
    }
    for (path, text) in project.under("crates/", ".rs") {
        wide_lines(path, text, &mut faults);
        half_done(path, text, &mut faults);
    }
    for name in project.folders("crates") {
        faults.extend(header(project, name));
    }
    faults
}

/// Lines that are too wide. In tests a line with a text in quotes may be: a row of a table, or a
/// message beside what gives it, is read better in one piece.
fn wide_lines(path: &str, text: &str, faults: &mut Vec<Fault>) {
    let only_tests = path.contains("/tests/") || path.ends_with("/tests.rs");
    let kept = if only_tests { String::new() } else { without_tests(text) };
    let mut kept = kept.lines();
    let views = Views::of(text);
    for (number, (line, quoted)) in text.lines().zip(views.quoted.lines()).enumerate() {
        let in_test = kept.next().is_none_or(str::is_empty);
        let columns = line.chars().count();
        let may_be_wide = in_test && !quoted.trim().is_empty();
        if columns > COLUMNS_MAX && !may_be_wide {
            let what = format!("{columns} columns; at most {COLUMNS_MAX}: break the line");
            faults.push(Fault::at(path, number + 1, what));
        }
    }
}

fn half_done(path: &str, text: &str, faults: &mut Vec<Fault>) {
    let views = Views::of(text);
    for (number, line) in views.code.lines().enumerate() {
        if let Some(word) = HALF_DONE.iter().find(|word| contains_word(line, word)) {
            faults.push(Fault::at(path, number + 1, format!("{word} is left over; finish it")));
        }
    }
    for (number, line) in views.comments.lines().enumerate() {
        if let Some(word) = PROMISES.iter().find(|word| contains_word(line, word)) {
            let what = format!("{word}: do it, or say in an issue what is missing");
            faults.push(Fault::at(path, number + 1, what));
        }
    }
}

fn header(project: &Project, name: &str) -> Option<Fault> {
    let candidates = ["lib.rs", "main.rs"].map(|file| format!("crates/{name}/src/{file}"));
    let path = candidates.iter().find(|path| project.texts.contains_key(*path))?;
    let text = project.texts.get(path)?;
    let opening = text.lines().map_while(|line| line.strip_prefix("//! "));
    let opening: String = opening.flat_map(|line| [line, " "]).collect();
    let said = [". ", ": ", "? "].iter().any(|end| opening.contains(end));
    (!said).then(|| {
        Fault::at(path, 1, "begin with `//! ` and one sentence that says what the crate is for")
    })
}

/// Whether a word stands in a line as a word of its own.
pub(crate) fn contains_word(line: &str, word: &str) -> bool {
    let named = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        let inside = after.is_some_and(named) && word.ends_with(named);
        !before.is_some_and(named) && !inside
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(path: &str, text: &str) -> Vec<String> {
        check(&Project::of(&[(path, text)])).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_file_too_long_is_found() {
        let lines = |n: usize| "//\n".repeat(n);
        assert_eq!(faults("crates/a/src/b.rs", &lines(LINES_MAX)), [""; 0]);
        assert!(faults("crates/a/src/b.rs", &lines(LINES_MAX + 1))[0].contains("801 lines"));
        assert!(faults("data/a.py", &lines(LINES_MAX + 1))[0].contains("801 lines"));
        assert_eq!(faults("LICENSE.md", &lines(LINES_MAX + 1)), [""; 0]);
    }

    #[test]
    fn a_line_too_wide_is_found_by_characters_not_bytes() {
        let line = |n: usize| format!("\n//{}\n", "é".repeat(n));
        assert_eq!(faults("crates/a/src/b.rs", &line(98)), [""; 0]);
        let found = faults("crates/a/tests/b.rs", &line(99));
        assert_eq!(found, ["crates/a/tests/b.rs:2: 101 columns; at most 100: break the line"]);
        let quoted = format!("const A: &str = \"{}\";\n", "a".repeat(90));
        assert_eq!(faults("crates/a/tests/b.rs", &quoted), [""; 0]);
        assert_eq!(faults("crates/a/src/b.rs", &quoted).len(), 1);
        let test = format!("#[cfg(test)]\nmod tests {{\n    {quoted}}}\n{quoted}");
        assert!(faults("crates/a/src/b.rs", &test)[0].contains("b.rs:5: "));
    }

    #[test]
    fn what_is_half_done_is_found_in_code_and_not_in_quotes() {
        let source = concat!("\n    to", "do!();\n    let a = \"dbg!(b)\"; // unimplemented!\n");
        let found = faults("crates/a/src/b.rs", source);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].contains("b.rs:2: todo!"), "{found:?}");
        let promise = concat!("// TO", "DO: later\nlet a = \"TODO\";\n");
        assert!(faults("crates/a/src/b.rs", promise)[0].contains("b.rs:1: TODO"));
    }

    #[test]
    fn a_crate_without_a_header_is_found() {
        for good in ["//! What it is for.\n", "//! What it is\n//! for. And more,\n//! too\n"] {
            assert_eq!(faults("crates/a/src/lib.rs", good), [""; 0]);
        }
        for bad in ["", "mod b;\n", "//! (not begun)\n", "//!\n", "// What it is for.\n"] {
            assert_eq!(faults("crates/a/src/lib.rs", bad).len(), 1, "{bad}");
            assert_eq!(faults("crates/a/src/main.rs", bad).len(), 1, "{bad}");
        }
    }

    #[test]
    fn words_have_edges() {
        assert!(contains_word("a (North) b", "North"));
        assert!(contains_word("dbg!(x)", "dbg!"));
        assert!(!contains_word("Northern", "North"));
        assert!(!contains_word("a_dbg!(x)", "dbg!"));
        assert!(!contains_word("UpNorth", "North"));
    }
}
