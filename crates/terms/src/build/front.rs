//! The front matter: identity, parties, and what the terms are made of.

use super::names::Class;
use super::{
    Built, Context, Mark, Marks, duties, guarantees, lines, moments, people, points, scoring,
    shapes, sources, times, zones,
};
use crate::Files;
use crate::codes;
use crate::findings::Findings;
use crate::kinds;
use crate::model::{Agreement, Baseline, Definition, Draft, Force, NamedEvent, Party, Role};
use crate::parse::fields::{Fields, check_id};
use crate::parse::nearest::nearest;
use crate::parse::tree::Table;
use servanda_text::Span;

/// The tables that hold named tables, and the others.
pub(super) const KEYS: [&str; 20] = [
    "id", "title", "version", "timezone", "notes", "theatre", "party", "person", "topic", "line",
    "zone", "zones", "sites", "source", "scoring", "baseline", "define", "event", "force", "draft",
];

pub(crate) fn build(
    front: &Table,
    context: &mut Context,
    files: &dyn Files,
    findings: &mut Findings,
) -> Built {
    unknown_keys(front, findings);
    let head = context.layout.front;
    let head = Span::new(head.start.saturating_sub(1), head.start);
    let mut marks = Marks::default();
    let mut fields = Fields::new(front, "the front matter", head, findings);

    let id = fields.required("id");
    if let Some(id) = &id {
        check_id(id, fields.findings());
    }
    let title = fields.required("title");
    let version = fields.required("version");
    let zone = fields.required("timezone");
    let zone = zone.and_then(|word| times::timezone(&word, fields.findings()));
    if let Some(zone) = zone {
        context.timezone = zone;
    }
    let notes = fields.plain_texts("notes");
    let baseline = baseline(&mut fields);
    let parties = parties(&mut fields, &mut marks);
    let people = people::people(&mut fields, context, &mut marks);
    let topics = people::topics(&mut fields, context);
    let definitions = definitions(&mut fields);
    let events = events(&mut fields, &mut marks);
    let theatre = fields.text("theatre");
    let theatre =
        theatre.and_then(|word| context.names.resolve(Class::Zone, &word, fields.findings()));
    let force = force(&mut fields, context, &mut marks);
    let draft = draft(&mut fields, context);

    let mut shapes = shapes::Shapes::new(files);
    let lines = lines::build(&mut fields, &mut shapes);
    let zones = zones::build(&mut fields, &lines, &mut shapes, context, &mut marks);
    let registers = sources::registers(&mut fields, files);
    let sources = sources::sources(&mut fields, context, files, &mut marks);
    let scoring = scoring::scoring(&mut fields, context);

    let text = |word: Option<crate::parse::tree::Word>| word.map(|w| w.text).unwrap_or_default();
    let agreement = Agreement {
        id: text(id),
        title: text(title),
        version: text(version),
        timezone: context.timezone.clone(),
        parties,
        people,
        topics,
        lines,
        zones,
        registers,
        sources,
        scoring,
        baseline,
        events,
        force,
        draft,
        theatre,
        definitions,
        articles: Vec::new(),
        provisions: Vec::new(),
        exceptions: Vec::new(),
        notes,
    };
    Built { agreement, marks, exceptions_named: Vec::new() }
}

/// Keys that the front matter doesn't have. A kind of provision there gets its own words.
fn unknown_keys(front: &Table, findings: &mut Findings) {
    for entry in &front.entries {
        let key = entry.key.text.as_str();
        if KEYS.contains(&key) {
            continue;
        }
        let found = codes::UNKNOWN_KEY
            .error(format!("the front matter has no key `{}`", crate::findings::shortened(key)))
            .primary(entry.key.span, "unknown key")
            .reason("A key that is not understood would be a term that is not checked.");
        findings.push(if kinds::is_kind(key) {
            found.help("provisions stand below their article, in a block ```toml term")
        } else if let Some(near) = nearest(key, KEYS) {
            found.help(format!("did you mean `{near}`?"))
        } else {
            found.help(format!("the keys here are: {}", KEYS.join(", ")))
        });
    }
}

fn baseline(fields: &mut Fields) -> Baseline {
    let Some((table, span)) = fields.table("baseline") else {
        return Baseline::default();
    };
    let mut fields = Fields::new(table, "`baseline`", span, fields.findings());
    let baseline = Baseline {
        before: fields.amount("before"),
        during: fields.amount("during"),
        after: fields.amount("after"),
    };
    fields.finish();
    baseline
}

fn parties(fields: &mut Fields, marks: &mut Marks) -> Vec<Party> {
    let mut parties = Vec::new();
    for (id, table, span) in fields.named("party") {
        let what = format!("`party.{}`", id.text);
        let mut fields = Fields::new(table, what, span, fields.findings());
        let name = fields.required("name").map(|word| word.text);
        let aliases = fields.plain_texts("aliases");
        let adjectives = fields.plain_texts("adjectives");
        let role = fields.text("role");
        let role = points::chosen(
            &mut fields,
            role,
            "role",
            &[
                ("side", Role::Side),
                ("guarantor", Role::Guarantor),
                ("mediator", Role::Mediator),
                ("other", Role::Other),
            ],
        );
        fields.finish();
        let name = name.unwrap_or_else(|| id.text.clone());
        parties.push(Party { name, id: id.text, aliases, adjectives, role });
        marks.parties.push(Mark::of(table, span));
    }
    parties
}

fn definitions(fields: &mut Fields) -> Vec<Definition> {
    let mut definitions = Vec::new();
    for (id, table, span) in fields.named("define") {
        let what = format!("`define.{}`", id.text);
        let mut fields = Fields::new(table, what, span, fields.findings());
        let text = fields.required("text").map(|word| word.text);
        fields.finish();
        definitions.push(Definition { id: id.text, text: text.unwrap_or_default(), span });
    }
    definitions
}

fn events(fields: &mut Fields, marks: &mut Marks) -> Vec<NamedEvent> {
    let mut events = Vec::new();
    for (id, table, span) in fields.named("event") {
        let what = format!("`event.{}`", id.text);
        let mut fields = Fields::new(table, what, span, fields.findings());
        let text = fields.required("text").map(|word| word.text);
        fields.finish();
        events.push(NamedEvent { id: id.text, text: text.unwrap_or_default(), span });
        marks.events.push(Mark::of(table, span));
    }
    events
}

fn force(fields: &mut Fields, context: &Context, marks: &mut Marks) -> Force {
    let Some((table, span)) = fields.table("force") else {
        return Force::default();
    };
    marks.force = Mark::of(table, span);
    let mut fields = Fields::new(table, "`force`", span, fields.findings());
    let force = Force {
        signed_by: duties::parties(&mut fields, "signed_by", context),
        requires: duties::provisions(&mut fields, "requires", context),
        from: moments::read(&mut fields, "from", context).0,
        term: fields.amount("term"),
        until: moments::read(&mut fields, "until", context).0,
        extension: guarantees::extension(&mut fields, context),
        withdrawal: fields.amount("withdrawal"),
        span: Some(span),
    };
    fields.finish();
    force
}

fn draft(fields: &mut Fields, context: &Context) -> Option<Draft> {
    let (table, span) = fields.table("draft")?;
    let mut fields = Fields::new(table, "`draft`", span, fields.findings());
    let known = fields.text("known");
    let draft = Draft {
        in_part: points::chosen(
            &mut fields,
            known,
            "known",
            &[("whole", false), ("in part", true)],
        ),
        points: fields.whole("points"),
        presented: moments::read(&mut fields, "presented", context).0,
        by: fields.plain("by"),
        agreed_by: duties::parties(&mut fields, "agreed_by", context),
        sources: fields.plain_texts("sources"),
        span,
    };
    fields.finish();
    Some(draft)
}
