//! What the map and the timeline show.

use crate::exposure::passes_of;
use crate::phases::{phase_of, phases};
use crate::picture::{Bar, Lane, Mark, Picture, SiteMark, Standing, Window, ZoneShape};
use crate::scene::{Lies, Scene, window};
use servanda_entry::Place;
use servanda_place::Point;
use servanda_terms::{NamedZone, Provision, Reading, Source};
use servanda_time::Interval;
use std::collections::{BTreeMap, BTreeSet};

/// Lanes are drawn day by day up to this many days.
const DAYS_MAX: usize = 400;

pub(crate) fn picture(scene: &Scene<'_>) -> Picture {
    let agreement = scene.agreement;
    let named: BTreeSet<&str> = agreement
        .provisions
        .iter()
        .flat_map(|provision| &provision.readings)
        .flat_map(|reading| &reading.places)
        .map(String::as_str)
        .collect();
    let mut picture = Picture::default();
    // A text that names no zone still has an outline to draw its observations on.
    let drawn = |zone: &&NamedZone| named.is_empty() || named.contains(zone.id.as_str());
    for zone in agreement.zones.iter().filter(drawn) {
        picture.zones.push(ZoneShape {
            id: zone.id.clone(),
            name: zone.name.clone(),
            valid: zone.valid.map(|valid| valid.civil(&agreement.timezone)).unwrap_or_default(),
            area: zone.area.clone(),
        });
    }
    sites(scene, &mut picture);
    for provision in &agreement.provisions {
        for reading in &provision.readings {
            if reading.from.is_some() || reading.until.is_some() {
                picture.windows.push(Window {
                    provision: provision.id.clone(),
                    reading: reading.id.clone(),
                    from: reading.from,
                    until: reading.until,
                });
            }
        }
    }
    for source in &agreement.sources {
        let shown = |provision: &&Provision| provision.shown_by.contains(&source.id);
        let provision = agreement.provisions.iter().find(shown);
        let Some((provision, reading)) = provision.and_then(|p| Some((p, p.readings.first()?)))
        else {
            continue;
        };
        let standings = marks(scene, provision, reading, source, &mut picture);
        lanes(scene, source, &standings, &mut picture);
    }
    picture.marks.sort_by(|a, b| (a.when, &a.cite).cmp(&(b.when, &b.cite)));
    let windows = agreement.provisions.iter().flat_map(|p| &p.readings).filter_map(window);
    let data = agreement.sources.iter().filter_map(|source| scene.data_span(&source.id));
    picture.span = windows.chain(data).reduce(Interval::hull);
    picture
}

fn sites(scene: &Scene<'_>, picture: &mut Picture) {
    let agreement = scene.agreement;
    let mut wanted: BTreeMap<(&str, bool), u32> = BTreeMap::new();
    for source in &agreement.sources {
        if let Some(control) = &source.control {
            wanted.insert((&control.register, false), control.within_m);
        }
    }
    for reading in agreement.provisions.iter().flat_map(|provision| &provision.readings) {
        if let Some(sites) = &reading.sites {
            wanted.insert((&sites.register, true), sites.within_m);
        }
    }
    for ((register, protected), radius_m) in wanted {
        for site in scene.history.sites.get(register).into_iter().flatten() {
            let Place::Disc(disc) = &site.value.at else { continue };
            picture.sites.push(SiteMark {
                register: register.to_string(),
                name: site.value.name.clone().or(site.value.key.clone()).unwrap_or_default(),
                at: Point { lon_e7: disc.lon_e7, lat_e7: disc.lat_e7 },
                radius_m,
                protected,
            });
        }
    }
    picture.sites.sort_by_key(|site| (site.register.clone(), site.at, site.name.clone()));
}

/// Adds a mark for each observation of the source that has a place; gives each one's standing.
fn marks(
    scene: &Scene<'_>,
    provision: &Provision,
    reading: &Reading,
    source: &Source,
    picture: &mut Picture,
) -> BTreeMap<usize, Standing> {
    let agreement = scene.agreement;
    let data = scene.data_span(&source.id);
    let phases = data
        .map(|data| phases(reading, &agreement.baseline, &agreement.timezone, data, scene.at))
        .unwrap_or_default();
    let mut standings = BTreeMap::new();
    for (n, seen) in scene.history.observations.iter().enumerate() {
        if !seen.of(&source.id) {
            continue;
        }
        let near_control = source
            .control
            .as_ref()
            .is_some_and(|c| scene.near_site(n, &c.register, &[], c.within_m));
        let excepted = scene.exceptions(provision).iter().any(|e| scene.excepted_by(n, e));
        let standing = match crate::possible::lies(scene, n, reading) {
            _ if near_control => Standing::Control,
            _ if excepted => Standing::Excepted,
            Lies::Inside => Standing::Inside,
            Lies::StraddlingIn | Lies::StraddlingOut => Standing::Straddling,
            Lies::Outside | Lies::Nowhere => Standing::Outside,
        };
        standings.insert(n, standing);
        let Some(disc) = seen.disc() else { continue };
        let stratum = source.strata.as_ref().and_then(|name| seen.attrs().get(name));
        picture.marks.push(Mark {
            at: Point { lon_e7: disc.lon_e7, lat_e7: disc.lat_e7 },
            radius_mm: disc.radius_mm,
            when: seen.interval(),
            phase: phase_of(&phases, seen.interval()),
            stratum: stratum.cloned().unwrap_or_default(),
            what: seen.kind().to_string(),
            source: source.id.clone(),
            standing,
            cite: scene.print(&seen.cite()),
        });
    }
    standings
}

fn lanes(
    scene: &Scene<'_>,
    source: &Source,
    standings: &BTreeMap<usize, Standing>,
    picture: &mut Picture,
) {
    let mut bars: BTreeMap<String, Vec<Bar>> = BTreeMap::new();
    let empty = |when: Interval, stratum: &str| Bar {
        when,
        stratum: stratum.to_string(),
        counted: 0,
        control: 0,
        all: 0,
    };
    match &source.passes {
        Some(rule) => {
            for pass in passes_of(scene, source, rule) {
                let bar = empty(pass.when, &pass.stratum);
                bars.entry(pass.instrument).or_default().push(bar);
            }
            for (&n, &standing) in standings {
                let seen = scene.history.observations.at(n);
                let instrument = seen.attrs().get(&rule.by).cloned().unwrap_or_default();
                let list = bars.entry(instrument).or_default();
                if let Some(bar) = list.iter_mut().find(|bar| bar.when.covers(&seen.interval())) {
                    tally(bar, standing);
                }
            }
        }
        None => {
            let Some(data) = scene.data_span(&source.id) else { return };
            let zone = &scene.agreement.timezone;
            let mut day = data.from.day_start(zone);
            let list = bars.entry(String::new()).or_default();
            while day < data.to && list.len() < DAYS_MAX {
                let next = day.next_day(zone);
                list.push(empty(Interval { from: day, to: next }, ""));
                day = next.max(day.plus_ms(1));
            }
            for (&n, &standing) in standings {
                let start = scene.history.observations.at(n).interval().from;
                let at = list.partition_point(|bar| bar.when.to <= start);
                if let Some(bar) = list.get_mut(at).filter(|bar| bar.when.contains(start)) {
                    tally(bar, standing);
                }
            }
        }
    }
    picture.lanes.extend(bars.into_iter().map(|(label, bars)| Lane {
        source: source.id.clone(),
        label,
        bars,
    }));
}

fn tally(bar: &mut Bar, standing: Standing) {
    bar.all += 1;
    match standing {
        Standing::Inside | Standing::Straddling => bar.counted += 1,
        Standing::Control => bar.control += 1,
        Standing::Outside | Standing::Excepted => {}
    }
}
