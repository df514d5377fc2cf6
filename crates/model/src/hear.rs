//! What a model answers is checked against the text.

use crate::Prompt;
use crate::folded::{Folded, is_quoted};
use crate::question::{Question, questions};
use serde_json::Value;
use servanda_entry::{MODEL_DIFFERS_RULE, MODEL_RULE};
use servanda_statements::{Act, Cast, Kind, OUTLET, Span, Speaker, Statement, Status, Text};
use std::collections::BTreeMap;

/// An answer that is none: nothing of it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Broken;

/// Why a statement of a model does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Refused {
    /// It has not the form that was asked for.
    Form,
    /// It is about a paragraph that was not asked about.
    OtherParagraph,
    /// Its words do not stand in the paragraph.
    WordsNotThere,
    /// Its words are too few to say anything.
    TooShort,
    /// It is called a quotation and stands in no quotation marks.
    NotQuoted,
    /// No speaker is named, or only by a pronoun.
    NoSpeaker,
    /// The speaker stands neither in the text nor in the agreement.
    SpeakerNotThere,
    /// Its kind, act, status or topic is none of the lists.
    UnknownWord,
    /// The same answer has it already.
    Repeated,
    /// The answer has more statements than its paragraphs can hold.
    TooMany,
}

impl Refused {
    /// The stable word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Refused::Form => "form",
            Refused::OtherParagraph => "other-paragraph",
            Refused::WordsNotThere => "words-not-there",
            Refused::TooShort => "too-short",
            Refused::NotQuoted => "not-quoted",
            Refused::NoSpeaker => "no-speaker",
            Refused::SpeakerNotThere => "speaker-not-there",
            Refused::UnknownWord => "unknown-word",
            Refused::Repeated => "repeated",
            Refused::TooMany => "too-many",
        }
    }
}

/// What was heard of a model about one text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Heard {
    /// What counts as its proposal, in the order of the text.
    pub statements: Vec<Statement>,
    /// How often it says what the rules say.
    pub agreed: u64,
    /// How much was refused, by the reason.
    pub refused: BTreeMap<Refused, u64>,
}

/// Statements of one answer that are looked at.
const STATEMENTS_MAX: usize = 100;
/// Words of a statement.
const WORDS_MIN: usize = 2;
/// What names nobody.
const PRONOUNS: [&str; 16] = [
    "he", "her", "him", "i", "it", "me", "she", "that", "them", "they", "this", "us", "we", "who",
    "you", "unknown",
];

/// A model as the second reader of one text.
#[derive(Debug)]
pub struct SecondReader<'t> {
    text: &'t Text<'t>,
    cast: &'t Cast,
    prompt: &'t Prompt,
    rules: &'t [Statement],
    folded: Vec<Folded>,
    heard: Heard,
}

impl<'t> SecondReader<'t> {
    /// For a text, and what the rules read in it.
    #[must_use]
    pub fn of(
        text: &'t Text<'t>,
        cast: &'t Cast,
        prompt: &'t Prompt,
        rules: &'t [Statement],
    ) -> SecondReader<'t> {
        let folded = text.paragraphs.iter().map(|one| Folded::of(one.text)).collect();
        SecondReader { text, cast, prompt, rules, folded, heard: Heard::default() }
    }

    /// What is to be asked.
    #[must_use]
    pub fn questions(&self) -> Vec<Question> {
        questions(self.text).0
    }

    /// Paragraphs that are too long to be asked about.
    #[must_use]
    pub fn too_long(&self) -> u64 {
        questions(self.text).1
    }

    /// Hears an answer.
    ///
    /// # Errors
    /// When it is not the object that was asked for: nothing of it counts.
    pub fn hear(&mut self, question: &Question, answer: &str) -> Result<(), Broken> {
        let answer: Value = serde_json::from_str(unfenced(answer)).map_err(|_| Broken)?;
        let Some(Value::Array(statements)) = answer.get("statements") else { return Err(Broken) };
        let mut accepted: Vec<Statement> = Vec::new();
        for (n, statement) in statements.iter().enumerate() {
            let checked = match n < STATEMENTS_MAX {
                true => self.check(question, statement, &accepted),
                false => Err(Refused::TooMany),
            };
            match checked {
                Ok(Some(statement)) => accepted.push(statement),
                Ok(None) => self.heard.agreed += 1,
                Err(reason) => *self.heard.refused.entry(reason).or_default() += 1,
            }
        }
        self.heard.statements.extend(accepted);
        self.heard.statements.sort_by_key(|statement| statement.span);
        Ok(())
    }

    /// What was heard until now.
    #[must_use]
    pub fn heard(&self) -> &Heard {
        &self.heard
    }

    /// A statement that counts; none where the rules have it.
    fn check(
        &self,
        question: &Question,
        given: &Value,
        accepted: &[Statement],
    ) -> Result<Option<Statement>, Refused> {
        let text = |key: &str| given.get(key).and_then(Value::as_str);
        let number = given.get("paragraph").and_then(Value::as_u64).ok_or(Refused::Form)?;
        let number = usize::try_from(number).map_err(|_| Refused::OtherParagraph)?;
        if !question.paragraphs.contains(&number) {
            return Err(Refused::OtherParagraph);
        }
        let content = text("content").ok_or(Refused::Form)?;
        let kind: Kind = word(given.get("kind"))?.ok_or(Refused::Form)?;
        let act: Act = word(given.get("act"))?.ok_or(Refused::Form)?;
        let status: Option<Status> = word(given.get("status"))?;
        let topics = self.topics(given.get("topics"))?;
        let span = self.place(number, content)?;
        let paragraph = self.text.paragraphs.get(number).map_or("", |one| one.text);
        if kind == Kind::Direct && !is_quoted(paragraph, span.start, span.end) {
            return Err(Refused::NotQuoted);
        }
        let (speaker, written) = self.speaker(kind, number, text("speaker").unwrap_or_default())?;
        let over = |other: &&Statement| overlap_by_half(span, other.span);
        if accepted.iter().any(|other| over(&other)) {
            return Err(Refused::Repeated);
        }
        let mut rules = self.rules.iter().filter(over).peekable();
        let differs = rules.peek().is_some();
        if rules.any(|rule| self.is_same(&speaker, rule)) {
            return Ok(None);
        }
        Ok(Some(Statement {
            span,
            kind,
            speaker,
            written,
            co_speakers: Vec::new(),
            via: None,
            cue: None,
            topics,
            values: Vec::new(),
            act,
            status,
            said_on: None,
            said_text: None,
            medium: None,
            audience: None,
            rule: if differs { MODEL_DIFFERS_RULE } else { MODEL_RULE },
        }))
    }

    fn topics(&self, given: Option<&Value>) -> Result<Vec<String>, Refused> {
        let mut topics = Vec::new();
        match given {
            None | Some(Value::Null) => {}
            Some(Value::Array(given)) => {
                for topic in given {
                    let topic = topic.as_str().ok_or(Refused::Form)?;
                    if !self.prompt.topics.iter().any(|known| known == topic) {
                        return Err(Refused::UnknownWord);
                    }
                    if !topics.iter().any(|known| known == topic) {
                        topics.push(topic.to_string());
                    }
                }
            }
            Some(_) => return Err(Refused::Form),
        }
        Ok(topics)
    }

    fn place(&self, number: usize, content: &str) -> Result<Span, Refused> {
        let content = content.trim().trim_matches(is_mark);
        let content = Folded::of(content);
        if content.words().len() < WORDS_MIN {
            return Err(Refused::TooShort);
        }
        let paragraph = self.folded.get(number).ok_or(Refused::OtherParagraph)?;
        let (start, end) = paragraph.find(&content).ok_or(Refused::WordsNotThere)?;
        Ok(Span { paragraph: number, start, end })
    }

    /// Who speaks, and where that stands: in the paragraph, or else in another.
    fn speaker(
        &self,
        kind: Kind,
        number: usize,
        name: &str,
    ) -> Result<(Speaker, Option<Span>), Refused> {
        let name = name.trim();
        let is_outlet = name == OUTLET || self.text.outlet == Some(name);
        if kind == Kind::Assertion {
            let speaker = Speaker { name: OUTLET.into(), person: None, party: None };
            // The report's own words have no other speaker.
            return if is_outlet { Ok((speaker, None)) } else { Err(Refused::SpeakerNotThere) };
        }
        let folded = Folded::of(name);
        let words = folded.words();
        let is_pronoun = words.len() == 1 && words.iter().any(|w| PRONOUNS.contains(&w.as_str()));
        if is_outlet || words.is_empty() || is_pronoun {
            return Err(Refused::NoSpeaker);
        }
        // At the start of a sentence an office has a capital that it has nowhere else.
        let spellings = [Some(folded), recased(name).map(|name| Folded::of(&name))];
        let nearest = std::iter::once(number).chain(0..self.folded.len());
        let mut written = nearest.filter_map(|paragraph| {
            let text = self.folded.get(paragraph)?;
            let (start, end) = spellings.iter().flatten().find_map(|name| text.find(name))?;
            Some(Span { paragraph, start, end })
        });
        let written = written.next();
        if let Some(speaker) = self.cast.speaker(name, self.text.published) {
            return Ok((speaker, written));
        }
        let span = written.ok_or(Refused::SpeakerNotThere)?;
        let name = span.of(self.text.paragraphs).split_whitespace().collect::<Vec<_>>().join(" ");
        Ok((Speaker { name, person: None, party: None }, Some(span)))
    }

    /// Whether a rule has the same speaker: by name, as written, or by a part of the name.
    fn is_same(&self, speaker: &Speaker, rule: &Statement) -> bool {
        if speaker.name == rule.speaker.name {
            return true;
        }
        let written = rule.written.map(|span| span.of(self.text.paragraphs)).unwrap_or_default();
        let own = Folded::of(&speaker.name).words();
        [rule.speaker.name.as_str(), written].iter().any(|other| {
            let other = Folded::of(other).words();
            let (few, many) =
                if own.len() <= other.len() { (&own, &other) } else { (&other, &own) };
            let named = few.iter().any(|w| !["the", "a", "an", "of"].contains(&w.as_str()));
            named && few.iter().all(|w| many.contains(w))
        })
    }
}

fn is_mark(c: char) -> bool {
    "\"\u{201c}\u{201d}\u{ab}\u{bb}\u{201e}".contains(c)
}

/// A name with its first letter small instead of large, or large instead of small.
fn recased(name: &str) -> Option<String> {
    let first = name.chars().next()?;
    let rest = name.get(first.len_utf8()..)?;
    Some(match first.is_uppercase() {
        true => first.to_lowercase().chain(rest.chars()).collect(),
        false => first.to_uppercase().chain(rest.chars()).collect(),
    })
}

/// Whether at least half of the shorter one lies in the other.
fn overlap_by_half(a: Span, b: Span) -> bool {
    let shared = a.end.min(b.end).saturating_sub(a.start.max(b.start));
    let shorter = (a.end - a.start).min(b.end.saturating_sub(b.start));
    a.paragraph == b.paragraph && shared > 0 && 2 * shared >= shorter
}

/// A word of one of our lists; none where nothing is given.
fn word<T: for<'a> serde::Deserialize<'a>>(given: Option<&Value>) -> Result<Option<T>, Refused> {
    match given {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(_)) => {
            let given = given.cloned().unwrap_or_default();
            serde_json::from_value(given).map(Some).map_err(|_| Refused::UnknownWord)
        }
        Some(_) => Err(Refused::Form),
    }
}

/// The object, where a model puts it in a block of code.
fn unfenced(answer: &str) -> &str {
    let answer = answer.trim();
    let Some(block) = answer.strip_prefix("```") else { return answer };
    let block = block.strip_prefix("json").unwrap_or(block);
    block.trim_end().strip_suffix("```").unwrap_or(block).trim()
}
