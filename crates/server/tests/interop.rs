//! A client that others wrote reads our log: the crate `tlog_tiles`, over HTTP as a mirror serves
//! it and from the folder. It authenticates tiles against the checkpoint, and makes and checks the
//! proofs itself.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that stops has failed")]

mod kit;

use kit::*;
use servanda_store::Record;
use servanda_tlog::{BundleId, decode_bundle};
use std::sync::Arc;
use tlog_tiles::{
    Error, Hash, HashReader as _, Tile, TileHashReader, TileReader, check_record, check_tree,
    prove_record, prove_tree, record_hash, stored_hash_index,
};

/// Reads files of a log, from wherever.
struct Client<F>(F);

impl<F: Fn(&str) -> Option<Vec<u8>>> Client<F> {
    /// The text of the checkpoint: a note's, up to the empty line.
    fn checkpoint(&self) -> tlog_tiles::Checkpoint {
        let note = String::from_utf8(self.0("checkpoint").unwrap()).unwrap();
        let text = &note[..note.find("\n\n").unwrap() + 1];
        tlog_tiles::Checkpoint::from_bytes(text.as_bytes()).unwrap()
    }

    /// The entries of a bundle, by the lengths before them.
    fn entries(&self, index: u64, width: u16) -> Vec<Vec<u8>> {
        let path = BundleId::new(index, width).unwrap().to_string();
        let bytes = self.0(&path).unwrap();
        let entries = decode_bundle(&bytes, usize::from(width)).unwrap();
        entries.into_iter().map(<[u8]>::to_vec).collect()
    }
}

impl<F: Fn(&str) -> Option<Vec<u8>>> TileReader for Client<F> {
    fn height(&self) -> u8 {
        8
    }

    fn read_tiles(&self, tiles: &[Tile]) -> Result<Vec<Vec<u8>>, Error> {
        // The crate writes paths as Go's checksum database has them, with the height in them.
        let read = |tile: &Tile| {
            let path = tile.path().replacen("tile/8/", "tile/", 1);
            self.0(&path).ok_or(Error::InvalidTile)
        };
        tiles.iter().map(read).collect()
    }

    fn save_tiles(&self, _: &[Tile], _: &[Vec<u8>]) {}
}

/// Reads and checks what the client is given of a record.
fn check<F: Fn(&str) -> Option<Vec<u8>>>(client: &Client<F>, record: &Record) {
    let head = client.checkpoint();
    assert_eq!((head.origin(), head.size()), (ORIGIN, record.size()));
    assert_eq!(head.hash().0, record.root().0);
    let (size, root) = (head.size(), Hash(head.hash().0));
    let tiles = TileHashReader::new(size, root, client);
    let mut entries = Vec::new();
    for index in 0..size.div_ceil(256) {
        let width = (size - index * 256).min(256) as u16;
        entries.extend(client.entries(index, width));
    }
    assert_eq!(entries.len() as u64, size);
    for index in (0..size).step_by(7).chain([size - 1]) {
        let leaf = record_hash(&entries[index as usize]);
        let read = tiles.read_hashes(&[stored_hash_index(0, index)]).unwrap();
        assert_eq!(read[0].0, leaf.0);
        let proof = prove_record(size, index, &tiles).unwrap();
        check_record(&proof, size, root, index, leaf).unwrap();
        assert!(check_record(&proof, size, root, index, record_hash(b"another")).is_err());
    }
    for old in (1..size).step_by(11) {
        let then = Hash(record.root_at(old).unwrap().0);
        let proof = prove_tree(size, old, &tiles).unwrap();
        check_tree(&proof, size, root, old, then).unwrap();
        assert!(check_tree(&proof, size, root, old, record_hash(b"another")).is_err());
    }
}

#[test]
fn a_client_of_others_reads_the_folder_and_a_mirror_at_every_kind_of_size() {
    let folder = tempfile::tempdir().unwrap();
    let mut record = record(&folder.path().join("record"));
    let mirror = Arc::new(mirror(&folder.path().join("mirror"), 0));
    let at = mirroring(&mirror);
    // Part of a tile, a whole one, one more, and several.
    for (n, size) in [2_u64, 9, 256, 257, 700].into_iter().enumerate() {
        if size > record.size() {
            let more = (size - record.size()) as u32;
            grow(&mut record, more, n as u32);
        }
        let dir = record.dir().to_owned();
        check(&Client(|path: &str| std::fs::read(dir.join(path)).ok()), &record);
        mirror.pull(record.dir(), NOW).unwrap();
        let client = Client(|path: &str| {
            let (status, _, body) = ask(at, "GET", &format!("/{}/{path}", digest()), b"");
            (status == 200).then_some(body)
        });
        check(&client, &record);
    }
    // A letterbox's log is read in the same way.
    let letter = format!("peace-record/entry/v1\n{ORIGIN}\n{{}}\n");
    let author = servanda_tlog::Signer::from_seed("party.example", [9; 32]).unwrap();
    let letter = servanda_tlog::sign(&letter, &[&author]).unwrap();
    mirror.submit(&letter, NOW).unwrap();
    let client = Client(|path: &str| mirror.letterbox_file(path));
    let head = client.checkpoint();
    assert_eq!((head.origin(), head.size()), ("m0.example/mirror/letterbox", 1));
    assert_eq!(head.hash().0, record_hash(&client.entries(0, 1)[0]).0);
}

#[test]
fn the_client_notices_a_changed_tile() {
    let folder = tempfile::tempdir().unwrap();
    let mut record = record(&folder.path().join("record"));
    grow(&mut record, 300, 1);
    let dir = record.dir().to_owned();
    let client = Client(|path: &str| {
        let mut bytes = std::fs::read(dir.join(path)).ok()?;
        if path.starts_with("tile/0/000") {
            bytes[40] ^= 1;
        }
        Some(bytes)
    });
    let head = client.checkpoint();
    let (size, root) = (head.size(), Hash(head.hash().0));
    let tiles = TileHashReader::new(size, root, &client);
    // The crate passes over some tiles when it authenticates them, where several subtrees of the
    // right edge lie in one tile: the proof that it makes of them is refused by itself then.
    let leaf = record_hash(&client.entries(0, 256)[5]);
    let proved = prove_record(size, 5, &tiles);
    assert!(proved.and_then(|proof| check_record(&proof, size, root, 5, leaf)).is_err());
}
