//! By what observations are joined to incidents.

use super::Context;
use super::names::Class;
use crate::codes;
use crate::model::{Scoring, SourceClass};
use crate::parse::fields::Fields;
use crate::parse::nearest::nearest;
use crate::parse::tree::{Value, Word};
use std::collections::BTreeMap;

/// Kinds and classes that a model may name.
const NAMES_MAX: usize = 32;

pub(super) fn scoring(fields: &mut Fields, context: &Context) -> Option<Scoring> {
    let (table, span) = fields.table("scoring")?;
    let mut fields = Fields::new(table, "`scoring`", span, fields.findings());
    for key in ["kinds", "rate", "classes"] {
        if table.get(key).is_none() {
            fields.missing(key);
        }
    }
    let version = fields.required("version");
    let kinds = fields.texts("kinds");
    let rate = fields.whole("rate");
    let alike = alike(&mut fields, &kinds);
    let classes = classes(&mut fields, context);
    for (key, count) in [("kinds", kinds.len()), ("classes", classes.len())] {
        if let Some(entry) = table.get(key)
            && matches!(entry.node.value, Value::List(_))
            && !fits(count)
        {
            fields.wrong(key, &entry.node, "a list of 1 to 32");
        }
    }
    if let (Some(entry), Some(0)) = (table.get("rate"), rate) {
        fields.wrong("rate", &entry.node, "a whole number, 1 or more");
    }
    fields.finish();
    if !fits(kinds.len()) || !fits(classes.len()) {
        return None;
    }
    Some(Scoring {
        version: version?.text,
        kinds: kinds.into_iter().map(|word| word.text).collect(),
        alike,
        rate: rate.filter(|&rate| rate > 0)?,
        classes,
    })
}

fn fits(count: usize) -> bool {
    (1..=NAMES_MAX).contains(&count)
}

fn alike(fields: &mut Fields, kinds: &[Word]) -> Vec<Vec<String>> {
    let mut families = Vec::new();
    for (table, span) in fields.tables("alike") {
        let mut fields = Fields::new(table, "`alike`", span, fields.findings());
        let named = fields.texts("kinds");
        if table.get("kinds").is_none() {
            fields.missing("kinds");
        }
        for word in named.iter().filter(|word| kinds.iter().all(|kind| kind.text != word.text)) {
            let choices: Vec<&str> = kinds.iter().map(|kind| kind.text.as_str()).collect();
            unknown_kind(&mut fields, word, &choices);
        }
        fields.finish();
        families.push(named.into_iter().map(|word| word.text).collect());
    }
    families
}

fn unknown_kind(fields: &mut Fields, word: &Word, choices: &[&str]) {
    let found = codes::WRONG_VALUE
        .error(format!("`scoring` has no kind `{}`", crate::findings::shortened(&word.text)))
        .primary(word.span, "not one of its kinds")
        .reason("Kinds are alike among those that the model names.");
    fields.findings().push(match nearest(&word.text, choices.iter().copied()) {
        Some(near) => found.help(format!("did you mean \"{near}\"?")),
        None => found.help("name it in `kinds` of `scoring` too"),
    });
}

/// Whole percents.
fn percent(fields: &mut Fields, key: &'static str) -> Option<u8> {
    let node = &fields.entry(key)?.node;
    match u8::try_from(fields.as_whole(key, node)?) {
        Ok(percent @ 0..=100) => Some(percent),
        _ => {
            fields.wrong(key, node, "a whole number of percents, 0 to 100");
            None
        }
    }
}

fn classes(fields: &mut Fields, context: &Context) -> Vec<SourceClass> {
    let mut classes = Vec::new();
    let mut known = BTreeMap::new();
    for (table, span) in fields.tables("classes") {
        let mut fields = Fields::new(table, "`classes`", span, fields.findings());
        for key in ["sources", "right"] {
            if table.get(key).is_none() {
                fields.missing(key);
            }
        }
        let name = fields.required("name");
        let words = fields.texts("sources");
        for word in &words {
            if let Some(first) = known.insert(word.text.clone(), word.span) {
                fields.findings().push(
                    codes::WRONG_VALUE
                        .error(format!(
                            "the source `{}` is in two classes",
                            crate::findings::shortened(&word.text)
                        ))
                        .primary(word.span, "again here")
                        .secondary(first, "first here")
                        .reason("What a source names is weighed in one way.")
                        .help("leave it in one of them"),
                );
            }
        }
        let sources = context.names.resolve_all(Class::Source, &words, fields.findings());
        let right = percent(&mut fields, "right");
        let near = percent(&mut fields, "near");
        if let (Some(entry), Some(right), Some(near)) = (table.get("near"), right, near)
            && right + near > 100
        {
            fields.wrong("near", &entry.node, "no more than what `right` leaves of 100");
        }
        fields.finish();
        if let (Some(name), Some(right)) = (name, right) {
            let near = near.unwrap_or(0);
            classes.push(SourceClass { name: name.text, sources, right, near });
        }
    }
    classes
}
