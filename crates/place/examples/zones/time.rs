//! What is timed, and what is checked.

use crate::files::{read_discs, read_points, read_zones};
use crate::make;
use servanda_place::{BorderLayer, Disc, Point, PreparedZone, Zone, ZoneLayer};
use std::fs;

/// Each time is the best of at least this many rounds ...
const ROUNDS: usize = 7;

/// ... each repeated so often that it takes about so long.
const ROUND_S: f64 = 0.15;

/// Seconds that this thread has had a processor.
fn cpu_s() -> f64 {
    // Giving way has the kernel bring its count up to date.
    std::thread::yield_now();
    let text = fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    text.split(' ').next().unwrap().parse::<f64>().unwrap() / 1e9
}

fn once<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let start = cpu_s();
    let made = work();
    (made, cpu_s() - start)
}

/// Seconds for doing something once, at best.
fn best(mut work: impl FnMut()) -> f64 {
    let ((), first) = once(&mut work);
    let times = (ROUND_S / first.max(1e-6)).ceil().clamp(1.0, 1e4);
    let round = |_| once(|| (0..times as usize).for_each(|_| work())).1 / times;
    (0..ROUNDS).map(round).fold(first, f64::min)
}

fn tell(name: &str, count: usize, cpu_s: f64, rest: &str) {
    let (rate, each) = (count as f64 / cpu_s / 1e6, cpu_s * 1e9 / count as f64);
    println!(
        "{{\"name\":\"{name}\",\"points\":{count},\"cpu_s\":{cpu_s:.6},\"mpts_s\":{rate:.3},\
         \"ns\":{each:.2}{rest}}}"
    );
}

/// Pairs of a point and a zone, and the sum of their numbers' products, both counted from 1.
#[derive(Default)]
struct Pairs {
    count: u64,
    check: u64,
}

impl Pairs {
    fn add(&mut self, point: usize, zones: &[u32]) {
        self.count += zones.len() as u64;
        for zone in zones {
            let product = (point as u64 + 1).wrapping_mul(u64::from(*zone) + 1);
            self.check = self.check.wrapping_add(product);
        }
    }

    fn of(layer: &ZoneLayer, sets: &[u32]) -> Pairs {
        let mut pairs = Pairs::default();
        sets.iter().enumerate().for_each(|(point, set)| pairs.add(point, layer.zones(*set)));
        pairs
    }

    fn text(&self) -> String {
        format!(",\"pairs\":{},\"chk\":\"{}\"", self.count, self.check)
    }
}

fn all_zones(folder: &str) -> Vec<Zone> {
    read_zones(folder).iter().map(|zone| zone.zone()).collect()
}

pub(crate) fn points(folder: &str, count: &str) {
    let (zones, points) = (all_zones(folder), read_points(folder, &format!("pts_{count}")));
    let (layer, build) = once(|| ZoneLayer::new(&zones).unwrap());
    let mut sets = vec![0; points.len()];
    let time = best(|| layer.find_into(&points, &mut sets));
    let rest = format!(
        ",\"build_s\":{build:.3},\"mb\":{:.1},\"sets\":{},\"zones\":{},\"vertices\":{}{}",
        layer.bytes() as f64 / 1e6,
        layer.set_count(),
        zones.len(),
        zones.iter().map(Zone::vertex_count).sum::<usize>(),
        Pairs::of(&layer, &sets).text(),
    );
    tell("ours", points.len(), time, &rest);
}

pub(crate) fn discs(folder: &str, count: &str) {
    let (zones, discs) = (all_zones(folder), read_discs(folder, &format!("pts_{count}")));
    let zones: Vec<&Zone> = zones.iter().collect();
    let (layer, build) = once(|| BorderLayer::new(&zones));
    let (mut pairs, mut free) = (Pairs::default(), 0);
    let time = best(|| {
        (pairs, free) = (Pairs::default(), 0);
        layer.reached_all(&discs, |at, zones| {
            pairs.add(at, zones);
            free += usize::from(zones.is_empty());
        });
    });
    let rest = format!(
        ",\"build_s\":{build:.3},\"mb\":{:.1},\"free\":{:.3}{}",
        layer.bytes() as f64 / 1e6,
        free as f64 / discs.len() as f64,
        pairs.text(),
    );
    tell("ours, discs", discs.len(), time, &rest);
}

pub(crate) fn dated(folder: &str, count: &str) {
    let points = read_points(folder, &format!("pts_{count}"));
    let zones = read_zones(folder);
    let always = zones.iter().map(|zone| zone.valid.1 - zone.valid.0).max().unwrap();
    let (fixed, dated): (Vec<_>, Vec<_>) =
        zones.iter().partition(|zone| zone.valid.1 - zone.valid.0 == always);
    let first = dated.iter().map(|zone| zone.valid.0).min().unwrap();
    let version = dated.iter().filter(|zone| zone.valid.0 == first);
    let mut sets = vec![0; points.len()];
    let version: Vec<Zone> = version.map(|zone| zone.zone()).collect();
    let fixed: Vec<Zone> = fixed.iter().map(|zone| zone.zone()).collect();
    for (name, zones) in [("always", fixed), ("one version", version)] {
        let (layer, build) = once(|| ZoneLayer::new(&zones).unwrap());
        let time = best(|| layer.find_into(&points, &mut sets));
        let mb = layer.bytes() as f64 / 1e6;
        let rest = format!(",\"build_s\":{build:.3},\"mb\":{mb:.1},\"zones\":{}", zones.len());
        tell(&format!("layer: {name}"), points.len(), time, &rest);
    }
}

pub(crate) fn threads(folder: &str, count: &str) {
    let (zones, points) = (all_zones(folder), read_points(folder, &format!("pts_{count}")));
    let layer = ZoneLayer::new(&zones).unwrap();
    let mut sets = vec![0; points.len()];
    let half = points.len() / 2;
    let alone = best(|| layer.find_into(&points, &mut sets));
    let (left, right) = points.split_at(half);
    let (sets_left, sets_right) = sets.split_at_mut(half);
    let slower = std::thread::scope(|scope| {
        let other = scope.spawn(|| best(|| layer.find_into(left, sets_left)));
        best(|| layer.find_into(right, sets_right)).max(other.join().unwrap())
    });
    tell(
        "two threads, by the slower one's time",
        points.len(),
        slower,
        &format!(",\"against_one\":{:.2}", alone / slower),
    );
}

/// The least that can be done with a point: read it, and write a number; and the same from two
/// columns of degrees, which have to be put on the lattice.
pub(crate) fn copy(folder: &str, count: &str) {
    let points = read_points(folder, &format!("pts_{count}"));
    let mut sets = vec![0_u32; points.len()];
    let time = best(|| {
        for (point, set) in points.iter().zip(&mut sets) {
            *set = (point.lon_e7 ^ point.lat_e7) as u32;
        }
        std::hint::black_box(&mut sets);
    });
    tell("copy limit, points on the lattice", points.len(), time, "");
    let degrees = |units: fn(&Point) -> i32| -> Vec<f64> {
        points.iter().map(|point| f64::from(units(point)) / 1e7).collect()
    };
    let (lon, lat) = (degrees(|point| point.lon_e7), degrees(|point| point.lat_e7));
    let time = best(|| {
        for ((lon, lat), set) in lon.iter().zip(&lat).zip(&mut sets) {
            let units = |degrees: f64| (degrees * 1e7).round_ties_even() as i32;
            *set = (units(*lon) ^ units(*lat)) as u32;
        }
        std::hint::black_box(&mut sets);
    });
    tell("copy limit, columns of degrees", points.len(), time, "");
}

pub(crate) fn check(folder: &str, count: &str) {
    let zones = all_zones(folder);
    let layer = ZoneLayer::new(&zones).unwrap();
    let hard = read_points(folder, "edgecase");
    let discs = read_discs(folder, &format!("pts_{count}"));
    let some: Vec<Disc> = discs.iter().copied().step_by((discs.len() / 20_000).max(1)).collect();
    let wrong = |points: &[Point]| {
        let sets = layer.find_all(points);
        let differ = |(point, set): &(&Point, &u32)| counted(&zones, **point) != layer.zones(**set);
        points.iter().zip(&sets).filter(differ).count()
    };
    let sampled: Vec<Point> = some.iter().map(|(point, _)| *point).collect();
    for (name, points) in [("hard places", &hard), ("sampled places", &sampled)] {
        println!(
            "{{\"name\":\"{name}\",\"checked\":{},\"wrong\":{}}}",
            points.len(),
            wrong(points)
        );
    }
    let borders = BorderLayer::new(&zones.iter().collect::<Vec<_>>());
    let prepared: Vec<PreparedZone> = zones.iter().map(PreparedZone::new).collect();
    let mut wrong = 0;
    borders.reached_all(&some, |at, found| {
        let (point, radius_mm) = some[at];
        let within = |zone: &PreparedZone| zone.locate(point, radius_mm).border_within;
        let all = (0_u32..).zip(&prepared).filter(|(_, zone)| within(zone)).map(|(n, _)| n);
        wrong += usize::from(!all.eq(found.iter().copied()));
    });
    println!("{{\"name\":\"discs, zone by zone\",\"checked\":{},\"wrong\":{wrong}}}", some.len());
}

/// Which zones a point is in by a count of its own, in 128 bits.
fn counted(zones: &[Zone], point: Point) -> Vec<u32> {
    let y = point.lat_e7;
    let odd = |zone: &Zone| {
        let mut odd = false;
        for ring in zone.rings() {
            for (a, b) in ring.iter().zip(ring.iter().skip(1).chain(ring.first())) {
                let (low, high) = if a.lat_e7 <= b.lat_e7 { (a, b) } else { (b, a) };
                if low.lat_e7 <= y && y < high.lat_e7 {
                    let gap = |from: i32, to: i32| i128::from(to) - i128::from(from);
                    let run = gap(low.lon_e7, high.lon_e7) * gap(low.lat_e7, y);
                    odd ^= run <= gap(low.lat_e7, high.lat_e7) * gap(low.lon_e7, point.lon_e7);
                }
            }
        }
        odd
    };
    (0_u32..).zip(zones).filter(|(_, zone)| odd(zone)).map(|(number, _)| number).collect()
}

pub(crate) fn kernels() {
    let (zones, discs) = make::small();
    let layer = ZoneLayer::new(&zones).unwrap();
    let points: Vec<Point> = discs.iter().map(|(point, _)| *point).collect();
    let mut sets = vec![0; points.len()];
    layer.find_into(&points, &mut sets);
    let mut reached = 0;
    let borders = BorderLayer::new(&zones.iter().collect::<Vec<_>>());
    borders.reached_all(&discs, |_, zones| reached += zones.len());
    let Pairs { count, check } = Pairs::of(&layer, &sets);
    println!(
        "{{\"name\":\"kernels\",\"pairs\":{count},\"chk\":\"{check}\",\"reached\":{reached}}}"
    );
}
