//! Guarantees and what others give: `guarantee`, `pledge`, `relief`.

use super::duties::{needed, parties, provisions, stages};
use super::names::Class;
use super::{Context, moments};
use crate::codes;
use crate::details::{
    Details, ExtendedBy, Extension, Guarantee, Pledge, Relief, Response, Snapback, Test, Trigger,
    VoidIf,
};
use crate::parse::fields::Fields;

/// Who answers for it, for how long, on what trigger, how fast.
pub(super) fn guarantee(fields: &mut Fields, context: &Context) -> Details {
    if !fields.has("by") {
        fields.missing("by");
    }
    let mut response = Vec::new();
    for (table, span) in fields.tables("response") {
        let mut fields = Fields::new(table, "`response`", span, fields.findings());
        response.push(Response {
            step: needed(&mut fields, "step"),
            by: parties(&mut fields, "by", context),
            within: fields.amount("within"),
            after: moments::read(&mut fields, "after", context).0,
        });
        fields.finish();
    }
    let mut void_if = Vec::new();
    for (table, span) in fields.tables("void_if") {
        let mut fields = Fields::new(table, "`void_if`", span, fields.findings());
        let who = parties(&mut fields, "who", context);
        let what = needed(&mut fields, "what");
        let test = measure(&mut fields, context);
        fields.finish();
        void_if.push(VoidIf { who, what, test });
    }
    Details::Guarantee(Guarantee {
        by: parties(fields, "by", context),
        to: parties(fields, "to", context),
        guards: provisions(fields, "guards", context),
        term: fields.amount("term"),
        extension: extension(fields, context),
        trigger: trigger(fields, context),
        response,
        void_if,
    })
}

/// What sets it off.
fn trigger(fields: &mut Fields, context: &Context) -> Option<Trigger> {
    let (table, span) = fields.table("trigger")?;
    let mut fields = Fields::new(table, "`trigger`", span, fields.findings());
    let mut tests = Vec::new();
    for (table, span) in fields.tables("tests") {
        let mut fields = Fields::new(table, "`tests`", span, fields.findings());
        let word = needed(&mut fields, "word");
        let test = Test { word, ..measure(&mut fields, context) };
        fields.finish();
        tests.push(test);
    }
    let trigger = Trigger {
        tests,
        decider: fields.plain("decider"),
        consults: fields.plain_texts("consults"),
    };
    fields.finish();
    Some(trigger)
}

/// How a word is measured.
fn measure(fields: &mut Fields, context: &Context) -> Test {
    Test {
        word: String::new(),
        means: fields.plain("means"),
        counts: provisions(fields, "counts", context),
        at_least: fields.whole("at_least"),
        per: fields.amount("per"),
    }
}

/// How something can go on after its term.
pub(super) fn extension(fields: &mut Fields, context: &Context) -> Option<Extension> {
    let (table, span) = fields.table("extension")?;
    let mut fields = Fields::new(table, "`extension`", span, fields.findings());
    if table.get("by").is_none() {
        fields.missing("by");
    }
    let by = fields.texts("by");
    let words: Vec<&str> = by.iter().map(|word| word.text.as_str()).collect();
    let by = match words.as_slice() {
        ["automatic"] => ExtendedBy::Automatic,
        ["mutual"] => ExtendedBy::Mutual,
        _ => ExtendedBy::Party(context.names.resolve_all(Class::Party, &by, fields.findings())),
    };
    let times_max = fields.whole("times");
    let extension = Extension {
        by,
        length: fields.amount("for"),
        notice: fields.amount("notice"),
        times_max: times_max.map(|times| u32::try_from(times).unwrap_or(u32::MAX)),
    };
    if times_max == Some(0) {
        fields.findings().push(
            codes::WRONG_VALUE
                .error("an extension that can be used 0 times")
                .primary(span, "in this table")
                .reason("It would look like an option and be none.")
                .help("leave `extension` out"),
        );
    }
    fields.finish();
    Some(extension)
}

/// A contribution.
pub(super) fn pledge(fields: &mut Fields, context: &Context) -> Details {
    if !fields.has("by") {
        fields.missing("by");
    }
    Details::Pledge(Pledge {
        by: parties(fields, "by", context),
        to: parties(fields, "to", context),
        what: needed(fields, "what"),
        amount: fields.whole("amount"),
        unit: fields.plain("unit"),
        due: moments::read(fields, "due", context).0,
        stages: stages(fields, "schedule", context),
    })
}

/// Sanctions or assets released in steps.
pub(super) fn relief(fields: &mut Fields, context: &Context) -> Details {
    let snapback = fields.table("snapback").map(|(table, span)| {
        let mut fields = Fields::new(table, "`snapback`", span, fields.findings());
        let snapback = Snapback {
            on: provisions(&mut fields, "on", context),
            decided_by: fields.plain("decided_by"),
            within: fields.amount("within"),
        };
        fields.finish();
        snapback
    });
    Details::Relief(Relief {
        by: parties(fields, "by", context),
        to: parties(fields, "to", context),
        what: needed(fields, "what"),
        tranches: stages(fields, "tranches", context),
        snapback,
    })
}
