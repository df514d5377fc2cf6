//! Times and spans.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(text) = std::str::from_utf8(data) {
        let zone = servanda_time::Zone::utc();
        if let Ok(instant) = servanda_time::Instant::parse(text, Some(&zone)) {
            assert_eq!(servanda_time::Instant::parse(&instant.to_string(), None), Ok(instant));
        }
        let _ = text.parse::<servanda_time::Amount>();
    }
});
