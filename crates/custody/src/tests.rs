use super::*;
use servanda_entry::{Audience, Body, Observation, Observations, Writing};
use servanda_seal::{OpenFile, Opening, Salt, SealCode, SealedFile, Sealing, Withheld};
use servanda_tlog::{Hash, sha256};
use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt as _;

const ORIGIN: &str = "example.org/truce";
const KEY: &str = "0101010101010101010101010101010101010101010101010101010101010101";

fn body() -> Body {
    let row = Observation {
        at: None,
        attrs: servanda_entry::Attrs::new(),
        count: None,
        from_ms: 0,
        key: None,
        kind: "explosion".into(),
        line: 0,
        origins: vec![],
        sides: vec![],
        to_ms: 1,
    };
    Body::Observation(Observations { document: None, rows: vec![row], source: "patrol".into() })
}

/// Two fields and a file, withheld for the mission.
fn withheld(plaintext: &[u8], ciphertext: &[u8]) -> (Writing, Opening) {
    let mut sealing = Sealing::new(Audience::Mission, ORIGIN);
    let words = |text: &str| Withheld::new(text.into());
    sealing.field("/rows/0/attrs/observer", words("team four of the hill"), Salt([1; 32]));
    sealing.field("/rows/0/attrs/post", words("the water tower"), Salt([2; 32]));
    sealing.file(SealedFile {
        ct: sha256(ciphertext),
        bytes: ciphertext.len() as u64,
        media: "text/plain".into(),
        name: Withheld::new("witness.txt".into()),
        plaintext: Withheld::new(sha256(plaintext)),
        key: Withheld::new(KEY.into()),
        salt: Salt([3; 32]),
    });
    sealing.finish(body()).unwrap()
}

#[test]
fn a_payload_opens_with_its_key_alone() {
    let sealed = encrypt(KEY, b"the words of a witness").unwrap();
    assert!(sealed.starts_with(b"age-encryption.org/v1\n-> scrypt "));
    assert_eq!(decrypt(KEY, &sealed).unwrap(), b"the words of a witness");
    assert!(decrypt(&KEY.replace('1', "2"), &sealed).is_err());
    for at in [30, sealed.len() - 1] {
        let mut other = sealed.clone();
        other[at] ^= 1;
        assert!(decrypt(KEY, &other).is_err());
    }
    // The same words are other bytes each time: nobody can tell that two files are one.
    assert_ne!(encrypt(KEY, b"the words of a witness").unwrap(), sealed);
}

#[test]
fn a_header_that_asks_for_days_of_work_is_refused() {
    let sealed = encrypt(KEY, b"words").unwrap();
    let end = sealed.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    let line = sealed[end..].iter().position(|byte| *byte == b'\n').unwrap() + end;
    let mut header = String::from_utf8(sealed[..line].to_vec()).unwrap();
    assert!(header.ends_with(" 1"), "{header}");
    header.truncate(header.len() - 1);
    let bomb = [(header + "30").as_bytes(), &sealed[line..]].concat();
    assert!(decrypt(KEY, &bomb).unwrap_err().to_string().contains("can't be opened"));
}

/// An author commits to one text and encrypts another: the second reader finds out, and holds the
/// proof.
#[test]
fn a_ciphertext_that_opens_to_something_else_is_proof_against_its_author() {
    let ciphertext = encrypt(KEY, b"what the second reader gets").unwrap();
    let (writing, opening) = withheld(b"what the first reader was told", &ciphertext);
    let sealed = writing.class.sealed().unwrap();
    let file: &OpenFile = &opening.files[0];
    let opened = decrypt(&file.key, &ciphertext).unwrap();
    assert_eq!(file.check(sealed, &opened).unwrap_err().code, SealCode::TwoWays);
    assert_eq!(file.check(sealed, b"what the first reader was told"), Ok(()));
    let stray = OpenFile { ct: sha256(b"stray"), ..file.clone() };
    assert_eq!(stray.check(sealed, &opened).unwrap_err().code, SealCode::File);
}

#[test]
fn members_of_a_class_read_what_was_wrapped_for_them_and_nobody_else_does() {
    let temp = tempfile::tempdir().unwrap();
    let custody = Custody::at(&temp.path().join("custody"));
    let (writing, opening) = withheld(b"plain", b"cipher");
    let sealed = writing.class.sealed().unwrap();
    custody.keep(sealed, &opening).unwrap();
    assert_eq!(custody.wrapped(sealed), None);
    let (member, stranger) = (Reader::generate(), Reader::generate());
    let list = format!("# the mission\n{}\n", member.to_public());
    let recipients = custody.path().join("recipients");
    std::fs::create_dir(&recipients).unwrap();
    std::fs::write(recipients.join("mission"), list).unwrap();
    custody.keep(sealed, &opening).unwrap();
    let wrapped = std::fs::read(custody.wrapped(sealed).unwrap()).unwrap();
    let member = Reader::parse(&format!("# created\n{}\n", member.to_secret())).unwrap();
    let bytes = unwrap(&member, &wrapped).unwrap();
    assert!(Opening::parse(&bytes, ORIGIN).unwrap() == opening);
    assert!(Opening::parse(&bytes, "example.org/other").is_err());
    assert!(unwrap(&stranger, &wrapped).is_err());
    std::fs::write(recipients.join("mission"), "no key\n").unwrap();
    let error = custody.keep(sealed, &opening).unwrap_err().to_string();
    assert!(error.contains("recipients/mission: line 1"), "{error}");
}

#[test]
fn the_store_is_its_owner_s_and_forgets_what_is_destroyed() {
    let temp = tempfile::tempdir().unwrap();
    let custody = Custody::at(&temp.path().join("custody"));
    let (writing, opening) = withheld(b"plain", b"cipher");
    let sealed = writing.class.sealed().unwrap();
    assert!(matches!(custody.opening(sealed, ORIGIN), Err(CustodyError::NoOpening { .. })));
    custody.keep(sealed, &opening).unwrap();
    assert!(custody.opening(sealed, ORIGIN).unwrap() == opening);
    assert!(custody.opening(sealed, "example.org/other").is_err());
    let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(custody.path()), 0o700);
    let files = std::fs::read_dir(custody.path().join("opening")).unwrap();
    let files: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    assert_eq!(files.len(), 1);
    assert_eq!(mode(&files[0]), 0o600);

    let one: BTreeSet<Hash> = [opening.fields[0].digest().unwrap()].into();
    assert!(custody.destroy(sealed, ORIGIN, &one).unwrap());
    let left = custody.opening(sealed, ORIGIN).unwrap();
    assert_eq!((left.fields.len(), left.files.len()), (1, 1));
    assert!(!custody.destroy(sealed, ORIGIN, &one).unwrap());
    let bytes = std::fs::read(&files[0]).unwrap();
    assert!(!String::from_utf8(bytes).unwrap().contains("team four"));
    let all: BTreeSet<Hash> = sealed.digests().collect();
    assert!(custody.destroy(sealed, ORIGIN, &all).unwrap());
    assert!(matches!(custody.opening(sealed, ORIGIN), Err(CustodyError::NoOpening { .. })));
    assert_eq!(std::fs::read_dir(custody.path().join("opening")).unwrap().count(), 0);
}

#[test]
fn a_store_inside_a_record_is_refused() {
    let temp = tempfile::tempdir().unwrap();
    std::fs::write(temp.path().join("checkpoint"), "").unwrap();
    std::fs::create_dir(temp.path().join("tile")).unwrap();
    let custody = Custody::at(&temp.path().join("custody"));
    let (writing, opening) = withheld(b"plain", b"cipher");
    let error = custody.keep(writing.class.sealed().unwrap(), &opening).unwrap_err();
    assert!(error.to_string().contains("made to be copied"), "{error}");
}
