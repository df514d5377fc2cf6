//! Land and water behind a map.

use crate::base::{BASE_UNITS_PER_DEGREE, BaseLayer};
use crate::projection::Projection;
use crate::svg::{Px, Svg};
use servanda_place::UNITS_PER_DEGREE;

/// Most vertices of the ground; where there would be more, it is drawn with less detail.
pub const GROUND_VERTICES_MAX: usize = 4_000;
/// A vertex nearer than this to the last one drawn is left out, at first.
const STEP_PX: f64 = 0.7;

type Points = Vec<(f64, f64)>;

/// Draws what is land and what is water in the frame, from the base map. `clip` is the id of the
/// frame's clip path.
pub(crate) fn draw(svg: &mut Svg, projection: &Projection, clip: &str) {
    let frame = projection.frame;
    svg.put(format_args!(
        "<g clip-path=\"url(#{clip})\">\n\
         <rect class=\"water\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>\n",
        Px(frame.left),
        Px(frame.top),
        Px(frame.width),
        Px(frame.height)
    ));
    let land = of(BaseLayer::Land, projection);
    let lakes = of(BaseLayer::Lakes, projection);
    let rivers = of(BaseLayer::Rivers, projection);
    let mut step_px = STEP_PX;
    let count = |step_px| -> usize {
        let parts = [&land, &lakes, &rivers].into_iter().flatten();
        parts.map(|part| sparse(part, step_px).count()).sum()
    };
    // Nothing in the frame is larger than the frame, so this ends.
    while count(step_px) > GROUND_VERTICES_MAX {
        step_px *= 1.5;
    }
    for (class, shapes, end) in
        [("ground", &land, "Z"), ("water", &lakes, "Z"), ("river", &rivers, "")]
    {
        if shapes.is_empty() {
            continue;
        }
        svg.put(format_args!("<path class=\"{class}\" d=\""));
        for part in shapes {
            let mut command = 'M';
            for (x, y) in sparse(part, step_px) {
                svg.put(format_args!("{command}{} {}", Px(x), Px(y)));
                command = 'L';
            }
            svg.put(format_args!("{end}"));
        }
        svg.put(format_args!("\"/>\n"));
    }
    svg.put(format_args!("</g>\n"));
}

/// The rings and courses of a layer as far as they lie in the frame, in user units.
fn of(layer: BaseLayer, projection: &Projection) -> Vec<Points> {
    let unit = f64::from(UNITS_PER_DEGREE / BASE_UNITS_PER_DEGREE);
    let place = |&(lon, lat): &(i32, i32)| {
        (projection.x(f64::from(lon) * unit), projection.y(f64::from(lat) * unit))
    };
    let mut seen = Vec::new();
    for part in layer.shapes().flat_map(|shape| shape.parts) {
        let points: Points = part.iter().map(place).collect();
        if layer == BaseLayer::Rivers {
            seen.extend(courses(&points, projection));
        } else {
            seen.extend(Some(clipped(points, projection)).filter(|ring| ring.len() > 2));
        }
    }
    seen
}

/// A side of the frame: how far inside a point lies.
type Side = fn(&Projection, (f64, f64)) -> f64;

const SIDES: [Side; 4] = [
    |projection, (x, _)| x - projection.frame.left,
    |projection, (x, _)| projection.frame.right() - x,
    |projection, (_, y)| y - projection.frame.top,
    |projection, (_, y)| projection.frame.bottom() - y,
];

/// The part of a ring that lies in the frame (Sutherland and Hodgman, 1974).
fn clipped(mut ring: Points, projection: &Projection) -> Points {
    for side in SIDES {
        // Most rings of the world lie beyond a side whole.
        if ring.iter().all(|at| side(projection, *at) < 0.0) {
            return Vec::new();
        }
        let mut kept = Vec::with_capacity(ring.len());
        let Some(mut before) = ring.last().copied() else { return ring };
        for at in ring {
            let (was, is) = (side(projection, before), side(projection, at));
            if (was < 0.0) != (is < 0.0) {
                let share = was / (was - is);
                let along = |a: f64, b: f64| a + (b - a) * share;
                kept.push((along(before.0, at.0), along(before.1, at.1)));
            }
            if is >= 0.0 {
                kept.push(at);
            }
            before = at;
        }
        ring = kept;
    }
    ring
}

/// The stretches of a course that may be seen in the frame; the frame's own clip cuts their ends.
fn courses(course: &[(f64, f64)], projection: &Projection) -> Vec<Points> {
    let mut seen: Vec<Points> = Vec::new();
    let mut is_open = false;
    for pair in course.windows(2) {
        let is_beyond = |side: &Side| pair.iter().all(|at| side(projection, *at) < 0.0);
        if SIDES.iter().any(is_beyond) {
            is_open = false;
            continue;
        }
        match seen.last_mut().filter(|_| is_open) {
            Some(stretch) => stretch.extend(pair.last()),
            None => seen.push(pair.to_vec()),
        }
        is_open = true;
    }
    seen
}

/// The points of a part that are at least a step apart, and its last; none of a part that is no
/// larger than a step itself.
fn sparse(part: &Points, step_px: f64) -> impl Iterator<Item = (f64, f64)> {
    let is_near =
        move |(x, y): (f64, f64), (a, b): (f64, f64)| (a - x).abs() + (b - y).abs() < step_px;
    let first = part.first().copied().unwrap_or_default();
    let is_speck = part.iter().all(|at| is_near(*at, first));
    let end = part.len().saturating_sub(1);
    let mut last: Option<(f64, f64)> = None;
    part.iter().enumerate().filter_map(move |(n, at)| {
        if is_speck || (n < end && last.is_some_and(|last| is_near(*at, last))) {
            return None;
        }
        last = Some(*at);
        last
    })
}
