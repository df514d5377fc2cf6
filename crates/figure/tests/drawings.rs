//! Maps, timelines and strips: well formed, complete, and honest about what they leave out.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail loudly")]

use proptest::prelude::*;
use quick_xml::Reader;
use quick_xml::events::Event;
use servanda_comply::answer::{Phase, Run, State};
use servanda_comply::picture::{Bar, Lane, Mark, Picture, SiteMark, Standing, Window, ZoneShape};
use servanda_figure::{
    GROUND_VERTICES_MAX, LANE_COLUMNS, LANES_MAX, MARKS_DRAWN_MAX, STRIP_COLUMNS, STYLE,
    ZONES_LABELLED_MAX, icon, map, strip, tally, timeline,
};
use servanda_place::{Point, Zone};
use servanda_time::{Instant, Interval};

fn at(text: &str) -> Instant {
    Instant::parse(text, None).unwrap()
}

fn interval(from: &str, to: &str) -> Interval {
    Interval::new(at(from), at(to)).unwrap()
}

fn point(lon_e7: i32, lat_e7: i32) -> Point {
    Point::new(lon_e7, lat_e7).unwrap()
}

/// A square of two degrees round 10 degrees north, 20 west.
fn zone(id: &str, name: &str) -> ZoneShape {
    let corners = [(-21, 9), (-19, 9), (-19, 11), (-21, 11)];
    let ring = corners.map(|(lon, lat)| point(lon * 10_000_000, lat * 10_000_000)).to_vec();
    ZoneShape {
        id: id.to_owned(),
        name: name.to_owned(),
        valid: String::new(),
        area: Zone::from_rings(&[ring]).unwrap(),
    }
}

fn mark(standing: Standing, phase: Option<Phase>, lon_e7: i32, lat_e7: i32) -> Mark {
    Mark {
        at: point(lon_e7, lat_e7),
        radius_mm: 375_000,
        when: interval("2031-04-11T13:00:00Z", "2031-04-11T13:09:00Z"),
        phase,
        stratum: "night".to_owned(),
        what: "fire".to_owned(),
        source: "heat".to_owned(),
        standing,
        cite: "e1.0".to_owned(),
    }
}

fn here(standing: Standing, phase: Phase) -> Mark {
    mark(standing, Some(phase), -200_000_000, 100_000_000)
}

fn bar(from: &str, counted: u64, control: u64, all: u64) -> Bar {
    let when = Interval { from: at(from), to: at(from).plus_ms(480_000) };
    Bar { when, stratum: "night".to_owned(), counted, control, all }
}

fn lane(label: &str, bars: Vec<Bar>) -> Lane {
    Lane { source: "heat".to_owned(), label: label.to_owned(), bars }
}

fn window(provision: &str, from: Option<&str>, until: Option<&str>) -> Window {
    Window {
        provision: provision.to_owned(),
        reading: "as written".to_owned(),
        from: from.map(at),
        until: until.map(at),
    }
}

fn picture() -> Picture {
    Picture {
        zones: vec![zone("front", "contact zone")],
        sites: vec![SiteMark {
            register: "heat".to_owned(),
            name: "Steelworks".to_owned(),
            at: point(-205_000_000, 98_000_000),
            radius_m: 2_000,
            protected: true,
        }],
        marks: vec![
            here(Standing::Inside, Phase::Before),
            here(Standing::Inside, Phase::During),
            here(Standing::Straddling, Phase::After),
            here(Standing::Control, Phase::Before),
            here(Standing::Excepted, Phase::During),
            here(Standing::Outside, Phase::During),
            mark(Standing::Inside, None, -200_000_000, 100_000_000),
            mark(Standing::Outside, None, 1_000_000_000, 100_000_000),
        ],
        windows: vec![window(
            "prohibit.combat",
            Some("2031-04-11T13:00:00Z"),
            Some("2031-04-12T21:00:00Z"),
        )],
        lanes: vec![lane(
            "Sat A",
            vec![
                bar("2031-04-10T01:00:00Z", 7, 2, 12),
                bar("2031-04-11T13:30:00Z", 0, 1, 4),
                bar("2031-04-12T02:00:00Z", 0, 0, 0),
            ],
        )],
        span: Some(interval("2031-04-09T00:00:00Z", "2031-04-14T00:00:00Z")),
    }
}

/// Every element that the text holds, by name; panics where it is not well formed.
fn names(xml: &str) -> Vec<String> {
    let mut reader = Reader::from_str(xml);
    let (mut found, mut open) = (Vec::new(), 0);
    loop {
        let event = reader.read_event();
        match event {
            Ok(Event::Start(tag)) => {
                open += 1;
                assert!(tag.attributes().all(|a| a.is_ok()));
                found.push(tag.name().as_ref().to_owned());
            }
            Ok(Event::Empty(tag)) => {
                assert!(tag.attributes().all(|a| a.is_ok()));
                found.push(tag.name().as_ref().to_owned());
            }
            Ok(Event::End(_)) => open -= 1,
            Ok(Event::Eof) => {
                assert_eq!(open, 0, "an element is not closed");
                return found;
            }
            Ok(_) => {}
            Err(error) => panic!("not well formed: {error}"),
        }
    }
}

fn run(from: Option<&str>, to: Option<&str>, state: State) -> Run {
    Run {
        from: from.map(str::to_owned),
        to: to.map(str::to_owned),
        state,
        settled: true,
        reasons: Vec::new(),
    }
}

#[test]
fn a_map_has_a_name_a_key_a_scale_and_degrees() {
    let drawn = map(&picture());
    names(&drawn.svg);
    for text in [
        "<title id=\"map-title\">",
        "<desc id=\"map-desc\">",
        "role=\"img\"",
        "Before: 1 in the zone or on its border",
        "During: 1 in the zone or on its border",
        "After: 1 in the zone or on its border",
        "In two phases or in none: 1",
        "Zone of the agreement",
        "50 km",
        "20° W",
        "10° N",
        "contact zone",
        "Steelworks",
    ] {
        assert!(drawn.svg.contains(text), "{text}");
    }
    assert_eq!(
        drawn.notes,
        ["1 observation lies beyond the edge of the map and is not drawn; the table counts it."]
    );
    assert!(drawn.svg.contains(&drawn.notes[0]), "the description says it too");
}

/// Two degrees of open sea, of a coast, and of land far from it.
#[test]
fn land_and_water_lie_behind_the_map() {
    let drawn = |lon: i32, lat: i32| {
        let mut there = Picture::default();
        for (dx, dy) in [(-1, -1), (1, 1)] {
            let at = ((lon + dx) * 10_000_000, (lat + dy) * 10_000_000);
            there.marks.push(mark(Standing::Inside, None, at.0, at.1));
        }
        map(&there).svg
    };
    let (sea, coast, inland) = (drawn(-30, 0), drawn(-7, 34), drawn(25, 15));
    assert!(sea.contains("<rect class=\"water\""));
    assert!(!sea.contains("class=\"ground\"") && !sea.contains("class=\"river\""));
    assert!(coast.contains("<path class=\"ground\""));
    // The whole frame is land: a ring with its four corners.
    let land = inland.split("<path class=\"ground\" d=\"").nth(1).unwrap();
    assert_eq!(land.split('"').next().unwrap().matches(['M', 'L']).count(), 4);
    let mut world = Picture::default();
    for (lon, lat) in [(-1_790_000_000, -890_000_000), (1_790_000_000, 890_000_000)] {
        world.marks.push(mark(Standing::Inside, None, lon, lat));
    }
    let svg = map(&world).svg;
    names(&svg);
    let ground = svg.split("<g clip-path").nth(1).unwrap().split("</g>").next().unwrap();
    let vertices = ground.matches(['M', 'L']).count();
    assert!((1_000..=GROUND_VERTICES_MAX).contains(&vertices), "{vertices}");
}

#[test]
fn phases_differ_by_shape_and_not_by_colour_alone() {
    let shape = |phase| {
        let mut only = picture();
        only.marks = vec![here(Standing::Inside, phase)];
        let svg = map(&only).svg;
        let path = svg.split("<title>fire").next().unwrap().rsplit("<path d=\"").next().unwrap();
        path.split('"')
            .next()
            .unwrap()
            .chars()
            .filter(|c| c.is_ascii_lowercase())
            .collect::<String>()
    };
    let shapes = [shape(Phase::Before), shape(Phase::During), shape(Phase::After)];
    assert_eq!(shapes, ["aaz", "lllz", "hvhz"]);
}

#[test]
fn the_tally_counts_every_mark_once() {
    let picture = picture();
    let rows = tally(&picture);
    assert_eq!(rows.iter().map(|row| row.all()).sum::<u64>(), picture.marks.len() as u64);
    let inside = rows.iter().find(|row| row.standing == Standing::Inside).unwrap();
    assert_eq!((inside.before, inside.during, inside.after, inside.no_phase), (1, 1, 0, 1));
}

#[test]
fn what_is_too_much_to_draw_is_said() {
    let mut many = picture();
    let spread = |n: i32| -205_000_000 + n * 700;
    many.marks = (0..9_000)
        .map(|n| mark(Standing::Outside, Some(Phase::Before), spread(n), 99_000_000))
        .collect();
    many.marks.extend(
        (0..40).map(|n| mark(Standing::Inside, Some(Phase::During), spread(n), 101_000_000)),
    );
    let drawn = map(&many);
    names(&drawn.svg);
    assert_eq!(drawn.notes.len(), 1);
    assert!(
        drawn.notes[0].starts_with("The map draws 3,000 of 9,040 observations"),
        "{}",
        drawn.notes[0]
    );
    assert!(drawn.notes[0].contains("6,040 are not drawn"));
    let diamonds =
        drawn.svg.split("class=\"mark during\"").nth(1).unwrap().split("</g>").next().unwrap();
    assert_eq!(diamonds.matches('M').count(), 40, "those that count are all drawn");
    let circles =
        drawn.svg.split("class=\"mark outside\"").nth(1).unwrap().split("</g>").next().unwrap();
    assert_eq!(circles.matches('M').count(), MARKS_DRAWN_MAX - 40);
}

#[test]
fn large_uncertainty_is_drawn_as_a_disc() {
    let mut wide = picture();
    wide.marks = vec![here(Standing::Inside, Phase::During)];
    assert!(!map(&wide).svg.contains("class=\"disc\""));
    wide.marks[0].radius_mm = 20_000_000;
    assert!(map(&wide).svg.contains("class=\"disc\""));
}

#[test]
fn names_of_many_zones_are_left_to_the_table() {
    let mut many = picture();
    many.zones = (0..=ZONES_LABELLED_MAX)
        .map(|n| zone(&n.to_string(), &format!("zone number {n}")))
        .collect();
    let drawn = map(&many);
    assert!(drawn.notes.contains(&"The names of the zones stand in the table.".to_owned()));
    assert!(!drawn.svg.contains("class=\"name mid\""));
}

#[test]
fn a_map_of_nothing_and_of_one_place() {
    assert!(map(&Picture::default()).svg.contains("Nothing in this answer has a place."));
    names(&map(&Picture::default()).svg);
    for (lon, lat) in [(0, 0), (1_800_000_000, 900_000_000), (-1_800_000_000, -900_000_000)] {
        let one =
            Picture { marks: vec![mark(Standing::Inside, None, lon, lat)], ..Picture::default() };
        let drawn = map(&one);
        names(&drawn.svg);
        assert!(drawn.notes.is_empty(), "{:?}", drawn.notes);
        assert!(!drawn.svg.contains("NaN"));
    }
}

#[test]
fn a_timeline_shows_every_watch_also_the_empty_ones() {
    let drawn = timeline(&picture());
    names(&drawn.svg);
    assert!(drawn.notes.is_empty());
    for text in [
        "class=\"window\"",
        "prohibit.combat",
        "Sat A",
        "11 Apr",
        "Watched, nothing counted in the zone",
        "Watched, nothing seen anywhere",
        "A control site was seen: the view was open",
        "3 watches, 2 of them with nothing counted in the zone; 7 counted",
        "2031-04-11T13:30:00Z to 2031-04-11T13:38:00Z",
    ] {
        assert!(drawn.svg.contains(text), "{text}");
    }
    // One sign for each watch, one in the key.
    assert_eq!(drawn.svg.matches("class=\"empty\"").count(), 1 + 1);
    assert_eq!(drawn.svg.matches("class=\"nothing\"").count(), 1 + 1);
    assert_eq!(drawn.svg.matches("class=\"open\"").count(), 2 + 1);
}

#[test]
fn crowded_lanes_are_gathered_and_say_so() {
    let mut many = picture();
    let start = at("2031-04-09T00:00:00Z");
    let bars = (0..2_000).map(|n| {
        let from = start.plus_ms(n * 200_000);
        Bar {
            when: Interval { from, to: from.plus_ms(1) },
            stratum: String::new(),
            counted: 1,
            control: 0,
            all: 1,
        }
    });
    many.lanes = vec![lane("alarms", bars.collect())];
    let drawn = timeline(&many);
    assert_eq!(
        drawn.notes,
        [
            "Lane \"alarms\": 2,000 watches are drawn in 150 columns of 48 min each, by the time each starts."
        ]
    );
    assert!(drawn.svg.matches("<rect class=\"bar").count() <= LANE_COLUMNS + 1);
    let gathered: u64 = drawn
        .svg
        .split(" counted in the zone, ")
        .filter_map(|piece| piece.rsplit(' ').next()?.parse::<u64>().ok())
        .sum();
    assert_eq!(gathered, 2_000, "none is lost by gathering");
}

#[test]
fn every_source_has_a_scale_of_its_own() {
    let mut two = picture();
    let mut deaths = lane("", vec![bar("2031-04-10T01:00:00Z", 4_000, 0, 4_000)]);
    deaths.source = "events".to_owned();
    two.lanes.push(deaths);
    let svg = timeline(&two).svg;
    assert!(svg.contains(">highest 7<") && svg.contains(">highest 4,000<"));
    assert_eq!(svg.matches("height=\"30\"").count(), 2, "both reach the full height");
    assert!(svg.contains(">events</text>"), "a lane without a label has its source's name");
}

#[test]
fn lanes_and_windows_left_off_are_counted() {
    let mut many = picture();
    many.lanes = (0..LANES_MAX + 5).map(|n| lane(&n.to_string(), Vec::new())).collect();
    many.windows =
        (10..22).map(|day| window("p", Some(&format!("2031-04-{day}T00:00:00Z")), None)).collect();
    let notes = timeline(&many).notes;
    assert_eq!(notes.len(), 2);
    assert!(notes.iter().any(|note| note.starts_with("The first 24 of 29 lanes")), "{notes:?}");
    assert!(
        notes.iter().any(|note| note.starts_with("The first 8 of 12 different windows")),
        "{notes:?}"
    );
}

#[test]
fn readings_with_one_window_are_drawn_once() {
    let mut two = picture();
    let mut other = two.windows[0].clone();
    other.provision = "oblige.report".to_owned();
    other.reading = "from the second hour".to_owned();
    two.windows.push(other);
    let drawn = timeline(&two);
    assert_eq!(drawn.svg.matches("class=\"window\"").count(), 1);
    assert!(drawn.svg.contains("oblige.report (from the second hour), prohibit.combat"));
    assert!(drawn.svg.contains(" and 1 more</text>"));
}

#[test]
fn a_timeline_of_nothing_and_of_one_instant() {
    assert!(timeline(&Picture::default()).svg.contains("Nothing in this answer has a time."));
    let one = Picture {
        windows: vec![window("p", Some("2031-04-11T13:00:00Z"), Some("2031-04-11T13:00:00Z"))],
        ..Picture::default()
    };
    let drawn = timeline(&one);
    names(&drawn.svg);
    assert!(drawn.svg.contains("No source watched in this time."));
}

#[test]
fn a_strip_shows_the_gravest_state_of_each_column() {
    let span = interval("2031-04-11T00:00:00Z", "2031-04-12T00:00:00Z");
    let runs = [
        run(None, Some("2031-04-11T12:00:00Z"), State::NotObserved),
        run(Some("2031-04-11T12:00:00Z"), Some("2031-04-11T12:00:01Z"), State::Violated),
        run(Some("2031-04-11T12:00:01Z"), None, State::Kept),
    ];
    let svg = strip(&runs, &span, "A & B");
    names(&svg);
    assert!(svg.contains("aria-label=\"A &amp; B\""));
    assert!(
        svg.contains("class=\"s-violated\" x=\"360\" y=\"0\" width=\"1\""),
        "one second is not lost: {svg}"
    );
    assert!(svg.contains("class=\"s-kept\" x=\"361\""));
    assert!(svg.contains("class=\"s-not-observed\" d=\"M0 1h360"));
}

#[test]
fn a_strip_is_never_longer_than_its_columns() {
    let span = interval("2031-04-01T00:00:00Z", "2031-05-01T00:00:00Z");
    let states = [State::NotObserved, State::Undetermined, State::Alleged];
    let start = at("2031-04-01T00:00:00Z");
    let runs: Vec<Run> = (0..20_000)
        .map(|n: i64| {
            let (from, to) = (
                start.plus_ms(n * 120_000).to_string(),
                start.plus_ms((n + 1) * 120_000).to_string(),
            );
            run(Some(&from), Some(&to), states[n as usize % 3])
        })
        .collect();
    let svg = strip(&runs, &span, "x");
    assert!(svg.matches("<rect").count() + svg.matches("<path").count() <= STRIP_COLUMNS + 1);
}

#[test]
fn bad_times_in_a_strip_are_left_out() {
    let span = interval("2031-04-11T00:00:00Z", "2031-04-12T00:00:00Z");
    let svg = strip(&[run(Some("yesterday"), None, State::Violated)], &span, "x");
    assert!(!svg.contains("s-violated"));
    names(&strip(&[], &Interval { from: span.from, to: span.from }, ""));
}

#[test]
fn every_state_has_a_sign_of_its_own() {
    let signs: std::collections::BTreeSet<String> = State::ALL.map(icon).into_iter().collect();
    assert_eq!(signs.len(), 8);
    signs.iter().for_each(|sign| assert!(names(sign).len() > 1));
}

#[test]
fn the_style_loads_nothing() {
    assert!(!STYLE.contains("url(") && !STYLE.contains("@import") && !STYLE.contains('<'));
}

#[test]
fn hostile_names_stay_text() {
    let hostile = "</text><script>alert(1)</script>\u{202E}\"'&\u{0}\u{FFFF}]]>";
    let mut bad = picture();
    bad.zones[0].name = hostile.to_owned();
    bad.zones[0].valid = hostile.to_owned();
    bad.sites[0].name = hostile.to_owned();
    bad.windows[0].provision = hostile.to_owned();
    bad.windows[0].reading = hostile.to_owned();
    bad.lanes[0].label = hostile.to_owned();
    bad.lanes[0].source = hostile.repeat(2);
    bad.lanes[0].bars[0].stratum = hostile.to_owned();
    for mark in &mut bad.marks {
        mark.what = hostile.to_owned();
        mark.source = hostile.to_owned();
        mark.stratum = hostile.to_owned();
        mark.cite = hostile.to_owned();
    }
    let span = interval("2031-04-11T00:00:00Z", "2031-04-12T00:00:00Z");
    for svg in [map(&bad).svg, timeline(&bad).svg, strip(&[], &span, hostile)] {
        assert!(!names(&svg).contains(&"script".to_owned()));
        assert!(!svg.contains(['\u{202E}', '\u{0}', '\u{FFFF}']));
    }
}

fn any_phase() -> impl Strategy<Value = Option<Phase>> {
    prop::option::of(prop::sample::select(vec![Phase::Before, Phase::During, Phase::After]))
}

fn any_standing() -> impl Strategy<Value = Standing> {
    prop::sample::select(vec![
        Standing::Inside,
        Standing::Straddling,
        Standing::Outside,
        Standing::Control,
        Standing::Excepted,
    ])
}

fn any_mark() -> impl Strategy<Value = Mark> {
    let lon = -1_800_000_000_i32..=1_800_000_000;
    let lat = -900_000_000_i32..=900_000_000;
    (any_standing(), any_phase(), lon, lat, any::<u64>()).prop_map(
        |(standing, phase, lon, lat, radius_mm)| Mark {
            radius_mm,
            ..mark(standing, phase, lon, lat)
        },
    )
}

/// Milliseconds of the years 1 to 9999.
fn any_ms() -> impl Strategy<Value = i64> {
    -62_135_596_800_000_i64..=253_402_300_799_999
}

fn any_bar() -> impl Strategy<Value = Bar> {
    (any_ms(), 0_i64..1 << 45, any::<u64>(), any::<u64>()).prop_map(|(from, ms, counted, all)| {
        let from = Instant::from_ms(from).unwrap();
        let when = Interval { from, to: from.plus_ms(ms) };
        Bar { when, stratum: String::new(), counted, control: all, all }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_marks_make_a_well_formed_map(
        marks in prop::collection::vec(any_mark(), 0..40),
        with_zone in any::<bool>(),
    ) {
        let zones = if with_zone { vec![zone("z", "zone")] } else { Vec::new() };
        let all = Picture { zones, marks, ..Picture::default() };
        let drawn = map(&all);
        names(&drawn.svg);
        prop_assert!(!drawn.svg.contains("NaN") && !drawn.svg.contains("inf"));
        prop_assert_eq!(&drawn, &map(&all));
    }

    #[test]
    fn any_times_make_a_well_formed_timeline(
        bars in prop::collection::vec(any_bar(), 0..40),
        window in prop::option::of(any_ms()),
    ) {
        let from = window.map(|ms| Instant::from_ms(ms).unwrap());
        let (provision, reading) = ("p".to_owned(), String::new());
        let windows = vec![Window { provision, reading, from, until: None }];
        let lanes = vec![lane("a", bars)];
        let drawn = timeline(&Picture { lanes, windows, ..Picture::default() });
        names(&drawn.svg);
        prop_assert!(!drawn.svg.contains("NaN"));
    }
}
