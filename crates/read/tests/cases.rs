//! Runs the text cases in `cases/` and the examples in `spec/mapping.md`.
//!
//! A case is an input block, perhaps a mapping block before it, and the block of rows that are
//! expected. Their info strings are `csv FORMAT [ZONE]` (or `json`, `jsonl`), `toml mapping` and
//! `rows`. With UPDATE_EXPECT=1 the expected blocks are written anew.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that stops has failed")]

use servanda_read::{Format, Mapping, ReadContext, Row, read};
use servanda_time::Zone;
use std::fmt::Write;
use std::path::Path;

/// What the reader makes of a block, a row a line.
fn outcome(info: &str, text: &str, mapping: Option<&str>) -> String {
    let mut words = info.split_whitespace().skip(1);
    let format = words.next().unwrap();
    let format = Format::named(format).unwrap_or_else(|| panic!("no format {format}"));
    let mut out = String::new();
    let mapping = match mapping.map(|text| Mapping::parse("case.map.toml", text)).transpose() {
        Ok(mapping) => mapping,
        Err(errors) => {
            for error in errors {
                writeln!(out, "mapping {error}").unwrap();
            }
            return out;
        }
    };
    let context = ReadContext {
        timezone: words.next().map_or(Zone::utc(), |name| Zone::named(name).unwrap()),
        mapping: mapping.as_ref(),
        ..ReadContext::default()
    };
    let result = read(format, text.as_bytes(), &context, &mut |row| match row {
        Row::Draft { draft, .. } => {
            writeln!(out, "{}", serde_json::to_string(&draft).unwrap()).unwrap();
        }
        Row::Rejected(bad) => {
            let column = bad.column.map(|name| format!(" {name}")).unwrap_or_default();
            writeln!(out, "rejected {}{column}: {}", bad.line, bad.reason).unwrap();
        }
    });
    match result {
        Err(error) => return format!("unreadable: {error}\n"),
        Ok(summary) => {
            assert_eq!(summary.rows, summary.drafts + summary.rejected);
            for row in &summary.coverage {
                writeln!(out, "coverage {}", serde_json::to_string(row).unwrap()).unwrap();
            }
        }
    }
    out
}

/// Runs each case of a file; gives back the file with the rows as they are.
fn run(text: &str) -> (String, usize) {
    let mut fresh = String::new();
    let mut cases = 0;
    let mut mapping: Option<String> = None;
    let mut input: Option<(String, String)> = None;
    let mut lines = text.split_inclusive('\n');
    while let Some(line) = lines.next() {
        fresh.push_str(line);
        let Some(info) = line.trim_end().strip_prefix("```").filter(|info| !info.is_empty()) else {
            if line.starts_with('#') {
                mapping = None;
            }
            continue;
        };
        let block: String = lines.by_ref().take_while(|line| line.trim_end() != "```").collect();
        let first = info.split_whitespace().next().unwrap();
        match first {
            "rows" => {
                let (info, text) = input.take().expect("an input before the rows");
                fresh.push_str(&outcome(&info, &text, mapping.as_deref()));
                cases += 1;
            }
            _ => {
                fresh.push_str(&block);
                if info == "toml mapping" {
                    mapping = Some(block);
                } else if info.contains(' ') {
                    input = Some((info.to_string(), block));
                }
            }
        }
        fresh.push_str("```\n");
    }
    assert!(input.is_none(), "an input without rows");
    (fresh, cases)
}

fn check(path: &Path) -> usize {
    let text = std::fs::read_to_string(path).unwrap();
    let (fresh, cases) = run(&text);
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(path, &fresh).unwrap();
    } else {
        for (number, (wanted, found)) in text.lines().zip(fresh.lines()).enumerate() {
            assert_eq!(wanted, found, "{}:{}", path.display(), number + 1);
        }
        assert_eq!(text.len(), fresh.len(), "{}: rows are missing", path.display());
    }
    cases
}

#[test]
fn the_text_cases_hold() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ext| ext == "md"))
        .collect();
    paths.sort();
    let cases: usize = paths.iter().map(|path| check(path)).sum();
    assert!(cases >= 30, "only {cases} cases were found");
}

#[test]
fn the_specification_tells_what_the_reader_does() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spec/mapping.md");
    assert!(check(&path) >= 5);
}
