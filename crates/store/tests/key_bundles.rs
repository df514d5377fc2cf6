//! Proof bundles of a record whose keys have changed, and what somebody could try with them.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that stops has failed")]

mod kit;

use kit::hands::*;
use kit::*;
use servanda_entry::{Act, ActKind, Body, Instrument, KeyChange};
use servanda_store::Record;
use servanda_store::proofs::{Asked, Bundle, CheckOptions, Code, Verdict};
use servanda_tlog::{Note, sha256};
use std::collections::BTreeSet;
use tempfile::TempDir;

/// Entry 4: a legal act of two parties. 5: another key for the office. 6: another operator. 7: an
/// observation. 8: the first office key is revoked.
fn changed_record() -> (TempDir, Record, Vec<u8>) {
    let (temp, mut record) = founded();
    let early = record.checkpoint().to_vec();
    let act = Act {
        seen: Some(Box::new(record.state())),
        ..Act::new(ActKind::Signature, "Northland and Southland", at(5), "the instrument")
    };
    let act = Instrument { agreement: "truce".into(), body: Body::Act(act) };
    let file = signed_by(&act, &[&north(1), &north(2), &south()]);
    enter(&mut record, &keys(), &file).unwrap();
    let hands = [&office_hand(&keys()), &office_hand(&other_office())];
    change(&mut record, &other_office(), rotate_office(&other_office()), &hands).unwrap();
    let hands = [&guarantor(), &south(), &log_hand(&other_keys())];
    change(&mut record, &other_keys(), operator(&other_keys()), &hands).unwrap();
    record.append(&other_keys(), at(90), vec![seen(7)], vec![]).unwrap();
    let key = keys().office.verifier_key().to_string();
    let gone = KeyChange::Revoke { compromised_since_ms: at(2).ms(), key };
    change(&mut record, &other_keys(), gone, &[&office_hand(&other_keys())]).unwrap();
    assert_eq!(record.size(), 9);
    (temp, record, early)
}

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

fn without(archive: &[u8], gone: &[&str]) -> Vec<u8> {
    let mut members = members(archive);
    members.retain(|member| !gone.contains(&member.0.as_str()));
    zip(&members)
}

/// The member as a note with other signatures.
fn resigned(
    bytes: &mut Vec<u8>,
    change: impl Fn(usize, &servanda_tlog::Signature) -> Vec<servanda_tlog::Signature>,
) {
    let note = Note::parse(bytes, 65_535).unwrap();
    let mut text = format!("{}\n", note.text());
    for (place, one) in note.signatures().iter().enumerate() {
        change(place, one).iter().for_each(|one| text += &format!("{one}\n"));
    }
    *bytes = text.into_bytes();
}

type Row = (&'static str, &'static str, Vec<u8>);

fn attacks() -> Vec<Row> {
    let (_temp, record, _) = changed_record();
    let entry = bundle(&record, &ask(Asked::Entries([4, 7].into())));
    let all = bundle(&record, &ask(Asked::All));
    let edit = |name: &str, change: &dyn Fn(&mut Vec<u8>)| changed(&entry, name, change);
    let act = |n: u64| record.note_bytes(n).unwrap().to_vec();
    let acts = |n: u64| format!("keys/act/{n}");
    let all_of = |n: u64| [acts(n), format!("{}.proof", acts(n)), format!("{}.since", acts(n))];
    let drop_act = |archive: &[u8], n: u64| {
        let names = all_of(n);
        without(archive, &[names[0].as_str(), &names[1], &names[2]])
    };
    let keep = |signature: &servanda_tlog::Signature| vec![signature.clone()];
    let mut with_twice = members(&entry);
    let place = with_twice.iter().position(|member| member.0 == "keys/act/6").unwrap();
    with_twice.swap(place - 2, place);
    vec![
        (
            "the change of operator left out",
            "checkpoint-signature",
            drop_act(&drop_act(&entry, 8), 6),
        ),
        ("a change in the middle left out", "key-act-signature", drop_act(&entry, 6)),
        ("the change of the office's key left out", "key-act-order", drop_act(&entry, 5)),
        ("a revocation left out of the whole record", "key-act-missing", drop_act(&all, 8)),
        (
            "an operator by one party",
            "key-act-signature",
            edit("keys/act/6", &|bytes| {
                resigned(bytes, |place, one| if place == 1 { vec![] } else { keep(one) });
            }),
        ),
        (
            "an operator by nobody",
            "key-act-signature",
            edit("keys/act/6", &|bytes| {
                resigned(bytes, |place, one| if place > 0 { vec![] } else { keep(one) });
            }),
        ),
        (
            "an operator without the new log",
            "key-act-signature",
            edit("keys/act/6", &|bytes| {
                resigned(bytes, |place, one| if place == 3 { vec![] } else { keep(one) });
            }),
        ),
        (
            "one party's signature twice",
            "key-act-signature",
            edit("keys/act/6", &|bytes| {
                resigned(bytes, |place, one| match place {
                    1 => vec![],
                    2 => vec![one.clone(), one.clone()],
                    _ => keep(one),
                });
            }),
        ),
        (
            "half a signature bent",
            "key-act-signature",
            edit("keys/act/6", &|bytes| {
                resigned(bytes, |place, one| {
                    vec![if place == 1 { bent(one, 3_000) } else { one.clone() }]
                });
            }),
        ),
        (
            "the other half bent",
            "key-act-signature",
            edit("keys/act/6", &|bytes| {
                resigned(bytes, |place, one| {
                    vec![if place == 1 { bent(one, 40) } else { one.clone() }]
                });
            }),
        ),
        (
            "a change that the office did not enter",
            "entry-signature",
            edit("keys/act/6", &|bytes| {
                resigned(bytes, |place, one| if place == 0 { vec![] } else { keep(one) });
            }),
        ),
        (
            "an observation as a change of keys",
            "key-act-form",
            edit("keys/act/5", &|bytes| {
                *bytes = act(2);
            }),
        ),
        (
            "another change in its place",
            "key-act-order",
            edit("keys/act/6", &|bytes| {
                *bytes = act(5);
            }),
        ),
        (
            "a change with its signatures in another order",
            "proof-inclusion",
            edit("keys/act/6", &|bytes| {
                let note = Note::parse(bytes, 65_535).unwrap();
                let mut lines: Vec<String> =
                    note.signatures().iter().map(ToString::to_string).collect();
                lines.swap(1, 2);
                *bytes = format!("{}\n{}\n", note.text(), lines.join("\n")).into_bytes();
            }),
        ),
        (
            "without the proof of the handover",
            "key-act-handover",
            without(&entry, &["keys/act/6.since"]),
        ),
        (
            "another proof of the handover",
            "key-act-handover",
            edit("keys/act/6.since", &|bytes| {
                *bytes = format!("servanda/consistency-proof/v1\n{}\n", sha256(b"x")).into_bytes();
            }),
        ),
        ("a handover where there is none", "member", {
            let mut members = members(&entry);
            let place = members.iter().position(|m| m.0 == "keys/act/5.proof").unwrap();
            let since = members.iter().find(|m| m.0 == "keys/act/6.since").unwrap().1.clone();
            members.insert(place + 1, ("keys/act/5.since".into(), since));
            zip(&members)
        }),
        ("changes out of order", "member", zip(&with_twice)),
        ("a change without its proof", "member", without(&entry, &["keys/act/6.proof"])),
        (
            "a change with the proof of another",
            "proof-index",
            edit("keys/act/6.proof", &|bytes| {
                *bytes =
                    members(&entry).iter().find(|m| m.0 == "keys/act/5.proof").unwrap().1.clone();
            }),
        ),
        (
            "a party's signature under a legal act bent",
            "act-signature",
            edit("entry/4", &|bytes| {
                resigned(bytes, |place, one| {
                    vec![if place == 2 { bent(one, 2_000) } else { one.clone() }]
                });
            }),
        ),
        (
            "a party's signature of another act",
            "act-signature",
            edit("entry/4", &|bytes| {
                let other = Note::parse(&act(6), 65_535).unwrap();
                let souths = other.signatures().iter().find(|one| one.name().starts_with("south"));
                let souths = souths.unwrap().clone();
                resigned(bytes, |_, one| {
                    vec![if one.name() == souths.name() { souths.clone() } else { one.clone() }]
                });
            }),
        ),
    ]
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
    for code in Code::ALL.iter().filter(|code| **code >= Code::KeyActForm) {
        assert!(seen.contains(code.word()), "no attack meets {code}");
    }
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
