use crate::Ground;
use crate::claims::come;
use servanda_steps::{Absence, Channel, Entered, EntryId, Moment, PERIODS_MAX, Reason, Rule};
use servanda_steps::{Truth, Value};
use servanda_time::{Amount, Instant, Interval};

const NOT_LIVE: &str = "it cites what is not live there";
const NOT_ALL: &str = "it doesn't cite all that counts there, and nothing else";
const TOO_FEW: &str = "what it cites is not enough";
const NOT_ABSENT: &str = "what it says to be absent is there";
const OTHERWISE: &str = "its rule says otherwise";

/// An entry that counts, when, and for how much.
type Counts = (EntryId, Interval, i128);

impl Ground<'_> {
    /// Whether a claim follows from the entries, by a rule that reads nothing else.
    pub(crate) fn leaf(&self, rule: &Rule, reason: &Reason) -> Result<(), &'static str> {
        let Value::Truth(is) = reason.is else { return Err(OTHERWISE) };
        if !reason.cites.is_sorted_by(|a, b| a < b) {
            return Err("its citations are not in order");
        }
        match rule {
            Rule::Covered { by, inside, .. } if is == *inside => {
                self.enough(reason, &self.counts(rule, *by), 1)
            }
            Rule::Covered { by, outside, .. } if is == *outside => {
                self.nothing_else(reason, *by, &self.counts(rule, *by), |sum| sum == 0)
            }
            Rule::MoreThan { of, n, .. } => match is {
                Truth::Yes => self.enough(reason, &self.counts(rule, *of), *n as usize + 1),
                Truth::No => {
                    let borne = |sum| sum <= i128::from(*n);
                    self.nothing_else(reason, *of, &self.counts(rule, *of), borne)
                }
                Truth::Unknown => Err(OTHERWISE),
            },
            Rule::Level { of, more_than } => {
                let right = |sum| match is {
                    Truth::Yes => sum > i128::from(*more_than),
                    Truth::No => sum <= i128::from(*more_than),
                    Truth::Unknown => false,
                };
                self.nothing_else(reason, *of, &self.counts(rule, *of), right)
            }
            Rule::Answered { trigger, answer, .. } => {
                let overdue = self.counts(rule, *trigger);
                match is {
                    Truth::Yes => self.nothing_else(reason, *trigger, &overdue, |sum| sum == 0),
                    Truth::No => {
                        let begun = self.on(*trigger).filter(|e| reason.cites.contains(&e.id));
                        let from = begun.map(|e| e.from).min().ok_or(NOT_LIVE)?;
                        let within = Interval { from, to: reason.when.to };
                        self.absent(&reason.absences, *answer, within)?;
                        let cites_only = Reason { absences: Vec::new(), ..reason.clone() };
                        self.enough(&cites_only, &overdue, 1)
                    }
                    Truth::Unknown => Err(OTHERWISE),
                }
            }
            _ => Err(OTHERWISE),
        }
    }

    /// Whether something was done in each period before those of the claim, or in none of them.
    pub(crate) fn served(
        &self,
        rule: &Rule,
        first: Moment,
        reason: &Reason,
    ) -> Result<(), &'static str> {
        let Rule::Served { done, every, .. } = rule else { return Err(OTHERWISE) };
        let when = reason.when;
        let cited: Vec<&Entered> =
            self.on(*done).filter(|e| reason.cites.contains(&e.id)).collect();
        if cited.len() != reason.cites.len() || !reason.cites.is_sorted_by(|a, b| a < b) {
            return Err(NOT_LIVE);
        }
        let mut looked_through: Option<Interval> = None;
        let mut at = when.from;
        while at < when.to {
            let (right, end) = match (come(first, at), first.surely()) {
                (Truth::Yes, Some(surely)) => {
                    let number = self.number(surely, *every, at);
                    let start = |n| self.start(surely, *every, n).unwrap_or(Instant::MAX);
                    let end = start(number + 1);
                    if number == 0 {
                        (Truth::Yes, end)
                    } else if number >= PERIODS_MAX {
                        (Truth::Unknown, when.to)
                    } else {
                        let before = Interval { from: start(number - 1), to: start(number) };
                        if cited.iter().any(|e| before.contains(e.from)) {
                            (Truth::Yes, end)
                        } else if self.on(*done).any(|e| before.contains(e.from)) {
                            return Err(TOO_FEW);
                        } else {
                            let from = looked_through.map_or(before.from, |seen| seen.from);
                            looked_through = Some(Interval { from, to: before.to });
                            (Truth::No, end)
                        }
                    }
                }
                (Truth::Unknown, surely) => (Truth::Unknown, surely.unwrap_or(when.to)),
                _ => (Truth::Yes, first.at_earliest().unwrap_or(when.to)),
            };
            if reason.is != Value::Truth(right) {
                return Err(OTHERWISE);
            }
            at = end;
        }
        match looked_through {
            Some(within) => self.absent(&reason.absences, *done, within),
            None if reason.absences.is_empty() => Ok(()),
            None => Err("it says something to be absent that doesn't matter"),
        }
    }

    /// The live entries that count for a rule, and when.
    fn counts(&self, rule: &Rule, channel: Channel) -> Vec<Counts> {
        let later = |from: Instant, amount: &Amount| from.plus(*amount, self.plan.zone()).ok();
        let counts = |e: &Entered| -> Option<Counts> {
            let (from, to, weight) = match rule {
                Rule::MoreThan { per, .. } => {
                    (e.from, later(e.from, per).unwrap_or(Instant::MAX), 1)
                }
                Rule::Level { .. } => (e.from, e.to, i128::from(e.amount)),
                Rule::Answered { answer, within, .. } => {
                    let fits = |a: &&Entered| a.key == e.key && a.from >= e.from;
                    let answered = self.on(*answer).filter(fits).map(|a| a.from).min();
                    (later(e.from, within)?, answered.unwrap_or(Instant::MAX), 1)
                }
                _ => (e.from, e.to, 1),
            };
            (from < to).then_some((e.id, Interval { from, to }, weight))
        };
        self.on(channel).filter_map(counts).collect()
    }

    /// Whether so many of the cited entries count at every instant of the claim.
    fn enough(&self, reason: &Reason, counts: &[Counts], n: usize) -> Result<(), &'static str> {
        if !reason.absences.is_empty() {
            return Err("it says something to be absent that doesn't matter");
        }
        let cited: Vec<&Counts> =
            counts.iter().filter(|(id, _, _)| reason.cites.contains(id)).collect();
        if cited.len() != reason.cites.len() {
            return Err(NOT_LIVE);
        }
        let there = |at| cited.iter().filter(|(_, when, _)| when.contains(at)).count();
        let cuts = cited.iter().map(|(_, when, _)| when.to);
        let mut cuts = cuts.filter(|cut| reason.when.contains(*cut));
        if there(reason.when.from) < n || cuts.any(|cut| there(cut) < n) {
            return Err(TOO_FEW);
        }
        Ok(())
    }

    /// Whether all that counts somewhere in the claim's interval is cited, and adds up right
    /// everywhere.
    fn nothing_else(
        &self,
        reason: &Reason,
        channel: Channel,
        counts: &[Counts],
        right: impl Fn(i128) -> bool,
    ) -> Result<(), &'static str> {
        self.absent(&reason.absences, channel, reason.when)?;
        let there: Vec<&Counts> =
            counts.iter().filter(|(_, when, _)| when.overlaps(&reason.when)).collect();
        let mut ids: Vec<EntryId> = there.iter().map(|(id, _, _)| *id).collect();
        ids.sort_unstable();
        if ids != reason.cites {
            return Err(NOT_ALL);
        }
        let mut cuts: Vec<Instant> =
            there.iter().flat_map(|(_, when, _)| [when.from, when.to]).collect();
        cuts.retain(|cut| reason.when.contains(*cut));
        cuts.push(reason.when.from);
        let sum = |at| -> i128 {
            there.iter().filter(|(_, when, _)| when.contains(at)).map(|(_, _, w)| w).sum()
        };
        match cuts.into_iter().all(|cut| right(sum(cut))) {
            true => Ok(()),
            false => Err(OTHERWISE),
        }
    }

    /// Whether one absence is claimed, of that channel and interval, by whoever examined all that
    /// starts before its end.
    fn absent(
        &self,
        claimed: &[Absence],
        channel: Channel,
        within: Interval,
    ) -> Result<(), &'static str> {
        let begun = self.on(channel).filter(|e| e.from < within.to);
        let mut ids: Vec<EntryId> = begun.map(|e| e.id).collect();
        ids.sort_unstable();
        let mut digest: u64 = 0xcbf2_9ce4_8422_2325;
        for id in &ids {
            for byte in [id.entry.to_le_bytes().as_slice(), &id.row.to_le_bytes()].concat() {
                digest = (digest ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
            }
        }
        let right = Absence { channel, within, examined: ids.len() as u64, digest };
        if claimed == [right] { Ok(()) } else { Err(NOT_ABSENT) }
    }

    /// The start of a period.
    fn start(&self, first: Instant, every: Amount, number: u32) -> Option<Instant> {
        let count = every.count.checked_mul(number)?;
        first.plus(Amount { count, unit: every.unit }, self.plan.zone()).ok()
    }

    /// The number of the last period that starts at or before an instant, at most `PERIODS_MAX`.
    fn number(&self, first: Instant, every: Amount, at: Instant) -> u32 {
        let has_begun = |n: u32| self.start(first, every, n).is_some_and(|start| start <= at);
        // By halves of halves, since there may be many.
        let mut number = 0;
        let mut step = PERIODS_MAX.next_power_of_two();
        while step > 0 {
            if number + step <= PERIODS_MAX && has_begun(number + step) {
                number += step;
            }
            step /= 2;
        }
        number
    }

    fn on(&self, channel: Channel) -> impl Iterator<Item = &Entered> {
        self.live.get(&channel).into_iter().flatten()
    }
}
