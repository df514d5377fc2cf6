//! No altered proof or checkpoint is accepted.

use servanda_tlog::{
    Checkpoint, Hash, Signer, leaf_hash, prove_consistency, prove_inclusion, root_at,
    verify_consistency, verify_inclusion,
};

const SIZE: u64 = 21;

fn leaves() -> Vec<Hash> {
    (0..SIZE).map(|i| leaf_hash(&i.to_be_bytes())).collect()
}

/// The hash with each of its bits flipped in turn.
fn flips(hash: Hash) -> impl Iterator<Item = Hash> {
    (0..256).map(move |bit| {
        let mut bytes = hash.0;
        bytes[bit / 8] ^= 1 << (bit % 8);
        Hash(bytes)
    })
}

/// The proof with bits flipped, and with hashes lost, doubled, exchanged, added or out of place.
fn mutations(proof: &[Hash]) -> Vec<Vec<Hash>> {
    let mut all = Vec::new();
    for at in 0..proof.len() {
        for flipped in flips(proof[at]) {
            let mut changed = proof.to_vec();
            changed[at] = flipped;
            all.push(changed);
        }
        let mut lost = proof.to_vec();
        lost.remove(at);
        all.push(lost);
        let mut doubled = proof.to_vec();
        doubled.insert(at, proof[at]);
        all.push(doubled);
        for other in at + 1..proof.len() {
            let mut exchanged = proof.to_vec();
            exchanged.swap(at, other);
            all.push(exchanged);
        }
    }
    let foreign = leaf_hash(b"foreign");
    all.push([proof, &[foreign]].concat());
    all.push([&[foreign], proof].concat());
    all
}

#[test]
fn no_altered_inclusion_proof_is_accepted() {
    let leaves = leaves();
    let root = root_at(&leaves, SIZE).unwrap();
    for index in 0..SIZE {
        let leaf = leaves[index as usize];
        let proof = prove_inclusion(&leaves, index, SIZE).unwrap();
        let holds = |proof: &[Hash], index, leaf, root| {
            verify_inclusion(proof, index, SIZE, leaf, root).is_ok()
        };
        assert!(holds(&proof, index, leaf, root));
        for mutation in mutations(&proof) {
            assert!(!holds(&mutation, index, leaf, root));
        }
        for flipped in flips(leaf) {
            assert!(!holds(&proof, index, flipped, root));
        }
        for flipped in flips(root) {
            assert!(!holds(&proof, index, leaf, flipped));
        }
        for other in (0..=SIZE + 64).filter(|other| *other != index) {
            assert!(!holds(&proof, other, leaf, root));
        }
    }
}

#[test]
fn no_altered_consistency_proof_is_accepted() {
    let leaves = leaves();
    let new_root = root_at(&leaves, SIZE).unwrap();
    for old in 1..SIZE {
        let old_root = root_at(&leaves, old).unwrap();
        let proof = prove_consistency(&leaves, old, SIZE).unwrap();
        let holds = |proof: &[Hash], old_root, new_root| {
            verify_consistency(proof, old, SIZE, old_root, new_root).is_ok()
        };
        assert!(holds(&proof, old_root, new_root));
        for mutation in mutations(&proof) {
            assert!(!holds(&mutation, old_root, new_root));
        }
        for flipped in flips(old_root) {
            assert!(!holds(&proof, flipped, new_root));
        }
        for flipped in flips(new_root) {
            assert!(!holds(&proof, old_root, flipped));
        }
    }
}

#[test]
fn no_altered_checkpoint_is_accepted() {
    let origin = "example.com/record";
    let log = Signer::from_seed(origin, [1; 32]).unwrap();
    let checkpoint = Checkpoint::new(origin, SIZE, leaf_hash(b"root")).unwrap();
    let bytes = checkpoint.sign(&log).unwrap();
    let opens = |bytes: &[u8]| Checkpoint::open(bytes, origin, log.verifier_key()).is_ok();
    assert!(opens(&bytes));
    for bit in 0..bytes.len() * 8 {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert!(!opens(&flipped), "bit {bit}");
    }
    for end in 0..bytes.len() {
        assert!(!opens(&bytes[..end]), "cut at {end}");
    }
    let mut grown = checkpoint.to_string();
    grown.push_str("extension\n");
    assert!(grown.parse::<Checkpoint>().is_err());
}
