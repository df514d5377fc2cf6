//! Two parts that can't both hold: two numbers or two lines for one thing, a right to what is
//! forbidden, parts that don't add up.

use super::links::stages;
use super::{Duty, PLACES_MAX, Whole, Written, listed};
use crate::codes;
use crate::details::{Details, Limit};
use crate::findings::{Findings, shortened};
use crate::kinds::ProvisionKind;
use servanda_text::Span;
use std::collections::{BTreeMap, BTreeSet};

/// Pairs of terms that are compared, at most; an agreement that people read has fewer.
const PAIRS_MAX: usize = 20_000;

/// Pairs of zones that are laid over each other, at most.
const OVERLAYS_MAX: usize = 200;

/// Vertices of the zones that are laid over each other, at most in all.
const OVERLAY_VERTICES_MAX: usize = 400_000;

/// Two limits for one thing, with two numbers.
pub(crate) fn two_limits(whole: &Whole, findings: &mut Findings) {
    type Known<'a> = (&'a Duty<'a>, Written<'a>, &'a Limit);
    let mut by_measure: BTreeMap<(String, &str), Vec<Known>> = BTreeMap::new();
    let mut pairs_left = PAIRS_MAX;
    for duty in whole.duties {
        // Where it is disputed, the readings say so themselves.
        let [reading] = duty.provision.readings.as_slice() else { continue };
        let Details::Limit(limit) = &reading.details else { continue };
        let Some(written) = duty.written().next() else { continue };
        let measure = (limit.measure.trim().to_lowercase(), limit.unit.trim());
        let same = by_measure.entry(measure).or_default();
        for (other, other_written, other_limit) in same.iter().take(pairs_left) {
            pairs_left = pairs_left.saturating_sub(1);
            let (Some(a), Some(b)) = (limit.at_most, other_limit.at_most) else { continue };
            let other_reading = other_written.reading;
            let of_one = |a: &str, b: &str| a.is_empty() || b.is_empty() || a == b;
            let clash = a != b
                && limit.due == other_limit.due
                && of_one(&limit.counting, &other_limit.counting)
                && meet(&reading.who, &other_reading.who)
                && meet(&reading.places, &other_reading.places)
                && !whole.are_apart((duty.provision, reading), (other.provision, other_reading));
            if clash {
                findings.push(
                    codes::TWO_LIMITS
                        .warning(format!(
                            "two limits for \"{}\": {b} by `{}` and {a} by `{}`",
                            shortened(&limit.measure),
                            other.provision.id,
                            duty.provision.id
                        ))
                        .primary(written.at("at_most"), "one number")
                        .secondary(other_written.at("at_most"), "and another")
                        .reason("Between the two numbers it is kept and broken at once.")
                        .help(
                            "keep one of them, or say which parties, places or times each is for",
                        ),
                );
            }
        }
        same.push((duty, written, limit));
    }
}

/// Whether two lists have something in common; an empty list stands for all.
fn meet(one: &[String], other: &[String]) -> bool {
    one.is_empty() || other.is_empty() || one.iter().any(|name| other.contains(name))
}

/// One term that is measured from two lines.
pub(crate) fn two_lines(whole: &Whole, findings: &mut Findings) {
    for duty in whole.duties {
        for written in duty.written() {
            let Details::Withdraw(withdraw) = &written.reading.details else { continue };
            let lines: BTreeSet<&str> = withdraw.lines.iter().map(|(_, l)| l.as_str()).collect();
            let Some(table) = written.inner("line").first().filter(|_| lines.len() > 1) else {
                continue;
            };
            let mut found = codes::TWO_LINES
                .warning(format!(
                    "`{}` is measured from {} lines: {}",
                    duty.provision.id,
                    lines.len(),
                    listed(lines.iter().copied())
                ))
                .reason(
                    "Between the lines lies ground that each side will call the other's to \
                     leave.",
                )
                .help("measure from one line, or allow this with the reason for it");
            for (nth, (party, line)) in withdraw.lines.iter().take(PLACES_MAX).enumerate() {
                let party = party.as_deref().unwrap_or("");
                let (at, text) = (table.at(party), format!("{party} from `{line}`"));
                found = if nth == 0 { found.primary(at, text) } else { found.secondary(at, text) };
            }
            findings.push(found);
        }
    }
}

/// A right to do what another term forbids the same party.
pub(crate) fn right_and_prohibition(whole: &Whole, findings: &mut Findings) {
    let forbidden: Vec<&Duty> = whole
        .duties
        .iter()
        .filter(|duty| duty.provision.kind == ProvisionKind::Prohibit)
        .filter(|duty| duty.provision.readings.len() == 1 && duty.provision.except.is_empty())
        .collect();
    let mut left = Budget::default();
    for duty in whole.duties {
        let [reading] = duty.provision.readings.as_slice() else { continue };
        let Details::Permit(permit) = &reading.details else { continue };
        let Some(holder) = whole.agreement.resolve_party(permit.holder.trim()) else { continue };
        for other in &forbidden {
            let Some(forbids) = other.provision.readings.first() else { continue };
            let clash = left.pair()
                && forbids.who.contains(&holder.id)
                && forbids.acts.iter().any(|act| act == permit.what.trim())
                && !whole.are_apart((duty.provision, reading), (other.provision, forbids));
            if !clash || common_ground(whole, &reading.places, &forbids.places, &mut left).is_none()
            {
                continue;
            }
            findings.push(
                codes::DOUBLE_BIND
                    .warning(format!(
                        "`{}` gives {} a right to what `{}` forbids it",
                        duty.provision.id, holder.id, other.provision.id
                    ))
                    .primary(duty.mark.at("what"), "allowed")
                    .secondary(other.mark.at("acts"), "and forbidden")
                    .reason("One act is a right and a breach, there and then.")
                    .help("except the right from the prohibition, or part them in place or time"),
            );
        }
    }
}

/// Two terms that bear different numbers of the same acts on the same ground.
pub(crate) fn two_tolerances(whole: &Whole, findings: &mut Findings) {
    let counted: Vec<&Duty> = whole
        .duties
        .iter()
        .filter(|duty| duty.provision.kind == ProvisionKind::Prohibit)
        .filter(|duty| duty.provision.readings.len() == 1)
        .filter(|duty| duty.provision.tolerance_count.is_some())
        .collect();
    let mut left = Budget::default();
    for (nth, one) in counted.iter().enumerate() {
        for other in counted.iter().skip(nth + 1) {
            if !left.pair() {
                return;
            }
            let (a, b) = (one.provision, other.provision);
            let (Some(ours), Some(theirs)) = (&a.tolerance_count, &b.tolerance_count) else {
                continue;
            };
            let (Some(here), Some(there)) = (a.readings.first(), b.readings.first()) else {
                continue;
            };
            let clash = ours.at_most != theirs.at_most
                && ours.unit == theirs.unit
                && ours.per == theirs.per
                && here.who.iter().any(|party| there.who.contains(party))
                && here.acts.iter().any(|act| there.acts.contains(act))
                && !whole.are_apart((a, here), (b, there));
            if !clash {
                continue;
            }
            let Some(ground) = common_ground(whole, &here.places, &there.places, &mut left) else {
                continue;
            };
            findings.push(
                codes::TWO_TOLERANCES
                    .warning(format!(
                        "`{}` bears {} and `{}` bears {}, {ground}",
                        a.id, ours.at_most, b.id, theirs.at_most
                    ))
                    .primary(other.mark.at("tolerance"), "one number")
                    .secondary(one.mark.at("tolerance"), "and another")
                    .reason("There, one act is borne by the one term and breaks the other.")
                    .help("give the common ground to one of them, or one tolerance to both"),
            );
        }
    }
}

/// How much may still be compared.
struct Budget {
    pairs: usize,
    overlays: usize,
    vertices: usize,
}

impl Default for Budget {
    fn default() -> Budget {
        Budget { pairs: PAIRS_MAX, overlays: OVERLAYS_MAX, vertices: OVERLAY_VERTICES_MAX }
    }
}

impl Budget {
    fn pair(&mut self) -> bool {
        let is_left = self.pairs > 0;
        self.pairs = self.pairs.saturating_sub(1);
        is_left
    }
}

/// The ground that two lists of zones share, in words; none: there is none, or it would take too
/// long to find.
fn common_ground(
    whole: &Whole,
    one: &[String],
    other: &[String],
    left: &mut Budget,
) -> Option<String> {
    if one.is_empty() || other.is_empty() {
        return Some("in the same place".to_owned());
    }
    for id in one {
        if other.contains(id) {
            return Some(format!("both in `{id}`"));
        }
    }
    for a in one.iter().filter_map(|id| whole.index.zones.get(id.as_str())) {
        for b in other.iter().filter_map(|id| whole.index.zones.get(id.as_str())) {
            if !left.pair() || left.overlays == 0 {
                return None;
            }
            let ((a, _), (b, _)) = (a, b);
            let boxes_meet = match (a.area.bbox(), b.area.bbox()) {
                (Some(one), Some(other)) => super::ground::boxes_meet(&one, &other, 0),
                _ => false,
            };
            let cost = a.area.vertex_count() + b.area.vertex_count();
            if !boxes_meet || cost > left.vertices {
                continue;
            }
            left.overlays -= 1;
            left.vertices -= cost;
            let common = servanda_place::intersect(&a.area, &b.area);
            if let Some(km2) = super::ground::square_km(common.area_km2()) {
                return Some(format!("where `{}` and `{}` share {km2} km²", a.id, b.id));
            }
        }
    }
    None
}

/// Parts that add up to more than the whole, or to less with no date for the rest.
pub(crate) fn parts_and_whole(whole: &Whole, findings: &mut Findings) {
    for duty in whole.duties {
        for written in duty.written() {
            let details = &written.reading.details;
            let amount = match details {
                Details::Transfer(transfer) => transfer.amount,
                Details::Pledge(pledge) => pledge.amount,
                _ => None,
            };
            let (Some(amount), Some((key, stages))) = (amount, stages(details)) else { continue };
            let amounts: Vec<Option<u64>> = stages.iter().map(|stage| stage.amount).collect();
            let sum = amounts.iter().flatten().fold(0_u64, |sum, part| sum.saturating_add(*part));
            let all_counted = !stages.is_empty() && amounts.iter().all(Option::is_some);
            let rest_has_date = written.has("due");
            let title = if sum > amount {
                format!(
                    "the parts of `{}` add up to {sum}, and the whole is {amount}",
                    duty.provision.id
                )
            } else if sum < amount && all_counted && !rest_has_date {
                format!(
                    "the parts of `{}` add up to {sum} of {amount}, and the rest has no date",
                    duty.provision.id
                )
            } else {
                continue;
            };
            let parts: Vec<Span> =
                (0..stages.len()).map(|nth| written.within(key, nth, "amount")).collect();
            let mut found = codes::PARTS
                .warning(title)
                .primary(written.at("amount"), "the whole")
                .reason("Each side will hold the other to the number that suits it.")
                .help("correct a number, or give the whole a date");
            for at in parts.into_iter().take(PLACES_MAX) {
                found = found.secondary(at, "a part");
            }
            findings.push(found);
        }
    }
}
