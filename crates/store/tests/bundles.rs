//! Bundles as they should be: read by others, the same every time, proving what they hold.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that stops has failed")]

mod kit;

use kit::*;
use servanda_store::proofs::{Asked, Bundle, CheckOptions, Code, README, make, unpack};
use servanda_store::{Keys, Record, verify};
use std::io::{Cursor, Read as _};

#[test]
fn every_kind_of_bundle_holds() {
    for entries in [5, 256, 300] {
        let (_temp, record, early) = record(entries);
        for (name, bytes) in good(&record, &early) {
            let options = CheckOptions { policy: None, ..strict() };
            let verdict = judge(&bytes, &options);
            assert!(verdict.ok(), "{name} of {entries}: {verdict:#?}");
            let found = verdict.found.unwrap();
            assert!(found.key_confirmed);
            assert_eq!((found.size, found.root), (record.size(), record.root()));
            assert_eq!(found.policy, if name == "plain" { "none" } else { "enclosed" });
            if name != "plain" {
                let verdict = judge(&bytes, &strict());
                assert!(verdict.ok(), "{name}: {verdict:#?}");
                let quorum = verdict.found.unwrap().quorum.unwrap();
                assert_eq!(quorum.absent().collect::<Vec<_>>(), ["Guarantor"]);
            }
        }
    }
}

#[test]
fn the_same_asked_twice_gives_the_same_bytes_and_the_one_form() {
    let (_temp, record, early) = record(20);
    let (once, again) = (good(&record, &early), good(&record, &early));
    assert_eq!(once, again);
    for (name, bytes) in once {
        assert_eq!(zip(&members(&bytes)), bytes, "{name}");
    }
}

#[test]
fn other_programs_read_the_archive() {
    let (_temp, record, early) = record(20);
    for (_, bytes) in good(&record, &early) {
        let mut archive = zip::ZipArchive::new(Cursor::new(&bytes)).unwrap();
        let ours = members(&bytes);
        assert_eq!(archive.len(), ours.len());
        for (place, (name, held)) in ours.iter().enumerate() {
            let mut file = archive.by_index(place).unwrap();
            let mut read = Vec::new();
            file.read_to_end(&mut read).unwrap();
            assert_eq!((file.name().unwrap().as_ref(), &read), (name.as_str(), held));
            assert_eq!(file.unix_mode(), Some(0o100_644));
        }
        assert_eq!(ours[0], ("README.txt".to_owned(), README.as_bytes().to_vec()));
    }
}

#[test]
fn a_full_export_becomes_a_record_again() {
    for entries in [5, 256, 257, 600] {
        let (temp, record, _) = record(entries);
        let answer = Some(b"{\"asked\":{}}".to_vec());
        let bytes = bundle(&record, &Bundle { answer: answer.clone(), ..ask(Asked::All) });
        let dir = temp.path().join("again");
        assert_eq!(unpack(&mut Cursor::new(&bytes), &dir).unwrap(), answer);
        let report = verify(&dir, Some(log_key().as_str()));
        assert!(report.ok() && report.key_confirmed, "{report:#?}");
        let mut again = Record::open(&dir).unwrap();
        assert_eq!((again.size(), again.root()), (record.size(), record.root()));
        assert_eq!(bundle(&again, &ask(Asked::All)), bundle(&record, &ask(Asked::All)));
        // Who holds the keys goes on where the other was lost.
        again.append(&keys(), at(99), vec![seen(9)], vec![]).unwrap();
        assert!(verify(&dir, Some(log_key().as_str())).ok());
        assert!(unpack(&mut Cursor::new(&bytes), &dir).is_err(), "never over what is there");
        let part = bundle(&record, &ask(Asked::Range(0, 3)));
        assert!(unpack(&mut Cursor::new(&part), &temp.path().join("part")).is_err());
    }
}

#[test]
fn a_record_with_ed25519_alone_is_proved_too() {
    let old = Keys { log_mldsa44: None, ..keys() };
    let (_temp, record, early) = record_with(&old, 7);
    for (name, bytes) in good(&record, &early) {
        let verdict = judge(&bytes, &CheckOptions { policy: None, ..strict() });
        assert!(verdict.ok(), "{name}: {verdict:#?}");
        assert!(verdict.to_json().contains("\"log_mldsa44\":null"));
    }
}

#[test]
fn what_is_not_of_the_record_is_not_put_in() {
    let (_temp, record, early) = record(9);
    let (_other, longer, _) = kit::record(12);
    let refuse = |bundle: Bundle| make(&record, &bundle, Vec::new()).unwrap_err().to_string();
    let entries = || ask(Asked::Entries([1].into()));
    let longer = longer.checkpoint().to_vec();
    let why = refuse(Bundle { since: Some(longer.clone()), ..entries() });
    assert!(why.contains("older"), "{why}");
    let why = refuse(Bundle { checkpoint: Some(longer), ..entries() });
    assert!(why.contains("older"), "{why}");
    let (_fork, fork, _) = record_with(&keys(), 9);
    let forked = {
        let mut fork = fork;
        fork.append(&keys(), at(70), vec![seen(77)], vec![]).unwrap();
        fork.checkpoint().to_vec()
    };
    let (_temp, mut grown, _) = kit::record(9);
    grown.append(&keys(), at(71), vec![seen(78)], vec![]).unwrap();
    let fork_of_grown = make(&grown, &Bundle { since: Some(forked), ..entries() }, Vec::new());
    let why = fork_of_grown.unwrap_err().to_string();
    assert!(why.contains("two histories"), "{why}");
    for asked in [Asked::Range(3, 3), Asked::Range(3, 10), Asked::Entries([9].into())] {
        assert!(refuse(ask(asked)).contains("there is no"));
    }
    assert!(
        refuse(Bundle { policy: Some(b"quorum x\n".to_vec()), ..entries() }).contains("line 1")
    );
    assert!(refuse(Bundle { answer: Some(vec![]), ..entries() }).contains("all of the record"));
    assert!(make(&record, &Bundle { since: Some(early), ..entries() }, Vec::new()).is_ok());
}

#[test]
fn seven_cosigners_fit_in_forty_kilobytes() {
    let (_temp, record, _) = record(300);
    use servanda_tlog::CosignerKind;
    let mut note = servanda_tlog::Note::parse(record.checkpoint(), 131_072).unwrap();
    let checkpoint: servanda_tlog::Checkpoint = note.text().parse().unwrap();
    for n in 0..7 {
        let name = format!("w{n}.example");
        for (kind, seed) in [(CosignerKind::Ed25519, 80 + n), (CosignerKind::MlDsa44, 90 + n)] {
            let cosigner = servanda_tlog::Cosigner::from_seed(&name, kind, [seed; 32]).unwrap();
            note.add_signature(cosigner.cosign(&checkpoint, COSIGNED).unwrap()).unwrap();
        }
    }
    let signed = note.to_bytes().unwrap();
    let entry =
        Bundle { checkpoint: Some(signed), spec: vec![], ..ask(Asked::Entries([7].into())) };
    let bytes = bundle(&record, &entry);
    assert!(bytes.len() <= 40_000, "{}", bytes.len());
    assert!(judge(&bytes, &CheckOptions::default()).ok());
}

/// The two parts of a proof are what other programs of C2SP read.
#[test]
fn a_proof_with_the_checkpoint_after_it_is_a_tlog_proof() {
    let (_temp, record, _) = record(9);
    let members = members(&bundle(&record, &ask(Asked::Entries([7].into()))));
    let of = |name: &str| members.iter().find(|member| member.0 == name).unwrap().1.clone();
    let whole = [of("proof/7"), b"\n".to_vec(), of("checkpoint")].concat();
    let proof = servanda_tlog::ProofFile::parse(&whole).unwrap();
    assert_eq!((proof.index, proof.hashes.len()), (7, 4));
    assert_eq!(proof.checkpoint, record.checkpoint());
}

#[test]
fn the_codes_are_those_of_the_specification() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../spec/bundle.md");
    let spec = std::fs::read_to_string(path).unwrap();
    let told: Vec<&str> = spec.lines().filter(|line| line.starts_with("| `zip-form`")).collect();
    assert_eq!(told.len(), 1);
    let from = spec.find("| `zip-form`").unwrap();
    let told: Vec<_> = spec[from..].lines().take_while(|line| line.starts_with("| `")).collect();
    let ours: Vec<_> =
        Code::ALL.iter().map(|code| format!("| `{code}` | {} |", code.story())).collect();
    assert_eq!(told, ours);
}
