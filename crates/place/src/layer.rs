//! Many zones at once: which of them a point is in, with exactly the answers of the plain zones.

use crate::cover::{Cover, SPLIT};
use crate::error::PlaceError;
use crate::point::Point;
use crate::zone::Zone;

/// Points that go through the layer together, so that each step waits for memory only once.
const BATCH: usize = 256;

/// Zones laid over each other, for many questions. Zones are known by their place in the list.
///
/// The answer to a point is the number of a set of zones; what follows from a set needs to be
/// worked out only once. A point is in a zone exactly if [`Zone::contains`] says so.
///
/// ```
/// use servanda_place::{Point, Zone, ZoneLayer};
/// let corner = |lon, lat| Point::parse(lon, lat).unwrap();
/// let square = |w, e| vec![corner(w, "0"), corner(e, "0"), corner(e, "1"), corner(w, "1")];
/// let zones = [("0", "2"), ("1", "3")].map(|(w, e)| Zone::from_rings(&[square(w, e)]).unwrap());
/// let layer = ZoneLayer::new(&zones).unwrap();
/// assert_eq!(layer.zones_at(corner("1.5", "0.5")), [0, 1]);
/// assert_eq!(layer.zones_at(corner("2", "0.5")), [1]);
/// assert!(layer.zones_at(corner("5", "0.5")).is_empty());
/// ```
#[derive(Debug, Clone)]
pub struct ZoneLayer {
    cover: Cover,
}

impl ZoneLayer {
    /// Lays zones over each other, in time and memory about proportional to their vertices and to
    /// the cells of some 180 m that their borders pass through. Where that would be too many, cells
    /// are larger.
    ///
    /// # Errors
    /// More than 4,194,304 edges; more than 64 zones with a border in one cell; zones that overlap
    /// in so many ways that the sets, or the work of finding them, would be too large.
    pub fn new<'a>(zones: impl IntoIterator<Item = &'a Zone>) -> Result<ZoneLayer, PlaceError> {
        let zones = zones.into_iter().zip(0_u32..);
        let edges = zones.flat_map(|(zone, number)| zone.edges().map(move |edge| (edge, number)));
        Ok(ZoneLayer { cover: Cover::new(edges.collect())? })
    }

    /// The number of the set of zones that a point is in.
    #[must_use]
    pub fn find(&self, point: Point) -> u32 {
        let cover = &self.cover;
        let steps = cover.frame.steps(point);
        let entry = cover.coarse.get(cover.frame.coarse(steps) as usize).copied().unwrap_or(0);
        if entry & SPLIT == 0 {
            return entry;
        }
        let entry = cover.fine[fine_index(entry, cover.frame.fine(steps))];
        if entry & SPLIT == 0 {
            return entry;
        }
        cover.leaves.find(entry, point.lon_e7, point.lat_e7)
    }

    /// The numbers of the sets of zones that points are in, one for each point: as
    /// [`ZoneLayer::find`], many times as fast.
    #[must_use]
    pub fn find_all(&self, points: &[Point]) -> Vec<u32> {
        let mut sets = vec![0; points.len()];
        self.find_into(points, &mut sets);
        sets
    }

    /// As [`ZoneLayer::find_all`], into what the caller has; whichever is longer is left over.
    pub fn find_into(&self, points: &[Point], sets: &mut [u32]) {
        let mut batch = Batch::new();
        for (points, sets) in points.chunks(BATCH).zip(sets.chunks_mut(BATCH)) {
            batch.find(&self.cover, points, sets);
        }
    }

    /// The zones of a set in order; none for a number that [`ZoneLayer::find`] did not give.
    #[must_use]
    pub fn zones(&self, set: u32) -> &[u32] {
        self.cover.sets.members(set)
    }

    /// The zones that a point is in, in order.
    #[must_use]
    pub fn zones_at(&self, point: Point) -> &[u32] {
        self.zones(self.find(point))
    }

    /// Number of sets; their numbers count from 0, which is the empty set.
    #[must_use]
    pub fn set_count(&self) -> usize {
        self.cover.sets.len()
    }

    /// Memory of the index without the sets, in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let cover = &self.cover;
        size_of_val(&cover.coarse[..]) + size_of_val(&cover.fine[..]) + cover.leaves.bytes()
    }
}

#[inline]
fn fine_index(entry: u32, part: u32) -> usize {
    (((entry & !SPLIT) << 6) + part) as usize
}

/// Room for one batch. Loads that do not depend on each other stand in loops of their own: while
/// one waits for memory, the next are under way.
struct Batch {
    xs: [i32; BATCH],
    ys: [i32; BATCH],
    /// Where the next entry of a point stands, then the entry, then the answer.
    entries: [u32; BATCH],
    /// The points that are not answered yet.
    open: [u8; BATCH],
    count: usize,
}

impl Batch {
    fn new() -> Batch {
        Batch { xs: [0; BATCH], ys: [0; BATCH], entries: [0; BATCH], open: [0; BATCH], count: 0 }
    }

    fn find(&mut self, cover: &Cover, points: &[Point], sets: &mut [u32]) {
        let (frame, length) = (cover.frame, points.len().min(sets.len()));
        let fields = self.xs.iter_mut().zip(&mut self.ys).zip(&mut self.entries);
        for (((x, y), cell), point) in fields.zip(points) {
            (*x, *y) = (point.lon_e7, point.lat_e7);
            *cell = frame.coarse(frame.steps(*point));
        }
        for entry in &mut self.entries[..length] {
            *entry = cover.coarse.get(*entry as usize).copied().unwrap_or(0);
        }
        self.open_all(length);
        for &at in &self.open[..self.count] {
            let at = usize::from(at);
            let point = Point { lon_e7: self.xs[at], lat_e7: self.ys[at] };
            let part = frame.fine(frame.steps(point));
            let index = fine_index(self.entries[at], part);
            self.entries[at] = cover.fine.get(index).copied().unwrap_or(0);
        }
        self.keep_open();
        let mut touched = 0;
        for &at in &self.open[..self.count] {
            touched ^= cover.leaves.touch(self.entries[usize::from(at)]);
        }
        std::hint::black_box(touched);
        for &at in &self.open[..self.count] {
            let at = usize::from(at);
            self.entries[at] = cover.leaves.find(self.entries[at], self.xs[at], self.ys[at]);
        }
        sets[..length].copy_from_slice(&self.entries[..length]);
    }

    /// Opens those of the first points whose entry is not a set. Without a branch: which they are
    /// cannot be foretold.
    fn open_all(&mut self, length: usize) {
        self.count = 0;
        for (at, entry) in self.entries[..length].iter().enumerate() {
            self.open[self.count & (BATCH - 1)] = at as u8;
            self.count += (entry >> 31) as usize;
        }
    }

    /// Keeps those points open whose entry is still not a set.
    fn keep_open(&mut self) {
        let mut kept = 0;
        for place in 0..self.count {
            let at = self.open[place];
            self.open[kept & (BATCH - 1)] = at;
            kept += (self.entries[usize::from(at)] >> 31) as usize;
        }
        self.count = kept;
    }
}
