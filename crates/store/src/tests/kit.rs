//! Small records to try things on.

use std::fs;
use std::path::{Path, PathBuf};

use servanda_entry::{AgreementText, Blob, Body, Document, Observation, Observations, RowCount};
use servanda_time::Instant;
use servanda_tlog::sha256;
use tempfile::TempDir;

use crate::{Keys, Record, Report, verify};

pub(super) const ORIGIN: &str = "example.org/truce";

pub(super) fn keys() -> Keys {
    Keys::generate(ORIGIN, [1; 32], [101; 32], [2; 32]).unwrap()
}

pub(super) fn vkey() -> String {
    keys().log.verifier_key().to_string()
}

pub(super) fn at(seconds: i64) -> Instant {
    Instant::from_ms(1_775_000_000_000 + seconds * 1_000).unwrap()
}

pub(super) fn blob(name: &str, bytes: &[u8]) -> Blob {
    Blob { name: name.into(), sha256: sha256(bytes), bytes: bytes.len() as u64 }
}

pub(super) fn agreement(text: &[u8]) -> Body {
    Body::Agreement(AgreementText {
        id: "truce".into(),
        title: "A truce".into(),
        version: "1".into(),
        files: vec![blob("agreement.md", text)],
    })
}

pub(super) fn document(bytes: &[u8]) -> Body {
    Body::Document(Document {
        file: blob("day.csv", bytes),
        format: "csv".into(),
        source: "patrol".into(),
        rows: RowCount::default(),
        quarantine: None,
    })
}

pub(super) fn row(n: u32) -> Observation {
    Observation {
        kind: "explosion".into(),
        from_ms: i64::from(n),
        to_ms: i64::from(n) + 1,
        at: None,
        count: None,
        origins: vec![],
        sides: vec![],
        key: None,
        attrs: [("means".to_string(), "heard".to_string())].into(),
        line: n,
    }
}

pub(super) fn observed(rows: Vec<Observation>) -> Body {
    Body::Observation(Observations { source: "patrol".into(), document: None, rows })
}

pub(super) fn seen(n: u32) -> Body {
    observed(vec![row(n)])
}

/// A directory that goes when the test is over, with a place in it for a record.
pub(super) fn place() -> (TempDir, PathBuf) {
    let temp = tempfile::tempdir().unwrap();
    let dir = temp.path().join("record");
    (temp, dir)
}

/// A record of two entries: the constitution and the agreement.
pub(super) fn begin(dir: &Path) -> Record {
    let text = b"# A truce\n";
    let (first, blobs) = (vec![agreement(text)], vec![text.to_vec()]);
    Record::init(dir, ORIGIN, &keys(), at(0), "truce", first, blobs).unwrap()
}

/// A record of five entries and two blobs in two appends.
pub(super) fn small(dir: &Path) -> Record {
    let mut record = begin(dir);
    let bodies = vec![document(b"1;2\n"), seen(1), seen(2)];
    record.append(&keys(), at(60), bodies, vec![b"1;2\n".to_vec()]).unwrap();
    record
}

/// A record of 300 entries: full and partial tiles on two levels.
pub(super) fn large(dir: &Path) -> Record {
    let mut record = begin(dir);
    record.append(&keys(), at(1), (0..298).map(seen).collect(), vec![]).unwrap();
    record
}

pub(super) fn check(dir: &Path) -> Report {
    verify(dir, Some(vkey().as_str()))
}

/// All files below a directory, as paths from there.
pub(super) fn files(dir: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut todo = vec![dir.to_owned()];
    while let Some(here) = todo.pop() {
        for entry in fs::read_dir(here).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                todo.push(path);
            } else {
                found.push(path.strip_prefix(dir).unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    found.sort();
    found
}

pub(super) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for path in files(from) {
        let target = to.join(&path);
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::copy(from.join(&path), target).unwrap();
    }
}

/// A checkpoint with both signatures of the log, as the record's writer makes it.
pub(super) fn signed(checkpoint: &servanda_tlog::Checkpoint) -> Vec<u8> {
    checkpoint.sign_twice(&keys().log, &keys().log_mldsa44.unwrap()).unwrap()
}
