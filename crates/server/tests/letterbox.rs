//! A letterbox takes what is a note for a mirrored record, gives a receipt that holds, and keeps to
//! its bounds.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that stops has failed")]

mod kit;

use kit::*;
use servanda_server::{
    LETTER_BYTES_MAX, LETTERS_A_MINUTE_MAX, LetterFailure, LetterRefusal, Mirror, Receipt,
};
use servanda_tlog::{Note, Signer, sha256};
use std::sync::Arc;

fn letter(n: u32) -> Vec<u8> {
    let author = Signer::from_seed("party.example/desk", [99; 32]).unwrap();
    let mut note = Note::new(&format!("peace-record/entry/v1\n{ORIGIN}\n{{\"n\":{n}}}\n")).unwrap();
    note.sign(&author).unwrap();
    note.to_bytes().unwrap()
}

fn refusal(answer: Result<Receipt, LetterFailure>) -> LetterRefusal {
    match answer {
        Err(LetterFailure::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_handed_in_gets_a_receipt_that_holds_and_outlasts_the_program() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("mirror");
    let mut receipts = Vec::new();
    let mirror_one = mirror(&root, 0);
    let keys = mirror_one.letterbox_keys().unwrap().unwrap();
    // Across the boundary of a tile, in minutes that each have room.
    for n in 0..260 {
        receipts.push(mirror_one.submit(&letter(n), NOW + u64::from(n) * 2).unwrap());
    }
    drop(mirror_one);
    let again = Mirror::open(&root).unwrap();
    assert_eq!(again.letters().len(), 260);
    receipts.push(again.submit(&letter(260), NOW + 900).unwrap());
    for (n, receipt) in receipts.iter().enumerate() {
        let parsed = Receipt::parse(&receipt.to_bytes()).unwrap();
        assert!(parsed == *receipt && parsed.verify(&keys), "{n}");
        assert_eq!(parsed.letter.digest, sha256(&letter(n as u32)));
        assert_eq!(parsed.proof.index, n as u64);
    }
    // Handed in again it has the place that it had, and the time.
    let twice = again.submit(&letter(7), NOW + 5_000).unwrap();
    assert_eq!((twice.proof.index, twice.letter.received), (7, NOW + 14));
    assert!(twice.verify(&keys));
    assert_eq!(again.letters().len(), 261);
    let other = mirror(&folder.path().join("other"), 1).letterbox_keys().unwrap().unwrap();
    assert!(!twice.verify(&other), "another letterbox's");
}

#[test]
fn a_changed_receipt_holds_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let mirror = mirror(&folder.path().join("mirror"), 0);
    let keys = mirror.letterbox_keys().unwrap().unwrap();
    for n in 0..5 {
        mirror.submit(&letter(n), NOW).unwrap();
    }
    let good = mirror.submit(&letter(2), NOW).unwrap().to_bytes();
    let mut draw = Draw::new(5);
    for _ in 0..400 {
        let mut bytes = good.clone();
        let place = draw.below(bytes.len());
        bytes[place] ^= 1 << draw.below(8);
        let holds = Receipt::parse(&bytes).is_some_and(|receipt| receipt.verify(&keys));
        assert!(!holds, "byte {place}");
    }
}

#[test]
fn hostile_submissions_are_refused_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("mirror");
    let mirror = mirror(&root, 0);
    let submit = |bytes: &[u8]| refusal(mirror.submit(bytes, NOW));
    let elsewhere = String::from_utf8(letter(0)).unwrap().replace(ORIGIN, "other.example/truce");
    assert!(matches!(submit(elsewhere.as_bytes()), LetterRefusal::UnknownRecord(_)));
    let no_record = String::from_utf8(letter(0)).unwrap().replace(&format!("{ORIGIN}\n"), "\n");
    assert!(matches!(submit(no_record.as_bytes()), LetterRefusal::NoNote(_)));
    for bytes in [&b""[..], b"x", b"\xff\xfe\n\n\n", b"a\nb\n\n", &letter(0)[..40]] {
        assert!(matches!(submit(bytes), LetterRefusal::NoNote(_)), "{bytes:?}");
    }
    assert_eq!(submit(&vec![b'x'; LETTER_BYTES_MAX + 1]), LetterRefusal::TooLong);
    let mut draw = Draw::new(1);
    for _ in 0..300 {
        let bytes: Vec<u8> = (0..draw.below(200)).map(|_| draw.next() as u8).collect();
        assert!(matches!(submit(&bytes), LetterRefusal::NoNote(_)));
    }
    assert!(mirror.letters().is_empty() && !root.join("letterbox/kept").exists());
    // So many in a minute, and then no more until it is over.
    for n in 0..LETTERS_A_MINUTE_MAX {
        mirror.submit(&letter(n as u32), NOW).unwrap();
    }
    assert_eq!(refusal(mirror.submit(&letter(999), NOW + 59)), LetterRefusal::TooMany);
    mirror.submit(&letter(3), NOW + 59).expect("it has its place already");
    mirror.submit(&letter(999), NOW + 60).unwrap();
}

#[test]
fn a_letterbox_that_was_meddled_with_is_not_opened() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("mirror");
    let one = mirror(&root, 0);
    one.submit(&letter(1), NOW).unwrap();
    one.submit(&letter(2), NOW).unwrap();
    drop(one);
    let path = root.join("letterbox/log/tile/entries/000.p/2");
    let good = std::fs::read(&path).unwrap();
    let text = String::from_utf8(good.clone()).unwrap().replace(&NOW.to_string(), "1775000501");
    std::fs::write(&path, text).unwrap();
    assert!(Mirror::open(&root).err().unwrap().to_string().contains("not those that were signed"));
    std::fs::remove_file(&path).unwrap();
    assert!(Mirror::open(&root).is_err());
    std::fs::write(&path, good).unwrap();
    // What an interrupted write left beyond the checkpoint counts for nothing.
    std::fs::write(root.join("letterbox/log/tile/entries/000.p/3"), b"half").unwrap();
    assert_eq!(Mirror::open(&root).unwrap().submit(&letter(3), NOW).unwrap().proof.index, 2);
}

#[test]
fn over_http_each_refusal_has_its_status_and_what_was_handed_in_is_not_given_out() {
    let folder = tempfile::tempdir().unwrap();
    let mirror = Arc::new(mirror(&folder.path().join("mirror"), 0));
    let keys = mirror.letterbox_keys().unwrap().unwrap();
    let at = mirroring(&mirror);
    let post = |body: &[u8]| ask(at, "POST", "/letterbox", body);
    let (status, _, body) = post(&letter(1));
    assert_eq!(status, 200);
    assert!(Receipt::parse(&body).unwrap().verify(&keys));
    assert_eq!(post(b"nothing").0, 400);
    let elsewhere = String::from_utf8(letter(0)).unwrap().replace(ORIGIN, "other.example/truce");
    assert_eq!(post(elsewhere.as_bytes()).0, 404);
    assert_eq!(post(&vec![b'x'; LETTER_BYTES_MAX + 1]).0, 413);
    for n in 2..=LETTERS_A_MINUTE_MAX as u32 {
        assert_eq!(post(&letter(n)).0, 200);
    }
    assert_eq!(post(&letter(999)).0, 429);
    let get = |path: &str| ask(at, "GET", path, b"").0;
    assert_eq!(get("/letterbox/checkpoint"), 200);
    assert_eq!(get("/letterbox/tile/entries/000.p/60"), 200);
    assert_eq!(get("/letterbox/tile/0/000.p/60"), 200);
    let kept = sha256(&letter(1)).to_hex();
    for path in [format!("kept/{kept}"), "../log.key".into(), format!("..%2fkept%2f{kept}")] {
        assert_eq!(get(&format!("/letterbox/{path}")), 404, "{path}");
    }
}

#[test]
fn a_mirror_without_a_letterbox_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let bare = Mirror::make(&folder.path().join("m"), "m.example", [[1; 32], [2; 32]]).unwrap();
    assert_eq!(refusal(bare.submit(&letter(1), NOW)), LetterRefusal::None);
    bare.make_letterbox([[3; 32], [4; 32]]).unwrap();
    assert!(bare.make_letterbox([[5; 32], [6; 32]]).is_err());
}
