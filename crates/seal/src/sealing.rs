//! From values that must not be seen to an entry that shows none of them.

use serde_json::Value;
use servanda_entry::{Attachment, Audience, Body, Class, Sealed, Writing};
use servanda_tlog::Hash;

use crate::commit::{Salt, file_commit, seal_id};
use crate::opening::{OpenField, OpenFile, Opening};
use crate::withheld::Withheld;
use crate::{SealCode, SealFault};

/// A number as large as this is a coordinate or the like: it doesn't stand elsewhere by chance.
const TELLING_NUMBER_MIN: u64 = 10_000;
/// A text as long as this is looked for inside other texts too.
const TELLING_CHARS_MIN: usize = 4;

/// What is to be withheld of one entry.
#[derive(Debug)]
pub struct Sealing {
    audience: Audience,
    opening: Opening,
    files: Vec<Attachment>,
    decoys: Vec<Hash>,
}

/// A file that was encrypted: what the leaf says of it, and what opens it.
#[derive(Debug)]
pub struct SealedFile {
    /// SHA-256 of the ciphertext.
    pub ct: Hash,
    /// Bytes of the ciphertext.
    pub bytes: u64,
    /// Media type that may be known.
    pub media: String,
    /// Its name.
    pub name: Withheld<String>,
    /// SHA-256 of the plaintext.
    pub plaintext: Withheld<Hash>,
    /// The secret that the ciphertext is opened with.
    pub key: Withheld<String>,
    /// Salt of the commitment.
    pub salt: Salt,
}

impl Sealing {
    /// For an entry of the record `origin` that this audience may read.
    #[must_use]
    pub fn new(audience: Audience, origin: &str) -> Sealing {
        let opening = Opening::new(origin);
        Sealing { audience, opening, files: Vec::new(), decoys: Vec::new() }
    }

    /// Withholds a field. The salt is used for nothing else.
    pub fn field(&mut self, path: &str, value: Withheld<Value>, salt: Salt) {
        let value = value.into_revealed();
        self.opening.fields.push(OpenField { path: path.to_owned(), salt, value });
    }

    /// Withholds a file that was encrypted.
    pub fn file(&mut self, file: SealedFile) {
        let commit = file_commit(&file.salt, *file.plaintext.reveal());
        let SealedFile { ct, bytes, media, name, key, salt, .. } = file;
        self.files.push(Attachment { bytes, commit, ct, media });
        let (key, name) = (key.into_revealed(), name.into_revealed());
        self.opening.files.push(OpenFile { ct, key, name, salt });
    }

    /// Adds a digest that is to nothing, so that nobody can count the sealed fields.
    pub fn decoy(&mut self, random: [u8; 32]) {
        self.decoys.push(Hash(random));
    }

    /// How many fields there are, without decoys.
    #[must_use]
    pub fn fields(&self) -> usize {
        self.opening.fields.len()
    }

    /// What its commitments will be known by.
    ///
    /// # Errors
    /// When nothing is withheld, or it can't be committed to.
    pub fn id(&self) -> Result<Hash, SealFault> {
        self.sealed().map(|sealed| seal_id(&sealed))
    }

    fn sealed(&self) -> Result<Sealed, SealFault> {
        let digests: Result<Vec<Hash>, SealFault> =
            self.opening.fields.iter().map(OpenField::digest).collect();
        let mut digests = digests?;
        digests.extend(&self.decoys);
        Sealed::new(self.audience, digests, self.files.clone())
            .map_err(|what| SealFault::new(SealCode::Form, what))
    }

    /// The entry to be written, and what opens it.
    ///
    /// # Errors
    /// When nothing is withheld, or the body shows in clear what is.
    pub fn finish(self, body: Body) -> Result<(Writing, Opening), SealFault> {
        let wrong = |what: String| SealFault::new(SealCode::Form, what);
        let shown = body.to_value();
        for field in &self.opening.fields {
            if shows(&shown, &field.value) {
                return Err(wrong(format!(
                    "what {} withholds stands in clear elsewhere in the entry: take it out there",
                    field.path
                )));
            }
        }
        for file in &self.opening.files {
            if file.name.chars().count() >= TELLING_CHARS_MIN
                && shows(&shown, &Value::String(file.name.clone()))
            {
                return Err(wrong("the name of a sealed file stands in the entry".into()));
            }
        }
        let sealed = self.sealed()?;
        Ok((Writing { class: Class::Restricted(sealed), body }, self.opening))
    }
}

/// Whether a part of the secret stands in what is shown.
fn shows(shown: &Value, secret: &Value) -> bool {
    match secret {
        Value::String(text) => any(shown, &mut |value| match value {
            Value::String(other) => holds(other, text),
            _ => false,
        }),
        Value::Number(number) => {
            let telling = number.as_i64().is_some_and(|n| n.unsigned_abs() >= TELLING_NUMBER_MIN);
            telling && any(shown, &mut |value| value == secret)
        }
        Value::Array(items) => items.iter().any(|item| shows(shown, item)),
        Value::Object(fields) => fields.iter().any(|(name, item)| {
            let written = item.as_i64().filter(|_| name.ends_with("_e7")).map(degrees);
            let is_written = written.is_some_and(|degrees| {
                any(shown, &mut |value| value.as_str().is_some_and(|text| text.contains(&degrees)))
            });
            is_written || shows(shown, item)
        }),
        Value::Null | Value::Bool(_) => false,
    }
}

/// Whether one text tells another. Short ones are told only by themselves.
fn holds(shown: &str, secret: &str) -> bool {
    let (shown, secret) = (shown.trim().to_lowercase(), secret.trim().to_lowercase());
    let is_telling = secret.chars().count() >= TELLING_CHARS_MIN;
    !secret.is_empty() && (shown == secret || (is_telling && shown.contains(&secret)))
}

/// A coordinate as people write it, to three decimals: a hundred metres.
fn degrees(e7: i64) -> String {
    format!("{}.{:03}", (e7 / 10_000_000).abs(), (e7 / 10_000 % 1_000).abs())
}

fn any(value: &Value, is_it: &mut impl FnMut(&Value) -> bool) -> bool {
    is_it(value)
        || match value {
            Value::Array(items) => items.iter().any(|item| any(item, is_it)),
            Value::Object(fields) => fields.values().any(|item| any(item, is_it)),
            _ => false,
        }
}
