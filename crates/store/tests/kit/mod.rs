//! Records and bundles to try things on, and a writer of archives that shares nothing with the
//! program's.

#![allow(dead_code, unused_imports, reason = "each test takes what it needs")]

pub(crate) mod attacks;
pub(crate) mod changes;
pub(crate) mod drawn;
pub(crate) mod hands;
pub(crate) mod mutate;
pub(crate) mod orders;
pub(crate) mod sealed;

use servanda_entry::{AgreementText, Blob, Body, Document, Observation, Observations, RowCount};
use servanda_store::proofs::{Asked, Bundle, CheckOptions, Verdict, check_bundle, make};
use servanda_store::{Keys, Record};
use servanda_time::Instant;
use servanda_tlog::{Checkpoint, Cosigner, CosignerKind, Note, Policy, sha256};
use std::io::Cursor;
use tempfile::TempDir;

pub(crate) const ORIGIN: &str = "example.org/truce";
/// Seconds since 1970 when the cosigners of these tests sign.
pub(crate) const COSIGNED: u64 = 1_775_000_500;

pub(crate) fn keys() -> Keys {
    Keys::generate(ORIGIN, [1; 32], [3; 32], [2; 32]).unwrap()
}

pub(crate) fn log_key() -> String {
    keys().log.verifier_key().to_string()
}

pub(crate) fn at(seconds: i64) -> Instant {
    Instant::from_ms(1_775_000_000_000 + seconds * 1_000).unwrap()
}

pub(crate) fn blob(name: &str, bytes: &[u8]) -> Blob {
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
        attrs: [("means".to_string(), "heard: \"twice\", é😀\u{7f}".to_string())].into(),
        line: n,
    };
    Body::Observation(Observations { source: "patrol".into(), document: None, rows: vec![row] })
}

/// A record of so many entries (5 or more) with two files, and its checkpoint after two.
pub(crate) fn record_with(keys: &Keys, entries: u32) -> (TempDir, Record, Vec<u8>) {
    let temp = tempfile::tempdir().unwrap();
    let dir = temp.path().join("record");
    let text = b"# A truce\n".to_vec();
    let agreement = Body::Agreement(AgreementText {
        id: "truce".into(),
        title: "A truce".into(),
        version: "1".into(),
        files: vec![blob("agreement.md", &text)],
    });
    let mut record =
        Record::init(&dir, keys.origin(), keys, at(0), "truce", vec![agreement], vec![text])
            .unwrap();
    let early = record.checkpoint().to_vec();
    let file = b"1;2\n".to_vec();
    let document = Body::Document(Document {
        file: blob("day.csv", &file),
        format: "csv".into(),
        source: "patrol".into(),
        rows: RowCount::default(),
        quarantine: None,
    });
    let mut bodies = vec![document];
    bodies.extend((0..entries - 3).map(seen));
    record.append(keys, at(60), bodies, vec![file]).unwrap();
    (temp, record, early)
}

pub(crate) fn record(entries: u32) -> (TempDir, Record, Vec<u8>) {
    record_with(&keys(), entries)
}

/// Cosigners of both kinds, in turn.
pub(crate) fn cosigner(n: u8) -> Cosigner {
    let kind = if n.is_multiple_of(2) { CosignerKind::Ed25519 } else { CosignerKind::MlDsa44 };
    Cosigner::from_seed(&format!("w{n}.example"), kind, [40 + n; 32]).unwrap()
}

/// Two of the three cosigners 1 to 3.
pub(crate) fn policy_text() -> String {
    let witnesses = ["North", "South", "Guarantor"].iter().zip(1..);
    let lines: String =
        witnesses.map(|(name, n)| format!("witness {name} {}\n", cosigner(n).key())).collect();
    format!("log {}\n{lines}group mirrors 2 North South Guarantor\nquorum mirrors\n", log_key())
}

pub(crate) fn policy() -> Policy {
    Policy::parse(policy_text().as_bytes()).unwrap()
}

/// A checkpoint with further cosignatures.
pub(crate) fn cosigned(signed: &[u8], by: &[u8]) -> Vec<u8> {
    let mut note = Note::parse(signed, 131_072).unwrap();
    let checkpoint: Checkpoint = note.text().parse().unwrap();
    for n in by {
        note.add_signature(cosigner(*n).cosign(&checkpoint, COSIGNED).unwrap()).unwrap();
    }
    note.to_bytes().unwrap()
}

pub(crate) fn ask(asked: Asked) -> Bundle {
    Bundle {
        asked,
        checkpoint: None,
        since: None,
        policy: None,
        answer: None,
        shown: vec![],
        spec: vec![("note.md".into(), b"to be read\n".to_vec())],
    }
}

pub(crate) fn bundle(record: &Record, bundle: &Bundle) -> Vec<u8> {
    make(record, bundle, Vec::new()).unwrap()
}

pub(crate) fn judge(bytes: &[u8], options: &CheckOptions) -> Verdict {
    check_bundle(&mut Cursor::new(bytes), options).unwrap()
}

/// Knows the log, and asks for two of three cosigners.
pub(crate) fn strict() -> CheckOptions {
    CheckOptions { keys: vec![log_key()], policy: Some(policy()), at: Some(COSIGNED + 60) }
}

pub(crate) fn code(verdict: &Verdict) -> &'static str {
    verdict.refusal.as_ref().map_or("ok", |refusal| refusal.code.word())
}

/// One good bundle of each kind, by name, of one record, cosigned by two of three.
pub(crate) fn good(record: &Record, early: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let size = record.size();
    let full = |asked| Bundle {
        checkpoint: Some(cosigned(record.checkpoint(), &[1, 2])),
        policy: Some(policy_text().into_bytes()),
        ..ask(asked)
    };
    let entry = full(Asked::Entries([size - 1].into()));
    let since = Bundle { since: Some(early.to_vec()), ..entry.clone() };
    let answer = Bundle { answer: Some(b"{\"asked\":{}}".to_vec()), ..full(Asked::All) };
    [
        ("entry", entry),
        ("entries", full(Asked::Entries([2, 3, size - 1].into()))),
        ("since", since),
        ("range", full(Asked::Range(2, size - 1))),
        ("answer", answer),
        ("all", Bundle { since: Some(early.to_vec()), ..full(Asked::All) }),
        ("plain", ask(Asked::Entries([1].into()))),
    ]
    .map(|(name, asked)| (name, bundle(record, &asked)))
    .to_vec()
}

/// A member of an archive: its name and its bytes.
pub(crate) type Member = (String, Vec<u8>);

/// The members of a good bundle, by the form in `spec/bundle.md`.
pub(crate) fn members(archive: &[u8]) -> Vec<Member> {
    let long = |at: usize| u32::from_le_bytes(archive[at..at + 4].try_into().unwrap()) as usize;
    let mut members = Vec::new();
    let mut at = 0;
    while archive[at..].starts_with(b"PK\x03\x04") {
        let (size, length) = (long(at + 18), usize::from(archive[at + 26]));
        let name = String::from_utf8(archive[at + 30..at + 30 + length].to_vec()).unwrap();
        let data = at + 30 + length;
        members.push((name, archive[data..data + size].to_vec()));
        at = data + size;
    }
    members
}

/// What may be done otherwise than the form asks for, when an archive is written.
#[derive(Clone, Default)]
pub(crate) struct Tricks {
    pub(crate) method: u16,
    pub(crate) flags: u16,
    pub(crate) extra: Vec<u8>,
    pub(crate) attributes: Option<u32>,
    pub(crate) member_comment: Vec<u8>,
    pub(crate) comment: Vec<u8>,
    pub(crate) central_name: Option<String>,
    pub(crate) claimed_size: Option<u32>,
    pub(crate) crc_off_by: u32,
}

pub(crate) fn zip(members: &[Member]) -> Vec<u8> {
    zip_with(members, usize::MAX, &Tricks::default())
}

/// An archive in the form of `spec/bundle.md`, but for tricks with the member at this place.
pub(crate) fn zip_with(members: &[Member], tricked: usize, tricks: &Tricks) -> Vec<u8> {
    let (mut archive, mut directory) = (Vec::new(), Vec::new());
    for (place, (name, bytes)) in members.iter().enumerate() {
        let plain = Tricks::default();
        let tricks = if place == tricked { tricks } else { &plain };
        let header = archive.len() as u32;
        let size = bytes.len() as u32;
        let mut fields = Vec::new();
        for short in [10, tricks.flags, tricks.method, 0, 0x21] {
            fields.extend(short.to_le_bytes());
        }
        let crc = crc32fast::hash(bytes).wrapping_add(tricks.crc_off_by);
        for long in [crc, size, tricks.claimed_size.unwrap_or(size)] {
            fields.extend(long.to_le_bytes());
        }
        let lengths = |name: &str| {
            [(name.len() as u16).to_le_bytes(), (tricks.extra.len() as u16).to_le_bytes()].concat()
        };
        archive.extend(b"PK\x03\x04");
        archive.extend([fields.clone(), lengths(name)].concat());
        archive.extend([name.as_bytes(), &tricks.extra, bytes].concat());
        let listed = tricks.central_name.as_ref().unwrap_or(name);
        directory.extend(b"PK\x01\x02\x14\x03");
        directory.extend([fields, lengths(listed)].concat());
        directory.extend((tricks.member_comment.len() as u16).to_le_bytes());
        directory.extend([0; 4]);
        directory.extend(tricks.attributes.unwrap_or(0o100_644 << 16).to_le_bytes());
        directory.extend(header.to_le_bytes());
        directory.extend([listed.as_bytes(), &tricks.extra, &tricks.member_comment].concat());
    }
    let comment = if tricked == usize::MAX { &[] } else { tricks.comment.as_slice() };
    let (start, count) = (archive.len() as u32, members.len() as u16);
    archive.extend(&directory);
    archive.extend(b"PK\x05\x06\0\0\0\0");
    archive.extend([count.to_le_bytes(), count.to_le_bytes()].concat());
    archive.extend([(directory.len() as u32).to_le_bytes(), start.to_le_bytes()].concat());
    archive.extend((comment.len() as u16).to_le_bytes());
    archive.extend(comment);
    archive
}

/// The same archive with one member changed.
pub(crate) fn changed(archive: &[u8], name: &str, change: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut members = members(archive);
    let member = members.iter_mut().find(|member| member.0 == name).unwrap();
    change(&mut member.1);
    zip(&members)
}

/// The good bundles of two records, taken apart: of one with 5 entries, and one with 300.
pub(crate) fn targets() -> Vec<mutate::Target> {
    let mut targets = Vec::new();
    for entries in [5, 300] {
        let (_temp, record, early) = record(entries);
        let good = good(&record, &early).into_iter();
        targets.extend(good.filter(|(name, _)| *name != "plain").map(|(name, bytes)| {
            let members = members(&bytes);
            mutate::Target { name, bytes, members }
        }));
    }
    targets
}
