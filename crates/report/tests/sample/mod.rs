//! A truce that never was, between parties that don't exist, at a place in the open sea: as large
//! as a real one, so that the page can be judged by it.
#![allow(dead_code, unused_imports)]

mod life;
mod picture;

pub(crate) use life::{clock, on_its_way};
pub(crate) use picture::picture;

use servanda_comply::answer::*;
use servanda_time::Instant;
use std::cell::Cell;

pub(crate) const HOUR: i64 = 3_600_000;

pub(crate) fn at(text: &str) -> Instant {
    Instant::parse(text, None).unwrap()
}

/// Numbers that only look random.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Dice {
        Dice(seed)
    }

    pub(crate) fn up_to(&mut self, n: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n.max(1)
    }
}

thread_local! {
    static TAINT: Cell<&'static str> = const { Cell::new("") };
}

/// Runs with every text of the sample ending in `taint`, times and addresses included.
pub(crate) fn tainted<T>(taint: &'static str, run: impl FnOnce() -> T) -> T {
    TAINT.set(taint);
    let result = run();
    TAINT.set("");
    result
}

pub(crate) fn s(text: &str) -> String {
    format!("{text}{}", TAINT.get())
}

pub(crate) fn reason(code: &'static str, text: &str, cites: &[&str], count: u64) -> Reason {
    Reason { code, text: s(text), cites: cites.iter().map(|c| s(c)).collect(), count }
}

fn line(party: Option<&str>, alleged: bool) -> StateLine {
    let start = at("2031-04-11T13:00:00Z");
    let end = at("2031-04-12T21:00:00Z");
    let mut runs = Vec::new();
    let mut now = start;
    let mut seconds = [0_i64; 8];
    let mut dice = Dice::new(if alleged { 3 } else { 4 });
    let mut push = |from: Instant, to: Instant, state: State, reasons: Vec<Reason>| {
        let place = State::ALL.iter().position(|s| *s == state).unwrap();
        seconds[place] += (to.ms() - from.ms()) / 1000;
        runs.push(Run {
            from: Some(from.to_string()),
            to: Some(to.to_string()),
            state,
            settled: true,
            reasons,
        });
    };
    for pass in 0..12 {
        let next =
            start.plus_ms((pass * 32 / 12) * HOUR + 20 * 60_000 + dice.up_to(40) as i64 * 60_000);
        if next > now {
            let none = reason(
                "no-watch",
                "Nothing able to show a fire watched: between two passes.",
                &[],
                0,
            );
            push(now, next, State::NotObserved, vec![none]);
        }
        let over = next.plus_ms(9 * 60_000);
        if alleged && (pass == 5 || pass == 7 || pass == 8) {
            let text = format!("{} detections in the zone while the term binds.", 2 + pass % 3);
            push(
                next,
                over,
                State::Alleged,
                vec![reason("possible-violation", &text, &["e2.41", "e2.42"], 4)],
            );
        } else {
            let text = "A pass saw nothing in the zone; cloud is unknown.";
            push(next, over, State::Undetermined, vec![reason("watched", text, &["e2"], 1)]);
        }
        now = over;
    }
    push(
        now,
        end,
        State::NotObserved,
        vec![reason(
            "no-watch",
            "Nothing able to show a fire watched: between two passes.",
            &[],
            0,
        )],
    );
    StateLine {
        reading: s("as written"),
        party: party.map(s),
        zone: Some(s("front")),
        from: Some(start.to_string()),
        until: Some(end.to_string()),
        state: if alleged { State::Alleged } else { State::Undetermined },
        seconds: State::ALL.into_iter().zip(seconds).filter(|(_, n)| *n > 0).collect(),
        runs,
    }
}

fn exposure(phase: Phase, light: &str, n: [u64; 8], per_pass: Option<&str>) -> Exposure {
    let (from, to) = match phase {
        Phase::Before => ("2031-04-09T00:00:00Z", "2031-04-11T13:00:00Z"),
        Phase::During => ("2031-04-11T13:00:00Z", "2031-04-12T21:00:00Z"),
        Phase::After => ("2031-04-12T21:00:00Z", "2031-04-14T00:00:00Z"),
    };
    Exposure {
        provision: s("prohibit.strike"),
        reading: s("as written"),
        phase,
        light: s(light),
        from: s(from),
        to: s(to),
        source: s("heat"),
        passes: n[0],
        detections: n[1],
        certain: n[2],
        straddling: n[3],
        straddling_outside: n[4],
        industrial: n[5],
        industrial_in_zone: n[6],
        per_pass: per_pass.map(s),
    }
}

fn comparison(
    phase: Phase,
    group: &str,
    excepted: bool,
    rows: u64,
    best: u64,
    high: Option<u64>,
) -> Comparison {
    let (from, to, days) = match phase {
        Phase::Before => ("2031-04-04T13:00:00Z", "2031-04-11T13:00:00Z", "7.00"),
        Phase::During => ("2031-04-11T13:00:00Z", "2031-04-12T21:00:00Z", "1.33"),
        Phase::After => ("2031-04-12T21:00:00Z", "2031-04-19T21:00:00Z", "7.00"),
    };
    Comparison {
        provision: s("prohibit.strike"),
        reading: s("as written"),
        source: s("alerts"),
        unit: s("alarm start"),
        group: s(group),
        excepted,
        phase,
        from: s(from),
        to: s(to),
        days: s(days),
        observed_days: s(days),
        rows,
        straddling: 1,
        best,
        low: best,
        high,
        per_day: Some(format!("{}.4", best / 7)),
        per_day_low: Some(format!("{}.4", best / 7)),
        per_day_high: high.map(|h| format!("{}.9", h / 7)),
    }
}

pub(crate) fn claim(
    by: &str,
    party: &str,
    against: &str,
    count: u64,
    verified: &str,
) -> ClaimAnswer {
    ClaimAnswer {
        by: s(by),
        party: Some(s(party)),
        against: Some(s(against)),
        against_party: None,
        what: s("violations of the truce along the whole line"),
        count: Some(count),
        parts: vec![(s("shelling"), count / 3), (s("drones"), count / 2)],
        from: Some(s("2031-04-11T13:00:00Z")),
        to: Some(s("2031-04-12T21:00:00Z")),
        address: Some(s("https://news.example/truce/1")),
        quality: Some(s("party statement relayed by an agency")),
        verified: s(verified),
        cite: s("e3.0"),
    }
}

pub(crate) fn source(id: &str, name: &str, shows: &[&str], limits: &[&str]) -> SourceAnswer {
    SourceAnswer {
        id: s(id),
        name: s(name),
        shows: shows.iter().map(|t| s(t)).collect(),
        limits: limits.iter().map(|t| s(t)).collect(),
        rows: 509,
        rows_without_place: 0,
        first: Some(s("2031-04-09T00:09:00Z")),
        last: Some(s("2031-04-13T23:44:00Z")),
        watched: vec![Watched {
            zone: Some(s("front")),
            watch: "partial",
            spans: 54,
            seconds: 29_160,
            intervals: vec![(s("2031-04-09T00:09:00Z"), s("2031-04-09T00:18:00Z"))],
        }],
        licence: s("free and open"),
        attribution: s("We acknowledge the use of data from the Invented Fire Service."),
    }
}

fn possible(n: u64) -> Possible {
    Possible {
        incident: format!("i{n}"),
        reading: s("as written"),
        what: s("fire"),
        from: s("2031-04-12T10:18:00Z"),
        to: s("2031-04-12T10:27:00Z"),
        place: s("46.0213 N 28.7311 W, within 375 m"),
        parties: Vec::new(),
        assessed: if n == 1 { vec![s("verification: not checked")] } else { Vec::new() },
        cites: vec![format!("e2.{}", 40 + n)],
    }
}

fn provision(id: &str, article: &str, state: State, lines: Vec<StateLine>) -> ProvisionAnswer {
    ProvisionAnswer {
        id: s(id),
        article: s(article),
        state,
        state_at: State::Ended,
        settled: true,
        lines,
        possible: Vec::new(),
        possible_total: 0,
        refuted: 0,
        excepted: Vec::new(),
        would_change: Vec::new(),
    }
}

pub(crate) fn answer() -> Answer {
    let mut combat = provision(
        "prohibit.combat",
        "1. Halt of combat operations",
        State::Alleged,
        vec![line(None, true), line(Some("NOR"), false), line(Some("SOU"), false)],
    );
    combat.possible = (1..=12).map(possible).collect();
    combat.possible_total = 12;
    combat.excepted = vec![Excepted {
        except: s("except.provocation"),
        name: s("Answer to a provocation"),
        incidents: 3,
        cites: vec![s("e2.90"), s("e2.91"), s("e2.92")],
        state_without: State::Alleged,
        possible_without: 15,
    }];
    combat.would_change = vec![
        s("A finding by the joint commission on any of the 12 possible violations."),
        s("A source that watches between the passes: 30 h 12 min of 32 h were not observed."),
    ];
    let mut strike =
        provision("prohibit.strike", "2. No strikes on energy sites", State::NotObserved, vec![]);
    let mut only = line(Some("NOR"), false);
    only.runs = vec![Run {
        from: only.from.clone(),
        to: only.until.clone(),
        state: State::NotObserved,
        settled: false,
        reasons: vec![reason(
            "no-source",
            "No declared source is able to show a strike on a site.",
            &[],
            0,
        )],
    }];
    only.seconds = vec![(State::NotObserved, 115_200)];
    only.state = State::NotObserved;
    strike.lines = vec![only];
    strike.settled = false;
    let mut exchange =
        provision("transfer.prisoners", "3. Exchange of prisoners", State::Kept, vec![]);
    let mut kept = line(Some("SOU"), false);
    kept.runs = vec![Run {
        from: kept.from.clone(),
        to: kept.until.clone(),
        state: State::Kept,
        settled: true,
        reasons: vec![reason(
            "finding",
            "The verification officer found no violation.",
            &["e9"],
            1,
        )],
    }];
    kept.seconds = vec![(State::Kept, 115_200)];
    kept.state = State::Kept;
    kept.zone = None;
    exchange.lines = vec![kept];

    Answer {
        life: None,
        clocks: vec![],
        guarantees: vec![],
        form: "servanda-answer/1",
        asked: Asked {
            agreement: s("spring-truce-2031"),
            version: s("1"),
            text: s("6b55ccb845da6d3111e551256388346ebb38b1cd8055c7b90d830bff3580c4d1"),
            at: s("2031-04-14T00:00:00Z"),
            record: Some(RecordPoint {
                origin: s("record.example/spring-truce"),
                size: 1_204,
                root: s("q3m1Q0d8Zb6rVQm7ceYV5dYt3T0mR0cZ5cVwq1m2YdA="),
                received: s("2031-04-14T06:00:00Z"),
            }),
            cite: CiteBy::Entry,
            without: Vec::new(),
            engine: s("0.1.0"),
            tzdb: s("2030c"),
        },
        title: s("Spring truce between Northland and Southland, 11–12 April 2031"),
        headline: vec![
            s(
                "During the truce, detections of fire in the zone fell from 1.9 to 0.3 for each pass at night; nobody has found a violation, and for 30 h 12 min of 32 h nothing watched.",
            ),
            s(
                "By day, detections did not fall: 10 in 6 passes during the truce, 13 in 13 before it. 12 are possible violations; no person has made a finding on any of them.",
            ),
            s(
                "Each side claims thousands of violations by the other. Nothing of these claims is verified.",
            ),
        ],
        provisions: vec![combat, strike, exchange],
        exposure: vec![
            exposure(Phase::Before, "night", [14, 27, 27, 0, 0, 59, 31, 0], Some("1.93")),
            exposure(Phase::During, "night", [6, 2, 2, 0, 0, 17, 1, 0], Some("0.33")),
            exposure(Phase::After, "night", [9, 29, 25, 4, 0, 56, 39, 0], Some("3.22")),
            exposure(Phase::Before, "day", [13, 13, 13, 0, 0, 1, 0, 0], Some("1.00")),
            exposure(Phase::During, "day", [6, 10, 9, 1, 1, 0, 0, 0], Some("1.67")),
            exposure(Phase::After, "day", [0, 0, 0, 0, 0, 0, 0, 0], None),
        ],
        comparison: vec![
            comparison(Phase::Before, "all", false, 402, 402, Some(410)),
            comparison(Phase::During, "all", false, 63, 63, None),
            comparison(Phase::After, "all", false, 377, 377, Some(377)),
            comparison(Phase::Before, "excepted: coast guard", true, 4, 4, Some(4)),
        ],
        left_out: vec![
            LeftOut {
                source: s("heat"),
                reason: s("At a control site within 2,000 m: it glows at all times."),
                rows: 133,
                examples: vec![s("2031-04-09T00:09:00Z, 45.7100 N 28.6000 W")],
                cites: vec![s("e2.1"), s("e2.7"), s("e2.9")],
            },
            LeftOut {
                source: s("alerts"),
                reason: s("An alarm that lasted through the whole period has no start in it."),
                rows: 2,
                examples: vec![s("2030-12-02T10:53:04Z, Far Province")],
                cites: vec![s("e4.0"), s("e4.1")],
            },
        ],
        claims: vec![
            claim("General Staff of Northland", "NOR", "Southland", 2_935, "nothing"),
            claim("Міноборони Південної", "SOU", "Northland", 4_900, "nothing"),
        ],
        sources: vec![
            source(
                "heat",
                "Active fire, 375 m, three satellites",
                &["fire"],
                &[
                    "It sees heat, not who made it or why.",
                    "Cloud is unknown: the file doesn't say where the sky was closed.",
                    "A pass that saw nothing at all leaves no row, so the number of passes is a lower bound.",
                ],
            ),
            SourceAnswer {
                watched: Vec::new(),
                rows: 4,
                rows_without_place: 4,
                ..source("claims", "The parties' own claims", &["claim"], &[])
            },
        ],
        incidents: vec![IncidentCount {
            what: s("fire"),
            incidents: 51,
            observations: 376,
            independent: 0,
        }],
        findings: vec![FindingAnswer {
            cite: s("e9"),
            provision: s("transfer.prisoners"),
            reading: None,
            party: Some(s("SOU")),
            from: s("2031-04-11T13:00:00Z"),
            to: s("2031-04-12T21:00:00Z"),
            outcome: s("no-violation"),
            role: s("verification officer"),
            standard: s("on the balance of probabilities"),
            reason: s("Both lists were received and every name on them was met at the crossing."),
            stands: true,
            of: vec![s("e7"), s("e8")],
            replies: vec![(
                s("SOU"),
                s("bfbafc39ac34803f3badd66f1d093d6bd3f1d9065d111c6b3d2a38ec4ea2a792"),
            )],
        }],
        notes: vec![
            s(
                "The zone was drawn from press reports a year before the truce. Nobody here has surveyed it.",
            ),
            s(
                "A detection is heat, not an attack. No detection is not calm: cloud and the hours between passes hide fire.",
            ),
        ],
    }
}
