//! The agreement language: a Markdown text that people read, with terms that a program checks.
//!
//! [`load`] takes the text of one agreement and the files beside it, and gives the agreement
//! (names resolved, times as instants, zones as geometry) and diagnostics. It never fails and
//! never panics: what is wrong is a diagnostic, and an agreement is given only when none of them
//! is an error.
//!
//! The file begins with front matter in TOML between two lines `+++`; the text follows, and below
//! each article fenced blocks with the info string `toml term` hold its terms.
//!
//! ````
//! use servanda_terms::{SourceText, load};
//! use std::collections::BTreeMap;
//! let text = r#"+++
//! id = "pause"
//! title = "A pause"
//! version = "1"
//! timezone = "UTC"
//! [party.NORTH]
//! name = "Northland"
//! +++
//! ## 1. Guns are silent
//! ```toml term
//! [prohibit.fire]
//! who = "NORTH"
//! acts = ["explosion"]
//! from = "2030-01-01"
//! ```
//! "#;
//! let (agreement, diagnostics) = load(&SourceText::new("pause.md", text), &BTreeMap::new());
//! assert_eq!(agreement.unwrap().provisions[0].id, "prohibit.fire");
//! assert!(diagnostics.iter().any(|found| found.title.contains("no source")));
//! ````

mod agreement;
mod allow;
mod build;
mod check;
mod codes;
mod details;
pub mod diff;
mod findings;
mod format;
mod kinds;
pub mod limits;
mod model;
mod moment;
mod parse;
pub mod parsed;
pub mod reference;
pub mod symbols;

pub use codes::{ALL as CODES, Class, Code, explain};
pub use details::*;
pub use diff::diff;
pub use format::{Formatted, format};
pub use kinds::ProvisionKind;
pub use model::*;
pub use moment::{Event, Milestone, Relative, When};
pub use servanda_diag::{Diagnostic, Severity};
pub use servanda_text::{SourceText, Span};

use build::TermBlock;
use findings::Findings;
use parse::{hidden, layout, tree};
use std::collections::BTreeMap;

/// The files beside an agreement.
pub trait Files {
    /// The bytes of a file, by its path below the agreement's folder; none: there is no such file.
    fn bytes(&self, name: &str) -> Option<&[u8]>;
}

impl Files for BTreeMap<String, Vec<u8>> {
    fn bytes(&self, name: &str) -> Option<&[u8]> {
        self.get(name).map(Vec::as_slice)
    }
}

/// The files that an agreement names, each list in the order of the alphabet and without
/// repetitions. Only safe paths are listed: relative, below the agreement's folder.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReferencedFiles {
    /// Zones and mappings: needed to evaluate the terms.
    pub structural: Vec<String>,
    /// Observations and sites: read into the record.
    pub data: Vec<String>,
}

/// The files that the front matter names. What is wrong with the text is left to [`load`]; a text
/// whose front matter cannot be read names no file.
#[must_use]
pub fn referenced_files(source: &SourceText) -> ReferencedFiles {
    let mut findings = Findings::default();
    let layout = layout::split(source, &mut findings);
    let front = layout.and_then(|layout| tree::read(source, layout.front, &mut findings));
    front.map(|front| build::referenced(&front)).unwrap_or_default()
}

/// Whether a path may be opened for an agreement: relative, below its folder, the same on every
/// system.
#[must_use]
pub fn is_safe_path(path: &str) -> bool {
    build::is_safe_path(path)
}

/// Reads an agreement: parse, resolve, check. The diagnostics are in canonical order, those that
/// the text allows among them; an agreement is given only when none of them is an error.
#[must_use]
pub fn load(source: &SourceText, files: &dyn Files) -> (Option<Agreement>, Vec<Diagnostic>) {
    let mut findings = Findings::default();
    let agreement = read(source, files, &mut findings);
    findings.allow();
    let agreement = agreement.filter(|_| !findings.has_error());
    (agreement, findings.finish())
}

fn read(source: &SourceText, files: &dyn Files, findings: &mut Findings) -> Option<Agreement> {
    let layout = layout::split(source, findings)?;
    hidden::check(source, findings);
    let front = tree::read(source, layout.front, findings);
    let mut blocks = Vec::new();
    for block in &layout.blocks {
        if let Some(table) = tree::read(source, block.content, findings) {
            let section = block.section;
            blocks.push(TermBlock { table, section });
        }
    }
    // Without the front matter every name would be unknown: one error is enough.
    let front = allow::taken_out(front?, findings);
    let built = build::build(source, &layout, &front, &blocks, files, findings);
    check::check(source, &layout, &built, findings);
    Some(built.agreement)
}
