//! Records whose keys have changed, their bundles, and what somebody could try with these.

use super::hands::*;
use super::*;
use servanda_entry::{Act, ActKind, Instrument, KeyChange, Office};
use servanda_tlog::{ActSigner, Signature, Signer, sha256};
use std::collections::BTreeSet;

/// Entry 4: a legal act of two parties. 5: another key for the office. 6: another operator. 7: an
/// observation. 8: the first office key is revoked.
pub(crate) fn changed_record() -> (TempDir, Record, Vec<u8>) {
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

fn without(archive: &[u8], gone: &[&str]) -> Vec<u8> {
    let mut members = members(archive);
    members.retain(|member| !gone.contains(&member.0.as_str()));
    zip(&members)
}

/// The member as a note with other signatures.
fn resigned(bytes: &mut Vec<u8>, change: impl Fn(usize, &Signature) -> Vec<Signature>) {
    let note = Note::parse(bytes, 65_535).unwrap();
    let mut text = format!("{}\n", note.text());
    for (place, one) in note.signatures().iter().enumerate() {
        change(place, one).iter().for_each(|one| text += &format!("{one}\n"));
    }
    *bytes = text.into_bytes();
}

type Row = (&'static str, &'static str, Vec<u8>);

/// What somebody could try with a bundle that holds changes of keys.
pub(crate) fn attacks() -> Vec<Row> {
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
    let keep = |signature: &Signature| vec![signature.clone()];
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

/// A legal act of these hands, entered with these keys.
fn act(record: &mut Record, keys: &Keys, reference: &str, hands: &[&ActSigner]) {
    let act = Act {
        seen: Some(Box::new(record.state())),
        ..Act::new(ActKind::Signature, "Northland and Southland", at(5), reference)
    };
    let act = Instrument { agreement: "truce".into(), body: Body::Act(act) };
    enter(record, keys, &signed_by(&act, hands)).unwrap();
}

pub(crate) fn revoke_written(key: &str, seconds: i64) -> KeyChange {
    KeyChange::Revoke { compromised_since_ms: at(seconds).ms(), key: key.to_owned() }
}

/// Keys of the same operator: another log, and another log and another office.
pub(crate) fn other_log() -> Keys {
    Keys::generate(ORIGIN, [31; 32], [33; 32], [2; 32]).unwrap()
}

pub(crate) fn other_log_and_office() -> Keys {
    Keys::generate(ORIGIN, [31; 32], [33; 32], [32; 32]).unwrap()
}

/// Keys of the operator who comes last.
pub(crate) fn last_keys() -> Keys {
    Keys::generate(ORIGIN, [41; 32], [43; 32], [32; 32]).unwrap()
}

/// A hand that Northland takes on.
pub(crate) fn north_next() -> ActSigner {
    hand("northland.example/root-4", 70)
}

/// Every change of keys, most of them twice, and what was signed between them. With it three
/// checkpoints that witnesses cosigned one after the other: after entries 4, 6 and 15.
pub(crate) fn changed_often() -> (TempDir, Record, Vec<Vec<u8>>) {
    let (temp, mut record) = founded();
    let mut early = Vec::new();
    act(&mut record, &keys(), "the first", &[&north(1), &north(2), &south()]);
    early.push(cosigned_at(record.checkpoint(), &[(1, 100), (2, 300), (3, 200)]));
    let hands = [&north(1), &north(2), &north_next()];
    change(&mut record, &keys(), rotate_north(1, &[&north(1), &north_next()]), &hands).unwrap();
    act(&mut record, &keys(), "the second", &[&north(1), &north_next(), &guarantor()]);
    early.push(cosigned_at(record.checkpoint(), &[(1, 400), (2, 0), (3, 600)]));
    let (renewal, _) = record.renewal().unwrap();
    change(&mut record, &keys(), renewal, &[&log_hand(&keys()), &south()]).unwrap();
    let rotation = KeyChange::RotateLog { log: new_log(&other_log()) };
    let hands = [&guarantor(), &south(), &log_hand(&other_log()), &log_hand(&keys())];
    change(&mut record, &other_log(), rotation, &hands).unwrap();
    let new = other_log_and_office();
    let hands = [&office_hand(&keys()), &office_hand(&new)];
    change(&mut record, &new, rotate_office(&new), &hands).unwrap();
    record.append(&new, at(700), vec![seen(3)], vec![]).unwrap();
    change(&mut record, &new, revoke(&north(1), 200), &[&north_next()]).unwrap();
    let office = keys().office.verifier_key().to_string();
    change(&mut record, &new, revoke_written(&office, 450), &[&office_hand(&new)]).unwrap();
    let hands = [&south(), &guarantor()];
    change(&mut record, &new, revoke_written(&log_key(), 150), &hands).unwrap();
    act(&mut record, &new, "the third", &[&north_next(), &log_hand(&new), &office_hand(&new)]);
    // With a line in the name of the first log's own key, which is no key of an act.
    let first = keys().log.verifier_key().clone();
    let line = Signature::new(first.name(), first.id(), &[7; 64]).unwrap();
    let reported = Act::new(ActKind::Notice, "Northland", at(5), "a letter");
    record.append_act(&new, at(905), Body::Act(reported), &[line], vec![]).unwrap();
    early.push(cosigned_at(record.checkpoint(), &[(1, 900), (2, 800)]));
    let (renewal, _) = record.renewal().unwrap();
    change(&mut record, &new, renewal, &[&log_hand(&new)]).unwrap();
    // Another operator, who keeps the office and takes in a second one.
    let last = last_keys();
    let mut operator = operator(&last);
    if let KeyChange::Operator { offices, .. } = &mut operator {
        let second = hand_key("second.example/office", 90);
        offices.push(Office { key: second, role: "writes too".into() });
    }
    let hands = [&north_next(), &south(), &log_hand(&last), &log_hand(&new)];
    change(&mut record, &last, operator, &hands).unwrap();
    change(&mut record, &last, revoke(&south(), 400), &[&north_next(), &guarantor()]).unwrap();
    record.append(&last, at(990), vec![seen(4)], vec![]).unwrap();
    (temp, record, early)
}

/// A verifier key for notes, as it is written.
fn hand_key(name: &str, n: u8) -> String {
    Signer::from_seed(name, [n; 32]).unwrap().verifier_key().to_string()
}

/// A checkpoint with cosignatures, each so many seconds after the first of January of these tests.
fn cosigned_at(signed: &[u8], by: &[(u8, i64)]) -> Vec<u8> {
    let mut note = Note::parse(signed, 131_072).unwrap();
    let checkpoint: Checkpoint = note.text().parse().unwrap();
    for (n, seconds) in by {
        let time = if *seconds == 0 { 0 } else { at(*seconds).ms().unsigned_abs() / 1_000 };
        note.add_signature(cosigner(*n).cosign(&checkpoint, time).unwrap()).unwrap();
    }
    note.to_bytes().unwrap()
}

/// Honest bundles of records whose keys have changed: by name, with the newest key of their log.
pub(crate) fn honest() -> Vec<(String, String, Vec<u8>)> {
    let mut all = Vec::new();
    let newest = |keys: &Keys| keys.log.verifier_key().to_string();
    let (_temp, record, early) = changed_record();
    for (name, asked) in asked([2, 4, 7].into(), (3, 8)) {
        for since in [None, Some(early.clone())] {
            let name = format!("changed, {name}, since {}", since.is_some());
            let bytes = bundle(&record, &Bundle { since, ..ask(asked.clone()) });
            all.push((name, newest(&other_keys()), bytes));
        }
    }
    let (_temp, record, early) = changed_often();
    for (name, asked) in asked([2, 4, 5, 6, 14, 15].into(), (3, 19)) {
        for (place, since) in early.iter().enumerate() {
            for head in [&[] as &[(u8, i64)], &[(1, 50)], &[(1, 995), (2, 996)]] {
                let checkpoint = Some(cosigned_at(record.checkpoint(), head));
                let since = Some(since.clone());
                let policy = Some(policy_text().into_bytes()).filter(|_| place > 0);
                let asked = Bundle { checkpoint, policy, since, ..ask(asked.clone()) };
                let name = format!("changed often, {name}, since {place}, by {}", head.len());
                let bytes = bundle(&record, &asked);
                if head.is_empty() && place == 1 {
                    all.push((
                        format!("{name}, one not"),
                        newest(&last_keys()),
                        not_cosigned(&bytes),
                    ));
                }
                all.push((name, newest(&last_keys()), bytes));
            }
        }
    }
    // A state between two changes: what comes later is not there.
    for (signed, log) in early.into_iter().zip([keys(), keys(), other_log()]) {
        let asked = Bundle { checkpoint: Some(signed), ..ask(Asked::All) };
        all.push(("an earlier state".into(), newest(&log), bundle(&record, &asked)));
    }
    all
}

/// The earlier checkpoint with a cosignature that is none: then nobody saw it.
fn not_cosigned(archive: &[u8]) -> Vec<u8> {
    changed(archive, "since/checkpoint", |bytes| {
        resigned(bytes, |place, one| vec![if place == 4 { bent(one, 70) } else { one.clone() }]);
    })
}

/// All of the record, with the lines under its first change in another order.
fn respelt_in_range(record: &Record) -> Vec<u8> {
    changed(&bundle(record, &ask(Asked::All)), "range/entries/0", |pack| {
        let true_note = record.note_bytes(5).unwrap().to_vec();
        let note = Note::parse(&true_note, 65_535).unwrap();
        let mut lines: Vec<String> = note.signatures().iter().map(ToString::to_string).collect();
        lines.reverse();
        let other = format!("{}\n{}\n", note.text(), lines.join("\n")).into_bytes();
        let place = pack.windows(other.len()).position(|part| part == true_note).unwrap();
        pack[place..place + other.len()].copy_from_slice(&other);
    })
}

/// What somebody could try where keys have changed often.
pub(crate) fn late_attacks() -> Vec<Row> {
    let (_temp, record, early) = changed_often();
    let since = Some(early[1].clone());
    let sound = bundle(&record, &Bundle { since, ..ask(Asked::Entries([6, 10, 14].into())) });
    let edit = |name: &str, change: &dyn Fn(&mut Vec<u8>)| changed(&sound, name, change);
    let with = |name: &str, hand: &ActSigner, is_before: bool| {
        let line = hand.sign(b"another text").unwrap();
        edit(name, &|bytes| {
            resigned(bytes, |place, one| match (place, is_before) {
                (0, true) => vec![line.clone(), one.clone()],
                (0, false) => vec![one.clone(), line.clone()],
                _ => vec![one.clone()],
            });
        })
    };
    let by_log = |name: &str, keys: &Keys| {
        edit(name, &|bytes| {
            let note = Note::parse(bytes, 131_072).unwrap();
            let checkpoint: Checkpoint = note.text().parse().unwrap();
            *bytes = checkpoint.sign_twice(&keys.log, keys.log_mldsa44.as_ref().unwrap()).unwrap();
        })
    };
    let by_office = |keys: &Keys| {
        edit("entry/10", &|bytes| {
            let note = Note::parse(bytes, 65_535).unwrap();
            *bytes = servanda_tlog::sign(note.text(), &[&keys.office]).unwrap();
        })
    };
    vec![
        ("a hand of then with a false line", "act-signature", with("entry/6", &north(1), true)),
        ("a hand of now with a false line", "act-signature", with("entry/14", &north_next(), true)),
        ("a hand of later, given up, with a false line", "proof-inclusion", {
            with("entry/14", &north(2), false)
        }),
        ("a hand that was revoked, with a false line", "proof-inclusion", {
            with("entry/14", &north(1), true)
        }),
        ("a hand that was just given up, with a false line", "proof-inclusion", {
            with("entry/6", &north(3), false)
        }),
        ("a hand not yet taken on, with a false line", "proof-inclusion", {
            with("entry/6", &office_hand(&last_keys()), false)
        }),
        ("a checkpoint by the first log", "checkpoint-signature", by_log("checkpoint", &keys())),
        ("a checkpoint by the log between", "checkpoint-signature", {
            by_log("checkpoint", &other_log())
        }),
        ("an earlier checkpoint by the last log", "since-signature", {
            by_log("since/checkpoint", &last_keys())
        }),
        ("an entry by the office of before", "entry-signature", by_office(&keys())),
        ("another spelling of a change in the range", "key-act-missing", respelt_in_range(&record)),
        ("an entry by its office", "ok", by_office(&last_keys())),
    ]
}

fn asked(entries: BTreeSet<u64>, range: (u64, u64)) -> [(&'static str, Asked); 3] {
    let range = Asked::Range(range.0, range.1);
    [("entries", Asked::Entries(entries)), ("range", range), ("all", Asked::All)]
}
