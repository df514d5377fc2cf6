//! Changes of keys that say what they must not, signed all the same by everybody who must: what a
//! keeper could write together with the parties.

use super::attacks::Attack;
use super::changes::{changed_often, last_keys, north_next, other_log, revoke_written};
use super::hands::*;
use super::mutate::Draw;
use super::*;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use servanda_entry::{Class, Entry, FORM, INSTRUMENT_FORM, KeyAct, KeyChange, canonical};
use servanda_store::Parties;
use servanda_store::proofs::Asked;
use servanda_tlog::{ActSigner, Signature, Signer};
use std::slice::from_ref;

/// A change of keys as it would be entered next, put otherwise, and signed by the office and hands.
struct Drawn<'r> {
    record: &'r Record,
    /// The members of a bundle of that record.
    members: &'r [Member],
    /// Of the office that enters it.
    keys: &'r Keys,
    change: KeyChange,
    hands: &'r [&'r ActSigner],
}

impl Drawn<'_> {
    /// The bundle with this among its key acts. The record does not hold it: what nothing else
    /// refuses is refused by its proof.
    fn bundle(&self, edit: impl FnOnce(&mut Value)) -> Vec<u8> {
        let index = self.record.size();
        let note = self.note(edit);
        let mut members = self.members.to_vec();
        let place = members.iter().position(|member| member.0 == "entry/0").unwrap();
        let proof = format!("c2sp.org/tlog-proof@v1\nindex {index}\n").into_bytes();
        members.insert(place, (format!("keys/act/{index}"), note));
        members.insert(place + 1, (format!("keys/act/{index}.proof"), proof));
        zip(&members)
    }

    fn note(&self, edit: impl FnOnce(&mut Value)) -> Vec<u8> {
        let last = self.record.entry(self.record.size() - 1).unwrap();
        let act = self.record.draft_key_act(self.change.clone(), "as agreed");
        // What nobody can draft is written without asking.
        let body = act.map(|act| act.body).unwrap_or_else(|_| {
            let (change, seen) = (self.change.clone(), self.record.state());
            Body::KeyAct(KeyAct { change, number: 1, reason: "as agreed".into(), seen })
        });
        let entry = Entry {
            agreement: "truce".into(),
            by: self.keys.office.name().into(),
            seq: 9,
            prev: None,
            cite: self.record.state(),
            at: Instant::from_ms(last.at.ms() + 10_000).unwrap(),
            class: Class::Public,
            // Some changes can't be written as entries: the body is put in its place below.
            body: seen(1),
        };
        let text = entry.text(ORIGIN).unwrap();
        let mut fields: Value = serde_json::from_str(text.lines().nth(2).unwrap()).unwrap();
        (fields["body"], fields["kind"]) = (body.to_value(), json!("key-act"));
        edit(&mut fields);
        let line = |value: &Value| String::from_utf8(canonical::to_bytes(value).unwrap()).unwrap();
        let mut note = Note::new(&format!("{FORM}\n{ORIGIN}\n{}\n", line(&fields))).unwrap();
        note.sign(&self.keys.office).unwrap();
        let signed = json!({
            "agreement": fields["agreement"], "body": fields["body"], "kind": fields["kind"],
        });
        let signed = format!("{INSTRUMENT_FORM}\n{ORIGIN}\n{}\n", line(&signed));
        for hand in self.hands {
            note.add_signature(hand.sign(signed.as_bytes()).unwrap()).unwrap();
        }
        note.to_bytes().unwrap()
    }
}

/// What is drawn up is put into this.
fn base(record: &Record) -> Vec<Member> {
    members(&bundle(record, &ask(Asked::Entries([2].into()))))
}

fn as_it_is() -> Edit {
    Box::new(|_| {})
}

fn all_hands() -> Vec<ActSigner> {
    let (old, new) = (keys(), other_keys());
    vec![
        north(1),
        north(2),
        south(),
        guarantor(),
        log_hand(&old),
        log_hand(&new),
        office_hand(&old),
        office_hand(&other_office()),
    ]
}

/// The changes, each with the code of its refusal.
pub(crate) fn all() -> Vec<Attack> {
    let mut all = of_forms();
    all.extend(of_rules());
    all.extend(of_hands());
    all.extend(of_histories());
    all
}

fn long() -> String {
    "x".repeat(4_097)
}

type Edit = Box<dyn Fn(&mut Value)>;

fn put(path: &'static str, value: Value) -> Edit {
    Box::new(move |fields| *fields.pointer_mut(path).unwrap() = value.clone())
}

fn add(path: &'static str, name: &'static str, value: Value) -> Edit {
    Box::new(move |fields| {
        fields
            .pointer_mut(path)
            .unwrap()
            .as_object_mut()
            .unwrap()
            .insert(name.into(), value.clone());
    })
}

fn take(path: &'static str, name: &'static str) -> Edit {
    Box::new(move |fields| {
        fields.pointer_mut(path).unwrap().as_object_mut().unwrap().remove(name).unwrap();
    })
}

/// A key act has the form of key acts.
fn of_forms() -> Vec<Attack> {
    let (_temp, record) = founded();
    let (by, members, hands) = (keys(), base(&record), all_hands());
    let hands: Vec<&ActSigner> = hands.iter().collect();
    let zero = "0".repeat(64);
    let party = || rotate_north(1, &[&north(1)]);
    let office = || rotate_office(&other_office());
    let log = || operator(&other_keys());
    let gone = || revoke(&north(1), 0);
    let renewal = || record.renewal().unwrap().0;
    let slot = json!({"bytes": 1, "commit": zero, "ct": zero, "media": "text/plain"});
    let rows: Vec<(&str, KeyChange, Edit)> = vec![
        ("a member more", office(), add("/body", "also", json!(1))),
        ("no reason", office(), take("/body", "reason")),
        ("a blank reason", office(), put("/body/reason", json!(" \u{2003}"))),
        ("an empty reason", office(), put("/body/reason", json!(""))),
        ("a long reason", office(), put("/body/reason", json!(long()))),
        ("a reason that is a number", office(), put("/body/reason", json!(7))),
        ("a number as a text", office(), put("/body/number", json!("1"))),
        ("a number that is true", office(), put("/body/number", json!(true))),
        ("a number below none", office(), put("/body/number", json!(-1))),
        ("no number", office(), put("/body/number", Value::Null)),
        ("a state as a list", office(), put("/body/seen", json!([zero, 4]))),
        ("a state of null", office(), put("/body/seen", Value::Null)),
        ("a state below none", office(), put("/body/seen/size", json!(-4))),
        ("a state with more", office(), add("/body/seen", "also", json!(1))),
        ("a root that is none", office(), put("/body/seen/root", json!("A".repeat(64)))),
        ("a change as a list", office(), put("/body/change", json!(["rotate-office", "x"]))),
        ("a change as a text", office(), put("/body/change", json!("renewal"))),
        ("a body as a list", office(), put("/body", json!([]))),
        ("no type", office(), take("/body/change", "type")),
        ("a type that is a list", office(), put("/body/change/type", json!(["rotate-office"]))),
        ("a type that there is not", office(), put("/body/change/type", json!("rotate-all"))),
        ("another type", office(), put("/body/change/type", json!("renewal"))),
        ("a change with more", office(), add("/body/change", "party", json!("NOR"))),
        ("a key that is none", office(), put("/body/change/key", json!(["x"]))),
        ("a long key", office(), put("/body/change/key", json!(long()))),
        ("keys as a text", party(), put("/body/change/keys", json!("x"))),
        ("keys that are numbers", party(), put("/body/change/keys/0", json!(1))),
        ("a long name", party(), put("/body/change/party", json!(long()))),
        ("a threshold that is true", party(), put("/body/change/threshold", json!(true))),
        ("a threshold beyond all", party(), put("/body/change/threshold", json!(1_u64 << 32))),
        ("a threshold below none", party(), put("/body/change/threshold", json!(-1))),
        ("a log as a text", log(), put("/body/change/log", json!("x"))),
        ("a log as a number", log(), put("/body/change/log", json!(1))),
        ("a log as a list", log(), put("/body/change/log", json!([]))),
        ("a log with more", log(), add("/body/change/log", "also", json!(1))),
        ("a log without a key", log(), take("/body/change/log", "key")),
        ("a second key of null", log(), put("/body/change/log/key_mldsa44", Value::Null)),
        ("a handover as a text", log(), put("/body/change/log/handover", json!("x"))),
        ("a handover of numbers", log(), put("/body/change/log/handover/0", json!(1))),
        ("a long handover", log(), put("/body/change/log/handover/0", json!(long()))),
        ("offices as an object", log(), put("/body/change/offices", json!({}))),
        ("an office as a text", log(), put("/body/change/offices/0", json!("x"))),
        ("an office without a role", log(), take("/body/change/offices/0", "role")),
        ("an office of a blank role", log(), put("/body/change/offices/0/role", json!("\u{a0}"))),
        ("an office with more", log(), add("/body/change/offices/0", "also", json!(1))),
        ("a time as a text", gone(), put("/body/change/compromised_since_ms", json!("0"))),
        ("a time that is true", gone(), put("/body/change/compromised_since_ms", json!(true))),
        ("no manifest", renewal(), put("/body/change/manifest", Value::Null)),
        ("a manifest of no size", renewal(), put("/body/change/manifest/bytes", json!(-1))),
        ("a manifest with more", renewal(), add("/body/change/manifest", "also", json!(1))),
        ("a manifest without a hash", renewal(), put("/body/change/manifest/sha256", json!(""))),
        ("a root of nothing", renewal(), put("/body/change/root", json!("00"))),
        ("an algorithm that is a number", renewal(), put("/body/change/algorithm", json!(3))),
        ("a change that withholds", office(), {
            let (put, add) = (put("/class", json!("sealed")), add("", "att", json!([slot])));
            Box::new(move |fields| {
                put(fields);
                add(fields);
            })
        }),
    ];
    let form = |(what, change, edit): (&str, KeyChange, Edit)| {
        let drawn = Drawn { record: &record, members: &members, keys: &by, change, hands: &hands };
        (format!("a change of keys: {what}"), "entry-form", drawn.bundle(|fields| edit(fields)))
    };
    rows.into_iter().map(form).collect()
}

/// A verifier key of the signed-note form, whoever holds it.
fn written(name: &str, seed: u8) -> String {
    Signer::from_seed(name, [seed; 32]).unwrap().verifier_key().to_string()
}

/// The identity as a key: it verifies one signature for every text where rules are loose.
fn weak_key(name: &str) -> String {
    let typed = [&[1, 1], [0; 31].as_slice()].concat();
    let id = &sha256(&[name.as_bytes(), b"\n", &typed].concat()).to_hex()[..8];
    format!("{name}+{id}+{}", STANDARD.encode(typed))
}

/// A change that `founded` could see next is signed by all, and says what it must not, or may.
fn of_rules() -> Vec<Attack> {
    let (_temp, record) = founded();
    let (by, members, hands) = (keys(), base(&record), all_hands());
    let hands: Vec<&ActSigner> = hands.iter().collect();
    let office_name = format!("{ORIGIN}/office");
    let party = |threshold, hands: &[&ActSigner]| rotate_north(threshold, hands);
    let office = || rotate_office(&other_office());
    let log = || operator(&other_keys());
    let gone = || revoke(&north(3), 0);
    let renewal = || record.renewal().unwrap().0;
    let many: Vec<String> =
        (0..17).map(|n| hand("northland.example/many", n).key().to_string()).collect();
    let told: Vec<String> = {
        let act = record.draft_key_act(log(), "as agreed").unwrap().body.to_value();
        serde_json::from_value(act["change"]["log"]["handover"].clone()).unwrap()
    };
    let first = Signature::parse(&told[0]).unwrap();
    let signed = |name: &str| Signature::new(name, first.id(), &[7; 64]).unwrap().to_string();
    let lines =
        |n: u8| (0..n).map(|n| signed(&format!("stranger.example/{n}"))).collect::<Vec<_>>();
    let false_line = signed(first.name());
    let handed = |lines: Vec<String>| put("/body/change/log/handover", json!(lines));
    let with = |more: &[String], then: &[String]| handed([more, then].concat());
    let seen = |size: u64| put("/body/seen/size", json!(size));
    let rows: Vec<(&str, &'static str, KeyChange, Edit)> = vec![
        ("another kind", "key-act-form", office(), put("/kind", json!("act"))),
        ("another agreement", "entry-agreement", office(), put("/agreement", json!("other"))),
        ("what was not yet", "entry-cite", office(), put("/cite/size", json!(5))),
        ("by a stranger", "entry-signature", office(), put("/by", json!("stranger.example"))),
        ("as it must be", "proof-inclusion", office(), put("/body/reason", json!("so be it"))),
        ("number 0", "key-act-order", office(), put("/body/number", json!(0))),
        ("number 2", "key-act-order", office(), put("/body/number", json!(2))),
        ("a state of nothing", "key-act-order", office(), seen(0)),
        ("a state to come", "key-act-order", office(), seen(5)),
        ("a state that is just there", "proof-inclusion", office(), seen(4)),
        ("an office that there is not", "key-act-form", office(), {
            put("/body/change/key", json!(written("other.example/office", 12)))
        }),
        ("the same key again", "key-act-form", office(), {
            put("/body/change/key", json!(keys().office.verifier_key().to_string()))
        }),
        ("the log's key for the office", "key-act-form", office(), {
            put("/body/change/key", json!(written(&office_name, 1)))
        }),
        ("a key of no form", "key-act-form", office(), put("/body/change/key", json!("x+y+z"))),
        (
            "a weak key",
            "key-act-form",
            office(),
            put("/body/change/key", json!(weak_key(&office_name))),
        ),
        ("an act key for an office", "key-act-form", office(), {
            put("/body/change/key", json!(north(1).key().to_string()))
        }),
        ("nobody's party", "key-act-form", party(1, &[&north(1)]), {
            put("/body/change/party", json!("EAST"))
        }),
        ("no keys", "key-act-form", party(1, &[]), as_it_is()),
        ("seventeen keys", "key-act-form", party(1, &[&north(1)]), {
            put("/body/change/keys", json!(many))
        }),
        ("sixteen keys", "proof-inclusion", party(1, &[&north(1)]), {
            let sixteen = [&many[1..], &[north(1).key().to_string()]].concat();
            put("/body/change/keys", json!(sixteen[1..]))
        }),
        ("a key renamed", "key-act-form", party(1, &[&hand("n.example", 51), &north(2)]), {
            as_it_is()
        }),
        ("a verifier key for a party's", "key-act-form", party(1, &[&north(1)]), {
            put("/body/change/keys/0", json!(log_key()))
        }),
        ("an office's hand for a party", "key-act-form", party(1, &[&office_hand(&keys())]), {
            as_it_is()
        }),
        (
            "one party stays as it was",
            "proof-inclusion",
            { party(2, &[&north(1), &north(2), &north(3)]) },
            as_it_is(),
        ),
        ("fewer keys", "proof-inclusion", party(1, &[&north(2)]), as_it_is()),
        ("no offices", "key-act-form", log(), put("/body/change/offices", json!([]))),
        ("two offices of one name", "key-act-form", log(), {
            let key = other_keys().office.verifier_key().to_string();
            let one = json!({"key": key, "role": "keeps it"});
            put("/body/change/offices", json!([one, one]))
        }),
        ("an office of a key in use", "key-act-form", log(), {
            put("/body/change/offices/0/key", json!(written("new.example/office", 1)))
        }),
        (
            "an office of no key",
            "key-act-form",
            log(),
            put("/body/change/offices/0/key", json!("")),
        ),
        ("a log without a second key", "key-act-form", log(), {
            take("/body/change/log", "key_mldsa44")
        }),
        ("a log of the old second key", "key-act-form", log(), {
            let key = keys().log_mldsa44.unwrap().key().to_string();
            put("/body/change/log/key_mldsa44", json!(key))
        }),
        ("a log of a witness's key", "key-act-form", log(), {
            put("/body/change/log/key_mldsa44", json!(cosigner(2).key().to_string()))
        }),
        ("a log of an office's key", "key-act-form", log(), {
            put("/body/change/log/key", json!(written(ORIGIN, 2)))
        }),
        ("a log of another name", "key-act-form", log(), {
            put("/body/change/log/key", json!(written("example.org/other", 21)))
        }),
        ("no handover", "key-act-form", log(), handed(vec![])),
        ("a handover that is empty", "key-act-form", log(), handed(vec![String::new()])),
        ("a handover of two lines in one", "key-act-form", log(), handed(vec![told.join("\n")])),
        ("a handover by a stranger", "key-act-form", log(), handed(lines(2))),
        ("a handover by half", "key-act-form", log(), handed(told[..1].to_vec())),
        ("a handover by the other half", "key-act-form", log(), handed(told[1..].to_vec())),
        ("a handover and a bad one", "key-act-form", log(), with(&told, from_ref(&false_line))),
        (
            "a bad handover and a good one",
            "proof-inclusion",
            log(),
            with(from_ref(&false_line), &told),
        ),
        ("a handover twice", "proof-inclusion", log(), with(&told, &told)),
        ("a handover by sixteen", "proof-inclusion", log(), with(&lines(14), &told)),
        ("a handover by seventeen", "key-act-form", log(), with(&lines(15), &told)),
        ("a handover of another state", "key-act-form", log(), seen(3)),
        ("an operator", "proof-inclusion", log(), as_it_is()),
        (
            "the log's keys by their operator",
            "proof-inclusion",
            { KeyChange::RotateLog { log: new_log(&other_keys()) } },
            as_it_is(),
        ),
        ("an unknown key", "key-act-form", gone(), put("/body/change/key", json!("x"))),
        ("a time to come", "key-act-form", gone(), {
            put("/body/change/compromised_since_ms", json!(at(9_999).ms()))
        }),
        ("a time before all", "proof-inclusion", gone(), {
            put("/body/change/compromised_since_ms", json!(-1))
        }),
        ("the second key of the log in use", "key-act-form", gone(), {
            let key = keys().log_mldsa44.unwrap().key().to_string();
            put("/body/change/key", json!(key))
        }),
        ("the office's key in use", "key-act-form", gone(), {
            put("/body/change/key", json!(keys().office.verifier_key().to_string()))
        }),
        ("another algorithm", "key-act-form", renewal(), {
            put("/body/change/algorithm", json!("sha-256"))
        }),
        ("a renewal", "proof-inclusion", renewal(), as_it_is()),
    ];
    let row = |(what, code, change, edit): (&str, &'static str, KeyChange, Edit)| {
        let drawn = Drawn { record: &record, members: &members, keys: &by, change, hands: &hands };
        (format!("a change of keys: {what}"), code, drawn.bundle(|fields| edit(fields)))
    };
    rows.into_iter().map(row).collect()
}

/// Who must have signed.
fn of_hands() -> Vec<Attack> {
    let (_temp, record) = founded();
    let (by, members) = (keys(), base(&record));
    let office = || rotate_office(&other_office());
    let log = || KeyChange::RotateLog { log: new_log(&other_keys()) };
    let other = || operator(&other_keys());
    let renewal = record.renewal().unwrap().0;
    let (old, new) = (log_hand(&keys()), log_hand(&other_keys()));
    let (from, to) = (office_hand(&keys()), office_hand(&other_office()));
    let (one, two, three, four) = (north(1), north(2), north(3), north(4));
    let half = ActSigner::from_seeds("northland.example/x", [54; 32], Some([9; 32])).unwrap();
    let (so, gu) = (south(), guarantor());
    let (short, enough) = ("key-act-signature", "proof-inclusion");
    let rows: Vec<(&'static str, KeyChange, Vec<&ActSigner>)> = vec![
        (short, office(), vec![]),
        (short, office(), vec![&from]),
        (short, office(), vec![&to]),
        (short, office(), vec![&to, &one, &two, &so, &gu, &old]),
        (enough, office(), vec![&from, &to]),
        (short, rotate_north(1, &[&four]), vec![&one, &four]),
        (short, rotate_north(1, &[&four]), vec![&so, &gu, &four]),
        (short, rotate_north(2, &[&four, &one]), vec![&two, &three, &four]),
        (short, rotate_north(2, &[&four, &half]), vec![&one, &two, &four, &half]),
        (enough, rotate_north(2, &[&four, &one]), vec![&two, &one, &four]),
        (enough, rotate_north(2, &[&four, &one]), vec![&two, &one, &three, &four, &half]),
        (short, other(), vec![&so, &new]),
        (short, other(), vec![&so, &one, &new, &old]),
        (short, other(), vec![&so, &gu, &old]),
        (enough, other(), vec![&so, &gu, &new]),
        (enough, other(), vec![&one, &three, &gu, &new]),
        (short, log(), vec![&so, &gu, &new]),
        (short, log(), vec![&so, &old, &new]),
        (enough, log(), vec![&so, &gu, &old, &new]),
        (short, revoke(&one, 0), vec![&one, &two]),
        (short, revoke(&one, 0), vec![&so, &two]),
        (short, revoke(&one, 0), vec![&old, &from]),
        (enough, revoke(&one, 0), vec![&three, &two]),
        (enough, revoke(&one, 0), vec![&so, &gu]),
        (short, revoke(&so, 0), vec![&so]),
        (short, revoke(&so, 0), vec![&so, &gu]),
        (short, revoke(&so, 0), vec![&so, &gu, &one]),
        (enough, revoke(&so, 0), vec![&gu, &one, &two]),
        (short, renewal.clone(), vec![&so, &gu, &one, &two, &from]),
        (enough, renewal, vec![&old]),
    ];
    let mut all = Vec::new();
    for (place, (code, change, hands)) in rows.into_iter().enumerate() {
        let drawn = Drawn { record: &record, members: &members, keys: &by, change, hands: &hands };
        all.push((format!("a change of keys by hands {place}"), code, drawn.bundle(|_| {})));
    }
    all
}

/// What comes after many changes, and what constitutions allow that lay down less.
fn of_histories() -> Vec<Attack> {
    let (_temp, often, _) = changed_often();
    let (_temp, no_rule) = founded_with(Parties { operator_by: None, ..parties() });
    let (_temp, no_parties) = founded_with(Parties::default());
    let last = last_keys;
    let former = |keys: Keys| keys.office.verifier_key().to_string();
    let early = all_hands();
    let late = [north_next(), log_hand(&last()), office_hand(&last())];
    let hands: Vec<&ActSigner> = early.iter().chain(&late).collect();
    let second = |keys: Keys| keys.log_mldsa44.unwrap().key().to_string();
    let (form, order, short) = ("key-act-form", "key-act-order", "key-act-signature");
    let enough = "proof-inclusion";
    let renewal = || often.renewal().unwrap().0;
    let rows: Vec<(&str, &'static str, &Record, Keys, KeyChange, Edit)> = vec![
        ("revoked again", order, &often, last(), revoke(&north(1), 0), as_it_is()),
        (
            "a former log revoked again",
            order,
            &often,
            last(),
            { revoke_written(&second(keys()), 0) },
            as_it_is(),
        ),
        (
            "the next log revoked",
            enough,
            &often,
            last(),
            { revoke_written(&second(other_log()), 0) },
            as_it_is(),
        ),
        (
            "a former office revoked again",
            order,
            &often,
            last(),
            { revoke_written(&former(keys()), 0) },
            as_it_is(),
        ),
        (
            "an office in use revoked",
            form,
            &often,
            last(),
            { revoke_written(&former(last()), 0) },
            as_it_is(),
        ),
        ("a key that was given up revoked", enough, &often, last(), revoke(&north(2), 0), {
            as_it_is()
        }),
        ("a revoked key again", form, &often, last(), rotate_north(1, &[&north(1)]), as_it_is()),
        (
            "a key again that was given up",
            form,
            &often,
            last(),
            { rotate_north(1, &[&north(2)]) },
            as_it_is(),
        ),
        (
            "a key that stays",
            enough,
            &often,
            last(),
            { rotate_north(1, &[&north_next()]) },
            as_it_is(),
        ),
        (
            "a party without keys",
            short,
            &often,
            last(),
            {
                let keys = vec![north(4).key().to_string()];
                KeyChange::RotateParty { keys, party: "SOU".into(), threshold: 1 }
            },
            as_it_is(),
        ),
        ("a former office's key", form, &often, last(), rotate_office(&keys()), as_it_is()),
        ("a former log's key", form, &often, last(), operator(&keys()), as_it_is()),
        (
            "an operator with the same office",
            enough,
            &often,
            last(),
            {
                let log = Keys::generate(ORIGIN, [21; 32], [23; 32], [32; 32]).unwrap();
                operator(&log)
            },
            as_it_is(),
        ),
        ("by a former office", "entry-signature", &often, keys(), renewal(), as_it_is()),
        ("by an office of before", "entry-signature", &often, other_office(), renewal(), {
            as_it_is()
        }),
        ("a renewal", enough, &often, last(), renewal(), as_it_is()),
        ("a renewal of no more", order, &often, last(), renewal(), {
            put("/body/seen/size", json!(16))
        }),
        ("a renewal of one more", enough, &often, last(), renewal(), {
            put("/body/seen/size", json!(17))
        }),
        ("an operator where nobody may", form, &no_rule, keys(), operator(&other_keys()), {
            as_it_is()
        }),
        ("a revocation by the party alone", enough, &no_rule, keys(), revoke(&north(3), 0), {
            as_it_is()
        }),
        (
            "a party where there is none",
            form,
            &no_parties,
            keys(),
            { rotate_north(1, &[&north(1)]) },
            as_it_is(),
        ),
        ("an operator where there is none", form, &no_parties, keys(), operator(&other_keys()), {
            as_it_is()
        }),
        (
            "an office where there is no party",
            enough,
            &no_parties,
            keys(),
            { rotate_office(&other_office()) },
            as_it_is(),
        ),
    ];
    let mut all = Vec::new();
    for (what, code, record, keys, change, edit) in rows {
        let members = base(record);
        let drawn = Drawn { record, members: &members, keys: &keys, change, hands: &hands };
        let what = format!("after changes of keys: {what}");
        all.push((what, code, drawn.bundle(|fields| edit(fields))));
    }
    all
}

/// Changes drawn up by chance: one of many, a part of it put otherwise, and signed by some of those
/// who could.
pub(crate) fn by_chance(seed: u64, count: u64) -> Vec<(String, Vec<u8>)> {
    let ((_first, founded), (_second, often, _)) = (founded(), changed_often());
    let (first, last, others) = (keys(), last_keys(), other_keys());
    let mut hands = all_hands();
    hands.extend([north(3), north_next(), log_hand(&last), office_hand(&last)]);
    let log = KeyChange::RotateLog { log: new_log(&others) };
    let mut changes = vec![
        rotate_office(&other_office()),
        rotate_office(&Keys::generate(ORIGIN, [51; 32], [53; 32], [52; 32]).unwrap()),
        rotate_north(2, &[&north(1), &north(4)]),
        rotate_north(1, &[&north_next(), &north(4)]),
        log,
        operator(&others),
        founded.renewal().unwrap().0,
        often.renewal().unwrap().0,
    ];
    let office = first.office.verifier_key().to_string();
    changes.extend([&north(1), &north(2), &south(), &north_next()].map(|hand| revoke(hand, 3)));
    changes.extend([office, log_key()].map(|key| revoke_written(&key, 3)));
    let members = [base(&founded), base(&often)];
    let mut all = Vec::new();
    for n in 0..count {
        let mut draw = Draw::new((seed << 40) + n);
        let (record, keys, members) =
            [(&founded, &first, &members[0]), (&often, &last, &members[1])][draw.below(2)];
        let change = changes[draw.below(changes.len())].clone();
        let least = draw.below(4);
        let hands: Vec<&ActSigner> =
            hands.iter().filter(|_| draw.below(4) >= least).take(9).collect();
        let drawn = Drawn { record, members, keys, change, hands: &hands };
        let bytes = drawn.bundle(|fields| {
            if draw.below(3) > 0 {
                put_otherwise(&mut draw, &mut fields["body"]);
            }
        });
        all.push((format!("a change of keys by chance {n}"), bytes));
    }
    all
}

/// One value, somewhere in this one, is another or gone.
fn put_otherwise(draw: &mut Draw, value: &mut Value) {
    let inner = match value {
        Value::Object(fields) if !fields.is_empty() => {
            let name = fields.keys().nth(draw.below(fields.len())).unwrap().clone();
            match draw.below(12) {
                0 => drop(fields.remove(&name)),
                1 => drop(fields.insert("also".into(), json!(1))),
                _ => return put_otherwise(draw, fields.get_mut(&name).unwrap()),
            }
            return;
        }
        Value::Array(items) if !items.is_empty() && draw.below(3) > 0 => {
            let place = draw.below(items.len());
            match draw.below(4) {
                0 => drop(items.remove(place)),
                1 => items.insert(0, items[place].clone()),
                _ => return put_otherwise(draw, &mut items[place]),
            }
            return;
        }
        other => other,
    };
    *inner = match draw.below(12) {
        0 => Value::Null,
        1 => json!(true),
        2 => json!([]),
        3 => json!({}),
        4 => json!(""),
        5 => json!("SOU"),
        6 => json!(log_key()),
        7 => json!("\u{2003}"),
        8 => json!(-1),
        _ => match inner.as_i64() {
            Some(number) => json!(number + draw.below(3) as i64 - 1),
            None => json!(draw.below(3)),
        },
    };
}
