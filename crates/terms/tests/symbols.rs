//! The names of agreements: where they are declared and used, and the keys of each table.

// Helpers of tests fail the test that calls them.
#![allow(clippy::unwrap_used, clippy::panic)]

use proptest::prelude::*;
use servanda_terms::symbols::{SymbolKind, Symbols, keys_of, symbols, term_tables};
use servanda_terms::{SourceText, Span};

const GOOD: &str = include_str!("../cases/good_everything.md");

const TEXT: &str = r#"+++
id = "x"
[party.NORTH]
name = "SOUTH"
[party."SOUTH"]
[line.river]
[event.signature]
text = "all have signed"
[zones.province]
[zone.bank]
buffer = { line = "river" }
[zone.both]
union = ["bank", 'province.*', "nowhere"]
[source.patrol]
shows = ["NORTH"]
+++
# One
```toml term
[withdraw.guns]
lines = { NORTH = "river", SOUTH = "bank" }
from = "30 days after event.signature, and the end of prohibit.fire."
note = "prohibit.fires, xprohibit.fire"
```
## Two
```toml term
[prohibit.fire]
who = ["NORTH", "EAST"]
shown_by = "patrol"
except = ["drill"]
where = """province.a"""
[except.drill]
actors = ["NORTH"]
```
```toml term
[not toml
```
"#;

fn read(text: &str) -> (SourceText, Symbols) {
    let source = SourceText::new("a.md", text);
    let symbols = symbols(&source);
    (source, symbols)
}

#[test]
fn each_use_leads_to_its_declaration() {
    let (source, symbols) = read(TEXT);
    let uses = symbols.uses.iter().map(|used| {
        let symbol = &symbols.declared[used.symbol];
        let written = source.slice(used.span);
        assert_eq!(written, used.name);
        format!("{} {written} -> {}", symbol.kind.word(), source.slice(symbol.span))
    });
    let expected = [
        "line river -> river",
        "zone bank -> bank",
        "group of zones province.* -> province",
        "party NORTH -> NORTH",
        "line river -> river",
        "party SOUTH -> \"SOUTH\"",
        "event event.signature -> signature",
        "provision prohibit.fire -> fire",
        "party NORTH -> NORTH",
        "source patrol -> patrol",
        "exception drill -> drill",
        "group of zones province.a -> province",
    ];
    assert_eq!(uses.collect::<Vec<_>>(), expected);
}

#[test]
fn declarations_reach_to_the_end_of_their_tables() {
    let (source, symbols) = read(TEXT);
    let fire = symbols.declared.iter().find(|symbol| symbol.name == "prohibit.fire").unwrap();
    let extent = source.slice(fire.extent);
    assert!(extent.starts_with("[prohibit.fire]") && extent.ends_with("\"\"\""), "{extent}");
    let headings: Vec<_> = symbols.sections.iter().map(|s| s.heading.as_str()).collect();
    assert_eq!(headings, ["One", "Two"]);
    assert!(symbols.sections[1].extent.range().contains(&(fire.span.start as usize)));
    assert_eq!(symbols.sections[1].extent.end as usize, TEXT.len());
    assert_eq!(symbols.blocks.len(), 3);
}

#[test]
fn a_name_is_found_at_each_of_its_bytes_and_after_the_last() {
    let (_, symbols) = read(TEXT);
    let at = TEXT.find("\"NORTH\", \"EAST\"").unwrap() as u32;
    let name = |offset| symbols.at(offset).map(|(_, name, _)| name);
    assert_eq!(name(at), None, "the quote");
    assert_eq!(name(at + 1), Some("NORTH"));
    assert_eq!(name(at + 6), Some("NORTH"));
    assert_eq!(name(at + 7), None);
    let (index, name, span) = symbols.at(TEXT.find("fire]").unwrap() as u32).unwrap();
    assert_eq!((name, span), ("prohibit.fire", symbols.declared[index].span));
}

#[test]
fn every_name_of_a_good_agreement_is_found() {
    let (_, symbols) = read(GOOD.split("\n```file").next().unwrap());
    for symbol in &symbols.declared {
        let used = symbols.uses.iter().any(|used| symbols.declared[used.symbol] == *symbol);
        let is_unused = ["box", "sensor", "significant", "protect.works"];
        assert_eq!(used, !is_unused.contains(&symbol.name.as_str()), "{}", symbol.name);
    }
}

#[test]
fn the_reader_tells_the_keys_of_each_table() {
    for kind in term_tables() {
        let keys = keys_of(kind);
        // A kind that is not evaluated yet has no keys.
        assert!(keys.is_empty() || keys.len() > 2, "{kind}: {keys:?}");
    }
    let has = |table: &str, key: &str| keys_of(table).iter().any(|known| known == key);
    assert!(has("prohibit", "shown_by") && has("except", "actors") && has("protect", "sites"));
    for (table, key) in [
        ("party", "aliases"),
        ("line", "points"),
        ("zone", "circle"),
        ("zones", "prefix"),
        ("sites", "mapping"),
        ("source", "shows"),
        ("define", "text"),
        ("baseline", "before"),
        ("", "timezone"),
    ] {
        assert!(has(table, key), "{table}: {:?}", keys_of(table));
    }
    assert!(keys_of("nonsense").is_empty() && keys_of("a]\n").is_empty());
    assert_eq!(SymbolKind::taken_by("nonsense"), []);
}

proptest! {
    #[test]
    fn any_text_has_names_that_lie_in_it(
        text in "(\\+\\+\\+\n)?[\\x00-\\x7Fа-я\n\\[\\]{}=\"',`#+.]{0,300}",
        cut in 0_usize..2_000,
    ) {
        let at = GOOD.floor_char_boundary(cut % GOOD.len());
        for text in [text.clone(), format!("{}{text}{}", &GOOD[..at], &GOOD[at..])] {
            let (source, symbols) = read(&text);
            let spans = symbols.declared.iter().flat_map(|symbol| [symbol.span, symbol.extent]);
            let spans: Vec<Span> = spans.chain(symbols.uses.iter().map(|used| used.span)).collect();
            for span in spans {
                prop_assert!(source.text().get(span.range()).is_some_and(|text| !text.is_empty()));
            }
            prop_assert!(symbols.uses.iter().all(|used| used.symbol < symbols.declared.len()));
        }
    }
}
