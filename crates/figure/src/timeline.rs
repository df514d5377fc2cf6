use crate::Figure;
use crate::axis::{length, ticks};
use crate::svg::{Px, Safe, Svg, counted, grouped, shorten};
use servanda_comply::picture::{Bar, Lane, Picture, Window};
use servanda_time::{Instant, Interval};
use std::collections::{BTreeMap, BTreeSet};

/// Most lanes that one timeline draws.
pub const LANES_MAX: usize = 24;
/// Most windows that one timeline draws.
pub const WINDOWS_MAX: usize = 8;
/// A lane with more watches than this is drawn in so many columns.
pub const LANE_COLUMNS: usize = 150;

const WIDTH: f64 = 760.0;
const LEFT: f64 = 142.0;
const RIGHT: f64 = 14.0;
const LANE_PX: f64 = 54.0;
const BAR_PX: f64 = 30.0;
const WINDOW_PX: f64 = 22.0;
const TOP: f64 = 6.0;
const KEY_ROW_PX: f64 = 22.0;
/// A count is written over its bar where bars stand at least so far apart.
const COUNT_ROOM_PX: f64 = 13.0;

/// The timeline of an answer: the windows of the terms, and one lane for each source and
/// instrument with every watch on it, also those that saw nothing in the zone. Times are UTC.
///
/// Bars share one scale. A lane with more than [`LANE_COLUMNS`] watches is gathered into columns
/// of equal length, and the notes say so; they also name lanes and windows that are left off.
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
    let tallest = lanes.iter().flat_map(|lane| &lane.columns).map(|c| c.counted).max().unwrap_or(0);
    let strata = strata(&lanes);
    let key = key_entries(&lanes, &strata, tallest);

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
        draw_lane(&mut svg, &scale, lane, base, tallest, &strata);
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

struct Scale {
    span: Interval,
}

impl Scale {
    fn x(&self, at: Instant) -> f64 {
        let share = (at.ms() - self.span.from.ms()) as f64 / self.span.ms() as f64;
        LEFT + share.clamp(0.0, 1.0) * (WIDTH - LEFT - RIGHT)
    }

    fn clip(&self, from: Option<Instant>, until: Option<Instant>) -> (f64, f64) {
        (from.map_or(LEFT, |at| self.x(at)), until.map_or(WIDTH - RIGHT, |at| self.x(at)))
    }
}

/// Readings that bind at the same time, drawn as one window.
struct WindowGroup {
    from: Option<Instant>,
    until: Option<Instant>,
    label: String,
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
        .map(|((from, until), names)| {
            let names: Vec<String> = names.into_iter().collect();
            WindowGroup { from, until, label: names.join(", ") }
        })
        .collect()
}

/// What one place of a lane shows: a watch, or several gathered.
struct Column {
    when: Interval,
    stratum: String,
    watches: u64,
    counted: u64,
    control: u64,
    all: u64,
}

impl Column {
    fn of(bar: &Bar) -> Column {
        Column {
            when: bar.when,
            stratum: bar.stratum.clone(),
            watches: 1,
            counted: bar.counted,
            control: bar.control,
            all: bar.all,
        }
    }
}

struct Drawn<'a> {
    lane: &'a Lane,
    columns: Vec<Column>,
    gathered: bool,
}

impl<'a> Drawn<'a> {
    fn new(lane: &'a Lane, span: &Interval, notes: &mut Vec<String>) -> Drawn<'a> {
        if lane.bars.len() <= LANE_COLUMNS {
            let columns = lane.bars.iter().map(Column::of).collect();
            return Drawn { lane, columns, gathered: false };
        }
        let step = (span.ms() / LANE_COLUMNS as i64).max(1);
        let mut bins: BTreeMap<i64, Column> = BTreeMap::new();
        for bar in &lane.bars {
            let bin = (bar.when.from.ms() - span.from.ms())
                .div_euclid(step)
                .clamp(0, LANE_COLUMNS as i64 - 1);
            let start = span.from.plus_ms(bin * step);
            let column = bins.entry(bin).or_insert(Column {
                when: Interval { from: start, to: start.plus_ms(step) },
                stratum: String::new(),
                watches: 0,
                counted: 0,
                control: 0,
                all: 0,
            });
            column.watches += 1;
            column.counted = column.counted.saturating_add(bar.counted);
            column.control = column.control.saturating_add(bar.control);
            column.all = column.all.saturating_add(bar.all);
        }
        notes.push(format!(
            "Lane \"{}\": {} drawn in {LANE_COLUMNS} columns of {} each, by the time each starts.",
            lane.label,
            counted(lane.bars.len() as u64, "watch is", "watches are"),
            length(step)
        ));
        Drawn { lane, columns: bins.into_values().collect(), gathered: true }
    }
}

fn strata(lanes: &[Drawn<'_>]) -> Vec<String> {
    let named = lanes.iter().flat_map(|lane| &lane.columns).map(|c| c.stratum.clone());
    let set: BTreeSet<String> = named.filter(|s| !s.is_empty()).collect();
    set.into_iter().collect()
}

fn stratum_class(strata: &[String], stratum: &str) -> &'static str {
    match strata.iter().position(|s| s == stratum) {
        None => "bar",
        Some(place) => ["bar hollow", "bar", "bar pale"][place.min(2)],
    }
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
            window.label,
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
            lane.lane.label,
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
    svg.put(format_args!("\"><title>{}</title></path>\n", Safe(&window.label)));
    svg.text(LEFT - 10.0, middle + 4.0, "tick end", &shorten(&window.label, 21));
}

fn draw_lane(
    svg: &mut Svg,
    scale: &Scale,
    lane: &Drawn<'_>,
    base: f64,
    tallest: u64,
    strata: &[String],
) {
    svg.text(LEFT - 10.0, base - 8.0, "label end", &shorten(&lane.lane.label, 20));
    if lane.lane.source != lane.lane.label {
        svg.text(LEFT - 10.0, base + 6.0, "tick end", &shorten(&lane.lane.source, 20));
    }
    svg.put(format_args!(
        "<path class=\"base\" d=\"M{} {}H{}\"/>\n",
        Px(LEFT),
        Px(base),
        Px(WIDTH - RIGHT)
    ));
    let mut written_up_to = f64::MIN;
    for column in &lane.columns {
        let (from, to) = scale.clip(Some(column.when.from), Some(column.when.to));
        let width = (to - from - 0.6).max(3.2);
        let left = ((from + to) / 2.0 - width / 2.0).clamp(LEFT, WIDTH - RIGHT - width);
        let middle = left + width / 2.0;
        svg.put(format_args!("<g><title>{}</title>", Safe(&told(column, lane.gathered))));
        if column.counted > 0 {
            let height = (column.counted as f64 / tallest.max(1) as f64 * BAR_PX).max(2.0);
            svg.put(format_args!(
                "<rect class=\"{}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>",
                stratum_class(strata, &column.stratum),
                Px(left),
                Px(base - height),
                Px(width),
                Px(height)
            ));
            let text = grouped(column.counted);
            let half = text.len() as f64 * 3.2;
            if middle - half > written_up_to && !lane.gathered {
                svg.put(format_args!(
                    "<text class=\"count mid\" x=\"{}\" y=\"{}\">{text}</text>",
                    Px(middle),
                    Px(base - height - 3.0)
                ));
                written_up_to = middle + half.max(COUNT_ROOM_PX / 2.0);
            }
        } else if column.all > 0 {
            svg.put(format_args!(
                "<circle class=\"empty\" cx=\"{}\" cy=\"{}\" r=\"2.8\"/>",
                Px(middle),
                Px(base)
            ));
        } else {
            svg.put(format_args!(
                "<path class=\"nothing\" d=\"M{} {}v8\"/>",
                Px(middle),
                Px(base - 4.0)
            ));
        }
        if column.control > 0 {
            svg.put(format_args!(
                "<path class=\"open\" d=\"M{} {}l3 5.4h-6z\"/>",
                Px(middle),
                Px(base + 4.6)
            ));
        }
        svg.put(format_args!("</g>\n"));
    }
}

fn told(column: &Column, gathered: bool) -> String {
    let mut text = format!("{} to {}", column.when.from, column.when.to);
    if !column.stratum.is_empty() {
        text.push_str(&format!(" · {}", column.stratum));
    }
    if gathered {
        text.push_str(&format!(" · {}", counted(column.watches, "watch", "watches")));
    }
    text.push_str(&format!(
        " · {} counted in the zone, {} at control sites, {} anywhere",
        grouped(column.counted),
        grouped(column.control),
        grouped(column.all)
    ));
    text
}

enum Sign {
    Stratum(String),
    Empty,
    Nothing,
    Open,
}

fn key_entries(lanes: &[Drawn<'_>], strata: &[String], tallest: u64) -> Vec<(Sign, String)> {
    let columns = || lanes.iter().flat_map(|lane| &lane.columns);
    let mut key = Vec::new();
    if tallest > 0 {
        let of = if strata.is_empty() { vec![String::new()] } else { strata.to_vec() };
        for stratum in of {
            let name = if stratum.is_empty() { String::new() } else { format!(", {stratum}") };
            let text = format!("Counted in the zone{name} (highest bar: {})", grouped(tallest));
            key.push((Sign::Stratum(stratum), text));
        }
    }
    key.push((Sign::Empty, "Watched, nothing counted in the zone".to_owned()));
    if columns().any(|c| c.all == 0) {
        key.push((Sign::Nothing, "Watched, nothing seen anywhere".to_owned()));
    }
    if columns().any(|c| c.control > 0) {
        key.push((Sign::Open, "A control site was seen: the view was open".to_owned()));
    }
    key
}

fn draw_key(svg: &mut Svg, key: &[(Sign, String)], strata: &[String], top: f64) {
    let rows = key.len().div_ceil(2).max(1);
    for (place, (sign, text)) in key.iter().enumerate() {
        let x = 14.0 + (place / rows) as f64 * (WIDTH / 2.0);
        let y = top + (place % rows) as f64 * KEY_ROW_PX + KEY_ROW_PX / 2.0;
        match sign {
            Sign::Stratum(stratum) => svg.put(format_args!(
                "<rect class=\"{}\" x=\"{}\" y=\"{}\" width=\"6\" height=\"13\"/>",
                stratum_class(strata, stratum),
                Px(x - 3.0),
                Px(y - 6.5)
            )),
            Sign::Empty => {
                svg.put(format_args!(
                    "<circle class=\"empty\" cx=\"{}\" cy=\"{}\" r=\"2.8\"/>",
                    Px(x),
                    Px(y)
                ));
            }
            Sign::Nothing => svg.put(format_args!(
                "<path class=\"nothing\" d=\"M{} {}v8\"/>",
                Px(x),
                Px(y - 4.0)
            )),
            Sign::Open => svg.put(format_args!(
                "<path class=\"open\" d=\"M{} {}l3 5.4h-6z\"/>",
                Px(x),
                Px(y - 2.7)
            )),
        }
        svg.text(x + 14.0, y + 4.5, "label", text);
    }
}
