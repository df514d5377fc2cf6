//! Signed notes: vectors of other implementations, form, trust and limits.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use proptest::prelude::*;
use servanda_tlog::{
    ENTRY_BYTES_MAX, KeyId, Note, NoteError, SIGNATURES_MAX, Signature, Signer, VerifierKey, open,
    sign,
};

const TEXT: &str = "Line one.\n\nLine three, after a blank one.\n";

fn signer(name: &str, seed: u8) -> Signer {
    Signer::from_seed(name, [seed; 32]).unwrap()
}

fn keys(signers: &[&Signer]) -> Vec<VerifierKey> {
    let keys = signers.iter().map(|signer| signer.verifier_key().clone());
    keys.collect()
}

fn names(bytes: &[u8], keys: &[VerifierKey]) -> Result<Vec<String>, NoteError> {
    let opened = open(bytes, keys, ENTRY_BYTES_MAX)?;
    Ok(opened.signers.iter().map(|key| key.name().to_owned()).collect())
}

/// The example of the Go package's documentation.
#[test]
fn the_example_of_go_verifies_and_is_made_again() {
    let secret = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
    let public = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    let text = "If you think cryptography is the answer to your problem,\n\
                then you don't know what your problem is.\n";
    let note = format!(
        "{text}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXg\
         KvqfqdngotpRZb6KE6RyyBwJnAM=\n"
    );
    let keys = [public.parse().unwrap()];
    assert_eq!(names(note.as_bytes(), &keys), Ok(vec!["PeterNeumann".to_owned()]));
    let signer = Signer::from_signer_key(secret).unwrap();
    assert_eq!(sign(text, &[&signer]), Ok(note.into_bytes()));
}

/// The example of C2SP signed-note, section "Verifier keys".
#[test]
fn the_example_of_the_specification_verifies() {
    let key: VerifierKey =
        "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k".parse().unwrap();
    let note = "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6\
                TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";
    assert!(names(note.as_bytes(), &[key]).is_ok());
}

#[test]
fn the_last_blank_line_ends_the_text() {
    let a = signer("a", 1);
    // A text may even end in what looks like a signature.
    let inner = String::from_utf8(sign(TEXT, &[&signer("b", 2)]).unwrap()).unwrap();
    for text in [TEXT, "\n", "\n\n\n", "— x AAAA\n", &inner] {
        let bytes = sign(text, &[&a]).unwrap();
        let keys = keys(&[&a]);
        let opened = open(&bytes, &keys, ENTRY_BYTES_MAX).unwrap();
        assert_eq!(opened.note.text(), text);
        assert_eq!(opened.note.signatures().len(), 1);
    }
}

#[test]
fn malformed_notes_are_refused() {
    use NoteError::{ControlCharacter, NotUtf8, SignatureLine, Unsigned};
    let good = String::from_utf8(sign("text\n", &[&signer("a", 1)]).unwrap()).unwrap();
    let line = SignatureLine { line: 1 };
    for (bytes, error) in [
        ("", Unsigned),
        ("text", Unsigned),
        ("text\n", Unsigned),
        ("text\n\n", Unsigned),
        ("text\n\n\n", Unsigned),
        (good.trim_end(), Unsigned),
        (&good.replace("text\n\n", "text\n"), Unsigned),
        (&good.replace("— ", "- "), line.clone()),
        (&good.replace("— ", "—"), line.clone()),
        (&good.replace("— ", "—\u{a0}"), line.clone()),
        (&good.replace("— a ", "— a+b "), line.clone()),
        (&good.replace("— a ", "—  "), line.clone()),
        (&good.replace("— a ", "— a  "), line.clone()),
        (&good.replace("— a ", "— a\u{2003}b "), line.clone()),
        (&good.replace("=\n", "\n"), line.clone()),
        (&good.replace("=\n", "= \n"), line.clone()),
        ("text\n\n— a \n", line.clone()),
        ("text\n\n— a\n", line.clone()),
        ("text\n\n— a AAAAAA==\n", line.clone()),
        (&format!("{good}stray\n"), SignatureLine { line: 2 }),
        (&good.replace("=\n", "=\n\n"), Unsigned),
        (&good.replace("text", "te\txt"), ControlCharacter { at: 2, byte: 9 }),
        (&good.replace("text", "te\0xt"), ControlCharacter { at: 2, byte: 0 }),
        (&good.replace("text", "text\r"), ControlCharacter { at: 4, byte: 13 }),
    ] {
        let refused = open(bytes.as_bytes(), &[], ENTRY_BYTES_MAX);
        assert_eq!(refused.unwrap_err(), error, "{bytes:?}");
    }
    let mut latin = good.replace("text", "te?t").into_bytes();
    latin[2] = 0xfe;
    assert_eq!(Note::parse(&latin, ENTRY_BYTES_MAX), Err(NotUtf8 { at: 2 }));
}

#[test]
fn texts_that_cannot_be_read_again_are_not_signed() {
    let a = signer("a", 1);
    assert_eq!(sign("", &[&a]), Err(NoteError::TextEnd));
    assert_eq!(sign("text", &[&a]), Err(NoteError::TextEnd));
    assert!(sign("te\rxt\n", &[&a]).is_err());
    assert_eq!(sign("text\n", &[]), Err(NoteError::Unsigned));
    assert!(sign("text\u{7f}\u{202e}\n", &[&a]).is_ok(), "testimony is kept as it was said");
}

#[test]
fn limits_hold_at_the_byte() {
    let a = signer("a", 1);
    let overhead = sign("\n", &[&a]).unwrap().len() - 1;
    let text = "x".repeat(ENTRY_BYTES_MAX - overhead - 1) + "\n";
    let bytes = sign(&text, &[&a]).unwrap();
    assert_eq!(bytes.len(), ENTRY_BYTES_MAX);
    assert!(Note::parse(&bytes, ENTRY_BYTES_MAX).is_ok());
    let (length, max) = (ENTRY_BYTES_MAX, ENTRY_BYTES_MAX - 1);
    assert_eq!(Note::parse(&bytes, max), Err(NoteError::TooLong { length, max }));
}

#[test]
fn a_note_has_at_most_sixteen_signatures() {
    let mut note = Note::new(TEXT).unwrap();
    for seed in 1..=SIGNATURES_MAX as u8 {
        note.sign(&signer("many", seed)).unwrap();
    }
    let bytes = note.to_bytes().unwrap();
    assert!(Note::parse(&bytes, ENTRY_BYTES_MAX).is_ok());
    assert_eq!(note.sign(&signer("many", 17)), Err(NoteError::TooManySignatures));
    note.sign(&signer("many", 3)).unwrap();
    let last = sign(TEXT, &[&signer("many", 17)]).unwrap();
    let line = &last[TEXT.len() + 1..];
    assert_eq!(
        Note::parse(&[&bytes[..], line].concat(), ENTRY_BYTES_MAX),
        Err(NoteError::TooManySignatures)
    );
}

#[test]
fn unknown_signatures_are_passed_over() {
    let (known, stranger) = (signer("known", 1), signer("stranger", 2));
    // Same name or same identifier, but not both, is still a stranger.
    let namesake = signer("known", 3);
    let grease = Signature::new("grease", known.verifier_key().id(), &[0xff; 5000]).unwrap();
    let mut note = Note::new(TEXT).unwrap();
    note.add_signature(grease).unwrap();
    note.sign(&stranger).unwrap();
    note.sign(&namesake).unwrap();
    let without = note.to_bytes().unwrap();
    note.sign(&known).unwrap();
    let keys = keys(&[&known]);
    assert_eq!(names(&note.to_bytes().unwrap(), &keys), Ok(vec!["known".to_owned()]));
    assert_eq!(names(&without, &keys), Err(NoteError::NoKnownSignature));
    assert_eq!(names(&without, &[]), Err(NoteError::NoKnownSignature));
}

#[test]
fn several_parties_sign_one_text() {
    let (a, b, c) = (signer("a", 1), signer("b", 2), signer("c", 3));
    let bytes = sign(TEXT, &[&c, &a]).unwrap();
    let mut note = Note::parse(&bytes, ENTRY_BYTES_MAX).unwrap();
    note.sign(&b).unwrap();
    let all = keys(&[&a, &b, &c]);
    let signed = names(&note.to_bytes().unwrap(), &all).unwrap();
    assert_eq!(signed, ["c", "a", "b"]);
}

#[test]
fn one_bad_signature_of_a_known_key_refuses_the_note() {
    let (a, b) = (signer("a", 1), signer("b", 2));
    let good = sign(TEXT, &[&a, &b]).unwrap();
    let other = sign("Another text.\n", &[&b]).unwrap();
    let stolen_line = &other["Another text.\n\n".len()..];
    let only_a = sign(TEXT, &[&a]).unwrap();
    let forged = [&only_a[..], stolen_line].concat();
    let bad = NoteError::BadSignature { name: "b".to_owned(), id: b.verifier_key().id() };
    assert_eq!(names(&forged, &keys(&[&a, &b])), Err(bad.clone()));
    assert_eq!(names(&forged, &keys(&[&b])), Err(bad.clone()));
    assert!(names(&forged, &keys(&[&a])).is_ok(), "b is unknown here");
    // A good signature of the same key does not heal it, whatever their order.
    let after = [&good[..], stolen_line].concat();
    assert_eq!(names(&after, &keys(&[&a, &b])), Err(bad.clone()));
    let before = [TEXT.as_bytes(), b"\n", stolen_line, &good[TEXT.len() + 1..]].concat();
    assert_eq!(names(&before, &keys(&[&a, &b])), Err(bad));
}

#[test]
fn a_key_that_signs_twice_counts_once() {
    let a = signer("a", 1);
    let bytes = sign(TEXT, &[&a]).unwrap();
    let twice = [&bytes[..], &bytes[TEXT.len() + 1..]].concat();
    assert_eq!(names(&twice, &keys(&[&a])), Ok(vec!["a".to_owned()]));
    // Nor does a key that is given twice.
    assert_eq!(names(&bytes, &keys(&[&a, &a])), Ok(vec!["a".to_owned()]));
    let mut note = Note::new(TEXT).unwrap();
    note.sign(&a).unwrap();
    note.sign(&a).unwrap();
    assert_eq!(note.signatures().len(), 1);
}

/// Two seeds, found by search, whose keys have one name and one identifier.
#[test]
fn keys_that_share_name_and_identifier_are_told_apart() {
    let twin = |counter: u32| {
        let mut seed = [0; 32];
        seed[..4].copy_from_slice(&counter.to_be_bytes());
        Signer::from_seed("example.com/twin", seed).unwrap()
    };
    let (a, b) = (twin(32_023), twin(113_157));
    let id = a.verifier_key().id();
    assert_eq!(b.verifier_key().id(), id);
    let name = "example.com/twin".to_owned();
    let bytes = sign(TEXT, &[&a]).unwrap();
    assert!(is_accepted(&bytes, &keys(&[&a])));
    let bad = NoteError::BadSignature { name: name.clone(), id };
    assert_eq!(names(&bytes, &keys(&[&b])), Err(bad));
    let ambiguous = NoteError::AmbiguousKey { name, id };
    assert_eq!(names(&bytes, &keys(&[&a, &b])), Err(ambiguous));
}

#[test]
fn signatures_that_cannot_be_written_are_refused() {
    let id = KeyId([1; 4]);
    for name in ["", "a b", "a+b", "a\nb", "a\u{2028}b"] {
        assert_eq!(Signature::new(name, id, &[1]), Err(NoteError::Signature), "{name:?}");
    }
    assert_eq!(Signature::new("a", id, &[]), Err(NoteError::Signature));
}

/// Whether someone must have signed each of these bytes.
fn is_accepted(bytes: &[u8], keys: &[VerifierKey]) -> bool {
    open(bytes, keys, ENTRY_BYTES_MAX).is_ok()
}

#[test]
fn no_flipped_bit_or_lost_byte_is_accepted() {
    let a = signer("example.com/a", 1);
    let keys = keys(&[&a]);
    let note = sign("Short text.\n\nMit Umlaut: ü.\n", &[&a]).unwrap();
    assert!(is_accepted(&note, &keys));
    for bit in 0..note.len() * 8 {
        let mut flipped = note.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert!(!is_accepted(&flipped, &keys), "bit {bit}");
    }
    for at in 0..note.len() {
        assert!(!is_accepted(&note[..at], &keys), "cut at {at}");
        let mut shorter = note.clone();
        shorter.remove(at);
        let same_bytes = shorter == note;
        assert!(same_bytes || !is_accepted(&shorter, &keys), "without byte {at}");
    }
}

proptest! {
    #[test]
    fn notes_go_round(text in "([^\\x00-\\x1f]|\n){0,80}", seeds in prop::collection::btree_set(any::<u8>(), 1..4)) {
        let text = text + "\n";
        let signers: Vec<_> = seeds.iter().map(|seed| signer("example.com/s", *seed)).collect();
        let signers: Vec<_> = signers.iter().collect();
        let bytes = sign(&text, &signers).unwrap();
        let keys = keys(&signers);
        let opened = open(&bytes, &keys, ENTRY_BYTES_MAX).unwrap();
        prop_assert_eq!(opened.note.text(), text);
        prop_assert_eq!(opened.signers.len(), signers.len());
        prop_assert_eq!(opened.note.to_bytes(), Ok(bytes));
    }

    #[test]
    fn what_is_read_is_what_is_written(
        bytes in prop_oneof![
            "([a-z\n]{0,9}\n\n)?(— [a-z+ ]{1,3} [A-Za-z0-9+/]{4,12}={0,2}\n?){0,3}".prop_map(String::into_bytes),
            any::<Vec<u8>>(),
        ],
    ) {
        if let Ok(note) = Note::parse(&bytes, ENTRY_BYTES_MAX) {
            prop_assert_eq!(note.to_bytes(), Ok(bytes));
        }
    }
}
