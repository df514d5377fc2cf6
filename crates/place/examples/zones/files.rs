//! The workload's files: raw little-endian columns, and zones in a small form of their own.
//!
//! `zones.bin`: the number of zones (u32); of each its number and kind (u32), from and until when
//! it holds (i64, seconds), the number of rings (u32), and of each ring the number of vertices
//! (u32), the first repeated, and their longitudes and latitudes (f64). `zones.csv`: the same as
//! hexadecimal WKB. `pts_COUNT.lon`, `.lat` (f64), `.t` (i64), `.r` (f32, metres): points.

use servanda_place::{Disc, Point, Zone};
use std::fs;

pub(crate) struct Dated {
    pub(crate) kind: u32,
    pub(crate) valid: (i64, i64),
    pub(crate) rings: Vec<Vec<Point>>,
}

impl Dated {
    pub(crate) fn zone(&self) -> Zone {
        Zone::from_rings(&self.rings).unwrap()
    }
}

fn degrees(point: &Point) -> [f64; 2] {
    [point.lon_e7, point.lat_e7].map(|units| f64::from(units) / 1e7)
}

pub(crate) fn write_zones(folder: &str, zones: &[Dated]) {
    let mut binary = (zones.len() as u32).to_le_bytes().to_vec();
    let mut csv = String::from("id,kind,t0,t1,wkb\n");
    for (number, zone) in (0_u32..).zip(zones) {
        let mut shape = Vec::new();
        for ring in &zone.rings {
            shape.extend((ring.len() as u32 + 1).to_le_bytes());
            for point in ring.iter().chain(ring.first()) {
                shape.extend(degrees(point).map(f64::to_le_bytes).concat());
            }
        }
        let count = (zone.rings.len() as u32).to_le_bytes();
        binary.extend(number.to_le_bytes());
        binary.extend(zone.kind.to_le_bytes());
        binary.extend(zone.valid.0.to_le_bytes());
        binary.extend(zone.valid.1.to_le_bytes());
        binary.extend(count);
        binary.extend(&shape);
        let wkb = [&[1, 3, 0, 0, 0][..], &count, &shape].concat();
        let hex: String = wkb.iter().map(|byte| format!("{byte:02x}")).collect();
        let (from, until) = zone.valid;
        csv.push_str(&format!("{number},{},{from},{until},{hex}\n", zone.kind));
    }
    fs::write(format!("{folder}/zones.bin"), binary).unwrap();
    fs::write(format!("{folder}/zones.csv"), csv).unwrap();
}

pub(crate) fn read_zones(folder: &str) -> Vec<Dated> {
    let bytes = fs::read(format!("{folder}/zones.bin")).unwrap();
    let mut rest = &bytes[..];
    let mut take = |count: usize| {
        let (taken, left) = rest.split_at(count);
        rest = left;
        taken
    };
    let number = |bytes: &[u8]| u32::from_le_bytes(bytes.try_into().unwrap());
    let instant = |bytes: &[u8]| i64::from_le_bytes(bytes.try_into().unwrap());
    let real = |bytes: &[u8]| f64::from_le_bytes(bytes.try_into().unwrap());
    let count = number(take(4));
    let zone = |_| {
        take(4);
        let kind = number(take(4));
        let valid = (instant(take(8)), instant(take(8)));
        let rings = number(take(4));
        let ring = |_| {
            let vertices = number(take(4)) as usize;
            let pairs = take(16 * vertices).chunks_exact(16);
            pairs.map(|xy| on_lattice(real(&xy[..8]), real(&xy[8..]))).collect()
        };
        Dated { kind, valid, rings: (0..rings).map(ring).collect() }
    };
    (0..count).map(zone).collect()
}

pub(crate) fn write_points(folder: &str, name: &str, points: &[(Disc, i64)]) {
    let write = |end: &str, bytes: Vec<u8>| fs::write(format!("{folder}/{name}.{end}"), bytes);
    let of = |axis: usize| -> Vec<u8> {
        points.iter().flat_map(|((point, _), _)| degrees(point)[axis].to_le_bytes()).collect()
    };
    write("lon", of(0)).unwrap();
    write("lat", of(1)).unwrap();
    let radius = |disc: &Disc| (disc.1 as f32 / 1000.0).to_le_bytes();
    write("r", points.iter().flat_map(|(disc, _)| radius(disc)).collect()).unwrap();
    write("t", points.iter().flat_map(|(_, time)| time.to_le_bytes()).collect()).unwrap();
}

fn column<const N: usize, T>(path: &str, of: impl Fn([u8; N]) -> T) -> Vec<T> {
    let bytes = fs::read(path).unwrap();
    bytes.as_chunks::<N>().0.iter().map(|bytes| of(*bytes)).collect()
}

pub(crate) fn read_points(folder: &str, name: &str) -> Vec<Point> {
    let lon = column(&format!("{folder}/{name}.lon"), f64::from_le_bytes);
    let lat = column(&format!("{folder}/{name}.lat"), f64::from_le_bytes);
    lon.into_iter().zip(lat).map(|(lon, lat)| on_lattice(lon, lat)).collect()
}

pub(crate) fn read_discs(folder: &str, name: &str) -> Vec<Disc> {
    let radii = column(&format!("{folder}/{name}.r"), f32::from_le_bytes);
    let millimetres = radii.into_iter().map(|metres| (f64::from(metres) * 1e3).round() as u64);
    read_points(folder, name).into_iter().zip(millimetres).collect()
}

fn on_lattice(lon: f64, lat: f64) -> Point {
    Point::new((lon * 1e7).round() as i32, (lat * 1e7).round() as i32).unwrap()
}
