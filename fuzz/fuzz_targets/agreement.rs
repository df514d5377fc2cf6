//! The agreement language: any text gives an agreement or diagnostics.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data).into_owned();
    let source = servanda_terms::SourceText::new("agreement.md", text);
    let files = std::collections::BTreeMap::<String, Vec<u8>>::new();
    let _ = servanda_terms::load(&source, &files);
    let _ = servanda_terms::referenced_files(&source);
});
