//! The texts of the agreement that the record holds, side by side.

use crate::kit::{How, Open, Person, VALLEY, between};
use servanda_desk::{AgreementFiles, found};
use servanda_store::{Keys, Record};

const PAGE: &str = "/agreement/versions";

/// Enters another text of the agreement, and gives its entry.
fn enter(open: &Open, text: &str) -> u64 {
    let get = |name: &str| (name == "agreement.md").then(|| text.as_bytes().to_vec());
    let files = AgreementFiles::from_files("agreement.md", get).unwrap();
    let (body, blobs) = found(&files, &files.agreement().unwrap());
    let mut record = Record::open(open.room.dir()).unwrap();
    let keys = Keys::read(open.room.keys_dir()).unwrap();
    record.append(&keys, open.room.now(), vec![body], blobs).unwrap().start
}

/// Has the room read what others wrote.
fn read(open: &Open) {
    let vera = Person::of(open, Some("vera"));
    let what = [("source", "patrol"), ("what", "explosion"), ("from", "2030-01-09T10:00")];
    vera.does("/report", &what);
}

fn valley() -> Open {
    Open::how(How { agreement: VALLEY, ..How::default() })
}

#[test]
fn any_two_texts_stand_side_by_side_with_their_words_marked() {
    let open = valley();
    let second = VALLEY
        .replace("version  = \"1\"", "version  = \"2 <b>draft</b>\"")
        .replace("Nobody fires in the valley.", "Nobody fires <i>or flies</i> in the valley.")
        .replace("2031-01-01T00:00Z", "2032-01-01T00:00Z");
    let third = second
        .replace("[prohibit.fire]", "[prohibit.shots]")
        .replace("2 <b>draft</b>", "3")
        .replace("acts     = [\"explosion\"]", "acts     = [\"explosion\", \"shot\"]");
    let entries = [enter(&open, &second), enter(&open, &third)];
    read(&open);
    let public = Person::of(&open, None);
    let page = public.get(&format!("{PAGE}?from=1&to={}", entries[0]));
    assert_eq!(page.status, 200, "{page:?}");
    let changed = between(&page.body, "aria-labelledby=\"changed\"", "</section>");
    for words in [
        // Only what is new of the article is marked, and is no markup.
        "Nobody fires <ins><span class=\"vh\">only the new text: </span>&lt;i&gt;or flies&lt;/i&gt;\
         </ins> in the valley.",
        "<del><span class=\"vh\">only the old text: </span>2031-01-01T00:00:00Z</del>",
        "<ins><span class=\"vh\">only the new text: </span>2032-01-01T00:00:00Z</ins>",
        "tightened",
        "2 &lt;b&gt;draft&lt;/b&gt;",
    ] {
        assert!(changed.contains(words), "no {words:?} in\n{changed}");
    }
    assert!(!changed.contains("shot"), "that is of the third text");
    assert!(!changed.contains("href=\"/provisions/"), "the latest text has it no more");
    // Without an address the two latest are compared; the other way round what came goes.
    let latest = public.get(PAGE).body;
    assert!(latest.contains("</span>, shot</ins>"), "{latest}");
    assert!(latest.contains("href=\"/provisions/prohibit.shots\""), "{latest}");
    let back = public.get(&format!("{PAGE}?from={}&to={}", entries[1], entries[0])).body;
    assert!(back.contains("shot</del>") && !back.contains("shot</ins>"), "{back}");
    let same = public.get(&format!("{PAGE}?from={0}&to={0}", entries[1])).body;
    assert!(same.contains("The two texts say the same."), "{same}");
    // Each text stands with its entry, when it came, and its hash.
    for entry in [1, entries[0], entries[1]] {
        assert!(latest.contains(&format!("href=\"/entries/{entry}\"")), "{latest}");
    }
    let agreement = public.get("/agreement").body;
    assert!(agreement.contains("href=\"/agreement/versions\""), "{agreement}");
}

#[test]
fn what_is_no_text_is_compared_with_nothing() {
    let open = valley();
    let public = Person::of(&open, None);
    let alone = public.get(PAGE);
    assert_eq!(alone.status, 200);
    assert!(alone.body.contains("The record holds one text"), "{}", alone.body);
    assert!(!alone.body.contains("<select"));
    for (query, status) in [
        ("?from=0", 404),
        ("?from=1&to=99999999999", 404),
        ("?from=x", 400),
        ("?from=-1", 400),
        ("?from=1&from=1", 400),
    ] {
        assert_eq!(public.get(&format!("{PAGE}{query}")).status, status, "{query}");
    }
}

#[test]
fn a_text_with_errors_is_named_and_not_compared() {
    let open = valley();
    // What is entered is whole; a later check may know it for wrong.
    let get = |name: &str| (name == "agreement.md").then(|| VALLEY.as_bytes().to_vec());
    let files = AgreementFiles::from_files("agreement.md", get).unwrap();
    let broken = VALLEY.replace("who      =", "whom     =");
    let get = |name: &str| (name == "agreement.md").then(|| broken.as_bytes().to_vec());
    let wrong = AgreementFiles::from_files("agreement.md", get).unwrap();
    let (body, blobs) = found(&wrong, &files.agreement().unwrap());
    let mut record = Record::open(open.room.dir()).unwrap();
    let keys = Keys::read(open.room.keys_dir()).unwrap();
    let entry = record.append(&keys, open.room.now(), vec![body], blobs).unwrap().start;
    drop(record);
    enter(&open, VALLEY);
    read(&open);
    let page = Person::of(&open, None).get(&format!("{PAGE}?from={entry}&to=1"));
    assert_eq!(page.status, 200);
    assert!(page.body.contains("One of these texts has errors"), "{}", page.body);
}
