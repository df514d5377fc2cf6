//! Checkpoints are signed with Ed25519 and ML-DSA-44; a record from before has the first alone.

use std::fs;

use super::kit::*;
use crate::{Keys, Record, verify};
use servanda_tlog::{Checkpoint, Note};

fn old_keys() -> Keys {
    Keys { log_mldsa44: None, ..keys() }
}

fn signatures(dir: &std::path::Path) -> usize {
    Note::parse(&fs::read(dir.join("checkpoint")).unwrap(), 100_000).unwrap().signatures().len()
}

#[test]
fn a_new_record_has_both_and_needs_both() {
    let (_temp, dir) = place();
    let record = small(&dir);
    assert_eq!(signatures(&dir), 2);
    let (first, second) = (vkey(), keys().log_mldsa44.unwrap().key().to_string());
    let report = verify(&dir, [first.as_str(), second.as_str()]);
    assert!(report.ok() && report.key_confirmed, "{report:#?}");
    assert_eq!(report.key_mldsa44.as_deref(), Some(second.as_str()));
    assert!(report.notices.is_empty(), "{report:#?}");
    assert!(verify(&dir, Some(second.as_str())).key_confirmed);
    // Who forges Ed25519 leaves out the signature that they can't forge.
    let checkpoint = Checkpoint::new(ORIGIN, record.size(), record.root()).unwrap();
    fs::write(dir.join("checkpoint"), checkpoint.sign(&keys().log).unwrap()).unwrap();
    let report = verify(&dir, Some(first.as_str()));
    assert!(report.faults[0].what.contains("has not signed"), "{report:#?}");
    assert!(Record::open(&dir).is_err());
}

#[test]
fn a_record_with_ed25519_alone_is_read_checked_and_written_on() {
    let (_temp, dir) = place();
    let mut record =
        Record::init(&dir, ORIGIN, &old_keys(), at(0), "truce", vec![seen(1)], vec![]).unwrap();
    record.append(&old_keys(), at(1), vec![seen(2)], vec![]).unwrap();
    assert_eq!(signatures(&dir), 1);
    let report = check(&dir);
    assert!(report.ok() && report.key_confirmed && report.key_mldsa44.is_none(), "{report:#?}");
    let refused = record.append(&keys(), at(2), vec![seen(3)], vec![]).unwrap_err().to_string();
    assert!(refused.contains("no ML-DSA-44 key"), "{refused}");
    let second = keys().log_mldsa44.unwrap().key().to_string();
    assert!(!verify(&dir, [vkey().as_str(), second.as_str()]).ok());
}

#[test]
fn a_record_with_two_keys_is_not_written_with_one() {
    let (_temp, dir) = place();
    let mut record = small(&dir);
    let refused = record.append(&old_keys(), at(99), vec![seen(3)], vec![]);
    assert!(refused.unwrap_err().to_string().contains("ML-DSA-44"));
    let other = Keys::generate(ORIGIN, [1; 32], [77; 32], [2; 32]).unwrap();
    assert!(record.append(&other, at(99), vec![seen(3)], vec![]).is_err());
    assert!(check(&dir).ok());
}

#[test]
fn old_key_folders_are_read() {
    let (_temp, dir) = place();
    old_keys().write(&dir).unwrap();
    assert!(Keys::read(&dir).unwrap().log_mldsa44.is_none());
    let (_temp, dir) = place();
    keys().write(&dir).unwrap();
    assert_eq!(
        Keys::read(&dir).unwrap().log_mldsa44.unwrap().key(),
        keys().log_mldsa44.unwrap().key()
    );
    let foreign = Keys::generate("example.org/x", [1; 32], [3; 32], [2; 32]).unwrap();
    let text = foreign.log_mldsa44.unwrap().to_signer_key();
    fs::write(dir.join("log-mldsa44.key"), text).unwrap();
    assert!(Keys::read(&dir).unwrap_err().to_string().contains("same place"));
}
