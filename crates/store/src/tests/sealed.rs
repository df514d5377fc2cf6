//! What is sealed, held and erased, in a record and its copies; and what a keeper who holds the
//! keys could write about it.

use std::fs;

use super::forged::Forge;
use super::kit::*;
use super::power::{Machine, Trouble};
use crate::constitution::constitution_of;
use crate::storage::{Local, Storage};
use crate::{Parties, Record, StoreError, copy_record, verify_in};
use servanda_entry::{
    Attachment, Audience, Blob, Body, Class, Constitution, Destruction, Disclosure, Document,
    Erasers, Erasure, Hold, RowCount, SEALED_NAME, Sealed, Slot, Writing,
};
use servanda_seal::{Order, OrderAct, SealCode, approve, approve_ed25519};
use servanda_tlog::{ActSigner, Hash, Signature, Signer, sha256};
use std::path::Path;
use std::sync::Arc;

const CIPHER: &[u8] = b"ciphertext";

fn eraser(n: u8) -> ActSigner {
    ActSigner::from_seeds(&format!("e{n}.example"), [90 + n; 32], Some([190 + n; 32])).unwrap()
}

fn constitution() -> Constitution {
    let keys_of = [1, 2, 3].map(|n| eraser(n).key().to_string()).to_vec();
    let erasers = Some(Erasers { keys: keys_of, threshold: 2 });
    Constitution { erasers, ..constitution_of(&keys()) }
}

/// As records of before named them.
fn old_eraser(n: u8) -> Signer {
    Signer::from_seed(&format!("e{n}.example"), [90 + n; 32]).unwrap()
}

/// An entry to be written, and the signatures under it.
#[derive(Clone)]
struct Signed(Body, Vec<Signature>);

impl From<Body> for Signed {
    fn from(body: Body) -> Signed {
        Signed(body, vec![])
    }
}

impl Record {
    fn enter(&mut self, seconds: i64, signed: impl Into<Signed>) {
        let Signed(body, signatures) = signed.into();
        self.append_order(&keys(), at(seconds), body, &signatures).unwrap();
    }
}

fn class(ct: &[u8]) -> Class {
    let file = Attachment {
        bytes: ct.len() as u64,
        commit: sha256(b"commitment"),
        ct: sha256(ct),
        media: "text/plain".into(),
    };
    let fields = vec![sha256(b"a field"), sha256(b"another")];
    Class::Restricted(Sealed::new(Audience::Mission, fields, vec![file]).unwrap())
}

fn sealed_document(ct: &[u8]) -> Body {
    Body::Document(Document {
        file: Blob { bytes: ct.len() as u64, name: SEALED_NAME.into(), sha256: sha256(ct) },
        format: SEALED_NAME.into(),
        quarantine: None,
        rows: RowCount::default(),
        source: "patrol".into(),
    })
}

fn order(of: Slot, what: Vec<Hash>, by: &[u8]) -> Signed {
    let order = unsigned(of, what);
    let signatures = by.iter().map(|n| approve(&order, ORIGIN, &eraser(*n)).unwrap()).collect();
    let Order { authority, ground, of, what, .. } = order;
    Signed(Body::Erasure(Erasure { approvals: vec![], authority, ground, of, what }), signatures)
}

fn unsigned(of: Slot, what: Vec<Hash>) -> Order {
    Order {
        act: OrderAct::Erase,
        authority: "an office".into(),
        ground: "its time is over".into(),
        of,
        what,
    }
}

fn all_parts() -> Vec<Hash> {
    let mut parts: Vec<Hash> = class(CIPHER).sealed().unwrap().digests().collect();
    parts.sort_unstable();
    parts
}

fn hold(of: Slot, lifted_by: &[u8]) -> Signed {
    let lifts = !lifted_by.is_empty();
    let hold =
        Hold { approvals: vec![], authority: "a court".into(), ground: "a case".into(), lifts, of };
    let order = Order::from(&hold);
    let by = lifted_by.iter().map(|n| approve(&order, ORIGIN, &eraser(*n)).unwrap());
    Signed(Body::Hold(hold), by.collect())
}

/// A record whose entry 2 withholds two fields and a file.
fn record(dir: &std::path::Path) -> Record {
    let text = b"# A truce\n";
    let mut record = Record::init_with(
        dir,
        ORIGIN,
        &keys(),
        Parties { erasers: constitution().erasers, ..Parties::default() },
        at(0),
        "truce",
        vec![agreement(text)],
        vec![text.to_vec()],
    )
    .unwrap();
    let writing = Writing { class: class(CIPHER), body: sealed_document(CIPHER) };
    record.append_writings(&keys(), at(1), vec![writing], vec![CIPHER.to_vec()]).unwrap();
    record
}

fn slot(record: &Record, entry: u64) -> Slot {
    Slot { entry, leaf: record.leaf(entry).unwrap() }
}

fn refused(record: &mut Record, signed: impl Into<Signed>) -> SealCode {
    let Signed(body, signatures) = signed.into();
    match record.append_order(&keys(), at(50), body, &signatures) {
        Err(StoreError::Sealed { fault, .. }) => fault.code,
        other => unreachable!("{other:?}"),
    }
}

fn blob_of(dir: &std::path::Path, bytes: &[u8]) -> std::path::PathBuf {
    dir.join(crate::layout::blob_path(sha256(bytes)))
}

#[test]
fn an_order_takes_the_ciphertext_and_leaves_the_entry() {
    let (_temp, dir) = place();
    let mut record = record(&dir);
    assert!(check(&dir).ok());
    let file = blob_of(&dir, CIPHER);
    assert_eq!(record.sealed_blob(&sha256(CIPHER)).unwrap(), CIPHER);
    record.enter(2, order(slot(&record, 2), all_parts(), &[1, 3]));
    assert!(!file.exists());
    assert!(matches!(record.sealed_blob(&sha256(CIPHER)), Err(StoreError::Erased { by: 3 })));
    let report = check(&dir);
    assert!(report.ok(), "{report:#?}");
    assert!(report.notices.iter().any(|text| text.contains("erased by entry 3")), "{report:#?}");
    assert_eq!(Record::open(&dir).unwrap().entry(2).unwrap().class, class(CIPHER));
    // The record goes on.
    record.append(&keys(), at(3), vec![document(b"1;2\n")], vec![b"1;2\n".to_vec()]).unwrap();
    assert!(check(&dir).ok());
}

#[test]
fn what_is_planted_in_an_erased_slot_is_a_fault_and_is_handed_to_nobody() {
    let (temp, dir) = place();
    let mut record = record(&dir);
    record.enter(2, order(slot(&record, 2), all_parts(), &[1, 2]));
    let file = blob_of(&dir, CIPHER);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    for planted in [CIPHER, b"other"] {
        fs::write(&file, planted).unwrap();
        let report = check(&dir);
        assert_eq!(report.faults.len(), 1, "{report:#?}");
        assert!(report.faults[0].what.contains("erased by entry 3"), "{report:#?}");
        assert!(matches!(record.sealed_blob(&sha256(CIPHER)), Err(StoreError::Erased { by: 3 })));
    }
    // A copy is whole without it, whatever an earlier copy has.
    let (held, copy) = (temp.path().join("held"), temp.path().join("copy"));
    for folder in [&held, &copy] {
        fs::create_dir_all(folder).unwrap();
    }
    fs::create_dir_all(blob_of(&held, CIPHER).parent().unwrap()).unwrap();
    fs::write(blob_of(&held, CIPHER), CIPHER).unwrap();
    copy_record(&dir, &copy, Some(&held)).unwrap();
    assert!(!blob_of(&copy, CIPHER).exists());
    assert!(check(&copy).ok());
    assert_eq!(record.carry_out_erasures().unwrap(), 1);
    assert!(check(&dir).ok() && !file.exists());
    // Nor does it come back through an entry.
    let again = Writing { class: class(CIPHER), body: sealed_document(CIPHER) };
    let error = record.append_writings(&keys(), at(3), vec![again], vec![CIPHER.to_vec()]);
    assert!(
        matches!(error, Err(StoreError::Sealed { fault, .. }) if fault.code == SealCode::Erased)
    );
    let clear = Body::Document(Document {
        file: blob("again.txt", CIPHER),
        format: "csv".into(),
        quarantine: None,
        rows: RowCount::default(),
        source: "patrol".into(),
    });
    let error = record.append(&keys(), at(3), vec![clear], vec![CIPHER.to_vec()]);
    assert!(
        matches!(error, Err(StoreError::Sealed { fault, .. }) if fault.code == SealCode::Erased)
    );
    assert!(!file.exists());
}

#[test]
fn an_order_without_threshold_or_under_a_hold_is_refused() {
    let (_temp, dir) = place();
    let mut record = record(&dir);
    let of = slot(&record, 2);
    for by in [&[][..], &[1], &[1, 1], &[1, 2, 2], &[9, 8]] {
        assert_eq!(refused(&mut record, order(of, all_parts(), by)), SealCode::Threshold, "{by:?}");
    }
    // Approvals are of one order: not of another entry, part, ground or record.
    let Signed(Body::Erasure(mut moved), by) = order(of, all_parts(), &[1, 2]) else {
        unreachable!()
    };
    moved.what.truncate(1);
    let less = Signed(Body::Erasure(moved.clone()), by.clone());
    assert_eq!(refused(&mut record, less), SealCode::Threshold);
    moved.what = all_parts();
    moved.ground = "another".into();
    let other = Signed(Body::Erasure(moved), by);
    assert_eq!(refused(&mut record, other), SealCode::Threshold);
    let elsewhere = Slot { entry: 2, leaf: sha256(b"x") };
    assert_eq!(refused(&mut record, order(elsewhere, all_parts(), &[1, 2])), SealCode::Entry);
    let public = slot(&record, 1);
    assert_eq!(refused(&mut record, order(public, all_parts(), &[1, 2])), SealCode::Entry);
    assert_eq!(refused(&mut record, order(of, vec![sha256(b"x")], &[1, 2])), SealCode::Entry);

    let held = vec![hold(of, &[]).0, hold(of, &[]).0];
    record.append(&keys(), at(2), held, vec![]).unwrap();
    assert_eq!(refused(&mut record, order(of, all_parts(), &[1, 2])), SealCode::Held);
    let first = slot(&record, 3);
    assert_eq!(refused(&mut record, hold(first, &[1])), SealCode::Threshold);
    assert_eq!(refused(&mut record, hold(of, &[1, 2])), SealCode::Entry);
    // Each hold is lifted by itself, and no order twice.
    let lifted = hold(slot(&record, 3), &[1, 2]);
    record.enter(3, lifted.clone());
    record.enter(3, lifted);
    assert_eq!(refused(&mut record, order(of, all_parts(), &[1, 2])), SealCode::Held);
    record.enter(4, hold(slot(&record, 4), &[2, 3]));
    record.enter(5, order(of, all_parts(), &[1, 2]));
    assert_eq!(refused(&mut record, order(of, all_parts(), &[1, 2])), SealCode::Erased);
    assert!(check(&dir).ok());
}

/// Nobody founds such a record any more; its orders stand as they did.
#[test]
fn orders_of_a_record_from_before_act_keys_stand() {
    let (_temp, dir) = place();
    let keys_of = [1, 2, 3].map(|n| old_eraser(n).verifier_key().to_string()).to_vec();
    let erasers = Some(Erasers { keys: keys_of, threshold: 2 });
    let refused_at_founding = |erasers: Option<Erasers>| {
        let parties = Parties { erasers, ..Parties::default() };
        let text = b"# A truce\n".to_vec();
        let first = vec![agreement(&text)];
        match Record::init_with(&dir, ORIGIN, &keys(), parties, at(0), "truce", first, vec![text]) {
            Err(StoreError::Keys { what, .. }) => what,
            other => unreachable!("{other:?}"),
        }
    };
    assert!(refused_at_founding(erasers.clone()).contains("servanda erase key"));
    let mut mixed = erasers.clone().unwrap();
    mixed.keys[2] = eraser(3).key().to_string();
    refused_at_founding(Some(mixed));
    let alone = ActSigner::from_seeds("e4.example", [94; 32], None).unwrap();
    let alone = Erasers { keys: vec![alone.key().to_string()], threshold: 1 };
    assert!(refused_at_founding(Some(alone)).contains("Ed25519 alone"));

    let constitution = Constitution { erasers, ..constitution_of(&keys()) };
    let storage = Arc::new(Local::new(&dir));
    let text = b"# A truce\n".to_vec();
    let first = vec![agreement(&text)];
    let mut record =
        Record::init_as(storage, ORIGIN, &keys(), constitution, at(0), "truce", first, vec![text])
            .unwrap();
    let writing = Writing { class: class(CIPHER), body: sealed_document(CIPHER) };
    record.append_writings(&keys(), at(1), vec![writing], vec![CIPHER.to_vec()]).unwrap();
    let old = |by: &[u8]| {
        let order = unsigned(slot(&record, 2), all_parts());
        let line = |n: &u8| approve_ed25519(&order, ORIGIN, &old_eraser(*n)).unwrap();
        let approvals = by.iter().map(line).collect();
        let Order { authority, ground, of, what, .. } = order;
        Body::Erasure(Erasure { approvals, authority, ground, of, what })
    };
    let (one, two) = (old(&[1]), old(&[1, 2]));
    let new = order(slot(&record, 2), all_parts(), &[1, 2]);
    assert_eq!(refused(&mut record, one), SealCode::Threshold);
    // Act keys of the same names are others.
    assert_eq!(refused(&mut record, new), SealCode::Threshold);
    record.enter(2, two);
    assert!(check(&dir).ok() && !blob_of(&dir, CIPHER).exists());
}

#[test]
fn a_record_that_names_nobody_erases_nothing() {
    let (_temp, dir) = place();
    let mut record = begin(&dir);
    let writing = Writing { class: class(CIPHER), body: sealed_document(CIPHER) };
    record.append_writings(&keys(), at(1), vec![writing], vec![CIPHER.to_vec()]).unwrap();
    let of = slot(&record, 2);
    assert_eq!(refused(&mut record, order(of, all_parts(), &[1, 2])), SealCode::Threshold);
}

#[test]
fn a_part_can_be_erased_and_the_rest_stays() {
    let (_temp, dir) = place();
    let mut record = record(&dir);
    let of = slot(&record, 2);
    let part = vec![sha256(b"a field")];
    record.enter(2, order(of, part.clone(), &[1, 2]));
    let slots = record.slots().unwrap();
    assert_eq!(slots.erased_by(part[0]), Some(3));
    assert_eq!(slots.standing(2).count(), 2);
    assert!(blob_of(&dir, CIPHER).exists() && check(&dir).ok());
    let disclosure = |what| {
        let (ground, recipient) = ("a case".into(), "a court".into());
        Body::Disclosure(Disclosure { ground, of, recipient, what })
    };
    assert_eq!(refused(&mut record, disclosure(part)), SealCode::Erased);
    assert_eq!(refused(&mut record, disclosure(vec![sha256(b"x")])), SealCode::Entry);
    record.append(&keys(), at(3), vec![disclosure(vec![sha256(b"another")])], vec![]).unwrap();
    let word = |of| Body::Destruction(Destruction { custodian: "a registry".into(), of });
    assert_eq!(refused(&mut record, word(of)), SealCode::Entry);
    let done = word(slot(&record, 3));
    record.append(&keys(), at(4), vec![done], vec![]).unwrap();
    assert!(check(&dir).ok());
}

/// A keeper who holds the keys writes past the checks; whoever verifies sees it.
#[test]
fn what_a_keeper_writes_past_the_checks_is_found() {
    let base = || {
        let mut forge = Forge { notes: vec![], leaves: vec![] };
        forge.add(|entry| entry.body = Body::Constitution(constitution()));
        forge.add(|entry| (entry.class, entry.body) = (class(CIPHER), sealed_document(CIPHER)));
        forge
    };
    let of = Slot { entry: 1, leaf: base().leaves[1] };
    let rows: Vec<(&str, u64, Vec<Signed>)> = vec![
        ("order-threshold", 2, vec![order(of, all_parts(), &[1])]),
        ("order-threshold", 2, vec![order(of, all_parts(), &[])]),
        ("order-held", 3, vec![hold(of, &[]), order(of, all_parts(), &[1, 2])]),
        ("seal-entry", 3, {
            let never = Slot { entry: 2, leaf: sha256(b"never") };
            vec![hold(of, &[]), hold(never, &[1, 2])]
        }),
        ("seal-entry", 2, vec![order(Slot { entry: 0, leaf: of.leaf }, all_parts(), &[1, 2])]),
        ("seal-named", 2, vec![sealed_document(CIPHER).into()]),
    ];
    for (code, at, entries) in rows {
        let (_temp, dir) = place();
        let mut forge = base();
        for Signed(body, signatures) in entries {
            forge.add_signed(|entry| entry.body = body, &signatures);
        }
        let file = blob_of(&dir, CIPHER);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, CIPHER).unwrap();
        let report = forge.write(&dir);
        let found: Vec<_> =
            report.faults.iter().map(|fault| (fault.entry, fault.what.as_str())).collect();
        assert_eq!(found.len(), 1, "{code}: {found:?}");
        assert!(found[0].1.starts_with(code) && found[0].0 == Some(at), "{code}: {found:?}");
        // What does not stand erases nothing: the file is looked for, and missing without.
        fs::remove_file(&file).unwrap();
        assert!(check(&dir).faults.len() > 1, "{code}");
    }
}

/// An old order that erased what others need: a sealed file that is somebody's evidence in clear.
#[test]
fn a_public_file_can_t_be_sealed_by_another_entry_and_erased_with_it() {
    let (_temp, dir) = place();
    let mut record = record(&dir);
    record.append(&keys(), at(2), vec![document(b"1;2\n")], vec![b"1;2\n".to_vec()]).unwrap();
    let writing = Writing { class: class(b"1;2\n"), body: sealed_document(b"1;2\n") };
    let error = record.append_writings(&keys(), at(3), vec![writing], vec![]);
    assert!(
        matches!(error, Err(StoreError::Sealed { fault, .. }) if fault.code == SealCode::Named)
    );
}

/// The power fails at each call: the record is as before, or it holds the order; then carrying it
/// out again ends it.
#[test]
fn an_erasure_that_is_interrupted_is_carried_out_again() {
    let mut ends = [0, 0, 0];
    for stopped in 1.. {
        let machine = Machine::new(Path::new("/record"), stopped, None);
        let storage: Arc<dyn Storage> = Arc::new(Local::on(Arc::new(machine.clone()), "/record"));
        let (first, text) = (vec![agreement(b"text")], b"text".to_vec());
        let mut record = Record::init_as(
            storage.clone(),
            ORIGIN,
            &keys(),
            constitution(),
            at(0),
            "truce",
            first,
            vec![text],
        )
        .unwrap();
        let writing = Writing { class: class(CIPHER), body: sealed_document(CIPHER) };
        record.append_writings(&keys(), at(1), vec![writing], vec![CIPHER.to_vec()]).unwrap();
        let Signed(body, by) = order(slot(&record, 2), all_parts(), &[1, 2]);
        machine.plan(Some((stopped, Trouble::Power)));
        let is_done = record.append_order(&keys(), at(2), body, &by).is_ok();
        machine.plan(None);
        if !is_done {
            machine.power_on();
        }
        Record::recover_in(storage.clone(), &keys()).unwrap();
        let record = Record::open_in(storage.clone()).unwrap();
        let file = crate::layout::blob_path(sha256(CIPHER));
        let check = || verify_in(storage.as_ref(), Some(vkey().as_str()));
        if record.size() == 3 {
            assert!(storage.has(&file) && check().ok(), "{stopped}");
            ends[0] += 1;
        } else {
            let left = usize::from(storage.has(&file));
            assert_eq!(check().faults.len(), left, "{stopped}");
            assert_eq!(record.carry_out_erasures().unwrap(), left);
            assert!(!storage.has(&file) && check().ok(), "{stopped}");
            ends[1 + left] += 1;
        }
        if is_done {
            break;
        }
    }
    assert!(ends.iter().all(|count| *count > 0), "{ends:?}");
}
