//! The same tree by three programs: this one, `tlog_tiles` and `ct-merkle`.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use ct_merkle::{ConsistencyProof, InclusionProof, RootHash};
use proptest::prelude::*;
use servanda_tlog::{
    Hash, Tree, changed_tiles, leaf_hash, prove_consistency, prove_inclusion, root_at, tile_bytes,
    tiles_between, verify_consistency, verify_inclusion,
};
use sha2::Sha256;

/// One log held by all three.
struct Logs {
    leaves: Vec<Hash>,
    ct: MemoryBackedTree<Sha256, [u8; 8]>,
    go: StoredHashes,
}

struct StoredHashes(Vec<tlog_tiles::Hash>);

impl tlog_tiles::HashReader for StoredHashes {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<tlog_tiles::Hash>, tlog_tiles::Error> {
        Ok(indexes.iter().map(|index| self.0[*index as usize]).collect())
    }
}

impl Logs {
    fn of(size: u64) -> Logs {
        let mut logs =
            Logs { leaves: Vec::new(), ct: MemoryBackedTree::new(), go: StoredHashes(Vec::new()) };
        for index in 0..size {
            let entry = index.to_be_bytes();
            logs.leaves.push(leaf_hash(&entry));
            logs.ct.push(entry);
            let stored = tlog_tiles::stored_hashes(index, &entry, &logs.go).unwrap();
            logs.go.0.extend(stored);
        }
        logs
    }

    fn size(&self) -> u64 {
        self.leaves.len() as u64
    }

    fn check_inclusion(&self, index: u64) {
        let (size, leaf) = (self.size(), self.leaves[index as usize]);
        let proof = prove_inclusion(&self.leaves, index, size).unwrap();
        let root = root_at(&self.leaves, size).unwrap();
        // Made by us, checked by them.
        let digests = proof.iter().map(|hash| (&hash.0).into());
        let for_ct = InclusionProof::from_digests(digests);
        let ct_root = RootHash::<Sha256>::new(root.0.into(), size);
        ct_root.verify_inclusion(&index.to_be_bytes(), index, &for_ct).unwrap();
        tlog_tiles::check_record(&go_proof(&proof), size, go(root), index, go(leaf)).unwrap();
        // Made by them, checked by us.
        let ct = self.ct.prove_inclusion(index as usize);
        verify_inclusion(&hashes(ct.as_bytes()), index, size, leaf, root).unwrap();
        let by_go = tlog_tiles::prove_record(size, index, &self.go).unwrap();
        let by_go: Vec<_> = by_go.iter().map(|hash| Hash(hash.0)).collect();
        assert_eq!(by_go, proof);
    }

    fn check_consistency(&self, old: u64) {
        let new = self.size();
        let proof = prove_consistency(&self.leaves, old, new).unwrap();
        let old_root = root_at(&self.leaves, old).unwrap();
        let new_root = root_at(&self.leaves, new).unwrap();
        let digests = proof.iter().map(|hash| (&hash.0).into());
        let for_ct = ConsistencyProof::from_digests(digests);
        let ct_old = RootHash::<Sha256>::new(old_root.0.into(), old);
        let ct_new = RootHash::<Sha256>::new(new_root.0.into(), new);
        ct_new.verify_consistency(&ct_old, &for_ct).unwrap();
        tlog_tiles::check_tree(&go_proof(&proof), new, go(new_root), old, go(old_root)).unwrap();
        if old < new {
            let ct = self.ct.prove_consistency((new - old) as usize);
            let ct = hashes(ct.as_bytes());
            verify_consistency(&ct, old, new, old_root, new_root).unwrap();
        }
        let by_go = tlog_tiles::prove_tree(new, old, &self.go).unwrap();
        let by_go: Vec<_> = by_go.iter().map(|hash| Hash(hash.0)).collect();
        assert_eq!(by_go, proof);
    }
}

fn go(hash: Hash) -> tlog_tiles::Hash {
    tlog_tiles::Hash(hash.0)
}

fn go_proof(proof: &[Hash]) -> Vec<tlog_tiles::Hash> {
    proof.iter().copied().map(go).collect()
}

fn hashes(bytes: &[u8]) -> Vec<Hash> {
    let (hashes, rest) = bytes.as_chunks::<32>();
    assert!(rest.is_empty());
    hashes.iter().copied().map(Hash).collect()
}

#[test]
fn roots_agree_at_every_size() {
    let mut logs = Logs::of(0);
    let mut tree = Tree::new();
    for size in 0..=300_u64 {
        assert_eq!(&tree.root().0[..], &logs.ct.root().as_bytes()[..], "size {size}");
        let by_go = tlog_tiles::tree_hash(size, &logs.go).unwrap();
        assert_eq!(tree.root().0, by_go.0, "size {size}");
        let entry = size.to_be_bytes();
        tree.push(leaf_hash(&entry));
        logs.ct.push(entry);
        let stored = tlog_tiles::stored_hashes(size, &entry, &logs.go).unwrap();
        logs.go.0.extend(stored);
    }
}

#[test]
fn proofs_agree_at_many_sizes() {
    for size in (1..=300).filter(|size| size % 7 == 0 || *size < 20 || *size > 250) {
        let logs = Logs::of(size);
        for index in (0..size).filter(|index| index % 5 == 0 || *index + 6 > size) {
            logs.check_inclusion(index);
            logs.check_consistency(index + 1);
        }
    }
}

#[test]
fn tiles_agree() {
    for (old, new) in [(0, 1), (0, 256), (200, 300), (255, 256), (256, 257), (1000, 1600)] {
        let logs = Logs::of(new);
        let ours = changed_tiles(&logs.leaves, old, new).unwrap();
        let theirs = tlog_tiles::Tile::new_tiles(8, old, new);
        assert_eq!(ours.len(), theirs.len());
        for (ours, theirs) in ours.iter().zip(theirs) {
            let place = (theirs.level(), theirs.level_index(), theirs.width());
            let id = ours.id;
            assert_eq!((id.level(), id.index(), u32::from(id.width())), place);
            assert_eq!(ours.bytes, theirs.read_data(&logs.go).unwrap());
            // Their path has the tile height in it, as Go's has.
            let go_path = ours.id.to_string().replacen("tile/", "tile/8/", 1);
            assert_eq!(theirs.path(), go_path);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]
    #[test]
    fn large_trees_agree(
        size in 300..20_000_u64,
        picks in prop::collection::vec(any::<prop::sample::Index>(), 8),
    ) {
        let logs = Logs::of(size);
        let root = root_at(&logs.leaves, size).unwrap();
        let by_ct = logs.ct.root();
        prop_assert_eq!(&root.0[..], &by_ct.as_bytes()[..]);
        for pick in picks {
            let index = pick.index(size as usize) as u64;
            logs.check_inclusion(index);
            logs.check_consistency(index + 1);
            for id in tiles_between(index, size).filter(|id| id.level() > 0) {
                let width = id.width().into();
                let theirs = tlog_tiles::Tile::new(8, id.level(), id.index(), width, false);
                let (ours, theirs) = (tile_bytes(&logs.leaves, id), theirs.read_data(&logs.go));
                prop_assert_eq!(ours.unwrap(), theirs.unwrap());
            }
        }
    }
}
