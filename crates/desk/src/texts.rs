//! Published texts: what a record keeps of them is who said what, where, and never the text.

use crate::DeskError;
use crate::ask::Desk;
use crate::second::{Ask, ModelRead, Second};
use serde_json::json;
use servanda_articles::{Article, Form, Paragraph, Role, Shingles};
use servanda_entry::limits::INTEGER_MAX;
use servanda_entry::{
    Assessment, Body, Judgement, ModelMark, QUOTE_CHARS_MAX, Ref, Review, SAMPLE_MAX, Sample,
    StatedValue, Statement, Statements,
};
use servanda_statements::{self as statements, Cast, Part, Reading, Span, Text};
use servanda_store::batch_rows;
use servanda_text::first_words;
use servanda_time::Date;
use servanda_tlog::{Hash, sha256};
use std::collections::HashSet;

/// What a person says of a text, where it doesn't itself.
#[derive(Debug, Clone, Default)]
pub struct TextOptions {
    /// The day on which it was published.
    pub published: Option<Date>,
    /// Who published it.
    pub outlet: Option<String>,
    /// The address that it was got from.
    pub read_from: Option<String>,
    /// Its encoding by the word of the server that sent it.
    pub charset: Option<String>,
}

/// What a published text becomes, before anything is written.
#[derive(Debug)]
pub struct TextIntake {
    /// The name of the file.
    pub name: String,
    /// Whether the record has what was read in it already.
    pub is_known: bool,
    /// Its articles: one, but in a feed.
    pub articles: Vec<ArticleRead>,
    /// The addresses that a feed gives for its articles, each once.
    pub links: Vec<String>,
    /// What a model made of it, where one was asked.
    pub model: Option<ModelRead>,
    /// The entries to append; none when the record has them already.
    pub bodies: Vec<Body>,
}

/// What was read in an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArticleRead {
    /// Whether the record has what was read in it already.
    pub is_known: bool,
    /// Who published it.
    pub outlet: Option<String>,
    /// On which day.
    pub published: Option<Date>,
    /// The language that was found, where it is one that isn't read.
    pub unread_language: Option<String>,
    /// How many statements.
    pub statements: usize,
    /// Of them, by a speaker that nobody can tell.
    pub unknown_speakers: usize,
    /// Paragraphs that were read.
    pub paragraphs: usize,
    /// Places that are no part of the article.
    pub left_out: usize,
    /// What is assumed or missing, in words.
    pub notes: Vec<String>,
}

/// Reads published texts for a record: made once for many of them.
pub struct TextReader {
    cast: Cast,
    /// The documents that the record has statements of, and those that were read since.
    known: HashSet<Hash>,
    /// Articles of feeds likewise: a feed brings most of them again and again.
    items: HashSet<Item>,
    /// The addresses that were read.
    read_from: HashSet<String>,
    second: Option<Second>,
}

/// What an article of a feed is known by: its address, and its sample of words.
type Item = (String, Vec<String>);

impl TextReader {
    /// A reader for the record of a desk; with a model as its second reader, where one is given by
    /// its name and who asks it.
    #[must_use]
    pub fn new(desk: &Desk, model: Option<(&str, Box<dyn Ask>)>) -> TextReader {
        let cast = Cast::of(&desk.agreement);
        let mut second =
            model.map(|(name, asker)| Second::new(name, &desk.agreement, &cast, asker));
        let (mut known, mut items, mut read_from) =
            (HashSet::new(), HashSet::new(), HashSet::new());
        for (_, entry) in desk.told() {
            second.iter_mut().for_each(|second| second.note(&entry));
            if let Body::Statement(body) = entry.body {
                known.extend(body.document);
                let sample = body.sample.map(|sample| sample.hashes);
                items.extend(body.address.zip(sample).filter(|_| body.article.is_some()));
                read_from.extend(body.read_from);
            }
        }
        TextReader { cast, known, items, read_from, second }
    }

    /// Whether the record has, or this reader has read, what was got from an address.
    #[must_use]
    pub fn has_read(&self, address: &str) -> bool {
        self.read_from.contains(address)
    }

    /// Reads a text. Nothing is written: what comes back is to be appended.
    ///
    /// # Errors
    /// When the text can't be read as a whole.
    pub fn take_in(
        &mut self,
        name: &str,
        bytes: &[u8],
        options: &TextOptions,
    ) -> Result<TextIntake, DeskError> {
        let how = servanda_articles::Options {
            charset: options.charset.as_deref(),
            ..servanda_articles::Options::default()
        };
        let articles = servanda_articles::open(bytes, name, &how)
            .map_err(|fault| DeskError::Asked(fault.to_string()))?;
        let digest = sha256(bytes);
        let name = match &options.read_from {
            Some(_) => name,
            None => name.rsplit(['/', '\\']).next().unwrap_or(name),
        };
        let places = Places::of(bytes);
        let is_known = !self.known.insert(digest);
        let read_from = &options.read_from;
        self.read_from.extend(read_from.clone());
        let mut intake = TextIntake {
            name: name.to_string(),
            is_known,
            articles: vec![],
            links: links(&articles),
            model: self.second.as_ref().map(|_| ModelRead::default()),
            bodies: vec![],
        };
        for (article, number) in articles.iter().zip(1_u32..) {
            let number = (articles.len() > 1 || is_of_feed(article)).then_some(number);
            let told = Told::of(article, options);
            let sample = sample(article);
            let address = article.address.as_ref().map(|stated| clipped(&stated.text));
            let item = address.clone().zip(sample.as_ref().map(|sample| sample.hashes.clone()));
            let is_repeated = match item.filter(|_| number.is_some()) {
                Some(item) => !self.items.insert(item),
                None => false,
            };
            let make = |rows: Vec<Statement>, model: Option<ModelMark>| {
                Body::Statement(fitted(Statements {
                    address: address.clone(),
                    article: number,
                    credits: article.credits.iter().take(CREDITS_MAX).map(credit).collect(),
                    document: Some(digest),
                    model,
                    name: clipped(&intake.name),
                    outlet: told.outlet.as_deref().map(clipped),
                    published: told.published.map(|day| day.to_string()),
                    read_from: read_from.clone(),
                    rows,
                    sample: sample.clone(),
                }))
            };
            let second = self.second.as_mut().map(|second| (second, (digest, number)));
            // A model that hasn't read what the record has may read it now.
            let second = second.filter(|_| is_known || !is_repeated);
            let (rows, mut read, heard) = read(article, &told, &self.cast, &places, second);
            read.is_known = is_known || is_repeated;
            let mut bodies = Vec::new();
            if !read.is_known {
                bodies = batch_rows(rows, |rows| make(rows, None))?;
                // That a text says nothing is worth an entry too.
                if bodies.is_empty() {
                    bodies.push(make(Vec::new(), None));
                }
            }
            if let Some((heard, model)) = heard {
                if let Some((rows, mark)) = heard {
                    let of_model = batch_rows(rows, |rows| make(rows, Some(mark.clone())))?;
                    let is_empty = of_model.is_empty();
                    bodies.extend(of_model);
                    bodies.extend(is_empty.then(|| make(Vec::new(), Some(mark.clone()))));
                }
                intake.model.iter_mut().for_each(|all| all.add(&model));
            }
            intake.articles.push(read);
            intake.bodies.extend(bodies);
        }
        Ok(intake)
    }
}

fn is_of_feed(article: &Article) -> bool {
    matches!(article.form, Form::Rss | Form::Atom)
}

/// The addresses that a feed gives for its articles, each once.
fn links(articles: &[Article]) -> Vec<String> {
    let (mut links, mut seen) = (Vec::new(), HashSet::new());
    for article in articles.iter().filter(|one| is_of_feed(one)) {
        let link = article.address.as_ref().map(|stated| stated.text.clone());
        links.extend(link.filter(|link| seen.insert(link.clone())));
    }
    links
}

/// What is known of an article beside its words: by itself, else by the person who brought it.
struct Told {
    outlet: Option<String>,
    published: Option<Date>,
}

impl Told {
    fn of(article: &Article, options: &TextOptions) -> Told {
        let own = article.published.as_ref().map(|dated| dated.day);
        let own = own.and_then(|day| Date::new(day.year, day.month, day.day));
        let outlet = article.outlet.as_ref().map(|stated| stated.text.clone());
        Told {
            outlet: outlet.or_else(|| options.outlet.clone()),
            published: own.or(options.published),
        }
    }
}

fn credit(credit: &servanda_articles::Credit) -> String {
    clipped(credit.agency.as_ref().unwrap_or(&credit.text))
}

/// Credits of one article that are kept.
const CREDITS_MAX: usize = 3;
/// Characters of a name or an address that are kept, so that an entry has room for its rows.
const NAME_CHARS_MAX: usize = 120;

fn clipped(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(NAME_CHARS_MAX).collect()
}

/// Bytes of an entry that are left beside its rows and what every entry has.
const HEAD_BYTES_MAX: usize = 1400;

/// Statements whose entry has room for all else that is known of their text: of names without
/// measure, and of the sample, only a part is kept.
fn fitted(mut body: Statements) -> Statements {
    let rows = std::mem::take(&mut body.rows);
    let bytes = |body: &Statements| serde_json::to_vec(body).map_or(0, |json| json.len());
    while bytes(&body) > HEAD_BYTES_MAX {
        let long = [&mut body.address, &mut body.outlet].into_iter().flatten();
        let names = long.chain(&mut body.credits).chain([&mut body.name]);
        let longest = names.max_by_key(|name| name.len()).filter(|name| name.len() > SHORT_BYTES);
        if let Some(name) = longest {
            let half = name.chars().count() / 2;
            *name = name.chars().take(half).collect();
        } else if body.credits.len() > 1 {
            body.credits.pop();
        } else if let Some(sample) = body.sample.as_mut().filter(|one| one.hashes.len() > 1) {
            sample.hashes.truncate(sample.hashes.len() / 2);
            sample.limit = sample.hashes.last().cloned().unwrap_or_default();
        } else {
            break;
        }
    }
    body.rows = rows;
    body
}

/// Bytes of a name that are never cut.
const SHORT_BYTES: usize = 60;

fn sample(article: &Article) -> Option<Sample> {
    let shingles = Shingles::of(article);
    let (hashes, limit) = shingles.sample(SAMPLE_MAX);
    let word = |hash: &u64| format!("{hash:016x}");
    let hashes: Vec<String> = hashes.iter().map(word).collect();
    (!hashes.is_empty()).then(|| Sample { hashes, limit: word(&limit) })
}

fn part(role: Role) -> Part {
    match role {
        Role::Headline => Part::Headline,
        Role::Lead => Part::Lead,
        Role::Body | Role::Quote | Role::Item => Part::Body,
        Role::Subhead | Role::Cell => Part::Other,
    }
}

/// What a model proposes of an article with its mark, and what is to be said of it.
type HeardOf = (Option<(Vec<Statement>, ModelMark)>, ModelRead);

/// What the rules read in an article, and what a second reader does.
fn read(
    article: &Article,
    told: &Told,
    cast: &Cast,
    places: &Places<'_>,
    second: Option<(&mut Second, (Hash, Option<u32>))>,
) -> (Vec<Statement>, ArticleRead, Option<HeardOf>) {
    let paragraphs: Vec<_> = article
        .paragraphs
        .iter()
        .map(|one| statements::Paragraph { text: &one.text, part: part(one.role) })
        .collect();
    let text =
        Text { paragraphs: &paragraphs, published: told.published, outlet: told.outlet.as_deref() };
    let reading = match article.language.read {
        true => statements::read(&text, cast),
        false => Reading::default(),
    };
    let rows: Vec<Statement> = reading
        .statements
        .iter()
        .filter_map(|one| row(one, &paragraphs, &article.paragraphs, places))
        .collect();
    let unknown = reading.statements.iter().filter(|one| !one.speaker.is_known()).count();
    let found = article.language.found.map(str::to_string);
    let read = ArticleRead {
        is_known: false,
        outlet: told.outlet.clone(),
        published: told.published,
        unread_language: found.filter(|_| !article.language.read),
        statements: rows.len(),
        unknown_speakers: unknown,
        paragraphs: paragraphs.len(),
        left_out: article.left_out.len(),
        notes: article.notes.iter().map(ToString::to_string).collect(),
    };
    let second = second.filter(|_| article.language.read);
    let heard = second.map(|(second, place)| {
        second.read(place, (&text, cast, &reading.statements), (&article.paragraphs, places))
    });
    (rows, read, heard)
}

/// A statement as the record keeps it: with its place in the document, and a short quotation.
pub(crate) fn row(
    one: &statements::Statement,
    texts: &[statements::Paragraph<'_>],
    paragraphs: &[Paragraph],
    places: &Places<'_>,
) -> Option<Statement> {
    let words = |span: &Option<Span>| span.map(|span| span.of(texts).to_string());
    let paragraph = paragraphs.get(one.span.paragraph)?;
    let place = paragraph.span_of(one.span.start..one.span.end).range();
    let value = |value: &statements::Value| {
        let text = texts.get(one.span.paragraph)?.text.get(value.start..value.end)?;
        let number = |milli: Option<u64>| milli.filter(|n| *n <= INTEGER_MAX.unsigned_abs());
        Some(StatedValue {
            date: value.date.map(|date| date.to_string()),
            max_milli: number(value.max_milli),
            min_milli: number(value.min_milli),
            text: text.to_string(),
            unit: value.unit.to_string(),
        })
    };
    Some(Statement {
        act: one.act,
        audience: words(&one.audience),
        co_speakers: one.co_speakers.iter().map(|speaker| speaker.name.clone()).collect(),
        end: place.end as u64,
        end_char: places.characters(place.end),
        kind: one.kind,
        line: 0,
        medium: words(&one.medium),
        party: one.speaker.party.clone(),
        quote: first_words(one.span.of(texts), QUOTE_CHARS_MAX).into_owned(),
        rule: one.rule.to_string(),
        said_on: one.said_on.map(|date| date.to_string()),
        speaker: one.speaker.name.clone(),
        speaker_text: words(&one.written),
        start: place.start as u64,
        start_char: places.characters(place.start),
        status: one.status,
        topics: one.topics.clone(),
        values: one.values.iter().filter_map(value).collect(),
        via: one.via.as_ref().map(|via| via.name.clone()),
    })
}

/// Places in a document in characters: code points of its text in UTF-8.
pub(crate) struct Places<'b> {
    bytes: &'b [u8],
    /// Characters before every so many bytes.
    before: Vec<u64>,
}

/// Bytes between two places that are kept.
const STRIDE: usize = 1024;

impl<'b> Places<'b> {
    fn of(bytes: &'b [u8]) -> Places<'b> {
        let mut before = vec![0];
        for chunk in bytes.chunks(STRIDE) {
            before.push(before.last().copied().unwrap_or(0) + characters(chunk));
        }
        Places { bytes, before }
    }

    /// How many characters begin before a byte.
    fn characters(&self, byte: usize) -> u64 {
        let (whole, start) = (byte / STRIDE, byte / STRIDE * STRIDE);
        let rest = self.bytes.get(start..byte.min(self.bytes.len())).unwrap_or_default();
        self.before.get(whole).copied().unwrap_or(0) + characters(rest)
    }
}

/// Bytes that begin a character of UTF-8.
fn characters(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|byte| (**byte & 0xc0) != 0x80).count() as u64
}

/// What a reviewer gives otherwise than the rules; what is none stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Amended {
    /// Who speaks.
    pub speaker: Option<String>,
    /// The party that speaks, by its id or a name of it.
    pub party: Option<String>,
    /// About what.
    pub topics: Vec<String>,
}

/// A person's review of a statement.
///
/// # Errors
/// When the id names no statement, or what is amended doesn't fit the outcome.
pub fn review(
    desk: &Desk,
    id: &str,
    result: Review,
    amended: &Amended,
    (role, standard, reason): (&str, &str, &str),
) -> Result<Body, DeskError> {
    let register = desk.register();
    let is_id = id.len() >= 8;
    let named = |told: &&servanda_positions::Told| {
        told.cite.place() == id || is_id && told.cite.id.to_hex().starts_with(id)
    };
    let mut found = register.all().filter(named);
    let told = match (found.next(), found.next()) {
        (Some(told), None) => told,
        (Some(_), Some(_)) => {
            return Err(DeskError::Asked(format!("{id} names more than one statement: give more")));
        }
        (None, _) => {
            return Err(DeskError::Asked(format!(
                "the record has no statement {id}: name a row such as e12.3, as `servanda \
                 positions` gives it"
            )));
        }
    };
    if (result == Review::Amended) == (*amended == Amended::default()) {
        return Err(DeskError::Asked(
            "what reads otherwise is given with --speaker, --party or --topic when the outcome is \
             amended, and only then"
                .into(),
        ));
    }
    let mut statement = told.statement.clone();
    if let Some(speaker) = &amended.speaker {
        statement.speaker.clone_from(speaker);
    }
    if let Some(party) = &amended.party {
        let known = desk.agreement.resolve_party(party).map(|party| party.id.clone());
        let none = || DeskError::Asked(format!("the agreement has no party {party:?}"));
        statement.party = Some(known.ok_or_else(none)?);
    }
    if !amended.topics.is_empty() {
        statement.topics.clone_from(&amended.topics);
    }
    let amended = (result == Review::Amended).then(|| Box::new(statement));
    let cite = told.cite;
    Ok(Body::Assessment(Assessment {
        of: vec![Ref { entry: cite.entry, id: cite.id, row: Some(cite.row) }],
        outcome: Judgement::Review { amended, result },
        reason: reason.into(),
        role: role.into(),
        standard: standard.into(),
    }))
}

/// The statements that stand, one a line, by text and there in the order of the words: places in
/// characters of the text, values as numbers. What a model proposed is among them if asked for,
/// also where it differs from the rules, with the model's name: an export counts nothing.
#[must_use]
pub fn statements_jsonl(desk: &Desk, with_model: bool) -> String {
    let register = desk.register();
    let mut all: Vec<_> = register.told.iter().collect();
    if with_model {
        all.extend(&register.proposed);
        all.sort_by_key(|told| (told.text, told.statement.start, told.cite));
    }
    let mut text = String::new();
    for told in all {
        text += &line(&register.text_of(told).file, told).to_string();
        text.push('\n');
    }
    text
}

fn line(doc: &str, told: &servanda_positions::Told) -> serde_json::Value {
    let row = &told.statement;
    let value = |value: &StatedValue| match &value.date {
        Some(date) => json!({ "text": value.text, "unit": value.unit, "date": date }),
        None => {
            let (min, max) = (number(value.min_milli), number(value.max_milli));
            json!({ "text": value.text, "unit": value.unit, "min": min, "max": max })
        }
    };
    let mut line = json!({
        "doc": doc,
        "start": row.start_char,
        "end": row.end_char,
        "kind": row.kind.word(),
        "speaker": Some(&row.speaker).filter(|name| !name.is_empty()),
        "co_speakers": row.co_speakers,
        "speaker_text": row.speaker_text,
        "party": row.party,
        "via": row.via,
        "topics": row.topics,
        "values": row.values.iter().map(value).collect::<Vec<_>>(),
        "act": row.act.word(),
        "status": row.status.map(|status| status.word()),
        "said_on": row.said_on,
        "medium": row.medium,
        "audience": row.audience,
        "text": row.quote,
        "rule": row.rule,
    });
    if let Some(model) = &told.model {
        line["model"] = model.as_str().into();
    }
    line
}

/// Thousandths as a JSON number.
fn number(milli: Option<u64>) -> Option<serde_json::Number> {
    let milli = milli?;
    match milli % 1000 {
        0 => Some((milli / 1000).into()),
        _ => serde_json::Number::from_f64(milli as f64 / 1000.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_a_page_calls_itself_its_entry_has_room() {
        let name = |n: usize| "\u{1F54A}".repeat(n);
        let hashes: Vec<String> = (0..SAMPLE_MAX).map(|n| format!("{n:016x}")).collect();
        let body = Statements {
            address: Some(name(NAME_CHARS_MAX)),
            article: Some(u32::MAX),
            credits: vec![name(NAME_CHARS_MAX); CREDITS_MAX],
            document: Some(sha256(b"")),
            model: Some(ModelMark { name: "m".repeat(120), prompt: sha256(b""), unread: u64::MAX }),
            name: name(NAME_CHARS_MAX),
            outlet: Some(clipped(&"\u{1}\"".repeat(NAME_CHARS_MAX))),
            published: Some("2030-05-05".into()),
            read_from: Some("a".repeat(500)),
            rows: vec![],
            sample: Some(Sample { hashes, limit: "f".repeat(16) }),
        };
        let fitted = fitted(body.clone());
        assert!(serde_json::to_vec(&fitted).unwrap().len() <= HEAD_BYTES_MAX, "{fitted:?}");
        assert_eq!((&fitted.read_from, fitted.document), (&body.read_from, body.document));
        let sample = fitted.sample.unwrap();
        assert_eq!(Some(&sample.limit), sample.hashes.last());

        // What is of usual length stays.
        let usual = Statements {
            address: Some("https://northland.example/talks".into()),
            credits: vec!["Northland News Agency".into()],
            model: None,
            name: "talks.html".into(),
            outlet: Some("Northern Post".into()),
            read_from: None,
            ..body
        };
        assert_eq!(super::fitted(usual.clone()), usual);
    }
}
