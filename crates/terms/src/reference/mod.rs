//! What each table of the language can hold: each key, what it takes, whether it is needed, what
//! its absence means. `docs/reference/language.md` and editors are made from it; tests hold it
//! against the reader, which is asked for its keys, for what it misses and for what it refuses.

mod at;
mod front;
mod terms;

pub use at::key_at;

use std::fmt;

/// A table of the language.
#[derive(Debug, Clone, Copy)]
pub struct TableDoc {
    /// Its name: `party`, `prohibit`; for a table inside others, that of the key that holds it,
    /// after the name of the first that has it: `guarantee.trigger`. Empty: the front matter.
    pub name: &'static str,
    /// Where it stands.
    pub place: Place,
    /// What it is, in a sentence without its stop.
    pub says: &'static str,
    /// Its keys, without `allow`, which every table can have.
    pub keys: &'static [&'static [KeyDoc]],
}

/// Where a table stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// It is the front matter, or one of its tables.
    Front,
    /// In a block of terms.
    Term,
    /// Inside another table.
    Inside,
}

/// A key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyDoc {
    /// The key.
    pub key: &'static str,
    /// What it takes.
    pub takes: Takes,
    /// Whether the table is an error without it.
    pub is_needed: bool,
    /// What it means that it is absent; empty: nothing is said.
    pub absent: &'static str,
    /// What it means.
    pub text: &'static str,
}

/// What a key takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// Any text.
    Text,
    /// One text, or a list of them.
    Texts,
    /// A text of a stated form or class: `party`, `file`, `IANA name`.
    One(&'static str),
    /// One or more of a stated class: `parties`.
    Many(&'static str),
    /// One of these words.
    Word(&'static [&'static str]),
    /// A moment: a time, or counted from an event.
    Moment,
    /// A time.
    Time,
    /// A span of time.
    Span,
    /// A whole number, 0 or more.
    Whole,
    /// Whole metres, 1 or more.
    Metres,
    /// A number.
    Number,
    /// A table by that name in the reference.
    Table(&'static str),
    /// A list of such tables.
    Tables(&'static str),
    /// A text, or a table by that name in the reference.
    TextOr(&'static str),
    /// Named tables, such as `[party.NAME]`, by that name in the reference.
    Named(&'static str),
    /// A table that isn't one of the reference, in its own form.
    Pairs(&'static str),
    /// Something else, in words.
    Other(&'static str),
}

impl fmt::Display for Takes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Takes::Text => write!(f, "text"),
            Takes::Texts => write!(f, "text, or list of texts"),
            Takes::One(what) | Takes::Pairs(what) | Takes::Other(what) => write!(f, "{what}"),
            Takes::Many(what) => write!(f, "{what}: one, or a list"),
            Takes::Word(words) => {
                let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
                write!(f, "{}", words.join(", "))
            }
            Takes::Moment => write!(f, "moment"),
            Takes::Time => write!(f, "time"),
            Takes::Span => write!(f, "span"),
            Takes::Whole => write!(f, "whole number"),
            Takes::Metres => write!(f, "whole metres"),
            Takes::Number => write!(f, "number"),
            Takes::Table(name) => write!(f, "table `{name}`"),
            Takes::Tables(name) => write!(f, "list of tables `{name}`"),
            Takes::TextOr(name) => write!(f, "text, or table `{name}`"),
            Takes::Named(name) => write!(f, "tables `[{name}.NAME]`"),
        }
    }
}

impl TableDoc {
    /// Its keys in order.
    pub fn each_key(&self) -> impl Iterator<Item = &'static KeyDoc> {
        self.keys.iter().flat_map(|keys| keys.iter())
    }

    /// What it says of a key.
    #[must_use]
    pub fn key(&self, key: &str) -> Option<&'static KeyDoc> {
        self.each_key().find(|known| known.key == key)
    }
}

/// A key that may be left out.
const fn key(key: &'static str, takes: Takes, text: &'static str) -> KeyDoc {
    KeyDoc::new(key, takes, text)
}

/// A table inside another.
const fn inside(
    name: &'static str,
    says: &'static str,
    keys: &'static [&'static [KeyDoc]],
) -> TableDoc {
    TableDoc { name, place: Place::Inside, says, keys }
}

impl KeyDoc {
    pub(crate) const fn new(key: &'static str, takes: Takes, text: &'static str) -> KeyDoc {
        KeyDoc { key, takes, is_needed: false, absent: "", text }
    }

    const fn needed(self) -> KeyDoc {
        KeyDoc { is_needed: true, ..self }
    }

    const fn absent(self, absent: &'static str) -> KeyDoc {
        KeyDoc { absent, ..self }
    }
}

impl fmt::Display for KeyDoc {
    /// In one line: `due: moment. By when.`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let needed = if self.is_needed { ", needed" } else { "" };
        write!(f, "{}: {}{needed}. {}.", self.key, self.takes, self.text)?;
        match self.absent {
            "" => Ok(()),
            absent => write!(f, " Absent: {absent}."),
        }
    }
}

/// The key that every table can have.
pub static ALLOW: KeyDoc = KeyDoc::new(
    "allow",
    Takes::Pairs("`{ CODE = \"reason\" }`"),
    "Warnings and notes of these codes in this table are meant, and why",
);

/// The keys that every kind of provision has.
#[must_use]
pub fn of_every_provision() -> &'static [KeyDoc] {
    &terms::EVERY
}

/// Every table of the language, in the order of the page.
pub fn tables() -> impl Iterator<Item = &'static TableDoc> {
    front::TABLES.iter().chain(terms::TABLES)
}

/// The table of that name.
#[must_use]
pub fn table(name: &str) -> Option<&'static TableDoc> {
    tables().find(|table| table.name == name)
}
