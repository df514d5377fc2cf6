//! A model as the second reader of published texts, where the user wants one. Who carries the
//! questions is a matter of the doors.

use crate::texts::Places;
use servanda_articles::Paragraph;
use servanda_entry::{Body, Entry, Kind, ModelMark, Statement, content};
use servanda_model::{Heard, Prompt, Refused, SecondReader};
use servanda_statements::{self as statements, Cast, Text};
use servanda_terms::Agreement;
use servanda_tlog::Hash;
use std::collections::{BTreeMap, HashMap, HashSet};

/// Who carries a question to a model.
pub trait Ask {
    /// Asks; what comes back is what the model wrote.
    ///
    /// # Errors
    /// When there is no answer: why, in words that hold nothing of what a server sent.
    fn ask(&mut self, system: &str, user: &str) -> Result<String, String>;
}

/// What a model made of a text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ModelRead {
    /// Paragraphs that it read.
    pub paragraphs: u64,
    /// Paragraphs that it did not read, by the reason.
    pub unread: BTreeMap<String, u64>,
    /// Statements that it proposes.
    pub proposed: u64,
    /// Of them, those that it gives to another speaker than the rules.
    pub differing: u64,
    /// Statements that the rules have too.
    pub agreed: u64,
    /// Statements that were refused, by the reason.
    pub refused: BTreeMap<&'static str, u64>,
}

impl ModelRead {
    /// Paragraphs that it did not read.
    #[must_use]
    pub fn unread_total(&self) -> u64 {
        self.unread.values().sum()
    }

    /// Adds what was made of another text.
    pub fn add(&mut self, other: &ModelRead) {
        self.paragraphs += other.paragraphs;
        self.proposed += other.proposed;
        self.differing += other.differing;
        self.agreed += other.agreed;
        for (reason, n) in &other.unread {
            *self.unread.entry(reason.clone()).or_default() += n;
        }
        for (reason, n) in &other.refused {
            *self.refused.entry(reason).or_default() += n;
        }
    }
}

/// Questions in a row without an answer, after which no more are asked in a run.
const FAILURES_MAX: u32 = 3;

/// A model as a second reader, and what the record has of it.
pub(crate) struct Second {
    name: String,
    prompt: Prompt,
    asker: Box<dyn Ask>,
    failures: u32,
    known: Known,
}

/// What the record has of a model: by document and article.
#[derive(Default)]
struct Known {
    /// How many paragraphs the model did not read when it was last asked.
    unread: HashMap<(Hash, Option<u32>), u64>,
    rows: HashSet<Hash>,
}

impl Second {
    pub(crate) fn new(
        name: &str,
        agreement: &Agreement,
        cast: &Cast,
        asker: Box<dyn Ask>,
    ) -> Second {
        let prompt = Prompt::of(agreement, cast);
        Second { name: name.into(), prompt, asker, failures: 0, known: Known::default() }
    }

    /// Takes note of an entry of the record.
    pub(crate) fn note(&mut self, entry: &Entry) {
        let Body::Statement(body) = &entry.body else { return };
        let (Some(mark), Some(document)) = (&body.model, body.document) else { return };
        if mark.name == self.name && mark.prompt == self.prompt.hash() {
            self.known.unread.insert((document, body.article), mark.unread);
            let ids = body.rows.iter().map(|row| row_id(document, row));
            self.known.rows.extend(ids);
        }
    }

    /// Whether the model has read all of an article.
    fn has_read(&self, document: Hash, article: Option<u32>) -> bool {
        self.known.unread.get(&(document, article)) == Some(&0)
    }

    /// Has an article read. What comes back is to be recorded with its mark; nothing, where the
    /// model read none of it, or all of it before.
    pub(crate) fn read(
        &mut self,
        (document, number): (Hash, Option<u32>),
        (text, cast, rules): (&Text<'_>, &Cast, &[statements::Statement]),
        (paragraphs, places): (&[Paragraph], &Places<'_>),
    ) -> (Option<(Vec<Statement>, ModelMark)>, ModelRead) {
        let mut read = ModelRead::default();
        if self.has_read(document, number) {
            return (None, read);
        }
        let mut reader = SecondReader::of(text, cast, &self.prompt, rules);
        if reader.too_long() > 0 {
            read.unread.insert("too long".into(), reader.too_long());
        }
        for question in reader.questions() {
            let asked = question.paragraphs.len() as u64;
            let failed = if self.failures >= FAILURES_MAX {
                Some(format!("not asked, after {FAILURES_MAX} questions without an answer"))
            } else {
                match self.asker.ask(self.prompt.text(), &question.text) {
                    Ok(answer) => {
                        self.failures = 0;
                        let heard = reader.hear(&question, &answer);
                        heard.err().map(|_| "the answer is not in the form asked for".into())
                    }
                    Err(reason) => {
                        self.failures += 1;
                        Some(reason)
                    }
                }
            };
            match failed {
                Some(reason) => *read.unread.entry(reason).or_default() += asked,
                None => read.paragraphs += asked,
            }
        }
        let Heard { statements, agreed, refused } = reader.heard();
        read.agreed = *agreed;
        read.refused = refused.iter().map(|(reason, n)| (Refused::word(*reason), *n)).collect();
        let rows = statements
            .iter()
            .filter_map(|one| crate::texts::row(one, text.paragraphs, paragraphs, places));
        let rows: Vec<Statement> =
            rows.filter(|row| self.known.rows.insert(row_id(document, row))).collect();
        read.proposed = rows.len() as u64;
        let differs = |row: &&Statement| row.rule == servanda_entry::MODEL_DIFFERS_RULE;
        read.differing = rows.iter().filter(differs).count() as u64;
        let unread = read.unread_total();
        self.known.unread.insert((document, number), unread);
        let mark = ModelMark { name: self.name.clone(), prompt: self.prompt.hash(), unread };
        let is_nothing = read.paragraphs == 0 && unread > 0;
        ((!is_nothing).then_some((rows, mark)), read)
    }
}

fn row_id(document: Hash, row: &Statement) -> Hash {
    content::row_id(Kind::Statement, &document.to_hex(), row)
}
