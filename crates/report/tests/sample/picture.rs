//! Where it all was.

use super::{Dice, at, s};
use servanda_comply::answer::Phase;
use servanda_comply::picture::{Bar, Lane, Mark, Picture, SiteMark, Standing, Window, ZoneShape};
use servanda_place::{Point, Zone};
use servanda_time::Interval;

fn point(lon: f64, lat: f64) -> Point {
    Point::new((lon * 1e7) as i32, (lat * 1e7) as i32).unwrap()
}

pub(crate) fn zone(corners: &[(f64, f64)]) -> Zone {
    let ring = corners.iter().map(|(lon, lat)| point(*lon, *lat)).collect();
    Zone::from_rings(&[ring]).unwrap()
}

pub(crate) fn picture() -> Picture {
    let area = zone(&[
        (-30.2, 45.1),
        (-29.9, 45.0),
        (-29.6, 45.2),
        (-29.3, 45.25),
        (-29.1, 45.5),
        (-28.8, 45.6),
        (-28.5, 45.55),
        (-28.2, 45.8),
        (-28.05, 46.1),
        (-27.7, 46.3),
        (-27.5, 46.6),
        (-27.6, 46.8),
        (-27.9, 46.75),
        (-28.1, 46.5),
        (-28.4, 46.35),
        (-28.5, 46.1),
        (-28.75, 45.95),
        (-29.05, 45.95),
        (-29.4, 45.75),
        (-29.5, 45.55),
        (-29.8, 45.5),
        (-30.1, 45.4),
    ]);
    let mut dice = Dice::new(11);
    let mut marks = Vec::new();
    for n in 0..420_u64 {
        // Along the zone's middle, some far off it.
        let along = dice.up_to(1000) as f64 / 1000.0;
        let spread = (dice.up_to(1000) as f64 / 1000.0 - 0.5) * if n % 4 == 0 { 1.6 } else { 0.3 };
        let lon = -30.0 + 2.35 * along + spread * 0.2;
        let lat = 45.2 + 1.45 * along + spread;
        let standing = match (spread.abs() > 0.2, n % 9) {
            (true, _) => Standing::Outside,
            (false, 0) => Standing::Control,
            (false, 1) if n % 5 == 0 => Standing::Excepted,
            (false, 2) if n % 3 == 0 => Standing::Straddling,
            _ => Standing::Inside,
        };
        let phase = match n % 10 {
            0..=4 => Phase::Before,
            5 => Phase::During,
            _ => Phase::After,
        };
        let start = at("2031-04-09T00:00:00Z").plus_ms(n as i64 * 17 * 60_000);
        marks.push(Mark {
            at: point(lon, lat),
            radius_mm: if n % 97 == 0 { 9_000_000 } else { 375_000 },
            when: Interval::new(start, start.plus_ms(9 * 60_000)).unwrap(),
            phase: Some(phase),
            stratum: s(if n % 2 == 0 { "night" } else { "day" }),
            what: s("fire"),
            source: s("heat"),
            standing,
            cite: format!("e2.{n}"),
        });
    }
    let lanes = ["Sat A", "Sat B", "Sat C"].iter().enumerate().map(|(place, name)| {
        let bars = (0..19).map(|n| {
            let start = at("2031-04-09T00:09:00Z")
                .plus_ms((n * 6 * 60 + 50 * place as i64 + (n % 3) * 20) * 60_000);
            let truce = (10..16).contains(&n);
            let counted = if n % 5 == 1 || truce && n % 3 != 0 { 0 } else { dice.up_to(9) };
            Bar {
                when: Interval::new(start, start.plus_ms(8 * 60_000)).unwrap(),
                stratum: s(if n % 4 < 2 { "night" } else { "day" }),
                counted,
                control: dice.up_to(4).saturating_sub(1),
                all: if n == 6 { counted } else { counted + 3 + dice.up_to(5) },
            }
        });
        Lane { source: s("heat"), label: s(name), bars: bars.collect() }
    });
    Picture {
        zones: vec![ZoneShape {
            id: s("front"),
            name: s("contact zone of spring 2030"),
            valid: s("2030-03-15 to 2030-05-01"),
            area,
        }],
        sites: (0..7_i32)
            .map(|n| SiteMark {
                register: s("heat sources"),
                name: if n == 2 { s("Steelworks") } else { String::new() },
                at: point(
                    -29.9 + 0.33 * f64::from(n),
                    45.3 + 0.19 * f64::from(n) + 0.1 * f64::from(n % 3),
                ),
                radius_m: if n == 3 { 12_000 } else { 2_000 },
                protected: n == 2,
            })
            .collect(),
        lanes: lanes.collect(),
        marks,
        windows: vec![
            Window {
                provision: s("prohibit.combat"),
                reading: s("as written"),
                from: Some(at("2031-04-11T13:00:00Z")),
                until: Some(at("2031-04-12T21:00:00Z")),
            },
            Window {
                provision: s("transfer.prisoners"),
                reading: s("as written"),
                from: Some(at("2031-04-11T13:00:00Z")),
                until: None,
            },
        ],
        span: Interval::new(at("2031-04-09T00:00:00Z"), at("2031-04-14T00:00:00Z")),
    }
}
