//! A record with sealed parts, and what somebody could try with what is withheld, disclosed or
//! erased.

use super::attacks::{Attack, first, first_respelt, respelt};
use super::orders::old_eraser;
use super::*;
use serde_json::{Value, json};
use servanda_entry::{
    Audience, Body, Document, Erasers, Erasure, RowCount, SEALED_NAME, Slot, Writing,
};
use servanda_seal::{
    DISCLOSURE_FORM, Disclosed, DisclosedFile, Opening, Order, OrderAct, Salt, SealedFile, Sealing,
    Withheld, approve,
};
use servanda_store::proofs::{Asked, Bundle, Shown};
use servanda_store::{Parties, Record};
use servanda_tlog::{ActSigner, Hash};

/// Those who may order an erasure: two of three.
pub(crate) fn eraser(n: u8) -> ActSigner {
    named_eraser(&format!("e{n}.example"), n)
}

fn named_eraser(name: &str, n: u8) -> ActSigner {
    ActSigner::from_seeds(name, [90 + n; 32], Some([150 + n; 32])).unwrap()
}

pub(crate) fn erasers() -> Erasers {
    Erasers { keys: [1, 2, 3].map(|n| eraser(n).key().to_string()).to_vec(), threshold: 2 }
}

/// The plaintext of the sealed file.
pub(crate) const PLAIN: &[u8] = b"the words of a witness";
/// What stands for its ciphertext: to the record it is bytes with a hash.
pub(crate) const CIPHER: &[u8] = b"\x01\x02 no words";

/// An observation whose place and observer are withheld.
pub(crate) fn withheld(n: u32, observer: &str) -> (Writing, Opening) {
    let mut sealing = Sealing::new(Audience::Mission, ORIGIN);
    let place = json!({ "lat_e7": 480_000_001, "lon_e7": 370_000_002, "radius_mm": 0 });
    let salt = |k: u8| Salt([n as u8 * 10 + k; 32]);
    sealing.field("/rows/0/at", Withheld::new(place), salt(1));
    sealing.field("/rows/0/attrs/observer", Withheld::new(json!(observer)), salt(2));
    sealing.decoy([n as u8; 32]);
    sealing.finish(seen(n)).unwrap()
}

/// A document of which only the ciphertext is there.
pub(crate) fn withheld_file() -> (Writing, Opening) {
    let mut sealing = Sealing::new(Audience::Parties, ORIGIN);
    sealing.file(SealedFile {
        ct: sha256(CIPHER),
        bytes: CIPHER.len() as u64,
        media: "text/plain".into(),
        name: Withheld::new("witness.txt".into()),
        plaintext: Withheld::new(sha256(PLAIN)),
        key: Withheld::new("key".into()),
        salt: Salt([77; 32]),
    });
    let body = Body::Document(Document {
        file: Blob { bytes: CIPHER.len() as u64, name: SEALED_NAME.into(), sha256: sha256(CIPHER) },
        format: SEALED_NAME.into(),
        quarantine: None,
        rows: RowCount::default(),
        source: "patrol".into(),
    });
    sealing.finish(body).unwrap()
}

/// A record with entries 2 and 3 (observations) and 4 (a file) withheld in part, and what opens
/// them.
pub(crate) fn sealed_record() -> (TempDir, Record, [Opening; 3]) {
    let temp = tempfile::tempdir().unwrap();
    let dir = temp.path().join("record");
    let text = b"# A truce\n".to_vec();
    let agreement = Body::Agreement(AgreementText {
        id: "truce".into(),
        title: "A truce".into(),
        version: "1".into(),
        files: vec![blob("agreement.md", &text)],
    });
    let (first, keys) = (vec![agreement], keys());
    let parties = Parties { erasers: Some(erasers()), ..Parties::default() };
    let mut record =
        Record::init_with(&dir, ORIGIN, &keys, parties, at(0), "truce", first, vec![text]).unwrap();
    let (one, opens_one) = withheld(1, "team four of the hill");
    let (two, opens_two) = withheld(2, "team nine of the ford");
    let (file, opens_file) = withheld_file();
    let writings = vec![one, two, file];
    record.append_writings(&keys, at(60), writings, vec![CIPHER.to_vec()]).unwrap();
    (temp, record, [opens_one, opens_two, opens_file])
}

pub(crate) fn slot(record: &Record, entry: u64) -> Slot {
    Slot { entry, leaf: record.leaf(entry).unwrap() }
}

/// Enters an order to erase all of an entry, signed by these.
pub(crate) fn erase(record: &mut Record, entry: u64, by: &[u8]) {
    let what: Vec<Hash> = record.entry(entry).unwrap().class.sealed().unwrap().digests().collect();
    let order = to_erase(slot(record, entry), what);
    let by: Vec<_> = by.iter().map(|n| approve(&order, ORIGIN, &eraser(*n)).unwrap()).collect();
    record.append_order(&keys(), at(90), erasing(order, vec![]), &by).unwrap();
}

pub(crate) fn to_erase(of: Slot, what: Vec<Hash>) -> Order {
    let (authority, ground) = ("the data office".into(), "its time is over".into());
    Order { act: OrderAct::Erase, authority, ground, of, what }
}

/// The entry that an order to erase is.
pub(crate) fn erasing(order: Order, approvals: Vec<String>) -> Body {
    let Order { authority, ground, of, what, .. } = order;
    Body::Erasure(Erasure { approvals, authority, ground, of, what })
}

/// What is disclosed of an entry: all of it.
pub(crate) fn shown(record: &Record, entry: u64, opening: &Opening) -> Shown {
    let files = opening.files.iter();
    let files = files.map(|file| DisclosedFile { ct: file.ct, salt: file.salt.clone() });
    let disclosed = Disclosed {
        fields: opening.fields.clone(),
        files: files.collect(),
        form: DISCLOSURE_FORM.into(),
        of: slot(record, entry),
        origin: ORIGIN.into(),
    };
    let files = opening.files.iter().map(|_| PLAIN.to_vec()).collect();
    Shown { disclosed, files }
}

fn disclosing(record: &Record, entries: &[u64], shown: Vec<Shown>) -> Vec<u8> {
    let checkpoint = Some(cosigned(record.checkpoint(), &[1, 2]));
    let asked = Asked::Entries(entries.iter().copied().collect());
    bundle(record, &Bundle { checkpoint, shown, ..ask(asked) })
}

/// What an honest custodian discloses.
pub(crate) fn honest() -> Vec<Vec<u8>> {
    let (_temp, record, opens) = sealed_record();
    let all: Vec<Shown> =
        (2..).zip(&opens).map(|(entry, opening)| shown(&record, entry, opening)).collect();
    let mut some = shown(&record, 3, &opens[1]);
    some.disclosed.fields.truncate(1);
    vec![disclosing(&record, &[2, 3, 4], all), disclosing(&record, &[3], vec![some])]
}

/// All attacks on what is sealed, to be asked strictly.
pub(crate) fn all() -> Vec<Attack> {
    let (_temp, record, opens) = sealed_record();
    let one = |change: &dyn Fn(&mut Shown)| {
        let mut shown = shown(&record, 2, &opens[0]);
        change(&mut shown);
        disclosing(&record, &[2, 3], vec![shown])
    };
    let file = |change: &dyn Fn(&mut Shown)| {
        let mut shown = shown(&record, 4, &opens[2]);
        change(&mut shown);
        disclosing(&record, &[4], vec![shown])
    };
    let sound = one(&|_| {});
    let with_file = file(&|_| {});
    let written = |change: &dyn Fn(&mut Value)| {
        changed(&sound, "disclosure/2", |bytes| {
            let mut value: Value = serde_json::from_slice(bytes).unwrap();
            change(&mut value);
            *bytes = servanda_entry::canonical::to_bytes(&value).unwrap();
            bytes.push(b'\n');
        })
    };
    let without = |from: &[u8], name: &str| {
        let mut members = members(from);
        members.retain(|(member, _)| !member.starts_with(name));
        zip(&members)
    };
    let renamed = |from: &[u8], name: &str, to: &str| {
        let mut members = members(from);
        let found = members.iter_mut().filter(|(member, _)| member == name);
        found.for_each(|(member, _)| *member = to.to_owned());
        zip(&members)
    };
    let ct = sha256(CIPHER).to_hex();
    let stray = sha256(b"stray").to_hex();
    let rows: Vec<(&str, &str, Vec<u8>)> = vec![
        ("a disclosure with another salt", "disclosure-field", {
            one(&|s| s.disclosed.fields[0].salt = Salt([0; 32]))
        }),
        ("with the salt of another field", "disclosure-field", {
            one(&|s| s.disclosed.fields[0].salt = s.disclosed.fields[1].salt.clone())
        }),
        ("with another path", "disclosure-field", {
            one(&|s| s.disclosed.fields[1].path = "/rows/0/attrs/informant".into())
        }),
        ("with another value", "disclosure-field", {
            one(&|s| s.disclosed.fields[1].value = json!("team nine"))
        }),
        ("with a value of another type", "disclosure-field", {
            one(&|s| s.disclosed.fields[1].value = json!(["team four of the hill"]))
        }),
        ("with paths exchanged", "disclosure-field", {
            one(&|s| {
                let path = s.disclosed.fields[0].path.clone();
                s.disclosed.fields[0].path = s.disclosed.fields[1].path.clone();
                s.disclosed.fields[1].path = path;
            })
        }),
        ("what another entry withholds", "disclosure-field", {
            one(&|s| s.disclosed.fields = opens[1].fields.clone())
        }),
        ("a disclosure of another leaf", "disclosure-entry", {
            one(&|s| s.disclosed.of.leaf = record.leaf(3).unwrap())
        }),
        ("of another entry than its name says", "disclosure-entry", {
            written(&|value| value["of"]["entry"] = json!(3))
        }),
        ("of an entry that is not proved here", "disclosure-entry", {
            let shown = shown(&record, 2, &opens[0]);
            disclosing(&record, &[3], vec![shown])
        }),
        ("of a public entry", "disclosure-entry", {
            let mut shown = shown(&record, 2, &opens[0]);
            shown.disclosed.of = slot(&record, 1);
            disclosing(&record, &[1], vec![shown])
        }),
        ("a disclosure of another record", "disclosure-form", {
            one(&|s| s.disclosed.origin = "example.org/other".into())
        }),
        ("of another form", "disclosure-form", one(&|s| s.disclosed.form = "other".into())),
        ("of nothing", "disclosure-form", one(&|s| s.disclosed.fields.clear())),
        ("with a field that it must not have", "disclosure-form", {
            written(&|value| value["trusted"] = json!(true))
        }),
        ("with a list in the place of an object", "disclosure-form", {
            written(&|value| value["of"] = json!([2, value["of"]["leaf"]]))
        }),
        ("a disclosure as a list", "disclosure-form", {
            written(&|value| *value = value.as_object().unwrap().values().cloned().collect())
        }),
        ("with a salt that is too short", "disclosure-form", {
            written(&|value| value["fields"][0]["salt"] = json!("00"))
        }),
        ("with a path that is none", "disclosure-form", {
            written(&|value| value["fields"][0]["path"] = json!("rows"))
        }),
        ("with blanks in it", "disclosure-form", {
            changed(&sound, "disclosure/2", |bytes| bytes.insert(1, b' '))
        }),
        ("without its line feed", "disclosure-form", {
            changed(&sound, "disclosure/2", |bytes| bytes.truncate(bytes.len() - 1))
        }),
        ("another file for the sealed one", "disclosure-file", {
            file(&|s| s.files[0] = b"other words".to_vec())
        }),
        ("the ciphertext for the plaintext", "disclosure-file", {
            file(&|s| s.files[0] = CIPHER.to_vec())
        }),
        ("a file with another salt", "disclosure-file", {
            file(&|s| s.disclosed.files[0].salt = Salt([76; 32]))
        }),
        ("a file of which the entry knows nothing", "disclosure-file", {
            file(&|s| s.disclosed.files[0].ct = sha256(b"stray"))
        }),
        ("a disclosed file that is missing", "member", without(&with_file, "disclosure/4.files")),
        ("one under another name", "member", {
            let name = format!("disclosure/4.files/{ct}");
            renamed(&with_file, &name, &format!("disclosure/4.files/{stray}"))
        }),
        ("a disclosure under a name with a nought in front", "member", {
            renamed(&sound, "disclosure/2", "disclosure/02")
        }),
        ("disclosures in another order", "member", {
            let mut both = vec![shown(&record, 2, &opens[0]), shown(&record, 3, &opens[1])];
            both.reverse();
            disclosing(&record, &[2, 3], both)
        }),
        ("one entry disclosed twice", "zip-duplicate", {
            let twice = vec![shown(&record, 2, &opens[0]), shown(&record, 2, &opens[0])];
            disclosing(&record, &[2], twice)
        }),
    ];
    let mut all: Vec<Attack> =
        rows.into_iter().map(|(what, code, bytes)| (what.to_owned(), code, bytes)).collect();
    all.extend(of_erasures());
    all.extend(of_classes());
    all.extend(of_erasers());
    all
}

/// What a constitution can say of erasers that makes no sense.
fn of_erasers() -> Vec<Attack> {
    let by = |change: &dyn Fn(&mut Erasers)| {
        let mut erasers = erasers();
        change(&mut erasers);
        first(|c| c.erasers = Some(erasers)).last()
    };
    let spelt = |spelling: &dyn Fn(&str) -> String| {
        let erasers = erasers();
        let json = serde_json::to_string(&erasers).unwrap();
        let change = |text: String| text.replacen(&json, &spelling(&json), 1);
        first_respelt(|c| c.erasers = Some(erasers.clone()), change).last()
    };
    let rows: Vec<(&str, Vec<u8>)> = vec![
        ("more erasers asked for than there are", by(&|e| e.threshold = 4)),
        ("none of the erasers asked for", by(&|e| e.threshold = 0)),
        ("nobody who could erase", by(&|e| e.keys.clear())),
        ("one eraser twice", by(&|e| e.keys[0] = e.keys[1].clone())),
        ("a cosigner's key for an eraser's", by(&|e| e.keys[0] = cosigner(2).key().to_string())),
        ("17 erasers", by(&|e| e.keys = (0..17).map(|n| eraser(n).key().to_string()).collect())),
        ("nine who must sign, for whom an entry has no room", {
            by(&|e| {
                e.keys = (0..9).map(|n| eraser(n).key().to_string()).collect();
                e.threshold = 9;
            })
        }),
        ("one eraser under two names", {
            by(&|e| e.keys[0] = named_eraser("e4.example", 2).key().to_string())
        }),
        ("an eraser of Ed25519 among others", {
            by(&|e| e.keys[0] = old_eraser(1).verifier_key().to_string())
        }),
        ("others among erasers of Ed25519", {
            by(&|e| e.keys[1] = old_eraser(2).verifier_key().to_string())
        }),
        ("erasers with act keys of Ed25519 alone", {
            let alone = |n: u8| ActSigner::from_seeds(&format!("e{n}.example"), [90 + n; 32], None);
            by(&|e| e.keys = [1, 2].map(|n| alone(n).unwrap().key().to_string()).to_vec())
        }),
        ("erasers of null", spelt(&|_| "null".into())),
        ("erasers as a list", {
            spelt(&|json| {
                let value: Value = serde_json::from_str(json).unwrap();
                json!([value["keys"], value["threshold"]]).to_string()
            })
        }),
    ];
    rows.into_iter().map(|(what, bytes)| (what.to_owned(), "constitution", bytes)).collect()
}

fn of_erasures() -> Vec<Attack> {
    let (_temp, mut record, opens) = sealed_record();
    let before = bundle(&record, &ask(Asked::All));
    let planted: Vec<Member> =
        members(&before).into_iter().filter(|(name, _)| name.starts_with("blob/")).collect();
    erase(&mut record, 2, &[1, 2]);
    erase(&mut record, 4, &[2, 3]);
    let checkpoint = Some(cosigned(record.checkpoint(), &[1, 2]));
    let whole = bundle(&record, &Bundle { checkpoint: checkpoint.clone(), ..ask(Asked::All) });
    let mut with_blobs = members(&whole);
    with_blobs.retain(|(name, _)| !name.starts_with("blob/"));
    let place = with_blobs.iter().position(|(name, _)| name.starts_with("spec/")).unwrap();
    with_blobs.splice(place..place, planted);
    let alone = disclosing(&record, &[2, 5], vec![shown(&record, 2, &opens[0])]);
    let file = disclosing(&record, &[4, 6], vec![shown(&record, 4, &opens[2])]);
    let ranged = {
        let asked = Bundle { checkpoint, ..ask(Asked::All) };
        let mut whole = members(&bundle(&record, &asked));
        let shown = members(&disclosing(&record, &[2], vec![shown(&record, 2, &opens[0])]));
        let named = |name: &str| shown.iter().find(|(member, _)| member == name).unwrap().clone();
        let at = |whole: &[Member], start: &str| {
            whole.iter().position(|(name, _)| name.starts_with(start)).unwrap()
        };
        let entries = at(&whole, "range/");
        whole.splice(entries..entries, [named("entry/2"), named("proof/2")]);
        let spec = at(&whole, "spec/");
        whole.splice(spec..spec, [named("disclosure/2")]);
        zip(&whole)
    };
    [
        ("content planted in an erased slot", "blob-erased", zip(&with_blobs)),
        ("what was erased, disclosed beside the order", "disclosure-erased", alone),
        ("an erased file, disclosed beside the order", "disclosure-erased", file),
        ("what was erased, disclosed in a full export", "disclosure-erased", ranged),
    ]
    .map(|(what, code, bytes)| (what.to_owned(), code, bytes))
    .to_vec()
}

/// Entries whose class and commitments do not go together.
fn of_classes() -> Vec<Attack> {
    let zero = "00".repeat(32);
    let att = |bytes: &str, media: &str| {
        format!(
            "\"att\":[{{\"bytes\":{bytes},\"commit\":\"{zero}\",\"ct\":\"{zero}\",\
             \"media\":\"{media}\"}}],\"body\""
        )
    };
    let many: String = (0..65).map(|n| format!("\"{n:064x}\",")).collect();
    let rows: Vec<(&str, Vec<(String, String)>)> = vec![
        ("a class that there is not", vec![("\"public\"".into(), "\"secret\"".into())]),
        ("a class that withholds nothing", vec![("\"public\"".into(), "\"mission\"".into())]),
        ("a public entry with commitments", {
            vec![("\"seq\"".into(), format!("\"sd\":[\"{zero}\"],\"seq\""))]
        }),
        ("an empty list of commitments", {
            vec![
                ("\"public\"".into(), "\"mission\"".into()),
                ("\"seq\"".into(), "\"sd\":[],\"seq\"".into()),
            ]
        }),
        ("one commitment twice", {
            vec![
                ("\"public\"".into(), "\"mission\"".into()),
                ("\"seq\"".into(), format!("\"sd\":[\"{zero}\",\"{zero}\"],\"seq\"")),
            ]
        }),
        ("65 commitments", {
            vec![
                ("\"public\"".into(), "\"mission\"".into()),
                ("\"seq\"".into(), format!("\"sd\":[{}],\"seq\"", many.trim_end_matches(','))),
            ]
        }),
        ("a commitment that is no hash", {
            vec![
                ("\"public\"".into(), "\"mission\"".into()),
                ("\"seq\"".into(), "\"sd\":[\"clear words\"],\"seq\"".into()),
            ]
        }),
        ("a sealed file of no size", {
            vec![("\"public\"".into(), "\"mission\"".into()), ("\"body\"".into(), att("-1", "a/b"))]
        }),
        ("a sealed file as a list", {
            let listed = format!("\"att\":[[1,\"{zero}\",\"{zero}\",\"a/b\"]],\"body\"");
            vec![("\"public\"".into(), "\"mission\"".into()), ("\"body\"".into(), listed)]
        }),
        ("no list at all of sealed files", {
            vec![
                ("\"public\"".into(), "\"mission\"".into()),
                ("\"body\"".into(), "\"att\":null,\"body\"".into()),
                ("\"seq\"".into(), format!("\"sd\":[\"{zero}\"],\"seq\"")),
            ]
        }),
        ("a sealed file with words for a type", {
            vec![
                ("\"public\"".into(), "\"mission\"".into()),
                ("\"body\"".into(), att("1", "the words")),
            ]
        }),
    ];
    rows.into_iter()
        .map(|(what, changes)| {
            let forged = respelt(|text| {
                changes.iter().fold(text, |text, (from, to)| text.replacen(from, to, 1))
            });
            (what.to_owned(), "entry-form", forged.last())
        })
        .collect()
}
