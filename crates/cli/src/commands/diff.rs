//! `servanda diff`.

use super::write_file;
use crate::Ended;
use crate::args::{DiffArgs, DiffFormat};
use crate::columns::terminal_width;
use crate::difference::{has, known_words, text, to_json};
use crate::out::Out;
use anyhow::bail;
use servanda_desk::{AgreementFiles, DeskError};
use servanda_terms::diff::checks;
use servanda_terms::{Agreement, Diagnostic, Severity, diff};
use std::path::Path;

pub(crate) fn run(args: &DiffArgs, out: &mut Out) -> anyhow::Result<Ended> {
    let known = known_words();
    if let Some(word) = args.fail_on.iter().find(|word| !known.contains(&word.as_str())) {
        bail!("nothing can be {word:?}; there are: {}", known.join(", "));
    }
    let (old, new) = (read(&args.old)?, read(&args.new)?);
    let difference = diff(&old.0, &new.0);
    let checks = checks(&difference, (&old.0, &old.1), (&new.0, &new.1));
    let printed = match args.format {
        DiffFormat::Text => text(&difference, &checks, terminal_width()),
        DiffFormat::Json => serde_json::to_string_pretty(&to_json(&difference, &checks))? + "\n",
        DiffFormat::Html => servanda_report::difference(&difference, &checks),
    };
    match &args.out {
        None => out.answer(&printed)?,
        Some(path) => {
            write_file(path, &printed)?;
            out.say(&format!("written to {}", path.display()));
        }
    }
    Ok(if has(&difference, &args.fail_on) { Ended::Failed } else { Ended::Done })
}

/// A text that can be compared: one without errors, and what else `check` says of it.
fn read(path: &Path) -> anyhow::Result<(Agreement, Vec<Diagnostic>)> {
    let (agreement, diagnostics) = AgreementFiles::read(path)?.load();
    let errors = diagnostics.iter().filter(|found| found.severity == Severity::Error).count();
    let name = path.display().to_string();
    Ok((agreement.ok_or(DeskError::Agreement { name, errors })?, diagnostics))
}
