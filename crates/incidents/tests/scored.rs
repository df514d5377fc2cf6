//! The scored form: any order, any settling and any withdrawal give the same incidents, to the bit.
#![allow(clippy::unwrap_used, reason = "helpers stand outside of test functions")]

use proptest::prelude::*;
use servanda_incidents::{
    Arrival, Change, Class, Decision, Fused, Fusion, Lost, Rate, Report, Scoring, Spot,
    group_scored,
};
use servanda_place::Point;
use servanda_time::{Instant, Interval};
use servanda_tlog::{Hash, sha256};
use std::collections::{BTreeMap, BTreeSet};

const KINDS: [&str; 4] = ["explosion", "shelling", "shot", "flight"];
const SOURCES: [&str; 3] = ["sensor", "patrol", "list"];

fn model() -> Scoring {
    let families = [vec![0, 1]];
    let class = |source: &str, right: u32| {
        let near = (1_000_000 - right) / 2;
        Class::by_families(source.into(), vec![source.into()], (right, near), 4, &families)
    };
    let classes = vec![class("sensor", 900_000), class("patrol", 800_000), class("list", 850_000)];
    let kinds = KINDS.map(String::from).to_vec();
    Scoring::new("1".into(), kinds, classes, Rate { elsewhere: 50_000, ..Rate::default() })
}

/// A row: metres east and north of a point, seconds, radius in metres, half of the time in seconds,
/// kind and source.
#[derive(Debug, Clone, Copy)]
struct Row(i32, i32, i64, u32, u32, usize, usize);

fn report(n: usize, row: Row) -> Report<'static> {
    let Row(east, north, at_s, radius_m, half_s, kind, source) = row;
    let at = |s: i64| Instant::from_ms(1_700_000_000_000 + s * 1000).unwrap();
    let point = Point { lon_e7: 370_000_000 + east * 134, lat_e7: 480_000_000 + north * 90 };
    Report {
        id: sha256(&(n as u64).to_le_bytes()),
        kind: KINDS[kind],
        when: Interval { from: at(at_s - i64::from(half_s)), to: at(at_s + i64::from(half_s)) },
        at: Some(Spot::Disc(point, u64::from(radius_m) * 1000)),
        source: SOURCES[source],
        lists_events: SOURCES[source] == "list",
        origins: &[],
    }
}

/// Numbers that are the same everywhere.
struct Lot(u64);

impl Lot {
    fn below(&mut self, most: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for n in (1..items.len()).rev() {
            items.swap(n, self.below(n as u64 + 1) as usize);
        }
    }
}

/// So many events on 60 km and 2 days, each seen once to four times, and the event of each row.
fn events(count: usize, seed: u64) -> (Vec<Report<'static>>, Vec<usize>) {
    let mut lot = Lot(seed);
    let (mut rows, mut truth) = (Vec::new(), Vec::new());
    for event in 0..count {
        let at = [lot.below(60_000) as i32, lot.below(60_000) as i32];
        let at_s = lot.below(172_800) as i64;
        let kind = lot.below(4) as usize;
        for _ in 0..1 + lot.below(4) {
            let radius = [150, 900, 3_000][lot.below(3) as usize];
            let half = [10, 600, 7_200][lot.below(3) as usize];
            // About normal, with the stated spread: a sum of four even shares.
            let mut off = |spread: u64| {
                let sum: u64 = (0..4).map(|_| lot.below(2 * spread + 1)).sum();
                (sum as i64 - 4 * spread as i64) / 3
            };
            let (east, north) = (off(radius / 2) as i32, off(radius / 2) as i32);
            let late = off(half / 2);
            let said = if lot.below(10) == 0 { (kind + 1) % 4 } else { kind };
            let source = lot.below(2) as usize;
            let row = Row(
                at[0] + east,
                at[1] + north,
                at_s + late,
                radius as u32,
                half as u32,
                said,
                source,
            );
            rows.push(report(rows.len(), row));
            truth.push(event);
        }
    }
    (rows, truth)
}

/// Puts reports in, in that order, and settles after so many and at the end.
fn fused(model: &Scoring, reports: &[Report<'_>], every: usize) -> Vec<Fused> {
    let mut fusion = Fusion::new(model).unwrap();
    for (n, report) in reports.iter().enumerate() {
        fusion.insert(report);
        if (n + 1) % every == 0 {
            fusion.settle();
        }
    }
    fusion.settle();
    fusion.incidents()
}

/// Incidents and what made them, as bytes.
fn digest(model: &Scoring, reports: &[Report<'_>]) -> Hash {
    let mut fusion = Fusion::new(model).unwrap();
    reports.iter().for_each(|report| {
        fusion.insert(report);
    });
    fusion.settle();
    let all = fusion.incidents();
    let told: Vec<_> = all.iter().map(|incident| fusion.evidence(incident.id).unwrap()).collect();
    sha256(format!("{told:?}").as_bytes())
}

#[test]
fn what_a_generated_set_gives_is_the_same_on_every_machine() {
    let (mut reports, _) = events(400, 1);
    let first = digest(&model(), &reports);
    assert_eq!(first.to_hex(), include_str!("scored.sha256").trim());
    Lot(7).shuffle(&mut reports);
    assert_eq!(digest(&model(), &reports), first);
}

#[test]
fn known_events_are_found_again() {
    let (reports, truth) = events(700, 2);
    let row_of: BTreeMap<Hash, usize> = reports.iter().map(|r| r.id).zip(0..).collect();
    let pairs =
        |sizes: &mut dyn Iterator<Item = usize>| -> usize { sizes.map(|n| n * (n - 1) / 2).sum() };
    let incidents = fused(&model(), &reports, usize::MAX);
    let mut found = 0;
    for incident in &incidents {
        let mut sizes: BTreeMap<usize, usize> = BTreeMap::new();
        for id in &incident.members {
            *sizes.entry(truth[row_of[id]]).or_default() += 1;
        }
        found += pairs(&mut sizes.into_values());
    }
    let said = pairs(&mut incidents.iter().map(|incident| incident.members.len()));
    let mut sizes: BTreeMap<usize, usize> = BTreeMap::new();
    truth.iter().for_each(|&event| *sizes.entry(event).or_default() += 1);
    let there = pairs(&mut sizes.into_values());
    let f1 = 2.0 * found as f64 / (said + there) as f64;
    assert!(f1 > 0.95, "F1 {f1:.3} of {said} pairs said and {there} there");
}

#[test]
fn reports_at_one_point_and_time_are_joined() {
    let here = |n| report(n, Row(0, 0, 0, 500, 60, 0, n % 2));
    let incidents = fused(&model(), &[here(0), here(1), here(2), here(3)], 1);
    assert_eq!(incidents.len(), 1);
    assert_eq!(incidents[0].members.len(), 4);
}

#[test]
fn two_rows_of_a_list_are_never_one_and_the_runner_up_says_so() {
    let rows =
        [Row(0, 0, 0, 500, 60, 0, 2), Row(0, 0, 0, 500, 60, 0, 2), Row(0, 0, 0, 500, 60, 0, 0)];
    let reports: Vec<_> = rows.iter().enumerate().map(|(n, row)| report(n, *row)).collect();
    let mut fusion = Fusion::new(&model()).unwrap();
    reports.iter().for_each(|report| {
        fusion.insert(report);
    });
    fusion.settle();
    assert_eq!(fusion.incidents().len(), 2);
    let told = fusion.evidence(reports[0].id).unwrap();
    let other = told.runner_up.unwrap();
    assert_eq!(other.lost, Lost::ListedTwice);
    assert!(other.score > 0);
}

#[test]
fn the_evidence_adds_up_and_names_who_lost() {
    // Two 600 m apart, within their doubt; one 1.3 km off, a minute later and of another kind.
    let rows = [
        Row(0, 0, 0, 500, 60, 0, 0),
        Row(600, 0, 30, 500, 60, 0, 1),
        Row(1_300, 0, 60, 900, 60, 2, 1),
    ];
    let reports: Vec<_> = rows.iter().enumerate().map(|(n, row)| report(n, *row)).collect();
    // Where so much is reported, being near says less.
    let mut model = model();
    model.rate.elsewhere = 5_000_000;
    let mut fusion = Fusion::new(&model).unwrap();
    reports.iter().for_each(|report| {
        fusion.insert(report);
    });
    fusion.settle();
    let told = fusion.evidence(reports[0].id).unwrap();
    assert_eq!(told.incident.members.len(), 2);
    let [merge] = told.merges.as_slice() else { panic!("{:?}", told.merges) };
    assert!(merge.score > 0 && (merge.terms.total() - merge.score).abs() <= 4, "{merge:?}");
    assert!(merge.terms.kind > 0 && merge.terms.rate < 0);
    let other = told.runner_up.unwrap();
    assert_eq!(other.id, reports[2].id);
    assert!(other.score <= 0 && matches!(other.lost, Lost::Score | Lost::Gate), "{other:?}");
    let alone = fusion.evidence(reports[2].id).unwrap();
    assert!(alone.merges.is_empty());
    assert_eq!(alone.runner_up.unwrap().score, other.score);
}

#[test]
fn revisions_tell_what_became_of_each_incident_under_stable_ids() {
    let rows = [
        Row(0, 0, 0, 300, 60, 0, 0),
        Row(1_000, 0, 0, 300, 60, 0, 0),
        // In between, and vague enough for both.
        Row(500, 0, 0, 450, 60, 0, 1),
        Row(500, 0, 0, 450, 60, 0, 1),
    ];
    let reports: Vec<_> = rows.iter().enumerate().map(|(n, row)| report(n, *row)).collect();
    let mut fusion = Fusion::new(&model()).unwrap();
    let mut put = |n: usize| {
        assert_eq!(fusion.insert(&reports[n]), Arrival::Taken);
        fusion.settle()
    };
    let changes = |revisions: &[servanda_incidents::Revision]| -> Vec<Change> {
        revisions.iter().map(|revision| revision.change).collect()
    };
    assert_eq!(changes(&put(0)), [Change::New]);
    assert_eq!(changes(&put(1)), [Change::New]);
    assert_eq!(changes(&put(2)), [Change::Merged]);
    assert_eq!(changes(&put(3)), [Change::Amended]);
    let one = fusion.incidents();
    assert_eq!(one.len(), 1);
    let least = reports.iter().map(|report| report.id).min().unwrap();
    assert_eq!(one[0].id, least);
    let merged = fusion.evidence(least).unwrap();
    assert!(!merged.supersedes.is_empty() && !merged.supersedes.contains(&least));
    assert!(fusion.settle().is_empty());
    // What came in between goes: one falls into two again.
    (2..4).for_each(|n| assert!(fusion.withdraw(reports[n].id)));
    let after = fusion.settle();
    assert_eq!(changes(&after), [Change::Split, Change::Split]);
    assert_eq!(fusion.incidents().len(), 2);
    assert!(!fusion.withdraw(reports[2].id));
    assert!(fusion.withdraw(reports[0].id) && fusion.withdraw(reports[1].id));
    assert_eq!(changes(&fusion.settle()), [Change::Withdrawn, Change::Withdrawn]);
    assert!(fusion.incidents().is_empty());
}

#[test]
fn what_hangs_together_too_much_falls_apart_at_a_threshold_that_is_told() {
    // A street of reports, each near the next: one component, however long.
    let street = |n: usize| report(n, Row(n as i32 * 200, 0, 0, 600, 60, 0, n % 2));
    let mut reports: Vec<_> = (0..300).map(street).collect();
    let mut model = model();
    assert!(fused(&model, &reports, usize::MAX).iter().all(|incident| incident.threshold == 0));
    model.component_max = 50;
    let capped = fused(&model, &reports, usize::MAX);
    assert!(capped.iter().any(|incident| incident.threshold > 0));
    assert!(capped.iter().all(|incident| incident.members.len() <= 50));
    assert_eq!(capped.iter().map(|incident| incident.members.len()).sum::<usize>(), 300);
    Lot(3).shuffle(&mut reports);
    assert_eq!(fused(&model, &reports, 7), capped);
    // With so few allowed, those that are alike stand alone.
    model.component_max = 1;
    assert_eq!(fused(&model, &reports, 7).len(), 300);
}

#[test]
fn all_at_one_point_and_time_takes_bounded_work_and_is_told() {
    let mut model = model();
    model.crowd_max = 100;
    model.component_max = 60;
    let one = |n: usize| report(n, Row(0, 0, 0, 500, 60, 0, 0));
    let reports: Vec<_> = (0..4_000).map(one).collect();
    let crowd = fused(&model, &reports, 400);
    assert_eq!(crowd.len(), 4_000);
    assert!(crowd.iter().all(|incident| incident.crowded));
    // Below the crowd, but over the cap: all pairs score the same, so none is joined.
    let fewer = fused(&model, &reports[..100], 9);
    assert_eq!(fewer.len(), 100);
    assert!(fewer.iter().all(|incident| incident.threshold > 0 && !incident.crowded));
    // Spread by a metre each, and by a second each: bounded as well.
    let spread = |n: usize| report(n, Row(n as i32 % 60, 0, (n / 60) as i64, 500, 60, 0, 0));
    let reports: Vec<_> = (0..4_000).map(spread).collect();
    assert_eq!(
        fused(&model, &reports, 4_000).iter().map(|i| i.members.len()).sum::<usize>(),
        4_000
    );
    // The crowd goes again: as if it had never been there.
    let mut fusion = Fusion::new(&model).unwrap();
    reports.iter().for_each(|report| {
        fusion.insert(report);
    });
    fusion.settle();
    reports[50..].iter().for_each(|report| assert!(fusion.withdraw(report.id)));
    fusion.settle();
    assert_eq!(fusion.incidents(), fused(&model, &reports[..50], 1));
}

#[test]
fn what_is_sealed_is_reopened_only_by_what_is_late() {
    let day = 86_400;
    let old = report(0, Row(0, 0, 0, 500, 60, 0, 0));
    let late = report(1, Row(0, 0, 30, 500, 60, 0, 1));
    let new = report(2, Row(0, 0, 200 * day, 500, 60, 0, 1));
    let mut fusion = Fusion::new(&model()).unwrap();
    fusion.insert(&old);
    fusion.insert(&new);
    fusion.settle();
    assert!(!fusion.is_sealed(old.id));
    fusion.seal(new.when.from);
    assert!(fusion.is_sealed(old.id) && !fusion.is_sealed(new.id));
    assert_eq!(fusion.insert(&late), Arrival::Late);
    assert!(!fusion.withdraw(old.id));
    fusion.settle();
    assert_eq!(fusion.incidents().len(), 2);
    assert_eq!(fusion.insert_late(&late), Arrival::Taken);
    fusion.settle();
    let all = [old.clone(), late, new];
    assert_eq!(fusion.incidents(), fused(&model(), &all, 1));
    assert!(fusion.withdraw_late(old.id));
}

#[test]
fn what_the_model_does_not_name_is_grouped_without_it() {
    let mut unknown =
        [report(0, Row(0, 0, 0, 500, 60, 0, 0)), report(1, Row(0, 0, 0, 500, 60, 0, 0))];
    unknown.iter_mut().for_each(|report| report.source = "stranger");
    let mut zone = [report(2, Row(0, 0, 0, 500, 60, 0, 0)), report(3, Row(0, 0, 0, 500, 60, 0, 1))];
    zone.iter_mut().for_each(|report| report.at = Some(Spot::Zone("bridge")));
    let scored = [report(4, Row(0, 0, 0, 500, 60, 0, 0)), report(5, Row(0, 0, 0, 500, 60, 0, 1))];
    let all: Vec<_> = [unknown, zone, scored].concat();
    let incidents = group_scored(&all, &[], &model()).unwrap();
    let members: BTreeSet<Vec<usize>> = incidents
        .iter()
        .map(|incident| {
            let mut members = incident.members.to_vec();
            members.sort_unstable();
            members
        })
        .collect();
    assert_eq!(members, BTreeSet::from([vec![0, 1], vec![2, 3], vec![4, 5]]));
    let split = Decision::Split(vec![all[4].id]);
    assert_eq!(group_scored(&all, &[split], &model()).unwrap().len(), 4);
}

#[test]
fn a_model_that_makes_no_sense_is_refused() {
    let spoil = |spoil: fn(&mut Scoring)| {
        let mut model = model();
        spoil(&mut model);
        model.check().unwrap_err().to_string()
    };
    assert!(spoil(|m| m.kinds.clear()).contains("kinds"));
    assert!(spoil(|m| m.kinds[0] = "shot".into()).contains("once"));
    assert!(spoil(|m| m.classes.clear()).contains("classes"));
    assert!(spoil(|m| m.classes[1].sources.push("sensor".into())).contains("two classes"));
    assert!(spoil(|m| m.classes[0].reports_ppm[2][0] += 1).contains("whole"));
    assert!(spoil(|m| m.rate.elsewhere = 0).contains("rate"));
    assert!(spoil(|m| m.gate_milli = 0).contains("gate"));
}

fn row() -> impl Strategy<Value = Row> {
    let radius = prop::sample::select(vec![0_u32, 200, 300, 1_000, 4_000, 15_000, 60_000]);
    let half = prop::sample::select(vec![0_u32, 30, 60, 1_200, 10_000, 100_000]);
    let place = -4_000..4_000_i32;
    (place.clone(), place, -4_000..4_000_i64, radius, half, 0..4_usize, 0..3_usize)
        .prop_map(|(e, n, t, r, h, k, s)| Row(e, n, t, r, h, k, s))
}

proptest! {
    #[test]
    fn any_order_any_settling_and_any_withdrawal_give_the_same(
        rows in prop::collection::vec(row(), 1..50),
        gone in prop::collection::vec(row(), 0..20),
        every in 1_usize..12,
        caps in (1_u32..30, 1_u32..30),
        seed in any::<u64>(),
    ) {
        let mut model = model();
        (model.component_max, model.crowd_max) = caps;
        let reports: Vec<_> = rows.iter().enumerate().map(|(n, row)| report(n, *row)).collect();
        let batch = fused(&model, &reports, usize::MAX);
        let all: usize = batch.iter().map(|incident| incident.members.len()).sum();
        prop_assert_eq!(all, reports.len());
        // Others come and go in between.
        let strangers = gone.iter().enumerate().map(|(n, row)| report(1_000 + n, *row));
        let mut steps: Vec<(Report<'_>, bool)> =
            reports.iter().cloned().map(|report| (report, true)).collect();
        steps.extend(strangers.map(|report| (report, false)));
        let mut lot = Lot(seed);
        lot.shuffle(&mut steps);
        let mut fusion = Fusion::new(&model).unwrap();
        let mut guests = Vec::new();
        for (n, (report, stays)) in steps.iter().enumerate() {
            fusion.insert(report);
            if !stays {
                guests.push(report.id);
            }
            if lot.below(3) == 0 && let Some(guest) = guests.pop() {
                prop_assert!(fusion.withdraw(guest));
            }
            if n % every == 0 {
                fusion.settle();
            }
        }
        guests.into_iter().for_each(|guest| assert!(fusion.withdraw(guest)));
        fusion.settle();
        prop_assert_eq!(fusion.incidents(), batch);
    }

    #[test]
    fn the_index_loses_no_pair(
        rows in prop::collection::vec((row(), -179_i32..180, -89_i32..90), 2..20),
        near in any::<bool>(),
    ) {
        // Everywhere on Earth, also over the antimeridian and near the poles: two at one place and
        // time are found whatever their classes.
        let model = model();
        let make = |n: usize, row: Row, lon: i32, lat: i32| {
            let mut made = report(n, row);
            let lon_e7 = if near { 1_800_000_000 - 10 * n as i32 } else { lon * 10_000_000 };
            made.at = Some(Spot::Disc(
                Point { lon_e7, lat_e7: lat * 10_000_000 },
                u64::from(row.3.min(200)) * 1000,
            ));
            made
        };
        for (n, (row, lon, lat)) in rows.iter().enumerate() {
            let row = Row(row.0, row.1, row.2, row.3, 30, 0, 0);
            let one = make(2 * n, row, *lon, *lat);
            let mut two = make(2 * n + 1, row, *lon, *lat);
            if near && let Some(Spot::Disc(point, radius)) = two.at {
                // The same place but for a metre, on the other side.
                let lon_e7 = -1_800_000_000 + 90;
                two.at = Some(Spot::Disc(Point { lon_e7, ..point }, radius.max(200_000)));
            }
            prop_assert_eq!(fused(&model, &[one, two], 1).len(), 1);
        }
    }
}
