//! A record whose constitution names parties and a guarantor, and the hands that sign for them.

use super::*;
use servanda_entry::{Body, Instrument, KeyChange, NewLog, Office, OperatorRule, Signatory};
use servanda_store::{ActFile, Parties, StoreError};
use servanda_tlog::{ActSigner, Signature};

/// A root key: its holder's name and a number for its seeds.
pub(crate) fn hand(name: &str, n: u8) -> ActSigner {
    ActSigner::from_seeds(name, [n; 32], Some([100 + n; 32])).unwrap()
}

/// Northland: two of three must sign.
pub(crate) fn north(n: u8) -> ActSigner {
    hand(&format!("northland.example/root-{n}"), 50 + n)
}

/// Southland: one.
pub(crate) fn south() -> ActSigner {
    hand("southland.example/root", 60)
}

/// The guarantor: one.
pub(crate) fn guarantor() -> ActSigner {
    hand("guarantor.example/root", 61)
}

pub(crate) fn log_hand(keys: &Keys) -> ActSigner {
    ActSigner::of(&keys.log, keys.log_mldsa44.as_ref()).unwrap()
}

pub(crate) fn office_hand(keys: &Keys) -> ActSigner {
    ActSigner::of(&keys.office, None).unwrap()
}

fn signatory(id: &str, role: &str, threshold: u32, keys: &[ActSigner]) -> Signatory {
    let keys = keys.iter().map(|key| key.key().to_string()).collect();
    Signatory { id: id.into(), keys, role: role.into(), threshold }
}

pub(crate) fn parties() -> Parties {
    Parties {
        signatories: vec![
            signatory("NOR", "party", 2, &[north(1), north(2), north(3)]),
            signatory("SOU", "party", 1, &[south()]),
            signatory("GUA", "guarantor", 1, &[guarantor()]),
        ],
        operator_by: Some(OperatorRule {
            of: vec!["NOR".into(), "SOU".into(), "GUA".into()],
            threshold: 2,
        }),
    }
}

/// A record of four entries with parties.
pub(crate) fn founded() -> (TempDir, Record) {
    founded_with(parties())
}

pub(crate) fn founded_with(parties: Parties) -> (TempDir, Record) {
    let temp = tempfile::tempdir().unwrap();
    let text = b"# A truce\n".to_vec();
    let agreement = Body::Agreement(AgreementText {
        id: "truce".into(),
        title: "A truce".into(),
        version: "1".into(),
        files: vec![blob("agreement.md", &text)],
    });
    let dir = temp.path().join("record");
    let mut record = Record::init_with(
        &dir,
        ORIGIN,
        &keys(),
        parties,
        at(0),
        "truce",
        vec![agreement],
        vec![text],
    )
    .unwrap();
    record.append(&keys(), at(1), vec![seen(1), seen(2)], vec![]).unwrap();
    (temp, record)
}

/// New keys of an operator: of the office alone, or of the log too.
pub(crate) fn other_office() -> Keys {
    Keys::generate(ORIGIN, [1; 32], [3; 32], [12; 32]).unwrap()
}

pub(crate) fn other_keys() -> Keys {
    Keys::generate(ORIGIN, [21; 32], [23; 32], [22; 32]).unwrap()
}

pub(crate) fn new_log(keys: &Keys) -> NewLog {
    NewLog {
        handover: vec![],
        key: keys.log.verifier_key().to_string(),
        key_mldsa44: keys.log_mldsa44.as_ref().map(|key| key.key().to_string()),
    }
}

pub(crate) fn operator(keys: &Keys) -> KeyChange {
    let office = Office { key: keys.office.verifier_key().to_string(), role: "keeps it".into() };
    KeyChange::Operator { log: new_log(keys), offices: vec![office] }
}

pub(crate) fn rotate_office(keys: &Keys) -> KeyChange {
    KeyChange::RotateOffice { key: keys.office.verifier_key().to_string() }
}

pub(crate) fn rotate_north(threshold: u32, hands: &[&ActSigner]) -> KeyChange {
    let keys = hands.iter().map(|hand| hand.key().to_string()).collect();
    KeyChange::RotateParty { keys, party: "NOR".into(), threshold }
}

pub(crate) fn revoke(hand: &ActSigner, seconds: i64) -> KeyChange {
    KeyChange::Revoke { compromised_since_ms: at(seconds).ms(), key: hand.key().to_string() }
}

/// The act, drafted on the record and signed by these hands.
pub(crate) fn drafted(record: &Record, change: KeyChange, hands: &[&ActSigner]) -> ActFile {
    let act = record.draft_key_act(change, "as agreed").unwrap();
    signed_by(&act, hands)
}

pub(crate) fn signed_by(act: &Instrument, hands: &[&ActSigner]) -> ActFile {
    let mut file = ActFile::new(act.clone(), ORIGIN).unwrap();
    hands.iter().for_each(|hand| file.sign(hand).unwrap());
    file
}

/// Enters an act, with keys that hold once it is in.
pub(crate) fn enter(record: &mut Record, keys: &Keys, file: &ActFile) -> Result<u64, StoreError> {
    let last = record.entry(record.size() - 1).unwrap().at;
    let now = Instant::from_ms(last.ms() + 10_000).unwrap();
    let body = file.instrument().body.clone();
    record.append_act(keys, now, body, file.signatures(), vec![])
}

pub(crate) fn change(
    record: &mut Record,
    keys: &Keys,
    change: KeyChange,
    hands: &[&ActSigner],
) -> Result<u64, StoreError> {
    let file = drafted(record, change, hands);
    enter(record, keys, &file)
}

/// The same line under another name or with other bytes.
pub(crate) fn bent(signature: &Signature, at: usize) -> Signature {
    let mut bytes = signature.bytes().to_vec();
    bytes[at] ^= 1;
    Signature::new(signature.name(), signature.id(), &bytes).unwrap()
}
