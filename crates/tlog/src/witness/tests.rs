use super::*;
use crate::cosigner::{Cosigner, CosignerKind};
use crate::hash::leaf_hash;
use crate::key::Signer;
use crate::proof::prove_consistency;
use crate::tree::root_of;
use proptest::prelude::*;
use std::sync::LazyLock;

const ORIGIN: &str = "example.com/log";

/// The keys of the log; making them costs more than signing.
fn log() -> &'static (Signer, Cosigner) {
    static LOG: LazyLock<(Signer, Cosigner)> = LazyLock::new(|| {
        let mldsa44 = Cosigner::from_seed(ORIGIN, CosignerKind::MlDsa44, [9; 32]).unwrap();
        (Signer::from_seed(ORIGIN, [8; 32]).unwrap(), mldsa44)
    });
    &LOG
}

fn keys() -> LogKeys {
    let (ed25519, mldsa44) = log();
    LogKeys::new(ed25519.verifier_key().clone(), Some(mldsa44.key().clone())).unwrap()
}

/// Leaves of a history; of another branch from `fork` on.
fn leaves(count: u64, fork: u64, branch: u8) -> Vec<Hash> {
    (0..count).map(|n| leaf_hash(&[if n < fork { 0 } else { branch }, n as u8])).collect()
}

fn checkpoint(leaves: &[Hash]) -> Checkpoint {
    Checkpoint::new(ORIGIN, leaves.len() as u64, root_of(leaves)).unwrap()
}

fn signed(leaves: &[Hash]) -> Vec<u8> {
    let (ed25519, mldsa44) = log();
    checkpoint(leaves).sign_twice(ed25519, mldsa44).unwrap()
}

fn asked(old: u64, leaves: &[Hash]) -> AddCheckpoint {
    let proof = match old {
        0 => Vec::new(),
        old => prove_consistency(leaves, old, leaves.len() as u64).unwrap(),
    };
    AddCheckpoint { old, proof, note: signed(leaves) }
}

#[test]
fn what_continues_is_taken_and_the_same_again_too() {
    let five = leaves(5, 9, 0);
    let nine = leaves(9, 9, 0);
    let (first, _) = asked(0, &five).judge(&keys(), None).unwrap();
    assert_eq!(first, checkpoint(&five));
    let (second, note) = asked(5, &nine).judge(&keys(), Some(&first)).unwrap();
    assert_eq!((second.size(), note.signatures().len()), (9, 2));
    assert_eq!(asked(9, &nine).judge(&keys(), Some(&second)).unwrap().0, second);
}

#[test]
fn each_refusal_has_its_status() {
    let five = leaves(5, 9, 0);
    let nine = leaves(9, 9, 0);
    let seen = checkpoint(&five);
    let keys = keys();
    let status = |asked: &AddCheckpoint, seen: Option<&Checkpoint>| {
        let refusal = asked.judge(&keys, seen).unwrap_err();
        (refusal.status(), refusal.code())
    };
    assert_eq!(status(&asked(0, &nine), Some(&seen)), (409, "seen-more"));
    assert_eq!(status(&asked(3, &nine), None), (409, "seen-more"));
    let larger = AddCheckpoint { old: 9, ..asked(0, &five) };
    assert_eq!(status(&larger, None), (400, "old-is-larger"));
    // Another branch from before what was cosigned, of another and of the same size.
    assert_eq!(status(&asked(5, &leaves(9, 4, 1)), Some(&seen)), (422, "inconsistent"));
    assert_eq!(status(&asked(5, &leaves(5, 4, 1)), Some(&seen)), (422, "inconsistent"));
    let proved = AddCheckpoint { proof: vec![leaf_hash(b"x")], ..asked(0, &five) };
    assert_eq!(status(&proved, None), (422, "inconsistent"));
    let (ed25519, mldsa44) = log();
    let once = AddCheckpoint { note: seen.sign(ed25519).unwrap(), ..asked(0, &five) };
    assert_eq!(status(&once, None), (403, "not-signed"));
    let stranger = Signer::from_seed(ORIGIN, [1; 32]).unwrap();
    let forged = AddCheckpoint { note: seen.sign(&stranger).unwrap(), ..asked(0, &five) };
    assert_eq!(status(&forged, None), (403, "not-signed"));
    let other = Checkpoint::new("example.com/other", 5, root_of(&five)).unwrap();
    let other = other.sign_twice(ed25519, mldsa44).unwrap();
    let other = AddCheckpoint { note: other, ..asked(0, &five) };
    assert_eq!(status(&other, None), (404, "unknown-log"));
    let bare = AddCheckpoint { note: b"nothing\n".to_vec(), ..asked(0, &five) };
    assert_eq!(status(&bare, None), (400, "malformed"));
}

#[test]
fn a_request_has_one_spelling() {
    let good = asked(3, &leaves(9, 9, 0)).to_bytes();
    assert_eq!(AddCheckpoint::parse(&good).unwrap().to_bytes(), good);
    let text = String::from_utf8(good).unwrap();
    for bad in [
        "".to_owned(),
        "old 3".to_owned(),
        text.replacen("old 3", "old 03", 1),
        text.replacen("old 3", "old +3", 1),
        text.replacen("old 3", "old  3", 1),
        text.replacen("old 3", "new 3", 1),
        text.replacen("old 3\n", "old 3\r\n", 1),
        text.replacen("old 3\n", "old 3\nAAAA\n", 1),
        text.replacen("old 3", "old 99999999999999999999", 1),
        format!("old 3\n{}\n", format!("{}\n", leaf_hash(b"").to_base64()).repeat(64)),
    ] {
        let refusal = AddCheckpoint::parse(bad.as_bytes()).unwrap_err();
        assert_eq!(refusal.code(), "malformed", "{bad:?}");
    }
    let long = vec![b'\n'; ADD_CHECKPOINT_BYTES_MAX + 1];
    assert!(AddCheckpoint::parse(&long).is_err());
}

/// An operator that shows different branches, against witnesses that keep nothing but what they
/// cosigned last: messages are late, repeated and out of order.
fn world(seed: &[u8]) -> Vec<Vec<Checkpoint>> {
    let keys = keys();
    let mut cosigned: Vec<Vec<Checkpoint>> = vec![Vec::new(); 5];
    let mut late: Vec<(usize, AddCheckpoint)> = Vec::new();
    for step in seed.chunks_exact(4) {
        let (who, size, fork, kind) =
            (usize::from(step[0]) % 5, u64::from(step[1]) % 12 + 1, step[2] % 12, step[3]);
        // Before the fork the branches are one.
        let history = leaves(size, u64::from(fork), kind % 3);
        let old = cosigned[who].last().map_or(0, Checkpoint::size);
        let request = match kind % 4 {
            0 => asked(0, &history),
            _ if old <= size => asked(old, &history),
            _ => asked(size, &history),
        };
        late.push((who, request));
        if kind % 5 == 0 {
            late.rotate_left(1);
        }
        while late.len() > usize::from(kind % 3) {
            let (who, request) = late.remove(0);
            let seen = cosigned[who].last();
            if let Ok((checkpoint, _)) = request.judge(&keys, seen) {
                cosigned[who].push(checkpoint);
            }
        }
    }
    cosigned
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn one_witness_never_cosigns_two_histories(seed in prop::collection::vec(any::<u8>(), 0..160)) {
        for one in world(&seed) {
            let sizes: Vec<u64> = one.iter().map(Checkpoint::size).collect();
            prop_assert!(sizes.is_sorted(), "{sizes:?}");
            for pair in one.windows(2) {
                prop_assert!(pair[0].size() < pair[1].size() || pair[0] == pair[1]);
            }
        }
    }

    /// With five witnesses, a quorum of four is never had by two histories while at most two lie:
    /// 2 · 4 − 5 > 2. The liars sign whatever they are shown.
    #[test]
    fn no_two_histories_have_a_quorum(
        seed in prop::collection::vec(any::<u8>(), 0..160),
        size in 1u64..12,
    ) {
        let honest = &world(&seed)[..3];
        let roots: std::collections::BTreeSet<Hash> =
            honest.iter().flatten().filter(|c| c.size() == size).map(Checkpoint::root).collect();
        let with_quorum = roots.iter().filter(|root| {
            let has = |c: &Checkpoint| c.size() == size && c.root() == **root;
            honest.iter().filter(|one| one.iter().any(has)).count() + 2 >= 4
        });
        prop_assert!(with_quorum.count() <= 1);
    }

    #[test]
    fn any_bytes_are_a_request_or_a_refusal(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        if let Ok(request) = AddCheckpoint::parse(&bytes) {
            prop_assert_eq!(request.to_bytes(), bytes);
            prop_assert!(request.judge(&keys(), None).is_err());
        }
    }
}
