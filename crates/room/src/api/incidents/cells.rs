//! Incidents on a map: each by itself, or those of a cell gathered where there are too many.

use super::super::ground::{alone, around};
use super::selection::Selection;
use servanda_figure::Standing;
use servanda_place::{Bounds, Point};
use std::collections::BTreeMap;

/// What a map draws at one place.
pub(crate) enum Spot {
    /// An incident: a hit of the selection.
    One { hit: u32, at: Point, radius_mm: u64, standing: Standing },
    /// Several in a cell: how many, the middle of them, and the box round them.
    Many { count: u64, at: Point, around: Bounds },
}

/// The hits that have a point; of more than `single_max` those in one of so many cells across
/// `part`, or across all of them, are gathered.
pub(crate) fn spots(
    selection: &Selection<'_>,
    part: Option<&[Bounds]>,
    single_max: usize,
    cells: u64,
) -> Vec<Spot> {
    let placed: Vec<(u32, Point, u64)> = selection
        .hits
        .iter()
        .filter_map(|&hit| {
            let line = selection.line(hit)?;
            line.at.map(|at| (hit, at, line.radius_mm))
        })
        .collect();
    if placed.len() <= single_max {
        let one = |(hit, at, radius_mm)| Spot::One {
            hit,
            at,
            radius_mm,
            standing: selection.standing(hit),
        };
        return placed.into_iter().map(one).collect();
    }
    let all = || placed.iter().map(|(_, at, _)| alone(*at)).reduce(around);
    let part = part.and_then(|part| part.iter().copied().reduce(around));
    let Some(whole) = part.or_else(all) else { return vec![] };
    let width = i64::from(whole.east_e7) - i64::from(whole.west_e7);
    let height = i64::from(whole.north_e7) - i64::from(whole.south_e7);
    // Cells are squares in degrees, and lie on the world, not on the part that is shown: whoever
    // moves the map a little sees the same circles.
    let side = (width.max(height) / i64::try_from(cells).unwrap_or(1)).max(1);
    let mut gathered: BTreeMap<(i64, i64), Gathered> = BTreeMap::new();
    for (hit, at, radius_mm) in placed {
        let (lon, lat) = (i64::from(at.lon_e7), i64::from(at.lat_e7));
        let cell = (lat.div_euclid(side), lon.div_euclid(side));
        let own = gathered.entry(cell).or_insert(Gathered::new(hit, at, radius_mm));
        own.count += 1;
        own.lon += lon;
        own.lat += lat;
        own.around = around(own.around, alone(at));
    }
    let spot = |own: Gathered| {
        if own.count == 1 {
            let (hit, at, radius_mm) = own.first;
            return Spot::One { hit, at, radius_mm, standing: selection.standing(hit) };
        }
        let middle = |sum: i64| {
            let middle = sum / i64::try_from(own.count).unwrap_or(1);
            i32::try_from(middle).unwrap_or(0)
        };
        let at = Point { lon_e7: middle(own.lon), lat_e7: middle(own.lat) };
        Spot::Many { count: own.count, at, around: own.around }
    };
    gathered.into_values().map(spot).collect()
}

struct Gathered {
    first: (u32, Point, u64),
    count: u64,
    lon: i64,
    lat: i64,
    around: Bounds,
}

impl Gathered {
    fn new(hit: u32, at: Point, radius_mm: u64) -> Gathered {
        let first = (hit, at, radius_mm);
        Gathered { first, count: 0, lon: 0, lat: 0, around: alone(at) }
    }
}
