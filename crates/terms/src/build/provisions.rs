//! The blocks of terms: provisions and exceptions.

use super::groups::places;
use super::names::{Class, Names};
use super::{Built, Context, Mark, TermBlock, exceptions, times};
use crate::codes;
use crate::findings::{Findings, shortened};
use crate::kinds;
use crate::limits::{PROVISIONS_MAX, READINGS_MAX};
use crate::model::{Article, ProtectedSites, Provision, ProvisionKind, Reading};
use crate::parse::fields::Fields;
use crate::parse::nearest::nearest;
use crate::parse::tree::{Table, Word};
use servanda_text::Span;
use std::collections::BTreeMap;

/// The name of the one reading of a text that is not disputed.
const AS_WRITTEN: &str = "as written";

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
    let mut terms = Vec::new();
    for block in blocks {
        let mut in_block = Vec::new();
        for entry in &block.table.entries {
            let kind = match entry.key.text.as_str() {
                "prohibit" => Kind::Provision(ProvisionKind::Prohibit),
                "protect" => Kind::Provision(ProvisionKind::Protect),
                "point" => Kind::Provision(ProvisionKind::Point),
                "except" => Kind::Exception,
                _ => {
                    findings.push(no_kind(&entry.key));
                    continue;
                }
            };
            let key = match kind {
                Kind::Exception => "except",
                Kind::Provision(ProvisionKind::Prohibit) => "prohibit",
                Kind::Provision(ProvisionKind::Protect) => "protect",
                Kind::Provision(ProvisionKind::Point) => "point",
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
    if kinds::NOT_YET.contains(&key.text.as_str()) {
        return codes::NOT_YET
            .error(format!("this version cannot evaluate `{}` yet", key.text))
            .primary(key.span, "this kind of provision")
            .reason("It is part of the language. A missing test must not look like a kept term.")
            .help("keep the article as text, or write the matter as [point.NAME]");
    }
    let found = codes::UNKNOWN_KIND
        .error(format!("`{}` is no kind of provision", shortened(&key.text)))
        .primary(key.span, "unknown kind")
        .reason("Each kind has one meaning in every agreement; another word has none.");
    const IN_FRONT: [&str; 8] =
        ["party", "line", "zone", "zones", "sites", "source", "baseline", "define"];
    if IN_FRONT.contains(&key.text.as_str()) {
        return found.help("this belongs in the front matter, between the `+++` lines");
    }
    match nearest(&key.text, kinds::all()) {
        Some(near) => found.help(format!("did you mean `{near}`?")),
        None => found.help(format!("the kinds are: {}", kinds::KNOWN.join(", "))),
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
                let mut provision = match kind {
                    ProvisionKind::Point => point(term, findings),
                    _ => duty(term, kind, context, built, &mut marks, findings),
                };
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

/// A provision of which nothing is known.
fn empty(term: &Term, kind: ProvisionKind) -> Provision {
    Provision {
        id: term.id.clone(),
        kind,
        article: None,
        who: Vec::new(),
        acts: Vec::new(),
        places: Vec::new(),
        sites: None,
        except: Vec::new(),
        shown_by: Vec::new(),
        readings: Vec::new(),
        verified_by: String::new(),
        decided_by: String::new(),
        standard: String::new(),
        remedy: String::new(),
        tolerance: String::new(),
        severity: String::new(),
        requires: Vec::new(),
        note: String::new(),
        topics: Vec::new(),
        options: Vec::new(),
        span: term.span,
    }
}

/// A matter that is open.
fn point(term: &Term, findings: &mut Findings) -> Provision {
    let mut fields = Fields::new(term.table, term.label(), term.span, findings);
    let mut provision = empty(term, ProvisionKind::Point);
    provision.topics = fields.plain_texts("topics");
    provision.options = fields.plain_texts("options");
    provision.note = fields.plain("note");
    fields.finish();
    provision.readings.push(Reading {
        id: AS_WRITTEN.to_owned(),
        held_by: Vec::new(),
        from: None,
        until: None,
        who: Vec::new(),
        acts: Vec::new(),
        places: Vec::new(),
        sites: None,
    });
    provision
}

/// A prohibition or a protection.
fn duty(
    term: &Term,
    kind: ProvisionKind,
    context: &Context,
    built: &mut Built,
    reading_marks: &mut Vec<Mark>,
    findings: &mut Findings,
) -> Provision {
    let mut fields = Fields::new(term.table, term.label(), term.span, findings);
    let with_sites = kind == ProvisionKind::Protect;
    if with_sites && term.table.get("sites").is_none() && term.table.get("disputed").is_none() {
        fields.missing("sites");
    }
    let base = scope(&mut fields, None, with_sites, context);
    let except = fields.texts("except");
    built.exceptions_named.extend(except.iter().map(|word| word.text.clone()));
    let shown_by = fields.texts("shown_by");
    let requires = fields.texts("requires");
    let names = &context.names;
    let findings = fields.findings();
    let mut provision = Provision {
        except: names.resolve_all(Class::Exception, &except, findings),
        shown_by: names.resolve_all(Class::Source, &shown_by, findings),
        requires: required(requires, names, findings),
        who: base.who.clone(),
        acts: base.acts.clone(),
        places: base.places.clone(),
        sites: base.sites.clone(),
        ..empty(term, kind)
    };
    provision.verified_by = fields.plain("verified_by");
    provision.decided_by = fields.plain("decided_by");
    provision.standard = fields.plain("standard");
    provision.remedy = fields.plain("remedy");
    provision.tolerance = fields.plain("tolerance");
    provision.severity = fields.plain("severity");
    provision.note = fields.plain("note");
    provision.readings = readings(&mut fields, base, with_sites, context, reading_marks);
    fields.finish();
    provision
}

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

/// The readings: those in dispute, or the text as written. Where only one is written out, the
/// text as written is the other.
fn readings(
    fields: &mut Fields,
    base: Reading,
    with_sites: bool,
    context: &Context,
    marks: &mut Vec<Mark>,
) -> Vec<Reading> {
    let disputed = fields.tables("disputed");
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
        let mut fields = Fields::new(table, "`disputed`", span, fields.findings());
        let name = fields.required("reading");
        let held_by = fields.texts("held_by");
        let held_by = context.names.resolve_all(Class::Party, &held_by, fields.findings());
        let mut reading = scope(&mut fields, Some(&base), with_sites, context);
        reading.held_by = held_by;
        if let Some(name) = name {
            if let Some(first) = ids.insert(name.text.clone(), name.span) {
                fields.findings().push(
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
        fields.finish();
        readings.push(reading);
        marks.push(Mark::of(table, span));
    }
    readings
}

/// Who, what, where and when. What is not written is taken from `base`.
fn scope(
    fields: &mut Fields,
    base: Option<&Reading>,
    with_sites: bool,
    context: &Context,
) -> Reading {
    let (who, acts) = (fields.texts("who"), fields.plain_texts("acts"));
    let whereabouts = fields.texts("where");
    let (from, until) = (fields.time("from"), fields.time("until"));
    let sites = match with_sites {
        true => sites(fields, context),
        false => None,
    };
    let findings = fields.findings();
    let who = context.names.resolve_all(Class::Party, &who, findings);
    let places = places(&whereabouts, context, findings);
    let places: Vec<String> = places.into_iter().map(|(id, _)| id).collect();
    let from = times::placed(from, &context.timezone, findings);
    let until = times::placed(until, &context.timezone, findings);

    let or_base = |own: Vec<String>, of: fn(&Reading) -> &Vec<String>| match base {
        Some(base) if own.is_empty() => of(base).clone(),
        _ => own,
    };
    let mut reading = Reading {
        id: AS_WRITTEN.to_owned(),
        held_by: Vec::new(),
        from: from.map(|(at, _)| at).or(base.and_then(|base| base.from)),
        until: until.map(|(at, _)| at).or(base.and_then(|base| base.until)),
        who: or_base(who, |base| &base.who),
        acts: or_base(acts, |base| &base.acts),
        places: or_base(places, |base| &base.places),
        sites: sites.or_else(|| base.and_then(|base| base.sites.clone())),
    };
    let length = reading.who.len() + reading.acts.len() + reading.places.len();
    if !context.names_left.spend(length, findings) {
        reading.places.clear();
    }
    if let (Some(start), Some(end)) = (reading.from, reading.until)
        && end <= start
        && let Some((_, span)) = until.or(from)
    {
        findings.push(times::empty_window(span));
    }
    reading
}

fn sites(fields: &mut Fields, context: &Context) -> Option<ProtectedSites> {
    let (table, span) = fields.table("sites")?;
    let mut fields = Fields::new(table, "`sites`", span, fields.findings());
    let register = fields.required("register");
    let within_m = fields.metres("within_m");
    let only = fields.only("only");
    let findings = fields.findings();
    let register = register.and_then(|w| context.names.resolve(Class::Register, &w, findings));
    fields.finish();
    Some(ProtectedSites { register: register?, within_m: within_m?, only })
}
