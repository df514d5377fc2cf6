//! All that an editor can ask, of a good agreement, a damaged one, and any text at all.

use crate::analysis::Analysis;
use crate::documents::Documents;
use crate::position::{Encoding, Lines};
use crate::{complete, diagnostics, hover, navigate};
use lsp_types::{HoverContents, Position, Uri};
use proptest::prelude::*;

const PAUSE: &str = include_str!("../../terms/cases/good_everything.md");

/// The agreement of the good case, and the files beside it in the editor.
fn documents(text: &str) -> (Documents, Uri) {
    let uri: Uri = "file:///pause/agreement.md".parse().unwrap();
    let mut documents = Documents::default();
    documents.open(uri.clone(), "markdown".into(), 1, text.to_owned());
    for file in PAUSE.split("\n```file ").skip(1) {
        let (name, content) = file.split_once('\n').unwrap();
        let address = format!("file:///pause/{}", name.trim());
        let content = content.split("\n```").next().unwrap();
        documents.open(address.parse().unwrap(), "json".into(), 1, content.to_owned());
    }
    (documents, uri)
}

fn pause() -> &'static str {
    PAUSE.split("\n```file").next().unwrap()
}

/// Puts the cursor where `|` stands in a piece of the good agreement, and asks.
fn asked<T>(piece: &str, ask: impl Fn(&Analysis, &Lines, Position) -> T) -> T {
    let at = pause().find(&piece.replace('|', "")).unwrap() + piece.find('|').unwrap();
    let (documents, uri) = documents(pause());
    let analysis = Analysis::of(&documents, &uri).unwrap();
    let lines = analysis.lines(&documents);
    ask(&analysis, &lines, lines.position(at))
}

#[track_caller]
fn check_hover(piece: &str, expected: &str) {
    let shown = asked(piece, hover::hover).unwrap();
    let HoverContents::Markup(content) = shown.contents else { panic!() };
    assert_eq!(content.value, expected);
}

#[test]
fn a_term_tells_the_dates_that_the_text_fixes_and_what_the_others_wait_for() {
    let text = "+++\nid = 'x'\ntitle = 'X'\nversion = '1'\ntimezone = 'UTC'\n\
                [party.N]\nname = 'Northland'\n+++\n## 1. Lists\n```toml term\n\
                [oblige.lists]\nwho = 'N'\nwhat = 'lists'\nfrom = '2028-02-29'\n\
                due = '15 years after start of oblige.lists'\n\
                [oblige.more]\nwho = 'N'\nwhat = 'more'\ndue = '2 days after oblige.lists'\n```\n";
    let source = servanda_text::SourceText::new("a.md", text);
    let agreement = servanda_terms::load(&source, &std::collections::BTreeMap::new()).0.unwrap();
    let told = |id: &str| hover::clocks(agreement.provision(id).unwrap(), &agreement);
    assert_eq!(
        told("oblige.lists"),
        "\ndue: 2028-02-29 00:00 [UTC] = 2028-02-29T00:00:00Z to \
         2043-02-28 00:00 [UTC] = 2043-02-28T00:00:00Z"
    );
    assert_eq!(told("oblige.more"), "\ndue: waits for performance of oblige.lists by Northland");
}

#[test]
fn a_name_tells_what_it_is() {
    check_hover("who         = [\"NO|RTH\"", "NORTH: party\nNorthland\nalso North");
    check_hover("[\"pat|rol\"]", "patrol: source\nPatrols\nshows explosion, shot");
    check_hover("union = [\"valley|\"", "valley: zone\nvalley\n78.51 km²");
    check_hover("\"province.|p-2\"", "province.p-2: group of zones\nTwo\n12360 km²");
    check_hover("\"province.|*\"", "province.*: group of zones\n2 zones: One, Two");
    check_hover(
        "register = \"wo|rks\"",
        "works: register of sites\nWater works\nfrom data/works.csv",
    );
    check_hover("line = \"riv|er\"", "river: line\n3 points");
    check_hover(
        "[zone.bo|th]",
        "both: zone\nboth\n157 km²\nvalid from 2029-12-01 00:00 [Asia/Kathmandu] = \
         2029-11-30T18:15:00Z\nuntil 2030-03-01 00:00 [Asia/Kathmandu] = 2030-02-28T18:15:00Z",
    );
    check_hover(
        "\"prohibit.f|ire\"",
        "prohibit.fire: provision\n1. Water\nwho NORTH, SOUTH\nacts explosion, shot\n\
         where core, province.p-1, province.p-2\n\
         from 2030-01-01 00:00 [Asia/Kathmandu] = 2029-12-31T18:15:00Z\n\
         until 2030-02-01 00:00 [Asia/Kathmandu] = 2030-01-31T18:15:00Z\n\
         term: 2030-01-01 00:00 [Asia/Kathmandu] = 2029-12-31T18:15:00Z to \
         2030-02-01 00:00 [Asia/Kathmandu] = 2030-01-31T18:15:00Z",
    );
    check_hover(
        "except      = [\"re|pair\"]",
        "repair: exception\nrepair teams\nactors Repair team\nwhere province.p-1, province.p-2\n\
         from 2030-01-05 00:00 [Asia/Kathmandu] = 2030-01-04T18:15:00Z\n\
         until 9999-12-30 05:45 [Asia/Kathmandu] = 9999-12-30T00:00:00Z",
    );
    check_hover("[define.sig|nificant]", "significant: definition\nmore than 10");
    assert!(asked("A significant| thing", hover::hover).is_none());
}

#[test]
fn a_key_tells_what_it_takes() {
    check_hover("ver|sion", "version: text, needed. The version of the text.");
    check_hover(
        "shown|_by    =",
        "shown_by: sources: one, or a list. Who can show a breach. Absent: it is never anything but not observed.",
    );
    check_hover(
        "line = \"river\", si|de",
        "side: `left`, `right`, `both`, needed. On which side, seen along its points.",
    );
}

#[test]
fn what_is_damaged_tells_what_is_written() {
    let (documents, uri) =
        documents(&pause().replace("\"valley\", \"bank\"", "\"valey\", \"bank\""));
    let analysis = Analysis::of(&documents, &uri).unwrap();
    assert!(analysis.agreement.is_none());
    let lines = analysis.lines(&documents);
    let at = analysis.source.text().find("\"bank\"]").unwrap() + 1;
    let shown = hover::hover(&analysis, &lines, lines.position(at)).unwrap();
    let HoverContents::Markup(content) = shown.contents else { panic!() };
    let table = "[zone.bank]\nbuffer = { line = \"river\", side = \"left\", distance_m = 3000 }";
    assert_eq!(content.value, format!("bank: zone\n{table}"));
}

#[test]
fn names_and_keys_are_completed() {
    let labels = |piece: &str| -> Vec<String> {
        let items = asked(piece, complete::complete);
        items.into_iter().map(|item| item.label).collect()
    };
    assert_eq!(labels("who         = [\"|NORTH\""), ["NORTH", "SOUTH"]);
    assert_eq!(labels("shown_by    = [\"|"), ["patrol", "sensor"]);
    let places = labels("where  = \"|province");
    assert!(places.contains(&"province.*".into()) && places.contains(&"province.p-2".into()));
    assert_eq!(labels("requires    = [\"|"), ["protect.works", "prohibit.fire"]);
    assert!(labels("notice = \"48 hours before\"\n|").contains(&"actors".into()));
    assert!(labels("[|except.repair]").contains(&"prohibit".into()));
    let tables = labels("[|zone.box]");
    assert!(tables.contains(&"baseline".into()) && !tables.contains(&"title".into()), "{tables:?}");
    assert_eq!(labels("A signif|icant thing"), [""; 0]);
}

#[test]
fn the_outline_is_the_front_matter_and_the_articles() {
    let outline = asked("|", |analysis, lines, _| navigate::outline(analysis, lines));
    let shown: Vec<_> = outline
        .iter()
        .map(|node| (node.name.as_str(), node.children.as_ref().map_or(0, Vec::len)))
        .collect();
    assert_eq!(shown, [("Front matter", 13), ("A pause", 0), ("1. Water", 3)]);
    let terms = outline[2].children.as_ref().unwrap();
    assert_eq!(terms[0].name, "protect.works");
    assert_eq!(terms[0].detail.as_deref(), Some("provision"));
}

#[test]
// Only tests may look at a clock.
#[allow(clippy::disallowed_methods)]
fn a_text_with_very_many_articles_and_terms_is_not_slow() {
    let articles: String = (0..30_000)
        .map(|n| format!("# {n}\n```toml term\n[point.p{n}]\nnote = 'point.p1'\n```\n"))
        .collect();
    let (documents, uri) = documents(&format!("+++\n+++\n{articles}"));
    let start = std::time::Instant::now();
    let analysis = Analysis::of(&documents, &uri).unwrap();
    let lines = analysis.lines(&documents);
    assert_eq!(navigate::outline(&analysis, &lines).len(), 30_000);
    let at = analysis.source.text().find("p1]").unwrap();
    let uses = navigate::references(&analysis, &lines, lines.position(at), false);
    assert_eq!(uses.len(), 30_000);
    assert!(navigate::formatting(&analysis, &lines).is_empty());
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}

/// Asks everything at many places; nothing may panic, and all places lie in the text.
fn ask_all(text: &str) {
    for encoding in [Encoding::Utf16, Encoding::Utf8] {
        let (mut documents, uri) = documents(text);
        documents.encoding = encoding;
        let analysis = Analysis::of(&documents, &uri).unwrap();
        let lines = analysis.lines(&documents);
        let end = lines.position(text.len());
        let found = diagnostics::published(&analysis, &lines).diagnostics;
        assert_eq!(found.len(), analysis.diagnostics.len());
        assert!(found.iter().all(|found| found.range.end <= end));
        for node in navigate::outline(&analysis, &lines) {
            for node in node.children.iter().flatten().chain([&node]) {
                let (all, own) = (node.range, node.selection_range);
                assert!(all.start <= own.start && own.end <= all.end, "{node:?}");
            }
        }
        navigate::formatting(&analysis, &lines);
        for at in (0..=text.len()).step_by(7) {
            let at = lines.position(at);
            let definition = navigate::definition(&analysis, &lines, at);
            let references = navigate::references(&analysis, &lines, at, true);
            assert_eq!(definition.is_some(), !references.is_empty());
            hover::hover(&analysis, &lines, at);
            complete::complete(&analysis, &lines, at);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_text_is_answered(text in "(\\+\\+\\+\n)?[\\x00-\\x7Fє😀\r\n\\[\\]{}=\"',`#+.]{0,200}") {
        ask_all(&text);
        ask_all(&format!("+++\n{text}\n+++\n# A\n```toml term\n{text}\n```\n"));
    }

    #[test]
    fn a_damaged_agreement_is_answered(at in 0_usize..4_000, put in "[\\[\\]{}=\"\n`😀]{0,3}") {
        let at = pause().floor_char_boundary(at % pause().len());
        ask_all(&format!("{}{put}{}", &pause()[..at], &pause()[at..]));
    }
}
