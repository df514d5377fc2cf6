//! Each file in `cases/` is an agreement, the files beside it, and what is said about it; each
//! page in `codes/` holds two such agreements.
//!
//! The agreement comes first; then blocks ```` ```file NAME ```` with the files; last a block
//! ```` ```expect ```` with one line for each diagnostic: code, severity, line:column, title, and
//! the reason where the text allows it.
//! `UPDATE_EXPECT=1 cargo test -p servanda-terms --test cases` writes what is said now.

use servanda_terms::{Diagnostic, Severity, SourceText, load};
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
    let diagnostics = check(&source, &files);
    let said = said(&diagnostics, &source, |line| line);
    if updating() {
        std::fs::write(path, format!("{}{EXPECT}{said}```\n", given.trim_end()))?;
    } else if said.trim_end() != expected.trim_end() {
        let shown = servanda_diag::render_terminal(&diagnostics, &source, false);
        return Err(format!("expected\n{expected}\nfound\n{said}\n{shown}").into());
    }
    Ok(())
}

fn updating() -> bool {
    std::env::var_os("UPDATE_EXPECT").is_some()
}

fn check(source: &SourceText, files: &BTreeMap<String, Vec<u8>>) -> Vec<Diagnostic> {
    let (loaded, diagnostics) = load(source, files);
    let has_error = diagnostics.iter().any(|found| found.severity == Severity::Error);
    assert_eq!(loaded.is_none(), has_error, "an agreement is given unless there is an error");
    for found in &diagnostics {
        assert!(!found.reason.is_empty() && found.help.is_some(), "{}", found.title);
    }
    diagnostics
}

/// A line for each diagnostic; `shown_at` gives the number of a line as the reader counts it.
fn said(found: &[Diagnostic], source: &SourceText, shown_at: impl Fn(u32) -> u32) -> String {
    let mut said = String::new();
    for found in found {
        let place = match found.position() {
            Some(span) => {
                let (line, column) = source.line_col(span.start);
                format!("{}:{column}", shown_at(line))
            }
            None => "-".to_owned(),
        };
        said += &format!("{} {} {place} {}", found.code, found.severity, found.title);
        if let Some(reason) = &found.allowed {
            said += &format!(" (allowed: {reason})");
        }
        said.push('\n');
    }
    said
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

const OPENS: &str = "\n````markdown\n";
const CLOSES: &str = "\n````\n";

/// A page: the example has its code and the mended one doesn't.
fn page(path: &Path, text: String) -> datatest_stable::Result<()> {
    let code = path.file_stem().map(|name| name.to_string_lossy()).unwrap_or_default();
    let (story, rest) = text.split_once("\n## Example\n").ok_or("no heading `## Example`")?;
    let (example, instead) = rest.split_once("\n## Instead\n").ok_or("no heading `## Instead`")?;
    let has_code = |said: &str| said.lines().any(|line| line.starts_with(&*code));

    let (example, said) = part(example)?;
    if !has_code(&said) {
        return Err(format!("the example doesn't give {code}, but\n{said}").into());
    }
    let (instead, said) = part(instead)?;
    if has_code(&said) || said.contains(" error ") {
        return Err(format!("what is mended still gives\n{said}").into());
    }
    let now = format!("{story}\n## Example\n{example}\n## Instead\n{instead}");
    if updating() {
        std::fs::write(path, now)?;
    } else if now != text {
        let changed = |(old, new): &(&str, &str)| old != new;
        let first = text.lines().zip(now.lines()).find(changed).unwrap_or_default();
        return Err(format!("{code}: expected\n{}\nfound\n{}\n{said}", first.0, first.1).into());
    }
    Ok(())
}

/// A part of a page as it should be, and what is said of its agreement.
fn part(text: &str) -> Result<(String, String), String> {
    let (_, below) = text.split_once(OPENS).ok_or("no block ````markdown")?;
    let (written, below) = below.split_once(CLOSES).ok_or("a block isn't closed by ````")?;
    let before_expected = below.split(EXPECT.trim_start()).next().unwrap_or("");
    let (_, files) = files(&format!("\n{before_expected}"));
    let (agreement, lines) = written_out(written);
    let source = SourceText::new("page.md", agreement);
    let shown_at = |line: u32| lines.get(line as usize - 1).copied().unwrap_or_default();
    let said = said(&check(&source, &files), &source, shown_at);
    let given = text.split(EXPECT).next().unwrap_or("").trim_end();
    Ok((format!("{given}\n{EXPECT}{said}```\n"), said))
}

/// An example with what its lines `…` stand for, and for each line the number of the line that it
/// has in the example.
fn written_out(example: &str) -> (String, Vec<u32>) {
    let blocks = include_str!("../codes/README.md").split("\n```toml\n").skip(1);
    let mut kept = blocks.map(|block| block.split("\n```").next().unwrap_or(""));
    let (front, term) = (kept.next().unwrap_or(""), kept.next().unwrap_or(""));
    let mut stands_for = front;
    let (mut text, mut lines) = (String::new(), Vec::new());
    for (number, line) in (1..).zip(example.lines()) {
        let written = if line == "…" { stands_for } else { line };
        if number > 1 && line == "+++" {
            stands_for = term;
        }
        for line in written.split('\n') {
            text += line;
            text.push('\n');
            lines.push(number);
        }
    }
    (text, lines)
}

datatest_stable::harness! {
    { test = case, root = "cases", pattern = r"\.md$" },
    { test = page, root = "codes", pattern = r"SV\d+\.md$" },
}
