//! Entries: what is read has one spelling.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(text) = std::str::from_utf8(data)
        && let Ok(entry) = servanda_entry::Entry::from_text(text, "example.org/truce")
    {
        assert_eq!(entry.text("example.org/truce").as_deref(), Ok(text));
    }
});
