//! The reasons of a provision, as a tree down to entries: whoever reads them can open each entry
//! that they lead to, and nobody sees reasons built on what they may not see.

use crate::kit::{VALLEY, between};
use crate::valley::{Person, Valley};
use servanda_entry::{Body, Claim, Claims, Count};
use servanda_room::rights::Role;
use servanda_store::{Keys, Record};
use servanda_time::Instant;
use std::collections::BTreeSet;

const PAGE: &str = "/provisions/prohibit.fire";

/// Enters what a party says of another, and has the room read it.
fn claim(valley: &Valley) {
    let room = &valley.open.room;
    let ms = |text: &str| Instant::parse(text, None).unwrap().ms();
    let row = Claim {
        address: None,
        against: Some("S".into()),
        by: "N".into(),
        count: Some(Count { best: Some(31), high: None, low: 31, unit: "explosion".into() }),
        from_ms: Some(ms("2030-01-09T00:00:00Z")),
        line: 1,
        parts: std::collections::BTreeMap::new(),
        quality: Some("on its own page".into()),
        to_ms: Some(ms("2030-01-10T00:00:00Z")),
        what: "explosions <b>of the south</b>".into(),
    };
    let body = Body::Claim(Claims { document: None, rows: vec![row], source: "patrol".into() });
    let mut record = Record::open(room.dir()).unwrap();
    let keys = Keys::read(room.keys_dir()).unwrap();
    record.append(&keys, room.now(), vec![body], vec![]).unwrap();
    // The room reads what others wrote when it writes itself.
    let vera = valley.person(Role::Verifier);
    let watched = [
        ("source", "patrol"),
        ("what", "explosion"),
        ("from", "2030-01-09T10:00"),
        ("to", "2030-01-09T11:00"),
        ("zone", "valley"),
    ];
    vera.does("/report", &watched);
}

/// The entries that a page leads to.
fn entries(page: &str) -> BTreeSet<&str> {
    let links = page.split("href=\"/entries/").skip(1);
    links.map(|rest| rest.split_once('"').unwrap().0).collect()
}

#[test]
fn every_entry_of_the_tree_can_be_opened_by_who_sees_it() {
    let valley = Valley::open();
    claim(&valley);
    let mut counts = Vec::new();
    for role in Role::ALL {
        let person = valley.person(role);
        let page = person.get(PAGE).body;
        let entries = entries(&page);
        assert!(!entries.is_empty(), "{role}: {page}");
        for entry in &entries {
            let answer = person.get(&format!("/entries/{entry}"));
            assert_eq!(answer.status, 200, "{role} is led to entry {entry}");
            assert!(answer.body.contains("id=\"proof\""), "{role} {entry}");
        }
        counts.push((role, entries.len()));
    }
    let count = |role: Role| counts.iter().find(|(own, _)| *own == role).unwrap().1;
    assert!(count(Role::Verifier) > count(Role::Public), "{counts:?}");
    assert_eq!(count(Role::Liaison), count(Role::Public));
}

#[test]
fn the_tree_goes_from_the_state_down_to_observations_findings_and_claims() {
    let valley = Valley::open();
    claim(&valley);
    let mission = valley.person(Role::Verifier).get(PAGE).body;
    let tree = between(&mission, "<ul class=\"tree\">", "</section>");
    for words in [
        "violated",
        "violation found by legal",
        "a shell of the southern battery",
        "a shell of the eastern battery",
        "<span class=\"tag\">finding</span>",
        "Southmark",
        // Why it binds, from the dates of the text.
        "Whether it binds: ",
        "the text says 1 Jan 2030, 00:00 UTC",
    ] {
        assert!(tree.contains(words), "no {words:?} in\n{tree}");
    }
    // A claim is shown as one, and what it says is no markup.
    assert!(tree.contains("<span class=\"tag\">claim</span>"), "{tree}");
    assert!(tree.contains("Northland says of Southmark: explosions &lt;b&gt;of the south"));
    // Nobody outside sees reasons of a case that is not everybody's.
    let public = Person::of(&valley.open, None).get(PAGE).body;
    assert!(public.contains("a shell of the southern battery"), "{public}");
    assert!(!public.contains("eastern battery"));
    let hour = "9 Jan 2030, 10:00";
    assert!(mission.contains(hour), "what a person noted of what was watched: {mission}");
    assert!(!public.contains(hour), "{public}");
}

#[test]
fn the_page_tells_how_it_came_about_and_what_would_change_it() {
    let valley = Valley::open();
    claim(&valley);
    let page = valley.person(Role::Legal).get(PAGE).body;
    let story = between(&page, "aria-labelledby=\"story\"", "</section>");
    let (violated, bound) = ("5 Jan 2030, 10:00", "1 Jan 2030, 00:00");
    assert!(story.contains(violated) && story.contains(bound), "{story}");
    assert!(story.find(violated) < story.find(bound), "the latest comes first");
    let moves = between(&page, "aria-labelledby=\"moves\"", "</section>");
    assert!(moves.contains("1 Jan 2031, 00:00") && moves.contains("it no longer binds"), "{moves}");
    assert!(moves.contains("coverage") || moves.contains("finding"), "{moves}");
}

#[test]
fn a_clock_is_explained_from_nothing_but_what_one_may_know() {
    const CALM: &str = "\n```toml term\n[condition.calm]\nholds = [\"prohibit.fire\"]\n\
                        for = \"7 days\"\n```\n";
    let valley = Valley::of(format!("{VALLEY}{CALM}").leak());
    let page = |role: Role| valley.person(role).get("/provisions/condition.calm").body;
    let (mission, public) = (page(Role::Verifier), page(Role::Public));
    // Two findings broke it, of which one is of a case that is not published.
    for (day, is_public) in [("5 Jan 2030", true), ("6 Jan 2030", false)] {
        assert!(mission.contains(day), "{day}: {mission}");
        assert_eq!(public.contains(day), is_public, "{day}: {public}");
    }
    assert!(entries(&mission).len() > entries(&public).len());
    for role in Role::ALL {
        let person = valley.person(role);
        for entry in entries(&page(role)) {
            let answer = person.get(&format!("/entries/{entry}"));
            assert_eq!(answer.status, 200, "{role} is led to entry {entry}");
        }
    }
    let story = between(&mission, "aria-labelledby=\"story\"", "</section>");
    assert!(story.contains("Each entry that changed whether it is fulfilled"), "{story}");
}
