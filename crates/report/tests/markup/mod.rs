//! Reading a page back: it must be well formed, and its parts must fit together.
#![allow(dead_code)]

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::collections::BTreeSet;

pub(crate) struct Element {
    pub(crate) name: String,
    pub(crate) attributes: Vec<(String, String)>,
}

impl Element {
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// The elements in order; panics where the text is not well formed.
pub(crate) fn elements(xml: &str) -> Vec<Element> {
    let mut reader = Reader::from_str(xml);
    let mut found = Vec::new();
    let mut open = 0;
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag)) => {
                found.push(element(&tag));
                open += 1;
            }
            Ok(Event::Empty(tag)) => found.push(element(&tag)),
            Ok(Event::End(_)) => open -= 1,
            Ok(Event::Eof) => {
                assert_eq!(open, 0, "an element is not closed");
                return found;
            }
            Ok(_) => {}
            Err(error) => panic!("not well formed at {}: {error}", reader.error_position()),
        }
    }
}

fn element(tag: &BytesStart<'_>) -> Element {
    let attributes = tag.attributes().map(|attribute| {
        let attribute = attribute.unwrap();
        let value = attribute.value.to_string();
        (attribute.key.as_ref().to_owned(), value)
    });
    Element { name: tag.name().as_ref().to_owned(), attributes: attributes.collect() }
}

/// A page as XML: its few elements without an end get one.
pub(crate) fn as_xml(html: &str) -> String {
    let body = html.strip_prefix("<!doctype html>").expect("a doctype comes first");
    let mut xml = String::new();
    for (place, piece) in body.split("<meta").enumerate() {
        if place == 0 {
            xml.push_str(piece);
        } else {
            let (tag, rest) = piece.split_once('>').unwrap();
            xml.push_str(&format!("<meta{tag}/>{rest}"));
        }
    }
    xml.replace("<br>", "<br/>")
}

/// What every page keeps, whatever stands in it.
pub(crate) fn check(html: &str) -> Vec<Element> {
    let elements = elements(&as_xml(html));
    let lower = html.to_lowercase();
    for forbidden in [
        "<script",
        "<link",
        "<iframe",
        "<img",
        "<object",
        "<form",
        "@import",
        "@font-face",
        "javascript:",
    ] {
        assert!(!lower.contains(forbidden), "{forbidden}");
    }
    assert!(!html.contains("src="), "nothing is loaded");
    for piece in lower.split("url(").skip(1) {
        assert!(piece.starts_with('#'), "url({}", &piece[..20.min(piece.len())]);
    }
    let mut ids = BTreeSet::new();
    for element in &elements {
        if let Some(id) = element.get("id") {
            assert!(ids.insert(id), "the id {id} stands twice");
        }
        assert!(
            element.attributes.iter().all(|(key, _)| !key.starts_with("on")),
            "{}",
            element.name
        );
    }
    for element in &elements {
        for reference in ["aria-labelledby", "aria-describedby"] {
            if let Some(id) = element.get(reference) {
                assert!(ids.contains(id), "{reference} {id} names nothing");
            }
        }
        if let Some(inner) = element.get("href").and_then(|href| href.strip_prefix('#')) {
            assert!(ids.contains(inner), "#{inner} leads nowhere");
        }
        if element.name == "th" {
            assert!(element.get("scope").is_some());
        }
    }
    let count = |name: &str| elements.iter().filter(|element| element.name == name).count();
    assert_eq!(count("table"), count("caption"), "every table has a caption");
    assert_eq!((count("main"), count("h1"), count("footer")), (1, 1, 1));
    assert!(elements.iter().any(|e| e.name == "html" && e.get("lang") == Some("en")));
    elements
}

/// The text of the table whose caption starts so, tags left out, cells joined by a bar.
pub(crate) fn table(html: &str, caption: &str) -> Vec<String> {
    let table = html
        .split("<table")
        .skip(1)
        .map(|piece| piece.split("</table>").next().unwrap())
        .find(|piece| {
            let text = piece.split_once("<caption>").unwrap().1;
            text_of(text).starts_with(caption)
        })
        .unwrap_or_else(|| panic!("no table {caption}"));
    let rows = table.split("<tr").skip(1).map(|row| {
        let row = row.split_once('>').unwrap().1;
        let cells = text_of(&row.replace("</th>", "\u{1}").replace("</td>", "\u{1}"));
        let cells: Vec<&str> =
            cells.trim().trim_end_matches('\u{1}').split('\u{1}').map(str::trim).collect();
        cells.join(" | ")
    });
    rows.collect()
}

fn text_of(html: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    for c in html.chars() {
        match c {
            '<' => inside = true,
            '>' => inside = false,
            c if !inside => text.push(c),
            _ => {}
        }
    }
    text
}
