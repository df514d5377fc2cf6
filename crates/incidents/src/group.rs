use crate::grid::{Grid, Lattice};
use servanda_place::{Point, great_circle_m};
use servanda_time::Interval;
use servanda_tlog::Hash;
use smallvec::{SmallVec, smallvec};
use std::collections::{BTreeMap, BTreeSet};

/// What grouping needs to know of an observation.
#[derive(Debug, Clone)]
pub struct Report<'a> {
    /// Its content id.
    pub id: Hash,
    /// What was observed.
    pub kind: &'a str,
    /// When it can have happened.
    pub when: Interval,
    /// Where it can have happened; none: not stated, so it stands alone.
    pub at: Option<Spot<'a>>,
    /// The source.
    pub source: &'a str,
    /// Whether the source lists events, so that two of its rows are never one.
    pub lists_events: bool,
    /// Where the source has it from; empty: it is the source's own.
    pub origins: &'a [String],
}

/// Where an observation was.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Spot<'a> {
    /// Within so many millimetres of a point.
    Disc(Point, u64),
    /// Somewhere in the zone of that id.
    Zone(&'a str),
}

/// What a person decided on observations, by their content ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// They are one event.
    Merge(Vec<Hash>),
    /// Each is an event of its own.
    Split(Vec<Hash>),
}

/// One event, from one or more observations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incident {
    /// The least content id among its members: stable as long as that member stays.
    pub id: Hash,
    /// Indexes of the observations, in canonical order.
    pub members: Members,
    /// From the earliest start to the latest end of its members.
    pub when: Interval,
    /// How many different origins its members have: two outlets that quote one office are one.
    pub origins: usize,
    /// Whether a person merged or split here.
    pub decided: bool,
}

/// The observations of an incident; nearly always one or two.
pub type Members = SmallVec<[usize; 2]>;

/// Groups observations into incidents, ordered by time and id.
#[must_use]
pub fn group(reports: &[Report<'_>], decisions: &[Decision]) -> Vec<Incident> {
    in_order(group_loosely(reports, decisions))
}

/// As [`group`], in no order that means anything.
#[must_use]
pub fn group_loosely(reports: &[Report<'_>], decisions: &[Decision]) -> Vec<Incident> {
    finish(reports, by_kind(reports, 0..reports.len()), decisions)
}

/// By time and id.
pub(crate) fn in_order(mut incidents: Vec<Incident>) -> Vec<Incident> {
    incidents.sort_unstable_by_key(|one| (one.when, one.id, one.members.first().copied()));
    incidents
}

/// Groups some of the observations, kind by kind.
pub(crate) fn by_kind(
    reports: &[Report<'_>],
    some: impl Iterator<Item = usize> + Clone,
) -> Vec<Members> {
    // Without a place it stands alone.
    let alone = some.clone().filter(|&n| reports[n].at.is_none());
    let mut groups: Vec<Members> = alone.map(|n| smallvec![n]).collect();
    for order in orders(reports, some) {
        groups.extend(group_kind(reports, &order));
    }
    groups
}

/// Those of some reports that have a place, kind by kind, each in canonical order.
pub(crate) fn orders(reports: &[Report<'_>], some: impl Iterator<Item = usize>) -> Vec<Vec<usize>> {
    let mut by_kind: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for n in some.filter(|&n| reports[n].at.is_some()) {
        by_kind.entry(reports[n].kind).or_default().push(n);
    }
    let mut orders: Vec<Vec<usize>> = by_kind.into_values().collect();
    for order in &mut orders {
        order.sort_unstable_by_key(|&n| (reports[n].when, reports[n].id, n));
    }
    orders
}

/// Makes incidents of groups, after what people decided.
pub(crate) fn finish(
    reports: &[Report<'_>],
    groups: Vec<Members>,
    decisions: &[Decision],
) -> Vec<Incident> {
    let decided = decide(reports, groups, decisions).into_iter();
    decided.map(|(members, decided)| incident(reports, members, decided)).collect()
}

/// Cells for the discs of one kind.
pub(crate) fn lattice(reports: &[Report<'_>], order: &[usize]) -> Lattice {
    let discs = || {
        order.iter().filter_map(|&i| match reports[i].at {
            Some(Spot::Disc(point, radius_mm)) => Some((point, radius_mm)),
            _ => None,
        })
    };
    let radius_mm = discs().map(|(_, radius_mm)| radius_mm).max().unwrap_or(0);
    let lat_max = discs().map(|(point, _)| point.lat_e7.saturating_abs()).max().unwrap_or(0);
    Lattice::new(radius_mm as f64 / 500.0, lat_max)
}

/// One kind, in canonical order.
fn group_kind(reports: &[Report<'_>], order: &[usize]) -> Vec<Members> {
    let mut grid = Grid::new(lattice(reports, order));
    let mut by_zone: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    let mut groups: Vec<Members> = Vec::new();
    // The earliest end among a group's members. Starts only grow, so once a start has passed it,
    // nothing can join any more.
    let mut ends = Vec::new();
    for &i in order {
        let report = &reports[i];
        let mut best: Option<(f64, usize)> = None;
        let mut visit = |group: usize| {
            if ends[group] <= report.when.from {
                return false;
            }
            let members: &[usize] = &groups[group];
            if members.iter().all(|&other| can_be_one(&reports[other], report)) {
                let distance_m = distance_m(&reports[members[0]], report);
                if best.is_none_or(|(least, at)| (distance_m, group) < (least, at)) {
                    best = Some((distance_m, group));
                }
            }
            true
        };
        match report.at {
            Some(Spot::Disc(point, _)) => grid.near(point, visit),
            Some(Spot::Zone(zone)) => by_zone.entry(zone).or_default().retain(|&g| visit(g)),
            None => {}
        }
        if let Some((_, group)) = best {
            groups[group].push(i);
            ends[group] = report.when.to.min(ends[group]);
            continue;
        }
        match report.at {
            Some(Spot::Disc(point, _)) => grid.insert(point, groups.len()),
            Some(Spot::Zone(zone)) => by_zone.entry(zone).or_default().push(groups.len()),
            None => {}
        }
        ends.push(report.when.to);
        groups.push(smallvec![i]);
    }
    groups
}

pub(crate) fn can_be_one(a: &Report<'_>, b: &Report<'_>) -> bool {
    if a.source == b.source && a.lists_events {
        return false;
    }
    if !a.when.overlaps(&b.when) {
        return false;
    }
    match (a.at, b.at) {
        (Some(Spot::Disc(p, p_mm)), Some(Spot::Disc(q, q_mm))) => {
            great_circle_m(p, q) * 1000.0 <= (p_mm + q_mm) as f64
        }
        (Some(Spot::Zone(a)), Some(Spot::Zone(b))) => a == b,
        // A disc in a zone can't be told from another event in that zone.
        _ => false,
    }
}

fn distance_m(a: &Report<'_>, b: &Report<'_>) -> f64 {
    match (a.at, b.at) {
        (Some(Spot::Disc(p, _)), Some(Spot::Disc(q, _))) => great_circle_m(p, q),
        _ => 0.0,
    }
}

/// Applies what people decided, in order. Each group carries whether somebody decided on it.
fn decide(
    reports: &[Report<'_>],
    groups: Vec<Members>,
    decisions: &[Decision],
) -> Vec<(Members, bool)> {
    let mut groups: Vec<(Members, bool)> = groups.into_iter().map(|g| (g, false)).collect();
    if decisions.is_empty() {
        return groups;
    }
    let by_id: BTreeMap<Hash, usize> =
        reports.iter().enumerate().map(|(i, report)| (report.id, i)).collect();
    let mut group_of: Vec<usize> = vec![0; reports.len()];
    for (group, (members, _)) in groups.iter().enumerate() {
        members.iter().for_each(|&i| group_of[i] = group);
    }
    for decision in decisions {
        let (Decision::Merge(ids) | Decision::Split(ids)) = decision;
        let named: BTreeSet<usize> = ids.iter().filter_map(|id| by_id.get(id).copied()).collect();
        match decision {
            Decision::Merge(_) => {
                let touched: BTreeSet<usize> = named.iter().map(|&i| group_of[i]).collect();
                let Some((&first, rest)) =
                    touched.iter().next().map(|f| (f, touched.range(f + 1..)))
                else {
                    continue;
                };
                for &other in rest {
                    let moved = std::mem::take(&mut groups[other].0);
                    moved.iter().for_each(|&i| group_of[i] = first);
                    groups[first].0.extend(moved);
                }
                groups[first].1 = true;
            }
            Decision::Split(_) => {
                for &i in &named {
                    let group = &mut groups[group_of[i]];
                    group.1 = true;
                    if group.0.len() > 1 {
                        group.0.retain(|member| *member != i);
                        group_of[i] = groups.len();
                        groups.push((smallvec![i], true));
                    }
                }
            }
        }
    }
    groups.retain(|(members, _)| !members.is_empty());
    groups
}

pub(crate) fn incident(reports: &[Report<'_>], mut members: Members, decided: bool) -> Incident {
    if let [alone] = members[..] {
        let Report { id, when, origins, .. } = &reports[alone];
        let origins = match origins {
            [] | [_] => 1,
            several => several.iter().collect::<BTreeSet<_>>().len(),
        };
        return Incident { id: *id, members, when: *when, origins, decided };
    }
    members.sort_unstable_by_key(|&i| (reports[i].when, reports[i].id, i));
    let mut origins = BTreeSet::new();
    for &i in &members {
        match reports[i].origins {
            [] => {
                origins.insert(reports[i].source);
            }
            named => origins.extend(named.iter().map(String::as_str)),
        }
    }
    let first = &reports[members[0]];
    Incident {
        id: members.iter().map(|&i| reports[i].id).min().unwrap_or(first.id),
        when: members.iter().fold(first.when, |when, &i| Interval {
            from: when.from.min(reports[i].when.from),
            to: when.to.max(reports[i].when.to),
        }),
        origins: origins.len(),
        members,
        decided,
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use proptest::prelude::*;
    use servanda_time::Instant;
    use servanda_tlog::sha256;

    fn when(from_s: i64, to_s: i64) -> Interval {
        let at = |s: i64| Instant::from_ms(s * 1000).unwrap();
        Interval { from: at(from_s), to: at(to_s) }
    }

    /// A report some metres east of a point near 48 N.
    pub(crate) fn report(name: &str, from_s: i64, east_m: i32, radius_m: u64) -> Report<'static> {
        let point = Point { lon_e7: 370_000_000 + east_m * 134, lat_e7: 480_000_000 };
        Report {
            id: sha256(name.as_bytes()),
            kind: "explosion",
            when: when(from_s, from_s + 60),
            at: Some(Spot::Disc(point, radius_m * 1000)),
            source: "patrol",
            lists_events: false,
            origins: &[],
        }
    }

    fn sizes(incidents: &[Incident]) -> Vec<usize> {
        incidents.iter().map(|incident| incident.members.len()).collect()
    }

    #[test]
    fn one_volley_seen_three_times_is_one_incident() {
        let mut camera = report("camera", 0, 0, 300);
        camera.source = "camera";
        let reports = [camera, report("patrol", 30, 200, 300), report("far", 30, 5_000, 300)];
        let incidents = group(&reports, &[]);
        assert_eq!(sizes(&incidents).iter().sum::<usize>(), 3);
        assert_eq!(incidents.len(), 2);
        assert_eq!(incidents.iter().map(|i| i.origins).max(), Some(2));
    }

    #[test]
    fn a_chain_of_neighbours_is_not_one_event() {
        let reports: Vec<_> = (0..10).map(|n| report(&format!("{n}"), 0, n * 500, 300)).collect();
        // Each overlaps the next; the ends lie 4.5 km apart.
        let incidents = group(&reports, &[]);
        assert!(incidents.len() >= 5, "{:?}", sizes(&incidents));
        for incident in &incidents {
            for &a in &incident.members {
                for &b in &incident.members {
                    assert!(can_be_one(&reports[a], &reports[b]));
                }
            }
        }
    }

    #[test]
    fn another_kind_time_or_row_of_a_list_of_events_stays_apart() {
        let base = report("a", 0, 0, 300);
        let mut kind = report("b", 0, 0, 300);
        kind.kind = "shot";
        let later = report("c", 60, 0, 300);
        assert_eq!(group(&[base.clone(), kind, later], &[]).len(), 3);
        let mut rows = [report("d", 0, 0, 300), report("e", 0, 0, 300)];
        assert_eq!(group(&rows, &[]).len(), 1);
        rows.iter_mut().for_each(|row| row.lists_events = true);
        assert_eq!(group(&rows, &[]).len(), 2);
    }

    #[test]
    fn a_merge_and_a_split_are_undone_by_leaving_them_out() {
        let reports =
            [report("a", 0, 0, 300), report("b", 0, 9_000, 300), report("c", 0, 100, 300)];
        let ids: Vec<_> = reports.iter().map(|r| r.id).collect();
        let alone = group(&reports, &[]);
        assert_eq!(alone.len(), 2);
        let merge = Decision::Merge(vec![ids[0], ids[1]]);
        let merged = group(&reports, std::slice::from_ref(&merge));
        assert_eq!(sizes(&merged), [3]);
        assert!(merged[0].decided);
        let split = Decision::Split(vec![ids[0], ids[2]]);
        assert_eq!(group(&reports, &[merge, split.clone()]).len(), 3);
        assert_eq!(group(&reports, std::slice::from_ref(&split)).len(), 3);
        assert_eq!(group(&reports, &[]), alone);
        let unknown = Decision::Merge(vec![sha256(b"nothing"), ids[0]]);
        assert_eq!(sizes(&group(&reports, &[unknown])).iter().sum::<usize>(), 3);
    }

    #[test]
    fn two_outlets_that_quote_one_office_are_one_origin() {
        let office = ["ministry".to_string()];
        let mut reports = [report("a", 0, 0, 300), report("b", 0, 0, 300)];
        for (report, source) in reports.iter_mut().zip(["paper", "radio"]) {
            report.source = source;
            report.origins = &office;
        }
        assert_eq!(group(&reports, &[])[0].origins, 1);
    }

    /// The start in seconds, metres east, radius in metres and source of a report.
    fn row() -> impl Strategy<Value = (i64, i32, u64, usize)> {
        (0_i64..200, -20_000_i32..20_000, 0_u64..4_000, 0_usize..3)
    }

    /// Incidents with the ids of their reports, whose order does not matter.
    fn by_ids(reports: &[Report<'_>]) -> Vec<(Hash, Interval, usize, Vec<Hash>)> {
        let named = |incident: Incident| {
            let members = incident.members.iter().map(|&i| reports[i].id).collect();
            (incident.id, incident.when, incident.origins, members)
        };
        group(reports, &[]).into_iter().map(named).collect()
    }

    proptest! {
        #[test]
        fn any_order_gives_the_same_incidents(
            rows in prop::collection::vec(row(), 1..60),
            seed in any::<u64>(),
        ) {
            let sources = ["a", "b", "c"];
            let reports: Vec<_> = rows.iter().enumerate().map(|(n, &(t, east, r, s))| {
                let mut made = report(&n.to_string(), t, east, r);
                made.source = sources[s];
                made.lists_events = s == 2;
                made
            }).collect();
            let mut shuffled = reports.clone();
            let mut state = seed;
            for i in (1..shuffled.len()).rev() {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                shuffled.swap(i, (state >> 33) as usize % (i + 1));
            }
            let incidents = by_ids(&reports);
            prop_assert_eq!(&incidents, &by_ids(&shuffled));
            // Each observation is in exactly one incident.
            let mut all: Vec<_> = incidents.iter().flat_map(|i| i.3.clone()).collect();
            all.sort_unstable();
            all.dedup();
            prop_assert_eq!(all.len(), reports.len());
        }
    }
}
