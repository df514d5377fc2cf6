//! Keys lie apart from the record, for their owner alone.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use super::kit::*;
use crate::{Keys, StoreError};

#[test]
fn keys_are_written_for_their_owner_alone_and_read_back() {
    let (_temp, dir) = place();
    keys().write(&dir).unwrap();
    let mode = |path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(dir.clone()), 0o700);
    assert_eq!(mode(dir.join("log.key")), 0o600);
    assert_eq!(mode(dir.join("log-mldsa44.key")), 0o600);
    assert_eq!(mode(dir.join("office.key")), 0o600);
    let read = Keys::read(&dir).unwrap();
    assert_eq!(read.origin(), ORIGIN);
    assert_eq!(read.log.verifier_key(), keys().log.verifier_key());
    assert_eq!(read.office.name(), "example.org/truce/office");
    assert_eq!(read.office.verifier_key(), keys().office.verifier_key());
}

#[test]
fn a_key_is_never_overwritten() {
    let (_temp, dir) = place();
    keys().write(&dir).unwrap();
    let before = fs::read(dir.join("log.key")).unwrap();
    let mut other = Keys::generate(ORIGIN, [7; 32], [107; 32], [8; 32]).unwrap();
    assert!(other.write(&dir).unwrap_err().to_string().contains("overwritten"));
    fs::remove_file(dir.join("log.key")).unwrap();
    assert!(other.write(&dir).is_err());
    assert!(!dir.join("log.key").exists());
    fs::write(dir.join("log.key"), before).unwrap();
}

#[test]
fn keys_do_not_go_into_a_record() {
    let (temp, dir) = place();
    begin(&dir);
    for inside in [dir.clone(), dir.join("keys"), dir.join("tile/new/keys")] {
        let error = keys().write(&inside).unwrap_err();
        assert!(error.to_string().contains("given away"), "{error}");
    }
    let link = temp.path().join("link");
    std::os::unix::fs::symlink(&dir, &link).unwrap();
    assert!(keys().write(&link.join("keys")).is_err());
    assert!(check(&dir).ok());
    keys().write(&temp.path().join("keys")).unwrap();
}

#[test]
fn what_is_wrong_with_a_key_is_told() {
    let (_temp, dir) = place();
    let error = || Keys::read(&dir).unwrap_err().to_string();
    assert!(error().contains("missing"), "{}", error());
    keys().write(&dir).unwrap();
    let file = dir.join("office.key");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    assert!(error().contains("chmod 600"), "{}", error());
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    let foreign = Keys::generate("example.org/x", [1; 32], [101; 32], [2; 32]).unwrap();
    fs::write(&file, foreign.office.to_signer_key()).unwrap();
    assert!(error().contains("not of one record"), "{}", error());
    fs::write(&file, "no key").unwrap();
    assert!(error().contains("office.key"), "{}", error());
    fs::write(&file, vec![0; 10_000]).unwrap();
    assert!(error().contains("no key file"), "{}", error());
}

#[test]
fn names_and_seeds_that_make_no_keys_are_refused() {
    for origin in ["", "a b", "a+b", &"x".repeat(255)] {
        let refused = Keys::generate(origin, [1; 32], [101; 32], [2; 32]);
        assert!(matches!(refused, Err(StoreError::Keys { .. })), "{origin}");
    }
    assert!(Keys::generate(ORIGIN, [1; 32], [101; 32], [1; 32]).is_err());
}
