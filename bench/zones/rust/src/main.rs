//! Which zones points are in, by crates of others; one thread, CPU time.
//!
//!     zones-peers FOLDER POINTS CASE [LIMIT]

use geo::indexed::IntervalTreeMultiPolygon;
use geo::{BoundingRect, Contains, Coord, LineString, MultiPolygon, Point, Polygon};
use h3o::geom::{ContainmentMode, TilerBuilder};
use h3o::{LatLng, Resolution};
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};
use std::collections::HashMap;
use std::fs;

struct Count {
    pairs: u64,
    check: u64,
}

impl Count {
    fn add(&mut self, point: usize, zone: usize) {
        self.pairs += 1;
        let product = (point as u64 + 1).wrapping_mul(zone as u64 + 1);
        self.check = self.check.wrapping_add(product);
    }
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (folder, count, case) = (&args[0], &args[1], args[2].as_str());
    let zones = read_zones(&fs::read(format!("{folder}/zones.bin")).unwrap());
    let column = |end: &str| -> Vec<f64> {
        let bytes = fs::read(format!("{folder}/pts_{count}.{end}")).unwrap();
        bytes.as_chunks::<8>().0.iter().map(|bytes| f64::from_le_bytes(*bytes)).collect()
    };
    let mut points: Vec<(f64, f64)> = column("lon").into_iter().zip(column("lat")).collect();
    if let Some(limit) = args.get(3) {
        points.truncate(limit.parse().unwrap());
    }
    let start = cpu_s();
    match case {
        "geo" => {
            let look = boxes(&zones);
            run("geo Contains + rstar", &points, start, |number, (x, y), count| {
                for zone in look(x, y) {
                    if zones[zone].contains(&Point::new(x, y)) {
                        count.add(number, zone);
                    }
                }
            });
        }
        "interval-tree" => {
            let (look, trees) = (boxes(&zones), trees(&zones));
            run("geo IntervalTree + rstar", &points, start, |number, (x, y), count| {
                for zone in look(x, y) {
                    if trees[zone].contains(&Point::new(x, y)) {
                        count.add(number, zone);
                    }
                }
            });
        }
        "geometry-rs" => {
            let look = boxes(&zones);
            let options = geometry_rs::PolygonBuildOptions {
                enable_rtree: false,
                enable_compressed_quad: false,
                enable_y_stripes: true,
                rtree_min_segments: 64,
            };
            let ring = |ring: &LineString| {
                ring.coords().map(|c| geometry_rs::Point { x: c.x, y: c.y }).collect::<Vec<_>>()
            };
            let striped: Vec<geometry_rs::Polygon> = zones
                .iter()
                .map(|zone| {
                    let holes = zone.interiors().iter().map(ring).collect();
                    geometry_rs::Polygon::new(ring(zone.exterior()), holes, Some(options))
                })
                .collect();
            run("geometry-rs y-stripes + rstar", &points, start, |number, (x, y), count| {
                for zone in look(x, y) {
                    if striped[zone].contains_point(geometry_rs::Point { x, y }) {
                        count.add(number, zone);
                    }
                }
            });
        }
        "h3o-7" => h3(Resolution::Seven, &zones, &points),
        "h3o-8" => h3(Resolution::Eight, &zones, &points),
        other => panic!("no case {other}"),
    }
}

/// Cells that lie in a zone answer at once; on its border an exact test does.
fn h3(resolution: Resolution, zones: &[Polygon], points: &[(f64, f64)]) {
    let start = cpu_s();
    let trees = trees(zones);
    let mut cells: HashMap<h3o::CellIndex, (Vec<usize>, Vec<usize>)> = HashMap::new();
    for (number, zone) in zones.iter().enumerate() {
        let mut tiler =
            TilerBuilder::new(resolution).containment_mode(ContainmentMode::Covers).build();
        tiler.add(zone.clone()).unwrap();
        for found in tiler.into_annotated_coverage() {
            let (within, border) = cells.entry(found.cell).or_default();
            if found.is_fully_contained { within.push(number) } else { border.push(number) }
        }
    }
    let name = format!("h3o cover res {} + geo IntervalTree", u8::from(resolution));
    run(&name, points, start, |number, (x, y), count| {
        let cell = LatLng::new(y, x).unwrap().to_cell(resolution);
        let Some((within, border)) = cells.get(&cell) else { return };
        within.iter().for_each(|zone| count.add(number, *zone));
        for &zone in border {
            if trees[zone].contains(&Point::new(x, y)) {
                count.add(number, zone);
            }
        }
    });
}

fn trees(zones: &[Polygon]) -> Vec<IntervalTreeMultiPolygon<f64>> {
    let tree = |zone: &Polygon| IntervalTreeMultiPolygon::new(&MultiPolygon::new(vec![zone.clone()]));
    zones.iter().map(tree).collect()
}

/// The zones in whose boxes a point is.
fn boxes(zones: &[Polygon]) -> impl Fn(f64, f64) -> Vec<usize> {
    let entries = zones.iter().enumerate().map(|(number, zone)| {
        let rect = zone.bounding_rect().unwrap();
        let (low, high) = (rect.min(), rect.max());
        GeomWithData::new(Rectangle::from_corners([low.x, low.y], [high.x, high.y]), number)
    });
    let tree = RTree::bulk_load(entries.collect());
    move |x, y| {
        let here = AABB::from_point([x, y]);
        tree.locate_in_envelope_intersecting(here).map(|entry| entry.data).collect()
    }
}

fn run(
    name: &str,
    points: &[(f64, f64)],
    start: f64,
    mut each: impl FnMut(usize, (f64, f64), &mut Count),
) {
    let built = cpu_s();
    let mut count = Count { pairs: 0, check: 0 };
    for (number, point) in points.iter().enumerate() {
        each(number, *point, &mut count);
    }
    let (cpu, build) = (cpu_s() - built, built - start);
    println!(
        "{{\"name\":\"{name}\",\"points\":{},\"cpu_s\":{cpu},\"build_s\":{build},\"pairs\":{},\"chk\":\"{}\"}}",
        points.len(),
        count.pairs,
        count.check,
    );
}

/// Seconds that this thread has had a processor.
fn cpu_s() -> f64 {
    // Giving way has the kernel bring its count up to date.
    std::thread::yield_now();
    let text = fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    text.split(' ').next().unwrap().parse::<f64>().unwrap() / 1e9
}

fn read_zones(bytes: &[u8]) -> Vec<Polygon> {
    let mut rest = bytes;
    let mut take = |count: usize| {
        let (taken, left) = rest.split_at(count);
        rest = left;
        taken
    };
    let number = |bytes: &[u8]| u32::from_le_bytes(bytes.try_into().unwrap()) as usize;
    let real = |bytes: &[u8]| f64::from_le_bytes(bytes.try_into().unwrap());
    (0..number(take(4)))
        .map(|_| {
            take(24);
            let count = number(take(4));
            let mut rings: Vec<LineString> = (0..count)
                .map(|_| {
                    let vertices = number(take(4));
                    let pairs = take(16 * vertices).chunks_exact(16);
                    pairs.map(|xy| Coord { x: real(&xy[..8]), y: real(&xy[8..]) }).collect()
                })
                .collect();
            let outer = rings.remove(0);
            Polygon::new(outer, rings)
        })
        .collect()
}
