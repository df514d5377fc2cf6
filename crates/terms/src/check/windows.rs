//! Times that can't all hold: windows that don't fit, ends before beginnings, parts after the
//! whole, notice after expiry.

use super::links::stages;
use super::timeline::{Ends, Moment, length_ms};
use super::{Duty, Whole, Written};
use crate::build::Mark;
use crate::codes;
use crate::details::{Condition, Details, Extension};
use crate::findings::{Findings, shortened};
use crate::moment::When;
use servanda_text::Span;
use servanda_time::Amount;

/// A window that can't fit before a deadline, or into what it is a window of.
pub(crate) fn too_short(whole: &Whole, findings: &mut Findings) {
    for duty in whole.duties {
        for written in duty.written() {
            if let Details::Condition(condition) = &written.reading.details
                && let Some(length) = condition.length
            {
                window(whole, duty, &written, condition, length, findings);
            }
            due_before_it_binds(whole, duty, &written, findings);
            round_too_long(whole, duty, &written, findings);
        }
    }
}

/// The one window of a condition, against its deadline and the lives of what it holds.
fn window(
    whole: &Whole,
    duty: &Duty,
    written: &Written,
    condition: &Condition,
    length: Amount,
    findings: &mut Findings,
) {
    let id = &duty.provision.id;
    let asked = written.at("for");
    let found = |title: String| {
        codes::NO_ROOM
            .warning(title)
            .primary(asked, format!("takes {length}"))
            .reason("It can never be fulfilled, and what waits for it never comes.")
            .help("shorten the window, or move the dates")
    };
    let deadline = whole.moment(&condition.before);
    for held in condition.holds.iter().filter_map(|id| whole.duty(id)) {
        let [reading] = held.provision.readings.as_slice() else { continue };
        let Some(start) = whole.start(held.provision, reading) else { continue };
        let end = whole.end(held.provision, reading).moment();
        let held_at = |key| if held.mark.has(key) { held.mark.at(key) } else { held.mark.head };
        if let Some(deadline) = &deadline
            && deadline.is_before(&start.clone().plus(length))
        {
            findings.push(
                found(format!("the {length} of `{id}` can't fit before its deadline"))
                    .secondary(written.at("before"), "and must be over by then")
                    .secondary(held_at("from"), "and this begins only now"),
            );
        } else if let Some(end) = end
            && start.until_ms(&end).is_some_and(|(_, most)| most < length_ms(length).0)
        {
            findings.push(
                found(format!(
                    "the {length} of `{id}` are longer than `{}` lasts",
                    held.provision.id
                ))
                .secondary(held_at("from"), "begins here")
                .secondary(held_at("until"), "and ends here"),
            );
        }
    }
}

/// A duty that is due before it binds anybody.
fn due_before_it_binds(whole: &Whole, duty: &Duty, written: &Written, findings: &mut Findings) {
    let reading = written.reading;
    let Some(due) = reading.details.due().and_then(|due| whole.moment(due)) else { return };
    let start = match &reading.details {
        Details::Withdraw(withdraw) if withdraw.begins.is_stated() => {
            whole.moment(&withdraw.begins).map(|begins| (begins, "begins"))
        }
        _ if reading.starts.is_stated() => {
            whole.start(duty.provision, reading).map(|start| (start, "from"))
        }
        _ => None,
    };
    if let Some((start, key)) = start
        && due.is_before(&start)
    {
        findings.push(
            codes::NO_ROOM
                .warning(format!("`{}` is due before it begins", duty.provision.id))
                .primary(written.at("due"), "due then")
                .secondary(written.at(key), "and begins only then")
                .reason("It is late on its first day, whatever anybody does.")
                .help("correct one of the two"),
        );
    }
}

/// What is to be done again in each span, and ends before the first is over.
fn round_too_long(whole: &Whole, duty: &Duty, written: &Written, findings: &mut Findings) {
    let Details::Oblige(oblige) = &written.reading.details else { return };
    let Some(every) = oblige.every else { return };
    if let Some(most) = longest_life(whole, duty, written)
        && most < length_ms(every).0
    {
        findings.push(
            codes::NO_ROOM
                .warning(format!("`{}` ends before its first {every} are over", duty.provision.id))
                .primary(written.at("every"), "again in each of these")
                .secondary(written.at("until"), "and ends here")
                .reason("It would never fall due.")
                .help("shorten the span, or move the end"),
        );
    }
}

/// How long a reading binds at most, in milliseconds.
fn longest_life(whole: &Whole, duty: &Duty, written: &Written) -> Option<i64> {
    let start = whole.start(duty.provision, written.reading)?;
    let end = whole.end(duty.provision, written.reading).moment()?;
    start.until_ms(&end).map(|(_, most)| most)
}

/// What can never come into force, or never be fulfilled.
pub(crate) fn never(whole: &Whole, findings: &mut Findings) {
    const REASON: &str = "It never binds, and nothing could break it.";
    let force = &whole.agreement.force;
    let mark = &whole.marks.force;
    if ends_at_once(&force.from, &force.until, whole.moment(&force.from), whole) {
        findings.push(
            codes::NEVER
                .warning("the agreement ends before it comes into force")
                .primary(mark.at("until"), "ends then")
                .secondary(mark.at("from"), "and comes into force only then")
                .reason(REASON)
                .help("correct one of the two"),
        );
    }
    for duty in whole.duties {
        for written in duty.written() {
            let reading = written.reading;
            let fixed = reading.from.is_some() && reading.until.is_some();
            let start = match duty.provision.requires.is_empty() {
                true => whole.start(duty.provision, reading),
                false => whole.moment(&reading.starts),
            };
            // Two dates in the wrong order are an error of their own.
            if !fixed && ends_at_once(&reading.starts, &reading.ends, start, whole) {
                findings.push(
                    codes::NEVER
                        .warning(format!("`{}` ends before it begins", duty.provision.id))
                        .primary(written.at("until"), "ends then")
                        .secondary(written.at("from"), "and begins only then")
                        .reason(REASON)
                        .help("correct the start or the end"),
                );
            }
            if let Details::Condition(condition) = &reading.details {
                both_and_neither(duty, &written, condition, findings);
            }
        }
    }
}

fn ends_at_once(from: &When, until: &When, start: Option<Moment>, whole: &Whole) -> bool {
    let end = whole.moment(until);
    from.is_stated() && from == until
        || start.zip(end).is_some_and(|(start, end)| end.is_not_after(&start))
}

/// A condition that asks for a thing and for its absence.
fn both_and_neither(
    duty: &Duty,
    written: &Written,
    condition: &Condition,
    findings: &mut Findings,
) {
    for (key, wanted) in [("all", &condition.all), ("any", &condition.any)] {
        let refused = |id: &&String| condition.not.contains(id);
        let clash = match key {
            "all" => wanted.iter().find(refused),
            _ => wanted.first().filter(|_| wanted.iter().all(|id| refused(&id))),
        };
        let Some(clash) = clash else { continue };
        findings.push(
            codes::NEVER
                .warning(format!("`{}` asks for `{clash}` and for its absence", duty.provision.id))
                .primary(written.at("not"), "must not be there")
                .secondary(written.at(key), "and must be there")
                .reason("It can never be fulfilled, and what waits for it never comes.")
                .help("delete one of the two"),
        );
    }
}

pub(crate) fn stages_out_of_order(whole: &Whole, findings: &mut Findings) {
    const REASON: &str = "Which of the two dates counts, each side will say for itself.";
    for duty in whole.duties {
        for written in duty.written() {
            let details = &written.reading.details;
            let Some((key, stages)) = stages(details) else { continue };
            let due = details.due().and_then(|due| whole.moment(due));
            let mut before: Option<(&str, Moment, Span)> = None;
            for (nth, stage) in stages.iter().enumerate() {
                let Some(moment) = whole.moment(&stage.due) else { continue };
                let at = written.within(key, nth, "due");
                if let Some((name, earlier, earlier_at)) = &before
                    && moment.is_before(earlier)
                {
                    findings.push(
                        codes::STAGES
                            .warning(format!(
                                "the part \"{}\" of `{}` is due before \"{}\", which comes first",
                                shortened(&stage.name),
                                duty.provision.id,
                                shortened(name)
                            ))
                            .primary(at, "earlier")
                            .secondary(*earlier_at, "than this")
                            .reason(REASON)
                            .help("put the parts in the order of their dates, or correct one"),
                    );
                }
                if due.as_ref().is_some_and(|due| due.is_before(&moment)) {
                    findings.push(
                        codes::STAGES
                            .warning(format!(
                                "the part \"{}\" is due after the whole of `{}`",
                                shortened(&stage.name),
                                duty.provision.id
                            ))
                            .primary(at, "later")
                            .secondary(written.at("due"), "than all of it")
                            .reason(REASON)
                            .help("correct one of the two"),
                    );
                }
                before = Some((&stage.name, moment, at));
            }
        }
    }
}

/// A tolerance in a rolling window that is longer than the term itself.
pub(crate) fn idle_tolerance(whole: &Whole, findings: &mut Findings) {
    for duty in whole.duties {
        let Some(tolerance) = &duty.provision.tolerance_count else { continue };
        let Some(per) = tolerance.per else { continue };
        let mut lives = duty.written().map(|written| longest_life(whole, duty, &written));
        if !lives.all(|life| life.is_some_and(|most| most < length_ms(per).0)) {
            continue;
        }
        let table = duty.mark.inner("tolerance").first();
        findings.push(
            codes::IDLE_TOLERANCE
                .warning(format!(
                    "the tolerance of `{}` is for {per}, and the term is over before",
                    duty.provision.id
                ))
                .primary(table.map_or(duty.mark.head, |table| table.at("per")), "longer than")
                .secondary(duty.mark.at("until"), "the term lasts")
                .reason("No such span ever passes: it is a number for all of the term.")
                .help("shorten `per`, or leave it out"),
        );
    }
}

/// A guarantee that is over while what it guards still binds.
pub(crate) fn guarantee_ends_first(whole: &Whole, findings: &mut Findings) {
    for duty in whole.duties {
        for written in duty.written() {
            let Details::Guarantee(guarantee) = &written.reading.details else { continue };
            let ends = whole.end(duty.provision, written.reading);
            let Ends::At(end) = ends else { continue };
            if guarantee.extension.is_some() {
                continue;
            }
            let key = if written.has("term") { "term" } else { "until" };
            let mut report = |what: String, at: Span, text: &str| {
                findings.push(
                    codes::GUARANTEE_ENDS
                        .warning(format!("`{}` ends before {what}", duty.provision.id))
                        .primary(written.at(key), "ends then")
                        .secondary(at, text)
                        .reason("From then on nobody answers for what still binds.")
                        .help("give both one end, or an extension to the guarantee"),
                );
            };
            if guarantee.guards.is_empty() && whole.agreement.force.span.is_some() {
                let mark = &whole.marks.force;
                match whole.end_of_agreement() {
                    Ends::At(all) if end.is_before(&all) => {
                        let key = if mark.has("term") { "term" } else { "until" };
                        report("the agreement".to_owned(), mark.at(key), "which lasts longer");
                    }
                    _ => {}
                }
            }
            for guarded in guarantee.guards.iter().filter_map(|id| whole.duty(id)) {
                let [reading] = guarded.provision.readings.as_slice() else { continue };
                let what = format!("`{}`", guarded.provision.id);
                match whole.end(guarded.provision, reading) {
                    Ends::Never => report(what, guarded.mark.head, "which has no end"),
                    Ends::At(guarded_end) if end.is_before(&guarded_end) => {
                        report(what, guarded.mark.at("until"), "which lasts longer");
                    }
                    _ => {}
                }
            }
        }
    }
}

/// Notice that must be given before the thing began, or that is never in time.
pub(crate) fn late_notice(whole: &Whole, findings: &mut Findings) {
    let force = &whole.agreement.force;
    let mark = &whole.marks.force;
    let life = whole.moment(&force.from).zip(whole.moment(&force.until));
    let life = life.and_then(|(from, until)| from.until_ms(&until)).map(|(_, most)| most);
    let most = force.term.map(|term| length_ms(term).1).or(life);
    let ends = if mark.has("term") { mark.at("term") } else { mark.at("until") };
    if let (Some(most), Some(withdrawal)) = (most, force.withdrawal)
        && most < length_ms(withdrawal).0
    {
        findings.push(
            codes::LATE_NOTICE
                .warning("the agreement is over before anybody can withdraw from it")
                .primary(mark.at("withdrawal"), "takes so long")
                .secondary(ends, "and it lasts only so long")
                .reason("A right that can't be used looks like one that can.")
                .help("shorten the notice, or leave `withdrawal` out"),
        );
    }
    let own = mark.inner("extension").first();
    notice("the agreement", force.extension.as_ref(), own, most, ends, findings);
    for duty in whole.duties {
        for written in duty.written() {
            let Details::Guarantee(guarantee) = &written.reading.details else { continue };
            let (most, ends) = match guarantee.term {
                Some(term) => (Some(length_ms(term).1), written.at("term")),
                None => (longest_life(whole, duty, &written), written.at("until")),
            };
            let whose = format!("`{}`", duty.provision.id);
            let own = written.inner("extension").first();
            notice(&whose, guarantee.extension.as_ref(), own, most, ends, findings);
        }
    }
}

fn notice(
    whose: &str,
    extension: Option<&Extension>,
    mark: Option<&Mark>,
    most_ms: Option<i64>,
    ends: Span,
    findings: &mut Findings,
) {
    let notice = extension.and_then(|extension| extension.notice);
    let (Some(notice), Some(mark), Some(most_ms)) = (notice, mark, most_ms) else { return };
    if length_ms(notice).0 <= most_ms {
        return;
    }
    findings.push(
        codes::LATE_NOTICE
            .warning(format!("notice on {whose} is due {notice} before the end: before it begins"))
            .primary(mark.at("notice"), "so long before the end")
            .secondary(ends, "of what lasts only so long")
            .reason("Nobody can ever give it in time, so that the option is none.")
            .help("shorten the notice"),
    );
}
