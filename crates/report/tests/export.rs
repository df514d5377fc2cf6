//! The tables of an answer, and the daily report.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail loudly")]

mod markup;
mod sample;

use markup::{check, table};
use sample::{answer, s, tainted};
use servanda_comply::answer::RecordPoint;
use servanda_report::{
    AnnexRow, Count, Credit, Daily, PreviousCount, RegionCount, Restriction, Section, daily,
    daily_text, export_csv,
};

fn file(name: &str) -> String {
    export_csv(&answer()).into_iter().find(|file| file.name == name).unwrap().text
}

#[test]
fn every_table_carries_the_checkpoint() {
    let files = export_csv(&answer());
    assert_eq!(files.len(), 11);
    for file in files {
        let mut lines = file.text.lines();
        assert!(
            lines.next().unwrap().contains("record_origin,record_size,record_root"),
            "{}",
            file.name
        );
        let rows: Vec<&str> = lines.collect();
        assert!(!rows.is_empty(), "{}", file.name);
        for row in rows {
            assert!(
                row.contains("q3m1Q0d8Zb6rVQm7ceYV5dYt3T0mR0cZ5cVwq1m2YdA="),
                "{}: {row}",
                file.name
            );
        }
    }
}

#[test]
fn figures_carry_their_acknowledgement() {
    for row in file("exposure.csv").lines().skip(1) {
        assert!(
            row.contains("We acknowledge the use of data from the Invented Fire Service."),
            "{row}"
        );
    }
}

#[test]
fn a_missing_pass_is_an_empty_cell_and_no_zero() {
    let text = file("exposure.csv");
    assert!(text.contains(
        "heat,night,during,2031-04-11T13:00:00Z,2031-04-12T21:00:00Z,6,2,0.33,2,0,0,17,1,"
    ));
    assert!(text.contains("heat,day,after,2031-04-12T21:00:00Z,2031-04-14T00:00:00Z,0,,,,"));
}

#[test]
fn possible_violations_say_in_each_row_that_nobody_found_them() {
    let text = file("possible.csv");
    assert_eq!(text.lines().count(), 13);
    for row in text.lines().skip(1) {
        assert!(row.contains("Possible violation: no person has made a finding."));
    }
}

fn count(low: u64, high: Option<u64>) -> Count {
    Count { low, high }
}

fn report() -> Daily {
    Daily {
        title: s("Spring truce between Northland and Southland"),
        number: s("95/2031"),
        date: s("13 April 2031"),
        as_of: s("2031-04-12 19:30"),
        zone: s("Atlantic/Azores (UTC+00:00)"),
        period: (s("2031-04-11 19:30"), s("2031-04-12 19:30")),
        previous: Some((s("2031-04-09 19:30"), s("2031-04-11 19:30"))),
        summary: vec![s("At least 14 explosions were recorded, in 18 hours watched.")],
        counts: vec![
            RegionCount {
                region: s("North Shore"),
                unit: s("explosion"),
                count: count(14, None),
                watched_seconds: 64_800,
                passes: None,
                previous: Some(PreviousCount {
                    count: count(62, Some(62)),
                    watched_seconds: 129_600,
                    passes: None,
                }),
            },
            RegionCount {
                region: s("South Shore"),
                unit: s("explosion"),
                count: count(0, Some(0)),
                watched_seconds: 0,
                passes: None,
                previous: None,
            },
        ],
        sections: vec![
            Section { heading: s("Civilian casualties"), paragraphs: Vec::new() },
            Section {
                heading: s("Withdrawal of weapons"),
                paragraphs: vec![s("Two sites were visited.")],
            },
        ],
        claims: vec![sample::claim(
            "General Staff of Northland",
            "NOR",
            "Southland",
            88,
            "nothing",
        )],
        restrictions: vec![Restriction {
            from: s("2031-04-12 10:00"),
            to: s("2031-04-12 10:40"),
            place: s("checkpoint 4"),
            source: s("patrol 2"),
            kind: s("delayed"),
            what: s("Kept waiting for an escort."),
            cite: s("e21"),
        }],
        footnotes: vec![s("The camera at the bridge was out from 02:00.")],
        annex: vec![AnnexRow {
            position: s("camera at the bridge"),
            place: s("3–4 km SE"),
            means: s("recorded"),
            number: s("6"),
            what: s("explosion"),
            when: s("2031-04-12 03:14"),
            cite: s("e19.2"),
        }],
        annex_total: 4_000,
        sources: vec![Credit {
            name: s("Cameras"),
            licence: s("CC BY 4.0"),
            attribution: s("Camera data by the Joint Commission."),
        }],
        record: Some(RecordPoint {
            origin: s("record.example/spring-truce"),
            size: 1_204,
            root: s("q3m1Q0d8"),
            received: s("2031-04-12 19:29"),
        }),
    }
}

#[test]
fn the_daily_report_keeps_its_order() {
    let (html, text) = (daily(&report()), daily_text(&report()));
    check(&html);
    for (page, order) in [
        (
            &html,
            vec![
                "Daily report <bdi>95/2031",
                "Based on information as of <bdi>2031-04-12 19:30</bdi>; all times <bdi>Atlantic/Azores",
                ">Summary<",
                ">Counts by region<",
                "Civilian casualties",
                "Withdrawal of weapons",
                ">Claims of the parties<",
                ">Restrictions<",
                ">Remarks<",
                ">Annex: observations<",
                ">Sources and acknowledgements<",
                "Camera data by the Joint Commission.",
                "q3m1Q0d8",
            ],
        ),
        (
            &text,
            vec![
                "daily report 95/2031, 13 April 2031",
                "Based on information as of 2031-04-12 19:30; all times Atlantic/Azores",
                "SUMMARY",
                "COUNTS BY REGION",
                "CIVILIAN CASUALTIES",
                "CLAIMS OF THE PARTIES",
                "RESTRICTIONS",
                "ANNEX",
                "First 1 of 4,000; the rest: servanda export.",
                "q3m1Q0d8",
            ],
        ),
    ] {
        let mut from = 0;
        for piece in order {
            from += page[from..]
                .find(piece)
                .unwrap_or_else(|| panic!("{piece} is not where it should be"));
        }
    }
}

#[test]
fn the_daily_report_compares_rates_and_never_bare_counts() {
    let rows = table(&daily(&report()), "What was counted");
    assert_eq!(
        rows[1],
        "North Shore | explosion | at least 14 | 18 h | at least 0.8 an hour | 62 | 36 h | 1.7 an hour | by rate"
    );
    assert_eq!(
        rows[2],
        "South Shore | explosion | not observed | nothing | not observed | – | – | – | no previous period"
    );
}

#[test]
fn an_empty_daily_report_says_so() {
    let html = daily(&Daily::default());
    check(&html);
    for text in [
        "Nothing was counted. That is not a count of zero.",
        "No claims are in the record.",
        "No restriction is in the record",
    ] {
        assert!(html.contains(text), "{text}");
    }
    assert!(
        daily(&report())
            .contains("No entry in the record for this period. That is not a report of none.")
    );
}

#[test]
fn hostile_texts_stay_texts_in_reports_and_tables() {
    let taint = "<script>\u{202E}\"'\n=1+1";
    let html = tainted(taint, || daily(&report()));
    check(&html);
    assert!(!html.contains('\u{202E}'));
    for file in tainted("\u{202E}\"\n", || export_csv(&answer())) {
        assert!(!file.text.contains('\u{202E}'), "{}", file.name);
    }
}
