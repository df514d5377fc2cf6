//! The page of an answer: what stands on it, and that it keeps its promises.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail loudly")]

mod markup;
mod sample;

use markup::{check, elements, table};
use sample::{answer, at, picture, tainted};
use servanda_comply::answer::{Answer, CiteBy, State};
use servanda_comply::picture::Picture;
use servanda_time::Zone;

/// The page of an agreement whose own clock is UTC.
fn page(answer: &Answer, picture: &Picture) -> String {
    servanda_report::page(answer, picture, &Zone::utc())
}

fn empty() -> Answer {
    Answer {
        headline: Vec::new(),
        provisions: Vec::new(),
        exposure: Vec::new(),
        comparison: Vec::new(),
        left_out: Vec::new(),
        claims: Vec::new(),
        sources: Vec::new(),
        incidents: Vec::new(),
        findings: Vec::new(),
        notes: Vec::new(),
        ..answer()
    }
}

#[test]
fn the_page_holds_together() {
    let html = page(&answer(), &picture());
    let elements = check(&html);
    let svgs = elements.iter().filter(|e| e.name == "svg" && e.get("role") == Some("img")).count();
    // The map, the timeline, and one strip for each line.
    assert_eq!(svgs, 2 + 5);
    assert!(elements.iter().any(|e| e.name == "a" && e.get("class") == Some("skip")));
}

#[test]
fn the_same_answer_gives_the_same_bytes() {
    assert_eq!(page(&answer(), &picture()), page(&answer(), &picture()));
}

#[test]
fn the_first_screen_answers() {
    let html = page(&answer(), &picture());
    let order = [
        "Spring truce between Northland and Southland",
        "During the truce, detections of fire in the zone fell",
        "State of each provision",
        "30 h 12 min of 32 h",
        "Key figures",
        "0.33 a pass",
        "What was watched, and what was not",
        "Cloud is unknown",
        "The counts in full",
    ];
    let mut from = html.find("<body").unwrap();
    for text in order {
        let place =
            html[from..].find(text).unwrap_or_else(|| panic!("{text} is not where it should be"));
        from += place;
    }
}

#[test]
fn a_pass_that_never_was_is_not_a_zero() {
    let rows = table(&page(&answer(), &picture()), "Detections by");
    assert_eq!(rows.len(), 7);
    assert_eq!(rows[2], "during | 6 | 2 | 0.33 | 2 | 0 | 0 | 17 | 1");
    assert!(rows[6].starts_with("after | 0 | – | not observed | – |"), "{}", rows[6]);
}

#[test]
fn a_count_without_an_upper_bound_is_a_least_count() {
    let rows = table(&page(&answer(), &picture()), "Count of");
    assert!(rows[2].contains("63 | at least 63"), "{}", rows[2]);
    assert!(rows[3].contains("377 | exact"), "{}", rows[3]);
}

#[test]
fn a_day_that_nothing_watched_is_not_a_zero() {
    let mut answer = answer();
    for row in &mut answer.comparison[1..2] {
        (row.rows, row.best, row.low, row.high) = (0, 0, 0, Some(0));
        (row.per_day, row.per_day_low, row.per_day_high) = (None, None, None);
        row.observed_days = "0.00".to_owned();
    }
    let html = page(&answer, &picture());
    let rows = table(&html, "Count of");
    assert!(
        rows[2].ends_with("1.33 | 0.00 | 0 | not observed | – | not observed | – | 1"),
        "{}",
        rows[2]
    );
    assert!(
        html.contains("<b>not observed</b><span class=\"sub\">0 reported, no day watched</span>")
    );
}

#[test]
fn every_number_of_the_map_stands_in_a_table() {
    let picture = picture();
    let rows = table(&page(&answer(), &picture), "420 observations with a place");
    let sum: u64 =
        rows[1..].iter().map(|row| row.rsplit(" | ").next().unwrap().parse::<u64>().unwrap()).sum();
    assert_eq!(sum, 420);
}

#[test]
fn every_watch_of_the_timeline_stands_in_a_table() {
    let picture = picture();
    let html = page(&answer(), &picture);
    let rows = table(&html, "Watches in order of time");
    assert_eq!(rows.len() - 1, picture.lanes.iter().map(|lane| lane.bars.len()).sum::<usize>());
    let lanes = table(&html, "Watches, by lane");
    for (lane, row) in picture.lanes.iter().zip(&lanes[1..]) {
        let counted: u64 = lane.bars.iter().map(|bar| bar.counted).sum();
        let empty = lane.bars.iter().filter(|bar| bar.counted == 0).count();
        assert!(
            row.starts_with(&format!("{} | heat | 19 | {empty} | {counted} | ", lane.label)),
            "{row}"
        );
    }
}

#[test]
fn every_state_behind_a_strip_stands_in_a_table() {
    let answer = answer();
    let html = page(&answer, &picture());
    let line = &answer.provisions[0].lines[0];
    let rows = table(&html, "attributed to nobody in front, as written");
    assert_eq!(rows.len() - 1, line.runs.len());
    assert!(html.contains("alleged <b>27 min</b> of 32 h"));
}

#[test]
fn possible_violations_never_stand_alone() {
    let html = page(&answer(), &picture());
    let rows = table(&html, "Possible violation: no person has made a finding.");
    assert_eq!(rows.len() - 1, 12);
    assert!(html.contains("None is proposed. That is not a finding that there was none."));
}

#[test]
fn claims_stay_claims_and_are_not_verified_by_being_shown() {
    let html = page(&answer(), &picture());
    let claims = html.split("What parties claim").nth(1).unwrap();
    let claims = claims.split("What people found").next().unwrap();
    assert!(claims.contains("2,935") && claims.contains("4,900"));
    assert_eq!(claims.matches("<dt>Verified</dt><dd><bdi>nothing</bdi>").count(), 2);
    assert!(claims.contains("Міноборони"));
}

#[test]
fn a_retracted_finding_stays_readable() {
    let mut answer = answer();
    answer.findings[0].stands = false;
    let html = page(&answer, &picture());
    assert!(html.contains("retracted</span>") && html.contains("Both lists were received"));
    assert!(html.contains("on the balance of probabilities"));
}

#[test]
fn states_are_told_by_word_and_sign_and_explained() {
    let html = page(&answer(), &picture());
    for word in [
        "violated",
        "alleged",
        "undetermined",
        "not observed",
        "kept",
        "suspended",
        "ended",
        "not in force",
    ] {
        assert!(html.contains(&format!("</svg>{word}</span>")), "{word}");
    }
    assert!(
        html.contains("it is neither &quot;kept&quot; nor zero")
            || html.contains("it is neither &#34;kept&#34; nor zero")
    );
}

#[test]
fn acknowledgements_and_the_checkpoint_are_on_the_page() {
    let html = page(&answer(), &picture());
    for text in [
        "We acknowledge the use of data from the Invented Fire Service.",
        "free and open",
        "q3m1Q0d8Zb6rVQm7ceYV5dYt3T0mR0cZ5cVwq1m2YdA=",
        "6b55ccb845da6d3111e551256388346ebb38b1cd8055c7b90d830bff3580c4d1",
        "1,204 entries",
        "imply no opinion on the status of any territory",
    ] {
        assert!(html.contains(text), "{text}");
    }
    let mut answer = answer();
    answer.asked.record = None;
    answer.asked.cite = CiteBy::Content;
    assert!(page(&answer, &picture()).contains("names no checkpoint"));
}

#[test]
fn an_empty_answer_says_what_is_not_there() {
    let html = page(&empty(), &Picture::default());
    check(&html);
    for text in [
        "The record says nothing about this agreement yet.",
        "The agreement has no provision that can be checked.",
        "No source is declared: nothing could be seen.",
        "That is not a count of zero.",
        "No claims are in the record.",
        "No finding is in the record. Nobody has found a violation, and nobody has found that there was none.",
        "Nothing in this answer has a place.",
        "Nothing in this answer has a time.",
        "Nothing was left out of the comparison.",
        "so no standard of proof has been applied",
    ] {
        assert!(html.contains(text), "{text}");
    }
}

#[test]
fn long_lists_are_cut_and_say_so() {
    let mut answer = answer();
    answer.claims = (0..450).map(|n| sample::claim("A", "NOR", "B", n, "nothing")).collect();
    answer.provisions[0].possible_total = 7_777;
    let run = answer.provisions[0].lines[0].runs[0].clone();
    answer.provisions[0].lines[0].runs = vec![run; 5_000];
    let line = answer.provisions[0].lines[1].clone();
    answer.provisions[1].lines = (0..54)
        .map(|n| {
            let mut line = line.clone();
            line.reading = format!("reading {n}");
            line
        })
        .collect();
    let html = page(&answer, &picture());
    for text in [
        "First 200 of 450; the rest: servanda export.",
        "First 12 of 7,777; the rest: servanda export.",
        "First 60 of 5,000; the rest: servanda export.",
        "First 24 of 54; the rest: servanda export.",
    ] {
        assert!(html.contains(text), "{text}");
    }
    assert!(html.len() < 2_000_000, "{}", html.len());
}

#[test]
fn lines_that_differ_only_in_the_zone_are_drawn_once() {
    let mut answer = answer();
    let line = answer.provisions[1].lines[0].clone();
    let zoned = |n: u32| {
        let mut line = line.clone();
        line.zone = Some(format!("zone-{n}"));
        line
    };
    answer.provisions[1].lines = (0..27).map(zoned).collect();
    answer.provisions[1].lines[5].seconds[0].1 -= 1;
    answer.provisions[1].lines[1].runs[0].reasons[0].text = "Nobody was there.".to_owned();
    let html = page(&answer, &picture());
    assert!(html.contains("<bdi>zone-0, zone-1 and 24 other zones</bdi>"));
    assert!(html.contains("<b><bdi>NOR</bdi></b> in <bdi>zone-5</bdi>"));
    assert!(html.contains("zone-1: Nobody was there."), "zones keep their own reasons");
    assert!(html.contains("23 other zones, each with numbers of its own: servanda export"));
    // The table behind the strip names every one of them.
    let rows = html.split("<caption>").find(|piece| piece.contains("<bdi>zone-26</bdi>")).unwrap();
    assert_eq!(rows.split("</caption>").next().unwrap().matches("zone-").count(), 26);
}

#[test]
fn a_long_headline_and_repeated_limits_are_folded() {
    let mut answer = answer();
    answer.headline = (0..12).map(|n| format!("Sentence number {n}.")).collect();
    let limit = format!("{}: {}", answer.sources[0].name, answer.sources[0].limits[0]);
    answer.notes.push(limit.clone());
    let html = page(&answer, &picture());
    assert!(html.contains("<summary>6 more sentences</summary>"));
    assert!(html.contains("Sentence number 11."), "nothing is left off");
    assert!(!html.contains(&limit) && html.contains(&answer.sources[0].limits[0]));
}

#[test]
fn the_gravest_lines_come_first() {
    let mut answer = answer();
    answer.provisions[0].lines.reverse();
    let html = page(&answer, &picture());
    let lines = html.split("class=\"lines\"").nth(1).unwrap();
    assert!(lines.find("attributed to nobody").unwrap() < lines.find("NOR").unwrap());
    assert_eq!(answer.provisions[0].lines[2].state, State::Alleged);
}

#[test]
fn what_is_left_out_on_request_is_said_at_the_top() {
    let mut answer = answer();
    answer.asked.without = vec!["except.provocation".to_owned()];
    let html = page(&answer, &picture());
    let header = html.split("<header").nth(1).unwrap().split("</header>").next().unwrap();
    assert!(header.contains("Asked without <code><bdi>except.provocation"));
}

const HOSTILE: [&str; 4] = [
    "</title></style></svg><script>alert(1)</script>",
    "\"' onload=x onfocus='y' autofocus \"",
    "\u{202E}gnp.exe\u{2066}\u{200B}\u{0}\u{1b}[31m\u{FEFF}",
    "]]>--><!--&lt;&#x3c;script&#x3e;{{ x }}{% y %}",
];

#[test]
fn hostile_texts_are_shown_and_never_obeyed() {
    for taint in HOSTILE {
        let html = tainted(taint, || page(&answer(), &picture()));
        check(&html);
        for hidden in ['\u{202E}', '\u{2066}', '\u{200B}', '\u{0}', '\u{1b}', '\u{FEFF}'] {
            assert!(!html.contains(hidden), "{taint:?} lets {hidden:?} through");
        }
        let plain = page(&answer(), &picture());
        let shape = |html: &str| {
            elements(&markup::as_xml(html)).iter().filter(|e| e.name != "time").count()
        };
        // A tainted time is no time, and draws no bar; no text makes an element.
        assert!(shape(&html) <= shape(&plain) + 200, "{taint:?}");
    }
}

#[test]
fn only_web_addresses_become_links() {
    let mut answer = answer();
    answer.claims[0].address = Some("javascript:alert(1)".to_owned());
    answer.claims[1].address = Some("HTTPS://evil.example/\" onclick=\"x".to_owned());
    let html = page(&answer, &picture());
    assert!(
        !html.contains("href=\"javascript") && !html.to_lowercase().contains("href=\"https://evil")
    );
    assert!(html.contains("<bdi>javascript:alert(1)</bdi>"));
}

#[test]
fn times_that_are_none_are_shown_as_they_are() {
    let mut answer = answer();
    answer.asked.at = "tomorrow".to_owned();
    answer.provisions[0].lines[0].runs[0].from = Some("yesterday".to_owned());
    answer.provisions[0].lines[0].from = None;
    answer.provisions[0].lines[0].until = None;
    let html = page(&answer, &picture());
    check(&html);
    assert!(html.contains("<bdi>tomorrow</bdi>") && html.contains("<bdi>yesterday</bdi>"));
}

#[test]
fn a_single_instant_is_drawn() {
    let now = at("2031-04-11T13:00:00Z");
    let mut picture = picture();
    picture.span = servanda_time::Interval::new(now, now);
    check(&page(&answer(), &picture));
}
