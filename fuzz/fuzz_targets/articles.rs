//! Published texts: any bytes give articles or a fault, and every place is one of the document.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    servanda_articles::read_any(data);
});
