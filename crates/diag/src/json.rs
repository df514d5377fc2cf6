use crate::Diagnostic;
use serde_json::{Value, json};
use servanda_text::{SourceText, Span};

/// A diagnostic as JSON. The fields are stable: `code`, `severity`, `title`, `reason`, `help`,
/// `allowed`, `file`, `line`, `column`, `end_line`, `end_column` and `labels`, each label with
/// `text`, `primary` and the same four numbers. Lines and columns count from 1, columns in
/// characters, the end excluded; without a position they are null. The title and the reason are as
/// they are: JSON itself escapes control characters, and whoever shows them escapes the rest.
#[must_use]
pub fn to_json(diagnostic: &Diagnostic, source: &SourceText) -> Value {
    let labels: Vec<Value> = diagnostic
        .labels
        .iter()
        .map(|label| {
            let mut value = place(Some(label.span), source);
            value["text"] = json!(label.text);
            value["primary"] = json!(label.primary);
            value
        })
        .collect();
    let mut value = place(diagnostic.position(), source);
    value["code"] = json!(diagnostic.code);
    value["severity"] = json!(diagnostic.severity.word());
    value["title"] = json!(diagnostic.title);
    value["reason"] = json!(diagnostic.reason);
    value["help"] = json!(diagnostic.help);
    value["allowed"] = json!(diagnostic.allowed);
    value["file"] = json!(source.name());
    value["labels"] = Value::Array(labels);
    value
}

fn place(span: Option<Span>, source: &SourceText) -> Value {
    let from = span.map(|span| source.line_col(span.start));
    let to = span.map(|span| source.line_col(span.end));
    json!({
        "line": from.map(|(line, _)| line),
        "column": from.map(|(_, column)| column),
        "end_line": to.map(|(line, _)| line),
        "end_column": to.map(|(_, column)| column),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fields_are_stable() {
        let source = SourceText::new("a.md", "one\ntwo\n");
        let found = Diagnostic::error("SV001", "wrong")
            .primary(Span::new(4, 7), "this")
            .reason("because")
            .help("mend it");
        let expected = json!({
            "code": "SV001", "severity": "error", "title": "wrong", "reason": "because",
            "help": "mend it", "allowed": null, "file": "a.md",
            "line": 2, "column": 1, "end_line": 2, "end_column": 4,
            "labels": [{
                "text": "this", "primary": true,
                "line": 2, "column": 1, "end_line": 2, "end_column": 4,
            }],
        });
        assert_eq!(to_json(&found, &source), expected);
    }

    #[test]
    fn what_has_no_position_has_null_for_it() {
        let value = to_json(&Diagnostic::note("SV001", "x"), &SourceText::new("a", ""));
        assert!(value["line"].is_null() && value["help"].is_null());
        assert_eq!(value["labels"], json!([]));
    }
}
