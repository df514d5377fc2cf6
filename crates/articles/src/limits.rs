//! Limits on what is read. Beyond the first the whole document is refused; beyond the others it is
//! read in part, and its articles say so.

/// A document, in bytes: 16 MiB. The text of an article has some thousand; a saved page with all
/// its scripts has a few million.
pub const DOCUMENT_BYTES_MAX: usize = 16 * 1024 * 1024;
/// A document that is not in UTF-8, in bytes: 4 MiB. Its characters are not the bytes as received,
/// so that the place of each takes memory.
pub const OTHER_ENCODING_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Articles of one document.
pub const ARTICLES_MAX: usize = 10_000;
/// Pieces of text between tags or line breaks in one article.
pub const BLOCKS_MAX: usize = 50_000;
/// Boxes (`div`, `section`, ...) of one page; deeper or later ones are taken for their parents.
pub const BOXES_MAX: usize = 200_000;
/// How deep the elements of a page are followed.
pub const DEPTH_MAX: usize = 512;
/// How deep the elements of a feed may nest.
pub const FEED_DEPTH_MAX: usize = 256;
/// Bytes of an attribute that are looked at.
pub const ATTRIBUTE_BYTES_MAX: usize = 4096;
/// Lines about the page itself (`meta`, `link`, `time`, scripts with data) that are looked at.
pub const FACTS_MAX: usize = 512;
/// Bytes of one script with data (JSON-LD) that are looked at: 1 MiB.
pub const DATA_BYTES_MAX: usize = 1024 * 1024;
/// Bytes of a text that the language is told by.
pub const LANGUAGE_BYTES_MAX: usize = 2048;
/// Shingles of one article that are kept; of longer ones a sample.
pub const SHINGLES_MAX: usize = 4096;

/// The limits of one reading. [`Limits::default`] is the constants of this module; smaller ones
/// suit tests and places with little memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// See [`DOCUMENT_BYTES_MAX`].
    pub document_bytes: usize,
    /// See [`ARTICLES_MAX`].
    pub articles: usize,
    /// See [`BLOCKS_MAX`].
    pub blocks: usize,
    /// See [`BOXES_MAX`].
    pub boxes: usize,
    /// See [`DEPTH_MAX`].
    pub depth: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            document_bytes: DOCUMENT_BYTES_MAX,
            articles: ARTICLES_MAX,
            blocks: BLOCKS_MAX,
            boxes: BOXES_MAX,
            depth: DEPTH_MAX,
        }
    }
}
