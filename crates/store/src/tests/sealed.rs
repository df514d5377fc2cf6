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
use servanda_seal::{Order, OrderAct, SealCode, approve};
use servanda_tlog::{Hash, Signer, sha256};
use std::path::Path;
use std::sync::Arc;

const CIPHER: &[u8] = b"ciphertext";

fn eraser(n: u8) -> Signer {
    Signer::from_seed(&format!("e{n}.example"), [90 + n; 32]).unwrap()
}

fn constitution() -> Constitution {
    let keys_of = [1, 2, 3].map(|n| eraser(n).verifier_key().to_string()).to_vec();
    let erasers = Some(Erasers { keys: keys_of, threshold: 2 });
    Constitution { erasers, ..constitution_of(&keys()) }
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

fn order(of: Slot, what: Vec<Hash>, by: &[u8]) -> Body {
    let order = Order {
        act: OrderAct::Erase,
        authority: "an office".into(),
        ground: "its time is over".into(),
        of,
        what,
    };
    let approvals = by.iter().map(|n| approve(&order, ORIGIN, &eraser(*n)).unwrap()).collect();
    let Order { authority, ground, of, what, .. } = order;
    Body::Erasure(Erasure { approvals, authority, ground, of, what })
}

fn all_parts() -> Vec<Hash> {
    let mut parts: Vec<Hash> = class(CIPHER).sealed().unwrap().digests().collect();
    parts.sort_unstable();
    parts
}

fn hold(of: Slot, lifted_by: &[u8]) -> Body {
    let lifts = !lifted_by.is_empty();
    let mut hold =
        Hold { approvals: vec![], authority: "a court".into(), ground: "a case".into(), lifts, of };
    let order = Order::from(&hold);
    hold.approvals =
        lifted_by.iter().map(|n| approve(&order, ORIGIN, &eraser(*n)).unwrap()).collect();
    Body::Hold(hold)
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

fn refused(record: &mut Record, body: Body) -> SealCode {
    match record.append(&keys(), at(50), vec![body], vec![]) {
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
    let body = order(slot(&record, 2), all_parts(), &[1, 3]);
    record.append(&keys(), at(2), vec![body], vec![]).unwrap();
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
    let body = order(slot(&record, 2), all_parts(), &[1, 2]);
    record.append(&keys(), at(2), vec![body], vec![]).unwrap();
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
    for by in [&[][..], &[1], &[1, 1], &[9, 8]] {
        assert_eq!(refused(&mut record, order(of, all_parts(), by)), SealCode::Threshold, "{by:?}");
    }
    // Approvals are of one order: not of another entry, part, ground or record.
    let Body::Erasure(mut moved) = order(of, all_parts(), &[1, 2]) else { unreachable!() };
    moved.what.truncate(1);
    assert_eq!(refused(&mut record, Body::Erasure(moved.clone())), SealCode::Threshold);
    moved.what = all_parts();
    moved.ground = "another".into();
    assert_eq!(refused(&mut record, Body::Erasure(moved)), SealCode::Threshold);
    let elsewhere = Slot { entry: 2, leaf: sha256(b"x") };
    assert_eq!(refused(&mut record, order(elsewhere, all_parts(), &[1, 2])), SealCode::Entry);
    let public = slot(&record, 1);
    assert_eq!(refused(&mut record, order(public, all_parts(), &[1, 2])), SealCode::Entry);
    assert_eq!(refused(&mut record, order(of, vec![sha256(b"x")], &[1, 2])), SealCode::Entry);

    let held = vec![hold(of, &[]), hold(of, &[])];
    record.append(&keys(), at(2), held, vec![]).unwrap();
    assert_eq!(refused(&mut record, order(of, all_parts(), &[1, 2])), SealCode::Held);
    let first = slot(&record, 3);
    assert_eq!(refused(&mut record, hold(first, &[1])), SealCode::Threshold);
    assert_eq!(refused(&mut record, hold(of, &[1, 2])), SealCode::Entry);
    // Each hold is lifted by itself, and no order twice.
    let lifted = hold(slot(&record, 3), &[1, 2]);
    record.append(&keys(), at(3), vec![lifted.clone(), lifted], vec![]).unwrap();
    assert_eq!(refused(&mut record, order(of, all_parts(), &[1, 2])), SealCode::Held);
    let lifted = hold(slot(&record, 4), &[2, 3]);
    record.append(&keys(), at(4), vec![lifted], vec![]).unwrap();
    record.append(&keys(), at(5), vec![order(of, all_parts(), &[1, 2])], vec![]).unwrap();
    assert_eq!(refused(&mut record, order(of, all_parts(), &[1, 2])), SealCode::Erased);
    assert!(check(&dir).ok());
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
    record.append(&keys(), at(2), vec![order(of, part.clone(), &[1, 2])], vec![]).unwrap();
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
    let rows: Vec<(&str, u64, Vec<Body>)> = vec![
        ("order-threshold", 2, vec![order(of, all_parts(), &[1])]),
        ("order-threshold", 2, vec![order(of, all_parts(), &[])]),
        ("order-held", 3, vec![hold(of, &[]), order(of, all_parts(), &[1, 2])]),
        ("seal-entry", 3, {
            let never = Slot { entry: 2, leaf: sha256(b"never") };
            vec![hold(of, &[]), hold(never, &[1, 2])]
        }),
        ("seal-entry", 2, vec![order(Slot { entry: 0, leaf: of.leaf }, all_parts(), &[1, 2])]),
        ("seal-named", 2, vec![sealed_document(CIPHER)]),
    ];
    for (code, at, bodies) in rows {
        let (_temp, dir) = place();
        let mut forge = base();
        for body in bodies {
            forge.add(|entry| entry.body = body);
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
        let body = order(slot(&record, 2), all_parts(), &[1, 2]);
        machine.plan(Some((stopped, Trouble::Power)));
        let is_done = record.append(&keys(), at(2), vec![body], vec![]).is_ok();
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
