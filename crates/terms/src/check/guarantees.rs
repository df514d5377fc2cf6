//! What guarantees and relief leave open: what sets them off, who decides, what follows, how long.

use super::{Whole, Written, listed};
use crate::build::Mark;
use crate::codes;
use crate::details::{Details, Extension, Guarantee, Relief, Test};
use crate::findings::{Findings, shortened};
use servanda_text::Span;

pub(crate) fn no_trigger(
    id: &str,
    guarantee: &Guarantee,
    written: &Written,
    findings: &mut Findings,
) {
    let table = written.inner("trigger").first();
    let has = |key| table.is_some_and(|table| table.has(key));
    let missing: Vec<&str> = match table {
        None => vec!["trigger"],
        Some(_) => ["tests", "decider"].into_iter().filter(|key| !has(key)).collect(),
    };
    if !missing.is_empty() {
        let at = table.map_or_else(|| written.at("trigger"), |table| table.head);
        findings.push(
            codes::NO_TRIGGER
                .warning(format!(
                    "nothing surely sets `{id}` off: no {}",
                    listed(missing.iter().copied())
                ))
                .primary(at, "this guarantee")
                .reason("When it is needed, there will be no time to agree on when it is.")
                .help("add trigger = { decider = \"...\", tests = [...] }, a test for each word"),
        );
    }
    if let Some(extension) = &guarantee.extension
        && let Some(mark) = written.inner("extension").first()
    {
        open_extension(&format!("`{id}`"), extension, mark, findings);
    }
}

/// An extension of which nobody knows how long it is, or until when it must be said.
pub(crate) fn open_extension(
    whose: &str,
    extension: &Extension,
    mark: &Mark,
    findings: &mut Findings,
) {
    let stated = [("for", extension.length.is_some()), ("notice", extension.notice.is_some())];
    let missing: Vec<&str> = stated
        .into_iter()
        .filter(|(key, is_read)| !is_read && !mark.has(key))
        .map(|(key, _)| key)
        .collect();
    if missing.is_empty() {
        return;
    }
    findings.push(
        codes::OPEN_EXTENSION
            .warning(format!("the extension of {whose} has no {}", listed(missing.iter().copied())))
            .primary(mark.head, "this extension")
            .reason("On the last day nobody will know whether it ends, or until when it goes on.")
            .help(format!("add {}", listed(missing))),
    );
}

pub(crate) fn no_response(
    id: &str,
    guarantee: &Guarantee,
    written: &Written,
    findings: &mut Findings,
) {
    const REASON: &str = "A promise to do something, some day, by somebody, deters nobody.";
    if !written.has("response") {
        findings.push(
            codes::NO_RESPONSE
                .warning(format!("`{id}` doesn't say what follows"))
                .primary(written.at("response"), "no `response`")
                .reason(REASON)
                .help("add response = [{ step = \"...\", by = \"...\", within = \"24 hours\" }]"),
        );
    }
    let marks = written.inner("response");
    for (step, mark) in guarantee.response.iter().zip(marks) {
        let missing: Vec<&str> =
            ["by", "within"].into_iter().filter(|key| !mark.has(key)).collect();
        if !missing.is_empty() {
            findings.push(
                codes::NO_RESPONSE
                    .warning(format!(
                        "the step \"{}\" of `{id}` has no {}",
                        shortened(&step.step),
                        listed(missing.iter().copied())
                    ))
                    .primary(mark.head, "this step")
                    .reason(REASON)
                    .help(format!("add {}", listed(missing))),
            );
        }
    }
}

pub(crate) fn words_without_test(
    id: &str,
    guarantee: &Guarantee,
    written: &Written,
    findings: &mut Findings,
) {
    let trigger = written.inner("trigger").first().map_or(&[][..], |mark| mark.inner("tests"));
    let tests = guarantee.trigger.iter().flat_map(|trigger| &trigger.tests);
    for (test, mark) in tests.zip(trigger) {
        untested(id, &test.word, test, mark, mark.at("word"), findings);
    }
    for (void, mark) in guarantee.void_if.iter().zip(written.inner("void_if")) {
        untested(id, &void.what, &void.test, mark, mark.at("what"), findings);
    }
}

fn untested(id: &str, word: &str, test: &Test, mark: &Mark, at: Span, findings: &mut Findings) {
    if !test.means.trim().is_empty() || mark.has("counts") {
        return;
    }
    findings.push(
        codes::NO_TEST
            .warning(format!("\"{}\" of `{id}` has no test", shortened(word)))
            .primary(at, "not determinable")
            .reason("Nobody can show that it is met, so that the decider alone decides.")
            .help("add counts = \"prohibit....\" with at_least and per, or means = \"...\""),
    );
}

/// A tranche that opens by nothing, and a return of which nobody knows by whom or how fast.
pub(crate) fn open_relief(id: &str, relief: &Relief, written: &Written, findings: &mut Findings) {
    for (tranche, mark) in relief.tranches.iter().zip(written.inner("tranches")) {
        if !mark.has("due") && !mark.has("requires") {
            findings.push(
                codes::OPEN_RELIEF
                    .warning(format!(
                        "nothing opens the tranche \"{}\" of `{id}`",
                        shortened(&tranche.name)
                    ))
                    .primary(mark.head, "no `requires` and no `due`")
                    .reason("One side waits for the release, the other for a deed: for which?")
                    .help("add requires = \"...\", what must be fulfilled, or due"),
            );
        }
    }
    let Some(mark) = written.inner("snapback").first() else { return };
    let missing: Vec<&str> =
        ["on", "decided_by", "within"].into_iter().filter(|key| !mark.has(key)).collect();
    if !missing.is_empty() {
        findings.push(
            codes::OPEN_RELIEF
                .warning(format!(
                    "the snapback of `{id}` has no {}",
                    listed(missing.iter().copied())
                ))
                .primary(mark.head, "this snapback")
                .reason("What brings it back, who says so and how fast is what makes it credible.")
                .help(format!("add {}", listed(missing))),
        );
    }
}

/// A decider in words that the agreement doesn't declare.
pub(crate) fn unknown_decider(whole: &Whole, findings: &mut Findings) {
    for duty in whole.duties {
        for written in duty.written() {
            let (decider, at) = match &written.reading.details {
                Details::Guarantee(guarantee) => {
                    let Some(trigger) = &guarantee.trigger else { continue };
                    (&trigger.decider, written.within("trigger", 0, "decider"))
                }
                Details::Relief(relief) => {
                    let Some(snapback) = &relief.snapback else { continue };
                    (&snapback.decided_by, written.within("snapback", 0, "decided_by"))
                }
                _ => continue,
            };
            if decider.trim().is_empty() || is_declared(whole, decider) {
                continue;
            }
            findings.push(
                codes::UNKNOWN_DECIDER
                    .note(format!("the agreement has no party or body \"{}\"", shortened(decider)))
                    .primary(at, format!("decides on `{}`", duty.provision.id))
                    .reason("Whose finding it takes can't be told from the record.")
                    .help("name a party, or a body with [body.NAME]"),
            );
        }
    }
}

/// A party by one of its names, or a body.
fn is_declared(whole: &Whole, decider: &str) -> bool {
    let name = decider.trim();
    whole.agreement.resolve_party(name).is_some()
        || whole.index.provisions.contains_key(format!("body.{name}").as_str())
        || name.starts_with("body.") && whole.index.provisions.contains_key(name)
}
