//! Source text: byte ranges, lines and columns, and excerpts that cannot lie to the reader.
//!
//! A text may hold characters that turn the reading direction round or that show nothing at all.
//! Whoever quotes a text to a person passes it through [`escape`] first, so that what is read is
//! what the machine read.
//!
//! ```
//! use servanda_text::{SourceText, Span};
//! let source = SourceText::new("truce.md", "one\ntwo\u{202E}three");
//! assert_eq!(source.line_col(4), (2, 1));
//! assert_eq!(source.excerpt(Span::new(4, 12)), "two\\u{202E}th");
//! ```

mod cut;
mod escape;
mod source;
mod span;

pub use cut::{first_words, last_words};
pub use escape::{escape, is_hidden};
pub use source::SourceText;
pub use span::Span;
