//! A statement as the views show it.

use crate::register::{Register, ReviewMark, Told};
use serde::Serialize;
use servanda_entry::{SpeechAct, SpeechKind, SpeechStatus, StatedValue};
use std::collections::BTreeMap;

/// A statement with its place, its text and its words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Shown {
    /// Where it stands in the record: `e12.3`.
    pub cite: String,
    /// The first 16 hexadecimal digits of its content id.
    pub id: String,
    /// The name of the text.
    pub text: String,
    /// Who published it.
    pub outlet: Option<String>,
    /// When.
    pub published: Option<String>,
    /// The origin of the text: one number, one origin.
    pub origin: usize,
    /// First byte of the words in the document.
    pub start: u64,
    /// First byte after them.
    pub end: u64,
    /// Who speaks; `OUTLET` for who published it; empty where nobody can tell.
    pub speaker: String,
    /// Others who say it too.
    pub co_speakers: Vec<String>,
    /// For whom the speaker speaks.
    pub party: Option<String>,
    /// By whose word it is known.
    pub via: Option<String>,
    /// How the words stand there.
    pub kind: SpeechKind,
    /// What it does.
    pub act: SpeechAct,
    /// How far the matter has come by it.
    pub status: Option<SpeechStatus>,
    /// When it was said, as far as it is told.
    pub said_on: Option<String>,
    /// The words.
    pub quote: String,
    /// Numbers and dates in it.
    pub values: Vec<StatedValue>,
    /// The rule that found it.
    pub rule: String,
    /// The model that read it, where no rule and no person did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// What the latest review said.
    pub review: Option<ReviewMark>,
}

/// The words of a statement in their sentence: from the text itself, of which the record keeps no
/// more than the words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// What leads to the words.
    pub before: String,
    /// The words, all of them.
    pub words: String,
    /// What follows them.
    pub after: String,
}

/// Sentences by where their statement stands: `e12.3`.
pub type Sentences = BTreeMap<String, Sentence>;

impl Shown {
    pub(crate) fn of(register: &Register, told: &Told) -> Shown {
        let (text, row) = (register.text_of(told), &told.statement);
        Shown {
            cite: told.cite.place(),
            id: told.cite.print_id(),
            text: text.name.clone(),
            outlet: text.outlet.clone(),
            published: text.published.clone(),
            origin: text.origin,
            start: row.start,
            end: row.end,
            speaker: row.speaker.clone(),
            co_speakers: row.co_speakers.clone(),
            party: row.party.clone(),
            via: row.via.clone(),
            kind: row.kind,
            act: row.act,
            status: row.status,
            said_on: row.said_on.clone(),
            quote: row.quote.clone(),
            values: row.values.clone(),
            rule: row.rule.clone(),
            model: told.model.clone(),
            review: told.review,
        }
    }

    /// All statements that stand, by where they do: `e12.3`.
    #[must_use]
    pub fn by_place(register: &Register) -> BTreeMap<String, Shown> {
        let all = register.told.iter();
        all.map(|told| (told.cite.place(), Shown::of(register, told))).collect()
    }

    pub(crate) fn all<'a>(
        register: &Register,
        told: impl IntoIterator<Item = &'a Told>,
    ) -> Vec<Shown> {
        told.into_iter().map(|told| Shown::of(register, told)).collect()
    }
}
