//! What others wait for: `condition`, `ratify`, `body`.

use super::duties::{needed, provisions};
use super::names::Class;
use super::{Context, moments};
use crate::codes;
use crate::details::{Condition, Details, Joint, Ratify, Threshold, Watched};
use crate::moment::When;
use crate::parse::fields::Fields;

/// A state that others wait for.
pub(super) fn condition(fields: &mut Fields, context: &Context) -> Details {
    let holds = provisions(fields, "holds", context);
    let acts = fields.texts("act");
    let acts: Vec<When> = acts
        .iter()
        .map(|word| moments::when(word, context, fields.findings()))
        .filter(When::is_stated)
        .collect();
    let watched = match fields.text("watched") {
        None => Watched::Partly,
        Some(word) => match word.text.as_str() {
            "partly" => Watched::Partly,
            "completely" => Watched::Completely,
            "not needed" => Watched::NotNeeded,
            _ => {
                fields.findings().push(
                    codes::WRONG_VALUE
                        .error("`watched` must be `partly`, `completely` or `not needed`")
                        .primary(word.span, "not one of them")
                        .reason("It says how much watching it takes before silence counts.")
                        .help("leave it out for `partly`"),
                );
                Watched::Partly
            }
        },
    };
    let condition = Condition {
        holds,
        length: fields.amount("for"),
        broken_by: fields.plain_texts("broken_by"),
        watched,
        act: acts,
        all: provisions(fields, "all", context),
        any: provisions(fields, "any", context),
        not: provisions(fields, "not", context),
        before: moments::read(fields, "before", context).0,
    };
    if !["holds", "act", "all", "any", "not"].into_iter().any(|key| fields.has(key)) {
        fields.missing("holds");
    }
    Details::Condition(condition)
}

/// A body's consent.
pub(super) fn ratify(fields: &mut Fields, context: &Context) -> Details {
    let state = fields.required("state");
    let state =
        state.and_then(|word| context.names.resolve(Class::Party, &word, fields.findings()));
    Details::Ratify(Ratify {
        state: state.unwrap_or_default(),
        body: needed(fields, "body"),
        threshold: threshold(fields),
        instrument: fields.plain("instrument"),
        deposit: fields.plain("deposit"),
        question: fields.plain("question"),
        due: moments::read(fields, "due", context).0,
    })
}

/// `majority`, a share such as `2/3`, or words.
fn threshold(fields: &mut Fields) -> Threshold {
    let Some(word) = fields.text("threshold") else { return Threshold::Unstated };
    let text = word.text.trim();
    if text == "majority" {
        return Threshold::Majority;
    }
    let share = text.split_once('/').and_then(|(part, whole)| {
        let (part, whole) = (part.trim().parse().ok()?, whole.trim().parse().ok()?);
        (0 < part && part <= whole).then_some((part, whole))
    });
    match share {
        Some((part, whole)) => Threshold::Share(part, whole),
        None if text.is_empty() => Threshold::Unstated,
        None => Threshold::Words(text.to_owned()),
    }
}

/// A joint or monitoring commission.
pub(super) fn body(fields: &mut Fields, context: &Context) -> Details {
    let mut seats = Vec::new();
    if let Some((table, _)) = fields.table("seats") {
        for entry in &table.entries {
            let count = fields.as_whole(&entry.key.text, &entry.node);
            let party = context.names.resolve(Class::Party, &entry.key, fields.findings());
            if let (Some(party), Some(count)) = (party, count) {
                seats.push((party, count));
            }
        }
    }
    Details::Body(Joint {
        seats,
        quorum: fields.whole("quorum"),
        decides_by: fields.plain("decides_by"),
        deadlock: fields.plain("deadlock"),
        due: moments::read(fields, "due", context).0,
    })
}
