//! One pass over all edges from west to east that finds crossing edges and overlapping rings.
//!
//! A sweep line in the manner of Shamos and Hoey (1976) that stops at the first crossing, so its
//! time is near-linear whatever the input. Vertices that lie on other edges split those edges,
//! exactly, since vertices are lattice points. Each piece knows how many rings wind around the
//! ground above it; in a sound zone that is 0 or 1 everywhere.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::ops::Bound;

use crate::point::Point;

/// Splits allowed per edge before a shape is refused.
const SPLITS_PER_EDGE: usize = 4;

/// Splits that any shape may have.
const SPLITS_MIN: usize = 1_000;

/// What the sweep found; edges are named by their place in the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SweepFault {
    /// Two edges cross at a point inside both.
    Crossing(usize, usize),
    /// The ground beside this edge is outside all rings by a negative turn, or inside two.
    Overlap(usize),
    /// Too many vertices lie on other edges.
    TooManyTouches,
}

/// Checks that no two edges cross and that every piece of ground is wound around once or not at
/// all. Edges run from their first to their second point; rings are closed.
pub(crate) fn check_rings(edges: &[(Point, Point)]) -> Result<(), SweepFault> {
    Sweep::new(edges, true).run()
}

/// Checks that no two edges of a line cross. Touching is allowed.
pub(crate) fn check_line(edges: &[(Point, Point)]) -> Result<(), SweepFault> {
    Sweep::new(edges, false).run()
}

/// A piece of an edge, its western end first (of a vertical one, its southern).
#[derive(Debug, Clone, Copy)]
struct Piece {
    left: Point,
    right: Point,
    edge: usize,
    /// 1 if the edge runs from left to right, so that its ring's inside is above; −1 otherwise.
    turn: i64,
}

impl Piece {
    /// A piece of no length that sorts just below all pieces through the point.
    fn probe(point: Point) -> Piece {
        Piece { left: point, right: point, edge: usize::MAX, turn: 0 }
    }

    fn is_probe(&self) -> bool {
        self.left == self.right
    }

    /// Greater if the point is above the piece, equal if on its line.
    fn side_of(&self, point: Point) -> Ordering {
        turn(self.left, self.right, point)
    }
}

/// Greater if `c` is to the left of the way from `a` to `b`.
fn turn(a: Point, b: Point, c: Point) -> Ordering {
    let offset = |to: Point| {
        let x = i128::from(to.lon_e7) - i128::from(a.lon_e7);
        let y = i128::from(to.lat_e7) - i128::from(a.lat_e7);
        (x, y)
    };
    let ((bx, by), (cx, cy)) = (offset(b), offset(c));
    (bx * cy).cmp(&(by * cx))
}

/// From below to above where the sweep line meets both; pieces on one line by their edge.
///
/// Only pieces that meet a common sweep line and do not cross are ever compared, and for those the
/// order does not depend on where the sweep line is.
impl Ord for Piece {
    fn cmp(&self, other: &Self) -> Ordering {
        if self.is_probe() {
            return other.side_of(self.left).then(Ordering::Less);
        }
        if other.is_probe() {
            return self.side_of(other.left).reverse().then(Ordering::Greater);
        }
        let by_place = if self.left <= other.left {
            self.side_of(other.left).then_with(|| self.side_of(other.right)).reverse()
        } else {
            other.side_of(self.left).then_with(|| other.side_of(self.right))
        };
        by_place.then(self.edge.cmp(&other.edge))
    }
}

impl PartialOrd for Piece {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Piece {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Piece {}

struct Sweep {
    /// Edges not yet begun, by their left ends.
    waiting: Vec<Piece>,
    /// All vertices from west to east.
    stops: Vec<Point>,
    /// The pieces that meet the sweep line, each with the turns around the ground above it.
    active: BTreeMap<Piece, i64>,
    splits_left: usize,
    count_turns: bool,
    /// The first overlap; reported only if no edges cross, since a crossing explains more.
    overlap: Option<usize>,
}

impl Sweep {
    fn new(edges: &[(Point, Point)], count_turns: bool) -> Sweep {
        let mut waiting: Vec<Piece> = edges
            .iter()
            .enumerate()
            .filter(|(_, (from, to))| from != to)
            .map(|(edge, &(from, to))| {
                if from < to {
                    Piece { left: from, right: to, edge, turn: 1 }
                } else {
                    Piece { left: to, right: from, edge, turn: -1 }
                }
            })
            .collect();
        waiting.sort_unstable_by_key(|piece| (piece.left, piece.edge));
        let mut stops: Vec<Point> =
            waiting.iter().flat_map(|piece| [piece.left, piece.right]).collect();
        stops.sort_unstable();
        stops.dedup();
        Sweep {
            splits_left: waiting.len() * SPLITS_PER_EDGE + SPLITS_MIN,
            waiting,
            stops,
            active: BTreeMap::new(),
            count_turns,
            overlap: None,
        }
    }

    fn run(mut self) -> Result<(), SweepFault> {
        let stops = std::mem::take(&mut self.stops);
        let waiting = std::mem::take(&mut self.waiting);
        let mut rest = waiting.as_slice();
        for stop in stops {
            let mut leaving = self.arrive(stop)?;
            let starting = rest.partition_point(|piece| piece.left <= stop);
            leaving.extend_from_slice(&rest[..starting]);
            rest = &rest[starting..];
            leaving.sort_unstable();
            self.leave(stop, &leaving)?;
        }
        self.overlap.map_or(Ok(()), |edge| Err(SweepFault::Overlap(edge)))
    }

    /// Takes out all pieces that reach the stop, and gives back the remainders of those that go on.
    /// Two that go on in different directions cross here, at a third one's end.
    fn arrive(&mut self, stop: Point) -> Result<Vec<Piece>, SweepFault> {
        let through: Vec<Piece> = self
            .active
            .range((Bound::Excluded(Piece::probe(stop)), Bound::Unbounded))
            .map(|(piece, _)| *piece)
            .take_while(|piece| piece.side_of(stop) == Ordering::Equal)
            .collect();
        let mut remainders: Vec<Piece> = Vec::new();
        for piece in through {
            self.active.remove(&piece);
            if piece.right != stop {
                self.splits_left =
                    self.splits_left.checked_sub(1).ok_or(SweepFault::TooManyTouches)?;
                if let Some(other) = remainders.last()
                    && piece.side_of(other.right) != Ordering::Equal
                {
                    return Err(crossing(&piece, other));
                }
                remainders.push(Piece { left: stop, ..piece });
            }
        }
        Ok(remainders)
    }

    /// Puts in the pieces that leave the stop, given from below to above.
    fn leave(&mut self, stop: Point, leaving: &[Piece]) -> Result<(), SweepFault> {
        let probe = Piece::probe(stop);
        let below = self.active.range((Bound::Unbounded, Bound::Excluded(probe))).next_back();
        let above = self.active.range((Bound::Excluded(probe), Bound::Unbounded)).next();
        let mut turns = below.map_or(0, |(_, turns)| *turns);
        let (below, above) = (below.map(|(piece, _)| *piece), above.map(|(piece, _)| *piece));
        let lowest = leaving.first().copied().or(above);
        let highest = leaving.last().copied().or(below);
        for (lower, upper) in [(below, lowest), (highest, above)] {
            if let (Some(lower), Some(upper)) = (lower, upper) {
                check_crossing(&lower, &upper)?;
            }
        }
        for (number, piece) in leaving.iter().enumerate() {
            turns += piece.turn;
            self.active.insert(*piece, turns);
            // Between pieces on one line there is no ground.
            let covered = leaving
                .get(number + 1)
                .is_some_and(|next| piece.side_of(next.right) == Ordering::Equal);
            if self.count_turns && !covered && !(0..=1).contains(&turns) {
                self.overlap.get_or_insert(piece.edge);
            }
        }
        Ok(())
    }
}

fn check_crossing(a: &Piece, b: &Piece) -> Result<(), SweepFault> {
    let apart = |piece: &Piece, other: &Piece| {
        let (left, right) = (piece.side_of(other.left), piece.side_of(other.right));
        left != Ordering::Equal && left == right.reverse()
    };
    if apart(a, b) && apart(b, a) {
        return Err(crossing(a, b));
    }
    Ok(())
}

fn crossing(a: &Piece, b: &Piece) -> SweepFault {
    SweepFault::Crossing(a.edge.min(b.edge), a.edge.max(b.edge))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    type Ends = (Point, Point);

    fn ring(corners: &[(i32, i32)]) -> Vec<Ends> {
        let points: Vec<Point> =
            corners.iter().map(|&(lon_e7, lat_e7)| Point { lon_e7, lat_e7 }).collect();
        let next = points.iter().skip(1).chain(points.first());
        points.iter().copied().zip(next.copied()).collect()
    }

    fn both(a: &[(i32, i32)], b: &[(i32, i32)]) -> Vec<Ends> {
        [ring(a), ring(b)].concat()
    }

    const SQUARE: [(i32, i32); 4] = [(0, 0), (10, 0), (10, 10), (0, 10)];

    fn reversed(corners: &[(i32, i32)]) -> Vec<(i32, i32)> {
        corners.iter().rev().copied().collect()
    }

    fn shifted(corners: &[(i32, i32)], by: i32) -> Vec<(i32, i32)> {
        corners.iter().map(|(x, y)| (x + by, *y)).collect()
    }

    #[test]
    fn sound_shapes_pass() {
        let small = [(2, 2), (4, 2), (4, 4), (2, 4)];
        for edges in [
            vec![],
            ring(&SQUARE),
            // A hole; a hole that touches a corner; one that touches an edge.
            both(&SQUARE, &reversed(&small)),
            both(&SQUARE, &reversed(&[(0, 0), (4, 2), (2, 4)])),
            both(&SQUARE, &reversed(&[(0, 5), (4, 4), (4, 6)])),
            // Neighbours with one border, whole and in part.
            both(&SQUARE, &shifted(&SQUARE, 10)),
            both(&SQUARE, &[(10, 3), (20, 3), (20, 7), (10, 7)]),
            both(&SQUARE, &[(10, 10), (20, 10), (20, 20)]),
            // A ring that touches itself at a vertex and goes round both parts alike.
            ring(&[(0, 0), (5, 5), (10, 0), (10, 10), (5, 5), (0, 10)]),
        ] {
            assert_eq!(check_rings(&edges), Ok(()), "{edges:?}");
        }
    }

    #[test]
    fn unsound_shapes_do_not() {
        let overlap = |edges: &[Ends]| matches!(check_rings(edges), Err(SweepFault::Overlap(_)));
        let crossing = |edges: &[Ends]| matches!(check_rings(edges), Err(SweepFault::Crossing(..)));
        assert!(crossing(&ring(&[(0, 0), (10, 10), (10, 0), (0, 10)])));
        // A bow tie that crosses at a vertex.
        assert!(overlap(&ring(&[(0, 0), (5, 5), (10, 10), (10, 0), (5, 5), (0, 10)])));
        // The same ground twice; twice in part with all corners on edges; a ring in a ring.
        assert!(overlap(&both(&SQUARE, &SQUARE)));
        assert!(overlap(&both(&SQUARE, &shifted(&SQUARE, 5))));
        assert!(overlap(&both(&SQUARE, &[(2, 2), (4, 2), (4, 4), (2, 4)])));
        // A hole outside; a hole in a hole; the wrong way round.
        assert!(overlap(&both(&SQUARE, &reversed(&shifted(&SQUARE, 20)))));
        assert!(overlap(&ring(&reversed(&SQUARE))));
        let holes = [ring(&SQUARE), ring(&reversed(&SQUARE)), ring(&reversed(&SQUARE))].concat();
        assert!(overlap(&holes));
    }

    #[test]
    fn a_crossing_at_the_end_of_a_third_edge_is_found() {
        let point = |(lon_e7, lat_e7)| Point { lon_e7, lat_e7 };
        let edge = |a, b| (point(a), point(b));
        let edges = [edge((0, 0), (8, 8)), edge((0, 8), (8, 0)), edge((0, 4), (4, 4))];
        assert_eq!(check_line(&edges), Err(SweepFault::Crossing(0, 1)));
    }

    #[test]
    fn a_line_may_touch_itself_but_not_cross() {
        let line = |corners: &[(i32, i32)]| {
            let mut edges = ring(corners);
            edges.pop();
            edges
        };
        assert_eq!(check_line(&line(&[(0, 0), (10, 0), (10, 10), (5, 0)])), Ok(()));
        assert_eq!(
            check_line(&line(&[(0, 0), (10, 0), (10, 10), (5, -1)])),
            Err(SweepFault::Crossing(0, 2))
        );
    }

    #[test]
    fn a_comb_of_touches_is_refused_not_endured() {
        // Edges on one line, each longer than the last: every end splits all longer ones.
        let mut edges = Vec::new();
        for tooth in 1..1_500 {
            edges.extend(ring(&[(0, 0), (tooth, 0), (tooth, tooth)]));
        }
        assert_eq!(check_line(&edges), Err(SweepFault::TooManyTouches));
    }

    #[test]
    fn many_long_edges_take_little_time() {
        let teeth = 20_000;
        let mut corners: Vec<(i32, i32)> = Vec::new();
        for tooth in 0..teeth {
            corners.push((tooth * 4, -900_000_000));
            corners.push((tooth * 4 + 2, 900_000_000));
        }
        corners.push((teeth * 4, 900_000_000));
        corners.push((teeth * 4, -900_000_001));
        corners.push((0, -900_000_001));
        corners.reverse();
        assert_eq!(check_rings(&ring(&corners)), Ok(()));
    }

    /// Whether any two edges cross at a point inside both, asked of every pair.
    fn any_crossing(edges: &[Ends]) -> bool {
        let across = |a: &Ends, b: &Ends| {
            let (one, two) = (turn(a.0, a.1, b.0), turn(a.0, a.1, b.1));
            one != Ordering::Equal && one == two.reverse()
        };
        edges
            .iter()
            .enumerate()
            .any(|(number, a)| edges[..number].iter().any(|b| across(a, b) && across(b, a)))
    }

    fn corner() -> impl Strategy<Value = (i32, i32)> {
        (0..12_i32, 0..12_i32)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn crossings_are_found_if_and_only_if_there_are_any(
            corners in prop::collection::vec(corner(), 3..14),
        ) {
            let mut edges = ring(&corners);
            edges.retain(|(from, to)| from != to);
            let found = check_line(&edges);
            prop_assert_eq!(matches!(found, Err(SweepFault::Crossing(..))), any_crossing(&edges));
        }

        /// Turns around the middle of every lattice square, by the edges to its west.
        #[test]
        fn overlaps_are_found_if_there_are_any(
            a in prop::collection::vec(corner(), 3..7), b in prop::collection::vec(corner(), 3..7),
        ) {
            let edges = both(&a, &b);
            let sound = check_rings(&edges).is_ok();
            // Off every edge: the heights of the corners times 1000, and then some.
            let turns_at = |x: i64, y: i64| -> i64 {
                edges.iter().map(|(from, to)| {
                    let scale = |point: &Point| {
                        (i64::from(point.lon_e7) * 1000, i64::from(point.lat_e7) * 1000)
                    };
                    let ((x1, y1), (x2, y2)) = (scale(from), scale(to));
                    let (low, high, sign) =
                        if y1 < y2 { ((x1, y1), (x2, y2), -1) } else { ((x2, y2), (x1, y1), 1) };
                    let met = low.1 <= y && y < high.1
                        && (high.0 - low.0) * (y - low.1) <= (high.1 - low.1) * (x - low.0);
                    if met { sign } else { 0 }
                }).sum()
            };
            let all_sound = (0..12).all(|x| (0..12).all(|y| {
                [(137, 311), (811, 599), (503, 907), (911, 97), (61, 733)].iter().all(|(dx, dy)| {
                    (0..=1).contains(&turns_at(x * 1000 + dx, y * 1000 + dy))
                })
            }));
            if sound {
                prop_assert!(all_sound);
            }
        }
    }
}
