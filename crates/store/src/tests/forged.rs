//! A record whose keeper, holding the keys, wrote what must not be written.

use std::fs;
use std::path::Path;

use super::kit::*;
use crate::constitution::constitution_of;
use crate::{Record, Report};
use servanda_entry::{Anchor, Body, Cite, Class, Entry};
use servanda_tlog::{
    Checkpoint, Hash, Note, Signature, Signer, TileWriter, empty_root, encode_bundle, leaf_hash,
    root_of, sign,
};

/// Notes as an honest keeper makes them, one append each.
pub(super) struct Forge {
    pub(super) notes: Vec<Vec<u8>>,
    pub(super) leaves: Vec<Hash>,
}

impl Forge {
    fn new() -> Forge {
        let mut forge = Forge { notes: vec![], leaves: vec![] };
        forge.add(|_| {});
        forge.add(|_| {});
        forge.add(|_| {});
        forge
    }

    pub(super) fn next(&self) -> Entry {
        let size = self.leaves.len() as u64;
        let root = if size == 0 { empty_root() } else { root_of(&self.leaves) };
        Entry {
            agreement: "truce".into(),
            by: "example.org/truce/office".into(),
            seq: size,
            prev: self.leaves.last().copied(),
            cite: Cite { size, root },
            at: at(size as i64),
            class: Class::Public,
            body: match size {
                0 => Body::Constitution(constitution_of(&keys())),
                n => seen(n as u32),
            },
        }
    }

    pub(super) fn add(&mut self, change: impl FnOnce(&mut Entry)) {
        self.add_signed(change, &[]);
    }

    /// With signatures of others under it.
    pub(super) fn add_signed(&mut self, change: impl FnOnce(&mut Entry), others: &[Signature]) {
        let mut entry = self.next();
        change(&mut entry);
        let mut note = Note::new(&entry.text(ORIGIN).unwrap()).unwrap();
        note.sign(&keys().office).unwrap();
        others.iter().for_each(|other| note.add_signature(other.clone()).unwrap());
        self.add_note(note.to_bytes().unwrap());
    }

    fn add_text(&mut self, text: &str, signer: &Signer) {
        self.add_note(sign(text, &[signer]).unwrap());
    }

    fn add_note(&mut self, note: Vec<u8>) {
        self.leaves.push(leaf_hash(&note));
        self.notes.push(note);
    }

    /// Writes it with right tiles and a rightly signed checkpoint.
    pub(super) fn write(&self, dir: &Path) -> Report {
        let mut tree = TileWriter::new();
        let count = self.notes.len();
        let mut files =
            vec![(format!("tile/entries/000.p/{count}"), encode_bundle(&self.notes).unwrap())];
        let tiles = tree.append(&self.leaves);
        files.extend(tiles.into_iter().map(|tile| (tile.id.to_string(), tile.bytes)));
        let checkpoint = Checkpoint::new(ORIGIN, tree.size(), tree.root()).unwrap();
        files.push(("checkpoint".into(), signed(&checkpoint)));
        for (path, bytes) in files {
            let file = dir.join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, bytes).unwrap();
        }
        check(dir)
    }
}

/// The one entry that is at fault, and why.
fn found(forge: &Forge) -> (Option<u64>, String) {
    let (_temp, dir) = place();
    let report = forge.write(&dir);
    let Some(fault) = report.faults.first() else {
        unreachable!("nothing was found");
    };
    (fault.entry, fault.what.clone())
}

fn expect(forge: &Forge, entry: u64, words: &str) {
    let (at, what) = found(forge);
    assert_eq!(at, Some(entry), "{what}");
    assert!(what.contains(words), "{what}");
}

/// The third of four entries changed.
fn changed(change: impl FnOnce(&mut Entry)) -> Forge {
    let mut forge = Forge::new();
    forge.add(change);
    forge
}

#[test]
fn an_honest_forge_passes() {
    let (_temp, dir) = place();
    let report = Forge::new().write(&dir);
    assert!(report.ok(), "{report:#?}");
    let mut record = Record::open(&dir).unwrap();
    record.append(&keys(), at(9), vec![seen(9)], vec![]).unwrap();
    assert!(check(&dir).ok());
}

#[test]
fn an_anchor_of_a_state_that_never_was_is_found_and_not_written() {
    let anchor = |of| {
        let (authority, media) = ("Northland".into(), "application/x-proof".into());
        Body::Anchor(Anchor { authority, media, of, proof: blob("proof", b"proof") })
    };
    let state = Forge::new().next().cite;
    let other = Cite { root: empty_root(), ..state };
    expect(&changed(|entry| entry.body = anchor(other)), 3, "never had the root");
    let of = |size| Cite { size, ..state };
    expect(&changed(|entry| entry.body = anchor(of(4))), 3, "it anchors 4 entries");
    expect(&changed(|entry| entry.body = anchor(of(0))), 3, "it anchors 0 entries");
    let (_temp, dir) = place();
    assert!(Forge::new().write(&dir).ok());
    let mut record = Record::open(&dir).unwrap();
    for bad in [other, of(4), of(2), of(0)] {
        let refused = record.append(&keys(), at(9), vec![anchor(bad)], vec![b"proof".to_vec()]);
        assert!(refused.unwrap_err().to_string().contains("never had the state"), "{bad:?}");
    }
    record.append(&keys(), at(9), vec![anchor(state)], vec![b"proof".to_vec()]).unwrap();
    assert!(check(&dir).ok());
}

#[test]
fn gaps_and_breaks_in_an_author_s_chain_are_found() {
    expect(&changed(|entry| entry.seq = 4), 3, "must follow");
    expect(&changed(|entry| entry.seq = 2), 3, "must follow");
    expect(&changed(|entry| entry.prev = None), 3, "does not follow");
    let mut headless = Forge { notes: vec![], leaves: vec![] };
    headless.add(|entry| entry.seq = 1);
    expect(&headless, 0, "taken away");
}

#[test]
fn citations_of_what_never_was_are_found() {
    expect(&changed(|entry| entry.cite.size = 4), 3, "it cites 4");
    expect(&changed(|entry| entry.cite.root = empty_root()), 3, "never had the root");
    expect(&changed(|entry| entry.cite.size = 2), 3, "never had the root");
    expect(&changed(|entry| entry.cite.size = 0), 3, "never had the root");
    let (_temp, dir) = place();
    let of_nothing = Cite { size: 0, root: empty_root() };
    assert!(changed(|entry| entry.cite = of_nothing).write(&dir).ok());
}

#[test]
fn times_that_go_back_are_found() {
    expect(&changed(|entry| entry.at = at(1)), 3, "before");
}

#[test]
fn a_second_constitution_or_none_is_found() {
    let again = Body::Constitution(constitution_of(&keys()));
    expect(&changed(|entry| entry.body = again), 3, "no other may");
    let mut none = Forge { notes: vec![], leaves: vec![] };
    none.add(|entry| entry.body = seen(1));
    expect(&none, 0, "must be the constitution");
}

#[test]
fn another_agreement_is_found() {
    expect(&changed(|entry| entry.agreement = "other".into()), 3, "\"other\"");
}

#[test]
fn entries_that_their_author_did_not_sign_are_found() {
    let mut stranger = Forge::new();
    let text = stranger.next().text(ORIGIN).unwrap();
    stranger.add_text(&text, &keys().log);
    expect(&stranger, 3, "none of the known keys");
    expect(&changed(|entry| entry.by = "example.org/other".into()), 3, "has not signed");
}

#[test]
fn other_spellings_classes_and_records_are_found() {
    let spelled = |from: &str, to: &str| {
        let mut forge = Forge::new();
        let text = forge.next().text(ORIGIN).unwrap();
        assert!(text.contains(from));
        forge.add_text(&text.replace(from, to), &keys().office);
        forge
    };
    expect(&spelled("\"seq\":3", "\"seq\": 3"), 3, "canonical");
    expect(&spelled("\"public\"", "\"sealed\""), 3, "class");
    expect(&spelled(ORIGIN, "example.org/other"), 3, "written for the record");
    expect(&spelled("\"observation\"", "\"rumour\""), 3, "fields");
}

#[test]
fn weak_or_doubled_keys_in_a_constitution_are_found() {
    let founded = |change: fn(&mut servanda_entry::Constitution)| {
        let mut forge = Forge { notes: vec![], leaves: vec![] };
        let mut constitution = constitution_of(&keys());
        change(&mut constitution);
        forge.add(|entry| entry.body = Body::Constitution(constitution));
        forge
    };
    expect(&founded(|c| c.offices.clear()), 0, "no office");
    expect(&founded(|c| c.log = "none".into()), 0, "can't be used");
    expect(&founded(|c| c.offices.push(c.offices[0].clone())), 0, "two offices");
    expect(&founded(|c| c.log = c.offices[0].key.clone()), 0, "as the record is");
}

#[test]
fn files_that_entries_lie_about_are_found() {
    let (_temp, dir) = place();
    let mut lies = document(b"text");
    if let Body::Document(document) = &mut lies {
        document.file.bytes = 3;
    }
    let forge = changed(|entry| entry.body = lies);
    assert!(!forge.write(&dir).ok());
    let path = crate::layout::blob_path(servanda_tlog::sha256(b"text"));
    let file = dir.join(&path);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, b"text").unwrap();
    let report = check(&dir);
    assert_eq!((report.faults[0].entry, &report.faults[0].path), (Some(3), &path));
    assert!(report.faults[0].what.contains("says 3"));
}
