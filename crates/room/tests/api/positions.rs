//! What published texts say: who said what, what can't all be so, and what was pledged.

use crate::kit::{How, Open, Person, VALLEY, between};
use servanda_entry::{
    Act, ActKind, Body, Count, SpeechAct, SpeechKind, StatedValue, Statement, Statements,
};
use servanda_store::{Keys, Record};
use servanda_time::Instant;

const PAGE: &str = "/agreement/positions";
const TERMS: &str = r#"
## 2. The ford

```toml term
[point.ford]
topics    = ["the ford"]
positions = [{ party = "S", stance = "proposes", wants = "a <joint> post", on = "2030-01-01" }]
```

## 3. Radars

```toml term
[pledge.radars]
by     = ["N"]
to     = ["S"]
what   = "radars for the watch"
amount = 12
unit   = "radar"
due    = "2030-12-01T12:00Z"
```
"#;

fn valley() -> Open {
    let text = format!("{VALLEY}{TERMS}").leak();
    Open::how(How { agreement: text, ..How::default() })
}

fn said(speaker: &str, party: &str, quote: &str, years: u64) -> Statement {
    Statement {
        act: SpeechAct::Demand,
        audience: None,
        co_speakers: vec![],
        end: quote.len() as u64,
        end_char: quote.len() as u64,
        kind: SpeechKind::Direct,
        line: 1,
        medium: None,
        party: Some(party.into()),
        quote: quote.into(),
        rule: "quoted".into(),
        said_on: Some("2030-02-01".into()),
        speaker: speaker.into(),
        speaker_text: None,
        start: 0,
        start_char: 0,
        status: None,
        topics: vec!["the ford".into()],
        values: vec![StatedValue {
            date: None,
            max_milli: Some(years * 1_000),
            min_milli: Some(years * 1_000),
            text: format!("{years} years"),
            unit: "year".into(),
        }],
        via: None,
    }
}

fn text(name: &str, address: &str, rows: Vec<Statement>) -> Body {
    Body::Statement(Statements {
        address: Some(address.into()),
        name: format!("{name}.txt"),
        outlet: Some(format!("The {name}")),
        published: Some("2030-02-02".into()),
        rows,
        ..Statements::default()
    })
}

fn enter(open: &Open, bodies: Vec<Body>) -> u64 {
    let mut record = Record::open(open.room.dir()).unwrap();
    let keys = Keys::read(open.room.keys_dir()).unwrap();
    let first = record.append(&keys, open.room.now(), bodies, vec![]).unwrap().start;
    drop(record);
    // The room reads what others wrote when it writes itself.
    let vera = Person::of(open, Some("vera"));
    let what = [("source", "patrol"), ("what", "explosion"), ("from", "2030-01-09T10:00")];
    vera.does("/report", &what);
    first
}

#[test]
fn both_quotations_of_a_contradiction_stand_side_by_side_with_their_sources() {
    let open = valley();
    let minister = "the foreign minister of Northland";
    let first = enter(
        &open,
        vec![
            text(
                "Post",
                "https://post.example/1?a=1&b=\"2",
                vec![said(minister, "N", "the ford must stay open for 15 years <b>", 15)],
            ),
            text(
                "Ledger",
                "javascript:alert(1)",
                vec![said(minister, "N", "the ford must stay open for 20 years", 20)],
            ),
        ],
    );
    let page = Person::of(&open, None).get(PAGE);
    assert_eq!(page.status, 200, "{page:?}");
    let body = &page.body;
    let clashes = between(body, "aria-labelledby=\"clashes\"", "<h2 id=\"pledges\"");
    let sides = between(clashes, "<div class=\"sides\">", "By the rule");
    let second = first + 1;
    for words in [
        "<q lang=\"en\" dir=\"auto\">the ford must stay open for 15 years &lt;b&gt;</q>",
        "<q lang=\"en\" dir=\"auto\">the ford must stay open for 20 years</q>",
        "<bdi>the foreign minister of Northland</bdi>",
        &format!("<a class=\"cite\" href=\"/entries/{first}\">e{first}.0</a>"),
        &format!("<a class=\"cite\" href=\"/entries/{second}\">e{second}.0</a>"),
        "said 2030-02-01",
        "published 2030-02-02",
        "entered <time",
        "href=\"https://post.example/1?a=1&amp;b=&quot;2\" rel=\"noreferrer noopener external\"",
    ] {
        assert!(sides.contains(words), "no {words:?} in\n{sides}");
    }
    assert!(!body.contains("javascript:") && body.contains("The Ledger"), "{body}");
    let points = between(body, "aria-labelledby=\"points\"", "aria-labelledby=\"clashes\"");
    // The stand that the text gives is beside what is reported.
    assert!(points.contains("a &lt;joint&gt; post") && points.contains("Northland"), "{points}");
    assert!(points.contains("href=\"/provisions/point.ford\""));
    for entry in [first, second] {
        let entry = Person::of(&open, None).get(&format!("/entries/{entry}"));
        assert_eq!(entry.status, 200, "whoever reads the words reads their entry");
    }
}

#[test]
fn a_pledge_stands_with_what_was_given() {
    let open = valley();
    let from = Instant::parse("2030-02-03T00:00:00Z", None).unwrap();
    let mut act = Act::new(ActKind::Performance, "N", from, "receipt 7");
    act.provisions = vec!["pledge.radars".into()];
    act.amount = Some(Count { best: Some(4), high: Some(4), low: 4, unit: "radar".into() });
    let entry = enter(&open, vec![Body::Act(act)]);
    let page = Person::of(&open, None).get(PAGE).body;
    let pledges = between(&page, "<h2 id=\"pledges\"", "</section>");
    for words in ["12 radar", "4 of 12 radar so far", "Northland", "1 Dec 2030, 12:00"] {
        assert!(pledges.contains(words), "no {words:?} in\n{pledges}");
    }
    assert!(pledges.contains(&format!("href=\"/entries/{entry}\"")), "{pledges}");
    let own = Person::of(&open, None).get("/provisions/pledge.radars").body;
    assert!(own.contains("No person has found whether it was done."), "{own}");
}

#[test]
fn where_nothing_is_said_the_page_says_how_it_comes_in() {
    let open = Open::how(How { agreement: VALLEY, ..How::default() });
    let page = Person::of(&open, None).get(PAGE).body;
    for words in ["No position is in the record", "nothing to compare", "has no pledge"] {
        assert!(page.contains(words), "no {words:?} in\n{page}");
    }
    assert!(!page.contains("Reported is not true"));
}
