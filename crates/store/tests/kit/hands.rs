//! A record whose constitution names parties and a guarantor, and the hands that sign for them.

use super::attacks::{Attack, first, first_respelt};
use super::*;
use servanda_entry::{
    Act, ActKind, Body, Cite, Instrument, KeyChange, NewLog, Office, OperatorRule, Signatory,
};
use servanda_store::proofs::Asked;
use servanda_store::{ActFile, Parties, Record, StoreError};
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
        erasers: None,
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

/// A record whose entry 4 is a legal act that both parties, the log and the office have signed.
fn signed_record(seen: impl Fn(&Record) -> Option<Cite>) -> (TempDir, Record) {
    let (temp, mut record) = founded();
    let act = Act {
        seen: seen(&record).map(Box::new),
        ..Act::new(ActKind::Signature, "Northland and Southland", at(5), "the instrument")
    };
    let act = Instrument { agreement: "truce".into(), body: Body::Act(act) };
    let (log, office) = (log_hand(&keys()), office_hand(&keys()));
    let file = signed_by(&act, &[&north(1), &north(2), &south(), &log, &office]);
    enter(&mut record, &keys(), &file).unwrap();
    record.append(&keys(), at(90), vec![super::seen(5)], vec![]).unwrap();
    (temp, record)
}

/// Bundles of a record with parties whose keys have not changed.
pub(crate) fn honest() -> Vec<Vec<u8>> {
    let (_temp, record) = signed_record(|record| Some(record.state()));
    [Asked::Entries([2, 4].into()), Asked::Range(3, 5), Asked::All]
        .map(|asked| bundle(&record, &ask(asked)))
        .to_vec()
}

/// What somebody could try with parties and with what they have signed, no key having changed.
pub(crate) fn attacks() -> Vec<Attack> {
    let mut all = of_signatures();
    all.extend(of_parties());
    all
}

fn of_signatures() -> Vec<Attack> {
    let (_temp, record) = signed_record(|record| Some(record.state()));
    let sound = bundle(&record, &ask(Asked::Entries([4].into())));
    let with = |change: &dyn Fn(usize, &Signature) -> Vec<Signature>| {
        changed(&sound, "entry/4", |bytes| {
            let note = Note::parse(bytes, 65_535).unwrap();
            let mut text = format!("{}\n", note.text());
            for (place, one) in note.signatures().iter().enumerate() {
                change(place, one).iter().for_each(|one| text += &format!("{one}\n"));
            }
            *bytes = text.into_bytes();
        })
    };
    let bend = |of: usize, at: usize| {
        with(&|place, one| vec![if place == of { bent(one, at) } else { one.clone() }])
    };
    let cut = |size: usize| {
        with(&|place, one| {
            let bytes = &one.bytes()[..one.bytes().len().min(size)];
            let cut = Signature::new(one.name(), one.id(), bytes).unwrap();
            vec![if place == 1 { cut } else { one.clone() }]
        })
    };
    let rows: Vec<(&str, &str, Vec<u8>)> = vec![
        ("the Ed25519 key of a hand bent", "act-signature", bend(1, 3)),
        ("its signature bent", "act-signature", bend(1, 40)),
        ("the ML-DSA-44 key of a hand bent", "act-signature", bend(1, 100)),
        ("its signature bent", "act-signature", bend(1, 3_000)),
        ("the log's signature of an act bent", "act-signature", bend(4, 40)),
        ("half a signature", "act-signature", cut(96)),
        ("a signature cut short", "act-signature", cut(20)),
        ("more behind a signature of Ed25519 alone", "act-signature", {
            with(&|place, one| {
                let more = [one.bytes(), &[0]].concat();
                let more = Signature::new(one.name(), one.id(), &more).unwrap();
                vec![if place == 5 { more } else { one.clone() }]
            })
        }),
        ("one hand twice", "act-signature", {
            with(&|place, one| vec![one.clone(); if place == 1 { 2 } else { 1 }])
        }),
        ("a hand left out", "proof-inclusion", {
            with(&|place, one| vec![one.clone(); if place == 1 { 0 } else { 1 }])
        }),
        ("an act without its office", "entry-signature", {
            with(&|place, one| vec![one.clone(); if place == 0 { 0 } else { 1 }])
        }),
    ];
    rows.into_iter().map(|(what, code, bytes)| (what.to_owned(), code, bytes)).collect()
}

/// Constitutions whose parties make no sense, and entries in them.
fn of_parties() -> Vec<Attack> {
    let by = |change: &dyn Fn(&mut Parties)| {
        let mut parties = parties();
        change(&mut parties);
        first(|c| {
            (c.signatories, c.operator_by) = (parties.signatories.clone(), parties.operator_by);
        })
        .last()
    };
    // Without a rule, which would no longer find the name.
    let called = |id: &str| {
        by(&|p| {
            p.operator_by = None;
            p.signatories[1].id = id.into();
        })
    };
    let spelt = |from: &'static str, to: &'static str| {
        first_respelt(|_| {}, |text| text.replacen(from, to, 1)).last()
    };
    let rows: Vec<(&str, Vec<u8>)> = vec![
        ("two parties of one name", called("NOR")),
        ("a party without a name", called(" \u{2003}")),
        ("more keys asked for than there are", by(&|p| p.signatories[1].threshold = 2)),
        ("none of the keys asked for", by(&|p| p.signatories[1].threshold = 0)),
        ("a party without keys", by(&|p| p.signatories[1].keys.clear())),
        ("one key of two parties", {
            by(&|p| p.signatories[1].keys = p.signatories[2].keys.clone())
        }),
        ("one key twice", by(&|p| p.signatories[0].keys[1] = p.signatories[0].keys[0].clone())),
        ("a key with more behind it", by(&|p| p.signatories[1].keys[0].push('x'))),
        ("an office's key for a party's", {
            by(&|p| p.signatories[1].keys[0] = keys().office.verifier_key().to_string())
        }),
        ("an operator by a stranger", by(&|p| p.operator_by.as_mut().unwrap().of[0] = "E".into())),
        ("an operator by one twice", {
            by(&|p| p.operator_by.as_mut().unwrap().of[0] = "SOU".into())
        }),
        ("an operator by more", by(&|p| p.operator_by.as_mut().unwrap().threshold = 4)),
        ("an operator by none", by(&|p| p.operator_by.as_mut().unwrap().threshold = 0)),
        (
            "an empty list of parties",
            spelt("\"role\":\"keeps the record\"}]", {
                "\"role\":\"keeps the record\"}],\"signatories\":[]"
            }),
        ),
        (
            "an operator by null",
            spelt("\"role\":\"keeps the record\"}]", {
                "\"role\":\"keeps the record\"}],\"operator_by\":null"
            }),
        ),
    ];
    let constitutions =
        rows.into_iter().map(|(what, bytes)| (what.to_owned(), "constitution", bytes));
    constitutions.chain(of_kinds()).collect()
}

/// Acts that say what the record never was, and key acts that are not enclosed.
fn of_kinds() -> Vec<Attack> {
    let act_that_saw = |seen: &str| {
        let body = format!("{{\"act\":\"notice\",\"seen\":{seen}}},\"by\"");
        super::attacks::respelt(|text| {
            let from = text.find("\"body\":").unwrap() + 7;
            let to = text.find(",\"by\":").unwrap() + 5;
            let text = format!("{}{body}{}", &text[..from], &text[to..]);
            text.replacen("\"observation\"", "\"act\"", 1)
        })
    };
    let as_act = |seen: &str| act_that_saw(seen).last();
    let zero = "00".repeat(32);
    let seen = |size: u64| format!("{{\"root\":\"{zero}\",\"size\":{size}}}");
    let rows: Vec<(&str, &str, Vec<u8>)> = vec![
        ("an act that saw what was to come", "entry-cite", as_act(&seen(5))),
        ("an act that saw what never was", "entry-cite", act_that_saw(&seen(3)).all()),
        ("an act that saw nothing", "entry-cite", as_act(&seen(0))),
        ("an act that saw what is no state", "entry-form", as_act("true")),
        ("an act that saw a list", "entry-form", as_act(&format!("[\"{zero}\",1]"))),
        ("an act that saw null", "entry-form", as_act("null")),
        ("a key act that is not enclosed", "key-act-missing", {
            let as_key_act = |text: String| text.replacen("\"observation\"", "\"key-act\"", 1);
            super::attacks::respelt(as_key_act).last()
        }),
    ];
    rows.into_iter().map(|(what, code, bytes)| (what.to_owned(), code, bytes)).collect()
}
