//! The agreement language: any text gives an agreement or diagnostics.
//!
//! Random bytes rarely become a provision, so begin with the cases and pages, which have every kind:
//!
//! ```text
//! mkdir -p fuzz/corpus/agreement
//! cargo fuzz run agreement fuzz/corpus/agreement crates/terms/cases crates/terms/codes -- \
//!     -dict=fuzz/agreement.dict -max_len=16384
//! ```
#![no_main]

use libfuzzer_sys::fuzz_target;

/// What the line `…` of a page stands for in its front matter.
const PARTIES: &str = "\nid = \"x\"\ntitle = \"X\"\nversion = \"1\"\ntimezone = \"UTC\"\n\
    [party.NORTH]\nname = \"N\"\n[party.SOUTH]\nname = \"S\"\n\
    [zone.valley]\ncircle = { lon = 10.5, lat = 20.25, radius_m = 5000 }\n\
    [source.patrol]\nshows = [\"explosion\", \"shot\"]\n";

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    // A case or a page holds an agreement and what stands round it.
    let text = text.split_once("````markdown\n").map_or(&*text, |(_, below)| below).to_owned();
    let text = text.replacen("\n…\n", PARTIES, 1);
    let source = servanda_terms::SourceText::new("agreement.md", text);
    let files = std::collections::BTreeMap::<String, Vec<u8>>::new();
    let _ = servanda_terms::load(&source, &files);
    let _ = servanda_terms::referenced_files(&source);
});
