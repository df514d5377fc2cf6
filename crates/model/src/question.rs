//! A text is asked about a few paragraphs at a time.

use serde_json::json;
use servanda_statements::{Part, Text};

/// Some paragraphs that a model is asked about at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Which paragraphs.
    pub paragraphs: Vec<usize>,
    /// What is sent: the paragraphs as JSON.
    pub text: String,
}

/// Paragraphs of one question.
const PARAGRAPHS_MAX: usize = 6;
/// Bytes of the paragraphs of one question; a longer paragraph is not asked about.
const BYTES_MAX: usize = 6000;
/// Bytes below which a paragraph can't hold a statement with its speaker.
const BYTES_MIN: usize = 20;

/// The questions about a text, and how many paragraphs are too long for one.
pub(crate) fn questions(text: &Text<'_>) -> (Vec<Question>, u64) {
    let (mut questions, mut pending, mut bytes, mut too_long) = (Vec::new(), Vec::new(), 0, 0);
    for (n, paragraph) in text.paragraphs.iter().enumerate() {
        let length = paragraph.text.len();
        if paragraph.part == Part::Other || length < BYTES_MIN {
            continue;
        }
        if length > BYTES_MAX {
            too_long += 1;
            continue;
        }
        if bytes + length > BYTES_MAX || pending.len() == PARAGRAPHS_MAX {
            questions.push(question(text, std::mem::take(&mut pending)));
            bytes = 0;
        }
        pending.push(n);
        bytes += length;
    }
    if !pending.is_empty() {
        questions.push(question(text, pending));
    }
    (questions, too_long)
}

fn question(text: &Text<'_>, paragraphs: Vec<usize>) -> Question {
    let of = |n: &usize| {
        let paragraph = text.paragraphs.get(*n).map_or("", |paragraph| paragraph.text);
        json!({ "n": n, "text": paragraph })
    };
    let sent = json!({ "paragraphs": paragraphs.iter().map(of).collect::<Vec<_>>() });
    Question { paragraphs, text: sent.to_string() }
}
