//! Moments of the text: a time, or a span counted from an event.

use super::{Context, names::Class, times};
use crate::codes;
use crate::findings::{Findings, shortened};
use crate::kinds;
use crate::moment::{Event, Milestone, Relative, When};
use crate::parse::fields::Fields;
use crate::parse::tree::Word;
use servanda_text::Span;
use servanda_time::Amount;

/// The moment under a key, and where it stands.
pub(crate) fn read(
    fields: &mut Fields,
    key: &'static str,
    context: &Context,
) -> (When, Option<Span>) {
    match fields.time(key) {
        Some(word) => (when(&word, context, fields.findings()), Some(word.span)),
        None => (When::Unstated, None),
    }
}

/// A moment as it is written; what is wrong with it is reported, and then nothing is stated.
pub(crate) fn when(word: &Word, context: &Context, findings: &mut Findings) -> When {
    let text = word.text.trim();
    for (between, before) in [(" after ", false), (" before ", true)] {
        let Some((amount, event)) = text.split_once(between) else { continue };
        let amount = match amount.parse::<Amount>() {
            Ok(amount) => amount,
            Err(error) => {
                findings.push(
                    codes::BAD_MOMENT
                        .error(format!("`{}` is not a span of time", shortened(amount)))
                        .primary(word.span, "not understood")
                        .reason("A moment is counted from an event by a whole number and a unit.")
                        .help(error.help),
                );
                return When::Unstated;
            }
        };
        return event_of(event, word, context, findings).map_or(When::Unstated, |event| {
            When::Of(Relative { amount: Some(amount), before, event })
        });
    }
    if text.starts_with(|c: char| c.is_ascii_digit()) {
        return times::instant(word, &context.timezone, findings).map_or(When::Unstated, When::At);
    }
    event_of(text, word, context, findings)
        .map_or(When::Unstated, |event| When::Of(Relative { amount: None, before: false, event }))
}

/// An event by its words.
fn event_of(text: &str, word: &Word, context: &Context, findings: &mut Findings) -> Option<Event> {
    let text = text.trim();
    let fixed = match text {
        "signature" => Some(Event::Signature),
        "entry into force" => Some(Event::EntryIntoForce),
        "end" => Some(Event::End),
        _ => None,
    };
    if fixed.is_some() {
        return fixed;
    }
    let (id, milestone) = [
        ("start of ", Milestone::Start),
        ("end of ", Milestone::End),
        ("trigger of ", Milestone::Trigger),
    ]
    .into_iter()
    .find_map(|(words, milestone)| Some((text.strip_prefix(words)?, milestone)))
    .unwrap_or((text, Milestone::Done));
    let id = id.trim();
    let named = |text: &str| Word { text: text.to_owned(), span: word.span };
    if let Some(name) = id.strip_prefix("event.") {
        let name = context.names.resolve(Class::Event, &named(name), findings)?;
        return Some(Event::Named(name));
    }
    if id.split_once('.').is_some_and(|(kind, _)| kinds::is_kind(kind)) {
        let id = context.names.resolve(Class::Provision, &named(id), findings)?;
        return Some(Event::Of(id, milestone));
    }
    findings.push(
        codes::BAD_MOMENT
            .error(format!("`{}` is nothing that a moment can be counted from", shortened(text)))
            .primary(word.span, "tied to no event")
            .reason("A deadline that is tied to nothing that can happen never runs out.")
            .help(
                "write a time, `signature`, `entry into force`, a provision such as \
                 `condition.NAME`, or `event.NAME` with [event.NAME] in the front matter",
            ),
    );
    None
}
