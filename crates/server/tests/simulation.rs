//! Five who witness and mirror, of whom two lie; an operator who may show two histories; messages
//! that are late, doubled, out of order or lost; weeks offline. Nobody is ever shown two histories
//! that both have a quorum, and those who are honest come to hold the same.
//!
//! The witnesses, mirrors and records are the real ones, in folders; only what is between them is
//! simulated. `SEEDS` says how many runs, `SEED_FROM` where to begin.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that stops has failed")]
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "how much is tried is asked in the environment, and how much was is told"
)]

mod kit;

use kit::*;
use servanda_server::{Failure, Mirror, Uploaded, Witness};
use servanda_store::{Record, copy_record, verify};
use servanda_tlog::{
    CHECKPOINT_BYTES_MAX, Checkpoint, Grade, Note, Policy, Signature, Standing, stand,
};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

const NODES: usize = 5;
const STEPS: usize = 30;
const WEEK: u64 = 7 * 86_400;

/// One who witnesses and mirrors. Who lies has two of each, with the same keys, so that each
/// history meets one that has never seen the other.
struct Node {
    witnesses: Vec<Witness>,
    mirrors: Vec<Mirror>,
    folders: Vec<PathBuf>,
    lies: bool,
    offline_until: usize,
    /// What it held last, of each kind: it never holds less.
    seen: (u64, u64),
}

impl Node {
    fn new(root: &Path, n: u8, lies: bool) -> Node {
        let count = if lies { 2 } else { 1 };
        let mut node = Node {
            witnesses: Vec::new(),
            mirrors: Vec::new(),
            folders: Vec::new(),
            lies,
            offline_until: 0,
            seen: (0, 0),
        };
        for copy in 0..count {
            let at = |what: &str| root.join(format!("{what}{n}-{copy}"));
            let name = format!("w{n}.example/witness");
            let witness =
                Witness::make(&at("witness"), &name, [[100 + n; 32], [120 + n; 32]]).unwrap();
            let keys = keys();
            let mldsa44 = keys.log_mldsa44.as_ref().unwrap().key().to_string();
            witness.watch([keys.log.verifier_key().to_string().as_str(), &mldsa44]).unwrap();
            node.witnesses.push(witness);
            node.mirrors.push(mirror(&at("mirror"), n));
            node.folders.push(at("mirror").join("log").join(digest()).join("record"));
        }
        node
    }

    /// Entries of a mirror's copy.
    fn held(&self, place: usize) -> u64 {
        let Ok(bytes) = std::fs::read(self.folders[place].join("checkpoint")) else { return 0 };
        let note = Note::parse(&bytes, CHECKPOINT_BYTES_MAX).unwrap();
        note.text().parse::<Checkpoint>().unwrap().size()
    }

    fn place(&self, branch: usize) -> usize {
        if self.lies { branch } else { 0 }
    }
}

/// What is on its way to somebody.
#[derive(Clone)]
struct Message {
    to: usize,
    branch: usize,
    /// The state of the record that it asks to have cosigned.
    size: u64,
    what: What,
}

#[derive(Clone)]
enum What {
    Witness(Vec<u8>),
    Checkpoint(Vec<u8>),
    Entries(Vec<u8>),
    File(String, Vec<u8>),
}

struct World {
    root: PathBuf,
    draw: Draw,
    nodes: Vec<Node>,
    /// The histories that the operator shows; an honest one has only the first.
    branches: Vec<Record>,
    forked_at: u64,
    on_the_way: Vec<Message>,
    /// What was cosigned of each history.
    states: BTreeMap<(usize, u64), (Checkpoint, Note)>,
    accepted: BTreeSet<(usize, u64)>,
    mirrored: BTreeSet<(usize, u64)>,
    /// Two histories were accepted.
    is_split: bool,
    policy: Policy,
    now: u64,
}

/// Four of five, of whom two may lie: 2 × 4 − 5 > 2.
fn policy(nodes: &[Node]) -> Policy {
    let mut text = String::new();
    for (n, node) in nodes.iter().enumerate() {
        text += &format!("witness W{n} {}\n", node.witnesses[0].keys().next().unwrap());
        text += &format!("witness M{n} {}\n", node.mirrors[0].keys().next().unwrap());
    }
    text += "group seen 4 W0 W1 W2 W3 W4\ngroup mirrors 4 M0 M1 M2 M3 M4\nquorum seen\n";
    Policy::parse(text.as_bytes()).unwrap()
}

impl World {
    fn new(root: &Path, seed: u64) -> World {
        let mut draw = Draw::new(seed);
        let mut liars = BTreeSet::new();
        while liars.len() < 2 {
            liars.insert(draw.below(NODES));
        }
        let nodes: Vec<Node> =
            (0..NODES).map(|n| Node::new(root, n as u8, liars.contains(&n))).collect();
        let first = record(&root.join("record"));
        let policy = policy(&nodes);
        World {
            root: root.to_owned(),
            draw,
            nodes,
            branches: vec![first],
            forked_at: u64::MAX,
            on_the_way: Vec::new(),
            states: BTreeMap::new(),
            accepted: BTreeSet::new(),
            mirrored: BTreeSet::new(),
            is_split: false,
            policy,
            now: NOW,
        }
    }

    fn step(&mut self, n: usize, two_histories: bool) {
        self.now += self.draw.next() % 7_200;
        match self.draw.below(12) {
            0 | 1 => {
                let branch = self.draw.below(self.branches.len());
                let (count, seed) = (1 + self.draw.below(3) as u32, 1 + n as u32 * 10);
                grow_at(&mut self.branches[branch], count, seed + branch as u32, 100 + n as i64);
            }
            2 if two_histories && self.branches.len() == 1 && n > 3 => self.fork(n),
            3 => {
                let node = self.draw.below(NODES);
                self.nodes[node].offline_until = n + self.draw.below(STEPS / 2);
            }
            4 => self.now += WEEK + self.draw.next() % (3 * WEEK),
            5 => self.pull(n),
            6..9 => (0..3).for_each(|_| self.send(true)),
            _ => (0..2).for_each(|_| self.send(false)),
        }
        for _ in 0..6 {
            if self.on_the_way.is_empty() {
                break;
            }
            // Out of order, sometimes twice, sometimes never.
            let place = self.draw.below(self.on_the_way.len());
            let message = match self.draw.below(6) {
                0 => self.on_the_way[place].clone(),
                _ => self.on_the_way.swap_remove(place),
            };
            let lost = self.draw.below(8) == 0 || self.nodes[message.to].offline_until > n;
            if !lost {
                self.deliver(message);
            }
        }
        self.check_nodes();
    }

    /// From here on the operator has two histories.
    fn fork(&mut self, n: usize) {
        let to = self.root.join("other");
        std::fs::create_dir(&to).unwrap();
        copy_record(self.branches[0].dir(), &to, None).unwrap();
        let mut other = Record::open(&to).unwrap();
        self.forked_at = other.size();
        grow_at(&mut other, 1, 5_000, 100 + n as i64);
        grow_at(&mut self.branches[0], 1, 6_000, 100 + n as i64);
        self.branches.push(other);
    }

    /// Asks one to cosign, by what the operator believes that it saw last.
    fn send(&mut self, to_witness: bool) {
        let to = self.draw.below(NODES);
        let branch = self.draw.below(self.branches.len());
        let (record, node) = (&self.branches[branch], &self.nodes[to]);
        let place = node.place(branch);
        let size = record.size();
        let message = |what| Message { to, branch, size, what };
        if to_witness {
            let old = node.witnesses[place].watched()[0].1.min(size);
            let request = record.ask_to_cosign(old).unwrap().to_bytes();
            self.on_the_way.push(message(What::Witness(request)));
            return;
        }
        let old = node.held(place).min(size);
        let request = record.ask_to_cosign(old).unwrap().to_bytes();
        self.on_the_way.push(message(What::Checkpoint(request)));
        let body = record.ask_to_mirror(old, size, vec![]).unwrap();
        self.on_the_way.push(message(What::Entries(body)));
        for hash in record.files_of(old, size).unwrap() {
            let bytes = record.blob(&hash).unwrap();
            self.on_the_way.push(message(What::File(hash.to_hex(), bytes)));
        }
        let rest = record.ask_to_mirror(size, size, vec![]).unwrap();
        self.on_the_way.push(message(What::Entries(rest)));
    }

    /// One is brought a copy on a stick.
    fn pull(&mut self, n: usize) {
        let (to, branch) = (self.draw.below(NODES), self.draw.below(self.branches.len()));
        if self.nodes[to].offline_until > n {
            return;
        }
        let (dir, size) = (self.branches[branch].dir().to_owned(), self.branches[branch].size());
        let place = self.nodes[to].place(branch);
        match self.nodes[to].mirrors[place].pull(&dir, self.now) {
            Ok(pulled) => self.cosigned(branch, size, &pulled.lines),
            Err(Failure::Refused(_)) => {}
            Err(other) => panic!("{other}"),
        }
    }

    fn deliver(&mut self, message: Message) {
        let Message { to, branch, size, what } = message;
        let (node, now) = (&self.nodes[to], self.now);
        let (witness, mirror) =
            (&node.witnesses[node.place(branch)], &node.mirrors[node.place(branch)]);
        let lines = match what {
            What::Witness(bytes) => witness.add_checkpoint(&bytes, now),
            What::Checkpoint(bytes) => mirror.add_checkpoint(&bytes).map(|()| String::new()),
            What::File(hash, bytes) => {
                mirror.add_file(&digest(), &hash, &bytes).map(|_| String::new())
            }
            What::Entries(body) => mirror.add_entries(&body, now).map(|answer| match answer {
                Uploaded::Cosigned(lines) => lines,
                _ => String::new(),
            }),
        };
        match lines {
            Ok(lines) => self.cosigned(branch, size, &lines),
            Err(Failure::Refused(_)) => {}
            Err(other) => panic!("{other}"),
        }
    }

    /// Somebody cosigned: does a reader accept the state now?
    fn cosigned(&mut self, branch: usize, size: u64, lines: &str) {
        let root = self.branches[branch].root_at(size).unwrap();
        let checkpoint = Checkpoint::new(ORIGIN, size, root).unwrap();
        let (_, note) = self.states.entry((branch, size)).or_insert_with(|| {
            let keys = keys();
            let mldsa44 = keys.log_mldsa44.as_ref().unwrap();
            let signed = checkpoint.sign_twice(&keys.log, mldsa44).unwrap();
            (checkpoint.clone(), Note::parse(&signed, CHECKPOINT_BYTES_MAX).unwrap())
        });
        let before = note.clone();
        for signature in lines.lines().map(|line| Signature::parse(line).unwrap()) {
            let is_new =
                |one: &Signature| (one.name(), one.id()) != (signature.name(), signature.id());
            // One kind of signature is enough here: sixteen is the most that a note may have.
            if signature.bytes().len() < 100 && note.signatures().iter().all(is_new) {
                note.add_signature(signature).unwrap();
            }
        }
        // A mirror that is sent nothing cosigns what it holds, which may be the other history: then
        // what it gave is refused, as the operator's program does.
        let Ok(quorum) = self.policy.evaluate(&checkpoint, note, None) else {
            *note = before;
            return;
        };
        if quorum.is_met {
            self.accepted.insert((branch, size));
        }
        if quorum.grade == Grade::Mirrored {
            self.mirrored.insert((branch, size));
        }
        let beyond = |branch: usize| {
            self.accepted.iter().any(|(of, size)| *of == branch && *size > self.forked_at)
        };
        self.is_split = beyond(0) && beyond(1);
    }

    /// Nobody who is honest ever holds less, or another history than before.
    fn check_nodes(&mut self) {
        for node in self.nodes.iter_mut().filter(|node| !node.lies) {
            let sizes = (node.witnesses[0].watched()[0].1, node.held(0));
            assert!(sizes.0 >= node.seen.0 && sizes.1 >= node.seen.1, "it went back");
            let grew = sizes.1 > node.seen.1;
            node.seen = sizes;
            if grew {
                let copy = Record::open(&node.folders[0]).unwrap();
                let of = |branch: &Record| branch.root_at(sizes.1).ok() == Some(copy.root());
                assert!(self.branches.iter().any(of), "it holds what was never shown");
            }
        }
    }

    /// All are reached, and nothing is lost: those who are honest come to hold the same; where
    /// there were two histories, each who is shown the other's checkpoint can prove it.
    fn heal(&mut self) {
        self.on_the_way.clear();
        self.now += WEEK;
        let one_history = self.branches.len() == 1;
        for to in 0..NODES {
            let size = self.branches[0].size();
            let dir = self.branches[0].dir().to_owned();
            let (place, now) = (self.nodes[to].place(0), self.now);
            if let Ok(pulled) = self.nodes[to].mirrors[place].pull(&dir, now) {
                self.cosigned(0, size, &pulled.lines);
            }
            let old = self.nodes[to].witnesses[place].watched()[0].1.min(size);
            let request = self.branches[0].ask_to_cosign(old).unwrap().to_bytes();
            if let Ok(lines) = self.nodes[to].witnesses[place].add_checkpoint(&request, now) {
                self.cosigned(0, size, &lines);
            }
        }
        self.check_nodes();
        let honest: Vec<&Node> = self.nodes.iter().filter(|node| !node.lies).collect();
        let copies: Vec<Record> = (honest.iter().filter(|node| node.seen.1 > 0))
            .map(|node| Record::open(&node.folders[0]).unwrap())
            .collect();
        if one_history {
            let (size, root) = (self.branches[0].size(), self.branches[0].root());
            assert_eq!(copies.len(), honest.len());
            assert!(copies.iter().all(|copy| (copy.size(), copy.root()) == (size, root)));
            assert!(honest.iter().all(|node| node.seen == (size, size)));
            assert!(self.accepted.contains(&(0, size)) && self.mirrored.contains(&(0, size)));
        }
        let key = keys().log.verifier_key().to_string();
        for copy in &copies {
            assert!(verify(copy.dir(), [key.as_str()]).ok());
            for other in &copies {
                let root_at = |size| copy.root_at(size).ok();
                let keys = copy.log_keys();
                let stands = stand(&self.policy, keys, copy.size(), root_at, [other.checkpoint()]);
                let common = copy.size().min(other.size());
                let same = copy.root_at(common).unwrap() == other.root_at(common).unwrap();
                // Who holds less can't tell yet; who holds more sees it at once.
                let tells = matches!(stands, Standing::Forked { .. });
                assert_eq!(tells, !same && other.size() <= copy.size(), "{stands:?}");
            }
        }
    }
}

/// In memory, where there is such a place: nothing here is about disks.
fn folder() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    let made = memory.is_dir().then(|| tempfile::tempdir_in(memory).ok()).flatten();
    made.unwrap_or_else(|| tempfile::tempdir().unwrap())
}

fn run(seed: u64) -> (bool, usize) {
    let folder = folder();
    let mut world = World::new(folder.path(), seed);
    for n in 0..STEPS {
        world.step(n, seed % 2 == 1);
    }
    world.heal();
    assert!(!world.is_split, "two histories were accepted: {:?}", world.accepted);
    (world.branches.len() == 2, world.accepted.len())
}

#[test]
fn no_split_view_is_accepted_and_honest_mirrors_converge() {
    let number = |name: &str, default: u64| {
        std::env::var(name).map_or(default, |text| text.parse().unwrap())
    };
    let (from, count) = (number("SEED_FROM", 0), number("SEEDS", 50));
    let (mut forks, mut accepted) = (0, 0);
    for seed in from..from + count {
        let done = std::panic::catch_unwind(|| run(seed));
        let (is_fork, states) = done.unwrap_or_else(|_| panic!("seed {seed}"));
        forks += u64::from(is_fork);
        accepted += states;
    }
    println!("{count} runs from {from}, {forks} with two histories, {accepted} states accepted");
    assert!(forks * 4 >= count && accepted as u64 >= count / 2, "{forks} {accepted}");
}

/// The simulation bites: with a quorum that the liars can complete, two histories are accepted.
#[test]
fn with_too_small_a_quorum_two_histories_are_accepted() {
    let split = (0..40_u64).any(|seed| {
        let folder = folder();
        let seed = seed * 2 + 1;
        let mut world = World::new(folder.path(), seed);
        let text: Vec<String> = (0..NODES)
            .map(|n| {
                format!("witness W{n} {}\n", world.nodes[n].witnesses[0].keys().next().unwrap())
            })
            .collect();
        let weak = text.concat() + "group seen 2 W0 W1 W2 W3 W4\nquorum seen\n";
        world.policy = Policy::parse(weak.as_bytes()).unwrap();
        (0..STEPS).for_each(|n| world.step(n, true));
        world.is_split
    });
    assert!(split);
}
