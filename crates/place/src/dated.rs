//! Zones that change with time: some that always hold, and versions of others.

use crate::discs::{Disc, DiscLayer};
use crate::error::PlaceError;
use crate::zone::{Side, Zone};
use std::ops::Range;

/// An uncertain place at an uncertain time: half-open, in milliseconds; an empty time is its start.
pub type DatedDisc = (Disc, Range<i64>);

/// Zones of which some always hold and others have versions, such as the strips along a line that
/// is drawn anew from time to time. Each version is a layer of its own: a new one does not touch
/// the others.
///
/// Zones are known by a number: first those that always hold, then those of a version by their
/// place in it, the same in all versions.
#[derive(Debug, Clone)]
pub struct DatedZones {
    fixed: DiscLayer,
    fixed_count: u32,
    discs: usize,
    /// In order of time.
    versions: Vec<(Range<i64>, DiscLayer)>,
}

impl DatedZones {
    /// Zones that always hold, for about so many discs; versions of others are added.
    #[must_use]
    pub fn new(fixed: &[&Zone], discs: usize) -> DatedZones {
        let (layer, fixed_count) = (DiscLayer::new(fixed, discs), fixed.len() as u32);
        DatedZones { fixed: layer, fixed_count, discs, versions: Vec::new() }
    }

    /// Adds the zones that hold for a time, half-open in milliseconds.
    ///
    /// # Errors
    /// A time that is empty or overlaps that of another version.
    pub fn add(&mut self, valid: Range<i64>, zones: &[&Zone]) -> Result<(), PlaceError> {
        let at = self.versions.partition_point(|(other, _)| other.start < valid.start);
        let before = at.checked_sub(1).map(|before| &self.versions[before].0);
        let clear = before.is_none_or(|before| before.end <= valid.start)
            && self.versions.get(at).is_none_or(|(next, _)| valid.end <= next.start);
        if valid.is_empty() || !clear {
            return Err(PlaceError::Measure {
                what: "the time of a version",
                value: format!("{} to {} ms", valid.start, valid.end),
                expected: "a time that is not empty and overlaps that of no other version".into(),
            });
        }
        self.versions.insert(at, (valid, DiscLayer::new(zones, self.discs)));
        Ok(())
    }

    /// The zones that a disc is not surely outside of, in order, and on which side of each it lies.
    ///
    /// Where the time leaves open which version holds, or whether one does, a zone on whose side
    /// they agree has that side, and one on which they differ is [`Side::Straddling`].
    #[must_use]
    pub fn locate(&self, disc: Disc, when: Range<i64>) -> Vec<(u32, Side)> {
        let mut found = Vec::new();
        self.locate_all(&[(disc, when)], |_, sides| found = sides.to_vec());
        found
    }

    /// Asks about many discs, and hands each one's place in the list with its zones to the caller,
    /// as [`DatedZones::locate`] gives them.
    pub fn locate_all(&self, discs: &[DatedDisc], mut each: impl FnMut(usize, &[(u32, Side)])) {
        let mut sides: Vec<Vec<(u32, Side)>> = vec![Vec::new(); discs.len()];
        let places: Vec<Disc> = discs.iter().map(|(disc, _)| *disc).collect();
        self.fixed.locate_all(&places, |at, found| {
            sides[at].extend(found.iter().map(|(zone, lies)| (*zone, lies.side())));
        });
        let fixed: Vec<usize> = sides.iter().map(Vec::len).collect();
        // For each disc, how many answers there are by now, and how much of its time they cover.
        let mut answered = vec![(0_u32, 0_u128); discs.len()];
        for (valid, layer) in &self.versions {
            let chosen: Vec<(usize, Disc)> = (0..discs.len())
                .filter(|&at| shared_ms(&discs[at].1, valid) > 0)
                .map(|at| (at, places[at]))
                .collect();
            let asked: Vec<Disc> = chosen.iter().map(|(_, disc)| *disc).collect();
            layer.locate_all(&asked, |at, found| {
                let at = chosen[at].0;
                let zones = found.iter();
                let new = zones.map(|(zone, lies)| (self.fixed_count + zone, lies.side()));
                let first = answered[at].0 == 0;
                merge(&mut sides[at], fixed[at], new, first);
                answered[at].0 += 1;
                answered[at].1 += shared_ms(&discs[at].1, valid);
            });
        }
        for (at, sides) in sides.iter_mut().enumerate() {
            let (answers, covered) = answered[at];
            if answers > 0 && covered < length_ms(&discs[at].1) {
                // No version holds for a part of the time: there the disc is outside.
                merge(sides, fixed[at], std::iter::empty(), false);
            }
            each(at, sides);
        }
    }
}

/// Joins another answer to those from a place of the list on: sides that differ become a doubt.
fn merge(
    sides: &mut Vec<(u32, Side)>,
    from: usize,
    new: impl Iterator<Item = (u32, Side)>,
    first: bool,
) {
    if first {
        sides.extend(new);
        return;
    }
    let mut known = sides.split_off(from).into_iter().peekable();
    let mut new = new.peekable();
    loop {
        let next = match (known.peek(), new.peek()) {
            (None, None) => return,
            (Some(one), None) | (None, Some(one)) => one.0,
            (Some(a), Some(b)) => a.0.min(b.0),
        };
        let old = known.next_if(|one| one.0 == next).map(|one| one.1);
        let side = match (old, new.next_if(|one| one.0 == next).map(|one| one.1)) {
            (Some(a), Some(b)) if a == b => a,
            _ => Side::Straddling,
        };
        sides.push((next, side));
    }
}

/// The length of a time in milliseconds; that of an instant is one.
fn length_ms(time: &Range<i64>) -> u128 {
    shared_ms(time, &(i64::MIN..i64::MAX)).max(1)
}

/// How much of a time lies within another that is not empty, in milliseconds.
fn shared_ms(time: &Range<i64>, other: &Range<i64>) -> u128 {
    let end = time.end.max(time.start.saturating_add(1)).min(other.end);
    let start = time.start.max(other.start);
    (i128::from(end) - i128::from(start)).max(0) as u128
}
