//! What a statement carries beside its words: day, medium, audience, via, act, status; offices in
//! their time; and what is left unread.

// Helpers of tests fail the test that calls them.
#![allow(clippy::unwrap_used)]

use servanda_statements::{Act, Cast, Paragraph, Part, Reading, Status, Text, Unread, read};
use servanda_terms::{SourceText, load};
use servanda_time::Date;
use std::collections::BTreeMap;

const AGREEMENT: &str = "+++
id = 'talks'
title = 'Talks'
version = '1'
timezone = 'UTC'
[party.NORTH]
name = 'Northland'
adjectives = ['Northern']
[party.SOUTH]
name = 'Southmark'
[person.first]
name = 'the first president of Northland'
party = 'NORTH'
roles = [{ title = 'president', of = 'NORTH', until = 2031-05-01 }]
[person.second]
name = 'the second president of Northland'
party = 'NORTH'
roles = [{ title = 'president', of = 'NORTH', from = 2031-05-01 }]
[topic.guns]
words = ['gun*']
about = ['point.guns']
+++

```toml term
[point.guns]
topics = ['the guns']
[point.bridge]
topics = ['the bridge']
```
";

fn cast() -> Cast {
    let (agreement, found) = load(&SourceText::new("a.md", AGREEMENT), &BTreeMap::new());
    assert!(agreement.is_some(), "{found:?}");
    Cast::of(&agreement.unwrap())
}

fn reading(text: &str, published: &str) -> Reading {
    let paragraphs: Vec<Paragraph> =
        text.lines().map(|text| Paragraph { text, part: Part::Body }).collect();
    let published = Date::parse(published).ok();
    read(&Text { paragraphs: &paragraphs, published, outlet: None }, &cast())
}

#[test]
fn an_office_is_held_in_its_time() {
    let said = "The president of Northland said the guns would stay.";
    let name = |published| reading(said, published).statements[0].speaker.name.clone();
    assert_eq!(name("2031-04-30"), "the first president of Northland");
    assert_eq!(name("2031-05-01"), "the second president of Northland");
    // Without a date of publication it is the one who still holds it.
    assert_eq!(name(""), "the second president of Northland");
}

#[test]
fn a_weekday_is_counted_back_from_publication() {
    let said = "Northland said on Friday that the guns would stay.";
    let day = |published| reading(said, published).statements[0].said_on.map(|d| d.to_string());
    assert_eq!(day("2031-06-10").as_deref(), Some("2031-06-06"));
    assert_eq!(day("2031-06-06").as_deref(), Some("2031-06-06"));
    assert_eq!(day(""), None);
    let said = "Northland said on Dec. 28 that the guns would stay.";
    let one = |published| reading(said, published).statements[0].said_on.map(|d| d.to_string());
    assert_eq!(one("2032-01-02").as_deref(), Some("2031-12-28"));
    assert_eq!(one("").as_deref(), Some("XXXX-12-28"));
}

#[test]
fn what_the_rules_cannot_tell_stays_unknown() {
    let reading = reading("He said the guns would stay.", "");
    assert_eq!(reading.statements.len(), 1);
    assert!(!reading.statements[0].speaker.is_known());
    assert_eq!(reading.statements[0].speaker.party, None);
}

#[test]
fn speech_in_speech_says_by_whose_word() {
    let reading = reading("Northland said that Southmark had offered a guarantee of 10 years.", "");
    let inner = reading.statements.iter().find(|one| one.via.is_some()).unwrap();
    assert_eq!(inner.speaker.name, "Southmark");
    assert_eq!(inner.via.as_ref().unwrap().name, "Northland");
    assert_eq!(inner.act, Act::Offer);
}

#[test]
fn medium_audience_status_and_topics_are_told() {
    let text = "Northland told reporters in a radio address that a truce had been signed.\n\
                Southmark rejected the guns on the bridge.";
    let paragraphs: Vec<Paragraph> =
        text.lines().map(|text| Paragraph { text, part: Part::Body }).collect();
    let reading = read(&Text { paragraphs: &paragraphs, published: None, outlet: None }, &cast());
    let one = &reading.statements[0];
    assert_eq!(one.medium.unwrap().of(&paragraphs), "radio address");
    assert_eq!(one.audience.unwrap().of(&paragraphs), "reporters");
    assert_eq!(one.status, Some(Status::Signed));
    let two = &reading.statements[1];
    assert_eq!((two.act, two.rule), (Act::Reject, "stance-verb"));
    // A point that no topic is about is a topic by its own words.
    assert_eq!(two.topics, ["guns", "point.bridge"]);
}

#[test]
fn other_languages_repeats_and_furniture_are_left_unread() {
    let german = "Der Außenminister sagte am Freitag, die Geschütze würden erst dann abgezogen, \
                  wenn die Brücke wieder offen sei und die Gefangenen heimgekehrt seien.";
    let russian = "Министр сказал, что орудия останутся на месте.";
    let english = "Northland said that the guns would stay where they are until the bridge opens.";
    let teaser = "Northland said that the guns would stay […]";
    let text = format!("{german}\n{russian}\n{english}\n{english}\n{teaser}");
    let found = reading(&text, "");
    let why: Vec<(usize, Unread)> = found.unread;
    let unread = [
        (0, Unread::Language),
        (1, Unread::Language),
        (3, Unread::Repeated),
        (4, Unread::Repeated),
    ];
    assert_eq!(why, unread);
    assert_eq!(found.statements.len(), 1);
    let other = [Paragraph { text: english, part: Part::Other }];
    let found = read(&Text { paragraphs: &other, published: None, outlet: None }, &cast());
    assert_eq!(found.unread, [(0, Unread::NoProse)]);
}
