//! Each message that is used is there, and each that is there is used.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that stops has failed")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The text of all files below a folder.
fn texts(folder: &Path, texts: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            texts_of(&path, texts);
        } else {
            texts.push((path.display().to_string(), fs::read_to_string(&path).unwrap()));
        }
    }
}

fn texts_of(folder: &Path, all: &mut Vec<(String, String)>) {
    texts(folder, all);
}

fn keys(language: &str) -> BTreeSet<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("messages").join(language);
    let text = fs::read_to_string(path).unwrap();
    let mut keys = BTreeSet::new();
    for line in text.lines().filter(|line| !line.starts_with([' ', '#', '}'])) {
        let Some((key, _)) = line.split_once(" =") else { continue };
        assert!(keys.insert(key.to_owned()), "{key} stands twice");
    }
    assert!(keys.len() > 50);
    keys
}

/// The literals that stand after `call(`, and all literals.
fn literals(text: &str) -> impl Iterator<Item = (&str, &str)> {
    // Keys hold no quotes: every second piece is what stood in some.
    let pieces: Vec<&str> = text.split('"').collect();
    let pairs: Vec<(&str, &str)> = pieces.windows(2).map(|pair| (pair[0], pair[1])).collect();
    pairs.into_iter()
}

fn is_key(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

#[test]
fn each_key_that_is_used_is_there_and_each_that_is_there_is_used() {
    let keys = keys("en.ftl");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut all = Vec::new();
    for folder in ["src", "templates"] {
        texts_of(&root.join(folder), &mut all);
    }
    let mut used = BTreeSet::new();
    for (path, text) in &all {
        let tests = text.find("#[cfg(test)]").unwrap_or(text.len());
        for (before, literal) in literals(&text[..tests]) {
            if keys.contains(literal) {
                used.insert(literal.to_owned());
            }
            let says = [".say(", ".say_with(", "Frame::of(&room, &who, ", "with_message("];
            if says.iter().any(|say| before.ends_with(say)) && is_key(literal) {
                assert!(keys.contains(literal), "{path} says {literal}, which is no message");
            }
            // A fault names two messages by one word.
            if before.trim_end().ends_with("Fault::new(")
                || (before.contains("Fault::new(StatusCode::") && before.ends_with(", "))
                || before.ends_with("Fault::new(status, ")
            {
                for key in [format!("fault-{literal}"), format!("fault-{literal}-do")] {
                    assert!(keys.contains(&key), "{path} has the fault {literal}, but no {key}");
                    used.insert(key);
                }
            }
        }
    }
    use servanda_room::rights::{Action, Class, Role};
    let named = Role::ALL.map(Role::key).into_iter();
    for key in named.chain(Action::ALL.map(Action::key)).chain(Class::ALL.map(Class::key)) {
        assert!(keys.contains(key), "there is no message {key}");
        used.insert(key.to_owned());
    }
    let unused: Vec<&String> = keys.difference(&used).collect();
    assert!(unused.is_empty(), "no page says: {unused:?}");
}

/// Every other language has the same messages.
#[test]
fn every_language_has_every_message() {
    let english = keys("en.ftl");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("messages");
    for entry in fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert_eq!(keys(&name), english, "{name}");
    }
}
