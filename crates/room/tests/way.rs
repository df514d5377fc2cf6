//! A case's way through the room, over real HTTP: reported, merged, verified, attributed and found
//! by two people, answered by the party, published without the observer.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that stops has failed")]

mod kit;

use kit::{How, Open, Person, VALLEY, between};
use servanda_room::rights::Role;

const OBSERVER: &str = "walker nine of the second patrol";
const WORDS: &str = "three flashes behind the mill, heard from the ridge";

fn open() -> Open {
    open_ticking(0)
}

fn open_ticking(tick_ms: i64) -> Open {
    let people = &[
        ("vito", Role::Verifier, None),
        ("lena", Role::Legal, None),
        ("luis", Role::Legal, None),
        ("rosa", Role::Reporter, None),
        ("omar", Role::Observer, None),
        ("sami", Role::Liaison, Some("S")),
    ];
    Open::how(How { agreement: VALLEY, people, tick_ms, ..How::default() })
}

fn reported<'a>(
    source: &'a str,
    what: &'a str,
    from: &'a str,
    to: &'a str,
    lat: &'a str,
) -> Vec<(&'a str, &'a str)> {
    vec![
        ("source", source),
        ("what", what),
        ("from", from),
        ("to", to),
        ("lat", lat),
        ("lon", "10.0"),
        ("radius", "200"),
    ]
}

#[test]
fn a_report_becomes_a_finding_of_two_people_with_the_partys_reply() {
    let open = open();
    let vera = Person::of(&open, "vera");
    let alarm = reported("post", "alarm", "2030-01-05T10:00", "2030-01-05T10:04", "50.001");
    vera.does("/report", &alarm);

    // An observer reports. What it says of itself is withheld, and so are the words.
    let omar = Person::of(&open, "omar");
    let mut fields =
        reported("patrol", "explosion", "2030-01-05T10:01", "2030-01-05T10:03", "50.0");
    fields.extend([("description", WORDS), ("observer", OBSERVER), ("withhold", "1")]);
    let case = omar.does("/report", &fields);
    assert!(case.starts_with("/cases/i-"), "{case}");

    // It may be the alarm's event: proposed with reasons, merged by a person.
    let page = vera.get(&case).body;
    assert!(page.contains("Their times share an instant."), "{page}");
    assert!(page.contains("Their places overlap."), "{page}");
    let other = between(&page, "name=\"other\" value=\"", "\"").to_owned();
    let case = vera.does(&format!("{case}/take"), &[]);
    let why = [("other", other.as_str()), ("standard", "s"), ("reason", "one flash, one bang")];
    let case = vera.does(&format!("{case}/merge"), &why);
    let page = vera.get(&case).body;
    assert_eq!(page.matches("<article class=\"observation\"").count(), 2, "{page}");
    assert!(page.contains(">in progress<"), "{page}");
    let act = |person: &Person<'_>, deed: &str, fields: &[(&str, &str)]| {
        person.does(&format!("{case}/{deed}"), fields)
    };
    let refused =
        |person: &Person<'_>, deed: &str, fields: &[(&str, &str)], status: u16, why: &str| {
            let answer = person.post(&format!("{case}/{deed}"), fields);
            assert_eq!(answer.status, status, "{deed}\n{}", answer.body);
            assert!(answer.body.contains(why), "{deed}: {why}\n{}", answer.body);
        };

    // Nothing is found before it is verified and attributed.
    let (lena, luis) = (Person::of(&open, "lena"), Person::of(&open, "luis"));
    let grounds = ("standard", "reasonable grounds");
    let find = [
        ("outcome", "violation"),
        ("provision", "prohibit.fire"),
        ("party", "S"),
        grounds,
        ("reason", "a shell of the southern battery"),
    ];
    refused(&lena, "find", &find, 409, "nobody has verified");
    act(&vera, "check", &[("item", "place"), ("result", "holds"), ("reason", "two bearings meet")]);
    act(&vera, "grade", &[("source", "B"), ("information", "2")]);
    act(&vera, "verify", &[("result", "confirmed"), grounds, ("reason", "crater seen")]);
    refused(&lena, "find", &find, 409, "attributed to this party");
    let blame =
        [("result", "attributed"), ("party", "S"), grounds, ("reason", "fuse of that make")];
    act(&vera, "attribute", &blame);
    let page = vera.get(&case).body;
    assert!(page.contains("You proposed it: another person must agree."), "{page}");
    let proposal = between(&page, "id=\"waits-", "\"").to_owned();
    refused(&vera, "agree", &[("proposal", &proposal)], 409, "another person must");
    let vito = Person::of(&open, "vito");
    act(&vito, "agree", &[("proposal", &proposal)]);
    act(&lena, "find", &find);
    let proposal = between(&lena.get(&case).body, "id=\"waits-", "\"").to_owned();
    refused(&lena, "agree", &[("proposal", &proposal)], 409, "another person must");
    // Who may not find may not agree to a finding either.
    refused(&vito, "agree", &[("proposal", &proposal)], 403, "");
    act(&luis, "agree", &[("proposal", &proposal)]);
    let page = luis.get(&case).body;
    assert!(page.contains("by two people"), "{page}");

    // Before the party was heard nothing is published, and only that party replies.
    let rosa = Person::of(&open, "rosa");
    refused(&rosa, "publish", &[], 409, "asked to reply first");
    let (sami, lior) = (Person::of(&open, "sami"), Person::of(&open, "lior"));
    assert_eq!(sami.get(&case).status, 403, "it was not asked yet");
    act(&rosa, "ask", &[("party", "S"), ("days", "7")]);
    refused(&rosa, "publish", &[], 409, "asked to reply first");
    assert_eq!(lior.get(&case).status, 404, "the other party's liaison sees nothing of it");
    refused(&lior, "reply", &[("party", "S"), ("text", "so it was")], 403, "");
    assert!(!sami.get(&case).body.contains("two bearings meet"), "a party sees no working notes");
    act(&sami, "reply", &[("party", "S"), ("text", "An old mine. <b>We did not fire.</b>")]);
    act(&vera, "cure", &[("state", "mitigated"), ("reason", "the field was fenced off")]);
    let findings = open.get("/findings").body;
    assert!(findings.contains("Nothing is published."), "{findings}");
    assert_eq!(open.get(&case).status, 303, "it isn't the public's yet");
    act(&rosa, "publish", &[]);

    // Everybody reads it, with the reply word for word, and without the observer.
    let public = open.get("/findings").body;
    for said in ["Violation", "prohibit.fire", "by two people", "An old mine.", "mitigated"] {
        assert!(public.contains(said), "{said}\n{public}");
    }
    assert!(!public.contains("<b>We did"), "{public}");
    let board = open.get("/").body;
    assert!(board.contains("violated"), "{board}");
    let page = open.get(&case);
    assert_eq!(page.status, 200);
    assert!(!page.body.contains("two bearings meet"), "{}", page.body);

    // Nothing withheld is in anything that anybody but who opens it can see.
    let size: u64 = between(&board, "data-size=\"", "\"").parse().unwrap();
    for who in [None, Some(&vera), Some(&sami), Some(&rosa), Some(&omar)] {
        let entries = (0..size).map(|entry| format!("/entries/{entry}"));
        let provision = "/provisions/prohibit.fire";
        let pages = ["/", "/queue", "/findings", "/agreement/positions", provision, &case];
        for path in pages.map(str::to_owned).into_iter().chain(entries) {
            let page = who.map_or_else(|| open.get(&path), |person| person.get(&path)).body;
            for secret in [OBSERVER, WORDS, "walker", "mill"] {
                assert!(!page.contains(secret), "{path} says {secret:?}\n{page}");
            }
        }
    }

    // Opening it is entered first, with the reason.
    let sealed = (0..size)
        .find(|entry| vera.get(&format!("/entries/{entry}")).body.contains("What it withholds"));
    let sealed = format!("/entries/{}", sealed.unwrap());
    let refused = vera.post(&format!("{sealed}/open"), &[]);
    assert_eq!(refused.status, 422, "{}", refused.body);
    assert_eq!(rosa.post(&format!("{sealed}/open"), &[("reason", "curious")]).status, 403);
    let opened = vera.post(&format!("{sealed}/open"), &[("reason", "to call the patrol")]);
    assert!(opened.body.contains(OBSERVER) && opened.body.contains(WORDS), "{}", opened.body);
    let logged = vera.get(&format!("/entries/{size}")).body;
    assert!(logged.contains("disclosure") && logged.contains("to call the patrol"), "{logged}");
    assert!(!logged.contains(OBSERVER), "{logged}");
}

#[test]
fn what_makes_no_sense_is_refused_and_nothing_is_entered() {
    let open = open();
    let vera = Person::of(&open, "vera");
    let good = reported("patrol", "explosion", "2030-01-05T10:01", "2030-01-05T10:03", "50.0");
    let with = |name: &'static str, value: &'static str| {
        let rest = good.iter().copied().filter(move |(own, _)| *own != name);
        rest.chain([(name, value)]).collect::<Vec<_>>()
    };
    let before = between(&open.get("/").body, "data-size=\"", "\"").to_owned();
    for (name, value, said) in [
        ("from", "yesterday", "earliest time is no time"),
        ("to", "2030-01-05T09:00", "must be after the earliest"),
        ("lat", "north", "must be degrees"),
        ("lat", "91", "must be degrees"),
        ("radius", "-1", "whole number of metres"),
        ("what", "", "what was observed"),
        ("zone", "valley", "not both"),
        ("source", "rumour", "no source"),
        ("count", "many", "whole number"),
    ] {
        let answer = vera.post("/report", &with(name, value));
        assert_eq!(answer.status, 422, "{name}={value}\n{}", answer.body);
        assert!(answer.body.contains(said), "{name}={value}: {said}\n{}", answer.body);
    }
    let case = vera.does("/report", &good);
    for (deed, fields) in [
        ("grade", vec![("source", "Z"), ("information", "2")]),
        ("grade", vec![("source", "A"), ("information", "9")]),
        ("check", vec![("item", "weather"), ("result", "holds")]),
        ("verify", vec![("result", "confirmed"), ("standard", "s")]),
        ("merge", vec![("other", "i-0000000000000000"), ("standard", "s"), ("reason", "r")]),
        ("split", vec![("row", "e0.0"), ("standard", "s"), ("reason", "r")]),
        ("distinct", vec![("other", "e99"), ("reason", "r")]),
        ("release", vec![]),
        ("explode", vec![]),
    ] {
        let answer = vera.post(&format!("{case}/{deed}"), &fields);
        assert!((400..500).contains(&answer.status), "{deed} {fields:?}: {}", answer.status);
    }
    let lena = Person::of(&open, "lena");
    vera.does(&format!("{case}/take"), &[]);
    let held = lena.post(&format!("{case}/take"), &[]);
    assert_eq!(held.status, 409, "{}", held.body);
    let after = between(&open.get("/").body, "data-size=\"", "\"").to_owned();
    let entered = after.parse::<u64>().unwrap() - before.parse::<u64>().unwrap();
    assert_eq!(entered, 2, "the report and the step, and nothing of what was refused");
    assert!(vera.get("/queue?mine=1").body.contains(case.strip_prefix("/cases/").unwrap()));
    assert!(!lena.get("/queue?mine=1").body.contains(case.strip_prefix("/cases/").unwrap()));
    assert_eq!(vera.get("/queue?stage=nowhere").status, 400);
    assert_eq!(vera.get("/cases/i-0000000000000000").status, 404);
    assert_eq!(open.get("/cases/i-0000000000000000").status, 303);
}

/// By its clock, this room takes so long over each view that it works them out beside the writing.
#[test]
fn where_views_take_long_a_step_is_shown_at_once_and_the_rest_comes_after() {
    let open = open_ticking(300);
    let vera = Person::of(&open, "vera");
    let report = reported("patrol", "explosion", "2030-01-05T10:01", "2030-01-05T10:03", "50.0");
    let entry = vera.does("/report", &report);
    assert_eq!(vera.get(&entry).status, 200, "{entry} is in the record, and can be read");
    let mut tries = 0;
    let case = loop {
        let queue = vera.get("/queue").body;
        if queue.contains("href=\"/cases/i-") {
            break format!("/cases/{}", between(&queue, "href=\"/cases/", "\""));
        }
        tries += 1;
        assert!(tries < 100, "the case never came\n{queue}");
        std::thread::sleep(std::time::Duration::from_millis(100));
    };
    assert_eq!(vera.get(&entry).status, 200);
    for (deed, fields, said) in [
        ("take", vec![], ">in progress<"),
        ("help", vec![], ">help wanted<"),
        ("check", vec![("item", "time"), ("result", "doubtful")], "doubtful"),
        ("verify", vec![("result", "confirmed"), ("standard", "s"), ("reason", "r")], ">verified<"),
    ] {
        vera.does(&format!("{case}/{deed}"), &fields);
        let page = vera.get(&case).body;
        assert!(page.contains(said), "{deed}: {said}\n{page}");
    }
    // Two who want the same get it one after the other, also before anything is worked out anew.
    let lena = Person::of(&open, "lena");
    assert_eq!(lena.post(&format!("{case}/take"), &[]).status, 409);
}
