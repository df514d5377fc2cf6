//! A witness in a folder and over HTTP: it keeps what it cosigned, and never goes back.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that stops has failed")]

mod kit;

use kit::ask;
use servanda_server::{Failure, Listening, Service, Witness, serve};
use servanda_tlog::{
    ADD_CHECKPOINT_BYTES_MAX, AddCheckpoint, Checkpoint, Cosigner, CosignerKind, Hash, Note,
    Refusal, Signature, Signer, leaf_hash, prove_consistency, root_of, sha256,
};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, mpsc};
use std::time::Duration;

const ORIGIN: &str = "example.com/log";
const NAME: &str = "delegation.example/witness";

fn log() -> (Signer, Cosigner) {
    let mldsa44 = Cosigner::from_seed(ORIGIN, CosignerKind::MlDsa44, [9; 32]).unwrap();
    (Signer::from_seed(ORIGIN, [8; 32]).unwrap(), mldsa44)
}

fn leaves(count: u64, branch: u8) -> Vec<Hash> {
    (0..count).map(|n| leaf_hash(&[branch, n as u8])).collect()
}

fn request(old: u64, leaves: &[Hash]) -> Vec<u8> {
    let (ed25519, mldsa44) = log();
    let checkpoint = Checkpoint::new(ORIGIN, leaves.len() as u64, root_of(leaves)).unwrap();
    let proof = match old {
        0 => Vec::new(),
        old => prove_consistency(leaves, old, leaves.len() as u64).unwrap(),
    };
    let note = checkpoint.sign_twice(&ed25519, &mldsa44).unwrap();
    AddCheckpoint { old, proof, note }.to_bytes()
}

fn witness(folder: &Path) -> Witness {
    let witness = Witness::make(folder, NAME, [[1; 32], [2; 32]]).unwrap();
    let (ed25519, mldsa44) = log();
    let keys = [ed25519.verifier_key().to_string(), mldsa44.key().to_string()];
    witness.watch(keys.iter().map(String::as_str)).unwrap();
    witness
}

fn refusal(answer: Result<String, Failure>) -> Refusal {
    match answer {
        Err(Failure::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

/// Both cosignatures of an answer are good, and state this time.
fn check(witness: &Witness, lines: &str, leaves: &[Hash], time: u64) {
    let checkpoint = Checkpoint::new(ORIGIN, leaves.len() as u64, root_of(leaves)).unwrap();
    let signatures: Vec<Signature> =
        lines.lines().map(|line| Signature::parse(line).unwrap()).collect();
    assert_eq!(signatures.len(), 2);
    for (key, signature) in witness.keys().zip(&signatures) {
        assert_eq!(key.verify(&checkpoint, signature.bytes()), Some(time));
    }
}

#[test]
fn what_was_cosigned_is_remembered() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("witness");
    let (five, nine, other) = (leaves(5, 0), leaves(9, 0), leaves(9, 1));
    let one = witness(&root);
    let lines = one.add_checkpoint(&request(0, &five), 1_775_000_000).unwrap();
    check(&one, &lines, &five, 1_775_000_000);
    assert!(matches!(Witness::open(&root), Err(Failure::Store(_))), "one program at a time");
    drop(one);
    let one = Witness::open(&root).unwrap();
    assert_eq!(one.watched(), [(ORIGIN.to_owned(), 5)]);
    assert_eq!(refusal(one.add_checkpoint(&request(0, &other), 1)).status(), 409);
    assert_eq!(refusal(one.add_checkpoint(&request(5, &other), 1)).code(), "inconsistent");
    let lines = one.add_checkpoint(&request(5, &nine), 1_775_000_100).unwrap();
    check(&one, &lines, &nine, 1_775_000_100);
    let digest = sha256(ORIGIN.as_bytes()).to_hex();
    let held = Note::parse(&one.checkpoint(&digest).unwrap(), 1 << 17).unwrap();
    assert_eq!(held.signatures().len(), 4, "the log's and its own");
    assert_eq!(one.checkpoint("00"), None);
}

#[test]
fn a_memory_that_was_meddled_with_is_not_used() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("witness");
    let one = witness(&root);
    one.add_checkpoint(&request(0, &leaves(5, 0)), 1).unwrap();
    drop(one);
    let held = root.join("log").join(sha256(ORIGIN.as_bytes()).to_hex()).join("checkpoint");
    let good = std::fs::read(&held).unwrap();
    let (ed25519, mldsa44) = log();
    let other = Checkpoint::new(ORIGIN, 3, root_of(&leaves(3, 0))).unwrap();
    std::fs::write(&held, other.sign_twice(&ed25519, &mldsa44).unwrap()).unwrap();
    assert!(matches!(Witness::open(&root), Err(Failure::Broken(_))), "the log alone signed it");
    std::fs::write(&held, &good[..good.len() / 2]).unwrap();
    assert!(Witness::open(&root).is_err());
    std::fs::write(&held, good).unwrap();
    Witness::open(&root).unwrap();
}

#[test]
fn only_what_is_watched_is_cosigned_and_keys_dont_change() {
    let folder = tempfile::tempdir().unwrap();
    let one = Witness::make(&folder.path().join("w"), NAME, [[1; 32], [2; 32]]).unwrap();
    assert_eq!(refusal(one.add_checkpoint(&request(0, &leaves(1, 0)), 1)).status(), 404);
    let ed25519 = log().0.verifier_key().to_string();
    one.watch([ed25519.as_str()]).unwrap();
    one.watch([ed25519.as_str()]).unwrap();
    let other = Signer::from_seed(ORIGIN, [5; 32]).unwrap().verifier_key().to_string();
    assert!(matches!(one.watch([other.as_str()]), Err(Failure::Broken(_))));
    assert!(matches!(one.watch(["nothing"]), Err(Failure::Broken(_))));
    assert!(Witness::make(&folder.path().join("x"), NAME, [[1; 32]; 2]).is_err());
    assert!(Witness::make(&folder.path().join("y"), "a b", [[1; 32], [2; 32]]).is_err());
}

/// A witness over HTTP while `work` runs; it stops by itself.
fn serving(work: impl FnOnce(SocketAddr, &Witness)) {
    let folder = tempfile::tempdir().unwrap();
    let witness = Arc::new(witness(&folder.path().join("witness")));
    let service = Service::Witness(Arc::clone(&witness), || 1_775_000_000);
    let listening = Listening {
        at: SocketAddr::from(([127, 0, 0, 1], 0)),
        stop_after: Some(Duration::from_secs(5)),
    };
    let (tell, told) = mpsc::channel();
    let server = std::thread::spawn(move || {
        serve(service, &listening, |at| tell.send(at).unwrap()).unwrap();
    });
    work(told.recv().unwrap(), &witness);
    server.join().unwrap();
}

#[test]
fn over_http_it_answers_as_the_protocol_says() {
    serving(|at, witness| {
        let (five, nine) = (leaves(5, 0), leaves(9, 0));
        let digest = sha256(ORIGIN.as_bytes()).to_hex();
        let post = |body: &[u8]| ask(at, "POST", "/add-checkpoint", body);
        assert_eq!(ask(at, "GET", &format!("/{digest}/checkpoint"), b"").0, 404);
        let (status, _, lines) = post(&request(0, &five));
        assert_eq!(status, 200);
        check(witness, &String::from_utf8(lines).unwrap(), &five, 1_775_000_000);
        let (status, kind, size) = post(&request(0, &nine));
        assert_eq!(
            (status, kind.as_str(), size.as_slice()),
            (409, "text/x.tlog.size", &b"5\n"[..])
        );
        assert_eq!(post(&request(5, &leaves(9, 1))).0, 422);
        assert_eq!(post(b"old 5").0, 400);
        let unknown = String::from_utf8(request(5, &nine)).unwrap().replace(ORIGIN, "other");
        assert_eq!(post(unknown.as_bytes()).0, 404);
        let unsigned = String::from_utf8(request(5, &nine)).unwrap().replacen("\n9\n", "\n8\n", 1);
        assert_eq!(post(unsigned.as_bytes()).0, 403);
        assert_eq!(post(&vec![b'x'; ADD_CHECKPOINT_BYTES_MAX + 1]).0, 413);
        assert_eq!(ask(at, "GET", "/add-checkpoint", b"").0, 405);
        assert_eq!(ask(at, "GET", "/../keys", b"").0, 404);
        assert_eq!(post(&request(5, &nine)).0, 200);
        let (status, _, held) = ask(at, "GET", &format!("/{digest}/checkpoint"), b"");
        assert_eq!((status, Some(held)), (200, witness.checkpoint(&digest)));
    });
}

#[test]
fn many_at_once_never_roll_it_back() {
    serving(|at, witness| {
        let askers: Vec<_> = (0..8_u64)
            .map(|n| {
                std::thread::spawn(move || {
                    let mut cosigned = Vec::new();
                    for step in 0..12_u64 {
                        let size = (n + step * 3) % 30 + 1;
                        let history = leaves(size, 0);
                        let old = match ask(at, "POST", "/add-checkpoint", &request(0, &history)) {
                            (200, ..) => {
                                cosigned.push(size);
                                continue;
                            }
                            (409, _, body) => String::from_utf8(body).unwrap().trim().parse(),
                            other => panic!("{other:?}"),
                        };
                        let old: u64 = old.unwrap();
                        if old <= size {
                            let again = ask(at, "POST", "/add-checkpoint", &request(old, &history));
                            assert!(again.0 == 200 || again.0 == 409, "{again:?}");
                            cosigned.extend((again.0 == 200).then_some(size));
                        }
                    }
                    cosigned
                })
            })
            .collect();
        let sizes: Vec<u64> = askers.into_iter().flat_map(|one| one.join().unwrap()).collect();
        let last = witness.watched()[0].1;
        assert_eq!(Some(last), sizes.into_iter().max());
    });
}
