//! Diagnostics as SARIF, the format in which checkers hand their results to editors, forges and
//! dashboards (Static Analysis Results Interchange Format 2.1.0, an OASIS standard). Numbers of
//! sections are those of the standard.

use crate::{Diagnostic, Label};
use serde_json::{Value, json};
use servanda_text::{SourceText, Span, escape};

/// The program that made the diagnostics.
#[derive(Debug, Clone, Copy)]
pub struct Tool<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its version, as in Semantic Versioning.
    pub version: &'a str,
    /// What it can say; only the rules that some diagnostic follows are written out.
    pub rules: &'a [Rule<'a>],
}

/// What stands behind a code.
#[derive(Debug, Clone, Copy)]
pub struct Rule<'a> {
    /// The code.
    pub code: &'a str,
    /// What it is about, in one line without a full stop.
    pub title: &'a str,
    /// Why it matters and what to do, in plain words.
    pub story: &'a str,
    /// The same with examples, in Markdown.
    pub page: &'a str,
    /// What sort of fault it is, in a word.
    pub class: &'a str,
}

/// A log of one run over some texts. The name of a text is its address: a path with `/` between
/// its parts, relative to where the log is read, or absolute.
///
/// Lines and columns count from 1, columns in characters, the end excluded; bytes from 0. What
/// the text allows is a result with a suppression that gives the reason.
#[must_use]
pub fn to_sarif(tool: &Tool, checked: &[(&SourceText, &[Diagnostic])]) -> Value {
    let all = || checked.iter().flat_map(|(source, found)| found.iter().map(move |f| (*source, f)));
    let followed = |rule: &&Rule| all().any(|(_, found)| found.code == rule.code);
    let rules: Vec<&Rule> = tool.rules.iter().filter(followed).collect();
    let results: Vec<Value> = all().map(|(source, found)| result(found, source, &rules)).collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": tool.name,
                "semanticVersion": tool.version,
                "rules": rules.iter().map(|rule| described(rule)).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "artifacts": checked.iter().map(|(source, _)| artifact(source)).collect::<Vec<_>>(),
            "results": results,
        }],
    })
}

fn artifact(source: &SourceText) -> Value {
    json!({
        "location": { "uri": uri(source.name()) },
        "encoding": "UTF-8",
        "length": source.text().len(),
    })
}

/// A rule (3.49). Its texts take no arguments, so that braces in them stand as they are.
fn described(rule: &Rule) -> Value {
    let first = rule.story.split("\n\n").next().unwrap_or_default();
    let first: Vec<&str> = first.split_whitespace().collect();
    json!({
        "id": rule.code,
        "shortDescription": { "text": rule.title },
        "fullDescription": { "text": escape(&first.join(" ")) },
        "help": { "text": escape(rule.story), "markdown": escape(rule.page) },
        "properties": { "tags": [rule.class] },
    })
}

/// A diagnostic (3.27). The severities are the same words as SARIF's levels.
fn result(found: &Diagnostic, source: &SourceText, rules: &[&Rule]) -> Value {
    let own = found.labels.iter().position(|label| label.primary);
    let own = own.or(if found.labels.is_empty() { None } else { Some(0) });
    let primary = own.and_then(|at| found.labels.get(at));
    let others = found.labels.iter().enumerate().filter(|(at, _)| Some(*at) != own);
    let related: Vec<Value> =
        others.zip(1..).map(|((_, label), id)| related(id, label, source)).collect();
    let mut value = json!({
        "ruleId": found.code,
        "level": found.severity.word(),
        "message": { "text": message(&said(found)) },
        "locations": [place(primary.map(|label| label.span), source)],
        "relatedLocations": related,
        // Absent would mean that nobody knows whether it is suppressed (3.27.23).
        "suppressions": found.allowed.iter().map(|why| json!({
            "kind": "inSource", "status": "accepted", "justification": escape(why),
        })).collect::<Vec<_>>(),
    });
    if let Some(index) = rules.iter().position(|rule| rule.code == found.code) {
        value["ruleIndex"] = json!(index);
    }
    value
}

/// What it says, as sentences: viewers that are short of room show the first one (3.11.3).
fn said(found: &Diagnostic) -> String {
    let mut said = sentence(&found.title);
    if !found.reason.is_empty() {
        said = said + " " + &sentence(&found.reason);
    }
    match &found.help {
        Some(help) => said + " Help: " + &sentence(help),
        None => said,
    }
}

fn sentence(text: &str) -> String {
    let text = text.trim_end();
    if text.ends_with(['.', '?', '!']) { text.to_owned() } else { format!("{text}.") }
}

fn related(id: usize, label: &Label, source: &SourceText) -> Value {
    let mut value = place(Some(label.span), source);
    value["id"] = json!(id);
    if !label.text.is_empty() {
        value["message"] = json!({ "text": message(&label.text) });
    }
    value
}

/// A location (3.28). Without a span it is the whole of the text.
fn place(span: Option<Span>, source: &SourceText) -> Value {
    let mut value =
        json!({ "physicalLocation": { "artifactLocation": { "uri": uri(source.name()) } } });
    if let Some(span) = span {
        let (line, column) = source.line_col(span.start);
        let (end_line, end_column) = source.line_col(span.end);
        value["physicalLocation"]["region"] = json!({
            "startLine": line, "startColumn": column,
            "endLine": end_line, "endColumn": end_column,
            "byteOffset": span.start, "byteLength": span.len(),
        });
    }
    value
}

/// A plain text as a message: in it braces hold numbers of arguments and are doubled (3.11.5), and
/// `[…](…)` would be a link (3.11.6).
fn message(text: &str) -> String {
    escape(text).replace('{', "{{").replace('}', "}}").replace("](", "\\](")
}

/// A path as a reference by RFC 3986: what could end a path or begin a scheme is encoded.
fn uri(path: &str) -> String {
    let mut uri = String::new();
    if path.starts_with('/') {
        uri.push_str("file://");
    }
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: [Rule; 2] = [
        Rule { code: "SV001", title: "a", story: "Why\nso.\n\nMore.", page: "# a", class: "form" },
        Rule { code: "SV002", title: "b", story: "Why.", page: "# b", class: "vague" },
    ];

    fn run(found: &[Diagnostic]) -> Value {
        let source = SourceText::new("one two.md", "erster\nzwölf Tage\n");
        let tool = Tool { name: "servanda", version: "1.2.3", rules: &RULES };
        to_sarif(&tool, &[(&source, found)])["runs"][0].take()
    }

    #[test]
    fn a_diagnostic_is_a_result_with_its_places_in_characters_and_bytes() {
        let run = run(&[Diagnostic::warning("SV002", "wrong")
            .secondary(Span::new(0, 6), "begins {here}")
            .primary(Span::new(14, 18), "this")
            .reason("Because.")
            .help("write [a](b)")]);
        assert_eq!(run["tool"]["driver"]["rules"].as_array().unwrap().len(), 1);
        let result = &run["results"][0];
        assert_eq!((&result["ruleId"], &result["ruleIndex"]), (&json!("SV002"), &json!(0)));
        assert_eq!(result["level"], "warning");
        assert_eq!(result["message"]["text"], "wrong. Because. Help: write [a\\](b).");
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "one%20two.md");
        let region = json!({
            "startLine": 2, "startColumn": 7, "endLine": 2, "endColumn": 11,
            "byteOffset": 14, "byteLength": 4,
        });
        assert_eq!(place["region"], region);
        let related = &result["relatedLocations"][0];
        assert_eq!(
            (&related["id"], &related["message"]["text"]),
            (&json!(1), &json!("begins {{here}}"))
        );
        assert_eq!(result["suppressions"], json!([]));
    }

    #[test]
    fn a_rule_has_its_story() {
        let run = run(&[Diagnostic::note("SV001", "wrong").help("is it?")]);
        assert_eq!(run["results"][0]["message"]["text"], "wrong. Help: is it?");
        let rule = &run["tool"]["driver"]["rules"][0];
        assert_eq!(rule["fullDescription"]["text"], "Why so.");
        assert_eq!(rule["help"], json!({ "text": "Why\nso.\n\nMore.", "markdown": "# a" }));
        assert_eq!(rule["properties"]["tags"], json!(["form"]));
        let place = &run["results"][0]["locations"][0]["physicalLocation"];
        assert!(place["region"].is_null(), "without a place it is about the whole text");
    }

    #[test]
    fn what_is_allowed_is_suppressed_with_its_reason() {
        let mut found = Diagnostic::note("SV001", "wrong");
        found.allowed = Some("meant\u{202E}".to_owned());
        let run = run(&[found]);
        let suppression = &run["results"][0]["suppressions"][0];
        assert_eq!(suppression["kind"], "inSource");
        assert_eq!(suppression["justification"], "meant\\u{202E}");
    }

    #[test]
    fn a_code_without_a_rule_has_no_index() {
        let result = run(&[Diagnostic::error("mapping", "wrong")])["results"][0].take();
        assert!(result.get("ruleIndex").is_none(), "{result}");
    }

    #[test]
    fn paths_are_references() {
        assert_eq!(uri("/a/b c:d.md"), "file:///a/b%20c%3Ad.md");
        assert_eq!(uri("дні.md"), "%D0%B4%D0%BD%D1%96.md");
        assert_eq!(uri("a?b#c%.md"), "a%3Fb%23c%25.md");
    }
}
