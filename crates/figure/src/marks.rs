//! The shapes of observations: a shape for each phase, so that colour is never needed.

use crate::svg::{Px, Safe, Svg};
use servanda_comply::answer::Phase;
use servanda_comply::picture::{Mark, Standing};
use std::collections::BTreeSet;

/// Drawings with more marks carry no text for each.
const TITLED_MAX: usize = 600;

/// Half the size of a mark in user units.
pub(crate) const MARK_PX: f64 = 4.2;

/// A mark's least halo, which says that its disc lies on a border.
const HALO_PX: f64 = 7.5;

/// The order of drawing, from the least to the most important.
pub(crate) const STANDINGS: [Standing; 5] = [
    Standing::Outside,
    Standing::Control,
    Standing::Excepted,
    Standing::Inside,
    Standing::Straddling,
];

const PHASES: [Option<Phase>; 4] =
    [None, Some(Phase::Before), Some(Phase::After), Some(Phase::During)];

/// A mark at its place on the drawing.
pub(crate) struct Placed<'a> {
    pub(crate) mark: &'a Mark,
    pub(crate) x: f64,
    pub(crate) y: f64,
    /// Radius of its uncertainty in user units.
    pub(crate) disc_px: f64,
}

/// Draws the marks, the least important first.
pub(crate) fn draw(svg: &mut Svg, placed: &[Placed<'_>]) {
    discs(svg, placed);
    for standing in STANDINGS {
        for phase in PHASES {
            let of_group = |p: &&Placed<'_>| p.mark.standing == standing && p.mark.phase == phase;
            let group: Vec<&Placed<'_>> = placed.iter().filter(of_group).collect();
            if group.is_empty() {
                continue;
            }
            svg.put(format_args!("<g class=\"{}\">", class(standing, phase)));
            if placed.len() <= TITLED_MAX {
                for p in group {
                    svg.put(format_args!(
                        "<path d=\"{}\"><title>{}</title></path>\n",
                        outline(standing, phase, p.x, p.y),
                        Safe(&described(p.mark)),
                    ));
                }
            } else {
                svg.put(format_args!("<path d=\""));
                for p in group {
                    svg.put(format_args!("{}", outline(standing, phase, p.x, p.y)));
                }
                svg.put(format_args!("\"/>"));
            }
            svg.put(format_args!("</g>\n"));
        }
    }
}

/// Discs of uncertainty that are larger than their marks, of what counts; rings round what lies
/// on a border. Discs that coincide are drawn once.
fn discs(svg: &mut Svg, placed: &[Placed<'_>]) {
    let counts =
        |p: &&Placed<'_>| matches!(p.mark.standing, Standing::Inside | Standing::Straddling);
    let circle = |x: f64, y: f64, r: f64| {
        format!("<circle cx=\"{}\" cy=\"{}\" r=\"{}\"/>", Px(x), Px(y), Px(r))
    };
    let wide = placed.iter().filter(counts).filter(|p| p.disc_px > MARK_PX + 1.0);
    let wide: BTreeSet<String> = wide.map(|p| circle(p.x, p.y, p.disc_px)).collect();
    let rings = placed.iter().filter(|p| p.mark.standing == Standing::Straddling);
    let rings: BTreeSet<String> = rings.map(|p| circle(p.x, p.y, HALO_PX)).collect();
    for (class, circles) in [("disc", wide), ("ring", rings)] {
        if !circles.is_empty() {
            svg.put(format_args!("<g class=\"{class}\">"));
            for circle in circles {
                svg.put(format_args!("{circle}"));
            }
            svg.put(format_args!("</g>\n"));
        }
    }
}

/// Whether a disc is drawn for any of the marks.
pub(crate) fn any_disc(placed: &[Placed<'_>]) -> bool {
    placed.iter().any(|p| {
        p.disc_px > MARK_PX + 1.0
            && matches!(p.mark.standing, Standing::Inside | Standing::Straddling)
    })
}

/// One mark for the legend.
pub(crate) fn sample(svg: &mut Svg, standing: Standing, phase: Option<Phase>, x: f64, y: f64) {
    if standing == Standing::Straddling {
        svg.put(format_args!(
            "<g class=\"ring\"><circle cx=\"{}\" cy=\"{}\" r=\"{}\"/></g>",
            Px(x),
            Px(y),
            Px(HALO_PX)
        ));
    }
    svg.put(format_args!(
        "<g class=\"{}\"><path d=\"{}\"/></g>",
        class(standing, phase),
        outline(standing, phase, x, y)
    ));
}

fn class(standing: Standing, phase: Option<Phase>) -> &'static str {
    match (standing, phase) {
        (Standing::Control, _) => "mark control",
        (Standing::Excepted, _) => "mark excepted",
        (Standing::Outside, Some(Phase::During)) => "mark outside solid",
        (Standing::Outside, _) => "mark outside",
        (Standing::Inside | Standing::Straddling, Some(Phase::Before)) => "mark before",
        (Standing::Inside | Standing::Straddling, Some(Phase::During)) => "mark during",
        (Standing::Inside | Standing::Straddling, Some(Phase::After)) => "mark after",
        (Standing::Inside | Standing::Straddling, None) => "mark nophase",
    }
}

/// The path of a mark: circle before, diamond during, square after, saltire without a phase;
/// triangle at a control site; a stroke through what an exception takes out.
fn outline(standing: Standing, phase: Option<Phase>, x: f64, y: f64) -> String {
    let r = if standing == Standing::Outside { MARK_PX * 0.7 } else { MARK_PX };
    if standing == Standing::Control {
        return format!("M{} {}l{} {}h{}z", Px(x), Px(y - r), Px(r), Px(r * 1.8), Px(-2.0 * r));
    }
    let mut path = match phase {
        Some(Phase::Before) => {
            let r = r * 0.9;
            let (half, whole) = (Px(r), Px(2.0 * r));
            format!(
                "M{} {}a{half} {half} 0 1 0 {whole} 0a{half} {half} 0 1 0 {} 0z",
                Px(x - r),
                Px(y),
                Px(-2.0 * r)
            )
        }
        Some(Phase::During) => {
            let r = r * 1.15;
            let (out, back) = (Px(r), Px(-r));
            format!("M{} {}l{out} {out}l{back} {out}l{back} {back}z", Px(x), Px(y - r))
        }
        Some(Phase::After) => {
            let r = r * 0.82;
            let (side, back) = (Px(2.0 * r), Px(-2.0 * r));
            format!("M{} {}h{side}v{side}h{back}z", Px(x - r), Px(y - r))
        }
        None => {
            let r = r * 0.75;
            let (across, back) = (Px(2.0 * r), Px(-2.0 * r));
            format!("M{} {}l{across} {across}m0 {back}l{back} {across}", Px(x - r), Px(y - r))
        }
    };
    if standing == Standing::Excepted {
        let r = r * 1.5;
        path.push_str(&format!("M{} {}l{} {}", Px(x - r), Px(y + r), Px(2.0 * r), Px(-2.0 * r)));
    }
    path
}

fn described(mark: &Mark) -> String {
    let mut parts = vec![mark.what.clone(), mark.when.to_string(), mark.source.clone()];
    if !mark.stratum.is_empty() {
        parts.push(mark.stratum.clone());
    }
    parts.push(format!("[{}]", mark.cite));
    parts.join(" · ")
}
