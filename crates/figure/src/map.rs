use crate::Figure;
use crate::extent::Extent;
use crate::ground;
use crate::legend::{Legend, site};
use crate::marks::{self, Placed};
use crate::projection::{Frame, Projection, degrees, narrowing};
use crate::svg::{Px, Safe, Svg, counted, grouped, shorten};
use crate::tally::tally;
use servanda_comply::picture::{Picture, SiteMark, Standing, ZoneShape};

/// Most observations that one map draws.
pub const MARKS_DRAWN_MAX: usize = 3_000;
/// With more zones than this, the map doesn't write their names; the table beside it does.
pub const ZONES_LABELLED_MAX: usize = 12;
/// With more protected sites than this, the map doesn't write their names.
pub const SITES_LABELLED_MAX: usize = 12;
/// Most sites that one map draws.
const SITES_DRAWN_MAX: usize = 1_000;

const WIDTH: f64 = 760.0;
const LEFT: f64 = 58.0;
const TOP: f64 = 10.0;
const RIGHT: f64 = 10.0;
const AXIS: f64 = 24.0;
const KEY_GAP: f64 = 16.0;
const SCALE_BAR_MAX: f64 = 150.0;
/// A vertex nearer than this to the last one drawn cannot be seen.
const VERTEX_PX_MIN: f64 = 0.4;

/// The map of an answer: zones, sites and observations by phase. North is up.
///
/// The map shows the zones with some room around them (without a zone: everything that has a
/// place). Of more than [`MARKS_DRAWN_MAX`] observations it draws those that count first and of
/// the rest an even sample in order of time; the notes say how many are not drawn.
#[must_use]
pub fn map(picture: &Picture) -> Figure {
    let Some(extent) = Extent::of(picture) else {
        return empty();
    };
    let tallies = tally(picture);
    let frame = frame(&extent);
    let projection = Projection::new(&extent, frame);

    let (placed, mut notes) = choose(picture, &projection);
    let legend = Legend::of(picture, &tallies, marks::any_disc(&placed));
    let sites_drawn = sites_in_frame(picture, &projection);
    notes.extend(sites_note(picture.sites.len() - sites_drawn.len(), sites_drawn.len()));
    if picture.zones.len() > ZONES_LABELLED_MAX {
        notes.push("The names of the zones stand in the table.".to_owned());
    }

    let height = frame.bottom() + AXIS + KEY_GAP + legend.height() + 4.0;
    let description = describe(picture, &placed, &notes);
    let mut svg =
        Svg::figure("map", WIDTH, height, "Map of zones, sites and observations", &description);
    begin_sheet(&mut svg, &projection, "map-frame");
    for zone in &picture.zones {
        draw_zone(&mut svg, &projection, zone);
    }
    for site in &sites_drawn {
        draw_site(&mut svg, &projection, site);
    }
    marks::draw(&mut svg, &placed);
    svg.put(format_args!("</g>\n"));
    name_zones(&mut svg, &projection, &picture.zones);
    name_sites(&mut svg, &projection, &sites_drawn);
    end_sheet(&mut svg, &projection);
    legend.draw(&mut svg, frame.left, frame.bottom() + AXIS + KEY_GAP, frame.width);
    Figure { svg: svg.close(), notes }
}

/// What lies below all that a map shows. It leaves a group open, clipped to the frame by a path of
/// that id, for what is shown.
pub(crate) fn begin_sheet(svg: &mut Svg, projection: &Projection, clip: &str) {
    let frame = projection.frame;
    svg.put(format_args!(
        "<defs><clipPath id=\"{clip}\">\
         <rect x=\"{l}\" y=\"{t}\" width=\"{w}\" height=\"{h}\"/></clipPath></defs>\n",
        l = Px(frame.left),
        t = Px(frame.top),
        w = Px(frame.width),
        h = Px(frame.height)
    ));
    ground::draw(svg, projection, clip);
    graticule(svg, projection);
    svg.put(format_args!("<g clip-path=\"url(#{clip})\">\n"));
}

/// The border of a map and its scale, above all that it shows.
pub(crate) fn end_sheet(svg: &mut Svg, projection: &Projection) {
    let frame = projection.frame;
    svg.put(format_args!(
        "<rect class=\"frame\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>\n",
        Px(frame.left),
        Px(frame.top),
        Px(frame.width),
        Px(frame.height)
    ));
    scale_bar(svg, projection);
}

pub(crate) fn empty() -> Figure {
    let text = "Nothing in this answer has a place";
    let mut svg = Svg::figure("map", WIDTH, 90.0, "Map: nothing to show", text);
    svg.put(format_args!(
        "<rect class=\"ground\" x=\"1\" y=\"1\" width=\"{}\" height=\"88\"/>",
        Px(WIDTH - 2.0)
    ));
    svg.text(WIDTH / 2.0, 50.0, "label mid", &format!("{text}."));
    Figure { svg: svg.close(), notes: Vec::new() }
}

pub(crate) fn frame(extent: &Extent) -> Frame {
    let width = WIDTH - LEFT - RIGHT;
    let (_, lat_middle) = extent.middle();
    let shape = extent.height_degrees() / (extent.width_degrees() * narrowing(lat_middle));
    let height = (width * shape).clamp(300.0, 620.0);
    Frame { left: LEFT, top: TOP, width, height }
}

/// The marks to draw, and what must be said of the others.
fn choose<'a>(picture: &'a Picture, projection: &Projection) -> (Vec<Placed<'a>>, Vec<String>) {
    let mut inside: Vec<Placed<'a>> = Vec::new();
    let mut beyond = 0_u64;
    for mark in &picture.marks {
        let (x, y) = projection.place(mark.at);
        if projection.frame.holds((x, y)) {
            let disc_px = projection.px_of_metres(mark.radius_mm as f64 / 1000.0);
            inside.push(Placed { mark, x, y, disc_px });
        } else {
            beyond += 1;
        }
    }
    let mut notes = Vec::new();
    if beyond > 0 {
        notes.push(format!(
            "{} beyond the edge of the map and {} not drawn; the table counts {}.",
            counted(beyond, "observation lies", "observations lie"),
            if beyond == 1 { "is" } else { "are" },
            if beyond == 1 { "it" } else { "them" }
        ));
    }
    let all = inside.len();
    if all > MARKS_DRAWN_MAX {
        inside = sample(inside);
        notes.push(format!(
            "The map draws {} of {} observations on it, those that count first and an even sample \
             of the rest; {} are not drawn. The table counts all.",
            grouped(inside.len() as u64),
            grouped(all as u64),
            grouped((all - inside.len()) as u64)
        ));
    }
    (inside, notes)
}

/// At most [`MARKS_DRAWN_MAX`] marks: the most important standings whole while they fit, then an
/// even share of the next, in the order of the picture.
fn sample(marks: Vec<Placed<'_>>) -> Vec<Placed<'_>> {
    let mut room = MARKS_DRAWN_MAX;
    let mut shares = Vec::new();
    for standing in marks::STANDINGS.into_iter().rev() {
        let of = marks.iter().filter(|p| p.mark.standing == standing).count();
        let share = of.min(room);
        room -= share;
        shares.push((standing, of, share, 0_usize));
    }
    let keep = |p: &Placed<'_>| {
        let found = shares.iter_mut().find(|(standing, ..)| *standing == p.mark.standing);
        let Some((_, of, share, seen)) = found else {
            return false;
        };
        // One mark at each step of an even walk through all of them.
        let drawn = (*seen + 1) * *share / *of > *seen * *share / *of;
        *seen += 1;
        drawn
    };
    let mut keep = keep;
    marks.into_iter().filter(|p| keep(p)).collect()
}

fn sites_in_frame<'a>(picture: &'a Picture, projection: &Projection) -> Vec<&'a SiteMark> {
    let on_map = |site: &&SiteMark| projection.frame.holds(projection.place(site.at));
    picture.sites.iter().filter(on_map).take(SITES_DRAWN_MAX).collect()
}

fn sites_note(left: usize, drawn: usize) -> Option<String> {
    let many = counted(left as u64, "site is", "sites are");
    match left {
        0 => None,
        _ if drawn < SITES_DRAWN_MAX => {
            Some(format!("{many} beyond the edge of the map and not drawn."))
        }
        _ => Some(format!(
            "{many} not drawn: the map draws the first {} on it.",
            grouped(SITES_DRAWN_MAX as u64)
        )),
    }
}

fn describe(picture: &Picture, placed: &[Placed<'_>], notes: &[String]) -> String {
    let zones: Vec<&str> =
        picture.zones.iter().take(ZONES_LABELLED_MAX).map(|z| z.name.as_str()).collect();
    let counting =
        |p: &&Placed<'_>| matches!(p.mark.standing, Standing::Inside | Standing::Straddling);
    let mut text = format!(
        "{}{}{}. {} and {} are drawn, {} of the observations in a zone or on its border. \
         Hollow circles lie before the term binds, filled diamonds while it binds, hollow squares \
         after it. North is up.",
        counted(picture.zones.len() as u64, "zone", "zones"),
        if zones.is_empty() { "" } else { ": " },
        zones.join(", "),
        counted(placed.len() as u64, "observation", "observations"),
        counted(picture.sites.len() as u64, "site", "sites"),
        grouped(placed.iter().filter(counting).count() as u64),
    );
    for note in notes {
        text.push(' ');
        text.push_str(note);
    }
    text
}

fn graticule(svg: &mut Svg, projection: &Projection) {
    let frame = projection.frame;
    for lon_e7 in projection.meridians() {
        let x = projection.x(lon_e7 as f64);
        if x > frame.left && x < frame.right() {
            svg.put(format_args!(
                "<path class=\"grid\" d=\"M{} {}V{}\"/>",
                Px(x),
                Px(frame.top),
                Px(frame.bottom())
            ));
            svg.text(x, frame.bottom() + 17.0, "tick mid", &degrees(lon_e7, 'E', 'W'));
        }
    }
    for lat_e7 in projection.parallels() {
        let y = projection.y(lat_e7 as f64);
        if y > frame.top && y < frame.bottom() {
            svg.put(format_args!(
                "<path class=\"grid\" d=\"M{} {}H{}\"/>",
                Px(frame.left),
                Px(y),
                Px(frame.right())
            ));
            svg.text(frame.left - 7.0, y + 4.0, "tick end", &degrees(lat_e7, 'N', 'S'));
        }
    }
}

pub(crate) fn draw_zone(svg: &mut Svg, projection: &Projection, zone: &ZoneShape) {
    svg.put(format_args!("<path class=\"zone\" d=\""));
    for ring in zone.area.rings() {
        let mut last: Option<(f64, f64)> = None;
        for point in ring {
            let (x, y) = projection.place(*point);
            let command = match last {
                None => 'M',
                Some((a, b)) if (a - x).abs() + (b - y).abs() < VERTEX_PX_MIN => continue,
                Some(_) => 'L',
            };
            svg.put(format_args!("{command}{} {}", Px(x), Px(y)));
            last = Some((x, y));
        }
        if last.is_some() {
            svg.put(format_args!("Z"));
        }
    }
    svg.put(format_args!("\"><title>{}</title></path>\n", Safe(&zone_title(zone))));
}

fn zone_title(zone: &ZoneShape) -> String {
    if zone.valid.is_empty() {
        zone.name.clone()
    } else {
        format!("{} (valid {})", zone.name, zone.valid)
    }
}

fn draw_site(svg: &mut Svg, projection: &Projection, mark: &SiteMark) {
    let (x, y) = projection.place(mark.at);
    let radius = projection.px_of_metres(f64::from(mark.radius_m));
    if radius > 6.0 {
        svg.put(format_args!(
            "<circle class=\"perimeter\" cx=\"{}\" cy=\"{}\" r=\"{}\"/>",
            Px(x),
            Px(y),
            Px(radius)
        ));
    }
    site(svg, x, y, mark.protected);
}

/// Names on the map; a name that would lie on another one is left to the table.
pub(crate) fn name_zones(svg: &mut Svg, projection: &Projection, zones: &[ZoneShape]) {
    if zones.len() > ZONES_LABELLED_MAX {
        return;
    }
    let mut taken = Vec::new();
    for zone in zones {
        let highest = zone.area.rings().iter().flatten().max_by_key(|p| (p.lat_e7, p.lon_e7));
        let Some(highest) = highest else { continue };
        let name = shorten(&zone.name, 40);
        let half = name.chars().count() as f64 * 3.6;
        let (x, y) = projection.place(*highest);
        let frame = projection.frame;
        let x = x.clamp(
            frame.left + half + 6.0,
            (frame.right() - half - 6.0).max(frame.left + half + 6.0),
        );
        let y = (y - 8.0).clamp(frame.top + 16.0, frame.bottom() - 8.0);
        if free(&mut taken, x, y, half) {
            svg.text(x, y, "name mid", &name);
        }
    }
}

fn name_sites(svg: &mut Svg, projection: &Projection, sites: &[&SiteMark]) {
    let protected: Vec<_> = sites.iter().filter(|s| s.protected && !s.name.is_empty()).collect();
    if protected.len() > SITES_LABELLED_MAX {
        return;
    }
    let mut taken = Vec::new();
    for mark in protected {
        let (x, y) = projection.place(mark.at);
        let name = shorten(&mark.name, 24);
        if free(&mut taken, x, y, name.chars().count() as f64 * 3.6) {
            svg.text(x + 11.0, y + 4.0, "name", &name);
        }
    }
}

/// Whether a text there lies on none before it; remembers it if so.
fn free(taken: &mut Vec<(f64, f64, f64)>, x: f64, y: f64, half: f64) -> bool {
    let clear =
        taken.iter().all(|(a, b, other)| (a - x).abs() > half + other || (b - y).abs() > 15.0);
    if clear {
        taken.push((x, y, half));
    }
    clear
}

fn scale_bar(svg: &mut Svg, projection: &Projection) {
    let (km, px) = projection.scale_bar(SCALE_BAR_MAX);
    let frame = projection.frame;
    let (x, y) = (frame.left + 14.0, frame.bottom() - 14.0);
    let text = if km < 1.0 { format!("{} m", (km * 1000.0).round()) } else { format!("{km} km") };
    svg.put(format_args!(
        "<rect class=\"plate\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"30\"/>\
         <path class=\"rule\" d=\"M{} {}v6h{}v-6\"/>",
        Px(x - 8.0),
        Px(y - 22.0),
        Px(px + 16.0),
        Px(x),
        Px(y - 6.0),
        Px(px)
    ));
    svg.text(x + px / 2.0, y - 8.0, "tick mid", &text);
}
