//! What a term doesn't say: who, what, where, when, and what happens then.

use super::{Duty, listed};
use crate::codes;
use crate::findings::Findings;
use crate::kinds::ProvisionKind;
use crate::model::Reading;

/// Whether the key is written neither in the term nor in every disputed reading. What is written
/// and wrong was reported already.
fn is_missing(duty: &Duty, key: &str, in_reading: fn(&Reading) -> bool) -> bool {
    // A misspelt key was reported as one that is unknown.
    if !duty.is_resolved && duty.mark.has_like(key) {
        return false;
    }
    let all_disputed = duty.readings.len() == duty.provision.readings.len();
    let in_all = all_disputed && duty.readings.iter().all(|mark| mark.has(key));
    !duty.mark.has(key) && !in_all && !duty.provision.readings.iter().all(in_reading)
}

pub(crate) fn nobody_bound(duty: &Duty, findings: &mut Findings) {
    if is_missing(duty, "who", |r| !r.who.is_empty()) {
        findings.push(
            codes::NO_WHO
                .warning(format!("`{}` binds nobody", duty.provision.id))
                .primary(duty.mark.at("who"), "no `who`")
                .reason("A breach can be seen, and no party has broken the term.")
                .help("add who = [\"...\"], the parties that are bound"),
        );
    }
}

pub(crate) fn no_acts(duty: &Duty, findings: &mut Findings) {
    if is_missing(duty, "acts", |r| !r.acts.is_empty()) {
        findings.push(
            codes::NO_ACTS
                .error(format!("`{}` names no act", duty.provision.id))
                .primary(duty.mark.at("acts"), "no `acts`")
                .reason("Nothing could ever break it, and it would look as if it were kept.")
                .help("add acts = [\"...\"], the kinds of observation that break it"),
        );
    }
}

pub(crate) fn no_place(duty: &Duty, findings: &mut Findings) {
    if duty.provision.kind == ProvisionKind::Prohibit
        && is_missing(duty, "where", |r| !r.places.is_empty())
    {
        findings.push(
            codes::NO_WHERE
                .warning(format!("`{}` names no place", duty.provision.id))
                .primary(duty.mark.head, "no `where`")
                .reason("It applies anywhere on earth.")
                .help("add where = \"...\", a zone of the front matter"),
        );
    }
}

pub(crate) fn no_times(duty: &Duty, findings: &mut Findings) {
    let id = &duty.provision.id;
    if is_missing(duty, "from", |r| r.from.is_some()) {
        findings.push(
            codes::NO_FROM
                .warning(format!("`{id}` has no start"))
                .primary(duty.mark.head, "no `from`")
                .reason("What happened before it was agreed counts against it too.")
                .help("add from = \"...\", its first instant"),
        );
    }
    if is_missing(duty, "until", |r| r.until.is_some()) {
        findings.push(
            codes::NO_UNTIL
                .note(format!("`{id}` has no end"))
                .primary(duty.mark.head, "no `until`")
                .reason("It is never complete; what is compared is limited by the baseline only.")
                .help("add until = \"...\", the first instant after it, if it has an end"),
        );
    }
}

pub(crate) fn no_procedure(duty: &Duty, findings: &mut Findings) {
    let provision = duty.provision;
    let missing: Vec<&str> = [
        ("tolerance", &provision.tolerance),
        ("verified_by", &provision.verified_by),
        ("decided_by", &provision.decided_by),
        ("standard", &provision.standard),
        ("remedy", &provision.remedy),
    ]
    .into_iter()
    .filter(|(_, text)| text.trim().is_empty())
    .map(|(key, _)| key)
    .collect();
    if missing.is_empty() {
        return;
    }
    findings.push(
        codes::NO_PROCEDURE
            .warning(format!(
                "`{}` doesn't say what happens then: no {}",
                provision.id,
                listed(missing.iter().copied())
            ))
            .primary(duty.mark.head, "this term")
            .reason(
                "How much is borne, who verifies, who decides by which standard, and what \
                 follows: what the text leaves open, the sides will answer each for itself.",
            )
            .help(format!("add {}", listed(missing))),
    );
}
