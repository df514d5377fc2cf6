//! Proof bundles of a record whose keys have changed, and what somebody could try with them.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that stops has failed")]

mod kit;

use kit::changes::{attacks, changed_record, honest, late_attacks};
use kit::hands::*;
use kit::*;
use servanda_entry::KeyChange;
use servanda_store::proofs::{Asked, Bundle, CheckOptions, Code, Verdict};
use std::collections::BTreeSet;

fn knows(key: &str) -> CheckOptions {
    CheckOptions { keys: vec![key.to_owned()], ..CheckOptions::default() }
}

fn new_key() -> String {
    other_keys().log.verifier_key().to_string()
}

fn judged(bytes: &[u8]) -> Verdict {
    judge(bytes, &knows(&new_key()))
}

#[test]
fn a_bundle_carries_what_leads_from_the_first_keys_to_the_last() {
    let (_temp, record, early) = changed_record();
    let second = other_keys().log_mldsa44.unwrap().key().to_string();
    for asked in [Asked::Entries([2, 4, 7].into()), Asked::Range(3, 8), Asked::All] {
        for since in [None, Some(early.clone())] {
            let bytes = bundle(&record, &Bundle { since, ..ask(asked.clone()) });
            for key in [log_key(), new_key(), second.clone()] {
                let verdict = judge(&bytes, &knows(&key));
                assert!(verdict.ok(), "{}", verdict.to_json());
                let found = verdict.found.unwrap();
                assert!(found.key_confirmed);
                assert_eq!(found.keys.ed25519(), other_keys().log.verifier_key());
                assert_eq!(found.key_acts, [5, 6, 8]);
            }
            assert_eq!(
                code(&judge(&bytes, &knows(cosigner(1).key().to_string().as_str()))),
                "key-other"
            );
        }
    }
    // What the first office key signed is flagged; what others signed is not.
    let bytes = bundle(&record, &ask(Asked::Entries([2, 4, 7].into())));
    assert_eq!(judged(&bytes).found.unwrap().flagged, [2, 4]);
    let bytes = bundle(&record, &ask(Asked::All));
    assert_eq!(judged(&bytes).found.unwrap().flagged, [0, 1, 2, 3, 4, 5]);
    // A checkpoint from before is signed with the first keys, and needs no more.
    let before = Bundle { checkpoint: Some(early.clone()), ..ask(Asked::Entries([2].into())) };
    let bytes = bundle(&record, &before);
    assert!(judge(&bytes, &knows(&log_key())).ok());
    assert_eq!(code(&judge(&bytes, &knows(&new_key()))), "key-other");
    assert!(judge(&bytes, &knows(&log_key())).found.unwrap().key_acts.is_empty());
}

#[test]
fn bundles_with_every_change_of_keys_hold() {
    for (name, newest, bytes) in honest() {
        for key in [log_key(), newest] {
            let verdict = judge(&bytes, &knows(&key));
            let is_held = ["ok", "quorum"].contains(&code(&verdict));
            assert!(is_held, "{name}: {}", verdict.to_json());
        }
    }
}

#[test]
fn what_witnesses_saw_before_is_not_flagged() {
    let (temp, mut record) = founded();
    let early = cosigned(record.checkpoint(), &[1, 2]);
    record.append(&keys(), at(600), vec![seen(3)], vec![]).unwrap();
    let hands = [&office_hand(&keys()), &office_hand(&other_office())];
    change(&mut record, &other_office(), rotate_office(&other_office()), &hands).unwrap();
    let key = keys().office.verifier_key().to_string();
    // A second after the witnesses signed.
    let since = at(501).ms();
    let gone = KeyChange::Revoke { compromised_since_ms: since, key };
    change(&mut record, &other_office(), gone, &[&office_hand(&other_office())]).unwrap();
    let asked = Bundle { since: Some(early), ..ask(Asked::All) };
    let bytes = bundle(&record, &asked);
    let options = CheckOptions { policy: Some(policy()), ..knows(&log_key()) };
    let verdict = judge(&bytes, &options);
    // The newest checkpoint has no quorum; what the earlier one covers stands all the same.
    assert_eq!(code(&verdict), "quorum");
    assert_eq!(verdict.found.unwrap().flagged, [4, 5]);
    assert_eq!(judge(&bytes, &knows(&log_key())).found.unwrap().flagged, [0, 1, 2, 3, 4, 5]);
    drop(temp);
}

#[test]
fn every_attack_with_keys_is_refused_for_its_reason() {
    let mut wrong = String::new();
    let mut seen = BTreeSet::new();
    for (what, expected, bytes) in attacks() {
        for key in [log_key(), new_key()] {
            let verdict = judge(&bytes, &knows(&key));
            seen.insert(code(&verdict));
            if code(&verdict) != expected {
                wrong += &format!("{what}: {}, not {expected}\n", verdict.to_json());
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    // What orders of erasure are refused for has its attacks in attacks.rs.
    let is_here = |code: &&Code| **code >= Code::KeyActForm && **code != Code::OrderThreshold;
    for code in Code::ALL.iter().filter(is_here) {
        assert!(seen.contains(code.word()), "no attack meets {code}");
    }
}

/// What is signed by everybody who must, and says what it must not.
#[test]
fn every_change_that_is_drawn_up_wrongly_is_refused_for_its_reason() {
    let mut wrong = String::new();
    let late = late_attacks().into_iter();
    let late = late.map(|(what, expected, bytes)| (what.to_owned(), expected, bytes));
    for (what, expected, bytes) in drawn::all().into_iter().chain(late) {
        let verdict = judge(&bytes, &CheckOptions::default());
        if code(&verdict) != expected {
            wrong += &format!("{what}: {}, not {expected}\n", verdict.to_json());
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// The keeper of a forged record, who holds no key of the true log, for who knows the true key.
#[test]
fn a_forged_constitution_with_the_true_log_s_key_does_not_lead_to_other_keys() {
    let (_temp, honest, _) = changed_record();
    let mine = hand("forged.example/1", 81);
    let forged = servanda_store::Parties {
        signatories: vec![servanda_entry::Signatory {
            id: "NOR".into(),
            keys: vec![mine.key().to_string()],
            role: "party".into(),
            threshold: 1,
        }],
        operator_by: Some(servanda_entry::OperatorRule { of: vec!["NOR".into()], threshold: 1 }),
        erasers: None,
    };
    // It needs the true log's key for its first checkpoint, and for the handover. Say that it has
    // the true log's signatures of the true record, which anybody can copy.
    let (_temp, mut record) = founded_with(forged);
    change(&mut record, &other_keys(), operator(&other_keys()), &[&mine, &log_hand(&other_keys())])
        .unwrap();
    let bytes = bundle(&record, &ask(Asked::Entries([2].into())));
    // Here the log's first key was in the forger's hands, so it holds; with the true handover not.
    assert!(judge(&bytes, &knows(&log_key())).ok());
    let truth = members(&bundle(&honest, &ask(Asked::Entries([2].into()))));
    let since = truth.iter().find(|member| member.0 == "keys/act/6.since").unwrap().1.clone();
    let bytes = changed(&bytes, "keys/act/4.since", |held| *held = since);
    assert_eq!(code(&judge(&bytes, &knows(&log_key()))), "key-act-handover");
}

/// How many changed bundles are tried; with 20,000 none was accepted either.
const CHANGES: u64 = 800;

#[test]
fn no_changed_bundle_with_keys_proves_anything_else() {
    use kit::mutate::{Draw, Target, mutate};
    let (_temp, record, early) = changed_record();
    let since = Some(early);
    let asked = [
        ("entries", Bundle { since: since.clone(), ..ask(Asked::Entries([4, 7].into())) }),
        ("range", ask(Asked::Range(3, 8))),
        ("all", Bundle { since, ..ask(Asked::All) }),
    ];
    let targets: Vec<Target> = asked
        .iter()
        .map(|(name, asked)| {
            let bytes = bundle(&record, asked);
            Target { name, members: members(&bytes), bytes }
        })
        .collect();
    let truths: Vec<String> =
        targets.iter().map(|target| judged(&target.bytes).to_json()).collect();
    assert!(truths.iter().all(|truth| truth.contains("\"ok\":true")));
    for n in 0..CHANGES {
        let (of, what, bytes) = mutate(&mut Draw::new((7 << 40) + n), &targets);
        if targets.iter().any(|other| other.bytes == bytes) {
            continue;
        }
        let verdict = judged(&bytes);
        if verdict.ok() {
            // A second copy of a signature, or one of nobody known, changes nothing.
            assert!(what.starts_with("since/checkpoint"), "{n}: {what}");
            assert_eq!(verdict.to_json(), truths[of], "{n}: {what}");
        }
    }
}
