//! The workload: tiles with shared borders, concave areas, strips along a line that is drawn anew
//! five times, circles; and points, most of them along the line. Drawn from a fixed seed.

use crate::files::{Dated, read_zones, write_points, write_zones};
use servanda_place::{BufferSide, Disc, Point, Zone, buffer_line, circle, destination};
use std::f64::consts::PI;
use std::fs;

const WEST: f64 = 22.0;
const EAST: f64 = 41.0;
const SOUTH: f64 = 44.0;
const NORTH: f64 = 53.0;

const DAY_S: i64 = 86_400;
const DAYS: i64 = 30;

/// Degrees of longitude to one of latitude, on the ground.
const WIDTH: f64 = 0.66;

/// Kilometres in a degree of latitude.
const KM: f64 = 111.2;

type Place = (f64, f64);

/// Numbers from a seed, the same everywhere (SplitMix64: Steele, Lea and Flood 2014).
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn between(&mut self, from: f64, to: f64) -> f64 {
        from + (to - from) * self.share()
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    /// About normal, of mean 0 and deviation 1: twelve shares less six.
    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.share()).sum::<f64>() - 6.0
    }

    /// With many near nought and few far off, of mean 1.
    fn waiting(&mut self) -> f64 {
        -libm::log(1.0 - self.share())
    }

    /// From one to the other, each order of magnitude as often.
    fn magnitude(&mut self, from: f64, to: f64) -> f64 {
        libm::exp(self.between(libm::log(from), libm::log(to)))
    }
}

fn point((lon, lat): Place) -> Point {
    Point::new((lon * 1e7).round() as i32, (lat * 1e7).round() as i32).unwrap()
}

/// Offsets from a straight course in a number of steps, by ever finer halving; never more than a
/// share of the way to the nearer end, so that courses that meet do not cross.
fn crooked(draw: &mut Draw, steps: usize, rough: f64) -> Vec<f64> {
    let mut offsets = vec![0.0; steps + 1];
    let mut step = steps;
    while step > 1 {
        let (half, reach) = (step / 2, step as f64 / steps as f64);
        for at in (half..steps).step_by(step) {
            let middle = (offsets[at - half] + offsets[at + half]) / 2.0;
            let end = 0.35 * (at.min(steps - at) as f64 / steps as f64);
            offsets[at] = (middle + rough * reach * draw.normal()).clamp(-end, end);
        }
        step = half;
    }
    offsets
}

pub(crate) fn all(folder: &str, scale: &str, counts: &[&str]) {
    fs::create_dir_all(folder).unwrap();
    let scale: usize = scale.parse().unwrap();
    let mut draw = Draw(7);
    let mut zones = tiles(&mut draw, 2_048 * scale);
    for number in 0..8 {
        zones.push(concave(&mut draw, 7_000 * scale, number % 2 == 0));
    }
    let mut line = line(&mut draw, 64 * scale);
    let first = line.clone();
    for version in 0..6 {
        let valid = (version * 5 * DAY_S, (version + 1) * 5 * DAY_S);
        for metres in [2_000.0, 15_000.0, 30_000.0] {
            let points: Vec<Point> = line.iter().copied().map(point).collect();
            let strip = buffer_line(&points, BufferSide::Both, metres).unwrap();
            zones.push(Dated { kind: 2, valid, rings: strip.rings().to_vec() });
        }
        moved(&mut draw, &mut line);
    }
    let spots: Vec<(f64, f64, f64)> = (0..25)
        .map(|_| {
            let weight = draw.magnitude(0.2, 10.0);
            (draw.share(), draw.between(0.003, 0.02), weight)
        })
        .collect();
    let facilities: Vec<Place> = (0..100)
        .map(|number| match number % 2 {
            0 => along(&mut draw, &first, &spots, 15.0),
            _ => (draw.between(WEST + 1.0, EAST - 1.0), draw.between(SOUTH + 1.0, NORTH - 1.0)),
        })
        .collect();
    for place in &facilities {
        let disc = circle(point(*place), draw.magnitude(300.0, 5_000.0)).unwrap();
        zones.push(Dated { kind: 3, valid: (0, DAYS * DAY_S), rings: disc.rings().to_vec() });
    }
    // Each ring of a zone but the first is a hole of it, as the peers' files have it.
    let vertices: usize = zones.iter().flat_map(|zone| &zone.rings).map(Vec::len).sum();
    println!("{{\"zones\":{},\"vertices\":{vertices}}}", zones.len());
    write_zones(folder, &zones);
    for (number, count) in counts.iter().enumerate() {
        let mut draw = Draw(1_000 + number as u64);
        let points: Vec<(Disc, i64)> = (0..count.parse().unwrap())
            .map(|_| seen(&mut draw, &first, &spots, &facilities))
            .collect();
        write_points(folder, &format!("pts_{count}"), &points);
    }
    write_points(folder, "edgecase", &hard(&mut draw, &zones));
}

/// Only the tiles, with the points of another folder.
pub(crate) fn tiles_only(from: &str, folder: &str) {
    fs::create_dir_all(folder).unwrap();
    let mut zones = read_zones(from);
    zones.retain(|zone| zone.kind == 0);
    write_zones(folder, &zones);
    for file in fs::read_dir(from).unwrap() {
        let name = file.unwrap().file_name().into_string().unwrap();
        if !name.starts_with("zones") {
            fs::copy(format!("{from}/{name}"), format!("{folder}/{name}")).unwrap();
        }
    }
}

/// 6 by 4 areas that share their borders, vertex for vertex.
fn tiles(draw: &mut Draw, steps: usize) -> Vec<Dated> {
    let (columns, rows) = (6, 4);
    let corner = |column: usize, row: usize| {
        let lon = WEST + (EAST - WEST) * column as f64 / columns as f64;
        (lon, SOUTH + (NORTH - SOUTH) * row as f64 / rows as f64)
    };
    let mut course = |from: Place, to: Place, straight: bool| -> Vec<Point> {
        let steps = if straight { 4 } else { steps };
        let offsets = if straight { vec![0.0; 5] } else { crooked(draw, steps, 0.25) };
        let (run, rise) = (to.0 - from.0, to.1 - from.1);
        let places = offsets.iter().enumerate().map(|(at, off)| {
            let share = at as f64 / steps as f64;
            point((from.0 + run * share - rise * off, from.1 + rise * share + run * off))
        });
        places.take(steps).collect()
    };
    let mut borders = [Vec::new(), Vec::new()];
    for row in 0..=rows {
        for column in 0..=columns {
            let here = corner(column, row);
            let (east, north) = (corner(column + 1, row), corner(column, row + 1));
            borders[0].push(course(here, east, row == 0 || row == rows));
            borders[1].push(course(here, north, column == 0 || column == columns));
        }
    }
    let at = |column: usize, row: usize| row * (columns + 1) + column;
    let area = |column: usize, row: usize| {
        let back = |border: &[Point]| border.iter().skip(1).rev().copied().collect::<Vec<_>>();
        let ring = [
            borders[0][at(column, row)].clone(),
            borders[1][at(column + 1, row)].clone(),
            vec![point(corner(column + 1, row + 1))],
            back(&borders[0][at(column, row + 1)]),
            vec![point(corner(column, row + 1))],
            back(&borders[1][at(column, row)]),
        ];
        Dated { kind: 0, valid: (0, DAYS * DAY_S), rings: vec![ring.concat()] }
    };
    (0..rows).flat_map(|row| (0..columns).map(move |column| area(column, row))).collect()
}

/// A very concave area; its hole is wound as its shell is.
fn concave(draw: &mut Draw, count: usize, holed: bool) -> Dated {
    let centre = (draw.between(27.0, 36.0), draw.between(46.0, 51.0));
    let radius = draw.between(30.0, 110.0) / KM;
    let waves: Vec<(f64, f64)> = (1..400)
        .map(|wave| (0.3 * draw.normal() / f64::from(wave), draw.between(0.0, 2.0 * PI)))
        .collect();
    let turn = |at: usize| 2.0 * PI * at as f64 / count as f64;
    let reaches: Vec<f64> = (0..count)
        .map(|at| {
            let wave = |(number, (height, phase)): (usize, &(f64, f64))| {
                height * libm::cos((number + 1) as f64 * turn(at) + phase)
            };
            let sum: f64 = waves.iter().enumerate().map(wave).sum();
            (1.0 + sum).clamp(0.15, 3.0) * radius
        })
        .collect();
    let place = |at: usize, reach: f64| {
        let (sine, cosine) = (libm::sin(turn(at)), libm::cos(turn(at)));
        point((centre.0 + reach * cosine / WIDTH, centre.1 + reach * sine))
    };
    let mut rings = vec![reaches.iter().enumerate().map(|(at, r)| place(at, *r)).collect()];
    if holed {
        let least = reaches.iter().copied().fold(f64::INFINITY, f64::min);
        rings.push((0..count).step_by(8).map(|at| place(at, least * 0.6)).collect::<Vec<_>>());
    }
    Dated { kind: 1, valid: (0, DAYS * DAY_S), rings }
}

/// A line of some 1,200 km through the country.
fn line(draw: &mut Draw, steps: usize) -> Vec<Place> {
    let bends = [
        (35.0, 51.7),
        (36.4, 50.9),
        (37.8, 50.0),
        (38.1, 49.0),
        (37.4, 48.1),
        (36.3, 47.6),
        (35.0, 47.5),
        (33.7, 47.2),
        (32.5, 46.8),
        (31.4, 46.4),
    ];
    let mut line = Vec::new();
    for pair in bends.windows(2) {
        let ((x1, y1), (x2, y2)) = (pair[0], pair[1]);
        for (at, off) in crooked(draw, steps, 0.3).into_iter().enumerate().take(steps) {
            let share = at as f64 / steps as f64;
            let east = (x2 - x1) * share - (y2 - y1) * off / WIDTH;
            line.push((x1 + east, y1 + (y2 - y1) * share + (x2 - x1) * off * WIDTH));
        }
    }
    line
}

/// The line some days later: a few smooth bulges.
fn moved(draw: &mut Draw, line: &mut [Place]) {
    for _ in 0..6 {
        let middle = draw.below(line.len()) as f64;
        let width = line.len() as f64 * draw.between(0.015, 0.06);
        let (east, north) = (draw.normal() * 2.0 / KM / WIDTH, draw.normal() * 2.0 / KM);
        for (at, place) in line.iter_mut().enumerate() {
            let off = (at as f64 - middle) / width;
            let share = libm::exp(-off * off);
            // What is too little for the lattice leaves the line where it is.
            if share > 1e-4 {
                *place = (place.0 + east * share, place.1 + north * share);
            }
        }
    }
}

/// A place near the line, mostly at one of the places where most happens.
fn along(draw: &mut Draw, line: &[Place], spots: &[(f64, f64, f64)], spread_km: f64) -> Place {
    let whole: f64 = spots.iter().map(|spot| spot.2).sum();
    let mut left = draw.share() * whole;
    let spot = spots.iter().find(|spot| {
        left -= spot.2;
        left < 0.0
    });
    let (middle, width, _) = spot.or(spots.last()).copied().unwrap();
    let hot = draw.share() < 0.75;
    let share = if hot { middle + width * draw.normal() } else { draw.share() };
    let at = (share.clamp(0.0, 1.0) * (line.len() - 1) as f64) as usize;
    let (far, turn) = (draw.waiting() * spread_km / KM, draw.between(0.0, 2.0 * PI));
    (line[at].0 + far * libm::cos(turn) / WIDTH, line[at].1 + far * libm::sin(turn))
}

/// Something that was seen: where, how surely, and when.
fn seen(
    draw: &mut Draw,
    line: &[Place],
    spots: &[(f64, f64, f64)],
    facilities: &[Place],
) -> (Disc, i64) {
    let kind = draw.share();
    let mut place = if kind < 0.7 {
        along(draw, line, spots, 6.0)
    } else if kind < 0.85 {
        let centre = point(facilities[draw.below(facilities.len())]);
        let near = destination(centre, draw.between(0.0, 360.0), draw.waiting() * 2_000.0);
        (f64::from(near.lon_e7) / 1e7, f64::from(near.lat_e7) / 1e7)
    } else {
        (draw.between(WEST, EAST), draw.between(SOUTH, NORTH))
    };
    // Half give few decimals; some only a settlement's place, so that many coincide.
    let given = draw.share();
    let decimals = if given < 0.05 { 1e2 } else { 1e5 };
    if given < 0.5 {
        place = ((place.0 * decimals).round() / decimals, (place.1 * decimals).round() / decimals);
    }
    let place = (place.0.clamp(WEST, EAST), place.1.clamp(SOUTH, NORTH));
    let radius_mm = draw.magnitude(50_000.0, 5_000_000.0) as u64;
    ((point(place), radius_mm), draw.below((DAYS * DAY_S) as usize) as i64)
}

/// Places that are hard to tell, 4,000 of each kind: vertices, the rounded middles of edges, level
/// with a vertex, and one step off a vertex.
fn hard(draw: &mut Draw, zones: &[Dated]) -> Vec<(Disc, i64)> {
    let rings: Vec<&Vec<Point>> = zones.iter().flat_map(|zone| &zone.rings).collect();
    let mut points = Vec::new();
    for kind in 0..4 {
        for _ in 0..4_000 {
            let ring = rings[draw.below(rings.len())];
            let at = draw.below(ring.len());
            let (a, b) = (ring[at], ring[(at + 1) % ring.len()]);
            let middle = |a: i32, b: i32| ((i64::from(a) + i64::from(b)) / 2) as i32;
            let (lon_e7, lat_e7) = match kind {
                0 => (a.lon_e7, a.lat_e7),
                1 => (middle(a.lon_e7, b.lon_e7), middle(a.lat_e7, b.lat_e7)),
                2 => ((draw.between(WEST, EAST) * 1e7) as i32, a.lat_e7),
                _ => (a.lon_e7 + draw.below(3) as i32 - 1, a.lat_e7 + draw.below(3) as i32 - 1),
            };
            points.push(((Point { lon_e7, lat_e7 }, 0), 0));
        }
    }
    points
}

/// A small country of the same kind, for counting instructions.
pub(crate) fn small() -> (Vec<Zone>, Vec<Disc>) {
    let mut draw = Draw(3);
    let mut zones = tiles(&mut draw, 256);
    zones.extend((0..4).map(|number| concave(&mut draw, 1_000, number % 2 == 0)));
    let line = line(&mut draw, 32);
    let spots = [(0.3, 0.01, 1.0), (0.7, 0.02, 2.0)];
    let facilities = [(30.0, 48.0)];
    let discs = (0..100_000).map(|_| seen(&mut draw, &line, &spots, &facilities).0).collect();
    let points: Vec<Point> = line.iter().copied().map(point).collect();
    let mut all: Vec<Zone> = zones.iter().map(Dated::zone).collect();
    all.push(buffer_line(&points, BufferSide::Both, 5_000.0).unwrap());
    (all, discs)
}
