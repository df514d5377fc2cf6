//! The pictures of a report, as pages tell of them before one is opened.

use crate::http::Who;
use crate::rights::{Action, Class};
use crate::view::View;
use servanda_entry::{Attrs, Body};

/// Most pictures of one report.
pub(crate) const PICTURES_MAX: usize = 5;
/// The attribute that says what one will see in the pictures. It is not withheld, so it is made of
/// the words below alone: nobody can be named in it.
pub(crate) const CONTENT: &str = "content-note";
/// What one will see: the record's word, and the message that says it.
pub(crate) const CONTENTS: [(&str, &str); 7] = [
    ("dead", "content-dead"),
    ("injured", "content-injured"),
    ("distress", "content-distress"),
    ("faces", "content-faces"),
    ("destruction", "content-destruction"),
    ("weapons", "content-weapons"),
    (NOTHING, "content-nothing"),
];
/// The word for none of the others.
const NOTHING: &str = "nothing";

/// The pictures of an entry, none of them opened.
pub(crate) struct Pictured {
    pub(crate) entry: u64,
    /// How many.
    pub(crate) count: usize,
    /// What one will see, as messages.
    pub(crate) content: Vec<&'static str>,
}

/// The pictures that an entry withholds, for who may open them.
pub(crate) fn pictured(view: &View, who: &Who, index: u64) -> Option<Pictured> {
    let entry = view.entry(index)?;
    let Body::Observation(body) = &entry.body else { return None };
    let count = entry.class.attachments().len();
    let may = who.may(Action::OpenSealed, Class::from(&entry.class));
    let content = body.rows.first().map(|row| content(&row.attrs)).unwrap_or_default();
    (may && count > 0).then_some(Pictured { entry: index, count, content })
}

/// What the attributes say that one will see, as messages.
pub(crate) fn content(attrs: &Attrs) -> Vec<&'static str> {
    let said = attrs.iter().find(|(name, _)| *name == CONTENT).map(|(_, value)| value.as_str());
    let said: Vec<&str> = said.unwrap_or_default().split(", ").collect();
    let known = CONTENTS.iter().filter(|(word, _)| said.contains(word));
    known.map(|(_, message)| *message).collect()
}

/// The attribute's value from what was ticked; none when it says nothing, or nothing and something.
pub(crate) fn noted<'w>(ticked: impl Iterator<Item = &'w str>) -> Option<String> {
    let ticked: Vec<&str> = ticked.collect();
    let said = CONTENTS.iter().map(|(word, _)| *word).filter(|word| ticked.contains(word));
    let said: Vec<&str> = said.collect();
    let contradicts = said.contains(&NOTHING) && said.len() > 1;
    (!said.is_empty() && !contradicts).then(|| said.join(", "))
}
