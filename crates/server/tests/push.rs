//! A record is pushed to a mirror (C2SP tlog-mirror): every status of the text, and what it must
//! withstand.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that stops has failed")]

mod kit;

use kit::*;
use servanda_server::{Failure, Mirror, Uploaded};
use servanda_store::{Record, verify};
use servanda_tlog::{
    CHECKPOINT_BYTES_MAX, Checkpoint, Hash, MirrorInfo, Note, Package, Refusal, Signature, Upload,
    prove_subtree_consistency,
};
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

struct World {
    folder: tempfile::TempDir,
    record: Record,
    mirror: Arc<Mirror>,
}

impl World {
    /// A record of so many entries, and a mirror that holds none of it.
    fn new(entries: u32) -> World {
        let folder = tempfile::tempdir().unwrap();
        let mut record = record(&folder.path().join("record"));
        if entries > 2 {
            grow(&mut record, entries - 2, 1);
        }
        let mirror = Arc::new(mirror(&folder.path().join("mirror"), 0));
        World { folder, record, mirror }
    }

    fn copy(&self) -> PathBuf {
        self.folder.path().join("mirror/log").join(digest()).join("record")
    }

    fn add_checkpoint(&self, old: u64) -> Result<(), Failure> {
        self.mirror.add_checkpoint(&self.record.ask_to_cosign(old).unwrap().to_bytes())
    }

    /// The beginning of an upload and its packages, one by one.
    fn parts(&self, start: u64, end: u64) -> (Vec<u8>, Vec<Vec<u8>>) {
        let all = leaves(&self.record);
        let upload = Upload { origin: ORIGIN.into(), start, end, ticket: vec![] };
        let packages = upload.packages().map(|(first, from, to)| {
            let notes: Vec<_> = (from..to).map(|n| self.record.note_bytes(n).unwrap()).collect();
            let entries = notes.iter().map(|note| &**note).collect();
            let proof = prove_subtree_consistency(&all[..], first, to, end).unwrap();
            Package { entries, proof }.to_bytes().unwrap()
        });
        (upload.to_bytes().unwrap(), packages.collect())
    }

    fn body(&self, start: u64, end: u64) -> Vec<u8> {
        let (head, packages) = self.parts(start, end);
        [head, packages.concat()].concat()
    }

    fn push(&self, start: u64, end: u64) -> Result<Uploaded, Failure> {
        self.mirror.add_entries(&self.body(start, end), NOW)
    }

    fn push_files(&self) {
        for hash in self.record.files_of(0, self.record.size()).unwrap() {
            let bytes = self.record.blob(&hash).unwrap();
            self.mirror.add_file(&digest(), &hash.to_hex(), &bytes).unwrap();
        }
    }

    fn check_cosigned(&self, lines: &str, size: u64) {
        let root = self.record.root_at(size).unwrap();
        let checkpoint = Checkpoint::new(ORIGIN, size, root).unwrap();
        let signatures: Vec<Signature> =
            lines.lines().map(|line| Signature::parse(line).unwrap()).collect();
        assert_eq!(signatures.len(), 2);
        for (key, signature) in self.mirror.keys().zip(&signatures) {
            assert_eq!(key.verify(&checkpoint, signature.bytes()), Some(NOW));
        }
    }
}

/// Nothing lies in a copy that needs a word, but that nobody asked who cosigned it.
fn is_of_cosigner(notice: &str) -> bool {
    notice.starts_with("checkpoint: the signature of m0.example/mirror")
}

fn lines(answer: Result<Uploaded, Failure>) -> String {
    match answer {
        Ok(Uploaded::Cosigned(lines)) => lines,
        other => panic!("{other:?}"),
    }
}

fn more(answer: Result<Uploaded, Failure>) -> MirrorInfo {
    match answer {
        Ok(Uploaded::More(info)) => info,
        other => panic!("{other:?}"),
    }
}

fn refusal<T: std::fmt::Debug>(answer: Result<T, Failure>) -> Refusal {
    match answer {
        Err(Failure::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_pushed_in_parts_becomes_a_copy_that_is_whole() {
    let mut world = World::new(700);
    world.add_checkpoint(0).unwrap();
    let (head, packages) = world.parts(0, 700);
    assert_eq!(packages.len(), 3);
    // One package and a half: the half counts for nothing.
    let part = [&head[..], &packages[0], &packages[1][..packages[1].len() / 2]].concat();
    let info = more(world.mirror.add_entries(&part, NOW));
    assert_eq!((info.size, info.next), (700, 256));
    // The program ends, and goes on with what was kept.
    world.mirror = Arc::new(self_less(&world));
    world.mirror = Arc::new(Mirror::open(&world.folder.path().join("mirror")).unwrap());
    let info = more(world.push(200, 700));
    assert_eq!((info.size, info.next), (700, 700), "all entries are there, and no file yet");
    assert!(!world.copy().exists(), "nothing is given out that is not whole");
    world.push_files();
    world.check_cosigned(&lines(world.push(700, 700)), 700);
    let report = verify(world.copy(), [keys().log.verifier_key().to_string().as_str()]);
    assert!(
        report.ok() && report.notices.iter().all(|one| is_of_cosigner(one)),
        "{:#?}",
        report.notices
    );
    let copy = Record::open(world.copy()).unwrap();
    assert_eq!((copy.size(), copy.root()), (700, world.record.root()));
    // The record grows, and the rest follows; the same again is cosigned again.
    grow(&mut world.record, 400, 2);
    world.add_checkpoint(700).unwrap();
    world.push_files();
    assert_eq!(more(world.push(700, 1_100)).next, 1_100);
    world.push_files();
    let first = lines(world.push(1_100, 1_100));
    world.check_cosigned(&first, 1_100);
    // Asked again at once it gives the same, and a minute later it states the new time.
    let ask = |now| lines(world.mirror.add_entries(&world.body(1_100, 1_100), now));
    assert_eq!(ask(NOW + 59), first);
    assert_ne!(ask(NOW + 60), first);
    let report = verify(world.copy(), [keys().log.verifier_key().to_string().as_str()]);
    assert!(
        report.ok() && report.notices.iter().all(|one| is_of_cosigner(one)),
        "{:#?}",
        report.notices
    );
    assert_eq!(Record::open(world.copy()).unwrap().root(), world.record.root());
    // And a pull goes on from there.
    grow(&mut world.record, 3, 3);
    let from = world.folder.path().join("record");
    assert_eq!(world.mirror.pull(&from, NOW).unwrap().has, 1_103);
}

/// A mirror elsewhere, to stand in while one is opened again.
fn self_less(world: &World) -> Mirror {
    mirror(&world.folder.path().join("elsewhere"), 9)
}

#[test]
fn the_same_entries_from_several_who_push_are_kept_once() {
    let world = World::new(300);
    world.add_checkpoint(0).unwrap();
    assert_eq!(more(world.push(0, 300)).next, 300);
    assert_eq!(more(world.push(0, 300)).next, 300);
    assert_eq!(more(world.push(17, 300)).next, 300);
    world.push_files();
    world.check_cosigned(&lines(world.push(250, 300)), 300);
    assert_eq!(Record::open(world.copy()).unwrap().size(), 300);
}

#[test]
fn an_older_known_checkpoint_is_taken_as_the_end_while_it_is_known() {
    let mut world = World::new(5);
    world.add_checkpoint(0).unwrap();
    for step in 0..9 {
        let old = world.record.size();
        grow(&mut world.record, 1, 10 + step);
        world.add_checkpoint(old).unwrap();
    }
    // Eight are known: of the sizes 5 to 14 the last eight.
    assert!(matches!(world.push(0, 6), Ok(Uploaded::Conflict(info)) if info.size == 14));
    assert_eq!(more(world.push(0, 7)).next, 7);
    world.push_files();
    world.check_cosigned(&lines(world.push(7, 7)), 7);
    assert_eq!(Record::open(world.copy()).unwrap().size(), 7);
    more(world.push(7, 14));
    world.push_files();
    lines(world.push(14, 14));
    // It never goes back.
    assert!(matches!(world.push(7, 7), Ok(Uploaded::Conflict(info)) if info.size == 14));
    assert_eq!(Record::open(world.copy()).unwrap().size(), 14);
}

#[test]
fn another_history_and_changed_entries_are_refused() {
    let world = World::new(300);
    let mut fork = record(&world.folder.path().join("fork"));
    grow(&mut fork, 300, 7);
    let fork = World { record: fork, folder: tempfile::tempdir().unwrap(), ..World::new(2) };
    world.add_checkpoint(0).unwrap();
    let request = fork.record.ask_to_cosign(300);
    let answer = world.mirror.add_checkpoint(&request.unwrap().to_bytes());
    assert_eq!(refusal(answer).code(), "inconsistent");
    let unproved = fork.record.ask_to_cosign(0).unwrap().to_bytes();
    assert_eq!(refusal(world.mirror.add_checkpoint(&unproved)).status(), 409);
    // Entries of the fork under the size that is known.
    let answer = world.mirror.add_entries(&fork.body(0, 300), NOW);
    assert_eq!(refusal(answer).status(), 422);
    // Every byte of a package counts: a sample.
    let (head, packages) = world.parts(0, 300);
    let mut draw = Draw::new(3);
    for _ in 0..60 {
        let mut changed = packages[0].clone();
        let place = draw.below(changed.len());
        changed[place] ^= 1 << draw.below(8);
        let answer = world.mirror.add_entries(&[&head[..], &changed].concat(), NOW);
        let status = refusal(answer).status();
        assert!(status == 422 || status == 400, "byte {place}: {status}");
    }
    // Nothing of it was kept.
    let Ok(Uploaded::Conflict(info)) = world.push(300, 300) else { panic!() };
    assert_eq!(info.next, 0);
    let half = [&head[..], &packages[0]].concat();
    assert_eq!(more(world.mirror.add_entries(&half, NOW)).next, 256);
    more(world.push(256, 300));
    world.push_files();
    lines(world.push(300, 300));
    assert_eq!(Record::open(world.copy()).unwrap().root(), world.record.root());
}

#[test]
fn a_log_that_signs_entries_which_are_none_gets_no_cosignature() {
    let folder = tempfile::tempdir().unwrap();
    let mirror = mirror(&folder.path().join("mirror"), 0);
    let entries = [&b"junk"[..], b"more junk"];
    let all: Vec<Hash> = entries.iter().map(|entry| servanda_tlog::leaf_hash(entry)).collect();
    let head = Checkpoint::new(ORIGIN, 2, servanda_tlog::root_of(&all)).unwrap();
    let signed = head.sign_twice(&keys().log, keys().log_mldsa44.as_ref().unwrap()).unwrap();
    let request = servanda_tlog::AddCheckpoint { old: 0, proof: vec![], note: signed };
    mirror.add_checkpoint(&request.to_bytes()).unwrap();
    let upload = Upload { origin: ORIGIN.into(), start: 0, end: 2, ticket: vec![] };
    let package = Package { entries: entries.to_vec(), proof: vec![] };
    let body = [upload.to_bytes().unwrap(), package.to_bytes().unwrap()].concat();
    let refused = refusal(mirror.add_entries(&body, NOW));
    assert!(refused.status() == 422 && refused.to_string().contains("tile/entries"), "{refused}");
    assert!(mirror.mirrored().unwrap()[0].1 == 0);
}

#[test]
fn a_pull_of_one_history_between_the_parts_of_another_is_not_overrun() {
    let world = World::new(3);
    let from = world.folder.path().join("record");
    world.mirror.pull(&from, NOW).unwrap();
    // Two histories go on from there; one is pushed in part, the other pulled.
    let [mut one, mut other] = ["one", "other"].map(|name| {
        let to = world.folder.path().join(name);
        std::fs::create_dir(&to).unwrap();
        servanda_store::copy_record(&from, &to, None).unwrap();
        Record::open(&to).unwrap()
    });
    grow(&mut one, 5, 4);
    grow(&mut other, 3, 5);
    let one = World { record: one, mirror: Arc::clone(&world.mirror), ..World::new(2) };
    one.add_checkpoint(3).unwrap();
    assert_eq!(more(one.push(3, 8)).next, 8);
    world.mirror.pull(&world.folder.path().join("other"), NOW).unwrap();
    one.push_files();
    let body = one.body(3, 8);
    let mut statuses = Vec::new();
    for _ in 0..3 {
        match world.mirror.add_entries(&body, NOW) {
            Err(Failure::Refused(refusal)) => statuses.push(refusal.status()),
            Ok(Uploaded::Conflict(info)) => statuses.push(u16::from(info.size == 6) * 409),
            other => panic!("{other:?}"),
        }
    }
    assert!(statuses.iter().all(|status| *status == 422 || *status == 409), "{statuses:?}");
    assert_eq!(Record::open(world.copy()).unwrap().root(), other.root());
}

/// Every status of the text, over HTTP.
#[test]
fn over_http_every_status_of_the_protocol_is_given_where_it_must_be() {
    let mut world = World::new(300);
    let at = mirroring(&world.mirror);
    let type_of_info = "text/x.tlog.mirror-info";
    let post = |path: &str, body: &[u8]| ask(at, "POST", path, body);
    let entries = |body: &[u8]| post("/add-entries", body);
    // 404: not a known log.
    let strange = Upload { origin: "other".into(), start: 0, end: 0, ticket: vec![] };
    assert_eq!(entries(&strange.to_bytes().unwrap()).0, 404);
    // 422: no checkpoint was added yet.
    assert_eq!(entries(&world.body(0, 300)).0, 422);
    // 400: the beginning can't be read.
    assert_eq!(entries(b"\x00\x10short").0, 400);
    assert_eq!(entries(b"").0, 400);
    let checkpoint = |old: u64| world.record.ask_to_cosign(old).unwrap().to_bytes();
    let (status, _, body) = post("/add-checkpoint", &checkpoint(0));
    assert_eq!((status, body.as_slice()), (200, &b""[..]), "the mirror's cosigner signs nothing");
    // The witness's statuses hold for the checkpoint.
    let (status, kind, body) = post("/add-checkpoint", &checkpoint(0));
    assert_eq!((status, &*kind, &*body), (409, "text/x.tlog.size", &b"300\n"[..]));
    assert_eq!(post("/add-checkpoint", b"old 1").0, 400);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    assert_eq!(post("/add-checkpoint", text(checkpoint(0)).replace(ORIGIN, "x").as_bytes()).0, 404);
    let forged = text(checkpoint(0)).replacen("\n300\n", "\n301\n", 1);
    assert_eq!(post("/add-checkpoint", forged.as_bytes()).0, 403);
    // 409: an end that isn't known, with what is.
    let unknown = Upload { origin: ORIGIN.into(), start: 0, end: 299, ticket: vec![] };
    let (status, kind, body) = entries(&unknown.to_bytes().unwrap());
    assert_eq!((status, &*kind, &*body), (409, type_of_info, &b"300\n0\n\n"[..]));
    // 409: a start beyond what it has.
    let (status, _, body) = entries(&world.body(256, 300));
    assert_eq!((status, &*body), (409, &b"300\n0\n\n"[..]));
    // 400: no whole package. 422: a proof that fails.
    let (head, packages) = world.parts(0, 300);
    assert_eq!(entries(&head).0, 400);
    assert_eq!(entries(&[&head[..], &packages[0][..900]].concat()).0, 400);
    let mut forged = packages[0].clone();
    *forged.last_mut().unwrap() ^= 1;
    assert_eq!(entries(&[&head[..], &forged].concat()).0, 422);
    // 202: a part of it, and gzip.
    let (status, kind, body) = entries(&[&head[..], &packages[0]].concat());
    assert_eq!((status, &*kind, &*body), (202, type_of_info, &b"300\n256\n\n"[..]));
    let mut zipper = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    zipper.write_all(&world.body(256, 300)).unwrap();
    let zipped = zipper.finish().unwrap();
    let (status, _, body) =
        ask_with(at, "POST", "/add-entries", "Content-Encoding: gzip\r\n", &zipped);
    assert_eq!((status, &*body), (202, &b"300\n300\n\n"[..]), "the files are missing");
    // Files: 404 for one that nobody names, 400 for other bytes.
    let files = world.record.files_of(0, 300).unwrap();
    assert_eq!(files.len(), 2);
    for hash in files {
        let hex = hash.to_hex();
        let path = format!("/{}/blob/{}/{hex}", digest(), &hex[..2]);
        assert_eq!(post(&path, b"other bytes").0, 400);
        assert_eq!(post(&path, &world.record.blob(&hash).unwrap()).0, 200);
    }
    let planted = servanda_tlog::sha256(b"planted").to_hex();
    let path = format!("/{}/blob/{}/{planted}", digest(), &planted[..2]);
    assert_eq!(post(&path, b"planted").0, 404);
    // 200: the mirror's cosignatures; the checkpoint that it serves has them.
    let (status, _, body) = entries(&world.body(300, 300));
    assert_eq!(status, 200);
    world.check_cosigned(&text(body), 300);
    let (status, _, served) = ask(at, "GET", &format!("/{}/checkpoint", digest()), b"");
    let note = Note::parse(&served, CHECKPOINT_BYTES_MAX).unwrap();
    assert_eq!((status, note.signatures().len()), (200, 4));
    // 409: an end below the mirror's checkpoint; and far too much that it has.
    let earlier = Upload { origin: ORIGIN.into(), start: 0, end: 2, ticket: vec![] };
    assert_eq!(entries(&earlier.to_bytes().unwrap()).0, 409);
    grow(&mut world.record, 8_300, 2);
    let next = world.record.ask_to_cosign(300).unwrap().to_bytes();
    assert_eq!(post("/add-checkpoint", &next).0, 200);
    let mut start = 300;
    while start < 8_600 {
        let body = world.record.ask_to_mirror(start, 8_600, vec![]).unwrap();
        let (status, _, body) = entries(&body);
        assert_eq!(status, 202);
        start = MirrorInfo::parse(&body).unwrap().next;
    }
    let (status, _, body) = entries(&world.body(0, 8_600)[..60]);
    assert_eq!((status, &*body), (409, &b"8600\n8600\n\n"[..]));
}

#[test]
fn hostile_bodies_end_in_a_status_and_keep_nothing() {
    let world = World::new(3);
    world.add_checkpoint(0).unwrap();
    let good = world.body(0, 3);
    let mut draw = Draw::new(11);
    for _ in 0..300 {
        let mut body = good.clone();
        for _ in 0..=draw.below(3) {
            let place = draw.below(body.len());
            match draw.below(3) {
                0 => body[place] = draw.next() as u8,
                1 => body.truncate(place.max(1)),
                _ => body.insert(place, draw.next() as u8),
            }
        }
        match world.mirror.add_entries(&body, NOW) {
            Err(Failure::Refused(_)) | Ok(Uploaded::Conflict(_)) => {}
            // What was changed is beyond the last package, or only where it goes on from.
            Ok(Uploaded::More(info)) => assert!(info.next == 3 && body.starts_with(&good)),
            other => panic!("{other:?}"),
        }
        if world.folder.path().join("mirror/log").join(digest()).join("pending/entries").exists() {
            break;
        }
    }
    let large = Upload { origin: ORIGIN.into(), start: 0, end: u64::MAX, ticket: vec![0; 65_535] };
    let answer = world.mirror.add_entries(&large.to_bytes().unwrap(), NOW);
    assert!(matches!(answer, Ok(Uploaded::Conflict(_))), "{answer:?}");
}
