//! Clocks against sources: what has run out before anybody can know.

use super::timeline::length_ms;
use super::{Whole, listed};
use crate::codes;
use crate::details::{Details, Watched};
use crate::findings::Findings;
use crate::moment::{Event, Milestone, When};
use servanda_text::Span;
use servanda_time::Amount;

pub(crate) fn faster_than_sources(whole: &Whole, findings: &mut Findings) {
    for duty in whole.duties {
        let id = &duty.provision.id;
        for written in duty.written() {
            match &written.reading.details {
                Details::Condition(condition) => {
                    if let Some(length) = condition.length {
                        slow(whole, id, length, written.at("for"), &condition.holds, findings);
                    }
                }
                Details::Relief(relief) => {
                    let Some(snapback) = &relief.snapback else { continue };
                    if let Some(within) = snapback.within {
                        let at = written.within("snapback", 0, "within");
                        slow(whole, id, within, at, &snapback.on, findings);
                    }
                }
                Details::Guarantee(guarantee) => {
                    for (nth, step) in guarantee.response.iter().enumerate() {
                        // From a finding on, what happened is known.
                        let from_finding = match &step.after {
                            When::Of(after) => {
                                matches!(after.event, Event::Of(_, Milestone::Trigger))
                            }
                            _ => true,
                        };
                        if let Some(within) = step.within
                            && !from_finding
                        {
                            let at = written.within("response", nth, "within");
                            slow(whole, id, within, at, &guarantee.guards, findings);
                        }
                    }
                }
                _ => {}
            }
        }
    }
}

/// Reports a clock that runs out before the quickest source on those provisions must have sent
/// anything.
fn slow(
    whole: &Whole,
    id: &str,
    clock: Amount,
    at: Span,
    provisions: &[String],
    findings: &mut Findings,
) {
    let watched = provisions.iter().filter_map(|id| whole.duty(id));
    let names = watched.flat_map(|duty| &duty.provision.shown_by);
    let mut quickest: Option<(Amount, &str, Span)> = None;
    for name in names {
        let Some((source, mark)) = whole.index.sources.get(name.as_str()) else { continue };
        // How late a source is that states no lag, nobody knows.
        let Some(lag) = source.lag else { return };
        if quickest.is_none_or(|(least, _, _)| length_ms(lag).0 < length_ms(least).0) {
            quickest = Some((lag, &source.id, mark.at("lag")));
        }
    }
    let Some((lag, name, lag_at)) = quickest else { return };
    if length_ms(lag).0 <= length_ms(clock).1 {
        return;
    }
    findings.push(
        codes::FAST_CLOCK
            .warning(format!("the {clock} of `{id}` run out before a source must have spoken"))
            .primary(at, format!("{clock}"))
            .secondary(lag_at, format!("`{name}` may come {lag} late, and none is quicker"))
            .reason("When the time is over, nothing of what happened in it need be known.")
            .help("give more time, or name a source that is quicker"),
    );
}

/// A condition that asks for silence where nobody listens.
pub(crate) fn never_shown_clean(whole: &Whole, findings: &mut Findings) {
    for duty in whole.duties {
        for written in duty.written() {
            let Details::Condition(condition) = &written.reading.details else { continue };
            if condition.watched == Watched::NotNeeded {
                continue;
            }
            let held = condition.holds.iter().filter_map(|id| whole.duty(id));
            let unseen: Vec<_> = held.filter(|held| !held.mark.has("shown_by")).collect();
            if unseen.is_empty() {
                continue;
            }
            let names = listed(unseen.iter().map(|held| held.provision.id.as_str()));
            let mut found = codes::NEVER_CLEAN
                .warning(format!(
                    "`{}` asks for silence where no source listens",
                    duty.provision.id
                ))
                .primary(written.at("holds"), format!("no source can show {names}"))
                .reason(
                    "Whether it was free of violations stays unknown, so it is never fulfilled.",
                )
                .help("name sources in `shown_by`, or write watched = \"not needed\"");
            for held in unseen.iter().take(super::PLACES_MAX) {
                found = found.secondary(held.mark.head, "no `shown_by`");
            }
            findings.push(found);
        }
    }
}
