//! Records, mirrors and a client of few words, for the tests of this crate.

#![allow(dead_code, reason = "each test takes what it needs")]

use servanda_entry::{AgreementText, Blob, Body, Document, Observation, Observations, RowCount};
use servanda_server::{Listening, Mirror, Service, serve};
use servanda_store::{Keys, Record};
use servanda_time::Instant;
use servanda_tlog::{Hash, sha256};
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::{Arc, mpsc};
use std::time::Duration;

pub(crate) const ORIGIN: &str = "example.org/truce";
pub(crate) const NOW: u64 = 1_775_000_500;

pub(crate) fn keys() -> Keys {
    Keys::generate(ORIGIN, [1; 32], [3; 32], [2; 32]).unwrap()
}

pub(crate) fn at(seconds: i64) -> Instant {
    Instant::from_ms(1_775_000_000_000 + seconds * 1_000).unwrap()
}

fn blob(name: &str, bytes: &[u8]) -> Blob {
    Blob { name: name.into(), sha256: sha256(bytes), bytes: bytes.len() as u64 }
}

pub(crate) fn seen(n: u32) -> Body {
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

/// An entry that names a file.
pub(crate) fn filed(bytes: &[u8]) -> Body {
    Body::Document(Document {
        file: blob("day.csv", bytes),
        format: "csv".into(),
        source: "patrol".into(),
        rows: RowCount::default(),
        quarantine: None,
    })
}

/// A record of two entries, with one file.
pub(crate) fn record(dir: &Path) -> Record {
    let text = b"# A truce\n".to_vec();
    let agreement = Body::Agreement(AgreementText {
        id: "truce".into(),
        title: "A truce".into(),
        version: "1".into(),
        files: vec![blob("agreement.md", &text)],
    });
    Record::init(dir, ORIGIN, &keys(), at(0), "truce", vec![agreement], vec![text]).unwrap()
}

/// Appends so many entries, the first of which names a file of its own.
pub(crate) fn grow(record: &mut Record, count: u32, seed: u32) {
    grow_at(record, count, seed, 60 + i64::from(seed));
}

pub(crate) fn grow_at(record: &mut Record, count: u32, seed: u32, seconds: i64) {
    let file = format!("{seed};{count}\n").into_bytes();
    let mut bodies = vec![filed(&file)];
    bodies.extend((1..count).map(|n| seen(seed * 1_000 + n)));
    record.append(&keys(), at(seconds), bodies, vec![file]).unwrap();
}

/// A mirror of the record, with a letterbox, that holds nothing yet.
pub(crate) fn mirror(dir: &Path, n: u8) -> Mirror {
    let name = format!("m{n}.example/mirror");
    let mirror = Mirror::make(dir, &name, [[10 + n; 32], [30 + n; 32]]).unwrap();
    mirror.make_letterbox([[50 + n; 32], [70 + n; 32]]).unwrap();
    let keys = keys();
    let mldsa44 = keys.log_mldsa44.as_ref().unwrap().key().to_string();
    mirror.watch([keys.log.verifier_key().to_string().as_str(), &mldsa44]).unwrap();
    mirror
}

pub(crate) fn digest() -> String {
    sha256(ORIGIN.as_bytes()).to_hex()
}

/// Serves until the test ends, or a minute is over.
pub(crate) fn serving(service: Service) -> SocketAddr {
    let stop_after = Some(Duration::from_secs(60));
    let listening = Listening { at: SocketAddr::from(([127, 0, 0, 1], 0)), stop_after };
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || serve(service, &listening, |at| tell.send(at).unwrap()).unwrap());
    told.recv().unwrap()
}

pub(crate) fn mirroring(mirror: &Arc<Mirror>) -> SocketAddr {
    serving(Service::Mirror(Arc::clone(mirror), || NOW))
}

/// What was answered: status, type, body.
pub(crate) type Answer = (u16, String, Vec<u8>);

pub(crate) fn ask(at: SocketAddr, method: &str, path: &str, body: &[u8]) -> Answer {
    ask_with(at, method, path, "", body)
}

/// With further lines in the head, each ended.
pub(crate) fn ask_with(
    at: SocketAddr,
    method: &str,
    path: &str,
    more: &str,
    body: &[u8],
) -> Answer {
    let mut stream = TcpStream::connect(at).unwrap();
    let length = body.len();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: {at}\r\nConnection: close\r\n{more}\
         Content-Length: {length}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    // Who is refused for length may find the door closed.
    let _ = stream.write_all(body);
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap().to_lowercase();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let kind = head.lines().find_map(|line| line.strip_prefix("content-type: "));
    (status, kind.unwrap_or("").to_owned(), bytes[end + 4..].to_vec())
}

pub(crate) fn leaves(record: &Record) -> Vec<Hash> {
    (0..record.size()).map(|index| record.leaf(index).unwrap()).collect()
}

/// SplitMix64: small, and the same everywhere.
pub(crate) struct Draw(u64);

impl Draw {
    pub(crate) fn new(seed: u64) -> Draw {
        Draw(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }
}
