//! What a reading gives: articles, their paragraphs, and what was left out.

use crate::fault::Note;
use crate::map::{Map, Mapped};
use servanda_text::Span;
use servanda_time::Instant;
use std::fmt;
use std::ops::Range;

/// An article as it was published. Every [`Span`] is a range of bytes of the document as received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Article {
    /// What kind of document it comes from.
    pub form: Form,
    /// The part of the document that it was read from: an item of a feed, otherwise all.
    pub span: Span,
    /// Its headline, or what the page gives as its title.
    pub title: Option<Stated>,
    /// Who wrote it, as written, without "By".
    pub byline: Option<Stated>,
    /// Who published it, as the page or feed says.
    pub outlet: Option<Stated>,
    /// From whom the text was taken over, as it says itself.
    pub credits: Vec<Credit>,
    /// When it was published.
    pub published: Option<Dated>,
    /// When it was last changed.
    pub modified: Option<Dated>,
    /// Its own address.
    pub address: Option<Stated>,
    /// Its language, and whether it can be read on.
    pub language: Language,
    /// What a reader of the article reads, in the order of the document.
    pub paragraphs: Vec<Paragraph>,
    /// What stands beside it, and why it is no part of it, in the order of the document.
    pub left_out: Vec<LeftOut>,
    /// What is assumed or missing; empty when the reading is whole.
    pub notes: Vec<Note>,
}

impl Article {
    /// The paragraphs' text, a line for each.
    #[must_use]
    pub fn text(&self) -> String {
        let lines: Vec<&str> = self.paragraphs.iter().map(|p| p.text.as_str()).collect();
        lines.join("\n")
    }
}

/// The form of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// Plain text.
    Text,
    /// An HTML page.
    Html,
    /// RSS (0.9 to 2.0, and RSS 1.0 as RDF).
    Rss,
    /// Atom.
    Atom,
}

impl Form {
    /// Its name in output.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Form::Text => "text",
            Form::Html => "html",
            Form::Rss => "rss",
            Form::Atom => "atom",
        }
    }
}

/// Something that the document says about the article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stated {
    /// As written, whitespace folded.
    pub text: String,
    /// Where it stands; for data in a script, the whole script.
    pub span: Span,
    /// What kind of place that is.
    pub place: Place,
}

/// Where a document says something about its article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// In the text that a reader sees.
    Shown,
    /// In a `time` element.
    TimeElement,
    /// In data for machines (JSON-LD).
    Data,
    /// In a `meta` or `link` of the page's head.
    Head,
    /// In the `title` of the page.
    Title,
    /// In an element of a feed.
    Feed,
}

impl Place {
    /// Its name in output.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Place::Shown => "shown",
            Place::TimeElement => "time element",
            Place::Data => "JSON-LD",
            Place::Head => "head",
            Place::Title => "title",
            Place::Feed => "feed",
        }
    }
}

/// A civil date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day {
    /// Year, 1 to 9999.
    pub year: u16,
    /// Month, 1 to 12.
    pub month: u8,
    /// Day of the month, from 1.
    pub day: u8,
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// A date or time that the document states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dated {
    /// The civil date as written, in the writer's own time zone.
    pub day: Day,
    /// The instant, when the time and the offset are stated too.
    pub instant: Option<Instant>,
    /// The words, and where they stand.
    pub stated: Stated,
}

/// From whom a text was taken over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credit {
    /// The name as written.
    pub text: String,
    /// The name that the caller knows it by, if it is one of the caller's agencies.
    pub agency: Option<String>,
    /// Where it stands.
    pub span: Span,
    /// Which form it has.
    pub form: CreditForm,
}

/// The forms of a credit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CreditForm {
    /// At the start of the text: `NORTHPORT (Name) -`.
    Dateline,
    /// Where the writer's name stands.
    Byline,
    /// Below the text: "Source: Name", "This article was first published by Name".
    Foot,
}

impl CreditForm {
    /// Its name in output.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            CreditForm::Dateline => "dateline",
            CreditForm::Byline => "byline",
            CreditForm::Foot => "foot",
        }
    }
}

/// A news agency that the caller knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agency {
    /// The name that credits are to be given under.
    pub name: String,
    /// Other ways in which it is written, such as its letters.
    pub aliases: Vec<String>,
}

/// The language of an article.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Language {
    /// ISO 639-3, as found in the text; absent when there is too little of it.
    pub found: Option<&'static str>,
    /// As the page declares it.
    pub declared: Option<String>,
    /// Whether it is read on. Texts in other languages than English are kept and not read.
    pub read: bool,
}

/// What a paragraph is for a reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// The headline of the article.
    Headline,
    /// The sentence or two between headline and text.
    Lead,
    /// A heading inside the text.
    Subhead,
    /// A paragraph.
    Body,
    /// A paragraph that is set as a quotation.
    Quote,
    /// An item of a list.
    Item,
    /// A cell of a table.
    Cell,
}

impl Role {
    /// Its name in output.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Role::Headline => "headline",
            Role::Lead => "lead",
            Role::Subhead => "subhead",
            Role::Body => "body",
            Role::Quote => "quote",
            Role::Item => "item",
            Role::Cell => "cell",
        }
    }
}

/// A paragraph as a reader sees it: references decoded, whitespace folded as HTML folds it;
/// no-break spaces stay, and nothing is normalised. Each character knows its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paragraph {
    /// What it is.
    pub role: Role,
    /// What it says.
    pub text: String,
    /// The dateline at its start with the dash that ends it (`NORTHPORT, Jan 3 (NNA) - `), as a
    /// range of bytes of `text`.
    pub dateline: Option<Range<usize>>,
    map: Map,
}

impl Paragraph {
    pub(crate) fn new(role: Role, mapped: Mapped<'_>) -> Paragraph {
        Paragraph { role, text: mapped.text.into_owned(), dateline: None, map: mapped.map }
    }

    /// Where it stands, from its first character to its last, with whatever tags lie between.
    #[must_use]
    pub fn span(&self) -> Span {
        self.span_of(0..self.text.len())
    }

    /// Where a range of bytes of its text stands. The range of a character that the document
    /// writes as a reference is the whole reference; of a folded space, all of the whitespace.
    #[must_use]
    pub fn span_of(&self, range: Range<usize>) -> Span {
        self.map.span(range)
    }

    /// The range of bytes of its text that stands at a place of the document: what
    /// [`Paragraph::span_of`] gives that place for. None: no characters stand at just that place.
    #[must_use]
    pub fn range_of(&self, place: Span) -> Option<Range<usize>> {
        self.map.range(place).filter(|range| self.text.get(range.clone()).is_some())
    }
}

/// Something that stands in the document and is no part of the article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LeftOut {
    /// Where it stands. What lies together for one reason is one range.
    pub span: Span,
    /// Why it is no part of the article.
    pub reason: Reason,
}

/// Why something is no part of an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// Menus, breadcrumbs, tickers, lists of links.
    Navigation,
    /// Links to other articles, "read more", teasers.
    Related,
    /// Buttons that pass the article on.
    Share,
    /// Newsletters, subscriptions, "follow us".
    Subscribe,
    /// Advertisements and their labels.
    Advertisement,
    /// Captions and credits of pictures.
    Caption,
    /// Labels of players.
    Audio,
    /// The line that names the writers, or tells of them; what it says stands in the article.
    Byline,
    /// The line of the date; what it says stands in the article.
    Date,
    /// Sections, tags, addresses and other labels.
    Label,
    /// Who contributed, or whose text it is.
    Credit,
    /// Readers' comments, and where to write them.
    Comments,
    /// Copyright, terms, contacts.
    Foot,
    /// What the document says twice.
    Repeat,
    /// Text outside the article's body.
    Beside,
}

impl Reason {
    /// Its name in output.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Reason::Navigation => "navigation",
            Reason::Related => "related",
            Reason::Share => "share",
            Reason::Subscribe => "subscribe",
            Reason::Advertisement => "advertisement",
            Reason::Caption => "caption",
            Reason::Audio => "audio",
            Reason::Byline => "byline",
            Reason::Date => "date",
            Reason::Label => "label",
            Reason::Credit => "credit",
            Reason::Comments => "comments",
            Reason::Foot => "foot",
            Reason::Repeat => "repeat",
            Reason::Beside => "beside",
        }
    }
}
