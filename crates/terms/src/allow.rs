//! What the text allows: `allow = { SV034 = "why this is meant" }` in a table silences warnings
//! and notes of that code in the table, and `[allow]` in the front matter those of the file. The
//! reason stays with the diagnostic, so that whoever reads the text can weigh it.

use crate::codes;
use crate::findings::{Findings, shortened};
use crate::parse::tree::{Node, Table, Value};
use servanda_diag::{Diagnostic, Severity};
use servanda_text::Span;
use std::rc::Rc;

/// The key.
pub(crate) const KEY: &str = "allow";

/// A code that some table allows.
#[derive(Debug, Clone)]
pub(crate) struct Allowance {
    code: &'static str,
    reason: String,
    /// Where its key stands.
    pub(crate) span: Span,
    /// The pieces of text that it holds for; none: the whole file.
    within: Option<Rc<[Span]>>,
}

impl Allowance {
    fn covers(&self, found: &Diagnostic) -> bool {
        let lies_in = |place: Span, part: &Span| part.start <= place.start && place.end <= part.end;
        match (&self.within, found.position()) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(parts), Some(place)) => {
                self.bytes().is_some_and(|all| lies_in(place, &all))
                    && parts.iter().any(|part| lies_in(place, part))
            }
        }
    }

    /// From its first piece to its last; none: the whole file.
    fn bytes(&self) -> Option<Span> {
        let parts = self.within.as_deref()?;
        let start = parts.iter().map(|part| part.start).min()?;
        let end = parts.iter().map(|part| part.end).max()?;
        Some(Span::new(start, end))
    }
}

/// Takes the allowances of the file out of the front matter: the rest of it is the agreement.
pub(crate) fn taken_out(mut front: Table, findings: &mut Findings) -> Table {
    if let Some(at) = front.entries.iter().position(|entry| entry.key.text == KEY) {
        let entry = front.entries.remove(at);
        match &entry.node.value {
            Value::Table(table) => read(table, None, findings),
            value => findings.push(
                codes::WRONG_VALUE
                    .error("`allow` of the front matter must be a table")
                    .primary(entry.node.span, format!("this is {}", value.kind()))
                    .reason("A value of another kind cannot be understood.")
                    .help("write [allow], and below it SV034 = \"why this is meant\""),
            ),
        }
    }
    front
}

/// The pieces of text that a table consists of: its header, its keys and values, and those of the
/// tables below it, wherever they stand.
pub(crate) fn extent(table: &Table, head: Span) -> Rc<[Span]> {
    let mut parts = vec![head];
    add_entries(table, &mut parts);
    parts.into()
}

fn add_entries(table: &Table, parts: &mut Vec<Span>) {
    for entry in &table.entries {
        parts.push(entry.key.span);
        add_node(&entry.node, parts);
    }
}

fn add_node(node: &Node, parts: &mut Vec<Span>) {
    parts.push(node.span);
    match &node.value {
        Value::Table(table) => add_entries(table, parts),
        Value::List(list) => list.iter().for_each(|node| add_node(node, parts)),
        _ => {}
    }
}

/// Reads a table of codes and reasons.
pub(crate) fn read(table: &Table, within: Option<&Rc<[Span]>>, findings: &mut Findings) {
    for entry in &table.entries {
        let name = shortened(&entry.key.text);
        let wrong = |title: String| codes::NOT_ALLOWED.error(title).primary(entry.key.span, "here");
        let known = codes::ALL.iter().find(|known| known.code == entry.key.text);
        let Some(code) = known.map(|known| known.code) else {
            findings.push(
                wrong(format!("there is no code `{name}` to allow"))
                    .reason("It would silence nothing, whatever it was meant for.")
                    .help("`servanda check --explain` lists the codes"),
            );
            continue;
        };
        if [codes::NOT_ALLOWED.code, codes::IDLE_ALLOWANCE.code].contains(&code) {
            findings.push(
                wrong(format!("`{code}` can't be allowed"))
                    .reason("It is about allowances themselves: mend the one that it names.")
                    .help("delete this"),
            );
            continue;
        }
        match &entry.node.value {
            Value::Text(reason) if !reason.trim().is_empty() => {
                findings.note_allowance(Allowance {
                    code,
                    reason: reason.trim().to_owned(),
                    span: entry.key.span,
                    within: within.cloned(),
                });
            }
            _ => findings.push(
                wrong(format!("`{code}` is allowed without a reason"))
                    .reason("Whoever reads the text must be able to weigh why this is meant.")
                    .help(format!("write {code} = \"why this is meant\"")),
            ),
        }
    }
}

/// Gives each warning and note that an allowance covers its reason, that of the narrowest one
/// where several do. Returns what is wrong with the allowances; which of them are idle can be
/// told only when all diagnostics are known.
pub(crate) fn apply(
    mut allowances: Vec<Allowance>,
    list: &mut [Diagnostic],
    all_is_known: bool,
) -> Vec<Diagnostic> {
    allowances.sort_by_key(|one| (one.bytes().map_or(u32::MAX, Span::len), one.span));
    let mut wrong = Vec::new();
    let mut needed = vec![false; allowances.len()];
    for found in list {
        let mut all = allowances.iter().zip(&mut needed);
        let Some((one, needed)) = all.find(|(one, _)| one.code == found.code && one.covers(found))
        else {
            continue;
        };
        *needed = true;
        if found.severity == Severity::Error {
            wrong.push(error_allowed(one, found));
        } else {
            found.allowed = Some(one.reason.clone());
        }
    }
    let idle = allowances.iter().zip(needed).filter(|(_, needed)| all_is_known && !needed);
    wrong.extend(idle.map(|(one, _)| {
        codes::IDLE_ALLOWANCE
            .warning(format!("nothing here needs `{}` to be allowed", one.code))
            .primary(one.span, "silences nothing")
            .reason("Left standing, it would hide the next fault of that kind.")
            .help("delete it, or put it into the table that needs it")
    }));
    wrong
}

fn error_allowed(one: &Allowance, error: &Diagnostic) -> Diagnostic {
    let found = codes::NOT_ALLOWED
        .error(format!("`{}` is an error here, and errors can't be allowed", one.code))
        .primary(one.span, "can't be allowed")
        .reason("With an error the terms would not do what they say, whatever the reason for it.")
        .help("mend the error, and delete this");
    match error.position() {
        Some(place) => found.secondary(place, "the error"),
        None => found,
    }
}
