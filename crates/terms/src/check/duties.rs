//! What a duty with a date or a number leaves open: by when, how it is shown, of what and how
//! much, and against which list.

use super::links::stages;
use super::{Duty, Written, listed};
use crate::codes;
use crate::details::Details;
use crate::findings::Findings;
use crate::kinds::ProvisionKind;

pub(crate) fn no_date(id: &str, written: &Written, findings: &mut Findings) {
    let details = &written.reading.details;
    let again_and_again = matches!(details, Details::Oblige(oblige) if oblige.every.is_some());
    let in_force_at_once = matches!(details, Details::Limit(_)) && written.has("from");
    let stages = stages(details).map_or(&[][..], |(_, stages)| stages);
    let by_stages = !stages.is_empty() && stages.iter().all(|stage| stage.due.is_stated());
    let has_date = details.due().is_none() || written.has("due");
    if has_date || by_stages || again_and_again || in_force_at_once {
        return;
    }
    let title = format!("`{id}` has no date");
    let found = match details {
        // Chambers and voters are rarely bound to a day.
        Details::Ratify(_) => codes::NO_DATE.note(title),
        _ => codes::NO_DATE.warning(title),
    };
    findings.push(
        found
            .primary(written.at("due"), "no `due`")
            .reason("It can be put off for ever and is never late.")
            .help(
                "add due = \"...\", a time or a span after an event: \"14 days after signature\"",
            ),
    );
}

pub(crate) fn no_evidence(duty: &Duty, findings: &mut Findings) {
    use ProvisionKind::{Limit, Oblige, Pledge, Transfer, Withdraw};
    let is_done = matches!(duty.provision.kind, Oblige | Limit | Withdraw | Transfer | Pledge);
    let mut written = duty.written();
    if !is_done
        || duty.mark.has("shown_by")
        || duty.mark.has("verified_by")
        || written.all(|written| written.has("evidence"))
    {
        return;
    }
    let keys = match duty.provision.kind {
        ProvisionKind::Oblige => "evidence, shown_by or verified_by",
        _ => "shown_by or verified_by",
    };
    findings.push(
        codes::NO_EVIDENCE
            .warning(format!("`{}` doesn't say what shows that it was done", duty.provision.id))
            .primary(duty.mark.head, "nothing shows it")
            .reason("One side will say that it has done it, and the other that it hasn't.")
            .help(format!("add {keys}")),
    );
}

pub(crate) fn no_unit(id: &str, written: &Written, findings: &mut Findings) {
    let (key, has_number) = match &written.reading.details {
        Details::Limit(limit) => ("at_most", limit.at_most.is_some()),
        Details::Transfer(transfer) => ("amount", transfer.amount.is_some()),
        Details::Pledge(pledge) => ("amount", pledge.amount.is_some()),
        _ => return,
    };
    if written.has("unit") {
        return;
    }
    let in_stages = stages(&written.reading.details).and_then(|(key, stages)| {
        let nth = stages.iter().position(|stage| stage.amount.is_some())?;
        Some(written.within(key, nth, "amount"))
    });
    let at = if has_number { Some(written.at(key)) } else { in_stages };
    if let Some(at) = at {
        findings.push(
            codes::NO_UNIT
                .warning(format!("`{id}` has a number without its unit"))
                .primary(at, "of what?")
                .reason("Each side will count what suits it.")
                .help("add unit = \"...\", what is counted: \"person\", \"tank\", \"euro\""),
        );
    }
}

/// A tolerance written as a table needs its unit too.
pub(crate) fn uncounted_tolerance(duty: &Duty, findings: &mut Findings) {
    let Some(table) = duty.mark.inner("tolerance").first() else { return };
    if table.has("at_most") && !table.has("unit") {
        findings.push(
            codes::NO_UNIT
                .warning(format!("the tolerance of `{}` has no unit", duty.provision.id))
                .primary(table.at("at_most"), "of what?")
                .reason("A volley is one incident and forty explosions.")
                .help("add unit = \"incident\", or what else is counted"),
        );
    }
}

pub(crate) fn no_quantity(id: &str, written: &Written, findings: &mut Findings) {
    let by_stages = || {
        stages(&written.reading.details)
            .is_some_and(|(_, stages)| stages.iter().any(|stage| stage.amount.is_some()))
    };
    let missing = match &written.reading.details {
        Details::Limit(_) => listed_missing(written, &["at_most"]),
        Details::Withdraw(_) => listed_missing(written, &["line", "classes"]),
        Details::Pledge(_) if !by_stages() => listed_missing(written, &["amount"]),
        Details::Transfer(_) if !by_stages() && !written.has("ratio") => {
            listed_missing(written, &["amount"])
        }
        _ => None,
    };
    let Some(missing) = missing else { return };
    findings.push(
        codes::NO_QUANTITY
            .warning(format!("`{id}` doesn't say how much: no {missing}"))
            .primary(written.head(), "this term")
            .reason("Whatever is done, one can say that it is enough and another that it isn't.")
            .help(format!("add {missing}")),
    );
}

pub(crate) fn no_list(id: &str, written: &Written, findings: &mut Findings) {
    let missing = match &written.reading.details {
        Details::Limit(_) => listed_missing(written, &["counting", "inventory"]),
        _ => listed_missing(written, &["inventory"]),
    };
    let Some(missing) = missing else { return };
    findings.push(
        codes::NO_LIST
            .warning(format!("`{id}` has nothing to count against: no {missing}"))
            .primary(written.head(), "this term")
            .reason("Without a list of what there was, nobody can tell what is missing from it.")
            .help(format!("add {missing}: what counts, and the list that it is counted against")),
    );
}

/// Those of the keys that are missing, in a row.
fn listed_missing(written: &Written, keys: &[&'static str]) -> Option<String> {
    let missing = keys.iter().copied().filter(|key| !written.has(key));
    let missing = listed(missing);
    (!missing.is_empty()).then_some(missing)
}
