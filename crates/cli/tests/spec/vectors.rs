//! The vectors of `spec/vectors`, read and made anew. `UPDATE_EXPECT=1` writes them.

use crate::program::{project, read, updating};
use crate::vector_record::{ORIGIN, SEED_LOG, SEED_LOG_MLDSA44, SEED_OFFICE, build};
use serde::Serialize;
use serde_json::{Value, json};
use servanda_entry::limits::ENTRY_BYTES_MAX;
use servanda_entry::{Body, Entry, Erasers, FORM, Kind, Slot, canonical, content};
use servanda_seal::{Approvals, Approvers, Order, OrderAct, approve, approve_ed25519};
use servanda_store::{Record, verify};
use servanda_tlog::{
    ActSigner, Cosigner, CosignerKind, Hash, Letter, Note, Promise, SEED_BYTES, Signature, Signer,
    leaf_hash, sha256, verify_inclusion,
};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

const FOLDER: &str = "spec/vectors";
/// The entry whose proof is among the vectors.
const PROVED: u64 = 4;

fn vectors() -> Value {
    serde_json::from_str(&read("spec/vectors/vectors.json")).unwrap()
}

#[test]
fn the_record_of_the_vectors_is_made_anew_byte_for_byte() {
    let folder = tempfile::tempdir().unwrap();
    let made = folder.path().join("record");
    let record = build(&made, &read("spec/vectors/agreement.md"));
    let held = project(FOLDER).join("record");
    if updating() {
        let _ = std::fs::remove_dir_all(&held);
        for (path, bytes) in files(&made) {
            std::fs::create_dir_all(held.join(&path).parent().unwrap()).unwrap();
            std::fs::write(held.join(&path), bytes).unwrap();
        }
        let text = serde_json::to_string_pretty(&describe(&record)).unwrap() + "\n";
        std::fs::write(project(FOLDER).join("vectors.json"), text).unwrap();
    }
    let (made, held) = (files(&made), files(&held));
    assert_eq!(held.keys().collect::<Vec<_>>(), made.keys().collect::<Vec<_>>());
    for (path, bytes) in &made {
        assert!(held[path] == *bytes, "{path} is not up to date");
    }
    assert_eq!(vectors(), describe(&record));
}

/// A record from before checkpoints were signed with ML-DSA-44 too: nobody writes it anew.
#[test]
fn a_record_with_ed25519_alone_is_still_read_and_checked() {
    let dir = project(FOLDER).join("record-ed25519");
    let log = vectors()["log"]["key"].as_str().unwrap().to_owned();
    let report = verify(&dir, Some(log.as_str()));
    assert!(report.ok() && report.key_confirmed && report.key_mldsa44.is_none(), "{report:#?}");
    let record = Record::open(&dir).unwrap();
    let root = "hJYVLBi+NjCJIXdPoL6FRuFfOW9kOQH/twq/jtFnnDo=";
    assert_eq!((record.size(), record.root().to_base64().as_str()), (13, root));
}

/// The files below a folder, by path.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![String::new()];
    while let Some(path) = folders.pop() {
        let Ok(inside) = std::fs::read_dir(folder.join(&path)) else { continue };
        for file in inside.map(Result::unwrap) {
            let below = format!("{path}{}", file.file_name().to_str().unwrap());
            if file.file_type().unwrap().is_dir() {
                folders.push(format!("{below}/"));
            } else {
                found.insert(below, std::fs::read(file.path()).unwrap());
            }
        }
    }
    found
}

/// What the vectors say of the record.
fn describe(record: &Record) -> Value {
    let key = |name: &str, seed| Signer::from_seed(name, seed).unwrap().verifier_key().to_string();
    let mldsa44 = Cosigner::from_seed(ORIGIN, CosignerKind::MlDsa44, SEED_LOG_MLDSA44).unwrap();
    let hex = |seed: [u8; SEED_BYTES]| Hash(seed).to_hex();
    let entries = (0..record.size()).map(|index| {
        let entry = record.entry(index).unwrap();
        json!({
            "index": index,
            "kind": entry.body.kind(),
            "leaf": record.leaf(index).unwrap().to_base64(),
            "content": contents(&entry.body),
        })
    });
    let path = record.inclusion_proof(PROVED, record.size()).unwrap();
    let text = |index| {
        let note = Note::parse(&record.note_bytes(index).unwrap(), ENTRY_BYTES_MAX).unwrap();
        note.text().to_string()
    };
    json!({
        "origin": ORIGIN,
        "log": { "seed": hex(SEED_LOG), "key": key(ORIGIN, SEED_LOG) },
        "log_mldsa44": {
            "seed": hex(SEED_LOG_MLDSA44),
            "key": mldsa44.key().to_string(),
        },
        "office": {
            "seed": hex(SEED_OFFICE),
            "key": key(&format!("{ORIGIN}/office"), SEED_OFFICE),
        },
        "size": record.size(),
        "root": record.root().to_base64(),
        "entries": entries.collect::<Vec<_>>(),
        "inclusion": {
            "index": PROVED,
            "size": record.size(),
            "path": path.iter().map(|hash| hash.to_base64()).collect::<Vec<_>>(),
        },
        "refused": refused(&text(PROVED)),
        "receipt": receipt(),
        "orders": orders(record.leaf(PROVED).unwrap()),
    })
}

/// Orders of erasure, and whether those have signed them who may: by act keys, and as before there
/// were any.
fn orders(leaf: Hash) -> Value {
    let order = Order {
        act: OrderAct::Erase,
        authority: "the data office".into(),
        ground: "its time is over".into(),
        of: Slot { entry: PROVED, leaf },
        what: vec![sha256(b"a part")],
    };
    let other = Order { act: OrderAct::Lift, what: vec![], ..order.clone() };
    let name = |n: u8| format!("e{n}.example");
    let act_key = |n: u8| ActSigner::from_seeds(&name(n), [4 + n; 32], Some([24 + n; 32])).unwrap();
    let old_key = |n: u8| Signer::from_seed(&name(n), [4 + n; 32]).unwrap();
    let by = |order: &Order, n: u8| approve(order, ORIGIN, &act_key(n)).unwrap();
    let by_old = |n: u8| approve_ed25519(&order, ORIGIN, &old_key(n)).unwrap();
    // What is sound of the one beside what is sound of the other.
    let mixed = |first: &Signature, second: &Signature| {
        let bytes = [&first.bytes()[..96], &second.bytes()[96..]].concat();
        Signature::new(first.name(), first.id(), &bytes).unwrap()
    };
    let (one, two, elsewhere) = (by(&order, 1), by(&order, 2), by(&other, 1));
    let half = Signature::new(one.name(), one.id(), &one.bytes()[..96]).unwrap();
    let bare = Signature::parse(&by_old(1)).unwrap();
    let bare = Signature::new(one.name(), one.id(), bare.bytes()).unwrap();
    let new = |what: &str, stands: bool, lines: &[&Signature]| {
        let lines: Vec<String> = lines.iter().map(ToString::to_string).collect();
        json!({ "what": what, "stands": stands, "signatures": lines, "approvals": [] })
    };
    let old = |what: &str, stands: bool, lines: &[String]| json!({ "what": what, "stands": stands, "signatures": [], "approvals": lines });
    let keys = |key: &dyn Fn(u8) -> String| json!({ "keys": [key(1), key(2)], "threshold": 2 });
    json!({
        "text": order.text(ORIGIN).unwrap(),
        "body": order,
        "act_keys": {
            "erasers": keys(&|n| act_key(n).key().to_string()),
            "tried": [
                new("both have signed", true, &[&one, &two]),
                new("one has not", false, &[&one]),
                new("one has signed twice", false, &[&one, &two, &one]),
                new("the Ed25519 half is of another order", false, &[&mixed(&elsewhere, &one), &two]),
                new("the ML-DSA-44 half is of another order", false, &[&mixed(&one, &elsewhere), &two]),
                new("the ML-DSA-44 half is missing", false, &[&half, &two]),
                new("an Ed25519 signature in an act key's name", false, &[&bare, &two]),
                old("Ed25519 alone, as before", false, &[by_old(1), by_old(2)]),
            ],
        },
        "ed25519": {
            "erasers": keys(&|n| old_key(n).verifier_key().to_string()),
            "tried": [
                old("both have signed", true, &[by_old(1), by_old(2)]),
                old("one has not", false, &[by_old(1)]),
                new("act keys have", false, &[&one, &two]),
            ],
        },
    })
}

#[test]
fn orders_stand_as_the_vectors_say() {
    let orders = &vectors()["orders"];
    let order: Order = serde_json::from_value(orders["body"].clone()).unwrap();
    assert_eq!(order.text(ORIGIN).unwrap(), orders["text"].as_str().unwrap());
    let mut stood = BTreeSet::new();
    for kind in ["act_keys", "ed25519"] {
        let approvers = Approvers::read(
            &serde_json::from_value::<Erasers>(orders[kind]["erasers"].clone()).unwrap(),
        )
        .unwrap();
        for tried in orders[kind]["tried"].as_array().unwrap() {
            let lines = |name: &str| -> Vec<String> {
                serde_json::from_value(tried[name].clone()).unwrap()
            };
            let signatures: Vec<Signature> =
                lines("signatures").iter().map(|line| Signature::parse(line).unwrap()).collect();
            let approvals = Approvals { lines: &lines("approvals"), signatures: &signatures };
            let stands = approvers.check(&order, ORIGIN, approvals).is_ok();
            assert_eq!(stands, tried["stands"].as_bool().unwrap(), "{}", tried["what"]);
            stood.insert((kind, stands));
        }
    }
    assert_eq!(stood.len(), 4);
}

/// A promise of the operator's to take in what was handed in.
fn receipt() -> Value {
    let log = Signer::from_seed(ORIGIN, SEED_LOG).unwrap();
    let (text, received, within) = ("The bridge is closed.\n", 1_893_974_400, 3_600);
    let digest = sha256(text.as_bytes());
    let letter = Letter { origin: ORIGIN.into(), digest, received };
    let note = String::from_utf8(Promise { letter, within }.sign(&log).unwrap()).unwrap();
    json!({ "handed_in": text, "received": received, "within": within, "note": note })
}

/// The content ids of an entry, each with the canonical JSON that is hashed: of its rows, or of
/// the whole body. None for kinds that have none.
fn contents(body: &Body) -> Vec<Value> {
    let value = body.to_value();
    let rows = |name: &str| {
        let rows = value["rows"].as_array().unwrap().iter();
        rows.map(|row| hashed(body.kind(), value[name].as_str().unwrap(), row)).collect()
    };
    match body.kind() {
        Kind::Observation | Kind::Coverage | Kind::Claim => rows("source"),
        Kind::Register => rows("register"),
        Kind::Act
        | Kind::KeyAct
        | Kind::Assessment
        | Kind::Finding
        | Kind::Reply
        | Kind::Correction
        | Kind::Handling => {
            vec![hashed(body.kind(), "", &value)]
        }
        Kind::Constitution
        | Kind::Agreement
        | Kind::Document
        | Kind::Statement
        | Kind::Disclosure
        | Kind::Hold
        | Kind::Erasure
        | Kind::Destruction
        | Kind::RefusedOrder
        | Kind::ForcedStart
        | Kind::Anchor => Vec::new(),
    }
}

/// The content ids of an entry as the program makes them.
fn ids(body: &Body) -> Vec<String> {
    fn of<T: Serialize>(kind: Kind, source: &str, rows: &[T]) -> Vec<Hash> {
        rows.iter().map(|row| content::row_id(kind, source, row)).collect()
    }
    let ids = match body {
        Body::Register(body) => of(Kind::Register, &body.register, &body.rows),
        Body::Observation(body) => of(Kind::Observation, &body.source, &body.rows),
        Body::Coverage(body) => of(Kind::Coverage, &body.source, &body.rows),
        Body::Claim(body) => of(Kind::Claim, &body.source, &body.rows),
        Body::Act(_)
        | Body::KeyAct(_)
        | Body::Assessment(_)
        | Body::Finding(_)
        | Body::Reply(_)
        | Body::Correction(_) => vec![content::body_id(body)],
        _ => Vec::new(),
    };
    ids.into_iter().map(Hash::to_hex).collect()
}

/// Written here a second time, from `spec/entry.md`, so that the two must agree.
fn hashed(kind: Kind, source: &str, content: &Value) -> Value {
    let mut content = content.clone();
    strip_row(&mut content);
    for name in ["of", "to"] {
        match content.get_mut(name) {
            Some(Value::Array(of)) => of.iter_mut().for_each(strip_reference),
            Some(reference) => strip_reference(reference),
            None => {}
        }
    }
    if let Some(row) = content.pointer_mut("/by/1/row") {
        strip_row(row);
    }
    let whole = json!({ "content": content, "kind": kind, "source": source });
    let text = String::from_utf8(canonical::to_bytes(&whole).unwrap()).unwrap();
    let id = sha256(format!("servanda/content/v1\n{text}").as_bytes());
    json!({ "text": text, "id": id.to_hex() })
}

fn strip_row(row: &mut Value) {
    let fields = row.as_object_mut().unwrap();
    fields.remove("line");
    fields.remove("document");
}

fn strip_reference(reference: &mut Value) {
    let fields = reference.as_object_mut().unwrap();
    fields.remove("entry");
    fields.remove("row");
}

/// Texts that are no entries, made from one that is.
fn refused(text: &str) -> Vec<Value> {
    let with = |why: &str, from: &str, to: &str| {
        let changed = text.replacen(from, to, 1);
        assert_ne!(changed, text, "{why}");
        json!({ "why": why, "text": changed })
    };
    vec![
        with("another form", "entry/v1", "entry/v2"),
        with("another record", ORIGIN, "vectors.servanda.example/other"),
        with("a blank after a colon", "\"seq\":", "\"seq\": "),
        with("a number with a fraction", "\"seq\":4", "\"seq\":4.0"),
        with("a number with an exponent", "\"seq\":4", "\"seq\":4e0"),
        with("an integer beyond 2^53 - 1", "\"line\":1", "\"line\":9007199254740992"),
        with("a needless escape", "\"kind\":\"shot\"", "\"kind\":\"\\u0073hot\""),
        with("a key that stands twice", "\"seq\":4", "\"seq\":4,\"seq\":4"),
        with(
            "keys out of order",
            "\"class\":\"public\",\"kind\":\"observation\"",
            "\"kind\":\"observation\",\"class\":\"public\"",
        ),
        with("an unknown field", "\"source\":\"patrol\"", "\"source\":\"patrol\",\"surplus\":1"),
        with("an empty list that is to be left out", "\"line\":2", "\"line\":2,\"origins\":[]"),
        with(
            "an interval that ends before it starts",
            "\"to_ms\":1893578460000",
            "\"to_ms\":1893578399999",
        ),
        with("a latitude beyond the pole", "\"lat_e7\":277512345", "\"lat_e7\":900000001"),
        with("another class", "\"class\":\"public\"", "\"class\":\"sealed\""),
        with("a kind that its body is not of", "\"kind\":\"observation\"", "\"kind\":\"finding\""),
        with("a line too many", "\n{", "\n\n{"),
        with("a missing last line feed", "}\n", "}"),
    ]
}

#[test]
fn the_record_of_the_vectors_is_sound_under_the_key_that_they_name() {
    let (vectors, dir) = (vectors(), project(FOLDER).join("record"));
    let report = verify(&dir, vectors["log"]["key"].as_str());
    assert!(report.ok() && report.key_confirmed, "{:?}", report.faults);
    assert_eq!(report.notices, Vec::<String>::new());
    let record = Record::open(&dir).unwrap();
    let root = Hash::from_base64(vectors["root"].as_str().unwrap()).unwrap();
    let proof = &vectors["inclusion"];
    let path: Vec<Hash> = (proof["path"].as_array().unwrap().iter())
        .map(|hash| Hash::from_base64(hash.as_str().unwrap()).unwrap())
        .collect();
    let leaf = leaf_hash(&record.note_bytes(PROVED).unwrap());
    let size = proof["size"].as_u64().unwrap();
    verify_inclusion(&path, PROVED, size, leaf, root).unwrap();
    let entries = vectors["entries"].as_array().unwrap();
    let kinds: BTreeSet<&str> = entries.iter().filter_map(|e| e["kind"].as_str()).collect();
    assert_eq!((kinds.len(), entries.len()), (13, 13), "each kind once: {kinds:?}");
    for (entry, index) in entries.iter().zip(0..) {
        let said = entry["content"].as_array().unwrap().iter();
        let said: Vec<&str> = said.filter_map(|content| content["id"].as_str()).collect();
        assert_eq!(ids(&record.entry(index).unwrap().body), said, "entry {index}");
    }
}

#[test]
fn what_the_vectors_call_refused_is_refused() {
    for refused in vectors()["refused"].as_array().unwrap() {
        let text = refused["text"].as_str().unwrap();
        assert!(text.starts_with("peace-record/"), "{FORM}");
        assert!(Entry::from_text(text, ORIGIN).is_err(), "{}", refused["why"]);
    }
}
