//! Two writers of one record, request by request, in an order that a seed decides.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Condvar, Mutex};
use std::thread;

use async_trait::async_trait;
use futures_util::StreamExt as _;
use futures_util::stream::BoxStream;
use object_store::memory::InMemory;
use object_store::path::Path as Key;
use object_store::{
    CopyOptions, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore,
    PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};
use servanda_entry::{Blob, Body, Document, RowCount};
use servanda_store::{Keys, Record, StoreError, Writer, verify_in};
use servanda_time::Instant;
use servanda_tlog::sha256;

use crate::Objects;

const ORIGIN: &str = "example.org/truce";
const SEEDS: u64 = 200;
/// How often each writer begins anew.
const TURNS: u64 = 6;

/// Numbers that a seed decides (xorshift).
#[derive(Debug)]
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 8) % n
    }
}

/// Whose request is next.
#[derive(Debug)]
struct Baton {
    held: Mutex<(Dice, [bool; 2], usize)>,
    passed: Condvar,
}

impl Baton {
    fn new(seed: u64) -> Baton {
        let dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        Baton { held: Mutex::new((dice, [true; 2], 0)), passed: Condvar::new() }
    }

    /// Waits for the turn of this writer, does one thing, and passes on.
    fn turn<T>(&self, who: usize, act: impl FnOnce() -> T) -> T {
        let held = self.held.lock().unwrap();
        let mut held = self.passed.wait_while(held, |held| held.2 != who).unwrap();
        let done = act();
        // Runs of one writer's requests, so that whole appends come between the other's.
        if held.0.below(6) == 0 && held.1[1 - who] {
            held.2 = 1 - who;
        }
        self.passed.notify_all();
        done
    }

    fn leave(&self, who: usize) {
        let mut held = self.held.lock().unwrap();
        held.1[who] = false;
        if held.2 == who {
            held.2 = 1 - who;
        }
        self.passed.notify_all();
    }
}

/// The store as one writer reaches it.
#[derive(Debug, Clone)]
struct Reached {
    store: Arc<InMemory>,
    baton: Arc<Baton>,
    who: usize,
    /// Size and root of each signed checkpoint that ever lay in the store.
    signed: Arc<Mutex<BTreeMap<u64, String>>>,
}

impl Reached {
    fn request<T>(&self, request: impl Future<Output = T>) -> T {
        self.baton.turn(self.who, || at_once(request))
    }

    /// Every checkpoint in what was put, be it a frame or `checkpoint`, is that of its size.
    fn note_signed(&self, bytes: &[u8]) {
        let text = String::from_utf8_lossy(bytes);
        for (at, _) in text.match_indices(&format!("{ORIGIN}\n")) {
            let mut lines = text[at..].lines().skip(1);
            let (Some(size), Some(root)) = (lines.next(), lines.next()) else { continue };
            let Ok(size) = size.parse() else { continue };
            let mut signed = self.signed.lock().unwrap();
            let first = signed.entry(size).or_insert_with(|| root.to_owned());
            assert_eq!(first, root, "two checkpoints of {size} entries");
        }
    }
}

/// Polls once: for what is never pending.
fn at_once<T>(future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match future.as_mut().poll(&mut context) {
        std::task::Poll::Ready(done) => done,
        std::task::Poll::Pending => panic!("the store in memory waits"),
    }
}

impl fmt::Display for Reached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "writer {}", self.who)
    }
}

#[async_trait]
impl ObjectStore for Reached {
    async fn put_opts(&self, key: &Key, bytes: PutPayload, how: PutOptions) -> Result<PutResult> {
        let whole: Vec<u8> = bytes.iter().flat_map(|piece| piece.to_vec()).collect();
        let put = self.request(self.store.put_opts(key, bytes, how))?;
        self.note_signed(&whole);
        Ok(put)
    }

    async fn put_multipart_opts(
        &self,
        key: &Key,
        how: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        self.request(self.store.put_multipart_opts(key, how))
    }

    async fn get_opts(&self, key: &Key, how: GetOptions) -> Result<GetResult> {
        self.request(self.store.get_opts(key, how))
    }

    fn delete_stream(
        &self,
        keys: BoxStream<'static, Result<Key>>,
    ) -> BoxStream<'static, Result<Key>> {
        let this = self.clone();
        let one = move |key| {
            let this = this.clone();
            async move {
                let keys = futures_util::stream::iter([key]).boxed();
                let mut deleted = this.store.delete_stream(keys);
                this.request(deleted.next()).unwrap()
            }
        };
        keys.then(one).boxed()
    }

    fn list(&self, below: Option<&Key>) -> BoxStream<'static, Result<ObjectMeta>> {
        let listed: Vec<_> = self.request(self.store.list(below).collect());
        futures_util::stream::iter(listed).boxed()
    }

    async fn list_with_delimiter(&self, below: Option<&Key>) -> Result<ListResult> {
        self.request(self.store.list_with_delimiter(below))
    }

    async fn copy_opts(&self, from: &Key, to: &Key, how: CopyOptions) -> Result<()> {
        self.request(self.store.copy_opts(from, to, how))
    }
}

fn keys() -> Keys {
    Keys::generate(ORIGIN, [1; 32], [3; 32], [2; 32]).unwrap()
}

/// A file and the entry that names it; no two alike.
fn named(words: &str) -> (Body, Vec<u8>) {
    let bytes = words.as_bytes().to_vec();
    let file = Blob { name: "day".into(), sha256: sha256(&bytes), bytes: bytes.len() as u64 };
    let rows = RowCount::default();
    let source = "patrol".into();
    (Body::Document(Document { file, format: "csv".into(), source, rows, quarantine: None }), bytes)
}

/// One writer's day: it opens, appends, and sometimes ends without having settled. Gives what it
/// was told is committed: index and words.
fn write(objects: &Arc<Objects>, who: usize, dice: &mut Dice) -> (Vec<(u64, String)>, u64) {
    let (keys, at) = (keys(), Instant::from_ms(1_775_000_001_000).unwrap());
    let (mut told, mut refused) = (Vec::new(), 0);
    for turn in 0..TURNS {
        let mut writer = match Writer::open(objects.clone(), &keys) {
            Ok(writer) => writer,
            // What it read was changed meanwhile; or removed, when a tile became full.
            Err(
                StoreError::Stale { .. } | StoreError::Busy { .. } | StoreError::Damaged { .. },
            ) => {
                refused += 1;
                continue;
            }
            Err(other) => panic!("{other}"),
        };
        for append in 0..=dice.below(3) {
            let entries = 1 + dice.below(3);
            let words: Vec<String> =
                (0..entries).map(|n| format!("{who} {turn} {append} {n}\n")).collect();
            let (bodies, files) = words.iter().map(|words| named(words)).unzip();
            match writer.append(at, bodies, files) {
                Ok(range) => told.extend(range.zip(words)),
                Err(StoreError::Stale { .. } | StoreError::Poisoned { .. }) => {
                    refused += 1;
                    break;
                }
                Err(other) => panic!("{other}"),
            }
            if dice.below(3) == 0 && writer.settle().is_err() {
                refused += 1;
                break;
            }
        }
    }
    (told, refused)
}

#[test]
fn whatever_the_order_of_requests_nothing_that_was_acknowledged_is_lost() {
    let mut refused_at_all = 0;
    let mut told_at_all = 0;
    for seed in 0..SEEDS {
        let (store, baton) = (Arc::new(InMemory::new()), Arc::new(Baton::new(seed + 1)));
        let signed = Arc::default();
        let reached = |who| {
            let store = Reached {
                store: store.clone(),
                baton: baton.clone(),
                who,
                signed: Arc::clone(&signed),
            };
            Arc::new(Objects::over(Arc::new(store), "memory", "truce").unwrap())
        };
        let plain = Arc::new(Objects::over(store.clone(), "memory", "truce").unwrap());
        let at = Instant::from_ms(1_775_000_000_000).unwrap();
        Record::init_in(plain.clone(), ORIGIN, &keys(), at, "truce", vec![], vec![]).unwrap();
        let writers: Vec<_> = (0..2)
            .map(|who| {
                let (objects, baton) = (reached(who), baton.clone());
                thread::spawn(move || {
                    /// Also when it panics: the other must not wait for ever.
                    struct Leaves(Arc<Baton>, usize);
                    impl Drop for Leaves {
                        fn drop(&mut self) {
                            self.0.leave(self.1);
                        }
                    }
                    let _leaves = Leaves(baton, who);
                    write(&objects, who, &mut Dice(seed * 2 + who as u64 + 77))
                })
            })
            .collect();
        let told: Vec<_> = writers.into_iter().map(|writer| writer.join().unwrap()).collect();
        let keys = keys();
        Writer::open(plain.clone(), &keys).unwrap().settle().unwrap();
        let report = verify_in(plain.as_ref(), [keys.log.verifier_key().to_string().as_str()]);
        let record = Record::open_in(plain).unwrap();
        // A file that a writer put after it was overtaken may be named by no entry.
        for fault in &report.faults {
            assert!(fault.path.starts_with("blob/"), "seed {seed}: {report:?}");
        }
        for (told, refused) in told {
            refused_at_all += refused;
            told_at_all += told.len();
            for (index, words) in told {
                let entry = record.entry(index).unwrap();
                assert_eq!(entry.body, named(&words).0, "seed {seed}, entry {index}");
                assert_eq!(record.blob(&sha256(words.as_bytes())).unwrap(), words.as_bytes());
            }
        }
        let root = signed.lock().unwrap().get(&record.size()).cloned();
        assert!(root.is_some(), "seed {seed}: no checkpoint was seen");
    }
    // They were in each other's way, and both came through.
    assert!(
        refused_at_all > SEEDS && told_at_all as u64 > 2 * SEEDS,
        "{refused_at_all} {told_at_all}"
    );
}
