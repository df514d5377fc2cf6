//! Each file in `cases/` is an agreement, the files beside it, and what is said about it.
//!
//! The agreement comes first; then blocks ```` ```file NAME ```` with the files; last a block
//! ```` ```expect ```` with one line for each diagnostic: code, severity, line:column, title.
//! `UPDATE_EXPECT=1 cargo test -p servanda-terms --test cases` writes what is said now.

use servanda_terms::{SourceText, load};
use std::collections::BTreeMap;
use std::path::Path;

const EXPECT: &str = "\n```expect\n";
const FILE: &str = "\n```file ";

fn case(path: &Path, text: String) -> datatest_stable::Result<()> {
    let (given, expected) = match text.split_once(EXPECT) {
        Some((given, expected)) => (given, expected.trim_end().trim_end_matches('`')),
        None => (text.as_str(), ""),
    };
    let (agreement, files) = files(&format!("{given}\n"));
    let source = SourceText::new("case.md", agreement);
    let (loaded, diagnostics) = load(&source, &files);
    let has_error = diagnostics.iter().any(|found| found.severity.word() == "error");
    assert_eq!(loaded.is_none(), has_error, "an agreement is given unless there is an error");

    let mut said = String::new();
    for found in &diagnostics {
        let place = match found.position() {
            Some(span) => {
                let (line, column) = source.line_col(span.start);
                format!("{line}:{column}")
            }
            None => "-".to_owned(),
        };
        assert!(!found.reason.is_empty() && found.help.is_some(), "{}", found.title);
        said += &format!("{} {} {place} {}\n", found.code, found.severity, found.title);
    }
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(path, format!("{}{EXPECT}{said}```\n", given.trim_end()))?;
    } else if said.trim_end() != expected.trim_end() {
        let shown = servanda_diag::render_terminal(&diagnostics, &source, false);
        return Err(format!("expected\n{expected}\nfound\n{said}\n{shown}").into());
    }
    Ok(())
}

/// The agreement, and the files that follow it.
fn files(given: &str) -> (String, BTreeMap<String, Vec<u8>>) {
    let mut parts = given.split(FILE);
    let agreement = parts.next().unwrap_or("").to_owned() + "\n";
    let mut files = BTreeMap::new();
    for part in parts {
        let (name, content) = part.split_once('\n').unwrap_or((part, ""));
        let content = content.trim_end().trim_end_matches('`');
        files.insert(name.trim().to_owned(), content.as_bytes().to_vec());
    }
    (agreement, files)
}

datatest_stable::harness! {
    { test = case, root = "cases", pattern = r"\.md$" },
}
