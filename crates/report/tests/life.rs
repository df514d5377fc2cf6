//! The parts of a page about the life of the agreement.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail loudly")]

mod markup;
mod sample;

use markup::{check, table};
use sample::{answer, clock, on_its_way, picture, tainted};
use servanda_comply::answer::{Answer, ClockKind, ClockState};
use servanda_comply::picture::Picture;
use servanda_time::Zone;

/// The page of an agreement whose own clock is 45 minutes off every full hour.
fn page(answer: &Answer) -> String {
    servanda_report::page(answer, &picture(), &Zone::named("Asia/Kathmandu").unwrap())
}

#[test]
fn the_page_holds_together() {
    let html = page(&on_its_way());
    check(&html);
    for id in ["life", "steps", "clocks", "guarantees"] {
        assert!(html.contains(&format!("<a href=\"#{id}\">")), "{id} is not among the contents");
    }
    assert!(html.contains("<li aria-current=\"step\">draft</li>"));
}

#[test]
fn what_an_answer_has_not_is_left_out() {
    let html = page(&answer());
    for id in ["life", "steps", "clocks", "guarantees"] {
        assert!(!html.contains(&format!("id=\"{id}\"")), "{id}");
    }
    let mut bare = on_its_way();
    let life = bare.life.as_mut().unwrap();
    (life.points, life.consents, life.provisions) = (None, Vec::new(), Vec::new());
    life.circles.clear();
    (bare.clocks, bare.guarantees) = (Vec::new(), Vec::new());
    let html = page(&bare);
    check(&html);
    for id in ["steps", "clocks", "guarantees"] {
        assert!(!html.contains(&format!("id=\"{id}\"")), "{id}");
    }
}

#[test]
fn nothing_is_drawn_of_an_agreement_that_nobody_watched() {
    let zone = Zone::utc();
    let html = servanda_report::page(&on_its_way(), &Picture::default(), &zone);
    check(&html);
    assert!(!html.contains("id=\"map\"") && !html.contains("id=\"timeline\""));
    let html = servanda_report::page(&answer(), &Picture::default(), &zone);
    assert!(html.contains("id=\"map\"") && html.contains("id=\"timeline\""));
}

#[test]
fn points_stand_with_the_stand_of_each_party() {
    let html = page(&on_its_way());
    let rows = table(&html, "The latest stand of each party");
    assert_eq!(rows[0], "Point | Status | NOR | SOU");
    assert!(
        rows[1].contains("number 7, point.ferry | agreed | accepts5 Jan 2031, 04:45"),
        "{}",
        rows[1]
    );
    assert!(rows[1].ends_with("| –"), "{}", rows[1]);
    assert!(rows[2].contains("| open | proposes: two") && rows[2].contains("| rejects: a bridge"));
    assert!(html.contains("33.3 to 66.7 %</b> agreed: 1 of 3 points; 1 open; 1 that no source"));
    assert!(html.contains("A point is agreed when both accept it."));
}

#[test]
fn a_withdrawal_without_a_right_to_it_says_that_it_changes_nothing() {
    let html = page(&on_its_way());
    let (_, told) = html.split_once("Withdrawals").unwrap();
    let (told, _) = told.split_once("</dd>").unwrap();
    assert!(told.contains("NOR") && told.contains("gave notice"), "{told}");
    assert!(told.contains("the text gives no right to withdraw"), "{told}");
    let mut answer = on_its_way();
    answer.life.as_mut().unwrap().withdrawals[0].out = Some("2030-06-01T00:00:00Z".into());
    let html = page(&answer);
    assert!(html.contains("; it is out ") && !html.contains("gives no right to withdraw"));
}

#[test]
fn consents_say_what_is_missing() {
    let rows = table(&page(&on_its_way()), "The bodies whose consent");
    assert!(rows[1].contains("none yet | not determinable | not yet (the depositary) | not yet"));
    let adopted = "adopted at 1 Apr 2031, 00:00 UTC, 6,100 to 3,900 | yes | not needed | 1 Apr";
    assert!(rows[2].contains(adopted), "{}", rows[2]);
    assert!(rows[2].ends_with("[e10]a vote on 4 March came too early"), "{}", rows[2]);
}

#[test]
fn a_circle_is_told_once_and_linked() {
    let html = page(&on_its_way());
    let told = html.split("id=\"circle-1\"").nth(1).unwrap().split("</p>").next().unwrap();
    assert_eq!(told.matches("entry into force").count(), 2);
    assert_eq!(html.matches("href=\"#circle-1\"").count(), 3, "force, a provision, a clock");
    let rows = table(&html, "What doesn't bind");
    assert_eq!(rows.len(), 3, "what binds and waits for nothing is not listed");
    assert!(rows[1].contains("never") && rows[1].contains("beyond the text: act that brings"));
    assert!(rows[2].contains("not before 1 May 2031, 00:00") && rows[2].contains("good faith"));
}

#[test]
fn times_stand_on_both_clocks() {
    let rows = table(&page(&on_its_way()), "What runs, the most pressing first");
    let overdue = "duetransfer.prisoners | overdue | 11 Apr 2031, 13:0011 Apr 2031, 18:45 | \
                   25 Apr 2031, 13:0025 Apr 2031, 18:45 | – | Waits for performance";
    assert!(rows[1].starts_with(overdue), "{}", rows[1]);
    let html = servanda_report::page(&on_its_way(), &picture(), &Zone::utc());
    assert!(!html.contains("class=\"sub there\"") && !html.contains("below them"));
}

#[test]
fn clocks_say_until_when_and_why() {
    let html = page(&on_its_way());
    let rows = table(&html, "What runs, the most pressing first");
    assert_eq!(rows.len(), 4, "readings and responses stand elsewhere");
    assert!(rows[2].contains("| waiting | – | neveras the text stands | – | it waits for itself"));
    assert!(rows[3].contains("| met |") && !rows[3].contains("Waits for"), "{}", rows[3]);
    assert!(rows[1].ends_with("no entry in the record shows it done [e7]"), "{}", rows[1]);
    assert!(html.contains("1 overdue, 1 waiting, 1 met, 1 disputed (overdue or waiting)."));
    assert!(html.contains("that is no finding of anybody"));
}

#[test]
fn readings_stand_side_by_side() {
    let rows = table(&page(&on_its_way()), "oblige.lists, due");
    assert_eq!(rows[0], "Reading | from signature | from entry into force");
    assert_eq!(rows[1], "State | overdue | waiting");
    assert!(rows[3].starts_with("Until | 25 Apr 2031, 13:00"), "{}", rows[3]);
    assert!(rows[3].contains("| not before 1 May 2031, 00:00"), "{}", rows[3]);
}

#[test]
fn what_only_acts_are_missing_for_can_be_at_once() {
    let mut answer = on_its_way();
    let mut open = clock("oblige.other", "due", ClockKind::Deadline, ClockState::Waiting);
    (open.due, open.earliest) = (None, Some(answer.asked.at.clone()));
    answer.clocks = vec![open];
    assert!(table(&page(&answer), "What runs")[1].contains("not knownat the earliest at once"));
}

#[test]
fn a_guarantee_is_a_worksheet() {
    let html = page(&on_its_way());
    let rows = table(&html, "Each word of the trigger");
    assert_eq!(rows[1], "repeated | 2 findings or more | not met | 0 found, 2 needed [e7]");
    assert!(rows[2].starts_with("grave | not stated | not determinable"), "{}", rows[2]);
    assert!(rows[3].starts_with("The trigger as a whole |  | not determinable"), "{}", rows[3]);
    let rows = table(&html, "The steps of the response");
    assert!(rows[1].starts_with("response: consult | running |"), "{}", rows[1]);
    assert!(html.contains("met, by WESTLAND at 12 Apr 2031, 10:00 UTC: note 9"));
}

#[test]
fn a_side_without_a_void_condition_is_seen() {
    let mut answer = on_its_way();
    let html = page(&answer);
    let rows = table(&html, "By whose act");
    assert!(rows[1].starts_with("NOR | the North attacks | 2 findings or more | undetermined"));
    assert_eq!(rows[2], "SOU | the text states no condition for its acts");
    answer.guarantees[0].void_if[0].who.clear();
    assert_eq!(table(&page(&answer), "By whose act").len(), 2, "anybody's act is each side's");
    answer.guarantees[0].void_if.clear();
    assert!(page(&answer).contains("The text states nothing that makes it void."));
}

#[test]
fn hostile_texts_are_shown_and_never_obeyed() {
    for taint in [
        "</title></style></svg><script>alert(1)</script>",
        "\"' onload=x onfocus='y' autofocus \"",
        "\u{202E}gnp.exe\u{2066}\u{200B}\u{0}\u{1b}[31m\u{FEFF}",
        "]]>--><!--&lt;&#x3c;script&#x3e;{{ x }}{% y %}",
    ] {
        let html = tainted(taint, || page(&on_its_way()));
        check(&html);
        for hidden in ['\u{202E}', '\u{2066}', '\u{200B}', '\u{0}', '\u{1b}', '\u{FEFF}'] {
            assert!(!html.contains(hidden), "{taint:?} lets {hidden:?} through");
        }
    }
    let mut answer = on_its_way();
    let life = answer.life.as_mut().unwrap();
    let stand = &mut life.points.as_mut().unwrap().list[0].positions[0];
    stand.source = "javascript:alert(1)".to_owned();
    assert!(!page(&answer).contains("href=\"javascript"));
}

#[test]
fn long_lists_are_cut_and_say_so() {
    let mut answer = on_its_way();
    let one = clock("oblige.x", "due", ClockKind::Deadline, ClockState::Running);
    answer.clocks = vec![one; 300];
    let life = answer.life.as_mut().unwrap();
    let points = life.points.as_mut().unwrap();
    let stand = points.list[0].positions[0].clone();
    points.list[0].positions = (0..12)
        .map(|n| {
            let mut stand = stand.clone();
            stand.party = format!("P{n}");
            stand
        })
        .collect();
    let html = page(&answer);
    check(&html);
    assert!(html.contains("First 200 of 300; the rest: servanda clocks."));
    assert!(html.contains("300 running."), "cut, and counted in full");
    assert!(html.contains("<b><bdi>P11</bdi></b>: "), "a party without a column is not lost");
}
