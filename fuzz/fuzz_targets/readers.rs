//! The readers: any bytes give rows, drafted or rejected.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let _ = servanda_read::read_any(data);
});
