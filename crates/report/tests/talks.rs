//! The page of what published reports say: what stands on it, and that it keeps its promises.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail loudly")]

#[path = "../../positions/tests/given/mod.rs"]
mod given;
mod markup;

use markup::check;
use servanda_comply::answer::RecordPoint;
use servanda_positions::{
    Filter, Names, Register, Sentence, Sentences, Shown, contradictions, percent_agreed, positions,
    timeline,
};
use servanda_report::{Talks, contradictions_csv, talks_page, timeline_csv};
use std::fs;
use std::path::Path;

/// The page of the statements of a case of `positions`.
fn page(lines: &str, sentences: &Sentences) -> String {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("../positions/cases");
    let agreement = given::agreement(&fs::read_to_string(cases.join("agreement.md")).unwrap());
    let register = Register::gather(given::entries(lines));
    let names = Names::of(&agreement);
    talks_page(&Talks {
        title: "Valley <b>talks</b>",
        record: &RecordPoint {
            origin: "example.org/valley".into(),
            size: 7,
            root: "r".into(),
            received: "2030-03-07T00:00:00Z".into(),
        },
        positions: &positions(&register, names.clone(), &Filter::default()),
        contradictions: &contradictions(&register, names.clone()),
        timeline: &timeline(&register, names.clone()),
        shares: &percent_agreed(&register, names),
        counted: None,
        statements: &Shown::by_place(&register),
        sentences,
    })
}

fn case(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../positions/cases").join(name);
    let text = fs::read_to_string(path).unwrap();
    let lines = text.split_once("```jsonl\n").unwrap().1;
    lines.split_once("```").unwrap().0.to_owned()
}

#[test]
fn pages_hold_together() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("../positions/cases");
    let mut seen = 0;
    for entry in fs::read_dir(cases).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if name.starts_with("case_") {
            check(&page(&case(&name), &Sentences::new()));
            seen += 1;
        }
    }
    assert!(seen > 5);
    let empty = page("", &Sentences::new());
    check(&empty);
    assert!(empty.contains("No published text has been read into the record yet."));
}

#[test]
fn sides_that_clash_stand_side_by_side_with_their_words() {
    let html = page(&case("case_clashes.md"), &Sentences::new());
    for words in ["2028-02-17", "2030-03-05", "event date", "war start", "proposer"] {
        assert!(html.contains(words), "{words}");
    }
    assert!(html.contains("nothing here says who is right"));
    assert!(html.contains("--texts FOLDER"), "how to see the sentences");
}

#[test]
fn a_claim_without_its_speaker_stands_beside_the_speakers_words() {
    let head = "Said by one text itself, by another as somebody&#39;s words";
    let plain = head.replace("&#39;", "'");
    let html = page(&case("case_attribution.md"), &Sentences::new());
    check(&html);
    assert!(html.contains(&plain), "{html}");
    assert!(html.contains("In its own words") && html.contains("As the words of "));
    assert!(html.contains("percent of the telling words are in both. Rule: attribution"));
    let none = page(&case("case_timeline.md"), &Sentences::new());
    assert!(!none.contains(&plain), "no list where there is nothing");
}

#[test]
fn words_open_in_their_sentence_and_nothing_in_them_is_markup() {
    let lines = r#"{"text":"a.txt","outlet":"Post","published":"2030-03-06"}
{"speaker":"the president of Northland","party":"NORTH","act":"want","quote":"a <script>pact</script>","topics":["guarantee"]}"#;
    let sentence = Sentence {
        before: "The president <i>of Northland</i> wanted ".into(),
        words: "a <script>pact</script>".into(),
        after: ".\u{202E}".into(),
    };
    let html = page(lines, &Sentences::from([("e0.0".to_owned(), sentence)]));
    check(&html);
    let said = "<span class=\"around\">The president &lt;i&gt;of Northland&lt;/i&gt; wanted </span>\
                <mark>a &lt;script&gt;pact&lt;/script&gt;</mark>\
                <span class=\"around\">.\\u{202E}</span>";
    // In the cell of the party, and in that of the outlet.
    assert_eq!(html.matches(said).count(), 2, "{html}");
    assert!(!html.contains("--texts FOLDER"));
}

#[test]
fn the_tables_have_a_row_for_each_statement_on_a_side() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("../positions/cases");
    let agreement = given::agreement(&fs::read_to_string(cases.join("agreement.md")).unwrap());
    let register = Register::gather(given::entries(&case("case_clashes.md")));
    let found = contradictions(&register, Names::of(&agreement));
    let all = found.contradictions.iter().chain(&found.divergences);
    let sides = all.flat_map(|one| &one.sides).map(|side| side.statements.len()).sum::<usize>();
    let csv = contradictions_csv(&found).text;
    assert!(sides > 10 && csv.lines().count() == sides + 1, "{csv}");
    assert!(csv.contains("1,contradiction,event-date,") && csv.contains(",2030-03-05,1,OUTLET,"));
    let register = Register::gather(given::entries(&case("case_timeline.md")));
    let found = timeline(&register, Names::of(&agreement));
    let dates = found.events.iter().map(|event| event.dates.len().max(1)).sum::<usize>();
    let csv = timeline_csv(&found).text;
    assert!(dates > 2 && csv.lines().count() == dates + 1, "{csv}");
}

#[test]
fn what_is_left_off_is_said() {
    let mut lines = r#"{"text":"a.txt","outlet":"Post","published":"2030-03-06"}"#.to_owned();
    for n in 0..40 {
        lines += &format!(
            "\n{{\"speaker\":\"the president of Northland\",\"party\":\"NORTH\",\"quote\":\"word \
             number {n} of them\",\"topics\":[\"guarantee\"]}}"
        );
    }
    let html = page(&lines, &Sentences::new());
    check(&html);
    assert!(html.contains("First 12 of 39; the rest: servanda positions --format json."), "{html}");
}
