//! The lanes of a timeline: every watch, drawn or gathered, and what the signs mean.

use crate::axis::length;
use crate::svg::{Px, Safe, Svg, counted, grouped, shorten};
use crate::timeline::{LANE_COLUMNS, LEFT, RIGHT, Scale, WIDTH};
use servanda_comply::picture::{Bar, Lane};
use servanda_time::Interval;
use std::collections::{BTreeMap, BTreeSet};

/// The highest bar of a source.
const BAR_PX: f64 = 30.0;
/// A row of the key.
pub(crate) const KEY_ROW_PX: f64 = 22.0;
/// With more watches than this, a lane names only its highest count.
const COUNTS_WRITTEN_MAX: usize = 40;

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

/// A lane as it is drawn.
pub(crate) struct Drawn<'a> {
    pub(crate) lane: &'a Lane,
    columns: Vec<Column>,
    gathered: bool,
}

impl<'a> Drawn<'a> {
    pub(crate) fn new(lane: &'a Lane, span: &Interval, notes: &mut Vec<String>) -> Drawn<'a> {
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
            name(lane),
            counted(lane.bars.len() as u64, "watch is", "watches are"),
            length(step)
        ));
        Drawn { lane, columns: bins.into_values().collect(), gathered: true }
    }

    /// What stands before the lane.
    pub(crate) fn name(&self) -> &'a str {
        name(self.lane)
    }
}

fn name(lane: &Lane) -> &str {
    if lane.label.is_empty() { &lane.source } else { &lane.label }
}

/// The highest bar of a source: its lanes share one scale, and no other source's unit is theirs.
pub(crate) fn tallest(lanes: &[Drawn<'_>], source: &str) -> u64 {
    let of_source = lanes.iter().filter(|lane| lane.lane.source == source);
    of_source.flat_map(|lane| &lane.columns).map(|column| column.counted).max().unwrap_or(0)
}

/// The strata of all lanes, by name.
pub(crate) fn strata(lanes: &[Drawn<'_>]) -> Vec<String> {
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

/// Draws a lane on its base line.
pub(crate) fn draw_lane(
    svg: &mut Svg,
    scale: &Scale,
    lane: &Drawn<'_>,
    base: f64,
    tallest: u64,
    strata: &[String],
) {
    svg.text(LEFT - 10.0, base - 8.0, "label end", &shorten(lane.name(), 20));
    let scale_text = format!("highest {}", grouped(tallest));
    svg.text(LEFT - 10.0, base + 6.0, "tick end", &scale_text);
    svg.put(format_args!(
        "<path class=\"base\" d=\"M{} {}H{}\"/>\n",
        Px(LEFT),
        Px(base),
        Px(WIDTH - RIGHT)
    ));
    let crowded = lane.gathered || lane.columns.len() > COUNTS_WRITTEN_MAX;
    let highest = lane.columns.iter().map(|column| column.counted).max().unwrap_or(0);
    let mut written = Written(f64::MIN);
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
            // In a crowd only the highest bar is named; the table has every number.
            if written.insert(column.counted == highest || !crowded, middle, column.counted) {
                svg.put(format_args!(
                    "<text class=\"count mid\" x=\"{}\" y=\"{}\">{}</text>",
                    Px(middle),
                    Px(base - height - 3.0),
                    grouped(column.counted)
                ));
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

/// Up to where counts are written on a lane.
struct Written(f64);

impl Written {
    /// Whether a count may be written there, wanted and clear of the one before.
    fn insert(&mut self, wanted: bool, middle: f64, count: u64) -> bool {
        let half = grouped(count).len() as f64 * 3.2;
        let clear = wanted && middle - half > self.0;
        if clear {
            self.0 = middle + half;
        }
        clear
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

/// A sign of the key.
pub(crate) enum Sign {
    Stratum(String),
    Empty,
    Nothing,
    Open,
}

/// The signs that occur, with their meaning.
pub(crate) fn key(lanes: &[Drawn<'_>], strata: &[String]) -> Vec<(Sign, String)> {
    let columns = || lanes.iter().flat_map(|lane| &lane.columns);
    let mut key = Vec::new();
    if columns().any(|column| column.counted > 0) {
        let of = if strata.is_empty() { vec![String::new()] } else { strata.to_vec() };
        for stratum in of {
            let name = if stratum.is_empty() { String::new() } else { format!(", {stratum}") };
            key.push((Sign::Stratum(stratum), format!("Counted in the zone{name}")));
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

/// Draws the key with its upper edge there.
pub(crate) fn draw_key(svg: &mut Svg, key: &[(Sign, String)], strata: &[String], top: f64) {
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
