//! Published text → statements: who said what, about which point, and where it stands.
//!
//! Rules without a parser or a model, each with a name that the statement carries. Names of people
//! and parties come from the agreement ([`Cast`]); only the grammar of English stands here. A
//! speaker that the rules can't tell stays unknown. Pure, and it cannot fail: any text gives a
//! reading, in time proportional to its length.
//!
//! paragraphs → tokens, quotations, sentences (`tokens`) → names and noun phrases (`ground`) → who
//! the text is about (`people`) → frames such as "X said that" (`frames`, `complement`) → content
//! and speaker (`reader`, `content`, `speakers`) → values, dates, topic, act and status (`values`,
//! `when`, `about`).

mod about;
mod cast;
mod complement;
mod content;
mod frames;
mod ground;
mod named;
mod people;
mod reader;
mod speakers;
mod split;
mod tokens;
mod unread;
mod values;
mod when;
mod words;

pub use cast::Cast;
pub use split::{Piece, split};
pub use values::Value;
pub use when::PartialDate;

pub use servanda_entry::{OUTLET, SpeechAct as Act, SpeechKind as Kind, SpeechStatus as Status};

use servanda_time::Date;
use std::ops::Range;

/// A text as it is read.
#[derive(Debug, Clone, Copy)]
pub struct Text<'a> {
    /// Its paragraphs in order, without furniture.
    pub paragraphs: &'a [Paragraph<'a>],
    /// The day on which it was published: weekdays are counted back from it.
    pub published: Option<Date>,
    /// Who published it.
    pub outlet: Option<&'a str>,
}

/// A paragraph of a text.
#[derive(Debug, Clone, Copy)]
pub struct Paragraph<'a> {
    /// Its words.
    pub text: &'a str,
    /// What it is to the text.
    pub part: Part,
}

/// What a paragraph is to its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The title.
    Headline,
    /// A summary under the title.
    Lead,
    /// The text itself.
    Body,
    /// A heading between paragraphs, a caption, a by-line: not read.
    Other,
}

/// A place: bytes `start..end` of a paragraph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// Which paragraph.
    pub paragraph: usize,
    /// The first byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

impl Span {
    /// The words there; empty where the paragraphs are not those that were read.
    #[must_use]
    pub fn of<'a>(&self, paragraphs: &[Paragraph<'a>]) -> &'a str {
        let paragraph = paragraphs.get(self.paragraph);
        paragraph.and_then(|paragraph| paragraph.text.get(self.start..self.end)).unwrap_or("")
    }
}

/// Who speaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Speaker {
    /// The name: that of the agreement for its people and parties, or as it is written; `OUTLET`
    /// for the outlet; empty where it is unknown.
    pub name: String,
    /// The person's key in the agreement.
    pub person: Option<String>,
    /// The party that speaks, or for which the speaker does.
    pub party: Option<String>,
}

impl Speaker {
    pub(crate) fn unknown() -> Speaker {
        Speaker { name: String::new(), person: None, party: None }
    }

    pub(crate) fn outlet() -> Speaker {
        Speaker { name: OUTLET.to_owned(), person: None, party: None }
    }

    /// Whether the rules could tell who speaks.
    #[must_use]
    pub fn is_known(&self) -> bool {
        !self.name.is_empty()
    }
}

/// A statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The content, without its frame and without quotation marks.
    pub span: Span,
    /// How it stands there.
    pub kind: Kind,
    /// Who says it.
    pub speaker: Speaker,
    /// The speaker as written.
    pub written: Option<Span>,
    /// Others who say it together with the speaker.
    pub co_speakers: Vec<Speaker>,
    /// By whose word it is known that the speaker says it, where that is not the outlet's.
    pub via: Option<Speaker>,
    /// The word that reports it.
    pub cue: Option<Span>,
    /// Topics of the agreement, the surest first.
    pub topics: Vec<String>,
    /// Numbers and dates in it.
    pub values: Vec<Value>,
    /// What it does.
    pub act: Act,
    /// How far the matter has come.
    pub status: Option<Status>,
    /// When it was said.
    pub said_on: Option<PartialDate>,
    /// The words that say when.
    pub said_text: Option<Span>,
    /// Through what, as written.
    pub medium: Option<Span>,
    /// To whom, as written.
    pub audience: Option<Span>,
    /// The rule that found it.
    pub rule: &'static str,
}

/// What was read from a text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reading {
    /// The statements in the order of the text.
    pub statements: Vec<Statement>,
    /// Paragraphs that were not read, with the reason.
    pub unread: Vec<(usize, Unread)>,
}

/// Why a paragraph was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unread {
    /// It is no part of the running text.
    NoProse,
    /// It announces a paragraph that stands in full elsewhere, or repeats one.
    Repeated,
    /// It is in another language.
    Language,
    /// It is longer than a paragraph can be.
    TooLong,
}

/// Reads a text.
#[must_use]
pub fn read(text: &Text, cast: &Cast) -> Reading {
    reader::read(text, cast)
}

/// The sentence in which words of a paragraph stand, as a range of its bytes; from the first to the
/// last sentence where they go over several. A quotation of several sentences counts as one.
#[must_use]
pub fn sentence_around(paragraph: &str, words: &Range<usize>) -> Range<usize> {
    tokens::Tokens::of(paragraph).around(words)
}
