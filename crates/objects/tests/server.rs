//! A record in a store that really keeps objects, over HTTP.

#![cfg(test)]

mod kit;

use std::sync::Arc;

use kit::Server;
use servanda_entry::{AgreementText, Blob, Body, Document, Observation, Observations, RowCount};
use servanda_objects::{Objects, Secret};
use servanda_store::{Keys, Record, Storage, StoreError, Writer, verify_in};
use servanda_time::Instant;
use servanda_tlog::sha256;

const ORIGIN: &str = "example.org/truce";

fn keys() -> Keys {
    Keys::generate(ORIGIN, [1; 32], [3; 32], [2; 32]).unwrap()
}

fn at(seconds: i64) -> Instant {
    Instant::from_ms(1_775_000_000_000 + seconds * 1_000).unwrap()
}

fn blob(name: &str, bytes: &[u8]) -> Blob {
    Blob { name: name.into(), sha256: sha256(bytes), bytes: bytes.len() as u64 }
}

fn seen(n: u32) -> Body {
    let row = Observation {
        kind: "explosion".into(),
        from_ms: i64::from(n),
        to_ms: i64::from(n) + 1,
        at: None,
        count: None,
        origins: vec![],
        sides: vec![],
        key: None,
        attrs: [("means".to_string(), "heard".to_string())].into(),
        line: n,
    };
    Body::Observation(Observations { source: "patrol".into(), document: None, rows: vec![row] })
}

fn document(bytes: &[u8]) -> Body {
    Body::Document(Document {
        file: blob("day.csv", bytes),
        format: "csv".into(),
        source: "patrol".into(),
        rows: RowCount::default(),
        quarantine: None,
    })
}

fn begin(objects: &Arc<Objects>, keys: &Keys) -> Record {
    let text = b"# A truce\n".to_vec();
    let agreement = Body::Agreement(AgreementText {
        id: "truce".into(),
        title: "A truce".into(),
        version: "1".into(),
        files: vec![blob("agreement.md", &text)],
    });
    let place = objects.clone();
    Record::init_in(place, ORIGIN, keys, at(0), "truce", vec![agreement], vec![text]).unwrap()
}

/// Checked from its first entry to its last; gives how many there are.
#[track_caller]
fn whole(objects: &Arc<Objects>, keys: &Keys) -> u64 {
    let key = keys.log.verifier_key().to_string();
    let report = verify_in(objects.as_ref(), [key.as_str()]);
    assert!(report.ok(), "{report:?}");
    Record::open_in(objects.clone()).unwrap().size()
}

#[test]
fn the_server_honours_conditions() {
    let server = Server::start();
    let objects = server.objects("probe");
    let mut one = objects.write().unwrap();
    let mut two = objects.write().unwrap();
    // Create, then Update on an ETag that holds, then on one that does not.
    assert!(matches!(one.push_frame(0, &[1; 200]), Err(StoreError::Stale { .. })));
    two.push_frame(0, &[2; 200]).unwrap();
    two.replace("checkpoint", b"first").unwrap();
    two.replace("checkpoint", b"second").unwrap();
    assert!(matches!(one.replace("checkpoint", b"third"), Err(StoreError::Stale { .. })));
    assert_eq!(objects.read("checkpoint", 10).unwrap(), b"second");
    assert_eq!(objects.frames().unwrap(), [2; 200]);
}

#[test]
fn a_record_is_begun_added_to_and_checked() {
    let (server, keys) = (Server::start(), keys());
    let objects = server.objects("north/truce");
    let mut record = begin(&objects, &keys);
    assert_eq!(whole(&objects, &keys), 2);
    let large = vec![7; (17 << 20) + 5];
    let files = vec![b"a,b\n".to_vec(), Vec::new(), large.clone()];
    let bodies = files.iter().map(|file| document(file)).collect();
    record.append(&keys, at(1), bodies, files).unwrap();
    for n in 0..300 {
        let bodies = (0..if n == 0 { 256 } else { 1 }).map(|k| seen(n * 1000 + k)).collect();
        if n < 6 {
            record.append(&keys, at(2), bodies, vec![]).unwrap();
        }
    }
    assert_eq!(whole(&objects, &keys), 5 + 256 + 5);
    let record = Record::open_in(objects.clone()).unwrap();
    assert_eq!(record.blob(&sha256(&large)).unwrap(), large);
    let mut scanned = 0;
    let path = format!("blob/{}/{}", &sha256(&large).to_hex()[..2], sha256(&large).to_hex());
    objects.scan(&path, 1 << 30, &mut |piece| scanned += piece.len()).unwrap();
    assert_eq!(scanned, large.len());
    assert!(matches!(objects.read(&path, 1000), Err(StoreError::Damaged { .. })));
    // Each writer closed its journal: nothing of it is left.
    assert_eq!(std::fs::read_dir(server.kept("north/truce/journal")).map_or(0, Iterator::count), 0);
    let place = objects.clone();
    let again = Record::init_in(place, ORIGIN, &keys, at(0), "truce", vec![], vec![]);
    assert!(matches!(again, Err(StoreError::NotEmpty { .. })));
    assert!(matches!(
        Record::open_in(server.objects("north/other")),
        Err(StoreError::NoRecord { .. })
    ));
    // A changed byte is found.
    std::fs::write(server.kept("north/truce").join("tile/0/000"), [0; 8192]).unwrap();
    assert!(!verify_in(objects.as_ref(), []).ok());
}

#[test]
fn of_two_writers_one_wins() {
    let (server, keys) = (Server::start(), keys());
    let (one, two) = (server.objects("truce"), server.objects("truce"));
    begin(&one, &keys);
    let mut first = Writer::open(one.clone(), &keys).unwrap();
    assert_eq!(first.append(at(1), vec![seen(1)], vec![]).unwrap(), 2..3);
    // The second takes over while the first still writes: it has what the first was told of.
    let mut second = Writer::open(two, &keys).unwrap();
    assert_eq!(second.recovered(), 1);
    let lost = first.append(at(2), vec![seen(2)], vec![]);
    assert!(matches!(lost, Err(StoreError::Stale { .. })), "{lost:?}");
    assert_eq!(second.append(at(2), vec![seen(3)], vec![]).unwrap(), 3..4);
    assert!(matches!(first.settle(), Err(StoreError::Poisoned { .. })));
    second.settle().unwrap();
    assert_eq!(whole(&one, &keys), 4);
    // A record in memory that is not the newest adds nothing.
    let mut old = Record::open_in(one.clone()).unwrap();
    Record::open_in(one.clone()).unwrap().append(&keys, at(3), vec![seen(4)], vec![]).unwrap();
    let stale = old.append(&keys, at(4), vec![seen(5)], vec![]);
    assert!(matches!(stale, Err(StoreError::Stale { .. })), "{stale:?}");
    assert_eq!(whole(&one, &keys), 5);
}

#[test]
fn what_a_writer_left_in_the_journal_is_put_in_its_place_by_the_next() {
    let (server, keys) = (Server::start(), keys());
    let objects = server.objects("truce");
    begin(&objects, &keys);
    let mut writer = Writer::open(objects.clone(), &keys).unwrap();
    writer.append(at(1), vec![document(b"a\n")], vec![b"a\n".to_vec()]).unwrap();
    writer.append(at(1), vec![seen(1)], vec![]).unwrap();
    drop(writer);
    let report = verify_in(objects.as_ref(), []);
    assert!(report.ok() && report.size == 2, "{report:?}");
    assert!(report.notices.iter().any(|notice| notice.contains("2 entries more")), "{report:?}");
    assert_eq!(Record::recover_in(objects.clone(), &keys).unwrap(), 2);
    assert_eq!(whole(&objects, &keys), 4);
    let writer = Writer::open(objects.clone(), &keys).unwrap();
    assert_eq!((writer.recovered(), writer.size()), (0, 4));
}

#[test]
fn files_of_an_append_that_never_came_to_its_end_go() {
    let (server, keys) = (Server::start(), keys());
    let objects = server.objects("truce");
    begin(&objects, &keys);
    let mut writer = Writer::open(objects.clone(), &keys).unwrap();
    let file = b"never named\n".to_vec();
    // Another takes over when the file is there and its entry is not: tried in one thread, the
    // place of that entry is taken beforehand.
    let mut names = objects.list("").files.len();
    let path = server.kept("truce/journal");
    std::fs::create_dir_all(&path).unwrap();
    let lock = std::fs::read_to_string(server.kept("truce/lock")).unwrap();
    let epoch: u64 = lock.lines().nth(1).unwrap().parse().unwrap();
    std::fs::write(path.join(format!("{epoch:020}-{:020}", 1)), b"servanda seal 1\n").unwrap();
    let stopped = writer.append(at(1), vec![document(&file)], vec![file]);
    assert!(matches!(stopped, Err(StoreError::Stale { .. })), "{stopped:?}");
    names += 2; // The file and the journal.
    assert_eq!(objects.list("").files.len(), names);
    drop(writer);
    drop(Writer::open(objects.clone(), &keys).unwrap());
    assert_eq!(objects.list("").files.len(), names - 2);
    assert_eq!(whole(&objects, &keys), 2);
}

#[test]
fn errors_name_the_bucket_and_the_key_and_no_secret() {
    let server = Server::start();
    let mut bucket = server.bucket("truce");
    bucket.secret_key = Secret::of("another-secret");
    let error = Objects::at(&bucket).unwrap().write().unwrap_err().to_string();
    assert!(error.contains("s3://records/truce/lock"), "{error}");
    for secret in ["another-secret", "writer-of-tests"] {
        assert!(!error.contains(secret) && !format!("{bucket:?}").contains(secret), "{error}");
    }
    for (endpoint, prefix) in [("http://store.example", "a"), ("ftp://a", "a"), ("", "a")] {
        bucket.endpoint = endpoint.into();
        bucket.prefix = prefix.into();
        assert!(matches!(Objects::at(&bucket), Err(StoreError::Refused { .. })), "{endpoint}");
    }
    let mut bucket = server.bucket("a/../b");
    assert!(matches!(Objects::at(&bucket), Err(StoreError::Refused { .. })));
    bucket = server.bucket("");
    bucket.name = "no/name".into();
    assert!(matches!(Objects::at(&bucket), Err(StoreError::Refused { .. })));
    // Nobody there.
    bucket = server.bucket("truce");
    drop(server);
    let objects = Objects::at(&bucket).unwrap();
    assert!(matches!(objects.read("checkpoint", 10), Err(StoreError::Io { .. })));
    assert!(objects.has("checkpoint") && !objects.list("").strange.is_empty());
}
