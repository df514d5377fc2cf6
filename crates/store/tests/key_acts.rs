//! Changes of keys: what must be signed by whom, and the table of attacks on it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that stops has failed")]

mod kit;

use kit::hands::*;
use kit::*;
use servanda_entry::{Act, ActKind, Body, Cite, Instrument, KeyAct, KeyChange};
use servanda_store::{ActFile, Holder, Keys, Parties, Record, Witnessed, verify, verify_renewed};
use servanda_time::Instant;
use servanda_tlog::{ActSigner, Checkpoint, Hash, Note, sha3_256, sha256};

fn holds(record: &Record) {
    let key = record.log_key().to_string();
    let report = verify(record.dir(), Some(key.as_str()));
    assert!(report.ok() && report.key_confirmed, "{report:#?}");
    assert_eq!(report.register.as_ref(), Some(record.register()));
    assert_eq!(Record::open(record.dir()).unwrap().register(), record.register());
}

#[test]
fn an_office_changes_its_key_with_the_old_and_the_new() {
    let (_temp, mut record) = founded();
    let (old, new) = (office_hand(&keys()), office_hand(&other_office()));
    let index = change(&mut record, &other_office(), rotate_office(&other_office()), &[&old, &new]);
    assert_eq!(index.unwrap(), 4);
    holds(&record);
    record.append(&other_office(), at(60), vec![seen(5)], vec![]).unwrap();
    let refused = record.append(&keys(), at(61), vec![seen(6)], vec![]).unwrap_err().to_string();
    assert!(refused.contains("no longer holds"), "{refused}");
    holds(&record);
    // Also where no parties are named, and the old key may enter it too.
    let (_temp, mut plain) = founded_with(Parties::default());
    let file = drafted(&plain, rotate_office(&other_office()), &[&old, &new]);
    let refused = enter(&mut plain, &keys(), &file).unwrap_err().to_string();
    assert!(refused.contains("no longer holds"), "{refused}");
    enter(&mut plain, &other_office(), &file).unwrap();
    holds(&plain);
}

#[test]
fn a_party_changes_its_keys_by_its_old_threshold_and_its_new() {
    let (_temp, mut record) = founded();
    let (one, two, new) = (north(1), north(2), hand("northland.example/root-4", 70));
    let rotation = rotate_north(1, &[&one, &new]);
    change(&mut record, &keys(), rotation, &[&one, &two]).unwrap();
    holds(&record);
    let party = &record.register().parties()[0];
    assert_eq!((party.id.as_str(), party.threshold), ("NOR", 1));
    let now: Vec<&str> = (record.register().keys().iter())
        .filter(|held| held.until.is_none() && held.holder == Holder::Party("NOR".into()))
        .map(|held| match &held.key {
            servanda_store::Key::Party(key) => key.name(),
            _ => "",
        })
        .collect();
    assert_eq!(now, ["northland.example/root-1", "northland.example/root-4"]);
    // By the new key alone, now that one is enough.
    let next = hand("northland.example/root-5", 71);
    change(&mut record, &keys(), rotate_north(1, &[&next]), &[&new, &next]).unwrap();
    holds(&record);
}

#[test]
fn the_parties_put_another_operator_in_the_place_of_one_who_is_gone() {
    let (_temp, mut record) = founded();
    let old_key = keys().log.verifier_key().to_string();
    let new = log_hand(&other_keys());
    let hands = [&north(1), &north(3), &south(), &new];
    change(&mut record, &other_keys(), operator(&other_keys()), &hands).unwrap();
    holds(&record);
    record.append(&other_keys(), at(90), vec![seen(7)], vec![]).unwrap();
    holds(&record);
    assert_eq!(record.log_key(), other_keys().log.verifier_key());
    // Who knows the first key can follow.
    assert!(verify(record.dir(), Some(old_key.as_str())).key_confirmed);
    let stranger = Keys::generate(ORIGIN, [91; 32], [92; 32], [93; 32]).unwrap();
    let stranger = stranger.log.verifier_key().to_string();
    assert!(!verify(record.dir(), Some(stranger.as_str())).ok());
    // The old operator can't go on.
    assert!(record.append(&keys(), at(91), vec![seen(8)], vec![]).is_err());
    let checkpoint = Checkpoint::new(ORIGIN, record.size(), record.root()).unwrap();
    let (log, second) = (keys().log, keys().log_mldsa44.unwrap());
    std::fs::write(record.dir().join("checkpoint"), checkpoint.sign_twice(&log, &second).unwrap())
        .unwrap();
    let report = verify(record.dir(), Some(old_key.as_str()));
    assert!(report.faults[0].what.contains("no longer hold") && !report.key_confirmed);
    assert!(Record::open(record.dir()).is_err());
}

#[test]
fn the_log_changes_its_keys_with_the_old_ones_too() {
    let (_temp, mut record) = founded();
    let log_only = Keys::generate(ORIGIN, [21; 32], [23; 32], [2; 32]).unwrap();
    let rotation = KeyChange::RotateLog { log: new_log(&log_only) };
    let (old, new) = (log_hand(&keys()), log_hand(&log_only));
    let file = drafted(&record, rotation.clone(), &[&guarantor(), &south(), &new]);
    let refused = enter(&mut record, &log_only, &file).unwrap_err().to_string();
    assert!(refused.contains("the log's old keys"), "{refused}");
    change(&mut record, &log_only, rotation, &[&guarantor(), &south(), &new, &old]).unwrap();
    holds(&record);
}

/// A draft waits for weeks while others write.
#[test]
fn a_draft_does_not_go_stale_when_others_write() {
    let (_temp, mut record) = founded();
    let (old, new) = (office_hand(&keys()), office_hand(&other_office()));
    let file = drafted(&record, rotate_office(&other_office()), &[&old]);
    let bytes = file.to_bytes();
    record.append(&keys(), at(30), (5..9).map(seen).collect(), vec![]).unwrap();
    let mut again = ActFile::parse(&bytes).unwrap();
    assert_eq!(again, file);
    again.sign(&new).unwrap();
    let mut merged = file;
    merged.merge(&again).unwrap();
    enter(&mut record, &other_office(), &merged).unwrap();
    holds(&record);
}

fn legal_act(record: &Record) -> Instrument {
    let act = Act {
        seen: Some(Box::new(record.state())),
        ..Act::new(ActKind::Signature, "Northland and Southland", at(5), "the instrument")
    };
    Instrument { agreement: "truce".into(), body: Body::Act(act) }
}

#[test]
fn several_parties_sign_one_legal_act() {
    let (_temp, mut record) = founded();
    let file = signed_by(&legal_act(&record), &[&north(1), &north(2), &south()]);
    let index = enter(&mut record, &keys(), &file).unwrap();
    holds(&record);
    let act = record.register().acts().last().unwrap();
    assert_eq!((act.entry, &act.parties), (index, &vec!["NOR".to_owned(), "SOU".into()]));
    // One of two hands is shown, and is not enough for Northland.
    let mut other = legal_act(&record);
    if let Body::Act(act) = &mut other.body {
        act.reference = "another".into();
    }
    let file = signed_by(&other, &[&north(1), &guarantor()]);
    enter(&mut record, &keys(), &file).unwrap();
    let act = record.register().acts().last().unwrap();
    assert_eq!((act.keys.len(), &act.parties), (2, &vec!["GUA".to_owned()]));
    // The office alone may still report an act.
    let alone = Act::new(ActKind::Notice, "Northland", at(5), "a letter");
    record.append(&keys(), at(99), vec![Body::Act(alone)], vec![]).unwrap();
    assert_eq!(record.register().acts().len(), 2);
    holds(&record);
}

#[test]
fn what_the_constitution_does_not_lay_down_cannot_be_done() {
    let (_temp, mut record) = founded_with(Parties::default());
    let new = log_hand(&other_keys());
    for (what, keys, hands) in [
        (operator(&other_keys()), other_keys(), [&new, &north(1)]),
        (rotate_north(1, &[&north(4)]), keys(), [&north(4), &north(1)]),
    ] {
        let refused = change(&mut record, &keys, what, &hands).unwrap_err().to_string();
        assert!(refused.contains("found a new record"), "{refused}");
    }
    let no_rule = Parties { operator_by: None, ..parties() };
    let (_temp, mut record) = founded_with(no_rule);
    let hands = [&north(1), &north(2), &south(), &guarantor(), &new];
    let refused = change(&mut record, &other_keys(), operator(&other_keys()), &hands);
    assert!(refused.unwrap_err().to_string().contains("found a new record"));
}

/// An attack: who tries what, and a word of the refusal.
type Row = (&'static str, &'static str, Box<dyn Fn(&Record) -> (ActFile, Keys)>);

fn row(
    what: &'static str,
    why: &'static str,
    act: impl Fn(&Record) -> (ActFile, Keys) + 'static,
) -> Row {
    (what, why, Box::new(act))
}

/// The act as it was drafted, changed, and signed anew.
fn redrafted(
    record: &Record,
    what: KeyChange,
    hands: &[&ActSigner],
    change: impl FnOnce(&mut KeyAct),
) -> ActFile {
    let mut act = record.draft_key_act(what, "as agreed").unwrap();
    if let Body::KeyAct(body) = &mut act.body {
        change(body);
    }
    signed_by(&act, hands)
}

fn attacks() -> Vec<Row> {
    let office = || (office_hand(&keys()), office_hand(&other_office()));
    let new = || log_hand(&other_keys());
    let weak = || {
        let mut key = vec![1_u8];
        key.resize(32, 0);
        // The identity: it verifies one signature for every text where rules are loose.
        let name = format!("{ORIGIN}/office");
        let typed = [&[1_u8], key.as_slice()].concat();
        let id = &sha256(&[name.as_bytes(), b"\n", &typed].concat()).to_hex()[..8];
        use base64::Engine as _;
        format!("{name}+{id}+{}", base64::engine::general_purpose::STANDARD.encode(typed))
    };
    vec![
        row("an office's key without its old one", "old key", move |r| {
            (drafted(r, rotate_office(&other_office()), &[&office().1]), other_office())
        }),
        row("an office's key without the new one", "new key", move |r| {
            (drafted(r, rotate_office(&other_office()), &[&office().0]), other_office())
        }),
        row("an office's key by all the parties", "old key", move |r| {
            let hands = [&north(1), &north(2), &south(), &guarantor(), &office().1];
            (drafted(r, rotate_office(&other_office()), &hands), other_office())
        }),
        row("a party's keys by one of the two", "until now must sign", |r| {
            let new = north(4);
            (drafted(r, rotate_north(1, &[&new]), &[&north(1), &new]), keys())
        }),
        row("a party's keys by another party", "until now must sign", |r| {
            let new = north(4);
            (drafted(r, rotate_north(1, &[&new]), &[&south(), &guarantor(), &new]), keys())
        }),
        row("a party's keys without the new threshold", "of the new keys must sign", |r| {
            let (old, new) = (north(4), north(5));
            let hands = [&north(1), &north(2), &new];
            (drafted(r, rotate_north(2, &[&old, &new]), &hands), keys())
        }),
        row("a threshold of nobody", "must sign, but there are", |r| {
            (drafted(r, rotate_north(0, &[&north(4)]), &[&north(1), &north(2)]), keys())
        }),
        row("a threshold that can't be met", "must sign, but there are", |r| {
            (drafted(r, rotate_north(2, &[&north(4)]), &[&north(1), &north(2)]), keys())
        }),
        row("one person's key named twice", "twice", |r| {
            let again = hand("northland.example/alias", 54);
            (drafted(r, rotate_north(2, &[&north(4), &again]), &[&north(1), &north(2)]), keys())
        }),
        row("one person's Ed25519 key under two names", "another signature has too", |r| {
            let half = ActSigner::from_seeds("northland.example/x", [54; 32], Some([9; 32]));
            let half = half.unwrap();
            let hands = [&north(1), &north(2), &north(4), &half];
            (drafted(r, rotate_north(2, &[&north(4), &half]), &hands), keys())
        }),
        row("one signature counted twice", "stands there twice", |r| {
            let file = drafted(r, rotate_north(1, &[&north(1)]), &[&north(1)]);
            let bytes = String::from_utf8(file.to_bytes()).unwrap();
            let last = bytes.lines().last().unwrap();
            (ActFile::parse(format!("{bytes}{last}\n").as_bytes()).unwrap(), keys())
        }),
        row("another party's key taken over", "in other hands", |r| {
            (drafted(r, rotate_north(1, &[&south()]), &[&north(1), &north(2)]), keys())
        }),
        row("an operator by one party of two", "2 of NOR, SOU, GUA must sign", move |r| {
            (drafted(r, operator(&other_keys()), &[&south(), &new()]), other_keys())
        }),
        row("an operator by half of a party", "2 of NOR, SOU, GUA must sign", move |r| {
            (drafted(r, operator(&other_keys()), &[&south(), &north(1), &new()]), other_keys())
        }),
        row("an operator by the old one", "2 of NOR, SOU, GUA must sign", move |r| {
            let old = log_hand(&keys());
            (drafted(r, operator(&other_keys()), &[&old, &new()]), other_keys())
        }),
        row("an operator who does not have the keys", "the log's new keys", |r| {
            (drafted(r, operator(&other_keys()), &[&south(), &guarantor()]), other_keys())
        }),
        row("an operator with one key fewer", "must have one again", |r| {
            let single = Keys { log_mldsa44: None, ..other_keys() };
            let hands = [&south(), &guarantor(), &log_hand(&single)];
            (drafted(r, operator(&single), &hands), single)
        }),
        row("an operator of another record", "not named as the record", |r| {
            let other = Keys::generate("example.org/other", [21; 32], [23; 32], [22; 32]).unwrap();
            let hands = [&south(), &guarantor(), &log_hand(&other)];
            (drafted(r, operator(&other), &hands), other)
        }),
        row("an operator without the old log's checkpoint", "handover", move |r| {
            let hands = [&south(), &guarantor(), &new()];
            let file = redrafted(r, operator(&other_keys()), &hands, |act| {
                let KeyChange::Operator { log, .. } = &mut act.change else { unreachable!() };
                log.handover.clear();
            });
            (file, other_keys())
        }),
        row("an operator with half of the handover", "has not signed", move |r| {
            let hands = [&south(), &guarantor(), &new()];
            let file = redrafted(r, operator(&other_keys()), &hands, |act| {
                let KeyChange::Operator { log, .. } = &mut act.change else { unreachable!() };
                log.handover.truncate(1);
            });
            (file, other_keys())
        }),
        row("an operator with the old key again", "was used before", |r| {
            let hands = [&south(), &guarantor(), &log_hand(&keys())];
            (drafted(r, operator(&keys()), &hands), keys())
        }),
        row("a weak key at its registration", "small or mixed order", move |r| {
            let change = KeyChange::RotateOffice { key: weak() };
            let act =
                Body::KeyAct(KeyAct { change, number: 1, reason: "weak".into(), seen: r.state() });
            let act = Instrument { agreement: "truce".into(), body: act };
            (signed_by(&act, &[&office().0]), keys())
        }),
        row("a key act with another number", "must follow", move |r| {
            let (old, new) = office();
            let file =
                redrafted(r, rotate_office(&other_office()), &[&old, &new], |act| act.number = 2);
            (file, other_office())
        }),
        row("an act on a history that never was", "never had the state", move |r| {
            let (old, new) = office();
            let seen = Cite { size: 3, root: sha256(b"another history") };
            let file =
                redrafted(r, rotate_office(&other_office()), &[&old, &new], |act| act.seen = seen);
            (file, other_office())
        }),
        row("an act on a state that is not yet there", "never had the state", move |r| {
            let (old, new) = office();
            let seen = Cite { size: 9, ..r.state() };
            let file =
                redrafted(r, rotate_office(&other_office()), &[&old, &new], |act| act.seen = seen);
            (file, other_office())
        }),
        row("a signature of another act", "does not fit", move |r| {
            let (old, new) = office();
            let file = drafted(r, rotate_office(&other_office()), &[&old, &new]);
            let other =
                redrafted(r, rotate_office(&other_office()), &[], |act| act.reason = "x".into());
            let bytes = String::from_utf8(file.to_bytes()).unwrap();
            let lines = bytes.split_once("\n\n").unwrap().1;
            (
                ActFile::parse(format!("{}\n{lines}", other.text()).as_bytes()).unwrap(),
                other_office(),
            )
        }),
        row("a revocation by the revoked key", "must sign", |r| {
            (drafted(r, revoke(&north(1), 0), &[&north(1), &north(2)]), keys())
        }),
        row("a revocation of another party's key", "must sign", |r| {
            (drafted(r, revoke(&south(), 0), &[&north(1), &north(2)]), keys())
        }),
        row("a revocation of a time to come", "a time that was", |r| {
            (drafted(r, revoke(&north(1), 9_999), &[&north(3), &north(2)]), keys())
        }),
        row("a revocation of the key in use", "first put another", |r| {
            let key = keys().office.verifier_key().to_string();
            let change = KeyChange::Revoke { compromised_since_ms: 0, key };
            (drafted(r, change, &[&south(), &guarantor()]), keys())
        }),
        row("a renewal with an algorithm that nobody knows", "no algorithm known", |r| {
            let manifest = blob("renewal.txt", b"");
            let change =
                KeyChange::Renewal { algorithm: "md5".into(), manifest, root: sha256(b"x") };
            (drafted(r, change, &[&log_hand(&keys())]), keys())
        }),
    ]
}

#[test]
fn every_attack_on_the_keys_is_refused_for_its_reason() {
    let mut wrong = String::new();
    for (what, why, act) in attacks() {
        let (_temp, mut record) = founded();
        let (file, with) = act(&record);
        let before = record.register().clone();
        let said = match enter(&mut record, &with, &file) {
            Ok(index) => format!("entered as {index}"),
            Err(error) => error.to_string(),
        };
        if !said.contains(why) {
            wrong += &format!("{what}: {said}, not {why:?}\n");
        }
        assert_eq!((record.size(), record.register()), (4, &before), "{what}");
        // A keeper who writes it all the same, with every key of the record, is found out.
        let report = forced(&record, &file, &with);
        if report.is_empty() {
            wrong += &format!("{what}: written by force, verify finds nothing\n");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Writes the act into a copy of the record without asking, and gives what `verify` finds.
fn forced(record: &Record, file: &ActFile, with: &Keys) -> Vec<String> {
    forced_with(record, file, with, &[])
}

fn forced_with(record: &Record, file: &ActFile, with: &Keys, blobs: &[&[u8]]) -> Vec<String> {
    use servanda_entry::{Class, Entry};
    use servanda_tlog::{TileWriter, encode_bundle, leaf_hash};
    let office = if with.office.name() == keys().office.name() { with } else { &keys() };
    let mut notes: Vec<Vec<u8>> =
        (0..record.size()).map(|index| record.note_bytes(index).unwrap().to_vec()).collect();
    let leaves: Vec<_> = notes.iter().map(|note| leaf_hash(note)).collect();
    let entry = Entry {
        agreement: "truce".into(),
        by: office.office.name().into(),
        seq: record.size(),
        prev: leaves.last().copied(),
        cite: record.state(),
        at: at(40),
        class: Class::Public,
        body: file.instrument().body.clone(),
    };
    let mut note = Note::new(&entry.text(ORIGIN).unwrap()).unwrap();
    note.sign(&office.office).unwrap();
    file.signatures().iter().for_each(|one| note.add_signature(one.clone()).unwrap());
    notes.push(note.to_bytes().unwrap());
    let leaves: Vec<_> = notes.iter().map(|note| leaf_hash(note)).collect();
    let mut tree = TileWriter::new();
    let tiles = tree.append(&leaves);
    let temp = tempfile::tempdir().unwrap();
    let put = |path: &str, bytes: &[u8]| {
        let path = temp.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    };
    put(&format!("tile/entries/000.p/{}", notes.len()), &encode_bundle(&notes).unwrap());
    tiles.iter().for_each(|tile| put(&tile.id.to_string(), &tile.bytes));
    for text in [&b"# A truce\n"[..]].iter().chain(blobs) {
        let hash = sha256(text).to_hex();
        put(&format!("blob/{}/{hash}", &hash[..2]), text);
    }
    let checkpoint = Checkpoint::new(ORIGIN, tree.size(), tree.root()).unwrap();
    let mut faults = Vec::new();
    for keys in [&keys(), with] {
        let Some(second) = &keys.log_mldsa44 else { continue };
        put("checkpoint", &checkpoint.sign_twice(&keys.log, second).unwrap());
        let report = verify(temp.path(), None::<&str>);
        if report.ok() {
            return Vec::new();
        }
        faults.extend(report.faults.into_iter().map(|fault| fault.what));
    }
    faults
}

#[test]
fn an_act_is_entered_once() {
    let (_temp, mut record) = founded();
    let (old, new) = (office_hand(&keys()), office_hand(&other_office()));
    let file = drafted(&record, rotate_office(&other_office()), &[&old, &new]);
    enter(&mut record, &other_office(), &file).unwrap();
    let refused = enter(&mut record, &other_office(), &file).unwrap_err().to_string();
    assert!(refused.contains("must follow"), "{refused}");
    let file = signed_by(&legal_act(&record), &[&south()]);
    enter(&mut record, &other_office(), &file).unwrap();
    let refused = enter(&mut record, &other_office(), &file).unwrap_err().to_string();
    assert!(refused.contains("entered before"), "{refused}");
}

/// What witnesses saw before the time stands; all else is flagged, and nothing goes.
#[test]
fn what_a_revoked_key_signed_is_flagged_from_where_nobody_saw_it() {
    let (_temp, mut record) = founded();
    let mut witnessed = Witnessed::default();
    let mut see = |record: &Record| {
        let signed = cosigned(record.checkpoint(), &[1, 2]);
        let note = Note::parse(&signed, 131_072).unwrap();
        let checkpoint: Checkpoint = note.text().parse().unwrap();
        witnessed.add(&policy(), &checkpoint, &note).unwrap()
    };
    let act = |record: &mut Record, reference: &str| {
        let mut act = legal_act(record);
        if let Body::Act(act) = &mut act.body {
            act.reference = reference.into();
        }
        let file = signed_by(&act, &[&north(1), &south()]);
        enter(record, &keys(), &file).unwrap()
    };
    let early = act(&mut record, "early");
    assert_eq!(see(&record), COSIGNED);
    let late = act(&mut record, "late");
    let since = i64::try_from(COSIGNED).unwrap() + 1 - 1_775_000_000;
    let body = revoke(&north(1), since);
    let draft = record.draft_key_act(body, "a laptop was stolen").unwrap();
    let file = signed_by(&draft, &[&north(2), &north(3)]);
    let entered = record.append_act(
        &keys(),
        at(since + 100),
        file.instrument().body.clone(),
        file.signatures(),
        vec![],
    );
    let entered = entered.unwrap();
    holds(&record);
    let flagged = record.register().flagged(&witnessed);
    assert_eq!(flagged.len(), 1);
    assert_eq!((flagged[0].stands, flagged[0].acts.clone()), (early + 1, vec![late]));
    assert_eq!((flagged[0].revocation.entry, flagged[0].by.clone()), (entered, vec!["NOR".into()]));
    // Nobody saw anything: all that it signed is flagged.
    let unseen = record.register().flagged(&Witnessed::default());
    assert_eq!((unseen[0].stands, unseen[0].acts.clone()), (0, vec![early, late]));
    // Nothing was dropped: who signed is still told, and the acts are still there.
    assert_eq!(record.register().acts().len(), 3);
    // From now on the key signs nothing: it is nobody's.
    let again = act(&mut record, "after");
    let after = record.register().acts().last().unwrap();
    assert_eq!((after.entry, after.keys.len()), (again, 1));
}

#[test]
fn a_second_constitution_by_the_holder_of_an_old_key_needs_the_old_key_s_own_handover() {
    // A forger takes the true log's key into a constitution of its own, with parties of its own,
    // and has these change the operator: for who knows the true key.
    let (_temp, honest) = founded();
    let truth = keys().log.verifier_key().to_string();
    let mine = |n: u8| hand(&format!("forged.example/{n}"), 80 + n);
    let forged = Parties {
        signatories: vec![servanda_entry::Signatory {
            id: "NOR".into(),
            keys: vec![mine(1).key().to_string()],
            role: "party".into(),
            threshold: 1,
        }],
        operator_by: Some(servanda_entry::OperatorRule { of: vec!["NOR".into()], threshold: 1 }),
        erasers: None,
    };
    // Even with the true log's signatures of a true state, which anybody can copy.
    let (_temp, mut record) = founded_with(forged);
    let mut act = record.draft_key_act(operator(&other_keys()), "gone").unwrap();
    let true_lines = match honest.draft_key_act(operator(&other_keys()), "gone").unwrap().body {
        Body::KeyAct(KeyAct { change: KeyChange::Operator { log, .. }, seen, .. }) => {
            (log.handover, seen)
        }
        _ => unreachable!(),
    };
    if let Body::KeyAct(KeyAct { change: KeyChange::Operator { log, .. }, seen, .. }) =
        &mut act.body
    {
        (log.handover, *seen) = true_lines;
    }
    let file = signed_by(&act, &[&mine(1), &log_hand(&other_keys())]);
    let refused = enter(&mut record, &other_keys(), &file).unwrap_err().to_string();
    assert!(refused.contains("never had the state"), "{refused}");
    let faults = forced(&record, &file, &other_keys());
    assert!(faults.iter().any(|fault| fault.contains("never had the root")), "{faults:?}");
    assert_ne!(truth, other_keys().log.verifier_key().to_string());
}

#[test]
fn constitutions_whose_parties_make_no_sense_are_refused() {
    let refused = |change: fn(&mut Parties)| {
        let mut parties = parties();
        change(&mut parties);
        let temp = tempfile::tempdir().unwrap();
        let dir = temp.path().join("record");
        let made =
            Record::init_with(&dir, ORIGIN, &keys(), parties, Instant::EPOCH, "t", vec![], vec![]);
        assert!(!dir.join("checkpoint").exists());
        made.unwrap_err().to_string()
    };
    assert!(refused(|p| p.signatories[1].id = "NOR".into()).contains("identifier"));
    assert!(refused(|p| p.signatories[1].threshold = 2).contains("there are 1"));
    assert!(refused(|p| p.signatories[1].threshold = 0).contains("0 of the keys"));
    assert!(refused(|p| p.signatories[1].keys = p.signatories[2].keys.clone()).contains("twice"));
    assert!(refused(|p| p.signatories[1].keys[0].push('x')).contains("a key of SOU"));
    assert!(refused(|p| p.operator_by.as_mut().unwrap().of[0] = "EAST".into()).contains("EAST"));
    assert!(refused(|p| p.operator_by.as_mut().unwrap().threshold = 4).contains("there are 3"));
    assert!(refused(|p| p.operator_by.as_mut().unwrap().of[0] = "SOU".into()).contains("twice"));
}

/// A renewal covers all that was there, and is found out when it is not what it says.
#[test]
fn a_renewal_proves_the_past_without_the_old_algorithms() {
    let (_temp, mut record) = founded();
    let second = keys().log_mldsa44.unwrap().key().to_string();
    let nothing = verify_renewed(record.dir(), [second.as_str()]);
    assert!(nothing.faults[0].what.contains("no renewal is signed"), "{nothing:#?}");
    let (what, _) = record.renewal().unwrap();
    let log = log_hand(&keys());
    let file = drafted(&record, what.clone(), &[&log, &south()]);
    // Others write meanwhile.
    record.append(&keys(), at(9), vec![seen(3)], vec![]).unwrap();
    let entry = enter(&mut record, &keys(), &file).unwrap();
    record.append(&keys(), at(99), vec![seen(4)], vec![]).unwrap();
    holds(&record);
    for key in [second.clone(), south().key().to_string(), log.key().to_string()] {
        let renewed = verify_renewed(record.dir(), [key.as_str()]);
        assert!(renewed.faults.is_empty(), "{renewed:#?}");
        assert_eq!((renewed.entry, renewed.covered, renewed.size), (Some(entry), 4, 7));
        assert_eq!((renewed.files, renewed.missing), (1, 0));
    }
    for key in [north(1).key().to_string(), log_key(), cosigner(1).key().to_string()] {
        let renewed = verify_renewed(record.dir(), [key.as_str()]);
        assert_eq!((renewed.faults.len(), renewed.covered), (1, 0), "{key}");
    }
    // The same again renews nothing; more, once there is more.
    let refused = change(&mut record, &keys(), what, &[&log]).unwrap_err().to_string();
    assert!(refused.contains("another root"), "{refused}");
    let (again, _) = record.renewal().unwrap();
    change(&mut record, &keys(), again, &[&log]).unwrap();
    holds(&record);
    assert_eq!(verify_renewed(record.dir(), [second.as_str()]).covered, 7);
    // What a collision of SHA-256 would let pass is found: an entry or a file with other bytes.
    let path = record.dir().join("tile/entries/000.p/8");
    let sound = std::fs::read(&path).unwrap();
    let mut bent = sound.clone();
    let place = bent.windows(6).position(|six| six == b"patrol").unwrap();
    bent[place] = b'P';
    std::fs::write(&path, bent).unwrap();
    let renewed = verify_renewed(record.dir(), [second.as_str()]);
    assert!(renewed.faults[0].what.contains("do not give the root"), "{renewed:#?}");
    std::fs::write(&path, sound).unwrap();
    let hash = sha256(b"# A truce\n").to_hex();
    let blob = record.dir().join(format!("blob/{}/{hash}", &hash[..2]));
    std::fs::write(&blob, b"# a truce\n").unwrap();
    let renewed = verify_renewed(record.dir(), [second.as_str()]);
    assert!(renewed.faults[0].what.contains("not the one that was renewed"), "{renewed:#?}");
    std::fs::remove_file(&blob).unwrap();
    let renewed = verify_renewed(record.dir(), [second.as_str()]);
    assert_eq!((renewed.covered, renewed.missing), (7, 1));
}

#[test]
fn a_renewal_with_a_wrong_root_is_refused() {
    let (_temp, mut record) = founded();
    let log = log_hand(&keys());
    let (mut what, manifest) = record.renewal().unwrap();
    if let KeyChange::Renewal { root, .. } = &mut what {
        *root = sha256(b"another root");
    }
    let file = drafted(&record, what, &[&log]);
    let refused = enter(&mut record, &keys(), &file).unwrap_err().to_string();
    assert!(refused.contains("another root"), "{refused}");
    let faults = forced_with(&record, &file, &keys(), &[&manifest]);
    assert!(faults.iter().any(|fault| fault.contains("do not give the root")), "{faults:?}");
    let (what, _) = record.renewal().unwrap();
    let file = drafted(&record, what, &[&south(), &guarantor(), &north(1), &north(2)]);
    let refused = enter(&mut record, &keys(), &file).unwrap_err().to_string();
    assert!(refused.contains("the log's keys must sign"), "{refused}");
}

/// The root of a renewal, written a second time from `spec/record.md`.
fn renewal_root(notes: &[Vec<u8>], manifest: &str) -> Hash {
    fn tree(notes: &[Vec<u8>]) -> Hash {
        match notes {
            [one] => sha3_256(&[&[0], one.as_slice()].concat()),
            many => {
                let half = many.len().next_power_of_two() / 2;
                let (left, right) = (tree(&many[..half]), tree(&many[half..]));
                sha3_256(&[&[1], &left.0[..], &right.0].concat())
            }
        }
    }
    let (entries, files) = (tree(notes).to_hex(), sha3_256(manifest.as_bytes()).to_hex());
    let size = notes.len();
    let text = format!("servanda/renewal/v1\nsha3-256\n{size}\n{entries}\n{files}\n");
    sha3_256(text.as_bytes())
}

#[test]
fn a_renewal_that_leaves_out_a_file_is_found() {
    let (_temp, record) = founded();
    let notes: Vec<Vec<u8>> =
        (0..record.size()).map(|index| record.note_bytes(index).unwrap().to_vec()).collect();
    let (true_change, manifest) = record.renewal().unwrap();
    let KeyChange::Renewal { root, .. } = true_change else { unreachable!() };
    assert_eq!(root, renewal_root(&notes, str::from_utf8(&manifest).unwrap()));
    let text = b"# A truce\n";
    let line = format!("{} {} 10\n", sha256(text).to_hex(), sha3_256(text).to_hex());
    let form = "servanda/renewal-manifest/v1\nsha3-256\n";
    assert_eq!(str::from_utf8(&manifest).unwrap(), format!("{form}{line}"));
    let other = format!("{} {} 1\n", sha256(b"x").to_hex(), sha3_256(b"x").to_hex());
    let bent = line.replace(" 10\n", " 11\n");
    for (listed, why) in [
        (String::new(), "does not list the files"),
        ([line.clone(), other.clone()].concat(), "does not list the files"),
        (other, "does not list the files"),
        (bent, "not the one that was renewed"),
        (line.replace(" 10\n", " 010\n"), "not the form"),
    ] {
        let manifest = format!("{form}{listed}");
        let root = renewal_root(&notes, &manifest);
        let named = blob("renewal-4.txt", manifest.as_bytes());
        let change = KeyChange::Renewal { algorithm: "sha3-256".into(), manifest: named, root };
        let file = drafted(&record, change, &[&log_hand(&keys())]);
        let faults = forced_with(&record, &file, &keys(), &[manifest.as_bytes()]);
        let is_found = faults.iter().any(|fault| fault.contains(why))
            // Two lines in the wrong order have not the form.
            || faults.iter().any(|fault| fault.contains("not the form") && listed.len() > 150);
        assert!(is_found, "{listed}: {faults:?}");
    }
}
