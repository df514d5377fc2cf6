//! The attacks, each with the code with which it is refused.

use super::*;
use servanda_entry::{Body, Cite, Class, Constitution, Entry, Office};
use servanda_store::Record;
use servanda_store::proofs::{Asked, Bundle};
use servanda_tlog::{
    Checkpoint, CosignerKind, Hash, Note, ProofFile, RangeFile, RangeProof, Signature, Signer,
    empty_root, encode_bundle, leaf_hash, prove_inclusion, prove_range, root_of, sign,
};

/// A record whose keeper, holding all keys, writes what must not be written.
pub(crate) struct Forge {
    notes: Vec<Vec<u8>>,
    leaves: Vec<Hash>,
}

const OFFICE: &str = "example.org/truce/office";

impl Forge {
    /// Entry 0 and three observations, as an honest keeper makes them.
    fn new() -> Forge {
        let mut forge = Forge { notes: vec![], leaves: vec![] };
        (0..4).for_each(|_| forge.add(|_| {}));
        forge
    }

    fn constitution() -> Constitution {
        Constitution {
            erasers: None,
            log: log_key(),
            log_mldsa44: Some(keys().log_mldsa44.unwrap().key().to_string()),
            offices: vec![Office {
                key: keys().office.verifier_key().to_string(),
                role: "keeps the record".into(),
            }],
            operator_by: None,
            signatories: vec![],
        }
    }

    fn entry(&self) -> Entry {
        let size = self.leaves.len() as u64;
        let root = if size == 0 { empty_root() } else { root_of(&self.leaves) };
        Entry {
            agreement: "truce".into(),
            by: OFFICE.into(),
            seq: size,
            prev: self.leaves.last().copied(),
            cite: Cite { size, root },
            at: at(size as i64),
            class: Class::Public,
            body: match size {
                0 => Body::Constitution(Forge::constitution()),
                n => seen(n as u32),
            },
        }
    }

    fn add(&mut self, change: impl FnOnce(&mut Entry)) {
        let mut entry = self.entry();
        change(&mut entry);
        self.add_text(&entry.text(ORIGIN).unwrap());
    }

    fn add_text(&mut self, text: &str) {
        self.add_note(sign(text, &[&keys().office]).unwrap());
    }

    /// With an entry that says this, and these lines under the author's signature.
    pub(crate) fn saying(mut self, body: Body, lines: &[String]) -> Forge {
        let mut entry = self.entry();
        entry.body = body;
        let mut note = sign(&entry.text(ORIGIN).unwrap(), &[&keys().office]).unwrap();
        lines.iter().for_each(|line| note.extend(format!("{line}\n").bytes()));
        self.add_note(note);
        self
    }

    /// With an entry of this text.
    pub(crate) fn saying_text(mut self, text: &str) -> Forge {
        self.add_text(text);
        self
    }

    pub(crate) fn last_note(&self) -> &[u8] {
        self.notes.last().unwrap()
    }

    /// The leaf of an entry.
    pub(crate) fn leaf(&self, index: usize) -> Hash {
        self.leaves[index]
    }

    fn add_note(&mut self, note: Vec<u8>) {
        self.leaves.push(leaf_hash(&note));
        self.notes.push(note);
    }

    fn checkpoint(&self) -> Vec<u8> {
        let root = root_of(&self.leaves);
        let checkpoint = Checkpoint::new(ORIGIN, self.leaves.len() as u64, root).unwrap();
        cosigned(
            &checkpoint.sign_twice(&keys().log, &keys().log_mldsa44.unwrap()).unwrap(),
            &[1, 2],
        )
    }

    fn members(&self, index: Option<u64>) -> Vec<Member> {
        let (signed, size) = (self.checkpoint(), self.leaves.len() as u64);
        let text = |text: String| text.into_bytes();
        let mldsa44 = keys().log_mldsa44.unwrap().key().to_string();
        let mut members = vec![
            ("README.txt".to_owned(), servanda_store::proofs::README.as_bytes().to_vec()),
            ("checkpoint".into(), signed.clone()),
            ("keys/log".into(), text(format!("{}\n{mldsa44}\n", log_key()))),
            ("keys/offices".into(), text(format!("{}\n", keys().office.verifier_key()))),
        ];
        for index in [Some(0), index].into_iter().flatten() {
            let hashes = prove_inclusion(&self.leaves[..], index, size).unwrap();
            let mut proof = ProofFile { index, hashes, checkpoint: vec![] }.to_bytes();
            proof.pop();
            members.push((format!("entry/{index}"), self.notes[index as usize].clone()));
            members.push((format!("proof/{index}"), proof));
        }
        members
    }

    /// The last entry on its own.
    pub(crate) fn last(&self) -> Vec<u8> {
        zip(&self.members(Some(self.leaves.len() as u64 - 1)))
    }

    /// All entries, as a range.
    pub(crate) fn all(&self) -> Vec<u8> {
        self.range(0)
    }

    fn range(&self, start: u64) -> Vec<u8> {
        let end = self.leaves.len() as u64;
        let proof = prove_range(&self.leaves[..], start, end, end).unwrap();
        let mut members = self.members(None);
        members.push(("range/proof".into(), RangeFile { start, end, proof }.to_bytes()));
        let pack = encode_bundle(&self.notes[start as usize..]).unwrap();
        members.push(("range/entries/0".into(), pack));
        zip(&members)
    }
}

fn forged(change: impl FnOnce(&mut Entry)) -> Forge {
    let mut forge = Forge::new();
    forge.add(change);
    forge
}

/// Another spelling of the entry that would come next.
pub(crate) fn respelt(change: impl FnOnce(String) -> String) -> Forge {
    let mut forge = Forge::new();
    let text = change(forge.entry().text(ORIGIN).unwrap());
    forge.add_text(&text);
    forge
}

pub(crate) fn first(change: impl FnOnce(&mut Constitution)) -> Forge {
    first_respelt(change, |text| text)
}

/// The same, entry 0 spelt otherwise.
pub(crate) fn first_respelt(
    change: impl FnOnce(&mut Constitution),
    spell: impl FnOnce(String) -> String,
) -> Forge {
    let mut forge = Forge { notes: vec![], leaves: vec![] };
    let mut entry = forge.entry();
    let mut body = Forge::constitution();
    change(&mut body);
    entry.body = Body::Constitution(body);
    let text = spell(entry.text(ORIGIN).unwrap());
    forge.add_text(&text);
    forge.add(|_| {});
    forge
}

/// What an attack gives, asked strictly: the log's key, two of three cosigners.
/// The same with a name that is written here.
type Row = (&'static str, &'static str, Vec<u8>);

/// What an attack is called.
pub(crate) type Attack = (String, &'static str, Vec<u8>);

fn named(attacks: Vec<Row>) -> Vec<Attack> {
    attacks.into_iter().map(|(what, code, bytes)| (what.to_owned(), code, bytes)).collect()
}

/// All attacks, to be asked strictly.
pub(crate) fn all() -> Vec<Attack> {
    let (_temp, record, early) = record(9);
    [
        of_the_archive(&record),
        named(of_the_parts(&record)),
        named(of_the_keeper()),
        named(of_signatures(&record)),
        named(of_history(&record, &early)),
    ]
    .concat()
}

/// What an honest keeper makes with the same tools.
pub(crate) fn honest() -> Vec<Vec<u8>> {
    let honest = Forge::new();
    vec![honest.last(), honest.all(), honest.range(2)]
}

pub(crate) fn entry_bundle(record: &Record) -> Vec<u8> {
    let asked = Bundle {
        checkpoint: Some(cosigned(record.checkpoint(), &[1, 2])),
        ..ask(Asked::Entries([2].into()))
    };
    bundle(record, &asked)
}

/// Tricks with the archive itself.
fn of_the_archive(record: &Record) -> Vec<Attack> {
    let sound = entry_bundle(record);
    let held = members(&sound);
    let last = held.len() - 1;
    let trick = |change: fn(&mut Tricks)| {
        let mut tricks = Tricks::default();
        change(&mut tricks);
        zip_with(&held, last, &tricks)
    };
    let renamed = |name: &str| {
        let mut members = held.clone();
        members[last].0 = name.to_owned();
        zip(&members)
    };
    let with = |name: &str, bytes: &[u8]| {
        let mut members = held.clone();
        members.push((name.to_owned(), bytes.to_vec()));
        zip(&members)
    };
    let grown = |at: usize, bytes: &[u8]| [&sound[..at], bytes, &sound[at..]].concat();
    let directory = sound.windows(4).position(|four| four == b"PK\x01\x02").unwrap();
    let mut attacks = named(vec![
        ("no file", "zip-form", vec![]),
        ("another file", "zip-form", b"%PDF-1.7 and so on".to_vec()),
        ("an empty archive", "zip-form", b"PK\x05\x06".iter().chain(&[0; 18]).copied().collect()),
        ("a compressed member", "zip-compressed", trick(|t| t.method = 8)),
        ("an encrypted member", "zip-form", trick(|t| t.flags = 1)),
        ("a member whose size comes later", "zip-form", trick(|t| t.flags = 8)),
        ("another encoding of names", "zip-form", trick(|t| t.flags = 0x800)),
        ("an extra field", "zip-form", trick(|t| t.extra = vec![1, 0, 0, 0])),
        ("a bomb: a size that is not there", "zip-form", trick(|t| t.claimed_size = Some(1 << 31))),
        ("a symbolic link", "zip-symlink", trick(|t| t.attributes = Some(0o120_777 << 16))),
        ("a program", "zip-mismatch", trick(|t| t.attributes = Some(0o100_755 << 16))),
        ("a comment of a member", "zip-comment", trick(|t| t.member_comment = b"hidden".to_vec())),
        ("a comment of the archive", "zip-comment", trick(|t| t.comment = b"hidden".to_vec())),
        ("a wrong checksum", "zip-crc", trick(|t| t.crc_off_by = 1)),
        (
            "another name in the directory",
            "zip-mismatch",
            trick(|t| t.central_name = Some("spec/note.mb".into())),
        ),
        ("bytes after the end", "zip-trailing", grown(sound.len(), b"x")),
        ("a second archive after the end", "zip-trailing", grown(sound.len(), &sound)),
        ("bytes before the beginning", "zip-form", grown(0, b"#!/bin/sh\n")),
        ("bytes before the directory", "zip-form", grown(directory, b"hidden")),
        ("a cut archive", "zip-form", sound[..sound.len() - 1].to_vec()),
        ("an archive without its directory", "zip-form", sound[..directory].to_vec()),
        ("a name twice", "zip-duplicate", with("entry/2", b"another")),
        ("a member that is no part of bundles", "member", with("tool/run.sh", b"echo\n")),
        ("a member below spec/", "member", with("spec/a/b", b"")),
        ("texts out of order", "member", with("spec/a", b"")),
        ("a text larger than allowed", "too-large", with("spec/z", &vec![0; (4 << 20) + 1])),
    ]);
    let leads_astray: [(&str, &str); 9] = [
        ("a path up", "../escape"),
        ("a path up, inside", "spec/../../escape"),
        ("a path from the root", "/etc/passwd"),
        ("a path of Windows", "spec\\..\\escape"),
        ("a drive of Windows", "C:/escape"),
        ("a path of no name", "spec//note.md"),
        ("a path to a folder", "spec/"),
        ("a name that looks like another", "spec/n\u{3bf}te.md"),
        ("a name with an end in it", "spec/note\0.md"),
    ];
    let astray = leads_astray.map(|(what, name)| (what.to_owned(), "zip-name", renamed(name)));
    attacks.extend(astray);
    attacks.push(("a name that never ends".into(), "zip-name", renamed(&"spec/a".repeat(40))));
    for place in 0..held.len() - 1 {
        let mut fewer = held.clone();
        let (name, _) = fewer.remove(place);
        // Files may be left out: the verdict counts them.
        if !name.starts_with("blob/") {
            attacks.push((format!("without {name}"), "member", zip(&fewer)));
        }
        let mut swapped = held.clone();
        swapped.swap(place, place + 1);
        attacks.push((format!("{name} after what follows it"), "member", zip(&swapped)));
    }
    attacks
}

/// Members exchanged for others.
fn of_the_parts(record: &Record) -> Vec<Row> {
    let (_temp, foreign, _) = {
        let keys = servanda_store::Keys::generate("example.org/other", [1; 32], [3; 32], [2; 32]);
        record_with(&keys.unwrap(), 9)
    };
    let (sound, other) = (entry_bundle(record), members(&entry_bundle(&foreign)));
    let of = |name: &str| other.iter().find(|member| member.0 == name).unwrap().1.clone();
    let set = |name: &str, bytes: Vec<u8>| changed(&sound, name, |held| *held = bytes);
    let edit = |name: &str, from: &str, to: &str| {
        changed(&sound, name, |held| {
            let text = String::from_utf8(held.clone()).unwrap();
            assert!(text.contains(from), "{name} has no {from}");
            *held = text.replacen(from, to, 1).into_bytes();
        })
    };
    let entry = |index: u64| record.note_bytes(index).unwrap().to_vec();
    let proof = |index: u64, at: u64| {
        let hashes = record.inclusion_proof(at, 9).unwrap();
        let checkpoint = cosigned(record.checkpoint(), &[1, 2]);
        let whole = ProofFile { index, hashes, checkpoint: checkpoint.clone() }.to_bytes();
        // Without the empty line and the checkpoint.
        (whole[..whole.len() - checkpoint.len() - 1].to_vec(), whole)
    };
    let shorter = {
        let text = String::from_utf8(proof(2, 2).0).unwrap();
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        [&lines[..2], &lines[3..]].concat().concat().into_bytes()
    };
    // With 9 entries the proof of entry 2 leads to the same root in other sizes of its form.
    let resized = edit("checkpoint", "\n9\n", "\n10\n");
    let all = |answer: bool| {
        let checkpoint = Some(cosigned(record.checkpoint(), &[1, 2]));
        let answer = answer.then(|| b"{}".to_vec());
        bundle(record, &Bundle { checkpoint, answer, ..ask(Asked::All) })
    };
    let part = {
        let checkpoint = Some(cosigned(record.checkpoint(), &[1, 2]));
        bundle(record, &Bundle { checkpoint, ..ask(Asked::Range(2, 7)) })
    };
    let with_answer = {
        let mut members = members(&part);
        let place =
            members.iter().position(|member| ["blob", "spec"].contains(&&member.0[..4])).unwrap();
        members.insert(place, ("answer.json".into(), b"{}".to_vec()));
        zip(&members)
    };
    let blob = members(&all(true)).iter().find(|m| m.0.starts_with("blob/")).unwrap().0.clone();
    let stray = {
        let mut members = members(&entry_bundle(record));
        let hash = servanda_tlog::sha256(b"planted").to_hex();
        let place = members.iter().position(|member| member.0.starts_with("spec/")).unwrap();
        let name = format!("blob/{}/{hash}", &hash[..2]);
        // It comes before or after the one that is there, by its name.
        let place = members[..place]
            .iter()
            .position(|member| member.0.starts_with("blob/") && member.0 > name)
            .unwrap_or(place);
        members.insert(place, (name, b"planted".to_vec()));
        zip(&members)
    };
    let pack = |change: &dyn Fn(&mut Vec<Vec<u8>>)| {
        let mut notes: Vec<Vec<u8>> = (2..7).map(entry).collect();
        change(&mut notes);
        changed(&part, "range/entries/0", |held| *held = encode_bundle(&notes).unwrap())
    };
    let range = |change: &dyn Fn(&mut RangeFile)| {
        changed(&part, "range/proof", |held| {
            let mut file = RangeFile::parse(held).unwrap();
            change(&mut file);
            *held = file.to_bytes();
        })
    };
    vec![
        ("another README", "readme", edit("README.txt", "DOES NOT PROVE", "PROVES TOO")),
        ("no checkpoint", "checkpoint-form", set("checkpoint", b"9\n".to_vec())),
        ("a checkpoint of no entries", "checkpoint-form", edit("checkpoint", "\n9\n", "\n0\n")),
        ("a size with a zero before it", "checkpoint-form", edit("checkpoint", "\n9\n", "\n09\n")),
        ("an extension line", "checkpoint-form", edit("checkpoint", "\n\n", "\nmore\n\n")),
        ("another size beside a true root", "checkpoint-signature", resized),
        ("another record's checkpoint", "entry-origin", set("checkpoint", of("checkpoint"))),
        ("another record's entry 0", "entry-origin", set("entry/0", of("entry/0"))),
        ("another record's entry", "entry-origin", set("entry/2", of("entry/2"))),
        ("another record's keys", "keys", set("keys/log", of("keys/log"))),
        ("an office too many", "keys", changed(&sound, "keys/offices", |held| held.extend(b"x\n"))),
        ("another record's proof", "proof-inclusion", set("proof/2", of("proof/2"))),
        ("another record whole", "key-other", zip(&other)),
        ("the proof of another entry", "proof-index", set("proof/2", proof(3, 3).0)),
        ("that proof under this index", "proof-inclusion", set("proof/2", proof(2, 3).0)),
        ("a proof without its first hash", "proof-inclusion", { set("proof/2", shorter) }),
        ("extra data in a proof", "proof-form", { edit("proof/2", "index", "extra AAAA\nindex") }),
        ("65 hashes in a proof", "proof-form", {
            let line = format!("{}\n", leaf_hash(b"x"));
            edit("proof/2", "index 2\n", &("index 2\n".to_owned() + &line.repeat(61)))
        }),
        ("a checkpoint in a proof", "proof-form", {
            let alone = record.checkpoint().split(|byte| *byte == b'\n').take(3);
            let text = [&proof(2, 2).0[..], &alone.collect::<Vec<_>>().join(&b'\n')];
            set("proof/2", text.join(&b'\n'))
        }),
        ("a whole tlog-proof", "too-large", set("proof/2", proof(2, 2).1)),
        ("an empty line after a proof", "proof-form", {
            set("proof/2", [&proof(2, 2).0[..], b"\n"].concat())
        }),
        ("another entry in its place", "proof-inclusion", set("entry/2", entry(3))),
        ("the constitution in its place", "entry-kind", set("entry/2", entry(0))),
        ("another entry as the first", "entry-kind", set("entry/0", entry(2))),
        ("a byte changed in an entry", "entry-signature", edit("entry/2", "day.csv", "dax.csv")),
        ("a file of another hash", "blob-hash", changed(&all(true), &blob, |held| held[0] ^= 1)),
        ("a file that nothing names", "blob-unnamed", stray),
        ("an answer without its record", "answer-range", with_answer),
        ("a policy that is none", "policy-form", {
            let mut members = members(&sound);
            members.insert(2, ("policy".into(), b"quorum x\n".to_vec()));
            zip(&members)
        }),
        ("a range with one entry less", "range-entries", pack(&|n| n.truncate(4))),
        ("a range with one entry more", "range-entries", pack(&|n| n.push(n[0].clone()))),
        ("an entry of a range exchanged", "entry-chain", pack(&|n| n[3] = n[2].clone())),
        ("entries of a range swapped", "entry-chain", pack(&|n| n.swap(1, 2))),
        ("a pack that is cut off", "range-entries", {
            changed(&part, "range/entries/0", |held| held.truncate(held.len() - 1))
        }),
        ("a range that is said to end earlier", "range-entries", range(&|r| r.end -= 1)),
        ("a range that is said to begin later", "range-entries", range(&|r| r.start += 1)),
        ("a range that is said to be elsewhere", "range-root", {
            range(&|r| (r.start, r.end) = (r.start + 1, r.end + 1))
        }),
        ("a range beyond the record", "range-form", range(&|r| r.end = 10)),
        ("a range of nothing", "range-form", range(&|r| r.end = r.start)),
        ("a range without what is beside it", "range-root", {
            range(&|r| r.proof = RangeProof::default())
        }),
        ("a hash too many beside a range", "range-root", {
            range(&|r| r.proof.right.push(leaf_hash(b"x")))
        }),
    ]
}

/// What a keeper who holds all keys could write.
fn of_the_keeper() -> Vec<Row> {
    let stranger = Signer::from_seed(OFFICE, [77; 32]).unwrap();
    let unsigned = {
        let mut forge = Forge::new();
        let text = forge.entry().text(ORIGIN).unwrap();
        forge.add_note(sign(&text, &[&stranger]).unwrap());
        forge
    };
    let for_another = {
        let mut forge = Forge::new();
        let text = forge.entry().text("example.org/other").unwrap();
        forge.add_text(&text);
        forge
    };
    let huge = respelt(|text| text.replace("explosion", &"x".repeat(17_000)));
    let many = {
        let mut forge = Forge::new();
        let mut note = Note::new(&forge.entry().text(ORIGIN).unwrap()).unwrap();
        note.sign(&keys().office).unwrap();
        let bytes = note.to_bytes().unwrap();
        let lines = String::from_utf8(bytes).unwrap();
        let line = lines.lines().last().unwrap().to_owned() + "\n";
        forge.add_note((lines + &line.repeat(16)).into_bytes());
        forge
    };
    let weak = || {
        let mut typed = vec![1, 1];
        typed.extend([0; 31]);
        let id = servanda_tlog::sha256(&[b"example.org/truce\n", typed.as_slice()].concat());
        let key = "AQEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        format!("example.org/truce+{}+{key}", &id.to_hex()[..8])
    };
    let deep = |text: String| {
        let nested = "[".repeat(17) + &"]".repeat(17);
        text.replace("\"rows\"", &format!("\"deep\":{nested},\"rows\""))
    };
    let root = leaf_hash(b"never");
    vec![
        ("an entry signed by a stranger", "entry-signature", unsigned.last()),
        ("an entry written for another record", "entry-origin", for_another.last()),
        ("another agreement", "entry-agreement", forged(|e| e.agreement = "pact".into()).last()),
        ("an author who is no office", "entry-signature", forged(|e| e.by = "x".into()).last()),
        ("a second constitution", "entry-kind", {
            forged(|e| e.body = Body::Constitution(Forge::constitution())).last()
        }),
        ("a citation of what comes later", "entry-cite", forged(|e| e.cite.size = 5).last()),
        ("a citation of what never was", "entry-cite", forged(|e| e.cite.root = root).all()),
        ("a gap in an author's chain", "entry-chain", forged(|e| e.seq = 7).all()),
        ("the same number twice", "entry-chain", forged(|e| e.seq = 3).all()),
        ("a chain that leads elsewhere", "entry-chain", forged(|e| e.prev = Some(root)).all()),
        ("that in a part of the record", "entry-chain", forged(|e| e.prev = Some(root)).range(2)),
        ("a time that goes back", "entry-time", forged(|e| e.at = at(1)).all()),
        ("a float", "entry-form", respelt(|t| t.replace("\"seq\":4", "\"seq\":4.0")).last()),
        ("minus zero", "entry-form", respelt(|t| t.replace("\"seq\":4", "\"seq\":-0")).last()),
        (
            "a number below zero",
            "entry-form",
            respelt(|t| t.replace("\"seq\":4", "\"seq\":-4")).last(),
        ),
        ("a number too large to be exact", "entry-form", {
            respelt(|t| t.replace("\"seq\":4", "\"seq\":9007199254740993")).last()
        }),
        ("a key twice", "entry-form", {
            respelt(|t| t.replace("\"seq\":4", "\"seq\":3,\"seq\":4")).last()
        }),
        ("keys out of order", "entry-form", {
            respelt(|t| {
                t.replace("{\"agreement\":\"truce\",", "{")
                    .replace("\"seq\":4", "\"seq\":4,\"agreement\":\"truce\"")
            })
            .last()
        }),
        ("blanks", "entry-form", respelt(|t| t.replace("\"seq\":4", "\"seq\": 4")).last()),
        ("a needless escape", "entry-form", {
            respelt(|t| t.replace("explosion", "e\\u0078plosion")).last()
        }),
        ("half a character", "entry-form", {
            respelt(|t| t.replace("explosion", "\\ud800")).last()
        }),
        ("an unknown field", "entry-form", {
            respelt(|t| t.replace("\"seq\":4", "\"seq\":4,\"zone\":null")).last()
        }),
        ("a field that is missing", "entry-form", respelt(|t| t.replace(",\"seq\":4", "")).last()),
        ("a field of another type", "entry-form", {
            respelt(|t| t.replace("\"seq\":4", "\"seq\":\"4\"")).last()
        }),
        ("another class", "entry-form", respelt(|t| t.replace("\"public\"", "\"sealed\"")).last()),
        ("a date that is none", "entry-form", {
            respelt(|t| t.replace("\"at_ms\":", "\"at_ms\":99")).last()
        }),
        ("seventeen brackets", "entry-form", respelt(deep).last()),
        ("a depth bomb", "entry-form", {
            respelt(|t| t.replace("\"explosion\"", &"[".repeat(14_000))).last()
        }),
        ("a fourth line", "entry-form", respelt(|t| t + "more\n").last()),
        ("another form", "entry-form", respelt(|t| t.replace("entry/v1", "entry/v2")).last()),
        ("more than 16 KiB", "entry-form", huge.last()),
        ("seventeen signatures", "entry-form", many.last()),
        ("more than 60 KiB", "too-large", {
            let mut forge = Forge::new();
            forge.add_note(vec![b'x'; 61_441]);
            forge.last()
        }),
        ("a weak key for the log", "constitution", first(|c| c.log = weak()).last()),
        ("a log of another name", "constitution", {
            let other = Signer::from_seed("example.org/other", [1; 32]).unwrap();
            first(|c| c.log = other.verifier_key().to_string()).last()
        }),
        ("no office", "constitution", first(|c| c.offices.clear()).last()),
        ("one office twice", "constitution", {
            first(|c| c.offices.push(c.offices[0].clone())).last()
        }),
        ("an office as a list", "constitution", {
            let spell = |text: String| {
                let text = text.replacen("[{\"key\":", "[[", 1).replacen("\"role\":", "", 1);
                text.replacen("record\"}]", "record\"]]", 1)
            };
            first_respelt(|_| {}, spell).last()
        }),
        ("no second key of the log", "keys", first(|c| c.log_mldsa44 = None).last()),
    ]
}

/// Signatures that are missing, bad, of nobody, or of another.
fn of_signatures(record: &Record) -> Vec<Row> {
    let by = |cosigners: &[u8]| {
        let checkpoint = Some(cosigned(record.checkpoint(), cosigners));
        bundle(record, &Bundle { checkpoint, ..ask(Asked::Entries([2].into())) })
    };
    let with = |change: &dyn Fn(&mut Note, &Checkpoint)| {
        let mut note = Note::parse(&cosigned(record.checkpoint(), &[1, 2]), 131_072).unwrap();
        let checkpoint: Checkpoint = note.text().parse().unwrap();
        change(&mut note, &checkpoint);
        let signed = note.to_bytes().unwrap();
        let members = members(&by(&[1, 2])).into_iter().map(|(name, bytes)| {
            let bytes = match name.split('/').next() {
                Some("checkpoint") => signed.clone(),
                _ => bytes,
            };
            (name, bytes)
        });
        zip(&members.collect::<Vec<_>>())
    };
    let log = keys();
    let mldsa44 = log.log_mldsa44.as_ref().unwrap();
    let only = |signer: bool| {
        with(&|note, checkpoint| {
            let mut bare = Note::new(&checkpoint.to_string()).unwrap();
            if signer {
                bare.sign(&log.log).unwrap();
            } else {
                bare.add_signature(mldsa44.cosign(checkpoint, 0).unwrap()).unwrap();
            }
            *note = bare;
        })
    };
    let elsewhere = Checkpoint::new(ORIGIN, 9, leaf_hash(b"another root")).unwrap();
    let stranger =
        servanda_tlog::Cosigner::from_seed("w3.example", CosignerKind::MlDsa44, [99; 32]).unwrap();
    let bad =
        |signature: Signature| with(&|note, _| note.add_signature(signature.clone()).unwrap());
    let name_of = |n: u8| (cosigner(n).key().name().to_owned(), cosigner(n).key().id());
    let (third, third_id) = name_of(3);
    vec![
        ("no cosigner", "quorum", by(&[])),
        ("one of the two that are needed", "quorum", by(&[1])),
        ("one of them and a stranger", "quorum", by(&[1, 9])),
        ("one of them, a stranger under another's name", "quorum", {
            with(&|note, checkpoint| {
                *note = Note::parse(&cosigned(record.checkpoint(), &[1]), 131_072).unwrap();
                note.add_signature(stranger.cosign(checkpoint, 9).unwrap()).unwrap();
            })
        }),
        ("one of them, one later than asked", "quorum", {
            with(&|note, checkpoint| {
                *note = Note::parse(&cosigned(record.checkpoint(), &[1]), 131_072).unwrap();
                let later = cosigner(2).cosign(checkpoint, COSIGNED + 61).unwrap();
                note.add_signature(later).unwrap();
            })
        }),
        ("another's signature in a witness's name", "cosignature", {
            let signature = stranger.cosign(&elsewhere, 9).unwrap();
            bad(Signature::new(&third, third_id, signature.bytes()).unwrap())
        }),
        ("a witness's signature of another root", "cosignature", {
            bad(cosigner(3).cosign(&elsewhere, COSIGNED).unwrap())
        }),
        ("a witness's signature of another length", "cosignature", {
            bad(Signature::new(&third, third_id, &[7; 72]).unwrap())
        }),
        ("a time that was changed", "cosignature", {
            let honest = cosigner(2).cosign(&elsewhere, 5).unwrap();
            let (name, id) = name_of(2);
            bad(Signature::new(&name, id, honest.bytes()).unwrap())
        }),
        ("the log's Ed25519 alone: a quantum forger", "checkpoint-signature", only(true)),
        ("the log's ML-DSA-44 alone", "checkpoint-signature", only(false)),
        ("a bad ML-DSA-44 signature of the log", "checkpoint-signature", {
            bad(mldsa44.cosign(&elsewhere, 0).unwrap())
        }),
        ("a bad Ed25519 signature of the log", "checkpoint-signature", {
            let key = log.log.verifier_key();
            bad(Signature::new(key.name(), key.id(), &[7; 64]).unwrap())
        }),
    ]
}

/// Another history than the one that was seen before.
fn of_history(record: &Record, early: &[u8]) -> Vec<Row> {
    let since = {
        let checkpoint = Some(cosigned(record.checkpoint(), &[1, 2]));
        let asked = Bundle { since: Some(early.to_vec()), checkpoint, ..ask(Asked::Range(1, 4)) };
        bundle(record, &asked)
    };
    let log = keys();
    let signed = |size: u64, root: Hash| {
        let checkpoint = Checkpoint::new(ORIGIN, size, root).unwrap();
        checkpoint.sign_twice(&log.log, log.log_mldsa44.as_ref().unwrap()).unwrap()
    };
    let set = |bytes: Vec<u8>| changed(&since, "since/checkpoint", |held| *held = bytes);
    let lines = |change: &dyn Fn(&mut Vec<&str>)| {
        changed(&since, "since/proof", |held| {
            let text = String::from_utf8(held.clone()).unwrap();
            let mut lines: Vec<&str> = text.lines().collect();
            change(&mut lines);
            *held = (lines.join("\n") + "\n").into_bytes();
        })
    };
    let never = leaf_hash(b"never");
    vec![
        ("a rewritten past", "since-consistency", set(signed(2, never))),
        ("a longer past than the present", "since-consistency", set(signed(10, never))),
        ("two roots of one size", "since-consistency", set(signed(9, never))),
        ("a past that the log did not sign", "since-signature", {
            let stranger = Signer::from_seed(ORIGIN, [78; 32]).unwrap();
            set(Checkpoint::new(ORIGIN, 2, never).unwrap().sign(&stranger).unwrap())
        }),
        ("the past of another record", "since-signature", {
            let text = String::from_utf8(early.to_vec()).unwrap();
            set(text.replacen("truce", "other", 1).into_bytes())
        }),
        ("no checkpoint as the past", "since-form", set(b"two entries\n".to_vec())),
        ("a proof of another form", "since-form", lines(&|l| l[0] = "c2sp.org/tlog-proof@v1")),
        ("a proof with a hash less", "since-consistency", lines(&|l| l.truncate(l.len() - 1))),
        ("a proof with a hash twice", "since-consistency", lines(&|l| l.push(l[1]))),
        ("a proof with hashes swapped", "since-consistency", lines(&|l| l.swap(1, 2))),
    ]
}
