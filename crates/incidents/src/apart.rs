//! Which observations hang together, so that the others need not be looked at.

use crate::grid::Cell;
use crate::group::{Report, Spot, by_kind, can_be_one, incident, lattice, orders};
use crate::mixed::Mixed;
use crate::unite::{root, unite};
use servanda_time::Instant;
use std::collections::BTreeMap;

/// Where so many reports of one kind are about at one time and place, pairs are no longer told
/// apart: hostile reports must not make each be compared with each.
const CROWD: usize = 16;

/// The component of each report, by the least index in it.
///
/// Two reports that can be one event are of one component, also by way of others: what
/// [`group`](crate::group) makes of a component depends on nothing outside of it. In a crowd a
/// component may be larger than it must be.
#[must_use]
pub fn components(reports: &[Report<'_>]) -> Vec<usize> {
    let mut into: Vec<u32> = (0_u32..).take(reports.len()).collect();
    for order in orders(reports, 0..reports.len()) {
        hang_together(reports, &order, &mut into);
    }
    (0_u32..).take(reports.len()).map(|n| root(&mut into, n) as usize).collect()
}

/// One kind, in canonical order.
fn hang_together(reports: &[Report<'_>], order: &[usize], into: &mut [u32]) {
    let lattice = lattice(reports, order);
    let mut cells: Mixed<Cell, Near> = Mixed::default();
    let mut zones: BTreeMap<&str, Near> = BTreeMap::new();
    for &i in order {
        match reports[i].at {
            Some(Spot::Disc(point, _)) => {
                for cell in lattice.around(point) {
                    if let Some(near) = cells.get_mut(&cell) {
                        near.meet(reports, i, into);
                    }
                }
                cells.entry(lattice.cell(point)).or_default().put(reports, i, into);
            }
            Some(Spot::Zone(zone)) => {
                let near = zones.entry(zone).or_default();
                near.meet(reports, i, into);
                near.put(reports, i, into);
            }
            None => {}
        }
    }
}

/// The reports of one cell that are not over.
#[derive(Default)]
struct Near {
    few: Vec<u32>,
    /// One of those that were too many, and when the last of them is over.
    crowd: Option<(u32, Instant)>,
}

impl Near {
    /// Starts only grow, so what is over by now can be one with nothing that comes.
    fn meet(&mut self, reports: &[Report<'_>], i: usize, into: &mut [u32]) {
        let report = &reports[i];
        self.few.retain(|&other| {
            let seen = &reports[other as usize];
            let lasts = seen.when.to > report.when.from;
            if lasts && can_be_one(seen, report) {
                unite(into, other, i as u32);
            }
            lasts
        });
        if let Some((one, _)) = self.crowd.filter(|(_, end)| *end > report.when.from) {
            unite(into, one, i as u32);
        }
    }

    fn put(&mut self, reports: &[Report<'_>], i: usize, into: &mut [u32]) {
        let when = reports[i].when;
        if let Some((_, end)) = self.crowd.as_mut().filter(|(_, end)| *end > when.from) {
            *end = when.to.max(*end);
            return;
        }
        self.few.push(i as u32);
        if self.few.len() > CROWD {
            let ends = self.few.iter().map(|&one| reports[one as usize].when.to);
            self.crowd = Some((i as u32, ends.max().unwrap_or(when.to)));
            self.few.drain(..).for_each(|other| unite(into, other, i as u32));
        }
    }
}

/// What a report adds when it comes to others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Added {
    /// So many incidents more; a late report can make them fewer.
    pub incidents: i32,
    /// So many more that have several origins.
    pub independent: i32,
}

/// What each report of a component adds to the incidents of those before it in the list.
#[must_use]
pub fn added(reports: &[Report<'_>], component: &[usize]) -> Vec<Added> {
    let mut before = Added::default();
    let mut all = Vec::with_capacity(component.len());
    for count in 1..=component.len() {
        let groups = by_kind(reports, component[..count].iter().copied());
        let several = |members| incident(reports, members, false).origins > 1;
        let incidents = groups.len() as i32;
        let independent = groups.into_iter().filter(|group| several(group.clone())).count() as i32;
        all.push(Added {
            incidents: incidents - before.incidents,
            independent: independent - before.independent,
        });
        before = Added { incidents, independent };
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::group::{group, tests::report};
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    /// The start in seconds, metres east, radius in metres, how long in seconds, and source.
    fn row() -> impl Strategy<Value = (i64, i32, u64, i64, usize)> {
        (0_i64..2_000, -40_000_i32..40_000, 0_u64..3_000, 0_i64..600, 0_usize..4)
    }

    fn reports(rows: &[(i64, i32, u64, i64, usize)]) -> Vec<Report<'static>> {
        let made = rows.iter().enumerate().map(|(n, &(from, east, radius, length, source))| {
            let mut made = report(&n.to_string(), from, east, radius);
            made.when.to = made.when.from.plus_ms(length * 1000);
            made.source = ["a", "b", "c", "d"][source];
            made.lists_events = source == 2;
            match source {
                3 => made.at = Some(Spot::Zone("hills")),
                1 if n % 9 == 0 => made.at = None,
                _ => {}
            }
            made.kind = ["shot", "explosion"][usize::from(n % 5 == 0)];
            made
        });
        made.collect()
    }

    proptest! {
        #[test]
        fn a_component_is_grouped_by_itself_as_among_all(
            rows in prop::collection::vec(row(), 1..120),
            squeeze in 1_i32..400,
        ) {
            // Some sets are crowds, some hardly meet.
            let rows: Vec<_> =
                rows.into_iter().map(|(t, e, r, l, s)| (t, e / squeeze, r, l, s)).collect();
            let reports = reports(&rows);
            let of = components(&reports);
            let (mut together, mut counted) = (Vec::new(), Added::default());
            for first in of.iter().copied().collect::<BTreeSet<usize>>() {
                let members: Vec<usize> = (0..reports.len()).filter(|&n| of[n] == first).collect();
                prop_assert_eq!(members[0], first);
                let alone: Vec<_> = members.iter().map(|&n| reports[n].clone()).collect();
                let incidents = group(&alone, &[]);
                together.extend(incidents.iter().map(|incident| (incident.id, incident.when)));
                for added in added(&reports, &members) {
                    counted.incidents += added.incidents;
                    counted.independent += added.independent;
                }
            }
            let whole = group(&reports, &[]);
            let mut wanted: Vec<_> = whole.iter().map(|one| (one.id, one.when)).collect();
            together.sort_unstable();
            wanted.sort_unstable();
            prop_assert_eq!(together, wanted);
            let independent = whole.iter().filter(|one| one.origins > 1).count() as i32;
            let wanted = Added { incidents: whole.len() as i32, independent };
            prop_assert_eq!(counted, wanted);
        }

        #[test]
        fn of_any_beginning_the_sums_are_its_incidents(
            rows in prop::collection::vec(row(), 1..14),
            count in 0_usize..14,
        ) {
            let rows: Vec<_> =
                rows.into_iter().map(|(t, e, r, l, s)| (t, e / 20, r, l, s)).collect();
            let reports = reports(&rows);
            let all: Vec<usize> = (0..reports.len()).collect();
            let count = count.min(reports.len());
            let sum: i32 = added(&reports, &all)[..count].iter().map(|one| one.incidents).sum();
            prop_assert_eq!(sum as usize, group(&reports[..count], &[]).len());
        }
    }

    #[test]
    fn what_is_far_apart_is_not_taken_together() {
        let rows: Vec<_> = (0..300).map(|n| (n, n as i32 * 9_000, 500, 60, 0)).collect();
        let of = components(&reports(&rows));
        assert!(of.iter().enumerate().all(|(n, first)| n == *first));
        // A crowd at one place is one, whatever its number, and what comes after it another.
        let mut rows: Vec<_> = (0..2_000).map(|n| (n % 50, 0, 500, 60, 0)).collect();
        rows.push((5_000, 0, 500, 60, 0));
        let mut reports = reports(&rows);
        reports.iter_mut().for_each(|report| report.kind = "shot");
        let of = components(&reports);
        assert!(of[..2_000].iter().all(|&first| first == 0) && of[2_000] == 2_000);
    }
}
