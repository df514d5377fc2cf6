//! Zones against the ground: outside the theatre, and strips of no man's land between neighbours.

use super::Whole;
use crate::codes;
use crate::findings::Findings;
use servanda_place::{Bounds, Point, PreparedZone, UNITS_PER_DEGREE, Zone, great_circle_m};
use servanda_text::Span;
use std::collections::{BTreeMap, BTreeSet};

/// Vertices that are looked at, at most in all: what is over is not said.
const VERTICES_MAX: usize = 400_000;

/// Pairs of zones whose borders are laid beside each other, at most.
const NEIGHBOURS_MAX: usize = 500;

/// Lists of zones, and zones of one list, that are gone through, at most.
const LISTS_MAX: usize = 200;
const ZONES_OF_LIST_MAX: usize = 1_000;

/// Two borders nearer than this, and not nearer than [`ONE_BORDER_MM`], were meant as one.
const STRIP_M: f64 = 50.0;

/// The same in units of the lattice, from north to south.
const STRIP_E7: i64 = STRIP_M as i64 * UNITS_PER_DEGREE as i64 / 111_000;

/// Borders as near as this are one: rounding and straight edges on a round earth come to less.
const ONE_BORDER_MM: u64 = 1_000;

/// A strip is at least so many times as long as it is wide.
const STRIP_LENGTH: f64 = 10.0;

/// Neighbours share less than this part of the smaller of them.
const SLIVER_SHARE: f64 = 0.1;

/// Less of a zone than this part of it may lie outside, as borders are rounded.
const OUTSIDE_SHARE: f64 = 0.001;

/// Reports given of strips, at most.
const STRIPS_MAX: usize = 20;

/// Whether two boxes meet when one of them is widened by so many units of the lattice.
pub(crate) fn boxes_meet(one: &Bounds, other: &Bounds, margin_e7: i64) -> bool {
    let meet = |a: (i32, i32), b: (i32, i32)| {
        i64::from(a.0) <= i64::from(b.1) + margin_e7 && i64::from(b.0) <= i64::from(a.1) + margin_e7
    };
    meet((one.west_e7, one.east_e7), (other.west_e7, other.east_e7))
        && meet((one.south_e7, one.north_e7), (other.south_e7, other.north_e7))
}

/// Square kilometres to a tenth; none: less than half a tenth.
pub(crate) fn square_km(area_km2: f64) -> Option<String> {
    let tenths = (area_km2 * 10.0).round();
    (tenths >= 1.0).then(|| {
        let tenths = tenths as u64;
        format!("{}.{}", tenths / 10, tenths % 10)
    })
}

/// Zones that lie outside the theatre, or partly.
pub(crate) fn outside_the_theatre(whole: &Whole, findings: &mut Findings) {
    let theatre = whole.agreement.theatre.as_deref().and_then(|id| whole.index.zones.get(id));
    let Some((theatre, theatre_mark)) = theatre else { return };
    let mut left = VERTICES_MAX;
    let mut told: BTreeSet<Span> = BTreeSet::new();
    for (zone, mark) in whole.agreement.zones.iter().zip(&whole.marks.zones) {
        let cost = zone.area.vertex_count().saturating_add(theatre.area.vertex_count());
        // All zones of a group are written in one place.
        if zone.id == theatre.id || cost > left || told.contains(&mark.head) {
            continue;
        }
        left -= cost;
        let outside = servanda_place::minus(&zone.area, &theatre.area).area_km2();
        let all = zone.area.area_km2();
        if outside <= all * OUTSIDE_SHARE {
            continue;
        }
        told.insert(mark.head);
        let how = match (square_km(outside), outside >= all * (1.0 - OUTSIDE_SHARE)) {
            (_, true) => "lies outside the theatre".to_owned(),
            (Some(km2), false) => format!("lies outside the theatre with {km2} km²"),
            (None, false) => "lies partly outside the theatre".to_owned(),
        };
        findings.push(
            codes::OUTSIDE
                .warning(format!("the zone `{}` {how}", zone.id))
                .primary(mark.head, "this zone")
                .secondary(theatre_mark.head, "the theatre")
                .reason("Where the agreement isn't meant to apply, a term would bind all the same.")
                .help("correct the zone, or widen the theatre"),
        );
    }
}

/// Strips between zones that are named together, where one border was meant.
pub(crate) fn gaps(whole: &Whole, findings: &mut Findings) {
    let mut lists: BTreeSet<&[String]> = BTreeSet::new();
    for duty in whole.duties {
        for reading in &duty.provision.readings {
            if reading.places.len() > 1 && lists.len() < LISTS_MAX {
                lists.insert(&reading.places);
            }
        }
    }
    let mut left = (VERTICES_MAX, NEIGHBOURS_MAX, STRIPS_MAX);
    let mut seen: BTreeSet<(&str, &str)> = BTreeSet::new();
    let mut ready: BTreeMap<&str, PreparedZone> = BTreeMap::new();
    for list in lists {
        let zones = list.iter().take(ZONES_OF_LIST_MAX);
        let mut zones: Vec<_> = zones
            .filter_map(|id| whole.index.zones.get(id.as_str()))
            .filter_map(|(zone, mark)| Some((*zone, *mark, zone.area.bbox()?)))
            .collect();
        // From west to east, so that those that may meet stand close to each other.
        zones.sort_by_key(|(zone, _, bounds)| (bounds.west_e7, zone.id.as_str()));
        for (nth, (one, mark, bounds)) in zones.iter().enumerate() {
            let margin = margin_e7(bounds);
            let east = i64::from(bounds.east_e7) + margin;
            let near = zones.iter().skip(nth + 1);
            let near = near.take_while(|(_, _, other)| i64::from(other.west_e7) <= east);
            for (other, other_mark, other_bounds) in near {
                if !boxes_meet(bounds, other_bounds, margin) || !seen.insert((&one.id, &other.id)) {
                    continue;
                }
                let cost = one.area.vertex_count() + other.area.vertex_count();
                if left.1 == 0 || left.2 == 0 {
                    continue;
                }
                let Some(vertices_left) = left.0.checked_sub(cost) else { continue };
                left.0 = vertices_left;
                left.1 -= 1;
                for zone in [one, other] {
                    ready.entry(&zone.id).or_insert_with(|| PreparedZone::new(&zone.area));
                }
                let strip = ready.get(other.id.as_str()).and_then(|to| strip(&one.area, to));
                let strip = strip.or_else(|| {
                    ready.get(one.id.as_str()).and_then(|to| self::strip(&other.area, to))
                });
                let Some(strip) = strip.filter(|_| are_neighbours(&one.area, &other.area)) else {
                    continue;
                };
                left.2 -= 1;
                let what = if strip.inside { "an overlap" } else { "a gap" };
                findings.push(
                    codes::STRIP
                        .warning(format!(
                            "between `{}` and `{}` there is {what} of about {} m",
                            one.id, other.id, strip.width_m
                        ))
                        .primary(mark.head, "this zone")
                        .secondary(other_mark.head, "and this one")
                        .reason("What happens in the strip is in none of them, or in both.")
                        .help("draw both with one border, vertex by vertex"),
                );
            }
        }
    }
}

/// The margin by which boxes are widened: the width of a strip, and more at high latitudes.
fn margin_e7(bounds: &Bounds) -> i64 {
    let degrees = bounds.north_e7.abs().max(bounds.south_e7.abs()) / UNITS_PER_DEGREE;
    let factor = if degrees < 60 { 2 } else { 12 };
    STRIP_E7 * factor
}

/// Neighbours share no more than a sliver.
fn are_neighbours(one: &Zone, other: &Zone) -> bool {
    let common = servanda_place::intersect(one, other).area_km2();
    common < SLIVER_SHARE * one.area_km2().min(other.area_km2())
}

/// A strip along a border.
struct Strip {
    /// It lies in both zones; else between them.
    inside: bool,
    /// About how wide, in whole metres.
    width_m: u64,
}

/// An edge of the one zone that runs beside the border of the other.
fn strip(one: &Zone, other: &PreparedZone) -> Option<Strip> {
    let radius_mm = STRIP_M as u64 * 1_000;
    let beside = |point: Point| {
        other.locate(point, radius_mm).border_within
            && !other.locate(point, ONE_BORDER_MM).border_within
    };
    for ring in one.rings() {
        for (a, b) in ring.iter().zip(ring.iter().skip(1).chain(ring.first())) {
            if !beside(*a) || !beside(*b) {
                continue;
            }
            let middle = |a: i32, b: i32| ((i64::from(a) + i64::from(b)) / 2) as i32;
            let Ok(middle) = Point::new(middle(a.lon_e7, b.lon_e7), middle(a.lat_e7, b.lat_e7))
            else {
                continue;
            };
            let width = other.border_distance_m(middle);
            if beside(middle) && great_circle_m(*a, *b) >= STRIP_LENGTH * width {
                let inside = other.contains(middle);
                return Some(Strip { inside, width_m: width.round() as u64 });
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{Bounds, boxes_meet, square_km};

    #[test]
    fn areas_are_given_to_a_tenth() {
        assert_eq!(square_km(12.34).as_deref(), Some("12.3"));
        assert_eq!(square_km(0.96).as_deref(), Some("1.0"));
        assert_eq!(square_km(0.04), None);
    }

    #[test]
    fn boxes_meet_where_both_their_sides_do() {
        let at = |west_e7: i32, south_e7: i32| Bounds {
            west_e7,
            south_e7,
            east_e7: west_e7 + 100,
            north_e7: south_e7 + 100,
        };
        let meet = |west, south| boxes_meet(&at(0, 0), &at(west, south), 10);
        assert!(meet(50, 50) && meet(110, 0) && meet(0, -110));
        assert!(!meet(111, 0) && !meet(-111, 0) && !meet(0, 111) && !meet(0, -111));
    }
}
