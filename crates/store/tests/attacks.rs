//! The table of attacks: what somebody tries, and the code with which it is refused. Which attacks
//! of the threat model can't be tried yet stands in SECURITY.md.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that stops has failed")]

mod kit;

use kit::attacks::{self, entry_bundle};
use kit::*;
use kit::{hands, orders, sealed};
use servanda_store::proofs::{Asked, Bundle, CheckOptions, Code};
use servanda_tlog::{KeyId, Note, Policy, Signature, Signer};
use std::collections::BTreeSet;
use std::fmt::Write as _;

#[test]
fn an_honest_forge_passes() {
    for bytes in [attacks::honest(), sealed::honest(), orders::honest()].concat() {
        let verdict = judge(&bytes, &strict());
        assert!(verdict.ok(), "{verdict:#?}");
    }
    for bytes in hands::honest() {
        let verdict = judge(&bytes, &CheckOptions::default());
        assert!(verdict.ok(), "{verdict:#?}");
    }
}

#[test]
fn every_attack_is_refused_for_its_reason() {
    let attacks = [attacks::all(), sealed::all(), hands::attacks(), orders::attacks()].concat();
    assert!(attacks.len() >= 230, "{}", attacks.len());
    let mut wrong = String::new();
    let mut seen = BTreeSet::new();
    for (what, expected, bytes) in &attacks {
        let verdict = judge(bytes, &strict());
        seen.insert(code(&verdict));
        if code(&verdict) != *expected {
            writeln!(wrong, "{what}: {}, not {expected}", verdict.to_json()).unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    // Each code has its attack; this one depends on what the reader knows: below.
    // Those about keys have theirs in key_bundles.rs.
    let about_keys = |code: Code| code >= Code::KeyActForm && code != Code::OrderThreshold;
    let is_here = |code: &&Code| **code != Code::LogNotInPolicy && !about_keys(**code);
    for code in Code::ALL.iter().filter(is_here) {
        assert!(seen.contains(code.word()), "no attack meets {code}");
    }
}

#[test]
fn who_knows_the_log_sees_another() {
    let (_temp, record, _) = record(9);
    let sound = entry_bundle(&record);
    let other = Signer::from_seed(ORIGIN, [76; 32]).unwrap();
    let key = CheckOptions { keys: vec![other.verifier_key().to_string()], ..strict() };
    assert_eq!(code(&judge(&sound, &key)), "key-other");
    let one_wrong =
        CheckOptions { keys: vec![log_key(), cosigner(1).key().to_string()], ..strict() };
    assert_eq!(code(&judge(&sound, &one_wrong)), "key-other");
    let text = format!("log {}\nquorum none\n", other.verifier_key());
    let policy = Policy::parse(text.as_bytes()).unwrap();
    let policy = CheckOptions { policy: Some(policy), ..CheckOptions::default() };
    assert_eq!(code(&judge(&sound, &policy)), "log-not-in-policy");
    // Nobody asked whose it is: it holds together, and says that this was not asked.
    let verdict = judge(&sound, &CheckOptions::default());
    assert!(verdict.ok() && !verdict.found.unwrap().key_confirmed);
    // With a witness of their own, whatever the others do.
    let own = format!("witness me {}\nquorum me\n", cosigner(3).key());
    let own = CheckOptions { policy: Some(Policy::parse(own.as_bytes()).unwrap()), ..strict() };
    assert_eq!(code(&judge(&sound, &own)), "quorum");
}

/// What C2SP asks of every verifier: signatures of keys that it doesn't know say nothing.
#[test]
fn signatures_of_nobody_known_and_second_copies_change_nothing() {
    let (_temp, record, _) = record(9);
    let signed = cosigned(record.checkpoint(), &[1, 2]);
    let note = Note::parse(&signed, 131_072).unwrap();
    let truth = bundle(
        &record,
        &Bundle { checkpoint: Some(signed.clone()), ..ask(Asked::Entries([2].into())) },
    );
    let truth = judge(&truth, &strict()).to_json();
    let grease = [
        // A stranger, a stranger under the log's name, a type that nobody has assigned.
        Signature::new("grease.example", KeyId([1, 2, 3, 4]), &[0xfa; 99]).unwrap(),
        Signature::new(ORIGIN, KeyId([0; 4]), &[7; 64]).unwrap(),
        Signature::new("w1.example", KeyId([9; 4]), &[7; 5]).unwrap(),
    ];
    for signature in grease {
        let mut note = note.clone();
        note.add_signature(signature).unwrap();
        let asked = Bundle {
            checkpoint: Some(note.to_bytes().unwrap()),
            ..ask(Asked::Entries([2].into()))
        };
        let verdict = judge(&bundle(&record, &asked), &strict());
        assert_eq!(verdict.to_json(), truth);
    }
    let text = String::from_utf8(signed).unwrap();
    let again = format!("{text}{}\n", text.lines().last().unwrap());
    let asked = Bundle { checkpoint: Some(again.into_bytes()), ..ask(Asked::Entries([2].into())) };
    assert_eq!(judge(&bundle(&record, &asked), &strict()).to_json(), truth);
}

#[test]
fn a_frozen_view_is_called_stale() {
    let (_temp, record, _) = record(9);
    let sound = entry_bundle(&record);
    for (later, stale) in [(0, false), (86_400, false), (86_401, true)] {
        let options = CheckOptions { at: Some(COSIGNED + later), ..strict() };
        let verdict = judge(&sound, &options);
        assert!(verdict.ok());
        assert_eq!(verdict.found.unwrap().is_stale(), Some(stale));
    }
}
