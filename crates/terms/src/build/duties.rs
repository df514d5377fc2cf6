//! Duties: `oblige`, `limit`, `withdraw`, `permit`, `transfer`, and the stages that they share.

use super::names::Class;
use super::{Context, moments};
use crate::codes;
use crate::details::{Details, Limit, Oblige, Permit, Stage, Transfer, WeaponClass, Withdraw};
use crate::parse::fields::Fields;
use crate::parse::tree::{Value, Word};

/// This act or state by then.
pub(super) fn oblige(fields: &mut Fields, context: &Context) -> Details {
    let what = needed(fields, "what");
    let stages = stages(fields, "stages", context);
    Details::Oblige(Oblige {
        what,
        to: parties(fields, "to", context),
        due: moments::read(fields, "due", context).0,
        every: fields.amount("every"),
        evidence: fields.plain("evidence"),
        stages,
    })
}

/// No more than so much.
pub(super) fn limit(fields: &mut Fields, context: &Context) -> Details {
    Details::Limit(Limit {
        measure: needed(fields, "measure"),
        at_most: fields.whole("at_most"),
        unit: fields.plain("unit"),
        counting: fields.plain("counting"),
        inventory: fields.plain("inventory"),
        due: moments::read(fields, "due", context).0,
    })
}

/// This class of object beyond this distance of this party's line.
pub(super) fn withdraw(fields: &mut Fields, context: &Context) -> Details {
    let lines = lines(fields, context);
    let mut classes = Vec::new();
    for (table, span) in fields.tables("classes") {
        let mut fields = Fields::new(table, "`classes`", span, fields.findings());
        let class = fields.required("class");
        let distance_m = fields.metres("distance_m");
        let acts = fields.plain_texts("acts");
        fields.finish();
        if let (Some(class), Some(distance_m)) = (class, distance_m) {
            classes.push(WeaponClass { class: class.text, distance_m, acts });
        }
    }
    let storage = fields.text("storage");
    let storage =
        storage.and_then(|word| context.names.resolve(Class::Register, &word, fields.findings()));
    Details::Withdraw(Withdraw {
        lines,
        classes,
        storage,
        inventory: fields.plain("inventory"),
        begins: moments::read(fields, "begins", context).0,
        due: moments::read(fields, "due", context).0,
        stages: stages(fields, "stages", context),
    })
}

/// One line for all, or a line for each party.
fn lines(fields: &mut Fields, context: &Context) -> Vec<(Option<String>, String)> {
    if !fields.is_table("line") {
        let line = fields.text("line");
        let line =
            line.and_then(|word| context.names.resolve(Class::Line, &word, fields.findings()));
        return line.map(|line| (None, line)).into_iter().collect();
    }
    let mut lines = Vec::new();
    let Some((table, _)) = fields.table("line") else { return lines };
    for entry in &table.entries {
        let Value::Text(line) = &entry.node.value else {
            fields.wrong(&entry.key.text, &entry.node, "the name of a line as text");
            continue;
        };
        let line = Word { text: line.clone(), span: entry.node.span };
        let findings = fields.findings();
        let party = context.names.resolve(Class::Party, &entry.key, findings);
        let line = context.names.resolve(Class::Line, &line, findings);
        if let (Some(party), Some(line)) = (party, line) {
            lines.push((Some(party), line));
        }
    }
    lines
}

/// A right.
pub(super) fn permit(fields: &mut Fields) -> Details {
    Details::Permit(Permit { holder: needed(fields, "holder"), what: fields.plain("what") })
}

/// Exchanges of prisoners, remains, funds.
pub(super) fn transfer(fields: &mut Fields, context: &Context) -> Details {
    Details::Transfer(Transfer {
        what: needed(fields, "what"),
        to: parties(fields, "to", context),
        unit: fields.plain("unit"),
        amount: fields.whole("amount"),
        ratio: fields.plain("ratio"),
        due: moments::read(fields, "due", context).0,
        stages: stages(fields, "stages", context),
    })
}

/// A text that must be there.
pub(super) fn needed(fields: &mut Fields, key: &'static str) -> String {
    fields.required(key).map(|word| word.text).unwrap_or_default()
}

/// Parties by their ids.
pub(super) fn parties(fields: &mut Fields, key: &'static str, context: &Context) -> Vec<String> {
    let words = fields.texts(key);
    context.names.resolve_all(Class::Party, &words, fields.findings())
}

/// Provisions by their ids.
pub(super) fn provisions(fields: &mut Fields, key: &'static str, context: &Context) -> Vec<String> {
    let words = fields.texts(key);
    context.names.resolve_all(Class::Provision, &words, fields.findings())
}

/// The parts of a duty, each with its name.
pub(super) fn stages(fields: &mut Fields, key: &'static str, context: &Context) -> Vec<Stage> {
    let mut stages: Vec<Stage> = Vec::new();
    for (table, span) in fields.tables(key) {
        let mut fields = Fields::new(table, format!("`{key}`"), span, fields.findings());
        let name = fields.required("name");
        let stage = Stage {
            name: name.as_ref().map(|word| word.text.clone()).unwrap_or_default(),
            what: fields.plain("what"),
            due: moments::read(&mut fields, "due", context).0,
            amount: fields.whole("amount"),
            requires: provisions(&mut fields, "requires", context),
        };
        if let Some(name) = name
            && stages.iter().any(|known| known.name == stage.name)
        {
            fields.findings().push(
                codes::TWICE
                    .error(format!("two parts are called `{}`", stage.name))
                    .primary(name.span, "again here")
                    .reason("Acts in the record refer to a part by its name.")
                    .help("rename one of them"),
            );
        }
        fields.finish();
        stages.push(stage);
    }
    stages
}
