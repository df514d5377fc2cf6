//! The figures and the tables behind them.

use crate::cut::{self, Cut, cut};
use crate::when::{When, pair, when_at};
use crate::words::number;
use servanda_comply::picture::{Lane, Picture, Standing};
use servanda_figure::{map, tally, timeline};

pub(crate) struct MapView {
    pub(crate) svg: String,
    pub(crate) notes: Vec<String>,
    pub(crate) tallies: Vec<TallyRow>,
    pub(crate) total: String,
    pub(crate) zones: Cut<ZoneRow>,
    pub(crate) sites: Cut<SiteRow>,
}

pub(crate) struct TallyRow {
    pub(crate) standing: &'static str,
    pub(crate) before: String,
    pub(crate) during: String,
    pub(crate) after: String,
    pub(crate) no_phase: String,
    pub(crate) all: String,
}

pub(crate) struct ZoneRow {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) valid: String,
}

pub(crate) struct SiteRow {
    pub(crate) name: String,
    pub(crate) register: String,
    pub(crate) kind: &'static str,
    pub(crate) at: String,
    pub(crate) radius: String,
}

pub(crate) fn map_view(picture: &Picture) -> MapView {
    let drawn = map(picture);
    let tallies = tally(picture).into_iter().map(|row| TallyRow {
        standing: match row.standing {
            Standing::Inside => "in the zone",
            Standing::Straddling => "on its border: the disc of uncertainty lies on both sides",
            Standing::Outside => "outside",
            Standing::Control => "at a control site: left out of the count, shows an open view",
            Standing::Excepted => "taken out by an exception",
        },
        before: number(row.before),
        during: number(row.during),
        after: number(row.after),
        no_phase: number(row.no_phase),
        all: number(row.all()),
    });
    let zones = picture.zones.iter().map(|zone| ZoneRow {
        id: zone.id.clone(),
        name: zone.name.clone(),
        valid: if zone.valid.is_empty() { "always".to_owned() } else { zone.valid.clone() },
    });
    let sites = picture.sites.iter().map(|site| SiteRow {
        name: if site.name.is_empty() { "no name".to_owned() } else { site.name.clone() },
        register: site.register.clone(),
        kind: if site.protected { "protected" } else { "control" },
        at: site.at.to_string(),
        radius: number(u64::from(site.radius_m)),
    });
    MapView {
        svg: drawn.svg,
        notes: drawn.notes,
        tallies: tallies.collect(),
        total: number(picture.marks.len() as u64),
        zones: cut(zones, picture.zones.len() as u64, cut::ROWS_MAX),
        sites: cut(sites, picture.sites.len() as u64, cut::ROWS_MAX),
    }
}

pub(crate) struct TimelineView {
    pub(crate) svg: String,
    pub(crate) notes: Vec<String>,
    pub(crate) windows: Cut<WindowRow>,
    pub(crate) lanes: Cut<LaneRow>,
    pub(crate) watches: Cut<WatchRow>,
    pub(crate) watches_total: String,
}

pub(crate) struct WindowRow {
    pub(crate) provision: String,
    pub(crate) reading: String,
    pub(crate) from: When,
    pub(crate) until: When,
}

pub(crate) struct LaneRow {
    pub(crate) label: String,
    pub(crate) source: String,
    pub(crate) watches: String,
    pub(crate) empty: String,
    pub(crate) counted: String,
    pub(crate) control: String,
}

pub(crate) struct WatchRow {
    pub(crate) label: String,
    pub(crate) from: When,
    pub(crate) to: When,
    pub(crate) stratum: String,
    pub(crate) counted: String,
    pub(crate) control: String,
    pub(crate) all: String,
}

fn lane_name(lane: &Lane) -> &str {
    if lane.label.is_empty() { &lane.source } else { &lane.label }
}

pub(crate) fn timeline_view(picture: &Picture) -> TimelineView {
    let drawn = timeline(picture);
    let end = |at: Option<servanda_time::Instant>| {
        at.map_or(When { iso: String::new(), shown: "open".to_owned() }, when_at)
    };
    let windows = picture.windows.iter().map(|window| WindowRow {
        provision: window.provision.clone(),
        reading: window.reading.clone(),
        from: end(window.from),
        until: end(window.until),
    });
    let lanes = picture.lanes.iter().map(|lane| {
        let sum = |of: fn(&servanda_comply::picture::Bar) -> u64| {
            number(lane.bars.iter().map(of).fold(0, u64::saturating_add))
        };
        LaneRow {
            label: lane_name(lane).to_owned(),
            source: lane.source.clone(),
            watches: number(lane.bars.len() as u64),
            empty: number(lane.bars.iter().filter(|bar| bar.counted == 0).count() as u64),
            counted: sum(|bar| bar.counted),
            control: sum(|bar| bar.control),
        }
    });
    let mut watches: Vec<_> = picture
        .lanes
        .iter()
        .flat_map(|lane| lane.bars.iter().map(|bar| (lane_name(lane), bar)))
        .collect();
    // In order of time over all lanes, as a reader of the list wants it; a stable sort.
    watches.sort_by_key(|(_, bar)| bar.when);
    let total = watches.len() as u64;
    let rows = watches.into_iter().map(|(label, bar)| {
        let (from, to) = pair(when_at(bar.when.from), when_at(bar.when.to));
        WatchRow {
            label: label.to_owned(),
            from,
            to,
            stratum: bar.stratum.clone(),
            counted: number(bar.counted),
            control: number(bar.control),
            all: number(bar.all),
        }
    });
    TimelineView {
        svg: drawn.svg,
        notes: drawn.notes,
        windows: cut(windows, picture.windows.len() as u64, cut::ROWS_MAX),
        lanes: cut(lanes, picture.lanes.len() as u64, cut::ROWS_MAX),
        watches: cut(rows, total, cut::ROWS_MAX),
        watches_total: number(total),
    }
}
