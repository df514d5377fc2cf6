//! A map of events and a histogram of their times: what a question about them shows.

use crate::axis::ticks;
use crate::extent::Extent;
use crate::map::{begin_sheet, draw_zone, end_sheet, frame, name_zones};
use crate::projection::Projection;
use crate::svg::{Px, Safe, Svg, counted, grouped};
use crate::{Figure, map};
use servanda_comply::picture::ZoneShape;
use servanda_place::{Bounds, Point};
use servanda_time::Interval;
use std::collections::BTreeSet;

const WIDTH: f64 = 760.0;
const LEFT: f64 = 58.0;
const RIGHT: f64 = 10.0;
const AXIS: f64 = 24.0;
const KEY_PX: f64 = 26.0;
const BARS_PX: f64 = 110.0;
/// Half the size of an event's mark in user units.
const MARK_PX: f64 = 4.6;
/// A disc is drawn where it is larger than its mark.
const DISC_PX_MIN: f64 = 6.0;
/// Drawings with more events carry no text for each.
const TITLED_MAX: usize = 600;
/// Radius of the largest and the smallest circle that gathers events.
const GATHERED_PX: (f64, f64) = (9.0, 26.0);

/// What has become of an event: a shape for each, so that colour is never needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Nothing was done about it.
    Plain,
    /// It waits for people.
    Open,
    /// People verified it.
    Verified,
    /// Something was found on it.
    Found,
    /// It is closed.
    Closed,
}

impl Standing {
    /// All, in the order of the legend.
    pub const ALL: [Standing; 5] =
        [Standing::Plain, Standing::Open, Standing::Verified, Standing::Found, Standing::Closed];

    /// Its word, as maps in a browser know it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Standing::Plain => "plain",
            Standing::Open => "open",
            Standing::Verified => "verified",
            Standing::Found => "found",
            Standing::Closed => "closed",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Standing::Plain => "Nothing done",
            Standing::Open => "Waits for people",
            Standing::Verified => "Verified",
            Standing::Found => "Found",
            Standing::Closed => "Closed",
        }
    }
}

/// An event on a map, or a place where some are gathered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Where; of several the middle of them.
    pub at: Point,
    /// How far from there it may be, in millimetres.
    pub radius_mm: u64,
    /// How many there are.
    pub count: u64,
    /// What has become of it.
    pub standing: Standing,
    /// What is said of it.
    pub title: String,
}

/// The map of events. North is up; no border is drawn but those of the agreement's zones.
///
/// It shows `part`, or the events with some room around them, or where there is none the zones.
#[must_use]
pub fn event_map(zones: &[ZoneShape], events: &[Event], part: Option<Bounds>) -> Figure {
    let corners = |part: Bounds| {
        let point = |lon_e7, lat_e7| Point { lon_e7, lat_e7 };
        [point(part.west_e7, part.south_e7), point(part.east_e7, part.north_e7)]
    };
    let vertices = zones.iter().flat_map(|zone| zone.area.rings()).flatten().copied();
    let extent = Extent::around(part.map(corners).into_iter().flatten())
        .or_else(|| Extent::around(events.iter().map(|event| event.at)).map(Extent::padded))
        .or_else(|| Extent::around(vertices).map(Extent::padded));
    let Some(extent) = extent else { return map::empty() };
    let frame = frame(&extent);
    let projection = Projection::new(&extent, frame);
    let all: u64 = events.iter().map(|event| event.count).sum();
    let gathered = events.iter().any(|event| event.count > 1);
    let drawn: Vec<(&Event, f64, f64)> = events
        .iter()
        .map(|event| (event, projection.place(event.at)))
        .filter(|(_, at)| projection.frame.holds(*at))
        .map(|(event, (x, y))| (event, x, y))
        .collect();
    let counting: u64 = drawn.iter().map(|(event, ..)| event.count).sum();
    let mut notes = Vec::new();
    if gathered {
        notes.push("Events that lie close to each other are gathered in circles.".to_owned());
    }
    let description = format!(
        "{} on the map, {} of the agreement. North is up. The list has each of them.",
        counted(counting, "event", "events"),
        counted(zones.len() as u64, "zone", "zones"),
    );
    let height = frame.bottom() + AXIS + 2.0 * KEY_PX;
    let title = format!("Map of {}", counted(all, "event", "events"));
    let mut svg = Svg::figure("events", WIDTH, height, &title, &description);
    begin_sheet(&mut svg, &projection, "events-frame");
    for zone in zones {
        draw_zone(&mut svg, &projection, zone);
    }
    draw(&mut svg, &projection, &drawn);
    svg.put(format_args!("</g>\n"));
    name_zones(&mut svg, &projection, zones);
    end_sheet(&mut svg, &projection);
    legend(&mut svg, frame.left, frame.bottom() + AXIS + KEY_PX / 2.0 + 4.0, frame.width);
    Figure { svg: svg.close(), notes }
}

/// Discs of uncertainty below, then marks, the most important last, then what is gathered.
fn draw(svg: &mut Svg, projection: &Projection, drawn: &[(&Event, f64, f64)]) {
    let single = |event: &Event| event.count == 1;
    // Discs that coincide are drawn once.
    let discs: BTreeSet<String> = drawn
        .iter()
        .filter(|(event, ..)| single(event))
        .map(|(event, x, y)| (x, y, projection.px_of_metres(event.radius_mm as f64 / 1000.0)))
        .filter(|(.., disc_px)| *disc_px > DISC_PX_MIN)
        .map(|(x, y, r)| format!("<circle cx=\"{}\" cy=\"{}\" r=\"{}\"/>", Px(*x), Px(*y), Px(r)))
        .collect();
    svg.put(format_args!("<g class=\"disc\">"));
    discs.iter().for_each(|disc| svg.put(format_args!("{disc}")));
    svg.put(format_args!("</g>\n"));
    for standing in Standing::ALL {
        svg.put(format_args!("<g class=\"event {}\">", standing.word()));
        let own = drawn.iter().filter(|(event, ..)| single(event) && event.standing == standing);
        for (event, x, y) in own {
            svg.put(format_args!("<path d=\"{}\">", outline(standing, *x, *y)));
            if drawn.len() <= TITLED_MAX {
                svg.put(format_args!("<title>{}</title>", Safe(&event.title)));
            }
            svg.put(format_args!("</path>\n"));
        }
        svg.put(format_args!("</g>\n"));
    }
    let most = drawn.iter().map(|(event, ..)| event.count).max().unwrap_or(1).max(2);
    for (event, x, y) in drawn.iter().filter(|(event, ..)| !single(event)) {
        let share = libm::sqrt(event.count as f64 / most as f64);
        let radius = GATHERED_PX.0 + share * (GATHERED_PX.1 - GATHERED_PX.0);
        svg.put(format_args!(
            "<circle class=\"gathered\" cx=\"{}\" cy=\"{}\" r=\"{}\"/>",
            Px(*x),
            Px(*y),
            Px(radius)
        ));
        svg.text(*x, y + 4.0, "tick mid gathered-count", &short(event.count));
    }
}

/// A count that fits into a circle.
fn short(count: u64) -> String {
    match count {
        0..=9_999 => count.to_string(),
        10_000..=999_999 => format!("{}k", count / 1_000),
        _ => format!("{}M", count / 1_000_000),
    }
}

fn outline(standing: Standing, x: f64, y: f64) -> String {
    let r = MARK_PX;
    match standing {
        // A circle, hollow or full.
        Standing::Plain | Standing::Verified => {
            let r = if standing == Standing::Plain { r * 0.7 } else { r };
            format!(
                "M{} {}a{r} {r} 0 1 0 {d} 0a{r} {r} 0 1 0 -{d} 0z",
                Px(x - r),
                Px(y),
                r = Px(r),
                d = Px(2.0 * r)
            )
        }
        Standing::Open => {
            format!(
                "M{} {}l{r} {h}h-{d}z",
                Px(x),
                Px(y - r),
                r = Px(r),
                h = Px(1.8 * r),
                d = Px(2.0 * r)
            )
        }
        Standing::Found => {
            format!("M{} {}l{r} {r}l-{r} {r}l-{r} -{r}z", Px(x), Px(y - 1.2 * r), r = Px(1.2 * r))
        }
        Standing::Closed => {
            format!("M{} {}h{d}v{d}h-{d}z", Px(x - 0.8 * r), Px(y - 0.8 * r), d = Px(1.6 * r))
        }
    }
}

fn legend(svg: &mut Svg, left: f64, top: f64, width: f64) {
    let column = width / 4.0;
    let at = |n: usize| {
        let (row, place) = (n / 4, n % 4);
        (left + place as f64 * column + 8.0, top + row as f64 * KEY_PX)
    };
    for (n, standing) in Standing::ALL.into_iter().enumerate() {
        let (x, y) = at(n);
        svg.put(format_args!(
            "<g class=\"event {}\"><path d=\"{}\"/></g>",
            standing.word(),
            outline(standing, x, y)
        ));
        svg.text(x + 14.0, y + 4.5, "label", standing.label());
    }
    let (x, y) = at(Standing::ALL.len());
    svg.put(format_args!(
        "<g class=\"disc\"><circle cx=\"{}\" cy=\"{}\" r=\"8\"/></g>",
        Px(x),
        Px(y)
    ));
    svg.text(x + 14.0, y + 4.5, "label", "How far it is uncertain");
    let (x, y) = at(Standing::ALL.len() + 1);
    svg.put(format_args!(
        "<rect class=\"zone\" x=\"{}\" y=\"{}\" width=\"16\" height=\"12\"/>",
        Px(x - 8.0),
        Px(y - 6.0)
    ));
    svg.text(x + 14.0, y + 4.5, "label", "Zone of the agreement");
}

/// How many events there are in each part of a span; what lasts longer counts in each part that it
/// touches. `chosen` is shaded. The drawing's attributes `data-from` and `data-to` give the span in
/// milliseconds, and `data-left` and `data-right` where it lies in the drawing.
#[must_use]
pub fn histogram(span: &Interval, counts: &[u64], chosen: Option<&Interval>) -> Figure {
    let most = counts.iter().copied().max().unwrap_or(0);
    let (top, inner) = (12.0, WIDTH - LEFT - RIGHT);
    let bottom = top + BARS_PX;
    let x_of = |ms: i64| {
        let share = (ms - span.from.ms()) as f64 / span.ms().max(1) as f64;
        LEFT + share.clamp(0.0, 1.0) * inner
    };
    let description = format!(
        "{}; at most {} in one of them. The table below has the numbers.",
        counted(counts.len() as u64, "part of time", "parts of time"),
        counted(most, "event", "events"),
    );
    let title = "Events over time";
    let mut svg = Svg::figure("times", WIDTH, bottom + AXIS, title, &description);
    svg.put(format_args!(
        "<rect class=\"ground times\" data-from=\"{}\" data-to=\"{}\" data-left=\"{}\" \
         data-right=\"{}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>\n",
        span.from.ms(),
        span.to.ms(),
        Px(LEFT),
        Px(LEFT + inner),
        Px(LEFT),
        Px(top),
        Px(inner),
        Px(BARS_PX)
    ));
    if let Some(chosen) = chosen {
        let (from, to) = (x_of(chosen.from.ms()), x_of(chosen.to.ms()));
        svg.put(format_args!(
            "<rect class=\"window\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>\
             <path class=\"bracket\" d=\"M{} {t}V{b}M{} {t}V{b}\"/>\n",
            Px(from),
            Px(top),
            Px((to - from).max(1.0)),
            Px(BARS_PX),
            Px(from),
            Px(to),
            t = Px(top),
            b = Px(bottom)
        ));
    }
    for tick in ticks(span) {
        let x = x_of(tick.at.ms());
        let class = if tick.strong { "grid strong" } else { "grid" };
        svg.put(format_args!(
            "<path class=\"{class}\" d=\"M{} {}V{}\"/>",
            Px(x),
            Px(top),
            Px(bottom)
        ));
        svg.text(x, bottom + 17.0, "tick mid", &tick.label);
    }
    let step = inner / counts.len().max(1) as f64;
    for (n, count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
        // What is there can be seen, however little it is.
        let height = (BARS_PX * *count as f64 / most.max(1) as f64).max(1.5);
        svg.put(format_args!(
            "<rect class=\"bar\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>",
            Px(LEFT + n as f64 * step + 0.5),
            Px(bottom - height),
            Px((step - 1.0).max(0.8)),
            Px(height)
        ));
    }
    svg.put(format_args!(
        "<path class=\"base\" d=\"M{} {b}H{}\"/>",
        Px(LEFT),
        Px(LEFT + inner),
        b = Px(bottom)
    ));
    svg.text(LEFT - 7.0, top + 8.0, "tick end", &grouped(most));
    Figure { svg: svg.close(), notes: Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use servanda_time::Instant;

    fn event(lon: &str, lat: &str, count: u64, standing: Standing) -> Event {
        let at = Point::parse(lon, lat).unwrap();
        Event { at, radius_mm: 2_000_000, count, standing, title: "<b>flash".into() }
    }

    #[test]
    fn each_standing_has_its_shape_and_texts_cannot_break_out() {
        let all: Vec<Event> = (0..)
            .zip(Standing::ALL)
            .map(|(n, standing)| event(&format!("10.0{n}"), "50", 1, standing))
            .collect();
        let figure = event_map(&[], &all, None);
        assert!(figure.svg.contains("&lt;b&gt;flash") && !figure.svg.contains("<b>"));
        let shapes: std::collections::BTreeSet<String> =
            Standing::ALL.map(|standing| outline(standing, 0.0, 0.0)).into();
        assert_eq!(shapes.len(), 5);
        assert!(figure.notes.is_empty());
        assert!(figure.svg.contains("5 events on the map"), "{}", figure.svg);
    }

    #[test]
    fn what_is_gathered_says_how_many() {
        let figure = event_map(&[], &[event("10", "50", 12_345, Standing::Plain)], None);
        assert!(figure.svg.contains(">12k</text>") && figure.notes.len() == 1);
        let nothing = event_map(&[], &[], None);
        assert!(nothing.svg.contains("Nothing in this answer has a place"));
        // A part of the world leaves out what lies elsewhere.
        let part = Bounds { west_e7: 0, south_e7: 0, east_e7: 10_000_000, north_e7: 10_000_000 };
        let figure = event_map(&[], &[event("10", "50", 1, Standing::Open)], Some(part));
        assert!(figure.svg.contains("0 events on the map"));
    }

    #[test]
    fn the_smallest_count_is_seen() {
        let at = |text| Instant::parse(text, None).unwrap();
        let span = Interval::new(at("2030-01-01T00:00:00Z"), at("2030-01-11T00:00:00Z")).unwrap();
        let chosen = Interval::new(at("2030-01-02T00:00:00Z"), at("2030-01-03T00:00:00Z")).unwrap();
        let figure = histogram(&span, &[0, 1, 100_000, 0, 3], Some(&chosen));
        assert_eq!(figure.svg.matches("class=\"bar\"").count(), 3);
        assert!(figure.svg.contains("height=\"1.5\"") && figure.svg.contains("class=\"bracket\""));
        assert!(figure.svg.contains(&format!("data-from=\"{}\"", span.from.ms())));
    }
}
