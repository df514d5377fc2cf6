//! No side's software: parties and places are named by the agreements, never by code.
//!
//! The names are those of the sample agreements themselves: ids, names and aliases of the parties
//! in the front matter, names of the zones there and in `zones.geojson`. They are looked for in
//! the code and the quoted text of `crates/*/src`, and in the templates. Comments may use them,
//! since an example from a real agreement explains more than an invented one, and so may tests.
//!
//! A name of several words is looked for as a whole, and each of its words that is written with a
//! capital and is not a general one is looked for too. Words in small letters ("the insurgents")
//! are not: they are common words.

use crate::source::{contains_word, files_of};
use crate::{Fault, Project};
use std::collections::BTreeMap;
use toml_edit::{Document, Item, TableLike};

/// Shorter words say nothing by themselves.
const WORD_CHARS_MIN: usize = 3;
/// Words of names that are no names.
const GENERAL: [&str; 83] = [
    "Air",
    "All",
    "April",
    "Arab",
    "Area",
    "Armed",
    "Army",
    "Association",
    "Authority",
    "Autonomous",
    "Central",
    "City",
    "Coalition",
    "Command",
    "Commission",
    "Committee",
    "Contact",
    "Council",
    "Defence",
    "Democratic",
    "District",
    "East",
    "Eastern",
    "European",
    "Federal",
    "Federation",
    "Force",
    "Forces",
    "Free",
    "Front",
    "General",
    "Government",
    "Group",
    "High",
    "International",
    "Joint",
    "Kingdom",
    "Line",
    "Local",
    "March",
    "Military",
    "Mission",
    "Mountains",
    "Movement",
    "Nation",
    "National",
    "Nations",
    "New",
    "North",
    "Northern",
    "Oblast",
    "Office",
    "Organisation",
    "Organization",
    "Other",
    "Parliament",
    "Party",
    "People",
    "Plant",
    "Power",
    "Province",
    "Public",
    "Region",
    "Republic",
    "Ruling",
    "Sea",
    "Security",
    "South",
    "Southern",
    "Special",
    "Staff",
    "State",
    "States",
    "Station",
    "Supreme",
    "The",
    "Union",
    "United",
    "Upper",
    "West",
    "Western",
    "World",
    "Zone",
];

/// Finds names in code.
#[must_use]
pub fn check(project: &Project) -> Vec<Fault> {
    let names = names(project);
    let mut faults = Vec::new();
    let mut look = |path: &str, view: &str| {
        for (number, line) in view.lines().enumerate() {
            for (name, from) in &names {
                if contains_word(line, name) {
                    let what = format!(
                        "names {name:?} ({from}); names come from agreements only, and a word \
                         that is no name goes to GENERAL in crates/xtask/src/names.rs"
                    );
                    faults.push(Fault::at(path, number + 1, what));
                }
            }
        }
    };
    for file in files_of(project, "crates/").filter(|file| file.path.contains("/src/")) {
        look(file.path, &file.views.code);
        look(file.path, &file.views.quoted);
    }
    for (path, text) in project.under("crates/", ".html") {
        if path.contains("/templates/") {
            look(path, text);
        }
    }
    faults
}

/// The words to look for, each with the file that it comes from.
#[must_use]
pub fn names(project: &Project) -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    for folder in project.folders("agreements") {
        let path = format!("agreements/{folder}/agreement.md");
        let front = project.texts.get(&path).and_then(|text| front_matter(text));
        if let Some(front) = front {
            for name in names_of_front(front.as_table()) {
                add(&name, &path, &mut names);
            }
        }
        let path = format!("agreements/{folder}/zones.geojson");
        if let Some(text) = project.texts.get(&path) {
            for name in names_of_zones(text) {
                add(&name, &path, &mut names);
            }
        }
    }
    names
}

fn front_matter(text: &str) -> Option<Document<String>> {
    let rest = text.strip_prefix("+++\n")?;
    let (front, _) = rest.split_once("\n+++")?;
    Document::parse(format!("{front}\n")).ok()
}

fn names_of_front(front: &dyn TableLike) -> Vec<String> {
    let mut names = Vec::new();
    let table = |key: &str| front.get(key).and_then(Item::as_table_like);
    for (id, party) in table("party").into_iter().flat_map(|parties| parties.iter()) {
        names.push(id.to_string());
        let Some(party) = party.as_table_like() else { continue };
        names.extend(party.get("name").and_then(Item::as_str).map(str::to_string));
        let aliases = party.get("aliases").and_then(Item::as_array).into_iter().flatten();
        names.extend(aliases.filter_map(|alias| alias.as_str().map(str::to_string)));
    }
    for (_, zone) in table("zone").into_iter().flat_map(|zones| zones.iter()) {
        let name = zone.as_table_like().and_then(|zone| zone.get("name")).and_then(Item::as_str);
        names.extend(name.map(str::to_string));
    }
    names
}

fn names_of_zones(text: &str) -> Vec<String> {
    let Ok(zones) = serde_json::from_str::<serde_json::Value>(text) else { return Vec::new() };
    let features = zones["features"].as_array().into_iter().flatten();
    features.filter_map(|zone| zone["properties"]["name"].as_str().map(str::to_string)).collect()
}

fn add(name: &str, from: &str, names: &mut BTreeMap<String, String>) {
    let mut keep = |word: &str| {
        names.entry(word.to_string()).or_insert_with(|| from.to_string());
    };
    let capital = |word: &str| word.starts_with(char::is_uppercase);
    let words: Vec<&str> = name.split(|c: char| !(c.is_alphanumeric() || c == '-')).collect();
    if words.len() > 1 && name.chars().count() >= WORD_CHARS_MIN {
        keep(name);
    }
    for word in words {
        let long = word.chars().count() >= WORD_CHARS_MIN;
        if long && capital(word) && !GENERAL.contains(&word) {
            keep(word);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AGREEMENT: &str = concat!(
        "+++\nid = \"pause\"\n[party.NOR]\nname = \"Republic of Northland\"\n",
        "aliases = [\"the Fjord\", \"rebels\"]\n",
        "[zone.a]\nname = \"strip of spring\"\n+++\n# Pause\n",
    );
    const ZONES: &str =
        r#"{"features":[{"properties":{"id":"a","name":"Lakeside District"}},{"properties":{}}]}"#;

    fn faults(path: &str, text: &str) -> Vec<String> {
        let files = [
            ("agreements/pause/agreement.md", AGREEMENT),
            ("agreements/pause/zones.geojson", ZONES),
            (path, text),
        ];
        check(&Project::of(&files)).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn every_kind_of_name_is_found_in_code_and_in_quotes() {
        for name in
            ["NOR", "Northland", "Republic of Northland", "Fjord", "strip of spring", "Lakeside"]
        {
            let quoted = format!("const A: &str = \"in {name}.\";\n");
            assert!(!faults("crates/comply/src/a.rs", &quoted).is_empty(), "{name}");
            let page = format!("<p>{name}</p>\n");
            assert!(!faults("crates/report/templates/a.html", &page).is_empty(), "{name}");
        }
        let found = faults("crates/comply/src/a.rs", "\nenum Party { NOR }\n");
        assert_eq!(found.len(), 1, "{found:?}");
        let expected = "crates/comply/src/a.rs:2: names \"NOR\" (agreements/pause/agreement.md); ";
        assert!(found[0].starts_with(expected), "{found:?}");
    }

    #[test]
    fn comments_tests_and_common_words_are_free() {
        let source = "// Northland\n/// Fjord\nconst A: &str = \"Republic, rebels, District\";\n\
                      #[cfg(test)]\nmod tests {\n    const B: &str = \"Northland\";\n}\n";
        assert_eq!(faults("crates/comply/src/a.rs", source), [""; 0]);
        assert_eq!(faults("crates/comply/tests/a.rs", "const A: &str = \"NOR\";"), [""; 0]);
        assert_eq!(faults("crates/comply/src/a.rs", "const NORTH: Northlander;"), [""; 0]);
    }
}
