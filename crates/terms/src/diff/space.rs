//! Areas gained and lost.

use crate::model::Agreement;
use servanda_place::{Zone, minus, union};
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

/// Vertices of all areas that are worked out for one difference. What comes after is listed
/// without its area.
pub(super) const VERTICES_MAX: usize = 1_000_000;

/// The area that is gained and lost, in square kilometres as decimal text with two decimals, on
/// the sphere of mean radius (within 0.6 % of the ellipsoid).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// What only the new text has.
    pub gained_km2: String,
    /// What only the old text has.
    pub lost_km2: String,
}

/// Borders that were rounded come to less than this part of an area.
const BORDER_SHARE: f64 = 0.01;

/// An area worked out, in hundredths of a square kilometre.
pub(super) struct Worked {
    gained: u64,
    lost: u64,
    order: Option<Ordering>,
}

impl Worked {
    pub(super) fn moved(&self) -> Moved {
        Moved { gained_km2: decimal(self.gained), lost_km2: decimal(self.lost) }
    }

    /// Less: the old is within the new.
    pub(super) fn order(&self) -> Option<Ordering> {
        self.order
    }
}

/// The zones of both texts, and how much may still be worked out.
pub(super) struct Space<'a> {
    old: BTreeMap<&'a str, &'a Zone>,
    new: BTreeMap<&'a str, &'a Zone>,
    left: usize,
    skipped: usize,
}

impl<'a> Space<'a> {
    pub(super) fn new(old: &'a Agreement, new: &'a Agreement) -> Space<'a> {
        let zones = |agreement: &'a Agreement| {
            let zones = agreement.zones.iter();
            zones.map(|zone| (zone.id.as_str(), &zone.area)).collect()
        };
        Space { old: zones(old), new: zones(new), left: VERTICES_MAX, skipped: 0 }
    }

    /// What one area gained and lost against another.
    pub(super) fn between(&mut self, old: &Zone, new: &Zone) -> Option<Worked> {
        self.spend(old.vertex_count() + new.vertex_count())?;
        Some(worked(old, new))
    }

    /// What the zones of the new text gained and lost against those of the old, all together.
    /// None of them: everywhere, of which there is no area.
    pub(super) fn among(&mut self, old: &[String], new: &[String]) -> Option<Worked> {
        let pick = |zones: &BTreeMap<&'a str, &'a Zone>, ids: &[String]| -> Vec<&'a Zone> {
            let ids: BTreeSet<&str> = ids.iter().map(String::as_str).collect();
            ids.into_iter().filter_map(|id| zones.get(id).copied()).collect()
        };
        let (old, new) = (pick(&self.old, old), pick(&self.new, new));
        if old.is_empty() || new.is_empty() {
            return None;
        }
        self.spend(old.iter().chain(&new).map(|zone| zone.vertex_count()).sum())?;
        Some(worked(&all(old), &all(new)))
    }

    fn spend(&mut self, vertices: usize) -> Option<()> {
        if vertices > self.left {
            self.skipped += 1;
            return None;
        }
        self.left -= vertices;
        Some(())
    }

    /// What was left out.
    pub(super) fn limit(&self) -> Option<String> {
        (self.skipped > 0).then(|| {
            format!(
                "the area gained and lost was not worked out for {} changes: at most \
                 {VERTICES_MAX} vertices are",
                self.skipped
            )
        })
    }
}

fn worked(old: &Zone, new: &Zone) -> Worked {
    let (gained, lost) = (minus(new, old), minus(old, new));
    // A small zone that is gone comes to as little as a border that was rounded, and is all of it.
    let is_none = |part: &Zone, of: &Zone| {
        hundredths(part) == 0 && part.area_km2() <= of.area_km2() * BORDER_SHARE
    };
    let order = match (is_none(&gained, new), is_none(&lost, old)) {
        (true, true) => Some(Ordering::Equal),
        (false, true) => Some(Ordering::Less),
        (true, false) => Some(Ordering::Greater),
        (false, false) => None,
    };
    Worked { gained: hundredths(&gained), lost: hundredths(&lost), order }
}

/// One area of all, joined two by two.
fn all(zones: Vec<&Zone>) -> Zone {
    let mut zones: Vec<Zone> = zones.into_iter().cloned().collect();
    while zones.len() > 1 {
        let pairs = zones.chunks(2);
        zones = pairs
            .map(|pair| match pair {
                [a, b] => union(a, b),
                rest => rest.first().cloned().unwrap_or_default(),
            })
            .collect();
    }
    zones.pop().unwrap_or_default()
}

/// Rounded to the nearest; what is below half a hundredth is a border that was rounded.
fn hundredths(zone: &Zone) -> u64 {
    (zone.area_km2() * 100.0 + 0.5) as u64
}

fn decimal(hundredths: u64) -> String {
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// An area in km², to two decimals.
pub(crate) fn area_km2(zone: &Zone) -> String {
    decimal(hundredths(zone))
}

/// An area as it is shown.
pub(super) fn area_words(zone: &Zone) -> String {
    format!("{} km², {} vertices", area_km2(zone), zone.vertex_count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_left_out_is_said() {
        let zone = |radius| {
            let middle = servanda_place::Point::new(100_000_000, 200_000_000).unwrap();
            servanda_place::circle(middle, radius).unwrap()
        };
        let (old, new) = (zone(1_000.0), zone(2_000.0));
        let left = old.vertex_count() + new.vertex_count();
        let mut space = Space { old: BTreeMap::new(), new: BTreeMap::new(), left, skipped: 0 };
        assert!(space.between(&old, &new).is_some());
        assert_eq!(space.limit(), None);
        assert!(space.between(&old, &new).is_none());
        assert!(space.limit().unwrap().contains("for 1 changes"));
    }
}
