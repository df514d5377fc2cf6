//! Published texts become articles: plain text, HTML pages, RSS and Atom feeds.
//!
//! An [`Article`] has its headline and paragraphs as a reader sees them, who wrote and published
//! it and when, and whom it was taken over from. Every character of a paragraph knows the bytes of
//! the document as received that it stands for, through the encoding, through references such as
//! `&rsquo;`, through the markup, and in a feed through the XML around it. What stands in the
//! document beside the article, the *furniture*, is left out, and listed with its place and reason.
//!
//! Any bytes give articles or a [`Fault`]. Where a document is read in part or on an assumption,
//! its articles carry a [`Note`]. Nothing is fetched, and no entity of a feed is expanded.
//!
//! ```
//! use servanda_articles::{Options, Role, open};
//! let page = b"<html><body><nav><a href=/>Home</a></nav><article><h1>Port talks go on</h1>
//!     <p>The port&rsquo;s two sides met on Monday, the foreign minister of Northland said.</p>
//!     </article></body></html>";
//! let articles = open(page, "talks.html", &Options::default())?;
//! let article = &articles[0];
//! assert_eq!(article.paragraphs[0].role, Role::Headline);
//! let text = &article.paragraphs[1];
//! let at = text.text.find('\u{2019}').unwrap();
//! assert_eq!(&page[text.span_of(at..at + 3).range()], b"&rsquo;");
//! assert_eq!(article.left_out[0].reason.name(), "navigation");
//! # Ok::<(), servanda_articles::Fault>(())
//! ```
//!
//! [`origins`] tells which articles go back to one text or newsroom, so that copies count once.

mod article;
mod credit;
mod date;
mod decode;
mod entity;
mod fault;
mod feed;
mod fold;
mod html;
pub mod limits;
mod lines;
mod map;
mod origin;
mod plain;
mod read;
mod sift;

pub use article::{
    Agency, Article, Credit, CreditForm, Dated, Day, Form, Language, LeftOut, Paragraph, Place,
    Reason, Role, Stated,
};
pub use fault::{Fault, Note};
pub use limits::Limits;
pub use origin::{SHARED_PERCENT_MIN, SHINGLE_WORDS, SHINGLES_MIN, Shingles, Trace, origins};
pub use servanda_text::Span;

/// What a reading must know beside the bytes.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options<'a> {
    /// News agencies that credits are told by, beside the form of the line.
    pub agencies: &'a [Agency],
    /// What is refused as too large.
    pub limits: Limits,
    /// The encoding by the word of the server that sent the document; it goes before what the
    /// document says of itself.
    pub charset: Option<&'a str>,
}

/// Reads a document: the articles in it, in the order of the document. What form it has is told by
/// its content; `name` is for messages, and decides where the content leaves a doubt.
///
/// # Errors
/// When the document as a whole can't be read: it is empty, too large, no text, a form that is not
/// read, a broken feed, or shows nothing to a reader.
pub fn open(bytes: &[u8], name: &str, options: &Options<'_>) -> Result<Vec<Article>, Fault> {
    read::open(bytes, name, options)
}

/// Reads bytes by the names that decide on a form, and looks every place up; for fuzzing.
pub fn read_any(bytes: &[u8]) {
    for name in ["a.txt", "a.html", "a.xml"] {
        let Ok(articles) = open(bytes, name, &Options::default()) else { continue };
        for article in &articles {
            for paragraph in &article.paragraphs {
                let mut start = 0;
                for (at, c) in paragraph.text.char_indices() {
                    let span = paragraph.span_of(at..at + c.len_utf8());
                    assert!(span.start >= start && span.range().end <= bytes.len());
                    start = span.start;
                }
            }
        }
        let traces: Vec<Trace> = articles.iter().map(Trace::of).collect();
        assert_eq!(origins(&traces).len(), articles.len());
    }
}
