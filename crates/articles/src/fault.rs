//! Why a document can't be read at all, and what is said of one that was read in part.

use servanda_text::Span;
use std::fmt;

/// Why a document can't be read at all: what is wrong, where, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Nothing in it.
    #[error("{name}: the document is empty; give the page or text as it was published")]
    Empty {
        /// The document.
        name: String,
    },
    /// Too large.
    #[error(
        "{name}: the document has {bytes} bytes, and at most {max} are read in its encoding; save \
         the article by itself, in UTF-8"
    )]
    TooLarge {
        /// The document.
        name: String,
        /// Its size.
        bytes: usize,
        /// The limit.
        max: usize,
    },
    /// No text.
    #[error("{name}: not a text{hint}; give plain text, HTML, or an RSS or Atom feed")]
    Binary {
        /// The document.
        name: String,
        /// What it looks like, or nothing.
        hint: &'static str,
    },
    /// A form that is known and not read.
    #[error("{name}: this is {form}, which is not read; {help}")]
    Form {
        /// The document.
        name: String,
        /// What it is.
        form: &'static str,
        /// What to do.
        help: &'static str,
    },
    /// A feed that breaks off before its first item.
    #[error("{name}: the feed can't be read from byte {offset} on: {message}; fetch it again")]
    Feed {
        /// The document.
        name: String,
        /// The byte at which reading stopped.
        offset: u32,
        /// What is wrong there.
        message: String,
    },
    /// A page or text that shows nothing to a reader.
    #[error(
        "{name}: the document shows no text to a reader; if a script writes the page, save it \
         from a browser"
    )]
    NothingShown {
        /// The document.
        name: String,
    },
}

/// What is to be known of a reading that is not whole, or rests on an assumption.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Note {
    /// Bytes that mean nothing in the document's encoding are shown as U+FFFD.
    Undecodable {
        /// How many times.
        count: u32,
        /// The first of them.
        first: Span,
    },
    /// The document declares no encoding and is no UTF-8: read as this one.
    EncodingAssumed(&'static str),
    /// The document declares another encoding than the one in which it makes sense.
    EncodingContradicted {
        /// What it declares.
        declared: String,
        /// What it was read as.
        used: &'static str,
    },
    /// The page nests deeper than is followed: deeper boxes were taken for their parents.
    TooDeep {
        /// The limit.
        max: usize,
    },
    /// The document has more pieces than are read: what follows is left out.
    TooMany {
        /// What there is too much of.
        what: &'static str,
        /// The limit.
        max: usize,
    },
    /// A feed breaks off: the items before are given.
    BrokenOff {
        /// The byte at which reading stopped.
        offset: u32,
        /// What is wrong there.
        message: String,
    },
    /// An item of a feed without content: only its title and address are known.
    LinkOnly,
    /// The text ends in the middle, as a preview does.
    CutShort,
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Note::Undecodable { count, first } => write!(
                f,
                "can't be decoded at {count} places, first at byte {}; shown there as U+FFFD",
                first.start
            ),
            Note::EncodingAssumed(used) => {
                write!(f, "no encoding is declared and it is no UTF-8: read as {used}")
            }
            Note::EncodingContradicted { declared, used } => {
                let declared = servanda_text::escape(declared);
                write!(f, "declared as {declared}, which can't be right: read as {used}")
            }
            Note::TooDeep { max } => write!(f, "nested deeper than {max}; read flat from there on"),
            Note::TooMany { what, max } => {
                write!(f, "more than {max} {what}; what follows is not read")
            }
            Note::BrokenOff { offset, message } => {
                write!(f, "breaks off at byte {offset}: {message}; what stands before is read")
            }
            Note::LinkOnly => write!(f, "only a title and an address; save the article itself"),
            Note::CutShort => write!(f, "the text is cut short, as previews are"),
        }
    }
}
