//! A fixed sample of random cases, compared at every prefix of their histories.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that stops has failed")]

use servanda_oracle::{Case, Figures, compare, shrink};

const CASES: u64 = 3_000;

#[test]
fn engine_and_oracle_agree_on_random_cases() {
    let mut figures = Figures::default();
    for seed in 0..CASES {
        let case = Case::of(seed);
        match compare(&case, seed) {
            Ok(found) => figures.add(&found),
            Err(difference) => {
                let small = shrink(case, |case| compare(case, seed).is_err());
                panic!("seed {seed}: {difference}; smaller: {small:#?}");
            }
        }
    }
    // A generator that makes nothing happen would find nothing.
    assert_eq!(figures.cases, CASES);
    assert!(figures.changes > 2 * CASES, "{figures:?}");
    assert!(figures.values > 100 * CASES, "{figures:?}");
}
