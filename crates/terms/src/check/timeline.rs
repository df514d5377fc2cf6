//! Moments of the text laid on one line, as far as the text alone says how they lie.
//!
//! A moment is fixed, or lies so many milliseconds from something that happens. Months and years
//! have no fixed length, so it lies between a least and a most. Two moments are compared only
//! when they are counted from the same thing: what isn't sure is not said.

use super::Whole;
use crate::details::Details;
use crate::kinds::ProvisionKind;
use crate::model::{Provision, Reading};
use crate::moment::{Event, Milestone, Relative, When};
use servanda_time::{Amount, Unit};

const DAY_MS: i64 = 86_400_000;

/// Events are put in terms of others at most so often, so that a circle of them ends.
const STEPS_MAX: u32 = 16;

/// A moment, counted from something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Moment {
    /// What it is counted from; none: it is fixed.
    from: Option<Event>,
    least_ms: i64,
    most_ms: i64,
}

impl Moment {
    fn of(event: Event) -> Moment {
        Moment { from: Some(event), least_ms: 0, most_ms: 0 }
    }

    /// That much later.
    pub(crate) fn plus(mut self, amount: Amount) -> Moment {
        let (least, most) = length_ms(amount);
        self.least_ms = self.least_ms.saturating_add(least);
        self.most_ms = self.most_ms.saturating_add(most);
        self
    }

    fn minus(mut self, amount: Amount) -> Moment {
        let (least, most) = length_ms(amount);
        self.least_ms = self.least_ms.saturating_sub(most);
        self.most_ms = self.most_ms.saturating_sub(least);
        self
    }

    /// Whether it surely comes before the other.
    pub(crate) fn is_before(&self, other: &Moment) -> bool {
        self.from == other.from && self.most_ms < other.least_ms
    }

    /// Whether it surely doesn't come after the other.
    pub(crate) fn is_not_after(&self, other: &Moment) -> bool {
        self.from == other.from && self.most_ms <= other.least_ms
    }

    /// The least and the most of the time from this moment to the other, where that is known.
    pub(crate) fn until_ms(&self, other: &Moment) -> Option<(i64, i64)> {
        (self.from == other.from).then(|| {
            let least = other.least_ms.saturating_sub(self.most_ms);
            (least, other.most_ms.saturating_sub(self.least_ms))
        })
    }
}

/// The least and the most milliseconds that a span can last; days count as 24 hours.
pub(crate) fn length_ms(amount: Amount) -> (i64, i64) {
    if let Some(ms) = amount.elapsed_ms() {
        return (ms, ms);
    }
    let count = i64::from(amount.count);
    let (years, months) = match amount.unit {
        Unit::Year => (count, 0),
        _ => (count / 12, count % 12),
    };
    let days = |year, month| years.saturating_mul(year).saturating_add(months * month);
    (days(365, 28).saturating_mul(DAY_MS), days(366, 31).saturating_mul(DAY_MS))
}

/// When something ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ends {
    /// The text gives it no end.
    Never,
    /// Then, if nothing ends it earlier.
    At(Moment),
    /// The text doesn't tell.
    Unknown,
}

impl Ends {
    /// The moment, where there is one.
    pub(crate) fn moment(self) -> Option<Moment> {
        match self {
            Ends::At(moment) => Some(moment),
            Ends::Never | Ends::Unknown => None,
        }
    }
}

impl Whole<'_> {
    /// A moment of the text, put in terms of the earliest thing that it can be counted from.
    pub(crate) fn moment(&self, when: &When) -> Option<Moment> {
        self.moment_in(when, STEPS_MAX)
    }

    fn moment_in(&self, when: &When, steps: u32) -> Option<Moment> {
        match when {
            When::Unstated => None,
            When::At(at) => Some(Moment { from: None, least_ms: at.ms(), most_ms: at.ms() }),
            When::Of(Relative { amount, before, event }) => {
                let event = self.event(event, steps);
                Some(match amount {
                    None => event,
                    Some(amount) if *before => event.minus(*amount),
                    Some(amount) => event.plus(*amount),
                })
            }
        }
    }

    /// An event, put in terms of another where the text fixes the one by the other.
    fn event(&self, event: &Event, steps: u32) -> Moment {
        let own = || Moment::of(event.clone());
        let Some(steps) = steps.checked_sub(1) else { return own() };
        let single = |id: &str| {
            let provision = self.duty(id)?.provision;
            match provision.readings.as_slice() {
                [reading] => Some((provision, reading)),
                _ => None,
            }
        };
        let known = match event {
            Event::EntryIntoForce => self.force(steps),
            Event::End => self.end_of_all(steps).moment(),
            Event::Of(id, Milestone::Start) => {
                single(id).and_then(|(provision, reading)| self.start_in(provision, reading, steps))
            }
            Event::Of(id, Milestone::End) => {
                let end = single(id).map(|(p, reading)| self.end_in(p, reading, steps));
                end.and_then(Ends::moment)
            }
            _ => None,
        };
        known.unwrap_or_else(own)
    }

    /// When the agreement comes into force, where a date of the text alone says so.
    fn force(&self, steps: u32) -> Option<Moment> {
        let force = &self.agreement.force;
        if force.span.is_none() || !force.requires.is_empty() {
            return None;
        }
        let after_signature = match &force.from {
            When::Of(relative) => relative.event == Event::Signature && !relative.before,
            _ => false,
        };
        match (&force.from, force.signed_by.is_empty()) {
            (When::Unstated, true) => None,
            (When::Unstated, false) => Some(Moment::of(Event::Signature)),
            (from, true) => self.moment_in(from, steps),
            (from, false) if after_signature => self.moment_in(from, steps),
            _ => None,
        }
    }

    /// When the agreement ends.
    pub(crate) fn end_of_agreement(&self) -> Ends {
        self.end_of_all(STEPS_MAX)
    }

    fn end_of_all(&self, steps: u32) -> Ends {
        let force = &self.agreement.force;
        let until = self.moment_in(&force.until, steps);
        match (until, force.term) {
            _ if force.extension.is_some() => Ends::Unknown,
            (None, None) => Ends::Never,
            (Some(until), None) => Ends::At(until),
            (None, Some(term)) => Ends::At(self.event(&Event::EntryIntoForce, steps).plus(term)),
            (Some(_), Some(_)) => Ends::Unknown,
        }
    }

    /// When a reading begins to bind; none: from ever, or the text doesn't tell.
    pub(crate) fn start(&self, provision: &Provision, reading: &Reading) -> Option<Moment> {
        self.start_in(provision, reading, STEPS_MAX)
    }

    fn start_in(&self, provision: &Provision, reading: &Reading, steps: u32) -> Option<Moment> {
        use ProvisionKind::{Condition, Point, Ratify};
        if !provision.requires.is_empty() {
            let start = Event::Of(provision.id.clone(), Milestone::Start);
            return Some(Moment::of(start));
        }
        if reading.starts.is_stated() {
            return self.moment_in(&reading.starts, steps);
        }
        let with_the_agreement = self.agreement.force.span.is_some()
            && !matches!(provision.kind, Ratify | Condition | Point);
        with_the_agreement.then(|| self.event(&Event::EntryIntoForce, steps))
    }

    /// When a reading ceases to bind.
    pub(crate) fn end(&self, provision: &Provision, reading: &Reading) -> Ends {
        self.end_in(provision, reading, STEPS_MAX)
    }

    fn end_in(&self, provision: &Provision, reading: &Reading, steps: u32) -> Ends {
        if let Details::Guarantee(guarantee) = &reading.details
            && let Some(term) = guarantee.term
        {
            if guarantee.extension.is_some() || reading.ends.is_stated() {
                return Ends::Unknown;
            }
            let start = self.start_in(provision, reading, steps);
            return start.map_or(Ends::Unknown, |start| Ends::At(start.plus(term)));
        }
        if reading.ends.is_stated() {
            return self.moment_in(&reading.ends, steps).map_or(Ends::Unknown, Ends::At);
        }
        match self.agreement.force.span {
            Some(_) => self.end_of_all(steps),
            None => Ends::Never,
        }
    }

    /// Whether the times of two readings surely have nothing in common.
    pub(crate) fn are_apart(
        &self,
        one: (&Provision, &Reading),
        other: (&Provision, &Reading),
    ) -> bool {
        let ends_first = |a: (&Provision, &Reading), b: (&Provision, &Reading)| {
            let (end, start) = (self.end(a.0, a.1).moment(), self.start(b.0, b.1));
            end.zip(start).is_some_and(|(end, start)| {
                end.is_not_after(&start) || a.1.ends.is_stated() && a.1.ends == b.1.starts
            })
        };
        ends_first(one, other) || ends_first(other, one)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_and_years_have_no_fixed_length() {
        let days = |text: &str| {
            let (least, most) = length_ms(text.parse().unwrap());
            (least / DAY_MS, most / DAY_MS)
        };
        assert_eq!(days("3 weeks"), (21, 21));
        assert_eq!(days("1 month"), (28, 31));
        assert_eq!(days("15 years"), (5475, 5490));
        assert_eq!(days("180 months"), (5475, 5490));
        assert_eq!(days("10000000 years").0, 3_650_000_000);
    }

    #[test]
    fn only_what_is_counted_from_one_thing_is_compared() {
        let at = |event, days: i64| Moment {
            from: Some(event),
            least_ms: days * DAY_MS,
            most_ms: days * DAY_MS,
        };
        assert!(at(Event::Signature, 1).is_before(&at(Event::Signature, 2)));
        assert!(!at(Event::Signature, 1).is_before(&at(Event::End, 2)));
        let year = Moment::of(Event::End).plus("1 year".parse().unwrap());
        assert!(!year.is_before(&Moment::of(Event::End).plus("365 days".parse().unwrap())));
        assert!(year.is_before(&Moment::of(Event::End).plus("367 days".parse().unwrap())));
    }
}
