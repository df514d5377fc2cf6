//! What `check` says, as the editor shows it.

use crate::analysis::Analysis;
use crate::position::Lines;
use lsp_types::{
    Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, Location, NumberOrString,
    PublishDiagnosticsParams,
};
use servanda_diag::Severity;
use servanda_text::{Span, escape};

/// All that is said of an agreement.
pub(crate) fn published(analysis: &Analysis, lines: &Lines) -> PublishDiagnosticsParams {
    let found = analysis.diagnostics.iter().map(|found| diagnostic(found, analysis, lines));
    PublishDiagnosticsParams {
        uri: analysis.uri.clone(),
        version: Some(analysis.version),
        diagnostics: found.collect(),
    }
}

fn diagnostic(
    found: &servanda_terms::Diagnostic,
    analysis: &Analysis,
    lines: &Lines,
) -> Diagnostic {
    // What concerns all of the text is shown at its beginning.
    let position = found.position().unwrap_or_default();
    let mut labels = found.labels.iter();
    let own = labels.find(|label| label.span == position).map_or("", |label| &label.text);
    let others = found.labels.iter().filter(|label| label.span != position);
    let related: Vec<_> = others
        .map(|label| DiagnosticRelatedInformation {
            location: Location::new(analysis.uri.clone(), lines.range(label.span)),
            message: escape(&label.text).into_owned(),
        })
        .collect();
    let mut message = match own {
        "" => found.title.clone(),
        own => format!("{}: {own}", found.title),
    };
    for more in [Some(&found.reason).filter(|reason| !reason.is_empty()), found.help.as_ref()] {
        message.extend(more.iter().flat_map(|more| ["\n", more.as_str()]));
    }
    Diagnostic {
        range: lines.range(shown(position, analysis)),
        severity: Some(match found.severity {
            Severity::Error => DiagnosticSeverity::ERROR,
            Severity::Warning => DiagnosticSeverity::WARNING,
            Severity::Note => DiagnosticSeverity::INFORMATION,
        }),
        code: Some(NumberOrString::String(found.code.to_owned())),
        source: Some("servanda".to_owned()),
        message: message.lines().map(escape).collect::<Vec<_>>().join("\n"),
        related_information: Some(related).filter(|related| !related.is_empty()),
        ..Diagnostic::default()
    }
}

/// A range of more than one line is shown on its first, so that a table that lacks a key isn't
/// underlined from its head to its end.
fn shown(span: Span, analysis: &Analysis) -> Span {
    let text = analysis.source.slice(span);
    let first = text.lines().next().unwrap_or("").len();
    if first == 0 { span } else { Span::new(span.start, span.start + Span::of(0..first).end) }
}
