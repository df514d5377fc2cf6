//! The one form in which an agreement's TOML is written.
//!
//! Only the front matter and the blocks of terms are touched; the prose stays byte for byte, and
//! so do comments, texts in quotes, numbers, and the order of everything. What is not TOML stays
//! too, since nobody can know what was meant.

mod items;
mod lines;
mod value;

use crate::findings::Findings;
use crate::parse::{layout, tree};
use servanda_text::{SourceText, Span};

/// What formatting an agreement would change.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Formatted {
    /// The blocks that are not in form, in the order of the text, each with its new text.
    pub blocks: Vec<(Span, String)>,
    /// What can't be read and stays: blocks that are not TOML or hold too much; all of a text
    /// without front matter.
    pub unread: Vec<Span>,
}

impl Formatted {
    /// The text in form.
    #[must_use]
    pub fn apply(&self, source: &SourceText) -> String {
        let text = source.text();
        let mut out = String::with_capacity(text.len());
        let mut at = 0;
        for (span, new) in &self.blocks {
            let range = span.range();
            out += text.get(at..range.start).unwrap_or("");
            out += new;
            at = range.end;
        }
        out + text.get(at..).unwrap_or("")
    }
}

/// Formats an agreement: its front matter and each block of terms. Formatting twice changes
/// nothing more, and what the TOML says stays the same. Line ends in blocks become
/// that of the file's first line; in the prose and in texts in quotes they stay.
///
/// ```
/// use servanda_terms::{SourceText, format};
/// let source = SourceText::new("a.md", "+++\nid='x'\ntitle=  'X' # why\n+++\nText.\n");
/// let form = format(&source).apply(&source);
/// assert_eq!(form, "+++\nid    = 'x'\ntitle = 'X' # why\n+++\nText.\n");
/// ```
#[must_use]
pub fn format(source: &SourceText) -> Formatted {
    let mut formatted = Formatted::default();
    let Some(layout) = layout::split(source, &mut Findings::default()) else {
        formatted.unread.push(Span::of(0..source.text().len()));
        return formatted;
    };
    // The first line, `+++`, stays as it is, so that formatting again finds the same.
    let is_windows =
        source.text().split_inclusive('\n').next().is_some_and(|l| l.ends_with("\r\n"));
    let line_end = if is_windows { "\r\n" } else { "\n" };
    let blocks = layout.blocks.iter().map(|block| block.content);
    for span in std::iter::once(layout.front).chain(blocks) {
        // The reader's limits hold here too: nothing is nested deeper than it allows.
        if tree::read(source, span, &mut Findings::default()).is_none() {
            formatted.unread.push(span);
            continue;
        }
        let text = source.slice(span);
        let form = lines::write(&items::read(text), line_end);
        if form != text {
            formatted.blocks.push((span, form));
        }
    }
    formatted
}
