//! Sources of observations, and registers of sites.

use super::names::Class;
use super::{Context, Mark, Marks, files, times};
use crate::Files;
use crate::codes;
use crate::model::{Control, Lump, Passes, Register, Source};
use crate::parse::fields::Fields;
use crate::parse::nearest::nearest;
use crate::parse::tree::Word;

pub(crate) fn registers(fields: &mut Fields, files: &dyn Files) -> Vec<Register> {
    let mut registers = Vec::new();
    for (id, table, span) in fields.named("sites") {
        let what = format!("`sites.{}`", id.text);
        let mut fields = Fields::new(table, what, span, fields.findings());
        let name = fields.text("name").map(|word| word.text);
        let data = files::data_files(&mut fields);
        let mapping = files::mapping(&mut fields, files);
        fields.finish();
        registers.push(Register {
            name: name.unwrap_or_else(|| id.text.clone()),
            id: id.text,
            files: data,
            mapping,
            span,
        });
    }
    registers
}

pub(crate) fn sources(
    fields: &mut Fields,
    context: &Context,
    files: &dyn Files,
    marks: &mut Marks,
) -> Vec<Source> {
    let mut sources = Vec::new();
    for (id, table, span) in fields.named("source") {
        let what = format!("`source.{}`", id.text);
        let mut fields = Fields::new(table, what, span, fields.findings());
        let zone = fields.text("timezone");
        let zone = zone.and_then(|word| times::timezone(&word, fields.findings()));
        let name = fields.text("name").map(|word| word.text);
        let measure = fields.text("measure").map(|word| word.text);
        let source = Source {
            name: name.unwrap_or_else(|| id.text.clone()),
            id: id.text,
            shows: fields.plain_texts("shows"),
            format: fields.text("format").map(|word| word.text),
            mapping: files::mapping(&mut fields, files),
            files: files::data_files(&mut fields),
            timezone: zone.unwrap_or_else(|| context.timezone.clone()),
            passes: passes(&mut fields),
            strata: fields.text("strata").map(|word| word.text),
            control: control(&mut fields, context),
            rows_are_events: rows_are_events(&mut fields),
            measure: measure.unwrap_or_else(|| "incident".to_owned()),
            lag: fields.amount("lag"),
            limits: fields.plain_texts("limits"),
            lumps: lumps(&mut fields, context),
            longest: fields.amount("longest"),
            compare_only: fields.only("compare_only"),
            licence: fields.plain("licence"),
            attribution: fields.plain("attribution"),
            span,
        };
        fields.finish();
        sources.push(source);
        marks.sources.push(Mark::of(table, span));
    }
    sources
}

fn passes(fields: &mut Fields) -> Option<Passes> {
    let (table, span) = fields.table("passes")?;
    let mut fields = Fields::new(table, "`passes`", span, fields.findings());
    let by = fields.required("by");
    if table.get("gap").is_none() {
        fields.missing("gap");
    }
    let gap = fields.amount("gap");
    fields.finish();
    Some(Passes { by: by?.text, gap: gap? })
}

fn control(fields: &mut Fields, context: &Context) -> Option<Control> {
    let (table, span) = fields.table("control")?;
    let mut fields = Fields::new(table, "`control`", span, fields.findings());
    let register = fields.required("sites");
    let within_m = fields.metres("within_m");
    let findings = fields.findings();
    let register =
        register.and_then(|word| context.names.resolve(Class::Register, &word, findings));
    fields.finish();
    Some(Control { register: register?, within_m: within_m? })
}

fn lumps(fields: &mut Fields, context: &Context) -> Vec<Lump> {
    let mut lumps = Vec::new();
    for (table, span) in fields.tables("lumps") {
        let mut fields = Fields::new(table, "`lumps`", span, fields.findings());
        let name = fields.required("name");
        let hidden = fields.texts("may_include");
        let findings = fields.findings();
        let may_include = context.names.resolve_all(Class::Exception, &hidden, findings);
        fields.finish();
        if let Some(name) = name {
            lumps.push(Lump { name: name.text, may_include });
        }
    }
    lumps
}

fn rows_are_events(fields: &mut Fields) -> bool {
    const CHOICES: [&str; 2] = ["events", "reports"];
    let Some(word) = fields.text("rows") else {
        return false;
    };
    if !CHOICES.contains(&word.text.as_str()) {
        choice(fields, "rows", &word, &CHOICES);
    }
    word.text == "events"
}

/// Says that a word is none of those that can stand there.
pub(crate) fn choice(fields: &mut Fields, key: &str, word: &Word, choices: &[&str]) {
    let found = codes::WRONG_VALUE
        .error(format!("`{key}` cannot be `{}`", crate::findings::shortened(&word.text)))
        .primary(word.span, "not one of the choices")
        .reason("Each choice has its own meaning; another word has none.");
    fields.findings().push(match nearest(&word.text, choices.iter().copied()) {
        Some(near) => found.help(format!("did you mean \"{near}\"?")),
        None => found.help(format!("write one of: {}", choices.join(", "))),
    });
}
