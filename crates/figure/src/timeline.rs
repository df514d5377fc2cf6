use crate::Figure;
use crate::axis::ticks;
use crate::lanes::{Drawn, KEY_ROW_PX, draw_key, draw_lane, key, strata, tallest};
use crate::svg::{Px, Safe, Svg, counted, grouped, shorten};
use servanda_comply::picture::{Picture, Window};
use servanda_time::{Instant, Interval};
use std::collections::{BTreeMap, BTreeSet};

/// Most lanes that one timeline draws.
pub const LANES_MAX: usize = 24;
/// Most windows that one timeline draws.
pub const WINDOWS_MAX: usize = 8;
/// A lane with more watches than this is drawn in so many columns.
pub const LANE_COLUMNS: usize = 150;

pub(crate) const WIDTH: f64 = 760.0;
pub(crate) const LEFT: f64 = 142.0;
pub(crate) const RIGHT: f64 = 14.0;
const LANE_PX: f64 = 54.0;
const WINDOW_PX: f64 = 22.0;
const TOP: f64 = 6.0;

/// The timeline of an answer: the windows of the terms, and one lane for each source and
/// instrument with every watch on it, also those that saw nothing in the zone. Times are UTC.
///
/// The bars of one source share one scale. A lane with more than [`LANE_COLUMNS`] watches is
/// gathered into columns of equal length, and the notes say so; they also name lanes and windows
/// that are left off.
#[must_use]
pub fn timeline(picture: &Picture) -> Figure {
    let Some(span) = span(picture) else {
        return empty();
    };
    let mut notes = Vec::new();
    let windows = grouped_windows(&picture.windows, &mut notes);
    let lanes: Vec<Drawn<'_>> = picture
        .lanes
        .iter()
        .take(LANES_MAX)
        .map(|lane| Drawn::new(lane, &span, &mut notes))
        .collect();
    if picture.lanes.len() > LANES_MAX {
        notes.push(format!(
            "The first {LANES_MAX} of {} are drawn; the table has the others.",
            counted(picture.lanes.len() as u64, "lane", "lanes")
        ));
    }
    let strata = strata(&lanes);
    let key = key(&lanes, &strata);

    let lanes_top = TOP + windows.len() as f64 * WINDOW_PX + 8.0;
    let lanes_bottom = lanes_top + lanes.len().max(1) as f64 * LANE_PX;
    let height = lanes_bottom + 34.0 + key.len().div_ceil(2) as f64 * KEY_ROW_PX + 4.0;
    let description = describe(&span, &windows, &lanes, &notes);
    let mut svg =
        Svg::figure("timeline", WIDTH, height, "Timeline of windows and watches", &description);
    let scale = Scale { span };

    for window in &windows {
        let (from, to) = scale.clip(window.from, window.until);
        svg.put(format_args!(
            "<rect class=\"window\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>",
            Px(from),
            Px(TOP),
            Px((to - from).max(1.0)),
            Px(lanes_bottom - TOP)
        ));
    }
    draw_axis(&mut svg, &scale, lanes_bottom);
    for (place, window) in windows.iter().enumerate() {
        draw_window(&mut svg, &scale, window, TOP + place as f64 * WINDOW_PX);
    }
    for (place, lane) in lanes.iter().enumerate() {
        let base = lanes_top + (place + 1) as f64 * LANE_PX - 13.0;
        let scale_of_source = tallest(&lanes, &lane.lane.source);
        draw_lane(&mut svg, &scale, lane, base, scale_of_source, &strata);
    }
    if lanes.is_empty() {
        svg.text(LEFT + 10.0, lanes_top + 30.0, "label", "No source watched in this time.");
    }
    draw_key(&mut svg, &key, &strata, lanes_bottom + 32.0);
    Figure { svg: svg.close(), notes }
}

fn empty() -> Figure {
    let text = "Nothing in this answer has a time";
    let mut svg = Svg::figure("timeline", WIDTH, 90.0, "Timeline: nothing to show", text);
    svg.put(format_args!(
        "<rect class=\"ground\" x=\"1\" y=\"1\" width=\"{}\" height=\"88\"/>",
        Px(WIDTH - 2.0)
    ));
    svg.text(WIDTH / 2.0, 50.0, "label mid", &format!("{text}."));
    Figure { svg: svg.close(), notes: Vec::new() }
}

/// The span given, or else what watches and closed windows span; never empty.
fn span(picture: &Picture) -> Option<Interval> {
    let bars = picture.lanes.iter().flat_map(|lane| &lane.bars);
    let ends = bars.flat_map(|bar| [bar.when.from, bar.when.to]);
    let ends = ends.chain(picture.windows.iter().flat_map(|w| [w.from, w.until]).flatten());
    let span = picture.span.or_else(|| {
        let all: BTreeSet<Instant> = ends.collect();
        Interval::new(*all.first()?, *all.last()?)
    })?;
    if span.ms() > 0 {
        return Some(span);
    }
    // A single instant gets an hour on either side.
    Interval::new(span.from.plus_ms(-3_600_000), span.to.plus_ms(3_600_000))
}

/// Where times stand on the drawing.
pub(crate) struct Scale {
    span: Interval,
}

impl Scale {
    fn x(&self, at: Instant) -> f64 {
        let share = (at.ms() - self.span.from.ms()) as f64 / self.span.ms() as f64;
        LEFT + share.clamp(0.0, 1.0) * (WIDTH - LEFT - RIGHT)
    }

    pub(crate) fn clip(&self, from: Option<Instant>, until: Option<Instant>) -> (f64, f64) {
        (from.map_or(LEFT, |at| self.x(at)), until.map_or(WIDTH - RIGHT, |at| self.x(at)))
    }
}

/// Readings that bind at the same time, drawn as one window.
struct WindowGroup {
    from: Option<Instant>,
    until: Option<Instant>,
    names: Vec<String>,
}

impl WindowGroup {
    /// What fits before the bracket.
    fn short(&self) -> String {
        match self.names.as_slice() {
            [] => String::new(),
            [only] => shorten(only, 21),
            [first, more @ ..] => format!("{} and {} more", shorten(first, 13), more.len()),
        }
    }
}

fn grouped_windows(windows: &[Window], notes: &mut Vec<String>) -> Vec<WindowGroup> {
    let mut groups: BTreeMap<(Option<Instant>, Option<Instant>), BTreeSet<String>> =
        BTreeMap::new();
    for window in windows {
        let name = if window.reading.is_empty() || window.reading == "as written" {
            window.provision.clone()
        } else {
            format!("{} ({})", window.provision, window.reading)
        };
        groups.entry((window.from, window.until)).or_default().insert(name);
    }
    if groups.len() > WINDOWS_MAX {
        notes.push(format!(
            "The first {WINDOWS_MAX} of {} different windows are drawn.",
            groups.len()
        ));
    }
    groups
        .into_iter()
        .take(WINDOWS_MAX)
        .map(|((from, until), names)| WindowGroup {
            from,
            until,
            names: names.into_iter().collect(),
        })
        .collect()
}

fn describe(
    span: &Interval,
    windows: &[WindowGroup],
    lanes: &[Drawn<'_>],
    notes: &[String],
) -> String {
    let mut text = format!("From {} to {}, UTC.", span.from, span.to);
    for window in windows {
        let end = |at: Option<Instant>| at.map_or("open".to_owned(), |at| at.to_string());
        text.push_str(&format!(
            " Window {}: {} to {}.",
            window.names.join(", "),
            end(window.from),
            end(window.until)
        ));
    }
    for lane in lanes {
        let bars = &lane.lane.bars;
        let empty = bars.iter().filter(|bar| bar.counted == 0).count() as u64;
        let sum = bars.iter().fold(0_u64, |sum, bar| sum.saturating_add(bar.counted));
        text.push_str(&format!(
            " {}: {}, {} of them with nothing counted in the zone; {} counted.",
            lane.name(),
            counted(bars.len() as u64, "watch", "watches"),
            grouped(empty),
            grouped(sum)
        ));
    }
    for note in notes {
        text.push(' ');
        text.push_str(note);
    }
    text
}

fn draw_axis(svg: &mut Svg, scale: &Scale, bottom: f64) {
    for tick in ticks(&scale.span) {
        let x = scale.x(tick.at);
        let class = if tick.strong { "grid strong" } else { "grid" };
        svg.put(format_args!(
            "<path class=\"{class}\" d=\"M{} {}V{}\"/>",
            Px(x),
            Px(TOP),
            Px(bottom + 4.0)
        ));
        let near_end = x > WIDTH - RIGHT - 26.0;
        let class = if near_end {
            "tick end"
        } else if x < LEFT + 26.0 {
            "tick"
        } else {
            "tick mid"
        };
        let x = if near_end { WIDTH - 2.0 } else { x };
        svg.text(x, bottom + 18.0, class, &tick.label);
    }
    svg.put(format_args!(
        "<path class=\"rule\" d=\"M{} {}H{}\"/>",
        Px(LEFT),
        Px(bottom),
        Px(WIDTH - RIGHT)
    ));
    svg.text(LEFT - 10.0, bottom + 18.0, "tick end", "UTC");
}

fn draw_window(svg: &mut Svg, scale: &Scale, window: &WindowGroup, top: f64) {
    let (from, to) = scale.clip(window.from, window.until);
    let middle = top + 11.0;
    svg.put(format_args!("<path class=\"bracket\" d=\"M{} {}H{}", Px(from), Px(middle), Px(to)));
    // A closed end gets a stop, an open one runs out of the figure.
    for (end, x) in [(window.from, from), (window.until, to)] {
        if end.is_some() {
            svg.put(format_args!("M{} {}v10", Px(x), Px(middle - 5.0)));
        }
    }
    svg.put(format_args!("\"><title>{}</title></path>\n", Safe(&window.names.join(", "))));
    svg.text(LEFT - 10.0, middle + 4.0, "tick end", &window.short());
}
