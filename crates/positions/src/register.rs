//! The recorded statements that stand, with their texts, reviews and origins.

use crate::origins::{Groups, join_relays, origins, relayed};
use serde::{Serialize, Serializer};
use servanda_entry::{
    Body, Entry, Judgement, Kind, MODEL_DIFFERS_RULE, Ref, Review, Sample, SpeechKind, Statement,
    Statements, TakenOut, content, taken_out,
};
use servanda_tlog::Hash;
use std::collections::{BTreeMap, BTreeSet};

/// Where a statement stands in the record, and its content id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cite {
    /// Index of the entry.
    pub entry: u64,
    /// Row in it, from 0.
    pub row: u32,
    /// Content id.
    pub id: Hash,
}

impl Cite {
    /// Where it stands, as it is printed: `e12.3`.
    #[must_use]
    pub fn place(&self) -> String {
        format!("e{}.{}", self.entry, self.row)
    }

    /// The content id as it is printed: its first 16 hexadecimal digits.
    #[must_use]
    pub fn print_id(&self) -> String {
        self.id.to_hex().chars().take(16).collect()
    }
}

/// A published text, as far as entries tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// The document that holds it.
    pub document: Option<Hash>,
    /// Which article of the document it is, where that holds more than one.
    pub article: Option<u32>,
    /// The name of the file as it was taken in.
    pub file: String,
    /// What it is called: the name of the file, and which article of it (`feed.xml#2`).
    pub name: String,
    /// Who published it.
    pub outlet: Option<String>,
    /// The day on which it was published.
    pub published: Option<String>,
    /// Its own address.
    pub address: Option<String>,
    /// The agencies that it credits.
    pub credits: Vec<String>,
    /// The number of its origin, from 0: texts with one number are copies or of one agency.
    pub origin: usize,
    /// The one institution on whose word all rests that the text reports of speakers.
    relay: Option<String>,
    sample: Option<Sample>,
}

impl Text {
    /// The outlet, or the name of the file where the outlet isn't known: articles of one feed
    /// are of one outlet, as long as it doesn't say otherwise.
    #[must_use]
    pub fn outlet_name(&self) -> &str {
        self.outlet.as_deref().unwrap_or(&self.file)
    }
}

/// A statement that stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Where.
    pub cite: Cite,
    /// Index of its text in [`Register::texts`].
    pub text: usize,
    /// The statement; the reviewer's, where it was amended.
    pub statement: Statement,
    /// The model that read it, where no rule and no person did.
    pub model: Option<String>,
    /// What the latest review said of it.
    pub review: Option<ReviewMark>,
}

/// What a review said, and which entry it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ReviewMark {
    /// What it said.
    pub result: Review,
    /// The entry.
    #[serde(serialize_with = "entry_place")]
    pub entry: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for this signature")]
fn entry_place<S: Serializer>(entry: &u64, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&format!("e{entry}"))
}

/// The statements of a prefix of the record.
#[derive(Debug, Clone, Default)]
pub struct Register {
    /// The texts, also those without a statement: by day, outlet and name.
    pub texts: Vec<Text>,
    /// The statements that stand: by text, and there in the order of the words.
    pub told: Vec<Told>,
    /// The statements that a reviewer rejected, likewise.
    pub rejected: Vec<Told>,
    /// What a model proposed and nobody has confirmed: it counts nowhere.
    pub proposed: Vec<Told>,
}

/// What tells a text from others: the document and the article in it, or else all that is known.
type TextKey = (Option<Hash>, Option<u32>, String, Option<String>, Option<String>);

/// The source that a statement's content id is made with: the document's hash, or else the name of
/// the file. Two outlets may say the same words at the same place; they are two statements.
#[must_use]
pub fn source_of(statements: &Statements) -> String {
    statements.document.map_or_else(|| statements.name.clone(), Hash::to_hex)
}

impl Register {
    /// Whether a register is made of such entries; it passes over all others.
    #[must_use]
    pub fn reads(body: &Body) -> bool {
        match body {
            Body::Statement(_) | Body::Correction(_) => true,
            Body::Assessment(body) => matches!(body.outcome, Judgement::Review { .. }),
            _ => false,
        }
    }

    /// Reads entries; in which order they come makes no difference.
    #[must_use]
    pub fn gather(entries: impl IntoIterator<Item = (u64, Entry)>) -> Register {
        let mut bodies: Vec<(u64, Statements)> = Vec::new();
        let mut reviews: Vec<(u64, Reviewed)> = Vec::new();
        let mut corrections = Vec::new();
        for (index, entry) in entries {
            match entry.body {
                Body::Statement(body) => bodies.push((index, body)),
                Body::Assessment(body) => {
                    if let Judgement::Review { amended, result } = body.outcome {
                        reviews.push((index, (body.of, result, amended)));
                    }
                }
                Body::Correction(correction) => corrections.push((index, correction)),
                _ => {}
            }
        }
        bodies.sort_by_key(|(index, _)| *index);
        reviews.sort_by_key(|(index, _)| *index);
        corrections.sort_by_key(|(index, _)| *index);
        let dead = taken_out(&corrections);
        let mut latest = BTreeMap::new();
        for (index, (of, result, amended)) in &reviews {
            if !dead.contains(&(*index, None)) {
                for what in of.iter().filter(|what| what.entry < *index) {
                    latest.insert((what.entry, what.row), (*index, *result, amended.as_deref()));
                }
            }
        }
        Register::assemble(bodies, &dead, &latest)
    }

    fn assemble(bodies: Vec<(u64, Statements)>, dead: &TakenOut, latest: &Latest) -> Register {
        let mut texts: BTreeMap<TextKey, (Text, Vec<Told>)> = BTreeMap::new();
        for (index, mut body) in bodies {
            if dead.contains(&(index, None)) {
                continue;
            }
            let source = source_of(&body);
            let rows = std::mem::take(&mut body.rows);
            let model = body.model.as_ref().map(|model| model.name.clone());
            let key = (
                body.document,
                body.article,
                if body.document.is_some() { String::new() } else { body.name.clone() },
                body.outlet.clone().filter(|_| body.document.is_none()),
                body.published.clone().filter(|_| body.document.is_none()),
            );
            let (_, held) = texts.entry(key).or_insert_with(|| (text(body), Vec::new()));
            for (statement, row) in rows.into_iter().zip(0_u32..) {
                if dead.contains(&(index, Some(row))) {
                    continue;
                }
                let id = content::row_id(Kind::Statement, &source, &statement);
                let cite = Cite { entry: index, row, id };
                let model = model.clone();
                let told = Told { cite, text: 0, statement, model, review: None };
                held.push(reviewed(told, latest));
            }
        }
        let mut texts: Vec<(Text, Vec<Told>)> = texts.into_values().collect();
        texts.sort_by(|(a, _), (b, _)| {
            let key = |text: &Text| {
                let (published, outlet) = (text.published.clone(), text.outlet.clone());
                (published, outlet, text.file.clone(), text.document, text.article)
            };
            key(a).cmp(&key(b))
        });
        let of: Vec<_> =
            texts.iter().map(|(t, _)| (t.sample.as_ref(), t.credits.as_slice())).collect();
        let numbers = origins(&of);
        let mut register = Register::default();
        for ((mut text, mut held), origin) in texts.into_iter().zip(numbers) {
            text.origin = origin;
            text.relay = relayed(&held);
            let at = register.texts.len();
            register.texts.push(text);
            // What one text says twice to the letter, as when a file was taken in twice, is one.
            held.sort_by_key(|told| (told.statement.start, told.cite.id, told.cite));
            held.dedup_by_key(|told| told.cite.id);
            for told in held {
                let told = Told { text: at, ..told };
                match told.review.map(|review| review.result) {
                    Some(Review::Rejected) => register.rejected.push(told),
                    None if told.model.is_some() => register.proposed.push(told),
                    _ => register.told.push(told),
                }
            }
        }
        register
    }

    /// Counts what a model found as well, but for what it gives to another speaker than the rules:
    /// there the rules' statement counts until a person says otherwise.
    #[must_use]
    pub fn with_model(mut self) -> Register {
        let (differs, found): (Vec<Told>, Vec<Told>) =
            self.proposed.into_iter().partition(|told| told.statement.rule == MODEL_DIFFERS_RULE);
        self.proposed = differs;
        self.told.extend(found);
        self.told.sort_by_key(|told| (told.text, told.statement.start, told.cite.id, told.cite));
        self
    }

    /// Every statement of the register, whether it counts or not.
    pub fn all(&self) -> impl Iterator<Item = &Told> {
        self.told.iter().chain(&self.rejected).chain(&self.proposed)
    }

    /// The text of a statement.
    #[must_use]
    pub fn text_of(&self, told: &Told) -> &Text {
        &self.texts[told.text]
    }

    /// How many independent origins statements have. Texts count as one if they have one origin or
    /// one outlet. What is known by somebody's word (`via`) adds that one, and only where no text
    /// that counts already carries it or credits the same.
    pub(crate) fn count_origins<'a>(&self, told: impl IntoIterator<Item = &'a Told>) -> usize {
        let (own, passed): (Vec<&Told>, Vec<&Told>) =
            told.into_iter().partition(|one| one.statement.via.is_none());
        // Texts that only pass on what one institution announced, and speak here by its word alone.
        let asserts: BTreeSet<usize> = own
            .iter()
            .filter(|one| one.statement.kind == SpeechKind::Assertion)
            .map(|one| one.text)
            .collect();
        let texts: BTreeSet<usize> = own.iter().map(|one| one.text).collect();
        let relay = |at: &usize| self.texts.get(*at)?.relay.as_deref();
        let relays: Vec<Option<&str>> =
            texts.iter().map(|at| relay(at).filter(|_| !asserts.contains(at))).collect();
        let texts: Vec<&Text> = texts.into_iter().map(|at| &self.texts[at]).collect();
        let mut groups = Groups::new(texts.len());
        let mut first: BTreeMap<(u8, String), usize> = BTreeMap::new();
        let mut counted: BTreeSet<usize> = BTreeSet::new();
        let mut credited: BTreeSet<String> = BTreeSet::new();
        let low = |name: &String| name.trim().to_lowercase();
        for (at, text) in texts.iter().enumerate() {
            // Articles of one feed that names no outlet are of one.
            let outlet = match (&text.outlet, text.document) {
                (Some(outlet), _) => Some((1, low(outlet))),
                (None, document) => document.map(|document| (2, document.to_hex())),
            };
            for key in [(0, text.origin.to_string())].into_iter().chain(outlet) {
                let known = *first.entry(key).or_insert(at);
                groups.join(known, at);
            }
            counted.insert(text.origin);
            credited.extend(text.credits.iter().map(low));
        }
        let days = texts.iter().map(|text| text.published.as_deref());
        join_relays(&mut groups, relays.into_iter().zip(days));
        let by_word: BTreeSet<String> = passed
            .into_iter()
            .filter(|one| !counted.contains(&self.text_of(one).origin))
            .filter_map(|one| one.statement.via.as_ref().map(low))
            .filter(|via| !credited.contains(via))
            .collect();
        groups.numbers().into_iter().max().map_or(0, |last| last + 1) + by_word.len()
    }
}

fn text(body: Statements) -> Text {
    Text {
        document: body.document,
        article: body.article,
        name: match body.article {
            Some(article) => format!("{}#{article}", body.name),
            None => body.name.clone(),
        },
        file: body.name,
        outlet: body.outlet,
        published: body.published,
        address: body.address,
        credits: body.credits,
        origin: 0,
        relay: None,
        sample: body.sample,
    }
}

/// What is reviewed, what of it is said, and how it should read.
type Reviewed = (Vec<Ref>, Review, Option<Box<Statement>>);
type Latest<'a> = BTreeMap<(u64, Option<u32>), (u64, Review, Option<&'a Statement>)>;

/// A statement with the latest review of it, or of all of its entry.
fn reviewed(mut told: Told, latest: &Latest) -> Told {
    let of = |row| latest.get(&(told.cite.entry, row));
    let reviews = [of(Some(told.cite.row)), of(None)];
    let Some((entry, result, amended)) = reviews.into_iter().flatten().max_by_key(|r| r.0) else {
        return told;
    };
    told.review = Some(ReviewMark { result: *result, entry: *entry });
    if let (Review::Amended, Some(amended)) = (result, amended) {
        told.statement = (*amended).clone();
    }
    told
}
