//! The agreements inside the program.

use rust_embed::Embed;
use std::collections::BTreeSet;

#[derive(Embed)]
#[folder = "../../agreements"]
#[exclude = "*/expected.json"]
#[exclude = "*README.md"]
struct Agreements;

/// Their names, in order.
pub(crate) fn names() -> Vec<String> {
    let names: BTreeSet<String> = Agreements::iter()
        .filter_map(|path| path.strip_suffix("/agreement.md").map(str::to_string))
        .collect();
    names.into_iter().collect()
}

/// A file of an agreement.
pub(crate) fn file(agreement: &str, name: &str) -> Option<Vec<u8>> {
    Agreements::get(&format!("{agreement}/{name}")).map(|file| file.data.into_owned())
}
