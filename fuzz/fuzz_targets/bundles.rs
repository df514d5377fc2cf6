//! Proof bundles: any bytes are judged, with the same words each time.
#![no_main]

use libfuzzer_sys::fuzz_target;
use servanda_store::proofs::{CheckOptions, check_bundle};
use std::io::Cursor;

fuzz_target!(|data: &[u8]| {
    let judge = || check_bundle(&mut Cursor::new(data), &CheckOptions::default()).unwrap();
    let verdict = judge();
    assert_eq!(verdict.to_json(), judge().to_json());
    assert_eq!(verdict.ok(), verdict.refusal.is_none());
});
