//! Every entry of a record, against the schema of entries.

use crate::program::{agreements, demo};
use crate::schemas::{assert_valid, validator};
use serde_json::{Value, json};
use servanda_entry::limits::ENTRY_BYTES_MAX;
use servanda_entry::{Entry, FORM};
use servanda_store::Record;
use servanda_tlog::Note;
use std::collections::BTreeSet;
use std::path::Path;

/// The entries of a record: origin and the JSON of the third line.
pub(crate) fn lines_of(record: &Path) -> Vec<(String, Value)> {
    let record = Record::open(record).unwrap();
    let line = |index| {
        let note = Note::parse(&record.note_bytes(index).unwrap(), ENTRY_BYTES_MAX).unwrap();
        let lines: Vec<&str> = note.text().lines().collect();
        let [form, origin, json] = lines.as_slice() else { panic!("entry {index}") };
        assert_eq!(*form, FORM);
        ((*origin).to_string(), serde_json::from_str(json).unwrap())
    };
    (0..record.size()).map(line).collect()
}

#[test]
fn every_entry_of_each_demonstration_is_as_the_schema_says() {
    let schema = validator("entry");
    let mut kinds = BTreeSet::new();
    for name in agreements() {
        let (folder, answer) = demo(&name);
        let record = folder.path().join("servanda-demo").join(&name).join("record");
        let lines = lines_of(&record);
        assert_eq!(answer["asked"]["record"]["size"], lines.len());
        for (index, (_, entry)) in lines.iter().enumerate() {
            assert_valid(&schema, entry, &format!("{name}, entry {index}"));
            kinds.insert(entry["kind"].as_str().unwrap().to_string());
        }
    }
    for kind in ["constitution", "agreement", "document", "register", "observation", "coverage"] {
        assert!(kinds.contains(kind), "{kind}");
    }
}

/// What the schema refuses, the program refuses too, and the other way round.
#[test]
fn the_schema_and_the_program_refuse_the_same() {
    let schema = validator("entry");
    let record = crate::program::project("spec/vectors/record");
    let lines = lines_of(&record);
    let of_kind = |kind: &str| {
        let found = lines.iter().find(|(_, entry)| entry["kind"] == kind);
        found.cloned().unwrap_or_else(|| panic!("no {kind}"))
    };
    let changes: [(&str, &str, Value); 17] = [
        ("observation", "/class", json!("secret")),
        ("observation", "/class", json!("sealed")),
        ("observation", "/kind", json!("claim")),
        ("observation", "/seq", json!(-1)),
        ("observation", "/prev", json!("00")),
        ("observation", "/body/rows/0/from_ms", json!(-62_135_596_800_001_i64)),
        ("observation", "/body/rows/0/at/lat_e7", json!(900_000_001)),
        ("observation", "/body/rows/0/line", json!(4_294_967_296_i64)),
        ("observation", "/body/rows/0/attrs", json!({})),
        ("observation", "/body/rows/0/key", Value::Null),
        ("coverage", "/body/rows/0/watch", json!("well")),
        ("claim", "/body/rows/0/parts", json!({ "a": -1 })),
        ("act", "/body/act", json!("ratification")),
        ("assessment", "/body/outcome", json!({ "type": "merge", "result": "confirmed" })),
        ("finding", "/body/outcome", json!("kept")),
        ("reply", "/body/text/bytes", json!("12")),
        ("correction", "/body/by/1/kind", json!("finding")),
    ];
    for (kind, pointer, value) in changes {
        let (origin, mut entry) = of_kind(kind);
        let read = |entry: &Value| {
            let json = servanda_entry::canonical::to_bytes(entry).unwrap();
            let json = String::from_utf8(json).unwrap();
            Entry::from_text(&format!("{FORM}\n{origin}\n{json}\n"), &origin)
        };
        assert!(schema.is_valid(&entry) && read(&entry).is_ok(), "{kind}");
        *entry.pointer_mut(pointer).unwrap_or_else(|| panic!("{kind} {pointer}")) = value;
        assert!(!schema.is_valid(&entry), "the schema takes {kind} {pointer}");
        assert!(read(&entry).is_err(), "the program takes {kind} {pointer}");
    }
}

/// Bodies that the vectors' record lacks, in the place of one that it has.
#[test]
fn the_schema_and_the_program_take_and_refuse_the_same_bodies() {
    let schema = validator("entry");
    let (origin, entry) = lines_of(&crate::program::project("spec/vectors/record")).remove(2);
    let takes = |kind: &str, body: Value| {
        let mut entry = entry.clone();
        (entry["kind"], entry["body"]) = (kind.into(), body);
        let json = servanda_entry::canonical::to_bytes(&entry).unwrap();
        let json = String::from_utf8(json).unwrap();
        let read = Entry::from_text(&format!("{FORM}\n{origin}\n{json}\n"), &origin);
        assert_eq!(schema.is_valid(&entry), read.is_ok(), "{kind}: {read:?}\n{entry}");
        read.is_ok()
    };
    let start = |absent: Value, reason: &str| {
        takes("forced-start", json!({ "absent": absent, "reason": reason }))
    };
    assert!(start(json!(["north"]), "the line is down"));
    assert!(!start(json!([]), "the line is down"));
    assert!(!start(json!(["north"]), " "));
    assert!(!start(json!(vec!["north"; 65]), "the line is down"));
    assert!(!takes("forced-start", json!({ "reason": "the line is down" })));
    let proof = json!({ "bytes": 1, "name": "reply.tsr", "sha256": "0".repeat(64) });
    let anchor = |authority: &str, media: &str| {
        let of = entry["cite"].clone();
        let body = json!({ "authority": authority, "media": media, "of": of, "proof": proof });
        takes("anchor", body)
    };
    assert!(anchor("Northland stamps", "application/timestamp-reply"));
    assert!(!anchor("", "application/timestamp-reply"));
    assert!(!anchor("Northland stamps", "a reply"));
    assert!(!anchor("Northland stamps", ""));
    assert!(!takes("anchor", json!({ "authority": "Northland stamps", "proof": proof })));
}
