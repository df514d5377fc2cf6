//! The one question of map, timeline and list, in all its forms.

use crate::kit::{Person, between};
use crate::ogc::{ids, json};
use crate::valley::{Valley, enter, report};
use servanda_entry::{Blob, Body, Disc, Document, Observation, Observations, Place, RowCount};
use servanda_room::rights::Role;
use servanda_time::Instant;
use servanda_tlog::sha256;

/// How many incidents the page says, its list shows, the table, the file and the feed have.
fn counts(by: &Person<'_>, query: &str) -> [usize; 5] {
    let page = by.get(&format!("/incidents{query}"));
    assert_eq!(page.status, 200, "{query}\n{}", page.body);
    let said = between(&page.body, "role=\"status\">", "answer").split(' ').next().unwrap();
    let said = said.parse().unwrap_or(0);
    let list = page.body.matches("<a data-row").count();
    let table = by.ask(&format!("/incidents.csv{query}")).body;
    let lines = table.lines().filter(|line| line.starts_with("i-")).count();
    let file = json(&by.ask(&format!("/incidents.geojson{query}")));
    assert_eq!(file["numberMatched"], ids(&file).len());
    let feed = by.ask(&format!("/incidents.atom{query}")).body;
    [said, list, lines, ids(&file).len(), feed.matches("<entry>").count()]
}

#[test]
fn one_question_has_one_answer_in_every_form() {
    let valley = Valley::open();
    let (public, vera) = (Person::of(&valley.open, None), valley.person(Role::Verifier));
    for (query, mission, everybody) in [
        ("", 6, 4),
        ("?q=&from=&to=&last=&span=&as-of=", 6, 4),
        ("?q=ALARM", 3, 3),
        ("?what=explosion", 3, 1),
        ("?sources=post", 3, 3),
        ("?zone=valley", 1, 1),
        ("?placed=no", 1, 1),
        ("?stage=new", 1, 0),
        ("?concerns=prohibit.fire", 1, 0),
        ("?verified=confirmed&party=S", 2, 1),
        ("?from=2030-01-05&to=2030-01-06", 3, 2),
        ("?from=2030-01-06T10:01&to=2030-01-06T10:01", 1, 0),
        ("?to=2030-01-06&span=cumulative", 3, 2),
        ("?last=30d", 2, 2),
        ("?last=24h", 0, 0),
        ("?bbox=9,49,11,51", 5, 3),
        ("?bbox=9,49,11,51&placed=yes", 4, 2),
        ("?filter=radius_m%20%3C%20180", 2, 2),
        ("?datetime=2030-03-01/..&observations=1", 2, 2),
        ("?q=nothing+of+the+kind", 0, 0),
    ] {
        assert_eq!(counts(&vera, query), [mission; 5], "{query}");
        assert_eq!(counts(&public, query), [everybody; 5], "{query}, public");
    }
    let page = vera.get("/incidents").body;
    assert!(page.contains("Not on the map: 1, which states no point."), "{page}");
    // Of a facet that is asked for, the other values are still offered with their numbers.
    let page = vera.get("/incidents?what=alarm").body;
    let facet = between(&page, "<h3>What</h3>", "</section>");
    assert!(facet.contains("explosion</bdi> <span class=\"count\">3<"), "{facet}");
    let facet = between(&page, "<h3>Sources</h3>", "</section>");
    assert!(!facet.contains("patrol"), "{facet}");
    // The timeline shows what lies outside the window too, and each of its parts is a question.
    let page = vera.get("/incidents?from=2030-01-05&to=2030-01-06").body;
    let parts = between(&page, "<table class=\"parts\">", "</table>");
    let last = parts.split("<a href=\"").last().unwrap();
    let address = last.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&");
    let (_, query) = address.split_once('?').unwrap();
    assert!(query.contains("from=2030-0") && !query.contains("to=2030-01-06"), "{query}");
    assert_eq!(counts(&vera, &format!("?{query}")), [2; 5], "{query}");
    assert_eq!(between(last, "<td>", "</td>"), "2");
    // What is printed has no form and no key, and all of it.
    let printed = vera.get("/incidents.print").body;
    assert!(!printed.contains("class=\"asked question\"") && printed.contains("<svg"));
}

#[test]
fn an_earlier_point_of_the_record_is_shown_as_it_was() {
    let valley = Valley::open();
    let (public, vera) = (Person::of(&valley.open, None), valley.person(Role::Verifier));
    let size = valley.open.room.standing().size;
    let root = valley.open.room.standing().root;
    let query = format!("?as-of={size}");
    let before = vera.ask(&format!("/incidents.csv{query}"));
    assert_eq!(before.header("servanda-record"), format!("example.org/ferry {size} {root}"));
    report(&vera, "2030-01-08T10:00", "50.03");
    assert_eq!(counts(&vera, "")[0], 7);
    assert_eq!(counts(&vera, &query), [6; 5]);
    let later = vera.ask(&format!("/incidents.csv{query}"));
    assert_eq!(later.body, before.body, "the address shows the same for good");
    let page = vera.get(&format!("/incidents{query}")).body;
    assert!(page.contains(&format!("As the record stood at {size} entries")), "{page}");
    // Before anything was read from a file, there is nothing; the public is told no more of then.
    assert_eq!(counts(&vera, "?as-of=3")[0], 0);
    assert_eq!(counts(&public, &query), [4; 5]);
    let two = format!("?as-of={}", size - 1);
    assert_eq!(counts(&public, &two), [3; 5], "before the publication");
    for wrong in ["0", "99999", "x", "-1"] {
        let answer = vera.ask(&format!("/incidents.geojson?as-of={wrong}"));
        assert_eq!(answer.status, 400, "{wrong}");
        assert!(answer.body.contains("as-of"), "{}", answer.body);
        assert_eq!(vera.get(&format!("/incidents?as-of={wrong}")).status, 400);
    }
    // One without an agreement is none to look at.
    assert_eq!(vera.get("/incidents?as-of=1").status, 400);
}

#[test]
fn on_a_map_what_is_too_much_is_gathered_and_nothing_is_lost() {
    const ROWS: u32 = 5_200;
    let valley = Valley::open();
    let text = b"what,time\n".to_vec();
    let bytes = text.len() as u64;
    let sha = sha256(&text);
    let row = |line: u32| {
        let n = i32::try_from(line).unwrap();
        let disc =
            Disc { lat_e7: 300_000_000 + n % 100 * 100_000, lon_e7: n * 50_000, radius_mm: 1 };
        let day = Instant::parse("2030-02-01T00:00:00Z", None).unwrap().ms();
        let from_ms = day + i64::from(line) * 3_600_000;
        Observation {
            at: Some(Place::Disc(disc)),
            attrs: Default::default(),
            count: None,
            from_ms,
            key: None,
            kind: "alarm".into(),
            line,
            origins: vec![],
            sides: vec![],
            to_ms: from_ms + 60_000,
        }
    };
    let rows: Vec<Observation> = (1..=ROWS).map(row).collect();
    let rows = rows.chunks(100).map(|rows| {
        let rows = rows.to_vec();
        Body::Observation(Observations { document: Some(sha), rows, source: "post".into() })
    });
    let document = Body::Document(Document {
        file: Blob { bytes, name: "many.csv".into(), sha256: sha },
        format: "table".into(),
        quarantine: None,
        rows: RowCount { accepted: ROWS.into(), duplicate: 0, rejected: 0 },
        source: "post".into(),
    });
    let bodies = std::iter::once(document).chain(rows).collect();
    enter(&valley.open, bodies, text);
    let vera = valley.person(Role::Verifier);
    // What another program wrote is seen when somebody enters something.
    report(&vera, "2030-01-08T10:00", "50.03");
    let map = json(&vera.ask("/incidents.geojson?cells=20"));
    let features = map["features"].as_array().unwrap();
    assert!(features.len() < 400, "{}", features.len());
    let count = |one: &serde_json::Value| one["properties"]["count"].as_u64().unwrap_or(1);
    let shown: u64 = features.iter().map(count).sum();
    let (all, nowhere) = (&map["numberMatched"], map["notOnTheMap"].as_u64().unwrap());
    assert_eq!(shown + nowhere, all.as_u64().unwrap());
    assert!(all.as_u64().unwrap() > 5_000);
    // Nearer, each stands by itself, and says where it leads.
    let most = features.iter().max_by_key(|one| count(one)).unwrap();
    let around = most["properties"]["bbox"].as_str().unwrap();
    let near = json(&vera.ask(&format!("/incidents.geojson?cells=20&placed=yes&bbox={around}")));
    let near = near["features"].as_array().unwrap();
    assert_eq!(near.len() as u64, count(most));
    for one in near {
        let href = one["properties"]["href"].as_str().unwrap();
        assert!(href.starts_with("/entries/") || href.starts_with("/cases/"), "{href}");
        assert!(one["properties"]["standing"].is_string());
    }
    // The map of the page gathers them too, and its list has the latest hundred.
    let page = vera.get("/incidents").body;
    assert!(page.contains("gathered in circles"));
    assert_eq!(page.matches("<a data-row").count(), 100);
    let older = page.split("rel=\"next\" href=\"").nth(1).unwrap().split('"').next().unwrap();
    assert!(vera.get(older).body.contains("101 to 200 of "), "{older}");
}

#[test]
fn a_question_that_makes_no_sense_is_told_what_is_wrong() {
    let valley = Valley::open();
    let public = Person::of(&valley.open, None);
    for (query, why) in [
        ("from=2030-13-01", "the parameter from"),
        ("stage=new&stage=found", "the parameter stage stands twice"),
        ("colour=red", "the parameter colour"),
        ("bbox=1,2", "a box is four numbers"),
        ("filter=what%20%3D", "the parameter filter"),
        ("q=%3Cscript%3E&last=1y", "one of 1h, 6h, 24h, 7d, 30d"),
    ] {
        let page = public.get(&format!("/incidents?{query}"));
        assert_eq!(page.status, 400, "{query}");
        assert!(
            page.body.contains(why) && !page.body.contains("<script>"),
            "{query}\n{}",
            page.body
        );
        for form in ["csv", "geojson", "atom"] {
            let answer = public.ask(&format!("/incidents.{form}?{query}"));
            assert_eq!(answer.status, 400, "{query}");
            assert_eq!(answer.header("content-type"), "application/problem+json");
            assert!(answer.body.contains(why), "{}", answer.body);
        }
    }
}
