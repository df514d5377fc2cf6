//! Attributed speech in a published text. Of the text itself an entry holds no more than short
//! quotations; its bytes are known by their hash.

use crate::body::{hex_hash, hex_hash_option};
use serde::{Deserialize, Serialize};
use servanda_tlog::Hash;

/// Characters of a quotation that an entry may hold.
pub const QUOTE_CHARS_MAX: usize = 240;
/// The speaker of what who published a text says in its own words.
pub const OUTLET: &str = "OUTLET";
/// Hashes of a sample by which copies of a text are told.
pub const SAMPLE_MAX: usize = 48;

/// What was read in one published text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statements {
    /// Its own address, as it states it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Which article of a feed it is, from 1; absent where the document is one article.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub article: Option<u32>,
    /// The agencies that it credits.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub credits: Vec<String>,
    /// The document that holds the words.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "hex_hash_option")]
    pub document: Option<Hash>,
    /// Which model read the rows; absent where rules or a person did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<ModelMark>,
    /// The name of the file as it was taken in.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Who published it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outlet: Option<String>,
    /// The day on which it was published, where the outlet is: `2025-12-28`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<String>,
    /// The address that the document was got from, after redirects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_from: Option<String>,
    /// The statements; none, where the text holds none or is in a language that isn't read.
    pub rows: Vec<Statement>,
    /// By what copies of it are told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sample: Option<Sample>,
}

/// The rule of a statement that a model found and no rule did.
pub const MODEL_RULE: &str = "model";
/// The rule of a statement that a model gives to another speaker than the rules do.
pub const MODEL_DIFFERS_RULE: &str = "model-differs";

/// A model that read a text, as a second reader after the rules. What it says is a proposal: it
/// counts once a person has confirmed it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelMark {
    /// Its name, as the user gave it.
    pub name: String,
    /// What it was asked, without the paragraphs.
    #[serde(with = "hex_hash")]
    pub prompt: Hash,
    /// Paragraphs of the text that it did not read.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub unread: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for this signature")]
fn is_zero(n: &u64) -> bool {
    *n == 0
}

/// The smallest hashes of a text's sequences of words: enough to tell copies of it, and too little
/// to tell its words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sample {
    /// In order, each 16 hexadecimal digits; at most [`SAMPLE_MAX`].
    pub hashes: Vec<String>,
    /// Hashes above this one are not in the sample.
    pub limit: String,
}

/// One statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// What it does.
    pub act: SpeechAct,
    /// To whom, as written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audience: Option<String>,
    /// Others who say it together with the speaker.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub co_speakers: Vec<String>,
    /// First byte after the words.
    pub end: u64,
    /// First character (Unicode code point of the text in UTF-8) after them.
    pub end_char: u64,
    /// How the words stand there.
    pub kind: SpeechKind,
    /// Line or position in the file, from 1; 0 when there is no file.
    pub line: u32,
    /// Through what, as written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub medium: Option<String>,
    /// The party that speaks, or for which the speaker does, by its id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party: Option<String>,
    /// The words, at most [`QUOTE_CHARS_MAX`] characters of them.
    pub quote: String,
    /// The rule that found it.
    pub rule: String,
    /// When it was said, as far as it is known: `2025-12-28`, `2025-12`, `XXXX-01`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said_on: Option<String>,
    /// Who speaks: by the agreement's name, or as written; `OUTLET` for who published it; empty
    /// where nobody can tell.
    pub speaker: String,
    /// The speaker as written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speaker_text: Option<String>,
    /// First byte of the words in the document.
    pub start: u64,
    /// First character of them.
    pub start_char: u64,
    /// How far the matter has come, by these words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<SpeechStatus>,
    /// About what: the agreement's topics, the surest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub topics: Vec<String>,
    /// Numbers and dates in it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<StatedValue>,
    /// By whose word it is known, where that is not the outlet's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<String>,
}

/// A number, a range or a date in a statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatedValue {
    /// The date, of the unit `date`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// The most, in thousandths of the unit; absent: open above.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_milli: Option<u64>,
    /// The least, in thousandths of the unit; absent: open below.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_milli: Option<u64>,
    /// As written.
    pub text: String,
    /// What it counts: `year`, `percent`, `point`, `person` and others; `date`.
    pub unit: String,
}

/// How words stand in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SpeechKind {
    /// One quotation.
    Direct,
    /// Reported speech.
    Indirect,
    /// The outlet's own words.
    Assertion,
}

impl SpeechKind {
    /// The stable word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            SpeechKind::Direct => "direct",
            SpeechKind::Indirect => "indirect",
            SpeechKind::Assertion => "assertion",
        }
    }
}

/// What a statement does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SpeechAct {
    /// Says how things are.
    State,
    /// Would like something.
    Want,
    /// Says that something has to be.
    Demand,
    /// Puts something forward.
    Propose,
    /// Says that the speaker would do something.
    Offer,
    /// Agrees.
    Accept,
    /// Refuses what another wants.
    Reject,
    /// Does not want to speak of it or to do it.
    Decline,
    /// Says that something bad may come.
    Warn,
    /// Says that something is to come.
    Expect,
    /// Says that something is not so.
    Deny,
    /// Says that another has done wrong.
    Accuse,
    /// Is glad of it.
    Welcome,
}

impl SpeechAct {
    /// The stable word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            SpeechAct::State => "state",
            SpeechAct::Want => "want",
            SpeechAct::Demand => "demand",
            SpeechAct::Propose => "propose",
            SpeechAct::Offer => "offer",
            SpeechAct::Accept => "accept",
            SpeechAct::Reject => "reject",
            SpeechAct::Decline => "decline",
            SpeechAct::Warn => "warn",
            SpeechAct::Expect => "expect",
            SpeechAct::Deny => "deny",
            SpeechAct::Accuse => "accuse",
            SpeechAct::Welcome => "welcome",
        }
    }
}

/// How far a matter has come, by the words of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SpeechStatus {
    /// Talked about.
    Discussed,
    /// Offered or proposed.
    Offered,
    /// In a draft.
    Drafted,
    /// Confirmed or agreed.
    Confirmed,
    /// Secured or granted.
    Secured,
    /// Signed.
    Signed,
    /// Ratified.
    Ratified,
}

impl SpeechStatus {
    /// The stable word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            SpeechStatus::Discussed => "discussed",
            SpeechStatus::Offered => "offered",
            SpeechStatus::Drafted => "drafted",
            SpeechStatus::Confirmed => "confirmed",
            SpeechStatus::Secured => "secured",
            SpeechStatus::Signed => "signed",
            SpeechStatus::Ratified => "ratified",
        }
    }
}
