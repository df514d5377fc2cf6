//! The table of attacks: what somebody tries, and the code with which it is refused. Which attacks
//! of the threat model can't be tried yet stands in SECURITY.md.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that stops has failed")]

mod kit;

use kit::attacks::{self, entry_bundle};
use kit::*;
use servanda_store::proofs::{CheckOptions, Code};
use servanda_tlog::{Policy, Signer};
use std::collections::BTreeSet;
use std::fmt::Write as _;

#[test]
fn an_honest_forge_passes() {
    for bytes in attacks::honest() {
        let verdict = judge(&bytes, &strict());
        assert!(verdict.ok(), "{verdict:#?}");
    }
}

#[test]
fn every_attack_is_refused_for_its_reason() {
    let attacks = attacks::all();
    assert!(attacks.len() >= 130, "{}", attacks.len());
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
    for code in Code::ALL.iter().filter(|code| **code != Code::LogNotInPolicy) {
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
