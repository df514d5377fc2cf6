//! HTML pages: which of their pieces are the article, and what they say about it.
//!
//! A tokenizer gives the tags and texts with their places; no tree is built. What a reading needs
//! of one is kept: the boxes with their parents, and the pieces of text between breaks with the
//! box that each stands in ([`page`]). Then the box is chosen that holds the article ([`body`]),
//! and the head's and the scripts' data are read ([`facts`]).

mod body;
mod facts;
mod page;
mod tags;

pub(crate) use facts::Facts;

use crate::fault::Note;
use crate::limits::Limits;
use crate::map::Mapped;
use crate::sift::Piece;

/// What a page gives.
pub(crate) struct Read {
    pub(crate) pieces: Vec<Piece>,
    pub(crate) facts: Facts,
    pub(crate) notes: Vec<Note>,
}

/// Reads a page.
pub(crate) fn read(document: &Mapped<'_>, limits: &Limits) -> Read {
    let mut page = page::tokenize(document, limits);
    let notes = std::mem::take(&mut page.notes);
    let facts = facts::gather(document, &page);
    let pieces = body::pieces(page);
    Read { pieces, facts, notes }
}

/// Reads a fragment, such as the content of a feed's item: all of it is the article.
pub(crate) fn read_fragment(document: &Mapped<'_>, limits: &Limits) -> Read {
    let mut page = page::tokenize(document, limits);
    let notes = std::mem::take(&mut page.notes);
    let facts = Facts::default();
    let pieces = body::all_pieces(page);
    Read { pieces, facts, notes }
}
