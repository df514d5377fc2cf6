use super::*;
use crate::hash::{leaf_hash, sha256};
use proptest::prelude::*;

const KINDS: [CosignerKind; 2] = [CosignerKind::Ed25519, CosignerKind::MlDsa44];

fn checkpoint() -> Checkpoint {
    Checkpoint::new("example.com/log", 7, leaf_hash(b"root")).unwrap()
}

fn cosigner(kind: CosignerKind) -> Cosigner {
    Cosigner::from_seed("example.com/witness", kind, [5; 32]).unwrap()
}

/// A sound ML-DSA-44 cosignature, its time included.
fn mldsa44() -> (CosignerKey, Vec<u8>) {
    let witness = cosigner(CosignerKind::MlDsa44);
    let signature = witness.cosign(&checkpoint(), 99).unwrap().bytes().to_vec();
    (witness.key().clone(), signature)
}

#[test]
fn keys_go_round() {
    for kind in KINDS {
        let witness = cosigner(kind);
        let written = witness.key().to_string();
        let read: CosignerKey = written.parse().unwrap();
        assert_eq!((&read, read.kind()), (witness.key(), kind));
        let again = Cosigner::from_signer_key(&witness.to_signer_key()).unwrap();
        assert_eq!(again.key(), witness.key());
        assert!(format!("{witness:?}").contains("secret"));
        let renamed = written.replace("witness", "someone");
        assert!(matches!(renamed.parse::<CosignerKey>(), Err(KeyError::IdMismatch { .. })));
    }
}

#[test]
fn a_key_of_another_kind_is_refused() {
    let log = Signer::from_seed("example.com/log", [1; 32]).unwrap();
    let note_key = log.verifier_key().to_string();
    assert_eq!(note_key.parse::<CosignerKey>(), Err(KeyError::Type { found: 1 }));
    let cosigner_key = cosigner(CosignerKind::Ed25519).key().to_string();
    assert_eq!(cosigner_key.parse::<VerifierKey>(), Err(KeyError::Type { found: 4 }));
    for bytes in [0, 31, 33, 1_311, 1_313] {
        for kind in KINDS {
            assert!(CosignerKey::from_public_key("w", kind, &vec![0; bytes]).is_err());
        }
    }
    // The identity: it would verify one signature for every checkpoint.
    let mut identity = [0; 32];
    identity[0] = 1;
    let refused = CosignerKey::from_public_key("w", CosignerKind::Ed25519, &identity);
    assert_eq!(refused, Err(KeyError::Weak));
}

#[test]
fn one_checkpoint_has_one_signature() {
    for kind in KINDS {
        let (one, two) = (cosigner(kind), cosigner(kind));
        assert_eq!(one.cosign(&checkpoint(), 9), two.cosign(&checkpoint(), 9));
    }
}

#[test]
fn a_cosignature_is_of_one_checkpoint_one_time_and_one_key() {
    let other_root = Checkpoint::new("example.com/log", 7, sha256(b"other")).unwrap();
    let other_size = Checkpoint::new("example.com/log", 8, leaf_hash(b"root")).unwrap();
    let other_log = Checkpoint::new("example.com/lag", 7, leaf_hash(b"root")).unwrap();
    for kind in KINDS {
        let witness = cosigner(kind);
        let signature = witness.cosign(&checkpoint(), 1_775_000_000).unwrap();
        let key = witness.key();
        assert_eq!(key.verify(&checkpoint(), signature.bytes()), Some(1_775_000_000));
        for other in [&other_root, &other_size, &other_log] {
            assert_eq!(key.verify(other, signature.bytes()), None);
        }
        let mut later = signature.bytes().to_vec();
        later[7] ^= 1;
        assert_eq!(key.verify(&checkpoint(), &later), None);
        let stranger = Cosigner::from_seed("example.com/witness", kind, [6; 32]).unwrap();
        assert_eq!(stranger.key().verify(&checkpoint(), signature.bytes()), None);
        assert!(witness.cosign(&checkpoint(), COSIGNED_AT_MAX + 1).is_err());
        assert!(witness.cosign(&checkpoint(), COSIGNED_AT_MAX).is_ok());
    }
}

#[test]
fn mldsa44_binds_the_name_of_the_cosigner() {
    let (_, signature) = mldsa44();
    let renamed = Cosigner::from_seed("example.com/other", CosignerKind::MlDsa44, [5; 32]).unwrap();
    assert_eq!(renamed.key().verify(&checkpoint(), &signature), None);
}

/// What others' tests of ML-DSA try: each is refused, whatever the rest of the signature says.
#[test]
fn malformed_mldsa44_signatures_are_refused() {
    const TIME: usize = 8;
    /// Bytes of the challenge, and of the four polynomials of the response.
    const RESPONSE: usize = TIME + 32;
    const HINTS: usize = RESPONSE + 4 * 576;
    /// Most hints, then how many there are up to each polynomial.
    const COUNTS: usize = HINTS + 80;
    let (key, sound) = mldsa44();
    assert_eq!(sound.len(), TIME + MLDSA44_SIGNATURE_BYTES);
    let refused = |what: &str, change: &dyn Fn(&mut Vec<u8>)| {
        let mut forged = sound.clone();
        change(&mut forged);
        assert_ne!(forged, sound, "{what}");
        assert_eq!(key.verify(&checkpoint(), &forged), None, "{what}");
    };
    refused("empty", &|s| s.clear());
    refused("the time only", &|s| s.truncate(TIME));
    refused("one byte less", &|s| s.truncate(s.len() - 1));
    refused("one byte more", &|s| s.push(0));
    refused("all zero", &|s| s[TIME..].fill(0));
    refused("all ones", &|s| s[TIME..].fill(0xff));
    refused("the time beyond its range", &|s| s[0] |= 0x80);
    refused("the response at its bound", &|s| s[RESPONSE..RESPONSE + 3].fill(0));
    refused("more hints than allowed", &|s| s[COUNTS + 3] = 81);
    refused("fewer hints after more", &|s| s[COUNTS] = s[COUNTS + 1] + 1);
    let used = usize::from(sound[COUNTS + 3]);
    assert!((2..80).contains(&used));
    refused("a hint beyond the last", &|s| s[HINTS + used] = 1);
    let first = usize::from(sound[COUNTS]);
    let start = if first >= 2 { 0 } else { first };
    refused("a hint twice", &|s| s[HINTS + start + 1] = s[HINTS + start]);
    refused("hints out of order", &|s| s.swap(HINTS + start, HINTS + start + 1));
}

#[test]
fn every_byte_of_an_mldsa44_signature_counts() {
    let (key, sound) = mldsa44();
    for at in 0..sound.len() {
        let mut forged = sound.clone();
        forged[at] ^= 1 << (at % 8);
        assert_eq!(key.verify(&checkpoint(), &forged), None, "byte {at}");
    }
}

#[test]
fn a_signature_made_for_a_context_is_refused() {
    let pair = SigningKey::<MlDsa44>::from_seed(&B32::from([5; 32]));
    let (key, sound) = mldsa44();
    let kind = CosignerKind::MlDsa44;
    let message = cosigned_message(kind, "example.com/witness", &checkpoint(), 99).unwrap();
    let with_context = |context: &[u8]| {
        let signed = pair.expanded_key().sign_deterministic(&message, context).unwrap();
        [99_u64.to_be_bytes().to_vec(), signed.encode().to_vec()].concat()
    };
    assert_eq!(with_context(b""), sound);
    assert_eq!(key.verify(&checkpoint(), &with_context(b"x")), None);
}

/// The structure of C2SP tlog-cosignature, byte for byte.
#[test]
fn the_signed_messages_have_the_form_of_the_specification() {
    let text = cosigned_message(CosignerKind::Ed25519, "w", &checkpoint(), 1_679_315_147).unwrap();
    let expected = format!("cosignature/v1\ntime 1679315147\n{}", checkpoint());
    assert_eq!(text, expected.into_bytes());
    let message = cosigned_message(CosignerKind::MlDsa44, "w", &checkpoint(), 258).unwrap();
    let expected = [
        b"subtree/v1\n\0\x01w\0\0\0\0\0\0\x01\x02\x0fexample.com/log".as_slice(),
        &[0; 8],
        &[0, 0, 0, 0, 0, 0, 0, 7],
        leaf_hash(b"root").as_bytes(),
    ]
    .concat();
    assert_eq!(message, expected);
    let long = Checkpoint::new(&"x".repeat(256), 7, leaf_hash(b"root")).unwrap();
    assert_eq!(cosigned_message(CosignerKind::MlDsa44, "w", &long, 0), None);
    assert!(cosigner(CosignerKind::MlDsa44).cosign(&long, 0).is_err());
}

fn log_keys() -> (Signer, Cosigner, LogKeys) {
    let log = Signer::from_seed("example.com/log", [1; 32]).unwrap();
    let pq = Cosigner::from_seed("example.com/log", CosignerKind::MlDsa44, [2; 32]).unwrap();
    let keys = LogKeys::new(log.verifier_key().clone(), Some(pq.key().clone())).unwrap();
    (log, pq, keys)
}

#[test]
fn a_log_with_two_keys_must_sign_with_both() {
    let (log, pq, keys) = log_keys();
    let origin = "example.com/log";
    let both = checkpoint().sign_twice(&log, &pq).unwrap();
    assert_eq!(keys.open(&both, origin).unwrap().0, checkpoint());
    // Readers who know the first key only pass over the second signature.
    let first_only = LogKeys::from(log.verifier_key().clone());
    assert_eq!(first_only.open(&both, origin).unwrap().0, checkpoint());
    let one = checkpoint().sign(&log).unwrap();
    let refused = keys.open(&one, origin);
    assert!(matches!(refused, Err(CheckpointError::NotSigned { .. })), "{refused:?}");
    let mut note = Note::parse(&both, 100_000).unwrap();
    let mut bad = pq.cosign(&checkpoint(), 0).unwrap().bytes().to_vec();
    bad[500] ^= 1;
    note.add_signature(Signature::new(origin, pq.key().id(), &bad).unwrap()).unwrap();
    let refused = keys.open(&note.to_bytes().unwrap(), origin);
    assert!(matches!(refused, Err(CheckpointError::Note(NoteError::BadSignature { .. }))));
    // The second without the first.
    let mut note = Note::new(&checkpoint().to_string()).unwrap();
    note.add_signature(pq.cosign(&checkpoint(), 0).unwrap()).unwrap();
    assert!(keys.open(&note.to_bytes().unwrap(), origin).is_err());
}

#[test]
fn the_keys_of_a_log_have_its_name() {
    let (log, pq, keys) = log_keys();
    assert!(keys.contains(&log.verifier_key().to_string()));
    assert!(keys.contains(&pq.key().to_string()));
    assert!(!keys.contains(&cosigner(CosignerKind::MlDsa44).key().to_string()));
    let other = cosigner(CosignerKind::MlDsa44).key().clone();
    assert!(LogKeys::new(log.verifier_key().clone(), Some(other)).is_err());
    let ed25519 = Cosigner::from_seed("example.com/log", CosignerKind::Ed25519, [2; 32]).unwrap();
    assert!(LogKeys::new(log.verifier_key().clone(), Some(ed25519.key().clone())).is_err());
}

#[test]
fn a_bad_signature_beside_a_good_one_refuses_the_note() {
    let witness = cosigner(CosignerKind::Ed25519);
    let log = Signer::from_seed("example.com/log", [1; 32]).unwrap();
    let good = witness.cosign(&checkpoint(), 5).unwrap();
    let signed = String::from_utf8(checkpoint().sign(&log).unwrap()).unwrap();
    let line = |signature: &Signature| {
        let decoded = [&signature.id().0, signature.bytes()].concat();
        format!("— {} {}\n", signature.name(), STANDARD.encode(decoded))
    };
    let bad = Signature::new(good.name(), good.id(), &[1; 72]).unwrap();
    let find = |text: String| {
        let note = Note::parse(text.as_bytes(), 100_000).unwrap();
        witness.key().find(&checkpoint(), &note)
    };
    assert_eq!(find(signed.clone()), Ok(None));
    assert_eq!(find(format!("{signed}{}", line(&good))), Ok(Some(5)));
    let later = witness.cosign(&checkpoint(), 8).unwrap();
    assert_eq!(find(format!("{signed}{}{}", line(&later), line(&good))), Ok(Some(8)));
    assert!(find(format!("{signed}{}{}", line(&good), line(&bad))).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    #[test]
    fn every_seed_and_checkpoint_goes_round(seed: [u8; 32], size in 1..u64::MAX, root: [u8; 32]) {
        let checkpoint = Checkpoint::new("example.com/log", size, crate::Hash(root)).unwrap();
        for kind in KINDS {
            let witness = Cosigner::from_seed("example.com/w", kind, seed).unwrap();
            let signature = witness.cosign(&checkpoint, size >> 1).unwrap();
            let verified = witness.key().verify(&checkpoint, signature.bytes());
            prop_assert_eq!(verified, Some(size >> 1));
        }
    }

    #[test]
    fn any_bytes_are_refused_without_panic(bytes in prop::collection::vec(any::<u8>(), 2_428)) {
        let (key, _) = mldsa44();
        prop_assert_eq!(key.verify(&checkpoint(), &bytes), None);
    }
}
