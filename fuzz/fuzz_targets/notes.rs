//! Signed notes and checkpoints: what is read is written back as it was.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(note) = servanda_tlog::Note::parse(data, 65_535) {
        assert_eq!(note.to_bytes().ok().as_deref(), Some(data));
    }
    if let Ok(text) = std::str::from_utf8(data)
        && let Ok(checkpoint) = text.parse::<servanda_tlog::Checkpoint>()
    {
        assert_eq!(checkpoint.to_string(), text);
    }
});
