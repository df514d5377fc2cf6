//! Ground for the tests of layers: a country in tiles, concave areas with holes, strips along a
//! line that moves, and circles. Drawn from a seed, in integers wherever it can be.

use servanda_place::{Bounds, BufferSide, Point, Zone, buffer_line, circle};

/// Numbers from a seed, the same everywhere (SplitMix64: Steele, Lea and Flood 2014).
pub(super) struct Draw(u64);

impl Draw {
    pub(super) fn new(seed: u64) -> Draw {
        Draw(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(super) fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    fn between(&mut self, from: i32, to: i32) -> i32 {
        from + self.below((i64::from(to) - i64::from(from)) as u64) as i32
    }

    pub(super) fn point(&mut self, frame: &Frame) -> Point {
        let Bounds { west_e7, south_e7, east_e7, north_e7 } = frame.0;
        Point { lon_e7: self.between(west_e7, east_e7), lat_e7: self.between(south_e7, north_e7) }
    }

    /// Mostly from metres to kilometres, now and then none at all or far more.
    pub(super) fn radius_mm(&mut self) -> u64 {
        match self.below(20) {
            0 => 0,
            1 => self.below(40_000_000_000),
            _ => 1 << self.below(24),
        }
    }
}

/// A box of the lattice, its eastern and northern ends outside.
pub(super) struct Frame(Bounds);

pub(super) fn frame(west_e7: i32, south_e7: i32, east_e7: i32, north_e7: i32) -> Frame {
    Frame(Bounds { west_e7, south_e7, east_e7, north_e7 })
}

impl Frame {
    pub(super) fn holds(&self, point: Point) -> bool {
        (self.0.west_e7..self.0.east_e7).contains(&point.lon_e7)
            && (self.0.south_e7..self.0.north_e7).contains(&point.lat_e7)
    }
}

/// A ring around a centre with corners at growing angles, so that it never crosses itself.
pub(super) fn star(x: i32, y: i32, reaches: &[i32]) -> Vec<Point> {
    let count = reaches.len() as i64;
    let corner = |(number, reach): (usize, &i32)| {
        // Round the square of side two, eight thousand steps in all.
        let step = number as i64 * 8_000 / count;
        let (side, along) = (step / 2_000, step % 2_000 - 1_000);
        let (east, north) = match side {
            0 => (along, -1_000),
            1 => (1_000, along),
            2 => (-along, 1_000),
            _ => (-1_000, -along),
        };
        let reach = i64::from(*reach);
        let at = |from: i32, part: i64| from + (part * reach / 1_000) as i32;
        Point { lon_e7: at(x, east), lat_e7: at(y, north) }
    };
    reaches.iter().enumerate().map(corner).collect()
}

/// Places that are hard to tell: vertices, the rounded middles of edges, level with a vertex, and
/// one step off each.
pub(super) fn beside(zones: &[Zone], draw: &mut Draw, count: usize) -> Vec<Point> {
    let rings: Vec<&Vec<Point>> = zones.iter().flat_map(Zone::rings).collect();
    let mut points = Vec::new();
    for _ in 0..count {
        let ring = rings[draw.below(rings.len() as u64) as usize];
        let other = rings[draw.below(rings.len() as u64) as usize];
        let pick = draw.below(ring.len() as u64) as usize;
        let (a, b) = (ring[pick], ring[(pick + 1) % ring.len()]);
        let far = other[draw.below(other.len() as u64) as usize];
        let middle = |a: i32, b: i32| ((i64::from(a) + i64::from(b)) / 2) as i32;
        let on = [
            a,
            Point { lon_e7: middle(a.lon_e7, b.lon_e7), lat_e7: middle(a.lat_e7, b.lat_e7) },
            Point { lon_e7: far.lon_e7, lat_e7: a.lat_e7 },
        ];
        for point in on {
            let (x, y) = (draw.below(3) as i32 - 1, draw.below(3) as i32 - 1);
            points.extend([point, Point { lon_e7: point.lon_e7 + x, lat_e7: point.lat_e7 + y }]);
        }
    }
    points
}

pub(super) struct Ground {
    /// The tiles first.
    pub(super) zones: Vec<Zone>,
    pub(super) tiles: usize,
    /// What the tiles cover.
    pub(super) frame: Frame,
    seed: u64,
}

const WEST: i32 = 300_000_000;
const SOUTH: i32 = 480_000_000;

/// Side of a tile, and how many there are along each side.
const TILE: i32 = 4_000_000;
const TILES: i32 = 3;

/// Pieces of the border between two tiles.
const PIECES: i32 = 64;

impl Ground {
    pub(super) fn new(seed: u64) -> Ground {
        let mut draw = Draw::new(seed);
        let mut zones = tiles(&mut draw);
        let count = zones.len();
        for holed in [true, false, true] {
            zones.push(concave(&mut draw, holed));
        }
        let far = TILE * TILES;
        let mut line: Vec<Point> = (0..=24)
            .map(|n| Point {
                lon_e7: WEST + far / 4 + n * (far / 50),
                lat_e7: SOUTH + far / 2 + draw.between(-TILE / 8, TILE / 8),
            })
            .collect();
        for _ in 0..3 {
            for metres in [400.0, 3_000.0] {
                zones.push(buffer_line(&line, BufferSide::Both, metres).unwrap());
            }
            // A part of the line is drawn anew; elsewhere the versions share their border.
            let from = draw.below(16) as usize;
            line[from..from + 6].iter_mut().for_each(|p| p.lat_e7 += draw.between(-40_000, 40_000));
        }
        let frame = frame(WEST, SOUTH, WEST + far, SOUTH + far);
        for _ in 0..10 {
            let metres = 300.0 + draw.below(5_000) as f64;
            zones.push(circle(draw.point(&frame), metres).unwrap());
        }
        Ground { zones, tiles: count, frame, seed }
    }

    /// So many places of each hard kind, and as many anywhere.
    pub(super) fn hard_points(&self, count: usize) -> Vec<Point> {
        let mut draw = Draw::new(self.seed + 1);
        let mut points = beside(&self.zones, &mut draw, count);
        points.extend((0..count).map(|_| draw.point(&self.frame)));
        points
    }
}

/// Tiles that share crooked borders, vertex for vertex.
fn tiles(draw: &mut Draw) -> Vec<Zone> {
    // The border eastward and northward from each corner; straight along the frame.
    let mut crooked = |from: (i32, i32), to: (i32, i32), straight: bool| -> Vec<Point> {
        (0..PIECES)
            .map(|n| {
                let at = |from: i32, to: i32| from + (to - from) / PIECES * n;
                let off = if straight || n == 0 { 0 } else { draw.between(-30_000, 30_000) };
                let (x, y) = (at(from.0, to.0), at(from.1, to.1));
                let level = from.1 == to.1;
                let (x, y) = if level { (x, y + off) } else { (x + off, y) };
                Point { lon_e7: WEST + x, lat_e7: SOUTH + y }
            })
            .collect()
    };
    let corners = || (0..=TILES).flat_map(|row| (0..=TILES).map(move |column| (column, row)));
    let edge = |n: i32| n == 0 || n == TILES;
    let east: Vec<Vec<Point>> = corners()
        .map(|(c, r)| crooked((c * TILE, r * TILE), ((c + 1) * TILE, r * TILE), edge(r)))
        .collect();
    let north: Vec<Vec<Point>> = corners()
        .map(|(c, r)| crooked((c * TILE, r * TILE), (c * TILE, (r + 1) * TILE), edge(c)))
        .collect();
    let of = |column: i32, row: i32| (row * (TILES + 1) + column) as usize;
    (0..TILES)
        .flat_map(|row| (0..TILES).map(move |column| (column, row)))
        .map(|(column, row)| {
            let last = |column: i32, row: i32| Point {
                lon_e7: WEST + column * TILE,
                lat_e7: SOUTH + row * TILE,
            };
            let mut ring = east[of(column, row)].clone();
            ring.extend(&north[of(column + 1, row)]);
            ring.push(last(column + 1, row + 1));
            ring.extend(east[of(column, row + 1)].iter().skip(1).rev());
            ring.push(last(column, row + 1));
            ring.extend(north[of(column, row)].iter().skip(1).rev());
            Zone::from_rings(&[ring]).unwrap()
        })
        .collect()
}

/// A very concave area, and a hole wound as its shell is.
fn concave(draw: &mut Draw, holed: bool) -> Zone {
    let far = TILE * TILES;
    let x = WEST + draw.between(far / 3, far - far / 3);
    let y = SOUTH + draw.between(far / 3, far - far / 3);
    let reaches: Vec<i32> = (0..600).map(|_| draw.between(TILE / 8, TILE)).collect();
    let mut rings = vec![star(x, y, &reaches)];
    if holed {
        rings.push(star(x, y, &[TILE / 16; 40]));
    }
    Zone::from_rings(&rings).unwrap()
}
