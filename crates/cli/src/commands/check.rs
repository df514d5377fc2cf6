//! `servanda check`.

use crate::Ended;
use crate::args::{CheckArgs, Format};
use crate::out::Out;
use anyhow::bail;
use serde_json::json;
use servanda_desk::AgreementFiles;
use servanda_diag::{render_terminal, to_json};
use servanda_read::Mapping;
use servanda_terms::{Agreement, Severity};
use std::collections::BTreeSet;

pub(crate) fn run(args: &CheckArgs, out: &mut Out) -> anyhow::Result<Ended> {
    if let Some(code) = &args.explain {
        let Some(code) = servanda_terms::explain(code) else {
            bail!("there is no code {code:?}; codes look like SV012");
        };
        out.answer(&format!("{}: {}\n\n{}", code.code, code.title, code.explanation))?;
        return Ok(Ended::Done);
    }
    let Some(path) = &args.agreement else { bail!("name an agreement") };
    let files = AgreementFiles::read(path)?;
    let (agreement, diagnostics) = files.load();
    let count = |severity: Severity| diagnostics.iter().filter(|d| d.severity == severity).count();
    let mappings = check_mappings(&files, agreement.as_ref());
    let (errors, warnings, notes) =
        (count(Severity::Error) + mappings.len(), count(Severity::Warning), count(Severity::Note));
    match args.format {
        Format::Json => {
            let list: Vec<_> = diagnostics.iter().map(|d| to_json(d, &files.source)).collect();
            let all = json!({
                "form": "servanda/check/v1",
                "agreement": files.source.name(),
                "errors": errors,
                "warnings": warnings,
                "notes": notes,
                "diagnostics": list,
                "mappings": mappings
                    .iter()
                    .map(|(file, line, column, message)| {
                        json!({ "file": file, "line": line, "column": column, "message": message })
                    })
                    .collect::<Vec<_>>(),
            });
            out.answer(&serde_json::to_string_pretty(&all)?)?;
        }
        Format::Text => {
            if !diagnostics.is_empty() {
                out.answer(&render_terminal(&diagnostics, &files.source, out.colour()))?;
            }
            for (file, line, column, message) in &mappings {
                out.answer(&format!("error: {file}:{line}:{column}: {message}\n"))?;
            }
            out.answer(&format!(
                "{}: {errors} error(s), {warnings} warning(s), {notes} note(s)",
                path.display()
            ))?;
        }
    }
    Ok(if errors > 0 { Ended::Failed } else { Ended::Done })
}

/// What is wrong with the mapping files: file, line, column, message.
fn check_mappings(
    files: &AgreementFiles,
    agreement: Option<&Agreement>,
) -> Vec<(String, usize, usize, String)> {
    let Some(agreement) = agreement else { return Vec::new() };
    let sources = agreement.sources.iter().filter_map(|source| source.mapping.as_ref());
    let registers = agreement.registers.iter().filter_map(|register| register.mapping.as_ref());
    let names: BTreeSet<&String> = sources.chain(registers).collect();
    let mut faults = Vec::new();
    for name in names {
        let bytes = files.files.get(name).map(Vec::as_slice).unwrap_or_default();
        match Mapping::parse(name, &String::from_utf8_lossy(bytes)) {
            Err(errors) => faults
                .extend(errors.into_iter().map(|e| (name.clone(), e.line, e.column, e.message))),
            Ok(mapping) => {
                let unknown = mapping.zones().into_iter().filter(|id| agreement.zone(id).is_none());
                faults.extend(unknown.map(|id| {
                    let what = format!("the agreement has no zone {id:?}");
                    (name.clone(), 1, 1, what)
                }));
                let register = mapping.register().filter(|id| agreement.register(id).is_none());
                faults.extend(register.map(|id| {
                    let what = format!("the agreement has no register of sites {id:?}");
                    (name.clone(), 1, 1, what)
                }));
            }
        }
    }
    faults
}
