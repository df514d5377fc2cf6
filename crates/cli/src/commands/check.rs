//! `servanda check`.

use super::page;
use crate::Ended;
use crate::args::{CheckArgs, CheckFormat};
use crate::out::Out;
use anyhow::bail;
use serde_json::{Value, json};
use servanda_desk::AgreementFiles;
use servanda_diag::{Rule, Tool, render_terminal, to_json, to_sarif};
use servanda_read::Mapping;
use servanda_terms::{Agreement, CODES, Code, Diagnostic, Severity, SourceText, Span};
use std::collections::BTreeSet;
use std::path::{Component, Path};

/// The rule behind what is wrong with mapping files, which has no code of the language.
const MAPPING: Rule = Rule {
    code: "mapping",
    title: "a mapping file that can't be used",
    story: "A mapping says how a table of any make is read. spec/mapping.md describes it.",
    page: "A mapping says how a table of any make is read. `spec/mapping.md` describes it.\n",
    class: "form",
};

pub(crate) fn run(args: &CheckArgs, out: &mut Out) -> anyhow::Result<Ended> {
    if let Some(code) = &args.explain {
        explain(code, args.format, out)?;
        return Ok(Ended::Done);
    }
    let Some(path) = &args.agreement else { bail!("name an agreement") };
    let files = AgreementFiles::read(path)?;
    let (agreement, diagnostics) = files.load();
    let checked = Checked { mappings: check_mappings(&files, agreement.as_ref()), diagnostics };
    match args.format {
        CheckFormat::Json => {
            out.answer(&serde_json::to_string_pretty(&checked.json(&files.source))?)?;
        }
        CheckFormat::Sarif => {
            let folder = if path.is_dir() { path } else { path.parent().unwrap_or(Path::new("")) };
            out.answer(&serde_json::to_string_pretty(&checked.sarif(&files, folder))?)?;
        }
        CheckFormat::Text => {
            let shown = render_terminal(&checked.diagnostics, &files.source, out.colour());
            if !shown.is_empty() {
                out.answer(&shown)?;
            }
            for fault in &checked.mappings {
                let MappingFault { file, line, column, message } = fault;
                out.answer(&format!("error: {file}:{line}:{column}: {message}\n"))?;
            }
            out.answer(&format!("{}: {}", path.display(), checked.counts()))?;
        }
    }
    Ok(if checked.errors() > 0 { Ended::Failed } else { Ended::Done })
}

/// Prints the story of a code, or the list of all.
fn explain(code: &str, format: CheckFormat, out: &mut Out) -> anyhow::Result<()> {
    let codes = match servanda_terms::explain(code) {
        Some(code) => std::slice::from_ref(code),
        None if code.is_empty() => CODES,
        None => bail!(
            "there is no code {code:?}; codes look like SV030, and --explain alone lists them"
        ),
    };
    match (format, codes) {
        (CheckFormat::Sarif, _) => bail!("a story is no result: use --format text or json"),
        (CheckFormat::Json, _) => {
            let described = |code: &Code| {
                json!({
                    "code": code.code,
                    "class": code.class.word(),
                    "title": code.title,
                    "page": code.page,
                })
            };
            let codes: Vec<Value> = codes.iter().map(described).collect();
            let all = json!({ "form": "servanda/codes/v1", "codes": codes });
            out.answer(&serde_json::to_string_pretty(&all)?)
        }
        (CheckFormat::Text, [code]) => out.answer(&page::page(code)),
        (CheckFormat::Text, _) => out.answer(&page::list()),
    }
}

/// What is wrong with an agreement and with the mappings beside it.
struct Checked {
    diagnostics: Vec<Diagnostic>,
    mappings: Vec<MappingFault>,
}

/// What is wrong with a mapping file.
struct MappingFault {
    file: String,
    line: usize,
    column: usize,
    message: String,
}

impl Checked {
    /// How many are of that severity and not allowed.
    fn count(&self, severity: Severity) -> usize {
        let counts = |found: &&Diagnostic| found.severity == severity && found.allowed.is_none();
        self.diagnostics.iter().filter(counts).count()
    }

    fn errors(&self) -> usize {
        self.count(Severity::Error) + self.mappings.len()
    }

    fn allowed(&self) -> usize {
        self.diagnostics.iter().filter(|found| found.allowed.is_some()).count()
    }

    fn counts(&self) -> String {
        let (warnings, notes) = (self.count(Severity::Warning), self.count(Severity::Note));
        let errors = self.errors();
        let counts = format!("{errors} error(s), {warnings} warning(s), {notes} note(s)");
        match self.allowed() {
            0 => counts,
            allowed => format!("{counts}, {allowed} allowed"),
        }
    }

    fn json(&self, source: &SourceText) -> Value {
        let described = |found: &Diagnostic| {
            let mut value = to_json(found, source);
            let class = servanda_terms::explain(found.code).map(|code| code.class.word());
            value["class"] = json!(class);
            value
        };
        let fault = |fault: &MappingFault| {
            let MappingFault { file, line, column, message } = fault;
            json!({ "file": file, "line": line, "column": column, "message": message })
        };
        json!({
            "form": "servanda/check/v1",
            "agreement": source.name(),
            "errors": self.errors(),
            "warnings": self.count(Severity::Warning),
            "notes": self.count(Severity::Note),
            "allowed": self.allowed(),
            "diagnostics": self.diagnostics.iter().map(described).collect::<Vec<_>>(),
            "mappings": self.mappings.iter().map(fault).collect::<Vec<_>>(),
        })
    }

    /// The same as SARIF. Files are named as seen from where the program runs.
    fn sarif(&self, files: &AgreementFiles, folder: &Path) -> Value {
        let address = |name: &str| address(&folder.join(name));
        let source = SourceText::new(address(files.source.name()), files.source.text());
        let mut faults = Vec::new();
        for fault in &self.mappings {
            let bytes = files.files.get(&fault.file).map(Vec::as_slice).unwrap_or_default();
            let text = String::from_utf8_lossy(bytes);
            let source = SourceText::new(address(&fault.file), text);
            let found = Diagnostic::error(MAPPING.code, &fault.message)
                .primary(at(&source, fault.line, fault.column), "");
            faults.push((source, [found]));
        }
        let mut checked = vec![(&source, self.diagnostics.as_slice())];
        checked.extend(faults.iter().map(|(source, found)| (source, found.as_slice())));
        let rules: Vec<Rule> = CODES.iter().map(rule).chain([MAPPING]).collect();
        let tool = Tool { name: "servanda", version: env!("CARGO_PKG_VERSION"), rules: &rules };
        to_sarif(&tool, &checked)
    }
}

fn rule(code: &Code) -> Rule<'static> {
    Rule {
        code: code.code,
        title: code.title,
        story: code.story(),
        page: code.page,
        class: code.class.word(),
    }
}

/// A path with `/` between its parts, whatever the system writes.
fn address(path: &Path) -> String {
    let mut address = String::new();
    for part in path.components().filter(|part| *part != Component::CurDir) {
        if !address.is_empty() && !address.ends_with('/') {
            address.push('/');
        }
        address.push_str(&part.as_os_str().to_string_lossy());
    }
    address
}

/// The place of a line and a column, both counted from 1, the column in characters.
fn at(source: &SourceText, line: usize, column: usize) -> Span {
    let range = source.line_range(u32::try_from(line).unwrap_or(u32::MAX));
    let text = source.slice(Span::of(range.clone()));
    let within: usize = text.chars().take(column.saturating_sub(1)).map(char::len_utf8).sum();
    Span::of(range.start + within..range.start + within)
}

fn check_mappings(files: &AgreementFiles, agreement: Option<&Agreement>) -> Vec<MappingFault> {
    let Some(agreement) = agreement else { return Vec::new() };
    let sources = agreement.sources.iter().filter_map(|source| source.mapping.as_ref());
    let registers = agreement.registers.iter().filter_map(|register| register.mapping.as_ref());
    let names: BTreeSet<&String> = sources.chain(registers).collect();
    let mut faults = Vec::new();
    for name in names {
        let mut fault = |line, column, message| {
            faults.push(MappingFault { file: name.clone(), line, column, message });
        };
        let bytes = files.files.get(name).map(Vec::as_slice).unwrap_or_default();
        match Mapping::parse(name, &String::from_utf8_lossy(bytes)) {
            Err(errors) => errors.into_iter().for_each(|e| fault(e.line, e.column, e.message)),
            Ok(mapping) => {
                let unknown = mapping.zones().into_iter().filter(|id| agreement.zone(id).is_none());
                unknown.for_each(|id| fault(1, 1, format!("the agreement has no zone {id:?}")));
                let register = mapping.register().filter(|id| agreement.register(id).is_none());
                if let Some(id) = register {
                    fault(1, 1, format!("the agreement has no register of sites {id:?}"));
                }
            }
        }
    }
    faults
}
