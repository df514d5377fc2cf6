//! The reference of the language says what the reader does: it knows the same keys, misses the
//! same ones, and wants the same kinds of value.

// Helpers of tests fail the test that calls them.
#![allow(clippy::unwrap_used, clippy::panic)]

use servanda_terms::reference::{
    Place, TableDoc, Takes, key_at, of_every_provision, table, tables,
};
use servanda_terms::symbols::{keys_of, term_tables};
use servanda_terms::{Diagnostic, SourceText, load};
use std::collections::{BTreeMap, BTreeSet};

/// As far from every key as can be, or the reader would guess one.
const ODD: &str = "zzzzzzzzzzzzzzzz";

/// The diagnostics of an agreement in which a table has just these keys.
fn said(doc: &TableDoc, content: &str) -> (SourceText, Vec<Diagnostic>) {
    let (mut doc, mut content) = (*doc, content.to_owned());
    // A table inside others stands in the first that holds it.
    while doc.place == Place::Inside {
        let (outer, key, is_list) = holder(doc.name);
        let inner = content.replace('\n', ", ");
        let inner = inner.trim_end_matches(", ");
        content = match is_list {
            true => format!("{key} = [{{ {inner} }}]\n"),
            false => format!("{key} = {{ {inner} }}\n"),
        };
        doc = *outer;
    }
    let is_single = ["scoring", "baseline", "force", "draft"].contains(&doc.name);
    let text = match (doc.place, doc.name) {
        (Place::Front, "") => format!("+++\n{content}+++\n"),
        (Place::Front, name) if is_single => format!("+++\n[{name}]\n{content}+++\n"),
        (Place::Front, name) => format!("+++\n[{name}.a]\n{content}+++\n"),
        (_, name) => format!("+++\n+++\n\n```toml term\n[{name}.a]\n{content}```\n"),
    };
    let source = SourceText::new("", text);
    let (_, found) = load(&source, &BTreeMap::new());
    (source, found)
}

/// The first table that holds a table, the key, and whether it holds a list of them.
fn holder(name: &str) -> (&'static TableDoc, &'static str, bool) {
    let held = tables().find_map(|outer| {
        outer.each_key().find_map(|key| match key.takes {
            Takes::Table(inner) if inner == name => Some((outer, key.key, false)),
            Takes::Tables(inner) if inner == name => Some((outer, key.key, true)),
            Takes::TextOr(inner) if inner == name => Some((outer, key.key, false)),
            _ => None,
        })
    });
    held.unwrap_or_else(|| panic!("nothing holds {name}"))
}

fn keys_in(doc: &TableDoc) -> BTreeSet<String> {
    doc.each_key().map(|key| key.key.to_owned()).collect()
}

#[test]
fn every_key_of_the_reader_is_in_the_reference_and_the_other_way_round() {
    for doc in tables() {
        // The reader lists its keys when it meets one that it doesn't know.
        let (source, found) = said(doc, &format!("{ODD} = 1\n"));
        let odd = |one: &&Diagnostic| one.position().is_some_and(|at| source.slice(at) == ODD);
        let lists = found.iter().filter(odd);
        let list = lists.filter_map(|one| one.help.as_deref()?.strip_prefix("the keys here are: "));
        let known: BTreeSet<String> =
            list.take(1).flat_map(|list| list.split(", ")).map(str::to_owned).collect();
        let mut known = known;
        known.remove("allow");
        match doc.name {
            // A reading takes the keys of its term too.
            "disputed" => assert!(keys_in(doc).is_subset(&known)),
            name => assert_eq!(keys_in(doc), known, "{name}"),
        }
    }
}

#[test]
fn every_table_of_the_reader_is_in_the_reference() {
    let has_keys = |name: &String| name.is_empty() || !keys_of(name).is_empty();
    let front = keys_of("").into_iter().filter(has_keys);
    for name in front.chain(term_tables().map(str::to_owned)) {
        assert!(table(&name).is_some_and(|doc| doc.place != Place::Inside), "{name}");
    }
    let names: BTreeSet<&str> = tables().map(|doc| doc.name).collect();
    assert_eq!(names.len(), tables().count(), "each stands once");
}

#[test]
fn every_provision_has_the_keys_of_all() {
    assert!(of_every_provision().iter().any(|key| key.key == "number"));
    for kind in term_tables().filter(|table| *table != "except") {
        let doc = table(kind).unwrap();
        assert!(of_every_provision().iter().all(|key| doc.key(key.key) == Some(key)), "{kind}");
    }
}

#[test]
fn what_is_needed_is_missed_and_nothing_else() {
    for doc in tables() {
        let (_, found) = said(doc, "");
        let needed = |key: &&str| doc.key(key).is_some_and(|key| key.is_needed);
        let names: Vec<&str> = doc.each_key().map(|key| key.key).collect();
        let is_missed = |key: &&str| {
            let has_no = format!(" has no `{key}`");
            let place = doc.name.rsplit('.').next().unwrap_or("");
            found.iter().any(|one| {
                one.code == "SV013"
                    && one.title.ends_with(&has_no)
                    && (doc.place != Place::Inside
                        || !one.title.starts_with(&format!("`{}.", outer(doc))))
                    && (place.is_empty() || !one.title.contains("front matter"))
            })
        };
        for key in names {
            assert_eq!(needed(&key), is_missed(&key), "{}: {key}", doc.name);
        }
    }
}

fn outer(doc: &TableDoc) -> &'static str {
    holder(doc.name).0.name
}

#[test]
fn each_key_wants_what_the_reference_says() {
    for doc in tables() {
        for key in doc.each_key() {
            let (_, found) = said(doc, &format!("{} = true\n", key.key));
            let begins = format!("`{}` of ", key.key);
            let wanted = found.iter().find_map(|one| {
                let of = one.title.strip_prefix(&begins)?;
                of.split_once(" must be ").map(|(_, wanted)| wanted.to_owned())
            });
            let wanted = wanted.unwrap_or_else(|| panic!("{}.{} takes true", doc.name, key.key));
            let expected = match key.takes {
                Takes::Text | Takes::One(_) | Takes::Word(_) | Takes::Moment | Takes::Time => {
                    "text"
                }
                Takes::Span | Takes::TextOr(_) => "text",
                Takes::Texts | Takes::Many(_) => "text or a list of texts",
                Takes::Whole => "a whole number, 0 or more",
                Takes::Metres => "a whole number of metres, 1 or more",
                Takes::Number => "a number",
                Takes::Table(_) | Takes::Named(_) | Takes::Pairs(_) => "a table",
                Takes::Tables(_) => "a list of tables",
                Takes::Other(_) => continue,
            };
            assert_eq!(wanted, expected, "{}.{}", doc.name, key.key);
        }
    }
}

#[test]
fn each_word_of_a_choice_is_taken_and_no_other() {
    for doc in tables() {
        for key in doc.each_key() {
            let Takes::Word(words) = key.takes else { continue };
            let refused = |word: &str| {
                let (source, found) = said(doc, &format!("{} = \"{word}\"\n", key.key));
                let at = format!("\"{word}\"");
                found.iter().any(|one| {
                    one.code == "SV014" && one.position().is_some_and(|p| source.slice(p) == at)
                })
            };
            for word in words {
                assert!(!refused(word), "{}.{}: {word}", doc.name, key.key);
            }
            assert!(refused(ODD), "{}.{}", doc.name, key.key);
        }
    }
}

const TEXT: &str = r#"+++
id = "x"
[party.N]
name = "x"
allow = { SV020 = "so" }
[force]
extension = { by = "mutual", for = "1 year" }
+++
# One
```toml term
[guarantee.g]
trigger = { tests = [
    { word = "a" },
    { means = "b" },
] }
disputed = [{ reading = "r", held_by = "N", term = "1 year" }]
tolerance = { at_most = 1 }
nonsense = 1
```
"#;

#[test]
fn a_key_is_found_where_it_stands() {
    let source = SourceText::new("", TEXT);
    let at = |piece: &str| {
        let start = TEXT.find(piece).unwrap() as u32 + 1;
        key_at(&source, start).map(|(key, span)| {
            assert_eq!(source.slice(span), key.key);
            key.text
        })
    };
    assert_eq!(at("id = "), Some("The short name, part of the record's origin"));
    assert_eq!(at("name = "), Some("Its name in full"));
    assert_eq!(
        at("allow = "),
        Some("Warnings and notes of these codes in this table are meant, and why")
    );
    assert_eq!(at("extension"), Some("How it can go on"));
    assert_eq!(at("for = "), Some("For how long each time"));
    assert_eq!(at("means = "), Some("What it means, in words"));
    assert_eq!(at("held_by"), Some("Who reads it so"));
    assert_eq!(at("term = \"1"), Some("How long"), "a reading has the keys of its term");
    assert_eq!(at("at_most"), Some("The most that is borne"));
    for none in ["nonsense", "mutual", "# One", "guarantee.g", "SV020"] {
        assert_eq!(at(none), None, "{none}");
    }
}
