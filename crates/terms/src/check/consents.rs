//! What is left open where bodies decide: consents, commissions, and the agreement's own force.

use super::{Written, listed};
use crate::build::Mark;
use crate::codes;
use crate::details::Details;
use crate::details::{Joint, Threshold};
use crate::findings::Findings;
use crate::model::Agreement;

pub(crate) fn open_consent(id: &str, written: &Written, findings: &mut Findings) {
    let Details::Ratify(ratify) = &written.reading.details else { return };
    let mut missing = Vec::new();
    if ratify.threshold == Threshold::Unstated && !written.has("threshold") {
        missing.push("threshold");
    }
    // Voters answer a question; a chamber passes an instrument.
    if !written.has("instrument") && !written.has("question") {
        missing.push("instrument");
    }
    if missing.is_empty() {
        return;
    }
    findings.push(
        codes::OPEN_CONSENT
            .warning(format!(
                "`{id}` doesn't say how consent is given: no {}",
                listed(missing.iter().copied())
            ))
            .primary(written.head(), "this consent")
            .reason("Whether the vote was enough, and whether it was that vote, will be disputed.")
            .help(format!("add {}", listed(missing))),
    );
}

pub(crate) fn open_body(id: &str, written: &Written, findings: &mut Findings) {
    let missing: Vec<&str> = ["seats", "quorum", "decides_by", "deadlock"]
        .into_iter()
        .filter(|key| !written.has(key))
        .collect();
    if missing.is_empty() {
        return;
    }
    findings.push(
        codes::OPEN_BODY
            .warning(format!(
                "`{id}` doesn't say how it works: no {}",
                listed(missing.iter().copied())
            ))
            .primary(written.head(), "this body")
            .reason("A body of both sides that can't decide leaves each side to decide for itself.")
            .help(format!("add {}", listed(missing))),
    );
}

pub(crate) fn quorum_out_of_reach(
    id: &str,
    body: &Joint,
    written: &Written,
    findings: &mut Findings,
) {
    let Some(quorum) = body.quorum else { return };
    let seats = body.seats.iter().fold(0_u64, |sum, (_, seats)| sum.saturating_add(*seats));
    if body.seats.is_empty() || (1..=seats).contains(&quorum) {
        return;
    }
    let (title, help) = match quorum {
        0 => (format!("`{id}` can decide with nobody there"), "write a quorum of 1 or more"),
        _ => (
            format!("`{id}` has a quorum of {quorum} and {seats} seats"),
            "lower the quorum, or give more seats",
        ),
    };
    findings.push(
        codes::QUORUM
            .warning(title)
            .primary(written.at("quorum"), "can't be what is meant")
            .secondary(written.at("seats"), format!("{seats} in all"))
            .reason("A rule that is never met, or always, is no rule.")
            .help(help),
    );
}

/// How the agreement as a whole begins and ends, where the text speaks of it at all.
pub(crate) fn open_force(agreement: &Agreement, mark: &Mark, findings: &mut Findings) {
    if agreement.force.span.is_none() {
        return;
    }
    if !["from", "signed_by", "requires"].into_iter().any(|key| mark.has(key)) {
        findings.push(
            codes::OPEN_FORCE
                .warning("nothing says when the agreement comes into force")
                .primary(mark.head, "no `from`, `signed_by` or `requires`")
                .reason("Terms without a start of their own wait for it.")
                .help("add signed_by = [\"...\"], or from = \"...\""),
        );
    } else if !mark.has("signed_by") {
        findings.push(
            codes::OPEN_FORCE
                .note("nothing says who signs the agreement")
                .primary(mark.head, "no `signed_by`")
                .reason("The first signature of anybody would be \"signature\".")
                .help("add signed_by = [\"...\"], the parties whose signature it takes"),
        );
    }
    if !mark.has("term") && !mark.has("until") {
        findings.push(
            codes::OPEN_FORCE
                .note("nothing says when the agreement ends")
                .primary(mark.head, "no `term` or `until`")
                .reason("That may be meant: then it holds until somebody ends it.")
                .help("add term = \"15 years\" or until = \"...\", if it has an end"),
        );
    }
}
