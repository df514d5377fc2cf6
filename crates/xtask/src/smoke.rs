//! A smoke test of the parsers: real texts, damaged at random, must never make one panic.
//!
//! It needs no other toolchain than the one that builds the project. What it tries depends on the
//! number of its part alone, so a failure can be had again, and parts can run on several days. It
//! is no substitute for a fuzzer that watches which code is reached.

use crate::Project;
use servanda_entry::{Entry, canonical};
use servanda_place::{ImportLimits, read_features};
use servanda_terms::load;
use servanda_text::SourceText;
use servanda_time::Instant;
use servanda_tlog::{
    AddCheckpoint, BundleId, CHECKPOINT_BYTES_MAX, Checkpoint, CosignerKey, ENTRY_BYTES_MAX,
    MirrorInfo, Note, Package, Policy, ProofFile, RangeFile, Signature, TileId, Upload,
    VerifierKey, decode_bundle, split_bundle,
};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Longer inputs are cut: most mistakes lie in what is short. The cases with every kind of
/// provision fit in.
const INPUT_BYTES_MAX: usize = 8192;
/// Most changes made to one input.
const CHANGES_MAX: u64 = 6;
/// Bytes and words that parsers stumble over.
const TRAPS: [&[u8]; 18] = [
    b"\0",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\xe2\x80\xae",
    b"\r\n",
    b"\"",
    b"'''",
    b"+++\n",
    b"```\n",
    b"-",
    b"e999",
    b"NaN",
    b"181",
    b"9999-12-31T23:59:59Z",
    b"18446744073709551616",
    b"[[",
    b"{{",
    b"\n\xe2\x80\x94 ",
];

/// A parser under test: it may give anything back, and must give something back.
pub struct Target {
    /// What it reads.
    pub name: &'static str,
    run: fn(&[u8]),
}

/// Every parser that reads what others wrote.
pub const TARGETS: [Target; 7] = [
    Target { name: "data files", run: data_file },
    Target { name: "articles", run: servanda_articles::read_any },
    Target { name: "agreements", run: agreement },
    Target { name: "zones", run: |bytes| drop(read_features(bytes, &ImportLimits::default())) },
    Target { name: "entries", run: entry },
    Target { name: "the log's files", run: log },
    Target { name: "proofs and requests", run: proofs },
];

fn data_file(bytes: &[u8]) {
    let _rows = servanda_read::read_any(bytes);
}

fn agreement(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let files = BTreeMap::from([("zones.geojson".to_string(), bytes.to_vec())]);
    drop(load(&SourceText::new("agreement.md", text), &files));
}

fn entry(bytes: &[u8]) {
    drop(canonical::parse(bytes));
    let text = String::from_utf8_lossy(bytes);
    drop(Entry::from_text(&text, "example.org/record"));
    drop(Entry::from_admitted_text(&text, "example.org/record"));
    drop(Instant::parse(&text, None));
    drop(text.parse::<servanda_time::Amount>());
}

fn log(bytes: &[u8]) {
    drop(Note::parse(bytes, ENTRY_BYTES_MAX));
    drop(Note::parse(bytes, CHECKPOINT_BYTES_MAX));
    drop(decode_bundle(bytes, usize::from(bytes.first().copied().unwrap_or_default())));
    let text = String::from_utf8_lossy(bytes);
    drop(text.parse::<Checkpoint>());
    drop(text.parse::<VerifierKey>());
    drop(text.parse::<TileId>());
    drop(text.parse::<BundleId>());
}

/// What is read is written back as it was.
fn proofs(bytes: &[u8]) {
    let same = |written: &[u8]| assert_eq!(written, bytes);
    ProofFile::parse(bytes).iter().for_each(|proof| same(&proof.to_bytes()));
    RangeFile::parse(bytes).iter().for_each(|range| same(&range.to_bytes()));
    AddCheckpoint::parse(bytes).iter().for_each(|request| same(&request.to_bytes()));
    MirrorInfo::parse(bytes).iter().for_each(|info| same(&info.to_bytes()));
    if let Ok((upload, mut rest)) = Upload::parse(bytes) {
        for (_, start, end) in upload.packages().take(40) {
            let Some((_, after)) = Package::parse(rest, end - start) else { break };
            rest = after;
        }
    }
    drop(Policy::parse(bytes));
    drop(split_bundle(bytes));
    let text = String::from_utf8_lossy(bytes);
    Signature::parse(&text).iter().for_each(|line| assert_eq!(line.to_string(), text));
    drop(text.parse::<CosignerKey>());
}

/// An input at which a parser panicked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Panicked {
    /// The parser.
    pub target: &'static str,
    /// The bytes.
    pub input: Vec<u8>,
}

/// Texts to begin with: agreements, mappings, cases, the heads of data files, and some of the
/// forms that the log has.
#[must_use]
pub fn seeds(project: &Project) -> Vec<Vec<u8>> {
    const OF_THE_LOG: [&str; 11] = [
        "peace-record/entry/v1\nexample.org/record\n{\"agreement\":\"a\",\"at_ms\":1}\n",
        "example.org\n12\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n\u{2014} a AAAAAAAA\n",
        "tile/entries/x001/234.p/7",
        "example.org/record+0b258c48+Ad3/1EGEPBAbd0Rio7Yu1XeCDY1ESYEqOM8eer/LyRcu",
        "c2sp.org/tlog-proof@v1\nindex 7\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\nx\n",
        "servanda/range-proof/v1\nstart 3\nend 9\nleft 1\n\
         AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "old 7\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\nexample.org\n9\n",
        "group g 1 none\n# said\nquorum none\n",
        "\u{2014} a.example/w AAAAAAAAAAAA",
        "9\n7\nAAAA\n",
        "\0\u{1}a\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\u{1}\0\0\0\u{1}x\0",
    ];
    let texts = project.texts.iter().filter(|(path, _)| {
        path.starts_with("agreements/") || path.contains("/cases/") || path.starts_with("spec/")
    });
    let texts = texts.map(|(_, text)| text.as_bytes()).chain(OF_THE_LOG.map(str::as_bytes));
    texts.map(|bytes| bytes[..bytes.len().min(INPUT_BYTES_MAX)].to_vec()).collect()
}

/// Tries one part: so many inputs with each parser. It ends at the first panic.
///
/// # Errors
/// The input that a parser panicked at.
pub fn try_part(
    targets: &[Target],
    seeds: &[Vec<u8>],
    part: u64,
    inputs: u64,
) -> Result<(), Panicked> {
    let mut chance = Chance(part.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x5EED);
    for _ in 0..inputs {
        let input = damaged(seeds, &mut chance);
        for target in targets {
            if catch_unwind(AssertUnwindSafe(|| (target.run)(&input))).is_err() {
                return Err(Panicked { target: target.name, input });
            }
        }
    }
    Ok(())
}

fn damaged(seeds: &[Vec<u8>], chance: &mut Chance) -> Vec<u8> {
    let mut input = seeds.get(chance.below(seeds.len())).cloned().unwrap_or_default();
    for _ in 0..=chance.next() % CHANGES_MAX {
        let from = chance.below(input.len() + 1);
        let to = (from + chance.below(64)).min(input.len());
        match chance.next() % 7 {
            0 if from < input.len() => input[from] ^= 1 << chance.below(8),
            1 if from < input.len() => input[from] = chance.next() as u8,
            2 => drop(input.drain(from..to)),
            3 => input.truncate(from),
            4 => {
                let again = input[from..to].repeat(1 + chance.below(8));
                input.splice(from..from, again);
            }
            5 => {
                let other = seeds.get(chance.below(seeds.len())).map_or(&[][..], Vec::as_slice);
                let start = chance.below(other.len() + 1);
                let end = (start + chance.below(256)).min(other.len());
                input.splice(from..to, other[start..end].iter().copied());
            }
            _ => {
                input.splice(from..from, TRAPS[chance.below(TRAPS.len())].iter().copied());
            }
        }
    }
    input.truncate(INPUT_BYTES_MAX);
    input
}

/// Chance that can be had again (splitmix64).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some_seeds() -> Vec<Vec<u8>> {
        let project = Project::of(&[
            (
                "agreements/a/agreement.md",
                "+++\nid = \"a\"\n+++\n# A\n```toml term\n[point.a]\n```\n",
            ),
            ("agreements/a/zones.geojson", r#"{"type":"FeatureCollection","features":[]}"#),
            ("crates/read/src/lib.rs", "not a seed"),
        ]);
        seeds(&project)
    }

    #[test]
    fn the_parsers_hold() {
        assert_eq!(some_seeds().len(), 13);
        assert_eq!(try_part(&TARGETS, &some_seeds(), 1, 200), Ok(()));
    }

    #[test]
    fn a_panic_is_found_and_can_be_had_again() {
        fn brittle(bytes: &[u8]) {
            assert!(!bytes.contains(&0), "a zero byte");
        }
        let targets = [Target { name: "brittle", run: brittle }];
        let first = try_part(&targets, &some_seeds(), 7, 10_000).unwrap_err();
        assert_eq!(first.target, "brittle");
        assert!(first.input.contains(&0));
        assert_eq!(try_part(&targets, &some_seeds(), 7, 10_000), Err(first.clone()));
        assert_ne!(try_part(&targets, &some_seeds(), 8, 10_000), Err(first));
    }

    #[test]
    fn inputs_stay_small() {
        let mut chance = Chance(1);
        let seeds = vec![vec![b'a'; INPUT_BYTES_MAX]];
        for _ in 0..1_000 {
            assert!(damaged(&seeds, &mut chance).len() <= INPUT_BYTES_MAX);
        }
        assert!(damaged(&[], &mut chance).len() <= INPUT_BYTES_MAX);
    }
}
