//! Files that an agreement names: only relative paths that stay below its folder.

use crate::codes;
use crate::findings::Findings;
use crate::parse::fields::Fields;
use crate::parse::tree::{Table, Value, Word};
use crate::{Files, ReferencedFiles};
use std::collections::BTreeSet;

/// Bytes of a path.
const PATH_BYTES_MAX: usize = 200;

/// Whether a path is relative, stays below its folder and means the same on every system.
pub(crate) fn is_safe_path(path: &str) -> bool {
    let fits =
        |c: char| !(c.is_control() || servanda_text::is_hidden(c) || r#"\:*?"<>|"#.contains(c));
    !path.is_empty()
        && path.len() <= PATH_BYTES_MAX
        && path.chars().all(fits)
        && path.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

/// The word if it is a safe path; or else a diagnostic.
pub(crate) fn safe(word: Word, findings: &mut Findings) -> Option<Word> {
    if is_safe_path(&word.text) {
        return Some(word);
    }
    findings.push(
        codes::BAD_PATH
            .error("this file name is not safe")
            .primary(word.span, "not below the agreement's folder")
            .reason("An agreement from elsewhere must not reach other files of its reader.")
            .help("name a file beside the agreement, such as \"data/alerts.csv\""),
    );
    None
}

/// A safe path that is also there.
pub(crate) fn present(word: Word, files: &dyn Files, findings: &mut Findings) -> Option<Word> {
    let word = safe(word, findings)?;
    if files.bytes(&word.text).is_some() {
        return Some(word);
    }
    findings.push(missing(&word));
    None
}

/// Says that a file is not there.
pub(crate) fn missing(word: &Word) -> servanda_diag::Diagnostic {
    codes::NO_FILE
        .error(format!("there is no file `{}`", word.text))
        .primary(word.span, "named here")
        .reason("Terms that need it cannot be evaluated.")
        .help("put it beside the agreement, or correct the name")
}

/// The key `file` or `files`, whichever is there.
pub(crate) fn data_files(fields: &mut Fields) -> Vec<String> {
    let mut words: Vec<Word> = fields.text("file").into_iter().collect();
    words.extend(fields.texts("files"));
    let findings = fields.findings();
    let safe = words.into_iter().filter_map(|word| safe(word, findings));
    safe.map(|word| word.text).collect()
}

/// The key `mapping`: a file that must be there.
pub(crate) fn mapping(fields: &mut Fields, files: &dyn Files) -> Option<String> {
    let word = fields.text("mapping")?;
    present(word, files, fields.findings()).map(|word| word.text)
}

/// The files that the front matter names, those that are safe.
pub(crate) fn referenced(front: &Table) -> ReferencedFiles {
    let (mut structural, mut data) = (BTreeSet::new(), BTreeSet::new());
    for entry in &front.entries {
        let kind = entry.key.text.as_str();
        let Value::Table(named) = &entry.node.value else {
            continue;
        };
        for entry in &named.entries {
            let Value::Table(table) = &entry.node.value else {
                continue;
            };
            match kind {
                "zone" | "zones" | "line" => collect(table, "file", &mut structural),
                "sites" | "source" => {
                    collect(table, "mapping", &mut structural);
                    collect(table, "file", &mut data);
                    collect(table, "files", &mut data);
                }
                _ => {}
            }
        }
    }
    ReferencedFiles {
        structural: structural.into_iter().collect(),
        data: data.into_iter().collect(),
    }
}

fn collect(table: &Table, key: &str, paths: &mut BTreeSet<String>) {
    let mut take = |value: &Value| {
        if let Value::Text(path) = value
            && is_safe_path(path)
        {
            paths.insert(path.clone());
        }
    };
    match table.get(key).map(|entry| &entry.node.value) {
        Some(Value::List(list)) => list.iter().for_each(|node| take(&node.value)),
        Some(value) => take(value),
        None => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_below_the_folder_are_safe() {
        for path in ["zones.geojson", "data/a.csv", "дані/а.csv", "a..b", "data/x y.csv"] {
            assert!(is_safe_path(path), "{path}");
        }
        let long = "x".repeat(300);
        for path in [
            "",
            "/etc/passwd",
            "../a",
            "a/../b",
            "a//b",
            "./a",
            "a/",
            "a\\b",
            "C:a",
            "a\0",
            &long,
            "a\u{202E}b",
        ] {
            assert!(!is_safe_path(path), "{path:?}");
        }
    }
}
