//! The record of `spec/vectors`: each kind of entry once, always the same bytes.

use servanda_entry::{
    Act, ActKind, AgreementText, Assessment, Attrs, Basis, Blob, Body, Claim, Claims, Correction,
    Count, Coverage, CoverageRow, Disc, Document, Finding, InZone, Judgement, Kind, Observation,
    Observations, Outcome, Place, Ref, Replacement, Reply, RowCount, Site, Sites, SpeechAct,
    SpeechKind, StatedValue, Statement, Statements, Verification, Watch, content,
};
use servanda_store::{Keys, Record};
use servanda_time::Instant;
use servanda_tlog::sha256;
use std::path::Path;

pub(crate) const ORIGIN: &str = "vectors.servanda.example/pause";
/// Worthless: everybody can read them here.
pub(crate) const SEED_LOG: [u8; 32] = [1; 32];
pub(crate) const SEED_LOG_MLDSA44: [u8; 32] = [3; 32];
pub(crate) const SEED_OFFICE: [u8; 32] = [2; 32];

const PATROL: &str = "patrol";
/// 2030-01-02T10:00:00Z.
const TEN: i64 = 1_893_578_400_000;
const MINUTE: i64 = 60_000;
/// Index of the entry with the observations.
const SEEN: u64 = 4;
/// Index of the entry with the finding.
const FOUND: u64 = 10;

/// Makes the record in an empty folder.
pub(crate) fn build(dir: &Path, agreement: &str) -> Record {
    let keys = Keys::generate(ORIGIN, SEED_LOG, SEED_LOG_MLDSA44, SEED_OFFICE).unwrap();
    let at = |text| Instant::parse(text, None).unwrap();
    let (text, file) = blob("agreement.md", agreement);
    let body = Body::Agreement(AgreementText {
        id: "pause".into(),
        title: "A pause, invented".into(),
        version: "1".into(),
        files: vec![text],
    });
    let founded = at("2029-12-31T18:15:00Z");
    let mut record =
        Record::init(dir, ORIGIN, &keys, founded, "pause", vec![body], vec![file]).unwrap();
    let (bodies, files) = taken_in();
    record.append(&keys, at("2030-01-03T06:00:00Z"), bodies, files).unwrap();
    let (bodies, files) = judged();
    record.append(&keys, at("2030-01-04T06:00:00.250Z"), bodies, files).unwrap();
    record
}

fn blob(name: &str, text: &str) -> (Blob, Vec<u8>) {
    let bytes = text.as_bytes().to_vec();
    (Blob { name: name.into(), sha256: sha256(&bytes), bytes: bytes.len() as u64 }, bytes)
}

/// What comes with a file.
fn taken_in() -> (Vec<Body>, Vec<Vec<u8>>) {
    let (file, bytes) = blob("patrol.jsonl", "rows as the patrol wrote them\n");
    let (quarantine, held) = blob("patrol.jsonl.quarantine.jsonl", "{\"line\":3}\n");
    let document = Some(file.sha256);
    let bodies = vec![
        Body::Document(Document {
            file: file.clone(),
            format: "jsonl".into(),
            source: PATROL.into(),
            rows: RowCount { accepted: 2, duplicate: 0, rejected: 1 },
            quarantine: Some(quarantine),
        }),
        Body::Register(Sites {
            register: "works".into(),
            document: file.sha256,
            rows: vec![Site {
                line: 1,
                key: Some("W-1".into()),
                name: Some("Upper works".into()),
                at: disc(277_500_000, 855_000_000, 300_000),
                attrs: Attrs::new(),
            }],
        }),
        Body::Observation(Observations {
            source: PATROL.into(),
            document,
            rows: vec![first(), second(MINUTE)],
        }),
        Body::Coverage(Coverage {
            source: PATROL.into(),
            document,
            basis: Basis::Stated,
            rows: vec![CoverageRow {
                from_ms: TEN - 60 * MINUTE,
                to_ms: TEN + 120 * MINUTE,
                zone: Some("valley".into()),
                watch: Watch::Complete,
                attrs: [("post".to_string(), "hill 3".to_string())].into(),
                line: 4,
            }],
        }),
        Body::Claim(Claims {
            source: "claims".into(),
            document: None,
            rows: vec![Claim {
                by: "Northland".into(),
                against: Some("Southland".into()),
                what: "shots in the night".into(),
                from_ms: None,
                to_ms: Some(TEN),
                count: Some(Count::exactly(12, "shot")),
                parts: [("rifle".to_string(), 9), ("mortar".to_string(), 3)].into(),
                address: Some("https://example.org/claims/1".into()),
                quality: None,
                line: 0,
            }],
        }),
        Body::Statement(Statements {
            credits: vec!["Northland News Agency".into()],
            document,
            name: "patrol.jsonl".into(),
            published: Some("2030-01-02".into()),
            rows: vec![statement()],
            ..Statements::default()
        }),
    ];
    (bodies, vec![bytes, held])
}

fn statement() -> Statement {
    Statement {
        act: SpeechAct::Want,
        audience: None,
        co_speakers: vec![],
        end: 4,
        end_char: 4,
        kind: SpeechKind::Indirect,
        line: 1,
        medium: None,
        party: None,
        quote: "rows".into(),
        rule: "by-hand".into(),
        said_on: Some("2030-01".into()),
        speaker: "the envoy".into(),
        speaker_text: None,
        start: 0,
        start_char: 0,
        status: None,
        topics: vec!["water".into()],
        values: vec![StatedValue {
            date: None,
            max_milli: Some(15_000),
            min_milli: None,
            text: "up to 15 years".into(),
            unit: "year".into(),
        }],
        via: None,
    }
}

/// What people add.
fn judged() -> (Vec<Body>, Vec<Vec<u8>>) {
    let (text, bytes) = blob("reply.txt", "Not ours: a quarry works there.\n");
    let seen = |row: u32, of: &Observation| Ref {
        entry: SEEN,
        row: Some(row),
        id: content::row_id(Kind::Observation, PATROL, of),
    };
    let finding = Body::Finding(Finding {
        provision: "prohibit.fire".into(),
        reading: None,
        party: Some("S".into()),
        zone: Some("valley".into()),
        from_ms: TEN,
        to_ms: TEN + MINUTE,
        severity: None,
        outcome: Outcome::Violation,
        role: "joint commission".into(),
        standard: "more likely than not".into(),
        reason: "two posts heard it".into(),
        of: vec![seen(0, &first())],
    });
    let bodies = vec![
        Body::Act(Act {
            provisions: vec!["prohibit.fire".into()],
            ..Act::new(
                ActKind::Notice,
                "Southland",
                Instant::from_ms(TEN - 24 * 60 * MINUTE).unwrap(),
                "note 7",
            )
        }),
        Body::Assessment(Assessment {
            of: vec![seen(0, &first())],
            outcome: Judgement::Verification { result: Verification::Confirmed },
            role: "joint patrol".into(),
            standard: "more likely than not".into(),
            reason: "crater seen".into(),
        }),
        finding.clone(),
        Body::Reply(Reply {
            to: Ref { entry: FOUND, row: None, id: content::body_id(&finding) },
            party: "S".into(),
            text,
        }),
        Body::Correction(Correction {
            of: seen(1, &second(MINUTE)),
            by: Some((PATROL.into(), Replacement::Observation(second(2 * MINUTE)))),
            role: "the source itself".into(),
            reason: "the source published this row again with other content".into(),
        }),
    ];
    (bodies, vec![bytes])
}

/// An observation with every field, and characters that canonical JSON treats in its own way.
fn first() -> Observation {
    Observation {
        kind: "explosion".into(),
        from_ms: TEN,
        to_ms: TEN + MINUTE,
        at: Some(disc(277_512_345, 854_987_654, 250_000)),
        count: Some(Count { unit: "explosion".into(), best: None, low: 2, high: Some(3) }),
        origins: vec!["post 3".into(), "post 4".into()],
        sides: vec![vec!["Northland".into()], vec!["Southland".into(), "unknown".into()]],
        key: Some("P-17".into()),
        attrs: [
            ("means".to_string(), "heard; \"twice\"\t\u{e9}\u{1f600}".to_string()),
            ("\u{fb33}".to_string(), "after the next key".to_string()),
            ("\u{1f600}".to_string(), "sorted by UTF-16 units".to_string()),
        ]
        .into(),
        line: 1,
    }
}

/// An observation with few fields.
fn second(length: i64) -> Observation {
    Observation {
        kind: "shot".into(),
        from_ms: TEN + 5 * MINUTE,
        to_ms: TEN + 5 * MINUTE + length,
        at: Some(Place::Zone(InZone { zone: "valley".into() })),
        count: None,
        origins: vec![],
        sides: vec![],
        key: Some("P-18".into()),
        attrs: Attrs::new(),
        line: 2,
    }
}

fn disc(lat_e7: i32, lon_e7: i32, radius_mm: u64) -> Place {
    Place::Disc(Disc { lat_e7, lon_e7, radius_mm })
}
