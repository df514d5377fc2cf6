//! The blocks of terms: provisions and exceptions.

use super::names::{Class, Names};
use super::{Built, Context, Mark, TermBlock, exceptions, readings};
use crate::codes;
use crate::findings::{Findings, shortened};
use crate::kinds::{self, ProvisionKind};
use crate::limits::{PROVISIONS_MAX, READINGS_MAX};
use crate::model::{Article, Provision, Reading, Tolerance};
use crate::parse::fields::Fields;
use crate::parse::nearest::nearest;
use crate::parse::tree::{Entry, Table, Value, Word};
use servanda_text::Span;
use std::collections::BTreeMap;

/// One table of a block of terms.
pub(crate) struct Term<'t> {
    kind: Kind,
    /// `kind.name`.
    pub(super) id: String,
    pub(super) name: Word,
    pub(super) table: &'t Table,
    pub(super) span: Span,
    section: usize,
}

impl Term<'_> {
    /// Its name in messages.
    pub(super) fn label(&self) -> String {
        format!("`{}`", self.id)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Provision(ProvisionKind),
    Exception,
}

/// The terms of all blocks in the order of the text, their names declared.
pub(crate) fn collect<'t>(
    blocks: &'t [TermBlock],
    names: &mut Names,
    findings: &mut Findings,
) -> Vec<Term<'t>> {
    let (mut terms, mut misspelt) = (Vec::new(), Vec::new());
    for block in blocks {
        let mut in_block = Vec::new();
        for entry in &block.table.entries {
            let key = entry.key.text.as_str();
            let (kind, key) = match ProvisionKind::of(key) {
                Some(kind) => (Kind::Provision(kind), kind.word()),
                None if key == kinds::EXCEPT => (Kind::Exception, kinds::EXCEPT),
                None => {
                    findings.push(no_kind(&entry.key));
                    misspelt.push(entry);
                    continue;
                }
            };
            let mut fields =
                Fields::new(&block.table, "a block of terms", entry.key.span, findings);
            for (name, table, span) in fields.named(key) {
                in_block.push(Term {
                    kind,
                    id: format!("{key}.{}", name.text),
                    name,
                    table,
                    span,
                    section: block.section,
                });
            }
        }
        in_block.sort_by_key(|term| term.name.span);
        terms.extend(in_block);
    }
    declare(&mut terms, names, findings);
    // What stands under a misspelt kind counts as declared: it is one mistake.
    for entry in misspelt {
        let Value::Table(table) = &entry.node.value else { continue };
        match nearest(&entry.key.text, kinds::all()) {
            Some(kinds::EXCEPT) => names.declare_all(Class::Exception, "", table),
            Some(kind) => names.declare_all(Class::Provision, &format!("{kind}."), table),
            None => {}
        }
    }
    terms
}

fn declare(terms: &mut Vec<Term>, names: &mut Names, findings: &mut Findings) {
    if let Some(term) = terms.get(PROVISIONS_MAX) {
        findings.push(
            codes::TOO_MUCH
                .error(format!("more than {PROVISIONS_MAX} terms"))
                .primary(term.span, "this one and those after it")
                .reason("No agreement has so many.")
                .help("split the file"),
        );
        terms.truncate(PROVISIONS_MAX);
    }
    terms.retain(|term| {
        let first = match term.kind {
            Kind::Exception => names.declare(Class::Exception, &term.name.text, term.name.span),
            Kind::Provision(_) => names.declare(Class::Provision, &term.id, term.name.span),
        };
        let Some(first) = first else {
            return true;
        };
        findings.push(
            codes::TWICE
                .error(format!("`{}` is declared twice", term.id))
                .primary(term.name.span, "again here")
                .secondary(first, "first declared here")
                .reason("One of the two would be lost without a word.")
                .help("rename one of them, or join the two"),
        );
        false
    });
}

/// Says that a table of a block of terms has a kind that cannot be evaluated.
fn no_kind(key: &Word) -> servanda_diag::Diagnostic {
    let found = codes::UNKNOWN_KIND
        .error(format!("`{}` is no kind of provision", shortened(&key.text)))
        .primary(key.span, "unknown kind")
        .reason("Each kind has one meaning in every agreement; another word has none.");
    const IN_FRONT: [&str; 11] = [
        "party", "line", "zone", "zones", "sites", "source", "baseline", "define", "event",
        "force", "draft",
    ];
    if IN_FRONT.contains(&key.text.as_str()) {
        return found.help("this belongs in the front matter, between the `+++` lines");
    }
    match nearest(&key.text, kinds::all()) {
        Some(near) => found.help(format!("did you mean `{near}`?")),
        None => {
            found.help(format!("the kinds are: {}", kinds::all().collect::<Vec<_>>().join(", ")))
        }
    }
}

pub(crate) fn build(terms: &[Term], context: &Context, built: &mut Built, findings: &mut Findings) {
    let mut articles: BTreeMap<usize, usize> = BTreeMap::new();
    for term in terms {
        match term.kind {
            Kind::Exception => {
                let exception = exceptions::build(term, context, findings);
                built.agreement.exceptions.push(exception);
                built.marks.exceptions.push(Mark::of(term.table, term.span));
            }
            Kind::Provision(kind) => {
                let article = article(term.section, context, &mut articles, built);
                let mut marks = Vec::new();
                let mut provision = provision(term, kind, context, built, &mut marks, findings);
                provision.article = article;
                built.agreement.provisions.push(provision);
                built.marks.provisions.push(Mark::of(term.table, term.span));
                built.marks.readings.push(marks);
            }
        }
    }
}

/// The article of a section, made when its first provision comes.
fn article(
    section: usize,
    context: &Context,
    articles: &mut BTreeMap<usize, usize>,
    built: &mut Built,
) -> Option<usize> {
    if let Some(index) = articles.get(&section) {
        return Some(*index);
    }
    let found = context.layout.sections.get(section)?;
    let (heading, span) = found.heading.as_ref()?;
    let prose = found.prose.iter().map(|span| context.source.slice(*span).trim());
    built.agreement.articles.push(Article {
        heading: heading.trim().to_owned(),
        text: prose.collect::<Vec<_>>().join("\n\n"),
        span: *span,
    });
    let index = built.agreement.articles.len() - 1;
    articles.insert(section, index);
    Some(index)
}

/// A provision with its readings.
fn provision(
    term: &Term,
    kind: ProvisionKind,
    context: &Context,
    built: &mut Built,
    marks: &mut Vec<Mark>,
    findings: &mut Findings,
) -> Provision {
    let mut fields = Fields::new(term.table, term.label(), term.span, findings);
    if kind == ProvisionKind::Protect && !fields.has("sites") && !fields.has("disputed") {
        fields.missing("sites");
    }
    let except = fields.texts("except");
    built.exceptions_named.extend(except.iter().map(|word| word.text.clone()));
    let shown_by = fields.texts("shown_by");
    let requires = fields.texts("requires");
    let names = &context.names;
    let except = names.resolve_all(Class::Exception, &except, fields.findings());
    let shown_by = names.resolve_all(Class::Source, &shown_by, fields.findings());
    let requires = required(requires, names, fields.findings());
    let (tolerance, tolerance_count) = tolerance(&mut fields);
    let (base, readings) = readings(&mut fields, term, kind, context, marks);
    let provision = Provision {
        id: term.id.clone(),
        kind,
        article: None,
        who: base.who,
        acts: base.acts,
        places: base.places,
        sites: base.sites,
        except,
        shown_by,
        readings,
        verified_by: fields.plain("verified_by"),
        decided_by: fields.plain("decided_by"),
        standard: fields.plain("standard"),
        remedy: fields.plain("remedy"),
        tolerance,
        tolerance_count,
        severity: fields.plain("severity"),
        number: fields.plain("number"),
        requires,
        note: fields.plain("note"),
        topics: match kind {
            ProvisionKind::Point => fields.plain_texts("topics"),
            _ => Vec::new(),
        },
        options: match kind {
            ProvisionKind::Point => fields.plain_texts("options"),
            _ => Vec::new(),
        },
        span: term.span,
    };
    fields.finish();
    provision
}

/// The keys of every kind that a reading can't change.
const COMMON: [&str; 14] = [
    "allow",
    "except",
    "shown_by",
    "requires",
    "tolerance",
    "verified_by",
    "decided_by",
    "standard",
    "remedy",
    "severity",
    "number",
    "note",
    "topics",
    "options",
];

/// What a provision waits for: other provisions by id, or words.
fn required(words: Vec<Word>, names: &Names, findings: &mut Findings) -> Vec<String> {
    let mut requires = Vec::new();
    for word in words {
        let kind = word.text.split('.').next().unwrap_or("");
        if word.text.contains('.') && kinds::is_kind(kind) {
            requires.extend(names.resolve(Class::Provision, &word, findings));
        } else {
            requires.push(word.text);
        }
    }
    requires
}

/// How much is borne: in words, or as a count in a rolling window.
fn tolerance(fields: &mut Fields) -> (String, Option<Tolerance>) {
    if !fields.is_table("tolerance") {
        return (fields.plain("tolerance"), None);
    }
    let Some((table, span)) = fields.table("tolerance") else { return (String::new(), None) };
    let mut fields = Fields::new(table, "`tolerance`", span, fields.findings());
    if table.get("at_most").is_none() {
        fields.missing("at_most");
    }
    let at_most = fields.whole("at_most");
    let unit = fields.plain("unit");
    let per = fields.amount("per");
    fields.finish();
    let Some(at_most) = at_most else { return (String::new(), None) };
    let words = match per {
        Some(per) => format!("at most {at_most} {unit} in any {per}"),
        None => format!("at most {at_most} {unit}"),
    };
    (words, Some(Tolerance { at_most, unit, per }))
}

/// What the text says without its disputes, and the readings: those in dispute, or the text as
/// written. Where only one is written out, the text as written is the other.
///
/// Each reading is the term with the keys of the reading laid over it, read as a whole.
fn readings(
    fields: &mut Fields,
    term: &Term,
    kind: ProvisionKind,
    context: &Context,
    marks: &mut Vec<Mark>,
) -> (Reading, Vec<Reading>) {
    let disputed = fields.tables("disputed");
    let base = {
        // What is missing here may stand in each reading.
        let in_readings = (disputed.len() > 1).then_some(codes::MISSING_KEY.code);
        fields.findings().pass_over(in_readings);
        let mut base = Fields::new(term.table, term.label(), term.span, fields.findings());
        let reading = readings::read(&mut base, kind, context);
        let known = base.asked();
        fields.findings().pass_over(None);
        fields.know(known);
        reading
    };
    let mut readings = Vec::new();
    if disputed.len() < 2 {
        readings.push(base.clone());
    }
    let mut ids: BTreeMap<String, Span> = BTreeMap::new();
    if let Some((_, span)) = disputed.get(READINGS_MAX) {
        fields.findings().push(
            codes::TOO_MUCH
                .error(format!("more than {READINGS_MAX} readings of one term"))
                .primary(*span, "this one and those after it")
                .reason("Each reading is computed and shown beside the others.")
                .help("keep the readings that somebody holds"),
        );
    }
    for (table, span) in disputed.into_iter().take(READINGS_MAX) {
        let laid = laid_over(term.table, table);
        let mut whole = Fields::new(&laid, term.label(), span, fields.findings());
        let mut reading = readings::read(&mut whole, kind, context);
        let known = whole.asked();
        let mut own = Fields::new(table, "`disputed`", span, fields.findings());
        let name = own.required("reading");
        let held_by = own.texts("held_by");
        reading.held_by = context.names.resolve_all(Class::Party, &held_by, own.findings());
        if let Some(name) = name {
            if let Some(first) = ids.insert(name.text.clone(), name.span) {
                own.findings().push(
                    codes::TWICE
                        .error("two readings have one name")
                        .primary(name.span, "again here")
                        .secondary(first, "first here")
                        .reason("Answers are given for each reading by its name.")
                        .help("rename one of them"),
                );
            }
            reading.id = name.text;
        }
        own.know(known);
        own.finish();
        readings.push(reading);
        marks.push(Mark::of(table, span));
    }
    (base, readings)
}

/// The term with the keys of a reading in place of its own.
fn laid_over(term: &Table, reading: &Table) -> Table {
    let own = |entry: &&Entry| {
        let key = entry.key.text.as_str();
        key != "disputed" && !COMMON.contains(&key) && reading.get(key).is_none()
    };
    let entries = term.entries.iter().filter(own).chain(&reading.entries).cloned().collect();
    Table { entries }
}
