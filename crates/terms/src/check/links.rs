//! What a reading names: the moments and the provisions in it, each with where it is written.

use super::Written;
use crate::details::{Details, Stage};
use crate::moment::When;
use servanda_text::Span;

/// The parts of a duty, and the key under which they stand.
pub(crate) fn stages(details: &Details) -> Option<(&'static str, &[Stage])> {
    let key = match details {
        Details::Oblige(_) | Details::Withdraw(_) | Details::Transfer(_) => "stages",
        Details::Pledge(_) => "schedule",
        Details::Relief(_) => "tranches",
        _ => return None,
    };
    Some((key, details.stages()))
}

/// Every moment of a reading that is stated.
pub(crate) fn moments<'a>(written: &Written<'a>) -> Vec<(&'a When, Span)> {
    let reading = written.reading;
    let mut moments =
        vec![(&reading.starts, written.at("from")), (&reading.ends, written.at("until"))];
    moments.extend(reading.details.due().map(|due| (due, written.at("due"))));
    if let Some((key, stages)) = stages(&reading.details) {
        let dues = stages.iter().enumerate();
        moments.extend(dues.map(|(nth, stage)| (&stage.due, written.within(key, nth, "due"))));
    }
    match &reading.details {
        Details::Withdraw(withdraw) => moments.push((&withdraw.begins, written.at("begins"))),
        Details::Condition(condition) => {
            moments.push((&condition.before, written.at("before")));
            moments.extend(condition.act.iter().map(|when| (when, written.at("act"))));
        }
        Details::Guarantee(guarantee) => {
            let steps = guarantee.response.iter().enumerate();
            let after = |(nth, _)| written.within("response", nth, "after");
            moments.extend(steps.map(|step| (&step.1.after, after(step))));
        }
        Details::Point(point) => {
            let on = |(nth, _)| written.within("positions", nth, "on");
            moments.extend(point.positions.iter().enumerate().map(|at| (&at.1.on, on(at))));
        }
        _ => {}
    }
    moments.retain(|(when, _)| when.is_stated());
    moments
}
