//! Clocks that another text moves.

use super::{Shift, Side};
use crate::answer::{Clock, ClockState};
use serde::Serialize;
use std::collections::BTreeMap;

/// A clock under both texts, where it differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClockShift {
    /// The provision, as the draft calls it; as the agreement does where the draft has none.
    pub provision: String,
    /// The reading, where only one has such a clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reading: Option<String>,
    /// What runs.
    pub what: String,
    /// Where it stands.
    pub state: Shift<ClockState>,
    /// Since when it runs.
    pub from: Shift<String>,
    /// When it runs out; where that isn't known, the earliest that it can.
    pub due: Shift<String>,
    /// Why it can never be.
    pub never: Shift<String>,
}

/// The clocks that differ. `to`: what the draft calls a provision of the agreement.
pub(super) fn shifts(old: Side<'_>, new: Side<'_>, to: &BTreeMap<&str, &str>) -> Vec<ClockShift> {
    let name = |clock: &Clock| {
        let id = clock.provision.as_str();
        to.get(id).copied().unwrap_or(id).to_owned()
    };
    let mut clocks: BTreeMap<_, (Option<&Clock>, Option<&Clock>)> = BTreeMap::new();
    for clock in &old.evaluation.answer.clocks {
        let key = (name(clock), clock.what.clone(), clock.reading.clone());
        clocks.entry(key).or_default().0 = Some(clock);
    }
    for clock in &new.evaluation.answer.clocks {
        let key = (clock.provision.clone(), clock.what.clone(), clock.reading.clone());
        clocks.entry(key).or_default().1 = Some(clock);
    }
    let due = |clock: &Clock| clock.due.clone().or_else(|| clock.earliest.clone());
    let mut shifts = Vec::new();
    for ((provision, what, reading), (old, new)) in clocks {
        let shift = ClockShift {
            provision,
            reading,
            what,
            state: Shift { old: old.map(|c| c.state), new: new.map(|c| c.state) },
            from: Shift {
                old: old.and_then(|c| c.from.clone()),
                new: new.and_then(|c| c.from.clone()),
            },
            due: Shift { old: old.and_then(due), new: new.and_then(due) },
            never: Shift {
                old: old.and_then(|c| c.never.clone()),
                new: new.and_then(|c| c.never.clone()),
            },
        };
        let differs = shift.state.old != shift.state.new
            || shift.from.old != shift.from.new
            || shift.due.old != shift.due.new
            || shift.never.old.is_some() != shift.never.new.is_some();
        if differs {
            shifts.push(shift);
        }
    }
    shifts
}
