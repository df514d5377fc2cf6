//! What a change does to what `check` says.

use super::{Class, Difference, Fate};
use crate::model::Agreement;
use servanda_diag::{Diagnostic, Severity};
use std::collections::BTreeMap;

/// A diagnostic, and what it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// Its code.
    pub code: &'static str,
    /// How grave it is.
    pub severity: Severity,
    /// The provision or exception that it is about, by its id in its own text; none: the text or
    /// what it names.
    pub about: Option<String>,
    /// What it says.
    pub title: String,
}

/// The diagnostics of two texts, compared.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Checks {
    /// Only the new text has them.
    pub appear: Vec<Check>,
    /// Only the old text has them.
    pub vanish: Vec<Check>,
    /// Both have them; as the new text does.
    pub stay: Vec<Check>,
}

/// Compares what is said of two texts: two diagnostics are one if they have the same code and are
/// about the same term.
#[must_use]
pub fn checks(
    difference: &Difference,
    (old, old_said): (&Agreement, &[Diagnostic]),
    (new, new_said): (&Agreement, &[Diagnostic]),
) -> Checks {
    let (before, after) = (of(old, old_said), of(new, new_said));
    let mut renamed: BTreeMap<&str, &str> = BTreeMap::new();
    for (from, to) in &difference.provisions {
        renamed.insert(from, to);
    }
    let exceptions = difference.items.iter().filter(|item| item.class == Class::Exception);
    let exceptions: Vec<(String, String)> = exceptions
        .filter(|item| item.fate == Fate::Renamed)
        .filter_map(|item| Some((item.old.as_ref()?, item.new.as_ref()?)))
        .map(|(from, to)| (format!("except.{from}"), format!("except.{to}")))
        .collect();
    renamed.extend(exceptions.iter().map(|(from, to)| (from.as_str(), to.as_str())));
    // What is about a term goes by its code and the term; all else by its words.
    let key = |check: &Check, rename: bool| {
        let about = check.about.as_deref().map(|id| match rename {
            true => renamed.get(id).copied().unwrap_or(id).to_owned(),
            false => id.to_owned(),
        });
        let words = if about.is_some() { String::new() } else { check.title.clone() };
        (check.code, about, words)
    };
    let mut waiting: BTreeMap<_, Vec<Check>> = BTreeMap::new();
    for check in before.into_iter().rev() {
        waiting.entry(key(&check, true)).or_default().push(check);
    }
    let mut checks = Checks::default();
    for check in after {
        match waiting.get_mut(&key(&check, false)).and_then(Vec::pop) {
            Some(_) => checks.stay.push(check),
            None => checks.appear.push(check),
        }
    }
    checks.vanish = waiting.into_values().flat_map(|list| list.into_iter().rev()).collect();
    checks
}

/// The diagnostics with what each is about.
fn of(agreement: &Agreement, said: &[Diagnostic]) -> Vec<Check> {
    // Where each term and each article begins, in order.
    let mut places: Vec<(u32, Option<String>)> = Vec::new();
    let terms = agreement.provisions.iter();
    places.extend(terms.map(|term| (term.span.start, Some(term.id.clone()))));
    let exceptions = agreement.exceptions.iter();
    places.extend(exceptions.map(|e| (e.span.start, Some(format!("except.{}", e.id)))));
    places.extend(agreement.articles.iter().map(|article| (article.span.start, None)));
    places.sort_unstable();
    said.iter()
        .map(|diagnostic| {
            let before = diagnostic
                .position()
                .map_or(0, |at| places.partition_point(|(start, _)| *start <= at.start));
            Check {
                code: diagnostic.code,
                severity: diagnostic.severity,
                about: before.checked_sub(1).and_then(|place| places[place].1.clone()),
                title: diagnostic.title.clone(),
            }
        })
        .collect()
}
