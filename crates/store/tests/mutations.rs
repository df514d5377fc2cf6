//! Changed bundles, by the thousand: none says anything that the true one doesn't say.
//!
//! `MUTATIONS` is how many are tried, `MUTATIONS_SEED` where they begin: `make long` tries a
//! million.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that stops has failed")]
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "how much is tried is asked in the environment, and what was found is told"
)]

mod kit;

use kit::mutate::{Draw, mutate};
use kit::*;
use std::collections::BTreeMap;

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |text| text.parse().unwrap())
}

#[test]
fn no_changed_bundle_proves_anything_else() {
    let (count, seed) = (number("MUTATIONS", 1_500), number("MUTATIONS_SEED", 1));
    let mut targets = targets();
    targets.extend(sealed::honest().into_iter().take(1).map(|bytes| {
        let members = members(&bytes);
        mutate::Target { name: "disclosing", bytes, members }
    }));
    let options = strict();
    let truths: Vec<String> =
        targets.iter().map(|target| judge(&target.bytes, &options).to_json()).collect();
    assert!(truths.iter().all(|truth| truth.contains("\"ok\":true")));
    let (mut codes, mut unchanged, mut same) = (BTreeMap::new(), 0, 0);
    for n in 0..count {
        let mut draw = Draw::new((seed << 40) + n);
        let (of, what, bytes) = mutate(&mut draw, &targets);
        if bytes == targets[of].bytes || targets.iter().any(|other| other.bytes == bytes) {
            unchanged += 1;
            continue;
        }
        let verdict = judge(&bytes, &options);
        if verdict.ok() {
            // A second copy of a signature, or one of nobody known, changes nothing; bytes that are
            // doubled may be just that.
            let name = targets[of].name;
            let of_signatures = ["checkpoint: line", "checkpoint: bytes", "since/checkpoint"];
            let is_of = of_signatures.iter().any(|start| what.starts_with(start));
            assert!(is_of, "seed {seed}, {n}: {name}: {what}");
            assert_eq!(verdict.to_json(), truths[of], "seed {seed}, {n}: {name}: {what}");
            same += 1;
        }
        *codes.entry(code(&verdict)).or_insert(0) += 1;
    }
    println!("{count} changes from seed {seed}: 0 accepted; {unchanged} changed nothing;");
    println!("{same} left the proof as it was; refused: {codes:?}");
}
