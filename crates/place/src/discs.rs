//! Many zones at once: where the discs of uncertain places lie.

use crate::layer::ZoneLayer;
use crate::near::BorderLayer;
use crate::point::Point;
use crate::prepared::PreparedZone;
use crate::zone::{Whereabouts, Zone};

/// An uncertain place: a point, and the radius of its uncertainty in millimetres.
pub type Disc = (Point, u64);

/// A zone, known by its place in the list, and how a disc lies to it.
pub type Located = (u32, Whereabouts);

/// From so many discs on, lists of what is near are worth making.
const LISTED_FROM: usize = 20_000;

/// Zones laid over each other, for many discs, with exactly the answers of [`Zone::locate`].
#[derive(Debug, Clone)]
pub struct DiscLayer {
    centres: Centres,
    borders: BorderLayer,
}

/// What tells in which zones a centre is.
#[derive(Debug, Clone)]
enum Centres {
    Layer(Box<ZoneLayer>),
    /// Zone by zone, where a layer would be too large.
    Each(Vec<PreparedZone>),
}

impl DiscLayer {
    /// Lays zones over each other, for about so many discs. Zones that are too many for a
    /// [`ZoneLayer`] are asked one by one.
    #[must_use]
    pub fn new(zones: &[&Zone], discs: usize) -> DiscLayer {
        let each = || zones.iter().copied();
        let centres = ZoneLayer::new(each()).map_or_else(
            |_| Centres::Each(each().map(PreparedZone::new).collect()),
            |layer| Centres::Layer(Box::new(layer)),
        );
        let borders = if discs < LISTED_FROM { BorderLayer::searched } else { BorderLayer::new };
        DiscLayer { centres, borders: borders(zones) }
    }

    /// The zones that a disc touches, in order; it is wholly outside of all others.
    #[must_use]
    pub fn locate(&self, disc: Disc) -> Vec<Located> {
        let mut found = Vec::new();
        self.locate_all(&[disc], |_, located| found = located.to_vec());
        found
    }

    /// Asks about many discs, and hands each one's place in the list with the zones that it touches
    /// to the caller, as [`DiscLayer::locate`] gives them. The discs come in another order than
    /// they were given in.
    pub fn locate_all(&self, discs: &[Disc], mut each: impl FnMut(usize, &[Located])) {
        let mut found = Vec::new();
        match &self.centres {
            Centres::Layer(layer) => {
                let points: Vec<Point> = discs.iter().map(|(point, _)| *point).collect();
                let sets = layer.find_all(&points);
                self.borders.reached_all(discs, |at, borders| {
                    join(layer.zones(sets[at]), borders, &mut found);
                    each(at, &found);
                });
            }
            Centres::Each(zones) => self.borders.reached_all(discs, |at, borders| {
                let all = zones.iter().zip(0_u32..);
                let inside = all.filter(|(zone, _)| zone.contains(discs[at].0));
                join(&inside.map(|(_, number)| number).collect::<Vec<_>>(), borders, &mut found);
                each(at, &found);
            }),
        }
    }
}

/// The zones that a centre is in and those whose border is reached, as one list in order.
fn join(mut inside: &[u32], mut borders: &[u32], found: &mut Vec<Located>) {
    found.clear();
    loop {
        let next = match (inside.first(), borders.first()) {
            (None, None) => return,
            (Some(&zone), None) | (None, Some(&zone)) => zone,
            (Some(&a), Some(&b)) => a.min(b),
        };
        let take = |list: &mut &[u32]| match list.split_first() {
            Some((first, rest)) if *first == next => {
                *list = rest;
                true
            }
            _ => false,
        };
        let centre_inside = take(&mut inside);
        found.push((next, Whereabouts { centre_inside, border_within: take(&mut borders) }));
    }
}
