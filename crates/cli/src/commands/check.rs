//! `servanda check`.

use crate::Ended;
use crate::args::{CheckArgs, Format};
use crate::out::Out;
use anyhow::bail;
use serde_json::json;
use servanda_desk::AgreementFiles;
use servanda_diag::{render_terminal, to_json};
use servanda_terms::Severity;

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
    let (_, diagnostics) = files.load();
    let count = |severity: Severity| diagnostics.iter().filter(|d| d.severity == severity).count();
    let (errors, warnings, notes) =
        (count(Severity::Error), count(Severity::Warning), count(Severity::Note));
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
            });
            out.answer(&serde_json::to_string_pretty(&all)?)?;
        }
        Format::Text => {
            if !diagnostics.is_empty() {
                out.answer(&render_terminal(&diagnostics, &files.source, out.colour()))?;
            }
            out.answer(&format!(
                "{}: {errors} error(s), {warnings} warning(s), {notes} note(s)",
                path.display()
            ))?;
        }
    }
    Ok(if errors > 0 { Ended::Failed } else { Ended::Done })
}
